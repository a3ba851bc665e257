"""What can happen to a room's running, as the journal keeps it; the union of all is at the end.

The journal is read again for years: a fact may get further fields with defaults, and never loses
or renames one.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.agenda import Session, Speaker
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.rundown.state import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted:
    """A session went on air at `at`, which may lie before the moment it was said."""

    session: SessionId
    at: Ms
    cause: Cause
    type: Literal["session.started"] = "session.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """A session went off air at `at`, by a command or in a room that follows the clock."""

    session: SessionId
    at: Ms
    cause: Literal["clock"] | None = None
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
    """A session was passed over, by a command or in a room that follows the clock."""

    session: SessionId
    cause: Literal["clock"] | None = None
    type: Literal["session.skipped"] = "session.skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRestored:
    """A skipped or cancelled session is back in the running order."""

    session: SessionId
    type: Literal["session.restored"] = "session.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCancelled:
    """It was announced that a session does not take place."""

    session: SessionId
    type: Literal["session.cancelled"] = "session.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCorrected:
    """The last run of a session had started at `started_at`; the end of `ended` moves with it."""

    session: SessionId
    started_at: Ms
    ended: SessionId | None = None
    type: Literal["session.corrected"] = "session.corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRetimed:
    """A session has another plan; `order` is the running order of its room from now on."""

    session: SessionId
    start_at: Ms
    duration_s: int
    order: tuple[SessionId, ...]
    move_end: bool = False
    type: Literal["session.retimed"] = "session.retimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReordered:
    """A session has another place; `starts` are the planned starts that changed by it."""

    session: SessionId
    order: tuple[SessionId, ...]
    starts: tuple[tuple[SessionId, Ms], ...]
    type: Literal["session.reordered"] = "session.reordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInserted:
    """There is a new session; `people` are the speakers that it brings along."""

    session: SessionId
    plan: Session
    order: tuple[SessionId, ...]
    people: tuple[Speaker, ...] = ()
    type: Literal["session.inserted"] = "session.inserted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEdited:
    """Something else is printed of a session: `plan` is all of it.

    `people` are speakers who are new or changed. `order` is the running order of a room that it
    moved to.
    """

    session: SessionId
    plan: Session
    people: tuple[Speaker, ...] = ()
    order: tuple[SessionId, ...] | None = None
    type: Literal["session.edited"] = "session.edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFollowed:
    """A room follows the clock from now on, or does so no longer."""

    room: RoomId
    on: bool
    type: Literal["rundown.followed"] = "rundown.followed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RundownUndone:
    """The newest producer command of a room, number `seq`, was taken back; it had `sessions`."""

    room: RoomId
    seq: int
    sessions: tuple[SessionId, ...] = ()
    type: Literal["rundown.undone"] = "rundown.undone"


PlanFact = SessionRetimed | SessionReordered | SessionInserted | SessionEdited
"""What changes the agenda."""
RundownFact = (
    SessionStarted
    | SessionEnded
    | SessionPaused
    | SessionResumed
    | SessionExtended
    | SessionSkipped
    | SessionRestored
    | SessionCancelled
    | SessionCorrected
    | SessionRetimed
    | SessionReordered
    | SessionInserted
    | SessionEdited
    | ClockFollowed
    | RundownUndone
)
