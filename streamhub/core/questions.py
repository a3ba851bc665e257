"""Questions: asked, moderated, voted on, put on stage, answered.

Read top to bottom: state, commands, facts, decide, evolve. When a session takes questions is in
`openings.py`; who may do what is in `roles.py`; what of a question becomes public is decided in
`views.py` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, assert_never

from streamhub.core.agenda import Agenda
from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening, asked_now, opening
from streamhub.core.roles import WHO, Actor, Role
from streamhub.core.rundown import Rundown, room_exists, session_of
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table
from streamhub.core.text import clean

# --- state -------------------------------------------------------------------------------------

NAME_MOST: Final = 60
REASON_MOST: Final = 140
REPLY_MOST: Final = 1000


class QuestionStatus(StrEnum):
    """Where a question stands. Transitions are in `MAY` and `evolve`."""

    PENDING = "pending"
    APPROVED = "approved"
    ANSWERED = "answered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_public(self) -> bool:
        """Whether an audience may see it."""
        return self in {QuestionStatus.APPROVED, QuestionStatus.ANSWERED}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPolicy:
    """The event's settings for questions.

    `opens_before_s` and `closes_after_s` bound the `auto` opening round a session; `pending_most`
    caps what one participant may have waiting; lengths are graphemes.
    """

    opens_before_s: int = 600
    closes_after_s: int = 900
    text_least: int = 5
    text_most: int = 280
    pending_most: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `revision` counts its texts; `original` is what the author wrote last, where a moderator changed
    it; `decided_by` and `decided_at` tell the last decision on it.
    """

    id: QuestionId
    session: SessionId
    author: ActorId
    text: str
    asked_at: Ms
    name: str | None = None
    status: QuestionStatus = QuestionStatus.PENDING
    revision: int = 1
    original: str | None = None
    voters: Table[ActorId, int] = Map()
    reply: str | None = None
    reason: str | None = None
    decided_by: ActorId | None = None
    decided_at: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """All questions of an event, with the indexes that make each participant's part quick."""

    all: Table[QuestionId, Question] = Map()
    by_author: Table[ActorId, tuple[QuestionId, ...]] = Map()
    by_voter: Table[ActorId, tuple[QuestionId, ...]] = Map()
    spotlight: Table[RoomId, QuestionId] = Map()
    openings: Table[SessionId, Opening] = Map()


# --- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Ask: of a session, or "now" of a room (then of what is live there)."""

    text: str
    session: SessionId | None = None
    room: RoomId | None = None
    name: str | None = None
    type: Literal["question.ask"] = "question.ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditQuestion:
    """Change one's own question while it is pending."""

    question: QuestionId
    text: str
    type: Literal["question.edit"] = "question.edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawQuestion:
    """Take one's own question back while it is pending."""

    question: QuestionId
    type: Literal["question.withdraw"] = "question.withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpvoteQuestion:
    """Give one's vote to a question; a second time changes nothing."""

    question: QuestionId
    type: Literal["question.upvote"] = "question.upvote"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnvoteQuestion:
    """Take one's vote back; without one, nothing changes."""

    question: QuestionId
    type: Literal["question.unvote"] = "question.unvote"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveQuestion:
    """Let the audience see a question, in the text of `revision` and no other."""

    question: QuestionId
    revision: int
    type: Literal["question.approve"] = "question.approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectQuestion:
    """Do not take a question up, or take an approved one down."""

    question: QuestionId
    reason: str | None = None
    type: Literal["question.reject"] = "question.reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreQuestion:
    """Put a rejected or approved question back among the incoming ones."""

    question: QuestionId
    type: Literal["question.restore"] = "question.restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendQuestion:
    """Change a question's text as a moderator; the author's own words are kept beside it."""

    question: QuestionId
    text: str
    type: Literal["question.amend"] = "question.amend"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotlightQuestion:
    """Put an approved question on the screens of its room."""

    question: QuestionId
    type: Literal["question.spotlight"] = "question.spotlight"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnspotlightQuestion:
    """Take the question off the screens of a room; without one, nothing changes."""

    room: RoomId
    type: Literal["question.unspotlight"] = "question.unspotlight"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """Mark an approved question as answered, with a written reply or without."""

    question: QuestionId
    reply: str | None = None
    type: Literal["question.answer"] = "question.answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenQuestion:
    """Put an answered question back among the approved ones."""

    question: QuestionId
    type: Literal["question.reopen"] = "question.reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuestions:
    """Open or close the questions of a session, or let the rundown decide (`auto`)."""

    session: SessionId
    state: Opening
    type: Literal["questions.set"] = "questions.set"


