"""What the private labels of tools mean for a step whose private values are not all known.

A label speaks of a value; before a call is proposed nobody knows which words of the request are that value. So each
labelled argument that the step may be about is turned into something that finds every text it could be: all choices of
an enum, all numbers, all moments, all that fits a pattern. Free text without a known value is *open*: nothing short of
all the user's words covers it. Pure; knows nothing of placeholders or of models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import JsonValue

from agentkit.escalate.placeholders import kind_of
from agentkit.escalate.typed import AllBut, Finder, Moments, Numbers, Shaped, Sharing
from agentkit.moments import MOMENT_FORMATS
from agentkit.types import JsonSchema, Message, Proposal, ProposeRequest, ToolCall, ToolSpec
from agentkit.verify.references import as_reference, options_of
from agentkit.words import LONE_WORDS, STOPWORDS, content, stem, words

_FORMS = {
    "email": r"^\S+@\S+$",
    "idn-email": r"^\S+@\S+$",
    "uuid": r"^[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}$",
    "ipv4": r"^\d{1,3}(\.\d{1,3}){3}$",
    "ipv6": r"^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$",
}
_LOCAL_MOMENTS = ("time", "datetime")
"""How the registry marks times without an offset, which have a pattern and no format."""
_DEEPEST = 12
_OURS = "a smaller model proposed name arguments least sure of probability a check found defer ask abstain finish"
"""The words of the hints that go along; they are nobody's values."""


@dataclass(frozen=True)
class Labels:
    """The values that are private by their tool's label, where other such values can be, and what stays open.

    `open` names arguments (`send.text`) whose value could be any words of the request.
    """

    values: dict[str, list[JsonValue]]
    finders: tuple[Finder, ...] = ()
    open: tuple[str, ...] = ()

    def covering(self, request: ProposeRequest) -> tuple[Finder, ...]:
        """The finders, and while anything is open one that takes all words but those of the tools' declarations."""
        if not self.open:
            return self.finders
        kind = kind_of(self.open[0].rpartition(".")[2])
        return (*self.finders, AllBut(kind, public_stems(request.tools)))


def labels_of(request: ProposeRequest, local: Proposal | None = None, tools: Iterable[ToolSpec] = ()) -> Labels:
    """What the labels cover in a step.

    The values of private arguments in calls made or proposed are private, and so are those that a dynamic enum of such
    an argument may take. `tools` adds the labels of tools that were called before but are not offered. Where the local
    model proposed calls, the step is about the tools called; else (it deferred, or failed) about every offered tool.
    """
    proposed = [] if local is None else [call for one in (local, *local.others) for call in one.calls]
    made = [call for message in request.messages for call in message.calls]
    values: dict[str, list[JsonValue]] = {}
    for tool in (*request.tools, *tools):
        for name in tool.private:
            held = values.setdefault(name, [])
            held += (leaf for call in (*made, *proposed) for leaf in _values(call, tool, name))
            if name in tool.dynamic:
                held += (value for node in _leaf_schemas(tool, name) for value in _closed(node) or ())
    finders: list[Finder] = []
    unknown: list[str] = []
    called = {call.name for call in proposed if call.control is None}
    for tool in request.tools:
        if called and tool.name not in called:
            continue
        for name in tool.private:
            known = [leaf for call in proposed for leaf in _values(call, tool, name)]
            found = _finders(tool, name, known, request.messages, values[name])
            unknown += [] if found is not None else [f"{tool.name}.{name}"]
            finders += found or ()
    return Labels(values, tuple(dict.fromkeys(finders)), tuple(dict.fromkeys(unknown)))


def public_stems(tools: Iterable[ToolSpec]) -> frozenset[str]:
    """The stems of function words and of what the tools say of themselves; choices known only now are left out."""
    said: list[str] = [*STOPWORDS, *LONE_WORDS, _OURS]
    for tool in tools:
        said += [tool.name, tool.description, *_declared(tool.parameters, frozenset({*tool.dynamic, *tool.private}))]
    return frozenset(stem(word) for text in said for word in words(text.replace("_", " ")))


