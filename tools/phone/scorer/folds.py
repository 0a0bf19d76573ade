"""What the scorer does where it was not fitted: in whole apps, or on templates, that are held out in turn.

    python -m phone.scorer.folds --kept FOLDER             (in tools/, with the steps of a fit; minutes on one core)

Each fold is fitted without any step of what is held out, and then works its tasks alone, without a model: by the
thresholds of the agent that ships, and with every step made, also in words that no fit reads. By apps, all training
templates that need one of its apps are held out, and development templates are worked as well. Own runs in
the folder come from a scorer that knew all of it, and made-up phones hold some of the phone's own apps, so the figures
are a little too good.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..tasks import TEMPLATES
from ..tasks.arms import NOBODY, SHIPPED
from ..tasks.measure import Outcome
from ..tasks.otherwise import unread
from ..tasks.task import Task, Template
from .fit import Settings, fit, held_out
from .net import load, save
from .steps import Steps
from .steps import load as load_steps
from .worked import HEAD, row, tell, worked

APPS = (
    frozenset({"clock", "contacts", "notes", "browser"}),
    frozenset({"messages", "calendar", "music", "calculator"}),
    frozenset({"settings", "email", "gallery", "dialer", "camera"}),
)
PARTS = 4
"""Into how many folds the training templates are dealt out by turns."""
FIRST = 10**12 + 5000
"""Seeds of the tasks: others than those of the evaluation and of a fit."""


@dataclass(frozen=True)
class Fold:
    """What is held out: the names of training templates that are not learnt from, and the templates that are worked."""

    name: str
    held: frozenset[str]
    worked: tuple[Template, ...]

    def tasks(self, seeds: int) -> list[Task]:
        """The tasks of a fold."""
        return [template.task(FIRST + n) for template in self.worked for n in range(seeds)]


def by_apps() -> Iterator[Fold]:
    """Whole apps held out; each template is worked in one fold, the first of whose apps it needs."""
    known = [t for t in TEMPLATES.values() if t.split in {"train", "dev"}]
    earlier = set[str]()
    for number, apps in enumerate(APPS):
        touching = [t for t in known if apps & set(t.apps)]
        held = frozenset(t.name for t in touching if t.split == "train")
        yield Fold(f"apps.{number}", held, tuple(t for t in touching if t.name not in earlier))
        earlier |= {t.name for t in touching}


def by_templates() -> Iterator[Fold]:
    """Every fourth training template held out, in the order of their names."""
    known = sorted((t for t in TEMPLATES.values() if t.split == "train"), key=lambda t: t.name)
    for number in range(PARTS):
        mine = known[number::PARTS]
        yield Fold(f"templates.{number}", frozenset(t.name for t in mine), tuple(mine))


def all_kept(folder: Path) -> list[Steps]:
    """The steps of a fit, its scorers' own runs among them."""
    every = (path for name in ("train.*.npz", "made.*.npz", "own_*.npz") for path in sorted(folder.glob(name)))
    return [load_steps(path) for path in every]


def otherwise(tasks: Sequence[Task]) -> list[Task]:
    """The same tasks asked for in words that no fit reads."""
    return [replace(task, request=said) for task in tasks for said in unread(task)[:1]]


def main() -> None:
    """Fit or read a scorer for each fold, let it work, print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kept", type=Path, required=True, help="the folder with the steps of a fit")
    options.add_argument("--by", choices=("apps", "templates"), default="apps")
    options.add_argument("--seeds", type=int, default=1, help="tasks of each template")
    options.add_argument("--epochs", type=int, default=5)
    options.add_argument("--nets", type=int, default=1)
    given = options.parse_args()
    settings = Settings(nets=given.nets, hidden=48, epochs=given.epochs)
    steps, held = all_kept(given.kept), held_out(settings, given.kept)
    shipped, every, other = list[Outcome](), list[Outcome](), list[Outcome]()
    for fold in by_apps() if given.by == "apps" else by_templates():
        path = given.kept / f"fold.{fold.name}.npz"
        if not path.exists():
            save(fit([part.of_groups(fold.held, inside=False) for part in steps], held, settings, tell), path)
        tasks, net = fold.tasks(given.seeds), load(path)
        shipped += worked(net, tasks, SHIPPED)
        every += worked(net, tasks, NOBODY)
        other += worked(net, otherwise(tasks), NOBODY)
    tell(HEAD)
    tell(row(f"held-out {given.by}, as it ships, without a model", shipped))
    tell(row("the same, every step made", every))
    tell(row("the same, in words that no fit reads", other))


if __name__ == "__main__":
    main()
