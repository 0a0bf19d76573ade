"""The loop with checkpoints and the one without are one loop: any script gives the same run, whichever drives it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agentkit import Agent, Failed, Retry, tool
from agentkit.events import Asked
from agentkit.graph.session import Options
from agentkit.models.scripted import ScriptedModel, abstain, answer, ask, call, defer, finish
from agentkit.types import Check, CheckStatus, Run, ToolCall
from agentkit.verify import Scene, default_verifiers


@tool
def look(n: int) -> int:
    """Look at a number; odd ones are asked for again."""
    if n % 2:
        raise Retry("the number must be even")
    return n


@tool(effect="write")
def note(n: int) -> str:
    """Note a number; 3 does not work."""
    if n == 3:
        raise Failed("there is no room for a 3")
    return f"noted {n}"


@tool(effect="irreversible")
def wipe(n: int) -> str:
    """Delete a number for good."""
    return f"wiped {n}"


CALLS = st.builds(call, st.sampled_from(["look", "note", "wipe", "nosuch"]), n=st.integers(0, 4))
CONTROLS = st.sampled_from([abstain(), ask("which?"), defer(), finish("done")])


def answered(calls: list[ToolCall], p: float) -> Any:
    """One answer of a script."""
    return answer(*calls, p=p)


ANSWERS = st.builds(
    answered,
    st.lists(CALLS, min_size=1, max_size=2) | st.lists(CONTROLS, min_size=1, max_size=1),
    st.sampled_from([0.2, 0.7, 0.99]),
)


class InOrder:
    """The built-in checks in the order in which they are declared: the cascade's own follows what they cost."""

    name = "in_order"
    price_ms = 1.0

    def __init__(self) -> None:
        self._verifiers = default_verifiers()

    def check(self, scene: Scene) -> Check:
        """The first failure, else that all passed."""
        found = (verifier.check(scene) for verifier in self._verifiers)
        failed = next((check for check in found if check.status is CheckStatus.FAIL), None)
        return failed or Check(name=self.name, status=CheckStatus.PASS)


def told(run: Run) -> Any:
    """A run without its id, and without what differs from one moment to the next."""
    steps = [
        (
            step.proposal.calls,
            {(check.name, check.status, check.evidence) for check in step.verdict.checks},
            step.decision,
            [result.model_copy(update={"ms": 0.0}) for result in step.results],
            step.exchange and (step.exchange.status, step.exchange.sent),
        )
        for step in run.steps
    ]
    return run.status, run.reason, run.answer, run.question, steps


KEPT: tuple[dict[str, Any], ...] = ({"store": "t.db"}, {"store": "u.db", "durable": False}, {"store": False})
"""With checkpoints, with a trace alone, with nothing; files stand in a folder of the test's own."""


@settings(max_examples=15, deadline=None)
@given(
    script=st.lists(ANSWERS, min_size=8, max_size=8),
    remote=st.none() | st.lists(ANSWERS, min_size=3, max_size=3),
    loop=st.sampled_from(["until_done", "single_turn"]),
    says=st.sampled_from([None, True, False, "2, please"]),
)
def test_the_same_script_gives_the_same_run_by_either_loop(script: Any, remote: Any, loop: Any, says: Any) -> None:
    runs: list[Any] = []
    with TemporaryDirectory() as folder:
        for kept in KEPT:

            def ask_person(_: Asked) -> Any:
                return says

            settled: dict[str, Any] = {
                **kept,
                "store": kept["store"] and Path(folder) / kept["store"],
                "model": ScriptedModel(list(script)),
                "remote": None if remote is None else ScriptedModel(list(remote), tier="remote"),
                "options": Options(loop=loop, clock=False),
                "ask": ask_person,
                "verifiers": [InOrder()],
            }
            with Agent([look, note, wipe], max_steps=7, **settled) as agent:
                runs.append(told(agent.run("look at 0 1 2 3 4, note 0 1 2 3 4, wipe 0 1 2 3 4")))
    assert runs[0] == runs[1] == runs[2]
