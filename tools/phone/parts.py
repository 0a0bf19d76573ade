"""The parts of a request for several things, and what each must leave behind among the labels that were tapped.

What a part asks for by its verb (to delete, to pin) is done by a label that says so; a part of which no word was ever
tapped or typed was not begun. Both are held against what was done, never against a device's state.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from .compact import Compact, Element
from .documents.asked import ORDERS
from .documents.named import Past
from .documents.words import VERB_STEMS, akin, stem, stems

_CUT = re.compile(
    r"\. (?=[A-Z\"“])|; |[;,] (?:and )?(?:then|after that|also) |,? and (?:then|after that|also) |,? and (?=(\w+))"
)
_ORDERS = VERB_STEMS | frozenset(stem(word) for word in ORDERS)
_KEPT = re.compile(r'["“][^"”]*["”]|: [^\d\W].*$')
_STATE = re.compile(r"\b(?:on|off)\b", re.IGNORECASE)
_FIRST = re.compile(r"^(?:and|then|also|after that|please|first)\W+", re.IGNORECASE)
_POLITE = r"^\W*(?:(?:please|hey|ok|now|just|go and|can you|could you|would you|i want you to|i need you to)\W+)*"
_ON_OLD = re.compile(
    rf"{_POLITE}((?:un)?(?:pin|archive|mark|mute|silence|star|like|favourite|flag|block|hide|lock|tick)|delete|remove|erase"
    r"|rename|edit|change|correct|move|close|restore|stop|pause|duplicate)\b(?! (?:called|named))",
    re.IGNORECASE,
)
_DELETES = re.compile(
    rf"{_POLITE}(?:empty|clear)\b|\b(?:delete|remove|erase|wipe|trash|get rid of|throw (?:away|out))\b", re.IGNORECASE
)
_DELETED = frozenset(
    stems("delete remove erase wipe clear empty discard trash bin reset forget drop cancel take throw unmark")
)
_MARKS = re.compile(
    rf"{_POLITE}(un)?(pin|archive|mute|like|star|favourite|flag|block)(?: |$)(?!called|named)", re.IGNORECASE
)
_REFERS = re.compile(r"\b(?:it|its|them|they|there|this|these|him|her|his|one|same|result|that$)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:saying|says?|that|reads?|look up|find)\b(?! app)", re.IGNORECASE)
_OPENS = re.compile(rf"{_POLITE}(?:in|open|go to|start|launch|bring up|with|take)\b", re.IGNORECASE)
_POLITELY = re.compile(_POLITE + r"(?:(?:in|with|from) [^,]+, )?(?:open \w+ and )?", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:should|can|needs?|want|is|has|have|belongs?|what|which|how|when|where|who)\b", re.IGNORECASE)
_TELLS = re.compile(
    rf"{_POLITE}(?:tell|read|say|look|check|find|see|show|what|who|when|which|where|how)\b", re.IGNORECASE
)


_SAYS_WHAT = re.compile(rf"{_POLITE}(?:(?:tell|read|give) me|what|who|when|which|where|how)\b", re.IGNORECASE)


def parts(request: str) -> tuple[str, ...]:
    """The request cut where something else is asked for; quotations and what follows a colon stay whole."""
    return tuple(part for part, _ in _cut(request))


def _cut(request: str) -> Iterator[tuple[str, bool]]:
    """The parts, and whether each begins after more than a plain `and`."""
    kept = [match.span() for match in _KEPT.finditer(request)]
    start, clear = 0, True
    for cut in _CUT.finditer(request):
        if any(low <= cut.start() < high for low, high in kept) or not _begins(cut, start):
            continue
        if " " in (part := request[start : cut.start()].strip()):
            yield _FIRST.sub("", part), clear
        start, clear = cut.end(), cut.group(1) is None
    if " " in (part := request[start:].strip()):
        yield _FIRST.sub("", part), clear


def pieces(request: str, apps: Collection[str] = ()) -> tuple[str, ...]:
    """The parts that can be done one after another, each for itself.

    One that speaks of what another is about, or that only opens an app, stays with its neighbour.
    """
    found, joins = list[str](), False
    for part, clear in _cut(request):
        loose = not clear and (_WRITES.search(found[-1]) or not _orders(part)) if found else False
        if found and (joins or loose or _REFERS.search(part) or not _orders(part, fully=True)):
            found[-1] = f"{found[-1]} and {part}"
        else:
            found.append(part)
        joins = _opens(part, apps)
    return tuple(found) if len(found) > 1 else (request,)


def _orders(part: str, *, fully: bool = False) -> bool:
    """Whether a part says by itself what to do: by a verb, a state or, when `fully`, as a sentence of its own."""
    words = _POLITELY.sub("", part).lower().split()
    first = words[0].strip(",") if words else ""
    return (
        first in ORDERS
        or stem(first) in VERB_STEMS
        or bool(_STATE.search(part))
        or (fully and bool(_SAYS.search(part)))
    )


def _opens(part: str, apps: Collection[str]) -> bool:
    """Whether a part only opens an app."""
    words = frozenset(stems(_OPENS.sub("", part)))
    return bool(words) and any(words <= {*stems(app), *stems("app application")} for app in apps)


def on_old(part: str) -> bool:
    """Whether a part of a request begins with a verb that something has to be there for: to pin, to rename."""
    return _ON_OLD.search(part) is not None


def only_tells(request: str) -> bool:
    """Whether each part of a request only wants something to be opened or said, and the last one to be said."""
    every = () if "? " in request else parts(request)
    return (
        bool(every)
        and bool(_SAYS_WHAT.search(every[-1]))
        and all(_SAYS_WHAT.search(p) or _OPENS.search(p) for p in every)
    )


def _begins(cut: re.Match[str], start: int) -> bool:
    """Whether something else is asked for after a plain `and`: an order, or the other of two states."""
    word = (cut.group(1) or "").lower()
    if not word or word in ORDERS or stem(word) in VERB_STEMS:
        return True
    return all(_STATE.search(side) for side in (cut.string[start : cut.start()], cut.string[cut.end() :]))


def undone(request: str, shown: Compact, past: Past) -> str:
    """The first part of which nothing was done as far as one can see; empty where each left its mark."""
    touched = _stems(past.touched)
    acted = _stems(text for text in past.touched if text not in past.opened)
    told = [e for e in shown.elements if (e.listed or e.kind != "button") and e.label not in past.opened]
    here = _stems(text for e in told for text in _texts(e))
    every = parts(request)
    for part in every:
        if _missing_effect(part, touched, shown):
            return part
        plain = _KEPT.sub(" ", part)
        words = [word for word in stems(plain) if word not in _ORDERS and not word[0].isdigit() and word != "app"]
        switched = _STATE.search(plain) is not None
        seen = not switched and any(set(words) <= set(stems(text)) for text in past.shown)
        keyed = past.keys and any(number in past.keys for number in re.findall(r"\d+", plain))
        if len(every) < 2 or not words or keyed or seen or _TELLS.search(plain):
            continue
        values = _stems(_KEPT.findall(part))
        if not values & acted and not any(word in touched | here or akin(word) & (acted | here) for word in words):
            return part
    return ""


def _stems(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in stems(text)}


def _texts(element: Element) -> tuple[str, ...]:
    return element.label, element.detail, element.value or ""


def _missing_effect(part: str, touched: Collection[str], shown: Compact) -> bool:
    """Whether nothing was tapped that does what the part's verb says, and the screen does not say that it is so."""
    plain = _KEPT.sub(" ", part)
    if _DELETES.search(plain) and not any(word in _DELETED or word.startswith("un") for word in touched):
        return True
    mark = _MARKS.search(plain)
    if mark is None:
        return False
    verb, whole = stem(mark.group(2).lower()), mark.group().split()[-1].lower()
    forms = {"mark", verb, *akin(verb), stem(whole), *akin(stem(whole)), stem(f"un{verb}")}
    here = _stems(f"{e.label} {e.detail}" for e in shown.elements if not e.handle or e.label.lower() != whole)
    return not forms & (set(touched) | here)
