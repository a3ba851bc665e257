"""What comes of a wish about a question: facts, or a refusal with its reason.

`MAY` is the one table of which command applies in which status. Roles were checked before
(`roles.py`); what is one's own is checked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from streamhub.core.agenda import Agenda, room_exists, session_of
from streamhub.core.errors import Rejected
from streamhub.core.forecast import outlook
from streamhub.core.ids import Ms, QuestionId, RoomId, SessionId
from streamhub.core.openings import Doors, Opening
from streamhub.core.questions.commands import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    EditQuestion,
    QuestionCommand,
    RedactQuestion,
    RejectQuestion,
    ReopenQuestion,
    RestoreQuestion,
    SetQuestions,
    SpotlightQuestion,
    UnspotlightQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
)
from streamhub.core.questions.facts import (
    QuestionAmended,
    QuestionAnswered,
    QuestionApproved,
    QuestionAsked,
    QuestionEdited,
    QuestionFact,
    QuestionRedacted,
    QuestionRejected,
    QuestionReopened,
    QuestionRestored,
    QuestionSpotlit,
    QuestionsSet,
    QuestionUnspotlit,
    QuestionUnvoted,
    QuestionUpvoted,
    QuestionWithdrawn,
)
from streamhub.core.questions.state import (
    NAME_MOST,
    REASON_MOST,
    REPLY_MOST,
    Question,
    QuestionPolicy,
    Questions,
    QuestionStatus,
)
from streamhub.core.roles import WHO, Actor, Role
from streamhub.core.rundown import Rundown
from streamhub.core.stamp import Stamp
from streamhub.core.text import clean

_S = QuestionStatus

MAY: Final[Mapping[str, frozenset[QuestionStatus]]] = {
    # command: the statuses in which a question takes it
    "question.edit": frozenset({_S.PENDING}),
    "question.withdraw": frozenset({_S.PENDING}),
    "question.upvote": frozenset({_S.APPROVED}),
    "question.unvote": frozenset({_S.APPROVED}),
    "question.approve": frozenset({_S.PENDING}),
    "question.reject": frozenset({_S.PENDING, _S.APPROVED}),
    "question.restore": frozenset({_S.REJECTED, _S.APPROVED}),
    "question.amend": frozenset({_S.PENDING, _S.APPROVED}),
    "question.spotlight": frozenset({_S.APPROVED}),
    "question.answer": frozenset({_S.APPROVED}),
    "question.reopen": frozenset({_S.ANSWERED}),
    "question.redact": frozenset(_S),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What deciding on questions needs to know of the rest of the event."""

    agenda: Agenda
    rundown: Rundown
    questions: Questions
    policy: QuestionPolicy


def decide(
    around: Around, command: QuestionCommand, actor: Actor, stamp: Stamp, fresh: str
) -> list[QuestionFact]:
    """Turn a command about questions into facts, or raise `Rejected`.

    Args:
        around: the state that matters.
        command: the wish.
        actor: whose it is; its role was checked before.
        stamp: who and when.
        fresh: an id that nothing has yet, for a new question.
    """
    match command:
        case AskQuestion():
            return _ask(around, command, stamp, fresh)
        case SetQuestions():
            session_of(around.agenda, command.session)
            now = around.questions.openings.get(command.session, Opening.AUTO)
            if now is command.state:
                return []
            return [QuestionsSet(session=command.session, state=command.state)]
        case UnspotlightQuestion():
            room_exists(around.agenda, command.room)
            return unspotlight(around.questions, command.room)
        case _:
            question = _question(around, command.question, actor)
            _own(around, command, question, actor)
            may = MAY[command.type]
            if isinstance(command, RejectQuestion | RestoreQuestion) and command.seen is not None:
                may &= {command.seen}
            if question.status not in may:
                _refuse(command, question, actor)
            return _on_question(around, command, question, stamp)


def _on_question(  # noqa: PLR0911, PLR0912 - one case per command is the table a reader looks for
    around: Around,
    command: (
        EditQuestion
        | WithdrawQuestion
        | UpvoteQuestion
        | UnvoteQuestion
        | ApproveQuestion
        | RejectQuestion
        | RestoreQuestion
        | AmendQuestion
        | SpotlightQuestion
        | AnswerQuestion
        | ReopenQuestion
        | RedactQuestion
    ),
    question: Question,
    stamp: Stamp,
) -> list[QuestionFact]:
    room = around.agenda.sessions[question.session].room
    lit = around.questions.spotlight.get(room) == question.id
    off: list[QuestionFact] = [QuestionUnspotlit(question=question.id, room=room)] if lit else []
    match command:
        case EditQuestion():
            text = question_text(around.policy, command.text)
            same = text == question.text
            return [] if same else [QuestionEdited(question=question.id, text=text)]
        case WithdrawQuestion():
            return [QuestionWithdrawn(question=question.id)]
        case UpvoteQuestion():
            voted = stamp.by in around.questions.voters_of(question.id)
            return [] if voted else [QuestionUpvoted(question=question.id)]
        case UnvoteQuestion():
            voted = stamp.by in around.questions.voters_of(question.id)
            return [QuestionUnvoted(question=question.id)] if voted else []
        case ApproveQuestion():
            _same_revision(question, command.revision)
            return [QuestionApproved(question=question.id)]
        case RejectQuestion():
            reason = _optional(command.reason, "reason", REASON_MOST)
            return [*off, QuestionRejected(question=question.id, reason=reason)]
        case RestoreQuestion():
            return [*off, QuestionRestored(question=question.id)]
        case AmendQuestion():
            text = question_text(around.policy, command.text)
            same = text == question.text
            return [] if same else [QuestionAmended(question=question.id, text=text)]
        case SpotlightQuestion():
            if lit:
                return []
            spotlit = QuestionSpotlit(question=question.id, room=room)
            return [*unspotlight(around.questions, room), spotlit]
        case AnswerQuestion():
            reply = _optional(command.reply, "reply", REPLY_MOST)
            return [*off, QuestionAnswered(question=question.id, reply=reply)]
        case ReopenQuestion():
            return [QuestionReopened(question=question.id)]
        case RedactQuestion():
            gone = question.status is _S.REDACTED
            return [] if gone else [*off, QuestionRedacted(question=question.id)]
        case _:
            assert_never(command)


