"""The keys of a spec as Markdown tables, made from the models themselves: `python -m agentkit.spec.reference`.

Knows nothing of files.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

from agentkit.spec.expect import Expectation, ExpectedCall
from agentkit.spec.model import (
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
    OutlinesConfig,
    RemoteConfig,
    ScriptedAnswer,
    ScriptedCall,
    ScriptedConfig,
)
from agentkit.spec.wording import in_words
from agentkit.types import JsonSchema, Sampling, Value

SECTIONS: tuple[tuple[str, type[Value]], ...] = (
    ("The spec", AgentSpec),
    ("`models`", Tiers),
    ("`kind: embedded`", EmbeddedConfig),
    ("`kind: gguf`", GgufConfig),
    ("`kind: remote`", RemoteConfig),
    ("`kind: outlines`", OutlinesConfig),
    ("`kind: scripted`", ScriptedConfig),
    ("`answers[]` of a script", ScriptedAnswer),
    ("`answers[].calls[]` of a script", ScriptedCall),
    ("`kind: cassette`", CassetteConfig),
    ("`tools[]`", ToolPack),
    ("`graph`", Graph),
    ("`graph.retrieve`", Retrieve),
    ("`sampling`", Sampling),
    ("`verify`", Verify),
    ("`verify.verifiers[]`", VerifierUse),
    ("`thresholds`", Thresholds),
    ("`thresholds.read`, …", Threshold),
    ("`escalation`", Escalation),
    ("`escalation.breaker`", BreakerLimits),
    ("`budgets`", Budgets),
    ("`tasks[]`", Task),
    ("`tasks[].expect`", Expectation),
    ("`tasks[].expect.calls[]`", ExpectedCall),
)


def reference() -> str:
    """One heading, sentence and table per section."""
    return "\n".join(_section(title, model) for title, model in SECTIONS)


def _section(title: str, model: type[Value]) -> str:
    schema = model.model_json_schema()
    definitions: dict[str, JsonSchema] = schema.get("$defs", {})
    if "$ref" in schema:
        schema = definitions[str(schema["$ref"]).rsplit("/", 1)[-1]]
    said = " ".join(inspect.cleandoc(model.__doc__ or "").split())
    lines = [f"### {title}", "", said, "", "| key | value | default | |", "|---|---|---|---|"]
    required = set(schema.get("required", ()))
    for name, field in schema["properties"].items():
        if name == "kind":
            continue
        default = "required" if name in required else _default(field.get("default"))
        about = field.get("description", "")
        lines.append(f"| `{name}` | {in_words(field, definitions)} | {default} | {about} |")
    return "\n".join([*lines, ""])


def _default(value: Any) -> str:
    if value is None or isinstance(value, dict) or value in ("", []):
        return ""
    return f"`{json.dumps(value) if not isinstance(value, str) else value}`"


if __name__ == "__main__":
    sys.stdout.write(reference())
