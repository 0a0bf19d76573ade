"""`agentkit run`: the tasks of a spec, or one given here, with a view as they go and a summary at the end.

Knows nothing of how a run is made; it drives `agentkit.agent.Agent` and judges by the spec's expectations, and by the
state of what the tools work on where a pack can tell.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agentkit.cli import options
from agentkit.cli.console import err, out, print_json
from agentkit.cli.expected import hold_to_tools
from agentkit.cli.person import Person
from agentkit.cli.stages import Stages
from agentkit.cli.trace import newest
from agentkit.errors import Cancelled, RunError, TraceError, WiringError
from agentkit.events import AnyEvent
from agentkit.types import JsonObject, Run, ToolCall

if TYPE_CHECKING:
    from agentkit.agent import Agent
    from agentkit.cli.view import Outcome, View
    from agentkit.evaluate.hooks import Judged, Stage
    from agentkit.spec import AgentSpec, Task


_TASK: Any = typer.Option(
    "--task", "-t", metavar="TEXT", help="Do this instead of the spec's tasks; or one's name or number."
)
_RESUME: Any = typer.Option(
    "--resume", metavar="RUN_ID", help="Go on with a run that paused or was interrupted (`last`: the newest)."
)
_ANSWER: Any = typer.Option("--answer", metavar="TEXT", help="With --resume: the answer the run waits for.")
_DRIVER: Any = typer.Option("--driver", metavar="NAME", help="What the tools work on, of those that the pack offers.")
_REPLAY: Any = typer.Option("--replay", metavar="HTML", help="Write what ran as a page, where the pack records it.")
_GONE = "what it worked on was made for this run and is gone"
_UNATTENDED: Any = typer.Option("--unattended", help="Ask nobody: what waits for a person is left waiting.")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("run")(run)


def run(
    spec: Annotated[Path, options.SPEC],
    *,
    tasks: Annotated[list[str] | None, _TASK] = None,
    overrides: Annotated[list[str] | None, options.SET] = None,
    offline: Annotated[bool, options.OFFLINE] = False,
    as_json: Annotated[bool, options.JSON] = False,
    resume: Annotated[str | None, _RESUME] = None,
    answer: Annotated[str | None, _ANSWER] = None,
    driver: Annotated[str | None, _DRIVER] = None,
    replay: Annotated[Path | None, _REPLAY] = None,
    unattended: Annotated[bool, _UNATTENDED] = False,
    yes: Annotated[bool, options.YES] = False,
) -> None:
    """Run the tasks of a spec and hold them to their expectations.

    Exit code 0 when every expectation holds; tasks without expectations must end by themselves. Where a tool pack can
    show what its tools work on (the phone can), that stands beside the steps on a terminal, and its own tasks are
    judged by the state it is in afterwards.
    """
    from agentkit.agent import Agent
    from agentkit.cli.view import View
    from agentkit.spec import load_spec

    loaded = load_spec(spec, overrides or ())
    chosen = () if resume else _chosen(loaded, tasks or [])
    console = out()
    view = View(console, total=len(chosen), moving=False if as_json else None, silent=as_json)
    person = Person(view, approve=yes, there=not as_json and not unattended and console.is_terminal)
    with Agent.from_spec(loaded, offline=offline, ask=person.asker) as agent, view:
        hold_to_tools(loaded, agent.registry)
        stages = Stages(agent.registry, driver, replay)
        job = Job(spec=spec, loaded=loaded, view=view, person=person, stages=stages, as_json=as_json)
        _open(agent, loaded)
        if resume:
            job.resume(agent, resume, answer)
        for task in chosen:
            job.do(agent, task)
    job.conclude()


@dataclass
class Job:
    """The runs of one command: what was asked for, and what went wrong on the way."""

    spec: Path
    loaded: AgentSpec
    view: View
    person: Person
    stages: Stages
    as_json: bool
    errors: list[RunError] = field(default_factory=list[RunError])

    def do(self, agent: Agent[object], task: Task) -> None:
        """Run one task; an error ends this run, not the others."""
        run_id = uuid.uuid4().hex
        with self.stages.up(task, agent.deps) as stage:
            request, deps = (task.task, None) if stage is None else (stage.request, self.stages.deps(stage, agent.deps))
            self.view.beside(None if stage is None else stage.picture)
            listen = self.view.show if stage is None else _both(stage, self.view)
            try:
                done = agent.run(request, deps, run_id=run_id, listen=listen)
            except (Cancelled, KeyboardInterrupt):
                raise self._interrupted(run_id, lasting=stage is None or stage.lasting) from None
            except TraceError:
                raise  # the next task could not be written down either
            except RunError as error:
                self.errors.append(error)
                done = Run(id=run_id, task=request, status="failed", reason=error.message)
                self.view.complain(error.message, error.hint)
            judged = None if stage is None else stage.judge(done)
            self._judge(done, task, judged, lasting=stage is None or stage.lasting)

    def resume(self, agent: Agent[object], run_id: str, answer: str | None) -> None:
        """Go on with a run; asks for the answer it waits for when somebody is there."""
        store = agent.store
        if store is None:
            hint = "make it with a store: `Agent(store=True)`"
            raise WiringError("this agent keeps no trace, so nothing can be resumed", hint=hint)
        before = store.run(newest(store) if run_id == "last" else run_id)
        given: str | bool | None = answer
        if before.status == "asked" and given is None:
            given = self.person.about(before)
        try:
            done = agent.resume(before.id, given, listen=self.view.show)
        except (Cancelled, KeyboardInterrupt):
            raise self._interrupted(before.id) from None
        task = next((task for task in self.loaded.tasks if task.task == before.task), None)
        self._judge(done, task, None)

    def conclude(self) -> None:
        """The summary, and the exit code."""
        tally = self.view.tally
        if self.as_json:
            print_json({"summary": tally.as_json()})
        else:
            from agentkit.cli.view import print_summary, print_tasks

            console = out()
            console.print()
            if self.stages.any:
                print_tasks(console, tally)
                console.print()
            print_summary(console, tally)
        self.stages.conclude()
        if self.errors:
            raise typer.Exit(self.errors[0].exit_code)
        if not tally.all_hold:
            raise typer.Exit(1)

    def _judge(self, done: Run, task: Task | None, judged: Judged | None, *, lasting: bool = True) -> None:
        """By the spec's expectations and by what the pack found; without either nobody can tell."""
        differences = task.expect.differences(done) if task is not None and task.expect is not None else None
        if judged is not None and judged.done is not None:
            differences = (*(differences or ()), *(() if judged.done else (judged.reason or "not done",)))
        name, best = task.name if task is not None else "", judged.best_steps if judged is not None else None
        outcome = self.view.tally.finish(done, differences, name=name, best_steps=best)
        if self.as_json:
            print_json(_as_json(outcome))
            return
        from agentkit.cli.view.layout import print_line

        self.view.finish(outcome)
        if done.status == "asked":
            resume = f"agentkit run {self.spec} --resume {done.id[:12]} --answer …"
            console = self.view.console
            print_line(console, f"  waits for: {done.question}", "blue")
            print_line(console, f"  answer with `{resume}`" if lasting else f"  {_GONE}", "dim")

    def _interrupted(self, run_id: str, *, lasting: bool = True) -> typer.Exit:
        self.view.stop()
        how = f"resume it with `agentkit run {self.spec} --resume {run_id[:12]}`" if lasting else _GONE
        err().print(f"run {run_id[:12]} was interrupted; {how}", soft_wrap=True)
        return typer.Exit(Cancelled.exit_code)


