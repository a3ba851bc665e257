"""What a journal is: its words, its errors and the promises every engine keeps.

Here belong the types that the hub and the engines share, and the `Journal` protocol. No engine,
no I/O and no rule about what bodies mean: to a journal a body is bytes. The pure rule that tells
whether a position is on a journal stands in `chain.py`.

One event has one journal: a chain of entries numbered from 1, each naming the tag of the one
before it. Tags are made by the caller, fresh and random for every entry that it decides (16 bytes
from `secrets.token_bytes` are plenty), and kept when that entry is repeated: the tag is how an
append that got no answer is recognised as already done, and how a history that was replaced by
another of the same length is told from the one that was acknowledged.
"""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

PAGE = 500
"""The most entries that one answer to `append`, or one batch of `tail`, carries."""


class Head(NamedTuple):
    """A position: the entry's number and its tag. `Head()` stands before entry 1."""

    seq: int = 0
    tag: bytes = b""


class Entry(NamedTuple):
    """What one append makes durable: the batch of facts in `body`, and its place in the chain."""

    seq: int
    """From 1, without gaps; below 2**40."""
    tag: bytes
    """The random name of this entry, never empty."""
    prev: bytes
    """The tag of entry `seq - 1`; empty for entry 1."""
    body: bytes

    @property
    def head(self) -> Head:
        """The position that a journal ending in this entry has."""
        return Head(self.seq, self.tag)

    @property
    def base(self) -> Head:
        """The position on which this entry stands."""
        return Head(self.seq - 1, self.prev)


class Snapshot(NamedTuple):
    """A state written whole: `body` holds all that happened up to and including `head`."""

    head: Head
    body: bytes


class JournalError(Exception):
    """Anything a journal refuses or cannot do; the message says what to do about it."""


class Forked(JournalError):  # noqa: N818 - a word of the domain, read as "the journal has forked"
    """My head is not on this journal (any more): reload from the snapshot, resync the clients."""


class Lost(JournalError):  # noqa: N818 - as Forked
    """The journal is gone, damaged or shorter than what was acknowledged.

    Stop acknowledging, raise the alarm: an operator must decide. `end` is the number of the last
    entry that is there, where there is any.
    """

    end: int | None = None


class Exists(JournalError):  # noqa: N818 - as Forked
    """The event to create is there already, with another first entry."""


class InUse(JournalError):  # noqa: N818 - as Forked
    """Another process holds the journal's file; it must stop first."""


class Unavailable(JournalError):  # noqa: N818 - as Forked
    """No answer, so nobody knows whether it happened: repeat the SAME entry, byte for byte."""


class Full(Unavailable):
    """No room: as `Unavailable`, and the node is not ready until there is."""


class Journal(Protocol):
    """The ordered, durable truth of every event; `event` is the event's slug throughout.

    Every method may raise `Unavailable` or `Full`, and `Lost` where the event is not there. A call
    that is cancelled may still take effect, whole: treat it like `Unavailable`.
    """

    @property
    def shared(self) -> bool:
        """Whether other processes may write too, so that their entries must be followed."""
        ...

    @property
    def tail_is_durable(self) -> bool:
        """Whether what can be read is as durable as what was acknowledged (else `confirm`)."""
        ...

    async def create(self, event: str, first: Entry) -> None:
        """Start the event's journal with entry 1 (`prev` empty): the only way to entry 1.

        Repeating it with the same tag changes nothing. Raises `Exists` where the event began with
        another tag, `ValueError` where `first` cannot be a first entry.
        """
        ...

    async def append(self, event: str, entry: Entry) -> list[Entry]:
        """Make `entry` durable on top of entry `seq - 1` with the tag `prev`.

        Answers `[]` when it is durable now. Otherwise nothing was written, and the answer is the
        entries that stand from `entry.seq` on, at most `PAGE` of them: if the first carries
        `entry.tag`, this is a repeat and `entry` is durable already; if not, others were first, so
        apply these, decide again and append on top of them.

        Raises `Forked` where the predecessor is not on this journal, or so old that the journal
        cannot tell any more; `Lost` where the journal ends before the predecessor; `ValueError`
        for entry 1 or an empty tag.
        """
        ...

    async def read(self, event: str, after: int, limit: int = PAGE) -> list[Entry]:
        """Answer up to `limit` (at least 1) entries with `seq > after`; `[]` at the end.

        Raises `Forked` where some of them were trimmed (reload from the snapshot), `Lost` where
        the journal ends before `after`.
        """
        ...

    def tail(self, event: str, head: Head) -> AsyncIterator[list[Entry]]:
        """Yield the entries after `head` as they become durable: batches of 1 to `PAGE`, forever.

        Raises `Forked` where `head` is not on this journal or what follows it was trimmed, `Lost`
        where the journal ends before it, `Unavailable` once the journal is closed or its server is
        away: begin again from the last entry that came. What it yields may be less durable than an
        acknowledged entry; see `confirm`.
        """
        ...

    async def load_snapshot(self, event: str) -> Snapshot | None:
        """Answer the newest snapshot, if one was ever saved."""
        ...

    async def save_snapshot(self, event: str, snapshot: Snapshot, keep: int) -> None:
        """Keep `snapshot` in place of any older one, then trim what it makes superfluous.

        Entries after the snapshot always stay, and so do the last `max(keep, 1)` entries. One that
        is older than the kept snapshot is passed over in silence: another node was ahead. Raises
        `Forked` where `snapshot.head` is not on this journal.
        """
        ...

    async def confirm(self, event: str, head: Head) -> None:
        """Return when everything up to `head`, which was read, is as durable as can be.

        Call it before acknowledging something that somebody else appended: where entries are kept
        in several places, reading one does not say that it is in all of them. Raises `Forked` or
        `Lost` as `append` does, where `head` is not on the journal (any more).
        """
        ...

    async def restore(
        self,
        event: str,
        snapshot: Snapshot | None,
        entries: Sequence[Entry],
        *,
        replace: bool = False,
    ) -> None:
        """Put a journal back whole, as it was read: at least one entry, on from the snapshot.

        Raises `Exists` where the event is there and `replace` is not set, `ValueError` or `Lost`
        where snapshot and entries make no whole journal. Whoever follows a replaced journal hears
        `Forked` or `Lost`.
        """
        ...

    async def events(self) -> list[str]:
        """Answer the slugs of the events that were created, in alphabetical order."""
        ...

    async def scrub(self) -> None:
        """Make the bytes of trimmed entries and replaced snapshots unreadable."""
        ...

    async def close(self) -> None:
        """Finish what was begun, then let go of everything; closing again changes nothing."""
        ...
