"""Several rows as one: requests joined, one of them refused, or one request said for several values at once.

Pure functions of rows and a random generator. Knows nothing of tools' names in a prompt.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import cast

from pydantic import JsonValue

from agentkit.nano.augment import has_form
from agentkit.nano.generate.values import Values
from agentkit.nano.rows import Row, make_calls
from agentkit.types import JsonSchema, Message

_JOINS = (
    "{0} and {1}", "{0}, and {1}", "{0}. {1}", "{0}, then {1}", "{0}. Also, {1}", "{0}; {1}", "{0} and then {1}",
    "{0}. After that {1}", "{0} plus {1}", "First {0}, second {1}",
)  # fmt: skip
_REFUSED = ("don't {0}", "do not {0}", "never {0}", "please don't {0}", "no need to {0}")
_WITHDRAWN = ("forget this: {0}", "not any more: {0}", "I changed my mind about this: {0}", "skip this one: {0}")
_NO_ORDER = re.compile(
    r"(what|how|which|who|whose|when|where|why|is|are|do|does|did|will|would|can|could|may|i|i'm|we|he|she|it|they|my|the|"
    r"a|an|for|in|on|at|from|with|to|of|hey|hi|hello|ok|so|um|please|now|quick|this|there|next|last|first)\b",
    re.IGNORECASE,
)
"""How requests begin that cannot follow a `do not`."""
_WORDY = re.compile(r"text|message|query|body|content|title|note|desc|subject|items?$|search|topic|reason|comment|time")
"""Parameters whose one value may well hold an `and`; listing values for them would not ask for several calls."""
_ENDS = (" and ", " and ", ", and ", " as well as ", " and also ")


def join_requests(rows: Sequence[Row], rng: random.Random) -> Row:
    """Several single requests as one that needs all their calls, in order."""
    text = rows[0].messages[0].content.rstrip(" .!?")
    for row in rows[1:]:
        following = row.messages[0].content.rstrip(" .!")
        form = rng.choice(_JOINS if len(rows) == 2 else _JOINS[:-1])
        text = form.format(text, following if form.startswith("{0}.") else _continued(following, row))
    calls = make_calls([(call.name, call.arguments) for row in rows for call in row.calls])
    return rows[0].model_copy(update={"messages": (Message(role="user", content=text),), "calls": calls})


def refuse(wanted: Row, unwanted: Row, rng: random.Random) -> Row:
    """A request that does not want what the other row asks for; one time in three nothing else either."""
    text = unwanted.messages[0].content.rstrip(" .!?")
    forms = _WITHDRAWN if _NO_ORDER.match(text) or " " not in text else _REFUSED
    refusal = rng.choice(forms).format(_continued(text, unwanted))
    if rng.random() < 0.35:
        return unwanted.model_copy(update={"messages": (Message(role="user", content=refusal),), "calls": ()})
    said = wanted.messages[0].content.rstrip(" .!?")
    joined = rng.choice(
        [f"{said}, but {refusal}", f"{said}. {refusal[:1].upper() + refusal[1:]}", f"{refusal}, {said}"]
    )
    return wanted.model_copy(update={"messages": (Message(role="user", content=joined),)})


def for_several(row: Row, schema: JsonSchema, rng: random.Random) -> Row | None:
    """The row's request for two to four values of one argument, with a call for each; None where no value suits."""
    request, call = row.messages[0].content, row.calls[0]
    fitting = [name for name in call.arguments if _can_be_listed(name, row, schema)]
    if not fitting or len(call.arguments) > 2:
        return None
    name = rng.choice(fitting)
    value = call.arguments[name]
    others = _others(value, schema["properties"].get(name, {}), rng)
    if not others:
        return None
    texts = [str(each) for each in (value, *others)]
    listed = ", ".join(texts[:-1]) + rng.choice(_ENDS) + texts[-1]
    text = re.sub(rf"(?<!\w){re.escape(texts[0])}(?!\w)", lambda _: listed, request, count=1)
    calls = make_calls([(call.name, {**call.arguments, name: each}) for each in (value, *others)])
    return row.model_copy(update={"messages": (Message(role="user", content=text),), "calls": calls})


def _can_be_listed(name: str, row: Row, schema: JsonSchema) -> bool:
    """A short value that stands in the request once, by itself, under a name that does not speak of free text."""
    value, request = row.calls[0].arguments[name], row.messages[0].content
    part = schema["properties"].get(name, {})
    if isinstance(value, bool) or not isinstance(value, str | int) or _WORDY.search(name.lower()):
        return False
    if "enum" not in part and has_form(value, part):
        return False
    shown = str(value)
    alone = sum(shown in str(other) for other in row.calls[0].arguments.values()) == 1
    once = len(re.findall(rf"(?<![\w.]){re.escape(shown)}(?![\w.])", request)) == 1
    return alone and once and len(shown.split()) < 4 and not re.search(r"\b(and|or)\b|,", shown)


def _others(value: JsonValue, part: JsonSchema, rng: random.Random) -> list[JsonValue]:
    """Up to three other values of the same look, or other choices of the enumeration."""
    count, values = rng.choice([1, 1, 1, 2, 2, 3]), Values(rng)
    if "enum" in part:
        options = [option for option in part["enum"] if option != value and isinstance(option, str)]
        return rng.sample(options, min(count, len(options)))
    drawn = [
        values.like(value) if isinstance(value, str) else rng.randint(1, max(20, 2 * abs(int(str(value)))))
        for _ in range(count)
    ]
    return list(dict.fromkeys(other for other in drawn if other != value))


def _continued(text: str, row: Row) -> str:
    """The text as it goes on within a sentence: in lower case, unless it begins with a value or an abbreviation."""
    starts = any(text.startswith(str(value)) for call in row.calls for value in _leaves(call.arguments))
    return text if starts or text[1:2].isupper() or re.match(r"I\b", text) else text[:1].lower() + text[1:]


def _leaves(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return [leaf for inner in cast("Mapping[str, object]", value).values() for leaf in _leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in cast("list[object]", value) for leaf in _leaves(inner)]
    return [value]
