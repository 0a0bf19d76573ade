"""Tasks run twice with new values: how many repeats scripts serve without a model, how fast, and what goes wrong.

    python benchmarks/phone_repeats.py --tasks 50 --model oracle

The first runs are the oracle's (it sees the simulator's inside), or with `--first model` those of the model in the box,
of which only the ones that did their task make a script; `--model` is what takes over where a script does not go on: the
oracle again, or `embedded`. Then requests of other templates, and the repeats' own requests twisted into
asking for something else, are put to the same library: none of them should be taken for one of its own.
"""  # noqa: E501

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from phone.scripts.library import Library
from phone.scripts.measure import TWISTS, Repeat, again, first, strangers, templates
from phone.session import Session
from phone.tasks import Task
from phone.tasks.oracle_model import OracleModel

from agentkit.models import load_model
from agentkit.models.base import Model
from agentkit.spec import EmbeddedConfig

Fallback = Callable[[Task, Session], Model]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=50)
    parser.add_argument("--first-seed", type=int, default=700_000)
    parser.add_argument("--model", choices=("oracle", "embedded"), default="oracle", help="what takes over")
    parser.add_argument("--first", choices=("oracle", "model"), default="oracle", help="who shows the way")
    parser.add_argument("--verbose", action="store_true", help="name what was not served")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fallback = _fallback(chosen.model)
        shows = _fallback("embedded" if chosen.first == "model" else "oracle")
        found = _repeats(Path(folder), chosen.tasks, chosen.first_seed, fallback, shows)
        _report(found, chosen.verbose)
        _adversaries(Path(folder), found, fallback, chosen.verbose)


def _fallback(name: str) -> Fallback:
    if name == "oracle":
        return OracleModel
    model = load_model(EmbeddedConfig())
    return lambda _task, _session: model


def _repeats(folder: Path, tasks: int, seed: int, fallback: Fallback, shows: Fallback) -> list[Repeat]:
    """All first runs, then all repeats: every script is there while each repeat looks for its own."""
    drawn = templates(tasks)
    firsts = [first(template.task(seed + n, wording=n), folder, shows) for n, template in enumerate(drawn)]
    print(f"first runs that made a script: {sum(not why for why, _ in firsts)} of {len(firsts)}")
    return [
        again(template.task(seed + 50_000 + n, wording=n), folder, fallback, why=why, first_ms=ms)
        for n, (template, (why, ms)) in enumerate(zip(drawn, firsts, strict=True))
    ]


def _report(found: list[Repeat], verbose: bool) -> None:
    served = [repeat for repeat in found if repeat.served]
    partly = [repeat for repeat in found if not repeat.served and repeat.scripted]
    wrong = [repeat for repeat in found if repeat.wrong]
    print(f"repeats: {len(found)}; served without a model call: {len(served)} ({len(served) / len(found):.0%})")
    print(f"begun by a script, finished by the model: {len(partly)}; of them done: {_done(partly)}")
    rest = [repeat for repeat in found if not repeat.scripted]
    print(f"left to the model from the start: {len(rest)}; of them done: {_done(rest)}")
    print(f"wrong outcomes of scripts: {len(wrong)}; tasks that failed in all: {len(found) - _done(found)}")
    print(f"steps made by scripts: {sum(r.scripted for r in found)}, by the model: {sum(r.model_calls for r in found)}")
    if served:
        print(f"ms per served task: median {median(r.ms for r in served):.0f}, most {max(r.ms for r in served):.0f}")
    for why, count in Counter(repeat.why for repeat in found if not repeat.served).most_common():
        print(f"  not served, {count}: {why}")
    for repeat in (*wrong, *(rest + partly if verbose else ())):
        print(f"  {repeat.task.template.name}: {repeat.task.request!r}: {repeat.judgement.reason or 'done'}")


def _done(found: list[Repeat]) -> int:
    return sum(repeat.judgement.success for repeat in found)


def _adversaries(folder: Path, found: list[Repeat], fallback: Fallback, verbose: bool) -> None:
    """Requests for something else: which of them a script begins, and what comes of those."""
    library = Library(folder)
    names = sorted({repeat.task.template.name for repeat in found})
    asked = list(strangers(names, range(910_000, 910_012)))
    taken = [task for task in asked if library.choose(task.request) is not None]
    played = [again(task, folder, fallback, why="", first_ms=0.0) for task in taken]
    wrong = sum(repeat.wrong for repeat in played)
    print(
        f"requests of other templates: {len(asked)}, taken for a script's: {len(taken)}, of them ended wrong: {wrong}"
    )
    for task in taken if verbose else taken[:5]:
        script = library.choose(task.request)
        print(f"  {task.template.name}: {task.request!r} for {script[0].request if script else ''!r}")
    twisted = [twist.format(repeat.task.request) for repeat in found for twist in TWISTS]
    fooled = [request for request in twisted if library.choose(request) is not None]
    print(f"twisted requests: {len(twisted)}, taken for a script's: {len(fooled)}")
    for request in fooled if verbose else fooled[:5]:
        print(f"  {request!r}")


if __name__ == "__main__":
    main()
