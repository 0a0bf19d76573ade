"""A model that gives the answers it was told to give, with token probabilities: the double for testing agents.

Knows nothing of prompts, weights or policy. It does not check its answers against the tools, so that a test can make
it propose an illegal call; it never invents a token count, a price or a probability that the script does not state.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import Field, JsonValue

from agentkit.errors import RunError, WiringError
from agentkit.models.base import Cancel
from agentkit.models.callids import number_calls
from agentkit.spec import ScriptedAnswer, ScriptedConfig, load_script
from agentkit.types import Alternative, Control, DecisionPoint, Proposal, ProposeRequest, ToolCall, Usage, Value


class ScriptExhaustedError(RunError):
    """The script has no answer left for this request."""


class Answer(Value):
    """One scripted answer: calls and the decision points behind them.

    Calls with an empty id are numbered on from the request's calls. With no `points` the proposal says that its
    confidence is not known. `usage` is reported as given; the time the answer took is added as `ms["decode"]`.
    """

    calls: tuple[ToolCall, ...] = ()
    points: tuple[DecisionPoint, ...] = ()
    text: str = ""
    reasoning: str = ""
    truncated: bool = False
    usage: Usage = Usage()
    others: tuple[Answer, ...] = Field(default=())


Scripted = Answer | ToolCall | Sequence[ToolCall] | Proposal | Exception
Script = Sequence[Scripted] | Callable[[ProposeRequest], Scripted]


def call(name: str, /, **arguments: JsonValue) -> ToolCall:
    """A call without an id; the model numbers it."""
    return ToolCall(id="", name=name, arguments=arguments)


def abstain() -> ToolCall:
    """The control call that says no tool fits."""
    return call(Control.ABSTAIN.value)


def ask(question: str) -> ToolCall:
    """The control call that puts a question to the user."""
    return call(Control.ASK.value, question=question)


def finish(answer: str = "", *, output: JsonValue = None) -> ToolCall:
    """The control call that ends the run, with an answer or a typed output."""
    return call(Control.FINISH.value, answer=answer) if output is None else call(Control.FINISH.value, output=output)


def defer() -> ToolCall:
    """The control call that hands the step to the larger model."""
    return call(Control.DEFER.value)


def point(field: str, text: str, p: float, others: Mapping[str, float] | None = None) -> DecisionPoint:
    """A decision point from the distribution it spells out: the chosen text, and the other legal ones.

    Margin and entropy follow from the stated probabilities; what they leave over counts as one more, unnamed,
    continuation. Raises `WiringError` when they do not make a distribution.
    """
    rest = dict(others or {})
    left = 1.0 - p - sum(rest.values())
    if min([p, *rest.values()]) < 0.0 or left < -1e-9:
        said = f"the probabilities of {field!r} do not make a distribution: {p} and {rest}"
        raise WiringError(said, hint="give probabilities from 0 to 1 that add up to at most 1")
    unnamed = [left] if left > 1e-9 else []
    runners = [*rest.values(), *unnamed]
    return DecisionPoint(
        field=field,
        text=text,
        p=p,
        mass=1.0,
        margin=p - max(runners, default=0.0),
        entropy=-sum(q * math.log(q) for q in [p, *runners] if q > 0.0),
        legal=1 + len(runners),
        alternatives=tuple(Alternative(text=name, p=q) for name, q in sorted(rest.items(), key=lambda kv: -kv[1])),
    )


def answer(*calls: ToolCall, p: float | Mapping[str, float] | None = None, text: str = "") -> Answer:
    """An answer from calls; `p` gives the probability of the tool choice, or of each field by name.

    `answer(call("set_alarm", hour=7), p={"tool": 0.9, "0.hour": 0.6})`
    """
    stated: Mapping[str, float] = {} if p is None else p if isinstance(p, Mapping) else {"tool": p}
    points = tuple(point(field, _text_of(field, calls), value) for field, value in stated.items())
    return Answer(calls=calls, points=points, text=text)


def _text_of(field: str, calls: Sequence[ToolCall]) -> str:
    """What the calls say at a decision point's field, as text; empty where they say nothing."""
    if field == "tool":
        return calls[0].name if calls else ""
    index, _, path = field.partition(".")
    if not index.isdigit() or int(index) >= len(calls):
        return ""
    value: Any = calls[int(index)].arguments
    for key in path.split("."):
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return "" if value is None else str(value)