QuestionCommand = (
    AskQuestion
    | EditQuestion
    | WithdrawQuestion
    | UpvoteQuestion
    | UnvoteQuestion
    | ApproveQuestion
    | RejectQuestion
    | RestoreQuestion
    | AmendQuestion
    | SpotlightQuestion
    | UnspotlightQuestion
    | AnswerQuestion
    | ReopenQuestion
    | SetQuestions
)

# --- facts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """A participant asked; the stamp tells who and when."""

    question: QuestionId
    session: SessionId
    text: str
    name: str | None = None
    type: Literal["question.asked"] = "question.asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionEdited:
    """The author changed the text."""

    question: QuestionId
    text: str
    type: Literal["question.edited"] = "question.edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWithdrawn:
    """The author took it back."""

    question: QuestionId
    type: Literal["question.withdrawn"] = "question.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUpvoted:
    """The participant of the stamp gave a vote."""

    question: QuestionId
    type: Literal["question.upvoted"] = "question.upvoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnvoted:
    """The participant of the stamp took the vote back."""

    question: QuestionId
    type: Literal["question.unvoted"] = "question.unvoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionApproved:
    """A moderator let the audience see it."""

    question: QuestionId
    type: Literal["question.approved"] = "question.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRejected:
    """A moderator did not take it up, or took it down."""

    question: QuestionId
    reason: str | None = None
    type: Literal["question.rejected"] = "question.rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRestored:
    """It is pending again."""

    question: QuestionId
    type: Literal["question.restored"] = "question.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAmended:
    """A moderator changed the text."""

    question: QuestionId
    text: str
    type: Literal["question.amended"] = "question.amended"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSpotlit:
    """It went on the screens of its room."""

    question: QuestionId
    room: RoomId
    type: Literal["question.spotlit"] = "question.spotlit"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnspotlit:
    """It went off the screens of its room."""

    question: QuestionId
    room: RoomId
    type: Literal["question.unspotlit"] = "question.unspotlit"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered:
    """It was answered."""

    question: QuestionId
    reply: str | None = None
    type: Literal["question.answered"] = "question.answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReopened:
    """It is open again, with no reply."""

    question: QuestionId
    type: Literal["question.reopened"] = "question.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsSet:
    """Somebody opened or closed the questions of a session, or left it to the rundown."""

    session: SessionId
    state: Opening
    type: Literal["questions.set"] = "questions.set"


QuestionFact = (
    QuestionAsked
    | QuestionEdited
    | QuestionWithdrawn
    | QuestionUpvoted
    | QuestionUnvoted
    | QuestionApproved
    | QuestionRejected
    | QuestionRestored
    | QuestionAmended
    | QuestionSpotlit
    | QuestionUnspotlit
    | QuestionAnswered
    | QuestionReopened
    | QuestionsSet
)

# --- decide ------------------------------------------------------------------------------------

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
            if question.status not in MAY[command.type]:
                _refuse(command, question)
            return _on_question(around, command, question, stamp)


