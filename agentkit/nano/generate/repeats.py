"""One tool asked for several times in one request: values listed, paired or said in clauses that are built alike.

A request of the tool's table is said for several values; what is not varied is said once and holds for all calls. Knows
nothing of scenes or rows.
"""

from __future__ import annotations

import re

from agentkit.nano.generate.filled import Entry
from agentkit.nano.generate.kinds import Kinds, Said
from agentkit.nano.wording import words
from agentkit.types import JsonObject

SLOT = re.compile(r"\{(\w+)\}")
Asked = tuple[str, list[JsonObject]]
"""A request and the arguments of its calls."""

_LAST = (" and ", " and ", " and ", ", and ", ", and ", " as well as ", " & ", ", ", " and also ", " plus ")
_RESPECTIVELY = (" respectively", ", respectively", " respectively", "", " in that order")
_LEADS = re.compile(
    r"\b(with|of|for|in|at|from|between|when|whose|given|using|if|on|to|by|over|that|has|where|under|about|into)\b"
)
_FURTHER = ("", "", "", "", "one ", "another ", "another one ", "one more ", "also ", "then ", "again ")
_JOINED = (" and ", " and ", ", and ", ", and ", "; ", ", then ", " as well as ", " plus ", ", and then ", " and also ")
_SENTENCES = (". Also {0}", ". And {0}", ". Then {0}", ". Do the same {0}", ". What about {0}?", ". And one {0}")
_ANEW = (". {1}", ", and {0}", ". Also, {0}", "; {0}", ", then {0}", " and {0}")
_BOTH = re.compile(r"\b(both|each|either|between|respectively)\b", re.IGNORECASE)
_WHOLE = frozenset((
    "switch", "expression", "coordinates", "quoted", "command", "cron", "datetime", "curve", "condition", "line",
    "log_text", "function_text", "equation_text", "letter", "idiom", "topic", "formula_cell",
))  # fmt: skip
"""Kinds that do not stand well in a list of values that share one verb."""


