"""Made-up tools and what is said to them: calls that the schemas allow, values that were said, ends and refusals."""

from __future__ import annotations

import json
import random
import re

import jsonschema
import pytest

from agentkit.nano.augment import has_form
from agentkit.nano.generate.composed import compose, from_table, things
from agentkit.nano.generate.daytime import bare_hour, with_part_of_day
from agentkit.nano.generate.packs import pack_shard
from agentkit.nano.generate.requests import SLOT, Wishes
from agentkit.nano.generate.results import Results
from agentkit.nano.generate.talk import could_answer, small_talk
from agentkit.nano.generate.toolboxes import toolbox_shard
from agentkit.nano.generate.typed import Function, declare, functions
from agentkit.nano.joining import for_several, join_requests
from agentkit.nano.pool import held_out
from agentkit.nano.rows import Row, Shard, make_calls
from agentkit.types import JsonObject, Message


@pytest.fixture(scope="module")
def made() -> Shard:
    return toolbox_shard(0, scenes=60)


def test_calls_are_what_the_schemas_allow(made: Shard) -> None:
    for row in made.rows:
        for call in row.calls:
            if call.control is None:
                assert call.name in row.offered
                jsonschema.validate(dict(call.arguments), dict(made.tools[call.name].spec.parameters))


def test_string_values_without_a_form_were_said(made: Shard) -> None:
    for row in made.rows:
        said = " ".join(message.content for message in row.messages if message.role == "user").lower()
        for call in row.calls:
            if call.control is not None:
                continue
            for name, value in call.arguments.items():
                part = made.tools[call.name].spec.parameters["properties"][name]
                if isinstance(value, str) and not has_form(value, part):
                    assert value.lower() in said, row


def test_no_tool_is_held_out_so_that_no_scene_is_lost(made: Shard) -> None:
    assert not any(held_out(made.source, tool) for tool in made.tools.values())


def test_every_kind_of_answer_is_there(made: Shard) -> None:
    first = [row for row in made.rows if len(row.messages) == 1]
    after = [row for row in made.rows if row.messages[-1].role == "tool"]
    none = sum(not row.calls for row in first) / len(made.rows)
    assert 0.1 < none < 0.35
    assert any(len({call.name for call in row.calls}) == 1 < len(row.calls) for row in first)
    assert any(len({call.name for call in row.calls}) > 1 for row in first)
    assert any(not row.calls for row in after) and any(row.calls for row in after)
    assert any(len(row.offered) == 1 for row in first)


def test_some_requests_lack_a_value_and_are_answered_with_a_question() -> None:
    rows = (row for seed in range(12) for row in toolbox_shard(seed, scenes=60).rows)
    assert any(call.name == "ask" for row in rows if len(row.messages) == 1 for call in row.calls)


def test_tools_of_a_scene_cannot_stand_in_for_each_other() -> None:
    rng = random.Random(0)
    order = next(thing for thing in things() if thing.one == "order")
    tools = [compose(rng, order) for _ in range(400)]
    deletes = [tool for tool in tools if tool.operation == "delete"]
    creates = [tool for tool in tools if tool.operation == "create"]
    assert deletes[0].covers(deletes[-1])
    assert not deletes[0].covers(creates[0])


def test_a_request_of_a_table_says_all_that_is_required() -> None:
    rng = random.Random(1)
    for _ in range(80):
        entry = from_table(rng).entry
        assert all(f"{{{name}}}" in form for form in entry.requests for name in entry.required)


def test_the_same_seed_gives_the_same_rows() -> None:
    assert toolbox_shard(4, scenes=5).rows == toolbox_shard(4, scenes=5).rows


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.names[0])
def test_requests_for_an_interface_say_all_that_is_required_and_some_of_the_rest(function: Function) -> None:
    rng = random.Random(1)
    slots: list[set[str]] = []
    for entry in (declare(function, rng) for _ in range(12)):
        said = [set(SLOT.findall(form)) for form in (*entry.requests, *(form for form, _ in entry.repeats))]
        assert all(set(entry.required) <= names <= set(entry.kinds) for names in said)
        assert all(form.endswith(tail) for form, tail in entry.repeats)
        slots += [names - set(entry.required) for names in said]
    assert not function.optional or (any(slots) and not all(slots))


