"""Which tools and rows go into one block: neighbours and strangers, requests for them, and requests for none of them.

Knows nothing of how they are shown.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentkit.nano.generate.talk import could_answer
from agentkit.nano.pool import Pool, Source
from agentkit.nano.rows import PoolTool, Row

_TALK = ("clinc150", "made_talk")
"""Sources with requests that no tool is for."""

_CANDIDATES = ([1, 2, 3, 4, 5, 6, 7, 8, 10], [2, 2, 3, 4, 6, 4, 2.5, 1.5, 1])
_CHARACTERS = 1500


@dataclass
class Draft:
    """A block in the making: the tools chosen, in which source, and the rows that ask for them."""

    pool: Pool
    main: Source
    rng: random.Random
    none_share: float
    chosen: list[tuple[Source, PoolTool]] = field(default_factory=list[tuple[Source, PoolTool]])
    asked: list[tuple[Source, Row]] = field(default_factory=list[tuple[Source, Row]])
    exact: bool = False

    def admit(self, source: Source, tool: PoolTool) -> bool:
        """Add a tool unless it is too like one that is there."""
        for other_source, other in self.chosen:
            if other is tool or self.pool.alike(tool, other, same_source=other_source is source):
                return False
        self.chosen.append((source, tool))
        return True

    def fits_none(self, source: Source, tool: PoolTool) -> bool:
        """Whether a request for this tool fits none of the chosen ones."""
        return not any(
            other is tool or self.pool.alike(tool, other, same_source=other_source is source)
            for other_source, other in self.chosen
        )

    def take_whole(self) -> None:
        """Conversations that bring their own candidates: all rows with one tool list."""
        first = self.rng.choice(self.main.whole)
        same = self.main.by_offer[first.offered]
        self.chosen = [(self.main, self.main.tools[key]) for key in first.offered]
        self.asked = [(self.main, row) for row in self.rng.sample(same, min(10, len(same)))]

    def choose(self) -> None:
        """Tools: neighbours from one source, and strangers."""
        rng, main = self.rng, self.main
        wanted = rng.choices(*_CANDIDATES)[0]
        own = max(1, round(wanted * rng.choice([0.4, 0.6, 0.8, 1.0, 1.0])))
        anchor = main.draw(rng)
        self.admit(main, main.tools[anchor])
        neighbours = main.by_group[main.tools[anchor].group]
        for _ in range(wanted * 6):
            if len(self.chosen) >= wanted:
                break
            if len(self.chosen) < own:
                near = len(neighbours) > 2 and rng.random() < 0.6
                key = rng.choice(neighbours) if near else main.draw(rng)
                self.admit(main, main.tools[key])
            else:
                other = self.pool.sources[rng.choices(self.pool.distractors, self.pool.distractor_weights)[0]]
                key = other.draw(rng) if other.asked and rng.random() < 0.6 else rng.choice(other.keys)
                self.admit(other, other.tools[key])

    def ask(self) -> None:
        """Rows that want the chosen tools, and some that want none of them."""
        rng = self.rng
        for source, tool in self.chosen:
            rows = source.by_tool.get(tool.key, [])
            count = min(len(rows), rng.choice([1, 2, 2, 3, 4]))
            self.asked += [(source, row) for row in rng.sample(rows, count)]
        self._fill()
        keys = {tool.key for source, tool in self.chosen if source is self.main}
        if self.main.several and rng.random() < 0.5:
            rows = [row for row in self.main.several if row.calls[0].name in keys]
            for row in rng.sample(rows, min(2, len(rows))):
                for call in row.calls:
                    tool = self.main.tools[call.name]
                    if tool.key not in keys:
                        self.chosen.append((self.main, tool))
                        keys.add(tool.key)
                self.asked.append((self.main, row))
        self.asked += list(self._fitting_none())
        rng.shuffle(self.asked)

    def _fill(self) -> None:
        """More rows of the chosen tools until a sequence of usual length is full."""
        taken = {id(row) for _, row in self.asked}
        length = sum(len(row.messages[-1].content) + 60 for _, row in self.asked)
        for _ in range(40):
            if length > _CHARACTERS:
                return
            source, tool = self.rng.choice(self.chosen)
            rows = source.by_tool.get(tool.key)
            row = self.rng.choice(rows) if rows else None
            if row is not None and id(row) not in taken:
                taken.add(id(row))
                self.asked.append((source, row))
                length += len(row.messages[-1].content) + 60

    def _fitting_none(self) -> Iterator[tuple[Source, Row]]:
        rng = self.rng
        wanted = max(1, round(len(self.asked) * self.none_share / (1 - self.none_share)))
        for _ in range(wanted * 6):
            if wanted <= 0:
                return
            kind = rng.random()
            if kind < 0.2:
                row = self._said_to_nobody()
                if row is not None:
                    wanted -= 1
                    yield self.main, row
                continue
            near = kind < 0.6
            drawn = rng.choices(self.pool.main, self.pool.main_weights)[0]
            source = self.main if near else self.pool.sources[drawn]
            if not source.asked:
                continue
            key = source.draw(rng)
            if near and rng.random() < 0.6:
                neighbours = (
                    [k for k in source.by_group[self.chosen[0][1].group] if k in source.by_tool]
                    if self.chosen[0][0] is source
                    else []
                )
                key = rng.choice(neighbours) if neighbours else key
            row = rng.choice(source.by_tool[key])
            if len(row.messages) == 1 and self.fits_none(source, source.tools[key]):
                wanted -= 1
                yield source, row.model_copy(update={"calls": ()})

    def _said_to_nobody(self) -> Row | None:
        """What no tool at all is for, from the block's own source or from one that has such rows."""
        own = self.main.none and self.rng.random() < 0.5
        talk = [self.pool.sources[name].none for name in _TALK if name in self.pool.sources]
        rows = self.main.none if own else self.rng.choice(talk) if talk else []
        row = self.rng.choice(rows) if rows else None
        if row is None or own:
            return row
        said = row.messages[-1].content
        tools = (tool.spec for _, tool in self.chosen)
        return None if any(could_answer(f"{spec.name} {spec.description}", said) for spec in tools) else row
