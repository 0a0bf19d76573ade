"""The slots of a request: which of its values a run's arguments came from, and which stay fixed words.

Grows as steps are compiled; knows nothing of screens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from .model import As, Form, Kind, Slot
from .values import form, spans

Span = tuple[int, int]
_FORMS: dict[Kind, tuple[As, ...]] = {"time": ("text", "clock", "hour", "minute"), "date": ("day",)}
_PREFERRED: dict[str, tuple[As, ...]] = {"Hour": ("hour",)}


@dataclass
class Slots:
    """The values of one request, and which of them are used."""

    request: str
    now: datetime | None
    typed: list[tuple[int, int, Kind]] = field(init=False)
    used: dict[tuple[int, int], Kind] = field(default_factory=dict[tuple[int, int], Kind])

    def __post_init__(self) -> None:
        self.typed = list(spans(self.request))

    def find(self, value: str, *, label: str = "", words: Literal["", "name", "words"] = "words") -> Form | None:
        """Where a value comes from, as free `words` if need be; `label` is that of the field it is typed into.

        None where the request has it not, or where it may be two of its values.
        """
        fits: list[tuple[Span, Kind, As]] = [
            ((start, end), kind, each)
            for start, end, kind in self.typed
            for each in _PREFERRED.get(label, _FORMS.get(kind, ("text",)))
            if form(self.request[start:end], each, self.now) == value
        ]
        if fits:
            span, kind, each = min(fits, key=lambda found: (found[0] in self.used, found[0]))
            same = [other for other, _, _ in fits if (other in self.used) == (span in self.used)]
            if len({self.request[start:end] for start, end in same}) > 1:
                return None  # 8:35 and 8:40 have the same hour
            return self._use(span, kind, each)
        return self._words(value, words) if words else None

    def _words(self, value: str, named: Literal["name", "words"]) -> Form | None:
        """Free words; values of other kinds within them belong to them."""
        found = re.search(rf"(?<!\w){re.escape(value.strip())}(?!\w)", self.request, re.IGNORECASE)
        if found is None or not value.strip():
            return None
        start, end = found.span()
        for other in self.used:
            if other != (start, end) and other[0] < end and start < other[1]:
                return None
        return self._use((start, end), named, "text")

    def _use(self, span: tuple[int, int], kind: Kind, each: As) -> Form:
        self.used[span] = "name" if self.used.get(span) == "name" else kind
        return Form(of=f"v{span[0]}_{span[1]}", form=each)

    def take_number(self, number: int) -> str | None:
        """The unused number of this value, taken; None where there is none, or two."""
        found = [(s, e) for s, e, kind in self.unused() if kind == "number" and self.request[s:e] == str(number)]
        if len(found) != 1:
            return None
        return self._use(found[0], "number", "text").of

    def unused(self) -> Sequence[tuple[int, int, Kind]]:
        """The values that nothing came from: what they ask for was done in a way that a script cannot tell."""
        return [
            (start, end, kind)
            for start, end, kind in self.typed
            if not any(start < e and s < end for s, e in self.used)
        ]

    def shape(self) -> tuple[str | Slot, ...]:
        """The request in pieces; a value that it says again is a slot there as well."""
        pieces: list[str | Slot] = []
        at = 0
        for start, end, name, kind in sorted((*self._named(), *self._again())):
            pieces += [self.request[at:start]] if start > at else []
            pieces.append(Slot(name=name, kind=kind, example=self.request[start:end]))
            at = end
        return (*pieces, self.request[at:]) if at < len(self.request) else tuple(pieces)

    def _named(self) -> list[tuple[int, int, str, Kind]]:
        return [(start, end, f"v{start}_{end}", kind) for (start, end), kind in self.used.items()]

    def _again(self) -> list[tuple[int, int, str, Kind]]:
        """Further places of the same names and quotations."""
        found: list[tuple[int, int, str, Kind]] = []
        for start, end, name, kind in self._named():
            if kind not in {"name", "words", "quoted"}:
                continue
            for each in re.finditer(rf"(?<!\w){re.escape(self.request[start:end])}(?!\w)", self.request):
                taken = [*self.used, *((a, b) for a, b, _, _ in found)]
                if not any(each.start() < b and a < each.end() for a, b in taken):
                    found.append((each.start(), each.end(), name, kind))
        return found

    def values(self) -> dict[str, str]:
        """The values of the used slots by name."""
        return {f"v{start}_{end}": self.request[start:end] for start, end in self.used}
