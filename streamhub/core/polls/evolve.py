"""What a fact makes of the polls. Nothing is checked here: a fact has happened."""

from typing import assert_never

from streamhub.core.ids import OptionId
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
from streamhub.core.polls.state import Ballot, Mark, Option, Poll, Polls, PollStatus
from streamhub.core.polls.tally import counted, marked
from streamhub.core.stamp import Stamp
from streamhub.core.values import changed


def evolve(polls: Polls, fact: PollFact, stamp: Stamp) -> Polls:
    """Return the polls after `fact`."""
    match fact:
        case PollAnswered() | PollUnanswered():
            return _evolve_ballot(polls, fact, stamp)
        case PollCreated():
            poll = Poll(
                id=fact.poll,
                kind=fact.kind,
                title=fact.title,
                created_at=stamp.at,
                room=fact.room,
                session=fact.session,
                options=fact.options,
                numbered=_last_number(fact.options),
                most=fact.most,
                results=fact.results,
            )
            return changed(polls, all=polls.all.set(fact.poll, poll))
        case PollShown():
            return changed(polls, shown=polls.shown.set(fact.room, fact.poll))
        case PollHidden():
            return changed(polls, shown=polls.shown.delete(fact.room))
        case PollRemoved():
            return _without(polls, fact)
        case WordMarked():
            mark = Mark.HIDDEN if fact.hidden else Mark.SHOWN
            tally = polls.tally_of(fact.poll)
            poll, tally = marked(polls.all[fact.poll], tally, fact.word, mark)
            return changed(
                polls,
                all=polls.all.set(fact.poll, poll),
                tallies=polls.tallies.set(fact.poll, tally),
            )
        case _:
            before = polls.all[fact.poll]
            return changed(polls, all=polls.all.set(fact.poll, _evolve_one(before, fact, stamp)))


def _evolve_ballot(polls: Polls, fact: PollAnswered | PollUnanswered, stamp: Stamp) -> Polls:
    poll, tally = polls.all[fact.poll], polls.tally_of(fact.poll)
    ballots = polls.ballots_of(fact.poll)
    mine = polls.by_voter.get(stamp.by, ())
    before = ballots.get(stamp.by)
    if before is not None:
        tally = counted(poll, tally, before, -1)
    if isinstance(fact, PollAnswered):
        for word in fact.held:
            poll, tally = marked(poll, tally, word, Mark.HELD)
        ballot = Ballot(choices=fact.choices, rating=fact.rating, words=fact.words)
        tally = counted(poll, tally, ballot, 1)
        ballots = ballots.set(stamp.by, ballot)
        mine = mine if before is not None else (*mine, fact.poll)
    else:
        ballots = ballots.delete(stamp.by)
        mine = tuple(name for name in mine if name != fact.poll)
    return changed(
        polls,
        all=polls.all if poll is polls.all[fact.poll] else polls.all.set(fact.poll, poll),
        tallies=polls.tallies.set(fact.poll, tally),
        ballots=polls.ballots.set(fact.poll, ballots),
        by_voter=polls.by_voter.set(stamp.by, mine),
    )


def _without(polls: Polls, fact: PollRemoved) -> Polls:
    by_voter = polls.by_voter
    for actor in polls.ballots_of(fact.poll):
        by_voter = by_voter.set(actor, tuple(name for name in by_voter[actor] if name != fact.poll))
    tallied, voted = fact.poll in polls.tallies, fact.poll in polls.ballots
    return changed(
        polls,
        all=polls.all.delete(fact.poll),
        tallies=polls.tallies.delete(fact.poll) if tallied else polls.tallies,
        ballots=polls.ballots.delete(fact.poll) if voted else polls.ballots,
        by_voter=by_voter,
    )


def _evolve_one(
    before: Poll,
    fact: PollEdited | PollOpened | PollClosed | PollReopened | PollRevealed,
    stamp: Stamp,
) -> Poll:
    match fact:
        case PollEdited():
            return changed(
                before,
                title=fact.title,
                results=fact.results,
                options=fact.options,
                numbered=max(before.numbered, _last_number(fact.options)),
                most=fact.most,
            )
        case PollRevealed():
            return changed(before, revealed=fact.on)
        case PollOpened() | PollReopened():
            fields = {"status": PollStatus.OPEN, "opened_at": stamp.at, "closed_at": None}
        case PollClosed():
            fields = {"status": PollStatus.CLOSED, "closed_at": stamp.at}
        case _:
            assert_never(fact)
    return changed(before, decided_by=stamp.by, decided_at=stamp.at, **fields)


def _last_number(options: tuple[Option, ...]) -> int:
    names: list[OptionId] = [option.id for option in options]
    return max(map(int, names), default=0)
