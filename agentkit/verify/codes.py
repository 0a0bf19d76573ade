"""What short codes stand for: languages (ISO 639-1), currencies (ISO 4217) and units, each with its English names.

The common ones only; a code that is not here is compared letter by letter. Knows nothing of calls.
"""

from __future__ import annotations

_LANGUAGES = (
    "ar arabic, bn bengali, cs czech, da danish, de german, el greek, en english, es spanish, et estonian, fa persian, "
    "fi finnish, fr french, he hebrew, hi hindi, hu hungarian, id indonesian, it italian, ja japanese, ko korean, "
    "lt lithuanian, lv latvian, nl dutch, no norwegian, pl polish, pt portuguese, ro romanian, ru russian, sk slovak, "
    "sl slovenian, sv swedish, th thai, tr turkish, uk ukrainian, vi vietnamese, zh chinese"
)
_CURRENCIES = (
    "usd dollar $, eur euro €, gbp pound sterling £, jpy yen, chf franc, cny yuan, inr rupee, cad dollar, aud dollar, "
    "sek krona, nok krone, dkk krone, pln zloty, brl real, krw won, mxn peso, zar rand, try lira"
)
_UNITS = (
    "km kilometer kilometre, mi mile, m meter metre, cm centimeter centimetre, mm millimeter millimetre, ft foot feet, "
    "in inch, yd yard, kg kilogram kilo, g gram, lb pound, oz ounce, l liter litre, ml milliliter millilitre, "
    "gal gallon, c celsius centigrade, f fahrenheit, k kelvin, h hour, min minute, s second, ms millisecond, "
    "kmh kilometer kilometre, mph mile, kb kilobyte, mb megabyte, gb gigabyte, tb terabyte"
)


def _table(*lists: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for entry in ", ".join(lists).split(", "):
        code, *names = entry.split()
        table[code] = (*table.get(code, ()), *names)
    return table


CODES = _table(_LANGUAGES, _CURRENCIES, _UNITS)
