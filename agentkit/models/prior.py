"""What is known of a choice beside what the model thinks of it: odds of the first call's tool, odds of values.

A small model chooses well among tools that it has met and badly among others; a table of word meanings was made for
the others. So the odds of the first tool's name are multiplied by what retrieval gives them, or by those that come
with the request, and the odds of an argument's values likewise. Whether to call at all is the model's choice, unless
the request's odds say something of that too.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import cast

from agentkit.models.options import Options
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Ids, Logits
from agentkit.propose.tracking import Tracker
from agentkit.types import Near, ProposeRequest

_SHARPNESS = 15.0
"""Nats per unit of retrieval's score; measured on requests for tools that no model was trained on."""
_IN_NAME = re.compile(rb"[A-Za-z0-9_.-]")
_IN_TEXT = re.compile(rb'[^"]')


class ToolPrior:
    """Odds of the tools of one request; `opening` is the text before the name of the first tool.

    `call` is the logit of calling a tool at all, where something is known of that.
    """

    def __init__(
        self, odds: Mapping[str, float], opening: bytes, vocabulary: Vocabulary, call: float | None = None
    ) -> None:
        self._names = Options({name.encode(): odd for name, odd in odds.items()}, _IN_NAME, vocabulary)
        self._opening, self._vocabulary = opening, vocabulary
        self._call = call

    def weigh(self, logits: Logits, legal: Ids, text: bytes) -> Logits:
        """The logits after an answer of this text; unchanged where no tool is being chosen."""
        if text.startswith(self._opening):
            return self._names.weigh(logits, legal, text[len(self._opening) :])
        if text or self._call is None or len(legal) < 2:
            return logits
        calls = [
            token
            for token in cast("list[int]", legal.tolist())
            if self._opening.startswith(self._vocabulary.pieces[token])
        ]
        if not calls or len(calls) == len(legal):
            return logits
        weighed = logits.copy()
        weighed[calls] += self._call
        return weighed


class ValuePrior:
    """Odds of texts that arguments of the tools may have, by tool and argument; `lead` stands before each of them."""

    def __init__(self, odds: Mapping[tuple[str, str], Mapping[str, float]], lead: str, vocabulary: Vocabulary) -> None:
        self._options = {
            of: Options({_written(lead + value): odd for value, odd in some.items()}, _IN_TEXT, vocabulary)
            for of, some in odds.items()
        }

    def weigh(self, logits: Logits, legal: Ids, tracker: Tracker) -> Logits:
        """The logits of the next token of a text; unchanged outside of the arguments with odds."""
        if tracker.quoting is None or not tracker.names:
            return logits
        options = self._options.get((tracker.names[-1], tracker.field.partition(".")[2]))
        return logits if options is None else options.weigh(logits, legal, tracker.quoting)


def tool_odds(near: Sequence[Near], given: Mapping[str, float]) -> dict[str, float]:
    """The odds of the tools: what came with the request, and what retrieval gives to the others; the best has 1.

    Retrieval's are not multiplied with odds that came with the request: whoever gave those has read the request too,
    and knows the place.
    """
    best = max((one.score for one in near), default=0.0)
    retrieved = {one.tool: math.exp(_SHARPNESS * (one.score - best)) for one in near}
    most = max(given.values(), default=1.0) or 1.0
    told = {name: odd / most for name, odd in given.items()}
    return dict(sorted({**retrieved, **told}.items()))


def tool_prior(request: ProposeRequest, opening: bytes, vocabulary: Vocabulary) -> ToolPrior | None:
    """What is known of a request's first tool; None where nothing is."""
    given = request.odds
    odds = tool_odds(request.nearest, given.tools if given else {})
    if given and given.none is not None and given.tools:
        return ToolPrior(odds, opening, vocabulary, _logit(sum(given.tools.values()), given.none))
    return ToolPrior(odds, opening, vocabulary) if len(odds) > 1 else None


def value_prior(request: ProposeRequest, lead: str, vocabulary: Vocabulary) -> ValuePrior | None:
    """What is known of the values of a request's arguments; None where nothing is."""
    if request.odds is None or not request.odds.values:
        return None
    return ValuePrior({(one.tool, one.argument): one.values for one in request.odds.values}, lead, vocabulary)


def _written(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:].encode()


def _logit(odds: float, against: float) -> float:
    return math.log(max(odds, 1e-9)) - math.log(max(against, 1e-9))
