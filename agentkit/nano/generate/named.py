"""Kinds of a table: things with names, real ones and coined ones of the same look, and numbers between two bounds.

`12~90` draws a whole number, `0.5~3.25` one with up to as many decimals as its bounds have; `[3x12~90]` is a list of
exactly three. Knows no tool.
"""

from __future__ import annotations

from functools import cache

from agentkit.nano.generate.kinds import Said
from agentkit.nano.generate.odd import OddKinds
from agentkit.nano.tables import table

_COINED = 0.35
"""Share of coined names where the table has forms for them."""


@cache
def named() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The real names of each kind, and the forms of coined ones."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for line in table("named"):
        kind, real, coined = line.split(" | ")
        found[kind] = tuple(real.split("; ")), tuple(filter(None, coined.split("; ")))
    return found


class NamedKinds(OddKinds):
    """Draws them."""

    def draw(self, kind: str) -> Said:
        """A value of the kind, see `Kinds.draw`."""
        if "~" in kind and not kind.startswith("["):
            return self._ranged(*kind.split("~"))
        if kind in named():
            real, coined = named()[kind]
            if coined and self.rng.random() < _COINED:
                form = self.rng.choice(coined).replace("{Coined}", self.values.coined().title())
                return self._same(self._filled(form))
            return self._same(self.rng.choice(real))
        return super().draw(kind)

    def _several(self, kind: str) -> Said:
        count, times, bounds = kind.partition("x")
        if not times or "~" not in kind:
            return super()._several(kind)
        parts = [self._ranged(*bounds.split("~")) for _ in range(int(count))]
        form = self.rng.choice(["[{}]", "[{}]", "({})", "{}"])
        return Said(form.format(", ".join(str(part.value) for part in parts)), [part.value for part in parts])

    def _ranged(self, low: str, high: str) -> Said:
        """A number between the bounds; thousands are set apart at times, but not in what could be a year."""
        decimals = max(len(bound.partition(".")[2]) for bound in (low, high))
        drawn = round(self.rng.uniform(float(low), float(high)), self.rng.randint(min(1, decimals), decimals))
        drawn = min(max(drawn, float(low)), float(high))
        value = int(drawn) if drawn == int(drawn) else drawn
        apart = abs(value) >= 3000 and self.rng.random() < 0.4
        return Said(f"{value:,}" if apart else str(value), value)
