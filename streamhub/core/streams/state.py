"""What is kept of streams: what is on now, what will be, how late it is, and what was recorded.

Only values: what may happen to them is in `decide.py`, what did happen in `evolve.py`.
"""

from dataclasses import dataclass
from typing import Final

from streamhub.core.agenda import Room
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.streams.address import SourceKind, told
from streamhub.core.table import Map, Table

SOURCES_MOST: Final = 12
"""How many streams a room may have at once, one for each language."""
AHEAD_MOST: Final = 20
"""How many switches of a room may be scheduled."""
GRACE_S: Final = 45
GRACE_MOST_S: Final = 120
LATE_MOST_S: Final = 300
OFFSET_MOST_S: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One address to watch at; `language` is a code such as `es`, `label` what people call it."""

    url: str
    kind: SourceKind
    language: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What the viewers of a room get from an instant on.

    The first of `sources` is what they get unless they choose; without any, the room is off the
    air. `slate` is what they read while there is no picture.
    """

    at: Ms
    sources: tuple[Source, ...] = ()
    slate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomStream:
    """What the producer set for a room: `now`, else what was planned; `ahead`, by their instants.

    `clock_offset_s` is added to what the picture says of its own time; `late_s` is how late a
    picture is that says nothing. `grace_s` is the most that deadlines stay open for viewers. None:
    as usual.
    """

    now: Feed | None = None
    ahead: tuple[Feed, ...] = ()
    clock_offset_s: float | None = None
    late_s: float | None = None
    grace_s: float | None = None

    def feed(self, room: Room) -> Feed | None:
        """What viewers get now: what was set, else what was planned; None where nothing was."""
        if self.now is not None or room.stream is None:
            return self.now
        return Feed(at=0, sources=(Source(url=room.stream, kind=told(room.stream)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where it can be watched afterwards; `started_at` is the instant of its second 0."""

    url: str
    kind: SourceKind
    started_at: Ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Of all rooms: what was set, and the recordings of whole rooms and of single sessions."""

    rooms: Table[RoomId, RoomStream] = Map()
    recordings: Table[RoomId, Recording] = Map()
    sessions: Table[SessionId, Recording] = Map()

    def of(self, room: RoomId) -> RoomStream:
        """What was set for `room`."""
        return self.rooms.get(room, NOTHING_SET)


NOTHING_SET: Final = RoomStream()
