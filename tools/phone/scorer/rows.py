"""Steps to fit a scorer on: the oracle's choices on simulated phones, its own and made-up apps alike.

At each step every candidate is marked as right or not: the oracle's act is right, and so is a later move that could
as well be made now. Runs stray by harmless wrong turns, and some by what a scorer itself would do, since the way back
has to be learnt too: the oracle still says what is right there (DAgger, Ross et al. 2011).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from agentkit.errors import Retry

from ..checks import against
from ..documents.guide import Guide
from ..made.phones import installed, phone
from ..made.tasks import tasks
from ..session import Session
from ..sim.diff import diff
from ..sim.perturb import CALM, ROUGH, Perturb
from ..sim.state import State
from ..simulated import Simulated
from ..tasks import TEMPLATES
from ..tasks.judge import neutral_of, says
from ..tasks.oracle import Act, NoWay, Oracle, place_of
from ..tasks.task import Task
from ..tasks.trajectory import perform, wrong_turn
from ..tasks.wordings import reworded, wrapped
from .candidates import ANSWER, CANNOT, Candidate, candidates
from .features import Features, features
from .net import Net
from .reading import read
from .scored import Scored, call_of, weighed
from .view import View

_STRAY = 0.04
_ROUGH = 0.25
_ROUNDABOUT = 0.3
_LONGEST = 30
_MORE = 500
"""Added to a seed for more tasks that cannot be done: they are rare, and a refusal has to be learnt too."""
_DOCUMENTED = 0.95
_OWN = 0.6
"""How often a scorer's own choice is made in its own runs."""
_DOUBTS = 3


@dataclass(frozen=True, slots=True)
class Marked:
    """One step: features of the moment and of each candidate that are not 0, and which of them are right."""

    moment: Features
    each: list[Features]
    right: tuple[bool, ...]
    group: str


def of_templates(split: str, numbers: range, *, calm: bool = False, own: Net | None = None) -> Iterator[Marked]:
    """Steps of the tasks of a split; `calm` leaves out other words, disturbances and wrong turns.

    With `own` they are that scorer's own runs.
    """
    for template in (t for t in TEMPLATES.values() if t.split == split):
        for number in numbers:
            task, random = template.task(number), Random(f"scorer {template.name} {number}")
            said = task.request if calm else reworded(task, random)
            rough = replace(ROUGH, seed=number) if not calm and random.random() < _ROUGH else CALM
            guided = calm or random.random() < _DOCUMENTED
            yield from steps(task, said, rough, random, documents=guided, stray=0.0 if calm else _STRAY, own=own)


