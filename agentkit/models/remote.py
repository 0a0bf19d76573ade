"""A model behind a server that speaks the OpenAI protocol: hosted, or llama-server, vLLM, Ollama, LM Studio.

Owns the exchange: one overall deadline, retries that honour Retry-After, no redirects, and a fault that says what kind
it is and what was spent. Knows nothing of redaction, of budgets, or of why it was asked. The only file that
imports the OpenAI SDK, but for `remote_client`.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from agentkit.errors import OfflineError, RemoteError, RunError, WiringError
from agentkit.models.base import Cancel
from agentkit.models.chat_body import Features, body, relax
from agentkit.models.chat_faults import Fault, Spent, bounded, late, retry_after, status_fault
from agentkit.models.chat_points import decision_points
from agentkit.models.chat_reply import Assembly, Choice, read_calls
from agentkit.models.remote_client import open_client
from agentkit.spec.models import HOSTED, is_hosted, key_variable, on_loopback
from agentkit.types import JsonObject, Proposal, ProposeRequest, Usage

if TYPE_CHECKING:
    import openai

    from agentkit.spec.models import RemoteConfig

_MAX_ANSWER_BYTES = 8 * 1024 * 1024
_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 8.0


class RemoteModel:
    """A model of an OpenAI-compatible server; serves as either tier.

    `deadline_s` bounds a whole `propose`, all attempts and waits included; `timeout_s` one attempt. `price_in` and
    `price_out` are US dollars per million tokens; where a priced server reports no usage, the cost counts one token
    per byte, an upper bound. `options` are added to each body as they are. `on_device` says whether what is sent stays
    on this machine; None looks whether `base_url` is on the loopback interface. The key is `api_key`, else what
    the environment variable `api_key_env` holds; where neither is given, `OPENAI_API_KEY` goes to https://api.openai.com
    and no key to any other server. `clock` counts seconds, `sleep` waits.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str = HOSTED,
        api_key: str | None = None,
        api_key_env: str | None = None,
        output: Literal["auto", "tools", "json_schema", "text"] = "auto",
        timeout_s: float = 30.0,
        deadline_s: float = 60.0,
        retries: int = 2,
        price_in: float = 0.0,
        price_out: float = 0.0,
        logprobs: bool = True,
        options: Mapping[str, Any] | None = None,
        on_device: bool | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._model = model
        self._base_url = base_url
        self.deadline_s = deadline_s
        self._timeout_s, self._retries = timeout_s, retries
        self._price_in, self._price_out = price_in, price_out
        self._options = dict(options or {})
        self.on_device = on_loopback(base_url) if on_device is None else on_device
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        mode = "tools" if output == "auto" else output
        stream = bool(self._options.pop("stream", True))
        self._features = Features(mode=mode, fallback=output == "auto", logprobs=logprobs, stream=stream)
        self._sending = threading.local()
        variable = key_variable(base_url, api_key_env)
        key = api_key or (os.environ.get(variable) if variable else None)
        if not key and is_hosted(base_url):
            raise WiringError(f"no key for {base_url}", hint=f"set the environment variable {variable}")
        self._client = open_client(base_url, key, self._count_bytes, direct=self.on_device)

    @classmethod
    def from_config(cls, config: RemoteConfig) -> RemoteModel:
        """The model that a spec describes; raises `WiringError` when the hosted default has no key."""
        return cls(**config.model_dump(exclude={"kind"}))

    @property
    def name(self) -> str:
        """The server's name for the model."""
        return self._model

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def sent_text(self, request: ProposeRequest) -> str:
        """The JSON body that an attempt for this request sends now, for the record of what leaves the machine."""
        return json.dumps(self._body(request, self._features), ensure_ascii=False, separators=(",", ":"))

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """Ask the server; raises `RemoteError` with a status, `ContextOverflowError`, `OfflineError` or `Cancelled`."""
        cancel = cancel or Cancel()
        start = self._clock()
        spent = Spent()
        try:
            answer, features = self._ask(request, start + self.deadline_s, cancel, spent)
            return self._proposal(
                answer, request, features, self._usage(answer, spent, (self._clock() - start) * 1000.0)
            )
        except RunError as error:
            error.attempts, error.bytes_out, error.bytes_in = spent.attempts, spent.bytes_out, spent.bytes_in
            if isinstance(error, RemoteError) and spent.answer is not None and spent.answer.choices():
                usage = self._usage(spent.answer, spent, 0.0)
                error.cost_usd, error.tokens = usage.cost_usd, usage.prompt_tokens + usage.decoded_tokens
            raise

    def _count_bytes(self, sent: Any) -> None:
        self._sending.spent.sending(len(sent.content))

    def _body(self, request: ProposeRequest, features: Features) -> JsonObject:
        return body(request, model=self._model, features=features, options=self._options)

    def _ask(self, request: ProposeRequest, deadline: float, cancel: Cancel, spent: Spent) -> tuple[Assembly, Features]:
        """Attempt until an answer is whole, the fault is final, the retries are used up or the deadline comes.

        Returns the answer and what had been asked of the server for it.
        """
        features, retries = self._features, 0
        while True:
            cancel.check()
            left = deadline - self._clock()
            if left <= 0.0:
                raise late(self.deadline_s, spent.attempts)
            spent.attempts += 1
            try:
                answer = self._attempt(self._body(request, features), min(left, self._timeout_s), cancel, spent)
            except Fault as fault:
                if fault.status == "timeout" and left < self._timeout_s:  # cut short by the deadline of them all
                    raise late(self.deadline_s, spent.attempts, fault.received) from fault
                less = relax(features, fault.message) if fault.relaxable else None
                if less is not None:
                    features = less
                    continue
                if fault.error is not None:
                    raise fault.error from fault
                retries += 1
                self._pause(fault, retries, deadline, cancel)
                continue
            with self._lock:
                self._features = features
            return answer, features

    def _pause(self, fault: Fault, retries: int, deadline: float, cancel: Cancel) -> None:
        """Wait before the next attempt, or raise the fault when there is none."""
        backoff = min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2 ** (retries - 1))
        pause = backoff if fault.retry_after is None else fault.retry_after
        if retries > self._retries or not fault.retryable:
            raise fault.final(f" ({retries} attempts)" if retries > 1 else "") from fault
        if self._clock() + pause >= deadline:
            raise fault.final(f"; a retry in {pause:g} s would miss the deadline") from fault
        if self._sleep is not None:
            self._sleep(pause)
        else:
            cancel.wait(pause)

    def _attempt(self, sent: JsonObject, limit_s: float, cancel: Cancel, spent: Spent) -> Assembly:
        answer = spent.answer = Assembly()
        try:
            bounded(lambda: self._exchange(sent, limit_s, answer, spent), limit_s, cancel)
        except TimeoutError:
            raise Fault("timeout", f"no whole answer within {limit_s:.3g} s", received=answer.text()) from None
        if answer.error:
            raise Fault("down", f"the server broke off with an error: {answer.error}", relaxable=True)
        choices = answer.choices()
        if not choices:
            raise Fault("garbled", "the answer holds no choice", retryable=False)
        if choices[0].finish_reason is None:
            text = "the answer was cut off: the stream ended without a finish_reason"
            raise Fault("garbled", text, received=answer.text())
        return answer

    def _exchange(self, sent: JsonObject, limit_s: float, answer: Assembly, spent: Spent) -> None:
        """One request and its answer, in the thread of the caller; faults of the SDK become `Fault`s."""
        import openai

        self._sending.spent = spent
        try:
            stream = self._client.post(
                "/chat/completions",
                cast_to=object,
                body=sent,
                options={"timeout": limit_s, "max_retries": 0},
                stream=True,
                stream_cls=openai.Stream[object],
            )
            with stream:
                self._read(stream, answer, spent)
        except OfflineError:
            spent.never_left()
            raise
        except openai.APITimeoutError as error:
            raise Fault("timeout", f"no answer within {limit_s:.3g} s", received=answer.text()) from error
        except openai.APIConnectionError as error:
            if isinstance(error.__cause__, OfflineError):
                spent.never_left()
                raise error.__cause__ from None
            raise _connection_fault(error, answer, spent) from error
        except openai.APIStatusError as error:
            spent.bytes_in += len(error.response.content)
            delay = retry_after(error.response.headers, time.time())
            raise status_fault(error.status_code, error.response.text, delay) from error
        except openai.APIError as error:
            raise Fault("down", f"the server broke off with an error: {error.message[:200]}") from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] not in {"httpx", "httpx2"}:
                raise
            # Older SDKs let the errors of their transport through while a stream is read.
            status = "timeout" if "Timeout" in type(error).__name__ else "garbled"
            raise Fault(status, f"the answer was cut off: {error}", received=answer.text()) from error

    def _read(self, stream: openai.Stream[object], answer: Assembly, spent: Spent) -> None:
        response = stream.response
        kind = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
        before = spent.bytes_in
        if kind not in {"text/event-stream", "application/json", "application/x-ndjson", ""}:
            page = response.read()[:400].decode("utf-8", "replace")
            spent.bytes_in = before + response.num_bytes_downloaded
            text = f"the server answered with {kind}, not with a completion: {' '.join(page.split())[:120]!r}"
            raise Fault("garbled", text, retryable=False, received=page, hint="check `base_url`; it should end in /v1")
        try:
            if kind == "application/json":
                answer.add(json.loads(response.read()))
            else:
                for chunk in stream:
                    answer.add(chunk)
                    if response.num_bytes_downloaded > _MAX_ANSWER_BYTES:
                        raise Fault("garbled", f"the answer exceeds {_MAX_ANSWER_BYTES} bytes", retryable=False)
        except (ValueError, RecursionError) as error:
            raise Fault("garbled", "the answer is not the JSON it should be", received=answer.text()) from error
        finally:
            spent.bytes_in = before + response.num_bytes_downloaded

    def _proposal(self, answer: Assembly, request: ProposeRequest, features: Features, usage: Usage) -> Proposal:
        first, *others = answer.choices()
        prose = features.mode == "tools"
        rest = [self._one(choice, request, prose) for choice in others if choice.finish_reason == first.finish_reason]
        return self._one(first, request, prose).model_copy(update={"usage": usage, "others": tuple(rest)})

    def _one(self, choice: Choice, request: ProposeRequest, prose: bool) -> Proposal:
        calls = read_calls(choice, request, prose=prose)
        points = decision_points(choice.tokens, calls, request)
        return Proposal(
            calls=calls,
            points=points,
            confidence_known=bool(points),
            model=self._model,
            tier="local" if self.on_device else "remote",
            text=choice.text(),
            reasoning=choice.reasoning,
        )

    def _usage(self, answer: Assembly, spent: Spent, ms: float) -> Usage:
        prompt, decoded = _count(answer.usage, "prompt_tokens"), _count(answer.usage, "completion_tokens")
        details = answer.usage.get("prompt_tokens_details")
        priced_in, priced_out = (prompt, decoded) if answer.usage else (spent.bytes_out, spent.bytes_in)
        return Usage(
            prompt_tokens=prompt,
            cached_tokens=_count(details, "cached_tokens"),
            decoded_tokens=decoded,
            ms={"remote": ms},
            cost_usd=(priced_in * self._price_in + priced_out * self._price_out) / 1e6,
            bytes_out=spent.bytes_out,
            bytes_in=spent.bytes_in,
            attempts=spent.attempts,
        )


def _connection_fault(error: openai.APIConnectionError, answer: Assembly, spent: Spent) -> Fault:
    cause = type(error.__cause__).__name__
    if cause.startswith("Connect"):
        spent.never_left()
        return Fault("down", f"cannot connect to {error.request.url}: {error.__cause__}")
    if answer.choices():
        return Fault("garbled", "the answer was cut off: the connection broke", received=answer.text())
    return Fault("down", f"the connection to {error.request.url} broke: {error.__cause__}")


def _count(usage: object, key: str) -> int:
    value = cast("dict[str, object]", usage).get(key) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and value > 0 else 0