def _on_question(  # noqa: PLR0911 - one case per command is the table a reader looks for
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
            voted = stamp.by in question.voters
            return [] if voted else [QuestionUpvoted(question=question.id)]
        case UnvoteQuestion():
            voted = stamp.by in question.voters
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
            return [] if lit else [QuestionSpotlit(question=question.id, room=room)]
        case AnswerQuestion():
            reply = _optional(command.reply, "reply", REPLY_MOST)
            return [*off, QuestionAnswered(question=question.id, reply=reply)]
        case ReopenQuestion():
            return [QuestionReopened(question=question.id)]
        case _:
            assert_never(command)


def unspotlight(questions: Questions, room: RoomId) -> list[QuestionFact]:
    """Return the fact that clears the screens of `room`, where something is on them."""
    lit = questions.spotlight.get(room)
    return [] if lit is None else [QuestionUnspotlit(question=lit, room=room)]


def question_text(policy: QuestionPolicy, text: str) -> str:
    """Return a question's text as it will be kept, or raise `Rejected`."""
    return clean(text, field="text", least=policy.text_least, most=policy.text_most, lines=True)


def _optional(text: str | None, field: str, most: int) -> str | None:
    if text is None or not text.strip():
        return None
    return clean(text, field=field, least=1, most=most, lines=True, max_bytes=4 * most)


def _ask(around: Around, command: AskQuestion, stamp: Stamp, fresh: str) -> list[QuestionFact]:
    name = command.name
    if name is not None and name.strip():
        name = clean(name, field="name", least=1, most=NAME_MOST)
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
    return [
        QuestionAsked(question=QuestionId(fresh), session=session, text=text, name=name or None)
    ]


def _session_to_ask(around: Around, command: AskQuestion, now: Ms) -> SessionId:
    agenda, policy = around.agenda, around.policy
    windows = (policy.opens_before_s, policy.closes_after_s)
    if command.session is not None:
        session = session_of(agenda, command.session)
        said = around.questions.openings.get(session.id, Opening.AUTO)
        found = opening(agenda, around.rundown, session.id, said, windows, now)
        if found.open:
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
        now_open = asked_now(agenda, around.rundown, room, around.questions.openings, windows, now)
        if now_open.session is not None:
            return now_open.session
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


def _refuse(command: QuestionCommand, question: Question) -> None:
    raise Rejected(
        "question.wrong_status",
        f"The question is {question.status.value}; {command.type} does not apply.",
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


# --- evolve ------------------------------------------------------------------------------------


def evolve(questions: Questions, fact: QuestionFact, stamp: Stamp) -> Questions:
    """Return the questions after `fact`."""
    match fact:
        case QuestionAsked():
            asked = Question(
                id=fact.question,
                session=fact.session,
                author=stamp.by,
                text=fact.text,
                name=fact.name,
                asked_at=stamp.at,
            )
            mine = (*questions.by_author.get(stamp.by, ()), fact.question)
            return replace(
                questions,
                all=questions.all.set(fact.question, asked),
                by_author=questions.by_author.set(stamp.by, mine),
            )
        case QuestionSpotlit():
            return replace(questions, spotlight=questions.spotlight.set(fact.room, fact.question))
        case QuestionUnspotlit():
            return replace(questions, spotlight=questions.spotlight.delete(fact.room))
        case QuestionsSet():
            return replace(questions, openings=questions.openings.set(fact.session, fact.state))
        case QuestionUpvoted() | QuestionUnvoted():
            return _evolve_vote(questions, fact, stamp)
        case _:
            before = questions.all[fact.question]
            return replace(
                questions, all=questions.all.set(fact.question, _evolve_one(before, fact, stamp))
            )


def _evolve_vote(
    questions: Questions, fact: QuestionUpvoted | QuestionUnvoted, stamp: Stamp
) -> Questions:
    before = questions.all[fact.question]
    votes = questions.by_voter.get(stamp.by, ())
    if isinstance(fact, QuestionUpvoted):
        voters = before.voters.set(stamp.by, 1)
        votes = (*votes, fact.question)
    else:
        voters = before.voters.delete(stamp.by)
        votes = tuple(vote for vote in votes if vote != fact.question)
    return replace(
        questions,
        all=questions.all.set(fact.question, replace(before, voters=voters)),
        by_voter=questions.by_voter.set(stamp.by, votes),
    )


def _evolve_one(
    before: Question,
    fact: (
        QuestionEdited
        | QuestionWithdrawn
        | QuestionApproved
        | QuestionRejected
        | QuestionRestored
        | QuestionAmended
        | QuestionAnswered
        | QuestionReopened
    ),
    stamp: Stamp,
) -> Question:
    if isinstance(fact, QuestionEdited):
        # the author's own words again: what a moderator made of the old ones is gone
        return replace(before, text=fact.text, original=None, revision=before.revision + 1)
    after = replace(before, decided_by=stamp.by, decided_at=stamp.at)
    match fact:
        case QuestionWithdrawn():
            return replace(after, status=_S.WITHDRAWN)
        case QuestionApproved():
            return replace(after, status=_S.APPROVED)
        case QuestionRejected():
            return replace(after, status=_S.REJECTED, reason=fact.reason)
        case QuestionRestored():
            return replace(after, status=_S.PENDING, reason=None)
        case QuestionAmended():
            original = before.original if before.original is not None else before.text
            return replace(
                after,
                text=fact.text,
                original=None if original == fact.text else original,
                revision=before.revision + 1,
            )
        case QuestionAnswered():
            return replace(after, status=_S.ANSWERED, reply=fact.reply)
        case QuestionReopened():
            return replace(after, status=_S.APPROVED, reply=None)
        case _:
            assert_never(fact)
