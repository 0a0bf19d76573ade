"""Calibration: monotone whatever it is fitted on, better than the raw score where that lies, bound to its model."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentkit.errors import WiringError
from agentkit.types import Check, CheckStatus, DecisionPoint, Proposal, ToolCall, ToolSpec
from agentkit.verify import FEATURES, features, fit, raw_score, split, tool_ids
from agentkit.verify.calibrate import Calibrator, Row, Shape, load_calibration
from agentkit.verify.fitting import SHAPES
from agentkit.verify.quality import quality

UNIT = st.floats(0.0, 1.0)
ROWS = st.lists(
    st.builds(Row, features=st.fixed_dictionaries(dict.fromkeys(FEATURES, UNIT)), correct=st.booleans()),
    min_size=20,
    max_size=40,
).filter(lambda rows: 0 < sum(row.correct for row in rows) < len(rows))


def overconfident(count: int, seed: int = 0) -> list[Row]:
    """Rows whose raw score says 0.9 where the truth is 0.6, and whose grounding tells more than the score."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for _ in range(count):
        score = 1 - 0.5 * chance.random() ** 3
        grounded = chance.random()
        given = {**dict.fromkeys(FEATURES, 1.0), "min_p": score, "grounding": grounded}
        rows.append(Row(features=given, correct=chance.random() < 0.5 * score + 0.4 * grounded - 0.1))
    return rows


@settings(max_examples=40)
@given(
    rows=ROWS,
    shape=st.sampled_from(SHAPES),
    low=st.fixed_dictionaries(dict.fromkeys(FEATURES, UNIT)),
    raised=st.fixed_dictionaries(dict.fromkeys(FEATURES, UNIT)),
)
def test_surer_in_every_feature_is_never_less_probable(
    rows: list[Row], shape: Shape, low: dict[str, float], raised: dict[str, float]
) -> None:
    made = fit(rows, model="m", shape=shape)
    high = {name: max(low[name], raised[name]) for name in FEATURES}
    assert 0.0 <= made.of(low) <= made.of(high) + 1e-12
    assert made.of(high) <= 1.0


@pytest.mark.parametrize("shape", SHAPES)
def test_it_mends_overconfidence_on_rows_it_has_not_seen(shape: Shape) -> None:
    made = fit(overconfident(400), model="m", shape=shape)
    fresh = overconfident(2000, seed=1)
    correct = [row.correct for row in fresh]
    before = quality([row.features["min_p"] for row in fresh], correct)
    after = quality([made.of(row.features) for row in fresh], correct)
    assert after.ece < before.ece / 2
    assert after.brier < before.brier
    assert after.log_loss < before.log_loss


def test_auto_takes_the_shape_that_does_best_on_held_out_rows() -> None:
    made = fit(overconfident(600), model="m")
    assert made.shape == "logistic"
    assert set(made.compared) == set(SHAPES)
    assert made.before is not None
    assert made.after is not None
    assert made.after.log_loss < made.before.log_loss
    assert made.after.auc > made.before.auc + 0.05
    assert dict(zip(made.names, made.weights, strict=True))["grounding"] > 0


def test_saved_is_loaded(tmp_path: Path) -> None:
    for shape in SHAPES:
        made = fit(overconfident(60), model="m", tools=[ToolSpec(name="t")], about="made up", shape=shape)
        made.save(tmp_path / "fit.json")
        assert load_calibration(tmp_path / "fit.json") == made


@pytest.mark.parametrize("content", ["", "[]", '{"shape": "curve"}', "not json"])
def test_a_file_that_is_no_calibration_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "fit.json"
    with pytest.raises(WiringError, match="No such file"):
        load_calibration(path)
    path.write_text(content)
    with pytest.raises(WiringError, match="not a calibration") as caught:
        load_calibration(path)
    assert "agentkit eval SUITE --fit-calibration FILE" in caught.value.hint


def test_too_little_or_one_sided_evidence_is_refused() -> None:
    with pytest.raises(WiringError, match="10 judged proposals, "):
        fit(overconfident(10), model="m")
    with pytest.raises(WiringError, match="30 judged proposals, 30 of them right"):
        fit([Row(features={"min_p": 0.5}, correct=True)] * 30, model="m")


def proposal(*ps: float, model: str = "m", known: bool = True) -> Proposal:
    points = tuple(
        DecisionPoint(field="tool" if index == 0 else "0.x", text="", p=p, mass=0.9, margin=p / 2, entropy=1.0, legal=5)
        for index, p in enumerate(ps)
    )
    return Proposal(calls=(ToolCall(id="1", name="t"),), points=points, model=model, confidence_known=known)


def test_it_speaks_only_for_its_own_model_and_tools() -> None:
    tools = (ToolSpec(name="t"), ToolSpec(name="u"))
    made = fit(overconfident(60), model="m", tools=tools)
    assert made.probability(proposal(0.9), ()) is not None
    assert made.probability(proposal(0.9, model="other"), ()) is None
    assert made.probability(proposal(0.9, known=False), ()) is None
    assert made.mismatch("m", reversed(tools)) is None
    assert made.mismatch("n", tools) == "the calibration was fitted for the model m, not for n"
    assert made.mismatch("m", tools[:1]) is None
    other = (*tools, ToolSpec(name="v"))
    assert made.mismatch("m", other) == "the calibration was fitted for other tools, or for other versions of them"