def _finders(
    tool: ToolSpec, name: str, known: Sequence[JsonValue], messages: Sequence[Message], values: list[JsonValue]
) -> list[Finder] | None:
    """What finds the values of one private argument, or None for free text of which no value is known."""
    kind = kind_of(name)
    made: list[Finder] = []
    for node in _leaf_schemas(tool, name):
        choices = _closed(node)
        if choices is not None:
            values += choices
        elif node.get("type") in {"integer", "number"}:
            made.append(Numbers(kind))
        elif node.get("format") in MOMENT_FORMATS or node.get("x-type") in _LOCAL_MOMENTS:
            made.append(Moments(kind))
        elif node.get("format") in _FORMS:
            made.append(Shaped(kind, _FORMS[str(node["format"])]))
        elif "pattern" in node:
            made += [Shaped(kind, str(node["pattern"])), Numbers(kind)]
        else:
            texts = [value for value in known if isinstance(value, str)]
            shared = [_shared(kind, text, messages) for text in texts]
            if not shared or None in shared:
                return None
            made += [finder for one in shared if one is not None for finder in one]
    return made


def _shared(kind: str, value: str, messages: Sequence[Message]) -> tuple[Finder, ...] | None:
    """What finds a known text: nothing more where it stands as it is, its words where it was reworded; None if neither.

    A text that has nothing in common with what was said was made up, and what was really meant is not known.
    """
    said = [message.content for message in messages]
    if any(" ".join(value.casefold().split()) in " ".join(text.casefold().split()) for text in said):
        return ()
    stems = frozenset(stem(word) for word in content(words(value)))
    shared = Sharing(kind, stems)
    found = {
        stem(word) for text in said for match in shared.find(text) for word in words(text[match.start : match.end])
    }
    return (shared,) if len(stems & found) * 2 >= max(1, len(stems)) else None


def _leaf_schemas(tool: ToolSpec, name: str) -> Iterator[JsonSchema]:
    """The schemas of the single values within an argument, none while the argument is not offered."""
    properties = cast("dict[str, Any]", tool.parameters.get("properties", {}))
    if name in properties:
        yield from _leaves_below(properties[name], tool.parameters, 0)


def _leaves_below(node: Any, root: JsonSchema, depth: int) -> Iterator[JsonSchema]:
    """Those of a node: booleans and nulls are none, what says nothing of its type, and keys that are free, are text."""
    if not isinstance(node, dict) or depth > _DEEPEST:
        yield {"type": "string"}
        return
    for option in options_of(cast("JsonSchema", node), root):
        inner = [one for key in ("allOf", "prefixItems") for one in cast("list[Any]", option.get(key, ()))]
        inner += [option[key] for key in ("items", "additionalProperties") if isinstance(option.get(key), dict)]
        inner += cast("dict[str, Any]", option.get("properties", {})).values()
        if inner and _closed(option) is None:
            for one in inner:
                yield from _leaves_below(one, root, depth + 1)
            if isinstance(option.get("additionalProperties"), dict):
                yield {"type": "string"}
            continue
        kinds = cast("list[str]", option["type"] if isinstance(option.get("type"), list) else [option.get("type")])
        yield from ({**option, "type": kind} for kind in kinds if kind not in {"boolean", "null"})


def _closed(node: JsonSchema) -> list[JsonValue] | None:
    """All values that a schema allows, where it lists them."""
    return cast("list[JsonValue]", [node["const"]] if "const" in node else node.get("enum"))


def _values(call: ToolCall, tool: ToolSpec, name: str) -> Iterator[JsonValue]:
    if call.name == tool.name and name in call.arguments:
        yield from _leaves(call.arguments[name])


def _leaves(value: JsonValue) -> Iterator[JsonValue]:
    if as_reference(value):
        return
    if isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


def _declared(schema: JsonSchema, hidden: frozenset[str]) -> Iterator[str]:
    """The words of a schema: names of arguments, descriptions, fixed choices that are not private."""
    for key, value in schema.items():
        if key in {"description", "title"}:
            yield str(value)
        elif key == "properties":
            for name, inner in cast("dict[str, Any]", value).items():
                yield name
                shown = cast("dict[str, Any]", inner if isinstance(inner, dict) else {})
                closed = {"enum", "const", "default", "examples"} if name in hidden else frozenset[str]()
                yield from _declared({one: part for one, part in shown.items() if one not in closed}, hidden)
        elif key in {"enum", "const"}:
            yield from map(str, cast("list[Any]", value) if isinstance(value, list) else [value])
        elif isinstance(value, dict):
            yield from _declared(cast("JsonSchema", value), hidden)
        elif isinstance(value, list) and key != "required":
            for item in cast("list[Any]", value):
                yield from _declared(cast("JsonSchema", item), hidden) if isinstance(item, dict) else ()
