"""The hub of one event: the only place that changes it.

Commands wait in one queue. The writer takes all that wait (the append in flight is the batch
window), decides them one on top of another, appends the decisions as one entry, and when that is
durable applies it, publishes, and answers. If somebody else's entry was first, it is applied and
the batch is decided again: the state in memory is always a prefix of the journal.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import structlog

from streamhub.core import merge
from streamhub.core.displays import DisplayPaired, DisplayRemoved, PairDisplay, by_secret
from streamhub.core.errors import Rejected
from streamhub.core.event import (
    SYSTEM,
    Decision,
    EventState,
    Given,
    Tick,
    decide,
    evolve,
    next_tick_at,
    recall,
)
from streamhub.core.ids import ActorId, LinkId, Ms, RoomId
from streamhub.core.links import CreateLink, LinkRevoked, UseLink, actor_for, invites
from streamhub.core.preview import preview
from streamhub.core.reactions import SendReaction
from streamhub.core.roles import Actor, Role
from streamhub.core.views import PreviewView, View, name_of
from streamhub.hub import metrics
from streamhub.hub.channels import Channel
from streamhub.hub.eraser import Eraser, redacts
from streamhub.hub.ledger import Ledger
from streamhub.hub.likeness import Likeness
from streamhub.hub.lookout import Lookout
from streamhub.hub.pairing import Offer, Pairing
from streamhub.hub.ports import Audience, Clock
from streamhub.hub.presence import Presence
from streamhub.hub.publisher import REST, Publisher
from streamhub.hub.reactions import COUNT_EVERY_S, FIRST_AFTER_S, TELL_EVERY_S, Gathered
from streamhub.hub.secrets import Keyring, fresh_id, hash_of
from streamhub.hub.streaming import Streaming
from streamhub.journal import Journal, JournalError
from streamhub.protocol.commands import Wish
from streamhub.protocol.messages import Accepted
from streamhub.relay import Relay
from streamhub.tasks import end

log = structlog.get_logger(__name__)

SYSTEM_ACTOR: Final = Actor(id=SYSTEM, role=Role.SYSTEM)

BATCH_MOST: Final = 500
WAITING_MOST: Final = 10_000
RETRY_MOST_S: Final = 1.0
PRESENCE_EVERY_S: Final = 1.0
REACH_S: Final = 0.5
"""How long a client that is ahead of this node waits for it to catch up."""
REACH_STEP_S: Final = 0.01
ALARM_EVERY_S: Final = 60.0
STALE_S: Final = 1.0
"""How long a command that no memory protects may wait here, where there are other nodes."""
SLOW_S: Final = 2.0
SLOW_TRIES: Final = 3
TRY_MOST_S: Final = 0.7
SLOW_FOR_S: Final = 30.0
"""After more tries in more time, in all of which others were first, a node leaves for so long."""


@dataclass(slots=True)
class _Job:
    """One command that waits for its answer, with everything random it may need."""

    wish: Wish
    actor: Actor
    done: "asyncio.Future[Accepted]"
    came_at: float = field(default_factory=monotonic)
    fresh: str = field(default_factory=fresh_id)
    offer: Offer | None = None


@dataclass(slots=True)
class _Outcome:
    """What a job came to, to be said once the entry is durable."""

    job: _Job
    result: dict[str, str] | Rejected


class EventHub:
    """One running event.

    Args:
        slug: the event.
        journal: where its facts are kept.
        keyring: makes and checks tokens.
        clock: the time.
        pairing: the offers of screens that wait to be paired.
        relay: the way to the other nodes.
    """

    def __init__(
        self,
        slug: str,
        journal: Journal,
        keyring: Keyring,
        clock: Clock,
        pairing: Pairing,
        relay: Relay,
    ) -> None:
        self.slug = slug
        self.presence = Presence()
        self.reactions = Gathered()
        self.likeness = Likeness()
        self.lookout = Lookout()
        self.ledger = Ledger(slug, journal, self)
        self.publisher = Publisher(self.ledger, clock)
        self.streaming = Streaming(slug, relay, lambda: self.state, lambda: self.audience)
        self._journal = journal
        self._keyring = keyring
        self._clock = clock
        self._pairing = pairing
        self._relay = relay
        self._next_alarm = 0.0
        self._slow_until = 0.0
        self._redacted = False
        self._eraser = Eraser(self.ledger, clock, self.advanced)
        self._jobs: list[_Job] = []
        self._wake = asyncio.Event()
        self._ticking = asyncio.Event()
        self._presence_due: asyncio.TimerHandle | None = None
        self._heard_due: asyncio.TimerHandle | None = None
        self._reactions_due: asyncio.TimerHandle | None = None
        self._reactions_at = float("-inf")
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._failed: str | None = None

    # --- life ----------------------------------------------------------------------------------

    @property
    def state(self) -> EventState:
        """What is true now: a value, safe to keep."""
        return self.ledger.state

    @property
    def cursor(self) -> str:
        """The position of the journal's head, as clients keep it."""
        return self.ledger.cursor

    @property
    def trouble(self) -> str | None:
        """Why no command can be acknowledged now; None where all is well."""
        slow = "Slow: other nodes write faster; look at the way to Redis" if self.is_slow else None
        return self._failed or self.ledger.trouble or slow

    @property
    def is_slow(self) -> bool:
        """Whether other nodes were first for so long that this one does better to leave."""
        return self._slow_until > monotonic()

    @property
    def is_ready(self) -> bool:
        """Whether a command would be acknowledged."""
        return self.trouble is None and not self._closing

    async def open(self) -> None:
        """Load the event from the journal and begin to take commands.

        Raises:
            JournalError: where it cannot be read.
        """
        await self.ledger.load()
        self._eraser.look()
        runs: list[Callable[[], Coroutine[Any, Any, None]]] = [
            self._write,
            self._tick,
            self._count_reactions,
            self._eraser.run,
        ]
        if self._journal.shared:
            runs += [self.ledger.follow, self.ledger.look_again]
        for run in runs:
            self._spawn(run)

    def _spawn(self, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.create_task(run(), name=f"{run.__name__} {self.slug}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Answer what waits, keep a snapshot, stop."""
        if self._closing:
            return
        for command in self.reactions.count():
            self._enqueue(Wish(fresh_id(), "", command), SYSTEM_ACTOR)
        self._closing = True
        self._wake.set()
        writer = [task for task in self._tasks if task.get_name().startswith("_write")]
        if writer:
            await asyncio.wait(writer, timeout=10)
        for due in (self._presence_due, self._heard_due, self._reactions_due):
            if due is not None:
                due.cancel()
        self.streaming.close()
        self.publisher.close()
        await end(self._tasks)
        self._refuse_all(self._jobs)
        await self.ledger.close()

    async def reload(self) -> None:
        """Begin again from the journal, which an operator put back."""
        await self.ledger.reload()
        self._eraser.look()

    # --- who ------------------------------------------------------------------------------------

    def authenticate(self, token: str | None) -> Actor | None:
        """Return who holds `token`; None where it is not valid (any longer)."""
        if token is None:
            return None
        participant = self._keyring.participant_of(token)
        if participant is not None:
            return Actor(id=ActorId(participant), role=Role.PARTICIPANT)
        owing = self._keyring.owing_of(token)
        if owing is not None:
            return Actor(id=ActorId(owing[0]), role=Role.PARTICIPANT, owes=owing[1])
        hashed = hash_of(token)
        display = by_secret(self.state.displays, hashed)
        if display is not None:
            return Actor(id=ActorId(display.id), role=Role.DISPLAY)
        return actor_for(self.state.links, hashed, self._clock.now())

    def invites(self, token: str) -> bool:
        """Whether `token` is of an invitation that several may use, and holds."""
        return invites(self.state.links, hash_of(token), self._clock.now())

    def still_holds(self, actor: ActorId) -> bool:
        """Whether the link behind `actor`, if there is one, has not expired."""
        link = self.state.links.get(LinkId(actor))
        return link is None or link.expires_at is None or self._clock.now() < link.expires_at

    # --- commands -------------------------------------------------------------------------------

    async def submit(self, wish: Wish, actor: Actor) -> Accepted:
        """Carry out a command; returns once it is durable.

        Raises:
            Rejected: the command is not carried out.
        """
        if isinstance(wish.command, SendReaction):
            return self._react(wish.command, actor)
        if not self.is_ready:
            raise _unavailable("This node cannot take commands at the moment.", 1)
        if len(self._jobs) >= WAITING_MOST:
            raise _unavailable("Too many commands wait.", 2)
        offer = None
        if isinstance(wish.command, PairDisplay) and actor.role in {Role.PRODUCER, Role.ORGANISER}:
            offer = await self._offer(wish, wish.command, actor)
        job = self._enqueue(wish, actor, offer)
        outcome = "refused"
        try:
            answer = await job.done
            outcome = "accepted"
        finally:
            del job  # a refusal's traceback holds this frame: they would keep each other
            metrics.COMMANDS.labels(wish.command.type, outcome).inc()
        return answer

    def _enqueue(self, wish: Wish, actor: Actor, offer: Offer | None = None) -> _Job:
        job = _Job(wish, actor, asyncio.get_running_loop().create_future(), offer=offer)
        job.done.add_done_callback(_retrieved)
        self._jobs.append(job)
        self._wake.set()
        return job

    def preview(self, wish: Wish, actor: Actor) -> PreviewView:
        """Return what a command would do to the rest of the day; nothing is changed.

        Raises:
            Rejected: it would be refused.
        """
        given = Given(at=self._clock.now(), fresh=fresh_id())
        try:
            return preview(self.state, wish.command, actor, given)
        except Rejected as refusal:
            raise self._named(refusal) from None

    async def _offer(self, wish: Wish, command: PairDisplay, actor: Actor) -> Offer | None:
        key = _key(actor, wish)
        memory = self.state.memory
        if key in memory.newer or key in memory.older:
            return None
        return await self._pairing.find(command.code, actor.id)

    async def _write(self) -> None:
        while not (self._closing and not self._jobs):
            await self._wake.wait()
            self._wake.clear()
            while self._jobs:
                batch, self._jobs = self._jobs[:BATCH_MOST], self._jobs[BATCH_MOST:]
                try:
                    await self._commit(batch)
                except JournalError:  # the ledger has said so, and is not ready from now on
                    self._refuse_all([*batch, *self._jobs])
                    self._jobs = []
                except Exception as error:
                    metrics.BUGS.inc()
                    log.critical("writer failed", slug=self.slug, exc_info=error)
                    self._failed = f"{type(error).__name__}: {error}"
                    self._refuse_all([*batch, *self._jobs])
                    self._jobs = []

    def _refuse_all(self, jobs: Sequence[_Job]) -> None:
        for job in jobs:
            if not job.done.done():
                job.done.set_exception(_unavailable("The journal cannot be written.", 1))

    async def _commit(self, batch: Sequence[_Job]) -> None:
        """Decide a batch, make it durable, apply, publish, answer."""
        tries, beaten_s = 0, 0.0
        while True:
            decisions, outcomes = self._decide(batch)
            if not decisions:
                answered = any(isinstance(outcome.result, dict) for outcome in outcomes)
                if not answered or await self.ledger.confirm():
                    break
                continue
            began = monotonic()
            if await self.ledger.append(decisions):
                if any(redacts(decision) for decision in decisions):
                    self._eraser.erase()  # by the node that wrote it, not by all
                break
            tries, beaten_s = tries + 1, beaten_s + min(TRY_MOST_S, monotonic() - began)
            if tries > SLOW_TRIES and beaten_s > SLOW_S:
                self._be_slow()
                self._refuse_all(batch)
                return
        self.advanced()
        for outcome in outcomes:
            self._answer(outcome)

    def _be_slow(self) -> None:
        """Others were first again and again: this node is too far from the journal to write.

        It turns red for a while, and its clients are sent on: a slow node costs only itself.
        """
        if self._slow_until < monotonic():
            log.warning("others write faster", slug=self.slug, seconds=SLOW_FOR_S)
        self._slow_until = monotonic() + SLOW_FOR_S

    def _decide(self, batch: Sequence[_Job]) -> tuple[list[Decision], list[_Outcome]]:
        state, at = self.state, self._clock.now()
        decisions: list[Decision] = []
        outcomes: list[_Outcome] = []
        for job in batch:
            try:
                decision = self._decide_one(state, job, at)
                result = dict(decision.result)
                if decision.facts:
                    state = evolve(state, decision)
                    decisions.append(decision)
                outcomes.append(_Outcome(job, result))
            except Rejected as refusal:
                # where it was raised is in frames that hold the state, and what waits for it
                outcomes.append(_Outcome(job, refusal.with_traceback(None)))
            except Exception as error:  # noqa: BLE001 - a bug in one command must not stop the event
                outcomes.append(_Outcome(job, self._bug(job, error)))
        return decisions, outcomes

    def _decide_one(self, state: EventState, job: _Job, at: Ms) -> Decision:
        command, actor = job.wish.command, job.actor
        remember = None
        if not job.wish.remembered and self._journal.shared and monotonic() > job.came_at + STALE_S:
            # Its author may have gone on at another node since, and set the same to another value.
            raise _unavailable("This waited for too long here.", 0.2)
        if job.wish.remembered:
            remember = (_key(actor, job.wish), job.wish.digest)
            memo = recall(state, *remember)
            if memo is not None:
                return Decision(by=actor.id, at=at, facts=(), result=memo.result)
        secret_hash = None
        if isinstance(command, CreateLink):
            secret_hash = hash_of(self._keyring.link_token(self.slug, job.fresh))
        elif isinstance(command, UseLink):
            secret_hash = hash_of(command.token)
        elif job.offer is not None:
            secret_hash = job.offer.secret_hash
        given = Given(at=at, fresh=job.fresh, secret_hash=secret_hash)
        return decide(state, command, actor, given, remember)

    def _bug(self, job: _Job, error: Exception) -> Rejected:
        trace = fresh_id()
        metrics.BUGS.inc()
        log.error("bug", trace=trace, command=job.wish.command.type, exc_info=error)
        return Rejected(
            "internal",
            f"Something went wrong here, not with you (trace {trace}).",
            "Try again; if it stays, give the trace to the people who run this server.",
        )

    def _answer(self, outcome: _Outcome) -> None:
        job = outcome.job
        if job.done.done():
            return
        if isinstance(outcome.result, Rejected):
            job.done.set_exception(self._named(outcome.result))
            return
        answer: Accepted = {"ok": True, "cursor": self.cursor}
        result = outcome.result
        if "link" in result:
            result["token"] = self._keyring.link_token(self.slug, result["link"])
        if result:
            answer["result"] = result
        job.done.set_result(answer)

    def _named(self, rejected: Rejected) -> Rejected:
        """Say who was first by the name of their link, as views do."""
        if rejected.detail is not None and isinstance(by := rejected.detail.get("by"), str):
            rejected.detail = rejected.detail | {"by": name_of(self.state, ActorId(by))}
        return rejected

    # --- what the ledger takes in ---------------------------------------------------------------

    def applied(self, state: EventState, decision: Decision) -> None:
        """A decision took effect: note what was touched. Nothing is sent yet."""
        self.publisher.touch(state, decision)
        for fact in decision.facts:
            if isinstance(fact, LinkRevoked):
                self.audience.cut(ActorId(fact.link), "token.invalid")
            elif isinstance(fact, DisplayRemoved):
                self.audience.cut(ActorId(fact.display), "display.unknown")
            elif isinstance(fact, DisplayPaired):
                self._pairing.settle(fact.secret_hash)
        self._redacted = self._redacted or redacts(decision)
        self._ticking.set()

    def advanced(self) -> None:
        """Something was taken in: send what was touched."""
        self.publisher.publish()
        if self._redacted:
            self._redacted = False
            self.publisher.forget_history()
            self.likeness.drop(self.state)

    def replaced(self) -> None:
        """The history is another one now."""
        self.publisher.start_again()
        self._ticking.set()

    # --- publishing -----------------------------------------------------------------------------

    @property
    def audience(self) -> Audience:
        """Who passes changes on to connections."""
        return self.publisher.audience

    @audience.setter
    def audience(self, audience: Audience) -> None:
        self.publisher.audience = audience

    def me(self, actor: Actor) -> merge.Json:
        """Return the whole of what concerns `actor`, and follow it from now on."""
        return self.publisher.me(actor)

    def forget(self, actor: ActorId) -> None:
        """Stop following what concerns `actor`: its last connection is gone."""
        self.publisher.forget(actor)

    def channel(self, view: View, room: RoomId | None) -> Channel:
        """Return the channel for `view` of `room`; raises `room.unknown`."""
        return self.publisher.channel(view, room)

    async def reach(
        self,
        cursor: str | None,
        view: View | None = None,
        room: RoomId | None = None,
        *,
        role: Role = Role.SYSTEM,
    ) -> None:
        """Return when this node is where a client was, or clearly never will be.

        Another node may have sent it more than has arrived here yet, or than has gone out here of
        `view`: it shall not go back in time. A client that stays ahead has seen what the journal
        has lost, or makes it up: anybody can be a participant, so the word of one is no alarm.
        """
        if cursor is None:
            return
        seq = int(cursor.partition(".")[0])
        loop = asyncio.get_running_loop()
        until = loop.time() + (REACH_S if self._journal.shared else 0)
        while seq > self.ledger.head.seq:
            if loop.time() >= until:
                is_alarm = role is not Role.PARTICIPANT
                metrics.AHEAD.labels("crew" if is_alarm else "participant").inc()
                if is_alarm and loop.time() >= self._next_alarm:
                    self._next_alarm = loop.time() + ALARM_EVERY_S
                    log.critical(
                        "a client has seen more than the journal holds",
                        slug=self.slug,
                        seen=seq,
                        seq=self.ledger.head.seq,
                        hint="streamhub check; its end may be lost",
                    )
                return
            await asyncio.sleep(REACH_STEP_S)
        while view and (wait_s := self.publisher.lags_s(view, room, seq)):  # noqa: ASYNC110 - known
            await asyncio.sleep(wait_s)

    # --- presence -------------------------------------------------------------------------------

    def presence_changed(self) -> None:
        """Tell the producers, and the other nodes, who is connected: within a second."""
        if self._presence_due is None and not self._closing:
            loop = asyncio.get_running_loop()
            self._presence_due = loop.call_later(PRESENCE_EVERY_S, self._tell_presence)

    def _tell_presence(self) -> None:
        self._presence_due = None
        self.tell_nodes()
        self.audience.publish_presence(self.presence_message())

    def tell_nodes(self) -> None:
        """Tell the other nodes who is connected here."""
        summary = self.presence.summary(self.state.invited)
        self._relay.tell("presence", {"event": self.slug, **summary})

    def hear_presence(self, node: str, summary: dict[str, Any]) -> None:
        """Another node tells who is connected there; the producers see it within a second."""
        loop = asyncio.get_running_loop()
        news = self.presence.hear(node, summary, loop.time())
        if news and self._heard_due is None and not self._closing:
            self._heard_due = loop.call_later(PRESENCE_EVERY_S, self._show_heard)

    def _show_heard(self) -> None:
        self._heard_due = None
        self.audience.publish_presence(self.presence_message())

    def presence_message(self) -> dict[str, Any]:
        """Return the `PresenceMessage` of all nodes."""
        shown = self.channel(View.STAGE, None).cursor
        now = asyncio.get_running_loop().time()
        return self.presence.message(int(shown.partition(".")[0]), now)

    # --- reactions ------------------------------------------------------------------------------

    def _react(self, sent: SendReaction, actor: Actor) -> Accepted:
        """Count a reaction. Nothing is decided by it and nothing is written down now.

        Raises:
            Rejected: it is nobody's who may send one, or of no room.
        """
        decide(self.state, sent, actor, Given(at=self._clock.now(), fresh=""))
        now = asyncio.get_running_loop().time()
        if self.reactions.take(actor.id, sent, now):
            metrics.REACTIONS.labels(sent.kind).inc()
            self._reactions_gather(now)
        return {"ok": True, "cursor": self.cursor}

    def _reactions_gather(self, now: float) -> None:
        """Tell everybody soon, and no sooner than the last message is old enough."""
        if self._reactions_due is None and not self._closing:
            due_at = max(now + FIRST_AFTER_S, self._reactions_at + self._reactions_rest_s())
            loop = asyncio.get_running_loop()
            self._reactions_due = loop.call_at(due_at, self._tell_reactions)

    def _reactions_rest_s(self) -> float:
        """How long there is silence after a message: longer where it takes long to leave."""
        channels = [
            (View.AUDIENCE, None),
            *((View.AUDIENCE, room) for room in self.state.agenda.rooms),
        ]
        slowest_ms = max(self.audience.fan_out_ms(view, room) for view, room in channels)
        return max(TELL_EVERY_S, REST * slowest_ms / 1000)

    def _tell_reactions(self) -> None:
        self._reactions_due = None
        self._reactions_at = asyncio.get_running_loop().time()
        mine, rooms = self.reactions.tell()
        if mine:
            self._relay.tell("reactions", {"event": self.slug, "rooms": mine})
        at = self._clock.now()
        for room, counts in sorted(rooms.items()):
            message = {"room": room, "at": at, "counts": dict(counts)}
            self.audience.publish_reactions(room, message)

    def hear_reactions(self, rooms: object) -> None:
        """Another node tells how often people there reacted."""
        if self.reactions.hear(rooms, self.state):
            self._reactions_gather(asyncio.get_running_loop().time())

    async def _count_reactions(self) -> None:
        """Write down, once a minute, how often people here reacted."""
        while True:
            await asyncio.sleep(COUNT_EVERY_S)
            await self._write_reactions()

    async def _write_reactions(self) -> None:
        for command in self.reactions.count():
            try:
                await self.submit(Wish(fresh_id(), "", command), SYSTEM_ACTOR)
            except Rejected:
                self.reactions.keep(command)

    # --- clock ----------------------------------------------------------------------------------

    async def _tick(self) -> None:
        """Issue the system's own command whenever the clock alone changes something."""
        while not self._closing:
            self._ticking.clear()
            due = next_tick_at(self.state)
            wait_s = None if due is None else max(0.01, self._clock.seconds_until(due))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ticking.wait(), wait_s)
                continue
            try:
                await self.submit(Wish(fresh_id(), "", Tick()), SYSTEM_ACTOR)
            except Rejected:
                await asyncio.sleep(RETRY_MOST_S)


def _unavailable(message: str, retry_after: float) -> Rejected:
    hint = "Keep the command and send it again."
    return Rejected("unavailable", message, hint, retry_after=retry_after)


def _retrieved(done: "asyncio.Future[Accepted]") -> None:
    """Whoever waited may be gone; an answer that nobody hears is no fault."""
    if not done.cancelled():
        done.exception()


def _key(actor: Actor, wish: Wish) -> str:
    """How a command id is remembered: beside whose it is, so that nobody meets another's."""
    return f"{actor.id}:{wish.id}"
