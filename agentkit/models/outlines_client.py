"""The client behind a model that Outlines can only ask: where it reaches, what it sends, how it fails.

Knows nothing of requests nor of grammars. Clients are looked at by what they carry, because each SDK is optional.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from outlines.exceptions import APITimeoutError, OutlinesError, ProviderResponseError

from agentkit.errors import OfflineError, RemoteError, RemoteFault, RunError
from agentkit.models.chat_faults import Spent
from agentkit.spec.models import on_loopback


def reaches_here(model: Any) -> bool:
    """Whether a model's client is known to ask a server on the loopback interface; one that does not say is not."""
    client = getattr(model, "client", None)
    # A client of the Hugging Face Hub keeps its address where others keep a model's name.
    for holder, name in ((client, "base_url"), (getattr(client, "_client", None), "base_url"), (client, "model")):
        if (url := getattr(holder, name, None)) is not None:
            return on_loopback(str(url)) and not _proxied(str(url))
    return False


def _proxied(url: str) -> bool:
    """Whether the environment names a proxy for a URL: a client made by somebody else may well use it."""
    parts, proxies = urlsplit(url), getproxies()
    return bool({parts.scheme, "all"} & proxies.keys()) and not proxy_bypass(parts.netloc.rpartition("@")[2])


class Meter:
    """Counts the bytes of the bodies that a model's client sends and receives, each thread for itself.

    The SDKs of OpenAI, Anthropic and Ollama keep an `httpx.Client`, which tells of all that it sends, retries of the
    SDK included; of any other client the texts are counted, which are less than its bodies.
    """

    def __init__(self, model: Any) -> None:
        self._local = threading.local()
        http: Any = getattr(getattr(model, "client", None), "_client", None)
        hooks: object = getattr(http, "event_hooks", None)
        self._watched = isinstance(hooks, dict)
        if self._watched:
            known = cast("dict[str, list[Callable[[Any], None]]]", hooks)
            http.event_hooks = {
                "request": [*known.get("request", ()), self._leaving],
                "response": [*known.get("response", ()), self._came],
            }

    @contextmanager
    def counting(self) -> Generator[Spent]:
        """What is spent within; whole at its end, and on a `RunError` that leaves it."""
        spent = self._local.spent = Spent()
        self._local.responses = list[Any]()
        try:
            yield spent
        except RunError as error:
            if isinstance(error, OfflineError) or _unconnected(error):
                spent.never_left()
            self._settle(spent)
            error.attempts, error.bytes_out, error.bytes_in = max(1, spent.attempts), spent.bytes_out, spent.bytes_in
            raise
        else:
            self._settle(spent)
        finally:
            self._local.spent = None

    def sending(self, spent: Spent, text: str) -> None:
        """Count a text that is about to be handed to the client, unless its bodies are counted."""
        if not self._watched:
            spent.attempts += 1
            spent.sending(len(text.encode()))

    def received(self, spent: Spent, text: str) -> None:
        """Count a text that the client gave, unless its bodies are counted."""
        if not self._watched:
            spent.bytes_in += len(text.encode())

    def _leaving(self, request: Any) -> None:
        spent: Spent | None = getattr(self._local, "spent", None)
        if spent is not None:
            spent.attempts += 1
            spent.sending(len(request.content))

    def _came(self, response: Any) -> None:
        if getattr(self._local, "spent", None) is not None:
            self._local.responses.append(response)

    def _settle(self, spent: Spent) -> None:
        spent.bytes_in += sum(response.num_bytes_downloaded for response in self._local.responses)


@contextmanager
def faults(who: str, hint: str) -> Generator[None]:
    """Raise what Outlines says of a server as `RemoteError`; a socket refused by `offline` as it is."""
    try:
        yield
    except OutlinesError as error:
        refused = next((one for one in _causes(error) if isinstance(one, OfflineError)), None)
        if refused is not None:
            raise refused from None
        raise RemoteError(f"{who} did not answer: {error}", hint=hint, status=_status(error)) from error
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        # Neither the SDKs nor Outlines check that a page is a completion before they take it apart.
        text = f"{who} gave nothing that can be read: {type(error).__name__}: {error}"
        raise RemoteError(text, hint=hint, status="garbled") from error


def _status(error: OutlinesError) -> RemoteFault:
    if isinstance(error, APITimeoutError):
        return "timeout"
    if isinstance(error, ProviderResponseError):
        return "garbled"
    return "down" if getattr(error, "retryable", False) else "refused"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _unconnected(error: BaseException) -> bool:
    """Whether no connection came about, so that the last body never left."""
    return any(type(one).__name__ in {"ConnectError", "ConnectTimeout"} for one in _causes(error))
