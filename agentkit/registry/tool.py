"""A typed function as a tool: what a model is told of it, its arguments checked and typed, the call itself.

Knows nothing of models, grammars or policy, and not how a call is run (threads, timeouts, ledger): `invoke` is a plain
call.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, Generic, cast

from pydantic import JsonValue, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json
from typing_extensions import ParamSpec, TypeVar, Unpack

from agentkit.errors import Cancelled, RunError
from agentkit.registry import raw, signature
from agentkit.registry.arguments import ArgumentError, from_pydantic, problems
from agentkit.registry.choices import OneOf
from agentkit.registry.context import Context
from agentkit.registry.nulls import without_nulls
from agentkit.registry.precondition import asked, check_precondition, why_not
from agentkit.registry.returned import checked, conforming
from agentkit.registry.signature import Interface
from agentkit.registry.site import Site, site_of
from agentkit.registry.traits import Declared, Origin, Traits
from agentkit.registry.walk import Path, argument_path, at
from agentkit.types import Control, Effect, JsonObject, JsonSchema, ToolSpec

P = ParamSpec("P", default=...)
R = TypeVar("R", default=Any)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_RESERVED = frozenset(control.value for control in Control)


class Tool(Generic[P, R]):
    """A function that a model may call; calling the tool itself calls the function unchanged.

    `isolate` asks the executor for a process of its own; `returns_origin` says whether the text of results may be
    trusted (`"untrusted"`: a page, a mail); `source` is the file of the pack that the tool came with.
    """

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str,
        description: str | None,
        traits: Traits,
        names: Mapping[str, Any] | None = None,
        schema: JsonSchema | None = None,
        returns: JsonSchema | None = None,
    ) -> None:
        self.function = function
        self.name = name
        self.traits = traits
        self.pack = ""
        self.source = ""
        self.__doc__ = inspect.getdoc(function)
        self._description = description
        self._names = dict(names or {})
        self._raw = schema
        self._returns = returns
        self.site = site_of(function, name)
        _check_name(self.site, name)
        if schema is None:
            signature.check_kinds(function, self.site)

    @classmethod
    def from_schema(
        cls,
        name: str,
        schema: JsonSchema,
        function: Callable[..., Any],
        *,
        description: str | None = None,
        returns: JsonSchema | None = None,
        **declared: Unpack[Declared],
    ) -> Tool[..., Any]:
        """A tool from a JSON Schema (Draft 2020-12) of its arguments, which `function` receives by keyword as JSON.

        A parameter of `function` annotated `Context` is injected; the options are those of `tool`.
        """
        traits = Traits.of(declared, site_of(function, name))
        return Tool(function, name=name, description=description, traits=traits, schema=schema, returns=returns)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function, unchanged and unchecked."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<tool {self.name} {self.traits.effect.value} {self.site.place}>"

    @property
    def effect(self) -> Effect:
        """What running the tool does to the world."""
        return self.traits.effect

    @property
    def isolate(self) -> bool:
        """Whether the tool wants a process of its own."""
        return self.traits.isolate

    @property
    def returns_origin(self) -> Origin:
        """Whether what the tool returns may be trusted."""
        return self.traits.returns_origin

    @cached_property
    def is_async(self) -> bool:
        """Whether calling the tool gives a coroutine."""
        call = getattr(self.function, "__call__", None)  # noqa: B004 - an instance with an async __call__
        return inspect.iscoroutinefunction(self.function) or inspect.iscoroutinefunction(call)

    @cached_property
    def interface(self) -> Interface:
        """What the tool takes and gives; raises `ToolDefinitionError` where the function does not say it."""
        if self._raw is None:
            made = signature.read(self.function, self.site, self._names)
        else:
            made = raw.read(self.function, self._raw, self._returns, self.site)
        properties = made.parameters["properties"]
        for name in self.traits.private:
            if name not in properties:
                raise self.site.refuse(
                    name, "is declared private and does not exist", f"name one of {', '.join(properties)}"
                )
        check_precondition(self.traits.precondition, properties, self.site)
        check_precondition(self.traits.dry_run, properties, self.site, "dry run")
        check_precondition(self.traits.only_reads, properties, self.site, "`only_reads`")
        return made

    @cached_property
    def spec(self) -> ToolSpec:
        """The static spec: dynamic enums stand in it as plain strings."""
        made = self.interface
        return ToolSpec(
            name=self.name,
            description=made.summary if self._description is None else self._description,
            parameters=made.parameters,
            returns=made.returns,
            effect=self.effect,
            idempotent=self.traits.idempotent,
            timeout_s=self.traits.timeout_s,
            private=self.traits.private,
            dynamic=tuple(dict.fromkeys(argument_path(path).removesuffix(".*") for path, _ in made.choices)),
            pack=self.pack,
        )

    def resolve(self, ctx: Context[Any]) -> ToolSpec | None:
        """The spec for this moment, dynamic enums filled; None while a required argument has no choices."""
        filled = self._fill(ctx)
        return None if isinstance(filled, str) else filled

    def _fill(self, ctx: Context[Any]) -> ToolSpec | str:
        """The spec for this moment, or the name of a required argument without choices."""
        if not self.interface.choices:
            return self.spec
        parameters = copy.deepcopy(self.spec.parameters)
        for path, one_of in self.interface.choices:
            choices, name = self._choices(path, one_of, ctx), str(path[1])
            if parameters["properties"][name] is None:
                continue
            if choices:
                at(parameters, path)["enum"] = list(choices)
            elif name in parameters.get("required", ()):
                return name
            else:
                parameters["properties"][name] = None
        held = parameters["properties"].items()
        parameters["properties"] = {name: schema for name, schema in held if schema is not None}
        return self.spec.model_copy(update={"parameters": parameters})

    def _moment(self, ctx: Context[Any] | None) -> ToolSpec:
        """The static spec, or with a context the one of this moment; raises `ArgumentError` when there is none."""
        filled = self.spec if ctx is None else self._fill(ctx)
        if isinstance(filled, str):
            sentence = f"`{self.name}` cannot be called now: there is nothing to choose for `{filled}`"
            raise ArgumentError(self.name, filled, sentence)
        return filled

    def _choices(self, path: Path, one_of: OneOf, ctx: Context[Any]) -> tuple[str, ...]:
        try:
            return one_of.choices(ctx)
        except Cancelled:
            raise
        except Exception as error:
            what = f"the choices of `{argument_path(path)}` of `{self.name}`"
            raise RunError(
                f"{what} could not be listed by `{one_of.name}`: {str(error) or type(error).__name__}",
                hint=f"see the function given to OneOf, {site_of(one_of.provider, self.name).place}",
            ) from error

    def validate(self, arguments: JsonObject, ctx: Context[Any] | None = None) -> dict[str, Any]:
        """The arguments as the typed values the function takes, defaults filled; raises `ArgumentError`.

        With `ctx`, dynamic enums are held to what they allow at this moment. A null for an argument that may be left
        out, and does not take null, counts as left out.
        """
        spec = self._moment(ctx)
        given = without_nulls(arguments, spec.parameters)
        for problem in problems(self.name, spec.parameters, given):
            raise problem
        typed: dict[str, Any] = {}
        for name in self.interface.parameters["properties"]:
            if name in given:
                typed[name] = self._typed(name, given[name])
            elif name in self.interface.defaults:
                typed[name] = copy.deepcopy(self.interface.defaults[name]())
        return typed

    def _typed(self, name: str, value: JsonValue) -> Any:
        adapter = self.interface.adapters.get(name)
        if adapter is None:
            return value
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            raise from_pydantic(self.name, name, value, error) from error

    def problems(self, arguments: JsonObject, ctx: Context[Any] | None = None) -> tuple[ArgumentError, ...]:
        """All that is wrong with the arguments; empty when `validate` accepts them."""
        try:
            parameters = self._moment(ctx).parameters
            found = tuple(problems(self.name, parameters, without_nulls(arguments, parameters)))
            if not found:
                self.validate(arguments, ctx)
        except ArgumentError as error:
            return (error,)
        return found

    def invoke(self, arguments: JsonObject, ctx: Context[Any]) -> Any:
        """Validate JSON arguments and call the function; gives its value, or a coroutine for an async tool.

        Raises `ArgumentError` for arguments that do not fit, and whatever the function raises.
        """
        typed = self.validate(arguments, ctx)
        if self.interface.context is not None:
            typed[self.interface.context] = ctx
        return cast(Callable[..., Any], self.function)(**typed)

    def precondition(self, arguments: JsonObject, ctx: Context[Any]) -> str | None:
        """Why the call cannot be made in the present state, or None when it can (or no precondition is declared)."""
        if self.traits.precondition is None:
            return None
        return why_not(self.traits.precondition, self.validate(arguments, ctx), ctx, self.name)

    def dry_run(self, arguments: JsonObject, ctx: Context[Any]) -> str | None:
        """Why the call would not work, found out without making it; None when it would, or no dry run is declared."""
        if self.traits.dry_run is None:
            return None
        return why_not(self.traits.dry_run, self.validate(arguments, ctx), ctx, self.name)

    def effect_of(self, arguments: JsonObject, ctx: Context[Any] | None) -> Effect:
        """The effect of this very call: a read where the tool says so of these arguments, else the tool's own."""
        only_reads = self.traits.only_reads
        if only_reads is None or ctx is None:
            return self.effect
        try:
            reads = asked(only_reads, self.validate(arguments, ctx), ctx, self.name)
        except ArgumentError:
            return self.effect  # the checks say what is wrong with the call
        return Effect.READ if reads is True else self.effect

    def to_json(self, value: Any) -> JsonValue:
        """A result as JSON: by its declared type, else by what it is; what JSON cannot carry becomes its `str`.

        Raises `Failed` for a value that is not of the declared type, or not one of a raw tool's schema of results.
        """
        if self.interface.result is not None:
            value = checked(self.interface.result, value, self.function, self.name)
            with suppress(PydanticSerializationError):
                value = self.interface.result.dump_python(value, mode="json", warnings=False)
        made = from_json(to_json(value, inf_nan_mode="strings", fallback=str))
        return made if self._returns is None else conforming(self._returns, made, self.name)

    def from_pack(self, pack: str, source: str) -> Tool[P, R]:
        """The same tool, marked as coming from a pack."""
        marked = copy.copy(self)
        marked.pack, marked.source = pack, source
        marked.__dict__.pop("spec", None)
        return marked


def _check_name(site: Site, name: str) -> None:
    if name in _RESERVED:
        raise site.refuse("", f"is named like the control `{name}`", "give it another name: `@tool(name=…)`")
    if not _NAME.fullmatch(name):
        raise site.refuse(
            "", "has a name that is no identifier", "use 1 to 64 letters, digits, `_`, `-`, `.`: `@tool(name=…)`"
        )
