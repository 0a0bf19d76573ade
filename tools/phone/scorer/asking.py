"""What kind of value a question asks for, and whether a line holds one: a time, a day, a name, a number, a length."""

from __future__ import annotations

import re
from functools import lru_cache

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_KINDS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "time": (
        re.compile(r"\bwhen\b|\btime\b|\bhow (?:late|early)\b|\bat what\b|\bhour\b"),
        re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]\.?m\b"),
    ),
    "day": (
        re.compile(r"\bwhen\b|\bdate\b|\b(?:which|what) (?:day|month|year)\b|\bon which\b"),
        re.compile(
            rf"\b\d{{1,2}}\.? {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b|\b{_DAY}\b|\btoday\b|\byesterday\b", re.IGNORECASE
        ),
    ),
    "name": (
        re.compile(r"\bwho(?:se|m)?\b|\bsender\b|\bperson\b|\bauthor\b|\bartist\b"),
        re.compile(r"\b[A-Z][\w'’-]+ [A-Z][\w'’-]+\b"),
    ),
    "count": (re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b"), re.compile(r"\d|\bno\b|\bnone\b", re.IGNORECASE)),
    "length": (
        re.compile(r"\bhow long\b|\blength\b|\blasts?\b|\bduration\b|\bminutes\b|\bhow much time\b"),
        re.compile(r"\b\d+ ?(?:s|sec|seconds?|min|minutes?|h|hours?|days?)\b"),
    ),
    "amount": (
        re.compile(r"\bhow (?:much|big|large|far|loud|bright|high|full)\b|\bsize\b|\blevel\b|\bpercent|\bdistance\b"),
        re.compile(r"\d+(?:[.,]\d+)? ?(?:%|[kKMG]?B\b|km\b|m\b|euros?\b|[€$£])|\d"),
    ),
    "mail": (re.compile(r"\be?-?mail address\b|'s e?-?mail\b"), re.compile(r"\S@\S")),
    "phone": (re.compile(r"\b(?:phone|telephone|mobile) number\b|'s number\b"), re.compile(r"\+?\d[\d -]{5,}\d")),
}


@lru_cache(maxsize=64)
def kinds(question: str) -> tuple[str, ...]:
    """The kinds of values that a question in small letters asks for; none where its form does not tell."""
    return tuple(kind for kind, (asks, _) in _KINDS.items() if asks.search(question))


def holds(kind: str, line: str) -> bool:
    """Whether a line holds a value of a kind."""
    return _KINDS[kind][1].search(line) is not None
