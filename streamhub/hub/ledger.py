"""The state of one event as a prefix of its journal, and the one way to make it longer.

Here belong loading, appending with repeats, taking in what other nodes wrote, following them, and
snapshots. What a command comes to is decided in `hub.py`; who hears of a change is `watcher`'s.

Two feed the state: the append of this node and, where the journal is shared, the tail of all nodes'
entries. Whichever brings an entry first, it is taken in once and in order; all of that happens
between two awaits.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from time import monotonic, perf_counter
from typing import Final, Protocol

import structlog

from streamhub.core.event import Decision, EventState, begin, evolve
from streamhub.hub import metrics
from streamhub.hub.secrets import fresh_tag
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
from streamhub.protocol.entries import (
    Unreadable,
    encode_decisions,
    read_entry,
    read_snapshot,
    state_slices,
)
from streamhub.tasks import end

log = structlog.get_logger(__name__)

SNAPSHOT_EVERY: Final = 2000
SNAPSHOT_KEEPS: Final = 1000
SNAPSHOT_AGAIN_S: Final = 60.0
LOAD_PAGE: Final = 2000
"""Entries that are read at once while an event is loaded."""
SLICE: Final = 100
"""Entries after which others have their turn meanwhile."""
RETRY_FIRST_S: Final = 0.05
RETRY_MOST_S: Final = 1.0
LOOK_AGAIN_S: Final = 2.0
"""How often a lost journal is looked for: an operator may have put it back."""


class Watcher(Protocol):
    """Who hears of what the ledger takes in. Calls are made on the loop and must not block."""

    def applied(self, state: EventState, decision: Decision) -> None:
        """A decision took effect; `state` is what it made."""
        ...

    def advanced(self) -> None:
        """What others wrote was taken in."""
        ...

    def replaced(self) -> None:
        """The history is another one now: nothing that was sent holds any more."""
        ...


class Nobody:
    """A watcher that does not mind, for those who only read a state."""

    def applied(self, state: EventState, decision: Decision) -> None:
        """See `Watcher.applied`."""

    def advanced(self) -> None:
        """See `Watcher.advanced`."""

    def replaced(self) -> None:
        """See `Watcher.replaced`."""


class Ledger:
    """One event's state.

    Args:
        slug: the event.
        journal: where its facts are kept.
        watcher: hears of every change.
    """

    def __init__(self, slug: str, journal: Journal, watcher: Watcher) -> None:
        self.slug = slug
        self.state: EventState
        self.head = Head()
        self.replayed: frozenset[str] = frozenset()
        """The kinds of the facts that the last loading met behind the snapshot."""
        self._journal = journal
        self._watcher = watcher
        self._confirmed = 0
        self._since_snapshot = 0
        self._next_snapshot = 0.0
        self._one_by_one = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None
        self._loads = 0
        self._passed_over: set[str] = set()
        self._no_append: str | None = None
        self._no_tail: str | None = None
        self._lost: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing can be acknowledged now; None where all is well."""
        return self._lost or self._no_append or self._no_tail

    @property
    def is_following(self) -> bool:
        """Whether entries of other nodes would arrive; true where nobody else writes."""
        return not self._journal.shared or (self._lost is None and self._no_tail is None)

    @property
    def cursor(self) -> str:
        """The position of the head, as clients keep it."""
        return f"{self.head.seq}.{self.head.tag.hex()}"

    # --- loading --------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the state from the journal.

        Raises:
            JournalError: where it cannot be read.
        """
        started = perf_counter()
        snapshot = await self._journal.load_snapshot(self.slug)
        state, head = None, Head()
        passed_over: set[str] = set()
        met: set[str] = set()
        try:
            if snapshot is not None:
                state, is_newer = read_snapshot(snapshot.body)
                head = snapshot.head
                if is_newer:
                    passed_over.add("a newer snapshot")
            replayed = 0
            while entries := await self._journal.read(self.slug, head.seq, LOAD_PAGE):
                for count, entry in enumerate(entries):
                    state = _take(state, entry, passed_over, met)
                    head = entry.head
                    if count % SLICE == 0:
                        await asyncio.sleep(0)
                replayed += len(entries)
        except Unreadable as error:
            raise Lost(f"The journal of {self.slug!r} cannot be read: {error}") from error
        if state is None:
            raise Lost(f"The journal of {self.slug!r} holds neither snapshot nor entries.")
        self._passed_over = set()
        self._note_passed_over(passed_over)
        self.state, self.head, self.replayed = state, head, frozenset(met)
        self._since_snapshot = replayed
        self._lost = self._no_append = self._no_tail = None
        self._loads += 1
        log.info(
            "event loaded",
            slug=self.slug,
            seq=head.seq,
            replayed=replayed,
            seconds=round(perf_counter() - started, 3),
        )

    async def reload(self) -> None:
        """Begin again from the journal, whose history is another one now."""
        log.warning("journal forked", slug=self.slug, seq=self.head.seq)
        await self.load()
        self._confirmed = 0
        self._watcher.replaced()

    # --- taking in ------------------------------------------------------------------------------

    def _absorb(self, entries: Iterable[Entry]) -> None:
        """Take in what is new of `entries`; raises `Forked` where they are of another history."""
        for entry in entries:
            if entry.seq <= self.head.seq:
                continue
            if entry.base != self.head:
                raise Forked(f"entry {entry.seq} does not stand on mine")
            try:
                read = read_entry(entry.body)
            except Unreadable as error:
                raise Lost(f"entry {entry.seq} of {self.slug!r} cannot be read: {error}") from error
            self._note_passed_over(read.passed_over)
            self._apply(entry.head, read.decisions)

    def _apply(self, head: Head, decisions: Sequence[Decision]) -> None:
        state = self.state
        for decision in decisions:
            state, effective = _evolved(state, decision, self._passed_over)
            self._watcher.applied(state, effective)
        self.state, self.head = state, head
        self._since_snapshot += 1
        metrics.ENTRIES.inc()

    def _note_passed_over(self, kinds: Iterable[str]) -> None:
        new = set(kinds) - self._passed_over
        if new:
            self._passed_over |= new
            log.warning(
                "facts of a newer streamhub passed over",
                slug=self.slug,
                kinds=sorted(new),
                hint="upgrade this node; it keeps no snapshots until then",
            )

    # --- appending ------------------------------------------------------------------------------

    async def append(self, decisions: Sequence[Decision]) -> bool:
        """Make `decisions` durable on top of the state; they were decided on it.

        Returns:
            True when they are durable and in the state. False where somebody else was first: the
            state has moved, decide again.

        Raises:
            Lost: the journal is gone.
        """
        entry = Entry(self.head.seq + 1, fresh_tag(), self.head.tag, encode_decisions(decisions))
        try:
            found = await self._answered(entry)
            if found and found[0].tag != entry.tag:
                self._absorb(found)
                return False
            if self.head == entry.base:
                self._apply(entry.head, decisions)
            else:
                self._absorb([entry])
            self._confirmed = max(self._confirmed, entry.seq)
            self._absorb(found[1:])
        except (Forked, Lost) as error:
            await self._begin_again(error)
            return False
        # The node that wrote it keeps it: one of several. A hundredth of its time may go into
        # snapshots. Nobody waits for them: a state is a value, others come while it is written.
        if entry.seq % SNAPSHOT_EVERY == 0 and monotonic() >= self._next_snapshot:
            self._next_snapshot = float("inf")  # until this one has told how long it took
            self._keeping = asyncio.create_task(self._keep_beside(), name=f"keep {self.slug}")
        return True

    async def _answered(self, entry: Entry) -> list[Entry]:
        """Append `entry`; while there is no answer, repeat the very same one."""
        wait_s = RETRY_FIRST_S
        with metrics.APPEND_SECONDS.time():
            while True:
                try:
                    found = await self._journal.append(self.slug, entry)
                except Unavailable as error:
                    if self._no_append is None:
                        log.warning("journal does not answer", slug=self.slug, error=str(error))
                    self._no_append = f"{type(error).__name__}: {error}"
                    await asyncio.sleep(wait_s)
                    wait_s = min(2 * wait_s, RETRY_MOST_S)
                else:
                    self._no_append = None
                    return found

    async def _begin_again(self, error: Forked | Lost) -> None:
        """Reload, however long the journal is away meanwhile; raises `Lost` where it is gone."""
        if isinstance(error, Lost) and not self._only_unacknowledged(error):
            self._lose(error)
            raise error
        while True:
            try:
                return await self.reload()
            except Unavailable as away:
                self._no_append = f"{type(away).__name__}: {away}"
                await asyncio.sleep(RETRY_MOST_S)

    async def confirm(self) -> bool:
        """Return when all of the state is durable, also what others wrote.

        Call it before acknowledging a command that changed nothing, as a repeated one: what it was
        answered from may have come by the tail, and be on one server only.

        Returns:
            False where the history was replaced meanwhile: decide again.

        Raises:
            Lost: the journal is gone.
        """
        wait_s, loads = RETRY_FIRST_S, self._loads
        while not self._journal.tail_is_durable and self._confirmed < self.head.seq:
            head = self.head
            try:
                await self._journal.confirm(self.slug, head)
            except Unavailable as error:
                self._no_append = f"{type(error).__name__}: {error}"
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, RETRY_MOST_S)
                continue
            except (Forked, Lost) as error:
                await self._begin_again(error)
                return False
            self._no_append = None
            if loads == self._loads:
                self._confirmed = max(self._confirmed, head.seq)
            break
        return loads == self._loads

    # --- following ------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Take in what other nodes write, until cancelled."""
        wait_s = RETRY_FIRST_S
        while True:
            try:
                await self._journal.read(self.slug, self.head.seq, 1)
                self._no_tail = None
                async for batch in self._journal.tail(self.slug, self.head):
                    wait_s = RETRY_FIRST_S
                    self._absorb(batch)
                    self._watcher.advanced()
            except Forked:
                with contextlib.suppress(JournalError):
                    await self.reload()
                await asyncio.sleep(RETRY_FIRST_S)
            except Lost as error:
                if self._only_unacknowledged(error):
                    with contextlib.suppress(JournalError):
                        await self.reload()
                    await asyncio.sleep(RETRY_FIRST_S)
                else:
                    self._lose(error)
                    await asyncio.sleep(LOOK_AGAIN_S)
            except Unavailable as error:
                self._no_tail = f"{type(error).__name__}: {error}"
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, RETRY_MOST_S)
            except Exception as error:
                metrics.BUGS.inc()
                log.critical("follower failed", slug=self.slug, exc_info=error)
                self._no_tail = f"{type(error).__name__}: {error}"
                await asyncio.sleep(LOOK_AGAIN_S)

    async def look_again(self) -> None:
        """Look for a journal that was lost, until cancelled: an operator may have put it back."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            if self._lost is not None:
                with contextlib.suppress(Lost, Unavailable):
                    try:
                        await self._journal.read(self.slug, self.head.seq, 1)
                    except Forked:
                        await self.reload()
                    self._lost = None
                    log.warning("journal is back", slug=self.slug, seq=self.head.seq)

    def _only_unacknowledged(self, error: Lost) -> bool:
        """Whether the journal is shorter only by what nobody was told of, as far as is known here.

        After a failover it may lack what had reached the old primary alone. Another node that did
        acknowledge something of it finds it lost by itself.
        """
        return (
            not self._journal.tail_is_durable
            and error.end is not None
            and error.end >= self._confirmed
        )

    def _lose(self, error: Lost) -> None:
        if self._lost is None:
            log.critical("journal lost", slug=self.slug, error=str(error))
        self._lost = f"{type(error).__name__}: {error}"

    # --- snapshots ------------------------------------------------------------------------------

    async def _keep_beside(self) -> None:
        """Keep a snapshot beside everything else; that it fails stops nothing."""
        try:
            await self.keep_snapshot()
        except Exception as error:
            metrics.BUGS.inc()
            log.critical("snapshot failed", slug=self.slug, exc_info=error)
            self._next_snapshot = monotonic() + SNAPSHOT_AGAIN_S

    async def keep_snapshot(self, keep: int = SNAPSHOT_KEEPS) -> bool:
        """Keep a snapshot and trim what it makes superfluous; tells whether it was kept."""
        async with self._one_by_one:
            return await self._keep_snapshot(keep)

    async def _keep_snapshot(self, keep: int) -> bool:
        if self._passed_over or self.trouble is not None:
            self._next_snapshot = monotonic()
            return False
        head, since, took = self.head, self._since_snapshot, 0.0
        parts: list[bytes] = []
        slices = state_slices(self.state)
        while True:
            began = perf_counter()
            part = next(slices, None)
            took += perf_counter() - began
            if part is None:
                break
            parts.append(part)
            await asyncio.sleep(0)
        metrics.SNAPSHOT_SECONDS.observe(took)
        self._next_snapshot = monotonic() + 100 * took
        self._since_snapshot = max(0, self._since_snapshot - since)
        try:
            snapshot = Snapshot(head, b"".join(parts))
            await self._journal.save_snapshot(self.slug, snapshot, keep)
        except JournalError as error:
            log.warning("snapshot not kept", slug=self.slug, error=str(error))
            return False
        return True

    async def scrub(self) -> None:
        """Make what was trimmed unreadable."""
        await self._journal.scrub()

    async def close(self) -> None:
        """Keep a snapshot, if one is worth it."""
        if self._keeping is not None:
            await end({self._keeping})
        if self._since_snapshot:
            await self.keep_snapshot()


def _take(
    state: EventState | None, entry: Entry, passed_over: set[str], met: set[str]
) -> EventState:
    """Return the state after one entry, while loading."""
    read = read_entry(entry.body)
    passed_over |= read.passed_over
    for decision in read.decisions:
        for fact in decision.facts:
            met.add(fact.type)
        state = begin(decision) if state is None else _evolved(state, decision, passed_over)[0]
    if state is None:
        raise Unreadable(f"entry {entry.seq} holds nothing, and the event has not begun")
    return state


def _evolved(
    state: EventState, decision: Decision, passed_over: set[str]
) -> tuple[EventState, Decision]:
    """Return the state after a decision, and as much of the decision as took effect."""
    try:
        return evolve(state, decision), decision
    except Exception:
        if not passed_over:
            raise
        # It is about something that this version passed over: who and when are all that is left.
        bare = replace(decision, facts=())
        return evolve(state, bare), bare
