"""Read a typed function: its parameters as adapters and schemas, its result, its injected context.

Knows nothing of effects, timeouts or registries. Every doubt is refused here, with the place and the next step.
"""

from __future__ import annotations

import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError

from agentkit.registry import docstring
from agentkit.registry.arguments import problems
from agentkit.registry.carried import BYTES, COMPLEX
from agentkit.registry.choices import CHOICES_KEY, OneOf, provider_of
from agentkit.registry.context import Context
from agentkit.registry.fault import SchemaFault
from agentkit.registry.satisfiable import faults
from agentkit.registry.schema import adapter_of, schema_of, without_null
from agentkit.registry.site import Site, written
from agentkit.registry.walk import Path, everywhere
from agentkit.types import JsonSchema

ABSENT = inspect.Parameter.empty
_KINDS = {
    inspect.Parameter.VAR_POSITIONAL: ("takes any number of values", "name each argument, or take one `list[T]`"),
    inspect.Parameter.VAR_KEYWORD: ("takes any keyword", "name each argument, or take one pydantic model"),
    inspect.Parameter.POSITIONAL_ONLY: ("is positional-only, and models name their arguments", "remove the `/`"),
}


@dataclass(frozen=True)
class Interface:
    """What a tool takes and gives.

    `adapters` turn JSON into typed values (none for raw tools), `defaults` fill what is left out, `choices` are the
    dynamic enums by their path in `parameters`, `context` is the name of the injected parameter.
    """

    parameters: JsonSchema
    adapters: Mapping[str, TypeAdapter[Any]]
    defaults: Mapping[str, Callable[[], Any]]
    choices: tuple[tuple[Path, OneOf], ...]
    context: str | None
    returns: JsonSchema | None
    result: TypeAdapter[Any] | None
    summary: str


@dataclass(frozen=True)
class _Parameter:
    adapter: TypeAdapter[Any]
    schema: JsonSchema
    default: Callable[[], Any] | None


def read(function: Callable[..., Any], site: Site, names: Mapping[str, Any]) -> Interface:
    """Read a function whose annotations may use `names` besides its globals; raises `ToolDefinitionError`."""
    signature = check_kinds(function, site)
    hints = hints_of(function, site, names)
    docs = docstring.read(function)
    context = context_parameter(signature, hints)
    made = {
        name: _parameter(site, parameter, hints.get(name, ABSENT), docs.arguments.get(name, ""))
        for name, parameter in signature.parameters.items()
        if name != context
    }
    unknown = sorted(docs.arguments.keys() - signature.parameters.keys())
    if unknown:
        raise site.refuse(unknown[0], "is described in the docstring and does not exist", "rename or remove it there")
    parameters = object_schema(made)
    returns, result = _returns(hints.get("return", ABSENT), docs.returns, site)
    return Interface(
        parameters=parameters,
        adapters={name: parameter.adapter for name, parameter in made.items()},
        defaults={name: parameter.default for name, parameter in made.items() if parameter.default is not None},
        choices=take_choices(parameters, site),
        context=context,
        returns=returns,
        result=result,
        summary=docs.summary,
    )


def object_schema(made: Mapping[str, _Parameter]) -> JsonSchema:
    """The closed object of all parameters, in the order of the signature."""
    schema: JsonSchema = {
        "type": "object",
        "properties": {name: parameter.schema for name, parameter in made.items()},
        "additionalProperties": False,
    }
    required = [name for name, parameter in made.items() if parameter.default is None]
    return schema | {"required": required} if required else schema


def check_kinds(function: Callable[..., Any], site: Site) -> inspect.Signature:
    """The signature, if each of its parameters can be named by a model; what a partial fixes by name is left out."""
    if isinstance(function, type):
        raise site.refuse("", "is a class", "register a function that makes or uses it")
    own = written(function)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise site.refuse("", "has no signature that can be read", "wrap it in a typed function") from error
    fixed = function.keywords if isinstance(function, partial) else {}
    if fixed:
        free = [each for name, each in signature.parameters.items() if name not in fixed]
        signature = signature.replace(parameters=free)
    for name, parameter in signature.parameters.items():
        if parameter.kind in _KINDS:
            why, hint = _KINDS[parameter.kind]
            stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind.name, "")
            raise site.refuse(f"{stars}{name}", why, hint)
    if inspect.isgeneratorfunction(own) or inspect.isasyncgenfunction(own):
        raise site.refuse("", "is a generator", "return a list, and report on the way with `ctx.progress(text)`")
    return signature


def hints_of(function: Callable[..., Any], site: Site, names: Mapping[str, Any]) -> dict[str, Any]:
    """The function's annotations, resolved, with their `Annotated` metadata."""
    try:
        return typing.get_type_hints(written(function), localns=dict(names), include_extras=True)
    except NameError as error:
        raise site.refuse(
            "", f"has an annotation that names nothing: {error}", "import or define the type before the tool is used"
        ) from error
    except (TypeError, SyntaxError) as error:
        raise site.refuse("", f"has an annotation that is no type: {error}", "correct the annotation") from error


