"""Channels: one view of one room, projected once for everybody who looks at it.

A channel holds the view as it was last sent, what has been touched since, and a bounded history
from which a client that was away gets one patch. Its cursor moves only when something that it shows
changed. When a change is sent is decided in `publisher.py`.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from streamhub.core import merge
from streamhub.core.event import EventState
from streamhub.core.ids import Ms, RoomId
from streamhub.core.merge import Json
from streamhub.core.views import Touched, View, project, project_touched, takes_back

HISTORY: Final = 500
"""How many patches back a client can resume."""
HISTORY_BYTES: Final = 8 << 20
"""How much memory that may take for one channel, about; beyond, fewer patches are kept."""
TOLD_MOST: Final = 16 << 20
"""How many characters of answers to clients that were away are kept for others like them."""

Items = dict[str, dict[str, Any]]
"""`{section: {id: item}}`; None is an item that is not there."""


class Step(NamedTuple):
    """What one patch that went out replaced: each item as it was before, and their size."""

    before: Items
    size: int


@dataclass(slots=True)
class Channel:
    """One (view, room) of one event.

    `sent_at` is when the last patch went out, in seconds of the loop's clock. `history` has a
    `Step` for each cursor that the channel left.
    """

    view: View
    room: RoomId | None
    state: Json
    cursor: str
    touched: Touched = field(default_factory=Touched)
    sent_at: float = float("-inf")
    history: OrderedDict[str, Step] = field(default_factory=OrderedDict)
    _size: int = 0
    _snapshot: str | None = None
    _told: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _told_size: int = 0
    _parts: dict[str, dict[tuple[str, int], str]] = field(default_factory=dict)

    @classmethod
    def open(cls, view: View, room: RoomId | None, event: EventState, cursor: str) -> "Channel":
        """Project `view` for the first time."""
        return cls(view, room, project(event, view, room), cursor)

    @property
    def seq(self) -> int:
        """The number in the cursor."""
        return int(self.cursor.partition(".")[0])

    # --- moving on ------------------------------------------------------------------------------

    def is_urgent(self, event: EventState) -> bool:
        """Whether what was touched may not wait."""
        if self.touched.urgent:
            return True
        held: dict[str, Json] = self.state["questions"]
        doubtful = self.touched.doubtful & held.keys()
        self.touched.doubtful.clear()
        if not doubtful:
            return False
        now = project_touched(event, self.view, self.room, Touched(questions=doubtful))["questions"]
        return any(takes_back(held[name], item) for name, item in now.items())

    def flush(self, event: EventState, cursor: str, now: Ms) -> dict[str, Any] | None:
        """Bring the channel up to `cursor`; return the `PatchMessage`, if anything changed."""
        touched, self.touched = self.touched, Touched()
        patch: Json = {}
        before: Items = {}
        size = 0
        state = dict(self.state)
        for section, items in self._renewed(event, touched).items():
            held = self.state[section]
            old = {name: held[name] for name in items if name in held}
            new = {name: item for name, item in items.items() if item is not None}
            changes = merge.diff(old, new)
            if changes:
                patch[section] = changes
                before[section] = {name: old.get(name) for name in changes}
                size += sum(_size(old.get(name), new.get(name)) for name in changes)
                state[section] = _renewed(held, {name: new.get(name) for name in changes})
        if not patch:
            return None
        self._keep(Step(before, size))
        message = {"from": self.cursor, "to": cursor, "at": now, "patch": patch}
        self.state, self.cursor, self._snapshot = state, cursor, None
        self._forget_told()
        return message

    def _renewed(self, event: EventState, touched: Touched) -> Items:
        if not touched.everything:
            renewed = project_touched(event, self.view, self.room, touched)
            if "event" in renewed:  # whole, so what it does not have is gone
                renewed["event"] = dict.fromkeys(self.state["event"]) | renewed["event"]
            return renewed
        fresh: Items = project(event, self.view, self.room)
        return {
            section: dict.fromkeys(self.state[section]) | items for section, items in fresh.items()
        }

    def _keep(self, step: Step) -> None:
        self.history[self.cursor] = step
        self._size += step.size
        while len(self.history) > HISTORY or self._size > HISTORY_BYTES:
            self._size -= self.history.popitem(last=False)[1].size

    def forget_history(self) -> None:
        """Forget what the view looked like before: something in it must not be kept."""
        self.history.clear()
        self._size = 0
        self._forget_told()

    def _forget_told(self) -> None:
        self._told.clear()
        self._told_size = 0
        self._parts.clear()

    # --- bringing others up to date -------------------------------------------------------------

    def snapshot(self, now: Ms) -> str:
        """Return the `SnapshotMessage` as JSON; encoded once per cursor."""
        if self._snapshot is None:
            body = {
                "cursor": self.cursor,
                "at": now,
                "view": self.view.value,
                "state": self.state,
            }
            self._snapshot = encode(body)
        return self._snapshot

    def catch_up(self, cursor: str | None, now: Ms) -> tuple[Literal["patch", "snapshot"], str]:
        """Return what leads a client from `cursor` to here: the message's name, and it as JSON.

        A `PatchMessage` where the history reaches back so far, encoded once for all who are at the
        same cursor; else the `SnapshotMessage`.
        """
        if cursor is None or (cursor != self.cursor and cursor not in self.history):
            return "snapshot", self.snapshot(now)
        told = self._told.get(cursor)
        if told is None:
            head = encode({"from": cursor, "to": self.cursor, "at": now})
            told = self._told[cursor] = f'{head[:-1]},"patch":{self._patch_since(cursor)}}}'
            self._told_size += len(told)
            while self._told_size > TOLD_MOST:
                self._told_size -= len(self._told.popitem(last=False)[1])
        return "patch", told

    def _patch_since(self, cursor: str) -> str:
        """Return the merge patch from `cursor` as JSON, put together from one part for each item.

        Clients that come back from different moments mostly miss the same changes: until the
        channel moves on, the part of an item is made once for each state that it was left in.
        """
        sections: list[str] = []
        for section, items in self._items_at(cursor).items():
            held, known = self.state[section], self._parts.setdefault(section, {})
            parts: list[str] = []
            for name, old in items.items():
                key = (name, id(old))  # the history holds it: no other can have this id
                part = known.get(key)
                if part is None:
                    part = known[key] = _part(name, old, held.get(name))
                if part:
                    parts.append(part)
            if parts:
                sections.append(f'"{section}":{{{",".join(parts)}}}')
        return f"{{{','.join(sections)}}}"

    def _items_at(self, cursor: str) -> Items:
        """Return what changed since `cursor`, as it was there: of several, the first is right."""
        found: Items = {}
        if cursor != self.cursor:
            for left, step in reversed(self.history.items()):
                for section, items in step.before.items():
                    found.setdefault(section, {}).update(items)
                if left == cursor:
                    break
        return found


def _renewed(held: Json, items: Mapping[str, Any]) -> Json:
    new = dict(held)
    for name, item in items.items():
        if item is None:
            del new[name]
        else:
            new[name] = item
    return new


def _part(name: str, old: object, new: object) -> str:
    """Return what a merge patch says of one item, as JSON; nothing where it is as it was."""
    if isinstance(old, dict) and isinstance(new, dict):
        inner = merge.diff(old, new)
        change = {name: inner} if inner else {}
    else:
        change = merge.diff(_only(name, old), _only(name, new))
    return encode(change)[1:-1] if change else ""


def _only(name: str, item: object) -> Json:
    return {} if item is None else {name: item}


def _size(old: object, new: object) -> int:
    """About how many bytes it takes to keep `old` beside `new`, which took its place."""
    if old is new:
        return 0
    if isinstance(old, dict):
        after = new if isinstance(new, dict) else {}
        inner = sum(_size(value, after.get(key)) for key, value in old.items())
        return 100 + 25 * len(old) + inner
    if isinstance(old, list):
        return 100 + sum(_size(value, None) for value in old)
    return 60 + len(old) if isinstance(old, str) else 30


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(message: object) -> str:
    """Return the one JSON text that every connection of a channel gets."""
    return _ENCODER.encode(message)
