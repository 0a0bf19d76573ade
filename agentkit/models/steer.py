"""What is known beside the grammar and the model: what is likely, and which words were said."""

from __future__ import annotations

from dataclasses import dataclass

from agentkit.models.prior import ToolPrior, ValuePrior, tool_prior, value_prior
from agentkit.models.spans import Spans
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Ids, Logits
from agentkit.propose.dialects.base import Dialect
from agentkit.propose.tracking import Tracker
from agentkit.types import ProposeRequest


@dataclass(frozen=True)
class Steer:
    """Changes the odds of tokens and drops some; any part may be missing."""

    tools: ToolPrior | None = None
    values: ValuePrior | None = None
    spans: Spans | None = None

    def weigh(self, logits: Logits, legal: Ids, written: bytes, tracker: Tracker) -> tuple[Logits, Ids]:
        """The logits and the ids that remain after an answer of this text, which the tracker has read."""
        if self.spans is not None:
            legal = self.spans.narrow(legal, tracker)
        if self.tools is not None and not tracker.names:
            logits = self.tools.weigh(logits, legal, written)
        if self.values is not None:
            logits = self.values.weigh(logits, legal, tracker)
        return logits, legal


def known(request: ProposeRequest, vocabulary: Vocabulary, dialect: Dialect, opening: bytes) -> Steer:
    """What is known of a request's answer; `opening` is the text before the name of its first tool."""
    lead = dialect.notation.lead
    return Steer(
        tool_prior(request, opening, vocabulary),
        value_prior(request, lead, vocabulary),
        Spans(request, vocabulary, lead) if getattr(dialect, "copies", False) else None,
    )
