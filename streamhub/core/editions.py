"""What calendars and programme files were last told of each session, and how often that changed.

Their times are steady: those of the plan or those that the public was told, until they are off by
five minutes. So a calendar moves when a session does, and not with every second of an overrun.
Readers of calendars want to know which of two versions is newer: each session counts its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from streamhub.core.agenda import Agenda
from streamhub.core.forecast import (
    MINUTE_MS,
    PUBLIC_STEP_MS,
    Expected,
    Outlook,
    public_forecast,
)
from streamhub.core.ids import Ms, SessionId
from streamhub.core.rundown.state import Progress, Rundown, Status, unextended_end
from streamhub.core.table import Map, Table
from streamhub.core.values import changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What was last told of one session: its times, and whether it is off.

    `number` counts the changes, from 0; `at` is when the last one came.
    """

    number: int
    at: Ms
    start_at: Ms
    end_at: Ms
    is_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Editions:
    """All sessions whose first edition is not their present one, and the editions of the whole.

    `since` is when the event was made, `at` when anything last changed, which `number` counts.
    """

    since: Ms = 0
    at: Ms = 0
    number: int = 1
    sessions: Table[SessionId, Edition] = Map()

    def of(self, agenda: Agenda, session: SessionId) -> Edition:
        """The present edition of `session`."""
        found = self.sessions.get(session)
        if found is None:
            plan = agenda.sessions[session]
            return Edition(number=0, at=self.since, start_at=plan.start_at, end_at=plan.end_at)
        return found


NOTHING_TOLD: Final = Editions()


def steady_times(ahead: Outlook) -> dict[SessionId, Expected]:
    """Return the times of a room's sessions as calendars have them."""
    told = public_forecast(ahead)
    next_at = told[ahead.next].start_at if ahead.next is not None else None
    for name in ahead.expected:
        progress = ahead.rundown.of(name)
        if progress.status.on_air or progress.status is Status.ENDED:
            told[name] = _ran(ahead, name, progress, told[name], next_at)
    return told


def _ran(
    ahead: Outlook, name: SessionId, progress: Progress, real: Expected, next_at: Ms | None
) -> Expected:
    session = ahead.agenda.sessions[name]
    start = ahead.rundown.shown.get(name, session.start_at)
    if abs(real.start_at - start) >= PUBLIC_STEP_MS:
        start = real.start_at // MINUTE_MS * MINUTE_MS
    end = unextended_end(session, start, brief=progress.brief)
    if abs(real.end_at - end) >= PUBLIC_STEP_MS:
        end = -(-real.end_at // PUBLIC_STEP_MS) * PUBLIC_STEP_MS
        if progress.status.on_air and next_at is not None:
            end = min(end, next_at)
    return Expected(start, max(end, start + MINUTE_MS))


def renewed(
    editions: Editions,
    before: Agenda,
    agenda: Agenda,
    rundown: Rundown,
    times: Mapping[SessionId, Expected],
    at: Ms,
) -> Editions:
    """Return the editions after something happened.

    Args:
        editions: those before.
        before: the agenda that they are of.
        agenda: the agenda now.
        rundown: what became of it.
        times: of every session, as `steady_times` says.
        at: the instant.
    """
    sessions = editions.sessions
    for name, now in times.items():
        new = name not in before.sessions and name not in sessions
        had = editions.of(agenda if new else before, name)
        is_off = rundown.of(name).status is Status.CANCELLED
        same = (had.start_at, had.end_at, had.is_off) == (now.start_at, now.end_at, is_off)
        if same and not new and (before is agenda or _words(before, name) == _words(agenda, name)):
            continue
        number = 0 if new else had.number + 1
        sessions = sessions.set(
            name,
            Edition(number=number, at=at, start_at=now.start_at, end_at=now.end_at, is_off=is_off),
        )
    if sessions is editions.sessions and before is agenda:
        return editions
    return changed(editions, at=at, number=editions.number + 1, sessions=sessions)


def _words(agenda: Agenda, name: SessionId) -> tuple[object, ...] | None:
    """All that is told of a session but its times; None where there is no such session."""
    plan = agenda.sessions.get(name)
    if plan is None:
        return None
    return (
        *(plan.title, plan.subtitle, plan.kind, plan.abstract, plan.language, plan.url, plan.uid),
        *(plan.recorded, plan.streamed),
        agenda.rooms[plan.room],
        None if plan.track is None else agenda.tracks[plan.track],
        *(agenda.speakers[speaker] for speaker in plan.speakers),
    )
