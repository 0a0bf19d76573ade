"""`agentkit eval`: how well a model proposes the calls of a suite, or does the tasks that a tool pack brings.

Knows nothing of the matching rules or of any pack. A suite is a file of JSON lines of agentkit's own, or one of BFCL's
categories; a folder stands for the BFCL categories in it. A pack's own evaluation is the hook of that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import JsonValue

from agentkit.cli import options
from agentkit.cli.console import err, print_json
from agentkit.errors import WiringError

if TYPE_CHECKING:
    from agentkit.evaluate.hooks import EvaluateHook, Report, Wanted
    from agentkit.evaluate.table import Table
    from agentkit.models import Model

_WHAT = typer.Argument(
    metavar="WHAT...",
    help="Suites, BFCL categories or a folder of those; or a tool pack with tasks.",
    show_default=False,
)
_MODEL = typer.Option("--model", metavar="GGUF", help="Weights to score; without, the model in the box.")
_LIMIT = typer.Option("--limit", metavar="N", min=1, help="Only so many rows or templates of each, spread evenly.")
_FREE = typer.Option("--free", help="Suites: decode without the grammar too, in columns beside it.")
_FIT = typer.Option("--fit-calibration", metavar="OUT", help="Suites: fit a calibration on the answers; write it here.")
_SPLIT = typer.Option("--split", metavar="NAME", help="Packs: which tasks; on `train` only the values are new.")
_SEEDS = typer.Option("--seeds", metavar="N", min=1, help="Packs: tasks drawn from each template.")
_ROUGH = typer.Option("--rough", help="Packs: with all disturbances switched on.")
_ARM = typer.Option("--arm", metavar="NAME", help="Packs: what to run, several times for several; `all` for all.")
_REPLAY = typer.Option("--replay", metavar="HTML", help="Packs: write what ran as a page (one page per arm).")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("eval")(evaluate)


def evaluate(
    what: Annotated[list[str], _WHAT],
    *,
    model: Annotated[Path | None, _MODEL] = None,
    limit: Annotated[int | None, _LIMIT] = None,
    free: Annotated[bool, _FREE] = False,
    fit: Annotated[Path | None, _FIT] = None,
    split: Annotated[str | None, _SPLIT] = None,
    seeds: Annotated[int | None, _SEEDS] = None,
    rough: Annotated[bool, _ROUGH] = False,
    arms: Annotated[list[str] | None, _ARM] = None,
    replay: Annotated[Path | None, _REPLAY] = None,
    as_json: Annotated[bool, options.JSON] = False,
) -> None:
    """Score a model on suites of requests with the calls expected, or on a pack's tasks; with 95 % intervals.

    A suite holds one JSON object a line: `tools`, `messages`, `expected` calls. BFCL's files are scored by BFCL's
    matching rules; their possible answers must lie in `possible_answer` beside them. A pack such as `phone` brings
    tasks that a whole agent does; an arm is the agent, or the agent without one of its parts.
    """
    from agentkit.evaluate.hooks import Wanted

    packs, suites = _sorted(what)
    only_packs = {"--split": split, "--seeds": seeds, "--rough": rough, "--arm": arms, "--replay": replay}
    _hold_apart(suites, only_packs, "is for a pack's tasks, and {} is a suite")
    _hold_apart(list(packs), {"--free": free, "--fit-calibration": fit}, "is for suites, and {} is a pack")
    wanted = Wanted(
        split=split or "test", seeds=seeds or 1, rough=rough, arms=tuple(arms or ()), limit=limit
    )  # the same for every pack
    engine = _engine(model)
    try:
        Suites(engine, limit, free=free, fit=fit, as_json=as_json).score(suites)
        for hook in packs.values():
            _tasks(hook, wanted, engine, replay, as_json=as_json)
    finally:
        engine.close()


@dataclass(frozen=True)
class Suites:
    """Files of rows, scored over one engine."""

    engine: Model
    limit: int | None
    free: bool
    fit: Path | None
    as_json: bool

    def score(self, paths: Sequence[Path]) -> None:
        """Score each file and print what came of it; then fit what is to be fitted."""
        from agentkit.evaluate.suite import evaluate_file
        from agentkit.evaluate.table import beside

        found: list[Table] = []
        for path in paths:
            tables = [evaluate_file(path, self.engine, self.limit)]
            if self.free:
                made = evaluate_file(path, _free(self.engine), self.limit)
                tables.append(made.model_copy(update={"decoding": "free", "model": self.engine.name}))
            if self.as_json:
                for table in tables:
                    shown: JsonValue = table.model_dump(mode="json")
                    print_json(shown)
            else:
                typer.echo(beside(tables) + "\n")
            found.append(tables[0])
        if self.fit is not None:
            self._fit(found, self.fit)

    def _fit(self, tables: Sequence[Table], path: Path) -> None:
        from agentkit.verify import fit

        made = fit([row for table in tables for row in table.judged], model=self.engine)
        made.save(path)
        before, after = made.before, made.after
        if not self.as_json and before is not None and after is not None:
            scores = f"the Brier score went from {before.brier:.3f} to {after.brier:.3f}"
            errors = f"the calibration error from {before.ece:.3f} to {after.ece:.3f}"
            kept = f"on {after.rows} that were kept out {scores}, {errors}"
            typer.echo(f"{path}: fitted on {made.rows} proposals; {kept}")


def _tasks(hook: EvaluateHook, wanted: Wanted, engine: Model, replay: Path | None, *, as_json: bool) -> None:
    """Run a pack's tasks arm by arm."""
    made: list[Report] = []
    progress = Progress()
    try:
        for report in hook(wanted, engine, progress.tell):
            progress.stop()
            _print(report, engine, as_json=as_json)
            if replay is not None:
                _write(report, replay.with_stem(f"{replay.stem}-{report.arm}") if made else replay)
            made.append(report)
    finally:
        progress.stop()
    if not as_json:
        typer.echo((made[0].beside(made) + "\n\n" if len(made) > 1 else "") + f"model: {engine.name}")


