"""Votes and flags, and what becomes of votes when questions are merged and split again.

A question that others were merged into has the votes of all of them, each voter once; the author
of a merged one counts as a voter. So that a split gives everybody back what was theirs, the number
beside a voter in `Questions.voters` tells where the vote comes from.
"""

from collections.abc import Iterable
from typing import Final

from streamhub.core.ids import ActorId, LinkId, QuestionId
from streamhub.core.questions.facts import (
    QuestionFlagged,
    QuestionUnflagged,
    QuestionUnvoted,
    QuestionUpvoted,
)
from streamhub.core.questions.state import Question, Questions
from streamhub.core.stamp import Stamp
from streamhub.core.table import Table
from streamhub.core.values import changed

GIVEN: Final = 1
"""The voter voted for this very question."""
ASKED: Final = 2
"""The voter is the author of this question, which was merged into another."""
GATHERED: Final = 3
"""The voter voted for, or asked, a question that was merged into this one."""

_Votes = Table[ActorId, tuple[QuestionId, ...]]


def evolve_vote(
    questions: Questions, fact: QuestionUpvoted | QuestionUnvoted, stamp: Stamp
) -> Questions:
    """Return the questions after somebody voted or took a vote back."""
    if isinstance(fact, QuestionUpvoted):
        voters = questions.voters_of(fact.question).set(stamp.by, GIVEN)
        votes = (*questions.by_voter.get(stamp.by, ()), fact.question)
        return changed(
            questions,
            voters=questions.voters.set(fact.question, voters),
            by_voter=questions.by_voter.set(stamp.by, votes),
        )
    # also from those merged into it, or it would come back with the next split
    for name in [fact.question, *questions.merged_in(fact.question)]:
        if stamp.by in questions.voters_of(name):
            questions = _dropped(questions, name, [stamp.by])
    return questions


def evolve_flag(
    questions: Questions, fact: QuestionFlagged | QuestionUnflagged, stamp: Stamp
) -> Questions:
    """Return the questions after somebody flagged one or took the flag back."""
    flaggers = questions.flaggers_of(fact.question)
    flags = questions.by_flagger.get(stamp.by, ())
    if isinstance(fact, QuestionFlagged):
        flaggers, flags = flaggers.set(stamp.by, 1), (*flags, fact.question)
    else:
        flaggers = flaggers.delete(stamp.by)
        flags = tuple(flag for flag in flags if flag != fact.question)
    return changed(
        questions,
        flaggers=questions.flaggers.set(fact.question, flaggers),
        by_flagger=questions.by_flagger.set(stamp.by, flags),
    )


def upvotes_of(questions: Questions, question: Question) -> int:
    """How many votes a question has; its own author's only if it was given."""
    voters = questions.voters_of(question.id)
    return len(voters) - (voters.get(question.author) == ASKED)


def known_votes_of(
    questions: Questions, question: QuestionId, invited: Table[ActorId, LinkId]
) -> int:
    """How many of those who voted for a question are invited, or have asked under a name."""
    voters, named = questions.voters_of(question), questions.named
    if len(voters) < len(named) + len(invited):
        return sum(
            source != ASKED and (name in named or name in invited)
            for name, source in voters.items()
        )
    known = (*named, *(name for name in invited if name not in named))
    return sum(voters.get(name, ASKED) != ASKED for name in known)


def joined(questions: Questions, name: QuestionId) -> Questions:
    """Let the votes of `name`, which was just merged, count for what it was merged into."""
    author = questions.all[name].author
    if author not in questions.voters_of(name):
        voters = questions.voters_of(name).set(author, ASKED)
        questions = changed(questions, voters=questions.voters.set(name, voters))
    for target in questions.chain_of(name)[1:]:
        voters, by_voter = questions.voters_of(target), questions.by_voter
        for voter in questions.voters_of(name):
            if voter not in voters:
                voters = voters.set(voter, GATHERED)
                by_voter = by_voter.set(voter, (*by_voter.get(voter, ()), target))
        questions = changed(
            questions, voters=questions.voters.set(target, voters), by_voter=by_voter
        )
    return questions


def parted(questions: Questions, name: QuestionId, into: QuestionId) -> Questions:
    """Take the votes of `name`, which was just split from `into`, off what it was merged into."""
    author = questions.all[name].author
    if questions.voters_of(name).get(author) == ASKED:
        voters = questions.voters_of(name).delete(author)
        questions = changed(questions, voters=questions.voters.set(name, voters))
    for target in questions.chain_of(into):
        others = [questions.voters_of(one) for one in questions.merged.get(target, ())]
        gone = [
            voter
            for voter, source in questions.voters_of(target).items()
            if source == GATHERED and not any(voter in votes for votes in others)
        ]
        questions = _dropped(questions, target, gone)
    return questions


def _dropped(questions: Questions, name: QuestionId, gone: Iterable[ActorId]) -> Questions:
    voters, by_voter = questions.voters_of(name), questions.by_voter
    for voter in gone:
        voters = voters.delete(voter)
        if name in by_voter.get(voter, ()):
            left = tuple(vote for vote in by_voter[voter] if vote != name)
            by_voter = by_voter.set(voter, left)
    return changed(questions, voters=questions.voters.set(name, voters), by_voter=by_voter)
