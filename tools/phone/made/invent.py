"""Invents apps: which parts an app is made of and what everything is called, by a random generator alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from agentkit.nano.generate.values import Values

from . import words as w
from .model import OFF, ON, SETTINGS, Blueprint, Field, Kind, Mark, Order, Section, Thing
from .orders import ORDERS

_KINDS: dict[Kind, float] = {"text": 3.0, "number": 2.0, "choice": 2.0, "date": 0.9, "time": 0.9, "switch": 1.4}
"""Kinds of fields and how often they are drawn."""

_PLAIN: dict[str, Kind] = {"number": "number", "time": "time", "date": "date"}


def plural_of(noun: str) -> str:
    """The plural of a noun, by rule."""
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return noun if noun in {"fish", "chess"} else f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun[:-2]}ves" if noun in {"knife", "shelf"} else f"{noun}s"


def an(noun: str) -> str:
    """The noun with its article, by its first letter."""
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"


def cap(words: str) -> str:
    """With a capital at the start."""
    return words[:1].upper() + words[1:]


class Inventor:
    """Draws blueprints and what they hold; no two apps of one inventor share a title.

    `taken` are titles of other apps.
    """

    def __init__(self, random: Random, taken: Iterable[str] = ()) -> None:
        self.random = random
        self.values = Values(random)
        self.titles = set(taken)

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random.random() < share

    def app(self) -> Blueprint:
        """A new app."""
        count = self.random.choices((1, 2, 3), (4, 4, 2))[0]
        nouns = self._nouns(count)
        title, speaks = self._title(nouns)
        style = "single" if count == 1 else self.random.choices(("tabs", "menu", "drawer"), (5, 3, 2))[0]
        settings = self._settings() if self.chance(0.75) else ()
        used = {title, "About", *(each.label for each in settings)}
        sections = tuple(self._section(f"s{n}", noun, used) for n, noun in enumerate(nouns))
        return Blueprint(
            name="".join(title.lower().split()),
            title=title,
            speaks=speaks,
            style=style,
            sections=sections,
            settings=settings,
            settings_title=self.random.choice(w.SETTINGS),
            drawer=self.random.choice(w.DRAWERS),
            about=self._about() if settings and self.chance(0.5) else (),
            pages=self._pages(settings, used) if len(settings) > 2 and self.chance(0.5) else (),
            orders=(self._order("o0"),) if self.chance(0.4) else (),
        )

    def _pages(self, settings: tuple[Field, ...], used: set[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Two or three pages for the settings."""
        names = [each.name for each in settings]
        count = 2 if len(names) < 5 else 3
        titles = self.random.sample([title for title in w.SETTING_PAGES if title not in used], count)
        return tuple((title, tuple(names[at::count])) for at, title in enumerate(titles))

    def _order(self, name: str) -> Order:
        """A form that asks for something."""
        titles, submits, known, asks = self.random.choice(ORDERS)
        fields = list[Field]()
        for at, each in enumerate(known.split(", ")):
            label, _, kind = each.partition(":")
            if "/" in kind:
                fields.append(Field(f"f{at}", label, "choice", tuple(kind.split("/"))))
            else:
                known_as = _PLAIN.get(kind, "text")
                fields.append(Field(f"f{at}", label, known_as, make=kind if known_as == "text" else ""))
        one = self.random.choice
        return Order(name, one(titles.split("|")), one(submits.split("|")), tuple(fields), tuple(asks.split("|")))

    def _nouns(self, count: int) -> list[str]:
        found: list[str] = []
        while len(found) < count:
            kind = self.random.random()
            noun = self.random.choice(w.NOUNS) if kind < 0.75 else self.values.noun()
            if noun not in found and noun not in {"photo", "page", "place", "file", "folder", "note", "message"}:
                found.append(noun)
        return found

    def _title(self, nouns: list[str]) -> tuple[str, bool]:
        """A title, and whether it speaks of what the app keeps."""
        while True:
            kind = self.random.random()
            one, many = cap(nouns[0]), cap(plural_of(nouns[0]))
            if kind < 0.2:
                title, speaks = many, True
            elif kind < 0.45:
                title, speaks = f"{one} {self.random.choice(w.SUFFIXES)}", True
            elif kind < 0.5:
                title, speaks = f"My {many.lower()}", True
            elif kind < 0.7:
                title, speaks = self.random.choice(w.OTHER_TITLES), False
            elif kind < 0.85:
                title, speaks = self.values.coined().capitalize(), False
            else:
                title, speaks = f"{self.values.coined().capitalize()} {self.random.choice(w.SUFFIXES)}", False
            if len(title) > 3 and title not in self.titles:
                self.titles.add(title)
                return title, speaks

    def _section(self, name: str, noun: str, used: set[str]) -> Section:
        """One list; what it can do is drawn, but it can always do something."""
        one = self.random.choice
        plural = plural_of(noun)
        speaks = name != "s0" or self.chance(0.7)
        title = cap(plural) if speaks else one([t for t in w.SECTION_NAMES if t not in used])
        used.add(title)
        detail = self.random.choices(("page", "rows", "form"), (5, 3, 2))[0]
        fields = self._fields(detail, used)
        choices = [each.name for each in fields if each.kind == "choice"]
        move = one(choices) if choices and detail == "page" and self.chance(0.6) else ""
        mark = self._mark() if self.chance(0.55) else None
        label = fields_label(fields, move)
        small = [each.name for each in fields if each.kind == "choice" and len(each.options) < 5]
        grouped = one(small) if small and detail != "form" and self.chance(0.4) else ""
        return Section(
            name=name,
            title=title,
            noun=noun,
            plural=plural,
            name_label=one(w.NAME_LABELS),
            fields=fields,
            detail=detail,
            add=self._add(noun) if self.chance(0.9) else "",
            save=one(w.SAVES),
            cancel=one(w.CANCELS),
            edit=one(w.EDITS) if detail == "page" and self.chance(0.85) else "",
            delete=one(w.DELETES) if self.chance(0.85) else "",
            asks=self.chance(0.6),
            rename="Rename" if detail != "form" and self.chance(0.6 if detail == "rows" else 0.15) else "",
            move=move,
            moved=one(("Move to", f"Change {label}", f"Set {label}")) if move else "",
            search=one((f"Search {plural}", "Search", f"Find {an(noun)}")) if self.chance(0.55) else "",
            mark=mark,
            inline=mark is not None and self.chance(0.2),
            menu=one(w.MENUS) if self.chance(0.35) else "",
            subtitle=one([each.name for each in fields]) if self.chance(0.6) else "",
            long=self.chance(0.35),
            grouped=grouped,
            copy=one(w.COPIES) if detail != "form" and self.chance(0.3) else "",
            share=one(w.SHARES) if detail != "form" and self.chance(0.3) else "",
            select=one(w.SELECTS) if detail != "form" and self.chance(0.25) else "",
        )

    def _add(self, noun: str) -> str:
        forms = (f"Add {noun}", f"Add {noun}", f"New {noun}", f"Create {noun}", "Add", "New", f"Add {an(noun)}")
        return self.random.choice(forms)

    def _mark(self) -> Mark:
        set_, clear, said, asks, undoes = self.random.choice(w.FLAGS)
        return Mark(set_, clear, said, tuple(asks.split("|")), tuple(undoes.split("|")))

    def _fields(self, detail: str, used: set[str]) -> tuple[Field, ...]:
        kinds: list[Kind] = [kind for kind in _KINDS if detail != "rows" or kind not in {"date", "time"}]
        count, found = self.random.choices((1, 2, 3, 4, 5), (2, 4, 4, 2, 1))[0], list[Field]()
        taken = set(used)
        while len(found) < count:
            kind = self.random.choices(kinds, [_KINDS[each] for each in kinds])[0]
            each = self._field(f"f{len(found)}", kind)
            if each.label not in taken:
                taken.add(each.label)
                found.append(each)
        return tuple(found)

    def _field(self, name: str, kind: Kind) -> Field:
        one = self.random.choice
        if kind == "choice":
            label = one(list(w.CHOICES))
            options = list(w.CHOICES[label])
            if self.chance(0.25):
                label = cap(self.values.noun())
                options = list(dict.fromkeys(cap(self.values.phrase(1, 2)) for _ in range(self.random.randint(3, 6))))
            return Field(name, label, kind, tuple(options))
        if kind == "text":
            label = one(list(w.TEXTS))
            return Field(name, label, kind, make=w.TEXTS[label])
        labels = {"number": w.NUMBERS, "date": w.DATES, "time": w.TIMES, "switch": w.SWITCHES}[kind]
        return Field(name, one(labels), kind)

    def _settings(self) -> tuple[Field, ...]:
        rand = self.random
        found = [Field("", label, "switch") for label in rand.sample(w.SETTING_SWITCHES, rand.randint(1, 4))]
        for label in rand.sample(list(w.SETTING_CHOICES), rand.randint(0, 2)):
            found.append(Field("", label, "choice", w.SETTING_CHOICES[label]))
        for label in rand.sample(w.SETTING_LEVELS, rand.randint(0, 2)):
            step = rand.choice((1, 1, 2, 5, 10))
            found.append(Field("", label, "level", low=0, high=step * rand.randint(8, 12), step=step))
        if self.chance(0.4):
            label = rand.choice(list(w.SETTING_TEXTS))
            found.append(Field("", label, "text", make=w.SETTING_TEXTS[label]))
        rand.shuffle(found)
        return tuple(replace(each, name=f"x{n}") for n, each in enumerate(found))

    def _about(self) -> tuple[tuple[str, str], ...]:
        labels = self.random.sample(w.ABOUT, self.random.randint(2, 3))
        return tuple((label, self.values.identifier()) for label in labels)


