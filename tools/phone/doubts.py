"""What speaks against a call on a phone: from the request, the screen and what was done; each doubt is a sentence.

True in general, not for one task: it knows labels that send, delete or agree, switches, levels, lists and forms. Knows
nothing of documents, oracles or models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .compact import Compact, Element
from .documents.asked import Asked, asked, plain
from .documents.index import COMMIT
from .documents.level import further
from .documents.named import Past, left, named
from .documents.sense import stands_for
from .documents.words import changes, irreversible, stem, stems
from .ends import REFUSE, listed, own, question, title
from .keeping import hasty
from .parts import on_old, only_tells, parts

_AGREE = frozenset({"ok", "yes", "allow", "agree", "accept", "continue", "install", "update", "subscribe", "rate"})
_DESTROYS = frozenset(stems("delete remove erase wipe clear empty discard reset bin uninstall format forget"))
_BINS = frozenset(stems("bin trash"))
_NEW = frozenset(stems("add new create compose"))
_GIVEN = frozenset(stems("star favourite bookmark flag pin like tag reminder"))
"""What something is given that is there already, by a button that says `Add`."""
_OLD = re.compile(r"\b(delet|remov|renam|edit|chang|correct|eras|get rid|no longer)")
_ALSO_NEW = re.compile(
    r"\b(add|new|creat|mak|put|writ|compos|schedul|note|save|enter|set up|favourite|star|need|book|send)"
)
_SENDS = frozenset(stems("send share post submit forward"))
_CALLS = frozenset(stems("call dial"))
_BUYS = frozenset(stems("buy pay order purchase subscribe"))
_MEANS = (
    (
        _DESTROYS,
        re.compile(
            r"\b(delet|remov|eras|wip|clear|empt|discard|reset|bin|bins|binned|trash|forget|rid|throw|drop|gone|cancel"
            r"|clean|no longer|any longer|not need|not want|any ?more|off|out|away|back to|take"
            r"|un(?:sav|fav|star|lik|mark|pin)|forev|(?:can|should|may|must) go\b|strik|scrap|toss|purg|destroy"
            r"|eliminat|dump|shred|nothing|no .* left)",
        ),
    ),
    (
        _SENDS,
        re.compile(
            r"\b(send|sent|messag|text|sms|e-?mail|mail|repl|answer|respond|writ|tell|forward|shar|pass|ask|let|invit|post"
            r"|submit|give|see|get|say|know|on to|order|book|regist|sign|appl)",
        ),
    ),
    (
        _CALLS,
        re.compile(
            r"\b(?<!missed )(call(?!s|ers?\b| log| hist| list)|phon(?!e numb|e app|e book)|ring(?!tone| vol)|dial"
            r"|reach|speak|talk|keypad|redial|on the (?:line|phone)|connect|contact)"
        ),
    ),
    (_BUYS, re.compile(r"\b(buy|pay|order|purchas|subscri|get|book)")),
)
_SUBMITS = (_SENDS, _BUYS)
_PIECES = re.compile(r" and | as well as ")
_SHORT_DAY = 3
_STEPS = re.compile(r"(?:increase|decrease|raise|lower|turn up|turn down) (.+)", re.IGNORECASE)
_MARKS = frozenset(stems("mute unmute like unlike star unstar favourite unfavourite block unblock flag unarchive hide"))
_SLIGHT = frozenset(stems("take make put set start use"))
_PLAYS = re.compile(
    r"\b(?:play|hear|listen|put on|put .* on|start|shuffl|resum|continu|watch|tune|sound|music|unpaus|podcast|radio"
    r"|track|turn (?:.* )?on\b|begin)"
)
_HARMLESS = frozenset({"play", "pause", "stop", "start", "move", "change", "rename", "reply", "replace", "correct"})
_WITHOUT = re.compile(
    r"\b(?:un\w+|not?|without|never|disabl\w*|deactivat\w*|remov\w*|clear\w*|stop\w*|no longer|any ?more)\b"
)
_MAKES = frozenset({"add", "new", "create", "save", "done", "send", "edit", "delete", "remove"})
_MOSTLY = 0.6


def unsupported(request: str, shown: Compact, past: Past, handle: str) -> str:
    """Why the request does not ask for a tap on this; empty where nothing speaks against it."""
    element, wanted = shown.find(handle), asked(request)
    if element is None:
        return ""
    return (
        _reading(element, wanted)
        or _making(element, wanted, request)
        or _grave(element, wanted, shown, past)
        or _early(element, request, shown, past)
        or _uncalled(element, request, shown, past)
        or _unspoken(element, wanted, shown, past)
        or _agreeing(element, wanted, shown, past)
        or _switch(element, wanted, request, shown, past)
        or further(wanted, shown, handle)
        or _other_row(element, wanted, shown, past)
        or hasty(element, wanted, request, shown, past)
    )


def _reading(element: Element, wanted: Asked) -> str:
    """A request that only asks for something needs nothing made, changed or switched."""
    if not (wanted.asks or only_tells(wanted.text)) or element.listed or element.handle in REFUSE:
        return ""
    if own(element, wanted):
        return ""
    changing = element.kind == "switch" or element.label.lower().partition(" ")[0] in _MAKES
    return f"The request only asks for something: `{element.handle}` would change it." if changing else ""


def _making(element: Element, wanted: Asked, request: str) -> str:
    """A request to change or delete what is there already needs nothing new."""
    first, _, rest = element.label.lower().partition(" ")
    new = stem(first) in _NEW and not rest.startswith("to ") and not element.listed and element.kind == "button"
    about = [part.lower() for part in parts(request)] or [wanted.text]
    old = all(on_old(p) or (_OLD.search(p) and not _ALSO_NEW.search(p)) for p in about)
    if not new or own(element, wanted) or not old or _GIVEN.intersection(stems(rest)):
        return ""
    return "" if set(stems(rest)) & wanted.values else f"The request does not ask for `{element.handle}`."


def _grave(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:
    """What deletes, sends, calls or buys needs a word of the request for it."""
    label = stems(element.label) if not element.listed and element.kind == "button" else ()
    if own(element, wanted):
        return ""
    verbs = frozenset(label[:1]) | (_BINS & set(label))
    for kind, meant in _MEANS:
        if verbs & kind and not meant.search(wanted.text) and not (kind in _SUBMITS and _filled(shown, past)):
            return f"The request does not ask for `{element.handle}`."
    others = label and irreversible(element.label) and not any(verbs & kind for kind, _ in _MEANS)
    if others and not set(label) & wanted.words.keys() and not stands_for(element.label, wanted.text):
        return f"The request does not ask for `{element.handle}`."
    return ""


def _filled(shown: Compact, past: Past) -> bool:
    """Whether a field in front holds a text that was entered: what sends it off is asked for with it."""
    return any(e.kind == "field" and e.value and e.value in past.touched for e in shown.elements)


def _early(element: Element, request: str, shown: Compact, past: Past) -> str:
    """What deletes is tapped only when what the request wants to be deleted was found."""
    label = stems(element.label) if not element.listed and element.kind == "button" else ()
    if not label or label[0] not in _DESTROYS or element.handle in REFUSE:
        return ""
    about = [part for part in parts(request) if _MEANS[0][1].search(part.lower())]
    before = [text for text in past.touched if stems(text)[:1] and stems(text)[0] in _DESTROYS - {"bin"}]
    if len(about) == 1 and before and element.label not in before and not question(shown):
        return f"`{before[0]}` was tapped already: the request does not ask for `{element.handle}` as well."
    part = about[0] if about else ""
    here = f" {plain(' '.join(shown.lines(numbered=False)))} "
    own_ = (*past.touched, element.label, *(e.line() for e in shown.elements if not e.listed or not e.handle))
    pieces = [asked(piece) for piece in _PIECES.split(part) if asked(piece).phrases] if part else []
    each = [[p for p in left(piece, shown, past) if f" {plain(p)} " not in here] for piece in pieces]
    missing = min(each, key=len, default=list[str]())
    if part and not missing:  # what stands in a list has to be opened or chosen first
        open_ = [[p for p in piece.phrases if _unopened(p, own_, past)] for piece in pieces]
        missing = min(open_, key=len, default=list[str]())
    return f"{listed(missing)} was not found yet: `{element.handle}` is not about it." if missing else ""


def _uncalled(element: Element, request: str, shown: Compact, past: Past) -> str:
    """Somebody is called only where the one whom the request names is in sight or was chosen."""
    label = stems(element.label) if not element.listed and element.kind == "button" else ()
    about = [part for part in parts(request) if _MEANS[2][1].search(part.lower())]
    if not label or label[0] not in _CALLS or len(about) != 1:
        return ""
    here = f" {plain(' '.join(shown.lines(numbered=False)))} "
    names = [p for p in left(asked(about[0]), shown, past) if p[:1].isupper() and f" {plain(p)} " not in here]
    return f"{listed(names)} was not found yet: `{element.handle}` is for somebody else." if names else ""


def _unopened(phrase: str, told: Iterable[str], past: Past) -> bool:
    """Whether something that can be tapped has this name and was not: a row that only mentions it is another one."""
    form = plain(phrase)
    if any(f" {form} " in f" {plain(text)} " for text in told):
        return False
    labels = [plain(label) for label in past.labels]
    mentioned = any(f" {form} " in f" {plain(row)} " for row in past.rows)
    return form in labels or (not mentioned and any(f" {form} " in f" {label} " for label in labels))


def _unspoken(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:  # noqa: PLR0911
    """A button that begins with a verb which changes something, or steps a level, needs a word of the request in it."""
    label = element.label.lower()
    step = _STEPS.fullmatch(label)
    first, _, more = label.partition(" ")
    kept = first in COMMIT and not more
    if element.listed or element.kind != "button" or element.handle in REFUSE or kept:
        return ""
    if first == "play" and not _PLAYS.search(wanted.text):
        return f"The request does not ask for `{element.handle}`."
    if first in _HARMLESS:
        return ""
    if step is None and not changes(element.label) and stem(first) not in _MARKS:
        return ""
    if stem(first) in _DESTROYS and _MEANS[0][1].search(wanted.text):
        return ""
    if any(stem(first) in kind and (meant.search(wanted.text) or _filled(shown, past)) for kind, meant in _MEANS[1:]):
        return ""
    said = set(stems(step.group(1) if step else label))
    said = said - _SLIGHT or said  # `take` says less than `photo`
    said |= {word.removeprefix("un") for word in said}
    if (
        not said
        or said & (wanted.words.keys() | wanted.values)
        or stands_for(step.group(1) if step else label, wanted.text)
    ):
        return ""
    return f"The request does not ask for `{element.handle}`."


def _agreeing(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:
    """Agreeing to a question needs a word of the request in it."""
    if not question(shown) or element.handle in REFUSE:
        return ""
    about = {word for e in shown.elements for word in stems(e.label)}
    if about & (wanted.words.keys() | wanted.values):
        return ""
    if title(shown).startswith("Allow ") and about & {word for text in past.touched for word in stems(text)}:
        return ""
    return f"The request is not about the question `{title(shown)}`: refuse it."


def _switch(element: Element, wanted: Asked, request: str, shown: Compact, past: Past) -> str:
    """A switch has to be named by the request, not be as it should be already, and not be moved to and fro."""
    if element.kind != "switch":
        return ""
    state = _state_of(element.label, request)
    if _choice(shown) or element.label[0].isdigit():
        return "" if _spoken(element, wanted) else f"The request does not speak of `{element.handle}`."
    if state and state in element.state and own(element, wanted) and element.label.lower() not in {"on", "off"}:
        return f"`{element.handle}` is {state} already."
    if not state and element.label in past.touched:
        return f"`{element.handle}` was switched before."
    if "on" in element.state and not wanted.toggles and not _WITHOUT.search(wanted.text):
        return f"`{element.handle}` is on, and the request does not ask for it to be off."
    spoken = _spoken(element, wanted) and (wanted.toggles or not _partly(element, wanted))
    return "" if spoken else f"The request does not speak of `{element.handle}`."


def _state_of(label: str, request: str) -> str:
    """`on` or `off`, as the part of the request that speaks of a label says; empty where it says neither."""
    about = [part for part in parts(request) if label.lower() in part.lower()]
    return asked(about[0]).state_of(label) if len(about) == 1 else ""


def _choice(shown: Compact) -> bool:
    """Whether the screen is a list of choices of which exactly one is on."""
    states = [e.state for e in shown.elements if e.kind == "switch"]
    return len(states) > 1 and sum("on" in state for state in states) == 1 and "Cancel" in shown.taps


def _partly(element: Element, wanted: Asked) -> bool:
    """Whether the request leaves out a word of the label, and so may speak of another thing of the kind."""
    if own(element, wanted) or wanted.holds(element.label):
        return False
    said = {word for word, weight in wanted.words.items() if weight >= _MOSTLY} | wanted.values
    return not set(stems(element.label)) <= said


def _spoken(element: Element, wanted: Asked) -> bool:
    label = plain(element.label)
    if own(element, wanted) or set(stems(element.label)) & (wanted.words.keys() | wanted.values):
        return True
    if any(f" {plain(phrase)} " in f" {plain(element.line())} " for phrase in wanted.phrases):
        return True
    return len(label) == _SHORT_DAY and any(word.startswith(label) for word in wanted.plain.split())


def _other_row(element: Element, wanted: Asked, shown: Compact, past: Past) -> str:
    """Another row of a list than the one that the request names by its label."""
    if not element.listed or element.kind != "button":
        return ""
    mine = named(wanted, shown)
    others = [e for e in mine if e.listed and e.kind == "button" and own(e, wanted) and e.label not in past.touched]
    if element.label in past.listed and len(others) == 1 and len(plain(others[0].label)) > _SHORT_DAY:
        return f"`{element.handle}` was tapped already, and the request names `{others[0].handle}` as well."
    tab = any("selected" in e.state and e.box.top == element.box.top for e in shown.elements)
    if tab or element in mine or set(stems(element.label)) & wanted.words.keys():
        return ""
    rows = [e for e in mine if e.listed == element.listed and e.kind == "button" and own(e, wanted)]
    clear = [e for e in rows if len(plain(e.label)) > _SHORT_DAY and e.label not in past.touched]
    return f"The request names `{clear[0].handle}`, which is on this screen." if len(clear) == 1 else ""


def unasked(request: str, text: str, elsewhere: Iterable[str]) -> str:
    """Why a text is not to be typed: it stands neither in the request nor among the lines seen in another app."""
    wanted, form = asked(request), plain(text)
    words = form.split()
    if words:
        said = sum(f" {word} " in wanted.plain for word in words) >= _MOSTLY * len(words)
        known = said or form in wanted.numbers or any(f" {form} " in f" {plain(line)} " for line in elsewhere)
    else:
        known = text.strip() in request
    return "" if known else f"The request does not say to enter `{text}`."
