"""When a session takes questions: `open`, `closed`, or `auto`, which follows the rundown.

`auto` is open while the session is on air and for a set time around it; breaks take none. A
question asked "now" in a room belongs to what is live there; in a break, to what has just ended,
else to what comes next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from streamhub.core.agenda import Agenda
from streamhub.core.forecast import forecast
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.rundown import Rundown, Status, position, upcoming


class Opening(StrEnum):
    """What moderators set for a session's questions."""

    OPEN = "open"
    CLOSED = "closed"
    AUTO = "auto"


Why = Literal["open", "closed", "before", "break", "after"]
"""Why questions are open or closed, for the page to say it: `closed` is a moderator's decision."""


@dataclass(frozen=True, slots=True)
class SessionOpening:
    """Whether a session takes questions, why, and the instants at which that changes by itself."""

    open: bool
    why: Why
    opens_at: Ms | None = None
    closes_at: Ms | None = None


@dataclass(frozen=True, slots=True)
class RoomOpening:
    """Where a question asked "now" goes; `session` is None while the room takes none."""

    session: SessionId | None
    why: Why
    opens_at: Ms | None = None


def opening(
    agenda: Agenda,
    rundown: Rundown,
    session: SessionId,
    said: Opening,
    windows: tuple[int, int],
    now: Ms,
) -> SessionOpening:
    """Tell whether `session` takes questions at `now`.

    Args:
        agenda: the plan.
        rundown: the running.
        session: which session.
        said: what moderators set for it.
        windows: seconds before its expected start and after its end in which `auto` is open.
        now: the instant.
    """
    if said is not Opening.AUTO:
        is_open = said is Opening.OPEN
        return SessionOpening(is_open, "open" if is_open else "closed")
    planned, progress = agenda.sessions[session], rundown.of(session)
    if planned.kind.is_pause:
        return SessionOpening(open=False, why="break")
    if progress.status.on_air:
        return SessionOpening(open=True, why="open")
    before_s, after_s = windows
    if progress.status is Status.ENDED:
        closes_at = (progress.runs[-1].ended_at or 0) + after_s * 1000
        if now < closes_at:
            return SessionOpening(open=True, why="open", closes_at=closes_at)
        return SessionOpening(open=False, why="after")
    if session not in upcoming(agenda, rundown, planned.room):
        return SessionOpening(open=False, why="after")
    opens_at = forecast(agenda, rundown, planned.room, now)[session].start_at - before_s * 1000
    if now < opens_at:
        return SessionOpening(open=False, why="before", opens_at=opens_at)
    return SessionOpening(open=True, why="open")


def asked_now(
    agenda: Agenda,
    rundown: Rundown,
    room: RoomId,
    said: Mapping[SessionId, Opening],
    windows: tuple[int, int],
    now: Ms,
) -> RoomOpening:
    """Tell where a question asked "now" in `room` belongs."""

    def of(session: SessionId) -> SessionOpening:
        return opening(agenda, rundown, session, said.get(session, Opening.AUTO), windows, now)

    live = rundown.clock(room).live
    why: Why = "after"
    if live is not None:
        found = of(live)
        if found.open:
            return RoomOpening(live, "open")
        if not agenda.sessions[live].kind.is_pause or found.why == "closed":
            return RoomOpening(None, found.why)
        why = "break"
    coming = upcoming(agenda, rundown, room)
    order = agenda.running_order(room)
    here = position(agenda, rundown, room)
    ended = [s for s in order[: here + 1] if rundown.of(s).status is Status.ENDED]
    for session in [*ended[-1:], *coming[:1]]:
        if of(session).open:
            return RoomOpening(session, "open")
    for session in coming:
        found = of(session)
        if found.opens_at is not None:
            return RoomOpening(None, "break" if why == "break" else "before", found.opens_at)
    return RoomOpening(None, why)


def next_opening_change_at(
    agenda: Agenda,
    rundown: Rundown,
    room: RoomId,
    said: Mapping[SessionId, Opening],
    windows: tuple[int, int],
    now: Ms,
) -> Ms | None:
    """When the clock alone will next open or close a session of `room`; None if it will not."""
    changes = []
    for session in agenda.running_order(room):
        found = opening(agenda, rundown, session, said.get(session, Opening.AUTO), windows, now)
        changes += [at for at in (found.opens_at, found.closes_at) if at is not None and at > now]
    return min(changes, default=None)
