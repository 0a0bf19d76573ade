"""What can be done next on a phone: every tap, text, scroll, app and end, as calls that a model could make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..checks import COUNTED, hours
from ..compact import Element
from ..documents.asked import plain
from ..documents.index import COMMIT
from ..documents.pad import is_pad
from ..documents.words import akin, stems
from ..effects import searches
from .kinds import WORDED, kind_of
from .spans import longer, runs
from .view import View

CANNOT = "cannot"
ANSWER = "answer"
_TEXTS, _OWN_TEXTS = 20, 64
_TIME = re.compile(r"\b(\d{1,2}):(\d\d)\b")
_TAIL = re.compile(r"(?:\b(?:that|with|text|saying|say|message|words?|to|be|is)|[,:]) (?=[^,:]+$)")
_ANSWERS = 32
_TELLS = re.compile(
    r"\?|\b(?:what|which|when|where|who|whose|how|tell|say|read|look up|find out|see|check|know)\b", re.IGNORECASE
)
"""Without one of these words a request wants no answer."""
_HOLDS = re.compile(
    r"\b(?:should|must|to|that|will|it|just|only) (?:(?:just|only|now) )?(?:says?|reads?)\b", re.IGNORECASE
)
"""What something is to say, or says: nothing is to be said for it."""
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")
_PHONE = re.compile(r"\+\d[\d ]{5,}\d")
_STRICT = frozenset({"mail", "phone", "web"})
_RECIPIENTS = frozenset({"to", "cc", "bcc"})
_NOTES = re.compile(r":? ?\[[a-z ]+\]$")
_NAMES = frozenset(stems("title name subject label"))
_ADDRESSED = frozenset(stems("recipient email"))
_CHOSEN = frozenset({"day", "time"})
_KEY = re.compile(r"[A-Z][\w ]*?(?:: | (?=\S*\d))(\S.*)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One call: a tool's name, the element or field it is about, and the value it gives (a text, an app, a way).

    Two names are no tools: `answer` is an end that says what stands on an element, `cannot` one that gives up.
    """

    tool: str
    element: Element | None = None
    value: str = ""
    enter: bool = False

    @property
    def handle(self) -> str:
        """The name of the element for the tools."""
        return self.element.handle if self.element is not None else ""


def candidates(view: View) -> list[Candidate]:
    """Everything that can be done in a moment, the same in the same order each time."""
    return [*_actions(view), *_ends(view)]


def _actions(view: View) -> Iterator[Candidate]:
    for element in view.taps:
        if element.kind != "field" and not (view.at_home and element.label in view.apps):
            yield Candidate("tap", element)
    fields = [e for e in view.shown.elements if e.kind == "field" and e.enabled]
    for element in fields:
        for text in texts(view):
            if fits(text, element, fields, view.shown.elements) and not _entitles(text, element, fields, view):
                yield Candidate("type_text", element, text, _enters(view, element))
    for way in view.shown.scroll:
        yield Candidate("scroll", value=way)
    for app in view.apps:
        yield Candidate("open_app", value=app)
    yield Candidate("back")
    yield Candidate("wait")


def _ends(view: View) -> Iterator[Candidate]:
    asks = view.wanted.asks
    tells = asks or view.tells or _TELLS.search(_HOLDS.sub("", view.request)) is not None or is_pad(view.shown.taps)
    for element in view.shown.elements[:_ANSWERS] if tells else ():
        if element.handle or element.kind == "text":
            yield Candidate(ANSWER, element, element.line())
    if not asks:
        yield Candidate("finish")
    yield Candidate(CANNOT)


def _enters(view: View, element: Element) -> bool:
    """Whether a text in a field is to be entered at once: nothing on the screen would take it otherwise."""
    return "address" in element.label.lower() and all(
        e == element or (e.kind != "field" and e.label.lower().split(" ")[0] not in COMMIT) for e in view.shown.elements
    )


def texts(view: View) -> tuple[str, ...]:
    """What may be typed: values of the request, hours and minutes of its times, values seen in another app."""
    names = dict.fromkeys([*view.wanted.phrases, *runs(view.text)])
    found = [form for name in names for form in (name, *longer(view.text, name))]
    found += [half for time in view.wanted.times for half in time.split(":")]
    found += sorted(hours(view.request))
    found += [*_tails(view.text), *view.spans]
    elsewhere = view.session.earlier[1:] if view.carried is None else ()
    lines = [line.removeprefix("earlier: ") for line in elsewhere]
    lines.sort(key=lambda line: not any(f" {plain(name)} " in f" {plain(line)} " for name in names))
    seen = [text for line in lines for text in _pieces(line)]
    if view.carried is not None and view.session.course.read and view.carried.rest:
        own = f" {plain(view.carried.rest)} "  # what was read is a text of its own, and no piece of it is
        found = [view.session.course.read, *(text for text in found if f" {plain(text)} " in own)]
    return tuple(dict.fromkeys([*found[:_OWN_TEXTS], *seen[:_TEXTS]]))


def fits(text: str, field: Element, fields: Sequence[Element], shown: Sequence[Element] = ()) -> bool:
    """Whether a text may be meant for a field: a number or an address goes where its kind is asked for, if anywhere.

    A day and a time are chosen, where something else that is `shown` is for them.
    """
    kind, suits = kind_of(text)
    own = kind_words(field)
    if kind in _CHOSEN and not own & suits and any(suits.intersection(stems(e.label)) for e in shown if e.handle):
        return False
    if own & COUNTED:
        return text.isdecimal()
    if kind == "number":
        return not own & WORDED
    if kind not in _STRICT:
        inside = any(form.search(text) for form in (_MAIL, _PHONE))
        return not inside or "text" in own
    return bool(own & suits) or not any(kind_words(each) & suits for each in fields)


def _entitles(text: str, field: Element, fields: Sequence[Element], view: View) -> bool:
    """Whether what was read would become the name of something that has a place for it beside its name."""
    read = view.session.course.read
    if not read or text != read or view.carried is None or not view.carried.rest:
        return False
    if searches(field) or (_ADDRESSED & kind_words(field) and not _ADDRESSED & kind_of(text)[1]):
        return True
    return bool(_NAMES.intersection(stems(field.label))) and any(not _NAMES & {*stems(e.label)} for e in fields)


def kind_words(field: Element) -> frozenset[str]:
    """The words of a field's label, and those akin to them."""
    own = ("recipient",) if field.label.lower() in _RECIPIENTS else stems(field.label)
    return frozenset(word for each in own for word in (each, *akin(each)))


def _tails(request: str) -> Iterator[str]:
    """What the request ends with, after a word that such a text may follow."""
    for word in _TAIL.finditer(request):
        yield request[word.end() :].rstrip(" .!?")


def _pieces(line: str) -> Iterator[str]:
    """Values in a line of a screen: addresses, numbers, what stands after a key, what a row is about."""
    yield from _MAIL.findall(line)
    yield from _PHONE.findall(line)
    for hour, minute in _TIME.findall(line):
        yield from (f"{int(hour):02d}", minute)
    for chunk in line.split(" | "):
        label, _, detail = _NOTES.sub("", chunk).partition(" - ")
        key = _KEY.fullmatch(label)
        yield from filter(None, (key.group(1) if key else "", label.partition(" ")[2], detail, label))
