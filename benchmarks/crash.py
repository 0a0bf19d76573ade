"""Kill a run with `kill -9` at many seeded points, resume it, and count what was lost or done twice.

    python benchmarks/crash.py --points 200

Each trial runs an agent of this package (scripted model, real loop, real trace) in a process of its own: eight writes
through tools that append their idempotency key to a file, in five steps. The process is killed after a seeded delay,
and up to twice more while it is resumed; every other trial resumes it in two processes at once. Then:

- a *lost step* is a write that the finished run does not hold, or a step that the trace lacks;
- a *repeated write* is a key that stands twice in the file although no person said that the call had not happened;
- an *ambiguous* outcome is a call that was cut off between its intent and its outcome. It must be asked about. The
  trial then answers with the truth, read off the file, and the run must end.

Where a write was done but its outcome was not yet on disk is decided by the delay, so the count of ambiguous ones is a
matter of timing; that none is silent is not.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from agentkit import Agent, Context, tool
from agentkit.errors import LeaseError, WiringError
from agentkit.models.scripted import ScriptedModel, call, finish
from agentkit.models.scripted import answer as scripted
from agentkit.trace import Store
from agentkit.types import ProposeRequest, Run

FORK = multiprocessing.get_context("fork")

STEPS = (("a",), ("b", "c"), ("d",), ("e", "f", "g"), ("h",))
WRITES = [name for step in STEPS for name in step]
TASK = f"write {' '.join(WRITES)}"


def work(folder: Path, answer: bool | None, out: Connection) -> None:
    """One process: begin the run, or go on with it; sends the run as JSON."""

    @tool(effect="write")
    def write(name: str, ctx: Context) -> str:
        """Append a line to the file of side effects."""
        time.sleep(0.001)
        with (folder / "effects").open("a", encoding="utf-8") as file:
            file.write(f"{name} {ctx.idempotency_key}\n")
        time.sleep(0.001)
        return f"wrote {name}"

    agent = Agent([write], model=ScriptedModel(model), store=folder / "trace.db")
    assert agent.store is not None
    out.send("ready")
    try:
        run = go(agent, agent.store, answer)
    except LeaseError:
        out.send(None)
    else:
        out.send(run.model_dump_json())
    finally:
        agent.store.close()


def go(agent: Agent[Any], store: Store, answer: bool | None) -> Run:
    if not store.exists("r"):
        try:
            return agent.run(TASK, run_id="r")
        except WiringError:  # the other process was faster
            pass
    return agent.resume("r", answer)


def model(request: ProposeRequest) -> Any:
    """The script: the writes of each step in turn, then the end."""
    turns = sum(message.role == "assistant" and bool(message.calls) for message in request.messages)
    if turns < len(STEPS):
        return scripted(*(call("write", name=name) for name in STEPS[turns]), p=0.99)
    return scripted(finish("all written"), p=0.99)


@dataclass
class Trial:
    """What one trial found."""

    kills: int = 0
    asked: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list[str])


class Worker:
    """A forked process: forking keeps the imports, so that every kill falls into the run and not into loading it."""

    def __init__(self, folder: Path, answer: bool | None = None) -> None:
        self.end, theirs = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=work, args=(folder, answer, theirs))
        self.process.start()
        theirs.close()
        self.end.recv()

    def kill(self, delay: float) -> bool:
        """Kill it after a while; False when it had ended before."""
        time.sleep(delay)
        alive = self.process.is_alive()
        self.process.kill()  # SIGKILL
        self.process.join()
        return alive

    def result(self) -> str | None:
        """The run as JSON, or None when another process held it; raises `EOFError` when the process broke."""
        try:
            return self.end.recv()
        finally:
            self.process.join()


def effects(folder: Path) -> Counter[str]:
    file = folder / "effects"
    return Counter(file.read_text().splitlines()) if file.exists() else Counter()


def finish_run(folder: Path, processes: int, found: Trial, answer: bool | None = None) -> dict[str, Any]:
    """Resume in one or two processes at once; one of them must get through."""
    workers = [Worker(folder, answer) for _ in range(processes)]
    try:
        results = [worker.result() for worker in workers]
    except EOFError:
        found.faults.append("a process broke")
        return {}
    found.refused += results.count(None)
    done = [result for result in results if result is not None]
    if not done:
        return finish_run(folder, 1, found, answer)
    return json.loads(done[-1])


def happened(folder: Path, question: str) -> bool:
    """What a person who can see the file answers to `Did it happen?`."""
    written = {line.split()[0] for line in effects(folder)}
    (name,) = [name for name in WRITES if f'name="{name}"' in question]
    return name in written


def trial(number: int, seed: int, folder: Path, longest: float) -> Trial:
    """One run, killed one to three times, then resumed to its end."""
    dice = random.Random(seed * 100_003 + number)
    found = Trial()
    for _ in range(dice.choice((1, 1, 2, 3))):
        found.kills += Worker(folder).kill(dice.random() * longest)
    run = finish_run(folder, 1 + number % 2, found)
    while run.get("status") == "asked" and not found.faults:
        found.asked += 1
        run = finish_run(folder, 1, found, happened(folder, run["question"]))
    if run:
        judge(run, folder, found)
    return found


def judge(run: dict[str, Any], folder: Path, found: Trial) -> None:
    """Compare the finished run, the trace and the file of side effects."""
    lines = effects(folder)
    names = Counter(line.split()[0] for line in lines)
    results = [result for step in run["steps"] for result in step["results"]]
    if run["status"] != "answered":
        found.faults.append(f"the run ended as {run['status']}: {run['reason']}")
    if [step["index"] for step in run["steps"]] != list(range(len(STEPS) + 1)):
        found.faults.append(f"steps lost: {[step['index'] for step in run['steps']]}")
    if len([one for one in results if one["status"] == "ok"]) != len(WRITES) or set(names) != set(WRITES):
        found.faults.append(f"writes lost: {sorted(set(WRITES) - set(names))}, {len(results)} results")
    if any(count > 1 for count in [*lines.values(), *names.values()]):
        found.faults.append(f"writes repeated: {[line for line, count in lines.items() if count > 1]}")
    with Store(folder / "trace.db") as store:
        if store.run("r").model_dump(mode="json") != run:
            found.faults.append("the trace holds another run than the one returned")


def warm_up() -> float:
    """Load everything before the first fork; returns how long a run takes, in seconds, with a margin."""
    spans: list[float] = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            end, theirs = FORK.Pipe(duplex=False)
            began = time.perf_counter()
            work(Path(folder), None, theirs)
            spans.append(time.perf_counter() - began)
            end.close()
            theirs.close()
    time.sleep(0.1)  # the thread of the leases ends
    return 1.3 * min(spans)


def main() -> int:
    parser = argparse.ArgumentParser(description="kill -9 at seeded points")
    parser.add_argument("--points", type=int, default=200, help="how many runs are killed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--longest", type=float, default=0.0, help="longest delay before a kill, in seconds; measured if 0"
    )
    given = parser.parse_args()
    longest = given.longest or warm_up()
    total = Trial()
    with tempfile.TemporaryDirectory() as base:
        for number in range(given.points):
            folder = Path(base) / str(number)
            folder.mkdir()
            found = trial(number, given.seed, folder, longest)
            total.kills, total.asked = total.kills + found.kills, total.asked + found.asked
            total.refused += found.refused
            total.faults += [f"point {number}: {fault}" for fault in found.faults]
    print(f"runs                         {given.points}, killed within {longest * 1000:.0f} ms of their start")
    print(f"kill -9                      {total.kills}")
    print(f"second process refused       {total.refused}")
    print(f"ambiguous, asked about       {total.asked}")
    print(f"lost or repeated or broken   {len(total.faults)}")
    for fault in total.faults:
        print(" ", fault)
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
