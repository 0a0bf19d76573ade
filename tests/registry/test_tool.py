from __future__ import annotations

import asyncio
import enum
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, Any, cast

import pytest
from annotated_types import Ge, Le
from pydantic import BaseModel

from agentkit.errors import Failed, Retry, RunError, WiringError
from agentkit.registry import ArgumentError, Context, OneOf, Tool, tool
from agentkit.types import Effect, ToolSpec


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Guest(BaseModel):
    name: str
    age: int | None = None


def people(ctx: Context[Any]) -> list[str]:
    return ctx.deps["people"]


def with_people(*names: str) -> Context:
    return Context(deps={"people": list(names)})


def test_calling_a_tool_calls_the_function_unchanged() -> None:
    @tool
    def double(x: int) -> int:
        return x * 2

    assert double(21) == 42
    assert double("ab") == "abab"  # type: ignore[arg-type]


def test_the_spec_says_what_was_declared() -> None:
    @tool(name="ring_bell", effect="external", timeout_s=2, private=("who",), isolate=True, returns_origin="untrusted")
    def ring(who: str) -> bool:
        """Ring a bell."""
        return bool(who)

    assert ring.spec == ToolSpec(
        name="ring_bell",
        description="Ring a bell.",
        parameters={
            "type": "object",
            "properties": {"who": {"type": "string"}},
            "required": ["who"],
            "additionalProperties": False,
        },
        returns={"type": "boolean"},
        effect=Effect.EXTERNAL,
        idempotent=False,
        timeout_s=2,
        private=("who",),
    )
    assert ring.isolate
    assert ring.returns_origin == "untrusted"


@pytest.mark.parametrize(
    ("effect", "declared", "idempotent"),
    [("read", None, True), ("write", None, False), ("write", True, True), ("read", False, False)],
)
def test_reads_are_idempotent_unless_declared_otherwise(effect: Any, declared: bool | None, idempotent: bool) -> None:
    options: dict[str, Any] = {} if declared is None else {"idempotent": declared}

    @tool(effect=effect, **options)
    def act() -> None: ...

    assert act.spec.idempotent is idempotent


def test_a_function_gets_typed_values() -> None:
    @tool
    def book(  # noqa: PLR0917
        day: date, at: time, until: datetime, stay: timedelta, guests: list[Guest], colour: Colour, where: Path
    ) -> dict[str, Any]:
        return locals()

    arguments: dict[str, Any] = {
        "day": "2025-01-31",
        "at": "07:30",
        "until": "2025-02-01T10:00",
        "stay": "P1DT2H",
        "guests": [{"name": "Ada"}],
        "colour": "blue",
        "where": "a/b",
    }
    assert book.invoke(arguments, Context()) == {
        "day": date(2025, 1, 31),
        "at": time(7, 30),
        "until": datetime(2025, 2, 1, 10, 0),
        "stay": timedelta(days=1, hours=2),
        "guests": [Guest(name="Ada")],
        "colour": Colour.BLUE,
        "where": Path("a/b"),
    }


def test_what_is_left_out_is_filled_with_a_fresh_default() -> None:
    @tool
    def collect(item: str, into: list[str] = []) -> list[str]:  # noqa: B006
        into.append(item)
        return into

    assert collect.invoke({"item": "a"}, Context()) == ["a"]
    assert collect.invoke({"item": "b"}, Context()) == ["b"]


def test_null_for_what_may_be_left_out_counts_as_left_out() -> None:
    @tool
    def greet(guest: Guest, others: list[Guest] | None = None, times: int = 1, note: str | None = None) -> None: ...

    given: Any = {
        "guest": {"name": "A", "age": None},
        "others": [{"name": "B", "age": None}],
        "times": None,
        "note": None,
    }
    assert greet.validate(given) == {"guest": Guest(name="A"), "others": [Guest(name="B")], "times": 1, "note": None}
    with pytest.raises(ArgumentError, match="must be an object"):
        greet.validate({"guest": None})


