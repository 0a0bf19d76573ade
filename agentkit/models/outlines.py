"""Any model that Outlines can run: steered by the project's own constraint, or given it as a grammar or a schema.

Where Outlines lets a logits processor steer (Transformers, llama.cpp, MLX), the answer is decided by the same
`Candidate` as in the project's own engine: same grammar, same sampling, same decision points; what is forced costs a
forward pass here. vLLM is given the same grammar and its answer is retraced for decision points. All other models are
given the JSON Schema of the answer, and confidence is not known. Only the files of this name import outlines.
"""

from __future__ import annotations

import contextlib
import threading
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from outlines.models import VLLM, SteerableModel, VLLMOffline
from outlines.models.base import AsyncModel

from agentkit.errors import ModelLoadError, RunError
from agentkit.models import outlines_asked as asked
from agentkit.models import outlines_hosts as hosts
from agentkit.models import outlines_vllm as vllm
from agentkit.models.base import Cancel
from agentkit.models.decode import Candidate, Clock
from agentkit.models.opening import opening
from agentkit.models.outlines_client import Meter, reaches_here
from agentkit.models.outlines_steering import Decided, Steering
from agentkit.models.parted import taken_apart
from agentkit.models.ranking import Beside, beside
from agentkit.models.retrace import Retraced, retrace
from agentkit.models.steer import known
from agentkit.models.vocabulary import Vocabulary
from agentkit.propose.constraint import Constraint, build_constraint
from agentkit.propose.dialects import Dialect, detect
from agentkit.propose.grammar import Limits
from agentkit.propose.nearest import with_nearest
from agentkit.propose.render import fit
from agentkit.retrieve import Ranking
from agentkit.types import Proposal, ProposeRequest, Usage

if TYPE_CHECKING:
    from agentkit.spec.models import OutlinesConfig


