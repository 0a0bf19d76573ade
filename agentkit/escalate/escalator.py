"""Asks a model about a step and gives back its proposal in clear, or a typed word on why there is none.

Redacts, sends, restores; keeps budget and breaker. Knows nothing of why it was asked, and gives the remote no rights: a
proposal from here goes through the same checks as any other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal

from agentkit.errors import Cancelled, ContextOverflowError, OfflineError, RemoteError
from agentkit.escalate import modes
from agentkit.escalate.breaker import Breaker
from agentkit.escalate.budget import Budgets, Spent
from agentkit.escalate.labels import Labels, labels_of
from agentkit.escalate.modes import Send
from agentkit.escalate.placeholders import Placeholders, Private, UnknownPlaceholderError
from agentkit.escalate.record import broken, cut_off, faulty, received
from agentkit.escalate.redact import Redaction, Redactor
from agentkit.escalate.requests import joined, redacted_request
from agentkit.models.base import Cancel, Model
from agentkit.spec.model import Escalation, Unlocated
from agentkit.types import Control, ExchangeStatus, Proposal, ProposeRequest, RemoteExchange, ToolSpec, Value, Verdict

_DEADLINE_S = 60.0
_GRACE_S = 1.0
"""How much later than the model's own deadline the escalator's comes: the model knows what it has spent until then."""
_UNHEALTHY = frozenset({"down", "timeout", "garbled"})


class EscalationResult(Value):
    """What asking gave: a proposal in clear or None, the exchange as it left the machine, what is spent by now."""

    proposal: Proposal | None
    exchange: RemoteExchange
    spent: Spent


class Escalator:
    """Asks one remote model, or says why not; never raises for what a remote may do.

    `model` None stands for no remote at all. `tier` is its place: the larger `remote` model that is asked when in
    doubt, or the first one, `hosted` elsewhere, which may itself defer to the larger one. `send` says how much of a
    step leaves, `unlocated` what happens where the value of a private argument could be any words of the request:
    replace all that could be it, or refuse to send.
    `deadline_s` bounds one exchange, `budget` all exchanges of a run; without `spent` given to `ask`, the sum is kept
    here. `clock` counts seconds.
    """

    def __init__(
        self,
        model: Model | None,
        *,
        redactor: Redactor | None = None,
        budget: Budgets | None = None,
        breaker: Breaker | None = None,
        deadline_s: float = _DEADLINE_S,
        send: Send = "step",
        unlocated: Unlocated = "replace",
        tier: Literal["hosted", "remote"] = "remote",
        offline: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._redactor = redactor or Redactor()
        self._budget = budget or Budgets()
        self._breaker = breaker or Breaker(clock=clock)
        self._deadline_s, self._offline, self._clock = deadline_s, offline, clock
        self._send: Send = send
        self._unlocated: Unlocated = unlocated
        self._tier: Literal["hosted", "remote"] = tier
        self._lock = threading.Lock()
        self._spent = Spent()

    @classmethod
    def of(
        cls,
        model: Model | None,
        escalation: Escalation,
        budget: Budgets,
        *,
        tier: Literal["hosted", "remote"] = "remote",
        offline: bool = False,
    ) -> Escalator:
        """The escalator that a spec's `escalation` and `budgets` describe; a model's own deadline, if longer, holds."""
        limits = escalation.breaker
        return cls(
            model,
            budget=budget,
            breaker=Breaker(limits.failures, limits.open_s),
            deadline_s=max(_DEADLINE_S, getattr(model, "deadline_s", 0.0) + _GRACE_S),
            send=escalation.send,
            unlocated=escalation.private,
            tier=tier,
            offline=offline,
        )

    @property
    def available(self) -> bool:
        """Whether there is a remote to ask at all."""
        return self._model is not None and not self._offline

    @property
    def spent(self) -> Spent:
        """What the exchanges made here without `spent` have cost."""
        return self._spent

    def close(self) -> None:
        """Close the remote model."""
        if self._model is not None:
            self._model.close()

    def ask(
        self,
        request: ProposeRequest,
        local: Proposal | None = None,
        verdict: Verdict | None = None,
        *,
        private: Private | None = None,
        tools: Iterable[ToolSpec] = (),
        spent: Spent | None = None,
        cancel: Cancel | None = None,
        told: Callable[[RemoteExchange], None] | None = None,
    ) -> EscalationResult:
        """Ask about this step; raises `Cancelled` only, and passes on `KeyboardInterrupt`.

        `local` and `verdict` are what the smaller model proposed and what the checks made of it, sent as a hint.
        `private` holds values of the program that may not leave, by kind; `tools` are further tools whose labels count,
        such as those of earlier steps. `told` hears of the exchange once it is over; where it is cut off, before the
        cancellation goes on.
        """
        before = self._spent if spent is None else spent
        labels = labels_of(request, local, tools)
        status, why = self._refusal(before, labels)
        if status is not None or self._model is None:
            exchange = RemoteExchange(model=self._name(), sent="", attempts=0, status=status or "absent", error=why)
            _tell(told, exchange)
            return EscalationResult(proposal=None, exchange=exchange, spent=before)
        if self._tier == "remote":  # nobody is left to defer to
            controls = tuple(control for control in request.controls if control is not Control.DEFER)
            request = request.model_copy(update={"controls": controls})
        asking = _Asking(self._model, self._send, request, local, verdict)
        redaction = self._redactor.exchange(joined(labels.values, private or {}), labels.covering(request))
        proposal, exchange, cut = self._exchange(asking, redaction, before, cancel)
        if spent is None:
            with self._lock:
                self._spent = self._spent.plus(exchange)
        _tell(told, exchange)
        if cut is not None:
            raise cut
        return EscalationResult(proposal=proposal, exchange=exchange, spent=before.plus(exchange))

    def _name(self) -> str:
        return "" if self._model is None else self._model.name

    def _refusal(self, spent: Spent, labels: Labels) -> tuple[ExchangeStatus | None, str]:
        """Why nothing is sent, if so."""
        if self._model is None:
            return "absent", "no remote model is configured"
        if self._offline:
            return "offline", "`offline` is on: the remote model is not asked"
        if over := spent.exhausted(self._budget):
            return "over_budget", over
        if labels.open and self._unlocated == "refuse":
            listed = ", ".join(f"`{name}`" for name in labels.open)
            return "refused", f"nothing was sent: {listed} is private, and its value is not known in the request"
        if why := self._breaker.refusal():
            return "down", f"the remote model is left alone: {why}"
        return None, ""

    def _exchange(
        self, asking: _Asking, redaction: Redaction, spent: Spent, cancel: Cancel | None
    ) -> tuple[Proposal | None, RemoteExchange, BaseException | None]:
        """The proposal, the exchange, and what cut it off."""
        sent = redacted_request(asking.request, redaction)
        placeholders = redaction.placeholders()
        left = None if self._budget.seconds is None else self._budget.seconds - spent.seconds
        limit_s = self._deadline_s if left is None else min(left, self._deadline_s)
        linked = Cancel(limit_s, parent=cancel)
        start = self._clock()
        record: dict[str, Any] = {"model": asking.model.name, "placeholders": placeholders.names}
        answer = proposal = cut = None
        try:
            answer = asking.model.propose(self._within_tokens(sent, spent), cancel=linked)
            finished = asking.finish(_restored(answer, placeholders, asking.request))
            proposal = finished.model_copy(update={"tier": self._tier})
        except Cancelled as stopped:
            if cancel is not None and cancel.is_set:
                cut = stopped
            else:
                why = ", which is what the budget of seconds had left" if limit_s < self._deadline_s else ""
                late = RemoteError(
                    f"no answer within {limit_s:.3g} s{why}", status="timeout", attempts=stopped.attempts
                )
                late.bytes_out, late.bytes_in = stopped.bytes_out, stopped.bytes_in
                record |= faulty(late, self._blame(late))
        except (RemoteError, ContextOverflowError, OfflineError, UnknownPlaceholderError) as error:
            record |= faulty(error, self._blame(error))
        except Exception as error:  # whatever a remote's own code raises ends the exchange, not the run
            record |= broken(error, answered=answer is not None)
            self._breaker.failed()
        except BaseException as interrupt:  # Ctrl-C: what has left is told before it goes on
            cut = interrupt
        else:
            self._breaker.worked()
        if cut is not None:
            self._breaker.undecided()
            record |= cut_off(cut)
        record |= {"ms": (self._clock() - start) * 1000.0, "sent": sent_text(asking.model, sent)}
        if answer is not None:
            record |= received(answer)
        return proposal, RemoteExchange(**record), cut

    def _within_tokens(self, request: ProposeRequest, spent: Spent) -> ProposeRequest:
        """The request with no larger answer than the budget has tokens left."""
        if self._budget.tokens is None:
            return request
        left = max(1, min(request.sampling.max_tokens, self._budget.tokens - spent.tokens))
        return request.model_copy(update={"sampling": request.sampling.model_copy(update={"max_tokens": left})})

    def _blame(self, error: Exception) -> ExchangeStatus:
        """The status an error stands for; the breaker hears of it."""
        status: ExchangeStatus = "refused"
        if isinstance(error, OfflineError):
            status = "offline"
        elif isinstance(error, UnknownPlaceholderError):
            status = "garbled"
        elif isinstance(error, RemoteError):
            status = error.status
        if status in _UNHEALTHY:
            self._breaker.failed()
        else:
            self._breaker.undecided()
        return status


class _Asking:
    """One question: the request before redaction, and how the answer becomes a proposal."""

    def __init__(
        self,
        model: Model,
        send: Send,
        request: ProposeRequest,
        local: Proposal | None,
        verdict: Verdict | None,
    ) -> None:
        self.model = model
        self._local = local
        self._dispute = modes.find_dispute(local, verdict) if send == "disputed" else None
        asked: ProposeRequest | None = None
        if self._dispute is not None and local is not None:
            asked = modes.disputed(request, local, self._dispute)
        if asked is None:
            self._dispute = None
            asked = modes.narrowed(request, local, verdict) if send == "disputed" else None
        if asked is None:
            asked = modes.sketch(request) if send == "sketch" else modes.step(request, local, verdict)
        self.request = asked

    def finish(self, answer: Proposal) -> Proposal:
        """The proposal for the step; raises `RemoteError` (`garbled`) when disputed values did not come back."""
        if self._dispute is None or self._local is None:
            return answer
        wanted = set(modes.field_names(self._dispute))
        if [call.name for call in answer.calls] != [modes.FILL] or wanted - answer.calls[0].arguments.keys():
            raise RemoteError("the answer does not give the values in doubt", status="garbled")
        return modes.merged(self._local, answer, self._dispute)


def _tell(told: Callable[[RemoteExchange], None] | None, exchange: RemoteExchange) -> None:
    if told is not None:
        told(exchange)


def sent_text(model: Model, request: ProposeRequest) -> str:
    """What leaves for a redacted request: the body where the model can say, else the request as JSON."""
    body = getattr(model, "sent_text", None)
    return str(body(request)) if callable(body) else request.model_dump_json()


def _restored(answer: Proposal, placeholders: Placeholders, request: ProposeRequest) -> Proposal:
    """The answer in clear; raises `UnknownPlaceholderError` for a placeholder in a call that was never sent."""
    update: dict[str, Any] = {
        "calls": placeholders.restore_calls(answer.calls, request.tools),
        "text": placeholders.restore_text(answer.text, strict=False),
        "reasoning": placeholders.restore_text(answer.reasoning, strict=False),
        "others": tuple(_restored(other, placeholders, request) for other in answer.others),
    }
    return answer.model_copy(update=update)
