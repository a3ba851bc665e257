"""For how long deadlines stay open for viewers: their picture shows the closing later than it was.

What a page says of its lateness counts up to the room's grace, and only in a room that has, or had,
a stream. Nothing else is believed: the rest is decided from instants in the state.
"""

from dataclasses import dataclass
from typing import Final

from streamhub.core.agenda import Agenda
from streamhub.core.ids import Ms, RoomId
from streamhub.core.streams.state import GRACE_S, Streams

MARGIN_MS: Final = 3_000
"""What pressing the button and the way here may take."""


@dataclass(frozen=True, slots=True)
class Late:
    """How late the picture of somebody in a room is, at most; None: they are no viewer."""

    ms: Ms | None

    @classmethod
    def of(cls, agenda: Agenda, streams: Streams, room: RoomId, behind_s: float | None) -> "Late":
        """Return how late somebody who says `behind_s` is taken to be."""
        here = streams.of(room)
        if behind_s is None or (here.now is None and agenda.rooms[room].stream is None):
            return cls(None)
        most_s = GRACE_S if here.grace_s is None else here.grace_s
        return cls(int(min(max(behind_s, 0), most_s) * 1000))

    def is_in_time(self, closed_at: Ms, now: Ms) -> bool:
        """Whether, at `now`, their picture may still be before what happened at `closed_at`."""
        return self.ms is not None and now < closed_at + self.ms + MARGIN_MS