def test_null_is_kept_where_the_type_takes_it() -> None:
    @tool
    def dim(level: int | None = 50) -> None: ...

    assert dim.validate({"level": None}) == {"level": None}
    assert dim.validate({}) == {"level": 50}


@pytest.mark.parametrize("annotation", [Context, Context[Any], Context | None, Annotated[Context, "x"]])
def test_the_context_is_injected_and_not_shown(annotation: Any) -> None:
    def seen(ctx: Any, x: int) -> tuple[Any, int]:
        return ctx, x

    seen.__annotations__ = {"ctx": annotation, "x": int}
    made: Tool = tool(seen)
    ctx = Context(run_id="r")
    assert list(made.spec.parameters["properties"]) == ["x"]
    assert made.invoke({"x": 1}, ctx) == (ctx, 1)
    with pytest.raises(ArgumentError, match="no argument `ctx`"):
        made.invoke({"x": 1, "ctx": 2}, ctx)


def test_an_async_function_gives_a_coroutine() -> None:
    @tool
    async def double(x: int) -> int:
        await asyncio.sleep(0)
        return x * 2

    @tool
    def plain() -> None: ...

    assert double.is_async
    assert not plain.is_async
    assert asyncio.run(double.invoke({"x": 2}, Context())) == 4
    with pytest.raises(ArgumentError):
        double.invoke({"x": "2"}, Context())


def test_what_a_function_raises_comes_through() -> None:
    @tool
    def fail(how: str) -> None:
        raise Retry(how) if how == "retry" else Failed(how)

    with pytest.raises(Retry, match="retry"):
        fail.invoke({"how": "retry"}, Context())
    with pytest.raises(Failed, match="other"):
        fail.invoke({"how": "other"}, Context())


def test_types_of_an_enclosing_function_are_found() -> None:
    class Local(BaseModel):
        x: int

    @tool
    def take(local: Local) -> int:
        return local.x

    assert take.invoke({"local": {"x": 3}}, Context()) == 3


def test_types_defined_after_the_tool_are_found() -> None:
    @tool
    def take(later: Later) -> int:
        return later.x

    assert take.invoke({"later": {"x": 3}}, Context()) == 3


class Later(BaseModel):
    x: int


def test_bound_methods_and_callable_objects_are_tools() -> None:
    class Lamp:
        level = 0

        def dim(self, level: Annotated[int, Ge(0), Le(100)]) -> int:
            """Dim the lamp."""
            self.level = level
            return level

        def __call__(self, level: int) -> int:
            return level + self.level

    lamp = Lamp()
    dim: Tool = tool(lamp.dim)
    assert dim.name == "dim"
    assert dim.invoke({"level": 7}, Context()) == 7
    assert lamp.level == 7
    whole: Tool = tool(name="lamp")(lamp)
    assert whole.invoke({"level": 1}, Context()) == 8
    assert tool(lamp).name == "Lamp"


def test_what_a_partial_fixes_is_not_shown() -> None:
    def scale(value: float, factor: object) -> float:
        """Scale a value."""
        return value * cast(float, factor)

    double: Tool = tool(partial(scale, factor=2))
    assert (double.name, double.spec.description) == ("scale", "Scale a value.")
    assert list(double.spec.parameters["properties"]) == ["value"]
    assert "test_tool.py:" in double.site.place
    assert double.invoke({"value": 2.5}, Context()) == 5


def test_decorated_functions_keep_their_types() -> None:
    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return inner

    @tool
    @logged
    def double(x: int) -> int:
        """Double."""
        return x * 2

    assert double.invoke({"x": 2}, Context()) == 4
    assert double.spec.description == "Double."


# Dynamic enums


@tool
def write_to(to: Annotated[str, OneOf(people)], text: str, cc: list[Annotated[str, OneOf(people)]] = []) -> str:  # noqa: B006
    """Write to people."""
    return f"{to}: {text} {cc}"


