"""`--set a.b.0.c=value`: a YAML value put into a document's data, with a place of its own for later errors.

Knows nothing of which keys are legal, except what the shorthands stand for.
"""

from __future__ import annotations

from typing import Any

from agentkit.spec.document import DataPath, Document, Span
from agentkit.spec.models import expand_model
from agentkit.spec.problems import Place, Problem
from agentkit.spec.shapes import dotted, is_list, is_mapping, shape_of


def override(document: Document, written: str) -> Problem | None:
    """Put `key=value` into the data of `document`; the problem, if that cannot be done."""
    place = Place(f"--set {written}")
    key, equals, text = written.partition("=")
    if not equals or not key.strip():
        return Problem(place, "an override is written key=value", "e.g. --set graph.max_steps=3")
    value = Document(place.source, text)
    if value.problems:
        return Problem(place, value.problems[0].message, value.problems[0].hint)
    path: DataPath = tuple(int(part) if part.isdecimal() else part for part in key.strip().split("."))
    target: Any = document.data
    for depth, part in enumerate(path[:-1]):
        opened = _opened(target, part, path[: depth + 1])
        if not _assign(target, part, opened):
            return _unreachable(place, path[: depth + 1], target)
        target = opened
    if not _assign(target, path[-1], value.data):
        return _unreachable(place, path, target)
    _claim(document, path, place)
    return None


def _opened(target: Any, part: str | int, path: DataPath) -> Any:
    """What stands at `part`; a missing value becomes a mapping, a shorthand what it stands for."""
    value = None
    if is_mapping(target):
        value = target.get(str(part))
    elif is_list(target) and isinstance(part, int) and part < len(target):
        value = target[part]
    if value is None:
        return {}
    if isinstance(value, str) and path[0] == "models":
        return expand_model(value)
    if isinstance(value, str) and path[0] in {"tools", "tasks"} and len(path) == 2:
        return {"path" if path[0] == "tools" else "task": value}
    return value


def _assign(target: Any, part: str | int, value: Any) -> bool:
    if is_mapping(target):
        target[str(part)] = value
        return True
    if is_list(target) and isinstance(part, int) and part <= len(target):
        target[part : part + 1] = [value]
        return True
    return False


def _claim(document: Document, path: DataPath, place: Place) -> None:
    """Errors about `path` and what lies below point at the override from now on."""
    for known in [known for known in document.spans if known[: len(path)] == path]:
        del document.spans[known]
    for depth in range(1, len(path)):
        document.spans.setdefault(path[:depth], Span(place, place))
    document.spans[path] = Span(place, place)


def _unreachable(place: Place, path: DataPath, target: Any) -> Problem:
    where = dotted(path[:-1])
    if is_list(target):
        hint = f"count its items from 0; {len(target)} adds one at its end"
        return Problem(place, f"`{where}` is a list of {len(target)}", hint)
    hint = f"set all of it: --set {'.'.join(map(str, path[:-1]))}=…"
    return Problem(place, f"`{where}` is {shape_of(target)} and holds no `{path[-1]}`", hint)