class ScriptedModel:
    """Plays a script: a list of answers, one per request, or a function from the request to an answer.

    An exception in the script is raised instead of answered. `requests` holds what was asked, in order, for a test to
    look at. Safe to call from several threads; which thread gets which answer is then a matter of arrival.
    """

    def __init__(
        self,
        script: Script,
        *,
        name: str = "scripted",
        tier: Literal["local", "remote", "script"] = "local",
    ) -> None:
        self._script = script
        self._name = name
        self._tier: Literal["local", "remote", "script"] = tier
        self._lock = threading.Lock()
        self._next = 0
        self.requests: list[ProposeRequest] = []

    @classmethod
    def from_answers(cls, answers: Sequence[ScriptedAnswer], *, name: str = "scripted") -> ScriptedModel:
        """A script from answers as a spec holds them: `{calls: [{name, arguments}], p: {...}}`."""
        return cls([_spoken(written) for written in answers], name=name)

    @classmethod
    def from_config(cls, config: ScriptedConfig) -> ScriptedModel:
        """The script of a spec: its `answers`, or a file of them; raises `InvalidSpecError` when that is no script."""
        if config.path is None:
            return cls.from_answers(config.answers)
        path = Path(config.path)
        return cls.from_answers(load_script(path), name=path.stem)

    @property
    def name(self) -> str:
        """The name given at construction."""
        return self._name

    @property
    def remaining(self) -> int | None:
        """How many answers are left; None for a function, which never runs out."""
        return None if callable(self._script) else len(self._script) - self._next

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """The next answer of the script; raises `ScriptExhaustedError` when none is left."""
        if cancel is not None:
            cancel.check()
        start = time.perf_counter()
        given = self._take(request)
        if isinstance(given, Exception):
            raise given
        if isinstance(given, Proposal):
            return given
        ms = (time.perf_counter() - start) * 1000.0
        return self._proposal(_as_answer(given), request, ms)

    def close(self) -> None:
        """Nothing is held."""

    def _take(self, request: ProposeRequest) -> Scripted:
        with self._lock:
            self.requests.append(request)
            position = self._next
            self._next += 1
        if callable(self._script):
            return self._script(request)
        if position < len(self._script):
            return self._script[position]
        asked = next((message.content for message in reversed(request.messages) if message.role == "user"), "")
        raise ScriptExhaustedError(
            f"the script of model {self._name!r} has {len(self._script)} answers and was asked for answer "
            f"{position + 1}; the last user turn is {asked[:80]!r}",
            hint="add an answer to the script, or lower `max_steps`",
        )

    def _proposal(self, given: Answer, request: ProposeRequest, ms: float) -> Proposal:
        calls = given.calls if all(one.id for one in given.calls) else number_calls(given.calls, request)
        usage = given.usage.model_copy(update={"ms": {"decode": ms, **given.usage.ms}})
        return Proposal(
            calls=calls,
            points=given.points,
            confidence_known=bool(given.points),
            model=self._name,
            tier=self._tier,
            text=given.text,
            reasoning=given.reasoning,
            truncated=given.truncated,
            usage=usage,
            others=tuple(self._proposal(other, request, 0.0) for other in given.others),
        )


def _spoken(written: ScriptedAnswer) -> Answer:
    calls = [ToolCall(id="", name=one.name, arguments=one.arguments) for one in written.calls]
    return answer(*calls, p=written.p, text=written.text)


def _as_answer(given: Answer | ToolCall | Sequence[ToolCall]) -> Answer:
    if isinstance(given, Answer):
        return given
    return Answer(calls=(given,) if isinstance(given, ToolCall) else tuple(given))
