"""What holds for every candidate of a moment: the request's kind, how far the run is, what the screen is like."""

from __future__ import annotations

import re

from ..documents.asked import plain
from ..documents.index import COMMIT, commit
from ..documents.words import changes, irreversible, stems
from ..effects import SEARCH
from ..ends import REFUSE, question, unfinished
from .asking import holds, kinds
from .labels import MENUS, Named
from .view import View

_DELETES = re.compile(r"\b(delet|remov|eras|wip|empt|clear|rid of|throw|bin\b|no longer)")
_MAKES = re.compile(r"\b(add|new|create|make|set|schedule|put|compose|write|send|plan)\b")
_NONE = re.compile(r"\b(no|not|nothing|none|empty)\b", re.IGNORECASE)
_NEWEST = re.compile(r"\b(last|latest|newest|most recent)\b")


def moment(view: View) -> dict[str, float]:
    """All of it by name."""
    return dict([*_request(view), *_run(view), *_screen(view), *_documents(view)])


def _request(view: View) -> Named:
    wanted = view.wanted
    yield "asks", float(wanted.asks)
    yield "about what exists", float(wanted.existing)
    yield "toggles", float(wanted.toggles)
    yield "to delete", float(bool(_DELETES.search(wanted.text)))
    yield "to make", float(bool(_MAKES.search(wanted.text)))
    yield "newest", float(bool(_NEWEST.search(wanted.text)))
    yield "values", min(len(wanted.phrases), 4) / 4
    yield "values left", min(len(view.left), 4) / 4
    yield "nothing left", float(not view.left)
    yield "parts", min(len(view.parts), 3) / 3
    yield "a part undone", float(bool(view.undone))
    yield "words known", view.known
    said = [word for word, weight in wanted.words.items() if weight >= 1.0]
    yield "words waiting", min(len(view.waiting), 6) / 6
    yield "share waiting", len(view.waiting) / max(1, len(said))
    yield "values waiting", min(len(view.waiting & wanted.values), 4) / 4
    yield "functions waiting", min(len(view.waiting - wanted.values), 4) / 4
    yield "unknown to the app", 1.0 - view.known_here
    yield "best in the app", view.best_here
    yield "documented waiting", min(len(view.waiting & view.vocabulary), 4) / 4
    yield "meant left", view.like.left if view.like is not None else 0.0
    yield "kinds asked for", min(len(kinds(wanted.text)), 2) / 2
    yield "apps named", min(len(view.apps_named), 2) / 2
    yield "labels unseen", float(bool(view.unseen))
    yield "no such app", float(view.missing_app)


def _run(view: View) -> Named:
    session, course, past = view.session, view.session.course, view.past
    yield "a later part", float(course.part > 0)
    yield "steps", min(view.steps, 12) / 12
    yield "first step", float(view.steps == 0)
    yield f"after {course.last or 'nothing'}", 1.0
    yield "still", float(course.still)
    yield "acted", min(view.acted, 4) / 4
    yield "went back", min(view.backs, 3) / 3
    yield "waited", min(session.waited, 2) / 2
    yield "fresh", float(past.fresh)
    yield "doubted so far", min(session.doubted, 3) / 3
    yield "apps opened", min(len(past.opened), 3) / 3
    last = past.touched[-1] if past.touched else ""
    label = last.lower()
    yield "last kept", float(label in COMMIT)
    yield "last changed", float(changes(last) or irreversible(last))
    yield "last refused", float(last in REFUSE)
    yield "last was named", float(bool(stems(last)) and all(w in view.wanted.words for w in stems(last)))
    yield "last best word", max((view.wanted.words.get(word, 0.0) for word in stems(last)), default=0.0)
    yield "last is a menu", float(bool(stems(last)) and set(stems(last)) <= MENUS)
    yield "last was a name", float(f" {plain(last)} " in view.names)
    yield "last was a value", float(any(plain(p) == plain(last) for p in view.wanted.phrases))
    yield "something changed", float(any(t.lower() in COMMIT or changes(t) for t in past.touched))


