"""What a model is asked, what it proposes, and how sure it was where it had a choice.

Knows nothing of checks or policy.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agentkit.types.base import JsonSchema, Value
from agentkit.types.tools import Control, ToolCall, ToolSpec


class Message(Value):
    """One turn of the conversation; `calls` on assistant turns, `call_id` and `name` on tool turns.

    `refused`: the call of a tool turn gave no result, and its text says why.
    """

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    name: str | None = None
    refused: bool = False


class Alternative(Value):
    """A legal continuation that was not the most likely, with its renormalised probability."""

    text: str
    p: float


class DecisionPoint(Value):
    """A position of the answer where the grammar allowed more than one continuation.

    `field` is `tool` for the choice of the call, `count` for whether another call follows, else
    `<call index>.<argument path>`. `p` is the chosen token's probability renormalised over the legal set, `mass` the
    raw probability on the legal set before the mask ("grammar pressure" is 1 - mass), `margin` the distance in
    probability to the runner-up, `entropy` in nats over the legal set, `legal` the number of legal tokens.
    """

    field: str
    text: str
    p: float
    mass: float
    margin: float
    entropy: float
    legal: int
    alternatives: tuple[Alternative, ...] = ()


class Usage(Value):
    """What a proposal cost: tokens, forward passes, ms per phase (`render`, `prefill`, `mask`, `decode`), money.

    A remote adds the requests it took (`attempts`) and the bytes of their bodies; an engine in process sends none.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    decoded_tokens: int = 0
    forced_tokens: int = 0
    forward_passes: int = 0
    ms: dict[str, float] = Field(default_factory=dict)
    cost_usd: float = 0.0
    bytes_out: int = 0
    bytes_in: int = 0
    attempts: int = 1

    def total_ms(self) -> float:
        """Sum over the phases, in milliseconds."""
        return sum(self.ms.values())


Tier = Literal["local", "hosted", "remote", "script"]


class Proposal(Value):
    """What a model wants to do next: calls, or one control call, with the decision points behind them.

    `confidence_known` is False for engines that give no token probabilities; `points` is empty then. `others` are the
    remaining candidates when several were asked for, most likely first. `tier` says who proposes: a `local` model on
    this machine, one that is `hosted` elsewhere in its place, the larger `remote` one, or a `script`. No calls at all:
    the model was asked and gave no proposal.
    """

    calls: tuple[ToolCall, ...]
    points: tuple[DecisionPoint, ...] = ()
    confidence_known: bool = True
    model: str
    tier: Tier = "local"
    text: str = ""
    reasoning: str = ""
    truncated: bool = False
    usage: Usage = Usage()
    others: tuple[Proposal, ...] = ()

    @property
    def control(self) -> Control | None:
        """The control this proposal consists of, if it is one; a call list holds at most one control, alone."""
        return self.calls[0].control if len(self.calls) == 1 else None


class Sampling(Value):
    """How to decode: temperature 0 is greedy; `candidates` answers share one prefix; budgets are in tokens."""

    temperature: float = Field(default=0.0, ge=0.0, le=5.0)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    seed: int = 0
    candidates: int = Field(default=1, ge=1, le=64)
    max_tokens: int = Field(default=512, ge=1)
    reasoning_tokens: int = Field(default=0, ge=0)


class Near(Value):
    """A tool as retrieval sees it: `closeness` in meaning is a cosine, -1 to 1; `score` the logarithm of its odds
    against no tool at all.
    """

    tool: str
    closeness: float
    score: float = 0.0


class ValueOdds(Value):
    """How likely the texts are that an argument of a tool may have, in any unit; those not named are not changed."""

    tool: str
    argument: str
    values: dict[str, float]


class Odds(Value):
    """What is known of an answer beside what a model thinks, to be multiplied with it.

    Of the first call's tool, in any unit; of no call at all in the same one (`none`, where something is known of it);
    of the values of arguments.
    """

    tools: dict[str, float] = Field(default_factory=dict)
    none: float | None = None
    values: tuple[ValueOdds, ...] = ()


class ProposeRequest(Value):
    """Everything a model sees for one step.

    `tools` are resolved specs in a stable order; `controls` the control calls that are legal; `facts` are volatile
    lines (the time, the screen) that a renderer puts last so that the prefix stays byte-stable; `results` are the
    return schemas of earlier calls by call id, for typed references; `output` is the schema of a typed final answer;
    `nearest`, every tool with the nearest first, is filled in by an engine that has a retrieval table, and `parts`, the
    same for each part of words that may ask for several things; `odds` come from whoever knows the place where the
    calls work.
    """

    tools: tuple[ToolSpec, ...]
    messages: tuple[Message, ...]
    controls: tuple[Control, ...] = (Control.ABSTAIN,)
    system: str = ""
    facts: tuple[str, ...] = ()
    nearest: tuple[Near, ...] = ()
    parts: tuple[tuple[Near, ...], ...] = ()
    odds: Odds | None = None
    results: dict[str, JsonSchema] = Field(default_factory=dict)
    output: JsonSchema | None = None
    max_calls: int = Field(default=4, ge=1, le=16)
    sampling: Sampling = Sampling()
