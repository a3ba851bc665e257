"""What comes of a wish about a poll: facts, or a refusal with its reason.

`MAY` is the one table of which command applies in which status. Roles were checked before
(`roles.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from streamhub.core.agenda import Agenda, room_exists, session_of
from streamhub.core.errors import Rejected
from streamhub.core.ids import OptionId, PollId, RoomId
from streamhub.core.polls.commands import (
    AnswerPoll,
    ClosePoll,
    CreatePoll,
    EditPoll,
    HidePoll,
    HideWord,
    OpenPoll,
    PollCommand,
    RemovePoll,
    ReopenPoll,
    RevealPoll,
    ShowPoll,
    WithdrawAnswer,
)
from streamhub.core.polls.facts import (
    PollAnswered,
    PollClosed,
    PollCreated,
    PollEdited,
    PollFact,
    PollHidden,
    PollOpened,
    PollRemoved,
    PollReopened,
    PollRevealed,
    PollShown,
    PollUnanswered,
    WordMarked,
)
from streamhub.core.polls.state import Ballot, Mark, Option, Poll, PollKind, Polls, PollStatus
from streamhub.core.polls.tally import folded, listed
from streamhub.core.roles import Actor, Role
from streamhub.core.stamp import Stamp
from streamhub.core.streams import Late, Streams
from streamhub.core.text import clean

TITLE_MOST: Final = 200
OPTION_MOST: Final = 100
OPTIONS_LEAST: Final = 2
OPTIONS_MOST: Final = 20
WORD_MOST: Final = 30
POLLS_MOST: Final = 200
"""How many polls one event may have."""

_S = PollStatus

MAY: Final[Mapping[str, frozenset[PollStatus]]] = {
    # command: the statuses in which a poll takes it
    "poll.edit": frozenset(_S),
    "poll.open": frozenset({_S.DRAFT}),
    "poll.close": frozenset({_S.OPEN}),
    "poll.reopen": frozenset({_S.CLOSED}),
    "poll.show": frozenset({_S.OPEN, _S.CLOSED}),
    "poll.reveal": frozenset({_S.OPEN, _S.CLOSED}),
    "poll.remove": frozenset(_S),
    "poll.answer": frozenset({_S.OPEN}),
    "poll.withdraw": frozenset({_S.OPEN}),
    "poll.word": frozenset({_S.OPEN, _S.CLOSED}),
}

_MOST: Final[Mapping[PollKind, tuple[int, int, int]]] = {
    # kind: the least, most and usual `most`
    PollKind.RATING: (3, 10, 5),
    PollKind.WORDS: (1, 5, 3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What deciding on polls needs to know of the rest of the event.

    `words` are, by language, the words that are held back until the crew lets them through;
    `streams` tell how long viewers may still answer a poll that was closed.
    """

    agenda: Agenda
    polls: Polls
    words: Mapping[str, Sequence[str]]
    streams: Streams


def decide(
    asked: Asked, command: PollCommand, actor: Actor, stamp: Stamp, fresh: str
) -> list[PollFact]:
    """Turn a command about polls into facts, or raise `Rejected`.

    Args:
        asked: the state that matters.
        command: the wish.
        actor: whose it is; its role was checked before.
        stamp: who and when.
        fresh: an id that nothing has yet, for a new poll.
    """
    match command:
        case CreatePoll():
            return [_created(asked, command, PollId(fresh))]
        case HidePoll():
            room_exists(asked.agenda, command.room)
            return hide(asked.polls, command.room)
        case _:
            poll = _poll(asked.polls, command.poll, actor)
            if poll.status not in MAY[command.type] and not _in_time(asked, command, poll, stamp):
                _refuse(command, poll, actor)
            return _on_poll(asked, command, poll, stamp)


def _on_poll(
    asked: Asked,
    command: (
        EditPoll
        | OpenPoll
        | ClosePoll
        | ReopenPoll
        | ShowPoll
        | RevealPoll
        | RemovePoll
        | AnswerPoll
        | WithdrawAnswer
        | HideWord
    ),
    poll: Poll,
    stamp: Stamp,
) -> list[PollFact]:
    room = poll.room_in(asked.agenda)
    lit = asked.polls.shown.get(room) == poll.id
    match command:
        case EditPoll():
            return _edited(asked.polls, command, poll)
        case OpenPoll():
            return [PollOpened(poll=poll.id)]
        case ClosePoll():
            return [PollClosed(poll=poll.id)]
        case ReopenPoll():
            return [PollReopened(poll=poll.id)]
        case ShowPoll():
            return [] if lit else [*hide(asked.polls, room), PollShown(poll=poll.id, room=room)]
        case RevealPoll():
            same = command.on == poll.revealed
            return [] if same else [PollRevealed(poll=poll.id, on=command.on)]
        case RemovePoll():
            return [*(hide(asked.polls, room) if lit else []), PollRemoved(poll=poll.id)]
        case AnswerPoll():
            return _answered(asked, command, poll, stamp)
        case WithdrawAnswer():
            has = stamp.by in asked.polls.ballots_of(poll.id)
            return [PollUnanswered(poll=poll.id)] if has else []
        case HideWord():
            return _marked(command, poll)
        case _:
            assert_never(command)


