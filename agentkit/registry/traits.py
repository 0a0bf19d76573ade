"""What an author declares of a tool beside its types.

Knows nothing of functions or schemas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from agentkit.registry.precondition import Precondition
from agentkit.types import Effect

Origin = Literal["trusted", "untrusted"]
EffectName = Literal["read", "write", "external", "irreversible"]


class Declared(TypedDict, total=False):
    """The options of `tool` and `Tool.from_schema`.

    `effect` is what running the tool does to the world (default: read); `idempotent` (default: reads are) allows
    repeating a call after a crash; `timeout_s` (default: 30) is when the executor gives up; `precondition` is a
    function of some of the arguments and the context that returns why the call cannot be made now, or None; `private`
    names the arguments that never leave the machine in clear; `isolate` asks for a process of its own;
    `returns_origin` is "untrusted" when results hold text that strangers wrote (a page, a mail).
    """

    effect: Effect | EffectName
    idempotent: bool
    timeout_s: float
    precondition: Precondition
    private: tuple[str, ...]
    isolate: bool
    returns_origin: Origin


@dataclass(frozen=True)
class Traits:
    """The options with their defaults filled; see `Declared`."""

    effect: Effect = Effect.READ
    idempotent: bool = True
    timeout_s: float = 30.0
    precondition: Precondition | None = None
    private: tuple[str, ...] = ()
    isolate: bool = False
    returns_origin: Origin = "trusted"

    @classmethod
    def of(cls, declared: Declared) -> Traits:
        """Fill what was not declared."""
        effect = Effect(declared.get("effect", Effect.READ))
        return cls(
            effect=effect,
            idempotent=declared.get("idempotent", effect is Effect.READ),
            timeout_s=declared.get("timeout_s", 30.0),
            precondition=declared.get("precondition"),
            private=tuple(declared.get("private", ())),
            isolate=declared.get("isolate", False),
            returns_origin=declared.get("returns_origin", "trusted"),
        )
