"""Read what a docstring says of a function: summary, arguments, result; in Google, numpy or Sphinx style.

Knows nothing of types. griffe does the parsing, and is imported only for docstrings that have sections.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, cast

Style = Literal["google", "numpy", "sphinx"]

_STYLES: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("sphinx", re.compile(r"^\s*:(param|parameter|arg|argument|return|returns|raises|type|rtype)\b[^:\n]*:", re.M)),
    (
        "numpy",
        re.compile(r"^[ \t]*(Parameters|Other Parameters|Returns|Raises|Notes|Examples)[ \t]*\n[ \t]*-{3,}", re.M),
    ),
    (
        "google",
        re.compile(r"^[ \t]*(Args|Arguments|Params|Parameters|Returns|Raises|Note|Example|Examples):[ \t]*$", re.M),
    ),
)


@dataclass(frozen=True)
class Docs:
    """A docstring taken apart: `summary` is the prose before the sections, with its line breaks."""

    summary: str = ""
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    returns: str = ""


def style_of(text: str) -> Style | None:
    """The style whose section marks the text shows, or None for plain prose."""
    return next((style for style, mark in _STYLES if mark.search(text)), None)


def read(function: Callable[..., Any]) -> Docs:
    """Read a function's docstring, behind partials; a missing one gives empty docs."""
    while isinstance(function, partial):
        function = cast("partial[Any]", function).func
    return parse(inspect.getdoc(function) or "")


def parse(text: str) -> Docs:
    """Take a docstring apart; prose without sections costs no parser."""
    style = style_of(text)
    return Docs(summary=text.strip()) if style is None else _sections(text, style)


def _sections(text: str, style: Style) -> Docs:
    import griffe

    docstring = griffe.Docstring(inspect.cleandoc(text))
    sections = (
        griffe.parse_google(docstring, warnings=False)
        if style == "google"
        else griffe.parse_numpy(docstring, warnings=False)
        if style == "numpy"
        else griffe.parse_sphinx(docstring, warnings=False)
    )
    summary: list[str] = []
    arguments: dict[str, str] = {}
    returns: list[str] = []
    for section in sections:
        if isinstance(section, griffe.DocstringSectionText) and not arguments and not returns:
            summary.append(section.value.strip())
        elif isinstance(section, griffe.DocstringSectionParameters | griffe.DocstringSectionOtherParameters):
            arguments |= {parameter.name.lstrip("*"): _line(parameter.description) for parameter in section.value}
        elif isinstance(section, griffe.DocstringSectionReturns):
            returns.extend(_line(item.description) for item in section.value)
    return Docs("\n\n".join(filter(None, summary)), arguments, " ".join(filter(None, returns)))


def _line(text: str) -> str:
    return " ".join(text.split())
