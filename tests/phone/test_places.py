"""What a request says of texts and parts: where a value begins and ends, which field it is for, what is a part."""

from __future__ import annotations

from phone.compact import Compact, Element
from phone.documents.words import opposite
from phone.parts import pieces
from phone.places import misplaced
from phone.scorer.kinds import kind_of
from phone.scorer.spans import spans
from phone.screen import Box


def _field(label: str, value: str = "") -> Element:
    return Element("field", label, Box(0, 0, 1, 1), handle=label, value=value)


def _form(*fields: Element) -> Compact:
    return Compact("made", (Element("text", "New coffee", Box(0, 0, 1, 1)), *fields))


def test_a_text_of_small_letters_is_found_between_labels_and_small_words() -> None:
    request = "Enter internal gym as a new coffee, the story eggs soup drama and host Grace"
    found = {span.text: span for span in spans(request, {"stor", "host", "coffe"})}
    assert {"internal gym", "eggs soup drama", "Grace"} <= found.keys()
    assert found["eggs soup drama"].before == "story" and found["eggs soup drama"].after == "and"
    assert "the" not in found and "a" not in found


def test_what_stands_between_quotation_marks_is_one_text_and_no_text_goes_over_the_end_of_a_sentence() -> None:
    found = spans('Share "open red door" with Ida. Then pin Mops', ())
    assert any(span.quoted and span.text == "open red door" for span in found)
    assert not any("Ida. Then" in span.text for span in found)


def test_parts_that_stand_for_themselves_are_cut_and_those_that_lean_on_another_are_not() -> None:
    assert pieces("Turn on Bluetooth and delete the note Car") == ("Turn on Bluetooth", "delete the note Car")
    assert len(pieces("Find the note Car and pin it")) == 1
    assert len(pieces("Text Ida saying we land at noon and bring cake")) == 1
    assert pieces("Open Notes and delete Car", ("Notes",)) == ("Open Notes and delete Car",)


def test_a_value_beside_one_label_does_not_go_into_another_field() -> None:
    form = _form(_field("Story"), _field("Host"), _field("Hours"), _field("Minutes"))
    request = "A new coffee with the story eggs and host Grace, for 40 minutes"
    assert "`Host`" in misplaced(request, "Grace", form.elements[1], form, ())
    assert not misplaced(request, "Grace", form.elements[2], form, ())
    assert "`Minutes`" in misplaced(request, "40", form.elements[3], form, ())
    assert not misplaced(request, "40", form.elements[4], form, ())


def test_a_new_name_takes_the_place_of_the_old_one_unless_it_was_just_entered() -> None:
    form = _form(_field("Name", "Ida Sol"), _field("Company"))
    request = "Ida Sol is called Ida Berg now"
    assert misplaced(request, "Ida Berg", form.elements[2], form, ())
    assert not misplaced(request, "Ida Berg", form.elements[1], form, ())
    assert not misplaced(request, "Ida Berg", form.elements[2], form, ("Ida Sol",))


def test_labels_that_say_the_opposite() -> None:
    assert opposite("Like", "Unlike") and opposite("Add star", "Remove star")
    assert opposite("Mark as read", "Mark as unread")
    assert not opposite("Edit", "Delete") and not opposite("Like", "Like")


def test_an_address_is_of_its_kind_however_long_it_is() -> None:
    assert kind_of("felix@example.net")[0] == "mail"
    assert kind_of("24 April")[0] == "day" and kind_of("1:10 pm")[0] == "time"
