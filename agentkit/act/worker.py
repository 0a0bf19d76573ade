"""The child's side of an isolated call: read one order on stdin, run the tool, write its outcome on stdout.

What the tool prints goes to stderr. The process ends at once when stdin closes, so that it never outlives its parent.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import importlib
import json
import os
import pickle
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO, cast

from agentkit.act.outcome import Outcome, from_exception
from agentkit.errors import ToolDefinitionError, WiringError
from agentkit.offline import inherit
from agentkit.registry import Context, Tool, packs


def main() -> None:
    """Serve one call and end."""
    inherit()
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    told: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _reply(replies, dataclasses.asdict(_serve(told, replies)))
    sys.stdout.flush()
    os._exit(0)


def _serve(told: dict[str, Any], replies: TextIO) -> Outcome:
    try:
        tool = find(told)
        facts = told["context"]
        ctx = Context(
            run_id=facts["run_id"],
            task=facts["task"],
            call_id=facts["call_id"],
            idempotency_key=facts["idempotency_key"],
            now=datetime.fromisoformat(facts["now"]),
            deps=pickle.loads(base64.b64decode(told["deps"])),  # noqa: S301 - written by our own parent process
            on_progress=lambda text: _reply(replies, {"progress": text}),
        )
        value = tool.invoke(told["arguments"], ctx)
        if asyncio.iscoroutine(value):
            value = asyncio.run(value)
        return Outcome("value", value=tool.to_json(value))
    except BaseException as error:
        return from_exception(error)


def find(told: dict[str, Any]) -> Tool[..., Any]:
    """Load the tool again: from its pack, its module or its file."""
    _LOADING.set()
    try:
        candidates = _load(told)
    finally:
        _LOADING.clear()
    for candidate in candidates:
        if candidate.name == told["tool"]:
            return candidate
    hint = "define it at the top of the file, under the same name each time"
    raise ToolDefinitionError(f"{told['file']} holds no tool `{told['tool']}` when it is loaded again", hint=hint)


def check_not_loading() -> None:
    """Raises `WiringError` where the file of an isolated tool starts a run when it is loaded again."""
    if _LOADING.is_set():
        raise WiringError(
            "the file of an isolated tool starts a run when it is loaded again for the tool's own process",
            hint='put what starts the run under `if __name__ == "__main__":`',
        )


_LOADING = threading.Event()


def _load(told: dict[str, Any]) -> tuple[Tool[..., Any], ...]:
    if told["source"]:
        return packs.load(Path(told["source"]))
    return _tools_of(importlib.import_module(told["module"]) if told["module"] else packs.module_of(Path(told["file"])))


def _tools_of(module: ModuleType) -> tuple[Tool[..., Any], ...]:
    return tuple(cast("Tool[..., Any]", value) for value in vars(module).values() if isinstance(value, Tool))


def _reply(replies: TextIO, message: dict[str, Any]) -> None:
    replies.write(json.dumps(message) + "\n")
    replies.flush()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)
