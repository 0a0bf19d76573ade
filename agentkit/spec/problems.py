"""What is wrong with a spec, and where: problems, their text with the line and a caret, and the error that holds them.

Knows nothing of YAML or of what a spec may say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from agentkit.errors import SpecError
from agentkit.types import JsonObject

_LONGEST = 200
"""Characters of a line that are shown."""


@dataclass(frozen=True)
class Place:
    """A position: `line` and `column` count from 1, 0 when it is not known; `width` is how much to underline."""

    source: str
    line: int = 0
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, what to do about it, and the line it stands on."""

    place: Place
    message: str
    hint: str
    excerpt: str = ""

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.message}"]
        if self.excerpt:
            text, start = _around(self.excerpt, min(self.place.column - 1, len(self.excerpt)))
            width = max(1, min(self.place.width, len(text) - start))
            # A tab in the excerpt must move the caret as it moves the text.
            lead = "".join("\t" if char == "\t" else " " for char in text[:start])
            lines += [f"{self.place.line:>5} | {text}", f"{' ' * 5} | {lead}{'^' * width}"]
        lines.append(f"      = {self.hint}" if self.excerpt else f"  {self.hint}")
        return "\n".join(lines)

    def as_json(self) -> JsonObject:
        """For `--json`."""
        place = self.place
        return {
            "file": place.source,
            "line": place.line,
            "column": place.column,
            "message": self.message,
            "hint": self.hint,
        }


def _around(line: str, at: int) -> tuple[str, int]:
    """As much of a line as can be read, and where its character `at` stands in that."""
    if len(line) <= _LONGEST:
        return line, at
    start = max(0, min(at - _LONGEST // 2, len(line) - _LONGEST))
    before, after = "…" if start else "", "…" if start + _LONGEST < len(line) else ""
    return f"{before}{line[start : start + _LONGEST]}{after}", at - start + len(before)


class BrokenRule(ValueError):  # noqa: N818 - found by a check of a value, told as a problem at its place
    """A value that breaks a rule of the spec: `rule` goes on after the value's name, `hint` is what to write."""

    def __init__(self, rule: str, hint: str) -> None:
        super().__init__(f"{rule}; {hint}")
        self.rule, self.hint = rule, hint


class InvalidSpecError(SpecError):
    """A spec with one or more `problems`, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.place.line, problem.place.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be, if one is close."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    lowered = name.lower().replace("-", "_")
    found = get_close_matches(lowered, by_lower, n=1, cutoff=0.6)
    if not found:  # `timeout` for `timeout_s`, `step` for `max_steps`
        found = [candidate for candidate in by_lower if len(lowered) > 3 and lowered in candidate][:1]
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """A question naming the nearest known name, or `otherwise`."""
    best = near(name, known)
    return f"did you mean `{best}`?" if best else otherwise
