"""A resumable stream of batches, made by worker processes in an order that does not depend on their number.

Batch `n` holds the blocks from `n * size` on; a run that resumes at step `n` asks for batches from `n` on. Blocks that
do not fit are replaced by later ones of the same batch's spare numbers.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

import multiprocessing as mp
import os
from collections.abc import Callable, Iterator
from multiprocessing.queues import Queue
from queue import Full

from agentkit.nano.mix import Block, Mixer
from agentkit.nano.pack import Packed, Packer

_AHEAD = 4
_SPARE = 4
_PATIENCE_S = 20.0


class Batches:
    """Makes batch `n` as a pure function of its number."""

    def __init__(self, make: Callable[[int], Block], packer: Packer, size: int) -> None:
        self._make, self._packer, self._size = make, packer, size

    def __getitem__(self, number: int) -> Packed:
        first = number * (self._size + _SPARE)
        packed = self._packer.pack([self._make(first + index) for index in range(self._size + _SPARE)])
        keep = slice(self._size)
        return Packed(packed.ids[keep], packed.segments[keep], packed.positions[keep], packed.weights[keep])


def batches(mixer: Mixer, packer: Packer, size: int, start: int, workers: int) -> Iterator[Packed]:
    """Batches from number `start` on, without end; `workers` 0 makes them in this process."""
    source = Batches(mixer.block, packer, size)
    if workers == 0:
        number = start
        while True:
            yield source[number]
            number += 1
    context = mp.get_context("fork")
    queues: list[Queue[Packed]] = [context.Queue(_AHEAD) for _ in range(workers)]
    running = [
        context.Process(target=_work, args=(source, queue, start + index, workers), daemon=True)
        for index, queue in enumerate(queues)
    ]
    for process in running:
        process.start()
    try:
        while True:
            for queue in queues:
                yield queue.get()
    finally:
        for process in running:
            process.terminate()


def _work(source: Batches, queue: Queue[Packed], number: int, step: int) -> None:
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.nice(1)
    parent = os.getppid()
    while os.getppid() == parent:
        packed = source[number]
        while os.getppid() == parent:
            try:
                queue.put(packed, timeout=_PATIENCE_S)
                break
            except Full:
                continue
        number += step
