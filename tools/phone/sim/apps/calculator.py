"""Calculator: keys, a running expression, a result; division by zero is an error, not a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from ..app import App
from ..state import Act, State, put, seq, world
from ..view import View, icon, key, line, text

app = App("calculator", "Calculator")
_ROWS = ("789÷", "456×", "123−", "0.=+")
_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a / b,
}


def calculate(expression: str) -> str:
    """The value of `number sign number …`, products before sums; `Error` when it has none."""
    numbers, signs = _parts(expression)
    try:
        values = [Decimal(number) for number in numbers]
        for group in ("×÷", "+−"):
            values, signs = _fold(values, signs, group)
        return f"{values[0].quantize(Decimal('1.000000')).normalize():f}"
    except (InvalidOperation, ZeroDivisionError, IndexError):
        return "Error"


def _parts(expression: str) -> tuple[list[str], list[str]]:
    numbers, signs = [""], list[str]()
    for sign in expression:
        if sign in _OPERATIONS:
            signs.append(sign)
            numbers.append("")
        else:
            numbers[-1] += sign
    return numbers, signs


def _fold(values: list[Decimal], signs: list[str], group: str) -> tuple[list[Decimal], list[str]]:
    out, rest = [values[0]], list[str]()
    for sign, value in zip(signs, values[1:], strict=True):
        if sign in group:
            out[-1] = _OPERATIONS[sign](out[-1], value)
        else:
            rest.append(sign)
            out.append(value)
    return out, rest


@app.screen("main")
def main(state: State) -> View:
    """Display and keys."""
    expression = state.top.get("expression")
    rows = tuple(line(*(key(sign, _press(sign)) for sign in row)) for row in _ROWS)
    clear = line(key("C", put(expression="", result="")), key("⌫", put(expression=expression[:-1])))
    result = state.top.get("result")
    shown = (
        text(f"{expression or '0'}", name="expression"),
        *((text(f"= {result}", name="result"),) if result else ()),
    )
    copy = world(lambda w: replace(w, clipboard=w.calculator), "Copied")
    return View("Calculator", (*shown, clear, *rows), bar=(icon("Copy result", copy, enabled=bool(result)),))


def _press(sign: str) -> Act:
    def run(state: State) -> State:
        expression = state.top.get("expression")
        if sign == "=":
            result = calculate(expression)
            return seq(put(result=result), world(lambda w: replace(w, calculator=result)))(state)
        return put(expression=expression + sign, result="")(state)

    return run
