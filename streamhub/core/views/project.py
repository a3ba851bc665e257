"""The whitelist: each item of a view, field by field, and which sections each view has.

What is not written here in so many words cannot leak. A view's "now" is the state's `clock_at`, so
every node makes the same bytes at the same cursor. `project` makes all of it; `project_touched`
only what a decision may have changed. What concerns one participant only is in `me.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Final, assert_never, cast

from streamhub.core.event import EventState
from streamhub.core.ids import (
    ActorId,
    DisplayId,
    MessageId,
    PollId,
    QuestionId,
    RoomId,
    SessionId,
)
from streamhub.core.merge import Json
from streamhub.core.messages import Message, To
from streamhub.core.openings import Opening
from streamhub.core.polls import WORDS_SHOWN, Mark, Poll, PollKind, Tally
from streamhub.core.questions import (
    Question,
    QuestionStatus,
    hints,
    known_votes_of,
    upvotes_of,
)
from streamhub.core.rundown import Progress, due_at
from streamhub.core.views.frame import Frame, RoomFrame, name_of, without_nothing
from streamhub.core.views.shapes import (
    AcknowledgedView,
    ClaimView,
    DecidedView,
    DisplayView,
    EventView,
    MessageView,
    ParticipantView,
    PollView,
    QuestionView,
    RoomView,
    RunView,
    SessionView,
    SpeakerView,
    TallyView,
    UndoneView,
    UndoView,
    View,
)
from streamhub.core.views.streams import WATCHED, recording_view, streams_of
from streamhub.core.views.touched import Touched


def _event(frame: Frame) -> EventView:
    state, agenda = frame.state, frame.state.agenda
    return cast(
        "EventView",
        without_nothing(
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
        )
        | _settings(frame),
    )


def _settings(frame: Frame) -> Any:  # noqa: ANN401 - fields of an `EventView`
    """What holds for questions: the audience learns what it meets, the crew all of it."""
    policy = frame.state.policy
    if frame.view is View.AUDIENCE:
        return without_nothing(
            moderation=policy.moderation,
            names=policy.names,
            slow_s=policy.slow_s or None,
            public_results=policy.public_results or None,
        )
    if frame.view in {View.DESK, View.CONTROL}:
        return {
            "policy": {
                "moderation": policy.moderation,
                "names": policy.names,
                "at_end": policy.at_end,
                "slow_s": policy.slow_s,
                "pending_most": policy.pending_most,
                "reasons": policy.reasons,
                "words": {name: list(policy.words[name]) for name in sorted(policy.words)},
                "public_results": policy.public_results,
            }
        }
    return {}


def _room(frame: Frame, name: RoomId) -> RoomView | None:
    state = frame.state
    room = state.agenda.rooms.get(name)
    if room is None:
        return None
    found = frame.of(name)
    short = without_nothing(
        name=room.name, order=room.order, live=found.live, next=found.ahead.next
    )
    if not frame.has(name):
        return cast("RoomView", short)
    asked = found.doors.asked_now()
    exact = frame.view is View.CONTROL
    return cast(
        "RoomView",
        short
        | without_nothing(
            place=room.place,
            offset_s=found.ahead.offset_s if exact else _public_offset_s(found),
            timezone=room.timezone if room.timezone != state.agenda.timezone else None,
            follows=state.rundown.clock(name).follows or None,
            spotlight=state.questions.spotlight.get(name),
            poll=state.polls.shown.get(name),
            queue=_queue(frame, name),
            questions=without_nothing(
                state="open" if asked.session else "closed",
                why=asked.why,
                session=asked.session,
                opens_at=asked.opens_at,
            ),
        )
        | streams_of(frame, room),
    )


_LISTED: Final = frozenset({View.SPEAKER, View.DESK, View.CONTROL})
"""The views that have the stage list."""


def _queue(frame: Frame, room: RoomId) -> list[str] | None:
    listed = frame.state.questions.queue.get(room)
    return list(listed) if listed and frame.view in _LISTED else None


def _public_offset_s(room: RoomFrame) -> int:
    """How late the next session is, as the public was told; 0 when nothing comes."""
    coming = room.ahead.next
    if coming is None:
        return 0
    return (room.expected[coming].start_at - room.ahead.agenda.sessions[coming].start_at) // 1000


def _session(frame: Frame, name: SessionId) -> SessionView | None:
    state = frame.state
    session = state.agenda.sessions.get(name)
    if session is None or not frame.shows(name, session.room):
        return None
    progress = state.rundown.of(name)
    run = progress.runs[-1] if progress.runs else None
    room = frame.of(session.room)
    expected = room.expected[name]
    shown = without_nothing(
        room=session.room,
        order=room.places[name],
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
        questions="open" if room.doors.of(name).open else "closed",
    )
    if frame.view in {View.CONTROL, View.DESK}:
        shown["opening"] = state.questions.openings.get(name, Opening.AUTO).value
    if frame.view in WATCHED:
        shown |= without_nothing(recording=recording_view(state.streams.sessions.get(name)))
    if frame.view is View.AUDIENCE and len(progress.runs) > 1:
        shown["runs"] = _runs(progress)
    if frame.view is View.CONTROL:
        shown |= without_nothing(
            fixed_end=session.fixed_end or None,
            min_duration_s=session.min_duration_s or None,
            may_start_early=session.may_start_early or None,
            inserted=session.inserted or None,
            extended_s=(progress.extended_s + progress.kept_ms // 1000) or None,
            paused_s=progress.paused_ms // 1000 or None,
            runs=_runs(progress),
        )
    return cast("SessionView", shown)


def _runs(progress: Progress) -> list[RunView]:
    return [
        without_nothing(started_at=run.started_at, ended_at=run.ended_at) for run in progress.runs
    ]


def _speaker(state: EventState, name: str) -> SpeakerView:
    speaker = state.agenda.speakers[name]  # type: ignore[index]  # ids are strings
    return cast(
        "SpeakerView",
        without_nothing(
            id=speaker.id,
            name=speaker.name,
            role=speaker.role,
            affiliation=speaker.affiliation,
        ),
    )


def _question(frame: Frame, name: QuestionId) -> QuestionView | None:
    question = frame.state.questions.all.get(name)
    if question is None:
        return None
    room = frame.state.agenda.sessions[question.session].room
    if not frame.has(room):
        return None
    questions = frame.state.questions
    lit = questions.spotlight.get(room) == name
    if frame.view is View.DESK:
        return _of_the_desk(frame, question)
    if not question.status.is_public:
        return None
    if frame.view is View.AUDIENCE:
        return cast(
            "QuestionView",
            _public_question(frame, question, lit=lit)
            | without_nothing(shown_at=question.shown_at),
        )
    if frame.view in {View.SPEAKER, View.CONTROL}:
        aired = frame.view is View.SPEAKER and frame.of(room).live == question.session
        if not (lit or aired or name in questions.queue.get(room, ())):
            return None
        shown = _public_question(frame, question, lit=True)
        return cast("QuestionView", shown | without_nothing(note=question.note))
    return _public_question(frame, question, lit=True) if lit else None


def _public_question(frame: Frame, question: Question, *, lit: bool) -> QuestionView:
    """What anyone may know of a question; who is to answer it, only while it is `lit`."""
    approved = question.status is QuestionStatus.APPROVED
    answered = question.status is QuestionStatus.ANSWERED
    shown = without_nothing(
        session=question.session,
        text=question.text,
        name=question.name,
        upvotes=upvotes_of(frame.state.questions, question),
        status=question.status.value,
        asked_at=question.asked_at,
        reply=question.reply,
        answered_at=question.decided_at if answered else None,
        followup=(question.followup and approved) or None,
    )
    if lit and question.assignee is not None:
        shown["for"] = question.assignee
    return cast("QuestionView", shown)


def _of_the_desk(frame: Frame, question: Question) -> QuestionView:
    state, questions, name = frame.state, frame.state.questions, question.id
    into = questions.end_of(name)
    return cast(
        "QuestionView",
        _public_question(frame, question, lit=False)
        | without_nothing(
            note=question.note,
            shown_at=question.shown_at,
            revision=question.revision,
            author=question.author,
            original=question.original,
            reason=question.reason,
            decided=_decided(state, question),
            language=question.language,
            labels=list(question.labels) or None,
            star=question.star or None,
            assignee=question.assignee,
            claim=_claim(state, question),
            merged_into=into if into != name else None,
            merged=questions.merged_in(name) or None,
            flags=len(questions.flaggers_of(name)) or None,
            hints=hints(state.policy.words, question.text) or None,
            known=known_votes_of(questions, name, state.invited) or None,
            queued=questions.queued_in(name) is not None or None,
            undo=_undoable(state, name),
        ),
    )


def _claim(state: EventState, question: Question) -> ClaimView | None:
    claim = question.claim
    if claim is None:
        return None
    return {"by": name_of(state, claim.by), "actor": claim.by, "until_at": claim.until_at}


def _undoable(state: EventState, name: QuestionId) -> UndoneView | None:
    stack = state.questions.undo.get(name)
    if not stack:
        return None
    step = stack[-1]
    return {"seq": step.seq, "what": step.what, "by": name_of(state, step.by), "at": step.at}


def _decided(state: EventState, question: Question) -> DecidedView | None:
    if question.decided_by is None or question.decided_at is None:
        return None
    return {"by": name_of(state, question.decided_by), "at": question.decided_at}


def _poll(frame: Frame, name: PollId) -> PollView | None:
    polls = frame.state.polls
    poll = polls.all.get(name)
    if poll is None:
        return None
    room = poll.room_in(frame.state.agenda)
    if not frame.has(room):
        return None
    tally = polls.tally_of(name)
    is_crew = frame.view in {View.DESK, View.CONTROL}
    if not is_crew:
        on_screen = polls.shown.get(room) == name
        if not (poll.is_public and (on_screen or frame.view is View.AUDIENCE)):
            return None
    shown = without_nothing(
        room=room,
        session=poll.session,
        kind=poll.kind.value,
        title=poll.title,
        options={
            option.id: {"text": option.text, "order": place}
            for place, option in enumerate(poll.options)
        },
        most=poll.most,
        status=poll.status.value,
        results=poll.results.value,
        opened_at=poll.opened_at,
        closed_at=poll.closed_at,
        tally=tally_view(poll, tally) if is_crew or poll.has_public_results else None,
    )
    if is_crew:
        shown |= without_nothing(
            created_at=poll.created_at,
            revealed=poll.revealed or None,
            held=_out_of_sight(poll, tally, Mark.HELD),
            hidden=_out_of_sight(poll, tally, Mark.HIDDEN),
        )
    return cast("PollView", shown)


def tally_view(poll: Poll, tally: Tally) -> TallyView:
    """Return what was answered, as all those see it who may."""
    votes = {option.id: tally.counts.get(option.id, 0) for option in poll.options}
    parts: Json = {"total": tally.total}
    match poll.kind:
        case PollKind.CHOICE | PollKind.MULTIPLE:
            parts["options"] = votes
        case PollKind.RANKING:
            parts["ranking"] = votes
        case PollKind.WORDS:
            foremost = (tally.words[word] for word in tally.top[:WORDS_SHOWN])
            parts["words"] = {word.spelling: word.n for word in foremost}
        case PollKind.RATING:
            scale = range(1, (poll.most or 0) + 1)
            counts = {str(number): tally.counts.get(str(number), 0) for number in scale}
            parts["rating"] = {"counts": counts}
            if tally.total:
                points = sum(number * counts[str(number)] for number in scale)
                parts["rating"] = {"mean": round(points / tally.total, 2), "counts": counts}
        case _:
            assert_never(poll.kind)
    return cast("TallyView", parts)


def _out_of_sight(poll: Poll, tally: Tally, mark: Mark) -> dict[str, int] | None:
    """The foremost words that are hidden or held; None where there are none."""
    words = [
        (word.n, word.spelling) for name, word in tally.away.items() if poll.marks[name] is mark
    ]
    foremost = nsmallest(WORDS_SHOWN, words, key=lambda word: (-word[0], word[1]))
    return {spelling: n for n, spelling in foremost} or None


_NOT_TAKEN: Final = frozenset({QuestionStatus.REJECTED, QuestionStatus.REDACTED})


def _participant(frame: Frame, name: ActorId) -> ParticipantView | None:
    questions = frame.state.questions
    mute = questions.mutes.get(name)
    if mute is None and name not in questions.by_author:
        return None
    mine = [questions.all[question] for question in questions.by_author.get(name, ())]
    names = [question.name for question in mine if question.name is not None]
    return cast(
        "ParticipantView",
        without_nothing(
            asked=len(mine),
            taken=sum(question.status.is_public for question in mine),
            not_taken=sum(question.status in _NOT_TAKEN for question in mine),
            name=names[-1] if names else None,
            invited=name in frame.state.invited or None,
            muted=None
            if mute is None
            else without_nothing(
                by=name_of(frame.state, mute.by),
                at=mute.at,
                reason=mute.reason,
                until_at=mute.until_at,
            ),
        ),
    )


def _undo(frame: Frame, room: RoomId) -> UndoView | None:
    stack = frame.state.rundown.clock(room).undo
    if not stack or not frame.has(room):
        return None
    step = stack[-1]
    return cast(
        "UndoView",
        without_nothing(
            seq=step.seq,
            what=step.what,
            session=step.session,
            by=name_of(frame.state, step.by),
            at=step.at,
            clock=step.clock or None,
        ),
    )


_ADDRESSED: Final[Mapping[View, frozenset[To]]] = {
    # view: whom the messages that it shows are for
    View.STAGE: frozenset({"screens"}),
    View.AUDIENCE: frozenset({"participants"}),
    View.SPEAKER: frozenset({"screens", "speakers"}),
    View.DESK: frozenset({"screens", "speakers", "participants"}),
    View.CONTROL: frozenset({"screens", "speakers", "participants"}),
}
_NAMED: Final = frozenset({View.SPEAKER, View.DESK, View.CONTROL})


def _message(frame: Frame, name: MessageId) -> MessageView | None:
    message = frame.state.messages.get(name)
    if message is None or message.to not in _ADDRESSED[frame.view]:
        return None
    if message.room is not None and not frame.has(message.room):
        return None
    shown = without_nothing(
        to=message.to,
        room=message.room,
        text=message.text,
        tone=message.tone,
        at=message.at,
        until_at=message.until_at,
    )
    if frame.view in _NAMED:
        shown |= without_nothing(
            by=name_of(frame.state, message.by), acknowledged=_acknowledged(frame.state, message)
        )
    return cast("MessageView", shown)


def _acknowledged(state: EventState, message: Message) -> AcknowledgedView | None:
    if message.acknowledged_by is None or message.acknowledged_at is None:
        return None
    return {"by": name_of(state, message.acknowledged_by), "at": message.acknowledged_at}


def display_view(frame: Frame, name: DisplayId) -> DisplayView | None:
    """Return a display as the producer sees it and as it sees itself; None where it is unknown."""
    display = frame.state.displays.get(name)
    if display is None:
        return None
    return cast(
        "DisplayView",
        without_nothing(
            name=display.name,
            room=display.room,
            layout=display.layout.value,
            options=without_nothing(
                qr=display.options.qr,
                zones=display.options.zones,
                languages=list(display.options.languages),
                theme=display.options.theme,
                logo=display.options.logo,
            ),
            paired_at=display.paired_at,
            blackout=display.blackout,
            identify_until_at=display.identify_until_at,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Section:
    """One collection of a view: how to project an item, which there are, which were touched."""

    item: Callable[[Frame, Any], object]
    names: Callable[[EventState], Iterable[str]]
    touched: Callable[[Touched], Iterable[str]]


def _spoken_of(state: EventState) -> Iterable[str]:
    """The questions that speakers may see: of what is on air, on the screens, on the lists."""
    live = {clock.live for clock in state.rundown.clocks.values()}
    aired = {one.id for one in state.questions.all.values() if one.session in live}
    return aired.union(state.questions.spotlight.values(), *state.questions.queue.values())


def _led(state: EventState) -> Iterable[str]:
    """The questions that a producer sees: on the screens, and on the lists."""
    return {*state.questions.spotlight.values()}.union(*state.questions.queue.values())


_ROOMS: Final = _Section(_room, lambda s: s.agenda.rooms, lambda t: t.rooms)
_SESSIONS: Final = _Section(_session, lambda s: s.agenda.sessions, lambda t: t.sessions)
_QUESTIONS: Final = _Section(_question, lambda s: s.questions.all, lambda t: t.questions)
_LIT: Final = _Section(_question, lambda s: s.questions.spotlight.values(), lambda t: t.questions)
_LED: Final = _Section(_question, _led, lambda t: t.questions)
_AIRED: Final = _Section(_question, _spoken_of, lambda t: t.questions | t.aired)
_POLLS: Final = _Section(_poll, lambda s: s.polls.all, lambda t: t.polls)
_SHOWN: Final = _Section(_poll, lambda s: s.polls.shown.values(), lambda t: t.polls)
_MESSAGES: Final = _Section(_message, lambda s: s.messages, lambda t: t.messages)
_PARTICIPANTS: Final = _Section(
    _participant, lambda s: {*s.questions.by_author, *s.questions.mutes}, lambda t: t.actors
)
_UNDO: Final = _Section(_undo, lambda s: s.agenda.rooms, lambda t: t.rooms)
_DISPLAYS: Final = _Section(display_view, lambda s: s.displays, lambda t: t.displays)

_STAGE: Final = {
    "rooms": _ROOMS,
    "sessions": _SESSIONS,
    "questions": _LIT,
    "polls": _SHOWN,
    "messages": _MESSAGES,
}
SECTIONS: Final[dict[View, dict[str, _Section]]] = {
    View.STAGE: _STAGE,
    View.AUDIENCE: _STAGE | {"questions": _QUESTIONS, "polls": _POLLS},
    View.SPEAKER: _STAGE | {"questions": _AIRED},
    View.DESK: _STAGE | {"questions": _QUESTIONS, "polls": _POLLS, "participants": _PARTICIPANTS},
    View.CONTROL: _STAGE
    | {"questions": _LED, "polls": _POLLS, "undo": _UNDO, "displays": _DISPLAYS},
}


def project(state: EventState, view: View, room: RoomId | None) -> Json:
    """Return the whole view (a `ViewState`), with keys in a fixed order."""
    frame = Frame(state, view, room)
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
    frame = Frame(state, view, room)
    event: Json = {"event": _event(frame)} if touched.event else {}
    return event | {
        name: {key: section.item(frame, key) for key in sorted(section.touched(touched))}
        for name, section in SECTIONS[view].items()
    }
