"""The promise of the constraint: whatever it lets through validates, for any schema it accepts and any model.

The models here are random numbers at temperature 2 and, in `test_a_real_model…`, the embedded weights at temperature 2.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from llguidance import LLTokenizer, TokenizerWrapper
from pydantic import TypeAdapter

from agentkit.errors import ToolDefinitionError
from agentkit.models import EMBEDDED
from agentkit.models.decode import Candidate, Clock, run
from agentkit.models.llamacpp import Weights
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.confidence import Logits
from agentkit.propose.constraint import Constraint, build_constraint
from agentkit.propose.dialects import NAMES, detect
from agentkit.propose.grammar import Limits
from agentkit.propose.schema import answer_schema
from agentkit.types import Control, JsonObject, JsonSchema, Message, ProposeRequest, Sampling, ToolCall, ToolSpec

LIMITS = Limits(string=16, key=6, items=3, entries=2, depth=2, open_depth=1)
CONTROLS = tuple(Control)

FORMATS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "date-time": lambda text: datetime.fromisoformat(text).utcoffset() or text.endswith(("Z", "00:00")),
    "time": lambda text: time.fromisoformat(text).tzinfo is not None,
    "uuid": uuid.UUID,
    "duration": TypeAdapter(timedelta).validate_python,
    "email": lambda text: text.count("@") == 1,
}

checker = FormatChecker(formats=())


def _holds(check: Callable[[str], object]) -> Callable[[object], bool]:
    def holds(value: object) -> bool:
        return not isinstance(value, str) or check(value) is not False

    return holds


for _name, _check in FORMATS.items():
    checker.checks(_name, ValueError)(_holds(_check))


def _exact_multiple(_validator: Any, step: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and Decimal(str(value)) % Decimal(str(step)):
        yield ValidationError(f"{value} is not a multiple of {step}")


Validator: Any = cast("Any", validators).extend(Draft202012Validator, {"multipleOf": _exact_multiple})

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

names = st.text("abcdefgh_xyzÄé ", min_size=1, max_size=6).filter(str.strip)
numbers = st.integers(-200, 200) | st.decimals(-50, 50, places=2).map(float)


@st.composite
def strings(draw: st.DrawFn) -> JsonSchema:
    kind = draw(st.sampled_from(["free", "format", "pattern", "local"]))
    if kind == "format":
        return {"type": "string", "format": draw(st.sampled_from(["date", "date-time", "time", "uuid", "email"]))}
    if kind == "local":
        return {"type": "string", "pattern": r"^[0-9:T-]+$", "x-type": draw(st.sampled_from(["time", "datetime"]))}
    if kind == "pattern":
        return {
            "type": "string",
            "pattern": draw(
                st.sampled_from([r"^[A-Z]{2,4}$", r"[0-9]+", r"^a|b$", r"^(x|y/z)\d?$", r"^\S+\"$", "^.{2}"])
            ),
        }
    low = draw(st.integers(0, 4))
    return {"type": "string", "minLength": low, "maxLength": low + draw(st.integers(0, 12))}


@st.composite
def scalars(draw: st.DrawFn) -> JsonSchema:
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean", "enum", "const", "null"]))
    if kind == "string":
        return draw(strings())
    if kind in {"integer", "number"}:
        low = draw(numbers)
        high = low + draw(st.integers(0, 300))
        found: JsonSchema = {"type": kind}
        found |= draw(st.sampled_from([{}, {"minimum": low, "maximum": high}, {"exclusiveMinimum": low}]))
        step = draw(st.sampled_from([None, None, None, 5, 1] if kind == "integer" else [None, None, 0.01, 0.25, 2]))
        return found if step is None else {**found, "multipleOf": step}
    if kind == "enum":
        return {"enum": draw(st.lists(names | st.integers(-9, 9) | st.booleans(), min_size=1, max_size=5, unique=True))}
    return {"const": draw(names)} if kind == "const" else {"type": kind}


def objects(children: st.SearchStrategy[JsonSchema]) -> st.SearchStrategy[JsonSchema]:
    @st.composite
    def build(draw: st.DrawFn) -> JsonSchema:
        properties = draw(st.dictionaries(names, children, max_size=4))
        required = [name for name in properties if draw(st.booleans())]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    return build()


def containers(children: st.SearchStrategy[JsonSchema]) -> st.SearchStrategy[JsonSchema]:
    @st.composite
    def build(draw: st.DrawFn) -> JsonSchema:
        kind = draw(st.sampled_from(["list", "set", "tuple", "map", "union"]))
        if kind == "list":
            low = draw(st.integers(0, 2))
            return {
                "type": "array",
                "items": draw(children),
                "minItems": low,
                "maxItems": low + draw(st.integers(0, 3)),
            }
        if kind == "set":
            values = draw(st.lists(names, min_size=2, max_size=4, unique=True))
            return {"type": "array", "items": {"enum": values}, "uniqueItems": True, "minItems": 1}
        if kind == "map":
            return {"type": "object", "additionalProperties": draw(children)}
        parts = draw(st.lists(children, min_size=1, max_size=3))
        if kind == "union":
            return {"anyOf": parts}
        return {"type": "array", "prefixItems": parts, "items": False, "minItems": len(parts)}

    return build() | objects(children)


schemas = st.recursive(scalars(), containers, max_leaves=6)


@st.composite
def requests(draw: st.DrawFn) -> ProposeRequest:
    count = draw(st.integers(1, 3))
    tools = tuple(
        ToolSpec(name=f"tool_{index}", parameters=draw(objects(schemas)), returns=draw(st.none() | objects(schemas)))
        for index in range(count)
    )
    results = {"1": draw(objects(schemas))} if draw(st.booleans()) else {}
    controls = draw(st.lists(st.sampled_from(CONTROLS), unique=True))
    return ProposeRequest(
        tools=tools,
        messages=(Message(role="user", content="go"),),
        controls=tuple(controls),
        output=draw(st.none() | objects(schemas)),
        results=results,
        max_calls=draw(st.integers(1, 3)),
    )


class Noise:
    """A model without an opinion."""

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self._random = np.random.default_rng(seed)

    def logits(self) -> Logits:
        return self._random.normal(0.0, 4.0, self._size).astype(np.float32)

    def forward(self, feeds: Sequence[tuple[int, Sequence[int]]], rows: Sequence[Sequence[int]] = ()) -> list[Logits]:
        return [self.logits() for _ in range(sum(map(len, rows)) or len(feeds))]

    def drop(self, sequence: int, count: int) -> None:
        raise AssertionError(f"nothing was guessed, yet {count} tokens of sequence {sequence} are to be forgotten")


MARKS = (
    "<|end|>", "<|ask|>", "<|say|>", "<|defer|>", "<tool_call>", "</tool_call>", "<|tool_call|>", "<|/tool_call|>",
    "<start_function_call>", "<end_function_call>", "<escape>",
)  # fmt: skip
DIALECTS = {name: detect({}, "", frozenset(MARKS), wanted=name) for name in NAMES}


class _Greedy:
    """A tokenizer that takes the longest piece; the real ones need weights with the version 2 tokens."""

    bos_token_id = None

    def __init__(self, pieces: list[bytes], special: list[int]) -> None:
        self.tokens, self.special_token_ids, self.eos_token_id = pieces, special, special[0]
        self._known = {piece: token for token, piece in enumerate(pieces) if piece and token not in special}
        self._longest = max(map(len, self._known))

    def __call__(self, text: str | bytes) -> list[int]:
        data, at, found = text.encode() if isinstance(text, str) else text, 0, list[int]()
        while at < len(data):
            piece = next(data[at:end] for end in range(at + self._longest, at, -1) if data[at:end] in self._known)
            found.append(self._known[piece])
            at += len(piece)
        return found


@cache
def vocabulary() -> Vocabulary:
    """The embedded weights' pieces, and the special tokens of version 2."""
    pieces = list(Weights.load(EMBEDDED).vocabulary.pieces)
    marks = [mark.encode() for mark in MARKS]
    special = [len(pieces) + index for index in range(len(marks))]
    pieces += marks
    pieces[:6] = [b""] * 6
    tokenizer = LLTokenizer(TokenizerWrapper(_Greedy(pieces, special)))
    return Vocabulary(tuple(pieces), frozenset(special), frozenset(special[:1]), tokenizer)


