"""Taking decisions on a question back: what it was before each of the last few is kept with it.

One step has all that one command changed of one question, and no inverse of any command is needed.
Whatever its author does ends the stack: what they wrote or took back since nobody decided on. What
was redacted has none, for steps hold its words.
"""

from typing import Final

from streamhub.core.errors import Rejected
from streamhub.core.ids import QuestionId, RoomId
from streamhub.core.questions.around import Around
from streamhub.core.questions.commands import UndoQuestion
from streamhub.core.questions.facts import (
    QuestionAmended,
    QuestionAnswered,
    QuestionApproved,
    QuestionAssigned,
    QuestionEdited,
    QuestionFact,
    QuestionLabelled,
    QuestionMerged,
    QuestionNoted,
    QuestionQueued,
    QuestionRedacted,
    QuestionRejected,
    QuestionReopened,
    QuestionRestored,
    QuestionSplit,
    QuestionSpotlit,
    QuestionStarred,
    QuestionUndone,
    QuestionUnqueued,
    QuestionUnspotlit,
    QuestionWithdrawn,
)
from streamhub.core.questions.state import (
    UNDO_DEPTH,
    Question,
    Questions,
    QuestionStatus,
    Step,
)
from streamhub.core.questions.votes import joined, parted
from streamhub.core.stamp import Stamp
from streamhub.core.values import changed

_S = QuestionStatus

_STEPS = (
    QuestionApproved,
    QuestionRejected,
    QuestionRestored,
    QuestionAmended,
    QuestionAnswered,
    QuestionReopened,
    QuestionMerged,
    QuestionSplit,
    QuestionLabelled,
    QuestionStarred,
    QuestionAssigned,
    QuestionNoted,
    QuestionSpotlit,
    QuestionUnspotlit,
    QuestionQueued,
    QuestionUnqueued,
)
_ENDS = (QuestionEdited, QuestionWithdrawn, QuestionRedacted)
_REMEMBERED: Final = frozenset((*_STEPS, *_ENDS))
_MOVES = (QuestionSpotlit, QuestionUnspotlit, QuestionQueued, QuestionUnqueued)

_DECIDED: Final = (
    "status",
    "text",
    "original",
    "reply",
    "reason",
    "labels",
    "star",
    "assignee",
    "note",
    "merged_into",
    "merged_from",
    "decided_by",
    "decided_at",
    "shown_at",
)
"""The fields of a question that moderators decide on; all others stay when one is undone."""


# --- keeping -----------------------------------------------------------------------------------


def remember(before: Questions, after: Questions, fact: QuestionFact, stamp: Stamp) -> Questions:
    """Return `after` with what `fact` changed on the stack of its question."""
    if type(fact) not in _REMEMBERED:  # votes, above all
        return after
    if isinstance(fact, _ENDS):
        if fact.question not in after.undo:
            return after
        return changed(after, undo=after.undo.delete(fact.question))
    if not isinstance(fact, _STEPS) or _by_itself(fact):
        return after
    stack = before.undo.get(fact.question, ())
    if stack and stack[-1].seq == stamp.seq:
        step = changed(stack[-1], what=fact.type)
        stack = stack[:-1]
    else:
        listed = before.queue.get(before.queued_in(fact.question) or RoomId(""), ())
        step = Step(
            seq=stamp.seq,
            what=fact.type,
            by=stamp.by,
            at=stamp.at,
            before=before.all[fact.question],
            lit=before.lit_in(fact.question),
            place=listed.index(fact.question) if listed else None,
        )
    undo = after.undo
    if isinstance(fact, QuestionSpotlit):
        instead = _displaced(before, fact, stamp)
        step = changed(step, instead=instead)
        shorter = undo.get(instead, ()) if instead is not None else ()
        if instead is not None and shorter and _is_displacement(shorter[-1], stamp):
            # it left the screens for this one: that is one step, of this one
            undo = undo.set(instead, shorter[:-1]) if shorter[1:] else undo.delete(instead)
    return changed(after, undo=undo.set(fact.question, (*stack, step)[-UNDO_DEPTH:]))


def _by_itself(fact: QuestionFact) -> bool:
    """Whether nobody has decided this on the question."""
    if isinstance(fact, QuestionApproved):
        return fact.unread
    return isinstance(fact, _MOVES) and fact.cause is not None


def _displaced(before: Questions, fact: QuestionSpotlit, stamp: Stamp) -> QuestionId | None:
    moved = before.moved.get(fact.room)
    return moved.off if moved is not None and moved.seq == stamp.seq else None


def _is_displacement(step: Step, stamp: Stamp) -> bool:
    return step.seq == stamp.seq and step.what == "question.unspotlit"


# --- deciding ----------------------------------------------------------------------------------


