"""Guesses from the request: what they cover, and where there are none. All of them are legal, none ends an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from llguidance import LLMatcher

from agentkit.models import EMBEDDED
from agentkit.models.decode import Candidate, Clock, run
from agentkit.models.drafts import Drafts
from agentkit.models.filling import Filling
from agentkit.models.likely import Likely, Record, likely_tools
from agentkit.models.llamacpp import LlamaContext, Weights
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.vocabulary import Vocabulary
from agentkit.models.walk import mask
from agentkit.propose.confidence import Logits, choose
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects.nano import NanoDialect
from agentkit.propose.legal import Legal
from agentkit.propose.tracking import Tracker
from agentkit.types import Control, JsonSchema, Message, Near, ProposeRequest, Sampling, ToolSpec

pytestmark = pytest.mark.model

SHAPE = {"length": 1024, "batch": 512, "threads": 1, "sequences": 17}
TEXT: JsonSchema = {"type": "string", "maxLength": 40}
WHOLE: JsonSchema = {"type": "integer", "minimum": 0, "maximum": 59}


def tool(name: str, **properties: JsonSchema) -> ToolSpec:
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return ToolSpec(name=name, parameters=schema)


TOOLS = (
    tool("set_alarm", hour={**WHOLE, "maximum": 23}, minute=WHOLE, label=TEXT),
    tool("set_volume", level=WHOLE, stream={"enum": ["media", "ring"]}, note=TEXT),
    tool("get_weather", place=TEXT),
    tool("send_sms", contact=TEXT, text=TEXT),
    tool("toggle_wifi", on={"type": "boolean"}, until=TEXT),
)


def guessed(
    said: str,
    written: str,
    *,
    alone: float = 6.0,
    room: int = 100,
    likely: Likely | None = None,
    filling: Filling | None = None,
) -> tuple[str, int]:
    """The text that is guessed to follow what is written, and at how many places the model has to decide."""
    vocabulary = Weights.load(EMBEDDED).vocabulary
    model = LlamaCppModel(EMBEDDED, context=512, threads=1)
    user = Message(role="user", content=said)
    asked = ProposeRequest(tools=TOOLS, messages=(user,), controls=(Control.ABSTAIN,), max_calls=1)
    usual = vocabulary.tokenizer.tokenize_str('[{"name":"')
    drafts = Drafts(
        vocabulary.tokenizer.tokenize_str(" " + said),
        vocabulary,
        said=said,
        usual=usual,
        opening=b'[{"name":"',
        likely=likely,
        alone=alone,
        filling=(filling, model.dialect.tracker) if filling else None,
    )
    walk = vocabulary.walk(build_constraint(asked, model.dialect).grammar)
    tokens = vocabulary.tokenizer.tokenize_str(written)
    for token in tokens:
        walk.take(token)
    guess = drafts.guess(walk, tokens, room)
    assert walk.admits(guess.tokens) == len(guess.tokens) <= room
    assert guess.rows == sorted(set(guess.rows)) and (guess.rows[-1:] or [0]) == [len(guess.tokens)]
    model.close()
    return b"".join(vocabulary.pieces[token] for token in guess.tokens).decode(), len(guess.rows)


class Filled:
    """Slot filling that goes on with one text, in pieces, from wherever the answer has come to in it."""

    def __init__(self, *pieces: tuple[str, float]) -> None:
        self._pieces = [(piece.encode(), p) for piece, p in pieces]

    def likeliest(self, tracker: Tracker) -> list[tuple[bytes, float]]:
        written = (tracker.filling or b"").partition(b'"arguments":{')[2]
        left, found = len(written), list[tuple[bytes, float]]()
        for piece, p in self._pieces if tracker.filling else ():
            if left < len(piece):
                found.append((piece[left:], p))
            left = max(0, left - len(piece))
        return found


def test_what_slot_filling_is_sure_of_is_guessed_to_the_end() -> None:
    filling = Filled(
        ('"hour":', 1.0), ("7", 0.9), (',"minute":', 1.0), ("30", 0.9), (',"label":', 1.0), ('" gym"', 0.9)
    )
    written = '[{"name":"set_alarm","arguments":{'
    assert guessed("half past seven, gym", written, filling=filling)[0] == '"hour":7,"minute":30,"label":" gym'


def test_what_slot_filling_doubts_is_not_guessed() -> None:
    filling = Filled(('"hour":', 1.0), ("7", 0.05), (',"minute":', 1.0))
    assert guessed("at 7", '[{"name":"set_alarm","arguments":{"hour":', filling=filling)[0] == ""


def test_the_words_of_the_request_are_guessed_where_slot_filling_knows_nothing() -> None:
    written = '[{"name":"get_weather","arguments":{"place":"'
    assert guessed("the weather in Lisbon", written, filling=Filled())[0].startswith(" Lisbon")


def test_an_answer_is_guessed_to_begin_with_a_call() -> None:
    assert guessed("nothing that helps", "")[0] == '[{"name":"'


@pytest.mark.parametrize(
    ("said", "written", "follows"),
    [
        ("turn the volume to 40", '[{"name":"set_', 'volume","arguments":{"level":40,"stream":"'),
        ("switch off wifi", '[{"name":"toggle_', 'wifi","arguments":{"on":'),
        ("set an alarm for 6:45", '[{"name":"', 'set_alarm","arguments":{"hour":6,"minute":45,"label":"'),
        ("how do I get there", '[{"name":"', ""),
        ("get me the weather", '[{"name":"', 'get_weather","arguments":{"place":"'),
    ],
)
def test_names_and_numbers_of_the_request_are_guessed_where_few_things_are_legal(
    said: str, written: str, follows: str
) -> None:
    text, decisions = guessed(said, written, alone=20.0)
    assert text.startswith(follows)
    assert bool(text) == bool(decisions) == bool(follows)


def test_the_likely_tool_is_guessed_and_the_rest_of_one_that_was_begun() -> None:
    likely = Likely(("get_weather", "send_sms", "set_alarm"), 0.8)
    assert guessed("how wet is it", '[{"name":"', likely=likely)[0].startswith('get_weather","arguments":{"place":"')
    assert guessed("how wet is it", '[{"name":"', likely=Likely(likely.names))[0] == ""
    assert guessed("how wet is it", '[{"name":"set', likely=likely)[0].startswith('_alarm","arguments":{"hour":')


@pytest.mark.parametrize(
    ("said", "written", "begins"),
    [
        ("text Anna that I am running late", '[{"name":"send_sms","arguments":{"contact":" ', "Anna"),
        ("text Anna that I am late", '[{"name":"send_sms","arguments":{"contact":" Anna","text":" ', "I am"),
        ("what will the weather be in Lisbon tomorrow", '[{"name":"get_weather","arguments":{"place":" ', "Lisbon"),
        ("the weather at 'central park' please", '[{"name":"get_weather","arguments":{"place":" ', "central park"),
        ("alarm at 6:45 for the gym", '[{"name":"set_alarm","arguments":{"hour":6,"minute":45,"label":" ', "gym"),
    ],
)
def test_where_a_text_begins_the_words_that_look_like_a_value_are_guessed(said: str, written: str, begins: str) -> None:
    assert guessed(said, written.rstrip(" "), alone=20.0)[0].lstrip().startswith(begins)


def test_a_copy_goes_on_to_where_the_value_likely_ends_and_beyond_that_end() -> None:
    sms = '[{"name":"send_sms","arguments":{"contact":" '
    assert guessed("text Anna that I am late", sms + "An", alone=20.0)[0].startswith('na","text":"')
    assert guessed("text Anna Marie that I am late", sms + "An", alone=20.0)[0].startswith('na Marie","text":"')
    assert guessed("text anna that I am late", sms + "an", alone=20.0)[0].startswith("na that I am late")


def test_no_more_is_guessed_than_is_likely_to_be_worth_it() -> None:
    written = '[{"name":"send_sms","arguments":{"contact":" Anna","text":" I'
    lengths = [len(guessed("text Anna that I am running late", written, alone=alone)[0]) for alone in (0.1, 1.0, 9.0)]
    assert lengths == sorted(lengths) and lengths[0] == 0 and lengths[-1] == len(" am running late")


def test_copies_are_longer_while_they_stand() -> None:
    vocabulary = Weights.load(EMBEDDED).vocabulary
    ids = vocabulary.tokens(b" Anna I am running late today again")
    walk = vocabulary.walk(build_constraint(ProposeRequest(tools=TOOLS[3:4], messages=()), NanoDialect(2)).grammar)
    tokens = vocabulary.tokenizer.tokenize_str('[{"name":"send_sms","arguments":{"contact":" Anna')
    for token in tokens:
        walk.take(token)
    drafts, lengths = Drafts(ids, vocabulary, alone=1.5), list[int]()
    for stands in (True, False, False):
        guess = drafts.guess(walk, tokens, 50)
        lengths.append(len(guess.tokens))
        drafts.learn(guess, len(guess.tokens) * stands)
    assert lengths[1] > lengths[0] > lengths[2] > 0


def test_another_argument_is_guessed_while_the_request_has_words_left() -> None:
    vocabulary = Weights.load(EMBEDDED).vocabulary
    parts: dict[str, JsonSchema] = {"hour": {**WHOLE, "maximum": 23}, "label": TEXT}
    schema: JsonSchema = {"type": "object", "properties": parts, "required": ["hour"], "additionalProperties": False}
    asked = ProposeRequest(tools=(ToolSpec(name="alarm", parameters=schema),), messages=(), max_calls=1)
    tokens = vocabulary.tokenizer.tokenize_str('[{"name":"alarm","arguments":{"hour":12')
    for said, follows in (("alarm at 12 Lunch", ',"label":"'), ("alarm at 12", "")):
        walk = vocabulary.walk(build_constraint(asked, NanoDialect(2)).grammar)
        for token in tokens:
            walk.take(token)
        guess = Drafts(vocabulary.tokens(said.encode()), vocabulary, said=said).guess(walk, tokens, 50)
        assert b"".join(vocabulary.pieces[token] for token in guess.tokens).decode().startswith(follows)
        assert bool(guess.tokens) == bool(follows)


def test_a_copy_starts_in_the_middle_of_a_word_and_at_the_start_of_none() -> None:
    written = '[{"name":"get_weather","arguments":{"place":" L'
    assert guessed("weather in Lisbon", written)[0].startswith("is")
    assert guessed("weather in aLisbon", written)[0] == ""


def test_no_guess_is_longer_than_the_room() -> None:
    written = '[{"name":"send_sms","arguments":{"contact":" Anna","text":" I'
    for room in range(4):
        guessed("text Anna that I am running late", written, room=room)


def test_what_would_end_an_answer_is_not_guessed() -> None:
    lone = '[{"name":"set_volume","arguments":{"level":4,"stream":"'
    assert guessed("volume of the media to 4", lone)[0].endswith('"note":"')
    vocabulary = Weights.load(EMBEDDED).vocabulary
    asked = ProposeRequest(tools=(tool("a", of=WHOLE), tool("b", of={"enum": ["media", "ring"]})), messages=())
    model = LlamaCppModel(EMBEDDED, context=512, threads=1)
    walk = vocabulary.walk(build_constraint(asked.model_copy(update={"max_calls": 1}), model.dialect).grammar)
    tokens = vocabulary.tokenizer.tokenize_str('[{"name":"b","arguments":{"of":"')
    for token in tokens:
        walk.take(token)
    assert Drafts(vocabulary.tokenizer.tokenize_str(" the media"), vocabulary).guess(walk, tokens, 50).tokens == []
    model.close()


def plain(model: LlamaCppModel, asked: ProposeRequest) -> str:
    """The answer as a loop writes it that forces and guesses nothing: mask, likeliest token, one pass, and again."""
    vocabulary, context = model.weights.vocabulary, LlamaContext(model.weights, **SHAPE)
    grammar = build_constraint(asked, model.dialect).grammar
    matcher, written = LLMatcher(vocabulary.tokenizer, grammar, log_level=0), b""
    (logits,), steer = context.forward([(0, model.prompt_tokens(asked))]), model.steer(asked)
    tracker, size = model.dialect.tracker(), len(vocabulary.pieces)
    while not matcher.is_stopped():
        allowed = Legal.masked(mask(matcher, size), size)
        logits, legal = steer.weigh(logits, allowed, written, tracker)
        token = choose(logits, legal, 0.0, 1.0, 0.0)
        if token in vocabulary.ends:
            break
        assert matcher.consume_token(token)
        written += vocabulary.pieces[token]
        tracker.feed(vocabulary.pieces[token])
        (logits,) = context.forward([(0, [token])])
    context.close()
    return written.decode()


@pytest.mark.parametrize(
    "said",
    [
        "set an alarm for 6:45 called gym",
        "turn the ring volume to 40",
        "text Anna that I am running late",
        "what will the weather be in Lisbon",
        "switch off wifi until noon",
        "tell me a joke",
    ],
)
def test_greedy_answers_are_those_of_a_plain_loop(said: str) -> None:
    model = LlamaCppModel(EMBEDDED, context=1024, threads=1)
    user = Message(role="user", content=said)
    asked = ProposeRequest(tools=TOOLS, messages=(user,), controls=(Control.ABSTAIN,), max_calls=1)
    for _ in range(2):  # the second time, the grammar's states are remembered and the prompt is in the cache
        assert model.propose(asked).text == plain(model, asked)
    model.close()


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("what will the weather be in Lisbon", "get_weather"),
        ("Weather, and switch the WIFI off", None),
        ("get to the station", None),
        ("volume up", "set_volume"),
        ("", None),
    ],
)
def test_a_tool_is_likely_where_the_request_has_words_that_no_other_tool_has(said: str, named: str | None) -> None:
    user = Message(role="user", content=said)
    assert likely_tools(ProposeRequest(tools=TOOLS, messages=(user,))).first == named


def test_meaning_ranks_tools_that_share_no_word_with_the_request() -> None:
    user = Message(role="user", content="how wet is it")
    found: list[float] = []
    for other in (0.2, 0.4, 0.55, 0.6):
        near = (
            Near(tool="get_weather", closeness=0.6, score=6.0),
            Near(tool="send_sms", closeness=other, score=10 * other),
        )
        likely = likely_tools(ProposeRequest(tools=TOOLS, messages=(user,), nearest=near))
        assert likely.names == ("get_weather", "send_sms")
        found.append(likely.p)
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.9 and found[-1] == pytest.approx(0.5)


def test_no_other_word_of_the_request_is_guessed_for_a_tool_among_ranked_ones() -> None:
    said, written = "how do I get to the weather", '[{"name":"'
    assert guessed(said, written)[0].startswith("get_weather")
    assert guessed(said, written, likely=Likely(("set_alarm", "get_weather")))[0] == ""


def test_nothing_is_likely_after_a_result() -> None:
    messages = (Message(role="user", content="weather"), Message(role="tool", content="sun, all weather", call_id="1"))
    assert likely_tools(ProposeRequest(tools=TOOLS, messages=messages)) == Likely()


def test_guessing_tools_stops_while_it_is_mostly_wrong() -> None:
    record = Record(0.65)
    assert record.worth(0.9) == 0.9
    assert record.worth(0.5) == 0.0
    for _ in range(8):
        record.learn(0.9, right=False)
    assert record.worth(0.9) == 0.0
    for _ in range(60):
        record.learn(0.9, right=True)
    assert record.worth(0.9) == 0.9


class Opinion:
    """A model that always thinks the same after the same tokens, and likes what a request is made of."""

    def __init__(self, vocabulary: Vocabulary, liked: list[int], seed: int) -> None:
        self._size, self._liked, self._seed = len(vocabulary.pieces), liked, seed
        self.read: list[int] = []

    def forward(self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]] = ()) -> list[Logits]:
        ((_, tokens),), before = feeds, list(self.read)
        self.read += tokens
        return [self._logits(before + list(tokens[:row])) for row in (rows or [[len(tokens)]])[0]]

    def drop(self, sequence: int, count: int) -> None:
        assert sequence == 0 and count > 0
        del self.read[-count:]

    def _logits(self, tokens: list[int]) -> Logits:
        random = np.random.default_rng([self._seed, *tokens])
        logits = random.normal(0.0, 2.0, self._size).astype(np.float32)
        logits[self._liked] += 5.0
        return logits


@pytest.mark.parametrize("seed", range(40))
def test_guesses_never_change_a_greedy_answer(seed: int) -> None:
    """Also where later calls may refer to earlier results, which changes the grammar in the middle of an answer."""
    vocabulary = Weights.load(EMBEDDED).vocabulary
    made: JsonSchema = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    tools = (*TOOLS, tool("make_note", title=TEXT).model_copy(update={"returns": made}), tool("drop_note", id=TEXT))
    asked = ProposeRequest(tools=tools, messages=(), controls=(Control.ABSTAIN,), max_calls=3)
    said = vocabulary.tokens(b" make a note, then drop note 40 at 6:45 and set the media volume")
    liked = [*said, *vocabulary.tokens(b'"}},{"name":"make_note')]
    constraint = build_constraint(asked, NanoDialect(2))
    found: list[tuple[list[int], list[int], int]] = []
    usual, likely = b'[{"name":"', Likely(("make_note",), 0.8)
    guessing = Drafts(
        said,
        vocabulary,
        said="make a note, then drop note 40 at 6:45 and set the media volume",
        usual=vocabulary.tokens(usual),
        opening=usual,
        likely=likely,
        alone=20.0,
    )
    for drafts in (None, guessing):
        model, clock = Opinion(vocabulary, liked, seed), Clock()
        candidate = Candidate(constraint, vocabulary, Sampling(), index=0, room=90, clock=clock, drafts=drafts)
        opening, guess = candidate.open(), candidate.guess
        first = model.forward([(0, opening + guess.tokens)], [[len(opening), *(len(opening) + n for n in guess.rows)]])
        passes = run([candidate], first, model, clock, None)
        assert candidate.tokens[: len(model.read)] == model.read  # what was read is the answer, and nothing else
        found.append((candidate.tokens, [point.legal for point in candidate.points], passes))
    assert found[0][:2] == found[1][:2]
    assert found[1][2] <= found[0][2]
