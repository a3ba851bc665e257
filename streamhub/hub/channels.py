"""Channels: one view of one room, projected once for everybody who looks at it.

A channel holds the view as it was last sent, what has been touched since, and a bounded history
from which a client that was away gets one patch. Its cursor moves only when something that it shows
changed.
"""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from streamhub.core import merge
from streamhub.core.event import EventState
from streamhub.core.ids import Ms, RoomId
from streamhub.core.merge import Json
from streamhub.core.views import Touched, View, project, project_touched

HISTORY: Final = 500
"""How many patches back a client can resume."""


class Step(NamedTuple):
    """One patch that went out, and the one that takes it back."""

    before: str
    back: Json


@dataclass(slots=True)
class Channel:
    """One (view, room) of one event."""

    view: View
    room: RoomId | None
    state: Json
    cursor: str
    touched: Touched = field(default_factory=Touched)
    sent_at: Ms = 0
    history: deque[Step] = field(default_factory=lambda: deque(maxlen=HISTORY))
    _snapshot: str | None = None

    @classmethod
    def open(cls, view: View, room: RoomId | None, event: EventState, cursor: str) -> "Channel":
        """Project `view` for the first time."""
        return cls(view, room, project(event, view, room), cursor)

    def flush(self, event: EventState, cursor: str, now: Ms) -> dict[str, Any] | None:
        """Bring the channel up to `cursor`; return the `PatchMessage`, if anything changed."""
        touched, self.touched = self.touched, Touched()
        new = self._renewed(event, touched)
        patch = merge.diff(self.state, new)
        if not patch:
            return None
        self.history.append(Step(self.cursor, merge.diff(new, self.state)))
        message = {"from": self.cursor, "to": cursor, "at": now, "patch": patch}
        self.state, self.cursor, self.sent_at, self._snapshot = new, cursor, now, None
        return message

    def _renewed(self, event: EventState, touched: Touched) -> Json:
        if touched.everything:
            return project(event, self.view, self.room)
        new = dict(self.state)
        for section, items in project_touched(event, self.view, self.room, touched).items():
            if items:
                renewed = dict(new[section])
                for name, item in items.items():
                    if item is None:
                        renewed.pop(name, None)
                    else:
                        renewed[name] = item
                new[section] = renewed
        return new

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

    def resume(self, cursor: str, now: Ms) -> dict[str, Any] | None:
        """Return one `PatchMessage` from `cursor` to here; None where a snapshot is needed."""
        if cursor == self.cursor:
            return {"from": cursor, "to": cursor, "at": now, "patch": {}}
        old = self.state
        for step in reversed(self.history):
            old = merge.apply(old, step.back)
            if step.before == cursor:
                patch = merge.diff(old, self.state)
                return {"from": cursor, "to": self.cursor, "at": now, "patch": patch}
        return None


def encode(message: object) -> str:
    """Return the one JSON text that every connection of a channel gets."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
