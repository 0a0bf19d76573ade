"""Messages: conversations, sending, new chats, forwarding, pinning, muting, deletion after a question."""

from __future__ import annotations

from dataclasses import replace

from .. import ops
from ..app import App, confirm, gone, key_of
from ..state import Act, State, go, leave, put, seq, swap, world
from ..view import Item, View, button, entry, icon, row, text
from ..world import Message, Thread, World
from .dialer import start_call

app = App("messages", "Messages")


def thread_of(world_: World, who: str) -> Thread:
    """What is known of a conversation."""
    return next((t for t in world_.threads if t.who == who), Thread(0, who))


def set_thread(who: str, **changes: bool) -> ops.Edit:
    """Pin or mute a conversation."""

    def run(world_: World) -> World:
        found = thread_of(world_, who)
        if found.id:
            return ops.edit("threads", found.id, **changes)(world_)
        return ops.add("threads", replace(found, **changes))(world_)

    return run


def mark(who: str, *, read: bool) -> ops.Edit:
    """Mark what somebody sent as read or unread."""

    def run(world_: World) -> World:
        changed = tuple(replace(m, read=read) if m.who == who and not m.out else m for m in world_.messages)
        return replace(world_, messages=changed)

    return run


def delete_thread(who: str) -> ops.Edit:
    """Remove a whole conversation."""
    return lambda w: replace(
        w,
        messages=tuple(m for m in w.messages if m.who != who),
        threads=tuple(t for t in w.threads if t.who != who),
    )


def open_thread(who: str) -> Act:
    """Open a conversation, which marks it read."""
    return seq(world(mark(who, read=True)), go("thread", "messages", who=who))


@app.screen("main")
def main(state: State) -> View:
    """Conversations, pinned ones first, then by their latest message."""
    query = state.top.get("query").lower()
    latest: dict[str, Message] = {}
    for message in sorted(state.world.messages, key=lambda m: m.when):
        latest[message.who] = message
    unread = {m.who for m in state.world.messages if not m.read}
    order = sorted(latest.values(), key=lambda m: (thread_of(state.world, m.who).pinned, m.when), reverse=True)
    rows = tuple(_row(state, m, m.who in unread) for m in order if query in f"{m.who} {m.text}".lower())
    empty = () if rows else (text("No conversations found"),)
    start = icon("Start chat", go("new"))
    return View("Messages", (entry(state, "query", "Search messages"), *rows, *empty), bar=(start,))


def _row(state: State, message: Message, unread: bool) -> Item:
    known = thread_of(state.world, message.who)
    marks = [word for word, on in (("Unread", unread), ("Pinned", known.pinned), ("Muted", known.muted)) if on]
    said = f"You: {message.text}" if message.out else message.text
    return row(message.who, open_thread(message.who), ". ".join((*marks, said)), picture="face")


@app.screen("new")
def new(state: State) -> View:
    """Who to write to: a contact, or a number that is typed."""
    query = state.top.get("query").strip()
    found = sorted((c for c in state.world.contacts if query.lower() in c.name.lower()), key=lambda c: c.name)
    rows = tuple(row(c.name, swap("thread", who=c.name), c.phone) for c in found)
    digits = query.replace(" ", "").removeprefix("+")
    number = (button(f"Send to {query}", swap("thread", who=query)),) if digits.isdecimal() else ()
    return View("New chat", (entry(state, "query", "To"), *number, *rows))


@app.screen("thread")
def thread(state: State) -> View:
    """One conversation with the draft at its foot."""
    who, draft = state.top.get("who"), state.top.get("draft").strip()
    sent = sorted((m for m in state.world.messages if m.who == who), key=lambda m: m.when)
    rows = tuple(row(m.text, go("message", id=m.id), f"{'You' if m.out else who}, {m.when:%d %b %H:%M}") for m in sent)
    person = ops.contact_named(state.world, who)
    call = icon("Call", start_call(who, person.phone if person else who))
    send = button("Send", seq(world(ops.send_message(who, draft)), put(draft="")), enabled=bool(draft))
    return View(
        who,
        rows or (text("No messages yet"),),
        bar=(call, icon("More options", go("menu", who=who))),
        foot=(entry(state, "draft", "Text message"), send),
    )


@app.screen("menu")
def menu(state: State) -> View:
    """What can be done with a conversation."""
    who = state.top.get("who")
    known = thread_of(state.world, who)
    pin = seq(world(set_thread(who, pinned=not known.pinned)), leave)
    mute = seq(world(set_thread(who, muted=not known.muted)), leave)
    unread = seq(world(mark(who, read=False)), leave, leave)
    rows = (
        row("Unpin" if known.pinned else "Pin", pin),
        row("Unmute notifications" if known.muted else "Mute notifications", mute),
        row("Mark as unread", unread),
        row("Delete conversation", swap("delete", who=who)),
    )
    return View("Options", rows, overlay=True)


@app.screen("delete")
def delete(state: State) -> View:
    """The question before a conversation is deleted."""
    who = state.top.get("who")
    act = seq(world(delete_thread(who), "Conversation deleted"), leave)
    return confirm(f"Delete conversation with {who}?", "Delete", act, detail="This cannot be undone.")


@app.screen("message")
def message_(state: State) -> View:
    """What can be done with one message."""
    message: Message | None = ops.row(state.world, "messages", key_of(state))
    if message is None:
        return gone("Message")
    copy = seq(world(lambda w: replace(w, clipboard=message.text), "Copied"), leave)
    rows = (
        row("Copy text", copy),
        row("Forward", swap("forward", text=message.text)),
        row("Delete message", seq(world(ops.drop("messages", message.id), "Message deleted"), leave)),
    )
    return View(message.text, rows, overlay=True)


@app.screen("forward")
def forward(state: State) -> View:
    """Who to send something to that came from elsewhere."""
    query, said = state.top.get("query").lower(), state.top.get("text")
    people = sorted((c.name for c in state.world.contacts if query in c.name.lower()), key=str)
    rows = tuple(row(name, swap("share", who=name, text=said)) for name in people)
    return View("Send to", (entry(state, "query", "Search people"), *rows))


@app.screen("share")
def share(state: State) -> View:
    """The last look before something is sent on."""
    who, said = state.top.get("who"), state.top.get("text")
    send = seq(leave, world(ops.send_message(who, said), "Sent"))
    return View(f"Send to {who}?", (text(said),), foot=(button("Cancel", leave), button("Send", send)), overlay=True)
