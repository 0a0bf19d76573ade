from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import pytest

from agentkit.registry import ArgumentError, Context, Registry, packs

NOW = datetime(2025, 6, 1, 12, 0, 30, tzinfo=timezone(timedelta(hours=2)))


def fresh() -> tuple[Registry, Context]:
    registry = Registry(["clock"])
    return registry, Context(deps=registry.default_deps(), now=NOW)


def test_now_is_the_local_time_without_offset() -> None:
    registry, ctx = fresh()
    assert registry.get("now").invoke({}, ctx) == datetime(2025, 6, 1, 12, 0, 30)


def test_an_alarm_is_set_listed_and_cancelled() -> None:
    registry, ctx = fresh()
    assert "cancel_alarm" not in {spec.name for spec in registry.resolve(ctx)}
    alarm = registry.get("set_alarm").invoke({"at": "07:30", "label": "Up", "days": ["monday"]}, ctx)
    assert (alarm.id, alarm.at, alarm.label, alarm.days) == ("alarm-1", time(7, 30), "Up", ["monday"])
    assert registry.get("list_alarms").invoke({}, ctx) == [alarm]
    offered = {spec.name: spec for spec in registry.resolve(ctx)}
    assert offered["cancel_alarm"].parameters["properties"]["alarm"]["enum"] == ["alarm-1"]
    assert registry.get("cancel_alarm").invoke({"alarm": "alarm-1"}, ctx) == alarm
    assert registry.get("list_alarms").invoke({}, ctx) == []


def test_a_timer_ends_that_many_minutes_from_now() -> None:
    registry, ctx = fresh()
    timer = registry.get("set_timer").invoke({"minutes": 90}, ctx)
    assert timer.ends == datetime(2025, 6, 1, 13, 30, 30)
    with pytest.raises(ArgumentError, match="argument `minutes` of `set_timer` must be at most 1440, got 9999"):
        registry.get("set_timer").invoke({"minutes": 9999}, ctx)


def test_dates_are_counted() -> None:
    registry, ctx = fresh()
    assert registry.get("days_between").invoke({"start": "2024-02-28", "end": "2024-03-01"}, ctx) == 2
    assert registry.get("add_days").invoke({"start": "2024-02-28", "days": 2}, ctx) == date(2024, 3, 1)


def test_each_registry_has_its_own_clock() -> None:
    assert packs.setup_of("clock") is not packs.setup_of("clock")