def _print(report: Report, engine: Model, *, as_json: bool) -> None:
    if not as_json:
        typer.echo(report.table() + "\n")
        return
    for task in report.tasks():
        print_json({"kind": "task", **task})
    print_json({"kind": "summary", "model": engine.name, **report.as_json()})


def _write(report: Report, path: Path) -> None:
    path.write_text(report.page(), encoding="utf-8")
    err().print(f"replay: {path}", soft_wrap=True, markup=False)


class Progress:
    """A line on stderr that moves; nothing where nobody watches."""

    def __init__(self) -> None:
        console = err()
        self._status = console.status("") if console.is_terminal else None

    def tell(self, what: str, done: int, of: int) -> None:
        """Say what is under way."""
        if self._status is not None:
            self._status.start()
            self._status.update(f"{done}/{of} [dim]{what}[/]")

    def stop(self) -> None:
        """Take the line away, so that something can be printed."""
        if self._status is not None:
            self._status.stop()


def _sorted(what: Sequence[str]) -> tuple[dict[str, EvaluateHook], list[Path]]:
    """Which of these are packs with tasks, and the suites that the others stand for."""
    packs: dict[str, EvaluateHook] = {}
    suites: list[Path] = []
    for each in what:
        found = _hook(each)
        if found is not None:
            packs[each] = found
        else:
            suites += _suites([Path(each)])
    return packs, suites


def _hook(what: str) -> EvaluateHook | None:
    from agentkit.evaluate.hooks import hook
    from agentkit.registry.packs import shipped

    path = Path(what)
    if what not in shipped() and (not path.exists() or path.suffix == ".json" or any(path.glob("BFCL_v4_*.json"))):
        return None
    if path.is_file() and path.suffix != ".py":
        return None
    found = hook(what, "evaluate")
    if found is None and (what in shipped() or path.suffix == ".py"):
        raise WiringError(f"the pack {what} brings no tasks", hint="`agentkit eval phone` does")
    return found


def _suites(files: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in files:
        inside = sorted(path.glob("BFCL_v4_*.json")) if path.is_dir() else [path]
        if not inside or not inside[0].exists():
            what = (
                f"no BFCL_v4_*.json in {path}"
                if path.is_dir()
                else f"there is no file {path}, and no pack of that name"
            )
            hint = "give a suite of JSON lines, a BFCL category file, a folder of those, or a pack with tasks: `phone`"
            raise WiringError(what, hint=hint)
        found += inside
    return found


def _hold_apart(others: Sequence[str | Path], given: Mapping[str, object], why: str) -> None:
    """Refuse options that are for something else."""
    name = next((name for name, value in given.items() if value), None)
    if name is not None and others:
        raise WiringError(f"`{name}` {why.format(others[0])}", hint="run them one by one")


def _engine(path: Path | None) -> Model:
    """The weights, without what earlier runs kept on disk: a cold prefix is to be cold."""
    from agentkit.models import load_model
    from agentkit.spec.models import EmbeddedConfig, GgufConfig

    return load_model(EmbeddedConfig(snapshots=False) if path is None else GgufConfig(path=str(path), snapshots=False))


def _free(engine: Model) -> Model:
    from agentkit.evaluate.free import FreeModel
    from agentkit.models.llamacpp_model import LlamaCppModel

    if not isinstance(engine, LlamaCppModel):
        raise WiringError(f"{engine.name} cannot be decoded freely", hint="name a GGUF file, or leave the model out")
    return FreeModel(engine)
