"""What speaks for typing a text into a field: the field's words, the kind of the text, where both stand."""

from __future__ import annotations

from ..compact import Element
from ..documents.asked import plain
from ..documents.words import VERB_STEMS, akin, stems
from ..doubts import unasked
from ..effects import SEARCH
from ..ends import answered as refused
from .asking import holds, kinds
from .kinds import kind_of
from .labels import Named, about, meant, role, words
from .spans import Span
from .view import KEY, View

_NEAR = 4
_LEAD = 3
_BESIDE = frozenset(
    """to as called named titled with of for the a an and is be new into under in on from that saying says text message
    my it name title label ^ $ , . : ; " ” “ ?""".split()  # noqa: SIM905
)
"""Words that say something of what begins after them or ended before."""


def typed(view: View, element: Element, text: str) -> dict[str, float]:
    """All that is known of typing a text into a field."""
    return field(view, element) | {f"field {name}": value for name, value in _text(view, element, text)}


def field(view: View, element: Element) -> dict[str, float]:
    """What is known of a field, whatever is typed into it; worked out once for each moment."""
    if element not in view.fields:
        told = (*about(view, element), *role(view, element), *_field(view, element))
        view.fields[element] = {f"field {name}": value for name, value in told}
    return view.fields[element]


def _field(view: View, element: Element) -> Named:
    """The field alone: what it holds, its place among the others, what documents say."""
    fields = [e for e in view.shown.elements if e.kind == "field" and e.enabled]
    empty = [e for e in fields if not e.value]
    yield "empty", float(not element.value)
    yield "only one", float(len(fields) == 1)
    yield "first empty", float(bool(empty) and empty[0] == element)
    yield "only empty", float(empty == [element])
    yield "touched", float(element.value in view.past.touched)
    yield "guide", float(view.way[:1] == (element.handle,))
    yield "on the way", float(element.label in view.way)
    yield "named", float(element in view.named)
    yield "agrees", float(view.part.agrees(element.value or ""))
    search = bool(set(stems(element.label)) & SEARCH)
    yield "search", float(search)
    rows = any(e.listed for e in view.shown.elements)
    yield "search among rows", float(search and rows)
    yield "search for a row", float(search and view.row is not None)
    yield "search unseen", float(search and any(f" {plain(p)} " not in view.here for p in view.left))
    behind = view.behind_part.get(element.label)
    yield "behind", behind.score if behind is not None else 0.0


def _text(view: View, element: Element, text: str) -> Named:
    """The text, and whether it suits the field."""
    name, suits = kind_of(text)
    yield f"text is {name}", 1.0
    own = {word for each in stems(element.label) for word in (each, *akin(each))}
    yield "kind suits", float(bool(own & suits))
    yield "kind suits another", float(_suits_another(view, element, suits))
    yield "another is for it", float(elsewhere(view, element, text))
    yield "text left", float(text in view.left)
    yield "text held", float(element.value == text)
    yield "text touched", float(text in view.past.touched)
    yield "text in sight", float(f" {plain(text)} " in view.here)
    phrases = view.wanted.phrases
    yield "text first left", float(view.left[:1] == (text,))
    yield "text a phrase", float(text in phrases)
    yield "text first", float(phrases[:1] == (text,))
    yield "text last", float(phrases[-1:] == (text,))
    yield "text longer", float(any(text.startswith(f"{p} ") for p in phrases))
    yield "text from elsewhere", float(plain(text) not in view.wanted.plain)
    yield "text length", min(len(text), 40) / 40
    yield "text is sought", float(plain(text) in view.sought)
    yield "text is part of what is sought", float(any(plain(text) != n and plain(text) in n for n in view.sought))
    yield "text asked", float(not unasked(view.request, text, view.session.earlier))
    for time in view.wanted.times[-1:]:
        hour, minute = time.split(":")
        yield "hour", float(text == hour and "hour" in own)
        yield "minute", float(text == minute and "minut" in own)
        yield "other half", float((text == hour and "minut" in own) or (text == minute and "hour" in own))
    yield from _span(view, element, text)
    near = _near(view, own, text)
    yield "said before", float(near > 0)
    yield "said after", float(near < 0)
    yield "text in the part", float(plain(text) in view.part.plain)


