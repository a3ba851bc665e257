"""What can happen to a room's running, as the journal keeps it; the union of all is at the end.

The journal is read again for years: a fact may get further fields with defaults, and never loses
or renames one.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import Ms, RoomId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted:
    """A session went on air at `at`, which may lie before the moment it was said."""

    session: SessionId
    at: Ms
    cause: Literal["start", "next"]
    type: Literal["session.started"] = "session.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """A session went off air at `at`."""

    session: SessionId
    at: Ms
    type: Literal["session.ended"] = "session.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPaused:
    """The clock of a live session was held."""

    session: SessionId
    type: Literal["session.paused"] = "session.paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResumed:
    """The clock of a paused session runs again."""

    session: SessionId
    type: Literal["session.resumed"] = "session.resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExtended:
    """A session on air got `by_s` seconds more (negative: less)."""

    session: SessionId
    by_s: int
    type: Literal["session.extended"] = "session.extended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSkipped:
    """The producer passed over a session."""

    session: SessionId
    type: Literal["session.skipped"] = "session.skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRestored:
    """A skipped session is back in the running order."""

    session: SessionId
    type: Literal["session.restored"] = "session.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class RundownUndone:
    """The newest producer command of a room, number `seq`, was taken back."""

    room: RoomId
    seq: int
    type: Literal["rundown.undone"] = "rundown.undone"


RundownFact = (
    SessionStarted
    | SessionEnded
    | SessionPaused
    | SessionResumed
    | SessionExtended
    | SessionSkipped
    | SessionRestored
    | RundownUndone
)
