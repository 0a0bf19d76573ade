"""How fast is one constrained call, beside the other ways to get the same text from the same weights?

    python benchmarks/decode.py [--weights tiny,qwen] [--rounds 3] [--json FILE]

Two models: the embedded weights, and random weights of Qwen3-0.6B's shape with the real qwen2 vocabulary (built once
into --cache; needs the `gguf` package and, without --vocab, one download). Every arm writes the same eight calls for
the same prompts of 24 tools, and has the tools in its cache but not the request; arms take turns, so that a busy
machine slows all of them. Medians are shown. agentkit's guesses ask the grammar too, and
are counted beside its masks.
On a machine that others use too, `--threads 1 --clock cpu` counts this process's own time only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import decode_arms as arms
from decode_library import LibraryArm, derived_grammar
from phone_calls import REQUESTS, TOOLS

from agentkit.models import EMBEDDED
from agentkit.models.llamacpp_model import LlamaCppModel
from agentkit.models.prefix import SnapshotFolder, common_prefix
from agentkit.types import Control, Message, ProposeRequest

CONTEXT = 4096
Row = dict[str, Any]


def request(text: str) -> ProposeRequest:
    """A request as every arm gets it: one call, no controls that need words."""
    return ProposeRequest(
        tools=TOOLS, messages=(Message(role="user", content=text),), controls=(Control.ABSTAIN,), max_calls=1
    )


def load(path: Path, threads: int | None, snapshots: Path | None = None) -> LlamaCppModel:
    """agentkit's engine on a file."""
    folder = SnapshotFolder(snapshots) if snapshots else None
    return LlamaCppModel(path, context=CONTEXT, threads=threads, snapshots=folder)


def probe(path: Path, threads: int | None, snapshots: Path) -> None:
    """In a process of its own: milliseconds until the first token, as the engine counts them."""
    start = time.perf_counter()
    model = load(path, threads, snapshots)
    loaded = (time.perf_counter() - start) * 1000.0
    usage = model.propose(request(REQUESTS[0][0])).usage
    first = sum(usage.ms[phase] for phase in ("render", "restore", "prefill"))
    print(json.dumps({"load": loaded, "first": first, "cached": usage.cached_tokens, "prompt": usage.prompt_tokens}))


def restarted(path: Path, threads: int | None, snapshots: Path) -> dict[str, float]:
    """The probe in a new process."""
    command = [sys.executable, __file__, "--probe", str(path), "--snapshots", str(snapshots)]
    command += ["--threads", str(threads)] if threads else []
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return cast("dict[str, float]", json.loads(done.stdout.splitlines()[-1]))


def measure(path: Path, rounds: int, threads: int | None) -> list[Row]:
    """One row per arm."""
    import llama_cpp

    model = load(path, threads)
    first = request(REQUESTS[0][0])
    own = arms.AgentkitArm(model, first)
    count = model.threads
    llm = cast("Any", llama_cpp).Llama(
        str(path), n_ctx=CONTEXT, n_batch=512, n_threads=count, n_threads_batch=count, verbose=False
    )
    loops = {
        "llama.cpp's grammar sampler, lean loop": arms.LlamaArm(
            llm, arms.grammar_mask(llm, arms.gbnf(TOOLS, model.dialect.name))
        ),
        "Outlines' logits processor, lean loop": arms.LlamaArm(llm, arms.outlines_mask(llm, first, model)),
        "unconstrained, same text, lean loop": arms.LlamaArm(llm, arms.unconstrained),
    }
    library = {
        "llama-cpp-python `grammar=`": LibraryArm(llm, derived_grammar(TOOLS, model.dialect.name)),
        "llama-cpp-python unconstrained, same text": LibraryArm(llm),
    }
    ms: dict[str, list[float]] = {name: [] for name in ("agentkit", *library, *loops)}
    mask: dict[str, list[float]] = {name: [] for name in ms}
    guesses: list[float] = []
    passes: dict[str, list[float]] = {name: [] for name in ms}
    plan = [REQUESTS[0], *(REQUESTS * rounds)]
    before = model.prompt_tokens(first)  # the first turn warms up: it is not counted
    for turn, (words, name, arguments) in enumerate(plan):
        asked, text = request(words), arms.gold_text(name, arguments, model.dialect.name)
        prompt, tokens = model.prompt_tokens(asked), model.weights.tokenize(text, special=True)
        known = common_prefix(before, prompt)  # every arm reads what this request does not share with the last one
        taken: dict[str, tuple[float, float, float]] = {}
        for arm, complete in library.items():
            arms.rewind(llm, min(known, llm.n_tokens))
            spent, per_token = complete(model.dialect.render(asked).text, prompt, tokens)
            taken[arm] = (spent, per_token, float(len(tokens) + 1))
        for arm, run in loops.items():
            arms.rewind(llm, min(known, llm.n_tokens))
            spent, per_token = run(prompt, tokens)
            taken[arm] = (spent, per_token, float(len(tokens)))
        spent, proposal = own(asked, text)
        usage = proposal.usage
        taken["agentkit"] = (spent, usage.ms["mask"] / usage.decoded_tokens, float(usage.forward_passes))
        before = prompt
        if turn:
            guesses.append(usage.ms["draft"] / usage.decoded_tokens)
            for arm, (spent, per_token, count_) in taken.items():
                ms[arm].append(spent)
                mask[arm].append(per_token)
                passes[arm].append(count_)
    return [
        {
            "arm": arm,
            "passes": statistics.median(passes[arm]),
            "ms": statistics.median(ms[arm]),
            "mask_ms": statistics.median(mask[arm]),
            "guess_ms": statistics.median(guesses) if arm == "agentkit" else 0.0,
            "ratio": statistics.median(a / b for a, b in zip(ms[arm], ms["agentkit"], strict=True)),
        }
        for arm in ms
    ]


