"""What can happen to questions, as the journal keeps it; the union of all is at the end.

The journal is read again for years: a fact may get further fields with defaults, and never loses
or renames one.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId, SessionId, SpeakerId
from streamhub.core.openings import Opening
from streamhub.core.questions.state import AtEnd, Moderation, Names
from streamhub.core.table import Table

Cause = Literal["rundown", "undo"]
"""What else moved a question than somebody's decision on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """A participant asked, on a page in `language`; the stamp tells who and when."""

    question: QuestionId
    session: SessionId
    text: str
    name: str | None = None
    language: str | None = None
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
    """The audience may see it: by a moderator, or as everything new (`unread`)."""

    question: QuestionId
    unread: bool = False
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
    cause: Cause | None = None
    type: Literal["question.spotlit"] = "question.spotlit"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnspotlit:
    """It went off the screens of its room."""

    question: QuestionId
    room: RoomId
    cause: Cause | None = None
    type: Literal["question.unspotlit"] = "question.unspotlit"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered:
    """It was answered; `room` is where it was on the screens."""

    question: QuestionId
    reply: str | None = None
    room: RoomId | None = None
    type: Literal["question.answered"] = "question.answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReopened:
    """It is open again, with no reply."""

    question: QuestionId
    type: Literal["question.reopened"] = "question.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRedacted:
    """What it said was erased; this names no text, so that it can be kept."""

    question: QuestionId
    type: Literal["question.redacted"] = "question.redacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsSet:
    """Somebody opened or closed the questions of a session, or left it to the rundown.

    `closes`: it took questions until then.
    """

    session: SessionId
    state: Opening
    closes: bool = False
    type: Literal["questions.set"] = "questions.set"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMerged:
    """It was put together with `into`, which has its votes too from now on."""

    question: QuestionId
    into: QuestionId
    type: Literal["question.merged"] = "question.merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSplit:
    """It stands for itself again, as before it was merged into `into`."""

    question: QuestionId
    into: QuestionId
    type: Literal["question.split"] = "question.split"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLabelled:
    """It has these labels and no others."""

    question: QuestionId
    labels: tuple[str, ...]
    type: Literal["question.labelled"] = "question.labelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionStarred:
    """It was marked for all moderators, or is so no longer."""

    question: QuestionId
    on: bool
    type: Literal["question.starred"] = "question.starred"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAssigned:
    """This speaker answers it, or nobody in particular."""

    question: QuestionId
    to: SpeakerId | None = None
    type: Literal["question.assigned"] = "question.assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionNoted:
    """It has this private note, or none."""

    question: QuestionId
    note: str | None = None
    type: Literal["question.noted"] = "question.noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionClaimed:
    """The moderator of the stamp is on it until then, unless it is released before."""

    question: QuestionId
    until_at: Ms
    type: Literal["question.claimed"] = "question.claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReleased:
    """Nobody is on it."""

    question: QuestionId
    type: Literal["question.released"] = "question.released"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionQueued:
    """It is on the stage list of its room now, before another one or last."""

    question: QuestionId
    room: RoomId
    before: QuestionId | None = None
    cause: Cause | None = None
    type: Literal["question.queued"] = "question.queued"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnqueued:
    """It is on the stage list of this room no longer."""

    question: QuestionId
    room: RoomId
    cause: Cause | None = None
    type: Literal["question.unqueued"] = "question.unqueued"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFlagged:
    """The participant of the stamp asked moderators to take a look at it."""

    question: QuestionId
    type: Literal["question.flagged"] = "question.flagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnflagged:
    """The participant of the stamp took the flag back."""

    question: QuestionId
    type: Literal["question.unflagged"] = "question.unflagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUndone:
    """The last decision on it, number `seq`, was taken back; `into` was part of a merge by it.

    What was before is in the state: this names no text, so that it can be kept.
    """

    question: QuestionId
    seq: int
    into: QuestionId | None = None
    type: Literal["question.undone"] = "question.undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsConfigured:
    """Other settings hold from now on; what is None stayed. An empty list of words is gone."""

    moderation: Moderation | None = None
    names: Names | None = None
    at_end: AtEnd | None = None
    slow_s: int | None = None
    pending_most: int | None = None
    reasons: bool | None = None
    words: Table[str, tuple[str, ...]] | None = None
    public_results: bool | None = None
    type: Literal["questions.configured"] = "questions.configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsCarried:
    """A session ended, and what was open of it belongs to the session `to` from now on.

    `seq` is the decision that ended it, where that was an earlier one: these came late.
    """

    session: SessionId
    to: SessionId
    questions: tuple[QuestionId, ...]
    seq: int | None = None
    type: Literal["questions.carried"] = "questions.carried"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsLeft:
    """A session ended, and these of it were approved, not answered: to be followed up.

    `seq` as in `QuestionsCarried`.
    """

    session: SessionId
    questions: tuple[QuestionId, ...]
    seq: int | None = None
    type: Literal["questions.left"] = "questions.left"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsReturned:
    """The end of `session`, decision `seq`, was undone, and what it did to these questions."""

    session: SessionId
    seq: int
    questions: tuple[QuestionId, ...]
    type: Literal["questions.returned"] = "questions.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantMuted:
    """A participant may not ask, vote or flag, until then or for good."""

    participant: ActorId
    reason: str | None = None
    until_at: Ms | None = None
    type: Literal["participant.muted"] = "participant.muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantUnmuted:
    """A participant may take part again."""

    participant: ActorId
    type: Literal["participant.unmuted"] = "participant.unmuted"


OneQuestionFact = (
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
    | QuestionRedacted
    | QuestionMerged
    | QuestionSplit
    | QuestionLabelled
    | QuestionStarred
    | QuestionAssigned
    | QuestionNoted
    | QuestionClaimed
    | QuestionReleased
    | QuestionQueued
    | QuestionUnqueued
    | QuestionFlagged
    | QuestionUnflagged
    | QuestionUndone
)
"""What happened to one question."""
QuestionFact = (
    OneQuestionFact
    | QuestionsSet
    | QuestionsConfigured
    | QuestionsCarried
    | QuestionsLeft
    | QuestionsReturned
    | ParticipantMuted
    | ParticipantUnmuted
)
