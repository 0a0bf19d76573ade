"""What is read for the rest of a request: which lines of a screen hold it, and how surely.

Knows nothing of scores: a line counts where it is about what the question names and holds what the question asks for.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..carried import MAIL, NUMBER, value_of
from ..compact import Element
from ..documents.asked import plain
from ..ends import ASKS_MAIL, ASKS_NUMBER, unfinished
from .candidates import ANSWER, Candidate
from .view import View

CLEAR = 0.9
"""How sure a value is that is the only one of its kind, or stands after its key, where what it is of is in front."""
_SHORT = 3
_FORMS = tuple((asks, form) for asks, form in zip((ASKS_MAIL, ASKS_NUMBER), (MAIL, NUMBER), strict=True))


def read(candidate: Candidate, view: View) -> tuple[str, bool]:
    """The value that an answer holds, empty where it is none, and whether that is clear."""
    element = candidate.element
    if element is None or view.carried is None or unfinished(view.request, view.shown, view.past, candidate.value):
        return "", False
    held = element.detail or element.value or ""
    names = element.handle and not held and not element.listed
    if names or not _about(candidate, view):
        return "", False
    return (held, True) if _keyed(element, view) else value_of(view.carried, element.label, element.detail)


def clearly(view: View, found: Sequence[Candidate]) -> Candidate | None:
    """The answer to a question for an address or a number, where what it is of is in front and holds just one."""
    form = next((form for asks, form in _FORMS if asks.search(view.wanted.text)), None) if view.wanted.asks else None
    if form is None:
        return None
    values = dict[str, Candidate]()
    for each in found:
        value = form.search(each.value) if each.tool == ANSWER else None
        against = value is None or unfinished(view.request, view.shown, view.past, each.value)
        if value is not None and not against and _about(each, view):
            values.setdefault(value.group(), each)
    return next(iter(values.values())) if len(values) == 1 else None


def _keyed(element: Element, view: View) -> bool:
    """Whether a value stands beside a label that the question asks for."""
    held = element.detail or element.value
    return bool(held) and not element.listed and f" {element.label.lower()} of " in view.text


def _about(candidate: Candidate, view: View) -> bool:
    """Whether a line is about what the question names: it says so, or no row does and the page says so."""
    element = candidate.element
    assert element is not None
    forms = [plain(phrase) for phrase in view.wanted.phrases if phrase not in view.apps]
    row = bool(element.listed or (element.handle and element.detail)) and not _keyed(element, view)
    here = [element] if row else [e for e in view.shown.elements if not (e.listed or e.detail)]
    if not forms and " of " in view.text:  # a name in small letters: something in front has it
        return any(len(plain(e.label)) > _SHORT and f" {plain(e.label)} " in view.wanted.plain for e in here)
    return all(any(f" {form} " in f" {plain(e.line())} " for e in here) for form in forms)
