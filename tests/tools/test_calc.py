from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentkit.errors import Failed, Retry
from agentkit.registry import Context, Registry

REGISTRY = Registry(["calc"])
calculate, convert = REGISTRY.get("calculate"), REGISTRY.get("convert")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        (" (1 + 2) * 3 ", 9),
        ("-7 // 2", -4),
        ("7 % 4", 3),
        ("2 ** 10", 1024),
        ("10 / 4", 2.5),
        ("sqrt(16) + max(1, 2, 3)", 7.0),
        ("round(pi, 2)", 3.14),
        ("+3", 3),
    ],
)
def test_expressions_are_computed(expression: str, value: float) -> None:
    assert calculate.invoke({"expression": expression}, Context()) == value


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("3 +", "`3 +` is no arithmetic expression; write it like `(3 + 4) * 2`"),
        ("__import__('os')", "`__import__('os')` is not allowed; use numbers"),
        ("(1).real", "`1 .real` is not allowed"),
        ("[1]", "`[1]` is not allowed"),
        ("x + 1", "`x` is not allowed"),
        ("'a' * 3", "an expression holds numbers only"),
        ("True + 1", "an expression holds numbers only"),
        ("1j", "an expression holds numbers only"),
        ("sqrt(-1)", "`sqrt(-1)` cannot be computed: math domain error"),
        ("sqrt()", "cannot be computed"),
        ("sqrt(x=1)", "`sqrt(x=1)` is not allowed"),
        ("1 if 2 else 3", "is not allowed"),
    ],
)
def test_what_the_model_can_mend_is_a_retry(expression: str, sentence: str) -> None:
    with pytest.raises(Retry) as caught:
        calculate.invoke({"expression": expression}, Context())
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("1 / 0", "divides by zero"),
        ("9 ** 9 ** 9", "too large"),
        ("2 ** 99999", "too large"),
        ("1e308 * 10", "no finite number"),
        ("exp(1000)", "too large"),
        ("(-8) ** 0.5", "not a real number"),
        ("2.0 ** 5000", "too large"),
    ],
)
def test_what_nobody_can_mend_is_a_failure(expression: str, sentence: str) -> None:
    with pytest.raises(Failed, match=sentence):
        calculate.invoke({"expression": expression}, Context())


@given(
    st.recursive(
        st.integers(-99, 99).map(str),
        lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
    )
)
def test_it_agrees_with_python(expression: str) -> None:
    if len(expression) <= 200:
        assert calculate.invoke({"expression": expression}, Context()) == eval(expression)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (1, "mile", "km", 1.609344),
        (100, "celsius", "fahrenheit", 212),
        (32, "fahrenheit", "celsius", 0),
        (2, "kg", "g", 2000),
    ],
)
def test_units_are_converted(value: float, source: str, target: str, result: float) -> None:
    got = convert.invoke({"value": value, "from_unit": source, "to_unit": target}, Context())
    assert math.isclose(got, result, abs_tol=1e-9)


def test_units_of_two_kinds_are_a_retry() -> None:
    with pytest.raises(Retry, match="km is a length and kg is a mass; choose two units of one kind"):
        convert.invoke({"value": 1, "from_unit": "km", "to_unit": "kg"}, Context())