def first_token(path: Path, threads: int | None, starts: int) -> Row:
    """Milliseconds to the first token: nothing known, tools in the cache, tools on disk for a new process."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AGENTKIT_HOME"] = folder
        snapshots = Path(folder) / "prefixes"
        cold = restarted(path, threads, snapshots)
        again = [restarted(path, threads, snapshots) for _ in range(starts)]
        colds = [cold, *(restarted(path, threads, Path(folder) / f"none {turn}") for turn in range(1, starts))]
        model = load(path, threads, snapshots)
        warm: list[float] = []
        for words, _, _ in REQUESTS[:5]:
            usage = model.propose(request(words)).usage
            warm.append(sum(usage.ms[phase] for phase in ("render", "restore", "prefill")))
        model.close()
    return {
        "prompt": cold["prompt"],
        "cold": statistics.median(one["first"] for one in colds),
        "warm": statistics.median(warm[1:]),
        "restart": statistics.median(one["first"] for one in again),
        "load": statistics.median(one["load"] for one in again),
    }


def report(name: str, rows: list[Row], first: Row) -> str:
    """The table of one model, in markdown."""
    lines = [
        f"### {name}: {first['prompt']:.0f} prompt tokens",
        "",
        "| arm | forward passes per call | ms per call | times agentkit | mask ms per token | guesses ms per token |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['arm']} | {row['passes']:.1f} | {row['ms']:.1f} | {row['ratio']:.1f} | {row['mask_ms']:.3f} "
        f"| {row['guess_ms']:.3f} |"
        for row in rows
    ]
    lines += [
        "",
        f"First token: cold {first['cold']:.1f} ms; "
        f"warm {first['warm']:.1f} ms (1/{first['cold'] / first['warm']:.0f}); "
        f"after a restart {first['restart']:.1f} ms (1/{first['cold'] / first['restart']:.0f}), "
        f"after {first['load']:.0f} ms of loading.",
        "",
    ]
    return "\n".join(lines)


def weights(name: str, options: argparse.Namespace) -> Path:
    """The file of a model, built when it is not there."""
    if name == "tiny":
        return EMBEDDED
    import random_gguf

    cache = Path(options.cache)
    vocabulary = Path(options.vocab) if options.vocab else random_gguf.fetch_vocabulary(cache)
    return random_gguf.build(vocabulary, cache / "random-qwen3-0.6b-q8_0.gguf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", default="tiny,qwen", help="tiny, qwen or both")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds over the eight calls")
    parser.add_argument("--starts", type=int, default=3, help="new processes for each kind of first token")
    parser.add_argument("--threads", type=int, help="CPU threads; default: the engine's choice")
    parser.add_argument("--cache", default=str(Path.home() / ".cache" / "agentkit-bench"))
    parser.add_argument("--vocab", help="a vocabulary-only GGUF of qwen2, instead of a download")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: time of this process's threads")
    parser.add_argument("--json", help="also write the numbers there")
    parser.add_argument("--probe", help=argparse.SUPPRESS)
    parser.add_argument("--snapshots", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.clock == "cpu":
        os.environ["AGENTKIT_BENCH_CLOCK"] = "cpu"  # probes inherit it
    if os.environ.get("AGENTKIT_BENCH_CLOCK") == "cpu":
        time.perf_counter = time.process_time
    if options.probe:
        probe(Path(options.probe), options.threads, Path(options.snapshots))
        return
    numbers: dict[str, Any] = {}
    for name in options.weights.split(","):
        path = weights(name, options)
        first = first_token(path, options.threads, options.starts)
        rows = measure(path, options.rounds, options.threads)
        numbers[name] = {"rows": rows, "first_token": first}
        print(report(name, rows, first), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(numbers, indent=2))


if __name__ == "__main__":
    main()
