"""Tasks in Calculator: press the keys, read the result off the display."""

from __future__ import annotations

from ..sim.apps.calculator import calculate
from .draw import Draw
from .task import Draft, launch, say, tap, template


def _work(expression: str, wordings: tuple[str, ...], **slots: str) -> Draft:
    result = calculate(expression)
    keys = (tap(sign) for sign in (*expression, "="))
    return Draft(wordings, (launch("Calculator"), *keys, say(result)), slots, answer=result)


@template("calculator")
def add(d: Draw) -> Draft:
    a, b = str(d.number(12, 989)), str(d.number(12, 99))
    said = (
        "What is {a} plus {b}?",
        "Add {a} and {b} on the calculator",
        "{a} + {b} = ?",
        "Work out the sum of {a} and {b}",
    )
    return _work(f"{a}+{b}", said, a=a, b=b)


@template("calculator")
def subtract(d: Draw) -> Draft:
    a, b = str(d.number(112, 989)), str(d.number(12, 99))
    said = ("What is {a} minus {b}?", "Subtract {b} from {a}", "Calculate {a} less {b}", "Take {b} away from {a}")
    return _work(f"{a}−{b}", said, a=a, b=b)


@template("calculator")
def multiply(d: Draw) -> Draft:
    a, b = str(d.number(12, 98)), str(d.number(3, 99))
    said = (
        "What is {a} times {b}?",
        "Multiply {a} by {b}",
        "Calculate the product of {a} and {b}",
        "How much is {a} x {b}?",
    )
    return _work(f"{a}×{b}", said, a=a, b=b)


@template("calculator")
def divide(d: Draw) -> Draft:
    b = d.number(3, 16)
    a = str(b * d.number(7, 60))
    said = (
        "What is {a} divided by {b}?",
        "Divide {a} by {b}",
        "Split {a} into {b} equal parts",
        "How often does {b} fit into {a}?",
    )
    return _work(f"{a}÷{b}", said, a=a, b=str(b))


@template("calculator")
def bill(d: Draw) -> Draft:
    n, each, tip = str(d.number(2, 9)), str(d.number(11, 49)), str(d.number(2, 9))
    said = (
        "{n} meals at {each} euros each plus a tip of {tip} euros, how much is that?",
        "Calculate {n} times {each} plus {tip}",
        "What do {n} tickets for {each} and a fee of {tip} cost together?",
        "Multiply {n} by {each}, then add {tip}",
    )
    return _work(f"{n}×{each}+{tip}", said, n=n, each=each, tip=tip)


@template("calculator")
def decimals(d: Draw) -> Draft:
    a, b = f"{d.number(2, 49)}.{d.number(1, 9)}", f"{d.number(2, 9)}.{d.number(1, 9)}"
    said = ("What is {a} plus {b}?", "Add {a} to {b}", "{a} and {b} together make how much?", "Calculate {a} + {b}")
    return _work(f"{a}+{b}", said, a=a, b=b)
