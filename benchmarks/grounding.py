"""How often grounding is right: alarms on arguments that are right, and catches of arguments that are not.

Rows come from public data sets (`--data DIR`, the archives as downloaded). A wrong value is the value that the same
argument has in another row of the set: a plausible one, which the request does not hold. A copied value is that of
another argument of the same call: the request holds it, and means it for the other one. Values are counted one by one;
control calls, booleans and empty values are left out. `python benchmarks/grounding.py --data DIR`
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue

from agentkit.nano.rows import Row, Shard
from agentkit.nano.sources import convert
from agentkit.registry import Context
from agentkit.types import CheckStatus, Proposal, ProposeRequest, ToolCall, ToolSpec
from agentkit.verify import Scene
from agentkit.verify.derivation import Argument
from agentkit.verify.grounding import arguments_of, grounding, is_composed, judge
from agentkit.verify.sources import sources

SETS = ("droidcall", "pythonic_fc", "seal_tools", "glaive_demo", "api_bank_lv3", "star", "sgd", "hinglish_top_english")
NOW = datetime(2026, 11, 21, 14, 10)


def main() -> None:
    """Print one line per data set."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--rows", type=int, default=1000, help="rows of each set, drawn with a fixed seed")
    options.add_argument("--sets", nargs="*", default=list(SETS))
    options.add_argument("--show", type=int, default=0, help="print so many false alarms and misses of each set")
    given = options.parse_args()
    print(
        f"{'set':22} {'values':>7} {'alarm':>7} {'unsure':>7} |"
        f" {'caught':>7} {'unsure':>7} {'missed':>7} |"
        f" {'copied':>7} {'caught':>7} {'unsure':>7} {'missed':>7} | ms/value"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for name in given.sets:
            report(name, convert(name, given.data, Path(scratch)), given.rows, given.show)


def report(name: str, shard: Shard, limit: int, show: int) -> None:
    """Count over one data set."""
    chance = random.Random(0)
    rows = [row for row in shard.rows if any(call.name in shard.tools for call in row.calls)]
    rows = chance.sample(rows, min(limit, len(rows)))
    pool = _pool(rows, shard)
    right, wrong, copied = Counter[CheckStatus](), Counter[CheckStatus](), Counter[CheckStatus]()
    began, shown = time.perf_counter(), 0
    for row in rows:
        scene = _scene(row, shard)
        own = {str(value).casefold() for values in _pool([row], shard).values() for value in values}
        for call in row.calls:
            spec = _spec(call, shard)
            judged = {found.path: found for found in grounding(scene, call, spec)}
            for argument in _counted(arguments_of(call, spec)):
                found = judged[argument.path]
                right[found.status] += 1
                if (status := _copied(argument, call, spec, scene)) is not None:
                    copied[status] += 1
                other = _another(argument, pool, own, chance)
                false = judge(other, sources(scene)) if other else None
                if false and other:
                    wrong[false.status] += 1
                odd = [found] if found.status is CheckStatus.FAIL else []
                odd += [false] if false and false.status is CheckStatus.PASS else []
                for finding in odd[: max(0, show - shown)]:
                    shown += 1
                    kind = "alarm" if finding is found else "missed"
                    print(f"  {kind}: {finding.evidence}\n     {row.messages[-1].content[:150]}")
    _line(name, (right, wrong, copied), (time.perf_counter() - began) * 1000)


def _copied(argument: Argument, call: ToolCall, spec: ToolSpec | None, scene: Scene) -> CheckStatus | None:
    """What is said of two arguments with one value, that of the other; None where there is no other of its type."""
    if "." in argument.path or "enum" in argument.schema or is_composed(argument, str(argument.value)):
        return None
    others = [
        (name, value)
        for name, value in call.arguments.items()
        if type(value) is type(argument.value) and name != argument.path and value not in (argument.value, "")
    ]
    if not others or isinstance(argument.value, dict | list):
        return None
    other, value = others[0]
    changed = call.model_copy(update={"arguments": {**call.arguments, argument.path: value}})
    found = [one.status for one in grounding(scene, changed, spec) if one.path in {argument.path, other}]
    return min(found, key=(CheckStatus.FAIL, CheckStatus.UNSURE, CheckStatus.PASS).index)


def _line(name: str, counted: tuple[Counter[CheckStatus], ...], ms: float) -> None:
    right, wrong, copied = counted

    def share(found: Counter[CheckStatus], status: CheckStatus) -> str:
        return f"{100 * found[status] / max(1, found.total()):6.1f}%"

    def outcome(found: Counter[CheckStatus]) -> str:
        return " ".join(share(found, status) for status in (CheckStatus.FAIL, CheckStatus.UNSURE, CheckStatus.PASS))

    total = right.total() + wrong.total() + copied.total()
    print(
        f"{name:22} {right.total():7} {share(right, CheckStatus.FAIL)} {share(right, CheckStatus.UNSURE)} |"
        f" {outcome(wrong)} | {copied.total():7} {outcome(copied)} | {ms / max(1, total):.2f}"
    )


def _scene(row: Row, shard: Shard) -> Scene:
    specs = tuple(spec for spec in (_spec(call, shard) for call in row.calls) if spec is not None)
    request = ProposeRequest(tools=specs, messages=row.messages, facts=row.facts)
    return Scene(request=request, proposal=Proposal(calls=row.calls, model="gold"), context=Context(now=NOW))


def _spec(call: ToolCall, shard: Shard) -> ToolSpec | None:
    tool = shard.tools.get(call.name)
    return tool.spec if tool else None


def _counted(arguments: Iterable[Argument]) -> Iterable[Argument]:
    for argument in arguments:
        if argument.value not in (None, "", [], {}) and not isinstance(argument.value, bool):
            yield argument


def _pool(rows: Iterable[Row], shard: Shard) -> dict[tuple[str, str], list[JsonValue]]:
    """The values that each argument has in the rows."""
    pool: dict[tuple[str, str], list[JsonValue]] = defaultdict(list)
    for row in rows:
        for call in row.calls:
            for argument in _counted(arguments_of(call, _spec(call, shard))):
                pool[_place(argument)].append(argument.value)
    return pool


def _place(argument: Argument) -> tuple[str, str]:
    return argument.tool, ".".join(step for step in argument.path.split(".") if not step.isdigit())


def _another(
    argument: Argument, pool: dict[tuple[str, str], list[JsonValue]], own: set[str], chance: random.Random
) -> Argument | None:
    """The same argument with the value of another row; none where an enum allows every value."""
    if "enum" in argument.schema:
        return None
    others = [value for value in pool[_place(argument)] if str(value).casefold() not in own]
    if not others:
        return None
    return Argument(argument.tool, argument.path, chance.choice(others), argument.schema, argument.hint)


if __name__ == "__main__":
    main()
