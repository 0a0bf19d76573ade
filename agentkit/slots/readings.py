"""The ways in which one text can be read as several requests: cut into parts, or said once for several items.

`A for X and Y` is `A for X` and `A for Y`, if X and Y are items; `A, then B` is A and B. Each way comes with the words
of its items; which one is meant is for `plan` to say. Knows nothing of tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from agentkit.slots.said import QUOTES, Said
from agentkit.words import NUMBER_WORDS, STOPWORDS

_MOST_JOINTS, _MOST_ITEMS, _REACH = 8, 6, 14
_KEPT = 3
"""Ways kept of one choice of joints, those of the most alike items."""
_MOST_RUNS, _MOST_PAIRS, _MOST_CUTS = 24, 10, 3
_LONGER = 0.7
"""What makes more items of one run likelier than fewer."""
_NUMBERS = NUMBER_WORDS - {"second", "single", "double", "both", "once", "none"}
_MARKS = frozenset(",.;:!?")
_WORD = r"(?:(?:and|then|also|plus|as well as|after that|afterwards|finally)\b,?|&|next,|second,)"
_AGAIN = (
    r"(?:(?:(?:of|for) )?(?:another(?: one)?|one more"
    r"|one(?= (?:with|for|of|in|at|from|to|on|by|between|that|whose|where)))"
    r"|again|once more|do the same|the same(?= )|what about|how about)\b"
)
_JOINT = re.compile(
    rf"\s*(?:[,;]|[.!?]+)(?=\s)(?:\s+(?:{_WORD}|\d\.(?=\s)))*(?:\s+{_AGAIN})?\s+"
    rf"|\s+(?:{_WORD}\s+)+(?:{_AGAIN}\s+)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[,;.!?]*\s+[2-9][.)]\s+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_DROPPED = re.compile(r",? ?\b(?:respectively|in (?:that|this) order)\b", re.IGNORECASE)
_LISTING = re.compile(r"\b(?:both|each of)\s+(?=\S)", re.IGNORECASE)


class Joint(NamedTuple):
    """Where a text may be cut: its last word before and the first after, and what stands between."""

    left: int
    right: int
    text: str


class Run(NamedTuple):
    """Items, each as its first and last word, and the joints between them; together they stand where one would."""

    items: tuple[tuple[int, int], ...]
    joints: tuple[Joint, ...]


class Reading(NamedTuple):
    """One way to read a part of a text: the requests that it is, and the runs of items that were taken apart."""

    texts: tuple[str, ...]
    runs: tuple[Run, ...] = ()


class Readings:
    """The ways to read one text."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self.joints = tuple(_joints(said))[-_MOST_JOINTS:]
        self.kinds = [_kind(word) for word in said.words]

    def cuts(self) -> Iterator[tuple[Joint, ...]]:
        """The ways to cut the whole text into parts of two words or more, at no joint first."""
        for count in range(min(len(self.joints), _MOST_CUTS) + 1):
            for chosen in combinations(self.joints, count):
                bounds = self.bounds(chosen)
                if not chosen or all(sum(map(self._word, range(first, end + 1))) > 1 for first, end in bounds):
                    yield chosen

    def bounds(self, cut: Sequence[Joint]) -> list[tuple[int, int]]:
        """The first and the last word of each part of the text that is cut so."""
        edges = [0, *(place for joint in cut for place in (joint.left, joint.right)), len(self._said.words) - 1]
        return list(zip(edges[::2], edges[1::2], strict=True))

    def within(self, first: int, last: int) -> Sequence[Reading]:
        """The ways to read words `first` to `last`, as one request first."""
        ranked = sorted(
            (
                _rank(unlike, run)
                for chosen in self._chosen(first, last)
                for unlike, run in self._runs(chosen, first, last)
            ),
            key=lambda one: one[0],
        )[:_MOST_RUNS]
        both = [(one[0] + other[0], _ordered(one[1], other[1])) for one, other in combinations(ranked, 2)]
        pairs = sorted(((rank, pair) for rank, pair in both if pair), key=lambda one: one[0])[:_MOST_PAIRS]
        found = [Reading((self.text(first, last),))]
        found += [self._read(first, last, (run,)) for _, run in ranked]
        return found + [self._read(first, last, pair) for _, pair in pairs]

    def _chosen(self, first: int, last: int) -> Iterator[tuple[Joint, ...]]:
        """Joints that may stand between the items of one run."""
        inner = [joint for joint in self.joints if first <= joint.left and joint.right <= last]
        seen: set[tuple[Joint, ...]] = set()
        steps = [tuple(inner[at : end + 1]) for at in range(len(inner)) for end in range(at, len(inner))]
        steps += [tuple(inner[at::step]) for step in (2, 3) for at in range(step) if len(inner) > step - 1]
        steps += [
            tuple(joint for joint in inner if strong(joint)),
            tuple(joint for joint in inner if "and" in joint.text),
        ]
        for chosen in steps:
            if chosen and chosen not in seen and len(chosen) < _MOST_ITEMS:
                seen.add(chosen)
                yield chosen

    def _runs(self, chosen: tuple[Joint, ...], first: int, last: int) -> Iterator[tuple[float, Run]]:
        """The likeliest ends of the first and the last item beside these joints."""
        opened, closing = chosen[0], chosen[-1]
        middle = tuple((one.right, other.left) for one, other in pairwise(chosen))
        if any(end < start for start, end in middle):
            return
        passed = max((joint.right for joint in self.joints if joint.left < opened.left), default=first)
        ahead = min((joint.left for joint in self.joints if joint.right > closing.right), default=last)
        sole = len(chosen) == 1 or any(self._holds(*item) for item in middle)
        begin = max(first, opened.left - _REACH) if sole else max(first, passed)
        end = min(last, closing.right + _REACH) if sole else min(last, ahead)
        found: list[tuple[float, Run]] = []
        for start in range(begin, opened.left + 1):
            for stop in range(closing.right, end + 1):
                if (start == first and stop == last) or not (self._word(start) and self._word(stop)):
                    continue  # the first is to cut the text
                items = ((start, opened.left), *middle, (closing.right, stop))
                found.append((self._unlike(items, last), Run(items, chosen)))
        found.sort(key=lambda one: one[0])
        yield from found[:_KEPT]

    def _unlike(self, items: Sequence[tuple[int, int]], last: int) -> float:
        """How unlike each other items look: their length, and how they begin and end."""
        said, kinds = self._said.lower, self.kinds
        size = [end - start for start, end in items]
        total = 0.5 * (max(size) - min(size)) + 0.05 * size[0]
        head = items[0]
        for start, end in items[1:]:
            total += 0.0 if said[start] == said[head[0]] else 0.5 if kinds[start] == kinds[head[0]] else 2.0
            total += 0.0 if kinds[end] == kinds[head[1]] else 1.0
        stop = items[-1][1]
        return total + (0.7 if stop < last and kinds[stop + 1] == kinds[stop] else 0.0)

    def _word(self, at: int) -> bool:
        return self.kinds[at] not in _MARKS

    def _holds(self, first: int, last: int) -> bool:
        """Whether a joint stands within these words."""
        return any(first <= joint.left and joint.right <= last for joint in self.joints)

    def _read(self, first: int, last: int, runs: tuple[Run, ...]) -> Reading:
        """The requests that runs of items are, each with what stands around them."""
        return Reading(tuple(self._one(first, last, runs, at) for at in range(len(runs[0].items))), runs)

    def _one(self, first: int, last: int, runs: Sequence[Run], at: int) -> str:
        places, text, pieces = self._said.places, self._said.text, list[str]()
        done = places[first][0]
        for run in runs:
            pieces += [
                text[done : places[run.items[0][0]][0]],
                text[places[run.items[at][0]][0] : places[run.items[at][1]][1]],
            ]
            done = places[run.items[-1][1]][1]
        pieces.append(text[done : places[last][1]])
        return _LISTING.sub("", _DROPPED.sub("", "".join(pieces))).strip()

    def text(self, first: int, last: int) -> str:
        """Words `first` to `last` with what stands between them."""
        return self._said.text[self._said.places[first][0] : self._said.places[last][1]]


