"""What is known of a choice beside what the model thinks of it: odds of the first call's tool, odds of values.

A small model chooses well among tools that it has met and badly among others; a table of word meanings was made for
the others. So the odds of a tool's name are multiplied by what retrieval gives them, or by those that come with the
request, and the odds of an argument's values likewise. Whether to call at all is weighed
with how many words of the request some tool's documentation has, or with what the request's odds say of that.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from operator import mul
from typing import cast

from agentkit.models.options import Options
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits
from agentkit.propose.legal import Legal
from agentkit.propose.tracking import Tracker
from agentkit.types import Near, ProposeRequest

_SHARPNESS = 3.0
"""To what power the odds of retrieval are raised, since the model knows little beside them; measured on requests
for tools that no model was trained on."""
_SEVERAL = (0.33, 0.72, -0.75, -1.31)
"""What tells several requests from one: the least score of a part, whether first and last differ, what the whole gains
over the best part, a constant; fitted to requests for tools that no model was trained on."""
_HEARD = (1.0, -1.0)
"""The logit of calling a tool at all, by the logarithm of the odds of any tool against none: slope and constant, with
which most requests for tools that no model was trained on are answered or declined rightly."""
_IN_NAME = re.compile(rb"[A-Za-z0-9_.-]")
_IN_TEXT = re.compile(rb'[^"]')


class ToolPrior:
    """Odds of the tools of one request; `opening` is the text before the name of the first tool.

    `call` is the logit of calling a tool at all, `rest` holds what is known of the tools of later calls.
    """

    def __init__(
        self,
        odds: Mapping[str, float],
        opening: bytes,
        vocabulary: Vocabulary,
        call: float | None = None,
        rest: Rest | None = None,
    ) -> None:
        self._names = _options(odds, vocabulary)
        self._opening, self._vocabulary = opening, vocabulary
        self._call, self._rest = call, rest
        self._later: dict[int, Options] = {}

    def weigh(self, logits: Logits, legal: Legal, text: bytes, tracker: Tracker) -> Logits:
        """The logits after an answer of this text; unchanged where no tool is being chosen."""
        if tracker.names:
            return self._again(logits, legal, tracker)
        if text.startswith(self._opening):
            return self._names.weigh(logits, legal, text[len(self._opening) :])
        if text or self._call is None or len(legal) < 2:
            return logits
        calls = [
            token
            for token in cast("list[int]", legal.ids.tolist())
            if self._opening.startswith(self._vocabulary.pieces[token])
        ]
        if not calls or len(calls) == len(legal):
            return logits
        weighed = logits.copy()
        weighed[calls] += self._call
        return weighed

    def _again(self, logits: Logits, legal: Legal, tracker: Tracker) -> Logits:
        """The logits within the name of a later call."""
        if self._rest is None or tracker.naming is None:
            return logits
        number = len(tracker.names)
        options = self._later.get(number)
        if options is None:
            options = self._later[number] = _options(self._rest.odds(tracker.names), self._vocabulary)
        return options.weigh(logits, legal, tracker.naming)


class Rest:
    """The shares that retrieval gives to the tools, by all that was said and by each part of it."""

    def __init__(self, whole: Mapping[str, float], parts: Sequence[Mapping[str, float]]) -> None:
        self._whole, self._parts = whole, parts

    def odds(self, called: Sequence[str]) -> dict[str, float]:
        """Of the next call's tool: what the parts that no call was made for say, and the whole of other tools."""
        left = list(self._parts)
        for name in called:
            if len(left) > 1:
                left.remove(max(left, key=lambda part: part.get(name, 0.0)))
        return {
            name: (0.0 if name in called else share) + sum(part[name] for part in left) / len(left)
            for name, share in self._whole.items()
        }


