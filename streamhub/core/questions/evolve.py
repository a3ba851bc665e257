"""What a fact makes of the questions. Nothing is checked here: a fact has happened."""

from typing import Any, assert_never

from streamhub.core.ids import QuestionId, SessionId
from streamhub.core.questions.facts import (
    ParticipantMuted,
    ParticipantUnmuted,
    QuestionAmended,
    QuestionAnswered,
    QuestionApproved,
    QuestionAsked,
    QuestionAssigned,
    QuestionClaimed,
    QuestionEdited,
    QuestionFact,
    QuestionFlagged,
    QuestionLabelled,
    QuestionMerged,
    QuestionNoted,
    QuestionQueued,
    QuestionRedacted,
    QuestionRejected,
    QuestionReleased,
    QuestionReopened,
    QuestionRestored,
    QuestionsCarried,
    QuestionsConfigured,
    QuestionsLeft,
    QuestionSplit,
    QuestionSpotlit,
    QuestionsReturned,
    QuestionsSet,
    QuestionStarred,
    QuestionUndone,
    QuestionUnflagged,
    QuestionUnqueued,
    QuestionUnspotlit,
    QuestionUnvoted,
    QuestionUpvoted,
    QuestionWithdrawn,
)
from streamhub.core.questions.state import (
    KEPT_MOST,
    Claim,
    Ended,
    Moved,
    Mute,
    Question,
    QuestionPolicy,
    Questions,
    QuestionStatus,
)
from streamhub.core.questions.undo import forgotten, let_go, remember, taken_back, taken_in
from streamhub.core.questions.votes import evolve_flag, evolve_vote, joined, parted
from streamhub.core.stamp import Stamp
from streamhub.core.values import changed

_S = QuestionStatus


def evolve(questions: Questions, fact: QuestionFact, stamp: Stamp) -> Questions:
    """Return the questions after `fact`."""
    return remember(questions, _evolve(questions, fact, stamp), fact, stamp)


def _evolve(  # noqa: PLR0911 - one case per fact is the table a reader looks for
    questions: Questions, fact: QuestionFact, stamp: Stamp
) -> Questions:
    match fact:
        case QuestionUpvoted() | QuestionUnvoted():
            return evolve_vote(questions, fact, stamp)
        case QuestionAsked():
            return _asked(questions, fact, stamp)
        case QuestionFlagged() | QuestionUnflagged():
            return evolve_flag(questions, fact, stamp)
        case QuestionSpotlit() | QuestionUnspotlit():
            return _on_screens(questions, fact, stamp)
        case QuestionQueued() | QuestionUnqueued():
            return _listed(questions, fact)
        case QuestionsSet():
            return _opened(questions, fact, stamp)
        case QuestionsCarried() | QuestionsLeft() | QuestionsReturned():
            return _at_the_end(questions, fact, stamp)
        case ParticipantMuted():
            mute = Mute(by=stamp.by, at=stamp.at, reason=fact.reason, until_at=fact.until_at)
            return changed(questions, mutes=questions.mutes.set(fact.participant, mute))
        case ParticipantUnmuted():
            return changed(questions, mutes=questions.mutes.delete(fact.participant))
        case QuestionUndone():
            return taken_back(questions, fact)
        case QuestionsConfigured():
            return questions  # settings are kept beside them: `configured`
        case _:
            return _one_evolved(questions, fact, stamp)


def configured(policy: QuestionPolicy, fact: QuestionsConfigured, _: Stamp) -> QuestionPolicy:
    """Return the event's settings after `fact`."""
    fields: dict[str, Any] = {}
    for name in ("moderation", "names", "at_end", "slow_s", "pending_most", "reasons"):
        fields[name] = getattr(fact, name)
    fields["public_results"] = fact.public_results
    words = policy.words
    for language, listed in (fact.words or {}).items():
        words = words.set(language, listed) if listed else words.delete(language)
    said = {name: value for name, value in fields.items() if value is not None}
    return changed(policy, words=words, **said)


def _asked(questions: Questions, fact: QuestionAsked, stamp: Stamp) -> Questions:
    asked = Question(
        id=fact.question,
        session=fact.session,
        author=stamp.by,
        text=fact.text,
        name=fact.name,
        asked_at=stamp.at,
        language=fact.language,
    )
    mine = (*questions.by_author.get(stamp.by, ()), fact.question)
    return changed(
        questions,
        all=questions.all.set(fact.question, asked),
        by_author=questions.by_author.set(stamp.by, mine),
        named=questions.named if fact.name is None else questions.named.set(stamp.by, 1),
    )


def _opened(questions: Questions, fact: QuestionsSet, stamp: Stamp) -> Questions:
    openings, closed = questions.openings.set(fact.session, fact.state), questions.closed
    if fact.closes:
        closed = closed.set(fact.session, stamp.at)
    return changed(questions, openings=openings, closed=closed)


# --- the stage ---------------------------------------------------------------------------------


def _on_screens(
    questions: Questions, fact: QuestionSpotlit | QuestionUnspotlit, stamp: Stamp
) -> Questions:
    room, spotlight, table = fact.room, questions.spotlight, questions.all
    off: QuestionId | None
    if isinstance(fact, QuestionSpotlit):
        before = questions.moved.get(room)
        off = before.off if before is not None and before.seq == stamp.seq else None
        spotlight = spotlight.set(room, fact.question)
        shown = table[fact.question]
        if shown.shown_at is None:
            table = table.set(fact.question, changed(shown, shown_at=stamp.at))
    else:
        off = fact.question
        spotlight = spotlight.delete(room)
    moved = Moved(by=stamp.by, at=stamp.at, seq=stamp.seq, off=off)
    moves = questions.moved.set(room, moved)
    return changed(questions, all=table, spotlight=spotlight, moved=moves)


