# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
import json
from pathlib import Path
from typing import Any

import pytest

from agentkit.errors import ToolDefinitionError, WiringError
from agentkit.evaluate.bfcl import json_schema
from agentkit.evaluate.free import FreeModel
from agentkit.evaluate.scoring import Tally
from agentkit.evaluate.suite import evaluate_file
from agentkit.evaluate.table import Score, Table, beside, percentile, wilson
from agentkit.models import load_model
from agentkit.models.base import Cancel
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.spec import EmbeddedConfig
from agentkit.types import Message, Proposal, ProposeRequest, ToolCall, ToolSpec, Usage

TIMER = {"type": "dict", "properties": {"minutes": {"type": "integer"}}, "required": ["minutes"]}
Answer = list[tuple[str, dict[str, Any]]]


class Fixed:
    """A model that answers by the last message's text."""

    name = "fixed"

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.requests: list[ProposeRequest] = []

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        self.requests.append(request)
        text = request.messages[-1].content
        if text == "refuse":
            raise ToolDefinitionError("no grammar")
        calls = self.answers.get(text.split()[0], [("abstain", {})])
        made = tuple(
            ToolCall(id=str(n), name=name, arguments=arguments) for n, (name, arguments) in enumerate(calls, 1)
        )
        return Proposal(calls=made, model=self.name)

    def close(self) -> None: ...


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(text: str, *expected: tuple[str, dict[str, Any]], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    tools = [{"name": name, "parameters": {"type": "object", "properties": {}}} for name in ("row", "sail")]
    wanted = [{"name": name, "arguments": arguments} for name, arguments in expected]
    return {"tools": tools, "messages": [{"role": "user", "content": text}], "expected": wanted, "tags": tags}


def test_a_suite_counts_choice_whole_calls_abstention_and_copying(tmp_path: Path) -> None:
    model = Fixed(
        one=[("sail", {"to": "Kiel", "days": 2})],
        two=[("sail", {"to": "Kiel bay"})],
        three=[("row", {})],
        five=[("row", {}), ("sail", {"to": "Kiel"})],
    )
    path = write(
        tmp_path / "boats.jsonl",
        row("one to Kiel", ("sail", {"to": "Kiel", "days": 2.0}), tags=("sea",)),
        row("two to Kiel", ("sail", {"to": "Kiel"}), tags=("sea",)),
        row("three", ("sail", {})),
        row("four"),
        row("five", ("sail", {"to": "Kiel"}), ("row", {})),
        row("refuse", ("sail", {})),
    )
    table = evaluate_file(path, model)
    counts = {score.name: (score.right, score.total) for score in table.scores}
    assert counts == {
        "choice": (2, 4),
        "whole call": (1, 4),
        "sea: choice": (2, 2),
        "sea: whole call": (1, 2),
        "copying": (1, 2),
        "abstention": (1, 1),
        "several calls: choice": (1, 1),
        "several calls: whole call": (1, 1),
    }
    assert table.refused == 1
    assert "1 with tools that were refused" in table.to_markdown()


def test_bfcl_files_are_scored_by_their_answers(tmp_path: Path) -> None:
    function = {
        "name": "sea.depth",
        "description": "Depth.",
        "parameters": {"type": "dict", "properties": {"at": {"type": "string"}}, "required": ["at"]},
    }
    questions = [
        {"id": f"simple_{n}", "question": [[{"role": "user", "content": text}]], "function": [function]}
        for n, text in enumerate(("one depth", "two depth", "three depth"))
    ]
    path = write(tmp_path / "BFCL_v4_simple_python.json", *questions)
    (tmp_path / "possible_answer").mkdir()
    answers = [{"id": f"simple_{n}", "ground_truth": [{"sea.depth": {"at": ["Kiel"]}}]} for n in range(3)]
    write(tmp_path / "possible_answer" / path.name, *answers)
    model = Fixed(one=[("sea.depth", {"at": "kiel"})], two=[("sea.depth", {"at": "Rome"})])
    table = evaluate_file(path, model)
    assert (table.score("whole call").right, table.score("tool choice").right) == (1, 2)
    assert model.requests[0].tools[0].parameters["additionalProperties"] is False
    assert evaluate_file(path, model, limit=1).rows == 1


@pytest.mark.parametrize(("category", "right"), [("irrelevance", 1), ("live_relevance", 2)])
def test_irrelevance_wants_no_call_and_relevance_one(tmp_path: Path, category: str, right: int) -> None:
    function = {"name": "f", "description": "", "parameters": {"type": "dict", "properties": {}}}
    rows = [
        {"id": str(n), "question": [[{"role": "user", "content": text}]], "function": [function]}
        for n, text in enumerate(("call", "call again", "none"))
    ]
    table = evaluate_file(write(tmp_path / f"BFCL_v4_{category}.json", *rows), Fixed(call=[("f", {})]))
    assert table.score("whole call") == Score(name="whole call", right=right, total=3)


def test_bfcl_schemas_become_json_schema() -> None:
    given = {
        "type": "dict",
        "required": ["a", "gone"],
        "properties": {
            "a": {"type": "float", "description": "x"},
            "b": {"type": "tuple", "items": {"type": "integer"}},
            "c": {"type": "any"},
            "d": {"type": "string", "enum": ["p", "q"]},
            "e": {"type": "array", "items": {"type": "dict", "properties": {"f": {"type": "boolean"}}}},
        },
    }
    made = json_schema(given)
    assert made["required"] == ["a"]
    assert made["properties"] == {
        "a": {"type": "number", "description": "x"},
        "b": {"type": "array", "items": {"type": "integer"}},
        "c": {"type": "string"},
        "d": {"type": "string", "enum": ["p", "q"]},
        "e": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"f": {"type": "boolean"}},
                "required": [],
                "additionalProperties": False,
            },
        },
    }


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.jsonl", row("fine"), {"tools": []})
    with pytest.raises(WiringError, match=r"bad.jsonl:2: messages: Field required"):
        evaluate_file(path, Fixed())


