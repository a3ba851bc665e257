"""Redis with replicas: what is acknowledged is on them, and a failover loses none of it."""

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redis_server import SERVICE, RedisReplica, RedisSentinel, RedisServer, until, wait_until
from tcp_proxy import TcpProxy

from streamhub import redis_link
from streamhub.journal import Entry, Forked, Head, Journal, Lost, Snapshot, Unavailable
from streamhub.journal import redis_streams as engine
from streamhub.journal.redis_key import shared_key
from streamhub.journal.redis_streams import RedisJournal
from streamhub.redis_link import Place
from streamhub.tasks import end

WAIT_MS = 300


def chain(length: int, kind: str = "a") -> list[Entry]:
    """Make `length` entries from 1; chains of another kind differ in every tag."""
    tags = [b"", *(f"{kind}{seq}".encode() for seq in range(1, length + 1))]
    return [Entry(seq, tags[seq], tags[seq - 1], b"%d" % seq) for seq in range(1, length + 1)]


async def write(journal: Journal, entries: list[Entry]) -> None:
    await journal.create("conf", entries[0])
    for entry in entries[1:]:
        assert await journal.append("conf", entry) == []


class Two(NamedTuple):
    """A primary that takes no write without its replica, and the replica."""

    primary: RedisServer
    replica: RedisReplica

    @contextmanager
    def replica_stopped(self) -> Iterator[None]:
        """The replica hangs; the primary does not know yet, and goes on."""
        self.replica.send(signal.SIGSTOP)
        yield
        self.replica.send(signal.SIGCONT)

    def numbers(self, prefix: str) -> list[int]:
        """Which entries the replica holds."""
        rows = self.replica.ask("XRANGE", f"{prefix}:{{conf}}:entries", "-", "+")
        return [int(name.partition(b"-")[0]) for name, _ in rows]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAIT_MS", WAIT_MS)
    monkeypatch.setattr(engine, "BLOCK_MS", 100)
    monkeypatch.setattr(redis_link, "COMMAND_S", 2.0)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("two")
    with (
        RedisServer(folder / "primary", min_replicas_to_write="1") as primary,
        RedisReplica(folder / "replica", primary) as replica,
    ):
        yield Two(primary, replica)


@pytest.fixture
def prefix() -> str:
    return secrets.token_hex(8)


Open = Callable[[], Coroutine[Any, Any, RedisJournal]]


@pytest.fixture
async def open_node(two: Two, prefix: str) -> AsyncIterator[Open]:
    """Opens the journal as one more node, on connections of its own."""
    opened: list[RedisJournal] = []

    async def open_node() -> RedisJournal:
        opened.append(await RedisJournal.open(Place(url=two.primary.url, replicas=1), prefix))
        return opened[-1]

    yield open_node
    for journal in opened:
        await journal.close()


# ---- waiting for replicas ----------------------------------------------------------------------


async def test_replica_has_what_was_acknowledged(two: Two, open_node: Open, prefix: str) -> None:
    journal = await open_node()
    for entry in chain(20):
        if entry.seq == 1:
            await journal.create("conf", entry)
        else:
            assert await journal.append("conf", entry) == []
        assert two.numbers(prefix) == [*range(1, entry.seq + 1)]


async def test_append_without_a_replica_is_unavailable_and_repeated_until_it_has_it(
    two: Two, open_node: Open, prefix: str
) -> None:
    entries = chain(3)
    journal = await open_node()
    await write(journal, entries[:2])
    with two.replica_stopped():
        with pytest.raises(Unavailable) as error:
            await journal.append("conf", entries[2])
        assert str(error.value) == (
            f"0 of 1 replicas of Redis at {two.primary.url} confirmed a write within {WAIT_MS} ms:"
            " look after the replicas"
        )
        # It is on the primary, and everybody can see it, but it is not acknowledged.
        assert await journal.read("conf", 0) == entries
        with pytest.raises(Unavailable, match="0 of 1 replicas"):
            await journal.append("conf", entries[2])
        # WAIT is about what its own connection wrote: a new one has written nothing so far.
        other = await open_node()
        with pytest.raises(Unavailable, match="0 of 1 replicas"):
            await other.append("conf", entries[2])
    other = await open_node()
    assert await other.append("conf", entries[2]) == entries[2:]
    assert two.numbers(prefix) == [1, 2, 3]
    assert await journal.append("conf", entries[2]) == entries[2:]


async def test_append_behind_others_waits_for_theirs(
    two: Two, open_node: Open, prefix: str
) -> None:
    entries = chain(2)
    journal = await open_node()
    await write(journal, entries[:1])
    with two.replica_stopped():
        with pytest.raises(Unavailable, match="0 of 1 replicas"):
            await journal.append("conf", entries[1])
        other = await open_node()
        mine = Entry(2, b"mine", b"a1", b"")
        with pytest.raises(Unavailable, match="0 of 1 replicas"):
            await other.append("conf", mine)
    assert await other.append("conf", mine) == entries[1:]
    assert two.numbers(prefix) == [1, 2]


