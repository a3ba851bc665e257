"""The wishes about questions, as they come over the wire; the union of all is at the end.

Who may issue which is in `roles.py`; whether it is carried out is in `decide.py`.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import ActorId, QuestionId, RoomId, SessionId, SpeakerId
from streamhub.core.openings import Opening
from streamhub.core.questions.state import AtEnd, Moderation, Names, QuestionStatus
from streamhub.core.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Ask: of a session, or "now" of a room (then of what is live there).

    `locale` is the language of the page, such as `es` or `pt-BR`: it is kept as the question's.
    `behind_s` is how late the picture of a viewer is.
    """

    text: str
    session: SessionId | None = None
    room: RoomId | None = None
    name: str | None = None
    locale: str | None = None
    behind_s: float | None = None
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
    """Do not take a question up, or take an approved one down; `seen` as in `RestoreQuestion`."""

    question: QuestionId
    reason: str | None = None
    seen: QuestionStatus | None = None
    type: Literal["question.reject"] = "question.reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreQuestion:
    """Put a rejected or approved question back among the incoming ones.

    `seen` is the status in which the moderator saw it. In any other this is refused: it applies in
    more than one, so without `seen` it would take back what a colleague has just decided.
    """

    question: QuestionId
    seen: QuestionStatus | None = None
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
class RedactQuestion:
    """Erase what a question says, for good; a second time changes nothing. Nobody is asked why."""

    question: QuestionId
    type: Literal["question.redact"] = "question.redact"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuestions:
    """Open or close the questions of a session, or let the rundown decide (`auto`)."""

    session: SessionId
    state: Opening
    type: Literal["questions.set"] = "questions.set"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeQuestion:
    """Put a question together with another one, which gets its votes; it is in no list any more."""

    question: QuestionId
    into: QuestionId
    type: Literal["question.merge"] = "question.merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitQuestion:
    """Take a question out of the one that it was merged into, as it was before."""

    question: QuestionId
    type: Literal["question.split"] = "question.split"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelQuestion:
    """Give a question these labels and no others."""

    question: QuestionId
    labels: tuple[str, ...]
    type: Literal["question.label"] = "question.label"


@dataclass(frozen=True, slots=True, kw_only=True)
class StarQuestion:
    """Mark a question for all moderators, or no longer."""

    question: QuestionId
    on: bool
    type: Literal["question.star"] = "question.star"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignQuestion:
    """Say which speaker of its session answers a question; without `to`, nobody in particular."""

    question: QuestionId
    to: SpeakerId | None = None
    type: Literal["question.assign"] = "question.assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteQuestion:
    """Put a private note to a question, for the crew and the stage; without one, take it away."""

    question: QuestionId
    note: str | None = None
    type: Literal["question.note"] = "question.note"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuestion:
    """Say that one is on a question, for two minutes from now; it keeps nobody from deciding."""

    question: QuestionId
    type: Literal["question.claim"] = "question.claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseQuestion:
    """Say that one is on a question no longer; without a claim, nothing changes."""

    question: QuestionId
    type: Literal["question.release"] = "question.release"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueQuestion:
    """Put an approved question on the stage list of its room, or move it there.

    It comes before the question `before`, or last. One that is on the screens leaves them.
    """

    question: QuestionId
    before: QuestionId | None = None
    type: Literal["question.queue"] = "question.queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnqueueQuestion:
    """Take a question off the stage list; where it is on none, nothing changes."""

    question: QuestionId
    type: Literal["question.unqueue"] = "question.unqueue"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextOnStage:
    """Mark the question on the screens of a room as answered and show the first of its list.

    `lit` is the question that the sender sees on the screens, or None; it must be right.
    """

    room: RoomId
    lit: QuestionId | None
    type: Literal["stage.next"] = "stage.next"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousOnStage:
    """Put the question on the screens back on the list, and show the one before it again."""

    room: RoomId
    lit: QuestionId | None
    type: Literal["stage.previous"] = "stage.previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagQuestion:
    """Ask the moderators to take a look at a public question; a second time changes nothing."""

    question: QuestionId
    type: Literal["question.flag"] = "question.flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnflagQuestion:
    """Take one's flag back; without one, nothing changes."""

    question: QuestionId
    type: Literal["question.unflag"] = "question.unflag"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoQuestion:
    """Take back the last decision on a question, which the sender sees as number `seq`."""

    question: QuestionId
    seq: int
    type: Literal["question.undo"] = "question.undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureQuestions:
    """Change what holds for the questions of the event; what is left out stays.

    `words` are lists by language that moderators are pointed to; each language that is named gets a
    new list, an empty one removes it.
    """

    moderation: Moderation | None = None
    names: Names | None = None
    at_end: AtEnd | None = None
    slow_s: int | None = None
    pending_most: int | None = None
    reasons: bool | None = None
    words: Table[str, tuple[str, ...]] | None = None
    public_results: bool | None = None
    type: Literal["questions.configure"] = "questions.configure"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteParticipant:
    """Let a participant ask, vote and flag no more, for so long or for good; or let them again."""

    participant: ActorId
    on: bool
    reason: str | None = None
    for_s: int | None = None
    type: Literal["participant.mute"] = "participant.mute"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """One question of many: `revision` is the text to approve, `seen` the status that was seen."""

    question: QuestionId
    revision: int | None = None
    seen: QuestionStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkQuestions:
    """Do the same to up to a hundred questions; what cannot be done to one stops no other."""

    do: Literal["approve", "reject", "restore", "label", "star"]
    questions: tuple[BulkItem, ...]
    labels: tuple[str, ...] = ()
    on: bool = True
    reason: str | None = None
    type: Literal["questions.bulk"] = "questions.bulk"


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
    | RedactQuestion
    | SetQuestions
    | MergeQuestion
    | SplitQuestion
    | LabelQuestion
    | StarQuestion
    | AssignQuestion
    | NoteQuestion
    | ClaimQuestion
    | ReleaseQuestion
    | QueueQuestion
    | UnqueueQuestion
    | NextOnStage
    | PreviousOnStage
    | FlagQuestion
    | UnflagQuestion
    | UndoQuestion
    | ConfigureQuestions
    | MuteParticipant
    | BulkQuestions
)
