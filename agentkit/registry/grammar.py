"""Ask the grammar compiler whether a schema can be decoded under a mask, before any run depends on it.

Knows nothing of prompts or models; llguidance is imported on first use.
"""

from __future__ import annotations

import json
from functools import lru_cache

from agentkit.registry.bounds import bounded
from agentkit.types import JsonSchema


def compile_error(schema: JsonSchema) -> str | None:
    """Why the constraint of a schema, with the default bounds, cannot be compiled; None when it can."""
    return _compile_error(json.dumps(bounded(schema)))


@lru_cache(maxsize=1024)
def _compile_error(text: str) -> str | None:
    from llguidance import LLMatcher

    failed, messages = LLMatcher.validate_grammar_with_warnings(LLMatcher.grammar_from_json_schema(text))
    return "; ".join(" ".join(message.split()) for message in messages) or "not expressible" if failed else None
