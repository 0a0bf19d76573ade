"""Whether a request has the shape of a script's, with other values: the fixed words the same, each value of its kind.

Pure. A request with anything more (a condition, a negation, a second wish) does not match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from .model import Script, Slot
from .values import PATTERNS, plain

Values = Mapping[str, str]


def values_of(script: Script, request: str) -> Values | None:
    """The values of a request that has the script's shape, by slot; None for any other, and where it reads two ways."""
    found = [pattern.fullmatch(request.strip()) for pattern in _patterns(script.shape)]
    if found[0] is None or found[1] is None or found[0].groupdict() != found[1].groupdict():
        return None
    values = {name: value.strip() for name, value in found[0].groupdict().items()}
    fits = all(slot.kind not in {"name", "words"} or plain(values[slot.name], slot) for slot in script.slots)
    return values if fits else None


@lru_cache(maxsize=4096)
def _patterns(shape: tuple[str | Slot, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The shape with its free words as short as can be, and as long: where both agree it reads one way."""
    return re.compile(_pattern(shape, True), re.IGNORECASE), re.compile(_pattern(shape, False), re.IGNORECASE)


def _pattern(shape: tuple[str | Slot, ...], lazy: bool) -> str:
    pieces: list[str] = []
    for at, piece in enumerate(shape):
        if isinstance(piece, Slot):
            if piece in [other for other in shape[:at] if isinstance(other, Slot)]:
                pieces.append(f"(?P={piece.name})")
                continue
            inner = PATTERNS.get(piece.kind, r"\S.*?" if lazy else r"\S.*")
            pieces.append(f"(?P<{piece.name}>{inner})")
        else:
            pieces.append(r"\s+".join(re.escape(word) for word in re.split(r"\s+", piece)))
    return "".join(pieces)


def choose(scripts: Iterable[Script], request: str) -> tuple[Script, Values] | None:
    """The one script that a request is clearly for; None where there is none, or several that differ.

    Of two that match, the one is right whose fixed words hold all of the other's and more.
    """
    found: list[tuple[Script, Values]] = []
    for script in scripts:
        values = values_of(script, request)
        if values is not None and all(script.steps != other.steps for other, _ in found):
            found.append((script, values))
    best = max(found, key=lambda pair: len(pair[0].fixed), default=None)
    if best is None:
        return None
    others = [script for script, _ in found if script is not best[0]]
    clear = all(set(script.fixed) < set(best[0].fixed) for script in others)
    return best if clear else None
