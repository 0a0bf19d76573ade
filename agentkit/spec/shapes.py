"""What kind of thing plain data is, in a way the type checker understands and a person would say."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether this is a mapping, as YAML gives it."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether this is a list, as YAML gives it."""
    return isinstance(value, list)


def child(data: object, part: str | int) -> tuple[bool, Any]:
    """Whether `part` is a key or index of `data`, and what stands there."""
    if is_mapping(data) and part in data:
        return True, data[str(part)]
    if is_list(data) and isinstance(part, int) and part < len(data):
        return True, data[part]
    return False, None


def shape_of(value: object) -> str:
    """What a person would call a value."""
    if value is None:
        return "nothing"
    if is_mapping(value):
        return "a mapping"
    if is_list(value):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return f"the text {value!r}" if isinstance(value, str) else f"the number {value}"


def dotted(path: tuple[str | int, ...]) -> str:
    """`("tasks", 0, "expect")` -> `tasks[0].expect`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def one_key(given: Any, name: str, content: str) -> Any:
    """Expand the shorthands `x` and `x: {...}` to `{name: x}` and `{name: x, content: {...}}`; leave the rest."""
    if isinstance(given, str):
        return {name: given}
    if is_mapping(given) and name not in given and len(given) == 1:
        ((key, value),) = given.items()
        return {name: key, content: {} if value is None else value}
    return given
