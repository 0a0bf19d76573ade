"""One answer made of several: which requests are proposed for, and how their answers come together."""

from __future__ import annotations

from collections.abc import Sequence

from agentkit.models.parted import in_parts
from agentkit.slots.plan import Plan
from agentkit.types import Control, DecisionPoint, Message, Proposal, ProposeRequest, ToolCall, Usage

REQUEST = ProposeRequest(
    tools=(), messages=(Message(role="user", content="first"), Message(role="user", content="A and B")), max_calls=4
)


def point(field: str, p: float) -> DecisionPoint:
    """A decision of this field."""
    return DecisionPoint(field=field, text="x", p=p, mass=1.0, margin=p, entropy=0.1, legal=2)


class Engine:
    """Answers each request with one call that holds what was said; nothing for the words `no`."""

    def __init__(self) -> None:
        self.asked: list[ProposeRequest] = []

    def __call__(self, request: ProposeRequest) -> Proposal:
        self.asked.append(request)
        said = request.messages[-1].content
        name = {"no": Control.ABSTAIN.value, "hm": Control.ASK.value}.get(said, "do")
        call = ToolCall(id="1", name=name, arguments={"what": said})
        return Proposal(
            calls=(call,),
            points=(point("tool", 0.9), point("0.what", 0.8)),
            model="m",
            text=f"[{said}]",
            usage=Usage(prompt_tokens=10, decoded_tokens=3, ms={"decode": 2.0}),
        )


def proposed(*plans: Plan) -> tuple[Proposal, Sequence[ProposeRequest]]:
    """What is proposed under these plans, and the requests that the engine got."""
    engine = Engine()
    return in_parts(REQUEST, plans, engine), engine.asked


def test_each_request_of_a_plan_is_proposed_for_with_what_was_said_before() -> None:
    proposal, asked = proposed(Plan(("do A", "do B"), 0.8), Plan(("A and B",), 0.2))
    assert [[message.content for message in one.messages] for one in asked] == [["first", "do A"], ["first", "do B"]]
    assert [one.max_calls for one in asked] == [1, 1]
    assert [(call.id, call.arguments) for call in proposal.calls] == [("1", {"what": "do A"}), ("2", {"what": "do B"})]


def test_the_answers_decisions_and_costs_are_put_together() -> None:
    proposal, _ = proposed(Plan(("do A", "do B"), 0.8), Plan(("A and B",), 0.2))
    assert [point.field for point in proposal.points] == ["count", "tool", "0.what", "tool", "1.what"]
    assert proposal.points[0].p == 0.8
    assert proposal.points[0].legal == 2
    assert (proposal.usage.prompt_tokens, proposal.usage.decoded_tokens, proposal.usage.ms) == (20, 6, {"decode": 4.0})


def test_a_part_that_wants_no_call_is_left_out_unless_none_does() -> None:
    proposal, _ = proposed(Plan(("no", "do B"), 1.0))
    assert [call.arguments["what"] for call in proposal.calls] == ["do B"]
    assert [point.field for point in proposal.points] == ["count", "tool", "0.what", "tool"]  # how sure that was
    neither, _ = proposed(Plan(("no", "no"), 1.0))
    assert neither.control is Control.ABSTAIN


def test_what_is_surely_one_request_gets_one_call_and_what_is_unsure_as_many_as_the_model_makes() -> None:
    for p, most in ((0.95, 1), (0.6, 4)):
        proposal, asked = proposed(Plan(("A and B",), p), Plan(("do A", "do B"), 1.0 - p))
        assert [one.max_calls for one in asked] == [most]
        assert [call.arguments["what"] for call in proposal.calls] == ["A and B"]


def test_nothing_is_done_by_halves_where_a_part_asks() -> None:
    proposal, asked = proposed(Plan(("hm", "do B"), 1.0))
    assert asked[-1] == REQUEST
    assert [call.arguments["what"] for call in proposal.calls] == ["A and B"]


def test_more_requests_than_calls_are_allowed_are_proposed_for_at_once() -> None:
    _, asked = proposed(Plan(tuple("ABCDE"), 1.0))
    assert asked == [REQUEST]
    _, asked = proposed(Plan(tuple("ABCDE"), 0.9), Plan(tuple("AB"), 0.1))
    assert asked == [REQUEST], "an unlikely plan stands in for none"


def test_without_plans_nothing_changes() -> None:
    assert proposed()[1] == [REQUEST]
