"""Recorded screens of real apps become steps as the phone's agent would take them; the samples are made up."""

import json
from pathlib import Path
from typing import Any

import pytest

from agentkit.nano.rows import Row, Shard
from agentkit.nano.sources import screens
from agentkit.registry import Registry

_LIST = (
    "<input id=0>Search plants</input>\n<button id=1 text='Add a plant'></button>\n"
    "<button id=2>Fern<br>watered today</button>\n<button id=3>go back</button>"
)
_FORM = (
    "<p id=0>New plant</p>\n <input id=1 >Name</input>\n <checkbox id=2 checked=True>Needs sun ON</checkbox>\n"
    " <button id=3>Save</button>\n <button id=4>go back</button>"
)
_FILLED = _FORM.replace(">Name<", ">Aloe<")
_LONG = "\n".join(
    [*(f"<button id={n}>Room {n}</button>" for n in range(12)), "<button id=12>go back</button>"]
    + [f"<button id={n}>Room {n}</button>" for n in range(13, 53)]
)


def step(state: str, number: int, text: str = "null") -> dict[str, Any]:
    return {"label": [number, text], "history": "", "state": state, "state_str": ""}


def converted(folder: Path, task: str, *profile: dict[str, Any]) -> Shard:
    record = {"task": task, "profile": list(profile), "step_num": len(profile)}
    (folder / "profile_train_apps.json").write_text(json.dumps({"plants": {"1": record}}), encoding="utf-8")
    return screens.autodroid_ui(folder)


def called(row: Row) -> tuple[str, dict[str, Any]]:
    return (row.calls[0].name, dict(row.calls[0].arguments)) if row.calls else ("", {})


def test_steps_of_a_task_are_calls_on_the_screens_as_an_agent_sees_them(tmp_path: Path) -> None:
    profile = (step(_LIST, 1), step(_FORM, 1, "Aloe"), step(_FILLED, 2), step(_FILLED, 3), step(_LIST, -1))
    rows = converted(tmp_path, "Add the plant  Aloe, it needs no sun", *profile).rows
    assert [called(row) for row in rows] == [
        ("tap", {"element": "Add a plant"}),
        ("type_text", {"field": "Name", "text": "Aloe"}),
        ("tap", {"element": "Needs sun"}),
        ("tap", {"element": "Save"}),
        ("", {}),
    ]
    assert rows[0].facts[:4] == ("plants screen", "Search plants: [field]", "Add a plant", "Fern - watered today")
    assert rows[1].facts[:5] == ("plants screen", "New plant", "Name: [field]", "Needs sun [on]", "Save")
    assert "Name: Aloe [field]" in rows[2].facts
    assert rows[0].messages[0].content == "Add the plant Aloe, it needs no sun"
    history = [call for message in rows[4].messages for call in message.calls]
    assert [call.name for call in history] == ["open_app", "tap", "type_text", "tap", "tap"]
    assert dict(history[0].arguments) == {"app": "Plants"}


def test_what_lies_behind_the_first_display_is_scrolled_to(tmp_path: Path) -> None:
    scroll, tap = converted(tmp_path, "Open room 40", step(_LONG, 40)).rows
    assert called(scroll) == ("scroll", {"direction": "down"})
    assert "Room 40" not in scroll.facts and "[scroll down for more]" in scroll.facts
    assert called(tap) == ("tap", {"element": "Room 40"})
    assert "[scroll up or down for more]" in tap.facts
    assert sum(fact.startswith("Room ") for fact in tap.facts) == screens._SHOWN
    assert [call.name for message in tap.messages for call in message.calls] == ["open_app", "scroll"]


def test_a_step_on_the_first_display_shows_no_more_than_it(tmp_path: Path) -> None:
    (tap,) = converted(tmp_path, "Open room 3", step(_LONG, 3)).rows
    assert called(tap) == ("tap", {"element": "Room 3"})
    assert tap.facts[12:14] == ("Room 11", "[scroll down for more]")


def test_tools_are_the_packs_and_those_without_anything_to_act_on_are_not_offered(tmp_path: Path) -> None:
    shard = converted(tmp_path, "Open the fern", step(_LIST, 2), step(_LONG, -1))
    names = [spec.name for spec in Registry(["phone"]).specs]
    assert set(shard.tools) <= set(names)
    first, end = shard.rows
    assert first.offered == ("tap", "type_text", "back", "home", "open_app", "wait")
    assert end.offered == ("tap", "scroll", "back", "home", "open_app", "wait")


@pytest.mark.parametrize(("task", "rows"), [("Check when the fern was watered", 1), ("Open the fern", 2)])
def test_no_end_is_made_up_where_an_answer_may_be_wanted(tmp_path: Path, task: str, rows: int) -> None:
    assert len(converted(tmp_path, task, step(_LIST, 2), step(_FORM, -1)).rows) == rows


def test_words_of_one_name_are_told_apart_and_screens_are_read_with_their_marks(tmp_path: Path) -> None:
    twins = "<button id=0>Add & <new></button>\n<button id=1>Pot</button>\n<button id=2>Pot</button>"
    first, second = converted(tmp_path, "The other pot", step(twins, 2), step(twins, 0)).rows
    assert called(first) == ("tap", {"element": "Pot (2)"})
    assert called(second) == ("tap", {"element": "Add & <new>"})
