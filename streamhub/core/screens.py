"""What leaves screens and stage lists, and what comes back, when the rundown or the agenda moves.

A question leaves them when another session goes on air, or its own moves to another room; so does
the poll of a session. What an undone command had taken off comes back, unless there is a poll.
"""

from collections.abc import Mapping
from typing import Any, Final

from streamhub.core import questions as asked
from streamhub.core.agenda import Agenda
from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.polls import PollHidden, Polls
from streamhub.core.questions import (
    QuestionFact,
    Questions,
    QuestionSpotlit,
    QuestionStatus,
    QuestionUnspotlit,
)
from streamhub.core.rundown import Running
from streamhub.core.table import Map

ScreenFact = QuestionFact | PollHidden
Back = Mapping[RoomId, QuestionId]
OnAir = Mapping[RoomId, SessionId]
NOTHING: Final[Map[Any, Any]] = Map()


def follow(
    questions: Questions, polls: Polls, before: Running, after: Running, back: Back
) -> list[ScreenFact]:
    """Return what follows when the rundown went from `before` to `after`.

    Args:
        questions: as they are.
        polls: as they are.
        before: what ran, in which agenda.
        after: what runs now.
        back: what an undone command had taken off the screens of a room.
    """
    live = ((room, after.rundown.clock(room).live) for room in after.agenda.rooms)
    new_on_air = {
        room: session
        for room, session in live
        if session is not None and session != before.rundown.clock(room).live
    }
    unlit = _unlit(questions, after.agenda, new_on_air, back)
    hidden = _hidden(polls, after.agenda, new_on_air)
    taken = {*questions.spotlight} - {fact.room for fact in unlit}
    taken |= {*polls.shown} - {fact.room for fact in hidden}
    lit: list[ScreenFact] = []
    for room, name in back.items():
        if room not in taken and questions.all[name].status is QuestionStatus.APPROVED:
            lit += asked.unqueue(questions, name, "rundown")
            lit.append(QuestionSpotlit(question=name, room=room, cause="rundown"))
    return [*unlit, *hidden, *lit, *_off_the_lists(questions, after.agenda)]


def off_their_rooms(questions: Questions, polls: Polls, agenda: Agenda) -> list[ScreenFact]:
    """Return what leaves the screens and lists of rooms because `agenda` has it in others."""
    return [
        *_unlit(questions, agenda),
        *_hidden(polls, agenda),
        *_off_the_lists(questions, agenda),
    ]


def _unlit(
    questions: Questions, agenda: Agenda, on_air: OnAir = NOTHING, back: Back = NOTHING
) -> list[QuestionUnspotlit]:
    """Return what takes questions off: `on_air` is what began, `back` what may stay through it."""
    found: list[QuestionUnspotlit] = []
    for room, name in sorted(questions.spotlight.items()):
        session = questions.all[name].session
        other = on_air.get(room, session) != session and back.get(room) != name
        if other or agenda.sessions[session].room != room:
            found += asked.unspotlight(questions, room, "rundown")
    return found


def _hidden(polls: Polls, agenda: Agenda, on_air: OnAir = NOTHING) -> list[PollHidden]:
    """Return what takes the polls of sessions off; a room's own stays."""
    found: list[PollHidden] = []
    for room, name in sorted(polls.shown.items()):
        session = polls.all[name].session
        if session is None:
            continue
        if on_air.get(room, session) != session or agenda.sessions[session].room != room:
            found.append(PollHidden(poll=name, room=room))
    return found


def _off_the_lists(questions: Questions, agenda: Agenda) -> list[QuestionFact]:
    """Return what leaves a stage list because its session moved to another room."""
    return [
        fact
        for room, listed in sorted(questions.queue.items())
        for name in listed
        if agenda.sessions[questions.all[name].session].room != room
        for fact in asked.unqueue(questions, name, "rundown")
    ]
