"""Escalation: redact, ask a remote model within a budget, restore; what it answers is checked like any other call."""

from __future__ import annotations

from agentkit.escalate.breaker import Breaker
from agentkit.escalate.budget import Budgets, Spent
from agentkit.escalate.escalator import EscalationResult, Escalator
from agentkit.escalate.labels import Labels, labels_of
from agentkit.escalate.modes import Send
from agentkit.escalate.patterns import DETECTORS, Detector
from agentkit.escalate.placeholders import Placeholders, Private, UnknownPlaceholderError
from agentkit.escalate.redact import Redactor
from agentkit.escalate.requests import HoldsPrivate, private_of
from agentkit.spec.model import Escalation, Unlocated

__all__ = [
    "DETECTORS",
    "Breaker",
    "Budgets",
    "Detector",
    "Escalation",
    "EscalationResult",
    "Escalator",
    "HoldsPrivate",
    "Labels",
    "Placeholders",
    "Private",
    "Redactor",
    "Send",
    "Spent",
    "UnknownPlaceholderError",
    "Unlocated",
    "labels_of",
    "private_of",
]
