"""The local engine: a GGUF file behind the `Model` protocol.

Renders, reuses what the cache already holds, decodes under the constraint, and reports what it cost. Knows nothing of
tools' functions or of policy. Threads share the weights; each takes a context of its own from a pool, or waits for one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from agentkit.cache import Cache
from agentkit.home import home
from agentkit.models.base import Cancel
from agentkit.models.decode import Candidate, Clock, run
from agentkit.models.drafts import Drafts
from agentkit.models.filling import Filling
from agentkit.models.guess import Guess
from agentkit.models.likely import Likely, Record, likely_tools
from agentkit.models.llamacpp import LlamaContext, Weights
from agentkit.models.opening import first_call, opening
from agentkit.models.parted import taken_apart
from agentkit.models.pool import ContextPool, PrefixStore, PromptTokens, Slot
from agentkit.models.prefix import SnapshotFolder, common_prefix, digest_of
from agentkit.models.ranking import beside_weights
from agentkit.models.reasoning import reason
from agentkit.models.steer import Steer, known
from agentkit.propose.confidence import Logits
from agentkit.propose.constraint import Constraint, build_constraint
from agentkit.propose.dialects import Dialect, detect
from agentkit.propose.grammar import Limits
from agentkit.propose.nearest import with_nearest
from agentkit.propose.render import fit
from agentkit.retrieve import Ranking
from agentkit.types import Proposal, ProposeRequest, Sampling, Usage

_DEFAULT_CONTEXT = 4096
_PREFIXES = 16
_SMALL = 64 << 20
_PAYS, _PAYS_SMALL = 0.45, 0.65
_ALONE, _ALONE_SMALL = 4.4, 6.5


def _threads(size: int) -> int:
    """How many threads a pass of weights of this many bytes is worth: below 64 MB they wait more than they work."""
    return 1 if size < _SMALL else min(8, os.cpu_count() or 1)


def _greedy(sampling: Sampling) -> bool:
    """Whether there is one answer of the likeliest tokens; only then guesses change nothing.

    A pass of another size rounds differently: a draw near an edge could fall on another token.
    """
    return not sampling.temperature and sampling.candidates == 1


@dataclass(frozen=True)
class _Work:
    """One request on its way through the engine."""

    request: ProposeRequest
    constraint: Constraint
    cancel: Cancel | None
    clock: Clock = field(default_factory=Clock)


class LlamaCppModel:
    """One GGUF file. Safe to call from several threads; `contexts` of them run at once, the others wait.

    `context` is the context length in tokens (None: the weights' own, at most 4096), `threads` the CPU threads of a
    forward pass, `dialect` a dialect's name or `auto`, `snapshots` where prefix states outlive the process (None:
    nowhere). `drafts` guesses that a greedy answer repeats the request's words, which saves passes.
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
        drafts: bool = True,
    ) -> None:
        self._weights = Weights.load(path, gpu_layers)
        self._beside = beside_weights(self._weights)  # read with them: no request should wait for it
        header = self._weights.header
        self._length = min(context or _DEFAULT_CONTEXT, self._weights.trained_context)
        self._batch = min(batch or 512, self._length)
        self._limits = limits or Limits()
        self.threads = threads or _threads(header.size)
        self.dialect: Dialect = detect(
            header.metadata,
            self._weights.template,
            frozenset(self._weights.vocabulary.special_texts),
            wanted=dialect,
            bos=self._weights.bos,
            eos=self._weights.eos,
        )
        if getattr(self.dialect, "copies", False):
            _ = self._weights.vocabulary.closing  # what quoting needs is of the vocabulary alone: likewise
        self.digest = digest_of(header.path, home() / "cache" / "weights.json")
        self._name = f"{header.metadata.get('general.name', path.stem)}:{self.digest[:12]}"
        rewindable = self._weights.rewindable
        self._store = PrefixStore(snapshots, self.digest, self._weights.layout) if rewindable else None
        self._prefixes: Cache[list[int]] = Cache(_PREFIXES)
        self._drafts = drafts and self._weights.rewindable
        self._openings: Cache[tuple[int, ...]] = Cache(_PREFIXES)
        self._small = header.size < _SMALL
        self._record = Record(_PAYS_SMALL if self._small else _PAYS)
        self.pool = ContextPool(self._context, contexts)

    @property
    def name(self) -> str:
        """The model's own name and the first digits of its weights' digest, which stand for the quantisation too."""
        return self._name

    @property
    def weights(self) -> Weights:
        """The loaded weights, shared with every other engine on the same file."""
        return self._weights

    @property
    def ranking(self) -> Ranking | None:
        """How near tools are to requests, where a retrieval table lies beside the weights."""
        return self._beside.ranking

    def close(self) -> None:
        """Free the contexts; calling it twice is harmless."""
        self.pool.close()

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Propose calls that the request's tools allow; `others` holds further candidates where several were asked for.

        An answer that reached its token budget is `truncated` and has no calls. A dialect without a place for
        reasoning ignores `reasoning_tokens`.
        """
        return taken_apart(request, self._beside, lambda part: self._propose(part, cancel))

    def _propose(self, request: ProposeRequest, cancel: Cancel | None) -> Proposal:
        """Propose calls in one answer."""
        start = time.perf_counter()
        request = self._read_as(request)
        work = _Work(request, build_constraint(request, self.dialect, self._limits), cancel)
        count = request.sampling.candidates
        reserve = count * min(request.sampling.max_tokens, self._length // (4 * count))
        room = self._length - reserve - request.sampling.reasoning_tokens
        tokens, _ = fit(request, self._measure, room)
        work.clock.add("render", start)
        with self.pool.slot(tokens.ids, count + 1, cancel) as slot:
            return self._answer(slot, tokens, work)

    def prompt_tokens(self, request: ProposeRequest) -> list[int]:
        """The tokens of a request's prompt, before anything is left out of it."""
        return self._measure(self._read_as(request))[1].ids

    def steer(self, request: ProposeRequest) -> Steer:
        """What is known of a request's answer beside the grammar."""
        return self._steer(self._read_as(request))

    def _steer(self, request: ProposeRequest) -> Steer:
        return known(request, self._weights.vocabulary, self.dialect, self._opening, self._beside.filler)

    def _read_as(self, request: ProposeRequest) -> ProposeRequest:
        """The request with its tools as retrieval sees them, where a table lies beside the weights."""
        return with_nearest(request, self.ranking)

    def _answer(self, slot: Slot, tokens: PromptTokens, work: _Work) -> Proposal:
        sampling, context, clock = work.request.sampling, slot.context, work.clock
        passes = context.passes
        start = time.perf_counter()
        room = self._length - len(tokens.ids) - sampling.reasoning_tokens
        room = min(sampling.max_tokens, room // sampling.candidates - 1)
        vocabulary, drafting = self._weights.vocabulary, self._drafts and _greedy(sampling)
        likely = likely_tools(work.request) if drafting else Likely()
        start = clock.add("draft", start)
        steer = self._steer(work.request)
        start = clock.add("slots", start)
        drafts = self._drafting(tokens, work.request, likely, steer.slots) if drafting else None
        candidates = [
            Candidate(
                work.constraint,
                vocabulary,
                sampling,
                index=index,
                room=room,
                clock=clock,
                drafts=drafts,
                steer=steer,
            )
            for index in range(sampling.candidates)
        ]
        clock.add("draft", start)
        openings = [candidate.open() for candidate in candidates]  # all alike: nothing was decided yet
        start = time.perf_counter()
        cached = slot.reuse(tokens, self._store)
        start = clock.add("restore", start)
        reasoning, logits = self._read(slot, tokens, openings[0], candidates[0].guess, work)
        for index in range(1, len(candidates)):
            context.copy(0, index, context.position(0))
        run(candidates, logits, context, clock, work.cancel)
        slot.held = slot.held[: context.cut(0, len(slot.held))]
        start = time.perf_counter()
        slot.keep(tokens, self._store)
        clock.add("snapshot", start)
        usage = Usage(
            prompt_tokens=len(tokens.ids),
            cached_tokens=cached,
            decoded_tokens=sum(len(candidate.tokens) for candidate in candidates),
            forced_tokens=sum(candidate.forced for candidate in candidates),
            forward_passes=context.passes - passes,
            ms=clock.ms,
        )
        proposal = self._proposal(candidates, work.constraint, usage, reasoning)
        if likely.first and proposal.calls:
            self._record.learn(likely.p, right=proposal.calls[0].name == likely.first)
        return proposal

    def _drafting(
        self, tokens: PromptTokens, request: ProposeRequest, likely: Likely, filling: Filling | None
    ) -> Drafts:
        """Guesses for a greedy answer."""
        words, vocabulary = tokens.ids[tokens.stable :], self._weights.vocabulary
        likely, last = replace(likely, p=self._record.worth(likely.p)), request.messages[-1:]
        usual = self._usual(request)
        return Drafts(
            words,
            vocabulary,
            said=last[0].content if last and last[0].role == "user" else "",
            usual=usual,
            opening=self._opening if usual else b"",
            likely=likely,
            alone=_ALONE_SMALL if self._small else _ALONE,
            filling=(filling, self.dialect.tracker) if filling else None,
        )

    def _usual(self, request: ProposeRequest) -> tuple[int, ...]:
        """The tokens that a call begins with, whichever tool is called; after a result, an end is as likely."""
        if not request.tools or any(message.role == "tool" for message in request.messages[-1:]):
            return ()
        every = [tool.name for tool in request.tools]
        names = tuple(dict.fromkeys((min(every), max(every))))  # what these begin with alike, all do
        known = self._openings.get(names)
        if known:
            return known
        walk = first_call(self._weights.vocabulary, self.dialect, self._limits, names)
        return self._openings.put(names, walk.forced())

    @cached_property
    def _opening(self) -> bytes:
        """The text before the name of the first call's tool."""
        return opening(self._weights.vocabulary, self.dialect, self._limits)

    def _proposal(
        self, candidates: Sequence[Candidate], constraint: Constraint, usage: Usage, reasoning: str
    ) -> Proposal:
        made = [
            Proposal(
                calls=() if one.truncated else constraint.parse(one.text),
                points=tuple(one.points),
                model=self._name,
                text=one.text,
                reasoning=reasoning,
                truncated=one.truncated,
                usage=spent,
            )
            for one, spent in zip(candidates, (usage, *(Usage() for _ in candidates[1:])), strict=True)
        ]
        if len(made) == 1:
            return made[0]
        others = sorted(zip(made[1:], candidates[1:], strict=True), key=lambda pair: -pair[1].log_probability)
        return made[0].model_copy(update={"others": tuple(one for one, _ in others)})

    def _read(
        self, slot: Slot, tokens: PromptTokens, opening: list[int], guess: Guess, work: _Work
    ) -> tuple[str, list[Logits]]:
        """Read the prompt, let the model reason where that is asked for, and read what every answer begins with.

        Returns the reasoning and the logits after all that, and after what the guess wants.
        """
        marks, sampling, start = self.dialect.reasoning, work.request.sampling, time.perf_counter()
        if not sampling.reasoning_tokens or marks is None:
            logits = slot.read(tokens.ids + opening, guess, work.cancel)
            work.clock.add("prefill", start)
            return "", logits
        opens = self._weights.tokenize(marks[0], special=True)
        opened = tokens.ids if tokens.ids[-len(opens) :] == opens else tokens.ids + opens
        last = slot.prefill(opened, work.cancel)
        start = work.clock.add("prefill", start)
        vocabulary = self._weights.vocabulary
        text, left, last = reason(last, slot.context, vocabulary, sampling, close=marks[1], cancel=work.cancel)
        closing = self._weights.tokenize(left, special=True) + opening
        known = [] if closing else [last.copy()]
        rows = [len(closing)] * bool(closing) + [len(closing) + row for row in guess.rows]
        logits = slot.context.forward([(0, closing + guess.tokens)], [rows]) if rows else []
        work.clock.add("reasoning", start)
        return text, known + logits

    def _measure(self, request: ProposeRequest) -> tuple[int, PromptTokens]:
        """A request's prompt in tokens; a prefix that a special token ends is tokenised once."""
        prompt = self.dialect.render(request)
        prefix = self._prefixes.get(prompt.prefix) or self._prefixes.put(prompt.prefix, self._tokens(prompt.prefix))
        if any(prompt.rest.startswith(text) for text in self._weights.vocabulary.special_texts):
            ids = prefix + self._weights.tokenize(prompt.rest, special=True)
            return len(ids), PromptTokens(ids, len(prefix))
        ids = self._tokens(prompt.text)
        return len(ids), PromptTokens(ids, common_prefix(ids, prefix))

    def _tokens(self, text: str) -> list[int]:
        """Tokens of a prompt; templates may write the first token themselves."""
        written = self._weights.bos and text.startswith(self._weights.bos)
        return ([] if written else self._weights.starts) + self._weights.tokenize(text, special=True)

    def _context(self, sequences: int) -> LlamaContext:
        return LlamaContext(
            self._weights, length=self._length, batch=self._batch, threads=self.threads, sequences=sequences
        )