def _screen(view: View) -> Named:
    shown = view.shown
    yield "at home", float(view.at_home)
    yield "question", float(question(shown))
    fields = [e for e in shown.elements if e.kind == "field"]
    yield "fields", min(len(fields), 4) / 4
    yield "empty fields", min(sum(not e.value for e in fields), 4) / 4
    yield "typed here", float(any(e.value and e.value in view.past.touched for e in fields))
    yield "rows", min(sum(bool(e.listed) for e in shown.elements), 12) / 12
    yield "can scroll", float(bool(shown.scroll))
    yield "can scroll down", float("down" in shown.scroll)
    yield "short", float(len(shown.elements) < 4)
    yield "says none", float(any(e.kind == "text" and _NONE.search(e.label) for e in shown.elements))
    yield "loads", float(view.loads)
    yield "named here", min(len(view.named), 3) / 3
    yield "named row", float(any(e.listed for e in view.named))
    yield "all named touched", float(bool(view.named) and all(e.label in view.past.touched for e in view.named))
    unseen = [p for p in view.left if f" {plain(p)} " not in view.here]
    yield "left unseen", float(bool(unseen))
    yield "left in sight", float(len(unseen) < len(view.left))
    searched = any(e.value and e.value in view.past.touched for e in fields if set(stems(e.label)) & SEARCH)
    yield "sought", min(len(view.sought), 3) / 3
    yield "sought in sight", float(any(f" {name} " in view.here for name in view.sought))
    yield "sought, the list ends", float(bool(view.sought) and "down" not in shown.scroll and not view.at_home)
    yield "a row as it stands", float(view.row_as_it_stands is not None)
    yield "searched", float(searched)
    rows = f" {plain(' | '.join(e.line() for e in shown.elements if e.listed))} "
    found = any(f" {plain(p)} " in rows for p in view.wanted.phrases)
    yield "searched in vain", float(searched and not found)
    yield "no row of the request", float(not found)
    wanted_kinds = kinds(view.wanted.text)
    yield "kind in sight", float(any(holds(kind, e.line()) for kind in wanted_kinds for e in shown.elements))
    yield "kind at what is named", float(any(holds(kind, e.line()) for kind in wanted_kinds for e in view.named))
    titles = [f" {plain(e.label)} " for e in shown.elements[:2]]
    yield "title is a value", float(any(f" {plain(p)} " in title for title in titles for p in view.wanted.phrases))
    yield "title is a name", float(any(title in view.names for title in titles))
    asked = [max((view.wanted.words.get(word, 0.0) for word in stems(key)), default=0.0) for key in view.keys]
    yield "key in sight", max(asked, default=0.0)
    yield "row fits", view.row.fits if view.row is not None else 0.0
    switched = [e for e in view.named if e.kind == "switch" and view.part.state_of(e.label)]
    yield "switch as asked", float(any(view.part.state_of(e.label) in e.state for e in switched))
    yield "switch to turn", float(any(view.part.state_of(e.label) not in e.state for e in switched))
    yield "holds as asked", float(any(view.part.agrees(e.value or e.detail) for e in shown.elements))
    yield "not finished", float(bool(unfinished(view.request, shown, view.past, "0@x.y 1")))


def _documents(view: View) -> Named:
    yield "documented", float(view.page is not None)
    yield "guided", float(bool(view.way))
    yield "guided far", min(len(view.way), 4) / 4
    yield "guide is touched", float(bool(view.way) and view.way[0] in view.past.touched)
    meant, own = max(view.meant_apps.values(), default=0.0), view.meant_apps.get(view.title, 0.0)
    yield "meant app", meant
    yield "meant here", own
    yield "meant elsewhere", meant - own
    yield "meant ahead", max(view.meant_behind.values(), default=0.0)
    best, here = max(view.by_app.values(), default=0.0), view.by_app.get(view.title, 0.0)
    yield "best app", best
    yield "this app", here
    yield "another app is better", float(bool(view.by_app) and best > 1.4 * here)
    yield "guided elsewhere", float(view.way[:1] != (view.title,) and view.way[:1] != () and view.way[0] in view.apps)
    yield "app of the request", float(bool(view.title) and f" {plain(view.title)} " in view.wanted.plain)
    ahead = view.ahead
    yield "ahead", ahead.score if ahead is not None else 0.0
    yield "ahead is near", float(ahead is not None and ahead.hops == 1)
    label = ahead.target.part.label if ahead is not None else ""
    yield "ahead is touched", float(bool(label) and label in view.past.touched)
    yield "ahead in sight", float(bool(label) and view.shown.find(label) is not None)
    page = view.page
    yield "form", float(page is not None and commit(page) is not None)
    hidden = page is not None and view.way[:1] != () and view.shown.find(view.way[0]) is None
    yield "guide out of sight", float(hidden)
    yield "guide in sight", float(view.way[:1] != () and view.shown.find(view.way[0]) is not None)
