"""How often the oracle's step, or another of a shortest path, is the scorer's first, and among its first three.

    python -m phone.scorer.measure --splits train dev --each 2         (in tools/)

On calm phones, along the shortest path; tasks are of seeds that the scorer was not fitted on.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

import numpy as np

from .net import Net, load
from .rows import of_made, of_templates

FIRST = 9_000_000
MADE = 78


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", nargs="+", default=["train", "dev"], help="train, dev, test, made")
    parser.add_argument("--each", type=int, default=2, help="tasks of each template; of `made`, phones")
    given = parser.parse_args()
    net = load()
    lines = ["| split | steps | first % | among three % |", "|---|---|---|---|"]
    for split in given.splits:
        count = along(net, split, given.each)
        first, three = (100 * count[name] / count["steps"] for name in ("first", "three"))
        lines.append(f"| {split} | {count['steps']} | {first:.1f} | {three:.1f} |")
    sys.stdout.write("\n".join(lines) + "\n")


def along(net: Net, split: str, each: int) -> Counter[str]:
    """The steps of a split, those whose right candidate came first, and those where it was among three."""
    made = split == "made"
    found = of_made(MADE, range(each), 10) if made else of_templates(split, range(FIRST, FIRST + each), calm=True)
    count = Counter[str]()
    for step in found:
        order: list[int] = np.argsort(-net.logits(step.moment, step.each), kind="stable").tolist()
        count["steps"] += 1
        count["first"] += step.right[order[0]]
        count["three"] += any(step.right[at] for at in order[:3])
    return count


if __name__ == "__main__":
    main()