class Repeats:
    """Requests that want one entry's tool two to four times, at one moment."""

    def __init__(self, entry: Entry, kinds: Kinds) -> None:
        self._entry, self._kinds, self._rng = entry, kinds, kinds.rng

    def draw(self) -> Asked | None:
        """A request of any sort; None where the drawn one cannot be made."""
        make = self._rng.choices(
            [self.listed, self.paired, self.alike, self.further, self.anew], [0.34, 0.2, 0.24, 0.1, 0.12]
        )[0]
        return make()

    def listed(self) -> Asked | None:
        """Several values of one argument: `in Rome, Paris and Berlin`."""
        form = self._form()
        names = [name for name in SLOT.findall(form) if self._listable(name, form)]
        return self._lists(form, [self._rng.choice(names)]) if names else None

    def paired(self) -> Asked | None:
        """As many values of two arguments, or three, that go together in their order."""
        form = self._form()
        names = [name for name in SLOT.findall(form) if self._listable(name, form)]
        if len(names) < 2:
            return None
        found = self._lists(form, self._rng.sample(names, 3 if len(names) > 2 and self._rng.random() < 0.15 else 2))
        if found is None:
            return None
        text, calls = found
        body, mark = _ended(text)
        return body + self._rng.choice(_RESPECTIVELY) + mark, calls

    def alike(self) -> Asked | None:
        """The end of a request said again with other values: `with base 3, and one with base 5`."""
        found = self._tail()
        if found is None:
            return None
        form, start = found
        tail, mark = _ended(form[start:])
        varied = SLOT.findall(tail)
        drawn = self._drawn(form, varied, self._rng.choice([2, 2, 2, 3, 3, 4]))
        if drawn is None:
            return None
        further, shorter = self._rng.choice(_FURTHER), self._rng.random() < 0.25
        text = _filled(form[:start] + tail, drawn[0])
        join, last = self._rng.choice([", ", ", ", "; "]), self._rng.choice(_JOINED)
        again = tail.partition(" ")[2] if shorter and not further and " " in tail else further + tail
        for number, said in enumerate(drawn[1:], 2):
            text += (last if number == len(drawn) else join) + _filled(again, said)
        return text + mark, [self._arguments(said) for said in drawn]

    def further(self) -> Asked | None:
        """The end of a request said again in a sentence of its own: `And for Rome?`"""
        found = self._tail()
        if found is None:
            return None
        form, start = found
        tail, mark = _ended(form[start:])
        drawn = self._drawn(form, SLOT.findall(tail), self._rng.choice([2, 2, 3]))
        if drawn is None:
            return None
        text = _filled(form[:start] + tail, drawn[0]) + (mark if mark == "?" else "")
        for said in drawn[1:]:
            sentence = self._rng.choice(_SENTENCES).format(_filled(tail, said))
            text = text + sentence[1:] if text.endswith("?") else text + sentence
        return text, [self._arguments(said) for said in drawn]

    def anew(self) -> Asked | None:
        """The whole request said again, in the same or in other words."""
        first = self._form()
        count = self._rng.choice([2, 2, 3])
        forms = [first, *(first if self._rng.random() < 0.5 else self._form() for _ in range(count - 1))]
        texts: list[str] = []
        calls: list[JsonObject] = []
        for form in forms:
            said = {name: self._draw(name) for name in SLOT.findall(form)}
            if self._arguments(said) in calls or self._missing(form):
                return None
            calls.append(self._arguments(said))
            texts.append(_filled(form, said).rstrip(" .?!"))
        numbered = self._rng.random() < 0.1
        text = f"1. {texts[0]}" if numbered else texts[0]
        for number, more in enumerate(texts[1:], 2):
            small = more if more[1:2].isupper() or more[:2] == "I " or forms[number - 1][0] == "{" else _small(more)
            join = f" {number}. {{0}}" if numbered else self._rng.choice(_ANEW)
            text += join.format(small, more[:1].upper() + more[1:])
        return text + ("?" if forms[-1].endswith("?") and self._rng.random() < 0.7 else ""), calls

    def _lists(self, form: str, names: list[str]) -> Asked | None:
        drawn = self._drawn(form, names, self._rng.choice([2, 2, 2, 3, 3, 4]))
        if drawn is None:
            return None
        form = self._plural(form)
        last = self._rng.choice(_LAST)
        text, place = "", 0
        for match in SLOT.finditer(form):
            name = match.group(1)
            before = form[place : match.start()]
            place = match.end()
            text += before
            if name not in names:
                text += drawn[0][name].text
                continue
            word = re.search(r"(\w+) $", before)
            again = f"{word[1]} " if word and len(names) == 1 and word[1] in ("in", "for", "at", "on", "to") else ""
            again = again if self._rng.random() < 0.3 else ""
            texts = [said[name].text for said in drawn]
            text += (", " + again).join(texts[:-1]) + last + again + texts[-1]
        return text + form[place:], [self._arguments(said) for said in drawn]

    def _plural(self, form: str) -> str:
        """The request with what the tool is named after in the plural, at times: `set alarms for`."""
        for noun in words(self._entry.name).split():
            found = re.search(rf"\b(?:an?|the) ({noun})\b(?! \{{)", form)
            if found and len(noun) > 3 and not noun.endswith("s") and self._rng.random() < 0.6:
                many = f"{noun[:-1]}ies" if noun[-1] == "y" and noun[-2] not in "aeiou" else f"{noun}s"
                return form[: found.start()] + many + form[found.end() :]
        return form

    def _tail(self) -> tuple[str, int] | None:
        """A request, and where its end begins that has the values to be varied."""
        form = self._form()
        body = _ended(form)[0]
        places = [match.start() for match in _LEADS.finditer(body) if SLOT.search(body, match.end())]
        places = [at for at in places if "." not in body[at:] and ":" not in body[at:] and at > 8]
        places = [at for at in places if all(self._scalar(name) for name in SLOT.findall(body[at:]))]
        nearest = [at for at in places if (slot := SLOT.search(body, at)) and slot.start() - at < 28]
        return (form, self._rng.choice(nearest)) if nearest else None

    def _drawn(self, form: str, varied: list[str], count: int) -> list[dict[str, Said]] | None:
        """Values for each call, those not varied the same in all; None where two calls come out alike."""
        if not varied or self._missing(form):
            return None
        first = {name: self._draw(name) for name in SLOT.findall(form)}
        drawn = [first]
        for _ in range(count - 1):
            drawn.append({**first, **{name: self._draw(name) for name in varied}})
        texts = [said[name].text for said in drawn for name in varied]
        if any("," in text or " and " in f" {text} " for text in texts):
            return None
        calls = [self._arguments(said) for said in drawn]
        return drawn if all(call not in calls[:at] for at, call in enumerate(calls)) else None

    def _form(self) -> str:
        return self._rng.choice(self._entry.requests)

    def _missing(self, form: str) -> bool:
        """Whether a request leaves something out that the tool needs."""
        return not set(self._entry.required) <= set(SLOT.findall(form))

    def _draw(self, name: str) -> Said:
        return self._kinds.draw(self._entry.kinds[name])

    def _arguments(self, said: dict[str, Said]) -> JsonObject:
        return {name: said[name].value for name in self._entry.kinds if name in said}

    def _scalar(self, name: str) -> bool:
        kind = self._entry.kinds[name]
        return not kind.startswith(("[", "!")) and kind not in _WHOLE

    def _listable(self, name: str, form: str) -> bool:
        slot = f"{{{name}}}"
        joined = any(one in form for one in (f"and {slot}", f"{slot} and", f"{slot},", f", {slot}", f"{slot} or"))
        return self._scalar(name) and form.count(slot) == 1 and not joined and not _BOTH.search(form)


def _ended(text: str) -> tuple[str, str]:
    """A text without its last mark, and the mark."""
    body = text.rstrip(" .?!")
    return body, text[len(body) :].strip()


def _filled(form: str, said: dict[str, Said]) -> str:
    return SLOT.sub(lambda match: said[match.group(1)].text, form)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
