"""The keys for asking the larger model and for a calibration: defaults, values, mistakes with a suggestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentkit.errors import RemoteError
from agentkit.escalate import Escalator
from agentkit.models.scripted import ScriptedModel
from agentkit.spec import AgentSpec, Budgets, Escalation, InvalidSpecError, load_spec, parse_spec
from agentkit.types import Message, ProposeRequest, ToolSpec

BASE = "tools: [assistant]\n"


def test_defaults_send_a_redacted_step_and_replace_what_is_private() -> None:
    spec = parse_spec(BASE)
    assert spec.escalation == Escalation()
    assert (spec.escalation.send, spec.escalation.private) == ("step", "replace")
    assert (spec.escalation.breaker.failures, spec.escalation.breaker.open_s) == (3, 30.0)
    assert spec.calibration is None


def test_every_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "fit.json").write_text("{}")
    path = tmp_path / "agent.yaml"
    path.write_text(
        f"{BASE}escalation: {{send: sketch, private: refuse, breaker: {{failures: 1, open_s: 5}}}}\n"
        "verify: {calibration: fit.json}\n"
    )
    spec = load_spec(path, ["escalation.breaker.open_s=7"])
    assert spec.escalation.model_dump() == {
        "send": "sketch",
        "private": "refuse",
        "breaker": {"failures": 1, "open_s": 7.0},
    }
    assert spec.calibration == tmp_path / "fit.json"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("escalate: {send: step}", (2, 1), "unknown key `escalate`", "did you mean `escalation`?"),
        ("escalation: {sends: step}", (2, 14), "unknown key `sends` in `escalation`", "did you mean `send`?"),
        ("escalation: {send: disputd}", (2, 20), "`escalation.send` is 'disputd'", "did you mean `disputed`?"),
        ("escalation: {private: hide}", (2, 23), "`escalation.private` is 'hide'", "the choices are replace, refuse"),
        ("breaker: {failures: 2}", (2, 1), "unknown key `breaker`", "did you mean `escalation.breaker`?"),
        (
            "escalation: {breaker: {failures: 0}}",
            (2, 34),
            "`escalation.breaker.failures` should be at least 1, not 0",
            "it takes a whole number from 1; 3 when the key is left out"
            " - Faults in a row after which it is left alone.",
        ),
        (
            "verify: {calibraton: x.json}",
            (2, 10),
            "unknown key `calibraton` in `verify`",
            "did you mean `calibration`?",
        ),
        ("calibration: x.json", (2, 1), "unknown key `calibration`", "did you mean `verify.calibration`?"),
        ("on_device: true", (2, 1), "unknown key `on_device`", "did you mean `models.local.on_device`?"),
        (
            "models: {remote: {kind: remote, model: m, on_device: true}}",
            (2, 18),
            "`models.remote`: `on_device` is for the first model; the larger one is sent placeholders wherever it is",
            "remove `on_device`",
        ),
        (
            "models: {local: {kind: remote, model: m, on_device: perhaps}}",
            (2, 53),
            "`models.local.on_device` should be true or false, not the text 'perhaps'",
            "it takes true or false - Under `local`: whether what the server is sent stays on this machine; "
            "by default where `base_url` is on the loopback interface.",
        ),
    ],
)
def test_mistakes_are_placed_and_mended(text: str, place: tuple[int, int], message: str, hint: str) -> None:
    with pytest.raises(InvalidSpecError) as caught:
        parse_spec(BASE + text)
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.column) == place
    assert (problem.message, problem.hint) == (message, hint)


def test_a_calibration_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "fitted.json").write_text("{}")
    with pytest.raises(InvalidSpecError, match=r"there is no calibration `fited\.json`") as caught:
        parse_spec(f"{BASE}verify: {{calibration: fited.json}}", tmp_path / "agent.yaml")
    assert caught.value.problems[0].hint == "did you mean `fitted.json`?"


def described(text: str) -> AgentSpec:
    return parse_spec(BASE + text)


def test_an_escalator_follows_the_spec() -> None:
    tool = ToolSpec(
        name="send", parameters={"type": "object", "properties": {"text": {"type": "string"}}}, private=("text",)
    )
    request = ProposeRequest(tools=(tool,), messages=(Message(role="user", content="send that Zed is ill"),))
    spec = described("escalation: {private: refuse}")
    model = ScriptedModel([RemoteError("down"), RemoteError("down")])
    assert Escalator.of(model, spec.escalation, Budgets()).ask(request).exchange.status == "refused"
    spec = described("escalation: {breaker: {failures: 1, open_s: 600}}")
    escalator = Escalator.of(model, spec.escalation, spec.budgets)
    assert escalator.ask(request).exchange.error == "down"
    assert "left alone" in escalator.ask(request).exchange.error
    assert Escalator.of(model, spec.escalation, Budgets(calls=0)).ask(request).exchange.status == "over_budget"