def of_made(
    seed: int, numbers: range, each: int, *, own: Net | None = None, kept: Path | None = None
) -> Iterator[Marked]:
    """Steps of tasks on phones with made-up apps, documents `kept` in a folder; with `own` that scorer's own runs."""
    for number in numbers:
        made = phone(seed, number, kept=kept)
        drawn = tasks(made, seed * 1000 + number, each)
        drawn += tasks(made, seed * 1000 + number + _MORE, each // 4, refused=1.0)
        for task in drawn:
            random = Random(f"scorer {task.seed} {task.request}")
            said = wrapped(task.request, random) if random.random() < _ROUNDABOUT else task.request
            rough = replace(ROUGH, seed=task.seed, crash=0.0) if random.random() < _ROUGH else CALM
            with installed(made.apps):
                yield from steps(task, said, rough, random, documents=made.guide, stray=_STRAY, own=own)


def steps(
    task: Task,
    said: str,
    perturb: Perturb,
    random: Random,
    *,
    documents: bool | Guide,
    stray: float,
    own: Net | None = None,
) -> Iterator[Marked]:
    """The steps of one run, marked; it ends with the task, where the oracle knows no way, or after many steps."""
    driver = Simulated(task.world, perturb)
    session, oracle, neutral = Session(driver, documents=documents), Oracle(task), neutral_of(task)
    wanted = diff(task.world, task.wanted, neutral=neutral)
    session.request = said
    ends, pieces = _ends(task, oracle), View(session).pieces
    ends = ends[-1:] if len(pieces) == 1 else ends
    if len(pieces) != len(ends):
        return  # the words are cut otherwise than the way is
    for _ in range(_LONGEST):
        if not (yield from _finished(task, session, driver, ends)):
            return
        try:
            act = oracle.next(driver.phone, session.look())
            others = oracle.others(driver.phone, session.look()) if act.name in {"tap", "type_text"} else []
        except NoWay:
            return
        yield from _marked(task, session, [act, *others])
        turn: Act | None = None
        if own is not None and random.random() < _OWN:
            view = View(session)
            found = candidates(view)
            chosen = weighed(view, found, own.odds(*features(view, found)))
            if _doubted(session, chosen):
                continue
            turn = _turn(chosen)
        elif act.name != "wait" and random.random() < stray:
            turn = wrong_turn(driver, session.look(), random, neutral)
        if turn is None and act.name in {"finish", "cannot"}:
            return
        with suppress(Retry):  # what was to be tapped is gone by now: look again
            perform(session, turn or act)
        if turn is not None and diff(task.world, driver.phone.world, neutral=neutral) - wanted:
            return  # something was changed that nobody asked for


def _finished(
    task: Task, session: Session, driver: Simulated, ends: Sequence[Callable[[State], bool]]
) -> Generator[Marked, None, bool]:
    """The ends of the parts that are done, and the next one begun; False where what was to be read is not in sight."""
    while session.course.part < len(ends) - 1 and ends[session.course.part](driver.phone.state):
        if View(session).reads:
            value = _told_by(task, session)
            if not value:
                return False
            yield from _marked(task, session, [Act("finish", {"answer": value})])
            session.found(value, 1.0)
            continue
        yield from _marked(task, session, [Act("finish", {})])
        session.next_part()
    return True


def _told_by(task: Task, session: Session) -> str:
    """What is read for the rest of a request: the value on the screen that the way goes on to enter or to look for."""
    view = View(session)
    used = {text for move in task.path for text in (move.target, move.text)}
    values = (read(each, view)[0] for each in candidates(view) if each.tool == ANSWER)
    return next((value for value in values if value and {value, *value.split(":")} & used), "")


def _marked(task: Task, session: Session, acts: Sequence[Act]) -> Iterator[Marked]:
    """The present step, where what is right can be done."""
    view = View(session)
    found = candidates(view)
    right = marks(task, acts, found)
    if any(right):
        moment, each = features(view, found)
        yield Marked(_told(moment), [_told(one) for one in each], right, task.template.name)


def _ends(task: Task, oracle: Oracle) -> list[Callable[[State], bool]]:
    """When each wish of a task is done: its changes are made, or, where it has none, its last place is reached.

    A task that does not say where its wishes end is cut where an app is opened.
    """
    opened = [at for at, move in enumerate(oracle.moves) if move.kind == "open" and at]
    cuts = task.draft.cuts or (*opened, len(oracle.moves))
    neutral, states = neutral_of(task), oracle.states
    before = Counter[str]()
    found: list[Callable[[State], bool]] = []
    for cut in cuts:
        after = diff(task.world, states[cut].world, neutral=neutral)
        found.append(_made(task, after - before, neutral) if after - before else _reached(states[cut]))
        before = after
    return found


def _made(task: Task, changes: Counter[Any], neutral: frozenset[str]) -> Callable[[State], bool]:
    return lambda state: not changes - diff(task.world, state.world, neutral=neutral)


def _reached(place: State) -> Callable[[State], bool]:
    return lambda state: place_of(state)[1] == place_of(place)[1]


def _told(one: Features) -> Features:
    return {name: value for name, value in one.items() if value}


def _doubted(session: Session, chosen: Scored) -> bool:
    """Whether the checks speak against what a scorer chose; as in a run, it is no choice any more then."""
    call = call_of(chosen.found[chosen.best], "", chosen.missing)
    if session.doubted >= _DOUBTS or not against(call, session.request, session):
        return False
    session.refuse(str(call.arguments.get("element", "")))
    return True


def _turn(chosen: Scored) -> Act | None:
    """What a scorer chose, where it is no end: an end that is right comes from the oracle as well."""
    act = as_act(chosen.found[chosen.best])
    return None if act.name in {"finish", ANSWER, CANNOT} else act


def as_act(candidate: Candidate) -> Act:
    """A candidate that is a tool's call, as the oracle would say it."""
    name = {"tap": "element", "type_text": "field", "scroll": "direction", "open_app": "app"}.get(candidate.tool)
    if name is None:
        return Act(candidate.tool, {})
    if candidate.tool != "type_text":
        return Act(candidate.tool, {name: candidate.handle or candidate.value})
    return Act("type_text", {name: candidate.handle, "text": candidate.value, "enter": candidate.enter})


def marks(task: Task, acts: Sequence[Act], found: Sequence[Candidate]) -> tuple[bool, ...]:
    """Which candidates are one of these acts."""
    return tuple(any(_same(candidate, act, task) for act in acts) for candidate in found)


def _same(candidate: Candidate, act: Act, task: Task) -> bool:
    if candidate.tool == ANSWER:
        answer = act.arguments.get("answer", "") if act.name == "finish" else ""
        return bool(answer) and says(candidate.value, answer)
    if candidate.tool in {CANNOT, "finish"}:
        return act.name == candidate.tool and not (act.name == "finish" and task.draft.answer)
    return as_act(candidate) == replace(act, hit=None, arguments={**_plain(candidate), **act.arguments})


def _plain(candidate: Candidate) -> dict[str, bool]:
    return {"enter": candidate.enter} if candidate.tool == "type_text" else {}
