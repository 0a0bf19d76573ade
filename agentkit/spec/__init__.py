"""What an agent is made of, as written in YAML: a frozen `AgentSpec`, and errors that name file, line and column.

Knows nothing of models, tools or graphs.
"""

from agentkit.spec.models import (
    CassetteConfig,
    EmbeddedConfig,
    GgufConfig,
    ModelConfig,
    OutlinesConfig,
    RemoteConfig,
    ScriptedConfig,
)

__all__ = [
    "CassetteConfig",
    "EmbeddedConfig",
    "GgufConfig",
    "ModelConfig",
    "OutlinesConfig",
    "RemoteConfig",
    "ScriptedConfig",
]
