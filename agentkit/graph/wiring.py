"""The LangGraph wiring of the loop and its checkpoints, and nothing else; the one file that imports langgraph.

Knows nothing of what the nodes do. A checkpoint is written, in sync, after each proposal and each answer of a person:
what was proposed is on disk before a tool runs. What a tool returned, or why it was not started, is in the ledger
before the model sees it, so what led to a proposal is done again after a crash with the same results, and needs no
checkpoint of its own. (A call that was skipped since it needs another's result is skipped again.)
Checkpoints share the trace's connection. Reading one back builds no objects: a checkpoint that was tampered with is
refused, it cannot run code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Annotated, Any, TypedDict, cast

import ormsgpack
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config
from langgraph.checkpoint.base import WRITES_IDX_MAP, ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, Interrupt, interrupt
from langsmith import run_helpers

from agentkit.errors import AgentkitError, TraceError
from agentkit.graph import nodes, person
from agentkit.graph.session import Session
from agentkit.graph.state import Answered, State, advance, stored
from agentkit.trace import Lease
from agentkit.trace.database import Database

_RESUME = "__resume__"
"""LangGraph's channel for answers that wait to be used."""
Work = Callable[[State, Session], State]
_PARENT: ContextVar[Any] = var_child_runnable_config
_UNSEEN: Any = getattr(run_helpers, "tracing_context")  # noqa: B009 - its type is unknown


class Carried(TypedDict):
    """What LangGraph carries: the whole run in one channel, since each channel costs time at every step."""

    run: Annotated[dict[str, Any], advance]


class DurableLoop:
    """The compiled graph of an agent, with checkpoints in the trace's database."""

    def __init__(self, database: Database) -> None:
        self._saver = Saver(database)
        self._graph: Any = _build().compile(checkpointer=self._saver)

    def run(self, given: State | None, session: Session, *, answer: Answered | None = None) -> State:
        """Drive a run from a first state, from its last checkpoint (`given` None), or from an answer, to its end.

        Returns the last state; one whose `end` is None waits for a person.
        """
        entry: Any = Command(resume=answer) if answer is not None else None if given is None else {"run": stored(given)}
        own = _PARENT.set(None)  # an agent inside a tool of another agent is a run of its own, no subgraph
        try:
            with self._saver.fenced(session.lease), _UNSEEN(enabled=False):  # what a run sees stays on this machine
                if answer is not None:  # only the newest answer counts, not one that an error left behind
                    self._saver.forget_answers(session.run_id)
                last = self._last(entry, session)
        except Exception:
            with suppress(AgentkitError):
                self._saver.forget_answers(session.run_id)
            raise
        finally:
            _PARENT.reset(own)
        return last

    def _last(self, entry: Any, session: Session) -> State:
        """Drive the graph; only whole states are asked of it, since whatever else it tells costs time at every step."""
        last: State | None = None
        for told in self._graph.stream(
            entry, _config(session), context=session, durability="sync", stream_mode="values"
        ):
            last = told.get("run", last)
        return cast(State, self._graph.get_state(_config(session)).values["run"]) if last is None else last

    def state(self, session: Session) -> tuple[State, bool] | None:
        """The state of the last checkpoint, and whether it waits for a person; None when there is no checkpoint."""
        snapshot = self._graph.get_state(_config(session))
        carried = snapshot.values.get("run")
        return (cast(State, carried), bool(snapshot.interrupts)) if carried else None


def picture() -> str:
    """The graph in Mermaid's notation."""
    return str(_build().compile().get_graph().draw_mermaid())


def _config(session: Session) -> RunnableConfig:
    steps = session.parts.policy.max_steps
    return {
        "configurable": {"thread_id": session.run_id},
        "recursion_limit": 6 * steps + 50,
        "max_concurrency": 1,  # one thread writes all checkpoints of a run; nodes run where the run was called
    }


def _build() -> Any:
    graph: Any = StateGraph(Carried, context_schema=Session)
    for name, work in nodes.NODES.items():
        graph.add_node(name, _node(_and_propose(work)), destinations=nodes.TARGETS.get(name, (END,)))
    graph.add_node("ask", _node(_ask), destinations=nodes.TARGETS["ask"])
    graph.add_edge(START, nodes.FIRST)
    return graph


def _node(work: Work) -> Callable[..., Command[Any]]:
    def run(state: Carried, runtime: Runtime[Session]) -> Command[Any]:
        new = work(cast(State, state["run"]), runtime.context)
        return Command(update={"run": stored(new)}, goto=new.get("route", END))

    return run


def _and_propose(work: Work) -> Work:
    """The node together with the proposal that it leads to: one checkpoint for both."""

    def run(state: State, session: Session) -> State:
        new = work(state, session)
        return advance(new, nodes.propose(advance(state, new), session)) if new.get("route") == "propose" else new

    return run


def _ask(state: State, session: Session) -> State:
    return person.ask(state, session, _pause)


def _pause(question: str) -> bool | str:
    return cast(Answered, interrupt({"question": question}))["answer"]


class Saver(SqliteSaver):
    """LangGraph's SQLite checkpoints on the trace's own connection; keeps the last two checkpoints of a run."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.connection, serde=Plain())
        self._database = database
        self._leases: dict[str, Lease] = {}
        with database.write() as connection:
            for statement in _TABLES:
                connection.execute(statement)
        self.is_setup = True

    @contextmanager
    def fenced(self, lease: Lease | None) -> Generator[None]:
        """While this lasts, a checkpoint of the lease's run is only written by whoever still holds it."""
        if lease is None:
            yield
            return
        self._leases[lease.run_id] = lease
        try:
            yield
        finally:
            self._leases.pop(lease.run_id, None)

    @contextmanager
    def cursor(self, transaction: bool = True) -> Generator[sqlite3.Cursor]:
        """A cursor in a transaction of the trace's database."""
        if not transaction:
            with self._database.lock:
                yield self._database.connection.cursor()
            return
        with self._database.write() as connection:
            yield connection.cursor()

    def forget_answers(self, run_id: str) -> None:
        """Drop the answers that a run was given and did not go on with."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM writes WHERE thread_id = ? AND channel = ?", (run_id, _RESUME))

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Save questions and answers; what a node changed is in the next checkpoint, and a node may run again."""
        if any(channel in WRITES_IDX_MAP for channel, _ in writes):
            super().put_writes(config, writes, task_id, task_path)

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
        lease = self._leases.get(str(at["thread_id"]))
        with self._database.write() as connection:
            if lease is not None:
                lease.check(connection)
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
