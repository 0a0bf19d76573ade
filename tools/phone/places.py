"""Where a text belongs on a form: a value that stands beside the label of one field is not meant for another.

Seen from the outside: the request's words, the labels and what the fields hold. Knows nothing of documents or models.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from .compact import Compact, Element
from .documents.asked import asked, plain
from .documents.words import akin, stems
from .ends import title

_WORD = re.compile(r"[\w@+.'’:/-]*\w")
_BETWEEN = frozenset({"is", "to", "as", "the", "of", "a", "an", "be"})
_FAR = 2
_TOLD = re.compile(
    r"(?:\b(?:by|say|saying|[Tt]ext|[Nn]ote|with)\b[^:]*: |\bshould (?:just |only )?say )([a-z][^A-Z:;@\"“]*)$"
)
"""What a request ends with and gives word by word: a text without a name in it."""
_ADDS = re.compile(r"\W*(?:please )?(?:add|new)\b", re.IGNORECASE)
"""What a request begins with that may give several texts after a colon."""


def misplaced(request: str, text: str, field: Element, shown: Compact, typed: Collection[str]) -> str:
    """Why a text does not belong into a field; `typed` was entered already. Empty where nothing speaks against it."""
    fields = [e for e in shown.elements if e.kind == "field" and e.enabled]
    about = set(stems(title(shown)))
    others = [
        e for e in fields if e != field and e.label and not set(stems(e.label)) <= about | set(stems(field.label))
    ]
    beside = [e for e in others if _beside(request, text, e)]
    if beside and not _beside(request, text, field) and not _holds(text, beside[0]):
        return f"`{text}` stands beside `{beside[0].label.lower()}` in the request: it belongs to `{beside[0].handle}`."
    told = None if _ADDS.match(request) else _TOLD.search(request)
    if told is not None and any(e.label and f" {plain(e.label)} " in f" {plain(told.group(1))} " for e in fields):
        told = None
    whole = plain(told.group(1)) if told is not None else ""
    if plain(text) != whole and f" {plain(text)} " in f" {whole} " and request.count(text) == 1:
        return f"`{text}` is only a piece of `{told.group(1).rstrip(' .!?')}`." if told is not None else ""
    return _renamed(request, field, fields, typed)


def _holds(text: str, field: Element) -> bool:
    return plain(field.value or "") == plain(text)


def _beside(request: str, text: str, field: Element) -> bool:
    """Whether the request says a field's label shortly before a text, or right after it."""
    own = set(stems(field.label))
    return any(own.intersection(stems(word)) for word in _neighbours(request, text))


def _neighbours(request: str, text: str) -> Iterator[str]:
    place = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", request)
    if place is None:
        return
    before = request[: place.start()].rstrip()
    if before and before[-1] not in ",.;?!":
        words = _WORD.findall(before)[-_FAR - 1 :]
        while words and words[-1].lower() in _BETWEEN:
            words.pop()
        yield from words[-1:]
    after = request[place.end() :]
    if after[:1] == " " and text.replace(".", "").isdecimal():
        yield from _WORD.findall(after)[:1]


def _renamed(request: str, field: Element, fields: Sequence[Element], typed: Collection[str]) -> str:
    """A value that is to take the place of one on the form does not go into an empty field that nobody speaks of."""
    wanted = asked(request)
    words = {word for own in stems(field.label) for word in (own, *akin(own))}
    if field.value or words & (wanted.words.keys() | wanted.values):
        return ""
    held = [e for e in fields if e.value and e.value not in typed]
    old = [e for e in held if e.value and len(plain(e.value)) > _FAR and f" {plain(e.value)} " in wanted.plain]
    first = old[:1] if len(old) == 1 and fields and fields[0] == old[0] else []
    return (
        f"`{old[0].handle}` holds what the request speaks of, and it says nothing of `{field.handle}`." if first else ""
    )
