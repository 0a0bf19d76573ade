"""The stages that a spec's tool pack sets up for its tasks: what is worked on, seen, recorded and judged.

Knows nothing of any pack; without one that has stages, tasks run as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agentkit.cli.console import err
from agentkit.errors import WiringError

if TYPE_CHECKING:
    from agentkit.evaluate.hooks import Stage, StageHook
    from agentkit.registry import Registry
    from agentkit.spec import Task


_KINDS = {".html": "html", ".htm": "html", ".svg": "svg"}


class Stages:
    """The first pack of a registry that has stages; `driver` is one of its own, `replay` where its record goes."""

    def __init__(self, registry: Registry, driver: str | None, replay: Path | None) -> None:
        from agentkit.evaluate.hooks import hook

        sources = {tool.pack: tool.source for tool in registry if tool.source}
        found = ((pack, source, hook(source, "stage")) for pack, source in sources.items())
        self.pack, self._source, made = next((each for each in found if each[2] is not None), ("", "", None))
        self._hook = cast("StageHook | None", made)
        self._driver = driver
        self._replay = replay
        self._done: list[Stage] = []
        if driver is not None:
            self._check(driver)
        if replay is not None and self._replay_hook is None:
            raise WiringError("`--replay`: no tool pack of this spec records its runs", hint="the pack `phone` does")
        self._kind = "" if replay is None else _KINDS.get(replay.suffix.lower(), "")
        if replay is not None and not self._kind:
            raise WiringError(f"`--replay`: {replay} is neither .html nor .svg", hint="e.g. --replay out.html")
        if replay is not None and not replay.absolute().parent.is_dir():
            raise WiringError(f"`--replay`: there is no folder {replay.parent}", hint="make it first")

    @property
    def any(self) -> bool:
        """Whether a task had a stage."""
        return bool(self._done)

    @contextmanager
    def up(self, task: Task, deps: Any) -> Generator[Stage | None]:
        """The stage for a task; None when no pack has any."""
        if self._hook is None:
            yield None
            return
        stage = self._hook(name=task.name, request=task.task, driver=self._driver, deps=deps)
        self._done.append(stage)
        try:
            yield stage
        finally:
            stage.close()

    def deps(self, stage: Stage, given: Any) -> Any:
        """What the agent's tools get: what it was given, with the stage's own in place of the pack's."""
        if isinstance(given, Mapping):
            return {**cast("Mapping[str, Any]", given), self.pack: stage.deps}
        return stage.deps

    def conclude(self) -> None:
        """Write the record, where one is wanted."""
        replay = self._replay_hook
        if self._replay is not None and replay is not None and self._done:
            self._replay.write_text(replay(self._done, self._kind), encoding="utf-8")
            err().print(f"replay: {self._replay}", soft_wrap=True, markup=False)

    @property
    def _replay_hook(self) -> Callable[[Sequence[Stage], str], str] | None:
        from agentkit.evaluate.hooks import hook

        return hook(self._source, "replay") if self._source else None

    def _check(self, driver: str) -> None:
        from agentkit.evaluate.hooks import hook

        drivers = hook(self._source, "drivers") if self._source else None
        if drivers is None:
            raise WiringError("`--driver`: no tool pack of this spec has drivers", hint="the pack `phone` has")
        names: Sequence[str] = drivers()
        if driver not in names:
            hint = f"name one of them, or leave `--driver` out for {names[0]}"
            raise WiringError(f"no driver `{driver}`; the drivers are {', '.join(names)}", hint=hint)
