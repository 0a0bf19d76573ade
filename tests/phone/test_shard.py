"""Training rows: only train templates, calls that the screen allows, and text that training shows unchanged."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from phone.tasks import TEMPLATES
from phone.tasks.shard import shard

from agentkit.nano.generate import PLAYED
from agentkit.nano.mix import Mixer
from agentkit.nano.pool import build_pool
from agentkit.nano.rows import Shard, load_shard

NAMES = ("clock.add_alarm", "clock.move_alarm", "notes.delete", "contacts.ask_phone", "clock.minutes_timer")


@pytest.fixture(scope="module")
def made() -> Shard:
    return shard(0, 8, only=NAMES)


def test_rows_come_from_the_train_split_only(made: Shard) -> None:
    assert made.rows and {row.group for row in made.rows} <= {t.name for t in TEMPLATES.values() if t.split == "train"}
    assert shard(0, 8, only=NAMES).rows == made.rows
    assert "simulated_phone" in PLAYED


def test_what_is_tapped_stands_in_the_facts_of_its_row(made: Shard) -> None:
    taps = [row for row in made.rows if row.calls and row.calls[0].name == "tap"]
    assert len(taps) > 10
    for row in taps:
        handle = re.sub(r" \(\d+\)$", "", str(row.calls[0].arguments["element"]))
        assert any(handle in fact for fact in row.facts), (handle, row.facts)


def test_the_ways_to_end_are_all_there(made: Shard) -> None:
    ends = [row for row in made.rows if not row.calls or row.calls[0].name == "finish"]
    assert any(not row.calls for row in ends) and any(row.calls for row in ends)
    assert all(any(message.role == "tool" for message in row.messages) for row in ends)


def test_a_shard_survives_storage(made: Shard, tmp_path: Path) -> None:
    assert load_shard(made.save(tmp_path)).rows == made.rows


def test_training_shows_requests_and_values_as_they_are(made: Shard) -> None:
    mixer = Mixer(build_pool([made]), seed=1)
    requests = {row.messages[0].content for row in made.rows}
    apps = {str(c.arguments["app"]) for row in made.rows for c in row.calls if c.name == "open_app"}
    for number in range(12):
        for conversation in mixer.block(number).conversations:
            assert any(f"<|user|> {request}<|" in conversation for request in requests), conversation
            for answer in re.findall(r"<\|call\|>(\[.*?\])<\|end\|>", conversation):
                calls: list[dict[str, Any]] = json.loads(answer)
                assert len(calls) <= 1
                given: list[dict[str, str]] = [call["arguments"] for call in calls]
                assert all(each["app"].strip() in apps for each in given if "app" in each)
