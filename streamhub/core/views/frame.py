"""One projection under way, and the small things that all projections share.

What is shown of an item is in `project.py` and `me.py`.
"""

from dataclasses import dataclass, field
from typing import Any

from streamhub.core.event import EventState
from streamhub.core.forecast import Expected, Outlook, outlook, public_forecast
from streamhub.core.ids import ActorId, LinkId, RoomId, SessionId
from streamhub.core.openings import Doors
from streamhub.core.views.shapes import View


@dataclass(frozen=True, slots=True)
class RoomFrame:
    """What is computed once for all sessions of a room.

    `expected` is exact for the producer, rounded for all others; `places` is the running order.
    """

    ahead: Outlook
    doors: Doors
    expected: dict[SessionId, Expected]
    places: dict[SessionId, int]

    @property
    def live(self) -> SessionId | None:
        """What is on air."""
        return self.ahead.rundown.clock(self.ahead.room).live


@dataclass(slots=True)
class Frame:
    """One projection under way: the state, the view, and the rooms that were looked at so far."""

    state: EventState
    view: View
    room: RoomId | None
    _rooms: dict[RoomId, RoomFrame] = field(default_factory=dict)

    def has(self, room: RoomId) -> bool:
        """Whether `room` is in full view."""
        return self.room is None or self.room == room

    def of(self, room: RoomId) -> RoomFrame:
        """What all sessions of `room` share."""
        found = self._rooms.get(room)
        if found is None:
            state = self.state
            ahead = outlook(state.agenda, state.rundown, room, state.clock_at)
            exact = self.view is View.CONTROL
            found = self._rooms[room] = RoomFrame(
                ahead=ahead,
                doors=Doors(ahead, state.questions.openings, state.windows),
                expected=ahead.expected if exact else public_forecast(ahead),
                places={name: place for place, name in enumerate(ahead.expected)},
            )
        return found

    def shows(self, session: SessionId, room: RoomId) -> bool:
        """Whether `session` is in view: of a room not in full view, only what is live and next."""
        return self.has(room) or session in {self.of(room).live, self.of(room).ahead.next}


def without_nothing(**fields: Any) -> Any:  # noqa: ANN401 - the caller's TypedDict says what it is
    """Return `fields` without those that are None: a projection holds no null."""
    return {key: value for key, value in fields.items() if value is not None}


def name_of(state: EventState, actor: ActorId) -> str:
    """How the crew calls somebody who acts: a link's name, else its role; else nothing."""
    link = state.links.get(LinkId(actor))
    if link is None:
        return ""
    return link.name or ("" if link.is_personal else link.role.value)
