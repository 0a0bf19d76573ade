"""The frozen values that travel between the rooms of agentkit.

Knows nothing of input and output: no model, no file, no clock. Every value is JSON-able, so a stored value and the
value in memory are the same thing (`Value.model_dump(mode="json")` and `Value.model_validate` are inverses).
"""

from __future__ import annotations

from agentkit.types.base import JsonObject, JsonSchema, Value
from agentkit.types.proposal import (
    Alternative,
    DecisionPoint,
    Message,
    Near,
    Odds,
    Proposal,
    ProposeRequest,
    Sampling,
    Usage,
    ValueOdds,
)
from agentkit.types.run import (
    Action,
    Check,
    CheckStatus,
    Decision,
    ExchangeStatus,
    RemoteExchange,
    Run,
    Status,
    Step,
    Verdict,
)
from agentkit.types.tools import Control, Effect, ToolCall, ToolResult, ToolSpec

__all__ = [
    "Action",
    "Alternative",
    "Check",
    "CheckStatus",
    "Control",
    "Decision",
    "DecisionPoint",
    "Effect",
    "ExchangeStatus",
    "JsonObject",
    "JsonSchema",
    "Message",
    "Near",
    "Odds",
    "Proposal",
    "ProposeRequest",
    "RemoteExchange",
    "Run",
    "Sampling",
    "Status",
    "Step",
    "ToolCall",
    "ToolResult",
    "ToolSpec",
    "Usage",
    "Value",
    "ValueOdds",
    "Verdict",
]
