"""Grounding: every argument value must come from somewhere that can be named.

A value may come from the request, the facts, the result of a call, an enum, a default, a reference, or a declared
transformation of one of these: numbers written as words, clock times, dates relative to now, durations, inflection.
Text that was composed (a message body) is graded by the share of its words that have a source. Numbers are never
composed: a digit group without a source is a failure even inside a sentence. Small checkers of this kind were found
to be close to large models at a fraction of their price (MiniCheck, arXiv 2404.10774).

Reads English transformations; other languages are matched word by word and end in "unsure" more often. A schema may say
`"x-grounding": "off"` for an argument that the model is meant to make up, or `"composed"` for free text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from pydantic import JsonValue

from agentkit.types import CheckStatus, JsonSchema, ToolCall, ToolSpec
from agentkit.verify.derivation import Argument, Origin, is_moment, moment_origin, number_origin, suggestion, wrong_part
from agentkit.verify.lone import coded, function_word
from agentkit.verify.references import as_reference
from agentkit.verify.scene import Finding, Scene
from agentkit.verify.sources import Source, known_stems, sources
from agentkit.verify.spans import doubly_used, takes_span
from agentkit.words import LONE_WORDS, content, digits, fold, stands_in, stem, words

_COMPOSED = re.compile(
    r"text|body|message|content|note|description|title|subject|summary|reason|prompt|comment|reply|query|keywords|"
    r"question|answer|caption|code|script|command"
)
_EXPRESSION = re.compile(r"[\d\s.,+\-*/()%^×÷]+")
_CONSTANTS = frozenset({0.0, 1.0, 2.0, 7.0, 10.0, 12.0, 24.0, 60.0, 100.0, 365.0, 1000.0, 3600.0})
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_NESTED = (list, dict)
_COMPOSED_PASS, _COMPOSED_FAIL = 0.5, 0.15


def grounding(scene: Scene, call: ToolCall, spec: ToolSpec | None) -> Iterator[Finding]:
    """One finding for each argument value of a call."""
    listed = sources(scene)
    judged = [(argument, judge(argument, listed)) for argument in arguments_of(call, spec)]
    rivals = [argument for argument, found in judged if found.status is CheckStatus.PASS and _takes_a_span(argument)]
    lost = doubly_used(rivals, listed)
    for argument, found in judged:
        yield _without_span(argument, lost[argument.path]) if argument.path in lost else found


def _takes_a_span(argument: Argument) -> bool:
    value = argument.value
    return takes_span(argument) and not (isinstance(value, str) and is_composed(argument, value))


def _without_span(argument: Argument, other: str) -> Finding:
    """The finding about a value whose words are those of another argument."""
    shown = f"`{argument.tool}.{argument.path}` = {_quoted(argument.value)}"
    said = f"{shown} has no source of its own: what says it is already `{other}`."
    return Finding(status=CheckStatus.FAIL, evidence=said, path=argument.path, score=0.0)


def arguments_of(call: ToolCall, spec: ToolSpec | None) -> Iterator[Argument]:
    """The leaves of a call's arguments with the schema of each, `{}` where there is none."""
    root = spec.parameters if spec else {}
    properties: dict[str, Any] = root.get("properties", {})
    for name, value in call.arguments.items():
        schema = _resolved(properties.get(name, {}), root)
        if isinstance(value, _NESTED):
            yield from _leaves(call.name, name, value, schema, root)
        else:
            yield Argument(call.name, name, value, schema, _hint(name, schema))


def judge(argument: Argument, listed: Sequence[Source]) -> Finding:
    """Whether one value has a source; where it has none, the evidence says what was looked for."""
    origin = find_origin(argument, listed)
    if origin.score >= 0.5 or origin.status is CheckStatus.PASS:
        return Finding(CheckStatus.PASS, path=argument.path, score=origin.score)
    shown = f"`{argument.tool}.{argument.path}` = {_quoted(argument.value)}"
    if origin.status is CheckStatus.UNSURE:
        status, evidence = CheckStatus.UNSURE, f"{shown} {origin.where}."
    else:
        near = _nearest(argument, listed)
        hint = f" The nearest there is: {_quoted(near)}." if near is not None else ""
        why = origin.where or "appears neither in the request nor in any result"
        status, evidence = CheckStatus.FAIL, f"{shown} {why}.{hint}"
    return Finding(status=status, evidence=evidence, path=argument.path, score=origin.score)


def find_origin(argument: Argument, listed: Sequence[Source]) -> Origin:
    """The best origin of a value among the schema and the sources."""
    if plain := _plain_origin(argument, listed) or _no_origin(argument, listed):
        return plain
    value = argument.value
    found = _verbatim(argument, listed)
    if found.score < 1.0:
        found = max(found, moment_origin(argument, listed), key=_by_score)
    if isinstance(value, str):
        settled = found.score >= 0.7 or is_moment(value)
        return found if settled else max(found, _text_origin(argument, value, listed), key=_by_score)
    return found if found.score >= 0.7 else max(found, number_origin(argument, listed), key=_by_score)


