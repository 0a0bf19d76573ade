"""Typed interfaces as their documentation has them, and whole sentences that ask for them.

A function of the table declares some of its concepts, each under one of its names; a request opens with a wish and says
the values in any order, as clauses or as sentences of their own, and leaves about half of the optional ones out. Knows
nothing of scenes or rows.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache

from agentkit.nano.generate.documented import lengthened
from agentkit.nano.generate.filled import Entry
from agentkit.nano.generate.spoken import SpokenKinds
from agentkit.nano.tables import table
from agentkit.nano.wording import camel, words

_OPTIONS = (" One of {0}", " Options: {0}", " Can be {0}", " Possible values are {0}", ", {0}", " Must be {0}")
_DEFAULTS = (
    " Default is {0}", " Defaults to {0}", ", {0} by default", " (optional, default {0})", " If left out, {0} is used",
    " Optional. The default is {0}",
)  # fmt: skip
_OPTIONAL = (" Optional", " (optional)", ", may be left out", "", "")
_FORMS = {"isoday": (" (YYYY-MM-DD)", ", in the format YYYY-MM-DD", " as YYYY-MM-DD"),
          "isotime": (" (HH:MM)", ", in the format HH:MM", " as HH:MM, 24 hours")}  # fmt: skip
_SENTENCES = (
    "Use {slot} as the {label}", "Take {slot} for the {label}", "{Label}: {slot}", "For the {label} take {slot}",
    "Set the {label} to {slot}", "The {label} is {slot}", "The {label} should be {slot}", "The {label} is {slot}",
)  # fmt: skip
_FLAG_SENTENCES = ("Do it {slot}", "I want it {slot}", "Please {slot}", "And {slot}")
_PREFACES = (
    "I am planning something", "This is for a friend", "I need this today", "Quick question", "I have to know this",
    "Hello", "I hope you can help", "We talked about this before", "It is for my {0}", "I am working on {0}",
)  # fmt: skip
_UNIT = re.compile(r" (km|cm|px|kg|kpa|l|m2|mol|deg|c|litre|id)$")
_ASKING = ("what", "how", "when", "where", "which", "who", "is", "can", "at which", "by how", "do")
_FRONTED = ("in ", "on ", "for ", "from ", "at ", "with ", "over ", "starting ", "within ", "using ", "after ")


@dataclass(frozen=True)
class Concept:
    """What a parameter can mean: its names, its kind, how it is documented and how its value is said."""

    names: tuple[str, ...]
    kind: str
    told: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Function:
    """One line of the table."""

    domain: str
    names: tuple[str, ...]
    told: tuple[str, ...]
    openings: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True)
class _Declared:
    """A parameter of a tool: its name there, its kind, and how requests say it."""

    name: str
    kind: str
    clause: str
    label: str
    required: bool

    @property
    def flag(self) -> bool:
        return self.kind.startswith("!")


@cache
def concepts() -> dict[str, Concept]:
    """The concepts of the table by their keys."""
    found: dict[str, Concept] = {}
    for line in (*table("concepts"), *table("concepts_more")):
        key, names, kind, told, clauses = line.split(" | ")
        found[key] = Concept(tuple(names.split()), kind, tuple(told.split(" / ")), tuple(clauses.split(" / ")))
    return found


@cache
def functions() -> tuple[Function, ...]:
    """The functions of the table."""
    found: list[Function] = []
    for line in (*table("typed"), *table("typed_more")):
        domain, names, told, openings, wanted = line.split(" | ")
        required = tuple(key.rstrip("*") for key in wanted.split() if key.endswith("*"))
        optional = tuple(key for key in wanted.split() if not key.endswith("*"))
        found.append(
            Function(
                domain, tuple(names.split()), tuple(told.split(" / ")), tuple(openings.split(" / ")), required, optional
            )
        )
    return tuple(found)


def declare(function: Function, rng: random.Random) -> Entry:
    """A tool for the function: the required concepts and some of the others, with requests and repeats for it."""
    spare = rng.sample(function.optional, rng.randint(0, min(4, len(function.optional))))
    keys = [*function.required, *(key for key in function.optional if key in spare)]
    if rng.random() < 0.15:
        rng.shuffle(keys)
    camelled = rng.random() < 0.2
    declared: list[_Declared] = []
    remarks: dict[str, str] = {}
    documented = rng.random() < 0.9
    for key in keys:
        concept, required = concepts()[key], key in function.required
        name = _free(concept, {part.name for part in declared}, rng, camelled=camelled)
        clause = rng.choice(concept.clauses)
        kind = "!" + "!".join(clause.split(" ! ")) if concept.kind == "flag" else _kind(concept.kind, rng)
        declared.append(
            _Declared(name, kind, "{v}" if concept.kind == "flag" else clause, _label(concept, name, rng), required)
        )
        if documented or ";" in kind or kind in _FORMS:
            remarks[name] = _remark(rng.choice(concept.told), kind, rng, required=required)
    name = rng.choice(function.names)
    name = camel(name.replace("_", " ")) if camelled and "." not in name else name
    return Entry(
        name=name if rng.random() < 0.9 or "." in name else f"{function.domain}.{name}",
        description=lengthened(rng.choice(function.told), rng),
        kinds={part.name: part.kind for part in declared},
        required=tuple(part.name for part in declared if part.required),
        remarks=remarks,
        requests=tuple(_request(function, declared, rng) for _ in range(8)),
        repeats=tuple(_repeat(function, declared, rng) for _ in range(4)),
    )


def _free(concept: Concept, taken: set[str], rng: random.Random, *, camelled: bool) -> str:
    """A name of the concept that no other parameter has."""
    names = [name for name in concept.names if name not in taken] or [f"{concept.names[0]}_{len(taken)}"]
    name = rng.choice([*names, names[0]])
    return camel(name.replace("_", " ")) if camelled else name


def _label(concept: Concept, name: str, rng: random.Random) -> str:
    """What people call the parameter: its own name or another, without a unit."""
    found = _UNIT.sub("", words(rng.choice([name, name, *concept.names])))
    return found if len(found) > 2 else _UNIT.sub("", words(concept.names[0]))


def _kind(kind: str, rng: random.Random) -> str:
    """The kind, its options or its form at times only told and not in the schema."""
    if "|" in kind and rng.random() < 0.45:
        return kind.replace("|", ";")
    if kind in ("day", "clock") and rng.random() < 0.5:
        return {"day": "isoday", "clock": "isotime"}[kind]
    return kind


def _remark(told: str, kind: str, rng: random.Random, *, required: bool) -> str:
    """What documentation says of a parameter: its meaning, its options, its form, its default."""
    options = kind.replace("|", ";").split(";") if ("|" in kind or ";" in kind) and not kind.startswith("[") else []
    if options and (";" in kind or rng.random() < 0.4):
        quote = rng.choice(["'", "'", '"', ""]) if "|" in kind else "'"
        shown = [f"{quote}{option}{quote}" for option in options]
        listed = ", ".join(shown[:-1]) + rng.choice([" or ", ", ", " or "]) + shown[-1]
        told = _joined(told, rng.choice(_OPTIONS).format(listed))
    if kind in _FORMS:
        told += rng.choice(_FORMS[kind])
    if required:
        return told
    if kind.startswith("[") or rng.random() < 0.4:
        return _joined(told, rng.choice(_OPTIONAL))
    drawn = SpokenKinds(rng).draw(kind).value
    default = str(drawn).lower() if isinstance(drawn, bool) else f"'{drawn}'" if isinstance(drawn, str) else str(drawn)
    return _joined(told, rng.choice(_DEFAULTS).format(default))


def _joined(told: str, more: str) -> str:
    """A further sentence after a stop, or what goes on within the sentence."""
    return f"{told}.{more}" if more[1:2].isupper() else told + more


def _request(function: Function, declared: list[_Declared], rng: random.Random) -> str:
    """A request with slots for the values: all that is required, and half of what is not."""
    said = [part for part in declared if part.required or rng.random() < 0.5]
    if rng.random() < 0.7:
        rng.shuffle(said)
    later = rng.randint(1, max(1, len(said) // 2)) if len(said) > 1 and rng.random() < 0.4 else 0
    first, rest = said[: len(said) - later], said[len(said) - later :]
    text = _opened(rng.choice(function.openings), [_clause(part) for part in first], rng)
    sentences = [text, *(_sentence(part, rng) for part in rest)]
    if rng.random() < 0.12:
        sentences.insert(0, rng.choice(_PREFACES).format(function.domain))
    if len(sentences) == 1:
        return sentences[0]
    shown = [sentence if sentence.endswith("?") else f"{sentence}." for sentence in sentences]
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in shown).removesuffix(".")


def _opened(opening: str, clauses: list[str], rng: random.Random) -> str:
    """The wish with its clauses: one of them at times in front, the others behind."""
    front = next((clause for clause in clauses if clause.startswith(_FRONTED)), "")
    if front and len(clauses) > 1 and rng.random() < 0.15:
        clauses = [clause for clause in clauses if clause != front]
        opening = f"{front}, {opening}"
    text = opening
    clauses = sorted(clauses, key=lambda clause: clause.startswith("and "))
    if clauses and clauses[0].startswith("and "):
        clauses[0] = clauses[0].replace("and ", "with ", 1)
    for number, clause in enumerate(clauses):
        comma = ", " if clause.startswith("{") or (number > 1 and rng.random() < 0.5) else " "
        text += comma + ("and " if 1 < number == len(clauses) - 1 and rng.random() < 0.15 else "") + clause
    text = text.replace("and and ", "and ")
    asks = opening.startswith(_ASKING) or any(f", {word} " in text for word in _ASKING)
    return text + "?" if asks and rng.random() < 0.8 else text


def _clause(part: _Declared) -> str:
    return part.clause.replace("{v}", f"{{{part.name}}}")


def _sentence(part: _Declared, rng: random.Random) -> str:
    """The value in a sentence of its own."""
    many = part.label.endswith("s") and not part.label.endswith("ss")
    form = rng.choice(_FLAG_SENTENCES if part.flag else _SENTENCES[:5] if many else _SENTENCES)
    return form.format(label=part.label, Label=part.label[:1].upper() + part.label[1:], slot=f"{{{part.name}}}")


def _repeat(function: Function, declared: list[_Declared], rng: random.Random) -> tuple[str, str]:
    """A request that ends in clauses, and these clauses, to be said again with other values."""
    said = [part for part in declared if part.required or rng.random() < 0.3]
    varied = [part for part in said if not part.kind.startswith(("!", "[")) and not part.clause.startswith("and ")]
    varied = rng.sample(varied, min(len(varied), rng.choice([1, 2, 2, 3])))
    shared = [part for part in said if part not in varied]
    tail = _spaced(varied)
    opening = " ".join([rng.choice(function.openings), *filter(None, [_spaced(shared)])])
    return opening + (", " if tail.startswith("{") else " ") + tail, tail


def _spaced(parts: list[_Declared]) -> str:
    """Their clauses one after the other; a comma stands before one that begins with its value."""
    text = ""
    for clause in sorted(map(_clause, parts), key=lambda clause: clause.startswith("and ")):
        text += (", " if clause.startswith("{") else " ") + clause if text else clause
    return text
