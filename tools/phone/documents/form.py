"""The next thing on a form: fields that the request speaks of, in their order, then what saves it."""

from __future__ import annotations

from ..compact import Compact, Element
from .asked import Asked
from .index import COMMIT, commit
from .model import Page, Part
from .words import VERB_STEMS, stems

_SPOKEN = 0.2
_NAMES = frozenset(stems("name title text"))


def next_on_form(page: Page, wanted: Asked, shown: Compact, left: tuple[str, ...] = ()) -> str:
    """The label to act on next, on a page that is filled in and saved, or that asks; empty on any other page.

    A value that is `left` goes into the first empty field where no field is spoken of, or into the only one.
    """
    end = commit(page)
    if end is None:
        return _written(page, shown)
    fields = [part for part in page.parts if part.kind == "field"]
    changed = "edit" in page.title.lower()
    for part in page.parts if fields else ():
        acts = part.kind == "button" and part != end and (part.irreversible or set(stems(part.label)) & VERB_STEMS)
        if (
            acts
            and stems(part.label)
            and all(word in wanted.words for word in stems(part.label))
            and shown.find(part.label)
        ):
            return part.label
    spoken = frozenset(part.label for part in fields if _spoken(part, wanted))
    for element in shown.elements:
        part = next((p for p in page.parts if p.label == element.label and element.handle), None)
        if part is None or part == end or part.kind == "switch" or not fields:
            continue
        if part.kind == "field":
            first = (not spoken and part == fields[0]) or bool(set(stems(part.label)) & _NAMES)
            if _pending(element, wanted, spoken=part.label in spoken, first=first, changed=changed):
                return element.handle
        elif part.leads and _spoken(part, wanted) and not wanted.agrees(element.detail, changed=changed):
            return element.handle
    if fields and any(phrase not in wanted.times and not wanted.day_of(phrase) for phrase in left):
        there = [e for e in shown.elements if e.kind == "field" and e.handle]
        empty = next((e.handle for e in there if not e.value), there[0].handle if len(there) == 1 else "")
        if empty:
            return empty
    return end.label if shown.find(end.label) is not None else ""


def _pending(element: Element, wanted: Asked, *, spoken: bool, first: bool, changed: bool) -> bool:
    """Whether a field is still to be filled."""
    return (first and not element.value) or (spoken and not wanted.agrees(element.value or "", changed=changed))


def _written(page: Page, shown: Compact) -> str:
    """Where one field stands beside a button that completes it, that button once something is written."""
    ends = [part.label for part in page.parts if part.label.lower() in COMMIT]
    fields = [e for e in shown.elements if e.kind == "field" and not e.label.startswith("Search")]
    return ends[0] if len(ends) == 1 and len(fields) == 1 and fields[0].value and ends[0] in shown.taps else ""


def _spoken(part: Part, wanted: Asked) -> bool:
    return any(wanted.words.get(word, 0.0) > _SPOKEN for word in stems(part.label))
