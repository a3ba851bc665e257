"""What each view may see: the only place where state becomes public.

A view is a whitelist, field by field. What is not written here in so many words cannot leak. The
shapes (`TypedDict`s) are the source of the wire's JSON Schema and of the TypeScript types. Fields
marked `NotRequired` are left out when there is nothing to say: a projection holds no null.

A view is a function of the state alone, and its "now" is the state's `clock_at`, so every node
makes the same bytes at the same cursor. `project` makes all of it; `project_touched`
only what a decision may have changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NotRequired, cast

from typing_extensions import TypedDict

from streamhub.core.displays import DisplayFact
from streamhub.core.event import Decision, EventCreated, EventState, Fact, TimePassed
from streamhub.core.forecast import Expected, forecast, offset_s, public_forecast
from streamhub.core.ids import ActorId, DisplayId, LinkId, QuestionId, RoomId, SessionId
from streamhub.core.merge import Json
from streamhub.core.openings import Opening, asked_now, opening
from streamhub.core.questions import Question, QuestionFact, QuestionsSet, QuestionStatus
from streamhub.core.rundown import RundownFact, due_at, upcoming


class View(StrEnum):
    """The four views. What each holds is in `SECTIONS`."""

    STAGE = "stage"
    AUDIENCE = "audience"
    DESK = "desk"
    CONTROL = "control"


# --- shapes ------------------------------------------------------------------------------------


class ZoneView(TypedDict):
    """A zone that pages show: an IANA name and the city as printed."""

    name: str
    label: str


class EventView(TypedDict):
    """The event itself. `agenda_rev` names the revision that `/agenda?rev=` serves."""

    slug: str
    title: str
    tagline: NotRequired[str]
    venue: NotRequired[str]
    timezone: str
    zones: list[ZoneView]
    languages: list[str]
    accent: NotRequired[str]
    starts_at: int
    ends_at: int
    agenda_rev: str


class RoomQuestionsView(TypedDict):
    """Where a question asked "now" goes; no `session` while the room takes none."""

    state: str
    why: str
    session: NotRequired[str]
    opens_at: NotRequired[int]


class RoomView(TypedDict):
    """A room. Of rooms other than the view's own, only `name`, `order`, `live` and `next`."""

    name: str
    order: int
    place: NotRequired[str]
    live: NotRequired[str]
    next: NotRequired[str]
    offset_s: NotRequired[int]
    stream: NotRequired[str]
    spotlight: NotRequired[str]
    questions: NotRequired[RoomQuestionsView]


class SpeakerView(TypedDict):
    """A speaker as shown with a session."""

    id: str
    name: str
    role: NotRequired[str]
    affiliation: NotRequired[str]


class RunView(TypedDict):
    """One time that a session ran; `control` only."""

    started_at: int
    ended_at: NotRequired[int]


class SessionView(TypedDict):
    """A session: plan, expectation, and what became of it.

    `due_at` is the anchor of a live session's countdown; while `paused_at` is set, the time left is
    `due_at - paused_at`. In `control`, expected times are exact, elsewhere as the public sees them.
    """

    room: str
    order: int
    title: str
    kind: str
    track: NotRequired[str]
    start_at: int
    duration_s: int
    expected_start_at: int
    expected_end_at: int
    status: str
    started_at: NotRequired[int]
    ended_at: NotRequired[int]
    due_at: NotRequired[int]
    paused_at: NotRequired[int]
    speakers: list[SpeakerView]
    questions: str
    fixed_end: NotRequired[bool]
    extended_s: NotRequired[int]
    paused_s: NotRequired[int]
    runs: NotRequired[list[RunView]]
    opening: NotRequired[str]


class DecidedView(TypedDict):
    """Who decided last on a question, and when; `desk` only."""

    by: str
    at: int


class QuestionView(TypedDict):
    """A question. The fields after `answered_at` are in `desk` only."""

    session: str
    text: str
    name: NotRequired[str]
    upvotes: int
    status: str
    asked_at: int
    reply: NotRequired[str]
    answered_at: NotRequired[int]
    revision: NotRequired[int]
    author: NotRequired[str]
    original: NotRequired[str]
    reason: NotRequired[str]
    decided: NotRequired[DecidedView]


class ParticipantView(TypedDict):
    """A participant's standing, for moderators: how many asked, how many taken up or not."""

    asked: int
    taken: int
    not_taken: int


