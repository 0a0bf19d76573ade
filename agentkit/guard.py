"""Requests in bounds: not empty, not endless, and free of characters and markers that steer a model instead of asking.

Pure. Knows nothing of models or policy, and does not judge what is asked; it is not a classifier of harmful requests.
"""

from __future__ import annotations

import re
import unicodedata

from agentkit.errors import WiringError

MAX_CHARS = 20_000

_MARKER = re.compile(
    r"<\|([^|<>\n]{1,40})\|>"  # ChatML, Llama 3, Phi and this project's own format
    r"|<(/?(?:start_of_turn|end_of_turn|tool_call|tool_response|eos|bos|s))>"  # Gemma, Hermes, sentencepiece
    r"|\[(/?(?:INST|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS))\]"  # Mistral
)


def guard(text: str, *, max_chars: int = MAX_CHARS) -> str:
    """The request as it may be shown to a model.

    Control characters go (line breaks and tabs stay), special tokens written out as text lose their brackets, and
    halves of surrogate pairs become U+FFFD. Raises `WiringError` when nothing is left or the text is too long.
    """
    clean = neutralise(text).strip()
    if not clean:
        raise WiringError("the task is empty", hint="say what the agent should do")
    if len(clean) > max_chars:
        raise WiringError(
            f"the task has {len(clean):,} characters; the limit is {max_chars:,}",
            hint="put long material behind a tool that reads it in parts",
        )
    return clean


def neutralise(text: str) -> str:
    """The text without control characters and without a model's special tokens."""
    whole = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    visible = "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) != "Cc")
    while (shorter := _MARKER.sub(_bare, visible)) != visible:
        visible = shorter
    return visible


def _bare(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)
