"""Asking: whether a question is taken now, from this participant, at this pace.

All of it is decided from the state, so that every node says the same, and each refusal tells when
to come again. What one participant asks never takes the place of another's. A viewer asks about
what their late picture shows, and is in time as long as that showed an open door.
"""

from dataclasses import replace
from typing import Final

import regex

from streamhub.core.agenda import room_exists, session_of
from streamhub.core.errors import Rejected
from streamhub.core.forecast import outlook
from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId, SessionId
from streamhub.core.openings import Doors, Opening
from streamhub.core.questions.around import Around, optional
from streamhub.core.questions.commands import AskQuestion, SetQuestions
from streamhub.core.questions.ends import after_all
from streamhub.core.questions.facts import QuestionApproved, QuestionAsked, QuestionFact
from streamhub.core.questions.state import (
    NAME_MOST,
    Question,
    QuestionPolicy,
    Questions,
    QuestionStatus,
)
from streamhub.core.rundown import Running, Status
from streamhub.core.stamp import Stamp
from streamhub.core.streams import Late
from streamhub.core.text import bare, clean

USUAL_MOST: Final = 3
"""How many questions one participant may ask within `USUAL_MS`, where there is no slow mode."""
USUAL_MS: Final = 60_000
_S = QuestionStatus
_STANDS: Final = frozenset({_S.PENDING, _S.APPROVED, _S.ANSWERED})
"""While a question stands there, its author need not ask it again."""
_LANGUAGE: Final = regex.compile(r"[A-Za-z]{2,8}(?=$|[-_])")


def ask(around: Around, command: AskQuestion, stamp: Stamp, fresh: str) -> list[QuestionFact]:
    """Return the facts of a new question, or raise `Rejected`."""
    name = _name(around.policy, command.name)
    text = question_text(around.policy, command.text)
    room = _room_to_ask(around, command)
    late = Late.of(around.agenda, around.streams, room, command.behind_s)
    session = _session_to_ask(around, command, _doors(around, room, stamp.at), late)
    mine = [around.questions.all[one] for one in around.questions.by_author.get(stamp.by, ())]
    _refuse_again(mine, text)
    _refuse_fast(around.policy, mine, stamp.at)
    _refuse_more(around.policy, mine)
    found = _LANGUAGE.match(command.locale or "")
    asked = QuestionAsked(
        question=QuestionId(fresh),
        session=session,
        text=text,
        name=name,
        language=found.group().lower() if found else None,
    )
    at_once = around.policy.moderation == "after"
    approved = [QuestionApproved(question=asked.question, unread=True)] if at_once else []
    running = Running(around.agenda, around.rundown)
    ended = after_all(
        around.questions, around.policy, running, asked, late, stamp.at, approved=at_once
    )
    return [asked, *approved, *ended]


def closes(around: Around, command: SetQuestions, now: Ms) -> bool:
    """Tell whether a session takes questions now and would not any more after `command`."""
    doors = _doors(around, around.agenda.sessions[command.session].room, now)
    after = replace(doors, said=around.questions.openings.set(command.session, command.state))
    return doors.of(command.session).open and not after.of(command.session).open


def question_text(policy: QuestionPolicy, text: str) -> str:
    """Return a question's text as it will be kept, or raise `Rejected`."""
    return clean(text, field="text", least=policy.text_least, most=policy.text_most, lines=True)


def _name(policy: QuestionPolicy, typed: str | None) -> str | None:
    if policy.names == "none":
        return None
    name = optional(typed, "name", NAME_MOST, lines=False)
    if name is None and policy.names == "required":
        raise Rejected(
            "name.required",
            "Questions are asked under a name here.",
            "Say who you are, and send it again.",
            field="name",
        )
    return name


def refuse_muted(questions: Questions, actor: ActorId, now: Ms) -> None:
    """Raise `participant.muted` while moderators keep `actor` from taking part."""
    mute = questions.mutes.get(actor)
    if mute is None or not mute.holds(now):
        return
    raise Rejected(
        "participant.muted",
        "The moderators of this event have muted you.",
        "What you have written stays in your browser.",
        retry_after=None if mute.until_at is None else _seconds(mute.until_at - now),
    )


