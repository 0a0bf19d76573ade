"""What to write where a value does not fit: never empty, made from what the schema allows at the place.

Knows nothing of what pydantic found, except what kind of value was wanted.
"""

from __future__ import annotations

import json
from typing import Any, cast

from agentkit.spec.document import DataPath
from agentkit.spec.schema import keys_at, schemas_at, spec_schema
from agentkit.spec.shapes import is_list, is_mapping
from agentkit.spec.wording import in_words
from agentkit.types import JsonSchema

TEXT, LIST, MAPPING = "text", "a list", "a mapping of keys"
_NOWHERE = "`agentkit schema` says what may stand here"


def suggestion(path: DataPath, data: object, wanted: str, given: Any) -> str:
    """The next step for a value at `path`; `wanted` is the kind of value that should be there, empty when not known."""
    plain = not (is_mapping(given) or is_list(given))
    if wanted == TEXT and plain:
        return "put it in quotes"
    if wanted == LIST and plain:
        item = json.dumps(given, ensure_ascii=False) if not isinstance(given, str) or "," in given else given
        key = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
        return f"write `{key}[{item}]`"
    if wanted == LIST and is_mapping(given):
        return "begin each item with `- `"
    keys = ", ".join(keys_at(path, data)) if wanted == MAPPING else ""
    if keys:
        return f"the keys here are {keys}"
    return _allowed(path, data) or _NOWHERE


def _allowed(path: DataPath, data: object) -> str:
    """What the schema says of the place, and what holds when nothing stands there."""
    schemas = schemas_at(path, data)
    definitions = cast("dict[str, JsonSchema]", spec_schema()["$defs"])
    words = next((said for schema in schemas if (said := in_words(schema, definitions))), "")
    if not words:
        return ""
    first = schemas[0]
    default, about = first.get("default"), str(first.get("description", ""))
    unless = f"; {_shown(default)} when the key is left out" if isinstance(default, bool | int | float) else ""
    article = "a " if words.startswith(("whole", "number", "list")) else ""
    return f"it takes {article}{words}{unless}{f' - {about}' if about else ''}".replace("true, false", "true or false")


def _shown(default: float) -> str:
    return str(default).lower() if isinstance(default, bool) else f"{default:g}"
