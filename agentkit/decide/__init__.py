"""The policy: what to do with a proposal, given what the checks said of it.

Pure and total: every proposal, verdict, policy and state has exactly one decision, and raising P(correct) never turns
EXECUTE into something more cautious. Knows nothing of models, tools' functions or the clock; what it needs of the world
stands in `LoopState`.
"""

from __future__ import annotations

from agentkit.decide.decision import LoopState, decide, describe, ending, severity
from agentkit.decide.policy import SEVERITY, Policy, Threshold, Trust
from agentkit.decide.progress import done

__all__ = ["SEVERITY", "LoopState", "Policy", "Threshold", "Trust", "decide", "describe", "done", "ending", "severity"]
