"""The base of all values: frozen, closed to unknown fields, JSON-able.

Knows nothing of what the values are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, JsonValue

JsonObject = dict[str, JsonValue]
JsonSchema = dict[str, Any]

P = ParamSpec("P")
V = TypeVar("V", bound="Value")

_slots: Any = vars(BaseModel)
_hold_fields = _slots["__dict__"].__set__
_hold_names = _slots["__pydantic_fields_set__"].__set__
_hold_extra = _slots["__pydantic_extra__"].__set__
_hold_private = _slots["__pydantic_private__"].__set__
_new = object.__new__


class Value(BaseModel):
    """Base of every value: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields replaced, unchecked; what a frozen value holds is shared, so this costs little."""
        if deep or self.__pydantic_private__:
            return super().model_copy(update=update, deep=deep)
        changes, names = update or {}, self.__pydantic_fields_set__
        if not names.issuperset(changes):
            names = names.union(changes)
        return _made(type(self), {**self.__dict__, **changes}, names)


def unchecked(kind: Callable[P, V]) -> Callable[P, V]:
    """The constructor of a class of values without its checks and conversions, for fields that are of their types.

    A step of the loop makes dozens of values from values; a type checker holds these calls to the same signature.
    """
    known = cast("type[V]", kind)
    fields = known.model_fields
    plain = {name: field.get_default() for name, field in fields.items() if field.default_factory is None}
    made_anew = tuple(name for name, field in fields.items() if field.default_factory is not None)
    template: dict[str, Any] = {name: plain.get(name) for name in fields}  # dumps list the fields in this order
    shared: dict[tuple[str, ...], set[str]] = {}  # what is frozen never changes which fields were given

    def make(*args: P.args, **given: P.kwargs) -> V:
        held: dict[str, Any] = {**template, **given}
        for name in made_anew:
            if name not in given:
                held[name] = fields[name].get_default(call_default_factory=True)
        names = tuple(given)
        if names not in shared:
            shared[names] = set(names)
        return _made(known, held, shared[names])

    return make


def replaced(value: V, name: str, new: object) -> V:
    """A copy with one field replaced, unchecked: the quickest way, for values that have nothing beside their fields."""
    held, names = value.__dict__.copy(), value.__pydantic_fields_set__
    held[name] = new
    return _made(type(value), held, names if name in names else {*names, name})


def _made(kind: type[V], held: dict[str, Any], names: set[str]) -> V:
    made = _new(kind)
    _hold_fields(made, held)
    _hold_names(made, names)
    _hold_extra(made, None)
    _hold_private(made, None)
    return made
