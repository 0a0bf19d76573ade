"""Checks that ask models: agreement among sampled candidates, and a second model as judge.

Both are unsure rather than decisive where they can be wrong in the same way as the proposer. They know nothing of the
tools' functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from agentkit.errors import Cancelled, RunError, WiringError
from agentkit.models.base import Model, on_device
from agentkit.types import (
    Check,
    CheckStatus,
    Effect,
    Message,
    Proposal,
    ProposeRequest,
    Sampling,
    ToolSpec,
)
from agentkit.verify.canonical import call_key, calls_key
from agentkit.verify.scene import Scene, passed


class Agreement:
    """The share of candidates that make the same calls (self-consistency, arXiv 2203.11171, on calls not on text).

    Says nothing without further candidates. Fails only when a strict majority of all candidates agree on other calls.
    """

    name = "agreement"
    price_ms = 0.05

    def __init__(self, *, pass_at: float = 0.6) -> None:
        self.pass_at = pass_at

    def check(self, scene: Scene) -> Check:
        """Count the votes; the score is the share that the proposal has."""
        proposal = scene.proposal
        if not proposal.others:
            return passed(self.name)
        votes = Counter(calls_key(one.calls) for one in (proposal, *proposal.others))
        total = votes.total()
        mine = votes[calls_key(proposal.calls)]
        best, count = votes.most_common(1)[0]
        share = mine / total
        evidence = f"{mine} of {total} samples agree on these calls."
        if best != calls_key(proposal.calls) and count * 2 > total:
            other = f"{count} of {total} samples agree on {_shortened(best)} instead."
            return Check(name=self.name, status=CheckStatus.FAIL, evidence=other, score=share)
        status = CheckStatus.PASS if share >= self.pass_at else CheckStatus.UNSURE
        return Check(name=self.name, status=status, evidence=evidence, score=share)


JUDGE_TOOL = ToolSpec(
    name="judge",
    description="Say whether the proposed calls do exactly what the user asked for.",
    parameters={
        "type": "object",
        "properties": {"verdict": {"type": "string", "enum": ["right", "wrong"]}},
        "required": ["verdict"],
        "additionalProperties": False,
    },
    effect=Effect.READ,
)


class Judge:
    """A second model says right or wrong; its probability of "right" is the score.

    `model` may be a function that loads the model when first needed. A judge that cannot be reached is unsure. It sees
    requests as they are: a model that is not on this machine is a `WiringError`, here or once it is loaded.
    """

    name = "judge"

    def __init__(self, model: Model | Callable[[], Model], *, price_ms: float = 500.0, fail_below: float = 0.2) -> None:
        if isinstance(model, Model):
            _held_here(model)
        self._model = model
        self.price_ms = price_ms
        self.fail_below = fail_below

    def check(self, scene: Scene) -> Check:
        """Ask the model; control calls are not judged."""
        if scene.proposal.control is not None:
            return Check(name=self.name, status=CheckStatus.PASS)
        model = self._model if isinstance(self._model, Model) else self._model()
        self._model = model
        _held_here(model)
        cancel = scene.context.cancel if scene.context is not None else None
        try:
            answer = model.propose(judge_request(scene), cancel=cancel)
        except Cancelled:
            raise
        except RunError as error:
            return Check(name=self.name, status=CheckStatus.UNSURE, evidence=f"No judge answered: {error.message}.")
        return self._read(answer)

    def _read(self, answer: Proposal) -> Check:
        said = answer.calls[0].arguments.get("verdict") if answer.calls else None
        if said not in {"right", "wrong"}:
            return Check(name=self.name, status=CheckStatus.UNSURE, evidence="The judge gave no verdict.")
        p = min((point.p for point in answer.points if point.field.endswith("verdict")), default=None)
        score = None if p is None else (p if said == "right" else 1.0 - p)
        evidence = f"The judge {answer.model} says that the calls are {said}."
        if said == "right" and (score is None or score >= 0.5):
            return Check(name=self.name, status=CheckStatus.PASS, evidence=evidence, score=score)
        decisive = score is None or score < self.fail_below
        status = CheckStatus.FAIL if decisive else CheckStatus.UNSURE
        return Check(name=self.name, status=status, evidence=evidence, score=score)


def _held_here(model: Model) -> None:
    """Raise `WiringError` for a model that is not on this machine."""
    if not on_device(model):
        raise WiringError(
            f"the verifier `judge` would send requests with all that is private in them to the model `{model.name}`",
            hint="give it a model on this machine, or say of a server that keeps to it: `on_device=True`",
        )


def judge_request(scene: Scene) -> ProposeRequest:
    """What the judge is asked: the conversation, then the calls in plain text."""
    calls = "\n".join(call_key(call) for call in scene.proposal.calls)
    tools = "\n".join(f"{spec.name}: {spec.description}" for spec in scene.request.tools)
    asked = scene.task or next((one.content for one in scene.request.messages if one.role == "user"), "")
    text = f"Request: {asked}\nTools:\n{tools}\nProposed calls:\n{calls}\nAre these calls exactly right?"
    return ProposeRequest(
        tools=(JUDGE_TOOL,),
        messages=(Message(role="user", content=text),),
        controls=(),
        facts=scene.request.facts,
        max_calls=1,
        sampling=Sampling(max_tokens=64),
    )


def _shortened(key: str) -> str:
    return key if len(key) <= 200 else f"{key[:190]}…"