def hide(polls: Polls, room: RoomId) -> list[PollFact]:
    """Return the fact that takes the poll off the screens of `room`, where one is on them."""
    shown = polls.shown.get(room)
    return [] if shown is None else [PollHidden(poll=shown, room=room)]


# --- what is asked -----------------------------------------------------------------------------


def _created(asked: Asked, command: CreatePoll, name: PollId) -> PollCreated:
    if len(asked.polls.all) >= POLLS_MOST:
        raise Rejected(
            "poll.too_many",
            f"There are {POLLS_MOST} polls already.",
            "Remove some of them.",
        )
    agenda, room = asked.agenda, command.room
    if room is not None and command.session is not None:
        raise _invalid("A poll is of a room or of a session, not of both.", "session")
    if command.session is not None:
        session_of(agenda, command.session)
    elif room is None and len(agenda.rooms) == 1:
        room = next(iter(agenda.rooms))
    elif room is None:
        raise Rejected(
            "room.unknown",
            "This event has several rooms; a poll needs a session or a room.",
            "Send `session` or `room`.",
            field="room",
        )
    else:
        room_exists(agenda, room)
    options = _texts(command.kind, command.options)
    return PollCreated(
        poll=name,
        kind=command.kind,
        title=clean(command.title, field="title", least=1, most=TITLE_MOST),
        results=command.results,
        room=room,
        session=command.session,
        options=tuple(
            Option(id=OptionId(str(number)), text=text) for number, text in enumerate(options, 1)
        ),
        most=_most(command.kind, command.most, len(options)),
    )


def _edited(polls: Polls, command: EditPoll, poll: Poll) -> list[PollFact]:
    options, most = poll.options, poll.most
    if command.options is not None:
        options = _renumbered(poll, _texts(poll.kind, command.options))
        if poll.kind is PollKind.MULTIPLE and most is not None:
            most = min(most, len(options))
    if command.most is not None:
        most = _most(poll.kind, command.most, len(options))
    if (options, most) != (poll.options, poll.most) and polls.tally_of(poll.id).total:
        raise Rejected(
            "poll.answered",
            "It was answered already: what one can choose stays as it is.",
            "Make another poll, or change only its title and when results are shown.",
            field="options" if options != poll.options else "most",
        )
    title = poll.title
    if command.title is not None:
        title = clean(command.title, field="title", least=1, most=TITLE_MOST)
    results = poll.results if command.results is None else command.results
    if (title, results, options, most) == (poll.title, poll.results, poll.options, poll.most):
        return []
    return [PollEdited(poll=poll.id, title=title, results=results, options=options, most=most)]


def _texts(kind: PollKind, options: Sequence[str]) -> list[str]:
    if not kind.has_options:
        if options:
            raise _invalid(f"A poll of the kind {kind.value} has no options.", "options")
        return []
    if not OPTIONS_LEAST <= len(options) <= OPTIONS_MOST:
        raise _invalid(f"A poll has {OPTIONS_LEAST} to {OPTIONS_MOST} options.", "options")
    texts = [clean(text, field="options", least=1, most=OPTION_MOST) for text in options]
    if len({folded(text) for text in texts}) < len(texts):
        raise _invalid("Two of the options are the same.", "options")
    return texts


def _renumbered(poll: Poll, texts: Sequence[str]) -> tuple[Option, ...]:
    """Options with the same words keep their ids; those of others are new."""
    known = {option.text: option.id for option in poll.options}
    number, options = poll.numbered, []
    for text in texts:
        name = known.get(text)
        if name is None:
            number += 1
            name = OptionId(str(number))
        options.append(Option(id=name, text=text))
    return tuple(options)


def _most(kind: PollKind, most: int | None, options: int) -> int | None:
    bounds = (1, options, options) if kind is PollKind.MULTIPLE else _MOST.get(kind)
    if bounds is None:
        if most is not None:
            raise _invalid(f"A poll of the kind {kind.value} has no `most`.", "most")
        return None
    least, greatest, usual = bounds
    if most is None:
        return usual
    if not least <= most <= greatest:
        raise _invalid(f"`most` is {least} to {greatest} here, not {most}.", "most")
    return most