def _rank(unlike: float, run: Run) -> tuple[float, Run]:
    """Runs of more items go first."""
    return (unlike + _LONGER) / len(run.joints), run


def _ordered(one: Run, other: Run) -> tuple[Run, Run] | None:
    """Two runs of as many items that stand apart, in their order."""
    if len(one.items) != len(other.items):
        return None
    one, other = (one, other) if one.items[0] < other.items[0] else (other, one)
    return (one, other) if one.items[-1][1] < other.items[0][0] else None


def strong(joint: Joint) -> bool:
    """Whether sentences or steps meet at a joint."""
    return re.search(r"[.;!?]|then|also|after|finally|next", joint.text.lower()) is not None


def _joints(said: Said) -> Iterator[Joint]:
    """The joints of a text that stand in no quotes or brackets."""
    closed = [match.span() for pattern in (QUOTES, _BRACKETS) for match in pattern.finditer(said.text)]
    pattern = _NUMBERED if said.text.startswith(("1. ", "1) ")) else _JOINT
    for match in pattern.finditer(said.text):
        start, end = match.span()
        if any(first < start and end < last for first, last in closed):
            continue
        before = [at for at, (_, stop) in enumerate(said.places) if stop <= start]
        after = [at for at, (begin, _) in enumerate(said.places) if begin >= end]
        if before and after and before[-1] < after[0]:
            yield Joint(before[-1], after[0], match.group())


def _kind(word: str) -> str:
    """What a word looks like."""
    if word[0].isdigit() or word.lower() in _NUMBERS or (word[0] in "-$€£#." and any(map(str.isdigit, word))):
        return "number"
    if not word[0].isalnum():
        return word[0]
    if word[0].isupper():
        return "name"
    return word.lower() if word.lower() in STOPWORDS else "word"
