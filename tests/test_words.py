"""Words as the grounding check compares them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from agentkit.words import clauses, stands_in

TEXTS = st.text(alphabet="ab1_ .é²-\n", max_size=12)


@given(part=TEXTS, text=TEXTS)
def test_a_part_stands_in_a_text_where_a_pattern_with_word_borders_finds_it(part: str, text: str) -> None:
    assert stands_in(part, text) == bool(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text))


@given(
    pieces=st.lists(st.sampled_from(["dig a hole", "sing", ", ", " and ", " and then ", ". ", "; ", "x y"]), max_size=9)
)
def test_clauses_follow_each_other_and_are_of_several_words(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = clauses(text)
    places = [place for span in found for place in span]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(len(text[start:end].split()) > 1 for start, end in found)


def test_a_text_is_cut_into_clauses_where_requests_are_joined() -> None:
    many = clauses(", ".join(f"sing song {number}" for number in range(20)))
    assert len(many) == 8
    assert many[-1][1] == len(", ".join(f"sing song {number}" for number in range(20)))
    text = "dig a hole, then sing a song and sleep"
    assert [text[start:end] for start, end in clauses(text)] == ["dig a hole", "sing a song"]
