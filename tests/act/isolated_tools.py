"""Tools that run in a process of their own; loaded again by the child."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from agentkit.registry import Context, Failed, Retry, tool


@tool(isolate=True)
def double(number: int, ctx: Context) -> dict[str, int | str]:
    """Double a number."""
    sys.stdout.write("noise on stdout\n")
    ctx.progress("half way")
    return {"value": number * 2, "pid": os.getpid(), "key": ctx.idempotency_key}


@tool(isolate=True)
async def wait(number: int) -> int:
    """Wait without blocking."""
    return number


@tool(isolate=True)
def dependent(ctx: Context[dict[str, int]]) -> int:
    """Use what the agent was given."""
    return ctx.deps["answer"]


@tool(isolate=True, timeout_s=2.0)
def hang(marker: str) -> None:
    """Hang in C code, with a child process of its own."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    Path(marker).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(120)


@tool(isolate=True)
def look_up(host: str) -> str:
    """Look up a host."""
    return str(socket.getaddrinfo(host, 80)[0][4][0])


@tool(isolate=True)
def crash(how: str) -> None:
    """End badly."""
    if how == "retry":
        raise Retry("use another word")
    if how == "failed":
        raise Failed("no paper")
    if how == "bug":
        raise ZeroDivisionError("by zero")
    if how == "exit":
        sys.exit("goodbye")
    os.abort()


@tool(isolate=True, effect="write")
def crash_while_writing() -> None:
    """End badly while changing something."""
    os._exit(3)
