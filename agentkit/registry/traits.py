"""What an author declares of a tool beside its types.

Knows nothing of functions or schemas.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, TypedDict, get_args

from agentkit.registry.precondition import Precondition
from agentkit.registry.site import Site
from agentkit.types import Effect

Origin = Literal["trusted", "untrusted"]
EffectName = Literal["read", "write", "external", "irreversible"]


class Declared(TypedDict, total=False):
    """The options of `tool` and `Tool.from_schema`.

    `effect` is what running the tool does to the world (default: read); `idempotent` (default: reads are) allows
    repeating a call after a crash; `timeout_s` (default: 30) is when the executor gives up; `precondition` is a
    function of some of the arguments and the context that returns why the call cannot be made now, or None; `dry_run`
    has the same form and may take longer, to find out without making it whether the call would work; `only_reads`, of
    that form too, returns True for a call that changes nothing, so that it is decided on as a read; `private` names
    the arguments that never leave the machine in clear; `isolate` asks for a process of its own; `returns_origin` is
    "untrusted" when results hold text that strangers wrote (a page, a mail).
    """

    effect: Effect | EffectName
    idempotent: bool
    timeout_s: float
    precondition: Precondition
    dry_run: Precondition
    only_reads: Precondition
    private: tuple[str, ...]
    isolate: bool
    returns_origin: Origin


_OPTIONS = tuple(Declared.__annotations__)


@dataclass(frozen=True)
class Traits:
    """The options with their defaults filled; see `Declared`."""

    effect: Effect = Effect.READ
    idempotent: bool = True
    timeout_s: float = 30.0
    precondition: Precondition | None = None
    dry_run: Precondition | None = None
    only_reads: Precondition | None = None
    private: tuple[str, ...] = ()
    isolate: bool = False
    returns_origin: Origin = "trusted"

    @classmethod
    def of(cls, declared: Declared, site: Site) -> Traits:
        """Fill what was not declared; raises `ToolDefinitionError` for what means nothing."""
        unknown = next((name for name in declared if name not in _OPTIONS), None)
        if unknown is not None:
            near = get_close_matches(unknown, _OPTIONS, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"the options are {', '.join(_OPTIONS)}"
            raise site.refuse("", f"has the unknown option `{unknown}`", hint)
        named, origin = declared.get("effect", Effect.READ), declared.get("returns_origin", "trusted")
        if named not in set(Effect):
            raise site.refuse("", f"has the unknown effect `{named}`", f"choose one of {', '.join(Effect)}")
        if origin not in get_args(Origin):
            raise site.refuse("", f"has the unknown origin `{origin}`", f"choose one of {', '.join(get_args(Origin))}")
        timeout_s = declared.get("timeout_s", 30.0)
        if not isinstance(timeout_s, int | float) or not timeout_s > 0:
            raise site.refuse("", f"has a timeout of {timeout_s} s", "give `timeout_s` above 0")
        effect = Effect(named)
        return cls(
            effect=effect,
            idempotent=declared.get("idempotent", effect is Effect.READ),
            timeout_s=timeout_s,
            precondition=declared.get("precondition"),
            dry_run=declared.get("dry_run"),
            only_reads=declared.get("only_reads"),
            private=tuple(declared.get("private", ())),
            isolate=declared.get("isolate", False),
            returns_origin=origin,
        )
