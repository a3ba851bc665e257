"""Plausible histories of the small event, for Hypothesis.

A history is a list of `Step`s: how much time passes, who does what, and two numbers that choose
among what is there. A step is turned into a command only when it is played, so that it speaks of
sessions and questions that exist then; shrinking a step never makes the history implausible.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st
from rehearsal import ADA, CLOCK, MOD, OWNER, PROD, SPEAKER, Rehearsal, small_agenda

from streamhub.core.agenda import Kind, in_order
from streamhub.core.displays import (
    AssignDisplay,
    BlackoutDisplay,
    IdentifyDisplay,
    Layout,
    OptionsWish,
    PairDisplay,
    RemoveDisplay,
)
from streamhub.core.errors import Rejected
from streamhub.core.event import Command, EventState
from streamhub.core.ids import (
    ActorId,
    DisplayId,
    LinkId,
    MessageId,
    PollId,
    QuestionId,
    RoomId,
    SessionId,
)
from streamhub.core.links import CreateLink, RevokeLink, UseLink
from streamhub.core.messages import AcknowledgeMessage, ClearMessage, ShowMessage, To
from streamhub.core.openings import Opening
from streamhub.core.polls import (
    AnswerPoll,
    ClosePoll,
    CreatePoll,
    EditPoll,
    HidePoll,
    HideWord,
    OpenPoll,
    PollKind,
    PollStatus,
    RemovePoll,
    ReopenPoll,
    ResultsWhen,
    RevealPoll,
    ShowPoll,
    WithdrawAnswer,
)
from streamhub.core.questions import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    AssignQuestion,
    BulkItem,
    BulkQuestions,
    ClaimQuestion,
    ConfigureQuestions,
    EditQuestion,
    FlagQuestion,
    LabelQuestion,
    MergeQuestion,
    MuteParticipant,
    NextOnStage,
    NoteQuestion,
    PreviousOnStage,
    QuestionPolicy,
    QuestionStatus,
    QueueQuestion,
    RedactQuestion,
    RejectQuestion,
    ReleaseQuestion,
    ReopenQuestion,
    RestoreQuestion,
    SetQuestions,
    SplitQuestion,
    SpotlightQuestion,
    StarQuestion,
    UndoQuestion,
    UnflagQuestion,
    UnqueueQuestion,
    UnspotlightQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
)
from streamhub.core.reactions import REACTIONS, CountReactions
from streamhub.core.replacing import ReplaceAgenda
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    CancelSession,
    CorrectSession,
    EditSession,
    EndSession,
    ExtendSession,
    FollowClock,
    InsertSession,
    NextSession,
    PauseSession,
    ReorderSession,
    RestoreSession,
    ResumeSession,
    RetimeSession,
    SkipSession,
    SpeakerWish,
    StartSession,
    UndoRundown,
)
from streamhub.core.streams import (
    SetRecording,
    SetStream,
    SourceWish,
    TuneStream,
    UnscheduleStream,
)
from streamhub.core.table import Map
from streamhub.core.watched import LeaveAgenda, WatchAgenda

T = TypeVar("T")

CROWD = tuple(Actor(id=ActorId(f"p{n}"), role=Role.PARTICIPANT) for n in range(4))
AGENDA = small_agenda()
ROOMS: tuple[RoomId, ...] = tuple(sorted(AGENDA.rooms))
SESSIONS: tuple[SessionId, ...] = tuple(sorted(AGENDA.sessions))
TEXTS = ("Why is that so?", "And what then?", "\u00bfY por qu\u00e9 no?", "Is it really <b>so</b>?")
TAGS = (
    *("", " Really?", " Honestly?", " Or not?", " By whom?", " At all?", " Ever?", " Again?"),
    *(" Here?", " There?", " Now?"),
)
"""What makes many different questions of few."""


BEHIND_S = (None, None, 12.5, None, 20, 300, 0)
"""How late viewers say that they are."""


class Step(NamedTuple):
    """`after_s` pass, then somebody does `what`; `pick` and `other` choose what it is about."""

    after_s: int
    what: str
    pick: int
    other: int


def choose(things: Sequence[T], number: int) -> T | None:
    return things[number % len(things)] if things else None


def _question(state: EventState, pick: int, *statuses: QuestionStatus) -> QuestionId:
    """A question, of one of `statuses` where there is one; ghosts are not for everybody."""
    names = sorted(name for name in state.questions.all if not name.startswith("ghost"))
    fitting = [name for name in names if state.questions.all[name].status in statuses]
    return choose(fitting, pick) or choose(names, pick) or QuestionId("none")


def _live(state: EventState, pick: int) -> SessionId:
    live = sorted(clock.live for clock in state.rundown.clocks.values() if clock.live)
    return choose(live, pick) or SESSIONS[pick % len(SESSIONS)]


def _author(state: EventState, question: QuestionId) -> Actor:
    asked = state.questions.all.get(question)
    return CROWD[0] if asked is None else Actor(id=asked.author, role=Role.PARTICIPANT)


Maker = Callable[[EventState, int, int], tuple[Actor, Command]]
_S = QuestionStatus


def _ask(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    text = TEXTS[other % len(TEXTS)] + TAGS[pick % len(TAGS)]
    name = (None, "Ann", "  ")[pick % 3]
    who = CROWD[pick % len(CROWD)]
    late = BEHIND_S[other % len(BEHIND_S)]
    if other % 4:
        room = ROOMS[pick % 2]
        return who, AskQuestion(text=text, room=room, name=name, locale="es-MX", behind_s=late)
    session = SESSIONS[pick % len(SESSIONS)]
    return who, AskQuestion(text=text, session=session, name=name, behind_s=late)


def _edit(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    question = _question(state, pick, _S.PENDING)
    return _author(state, question), EditQuestion(question=question, text=TEXTS[other % len(TEXTS)])


def _withdraw(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    question = _question(state, pick, _S.PENDING)
    return _author(state, question), WithdrawQuestion(question=question)


def _vote(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    question = _question(state, pick, _S.APPROVED)
    who = CROWD[other % len(CROWD)]
    if other % 3 == 0:
        return who, UnvoteQuestion(question=question)
    return who, UpvoteQuestion(question=question)


def _approve(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    question = _question(state, pick, _S.PENDING)
    asked = state.questions.all.get(question)
    return MOD, ApproveQuestion(question=question, revision=asked.revision if asked else 1)


def _reject(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    reason = (None, "Asked before")[other % 2]
    question = _question(state, pick, _S.PENDING, _S.APPROVED)
    seen = (None, _S.PENDING)[other // 2 % 2]
    return MOD, RejectQuestion(question=question, reason=reason, seen=seen)


def _restore(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    question = _question(state, pick, _S.REJECTED, _S.APPROVED)
    return MOD, RestoreQuestion(question=question, seen=(None, _S.REJECTED)[other % 2])


def _amend(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    question = _question(state, pick, _S.PENDING, _S.APPROVED)
    return MOD, AmendQuestion(question=question, text=TEXTS[other % len(TEXTS)])


def _spotlight(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    who = (MOD, PROD)[other % 2]
    return who, SpotlightQuestion(question=_question(state, pick, _S.APPROVED))


def _unspotlight(_: EventState, pick: int, __: int) -> tuple[Actor, Command]:
    return MOD, UnspotlightQuestion(room=ROOMS[pick % 2])


def _answer(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    reply = (None, "Because.")[other % 2]
    question = _question(state, pick, _S.APPROVED)
    return (MOD, SPEAKER)[pick % 2], AnswerQuestion(question=question, reply=reply)


def _reopen(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    return MOD, ReopenQuestion(question=_question(state, pick, _S.ANSWERED))


def _redact(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    return OWNER, RedactQuestion(question=_question(state, pick))


def _merge(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    if other % 3 == 0:
        return MOD, SplitQuestion(question=_question(state, pick, _S.MERGED))
    into = _question(state, other, _S.MERGED, _S.APPROVED, _S.PENDING)
    return MOD, MergeQuestion(question=_question(state, pick, _S.PENDING, _S.APPROVED), into=into)


def _mark(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    question = _question(state, pick, *(_S.PENDING, _S.APPROVED, _S.ANSWERED))
    asked = state.questions.all.get(question)
    speakers = state.agenda.sessions[asked.session].speakers if asked else ()
    commands: tuple[Command, ...] = (
        LabelQuestion(question=question, labels=(("maps",), ("maps", "data"), ())[pick % 3]),
        StarQuestion(question=question, on=pick % 2 == 0),
        AssignQuestion(question=question, to=choose((None, *speakers), pick)),
        NoteQuestion(question=question, note=("Ask this first.", "Not now.", None)[pick % 3]),
        ClaimQuestion(question=question),
        ReleaseQuestion(question=question),
    )
    return (MOD, OWNER)[pick % 2], commands[other % len(commands)]


def _flag(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    question, who = _question(state, pick, _S.APPROVED, _S.ANSWERED), CROWD[other % len(CROWD)]
    return who, FlagQuestion(question=question) if other % 3 else UnflagQuestion(question=question)


def _queue(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    question = _question(state, pick, _S.APPROVED)
    if other % 5 == 0:
        return MOD, UnqueueQuestion(question=question)
    before = _question(state, other, _S.APPROVED) if other % 2 else None
    return MOD, QueueQuestion(question=question, before=before)


def _stage(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    room = ROOMS[pick % 2]
    lit = state.questions.spotlight.get(room)
    who = (MOD, PROD, SPEAKER)[other % 3]
    if other % 4 == 0:
        return who, PreviousOnStage(room=room, lit=lit)
    return who, NextOnStage(room=room, lit=lit)


def _back(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    decided = sorted(name for name in state.questions.undo if not name.startswith("ghost"))
    question = choose(decided, pick) or QuestionId("none")
    stack = state.questions.undo.get(question, ())
    return MOD, UndoQuestion(question=question, seq=stack[-1].seq if stack else 0)


def _configure(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    commands = (
        ConfigureQuestions(moderation=("before", "after")[pick % 2]),
        ConfigureQuestions(at_end=("keep", "carry", "close")[pick % 3]),
        ConfigureQuestions(slow_s=(0, 60)[pick % 2], names=("optional", "none")[pick % 2]),
        ConfigureQuestions(reasons=pick % 2 == 0, pending_most=3 + pick % 3),
        ConfigureQuestions(words=Map({"en": (("why", "so"), ("then",), ())[pick % 3]})),
        ConfigureQuestions(public_results=pick % 2 == 0),
    )
    return MOD, commands[other % len(commands)]


def _mute(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    who = CROWD[pick % len(CROWD)].id
    for_s = (None, 60)[other % 2]
    return MOD, MuteParticipant(participant=who, on=other % 3 > 0, reason="Rude", for_s=for_s)


def _bulk(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    names = sorted(name for name in state.questions.all if not name.startswith("ghost"))
    chosen = names[pick % 5 : pick % 5 + 4] or [QuestionId("none")]
    do = ("approve", "approve", "reject", "restore", "label", "star")[other % 6]
    items = tuple(
        BulkItem(question=name, revision=found.revision if found else 1)
        for name in chosen
        for found in [state.questions.all.get(name)]
    )
    return MOD, BulkQuestions(do=do, questions=items, labels=("many",), reason="No time")  # type: ignore[arg-type]  # one of the words


def _set(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    opening = tuple(Opening)[other % 3]
    return MOD, SetQuestions(session=SESSIONS[pick % len(SESSIONS)], state=opening)


def _start(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    at = None if other % 3 else state.at - other * 1000
    return PROD, StartSession(session=SESSIONS[pick % len(SESSIONS)], at=at)


def _end(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    at = None if other % 3 else state.at - other * 1000
    return PROD, EndSession(session=_live(state, pick), at=at)


def _next(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    room = ROOMS[pick % 2]
    return PROD, NextSession(room=room, live=state.rundown.clock(room).live)


def _pause(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    session = _live(state, pick)
    if state.rundown.of(session).paused_at is not None:
        return PROD, ResumeSession(session=session)
    return PROD, PauseSession(session=session)


def _extend(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    session = _live(state, pick)
    if other % 4 == 0:
        return PROD, ExtendSession(session=session, until_at=state.at + other * 10_000)
    return PROD, ExtendSession(session=session, by_s=(-300, -60, 60, 300, 1800)[other % 5])


def _skip(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    session = SESSIONS[pick % len(SESSIONS)]
    if other % 3 == 0 or state.rundown.of(session).status.value == "skipped":
        return PROD, RestoreSession(session=session)
    return PROD, SkipSession(session=session)


def _cancel(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    session = SESSIONS[pick % len(SESSIONS)]
    if other % 2:
        return PROD, CancelSession(session=session)
    return PROD, RestoreSession(session=session)


def _correct(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    session = _live(state, pick)
    return PROD, CorrectSession(session=session, started_at=state.at - (other - 10) * 20_000)


def _any_session(state: EventState, number: int) -> SessionId:
    return sorted(state.agenda.sessions)[number % len(state.agenda.sessions)]


def _retime(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    name = _live(state, pick) if other % 4 == 0 else _any_session(state, pick)
    planned = state.agenda.sessions[name]
    start_at = None if other % 4 == 0 else planned.start_at + (pick - 15) * 300_000
    duration_s = (None, 60, 420, 1800, 3600)[other % 5]
    move_end = pick % 2 == 0
    return PROD, RetimeSession(
        session=name, start_at=start_at, duration_s=duration_s, move_end=move_end
    )


def _reorder(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    room = ROOMS[pick % 2]
    order = state.agenda.running_order(room) or SESSIONS
    before = None if other % 5 == 0 else choose(order, other)
    return PROD, ReorderSession(session=choose(order, pick) or SESSIONS[0], before=before)


PEOPLE = (
    (),
    (SpeakerWish(name="Ada"),),
    (SpeakerWish(name="Ada", id=ADA, role="Countess"),),
    (SpeakerWish(name="Joan", role="Coder", affiliation="Home"), SpeakerWish(name="Grace")),
    (SpeakerWish(name="Joan", role="Boss"),),
)


def _insert(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    room = ROOMS[pick % 2]
    order = state.agenda.running_order(room)
    return PROD, InsertSession(
        room=room,
        title="Something else",
        duration_s=(300, 600, 3600)[other % 3],
        kind=(Kind.SESSION, Kind.BREAK)[other % 2],
        before=choose(order, pick) if other % 4 == 0 else None,
        start_at=state.at + pick * 300_000 if other % 4 == 1 else None,
        speakers=PEOPLE[other % len(PEOPLE)],
    )


def _change(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    name = _any_session(state, pick)
    commands = (
        EditSession(session=name, title="Other words", kind=Kind.PANEL),
        EditSession(session=name, speakers=PEOPLE[pick % len(PEOPLE)]),
        EditSession(session=name, room=ROOMS[pick % 2], speakers=PEOPLE[other % len(PEOPLE)]),
        EditSession(session=name, fixed_end=pick % 2 == 0, min_duration_s=(0, 300)[pick % 2]),
        EditSession(session=name, may_start_early=pick % 3 == 0, abstract=("", "Text")[pick % 2]),
    )
    return PROD, commands[other % len(commands)]


def _follow(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    return PROD, FollowClock(room=ROOMS[pick % 2], on=other % 3 > 0)


WORDS = ("maps", "Maps", "open data", "caf\u00e9", "MAPS", "caf\u00e9s", "ma\u00dfe", "\u212b")


def _poll(state: EventState, pick: int, *statuses: PollStatus) -> PollId:
    """A poll, of one of `statuses` where there is one; ghosts are not for everybody."""
    names = sorted(name for name in state.polls.all if not name.startswith("ghost"))
    fitting = [name for name in names if state.polls.all[name].status in statuses]
    return choose(fitting, pick) or choose(names, pick) or PollId("none")


def _poll_make(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    kind = tuple(PollKind)[pick % 5]
    return (MOD, PROD)[other % 2], CreatePoll(
        kind=kind,
        title=TEXTS[other % len(TEXTS)],
        room=ROOMS[pick % 2] if other % 3 else None,
        session=None if other % 3 else SESSIONS[pick % len(SESSIONS)],
        options=("Yes", "No", "Perhaps") if kind.has_options else (),
        results=tuple(ResultsWhen)[other % 3],
    )


def _poll_open(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    if other % 5 == 0:
        return MOD, ReopenPoll(poll=_poll(state, pick, PollStatus.CLOSED))
    return MOD, OpenPoll(poll=_poll(state, pick, PollStatus.DRAFT))


def _poll_close(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    return PROD, ClosePoll(poll=_poll(state, pick, PollStatus.OPEN))


def _poll_answer(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    late = BEHIND_S[pick % len(BEHIND_S)]
    closed = () if late is None else (PollStatus.CLOSED,)
    name = _poll(state, other // 5, PollStatus.OPEN, *closed)
    who = CROWD[pick % len(CROWD)]
    poll = state.polls.all.get(name)
    if poll is None or other % 7 == 0:
        return who, WithdrawAnswer(poll=name, behind_s=late)
    if poll.kind is PollKind.RATING:
        return who, AnswerPoll(poll=name, rating=1 + other % 5, behind_s=late)
    if poll.kind is PollKind.WORDS:
        words = WORDS[other % 8 : other % 8 + 1 + pick % 3]
        return who, AnswerPoll(poll=name, words=words, behind_s=late)
    ids = [option.id for option in poll.options]
    start = other % len(ids)
    turned = (*ids[start:], *ids[:start])
    chosen = turned[: 1 if poll.kind is PollKind.CHOICE else 1 + pick % 3]
    return who, AnswerPoll(poll=name, choices=chosen, behind_s=late)


def _poll_show(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    if other % 4 == 0:
        return PROD, HidePoll(room=ROOMS[pick % 2])
    return MOD, ShowPoll(poll=_poll(state, pick, PollStatus.OPEN, PollStatus.CLOSED))


def _poll_change(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    name = _poll(state, pick, PollStatus.OPEN, PollStatus.CLOSED)
    commands: tuple[Command, ...] = (
        RevealPoll(poll=name, on=other % 2 == 0),
        HideWord(poll=name, word=WORDS[pick % 8], on=other % 3 > 0),
        HideWord(poll=name, word=WORDS[pick % 8], on=other % 2 == 0),
        EditPoll(poll=name, title="Other words", results=tuple(ResultsWhen)[pick % 3]),
        EditPoll(poll=name, options=("No", "Never", "Yes", "Ever")[: 2 + other % 3]),
        RemovePoll(poll=name),
    )
    return MOD, commands[other % len(commands)]


def _applause(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    counts = Map({REACTIONS[pick % 5]: 1 + other})
    return CLOCK, CountReactions(room=ROOMS[other % 2], counts=counts)


def _message(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    names = sorted(state.messages)
    if names and other % 3 == 0:
        return PROD, ClearMessage(message=choose(names, pick) or MessageId("none"))
    if names and other % 3 == 1:
        return SPEAKER, AcknowledgeMessage(message=choose(names, pick) or MessageId("none"))
    to: tuple[To, ...] = ("screens", "speakers", "participants")
    room = (None, *ROOMS)[pick % 3]
    for_s = (None, 20, 90)[other % 3]
    return PROD, ShowMessage(to=to[other % 3], text=TEXTS[pick % 4], room=room, for_s=for_s)


def _stream(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    room = ROOMS[pick % 2]
    ahead = state.streams.of(room).ahead
    if ahead and other % 5 == 0:
        return PROD, UnscheduleStream(room=room, at=ahead[pick % len(ahead)].at)
    sources = (
        SourceWish(url="https://example.org/en.m3u8", language="en"),
        SourceWish(url="https://youtu.be/x", label="Otra"),
    )[: pick % 3]
    at = (None, state.at + 20_000, state.at + 300_000)[other % 3]
    commands: tuple[Command, ...] = (
        SetStream(room=room, sources=sources, slate=(None, "Soon")[other % 2], at=at),
        TuneStream(room=room, clock_offset_s=(None, -3600.5)[pick % 2], late_s=other),
        TuneStream(room=room, grace_s=(None, 0, 10)[pick % 3]),
        SetRecording(room=room, url=(None, "/day.mp4")[pick % 2], started_at=state.at),
    )
    return (PROD, OWNER)[pick % 2], commands[other % len(commands)]


def _recording(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    session = _any_session(state, pick)
    room = state.agenda.sessions[session].room
    url = (None, "https://example.org/talk.m3u8")[other % 2]
    return PROD, SetRecording(room=room, session=session, url=url, started_at=state.at)


def _undo(state: EventState, pick: int, _: int) -> tuple[Actor, Command]:
    room = ROOMS[pick % 2]
    stack = state.rundown.clock(room).undo
    return PROD, UndoRundown(room=room, seq=stack[-1].seq if stack else 0)


def _display(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    names = sorted(state.displays)
    layout = tuple(Layout)[other % len(Layout)]
    if not names or other % 5 == 0:
        room = ROOMS[pick % 2]
        return PROD, PairDisplay(code="ABCD2345", name="Door", room=room, layout=layout)
    name = choose(names, pick) or DisplayId("none")
    commands: tuple[Command, ...] = (
        AssignDisplay(display=name, room=ROOMS[other % 2], layout=layout),
        AssignDisplay(display=name, options=OptionsWish(qr=pick % 2 == 0, languages=("es",))),
        IdentifyDisplay(display=name),
        BlackoutDisplay(display=name, on=pick % 2 == 0),
        RemoveDisplay(display=name),
    )
    return PROD, commands[other % len(commands)]


def _replace(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    """Another version: of some sessions the title, the time, the room or the people are others."""
    agenda, number = AGENDA, pick % len(SESSIONS)
    one = agenda.sessions[sorted(agenda.sessions)[number]]
    versions = (
        replace(one, title=f"{one.title} (again)"),
        replace(one, id=SessionId(f"x{pick % 3}"), start_at=one.start_at + other * 60_000),
        replace(one, room=ROOMS[pick % 2], uid="kept"),
        replace(one, id=SessionId("y"), title="Something new", speakers=()),
        replace(one, duration_s=one.duration_s + 60, recorded=False),
        None,
    )
    version = versions[other % len(versions)]
    sessions = agenda.sessions.delete(one.id)
    if version is not None:
        sessions = sessions.set(version.id, version)
    changed = replace(agenda, title=("Small event", "Greater")[pick % 2], sessions=sessions)
    changed = replace(changed, order=in_order(changed.sessions))
    if other % 7 == 0 and state.agenda.sessions:
        changed = state.agenda
    of = (None, "v1", "v2")[other % 3]
    return OWNER, ReplaceAgenda(agenda=changed, touch_live=pick % 3 > 0, version=of)


def _watch(_: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    """Watch one of two addresses, otherwise, or none; or leave a version alone."""
    if other % 3 == 0:
        return OWNER, LeaveAgenda(version=("v1", "v2")[pick % 2])
    urls = ("https://quay.example/a.ics", "https://quay.example/b.ics", None)
    return OWNER, WatchAgenda(url=urls[pick % 3], every_min=5 + other, by_itself=pick % 2 == 0)


def _link(state: EventState, pick: int, other: int) -> tuple[Actor, Command]:
    names = sorted(state.links)
    if names and other % 2:
        return OWNER, RevokeLink(link=choose(names, pick) or LinkId("none"))
    if other % 5 == 0:
        return CROWD[pick % len(CROWD)], UseLink(token="whatever")
    if other % 3 == 1:
        return OWNER, CreateLink(role=Role.PARTICIPANT, uses=None if pick % 4 == 0 else 2)
    if other % 3:
        return OWNER, CreateLink(role=Role.MODERATOR, expires_at=state.at + 1 + pick * 1000)
    return OWNER, CreateLink(role=Role.SPEAKER, name="Ada", speaker=ADA)


MAKERS: dict[str, Maker] = {
    "ask": _ask,
    "edit": _edit,
    "withdraw": _withdraw,
    "vote": _vote,
    "approve": _approve,
    "reject": _reject,
    "restore": _restore,
    "amend": _amend,
    "spotlight": _spotlight,
    "unspotlight": _unspotlight,
    "answer": _answer,
    "reopen": _reopen,
    "redact": _redact,
    "merge": _merge,
    "mark": _mark,
    "flag": _flag,
    "queue": _queue,
    "stage": _stage,
    "back": _back,
    "configure": _configure,
    "mute": _mute,
    "bulk": _bulk,
    "set": _set,
    "poll make": _poll_make,
    "poll open": _poll_open,
    "poll answer": _poll_answer,
    "poll show": _poll_show,
    "poll close": _poll_close,
    "poll change": _poll_change,
    "applause": _applause,
    "start": _start,
    "end": _end,
    "next": _next,
    "pause": _pause,
    "extend": _extend,
    "skip": _skip,
    "cancel": _cancel,
    "correct": _correct,
    "retime": _retime,
    "reorder": _reorder,
    "insert": _insert,
    "change": _change,
    "follow": _follow,
    "message": _message,
    "stream": _stream,
    "recording": _recording,
    "undo": _undo,
    "display": _display,
    "replace": _replace,
    "watch": _watch,
    "link": _link,
}
_COMMON = [*["ask"] * 6, *["approve"] * 5, *["vote"] * 5, *["spotlight"] * 3, "next", "start"]
_POLLS = ["poll make", "poll make", "poll open", "poll open", *["poll answer"] * 4]
_COMMON += [*["queue"] * 3, *["stage"] * 3, *["merge"] * 3, *["back"] * 4, "mark", "next", "undo"]
_SHORT_S = (0, 0, 0, 1, 1, 5, 20, 20, 20, 60, 61, 61, 120, 300, 300, 420, 900)
GAPS_S = (*_SHORT_S * 6, 1800, 4 * 3600)

STEPS = st.builds(
    Step,
    after_s=st.sampled_from(GAPS_S),
    what=st.sampled_from(_COMMON + _POLLS + list(MAKERS)),
    pick=st.integers(0, 30),
    other=st.integers(0, 30),
)
PRODUCING = st.builds(
    Step,
    after_s=st.sampled_from(GAPS_S),
    what=st.sampled_from(
        [
            *["start", "end", "next", "next", "next", "pause", "extend", "skip", "undo", "cancel"],
            *["correct", "retime", "reorder", "insert", "change", "change", "follow", "undo"],
        ]
    ),
    pick=st.integers(0, 30),
    other=st.integers(0, 30),
)
HISTORIES = st.lists(STEPS, max_size=8) | st.lists(STEPS, min_size=25, max_size=60)
RUNNINGS = st.lists(PRODUCING, max_size=8) | st.lists(PRODUCING, min_size=15, max_size=40)
STARTS = st.sampled_from(
    [
        *["08:50", "06:00", "busy", "busy", "busy", "10:20", "2026-06-22T01:00"],
        *["carry", "close", "after"],
    ]
)
POLICIES = {
    "busy": QuestionPolicy(),
    "carry": QuestionPolicy(at_end="carry", reasons=True),
    "close": QuestionPolicy(at_end="close", words=Map({"en": ("why", "and what")})),
    "after": QuestionPolicy(at_end="carry", moderation="after"),
}
BUSY = [
    Step(0, "next", 0, 0),
    *(Step(10, "ask", number, 1) for number in range(0, 12, 2)),
    *(Step(5, "approve", number, 0) for number in range(4)),
    *(Step(1, "vote", number, number + 1) for number in range(6)),
    Step(5, "answer", 0, 1),
    Step(5, "spotlight", 0, 0),
    *(Step(0, "poll make", kind, 1 + kind) for kind in range(5)),
    *(Step(1, "poll open", number, 1) for number in range(4)),
    *(Step(0, "poll answer", number, 1 + 3 * number) for number in range(9)),
    Step(5, "queue", 1, 0),
]


def begun(start: str) -> Rehearsal:
    """The small event at the time of day that is said, or under a policy, in use already."""
    if start not in POLICIES:
        return Rehearsal.of(AGENDA, start)
    show = Rehearsal.of(AGENDA, "08:00", POLICIES[start]).at("09:00")
    for step in BUSY:
        play(show, step)
    return show


def play(show: Rehearsal, step: Step) -> bool:
    """Carry `step` out, if the event lets it; ticks come when they are due."""
    show.until(show.now + step.after_s * 1000)
    actor, command = MAKERS[step.what](show.state, step.pick, step.other)
    try:
        show.do(command, actor, f"{step.what}{show.state.seq}")
    except Rejected:
        return False
    return True
