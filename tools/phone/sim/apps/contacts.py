"""Contacts: search, details, favourites, new and edited entries, deletion after a question."""

from __future__ import annotations

from .. import ops
from ..app import App, confirm, error, gone, key_of
from ..state import State, go, leave, put, seq, swap, world
from ..view import View, button, entry, icon, line, row, text
from ..world import Contact
from .dialer import start_call

app = App("contacts", "Contacts")
_FIELDS = ("name", "phone", "email", "company")


@app.screen("main")
def main(state: State) -> View:
    """Everybody by name, favourites marked, filtered by the search field."""
    query = state.top.get("query").lower()
    found = sorted((c for c in state.world.contacts if query in c.name.lower()), key=lambda c: c.name)
    rows = tuple(row(c.name, go("detail", id=c.id), "Favourite" if c.favourite else "", picture="face") for c in found)
    empty = () if rows else (text("No contacts found"),)
    add = icon("Add contact", go("edit", id=0))
    return View("Contacts", (entry(state, "query", "Search contacts"), *rows, *empty), bar=(add,))


@app.screen("detail")
def detail(state: State) -> View:
    """One person: numbers, and what can be done with them."""
    who: Contact | None = ops.row(state.world, "contacts", key_of(state))
    if who is None:
        return gone("Contact")
    star = "Remove from favourites" if who.favourite else "Add to favourites"
    draft = {"id": who.id, "name": who.name, "phone": who.phone, "email": who.email, "company": who.company}
    bar = (
        icon(star, world(ops.edit("contacts", who.id, favourite=not who.favourite))),
        icon("Edit", go("edit", **draft)),
        icon("Delete", go("delete", id=who.id)),
    )
    body = (
        line(
            button("Call", start_call(who.name, who.phone)),
            button("Message", go("thread", "messages", who=who.name)),
            button("Email", go("compose", "email", to=who.email), enabled=bool(who.email)),
        ),
        text(f"Phone {who.phone}"),
        *((text(f"Email {who.email}"),) if who.email else ()),
        *((text(f"Company {who.company}"),) if who.company else ()),
    )
    return View(who.name, body, bar=bar)


@app.screen("delete")
def delete(state: State) -> View:
    """The question before a contact is deleted; afterwards the list is in front."""
    who: Contact | None = ops.row(state.world, "contacts", key_of(state))
    name = who.name if who else "contact"
    act = seq(world(ops.drop("contacts", key_of(state)), f"{name} deleted"), leave)
    return confirm(f"Delete {name}?", "Delete", act, detail="This cannot be undone.")


@app.screen("edit")
def edit(state: State) -> View:
    """A new or changed entry; a name is needed and a number has to be one."""
    title = "Edit contact" if key_of(state) else "New contact"
    fields = (
        entry(state, "name", "Name"),
        entry(state, "phone", "Phone"),
        entry(state, "email", "Email"),
        entry(state, "company", "Company"),
    )
    return View(title, (*fields, *error(state)), foot=(button("Cancel", leave), button("Save", save)))


def save(state: State) -> State:
    """Check the drafts, then write them."""
    drafts = {name: state.top.get(name).strip() for name in _FIELDS}
    digits = drafts["phone"].replace(" ", "").removeprefix("+")
    if not drafts["name"]:
        return put(error="Enter a name")(state)
    if not (digits.isdecimal() and len(digits) >= 3):
        return put(error="Enter a valid phone number")(state)
    key = key_of(state)
    if key:
        return seq(world(ops.edit("contacts", key, **drafts), "Contact saved"), leave)(state)
    change = ops.add_contact(drafts["name"], drafts["phone"], drafts["email"], drafts["company"])
    state = world(change, "Contact saved")(state)
    return swap("detail", id=state.world.contacts[-1].id)(state)