def fields_label(fields: tuple[Field, ...], name: str) -> str:
    """The label of a field in running text; empty for none."""
    return next((each.label.lower() for each in fields if each.name == name), "")


class Filler:
    """Makes up what an app holds on one phone; titles never repeat on that phone."""

    def __init__(self, random: Random, today: str) -> None:
        self.random, self.today = random, today
        self.values = Values(random)
        self.titles: set[str] = set()

    def things(self, blueprint: Blueprint, first: int) -> list[Thing]:
        """The things of an app, numbered from `first`."""
        settings = tuple((each.name, self.value(each)) for each in blueprint.settings)
        found = [Thing(first, blueprint.name, SETTINGS, "", settings)]
        for section in blueprint.sections:
            low, high = (13, 20) if section.long else (0, 7) if self.random.random() < 0.2 else (3, 7)
            for _ in range(self.random.randint(low, high)):
                marked = section.mark is not None and self.random.random() < 0.3
                values = tuple((each.name, self.value(each)) for each in section.fields)
                number = first + len(found)
                found.append(Thing(number, blueprint.name, section.name, self.title(), values, marked))
        return found

    def title(self) -> str:
        """A name that nothing on this phone has."""
        while True:
            kind = self.random.random()
            if kind < 0.55:
                found = cap(self.values.phrase(2, 3))
            elif kind < 0.7:
                found = self.values.phrase(2, 3)
            elif kind < 0.82:
                found = self.values.person()
            elif kind < 0.92:
                found = f"{self.values.place()} {self.values.noun()}"
            else:
                found = self.values.identifier()
            low = found.lower()
            if len(found) > 3 and not any(low in other or other in low for other in self.titles):
                self.titles.add(low)
                return found

    def value(self, each: Field) -> str:
        """A value that suits a field."""
        rand = self.random
        match each.kind:
            case "choice":
                found = rand.choice(each.options)
            case "switch":
                found = ON if rand.random() < 0.45 else OFF
            case "level":
                found = str(each.step * rand.randint(2, each.high // each.step - 2))
            case "number":
                found = str(self.values.integer())
            case "time":
                found = f"{rand.randint(5, 22):02d}:{rand.randrange(0, 60, 5):02d}"
            case "date":
                found = (date.fromisoformat(self.today) + timedelta(days=rand.randint(1, 40))).isoformat()
            case "text":
                found = self.text(each.make)
        return found

    def text(self, kind: str) -> str:
        """A text of a kind of `Values`, or two words with capitals for a `title`."""
        if kind == "title":
            return f"{cap(self.values.noun())} {cap(self.values.noun())}"
        return str(getattr(self.values, kind)()).replace("_", " ")
