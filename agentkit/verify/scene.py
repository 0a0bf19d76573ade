"""What a verifier sees, and the form in which it answers.

A verifier is a name, a declared price and a function from a `Scene` to a `Check`; most are pure functions of one call,
wrapped by `PerCall`. Knows nothing of thresholds or of what happens to the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeGuard

from agentkit.types import Check, CheckStatus, Proposal, ProposeRequest, Step, ToolCall, ToolSpec
from agentkit.types.base import unchecked
from agentkit.verify.references import Known, known_results

if TYPE_CHECKING:
    from agentkit.registry import Context, Registry

_check = unchecked(Check)


@dataclass(frozen=True)
class Scene:
    """A proposal, what led to it, and what may be asked of the tools.

    `history` holds the steps of the run so far, oldest first; `task` is what the user asked for. Without a registry
    or a context, the checks that need one say nothing. `memo` is where checks share what is costly to work out.
    """

    request: ProposeRequest
    proposal: Proposal
    registry: Registry | None = None
    context: Context | None = None
    history: tuple[Step, ...] = ()
    task: str = ""
    memo: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    @cached_property
    def specs(self) -> dict[str, ToolSpec]:
        """The offered tools by name."""
        return {spec.name: spec for spec in self.request.tools}

    @cached_property
    def tool_calls(self) -> tuple[tuple[int, ToolCall, ToolSpec | None], ...]:
        """The calls of tools, each with its place in the proposal and the tool, where it is offered."""
        calls, specs = self.proposal.calls, self.specs
        return tuple((index, call, specs.get(call.name)) for index, call in enumerate(calls) if call.control is None)

    @cached_property
    def known(self) -> dict[str, Known]:
        """What references may point at: results of the run so far, and the calls of this proposal, by call id."""
        return known_results(self.request.results, self.history, self.proposal, self.specs)


class Finding(NamedTuple):
    """What a check saw about one call or one argument; several are summed up in one `Check`."""

    status: CheckStatus
    evidence: str = ""
    path: str | None = None
    score: float | None = None
    repairable: bool = True


class Verifier(Protocol):
    """One check. `price_ms` is what it is expected to cost until its own timings are known."""

    @property
    def name(self) -> str:
        """The name by which specs, traces and evidence know it."""
        ...

    @property
    def price_ms(self) -> float:
        """Expected cost of one check in milliseconds."""
        ...

    def check(self, scene: Scene) -> Check:
        """Judge the proposal; never raises for what a proposal may contain."""
        ...


def is_verifier(given: object) -> TypeGuard[Verifier]:
    """Whether this has what a check needs; a class of checks is none, and neither is a bare function."""
    named = isinstance(getattr(given, "name", None), str)
    priced = isinstance(getattr(given, "price_ms", None), int | float)
    return not isinstance(given, type) and named and priced and callable(getattr(given, "check", None))


@dataclass(frozen=True)
class PerCall:
    """A verifier that looks at each tool call by itself; control calls pass."""

    name: str
    price_ms: float
    findings: Callable[[Scene, ToolCall, ToolSpec | None], Iterable[Finding]] = field(repr=False)

    def check(self, scene: Scene) -> Check:
        """All findings about all calls, summed up."""
        found: list[tuple[int | None, Finding]] = []
        for index, call, spec in scene.tool_calls:
            found += [(index, finding) for finding in self.findings(scene, call, spec)]
        return summed_up(self.name, found) if found else passed(self.name)


@lru_cache(maxsize=256)
def passed(name: str) -> Check:
    """The check of a verifier that has nothing to say against a proposal."""
    return _check(name=name, status=CheckStatus.PASS, ms=0.0)


def worst(statuses: Sequence[CheckStatus]) -> CheckStatus:
    """FAIL where any is, else UNSURE where any is, else PASS."""
    if CheckStatus.FAIL in statuses:
        return CheckStatus.FAIL
    return CheckStatus.UNSURE if CheckStatus.UNSURE in statuses else CheckStatus.PASS


def summed_up(name: str, found: Iterable[tuple[int | None, Finding]]) -> Check:
    """One check from many findings: the worst status, the evidence of up to three that have it, the lowest score."""
    findings = list(found)
    if not findings:
        return passed(name)
    status = worst([finding.status for _, finding in findings])
    scores = [finding.score for _, finding in findings if finding.score is not None]
    score = min(scores) if scores else None
    if status is CheckStatus.PASS:
        repairable = False not in [finding.repairable for _, finding in findings]
        return _check(name=name, status=status, score=score, ms=0.0, repairable=repairable)
    telling = [(index, finding) for index, finding in findings if finding.status == status]
    return Check(
        name=name,
        status=status,
        evidence=" ".join(finding.evidence for _, finding in telling[:3] if finding.evidence),
        score=score,
        call=telling[0][0],
        path=telling[0][1].path,
        repairable=all(finding.repairable for _, finding in telling),
    )
