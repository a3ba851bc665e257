"""What is kept of questions, and the event's settings for them.

Only values: what may happen to them is in `decide.py`, what did happen in `evolve.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId, SessionId, SpeakerId
from streamhub.core.openings import Opening
from streamhub.core.table import Map, Table

NAME_MOST: Final = 60
REASON_MOST: Final = 140
REPLY_MOST: Final = 1000
NOTE_MOST: Final = 280
LABEL_MOST: Final = 24
LABELS_MOST: Final = 8
CLAIM_MS: Final = 120_000
"""How long a moderator's claim on a question lasts, unless it is made again."""
UNDO_DEPTH: Final = 10
"""How many decisions on a question can be taken back."""
KEPT_MOST: Final = 50
"""How many questions that were on a stage, and how many ends of sessions, can be gone back to."""

Moderation = Literal["before", "after"]
"""Whether a question is public once a moderator approved it, or at once until one objects."""
Names = Literal["optional", "required", "none"]
"""Whether questions are asked under a name."""
AtEnd = Literal["keep", "carry", "close"]
"""What becomes of the open questions of a session that ends: they stay, they move on to the room's
next session, or those that were approved are left to be followed up."""


class QuestionStatus(StrEnum):
    """Where a question stands. Transitions are in `MAY` and `evolve`."""

    PENDING = "pending"
    APPROVED = "approved"
    ANSWERED = "answered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    REDACTED = "redacted"

    @property
    def is_public(self) -> bool:
        """Whether an audience may see it."""
        return self in {QuestionStatus.APPROVED, QuestionStatus.ANSWERED}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPolicy:
    """The event's settings for questions.

    `opens_before_s` and `closes_after_s` bound the `auto` opening round a session; `pending_most`
    caps what one participant may have waiting; lengths are graphemes. `slow_s` is the least time
    between two questions of one participant (0: the usual rate holds). With `reasons`, authors see
    why a question was not taken up. `words` are lists by language that moderators are pointed to.
    """

    opens_before_s: int = 600
    closes_after_s: int = 900
    text_least: int = 5
    text_most: int = 280
    pending_most: int = 5
    moderation: Moderation = "before"
    names: Names = "optional"
    at_end: AtEnd = "keep"
    slow_s: int = 0
    reasons: bool = False
    words: Table[str, tuple[str, ...]] = Map()
    public_results: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A moderator is on a question until then. Whoever looks at it judges whether that is over."""

    by: ActorId
    until_at: Ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `revision` counts its texts; `original` is what the author wrote last, where a moderator changed
    it; `decided_by` and `decided_at` tell the last decision on it. `merged_into` is where its votes
    count, `merged_from` where it stood before. `followup`: it was open when its session ended.
    `shown_at` is when it first was on the screens.

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
    language: str | None = None
    labels: tuple[str, ...] = ()
    star: bool = False
    assignee: SpeakerId | None = None
    note: str | None = None
    claim: Claim | None = None
    merged_into: QuestionId | None = None
    merged_from: QuestionStatus | None = None
    followup: bool = False
    shown_at: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One decision on a question that can be taken back: its number, what it was, what was before.

    `lit` is the room on whose screens the question was, `place` its place on the stage list;
    `instead` is what left the screens for it.
    """

    seq: int
    what: str
    by: ActorId
    at: Ms
    before: Question
    lit: RoomId | None = None
    place: int | None = None
    instead: QuestionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The last change of a room's screens: who, when, which decision, and what left them."""

    by: ActorId
    at: Ms
    seq: int
    off: QuestionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What the end of a session, decision `seq`, did to its open questions.

    They moved on to the session `to`, or were left to be followed up.
    """

    seq: int
    session: SessionId
    questions: tuple[QuestionId, ...]
    to: SessionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A participant may not take part: who said so, when, why, and until when (else for good)."""

    by: ActorId
    at: Ms
    reason: str | None = None
    until_at: Ms | None = None

    def holds(self, now: Ms) -> bool:
        """Whether it is not over yet."""
        return self.until_at is None or now < self.until_at


@dataclass(frozen=True, kw_only=True)  # no slots: see `values.py`
class Questions:
    """All questions of an event, with the indexes that make each participant's part quick.

    Votes and flags are kept beside the questions: a crowd votes a thousand times for each time that
    a question changes. What the numbers in `voters` mean is in `votes.py`. `merged` is by the
    question into which others were merged. `queue` is the stage list of each room, `past` what was
    answered from its screens, newest last. `named` are those who asked under a name. `closed` is
    when somebody last closed a session that took questions.
    """

    all: Table[QuestionId, Question] = Map()
    voters: Table[QuestionId, Table[ActorId, int]] = Map()
    by_author: Table[ActorId, tuple[QuestionId, ...]] = Map()
    by_voter: Table[ActorId, tuple[QuestionId, ...]] = Map()
    spotlight: Table[RoomId, QuestionId] = Map()
    openings: Table[SessionId, Opening] = Map()
    flaggers: Table[QuestionId, Table[ActorId, int]] = Map()
    by_flagger: Table[ActorId, tuple[QuestionId, ...]] = Map()
    merged: Table[QuestionId, tuple[QuestionId, ...]] = Map()
    queue: Table[RoomId, tuple[QuestionId, ...]] = Map()
    past: Table[RoomId, tuple[QuestionId, ...]] = Map()
    moved: Table[RoomId, Moved] = Map()
    undo: Table[QuestionId, tuple[Step, ...]] = Map()
    ends: tuple[Ended, ...] = ()
    mutes: Table[ActorId, Mute] = Map()
    named: Table[ActorId, int] = Map()
    closed: Table[SessionId, Ms] = Map()

    def voters_of(self, question: QuestionId) -> Map[ActorId, int]:
        """Who gave `question` a vote."""
        return self.voters.get(question, NOBODY)

    def flaggers_of(self, question: QuestionId) -> Map[ActorId, int]:
        """Who asked moderators to take a look at `question`."""
        return self.flaggers.get(question, NOBODY)

    def end_of(self, question: QuestionId) -> QuestionId:
        """What stands for `question`: itself, or that into which it was merged in the end."""
        return self.chain_of(question)[-1]

    def chain_of(self, question: QuestionId) -> list[QuestionId]:
        """`question` and all into which it was merged, one after the other."""
        chain = [question]
        while (into := self.all[chain[-1]].merged_into) is not None:
            chain.append(into)
        return chain

    def merged_in(self, question: QuestionId) -> list[QuestionId]:
        """All that were merged into `question`, and into those."""
        found = list(self.merged.get(question, ()))
        for one in found:
            found += self.merged.get(one, ())
        return found

    def lit_in(self, question: QuestionId) -> RoomId | None:
        """The room on whose screens `question` is."""
        return next((room for room, lit in self.spotlight.items() if lit == question), None)

    def queued_in(self, question: QuestionId) -> RoomId | None:
        """The room on whose stage list `question` is."""
        return next((room for room, listed in self.queue.items() if question in listed), None)


NOBODY: Final[Map[ActorId, int]] = Map()
