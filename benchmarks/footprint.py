"""What the model in the box costs: disk, memory, loading, reading and writing tokens, and a call with five tools.

    python benchmarks/footprint.py [--model FILE] [--threads 1,2] [--rounds 3] [--clock cpu] [--json FILE]

Each figure comes from a process of its own. Memory is what the process holds more (resident, and at its highest) than
one that has only imported agentkit. llama-cpp-python's `Llama` runs beside it, with the same weights, context and
threads, in turns with agentkit so that a busy machine slows both. Rates are medians over the rounds: a prompt of 512
tokens in one go, then 64 tokens one by one. A cold call has tools that the process has not seen; a warm one has the
tools of the call before and another request. A step is what an agent does until it has decided: the tools worth
showing, the prompt, the model, the checks and the policy, with the tools of two packs at a time; no tool runs.
On a machine that others use too, `--clock cpu` counts the processes' own time only, which for several threads is the
sum of theirs.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, cast

CONTEXT, PROMPT, WRITTEN, SHOWN, CALLS = 4096, 512, 64, 5, 40
Found = dict[str, float]
TASKS = {
    "calc": ("what is 17 times 23", "convert 5 miles to kilometres"),
    "clock": ("how many days are there from 2025-03-01 to 2025-04-15", "what day is it in 12 days"),
    "contacts": ("what is the number of Ada Winter", "look up Chen Li"),
    "files": ("read report.txt", "which files mention invoices"),
    "messages": ("text Ben Okafor that I am late", "write to Chen Li: see you at noon"),
    "notes": ("note that the boiler needs service", "find my notes about the boiler"),
}
"""Two requests for each pack that goes with the others."""


def resident() -> int:
    """Bytes of this process in memory, after what the allocator holds without need was given back."""
    ctypes.CDLL(None).malloc_trim(0)
    return _status("VmRSS")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(name)


def bare(_path: Path, _threads: int) -> Found:
    """Only the package."""
    import agentkit  # noqa: F401

    return {"resident": resident(), "highest": _status("VmHWM")}


def own(path: Path, threads: int) -> Found:
    """agentkit's engine: loading, memory after a call, and calls with five tools, cold and warm."""
    import agentkit  # noqa: F401

    start = time.perf_counter()
    from agentkit.models.llamacpp_model import LlamaCppModel

    imported = 1000.0 * (time.perf_counter() - start)
    start = time.perf_counter()
    model = LlamaCppModel(path, context=CONTEXT, threads=threads)
    loaded = 1000.0 * (time.perf_counter() - start)
    asked = requests()
    took = [_timed(lambda one=one: model.propose(one)) for one in asked[:1]]
    found = {"import": imported, "load": loaded, "first call": took[0]}
    found |= {"resident": resident(), "highest": _status("VmHWM")}
    cold: list[float] = []
    warm: list[float] = []
    for one, other in zip(asked[1:], [*asked[2:], asked[0]], strict=True):
        cold.append(_timed(lambda one=one: model.propose(one)))
        again = one.model_copy(update={"messages": other.messages})
        warm.append(_timed(lambda again=again: model.propose(again)))
    found |= _middle_and_tail(("cold", cold), ("warm", warm))
    found["resident later"] = resident()
    model.close()
    return found


def _middle_and_tail(*measured: tuple[str, list[float]]) -> Found:
    found: Found = {}
    for name, values in measured:
        cuts = statistics.quantiles(values, n=20, method="inclusive")
        found |= {f"{name} p50": cuts[9], f"{name} p95": cuts[18]}
    return found


def own_steps(path: Path, threads: int) -> Found:
    """agentkit's loop with packs: from the request to the decision, and memory after all of them."""
    from agentkit import Agent
    from agentkit.models.llamacpp_model import LlamaCppModel
    from agentkit.registry import Registry

    model = LlamaCppModel(path, context=CONTEXT, threads=threads)
    cold: list[float] = []
    warm: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for pair in combinations(TASKS, 2):
            first, *others = [task for pack in pair for task in TASKS[pack]]
            with Agent(Registry(pair), model=model, store=False) as agent:
                agent.parts  # noqa: B018 - opens the agent, once for all its runs
                cold.append(_step(agent, first))
                warm += [_step(agent, other) for other in others]
    found = _middle_and_tail(("step cold", cold[1:]), ("step warm", warm[3:]))  # the first pair loads code
    found["resident"] = resident()
    model.close()
    return found


