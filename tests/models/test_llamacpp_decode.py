"""The decode loop on a model of our own making: what is forced, what is decided, and what is reported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from agentkit.cancel import Cancel
from agentkit.errors import Cancelled
from agentkit.models import EMBEDDED
from agentkit.models.decode import Candidate, Clock, run
from agentkit.models.drafts import Drafts
from agentkit.models.llamacpp import Weights
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.reasoning import reason
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects.nano import NanoDialect
from agentkit.types import Control, JsonSchema, Message, ProposeRequest, Sampling, ToolSpec

pytestmark = pytest.mark.model


def tool(name: str, returns: JsonSchema | None = None, **properties: JsonSchema) -> ToolSpec:
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return ToolSpec(name=name, parameters=schema, returns=returns)


def request(*tools: ToolSpec, **changes: object) -> ProposeRequest:
    base = ProposeRequest(tools=tools, messages=(Message(role="user", content="go"),), controls=())
    return base.model_copy(update=changes)


class Writer:
    """A model that wants to write a given text, token by token; counts its passes and what it was fed."""

    def __init__(self, vocabulary: Vocabulary, wanted: str) -> None:
        self._vocabulary = vocabulary
        self._wanted = wanted.encode()
        self.fed: list[list[int]] = []
        self.written = b""
        self._lengths: list[int] = []

    def logits(self) -> Logits:
        left = self._wanted[len(self.written) :]
        logits = np.zeros(len(self._vocabulary.pieces), dtype=np.float32)
        token = self._vocabulary.tokenizer.tokenize_bytes(left)[0] if left else min(self._vocabulary.ends)
        logits[token] = 12.0
        return logits

    def open(self, tokens: Sequence[int]) -> None:
        self.written += b"".join(self._vocabulary.pieces[token] for token in tokens)

    def forward(self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]] = ()) -> list[Logits]:
        ((_, tokens),) = feeds
        self.fed.append(list(tokens))
        found, before = list[Logits](), 0
        for row in (rows or [[len(tokens)]])[0]:
            self.open(tokens[before:row])
            found.append(self.logits())
            before = row
        assert before == len(tokens)
        self._lengths += [len(self._vocabulary.pieces[token]) for token in tokens]
        return found

    def answer(self, candidate: Candidate) -> int:
        """Decode from an empty prompt; how many passes it took beside the one that reads the prompt."""
        opening, guess = candidate.open(), candidate.guess
        rows = self.forward([(0, opening + guess.tokens)], [[len(opening), *(len(opening) + n for n in guess.rows)]])
        self.fed.clear()
        return run([candidate], rows, self, Clock(), None)

    def drop(self, sequence: int, count: int) -> None:
        assert sequence == 0
        self.written = self.written[: -sum(self._lengths[-count:])]


def write(asked: ProposeRequest, text: str, **sampling: object) -> tuple[Candidate, Writer]:
    vocabulary = Weights.load(EMBEDDED).vocabulary
    constraint = build_constraint(asked, NanoDialect(1))
    candidate = Candidate(constraint, vocabulary, Sampling.model_validate(sampling), index=0, room=200, clock=Clock())
    writer = Writer(vocabulary, text)
    writer.answer(candidate)
    return candidate, writer


def test_guesses_save_passes_and_change_nothing() -> None:
    """Greedy answers are the same, decision by decision, and sampled ones do not guess."""
    text: JsonSchema = {"type": "string", "maxLength": 40}
    words = ("text Anna that I am running late", "email bob@example.org about the budget", "note: milk, eggs and milk")
    plain, guessing = (LlamaCppModel(EMBEDDED, context=1024, threads=1, drafts=drafts) for drafts in (False, True))
    passes = [0, 0]
    for said in words:
        for sampling in (Sampling(), Sampling(temperature=1.0, seed=7), Sampling(candidates=3, seed=1)):
            asked = request(tool("send", to=text, body=text), tool("note", body=text), sampling=sampling)
            asked = asked.model_copy(update={"messages": (Message(role="user", content=said),)})
            one, two = plain.propose(asked), guessing.propose(asked)
            for left, right in zip((one, *one.others), (two, *two.others), strict=True):
                assert (left.text, left.calls) == (right.text, right.calls)
                assert [point.field for point in left.points] == [point.field for point in right.points]
                assert [point.p for point in left.points] == pytest.approx([p.p for p in right.points], abs=0.02)
            passes[0] += one.usage.forward_passes
            passes[1] += two.usage.forward_passes
    assert passes[1] < passes[0]
    plain.close()
    guessing.close()


class Copied(Writer):
    """Copies from a prompt."""

    def __init__(self, vocabulary: Vocabulary, said: str, wanted: str) -> None:
        super().__init__(vocabulary, wanted)
        self.drafts = Drafts(vocabulary.tokenizer.tokenize_str(said), vocabulary)


@pytest.mark.parametrize("body", ["I am running late", "I am running away", "I am", "late I", "nothing of it"])
@pytest.mark.parametrize("room", [12, 15, 18, 200])
@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_guesses_that_fail_are_forgotten(body: str, room: int, temperature: float) -> None:
    vocabulary = Weights.load(EMBEDDED).vocabulary
    asked = request(tool("say", body={"type": "string", "maxLength": 60}))
    wanted = f'[{{"name":"say","arguments":{{"body":" {body}"}}}}]'
    found: list[tuple[list[int], bool, list[str], int]] = []
    for guessing in (False, True):
        writer = Copied(vocabulary, "tell Anna that I am running late because I am late", wanted)
        candidate = Candidate(
            build_constraint(asked, NanoDialect(1)),
            vocabulary,
            Sampling(temperature=temperature, seed=3),
            index=0,
            room=room,
            clock=Clock(),
            drafts=writer.drafts if guessing else None,
        )
        passes = writer.answer(candidate)
        found.append((candidate.tokens, candidate.truncated, [point.text for point in candidate.points], passes))
    assert found[0][:3] == found[1][:3]
    assert found[1][3] <= found[0][3]


ONE = '[{"name":"set_volume","arguments":{"level":40}}]'


def test_only_choices_cost_a_pass() -> None:
    level: JsonSchema = {"type": "integer", "minimum": 0, "maximum": 99}
    candidate, writer = write(request(tool("set_volume", level=level)), ONE)
    assert candidate.text == ONE
    fields = [point.field for point in candidate.points]
    assert fields[0] == "0.level"
    assert len(writer.fed) <= 3
    assert sum(map(len, writer.fed)) + candidate.forced >= len(candidate.tokens) - len(fields)


def test_the_choice_between_tools_is_a_point_with_its_alternatives() -> None:
    candidate, _ = write(request(tool("set_volume", level={"type": "integer"}), tool("get_volume")), ONE)
    point = next(point for point in candidate.points if point.field == "tool")
    assert point.p > 0.99 and point.margin > 0.9 and point.legal > 1
    assert point.alternatives


def test_grammar_pressure_shows_as_lost_mass() -> None:
    candidate, _ = write(request(tool("off"), tool("on")), "I would rather write prose", max_tokens=50)
    assert candidate.points[0].mass < 0.05
    assert '"on"' in candidate.text or '"off"' in candidate.text


def test_whether_another_call_follows_is_a_point() -> None:
    candidate, _ = write(request(tool("off"), max_calls=2), '[{"name":"off","arguments":{}}]')
    assert [point.field for point in candidate.points] == ["count"]


def test_a_later_call_may_refer_to_an_earlier_result() -> None:
    made: JsonSchema = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    tools = (tool("make", made), tool("drop", id={"type": "string"}))
    text = '[{"name":"make","arguments":{}},{"name":"drop","arguments":{"id":{"$ref":"1","path":"id"}}}]'
    asked = request(*tools)
    candidate, _ = write(asked, text)
    assert candidate.text == text
    calls = build_constraint(asked, NanoDialect(1)).parse(candidate.text)
    assert calls[1].arguments == {"id": {"$ref": "1", "path": "id"}}
    assert any(point.field.startswith("1.id") for point in candidate.points)


def test_no_reference_to_a_result_that_does_not_exist_or_does_not_fit() -> None:
    number: JsonSchema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    for tools in (
        (tool("make"), tool("drop", id={"type": "string"})),
        (tool("make", number), tool("drop", id={"type": "string"})),
    ):
        text = '[{"name":"make","arguments":{}},{"name":"drop","arguments":{"id":{"$ref":"1","path":"n"}}}]'
        candidate, _ = write(request(*tools), text)
        assert '{"$ref"' not in candidate.text


def test_an_answer_ends_where_the_budget_ends() -> None:
    vocabulary = Weights.load(EMBEDDED).vocabulary
    constraint = build_constraint(request(tool("say", text={"type": "string"})), NanoDialect(1))
    candidate = Candidate(constraint, vocabulary, Sampling(), index=0, room=12, clock=Clock())
    writer = Writer(vocabulary, '[{"name":"say","arguments":{"text":" one two three four five six seven eight nine"}}]')
    writer.answer(candidate)
    assert candidate.truncated


def test_cancelling_happens_between_passes() -> None:
    vocabulary = Weights.load(EMBEDDED).vocabulary
    constraint = build_constraint(request(tool("say", text={"type": "string"})), NanoDialect(1))
    candidate = Candidate(constraint, vocabulary, Sampling(), index=0, room=100, clock=Clock())
    cancel = Cancel()
    writer = Writer(vocabulary, '[{"name":"say","arguments":{"text":" hello there"}}]')
    writer.open(candidate.open())
    cancel.set()
    with pytest.raises(Cancelled):
        run([candidate], [writer.logits()], writer, Clock(), cancel)
    assert writer.fed == []


@pytest.mark.parametrize(
    ("wanted", "said", "left"),
    [
        ("two and two</think>\n\n", "two and two", "\n\n"),
        ("it never stops thinking about this and that and more", None, "\n</think>\n\n"),
        ("", "", "\n</think>\n\n"),
    ],
)
def test_reasoning_ends_by_itself_or_at_its_budget(wanted: str, said: str | None, left: str) -> None:
    vocabulary = Weights.load(EMBEDDED).vocabulary
    writer = Writer(vocabulary, wanted)
    sampling = Sampling(reasoning_tokens=8 if said is None else 40)
    text, rest, logits = reason(writer.logits(), writer, vocabulary, sampling, close="\n</think>\n\n")
    assert rest.endswith(left) or (rest == "" and writer.written.endswith(b"\n\n"))
    assert text == said if said is not None else wanted.startswith(text)
    assert len(writer.fed) <= sampling.reasoning_tokens
    assert logits.shape == (len(vocabulary.pieces),)


def test_the_embedded_weights_in_a_plain_dialect_reason_and_still_answer_validly() -> None:
    model = LlamaCppModel(EMBEDDED, dialect="plain")
    asked = request(
        tool("set_volume", level={"type": "integer", "minimum": 0, "maximum": 9}),
        controls=tuple(Control),
        sampling=Sampling(reasoning_tokens=6, temperature=1.0, max_tokens=300, candidates=3),
    )
    proposal = model.propose(asked)
    assert proposal.reasoning
    assert "reasoning" in proposal.usage.ms
    for one in (proposal, *proposal.others):
        assert one.truncated or one.calls[0].name in {"set_volume", *Control}
    assert model.propose(asked).text == proposal.text
    model.close()
