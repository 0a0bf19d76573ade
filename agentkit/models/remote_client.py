"""The connection to an OpenAI-compatible server, through the OpenAI SDK.

No redirects and no retries of its own. Knows nothing of what is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agentkit.errors import MissingExtraError
from agentkit.spec.models import is_hosted

if TYPE_CHECKING:
    import openai


def open_client(base_url: str, key: str | None, sending: Callable[[Any], None], *, direct: bool) -> openai.OpenAI:
    """A client whose every request is told to `sending`; `direct` keeps to this machine, whatever proxy is set.

    Raises `MissingExtraError` where the SDK is not installed.
    """
    try:
        import openai
    except ImportError as error:
        raise MissingExtraError("a remote model needs the `openai` package", hint="pip install 'openai>=2'") from error
    http = openai.DefaultHttpxClient(
        follow_redirects=False,
        event_hooks={"request": [sending]},
        mounts={f"all://{_host(base_url)}": None} if direct else None,
    )
    client = openai.OpenAI(base_url=base_url, api_key=key or "none", max_retries=0, http_client=http)
    if not is_hosted(base_url):
        # The environment may name an account of the hosted service; another server has no business to learn it.
        client.organization = client.project = client.admin_api_key = None
        client._custom_headers = {}  # pyright: ignore[reportPrivateUsage] - OPENAI_CUSTOM_HEADERS, often a credential
    return client


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host