class OutlinesModel:
    """An Outlines model as an engine: `OutlinesModel(outlines.from_transformers(model, tokenizer), name="…")`.

    One answer is made at a time; other threads wait. `context` is the context length in tokens (None: what the model
    says of itself, else 4096). `dialect` is a dialect's name or `auto`; a model that is only asked, over a chat, has
    none. `on_device` says whether what it is asked stays on this machine; None: yes in process, and of a server where
    its client reaches it by the loopback interface and by no proxy. Raises `ModelLoadError` for a model that is
    asynchronous, or that reads no grammars where it should.
    """

    def __init__(
        self,
        model: Any,
        *,
        name: str,
        dialect: str = "auto",
        context: int | None = None,
        limits: Limits | None = None,
        on_device: bool | None = None,
    ) -> None:
        if isinstance(model, AsyncModel):
            raise ModelLoadError(
                f"`{type(model).__name__}` answers asynchronously",
                hint="make the Outlines model from a synchronous client",
            )
        self._model: Any = model
        self._name = name
        self._lock = threading.Lock()
        self._limits = limits or Limits()
        self._wanted = dialect
        self._context = context or hosts.context_length(model)
        self._decodes = isinstance(model, SteerableModel | VLLMOffline)
        here = self._decodes or reaches_here(model)
        self.on_device = here if on_device is None else on_device
        self._asked = asked.Asked(model, name, Meter(model))
        if isinstance(model, VLLMOffline):
            vllm.check_backend(self._model.model)
        elif isinstance(model, SteerableModel):
            # The dialect writes the whole prompt; a chat template round it would be a second one.
            self._model.type_adapter.has_chat_template = False

    @classmethod
    def from_config(cls, config: OutlinesConfig) -> OutlinesModel:
        """Load what a spec names; raises `MissingExtraError` and `ModelLoadError`."""
        return cls(hosts.load(config), name=Path(config.model).name, dialect=config.dialect)

    @property
    def name(self) -> str:
        """The name given at construction, or that of the weights."""
        return self._name

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The model's tokens, as the constraint wants them; not for models that are only asked."""
        return hosts.vocabulary_of(self._model)

    @property
    def dialect(self) -> Dialect | None:
        """How this model's prompts and answers are written; None for models that are only asked."""
        return self._dialect if self._decodes else None

    @cached_property
    def _dialect(self) -> Dialect:
        metadata, template, first, last = hosts.template_of(self._model)
        spell = self.vocabulary.spell
        return detect(
            metadata,
            template,
            frozenset(self.vocabulary.special_texts),
            wanted=self._wanted,
            bos="" if first is None else spell(first),
            eos=spell(min(self.vocabulary.ends) if last is None else last),
        )

    @property
    def ranking(self) -> Ranking | None:
        """How near tools are to requests, where the weights are a GGUF with a retrieval table beside."""
        return self._beside.ranking

    @cached_property
    def _beside(self) -> Beside:
        weights: Any = getattr(self._model, "model", None)
        path = getattr(weights, "model_path", None)
        if not isinstance(path, str):
            return Beside()
        return beside(Path(path))

    @cached_property
    def _opening(self) -> bytes:
        return opening(self.vocabulary, self._dialect, self._limits)

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Propose calls that the tools' schemas allow; an answer cut off by its token budget is `truncated`.

        `cancel` is asked at each token where the model is steered, else before each answer.
        """
        with self._lock:
            if cancel is not None:
                cancel.check()
            if isinstance(self._model, SteerableModel):
                return taken_apart(request, self._beside, lambda part: self._steer(part, cancel))
            if isinstance(self._model, VLLMOffline):
                return self._hand_over(request)
            if isinstance(self._model, VLLM):
                return asked.by_grammar(self._asked, self._limits, request, cancel)
            return asked.by_schema(self._asked, request, cancel)

    def close(self) -> None:
        """Free the weights where the library can; calling it twice is harmless."""
        inner = getattr(self._model, "model", None)
        if callable(close := getattr(inner, "close", None)):
            close()

    def _steer(self, request: ProposeRequest, cancel: Cancel | None) -> Proposal:
        start = time.perf_counter()
        request = with_nearest(request, self.ranking)
        steer = known(request, self.vocabulary, self._dialect, self._opening, self._beside.filler)
        constraint = build_constraint(request, self._dialect, self._limits)
        prompt, tokens = self._prompt(request)
        sampling, left = request.sampling, self._context - len(tokens) - 1
        room = min(sampling.max_tokens, left)
        clock = Clock()
        clock.add("render", start)
        made: list[Proposal] = []
        usage = Usage()
        for index in range(sampling.candidates):
            candidate = Candidate(
                constraint, self.vocabulary, sampling, index=index, room=room, clock=clock, steer=steer
            )
            steering = Steering(candidate, self.vocabulary, self._model.tensor_library_name, cancel)
            self._generate(prompt, steering, left, clock)
            made.append(self._proposal(candidate, constraint))
            usage = _added(usage, len(candidate.tokens), candidate.forced, steering.passes)
        usage = usage.model_copy(update={"prompt_tokens": len(tokens), "ms": clock.ms})
        return made[0].model_copy(update={"usage": usage, "others": tuple(made[1:])})

    def _generate(self, prompt: str, steering: Steering, most: int, clock: Clock) -> None:
        """Let Outlines decode; what went wrong inside the processor, which its host may swallow, is raised here."""
        before, start = sum(clock.ms.values()), time.perf_counter()
        with contextlib.suppress(Decided):
            self._model.generate(prompt, steering, **hosts.generation_options(self._model, most))
        if steering.error is not None:
            raise steering.error
        spent = (time.perf_counter() - start) * 1000.0
        clock.ms["decode"] = clock.ms.get("decode", 0.0) + spent - (sum(clock.ms.values()) - before)

    def _proposal(self, candidate: Candidate, constraint: Constraint) -> Proposal:
        cut = candidate.truncated or not candidate.finished
        return Proposal(
            calls=() if cut else constraint.parse(candidate.text),
            points=tuple(candidate.points),
            model=self._name,
            text=candidate.text,
            truncated=cut,
        )

    def _prompt(self, request: ProposeRequest) -> tuple[str, list[int]]:
        """The prompt that fits the context beside an answer, and its tokens; raises `ContextOverflowError`."""
        room = self._context - min(request.sampling.max_tokens, self._context // 4)
        return fit(request, self._measure, room)[0]

    def _measure(self, request: ProposeRequest) -> tuple[int, tuple[str, list[int]]]:
        text = hosts.without_start(self._model, self._dialect.render(request).text, self.vocabulary.spell)
        tokens = hosts.prompt_tokens(self._model, text)
        return len(tokens), (text, tokens)

    def _hand_over(self, request: ProposeRequest) -> Proposal:
        """Let vLLM decode under the request's grammar, and retrace what it decided."""
        clock = Clock()
        start = time.perf_counter()
        constraint = build_constraint(request, self._dialect, self._limits)
        _, tokens = self._prompt(request)
        room = min(request.sampling.max_tokens, self._context - len(tokens) - 1)
        start = clock.add("render", start)
        answers = vllm.decode(self._model, tokens, constraint.lark, request.sampling, room)
        start = clock.add("decode", start)
        made: list[Proposal] = []
        usage = Usage(prompt_tokens=len(tokens), cached_tokens=answers[0].cached)
        for answer in answers:
            try:
                read = retrace(constraint, self.vocabulary, answer.tokens, answer.listed)
            except RunError as error:
                error.hint = 'load vLLM with LLM(…, structured_outputs_config={"backend": "guidance"})'
                raise
            made.append(self._retraced(read, constraint, known=answer.listed is not None))
            usage = _added(usage, len(answer.tokens), read.forced, len(answer.tokens))
        clock.add("confidence", start)
        usage = usage.model_copy(update={"ms": clock.ms})
        return made[0].model_copy(update={"usage": usage, "others": tuple(made[1:])})

    def _retraced(self, read: Retraced, constraint: Constraint, *, known: bool) -> Proposal:
        return Proposal(
            calls=constraint.parse(read.text) if read.finished else (),
            points=read.points,
            confidence_known=known,
            model=self._name,
            text=read.text,
            truncated=not read.finished,
        )


def _added(usage: Usage, decoded: int, forced: int, passes: int) -> Usage:
    return usage.model_copy(
        update={
            "decoded_tokens": usage.decoded_tokens + decoded,
            "forced_tokens": usage.forced_tokens + forced,
            "forward_passes": usage.forward_passes + passes,
        }
    )
