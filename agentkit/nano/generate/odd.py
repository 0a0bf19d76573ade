"""Values that must be copied letter by letter: codes, versions, hosts, quoted sentences, commands, signed numbers."""

from __future__ import annotations

import string

from agentkit.nano.generate.kinds import Kinds, Said
from agentkit.nano.tables import word_lists

_LISTS = word_lists()
_SENTENCES = (
    "the {adjective} {noun} is {number} {noun}s away", "bring {phrase} to {place}", "{person} said no", "{phrase}",
    "we need {number} more {noun}s", "see page {number}", "{phrase}: {phrase}", "ask {person} about the {noun}",
    "out of {noun}", "{adjective} and {adjective}", "why is the {noun} so {adjective}?", "{place}, {number} pm",
    "do not touch the {noun}", "{noun} first, {noun} second", "thank you, {person}", "{coined} {coined}",
    "the {noun} in {place} was {adjective}", "no {noun} without {noun}", "call {person} back",
    "{coined} is {adjective}",
)  # fmt: skip
_TITLES = ("The {a} {n}", "{n} of {p}", "{a} {n}", "{n} or {n}", "{c}", "{a} {n} {d}", "The {n} of {c}", "{c} {n}")
_COMMANDS = (
    "{tool} --{noun} {number}", "{tool} {noun} -{letter}", "./{noun}.sh {noun}", "{tool} {file}", "make {noun}",
    "{tool} run {coined}", "python {noun}.py --{noun}={number}", "{tool} -{letter} {path}",
)  # fmt: skip
_CRONS = ("0 {h} * * *", "{m} {h} * * 1", "*/{m} * * * *", "{m} {h} 1 * *", "0 0 * * {d}")
_FORMULAS = ("C{a}H{b}", "C{a}H{b}O{c}", "H{a}SO{b}", "Na{a}CO{b}", "Fe{a}O{b}", "N{a}O{b}", "C{a}H{b}N{c}")


