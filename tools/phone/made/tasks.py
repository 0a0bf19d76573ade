"""Tasks on made-up apps: one wish or several, in one app, in two, or with something that the phone's own apps do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from ..documents.words import VERBS
from ..sim.ops import seq
from ..sim.state import State
from ..tasks import TEMPLATES
from ..tasks.draw import Unfit
from ..tasks.oracle import place_of
from ..tasks.task import Draft, Move, Task, Template, cannot, say
from .model import Blueprint, MadeWorld
from .more import carry
from .phones import MadePhone, installed
from .refused import REFUSED
from .said import Said, together, with_app
from .walk import Go, joined
from .wisher import Wish, Wisher
from .wishes import KINDS

Build = Callable[[Wisher, Blueprint], Wish]
_LONGEST = 18
_SEVERAL = {1: 0.5, 2: 0.34, 3: 0.16}
_NAMED = 0.45
"""How often an app is named although its title says what it is about."""
_REFUSED = 0.12
_CARRIED = 0.05
_OWN = 0.35
"""How often one of several wishes is for one of the phone's own apps."""
_OWN_SEEDS = 40
_ENDS = frozenset({"read", "visit"})
"""Wishes that can only come last: what is read or opened must be in sight at the end."""


def tasks(phone: MadePhone, seed: int, count: int, *, refused: float = _REFUSED) -> list[Task]:
    """Tasks on this phone, each on a world of its own; deterministic by seed. A share of them cannot be done."""
    found: list[Task] = []
    with installed(phone.apps):
        for number in range(count * 6):
            if len(found) == count:
                break
            random = Random(f"made {seed} {number}")
            try:
                found.append(_task(phone, random, seed * 1000 + number, refused))
            except Unfit:
                continue
    return found


def _task(phone: MadePhone, random: Random, seed: int, refused: float) -> Task:
    if random.random() < refused:
        world = phone.world(seed)
        build = _drawn(random, REFUSED)
        wish = build(Wisher(random, world), random.choice(phone.blueprints))
        return _put_together(phone, world, [wish], seed, random)
    if random.random() < _CARRIED:
        world = phone.world(seed)
        one, other = random.sample(phone.blueprints, 2)
        return _put_together(phone, world, [carry(Wisher(random, world), one, other)], seed, random)
    number = random.choices(list(_SEVERAL), list(_SEVERAL.values()))[0]
    own = _own_task(phone, random) if number > 1 and random.random() < _OWN else None
    world = phone.world(seed, own.world if own else None)
    wishes = _wishes(phone, random, world, number - (own is not None), alone=number == 1)
    if own is not None:
        wishes.insert(0 if wishes[-1].kind in _ENDS else random.choice((0, len(wishes))), _as_wish(own))
    return _put_together(phone, world, wishes, seed, random)


def _drawn(random: Random, kinds: Mapping[str, tuple[Build, float]]) -> Build:
    return random.choices([build for build, _ in kinds.values()], [weight for _, weight in kinds.values()])[0]


def _wishes(phone: MadePhone, random: Random, world: MadeWorld, count: int, *, alone: bool) -> list[Wish]:
    """Wishes in one app or two; the one that can only come last at the end."""
    apps = random.sample(phone.blueprints, 1 if random.random() < 0.6 else 2)
    wisher = Wisher(random, world, imperative=not alone)
    found = [_drawn(random, KINDS)(wisher, random.choice(apps)) for _ in range(count)]
    if sum(wish.kind in _ENDS for wish in found) > 1 or (not alone and any(wish.kind == "visit" for wish in found)):
        raise Unfit
    if len(frozenset[object]().union(*(wish.about for wish in found))) < sum(len(wish.about) for wish in found):
        raise Unfit  # one value twice: what is wanted would depend on the order
    return sorted(found, key=lambda wish: wish.kind in _ENDS)


def _own_task(phone: MadePhone, random: Random) -> Task:
    """A training task of one of the phone's own apps that changes something."""
    known = [t for t in TEMPLATES.values() if t.split == "train" and phone.apps.keys() >= set(t.apps)]
    if not known:
        raise Unfit
    task = random.choice(known).task(random.randrange(_OWN_SEEDS))
    draft = task.draft
    if (
        draft.reads
        or draft.answer
        or not draft.feasible
        or len(draft.path) > 8
        or [move.kind for move in draft.path[:1]] != ["open"]
    ):
        raise Unfit
    return task


def _as_wish(own: Task) -> Wish:
    first = own.request.split()[0].lower()
    said = Said(own.request.rstrip("."), first in VERBS, tail=True)
    go: Go = lambda walk: walk.do(*own.path[1:])  # noqa: E731
    return Wish("own", own.path[0].target, said, go, own.draft.want, named=True)


def _put_together(phone: MadePhone, world: MadeWorld, wishes: list[Wish], seed: int, random: Random) -> Task:
    """The wishes as one task: their words with the apps', their path, what changes, how it ends."""
    titles = {blueprint.title: blueprint for blueprint in phone.blueprints}
    before, parts = "", list[Said]()
    for wish in wishes:
        parts.append(wish.said if wish.named else _with_app(titles[wish.app], wish, random, before))
        before = wish.app
    last = wishes[-1]
    ending = (say(last.answer),) if last.answer else (cannot(last.missing),) if last.missing else ()
    path, cuts = _path(world, wishes)
    draft = Draft(
        wordings=(together(random, parts),),
        path=(*path, *ending),
        want=seq(*(wish.edit for wish in wishes)),
        answer=last.answer,
        feasible=not last.missing,
        reads=any(wish.reads for wish in wishes),
        cuts=cuts,
    )
    name = f"made.{last.kind}" if len(wishes) == 1 else f"made.{len(wishes)}"
    template = Template(name, tuple(phone.apps), lambda _: draft)
    return Task(template, seed, draft.wordings[0], world, draft.want(world), draft)


def _with_app(app: Blueprint, wish: Wish, random: Random, before: str) -> Said:
    """A wish with its app, where that has to be said, as nothing else tells it, or is said anyway."""
    if app.title == before:
        return wish.said if random.random() < 0.8 else with_app(random, wish.said, "that app")
    told = app.speaks and wish.noun == app.sections[0].noun and wish.noun in wish.said.text
    return wish.said if told and random.random() > _NAMED else with_app(random, wish.said, app.title)


def _path(world: MadeWorld, wishes: list[Wish]) -> tuple[tuple[Move, ...], tuple[int, ...]]:
    """The way through all wishes, and after how many moves each is done.

    Raises `Unfit` where it cannot be walked, is long, or comes by one place twice.
    """
    moves: list[Move] = []
    states, cuts = [State(world)], list[int]()
    for wish in wishes:
        if wish.app:
            walk = joined(states[-1], wish.app, wish.go)
            moves += walk.moves
            states += walk.states[1:]
        cuts.append(len(moves))
    if len({place_of(state) for state in states}) < len(states) or len(moves) > _LONGEST:
        raise Unfit
    return tuple(moves), tuple(cuts)
