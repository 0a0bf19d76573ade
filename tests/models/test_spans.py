"""Free texts are words that were said: which tokens remain while a value is written."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentkit.models import EMBEDDED
from agentkit.models.llamacpp import Weights
from agentkit.models.spans import Spans
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.legal import Legal
from agentkit.propose.tracking import JsonTracker
from agentkit.types import Message, ProposeRequest, ToolSpec

SAID = 'Play "Blue in Green" by Miles-Davis at 7.30, on Anna\'s phone'


PLAY = ToolSpec(name="play", parameters={"type": "object", "properties": {"track": {"type": "string"}}})


def vocabulary() -> Vocabulary:
    return Weights.load(EMBEDDED).vocabulary


def left(value: str | None, said: str = SAID, **part: Any) -> set[str]:
    """The pieces that may follow a value of `play(track)` that has come so far; None stands for before its lead."""
    words = vocabulary()
    schema = {"type": "object", "properties": {"track": {"type": "string", **part}}}
    tools = (PLAY.model_copy(update={"parameters": schema}),)
    request = ProposeRequest(tools=tools, messages=(Message(role="user", content=said),))
    tracker = JsonTracker()
    content = "" if value is None else json.dumps(" " + value, ensure_ascii=False)[1:-1]
    tracker.feed(('[{"name":"play","arguments":{"track":"' + content).encode())
    every = Legal.listed(np.array(sorted(words.ids.values())))
    kept = Spans(request, words, " ").narrow(every, tracker)
    return {words.spell(int(token)) for token in kept.ids} if len(kept) < len(every) else {"anything"}


def test_a_value_begins_where_a_word_begins() -> None:
    begun = {piece.strip()[:1] for piece in left(None)}
    assert begun == {
        "",
        *(word[0] for word in ("Play", "Blue", "in", "Green", "by", "Miles", "at", "on", "Anna", "phone")),
    }


def test_a_value_goes_on_as_the_request_does_and_ends_with_a_word() -> None:
    assert all(piece.startswith('"') or "een".startswith(piece) for piece in left("Blue in Gr"))
    assert not any(piece.startswith('"') for piece in left("Blue in Gr"))
    assert any(piece.startswith('"') for piece in left("Blue in"))
    assert not any(piece.startswith('"') for piece in left("Miles"))
    assert not any(piece.startswith('"') for piece in left("7."))
    assert any(piece.startswith('"') for piece in left("Anna"))


def test_what_a_description_quotes_and_a_default_may_be_chosen() -> None:
    found = left("cel", description="either 'celsius' or 'kelvin'", default="rankine")
    assert found
    assert all("sius".startswith(piece) for piece in found)
    assert any(piece.startswith('"') for piece in left("rankine", default="rankine"))


def test_a_value_is_spelled_in_the_tokens_that_it_is_always_read_in() -> None:
    words = vocabulary()
    for value in ("Blue in Green", "Miles-Davis", "7.30", "phone"):
        spelled = words.tokens(f" {value}".encode())
        for at, token in enumerate(spelled):
            begun = b"".join(words.pieces[one] for one in spelled[:at])[1:].decode()
            following = left(begun if at else None)
            assert words.spell(token) in following
            others = {piece for piece in following if f" {value}"[at and len(begun) + 1 :].startswith(piece)}
            assert others - {" "} <= {words.spell(token)}  # a number's digits stand apart from the space before it


def test_where_there_is_no_room_for_a_usual_token_a_shorter_one_of_what_was_said_remains() -> None:
    words = vocabulary()
    request = ProposeRequest(tools=(PLAY,), messages=(Message(role="user", content="play Wednesday"),))
    tracker = JsonTracker()
    tracker.feed(b'[{"name":"play","arguments":{"track":" ')
    short = [token for piece, token in words.ids.items() if len(piece) <= 3]
    kept = Spans(request, words, " ").narrow(Legal.listed(np.array(sorted(short))), tracker)
    assert 0 < len(kept) < len(short)
    assert all(
        "Wednesday".startswith(words.spell(int(one))) or "play".startswith(words.spell(int(one))) for one in kept.ids
    )


@given(text=st.text("abcd ,.-'()", min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_first_token_of_a_text_is_that_of_its_first_word(text: str) -> None:
    words = vocabulary()
    assert words.first(text.encode()) == words.tokens(text.encode())[0]


@pytest.mark.parametrize("part", [{"enum": ["a", "b"]}, {"pattern": "^x+$"}, {"description": "as YYYY-MM-DD"}])
def test_values_of_a_stated_form_are_left_to_the_grammar(part: dict[str, Any]) -> None:
    assert left("zz", **part) == {"anything"}


def test_a_value_that_nobody_said_is_not_cut_short() -> None:
    assert left("Kind of Blue") == {"anything"}


def test_why_a_call_was_refused_is_nobodys_words() -> None:
    told = Message(role="tool", content="answer again", call_id="1", refused=True)
    request = ProposeRequest(tools=(PLAY,), messages=(Message(role="user", content="play Blue"), told))
    tracker = JsonTracker()
    tracker.feed(b'[{"name":"play","arguments":{"track":" ')
    kept = (
        Spans(request, vocabulary(), " ").narrow(Legal.listed(np.array(sorted(vocabulary().ids.values()))), tracker).ids
    )
    assert {vocabulary().spell(int(token)).strip()[:1] for token in kept} == {"p", "B"}


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30), st.integers(0, 99))
def test_whatever_is_chosen_stands_in_the_request(said: str, seed: int) -> None:
    value, random = "", Random(seed)
    for _ in range(40):
        options = sorted(left(value or None, said))
        if options in (["anything"], []):
            break
        piece = random.choice(options)
        if piece.startswith('"'):
            break
        try:
            value = json.loads(f'"{json.dumps(value, ensure_ascii=False)[1:-1]}{piece}"').removeprefix(" ")
        except ValueError:  # half of an escape
            break
    assert value in said


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("買う牛乳 を追加して", "牛乳"),
        ("add „Milch“ hinzu", "Milch"),
        ("¿Qué? «lait» *milk*", "lait"),
        ("milk—eggs…", "eggs"),
        ("a&b|x", "x"),
        ("give 5kg", "5"),
        ("add 10% more", "10"),
        ("the SR-SRV cluster", "SR-SRV"),
    ],
)
def test_words_have_their_ends_in_every_script(said: str, value: str) -> None:
    begun = {piece.strip() for piece in left(None, said)} - {""}
    first = {size: value.encode()[:size] for size in range(1, 5)}
    assert any(piece.encode().startswith(first[1]) for piece in begun) or " " in left(None, said)
    assert left(value, said) & {vocabulary().spell(token) for token in vocabulary().closing}


def test_letters_of_several_tokens_are_held_to_what_was_said() -> None:
    words, said = vocabulary(), "add the task 買う牛乳 please"
    tools = (PLAY,)
    request = ProposeRequest(tools=tools, messages=(Message(role="user", content=said),))
    spans, every = Spans(request, words, " "), Legal.listed(np.array(sorted(words.ids.values())))
    answer = b'[{"name":"play","arguments":{"track":" the task ' + "買".encode()[:1]
    tracker = JsonTracker()
    tracker.feed(answer)
    kept = {words.pieces[int(token)] for token in spans.narrow(every, tracker).ids}
    assert kept
    assert all("買う牛乳".encode()[1:].startswith(piece) for piece in kept)


def test_facts_and_what_the_user_said_are_kept_beside_long_results() -> None:
    said = (
        Message(role="user", content="book a table at Luigi"),
        Message(role="tool", content="lorem ipsum " * 900, call_id="1"),
    )
    request = ProposeRequest(tools=(PLAY,), messages=said, facts=("my phone: 555 0199",))
    tracker = JsonTracker()
    tracker.feed(b'[{"name":"play","arguments":{"track":" ')
    kept = (
        Spans(request, vocabulary(), " ").narrow(Legal.listed(np.array(sorted(vocabulary().ids.values()))), tracker).ids
    )
    begun = {vocabulary().spell(int(token)).strip()[:1] for token in kept}
    assert {"L", "m", "l"} <= begun
