"""Is a SQLite file sound as a file? SQLite's own examination, in words."""

import sqlite3

from streamhub.journal.sqlite import SqliteJournal

MOST = 20
"""Flaws that are told at most: a file with one has many."""


async def flaws_of(journal: SqliteJournal) -> list[str]:
    """Examine the whole file; nothing else is served meanwhile, seconds for a large one.

    It finds broken pages and indexes. It cannot find a changed letter in a body, for SQLite keeps
    no sums, nor entries that are missing at the very end.
    """

    def look(db: sqlite3.Connection) -> list[str]:
        rows = db.execute(f"PRAGMA integrity_check({MOST})").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    return await journal._thread.read(look)  # noqa: SLF001 - the engine's own thread, in its own package