def _plain_origin(argument: Argument, listed: Sequence[Source]) -> Origin | None:
    """The origin of what needs no text: nothing, a reference, an allowed value, the default."""
    value, schema = argument.value, argument.schema
    if value is None or isinstance(value, bool) or schema.get("x-grounding") == "off" or value in ("", [], {}):
        return Origin(1.0, "the schema")
    if as_reference(value):
        return Origin(1.0, "an earlier call")
    if "const" in schema or value in schema.get("enum", ()):
        return _enum_origin(argument, listed)
    if "default" in schema and schema["default"] == value:
        return Origin(0.9, "the default")
    return None


def _no_origin(argument: Argument, listed: Sequence[Source]) -> Origin | None:
    """Why a value has no origin although its letters or digits stand in the request."""
    value = argument.value
    if isinstance(value, str) and argument.schema.get("x-grounding") is None:
        return function_word(argument, value.strip(), listed)
    return wrong_part(argument, listed)


def _by_score(origin: Origin) -> tuple[float, bool]:
    return origin.score, bool(origin.where)


def _enum_origin(argument: Argument, listed: Sequence[Source]) -> Origin:
    """An enum value is always allowed; it scores more when the request names it."""
    tokens = [stem(token) for token in content(digits(str(argument.value)))]
    for source in listed:
        if tokens and all(token in source.stems for token in tokens):
            return Origin(1.0, f"{source.label} and the allowed values")
    return Origin(0.7, "the allowed values")


def _verbatim(argument: Argument, listed: Sequence[Source]) -> Origin:
    """The value as it stands, at word borders (1.0) or inside a word (0.8)."""
    is_text = isinstance(argument.value, str)
    text = str(argument.value)
    folded = fold(text).strip() if is_text else text
    for source in listed:
        if stands_in(folded, source.folded):
            return Origin(1.0, source.label)
        if is_text and (said := " ".join(digits(text))) and f" {said} " in source.spaced:
            return Origin(0.95, source.label)
    if is_text:
        inside = next((source for source in listed if text in source.text), None)
        if inside:
            return Origin(0.8, inside.label)
    return Origin()


def _text_origin(argument: Argument, text: str, listed: Sequence[Source]) -> Origin:
    squeezed = "".join(char for char in fold(text) if char.isalnum())
    if len(squeezed) >= 4:
        for source in listed:
            if squeezed in source.squeezed:
                return Origin(0.9, source.label)
    tokens = content(digits(text)) or list(digits(text))
    if not tokens:
        return Origin(1.0, "the schema")
    for source, how in (*_short_for(text, listed), *coded(text, listed)):
        return Origin(0.75, f"{source.label}, {how}")
    for loose in loose_numbers(text, listed, argument):
        return Origin(0.0, f"holds the number {loose}, which has no source", CheckStatus.FAIL)
    if _EXPRESSION.fullmatch(text) and _NUMBER.search(text):
        return Origin(0.8, f"numbers of {listed[0].label}")
    return _overlap(argument, text, tokens, listed)


def _overlap(argument: Argument, text: str, tokens: list[str], listed: Sequence[Source]) -> Origin:
    """Grade by the share of words that have a source."""
    known = known_stems(tuple(listed))
    found = [token for token in tokens if stem(token) in known or _similar(token, known)]
    share = len(found) / len(tokens)
    where = _best_label(tokens, listed)
    if share == 1.0:
        return Origin(0.85, f"{where}, reworded")
    percent = f"{round(100 * share)} % of its words"
    if is_composed(argument, text):
        if share >= _COMPOSED_PASS:
            return Origin(max(0.5, share * 0.85), f"{where} ({percent}, composed)")
        status = CheckStatus.UNSURE if share >= _COMPOSED_FAIL or len(tokens) <= 2 else CheckStatus.FAIL
        return Origin(share * 0.85, f"is composed; only {percent} have a source", status)
    if _described(argument, text):
        return Origin(0.3, "appears only in the description of the argument", CheckStatus.UNSURE)
    if not share:
        return Origin()
    missing = next(token for token in tokens if token not in found)
    status = CheckStatus.UNSURE if share >= 0.5 else CheckStatus.FAIL
    return Origin(0.49 * share, f"is only partly known: `{missing}` has no source", status)


def _similar(token: str, known: frozenset[str]) -> bool:
    """Whether a long word is a known one with a slip of the pen."""
    if len(token) < 5:
        return False
    root = stem(token)
    near = [other for other in known if other[:1] == root[:1] and abs(len(other) - len(root)) <= 2]
    return bool(difflib.get_close_matches(root, near, n=1, cutoff=0.84))


