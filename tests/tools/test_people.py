"""The address book and the messages that go to people in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agentkit.registry import ArgumentError, Context, Registry
from agentkit.types import Effect


def test_the_address_book_is_read_and_written() -> None:
    registry = Registry(["contacts"])
    book = {"Ada Winter": "+44 1234"}
    ctx = Context(deps={"contacts": book})
    assert [each.name for each in registry.get("find_contact").invoke({"text": "ada"}, ctx)] == ["Ada Winter"]
    registry.get("add_contact").invoke({"name": "Ben", "phone": "0170 1234567"}, ctx)
    registry.get("change_phone").invoke({"contact": "Ada Winter", "phone": "+1 555 0100"}, ctx)
    assert book == {"Ada Winter": "+1 555 0100", "Ben": "0170 1234567"}
    assert (
        registry.get("add_contact").precondition({"name": "Ben", "phone": "0170 1234567"}, ctx)
        == "`Ben` is in the address book already; use change_phone"
    )
    with pytest.raises(ArgumentError, match=r"argument `phone` of `add_contact` must match"):
        registry.get("add_contact").invoke({"name": "Cy", "phone": "call me"}, ctx)


def test_messages_go_to_known_people_once() -> None:
    registry = Registry(["messages"])
    deps = registry.default_deps()
    send = registry.get("send_message")
    assert send.effect is Effect.EXTERNAL
    assert send.spec.private == ("contact", "text")
    ctx = Context(deps=deps, idempotency_key="k1", now=datetime(2025, 6, 1, 12, tzinfo=UTC))
    for _ in range(2):
        send.invoke({"contact": "Ada Winter", "text": "Hi"}, ctx)
    send.invoke({"contact": "Ada Winter", "text": "Hi"}, Context(deps=deps, idempotency_key="k2"))
    assert len(registry.get("list_sent").invoke({}, ctx)) == 2
    with pytest.raises(ArgumentError, match='must be one of "Ada Winter", "Ben Okafor", "Chen Li", got "Zoe"'):
        send.invoke({"contact": "Zoe", "text": "Hi"}, ctx)


def test_messages_share_the_address_book_of_the_contacts_pack() -> None:
    registry = Registry(["contacts", "messages"])
    deps: Any = registry.default_deps() | {"contacts": {"Dora": "+44 1234"}}
    spec = registry.get("send_message").resolve(Context(deps=deps))
    assert spec is not None
    assert spec.parameters["properties"]["contact"]["enum"] == ["Dora"]