class UndoView(TypedDict):
    """What the undo button of a room would take back; `what` is a fact's type."""

    seq: int
    what: str
    session: str
    by: str
    at: int


class DisplayView(TypedDict):
    """A paired display, as the producer sees it and as it sees itself."""

    name: str
    room: str
    layout: str
    paired_at: int
    blackout: bool
    identify_until_at: NotRequired[int]


class MessageView(TypedDict):
    """A message on screens (none are sent yet)."""

    text: str


class ViewState(TypedDict):
    """All that a view holds; collections are objects keyed by id."""

    event: EventView
    rooms: dict[str, RoomView]
    sessions: dict[str, SessionView]
    questions: dict[str, QuestionView]
    messages: dict[str, MessageView]
    participants: NotRequired[dict[str, ParticipantView]]
    undo: NotRequired[dict[str, UndoView]]
    displays: NotRequired[dict[str, DisplayView]]


class MyQuestionView(TypedDict):
    """One's own question and its way.

    `way` is one of `in_review`, `approved`, `on_screen`, `answered`, `not_taken`, `withdrawn`.
    """

    session: str
    text: str
    name: NotRequired[str]
    way: str
    asked_at: int
    upvotes: int
    amended: NotRequired[bool]
    reply: NotRequired[str]


class LimitsView(TypedDict):
    """What one may type and have waiting."""

    text_least: int
    text_most: int
    name_most: int
    pending_most: int


class MeView(TypedDict):
    """What concerns only this participant, or only this display."""

    id: str
    role: str
    name: NotRequired[str]
    token: NotRequired[str]
    questions: dict[str, MyQuestionView]
    votes: dict[str, bool]
    limits: LimitsView
    display: NotRequired[DisplayView]


# --- what a decision touches -------------------------------------------------------------------


@dataclass(slots=True)
class Touched:
    """Which items of the views a run of decisions may have changed."""

    everything: bool = False
    rooms: set[RoomId] = field(default_factory=set)
    sessions: set[SessionId] = field(default_factory=set)
    questions: set[QuestionId] = field(default_factory=set)
    displays: set[DisplayId] = field(default_factory=set)
    actors: set[ActorId] = field(default_factory=set)
    crowd_only: bool = True
    """Whether there is nothing in it but questions and votes of participants, which may wait."""

    def add(self, after: EventState, decision: Decision) -> None:
        """Note what `decision` touched; `after` is the state that it led to."""
        for fact in decision.facts:
            self._add_fact(after, fact, decision.by)

    def _add_fact(self, after: EventState, fact: Fact, by: ActorId) -> None:
        if isinstance(fact, QuestionFact):
            self._add_question_fact(after, fact, by)
            return
        self.crowd_only = False
        if isinstance(fact, RundownFact | TimePassed):
            # the clock of the views moved: what overruns anywhere is expected later
            self.rooms.update(after.agenda.rooms)
            self.sessions.update(after.agenda.sessions)
        elif isinstance(fact, DisplayFact):
            self.displays.add(fact.display)
            self.actors.add(ActorId(fact.display))
        elif isinstance(fact, EventCreated):
            self.everything = True
        else:
            self.actors.add(ActorId(fact.link))

    def _add_question_fact(self, after: EventState, fact: QuestionFact, by: ActorId) -> None:
        if isinstance(fact, QuestionsSet):
            self.rooms.add(after.agenda.sessions[fact.session].room)
            self.sessions.add(fact.session)
            self.crowd_only = False
            return
        question = after.questions.all[fact.question]
        self.rooms.add(after.agenda.sessions[question.session].room)
        self.questions.add(fact.question)
        self.actors.update((question.author, by))
        self.crowd_only = self.crowd_only and fact.type in _CROWD


_CROWD: Final = frozenset({"question.asked", "question.upvoted", "question.unvoted"})

# --- projection --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Frame:
    """One projection under way: the state, the view, and what was computed for it once."""

    state: EventState
    view: View
    room: RoomId | None
    expected: dict[RoomId, dict[SessionId, Expected]] = field(default_factory=dict)
    coming: dict[RoomId, list[SessionId]] = field(default_factory=dict)

    def has(self, room: RoomId) -> bool:
        """Whether `room` is in full view."""
        return self.room is None or self.room == room

    def expect(self, room: RoomId) -> dict[SessionId, Expected]:
        """The expected times of `room`: exact for the producer, rounded for all others."""
        if room not in self.expected:
            make = forecast if self.view is View.CONTROL else public_forecast
            self.expected[room] = make(
                self.state.agenda, self.state.rundown, room, self.state.clock_at
            )
        return self.expected[room]

    def upcoming(self, room: RoomId) -> list[SessionId]:
        """The sessions of `room` still to come."""
        if room not in self.coming:
            self.coming[room] = upcoming(self.state.agenda, self.state.rundown, room)
        return self.coming[room]

    def in_short(self, room: RoomId) -> set[SessionId]:
        """What of a room that is not in full view is shown all the same: live and next."""
        live = self.state.rundown.clock(room).live
        return {*([live] if live else []), *self.upcoming(room)[:1]}


