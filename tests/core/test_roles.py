"""Every role, every command, every status: what happens, by a table written by hand.

The table below is what the domain says, not what the code does. Each cell is either `ok` or the
code of the refusal.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from rehearsal import ADA, GRACE, MAIN, TALK, Rehearsal, small_agenda

from streamhub.core.displays import (
    AssignDisplay,
    BlackoutDisplay,
    IdentifyDisplay,
    Layout,
    PairDisplay,
    RemoveDisplay,
)
from streamhub.core.errors import Rejected
from streamhub.core.event import COMMAND_TYPES, Command, EventState, Given, Tick, decide
from streamhub.core.event import admit as enter
from streamhub.core.ids import ActorId, DisplayId, LinkId, MessageId, PollId, QuestionId
from streamhub.core.links import CreateLink, RevokeLink, UseLink
from streamhub.core.messages import AcknowledgeMessage, ClearMessage, ShowMessage
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
from streamhub.core.reactions import CountReactions, Reaction, SendReaction
from streamhub.core.replacing import ReplaceAgenda
from streamhub.core.roles import Actor, Role, admit
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
    Progress,
    ReorderSession,
    RestoreSession,
    ResumeSession,
    RetimeSession,
    Run,
    SkipSession,
    StartSession,
    Status,
    UndoRundown,
)
from streamhub.core.streams import SetRecording, SetStream, TuneStream, UnscheduleStream
from streamhub.core.table import Map
from streamhub.core.views import View
from streamhub.core.watched import LeaveAgenda, WatchAgenda

WHO: dict[str, str] = {
    # command: the roles that may issue it (P participant, M moderator, R producer, S speaker,
    # D display, O organiser, C the clock itself)
    "question.ask": "P",
    "question.edit": "P",
    "question.withdraw": "P",
    "question.upvote": "P",
    "question.unvote": "P",
    "question.approve": "MO",
    "question.reject": "MO",
    "question.restore": "MO",
    "question.amend": "MO",
    "question.spotlight": "MRO",
    "question.unspotlight": "MRO",
    "question.answer": "MSO",
    "question.reopen": "MSO",
    "question.redact": "O",
    "question.merge": "MO",
    "question.split": "MO",
    "question.label": "MO",
    "question.star": "MO",
    "question.assign": "MO",
    "question.note": "MO",
    "question.claim": "MO",
    "question.release": "MO",
    "question.queue": "MO",
    "question.unqueue": "MO",
    "question.flag": "P",
    "question.unflag": "P",
    "question.undo": "MO",
    "stage.next": "MRSO",
    "stage.previous": "MRSO",
    "questions.set": "MRO",
    "poll.create": "MRO",
    "poll.edit": "MRO",
    "poll.open": "MRO",
    "poll.close": "MRO",
    "poll.reopen": "MRO",
    "poll.show": "MRO",
    "poll.hide": "MRO",
    "poll.reveal": "MRO",
    "poll.remove": "MRO",
    "poll.answer": "P",
    "poll.withdraw": "P",
    "poll.word": "MRO",
    "reaction.send": "P",
    "questions.configure": "MO",
    "questions.bulk": "MO",
    "participant.mute": "MO",
    "stream.set": "RO",
    "stream.unschedule": "RO",
    "stream.tune": "RO",
    "recording.set": "RO",
    "session.start": "RO",
    "session.end": "RO",
    "session.next": "RO",
    "session.pause": "RO",
    "session.resume": "RO",
    "session.extend": "RO",
    "session.skip": "RO",
    "session.restore": "RO",
    "session.cancel": "RO",
    "session.correct": "RO",
    "session.retime": "RO",
    "session.reorder": "RO",
    "session.insert": "RO",
    "session.edit": "RO",
    "rundown.follow": "RO",
    "rundown.undo": "RO",
    "message.show": "MRO",
    "message.clear": "MRO",
    "message.acknowledge": "S",
    "display.pair": "RO",
    "display.assign": "RO",
    "display.identify": "RO",
    "display.blackout": "RO",
    "display.remove": "RO",
    "agenda.replace": "OC",
    "agenda.watch": "O",
    "agenda.leave": "O",
    "link.create": "O",
    "link.revoke": "O",
    "link.use": "P",
    "reactions.count": "C",
    "clock.tick": "C",
}
LETTER = {
    Role.PARTICIPANT: "P",
    Role.MODERATOR: "M",
    Role.PRODUCER: "R",
    Role.SPEAKER: "S",
    Role.DISPLAY: "D",
    Role.ORGANISER: "O",
    Role.SYSTEM: "C",
}

HIDDEN = {"pending", "rejected", "withdrawn", "merged", "redacted"}
EVERY = HIDDEN | {"approved", "answered"}
QUESTION: dict[str, set[str]] = {
    # command: the statuses of a question in which it is carried out
    "question.edit": {"pending"},
    "question.withdraw": {"pending"},
    "question.upvote": {"approved"},
    "question.unvote": {"approved"},
    "question.approve": {"pending"},
    "question.reject": {"pending", "approved"},
    "question.restore": {"rejected", "approved"},
    "question.amend": {"pending", "approved"},
    "question.spotlight": {"approved"},
    "question.answer": {"approved"},
    "question.reopen": {"answered"},
    "question.redact": EVERY,
    "question.merge": {"pending", "approved"},
    "question.split": {"merged"},
    "question.label": {"pending", "approved", "answered", "rejected", "merged"},
    "question.star": {"pending", "approved", "answered", "rejected", "merged"},
    "question.assign": {"pending", "approved", "answered", "rejected"},
    "question.note": {"pending", "approved", "answered", "rejected"},
    "question.claim": {"pending", "approved", "answered", "rejected"},
    "question.release": EVERY,
    "question.queue": {"approved"},
    "question.unqueue": EVERY,
    "question.flag": {"approved", "answered"},
    "question.unflag": {"approved", "answered"},
    "question.undo": {"pending", "approved", "answered", "rejected", "merged"},
}
SESSION: dict[str, dict[str, str]] = {
    # command: what it comes to in each status of its session
    "session.start": {
        "scheduled": "ok",
        "live": "session.already_live",
        "paused": "session.already_live",
        "ended": "ok",
        "skipped": "session.not_scheduled",
        "cancelled": "session.not_scheduled",
    },
    "session.end": {
        "scheduled": "session.not_live",
        "live": "ok",
        "paused": "ok",
        "ended": "session.not_live",
        "skipped": "session.not_live",
        "cancelled": "session.not_live",
    },
    "session.pause": {
        "scheduled": "session.not_live",
        "live": "ok",
        "paused": "session.already_paused",
        "ended": "session.not_live",
        "skipped": "session.not_live",
        "cancelled": "session.not_live",
    },
    "session.resume": {
        "scheduled": "session.not_paused",
        "live": "session.not_paused",
        "paused": "ok",
        "ended": "session.not_paused",
        "skipped": "session.not_paused",
        "cancelled": "session.not_paused",
    },
    "session.extend": {
        "scheduled": "session.not_live",
        "live": "ok",
        "paused": "ok",
        "ended": "session.not_live",
        "skipped": "session.not_live",
        "cancelled": "session.not_live",
    },
    "session.skip": {
        "scheduled": "ok",
        "live": "session.not_scheduled",
        "paused": "session.not_scheduled",
        "ended": "session.not_scheduled",
        "skipped": "session.not_scheduled",
        "cancelled": "session.not_scheduled",
    },
    "session.restore": {
        "scheduled": "session.not_skipped",
        "live": "session.not_skipped",
        "paused": "session.not_skipped",
        "ended": "session.not_skipped",
        "skipped": "ok",
        "cancelled": "ok",
    },
    "session.cancel": {
        "scheduled": "ok",
        "live": "session.not_scheduled",
        "paused": "session.not_scheduled",
        "ended": "session.not_scheduled",
        "skipped": "ok",
        "cancelled": "session.not_scheduled",
    },
    "session.correct": {
        "scheduled": "session.not_live",
        "live": "ok",
        "paused": "ok",
        "ended": "ok",
        "skipped": "session.not_live",
        "cancelled": "session.not_live",
    },
    "session.retime": {
        "scheduled": "ok",
        "live": "ok",
        "paused": "ok",
        "ended": "session.not_scheduled",
        "skipped": "ok",
        "cancelled": "ok",
    },
    "session.reorder": {
        "scheduled": "ok",
        "live": "session.already_ran",
        "paused": "session.already_ran",
        "ended": "session.already_ran",
        "skipped": "ok",
        "cancelled": "ok",
    },
    "session.edit": {
        "scheduled": "ok",
        "live": "ok",
        "paused": "ok",
        "ended": "ok",
        "skipped": "ok",
        "cancelled": "ok",
    },
}
POLL: dict[str, dict[str, str]] = {
    # command: what it comes to in each status of its poll
    "poll.edit": {"draft": "ok", "open": "ok", "closed": "ok"},
    "poll.open": {"draft": "ok", "open": "poll.wrong_status", "closed": "poll.wrong_status"},
    "poll.close": {"draft": "poll.wrong_status", "open": "ok", "closed": "poll.wrong_status"},
    "poll.reopen": {"draft": "poll.wrong_status", "open": "poll.wrong_status", "closed": "ok"},
    "poll.show": {"draft": "poll.wrong_status", "open": "ok", "closed": "ok"},
    "poll.reveal": {"draft": "poll.wrong_status", "open": "ok", "closed": "ok"},
    "poll.remove": {"draft": "ok", "open": "ok", "closed": "ok"},
    "poll.answer": {"draft": "poll.unknown", "open": "ok", "closed": "poll.closed"},
    "poll.withdraw": {"draft": "poll.unknown", "open": "ok", "closed": "poll.closed"},
    "poll.word": {"draft": "poll.wrong_status", "open": "ok", "closed": "ok"},
}
OTHER: dict[str, dict[str, str]] = {
    # command: what it comes to where its thing is there, and where it is not
    "display.assign": {"there": "ok", "gone": "display.unknown"},
    "display.identify": {"there": "ok", "gone": "display.unknown"},
    "display.blackout": {"there": "ok", "gone": "display.unknown"},
    "display.remove": {"there": "ok", "gone": "display.unknown"},
    "link.revoke": {"there": "ok", "gone": "link.unknown"},
    "link.use": {"there": "ok", "gone": "token.invalid"},
    "rundown.undo": {"there": "ok", "gone": "rundown.nothing_to_undo"},
    "message.clear": {"there": "ok", "gone": "message.unknown"},
    "stream.unschedule": {"there": "ok", "gone": "stream.unknown"},
    "message.acknowledge": {"there": "ok", "gone": "message.unknown"},
}
STAGE: dict[str, dict[str, str]] = {
    # command: what it comes to where a question is on the screens, and where none is or comes
    "stage.next": {"lit": "ok", "dark": "stage.empty"},
    "stage.previous": {"lit": "ok", "dark": "stage.empty"},
}
ALWAYS = {
    "question.ask",
    "question.unspotlight",
    "questions.set",
    "poll.create",
    "poll.hide",
    "reaction.send",
    "reactions.count",
    "stream.set",
    "stream.tune",
    "recording.set",
    "questions.configure",
    "questions.bulk",
    "participant.mute",
    "session.next",
    "session.insert",
    "rundown.follow",
    "message.show",
    "agenda.replace",
    "agenda.watch",
    "agenda.leave",
    "display.pair",
    "link.create",
    "clock.tick",
}

HEART: dict[Reaction, int] = {"heart": 1}
AUTHOR = ActorId("author")
Q, P, V = QuestionId("q"), QuestionId("p"), PollId("v")
COMMANDS: dict[str, Callable[[EventState], Command]] = {
    "question.ask": lambda _: AskQuestion(text="And why not?", session=TALK),
    "question.edit": lambda _: EditQuestion(question=Q, text="Why really not?"),
    "question.withdraw": lambda _: WithdrawQuestion(question=Q),
    "question.upvote": lambda _: UpvoteQuestion(question=Q),
    "question.unvote": lambda _: UnvoteQuestion(question=Q),
    "question.approve": lambda _: ApproveQuestion(question=Q, revision=1),
    "question.reject": lambda _: RejectQuestion(question=Q),
    "question.restore": lambda _: RestoreQuestion(question=Q),
    "question.amend": lambda _: AmendQuestion(question=Q, text="Why really not?"),
    "question.spotlight": lambda _: SpotlightQuestion(question=Q),
    "question.unspotlight": lambda _: UnspotlightQuestion(room=MAIN),
    "question.answer": lambda _: AnswerQuestion(question=Q),
    "question.reopen": lambda _: ReopenQuestion(question=Q),
    "question.redact": lambda _: RedactQuestion(question=Q),
    "question.merge": lambda _: MergeQuestion(question=Q, into=P),
    "question.split": lambda _: SplitQuestion(question=Q),
    "question.label": lambda _: LabelQuestion(question=Q, labels=("new",)),
    "question.star": lambda _: StarQuestion(question=Q, on=True),
    "question.assign": lambda _: AssignQuestion(question=Q, to=ADA),
    "question.note": lambda _: NoteQuestion(question=Q, note="Ask this first."),
    "question.claim": lambda _: ClaimQuestion(question=Q),
    "question.release": lambda _: ReleaseQuestion(question=Q),
    "question.queue": lambda _: QueueQuestion(question=Q),
    "question.unqueue": lambda _: UnqueueQuestion(question=Q),
    "question.flag": lambda _: FlagQuestion(question=Q),
    "question.unflag": lambda _: UnflagQuestion(question=Q),
    "question.undo": lambda state: UndoQuestion(
        question=Q, seq=([0] + [step.seq for step in state.questions.undo.get(Q, ())])[-1]
    ),
    "stage.next": lambda state: NextOnStage(room=MAIN, lit=state.questions.spotlight.get(MAIN)),
    "stage.previous": lambda state: PreviousOnStage(
        room=MAIN, lit=state.questions.spotlight.get(MAIN)
    ),
    "questions.configure": lambda _: ConfigureQuestions(names="none"),
    "questions.bulk": lambda _: BulkQuestions(do="star", questions=(BulkItem(question=Q),)),
    "participant.mute": lambda _: MuteParticipant(participant=AUTHOR, on=True),
    "questions.set": lambda _: SetQuestions(session=TALK, state=Opening.CLOSED),
    "poll.create": lambda _: CreatePoll(kind=PollKind.RATING, title="How was it?", room=MAIN),
    "poll.edit": lambda _: EditPoll(poll=V, title="And how was it?"),
    "poll.open": lambda _: OpenPoll(poll=V),
    "poll.close": lambda _: ClosePoll(poll=V),
    "poll.reopen": lambda _: ReopenPoll(poll=V),
    "poll.show": lambda _: ShowPoll(poll=V),
    "poll.hide": lambda _: HidePoll(room=MAIN),
    "poll.reveal": lambda _: RevealPoll(poll=V, on=True),
    "poll.remove": lambda _: RemovePoll(poll=V),
    "poll.answer": lambda _: AnswerPoll(poll=V, words=("well",)),
    "poll.withdraw": lambda _: WithdrawAnswer(poll=V),
    "poll.word": lambda _: HideWord(poll=V, word="badly", on=True),
    "reaction.send": lambda _: SendReaction(room=MAIN, kind="applause"),
    "reactions.count": lambda _: CountReactions(room=MAIN, counts=Map(HEART)),
    "stream.set": lambda _: SetStream(room=MAIN, sources=(), slate="Back at ten"),
    "stream.unschedule": lambda state: UnscheduleStream(room=MAIN, at=state.agenda.ends_at),
    "stream.tune": lambda _: TuneStream(room=MAIN, clock_offset_s=1.5),
    "recording.set": lambda state: SetRecording(
        room=MAIN, url="https://example.org/main.mp4", started_at=state.at
    ),
    "session.start": lambda _: StartSession(session=TALK),
    "session.end": lambda _: EndSession(session=TALK),
    "session.next": lambda state: NextSession(room=MAIN, live=state.rundown.clock(MAIN).live),
    "session.pause": lambda _: PauseSession(session=TALK),
    "session.resume": lambda _: ResumeSession(session=TALK),
    "session.extend": lambda _: ExtendSession(session=TALK, by_s=60),
    "session.skip": lambda _: SkipSession(session=TALK),
    "session.restore": lambda _: RestoreSession(session=TALK),
    "session.cancel": lambda _: CancelSession(session=TALK),
    "session.correct": lambda state: CorrectSession(session=TALK, started_at=state.at),
    "session.retime": lambda _: RetimeSession(session=TALK, duration_s=60),
    "session.reorder": lambda _: ReorderSession(session=TALK),
    "session.insert": lambda _: InsertSession(room=MAIN, title="More", duration_s=60),
    "session.edit": lambda _: EditSession(session=TALK, title="Other words"),
    "rundown.follow": lambda _: FollowClock(room=MAIN, on=True),
    "message.show": lambda _: ShowMessage(to="speakers", text="Please end."),
    "message.clear": lambda _: ClearMessage(message=MessageId("m")),
    "message.acknowledge": lambda _: AcknowledgeMessage(message=MessageId("m")),
    "rundown.undo": lambda state: UndoRundown(
        room=MAIN, seq=([0] + [step.seq for step in state.rundown.clock(MAIN).undo])[-1]
    ),
    "display.pair": lambda _: PairDisplay(
        code="ABCD2345", name="Wall", room=MAIN, layout=Layout.NOW_NEXT
    ),
    "display.assign": lambda _: AssignDisplay(display=DisplayId("d"), name="Wall"),
    "display.identify": lambda _: IdentifyDisplay(display=DisplayId("d")),
    "display.blackout": lambda _: BlackoutDisplay(display=DisplayId("d"), on=True),
    "display.remove": lambda _: RemoveDisplay(display=DisplayId("d")),
    "agenda.replace": lambda _: ReplaceAgenda(agenda=replace(small_agenda(), title="Another")),
    "agenda.watch": lambda _: WatchAgenda(url="https://quay.example/agenda.ics"),
    "agenda.leave": lambda _: LeaveAgenda(version="v1"),
    "link.create": lambda _: CreateLink(role=Role.MODERATOR),
    "link.revoke": lambda _: RevokeLink(link=LinkId("l")),
    "link.use": lambda _: UseLink(token="whatever"),
    "clock.tick": lambda _: Tick(),
}


def stage(
    *,
    session: Status = Status.SCHEDULED,
    question: QuestionStatus = QuestionStatus.PENDING,
    poll: PollStatus = PollStatus.DRAFT,
    there: bool = True,
) -> EventState:
    """A state in which the talk and its question stand as said, and other things are there."""
    show = Rehearsal.of().at("09:20")
    author = Actor(id=AUTHOR, role=Role.PARTICIPANT)
    owner = Actor(id=ActorId("owner"), role=Role.ORGANISER)
    show.do(SetQuestions(session=TALK, state=Opening.OPEN), owner)
    show.do(AskQuestion(text="Why not?", session=TALK), author, "q")
    show.do(LabelQuestion(question=Q, labels=("old",)), owner)
    other = Actor(id=ActorId("other"), role=Role.PARTICIPANT)
    show.do(AskQuestion(text="Why then?", session=TALK), other, "p")
    show.do(ApproveQuestion(question=P, revision=1), owner)
    if there:
        show.do(CreateLink(role=Role.MODERATOR), owner, "l")
        invite = Given(at=show.now, fresh="i", secret_hash="another")
        show.keep(decide(show.state, CreateLink(role=Role.PARTICIPANT, uses=9), owner, invite))
        show.do(ShowMessage(to="speakers", text="Please end."), owner, "m")
        show.do(SetStream(room=MAIN, sources=(), at=show.state.agenda.ends_at), owner)
        pair = PairDisplay(code="ABCD2345", name="Door", room=MAIN, layout=Layout.QUESTIONS)
        show.do(pair, owner, "d")
    if there:
        show.do(StartSession(session=TALK))
    show.do(CreatePoll(kind=PollKind.WORDS, title="How was it?", room=MAIN), owner, "v")
    state = show.state
    made = replace(state.polls.all[V], status=poll)
    voted = replace(state.polls, all=state.polls.all.set(V, made))
    run = Run(started_at=show.now, cause="start", ended_at=show.now)
    ran = (replace(run, ended_at=None),) if session.on_air else (run,)
    progress = Progress(
        status=session,
        runs=ran if session.on_air or session is Status.ENDED else (),
        paused_at=show.now if session is Status.PAUSED else None,
    )
    clock = replace(state.rundown.clock(MAIN), live=TALK if session.on_air else None)
    rundown = replace(
        state.rundown,
        progress=state.rundown.progress.set(TALK, progress),
        clocks=state.rundown.clocks.set(MAIN, clock),
    )
    asked = replace(state.questions.all[Q], status=question)
    questions = state.questions
    if question is QuestionStatus.MERGED:
        asked = replace(asked, merged_into=P, merged_from=QuestionStatus.PENDING)
        questions = replace(questions, merged=questions.merged.set(P, (Q,)))
    questions = replace(questions, all=questions.all.set(Q, asked))
    return replace(state, rundown=rundown, questions=questions, polls=voted)


def on_stage(*, lit: bool) -> EventState:
    """The talk is on air, with a question on the screens or none."""
    show = Rehearsal.of().at("09:30")
    owner = Actor(id=ActorId("owner"), role=Role.ORGANISER)
    show.do(StartSession(session=TALK), owner)
    show.do(
        AskQuestion(text="Why not?", session=TALK), Actor(id=AUTHOR, role=Role.PARTICIPANT), "q"
    )
    show.do(ApproveQuestion(question=Q, revision=1), owner)
    if lit:
        show.do(SpotlightQuestion(question=Q), owner)
    return show.state


def outcome(state: EventState, name: str, actor: Actor) -> str:
    given = Given(at=state.at, fresh="fresh", secret_hash="another")
    try:
        decide(state, COMMANDS[name](state), actor, given)
    except Rejected as refused:
        return refused.code
    return "ok"


def expected(  # noqa: PLR0911 - one line for each table
    name: str,
    role: Role,
    own: bool,  # noqa: FBT001 - a case of the table
    status: str,
) -> str:
    if LETTER[role] not in WHO[name]:
        return "command.forbidden"
    if name in ALWAYS:
        return "ok"
    if name in SESSION:
        return SESSION[name][status]
    if name in POLL:
        return POLL[name][status]
    if name in OTHER:
        return OTHER[name][status]
    if name in STAGE:
        return STAGE[name][status] if own else "command.forbidden"
    if role is Role.PARTICIPANT and not own:
        if status in HIDDEN:
            return "question.unknown"
        if name in {"question.edit", "question.withdraw"}:
            return "question.not_yours"
    if role is Role.SPEAKER:
        if status in HIDDEN:
            return "question.unknown"
        if not own:
            return "command.forbidden"
    return "ok" if status in QUESTION[name] else "question.wrong_status"


def actors(role: Role) -> list[tuple[bool, Actor]]:
    """Those of a role who own what the command is about, and those who do not."""
    if role is Role.PARTICIPANT:
        return [
            (own, Actor(id=AUTHOR if own else ActorId("x"), role=role)) for own in (True, False)
        ]
    if role is Role.SPEAKER:
        people = ((True, ADA), (False, GRACE), (False, None))
        return [(own, Actor(id=ActorId("x"), role=role, speaker=who)) for own, who in people]
    return [(True, Actor(id=ActorId("x"), role=role))]


def cases(name: str) -> list[tuple[str, EventState]]:
    """Every status that the thing which a command is about can have, with a state where it has."""
    if name in QUESTION:
        return [(status.value, stage(question=status)) for status in QuestionStatus]
    if name in SESSION:
        return [(status.value, stage(session=status)) for status in Status]
    if name in POLL:
        return [(status.value, stage(poll=status)) for status in PollStatus]
    if name in STAGE:
        return [("lit", on_stage(lit=True)), ("dark", on_stage(lit=False))]
    return [("there" if there else "gone", stage(there=there)) for there in (True, False)]


def test_roles_table_names_every_command() -> None:
    assert set(WHO) == set(COMMAND_TYPES) == set(COMMANDS)
    assert set(WHO) == {*QUESTION, *SESSION, *POLL, *OTHER, *STAGE, *ALWAYS}


@pytest.mark.parametrize("name", sorted(WHO))
def test_roles_table_holds_for_every_role_and_status(name: str) -> None:
    found, wanted = {}, {}
    for status, state in cases(name):
        for role in Role:
            for own, actor in actors(role):
                case = (status, role.value, own, actor.speaker)
                found[case] = outcome(state, name, actor)
                wanted[case] = expected(name, role, own, status)
    assert found == wanted


SEES: dict[str, str] = {
    # view: the roles that may look at it
    "stage": "PMRSDO",
    "audience": "PMRSO",
    "speaker": "MRSDO",
    "desk": "MO",
    "control": "RO",
}


def test_roles_table_of_views_holds_for_every_role() -> None:
    assert set(SEES) == {view.value for view in View}
    found = {}
    for view in View:
        for role in Role:
            try:
                admit(Actor(id=ActorId("x"), role=role), view)
            except Rejected as refused:
                found[view.value, role] = refused.code
            else:
                found[view.value, role] = "ok"
    assert found == {
        (view, role): "ok" if letter in letters else "view.forbidden"
        for view, letters in SEES.items()
        for role, letter in LETTER.items()
    }


def test_forbidden_command_names_the_roles_that_may() -> None:
    with pytest.raises(Rejected) as caught:
        decide(
            Rehearsal.of().state,
            RevokeLink(link=LinkId("l")),
            Actor(id=ActorId("x"), role=Role.DISPLAY),
            Given(at=0, fresh="x"),
        )
    assert (caught.value.message, caught.value.hint) == (
        "A display may not issue link.revoke.",
        "Sign in with a link for: organiser.",
    )


def test_display_sees_what_is_for_speakers_only_as_their_timer() -> None:
    show = Rehearsal.of()
    screen = Actor(id=ActorId("d"), role=Role.DISPLAY)
    with pytest.raises(Rejected, match=r"view\.forbidden"):
        enter(show.state, screen, "speaker")
    pair = PairDisplay(code="ABCD2345", name="Lectern", room=MAIN, layout=Layout.QUESTIONS)
    owner = Actor(id=ActorId("owner"), role=Role.ORGANISER)
    show.do(pair, owner, "d")
    enter(show.state, screen, "stage")
    with pytest.raises(Rejected, match=r"view\.forbidden"):
        enter(show.state, screen, "speaker")
    show.do(AssignDisplay(display=DisplayId("d"), layout=Layout.TIMER), owner)
    enter(show.state, screen, "speaker")
    enter(show.state, owner, "speaker")


def test_whoever_owes_work_may_look_and_do_nothing_yet() -> None:
    show = Rehearsal.of().at("09:20")
    late = Actor(id=ActorId("late"), role=Role.PARTICIPANT, owes=2000)
    refusal = show.refusal(AskQuestion(text="Why not?", session=TALK), late)
    assert (refusal.code, refusal.retryable, refusal.detail) == (
        "participant.unproven",
        True,
        {"owes": 2000},
    )
    assert show.refused(RevokeLink(link=LinkId("l")), late) == "command.forbidden"
    enter(show.state, late, "audience")
    show.do(SetQuestions(session=TALK, state=Opening.OPEN))
    assert show.do(AskQuestion(text="Why not?", session=TALK), replace(late, owes=0))
