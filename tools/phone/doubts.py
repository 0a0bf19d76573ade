"""What speaks against a call on a phone: from the request, the screen and what was done; each doubt is a sentence.

True in general, not for one task: it knows labels that send, delete or agree, switches, levels, lists and forms. Knows
nothing of documents, oracles or models.
"""

from __future__ import annotations

import re

from .compact import Compact, Element
from .documents.asked import Asked, asked, plain
from .documents.index import COMMIT
from .documents.level import further
from .documents.named import Past, left, named
from .documents.words import irreversible, stems

CANNOT = "Not possible:"
_REFUSE = frozenset({"Cancel", "Don't allow", "Not now", "No", "Later", "Keep", "Close", "Dismiss", "Deny"})
_AGREE = frozenset({"ok", "yes", "allow", "agree", "accept", "continue", "install", "update", "subscribe", "rate"})
_DESTROYS = frozenset(stems("delete remove erase wipe clear empty discard reset bin uninstall format forget"))
_SENDS = frozenset(stems("send share post submit forward"))
_CALLS = frozenset(stems("call dial"))
_BUYS = frozenset(stems("buy pay order purchase subscribe"))
_MEANS = (
    (
        _DESTROYS,
        re.compile(
            r"\b(delet|remov|eras|wip|clear|empt|discard|reset|bin|bins|binned|trash|forget|rid|throw|drop|gone|cancel|clean"
            r"|no longer|not need|not want|any ?more|off|out|away|back to|take|unsav|forev)",
        ),
    ),
    (
        _SENDS,
        re.compile(
            r"\b(send|sent|messag|text|sms|e-?mail|mail|repl|answer|respond|writ|tell|forward|shar|pass|ask|let|invit|post"
            r"|submit|give|see|get|say|know|on to|get)",
        ),
    ),
    (_CALLS, re.compile(r"\b(call|phon|ring|dial|reach|speak|talk|keypad)")),
    (_BUYS, re.compile(r"\b(buy|pay|order|purchas|subscri|get|book)")),
)
_SHORT_DAY = 3


def unfinished(request: str, shown: Compact, past: Past, answer: str) -> str:  # noqa: PLR0911
    """Why the request is not done yet; empty where nothing speaks against it."""
    if answer.startswith(CANNOT):
        return ""
    wanted = asked(request)
    if _question(shown):
        return f"A question is still open on the screen: {_title(shown)}."
    button = _unsaved(shown, past)
    if button:
        return f"What was typed is not kept yet: `{button}` is still to be tapped."
    if wanted.asks and not answer.strip():
        return "The request asks for something: say what it is."
    if wanted.asks and answer:
        return _elsewhere(answer, wanted, shown)
    here = f" {plain(' '.join(shown.lines(numbered=False)))} "
    missing = [phrase for phrase in left(wanted, shown, past) if f" {plain(phrase)} " not in here]
    if missing:
        return f"The request says {_listed(missing)}, which was neither entered nor tapped nor shown so far."
    return ""


def _elsewhere(answer: str, wanted: Asked, shown: Compact) -> str:
    """An answer that stands in another row of the list than the one that the request names."""
    rows = [e for e in shown.elements if e.listed and e.handle]
    mine = [e for e in named(wanted, shown) if e in rows and _own(e, wanted)]
    said = f" {plain(answer)} "
    holding = [e for e in rows if said in f" {plain(e.line())} "]
    if not mine or not holding or any(e in holding for e in mine):
        return ""
    return f"`{answer}` stands at `{holding[0].handle}`, and the request names `{mine[0].handle}`."


def unsupported(request: str, shown: Compact, past: Past, handle: str) -> str:
    """Why the request does not ask for a tap on this; empty where nothing speaks against it."""
    element, wanted = shown.find(handle), asked(request)
    if element is None:
        return ""
    return (
        _grave(element, wanted, shown)
        or _agreeing(element, wanted, shown, past)
        or _switch(element, wanted, shown)
        or further(wanted, shown, handle)
        or _other_row(element, wanted, shown, past)
        or _hasty(element, wanted, shown, past)
    )


