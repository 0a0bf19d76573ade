"""By which kind the value of a field may be asked for without its label: when, where, who, how many."""

from __future__ import annotations

from . import words
from .model import Field, Section


def kind_of(each: Field) -> str:
    """The kind of a field by which its value may be asked for; empty for one that has to be named."""
    if each.kind in {"date", "time"}:
        return each.kind
    if each.kind == "number":
        known = (("cost", words.COSTS), ("length", words.LENGTHS), ("many", words.MANY))
        return next((kind for kind, labels in known if each.label in labels), "number")
    return {"person": "person", "place": "place"}.get(each.make, "") if each.kind == "text" else ""


def tells(kind: str, section: Section) -> bool:
    """Whether a kind says which field of a section is meant: `when` may ask for a day and for a time."""
    when = {"date", "time"}
    alike = when if kind in when else {kind}
    named = kind in {"person", "number", "many"}  # these say the label as well
    return named or sum(kind_of(each) in alike for each in section.fields) == 1
