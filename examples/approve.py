"""Pause in one process, resume in another: a call that cannot be undone waits for a person, for as long as it takes.

    python examples/approve.py                  asks, and leaves the run waiting
    python examples/approve.py RUN_ID yes       goes on with it, in a process of its own (or: no)

Between the two, the run is a few rows in the trace; no process waits. Nothing is really sent.
"""

import sys

from agentkit import Agent, tool


@tool(effect="irreversible")
def send_message(to: str, message: str) -> str:
    """Send a message to somebody."""
    return f"sent to {to}: {message}"


with Agent([send_message]) as agent:
    if len(sys.argv) == 1:
        run = agent.run("send a message to Mom saying I will be late")
        print(run.question)
        print(f"answer with: python {sys.argv[0]} {run.id} yes")
    else:
        run = agent.resume(sys.argv[1], sys.argv[2])
        print(run.status, *(result.text or result.error for step in run.steps for result in step.results), sep=": ")
