"""The producer's wishes, as they come over the wire; the union of all is at the end.

Who may issue them is in `roles.py`; whether they are carried out is in `decide.py`.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import Ms, RoomId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSession:
    """Put a session on air now, or say when it really began. What was live in its room ends."""

    session: SessionId
    at: Ms | None = None
    type: Literal["session.start"] = "session.start"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """End a session that is on air, now or at an instant that has passed."""

    session: SessionId
    at: Ms | None = None
    type: Literal["session.end"] = "session.end"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSession:
    """End what is live in a room and start what comes next.

    `live` is the session that the producer saw as live, or None, so that nobody advances twice.
    """

    room: RoomId
    live: SessionId | None
    type: Literal["session.next"] = "session.next"


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSession:
    """Hold the clock of a live session."""

    session: SessionId
    type: Literal["session.pause"] = "session.pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSession:
    """Let a paused session go on; its end moves by the length of the pause."""

    session: SessionId
    type: Literal["session.resume"] = "session.resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendSession:
    """Give a session on air more time or less: by seconds, or so that it ends at an instant."""

    session: SessionId
    by_s: int | None = None
    until_at: Ms | None = None
    type: Literal["session.extend"] = "session.extend"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipSession:
    """Pass over a scheduled session; it can come back."""

    session: SessionId
    type: Literal["session.skip"] = "session.skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreSession:
    """Put a skipped session back into the running order."""

    session: SessionId
    type: Literal["session.restore"] = "session.restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRundown:
    """Take back the last producer command of a room; `seq` names it, as the producer saw it."""

    room: RoomId
    seq: int
    type: Literal["rundown.undo"] = "rundown.undo"


RundownCommand = (
    StartSession
    | EndSession
    | NextSession
    | PauseSession
    | ResumeSession
    | ExtendSession
    | SkipSession
    | RestoreSession
    | UndoRundown
)