def test_a_repeated_request_has_a_call_for_each_part() -> None:
    rng = random.Random(3)
    for _ in range(200):
        wishes = Wishes(declare(rng.choice(functions()), rng), rng)
        found = wishes.several()
        if found is not None:
            text, calls = found
            assert len(calls) == len({json.dumps(call) for call in calls}) >= 2, text
            assert all(call.keys() == calls[0].keys() for call in calls)


def test_options_that_only_the_description_has_are_said_as_they_stand_there() -> None:
    rng, seen = random.Random(0), 0
    for _ in range(300):
        entry = declare(rng.choice(functions()), rng)
        for name, kind in entry.kinds.items():
            if ";" in kind and not kind.startswith("["):
                seen += 1
                assert "enum" not in entry.properties[name]
                assert all(f"'{option}'" in entry.remarks[name] for option in kind.split(";"))
    assert seen > 20


def test_results_have_every_shape_of_json() -> None:
    results, shapes = Results(random.Random(0)), set[str]()
    for _ in range(200):
        text = results.text({"city": "Oslo"})
        try:
            value: object = json.loads(text)
        except json.JSONDecodeError:
            value = text
        shapes.add(type(value).__name__)
    assert {"dict", "list", "str", "int", "bool"} <= shapes


def test_a_declared_result_echoes_what_was_set() -> None:
    returns = {
        "type": "object",
        "properties": {"at": {"type": "string", "format": "time"}, "label": {"type": "string"}},
    }
    text = Results(random.Random(0)).text({"hour": 7, "minutes": 5, "label": "run"}, returns)
    assert json.loads(text) == {"at": "07:05:00", "label": "run"}


def test_a_quarter_of_the_packs_rows_come_after_results_and_some_have_more_to_do() -> None:
    rows = pack_shard(0, scenes=120).rows
    after = [row for row in rows if row.messages[-1].role == "tool"]
    assert 0.2 < len(after) / len(rows) < 0.4
    assert any(row.calls for row in after)
    assert any(row.messages[-1].content.startswith("{") for row in after)


@pytest.mark.parametrize("seed", range(40))
def test_bare_hours_read_as_they_stand_and_parts_of_the_day_move_them(seed: int) -> None:
    rng = random.Random(seed)
    text, value = bare_hour(rng)
    assert re.fullmatch(r"\d\d:\d\d", value) and int(value[:2]) <= 12, text
    text, value = with_part_of_day(rng)
    assert (int(value[:2]) >= 12) is not ("morning" in text), (text, value)


def _row(text: str, name: str, arguments: JsonObject) -> Row:
    return Row(messages=(Message(role="user", content=text),), calls=make_calls([(name, arguments)]))


@pytest.mark.parametrize("seed", range(20))
def test_one_request_for_several_values_has_a_call_for_each(seed: int) -> None:
    schema = {"properties": {"city": {"type": "string"}}}
    row = for_several(_row("weather in Oslo please", "weather", {"city": "Oslo"}), schema, random.Random(seed))
    assert row is not None
    cities = [str(call.arguments["city"]) for call in row.calls]
    assert cities[0] == "Oslo" and len(set(cities)) == len(cities) >= 2
    assert all(city in row.messages[0].content for city in cities)


def test_a_text_is_not_listed_and_neither_is_what_stands_twice() -> None:
    free = {"properties": {"text": {"type": "string"}}}
    assert for_several(_row("note milk", "note", {"text": "milk"}), free, random.Random(0)) is None
    schema = {"properties": {"city": {"type": "string"}}}
    assert for_several(_row("Oslo or Oslo?", "weather", {"city": "Oslo"}), schema, random.Random(0)) is None


def test_a_joined_request_keeps_a_value_that_it_begins_with() -> None:
    rows = [_row("call Bo", "call", {"who": "Bo"}), _row("Inv-7 status", "status", {"id": "Inv-7"})]
    for seed in range(20):
        assert "Inv-7" in join_requests(rows, random.Random(seed)).messages[0].content


def test_small_talk_is_for_no_tool_but_those_that_answer_anything() -> None:
    assert could_answer("web_search Search the web", "why is the sky blue?")
    assert could_answer("sky_colour Tell how the sky looks", "why is the sky blue?")
    assert not could_answer("lock_door Lock a door", "why is the sky blue?")
    assert all(small_talk(random.Random(seed)) for seed in range(20))
