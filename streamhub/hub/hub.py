"""The hub of one event: the only place that changes it.

Commands wait in one queue. The writer takes all that wait (the append in flight is the batch
window), decides them one on top of another, appends the decisions as one entry, and when that is
durable applies it, publishes, and answers. If somebody else's entry was first, it is applied and
the batch is decided again: the state in memory is always a prefix of the journal.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from streamhub.core import merge
from streamhub.core.displays import DisplayRemoved, PairDisplay, by_secret
from streamhub.core.errors import Rejected
from streamhub.core.event import (
    SYSTEM,
    Decision,
    EventState,
    Given,
    Tick,
    begin,
    decide,
    evolve,
    next_tick_at,
    recall,
)
from streamhub.core.ids import ActorId, LinkId, Ms, RoomId
from streamhub.core.links import CreateLink, LinkRevoked, actor_for
from streamhub.core.roles import Actor, Role
from streamhub.core.views import Touched, View, name_of, project_me
from streamhub.hub import metrics
from streamhub.hub.channels import Channel
from streamhub.hub.pairing import Offer, Pairing
from streamhub.hub.ports import Audience, Clock, Silence
from streamhub.hub.presence import Presence
from streamhub.hub.secrets import Keyring, fresh_id, fresh_tag, hash_of
from streamhub.journal import (
    Entry,
    Forked,
    Head,
    Journal,
    JournalError,
    Lost,
    Snapshot,
    Unavailable,
)
from streamhub.protocol.commands import Wish
from streamhub.protocol.entries import (
    decode_decisions,
    decode_state,
    encode_decisions,
    encode_state,
)
from streamhub.protocol.messages import Accepted

log = structlog.get_logger(__name__)

BATCH_MOST: Final = 500
WAITING_MOST: Final = 10_000
SNAPSHOT_EVERY: Final = 2000
SNAPSHOT_KEEPS: Final = 1000
GATHER_MS: Final = 200
"""A crowd's votes and questions go out at most so often; everything else goes at once."""
RETRY_FIRST_S: Final = 0.05
RETRY_MOST_S: Final = 1.0
PRESENCE_EVERY_S: Final = 1.0


