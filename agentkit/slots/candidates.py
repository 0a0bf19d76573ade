"""The values that a slot may get from a request. Knows nothing of scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agentkit.slots.fields import Slot
from agentkit.slots.said import Said, Span, Value

_ALONE = 3
"""Words of a text that may stand alone in a list."""


class Candidate(NamedTuple):
    """A value, and where it stands in the request; `option` is its place among a slot's listed values, else -1."""

    value: Value
    span: Span | None
    option: int = -1


class Choices:
    """The candidates of all slots of one request; slots of one kind share them."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._of_kind: dict[str, Sequence[Candidate]] = {}

    def of(self, slot: Slot) -> Sequence[Candidate]:
        """What of the request, or of the listed values, the slot may get."""
        if slot.kind == "options":
            return tuple(self._options(slot))
        kind = "text" if slot.kind == "formed" else slot.kind
        found = self._of_kind.get(kind)
        if found is None:
            found = self._of_kind[kind] = tuple(_shared(kind, self._said))
        return found

    def _options(self, slot: Slot) -> Iterator[Candidate]:
        heard = {span.text.lower(): span for span in self._said.texts}
        for index, value in enumerate(slot.options):
            yield Candidate(value, heard.get(str(value).lower().replace("_", " ")), index)


def _shared(kind: str, said: Said) -> Iterator[Candidate]:
    match kind:
        case "text":
            yield from (Candidate(span.text, span) for span in said.texts)
        case "whole":
            yield from (Candidate(one.number, one) for one in said.numbers if isinstance(one.number, int))
        case "number":
            yield from _numbers(said)
        case "state":
            yield from (Candidate(value, None, index) for index, value in enumerate((True, False)))
        case "numbers":
            yield from (Candidate(numbers, span) for span, numbers in said.number_lists)
        case "texts":
            yield from (Candidate(texts, span) for span, texts in said.text_lists)
            yield from (Candidate((span.text,), span) for span in said.texts if span.last - span.first < _ALONE)
        case _:
            pass


def _numbers(said: Said) -> Iterator[Candidate]:
    for span in said.numbers:
        if span.number is not None:
            yield Candidate(span.number, span)
            if said.words[span.last + 1 : span.last + 2] in (["%"], ["percent"]):
                yield Candidate(span.number / 100, span)
