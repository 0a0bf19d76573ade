"""Tasks in Messages."""

from __future__ import annotations

from collections.abc import Callable

from ..sim import ops
from ..sim.apps.messages import delete_thread, mark, set_thread
from ..sim.world import Message
from .draw import Draw
from .task import Draft, Move, launch, say, tap, template, write

_OPEN = launch("Messages")


def people(d: Draw) -> list[str]:
    """Who has a conversation."""
    return sorted({m.who for m in d.world.messages})


def text_to(who: str, text: str) -> tuple[Move, ...]:
    """The path of a new message."""
    return (_OPEN, tap("Start chat"), tap(who), write("Text message", text), tap("Send"))


@template("messages")
def send(d: Draw) -> Draft:
    who = d.one([c for c in d.world.contacts if c.name not in people(d)])
    text = d.saying()
    return Draft(
        (
            "Text {name}: {text}",
            "Send {name} the message {text}",
            "Write to {name} that {text}",
            "Message {name} {text}",
            "Tell {name} by text: {text}",
        ),
        text_to(who.name, text),
        {"name": who.name, "text": text},
        ops.send_message(who.name, text),
        intent=("send_message", {"contact": who.name, "text": text}),
    )


@template("messages")
def reply(d: Draw) -> Draft:
    who, text = d.one(people(d)), d.saying()
    return Draft(
        (
            "Answer {name}: {text}",
            "Reply {text} to {name}'s message",
            "Write {text} in my conversation with {name}",
            "Respond to {name} with {text}",
        ),
        (_OPEN, tap(who), write("Text message", text), tap("Send")),
        {"name": who, "text": text},
        ops.send_message(who, text),
        intent=("send_message", {"contact": who, "text": text}),
    )


@template("messages")
def send_to_number(d: Draw) -> Draft:
    number, text = d.phone(), d.saying()
    path = (
        _OPEN,
        tap("Start chat"),
        write("To", number),
        tap(f"Send to {number}"),
        write("Text message", text),
        tap("Send"),
    )
    return Draft(
        (
            "Text {text} to the number {n}",
            "Send the message {text} to {n}",
            "Message {n}: {text}",
            "Write {text} to {n}, which is not in my contacts",
        ),
        path,
        {"n": number, "text": text},
        ops.send_message(number, text),
    )


@template("messages")
def send_two(d: Draw) -> Draft:
    first, second = (c.name for c in d.some([c for c in d.world.contacts if c.name not in people(d)], 2))
    text = d.saying()
    return Draft(
        (
            "Text {a} and {b}: {text}",
            "Send {text} to both {a} and {b}",
            "Write {text} to {a} and the same to {b}",
            "Tell {a} and {b} by message: {text}",
        ),
        (*text_to(first, text), *text_to(second, text)),
        {"a": first, "b": second, "text": text},
        ops.seq(ops.send_message(first, text), ops.send_message(second, text)),
    )


def _once(d: Draw) -> Message:
    """A message whose text stands once among all."""
    return d.one(d.world.messages)


@template("messages")
def forward(d: Draw) -> Draft:
    message = _once(d)
    to = d.one([c.name for c in d.world.contacts if c.name != message.who])
    return Draft(
        (
            'Forward the message "{text}" from the conversation with {who} to {to}',
            'Send "{text}", which is in my chat with {who}, on to {to}',
            'Pass "{text}" from {who}\'s conversation on to {to}',
            'Open the chat with {who} and forward "{text}" to {to}',
        ),
        (_OPEN, tap(message.who), tap(message.text), tap("Forward"), tap(to), tap("Send")),
        {"text": message.text, "who": message.who, "to": to},
        ops.send_message(to, message.text),
    )


@template("messages")
def delete_message(d: Draw) -> Draft:
    message = _once(d)
    return Draft(
        (
            'Delete the message "{text}" from the chat with {who}',
            'Remove "{text}" from my conversation with {who}',
            'In the chat with {who}, erase "{text}"',
            'I do not want to keep "{text}" from {who}\'s chat',
        ),
        (_OPEN, tap(message.who), tap(message.text), tap("Delete message")),
        {"text": message.text, "who": message.who},
        ops.drop("messages", message.id),
    )


@template("messages")
def delete_conversation(d: Draw) -> Draft:
    who = d.one(people(d))
    return Draft(
        (
            "Delete the conversation with {name}",
            "Remove my whole chat with {name}",
            "Erase all messages with {name}",
            "Throw away the conversation with {name}",
        ),
        (_OPEN, tap(who), tap("More options"), tap("Delete conversation"), tap("Delete")),
        {"name": who},
        delete_thread(who),
    )


def _option(d: Draw, label: str, edit: Callable[[str], ops.Edit], wordings: tuple[str, ...]) -> Draft:
    who = d.one(people(d))
    return Draft(wordings, (_OPEN, tap(who), tap("More options"), tap(label)), {"name": who}, edit(who))


@template("messages")
def pin(d: Draw) -> Draft:
    said = (
        "Pin the conversation with {name}",
        "Keep my chat with {name} at the top",
        "Pin {name} in the messages",
        "The chat with {name} should stay on top, pin it",
    )
    return _option(d, "Pin", lambda who: set_thread(who, pinned=True), said)


@template("messages")
def mute(d: Draw) -> Draft:
    said = (
        "Mute {name}'s messages",
        "No more notifications from the chat with {name}",
        "Silence the conversation with {name}",
        "Mute the chat with {name}",
    )
    return _option(d, "Mute notifications", lambda who: set_thread(who, muted=True), said)


@template("messages")
def mark_unread(d: Draw) -> Draft:
    said = (
        "Mark the conversation with {name} as unread",
        "Set {name}'s chat back to unread",
        "I want to read {name}'s messages later, mark them unread",
        "Make the chat with {name} unread again",
    )
    return _option(d, "Mark as unread", lambda who: mark(who, read=False), said)


@template("messages")
def ask_latest(d: Draw) -> Draft:
    who = d.one(people(d))
    last = max((m for m in d.world.messages if m.who == who), key=lambda m: m.when)
    return Draft(
        (
            "What is the latest message from {name}?",
            "Read me the last message of {name}",
            "What did {name} write last?",
            "Look up the newest text in the chat with {name}",
        ),
        (_OPEN, say(last.text)),
        {"name": who},
        answer=last.text,
    )
