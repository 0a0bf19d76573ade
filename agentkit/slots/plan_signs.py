"""What can be seen of one way to read a text as several requests, as numbers between about -1 and 1.

Knows nothing of weights; the order of the numbers is what a scorer was fitted to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from agentkit.propose.nearest import nearest
from agentkit.retrieve import Ranking
from agentkit.slots.filler import Shares
from agentkit.slots.readings import Joint, Reading, Readings, Run
from agentkit.slots.said import Said
from agentkit.types import ToolSpec
from agentkit.words import STOPWORDS

OF_JOINT, OF_CUT, OF_RUN = 9, 13, 30
OF_WAY = OF_JOINT + OF_CUT + OF_RUN + OF_JOINT + 2
"""Numbers of what can be seen of a way before its requests are filled: sums over cuts and runs."""
OF_FILLED = 21
"""Numbers of what filling them shows."""
_UNIT = 8.0
_STEP = re.compile(r"then|after|finally|next|second", re.IGNORECASE)
_MORE = re.compile(r"also|plus|as well", re.IGNORECASE)
_AGAIN = re.compile(r"another|one|again|same|what about|how about", re.IGNORECASE)
_ASKS = frozenset(("what", "how", "which", "who", "when", "where", "why", "is", "are", "do", "does", "can", "could"))


class Near(NamedTuple):
    """The tool that a text is nearest to, and how near: the logarithm of its odds, in units of `_UNIT`."""

    tool: str
    score: float


def nearness(tools: Sequence[ToolSpec], ranking: Ranking) -> Callable[[str], Near]:
    """What tells the nearest of the tools on offer."""

    def near(text: str) -> Near:
        best = nearest(text, tools, ranking)[0]
        return Near(best.tool, best.score / _UNIT)

    return near


def of_joint(joint: Joint) -> list[float]:
    """OF_JOINT truths."""
    text = joint.text
    listed = "," in text
    joined = re.search(r"\band\b|&", text) is not None
    return [
        float(listed and not joined), float(joined and not listed), float(listed and joined), float(";" in text),
        float(re.search(r"[.!?]", text) is not None), float("?" in text), float(_STEP.search(text) is not None),
        float(_MORE.search(text) is not None), float(_AGAIN.search(text) is not None),
    ]  # fmt: skip


def of_cut(sight: Readings, said: Said, joint: Joint, near: tuple[Near, Near], known: frozenset[str]) -> list[float]:
    """OF_CUT numbers of cutting the text at a joint, between texts that are nearest to these tools.

    `known` are the words that begin a documentation's name or text.
    """
    before, after, word, kind = sight.kinds[joint.left], sight.kinds[joint.right], said.lower[joint.right], sight.kinds
    left, right = near
    return [
        float(after == "name"), float(after == "number"), float(after in STOPWORDS), float(after == "word"),
        float(before == "number"), float(before == "name"), float(word in _ASKS), float(word in known),
        float(left.tool != right.tool), left.score, right.score,
        float(kind[joint.right] == kind[0]), float(said.lower[joint.right] == said.lower[0]),
    ]  # fmt: skip


def of_run(sight: Readings, said: Said, run: Run, filled: Sequence[Shares], names: frozenset[str]) -> list[float]:
    """OF_RUN numbers of a run of items, for the tool whose arguments are filled so from the whole text.

    `names` are the words of the tools' names.
    """
    kinds, lower, items = sight.kinds, said.lower, run.items
    sizes = [end - start + 1 for start, end in items]
    (start, end), others, stop = items[0], items[1:], items[-1][1]
    before = kinds[start - 1] if start else "start"
    after = kinds[stop + 1] if stop + 1 < len(kinds) else "end"
    count = len(others)
    spans = [{kinds[at] for at in range(one, two + 1)} for one, two in items]
    shared = [len(set(lower[start : end + 1]) & set(lower[one : two + 1])) for one, two in others]
    return [
        (len(items) - 1) / 3,
        sizes[0] / 8,
        (max(sizes) - min(sizes)) / 4,
        float(max(sizes) == 1),
        sum(lower[one] == lower[start] for one, _ in others) / count,
        sum(kinds[one] == kinds[start] for one, _ in others) / count,
        sum(kinds[two] == kinds[end] for _, two in others) / count,
        sum(shared) / count / sizes[0],
        float(all(found == {"number"} for found in spans)),
        float(all(found == {"name"} for found in spans)),
        float(all("number" in found for found in spans)),
        float(any("number" in found for found in spans) and not all("number" in found for found in spans)),
        float(kinds[start] in STOPWORDS),
        float(before in STOPWORDS),
        float(before == "name" and kinds[start] == "name"),
        float(before == "number"),
        float(before == "start"),
        float(before == ":"),
        float(after == "end"),
        float(after in STOPWORDS),
        float(after == kinds[stop] and after in ("name", "number")),
        float("respectively" in lower),
        float(start > 0 and any(lower[one] == lower[start - 1] for one, _ in others)),
        float(":" in lower[:start]),
        float(any(word[-1] == "s" and word not in names and _one(word) in names for word in lower[:start])),
        float(any(mark in said.text for mark in '"“‘`')),
        *_by_slot(run, filled),
    ]


def _one(word: str) -> str:
    """A word in the singular."""
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def _by_slot(run: Run, filled: Sequence[Shares]) -> list[float]:
    """Whether the items are values of one and the same argument, of several, or all together one value."""
    first, last = run.items[0][0], run.items[-1][1]
    alike = listed = across = 0.0
    best = list[int]()
    held = [[0.0] * len(run.items) for _ in filled]
    for at, one in enumerate(filled):
        for candidate, share in one.candidates:
            span = candidate.span
            if span is None or span.last < first or span.first > last or share < 1e-3:
                continue
            if isinstance(candidate.value, tuple) and len(candidate.value) > 1:
                listed = max(listed, share)
            elif any(span.first <= joint.left and span.last >= joint.right for joint in run.joints):
                across = max(across, share)
            for number, (start, end) in enumerate(run.items):
                if start <= span.first and span.last <= end:
                    held[at][number] += share
        alike = max(alike, min(held[at]))
    for number in range(len(run.items)):
        shares = [row[number] for row in held]
        best.append(shares.index(max(shares)) if shares and max(shares) > 0.1 else -1)
    known = [at for at in best if at >= 0]
    return [alike, listed, across, float(len(known) > 1 and len(set(known)) == len(known))]


def of_cuts(numbers: Sequence[float], joint: Joint) -> list[float]:
    """OF_WAY numbers of a cut with these OF_CUT numbers."""
    return [*of_joint(joint), *numbers, *[0.0] * (OF_RUN + OF_JOINT), 0.25, 0.0]


def of_reading(reading: Reading, runs: Sequence[Sequence[float]]) -> list[float]:
    """OF_WAY numbers of how one part of a text is read, its runs seen so."""
    sums = [0.0] * OF_WAY
    for run, numbers in zip(reading.runs, runs, strict=True):
        _add(sums, OF_JOINT + OF_CUT, numbers)
        for joint in run.joints:
            _add(sums, OF_JOINT + OF_CUT + OF_RUN, of_joint(joint))
            sums[-2] += 0.25
    sums[-1] = float(len(reading.runs) > 1)
    return sums


def _add(sums: list[float], at: int, numbers: Sequence[float]) -> None:
    for place, number in enumerate(numbers, at):
        sums[place] += number


class Filling(NamedTuple):
    """One request of a reading: its words, its tool, and what its arguments get."""

    said: Said
    near: Near
    shares: Sequence[Shares]


def of_filled(requests: Sequence[Filling], whole: Near) -> list[float]:
    """OF_FILLED numbers of the requests that a reading gives; `whole` is the tool that the whole text is nearest to."""
    rows = [_of_one(one) for one in requests]
    columns = list(zip(*rows, strict=True))
    given = [{one.slot.name: str(_best(one)) for one in request.shares if one.none < 0.5} for request in requests]
    names = set[str]().union(*given)
    alike = [name for name in names if len({values.get(name) for values in given}) == 1]
    twice = len({(one.near.tool, *sorted(values.items())) for one, values in zip(requests, given, strict=True)})
    several = len(requests) > 1
    return [
        *(sum(column) / len(rows) for column in columns),
        *(max(column) for column in columns),
        len(requests) / 4,
        len(alike) / len(names) if names and several else 0.0,
        float(twice < len(requests)),
        sum(one.near.score for one in requests) / len(requests) - whole.score,
        float(len({one.near.tool for one in requests}) == 1),
    ]


def _of_one(request: Filling) -> list[float]:
    """What is missing of a request's arguments, unsure of them, or left of its words."""
    missing = doubt = unsure = other = listed = 0.0
    covered: set[int] = set()
    for one in request.shares:
        given = 1.0 - one.none
        missing += one.none if one.slot.required else 0.0
        unsure += min(given, one.none)
        if given <= 0.5:
            continue
        other += one.other
        if not one.candidates:
            continue
        best, share = max(one.candidates, key=lambda pair: pair[1])
        if share < one.other:
            continue
        doubt += 1.0 - share / given
        listed += share if isinstance(best.value, tuple) and len(best.value) > 1 else 0.0
        if best.span is not None:
            covered.update(range(best.span.first, best.span.last + 1))
    carrying = {at for at, word in enumerate(request.said.words) if _carries(word, at)}
    left = len(carrying - covered)
    return [
        missing / 2,
        doubt,
        unsure,
        other,
        listed,
        left / 4,
        left / len(carrying) if carrying else 0.0,
        len(covered) / 10,
    ]


def _best(one: Shares) -> object:
    return max(one.candidates, key=lambda pair: pair[1])[0].value if one.candidates else None


def _carries(word: str, at: int) -> bool:
    """Whether a word looks like a value: a number, a name, a code."""
    return any(map(str.isdigit, word)) or (at > 0 and word[0].isupper())
