"""Training rows from the simulated phone: oracle trajectories over random worlds, wordings and disturbances.

Only templates of the train split are used. Every right step is a row: the conversation until then, the device's time
and screen as facts, and the call. Wrong turns and the way back stand in the history; the wrong turn itself is no row.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from random import Random

from agentkit.nano.rows import Row, Shard
from agentkit.registry import Registry
from agentkit.types import Message, ToolCall

from .. import intents, ui
from ..session import Session
from ..sim.perturb import CALM, ROUGH
from ..simulated import Simulated
from . import TEMPLATES
from .task import Task, Template
from .trajectory import Lesson, lessons, play
from .wordings import reworded

SOURCE = "simulated_phone"
_DOCUMENTED = 0.8
"""Share of trajectories that are shown guidance from the app documents."""
_WORKERS = 4
_SMALL = 500
"""Fewer tasks than these are not worth other processes."""
_HARD = frozenset({"type_text", "finish"})
"""Calls that are rarer than taps and hold more: rows with them stand twice."""


def shard(seed: int = 0, each: int = 48, *, only: Collection[str] = ()) -> Shard:
    """Rows of `each` tasks per template (or of those named by `only`); deterministic by seed."""
    made = Shard(SOURCE, "Apache-2.0")
    actions = _tools(made, Registry([ui]))
    everything = (*_tools(made, Registry([intents])), *actions)
    drawn = [(template.name, seed, each, actions, everything) for template in _templates(only)]
    if len(drawn) * each < _SMALL:
        made.rows += [row for job in drawn for row in _rows(*job)]
        return made
    with ProcessPoolExecutor(_WORKERS, get_context("fork")) as pool:
        for rows in pool.map(_rows, *zip(*drawn, strict=True)):
            made.rows += rows
    return made


def _rows(name: str, seed: int, each: int, actions: tuple[str, ...], everything: tuple[str, ...]) -> list[Row]:
    """The rows of one template."""
    template, random = TEMPLATES[name], Random(f"shard {name} {seed}")
    rows: list[Row] = []
    for number in range(each):
        task = template.task(seed * 100_000 + number)
        said = reworded(task, random)
        kind = random.random()
        if task.draft.intent is not None and kind < 0.3:
            rows += _by_intent(task, said, everything)
            continue
        offered = everything if task.draft.intent is None and kind < 0.2 else actions
        rough = replace(ROUGH, seed=number) if random.random() < 0.3 else CALM
        wrong = 0.25 if random.random() < 0.25 else 0.0
        refused = 0.15 if random.random() < 0.5 else 0.0
        told = random.random() < _DOCUMENTED
        found = play(task, rough, wrong=wrong, seed=number, documents=told, said=said, refused=refused)
        if found.judgement.success:
            made = [_row(lesson, offered) for lesson in lessons(found)]
            rows += made + [row for row in made if any(call.name in _HARD for call in row.calls)]
    return rows


def _row(lesson: Lesson, offered: tuple[str, ...]) -> Row:
    return Row(
        messages=lesson.messages,
        calls=(lesson.call,) if lesson.call else (),
        facts=lesson.facts,
        offered=tuple(name for name in offered if name not in lesson.closed),
        group=lesson.template,
    )


def _templates(only: Collection[str]) -> list[Template]:
    return [t for t in TEMPLATES.values() if t.split == "train" and (not only or t.name in only)]


def _tools(made: Shard, registry: Registry) -> tuple[str, ...]:
    """Add the static specs of a registry; choices that are known only at run time stand as plain strings."""
    for spec in registry.specs:
        schema = spec.parameters
        required = schema.get("required", ())
        made.tool(spec.name, spec.description, schema["properties"], required=required, group="phone")
    return tuple(spec.name for spec in registry.specs)


def _by_intent(task: Task, said: str, offered: tuple[str, ...]) -> list[Row]:
    """Two rows: the one call that does it, and the end."""
    assert task.draft.intent is not None
    name, arguments = task.draft.intent
    call = ToolCall(id="1", name=name, arguments=dict(arguments))
    session = Session(Simulated(task.world))
    session.request = said
    facts = session.lines()
    session.touch(*map(str, arguments.values()))
    later = session.lines()
    request = Message(role="user", content=said)
    after = (
        request,
        Message(role="assistant", calls=(call,)),
        Message(role="tool", content="done", call_id="1", name=name),
    )
    group = task.template.name
    return [
        Row(messages=(request,), calls=(call,), facts=facts, offered=offered, group=group),
        Row(messages=after, facts=later, offered=offered, group=group),
    ]
