"""Runs tasks through a whole agent on simulated phones and says what came of each.

The agent is the caller's: a function from a model and a session to an agent. Knows nothing of which model is used; the
oracle is only asked what it would have done, for the share of right steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agentkit.agent import Agent
from agentkit.errors import RunError
from agentkit.models.base import Model
from agentkit.types import Proposal, Run

from ..documents.guide import Guide
from ..record import Episode, Moment, Recorder
from ..scorer import SHIPPED, Scorer
from ..session import Session, characters
from ..sim.perturb import CALM, Perturb
from ..sim.world import World
from ..simulated import Simulated
from .judge import Ending, Judgement, judge
from .oracle_model import OracleModel
from .task import Task
from .trajectory import CANNOT, play

_SEARCHED = 300
"""States that the oracle looks at to find the way back from where a run went astray, before no step counts as right."""
Make = Callable[[Model, Session], "Agent[object]"]


@dataclass(frozen=True)
class Outcome:
    """One task, run once. `right` counts the proposals that agree with the oracle's, of `proposals`.

    `asked` says that it ended with a question, `helped` counts the steps that a larger model proposed, `served` those that a script did; `tokens` is what each look
    at the screen costs, `prompts` the length of each prompt.
    """  # noqa: E501

    task: Task
    judgement: Judgement
    steps: int
    oracle_steps: int
    proposals: int
    right: int
    helped: int
    served: int
    ms: tuple[float, ...]
    tokens: tuple[int, ...]
    prompts: tuple[int, ...]
    episode: Episode
    asked: bool = False


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
    documents: bool | Guide = True,
    scorer: Scorer = SHIPPED,
    sure: float = 0.0,
    compared: bool = True,
) -> Outcome:
    """Run one task; `model` gives the model for it, `make` the agent around it. An error of the run fails the task.

    From a probability of `sure` on the scorer proposes a step itself; at 0.0 it never does. Where a run is not
    `compared` with the oracle at each step, which takes most of the time, no proposal counts as right.
    """
    driver = Simulated(task.world, perturb)
    session = Session(driver, count=count, documents=documents, scorer=scorer)
    recorder = Recorder(session, task.request, OracleModel(task, session, _SEARCHED).expected if compared else None)
    with make(model(task, session), session) as agent:
        try:
            done = agent.run(task.request, {"phone": session, "scorer": sure}, listen=recorder.listen)
        except RunError as error:
            done = Run(id="", task=task.request, status="failed", reason=error.message)
    judgement = judged(task, driver.phone.world, done, recorder.episode)
    moments = recorder.episode.moments
    return Outcome(
        task=task,
        judgement=judgement,
        steps=len(moments),
        oracle_steps=recorder.episode.best_steps or 1,
        proposals=len(moments),
        right=sum(_agrees(moment) for moment in moments),
        helped=sum(moment.proposal.tier == "remote" for moment in moments),
        served=sum(moment.proposal.tier == "script" for moment in moments),
        ms=tuple(moment.ms for moment in moments),
        tokens=tuple(session.costs),
        prompts=tuple(tokens for moment in moments if (tokens := moment.proposal.usage.prompt_tokens)),
        episode=recorder.episode,
        asked=done.status == "asked",
    )


def judged(task: Task, after: World, run: Run, episode: Episode) -> Judgement:
    """The judgement of a run that left the world `after`; the episode gets it as well, with the oracle's steps."""
    ending, answer = ending_of(run)
    found = judge(task, after, ending, answer)
    episode.run, episode.success, episode.best_steps = run, found.success, len(play(task).steps)
    episode.verdict = "success" if found.success else found.reason
    return found


def _agrees(moment: Moment) -> bool:
    proposal: Proposal = moment.proposal
    if len(proposal.calls) != 1:
        return False
    call = proposal.calls[0]
    if moment.expected.startswith("cannot"):
        return call.name == "abstain" or str(call.arguments.get("answer", "")).startswith(CANNOT.strip())
    given = {name: value for name, value in call.arguments.items() if value not in ("", False)}
    return f"{call.name} {given}" == moment.expected