def _grave(element: Element, wanted: Asked, shown: Compact) -> str:
    """What deletes, sends, calls or buys needs a word of the request for it."""
    own = stems(element.label) if not element.listed and element.kind == "button" else ()
    verbs = frozenset(own[:1])
    for kind, meant in _MEANS:
        if verbs & kind and not meant.search(wanted.text):
            return f"The request does not ask for `{element.handle}`."
    others = own and irreversible(element.label) and not any(verbs & kind for kind, _ in _MEANS)
    if others and not set(own) & wanted.words.keys():
        return f"The request does not ask for `{element.handle}`."
    return ""


def _question(shown: Compact) -> bool:
    """Whether a question stands alone on the screen: few buttons, one of which refuses, and no field."""
    fields = any(e.kind == "field" for e in shown.elements)
    return len(shown.taps) == 2 and not fields and any(tap in _REFUSE for tap in shown.taps)


def _title(shown: Compact) -> str:
    return next((e.label.rstrip("?.!") for e in shown.elements if e.kind == "text"), "something")


def _agreeing(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:
    """Agreeing to a question needs a word of the request in it."""
    if not _question(shown) or element.handle in _REFUSE:
        return ""
    about = {word for e in shown.elements for word in stems(e.label)}
    if about & (wanted.words.keys() | wanted.values):
        return ""
    if _title(shown).startswith("Allow ") and about & {word for text in past.touched for word in stems(text)}:
        return ""
    return f"The request is not about the question `{_title(shown)}`: refuse it."


def _switch(element: Element, wanted: Asked, shown: Compact) -> str:
    """A switch has to be named by the request, and not be as it should be already."""
    if element.kind != "switch":
        return ""
    state = wanted.state_of(element.label)
    if state and state in element.state and _own(element, wanted) and element.label.lower() not in {"on", "off"}:
        return f"`{element.handle}` is {state} already."
    return "" if _spoken(element, wanted) else f"The request does not speak of `{element.handle}`."


def _own(element: Element, wanted: Asked) -> bool:
    return f" {plain(element.label)} " in wanted.plain


def _spoken(element: Element, wanted: Asked) -> bool:
    label = plain(element.label)
    if _own(element, wanted) or set(stems(element.label)) & (wanted.words.keys() | wanted.values):
        return True
    if any(f" {plain(phrase)} " in f" {plain(element.line())} " for phrase in wanted.phrases):
        return True
    return len(label) == _SHORT_DAY and any(word.startswith(label) for word in wanted.plain.split())


def _other_row(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:
    """Another row of a list than the one that the request names by its label."""
    if not element.listed or element.kind != "button" or element in (mine := named(wanted, shown)):
        return ""
    tab = any("selected" in e.state and e.box.top == element.box.top for e in shown.elements)
    if tab or set(stems(element.label)) & wanted.words.keys():
        return ""
    rows = [e for e in mine if e.listed == element.listed and e.kind == "button" and _own(e, wanted)]
    clear = [e for e in rows if len(plain(e.label)) > _SHORT_DAY and e.label not in past.touched]
    return f"The request names `{clear[0].handle}`, which is on this screen." if len(clear) == 1 else ""


def _unsaved(shown: Compact, past: Past) -> str:
    """The button that keeps what was typed into a form in front."""
    typed = any(e.kind == "field" and e.value and e.value in past.touched for e in shown.elements)
    ends = [e.handle for e in shown.elements if e.handle and e.enabled and e.label.lower().split()[0] in COMMIT]
    return ends[-1] if typed and ends else ""


def _hasty(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:
    """A form is kept when its only empty field still misses the only value that is left."""
    if element.label.lower() not in COMMIT:
        return ""
    fields = [e for e in shown.elements if e.kind == "field"]
    empty = [e.handle for e in fields if not e.value]
    missing = [p for p in left(wanted, shown, past) if not wanted.day_of(p)]
    if len(fields) == 1 and len(empty) == 1 and len(missing) == 1 and missing[0] not in wanted.times:
        return f"{_listed(missing)} is still to be entered into `{empty[0]}`."
    return ""


def _listed(phrases: list[str]) -> str:
    return ", ".join(f"`{phrase}`" for phrase in phrases[:3])
