"""A calibration beside the weights: used for these weights and this dialect, told and left alone for any others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentkit.errors import WiringError
from agentkit.models import EMBEDDED, load_model
from agentkit.models.base import Model
from agentkit.models.scripted import ScriptedModel, answer, call
from agentkit.registry import Registry, tool
from agentkit.spec.models import GgufConfig
from agentkit.types import Message, ProposeRequest
from agentkit.verify import Cascade, Scene, beside, calibration_for, default_verifiers, fit, write_beside
from agentkit.verify.beside import find
from agentkit.verify.calibrate import Calibrator, Row

pytestmark = pytest.mark.model


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Model]:
    """The weights in the box, as a file of their own."""
    shutil.copy(EMBEDDED, tmp_path / "small.gguf")
    model = load_model(GgufConfig(path=str(tmp_path / "small.gguf"), snapshots=False))
    yield model
    model.close()


def rows(count: int = 200) -> list[Row]:
    """Proposals whose score of 0.1 to 0.9 is right far more often than it says."""
    return [Row(features={"min_p": 0.1 + 0.8 * (at % 10) / 9}, correct=at % 10 > 1) for at in range(count)]


def test_a_path_is_named_after_the_weights() -> None:
    assert beside(Path("a/nano.gguf")) == Path("a/nano.calibration.json")
    assert beside(Path("a/qwen3-0.6b.q8.gguf")) == Path("a/qwen3-0.6b.q8.calibration.json")


def test_what_is_written_is_found_and_used(engine: Model, tmp_path: Path) -> None:
    assert find(engine).note == "uncalibrated: there is no small.calibration.json beside small.gguf"
    made = fit(rows(), model=engine)
    assert made.dialect
    assert write_beside(made, engine) == tmp_path / "small.calibration.json"
    assert calibration_for(engine) == made
    told = find(engine)
    assert not told.ignored
    assert told.note.startswith("calibrated by small.calibration.json: 140 proposals; on 60 others Brier ")
    request = ProposeRequest(tools=(), messages=(Message(role="user", content="hello"),))
    verdict = Cascade(default_verifiers(["policy"]), calibration_for(engine)).run(
        Scene(request, engine.propose(request))
    )
    assert verdict.calibrated


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"model": "other:000000000000"}, "the calibration was fitted for the model other:000000000000, not for "),
        ({"dialect": "klingon"}, "the calibration was fitted for the dialect klingon, not for "),
    ],
)
def test_one_for_other_weights_or_another_dialect_is_ignored_and_told(
    engine: Model, tmp_path: Path, changed: dict[str, str], why: str
) -> None:
    made = fit(rows(), model=engine).model_copy(update=changed)
    made.save(tmp_path / "small.calibration.json")
    assert calibration_for(engine) is None
    told = find(engine)
    assert told.ignored
    assert told.note.startswith(f"uncalibrated: small.calibration.json is ignored: {why}")
    with pytest.raises(WiringError, match="fitted for"):
        calibration_for(engine, made)
    with pytest.raises(WiringError, match="fitted for"):
        write_beside(made, engine)


def test_fits_for_some_tools_are_kept_in_the_same_file_told_and_asked_first(engine: Model, tmp_path: Path) -> None:
    @tool
    def lamp(on: bool) -> str:
        """Switch the lamp."""
        return "done"

    known = Registry([lamp])
    special = fit(rows(), model=engine, tools=known.specs, about="the lamp")
    general = fit(rows(), model=engine, about="unseen tools").model_copy(update={"special": (special,)})
    write_beside(general, engine)
    told = find(engine)
    assert told.calibration == general
    assert told.note.startswith(
        "calibrated by small.calibration.json: unseen tools, 140 proposals; on 60 others Brier "
    )
    assert "; the lamp, 140 proposals; on 60 others Brier " in told.note
    assert general.for_tools(known.specs) == special


def test_a_file_that_is_none_is_ignored_and_told(engine: Model, tmp_path: Path) -> None:
    (tmp_path / "small.calibration.json").write_text(json.dumps({"shape": "curve"}))
    told = find(engine)
    assert (told.calibration, told.ignored) == (None, True)
    assert "not a calibration" in told.note


def test_one_that_did_worse_is_not_written(engine: Model, tmp_path: Path) -> None:
    made = fit(rows(), model=engine)
    assert made.before is not None
    worse = made.model_copy(update={"after": made.before, "before": made.after})
    with pytest.raises(WiringError, match="does not help"):
        write_beside(worse, engine)
    assert not (tmp_path / "small.calibration.json").exists()


def test_a_model_without_weights_has_none() -> None:
    double = ScriptedModel([])
    assert "has no weights here" in find(double).note
    with pytest.raises(WiringError, match="no weights on this disk"):
        write_beside(fit(rows(), model=double), double)


def test_one_that_is_bound_to_tools_is_silent_about_others() -> None:
    @tool
    def one(x: int) -> int:
        """One."""
        return x

    @tool
    def two(x: int) -> int:
        """Two."""
        return x

    double = ScriptedModel([answer(call("one", x=1), p=0.6)] * 2)
    made = fit(rows(), model=double, tools=Registry([one]).specs)

    def calibrated(registry: Registry, made: Calibrator) -> bool:
        request = ProposeRequest(tools=registry.specs, messages=(Message(role="user", content="take 1"),))
        given = Scene(request, double.propose(request), registry=registry)
        return Cascade(default_verifiers(["policy"]), made).run(given).calibrated

    assert calibrated(Registry([one]), made)
    assert not calibrated(Registry([one, two]), made)
