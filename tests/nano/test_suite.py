import json
from pathlib import Path

from agentkit.evaluate.suite import read_suite
from agentkit.nano.describe import describe
from agentkit.nano.pool import build_pool
from agentkit.nano.rows import Shard
from agentkit.nano.suite import write_pack_suite, write_suite


def shards() -> list[Shard]:
    words = [
        first + last for first in ("bam", "cor", "del", "fug", "hin", "jop") for last in ("ax", "ep", "it", "ot", "um")
    ]
    made: list[Shard] = []
    for source in ("snips", "rma_mobile"):
        shard = Shard(source, "MIT")
        for word in words:
            name = f"{word}_{source[:3]}"
            properties = {"size": {"type": "string"}, "gone": {"type": "string"}}
            shard.tool(name, f"Turn the {word}", properties, required=["size", "gone"], group="g")
            for size in ("huge", "tiny", "flat"):
                shard.ask(f"turn the {word} {size}", [(name, {"size": size})], group="g")
        made.append(shard)
    return made


def test_suite_rows_hold_held_out_tools_and_what_the_call_needs(tmp_path: Path) -> None:
    data = shards()
    unseen = {key for source in build_pool(data, dev=True).sources.values() for key in source.tools}
    path = write_suite(build_pool(data, dev=True), tmp_path / "dev.jsonl", 40)
    rows = list(read_suite(path))
    assert len(rows) > 40
    for row in rows:
        assert {tool.name for tool in row.tools} <= unseen
        offered = {tool.name: tool.parameters for tool in row.tools}
        for call in row.expected:
            assert set(offered[call.name].get("required", ())) <= set(call.arguments)
            assert set(call.arguments) <= set(offered[call.name]["properties"])
    assert any(not row.expected for row in rows)
    assert any(len(row.expected) == 2 for row in rows)
    assert {tag for row in rows for tag in row.tags} == {"spoken", "phone"}


def test_masked_names_leave_everything_else_as_it_is(tmp_path: Path) -> None:
    pool = build_pool(shards(), dev=True)
    plain, masked = (
        list(read_suite(write_suite(pool, tmp_path / f"{hidden}", 10, masked=hidden))) for hidden in (False, True)
    )
    for one, other in zip(plain, masked, strict=True):
        names = {tool.name: tool.description for tool in other.tools}
        assert [tool.description for tool in one.tools] == list(names.values())
        assert list(names) == [f"tool_{number}" for number in range(1, len(names) + 1)]
        assert [dict(call.arguments) for call in one.expected] == [dict(call.arguments) for call in other.expected]
        told = {tool.name: tool.description for tool in one.tools}
        assert [told[call.name] for call in one.expected] == [names[call.name] for call in other.expected]


def test_a_suite_for_the_packs_asks_for_what_is_offered(tmp_path: Path) -> None:
    rows = list(read_suite(write_pack_suite(tmp_path / "packs.jsonl", 60)))
    assert len(rows) == 60
    assert {call.name for row in rows for call in row.expected} <= {tool.name for row in rows for tool in row.tools}
    assert any(not row.expected for row in rows)
    assert {"assistant", "phone"} < {tag for row in rows for tag in row.tags}


def test_the_suite_is_the_same_each_time(tmp_path: Path) -> None:
    pool = build_pool(shards(), dev=True)
    one, two = (write_suite(pool, tmp_path / name, 10).read_text("utf-8") for name in ("a", "b"))
    assert one == two
    assert json.loads(one.splitlines()[0])["tools"]


def test_shards_are_described_with_their_sums() -> None:
    lines = describe(shards()).splitlines()
    assert lines[2].startswith("| snips | MIT | 30 | ")
    assert lines[-1].startswith("| all | | 60 | ")
    assert lines[-1].endswith(" | 180 | 0 | 0 |")
