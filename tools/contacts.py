"""An address book: `deps["contacts"]`, a dict of names to phone numbers, else one with three invented people."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import BaseModel, Field

from agentkit import Context, OneOf, tool

Name = Annotated[str, Field(min_length=1, max_length=60)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{2,18}[0-9]$")]


class Contact(BaseModel):
    """A person with a phone number."""

    name: str
    phone: str


def setup() -> dict[str, str]:
    """An address book with three invented people."""
    return {"Ada Winter": "+44 20 7946 0011", "Ben Okafor": "+44 20 7946 0022", "Chen Li": "+44 20 7946 0033"}


def book(ctx: Context) -> dict[str, str]:
    """The address book of the run."""
    return cast(dict[str, str], ctx.need(dict, "contacts"))


def names(ctx: Context) -> list[str]:
    """Everyone in the address book."""
    return list(book(ctx))


Known = Annotated[str, OneOf(names)]


def _name_is_free(name: str, ctx: Context) -> str | None:
    return f"`{name}` is in the address book already; use change_phone" if name in book(ctx) else None


@tool
def find_contact(ctx: Context, text: Name) -> list[Contact]:
    """Find people by a part of their name.

    Args:
        text: a part of the name
    """
    return [Contact(name=name, phone=phone) for name, phone in book(ctx).items() if text.casefold() in name.casefold()]


@tool(effect="write", precondition=_name_is_free, private=("name", "phone"))
def add_contact(ctx: Context, name: Name, phone: Phone) -> Contact:
    """Add a person to the address book.

    Args:
        name: the full name
        phone: the phone number
    """
    book(ctx)[name] = phone
    return Contact(name=name, phone=phone)


@tool(effect="write", idempotent=True, private=("contact", "phone"))
def change_phone(ctx: Context, contact: Known, phone: Phone) -> Contact:
    """Change the phone number of a person in the address book.

    Args:
        contact: whose number
        phone: the new phone number
    """
    book(ctx)[contact] = phone
    return Contact(name=contact, phone=phone)
