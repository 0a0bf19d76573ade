"""Made-up values from vocabularies so large that copying is learnt instead of memorising. Knows no tool."""

from __future__ import annotations

import random
import re
import string

from agentkit.nano.tables import word_lists

_WORDS = word_lists()
_ONSETS, _VOWELS, _CODAS = _WORDS["onsets"], _WORDS["vowels"], ["", *_WORDS["codas"]]
_FIRST, _LAST, _PLACES = _WORDS["given_names"], _WORDS["family_names"], _WORDS["places"]
_NOUNS, _ADJECTIVES = _WORDS["nouns"], _WORDS["adjectives"]
_EXTENSIONS, _DOMAINS = _WORDS["extensions"], _WORDS["domains"]


class Values:
    """Draws values with one random generator, so that the same seed gives the same values."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def coined(self) -> str:
        """A pronounceable word that no dictionary holds."""
        pick = self.rng.choice
        syllables = self.rng.randint(1, 3)
        return "".join(pick(_ONSETS) + pick(_VOWELS) for _ in range(syllables)) + pick(_CODAS)

    def noun(self) -> str:
        """A common noun, one time in five a coined one."""
        return self.coined() if self.rng.random() < 0.2 else self.rng.choice(_NOUNS)

    def phrase(self, low: int = 1, high: int = 4) -> str:
        """Words that could be a title, an item or a note."""
        count = self.rng.randint(low, high)
        head = [self.rng.choice(_ADJECTIVES) if self.rng.random() < 0.5 else self.noun() for _ in range(count - 1)]
        return " ".join([*head, self.noun()])

    def first_name(self) -> str:
        """A given name, sometimes coined."""
        return (self.coined() if self.rng.random() < 0.15 else self.rng.choice(_FIRST)).title()

    def person(self) -> str:
        """A given name, half the time with a family name."""
        family = self.coined() if self.rng.random() < 0.2 else self.rng.choice(_LAST)
        return f"{self.first_name()} {family.title()}" if self.rng.random() < 0.5 else self.first_name()

    def place(self) -> str:
        """A town, sometimes coined."""
        return (self.coined() if self.rng.random() < 0.2 else self.rng.choice(_PLACES)).title()

    def identifier(self) -> str:
        """A code such as `INV-4821`, `a8f3`, `order_17`."""
        letters = "".join(self.rng.choices(string.ascii_uppercase, k=self.rng.randint(1, 4)))
        digits = "".join(self.rng.choices(string.digits, k=self.rng.randint(1, 6)))
        kind = self.rng.random()
        if kind < 0.35:
            return letters + digits
        if kind < 0.6:
            return f"{letters}-{digits}"
        if kind < 0.8:
            return f"{self.noun()}{self.rng.choice('_-')}{digits[:3]}"
        return "".join(self.rng.choices("abcdef0123456789", k=self.rng.randint(4, 10)))

    def file(self) -> str:
        """A file name with its extension."""
        stem = self.rng.choice("_-").join(self.phrase(1, 3).split())
        return f"{stem}.{self.rng.choice(_EXTENSIONS)}"

    def path(self) -> str:
        """A path, absolute or relative."""
        parts = [self.noun() for _ in range(self.rng.randint(1, 3))]
        start = self.rng.choice(["/", "/home/", "", "./", "~/"])
        return start + "/".join(parts) + (f"/{self.file()}" if self.rng.random() < 0.5 else "")

    def email(self) -> str:
        """An address."""
        return f"{self.first_name().lower()}{self.rng.choice(['', '.', '_'])}{self.noun()}@{self.rng.choice(_DOMAINS)}"

    def url(self) -> str:
        """A web address."""
        tail = f"/{self.noun()}" if self.rng.random() < 0.5 else ""
        host = f"{self.rng.choice(['www.', ''])}{self.coined()}.{self.rng.choice(['com', 'org', 'net', 'io'])}"
        return f"https://{host}{tail}"

    def phone(self) -> str:
        """A telephone number."""
        digits = "".join(self.rng.choices(string.digits, k=10))
        return self.rng.choice([digits, f"+{digits[:2]} {digits[2:]}", f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"])

    def integer(self) -> int:
        """A whole number, small ones more often."""
        high = self.rng.choice([10, 10, 20, 60, 100, 100, 500, 1000, 10_000, 250_000])
        return self.rng.randint(1, high)

    def number(self) -> float | int:
        """A number with up to three decimals, half the time a whole one."""
        if self.rng.random() < 0.5:
            return self.integer()
        return round(self.rng.uniform(0, self.rng.choice([1, 10, 100, 1000])), self.rng.randint(1, 3)) or 0.5

    def named(self, name: str) -> str:
        """A string value that suits a parameter of this name."""
        for pattern, make in _BY_NAME:
            if re.search(pattern, name):
                return str(getattr(self, make)())
        return self.phrase(1, 3)

    def like(self, value: str) -> str:
        """Another value of the same look: a file for a file, a code for a code, words for words."""
        for pattern, make in _BY_LOOK:
            if re.fullmatch(pattern, value):
                return str(getattr(self, make)())
        if re.search(r"\d", value):
            return self.identifier() if " " not in value else value
        if value.istitle():
            return self.person() if self.rng.random() < 0.5 else self.place()
        count = len(value.split())
        return self.phrase(max(1, count - 1), count + 1)


_BY_LOOK = (
    (r"[\w.+-]+@[\w.-]+", "email"),
    (r"https?://.*", "url"),
    (r"[\w\- ]+\.[A-Za-z]\w{1,3}", "file"),
    (r".*/.*", "path"),
    (r"\+?[\d\- ]{7,}", "phone"),
)
_BY_NAME = (
    (r"e-?mail|recipient_address", "email"),
    (r"url|link|website|uri", "url"),
    (r"phone|mobile|number_to", "phone"),
    (r"path|folder|director", "path"),
    (r"file|document|attachment|image|photo", "file"),
    (r"city|location|place|country|destination|origin|region|address|town", "place"),
    (r"author|person|name|user|contact|artist|owner|customer|patient|recipient|employee|player|team", "person"),
    (r"\bid\b|_id|code|key|token|sku|arn|identifier|serial", "identifier"),
)
