"""What comes of a wish about a question: facts, or a refusal with its reason.

`MAY` is the one table of which command applies in which status. Roles were checked before
(`roles.py`); what is one's own is checked here. Asking is in `asking.py`, what only moderators do
in `desk.py`, the stage list in `stage.py`, taking back in `undo.py`.
"""

from collections.abc import Mapping
from typing import Final, assert_never

from streamhub.core.agenda import room_exists, session_of
from streamhub.core.errors import Rejected
from streamhub.core.openings import Opening
from streamhub.core.questions import asking, desk, stage
from streamhub.core.questions.around import Around, optional, question_of, refuse
from streamhub.core.questions.commands import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    AssignQuestion,
    BulkItem,
    BulkQuestions,
    ClaimQuestion,
    ConfigureQuestions,
    EditQuestion,
    FlagQuestion,
    LabelQuestion,
    MergeQuestion,
    MuteParticipant,
    NextOnStage,
    NoteQuestion,
    PreviousOnStage,
    QuestionCommand,
    QueueQuestion,
    RedactQuestion,
    RejectQuestion,
    ReleaseQuestion,
    ReopenQuestion,
    RestoreQuestion,
    SetQuestions,
    SplitQuestion,
    SpotlightQuestion,
    StarQuestion,
    UndoQuestion,
    UnflagQuestion,
    UnqueueQuestion,
    UnspotlightQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
)
from streamhub.core.questions.evolve import evolve
from streamhub.core.questions.facts import (
    QuestionAmended,
    QuestionAnswered,
    QuestionApproved,
    QuestionEdited,
    QuestionFact,
    QuestionFlagged,
    QuestionMerged,
    QuestionRedacted,
    QuestionRejected,
    QuestionReopened,
    QuestionRestored,
    QuestionsSet,
    QuestionUnflagged,
    QuestionUnvoted,
    QuestionUpvoted,
    QuestionWithdrawn,
)
from streamhub.core.questions.state import (
    REASON_MOST,
    REPLY_MOST,
    Question,
    QuestionStatus,
)
from streamhub.core.questions.undo import decide_undo
from streamhub.core.roles import WHO, Actor, Role
from streamhub.core.stamp import Stamp
from streamhub.core.values import changed

_S = QuestionStatus
_OPEN: Final = frozenset({_S.PENDING, _S.APPROVED})
_PUBLIC: Final = frozenset({_S.APPROVED, _S.ANSWERED})
_SEEN: Final = frozenset({_S.PENDING, _S.APPROVED, _S.ANSWERED, _S.REJECTED})
_LEFT: Final = frozenset({_S.WITHDRAWN, _S.REDACTED})

MAY: Final[Mapping[str, frozenset[QuestionStatus]]] = {
    # command: the statuses in which a question takes it
    "question.edit": frozenset({_S.PENDING}),
    "question.withdraw": frozenset({_S.PENDING}),
    "question.upvote": frozenset({_S.APPROVED}),
    "question.unvote": frozenset({_S.APPROVED}),
    "question.flag": _PUBLIC,
    "question.unflag": _PUBLIC,
    "question.approve": frozenset({_S.PENDING}),
    "question.reject": _OPEN,
    "question.restore": frozenset({_S.REJECTED, _S.APPROVED}),
    "question.amend": _OPEN,
    "question.spotlight": frozenset({_S.APPROVED}),
    "question.answer": frozenset({_S.APPROVED}),
    "question.reopen": frozenset({_S.ANSWERED}),
    "question.merge": _OPEN,
    "question.split": frozenset({_S.MERGED}),
    "question.label": _SEEN | {_S.MERGED},
    "question.star": _SEEN | {_S.MERGED},
    "question.assign": _SEEN,
    "question.note": _SEEN,
    "question.claim": _SEEN,
    "question.release": frozenset(_S),
    "question.queue": frozenset({_S.APPROVED}),
    "question.unqueue": frozenset(_S),
    "question.undo": frozenset(_S) - _LEFT,
    "question.redact": frozenset(_S),
}

