"""The wishes about polls, as they come over the wire; the union of all is at the end.

Who may issue which is in `roles.py`; whether it is carried out is in `decide.py`.
"""

from dataclasses import dataclass
from typing import Literal

from streamhub.core.ids import OptionId, PollId, RoomId, SessionId
from streamhub.core.polls.state import PollKind, ResultsWhen


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePoll:
    """Make a draft of a poll, of a room or of a session."""

    kind: PollKind
    title: str
    room: RoomId | None = None
    session: SessionId | None = None
    options: tuple[str, ...] = ()
    most: int | None = None
    results: ResultsWhen = ResultsWhen.AFTER
    type: Literal["poll.create"] = "poll.create"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPoll:
    """Change what is asked; options and `most` only while nobody has answered."""

    poll: PollId
    title: str | None = None
    options: tuple[str, ...] | None = None
    most: int | None = None
    results: ResultsWhen | None = None
    type: Literal["poll.edit"] = "poll.edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoll:
    """Let participants answer."""

    poll: PollId
    type: Literal["poll.open"] = "poll.open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePoll:
    """Take no more answers."""

    poll: PollId
    type: Literal["poll.close"] = "poll.close"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenPoll:
    """Take answers again; those that were given stay."""

    poll: PollId
    type: Literal["poll.reopen"] = "poll.reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPoll:
    """Put a poll on the screens of its room, in place of whatever is there."""

    poll: PollId
    type: Literal["poll.show"] = "poll.show"


@dataclass(frozen=True, slots=True, kw_only=True)
class HidePoll:
    """Take the poll off the screens of a room."""

    room: RoomId
    type: Literal["poll.hide"] = "poll.hide"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealPoll:
    """Let everybody see the results now, whatever the poll's rule says; or leave it to the rule."""

    poll: PollId
    on: bool
    type: Literal["poll.reveal"] = "poll.reveal"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePoll:
    """Take a poll away, with all answers."""

    poll: PollId
    type: Literal["poll.remove"] = "poll.remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPoll:
    """Answer a poll that is open, in place of what one answered before.

    `behind_s` is how late the picture of a viewer is, who may not have seen it close yet.
    """

    poll: PollId
    choices: tuple[OptionId, ...] = ()
    rating: int | None = None
    words: tuple[str, ...] = ()
    behind_s: float | None = None
    type: Literal["poll.answer"] = "poll.answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAnswer:
    """Take one's answer back; without one, nothing changes. `behind_s` as in `AnswerPoll`."""

    poll: PollId
    behind_s: float | None = None
    type: Literal["poll.withdraw"] = "poll.withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class HideWord:
    """Hide a word of a cloud, in whatever spelling; or let it through."""

    poll: PollId
    word: str
    on: bool
    type: Literal["poll.word"] = "poll.word"


PollCommand = (
    CreatePoll
    | EditPoll
    | OpenPoll
    | ClosePoll
    | ReopenPoll
    | ShowPoll
    | HidePoll
    | RevealPoll
    | RemovePoll
    | AnswerPoll
    | WithdrawAnswer
    | HideWord
)
