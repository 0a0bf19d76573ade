"""What is wrong with a type or schema, before the place of the tool is known. Knows nothing of tools."""

from __future__ import annotations


class SchemaFault(Exception):  # noqa: N818 - a finding, turned into an error where the place is known
    """A type or schema that tools cannot use: `path` of the argument, `why`, and the next step."""

    def __init__(self, path: str, why: str, hint: str) -> None:
        super().__init__(why)
        self.path, self.why, self.hint = path, why, hint
