"""Contexts on loan: each thread works on one of its own, and gets the one that already holds most of its prompt.

Also what a context brings from one call to the next: the longest common prefix in its cache, and prefixes from disk.
Knows nothing of prompts' meaning, or of what is decoded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from agentkit.cache import Cache
from agentkit.errors import RunError
from agentkit.models.base import Cancel
from agentkit.models.guess import Guess
from agentkit.models.llamacpp import LlamaContext
from agentkit.models.prefix import RecentStates, SnapshotFolder, common_prefix, key_of
from agentkit.propose.confidence import Logits

SEQUENCES = 17
_LEAST_SNAPSHOT = 24
_RECENT, _REFUSED = 128 << 20, 256


@dataclass(frozen=True)
class PromptTokens:
    """A prompt in tokens; the first `stable` of them do not change while tools and format stay the same."""

    ids: list[int]
    stable: int


class PrefixStore:
    """The states of stable prefixes: the latest ones in memory, and on disk where there is a folder.

    Tools come and go between the steps of a run, so that a few prefixes take turns. Safe to share between threads.
    """

    def __init__(self, folder: SnapshotFolder | None, weights: str, layout: str, limit_bytes: int = _RECENT) -> None:
        self._folder, self._weights, self._layout = folder, weights, layout
        self._recent = RecentStates(limit_bytes)
        self._refused: Cache[bool] = Cache(_REFUSED)
        self._last = list[int](), key_of(weights, layout, ())

    def key(self, tokens: PromptTokens) -> str:
        """The key of a prompt's stable prefix; it is mostly that of the prompt before."""
        prefix, (known, key) = tokens.ids[: tokens.stable], self._last
        if prefix != known:
            key = key_of(self._weights, self._layout, prefix)
            self._last = prefix, key
        return key

    def wants(self, key: str) -> bool:
        """Whether this state is missing, and was not refused before."""
        return not self._has(key) and not self._refused.get(key)

    def _has(self, key: str) -> bool:
        return self._recent.has(key) or (self._folder is not None and self._folder.has(key))

    def load(self, key: str) -> tuple[bytes | memoryview, int] | None:
        """State and length in tokens; None when there is none."""
        found = self._recent.get(key)
        return self._folder.load(key) if found is None and self._folder is not None else found

    def forget(self, key: str) -> None:
        """Remove a state."""
        self._recent.forget(key)
        if self._folder is not None:
            self._folder.forget(key)

    def store(self, key: str, state: bytes, length: int) -> None:
        """Keep a state where it fits."""
        self._recent.put(key, state, length)
        if self._folder is not None:
            self._folder.store(key, state, length)
        if not self._has(key):
            self._refused.put(key, value=True)


class Slot:
    """A context, and the tokens its sequence 0 holds."""

    def __init__(self, context: LlamaContext) -> None:
        self.context = context
        self.held: list[int] = []

    def reuse(self, tokens: PromptTokens, store: PrefixStore | None) -> int:
        """Bring the longest known prefix into sequence 0; how many tokens of the prompt it covers."""
        most = len(tokens.ids) - 1
        shared = min(common_prefix(self.held, tokens.ids), most)
        if store is not None and shared < min(tokens.stable, most) and tokens.stable >= _LEAST_SNAPSHOT:
            key = store.key(tokens)
            found = store.load(key)
            if found is not None:
                if found[1] == tokens.stable and self.context.restore(0, found[0], tokens.stable):
                    shared = min(tokens.stable, most)
                else:
                    store.forget(key)
                    shared = 0
        shared = self.context.cut(0, shared)
        self.held = tokens.ids[:shared]
        return shared

    def prefill(self, ids: Sequence[int], cancel: Cancel | None) -> Logits:
        """Read what sequence 0 does not hold yet, in batches; the logits after the last token."""
        return self.read(ids, Guess(), cancel)[0]

    def read(self, ids: Sequence[int], guess: Guess, cancel: Cancel | None) -> list[Logits]:
        """Read on as `prefill` does, and a guess with the last batch; also the logits that the guess wants.

        The guess is not held: what of it stands is for whoever made it to say.
        """
        size, at = self.context.batch, len(self.held)
        while len(ids) - at > size:
            if cancel is not None:
                cancel.check()
            part = list(ids[at : at + size])
            self.context.forward([(0, part)])
            self.held = [*self.held, *part]
            at += size
        if cancel is not None:
            cancel.check()
        part = list(ids[at:])
        logits = self.context.forward([(0, part + guess.tokens)], [[len(part), *(len(part) + n for n in guess.rows)]])
        self.held = [*self.held, *part]
        return logits

    def keep(self, tokens: PromptTokens, store: PrefixStore | None) -> None:
        """Save the stable prefix unless it is there; for when the answer is ready and nobody waits."""
        if store is None or tokens.stable < _LEAST_SNAPSHOT or not store.wants(key := store.key(tokens)):
            return
        spare = self.context.sequences - 1
        self.context.copy(0, spare, tokens.stable)
        state = self.context.save(spare)
        self.context.cut(spare, 0)
        store.store(key, state, tokens.stable)


class ContextPool:
    """At most `most` contexts, made when first needed by `make(sequences)`."""

    def __init__(self, make: Callable[[int], LlamaContext], most: int) -> None:
        self._make, self._most, self._made = make, most, 0
        self._free: list[Slot] = []
        self._changed = threading.Condition()
        self._closed = False

    @contextmanager
    def slot(self, ids: Sequence[int], sequences: int, cancel: Cancel | None = None) -> Generator[Slot]:
        """A context of one's own with room for so many sequences; waits until one is free.

        Whatever goes wrong meanwhile, the context comes back empty rather than wrong.
        """
        slot = self._take(ids, sequences, cancel)
        try:
            yield slot
        except BaseException:
            slot.held = slot.held[: slot.context.cut(0, 0)]
            raise
        finally:
            for index in range(1, slot.context.sequences):
                if slot.context.position(index):
                    slot.context.cut(index, 0)
            with self._changed:
                if self._closed:
                    slot.context.close()
                else:
                    self._free.append(slot)
                self._changed.notify()

    def close(self) -> None:
        """Free the contexts; those on loan when they come back. Calling it twice is harmless."""
        with self._changed:
            self._closed = True
            for slot in self._free:
                slot.context.close()
            self._free.clear()

    def _take(self, ids: Sequence[int], sequences: int, cancel: Cancel | None) -> Slot:
        with self._changed:
            while True:
                if self._closed:
                    raise RunError("the model is closed", hint="load it again")
                best = (
                    self._free[0]
                    if len(self._free) == 1
                    else max(self._free, key=lambda slot: common_prefix(slot.held, ids), default=None)
                )
                if best is not None and best.context.sequences >= sequences:
                    self._free.remove(best)
                    return best
                if best is not None:
                    self._free.remove(best)
                    best.context.close()
                    self._made -= 1
                if self._made < self._most:
                    slot = Slot(self._make(max(sequences, SEQUENCES)))
                    self._made += 1
                    return slot
                self._changed.wait(0.1)
                if cancel is not None:
                    cancel.check()
