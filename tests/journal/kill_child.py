"""The victim of `test_sqlite_kill.py`: appends under load until it is killed.

Started with the journal's path and the path of a record. Every line of the record is one write:
`try event seq tag prev` before an append, `ack event seq tag prev` once it was acknowledged.
"""

import asyncio
import os
import secrets
import sys
from pathlib import Path

from streamhub.journal import Entry, Head
from streamhub.journal.sqlite import SqliteJournal

EVENTS = ("one", "two", "three")


async def load(journal: SqliteJournal, record: int, event: str) -> None:
    entries = await journal.read(event, 0, limit=1_000_000)
    head = entries[-1].head if entries else Head()
    while True:
        entry = Entry(head.seq + 1, secrets.token_bytes(8), head.tag, secrets.token_bytes(700))
        line = f"{event} {entry.seq} {entry.tag.hex()} {entry.prev.hex()}\n"
        os.write(record, f"try {line}".encode())
        assert await journal.append(event, entry) == []
        os.write(record, f"ack {line}".encode())
        head = entry.head


async def main(path: Path, record: int) -> None:
    journal = await SqliteJournal.open(path)
    await asyncio.gather(*(load(journal, record, event) for event in EVENTS))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND)))
