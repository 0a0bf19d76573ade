"""Short messages to people of the address book. Simulated: a message is put into an outbox and goes nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, cast

from pydantic import BaseModel, Field

from agentkit import Context, OneOf, tool


class Sent(BaseModel):
    """A message in the outbox."""

    to: str
    text: str
    at: datetime


@dataclass
class Outbox:
    """The people who can be written to, and what was sent, by idempotency key so that nothing is sent twice."""

    people: dict[str, str] = field(default_factory=dict[str, str])
    sent: dict[str, Sent] = field(default_factory=dict[str, Sent])


def setup() -> Outbox:
    """An empty outbox and three invented people."""
    return Outbox({"Ada Winter": "+44 20 7946 0011", "Ben Okafor": "+44 20 7946 0022", "Chen Li": "+44 20 7946 0033"})


def _outbox(ctx: Context) -> Outbox:
    return ctx.need(Outbox, "messages")


def _people(ctx: Context) -> list[str]:
    book = cast(dict[str, str] | None, ctx.find(dict, "contacts"))
    return list(_outbox(ctx).people if book is None else book)


@tool(effect="external", private=("contact", "text"))
def send_message(
    ctx: Context,
    contact: Annotated[str, OneOf(_people)],
    text: Annotated[str, Field(min_length=1, max_length=500)],
) -> Sent:
    """Send a text message to a person of the address book.

    Args:
        contact: who gets it
        text: what it says
    """
    outbox = _outbox(ctx).sent
    key = ctx.idempotency_key or f"message-{len(outbox) + 1}"
    return outbox.setdefault(key, Sent(to=contact, text=text, at=ctx.now.replace(tzinfo=None, microsecond=0)))


@tool
def list_sent(ctx: Context) -> list[Sent]:
    """List the messages that were sent, newest last."""
    return list(_outbox(ctx).sent.values())