def _without_nothing(**fields: Any) -> Any:  # noqa: ANN401 - the caller's TypedDict says what it is
    return {key: value for key, value in fields.items() if value is not None}


def _event(frame: _Frame) -> EventView:
    state, agenda = frame.state, frame.state.agenda
    return cast(
        "EventView",
        _without_nothing(
            slug=state.slug,
            title=agenda.title,
            tagline=agenda.tagline,
            venue=agenda.venue,
            timezone=agenda.timezone,
            zones=[{"name": zone.name, "label": zone.label} for zone in agenda.zones],
            languages=list(agenda.languages),
            accent=agenda.accent,
            starts_at=agenda.starts_at,
            ends_at=agenda.ends_at,
            agenda_rev=str(state.agenda_rev),
        ),
    )


def _room(frame: _Frame, name: RoomId) -> RoomView | None:
    state = frame.state
    room = state.agenda.rooms.get(name)
    if room is None:
        return None
    live = state.rundown.clock(name).live
    coming = frame.upcoming(name)
    short = _without_nothing(
        name=room.name, order=room.order, live=live, next=coming[0] if coming else None
    )
    if not frame.has(name):
        return cast("RoomView", short)
    asked = asked_now(
        state.agenda, state.rundown, name, state.questions.openings, state.windows, state.clock_at
    )
    offset = (
        offset_s(state.agenda, state.rundown, name, state.clock_at)
        if frame.view is View.CONTROL
        else _public_offset_s(frame, name)
    )
    return cast(
        "RoomView",
        short
        | _without_nothing(
            place=room.place,
            stream=room.stream,
            offset_s=offset,
            spotlight=state.questions.spotlight.get(name),
            questions=_without_nothing(
                state="open" if asked.session else "closed",
                why=asked.why,
                session=asked.session,
                opens_at=asked.opens_at,
            ),
        ),
    )


def _public_offset_s(frame: _Frame, room: RoomId) -> int:
    """How late the next session is, as the public was told; 0 when nothing comes."""
    coming = frame.upcoming(room)
    if not coming:
        return 0
    planned = frame.state.agenda.sessions[coming[0]].start_at
    return (frame.expect(room)[coming[0]].start_at - planned) // 1000


def _session(frame: _Frame, name: SessionId) -> SessionView | None:
    state = frame.state
    session = state.agenda.sessions.get(name)
    if session is None:
        return None
    if not frame.has(session.room) and name not in frame.in_short(session.room):
        return None
    progress = state.rundown.of(name)
    run = progress.runs[-1] if progress.runs else None
    said = state.questions.openings.get(name, Opening.AUTO)
    found = opening(state.agenda, state.rundown, name, said, state.windows, state.clock_at)
    expected = frame.expect(session.room)[name]
    shown = _without_nothing(
        room=session.room,
        order=state.agenda.running_order(session.room).index(name),
        title=session.title,
        kind=session.kind.value,
        track=state.agenda.tracks[session.track].name if session.track else None,
        start_at=session.start_at,
        duration_s=session.duration_s,
        expected_start_at=expected.start_at,
        expected_end_at=expected.end_at,
        status=progress.status.value,
        started_at=run.started_at if run else None,
        ended_at=run.ended_at if run else None,
        due_at=due_at(session, progress) if progress.status.on_air else None,
        paused_at=progress.paused_at,
        speakers=[_speaker(state, speaker) for speaker in session.speakers],
        questions="open" if found.open else "closed",
    )
    if frame.view in {View.CONTROL, View.DESK}:
        shown["opening"] = said.value
    if frame.view is View.CONTROL:
        shown |= _without_nothing(
            fixed_end=session.fixed_end or None,
            extended_s=progress.extended_s or None,
            paused_s=progress.paused_ms // 1000 or None,
            runs=[
                _without_nothing(started_at=run.started_at, ended_at=run.ended_at)
                for run in progress.runs
            ],
        )
    return cast("SessionView", shown)