class ValuePrior:
    """Odds of texts that arguments of the tools may have, by tool and argument; `lead` stands before each of them."""

    def __init__(self, odds: Mapping[tuple[str, str], Mapping[str, float]], lead: str, vocabulary: Vocabulary) -> None:
        self._options = {
            of: Options({_written(lead + value): odd for value, odd in some.items()}, _IN_TEXT, vocabulary)
            for of, some in odds.items()
        }

    def weigh(self, logits: Logits, legal: Legal, tracker: Tracker) -> Logits:
        """The logits of the next token of a text; unchanged outside of the arguments with odds."""
        if tracker.quoting is None or not tracker.names:
            return logits
        options = self._options.get((tracker.names[-1], tracker.field.partition(".")[2]))
        return logits if options is None else options.weigh(logits, legal, tracker.quoting)


def shares(near: Sequence[Near]) -> dict[str, float]:
    """What retrieval thinks of the tools, as shares of one."""
    best = max((one.score for one in near), default=0.0)
    odds = {one.tool: math.exp(_SHARPNESS * (one.score - best)) for one in near}
    whole = sum(odds.values())
    return {name: odd / whole for name, odd in sorted(odds.items())}


def several(whole: Sequence[Near], parts: Sequence[Sequence[Near]]) -> float:
    """The probability that the parts ask for a call each, and not all for one."""
    tops = [part[0] for part in parts]
    alone = max(top.score for top in tops)
    weak, differ = min(top.score for top in tops), tops[0].tool != tops[-1].tool
    features = (weak, float(differ), whole[0].score - alone, 1.0)
    return 1.0 / (1.0 + math.exp(-sum(map(mul, _SEVERAL, features))))


def heard(whole: Sequence[Near], parts: Sequence[Sequence[Near]]) -> float:
    """The logit of calling a tool at all: what the whole says of that, or the part that says most."""
    slope, constant = _HEARD
    return slope * max(_any(some) for some in (whole, *parts)) + constant


def _any(near: Sequence[Near]) -> float:
    """The logarithm of the odds of any tool against none."""
    top = max(one.score for one in near)
    return top + math.log(sum(math.exp(one.score - top) for one in near))


def tool_odds(request: ProposeRequest) -> dict[str, float]:
    """The odds of the first tool: what came with the request, and what retrieval gives to the others.

    Retrieval's are not multiplied with odds that came with the request: whoever gave those has read the request too,
    and knows the place.
    """
    given = request.odds.tools if request.odds else {}
    most = max(given.values(), default=1.0) or 1.0
    told = {name: odd / most for name, odd in given.items()}
    found = shares(request.nearest)
    if request.parts:
        among, first = several(request.nearest, request.parts), shares(request.parts[0])
        found = {name: (1 - among) * share + among * first[name] for name, share in found.items()}
    best = max(found.values(), default=1.0)
    return dict(sorted({**{name: share / best for name, share in found.items()}, **told}.items()))


def tool_prior(request: ProposeRequest, opening: bytes, vocabulary: Vocabulary) -> ToolPrior | None:
    """What is known of the tools that a request wants; None where nothing is."""
    given = request.odds
    odds = tool_odds(request)
    if given and given.none is not None and given.tools:
        return ToolPrior(odds, opening, vocabulary, _logit(sum(given.tools.values()), given.none))
    if given or not request.nearest:
        return ToolPrior(odds, opening, vocabulary) if len(odds) > 1 else None
    rest = Rest(shares(request.nearest), [shares(part) for part in request.parts]) if request.parts else None
    return ToolPrior(odds, opening, vocabulary, heard(request.nearest, request.parts), rest)


def value_prior(request: ProposeRequest, lead: str, vocabulary: Vocabulary) -> ValuePrior | None:
    """What is known of the values of a request's arguments; None where nothing is."""
    if request.odds is None or not request.odds.values:
        return None
    return ValuePrior({(one.tool, one.argument): one.values for one in request.odds.values}, lead, vocabulary)


def _options(odds: Mapping[str, float], vocabulary: Vocabulary) -> Options:
    return Options({name.encode(): odd for name, odd in odds.items()}, _IN_NAME, vocabulary)


def _written(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:].encode()


def _logit(odds: float, against: float) -> float:
    return math.log(max(odds, 1e-9)) - math.log(max(against, 1e-9))
