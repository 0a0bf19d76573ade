"""The oracle: knows the phone's inside and gives the shortest way to a task's end, from wherever the phone stands.

It follows the task's path while the phone does what was expected; after a wrong turn, a pop-up or a crash it searches
breadth first over the path's own moves, and back, for the shortest way from there. Declared as an oracle: it sees the
state, not only the screen, and no model is involved.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import Any

from ..compact import Compact, compact
from ..sim import state as acts
from ..sim.apps import APPS
from ..sim.device import Phone, entered, page_of, press, scrolled, typed
from ..sim.diff import diff
from ..sim.layout import Hit, Page, height_of
from ..sim.state import SYSTEM, State
from ..sim.view import Item, Line
from .judge import neutral_of
from .task import Move, Task

_LIMIT = 3000
_AHEAD = 8


class NoWay(Exception):  # noqa: N818 - says what was found out
    """From here the task can no longer be finished (something that was needed is gone), or the search gave up."""


@dataclass(frozen=True, slots=True)
class Act:
    """What the oracle does: a tool's name and its arguments, or `finish` (with an answer) or `cannot`."""

    name: str
    arguments: dict[str, Any]
    hit: Hit | None = None


def find(page: Page, move: Move) -> Hit | None:
    """What a move aims at, if it is on the page and reacts."""
    field = move.kind == "write"
    return next(
        (h for h in page.hits if h.item.label == move.target and h.item.enabled and _is_field(h.item) == field), None
    )


def _is_field(item: Item) -> bool:
    return item.kind in {"field", "area"}


def direction(state: State, page: Page, move: Move) -> str:
    """Where the list has to be moved for the target to appear; empty when it is not in the list."""
    y = 0
    for part in page.view.body:
        items = part.items if isinstance(part, Line) else (part,)
        if any(i.label == move.target and i.enabled and _is_field(i) == (move.kind == "write") for i in items):
            return "down" if y + height_of(part) > state.top.scroll + page.height // 2 else "up"
        y += height_of(part)
    return ""


def step(state: State, move: Move) -> State | None:
    """The state after a move, with the scrolling it needs; None when it cannot be made here."""
    if move.kind == "open":
        return acts.launch(next(app.name for app in APPS.values() if app.title == move.target))(state)
    if move.kind == "back":
        return acts.back(replace(state, focus=""))
    for _ in range(12):
        page = page_of(state)
        hit = find(page, move)
        if hit is not None:
            return _do(state, hit.item, move)
        way = direction(state, page, move)
        after = scrolled(state, way, page) if way else state
        if after.top.scroll == state.top.scroll:
            return None
        state = after
    return None


def _do(state: State, item: Item, move: Move) -> State:
    state = press(state, item)
    if move.kind == "tap":
        return replace(state, focus="")
    state = typed(state, move.text)
    return entered(state) if move.enter else replace(state, focus="")


def place_of(state: State) -> tuple[Any, ...]:
    """What makes two states the same for planning: scrolling, focus and notices do not count."""
    return state.world, tuple((frame.app, frame.screen, frame.data) for frame in state.stack)


