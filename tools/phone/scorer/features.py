"""What a scorer reads of each candidate: its own numbers, those of the moment, and how it stands among the others."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents.asked import asked, plain
from ..documents.words import stems
from .candidates import ANSWER, CANNOT, Candidate
from .fields import answered, typed
from .labels import meant, tapped, words
from .moments import moment
from .view import View

AMONG = (
    *("label words", "behind", "label of the request", "label in the whole", "row fits", "holds values"),
    *("label meant", "label answers", "label answers what waits", "meant behind"),
)
"""What is also told as the distance to the best on the screen."""
_FAR = 3

Features = dict[str, float]


def features(view: View, found: Sequence[Candidate]) -> tuple[Features, list[Features]]:
    """The features of the moment, which all candidates share, and those of each of them."""
    each = [_of(view, candidate) for candidate in found]
    for name in AMONG:
        best = max((one.get(name, 0.0) for one in each), default=0.0)
        for one in each:
            if "label words" in one:
                one[f"{name}, behind the best"] = best - one.get(name, 0.0)
    return moment(view), each


def _of(view: View, candidate: Candidate) -> Features:
    tool, element = candidate.tool, candidate.element
    found: Features = {f"to {tool}": 1.0}
    if element is not None and tool == "tap":
        found |= tapped(view, element)
    elif element is not None and tool == "type_text":
        found |= typed(view, element, candidate.value)
    elif element is not None and tool == ANSWER:
        found |= dict(answered(view, element))
    elif tool == "scroll":
        found |= _scroll(view, candidate.value)
    elif tool == "open_app":
        found |= _app(view, candidate.value)
    elif tool == "back":
        found["back here"] = min(view.made("back"), _FAR) / _FAR
        found["back idle"] = min(view.idle("back"), _FAR) / _FAR
    elif tool == CANNOT:
        found["unknown words"] = 1.0 - view.known
        ended = "down" not in view.shown.scroll and not view.at_home
        found["sought in vain"] = float(ended and bool(view.sought) and view.row_as_it_stands is None)
        found["unknown to the app"] = 1.0 - view.known_here
        found["unknown, nothing more to see"] = (1.0 - view.known_here) * (not view.shown.scroll)
    return found


def _scroll(view: View, way: str) -> Features:
    missing = view.way[:1] != () and view.shown.find(view.way[0]) is None and view.way[0] not in view.apps
    return {
        f"scroll {way}": 1.0,
        "scroll idle": min(view.idle("scroll", direction=way), _FAR) / _FAR,
        "scroll made": min(view.made("scroll", direction=way), _FAR) / _FAR,
        "scroll for the guide": float(missing),
        "scroll for what is sought": float(_unseen(view) and view.row_as_it_stands is None),
        "scroll for a row": float(view.row is None and bool(view.left)),
    }


def _unseen(view: View) -> bool:
    """Whether a name that is sought is not in sight, in a list."""
    listed = any(e.listed for e in view.shown.elements)
    return listed and bool(view.sought) and not any(f" {name} " in view.here for name in view.sought)


def _app(view: View, app: str) -> Features:
    found: Features = {
        "app waiting words": min(len(view.waiting.intersection(stems(app))), 2) / 2,
        "app guide": float(view.way[:1] == (app,)),
        "app named": float(app in view.apps_named),
        "app named next": float(view.apps_named[:1] == (app,)),
        "app in front": float(app == view.title),
        "app opened": float(app in view.past.opened),
        "app touched last": float(view.past.touched[-1:] == (app,)),
        "app score": view.by_app.get(app, 0.0),
        "app score of the head": view.by_head.get(app, 0.0),
        "app is best of the head": float(view.by_head.get(app, 0.0) >= max(view.by_head.values(), default=9.0)),
        "app is best": float(view.by_app.get(app, 0.0) >= max(view.by_app.values(), default=9.0)),
        "app is a value": float(any(plain(phrase) == plain(app) for phrase in view.wanted.phrases)),
    }
    found |= {f"app {name}": value for name, value in (*words(view.part, app, "title"), *meant(view, app, "title"))}
    best = max(view.meant_apps.values(), default=0.0)
    found["app meant"] = view.meant_apps.get(app, 0.0)
    found["app meant is best"] = float(found["app meant"] >= best > 0.0)
    found["app meant, behind the best"] = best - found["app meant"]
    found["app in the head"] = dict(words(asked(view.head), app, "title")).get("title words", 0.0)
    whole = dict(words(view.wanted, app, "title"))
    found["app title in the whole"] = whole.get("title words", 0.0)
    found["app named"] = whole.get("title as it stands", 0.0)
    return found
