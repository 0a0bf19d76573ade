"""Times of day as people say them without am or pm: a bare hour to wake up at, or an hour with its part of the day."""

from __future__ import annotations

import random

from agentkit.nano.tables import word_lists

_SMALL = word_lists()["small_numbers"]
_PARTS = (
    (("in the morning", "in the morning", "this morning", "tomorrow morning"), 4, 11, 0),
    (("in the afternoon", "this afternoon"), 1, 5, 12),
    (("in the evening", "this evening", "tonight", "tonight"), 6, 11, 12),
    (("at night",), 9, 11, 12),
)


def with_part_of_day(rng: random.Random) -> tuple[str, str]:
    """An hour with its part of the day and its value: `7 tonight` is 19:00."""
    names, low, high, later = rng.choice(_PARTS)
    hour = rng.randint(low, high)
    text, minute = _clock(rng, hour, whole=0.75)
    return f"{text} {rng.choice(names)}", f"{hour + later:02d}:{minute:02d}"


def bare_hour(rng: random.Random) -> tuple[str, str]:
    """An hour alone, as one says it to be woken: read as it stands, 12 as noon, and what is said as half past or to."""
    hour = rng.choice([4, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 10, 11, 12, rng.randint(1, 3)])
    kind = rng.random()
    if kind < 0.15:
        return f"half past {_spoken(rng, hour)}", f"{hour:02d}:30"
    if kind < 0.25:
        return f"{rng.choice(['a quarter', 'quarter'])} past {_spoken(rng, hour)}", f"{hour:02d}:15"
    if kind < 0.35:
        return f"{rng.choice(['a quarter', 'quarter'])} to {_spoken(rng, hour)}", f"{hour - 1:02d}:45"
    text, minute = _clock(rng, hour, whole=0.8)
    return text, f"{hour:02d}:{minute:02d}"


def _clock(rng: random.Random, hour: int, whole: float) -> tuple[str, int]:
    if rng.random() < whole:
        return _spoken(rng, hour) + rng.choice(["", "", "", " o'clock"]), 0
    minute = rng.choice([15, 30, 45, 5, 10, 20, 40, 50])
    return f"{hour}:{minute:02d}", minute


def _spoken(rng: random.Random, hour: int) -> str:
    return _SMALL[hour] if rng.random() < 0.2 else str(hour)