def decode(constraint: Constraint, seed: int) -> Candidate:
    clock, noise = Clock(), Noise(len(vocabulary().pieces), seed)
    sampling = Sampling(temperature=2.0, seed=seed)
    candidate = Candidate(constraint, vocabulary(), sampling, index=0, room=4000, clock=clock)
    candidate.open()
    run([candidate], [noise.logits()], noise, clock, None)
    return candidate


def assert_valid(calls: Sequence[ToolCall], request: ProposeRequest) -> None:
    assert 1 <= len(calls) <= request.max_calls
    tools = {tool.name: tool for tool in request.tools}
    returns: dict[str, JsonSchema] = dict(request.results)
    for call in calls:
        if call.control is not None:
            assert len(calls) == 1
            assert call.control in request.controls
            if "output" in call.arguments:
                assert request.output is not None
                Validator(request.output, format_checker=checker).validate(call.arguments["output"])
            continue
        tool = tools[call.name]
        Validator(_with_references(tool.parameters, call.arguments, returns), format_checker=checker).validate(
            call.arguments
        )
        if tool.returns is not None:
            returns[call.id] = tool.returns


def _with_references(schema: JsonSchema, arguments: JsonObject, returns: dict[str, JsonSchema]) -> JsonSchema:
    """The schema with every argument that is a reference replaced by what a legal reference is."""
    properties = dict(schema["properties"])
    for name, value in arguments.items():
        if isinstance(value, dict) and set(value) == {"$ref", "path"} and value["$ref"] in returns:
            target = returns[str(value["$ref"])]
            for key in filter(None, str(value["path"]).split(".")):
                assert key in target["required"]
                target = target["properties"][key]
            properties[name] = True
    return {**schema, "properties": properties}


