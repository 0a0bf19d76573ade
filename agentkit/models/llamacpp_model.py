"""The local engine: a GGUF file behind the `Model` protocol.

Renders, reuses what the cache already holds, decodes under the constraint, and reports what it cost. Knows nothing of
tools' functions or of policy. Threads share the weights; each takes a context of its own from a pool, or waits for one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agentkit.errors import RunError
from agentkit.home import home
from agentkit.models.base import Cancel
from agentkit.models.decode import Candidate, Clock, run
from agentkit.models.llamacpp import LlamaContext, Weights
from agentkit.models.prefix import SnapshotFolder, common_prefix, digest_of
from agentkit.propose.confidence import Logits
from agentkit.propose.constraint import Constraint, build_constraint
from agentkit.propose.dialects import detect
from agentkit.propose.dialects.base import Dialect
from agentkit.propose.grammar import Limits
from agentkit.propose.render import fit
from agentkit.types import Proposal, ProposeRequest, Usage

_SEQUENCES = 17
_LEAST_SNAPSHOT = 24


def _threads(size: int) -> int:
    """How many threads a pass of weights of this many bytes is worth: below 64 MB they wait more than they work."""
    return 1 if size < 64 << 20 else min(8, os.cpu_count() or 1)


@dataclass(frozen=True)
class _Tokens:
    """A prompt in tokens; the first `stable` of them do not change while tools and format stay the same."""

    ids: list[int]
    stable: int


@dataclass(frozen=True)
class _Work:
    """One request on its way through the engine."""

    request: ProposeRequest
    constraint: Constraint
    cancel: Cancel | None
    clock: Clock = field(default_factory=Clock)


class _Slot:
    """A context, and the tokens its sequence 0 holds."""

    def __init__(self, context: LlamaContext) -> None:
        self.context = context
        self.held: list[int] = []


class LlamaCppModel:
    """One GGUF file. Safe to call from several threads; `contexts` of them run at once, the others wait.

    `context` is the context length in tokens (None: the weights' own, at most 4096), `threads` the CPU threads of a
    forward pass, `dialect` a dialect's name or `auto`, `snapshots` where prefix states are kept (None: nowhere).
    """

    def __init__(
        self,
        path: Path,
        *,
        context: int | None = None,
        threads: int | None = None,
        batch: int | None = None,
        gpu_layers: int = 0,
        dialect: str = "auto",
        snapshots: SnapshotFolder | None = None,
        contexts: int = 1,
        limits: Limits | None = None,
    ) -> None:
        self._weights = Weights.load(path, gpu_layers)
        self._length = min(context or 4096, self._weights.trained_context)
        self._threads = threads or _threads(self._weights.header.size)
        self._batch = min(batch or 512, self._length)
        self._limits = limits or Limits()
        vocabulary = self._weights.vocabulary
        self.dialect: Dialect = detect(
            self._weights.header.metadata,
            self._weights.template,
            frozenset(vocabulary.special_texts),
            wanted=dialect,
            bos=self._weights.bos,
            eos=self._weights.eos,
        )
        self._snapshots = snapshots
        self._digest = digest_of(self._weights.header.path, home() / "cache" / "weights.json")
        self._name = f"{self._weights.header.metadata.get('general.name', path.stem)}:{self._digest[:12]}"
        self._free: list[_Slot] = []
        self._made, self._most = 0, contexts
        self._changed = threading.Condition()
        self._prefixes: dict[str, list[int]] = {}
        self._closed = False

    @property
    def name(self) -> str:
        """The model's own name and the first digits of its weights' digest, which stand for the quantisation too."""
        return self._name

    @property
    def digest(self) -> str:
        """SHA-256 of the weights' file."""
        return self._digest

    def close(self) -> None:
        """Free the contexts; calling it twice is harmless."""
        with self._changed:
            self._closed = True
            for slot in self._free:
                slot.context.close()
            self._free.clear()

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Propose calls that the request's tools allow; `others` holds further candidates where several were asked for.

        An answer that reached its token budget is `truncated` and has no calls.
        """
        start = time.perf_counter()
        work = _Work(request, build_constraint(request, self.dialect, self._limits), cancel)
        count = request.sampling.candidates
        reserve = count * min(request.sampling.max_tokens, self._length // (4 * count))
        room = self._length - reserve - request.sampling.reasoning_tokens
        tokens, _ = fit(request, self._measure, room)
        work.clock.add("render", start)
        with self._slot(tokens.ids, count + 1, cancel) as slot:
            return self._answer(slot, tokens, work)

    def _answer(self, slot: _Slot, tokens: _Tokens, work: _Work) -> Proposal:
        sampling, context, clock = work.request.sampling, slot.context, work.clock
        passes = context.passes
        start = time.perf_counter()
        room = min(sampling.max_tokens, (self._length - len(tokens.ids)) // sampling.candidates - 1)
        candidates = [
            Candidate(work.constraint, self._weights.vocabulary, sampling, index=index, room=room, clock=clock)
            for index in range(sampling.candidates)
        ]
        opening = next(candidate.open() for candidate in candidates)
        start = clock.add("mask", start)
        cached = self._reuse(slot, tokens)
        start = clock.add("restore", start)
        logits = self._prefill(slot, tokens.ids + opening, cached, work.cancel)
        clock.add("prefill", start)
        for index in range(1, len(candidates)):
            context.copy(0, index, len(slot.held))
        run(candidates, logits, context, clock, work.cancel)
        context.cut(0, len(slot.held))
        start = time.perf_counter()
        self._keep(slot, tokens)
        clock.add("snapshot", start)
        usage = Usage(
            prompt_tokens=len(tokens.ids),
            cached_tokens=cached,
            decoded_tokens=sum(len(candidate.tokens) for candidate in candidates),
            forced_tokens=sum(candidate.forced for candidate in candidates),
            forward_passes=context.passes - passes,
            ms=clock.ms,
        )
        return self._proposal(candidates, work.constraint, usage)

    def _proposal(self, candidates: Sequence[Candidate], constraint: Constraint, usage: Usage) -> Proposal:
        made = [
            Proposal(
                calls=() if one.truncated else constraint.parse(one.text),
                points=tuple(one.points),
                model=self._name,
                text=one.text,
                truncated=one.truncated,
            )
            for one in candidates
        ]
        return made[0].model_copy(update={"usage": usage, "others": tuple(made[1:])})

    def _measure(self, request: ProposeRequest) -> tuple[int, _Tokens]:
        prompt = self.dialect.render(request)
        prefix = self._prefixes.get(prompt.prefix)
        if prefix is None:
            prefix = self._tokens(prompt.prefix)
            while len(self._prefixes) >= 16:
                self._prefixes.pop(next(iter(self._prefixes)))
            self._prefixes[prompt.prefix] = prefix
        if any(prompt.rest.startswith(text) for text in self._weights.vocabulary.special_texts):
            ids = prefix + self._weights.tokenize(prompt.rest, special=True)
            return len(ids), _Tokens(ids, len(prefix))
        ids = self._tokens(prompt.text)
        return len(ids), _Tokens(ids, common_prefix(ids, prefix))

    def _tokens(self, text: str) -> list[int]:
        """Tokens of a prompt; templates may write the first token themselves."""
        written = self._weights.bos and text.startswith(self._weights.bos)
        return ([] if written else self._weights.starts) + self._weights.tokenize(text, special=True)

    def _key(self, tokens: _Tokens) -> str:
        assert self._snapshots is not None
        return self._snapshots.key(self._digest, "f16", tokens.ids[: tokens.stable])

    def _reuse(self, slot: _Slot, tokens: _Tokens) -> int:
        """Bring the longest known prefix into sequence 0; how many tokens of the prompt it covers."""
        most = len(tokens.ids) - 1
        shared = min(common_prefix(slot.held, tokens.ids), most)
        if shared < min(tokens.stable, most) and self._snapshots is not None and tokens.stable >= _LEAST_SNAPSHOT:
            key = self._key(tokens)
            found = self._snapshots.load(key)
            if found is not None:
                if found[1] == tokens.stable and slot.context.restore(0, found[0], tokens.stable):
                    shared = min(tokens.stable, most)
                else:
                    self._snapshots.forget(key)
                    shared = 0
        shared = slot.context.cut(0, shared)
        slot.held = tokens.ids[:shared]
        return shared

    def _prefill(self, slot: _Slot, ids: list[int], cached: int, cancel: Cancel | None) -> Logits:
        """Read the rest of the prompt; the logits after its last token."""
        logits: list[Logits] = []
        for at in range(cached, len(ids), self._batch):
            if cancel is not None:
                cancel.check()
            part = ids[at : at + self._batch]
            logits = slot.context.forward([(0, part)])
            slot.held = [*slot.held, *part]
        return logits[0]

    def _keep(self, slot: _Slot, tokens: _Tokens) -> None:
        """Save the stable prefix, once the answer is there and nobody waits for it."""
        if self._snapshots is None or tokens.stable < _LEAST_SNAPSHOT or self._snapshots.has(self._key(tokens)):
            return
        spare = slot.context.sequences - 1
        slot.context.copy(0, spare, tokens.stable)
        state = slot.context.save(spare)
        slot.context.cut(spare, 0)
        self._snapshots.store(self._key(tokens), state, tokens.stable)

    @contextmanager
    def _slot(self, ids: list[int], sequences: int, cancel: Cancel | None) -> Generator[_Slot]:
        """A context of one's own; the free one that already holds most of the prompt."""
        slot = self._take(ids, cancel)
        try:
            if slot.context.sequences < sequences:
                slot.context.close()
                slot = self._new(sequences)
            yield slot
        except BaseException:
            slot.held = slot.held[: slot.context.cut(0, 0)]
            raise
        finally:
            for index in range(1, slot.context.sequences):
                slot.context.cut(index, 0)
            with self._changed:
                if self._closed:
                    slot.context.close()
                else:
                    self._free.append(slot)
                self._changed.notify()

    def _take(self, ids: list[int], cancel: Cancel | None) -> _Slot:
        with self._changed:
            while True:
                if self._closed:
                    raise RunError(f"model {self._name} is closed", hint="load it again")
                if self._free:
                    best = max(self._free, key=lambda slot: common_prefix(slot.held, ids))
                    self._free.remove(best)
                    return best
                if self._made < self._most:
                    self._made += 1
                    return self._new(_SEQUENCES)
                self._changed.wait(0.1)
                if cancel is not None:
                    cancel.check()

    def _new(self, sequences: int) -> _Slot:
        return _Slot(
            LlamaContext(
                self._weights,
                length=self._length,
                batch=self._batch,
                threads=self._threads,
                sequences=max(sequences, _SEQUENCES),
            )
        )