def _step(agent: Any, task: str) -> float:
    """Milliseconds until the first step of a run is decided; there the run is stopped."""
    from agentkit.cancel import Cancel
    from agentkit.errors import Cancelled

    stop = Cancel()
    began = time.perf_counter()
    took: list[float] = []

    def listen(event: Any) -> None:
        if event.kind == "decided" and not took:
            took.append(1000.0 * (time.perf_counter() - began))
            stop.set()

    with contextlib.suppress(Cancelled):
        agent.run(task, cancel=stop, listen=listen)
    return took[0]


def requests() -> list[Any]:
    """A request with five tools each; no two neighbours begin with the same tool."""
    from phone_calls import REQUESTS, TOOLS

    from agentkit.types import Control, Message, ProposeRequest

    made: list[Any] = []
    for number in range(CALLS + 1):
        words, name, _ = REQUESTS[number % len(REQUESTS)]
        others = [tool for tool in TOOLS if tool.name != name]
        shown = [others[(5 * number + step * (1 + number // 23)) % len(others)] for step in range(SHOWN - 1)]
        right = next(tool for tool in TOOLS if tool.name == name)
        shown.insert(1 + number % (SHOWN - 1), right)
        unique = tuple({tool.name: tool for tool in shown}.values())
        message = Message(role="user", content=words)
        made.append(ProposeRequest(tools=unique, messages=(message,), controls=(Control.ABSTAIN,), max_calls=1))
    return made


def own_rates(path: Path, threads: int) -> Found:
    """agentkit's engine: tokens read and written per second, by its own passes."""
    from agentkit.models.llamacpp import LlamaContext, Weights

    weights = Weights.load(path)
    context = LlamaContext(weights, length=CONTEXT, batch=PROMPT, threads=threads, sequences=1)

    def read(tokens: Sequence[int]) -> int:
        return int(context.forward([(0, tokens)])[0].argmax())

    return _rates(read, lambda: context.cut(0, 0), lambda text: weights.tokenize(text, special=False))


def library(path: Path, threads: int) -> Found:
    """llama-cpp-python's `Llama`: loading, memory after a completion of 16 tokens."""
    import agentkit  # noqa: F401

    start = time.perf_counter()
    from llama_cpp import Llama

    imported = 1000.0 * (time.perf_counter() - start)
    start = time.perf_counter()
    llm = _llama(Llama, path, threads)
    loaded = 1000.0 * (time.perf_counter() - start)
    llm.create_completion("one two three", max_tokens=16, temperature=0.0)
    return {"import": imported, "load": loaded, "resident": resident(), "highest": _status("VmHWM")}


def library_rates(path: Path, threads: int) -> Found:
    """llama-cpp-python's `Llama`: tokens per second, by `eval` and greedy `sample`."""
    from llama_cpp import Llama

    llm = _llama(Llama, path, threads)

    def read(tokens: Sequence[int]) -> int:
        llm.eval(tokens)
        return int(llm.sample(temp=0.0))

    return _rates(read, llm.reset, lambda text: llm.tokenize(text.encode(), add_bos=False))


def _llama(kind: Any, path: Path, threads: int) -> Any:
    return kind(
        str(path), n_ctx=CONTEXT, n_batch=PROMPT, n_threads=threads, n_threads_batch=threads, verbose=False
    )  # fmt: skip


def _rates(read: Callable[[Sequence[int]], int], clear: Callable[[], Any], tokenize: Any) -> Found:
    words = "Please remind me to water the plants on Friday at half past seven and send Ada the list. " * 60
    prompt = list(tokenize(words))[:PROMPT]
    assert len(prompt) == PROMPT
    read(prompt[:32])  # warms up
    clear()
    start = time.perf_counter()
    token = read(prompt)
    reading = time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(WRITTEN):
        token = read([token])
    writing = time.perf_counter() - start
    return {"prefill": PROMPT / reading, "decode": WRITTEN / writing}


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return 1000.0 * (time.perf_counter() - start)


PROBES: dict[str, Callable[[Path, int], Found]] = {
    "bare": bare,
    "own": own,
    "own_rates": own_rates,
    "own_steps": own_steps,
    "library": library,
    "library_rates": library_rates,
}


def probed(name: str, path: Path, threads: int, clock: str) -> Found:
    """What a probe finds in a process of its own."""
    command = [sys.executable, __file__, "--probe", name, "--model", str(path), "--threads", str(threads)]
    done = subprocess.run([*command, "--clock", clock], check=True, capture_output=True, text=True)
    return cast("Found", json.loads(done.stdout.splitlines()[-1]))


def measure(path: Path, threads: int, rounds: int, clock: str) -> dict[str, Found]:
    """Every probe's figures: medians over the rounds, in which the probes take turns."""
    found: dict[str, list[Found]] = {name: [] for name in PROBES}
    for _ in range(rounds):
        for name, each in found.items():
            each.append(probed(name, path, threads, clock))
    return {name: {key: statistics.median(one[key] for one in each) for key in each[0]} for name, each in found.items()}


def report(path: Path, by_threads: dict[int, dict[str, Found]], clock: str) -> str:
    """The tables as people read them."""
    first = next(iter(by_threads.values()))
    base, mib = first["bare"], 1 << 20
    lines = [
        f"{path.name}: {path.stat().st_size / 1e6:.2f} MB; import of agentkit alone: {base['resident'] / mib:.0f} MiB",
        "",
        "| | agentkit | llama-cpp-python |",
        "|---|---|---|",
    ]
    for threads, found in by_threads.items():
        ours, theirs = found["own"] | found["own_rates"], found["library"] | found["library_rates"]
        lines.append(f"| **{threads} thread{'s' if threads > 1 else ''}** | | |")
        for what in ("import", "load"):
            lines.append(f"| {what}, ms | {ours[what]:.0f} | {theirs[what]:.0f} |")
        for what, told in (("resident", "memory above the import, MiB"), ("highest", "the same at its highest, MiB")):
            more = [(each[what] - found["bare"][what]) / mib for each in (ours, theirs)]
            lines.append(f"| {told} | {more[0]:.0f} | {more[1]:.0f} |")
        later = (ours["resident later"] - found["bare"]["resident"]) / mib
        lines.append(f"| the same after {2 * CALLS} calls with {CALLS} sets of tools, MiB | {later:.0f} | |")
        for what in ("prefill", "decode"):
            lines.append(f"| {what}, tokens/s | {ours[what]:,.0f} | {theirs[what]:,.0f} |")
        for what in ("cold", "warm"):
            lines.append(f"| a call, {what}: p50, p95, ms | {ours[what + ' p50']:.1f}, {ours[what + ' p95']:.1f} | |")
        steps = found["own_steps"]
        for what in ("step cold", "step warm"):
            told = f"{steps[what + ' p50']:.1f}, {steps[what + ' p95']:.1f}"
            lines.append(f"| a {what.replace(' ', ' with two packs, ')}: p50, p95, ms | {told} | |")
        more = (steps["resident"] - found["bare"]["resident"]) / mib
        lines.append(f"| memory after these steps, MiB | {more:.0f} | |")
    return "\n".join([*lines, "", f"times: {'wall clock' if clock == 'wall' else 'processor time of all threads'}"])


def main() -> None:
    """Measure, or be one of the processes that do."""
    from agentkit.models import EMBEDDED

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--probe", choices=tuple(PROBES), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.probe:
        if chosen.clock == "cpu":
            time.perf_counter = time.process_time
        print(json.dumps(PROBES[chosen.probe](chosen.model, int(chosen.threads))))
        return
    counts = [int(each) for each in chosen.threads.split(",")]
    found = {count: measure(chosen.model, count, chosen.rounds, chosen.clock) for count in counts}
    print(report(chosen.model, found, chosen.clock))
    print(f"{os.cpu_count()} cores, {os.cpu_count() and os.getloadavg()[0]:.1f} busy on average in the last minute")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