async def test_create_without_a_replica_is_unavailable_and_repeated_until_it_has_it(
    two: Two, open_node: Open, prefix: str
) -> None:
    (first,) = chain(1)
    journal = await open_node()
    with two.replica_stopped():
        for node in (journal, journal, await open_node()):
            with pytest.raises(Unavailable, match="0 of 1 replicas"):
                await node.create("conf", first)
    await (await open_node()).create("conf", first)
    assert two.numbers(prefix) == [1]


async def test_confirm_returns_when_the_replica_has_it(
    two: Two, open_node: Open, prefix: str
) -> None:
    entries = chain(2)
    journal, other = await open_node(), await open_node()
    assert not other.tail_is_durable
    await write(journal, entries[:1])
    await other.confirm("conf", entries[0].head)
    with two.replica_stopped():
        with pytest.raises(Unavailable, match="0 of 1 replicas"):
            await journal.append("conf", entries[1])
        assert await anext(other.tail("conf", entries[0].head)) == entries[1:]
        with pytest.raises(Unavailable, match="0 of 1 replicas"):
            await other.confirm("conf", entries[1].head)
    await other.confirm("conf", entries[1].head)
    assert two.numbers(prefix) == [1, 2]


async def test_confirm_of_a_forgotten_event_is_lost(open_node: Open) -> None:
    with pytest.raises(Lost, match="'conf' is not on this journal"):
        await (await open_node()).confirm("conf", Head(1, b"a1"))


async def test_confirm_of_what_is_not_on_the_journal_any_more_says_so(open_node: Open) -> None:
    journal = await open_node()
    await write(journal, chain(2))
    with pytest.raises(Forked):
        await journal.confirm("conf", Head(2, b"other"))
    with pytest.raises(Forked):
        await journal.confirm("conf", Head(1, b"other"))
    with pytest.raises(Lost):
        await journal.confirm("conf", Head(3, b"a3"))


async def test_key_of_all_nodes_is_on_the_replica_or_unavailable(
    two: Two, open_node: Open, prefix: str
) -> None:
    link = (await open_node()).link
    with two.replica_stopped(), pytest.raises(Unavailable, match="on 0 replicas only"):
        await shared_key(link, prefix, b"k" * 32, None)
    assert await shared_key(link, prefix, b"o" * 32, None) == b"k" * 32
    assert two.replica.ask("GET", f"{prefix}:key") == (b"k" * 32).hex().encode()


async def test_snapshot_without_a_replica_is_unavailable(two: Two, open_node: Open) -> None:
    entries = chain(3)
    journal = await open_node()
    await write(journal, entries)
    snapshot = Snapshot(entries[2].head, b"state")
    with two.replica_stopped(), pytest.raises(Unavailable, match="0 of 1 replicas"):
        await journal.save_snapshot("conf", snapshot, keep=1)
    await journal.save_snapshot("conf", snapshot, keep=1)
    assert await journal.load_snapshot("conf") == snapshot
    assert await journal.read("conf", 2) == entries[2:]


async def test_scripts_are_loaded_again_before_the_wait(
    two: Two, open_node: Open, prefix: str
) -> None:
    entries = chain(2)
    journal = await open_node()
    await write(journal, entries[:1])
    two.primary.ask("SCRIPT", "FLUSH")
    assert await journal.append("conf", entries[1]) == []
    assert two.numbers(prefix) == [1, 2]


async def test_primary_without_its_replicas_refuses(tmp_path: Path) -> None:
    entries = chain(2)
    with RedisServer(tmp_path / "primary", min_replicas_to_write="1") as primary:
        with RedisReplica(tmp_path / "replica", primary):
            journal = await RedisJournal.open(Place(url=primary.url, replicas=1))
            await write(journal, entries[:1])
        wait_until(lambda: primary.ask("ROLE")[2] == [], "the replica is still there")
        with pytest.raises(Unavailable, match=r"refuses: .*Not enough good replicas to write"):
            await journal.append("conf", entries[1])
        assert await journal.read("conf", 0) == entries[:1]
        await journal.close()


async def test_append_that_is_cancelled_is_whole(two: Two, open_node: Open, prefix: str) -> None:
    entries = chain(60)
    journal = await open_node()
    await write(journal, entries[:1])
    for turn, entry in enumerate(entries[1:]):
        append = asyncio.ensure_future(journal.append("conf", entry))
        for _ in range(turn % 20):
            await asyncio.sleep(0)
        was_done = append.done()
        append.cancel()
        await asyncio.wait([append])
        assert was_done or append.cancelled()
        assert await journal.append("conf", entry) in ([], [entry])
    assert await journal.read("conf", 0) == entries
    assert two.numbers(prefix) == [*range(1, 61)]


# ---- failover ----------------------------------------------------------------------------------


