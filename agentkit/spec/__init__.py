"""What an agent is made of, as written in YAML: a frozen `AgentSpec`, and errors that name file, line and column.

Knows nothing of models, tools or graphs.
"""

from agentkit.spec.expect import Expectation, ExpectedCall, done_calls
from agentkit.spec.load import blame, is_path, load_script, load_spec, parse_spec, problem_at, tiers
from agentkit.spec.model import (
    VERIFIERS,
    AgentSpec,
    BreakerLimits,
    Budgets,
    Escalation,
    Graph,
    Retrieve,
    Task,
    Threshold,
    Thresholds,
    Tiers,
    ToolPack,
    VerifierUse,
    Verify,
)
from agentkit.spec.models import (
    CassetteConfig,
    EmbeddedConfig,
    GgufConfig,
    ModelConfig,
    OutlinesConfig,
    RemoteConfig,
    ScriptedAnswer,
    ScriptedCall,
    ScriptedConfig,
)
from agentkit.spec.problems import InvalidSpecError, Place, Problem, did_you_mean
from agentkit.spec.schema import spec_schema

__all__ = [
    "VERIFIERS",
    "AgentSpec",
    "BreakerLimits",
    "Budgets",
    "CassetteConfig",
    "EmbeddedConfig",
    "Escalation",
    "Expectation",
    "ExpectedCall",
    "GgufConfig",
    "Graph",
    "InvalidSpecError",
    "ModelConfig",
    "OutlinesConfig",
    "Place",
    "Problem",
    "RemoteConfig",
    "Retrieve",
    "ScriptedAnswer",
    "ScriptedCall",
    "ScriptedConfig",
    "Task",
    "Threshold",
    "Thresholds",
    "Tiers",
    "ToolPack",
    "VerifierUse",
    "Verify",
    "blame",
    "did_you_mean",
    "done_calls",
    "is_path",
    "load_script",
    "load_spec",
    "parse_spec",
    "problem_at",
    "spec_schema",
    "tiers",
]
