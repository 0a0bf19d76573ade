"""Kinds of texts: what each looks like, and the words of fields that hold its like."""

from __future__ import annotations

import re

from ..documents.words import stems

_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_KINDS = (
    ("mail", re.compile(r"\S+@\S+"), "email mail to address recipient"),
    ("phone", re.compile(r"\+?\d[\d -]{5,}"), "phone number telephone mobile"),
    ("web", re.compile(r"[\w-]+(\.[\w-]+)*\.(org|com|net|example)"), "web address page url link"),
    (
        "time",
        re.compile(r"\d{1,2}:\d\d(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?"),
        "time at hour alert departure arrival start begin",
    ),
    (
        "day",
        re.compile(rf"\d{{1,2}} {_MONTHS}|{_MONTHS} \d{{1,2}}|today|tomorrow"),
        "date day birthday deadline due when",
    ),
    ("number", re.compile(r"\d+(\.\d+)?"), "number amount minute hour second count quantity"),
    ("name", re.compile(r"(?=.*[A-Z]).*"), "name title label to call search find"),
    ("text", re.compile(r".*"), "text message note body comment"),
)
WORDED = frozenset(stems("name title subject label location place company"))
"""Words of fields that hold words."""


def kind_of(text: str) -> tuple[str, frozenset[str]]:
    """What a text is, and the words of fields that hold its like."""
    return next((name, frozenset(stems(hint))) for name, form, hint in _KINDS if form.fullmatch(text))
