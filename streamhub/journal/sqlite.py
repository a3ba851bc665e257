"""The embedded journal: one SQLite file, no service. The default.

Here belong the tables and what the journal's operations mean in them. Threads, commits and errors
of the file stand in `sqlite_thread.py`; what is on the chain and what is not, in `chain.py`.

The key of an entry is one integer made of the event's number and `seq`: entries of an event lie
side by side, in order, and a 1 kB commit writes 6.9 kB of log, against 17.8 kB with a two-column
key in a table without rowid.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from streamhub.journal.base import (
    PAGE,
    Entry,
    Exists,
    Head,
    JournalError,
    Lost,
    Snapshot,
    Unavailable,
)
from streamhub.journal.bells import Bells
from streamhub.journal.chain import (
    Span,
    absent,
    check_chain,
    check_first,
    check_next,
    check_reach,
    check_read,
    check_since,
    check_snapshot,
    check_whole,
    last_superfluous,
)
from streamhub.journal.sqlite_thread import SqliteThread

LAYOUT = 1
"""Of the tables; kept in the file's `user_version`."""

SEQ_BITS = 40
SEQ_MASK = (1 << SEQ_BITS) - 1

TABLES = f"""
BEGIN;
CREATE TABLE event (
  num INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  first BLOB NOT NULL -- the tag of entry 1, kept when the entry is trimmed: create may be repeated
);
CREATE TABLE entry (
  key INTEGER PRIMARY KEY, -- num << {SEQ_BITS} | seq
  tag BLOB NOT NULL,
  prev BLOB NOT NULL,
  body BLOB NOT NULL
);
CREATE TABLE snapshot (
  num INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  tag BLOB NOT NULL,
  body BLOB NOT NULL
);
PRAGMA user_version = {LAYOUT};
COMMIT;
"""


class SqliteJournal:
    """A `Journal` in one SQLite file that this process holds alone."""

    shared = False
    tail_is_durable = True

    def __init__(self, thread: SqliteThread) -> None:
        """Use `open`, which hands in an open thread."""
        self._thread = thread
        self._bells = Bells()

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the journal at `path`, or make it; the directory must be there.

        Beside it lie `<path>.lock`, which tells a second process to stay out, and while it is in
        use `<path>-wal` and `<path>-shm`, which belong to it. Raises `InUse`, `Lost` (no sound
        SQLite file), `Unavailable`, `Full`, or a plain `JournalError` for a newer file layout.
        """
        thread = SqliteThread(path)
        await thread.open(partial(_prepare, path=path))
        return cls(thread)

    async def create(self, event: str, first: Entry) -> None:
        """See `Journal.create`."""
        check_first(first)
        await self._thread.write(partial(_create, event=event, first=first))

    async def append(self, event: str, entry: Entry) -> list[Entry]:
        """See `Journal.append`."""
        check_next(entry)

        def ring(onward: list[Entry]) -> None:
            if not onward:
                self._bells.ring(event)

        return await self._thread.write(partial(_append, event=event, entry=entry), ring)

    async def read(self, event: str, after: int, limit: int = PAGE) -> list[Entry]:
        """See `Journal.read`."""
        check_read(after, limit)
        return await self._thread.read(partial(_read, event=event, after=after, limit=limit))

    def tail(self, event: str, head: Head) -> AsyncIterator[list[Entry]]:
        """See `Journal.tail`."""
        return self._bells.follow(event, head, self._since)

    async def _since(self, event: str, head: Head) -> list[Entry]:
        return await self._thread.read(partial(_since, event=event, head=head))

    async def load_snapshot(self, event: str) -> Snapshot | None:
        """See `Journal.load_snapshot`."""
        return await self._thread.read(partial(_load_snapshot, event=event))

    async def save_snapshot(self, event: str, snapshot: Snapshot, keep: int) -> None:
        """See `Journal.save_snapshot`."""
        work = partial(_save_snapshot, event=event, snapshot=snapshot, keep=keep)
        await self._thread.write(work)

    async def confirm(self, event: str, head: Head) -> None:
        """Do nothing: what can be read was committed, and a commit is on the disk."""

    async def restore(
        self,
        event: str,
        snapshot: Snapshot | None,
        entries: Sequence[Entry],
        *,
        replace: bool = False,
    ) -> None:
        """See `Journal.restore`."""
        first = check_whole(event, snapshot, entries)
        work = partial(
            _restore, event=event, first=first, snapshot=snapshot, entries=entries, replace=replace
        )
        await self._thread.write(work)
        self._bells.ring(event)

    async def events(self) -> list[str]:
        """See `Journal.events`."""
        return await self._thread.read(_events)

    async def scrub(self) -> None:
        """See `Journal.scrub`. Nothing else is served meanwhile: seconds for a large file."""
        await self._thread.read(_scrub)

    async def close(self) -> None:
        """See `Journal.close`."""
        await self._thread.close()
        self._bells.ring_all()


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    (layout,) = db.execute("PRAGMA user_version").fetchone()
    if layout == 0:
        db.executescript(TABLES)
    elif layout != LAYOUT:
        raise JournalError(
            f"cannot open {path}: its layout is {layout}, this streamhub knows {LAYOUT}; run the"
            " streamhub that wrote it, or a newer one"
        )


def _find(db: sqlite3.Connection, event: str) -> tuple[int, Span]:
    """Answer the event's number, as the high bits of its keys, and what is on file of it."""
    row = db.execute("SELECT num FROM event WHERE slug = ?", (event,)).fetchone()
    if row is None:
        raise absent(event)
    num = row[0] << SEQ_BITS
    keys = (num, num | SEQ_MASK)
    ends = "SELECT key, tag, prev FROM entry WHERE key BETWEEN ? AND ? ORDER BY key"
    oldest = db.execute(f"{ends} ASC LIMIT 1", keys).fetchone()
    newest = db.execute(f"{ends} DESC LIMIT 1", keys).fetchone()
    if oldest is None:
        raise Lost(f"event {event!r} has no entries left on file: restore a backup")
    base = Head((oldest[0] & SEQ_MASK) - 1, oldest[2])
    return num, Span(base, Head(newest[0] & SEQ_MASK, newest[1]))