def unspotlight(questions: Questions, room: RoomId) -> list[QuestionFact]:
    """Return the fact that clears the screens of `room`, where something is on them."""
    lit = questions.spotlight.get(room)
    return [] if lit is None else [QuestionUnspotlit(question=lit, room=room)]


def question_text(policy: QuestionPolicy, text: str) -> str:
    """Return a question's text as it will be kept, or raise `Rejected`."""
    return clean(text, field="text", least=policy.text_least, most=policy.text_most, lines=True)


def _optional(text: str | None, field: str, most: int, *, lines: bool = True) -> str | None:
    if text is None or not text.strip():
        return None
    return clean(text, field=field, least=1, most=most, lines=lines, max_bytes=8 * most)


def _ask(around: Around, command: AskQuestion, stamp: Stamp, fresh: str) -> list[QuestionFact]:
    name = _optional(command.name, "name", NAME_MOST, lines=False)
    text = question_text(around.policy, command.text)
    session = _session_to_ask(around, command, stamp.at)
    waiting = sum(
        around.questions.all[mine].status is QuestionStatus.PENDING
        for mine in around.questions.by_author.get(stamp.by, ())
    )
    if waiting >= around.policy.pending_most:
        raise Rejected(
            "question.too_many",
            f"{waiting} of your questions are still in review.",
            "Wait until one of them is decided, or withdraw one.",
            retry_after=60,
        )
    return [QuestionAsked(question=QuestionId(fresh), session=session, text=text, name=name)]


def _doors(around: Around, room: RoomId, now: Ms) -> Doors:
    windows = (around.policy.opens_before_s, around.policy.closes_after_s)
    ahead = outlook(around.agenda, around.rundown, room, now)
    return Doors(ahead, around.questions.openings, windows)


def _session_to_ask(around: Around, command: AskQuestion, now: Ms) -> SessionId:
    agenda = around.agenda
    if command.session is not None:
        session = session_of(agenda, command.session)
        if _doors(around, session.room, now).of(session.id).open:
            return session.id
    else:
        room = command.room
        if room is None and len(agenda.rooms) == 1:
            room = next(iter(agenda.rooms))
        if room is None:
            raise Rejected(
                "room.unknown",
                "This event has several rooms; a question needs a session or a room.",
                "Send `session` or `room`.",
                field="room",
            )
        room_exists(agenda, room)
        found = _doors(around, room, now).asked_now().session
        if found is not None:
            return found
    raise Rejected(
        "question.closed",
        "Questions are closed at the moment.",
        "Keep your text; the page says when questions open.",
        field="session",
    )


def _question(around: Around, name: QuestionId, actor: Actor) -> Question:
    found = around.questions.all.get(name)
    hidden = found is not None and (
        actor.role in {Role.PARTICIPANT, Role.SPEAKER}
        and not found.status.is_public
        and found.author != actor.id
    )
    if found is None or hidden:
        raise Rejected(
            "question.unknown",
            f"There is no question {name!r} here.",
            "It may have been taken down; reload the list.",
            field="question",
        )
    return found


def _own(around: Around, command: QuestionCommand, question: Question, actor: Actor) -> None:
    own = WHO[command.type].own
    if own == "question" and question.author != actor.id:
        raise Rejected(
            "question.not_yours",
            "Only its author may change or withdraw a question.",
            field="question",
        )
    if own == "session" and actor.role is Role.SPEAKER:
        session = around.agenda.sessions[question.session]
        if actor.speaker not in session.speakers:
            raise Rejected(
                "command.forbidden",
                "A speaker may only answer questions of their own session.",
                "Ask the moderator.",
                field="question",
            )


def _refuse(command: QuestionCommand, question: Question, actor: Actor) -> None:
    if actor.role is Role.PARTICIPANT:
        # who decided, and in which words, is the crew's business
        raise Rejected(
            "question.wrong_status",
            f"This question is no longer where {command.type} applies.",
            "Look at where it stands now.",
            field="question",
        )
    raise Rejected(
        "question.wrong_status",
        f"The question is {question.status.value} by now; {command.type} does not apply.",
        "Look at where it stands now.",
        field="question",
        detail={
            "status": question.status.value,
            "by": question.decided_by if question.decided_by != question.author else None,
            "at": question.decided_at,
        },
    )


def _same_revision(question: Question, revision: int) -> None:
    if revision != question.revision:
        raise Rejected(
            "question.stale",
            "Its text was changed since you read it.",
            "Read it again, then decide.",
            field="revision",
            detail={"revision": question.revision},
        )
