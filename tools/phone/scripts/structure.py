"""What on a screen is the app's own and what is its contents, by the app's document; and what may name a row.

Knows nothing of runs or requests.
"""

from __future__ import annotations

import re
from collections import Counter

from ..compact import Compact, Element
from ..documents.guide import shipped
from ..documents.model import VARIES
from .model import Place
from .player import title_of

_FEW = 4


def place_of(shown: Compact) -> Place:
    """Where a step was made: the app, and what of the screen is the app's own."""
    app = shipped().apps.get(shown.app)
    title = title_of(shown)
    fixed = app is None or any(page.title == title for page in app.pages.values())
    own = [e for e in shown.elements if e.handle and not e.listed and is_structure(e, shown)]
    chosen = next((e.label for e in own if "selected" in e.state), "")
    return Place(app=shown.app, title=title if fixed else "", chosen=chosen, shows=tuple(e.label for e in own))


def is_structure(element: Element, shown: Compact) -> bool:
    """Whether a label belongs to the app, by its document; without one, whether it stands in no list."""
    app = shipped().apps.get(shown.app)
    if app is None:
        return not element.listed
    parts = (part for name in app.likely(shown) for part in app.pages[name].parts)
    return any(part.label == element.label and part.kind == element.kind for part in parts)


def is_documented(element: Element, shown: Compact) -> bool:
    """Whether a label belongs to any page of the app."""
    app = shipped().apps.get(shown.app)
    return app is not None and any(element.label in labels for labels in app.labels.values())


def is_choice(element: Element, shown: Compact) -> bool:
    """Whether a label is one of several that can be chosen alike: a switch, or one of a list that all lead on alike."""
    if element.kind == "switch":
        return True
    app = shipped().apps.get(shown.app)
    page = app.where(shown) if app is not None else None
    parts = page.parts if page is not None else ()
    leads = next((part.leads for part in parts if part.label == element.label), "")
    return bool(leads) and sum(part.leads == leads for part in parts) >= _FEW


def fixed_start(element: Element, shown: Compact) -> str:
    """The fixed beginning of a label whose rest differs by device, by the document."""
    app = shipped().apps.get(shown.app)
    parts = (part for page in app.pages.values() for part in page.parts) if app is not None else ()
    starts = (part.label.removesuffix(VARIES) for part in parts if part.varies and part.label != VARIES)
    return next((start for start in starts if element.label.startswith(start)), "")


def pieces_of(text: str, shown: Compact) -> list[str]:
    """Pieces of a row's words that may name it, the longest first; words that all rows begin with name none."""
    words = re.split(r"\s*[,.]\s+|\s+", text)
    pieces = re.split(r"\s*[,.]\s+", text)
    runs = [" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1)]
    firsts = Counter(e.label.split(" ")[0] for e in shown.elements if e.handle and " " in e.label)
    starts = {word for word, count in firsts.items() if count > 1}
    return [p for p in dict.fromkeys((*pieces, *sorted(runs, key=len, reverse=True))) if p and p not in starts]