def decide_undo(around: Around, command: UndoQuestion, question: Question) -> list[QuestionFact]:
    """Return the facts that take back the last decision on a question, or raise `Rejected`."""
    questions, name = around.questions, question.id
    stack = questions.undo.get(name, ())
    step = stack[-1] if stack else None
    if step is None or step.seq != command.seq:
        raise Rejected(
            "question.stale",
            "That is no longer the last thing that was done to this question.",
            "Look at what the button would take back now.",
            field="seq",
            detail={"seq": step.seq, "by": step.by, "at": step.at} if step else None,
        )
    into = _other_of_merge(questions, question, step.before)
    undone = QuestionUndone(question=name, seq=command.seq, into=into)
    return [*_moved_back(around, question, step), undone, *_shown_again(around, question, step)]


def _other_of_merge(questions: Questions, now: Question, before: Question) -> QuestionId | None:
    """The question that gains or loses votes by going back; raises `Rejected` if it cannot."""
    if before.merged_into == now.merged_into:
        return None
    if before.merged_into is None:
        return now.merged_into
    chain = questions.chain_of(before.merged_into)
    if now.id in chain or questions.all[chain[-1]].status not in {_S.PENDING, _S.APPROVED}:
        raise Rejected(
            "question.wrong_status",
            "What it was merged into can take nothing in any more.",
            "Merge it into another question.",
            field="question",
        )
    return before.merged_into


def _moved_back(around: Around, question: Question, step: Step) -> list[QuestionFact]:
    """The facts that take a question off the screens and the list where it was on none."""
    name, room = question.id, around.room_of(question)
    facts: list[QuestionFact] = []
    if _goes_off(around.questions, question, room, step):
        facts.append(QuestionUnspotlit(question=name, room=room, cause="undo"))
        back = None if step.instead is None else around.questions.all[step.instead]
        if back is not None and back.status is _S.APPROVED and around.room_of(back) == room:
            if around.questions.queued_in(back.id) is not None:
                facts.append(QuestionUnqueued(question=back.id, room=room, cause="undo"))
            facts.append(QuestionSpotlit(question=back.id, room=room, cause="undo"))
    listed_in = around.questions.queued_in(name)
    if listed_in is not None and step.place is None:
        facts.append(QuestionUnqueued(question=name, room=listed_in, cause="undo"))
    return facts


def _goes_off(questions: Questions, question: Question, room: RoomId, step: Step) -> bool:
    stays = step.lit == room and step.before.status is _S.APPROVED
    return questions.spotlight.get(room) == question.id and not stays


def _shown_again(around: Around, question: Question, step: Step) -> list[QuestionFact]:
    """The facts that put a question back on the screens, if they are free, or on the list."""
    if step.before.status is not _S.APPROVED:
        return []
    name, room, questions = question.id, around.room_of(question), around.questions
    if step.lit == room and room not in questions.spotlight:
        return [QuestionSpotlit(question=name, room=room, cause="undo")]
    listed = questions.queue.get(room, ())
    here = name in listed and step.what != "question.queued"
    if step.place is None or here:
        return []
    others = [one for one in listed if one != name]
    before = others[step.place] if step.place < len(others) else None
    return [QuestionQueued(question=name, room=room, before=before, cause="undo")]


# --- taking back -------------------------------------------------------------------------------


def taken_back(questions: Questions, fact: QuestionUndone) -> Questions:
    """Return the questions with one as it was before its last decision."""
    name = fact.question
    now, stack = questions.all[name], questions.undo[name]
    before = stack[-1].before
    fields = {field: getattr(before, field) for field in _DECIDED}
    if before.text != now.text:
        fields["revision"] = now.revision + 1  # a number never names two texts
    after = changed(now, **fields)
    shorter = stack[:-1]
    questions = changed(
        questions,
        all=questions.all.set(name, after),
        undo=questions.undo.set(name, shorter) if shorter else questions.undo.delete(name),
    )
    if after.status is not _S.ANSWERED:
        questions = forgotten(questions, name)
    if after.merged_into is not None and after.merged_into != now.merged_into:
        return joined(taken_in(questions, name, after.merged_into), name)
    if now.merged_into is not None and after.merged_into is None:
        return parted(let_go(questions, name, now.merged_into), name, now.merged_into)
    return questions


# --- shared with `evolve.py` -------------------------------------------------------------------


def forgotten(questions: Questions, name: QuestionId) -> Questions:
    """Let `stage.previous` not go back to `name`: it is not answered any more."""
    past = questions.past
    for room, names in questions.past.items():
        if name in names:
            past = past.set(room, tuple(one for one in names if one != name))
    return changed(questions, past=past)


def taken_in(questions: Questions, name: QuestionId, into: QuestionId) -> Questions:
    """Note that `name` was merged into `into`."""
    held = (*questions.merged.get(into, ()), name)
    return changed(questions, merged=questions.merged.set(into, held))


def let_go(questions: Questions, name: QuestionId, into: QuestionId) -> Questions:
    """Note that `name` is not merged into `into` any more."""
    held = tuple(one for one in questions.merged[into] if one != name)
    return changed(questions, merged=questions.merged.set(into, held))