def test_wilson_intervals_are_the_published_ones() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


def test_percentiles_and_missing_scores() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([], 0.5) == 0.0
    with pytest.raises(KeyError):
        Table(suite="s", model="m", rows=0, scores=()).score("x")


def test_columns_stand_beside_each_other_for_each_way_of_decoding() -> None:
    made = Table(suite="s", model="m", rows=4, scores=(Score(name="choice", right=3, total=4),), ms_p50=9.0)
    free = made.model_copy(update={"scores": (Score(name="choice", right=1, total=4),), "decoding": "free"})
    head, _, row, _, *notes = beside([made, free]).splitlines()
    assert head == "| s | grammar % | 95 % interval | free % | 95 % interval | right of |"
    assert row.startswith("| choice | 75.0 | ") and row.endswith("| 3, 1 of 4 |")
    assert [note.split(":")[0] for note in notes] == ["m, grammar", "m, free"]
    assert beside([made]).startswith("| s | share % | 95 % interval | right of |")


def test_times_are_told_apart_by_what_of_the_prompt_was_in_the_cache() -> None:
    tally = Tally()
    for cached, ms in ((0, 9.0), (40, 8.0), (60, 3.0)):
        usage = Usage(prompt_tokens=100, cached_tokens=cached)
        tally.took(Proposal(calls=(), model="m", usage=usage), ms)
    assert (tally.cold_ms, tally.warm_ms) == ([9.0, 8.0], [3.0])
    table = tally.table("s", "m", 3)
    assert (table.ms_p50, table.warm_ms_p50) == (8.0, 3.0)
    assert "(p50, p95): cold prefix 8, 9; warm prefix 3, 3." in table.to_markdown()


def test_a_warm_call_has_the_tools_of_one_row_and_the_words_of_the_next(tmp_path: Path) -> None:
    model = Fixed(one=[("sail", {})])
    rows = [row(text, ("sail", {})) for text in ("one", "two", "three")]
    evaluate_file(write(tmp_path / "boats.jsonl", *rows), model)
    said = [request.messages[-1].content for request in model.requests]
    assert said == ["one", "two", "three", "one", "two", "two", "three"]


def test_judged_proposals_are_rows_for_a_calibration(tmp_path: Path) -> None:
    model = Fixed(one=[("sail", {})])
    table = evaluate_file(write(tmp_path / "b.jsonl", row("one", ("sail", {})), row("two", ("sail", {}))), model)
    assert [each.correct for each in table.judged] == [True, False]
    assert "judged" not in table.model_dump(mode="json")


@pytest.mark.model
def test_the_same_weights_are_decoded_freely_beside_the_grammar() -> None:
    engine = load_model(EmbeddedConfig(snapshots=False))
    assert isinstance(engine, LlamaCppModel)
    tool = ToolSpec(name="start_timer", description="Start a timer", parameters=json_schema(TIMER))
    request = ProposeRequest(tools=(tool,), messages=(Message(role="user", content="set a timer for 5 minutes"),))
    free = FreeModel(engine)
    proposal = free.propose(request)
    assert not proposal.confidence_known and proposal.points == ()
    assert proposal.usage.prompt_tokens == engine.propose(request).usage.prompt_tokens
    assert proposal.calls == free._read(proposal.text, request)
    for broken in ("", "[{", '[{"name":3}]', "nonsense", "[[]]", '{"a":1}'):
        assert free._read(broken, request) == ()
    engine.close()