@tool
def greet(text: str, to: Annotated[str, OneOf(people)] | None = None) -> str:
    return f"{text} {to}"


def test_the_static_spec_shows_plain_strings() -> None:
    assert write_to.spec.dynamic == ("to", "cc")
    assert write_to.spec.parameters["properties"]["to"] == {"type": "string"}


def test_resolving_fills_the_choices_of_the_moment() -> None:
    for names in (["Ada", "Ben"], ["Chen"]):
        spec = write_to.resolve(with_people(*names))
        assert spec is not None
        assert spec.parameters["properties"]["to"] == {"type": "string", "enum": names}
        assert spec.parameters["properties"]["cc"]["items"] == {"type": "string", "enum": names}
    assert write_to.spec.parameters["properties"]["to"] == {"type": "string"}


def test_choices_are_listed_once_and_never_empty() -> None:
    spec = greet.resolve(with_people("Ada", "", "Ada"))
    assert spec is not None
    assert spec.parameters["properties"]["to"]["enum"] == ["Ada"]


def test_without_choices_a_required_argument_hides_the_tool_and_an_optional_one_is_left_out() -> None:
    assert write_to.resolve(with_people()) is None
    spec = greet.resolve(with_people())
    assert spec is not None
    assert list(spec.parameters["properties"]) == ["text"]


def test_choices_bind_when_a_context_is_given() -> None:
    arguments: Any = {"to": "Zoe", "text": "hi"}
    assert write_to.validate(arguments) == {"to": "Zoe", "text": "hi", "cc": []}
    with pytest.raises(ArgumentError, match='must be one of "Ada", got "Zoe"'):
        write_to.validate(arguments, with_people("Ada"))
    with pytest.raises(ArgumentError, match=r"`cc.0` of `write_to` must be"):
        write_to.invoke({"to": "Ada", "text": "hi", "cc": ["Zoe"]}, with_people("Ada"))


def test_a_call_of_a_tool_without_choices_says_so() -> None:
    with pytest.raises(ArgumentError) as caught:
        write_to.invoke({"to": "Ada", "text": "hi"}, with_people())
    assert str(caught.value) == "`write_to` cannot be called now: there is nothing to choose for `to`"


def test_a_provider_that_fails_is_named() -> None:
    with pytest.raises(
        RunError, match=r"the choices of `to` of `write_to` could not be listed by `people`: 'people'"
    ) as caught:
        write_to.resolve(Context(deps={}))
    assert "test_tool.py:" in caught.value.hint


# Preconditions


def test_a_precondition_sees_typed_values_and_the_context() -> None:
    seen: list[Any] = []

    def not_past(day: date, ctx: Context) -> str | None:
        seen.append((day, ctx.run_id))
        return None if day >= ctx.now.date() else f"{day} has passed"

    @tool(precondition=not_past)
    def book(day: date, nights: int = 1) -> None: ...

    ctx = Context(run_id="r", now=datetime(2025, 6, 1, tzinfo=UTC))
    assert book.precondition({"day": "2025-06-02"}, ctx) is None
    assert book.precondition({"day": "2025-05-31"}, ctx) == "2025-05-31 has passed"
    assert seen == [(date(2025, 6, 2), "r"), (date(2025, 5, 31), "r")]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, None),
        (True, None),
        ("", None),
        ("no", "no"),
        (False, "`act` cannot be called now: `ready` does not hold"),
    ],
)
def test_what_a_precondition_may_answer(answer: Any, why: str | None) -> None:
    def ready() -> Any:
        return answer

    @tool(precondition=ready)
    def act(x: int) -> None: ...

    assert act.precondition({"x": 1}, Context()) == why


def test_without_precondition_everything_can_be_called() -> None:
    @tool
    def act(x: int) -> None: ...

    assert act.precondition({"x": 1}, Context()) is None


