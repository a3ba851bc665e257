"""YAML and JSON as one tree whose every node knows its line; nothing here knows about agendas.

Scalars stay text: what `08:30`, `no` or `2022-06-21` means is for the field to say, not for YAML.
Refused outright: anchors, aliases and tags (YAML's ways to blow up a reader), nesting beyond
`MAX_DEPTH`, several documents in one file, and text that is not UTF-8.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

import yaml

from streamhub.core.said import Said
from streamhub.formats.problems import AgendaFileError, Problem

MAX_DEPTH: Final = 12
MAX_NODES: Final = 300_000
"""Texts, lists and keyed things: twice what the largest agenda has."""
NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text. `plain` is False where it stood in quotes, so that `"null"` is a text."""

    line: int
    text: str
    plain: bool

    @property
    def is_null(self) -> bool:
        """Whether nothing was written."""
        return self.plain and self.text in NULLS


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    line: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Keyed:
    """Keys with values, in the order of the file; the same key may stand there twice."""

    line: int
    pairs: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Listed | Keyed

_NOT_YAML: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _fail(line: int | None, message: Said, hint: Said) -> NoReturn:
    raise AgendaFileError([Problem("", message, hint, line)])


def _too_many(line: int) -> NoReturn:
    _fail(
        line,
        Said("Here the {most}th text or list begins.", most=MAX_NODES),
        Said("Split it into several events."),
    )


def _too_deep(line: int | None) -> NoReturn:
    _fail(
        line,
        Said("This is nested more than {most} deep.", most=MAX_DEPTH),
        Said("An agenda needs four."),
    )


def decode(data: bytes, max_bytes: int) -> str:
    """Return the file's text, or raise `AgendaFileError` if it is too large or not UTF-8."""
    if len(data) > max_bytes:
        _fail(
            None,
            Said(
                "The file has {number} {what}; {most} are the most.",
                number=len(data),
                what=Said("bytes"),
                most=max_bytes,
            ),
            Said("Split the agenda into several events, or shorten its texts."),
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _fail(
            data.count(b"\n", 0, error.start) + 1,
            Said("The byte {byte} is not UTF-8.", byte=f"0x{data[error.start]:02X}"),
            Said("Save the file in the encoding UTF-8."),
        )


def read_yaml(text: str) -> Node:
    """Parse one YAML document, or raise `AgendaFileError`."""
    if found := _NOT_YAML.search(text):
        _fail(
            text.count("\n", 0, found.start()) + 1,
            Said(
                "The character {character} cannot stand in YAML.",
                character=f"U+{ord(found.group()):04X}",
            ),
            Said("Remove control characters; paste texts as plain text."),
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Yaml(yaml.parse(text, Loader=loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        _fail(
            mark.line + 1 if mark else None,
            Said("This is not YAML: {why}.", why=said),
            Said(
                "Look at the indentation (spaces, never tabs), and put text that contains ': ' or "
                "starts with a special character in quotes."
            ),
        )
    except yaml.YAMLError as error:
        _fail(
            None,
            Said("This is not YAML: {why}.", why=str(error)),
            Said("Save it as plain text in UTF-8."),
        )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Yaml:
    """Builds nodes from the parser's events, so that nothing is expanded before it is refused."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._count = 0

    def document(self) -> Node:
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return Scalar(1, "", plain=True)
        node = self._node(next(self._events), 1)
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            _fail(
                _line(event),
                Said("A second document starts here."),
                Said("Write one agenda per file; remove the line `---`."),
            )
        return node

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        self._count += 1
        if self._count > MAX_NODES:
            _too_many(line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            _fail(
                line,
                Said("Anchors and aliases (& and *) are not read."),
                Said("Write the value out; put text that starts with & or * in quotes."),
            )
        if getattr(event, "tag", None) is not None:
            _fail(
                line,
                Said("Tags (!) are not read."),
                Said("Remove it; put text that starts with ! in quotes."),
            )
        if depth > MAX_DEPTH:
            _too_deep(line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Listed(line, tuple(self._items(depth)))
        if isinstance(event, yaml.MappingStartEvent):
            return Keyed(line, tuple(self._pairs(depth)))
        if not isinstance(event, yaml.ScalarEvent):  # pragma: no cover - there is no other event
            raise TypeError(event)
        return Scalar(line, event.value, plain=not event.style)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                _fail(key.line, Said("A key must be a word."), Said("Write `key: value`."))
            yield key, self._node(next(self._events), depth + 1)


_TOKEN: Final = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>[{}\[\]])|(?P<plain>[^ \t\r\n,:\[\]{}"]+)'
)


def read_json(text: str) -> Node:
    """Parse JSON, or raise `AgendaFileError`."""
    try:
        # Python's parser judges; the tokens are read again only to learn their lines.
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        _fail(
            error.lineno,
            Said("This is not JSON: {why}, at column {column}.", why=error.msg, column=error.colno),
            Said("Look for a comma or quote that is missing or too many just before it."),
        )
    except RecursionError:
        _too_deep(None)
    except _ConstantError as error:
        _fail(None, Said("{text} is not a JSON number.", text=str(error)), Said("Remove it."))
    return _Json(text).node(1)


class _ConstantError(Exception):
    pass


def _no_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


class _Json:
    """Walks the tokens of a text that is known to be JSON."""

    def __init__(self, text: str) -> None:
        self._breaks = [i for i, character in enumerate(text) if character == "\n"]
        self._tokens = (match for match in _TOKEN.finditer(text))
        self._count = 0

    def node(self, depth: int) -> Node:
        node = self._node_or_end(depth)
        if node is None:  # pragma: no cover - the text is known to be JSON
            raise ValueError
        return node

    def _node_or_end(self, depth: int) -> Node | None:
        token = next(self._tokens)
        kind = token.lastgroup or ""
        said = token[kind]
        line = bisect_right(self._breaks, token.start(kind)) + 1
        self._count += 1
        if self._count > MAX_NODES:
            _too_many(line)
        if depth > MAX_DEPTH and said not in "]}":
            _too_deep(line)
        if kind == "string":
            return Scalar(line, json.loads(said), plain=False)
        if kind == "plain":
            return Scalar(line, said, plain=True)
        if said == "[":
            return Listed(line, tuple(self._items(depth)))
        if said == "{":
            return Keyed(line, tuple(self._pairs(depth)))
        return None

    def _items(self, depth: int) -> Iterator[Node]:
        while (node := self._node_or_end(depth + 1)) is not None:
            yield node

    def _pairs(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        while isinstance(key := self._node_or_end(depth + 1), Scalar):
            yield key, self.node(depth + 1)
