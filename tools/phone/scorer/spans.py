"""Stretches of a request that may be meant as one text, and what stands beside each: where a value begins and ends.

A text seldom says where it ends: `a new coffee Rough backup, the story eggs soup and host Grace`. What tells is what
stands around it: small words, punctuation, and the labels on the screen (`story`, `host`). Knows nothing of fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import takewhile

from ..documents.asked import FIRST, ORDERS
from ..documents.words import STOP, VERB_STEMS, stem, stems

_CAPITALS = re.compile(r"[A-Z][\w'-]*(?: (?:(?:and|of) )?[A-Z][\w'-]*)*")
_MORE = re.compile(r"(?: (?!(?:to|at|on|in|for|with|from|and|of|or|is|as|that|into|under|please)\b)[a-z]+){1,3}")
_PIECES = re.compile(r" (?:and|of) ")
_TOKEN = re.compile(r"[\w@+][\w@+.'’/-]*(?::\d\d)?(?<![.'’-])|[^\w\s]")
_CUES = STOP | frozenset(
    """to as with into onto under at by after before instead from for in on of and or then also please now name text
    label title saying says say said reading word words note message subject new my new""".split()  # noqa: SIM905
)
_SMALL = STOP | {"to", "as", "with", "into", "onto", "under", "at", "by", "after", "before", "or", "also", "please"}
_FREE = frozenset({":", "that", "say", "says", "saying", '"', "“", "message", "text", "reading"})
"""After these a text of any words may begin, small ones too."""
_QUOTES = frozenset('"“”')
_BREAKS, _CLOSES = frozenset(".;?!"), frozenset({".", ";", '"', "”", ","})
_FIRST_PERSON = frozenset({"i", "i'm", "i'll", "i've"})
_LONGEST, _ENDS, _MOST = 14, 3, 40


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch: its text, the word before and after it (`^` and `$` at the ends), how many words, where it begins.

    `cues` counts the small words and labels inside it, `capital` says that it begins with one, `quoted` that it stands
    between quotation marks. `lead` and `follow` are the few words beside it, as stems.
    """

    text: str
    before: str
    after: str
    words: int
    at: int
    cues: int
    capital: bool
    quoted: bool
    lead: frozenset[str]
    follow: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    cue: bool
    break_: bool


def spans(request: str, labels: Collection[str]) -> tuple[Span, ...]:
    """The stretches that may be a text, in order; `labels` are stems of what stands on the screen."""
    words = list(_words(request, labels))
    found: dict[str, Span] = {}
    for first in range(len(words)):
        if _begins(words, first):
            for last in _lasts(words, first):
                made = _span(request, words, first, last)
                found.setdefault(made.text, made)
    every = sorted(found.values(), key=lambda each: (not each.quoted, each.cues, -each.words, each.at))
    return tuple(sorted(every[:_MOST], key=lambda each: (each.at, each.words)))


def _words(request: str, labels: Collection[str]) -> Iterator[_Word]:
    for found in _TOKEN.finditer(request):
        text = found.group()
        sign = not (text[0].isalnum() or text[0] in "@+")
        low = text.lower()
        cue = sign or low in _CUES or low in ORDERS or stem(low) in VERB_STEMS or not set(stems(low)).isdisjoint(labels)
        yield _Word(text, found.start(), found.end(), cue, sign and text in _BREAKS)


def _begins(words: list[_Word], at: int) -> bool:
    """Whether a text may begin here: after a small word, a label, a sign or a name, itself no sign or small word."""
    word, before = words[at], words[at - 1] if at else None
    low = word.text.lower()
    if _sign(word) or (low in _SMALL and word.text[0].islower() and not (before and before.text.lower() in _FREE)):
        return False
    if before is None or before.cue:
        return True
    return before.text[0].isdigit() or (before.text[0].isupper() and (word.text[0].islower() or low in _FIRST_PERSON))


def _lasts(words: list[_Word], first: int) -> Iterator[int]:
    """Where a text that begins here may end: before a small word, a label, a name or a sign; the nearest, the last."""
    ends = 0
    for last in range(first, min(len(words), first + _LONGEST)):
        word, following = words[last], words[last + 1] if last + 1 < len(words) else None
        if word.break_ or word.text in _QUOTES:
            return
        if _sign(word) or (word.text.lower() in _SMALL and last > first):
            continue
        if first == last and word.text.lower() in _SMALL:
            continue
        changes = following is not None and following.text[0].isupper() != word.text[0].isupper()
        if following is None or following.cue or changes:
            ends += 1
            if ends <= _ENDS or following is None or following.text in _CLOSES:
                yield last


def _sign(word: _Word) -> bool:
    return not (word.text[0].isalnum() or word.text[0] in "@+")


def _span(request: str, words: list[_Word], first: int, last: int) -> Span:
    before = words[first - 1].text.lower() if first else "^"
    after = words[last + 1].text.lower() if last + 1 < len(words) else "$"
    return Span(
        text=request[words[first].start : words[last].end].removesuffix("'s").removesuffix("’s"),
        before=before,
        after=after,
        words=last + 1 - first,
        at=words[first].start,
        cues=sum(word.cue for word in words[first : last + 1]),
        capital=words[first].text[0].isupper(),
        quoted=before in _QUOTES and after in _QUOTES,
        lead=frozenset(s for word in words[max(0, first - 3) : first] for s in stems(word.text)),
        follow=frozenset(s for word in words[last + 1 : last + 4] for s in stems(word.text)),
    )


def runs(request: str) -> Iterator[str]:
    """Runs of words with capitals, also without the first one, which may only begin the sentence, and their pieces."""
    for run in _CAPITALS.finditer(request):
        words = run.group().split()
        while words and run.start() == 0 and words[0].lower() in FIRST:
            words.pop(0)
        if not words:
            continue
        whole = " ".join(words)
        yield from dict.fromkeys((*_PIECES.split(whole), " ".join(words[1:]) or whole, whole))


def longer(request: str, name: str) -> Iterator[str]:
    """A name with the small words that follow it (`Car inspection`), which may belong to it."""
    place = request.find(name)
    if place >= 0 and name[:1].isupper() and (more := _MORE.match(request, place + len(name))):
        words = list(takewhile(lambda word: word not in STOP, more.group().split()))
        yield from (" ".join((name, *words[:count])) for count in range(1, len(words) + 1))