def _entries(db: sqlite3.Connection, num: int, after: int, limit: int) -> list[Entry]:
    rows = db.execute(
        "SELECT key & ?, tag, prev, body FROM entry WHERE key > ? AND key <= ? ORDER BY key"
        " LIMIT ?",
        (SEQ_MASK, num | after, num | SEQ_MASK, limit),
    )
    return list(map(Entry._make, rows))


def _create(db: sqlite3.Connection, event: str, first: Entry) -> None:
    row = db.execute("SELECT first FROM event WHERE slug = ?", (event,)).fetchone()
    if row is None:
        made = db.execute("INSERT INTO event (slug, first) VALUES (?, ?)", (event, first.tag))
        assert made.lastrowid is not None  # noqa: S101 - an INSERT has one; for the type checker
        _insert(db, made.lastrowid << SEQ_BITS, first)
    elif row[0] != first.tag:
        raise Exists(f"event {event!r} exists already: open it, or choose another name")


def _insert(db: sqlite3.Connection, num: int, entry: Entry) -> None:
    seq, *rest = entry
    db.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (num | seq, *rest))


def _look(
    db: sqlite3.Connection, event: str, head: Head, limit: int
) -> tuple[int, Span, list[Entry]]:
    """Answer as `_find`, and up to `limit` entries after `head`; raise if it is not there."""
    num, span = _find(db, event)
    check_reach(event, span, head.seq)
    onward = _entries(db, num, head.seq, limit)
    check_since(event, span, head, onward)
    return num, span, onward


def _append(db: sqlite3.Connection, event: str, entry: Entry) -> list[Entry]:
    num, _, onward = _look(db, event, entry.base, PAGE)
    if not onward:
        _insert(db, num, entry)
    return onward


def _since(db: sqlite3.Connection, event: str, head: Head) -> list[Entry]:
    return _look(db, event, head, PAGE)[2]


def _read(db: sqlite3.Connection, event: str, after: int, limit: int) -> list[Entry]:
    num, span = _find(db, event)
    check_reach(event, span, after)
    entries = _entries(db, num, after, limit)
    if entries:
        # The reader brings no tag, so the first is taken at its word; gaps behind it are damage.
        check_chain(Head(after, entries[0].prev), entries)
    return entries


def _load_snapshot(db: sqlite3.Connection, event: str) -> Snapshot | None:
    num, span = _find(db, event)
    row = db.execute(
        "SELECT seq, tag, body FROM snapshot WHERE num = ?", (num >> SEQ_BITS,)
    ).fetchone()
    snapshot = row and Snapshot(Head(row[0], row[1]), row[2])
    check_snapshot(event, span, snapshot)
    return snapshot


def _restore(
    db: sqlite3.Connection,
    event: str,
    first: bytes,
    snapshot: Snapshot | None,
    entries: Sequence[Entry],
    replace: bool,  # noqa: FBT001 - named at its one call
) -> None:
    row = db.execute("SELECT num FROM event WHERE slug = ?", (event,)).fetchone()
    if row is not None:
        if not replace:
            raise Exists(f"event {event!r} exists already: replace it, or choose another directory")
        num = row[0]
        db.execute("UPDATE event SET first = ? WHERE num = ?", (first, num))
        keys = (num << SEQ_BITS, num << SEQ_BITS | SEQ_MASK)
        db.execute("DELETE FROM entry WHERE key BETWEEN ? AND ?", keys)
        db.execute("DELETE FROM snapshot WHERE num = ?", (num,))
    else:
        made = db.execute("INSERT INTO event (slug, first) VALUES (?, ?)", (event, first))
        num = made.lastrowid
    for entry in entries:
        _insert(db, num << SEQ_BITS, entry)
    if snapshot is not None:
        row = (num, *snapshot.head, snapshot.body)
        db.execute("INSERT INTO snapshot VALUES (?, ?, ?, ?)", row)


def _save_snapshot(db: sqlite3.Connection, event: str, snapshot: Snapshot, keep: int) -> None:
    num, span, _ = _look(db, event, snapshot.head, 1)
    db.execute(
        "INSERT INTO snapshot VALUES (?, ?, ?, ?) ON CONFLICT (num) DO UPDATE"
        " SET seq = excluded.seq, tag = excluded.tag, body = excluded.body"
        " WHERE excluded.seq >= seq",
        (num >> SEQ_BITS, *snapshot.head, snapshot.body),
    )
    (seq,) = db.execute("SELECT seq FROM snapshot WHERE num = ?", (num >> SEQ_BITS,)).fetchone()
    last = last_superfluous(span, seq, keep)
    db.execute("DELETE FROM entry WHERE key > ? AND key <= ?", (num, num | max(last, 0)))


def _events(db: sqlite3.Connection) -> list[str]:
    return [slug for (slug,) in db.execute("SELECT slug FROM event ORDER BY slug")]


def _scrub(db: sqlite3.Connection) -> None:
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Unavailable(
            "cannot scrub: another program is reading the file, and what it reads must stay; end"
            " that program (a backup, a sqlite3 shell) and scrub again"
        )
