"""Runs as they go: finished steps scroll by as lines; on a terminal the step under way moves below them.

Where there is a picture of what the tools work on, and room for it, the lines of a run stand beside the picture. Knows
nothing of models or policy. The same lines are printed when nobody watches, without colour, movement and picture.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.text import Text

from agentkit.cli.view import wording
from agentkit.cli.view.block import LEAST_WIDTH, Block, Picture
from agentkit.cli.view.layout import print_line
from agentkit.cli.view.tally import Outcome, Tally
from agentkit.events import (
    AnyEvent,
    Asked,
    Decided,
    Escalated,
    Exchanged,
    Executed,
    Executing,
    Proposed,
    Retrieved,
    RunFinished,
    RunStarted,
    StepEnded,
    Verified,
)
from agentkit.types import Action, Decision, Proposal, RemoteExchange, Status, Step, ToolResult, Verdict

_INDENT = "  "
_NOTHING_MORE = frozenset({"", "ok", "done"})


class View:
    """Shows the events of runs, one run after another, and tallies them."""

    def __init__(
        self,
        console: Console,
        *,
        total: int = 1,
        moving: bool | None = None,
        silent: bool = False,
        heading: bool = True,
    ) -> None:
        self.console = console
        self.silent = silent
        self.heading = heading
        self.tally = Tally()
        self.total = total
        self._number = 0
        self._moving = console.is_terminal and not console.is_dumb_terminal if moving is None else moving
        self._live: Live | None = None
        self._picture: Picture | None = None
        self._block: Block | None = None
        self._clear()
        self._lock = threading.Lock()

    def __enter__(self) -> View:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Leave the terminal as it is; what was printed stays."""
        self._end_block()
        self._shut()

    def beside(self, picture: Picture | None) -> None:
        """Show the next run beside this picture, on a terminal that is wide enough; None for no picture."""
        there = self.console.is_terminal and not self.console.is_dumb_terminal and self.console.width >= LEAST_WIDTH
        self._picture = picture if there and not self.silent else None

    @contextmanager
    def paused(self) -> Generator[None]:
        """No movement inside, so that a person can be asked."""
        self._end_block()
        self._shut()
        try:
            yield
        finally:
            self._begin_block()
            self._open()

    def show(self, event: AnyEvent) -> None:
        """Take one event in; called from whichever thread runs the agent."""
        with self._lock:
            self.tally.feed(event)
            if not self.silent:
                self._take(event)

    def finish(self, outcome: Outcome) -> None:
        """Say how a run ended, beside what was expected."""
        self._print_ending(outcome)
        self._end_block()

    def _print_ending(self, outcome: Outcome) -> None:
        run = outcome.run
        reason = "" if self._complained else run.reason
        for line in run.answer.splitlines():
            self._line(Text(f"{_INDENT}{line}", style="bold"))
        if outcome.differences is None:
            colour = "green" if outcome.holds else "yellow"
            self._line(Text.from_markup(f"{_INDENT}[{colour}]{run.status}[/]{_reason(run.status, reason)}"))
        elif outcome.holds:
            self._line(Text.from_markup(f"{_INDENT}[green]✓ as expected[/]"))
        else:
            for difference in outcome.differences:
                self._line(Text.from_markup(f"{_INDENT}[red]✗ {escape(difference)}[/]"))
            if run.status in {"partial", "failed"} and reason:
                self._line(Text.from_markup(f"{_INDENT}  [dim]{escape(reason)}[/]"))

    def complain(self, message: str, hint: str) -> None:
        """Say that a run went wrong; its ending does not repeat it."""
        self._complained = True
        if not self.silent:
            self._line(Text(f"{_INDENT}error: {message}", style="red"))
            if hint:
                self._line(Text(f"{_INDENT}hint: {hint}", style="dim"))

    def _take(self, event: AnyEvent) -> None:
        match event:
            case RunStarted():
                self._clear()
                if self.heading:
                    self._head(event)
                self._begin_block()
                self._phase("retrieving tools")
            case Retrieved():
                self._phase(f"proposing, {len(event.tools)} of {event.of} tools in view")
            case Proposed():
                self._proposal = event.proposal
                self._phase(f"checking {'; '.join(wording.calls_text(event.proposal))}")
            case Verified():
                self._verdict = event.verdict
            case Decided():
                self._decision = event.decision
                self._print_step()
                self._look()
            case Executing():
                self._phase(f"running {wording.call_text(event.call)}")
            case Executed():
                self._print_result(event.result)
            case Exchanged() | Escalated():
                self._print_exchange(event.exchange)
            case Asked():
                self._phase("waiting for you")
            case StepEnded():
                self._look()
                self._phase("")
            case RunFinished():
                self._phase("")

    def _clear(self) -> None:
        self._proposal: Proposal | None = None
        self._verdict: Verdict | None = None
        self._decision: Decision | None = None
        self._printed: Step | None = None
        self._complained = False

    def _head(self, event: RunStarted) -> None:
        self._number += 1
        count = f"[dim]{self._number}/{self.total}[/] " if self.total > 1 else ""
        again = " [dim](resumed)[/]" if event.resumed else ""
        if self._number > 1:
            self._line(Text())
        task = wording.shortened(" ".join(event.task.split()), max(160, 2 * self.console.width))
        self._line(Text.from_markup(f"{count}[bold]{escape(task)}[/]{again}"))

    def _print_step(self) -> None:
        if self._proposal is None or self._verdict is None or self._decision is None:
            return
        decision = self._decision
        step = Step(index=0, proposal=self._proposal, verdict=self._verdict, decision=decision)
        # The same proposal is told again when the larger model gave no answer, or when a person has approved it.
        if self._printed is None or self._printed.proposal != step.proposal:
            self._print_calls(step)
        self._printed = step
        # An ASK is followed by its question, and a control that is followed says all by itself.
        told = decision.action in {Action.EXECUTE, Action.ASK}
        if not told and (self._proposal.control is None or self._verdict.failures):
            self._line(Text(f"{_INDENT}→ {wording.decision_text(decision)}", style=_COLOURS[decision.action]))

    def _print_calls(self, step: Step) -> None:
        ms = step.proposal.usage.total_ms() + sum(check.ms for check in step.verdict.checks)
        *others, last = wording.calls_text(step.proposal)
        for call in others:
            self._line(Text(f"{_INDENT}{call}", style="cyan"))
        details = wording.details(step, ms, short=self._block is not None)
        self._beside(Text(f"{_INDENT}{last}", style="cyan"), Text(details, style="dim"))

    def _print_result(self, result: ToolResult) -> None:
        room = max(40, 3 * self.console.width)
        if self._block is not None and result.ok and result.text in _NOTHING_MORE:
            return  # the picture shows what came of it
        text = wording.result_text(result, longest=room)
        self._line(Text(f"{_INDENT}→ {text}", style="" if result.ok else "yellow"))
        self._phase("")

    def _print_exchange(self, exchange: RemoteExchange) -> None:
        sent = f"{exchange.bytes_out:,} bytes out, {exchange.bytes_in:,} in, {wording.duration(exchange.ms)}"
        if exchange.status == "ok":
            hidden = f", {len(exchange.placeholders)} private values held back" if exchange.placeholders else ""
            self._line(Text(f"{_INDENT}↑ {exchange.model}: {sent}{hidden}", style="magenta"))
        else:
            why = exchange.error or exchange.status
            self._line(Text(f"{_INDENT}↑ {exchange.model or 'larger model'}: {why}", style="yellow"))

    def _beside(self, left: Text, right: Text) -> None:
        """Both on one line, apart when there is room; the right one below the left one when there is none."""
        room = self.console.width - left.cell_len - right.cell_len if self._block is None else 0
        if not self.console.is_terminal:
            self._line(Text.assemble(left, "  ", right))
        elif room >= 3:
            self._line(Text.assemble(left, " " * room, right))
        else:
            self._line(left)
            self._line(Text.assemble(_INDENT * 2, right))

    def _line(self, text: Text) -> None:
        if self._block is None:
            print_line(self.console, text)
        else:
            self._block.add(text)

    def _phase(self, text: str) -> None:
        if self._live is not None:
            room = max(20, self.console.width - 6)
            moving = Spinner("dots", Text(wording.shortened(text, room), style="dim")) if text else Text()
            above = self._block.rows(self.console.height - 3) if self._block is not None else []
            self._live.update(Group(*above, moving))

    def _begin_block(self) -> None:
        if self._picture is not None:
            self._block = Block(self._picture, self.console)
            self._block.look()

    def _look(self) -> None:
        if self._block is not None:
            self._block.look()

    def _end_block(self) -> None:
        """Print the block for good: what is shown next stands below it."""
        block, self._block = self._block, None
        if block is not None:
            block.look()
            self._phase("")
            for row in block.rows():
                self.console.print(row, soft_wrap=True)

    def _open(self) -> None:
        if self._moving and self._live is None:
            self._live = Live(Text(), console=self.console, transient=True, refresh_per_second=12)
            self._live.start()

    def _shut(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


_COLOURS = {
    Action.REPAIR: "yellow",
    Action.ESCALATE: "magenta",
    Action.STOP: "yellow",
}


def _reason(status: Status, reason: str) -> str:
    """Why a run ended; a run that waits says so by its question."""
    return f"[dim]: {escape(reason)}[/]" if reason and status != "asked" else ""
