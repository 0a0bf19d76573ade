"""What speaks for or against an element: its words beside the request's, its role, its state, what lies behind it.

Every feature is a number about form and agreement; no label of any app is known here but those that all apps share.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..compact import Element
from ..documents.asked import Asked, plain
from ..documents.index import COMMIT, commit
from ..documents.level import further, turned
from ..documents.model import VARIES
from ..documents.words import VERB_STEMS, changes, irreversible, stems
from ..doubts import unsupported
from ..effects import leads
from ..ends import REFUSE, opposite
from .likeness import NOTHING
from .view import View

Named = Iterator[tuple[str, float]]

_MAKES = frozenset(stems("add new create compose start plus"))
_EDITS = frozenset(stems("edit change modify rename update"))
_DELETES = frozenset(stems("delete remove erase wipe clear empty discard bin uninstall throw"))
MENUS = frozenset(stems("more option menu navigation action overflow section drawer"))
_SETTINGS = frozenset(stems("settings preferences set-up options"))
_UP = frozenset({"navigate up", "go back", "back", "close", "cancel", "dismiss", "discard", "not now"})
_FAR = 3


def words(wanted: Asked, text: str, of: str) -> Named:
    """How far the words of a text are those of a request: on average, at best, as values, as they stand there."""
    own = stems(text)
    if not own:
        return
    weights = [wanted.words.get(word, 0.0) for word in own]
    yield f"{of} words", sum(weights) / len(own)
    yield f"{of} best word", max(weights)
    yield f"{of} all words", float(min(weights) >= 0.6)
    yield f"{of} values", sum(word in wanted.values for word in own) / len(own)
    form = plain(text)
    yield f"{of} as it stands", float(len(form) > 1 and f" {form} " in wanted.plain)
    yield f"{of} is a value", float(any(plain(phrase) == form for phrase in wanted.phrases))
    said = sum(weight for weight in wanted.words.values() if weight >= 1.0)
    yield f"{of} of the request", sum(wanted.words.get(word, 0.0) for word in set(own)) / max(said, 1.0)


def about(view: View, element: Element) -> Named:
    """An element's words beside the request: label, detail, the values that are left, the part that is being done."""
    yield from words(view.part, element.label, "label")
    yield from meant(view, element.label, "label")
    if element.detail:
        yield from words(view.part, element.detail, "detail")
        yield from meant(view, element.detail, "detail")
    if view.part is not view.wanted:
        own = stems(element.label)
        whole = sum(view.wanted.words.get(word, 0.0) for word in own) / max(1, len(own))
        yield "label in the whole", whole
    yield "waiting words", min(len(view.waiting.intersection(stems(element.label))), 3) / 3
    yield "long run", _run(view, element)
    line = f" {plain(element.line())} "
    yield "row as it stands", float(element == view.row_as_it_stands)
    yield "holds what is sought", float(any(f" {name} " in f" {plain(element.line())} " for name in view.sought))
    yield "holds a value", float(any(f" {plain(p)} " in line for p in view.wanted.phrases))
    yield "holds values", sum(f" {plain(p)} " in line for p in view.wanted.phrases) / 2
    yield "holds what is left", float(any(f" {plain(p)} " in line for p in view.left))
    yield "is what is left", float(any(plain(p) == plain(element.label) for p in view.left))
    yield "holds a name", max((len(name.split()) for name in view.names if name in line), default=0) / 4
    yield "is a name", float(f" {plain(element.label)} " in view.names)
    if element in view.named:
        yield "named", 1.0
        yield "named first", float(view.named[0] == element)
    day = element.label.isdecimal() and any(d.startswith(f"{int(element.label):02d} ") for d in view.wanted.days)
    yield "day", float(day)


def meant(view: View, text: str, of: str) -> Named:
    """How near the words of a text are to those of the request in meaning."""
    like = view.like.of(text) if view.like is not None else NOTHING
    yield f"{of} meant at best", like.best
    yield f"{of} meant", like.label
    yield f"{of} answers", like.answers
    yield f"{of} answers what waits", like.waiting


def _run(view: View, element: Element) -> float:
    """How many words of a label stand in the request one after another, of four."""
    label = plain(element.label).split()
    for count in range(min(len(label), 4), 1, -1):
        if any(f" {' '.join(label[at : at + count])} " in view.part.plain for at in range(len(label) - count + 1)):
            return count / 4
    return 0.0


