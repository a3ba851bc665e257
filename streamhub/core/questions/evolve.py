"""What a fact makes of the questions. Nothing is checked here: a fact has happened."""

from typing import assert_never

from streamhub.core.questions.facts import (
    QuestionAmended,
    QuestionAnswered,
    QuestionApproved,
    QuestionAsked,
    QuestionEdited,
    QuestionFact,
    QuestionRedacted,
    QuestionRejected,
    QuestionReopened,
    QuestionRestored,
    QuestionSpotlit,
    QuestionsSet,
    QuestionUnspotlit,
    QuestionUnvoted,
    QuestionUpvoted,
    QuestionWithdrawn,
)
from streamhub.core.questions.state import Question, Questions, QuestionStatus
from streamhub.core.stamp import Stamp
from streamhub.core.values import changed

_S = QuestionStatus


def evolve(questions: Questions, fact: QuestionFact, stamp: Stamp) -> Questions:
    """Return the questions after `fact`."""
    match fact:
        case QuestionUpvoted() | QuestionUnvoted():
            return _evolve_vote(questions, fact, stamp)
        case QuestionAsked():
            asked = Question(
                id=fact.question,
                session=fact.session,
                author=stamp.by,
                text=fact.text,
                name=fact.name,
                asked_at=stamp.at,
            )
            mine = (*questions.by_author.get(stamp.by, ()), fact.question)
            return changed(
                questions,
                all=questions.all.set(fact.question, asked),
                by_author=questions.by_author.set(stamp.by, mine),
            )
        case QuestionSpotlit():
            return changed(questions, spotlight=questions.spotlight.set(fact.room, fact.question))
        case QuestionUnspotlit():
            return changed(questions, spotlight=questions.spotlight.delete(fact.room))
        case QuestionsSet():
            return changed(questions, openings=questions.openings.set(fact.session, fact.state))
        case _:
            before = questions.all[fact.question]
            return changed(
                questions, all=questions.all.set(fact.question, _evolve_one(before, fact, stamp))
            )


def _evolve_vote(
    questions: Questions, fact: QuestionUpvoted | QuestionUnvoted, stamp: Stamp
) -> Questions:
    voters = questions.voters_of(fact.question)
    votes = questions.by_voter.get(stamp.by, ())
    if isinstance(fact, QuestionUpvoted):
        voters = voters.set(stamp.by, 1)
        votes = (*votes, fact.question)
    else:
        voters = voters.delete(stamp.by)
        votes = tuple(vote for vote in votes if vote != fact.question)
    return changed(
        questions,
        voters=questions.voters.set(fact.question, voters),
        by_voter=questions.by_voter.set(stamp.by, votes),
    )


def _evolve_one(
    before: Question,
    fact: (
        QuestionEdited
        | QuestionWithdrawn
        | QuestionApproved
        | QuestionRejected
        | QuestionRestored
        | QuestionAmended
        | QuestionAnswered
        | QuestionReopened
        | QuestionRedacted
    ),
    stamp: Stamp,
) -> Question:
    if isinstance(fact, QuestionEdited):
        # the author's own words again: what a moderator made of the old ones is gone
        return changed(before, text=fact.text, original=None, revision=before.revision + 1)
    after = changed(before, decided_by=stamp.by, decided_at=stamp.at)
    match fact:
        case QuestionWithdrawn():
            return changed(after, status=_S.WITHDRAWN)
        case QuestionApproved():
            return changed(after, status=_S.APPROVED)
        case QuestionRejected():
            return changed(after, status=_S.REJECTED, reason=fact.reason)
        case QuestionRestored():
            return changed(after, status=_S.PENDING, reason=None)
        case QuestionAmended():
            original = before.original if before.original is not None else before.text
            return changed(
                after,
                text=fact.text,
                original=None if original == fact.text else original,
                revision=before.revision + 1,
            )
        case QuestionAnswered():
            return changed(after, status=_S.ANSWERED, reply=fact.reply)
        case QuestionReopened():
            return changed(after, status=_S.APPROVED, reply=None)
        case QuestionRedacted():
            # every field that somebody typed
            return changed(
                after,
                status=_S.REDACTED,
                text="",
                name=None,
                original=None,
                reply=None,
                reason=None,
            )
        case _:
            assert_never(fact)