def _span(view: View, element: Element, text: str) -> Named:
    """Where in the request the text stands, and what is beside it there."""
    span = view.spans.get(text)
    if span is None:
        return
    own = {word for each in stems(element.label) for word in (each, *akin(each))}
    others = {w for e in view.shown.elements if e.kind == "field" and e != element for w in stems(e.label)} - own
    labels = {w for e in view.shown.elements if e.handle and not e.listed for w in stems(e.label)}
    yield "span", 1.0
    yield f"span after {_beside(span.before, labels)}", 1.0
    yield f"span before {_beside(span.after, labels)}", 1.0
    yield "span after own label", float(bool(own.intersection(stems(span.before))))
    yield "span near own label", float(bool(own & span.lead))
    yield "span before own label", float(bool(own & span.follow))
    yield "span after another's label", float(bool(others.intersection(stems(span.before))))
    yield "span near another's label", float(bool(others & span.lead))
    yield from _led(view, element, span)
    yield "span cues", min(span.cues, 4) / 4
    yield "span holds labels", min(len(labels.intersection(stems(text))), 3) / 3
    yield "span holds a field's label", float(bool((others | own).intersection(stems(text))))
    yield "span words", min(span.words, 8) / 8
    yield "span one word", float(span.words == 1)
    yield "span capital", float(span.capital)
    yield "span quoted", float(span.quoted)
    yield "span first", float(span.at == min(each.at for each in view.spans.values()))
    held = [e.value for e in view.shown.elements if e.kind == "field" and e.value and e != element]
    taken = [(at, at + len(value)) for value in held if (at := view.text.find(value)) >= 0]
    end = span.at + len(text)
    yield "span taken", float(any(low < end and span.at < high for low, high in taken))
    yield "span opened", float(any(plain(text) == plain(each) for each in view.past.opened))
    apart = [e for e in view.shown.elements if e.kind == "text" and plain(e.label) == plain(text)]
    yield "span is the title", float(bool(apart))


def _led(view: View, element: Element, span: Span) -> Named:
    """How near the words before the text are to the field's label and to those of the others, by meaning."""
    if view.like is None:
        return
    lead = " ".join(view.text[: span.at].split()[-_LEAD:])
    others = [e.label for e in view.shown.elements if e.kind == "field" and e != element]
    mine, best = (
        view.like.sense.close(lead, element.label),
        max((view.like.sense.close(lead, o) for o in others), default=0.0),
    )
    yield "span led by its like", mine
    yield "span led by another's like", max(0.0, best - mine)


def _beside(word: str, labels: set[str]) -> str:
    """The word itself where it is one of a few, else what kind of word it is."""
    if word in _BESIDE:
        return word
    if labels.intersection(stems(word)):
        return "a label"
    own = stems(word)
    return "a verb" if own and own[0] in VERB_STEMS else "a word"


def _suits_another(view: View, element: Element, suits: frozenset[str]) -> bool:
    """Whether a text of this kind suits another field better."""
    others = [e for e in view.shown.elements if e.kind == "field" and e != element]
    return any(set(stems(e.label)) & suits for e in others) and not set(stems(element.label)) & suits


def elsewhere(view: View, element: Element, text: str) -> bool:
    """Whether a field that is still empty, and not this one, is for texts of this kind."""
    _, suits = kind_of(text)
    others = [e for e in view.shown.elements if e.kind == "field" and e != element and not e.value]
    return any(set(stems(e.label)) & suits for e in others) and not set(stems(element.label)) & suits


def _near(view: View, own: set[str], text: str) -> int:
    """1 where a word of the field stands shortly before the text in the request, -1 where after it, else 0."""
    before, found, after = view.request.partition(text)
    if not found or not own:
        return 0
    if own & set(stems(" ".join(before.split()[-_NEAR:]))):
        return 1
    return -1 if own & set(stems(" ".join(after.split()[:2]))) else 0


def answered(view: View, element: Element) -> Named:
    """What speaks for an element as the answer to a question."""
    yield from words(view.wanted, element.label, "answer")
    yield from meant(view, element.label, "answer")
    asked_for = kinds(view.wanted.text)
    held = [kind for kind in asked_for if holds(kind, element.line())]
    yield "answer is of the kind", float(bool(held))
    yield "answer is of another kind", float(bool(asked_for) and not held)
    yield "answer is of the kind, detail", float(any(holds(kind, element.detail) for kind in held))
    yield "answer named", float(element in view.named)
    yield "answer named first", float(view.named[:1] == [element])
    yield f"answer is {element.kind}", 1.0
    yield "answer listed", float(bool(element.listed))
    yield "answer has a detail", float(bool(element.detail))
    key = KEY.match(element.label) if element.kind == "text" and not element.listed else None
    yield "answer has a key", float(key is not None)
    if key is not None:
        yield "answer key", max((view.wanted.words.get(word, 0.0) for word in stems(key.group(1))), default=0.0)
        name, _ = kind_of(key.group(2))
        yield f"answer value is {name}", 1.0
    yield "answer refused", float(bool(refused(view.wanted, view.shown, element.line())))
    line = f" {plain(element.line())} "
    yield "answer holds a value", float(any(f" {plain(p)} " in line for p in view.wanted.phrases))
    yield "answer is the value", float(any(plain(p) == plain(element.label) for p in view.wanted.phrases))
    yield "answer has digits", float(any(c.isdigit() for c in element.line()))
    texts = [e for e in view.shown.elements if e.kind == "text"]
    yield "answer first text", float(texts[:1] == [element])
    yield "answer second text", float(texts[1:2] == [element])
    yield "answer last text", float(texts[-1:] == [element])
    yield "answer touched", float(element.label in view.past.touched)
    yield "answer state", float(bool(element.state))
    name, _ = kind_of(element.label)
    yield f"answer looks like {name}", 1.0
    for word in ("when", "time", "number", "mail", "first", "last", "many", "where", "who", "long"):
        if f" {word}" in f" {view.wanted.plain}":
            yield f"answer {name} to {word}", 1.0
            yield f"answer {element.kind} to {word}", 1.0
