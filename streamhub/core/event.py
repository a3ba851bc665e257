"""The whole event: its state, the unions of commands and facts, and what decides and evolves them.

`decide` turns a command into a `Decision` (facts, who, when, the answer); `evolve` applies one. The
journal keeps decisions; a state is always what a prefix of them makes. A new command is a dataclass
in its feature's file, a row in `roles.py`, and shows up here through its feature's union.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final, Literal, assert_never, get_args

from streamhub.core import (
    activity,
    displays,
    links,
    messages,
    polls,
    questions,
    reactions,
    replacing,
    roles,
    rundown,
    screens,
    streams,
    watched,
)
from streamhub.core.activity import QUIET, Activity, Counted
from streamhub.core.agenda import Agenda
from streamhub.core.displays import NO_DISPLAYS, DisplayCommand, DisplayFact, Displays, Layout
from streamhub.core.editions import NOTHING_TOLD, Editions, renewed, steady_times
from streamhub.core.errors import Rejected
from streamhub.core.forecast import Expected, outlook, refresh_shown
from streamhub.core.ids import ActorId, DisplayId, Ms, QuestionId, RoomId, SessionId
from streamhub.core.links import (
    NO_LINKS,
    NOBODY,
    Invited,
    LinkCommand,
    LinkFact,
    Links,
)
from streamhub.core.messages import NO_MESSAGES, MessageCommand, MessageFact, Messages
from streamhub.core.openings import Doors
from streamhub.core.polls import (
    AnswerPoll,
    PollCommand,
    PollFact,
    Polls,
    PollShown,
)
from streamhub.core.questions import (
    Around,
    BulkQuestions,
    QuestionCommand,
    QuestionFact,
    QuestionPolicy,
    Questions,
    QuestionsConfigured,
    QuestionSpotlit,
    QuestionsSet,
)
from streamhub.core.reactions import NO_REACTIONS, ReactionCommand, ReactionFact, Reactions
from streamhub.core.replacing import AgendaReplaced, ReplaceAgenda
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    Rundown,
    RundownCommand,
    RundownFact,
    RundownUndone,
    Running,
    SessionEnded,
)
from streamhub.core.stamp import Stamp
from streamhub.core.streams import StreamCommand, StreamFact, Streams
from streamhub.core.table import ByType, Map, Table
from streamhub.core.values import changed
from streamhub.core.watched import Watch, WatchCommand, WatchFact

MEMORY_MS: Final = 24 * 3_600_000
"""How long command ids are remembered at least, within `MEMORY_MOST`."""
MEMORY_MOST: Final = 50_000
"""How many command ids one generation holds before the older one is dropped early."""

USUAL: Final = QuestionPolicy()
NOTHING_RAN: Final = Rundown()
NOTHING_ASKED: Final = Questions()
NO_POLLS: Final = Polls()
NO_STREAMS: Final = Streams()
SYSTEM: Final = ActorId("system")

# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """The answer that a command id got, and the digest of its body."""

    digest: str
    result: Table[str, str] = Map()


Memos = Table[str, Memo]
NO_MEMOS: Final[Memos] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Command ids in two generations: the older is dropped when the newer is a day old, or full."""

    newer: Memos = NO_MEMOS
    older: Memos = NO_MEMOS
    since: Ms = 0


NOTHING_DONE: Final = Memory()


