"""Verifiers as a spec writes them: options reach the check, a judge has a model and keeps private text here."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentkit.errors import WiringError
from agentkit.graph.specified import arguments_of
from agentkit.spec import load_spec
from agentkit.types import Effect
from agentkit.verify import Judge, PolicyCheck, Verifier

SPEC = """
name: checked
tools: [clock]
models:
  local: embedded
verify:
  verifiers: [{verifiers}]
"""


def verifiers(folder: Path, written: str, remote: str = "") -> list[Verifier]:
    path = folder / "agent.yaml"
    text = SPEC.replace("{verifiers}", written)
    path.write_text(text.replace("  local: embedded\n", f"  local: embedded\n{remote}"))
    return arguments_of(load_spec(path))["verifiers"]


def test_options_reach_a_built_in_verifier(tmp_path: Path) -> None:
    (policy,) = verifiers(tmp_path, "policy: {allowed: [read]}")
    assert isinstance(policy, PolicyCheck)
    assert policy.allowed == {Effect.READ}


def test_options_that_do_not_fit_are_refused_with_their_place(tmp_path: Path) -> None:
    with pytest.raises(WiringError, match=r"agent\.yaml:7:\d+: .*the verifier `policy` has no option `effects`"):
        verifiers(tmp_path, "policy: {effects: [read]}")


def test_a_judge_needs_a_model_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(WiringError, match="the verifier `judge` has no model"):
        verifiers(tmp_path, "judge")
    with pytest.raises(WiringError, match=r"would send requests .* to https://models\.example\.org/v1"):
        verifiers(tmp_path, "judge", "  remote: {model: big, base_url: 'https://models.example.org/v1'}\n")
    (judge,) = verifiers(tmp_path, "judge", "  remote: {model: big, base_url: 'http://127.0.0.1:9/v1'}\n")
    assert isinstance(judge, Judge)
    (judge,) = verifiers(tmp_path, "judge: {model: embedded, price_ms: 90}")
    assert judge.price_ms == 90
