"""The nano prefix stays the same while choices of the moment change; the grammar follows them."""

from __future__ import annotations

from typing import Any

import pytest

from agentkit.propose.dialects.nano import NanoDialect
from agentkit.types import Message, ProposeRequest, ToolSpec


def request(choices: tuple[str, ...], fact: str) -> ProposeRequest:
    parameters: dict[str, Any] = {
        "type": "object",
        "properties": {
            "element": {"type": "string", "enum": list(choices), "description": "what to tap"},
            "mode": {"type": "string", "enum": ["short", "long"]},
        },
        "required": ["element"],
        "additionalProperties": False,
    }
    tool = ToolSpec(name="tap", description="Tap.", parameters=parameters, dynamic=("element",))
    return ProposeRequest(tools=(tool,), messages=(Message(role="user", content="save it"),), facts=(fact,))


def test_choices_of_the_moment_do_not_stand_in_the_prefix() -> None:
    one = NanoDialect(2).render(request(("Save", "Cancel"), "Save | Cancel"))
    two = NanoDialect(2).render(request(("Delete",), "Delete"))
    assert one.prefix == two.prefix == "<|tool|>tap: Tap.<|p|>element*:str what to tap<|p|>mode:short|long"
    assert one.rest != two.rest


@pytest.mark.parametrize("choice", ["Save", "Cancel"])
def test_version_one_has_no_facts_and_lists_them(choice: str) -> None:
    assert choice in NanoDialect(1).render(request(("Save", "Cancel"), "")).prefix