@dataclass(frozen=True, kw_only=True)  # no slots: see `values.py`
class EventState:
    """Everything that is true of one event. `at` is the instant of its last decision.

    `seq` counts decisions, `agenda_rev` agendas (it never goes back: pages keep what it names).
    `clock_at` is the "now" of the views: it moves with the rundown and with `TimePassed` only, so
    that what a view may not see cannot move it.
    `tick_at` is when the clock alone will next change a view: it follows from the rest, and is kept
    because the rest changes a thousand times less often than it is asked for.
    """

    slug: str
    agenda: Agenda
    at: Ms
    seq: int
    agenda_rev: int
    clock_at: Ms
    tick_at: Ms | None = None
    policy: QuestionPolicy = USUAL
    rundown: Rundown = NOTHING_RAN
    questions: Questions = NOTHING_ASKED
    polls: Polls = NO_POLLS
    reactions: Reactions = NO_REACTIONS
    displays: Displays = NO_DISPLAYS
    links: Links = NO_LINKS
    invited: Invited = NOBODY
    messages: Messages = NO_MESSAGES
    activity: Activity = QUIET
    memory: Memory = NOTHING_DONE
    editions: Editions = NOTHING_TOLD
    streams: Streams = NO_STREAMS
    watch: Watch | None = None

    @property
    def windows(self) -> tuple[int, int]:
        """Seconds before and after a session in which its questions are open by themselves."""
        return self.policy.opens_before_s, self.policy.closes_after_s


# --- commands and facts ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The system's own command: an instant has come at which the clock alone changes something."""

    type: Literal["clock.tick"] = "clock.tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCreated:
    """The first fact of every event."""

    slug: str
    agenda: Agenda
    policy: QuestionPolicy = USUAL
    type: Literal["event.created"] = "event.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed:
    """An instant came at which expected times or openings change by the clock alone."""

    type: Literal["clock.ticked"] = "clock.ticked"


Command = (
    QuestionCommand
    | PollCommand
    | ReactionCommand
    | StreamCommand
    | RundownCommand
    | DisplayCommand
    | MessageCommand
    | LinkCommand
    | ReplaceAgenda
    | WatchCommand
    | Tick
)
Fact = (
    EventCreated
    | TimePassed
    | AgendaReplaced
    | WatchFact
    | QuestionFact
    | PollFact
    | ReactionFact
    | StreamFact
    | RundownFact
    | DisplayFact
    | MessageFact
    | LinkFact
)

