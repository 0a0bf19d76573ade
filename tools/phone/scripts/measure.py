"""Tasks done twice with other values: the first run makes a script, the second is played from it as far as it goes.

The first run is the oracle's, and declared as such, or a model's: one that was not judged a success makes no script.
Knows nothing of how results are printed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentkit.cancel import Cancel
from agentkit.errors import RunError
from agentkit.models.base import Model
from agentkit.registry import Registry
from agentkit.types import Proposal, ProposeRequest, Run

from .. import ui
from ..record import Recorder
from ..session import Session
from ..simulated import Simulated
from ..tasks import TEMPLATES, Task
from ..tasks.arms import Arm
from ..tasks.judge import Judgement
from ..tasks.measure import judged
from ..tasks.oracle_model import OracleModel
from ..tasks.task import Template
from .proposer import Scripts
from .taken import trail_of

TWISTS = (
    "Do not do this: {}",
    "Don't {}",
    "{} unless it rains",
    "{}, but only if nobody is there",
    "{} and then turn on airplane mode",
    "If I have no other, {}",
    "{} except on Sundays",
    "Never {}",
)
"""What is put around a request so that it asks for something else."""


class Counted:
    """A model that counts how often it is asked."""

    def __init__(self, inner: Model) -> None:
        self.inner = inner
        self.calls = 0

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self.inner.name

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """What the inner model proposes."""
        self.calls += 1
        return self.inner.propose(request, cancel=cancel)

    def close(self) -> None:
        """The inner model is its owner's."""


@dataclass(frozen=True)
class Repeat:
    """One task run again: what came of it, the steps that a script made, the model's calls, why not more was served."""

    task: Task
    judgement: Judgement
    scripted: int
    model_calls: int
    ms: float
    first_ms: float
    why: str

    @property
    def served(self) -> bool:
        """Whether the whole run needed no model."""
        return self.model_calls == 0

    @property
    def wrong(self) -> bool:
        """Whether scripts alone brought it to a wrong end, or had damaged something before the model took over."""
        return (self.served and not self.judgement.success) or (self.scripted > 0 and bool(self.judgement.damage))


def templates(count: int) -> list[Template]:
    """So many templates of train and dev, spread evenly over all of them; more than there are begins anew."""
    found = [template for template in TEMPLATES.values() if template.split in {"train", "dev"}]
    return [found[number * len(found) // count % len(found)] for number in range(count)]


def first(task: Task, folder: Path, shows: Callable[[Task, Session], Model] = OracleModel) -> tuple[str, float]:
    """Let the oracle, or `shows`, do a task and make a script of it; why there is none, and the run's milliseconds."""
    phone = Session(Simulated(task.world))
    recorder = Recorder(phone, task.request)
    now = phone.driver.now()
    judgement, ms, _ = _run(task, shows(task, phone), phone, recorder, {})
    if not judgement.success:
        return f"the first run failed: {judgement.reason}", ms
    return Scripts.of(folder).learn(trail_of(task.request, recorder.episode.moments, now)), ms


def again(task: Task, folder: Path, fallback: Callable[[Task, Session], Model], *, why: str, first_ms: float) -> Repeat:
    """Do a task with the scripts of a folder and a model behind them."""
    phone = Session(Simulated(task.world))
    model = Counted(fallback(task, phone))
    recorder = Recorder(phone, task.request)
    judgement, ms, _ = _run(task, model, phone, recorder, {"scripts": str(folder)})
    scripted = sum(moment.proposal.tier == "script" for moment in recorder.episode.moments)
    gave_up = phone.scripts.gave_up if phone.scripts is not None else ""
    none = "" if scripted else "no script has its shape"
    return Repeat(task, judgement, scripted, model.calls, ms, first_ms, why or gave_up or none)


def _run(
    task: Task, model: Model, phone: Session, recorder: Recorder, deps: dict[str, Any]
) -> tuple[Judgement, float, Run]:
    arm = Arm("repeat", "scripts before the model", lambda _task, _phone: model, Registry([ui]))
    with arm.make(model, phone) as agent:
        began = time.perf_counter()
        try:
            done = agent.run(task.request, {"phone": phone, **deps}, listen=recorder.listen)
        except RunError as error:
            done = Run(id="", task=task.request, status="failed", reason=error.message)
        ms = (time.perf_counter() - began) * 1000.0
    assert isinstance(phone.driver, Simulated)
    return judged(task, phone.driver.phone.world, done, recorder.episode), ms, done


def strangers(made_from: Sequence[str], seeds: Sequence[int]) -> Iterator[Task]:
    """Tasks of all other templates of every split, each seed in a wording of its own."""
    for template in TEMPLATES.values():
        if template.name not in made_from:
            yield from (template.task(seed, wording=seed) for seed in seeds)
