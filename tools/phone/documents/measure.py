"""How often the guide's next label is the one that the oracle takes, per level, on templates of a split.

    python -m phone.documents.measure --splits train dev --each 4          (in tools/)

Steps that name no label (scroll, wait, back, the end) do not count; typing counts by its field. The oracle is only what
the guide is compared with.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict

from ..tasks import TEMPLATES
from ..tasks.oracle import Act
from ..tasks.trajectory import play
from .guide import shipped


def label_of(act: Act) -> str | None:
    """The app, element or field that an act is about."""
    name = {"open_app": "app", "tap": "element", "type_text": "field"}.get(act.name)
    return act.arguments[name] if name else None


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", nargs="+", default=["train", "dev"])
    parser.add_argument("--each", type=int, default=4, help="tasks per template")
    parser.add_argument("--first-seed", type=int, default=50)
    chosen = parser.parse_args()
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spent, guide = list[float](), shipped()
    for template in (t for t in TEMPLATES.values() if t.split in chosen.splits):
        for number in range(chosen.each):
            task = template.task(chosen.first_seed + number, wording=number)
            for step in play(task).steps:
                wanted = label_of(step.act)
                began = time.perf_counter()
                way = guide.way(task.request, step.seen)
                spent.append(time.perf_counter() - began)
                if wanted is None:
                    continue
                came = "none" if not way else "right" if way[0] == wanted else "other"
                for row in ("all", f"level {task.level}", step.act.name):
                    found[f"{template.split} {row}"][came] += 1
    lines = ["| steps | right | other | no line | share right | of lines given |", "|---|---|---|---|---|---|"]
    for row, count in sorted(found.items()):
        given = count["right"] + count["other"]
        share, of = count["right"] / count.total(), count["right"] / max(1, given)
        lines.append(f"| {row} | {count['right']} | {count['other']} | {count['none']} | {share:.2f} | {of:.2f} |")
    spent.sort()
    lines.append(f"ms per line: p50 {spent[len(spent) // 2] * 1e3:.2f}, p99 {spent[len(spent) * 99 // 100] * 1e3:.2f}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
