"""The Redis engine as such: what it says and keeps when the network or the server fails it."""

import asyncio
import itertools
import secrets
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from redis_server import RedisServer, until
from tcp_proxy import Mode, TcpProxy

from streamhub import redis_link
from streamhub.journal import (
    Entry,
    Exists,
    Forked,
    Full,
    Head,
    Journal,
    JournalError,
    Lost,
    Snapshot,
    Unavailable,
    check_chain,
)
from streamhub.journal import redis_streams as engine
from streamhub.journal.redis_streams import RedisJournal
from streamhub.redis_link import Place

COMMAND_S = 0.3
BLOCK_MS = 100
MARGIN_S = 5.0
"""For a machine that has other things to do."""


def chain(length: int, kind: str = "a", size: int = 10) -> list[Entry]:
    """Make `length` entries from 1; chains of another kind differ in every tag."""
    tags = [b"", *(f"{kind}{seq}".encode() for seq in range(1, length + 1))]
    return [
        Entry(seq, tags[seq], tags[seq - 1], (b"<%d>" % seq).ljust(size, b"."))
        for seq in range(1, length + 1)
    ]


async def write(journal: Journal, entries: list[Entry]) -> None:
    await journal.create("conf", entries[0])
    for entry in entries[1:]:
        assert await journal.append("conf", entry) == []


async def soon(tail: AsyncIterator[list[Entry]], within_s: float = MARGIN_S) -> list[Entry]:
    """The next batch, or what is raised, no later than a quiet wait and a margin."""
    async with asyncio.timeout(BLOCK_MS / 1000 + within_s):
        return await anext(tail)


def connections(server: RedisServer) -> int:
    """How many there are beside the one that asks."""
    listed: bytes = server.ask("CLIENT", "LIST", "TYPE", "normal")
    return listed.count(b"\n") - 1


async def none_but(left: int, server: RedisServer) -> None:
    """Wait until no more connections are left."""
    await until(lambda: connections(server) <= left, MARGIN_S)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK_MS", BLOCK_MS)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is waited for `COMMAND_S` and no longer."""
    monkeypatch.setattr(redis_link, "COMMAND_S", COMMAND_S)


@pytest.fixture
def prefix() -> str:
    return secrets.token_hex(8)


@pytest.fixture
async def journal(redis_server: RedisServer, prefix: str) -> AsyncIterator[RedisJournal]:
    """A journal on the shared server: to be kept well, and its other keys left alone."""
    journal = await RedisJournal.open(redis_server.place, prefix)
    yield journal
    await journal.close()


@pytest.fixture
async def own(own_redis: RedisServer) -> AsyncIterator[RedisJournal]:
    """A journal on a server of its own."""
    journal = await RedisJournal.open(own_redis.place)
    yield journal
    await journal.close()


@pytest.fixture
async def proxy(redis_server: RedisServer) -> AsyncIterator[TcpProxy]:
    async with TcpProxy(redis_server.port) as proxy:
        yield proxy


@pytest.fixture
async def through(proxy: TcpProxy, prefix: str) -> AsyncIterator[RedisJournal]:
    """A journal behind the proxy."""
    journal = await RedisJournal.open(Place(url=f"redis://127.0.0.1:{proxy.port}"), prefix)
    yield journal
    await journal.close()


# ---- no answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.SWALLOW, "Timeout reading from 127.0.0.1:{}"),
        (Mode.CUT_ANSWERS, "Connection closed by server."),
    ],
)
@pytest.mark.usefixtures("impatient")
async def test_append_whose_answer_is_lost_is_repeated_once_and_recognised(
    redis_server: RedisServer, proxy: TcpProxy, through: RedisJournal, mode: Mode, words: str
) -> None:
    entries = chain(3)
    await write(through, entries[:2])  # so that Redis knows the script
    before = redis_server.calls("xadd")
    await proxy.switch(mode)
    with pytest.raises(Unavailable) as error:
        await through.append("conf", entries[2])
    shown = f"redis://127.0.0.1:{proxy.port}"
    assert str(error.value) == f"no answer from Redis at {shown}: {words.format(proxy.port)}"
    assert proxy.lost == 1
    # Nobody but us repeats it: the client library would make two entries of one append.
    assert redis_server.calls("xadd") == before + 1
    await proxy.switch(Mode.FORWARD)
    assert redis_server.calls("xadd") == before + 1
    assert await through.append("conf", entries[2]) == entries[2:]
    assert redis_server.calls("xadd") == before + 1
    assert await through.read("conf", 0) == entries


