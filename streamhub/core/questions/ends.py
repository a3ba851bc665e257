"""What becomes of the open questions of a session when it ends, and when that end is undone.

It belongs to the same decision as the end itself, and `rundown.undo` takes it back with it.
"""

from collections.abc import Collection, Iterable

from streamhub.core.ids import RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.questions.facts import (
    QuestionFact,
    QuestionsCarried,
    QuestionsLeft,
    QuestionsReturned,
)
from streamhub.core.questions.state import QuestionPolicy, Questions, QuestionStatus
from streamhub.core.rundown import Running, upcoming

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
