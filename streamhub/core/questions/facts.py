"""What can happen to questions, as the journal keeps it; the union of all is at the end.

The journal is read again for years: a fact may get further fields with defaults, and never loses
or renames one.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening


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
class QuestionRedacted:
    """What it said was erased; this names no text, so that it can be kept."""

    question: QuestionId
    type: Literal["question.redacted"] = "question.redacted"


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
    | QuestionRedacted
    | QuestionsSet
)
