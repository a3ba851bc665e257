"""The journal in memory: for tests, and for events that may vanish with the process.

It keeps every promise of `Journal` but durability. Nothing here is for speed or for large events.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from streamhub.journal.base import PAGE, Entry, Exists, Head, Snapshot, Unavailable
from streamhub.journal.bells import Bells
from streamhub.journal.chain import (
    Span,
    absent,
    check_first,
    check_next,
    check_reach,
    check_read,
    check_since,
    check_snapshot,
    check_whole,
    last_superfluous,
)


@dataclass(slots=True)
class _Log:
    first: bytes
    """The tag of entry 1, kept when the entry itself is trimmed: `create` may be repeated."""
    entries: list[Entry]
    snapshot: Snapshot | None = None

    @property
    def span(self) -> Span:
        return Span(self.entries[0].base, self.entries[-1].head)

    def after(self, seq: int, limit: int) -> list[Entry]:
        begin = seq - self.span.base.seq
        return self.entries[begin : begin + limit]


class MemoryJournal:
    """A `Journal` in this process's memory; several hubs may share it."""

    shared = True
    tail_is_durable = True

    def __init__(self) -> None:
        self._logs: dict[str, _Log] = {}
        self._bells = Bells()
        self._closed = False

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("the journal in memory was closed: open a new one")

    def _find(self, event: str) -> _Log:
        self._check_open()
        if event not in self._logs:
            raise absent(event)
        return self._logs[event]

    def _look(self, event: str, head: Head) -> tuple[_Log, list[Entry]]:
        """Answer the event's log and what stands on `head`; raise if `head` is not on it."""
        log = self._find(event)
        check_reach(event, log.span, head.seq)
        onward = log.after(head.seq, PAGE)
        check_since(event, log.span, head, onward)
        return log, onward

    async def create(self, event: str, first: Entry) -> None:
        """See `Journal.create`."""
        self._check_open()
        check_first(first)
        log = self._logs.setdefault(event, _Log(first.tag, [first]))
        if log.first != first.tag:
            raise Exists(f"event {event!r} exists already: open it, or choose another name")

    async def append(self, event: str, entry: Entry) -> list[Entry]:
        """See `Journal.append`."""
        check_next(entry)
        log, onward = self._look(event, entry.base)
        if not onward:
            log.entries.append(entry)
            self._bells.ring(event)
        return onward

    async def read(self, event: str, after: int, limit: int = PAGE) -> list[Entry]:
        """See `Journal.read`."""
        check_read(after, limit)
        log = self._find(event)
        check_reach(event, log.span, after)
        return log.after(after, limit)

    def tail(self, event: str, head: Head) -> AsyncIterator[list[Entry]]:
        """See `Journal.tail`."""
        return self._bells.follow(event, head, self._since)

    async def _since(self, event: str, head: Head) -> list[Entry]:
        return self._look(event, head)[1]

    async def load_snapshot(self, event: str) -> Snapshot | None:
        """See `Journal.load_snapshot`."""
        log = self._find(event)
        check_snapshot(event, log.span, log.snapshot)
        return log.snapshot

    async def save_snapshot(self, event: str, snapshot: Snapshot, keep: int) -> None:
        """See `Journal.save_snapshot`."""
        log, _ = self._look(event, snapshot.head)
        if log.snapshot is None or log.snapshot.head.seq <= snapshot.head.seq:
            log.snapshot = snapshot
        last = last_superfluous(log.span, log.snapshot.head.seq, keep)
        del log.entries[: max(0, last - log.span.base.seq)]

    async def confirm(self, event: str, head: Head) -> None:
        """Do nothing but look: what is here is as durable as it gets."""
        self._look(event, head)

    async def restore(
        self,
        event: str,
        snapshot: Snapshot | None,
        entries: Sequence[Entry],
        *,
        replace: bool = False,
    ) -> None:
        """See `Journal.restore`."""
        self._check_open()
        first = check_whole(event, snapshot, entries)
        if event in self._logs and not replace:
            raise Exists(f"event {event!r} exists already: replace it, or choose another journal")
        self._logs[event] = _Log(first, list(entries), snapshot)
        self._bells.ring(event)

    async def events(self) -> list[str]:
        """See `Journal.events`."""
        self._check_open()
        return sorted(self._logs)

    async def scrub(self) -> None:
        """Do nothing but refuse when closed: memory that was let go is nobody's to read."""
        self._check_open()

    async def close(self) -> None:
        """Forget everything; see `Journal.close`."""
        self._closed = True
        self._logs.clear()
        self._bells.ring_all()
