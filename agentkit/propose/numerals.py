"""Regular expressions for numbers within bounds, of bounded length, in JSON notation.

Knows nothing of schemas. Exponents are left out on purpose: they let a short text name an absurd value.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

DIGITS = 15
DECIMALS = 6


def integers(low: int | None = None, high: int | None = None) -> str:
    """The integers of [low, high]; a missing bound stands for 15 digits. Raises ValueError when there is none."""
    if low is None and high is None:
        return f"0|-?[1-9][0-9]{{0,{DIGITS - 1}}}"
    limit = 10**DIGITS - 1
    low = (-limit if high is None or high >= -limit else high - limit) if low is None else low
    high = (limit if low <= limit else low + limit) if high is None else high
    if low > high:
        raise ValueError(f"no integer lies between {low} and {high}")
    parts: list[str] = []
    if low < 0:
        parts.append("-(" + _natural(max(1, -high), -low) + ")")
    if high >= 0:
        parts.append(_natural(max(0, low), high))
    return "|".join(parts)


def decimals(low: Decimal | None = None, high: Decimal | None = None, places: int = DECIMALS) -> str:
    """The decimal numbers of [low, high] with at most `places` digits after the point.

    Bounds with more places are rounded inwards. Raises ValueError when no such number exists.
    """
    if low is None and high is None:
        return rf"-?(0|[1-9][0-9]{{0,{DIGITS - 1}}})(\.[0-9]{{1,{places}}})?" if places else integers()
    limit = Decimal(10**DIGITS - 1)
    low = (-limit if high is None or high >= -limit else high - limit) if low is None else low
    high = (limit if low <= limit else low + limit) if high is None else high
    unit = Decimal(1).scaleb(-places)
    low, high = low.quantize(unit, ROUND_CEILING), high.quantize(unit, ROUND_FLOOR)
    if low > high:
        raise ValueError(f"no number of {places} decimal places lies between {low} and {high}")
    parts: list[str] = []
    if low < 0:
        parts.append("-(" + _positive(max(unit, -high), -low, places) + ")")
    if high >= 0:
        parts.append(_positive(max(Decimal(0), low), high, places))
    return "|".join(parts)


def _natural(low: int, high: int) -> str:
    """The naturals of [low, high] without leading zeros, as alternatives of equal length."""
    parts: list[str] = []
    for length in range(len(str(low)), len(str(high)) + 1):
        first = max(low, 10 ** (length - 1) if length > 1 else 0)
        parts.append(_between(str(first), str(min(high, 10**length - 1))))
    return "|".join(parts)


def _between(low: str, high: str) -> str:
    """The digit strings of one length from `low` to `high`."""
    if low == high:
        return low
    if low[0] == high[0]:
        return low[0] + _group(_between(low[1:], high[1:]))
    rest = len(low) - 1
    if not rest:
        return f"[{low}-{high}]"
    parts: list[str] = []
    first, last = int(low[0]), int(high[0])
    if set(low[1:]) != {"0"}:
        parts.append(low[0] + _group(_between(low[1:], "9" * rest)))
        first += 1
    tail = set(high[1:]) != {"9"}
    if first <= last - tail:
        parts.append(f"[{first}-{last - tail}][0-9]{{{rest}}}")
    if tail:
        parts.append(high[0] + _group(_between("0" * rest, high[1:])))
    return "|".join(parts)


def _positive(low: Decimal, high: Decimal, places: int) -> str:
    """The non-negative decimals of [low, high], both already rounded to `places`."""
    if not places:
        return _natural(int(low), int(high))
    whole_low, whole_high = int(low), int(high)
    least, most = _fraction(low, places), _fraction(high, places)
    nines, zeros = "9" * places, "0" * places
    if whole_low == whole_high:
        return f"{whole_low}" + _fractions(least, most)
    parts: list[str] = []
    if least != zeros:
        parts.append(f"{whole_low}" + _fractions(least, nines))
        whole_low += 1
    full = most == nines
    if whole_low <= whole_high - (not full):
        parts.append(_group(_natural(whole_low, whole_high - (not full))) + rf"(\.[0-9]{{1,{places}}})?")
    if not full:
        parts.append(f"{whole_high}" + _fractions(zeros, most))
    return "|".join(parts)


def _fraction(value: Decimal, places: int) -> str:
    return f"{value:.{places}f}".rpartition(".")[2]


def _fractions(low: str, high: str) -> str:
    """The point and digits of a fraction from `low` to `high`, where missing digits count as zeros."""
    parts: list[str] = []
    for length in range(1, len(low) + 1):
        first = int(low[:length]) + (int(low[length:] or "0") > 0)
        if first <= int(high[:length]):
            parts.append(_between(str(first).zfill(length), high[:length]))
    body = rf"(\.({'|'.join(parts)}))"
    return f"{body}?" if not int(low) else body


def _group(pattern: str) -> str:
    return f"({pattern})" if "|" in pattern else pattern
