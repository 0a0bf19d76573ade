"""What an agent may be given: wrong arguments are named where they are passed, with what was likely meant.

Pure. Knows nothing of what the arguments are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_args

from agentkit.decide import Trust
from agentkit.errors import WiringError
from agentkit.graph.session import LoopKind
from agentkit.registry import Registry, Tool


def check(*, model: object, remote: object, trust: object, output: object, max_steps: object, loop: object) -> None:
    """Raises `WiringError` for an argument that no agent can work with."""
    _one_of("trust", trust, get_args(Trust))
    if loop is not None:
        _one_of("loop", loop, get_args(LoopKind))
    if max_steps is not None and (not isinstance(max_steps, int) or isinstance(max_steps, bool) or max_steps < 1):
        raise WiringError(f"max_steps is {max_steps!r}", hint="a run needs at least one step, as in `max_steps=12`")
    if isinstance(output, str):
        raise WiringError(f"output is the text {output!r}, not a type", hint="pass the type itself: `output=MyModel`")
    if isinstance(remote, str | Path):
        hint = "name server and model: `remote=RemoteConfig(model=…, base_url=…)`, from agentkit.spec"
        raise WiringError(f"remote is the text {str(remote)!r}, not a model", hint=hint)
    if isinstance(model, str) and model != "embedded" and not model.endswith(".gguf") and not Path(model).exists():
        near = get_close_matches(model, ["embedded"])
        hint = "did you mean 'embedded'?" if near else "pass 'embedded', the path of a GGUF file or an engine"
        raise WiringError(f"there is no model {model!r}", hint=hint)


def tools(given: Any) -> Registry:
    """The registry of the tools that were given: several, or one alone."""
    if isinstance(given, Registry):
        return given
    if isinstance(given, Tool | str | Path) or (callable(given) and not isinstance(given, Iterable)):
        given = [given]
    if not isinstance(given, Iterable):
        raise WiringError(f"tools is {given!r}, not a list of tools", hint="Agent(tools=[my_function])")
    return Registry(cast("Iterable[Any]", given))


def task(given: object) -> str:
    """The task, if it is a text."""
    if not isinstance(given, str):
        raise WiringError(f"the task is {given!r}, not a text", hint='agent.run("what to do")')
    return given


def _one_of(name: str, given: object, known: tuple[str, ...]) -> None:
    if given in known:
        return
    near = get_close_matches(str(given), known, n=1)
    listed = ", ".join(repr(one) for one in known)
    raise WiringError(f"{name} is {given!r}", hint=f"did you mean {near[0]!r}?" if near else f"it is one of {listed}")
