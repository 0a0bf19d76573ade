"""What a tap does, as far as its label, its role and the app documents tell: it only leads somewhere, or it may change.

What is unknown counts as a change. Knows nothing of requests, models or a device's state.
"""

from __future__ import annotations

from .compact import Compact, Element
from .documents.guide import Guide
from .documents.index import COMMIT, Index
from .documents.model import VARIES, Page, Part
from .documents.words import changes, irreversible, stems
from .ends import REFUSE, question

_ALIKE = 0.6
_ENDS = ("end ", "stop", "hang up")
SEARCH = frozenset(stems("search find filter look"))
_UP = frozenset({"navigate up", "go back", "back", "close", "cancel", "dismiss", "not now"})


def leads(element: Element, shown: Compact, guide: Guide | None) -> bool:
    """Whether a tap on this only leads somewhere: nothing is kept, sent, deleted, picked or switched by it."""
    label = element.label.lower()
    if label in _UP or element.handle in REFUSE or element.kind == "field":
        return True
    index = guide.apps.get(shown.app) if guide is not None else None
    page = index.where(shown) if index is not None else None
    if index is None or page is None or element.kind == "switch" or question(shown):
        return False
    if not element.listed and (changes(element.label) or irreversible(element.label) or label in COMMIT):
        return False
    part = _part(element, page)
    return part is not None and part.leads in index.pages and not part.irreversible and _opens(index, page, part)


def searches(field: Element) -> bool:
    """Whether what is typed into a field only looks for something."""
    return bool(SEARCH.intersection(stems(field.label)))


def _part(element: Element, page: Page) -> Part | None:
    """What the document says of an element: by its label, by how it begins, or as a row that varies."""
    same = [p for p in page.parts if p.label == element.label and p.kind == element.kind]
    begins = [p for p in page.parts if p.varies and element.label.startswith(p.label.removesuffix(VARIES))]
    return next(iter(same or begins), None)


def _opens(index: Index, page: Page, part: Part) -> bool:
    """Whether what a part leads to lies behind its page or is another tab of it.

    A choice only closes its dialog, a page that is nearly the same was changed, and what can be ended there was begun.
    """
    target = index.pages[part.leads]
    if target.chosen and page.chosen:
        return True
    here, there = (index.labels[name] - {VARIES} for name in (page.name, target.name))
    same = len(here & there) > _ALIKE * max(1, min(len(here), len(there)))
    begun = any(label.lower().startswith(_ENDS) for label in there - here)
    back = page.name.startswith(f"{part.leads} > ") or part.leads == index.main
    return not (same or begun or back)
