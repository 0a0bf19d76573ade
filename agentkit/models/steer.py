"""What is known beside the grammar and the model: what is likely, and which words were said."""

from __future__ import annotations

from dataclasses import dataclass

from agentkit.models.prior import ToolPrior, ValuePrior, several, tool_prior, value_prior
from agentkit.models.slotted import Slotted
from agentkit.models.spans import Spans
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits
from agentkit.propose.dialects.base import Dialect
from agentkit.propose.legal import Legal
from agentkit.propose.nearest import asked
from agentkit.propose.tracking import Tracker
from agentkit.slots.filler import Filler, RequestSlots
from agentkit.slots.moments import stated_now
from agentkit.slots.said import Said
from agentkit.types import ProposeRequest

_SEVERAL = 0.4
"""From this probability on that a request asks for several things, its parts are looked at by themselves."""


@dataclass(frozen=True)
class Steer:
    """Changes the odds of tokens and drops some; any part may be missing."""

    tools: ToolPrior | None = None
    values: ValuePrior | None = None
    spans: Spans | None = None
    slots: Slotted | None = None

    def weigh(self, logits: Logits, legal: Legal, written: bytes, tracker: Tracker) -> tuple[Logits, Legal]:
        """The logits and the tokens that remain after an answer of this text, which the tracker has read."""
        if self.spans is not None:
            legal = self.spans.narrow(legal, tracker)
        if self.tools is not None:
            logits = self.tools.weigh(logits, legal, written, tracker)
        if self.values is not None:
            logits = self.values.weigh(logits, legal, tracker)
        if self.slots is not None:
            logits = self.slots.weigh(logits, legal, tracker)
        return logits, legal

    def spent(self) -> float:
        """Seconds that were spent on filling slots since this was asked last."""
        return self.slots.spent() if self.slots is not None else 0.0


def known(
    request: ProposeRequest, vocabulary: Vocabulary, dialect: Dialect, opening: bytes, filler: Filler | None = None
) -> Steer:
    """What is known of a request's answer; `opening` is the text before the name of its first tool."""
    lead = dialect.notation.lead
    return Steer(
        tool_prior(request, opening, vocabulary),
        value_prior(request, lead, vocabulary),
        Spans(request, vocabulary, lead) if getattr(dialect, "copies", False) else None,
        _slotted(request, vocabulary, dialect, filler),
    )


def _slotted(
    request: ProposeRequest, vocabulary: Vocabulary, dialect: Dialect, filler: Filler | None
) -> Slotted | None:
    """What is known of the arguments while the user's words come last; after a result they are the model's affair."""
    if filler is None or not request.messages or request.messages[-1].role != "user":
        return None
    whole = not request.parts or several(request.nearest, request.parts) < _SEVERAL
    said = Said(asked(request.messages), whole=whole)
    slots = RequestSlots(filler, said, request.tools, stated_now(request.facts))
    return Slotted(slots, dialect.notation, vocabulary)
