"""The LangGraph wiring of the loop and its checkpoints, and nothing else; the one file that imports langgraph.

Knows nothing of what the nodes do. A checkpoint is written, in sync, between any two nodes: what a model proposed is on
disk before a tool runs, and what a tool returned before the model sees it. Checkpoints share the trace's connection.
Reading one back builds no objects: a checkpoint that was tampered with is refused, it cannot run code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import ormsgpack
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, Interrupt, interrupt
from langsmith import run_helpers

from agentkit.errors import TraceError
from agentkit.graph import nodes, person
from agentkit.graph.session import Session
from agentkit.graph.state import State
from agentkit.trace.database import Database
from agentkit.types import JsonObject

_NODES: dict[str, Callable[[State, Session], State]] = {
    "retrieve": nodes.retrieve,
    "propose": nodes.propose,
    "execute": nodes.execute,
    "repair": nodes.repair,
    "escalate": nodes.escalate,
}
_ROUTES: dict[str, Sequence[str]] = {
    "retrieve": ("propose",),
    "propose": ("execute", "repair", "ask", "escalate", "stop"),
    "execute": ("propose", "ask", "stop"),
    "repair": ("propose",),
    "escalate": ("execute", "repair", "ask", "escalate", "stop"),
    "ask": ("retrieve", "propose", "execute", "repair", "ask", "escalate", "stop"),
}


_UNSEEN: Any = getattr(run_helpers, "tracing_context")  # noqa: B009 - its type is unknown


class Pause(Exception):  # noqa: N818 - not an error: the run waits
    """The run waits for a person and there is no checkpoint to wait in."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


class Loop:
    """The compiled graph of an agent; with a database, durable."""

    def __init__(self, database: Database | None) -> None:
        self._saver = Saver(database) if database is not None else None
        self._graph: Any = _build().compile(checkpointer=self._saver)

    def run(self, given: State | None, session: Session, *, answer: JsonObject | None = None) -> State:
        """Drive a run from a first state, from its last checkpoint (`given` None), or from an answer, to its end.

        Returns the last state; one whose `end` is None waits for a person.
        """
        config = _config(session)
        entry: Any = given if answer is None else Command(resume=answer)
        durable: Any = {"durability": "sync"} if self._saver is not None else {}
        session.durable = self._saver is not None
        with _UNSEEN(enabled=False):  # what a run sees stays on this machine
            last = self._graph.invoke(entry, config, context=session, **durable)
        return cast(State, {key: value for key, value in last.items() if key != "__interrupt__"})

    def state(self, session: Session) -> tuple[State, bool] | None:
        """The state of the last checkpoint, and whether it waits for a person; None when there is no checkpoint."""
        if self._saver is None:
            return None
        snapshot = self._graph.get_state(_config(session))
        if not snapshot.values:
            return None
        return cast(State, snapshot.values), bool(snapshot.interrupts)

    def picture(self) -> str:
        """The graph in Mermaid's notation."""
        return self._graph.get_graph().draw_mermaid()


def _config(session: Session) -> RunnableConfig:
    steps = session.parts.policy.max_steps
    return {"configurable": {"thread_id": session.run_id}, "recursion_limit": 6 * steps + 50}


def _build() -> Any:
    graph: Any = StateGraph(State, context_schema=Session)
    for name, work in _NODES.items():
        graph.add_node(name, _node(work))
    graph.add_node("ask", _ask)
    graph.add_node("stop", _node(nodes.stop))
    graph.add_edge(START, "retrieve")
    graph.add_edge("stop", END)
    for name, targets in _ROUTES.items():
        graph.add_conditional_edges(name, _route, {target: target for target in targets})
    return graph


def _route(state: State) -> str:
    return state.get("route", "stop")


def _node(work: Callable[[State, Session], State]) -> Callable[[State, Runtime[Session]], State]:
    def run(state: State, runtime: Runtime[Session]) -> State:
        return work(state, runtime.context)

    return run


def _ask(state: State, runtime: Runtime[Session]) -> State:
    """Ask whoever is there; else pause here until an answer comes with `resume`."""
    session = runtime.context
    question = person.asked(state, session)
    if not session.answering:
        session.emit(question)
    session.answering = False
    answer = session.ask(question) if session.ask is not None else None
    if answer is None:
        if not session.durable:
            raise Pause(question.question)
        answer = cast(JsonObject, interrupt({"question": question.question}))["answer"]
    return person.answered(state, session, cast(bool | str, answer))


class Saver(SqliteSaver):
    """LangGraph's SQLite checkpoints on the trace's own connection; keeps the last two checkpoints of a run."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.connection, serde=Plain())
        self._database = database
        with database.write() as connection:
            for statement in _TABLES:
                connection.execute(statement)
        self.is_setup = True

    @contextmanager
    def cursor(self, transaction: bool = True) -> Generator[sqlite3.Cursor]:
        """A cursor in a transaction of the trace's database."""
        if not transaction:
            with self._database.lock:
                yield self._database.connection.cursor()
            return
        with self._database.write() as connection:
            yield connection.cursor()

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save a checkpoint, and drop those before its parent: a run is gone on with, never gone back in."""
        at: dict[str, Any] = config.get("configurable", {})
        before = at.get("checkpoint_id")
        with self._database.write() as connection:
            saved = super().put(config, checkpoint, metadata, new_versions)
            if before is not None:
                key = (at["thread_id"], before)
                connection.execute("DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < ?", key)
                connection.execute("DELETE FROM writes WHERE thread_id = ? AND checkpoint_id < ?", key)
        return saved


class Plain(JsonPlusSerializer):
    """Plain data and LangGraph's own `Interrupt`; anything else in a checkpoint is refused."""

    def __init__(self) -> None:
        super().__init__(allowed_msgpack_modules=None, __unpack_ext_hook__=_interrupts_only)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """Read a checkpoint back; raises `TraceError` for what agentkit never wrote."""
        hint = "start the task anew"
        if data[0] not in {"msgpack", "null", "bytes"}:
            raise TraceError(f"a checkpoint holds data of kind {data[0]!r}, which agentkit does not write", hint=hint)
        try:
            return super().loads_typed(data)
        except ValueError as error:
            raise TraceError("a checkpoint holds what agentkit does not write, and is not read", hint=hint) from error


def _interrupts_only(code: int, data: bytes) -> Any:
    unpacked: Any = ormsgpack.unpackb(data, option=ormsgpack.OPT_NON_STR_KEYS)
    match unpacked:
        case [Interrupt.__module__, Interrupt.__name__, {"value": value, "id": str() as name}]:
            return Interrupt(value=value, id=name)
        case _:
            raise ValueError(f"an object of kind {code}")


_TABLES = (
    """CREATE TABLE IF NOT EXISTS checkpoints (
        thread_id TEXT NOT NULL, checkpoint_ns TEXT NOT NULL DEFAULT '', checkpoint_id TEXT NOT NULL,
        parent_checkpoint_id TEXT, type TEXT, checkpoint BLOB, metadata BLOB,
        PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id))""",
    """CREATE TABLE IF NOT EXISTS writes (
        thread_id TEXT NOT NULL, checkpoint_ns TEXT NOT NULL DEFAULT '', checkpoint_id TEXT NOT NULL,
        task_id TEXT NOT NULL, task_path TEXT NOT NULL DEFAULT '', idx INTEGER NOT NULL, channel TEXT NOT NULL,
        type TEXT, value BLOB, PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id, task_id, idx))""",
)
