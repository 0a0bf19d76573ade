"""Kinds of values that facts, science and data are asked with: events, species, genes, cases, courts, columns."""

from __future__ import annotations

from agentkit.nano.generate.kinds import Said
from agentkit.nano.generate.spoken import SpokenKinds
from agentkit.nano.tables import word_lists

_ADJECTIVES = word_lists()["adjectives"]
_EVENTS = (
    "the French Revolution", "the Battle of {p}", "the Treaty of {p}", "the fall of {p}", "the Black Death",
    "World War I",
    "the {p} Uprising", "the Siege of {p}", "the {c} War", "the discovery of {n}", "the Great Fire of {p}",
    "the Congress of Vienna", "the moon landing", "the {p} Conference", "the invention of the {n}", "the Cold War",
    "the {c} Rebellion", "the Industrial Revolution", "the Peace of {p}", "the {n} riots of {p}",
)  # fmt: skip
_SCHOLARS = (
    "Marie Curie", "Isaac Newton", "Ada Lovelace", "Charles Darwin", "Emmy Noether", "Galileo Galilei", "Alan Turing",
    "Rosalind Franklin", "Johannes Kepler", "Michael Faraday", "Lise Meitner", "Niels Bohr",
)  # fmt: skip
_RULERS = (
    "Elizabeth I", "Louis XIV", "Cleopatra", "Charlemagne", "Peter the Great", "Napoleon", "Queen Victoria", "{c} II",
    "{c} the {a}", "King {f}", "Queen {f} III", "Emperor {c}", "Augustus", "Frederick {c}", "Suleiman",
)  # fmt: skip
_SPECIES = (
    "Panthera leo", "red fox", "Quercus robur", "blue whale", "honey bee", "emperor penguin", "Canis lupus",
    "snow leopard",
    "sea otter", "Apis mellifera", "monarch butterfly", "common frog", "{a} {c}", "{c} fish", "{C} {c}us", "{C} {c}a",
    "zebrafish", "house sparrow", "Atlantic cod", "{n} beetle",
)  # fmt: skip
_TREES = (
    "beech", "Scots pine", "silver birch", "Quercus robur", "redwood", "Picea abies", "sugar maple", "{c} pine",
    "{a} oak", "{C} {c}us", "{c} tree", "olive",
)  # fmt: skip
_GENES = ("BRCA1", "TP53", "CFTR", "HBB", "APOE", "MYC", "EGFR", "FOXP2")
_ELEMENTS = (
    "sodium", "iron", "gold", "helium", "carbon", "copper", "Uranium", "lead", "neon", "mercury", "zinc", "Au", "Fe",
    "K",
    "oxygen", "tungsten", "Chlorine", "silver", "{c}ium", "{c}on",
)  # fmt: skip
_COMPOUNDS = (
    "water", "ethanol", "sodium chloride", "NaOH", "HCl", "ammonia", "glucose", "acetic acid", "sulfuric acid", "KMnO4",
    "calcium carbonate", "benzene", "{c}ol", "{c} chloride", "{c}ane", "sodium {c}ate", "H2O2",
)  # fmt: skip
_BODIES = (
    "Mars",
    "Jupiter",
    "Venus",
    "Saturn",
    "Neptune",
    "Mercury",
    "Europa",
    "Titan",
    "Kepler-{d}b",
    "{C}",
    "{C}-{d}",
)
_STARS = ("Sirius", "Betelgeuse", "Vega", "Polaris", "Rigel", "Proxima Centauri", "HD {d}", "{C}", "{C} {d}", "Antares")
_PEAKS = ("Mount {C}", "Mount Everest", "Kilimanjaro", "{C} Peak", "Denali", "the Matterhorn", "Mont Blanc", "{p} Peak")
_RIVERS = ("the Rhine", "the {C}", "the Nile", "the Danube", "{C} River", "the Mekong", "the {p} River", "the Amazon")
_STATES = (
    "California", "Texas", "New York", "Ohio", "Oregon", "Florida", "Bavaria", "Ontario", "Queensland", "Maine",
    "Nevada",
    "Virginia", "Illinois", "New Mexico", "{C}",
)  # fmt: skip
_COURTS = (
    "Supreme Court of {s}", "{s} Court of Appeals", "{p} District Court", "High Court of {p}", "Ninth Circuit",
    "{p} County Court", "Court of {C}", "Second Circuit", "Federal Court",
)  # fmt: skip
_FIRMS = ("{C} Ltd", "{C}", "{C} Foods", "{p} Steel", "{C} & {l}", "{l} Brothers", "{C} Energy", "{n}works", "{p} Bank")
_STATUTES = (
    "Clean {N} Act", "Section {d}", "{N} Protection Act", "article {d}", "the {p} Convention", "the {N} Tax Act",
    "{d} U.S.C. {d}", "Data Protection Act",
)  # fmt: skip
_MATERIALS = (
    "steel", "concrete", "oak", "aluminium", "glass", "copper", "brick", "plywood", "granite", "pine", "{c}ite",
    "cast iron",
)  # fmt: skip
_COLUMNS = (
    "order_total", "customer_id", "created_at", "region", "unit_price", "salary", "age", "department", "{n}_id",
    "{n}_count",
    "{n}", "{c}", "last_{n}", "{n}_date", "is_{n}", "{a}_{n}",
)  # fmt: skip
_TABLES = (
    "orders",
    "customers",
    "employees",
    "{n}_items",
    "{c}",
    "{n}_log",
    "sales_{y}",
    "{a}_{n}_list",
    "invoices",
    "tbl_{n}",
)
_ERAS = (
    "the Middle Ages", "the Renaissance", "the Bronze Age", "the {C} dynasty", "the Victorian era", "the 18th century",
    "the {C} period", "the 1920s", "antiquity", "the Ming dynasty",
)  # fmt: skip