def check(request: ProposeRequest, seeds: Sequence[int], dialect: str = "nano.2") -> int:
    """Decode once per seed and hold every call to its schema; how many calls there were."""
    try:
        constraint = build_constraint(request, DIALECTS[dialect], LIMITS)
    except ToolDefinitionError as error:
        assert error.hint
        return 0
    found = 0
    for seed in seeds:
        candidate = decode(constraint, seed)
        assert not candidate.truncated, candidate.text
        calls = constraint.parse(candidate.text)
        assert_valid(calls, request)
        found += len(calls)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(request=requests(), seed=st.integers(0, 2**31), dialect=st.sampled_from(NAMES))
def test_whatever_passes_the_mask_validates(request: ProposeRequest, seed: int, dialect: str) -> None:
    check(request, [seed, seed + 1], dialect)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_thousand_calls_validate() -> None:
    found = 0

    @settings(max_examples=2500, deadline=None, suppress_health_check=SLOW, database=None)
    @given(request=requests(), dialect=st.sampled_from(NAMES))
    def many(request: ProposeRequest, dialect: str) -> None:
        nonlocal found
        found += check(request, range(6), dialect)

    while found < 20_000:
        many()
    print(f"{found} calls decoded, all valid")  # noqa: T201


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(request=requests(), seed=st.integers(0, 2**31))
def test_the_answer_as_json_schema_accepts_what_the_grammar_decodes(request: ProposeRequest, seed: int) -> None:
    request = request.model_copy(update={"max_calls": 1})
    try:
        constraint = build_constraint(request, DIALECTS["nano.2"], LIMITS)
    except ToolDefinitionError:
        return
    calls = constraint.parse(decode(constraint, seed).text)
    answer = [{"name": call.name, "arguments": call.arguments} for call in calls]
    Validator(answer_schema(request), format_checker=checker).validate(answer)


PHONE = (
    ToolSpec(
        name="set_alarm",
        description="Set an alarm",
        parameters={
            "type": "object",
            "properties": {
                "time": {"type": "string", "pattern": r"^\d\d:\d\d$", "x-type": "time"},
                "days": {"type": "array", "items": {"enum": ["mon", "tue", "sun"]}, "uniqueItems": True},
                "label": {"type": "string", "maxLength": 20},
            },
            "required": ["time"],
            "additionalProperties": False,
        },
        returns={"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
    ),
    ToolSpec(
        name="cancel_alarm",
        description="Cancel an alarm",
        parameters={
            "type": "object",
            "properties": {"id": {"type": "string", "maxLength": 12}, "from": {"type": "string", "format": "date"}},
            "required": ["id"],
            "additionalProperties": False,
        },
    ),
    ToolSpec(
        name="set_volume",
        description="Set the volume",
        parameters={
            "type": "object",
            "properties": {
                "level": {"type": "integer", "minimum": 0, "maximum": 100},
                "gain": {"type": "number", "minimum": -3.5, "maximum": 3.5},
                "stream": {"anyOf": [{"const": "media"}, {"const": "ring"}, {"type": "null"}]},
            },
            "required": ["level"],
            "additionalProperties": False,
        },
    ),
)


def sample_model(model: LlamaCppModel, rounds: int) -> int:
    """Sample the embedded weights at temperature 2 and hold every call to its schema."""
    found = 0
    texts = ["set an alarm at 7:30 on monday", "volume to 40", "cancel it from tomorrow", "what a day"]
    for seed in range(rounds):
        request = ProposeRequest(
            tools=PHONE,
            messages=(Message(role="user", content=texts[seed % len(texts)]),),
            sampling=Sampling(temperature=2.0, seed=seed, candidates=8, max_tokens=250),
        )
        proposal = model.propose(request)
        for one in (proposal, *proposal.others):
            if not one.truncated:
                assert_valid(one.calls, request)
                found += len(one.calls)
    return found


@pytest.mark.model
def test_a_real_model_at_temperature_two_gives_valid_calls() -> None:
    model = LlamaCppModel(EMBEDDED, limits=LIMITS)
    assert sample_model(model, 6) >= 40
    model.close()


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_real_model_gives_twenty_thousand_valid_calls() -> None:
    model = LlamaCppModel(EMBEDDED, limits=LIMITS)
    found = 0
    while found < 20_000:
        found += sample_model(model, 400)
    print(f"{found} calls decoded, all valid")  # noqa: T201
    model.close()
