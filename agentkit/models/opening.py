"""The text that every first call begins with under a dialect, up to the name of its tool. Knows nothing of engines."""

from __future__ import annotations

from collections.abc import Sequence

from agentkit.models.vocabulary import Vocabulary
from agentkit.models.walk import Walk
from agentkit.propose.constraint import build_constraint
from agentkit.propose.dialects import Dialect
from agentkit.propose.grammar import Limits
from agentkit.types import ProposeRequest, ToolSpec


def first_call(vocabulary: Vocabulary, dialect: Dialect, limits: Limits, names: Sequence[str]) -> Walk:
    """The start of an answer that is one call of one of these tools."""
    bare = tuple(ToolSpec(name=name, parameters={"type": "object", "properties": {}}) for name in names)
    calls = ProposeRequest(tools=bare, messages=(), controls=(), max_calls=1)
    return vocabulary.walk(build_constraint(calls, dialect, limits).grammar)


def opening(vocabulary: Vocabulary, dialect: Dialect, limits: Limits) -> bytes:
    """The text before the name of the first call's tool."""
    walk = first_call(vocabulary, dialect, limits, ("a", "b"))
    usual = walk.forced()
    for token in usual:
        walk.take(token)
    return b"".join([vocabulary.pieces[token] for token in usual]) + walk.ahead()