def test_dynamic_enums_do_not_change_the_id_of_the_tools() -> None:
    def spec(*contacts: str) -> ToolSpec:
        to = {"type": "string", "enum": list(contacts)}
        return ToolSpec(name="t", parameters={"type": "object", "properties": {"to": to}}, dynamic=("to",))

    assert tool_ids([spec("Anna")]) == tool_ids([spec("Ben", "Cy")])
    assert tool_ids([spec("Anna")]) != tool_ids([spec("Anna").model_copy(update={"description": "other"})])


def test_features_are_per_decision_point_and_do_not_fall_with_length() -> None:
    short, long = features(proposal(0.9, 0.8), ()), features(proposal(0.9, *[0.8] * 30), ())
    assert short["min_p"] == long["min_p"] == 0.8
    assert short["min_tool_p"] == 0.9
    assert short["min_argument_p"] == 0.8
    assert short["min_mass"] == 0.9
    assert raw_score(proposal(0.9, 0.8)) == 0.8
    assert features(proposal(known=False), ())["min_p"] == 0.5


def test_checks_are_features_too() -> None:
    unsure = Check(name="grounding", status=CheckStatus.UNSURE, score=0.4)
    found = features(proposal(0.9), (unsure, Check(name="agreement", status=CheckStatus.PASS)))
    assert (found["grounding"], found["agreement"], found["sure_checks"]) == (0.4, 1.0, 0.5)
    assert list(found) == list(FEATURES)


@given(st.lists(st.tuples(UNIT, st.booleans()), min_size=1, max_size=50))
def test_quality_is_always_a_number_in_its_range(pairs: list[tuple[float, bool]]) -> None:
    found = quality([p for p, _ in pairs], [correct for _, correct in pairs])
    assert 0 <= found.brier <= 1
    assert 0 <= found.ece <= 1
    assert 0 <= found.auc <= 1
    assert found.log_loss >= 0


def test_a_perfect_ranking_has_auc_one() -> None:
    assert quality([0.9, 0.8, 0.1], [True, True, False]).auc == 1.0
    assert quality([0.5, 0.5], [True, False]).auc == 0.5


def test_a_calibrator_is_a_plain_value() -> None:
    made = Calibrator(shape="platt", model="m", weights=(1.0,), bias=0.0)
    assert made.of({"min_p": 0.5}) == 0.5


def test_the_quality_is_that_on_rows_that_were_kept_out() -> None:
    made = fit(overconfident(400), model="m", held_out=0.25, seed=3)
    assert made.rows == 300
    assert made.before is not None
    assert made.after is not None
    assert made.before.rows == made.after.rows == 100
    for found in (made.before, made.after):
        assert found.brier_95 is not None
        assert found.ece_95 is not None
        assert found.brier_95[0] <= found.brier <= found.brier_95[1]
        assert 0 <= found.ece_95[0] < found.ece_95[1] <= 1
    assert made.helps
    assert fit(overconfident(400), model="m", held_out=0.25, seed=3) == made
    with pytest.raises(WiringError, match="a share of 1 cannot be kept out"):
        fit(overconfident(40), model="m", held_out=1.0)


def test_a_feature_that_never_differed_has_no_say() -> None:
    constant = [row.model_copy(update={"features": {**row.features, "grounding": 1.0}}) for row in overconfident(200)]
    made = fit(constant, model="m", shape="logistic")
    assert "grounding" not in made.names
    assert made.of({"min_p": 0.9, "grounding": 0.2}) == made.of({"min_p": 0.9, "grounding": 1.0})


def test_a_row_is_made_of_a_proposal_and_its_checks() -> None:
    unsure = Check(name="grounding", status=CheckStatus.UNSURE, score=0.4)
    row = Row.of(proposal(0.9, 0.8), (unsure,), correct=True)
    assert (row.features["min_p"], row.features["grounding"], row.correct) == (0.8, 0.4, True)


def test_a_fit_for_some_tools_goes_before_the_general_one_for_agents_that_have_no_others() -> None:
    known, other = (ToolSpec(name="t"), ToolSpec(name="u")), ToolSpec(name="v")
    special = fit(overconfident(60), model="m", tools=known, about="two tools")
    made = fit(overconfident(60, seed=5), model="m").model_copy(update={"special": (special,)})
    assert made.for_tools(known[:1]) == made.for_tools(known) == special
    assert made.for_tools((*known, other)) == made
    assert made.for_tools(()) == made
    assert special.for_tools((other,)) is None
    assert special.for_tools(()) == special


def test_rows_of_a_group_are_kept_out_together() -> None:
    rows = [row.model_copy(update={"group": f"g{index // 7}"}) for index, row in enumerate(overconfident(210))]
    fitted, kept = split(rows, 0.3, seed=2)
    assert len(fitted) + len(kept) == 210
    assert 40 < len(kept) < 90
    assert not {row.group for row in fitted} & {row.group for row in kept}
    assert fit(rows, model="m").rows + len(split(rows)[1]) == 210


def test_the_simpler_shape_is_taken_where_another_is_no_better() -> None:
    chance = random.Random(4)
    rows = [Row(features={"min_p": p}, correct=chance.random() < p) for p in (chance.random() for _ in range(500))]
    made = fit(rows, model="m")
    assert made.shape == "temperature"
    assert made.bias == 0.0
    assert 0.7 < made.weights[0] < 1.3
