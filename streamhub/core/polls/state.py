"""What is kept of polls: what was asked, what was answered, and the counts.

Only values: what may happen to them is in `decide.py`, what did happen in `evolve.py`, how answers
are counted in `tally.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from streamhub.core.agenda import Agenda
from streamhub.core.ids import ActorId, Ms, OptionId, PollId, RoomId, SessionId
from streamhub.core.table import Map, Table


class PollKind(StrEnum):
    """What one answers with: one option, several, a number, words, or all options in order."""

    CHOICE = "choice"
    MULTIPLE = "multiple"
    RATING = "rating"
    WORDS = "words"
    RANKING = "ranking"

    @property
    def has_options(self) -> bool:
        """Whether there is something to choose from."""
        return self in {PollKind.CHOICE, PollKind.MULTIPLE, PollKind.RANKING}


class PollStatus(StrEnum):
    """Where a poll stands; transitions are in `MAY` and `evolve`."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ResultsWhen(StrEnum):
    """When everybody may see the results: at once, after closing, or when they are revealed."""

    LIVE = "live"
    AFTER = "after"
    HIDDEN = "hidden"


class Mark(StrEnum):
    """What was said of a word: hidden by the crew, held back by a word list, or let through."""

    HIDDEN = "hidden"
    HELD = "held"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the things to choose from."""

    id: OptionId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll: of a room, or of a session and so of the room where that takes place.

    `most` are the options or words that one may name, or the end of the scale. `numbered` counts
    the options that there ever were, so that no id comes back with another meaning. `marks` are
    what was said of words, by how they are counted. `decided_by` and `decided_at` tell who opened
    or closed it last.
    """

    id: PollId
    kind: PollKind
    title: str
    created_at: Ms
    room: RoomId | None = None
    session: SessionId | None = None
    options: tuple[Option, ...] = ()
    numbered: int = 0
    most: int | None = None
    results: ResultsWhen = ResultsWhen.AFTER
    status: PollStatus = PollStatus.DRAFT
    revealed: bool = False
    opened_at: Ms | None = None
    closed_at: Ms | None = None
    marks: Table[str, Mark] = Map()
    decided_by: ActorId | None = None
    decided_at: Ms | None = None

    @property
    def is_public(self) -> bool:
        """Whether an audience may see that it is there."""
        return self.status is not PollStatus.DRAFT

    @property
    def has_public_results(self) -> bool:
        """Whether an audience may see what was answered."""
        return self.is_public and (
            self.revealed
            or self.results is ResultsWhen.LIVE
            or (self.results is ResultsWhen.AFTER and self.status is PollStatus.CLOSED)
        )

    def room_in(self, agenda: Agenda) -> RoomId:
        """Return the room where it takes place."""
        if self.session is not None:
            return agenda.sessions[self.session].room
        return self.room or RoomId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One participant's answer: options (of a ranking in order), a number, or words as typed."""

    choices: tuple[OptionId, ...] = ()
    rating: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a cloud: how many said it, how most of them spelled it, and all spellings."""

    n: int
    spelling: str
    spellings: Table[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of one poll. Nothing in it tells who answered what.

    `counts` are by option (of a ranking: points) or by number. `words` are those that may be shown,
    by how they are counted, `away` those that are hidden or held; `top` are the first of `words` by
    rank, enough of them to show.
    """

    total: int = 0
    counts: Table[str, int] = Map()
    words: Table[str, Word] = Map()
    away: Table[str, Word] = Map()
    top: tuple[str, ...] = ()


NOTHING_COUNTED: Final = Tally()
NOBODY: Final[Map[ActorId, Ballot]] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class Polls:
    """All polls of an event, and which one is on the screens of each room.

    Ballots are kept by participant so that each counts once and may answer otherwise; what leaves
    core is a participant's own ballot, to that participant, and the tallies.
    """

    all: Table[PollId, Poll] = Map()
    tallies: Table[PollId, Tally] = Map()
    ballots: Table[PollId, Table[ActorId, Ballot]] = Map()
    by_voter: Table[ActorId, tuple[PollId, ...]] = Map()
    shown: Table[RoomId, PollId] = Map()

    def tally_of(self, poll: PollId) -> Tally:
        """Return the counts of `poll`."""
        return self.tallies.get(poll, NOTHING_COUNTED)

    def ballots_of(self, poll: PollId) -> Map[ActorId, Ballot]:
        """Return who answered what in `poll`."""
        return self.ballots.get(poll, NOBODY)