async def test_node_that_was_ahead_of_the_promoted_replica_is_told(tmp_path: Path) -> None:
    old, new = chain(5), [*chain(2), *chain(7, "b")[2:]]
    new[2] = new[2]._replace(prev=b"a2")
    with (
        RedisServer(tmp_path / "primary") as primary,
        RedisReplica(tmp_path / "replica", primary) as replica,
    ):
        async with TcpProxy(primary.port) as proxy:
            ahead = await RedisJournal.open(Place(url=f"redis://127.0.0.1:{proxy.port}"))
            await write(ahead, old[:2])
            wait_until(lambda: replica.ask("XLEN", "streamhub:{conf}:entries") == 2, "no copy")
            replica.ask("REPLICAOF", "NO", "ONE")
            for entry in old[2:]:
                assert await ahead.append("conf", entry) == []
            tail = ahead.tail("conf", Head())
            assert await anext(tail) == old
            waiting = asyncio.ensure_future(anext(tail))
            await asyncio.sleep(0.02)
            proxy.to = replica.port
            proxy.cut()
            with pytest.raises(Unavailable, match="Connection closed by server"):
                await waiting
            # As long as nobody else has written, it only looks as if something was missing.
            for call in (
                ahead.append("conf", Entry(6, b"a6", b"a5", b"")),
                ahead.read("conf", 5),
                anext(ahead.tail("conf", old[4].head)),
            ):
                with pytest.raises(Lost, match="ends with entry 2, but entry 5 was seen"):
                    await call
            other = await RedisJournal.open(replica.place)
            for entry in new[2:]:
                assert await other.append("conf", entry) == []
            for forked in (
                ahead.append("conf", Entry(6, b"a6", b"a5", b"")),
                anext(ahead.tail("conf", old[4].head)),
                ahead.save_snapshot("conf", Snapshot(old[4].head, b"state"), keep=1),
            ):
                with pytest.raises(Forked, match="another history"):
                    await forked
            assert await ahead.read("conf", 0) == new
            await ahead.close()
            await other.close()


async def test_node_leaves_a_primary_that_was_demoted(tmp_path: Path) -> None:
    entries = chain(3)
    with (
        RedisServer(tmp_path / "old") as old,
        RedisReplica(tmp_path / "new", old) as new,
    ):
        async with TcpProxy(old.port) as proxy:
            journal = await RedisJournal.open(Place(url=f"redis://127.0.0.1:{proxy.port}"))
            await write(journal, entries[:2])
            wait_until(lambda: new.ask("XLEN", "streamhub:{conf}:entries") == 2, "no copy")
            new.ask("REPLICAOF", "NO", "ONE")
            old.ask("REPLICAOF", "127.0.0.1", new.port)
            proxy.to = new.port
            # The connection is well, only what it leads to is a primary no more.
            with pytest.raises(Unavailable, match="refuses: READONLY"):
                await journal.append("conf", entries[2])
            assert await journal.append("conf", entries[2]) == []
            assert await journal.read("conf", 0) == entries
            await journal.close()


async def insist(journal: Journal, entry: Entry) -> None:
    """Repeat an entry until it is acknowledged."""
    while True:
        try:
            assert await journal.append("conf", entry) in ([], [entry])
        except Unavailable:
            await asyncio.sleep(0.01)
        else:
            return


@pytest.mark.timeout(60)
async def test_sentinels_promote_a_replica_that_has_all_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    # Two replicas, of which each append waits for one: the one that is promoted is the one that
    # has most, and finds in the other the replica without which it would refuse every write.
    with ExitStack() as servers:
        primary = RedisServer(tmp_path / "primary", min_replicas_to_write="1")
        servers.enter_context(primary)
        replicas = [
            servers.enter_context(
                RedisReplica(tmp_path / f"replica-{number}", primary, min_replicas_to_write="1")
            )
            for number in range(2)
        ]
        sentinels = [
            servers.enter_context(RedisSentinel(tmp_path / f"s-{number}", primary.port, quorum=2))
            for number in range(3)
        ]
        for sentinel in sentinels:
            wait_until(lambda: sentinel.knows(replicas=2, sentinels=2), "they do not know all")  # noqa: B023 - called here
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
        place = Place(url=f"redis+sentinel://{hosts}/{SERVICE}", replicas=1)
        journal = await RedisJournal.open(place)
        entries = chain(1)
        await write(journal, entries)

        async def fill(until: int) -> None:
            while len(entries) < until:
                seq, last = len(entries) + 1, entries[-1]
                entry = Entry(seq, secrets.token_bytes(8), last.tag, b"%d" % seq)
                await insist(journal, entry)
                entries.append(entry)

        tail = journal.tail("conf", Head())
        await fill(100)
        assert await anext(tail) == entries[:100]
        filling = asyncio.ensure_future(fill(1_000_000))
        await until(lambda: len(entries) >= 200)
        primary.kill()
        acknowledged = len(entries)
        await until(lambda: len(entries) >= acknowledged + 100, within_s=30)
        await end([filling])
        assert sentinels[0].primary() in {replica.port for replica in replicas}
        kept = await journal.read("conf", 0, limit=1_000_000)
        assert kept[: len(entries)] == entries
        # What was under way when we stopped may be there: one entry at most.
        assert len(kept) <= len(entries) + 1
        await journal.close()