# --- what is answered --------------------------------------------------------------------------


def _in_time(asked: Asked, command: PollCommand, poll: Poll, stamp: Stamp) -> bool:
    """Whether it comes from a viewer who may not have seen the poll close yet."""
    if not isinstance(command, AnswerPoll | WithdrawAnswer) or poll.closed_at is None:
        return False
    late = Late.of(asked.agenda, asked.streams, poll.room_in(asked.agenda), command.behind_s)
    return late.is_in_time(poll.closed_at, stamp.at)


def _answered(asked: Asked, command: AnswerPoll, poll: Poll, stamp: Stamp) -> list[PollFact]:
    ballot = _ballot(command, poll)
    if asked.polls.ballots_of(poll.id).get(stamp.by) == ballot:
        return []
    fresh = [word for word in ballot.words if folded(word) not in poll.marks]
    return [
        PollAnswered(
            poll=poll.id,
            choices=ballot.choices,
            rating=ballot.rating,
            words=ballot.words,
            held=tuple(folded(word) for word in listed(fresh, asked.words)),
        )
    ]


def _ballot(command: AnswerPoll, poll: Poll) -> Ballot:
    wanted = {PollKind.RATING: "rating", PollKind.WORDS: "words"}.get(poll.kind, "choices")
    given = {
        "choices": bool(command.choices),
        "rating": command.rating is not None,
        "words": bool(command.words),
    }
    for field, is_given in given.items():
        if is_given != (field == wanted):
            raise _invalid(f"This poll is answered with `{wanted}`.", field)
    if command.rating is not None:
        if not 1 <= command.rating <= (poll.most or 1):
            raise _invalid(f"The scale goes from 1 to {poll.most}.", "rating")
        return Ballot(rating=command.rating)
    if command.words:
        return Ballot(words=_said(command.words, poll.most or 1))
    return Ballot(choices=_chosen(command.choices, poll))


def _said(words: Sequence[str], most: int) -> tuple[str, ...]:
    if len(words) > most:
        raise _invalid(f"At most {most} words count.", "words")
    found: dict[str, str] = {}
    for word in words:
        text = clean(word, field="words", least=1, most=WORD_MOST)
        found.setdefault(folded(text), text)
    return tuple(found.values())


def _chosen(choices: Sequence[OptionId], poll: Poll) -> tuple[OptionId, ...]:
    known = [option.id for option in poll.options]
    for choice in choices:
        if choice not in known:
            raise _invalid("There is no such option (any more).", "choices")
    if len(set(choices)) < len(choices):
        raise _invalid("The same option is named twice.", "choices")
    most = 1 if poll.kind is PollKind.CHOICE else poll.most or len(known)
    if len(choices) > most:
        raise _invalid(f"At most {most} of the options may be chosen.", "choices")
    if poll.kind is PollKind.RANKING:
        return tuple(choices)
    return tuple(sorted(choices, key=known.index))


def _marked(command: HideWord, poll: Poll) -> list[PollFact]:
    if poll.kind is not PollKind.WORDS:
        raise _invalid("Only the words of a cloud can be hidden.", "poll")
    name = folded(clean(command.word, field="word", least=1, most=WORD_MOST))
    wanted = Mark.HIDDEN if command.on else Mark.SHOWN
    if poll.marks.get(name, Mark.SHOWN) is wanted:
        return []
    return [WordMarked(poll=poll.id, word=name, hidden=command.on)]


# --- refusals ----------------------------------------------------------------------------------


def _poll(polls: Polls, name: PollId, actor: Actor) -> Poll:
    found = polls.all.get(name)
    if found is None or (actor.role is Role.PARTICIPANT and not found.is_public):
        raise Rejected(
            "poll.unknown",
            f"There is no poll {name!r} here.",
            "It may have been removed; reload the page.",
            field="poll",
        )
    return found


def _refuse(command: PollCommand, poll: Poll, actor: Actor) -> None:
    if actor.role is Role.PARTICIPANT:
        raise Rejected(
            "poll.closed",
            "This poll takes no answers at the moment.",
            "The page says when it does.",
            field="poll",
        )
    raise Rejected(
        "poll.wrong_status",
        f"The poll is {poll.status.value} by now; {command.type} does not apply.",
        "Look at where it stands now.",
        field="poll",
        detail={"status": poll.status.value, "by": poll.decided_by, "at": poll.decided_at},
    )


def _invalid(message: str, field: str) -> Rejected:
    return Rejected(
        "poll.invalid", message, "The protocol page says what fits which kind.", field=field
    )
