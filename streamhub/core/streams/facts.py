"""What can happen to streams, as the journal keeps it; the union of all is at the end.

The journal is read again for years: a fact may get further fields with defaults, and never loses
or renames one.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.streams.address import SourceKind
from streamhub.core.streams.state import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSet:
    """The producer gave the viewers of a room something else, or nothing."""

    room: RoomId
    sources: tuple[Source, ...] = ()
    slate: str | None = None
    type: Literal["stream.set"] = "stream.set"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamScheduled:
    """They will get it at `at`, in place of what was to come at that very instant."""

    room: RoomId
    at: Ms
    sources: tuple[Source, ...] = ()
    slate: str | None = None
    type: Literal["stream.scheduled"] = "stream.scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamUnscheduled:
    """What was to come at `at` will not."""

    room: RoomId
    at: Ms
    type: Literal["stream.unscheduled"] = "stream.unscheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSwitched:
    """The instant `at` came, and with it what had been scheduled for it."""

    room: RoomId
    at: Ms
    type: Literal["stream.switched"] = "stream.switched"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamTuned:
    """It is taken to be as late as this; all of it is here, changed or not. None: as usual."""

    room: RoomId
    clock_offset_s: float | None = None
    late_s: float | None = None
    grace_s: float | None = None
    type: Literal["stream.tuned"] = "stream.tuned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSet:
    """A room, or one of its sessions, can be watched afterwards."""

    room: RoomId
    url: str
    kind: SourceKind
    started_at: Ms
    session: SessionId | None = None
    type: Literal["recording.set"] = "recording.set"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRemoved:
    """It cannot any more."""

    room: RoomId
    session: SessionId | None = None
    type: Literal["recording.removed"] = "recording.removed"


StreamFact = (
    StreamSet
    | StreamScheduled
    | StreamUnscheduled
    | StreamSwitched
    | StreamTuned
    | RecordingSet
    | RecordingRemoved
)
