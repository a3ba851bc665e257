"""The wishes about questions, as they come over the wire; the union of all is at the end.

Who may issue which is in `roles.py`; whether it is carried out is in `decide.py`.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.questions.state import QuestionStatus


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
)
