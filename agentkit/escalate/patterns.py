"""Private values that show by their form: what can be checked by a checksum is, the rest by its shape.

Pure: text in, spans out. Knows nothing of placeholders. It does not find names or addresses; those must be declared
private by the tool or the program.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """A private value in a text: its kind, and where it stands (end exclusive)."""

    kind: str
    start: int
    end: int


class Detector(NamedTuple):
    """Finds one kind: a pattern, and a test that a match must pass. The group `value`, if any, is what is private.

    `parts`: a match that fails is tried in parts, whole groups of characters, longest first; what a checksum covers
    may stand beside more digits.
    """

    kind: str
    pattern: re.Pattern[str]
    accepts: Callable[[str], bool] = lambda _: True
    parts: bool = False

    def find(self, text: str) -> Iterator[Found]:
        """The private values of this kind, in order."""
        group = "value" if "value" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            start, end = match.span(group)
            if self.accepts(match[group]):
                yield Found(self.kind, start, end)
            elif self.parts:
                yield from self._find_in_parts(text, start, end)

    def _find_in_parts(self, text: str, start: int, end: int) -> Iterator[Found]:
        groups = [match.span() for match in _GROUP.finditer(text, start, end)]
        spans = [(first[0], last[1]) for at, first in enumerate(groups) for last in groups[at:]]
        for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
            if last - first <= _LONGEST_NUMBER and self.accepts(text[first:last]):
                yield Found(self.kind, first, last)


_GROUP = re.compile(r"[^ \-]+")
_LONGEST_NUMBER = 48


def luhn(text: str) -> bool:
    """Whether 13 to 19 digits have a valid Luhn checksum (ISO/IEC 7812) and do not all repeat."""
    digits = [int(char) for char in text if char.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """Whether a text is an account number with a valid ISO 7064 mod-97 checksum."""
    plain = "".join(text.split()).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def address(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address, other than the bare `::`."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(char.isalnum() for char in text)


def coordinates(text: str) -> bool:
    """Whether a text is a latitude and a longitude within their ranges, in degrees."""
    latitude, longitude = (float(part) for part in text.split(","))
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _telephone(text: str) -> bool:
    return 7 <= sum(char.isdigit() for char in text) <= 15


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.VERBOSE | re.ASCII)


_SEPARATED = r"(?:[ \-./]?\d){%d,%d}"

DETECTORS: tuple[Detector, ...] = (
    Detector("SECRET", _pattern(r"-----BEGIN\ [A-Z ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END[^-]*-----|\Z)")),
    Detector("CREDENTIALS", _pattern(r"\b[a-zA-Z][a-zA-Z0-9+.\-]{1,20}://(?P<value>[^\s/@:]{1,256}:[^\s/@]{1,256})@")),
    Detector(
        "SECRET", _pattern(r"[?&](?:api_?key|access_token|token|key|sig|secret|password)=(?P<value>[^\s&\#]{4,512})")
    ),
    Detector("SECRET", _pattern(r"\b(?:sk|pk|rk)-[A-Za-z0-9_\-]{16,200} | \bgh[pousr]_[A-Za-z0-9]{20,255}")),
    Detector(
        "SECRET", _pattern(r"\bAKIA[A-Z0-9]{16}\b | \bxox[abprs]-[A-Za-z0-9\-]{10,200} | \bAIza[A-Za-z0-9_\-]{35}")
    ),
    Detector("SECRET", _pattern(r"\beyJ[A-Za-z0-9_\-]{8,4096}\.[A-Za-z0-9_\-]{8,8192}\.[A-Za-z0-9_\-]{8,4096}")),
    Detector("EMAIL", re.compile(r"[\w.%+\-']{1,64}@(?:[^\W_][\w\-]{0,62}\.){1,8}[^\W\d_]{2,24}")),
    Detector("IBAN", _pattern(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]){11,60}\b"), iban, parts=True),
    Detector("CARD", _pattern(r"(?<![\d.])\d(?:[ \-]?\d){12,80}(?!\d)"), luhn, parts=True),
    Detector("SSN", _pattern(r"(?<![\d\-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d\-])")),
    Detector("MAC", _pattern(r"(?<![\w:\-])(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}(?![\w:\-])")),
    Detector("IP", _pattern(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"), address),
    Detector(
        "IP",
        _pattern(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\d{0,3}(?:\.\d{1,3}){3})?(?![\w:])"),
        address,
    ),
    Detector(
        "LOCATION",
        _pattern(r"(?<![\d.])-?\d{1,2}\.\d{3,15}\s{0,3},\s{0,3}-?\d{1,3}\.\d{3,15}(?![\d.]*\d)"),
        coordinates,
    ),
    Detector(
        "PHONE", _pattern(r"(?<![\w+])\+\d[ \-./]?(?:\(\d{1,5}\))?" + _SEPARATED % (5, 14) + r"(?!\w)"), _telephone
    ),
    Detector("PHONE", _pattern(r"(?<![\w+])\(\d{2,5}\)[ ]?" + _SEPARATED % (5, 10) + r"(?!\w)"), _telephone),
    Detector("PHONE", _pattern(r"(?<![\w.\-/:])0" + _SEPARATED % (8, 13) + r"(?![\w:]|[.\-/]\d)"), _telephone),
    Detector("PHONE", _pattern(r"(?<![\w.\-/:])(?:1[ \-.])?\d{3}([ \-.])\d{3}\1\d{4}(?![\w:]|[.\-/]\d)"), _telephone),
    Detector("PHONE", _pattern(r"(?<![\w.\-/:])\d{3}-\d{4}(?![\w:]|[.\-/]\d)"), _telephone),
)
"""What is looked for when nothing else is said; order is of no consequence, overlapping finds are joined."""


def find(text: str, detectors: Iterable[Detector] = DETECTORS) -> Iterator[Found]:
    """Every private value that shows by its form; they may overlap."""
    for detector in detectors:
        yield from detector.find(text)
