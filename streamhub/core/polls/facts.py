"""What can happen to polls, as the journal keeps it; the union of all is at the end.

The journal is read again for years: a fact may get further fields with defaults, and never loses
or renames one.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import OptionId, PollId, RoomId, SessionId
from streamhub.core.polls.state import Option, PollKind, ResultsWhen


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCreated:
    """There is a new draft."""

    poll: PollId
    kind: PollKind
    title: str
    results: ResultsWhen
    room: RoomId | None = None
    session: SessionId | None = None
    options: tuple[Option, ...] = ()
    most: int | None = None
    type: Literal["poll.created"] = "poll.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollEdited:
    """It asks something else; all of it is here, changed or not."""

    poll: PollId
    title: str
    results: ResultsWhen
    options: tuple[Option, ...] = ()
    most: int | None = None
    type: Literal["poll.edited"] = "poll.edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOpened:
    """It takes answers."""

    poll: PollId
    type: Literal["poll.opened"] = "poll.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollClosed:
    """It takes no more answers."""

    poll: PollId
    type: Literal["poll.closed"] = "poll.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReopened:
    """It takes answers again."""

    poll: PollId
    type: Literal["poll.reopened"] = "poll.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollShown:
    """It went on the screens of its room."""

    poll: PollId
    room: RoomId
    type: Literal["poll.shown"] = "poll.shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollHidden:
    """It went off the screens of its room."""

    poll: PollId
    room: RoomId
    type: Literal["poll.hidden"] = "poll.hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRevealed:
    """Everybody may see the results, or the poll's rule says so again."""

    poll: PollId
    on: bool
    type: Literal["poll.revealed"] = "poll.revealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRemoved:
    """It is gone, with all answers."""

    poll: PollId
    type: Literal["poll.removed"] = "poll.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollAnswered:
    """The participant of the stamp answered, in place of what they had answered before.

    `held` are the words, as they are counted, that a word list holds back from now on.
    """

    poll: PollId
    choices: tuple[OptionId, ...] = ()
    rating: int | None = None
    words: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    type: Literal["poll.answered"] = "poll.answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollUnanswered:
    """The participant of the stamp took the answer back."""

    poll: PollId
    type: Literal["poll.unanswered"] = "poll.unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordMarked:
    """A word (as it is counted) was hidden, or let through."""

    poll: PollId
    word: str
    hidden: bool
    type: Literal["poll.word_marked"] = "poll.word_marked"


PollFact = (
    PollCreated
    | PollEdited
    | PollOpened
    | PollClosed
    | PollReopened
    | PollShown
    | PollHidden
    | PollRevealed
    | PollRemoved
    | PollAnswered
    | PollUnanswered
    | WordMarked
)
