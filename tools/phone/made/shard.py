"""Training rows from apps that nobody has: oracle trajectories on phones with made-up apps.

Every right step is a row in the form of `tasks/shard.py`; exploring those apps made the documents of the guide line.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from random import Random

from agentkit.nano.rows import Row, Shard
from agentkit.registry import Registry

from .. import ui
from ..sim.perturb import CALM, ROUGH, Perturb
from ..tasks.oracle import NoWay
from ..tasks.task import Task
from ..tasks.trajectory import lessons, play
from ..tasks.wordings import wrapped
from .phones import MadePhone, installed, phone
from .tasks import tasks

SOURCE = "made_apps"
_GUIDED = 0.7
"""Share of trajectories that are shown guidance from the documents of the phone's apps."""
_ROUGH = 0.2
_WRONG = 0.25
_REFUSED = 0.15
_ROUNDABOUT = 0.2
_WORKERS = 2


def shard(seed: int = 0, count: int = 84, each: int = 40) -> Shard:
    """Rows of `each` tasks on `count` phones, four made-up apps on each; deterministic by seed."""
    made = empty()
    jobs = [(seed, number, each, tuple(made.tools)) for number in range(count)]
    with ProcessPoolExecutor(_WORKERS, get_context("fork")) as pool:
        for found in pool.map(_phone_rows, *zip(*jobs, strict=True)):
            made.rows += found
    return made


def _phone_rows(seed: int, number: int, each: int, offered: tuple[str, ...]) -> list[Row]:
    made = phone(seed, number)
    return [row for task in tasks(made, seed * 1000 + number, each) for row in rows(made, task, offered)]


def empty() -> Shard:
    """The shard with its tools, the actions on a screen, and no row yet."""
    made = Shard(SOURCE, "Apache-2.0")
    for spec in Registry([ui]).specs:
        schema = spec.parameters
        needed = schema.get("required", ())
        made.tool(spec.name, spec.description, schema["properties"], required=needed, group="phone")
    return made


def rows(made: MadePhone, task: Task, offered: tuple[str, ...]) -> list[Row]:
    """The right steps of one task; none where the oracle loses its way, as it may after a crash."""
    random = Random(f"rows {task.seed} {task.request}")
    perturb = _perturb(task, random)
    wrong = _WRONG if random.random() < _WRONG else 0.0
    refused = _REFUSED if random.random() < 0.4 else 0.0
    guide = made.guide if random.random() < _GUIDED else False
    said = wrapped(task.request, random) if random.random() < _ROUNDABOUT else task.request
    with installed(made.apps):
        try:
            found = play(task, perturb, wrong=wrong, seed=task.seed, documents=guide, said=said, refused=refused)
        except NoWay:
            return []
    if not found.judgement.success:
        return []
    return [
        Row(
            messages=lesson.messages,
            calls=(lesson.call,) if lesson.call else (),
            facts=lesson.facts,
            offered=tuple(name for name in offered if name not in lesson.closed),
            group=task.template.name,
        )
        for lesson in lessons(found)
    ]


def _perturb(task: Task, random: Random) -> Perturb:
    """A rough phone for some; one of several wishes is not crashed on, as the search for the way back is long."""
    if random.random() >= _ROUGH:
        return CALM
    rough = replace(ROUGH, seed=task.seed)
    return rough if len(task.path) < 8 else replace(rough, crash=0.0)