def _refuse_again(mine: list[Question], text: str) -> None:
    said = bare(text)
    for question in mine:
        if question.status in _STANDS and said in {bare(question.text), _own_words(question)}:
            raise Rejected(
                "question.duplicate",
                "You have asked this already.",
                "Look at where that question stands.",
                field="text",
                detail={"question": question.id},
            )


def _own_words(question: Question) -> str | None:
    return None if question.original is None else bare(question.original)


def _refuse_fast(policy: QuestionPolicy, mine: list[Question], now: Ms) -> None:
    if policy.slow_s:
        wait_ms = mine[-1].asked_at + policy.slow_s * 1000 - now if mine else 0
        if wait_ms > 0:
            raise Rejected(
                "question.slow_mode",
                f"One question every {policy.slow_s} seconds is taken from each participant.",
                "Keep your text, and send it when the time is over.",
                retry_after=_seconds(wait_ms),
            )
    elif len(mine) >= USUAL_MOST:
        wait_ms = mine[-USUAL_MOST].asked_at + USUAL_MS - now
        if wait_ms > 0:
            raise Rejected(
                "question.too_many",
                f"{USUAL_MOST} questions a minute are taken from each participant.",
                "Keep your text, and send it when the minute is over.",
                retry_after=_seconds(wait_ms),
            )


def _seconds(ms: int) -> int:
    return -(-ms // 1000)


def _refuse_more(policy: QuestionPolicy, mine: list[Question]) -> None:
    waiting = sum(question.status is _S.PENDING for question in mine)
    if waiting >= policy.pending_most:
        raise Rejected(
            "question.too_many",
            f"{waiting} of your questions are still in review.",
            "Wait until one of them is decided, or withdraw one.",
            retry_after=60,
        )


def _doors(around: Around, room: RoomId, now: Ms) -> Doors:
    windows = (around.policy.opens_before_s, around.policy.closes_after_s)
    ahead = outlook(around.agenda, around.rundown, room, now)
    return Doors(ahead, around.questions.openings, windows)


def _room_to_ask(around: Around, command: AskQuestion) -> RoomId:
    if command.session is not None:
        return session_of(around.agenda, command.session).room
    room = command.room
    if room is None and len(around.agenda.rooms) == 1:
        room = next(iter(around.agenda.rooms))
    if room is None:
        raise Rejected(
            "room.unknown",
            "This event has several rooms; a question needs a session or a room.",
            "Send `session` or `room`.",
            field="room",
        )
    room_exists(around.agenda, room)
    return room


def _session_to_ask(around: Around, command: AskQuestion, doors: Doors, late: Late) -> SessionId:
    found = command.session
    if found is None:
        seen = _on_the_picture(doors, late)
        if seen is not None and _takes(around, seen, doors, late):
            return seen
        found = doors.asked_now().session
    if found is not None and _takes(around, found, doors, late):
        return found
    raise Rejected(
        "question.closed",
        "Questions are closed at the moment.",
        "Keep your text; the page says when questions open.",
        field="session",
    )


def _on_the_picture(doors: Doors, late: Late) -> SessionId | None:
    """What a viewer would ask about: the last talk that has begun for them; None: no viewer."""
    if late.ms is None:
        return None
    ahead, seen_at = doors.ahead, doors.ahead.now - late.ms
    begun = [
        (run.started_at, session)
        for session in ahead.agenda.running_order(ahead.room)
        for run in ahead.rundown.of(session).runs
        if run.started_at <= seen_at and not ahead.agenda.sessions[session].kind.is_pause
    ]
    return max(begun)[1] if begun else None


def _takes(around: Around, session: SessionId, doors: Doors, late: Late) -> bool:
    """Whether a session takes questions, or did when the picture of a viewer was made."""
    if doors.of(session).open:
        return True
    closings = [around.questions.closed.get(session)]
    by_itself = doors.said.get(session, Opening.AUTO) is Opening.AUTO
    if by_itself and doors.ahead.rundown.of(session).status is Status.ENDED:
        closings.append(doors.closes_at(session))
    return any(at is not None and late.is_in_time(at, doors.ahead.now) for at in closings)