@pytest.mark.usefixtures("impatient")
async def test_append_that_arrives_late_is_there_once(
    proxy: TcpProxy, through: RedisJournal
) -> None:
    entries = chain(3)
    await write(through, entries[:1])
    await proxy.switch(Mode.STALL)
    with pytest.raises(Unavailable, match="no answer from Redis"):
        await through.append("conf", entries[1])
    repeat = asyncio.ensure_future(through.append("conf", entries[1]))
    await asyncio.sleep(COMMAND_S / 2)
    await proxy.switch(Mode.FORWARD)
    assert await repeat in ([], entries[1:2])
    assert await through.append("conf", entries[2]) == []
    assert await through.read("conf", 0) == entries


async def test_append_over_a_slow_network_is_durable(
    proxy: TcpProxy, through: RedisJournal
) -> None:
    entries = chain(2)
    await write(through, entries[:1])
    proxy.delay_s = 0.05
    started = time.monotonic()
    assert await through.append("conf", entries[1]) == []
    assert time.monotonic() - started >= 2 * proxy.delay_s


async def test_append_while_the_network_breaks_again_and_again_keeps_one_chain(
    proxy: TcpProxy, through: RedisJournal
) -> None:
    names = [f"conf-{number}" for number in range(8)]
    stop = asyncio.Event()
    refused = 0

    async def insist(ask: Any) -> Any:
        nonlocal refused
        while True:
            try:
                return await ask()
            except Unavailable:
                refused += 1
                await asyncio.sleep(0.001)

    async def fill(event: str) -> list[Entry]:
        numbers = itertools.count(1)
        done: list[Entry] = []
        while not stop.is_set():
            head = done[-1].head if done else Head()
            size = secrets.choice([10, 200_000])
            entry = Entry(next(numbers), secrets.token_bytes(8), head.tag, bytes(size))
            if done:
                assert await insist(lambda: through.append(event, entry)) in ([], [entry])  # noqa: B023 - awaited here
            else:
                await insist(lambda: through.create(event, entry))  # noqa: B023 - as above
            done.append(entry)
        return done

    filling = [asyncio.ensure_future(fill(name)) for name in names]
    for mode in (Mode.CUT_ANSWERS, Mode.REFUSE, Mode.FORWARD) * 4:
        await asyncio.sleep(0.07)
        await proxy.switch(mode)
        await asyncio.sleep(0.01)
        proxy.cut()
        await proxy.switch(Mode.FORWARD)
    stop.set()
    for name, entries in zip(names, await asyncio.gather(*filling), strict=True):
        assert await through.read(name, 0) == entries
    assert refused > 0


async def test_append_that_is_cancelled_is_whole(journal: RedisJournal) -> None:
    entries = chain(60)
    await write(journal, entries[:1])
    for turn, entry in enumerate(entries[1:]):
        append = asyncio.ensure_future(journal.append("conf", entry))
        for _ in range(turn % 20):
            await asyncio.sleep(0)
        was_done = append.done()
        append.cancel()
        await asyncio.wait([append])
        # The client library loses a cancellation now and then, and the caller would go on.
        assert was_done or append.cancelled()
        assert await journal.append("conf", entry) in ([], [entry])
    assert await journal.read("conf", 0) == entries