COMMAND_TYPES: Final[dict[str, type]] = {
    get_args(one.__annotations__["type"])[0]: one for one in get_args(Command)
}
FACT_TYPES: Final[dict[str, type]] = {
    get_args(one.__annotations__["type"])[0]: one for one in get_args(Fact)
}
if set(COMMAND_TYPES) != set(roles.WHO):  # pragma: no cover - a house that does not build
    raise TypeError(f"commands and roles.WHO differ: {set(COMMAND_TYPES) ^ set(roles.WHO)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one command came to. `command` is its id (with its author's), where it is remembered."""

    by: ActorId
    at: Ms
    facts: tuple[Annotated[Fact, ByType], ...]
    command: str | None = None
    digest: str | None = None
    result: Table[str, str] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a decision needs from outside: the instant, a fresh id, the hash of a fresh secret."""

    at: Ms
    fresh: str
    secret_hash: str | None = None


_MADE: Final[Mapping[str, str]] = {
    "question.ask": "question",
    "poll.create": "poll",
    "session.insert": "session",
    "display.pair": "display",
    "message.show": "message",
    "link.create": "link",
}
"""Command: what its answer calls the fresh id that it gave away."""


def decide(  # noqa: PLR0912 - one branch per feature is the table a reader looks for
    state: EventState,
    command: Command,
    actor: Actor,
    given: Given,
    remember: tuple[str, str] | None = None,
) -> Decision:
    """Decide one command.

    Args:
        state: what is true now.
        command: the wish.
        actor: whose.
        given: time and fresh names.
        remember: the command's key and the digest of its body, where its answer is to be kept.

    Returns:
        A decision; without facts, nothing changes and nothing needs to be kept.

    Raises:
        Rejected: with one of `errors.CODES`.
    """
    roles.authorize(actor, command.type)
    stamp = Stamp(by=actor.id, at=max(given.at, state.at), seq=state.seq + 1)
    made = _MADE.get(command.type)
    result = {} if made is None else {made: given.fresh}
    facts: tuple[Fact, ...]
    if isinstance(command, Tick):
        facts = tuple(_ticked(state, stamp))
    elif isinstance(command, QuestionCommand):
        around = Around(
            agenda=state.agenda,
            rundown=state.rundown,
            questions=state.questions,
            policy=state.policy,
            streams=state.streams,
        )
        if isinstance(command, BulkQuestions):
            many, result = questions.in_bulk(around, command, actor, stamp)
            facts = tuple(many)
        else:
            facts = tuple(questions.decide(around, command, actor, stamp, given.fresh))
    elif isinstance(command, PollCommand):
        facts = tuple(_polled(state, command, actor, stamp, given.fresh))
    elif isinstance(command, ReactionCommand):
        questions.refuse_muted(state.questions, actor.id, stamp.at)
        facts = tuple(reactions.decide(state.agenda, command))
    elif isinstance(command, StreamCommand):
        facts = tuple(streams.decide(state.agenda, state.streams, command, stamp))
    elif isinstance(command, RundownCommand):
        look = partial(outlook, state.agenda, state.rundown, now=stamp.at)
        running = Running(state.agenda, state.rundown)
        moved = rundown.decide(running, command, stamp, given.fresh, look)
        facts = tuple(_with_screens(state, moved, stamp))
    elif isinstance(command, ReplaceAgenda | WatchCommand):
        facts = tuple(_handed_in(state, command))
    elif isinstance(command, DisplayCommand):
        facts = tuple(
            displays.decide(state.agenda, state.displays, command, given.fresh, given.secret_hash)
        )
    elif isinstance(command, MessageCommand):
        facts = tuple(
            messages.decide(state.agenda, state.messages, command, actor, stamp, given.fresh)
        )
    elif isinstance(command, LinkCommand):
        secret_hash = given.secret_hash or ""
        facts = tuple(
            links.decide(
                state.agenda,
                state.links,
                state.invited,
                command,
                stamp,
                fresh=given.fresh,
                secret_hash=secret_hash,
            )
        )
    else:
        assert_never(command)
    key, digest = remember or (None, None)
    facts = (*_others_off(state, facts), *facts)
    return Decision(
        by=actor.id, at=stamp.at, facts=facts, command=key, digest=digest, result=Map(result)
    )


def _polled(
    state: EventState, command: PollCommand, actor: Actor, stamp: Stamp, fresh: str
) -> list[PollFact]:
    if isinstance(command, AnswerPoll):
        questions.refuse_muted(state.questions, actor.id, stamp.at)
    asked = polls.Asked(
        agenda=state.agenda,
        polls=state.polls,
        words=state.policy.words,
        streams=state.streams,
    )
    return polls.decide(asked, command, actor, stamp, fresh)


def _others_off(state: EventState, facts: Sequence[Fact]) -> list[Fact]:
    """Return what goes off the screens for what `facts` put there: a room shows one thing.

    A question in place of another, and a poll in place of another, are their features' own matter.
    """
    off: list[Fact] = []
    for fact in facts:
        if isinstance(fact, QuestionSpotlit):
            off += polls.hide(state.polls, fact.room)
        elif isinstance(fact, PollShown):
            off += questions.unspotlight(state.questions, fact.room)
    return off


def _ticked(state: EventState, stamp: Stamp) -> list[Fact]:
    """What the clock alone brings: times move, rooms that follow it go on, messages leave.

    Streams are switched, too. Each has its own instants. A message that leaves and a stream that is
    switched do not move the clock of the views.
    """
    facts: list[Fact] = []
    if state.tick_at is not None and state.tick_at <= stamp.at:
        moved: list[RundownFact] = []
        for room in sorted(state.agenda.rooms):
            moved += rundown.due(state.agenda, state.rundown, room, stamp.at)
        facts = [TimePassed(), *_with_screens(state, moved, stamp)]
    facts += messages.expired(state.messages, stamp.at)
    return [*facts, *streams.due(state.streams, stamp.at)]


def _handed_in(state: EventState, command: ReplaceAgenda | WatchCommand) -> Sequence[Fact]:
    if isinstance(command, WatchCommand):
        return watched.decide(state.watch, command)
    return _replaced(state, command)


def _replaced(state: EventState, command: ReplaceAgenda) -> list[Fact]:
    """Replace the agenda; what is on screens leaves them if its session moves to another room."""
    facts: list[Fact] = []
    for fact in replacing.decide(Running(state.agenda, state.rundown), command):
        facts += [fact, *screens.off_their_rooms(state.questions, state.polls, fact.agenda)]
    rev = state.agenda_rev + bool(facts)
    return [*facts, *watched.settled(state.watch, command.version, rev)]


def _with_screens(state: EventState, facts: Sequence[RundownFact], stamp: Stamp) -> list[Fact]:
    """Return `facts` with what follows from them for questions and screens.

    What is open when a session ends goes where the event's settings say.
    """
    before = after = Running(state.agenda, state.rundown)
    back: dict[RoomId, QuestionId] = {}
    ends: list[Fact] = []
    for fact in facts:
        after = rundown.evolve(after, fact, stamp)
        if isinstance(fact, RundownUndone):
            _nobody_asked_there(state, after.agenda, fact)
            back |= state.rundown.clock(fact.room).undo[-1].lit
            ends += questions.before_the_end(state.questions, fact.seq, fact.sessions)
    ended = [fact.session for fact in facts if isinstance(fact, SessionEnded)]
    ends += questions.after_the_end(state.questions, state.policy, after, ended)
    return [*facts, *screens.follow(state.questions, state.polls, before, after, back), *ends]


def _nobody_asked_there(state: EventState, agenda: Agenda, fact: RundownUndone) -> None:
    gone = {name for name in fact.sessions if name not in agenda.sessions}
    asked = (*state.questions.all.values(), *state.polls.all.values())
    if gone and any(one.session in gone for one in asked):
        raise Rejected(
            "rundown.entangled",
            "There are questions or polls of the session that this would take out again.",
            "Cancel the session instead.",
            field="seq",
        )


def admit(state: EventState, actor: Actor, view: str) -> None:
    """Raise `view.forbidden` unless `actor` may look at `view` now.

    What is said to speakers is for their timer only, and for no other display.
    """
    roles.admit(actor, view)
    if actor.role is Role.DISPLAY and view == "speaker":
        display = state.displays.get(DisplayId(actor.id))
        if display is None or display.layout is not Layout.TIMER:
            raise Rejected(
                "view.forbidden",
                "Only a display with the layout timer may see the speaker view.",
                "Assign it that layout first.",
                field="view",
            )


def recall(state: EventState, key: str, digest: str) -> Memo | None:
    """Return the answer that a command id already got; None if it is new.

    Raises:
        Rejected: `command.reused`, where the same id came with another body.
    """
    memo = state.memory.newer.get(key) or state.memory.older.get(key)
    if memo is not None and memo.digest != digest:
        raise Rejected(
            "command.reused",
            "This command id was used before, for something else.",
            "Make a fresh id for every wish, and keep it only for retries of the same one.",
            field="id",
        )
    return memo


def next_tick_at(state: EventState) -> Ms | None:
    """When the clock alone will next change a view; None while nothing is due to."""
    instants = (
        state.tick_at,
        messages.next_expiry_at(state.messages),
        streams.next_switch_at(state.streams),
    )
    return min((at for at in instants if at is not None), default=None)


# --- evolve ------------------------------------------------------------------------------------


def begin(decision: Decision) -> EventState:
    """Return the state after an event's first decision, whose first fact is `EventCreated`."""
    created = decision.facts[0]
    if not isinstance(created, EventCreated):
        raise TypeError(f"an event begins with EventCreated, not {created.type}")
    state = EventState(
        slug=created.slug,
        agenda=created.agenda,
        policy=created.policy,
        at=decision.at,
        seq=0,
        agenda_rev=1,
        clock_at=decision.at,
        editions=Editions(since=decision.at, at=decision.at),
    )
    return evolve(_at_the_clock(state, state.agenda), replace(decision, facts=decision.facts[1:]))


_FEATURE: Final[dict[type, tuple[str, Callable[..., object]]]] = {
    fact: feature
    for facts, feature in (
        (get_args(QuestionFact), ("questions", questions.evolve)),
        (get_args(PollFact), ("polls", polls.evolve)),
        ((reactions.ReactionsCounted,), ("reactions", reactions.evolve)),
        (get_args(DisplayFact), ("displays", displays.evolve)),
        (get_args(MessageFact), ("messages", messages.evolve)),
        (get_args(LinkFact), ("links", links.evolve)),
        (get_args(StreamFact), ("streams", streams.evolve)),
        (get_args(WatchFact), ("watch", watched.evolve)),
    )
    for fact in facts
} | {QuestionsConfigured: ("policy", questions.configured)}
"""Fact class: the field of the state that it changes, and how. A rundown fact changes two."""
_OTHERS: Final = {EventCreated, TimePassed, AgendaReplaced, *get_args(RundownFact)}
if set(_FEATURE) ^ set(get_args(Fact)) != _OTHERS:  # pragma: no cover - a house that does not build
    raise TypeError("there are facts that no feature takes")


def evolve(state: EventState, decision: Decision) -> EventState:
    """Return the state after `decision`."""
    stamp = Stamp(by=decision.by, at=decision.at, seq=state.seq + 1)
    at = max(state.at, decision.at)
    fields: dict[str, Any] = {"at": at, "seq": stamp.seq}
    timed = opened = False
    running = Running(state.agenda, state.rundown)
    for fact in decision.facts:
        feature = _FEATURE.get(type(fact))  # a union of classes is looked through one by one
        if feature is None:
            if isinstance(fact, TimePassed):
                timed = True
            elif isinstance(fact, AgendaReplaced):
                running = replacing.evolve(running, fact)
            elif isinstance(fact, RundownFact):
                running = rundown.evolve(running, fact, stamp, state.questions.spotlight)
            else:
                raise TypeError("an event is created once")
            continue
        name, take = feature
        before = fields[name] if name in fields else getattr(state, name)
        fields[name] = take(before, fact, stamp)
        if name == "links" and isinstance(fact, LinkFact):
            held = fields.get("invited", state.invited)
            fields["invited"] = links.evolve_invited(held, fact, stamp)
        elif name == "questions" and isinstance(fact, Counted):
            busy = fields.get("activity", state.activity)
            fields["activity"] = activity.evolve(busy, fact, stamp)
        opened = opened or isinstance(fact, QuestionsSet)
    if running.agenda is not state.agenda:
        fields |= {"agenda": running.agenda, "agenda_rev": state.agenda_rev + 1}
    if running.rundown is not state.rundown:
        fields["rundown"] = running.rundown
        timed = True
    if decision.command is not None:
        fields["memory"] = _memorize(state.memory, decision)
    if timed:
        fields["clock_at"] = at
    after = changed(state, **fields)
    return _at_the_clock(after, state.agenda) if timed or opened else after


def _at_the_clock(state: EventState, before: Agenda) -> EventState:
    """Bring up to date what follows from the rundown and `clock_at`; `before` was the agenda."""
    after, changes = state.rundown, []
    times: dict[SessionId, Expected] = {}
    for room in state.agenda.rooms:
        ahead = outlook(state.agenda, after, room, state.clock_at)
        doors = Doors(ahead, state.questions.openings, state.windows)
        due_at = rundown.next_due_at(state.agenda, after, room, state.clock_at)
        changes += [ahead.changes_at, doors.next_change_at(), due_at]
        after = changed(after, shown=refresh_shown(ahead))
        times |= steady_times(replace(ahead, rundown=after))
    tick_at = min((at for at in changes if at is not None), default=None)
    editions = renewed(state.editions, before, state.agenda, after, times, state.at)
    return changed(state, rundown=after, tick_at=tick_at, editions=editions)


def _memorize(memory: Memory, decision: Decision) -> Memory:
    full = len(memory.newer) >= MEMORY_MOST
    if full or decision.at - memory.since > MEMORY_MS:
        memory = Memory(newer=NO_MEMOS, older=memory.newer, since=decision.at)
    memo = Memo(digest=decision.digest or "", result=decision.result)
    return replace(memory, newer=memory.newer.set(decision.command or "", memo))
