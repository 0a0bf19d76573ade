"""The keys of a spec for escalation and calibration reach the parts they are about."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from agentkit import Agent
from agentkit.errors import SpecError, WiringError
from agentkit.models import EMBEDDED
from agentkit.models.scripted import ScriptedModel, answer, call, defer
from agentkit.types import RemoteExchange, Run
from agentkit.verify import write_beside
from agentkit.verify.calibrate import Row
from agentkit.verify.fitting import fit

PACK = '''
from agentkit import tool

@tool(effect="external", private=("text",))
def send(text: str) -> str:
    """Send a message."""
    return f"sent {text}"
'''


def agent(folder: Path, keys: str, **given: Any) -> Agent[Any]:
    (folder / "pack.py").write_text(PACK)
    (folder / "agent.yaml").write_text(f"tools: [./pack.py]\ntrust: fast\ngraph: {{loop: single_turn}}\n{keys}")
    return Agent.from_spec(folder / "agent.yaml", store=False, **given)


def exchanges(run: Run) -> list[RemoteExchange]:
    return [step.exchange for step in run.steps if step.exchange is not None]


def test_private_and_send_reach_the_escalator(tmp_path: Path) -> None:
    large = ScriptedModel([call("send", text="x")], name="large")
    small = ScriptedModel([defer()])
    with agent(tmp_path, "escalation: {private: refuse}", model=small, remote=large) as made:
        (exchange,) = exchanges(made.run("send that Zed is ill"))
    assert (exchange.status, large.requests) == ("refused", [])
    small = ScriptedModel([defer()])
    with agent(tmp_path, "escalation: {send: sketch}", model=small, remote=large) as made:
        made.run("send that Zed is ill")
    assert large.requests[0].facts == ()


def rows() -> list[Row]:
    return [Row(features={"min_p": 0.1 + 0.8 * (at % 10) / 9}, correct=at % 10 > 1) for at in range(200)]


def test_a_named_calibration_must_be_for_the_model(tmp_path: Path) -> None:
    fit(rows(), model="other").save(tmp_path / "fit.json")
    unfit = agent(tmp_path, "verify: {calibration: fit.json}", model=ScriptedModel([]))
    with unfit, pytest.raises(WiringError, match="fitted for the model other"):
        unfit.run("hello")
    fit(rows(), model="scripted").save(tmp_path / "fit.json")
    small = ScriptedModel([answer(call("send", text="hello"), p=0.9)], name="scripted")
    with agent(tmp_path, "verify: {calibration: fit.json}", model=small) as made:
        assert made.run("send hello").steps[0].verdict.calibrated
    (tmp_path / "fit.json").write_text("{}")
    with pytest.raises(SpecError, match=r"agent\.yaml:4:\d+: .*not a calibration"):
        agent(tmp_path, "verify: {calibration: fit.json}")


@pytest.mark.model
def test_the_calibration_beside_the_weights_is_used(tmp_path: Path) -> None:
    shutil.copy(EMBEDDED, tmp_path / "small.gguf")
    with agent(tmp_path, "models: {local: {path: small.gguf, snapshots: false}}") as made:
        assert not made.run("send hello").steps[0].verdict.calibrated
        write_beside(fit(rows(), model=made.parts.model), made.parts.model)
    with agent(tmp_path, "models: {local: {path: small.gguf, snapshots: false}}") as made:
        assert made.run("send hello").steps[0].verdict.calibrated
