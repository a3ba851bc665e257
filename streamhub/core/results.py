"""What came of an event's questions: figures, a course over time, and every question with its fate.

Made for after a session and after the event; live views are in `views`. With `public`, only what
the audience could see is in it, and counts count only that.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NotRequired, cast

from typing_extensions import TypedDict

from streamhub.core.activity import MINUTE_MS, at_ms
from streamhub.core.event import EventState
from streamhub.core.ids import ActorId, Ms, OptionId, SessionId
from streamhub.core.polls import Poll
from streamhub.core.questions import Question, QuestionStatus, known_votes_of, upvotes_of
from streamhub.core.views.frame import without_nothing
from streamhub.core.views.project import tally_view

BIN_MINUTES: Final = 5
"""How many minutes one point of the course over time stands for."""
_NEVER_TAKEN: Final = frozenset({QuestionStatus.REJECTED, QuestionStatus.REDACTED})


class QuestionResult(TypedDict):
    """One question and what became of it. The fields from `reason` on are for the crew only.

    `known` of its votes are of participants who are invited, or asked under a name.
    """

    id: str
    session: str
    room: str
    status: str
    text: str
    name: NotRequired[str]
    upvotes: int
    asked_at: Ms
    answered_at: NotRequired[Ms]
    reply: NotRequired[str]
    followup: NotRequired[bool]
    reason: NotRequired[str]
    original: NotRequired[str]
    decided_at: NotRequired[Ms]
    merged_into: NotRequired[str]
    labels: NotRequired[list[str]]
    known: NotRequired[int]


class Figures(TypedDict):
    """How many were asked, taken up (with those answered), answered, not taken up; votes; people.

    `not_taken` and `open` (still to be decided) are for the crew only.
    """

    asked: int
    taken: int
    answered: int
    not_taken: NotRequired[int]
    open: NotRequired[int]
    votes: int
    people: int


class SessionResult(TypedDict):
    """The figures of one session that was asked anything, or could have been.

    `starts_at` and `ends_at` are when it ran, or else when it was planned.
    """

    id: str
    title: str
    room: str
    kind: str
    starts_at: Ms
    ends_at: Ms
    figures: Figures


class Point(TypedDict):
    """What came in the minutes from `at` on."""

    at: Ms
    asked: int
    votes: int


class CountResult(TypedDict):
    """How many chose an option, gave a number or said a word; of a ranking, its points."""

    text: str
    n: int


class PollResult(TypedDict):
    """A poll that was opened, and what was answered: the counts, never who."""

    id: str
    title: str
    kind: str
    room: str
    session: NotRequired[str]
    opened_at: NotRequired[Ms]
    total: int
    mean: NotRequired[float]
    counts: list[CountResult]


class Results(TypedDict):
    """All of it. `course` is empty for the public: it counts what was never taken up too."""

    slug: str
    title: str
    timezone: str
    at: Ms
    public: bool
    figures: Figures
    sessions: list[SessionResult]
    course: list[Point]
    questions: list[QuestionResult]
    polls: list[PollResult]


def results(state: EventState, *, public: bool, session: SessionId | None = None) -> Results:
    """Return what came of the questions so far.

    Args:
        state: the event.
        public: leave out what the audience may not see.
        session: only of this one.
    """
    agenda = state.agenda
    told = [
        question
        for question in state.questions.all.values()
        if (question.status.is_public or not public)
        and session in {None, question.session}
        and question.session in agenda.sessions
    ]
    told.sort(
        key=lambda one: (_place(state, one.session), -_votes(state, one), one.asked_at, one.id)
    )
    names = (
        [session]
        if session
        else [n for room in sorted(agenda.rooms) for n in agenda.order.get(room, ())]
    )
    by_session: dict[SessionId, list[Question]] = {}
    for question in told:
        by_session.setdefault(question.session, []).append(question)
    sessions = [
        _session(state, name, by_session.get(name, []), public=public)
        for name in names
        if name in by_session or not agenda.sessions[name].kind.is_pause
    ]
    sessions.sort(key=lambda one: (one["starts_at"], one["room"], one["id"]))
    return {
        "slug": state.slug,
        "title": agenda.title,
        "timezone": agenda.timezone,
        "at": state.at,
        "public": public,
        "figures": _figures(state, told, public=public),
        "sessions": sessions,
        "course": [] if public or session else _course(state),
        "questions": [_question(state, one, public=public) for one in told],
        "polls": [
            _poll(state, poll)
            for poll in sorted(state.polls.all.values(), key=lambda one: (one.created_at, one.id))
            if (poll.has_public_results if public else poll.is_public)
            and session in {None, poll.session}
        ],
    }


def _place(state: EventState, session: SessionId) -> tuple[Ms, str]:
    planned = state.agenda.sessions[session]
    return planned.start_at, planned.id


def _votes(state: EventState, question: Question) -> int:
    return upvotes_of(state.questions, question)


def _figures(state: EventState, told: Iterable[Question], *, public: bool) -> Figures:
    told = list(told)
    people: set[ActorId] = set()
    for question in told:
        people.add(question.author)
        people.update(state.questions.voters_of(question.id))
    figures: dict[str, int] = {
        "asked": len(told),
        "taken": sum(one.status.is_public for one in told),
        "answered": sum(one.status is QuestionStatus.ANSWERED for one in told),
    }
    if not public:
        figures["not_taken"] = sum(one.status in _NEVER_TAKEN for one in told)
        figures["open"] = sum(one.status is QuestionStatus.PENDING for one in told)
    figures["votes"] = sum(_votes(state, one) for one in told)
    figures["people"] = len(people)
    return cast("Figures", figures)


def _session(
    state: EventState, name: SessionId, told: list[Question], *, public: bool
) -> SessionResult:
    planned = state.agenda.sessions[name]
    runs = state.rundown.of(name).runs
    ends = [run.ended_at for run in runs if run.ended_at is not None]
    return {
        "id": name,
        "title": planned.title,
        "room": planned.room,
        "kind": planned.kind.value,
        "starts_at": runs[0].started_at if runs else planned.start_at,
        "ends_at": ends[-1] if ends else max(planned.end_at, state.at if runs else 0),
        "figures": _figures(state, told, public=public),
    }


def _course(state: EventState) -> list[Point]:
    """Return the course without holes, from the first to the last minute in which anything came."""
    if not state.activity:
        return []
    bins: dict[int, Point] = {}
    first, last = (edge(state.activity) // BIN_MINUTES for edge in (min, max))
    for number in range(first, last + 1):
        bins[number] = {"at": at_ms(number * BIN_MINUTES), "asked": 0, "votes": 0}
    for minute, came in state.activity.items():
        point = bins[minute // BIN_MINUTES]
        point["asked"] += came.asked
        point["votes"] += came.votes
    return list(bins.values())


def _question(state: EventState, question: Question, *, public: bool) -> QuestionResult:
    answered = question.status is QuestionStatus.ANSWERED
    told = without_nothing(
        id=question.id,
        session=question.session,
        room=state.agenda.sessions[question.session].room,
        status=question.status.value,
        text=question.text,
        name=question.name,
        upvotes=_votes(state, question),
        asked_at=question.asked_at,
        answered_at=question.decided_at if answered else None,
        reply=question.reply,
        followup=(question.followup and question.status is QuestionStatus.APPROVED) or None,
    )
    if not public:
        told |= without_nothing(
            reason=question.reason,
            original=question.original,
            decided_at=question.decided_at,
            merged_into=question.merged_into,
            labels=list(question.labels) or None,
            known=known_votes_of(state.questions, question.id, state.invited),
        )
    return cast("QuestionResult", told)


def _poll(state: EventState, poll: Poll) -> PollResult:
    tally = tally_view(poll, state.polls.tally_of(poll.id))
    texts = {option.id: option.text for option in poll.options}
    rating = tally.get("rating")
    counts: Mapping[str, int] = (
        tally.get("options") or tally.get("ranking") or tally.get("words") or {}
        if rating is None
        else rating["counts"]
    )
    told = without_nothing(
        id=poll.id,
        title=poll.title,
        kind=poll.kind.value,
        room=poll.room_in(state.agenda),
        session=poll.session,
        opened_at=poll.opened_at,
        total=tally["total"],
        mean=None if rating is None else rating.get("mean"),
        counts=[{"text": texts.get(OptionId(key), key), "n": n} for key, n in counts.items()],
    )
    return cast("PollResult", told)


__all__ = [
    "BIN_MINUTES",
    "MINUTE_MS",
    "Figures",
    "Point",
    "PollResult",
    "QuestionResult",
    "Results",
    "SessionResult",
    "results",
]
