"""Kinds of values that typed interfaces take: dates, amounts, fractions, coordinates, formulas, flags, options."""

from __future__ import annotations

from datetime import date, timedelta

from agentkit.nano.generate.kinds import Said
from agentkit.nano.generate.named import NamedKinds
from agentkit.nano.tables import word_lists

_LISTS = word_lists()
_COUNTRIES = (
    "France", "Japan", "Kenya", "Brazil", "Norway", "Canada", "Vietnam", "Egypt", "Portugal", "Mexico", "Iceland",
    "Morocco", "Chile", "Poland", "New Zealand", "South Korea",
)  # fmt: skip
_CODES = ("USD", "EUR", "GBP", "JPY", "CHF", "INR", "SEK", "NOK", "CAD", "AUD", "BRL", "MXN", "PLN", "ZAR", "KRW")
_FOODS = (
    "rice", "chicken", "spinach", "chickpeas", "tofu", "garlic", "mushrooms", "salmon", "lentils", "potatoes",
    "tomatoes", "eggs", "nuts", "peppers", "feta", "beef", "noodles", "coconut milk", "pumpkin", "sugar",
)  # fmt: skip
_CURVES = ("{a}*x**2", "x**{n} - {a}*x", "sin(x)", "{a}*x + {b}", "exp(-x)", "x**2 + {a}*x - {b}", "cos({n}*x)", "1/x")
_TOPICS = (
    "{noun} {noun}", "the {noun} of {place}", "{adjective} {noun}", "{noun} and {noun}", "{noun}", "{noun} prices",
    "the future of the {noun}", "{adjective} {noun} in {place}", "how a {noun} works",
)  # fmt: skip
_ROADS = ("Street", "Road", "Avenue", "Lane", "Square")
_TEAMS = ("{place} United", "{place} Rovers", "FC {place}", "{place} {noun}s", "the {place} {noun}s", "{place}")
_FIELDS = ("name", "price", "created_at", "city", "status", "email", "quantity", "owner", "score", "category")


