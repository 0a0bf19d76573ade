"""A tool in a process of its own, for tools declared `isolate`: the one way in which any code can be stopped.

The child loads the tool's file again and is told the arguments as JSON; the caller's `deps` must pickle. It is killed
with everything it started, and it ends by itself when its parent does. Not a sandbox: the child may do what the user
may. Knows nothing of deadlines.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

from agentkit.act.outcome import Outcome
from agentkit.act.runners import Work
from agentkit.errors import ToolDefinitionError
from agentkit.registry import Context, Tool
from agentkit.types import JsonObject

WORKER = "agentkit.act.worker"


class InProcess:
    """One call in a fresh Python process; stopping kills the process group."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._stopped = False
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", f"from {WORKER} import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            start_new_session=True,
        )
        self._noise: list[bytes] = []
        self._reader = threading.Thread(target=self._drain, name=f"tool-{work.tool.name}-errors", daemon=True)
        self._reader.start()
        threading.Thread(target=self._run, name=f"tool-{work.tool.name}", daemon=True).start()

    def _run(self) -> None:
        try:
            outcome = self._converse(order(self._work.tool, self._work.arguments, self._work.context))
        except (ToolDefinitionError, pickle.PicklingError, TypeError, AttributeError) as error:
            outcome = Outcome("failed", error=f"it cannot run in a process of its own: {error}")
        except OSError as error:
            outcome = self._died(str(error))
        self._end()
        self._work.finish(Outcome("stopped") if self._stopped else outcome)

    def _converse(self, message: JsonObject) -> Outcome:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(message).encode() + b"\n")
        stdin.flush()
        for line in stdout:
            said = json.loads(line)
            if "progress" in said:
                self._work.context.progress(said["progress"])
            else:
                return Outcome(**said)
        return self._died("")

    def _died(self, why: str) -> Outcome:
        code = self._process.wait()
        self._reader.join(timeout=1)
        last = b"".join(self._noise).decode(errors="replace").strip().splitlines()[-1:]
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        said = why or (last[0] if last else "")
        return Outcome("died", error=f"its process ended with {how}{': ' + said if said else ''}")

    def _drain(self) -> None:
        assert self._process.stderr is not None
        with contextlib.suppress(ValueError, OSError):
            for line in self._process.stderr:
                self._noise[:] = [*self._noise[-20:], line]

    def _end(self) -> None:
        """Kill what is left of the group, so that nothing the tool started outlives it, and close the pipes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(timeout=1)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                cast(Any, pipe).close()

    def stop(self) -> None:
        """Kill the process and everything in its group."""
        self._stopped = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def abandon(self) -> None:
        """Nothing more: the process was killed."""


def order(tool: Tool[..., Any], arguments: JsonObject, ctx: Context[Any]) -> JsonObject:
    """What the child is told: where the tool is written, and the call. Raises when the tool cannot be loaded again."""
    module = tool.function.__module__
    file = getattr(sys.modules.get(module), "__file__", None) or tool.function.__code__.co_filename
    if "<locals>" in tool.function.__qualname__ or not Path(file).is_file():
        raise ToolDefinitionError(
            f"`{tool.name}` is not written at the top of a file",
            hint="move it there, or leave `isolate` out",
        )
    by_path = module == "__main__" or module.startswith("agentkit_packs_")
    return {
        "tool": tool.name,
        "source": tool.source,
        "module": "" if by_path else module,
        "file": str(Path(file).resolve()),
        "arguments": arguments,
        "context": {
            "run_id": ctx.run_id,
            "task": ctx.task,
            "call_id": ctx.call_id,
            "idempotency_key": ctx.idempotency_key,
            "now": ctx.now.isoformat(),
        },
        "deps": base64.b64encode(pickle.dumps(ctx.deps)).decode(),
    }