def context_parameter(signature: inspect.Signature, hints: Mapping[str, Any]) -> str | None:
    """The name of the parameter that is annotated `Context`, if there is one."""
    return next((name for name in signature.parameters if _is_context(hints.get(name))), None)


def _is_context(annotation: Any) -> bool:
    if get_origin(annotation) in {Annotated, Union, types.UnionType}:
        return any(_is_context(part) for part in get_args(annotation))
    return annotation is Context or get_origin(annotation) is Context


def _parameter(site: Site, parameter: inspect.Parameter, annotation: Any, described: str) -> _Parameter:
    name, default = parameter.name, parameter.default
    if _is_context(annotation):
        raise site.refuse(name, "is a second context", "keep one of them")
    if annotation is ABSENT:
        own = name in {"self", "cls"}
        hint = (
            "register the bound method: `tool(instance.method)`" if own else f"write `{name}: str`, or the type it has"
        )
        raise site.refuse(name, "has no type", hint)
    if isinstance(default, FieldInfo):
        annotation, default = Annotated[annotation, default], ABSENT
    try:
        adapter = adapter_of(annotation)
        schema = schema_of(adapter)
        supply = _default(adapter, default)
        if supply is not None:
            schema = _with_default(site.tool, name, adapter, schema, supply())
        for fault in faults(schema):
            raise fault
    except SchemaFault as fault:
        raise site.fault(fault, name) from fault.__cause__
    said = _description(annotation) or described or schema.get("description", "")
    return _Parameter(adapter, schema | {"description": said} if said else schema, supply)


def _default(adapter: TypeAdapter[Any], default: Any) -> Callable[[], Any] | None:
    if default is not ABSENT:
        return lambda: default
    if adapter.get_default_value() is None:
        return None
    return lambda: cast(Any, adapter.get_default_value()).value


def _with_default(tool: str, name: str, adapter: TypeAdapter[Any], schema: JsonSchema, default: Any) -> JsonSchema:
    """The schema with its default as JSON; a default outside the type is a fault, None stands for "left out"."""
    schema = {key: value for key, value in schema.items() if key != "default"}
    try:
        shown = adapter.dump_python(default, mode="json", warnings=False)
    except PydanticSerializationError as error:
        raise SchemaFault(
            "", "has a default that JSON cannot carry", "use a default of the parameter's type"
        ) from error
    if isinstance(shown, float) and not math.isfinite(shown):
        raise SchemaFault("", "has a default that JSON cannot carry", "use a finite number")
    if shown is None:
        if _accepts_none(adapter):
            return without_null(schema)
        raise SchemaFault("", "defaults to None and its type does not allow None", "write `T | None = None`")
    whole: JsonSchema = {"type": "object", "properties": {name: schema}}
    for problem in problems(tool, whole, {name: shown}):
        raise SchemaFault(
            "", f"has a default that its own type refuses: {problem}", "correct the default or the bounds"
        )
    return schema | {"default": shown}


def _accepts_none(adapter: TypeAdapter[Any]) -> bool:
    try:
        return adapter.validate_python(None) is None
    except ValueError:
        return False


def _description(annotation: Any) -> str:
    """The text of `Field(description=…)` or `Doc(…)` in an annotation's metadata."""
    said = (
        getattr(item, "description", None) or getattr(item, "documentation", None)
        for item in getattr(annotation, "__metadata__", ())
    )
    return next((" ".join(text.split()) for text in said if isinstance(text, str)), "")


def _returns(annotation: Any, described: str, site: Site) -> tuple[JsonSchema | None, TypeAdapter[Any] | None]:
    """The schema of a result, where its type is known and finite, and the adapter that writes it as JSON.

    A result may be of a type without a schema; bytes and complex numbers, which would become text, are refused.
    """
    if annotation in {ABSENT, Any}:
        return None, None
    try:
        adapter = adapter_of(annotation)
    except SchemaFault:
        return None, None
    try:
        schema = schema_of(adapter, "serialization")
    except SchemaFault as fault:
        if (fault.why, fault.hint) in {BYTES, COMPLEX}:
            where = f" at `{fault.path}`" if fault.path else ""
            raise site.refuse("", f"has a result that{where} {fault.why}", fault.hint) from None
        return None, adapter
    return (schema | {"description": described} if described else schema), adapter


def take_choices(parameters: JsonSchema, site: Site) -> tuple[tuple[Path, OneOf], ...]:
    """Move the marks that `OneOf` left in a schema into a list of paths."""
    found: list[tuple[Path, OneOf]] = []
    for path, node in everywhere(parameters):
        key = node.pop(CHOICES_KEY, None)
        if key is None:
            continue
        if node.get("type") != "string":
            raise site.refuse(str(path[1]), "has OneOf on a type other than str", "write `Annotated[str, OneOf(…)]`")
        found.append((path, provider_of(key)))
    return tuple(found)
