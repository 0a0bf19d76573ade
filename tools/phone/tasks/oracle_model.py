"""The oracle as a model: what a perfect agent would propose. For tests, for ablations, declared as an oracle."""

from __future__ import annotations

from agentkit.cancel import Cancel
from agentkit.types import Control, Proposal, ProposeRequest, ToolCall

from ..session import Session
from ..simulated import Simulated
from .oracle import Act, NoWay, Oracle
from .task import Task
from .trajectory import CANNOT


class OracleModel:
    """Proposes the oracle's act for one task on one simulated phone; it has no probabilities to give."""

    name = "oracle"

    def __init__(self, task: Task, session: Session, limit: int = 3000) -> None:
        self.session = session
        self.oracle = Oracle(task, limit)

    def act(self) -> Act:
        """What the oracle would do now."""
        driver = self.session.driver
        assert isinstance(driver, Simulated), "the oracle knows the simulated phone only"
        return self.oracle.next(driver.phone, self.session.look())

    def propose(self, request: ProposeRequest, *, cancel: Cancel | None = None) -> Proposal:
        """The next call; the end is a FINISH, with the answer where one is asked for."""
        del cancel
        number = 1 + sum(len(message.calls) for message in request.messages)
        return Proposal(calls=(as_call(self.act(), str(number)),), confidence_known=False, model=self.name)

    def expected(self) -> str:
        """The oracle's act as one string, empty where it knows no way any more."""
        try:
            act = self.act()
        except NoWay:
            return ""
        return f"{act.name} {act.arguments}"

    def close(self) -> None:
        """Nothing is held."""


def as_call(act: Act, key: str) -> ToolCall:
    """An act as the call that an agent makes; ends are FINISH calls."""
    if act.name == "cannot":
        return ToolCall(id=key, name=Control.FINISH.value, arguments={"answer": CANNOT + act.arguments["answer"]})
    if act.name == "finish":
        return ToolCall(id=key, name=Control.FINISH.value, arguments={"answer": act.arguments.get("answer", "")})
    return ToolCall(id=key, name=act.name, arguments=act.arguments)
