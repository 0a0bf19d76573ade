"""Types to closed JSON Schema: one self-contained object, no references, every node typed.

Knows nothing of functions or of tools; grammar and length bounds come later (`bounds`, `grammar`).

Local times have no standard `format`: `time` and `datetime` parameters carry a pattern and `"x-type": "time"` or
`"datetime"`, so that a renderer can name the type; `date` is `"format": "date"`, `timedelta` `"format": "duration"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from pydantic import PydanticUserError, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import SchemaError, core_schema

from agentkit.registry.carried import BYTES, COMPLEX, check_items, check_keys
from agentkit.registry.conjoin import conjoined
from agentkit.registry.fault import SchemaFault
from agentkit.registry.walk import argument_path, children, everywhere, rebuild
from agentkit.types import JsonSchema

TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
DATE = r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
FORMATS = frozenset(
    {"date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"},
)
MAX_DEPTH = 8
MAX_NODES = 512
_DROPPED = ("title", "$defs", "definitions", "$schema", "$id", "$comment", "$anchor", "discriminator")
_NO_GRAMMAR = (
    *("if", "then", "else", "not", "contains", "uniqueItems", "dependentRequired", "dependentSchemas"),
    *("unevaluatedProperties", "unevaluatedItems", "$dynamicRef"),
)
_SAYS_SOMETHING = ("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "not", "if")


class _Generator(GenerateJsonSchema):
    """pydantic's generator, with one canonical form for values that models get wrong when several are legal."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - pydantic's own attribute

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._known: dict[str, Any] = {}

    def definitions_schema(self, schema: core_schema.DefinitionsSchema) -> dict[str, Any]:
        self._known |= {each.get("ref", ""): each for each in schema["definitions"]}
        return super().definitions_schema(schema)

    def time_schema(self, schema: core_schema.TimeSchema) -> dict[str, Any]:
        if schema.get("tz_constraint") == "aware":
            return super().time_schema(schema)
        return {"type": "string", "pattern": f"^{TIME}$", "x-type": "time"}

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> dict[str, Any]:
        if schema.get("tz_constraint") == "aware":
            return super().datetime_schema(schema)
        return {"type": "string", "pattern": f"^{DATE}T{TIME}$", "x-type": "datetime"}

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> dict[str, Any]:
        return {"type": "string", "format": "duration"}

    def complex_schema(self, schema: core_schema.ComplexSchema) -> dict[str, Any]:
        raise SchemaFault("", *COMPLEX)

    def set_schema(self, schema: core_schema.SetSchema) -> dict[str, Any]:
        check_items(schema, self._known)
        return super().set_schema(schema)

    def frozenset_schema(self, schema: core_schema.FrozenSetSchema) -> dict[str, Any]:
        check_items(schema, self._known)
        return super().frozenset_schema(schema)

    def dict_schema(self, schema: core_schema.DictSchema) -> dict[str, Any]:
        check_keys(schema, self._known)
        made = super().dict_schema(schema)
        if schema.get("keys_schema", {}).get("type") == "int" and "additionalProperties" in made:
            made["patternProperties"] = {"^-?(0|[1-9][0-9]{0,14})$": made.pop("additionalProperties")}
        return made

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> dict[str, Any]:
        bounds = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
        fields = cast(Mapping[str, Any], schema)
        return {"type": "number"} | {word: float(fields[key]) for key, word in bounds.items() if key in fields}


def adapter_of(annotation: Any) -> TypeAdapter[Any]:
    """A validator for a type; raises `SchemaFault` for types without a JSON form and patterns that do not compile."""
    try:
        return TypeAdapter(annotation)
    except SchemaError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        why = f"has a constraint that does not hold together: {lines[-1].removeprefix('error: ')}"
        raise SchemaFault("", why, "correct it; patterns use Rust regex syntax, without look-around") from error
    except AssertionError as error:
        raise SchemaFault(
            "", f"has a type without values: {_first_sentence(error)}", "list at least one value"
        ) from error
    except Exception as error:  # pydantic raises many kinds for types it cannot use
        raise SchemaFault("", f"has a type that has no JSON form: {_first_sentence(error)}", _hint(error)) from error


