"""A tool as it is told of, a call of it, and what the call gave.

Knows nothing of functions, nor of how a call came about.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from agentkit.types.base import JsonObject, JsonSchema, Value


class Effect(StrEnum):
    """What running a tool does to the world; thresholds, approval and retries follow it."""

    READ = "read"
    WRITE = "write"
    EXTERNAL = "external"
    IRREVERSIBLE = "irreversible"


class Control(StrEnum):
    """Calls that are legal beside the tools, and scored by the same distribution.

    ABSTAIN says that no tool fits, ASK puts a question to the user, FINISH ends the run with an answer, DEFER hands
    the step to the larger model.
    """

    ABSTAIN = "abstain"
    ASK = "ask"
    FINISH = "finish"
    DEFER = "defer"


_CONTROLS = {control.value: control for control in Control}


class ToolSpec(Value):
    """What a model is told about a tool, and what policy and executor need to know; the function stays in the registry.

    `parameters` is a closed JSON Schema object (`additionalProperties: false`); `returns` is the schema of the result
    where one is declared. `private` names the arguments whose values never leave the machine in clear. In a spec
    resolved for one moment, dynamic enums stand in `parameters` as plain `enum`s and `dynamic` names those arguments.
    """

    name: str
    description: str = ""
    parameters: JsonSchema = Field(
        default_factory=lambda: {"type": "object", "properties": {}, "additionalProperties": False}
    )
    returns: JsonSchema | None = None
    effect: Effect = Effect.READ
    idempotent: bool = False
    timeout_s: float = 30.0
    private: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    pack: str = ""


class ToolCall(Value):
    """One call: a tool's name (or a control's) and its arguments.

    An argument may be a typed reference to an earlier call of the same run: `{"$ref": "<call id>", "path": "a.b"}`.
    """

    id: str
    name: str
    arguments: JsonObject = Field(default_factory=dict)

    @property
    def control(self) -> Control | None:
        """The control this call stands for, if its name is a control's."""
        return _CONTROLS.get(self.name)


class ToolResult(Value):
    """What running one call gave; `text` is what the model sees (shortened when `truncated`), `value` the typed value.

    `ambiguous` means that the call was started and its outcome is not known (a crash or a timeout that could not be
    stopped); it is never repeated silently unless the tool is idempotent.
    """

    call_id: str
    name: str
    status: Literal["ok", "failed", "retry", "timeout", "denied", "ambiguous", "skipped"]
    value: JsonValue = None
    text: str = ""
    error: str = ""
    ms: float = 0.0
    truncated: bool = False
    origin: Literal["trusted", "untrusted"] = "trusted"

    @property
    def ok(self) -> bool:
        """Whether the call did what was asked."""
        return self.status == "ok"
