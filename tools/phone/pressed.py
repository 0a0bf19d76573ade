"""What speaks against a tap, from what the session did and what the documents know, beside what the request says.

A button that takes back what was just done, a row that nobody named, the opposite of what is asked, a key or a shutter
that is pressed too often.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .compact import Element
from .documents.asked import asked, plain
from .documents.model import Page
from .documents.named import left
from .documents.pad import is_pad, next_key
from .documents.words import akin, asks_back, opposite, stems, takes_turns
from .effects import leads
from .ends import REFUSE, listed, question
from .parts import parts
from .session import Session

_KEY = 2
_ONCE = frozenset({"take", "send", "start", "call", "share", "forward", "submit", "order", "book"})
_ALLOWED = frozenset({"Allow", "OK", "Continue"})
_OFTEN = re.compile(r"\b(?:twice|times|both|again|another|all|every|each|and|more|same)\b", re.IGNORECASE)
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: n for n, word in enumerate(_WORDS, 2)}
_NUMBER = rf"\d+|{'|'.join(_NUMBERS)}|couple|few|several|dozens?"
_COUNTED = re.compile(rf"\b({_NUMBER}) (?:of )?(?:\w+ )??(\w+s|people)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b\w+[^\Ws]s\b", re.IGNORECASE)
_UNITS = re.compile(
    r"(?:sec(?:ond)?|min(?:ute)?|h(?:ou)?r|day|week|month|year|euro|dollar|pound|cent|franc|buck)s", re.I
)
_MANY = 99
_ANY = re.compile(r"\b(any|some|first|last|latest|newest|oldest|recent|next|other|another)\b")


def pressed(request: str, session: Session, handle: str) -> str:
    """Why this is not to be tapped now; empty where nothing speaks against it."""
    return (
        _undoing(request, session, handle)
        or _reversed(request, session, handle)
        or _taken_back(request, session, handle)
        or _unnamed(request, session, handle)
        or _opposed(request, session, handle)
        or _again(request, session, handle)
    )


def _undoing(request: str, session: Session, handle: str) -> str:
    """Why a tap would take back what the last one did: the button there has turned into its opposite, unasked."""
    element, last = session.look().find(handle), session.past.touched[-1:]
    if element is None or not last or element.box != session.course.place or session.course.last != "tap":
        return ""
    back = opposite(last[0], element.label) and not asks_back(request, element.label, last[0])
    return f"`{last[0]}` was tapped here: `{handle}` would take it back." if back else ""


def _reversed(request: str, session: Session, handle: str) -> str:
    """Why a button is the opposite of one that was tapped for what is still in front: `Unmute` after `Mute`."""
    element, touched = session.look().find(handle), session.past.touched
    if element is None or element.listed or element.kind != "button":
        return ""
    values = [f" {plain(value)} " for value in asked(request).phrases]
    named = (t in session.past.listed or any(v in f" {plain(t)} " for v in values) for t in touched)
    opened = max((at for at, holds in enumerate(named) if holds), default=-1)
    done = next((t for t in touched[opened + 1 :] if opposite(t, element.label)), "")
    back = done and not asks_back(request, element.label, done)
    return f"`{done}` was tapped: `{handle}` would take it back." if back else ""


def _taken_back(request: str, session: Session, handle: str) -> str:
    """Why a button would take back what was done for the request before: it asks for that and not for the opposite."""
    element, said = session.look().find(handle), set(stems(request))
    own = stems(element.label)[:1] if element is not None and not element.listed and element.kind == "button" else ()
    if element is None or not own or own[0] in said:
        return ""
    turned = [
        t for t in session.past.touched if takes_turns(t, element.label) and not asks_back(request, element.label, t)
    ]
    done = next((t for t in turned if said.intersection(stems(t)[:1])), "")
    return f"`{done}` was tapped, as the request asks: `{handle}` would take it back." if done else ""


def _unnamed(request: str, session: Session, handle: str) -> str:
    """Why a row is not to be tapped that leads nowhere: no word of it is in the request, which names another."""
    shown, wanted = session.look(), asked(request)
    element = shown.find(handle)
    if (
        element is None
        or not _row(element, session)
        or leads(element, shown, session.guide)
        or len(element.label) <= _KEY
    ):
        return ""
    words = set(stems(element.line()))
    named = words & (wanted.words.keys() | wanted.values) or any(
        w in wanted.plain for w in plain(element.line()).split()
    )
    if named or not words or _ANY.search(wanted.text) or element.handle in REFUSE or question(shown):
        return ""
    missing = [value for value in left(wanted, shown, session.past) if value[:1].isupper()]
    return f"The request does not speak of `{handle}`, but of {listed(missing)}." if missing else ""


def _opposed(request: str, session: Session, handle: str) -> str:
    """Why a button does the opposite of what is asked: the request says `unpin`, and this would pin."""
    element = session.look().find(handle)
    if element is None or element.listed or element.kind != "button" or _opens(element, session):
        return ""
    said, first = f" {asked(request).plain} ", element.label.lower().partition(" ")[0]
    undone = len(first) > _KEY and f" un{first} " in said and f" {first} " not in said
    return f"The request asks for the opposite of `{handle}`." if undone else ""


def _again(request: str, session: Session, handle: str) -> str:
    """Why a button is not to be pressed: it is no next key of what is asked for, or was pressed already."""
    shown, element = session.look(), session.look().find(handle)
    if element is None or element.kind != "button" or element.listed:
        return ""
    if len(element.label) == 1 and is_pad(shown.taps):
        key = next_key(request, shown.taps, session.past.keys, plainly=True)
        return f"The next key is `{key}`." if key and key != element.label else ""
    first = element.label.lower().partition(" ")[0]
    if first not in _ONCE or question(shown):
        return ""
    made = _times(element.label, session.past.touched)
    return f"`{handle}` was tapped already." if made and made >= asked_times(request, element.label) else ""


def _times(label: str, touched: Sequence[str]) -> int:
    """How often a button was pressed, less the times when it only made a question of permission come up."""
    every = zip(touched, (*touched[1:], ""), strict=True)
    return sum(text == label and after not in _ALLOWED for text, after in every)


def asked_times(request: str, label: str) -> int:
    """How often a request asks for what a button does; any number of times where it speaks of several of something."""
    own = {word for each in stems(label) for word in (each, *akin(each))}
    about = [part for part in parts(request) if own.intersection(stems(part))] or [request]
    text = " ".join(about)
    counted = [(n.lower(), noun) for n, noun in _COUNTED.findall(text) if not _UNITS.fullmatch(noun)]
    if len(counted) == 1 and own.intersection(stems(counted[0][1])):
        number = counted[0][0]
        return int(number) if number.isdecimal() else _NUMBERS.get(number, _MANY)
    several = counted or any(own.intersection(stems(noun)) for noun in _PLURAL.findall(text))
    return _MANY if several or _OFTEN.search(text) else len(about)


def _row(element: Element, session: Session) -> bool:
    """Whether this is one of several things of a kind: in a list, a choice, or what documents know to vary."""
    if element.listed or (element.kind == "switch" and not element.detail):
        return True
    page = _page(session)
    return page is not None and all(part.label != element.label for part in page.parts) and element.kind == "button"


def _page(session: Session) -> Page | None:
    """The page in front, by the documents."""
    shown, guide = session.look(), session.guide
    index = guide.apps.get(shown.app) if guide is not None else None
    return index.where(shown) if index is not None else None


def _opens(element: Element, session: Session) -> bool:
    """Whether the documents know of a page that this opens."""
    page = _page(session)
    return page is not None and any(part.label == element.label and part.leads for part in page.parts)
