"""What people say to an assistant that wants no tool: greetings, opinions, questions of general knowledge, stories."""

from __future__ import annotations

import random
import re

from agentkit.nano.generate.odd import OddKinds
from agentkit.nano.rows import Shard
from agentkit.nano.tables import table, word_lists
from agentkit.nano.wording import stems

_ANSWERING = stems("search web query answer chat wikipedia google knowledge question joke story poem translate info")
_SLOT = re.compile(r"\{(\w+)\}")


def small_talk(rng: random.Random) -> str:
    """One thing said."""
    kinds, form = OddKinds(rng), rng.choice(table("talk"))

    def drawn(match: re.Match[str]) -> str:
        kind = match.group(1)
        return rng.choice(word_lists()["adjectives"]) if kind == "adjective" else kinds.draw(kind).text

    return _SLOT.sub(drawn, form)


def could_answer(tool: str, said: str) -> bool:
    """Whether a tool with these words might serve what was said after all: a search, a translator, a shared word."""
    return bool(stems(tool) & (_ANSWERING | stems(said)))


def talk_shard(seed: int, count: int = 1500) -> Shard:
    """A shard of `count` requests and no tool."""
    shard, rng = Shard("made_talk", "Apache-2.0 (made by agentkit)"), random.Random(f"talk/{seed}")
    for _ in range(count):
        shard.ask(small_talk(rng), group="talk")
    return shard
