"""Small functions on the words of names, descriptions and values that all converters share. Knows no data set."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from agentkit.nano.tables import word_lists
from agentkit.types import JsonSchema

_SPLIT_CAMEL = re.compile(r"([a-z0-9])([A-Z])")
_SENTENCE_END = re.compile(r"(?<=[a-z\)])\. |\(e\.g")
_PYTHON_TYPES = (
    (("list", "array", "tuple", "set", "sequence"), "array"),
    (("dict", "obj", "map"), "object"),
    (("bool",), "boolean"),
    (("int",), "integer"),
    (("float", "num", "double", "decimal"), "number"),
)


def normal(text: object) -> str:
    """Lower case words and digits only; the key under which two texts count as the same."""
    return " ".join(re.findall(r"[a-z0-9]+", str(text).lower()))


def words(name: str) -> str:
    """The words of an identifier in any style, in lower case: `getUserName` gives `get user name`."""
    spaced = _SPLIT_CAMEL.sub(r"\1 \2", name)
    return " ".join(re.sub(r"[_.\-/:]+", " ", spaced).lower().split())


def first_sentence(text: object, limit: int = 110) -> str:
    """The first sentence without its stop, cut at a word when longer than `limit` characters."""
    sentence = _SENTENCE_END.split(" ".join(str(text or "").split()))[0].strip().rstrip(".")
    return sentence[:limit].rsplit(" ", 1)[0] if len(sentence) > limit else sentence


def schema_of(value: Any) -> JsonSchema:
    """The JSON Schema type of an example value."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, list):
        items: list[Any] = value
        kinds = {str(schema_of(item)["type"]) for item in items}
        kind = kinds.pop() if len(kinds) == 1 else "number" if kinds == {"integer", "number"} else "string"
        return {"type": "array", "items": {"type": kind}}
    if isinstance(value, dict):
        return {"type": "object"}
    return {"type": "string"}


def schema_from_annotation(annotation: object) -> JsonSchema:
    """The JSON Schema of a Python-like type name as the sets write them: `List[int]`, `Optional[str]`, `float`."""
    text = str(annotation or "str").lower().replace("typing.", "")
    text = re.sub(r"^optional\[(.*)\]$", r"\1", text)
    for prefixes, kind in _PYTHON_TYPES:
        if text.startswith(prefixes):
            if kind != "array":
                return {"type": kind}
            inner = re.search(r"\[(.+)\]", text)
            item = schema_from_annotation(inner.group(1)) if inner else {"type": "string"}
            return {"type": "array", "items": item}
    return {"type": "string"}


def fits(value: Any, schema: JsonSchema) -> bool:
    """Whether a value has the schema's type (and is one of its enum); nothing deeper."""
    if "enum" in schema:
        return value in schema["enum"]
    kind, found = schema.get("type", "string"), schema_of(value)
    if kind == "number":
        return found["type"] in ("integer", "number")
    if kind == "array" and found["type"] == "array":
        return not value or all(fits(item, schema.get("items", {})) for item in value)
    return bool(kind == found["type"])


def grounded(value: Any, text: str, share: float = 0.6) -> bool:
    """Whether at least `share` of the value's words stand in the text."""
    if isinstance(value, bool):
        return True
    wanted = normal(value).split()
    have = set(normal(text).split())
    return bool(wanted) and sum(word in have for word in wanted) >= share * len(wanted)


def camel(name: str) -> str:
    """`set alarm time` as `setAlarmTime`."""
    first, *rest = name.split() or [""]
    return first + "".join(word.title() for word in rest)


def restyle(name: str, style: str) -> str:
    """The identifier in another style: `snake`, `camel`, `Pascal`, `UPPER`, `kebab`, or `keep`."""
    plain = words(name)
    if style == "keep" or not plain:
        return name
    if style == "camel":
        return camel(plain)
    if style == "Pascal":
        return plain.title().replace(" ", "")
    joined = plain.replace(" ", "-" if style == "kebab" else "_")
    return joined.upper() if style == "UPPER" else joined


@lru_cache(1 << 15)
def stems(text: str) -> frozenset[str]:
    """First five letters of the words of three letters and more; two tools that share none differ in words."""
    return frozenset(word[:5] for word in re.findall(r"[a-z]{3,}", words(text)) if word not in _STOP)


_STOP = frozenset(word_lists()["stop"])
