"""One projection under way, and the small things that all projections share.

What is shown of an item is in `project.py` and `me.py`.
"""

from dataclasses import dataclass, field
from typing import Any

from streamhub.core.event import EventState
from streamhub.core.forecast import Expected, forecast, public_forecast
from streamhub.core.ids import ActorId, LinkId, RoomId, SessionId
from streamhub.core.rundown import upcoming
from streamhub.core.views.shapes import View


@dataclass(slots=True)
class Frame:
    """One projection under way: the state, the view, and what was computed for it once."""

    state: EventState
    view: View
    room: RoomId | None
    expected: dict[RoomId, dict[SessionId, Expected]] = field(default_factory=dict)
    coming: dict[RoomId, list[SessionId]] = field(default_factory=dict)

    def has(self, room: RoomId) -> bool:
        """Whether `room` is in full view."""
        return self.room is None or self.room == room

    def expect(self, room: RoomId) -> dict[SessionId, Expected]:
        """The expected times of `room`: exact for the producer, rounded for all others."""
        if room not in self.expected:
            make = forecast if self.view is View.CONTROL else public_forecast
            self.expected[room] = make(
                self.state.agenda, self.state.rundown, room, self.state.clock_at
            )
        return self.expected[room]

    def upcoming(self, room: RoomId) -> list[SessionId]:
        """The sessions of `room` still to come."""
        if room not in self.coming:
            self.coming[room] = upcoming(self.state.agenda, self.state.rundown, room)
        return self.coming[room]

    def in_short(self, room: RoomId) -> set[SessionId]:
        """What of a room that is not in full view is shown all the same: live and next."""
        live = self.state.rundown.clock(room).live
        return {*([live] if live else []), *self.upcoming(room)[:1]}


def without_nothing(**fields: Any) -> Any:  # noqa: ANN401 - the caller's TypedDict says what it is
    """Return `fields` without those that are None: a projection holds no null."""
    return {key: value for key, value in fields.items() if value is not None}


def name_of(state: EventState, actor: ActorId) -> str:
    """How the crew calls somebody who acts: a link's name, else its role; else nothing."""
    link = state.links.get(LinkId(actor))
    return "" if link is None else link.name or link.role.value
