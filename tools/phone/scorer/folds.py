"""What the scorer does in apps that it was not fitted on: training templates, whole apps of them held out in turn.

    python -m phone.scorer.folds --kept FOLDER             (in tools/, with the steps of a fit; minutes on one core)

Each fold is fitted without any step of a template that needs one of its apps, and then works the tasks of those
templates alone, without a model: once by the thresholds of the agent that ships, and once with every step made. Own
runs in the folder come from a scorer that knew all apps, and made-up phones hold some of the phone's own, so the
figures are a little too good.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..tasks import TEMPLATES
from ..tasks.arms import NOBODY, SHIPPED
from ..tasks.measure import Outcome
from ..tasks.task import Task, Template
from .fit import Settings, fit, held_out
from .net import load, save
from .steps import Steps
from .steps import load as load_steps
from .worked import HEAD, row, tell, worked

FOLDS = (
    frozenset({"clock", "contacts", "notes", "browser"}),
    frozenset({"messages", "calendar", "music", "calculator"}),
    frozenset({"settings", "email", "gallery", "dialer", "camera"}),
)
FIRST = 10**12 + 5000
"""Seeds of the tasks: others than those of the evaluation and of a fit."""


def touching(fold: int) -> frozenset[str]:
    """The training templates that need an app of a fold: none of their steps is learnt from."""
    return frozenset(t.name for t in TEMPLATES.values() if t.split == "train" and FOLDS[fold] & set(t.apps))


def of_fold(fold: int) -> list[Template]:
    """The templates that a fold works: each template is in one fold, the first that it touches."""
    earlier = frozenset[str]().union(*(touching(one) for one in range(fold)))
    return [t for t in TEMPLATES.values() if t.name in touching(fold) - earlier]


def drawn(fold: int, seeds: int) -> list[Task]:
    """The tasks of a fold."""
    return [template.task(FIRST + n) for template in of_fold(fold) for n in range(seeds)]


def all_kept(folder: Path) -> list[Steps]:
    """The steps of a fit, its scorers' own runs among them."""
    every = (path for name in ("train.*.npz", "made.*.npz", "own_*.npz") for path in sorted(folder.glob(name)))
    return [load_steps(path) for path in every]


def main() -> None:
    """Fit or read a scorer for each fold, let it work, print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kept", type=Path, required=True, help="the folder with the steps of a fit")
    options.add_argument("--seeds", type=int, default=1, help="tasks of each template")
    options.add_argument("--epochs", type=int, default=5)
    options.add_argument("--nets", type=int, default=1)
    given = options.parse_args()
    settings = Settings(nets=given.nets, hidden=48, epochs=given.epochs)
    steps, held = all_kept(given.kept), held_out(settings, given.kept)
    shipped, every = list[Outcome](), list[Outcome]()
    for fold in range(len(FOLDS)):
        path = given.kept / f"fold.{fold}.npz"
        if not path.exists():
            save(fit([part.of_groups(touching(fold), inside=False) for part in steps], held, settings, tell), path)
        shipped += worked(load(path), drawn(fold, given.seeds), SHIPPED)
        every += worked(load(path), drawn(fold, given.seeds), NOBODY)
    tell(HEAD)
    tell(row("held-out apps, as it ships, without a model", shipped))
    tell(row("the same, every step made", every))


if __name__ == "__main__":
    main()
