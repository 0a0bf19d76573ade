"""A server on loopback that behaves as badly as a test asks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Plays replies in order, the last one again and again; keeps the bodies and headers it was sent."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.bodies: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.headers: list[dict[str, str]] = []
        self.release = threading.Event()
        self.opened: list[Any] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0)))
                outer.sizes.append(len(raw))
                outer.bodies.append(json.loads(raw))
                outer.headers.append({key.lower(): value for key, value in self.headers.items()})
                reply = outer.replies[min(len(outer.bodies), len(outer.replies)) - 1]
                reply(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.release.set()
        for client in self.opened:
            client.close()
        self._http.shutdown()
        self._http.server_close()

    # replies -------------------------------------------------------------------------------------------------------

    def page(self, code: int, body: str, kind: str = "application/json", **headers: str) -> Reply:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            raw = body.encode()
            handler.send_response(code)
            handler.send_header("content-type", kind)
            handler.send_header("content-length", str(len(raw)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(raw)

        return reply

    def error(self, code: int, message: str, error_code: str = "", **headers: str) -> Reply:
        return self.page(code, json.dumps({"error": {"message": message, "code": error_code}}), **headers)

    def stream(self, *chunks: Any, done: bool = True, hang: bool = False, length: int | None = None) -> Reply:
        """Server-sent events; `hang` holds the connection open after them, `length` promises more than is sent."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("content-type", "text/event-stream; charset=utf-8")
            handler.send_header("connection", "close")
            if length is not None:
                handler.send_header("content-length", str(length))
            handler.end_headers()
            for chunk in chunks:
                text = chunk if isinstance(chunk, str) else json.dumps(chunk)
                handler.wfile.write(f"data: {text}\n\n".encode())
            if done:
                handler.wfile.write(b"data: [DONE]\n\n")
            handler.wfile.flush()
            if hang:
                self.release.wait(20)
            handler.close_connection = True

        return reply

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        """Say nothing until the test is over."""
        self.release.wait(20)
        handler.close_connection = True

    def calls(self, *calls: tuple[str, Any], finish: str = "tool_calls", **usage: Any) -> Reply:
        """A whole answer with these calls, arguments given as an object or as raw text."""
        chunks: list[Any] = [{"choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]}]
        for index, (name, arguments) in enumerate(calls):
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            half = len(text) // 2
            chunks.append(delta({"tool_calls": [piece(index, f"id{index}", name, text[:half])]}))
            chunks.append(delta({"tool_calls": [piece(index, None, None, text[half:])]}))
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if usage:
            chunks.append({"choices": [], "usage": usage})
        return self.stream(*chunks)

    def text(self, text: str, finish: str = "stop", logprobs: list[Any] | None = None) -> Reply:
        """A whole answer of text."""
        first: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        if logprobs is not None:
            first["logprobs"] = {"content": logprobs}
        last: dict[str, Any] = {"index": 0, "delta": {}, "finish_reason": finish}
        return self.stream({"choices": [first]}, {"choices": [last]})


def delta(content: dict[str, Any]) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": content, "finish_reason": None}]}


def piece(index: int, call_id: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    function = {"arguments": arguments} | ({"name": name} if name else {})
    return {"index": index, "function": function} | ({"id": call_id, "type": "function"} if call_id else {})
