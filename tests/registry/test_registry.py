from __future__ import annotations

import subprocess
import sys
import types
from typing import Annotated

import pytest

from agentkit.errors import ToolDefinitionError, WiringError
from agentkit.registry import Context, OneOf, Registry, Tool, UnknownToolError, tool


@tool
def alpha(x: int) -> int:
    """The first."""
    return x


@tool(name="beta")
def second() -> None: ...


def plain(text: str) -> str:
    """A plain function."""
    return text


def test_tools_keep_the_order_of_registration() -> None:
    registry = Registry([second, plain, alpha])
    assert [each.name for each in registry] == ["beta", "plain", "alpha"]
    assert [spec.name for spec in registry.specs] == ["beta", "plain", "alpha"]
    assert [spec.name for spec in registry.resolve(Context())] == ["beta", "plain", "alpha"]
    assert len(registry) == 3
    assert "beta" in registry
    assert "second" not in registry
    assert repr(registry) == "<registry beta, plain, alpha>"


def test_plain_functions_become_tools() -> None:
    made = Registry([plain]).get("plain")
    assert isinstance(made, Tool)
    assert made.spec.description == "A plain function."


def test_the_same_tool_twice_is_one_and_another_of_its_name_is_refused() -> None:
    registry = Registry([alpha, alpha])
    assert len(registry) == 1

    @tool(name="alpha")
    def other() -> None: ...

    with pytest.raises(ToolDefinitionError, match=r"tool `alpha` has the name of another tool, .*test_registry.py:\d+"):
        registry.add(other)


def test_an_unknown_name_lists_the_tools_and_the_nearest() -> None:
    registry = Registry([alpha, second])
    with pytest.raises(UnknownToolError) as caught:
        registry.get("alhpa")
    assert caught.value.message == "no tool `alhpa`; the tools are alpha, beta"
    assert caught.value.hint == "did you mean `alpha`?"
    with pytest.raises(UnknownToolError) as caught:
        registry.get("zzz")
    assert caught.value.hint == ""
    with pytest.raises(WiringError, match=r"^no tool `x`; there are no tools$"):
        Registry().get("x")


def test_tools_without_choices_are_not_offered() -> None:
    def names(ctx: Context) -> list[str]:
        return ctx.deps or []

    @tool
    def call(name: Annotated[str, OneOf(names)]) -> None: ...

    registry = Registry([call, alpha])
    assert [spec.name for spec in registry.resolve(Context())] == ["alpha"]
    offered = registry.resolve(Context(deps=["Ada"]))
    assert [spec.name for spec in offered] == ["call", "alpha"]
    assert offered[0].parameters["properties"]["name"]["enum"] == ["Ada"]


def test_a_module_gives_the_tools_it_defines() -> None:
    module = types.ModuleType("made")
    source = (
        "from agentkit import tool\n@tool\ndef one(x: int) -> int: return x\n@tool\ndef two() -> None: ...\nuno = one\n"
    )
    exec(source, module.__dict__)
    module.__dict__["alpha"] = alpha
    assert [each.name for each in Registry([module])] == ["one", "two"]


def test_importing_the_registry_loads_no_parser_validator_or_compiler() -> None:
    heavy = ("griffe", "jsonschema", "llguidance", "numpy", "llama_cpp")
    code = f"import agentkit.registry, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
