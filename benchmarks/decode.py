"""How fast is one constrained call, beside the other ways to get the same text from the same weights?

    python benchmarks/decode.py [--weights tiny,qwen] [--rounds 3] [--starts 3] [--json FILE]

Two models: the embedded weights, and random weights of Qwen3-0.6B's shape with the real qwen2 vocabulary (built once
into --cache; without --vocab that takes one download). Needs the packages of the `bench` extra. Every arm writes the
same eight calls for the same prompts of 24 tools; each is a call as a user of the library writes it, but for the lean
loop. Medians are shown.

A call: from the request to the answer, with the tools in the cache and the request not; so is Outlines given what it
forgets itself: after each answer it resets llama-cpp-python, and reads the whole prompt anew. Arms take turns, so that
a busy machine slows all of them. The mask's column holds all of the sampling of llama-cpp-python and Outlines, and
agentkit's masks; its guesses, which ask the grammar too, are counted beside them.

First token: cold, warm and after a restart as `decode_first` says, each library as it comes.

On a machine that others use too, `--threads 1 --clock cpu` counts each process's own time only.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from decode_arms import Asked, Cost, Engines, rewind, set_clock
from decode_first import first_token
from decode_library import arms
from decode_report import Row, report, rows
from phone_calls import REQUESTS, TOOLS

from agentkit.models import EMBEDDED
from agentkit.models.prefix import common_prefix
from agentkit.types import Control, Message, ProposeRequest

_STARTED = 5
_REPEATS = {"tiny": 3, "qwen": 1}


def request(text: str) -> ProposeRequest:
    """A request as every arm gets it: one call, no controls that need words."""
    return ProposeRequest(
        tools=TOOLS, messages=(Message(role="user", content=text),), controls=(Control.ABSTAIN,), max_calls=1
    )


def everything(engines: Engines) -> list[Asked]:
    """The eight requests and their answers."""
    return [engines.asked(request(words), name, arguments) for words, name, arguments in REQUESTS]


def measure(engines: Engines, asked: Sequence[Asked], rounds: int) -> dict[str, list[Cost]]:
    """What the calls cost, by arm; every arm reads what a request does not share with the one before.

    The first turn warms up and is not counted.
    """
    ways = {name: make(engines) for name, make in arms().items()}
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    engines.llm.eval(asked[0].prompt)
    before = asked[0].prompt
    for turn, one in enumerate([asked[0], *(list(asked) * rounds)]):
        held = min(common_prefix(before, one.prompt), len(one.prompt) - 1)
        for name, write in ways.items():
            rewind(engines.llm, held)
            cost = write(one)
            if turn:
                costs[name].append(cost)
        before = one.prompt
    engines.model.close()
    return costs


def weights(name: str, options: argparse.Namespace) -> Path:
    """The file of a model, built when it is not there."""
    if name == "tiny":
        return EMBEDDED
    import random_gguf

    cache = Path(options.cache)
    vocabulary = Path(options.vocab) if options.vocab else random_gguf.fetch_vocabulary(cache)
    return random_gguf.build(vocabulary, cache / "random-qwen3-0.6b-q8_0.gguf")


def compare(name: str, options: argparse.Namespace) -> tuple[int, list[Row]]:
    """Tokens of the prompt, and the rows of one model."""
    path = weights(name, options)
    rounds, starts = (_REPEATS[name] if given is None else given for given in (options.rounds, options.starts))
    asked = everything(Engines(path, options.threads))
    names = arms() if starts else {}
    firsts = {arm: first_token(arm, path, options.threads, asked[:_STARTED], starts) for arm in names}
    return len(asked[0].prompt), rows(measure(Engines(path, options.threads), asked, rounds), firsts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", default="tiny,qwen", help="tiny, qwen or both")
    parser.add_argument("--rounds", type=int, help="measured rounds over the eight calls; default: 3 tiny, 1 qwen")
    parser.add_argument("--starts", type=int, help="pairs of processes for first tokens, as many by default; 0: none")
    parser.add_argument("--threads", type=int, help="CPU threads; default: the engine's choice")
    parser.add_argument("--cache", default=str(Path.home() / ".cache" / "agentkit-bench"))
    parser.add_argument("--vocab", help="a vocabulary-only GGUF of qwen2, instead of a download")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: time of a process's own threads")
    parser.add_argument("--json", help="also write the numbers there")
    options = parser.parse_args()
    if options.clock == "cpu":
        os.environ["AGENTKIT_BENCH_CLOCK"] = "cpu"  # the processes for first tokens inherit it
    set_clock()
    numbers: dict[str, Any] = {}
    for name in options.weights.split(","):
        prompt, made = compare(name, options)
        numbers[name] = made
        print(report(name, prompt, made), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(numbers, indent=2))


if __name__ == "__main__":
    main()
