"""Whatever JSON a server sends, reading it gives a legal proposal or a `RemoteError`, never anything else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agentkit.errors import RemoteError
from agentkit.models.chat_points import TokenChance, decision_points
from agentkit.models.chat_reply import Assembly, read_calls
from agentkit.types import Control, Message, ProposeRequest, ToolSpec

TOOL = ToolSpec(
    name="light",
    parameters={
        "type": "object",
        "properties": {"on": {"type": "boolean"}, "room": {"type": "string", "enum": ["bath", "hall"]}},
    },
)
REQUEST = ProposeRequest(
    tools=(TOOL,),
    messages=(Message(role="user", content="x"),),
    controls=(Control.ABSTAIN, Control.FINISH),
    max_calls=2,
)

words = st.sampled_from(
    [
        "light",
        "abstain",
        "defer",
        "stop",
        "length",
        '{"on": true}',
        '{"calls": []}',
        "[",
        "hi",
        "",
        "<tool_call>",
        "```json",
    ]
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.floats(), words, st.text(max_size=5))
junk: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=5
)


def either(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(strategy, junk)


function = st.fixed_dictionaries({}, optional={"name": either(words), "arguments": either(words)})
call = st.fixed_dictionaries(
    {}, optional={"index": either(st.integers(0, 2)), "id": either(words), "function": either(function)}
)
token = st.fixed_dictionaries(
    {},
    optional={
        "token": either(words),
        "logprob": either(st.floats(-9, 0)),
        "bytes": either(st.lists(st.integers(-1, 256), max_size=3)),
        "top_logprobs": either(
            st.lists(st.fixed_dictionaries({"token": words, "logprob": st.floats(-9, 0)}), max_size=2)
        ),
    },
)
delta = st.fixed_dictionaries(
    {},
    optional={
        "content": either(words),
        "reasoning_content": junk,
        "refusal": st.one_of(st.none(), words),
        "tool_calls": either(st.lists(call, max_size=3)),
    },
)
choice = st.fixed_dictionaries(
    {},
    optional={
        "index": either(st.integers(0, 1)),
        "delta": either(delta),
        "message": either(delta),
        "finish_reason": either(st.sampled_from(["stop", "tool_calls", "length"])),
        "logprobs": either(st.fixed_dictionaries({"content": either(st.lists(token, max_size=4))})),
    },
)
event = either(
    st.fixed_dictionaries({}, optional={"choices": either(st.lists(choice, max_size=2)), "usage": junk, "error": junk})
)


@settings(max_examples=400, deadline=None)
@given(st.lists(event, max_size=4), st.booleans())
def test_any_answer_is_a_proposal_or_a_remote_error(events: list[Any], prose: bool) -> None:
    answer = Assembly()
    for one in events:
        answer.add(one)
    answer.text()
    for read in answer.choices():
        try:
            calls = read_calls(read, REQUEST, prose=prose)
        except RemoteError as error:
            assert error.status in {"garbled", "refused"}
            continue
        assert 1 <= len(calls) <= 2
        controls = [one for one in calls if one.control is not None]
        assert len(controls) <= (len(calls) == 1)
        assert all(one.control in REQUEST.controls for one in controls)
        for point in decision_points(read.tokens, calls, REQUEST):
            assert 0.0 <= point.p <= 1.0
            assert 0.0 <= point.mass <= 1.0


@settings(max_examples=200, deadline=None)
@given(st.booleans(), st.sampled_from(["bath", "hall"]), st.data())
def test_points_lie_in_the_values_however_the_text_is_cut(on: bool, room: str, data: st.DataObject) -> None:
    text = json.dumps({"calls": [{"name": "light", "arguments": {"room": room, "on": on}}]})
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), max_size=12)))
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    tokens = [TokenChance(text=part, raw=part.encode(), p=0.5) for part in parts]
    read = Assembly()
    read.add({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]})
    calls = read_calls(read.choices()[0], REQUEST)
    points = decision_points(tokens, calls, REQUEST)
    fields = [point.field for point in points]
    assert set(fields) == {"tool", "0.room", "0.on"}
    assert fields.count("0.on") == 1
