"""The tables at the end: the tasks one by one; success against expectations, local share, times, tokens, cost.

Knows nothing of runs beyond their tally.
"""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from agentkit.cli.view.layout import print_line, print_pairs
from agentkit.cli.view.tally import Outcome, Tally
from agentkit.cli.view.wording import duration, shortened


def print_summary(console: Console, tally: Tally) -> None:
    """Print the tally as two columns, at any width."""
    print_pairs(console, [(f"[dim]{name}[/]", value) for name, value in _rows(tally)])


_HEADS = ("", "task", "steps", "best", "model", "escal.", "time")


def print_tasks(console: Console, tally: Tally) -> None:
    """Print what became of each task: a line each; on a terminal the task's words give way."""
    lines = [_task_cells(outcome) for outcome in tally.outcomes]
    widths = [max(len(line[column]) for line in [_HEADS, *lines]) for column in range(len(_HEADS))]
    if console.is_terminal:
        widths[1] = min(widths[1], max(16, console.width - sum(widths) + widths[1] - 2 * len(widths)))
    for number, line in enumerate([_HEADS, *lines]):
        parts = [
            shortened(text, width).ljust(width) if column < 2 else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        text = Text("  ".join(parts), style="" if number else "dim")
        if number:
            text.stylize({"✓": "green", "✗": "red"}.get(line[0], "yellow"), 0, 1)
        print_line(console, text)


def _task_cells(outcome: Outcome) -> tuple[str, ...]:
    run = outcome.run
    mark = "·" if outcome.differences is None else "✓" if outcome.holds else "✗"
    best = "" if outcome.best_steps is None else str(outcome.best_steps)
    counts = (str(len(run.steps)), best, str(outcome.model_calls), str(outcome.escalations))
    return mark, " ".join(run.task.split()), *counts, duration(run.ms)


def _rows(tally: Tally) -> list[tuple[str, str]]:
    rows = [("tasks", _tasks(tally))]
    steps = sum(tally.tiers.values())
    if tally.local_share is not None:
        rows.append(("local share", f"{tally.local_share:.0%} of {steps} proposal{'s' if steps != 1 else ''}"))
    rows.append(("escalations", _escalations(tally)))
    if tally.exchanges > tally.escalations:
        rows.append(("exchanges", f"{tally.exchanges}{_sent(tally)}"))
    p50, p95 = tally.percentile(0.5), tally.percentile(0.95)
    if p50 is not None and p95 is not None:
        rows.append(("time per step", f"p50 {duration(p50)} · p95 {duration(p95)}"))
    rows.append(("tokens", _tokens(tally)))
    rows.append(("cost", f"${tally.cost_usd:.4f}" if tally.cost_usd else "$0"))
    return rows


def _tasks(tally: Tally) -> str:
    judged = [outcome for outcome in tally.outcomes if outcome.differences is not None]
    held = sum(outcome.holds for outcome in judged)
    parts: list[str] = []
    if judged:
        colour = "green" if held == len(judged) else "red"
        parts.append(f"[{colour}]{held} of {len(judged)} as expected[/]")
    if free := len(tally.outcomes) - len(judged):
        parts.append(f"{free} without expectations")
    return ", ".join(parts) or "none"


def _escalations(tally: Tally) -> str:
    """How many, and what they sent where nothing else was asked that is not on this machine."""
    return str(tally.escalations) + (_sent(tally) if tally.exchanges == tally.escalations else "")


def _sent(tally: Tally) -> str:
    text = f", {tally.bytes_out:,} bytes sent" if tally.bytes_out else ""
    return text + (f", [yellow]{tally.remote_faults} without an answer[/]" if tally.remote_faults else "")


def _tokens(tally: Tally) -> str:
    prompt = f"{tally.prompt_tokens:,} prompt"
    if tally.cached_tokens:
        prompt += f" ({tally.cached_tokens:,} from the cache)"
    answer = f"{tally.answer_tokens:,} answer"
    if tally.forced_tokens:
        answer += f" ({tally.forced_tokens:,} forced, in {tally.forward_passes:,} passes)"
    return escape(f"{prompt} · {answer}")
