"""Whatever a file holds, it loads or is refused with problems that have a place; nothing else is ever raised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentkit.spec import AgentSpec, InvalidSpecError, parse_spec
from agentkit.spec.document import Document
from agentkit.spec.model import Graph, Tiers, Verify

ROOT = Path(__file__).parents[2]
SPECS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.yaml"))]
KEYS = sorted(
    {*AgentSpec.model_fields, *Graph.model_fields, *Tiers.model_fields, *Verify.model_fields, "expect", "kind"}
)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(KEYS)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def loads_or_is_refused(text: str, *overrides: str) -> None:
    try:
        spec = parse_spec(text, None, overrides)
    except InvalidSpecError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.message and problem.hint
            assert problem.place.line >= 1 or problem.place.source.startswith("--set ")
            assert problem.place.line <= len(Document("x", text).lines)
            assert str(problem)
    else:
        assert spec.tools


@quick
@given(st.sampled_from(SPECS), st.integers(0, 10_000), st.integers(0, 20), st.text(max_size=6))
def test_a_damaged_spec(text: str, at: int, length: int, instead: str) -> None:
    at %= len(text)
    loads_or_is_refused(text[:at] + instead + text[at + length :])


@quick
@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=4))
def test_any_data_under_known_keys(data: dict[str, object]) -> None:
    loads_or_is_refused(json.dumps({"tools": ["assistant"], **data}))


@quick
@given(st.lists(st.sampled_from(KEYS) | st.integers(0, 3).map(str), min_size=1, max_size=4), values)
def test_any_override(path: list[str], value: object) -> None:
    loads_or_is_refused("tools: [assistant]\ntasks: [a]", f"{'.'.join(path)}={json.dumps(value)}")


@quick
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    loads_or_is_refused(text)


@quick
@given(values)
def test_yaml_reads_json_as_json_does(value: object) -> None:
    document = Document("x", json.dumps({"value": value}))
    assert document.problems == []
    assert document.data == {"value": value}


@pytest.mark.parametrize(
    "text",
    ["a: &a [*a, *a]", "\n".join([f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 9) if i else 1}]" for i in range(9)])],
)
def test_aliases_do_not_blow_up(text: str) -> None:
    loads_or_is_refused(text)