class ScienceKinds(SpokenKinds):
    """Draws what the questions of `asked_science.txt` name; a third to a half of the names are coined."""

    def _form(self, forms: tuple[str, ...]) -> Said:
        """One of the forms, filled; an article belongs to the sentence and not to the value."""
        values, pick = self.values, self.rng.choice
        coined, noun = values.coined(), values.noun()
        text = pick(forms).format(
            c=coined, C=coined.title(), n=noun, N=noun.title(), p=values.place(), a=pick(_ADJECTIVES),
            d=self.rng.randint(2, 980), f=values.first_name(), l=values.person().split()[-1], s=pick(_STATES[:-1]),
            y=self.rng.randint(2001, 2026),
        )  # fmt: skip
        return Said(text, text.removeprefix("the "))

    def _joined(self, forms: tuple[str, ...]) -> Said:
        return self._same(str(self._form(forms).value).replace(" ", "_"))

    def _event(self) -> Said:
        return self._form(_EVENTS)

    def _scholar(self) -> Said:
        return self._same(self.values.person()) if self.rng.random() < 0.5 else self._form(_SCHOLARS)

    def _monarch(self) -> Said:
        return self._form(_RULERS)

    def _organism(self) -> Said:
        return self._form(_SPECIES)

    def _timber(self) -> Said:
        return self._form(_TREES)

    def _gene(self) -> Said:
        made = self._letters(self.rng.randint(2, 4)) + str(self.rng.randint(1, 40))
        return self._same(made if self.rng.random() < 0.6 else self.rng.choice(_GENES))

    def _strand(self) -> Said:
        return self._same("".join(self.rng.choices("ACGT", k=self.rng.randint(5, 18))))

    def _element(self) -> Said:
        return self._form(_ELEMENTS)

    def _compound(self) -> Said:
        return self._formula() if self.rng.random() < 0.3 else self._form(_COMPOUNDS)

    def _body(self) -> Said:
        return self._form(_BODIES)

    def _star(self) -> Said:
        return self._form(_STARS)

    def _peak(self) -> Said:
        return self._form(_PEAKS)

    def _stream(self) -> Said:
        return self._form(_RIVERS)

    def _state(self) -> Said:
        return self._form(_STATES)

    def _court(self) -> Said:
        return self._form(_COURTS)

    def _firm(self) -> Said:
        return self._form(_FIRMS)

    def _statute(self) -> Said:
        return self._form(_STATUTES)

    def _material(self) -> Said:
        return self._form(_MATERIALS)

    def _column(self) -> Said:
        return self._joined(_COLUMNS)

    def _tablename(self) -> Said:
        return self._joined(_TABLES)

    def _era(self) -> Said:
        return self._form(_ERAS)

    def _lawsuit(self) -> Said:
        parties = [self._firm().text if self.rng.random() < 0.5 else self.values.person().split()[-1] for _ in range(2)]
        return self._same(self.rng.choice([" v. ", " v ", " vs. "]).join(parties))

    def _docket(self) -> Said:
        year, number = self.rng.randint(1990, 2026), self.rng.randint(1, 99999)
        forms = (f"{year}-CV-{number:05d}", f"{number}/{year}", f"No. {year % 100:02d}-{number}", f"CR-{number}-{year}")
        return self._same(self.rng.choice(forms))

    def _bits(self) -> Said:
        return self._same("1" + "".join(self.rng.choices("01", k=self.rng.randint(3, 11))))

    def _hexcode(self) -> Said:
        code = "".join(self.rng.choices("0123456789ABCDEF", k=6))
        return self._same(self.rng.choice(["#", "#", ""]) + (code.lower() if self.rng.random() < 0.4 else code))
