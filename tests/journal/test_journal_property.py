"""Two writers on one journal, answers lost, snapshots in between: one chain, nothing twice.

The writers do what a hub does: decide on top of what they know, apply what others wrote first,
repeat an entry that got no answer, and reload where their head is gone. Bodies are command
numbers, so "nothing lost, nothing twice" is equality with the list of commands.
"""

import asyncio
import json
import secrets
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis_server import RedisServer

from streamhub.journal import Entry, Forked, Head, Journal, Snapshot, check_chain
from streamhub.journal.memory import MemoryJournal
from streamhub.journal.redis_streams import RedisJournal
from streamhub.journal.sqlite import SqliteJournal

EVENT = "conf"


class Writer:
    """A hub in miniature: its state is the list of commands that took effect."""

    def __init__(self, journal: Journal, tags: Iterator[int]) -> None:
        self._journal = journal
        self._tags = tags
        self.head = Head()
        self.state: list[int] = []
        self.pending: Entry | None = None

    def _apply(self, entries: list[Entry]) -> None:
        self.head = check_chain(self.head, entries)
        self.state += [json.loads(entry.body) for entry in entries]

    async def reload(self) -> None:
        snapshot = await self._journal.load_snapshot(EVENT)
        self.head = snapshot.head if snapshot else Head()
        self.state = json.loads(snapshot.body) if snapshot else []
        self._apply(await self._journal.read(EVENT, self.head.seq, limit=1_000))

    def decide(self, command: int) -> Entry:
        tag = b"%d" % next(self._tags)
        self.pending = Entry(self.head.seq + 1, tag, self.head.tag, json.dumps(command).encode())
        return self.pending

    async def settle(self) -> None:
        """Repeat what got no answer, and decide it again where others were first."""
        while self.pending:
            command = json.loads(self.pending.body)
            try:
                onward = await self._journal.append(EVENT, self.pending)
            except Forked:
                await self.reload()
                if command in self.state:
                    self.pending = None
                else:
                    self.decide(command)
                continue
            self._apply(onward or [self.pending])
            if not onward or onward[0].tag == self.pending.tag:
                self.pending = None
            else:
                self.decide(command)

    async def save(self, keep: int) -> None:
        body = json.dumps(self.state).encode()
        try:
            await self._journal.save_snapshot(EVENT, Snapshot(self.head, body), keep)
        except Forked:
            await self.reload()


WHO = st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), WHO, st.just(0)),
        st.tuples(st.just("submit, answer lost"), WHO, st.just(0)),
        st.tuples(st.just("both at once"), WHO, st.just(0)),
        st.tuples(st.just("snapshot"), WHO, st.integers(0, 4)),
    ),
    max_size=30,
)


async def run(journal: Journal, steps: list[tuple[str, int, int]]) -> None:
    tags, commands = count(), count(1)
    await journal.create(EVENT, Entry(1, b"first", b"", b"0"))
    writers = [Writer(journal, tags), Writer(journal, tags)]
    for writer in writers:
        await writer.reload()
    for what, who, keep in steps:
        writer = writers[who]
        if what == "snapshot":
            await writer.save(keep)
        elif what == "both at once":
            for each in writers:
                await each.settle()
                each.decide(next(commands))
            await asyncio.gather(*(each.settle() for each in writers))
        else:
            await writer.settle()
            entry = writer.decide(next(commands))
            if what == "submit":
                await writer.settle()
            else:
                try:
                    await journal.append(EVENT, entry)
                except Forked:
                    continue
    for writer in writers:
        await writer.settle()
    reader = Writer(journal, tags)
    await reader.reload()
    assert sorted(reader.state) == list(range(next(commands)))
    for writer in writers:
        assert writer.state == reader.state[: len(writer.state)]
    await journal.close()


async def run_sqlite(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await run(await SqliteJournal.open(Path(folder) / "journal.db"), steps)


@settings(max_examples=200, deadline=None)
@given(steps=STEPS)
def test_two_writers_make_one_chain_in_memory(steps: list[tuple[str, int, int]]) -> None:
    asyncio.run(run(MemoryJournal(), steps))


@pytest.mark.timeout(60)
@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_two_writers_make_one_chain_in_sqlite(steps: list[tuple[str, int, int]]) -> None:
    asyncio.run(run_sqlite(steps))


async def run_redis(server: RedisServer, steps: list[tuple[str, int, int]]) -> None:
    await run(await RedisJournal.open(server.place, prefix=secrets.token_hex(8)), steps)


@pytest.mark.timeout(60)
@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_two_writers_make_one_chain_in_redis(
    redis_server: RedisServer, steps: list[tuple[str, int, int]]
) -> None:
    asyncio.run(run_redis(redis_server, steps))
