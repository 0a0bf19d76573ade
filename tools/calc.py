"""Arithmetic on numbers: expressions are parsed and computed node by node, never evaluated as code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field

from agentkit import Failed, Retry, tool

Number = int | float
Length = Literal["mm", "cm", "m", "km", "inch", "foot", "yard", "mile"]
Unit = Length | Literal["g", "kg", "ounce", "pound", "celsius", "fahrenheit"]

_MAX_BITS = 4096
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.unaryop], Callable[[Number], Number]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "cos": math.cos,
    "exp": math.exp,
    "floor": math.floor,
    "ln": math.log,
    "log10": math.log10,
    "max": max,
    "min": min,
    "round": round,
    "sin": math.sin,
    "sqrt": math.sqrt,
    "tan": math.tan,
}
_CONSTANTS = {"pi": math.pi, "e": math.e}
_SCALE: dict[str, tuple[str, float]] = {
    "mm": ("length", 0.001),
    "cm": ("length", 0.01),
    "m": ("length", 1.0),
    "km": ("length", 1000.0),
    "inch": ("length", 0.0254),
    "foot": ("length", 0.3048),
    "yard": ("length", 0.9144),
    "mile": ("length", 1609.344),
    "g": ("mass", 0.001),
    "kg": ("mass", 1.0),
    "ounce": ("mass", 0.028349523125),
    "pound": ("mass", 0.45359237),
    "celsius": ("temperature", 1.0),
    "fahrenheit": ("temperature", 5 / 9),
}


_EXPRESSION = "^[ -~]+$"
"""Any plain text; that a form is stated tells a small model that it is made, not quoted."""


@tool
def calculate(expression: Annotated[str, Field(pattern=_EXPRESSION, max_length=200)]) -> Number:
    """Compute an arithmetic expression.

    Args:
        expression: numbers with + - * / // % ** and parentheses; sqrt, round, min, max, abs, sin, ln, pi
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise Retry(f"`{expression}` is no arithmetic expression; write it like `(3 + 4) * 2`") from error
    try:
        value = _value(tree.body)
    except ZeroDivisionError as error:
        raise Failed("the expression divides by zero") from error
    except OverflowError as error:
        raise Failed("the result is too large") from error
    except (ValueError, TypeError) as error:
        raise Retry(f"`{expression}` cannot be computed: {error}") from error
    return value


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=bool() | str() | bytes() | complex() | None):
            raise Retry("an expression holds numbers only")
        case ast.Constant(value=int() | float() as number):
            return _limited(number)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left), _value(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _limited(_BINARY[type(op)](_value(left), _value(right)))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand))
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _limited(_FUNCTIONS[name](*map(_value, args)))
        case _:
            allowed = f"numbers, + - * / // % ** and {', '.join(_FUNCTIONS)}"
            raise Retry(f"`{ast.unparse(node)}` is not allowed; use {allowed}")


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * abs(exponent) > _MAX_BITS:
        raise Failed("the result is too large")
    result = base**exponent
    if isinstance(result, complex):
        raise Failed("the result is not a real number")
    return _limited(result)


def _limited(value: Number) -> Number:
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise Failed("the result is too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise Failed("the result is no finite number")
    return value


@tool
def convert(value: float, from_unit: Unit, to_unit: Unit) -> float:
    """Convert a length, a mass or a temperature to another unit.

    Args:
        value: how much
        from_unit: the unit it is in
        to_unit: the unit it shall be in
    """
    (kind, scale), (wanted, target) = _SCALE[from_unit], _SCALE[to_unit]
    if kind != wanted:
        raise Retry(f"{from_unit} is a {kind} and {to_unit} is a {wanted}; choose two units of one kind")
    offset = {"fahrenheit": 32.0}
    return round((value - offset.get(from_unit, 0.0)) * scale / target + offset.get(to_unit, 0.0), 9)
