"""The same loop without checkpoints: for runs that are not kept, where a graph engine would only cost time.

Knows nothing of LangGraph; `wiring` is the durable loop, and a test holds both to the same runs.
"""

from __future__ import annotations

from agentkit.graph import nodes, person
from agentkit.graph.session import Answer, Session
from agentkit.graph.state import Answered, Pause, Route, State, advance


class PlainLoop:
    """Drives the nodes from a first state to the end."""

    def run(self, given: State | None, session: Session, *, answer: Answered | None = None) -> State:
        """The last state; raises `Pause` when a person is needed and nobody is there."""
        assert given is not None, "a loop without checkpoints has nothing to go on with"
        state, route = given, nodes.FIRST
        while True:
            session.reached = state
            state = advance(state, _step(route, state, session))
            if route == "stop":
                return state
            route = state.get("route", "stop")

    def state(self, session: Session) -> tuple[State, bool] | None:
        """Where the run of this session has come to; nothing outlives it."""
        return None if session.reached is None else (session.reached, False)


def _step(route: Route, state: State, session: Session) -> State:
    return person.ask(state, session, _pause) if route == "ask" else nodes.NODES[route](state, session)


def _pause(question: str) -> Answer:
    raise Pause(question)