def test_a_dry_run_has_the_same_form() -> None:
    def rehearse(x: int) -> str | None:
        return "too much" if x > 3 else None

    @tool(dry_run=rehearse)
    def act(x: int) -> None: ...

    assert act.dry_run({"x": 4}, Context()) == "too much"
    assert act.dry_run({"x": 3}, Context()) is None
    assert act.precondition({"x": 4}, Context()) is None


# Results


class Opaque:
    def __str__(self) -> str:
        return "opaque"


@pytest.mark.parametrize(
    ("returns", "value", "json"),
    [
        (Guest, Guest(name="A"), {"name": "A", "age": None}),
        (list[Guest], [Guest(name="A")], [{"name": "A", "age": None}]),
        (date, date(2025, 1, 31), "2025-01-31"),
        (timedelta, timedelta(minutes=5), "PT5M"),
        (float, math.inf, "Infinity"),
        (None, None, None),
        (int, "12", 12),
        (Guest, {"name": "A"}, {"name": "A"}),
        (list[int], iter([1, 2]), [1, 2]),
        (Any, {"when": date(2025, 1, 31), "who": Opaque()}, {"when": "2025-01-31", "who": "opaque"}),
        (Any, {1, 2}, [1, 2]),
    ],
)
def test_results_are_written_as_json(returns: Any, value: Any, json: Any) -> None:
    def give() -> Any: ...

    give.__annotations__ = {"return": returns}
    assert tool(give).to_json(value) == json


@pytest.mark.parametrize(
    ("returns", "value", "said"),
    [
        (int, "abc", "`give` should return int and returned 'abc' (str): Input should be a valid integer"),
        (Guest, {"age": 3}, "`give` should return Guest and returned {'age': 3} (dict) at `name`: Field required"),
        (list[int], [1, "x"], "`give` should return list[int] and returned [1, 'x'] (list) at `1`: Input should be"),
        (None, 3, "`give` should return None and returned 3 (int): Input should be None"),
    ],
)
def test_a_result_that_is_not_of_the_declared_type_is_a_failure(returns: Any, value: Any, said: str) -> None:
    def give() -> Any: ...

    give.__annotations__ = {"return": returns}
    with pytest.raises(Failed) as caught:
        tool(give).to_json(value)
    assert str(caught.value).startswith(said)


def test_an_instance_of_a_subclass_is_a_result() -> None:
    class Friend(Guest):
        since: int = 3

    def give() -> Guest: ...  # pyright: ignore[reportReturnType]

    give.__annotations__ = {"return": Guest}
    assert tool(give).to_json(Friend(name="A")) == {"name": "A", "age": None}


# The context


def test_dependencies_are_found_by_type_and_name() -> None:
    assert Context(deps=Guest(name="A")).need(Guest).name == "A"
    assert Context(deps={"guest": Guest(name="A"), "n": 3}).need(int) == 3
    assert Context(deps=[1, Guest(name="A")]).need(Guest).name == "A"
    assert Context(deps={"a": Path("a"), "b": Path("b")}).need(Path, "b") == Path("b")
    assert Context(deps=Guest(name="A", age=4)).need(int, "age") == 4
    assert Context(deps={"a": Path("a")}).find(Path, "b") is None
    assert Context().find(Guest) is None
    with pytest.raises(WiringError, match="a tool needs a Path named `b` and the agent was given none"):
        Context(deps={"a": Path("a")}).need(Path, "b")


def test_progress_reaches_the_listener() -> None:
    lines: list[str] = []
    Context(on_progress=lines.append).progress("half")
    Context().progress("nobody listens")
    assert lines == ["half"]


def test_a_pack_marks_its_tools_without_changing_them() -> None:
    marked = greet.from_pack("post", "/packs/post.py")
    assert (marked.spec.pack, marked.source, greet.spec.pack) == ("post", "/packs/post.py", "")
    function: Callable[..., Any] = marked.function
    assert function is greet.function
