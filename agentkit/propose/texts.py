"""Regular expressions for the contents of strings: formats such as dates, and schema patterns made full matches.

Knows nothing of quoting. Dates are calendar dates: no February 30, and February 29 in leap years only.
"""

from __future__ import annotations

_YEAR = "[12][0-9]{3}"
_LEAP_YEAR = "([12][0-9](0[48]|[2468][048]|[13579][26])|(1[26]|2[048])00)"
_DATE = (
    f"({_YEAR}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
)
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_OFFSET = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(\.[A-Za-z][A-Za-z0-9]{{0,20}}){{0,2}}\.[A-Za-z]{{2,12}}"
_USER = r"[A-Za-z0-9_+-]{1,20}(\.[A-Za-z0-9_+-]{1,20}){0,3}"
_HEX = "[0-9a-f]"
_PATH = r"(/[A-Za-z0-9._~+-]{0,60}){0,8}(\?[A-Za-z0-9._~+=&-]{0,200})?"

FORMATS: dict[str, str] = {
    "date": _DATE,
    "time": rf"{_CLOCK}:[0-5][0-9](\.[0-9]{{1,6}})?{_OFFSET}",
    "date-time": rf"{_DATE}T{_CLOCK}:[0-5][0-9](\.[0-9]{{1,6}})?{_OFFSET}",
    "duration": r"P([1-9][0-9]{0,3}D(T[1-9][0-9]{0,3}(H|M|S))?|T([1-9][0-9]{0,3}H([1-9][0-9]?M)?|[1-9][0-9]{0,4}[MS]))",
    "email": f"{_USER}@{_DOMAIN}",
    "hostname": rf"{_LABEL}(\.{_LABEL}){{0,4}}",
    "ipv4": rf"{_OCTET}(\.{_OCTET}){{3}}",
    "ipv6": f"({_HEX}{{1,4}}:){{7}}{_HEX}{{1,4}}",
    "uuid": f"{_HEX}{{8}}-{_HEX}{{4}}-[1-5]{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}}",
    "uri": rf"https?://{_DOMAIN}(:[1-9][0-9]{{1,3}})?{_PATH}",
}
"""Contents by `format`; none of them needs escaping in JSON, and all are bounded."""

LOCAL: dict[str, str] = {"time": f"{_CLOCK}(:[0-5][0-9])?", "datetime": f"{_DATE}T{_CLOCK}(:[0-5][0-9])?"}
"""Contents by `x-type`: times on the user's own clock, without an offset."""


def full_match(pattern: str, slack: int) -> str:
    """The pattern as one that matches whole texts: JSON Schema patterns search, grammars match.

    A side without an anchor takes up to `slack` characters of anything.
    """
    free = f"[\\s\\S]{{0,{slack}}}"
    parts: list[str] = []
    for branch in _branches(pattern):
        start, end = branch.startswith("^"), _ends_anchored(branch)
        core = branch[1 if start else 0 : -1 if end else None]
        parts.append(("" if start else free) + f"(?:{core})" + ("" if end else free))
    return "|".join(parts)


def _branches(pattern: str) -> list[str]:
    """The alternatives at the top level of a pattern."""
    parts: list[str] = []
    depth, in_class, current, index = 0, False, "", 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            current += pattern[index : index + 2]
            index += 2
            continue
        if in_class:
            in_class = char != "]" or current.endswith(("[", "[^"))
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and not depth:
            parts.append(current)
            current, index = "", index + 1
            continue
        current += char
        index += 1
    return [*parts, current]


def _ends_anchored(branch: str) -> bool:
    if not branch.endswith("$"):
        return False
    backslashes = len(branch[:-1]) - len(branch[:-1].rstrip("\\"))
    return backslashes % 2 == 0
