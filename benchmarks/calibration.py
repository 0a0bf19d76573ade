"""How far the score of the model in the box can be trusted: before and after calibration, on public requests.

Each request is shown with the tools it needs and others of its set; a proposal is right when it makes exactly the calls
that the set wants. The quality is that on rows which were kept out of the fit, with 95 % intervals (bootstrap).
`--write` puts the calibration beside the weights. `python benchmarks/calibration.py --data DIR`
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from agentkit.models import load_model
from agentkit.models.base import Model
from agentkit.nano.rows import Row as Request
from agentkit.nano.rows import Shard
from agentkit.nano.sources import convert
from agentkit.registry import Context
from agentkit.spec.models import EmbeddedConfig, GgufConfig
from agentkit.types import Control, ProposeRequest, ToolSpec
from agentkit.verify import Cascade, Scene, calls_key, default_verifiers, fit, write_beside
from agentkit.verify.calibrate import Row
from agentkit.verify.quality import Quality

CHECKS = ("schema", "grounding")
NOW = datetime(2026, 11, 21, 14, 10)


def main() -> None:
    """Print the quality of the raw score and of the calibration."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--sets", nargs="*", default=["snips", "slurp_devel"])
    options.add_argument("--rows", type=int, default=150, help="requests of each set")
    options.add_argument("--tools", type=int, default=6, help="tools shown with each request")
    options.add_argument("--held-out", type=float, default=0.3, help="share of the rows that is kept out of the fit")
    options.add_argument("--model", type=Path, help="a GGUF file instead of the model in the box")
    options.add_argument("--write", action="store_true", help="write the calibration beside the weights")
    given = options.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        model = load_model(EmbeddedConfig() if given.model is None else GgufConfig(path=str(given.model)))
        for name in given.sets:
            rows += judged(model, convert(name, given.data, Path(scratch)), given.rows, given.tools)
    fitted = fit(rows, model=model, held_out=given.held_out)
    right = sum(row.correct for row in rows)
    print(f"{model.name}: {len(rows)} requests, {right} answered right; shape {fitted.shape}, {fitted.compared}")
    print(f"{fitted.rows} fitted, {len(rows) - fitted.rows} kept out:")
    print(f"{'':14} {'Brier':>7} {'(95 %)':15} {'ECE':>7} {'(95 %)':15} {'log loss':>9} {'AUC':>6}")
    for name, quality in (("raw score", fitted.before), ("calibrated", fitted.after)):
        assert quality is not None
        line(name, quality)
    if given.write:
        print(f"written to {write_beside(fitted, model)}")


def line(name: str, found: Quality) -> None:
    """One row of the table."""
    spans = [f"({low:.3f}-{high:.3f})" for low, high in (found.brier_95 or (0, 1), found.ece_95 or (0, 1))]
    numbers = f"{found.brier:7.3f} {spans[0]:15} {found.ece:7.3f} {spans[1]:15} {found.log_loss:9.3f} {found.auc:6.3f}"
    print(f"{name:14} {numbers}")


def judged(model: Model, shard: Shard, limit: int, tools: int) -> Iterator[Row]:
    """Propose for requests of a set, and compare with what it wants."""
    chance = random.Random(0)
    wanted = [row for row in shard.rows if row.calls and all(call.name in shard.tools for call in row.calls)]
    cascade = Cascade(default_verifiers(CHECKS))
    for row in chance.sample(wanted, min(limit, len(wanted))):
        request = asked(row, shard, tools, chance)
        proposal = model.propose(request)
        checks = cascade.run(Scene(request, proposal, context=Context(now=NOW))).checks
        names = {key: tool.spec.name for key, tool in shard.tools.items()}
        right = [call.model_copy(update={"name": names[call.name]}) for call in row.calls]
        yield Row.of(proposal, checks, correct=calls_key(proposal.calls) == calls_key(right))


def asked(row: Request, shard: Shard, tools: int, chance: random.Random) -> ProposeRequest:
    """The request with the right tools and others of the set beside them, in a random order."""
    right = [shard.tools[key].spec for key in dict.fromkeys(call.name for call in row.calls)]
    taken = {spec.name for spec in right}
    others: list[ToolSpec] = [tool.spec for tool in shard.tools.values() if tool.spec.name not in taken]
    shown = right + chance.sample(others, max(0, min(tools - len(right), len(others))))
    chance.shuffle(shown)
    unique = {spec.name: spec for spec in shown}
    return ProposeRequest(
        tools=tuple(unique.values()), messages=row.messages, facts=row.facts, controls=(Control.ABSTAIN,)
    )


if __name__ == "__main__":
    main()
