"""Fits the calibration of the model in the box, and says what it is worth on proposals that were kept out.

    python -m agentkit.nano suite --data ROWS --out unseen.jsonl --seed 7       (once: other rows than the scored ones)
    python -m agentkit.nano suite --packs 500 --out packs.jsonl --seed 7
    python benchmarks/calibration.py unseen.jsonl --packs packs.jsonl --phone 1 [--scored FILE...] [--write]

Three fits, since a score means something else in each place: one for tools that the model has not seen, which holds for
all agents; one for the packs that ship; one for the phone's steps, on simulated phones (templates `train` and `dev`, in
no case `test`), where a step is right when the oracle would do the same. A share of the tools, requests and templates
is kept out of each fit. Proposals that a check fails are no part of it: they never run, however sure the model is.
`--write` puts the file beside the weights; a fit for all tools that does not help is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast

from agentkit.decide import Policy
from agentkit.evaluate.suite import SuiteRow, read_suite, score_suite
from agentkit.evaluate.table import wilson
from agentkit.models import load_model
from agentkit.models.base import Model
from agentkit.registry import Registry
from agentkit.registry.packs import locate, module_of, shipped
from agentkit.spec.models import EmbeddedConfig, GgufConfig
from agentkit.types import CheckStatus, ToolSpec
from agentkit.verify import Calibrator, fit, split, write_beside
from agentkit.verify.calibrate import RAW, Row
from agentkit.verify.quality import Quality
from agentkit.verify.risk import COVERAGES, gate, risk_coverage

PHONE_SEED = 5 * 10**11
"""Between the seeds of training and those that are scored."""


def main() -> None:
    """Judge proposals, fit, print what the fits are worth, and write them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("unseen", type=Path, help="a suite of tools that the model was not trained on")
    options.add_argument("--packs", type=Path, help="a suite for the packs that ship")
    options.add_argument("--phone", type=int, default=0, help="tasks of every template of the simulated phone")
    options.add_argument("--scored", type=Path, nargs="*", default=(), help="suites whose requests are left out")
    options.add_argument("--held-out", type=float, default=0.3, help="share that is kept out of the fits")
    options.add_argument("--model", type=Path, help="a GGUF file instead of the model in the box")
    options.add_argument("--write", action="store_true", help="write the calibration beside the weights")
    given = options.parse_args()
    cast("TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)
    weights = EmbeddedConfig(snapshots=False) if given.model is None else GgufConfig(path=str(given.model))
    model = load_model(weights)
    fits: list[Calibrator] = []
    for about, rows, tools in judged(model, given):
        made = fit(rows, model=model, tools=tools, about=about, held_out=given.held_out)
        report(made, split(rows, given.held_out)[1])
        if made.helps or made.tools:
            fits.append(made)  # one for certain tools stands in any case: they are not to be held to that for all
        else:
            print("left out: it does not help")
    general = next((one for one in fits if not one.tools), None)
    if given.write and general is not None:
        special = tuple(one for one in fits if one.tools)
        print(f"written to {write_beside(general.model_copy(update={'special': special}), model)}")
    elif given.write:
        print("not written: there is no fit that holds for all tools")
    model.close()


def judged(model: Model, given: Any) -> Iterator[tuple[str, list[Row], Sequence[ToolSpec]]]:
    """What was judged in words, the proposals, and the tools that the fit is bound to."""
    scored = {json.loads(line)["messages"][-1]["content"] for path in given.scored for line in path.open()}
    yield "tools that it was not trained on", _suite(model, _others(given.unseen, scored)), ()
    if given.packs:
        rows = _others(given.packs, scored)
        named = {(tool.name, tool.description) for row in rows for tool in row.tools}
        every = [spec for pack in shipped() if pack != "phone" for spec in Registry([pack]).specs]
        tools = [spec for spec in every if (spec.name, spec.description) in named]
        ungrouped = [row.model_copy(update={"group": ""}) for row in _suite(model, rows)]  # the tools are known ones
        yield "the packs that ship", ungrouped, tools
    if given.phone:
        yield "steps on a simulated phone", list(_steps(model, given.phone)), Registry(["phone"]).specs


def _others(path: Path, scored: set[str]) -> list[SuiteRow]:
    return [row for row in read_suite(path) if row.messages[-1].content not in scored]


def _suite(model: Model, rows: Sequence[SuiteRow]) -> list[Row]:
    return list(score_suite("calibration", rows, model).judged)


def _steps(model: Model, each: int) -> Iterator[Row]:
    """Every step of the agent that always acts; a state that comes again in a task counts once."""
    package = module_of(locate("phone") / "session.py").__package__
    tasks, arms, measure = (import_module(f"{package}.{name}") for name in ("tasks", "tasks.arms", "tasks.measure"))
    every = arms.Arms(model)
    arm = every["act-always" if "act-always" in every.names else "full"]
    for template in tasks.TEMPLATES.values():
        if template.split == "test":
            continue
        for number in range(each):
            outcome = measure.run_task(template.task(PHONE_SEED + number), arm.model, arm.make)
            seen: set[str] = set()
            for moment in outcome.episode.moments:
                state = f"{moment.seen.text()} {[(call.name, call.arguments) for call in moment.proposal.calls]}"
                verdict = moment.verdict
                if state in seen or verdict is None or verdict.status is CheckStatus.FAIL:
                    continue
                seen.add(state)
                right = bool(measure._agrees(moment))
                yield Row.of(moment.proposal, verdict.checks, correct=right, group=template.name)


def report(made: Calibrator, kept: Sequence[Row]) -> None:
    """The quality on what was kept out, the risk at each coverage, and what the thresholds of the dial let through."""
    correct = [row.correct for row in kept]
    scores = {
        "raw score": [row.features.get(RAW, 1.0) for row in kept],
        "calibrated": [made.of(row.features) for row in kept],
    }
    print(f"\n**{made.about}**: {made.rows} proposals fitted ({made.shape}; {_compared(made)}), {len(kept)} kept out,")
    print(f"{sum(correct)} of them right\n")
    print("| | Brier (95 %) | ECE (95 %) | log loss | AUC | wrong, % of the surest 100, 80, 60, 40, 20 % |")
    print("|---|---|---|---|---|---|")
    for name, found in (("raw score", made.before), ("calibrated", made.after)):
        assert found is not None
        risks = ", ".join(f"{100 * risk:.0f}" for _, risk in risk_coverage(scores[name], correct, COVERAGES))
        print(f"| {name} | {_quality(found)} | {risks} |")
    print("\n| effect | runs from | raw score: held back %, wrong of the rest | calibrated: the same |")
    print("|---|---|---|---|")
    for effect, threshold in Policy.from_trust("balanced").thresholds.items():
        cells = [_gate(scores[name], correct, threshold.execute_at) for name in ("raw score", "calibrated")]
        print(f"| {effect.value} | {threshold.execute_at:.2f} | {' | '.join(cells)} |")


def _compared(made: Calibrator) -> str:
    return "log loss " + ", ".join(f"{name} {loss:.3f}" for name, loss in made.compared.items())


def _quality(found: Quality) -> str:
    (low, high), (least, most) = found.brier_95 or (0.0, 1.0), found.ece_95 or (0.0, 1.0)
    return (
        f"{found.brier:.3f} ({low:.3f}-{high:.3f}) | {found.ece:.3f} ({least:.3f}-{most:.3f}) | "
        f"{found.log_loss:.3f} | {found.auc:.3f}"
    )


def _gate(scores: Sequence[float], correct: Sequence[bool], threshold: float) -> str:
    found = gate(scores, correct, threshold)
    low, high = wilson(found.wrong, found.through)
    return f"{100 * found.held:.0f}, {100 * found.risk:.1f} % ({100 * low:.0f}-{100 * high:.0f}) of {found.through}"


if __name__ == "__main__":
    main()
