"""Texts and schemas stored once, under the SHA-256 of their body: a prompt's tools and turns recur at every step.

Knows nothing of runs. A request is stored as the hashes of its parts plus what is small.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from agentkit.types import Message, ProposeRequest, ToolSpec, Value

_PARTS = {"tools", "messages", "system"}
_REMEMBERED = 4096

dumps: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False).encode
"""JSON text as the trace stores it."""


class Contents:
    """Writes bodies, remembering which values it has already hashed and stored."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Value, str]] = {}
        self._systems: dict[str, str] = {}

    def forget(self) -> None:
        """Drop what is remembered, as after a transaction that was rolled back."""
        self._known.clear()
        self._systems.clear()

    def put_request(self, connection: sqlite3.Connection, request: ProposeRequest) -> str:
        """Store a request's parts; returns the body that `get_request` makes the request from."""
        body = request.model_dump(mode="json", exclude=_PARTS)
        body["tools"] = [self.put(connection, "schema", tool) for tool in request.tools]
        body["messages"] = [self.put(connection, "message", message) for message in request.messages]
        body["system"] = self._put_system(connection, request.system)
        return dumps(body)

    def put(self, connection: sqlite3.Connection, kind: str, value: Value) -> str:
        """Store one value; returns its hash."""
        known = self._known.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        digest = _insert(connection, kind, value.model_dump_json())
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[id(value)] = (value, digest)
        return digest

    def _put_system(self, connection: sqlite3.Connection, text: str) -> str:
        digest = self._systems.get(text)
        if digest is None:
            digest = self._systems[text] = _insert(connection, "system", text)
        return digest


def get_request(body: str, get: Callable[[str], str]) -> ProposeRequest:
    """The request whose stored body this is; `get` gives a content by its hash."""
    fields: dict[str, Any] = json.loads(body)
    fields["tools"] = [ToolSpec.model_validate_json(get(digest)) for digest in fields["tools"]]
    fields["messages"] = [Message.model_validate_json(get(digest)) for digest in fields["messages"]]
    fields["system"] = get(fields["system"])
    return ProposeRequest.model_validate(fields)


def _insert(connection: sqlite3.Connection, kind: str, body: str) -> str:
    digest = hashlib.sha256(body.encode()).hexdigest()
    connection.execute("INSERT OR IGNORE INTO contents(sha256, kind, body) VALUES (?,?,?)", (digest, kind, body))
    return digest
