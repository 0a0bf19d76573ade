"""Text as requests and values are compared: folded, cut into words, with numbers spelled in digits.

English number words only; other languages are compared word by word. Knows nothing of calls.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_TOKEN = re.compile(r"(?:(?<![\w)\].:/])-)?(?:\d+(?:\.\d+)*|(?<![\w.])\.\d+)|[^\W\d_]+(?:'[^\W\d_]+)*|[%€$£]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MOST_CLAUSES = 8
_BREAK = re.compile(r",? and then |, then |,? and also |,? and |; |[.!?] |,? plus |, second |, ", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the last few parts of a text stand that may be requests of their own: it is cut where these are joined."""
    cuts = [0, *(place for match in _BREAK.finditer(text) for place in match.span()), len(text)]
    found = [(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True) if len(text[start:end].split()) > 1]
    return found[-_MOST_CLAUSES:]


def _split(text: str) -> list[str]:
    return text.split()


_SMALL = _split(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_UNITS = {word: value for value, word in enumerate(_SMALL)}
_TENS = {
    word: 10 * value for value, word in enumerate(_split("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
_ORDINALS = {
    **{word: value for value, word in enumerate(_split("third fourth fifth sixth seventh eighth ninth tenth"), 3)},
    **{f"{word}th": value for word, value in _UNITS.items() if value in {11, 13, 14, 15, 16, 17, 18, 19}},
    **{f"{word.removesuffix('y')}ieth": value for word, value in _TENS.items()},
    "first": 1,
    "twelfth": 12,
}
_LARGE = (("hundred",), ("thousand",), ("million",), ("billion",), ("trillion",), ("dozen",))
SECOND = "second"
_SAME = {"couple": "2", "pair": "2", "twice": "2", "thrice": "3", "once": "1"}
NUMBER_WORDS = frozenset({*_UNITS, *_TENS, *_SCALES, *_ORDINALS, *_SAME, SECOND}) | frozenset(
    _split("half halves quarter quarters double triple both single none hundreds thousands millions dozens")
)
"""Words that say a number or a share."""

STOPWORDS = frozenset(
    _split(
        "a an the and or but if of to in on at by for from with as is are was were be been am do does did have has had "
        "i me my mine you your he him his she her it its we us our they them their this that these those there here "
        "please can could would will shall should may might just so not no yes up out about into over than then too "
        "very s t ll re ve d m let lets"
    )
)

LONE_WORDS = STOPWORDS - {"no", "yes", "out", "s", "t", "d", "m", "a", "i", "us"} | frozenset(
    _split("how what who when where which why much many left")
)
"""Words that by themselves are no value of free text."""
PARTICLES = frozenset(_split("on off up down in left right over"))
"""Words that are a value where a state or a direction is asked for, and by themselves nowhere else."""
REFERRING = frozenset(
    _split("me my mine you your he him his she her us we our they them their this that these those it its here there")
)
"""Words that stand for somebody or something which may be known."""


def fold(text: str) -> str:
    """Casefolded text without accents and with plain apostrophes."""
    text = text.replace("’", "'").replace("−", "-")
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return text.casefold()


@lru_cache(maxsize=512)
def words(text: str) -> tuple[str, ...]:
    """The words, numbers and currency signs of a text; `7:30pm` gives `7 30 pm`, `shopping_list` gives two words."""
    folded = _THOUSANDS.sub("", fold(_CAMEL.sub(" ", text)))
    return tuple(token.removesuffix("'s") for token in _TOKEN.findall(folded))


@lru_cache(maxsize=512)
def digits(text: str) -> tuple[str, ...]:
    """`words`, with number words as digits: `twenty-five` gives `25`, `two and a half` gives `2.5`, `third` `3 rd`."""
    return tuple(_halves(list(_digits(words(text)))))


@lru_cache(maxsize=4096)
def number(token: str) -> float | None:
    """The number that a token of `words` is, or None."""
    try:
        return float(token)
    except ValueError:
        return None


def stands_in(part: str, text: str) -> bool:
    """Whether a text holds a part that does not begin or end inside a word."""
    at = text.find(part)
    while at >= 0:
        end = at + len(part)
        if not (at and _in_word(text[at - 1])) and not (end < len(text) and _in_word(text[end])):
            return True
        at = text.find(part, at + 1)
    return False


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def spoken_number(text: str) -> float | None:
    """The number that a whole text says (`4711`, `1,250.5`, `twenty-five`, `four seven one one`), or None."""
    found = digits(text)
    if len(found) > 1 and all(len(token) == 1 and token.isdigit() for token in found):
        found = ("".join(found),)
    return number(found[0]) if len(found) == 1 else None


def written(value: float) -> str:
    """A number as a token: `7`, `2.5`."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A crude English stem, the same for `city` and `cities`, `run` and `running`."""
    for suffix in ("ingly", "edly", "ings", "ing", "ies", "ied", "ed", "es", "er", "ly", "s", "e", "y"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            root = word.removesuffix(suffix)
            return root[:-1] if len(root) > 3 and root[-1] == root[-2] else root
    return word


def content(tokens: Iterable[str]) -> list[str]:
    """The tokens that carry meaning."""
    return [token for token in tokens if token not in STOPWORDS]


def _digits(tokens: tuple[str, ...]) -> Iterator[str]:
    position = 0
    while position < len(tokens):
        value, used = _spoken(tokens, position)
        if used:
            position += used
            negative = bool(position - used) and tokens[position - used - 1] in {"minus", "negative"}
            yield written(-value if negative else value)
            if tokens[position - 1] in _ORDINALS or tokens[position - 1] == SECOND:
                yield "th"
            continue
        yield _SAME.get(tokens[position], tokens[position])
        position += 1


def _spoken(tokens: tuple[str, ...], start: int) -> tuple[float, int]:
    """The number spoken from `start` on, and how many tokens it takes (0 if there is none)."""
    total, current, position, last = 0.0, 0.0, start, ""
    while position < len(tokens):
        token = tokens[position]
        kind = _kind(token, tokens, position)
        if kind == "scale":
            current, total = _scaled(token, current or 1.0, total)
        elif kind == "digit" and not last and tokens[position + 1 : position + 2][:1] in _LARGE:
            current = float(token)
        elif kind in {"unit", "ordinal"} and last in {"", "tens", "scale"}:
            value = _UNITS.get(token, _ORDINALS.get(token, 2))
            if last == "tens" and not 0 < value < 10:
                break
            current += value
        elif kind == "tens" and last in {"", "scale"}:
            current += _TENS[token]
        elif kind == "and" and last == "scale":
            position += 1
            continue
        else:
            break
        last = kind
        position += 1
        if kind == "ordinal":
            break
    used = position - start if last else 0
    if used and tokens[position - 1] == "and":
        used -= 1
    return total + current, used


def _kind(token: str, tokens: tuple[str, ...], position: int) -> str:
    if token in _UNITS:
        return "unit"
    if token in _TENS:
        return "tens"
    if token in _SCALES:
        return "scale"
    if token in _ORDINALS or (token == SECOND and tokens[position + 1 : position + 2] == ("of",)):
        return "ordinal"
    if token.isdigit():
        return "digit"
    following = tokens[position + 1] if position + 1 < len(tokens) else ""
    joins = following in _UNITS or following in _TENS
    return "and" if token in {"and"} and joins else ""


def _scaled(token: str, current: float, total: float) -> tuple[float, float]:
    scale = _SCALES[token]
    return (current * scale, total) if scale <= 100 else (0.0, total + current * scale)


def _halves(tokens: list[str]) -> Iterator[str]:
    """Join `2 and a half` to `2.5` and `2 point 5` to `2.5`."""
    position = 0
    while position < len(tokens):
        value = number(tokens[position])
        rest = tokens[position + 1 : position + 4]
        if value is not None and rest[:2] == ["and", "a"] and rest[2:] in (["half"], ["quarter"]):
            yield written(value + (0.5 if rest[2] == "half" else 0.25))
            position += 4
        elif value is not None and rest[:1] == ["point"] and len(rest) > 1 and rest[1].isdigit():
            yield f"{tokens[position]}.{rest[1]}"
            position += 3
        else:
            yield tokens[position]
            position += 1
