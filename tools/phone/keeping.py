"""What speaks against keeping a form as it is: values and fields of the request that are still to come.

Seen from the outside: the request, what stands on the form, what was done. Knows nothing of documents or models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .compact import Compact, Element
from .documents.asked import Asked, asked, plain
from .documents.index import COMMIT
from .documents.named import Past, left
from .documents.words import stems
from .ends import listed, title
from .parts import parts

_KEEPS = frozenset({"save", "done", "apply", "update"})
_VAGUE = frozenset(stems("name title text note message label to"))
"""Words of labels that a request may hold without speaking of the field."""
_OF_TIME, _OF_DAY = frozenset(stems("time")), frozenset(stems("date day"))
_PICKED = _OF_TIME | _OF_DAY
_FORMS = (
    (re.compile(r"\S+@\S+\w"), frozenset(stems("email mail recipient"))),
    (re.compile(r"\+\d[\d ]{5,}\d"), frozenset(stems("phone telephone mobile"))),
)
"""Values that only one kind of field takes, and the words of its label."""


def hasty(element: Element, wanted: Asked, request: str, shown: Compact, past: Past) -> str:
    """A form is kept when nothing that it has a place for is still to come."""
    if element.label.lower() not in COMMIT:
        return ""
    return _another(element, wanted, shown, past) or _unfilled(element, wanted, request, shown, past)


def _unfilled(element: Element, wanted: Asked, request: str, shown: Compact, past: Past) -> str:
    """A form that is as it was, or that has a place for what is still to come."""
    if past.fresh and element.label.lower() in _KEEPS and any(e.kind == "field" or e.detail for e in shown.elements):
        return f"Nothing was changed here yet: `{element.handle}` would keep it as it was."
    fields = [e for e in shown.elements if e.kind == "field"]
    empty = [e.handle for e in fields if not e.value]
    absent = _of_form(left(wanted, shown, past), request, shown)
    missing = [p for p in absent if not wanted.day_of(p)]
    if len(fields) == 1 and len(empty) == 1 and len(missing) == 1 and missing[0] not in wanted.times:
        return f"{listed(missing)} is still to be entered into `{empty[0]}`."
    quoted = [p for p in absent if f'"{p}"' in request]
    if quoted and empty:
        return f"{listed(quoted)} is still to be entered into `{empty[-1]}`."
    spoken = next((e for e in shown.elements if fields and _open(e, request, shown, past)), None)
    if spoken is not None:
        return f"The request speaks of `{spoken.handle}`, which is still as it was."
    return next(
        (f"{listed([p])} is still to be entered into `{h}`." for p in absent if (h := _place(p, wanted, shown))), ""
    )


def _another(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:
    """A thing that was opened from a list and of which the request says no word is not changed in place of its own."""
    opened = (
        past.rows[-1:] if not past.rows else [row for row in past.rows if row.partition(" - ")[0] in past.listed][-1:]
    )
    if element.label.lower() not in _KEEPS or not opened:
        return ""
    words = {*plain(opened[0]).split()}
    said = any(f" {word} " in wanted.plain for word in words) or set(stems(opened[0])) & wanted.words.keys()
    missing = [value for value in left(wanted, shown, past) if value[:1].isupper()]
    return f"The request does not speak of `{opened[0]}`, but of {listed(missing)}." if missing and not said else ""


def _of_form(values: Iterable[str], request: str, shown: Compact) -> list[str]:
    """Of values that are still to come, those of the parts of the request that this form is about."""
    every = parts(request)
    held = [plain(e.value) for e in shown.elements if e.kind == "field" and e.value]
    about = [part for part in every if any(f" {text} " in f" {plain(part)} " for text in held)]
    texts = " ".join(about) if len(every) > 1 and about else request
    return [value for value in values if value in texts or f" {plain(value)} " in asked(texts).plain]


def _open(element: Element, request: str, shown: Compact, past: Past) -> bool:
    """Whether a part of a form is spoken of by its label and holds nothing, or what it held at first."""
    label, held = plain(element.label), element.value or element.detail
    if not label or not element.handle or element.kind not in {"field", "button"} or label in past_labels(past):
        return False
    if element.kind == "button" and (not element.detail or element.listed):
        return False
    if set(stems(element.label)) <= set(stems(title(shown))) | _VAGUE:
        return False
    about = [part for part in parts(request) if f" {label} " in f" {plain(part)} "]
    typed = [e.value for e in shown.elements if e.kind == "field" and e.value in past.touched]
    about = [part for part in about if len(parts(request)) < 2 or any(text and text in part for text in typed)]
    quoted = any(f" {label} " in f" {plain(text)} " for text in typed if text)
    if not about or quoted:
        return False
    told = asked(about[0])
    if held in past.touched:
        return False
    return not held or not (f" {plain(held)} " in told.plain or told.agrees(held))


def past_labels(past: Past) -> frozenset[str]:
    """What was tapped, in bare words."""
    return frozenset(map(plain, past.touched))


def _place(value: str, wanted: Asked, shown: Compact) -> str:
    """What of a form takes a value of this kind and does not hold it yet; empty where nothing does."""
    if value in wanted.times:
        words, own = _OF_TIME, value == wanted.times[-1]
    elif wanted.day_of(value):
        words, own = _OF_DAY, value == [p for p in wanted.phrases if wanted.day_of(p)][-1]
    else:
        words, own = next((words for form, words in _FORMS if form.fullmatch(value)), frozenset[str]()), True
    for e in shown.elements if own else ():
        free = (e.kind == "field" and not e.value) or (words <= _PICKED and e.kind == "button" and e.detail)
        if free and e.handle and words.intersection(stems(e.label)):
            return e.handle
    return ""
