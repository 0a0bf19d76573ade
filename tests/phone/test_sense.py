"""Meaning: words that stand for one another without a letter in common, and what a question asks for."""

from __future__ import annotations

import numpy as np
import pytest
from phone.documents.asked import asked
from phone.documents.guide import shipped as guide
from phone.documents.sense import Sense, near, shipped
from phone.scorer.asking import holds, kinds
from phone.scorer.likeness import NOTHING, Likeness


@pytest.fixture(scope="module")
def sense() -> Sense:
    found = shipped()
    assert found is not None
    return found


def test_words_of_one_meaning_are_near_and_strangers_are_not(sense: Sense) -> None:
    assert sense.close("silence", "mute notifications") > 0.4
    assert sense.close("silence", "play") < 0.1
    assert sense.close("erase it", "Delete") > 0.3 and sense.close("erase it", "Add") == 0.0
    same = sense.read("delete the album").rows
    assert np.allclose(np.diag(near(same, same)), 1.0, atol=0.01)


def test_a_function_is_found_in_other_words_than_its_label(sense: Sense) -> None:
    apps = guide().apps
    like = Likeness(sense, "snap a shot", ())
    best = max(apps.values(), key=like.best)
    assert best.document.app == "Camera"
    behind = Likeness(sense, "silence the notifications", ()).behind(apps["messages"], "…")
    assert not behind or max(behind, key=behind.__getitem__)


def test_what_was_done_leaves_the_other_words_waiting(sense: Sense) -> None:
    fresh, later = (Likeness(sense, "archive the mail", done) for done in ((), ("Email",)))
    assert fresh.left == pytest.approx(1.0, abs=0.01) and later.left < 0.95
    assert later.of("Archive").waiting > fresh.of("Archive").waiting
    assert fresh.of("") == fresh.of("zzzqq") == NOTHING


@pytest.mark.parametrize(
    ("question", "line", "kind"),
    [
        ("when does it start?", "Wed 14 Jan 18:55", "time"),
        ("who sent it?", "Petra Demir", "name"),
        ("how long did the call last?", "14 min", "length"),
        ("how many are there?", "3 items", "count"),
    ],
)
def test_a_question_tells_what_kind_of_value_it_asks_for(question: str, line: str, kind: str) -> None:
    assert kind in kinds(question) and holds(kind, line)
    assert not holds(kind, "nothing like it") and kinds("delete it") == ()


@pytest.mark.parametrize("verb", ["Drop", "Include", "Redial", "Strike", "Photograph"])
def test_a_verb_with_which_an_order_begins_is_no_part_of_a_name(verb: str) -> None:
    assert asked(f"{verb} Mira Weber").phrases == ("Mira Weber",)
