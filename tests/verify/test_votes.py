"""Votes: agreement among candidates, and a judge that is a model."""

from __future__ import annotations

from typing import Any

import pytest

from agentkit.cancel import Cancel
from agentkit.errors import Cancelled, RemoteError, WiringError
from agentkit.models.base import Model
from agentkit.types import CheckStatus, DecisionPoint, Message, Proposal, ProposeRequest, ToolCall, ToolSpec
from agentkit.verify import Agreement, Judge, Scene

PASS, FAIL, UNSURE = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNSURE


def answer(value: Any, others: tuple[Proposal, ...] = ()) -> Proposal:
    call = ToolCall(id="1", name="set", arguments={"value": value})
    return Proposal(calls=(call,), model="m", others=others)


def scene(proposal: Proposal) -> Scene:
    request = ProposeRequest(
        tools=(ToolSpec(name="set", description="Set a value."),), messages=(Message(role="user", content="set it"),)
    )
    return Scene(request=request, proposal=proposal)


def test_agreement_counts_equal_calls_not_equal_text() -> None:
    given = answer(1, (answer(1.0), answer(1), answer(2)))
    check = Agreement().check(scene(given))
    assert (check.status, check.score) == (PASS, 0.75)
    assert check.evidence == "3 of 4 samples agree on these calls."


def test_no_candidates_no_opinion() -> None:
    assert Agreement().check(scene(answer(1))).status is PASS


def test_a_split_vote_is_unsure_and_a_majority_elsewhere_fails() -> None:
    split = Agreement().check(scene(answer(1, (answer(2), answer(3)))))
    assert split.status is UNSURE
    assert split.score is not None
    assert abs(split.score - 1 / 3) < 1e-9
    lost = Agreement().check(scene(answer(1, (answer(2), answer(2), answer(2)))))
    assert lost.status is FAIL
    assert lost.evidence == '3 of 4 samples agree on set({"value":2}) instead.'


class Bench:
    """A judge double: one answer with a probability, or an error."""

    name = "bench"

    def __init__(self, said: str, p: float | None = None, error: Exception | None = None) -> None:
        self.said, self.p, self.error = said, p, error
        self.asked: list[ProposeRequest] = []

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        self.asked.append(request)
        if self.error:
            raise self.error
        points = ()
        if self.p is not None:
            points = (
                DecisionPoint(field="0.verdict", text=self.said, p=self.p, mass=1, margin=0.5, entropy=0.1, legal=2),
            )
        call = ToolCall(id="1", name="judge", arguments={"verdict": self.said})
        return Proposal(calls=(call,), points=points, model="bench", confidence_known=self.p is not None)

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.parametrize(
    ("said", "p", "status", "score"),
    [
        ("right", 0.9, PASS, 0.9),
        ("right", 0.4, UNSURE, 0.4),
        ("wrong", 0.95, FAIL, 0.05),
        ("wrong", 0.6, UNSURE, 0.4),
        ("right", None, PASS, None),
        ("wrong", None, FAIL, None),
        ("perhaps", None, UNSURE, None),
    ],
)
def test_the_judge(said: str, p: float | None, status: CheckStatus, score: float | None) -> None:
    bench = Bench(said, p)
    check = Judge(bench).check(scene(answer(1)))
    assert check.status is status
    assert (None if check.score is None else round(check.score, 9)) == score
    (request,) = bench.asked
    assert request.tools[0].name == "judge"
    assert "set it" in request.messages[0].content
    assert 'set({"value":1})' in request.messages[0].content


def test_a_judge_that_cannot_be_reached_is_unsure_and_cancellation_comes_through() -> None:
    check = Judge(Bench("right", error=RemoteError("the line is dead"))).check(scene(answer(1)))
    assert (check.status, check.evidence) == (UNSURE, "No judge answered: the line is dead.")
    with pytest.raises(Cancelled):
        Judge(Bench("right", error=Cancelled("stop"))).check(scene(answer(1)))


def test_the_judge_is_loaded_when_first_needed_and_controls_are_not_judged() -> None:
    loaded: list[Bench] = []

    def load() -> Model:
        loaded.append(Bench("right", 0.9))
        return loaded[0]

    judge = Judge(load)
    control = Proposal(calls=(ToolCall(id="1", name="abstain"),), model="m")
    assert judge.check(scene(control)).status is PASS
    assert loaded == []
    judge.check(scene(answer(1)))
    judge.check(scene(answer(1)))
    assert len(loaded) == 1


class Elsewhere(Bench):
    """A judge on another machine."""

    on_device = False


def test_a_judge_that_is_not_on_this_machine_is_refused() -> None:
    with pytest.raises(WiringError, match=r"`judge` would send requests .* to the model `bench`") as caught:
        Judge(Elsewhere("right"))
    assert "on this machine" in caught.value.hint


def test_a_judge_that_turns_out_to_be_elsewhere_once_loaded_is_never_asked() -> None:
    bench = Elsewhere("right")
    loaded: list[Bench] = []

    def load() -> Model:
        loaded.append(bench)
        return bench

    judge = Judge(load)
    for _ in range(2):
        with pytest.raises(WiringError, match="to the model `bench`"):
            judge.check(scene(answer(1)))
    assert (bench.asked, len(loaded)) == ([], 1)
