"""Puts requests into words: each kind of thing that can be asked of a made-up app, in several ways, values verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .model import ON, Field


@dataclass(frozen=True, slots=True)
class Said:
    """One wish in words. `verb` says that it begins with one, `tail` that a text of any words ends it."""

    text: str
    verb: bool
    tail: bool

    @property
    def lower(self) -> str:
        """As it stands in the middle of a sentence."""
        plain = self.verb or self.text.startswith(("The ", "My "))
        return self.text[:1].lower() + self.text[1:] if plain else self.text


MAKE = (
    "Add {a_noun} called {title}{with_}",
    "Create the {noun} {title}{with_}",
    "New {noun} {title}{with_}",
    "Make a new {noun} named {title}{with_}",
    "Put {a_noun} with the {name_label} {title} into the list{and_}",
    "Enter {title} as a new {noun}{with_}",
    "I need a new {noun} {title}{with_}",
    "Save {a_noun} {title}{with_}",
    "Note a new {noun}, {title}{with_}",
    "Set up {a_noun} {title}{with_}",
)
EDIT = (
    "Change the {label} of {x} to {value}",
    "Set the {label} of {x} to {value}",
    "Update the {label} of {x} to {value}",
    "{X} should have the {label} {value}",
    "Make {value} the {label} of {x}",
    "Correct the {label} of {x}: {value}",
    "The {label} of {x} is now {value}, please change it",
    "Put {value} as the {label} of {x}",
    "Give {x} the {label} {value}",
)
EDIT_TWO = (
    "Change the {label} of {x} to {value} and the {label2} to {value2}",
    "Set the {label} of {x} to {value} and its {label2} to {value2}",
    "{X} should have the {label} {value} and the {label2} {value2}",
    "Update {x} with the {label} {value} and the {label2} {value2}",
    "Give {x} the {label} {value} and the {label2} {value2}",
)
SWITCHED = (
    "Turn {on} {label} for {x}",
    "Switch {label} {on} for {x}",
    "Set {label} to {on} for {x}",
    "{X} should have {label} {on}",
    "Make sure {label} is {on} for {x}",
)
RENAME = (
    "Rename {x} to {title}",
    "Change the name of {x} to {title}",
    "Call {x} {title} from now on",
    "{X} should be called {title}",
    "Give {x} the new name {title}",
    "Let {x} be named {title} instead",
)
DELETE = (
    "Delete {x}",
    "Remove {x}",
    "Get rid of {x}",
    "Throw away {x}",
    "Erase {x}",
    "I no longer need {x}, delete it",
    "Take {x} off the list for good",
    "{X} can be deleted",
)
MOVE = (
    "Move {x} to {value}",
    "Put {x} under {value}",
    "Change {x} to {value}",
    "Set {x} to {value}",
    "{X} belongs under {value}",
)
MARK = (
    "{Do}",
    "Please {do}",
    "Can you {do}?",
    "I want you to {do}",
    "{X} should {be}",
    "See that {x} is {state}",
)
SETTING = (
    "Turn {on} {label}",
    "Switch {on} {label}",
    "Set {label} to {on}",
    "Make sure {label} is {on}",
    "I want {label} {on}",
    "Switch {label} {on}",
)
CHOOSE = (
    "Set {label} to {value}",
    "Change {label} to {value}",
    "Switch {label} to {value}",
    "Choose {value} for {label}",
    "I want {value} as {label}",
    "Make {value} the {label}",
)
LEVEL = (
    "Set {label} to {value}",
    "Put {label} at {value}",
    "Change {label} to {value}",
    "I want {label} at {value}",
    "Bring {label} to {value}",
)
WRITE_SETTING = (
    "Set {label} to {value}",
    "Change {label} to {value}",
    "Make {value} the {label}",
    "Put in {value} as {label}",
    "Use {value} as {label}",
)
READ = (
    "What is the {label} of {x}?",
    "Tell me the {label} of {x}",
    "Which {label} does {x} have?",
    "Look up the {label} of {x}",
    "I need to know the {label} of {x}",
    "Read me the {label} of {x}",
    "Check what the {label} of {x} is",
    "Find out the {label} of {x}",
)
READ_SETTING = (
    "What is {label} set to?",
    "Tell me what {label} is set to",
    "Look up the setting {label}",
    "Check what {label} is at",
    "Find out how {label} is set",
)
READ_ABOUT = (
    "What is the {label}?",
    "Tell me the {label}",
    "Look up the {label}",
    "I need the {label}",
    "Read me the {label}",
)
COUNT = (
    "How many {plural} are there?",
    "Count the {plural}",
    "Tell me how many {plural} I have",
    "Find out the number of {plural}",
    "What is the number of {plural}?",
)
OPEN = (
    "Open {x}",
    "Show me {x}",
    "Go to {x}",
    "Find {x} and open it",
    "Bring up {x}",
    "Search for {x} and open it",
)
VISIT = ("Open {app}", "Start the app {app}", "Launch {app}", "Bring up {app}", "Go to {app}", "Open the {app} app")
VISIT_SECTION = (
    "Show me {section} in {app}",
    "Open {section} in {app}",
    "Go to {section} in the app {app}",
    "In {app}, open {section}",
    "Take me to {app}, {section}",
)


def say(random: Random, forms: Sequence[str], *, tail: bool = False, imperative: bool = False, **slots: str) -> Said:
    """One of the forms with its slots filled; `imperative` leaves out what more cannot follow."""
    chosen = [form for form in forms if not imperative or not (form.endswith("?") or ": " in form)]
    form = random.choice(chosen)
    slots = {**slots, **{name[:1].upper() + name[1:]: _upper(text) for name, text in slots.items()}}
    text = form.format(**slots)
    verb = not form.startswith(("{X}", "I ")) and not (form.startswith("{") and not form.startswith("{Do}"))
    return Said(text, verb, tail and form.rstrip("?").endswith(("{value}", "{title}", "{with_}", "{and_}", "{value2}")))


def _upper(text: str) -> str:
    return text if text.startswith(('"', "“")) else text[:1].upper() + text[1:]


def thing_said(random: Random, noun: str, title: str) -> str:
    """An item in the middle of a sentence."""
    forms = (f"the {noun} {title}", f"the {noun} {title}", title, f"my {noun} {title}", f'the {noun} "{title}"')
    return random.choice(forms)


def value_said(random: Random, each: Field, value: str, today: date) -> str:
    """A value as somebody says it."""
    if each.kind == "time":
        hour, minute = int(value[:2]), value[3:]
        return random.choice((value, f"{(hour + 11) % 12 + 1}:{minute} {'am' if hour < 12 else 'pm'}"))
    if each.kind == "date":
        day = date.fromisoformat(value)
        if day == today + timedelta(days=1) and random.random() < 0.7:
            return "tomorrow"
        return random.choice((f"{day.day} {day:%B}", f"{day:%B} {day.day}"))
    if each.kind == "text" and random.random() < 0.25:
        return f'"{value}"'
    return value


def fields_said(random: Random, known: Sequence[tuple[Field, str, str]]) -> tuple[str, str]:
    """The values of a new item, to follow a name and to follow a clause: ` with …` or `, …`; empty for none."""
    parts: list[str] = []
    for each, value, words in known:
        label = each.label.lower()
        if each.kind == "switch":
            parts.append(f"{label} {value}" if value != ON else random.choice((label, f"{label} on")))
        else:
            parts.append(random.choice((f"{label} {words}", f"{label} {words}", f"the {label} {words}")))
    if not parts:
        return "", ""
    text = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return random.choice((f" with {text}", f", {text}")), f", {text}"


def with_app(random: Random, said: Said, app: str) -> Said:
    """The wish with the app it is for."""
    question, statement = said.text.endswith("?"), said.text.rstrip("?")
    forms = [f"In {app}, {said.lower}", f"With {app}, {said.lower}", f"In the app {app}, {said.lower}"]
    if not said.tail and not question:
        forms += [f"{said.text} in {app}", f"{said.text} in {app}", f"{said.text}, in {app}"]
    if said.verb and not question:
        forms += [f"Open {app} and {said.lower}", f"Go to {app} and {said.lower}"]
    if question:
        forms += [f"{statement} in {app}?", f"{statement} in my {app} app?"]
    text = random.choice(forms)
    plain = text.startswith(("Open", "Go", "In", "With")) or (said.verb and text.startswith(said.text[:3]))
    return Said(text, plain, said.tail)


_JOINS = (
    "{0} and {1}",
    "{0} and then {1}",
    "{0}, then {1}",
    "First {0l}, then {1}",
    "{0}, and after that {1}",
)
_APART = ("{0}. Then {1}", "{0}. After that, {1}", "{0}. Also, {1}", "{0}. {1u}", "{0}; {1}", "{0}. And {1}")


def together(random: Random, parts: Sequence[Said]) -> str:
    """Several wishes in one request, in their order."""
    text, tail = parts[0].text, parts[0].tail
    first = parts[0].lower
    for said in parts[1:]:
        plain = not tail and said.verb and not text.endswith("?") and not said.text.endswith("?")
        form = random.choice(_JOINS if plain and random.random() < 0.7 else _APART)
        if text.endswith("?"):
            form = "{0} Then {1}" if said.verb else "{0} {1u}"
        form = form.replace("{0l}", "{2}").replace("{1u}", "{3}")
        text = form.format(text, said.lower, first, _upper(said.text))
        first, tail = text[:1].lower() + text[1:] if parts[0].verb else text, said.tail
    return text
