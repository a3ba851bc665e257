"""The wishes about streams and recordings, as they come over the wire; their union is at the end.

Who may issue which is in `roles.py`; whether it is carried out is in `decide.py`.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.streams.address import SourceKind

Same = Literal["same"]
"""Leave it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWish:
    """An address to watch at; without `kind`, it is told from the address."""

    url: str
    kind: SourceKind | None = None
    language: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStream:
    """Give the viewers of a room `sources`, now or from an instant to come on; none: off the air.

    `slate` is what they read while there is no picture.
    """

    room: RoomId
    sources: tuple[SourceWish, ...]
    slate: str | None = None
    at: Ms | None = None
    type: Literal["stream.set"] = "stream.set"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscheduleStream:
    """Take back what was to come at `at`."""

    room: RoomId
    at: Ms
    type: Literal["stream.unschedule"] = "stream.unschedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneStream:
    """Correct how late a room's picture is taken to be; null: as usual; left out: as it is.

    `clock_offset_s` is added to the picture's own time, `late_s` is how late a picture is that has
    none, `grace_s` the most that deadlines stay open for viewers.
    """

    room: RoomId
    clock_offset_s: float | Same | None = "same"
    late_s: float | Same | None = "same"
    grace_s: float | Same | None = "same"
    type: Literal["stream.tune"] = "stream.tune"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRecording:
    """Say where a room, or one of its sessions, can be watched afterwards; without `url`: nowhere.

    `started_at` is the instant of the recording's second 0.
    """

    room: RoomId
    url: str | None = None
    started_at: Ms | None = None
    session: SessionId | None = None
    type: Literal["recording.set"] = "recording.set"


StreamCommand = SetStream | UnscheduleStream | TuneStream | SetRecording
