"""Tasks in Contacts."""

from __future__ import annotations

from ..sim import names, ops
from .draw import Draw
from .task import Draft, launch, say, tap, template, write

_OPEN = launch("Contacts")


@template("contacts")
def add(d: Draw) -> Draft:
    name, phone = d.stranger(), d.phone()
    return Draft(
        (
            "Add {name} with the number {phone} to my contacts",
            "Save {phone} as {name}",
            "New contact: {name}, {phone}",
            "Create a contact {name} with phone {phone}",
        ),
        (_OPEN, tap("Add contact"), write("Name", name), write("Phone", phone), tap("Save")),
        {"name": name, "phone": phone},
        ops.add_contact(name, phone),
        intent=("add_contact", {"name": name, "phone": phone}),
    )


@template("contacts")
def add_whole(d: Draw) -> Draft:
    name, phone, company = d.stranger(), d.phone(), d.one(names.COMPANIES)
    email = f"{name.split()[0].lower()}@example.net"
    fields = (write("Name", name), write("Phone", phone), write("Email", email), write("Company", company))
    return Draft(
        (
            "Add {name} of {company} to the contacts, phone {phone}, mail {email}",
            "New contact {name}: {phone}, {email}, works at {company}",
            "Save a contact called {name} with {phone}, {email} and the company {company}",
            "Put {name} into my contacts. Number {phone}, address {email}, company {company}.",
        ),
        (_OPEN, tap("Add contact"), *fields, tap("Save")),
        {"name": name, "phone": phone, "email": email, "company": company},
        ops.add_contact(name, phone, email, company),
    )


@template("contacts")
def ask_phone(d: Draw) -> Draft:
    who = d.contact()
    return Draft(
        (
            "What is the phone number of {name}?",
            "Give me {name}'s number",
            "Look up how I can phone {name}",
            "Which number do I have for {name}?",
        ),
        (_OPEN, tap(who.name), say(who.phone)),
        {"name": who.name},
        answer=who.phone,
    )


@template("contacts")
def ask_email(d: Draw) -> Draft:
    who = d.contact()
    return Draft(
        (
            "What is {name}'s email address?",
            "Look up the mail address of {name}",
            "Which email do I have for {name}?",
            "Tell me where I can mail {name}",
        ),
        (_OPEN, tap(who.name), say(who.email)),
        {"name": who.name},
        answer=who.email,
    )


@template("contacts")
def ask_company(d: Draw) -> Draft:
    who = d.one([c for c in d.world.contacts if c.company])
    return Draft(
        (
            "Where does {name} work?",
            "Which company is {name} with?",
            "Look up the company of {name} in my contacts",
            "Tell me who {name} works for",
        ),
        (_OPEN, tap(who.name), say(who.company)),
        {"name": who.name},
        answer=who.company,
    )


@template("contacts")
def favour(d: Draw) -> Draft:
    who = d.one([c for c in d.world.contacts if not c.favourite])
    return Draft(
        (
            "Make {name} a favourite",
            "Add {name} to my favourites",
            "Mark the contact {name} as favourite",
            "{name} should be among my favourite contacts",
        ),
        (_OPEN, tap(who.name), tap("Add to favourites")),
        {"name": who.name},
        ops.edit("contacts", who.id, favourite=True),
    )


@template("contacts")
def unfavour(d: Draw) -> Draft:
    who = d.one([c for c in d.world.contacts if c.favourite])
    return Draft(
        (
            "Remove {name} from my favourites",
            "{name} is no favourite any more",
            "Take the star off {name} in the contacts",
            "Unfavourite {name}",
        ),
        (_OPEN, tap(who.name), tap("Remove from favourites")),
        {"name": who.name},
        ops.edit("contacts", who.id, favourite=False),
    )


@template("contacts")
def change_phone(d: Draw) -> Draft:
    who, phone = d.contact(), d.phone()
    return Draft(
        (
            "{name} has a new number: {phone}",
            "Change the number of {name} to {phone}",
            "Update {name}'s phone to {phone}",
            "Replace the phone number of {name} by {phone}",
        ),
        (_OPEN, tap(who.name), tap("Edit"), write("Phone", phone), tap("Save")),
        {"name": who.name, "phone": phone},
        ops.edit("contacts", who.id, phone=phone),
    )


@template("contacts")
def rename(d: Draw) -> Draft:
    who = d.contact()
    name = f"{who.name.split()[0]} {d.stranger().split()[1]}"
    return Draft(
        (
            "Rename {old} to {name}",
            "{old} is called {name} now, change the contact",
            "Change the name of the contact {old} to {name}",
            "Update {old}: the new name is {name}",
        ),
        (_OPEN, tap(who.name), tap("Edit"), write("Name", name), tap("Save")),
        {"old": who.name, "name": name},
        ops.edit("contacts", who.id, name=name),
    )


@template("contacts")
def move_company(d: Draw) -> Draft:
    who = d.contact()
    company, email = d.new(names.COMPANIES, [who.company]), f"{who.name.split()[0].lower()}@work.example"
    change = (write("Email", email), write("Company", company))
    return Draft(
        (
            "{name} works at {company} now, the new mail address is {email}",
            "Update {name}: company {company}, email {email}",
            "Change company and email of {name} to {company} and {email}",
            "Set {name}'s company to {company} and the mail to {email}",
        ),
        (_OPEN, tap(who.name), tap("Edit"), *change, tap("Save")),
        {"name": who.name, "company": company, "email": email},
        ops.edit("contacts", who.id, company=company, email=email),
    )


@template("contacts")
def delete(d: Draw) -> Draft:
    who = d.contact()
    return Draft(
        (
            "Delete {name} from my contacts",
            "Remove the contact {name}",
            "I do not need {name} in the contacts any more",
            "Erase {name} from the address book",
        ),
        (_OPEN, tap(who.name), tap("Delete"), tap("Delete")),
        {"name": who.name},
        ops.drop("contacts", who.id),
    )
