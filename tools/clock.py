"""The time, dates, alarms and timers. Alarms and timers are simulated: they are noted, nothing rings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel, Field

from agentkit import Context, OneOf, Retry, tool

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Label = Annotated[str, Field(min_length=1, max_length=60)]


class Alarm(BaseModel):
    """A noted alarm; without days it is for the next time the clock shows `at`."""

    id: str
    at: time
    label: str
    days: list[Weekday]


class Timer(BaseModel):
    """A noted countdown."""

    id: str
    ends: datetime
    label: str


@dataclass
class Clock:
    """What the clock remembers."""

    alarms: dict[str, Alarm] = field(default_factory=dict[str, Alarm])
    timers: dict[str, Timer] = field(default_factory=dict[str, Timer])
    made: int = 0

    def next_id(self, kind: str) -> str:
        """An id that was not used before."""
        self.made += 1
        return f"{kind}-{self.made}"


def setup() -> Clock:
    """A clock without alarms."""
    return Clock()


def _clock(ctx: Context) -> Clock:
    return ctx.need(Clock, "clock")


def _alarm_ids(ctx: Context) -> list[str]:
    return list(_clock(ctx).alarms)


@tool
def now(ctx: Context) -> datetime:
    """Tell the present local date and time."""
    return ctx.now.replace(tzinfo=None, microsecond=0)


@tool(effect="write")
def set_alarm(ctx: Context, at: time, label: Label = "Alarm", days: list[Weekday] | None = None) -> Alarm:
    """Set an alarm for a time of day.

    Args:
        at: when it rings
        label: what it is for
        days: the weekdays on which it repeats; leave out for once
    """
    clock = _clock(ctx)
    alarm = Alarm(id=clock.next_id("alarm"), at=at, label=label, days=days or [])
    clock.alarms[alarm.id] = alarm
    return alarm


@tool
def list_alarms(ctx: Context) -> list[Alarm]:
    """List the alarms that are set."""
    return list(_clock(ctx).alarms.values())


@tool(effect="write")
def cancel_alarm(ctx: Context, alarm: Annotated[str, OneOf(_alarm_ids)]) -> Alarm:
    """Cancel an alarm.

    Args:
        alarm: the id of the alarm
    """
    return _clock(ctx).alarms.pop(alarm)


@tool(effect="write")
def set_timer(ctx: Context, minutes: Annotated[int, Ge(1), Le(1440)], label: Label = "Timer") -> Timer:
    """Start a countdown timer.

    Args:
        minutes: how long it runs
        label: what it is for
    """
    clock = _clock(ctx)
    ends = ctx.now.replace(tzinfo=None, microsecond=0) + timedelta(minutes=minutes)
    timer = Timer(id=clock.next_id("timer"), ends=ends, label=label)
    clock.timers[timer.id] = timer
    return timer


@tool
def days_between(start: date, end: date) -> int:
    """Count the days from one date to another; negative when the second is earlier.

    Args:
        start: the date to count from
        end: the date to count to
    """
    return (end - start).days


@tool
def add_days(start: date, days: Annotated[int, Ge(-36500), Le(36500)]) -> date:
    """Give the date that lies a number of days after another.

    Args:
        start: the date to count from
        days: how many days later; negative for earlier
    """
    try:
        return start + timedelta(days=days)
    except OverflowError as error:
        raise Retry("that date is beyond the calendar; use fewer days") from error
