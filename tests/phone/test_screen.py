"""The screen model and its short form, on dumps written by hand as real devices write them."""

from __future__ import annotations

import pytest
from phone.compact import compact
from phone.screen import Box, parse

from agentkit.errors import Failed

HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\">"


def node(bounds: str, inner: str = "", **attributes: str) -> str:
    attributes = {"enabled": attributes.pop("on", "true")} | attributes
    said = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    cls = "" if "class" in attributes else 'class="android.widget.FrameLayout" '
    return f'<node index="0" {cls}package="com.shop" {said} bounds="{bounds}">{inner}</node>'


def button(bounds: str, text: str, **more: str) -> str:
    return node(bounds, text=text, clickable="true", **({"class": "android.widget.Button"} | more))


def screen(*inner: str) -> str:
    return HEAD + node("[0,0][1080,2280]", "".join(inner)) + "</hierarchy>"


def test_a_dump_is_read_with_its_flags_and_bounds() -> None:
    found = list(parse(screen(button("[10,20][110,220]", "Buy &amp; pay", selected="true"))).walk())[1]
    assert (found.text, found.kind, found.box.centre) == ("Buy & pay", "Button", (60, 120))
    assert found.has("clickable") and found.has("selected") and not found.has("checked")


def test_what_is_no_dump_is_refused_in_words() -> None:
    with pytest.raises(Failed, match="could not be read"):
        parse("ERROR: could not get idle state.")
    with pytest.raises(Failed, match="<html>"):
        parse("<html/>")


def test_bounds_clip_and_tell_when_nothing_is_left() -> None:
    assert Box.parse("[0,-50][100,100]").clip(Box(0, 0, 80, 80)) == Box(0, 0, 80, 80)
    assert Box.parse("nonsense").empty
    assert str(Box(1, 2, 3, 4)) == "[1,2][3,4]"


def test_what_lies_outside_or_has_no_size_is_dropped() -> None:
    found = compact(
        parse(screen(button("[0,2300][100,2400]", "Below"), button("[5,5][5,5]", "Flat"), button("[0,0][9,9]", "In")))
    )
    assert found.taps == ("In",)


def test_a_label_is_joined_to_its_field() -> None:
    label = node("[0,0][500,50]", text="Street", **{"class": "android.widget.TextView"})
    field = node("[0,50][500,150]", text="Mill Lane 4", clickable="true", **{"class": "android.widget.EditText"})
    found = compact(parse(screen(label, field)))
    assert found.fields == ("Street",)
    assert found.lines()[1:] == ("1 Street: Mill Lane 4 [field]",)


def test_a_row_speaks_for_the_text_inside_it() -> None:
    inside = node("[0,0][900,50]", text="Wi-Fi", **{"class": "android.widget.TextView"})
    inside += node("[0,50][900,100]", text="Fjellro", **{"class": "android.widget.TextView"})
    inside += node("[900,0][1000,100]", checkable="true", checked="true", **{"class": "android.widget.Switch"})
    found = compact(parse(screen(node("[0,0][1080,100]", inside, clickable="true"))))
    assert found.text(numbered=False).split("\n")[1] == "Wi-Fi - Fjellro [on]"


def test_equal_labels_get_different_handles() -> None:
    rows = [button(f"[0,{y}][100,{y + 50}]", "Delete") for y in (0, 100, 200)]
    assert compact(parse(screen(*rows))).taps == ("Delete", "Delete (2)", "Delete (3)")


def test_disabled_elements_are_shown_but_cannot_be_chosen() -> None:
    found = compact(parse(screen(button("[0,0][100,50]", "Send", on="false"))))
    assert found.taps == () and "disabled" in found.text()


def test_decoration_and_repeated_text_cost_no_line() -> None:
    picture = node("[0,0][100,100]", **{"class": "android.widget.ImageView"})
    said = node("[0,100][100,150]", text="Hello", **{"class": "android.widget.TextView"})
    assert compact(parse(screen(picture, said, said))).lines() == ("shop screen", "Hello")


def test_a_long_list_is_folded_in_the_text_but_not_in_the_handles() -> None:
    rows = "".join(button(f"[0,{y * 50}][1080,{y * 50 + 50}]", f"Song {y}") for y in range(40))
    listed = node("[0,0][1080,2280]", rows, scrollable="true", **{"class": "android.widget.ListView"})
    found = compact(parse(screen(listed)), fold=5)
    assert len(found.taps) == 40
    assert found.lines()[-2:] == ("… 35 more like these", "[scroll down or up for more]")


def test_neighbours_at_one_height_share_a_line() -> None:
    keys = [button(f"[{x * 100},0][{x * 100 + 100},100]", str(x)) for x in range(3)]
    assert compact(parse(screen(*keys))).lines()[1] == "1 0 | 2 1 | 3 2"


def test_tokens_are_counted_by_the_callers_count() -> None:
    found = compact(parse(screen(button("[0,0][9,9]", "One two"))))
    assert found.tokens(lambda text: len(text.split()), numbered=False) == 4


def test_a_long_label_is_cut() -> None:
    found = compact(parse(screen(button("[0,0][9,9]", "word " * 40))))
    assert len(found.taps[0]) <= 60 and found.taps[0].endswith("…")
