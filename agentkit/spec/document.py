"""YAML 1.2 text -> plain data in which every value knows its line and column.

Knows nothing of what a spec may say. Dates stay text, as in JSON; tags other than YAML's own are refused; aliases and
merge keys work.
"""

# The nodes of ruamel.yaml are untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from agentkit.spec.problems import Place, Problem

_PREFIX = "tag:yaml.org,2002:"
_KNOWN = {f"{_PREFIX}{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge")}
_BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
MAX_NODES = 100_000
MAX_DEPTH = 100

DataPath = tuple[str | int, ...]


class Span(NamedTuple):
    """Where a value starts, and where the key in front of it does (the same place for list items)."""

    value: Place
    key: Place


class Document:
    """Parsed text: `data`, `spans` by path, and the `problems` found while reading."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.text = text
        self.lines = _BREAKS.split(text)
        self.data: Any = None
        self.empty = False
        self.spans: dict[DataPath, Span] = {}
        self.problems: list[Problem] = []
        self._count = 0
        self._yaml = YAML(typ="safe", pure=True)
        self._read()

    def place(self, path: DataPath, *, key: bool = False) -> Place:
        """Where `path` stands; the nearest enclosing value when it is not written down."""
        for length in range(len(path), -1, -1):
            span = self.spans.get(path[:length])
            if span is not None:
                return span.key if key and length == len(path) else span.value
        return Place(self.source)

    def problem(self, place: Place, message: str, hint: str) -> Problem:
        """A problem at `place`, with the line of the file it stands on."""
        ours = place.source == self.source and 0 < place.line <= len(self.lines)
        line = self.lines[place.line - 1] if ours else ""
        return Problem(place=place, message=message, hint=hint, excerpt=line)

    def _read(self) -> None:
        try:
            root = cast("Node | None", self._yaml.compose(self.text))
        except YAMLError as error:
            self.problems.append(self._syntax(error))
            return
        except RecursionError:
            self._complain(self._too_deep(), *_DEEP)
            return
        if root is None:
            self.empty = True
            self.spans[()] = Span(Place(self.source, 1), Place(self.source, 1))
            return
        self.data = self._build(root, (), self._at(root), ())

    def _at(self, node: Node) -> Place:
        start, end = node.start_mark, node.end_mark
        width = max(1, end.column - start.column) if end.line == start.line else 1
        return Place(self.source, start.line + 1, start.column + 1, width)

    def _build(self, node: Node, path: DataPath, key: Place, above: tuple[int, ...]) -> Any:
        self._count += 1
        place = self._at(node)
        refused = self._bounds(node, above)
        if refused:
            self._complain(place, *refused)
        if refused or self._count > MAX_NODES:
            return None
        self.spans.setdefault(path, Span(place, key))
        tag = str(node.tag)
        if tag not in _KNOWN:
            self._complain(place, f"the tag {tag} is not supported", "write plain values")
            return None
        above = (*above, id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path, above)
        if isinstance(node, SequenceNode):
            items = cast("list[Node]", node.value)
            return [self._build(item, (*path, i), self._at(item), above) for i, item in enumerate(items)]
        return self._scalar(node, tag, place)

    def _bounds(self, node: Node, above: tuple[int, ...]) -> tuple[str, str] | None:
        """What keeps a value from being read, whatever it is; too many values are told once."""
        if id(node) in above:
            return "an alias that contains itself", "write the value out, or name another `&anchor`"
        if len(above) >= MAX_DEPTH:
            return _DEEP
        if self._count == MAX_NODES + 1:
            return "too many values", f"a spec holds at most {MAX_NODES:,}, aliases written out; shorten its lists"
        return None

    def _too_deep(self) -> Place:
        """Where the nesting passes its limit; found from the parser's events, which need no stack."""
        depth = 0
        for event in self._yaml.parse(self.text):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > MAX_DEPTH:
                return Place(self.source, event.start_mark.line + 1, event.start_mark.column + 1)
        return Place(self.source, 1)

    def _scalar(self, node: Node, tag: str, place: Place) -> Any:
        if tag == f"{_PREFIX}timestamp":
            return str(node.value)
        if tag == f"{_PREFIX}str":
            return self._characters(str(node.value), place)
        try:
            return self._yaml.constructor.construct_object(node)
        except ValueError:  # YAML sees a number that Python refuses, such as one of 5,000 digits
            self._complain(place, "a number that cannot be read", "write fewer digits, or put text in quotes")
            return None

    def _characters(self, text: str, place: Place) -> str:
        """Text in which JSON's escaped surrogate pairs are the characters they stand for."""
        if text.isascii():
            return text
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            self._complain(place, "the text holds half of a surrogate pair", "write the character itself")
            return ""

    def _mapping(self, node: MappingNode, path: DataPath, above: tuple[int, ...]) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key_node, value_node in self._pairs(node):
            place = self._at(key_node)
            if str(key_node.tag) == f"{_PREFIX}merge":
                merged = {**self._merged(value_node, path, above), **merged}
                continue
            name = self._characters(str(key_node.value), place)
            if name in own:
                first = self.spans[(*path, name)].key.line
                self._complain(place, f"the key `{name}` stands here twice", f"it is first given on line {first}")
                continue
            own[name] = self._build(value_node, (*path, name), place, above)
        return {**merged, **own}

    def _merged(self, node: Node, path: DataPath, above: tuple[int, ...]) -> dict[str, Any]:
        sources = cast("list[Node]", node.value) if isinstance(node, SequenceNode) else [node]
        result: dict[str, Any] = {}
        for source in sources:
            if isinstance(source, MappingNode) and id(source) not in above:
                result = {**self._mapping(source, (*path, "<<"), (*above, id(source))), **result}
            else:
                self._complain(self._at(source), "`<<` merges mappings only", "point it at a `&name` of a mapping")
        return result

    def _pairs(self, node: MappingNode) -> Iterator[tuple[ScalarNode, Node]]:
        for key_node, value_node in cast("list[tuple[Node, Node]]", node.value):
            if isinstance(key_node, ScalarNode):
                yield key_node, value_node
            else:
                self._complain(self._at(key_node), "a key must be a word, not a list or mapping", "put it in quotes")

    def _complain(self, place: Place, message: str, hint: str) -> None:
        self.problems.append(self.problem(place, message, hint))

    def _syntax(self, error: YAMLError) -> Problem:
        if isinstance(error, ReaderError):
            before = _BREAKS.split(self.text[: error.position])
            place = Place(self.source, len(before), len(before[-1]) + 1)
            code = f"U+{ord(self.text[error.position]):04X}"
            hint = f'remove it, or write it as an escape in double quotes: "\\x{ord(self.text[error.position]):02x}"'
            return self.problem(place, f"the file holds a character that YAML does not allow, {code}", hint)
        if not isinstance(error, MarkedYAMLError):
            return self.problem(Place(self.source, 1), f"this is not YAML: {error}", _LOOK)
        mark = error.problem_mark or error.context_mark
        place = Place(self.source, mark.line + 1, mark.column + 1) if mark else Place(self.source, 1)
        if mark and place.line == len(self.lines) > 1 and not self.lines[-1]:  # the end of a file that ends in a break
            place = Place(self.source, place.line - 1, len(self.lines[-2]) + 1)
        message, hint = _explain(str(error.problem or error), str(error.context or ""))
        return self.problem(place, message, hint)