class Oracle:
    """Plans for one task; `limit` is how many states a search looks at before it gives up."""

    def __init__(self, task: Task, limit: int = _LIMIT) -> None:
        self.task, self.limit = task, limit
        self.ending = task.path[-1] if task.path and task.path[-1].kind in {"say", "cannot"} else None
        self.moves = tuple(move for move in task.path if move.kind not in {"say", "cannot"})
        self._plan: tuple[Move, ...] = self.moves
        self._states = self._expected(State(task.world), self.moves)
        self._place = 0
        self._last = self._states[-1]
        self._neutral = neutral_of(task)
        self._wanted = diff(task.world, task.wanted, neutral=self._neutral)
        self._lost: set[Any] = set()

    @property
    def states(self) -> tuple[State, ...]:
        """The states that the plan goes through, the first one first."""
        return tuple(self._states)

    def _expected(self, state: State, moves: tuple[Move, ...]) -> list[State]:
        states = [state]
        for move in moves:
            after = step(states[-1], move)
            if after is None:
                raise NoWay(f"{self.task.template.name}: no way to {move} on {states[-1].top}")
            states.append(after)
        return states

    def done(self, state: State) -> bool:
        """Whether nothing is left to do but to end; a task that asks for a reading ends where it is read."""
        if diff(self.task.world, state.world, neutral=self._neutral) != self._wanted:
            return False
        return self.ending is None or place_of(state)[1][-1:] == place_of(self._last)[1][-1:]

    def search(self, state: State) -> tuple[Move, ...]:
        """The fewest moves from here to the end; raises `NoWay`. Once nothing was found, later searches are short."""
        if self.task.draft.reads and state.world == self.task.world:
            return self.moves
        alphabet = (*dict.fromkeys(self.moves), Move("back"))
        seen = {place_of(state)}
        if seen <= self._lost:  # an earlier search came by here, and found nothing from here on
            raise NoWay(f"{self.task.template.name}: nothing found from {state.top}")
        queue: deque[tuple[State, tuple[Move, ...]]] = deque([(state, ())])
        limit = self.limit // 10 if self._lost else self.limit
        while queue and len(seen) < limit:
            here, path = queue.popleft()
            if self.done(here):
                return path
            for move in (*alphabet, *self._named(here)):
                after = step(here, move)
                if after is not None and (key := place_of(after)) not in seen:
                    seen.add(key)
                    queue.append((after, (*path, move)))
        if diff(self.task.world, state.world, neutral=self._neutral) == Counter():
            return self.moves
        self._lost |= seen
        raise NoWay(f"{self.task.template.name}: nothing found from {state.top} in {len(seen)} states")

    def _out_of_turn(self, state: State) -> tuple[Move, ...]:
        """The rest of the plan less a later move, where just that was made: another field of a form first."""
        rest = self._plan[self._place :]
        ways = ((*rest[:later], *rest[later + 1 :]) for later in range(1, min(len(rest), _AHEAD)))
        return next((way for way in ways if self._leads(state, way)), ())

    def _resumed(self, state: State) -> tuple[Move, ...]:
        """Back once and on with the plan, where that leads to a place of it: from a wrong turn, without a search."""
        before = place_of(acts.back(replace(state, focus="")))
        place = next((i for i, each in enumerate(self._states) if place_of(each) == before), None)
        return (Move("back"), *self._plan[place:]) if place is not None else ()

    def _named(self, state: State) -> tuple[Move, ...]:
        """Taps on what the request names, as a way back in after a crash."""
        labels = (item.label for item in page_of(state).view.items() if item.do and item.kind == "row")
        return tuple(
            m for label in labels if label in self.task.request and (m := Move("tap", label)) not in self.moves
        )

    def next(self, phone: Phone, seen: Compact) -> Act:
        """What to do now, in the tools' words, on the screen that was `seen`."""
        if not phone.settled or compact(phone.page().screen) != seen:
            return Act("wait", {})
        state = phone.state
        if state.top.app == SYSTEM and state.top.screen in {"popup", "crash"}:
            page = phone.page()
            dismiss = page.view.foot[0]
            hit = next(h for h in page.hits if h.item.label == dismiss.label)
            return self._tap(hit, seen)
        move = self._move(state)
        if move is None:
            if self.ending is None:
                return Act("finish", {})
            return Act("finish" if self.ending.kind == "say" else "cannot", {"answer": self.ending.text})
        return self._say(phone, move, seen)

    def _move(self, state: State) -> Move | None:
        """The next move of the plan, or of a new one when the phone is not where the plan expects it."""
        key = place_of(state)
        place = next((i for i, s in enumerate(self._states) if place_of(s) == key), None)
        if place is None:
            self._plan = self._out_of_turn(state) or self._resumed(state) or self.search(state)
            self._states = self._expected(state, self._plan)
            place = 0
        self._place = place
        return self._plan[place] if place < len(self._plan) else None

    def others(self, phone: Phone, seen: Compact) -> list[Act]:
        """Later moves of the plan that could as well be made now, on this page: the rest still leads to the end."""
        state = phone.state
        place = next((i for i, s in enumerate(self._states) if place_of(s) == place_of(state)), None)
        rest = self._plan[place:] if place is not None else ()
        page, found = phone.page(), list[Act]()
        for later in range(1, min(len(rest), _AHEAD)):
            move = rest[later]
            if move in rest[:later] or move.kind not in {"tap", "write"} or find(page, move) is None:
                continue
            if self._leads(state, (move, *rest[:later], *rest[later + 1 :])):
                found.append(self._say(phone, move, seen))
        return found

    def _leads(self, state: State, moves: tuple[Move, ...]) -> bool:
        """Whether these moves can all be made, and nothing is left to do then."""
        for move in moves:
            after = step(state, move)
            if after is None:
                return False
            state = after
        return self.done(state)

    def _say(self, phone: Phone, move: Move, seen: Compact) -> Act:
        if move.kind == "open":
            return Act("open_app", {"app": move.target})
        if move.kind == "back":
            return Act("back", {})
        page = phone.page()
        hit = find(page, move)
        if hit is None:
            return Act("scroll", {"direction": direction(phone.state, page, move)})
        if move.kind == "tap":
            return self._tap(hit, seen)
        arguments = {"field": self._handle(hit, seen), "text": move.text} | ({"enter": True} if move.enter else {})
        return Act("type_text", arguments, hit)

    def _tap(self, hit: Hit, seen: Compact) -> Act:
        return Act("tap", {"element": self._handle(hit, seen)}, hit)

    def _handle(self, hit: Hit, seen: Compact) -> str:
        found = next((e.handle for e in seen.elements if e.handle and e.box == hit.box), None)
        if found is None:
            raise NoWay(f"{self.task.template.name}: {hit.item.label!r} has no handle on\n{seen.text()}")
        return found
