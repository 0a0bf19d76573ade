"""Decision points of an answer that another program decoded under the same grammar, from the tokens that it took.

Knows nothing of that program. It walks the grammar along the tokens: what was legal at each is known exactly, so that
forced tokens drop out as they do in the project's own engine. Probabilities are those that the program listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from llguidance import LLMatcher, LLTokenizer

from agentkit.errors import RunError
from agentkit.models.decode import is_decision
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits, read_point
from agentkit.propose.constraint import Constraint
from agentkit.propose.legal import Legal
from agentkit.types import DecisionPoint

_NOTHING = -1e4
"""The logarithm of a probability that counts as none; finite, so that sums over it are."""


class Retraced(NamedTuple):
    """An answer as the grammar reads it: its text, the decisions taken, how many tokens were none, whether it ends."""

    text: str
    points: tuple[DecisionPoint, ...]
    forced: int
    finished: bool


def retrace(
    constraint: Constraint,
    vocabulary: Vocabulary,
    tokens: Sequence[int],
    listed: Sequence[Mapping[int, float]] | None,
) -> Retraced:
    """Follow an answer through the grammar it was decoded under.

    `listed` has, for each token, logarithms of the probabilities of the likeliest tokens and of the one taken; None
    where the program gave none, and then there are no points. Raises `RunError` at a token that the grammar forbids.
    """
    walk, tracker = vocabulary.walk(constraint.grammar), constraint.dialect.tracker()
    written, points, forced, finished = b"", list[DecisionPoint](), 0, False
    for index, token in enumerate(tokens):
        legal, ahead = walk.legal(), walk.ahead()
        if token not in legal:
            raise RunError(f"the answer breaks its grammar after {written.decode('utf-8', 'replace')[-80:]!r}")
        if not is_decision(legal, token, ahead, vocabulary):
            forced += 1
        elif listed is not None:
            row = _row(listed[index], legal, len(vocabulary.pieces))
            points.append(read_point(row, legal, token, tracker.ahead(ahead), vocabulary.spell))
        finished = token in vocabulary.ends
        if finished:
            break
        walk.take(token)
        written += vocabulary.pieces[token]
        tracker.feed(vocabulary.pieces[token])
        finished = walk.stopped
        if finished:
            break
    return Retraced(written.decode("utf-8", "replace"), tuple(points), forced, finished)


def _row(listed: Mapping[int, float], legal: Legal, size: int) -> Logits:
    """Logarithms of the probabilities of all tokens: as listed, and what is left of 1 in equal parts over the rest.

    Where nothing illegal is listed, the program masked first, and the rest is that of the legal tokens.
    """
    row = np.full(size, _NOTHING, np.float32)
    known = {token: max(value, _NOTHING) for token, value in listed.items() if 0 <= token < size}
    likely = [token for token, value in known.items() if value > _NOTHING]
    rest = max(0.0, 1.0 - float(np.exp([known[token] for token in likely]).sum()))
    others = legal.ids if all(token in legal for token in likely) else np.arange(size)
    others = others[~np.isin(others, likely)]
    if rest > 0.0 and len(others):
        row[others] = max(float(np.log(rest / len(others))), _NOTHING)
    for token in likely:
        row[token] = known[token]
    return row


_BYTES = LLTokenizer("byte")


def is_answer(constraint: Constraint, text: str) -> bool:
    """Whether a text is a whole answer under the grammar, whatever its tokens; not for grammars with special tokens."""
    matcher = LLMatcher(_BYTES, constraint.grammar, log_level=0)
    return not matcher.is_error() and matcher.consume_tokens(list(text.encode())) and matcher.is_accepting()