def _short_for(text: str, listed: Sequence[Source]) -> Iterator[tuple[Source, str]]:
    """Sources in which capitals are spelled out (`NYC`), or that hold the capitals of several words.

    Two letters must stand for capitalised words, since almost any two letters begin some pair of words.
    """
    letters = text.replace(".", "").strip()
    capitals = "".join(word[0] for word in re.findall(r"\w+", text)).upper()
    for source in listed:
        if letters.isupper() and letters.isalpha() and 2 <= len(letters) <= 5:
            proper = "".join(re.findall(r"(?<!\w)[A-Z]", source.text))
            every = "".join(word[0] for word in words(source.text))
            if letters in proper or (len(letters) > 2 and fold(letters) in every):
                yield source, "abbreviated"
        elif 2 <= len(capitals) <= 5 and re.search(rf"(?<!\w){re.escape(capitals)}(?!\w)", source.text):
            yield source, "spelled out"


def loose_numbers(text: str, listed: Sequence[Source], argument: Argument | None = None) -> Iterator[str]:
    """The numbers within a text that no source explains; 0, 1 and, in sums, factors of units need no source."""
    constants = _CONSTANTS if _EXPRESSION.fullmatch(text) else {0.0, 1.0}
    whole = argument or Argument("", "", text)
    for token in _NUMBER.findall(text):
        part = Argument(whole.tool, whole.path, float(token), {}, whole.hint)
        if float(token) not in constants and number_origin(part, listed).score < 0.4:
            yield token


def is_composed(argument: Argument, text: str) -> bool:
    """Whether a text is free text: by its schema, its argument's name, or its length."""
    mode = argument.schema.get("x-grounding")
    if mode:
        return mode == "composed"
    name = argument.path.rsplit(".", maxsplit=1)[-1].casefold()
    return len(words(text)) >= 6 or bool(_COMPOSED.search(name))


def _described(argument: Argument, text: str) -> bool:
    return fold(text) in fold(argument.hint)


def _best_label(tokens: list[str], listed: Sequence[Source]) -> str:
    stems = {stem(token) for token in tokens}
    best = max(listed, key=lambda source: len(stems & source.stems), default=None)
    return best.label if best else "the request"


def _nearest(argument: Argument, listed: Sequence[Source]) -> str | float | None:
    """What the sources hold that could have been meant."""
    if not isinstance(argument.value, str):
        return suggestion(argument, listed)
    wanted = fold(argument.value)
    known = {token for source in listed for token in source.tokens if not token.isdigit() and token not in LONE_WORDS}
    near = sorted(token for token in known if token[:1] == wanted[:1] or token[-1:] == wanted[-1:])
    close = difflib.get_close_matches(wanted, near[:2000], n=1, cutoff=0.6)
    return close[0] if close else None


def _quoted(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f'{text[:60]}…"'


def _leaves(tool: str, path: str, value: JsonValue, schema: JsonSchema, root: JsonSchema) -> Iterator[Argument]:
    if isinstance(value, list) and value:
        items: Any = schema.get("items", {})
        for index, item in enumerate(value):
            below = _resolved(items, root)
            if "description" not in below:
                below = {**below, "description": schema.get("description", "")}
            yield from _leaves(tool, f"{path}.{index}", item, below, root)
    elif isinstance(value, dict) and value and not as_reference(value):
        properties: dict[str, Any] = schema.get("properties", {})
        for key, item in value.items():
            yield from _leaves(tool, f"{path}.{key}", item, _resolved(properties.get(key, {}), root), root)
    else:
        yield Argument(tool, path, value, schema, _hint(path, schema))


def _hint(path: str, schema: JsonSchema) -> str:
    return f"{path} {schema.get('title', '')} {schema.get('description', '')}"


def _resolved(schema: Any, root: JsonSchema, depth: int = 0) -> JsonSchema:
    """A schema without `$ref` at its top, and an optional value's schema without the null."""
    if not isinstance(schema, dict) or depth > 8:
        return {}
    known = cast("JsonSchema", schema)
    if "$ref" not in known and "anyOf" not in known:
        return known
    target = known.get("$ref")
    if isinstance(target, str):
        definitions: dict[str, Any] = root.get("$defs", {})
        found = _resolved(definitions.get(target.rsplit("/", maxsplit=1)[-1], {}), root, depth + 1)
        return {**found, **{key: item for key, item in known.items() if key != "$ref"}}
    options: list[Any] = [option for option in known.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        return {**_resolved(options[0], root, depth + 1), **{k: v for k, v in known.items() if k != "anyOf"}}
    return known