@dataclass(slots=True)
class _Job:
    """One command that waits for its answer, with everything random it may need."""

    wish: Wish
    actor: Actor
    done: "asyncio.Future[Accepted]"
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
        pairing: the node's pairing offers.
    """

    def __init__(
        self, slug: str, journal: Journal, keyring: Keyring, clock: Clock, pairing: Pairing
    ) -> None:
        self.slug = slug
        self.presence = Presence()
        self.audience: Audience = Silence()
        self._journal = journal
        self._keyring = keyring
        self._clock = clock
        self._pairing = pairing
        self._state: EventState
        self._head = Head()
        self._cursor = ""
        self._since_snapshot = 0
        self._jobs: list[_Job] = []
        self._wake = asyncio.Event()
        self._ticking = asyncio.Event()
        self._channels: dict[tuple[View, RoomId | None], Channel] = {}
        self._flush_due: asyncio.TimerHandle | None = None
        self._presence_due: asyncio.TimerHandle | None = None
        self._me: dict[ActorId, tuple[Role, merge.Json]] = {}
        self._touched = Touched()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.trouble: str | None = None

    # --- life ----------------------------------------------------------------------------------

    @property
    def state(self) -> EventState:
        """What is true now: a value, safe to keep."""
        return self._state

    @property
    def cursor(self) -> str:
        """The position of the journal's head, as clients keep it."""
        return self._cursor

    @property
    def is_ready(self) -> bool:
        """Whether a command would be acknowledged."""
        return self.trouble is None and not self._closing

    async def open(self) -> None:
        """Load the event from the journal and begin to take commands.

        Raises:
            JournalError: where it cannot be read.
        """
        await self._load()
        for run in (self._write, self._tick):
            self._spawn(run)

    def _spawn(self, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.create_task(run(), name=f"{run.__name__} {self.slug}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Answer what waits, keep a snapshot, stop."""
        if self._closing:
            return
        self._closing = True
        self._wake.set()
        writer = [task for task in self._tasks if task.get_name().startswith("_write")]
        if writer:
            await asyncio.wait(writer, timeout=10)
        for timer in (self._flush_due, self._presence_due):
            if timer is not None:
                timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._refuse_all(self._jobs)
        if self.trouble is None and self._since_snapshot:
            with contextlib.suppress(JournalError):
                await self._keep_snapshot()

    async def _load(self) -> None:
        snapshot = await self._journal.load_snapshot(self.slug)
        state, head = None, Head()
        if snapshot is not None:
            state, head = decode_state(snapshot.body), snapshot.head
        started = time.perf_counter()
        while entries := await self._journal.read(self.slug, head.seq):
            for entry in entries:
                for decision in decode_decisions(entry.body):
                    state = begin(decision) if state is None else evolve(state, decision)
                head = entry.head
        if state is None:
            raise Lost(f"The journal of {self.slug!r} holds neither snapshot nor entries.")
        self._state = state
        self._set_head(head)
        log.info(
            "event loaded",
            slug=self.slug,
            seq=head.seq,
            seconds=round(time.perf_counter() - started, 3),
        )

    def _set_head(self, head: Head) -> None:
        self._head = head
        self._cursor = f"{head.seq}.{head.tag.hex()}"

    # --- who ------------------------------------------------------------------------------------

    def authenticate(self, token: str | None) -> Actor | None:
        """Return who holds `token`; None where it is not valid (any longer)."""
        if token is None:
            return None
        participant = self._keyring.participant_of(token)
        if participant is not None:
            return Actor(id=ActorId(participant), role=Role.PARTICIPANT)
        hashed = hash_of(token)
        display = by_secret(self._state.displays, hashed)
        if display is not None:
            return Actor(id=ActorId(display.id), role=Role.DISPLAY)
        return actor_for(self._state.links, hashed, self._clock.now())

    def still_holds(self, actor: ActorId) -> bool:
        """Whether the link behind `actor`, if there is one, has not expired."""
        link = self._state.links.get(LinkId(actor))
        return link is None or link.expires_at is None or self._clock.now() < link.expires_at

    # --- commands -------------------------------------------------------------------------------

    async def submit(self, wish: Wish, actor: Actor) -> Accepted:
        """Carry out a command; returns once it is durable.

        Raises:
            Rejected: the command is not carried out.
        """
        if not self.is_ready:
            raise Rejected(
                "unavailable",
                "This node cannot take commands at the moment.",
                "Keep the command and send it again.",
                retry_after=1,
            )
        if len(self._jobs) >= WAITING_MOST:
            raise Rejected(
                "unavailable",
                "Too many commands wait.",
                "Keep the command and send it again.",
                retry_after=2,
            )
        job = _Job(wish, actor, asyncio.get_running_loop().create_future())
        job.done.add_done_callback(_retrieved)
        if isinstance(wish.command, PairDisplay) and actor.role in {Role.PRODUCER, Role.ORGANISER}:
            job.offer = self._offer(wish, wish.command, actor)
        self._jobs.append(job)
        self._wake.set()
        outcome = "refused"
        try:
            answer = await asyncio.shield(job.done)
            outcome = "accepted"
        finally:
            metrics.COMMANDS.labels(wish.command.type, outcome).inc()
        return answer

    def _offer(self, wish: Wish, command: PairDisplay, actor: Actor) -> Offer | None:
        key = _key(actor, wish)
        memory = self._state.memory
        if key in memory.newer or key in memory.older:
            return None
        return self._pairing.find(command.code, actor.id)

    async def _write(self) -> None:
        while not (self._closing and not self._jobs):
            await self._wake.wait()
            self._wake.clear()
            while self._jobs:
                batch, self._jobs = self._jobs[:BATCH_MOST], self._jobs[BATCH_MOST:]
                try:
                    await self._commit(batch)
                except JournalError as error:
                    log.critical("journal lost", slug=self.slug, error=str(error))
                    self._fail(batch, error)
                except Exception as error:
                    metrics.BUGS.inc()
                    log.critical("writer failed", slug=self.slug, exc_info=error)
                    self._fail(batch, error)

    def _fail(self, batch: Sequence[_Job], error: Exception) -> None:
        self.trouble = f"{type(error).__name__}: {error}"
        self._refuse_all([*batch, *self._jobs])

    def _refuse_all(self, jobs: Sequence[_Job]) -> None:
        for job in jobs:
            if not job.done.done():
                refusal = Rejected(
                    "unavailable",
                    "The journal cannot be written.",
                    "Keep the command and send it again.",
                    retry_after=5,
                )
                job.done.set_exception(refusal)
        self._jobs = []

    async def _commit(self, batch: Sequence[_Job]) -> None:
        """Decide a batch, make it durable, apply, publish, answer."""
        while True:
            decisions, outcomes = self._decide(batch)
            if not decisions:
                break
            entry = Entry(
                self._head.seq + 1, fresh_tag(), self._head.tag, encode_decisions(decisions)
            )
            try:
                found = await self._append(entry)
            except Forked:
                await self._reload()
                continue
            if not found or found[0].tag == entry.tag:
                self._apply(entry.head, decisions)
                self._apply_entries(found[1:])
                break
            self._apply_entries(found)
        self._publish()
        for outcome in outcomes:
            self._answer(outcome)
        if self._since_snapshot >= SNAPSHOT_EVERY:
            await self._keep_snapshot()

    def _decide(self, batch: Sequence[_Job]) -> tuple[list[Decision], list[_Outcome]]:
        state, at = self._state, self._clock.now()
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
                outcomes.append(_Outcome(job, refusal))
            except Exception as error:  # noqa: BLE001 - a bug in one command must not stop the event
                outcomes.append(_Outcome(job, self._bug(job, error)))
        return decisions, outcomes

    def _decide_one(self, state: EventState, job: _Job, at: Ms) -> Decision:
        command, actor = job.wish.command, job.actor
        remember = None
        if job.wish.remembered:
            remember = (_key(actor, job.wish), job.wish.digest)
            memo = recall(state, *remember)
            if memo is not None:
                return Decision(by=actor.id, at=at, facts=(), result=memo.result)
        secret_hash = None
        if isinstance(command, CreateLink):
            secret_hash = hash_of(self._keyring.link_token(self.slug, job.fresh))
        elif job.offer is not None:
            secret_hash = hash_of(job.offer.secret)
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
        answer: Accepted = {"ok": True, "cursor": self._cursor}
        result = outcome.result
        if "link" in result:
            result["token"] = self._keyring.link_token(self.slug, result["link"])
        if "display" in result and job.offer is not None:
            self._pairing.settle(job.offer, self.slug, result["display"])
        if result:
            answer["result"] = result
        job.done.set_result(answer)

    def _named(self, rejected: Rejected) -> Rejected:
        """Say who was first by the name of their link, as views do."""
        if rejected.detail is not None and isinstance(by := rejected.detail.get("by"), str):
            rejected.detail = rejected.detail | {"by": name_of(self._state, ActorId(by))}
        return rejected

    async def _append(self, entry: Entry) -> list[Entry]:
        """Append `entry`; while there is no answer, repeat the very same one."""
        wait_s = RETRY_FIRST_S
        with metrics.APPEND_SECONDS.time():
            while True:
                try:
                    found = await self._journal.append(self.slug, entry)
                except Unavailable as error:
                    if self.trouble is None:
                        log.warning("journal does not answer", slug=self.slug, error=str(error))
                    self.trouble = f"{type(error).__name__}: {error}"
                    await asyncio.sleep(wait_s)
                    wait_s = min(2 * wait_s, RETRY_MOST_S)
                else:
                    self.trouble = None
                    return found

    async def _reload(self) -> None:
        log.warning("journal forked", slug=self.slug, seq=self._head.seq)
        await self._load()
        self._channels.clear()
        self._me.clear()
        self.audience.resync_all()

    def _apply_entries(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._apply(entry.head, decode_decisions(entry.body))

    def _apply(self, head: Head, decisions: Sequence[Decision]) -> None:
        """Evolve, and note what was touched. Nothing here may await."""
        state = self._state
        for decision in decisions:
            state = evolve(state, decision)
            for channel in self._channels.values():
                channel.touched.add(state, decision)
            self._touched.add(state, decision)
            self._notice(decision)
        self._state = state
        self._set_head(head)
        self._since_snapshot += 1
        metrics.ENTRIES.inc()
        self._ticking.set()

    def _notice(self, decision: Decision) -> None:
        for fact in decision.facts:
            if isinstance(fact, LinkRevoked):
                self.audience.cut(ActorId(fact.link), "token.invalid")
            elif isinstance(fact, DisplayRemoved):
                self.audience.cut(ActorId(fact.display), "display.unknown")

    # --- publishing -----------------------------------------------------------------------------

    def channel(self, view: View, room: RoomId | None) -> Channel:
        """Return the channel for `view` of `room`, brought up to date.

        Raises:
            Rejected: `room.unknown`.
        """
        found = self._channels.get((view, room))
        if found is None:
            if room is not None and room not in self._state.agenda.rooms:
                raise Rejected(
                    "room.unknown",
                    f"There is no room {room!r} in this event.",
                    f"Use one of: {', '.join(sorted(self._state.agenda.rooms))}.",
                    field="room",
                )
            found = Channel.open(view, room, self._state, self._cursor)
            self._channels[view, room] = found
        else:
            self._flush(found)
        return found

    def _flush(self, channel: Channel) -> None:
        message = channel.flush(self._state, self._cursor, self._clock.now())
        if message is not None:
            metrics.PATCHES.labels(channel.view.value).inc()
            self.audience.publish(channel.view, channel.room, message)

    def _publish(self) -> None:
        now, later = self._clock.now(), False
        for channel in self._channels.values():
            wait = channel.touched.crowd_only and now - channel.sent_at < GATHER_MS
            if wait:
                later = True
            else:
                self._flush(channel)
        self._publish_me()
        if later and self._flush_due is None:
            loop = asyncio.get_running_loop()
            self._flush_due = loop.call_later(GATHER_MS / 1000, self._flush_all)

    def _flush_all(self) -> None:
        self._flush_due = None
        for channel in self._channels.values():
            self._flush(channel)
        self._publish_me()

    # --- me -------------------------------------------------------------------------------------

    def me(self, actor: Actor) -> merge.Json:
        """Return the whole of what concerns `actor`, and follow it from now on."""
        made: merge.Json = dict(project_me(self._state, actor.id, actor.role.value))
        self._me[actor.id] = (actor.role, made)
        return made

    def _publish_me(self) -> None:
        touched, self._touched = self._touched, Touched()
        for name in touched.actors & self._me.keys():
            role, old = self._me[name]
            new: merge.Json = dict(project_me(self._state, name, role.value))
            patch = merge.diff(old, new)
            if patch:
                self._me[name] = (role, new)
                self.audience.publish_me(name, patch)

    def forget(self, actor: ActorId) -> None:
        """Stop following what concerns `actor`: its last connection is gone."""
        self._me.pop(actor, None)

    # --- presence -------------------------------------------------------------------------------

    def presence_changed(self) -> None:
        """Tell the producers who is connected, within a second."""
        if self._presence_due is None and not self._closing:
            loop = asyncio.get_running_loop()
            self._presence_due = loop.call_later(PRESENCE_EVERY_S, self._tell_presence)

    def _tell_presence(self) -> None:
        self._presence_due = None
        self.audience.publish_presence(self.presence_message())

    def presence_message(self) -> dict[str, Any]:
        """Return the `PresenceMessage` of this node."""
        shown = self.channel(View.STAGE, None).cursor
        return self.presence.message(int(shown.partition(".")[0]))

    # --- clock ----------------------------------------------------------------------------------

    async def _tick(self) -> None:
        """Issue the system's own command whenever the clock alone changes something."""
        actor = Actor(id=SYSTEM, role=Role.SYSTEM)
        while not self._closing:
            self._ticking.clear()
            due = next_tick_at(self._state)
            wait_s = None if due is None else max(0.01, (due - self._clock.now()) / 1000)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ticking.wait(), wait_s)
                continue
            try:
                await self.submit(Wish(fresh_id(), "", Tick()), actor)
            except Rejected:
                await asyncio.sleep(RETRY_MOST_S)

    # --- snapshots ------------------------------------------------------------------------------

    async def _keep_snapshot(self) -> None:
        snapshot = Snapshot(self._head, encode_state(self._state))
        self._since_snapshot = 0
        try:
            await self._journal.save_snapshot(self.slug, snapshot, SNAPSHOT_KEEPS)
        except JournalError as error:
            log.warning("snapshot not kept", slug=self.slug, error=str(error))


def _retrieved(done: "asyncio.Future[Accepted]") -> None:
    """Whoever waited may be gone; an answer that nobody hears is no fault."""
    if not done.cancelled():
        done.exception()


def _key(actor: Actor, wish: Wish) -> str:
    """How a command id is remembered: beside whose it is, so that nobody meets another's."""
    return f"{actor.id}:{wish.id}"
