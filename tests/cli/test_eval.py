import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agentkit.cli import app
from agentkit.cli.eval import _suites
from agentkit.errors import WiringError
from agentkit.evaluate.suite import SuiteRow
from agentkit.models import load_model
from agentkit.spec import EmbeddedConfig

ROW = {
    "tools": [
        {
            "name": "set_timer",
            "description": "Start a timer",
            "parameters": {"type": "object", "properties": {"minutes": {"type": "integer"}}, "required": ["minutes"]},
        }
    ],
    "messages": [{"role": "user", "content": "set a timer for 5 minutes"}],
    "expected": [{"name": "set_timer", "arguments": {"minutes": 5}}],
}


@pytest.mark.model
def test_a_suite_is_scored_on_the_model_in_the_box(tmp_path: Path) -> None:
    path = tmp_path / "timers.jsonl"
    path.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    shown = CliRunner().invoke(app, ["eval", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "| timers | share % | 95 % interval | right of |" in shown.output
    assert "| choice |" in shown.output
    as_json = CliRunner().invoke(app, ["eval", str(path), "--json"])
    assert json.loads(as_json.output)["rows"] == 1


def test_a_folder_stands_for_the_categories_in_it(tmp_path: Path) -> None:
    for name in ("BFCL_v4_b.json", "BFCL_v4_a.json", "other.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert [path.name for path in _suites([tmp_path])] == ["BFCL_v4_a.json", "BFCL_v4_b.json"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(WiringError, match=str(path)):
            _suites([path])


@pytest.mark.model
def test_free_decoding_has_columns_of_its_own_and_a_calibration_is_fitted(tmp_path: Path) -> None:
    path, out = tmp_path / "timers.jsonl", tmp_path / "fit.json"
    engine = load_model(EmbeddedConfig(snapshots=False))
    said = engine.propose(SuiteRow.model_validate(ROW).request()).calls
    engine.close()
    right = {**ROW, "expected": [{"name": call.name, "arguments": call.arguments} for call in said if not call.control]}
    wrong = {**ROW, "expected": [{"name": "set_timer", "arguments": {"minutes": -1}}]}
    rows = [json.dumps(right if number % 3 else wrong) for number in range(24)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    shown = CliRunner().invoke(app, ["eval", str(path), "--free", "--fit-calibration", str(out)])
    assert shown.exit_code == 0, shown.output
    assert "| timers | grammar % | 95 % interval | free % | 95 % interval | right of |" in shown.output
    fitted = json.loads(out.read_text())
    assert fitted["rows"] + fitted["after"]["rows"] == 24 and fitted["model"] and fitted["dialect"]
    assert f"fitted on {fitted['rows']} proposals; on {fitted['after']['rows']} that were kept out" in shown.output
    as_json = CliRunner().invoke(app, ["eval", str(path), "--free", "--limit", "3", "--json"])
    assert [json.loads(line)["decoding"] for line in as_json.stdout.splitlines()] == ["grammar", "free"]
