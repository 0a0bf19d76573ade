"""The line that names the nearest tools: when it stands in a prompt, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from agentkit.propose.dialects.nano import NanoDialect
from agentkit.propose.nearest import named, nearest, parts, with_nearest
from agentkit.types import Message, ProposeRequest, ToolCall, ToolSpec

NONE: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
TOOLS = tuple(
    ToolSpec(name=name, description=about, parameters=NONE)
    for name, about in (("lamp_on", "Light a lamp"), ("weigh", "Weigh a parcel"), ("sing", "Sing"), ("dig", "Dig"))
)
CLOSE = {"lamp_on": 0.31, "weigh": 0.78, "sing": -0.4, "dig": 1.0}


class Close:
    """A ranking by hand; its scores are ten times its cosines."""

    def closeness(self, request: str, tools: Sequence[ToolSpec]) -> list[float]:
        return [CLOSE[tool.name] for tool in tools]

    def scores(self, request: str, tools: Sequence[ToolSpec]) -> list[float]:
        return [10 * one for one in self.closeness(request, tools)]


CLOSELY = Close()


def asked(*messages: Message) -> ProposeRequest:
    return ProposeRequest(tools=TOOLS[:3], messages=messages)


def test_the_best_comes_first_and_its_cosine_is_what_is_told() -> None:
    found = nearest("how heavy is this?", TOOLS[:3], CLOSELY)
    assert [(near.tool, near.closeness) for near in found] == [("weigh", 0.78), ("lamp_on", 0.31), ("sing", -0.4)]
    assert [near.score for near in found] == pytest.approx([7.8, 3.1, -4.0])
    assert [near.tool for near in nearest("dig", TOOLS, CLOSELY)] == ["dig", "weigh", "lamp_on", "sing"]


def test_only_the_users_own_words_are_compared() -> None:
    said = Message(role="user", content="how heavy is this?")
    called = Message(role="assistant", calls=(ToolCall(id="1", name="weigh", arguments={}),))
    result = Message(role="tool", content="3 kg", call_id="1", name="weigh")
    assert with_nearest(asked(said), CLOSELY).nearest
    assert with_nearest(asked(said, called, result), CLOSELY).nearest == ()
    assert with_nearest(asked(said), None).nearest == ()
    assert with_nearest(asked(), CLOSELY).nearest == ()


@pytest.mark.parametrize(("version", "line"), [(2, ""), (3, "<|fact|> near: 7 weigh")])
def test_the_line_stands_last_in_the_third_version_only(version: int, line: str) -> None:
    request = with_nearest(asked(Message(role="user", content="how heavy is this?")), CLOSELY)
    assert NanoDialect(version).render(request).rest == f"<|user|> how heavy is this?{line}<|call|>"


def test_where_several_things_may_be_asked_those_far_from_the_whole_are_named_too() -> None:
    said = Message(role="user", content="how heavy is this, and is it dark?")
    both = with_nearest(asked(said).model_copy(update={"max_calls": 2}), CLOSELY)
    assert [near.tool for near in named(both)] == ["weigh", "lamp_on", "sing"]
    one = with_nearest(asked(said).model_copy(update={"max_calls": 1}), CLOSELY)
    assert [near.tool for near in named(one)] == ["weigh"]


def test_the_prefix_does_not_depend_on_what_is_near() -> None:
    dialect = NanoDialect(3)
    one = with_nearest(asked(Message(role="user", content="light the lamp")), CLOSELY)
    other = with_nearest(asked(Message(role="user", content="how heavy?")), CLOSELY)
    assert dialect.render(one).prefix == dialect.render(other).prefix


NAMED_IN = {
    "light the lamp": "lamp_on",
    "dig a hole": "weigh",
    "Weigh this": "weigh",
    "sing a song": "sing",
    "dig here": "lamp_on",
}


class ByName(Close):
    """A ranking of parts."""

    def closeness(self, request: str, tools: Sequence[ToolSpec]) -> list[float]:
        return [float(NAMED_IN.get(request) == tool.name) for tool in tools]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("light the lamp", ()),
        ("light the lamp and then dig a hole", ("light the lamp", "dig a hole")),
        ("Weigh this. Also, sing a song; dig here", ("Weigh this", "sing a song", "dig here")),
        ("weigh salt and sugar", ()),  # a lone word asks for nothing
    ],
)
def test_a_text_is_split_where_requests_are_joined(said: str, found: tuple[str, ...]) -> None:
    assert parts(said) == found
    asking = asked(Message(role="user", content=said))
    assert [one[0].tool for one in with_nearest(asking, ByName()).parts] == [NAMED_IN[part] for part in found]
    assert with_nearest(asking.model_copy(update={"max_calls": 1}), CLOSELY).parts == ()