def _open(agent: Agent[object], spec: AgentSpec) -> None:
    """Load the models and open the trace before the first task; a bad file is named where the spec names it."""
    from agentkit.errors import ModelLoadError
    from agentkit.spec import GgufConfig, blame

    try:
        _ = agent.parts
    except ModelLoadError:
        if not isinstance(spec.models.local, GgufConfig):
            raise
        with blame(spec, "models", "local", "path"):
            raise


def _chosen(spec: AgentSpec, wanted: list[str]) -> tuple[Task, ...]:
    """The tasks to run: the spec's, or those given by text, name or number (from 1)."""
    from agentkit.spec import Task

    if not wanted:
        if not spec.tasks:
            raise WiringError(f"{spec.path} has no tasks", hint='say what to do: --task "set an alarm for seven"')
        return spec.tasks
    known = {str(number): task for number, task in enumerate(spec.tasks, start=1)}
    known |= {task.task: task for task in spec.tasks}
    known |= {task.name: task for task in spec.tasks if task.name}
    for text in wanted:
        if text.isdecimal() and text not in known:
            raise WiringError(f"there is no task {text}; {spec.path} has {len(spec.tasks)}", hint="they count from 1")
    return tuple(known.get(text) or Task(task=text) for text in wanted)


def _both(stage: Stage, view: View) -> Callable[[AnyEvent], None]:
    def listen(event: AnyEvent) -> None:
        stage.listen(event)
        view.show(event)

    return listen


def _as_json(outcome: Outcome) -> JsonObject:
    """One finished run as a JSON line; `agentkit trace export` has all of it."""
    from agentkit.spec import done_calls

    made = outcome.run
    calls: tuple[ToolCall, ...] = done_calls(made)
    return {
        "run_id": made.id,
        "name": outcome.name,
        "task": made.task,
        "status": made.status,
        "reason": made.reason,
        "answer": made.answer,
        "output": made.output,
        "question": made.question,
        "calls": [call.model_dump(mode="json") for call in calls],
        "expected": outcome.differences is not None,
        "as_expected": outcome.holds,
        "differences": list(outcome.differences or ()),
        "steps": len(made.steps),
        "best_steps": outcome.best_steps,
        "model_calls": outcome.model_calls,
        "escalations": outcome.escalations,
        "ms": made.ms,
        "cost_usd": made.cost_usd,
    }
