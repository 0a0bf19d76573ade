"""The person at the terminal: approves calls and answers questions in between, while the view stands still.

Knows nothing of policy. When nobody is there, a run pauses instead and is resumed later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentkit.events import Asked
from agentkit.types import Run

if TYPE_CHECKING:
    from agentkit.cli.view import View

Answer = bool | str


@dataclass(frozen=True)
class Person:
    """Who answers: `there` is somebody at the terminal, `approve` says yes to every call beforehand."""

    view: View
    approve: bool
    there: bool

    @property
    def asker(self) -> Callable[[Asked], Answer | None] | None:
        """What an agent calls with its questions; None when nobody can answer."""
        return self._ask if self.there or self.approve else None

    def about(self, run: Run) -> Answer | None:
        """The answer that a paused run waits for; None when nobody can give it."""
        if self.approve:
            return "yes"
        return self._read(run.question or "", "answer") if self.there else None

    def _ask(self, asked: Asked) -> Answer | None:
        if asked.approval and self.approve:
            return True
        if not self.there:
            return None
        from agentkit.cli.view import wording
        from agentkit.cli.view.layout import print_line

        if not asked.approval:
            return self._read(asked.question, "answer")
        for call in asked.calls:
            with self.view.paused():
                print_line(self.view.console, f"  {wording.call_text(call, longest=400)}", "cyan")
        return self._read(asked.question, "y / n / say what to do instead")

    def _read(self, question: str, how: str) -> str | None:
        """One line from the terminal; None on Ctrl-D, which leaves the run paused."""
        from agentkit.cli.view.layout import print_line

        with self.view.paused():
            print_line(self.view.console, f"  {question} [{how}]", "bold blue")
            while True:
                try:
                    line = self.view.console.input("  > ").strip()
                except EOFError:
                    self.view.console.print()
                    return None
                if line:
                    return line
