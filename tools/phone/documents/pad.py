"""A pad of keys: the next one of a number to dial or a sum to work out, after those that were pressed.

Reads numbers and the words between them; knows four operations and the few ways in which their order turns round.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_KEYS = 10
_NUMBER = re.compile(r"(?<![\w.,:])\+?\d+(?:[ .]?\d+)*")
_TURNED = re.compile(r"\b(subtract|take|deduct)\b.*\b(from|away from|off)\b|\bhow (often|many times)\b", re.IGNORECASE)
_SIGNS = (
    ("÷", re.compile(r"÷|/|\b(divide|divided|split|shared?|among|how often|how many times|goes? into|fits? into)\b")),
    ("−", re.compile(r"−| - |\b(minus|less|subtract|take|deduct|away from|remains?|left of)\b")),
    ("×", re.compile(r"×|\*|\bx\b|\b(times|multipl\w+|product|each|for)\b")),
    ("+", re.compile(r"\+|\b(plus|sum|add|added|together|and|more|total|on top)\b")),
)


def is_pad(labels: Sequence[str]) -> bool:
    """Whether these labels are mostly a pad of keys."""
    return sum(len(label) == 1 for label in labels) >= _KEYS


def next_key(request: str, labels: Sequence[str], pressed: str, *, plainly: bool = False) -> str:
    """The next key, empty where the request has no number or all keys were pressed.

    `plainly` leaves out sums whose signs the request does not say between their numbers.
    """
    wanted = _sequence(request, sums="=" in labels, plainly=plainly)
    done = next((n for n in range(len(wanted), 0, -1) if pressed.endswith(wanted[:n])), 0)
    following = wanted[done : done + 1]
    return following if following in labels else ""


def _sequence(request: str, *, sums: bool, plainly: bool = False) -> str:
    numbers = list(_NUMBER.finditer(request))
    if not sums:
        return max((re.sub(r"[^\d]", "", each.group()) for each in numbers), key=len, default="")
    text = request.lower()
    if len(numbers) < 2:
        return ""
    whole = _sign(text)
    signs: list[str] = []
    for before, after in itertools.pairwise(numbers):
        signs.append(_last_sign(text[before.end() : after.start()]) or ("" if plainly else whole))
    if len(numbers) == 2 and _TURNED.search(request):
        numbers.reverse()
        signs = [whole]
    elif not plainly and (whole == "÷" or (whole in {"−", "×"} and len(numbers) == 2)):
        signs = [whole] * len(signs)
    if not all(signs):
        return ""
    values = [re.sub(r"[^\d.]", "", each.group()) for each in numbers]
    return "".join(part for pair in zip(values, [*signs, "="], strict=True) for part in pair)


def _sign(text: str) -> str:
    return next((sign for sign, pattern in _SIGNS if pattern.search(text)), "")


def _last_sign(text: str) -> str:
    """The sign that is said last between two numbers: `31 each plus a tip of 2` adds the 2."""
    found = [(match.start(), sign) for sign, pattern in _SIGNS for match in pattern.finditer(text)]
    return max(found, default=(0, ""), key=lambda each: each[0])[1]
