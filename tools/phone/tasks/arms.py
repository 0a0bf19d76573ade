"""The arms of an evaluation: the whole agent, and the same without one of its parts.

An arm says which model proposes, which tools are offered and by which policy. `full` is the agent as it ships: a step
that is too unsure is asked about, and as nobody is there, the run ends with the question. In all other arms every call
that passes the checks is made, since what is simulated cannot be harmed and damage is counted. The oracles are declared
as such: they see the simulator's inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from agentkit.agent import Agent
from agentkit.cancel import Cancel
from agentkit.decide import Policy
from agentkit.errors import WiringError
from agentkit.evaluate.free import FreeModel
from agentkit.graph.session import Options
from agentkit.models.base import Model
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.registry import Registry
from agentkit.types import Effect, Proposal, ProposeRequest, Sampling
from agentkit.verify.score import raw_score

from .. import intents, ui
from .. import scorer as steps
from ..checks import Done, Stuck, Surer, Typed, Wanted
from ..scorer import Scorer
from ..session import Session
from .oracle import NoWay
from .oracle_model import OracleModel
from .task import Task

CHECKS = ("schema", "semantic", "precondition", "policy")
MAX_STEPS = 24
SHARE = 0.1
_LONGEST = 160
"""Tokens of a call, in every arm: more than any task needs, since a small model may never end a text."""
SURE: dict[str, dict[str, float]] = {
    "read": {"execute_at": 0.1, "escalate_below": 0.1},
    "write": {"execute_at": 0.5, "escalate_below": 0.5},
}
"""Thresholds of the agent that ships, on the score of a step: what only leads somewhere costs the way back."""
SHIPPED = Policy.from_trust("balanced", thresholds=SURE, max_steps=MAX_STEPS)
_EVERYTHING = {effect.value: {"execute_at": 0.0, "escalate_below": 0.0} for effect in Effect}
NOBODY = Policy.from_trust(
    "balanced", thresholds=_EVERYTHING, approval=frozenset[Effect](), can_ask=False, max_steps=MAX_STEPS
)


@dataclass(frozen=True)
class Arm:
    """`model` gives the proposing model for a task, `tools` are offered; `about` is one line for people."""

    name: str
    about: str
    model: Callable[[Task, Session], Model]
    tools: Registry
    documents: bool = True
    policy: Policy = NOBODY
    scorer: Scorer = steps.SHIPPED
    sure: float = steps.SURE

    def make(self, model: Model, _: Session) -> Agent[Any]:
        """The agent of this arm around a model."""
        return Agent(
            self.tools,
            model=model,
            verifiers=[*CHECKS, Typed(), Stuck(), Wanted(), Done(), Surer()],
            policy=self.policy,
            loop="until_done",
            options=Options(max_calls=1, clock=False, sampling=Sampling(max_tokens=_LONGEST)),
            store=False,
            durable=False,
        )


class Arms:
    """All arms over one local model."""

    def __init__(self, local: Model) -> None:
        self.local = local

    def __getitem__(self, name: str) -> Arm:
        return self._all[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The arms that can be run over this model, the usual one first."""
        return tuple(self._all)

    @cached_property
    def _all(self) -> dict[str, Arm]:
        screen, both = Registry([ui]), Registry([ui, intents])
        made = [
            Arm("full", "the agent as it ships, on the screen alone", self._plain, screen, policy=SHIPPED),
            Arm("act-always", "no step is too unsure to be made", self._plain, screen),
            Arm("no-enum", "what is on the screen is no list of choices", self._listless, screen),
            Arm("no-documents", "no guidance from app documents", self._plain, screen, documents=False),
            Arm(
                "no-scorer",
                "no odds from the scorer of steps",
                self._plain,
                screen,
                policy=SHIPPED,
                scorer=steps.NONE,
                sure=0.0,
            ),
            Arm(
                "scorer",
                "the scorer of steps alone proposes, without a model",
                alone,
                screen,
                policy=SHIPPED,
                sure=0.0,
            ),
            Arm("intents", "intents offered beside the screen", self._plain, both),
            Arm("oracle-remote", f"an oracle for the least sure steps, at most {SHARE:.0%}", self._helped(), screen),
            Arm("oracle", "the oracle proposes every step", OracleModel, screen, sure=0.0),
        ]
        if isinstance(self.local, LlamaCppModel):
            free = FreeModel(self.local)

            def freely(_task: Task, _session: Session) -> Model:
                return free

            made.insert(2, Arm("no-grammar", "free decoding", freely, screen))
        return {arm.name: arm for arm in made}

    def _plain(self, _task: Task, _session: Session) -> Model:
        return self.local

    def _listless(self, _task: Task, _session: Session) -> Model:
        return Listless(self.local)

    def _helped(self) -> Callable[[Task, Session], Model]:
        budget = Budget()

        def helped(task: Task, session: Session) -> Model:
            return Helped(self.local, OracleModel(task, session), budget)

        return helped


def alone(_: Task, session: Session) -> Model:
    """The session's scorer as a model."""
    from ..scorer.working import ScorerModel

    net = session.scorer.net
    if net is None:
        raise WiringError("there is no scorer to work alone", hint="fit one with `python -m phone.scorer.fit`")
    return ScorerModel(session, net)


class Listless:
    """A model that is not told which values exist at the moment: the grammar lets any text through."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self.model.name

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Ask with plain strings in place of dynamic enums; their values are the grammar's, not the prompt's."""
        tools = tuple(
            tool.model_copy(update={"parameters": _without(tool.parameters, tool.dynamic)}) for tool in request.tools
        )
        return self.model.propose(request.model_copy(update={"tools": tools}), cancel=cancel)

    def close(self) -> None:
        """The inner model stays open."""


def _without(schema: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    parts = schema["properties"].items()
    plain = {name: {k: v for k, v in part.items() if k != "enum"} for name, part in parts if name in names}
    return {**schema, "properties": {**schema["properties"], **plain}}


@dataclass
class Budget:
    """How many steps there were over all tasks of an arm, how many were helped, and how sure the model was at each."""

    steps: int = 0
    helped: int = 0
    scores: list[float] = field(default_factory=list[float])

    def grants(self, score: float) -> bool:
        """Whether a step of this score is among the least sure share so far, and the budget covers it."""
        self.steps += 1
        self.scores.append(score)
        border = sorted(self.scores)[int(SHARE * len(self.scores))]
        granted = score <= border and self.helped + 1 <= SHARE * self.steps
        self.helped += granted
        return granted


class Helped:
    """A model whose least sure proposals are replaced by the oracle's, as if a perfect larger model had been asked."""

    def __init__(self, model: Model, oracle: OracleModel, budget: Budget) -> None:
        self.model, self.oracle, self.budget = model, oracle, budget

    @property
    def name(self) -> str:
        """The inner model's name, marked."""
        return f"{self.model.name} + oracle"

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """The local proposal, or the oracle's for the tier `remote`."""
        proposal = self.model.propose(request, cancel=cancel)
        score = raw_score(proposal)
        if not self.budget.grants(1.0 if score is None else score):
            return proposal
        try:
            return self.oracle.propose(request).model_copy(update={"tier": "remote"})
        except NoWay:
            return proposal

    def close(self) -> None:
        """The inner model stays open."""