@pytest.mark.usefixtures("impatient")
async def test_stopped_server_is_unavailable_in_time_and_goes_on(
    own_redis: RedisServer, own: RedisJournal
) -> None:
    entries = chain(2)
    await write(own, entries[:1])
    own_redis.send(signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(Unavailable, match="Timeout reading from"):
        await own.append("conf", entries[1])
    assert COMMAND_S <= time.monotonic() - started < COMMAND_S + MARGIN_S
    with pytest.raises(Unavailable, match="no answer from Redis"):
        await own.read("conf", 0)  # on a connection that has to be made anew
    own_redis.send(signal.SIGCONT)
    assert await own.append("conf", entries[1]) in ([], entries[1:])
    assert await own.read("conf", 0) == entries


async def test_killed_server_has_everything_acknowledged(
    own_redis: RedisServer, own: RedisJournal
) -> None:
    await write(own, chain(1))
    acknowledged = chain(1)
    tried = acknowledged[0]

    async def fill() -> None:
        nonlocal tried
        while True:
            tried = Entry(tried.seq + 1, secrets.token_bytes(8), tried.tag, b"body")
            assert await own.append("conf", tried) == []
            acknowledged.append(tried)

    filling = asyncio.ensure_future(fill())
    await until(lambda: tried.seq >= 50)
    own_redis.kill()
    with pytest.raises(Unavailable, match="no answer from Redis"):
        await filling
    with pytest.raises(Unavailable, match="Connect call failed"):
        await own.append("conf", tried)
    own_redis.start()
    assert await own.append("conf", tried) in ([], [tried])
    assert await own.read("conf", 0, limit=100_000) == [*acknowledged, tried]


async def test_scripts_are_loaded_again(redis_server: RedisServer, journal: RedisJournal) -> None:
    entries = chain(2)
    await write(journal, entries[:1])
    redis_server.ask("SCRIPT", "FLUSH")
    assert await journal.append("conf", entries[1]) == []
    assert await journal.read("conf", 0) == entries


async def test_open_without_a_server_is_unavailable(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with pytest.raises(
        Unavailable, match=f"no answer from Redis at {server.url}: Error 111 connecting"
    ):
        await RedisJournal.open(server.place)


async def test_close_while_connecting_leaves_no_connection(own_redis: RedisServer) -> None:
    kinds: set[type] = set()
    for turns in range(12):
        journal = await RedisJournal.open(own_redis.place, prefix=f"p{turns}")
        await write(journal, chain(1))
        calls = [asyncio.ensure_future(journal.read("conf", 0)) for _ in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await journal.close()
        kinds |= {type(one) for one in await asyncio.gather(*calls, return_exceptions=True)}
    assert kinds <= {list, Unavailable}
    await none_but(0, own_redis)


# ---- gone --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forget", [("FLUSHALL",), ("DEL", "streamhub:{conf}:entries")], ids=["everything", "one key"]
)
async def test_forgotten_event_is_lost(
    own_redis: RedisServer, own: RedisJournal, forget: tuple[str, ...]
) -> None:
    entries = chain(3)
    await write(own, entries[:2])
    waiting = asyncio.ensure_future(soon(own.tail("conf", entries[1].head)))
    await asyncio.sleep(BLOCK_MS / 2000)
    own_redis.ask(*forget)
    for call in (
        waiting,
        own.append("conf", entries[2]),
        own.read("conf", 0),
        own.load_snapshot("conf"),
        own.save_snapshot("conf", Snapshot(entries[1].head, b"state"), keep=1),
        anext(own.tail("conf", entries[1].head)),
    ):
        with pytest.raises(Lost, match="'conf' is not on this journal"):
            await call


async def test_lost_snapshot_is_lost_where_it_was_needed(
    redis_server: RedisServer, journal: RedisJournal, prefix: str
) -> None:
    entries = chain(4)
    await write(journal, entries)
    await journal.save_snapshot("conf", Snapshot(entries[3].head, b"state"), keep=9)
    redis_server.ask("DEL", f"{prefix}:{{conf}}:snapshot")
    assert await journal.load_snapshot("conf") is None
    await journal.save_snapshot("conf", Snapshot(entries[3].head, b"state"), keep=2)
    redis_server.ask("DEL", f"{prefix}:{{conf}}:snapshot")
    with pytest.raises(Lost, match="its snapshot is at entry 0, its entries are 3 to 4"):
        await journal.load_snapshot("conf")


async def test_lost_note_of_the_first_entry_is_no_second_beginning(
    redis_server: RedisServer, journal: RedisJournal, prefix: str
) -> None:
    entries = chain(2)
    await write(journal, entries)
    redis_server.ask("DEL", f"{prefix}:{{conf}}:about")
    assert await journal.events() == ["conf"]
    with pytest.raises(Exists):
        await journal.create("conf", chain(1, "b")[0])
    assert await journal.read("conf", 0) == entries


async def test_entry_between_two_numbers_is_lost(
    redis_server: RedisServer, journal: RedisJournal, prefix: str
) -> None:
    entries = chain(4)
    await write(journal, entries[:3])
    tail = journal.tail("conf", entries[2].head)
    waiting = asyncio.ensure_future(soon(tail))
    await asyncio.sleep(BLOCK_MS / 2000)
    stranger = ("t", "a3", "p", "a2", "b", "stranger")
    redis_server.ask("XADD", f"{prefix}:{{conf}}:entries", "3-1", *stranger)
    with pytest.raises(Lost, match="contradicts itself"):
        await journal.append("conf", entries[3])
    with pytest.raises(Lost, match="is damaged"):
        await journal.read("conf", 1)
    with pytest.raises(Lost, match="contradicts itself"):
        await journal.save_snapshot("conf", Snapshot(entries[2].head, b"state"), keep=1)
    with pytest.raises(Lost, match="contradicts itself"):
        await waiting


@pytest.mark.parametrize("fields", [("greeting", "hello"), ("t", "x", "p", "y", "greeting", "z")])
async def test_entry_of_another_kind_is_lost(
    redis_server: RedisServer, journal: RedisJournal, prefix: str, fields: tuple[str, ...]
) -> None:
    entries = chain(3)
    await write(journal, entries[:2])
    tail = journal.tail("conf", entries[1].head)
    waiting = asyncio.ensure_future(soon(tail))
    await asyncio.sleep(BLOCK_MS / 2000)
    redis_server.ask("XADD", f"{prefix}:{{conf}}:entries", "3-0", *fields)
    for call in (waiting, journal.append("conf", entries[2]), journal.read("conf", 0)):
        with pytest.raises(Lost, match="something that streamhub did not write"):
            await call


# ---- no room -----------------------------------------------------------------------------------


async def test_full_memory_says_so_and_goes_on_when_there_is_room(
    own_redis: RedisServer, own: RedisJournal
) -> None:
    entries = chain(100, size=100_000)
    await write(own, entries[:2])
    used = own_redis.ask("INFO", "memory")["used_memory"]
    own_redis.ask("CONFIG", "SET", "maxmemory", used + 1_000_000)
    done = 2

    async def fill() -> None:
        nonlocal done
        for entry in entries[2:]:
            assert await own.append("conf", entry) == []
            done += 1

    with pytest.raises(Full) as error:
        await fill()
    assert str(error.value).startswith(f"no room on Redis at {own_redis.url} (")
    assert str(error.value).endswith("): raise its maxmemory or free its disk; nothing was lost")
    with pytest.raises(Full):
        await own.append("conf", entries[done])
    assert await own.read("conf", 0) == entries[:done]
    own_redis.ask("CONFIG", "SET", "maxmemory", 0)
    for entry in entries[done:]:
        assert await own.append("conf", entry) == []
    assert await own.read("conf", 0) == entries


# ---- following ---------------------------------------------------------------------------------


async def test_tail_that_fell_behind_the_trimmed_is_forked(journal: RedisJournal) -> None:
    entries = chain(6)
    await write(journal, entries[:2])
    tail = journal.tail("conf", Head())
    assert journal.tail_is_durable
    assert await soon(tail) == entries[:2]
    for entry in entries[2:]:
        assert await journal.append("conf", entry) == []
    await journal.save_snapshot("conf", Snapshot(entries[5].head, b"state"), keep=1)
    with pytest.raises(Forked, match="trimmed up to entry 5"):
        await soon(tail)


@pytest.mark.parametrize(("length", "kind"), [(5, Forked), (2, Lost)])
async def test_tail_hears_that_its_journal_was_replaced(
    journal: RedisJournal, length: int, kind: type[JournalError]
) -> None:
    await write(journal, chain(3))
    waiting = asyncio.ensure_future(soon(journal.tail("conf", chain(3)[2].head)))
    await asyncio.sleep(BLOCK_MS / 2000)
    await journal.restore("conf", None, chain(length, "b"), replace=True)
    with pytest.raises(kind):
        await waiting


async def test_quiet_tail_stays_alive(journal: RedisJournal) -> None:
    entries = chain(3)
    await write(journal, entries[:1])
    tail = journal.tail("conf", entries[0].head)
    for entry in entries[1:]:
        waiting = asyncio.ensure_future(soon(tail, within_s=5))
        await asyncio.sleep(3.5 * BLOCK_MS / 1000)
        assert not waiting.done()
        assert await journal.append("conf", entry) == []
        assert await waiting == [entry]


async def test_tail_that_waits_is_left_alone_by_a_scrub(journal: RedisJournal) -> None:
    entries = chain(3)
    await write(journal, entries[:2])
    waiting = asyncio.ensure_future(soon(journal.tail("conf", entries[1].head), within_s=5))
    await asyncio.sleep(BLOCK_MS / 2000)
    await journal.scrub()
    assert await journal.append("conf", entries[2]) == []
    assert await waiting == entries[2:]


async def test_tails_leave_no_connection_behind(
    own_redis: RedisServer, own: RedisJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BLOCK_MS", 5_000)  # no looking around in between
    entries = chain(1)
    await write(own, entries)
    await asyncio.gather(own.read("conf", 0), own.read("conf", 0))
    alone = connections(own_redis)
    assert alone == 2
    for _ in range(3):
        tails = [own.tail("conf", entries[0].head) for _ in range(2)]
        waiting = [asyncio.ensure_future(anext(tail)) for tail in tails]
        await until(lambda: own_redis.ask("INFO", "clients")["blocked_clients"] == 2)
        assert connections(own_redis) == alone + 2
        for each in waiting:
            each.cancel()
        assert [type(one) for one in await asyncio.gather(*waiting, return_exceptions=True)] == [
            asyncio.CancelledError,
            asyncio.CancelledError,
        ]
        await none_but(alone, own_redis)
    await own.close()
    await none_but(0, own_redis)


async def test_tail_after_a_restart_is_unavailable_and_begins_again_without_a_gap(
    own_redis: RedisServer, own: RedisJournal
) -> None:
    entries = chain(6)
    await write(own, entries[:2])
    tail = own.tail("conf", Head())
    assert await soon(tail) == entries[:2]
    waiting = asyncio.ensure_future(soon(tail))
    await asyncio.sleep(BLOCK_MS / 2000)
    own_redis.kill()
    with pytest.raises(Unavailable, match="no answer from Redis"):
        await waiting
    with pytest.raises(Unavailable, match="Connect call failed"):
        await anext(own.tail("conf", entries[1].head))
    own_redis.start()
    for entry in entries[2:4]:
        assert await own.append("conf", entry) == []
    tail = own.tail("conf", entries[1].head)
    assert await soon(tail) == entries[2:4]
    for entry in entries[4:]:
        assert await own.append("conf", entry) == []
        assert await soon(tail) == [entry]


async def test_tail_of_a_stopped_server_is_unavailable_in_time(
    own_redis: RedisServer, own: RedisJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "TAIL_S", COMMAND_S)
    entries = chain(1)
    await write(own, entries)
    waiting = asyncio.ensure_future(soon(own.tail("conf", entries[0].head)))
    await asyncio.sleep(BLOCK_MS / 2000)
    own_redis.send(signal.SIGSTOP)
    with pytest.raises(Unavailable, match="no answer from Redis"):
        await waiting


# ---- restoring ---------------------------------------------------------------------------------


async def test_restore_of_many_entries_keeps_them_all(journal: RedisJournal) -> None:
    entries = chain(1_203)
    await journal.restore("conf", None, entries)
    assert await journal.read("conf", 0, limit=2_000) == entries
    assert check_chain(Head(), entries) == entries[-1].head


async def test_restore_that_is_refused_leaves_nothing_behind(
    redis_server: RedisServer, journal: RedisJournal, prefix: str
) -> None:
    await write(journal, chain(2))
    before = sorted(redis_server.ask("KEYS", f"{prefix}:*"))
    with pytest.raises(Exists):
        await journal.restore("conf", None, chain(3, "b"))
    assert sorted(redis_server.ask("KEYS", f"{prefix}:*")) == before


# ---- erasure -----------------------------------------------------------------------------------


def found(server: RedisServer, needle: bytes) -> bool:
    """Whether any of the server's files holds the bytes."""
    files = [path for path in server.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".aof" for path in files)
    return any(needle in path.read_bytes() for path in files)


async def test_scrub_leaves_no_trimmed_byte(own_redis: RedisServer, own: RedisJournal) -> None:
    # Random, so that they are not found only because Redis would have compressed them.
    bodies = [b"%d:" % seq + secrets.token_bytes(100 * (seq % 7) + 20) for seq in range(121)]
    entries = [entry._replace(body=bodies[entry.seq]) for entry in chain(120)]
    old = secrets.token_bytes(5_000)
    await write(own, entries[:60])
    await own.save_snapshot("conf", Snapshot(entries[29].head, old), keep=40)
    for entry in entries[60:]:
        assert await own.append("conf", entry) == []
    await own.restore("other", None, chain(40))
    snapshot = Snapshot(entries[99].head, b"clean")
    await own.save_snapshot("conf", snapshot, keep=15)
    assert [found(own_redis, needle) for needle in (old, bodies[7], bodies[95])] == [True] * 3
    await own.scrub()
    assert [seq for seq in range(1, 121) if found(own_redis, bodies[seq])] == [*range(101, 121)]
    assert not found(own_redis, old)
    own_redis.kill()
    own_redis.start()
    await asyncio.sleep(0.05)  # in which the old connections are seen to be closed
    assert await own.load_snapshot("conf") == snapshot
    assert await own.read("conf", 100) == entries[100:]
    assert await own.read("other", 0) == chain(40)


@pytest.fixture
def slow_rewrite(own_redis: RedisServer) -> Iterator[psutil.Process]:
    """The process that rewrites the append-only file, from before the scrub on, and slowly."""
    for number in range(100):
        own_redis.ask("SET", f"filler-{number}", "")
    own_redis.ask("CONFIG", "SET", "rdb-key-save-delay", "20000")
    own_redis.ask("BGREWRITEAOF")
    assert own_redis.process is not None
    (child,) = psutil.Process(own_redis.process.pid).children()
    yield child
    own_redis.ask("CONFIG", "SET", "rdb-key-save-delay", "0")


async def test_scrub_after_a_rewrite_that_failed_says_so(
    own: RedisJournal, slow_rewrite: psutil.Process
) -> None:
    await write(own, chain(1))
    scrubbing = asyncio.ensure_future(own.scrub())
    await asyncio.sleep(0.1)
    slow_rewrite.kill()
    with pytest.raises(Unavailable, match="could not be rewritten; see Redis's log"):
        await scrubbing


@pytest.mark.usefixtures("slow_rewrite")
async def test_scrub_that_takes_too_long_is_unavailable(
    own_redis: RedisServer, own: RedisJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "REWRITE_S", 0.2)
    await write(own, chain(1))
    with pytest.raises(Unavailable) as error:
        await own.scrub()
    assert str(error.value) == f"no answer from Redis at {own_redis.url}: it took too long"
