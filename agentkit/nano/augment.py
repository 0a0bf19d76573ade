"""How one tool and one request are shown anew each time: renamed, restyled, masked, reworded, shuffled, re-valued.

Each function is a pure function of its inputs and a random generator. Knows nothing of tokens or of other tools.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agentkit.nano.generate.values import Values
from agentkit.nano.rows import PoolTool
from agentkit.nano.tables import word_lists
from agentkit.nano.wording import restyle, words
from agentkit.types import JsonSchema, ToolSpec

_STYLES = ("keep", "snake", "camel", "Pascal", "UPPER", "kebab")
_SPACES, _OPAQUE = word_lists()["spaces"], word_lists()["opaque"]
_MAX_PARAMETERS = 7


@dataclass(frozen=True, slots=True)
class Variant:
    """A tool as shown in one prompt, and what its arguments are called there."""

    spec: ToolSpec
    arguments: Mapping[str, str]


@dataclass(frozen=True)
class Dial:
    """How much is changed; `off` shows the data as they are (for the ablation and the dev split)."""

    rename: float = 0.5
    opaque: float = 0.18
    bare: float = 0.15
    reword: float = 0.3
    mask_arguments: float = 0.06
    bare_arguments: float = 0.25
    shuffle: float = 0.4
    revalue: float = 0.3
    noise: float = 0.25
    nearest: float = 0.85
    """Share of requests after which the nearest tools stand."""
    exact: float = 0.7
    """Share of blocks of the project's own screens in which nothing at all is changed."""

    @classmethod
    def off(cls) -> Dial:
        """No change at all."""
        return cls(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1)


def vary_tool(
    tool: PoolTool, given: Sequence[Collection[str]], dial: Dial, rng: random.Random, avoid: Collection[str] = ()
) -> Variant:
    """A variant of the tool; `given` are the argument names of each call that will be asked of it in this prompt.

    Every argument that some call gives stays; one that a call does not give is optional. `avoid` holds requests that
    must not become the description.
    """
    schema = tool.spec.parameters
    name, description = _label(tool, dial, rng, avoid)
    used = {argument for call in given for argument in call}
    kept = _kept(list(schema["properties"]), used, bool(given), rng)
    if rng.random() < dial.shuffle:
        rng.shuffle(kept)
    always = set(schema.get("required", ()))
    if given:
        common = set.intersection(*(set(call) for call in given))
        always = always & common if always else {argument for argument in common if rng.random() < 0.7}
    shown = _argument_names(kept, schema["properties"], dial, rng)
    told = rng.random() >= dial.bare_arguments
    properties: dict[str, JsonSchema] = {}
    for argument in kept:
        part = dict(schema["properties"][argument])
        if shown[argument].startswith("arg") and shown[argument] != argument:
            part.setdefault("description", words(argument))
        elif not told:
            part.pop("description", None)
        properties[shown[argument]] = part
    parameters: JsonSchema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [shown[argument] for argument in kept if argument in always]
    if required:
        parameters["required"] = required
    return Variant(ToolSpec.model_construct(name=name, description=description, parameters=parameters), shown)


def as_it_is(tool: PoolTool) -> Variant:
    """The tool unchanged."""
    return Variant(tool.spec, {name: name for name in tool.spec.parameters["properties"]})


def _label(tool: PoolTool, dial: Dial, rng: random.Random, avoid: Collection[str]) -> tuple[str, str]:
    name, description = tool.spec.name, tool.spec.description
    wordings = [text for text in tool.wordings if text not in avoid]
    if wordings and (not description or rng.random() < dial.reword):
        description = rng.choice(wordings)
    if rng.random() < dial.rename:
        name = restyle(name, rng.choices(_STYLES, [2, 4, 4, 2, 0.5, 0.5])[0])
    masked = rng.random()
    if description and masked < dial.opaque:
        return (
            f"{rng.choice(_OPAQUE)}_{rng.choice('abcdefghkmnpqrstuvwxyz0123456789')}{rng.choice(['', '1', '2', 'x'])}",
            description,
        )
    if rng.random() < dial.rename * 0.2:
        name = rng.choice(_SPACES) + rng.choice("._") + name
    if len(words(name).split()) > 1 and masked > 1 - dial.bare:
        description = ""
    return name, description


def _kept(names: list[str], used: set[str], asked: bool, rng: random.Random) -> list[str]:
    limit = max(len(used), rng.randint(1, _MAX_PARAMETERS) if asked else rng.randint(0, 4))
    spare = [name for name in names if name not in used]
    chosen = used | set(rng.sample(spare, min(len(spare), limit - len(used))))
    return [name for name in names if name in chosen]


