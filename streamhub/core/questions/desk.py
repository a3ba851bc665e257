"""What moderators keep on questions and people: labels, notes, claims, mutes, the event's settings.

Whether a command applies in a question's status was decided before (`MAY` in `decide.py`).
"""

from typing import Final, TypeVar, assert_never

import regex

from streamhub.core.errors import Rejected
from streamhub.core.questions.around import Around, optional
from streamhub.core.questions.commands import (
    AssignQuestion,
    BulkQuestions,
    ClaimQuestion,
    ConfigureQuestions,
    LabelQuestion,
    MuteParticipant,
    NoteQuestion,
    ReleaseQuestion,
    SplitQuestion,
    StarQuestion,
)
from streamhub.core.questions.facts import (
    ParticipantMuted,
    ParticipantUnmuted,
    QuestionAssigned,
    QuestionClaimed,
    QuestionFact,
    QuestionLabelled,
    QuestionNoted,
    QuestionReleased,
    QuestionsConfigured,
    QuestionSplit,
    QuestionStarred,
)
from streamhub.core.questions.state import (
    CLAIM_MS,
    LABEL_MOST,
    LABELS_MOST,
    NOTE_MOST,
    REASON_MOST,
    Question,
    QuestionPolicy,
    Questions,
)
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map
from streamhub.core.text import clean

T = TypeVar("T")

BULK_MOST: Final = 100
SLOW_MOST_S: Final = 3600
PENDING_MOST: Final = 100
MUTE_MOST_S: Final = 30 * 24 * 3600
WORDS_MOST: Final = 500
"""How many words all lists together may have."""
WORD_MOST: Final = 60
_LANGUAGE: Final = regex.compile(r"[a-z]{2,8}")


def decide(
    around: Around,
    command: (
        SplitQuestion
        | LabelQuestion
        | StarQuestion
        | AssignQuestion
        | NoteQuestion
        | ClaimQuestion
        | ReleaseQuestion
    ),
    question: Question,
    stamp: Stamp,
) -> list[QuestionFact]:
    """Return the facts of what a moderator does to a question, or raise `Rejected`."""
    name = question.id
    fact: QuestionFact
    match command:
        case SplitQuestion():
            assert question.merged_into is not None  # noqa: S101 - that is what its status says
            return [QuestionSplit(question=name, into=question.merged_into)]
        case LabelQuestion():
            labels = clean_labels(command.labels)
            same, fact = labels == question.labels, QuestionLabelled(question=name, labels=labels)
        case StarQuestion():
            same, fact = command.on is question.star, QuestionStarred(question=name, on=command.on)
        case AssignQuestion():
            _speaks(around, command, question)
            same = command.to == question.assignee
            fact = QuestionAssigned(question=name, to=command.to)
        case NoteQuestion():
            note = optional(command.note, "note", NOTE_MOST)
            same, fact = note == question.note, QuestionNoted(question=name, note=note)
        case ClaimQuestion():
            _refuse_claimed(question, stamp)
            same, fact = False, QuestionClaimed(question=name, until_at=stamp.at + CLAIM_MS)
        case ReleaseQuestion():
            _refuse_claimed(question, stamp)
            same, fact = question.claim is None, QuestionReleased(question=name)
        case _:
            assert_never(command)
    return [] if same else [fact]


