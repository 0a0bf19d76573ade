"""A small fitted scorer of phone steps: how likely each thing that can be done next is the right one."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from agentkit.errors import ModelLoadError
from agentkit.types import Control, DecisionPoint, Odds, Proposal, ProposeRequest, ToolCall

if TYPE_CHECKING:
    from ..session import Session
    from .net import Net

SHARPNESS = 1.0
"""The power of the scorer's odds beside a model's own."""
SURE = 0.8
"""From this probability on it proposes a step itself, at 0 never; measured on half of the training tasks and on dev."""
DOUBTFUL, INSTEAD = 0.4, 0.4
"""A model's step of a lower score than the first gives way to the scorer's, if that has at least the second."""
SEVERAL = 0.6
"""From this probability on it proposes a step of a request that is done part by part: a model sees it as a whole."""
END = 0.5
"""An end that is less sure, with all that was changed before, is asked about; measured on dev tasks."""


class Scorer:
    """What a scorer's file says of the next step, that of the pack by default.

    It gives odds to the model, with `sharpness` as their power, and where it may, proposes a step that it is sure of.
    Neither where something other than the screen's tools was used: of that it knows nothing.
    """

    def __init__(self, path: Path | None = None, sharpness: float = SHARPNESS, net: Net | None = None) -> None:
        self.path, self.sharpness = path, sharpness
        self._net = net
        self._broken = False

    @property
    def net(self) -> Net | None:
        """The network; None, and a warning once, where its file is missing or broken."""
        if self._net is None and not self._broken:
            from .net import WEIGHTS, load

            try:
                self._net = load(self.path or WEIGHTS)
            except ModelLoadError as error:
                self._broken = True
                warnings.warn(f"{error.message}; steps are chosen without it ({error.hint})", stacklevel=2)
        return self._net

    def odds(self, session: Session) -> Odds | None:
        """What a model is told of the next call; None without a network."""
        if not self.sharpness or session.course.foreign or self.net is None:
            return None
        from .scored import told
        from .working import at_work

        return told(at_work(session, self.net), self.sharpness)

    def surer(self, session: Session, p: float) -> bool:
        """Whether it would take a step that it is surer of than `p`, where that is too little for a step."""
        if p >= DOUBTFUL or not self.sharpness or session.course.foreign or self.net is None:
            return False
        from .working import at_work

        return at_work(session, self.net).sure >= max(p, INSTEAD)

    def propose(self, session: Session, request: ProposeRequest, sure: float) -> Proposal | None:
        """The likeliest step, where its probability is at least `sure`; None where the model is to choose.

        Of an end that is less sure than `END` it asks once, where somebody may be asked.
        """
        from ..carried import carried
        from .candidates import CANNOT
        from .scored import TOOLS, kind_of, proposal, without
        from .view import View
        from .working import at_work

        course, others = session.course, any(tool.name not in TOOLS for tool in request.tools)
        course.planned = None
        if course.foreign or (others and not course.steps) or self.net is None:
            return None
        sent_back = refused(request)
        found = without(at_work(session, self.net), sent_back)
        best, p = found.found[found.best], found.sure
        kind = kind_of(best)
        alone = sent_back or carried(session.request) is not None  # a model knows not what is to be read and what done
        several = len(View(session).pieces) > 1
        if (
            p < min(sure, INSTEAD if alone else SEVERAL if several else sure) and best.tool != CANNOT
        ):  # a refusal does no harm
            return None
        if kind == "end" and course.sure(kind, p) < END and Control.ASK in request.controls:
            return None if course.asked else _question(session, p)
        made = proposal(found, "", course.sure(kind, 1.0))
        if not offered(made, request):
            return None
        course.planned = (kind, p)
        return made


def _question(session: Session, p: float) -> Proposal:
    """Whether this is the end."""
    session.course.asked = True
    asked = ToolCall(id="", name=Control.ASK.value, arguments={"question": "I am not sure that this is done. Is it?"})
    least = session.course.sure("end", p)
    point = DecisionPoint(field="tool", text=Control.ASK.value, p=1 - least, mass=1.0, margin=0.0, entropy=0.0, legal=2)
    return Proposal(calls=(asked,), points=(point,), model="scorer")


def refused(request: ProposeRequest) -> list[ToolCall]:
    """The calls that were sent back since the last one that was made."""
    found: list[ToolCall] = []
    for turn in reversed(request.messages):
        if turn.role == "tool" and not turn.refused:
            break
        found += turn.calls
    return found


def offered(made: Proposal, request: ProposeRequest) -> bool:
    """Whether a proposal is a call that may be made now."""
    call = made.calls[0]
    if call.control is not None:
        return call.control in request.controls and request.output is None
    return any(tool.name == call.name for tool in request.tools)


SHIPPED, NONE = Scorer(), Scorer(sharpness=0.0)
