"""`agentkit chat`: a plain conversation; each line is a run of the same loop, with the turns before it as history.

Knows nothing of how a run is made. State that tools keep lasts as long as the conversation. An agent whose loop is
`single_turn` sees each line alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agentkit.cli import options
from agentkit.cli.console import out
from agentkit.cli.person import Person
from agentkit.errors import AgentkitError, Cancelled, RunError, WiringError
from agentkit.types import Message, Run

if TYPE_CHECKING:
    from rich.console import Console

    from agentkit.agent import Agent
    from agentkit.cli.view import View

TURNS = 12
"""How many messages of the conversation a model sees; older ones are left out."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("chat")(chat)


def chat(
    spec: Annotated[Path | None, options.SPEC_OR_ASSISTANT] = None,
    *,
    overrides: Annotated[list[str] | None, options.SET] = None,
    offline: Annotated[bool, options.OFFLINE] = False,
    yes: Annotated[bool, options.YES] = False,
) -> None:
    """Talk to an agent. /help lists what can be typed; Ctrl-D ends.

    Without SPEC this is the simulated phone assistant that ships with agentkit.
    """
    from agentkit.agent import Agent
    from agentkit.cli.view import View
    from agentkit.registry.packs import data_folder
    from agentkit.spec import load_spec

    loaded = load_spec(spec or data_folder("agents") / "assistant.yaml", overrides or ())
    console = out()
    view = View(console, heading=False)
    with Agent.from_spec(loaded, offline=offline, ask=Person(view, approve=yes, there=True).asker) as agent:
        name = agent.parts.model.name
        tools = f"{len(agent.registry)} tool{'s' if len(agent.registry) != 1 else ''}"
        console.print(f"{loaded.name} · {name} · {tools} · /help", style="dim", markup=False)
        Conversation(agent, view, console).hold()


@dataclass
class Conversation:
    """The turns so far, and the commands that can be typed between them."""

    agent: Agent[Any]
    view: View
    console: Console
    history: list[Message] = field(default_factory=list[Message])
    last: str | None = None

    def hold(self) -> None:
        """Read lines until the end."""
        with suppress(ImportError):
            import_module("readline")  # line editing and history for `input`
        while True:
            try:
                line = self.console.input("[bold green]>[/] ").strip()
            except EOFError:
                self.console.print()
                return
            except KeyboardInterrupt:
                self.console.print("\n[dim]Ctrl-D or /quit ends[/]")
                continue
            if line in {"/quit", "/exit", "/q"}:
                return
            if line.startswith("/"):
                self._command(line)
            elif line:
                self._turn(line)

    def _turn(self, line: str) -> None:
        run_id = uuid.uuid4().hex
        self.last = run_id
        try:
            with self.view:
                done = self.agent.run(line, run_id=run_id, history=self.history, listen=self.view.show)
        except (Cancelled, KeyboardInterrupt):
            self.view.stop()
            self.console.print("  [yellow]stopped[/]")
            return
        except RunError as error:
            self.view.complain(error.message, error.hint)
            return
        except WiringError as error:
            self.last = None
            self.view.complain(error.message, error.hint)
            return
        self._close(done)

    def _close(self, done: Run) -> None:
        """What is left to say when a run ended, and the turns to remember."""
        from agentkit.cli.view.layout import print_line

        for line in done.answer.splitlines():
            print_line(self.console, f"  {line}", "bold")
        if done.status == "abstained":
            self.console.print("  [yellow]none of the tools does that[/] [dim](/tools lists them)[/]")
        elif done.status not in {"success", "answered"}:
            print_line(self.console, f"  {done.status}: {done.reason}", "yellow")
        if self.agent.parts.options.loop == "single_turn":
            return  # each request stands alone, as in `agentkit run`
        self.history = [*self.history, *turns_of(done)][-TURNS:]
        while self.history and self.history[0].role != "user":
            del self.history[0]

    def _command(self, line: str) -> None:
        word = line.split(maxsplit=1)[0]
        commands: dict[str, tuple[Callable[[], None], str]] = {
            "/help": (lambda: self._help(commands), "this list"),
            "/tools": (self._tools, "what the agent can do"),
            "/trace": (self._trace, "the last run, step by step, with its decision points"),
            "/forget": (self.history.clear, "start over; what tools did stays done"),
            "/quit": (lambda: None, "end; so does Ctrl-D"),
        }
        if word in commands:
            commands[word][0]()
        else:
            from agentkit.spec import did_you_mean

            hint = did_you_mean(word, commands, otherwise="/help lists the commands")
            self.console.print(f"  no command {word}; {hint}", markup=False, style="yellow")

    def _help(self, commands: dict[str, tuple[Callable[[], None], str]]) -> None:
        from agentkit.cli.view.layout import print_pairs

        print_pairs(self.console, [(name, text) for name, (_, text) in commands.items()], indent=2)

    def _tools(self) -> None:
        from rich.text import Text

        from agentkit.cli.view.layout import print_pairs

        rows: list[tuple[str | Text, str | Text]] = []
        for tool in self.agent.registry:
            first = tool.spec.description.strip().splitlines()[:1]
            rows.append((Text(tool.spec.name, style="cyan"), Text(f"{''.join(first)} ({tool.spec.effect})")))
        print_pairs(self.console, rows, indent=2)

    def _trace(self) -> None:
        from agentkit.cli.view.traced import show_run

        store = self.agent.store
        if store is None or self.last is None:
            self.console.print("  nothing ran yet", style="dim")
            return
        try:
            show_run(self.console, store.run(self.last), points=True, requests={})
        except AgentkitError as error:
            self.console.print(f"  {error.message}", markup=False, style="yellow")


def turns_of(run: Run) -> list[Message]:
    """A run as turns of a conversation: the request, the calls with what they gave, the answer."""
    turns = [Message(role="user", content=run.task)]
    for step in run.steps:
        if step.results:
            turns.append(Message(role="assistant", calls=step.proposal.calls))
            turns += [
                Message(role="tool", content=result.text or result.error, call_id=result.call_id, name=result.name)
                for result in step.results
            ]
    if run.answer:
        turns.append(Message(role="assistant", content=run.answer))
    return turns
