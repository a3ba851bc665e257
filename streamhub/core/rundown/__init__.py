"""The producer's running order: sessions go live, pause, extend, end, are skipped, taken back.

Read state, commands, facts, decide, evolve, in this order. What the plan says is in `agenda.py`;
what it means for the rest of the day is in `forecast.py`. Each room has its own clock and at most
one live session.
"""

from streamhub.core.agenda import room_exists, session_of
from streamhub.core.rundown.commands import (
    EndSession,
    ExtendSession,
    NextSession,
    PauseSession,
    RestoreSession,
    ResumeSession,
    RundownCommand,
    SkipSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.rundown.decide import (
    BACKDATE_MS,
    EXTEND_MOST_S,
    MAY,
    decide,
)
from streamhub.core.rundown.evolve import (
    evolve,
)
from streamhub.core.rundown.facts import (
    RundownFact,
    RundownUndone,
    SessionEnded,
    SessionExtended,
    SessionPaused,
    SessionRestored,
    SessionResumed,
    SessionSkipped,
    SessionStarted,
)
from streamhub.core.rundown.state import (
    IDLE,
    UNDO_DEPTH,
    UNTOUCHED,
    Progress,
    RoomClock,
    Run,
    Rundown,
    Status,
    Undoable,
    due_at,
    ended_last,
    position,
    unextended_end,
    upcoming,
)

__all__ = [
    "BACKDATE_MS",
    "EXTEND_MOST_S",
    "IDLE",
    "MAY",
    "UNDO_DEPTH",
    "UNTOUCHED",
    "EndSession",
    "ExtendSession",
    "NextSession",
    "PauseSession",
    "Progress",
    "RestoreSession",
    "ResumeSession",
    "RoomClock",
    "Run",
    "Rundown",
    "RundownCommand",
    "RundownFact",
    "RundownUndone",
    "SessionEnded",
    "SessionExtended",
    "SessionPaused",
    "SessionRestored",
    "SessionResumed",
    "SessionSkipped",
    "SessionStarted",
    "SkipSession",
    "StartSession",
    "Status",
    "UndoRundown",
    "Undoable",
    "decide",
    "due_at",
    "ended_last",
    "evolve",
    "position",
    "room_exists",
    "session_of",
    "unextended_end",
    "upcoming",
]
