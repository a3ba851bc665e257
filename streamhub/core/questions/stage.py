"""The screens and the stage list of a room: what is shown, what comes next, and back again.

A question is on the list of its room or on its screens, never on both, and only while approved.
"""

from collections.abc import Sequence

from streamhub.core.agenda import room_exists
from streamhub.core.errors import Rejected
from streamhub.core.ids import QuestionId, RoomId
from streamhub.core.questions.around import Around
from streamhub.core.questions.commands import NextOnStage, PreviousOnStage, QueueQuestion
from streamhub.core.questions.facts import (
    Cause,
    QuestionAnswered,
    QuestionFact,
    QuestionQueued,
    QuestionReopened,
    QuestionSpotlit,
    QuestionUnqueued,
    QuestionUnspotlit,
)
from streamhub.core.questions.state import Question, Questions, QuestionStatus
from streamhub.core.roles import Actor, Role


def unspotlight(
    questions: Questions, room: RoomId, cause: Cause | None = None
) -> list[QuestionUnspotlit]:
    """Return the fact that clears the screens of `room`, where something is on them."""
    lit = questions.spotlight.get(room)
    return [] if lit is None else [QuestionUnspotlit(question=lit, room=room, cause=cause)]


def unqueue(
    questions: Questions, name: QuestionId, cause: Cause | None = None
) -> list[QuestionFact]:
    """Return the fact that takes a question off the stage list, where it is on one."""
    room = questions.queued_in(name)
    return [] if room is None else [QuestionUnqueued(question=name, room=room, cause=cause)]


def off(questions: Questions, name: QuestionId) -> list[QuestionFact]:
    """Return the facts that take a question off screens and list, before it leaves the approved."""
    room = questions.lit_in(name)
    screens: list[QuestionFact] = []
    if room is not None:
        screens = [QuestionUnspotlit(question=name, room=room)]
    return [*screens, *unqueue(questions, name)]


def spotlight(questions: Questions, name: QuestionId, room: RoomId) -> list[QuestionFact]:
    """Return the facts that put an approved question on the screens of `room`."""
    if questions.spotlight.get(room) == name:
        return []
    spotlit = QuestionSpotlit(question=name, room=room)
    return [*unspotlight(questions, room), *unqueue(questions, name), spotlit]


def queue(around: Around, command: QueueQuestion, question: Question) -> list[QuestionFact]:
    """Return the facts that put an approved question at a place of its room's stage list."""
    room, name = around.room_of(question), question.id
    listed = around.questions.queue.get(room, ())
    others = [one for one in listed if one != name]
    before = command.before if command.before in others else None
    at = len(others) if before is None else others.index(before)
    if (*others[:at], name, *others[at:]) == listed:
        return []
    lit = around.questions.lit_in(name)
    screens = [] if lit is None else [QuestionUnspotlit(question=name, room=lit)]
    return [*screens, QuestionQueued(question=name, room=room, before=before)]


def move(
    around: Around, command: NextOnStage | PreviousOnStage, actor: Actor
) -> list[QuestionFact]:
    """Go on to the next question of a stage, or back to the one before."""
    room_exists(around.agenda, command.room)
    _own(around, command.room, actor)
    questions, room = around.questions, command.room
    lit = questions.spotlight.get(room)
    if lit != command.lit:
        moved = questions.moved.get(room)
        raise Rejected(
            "stage.stale",
            "Another question is on the screens by now.",
            "Look at them, then go on.",
            field="lit",
            detail={
                "lit": lit,
                "by": None if moved is None else moved.by,
                "at": None if moved is None else moved.at,
            },
        )
    forwards = isinstance(command, NextOnStage)
    facts = _next(questions, room, lit) if forwards else _previous(around, room, lit)
    if not facts:
        raise Rejected(
            "stage.empty",
            "Nothing is on the screens of this room, and nothing comes "
            + ("next." if forwards else "before."),
            "Put a question on the stage list.",
            field="room",
        )
    return facts


def _next(questions: Questions, room: RoomId, lit: QuestionId | None) -> list[QuestionFact]:
    facts: list[QuestionFact] = [*unspotlight(questions, room)]
    if lit is not None:
        facts.append(QuestionAnswered(question=lit, room=room))
    return [*facts, *_shown(questions.queue.get(room, ())[:1], room)]


def _shown(names: Sequence[QuestionId], room: RoomId) -> list[QuestionFact]:
    return [
        fact
        for name in names
        for fact in (
            QuestionUnqueued(question=name, room=room),
            QuestionSpotlit(question=name, room=room),
        )
    ]


def _previous(around: Around, room: RoomId, lit: QuestionId | None) -> list[QuestionFact]:
    questions = around.questions
    facts: list[QuestionFact] = [*unspotlight(questions, room)]
    if lit is not None:
        first = questions.queue.get(room, (None,))[0]
        facts.append(QuestionQueued(question=lit, room=room, before=first))
    for name in reversed(questions.past.get(room, ())):
        question = questions.all[name]
        if question.status is QuestionStatus.ANSWERED and around.room_of(question) == room:
            reopened = QuestionReopened(question=name)
            return [*facts, reopened, QuestionSpotlit(question=name, room=room)]
    return facts


def _own(around: Around, room: RoomId, actor: Actor) -> None:
    if actor.role is not Role.SPEAKER:
        return
    live = around.rundown.clock(room).live
    if live is None or actor.speaker not in around.agenda.sessions[live].speakers:
        raise Rejected(
            "command.forbidden",
            "A speaker may only go on while their own session is on air.",
            "Ask the moderator.",
            field="room",
        )
