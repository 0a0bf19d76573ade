"""The façade: an agent from tools and a model, or from a spec; runs, streams and resumes.

Knows nothing of how a step works. Safe to use from several threads, and from inside a running event loop. Nothing heavy
is imported before the first run.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar, Unpack

from agentkit.cancel import Cancel
from agentkit.errors import RunError, WiringError
from agentkit.events import AnyEvent
from agentkit.graph import build, given
from agentkit.graph.drive import begin, go_on
from agentkit.graph.given import AskPerson, Settings
from agentkit.graph.opened import Opened
from agentkit.graph.session import Answer, Listener, Parts, Session
from agentkit.graph.streams import Watched, astreamed, awaited, streamed
from agentkit.graph.turns import conversation
from agentkit.guard import guard as in_bounds
from agentkit.models.base import Model
from agentkit.registry import Registry
from agentkit.registry.registry import Source
from agentkit.trace import Store
from agentkit.types import Message, Run

if TYPE_CHECKING:
    from agentkit.spec import AgentSpec, ModelConfig

Out = TypeVar("Out", default=Any)


class Agent(Generic[Out]):
    """Tools, a model, checks and a policy as one thing to call.

    `model` is `"embedded"`, a path of a GGUF file, a configuration or an engine; `remote` the larger model that is
    asked when in doubt. `output` is the type of the final answer (`typed` gives it back as that type). `store` says
    where runs are recorded: None for the user's own trace, a path or a `Store`, False for nowhere; without a trace a
    run cannot be resumed. `ask` puts a question to a person who is there; without it a run pauses and waits for
    `resume`. `loop` is `"single_turn"` (done once the calls of one proposal succeeded) or `"until_done"`; by default
    what the model is made for. `offline` leaves the larger model out and refuses sockets while a run is under way, in
    the whole process: other agents and threads fall under it too. What else can be given stands in `Settings`; wrong
    arguments raise `WiringError`, here or where a run is given them.
    """

    def __init__(
        self,
        tools: Iterable[Source] | Source | Registry,
        *,
        model: str | Path | ModelConfig | Model = "embedded",
        output: type[Out] | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        known = given.checked(model, output, settings)
        self.name: str = known.get("name", "agent")
        self.registry = given.tools(tools)
        self.deps: Any = known["deps"] if "deps" in known else self.registry.default_deps() or None
        self._output = output
        self._ask: AskPerson | None = known.get("ask")
        self._guard: bool = known.get("guard", True)
        self._opened = Opened(self.name, self.registry, build.given_of(model, output, known))

    @classmethod
    def from_spec(
        cls, spec: str | Path | AgentSpec, overrides: Sequence[str] = (), *, offline: bool = False, **settings: Any
    ) -> Agent[Any]:
        """The agent of a spec file; `overrides` are `key=value` as on the command line, `settings` replace arguments.

        Raises `SpecError` with file, line and column for a spec that cannot be used.
        """
        from agentkit.graph.specified import arguments_of
        from agentkit.spec import load_spec

        given.check_spec(spec, overrides)
        loaded = load_spec(spec, overrides) if isinstance(spec, str | Path) else spec
        arguments = arguments_of(loaded, given=frozenset(settings))
        arguments["offline"] = offline or loaded.offline
        return Agent(**{**arguments, **settings})

    def run(
        self,
        task: str,
        deps: Any = None,
        *,
        history: Sequence[Message] = (),
        run_id: str | None = None,
        cancel: Cancel | None = None,
        listen: Listener | None = None,
    ) -> Run:
        """Do a task; returns when it ended, or (status `asked`) when it waits for a person.

        `history` holds the turns of an earlier conversation (`conversation`). Raises `Cancelled` on Ctrl-C or once
        `cancel` is set, and `RunError`s for what goes wrong on the way; the run can be resumed after either.
        """
        wanted, turns = given.task(task), given.history(history)
        clean = in_bounds(wanted) if self._guard else wanted
        session = self._session(uuid.uuid4().hex if run_id is None else run_id, deps, cancel, listen)
        return begin(self._opened.loop, session, clean, turns)

    def resume(
        self,
        run_id: str,
        answer: Answer | None = None,
        deps: Any = None,
        *,
        cancel: Cancel | None = None,
        listen: Listener | None = None,
    ) -> Run:
        """Go on with a run of any process: after a pause (with the answer), a crash, a cancellation or an error.

        A run that ended is returned as it is, and so is one that waits while no answer is given. Raises `LeaseError`
        while another process holds the run.
        """
        store = self.store
        if store is None:
            raise WiringError("this agent keeps no trace, so it cannot resume", hint="do not pass `store=False`")
        session = self._session(store.resolve(given.run_id(run_id)), deps, cancel, listen)
        return go_on(self._opened.loop, session, store, answer)

    async def arun(
        self,
        task: str,
        deps: Any = None,
        *,
        history: Sequence[Message] = (),
        run_id: str | None = None,
        cancel: Cancel | None = None,
        listen: Listener | None = None,
    ) -> Run:
        """Like `run`, without blocking the event loop; cancelling the awaiting task stops the run and waits for it.

        `listen` and `ask` are called in the run's own thread.
        """
        work = partial(self.run, task, deps, history=history, run_id=run_id, listen=listen)
        return await awaited(lambda stop: work(cancel=stop), given.flag(cancel))

    async def aresume(
        self,
        run_id: str,
        answer: Answer | None = None,
        deps: Any = None,
        *,
        cancel: Cancel | None = None,
        listen: Listener | None = None,
    ) -> Run:
        """Like `resume`, without blocking the event loop."""
        work = partial(self.resume, run_id, answer, deps, listen=listen)
        return await awaited(lambda stop: work(cancel=stop), given.flag(cancel))

    def stream(
        self,
        task: str,
        deps: Any = None,
        *,
        history: Sequence[Message] = (),
        run_id: str | None = None,
        cancel: Cancel | None = None,
    ) -> Iterator[AnyEvent]:
        """Do a task and give each event as it happens; leaving the loop early stops the run."""
        return streamed(self._watched(task, deps, history, run_id), given.flag(cancel))

    def astream(
        self,
        task: str,
        deps: Any = None,
        *,
        history: Sequence[Message] = (),
        run_id: str | None = None,
        cancel: Cancel | None = None,
    ) -> AsyncGenerator[AnyEvent]:
        """Like `stream`, for `async for`; put `contextlib.aclosing` round it if you may leave the loop early."""
        return astreamed(self._watched(task, deps, history, run_id), given.flag(cancel))

    def stream_resumed(self, run_id: str, answer: Answer | None = None, deps: Any = None) -> Iterator[AnyEvent]:
        """Like `stream`, for `resume`."""
        return streamed(lambda listen, stop: self.resume(run_id, answer, deps, cancel=stop, listen=listen), None)

    def _watched(self, task: str, deps: Any, history: Sequence[Message], run_id: str | None) -> Watched:
        return lambda listen, stop: self.run(task, deps, history=history, run_id=run_id, cancel=stop, listen=listen)

    def typed(self, run: Run) -> Out:
        """The run's output as the type given as `output`; raises `RunError` when the run has none."""
        if self._output is None:
            raise WiringError("this agent has no output type", hint="Agent(..., output=MyModel)")
        if run.output is None:
            raise RunError(f"run {run.id} gave no {build.type_name(self._output)}: {run.status}, {run.reason}")
        from pydantic import TypeAdapter, ValidationError

        try:
            return TypeAdapter(self._output).validate_python(run.output)
        except ValidationError as error:
            name = build.type_name(self._output)
            raise RunError(f"the output of run {run.id} is no {name}: {error}") from error

    @staticmethod
    def conversation(run: Run) -> tuple[Message, ...]:
        """The turns of a run, to be the `history` of the next."""
        return conversation(run)

    @property
    def store(self) -> Store | None:
        """The trace, opened on first use; None when there is none. Raises `TraceError` when it cannot be written."""
        return self.parts.store

    @property
    def parts(self) -> Parts:
        """The opened parts: models, checks, policy, executor, trace."""
        return self._opened.parts

    def close(self) -> None:
        """Free the models and close the trace, where this agent opened them; calling it twice is harmless."""
        self._opened.close()

    def __enter__(self) -> Agent[Out]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _session(self, run_id: str, deps: Any, cancel: Cancel | None, listen: Listener | None) -> Session:
        return Session(
            parts=self.parts,
            run_id=given.run_id(run_id),
            deps=self.deps if deps is None else deps,
            listeners=(heard,) if (heard := given.listener(listen)) else (),
            ask=self._ask,
            cancel=given.flag(cancel) or Cancel(),
        )
