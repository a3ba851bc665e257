"""The producer's wishes, as they come over the wire; the union of all is at the end.

Who may issue them is in `roles.py`; whether they are carried out is in `decide.py`.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.agenda import Kind
from streamhub.core.ids import Ms, RoomId, SessionId, SpeakerId


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
    """Put a skipped or cancelled session back into the running order."""

    session: SessionId
    type: Literal["session.restore"] = "session.restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSession:
    """Announce that a session does not take place; it can be restored."""

    session: SessionId
    type: Literal["session.cancel"] = "session.cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectSession:
    """Say when the last run of a session actually started. What it took over from ended then."""

    session: SessionId
    started_at: Ms
    type: Literal["session.correct"] = "session.correct"


# --- the plan ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerWish:
    """A person as the producer types them.

    `id` says which speaker of the agenda it is: what differs is changed wherever they speak.
    Without it, whoever is called so on the agenda is meant, where the rest agrees or is left out.
    """

    name: str
    id: SpeakerId | None = None
    role: str | None = None
    affiliation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimeSession:
    """Change the plan of a session; `start_at` only while it is to come.

    The countdown of what is on air stays, unless `move_end` says that it moves with the plan.
    """

    session: SessionId
    start_at: Ms | None = None
    duration_s: int | None = None
    move_end: bool = False
    type: Literal["session.retime"] = "session.retime"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderSession:
    """Put a session that is to come before another one, or last; those between move over."""

    session: SessionId
    before: SessionId | None = None
    type: Literal["session.reorder"] = "session.reorder"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertSession:
    """Put a new session into a room: before another one, by its start, or next."""

    room: RoomId
    title: str
    duration_s: int
    kind: Kind = Kind.SESSION
    before: SessionId | None = None
    start_at: Ms | None = None
    speakers: tuple[SpeakerWish, ...] = ()
    type: Literal["session.insert"] = "session.insert"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSession:
    """Change what is printed of a session; what is left out stays, an empty abstract goes."""

    session: SessionId
    title: str | None = None
    kind: Kind | None = None
    speakers: tuple[SpeakerWish, ...] | None = None
    room: RoomId | None = None
    abstract: str | None = None
    fixed_end: bool | None = None
    min_duration_s: int | None = None
    may_start_early: bool | None = None
    type: Literal["session.edit"] = "session.edit"


# --- the room ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowClock:
    """Let the sessions of a room start and end by themselves at their planned times, or not."""

    room: RoomId
    on: bool
    type: Literal["rundown.follow"] = "rundown.follow"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRundown:
    """Take back the last producer command of a room; `seq` names it, as the producer saw it."""

    room: RoomId
    seq: int
    type: Literal["rundown.undo"] = "rundown.undo"


PlanCommand = RetimeSession | ReorderSession | InsertSession | EditSession
RundownCommand = (
    StartSession
    | EndSession
    | NextSession
    | PauseSession
    | ResumeSession
    | ExtendSession
    | SkipSession
    | RestoreSession
    | CancelSession
    | CorrectSession
    | RetimeSession
    | ReorderSession
    | InsertSession
    | EditSession
    | FollowClock
    | UndoRundown
)