_OnQuestion = (
    EditQuestion
    | WithdrawQuestion
    | UpvoteQuestion
    | UnvoteQuestion
    | FlagQuestion
    | UnflagQuestion
    | ApproveQuestion
    | RejectQuestion
    | RestoreQuestion
    | AmendQuestion
    | SpotlightQuestion
    | AnswerQuestion
    | ReopenQuestion
    | RedactQuestion
)
_ByModerators = (
    MergeQuestion
    | SplitQuestion
    | LabelQuestion
    | StarQuestion
    | AssignQuestion
    | NoteQuestion
    | ClaimQuestion
    | ReleaseQuestion
    | QueueQuestion
    | UnqueueQuestion
    | UndoQuestion
)
_MUTABLE = AskQuestion | EditQuestion | UpvoteQuestion | FlagQuestion
"""What a participant who was muted may not do."""


def decide(  # noqa: PLR0912 - one case per command is the table a reader looks for
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
    if isinstance(command, _MUTABLE):
        asking.refuse_muted(around.questions, stamp.by, stamp.at)
    match command:
        case AskQuestion():
            return asking.ask(around, command, stamp, fresh)
        case SetQuestions():
            session_of(around.agenda, command.session)
            now = around.questions.openings.get(command.session, Opening.AUTO)
            if now is command.state:
                return []
            closes = asking.closes(around, command, stamp.at)
            return [QuestionsSet(session=command.session, state=command.state, closes=closes)]
        case UnspotlightQuestion():
            room_exists(around.agenda, command.room)
            return [*stage.unspotlight(around.questions, command.room)]
        case NextOnStage() | PreviousOnStage():
            return stage.move(around, command, actor)
        case ConfigureQuestions():
            return desk.configure(around.policy, command)
        case MuteParticipant():
            return desk.mute(around.questions, command, stamp)
        case BulkQuestions():
            return in_bulk(around, command, actor, stamp)[0]
        case _:
            question = question_of(around, command.question, actor)
            _own(around, command, question, actor)
            may = MAY[command.type]
            if isinstance(command, RejectQuestion | RestoreQuestion) and command.seen is not None:
                may &= {command.seen}
            if question.status not in may:
                refuse(command.type, question, actor)
            if isinstance(command, _ByModerators):
                return _by_moderators(around, command, question, stamp)
            return _on_question(around, command, question, stamp)


def in_bulk(
    around: Around, command: BulkQuestions, actor: Actor, stamp: Stamp
) -> tuple[list[QuestionFact], dict[str, str]]:
    """Return the facts of many decisions at once, and by question `done` or why it was refused."""
    desk.refuse_bulk(command)
    facts: list[QuestionFact] = []
    result: dict[str, str] = {}
    for item in command.questions:
        try:
            more = decide(around, _single(command, item), actor, stamp, "")
        except Rejected as refusal:
            result[item.question] = refusal.code
            continue
        result[item.question] = "done"
        facts += more
        after = around.questions
        for fact in more:
            after = evolve(after, fact, stamp)
        around = changed(around, questions=after)
    return facts, result


def _single(command: BulkQuestions, item: BulkItem) -> QuestionCommand:
    name = item.question
    match command.do:
        case "approve":
            return ApproveQuestion(question=name, revision=item.revision or 0)
        case "reject":
            return RejectQuestion(question=name, reason=command.reason, seen=item.seen)
        case "restore":
            return RestoreQuestion(question=name, seen=item.seen)
        case "label":
            return LabelQuestion(question=name, labels=command.labels)
        case "star":
            return StarQuestion(question=name, on=command.on)
        case _:
            assert_never(command.do)


def _on_question(  # noqa: C901, PLR0911, PLR0912 - one case per command is the table a reader looks for
    around: Around, command: _OnQuestion, question: Question, stamp: Stamp
) -> list[QuestionFact]:
    name, questions = question.id, around.questions
    match command:
        case EditQuestion():
            text = asking.question_text(around.policy, command.text)
            same = text == question.text
            return [] if same else [QuestionEdited(question=name, text=text)]
        case WithdrawQuestion():
            return [QuestionWithdrawn(question=name)]
        case UpvoteQuestion():
            voted = stamp.by in questions.voters_of(name)
            return [] if voted else [QuestionUpvoted(question=name)]
        case UnvoteQuestion():
            voted = stamp.by in questions.voters_of(name)
            return [QuestionUnvoted(question=name)] if voted else []
        case FlagQuestion():
            flagged = stamp.by in questions.flaggers_of(name)
            return [] if flagged else [QuestionFlagged(question=name)]
        case UnflagQuestion():
            flagged = stamp.by in questions.flaggers_of(name)
            return [QuestionUnflagged(question=name)] if flagged else []
        case ApproveQuestion():
            _same_revision(question, command.revision)
            return [QuestionApproved(question=name)]
        case RejectQuestion():
            reason = optional(command.reason, "reason", REASON_MOST)
            return [*stage.off(questions, name), QuestionRejected(question=name, reason=reason)]
        case RestoreQuestion():
            return [*stage.off(questions, name), QuestionRestored(question=name)]
        case AmendQuestion():
            text = asking.question_text(around.policy, command.text)
            same = text == question.text
            return [] if same else [QuestionAmended(question=name, text=text)]
        case SpotlightQuestion():
            return stage.spotlight(questions, name, around.room_of(question))
        case AnswerQuestion():
            reply, lit = optional(command.reply, "reply", REPLY_MOST), questions.lit_in(name)
            answered = QuestionAnswered(question=name, reply=reply, room=lit)
            return [*stage.off(questions, name), answered]
        case ReopenQuestion():
            return [QuestionReopened(question=name)]
        case RedactQuestion():
            gone = question.status is _S.REDACTED
            return [] if gone else [*stage.off(questions, name), QuestionRedacted(question=name)]
        case _:
            assert_never(command)


def _by_moderators(
    around: Around, command: _ByModerators, question: Question, stamp: Stamp
) -> list[QuestionFact]:
    match command:
        case MergeQuestion():
            into = _to_merge_into(around, command)
            merged = QuestionMerged(question=question.id, into=into.id)
            return [*stage.off(around.questions, question.id), merged]
        case QueueQuestion():
            return stage.queue(around, command, question)
        case UnqueueQuestion():
            return stage.unqueue(around.questions, question.id)
        case UndoQuestion():
            return decide_undo(around, command, question)
        case _:
            return desk.decide(around, command, question, stamp)


def _to_merge_into(around: Around, command: MergeQuestion) -> Question:
    """Return the question that others end in where one is merged into `into`."""
    found = around.questions.all.get(command.into)
    if found is None:
        raise Rejected(
            "question.unknown",
            f"There is no question {command.into!r} here.",
            "Choose another one.",
            field="into",
        )
    end = around.questions.all[around.questions.end_of(command.into)]
    if end.id == command.question:
        raise Rejected(
            "command.invalid",
            "A question cannot be merged into itself.",
            "Choose another one, or split what was merged into it first.",
            field="into",
        )
    if end.status not in _OPEN:
        raise Rejected(
            "question.wrong_status",
            f"The other question is {end.status.value}; nothing can be merged into it.",
            "Choose one that is pending or approved.",
            field="into",
            detail={"status": end.status.value, "by": end.decided_by, "at": end.decided_at},
        )
    return end


def _own(
    around: Around, command: _OnQuestion | _ByModerators, question: Question, actor: Actor
) -> None:
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


def _same_revision(question: Question, revision: int) -> None:
    if revision != question.revision:
        raise Rejected(
            "question.stale",
            "Its text was changed since you read it.",
            "Read it again, then decide.",
            field="revision",
            detail={"revision": question.revision},
        )
