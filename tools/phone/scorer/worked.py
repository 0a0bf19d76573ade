"""Lets a scorer work whole tasks alone, without a model, and says what came of them.

    python -m phone.scorer.worked --phones 30 --kept FOLDER            (in tools/)

By default on phones with made-up apps that no fit reads: how far it carries over to apps that nobody has seen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from agentkit.decide import Policy
from agentkit.registry import Registry

from .. import ui
from ..documents.guide import Guide
from ..made.phones import installed, phone
from ..made.tasks import tasks
from ..tasks.arms import NOBODY, SHIPPED, Arm, alone
from ..tasks.measure import Outcome, run_task
from ..tasks.report import summed_up
from ..tasks.task import Task
from . import Scorer
from .net import WEIGHTS, Net, load

UNSEEN = 83
"""The phones that no fit reads: `fit` draws those of 77 and stops by those of 82."""
_EACH = 8
_ALWAYS = 1e-6
"""So sure the scorer has to be to propose a step itself."""
HEAD = "| tasks of | tasks | success % | asked % | false done % | damage % | infeasible % |\n" + "|---" * 7 + "|"


def worked(net: Net, drawn: Iterable[Task], policy: Policy, guide: Guide | None = None) -> Iterator[Outcome]:
    """Tasks as a scorer alone works them, by the app documents that ship or by others."""
    scorer = Scorer(net=net)
    arm = Arm("scorer", "the scorer alone", alone, Registry([ui]), policy=policy, scorer=scorer)
    for task in drawn:
        documents = guide or True
        yield run_task(task, arm.model, arm.make, documents=documents, scorer=scorer, sure=_ALWAYS, compared=False)


def on_made(net: Net, seed: int, phones: int, policy: Policy, kept: Path | None = None) -> Iterator[Outcome]:
    """Tasks on phones with made-up apps."""
    for number in range(phones):
        made = phone(seed, number, kept=kept)
        with installed(made.apps):
            yield from worked(net, tasks(made, seed * 1000 + number, _EACH), policy, made.guide)


def row(name: str, found: list[Outcome]) -> str:
    """A line of the table."""
    s = summed_up(found)
    assert s is not None
    shares = (s.success, s.asked, s.false_done, s.damage, s.infeasible_recall or 0.0)
    return f"| {name} | {s.tasks} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |"


def tell(line: str) -> None:
    """A line for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--net", type=Path, default=WEIGHTS)
    options.add_argument("--phones", type=int, default=30)
    options.add_argument("--kept", type=Path, help="a folder where documents are kept from one run to the next")
    given = options.parse_args()
    net = load(given.net)
    tell(HEAD)
    for name, policy in (("made-up phones, as it ships", SHIPPED), ("the same, every step made", NOBODY)):
        tell(row(name, list(on_made(net, UNSEEN, given.phones, policy, given.kept))))


if __name__ == "__main__":
    main()
