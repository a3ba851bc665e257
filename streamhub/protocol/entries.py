"""What a journal entry and a snapshot say, as JSON, and how neighbouring versions read them.

The written rule, for nodes of version N and N+1 that run side by side on one journal:

- Unknown fields are ignored.
- A fact of a kind that this version does not know, or of a newer `schema` and not readable here, is
  passed over: who, when and the command's id are kept, and the rest of the entry takes effect.
- A node that passed something over, or began with a snapshot of a newer `schema`, goes on serving
  but keeps no snapshots: its state lacks what it could not read.
- So a new kind of fact must leave a state with which an older version may go on. One that must not
  be passed over takes two releases: the first reads it, the second writes it.

`SCHEMA` goes up by one whenever a fact, or a field of a fact or of the state, is added.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter, ValidationError

from streamhub.core.event import FACT_TYPES, Decision, EventState
from streamhub.core.table import Map

SCHEMA: Final = 5
"""1: as in the beginning; 2: `question.redacted`; 3: the plan changes, rooms follow the clock,
messages, options of displays. Nothing was released with 2: a node of it has no sessions that were
inserted, so it must not run beside one of 3. 4: sessions
say what their source calls them, their language, and whether they may be recorded; an
agenda is replaced by another; editions of what calendars were told are counted. 5: participants
are invited by links; streams and recordings, when a question was first shown, when somebody closed
questions; the address of an agenda is watched."""

_DECISIONS: Final[TypeAdapter[list[Decision]]] = TypeAdapter(list[Decision])
_STATE: Final[TypeAdapter[EventState]] = TypeAdapter(EventState)
_ENTRY_HEAD: Final = b'{"schema":%d,"decisions":' % SCHEMA
_SNAPSHOT_HEAD: Final = b'{"schema":%d,"state":' % SCHEMA


class Unreadable(ValueError):  # noqa: N818 - read as "the entry is unreadable"
    """An entry or snapshot that this version cannot read; the message says whose fault it is."""


@dataclass(frozen=True, slots=True)
class Read:
    """What an entry says: its decisions, and the kinds of the facts that were passed over."""

    decisions: list[Decision]
    passed_over: frozenset[str] = frozenset()


def encode_decisions(decisions: Sequence[Decision]) -> bytes:
    """Return the body of an entry."""
    return _ENTRY_HEAD + _DECISIONS.dump_json(list(decisions), exclude_none=True) + b"}"


def decode_decisions(body: bytes) -> list[Decision]:
    """Read the decisions of an entry; raises `Unreadable` where it is none."""
    return read_entry(body).decisions


def read_entry(body: bytes) -> Read:
    """Read an entry, and what had to be passed over; raises `Unreadable` where it is none."""
    if body.startswith(_ENTRY_HEAD):
        try:
            return Read(_DECISIONS.validate_json(body[len(_ENTRY_HEAD) : -1]))
        except ValidationError:
            pass  # a closer look tells what is wrong
    schema, decisions = _opened(body, "decisions")
    passed_over: set[str] = set()
    try:
        for decision in decisions:
            decision["facts"] = [
                fact for fact in decision["facts"] if not _unknown(fact, schema, passed_over)
            ]
        return Read(_DECISIONS.validate_python(decisions), frozenset(passed_over))
    except (ValidationError, TypeError, KeyError) as error:
        raise Unreadable(f"an entry of schema {schema} is not readable: {error}") from error


def _unknown(fact: dict[str, Any], schema: int, passed_over: set[str]) -> bool:
    known = FACT_TYPES.get(fact["type"])
    if known is not None:
        if schema <= SCHEMA:
            return False
        try:
            TypeAdapter(known).validate_python(fact)
        except ValidationError:
            pass
        else:
            return False
    passed_over.add(str(fact["type"]))
    return True


def _opened(body: bytes, part: str) -> tuple[int, Any]:
    """Return the schema and what is in the wrapping; in the beginning there was none."""
    try:
        held = json.loads(body)
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from error
    if isinstance(held, dict) and "schema" in held and part in held:
        return int(held["schema"]), held[part]
    return 1, held


def encode_state(state: EventState) -> bytes:
    """Return the body of a snapshot."""
    return b"".join(state_slices(state))


SLICE: Final = 250
"""About so many items of a table, with what they hold, are written down in one slice."""


def state_slices(state: EventState) -> Iterator[bytes]:
    """Yield the body of a snapshot, a few milliseconds' work each time.

    After a day of votes the whole takes a third of a second, in which nobody would be answered.
    """
    yield _SNAPSHOT_HEAD
    yield from _object_slices(state)
    yield b"}"


def _object_slices(value: Any) -> Iterator[bytes]:  # noqa: ANN401 - any part of the state
    """Yield an object of which at least one field is not as usual."""
    comma = b"{"
    for field, kind in _fields_of(type(value)):
        part = getattr(value, field.name)
        if part == field.default:
            continue
        yield comma + b'"%s":' % field.name.encode()
        yield from _slices(part, kind)
        comma = b","
    yield b"}"


def _slices(part: Any, kind: Any) -> Iterator[bytes]:  # noqa: ANN401 - any part of the state
    if isinstance(part, Map):
        yield from _table_slices(part, kind)
    elif is_dataclass(part) and any(
        isinstance(getattr(part, field.name), Map) for field, _ in _fields_of(type(part))
    ):
        yield from _object_slices(part)
    else:
        yield _adapter(kind).dump_json(part, exclude_defaults=True)


def _table_slices(table: Map[Any, Any], kind: Any) -> Iterator[bytes]:  # noqa: ANN401 - a type
    adapter, items = _adapter(kind), iter(table.items())
    comma = b"{"
    while some := _some(items):
        yield comma + adapter.dump_json(Map(some), exclude_defaults=True)[1:-1]
        comma = b","
    yield b"{}" if comma == b"{" else b"}"


def _some(items: Iterator[tuple[Any, Any]]) -> dict[Any, Any]:
    """Take items that together hold about `SLICE`."""
    taken: dict[Any, Any] = {}
    weight = 0
    while weight < SLICE and (item := next(items, None)) is not None:
        taken[item[0]] = item[1]
        weight += 1 + (len(item[1]) if isinstance(item[1], Map) else 0)
    return taken


_FIELDS: Final[dict[type, tuple[tuple[Field[Any], Any], ...]]] = {}


def _fields_of(kind: type) -> tuple[tuple[Field[Any], Any], ...]:
    if kind not in _FIELDS:
        hints = get_type_hints(kind, include_extras=True)
        _FIELDS[kind] = tuple((field, hints[field.name]) for field in fields(kind))
    return _FIELDS[kind]


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type
    return TypeAdapter(kind)


def decode_state(body: bytes) -> EventState:
    """Read the state of a snapshot; raises `Unreadable`."""
    return read_snapshot(body)[0]


def read_snapshot(body: bytes) -> tuple[EventState, bool]:
    """Read the state of a snapshot; tell also whether a newer version wrote it.

    Raises `Unreadable` where it is none, or where too much of it is new.
    """
    if body.startswith(_SNAPSHOT_HEAD):
        try:
            return _STATE.validate_json(body[len(_SNAPSHOT_HEAD) : -1]), False
        except ValidationError as error:
            raise Unreadable(f"a snapshot is not readable: {error}") from error
    schema, state = _opened(body, "state")
    try:
        return _STATE.validate_json(json.dumps(state)), schema > SCHEMA
    except ValidationError as error:
        if schema > SCHEMA:
            raise Unreadable(
                f"a newer streamhub wrote the snapshot (schema {schema}, here {SCHEMA} is known):"
                " install that version on this node"
            ) from error
        raise Unreadable(f"a snapshot of schema {schema} is not readable: {error}") from error
