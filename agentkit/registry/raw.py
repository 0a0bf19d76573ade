"""Tools from a JSON Schema instead of from types (Draft 2020-12), for functions that others describe.

Knows nothing of packs or servers that such schemas come from.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, cast

from agentkit.registry import docstring
from agentkit.registry.fault import SchemaFault
from agentkit.registry.satisfiable import faults
from agentkit.registry.schema import closed
from agentkit.registry.signature import Interface, context_parameter, hints_of
from agentkit.registry.site import Site
from agentkit.registry.walk import argument_path, everywhere
from agentkit.types import JsonSchema


def read(function: Callable[..., Any], schema: JsonSchema, returns: JsonSchema | None, site: Site) -> Interface:
    """Hold a schema to its draft, close it, and see that the function takes its arguments."""
    _check_draft(schema, site, "arguments")
    try:
        whole = cast(JsonSchema, {"properties": {}, "additionalProperties": False}) | schema
        if schema.get("type", "object") != "object" or "anyOf" in schema or "oneOf" in schema:
            raise SchemaFault("", "has arguments that are no single object", 'start the schema with "type": "object"')
        parameters = closed(whole)
        for fault in (*faults(parameters), *_unbuildable(parameters)):
            raise fault
        if returns is not None:
            _check_draft(returns, site, "result")
            returns = closed(returns, partial=True)
    except SchemaFault as fault:
        raise site.fault(fault) from fault.__cause__
    context = _check_function(function, parameters, site)
    defaults = {
        name: _supply(inner["default"])
        for name, inner in cast(dict[str, JsonSchema], parameters["properties"]).items()
        if "default" in inner and name not in parameters.get("required", ())
    }
    return Interface(
        parameters=parameters,
        adapters={},
        defaults=defaults,
        choices=(),
        context=context,
        returns=returns,
        result=None,
        summary=docstring.read(function).summary,
    )


def _unbuildable(parameters: JsonSchema) -> Iterator[SchemaFault]:
    """What JSON Schema can say, types here cannot, and no grammar of ours keeps."""
    for path, node in everywhere(parameters):
        where = argument_path(path)
        if "format" in node and "pattern" in node:
            yield SchemaFault(where, "has both a format and a pattern", "keep one of them")
        known, required = len(node.get("properties", ())), len(node.get("required", ()))
        if known and (node.get("minProperties", 0) > max(1, required) or node.get("maxProperties", known) < known):
            yield SchemaFault(where, "bounds the number of optional keys", "make them required, or check in the tool")


def _supply(value: Any) -> Callable[[], Any]:
    return lambda: value


def _check_draft(schema: JsonSchema, site: Site, part: str) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = ".".join(str(step) for step in error.absolute_path) or "the top"
        raise site.refuse(
            "", f"has a schema of its {part} that is no JSON Schema: at {place}, {error.message}", "see Draft 2020-12"
        ) from error


def _check_function(function: Callable[..., Any], parameters: JsonSchema, site: Site) -> str | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    context = context_parameter(signature, hints_of(function, site, {}))
    named = {name: parameter for name, parameter in signature.parameters.items() if name != context}
    properties = parameters["properties"]
    if not any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in named.values()):
        for name in properties:
            if name not in named:
                raise site.refuse(
                    name, "is in the schema and not taken by the function", f"add `{name}`, or `**kwargs`"
                )
    always = {*parameters.get("required", ()), *(name for name, inner in properties.items() if "default" in inner)}
    for name, parameter in named.items():
        needed = parameter.default is inspect.Parameter.empty and parameter.kind not in {
            inspect.Parameter.VAR_KEYWORD,
            inspect.Parameter.VAR_POSITIONAL,
        }
        if needed and name not in always:
            raise site.refuse(name, "is needed by the function and may be left out", f"add `{name}` to `required`")
    return context
