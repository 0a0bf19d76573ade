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
