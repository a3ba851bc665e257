"""Expected times: what the running of a room means for the rest of its day.

Computed, never stored, by one walk over the room's running order (`outlook`). The one thing that is
kept is what the public was last told (`Rundown.shown`), because the public sees times rounded up to
five minutes and only when they moved by five or more.
"""

from dataclasses import dataclass
from typing import Final

from streamhub.core.agenda import Agenda, Session
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.rundown.state import (
    Progress,
    Rundown,
    Status,
    due_at,
    is_brief,
    position,
    unextended_end,
)
from streamhub.core.table import Table

PUBLIC_STEP_MS: Final = 5 * 60_000
MINUTE_MS: Final = 60_000
ABANDONED_AFTER_MS: Final = 6 * 3_600_000
"""What nobody has touched for so long past its time is not being run: it holds to its plan instead
of drifting with the clock. A gap in the plan of that length begins a new day, which waits for no
forgotten session of the day before."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When a session is expected to start and end; for one that ran, when it did."""

    start_at: Ms
    end_at: Ms


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one walk over the running order of `room` finds at `now`.

    `expected` has every session of the room, in running order; `coming` those still to come.
    `changes_at` is when the clock alone will next change any of it; None if it will not. While a
    session overruns, is paused or is late to start, that is once a minute.
    """

    agenda: Agenda
    rundown: Rundown
    room: RoomId
    now: Ms
    expected: dict[SessionId, Expected]
    coming: dict[SessionId, Expected]
    changes_at: Ms | None

    @property
    def next(self) -> SessionId | None:
        """The session that comes next."""
        return next(iter(self.coming), None)

    @property
    def offset_s(self) -> int:
        """How far the room is from its plan, in seconds; positive is late."""
        live, coming = self.rundown.clock(self.room).live, self.next
        if live is not None:
            return (self.expected[live].end_at - self.agenda.sessions[live].end_at) // 1000
        if coming is None:
            return 0
        return (self.coming[coming].start_at - self.agenda.sessions[coming].start_at) // 1000


def outlook(agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms) -> Outlook:
    """Walk over the sessions of `room`, first to last."""
    here = position(agenda, rundown, room)
    clock = rundown.clock(room)
    waiting = clock.live is None
    expected: dict[SessionId, Expected] = {}
    coming: dict[SessionId, Expected] = {}
    free_at: Ms | None = None
    anchors: list[Ms] = []  # the instants from which on the clock pushes what follows
    after = _followers(agenda, rundown, room)
    for place, name in enumerate(agenda.running_order(room)):
        session, progress = agenda.sessions[name], rundown.of(name)
        if progress.status is Status.ENDED:
            run = progress.runs[-1]
            expected[name] = Expected(run.started_at, run.ended_at or run.started_at)
        elif progress.status.on_air:
            anchors.append(_live_anchor(session, progress))
            started_at = progress.runs[-1].started_at
            expected[name] = Expected(started_at, live_end(session, progress, now))
        elif progress.status is Status.SCHEDULED and place > here:
            start = _free_start(session, free_at, early=not clock.follows)
            if waiting or free_at is None or start - free_at >= ABANDONED_AFTER_MS:
                anchors.append(start)
                start = _pushed(start, start, now)
                waiting = False
            free_at = _end_from(session, start, after[name])
            expected[name] = coming[name] = Expected(start, free_at)
        else:
            # skipped, cancelled or passed over: it takes no time, its plan is what can be said
            expected[name] = Expected(session.start_at, session.end_at)
        if place == here:
            free_at = expected[name].end_at
    changes_at = min(filter(None, (_next_push(anchor, now) for anchor in anchors)), default=None)
    return Outlook(agenda, rundown, room, now, expected, coming, changes_at)


def live_end(session: Session, progress: Progress, now: Ms) -> Ms:
    """When a session on air is expected to end: `now` once it overruns."""
    due = due_at(session, progress)
    held_ms = 0 if progress.paused_at is None else max(0, now - progress.paused_at)
    return max(due, _pushed(due, _live_anchor(session, progress), now, held_ms))


def _live_anchor(session: Session, progress: Progress) -> Ms:
    due = due_at(session, progress)
    return due if progress.paused_at is None else min(due, progress.paused_at)


def _pushed(at: Ms, anchor: Ms, now: Ms, held_ms: int = 0) -> Ms:
    """Where the clock has pushed `at`, which it pushes from `anchor` on."""
    return at if now - anchor > ABANDONED_AFTER_MS else max(at + held_ms, now)


def _next_push(anchor: Ms, now: Ms) -> Ms | None:
    if now < anchor:
        return anchor
    if now - anchor > ABANDONED_AFTER_MS:
        return None
    minute_at = now + MINUTE_MS - (now - anchor) % MINUTE_MS
    return min(minute_at, anchor + ABANDONED_AFTER_MS + 1)


def _free_start(session: Session, free_at: Ms | None, *, early: bool) -> Ms:
    """When the room is free for `session`; `early`: by hand, it may start before its time."""
    if free_at is None:
        return session.start_at
    return free_at if early and session.may_start_early else max(session.start_at, free_at)


def _followers(agenda: Agenda, rundown: Rundown, room: RoomId) -> dict[SessionId, Session | None]:
    """What comes after each session of `room`."""
    found: dict[SessionId, Session | None] = {}
    follower: Session | None = None
    for name in reversed(agenda.running_order(room)):
        found[name] = follower
        if rundown.of(name).status is Status.SCHEDULED:
            follower = agenda.sessions[name]
    return found


def _end_from(session: Session, start_at: Ms, follower: Session | None) -> Ms:
    return unextended_end(session, start_at, brief=is_brief(session, start_at, follower))


def public_forecast(ahead: Outlook) -> dict[SessionId, Expected]:
    """Return the expected times as the public sees them.

    Starts to come are those of `shown`, and never before the end of what is before them: an overrun
    too small to be told shows neither in the next start nor in the end of what is on air.
    """
    agenda, rundown = ahead.agenda, ahead.rundown
    public = dict(ahead.expected)
    free_at: Ms | None = None
    live = rundown.clock(ahead.room).live
    after = _followers(agenda, rundown, ahead.room)
    if live is not None and ahead.next is not None:
        told = rundown.shown.get(ahead.next, agenda.sessions[ahead.next].start_at)
        exact = public[live]
        free_at = max(exact.start_at, min(exact.end_at, told))
        public[live] = Expected(exact.start_at, free_at)
    for name in ahead.coming:
        session = agenda.sessions[name]
        start = rundown.shown.get(name, session.start_at)
        if free_at is not None:
            start = max(start, free_at)
        free_at = _end_from(session, start, after[name])
        public[name] = Expected(start, free_at)
    return public


def refresh_shown(ahead: Outlook) -> Table[SessionId, Ms]:
    """Return `shown` with the starts that moved by five minutes or more since it was told."""
    shown = ahead.rundown.shown
    for name, exact in ahead.coming.items():
        planned = ahead.agenda.sessions[name].start_at
        told = shown.get(name, planned)
        if exact.start_at == planned:
            shown = shown.delete(name) if name in shown else shown
        elif abs(exact.start_at - told) >= PUBLIC_STEP_MS:
            shown = shown.set(name, -(-exact.start_at // PUBLIC_STEP_MS) * PUBLIC_STEP_MS)
    return shown