_DEEP = (f"the nesting goes deeper than {MAX_DEPTH} levels", "close the brackets; a spec needs less than ten levels")
_LOOK = "check the quotes, brackets and indentation here and in the line above"
_SENTENCES = (
    ("'\\t'", "a tab stands here; YAML indents with spaces", "replace the tab by spaces"),
    ("mapping values are not allowed", "no `:` can stand here", "quote text that holds `: `, or check the indentation"),
    ("found another document", "a second document starts here (`---`)", "a spec is one document"),
    ("unexpected end of stream", "the file ends inside quotes", "close the quote"),
    ("<stream end>", "the file ends inside brackets", "close the bracket"),
    ("could not find expected ':'", "this line is neither `key: value` nor part of the text above", "add the `:`"),
    ("cannot start any token", "a value cannot start like this", "quote text that starts with @, `, % or &"),
    ("unknown escape character", "a `\\` in double quotes begins an escape that does not exist", "use single quotes"),
    ("<block end>", "this line does not continue what is above it", "check its indentation, or quote the text"),
)


def _explain(problem: str, context: str) -> tuple[str, str]:
    """The YAML parser's sentence -> one a person can act on."""
    for part, message, hint in _SENTENCES:
        if part in problem:
            return message, hint
    hint = _LOOK
    if "undefined alias" in problem:
        hint = "set it before with `&name value`, or put text that begins with `*` in quotes"
    return f"this is not valid YAML: {problem}{f' ({context})' if context else ''}", hint
