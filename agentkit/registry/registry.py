"""The tools of an agent, by name, in the order in which they were registered.

Knows nothing of which tools suit a request, or of how calls are run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from agentkit.errors import WiringError
from agentkit.registry import packs
from agentkit.registry.context import Context
from agentkit.registry.declare import tool
from agentkit.registry.grammar import compile_error
from agentkit.registry.tool import Tool
from agentkit.types import ToolSpec

Source = Tool[..., Any] | Callable[..., Any] | ModuleType | str | Path
"""What a registry takes: a tool, a typed function, a module that holds tools, a pack's name or path."""


class UnknownToolError(WiringError):
    """A name that no registered tool has; the message may go to the model as it stands."""


class Registry:
    """Tools by name; every tool is complete and its constraint compiles, else it would not be here."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._tools: dict[str, Tool[..., Any]] = {}
        self.add(*sources)

    def add(self, *sources: Source) -> None:
        """Register tools, functions, modules, packs; raises `ToolDefinitionError` for what a model could not call."""
        for source in sources:
            if isinstance(source, str | Path):
                self.load_pack(source)
            elif isinstance(source, ModuleType):
                for found in packs.tools_in(source):
                    self._register(found)
            else:
                self._register(cast(Tool[..., Any], source) if isinstance(source, Tool) else tool(source))

    def load_pack(self, pack: str | Path, only: Sequence[str] = ()) -> tuple[Tool[..., Any], ...]:
        """Register the tools of a pack, given by path or by the name of a shipped one; `only` picks some of them."""
        found = packs.load(pack)
        names = [each.name for each in found]
        for wanted in only:
            if wanted not in names:
                near = get_close_matches(wanted, names, n=1)
                meant = f"did you mean `{near[0]}`?" if near else f"correct `only` for the pack {pack}"
                raise UnknownToolError(no_tool(wanted, names), hint=meant)
        chosen = tuple(each for each in found if not only or each.name in only)
        for each in chosen:
            self._register(each)
        return chosen

    def _register(self, new: Tool[..., Any]) -> None:
        old = self._tools.get(new.name)
        if old is not None:
            if old.function is new.function:
                return
            raise new.site.refuse("", f"has the name of another tool, {old.site.place}", "rename one: `@tool(name=…)`")
        fault = compile_error(new.spec.parameters)
        if fault is not None:
            guilty = _guilty(new.spec)
            if "nsatisfiable" in fault:
                raise new.site.refuse(
                    guilty, "allows no value: its constraints exclude each other", "loosen one of them"
                )
            raise new.site.refuse(guilty, f"has a schema that no grammar can express: {fault}", "simplify its type")
        self._tools[new.name] = new

    def get(self, name: str) -> Tool[..., Any]:
        """The tool of that name; raises `UnknownToolError`, which lists the tools."""
        try:
            return self._tools[name]
        except KeyError:
            near = get_close_matches(name, self._tools, n=1)
            hint = f"did you mean `{near[0]}`?" if near else ""
            raise UnknownToolError(no_tool(name, list(self._tools)), hint=hint) from None

    def resolve(self, ctx: Context[Any]) -> tuple[ToolSpec, ...]:
        """The specs of this moment, in registration order, less tools that lack choices for a required argument."""
        return tuple(spec for each in self for spec in (each.resolve(ctx),) if spec is not None)

    def default_deps(self) -> dict[str, Any]:
        """By pack, the state that the pack's own `setup()` makes, for agents that are given no `deps`."""
        sources = {each.pack: each.source for each in self if each.source}
        made = {pack: packs.setup_of(Path(source)) for pack, source in sources.items()}
        return {pack: state for pack, state in made.items() if state is not None}

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The static specs, in registration order."""
        return tuple(each.spec for each in self)

    def __iter__(self) -> Iterator[Tool[..., Any]]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __repr__(self) -> str:
        return f"<registry {', '.join(self._tools)}>"


def no_tool(name: str, names: Sequence[str]) -> str:
    """The sentence for a name that no tool has."""
    return f"no tool `{name}`; the tools are {', '.join(names)}" if names else f"no tool `{name}`; there are no tools"


def _guilty(spec: ToolSpec) -> str:
    """The first parameter whose schema alone does not compile."""
    properties = spec.parameters["properties"].items()
    alone = ({"type": "object", "properties": {name: inner}, "required": [name]} for name, inner in properties)
    return next((next(iter(schema["properties"])) for schema in alone if compile_error(schema)), "")
