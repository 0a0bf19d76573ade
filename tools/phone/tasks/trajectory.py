"""Oracle trajectories on the simulated phone, with perturbations, wrong turns and the way back from them.

What a step saw and what was right to do there; a wrong turn is marked, so that nobody learns to take it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from agentkit.types import Control, Message, ToolCall

from ..compact import Compact
from ..documents.named import dated
from ..doubts import unsupported
from ..ends import unfinished
from ..screen import Screen
from ..session import Session
from ..sim.device import page_of, press
from ..sim.diff import diff
from ..sim.perturb import CALM, Perturb
from ..sim.state import SYSTEM
from ..simulated import Simulated
from .judge import Judgement, judge, neutral_of
from .oracle import Act, Oracle
from .task import Task

if TYPE_CHECKING:
    from ..documents.guide import Guide

CANNOT = "Not possible: "
_MISTAKES = 3
_AGAIN = "Answer again with a corrected call; do not repeat the same one."


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the screen, its short form, the lines a model is told, what was done, and whether it was right.

    `heard` is what the model was told then: of a call that the checks refused, their evidence.
    """

    screen: Screen
    seen: Compact
    lines: tuple[str, ...]
    act: Act
    right: bool = True
    heard: str = "ok"


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A whole run of the oracle; `said` is the request as it was put."""

    task: Task
    steps: tuple[Step, ...]
    judgement: Judgement
    said: str


def perform(session: Session, act: Act) -> None:
    """Do what an act says, as the tool of its name would."""
    arguments = act.arguments
    if act.name == "tap":
        session.tap(arguments["element"])
    elif act.name == "type_text":
        session.type_text(arguments["field"], arguments["text"], enter=arguments.get("enter", False))
    elif act.name == "scroll":
        session.scroll(arguments["direction"])
    elif act.name == "open_app":
        session.open_app(arguments["app"])
    elif act.name == "wait":
        session.wait()
    else:
        session.press(act.name)


def play(
    task: Task,
    perturb: Perturb = CALM,
    *,
    wrong: float = 0.0,
    seed: int = 0,
    limit: int = 80,
    documents: bool | Guide | None = None,
    said: str = "",
    refused: float = 0.0,
) -> Trajectory:
    """Let the oracle do a task; with chance `wrong` per step it first takes a harmless wrong turn (three at most).

    `said` is the request in other words, for what the session tells of it and for the lessons. With chance `refused`
    per step something else is proposed first that the checks refuse: nothing happens then, their evidence is heard.
    """
    driver = Simulated(task.world, perturb)
    session, oracle = Session(driver, documents=documents), Oracle(task)
    session.request = said or task.request
    random = Random(f"wrong {task.template.name} {seed}")
    steps: list[Step] = []
    mistakes, neutral = 0, neutral_of(task)
    while len(steps) < limit:
        seen = session.look()
        assert session.screen is not None
        act = oracle.next(driver.phone, seen)
        turn = wrong_turn(driver, seen, random, neutral) if act.name != "wait" and random.random() < wrong else None
        if turn is not None and mistakes < _MISTAKES:
            mistakes += 1
            steps.append(Step(session.screen, seen, session.lines(), turn, right=False))
            perform(session, turn)
            continue
        no = _refused(session, act, random) if random.random() < refused and mistakes < _MISTAKES else None
        if no is not None:
            mistakes += 1
            steps.append(Step(session.screen, seen, session.lines(), no[0], right=False, heard=no[1]))
        steps.append(Step(session.screen, seen, session.lines(), act))
        if act.name in {"finish", "cannot"}:
            ending = "done" if act.name == "finish" else "cannot"
            found = judge(task, driver.phone.world, ending, act.arguments.get("answer", ""))
            return Trajectory(task, tuple(steps), found, session.request)
        perform(session, act)
    return Trajectory(task, tuple(steps), judge(task, driver.phone.world, "stopped"), session.request)


def _refused(session: Session, act: Act, random: Random) -> tuple[Act, str] | None:
    """Something that the checks refuse here, and what they say of it: an early end, or a tap that nobody asked for."""
    seen, request = session.look(), dated(session.request, session.driver.now())
    if random.random() < 0.5:
        why = unfinished(request, seen, session.past, "") if act.name not in {"finish", "cannot"} else ""
        return (Act("finish", {}), f"{why} {_AGAIN}") if why else None
    others = [tap for tap in seen.taps if tap != act.arguments.get("element")]
    for tap in random.sample(others, min(4, len(others))):
        why = unsupported(request, seen, session.past, tap)
        if why:
            return Act("tap", {"element": tap}), f"{why} {_AGAIN}"
    return None


def wrong_turn(driver: Simulated, seen: Compact, random: Random, neutral: frozenset[str]) -> Act | None:
    """A tap that opens something and changes nothing."""
    state = driver.phone.state
    if state.top.app == SYSTEM:
        return None
    places: list[str] = []
    for hit in page_of(state, driver.phone.perturb).hits:
        after = press(state, hit.item)
        harmless = not diff(state.world, after.world, neutral=neutral) and len(after.stack) > len(state.stack)
        if harmless and hit.item.enabled and hit.item.kind not in {"field", "area"}:
            places += [e.handle for e in seen.elements if e.handle and e.box == hit.box]
    return Act("tap", {"element": random.choice(places)}) if places else None


@dataclass(frozen=True, slots=True)
class Lesson:
    """One step as a model is shown it: the conversation until then, the screen's lines, and the call that is right.

    `closed` names the actions that have nothing to act on there, which are not shown.
    """

    template: str
    messages: tuple[Message, ...]
    facts: tuple[str, ...]
    call: ToolCall | None
    closed: frozenset[str]


def lessons(found: Trajectory) -> Iterator[Lesson]:
    """The steps of a trajectory as lessons; wrong turns stand in the history only. No call means: finished."""
    history: list[Message] = [Message(role="user", content=found.said)]
    for index, step in enumerate(found.steps, 1):
        call = _call(step.act, str(index))
        if step.right:
            yield Lesson(found.task.template.name, tuple(history), step.lines, call, _closed(step.seen))
        if call is None:  # an end that was refused
            call = ToolCall(id=str(index), name=Control.FINISH.value, arguments={"answer": ""})
        history.append(Message(role="assistant", calls=(call,)))
        history.append(Message(role="tool", content=step.heard, call_id=call.id, name=call.name))


def _closed(seen: Compact) -> frozenset[str]:
    choices = {"tap": seen.taps, "type_text": seen.fields, "scroll": seen.scroll}
    return frozenset(name for name, choice in choices.items() if not choice)


def _call(act: Act, key: str) -> ToolCall | None:
    """The call of an act; ending without an answer is no call at all."""
    if act.name == "cannot":
        return ToolCall(id=key, name=Control.FINISH.value, arguments={"answer": CANNOT + act.arguments["answer"]})
    if act.name == "finish":
        answer = act.arguments.get("answer")
        return ToolCall(id=key, name=Control.FINISH.value, arguments={"answer": answer}) if answer else None
    return ToolCall(id=key, name=act.name, arguments=act.arguments)