def _speaker(state: EventState, name: str) -> SpeakerView:
    speaker = state.agenda.speakers[name]  # type: ignore[index]  # ids are strings
    return cast(
        "SpeakerView",
        _without_nothing(
            id=speaker.id,
            name=speaker.name,
            role=speaker.role,
            affiliation=", ".join(speaker.affiliations) or None,
        ),
    )


def _question(frame: _Frame, name: QuestionId) -> QuestionView | None:
    question = frame.state.questions.all.get(name)
    if question is None:
        return None
    room = frame.state.agenda.sessions[question.session].room
    if not frame.has(room):
        return None
    if frame.view in {View.STAGE, View.CONTROL}:
        lit = frame.state.questions.spotlight.get(room) == name
        return _public_question(question) if lit and question.status.is_public else None
    if frame.view is View.AUDIENCE:
        return _public_question(question) if question.status.is_public else None
    return cast(
        "QuestionView",
        _public_question(question)
        | _without_nothing(
            revision=question.revision,
            author=question.author,
            original=question.original,
            reason=question.reason,
            decided=_decided(frame.state, question),
        ),
    )


def _public_question(question: Question) -> QuestionView:
    answered = question.status is QuestionStatus.ANSWERED
    return cast(
        "QuestionView",
        _without_nothing(
            session=question.session,
            text=question.text,
            name=question.name,
            upvotes=len(question.voters),
            status=question.status.value,
            asked_at=question.asked_at,
            reply=question.reply,
            answered_at=question.decided_at if answered else None,
        ),
    )


def _decided(state: EventState, question: Question) -> DecidedView | None:
    if question.decided_by is None or question.decided_at is None:
        return None
    return {"by": name_of(state, question.decided_by), "at": question.decided_at}


def name_of(state: EventState, actor: ActorId) -> str:
    """How the crew calls somebody who acts: a link's name, else its role; else nothing."""
    link = state.links.get(LinkId(actor))
    return "" if link is None else link.name or link.role.value


def _participant(frame: _Frame, name: ActorId) -> ParticipantView | None:
    mine = frame.state.questions.by_author.get(name)
    if mine is None:
        return None
    statuses = [frame.state.questions.all[question].status for question in mine]
    return {
        "asked": len(mine),
        "taken": sum(status.is_public for status in statuses),
        "not_taken": sum(status is QuestionStatus.REJECTED for status in statuses),
    }


def _undo(frame: _Frame, room: RoomId) -> UndoView | None:
    stack = frame.state.rundown.clock(room).undo
    if not stack or not frame.has(room):
        return None
    step = stack[-1]
    return {
        "seq": step.seq,
        "what": step.what,
        "session": step.session,
        "by": name_of(frame.state, step.by),
        "at": step.at,
    }