def _argument_names(
    kept: Sequence[str], properties: Mapping[str, JsonSchema], dial: Dial, rng: random.Random
) -> dict[str, str]:
    if rng.random() < dial.mask_arguments:
        return {name: f"arg{index + 1}" for index, name in enumerate(kept)}
    style = rng.choices(_STYLES, [6, 3, 2, 0.3, 0.3, 0])[0] if rng.random() < dial.rename else "keep"
    shown = {name: restyle(name, style) for name in kept}
    return shown if len(set(shown.values())) == len(kept) else {name: name for name in kept}


def revalue(
    request: str, arguments: Mapping[str, Any], schema: JsonSchema, rng: random.Random
) -> tuple[str, dict[str, Any]]:
    """The request and its call with other values, where a value stands in the request exactly once."""
    values, changed = Values(rng), dict(arguments)
    for name, value in arguments.items():
        part = schema["properties"].get(name, {})
        if isinstance(value, bool) or has_form(value, part):
            continue
        if isinstance(value, str) and len(value) > 2 and request.count(value) == 1 and _alone(value, arguments):
            other = values.like(value)
        elif isinstance(value, int) and abs(value) > 12 and len(re.findall(rf"\b{value}\b", request)) == 1:
            other = rng.randint(13, max(20, abs(value) * 2))
        else:
            continue
        request = re.sub(rf"(?<!\w){re.escape(str(value))}(?!\w)", lambda _, new=other: str(new), request)
        if str(other) in request:
            changed[name] = other
    return request, changed


def has_form(value: Any, part: Mapping[str, Any]) -> bool:
    """Whether a parameter's text is one of told options, or a date or time, so that no other text may stand for it."""
    told = "enum" in part or "format" in part or str(value) in part.get("description", "")
    return told or (isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d:\d\d", value)))


def _alone(value: str, arguments: Mapping[str, Any]) -> bool:
    return sum(value in str(other) for other in arguments.values()) == 1


_IMPERATIVE_ENDINGS = ((r"(ss|sh|ch|x)es$", r"\1"), (r"ies$", "y"), (r"([^s])s$", r"\1"))


def imperative(text: str) -> str:
    """`Removes the directory` as `Remove the directory`; other texts as they are."""
    first, _, rest = text.partition(" ")
    if not rest or not re.fullmatch(r"[A-Za-z]{3,}s", first) or first.lower() in ("this", "its", "lists"):
        return text
    for ending, short in _IMPERATIVE_ENDINGS:
        if re.search(ending, first):
            return f"{re.sub(ending, short, first)} {rest}"
    return text


_ASKING = (
    "{0}", "{0}", "{0}.", "Please {1}", "please {1}", "Can you {1}?", "could you {1}", "I need to {1}",
    "I want to {1}.", "How do I {1}?", "I'd like to {1}", "Help me {1}", "{0}, please", "we have to {1}",
    "Would you {1} for me?", "is there a way to {1}?", "let's {1}", "hey, {1}",
)  # fmt: skip


def ask_for(text: str, rng: random.Random) -> str:
    """A sentence from documentation as people would ask for it."""
    plain = imperative(text.strip().rstrip("."))
    lowered = plain[:1].lower() + plain[1:] if not plain[:2].isupper() else plain
    return rng.choice(_ASKING).format(plain, lowered)


def add_noise(
    request: str, arguments: Mapping[str, Any], schema: JsonSchema, rng: random.Random
) -> tuple[str, dict[str, Any]]:
    """Other casing or punctuation; values follow the request's casing where they are copied from it."""
    kind = rng.random()
    if kind < 0.4:
        parts = schema["properties"]
        lowered = {n: v if has_form(v, parts.get(n, {})) else _lower(v) for n, v in arguments.items()}
        return request.lower(), lowered
    if kind < 0.6:
        return request.rstrip(".!?"), dict(arguments)
    if kind < 0.85 and not any(request.endswith(str(value)) for value in arguments.values()):
        asks = request.endswith("?")
        end = rng.choice(["?", "?", "??", ""] if asks else [".", "!", "", " please", ", thanks"])
        return request[:1].upper() + request[1:].rstrip(".?") + end, dict(arguments)
    lowered = request if re.match(r"I\b|[A-Z]{2}", request) else request[:1].lower() + request[1:]
    return rng.choice(["hey ", "ok ", "um, ", "hi, ", "so "]) + lowered, dict(arguments)


def _lower(value: Any) -> Any:
    if isinstance(value, str):
        return value.lower()
    if isinstance(value, list):
        items: list[Any] = value
        return [_lower(item) for item in items]
    return value