class OddKinds(Kinds):
    """Kinds whose values no vocabulary foretells."""

    def _same(self, text: str) -> Said:
        return Said(text, text)

    def _letters(self, count: int) -> str:
        return "".join(self.rng.choices(string.ascii_uppercase, k=count))

    def _digits(self, count: int) -> str:
        return str(self.rng.randint(1, 9)) + "".join(self.rng.choices(string.digits, k=count - 1))

    def _filled(self, form: str) -> str:
        values = self.values
        return form.format(
            adjective=self.rng.choice(_LISTS["adjectives"]), noun=values.noun(), number=values.integer(),
            phrase=values.phrase(1, 3), place=values.place(), person=values.person(), coined=values.coined(),
            tool=values.coined(), letter=self.rng.choice(string.ascii_lowercase), file=values.file(),
            path=values.path(),
        )  # fmt: skip

    def _quoted(self) -> Said:
        text = self._filled(self.rng.choice(_SENTENCES))
        text = text[:1].upper() + text[1:] if self.rng.random() < 0.5 else text
        return Said(self.rng.choice(['"{}"', "'{}'", '"{}"', "\u201c{}\u201d"]).format(text), text)

    def _title(self) -> Said:
        form, pick = self.rng.choice(_TITLES), self.rng.choice
        text = form.format(
            a=pick(_LISTS["adjectives"]), n=self.values.noun(), p=self.values.place(), c=self.values.coined(),
            d=self.rng.randint(2, 99),
        )  # fmt: skip
        text = text.title() if self.rng.random() < 0.8 else text
        return Said(f'"{text}"' if self.rng.random() < 0.25 else text, text)

    def _code(self) -> Said:
        kind = self.rng.random()
        if kind < 0.4:
            return self._same(self._letters(self.rng.randint(1, 3)) + self._digits(self.rng.randint(1, 5)))
        if kind < 0.6:
            return self._same(self._digits(self.rng.randint(4, 8)))
        if kind < 0.8:
            return self._same(f"{self._letters(2)}-{self._digits(2)}-{self._letters(self.rng.randint(1, 2))}")
        return self._same("".join(self.rng.choices(string.ascii_uppercase + string.digits, k=self.rng.randint(5, 8))))

    def _sku(self) -> Said:
        mark = self.rng.choice(["-", "-", "/", "_", "#", "."])
        return self._same(f"{self._letters(self.rng.randint(2, 4))}{mark}{self._digits(self.rng.randint(2, 5))}")

    def _hash(self) -> Said:
        return self._same("".join(self.rng.choices("abcdef0123456789", k=self.rng.randint(6, 12))))

    def _version(self) -> Said:
        tail = self.rng.choice(["", "", "", "-rc1", "-beta", "b2"])
        numbers = ".".join(str(self.rng.randint(0, 20)) for _ in range(self.rng.choice([2, 3, 3])))
        return self._same(self.rng.choice(["", "v"]) + numbers + tail)

    def _host(self) -> Said:
        name = self.rng.choice([f"{self.values.noun()}-{self.rng.randint(1, 40)}", self.values.coined()])
        return self._same(name + self.rng.choice(["", f".{self.values.coined()}.net", ".local", ".example.org"]))

    def _ip(self) -> Said:
        return self._same(".".join(str(self.rng.randint(1, 254)) for _ in range(4)))

    def _image(self) -> Said:
        return self._same(f"{self.values.coined()}:{self._version().text}")

    def _handle(self) -> Said:
        name = self.values.first_name().lower() + self.rng.choice(["_", "", "."]) + self.values.noun()
        return self._same(name + self.rng.choice(["", str(self.rng.randint(1, 99))]))

    def _hashtag(self) -> Said:
        return self._same("#" + self.values.noun() + self.rng.choice(["", "-" + self.values.noun()]))

    def _ticker(self) -> Said:
        return self._same(self._letters(self.rng.randint(2, 5)))

    def _isbn(self) -> Said:
        return self._same(f"978-{self._digits(1)}-{self._digits(4)}-{self._digits(4)}-{self.rng.randint(0, 9)}")

    def _plate(self) -> Said:
        return self._same(f"{self._letters(2)} {self._letters(2)} {self._digits(self.rng.randint(2, 4))}")

    def _coordinates(self) -> Said:
        return self._same(f"{self.rng.uniform(-90, 90):.2f}, {self.rng.uniform(-180, 180):.2f}")

    def _score(self) -> Said:
        return self._same(f"{self.rng.randint(0, 9)}:{self.rng.randint(0, 9)}")

    def _formula(self) -> Said:
        low = self.rng.randint
        return self._same(self.rng.choice(_FORMULAS).format(a=low(2, 12), b=low(2, 24), c=low(2, 6)))

    def _cron(self) -> Said:
        form = self.rng.choice(_CRONS)
        text = form.format(h=self.rng.randint(0, 23), m=self.rng.randint(1, 59), d=self.rng.randint(0, 6))
        return Said(f'"{text}"', text)

    def _command(self) -> Said:
        text = self._filled(self.rng.choice(_COMMANDS))
        return Said(self.rng.choice(['"{}"', "`{}`", "`{}`"]).format(text), text)

    def _expression(self) -> Said:
        sign = self.rng.choice(["+", "-", "*", "/"])
        text = f"{self.values.number()} {sign} {self.values.number()}"
        if self.rng.random() < 0.4:
            text = f"({text}) {self.rng.choice(['*', '-'])} {self.rng.randint(2, 99)}"
        return self._same(text)

    def _decimal(self) -> Said:
        value = round(self.rng.uniform(0.01, self.rng.choice([1, 10, 100, 2000])), self.rng.choice([1, 1, 2, 2, 3]))
        return Said(str(value), value) if self.rng.random() < 0.7 else self._int_like()

    def _int_like(self) -> Said:
        value = self.values.integer()
        return Said(str(value), value)

    def _signed(self) -> Said:
        value = self.values.number()
        value = -value if self.rng.random() < 0.5 else value
        spoken = value < 0 and self.rng.random() < 0.25
        return Said(f"minus {-value}" if spoken else str(value), value)
