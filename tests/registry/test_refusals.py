"""What cannot be a tool is refused with place, parameter, reason and next step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt, MultipleOf
from pydantic import Base64Bytes, BaseModel, Field

from agentkit.errors import ToolDefinitionError
from agentkit.registry import Context, OneOf, Registry, tool


class Node(BaseModel):
    children: list[Node]


class Plain:
    pass


class Open(BaseModel):
    anything: dict[str, Any]


class Blob(BaseModel):
    data: bytes


class Point(BaseModel):
    x: int


class Fixed(BaseModel, frozen=True):
    x: int


class Tags(BaseModel):
    tags: set[str]


class Twice(BaseModel):
    first: Point
    others: set[Point]


def nobody(ctx: Context) -> list[str]:
    return []


def refusal(function: Callable[..., Any], **options: Any) -> ToolDefinitionError:
    with pytest.raises(ToolDefinitionError) as caught:
        Registry([tool(**options)(function)])
    return caught.value


def place_of(function: Callable[..., Any]) -> str:
    return f"test_refusals.py:{inspect.getsourcelines(function)[1]}: "


def taking(annotation: Any, default: Any = inspect.Parameter.empty) -> Callable[..., Any]:
    def act(x: Any) -> None: ...

    act.__annotations__ = {"x": annotation}
    if default is not inspect.Parameter.empty:
        act.__defaults__ = (default,)
    return act


TYPES: list[tuple[Any, str, str, str]] = [
    (Any, "x", "may be anything (`Any`, `object` or an empty schema)", "give it a type"),
    (object, "x", "may be anything (`Any`, `object` or an empty schema)", "give it a type"),
    (dict, "x", "is an object of any shape", "name its keys"),
    (dict[str, Any], "x", "is an object of any shape", "name its keys"),
    (Open, "x.anything", "is an object of any shape", "name its keys"),
    (list[Any], "x.*", "may be anything", "give it a type"),
    (Node, "x", "has a type that contains itself (`Node`), so its values could nest without end", "flat items"),
    (Plain, "x", "has a type that has no JSON form: Unable to generate pydantic-core schema", "use str, int"),
    (Callable[[], int], "x", "has a type that has no JSON form: Cannot generate a JsonSchema", "use str, int"),
    (Iterator[int], "x", "has a type that has no JSON form", "use str, int"),
    (Annotated[int, Ge(5), Le(3)], "x", "allows no value: minimum 5 is above maximum 3", "swap or correct"),
    (Annotated[float, Gt(5), Lt(5)], "x", "allows no value: it must lie between 5 and 5", "widen the bounds"),
    (Annotated[int, Gt(5), Lt(6)], "x", "allows no value: its constraints exclude each other", "loosen"),
    (Annotated[int, Ge(1), Le(6), MultipleOf(7)], "x", "allows no value: its constraints exclude each other", "loosen"),
    (
        Annotated[str, Field(min_length=5, max_length=3)],
        "x",
        "allows no value: minLength 5 is above maxLength 3",
        "swap",
    ),
    (Annotated[str, Field(pattern="^a{9}$", max_length=3)], "x", "allows no value: its constraints exclude", "loosen"),
    (Annotated[list[int], Field(min_length=5, max_length=3)], "x", "allows no value: minItems 5 is above", "swap"),
    (Annotated[str, Field(pattern="(")], "x", "has a constraint that does not hold together: unclosed group", "Rust"),
    (Annotated[str, Field(pattern="(?=a)b")], "x", "has a constraint that does not hold together: look-around", "Rust"),
    (Literal[()], "x", "has a type without values", "list at least one value"),
    (Annotated[int, OneOf(nobody)], "x", "has OneOf on a type other than str", "Annotated[str, OneOf(…)]"),
    (dict[date, int], "x", "has keys that no grammar can bound", "use dict[str, T]"),
    (bytes, "x", "is bytes, which JSON cannot carry", "base64 text, of type `str`"),
    (bytes | None, "x", "is bytes, which JSON cannot carry", "base64 text"),
    (list[bytes], "x.*", "is bytes, which JSON cannot carry", "base64 text"),
    (list[Blob], "x.*.data", "is bytes, which JSON cannot carry", "base64 text"),
    (Blob, "x.data", "is bytes, which JSON cannot carry", "base64 text"),
    (complex, "x", "is a complex number, which JSON cannot carry", "pass two numbers"),
    (int | complex, "x", "is a complex number, which JSON cannot carry", "pass two numbers"),
    (set[list[int]], "x", "is a set of values that cannot be in a set", "take `list[T]`"),
    (frozenset[dict[str, int]], "x", "is a set of values that cannot be in a set", "take `list[T]`"),
    (set[tuple[int, list[int]]], "x", "is a set of values that cannot be in a set", "take `list[T]`"),
    (set[int | list[int]], "x", "is a set of values that cannot be in a set", "take `list[T]`"),
    (set[Blob], "x", "is a set of values that cannot be in a set", "take `list[T]`"),
    (Twice, "x", "is a set of values that cannot be in a set", "take `list[T]`"),
    (dict[bytes, int], "x", "is a map whose keys are no text", "use dict[str, T]"),
    (dict[tuple[int, int], int], "x", "is a map whose keys are no text", "use dict[str, T]"),
]


@pytest.mark.parametrize(("annotation", "where", "why", "hint"), TYPES, ids=[str(case[0])[:50] for case in TYPES])
def test_types_that_no_model_can_fill(annotation: Any, where: str, why: str, hint: str) -> None:
    function = taking(annotation)
    error = refusal(function)
    assert place_of(function) in error.message
    assert f"parameter `{where}` of tool `act` {why}" in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("annotation", "default", "why"),
    [
        (int, None, "defaults to None and its type does not allow None"),
        (int, "x", 'has a default that its own type refuses: argument `x` of `act` must be an integer, got "x"'),
        (
            Annotated[int, Le(5)],
            9,
            "has a default that its own type refuses: argument `x` of `act` must be at most 5, got 9",
        ),
        (float, float("nan"), "has a default that JSON cannot carry"),
        (Annotated[int, Field(ge=1)], Field(0), "has a default that its own type refuses"),
    ],
)
def test_defaults_that_do_not_fit(annotation: Any, default: Any, why: str) -> None:
    error = refusal(taking(annotation, default))
    assert f"parameter `x` of tool `act` {why}" in error.message
    assert error.hint


def positional(x: int, /) -> None: ...
def starred(*xs: int) -> None: ...
def keywords(**more: int) -> None: ...
def untyped(x) -> None: ...  # type: ignore[no-untyped-def]
def unknown(x: Missing) -> None: ...  # type: ignore[name-defined]  # noqa: F821
def generator(x: int) -> Iterator[int]:
    yield x


def described(x: int) -> None:
    """Act.

    Args:
        y: not there
    """


class Lamp:
    def dim(self, level: int) -> None: ...


FUNCTIONS: list[tuple[Callable[..., Any], str, str, str]] = [
    (positional, "parameter `x` of tool `positional`", "is positional-only", "remove the `/`"),
    (starred, "parameter `*xs` of tool `starred`", "takes any number of values", "one `list[T]`"),
    (keywords, "parameter `**more` of tool `keywords`", "takes any keyword", "one pydantic model"),
    (untyped, "parameter `x` of tool `untyped`", "has no type", "write `x: str`, or the type it has"),
    (
        unknown,
        "tool `unknown`",
        "has an annotation that names nothing: name 'Missing' is not defined",
        "import or define",
    ),
    (generator, "tool `generator`", "is a generator", "ctx.progress"),
    (described, "parameter `y` of tool `described`", "is described in the docstring and does not exist", "rename"),
    (Lamp.dim, "parameter `self` of tool `dim`", "has no type", "tool(instance.method)"),
]


@pytest.mark.parametrize(
    ("function", "subject", "why", "hint"), FUNCTIONS, ids=[case[0].__name__ for case in FUNCTIONS]
)
def test_functions_that_no_model_can_call(function: Callable[..., Any], subject: str, why: str, hint: str) -> None:
    error = refusal(function)
    assert place_of(function) in error.message
    assert f"{subject} {why}" in error.message
    assert hint in error.hint


def test_classes_and_builtins_are_no_tools() -> None:
    assert refusal(Lamp).message == "tool `Lamp` is a class"
    assert refusal(print).message == "parameter `*args` of tool `print` takes any number of values"


def act(x: int) -> None: ...


async def later(x: int) -> str | None: ...
def other(z: int) -> str | None: ...


OPTIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": "ask"}, "tool `ask` is named like the control `ask`", "give it another name"),
    ({"name": "two words"}, "tool `two words` has a name that is no identifier", "1 to 64 letters"),
    ({"name": "x" * 65}, "has a name that is no identifier", "1 to 64 letters"),
    ({"effect": "wild"}, "tool `act` has the unknown effect `wild`", "choose one of read, write"),
    ({"timeout": 2}, "tool `act` has the unknown option `timeout`", "did you mean `timeout_s`?"),
    ({"colour": "red"}, "tool `act` has the unknown option `colour`", "the options are effect, idempotent"),
    ({"returns_origin": "nice"}, "tool `act` has the unknown origin `nice`", "trusted, untrusted"),
    ({"timeout_s": 0}, "has a timeout of 0 s", "above 0"),
    ({"private": ("y",)}, "parameter `y` of tool `act` is declared private and does not exist", "name one of x"),
    ({"dry_run": later}, "tool `act` has an async dry run", "plain function"),
    ({"precondition": later}, "tool `act` has an async precondition", "plain function"),
    (
        {"precondition": other},
        "parameter `z` of tool `act` is asked for by the precondition and does not exist",
        "has x",
    ),
]


@pytest.mark.parametrize(("options", "why", "hint"), OPTIONS, ids=[next(iter(case[0])) for case in OPTIONS])
def test_options_that_do_not_fit(options: dict[str, Any], why: str, hint: str) -> None:
    error = refusal(act, **options)
    assert why in error.message
    assert hint in error.hint


def test_faults_without_types_are_found_where_the_tool_is_made() -> None:
    with pytest.raises(ToolDefinitionError):
        tool(keywords)


def test_nesting_has_an_end() -> None:
    annotation: Any = int
    for _ in range(12):
        annotation = list[annotation]
    assert "nests deeper than 8 levels" in refusal(taking(annotation)).message


def test_size_has_an_end() -> None:
    class Wide(BaseModel):
        a: tuple[int, int, int, int, int, int, int, int]

    wide = refusal(taking(tuple[(Wide,) * 60]))
    assert "has a schema of" in wide.message
    assert "512 are allowed" in wide.message


def test_one_context_is_enough() -> None:
    def act(first: Context, second: Context) -> None: ...

    assert "parameter `second` of tool `act` is a second context" in refusal(act).message


def test_a_provider_of_choices_takes_the_context_or_nothing() -> None:
    def pick(who: Annotated[str, OneOf(lambda: ["Ada"])]) -> None:
        """Pick."""

    spec = tool(pick).resolve(Context())
    assert spec is not None
    assert spec.parameters["properties"]["who"]["enum"] == ["Ada"]

    def two(ctx: Context, more: int) -> list[str]:
        return []

    with pytest.raises(ToolDefinitionError, match="cannot list choices"):
        OneOf(two)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("annotation", "given", "value"),
    [
        (Base64Bytes, "aGk=", b"hi"),
        (set[Fixed], [{"x": 1}, {"x": 1}], {Fixed(x=1)}),
        (set[tuple[int, str]], [[1, "a"]], {(1, "a")}),
        (dict[int, str], {"3": "a"}, {3: "a"}),
        (frozenset[int], [1, 1], frozenset({1})),
        (list[Tags], [{"tags": ["a", "a"]}], [Tags(tags={"a"})]),
    ],
)
def test_types_that_say_how_json_carries_them(annotation: Any, given: Any, value: Any) -> None:
    assert Registry([taking(annotation)]).get("act").validate({"x": given}) == {"x": value}


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (bytes, "has a result that is bytes, which JSON cannot carry"),
        (list[Blob], "has a result that at `*.data` is bytes, which JSON cannot carry"),
        (complex, "has a result that is a complex number, which JSON cannot carry"),
    ],
)
def test_results_that_would_become_text(annotation: Any, why: str) -> None:
    function = taking(int)
    function.__annotations__["return"] = annotation
    error = refusal(function)
    assert f"tool `act` {why}" in error.message
    assert error.hint