class SpokenKinds(NamedKinds):
    """Draws them; `!yes!no` is a flag said by these clauses, `a;b` one of options that the schema does not list."""

    def draw(self, kind: str) -> Said:
        """A value of the kind, see `Kinds.draw`."""
        if kind.startswith("!"):
            yes, no = kind[1:].split("!")
            value = self.rng.random() < 0.6
            return Said(yes if value else no, value)
        if ";" in kind and not kind.startswith("["):
            return self._same(self.rng.choice(kind.split(";")))
        return super().draw(kind)

    def _several(self, kind: str) -> Said:
        if kind in ("num", "decimals"):
            return self._listed([self.draw(kind) for _ in range(self.rng.choice([2, 3, 3, 4, 5, 6]))])
        if ";" not in kind and kind != "food":
            return super()._several(kind)
        options = _FOODS if kind == "food" else tuple(kind.split(";"))
        return self._listed([Said(one, one) for one in self.rng.sample(options, self.rng.choice([1, 2, 2, 3, 3]))])

    def _listed(self, parts: list[Said]) -> Said:
        texts = [part.text for part in parts]
        shown = ", ".join(texts[:-1]) + self.rng.choice([" and ", ", and ", ", "]) + texts[-1]
        shown = texts[0] if len(texts) == 1 else shown
        bracketed = not isinstance(parts[0].value, str) and self.rng.random() < 0.3
        return Said("[" + ", ".join(texts) + "]" if bracketed else shown, [part.value for part in parts])

    def _number(self, value: float) -> Said:
        text = f"{value:,}" if abs(value) >= 1000 and self.rng.random() < 0.5 else str(value)
        return Said(text, value)

    def _between(self, low: float, high: float, decimals: int) -> Said:
        value = round(self.rng.uniform(low, high), decimals)
        whole = int(value)
        return self._number(whole if decimals == 0 or value == whole else value)

    def _small(self) -> Said:
        value = self.rng.choice([1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 14, 20, 30])
        spelled = value < len(_LISTS["small_numbers"]) and self.rng.random() < 0.25
        return Said(_LISTS["small_numbers"][value] if spelled else str(value), value)

    def _five(self) -> Said:
        return self._between(1, 5, 0)

    def _age(self) -> Said:
        return self._between(5, 95, 0)

    def _year(self) -> Said:
        return self._same_number(self.rng.randint(1890, 2026))

    def _size(self) -> Said:
        return self._number(self.rng.choice([10, 15, 20, 30, 45, 50, 60, 90, 100, 120, 175, 250, 512, 640, 800, 1200]))

    def _large(self) -> Said:
        return self._number(self.rng.choice([self.rng.randint(10, 99), self.rng.randint(100, 5000)]))

    def _percentage(self) -> Said:
        return self._between(1, 100, 0)

    def _decimals(self) -> Said:
        decimals = self.rng.choice([0, 0, 1, 1, 2, 3])
        return self._between(1 if decimals == 0 else 0.1, self.rng.choice([5, 10, 10, 100, 100, 900]), decimals)

    def _rates(self) -> Said:
        return (
            self._between(1, 18, 0) if self.rng.random() < 0.3 else self._between(0.2, 15, self.rng.choice([1, 1, 2]))
        )

    def _port(self) -> Said:
        return self._same_number(self.rng.choice([22, 80, 443, 3000, 5432, 8080, self.rng.randint(1024, 49151)]))

    def _kilos(self) -> Said:
        return self._between(38, 130, self.rng.choice([0, 0, 1]))

    def _tall(self) -> Said:
        return self._between(130, 205, 0)

    def _amount(self) -> Said:
        high = self.rng.choice([50, 500, 5000, 100_000, 900_000])
        said = self._between(high / 10, high, self.rng.choice([0, 0, 0, 2]))
        return Said(f"${said.text}" if self.rng.random() < 0.25 else said.text, said.value)

    def _share(self) -> Said:
        value = self.rng.choice([0.01, 0.025, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99])
        return Said(f"{value * 100:g}%" if self.rng.random() < 0.5 else str(value), value)

    def _celsius_degrees(self) -> Said:
        said = self._between(-30, 45, self.rng.choice([0, 0, 1]))
        negative = str(said.value).startswith("-")
        return Said(f"minus {said.text[1:]}", said.value) if negative and self.rng.random() < 0.4 else said

    def _latitude(self) -> Said:
        return self._between(-89, 89, self.rng.choice([0, 1, 2, 4]))

    def _longitude(self) -> Said:
        return self._between(-179, 179, self.rng.choice([0, 1, 2, 4]))

    def _same_number(self, value: int) -> Said:
        return Said(str(value), value)

    def _town(self) -> Said:
        place = self.values.place()
        return self._same(f"{place}, {self.rng.choice(_COUNTRIES)}" if self.rng.random() < 0.15 else place)

    def _country(self) -> Said:
        return self._same(self.rng.choice(_COUNTRIES) if self.rng.random() < 0.8 else self.values.coined().title())

    def _day(self) -> Said:
        day = date(2023, 1, 1) + timedelta(days=self.rng.randrange(1500))
        if self.rng.random() < 0.35:
            return self._same(str(day))
        month = _LISTS["months"][day.month - 1]
        suffix = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in (11, 12, 13) else 0, "th")
        forms = ("{m} {d}, {y}", "{d} {m} {y}", "the {d}{s} of {m} {y}", "{m} {d}{s}, {y}")
        return Said(self.rng.choice(forms).format(m=month, d=day.day, y=day.year, s=suffix), str(day))

    _isoday = _day

    def _clock(self) -> Said:
        hour, minute = self.rng.randint(7, 22), self.rng.choice([0, 0, 15, 30, 45])
        value = f"{hour:02d}:{minute:02d}"
        half = "am" if hour < 12 else "pm"
        spoken = f"{hour % 12 or 12}:{minute:02d} {half}" if minute else f"{hour % 12 or 12} {half}"
        return Said(spoken if self.rng.random() < 0.5 else value, value)

    _isotime = _clock

    def _code3(self) -> Said:
        return self._same(
            self.rng.choice(
                [
                    "USD",
                    "EUR",
                    "GBP",
                    "JPY",
                    "CHF",
                    "INR",
                    "SEK",
                    "NOK",
                    "CAD",
                    "AUD",
                    "BRL",
                    "MXN",
                    "PLN",
                    "ZAR",
                    "KRW",
                ]
            )
        )

    def _topic(self) -> Said:
        return self._same(self._filled(self.rng.choice(_TOPICS)))

    def _food(self) -> Said:
        return self._same(self.rng.choice(_FOODS))

    def _field(self) -> Said:
        return self._same(self.rng.choice(_FIELDS))

    def _street(self) -> Said:
        road = f"{self.rng.randint(1, 240)} {self.values.noun().title()} {self.rng.choice(_ROADS)}"
        return self._same(f"{road}, {self.values.place()}" if self.rng.random() < 0.4 else road)

    def _team(self) -> Said:
        form = self.rng.choice(_TEAMS)
        return self._same(form.format(place=self.values.place(), noun=self.values.noun().title()))

    def _curve(self) -> Said:
        low = self.rng.randint
        text = self.rng.choice(_CURVES).format(a=low(2, 12), b=low(1, 30), n=low(2, 4))
        return Said(f'"{text}"' if self.rng.random() < 0.2 else text, text)

    def _condition(self) -> Said:
        field, sign = self.rng.choice(_FIELDS), self.rng.choice(["=", ">", "<", "!="])
        return self._same(f"{field} {sign} {self.values.integer()}")