def _hint(error: Exception) -> str:
    if "typing_extensions.TypedDict" in str(error):
        return "write `from typing_extensions import TypedDict`"
    return "use str, int, float, bool, an Enum, Literal, list, a date type, a pydantic model, dataclass or TypedDict"


def schema_of(adapter: TypeAdapter[Any], mode: Literal["validation", "serialization"] = "validation") -> JsonSchema:
    """The closed schema of a type's JSON form; results (`serialization`) may leave parts untyped."""
    try:
        raw = adapter.json_schema(mode=mode, schema_generator=_Generator)
    except PydanticUserError as error:
        raise SchemaFault("", f"has a type that has no JSON form: {_first_sentence(error)}", _hint(error)) from error
    flat = _inline(raw, raw, ())
    for path, node in everywhere(flat):
        if node.get("format") == "binary":  # not so a type that says how its bytes are text, as `Base64Bytes` does
            raise SchemaFault(argument_path(path), *BYTES)
        if node.get("type") == "array":
            node.pop("uniqueItems", None)  # a set: duplicates are harmless, and no grammar can forbid them
    return closed(flat, partial=mode == "serialization")


def closed(schema: JsonSchema, *, partial: bool = False) -> JsonSchema:
    """The schema with references put in place and objects closed.

    Raises `SchemaFault` for recursion, unknown or remote references, nesting deeper than `MAX_DEPTH`, more than
    `MAX_NODES` nodes and, unless `partial`, for a node that says nothing of its type.
    """
    flat = _tidy(_inline(schema, schema, ()), partial=partial)
    nodes = list(everywhere(flat))
    deepest = max((path for path, _ in nodes), key=lambda path: argument_path(path).count("."))
    if argument_path(deepest).count(".") > MAX_DEPTH:
        raise SchemaFault(
            argument_path(deepest), f"nests deeper than {MAX_DEPTH} levels", "flatten the type, or split the tool"
        )
    if len(nodes) > MAX_NODES:
        raise SchemaFault("", f"has a schema of {len(nodes)} parts, {MAX_NODES} are allowed", "split the tool")
    if not partial:
        for path, node in nodes:
            _require_known(argument_path(path), node)
            _require_type(argument_path(path), node)
    return flat


def _inline(node: JsonSchema, root: JsonSchema, trail: tuple[str, ...]) -> JsonSchema:
    reference = node.get("$ref")
    if not isinstance(reference, str):
        node = rebuild(node, lambda child: _inline(child, root, trail))
        for part in node.pop("allOf", ()):
            node = conjoined(part, node)
        return node
    name = reference.rsplit("/", 1)[-1]
    if reference in trail:
        raise SchemaFault(
            "",
            f"has a type that contains itself (`{name}`), so its values could nest without end",
            f"pass a list of flat items (each naming its parent), or split `{name}` by level",
        )
    beside = {key: value for key, value in node.items() if key != "$ref"}
    return conjoined(_inline(_look_up(reference, root), root, (*trail, reference)), _inline(beside, root, trail))


def _look_up(reference: str, root: JsonSchema) -> JsonSchema:
    found: Any = root
    for step in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ("",):
        key = step.replace("~1", "/").replace("~0", "~")
        found = cast(JsonSchema, found).get(key) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise SchemaFault(
            "",
            f"has a reference `{reference}` to nothing in its schema",
            "define it under `$defs` and use #/$defs/NAME",
        )
    return cast(JsonSchema, found)


def _tidy(node: JsonSchema, *, partial: bool) -> JsonSchema:
    node = rebuild(node, lambda child: _tidy(child, partial=partial))
    if "discriminator" in node and "oneOf" in node:
        node["anyOf"] = node.pop("oneOf")
    for key in _DROPPED:
        node.pop(key, None)
    if node.get("uniqueItems") is False:
        node.pop("uniqueItems")
    if node.get("format") not in FORMATS:
        node.pop("format", None)
    if len(node.get("anyOf", ())) == 1:
        node = conjoined(node.pop("anyOf")[0], node)
    if node.get("type") == "object" or "properties" in node:
        _close(node, partial=partial)
    if "prefixItems" in node and node.get("maxItems") == len(node["prefixItems"]):
        node["items"] = False
    return node