def _display(frame: _Frame, name: DisplayId) -> DisplayView | None:
    display = frame.state.displays.get(name)
    if display is None:
        return None
    return cast(
        "DisplayView",
        _without_nothing(
            name=display.name,
            room=display.room,
            layout=display.layout.value,
            paired_at=display.paired_at,
            blackout=display.blackout,
            identify_until_at=display.identify_until_at,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Section:
    """One collection of a view: how to project an item, which there are, which were touched."""

    item: Callable[[_Frame, Any], object]
    names: Callable[[EventState], Iterable[str]]
    touched: Callable[[Touched], Iterable[str]]


def _no_names(_: object) -> Iterable[str]:
    return ()


_ROOMS: Final = _Section(_room, lambda s: s.agenda.rooms, lambda t: t.rooms)
_SESSIONS: Final = _Section(_session, lambda s: s.agenda.sessions, lambda t: t.sessions)
_QUESTIONS: Final = _Section(_question, lambda s: s.questions.all, lambda t: t.questions)
_LIT: Final = _Section(_question, lambda s: s.questions.spotlight.values(), lambda t: t.questions)
_MESSAGES: Final = _Section(lambda _frame, _name: None, _no_names, _no_names)
_PARTICIPANTS: Final = _Section(_participant, lambda s: s.questions.by_author, lambda t: t.actors)
_UNDO: Final = _Section(_undo, lambda s: s.agenda.rooms, lambda t: t.rooms)
_DISPLAYS: Final = _Section(_display, lambda s: s.displays, lambda t: t.displays)

_STAGE: Final = {
    "rooms": _ROOMS,
    "sessions": _SESSIONS,
    "questions": _LIT,
    "messages": _MESSAGES,
}
SECTIONS: Final[dict[View, dict[str, _Section]]] = {
    View.STAGE: _STAGE,
    View.AUDIENCE: _STAGE | {"questions": _QUESTIONS},
    View.DESK: _STAGE | {"questions": _QUESTIONS, "participants": _PARTICIPANTS},
    View.CONTROL: _STAGE | {"undo": _UNDO, "displays": _DISPLAYS},
}


def project(state: EventState, view: View, room: RoomId | None) -> Json:
    """Return the whole view (a `ViewState`), with keys in a fixed order."""
    frame = _Frame(state, view, room)
    result: Json = {"event": _event(frame)}
    for name, section in SECTIONS[view].items():
        result[name] = {
            key: item
            for key in sorted(section.names(state))
            if (item := section.item(frame, key)) is not None
        }
    return result


def project_touched(state: EventState, view: View, room: RoomId | None, touched: Touched) -> Json:
    """Return what `touched` names as `{section: {id: item or None}}`; None says "not in view"."""
    frame = _Frame(state, view, room)
    return {
        name: {key: section.item(frame, key) for key in sorted(section.touched(touched))}
        for name, section in SECTIONS[view].items()
    }


# --- me ----------------------------------------------------------------------------------------


def _way(question: Question, *, lit: bool) -> str:
    if lit:
        return "on_screen"
    return {
        QuestionStatus.PENDING: "in_review",
        QuestionStatus.APPROVED: "approved",
        QuestionStatus.ANSWERED: "answered",
        QuestionStatus.REJECTED: "not_taken",
        QuestionStatus.WITHDRAWN: "withdrawn",
    }[question.status]


def project_me(state: EventState, actor: ActorId, role: str) -> MeView:
    """Return what concerns only `actor`."""
    own: dict[str, MyQuestionView] = {}
    for name in state.questions.by_author.get(actor, ()):
        question = state.questions.all[name]
        room = state.agenda.sessions[question.session].room
        own[name] = cast(
            "MyQuestionView",
            _without_nothing(
                session=question.session,
                text=question.text,
                name=question.name,
                way=_way(question, lit=state.questions.spotlight.get(room) == name),
                asked_at=question.asked_at,
                upvotes=len(question.voters),
                amended=question.original is not None or None,
                reply=question.reply,
            ),
        )
    frame = _Frame(state, View.STAGE, None)
    return cast(
        "MeView",
        _without_nothing(
            id=actor,
            role=role,
            name=name_of(state, actor) or None,
            questions=own,
            votes=dict.fromkeys(sorted(state.questions.by_voter.get(actor, ())), True),
            limits={
                "text_least": state.policy.text_least,
                "text_most": state.policy.text_most,
                "name_most": 60,
                "pending_most": state.policy.pending_most,
            },
            display=_display(frame, DisplayId(actor)),
        ),
    )


# --- long text ---------------------------------------------------------------------------------


class SessionTextView(TypedDict):
    """The long text of a session; `printed` is the time as the organiser wrote it."""

    abstract: NotRequired[str]
    printed: NotRequired[str]


class SpeakerTextView(TypedDict):
    """The long text of a speaker."""

    name: str
    role: NotRequired[str]
    affiliations: list[str]
    biography: NotRequired[str]


class AgendaTextView(TypedDict):
    """All long text of an agenda: what the views leave out."""

    rev: str
    summary: NotRequired[str]
    sessions: dict[str, SessionTextView]
    speakers: dict[str, SpeakerTextView]


def agenda_text(state: EventState) -> AgendaTextView:
    """Return abstracts, biographies and the summary; it changes with `agenda_rev` only."""
    agenda = state.agenda
    return cast(
        "AgendaTextView",
        _without_nothing(
            rev=str(state.agenda_rev),
            summary=agenda.summary,
            sessions={
                name: _without_nothing(
                    abstract=agenda.sessions[name].abstract, printed=agenda.sessions[name].printed
                )
                for name in sorted(agenda.sessions)
            },
            speakers={
                name: _without_nothing(
                    name=agenda.speakers[name].name,
                    role=agenda.speakers[name].role,
                    affiliations=list(agenda.speakers[name].affiliations),
                    biography=agenda.speakers[name].biography,
                )
                for name in sorted(agenda.speakers)
            },
        ),
    )
