"""What a tool pack may bring beside its tools: functions that the command line calls, found by their names.

A pack's files may define any of these (the types are the contract; a pack need not import them):

    def drivers() -> Sequence[str]                       the ways to reach what the tools work on, the usual one first
    def stage(*, name, request, driver, deps) -> Stage   one task set up, shown, recorded and judged
    def replay(stages, kind) -> str                      recorded stages as `html`, or the last as a picture, `svg`
    def evaluate(wanted, model, tell) -> Iterator[Report]    the pack's own tasks, arm by arm

Knows nothing of any pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from pydantic import Field

from agentkit.events import AnyEvent
from agentkit.models.base import Model
from agentkit.registry.packs import locate, module_of
from agentkit.types import JsonObject, Run, Value

HookName = Literal["drivers", "stage", "replay", "evaluate"]
Tell = Callable[[str, int, int], None]
"""Progress: what is under way, how many tasks are done, of how many."""


class Judged(Value):
    """What a pack says of a run: whether it did what was asked (None: nobody can tell), and why not."""

    done: bool | None = None
    reason: str = ""
    best_steps: int | None = None


class Stage(Protocol):
    """One task, set up: what is said to the agent, what its tools get, and what is there to see."""

    @property
    def request(self) -> str:
        """What is asked of the agent."""
        ...

    @property
    def deps(self) -> Any:
        """What the pack's tools get."""
        ...

    @property
    def lasting(self) -> bool:
        """Whether what is worked on outlives the process, so that a run on it can be resumed."""
        ...

    def listen(self, event: AnyEvent) -> None:
        """Take an event of the run in, for the record."""
        ...

    def picture(self, width: int, height: int) -> Sequence[str]:
        """What there is to see now, as lines of `width` characters, at most `height`."""
        ...

    def judge(self, run: Run) -> Judged:
        """Whether the run did it; called once, at the end."""
        ...

    def close(self) -> None:
        """Let go of what the stage holds."""
        ...


class StageHook(Protocol):
    """`stage` of a pack; raises `WiringError` for a driver or a task that there is not."""

    def __call__(self, *, name: str, request: str, driver: str | None, deps: Any) -> Stage:
        """Set up a task by its name in the spec and its words, on a driver or on the agent's own deps."""
        ...


class Wanted(Value):
    """What to evaluate: a split, so many tasks per template, with disturbances or not, and which arms."""

    split: str = "test"
    seeds: int = Field(default=1, ge=1)
    rough: bool = False
    arms: tuple[str, ...] = ()
    limit: int | None = None


class Report(Protocol):
    """What one arm gave."""

    @property
    def arm(self) -> str:
        """The arm's name."""
        ...

    def table(self) -> str:
        """The figures, as a Markdown table that reads on a terminal too."""
        ...

    def beside(self, reports: Sequence[Any]) -> str:
        """The figures of several arms in one table; this one is the first of them."""
        ...

    def as_json(self) -> JsonObject:
        """The same figures as JSON."""
        ...

    def tasks(self) -> Iterator[JsonObject]:
        """Each task: what was asked, and what came of it."""
        ...

    def page(self) -> str:
        """The recorded runs as one HTML page."""
        ...


class EvaluateHook(Protocol):
    """`evaluate` of a pack; raises `WiringError` for a split or an arm that there is not, with those that there are."""

    def __call__(self, wanted: Wanted, model: Model, tell: Tell) -> Iterator[Report]:
        """Run the tasks arm by arm over a local model."""
        ...


def hook(pack: str | Path, name: HookName) -> Callable[..., Any] | None:
    """The function of this name that a file of the pack defines, or None."""
    path = locate(pack)
    files = sorted(path.glob("[!_]*.py")) if path.is_dir() else [path] if path.suffix == ".py" else []
    for file in files:
        module = module_of(file)
        found = getattr(module, name, None)
        if callable(found) and getattr(found, "__module__", "") == module.__name__:
            return cast("Callable[..., Any]", found)
    return None