def _close(node: JsonSchema, *, partial: bool) -> None:
    """Forbid unknown keys; turn a map with listed keys into an object; make an optional null an absent key."""
    node["type"] = "object"
    keys = cast(JsonSchema, node.pop("propertyNames", {}))
    if "enum" in keys or "const" in keys:
        value = node.pop("additionalProperties")
        node["properties"] = dict.fromkeys(keys.get("enum", [keys.get("const")]), value)
    elif keys.keys() & {"pattern", "format", "minLength", "maxLength"}:
        node["patternProperties"] = {_key_pattern(keys): node.pop("additionalProperties")}
    if "properties" in node or not partial:
        rest = node.get("additionalProperties", True)
        patterns = "patternProperties" in node
        if rest is True and not patterns and "properties" not in node:
            return
        node["additionalProperties"] = False if isinstance(rest, bool) or "properties" in node else rest
    properties = cast(dict[str, Any], node.get("properties", {}))
    for name, child in properties.items():
        if name not in node.get("required", ()) and isinstance(child, dict):
            properties[name] = without_null(cast(JsonSchema, child))


def _key_pattern(keys: JsonSchema) -> str:
    """A pattern for the keys of a map, from the schema of one key."""
    if "format" in keys or ("pattern" in keys and keys.keys() & {"minLength", "maxLength"}):
        raise SchemaFault(
            "", "has keys that no grammar can bound", "use dict[str, T], Literal keys, or keys with a pattern"
        )
    return keys.get("pattern", f"^.{{{keys.get('minLength', 0)},{keys.get('maxLength', '')}}}$")


def without_null(schema: JsonSchema) -> JsonSchema:
    """The schema of an optional value whose default is null, less that null: leaving it out says the same."""
    branches = cast(list[JsonSchema], schema.get("anyOf", []))
    kept = [branch for branch in branches if branch.get("type") != "null"]
    if not kept or len(kept) == len(branches) or schema.get("default") is not None:
        return schema
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
    return {**kept[0], **rest} if len(kept) == 1 else {"anyOf": kept, **rest}


def _require_known(path: str, node: JsonSchema) -> None:
    """Refuse by name what no grammar can keep, before its parts are looked at."""
    for keyword in _NO_GRAMMAR:
        if node.get(keyword, False) is not False or (keyword.startswith("unevaluated") and keyword in node):
            raise SchemaFault(path, f"uses `{keyword}`, which no grammar can express", "check it in the tool instead")
    for step, child in children(node):
        if isinstance(child, bool) and step[0] in {"properties", "patternProperties", "anyOf", "oneOf", "prefixItems"}:
            where = argument_path((*step,)) if step[0] == "properties" else ""
            _refuse_bool(".".join(filter(None, (path, where))), child)


def _refuse_bool(path: str, child: bool) -> None:
    if child:
        raise SchemaFault(path, "may be anything (the schema `true`)", "give it a type; a model cannot guess one")
    raise SchemaFault(path, "allows no value (the schema `false`)", "remove it")


def _require_type(path: str, node: JsonSchema) -> None:
    if not any(key in node for key in _SAYS_SOMETHING):
        raise SchemaFault(
            path, "may be anything (`Any`, `object` or an empty schema)", "give it a type; a model cannot guess one"
        )
    if node.get("type") == "object" and node.get("additionalProperties", True) is True:
        raise SchemaFault(
            path,
            "is an object of any shape",
            "name its keys: a pydantic model, TypedDict, or dict[str, T] with a type T",
        )
    if node.get("type") == "array" and node.get("items", True) is True and "prefixItems" not in node:
        raise SchemaFault(path, "is a list of anything", "give its items a type: list[T]")


def _first_sentence(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].split(". ")[0].removesuffix(".")
