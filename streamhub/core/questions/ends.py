"""What becomes of the open questions of a session when it ends, and when that end is undone.

It belongs to the same decision as the end itself, and `rundown.undo` takes it back with it. What a
viewer asks before their late picture shows the end shares the fate of what was open then.
"""

from collections.abc import Collection, Iterable

from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.questions.facts import (
    QuestionAsked,
    QuestionFact,
    QuestionsCarried,
    QuestionsLeft,
    QuestionsReturned,
)
from streamhub.core.questions.state import QuestionPolicy, Questions, QuestionStatus
from streamhub.core.rundown import Running, Status, upcoming
from streamhub.core.streams import Late

_OPEN = frozenset({QuestionStatus.PENDING, QuestionStatus.APPROVED})


def after_the_end(
    questions: Questions, policy: QuestionPolicy, after: Running, ended: Iterable[SessionId]
) -> list[QuestionFact]:
    """Return what the event's settings make of the open questions of sessions that have ended.

    Args:
        questions: all of them.
        policy: the event's settings.
        after: the plan and its running after the end.
        ended: the sessions.
    """
    facts: list[QuestionFact] = []
    if policy.at_end == "keep":
        return facts
    for session in ended:
        takes = _OPEN if policy.at_end == "carry" else {QuestionStatus.APPROVED}
        names = tuple(
            one.id
            for one in sorted(questions.all.values(), key=lambda one: (one.asked_at, one.id))
            if one.session == session and one.status in takes
        )
        if not names:
            continue
        if policy.at_end == "close":
            facts.append(QuestionsLeft(session=session, questions=names))
            continue
        to = _next(questions, after, after.agenda.sessions[session].room)
        if to is not None:
            facts.append(QuestionsCarried(session=session, to=to, questions=names))
    return facts


def after_all(
    questions: Questions,
    policy: QuestionPolicy,
    running: Running,
    asked: QuestionAsked,
    late: Late,
    now: Ms,
    *,
    approved: bool,
) -> list[QuestionFact]:
    """Return what becomes of a question that came after the end of its session, but in time.

    Args:
        questions: all others.
        policy: the event's settings.
        running: the plan and its running.
        asked: the question.
        late: how late the picture of its author is.
        now: when it came.
        approved: whether it is public at once.
    """
    session, names = asked.session, (asked.question,)
    progress = running.rundown.of(session)
    if policy.at_end == "keep" or progress.status is not Status.ENDED:
        return []
    if not late.is_in_time(progress.runs[-1].ended_at or 0, now):
        return []
    room = running.agenda.sessions[session].room
    seq = _ended_by(running, room, session)
    if policy.at_end == "close":
        return [QuestionsLeft(session=session, questions=names, seq=seq)] if approved else []
    went = [end.to for end in questions.ends if (end.session, end.seq) == (session, seq)]
    to = next(filter(None, went), None) or _next(questions, running, room)
    if to is None:
        return []
    return [QuestionsCarried(session=session, to=to, questions=names, seq=seq)]


def _ended_by(running: Running, room: RoomId, session: SessionId) -> int | None:
    """The decision that ended a session, the newest that found it on air; None: not known."""
    found = (
        step.seq
        for step in reversed(running.rundown.clock(room).undo)
        for name, before in step.before
        if name == session and before.status.on_air
    )
    return next(found, None)


def _next(questions: Questions, after: Running, room: RoomId) -> SessionId | None:
    """The session of a room that takes questions next: what is on air by now, or comes."""
    agenda, rundown = after
    live = rundown.clock(room).live
    for name in [*([live] if live else []), *upcoming(agenda, rundown, room)]:
        closed = questions.openings.get(name) is Opening.CLOSED
        if not closed and not agenda.sessions[name].kind.is_pause:
            return name
    return None


def before_the_end(
    questions: Questions, seq: int, sessions: Collection[SessionId]
) -> list[QuestionFact]:
    """Return what takes back the consequences that the end of `sessions`, decision `seq`, had.

    What has gone somewhere else since stays there.
    """
    return [
        QuestionsReturned(
            session=end.session,
            seq=seq,
            questions=tuple(
                name
                for name in end.questions
                if questions.all[name].session == (end.to or end.session)
            ),
        )
        for end in questions.ends
        if end.seq == seq and end.session in sessions
    ]
