import random
import re

import pytest

from agentkit.nano.augment import Dial, ask_for, imperative, revalue, vary_tool
from agentkit.nano.generate import GENERATORS
from agentkit.nano.generate.toolboxes import toolbox_shard
from agentkit.nano.mix import Mixer, Shares, conversation
from agentkit.nano.pool import build_pool, held_out
from agentkit.nano.rows import Row, Shard
from agentkit.nano.wording import fits
from agentkit.types import Message, ToolCall

MADE = {name: make for name, make in GENERATORS.items() if name not in ("made_tools", "made_talk")}
MADE["made_tools"] = lambda seed: toolbox_shard(seed, scenes=90)
"""The generators that draw from tables; those that play an app take minutes and are tested with their pack."""


def small_shard(tools: int = 24, rows: int = 6) -> Shard:
    shard = Shard("tldr", "MIT")
    for number in range(tools):
        key = f"g/{'abcdefghijklmnopqrstuvwxyz'[number] * 4}"
        shard.tool(key, f"Turns the {key[2:]} handle", {"size": {"type": "integer"}}, group="g", name=key[2:])
        for row in range(rows):
            shard.ask(f"turn the {key[2:]} by {row + 20}", [(key, {"size": row + 20})], group="g")
    return shard


def test_the_same_number_gives_the_same_block() -> None:
    pool = build_pool([small_shard()])
    assert Mixer(pool, 3).block(7) == Mixer(pool, 3).block(7)
    assert Mixer(pool, 3).block(7) != Mixer(pool, 4).block(7)


def test_every_call_names_a_tool_of_its_block() -> None:
    mixer = Mixer(build_pool([small_shard(), *(make(0) for make in MADE.values())]), 0)
    for number in range(60):
        block = mixer.block(number)
        names = re.findall(r"<\|tool\|>(.*?)(?=: |<\||$)", block.prefix)
        assert len(set(names)) == len(names)
        for text in block.conversations:
            called = re.findall(r'"name":"([^"]+)","arguments"', text)
            assert set(called) <= set(names), block
            assert text.endswith("<|end|>")


def test_no_tool_of_the_dev_side_is_trained_on() -> None:
    shards = [small_shard()]
    train, dev = build_pool(shards), build_pool(shards, dev=True)
    trained, unseen = set(train.sources["tldr"].tools), set(dev.sources["tldr"].tools)
    assert trained and unseen and not trained & unseen
    assert trained | unseen == set(shards[0].tools)
    assert all(row.calls[0].name in unseen for rows in dev.sources["tldr"].by_tool.values() for row in rows)


def test_services_are_held_out_whole() -> None:
    shard = Shard("aws", "MIT")
    tools = [shard.tool(f"{service}/{number}", "d", group=service) for service in "pqrstuvw" for number in range(3)]
    for service in "pqrstuvw":
        assert len({held_out("aws", tool) for tool in tools if tool.group == service}) == 1


def test_the_projects_own_tools_are_never_held_out() -> None:
    for source in ("made_phone", "simulated_phone"):
        shard = Shard(source, "MIT")
        assert not any(held_out(source, shard.tool(f"tool {number}", "d")) for number in range(50))


def test_shares_of_other_answers_are_near_what_was_asked() -> None:
    mixer = Mixer(build_pool([small_shard()]), 0, shares=Shares(none=0.3, several=0.0, refused=0.0, listed=0.0))
    answers = [text for number in range(80) for text in mixer.block(number).conversations]
    none = sum(text.endswith("[]<|end|>") for text in answers) / len(answers)
    assert 0.15 < none < 0.4
    assert not any(text.count('{"name"') > 1 for text in answers)
    joined = Mixer(build_pool([small_shard()]), 0, shares=Shares(none=0.0, several=1.0, refused=0.0, listed=0.0))
    assert any(text.count('{"name"') > 1 for number in range(20) for text in joined.block(number).conversations)


