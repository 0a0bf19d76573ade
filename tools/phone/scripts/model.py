"""What a script is: the shape of a request with slots, and steps whose arguments come from slots and readings.

Values only, as JSON on disk. Knows nothing of runs, screens or matching.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["time", "date", "email", "url", "phone", "number", "quoted", "name", "words"]
As = Literal["text", "clock", "hour", "minute", "day"]
How = Literal["is", "start", "label", "line"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Slot(_Value):
    """A value that stands in a request: of a kind, the `name` of something on a screen, or free `words`.

    `example` is that of the run. A slot that comes again in a shape is the same value again.
    """

    name: str
    kind: Kind
    example: str


class Form(_Value):
    """The value of a slot or a reading, in the form that a label, a field or an answer wants."""

    of: str
    form: As = "text"


Words = tuple[str | Form, ...]
"""A text in pieces: fixed ones, and values."""


class Target(_Value):
    """An element: by its label, or as the only one whose label is, or whose label or line holds, a value.

    `state` (on, off) must be as it was: a switch that stands otherwise would be turned the wrong way.
    """

    kind: str
    label: str = ""
    value: Form | None = None
    how: How = "is"
    state: str = ""


class Reading(_Value):
    """A value read off the screen: what follows `before` in a line, or in the detail of the row that `row` names."""

    name: str
    before: str = ""
    row: Target | None = None
    take: str = "whole"


class Place(_Value):
    """Where a step expects to be: the app in front, its title where that is fixed, the tab that is selected.

    Most of the labels in `shows` (the app's own, not its contents) have to be there, all texts in `says`, and none of
    the rows that the values in `absent` name.
    """

    app: str
    title: str = ""
    chosen: str = ""
    shows: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


class Step(_Value):
    """One call and what must hold before it. `tool` is a phone tool, or `finish`.

    `repeat` makes the call as often as a number slot says, `spell` taps a slot's characters one by one, `day` turns the
    months of a calendar to a date's before its day is tapped, `level` taps one of two labels until a number is shown.
    """

    tool: Literal["tap", "type_text", "open_app", "back", "home", "finish"]
    place: Place | None = None
    target: Target | None = None
    text: Words = ()
    enter: bool = False
    reads: tuple[Reading, ...] = ()
    repeat: str = ""
    spell: str = ""
    day: str = ""
    level: str = ""
    less: str = ""
    more: str = ""
    before: str = ""


class Script(_Value):
    """A compiled run. `shape` is the request in pieces: fixed text and slot names in braces."""

    request: str
    shape: tuple[str | Slot, ...]
    steps: tuple[Step, ...]
    allows: bool = Field(default=False, description="The run agreed to a permission that an app asked for.")

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots in the order of the request."""
        return tuple(piece for piece in self.shape if isinstance(piece, Slot))

    @property
    def fixed(self) -> tuple[str, ...]:
        """The fixed words of the request."""
        return tuple(word for piece in self.shape if isinstance(piece, str) for word in piece.lower().split())
