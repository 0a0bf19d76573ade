"""Words as the grounding check compares them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from agentkit.words import stands_in

TEXTS = st.text(alphabet="ab1_ .é²-\n", max_size=12)


@given(part=TEXTS, text=TEXTS)
def test_a_part_stands_in_a_text_where_a_pattern_with_word_borders_finds_it(part: str, text: str) -> None:
    assert stands_in(part, text) == bool(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text))