def role(view: View, element: Element) -> Named:
    """What an element is for, by its words and its place."""
    label, own = element.label.lower(), stems(element.label)
    first = label.split(" ")[0]
    yield f"is {element.kind}", 1.0
    yield "listed", float(bool(element.listed))
    yield "keeps", float(label in COMMIT or first in COMMIT)
    yield "refuses", float(element.handle in REFUSE or label in _UP)
    yield "up", float(label in {"navigate up", "go back"})
    yield "key", float(len(element.label) == 1)
    yield "number", float(element.label.isdecimal())
    yield "changes", float(not element.listed and changes(element.label))
    yield "no return", float(not element.listed and irreversible(element.label))
    starts = frozenset(own[:1])
    for name, kind in (("makes", _MAKES), ("edits", _EDITS), ("deletes", _DELETES)):
        yield name, float(not element.listed and bool(starts & kind))
    yield "verb", float(not element.listed and bool(starts & VERB_STEMS))
    yield "menu", float(not element.listed and bool(own) and set(own) <= MENUS)
    yield "settings", float(bool(own) and set(own) <= _SETTINGS)
    yield "on", float("on" in element.state)
    yield "off", float("off" in element.state)
    yield "selected", float("selected" in element.state)
    yield "at the top", float(element.box.top < 300)
    yield "opposite", float(element.kind == "button" and opposite(element, view.part))
    yield "lone words", float(len(own) == 1)
    last = next((e for e in reversed(view.taps) if e.kind == "button" and not e.listed), None)
    yield "last button", float(element == last)


def state(view: View, element: Element) -> Named:
    """Whether a switch or a row is as the request wants it already."""
    wanted = view.part.state_of(element.label)
    if element.kind == "switch":
        yield "to be switched", float(bool(wanted) and wanted not in element.state)
        yield "as asked", float(bool(wanted) and wanted in element.state)
    yield "holds what is asked", float(bool(element.detail) and view.part.agrees(element.detail))


def known(view: View, element: Element) -> Named:
    """What the documents and the lines of the prompt say of an element."""
    way = view.way
    yield "guide", float(way[:1] == (element.handle,) or way[:1] == (element.label,))
    yield "on the way", float(element.label in way)
    yield "end of the way", float(way[-1:] == (element.label,))
    yield "turned", float(turned(view.wanted, view.shown) == element.handle)
    yield "too far", float(bool(further(view.wanted, view.shown, element.handle)))
    if view.row is not None:
        yield "row", float(view.row.handle == element.handle)
        yield "row fits", view.row.fits * (view.row.handle == element.handle)
    part = view.part_of(element)
    if view.page is None or part is None:
        yield "unknown to documents", float(view.page is not None)
        return
    yield "varies", float(part.varies)
    yield "leads on", float(bool(part.leads) and not part.leads.startswith("app:"))
    yield "leads away", float(part.leads.startswith("app:"))
    end = commit(view.page)
    yield "completes", float(end is not None and end.label == part.label)
    behind = view.behind_part.get(part.label)
    if behind is not None:
        yield "behind", behind.score
        yield "behind far", min(behind.hops, 4) / 4
        yield "behind is best", float(view.ahead is not None and behind.score >= view.ahead.score)
        yield "function", float(behind.hops == 1)
    meaning = view.meant_behind.get(part.label)
    if meaning is not None:
        yield "meant behind", meaning
        yield "meant behind is best", float(meaning >= max(view.meant_behind.values()))
    after = view.index.pages.get(part.leads) if view.index is not None else None
    if after is not None:
        yield "leads to a form", float(any(p.kind == "field" for p in after.parts))
        yield "leads to rows", float(any(p.label == VARIES for p in after.parts))


def done(view: View, element: Element) -> Named:
    """What was done with an element in this run, and what the checks would say."""
    touched = [i for i, text in enumerate(view.past.touched) if text == element.label]
    yield "touched", min(len(touched), _FAR) / _FAR
    yield "touched last", float(bool(touched) and touched[-1] == len(view.past.touched) - 1)
    yield "touched before", float(bool(touched))
    yield "idle", min(view.idle("tap", element=element.handle), _FAR) / _FAR
    yield "tapped here", min(view.made("tap", element=element.handle), _FAR) / _FAR
    yield "in the last place", float(element.box == view.session.course.place)
    yield "told already", float(element.kind == "button" and not element.listed and element.label in view.keys)
    yield "only leads", float(leads(element, view.shown, view.guide))
    doubt = unsupported(view.request, view.shown, view.past, element.handle)
    yield "doubted", float(bool(doubt))


def tapped(view: View, element: Element) -> dict[str, float]:
    """All that is known of a tap on an element."""
    found = dict[str, float]()
    for features in (about, role, state, known, done):
        found.update(features(view, element))
    return found