def _listed(questions: Questions, fact: QuestionQueued | QuestionUnqueued) -> Questions:
    listed = [name for name in questions.queue.get(fact.room, ()) if name != fact.question]
    if isinstance(fact, QuestionQueued):
        at = listed.index(fact.before) if fact.before in listed else len(listed)
        listed.insert(at, fact.question)
    queue = questions.queue
    after = queue.set(fact.room, tuple(listed)) if listed else queue.delete(fact.room)
    return changed(questions, queue=after)


# --- the end of a session ----------------------------------------------------------------------


def _at_the_end(
    questions: Questions, fact: QuestionsCarried | QuestionsLeft | QuestionsReturned, stamp: Stamp
) -> Questions:
    ends = questions.ends
    fields: dict[str, Any]
    match fact:
        case QuestionsCarried():
            fields = {"session": fact.to}
            ends = (*ends, _ended(stamp, fact, fact.to))
        case QuestionsLeft():
            fields = {"followup": True}
            ends = (*ends, _ended(stamp, fact, None))
        case QuestionsReturned():
            fields = {"session": fact.session, "followup": False}
            ends = tuple(end for end in ends if (end.seq, end.session) != (fact.seq, fact.session))
        case _:
            assert_never(fact)
    table = questions.all
    for name in fact.questions:
        table = table.set(name, changed(table[name], **fields))
    return changed(questions, all=table, ends=ends[-KEPT_MOST:])


def _ended(stamp: Stamp, fact: QuestionsCarried | QuestionsLeft, to: SessionId | None) -> Ended:
    seq = stamp.seq if fact.seq is None else fact.seq
    return Ended(seq=seq, session=fact.session, questions=fact.questions, to=to)


# --- one question ------------------------------------------------------------------------------

_OneFact = (
    QuestionEdited
    | QuestionWithdrawn
    | QuestionApproved
    | QuestionRejected
    | QuestionRestored
    | QuestionAmended
    | QuestionAnswered
    | QuestionReopened
    | QuestionRedacted
    | QuestionMerged
    | QuestionSplit
    | QuestionLabelled
    | QuestionStarred
    | QuestionAssigned
    | QuestionNoted
    | QuestionClaimed
    | QuestionReleased
)


def _one_evolved(questions: Questions, fact: _OneFact, stamp: Stamp) -> Questions:
    name = fact.question
    after = _evolve_one(questions.all[name], fact, stamp)
    questions = changed(questions, all=questions.all.set(name, after))
    match fact:
        case QuestionMerged():
            return joined(taken_in(questions, name, fact.into), name)
        case QuestionSplit():
            return parted(let_go(questions, name, fact.into), name, fact.into)
        case QuestionReopened() | QuestionRedacted():
            return forgotten(questions, name)
        case QuestionAnswered() if fact.room is not None:
            past = (*questions.past.get(fact.room, ()), name)[-KEPT_MOST:]
            return changed(questions, past=questions.past.set(fact.room, past))
        case _:
            return questions


def _evolve_one(before: Question, fact: _OneFact, stamp: Stamp) -> Question:
    match fact:
        case QuestionEdited():
            # the author's own words again: what a moderator made of the old ones is gone
            return changed(before, text=fact.text, original=None, revision=before.revision + 1)
        case QuestionLabelled():
            return changed(before, labels=fact.labels)
        case QuestionStarred():
            return changed(before, star=fact.on)
        case QuestionAssigned():
            return changed(before, assignee=fact.to)
        case QuestionNoted():
            return changed(before, note=fact.note)
        case QuestionClaimed():
            return changed(before, claim=Claim(by=stamp.by, until_at=fact.until_at))
        case QuestionReleased():
            return changed(before, claim=None)
        case _:
            return _decided(before, fact, stamp)


def _decided(
    before: Question,
    fact: (
        QuestionWithdrawn
        | QuestionApproved
        | QuestionRejected
        | QuestionRestored
        | QuestionAmended
        | QuestionAnswered
        | QuestionReopened
        | QuestionRedacted
        | QuestionMerged
        | QuestionSplit
    ),
    stamp: Stamp,
) -> Question:
    """What became of a question where somebody decided on it: who was on it is done with it."""
    if isinstance(fact, QuestionApproved) and fact.unread:
        return changed(before, status=_S.APPROVED)
    fields: dict[str, Any]
    match fact:
        case QuestionWithdrawn():
            fields = {"status": _S.WITHDRAWN}
        case QuestionApproved():
            fields = {"status": _S.APPROVED}
        case QuestionRejected():
            fields = {"status": _S.REJECTED, "reason": fact.reason}
        case QuestionRestored():
            fields = {"status": _S.PENDING, "reason": None}
        case QuestionAmended():
            written = before.original if before.original is not None else before.text
            original = None if written == fact.text else written
            fields = {"text": fact.text, "original": original, "revision": before.revision + 1}
        case QuestionAnswered():
            fields = {"status": _S.ANSWERED, "reply": fact.reply}
        case QuestionReopened():
            fields = {"status": _S.APPROVED, "reply": None}
        case QuestionMerged():
            fields = {"status": _S.MERGED, "merged_into": fact.into, "merged_from": before.status}
        case QuestionSplit():
            stood = before.merged_from or _S.PENDING
            fields = {"status": stood, "merged_into": None, "merged_from": None}
        case QuestionRedacted():
            # every field that somebody typed
            words = ("name", "original", "reply", "reason", "note")
            fields = {"status": _S.REDACTED, "text": "", "labels": (), **dict.fromkeys(words)}
        case _:
            assert_never(fact)
    return changed(before, decided_by=stamp.by, decided_at=stamp.at, claim=None, **fields)
