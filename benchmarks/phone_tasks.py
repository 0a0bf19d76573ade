"""Tasks on the simulated phone through a whole agent: success, damage, steps, time per step, tokens per screen.

    python benchmarks/phone_tasks.py --split test --each 2 --model embedded --rough --replay replay.html

`--model oracle` runs the perfect agent (it sees the simulator's inside), which bounds what any model can reach here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from phone import intents, ui
from phone.checks import Stuck, Typed
from phone.record import Recorder
from phone.replay import page
from phone.session import Session
from phone.sim.perturb import CALM, ROUGH
from phone.tasks import TEMPLATES, Task
from phone.tasks.measure import Outcome, Summary, run_task, summed_up
from phone.tasks.oracle_model import OracleModel

from agentkit import Agent
from agentkit.graph.session import Options
from agentkit.models import load_model
from agentkit.models.base import Model
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.spec import EmbeddedConfig, GgufConfig

CHECKS = ("schema", "semantic", "precondition", "policy")


def main() -> None:
    """Run and print one table; with --json one line per task as well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("train", "dev", "test"), default="test")
    parser.add_argument("--each", type=int, default=1, help="tasks per template")
    parser.add_argument("--first-seed", type=int, default=100_000)
    parser.add_argument("--model", default="embedded", help="embedded, oracle, or the path of a GGUF")
    parser.add_argument("--rough", action="store_true", help="with all perturbations")
    parser.add_argument("--with-intents", action="store_true", help="offer the intents beside the UI actions")
    parser.add_argument("--limit", type=int, default=0, help="only so many templates")
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    model, count = _models(chosen.model)
    outcomes: list[Outcome] = []
    templates = [t for t in TEMPLATES.values() if t.split == chosen.split][: chosen.limit or None]
    for template in templates:
        for seed in range(chosen.first_seed, chosen.first_seed + chosen.each):
            perturb = replace(ROUGH, seed=seed) if chosen.rough else CALM
            make = _maker(chosen.with_intents)
            outcomes.append(run_task(template.task(seed), model, make, perturb=perturb, count=count))
            if chosen.json:
                print(json.dumps(_line(outcomes[-1])))
    _table(outcomes)
    if chosen.replay:
        chosen.replay.write_text(page([o.episode for o in outcomes]), encoding="utf-8")


def _models(name: str) -> tuple[Callable[[Task, Session], Model], Callable[[str], int]]:
    """The model for each task, and how tokens are counted: by the model's own tokenizer, without one by words."""
    if name == "oracle":
        return OracleModel, lambda text: len(text.split())
    loaded = load_model(EmbeddedConfig() if name == "embedded" else GgufConfig(path=name))
    if not isinstance(loaded, LlamaCppModel):
        raise SystemExit(f"{name} is no GGUF that runs in process")
    return lambda _task, _session: loaded, lambda text: len(loaded._tokens(text))


def _maker(with_intents: bool) -> Callable[[Recorder, Session], Agent[Any]]:
    def make(recorder: Recorder, _: Session) -> Agent[Any]:
        tools = [ui, intents] if with_intents else [ui]
        options = Options(max_calls=1, clock=False)
        return Agent(
            tools,
            model=recorder,
            verifiers=[*CHECKS, Typed(), Stuck()],
            options=options,
            store=False,
            durable=False,
            max_steps=30,
        )

    return make


def _line(outcome: Outcome) -> dict[str, object]:
    return {
        "template": outcome.task.template.name,
        "seed": outcome.task.seed,
        "request": outcome.task.request,
        "level": outcome.task.level,
        "success": outcome.judgement.success,
        "reason": outcome.judgement.reason,
        "steps": outcome.steps,
        "oracle_steps": outcome.oracle_steps,
    }


def _table(outcomes: list[Outcome]) -> None:
    groups = {f"level {level}": [o for o in outcomes if o.task.level == level] for level in (1, 2, 3)}
    for name, group in {**groups, "all": outcomes}.items():
        summary: Summary | None = summed_up(group)
        if summary is not None:
            said = (f"{key} {'-' if value is None else f'{value:.3g}'}" for key, value in asdict(summary).items())
            print(f"{name:8} " + "  ".join(said))


if __name__ == "__main__":
    main()
