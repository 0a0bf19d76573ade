"""Values are frozen and copied cheaply: a copy is what pydantic's own would be, and shares what it holds."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from pydantic import BaseModel, PrivateAttr, ValidationError

from agentkit.types import Check, CheckStatus, Message, ProposeRequest, ToolCall, Value
from agentkit.types.base import replaced, unchecked

CALL = ToolCall(id="1", name="look", arguments={"cities": ["Paris"]})
CHECK = Check(name="schema", status=CheckStatus.PASS)


@pytest.mark.parametrize(
    ("value", "update"),
    [(CALL, {"id": "2"}), (CALL, {}), (CHECK, {"ms": 1.5, "evidence": "seen"}), (CHECK, {"name": "policy"})],
)
def test_a_copy_is_what_pydantic_would_make(value: Value, update: dict[str, Any]) -> None:
    copied, wanted = value.model_copy(update=update), BaseModel.model_copy(value, update=update)
    assert copied == wanted
    assert copied.model_fields_set == wanted.model_fields_set
    assert copied.model_dump_json() == wanted.model_dump_json()
    assert pickle.loads(pickle.dumps(copied)) == wanted
    for name, new in update.items():
        one, other = replaced(value, name, new), BaseModel.model_copy(value, update={name: new})
        assert (one, one.model_fields_set) == (other, other.model_fields_set)
    assert hash(CHECK.model_copy()) == hash(CHECK)


def test_a_copy_leaves_the_original_and_is_frozen_too() -> None:
    copied = CALL.model_copy(update={"id": "2"})
    assert (CALL.id, copied.id, copied.arguments is CALL.arguments) == ("1", "2", True)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(copied, "id", "3")  # noqa: B010 - the type checker refuses the plain assignment


def test_a_deep_copy_shares_nothing() -> None:
    assert CALL.model_copy(deep=True).arguments is not CALL.arguments


class Noted(Value):
    """A value with something beside its fields."""

    text: str
    _note: str = PrivateAttr(default="")

    def note(self, text: str) -> str:
        """Set the note and give the one before."""
        before, self._note = self._note, text
        return before


def test_what_stands_beside_the_fields_is_copied_and_not_shared() -> None:
    first = Noted(text="a")
    first.note("first")
    second = first.model_copy(update={"text": "b"})
    assert second.note("second") == "first"
    assert first.note("") == "first"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Check, {"name": "schema", "status": CheckStatus.FAIL, "path": "a.b"}),
        (Message, {"role": "tool", "call_id": "1", "content": "done"}),
        (ProposeRequest, {"messages": (Message(role="user", content="hi"),), "tools": ()}),
    ],
)
def test_what_is_made_unchecked_is_what_the_checked_constructor_makes(
    kind: type[Value], fields: dict[str, Any]
) -> None:
    made, wanted = unchecked(kind)(**fields), kind(**fields)
    assert made == wanted
    assert made.model_fields_set == wanted.model_fields_set
    assert made.model_dump_json() == wanted.model_dump_json()
    assert pickle.loads(pickle.dumps(made)) == wanted


def test_what_is_made_unchecked_shares_no_default_that_can_change() -> None:
    make = unchecked(ToolCall)
    assert make(id="1", name="look").arguments is not make(id="2", name="look").arguments
