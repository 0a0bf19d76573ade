"""What a set of outcomes comes to: by level and by what was held out, with intervals, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean

from agentkit.evaluate.table import percentile, wilson
from agentkit.types import JsonObject

from .measure import Outcome
from .task import TEST_APPS


@dataclass(frozen=True)
class Summary:
    """Shares from 0 to 1; None where there is nothing to count. `steps_ratio` is over the tasks that succeeded."""

    tasks: int
    success: float
    low: float
    high: float
    steps_ratio: float | None
    step_accuracy: float | None
    false_done: float
    damage: float
    asked: float
    infeasible_recall: float | None
    p50_ms: float | None
    p95_ms: float | None
    tokens_per_screen: float | None
    tokens_per_prompt: float | None
    helped: float
    served: float


def summed_up(outcomes: Sequence[Outcome]) -> Summary | None:
    """The sums; None for no outcome at all."""
    if not outcomes:
        return None
    won = [o for o in outcomes if o.judgement.success]
    times = [ms for o in outcomes for ms in o.ms]
    steps = sum(o.proposals for o in outcomes)
    looks = [tokens for o in outcomes for tokens in o.tokens]
    prompts = [tokens for o in outcomes for tokens in o.prompts]
    hopeless = [o for o in outcomes if not o.task.draft.feasible]
    low, high = wilson(len(won), len(outcomes))
    return Summary(
        tasks=len(outcomes),
        success=len(won) / len(outcomes),
        low=low,
        high=high,
        steps_ratio=fmean(o.steps / o.oracle_steps for o in won) if won else None,
        step_accuracy=sum(o.right for o in outcomes) / steps if steps else None,
        false_done=sum(o.judgement.false_done for o in outcomes) / len(outcomes),
        damage=sum(bool(o.judgement.damage) for o in outcomes) / len(outcomes),
        asked=sum(o.asked for o in outcomes) / len(outcomes),
        infeasible_recall=sum(o.judgement.success for o in hopeless) / len(hopeless) if hopeless else None,
        p50_ms=percentile(times, 0.5) if times else None,
        p95_ms=percentile(times, 0.95) if times else None,
        tokens_per_screen=fmean(looks) if looks else None,
        tokens_per_prompt=fmean(prompts) if prompts else None,
        helped=sum(o.helped for o in outcomes) / steps if steps else 0.0,
        served=sum(o.served for o in outcomes) / steps if steps else 0.0,
    )


def groups(outcomes: Sequence[Outcome]) -> dict[str, Summary]:
    """By level; where apps were held out, new templates of known apps and new apps; all. Empty groups are left out."""
    parts = {f"level {level}": [o for o in outcomes if o.task.level == level] for level in (1, 2, 3)}
    apps = {True: "new apps", False: "new templates"}
    if any(o.task.template.split == "test" for o in outcomes):
        for new, name in reversed(apps.items()):
            parts[name] = [o for o in outcomes if bool(TEST_APPS & set(o.task.template.apps)) == new]
    parts["all"] = list(outcomes)
    return {name: summary for name, group in parts.items() if (summary := summed_up(group)) is not None}


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _rows(s: Summary, *, helped: bool, served: bool) -> dict[str, str]:
    return {
        "tasks": str(s.tasks),
        "success %": _percent(s.success),
        "95 % interval": f"{100 * s.low:.0f}–{100 * s.high:.0f}",
        "steps / oracle": "–" if s.steps_ratio is None else f"{s.steps_ratio:.2f}",
        "right steps %": _percent(s.step_accuracy),
        "false done %": _percent(s.false_done),
        "damage %": _percent(s.damage),
        "asked %": _percent(s.asked),
        "infeasible %": _percent(s.infeasible_recall),
        "ms a step p50": "–" if s.p50_ms is None else f"{s.p50_ms:.0f}",
        "ms a step p95": "–" if s.p95_ms is None else f"{s.p95_ms:.0f}",
        "tokens a screen": "–" if s.tokens_per_screen is None else f"{s.tokens_per_screen:.0f}",
        "tokens a prompt": "–" if s.tokens_per_prompt is None else f"{s.tokens_per_prompt:.0f}",
        **({"by the larger %": _percent(s.helped)} if helped else {}),
        **({"by scripts %": _percent(s.served)} if served else {}),
    }


def table(title: str, head: str, columns: dict[str, Summary]) -> str:
    """Measures as rows under the title: Markdown, padded so that it reads on a terminal of 80 columns too."""
    helped, served = any(s.helped for s in columns.values()), any(s.served for s in columns.values())
    cells = {_SHORT.get(name, name): _rows(s, helped=helped, served=served) for name, s in columns.items()}
    names = [name for rows in list(cells.values())[:1] for name in rows if any(r[name] != "–" for r in cells.values())]
    left = max(len(head), *(len(name) for name in names))
    widths = {name: max(len(name), *(len(v) for v in rows.values())) for name, rows in cells.items()}
    lines = [f"**{title}**", "", f"| {head:{left}} | " + " | ".join(f"{name:>{widths[name]}}" for name in cells) + " |"]
    lines.append("|" + "-" * (left + 2) + "|" + "|".join("-" * (width + 1) + ":" for width in widths.values()) + "|")
    for name in names:
        row = " | ".join(f"{rows[name]:>{widths[each]}}" for each, rows in cells.items())
        lines.append(f"| {name:{left}} | {row} |")
    return "\n".join(lines)


_SHORT = {"level 1": "1", "level 2": "2", "level 3": "3", "new templates": "new tasks"}


@dataclass(frozen=True)
class PhoneReport:
    """What one arm gave on one split; `title` says which split and which phone."""

    arm: str
    title: str
    outcomes: tuple[Outcome, ...]

    def table(self) -> str:
        """The figures as a Markdown table."""
        return table(f"{self.title}, {self.arm}", "level", groups(self.outcomes))

    def beside(self, reports: Sequence[PhoneReport]) -> str:
        """All tasks of each arm, an arm a column."""
        columns = {each.arm: summary for each in reports if (summary := summed_up(each.outcomes)) is not None}
        return table(self.title, "arm", columns)

    def as_json(self) -> JsonObject:
        """The figures by group."""
        return {
            "arm": self.arm,
            "title": self.title,
            "groups": {k: asdict(s) for k, s in groups(self.outcomes).items()},
        }

    def tasks(self) -> Iterator[JsonObject]:
        """Each task: what was asked, and what came of it."""
        for o in self.outcomes:
            yield {
                "arm": self.arm,
                "template": o.task.template.name,
                "seed": o.task.seed,
                "request": o.task.request,
                "level": o.task.level,
                "success": o.judgement.success,
                "reason": o.judgement.reason,
                "steps": o.steps,
                "oracle_steps": o.oracle_steps,
                "ms": round(sum(o.ms), 1),
            }

    def page(self) -> str:
        """The recorded runs as one HTML page."""
        from ..replay import page

        return page([o.episode for o in self.outcomes], title=f"{self.title}, {self.arm}")
