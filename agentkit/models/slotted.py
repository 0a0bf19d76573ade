"""What slot filling knows of a call's arguments, beside what the model thinks: which are given, and with what.

From a call's name on, the model's odds of every token are multiplied with those of the filler: the share of what it
thinks likely that still is possible after the token. Knows nothing of prompts.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import numpy as np
from pydantic import JsonValue

from agentkit.models.vocabulary import Vocabulary
from agentkit.models.writing import LEAST, Form
from agentkit.propose.confidence import Logits
from agentkit.propose.legal import Legal
from agentkit.propose.notation import Notation
from agentkit.propose.tracking import Tracker
from agentkit.slots.filled import Filled

_MOST_LEGAL = 400


class Slots(Protocol):
    """What slot filling thinks of one request."""

    def fill(self, name: str, earlier: Sequence[Mapping[str, JsonValue]]) -> Sequence[Filled]:
        """What is thought of a call's arguments, in the schema's order, after earlier calls with theirs."""
        ...


class Slotted:
    """Weighs the arguments of one request's calls."""

    def __init__(self, slots: Slots, notation: Notation, vocabulary: Vocabulary) -> None:
        self._slots, self._notation, self._vocabulary = slots, notation, vocabulary
        self._forms: dict[tuple[str | bytes, ...], Form] = {}
        self._spent = 0.0

    def weigh(self, logits: Logits, legal: Legal, tracker: Tracker) -> Logits:
        """The logits of the next token; unchanged outside of the arguments of a call."""
        written = tracker.filling
        if written is None or not 1 < len(legal) <= _MOST_LEGAL:
            return logits
        form = self._form(tracker)
        share = form.reading(written) if form.fields else None
        now = share(written) if share else None
        if not share or not now:
            return logits
        pieces = self._vocabulary.pieces
        ids = cast("list[int]", legal.ids.tolist())
        odd_spelt = self._misspelt(ids, form.rests(written))
        shares = [0.0 if token in odd_spelt else share(written + pieces[token]) for token in ids]
        gains = [math.log(max((share or 0.0) / now, LEAST)) for share in shares]
        if max(gains) - min(gains) < 1e-6:
            return logits
        weighed = logits.copy()
        weighed[legal.ids] += np.array(gains, np.float32)
        return weighed

    def _misspelt(self, ids: Sequence[int], rests: Sequence[bytes]) -> set[int]:
        """The tokens that would spell each value that they begin in other tokens than it always is read in."""
        pieces, firsts = self._vocabulary.pieces, {self._vocabulary.first(rest) for rest in rests if rest}
        if firsts.isdisjoint(ids):
            return set()
        within = [token for token in ids if token not in firsts and pieces[token]]
        return {
            token
            for token in within
            if any(rest.startswith(pieces[token]) and len(pieces[token]) < len(rest) for rest in rests)
        }

    def likeliest(self, tracker: Tracker) -> list[tuple[bytes, float]]:
        """How the call under way likely goes on; see `Form.likeliest`. Nothing outside of a call's arguments."""
        written = tracker.filling
        form = None if written is None else self._form(tracker)
        return form.likeliest(written) if form and form.fields and written is not None else []

    def _form(self, tracker: Tracker) -> Form:
        """That of the call under way."""
        done, name = tracker.done, tracker.names[-1]
        form = self._forms.get((name, *done))
        if form is None:
            start = time.perf_counter()
            filled = self._slots.fill(name, [self._given(text) for text in done])
            form = self._forms[name, *done] = Form(filled, self._notation)
            self._spent += time.perf_counter() - start
        return form

    def spent(self) -> float:
        """Seconds that were spent on filling slots since this was asked last."""
        spent, self._spent = self._spent, 0.0
        return spent

    def _given(self, written: bytes) -> Mapping[str, JsonValue]:
        """The arguments of a call as it is written after its name; none where they cannot be read."""
        try:
            call = json.loads(b'{"name":""' + written)
        except ValueError:  # a dialect that writes calls in another way
            return {}
        return cast("dict[str, JsonValue]", self._notation.content(call.get("arguments", {})))
