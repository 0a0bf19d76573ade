"""What speaks against an end on a phone: an open question, a form not kept, a part not begun, a wrong answer.

True in general, not for one task, and seen from the outside: the request, the screen, what was done. Knows
nothing of documents, oracles or models.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .compact import Compact, Element
from .documents.asked import Asked, asked, plain
from .documents.index import COMMIT
from .documents.named import Past, left, named
from .documents.words import VERB_STEMS, akin, changes, stems
from .parts import undone

if TYPE_CHECKING:
    from .documents.guide import Guide

CANNOT = "Not possible:"
REFUSE = frozenset({"Cancel", "Don't allow", "Not now", "No", "Later", "Keep", "Close", "Dismiss", "Deny"})
_ALLOWED = frozenset({"Allow", "OK", "Continue"})
"""What a question of permission is answered with; what was to be done is tapped once more then."""
_PHONE = re.compile(r"\+?\d[\d ()-]{5,}\d")
_MAIL = re.compile(r"\S@\S")
ASKS_MAIL = re.compile(
    r"\be?-?mail address|\bmail address\b|'s e?-?mail\b|\b(?:which|what) e-?mail\b|\bwhere\b.* mail\b"
)
ASKS_NUMBER = re.compile(r"\b(?:phone|telephone|mobile) number|'s (?:phone |telephone )?number\b")
_KINDS = (
    (ASKS_MAIL, _MAIL),
    (ASKS_NUMBER, re.compile(r"\d.*\d.*\d")),
    (re.compile(r"^(?:at )?(?:what time|when)\b"), re.compile(r"\d|day\b|noon|morrow|ever", re.IGNORECASE)),
    (re.compile(r"^how (?:many|long|often)\b"), re.compile(r"\d|\b(?:no|none|one|two|three)\b", re.IGNORECASE)),
)
"""What a question asks for, and what its answer then holds."""
_WORDS = re.compile(r"\b(?:company|employer|works? (?:at|for)|who|which (?:person|city|company)|whose)\b")


_APP = frozenset(stems("app application phone"))
_VISITS = re.compile(r"\b(?:open|show|go to|go into|bring up|launch|take me|display|see|view|look|visit|navigate)\b")
"""What only asks to be led somewhere."""


def idle(request: str, shown: Compact, past: Past) -> str:
    """Why a run that only went from page to page cannot be done; empty where that may be all that is asked for."""
    wanted = asked(request)
    if wanted.asks or "?" in request or _VISITS.search(wanted.text) or _only_opens(wanted, past):
        return ""
    held = [e for e in shown.elements if e.kind == "switch" and wanted.state_of(e.label) in e.state and own(e, wanted)]
    agrees = any(wanted.agrees(e.value or e.detail) for e in shown.elements)
    undone_ = any(opposite(e, wanted) for e in shown.elements if e.kind == "button" and not e.listed)
    settled = held or agrees or undone_ or question(shown)
    return "" if settled else "Nothing was changed so far: only pages were opened."


def _only_opens(wanted: Asked, past: Past) -> bool:
    """Whether nothing is asked for but an app that was opened."""
    said = [word for word, weight in wanted.words.items() if weight >= 1.0 and word not in VERB_STEMS | _APP]
    titles = {word for app in past.opened for word in stems(app)}
    return bool(past.opened) and all(word in titles for word in (*said, *wanted.values))


def opposite(element: Element, wanted: Asked) -> bool:
    """Whether a button would take back what the request asks for, so that it is so already."""
    first = element.label.lower().partition(" ")[0]
    other = first.removeprefix("un") if first.startswith("un") else f"un{first}"
    return len(first) > 2 and f" {other} " in wanted.plain and f" {first} " not in wanted.plain


def unfinished(request: str, shown: Compact, past: Past, answer: str) -> str:
    """Why the request is not done yet; empty where nothing speaks against it."""
    if answer.startswith(CANNOT):
        return ""
    wanted = asked(request)
    return (
        _open(shown, past)
        or (answered(wanted, shown, answer) if wanted.asks else "")
        or ("" if wanted.asks else _begun(request, shown, past) or _waiting(wanted, shown, past))
        or _reached(wanted, shown, past)
    )


def unseen(request: str, past: Past, guide: Guide | None) -> str:
    """A switch or a choice of an opened app that the request names word by word, and that was never in sight."""
    wanted = asked(request)
    for app in guide.apps.values() if guide is not None else ():
        for target in app.targets if app.document.app in past.opened else ():
            label, form = target.part.label, plain(target.part.label)
            if (
                len(target.own) > 1
                and label not in past.labels
                and f" {form} " in wanted.plain
                and not _quoted(form, past)
            ):
                return label
    return ""


def _quoted(form: str, past: Past) -> bool:
    """Whether words are part of something that was tapped, typed or opened."""
    return any(f" {form} " in f" {plain(text)} " for text in (*past.touched, *past.opened))


def _open(shown: Compact, past: Past) -> str:
    if question(shown):
        return f"A question is still open on the screen: {title(shown)}."
    choices = [e for e in shown.elements if e.kind == "switch" and not e.detail]
    if len(choices) > 1 and len(shown.taps) == len(choices) + 1 and "Cancel" in shown.taps:
        return f"A choice is still open on the screen: {title(shown)}."
    asked_for = past.touched[-2:-1] if past.touched[-1:] and past.touched[-1] in _ALLOWED else ()
    if asked_for and asked_for[0] in shown.taps:
        return f"`{asked_for[0]}` was allowed, and is still to be tapped."
    button = "" if past.fresh else _unsaved(shown, past)
    return f"What was typed is not kept yet: `{button}` is still to be tapped." if button else ""


def _begun(request: str, shown: Compact, past: Past) -> str:
    part = undone(request, shown, past)
    return f"Nothing was done yet for this part of the request: {part.rstrip(' .!?')}." if part else ""


def _waiting(wanted: Asked, shown: Compact, past: Past) -> str:
    """A button on the screen that does what the request says word by word, where nothing like it was tapped."""
    touched = {word for text in past.touched for word in stems(text)}
    kept = any(text.lower() in COMMIT for text in past.touched)
    for e in shown.elements:
        known = not e.handle or not e.enabled or e.listed or e.kind != "button" or "selected" in e.state
        if known or e.detail or e.label in past.touched or e.handle in REFUSE:
            continue
        if kept and " " not in e.label:  # `call` may be said of something else than a call
            continue
        if changes(e.label) and own(e, wanted) and not {w for s in stems(e.label) for w in (s, *akin(s))} & touched:
            return f"The request speaks of `{e.handle}`, which was not tapped yet."
    return ""


def _reached(wanted: Asked, shown: Compact, past: Past) -> str:
    here = f" {plain(' '.join(shown.lines(numbered=False)))} "
    missing = [phrase for phrase in left(wanted, shown, past) if f" {plain(phrase)} " not in here]
    if not missing:
        return ""
    return f"The request says {listed(missing)}, which was neither entered nor tapped nor shown so far."


def answered(wanted: Asked, shown: Compact, answer: str) -> str:
    """What speaks against an answer: there is none, it is of another kind, or it stands at something else."""
    if not answer.strip():
        return "The request asks for something: say what it is."
    if plain(answer) and f" {plain(answer)} " in wanted.plain:
        return f"`{answer}` stands in the request already."
    told = wanted.text.strip()
    if any(asks.search(told) and not holds.search(answer) for asks, holds in _KINDS):
        return f"`{answer}` is not what the request asks for."
    if _WORDS.search(told) and (_PHONE.fullmatch(answer.strip()) or _MAIL.search(answer)):
        return f"`{answer}` is not what the request asks for."
    return _elsewhere(answer, wanted, shown)


def _elsewhere(answer: str, wanted: Asked, shown: Compact) -> str:
    """An answer that stands in another row of the list than the one that the request names."""
    rows = [e for e in shown.elements if e.listed and e.handle]
    mine = [e for e in named(wanted, shown) if e in rows and own(e, wanted)]
    said = f" {plain(answer)} "
    holding = [e for e in rows if said in f" {plain(e.line())} "]
    if not mine or not holding or any(e in holding for e in mine):
        return ""
    return f"`{answer}` stands at `{holding[0].handle}`, and the request names `{mine[0].handle}`."


def _unsaved(shown: Compact, past: Past) -> str:
    """The button that keeps what was typed into a form in front."""
    opened = f" {' | '.join(map(plain, past.rows))} "  # what was searched for and opened then was not entered
    entered = {text for text in past.typed if f" {plain(text)} " not in opened}
    typed = any(e.kind == "field" and e.value and e.value in entered for e in shown.elements)
    ends = [
        e.handle for e in shown.elements if e.handle and e.enabled and (e.label.lower().split() or [""])[0] in COMMIT
    ]
    return ends[-1] if typed and ends else ""


def question(shown: Compact) -> bool:
    """Whether a question stands alone on the screen: few buttons, one of which refuses, and no field."""
    fields = any(e.kind == "field" for e in shown.elements)
    return len(shown.taps) == 2 and not fields and any(tap in REFUSE for tap in shown.taps)


def title(shown: Compact) -> str:
    """The first text on the screen."""
    return next((e.label.rstrip("?.!") for e in shown.elements if e.kind == "text"), "something")


def own(element: Element, wanted: Asked) -> bool:
    """Whether the request holds the element's label as it stands."""
    label = plain(element.label)
    return f" {label} " in wanted.plain if label else len(element.label) > 1 and element.label.lower() in wanted.text


def listed(phrases: list[str]) -> str:
    """Values of a request in a sentence."""
    return ", ".join(f"`{phrase}`" for phrase in phrases[:3])