def clean_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return labels as they will be kept, each once, or raise `Rejected`."""
    kept = dict.fromkeys(
        clean(label, field="labels", least=1, most=LABEL_MOST, max_bytes=8 * LABEL_MOST)
        for label in labels[: LABELS_MOST + 1]
    )
    if len(labels) > LABELS_MOST:
        raise Rejected(
            "command.invalid",
            f"A question has up to {LABELS_MOST} labels; these are {len(labels)}.",
            "Take some away.",
            field="labels",
        )
    return tuple(kept)


def _speaks(around: Around, command: AssignQuestion, question: Question) -> None:
    if command.to is None or command.to in around.agenda.sessions[question.session].speakers:
        return
    raise Rejected(
        "speaker.unknown",
        f"No speaker {command.to!r} is in the session of this question.",
        "Choose one of its speakers, or nobody.",
        field="to",
    )


def _refuse_claimed(question: Question, stamp: Stamp) -> None:
    claim = question.claim
    if claim is None or claim.by == stamp.by or claim.until_at <= stamp.at:
        return
    raise Rejected(
        "question.claimed",
        "Somebody else is on this question.",
        "Take another one; deciding on it is open to all.",
        field="question",
        retry_after=-(-(claim.until_at - stamp.at) // 1000),
        detail={"by": claim.by, "until_at": claim.until_at},
    )


def mute(questions: Questions, command: MuteParticipant, stamp: Stamp) -> list[QuestionFact]:
    """Return the fact that keeps a participant from taking part, or lets them again."""
    who, now = command.participant, questions.mutes.get(command.participant)
    held = now is not None and now.holds(stamp.at)
    if not command.on:
        return [] if now is None else [ParticipantUnmuted(participant=who)]
    if not held and not any(
        who in known for known in (questions.by_author, questions.by_voter, questions.by_flagger)
    ):
        raise Rejected(
            "participant.unknown",
            f"No participant {who!r} has asked, voted or flagged here.",
            "Take the author of a question.",
            field="participant",
        )
    if command.for_s is not None and not 0 < command.for_s <= MUTE_MOST_S:
        raise _out_of_range("for_s", 1, MUTE_MOST_S)
    until_at = None if command.for_s is None else stamp.at + command.for_s * 1000
    reason = optional(command.reason, "reason", REASON_MOST)
    if now is not None and held and (now.reason, now.until_at) == (reason, until_at):
        return []
    return [ParticipantMuted(participant=who, reason=reason, until_at=until_at)]


def configure(policy: QuestionPolicy, command: ConfigureQuestions) -> list[QuestionFact]:
    """Return the fact that changes the event's settings, without what they are already."""
    if command.slow_s is not None and not 0 <= command.slow_s <= SLOW_MOST_S:
        raise _out_of_range("slow_s", 0, SLOW_MOST_S)
    if command.pending_most is not None and not 1 <= command.pending_most <= PENDING_MOST:
        raise _out_of_range("pending_most", 1, PENDING_MOST)
    words = None if command.words is None else _words(policy, command.words)
    fact = QuestionsConfigured(
        moderation=_new(command.moderation, policy.moderation),
        names=_new(command.names, policy.names),
        at_end=_new(command.at_end, policy.at_end),
        slow_s=_new(command.slow_s, policy.slow_s),
        pending_most=_new(command.pending_most, policy.pending_most),
        reasons=_new(command.reasons, policy.reasons),
        words=words or None,
        public_results=_new(command.public_results, policy.public_results),
    )
    return [] if fact == QuestionsConfigured() else [fact]


def _new(said: T | None, held: T) -> T | None:
    return None if said == held else said


def _words(policy: QuestionPolicy, lists: Map[str, tuple[str, ...]]) -> Map[str, tuple[str, ...]]:
    """Return the lists that differ from what is held, or raise `Rejected`."""
    changed = {}
    for language, words in sorted(lists.items()):
        if not _LANGUAGE.fullmatch(language):
            raise Rejected(
                "command.invalid",
                f"{language[:32]!r} is no language.",
                "Use a code of two to eight small letters, such as es.",
                field="words",
            )
        kept = dict.fromkeys(
            clean(word, field="words", least=1, most=WORD_MOST, max_bytes=8 * WORD_MOST)
            for word in words
        )
        if tuple(kept) != policy.words.get(language, ()):
            changed[language] = tuple(kept)
    after = {**policy.words, **changed}
    if sum(len(words) for words in after.values()) > WORDS_MOST:
        raise Rejected(
            "command.invalid",
            f"All lists together have up to {WORDS_MOST} words.",
            "Take some away.",
            field="words",
        )
    return Map(changed)


def refuse_bulk(command: BulkQuestions) -> None:
    """Raise `Rejected` where a bulk cannot be done at all."""
    if not 0 < len(command.questions) <= BULK_MOST:
        raise Rejected(
            "command.invalid",
            f"This takes 1 to {BULK_MOST} questions at once; these are {len(command.questions)}.",
            "Send them in parts.",
            field="questions",
        )
    clean_labels(command.labels)
    optional(command.reason, "reason", REASON_MOST)


def _out_of_range(field: str, least: int, most: int) -> Rejected:
    return Rejected(
        "command.invalid",
        f"{field} is from {least} to {most}.",
        "Give another number.",
        field=field,
    )
