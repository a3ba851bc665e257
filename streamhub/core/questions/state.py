"""What is kept of questions, and the event's settings for them.

Only values: what may happen to them is in `decide.py`, what did happen in `evolve.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.table import Map, Table

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
    REDACTED = "redacted"

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
    public_results: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `revision` counts its texts; `original` is what the author wrote last, where a moderator changed
    it; `decided_by` and `decided_at` tell the last decision on it.

    A redacted question stays, as a tombstone with an empty text. Without one its author would not
    learn what became of it, the crew not who erased it, and counts and votes would have to be taken
    apart. As a status like any other it is in no public view by `is_public`, and out of reach of
    all other commands by `MAY`; so undo and replay need no case of their own.
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
    reply: str | None = None
    reason: str | None = None
    decided_by: ActorId | None = None
    decided_at: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """All questions of an event, with the indexes that make each participant's part quick.

    Votes are kept beside the questions: a crowd votes a thousand times for each time that a
    question changes.
    """

    all: Table[QuestionId, Question] = Map()
    voters: Table[QuestionId, Table[ActorId, int]] = Map()
    by_author: Table[ActorId, tuple[QuestionId, ...]] = Map()
    by_voter: Table[ActorId, tuple[QuestionId, ...]] = Map()
    spotlight: Table[RoomId, QuestionId] = Map()
    openings: Table[SessionId, Opening] = Map()

    def voters_of(self, question: QuestionId) -> Map[ActorId, int]:
        """Who gave `question` a vote."""
        return self.voters.get(question, NOBODY)


NOBODY: Final[Map[ActorId, int]] = Map()