def test_undialled_blocks_show_the_data_as_they_are() -> None:
    block = Mixer(build_pool([small_shard()]), 0, Dial.off(), Shares(0, 0, 0, 0)).block(1)
    assert re.search(r"<\|tool\|>(\w)\1{3}: Turns the \1{4} handle<\|p\|>size\*?:int", block.prefix)


@pytest.mark.parametrize("seed", range(30))
def test_a_varied_tool_keeps_every_argument_that_is_given(seed: int) -> None:
    shard = small_shard(2)
    tool = shard.tools["g/aaaa"]
    variant = vary_tool(tool, [("size",)], Dial(), random.Random(seed))
    assert variant.arguments["size"] in variant.spec.parameters["properties"]
    assert variant.spec.name


def test_a_tool_never_loses_name_and_description_together() -> None:
    tool = small_shard(1).tools["g/aaaa"]
    for seed in range(200):
        spec = vary_tool(tool, [], Dial(opaque=0.5, bare=0.5), random.Random(seed)).spec
        assert spec.description or "aaaa" in spec.name.lower()


@pytest.mark.parametrize("seed", range(20))
def test_new_values_stand_in_request_and_call_alike(seed: int) -> None:
    schema = {"properties": {"to": {"type": "string"}, "count": {"type": "integer"}, "kind": {"enum": ["slow"]}}}
    arguments = {"to": "Ann Lee", "count": 42, "kind": "slow"}
    text, changed = revalue("send 42 slow parcels to Ann Lee", arguments, schema, random.Random(seed))
    assert changed["kind"] == "slow"
    assert str(changed["to"]) in text
    assert str(changed["count"]) in text


def test_documentation_becomes_a_request() -> None:
    assert imperative("Removes the directory") == "Remove the directory"
    assert imperative("Access the vault") == "Access the vault"
    assert "emove the directory" in ask_for("Removes the directory.", random.Random(0))


def test_a_conversation_reads_as_the_runtime_writes_it() -> None:
    messages = (
        Message(role="user", content="find Ann"),
        Message(role="assistant", calls=(ToolCall(id="1", name="find", arguments={"name": "Ann"}),)),
        Message(role="tool", content="none", call_id="1"),
    )
    row = Row(
        messages=messages,
        calls=(ToolCall(id="1", name="ask", arguments={"question": "Which Ann?"}),),
        facts=("now: 1",),
    )
    assert conversation(row) == (
        '<|fact|> now: 1<|user|> find Ann<|call|>[{"name":"find","arguments":{"name":" Ann"}}]<|end|>'
        "<|result|> none<|call|><|ask|> Which Ann?<|end|>"
    )


@pytest.mark.parametrize("name", sorted(MADE))
def test_generated_calls_fit_their_tools(name: str) -> None:
    shard = MADE[name](5)
    assert len(shard.rows) > 500
    for row in shard.rows:
        for call in row.calls:
            if call.control:
                continue
            schema = shard.tools[call.name].spec.parameters
            assert set(schema.get("required", ())) <= set(call.arguments), (row, schema)
            for argument, value in call.arguments.items():
                reference = isinstance(value, dict) and "$ref" in value
                assert reference or fits(value, schema["properties"][argument]), (argument, value)


def test_generated_rows_hold_questions_references_and_results() -> None:
    rows = [row for make in MADE.values() for row in make(1).rows]
    assert any(call.name == "ask" for row in rows for call in row.calls)
    assert any("$ref" in str(call.arguments) for row in rows for call in row.calls)
    assert any(message.role == "tool" for row in rows for message in row.messages)
    assert MADE["made_everyday"](2).rows == MADE["made_everyday"](2).rows


def test_with_the_dial_off_tools_and_requests_stand_as_the_data_have_them() -> None:
    pool = build_pool([small_shard()])
    names = {tool.spec.name for tool in pool.sources["tldr"].tools.values()}
    plain, varied = (Mixer(pool, 0, dial) for dial in (Dial.off(), Dial()))
    assert all(spec.name in names for number in range(10) for spec in plain.rows(number)[0])
    assert any(spec.name not in names for number in range(10) for spec in varied.rows(number)[0])
