"""An event's archive: its recordings, a chapter for each run of a session, the answered questions.

Made for everybody, after the event: it holds what the audience could see, and no more. Seconds are
those of a recording, from its beginning on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NotRequired, cast

from typing_extensions import TypedDict

from streamhub.core.event import EventState
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.published import Item, Published, published
from streamhub.core.questions import Question, QuestionStatus, upvotes_of
from streamhub.core.rundown import Run, Status
from streamhub.core.streams import Recording
from streamhub.core.views.frame import without_nothing

LEAST_MS: Final = 10_000
"""A chapter whose end is not known is no shorter."""
AFTER_MS: Final = 600_000
"""So long after the last chapter a recording may still go on; what came later is not in it."""
OVER_MS: Final = 6 * 3_600_000
"""After the planned end of an event that nobody ran to its end, it is over all the same."""
_AHEAD: Final = frozenset({Status.SCHEDULED})
_ON_AIR: Final = frozenset({Status.LIVE, Status.PAUSED})


class RecordedQuestion(TypedDict):
    """An answered question; no `at_s` where the recording does not hold its second."""

    id: str
    text: str
    name: NotRequired[str]
    upvotes: int
    at_s: NotRequired[int]
    reply: NotRequired[str]


class RecordedChapter(TypedDict):
    """One time that a session ran, from `at_s` to `end_s`; its questions in their order."""

    session: str
    title: str
    kind: str
    pause: bool
    speakers: list[str]
    at_s: int
    end_s: int
    questions: list[RecordedQuestion]


class Recorded(TypedDict):
    """A recording of a room, or of one `session`; `others` are questions that fit no chapter."""

    room: str
    session: NotRequired[str]
    url: str
    kind: str
    started_at: Ms
    chapters: list[RecordedChapter]
    others: list[RecordedQuestion]


@dataclass(frozen=True, slots=True)
class Span:
    """One time that a session ran, in milliseconds of a recording."""

    item: Item
    start: Ms
    end: Ms


def spans(
    event: Published,
    room: RoomId,
    start_at: Ms | None,
    end_at: Ms | None,
    session: SessionId | None = None,
) -> list[Span]:
    """Return what a recording of a room holds, in order.

    Args:
        event: what ran.
        room: where.
        start_at: when the recording starts; None: with the first session there.
        end_at: when it ends; None: what is on air has its expected end.
        session: only of this one.
    """
    runs = sorted(
        ((item, run) for item in event.items if item.room.id == room for run in item.runs),
        key=lambda one: (one[1].started_at, one[0].plan.title),
    )
    if session is not None:
        runs = [one for one in runs if one[0].plan.id == session]
    if not runs:
        return []
    zero = runs[0][1].started_at if start_at is None else start_at
    found = ((item, run.started_at, _end(item, run, end_at)) for item, run in runs)
    return [
        Span(item, max(0, start - zero), end - zero)
        for item, start, end in found
        if end > max(zero, start)
    ]


def _end(item: Item, run: Run, end_at: Ms | None) -> Ms:
    end = run.ended_at or max(item.end_at, run.started_at + LEAST_MS)
    return end if end_at is None else min(end, end_at)


def is_over(state: EventState, now: Ms) -> bool:
    """Tell whether nothing is on air, and nothing is to come."""
    statuses = {state.rundown.of(session).status for session in state.agenda.sessions}
    if statuses & _ON_AIR:
        return False
    return not statuses & _AHEAD or now > state.agenda.ends_at + OVER_MS


def recorded(state: EventState) -> list[Recorded]:
    """Return the recordings there are: by room, of each the whole room's before its sessions'."""
    event, streams = published(state, ""), state.streams
    told = _questions(state)
    found: list[Recorded] = []
    for room in event.rooms():
        whole = streams.recordings.get(room.id)
        if whole is not None:
            found.append(_recording(state, event, told, room.id, None, whole))
        for item in event.items:
            single = streams.sessions.get(item.plan.id) if item.room.id == room.id else None
            if single is not None:
                found.append(_recording(state, event, told, room.id, item.plan.id, single))
    return found


def _questions(state: EventState) -> list[Question]:
    found = [
        question
        for question in state.questions.all.values()
        if question.status is QuestionStatus.ANSWERED and question.session in state.agenda.sessions
    ]
    return sorted(found, key=lambda one: (_at(one), one.id))


def _at(question: Question) -> Ms:
    """When it was answered: when the screens first showed it, else when it was marked."""
    return question.shown_at or question.decided_at or question.asked_at


def _recording(
    state: EventState,
    event: Published,
    told: Iterable[Question],
    room: RoomId,
    session: SessionId | None,
    recording: Recording,
) -> Recorded:
    held = spans(event, room, recording.started_at, None, session)
    until = max((span.end for span in held), default=0) + AFTER_MS
    here = [
        question
        for question in told
        if state.agenda.sessions[question.session].room == room
        and session in {None, question.session}
    ]
    lists: list[list[RecordedQuestion]] = [[] for _ in held]
    others: list[RecordedQuestion] = []
    for question in here:
        at = _at(question) - recording.started_at
        place = _place(held, question.session, at)
        (others if place is None else lists[place]).append(
            _question(state, question, at if 0 <= at <= until else None)
        )
    return cast(
        "Recorded",
        without_nothing(
            room=room,
            session=session,
            url=recording.url,
            kind=recording.kind.value,
            started_at=recording.started_at,
            chapters=[_chapter(span, answered) for span, answered in zip(held, lists, strict=True)],
            others=others,
        ),
    )


def _place(held: list[Span], session: SessionId, at: Ms) -> int | None:
    """Under which chapter a question stands: its session's, the last that had begun by then."""
    own = [number for number, span in enumerate(held) if span.item.plan.id == session]
    begun = [number for number in own if held[number].start <= at]
    return begun[-1] if begun else own[0] if own else None


def _chapter(span: Span, questions: list[RecordedQuestion]) -> RecordedChapter:
    plan = span.item.plan
    return {
        "session": plan.id,
        "title": plan.title,
        "kind": plan.kind.value,
        "pause": plan.kind.is_pause,
        "speakers": [speaker.name for speaker in span.item.speakers],
        "at_s": span.start // 1000,
        "end_s": -(-span.end // 1000),
        "questions": questions,
    }


def _question(state: EventState, question: Question, at: Ms | None) -> RecordedQuestion:
    return cast(
        "RecordedQuestion",
        without_nothing(
            id=question.id,
            text=question.text,
            name=question.name,
            upvotes=upvotes_of(state.questions, question),
            at_s=None if at is None else at // 1000,
            reply=question.reply,
        ),
    )
