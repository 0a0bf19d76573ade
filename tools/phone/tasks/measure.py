"""Runs tasks through a whole agent on simulated phones and sums up what came of them.

The agent is the caller's: a function from a recorded model's session and task to an agent. Knows nothing of which model
is used; the oracle is only asked what it would have done, for the share of right steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles
from typing import Any

from agentkit.agent import Agent
from agentkit.models.base import Model
from agentkit.types import Run

from ..record import Episode, Recorder
from ..session import Session, characters
from ..sim.perturb import CALM, Perturb
from ..simulated import Simulated
from .judge import Ending, Judgement, judge
from .oracle_model import OracleModel
from .task import Task
from .trajectory import CANNOT, play

Make = Callable[[Recorder, Session], Agent[Any]]


@dataclass(frozen=True)
class Outcome:
    """One task, run once. `right` counts the proposals that agree with the oracle's, of `proposals`."""

    task: Task
    judgement: Judgement
    steps: int
    oracle_steps: int
    proposals: int
    right: int
    escalations: int
    ms: tuple[float, ...]
    tokens: tuple[int, ...]
    episode: Episode


def ending_of(run: Run) -> tuple[Ending, str]:
    """How a run ended, in the judge's words: abstaining, or an answer that starts with `Not possible`, is `cannot`."""
    if run.status == "abstained" or run.answer.startswith(CANNOT.strip()):
        return "cannot", run.answer
    return ("done", run.answer) if run.status in {"success", "answered"} else ("stopped", run.answer)


def run_task(
    task: Task,
    model: Callable[[Task, Session], Model],
    make: Make,
    *,
    perturb: Perturb = CALM,
    count: Callable[[str], int] = characters,
) -> Outcome:
    """Run one task; `model` gives the model for it, `make` the agent around the recorder."""
    driver = Simulated(task.world, perturb)
    session = Session(driver, count=count)
    oracle = OracleModel(task, session)
    recorder = Recorder(model(task, session), session, oracle.expected)
    episode = recorder.begin(task.request)
    with make(recorder, session) as agent:
        done = agent.run(task.request, {"phone": session}, listen=recorder.listen)
    ending, answer = ending_of(done)
    found = judge(task, driver.phone.world, ending, answer)
    episode.verdict = "success" if found.success else found.reason
    return Outcome(
        task=task,
        judgement=found,
        steps=len(done.steps),
        oracle_steps=len(play(task).steps),
        proposals=len(episode.moments),
        right=sum(_agrees(moment.proposal, moment.expected) for moment in episode.moments),
        escalations=sum(step.exchange is not None for step in done.steps),
        ms=tuple(moment.ms for moment in episode.moments),
        tokens=tuple(session.costs),
        episode=episode,
    )


def _agrees(proposal: Any, expected: str) -> bool:
    if proposal is None or len(proposal.calls) != 1:
        return False
    call = proposal.calls[0]
    if expected.startswith("cannot"):
        return call.name == "abstain" or str(call.arguments.get("answer", "")).startswith(CANNOT.strip())
    given = {name: value for name, value in call.arguments.items() if value not in {"", False}}
    return f"{call.name} {given}" == expected


@dataclass(frozen=True)
class Summary:
    """What a set of outcomes comes to; shares from 0 to 1, None where there is nothing to count."""

    tasks: int
    success: float
    steps_ratio: float | None
    step_accuracy: float | None
    false_done: float
    damage: float
    infeasible_recall: float | None
    p50_ms: float | None
    p95_ms: float | None
    tokens_per_screen: float | None
    escalations: float


def summed_up(outcomes: Iterable[Outcome]) -> Summary | None:
    """The sums; None for no outcome at all. `steps_ratio` is over the tasks that succeeded."""
    found = list(outcomes)
    if not found:
        return None
    won = [o for o in found if o.judgement.success]
    times = sorted(ms for o in found for ms in o.ms)
    proposals = sum(o.proposals for o in found)
    looks = [tokens for o in found for tokens in o.tokens]
    hopeless = [o for o in found if not o.task.draft.feasible]
    return Summary(
        tasks=len(found),
        success=len(won) / len(found),
        steps_ratio=fmean(o.steps / o.oracle_steps for o in won) if won else None,
        step_accuracy=sum(o.right for o in found) / proposals if proposals else None,
        false_done=sum(o.judgement.false_done for o in found) / len(found),
        damage=sum(bool(o.judgement.damage) for o in found) / len(found),
        infeasible_recall=sum(o.judgement.success for o in hopeless) / len(hopeless) if hopeless else None,
        p50_ms=_quantile(times, 50),
        p95_ms=_quantile(times, 95),
        tokens_per_screen=fmean(looks) if looks else None,
        escalations=sum(o.escalations for o in found) / len(found),
    )


def _quantile(times: Sequence[float], percent: int) -> float | None:
    if len(times) < 2:
        return times[0] if times else None
    return quantiles(times, n=100, method="inclusive")[percent - 1]
