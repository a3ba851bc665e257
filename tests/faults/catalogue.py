"""Every fault that the suite injects: on which rig, what is done, and what must come of it.

A fault is an async function over a rig and its load. It harms, lets the producer act meanwhile
(`load.mark()`, which notes when each display shows the truth), and mends. What was acknowledged is
counted afterwards for all of them alike (`load.reckon`). A new fault is a function and a row.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp
from cluster import NodeProc
from cluster import until as _until
from glass import Glass
from islands import IslandRig
from load import Load
from rigs import RedisRig, SqliteRig, copy_of, metric, small_disk
from tcp_proxy import Mode

from streamhub.formats.sample import SLUG

PAGE_GRACE_S: Final = 1.5
"""A page says nothing about an outage that is over by then (web/src/ui/StatusBar.tsx)."""


@dataclass(frozen=True)
class Fault:
    """One row of the table.

    `act` is called once for each run; `rig` makes what it is called on. `long` is how many runs the
    long form has, `short` the short one (0: not in it). `load` is handed to `Load`;
    with `fresh`, each run has a rig of its own.
    """

    name: str
    rig: Callable[[Path], AbstractAsyncContextManager[Any]]
    act: Callable[[Any, Load], Awaitable[None]]
    long: int
    short: int
    load: dict[str, int] | None = None
    fresh: bool = False


def only(condition: object, words: str, load: Load) -> None:
    """Note what is wrong, if it is."""
    if not condition:
        load.reckoning.wrong.append(words)


# --- one node on SQLite --------------------------------------------------------------------------


async def kill_sqlite_node(rig: SqliteRig, load: Load) -> None:
    """`kill -9` in the middle of everything, and a start."""
    await asyncio.sleep(random.uniform(0.05, 0.4))
    await rig.node.kill()
    await asyncio.gather(rig.node.start(), load.mark())


async def second_process(rig: SqliteRig, load: Load) -> None:
    """Another node on the same file is turned away, and harms nothing."""
    other = NodeProc("second", rig.folder, {"data": str(rig.data)})
    with contextlib.suppress(RuntimeError):
        await other.start()
    only(other.status == 2, f"a second process ended with {other.status}", load)
    only("holds it" in other.log.read_text(), "it did not say who holds the file", load)
    await load.mark()


async def full_disk(rig: SqliteRig, load: Load) -> None:
    """The disk is full for two seconds, then there is room."""
    filler = rig.data / "filler"
    with filler.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"x" * 4096)
    marking = asyncio.create_task(load.mark())
    await _red_within(rig.url, 10, load)
    filler.unlink()
    await marking


async def torn_tail(rig: SqliteRig, load: Load) -> None:
    """The power goes while a commit is being written: half of it stands at the log's end."""
    await rig.node.kill()
    wal = rig.data / "journal.sqlite-wal"
    held = wal.read_bytes()
    wal.write_bytes(held + held[-4120:-2000])
    await asyncio.gather(rig.node.start(), load.mark())


async def rot(rig: SqliteRig, load: Load) -> None:
    """A byte in the middle of the log turns: SQLite comes back shorter, and says nothing.

    The pages know better. When one of them has seen more than there is, the alarm is raised, and
    the operator puts back a copy that is whole.
    """
    await load.hold()  # so that the copy holds everything that was acknowledged
    await asyncio.sleep(0.3)
    await rig.node.kill()
    whole = rig.folder / "whole"
    copy_of(rig.data, whole)
    seen = max(int((glass.cursor or "0").partition(".")[0]) for glass in load.glasses)
    for part in (
        2,
        4,
        8,
        16,
        32,
    ):  # further back each time: the log's end may be of an earlier turn
        wal = rig.data / "journal.sqlite-wal"
        held = bytearray(wal.read_bytes())
        held[32 + 4120 * (len(held) // 4120 // part) + 2000] ^= 0xFF
        wal.write_bytes(held)
        await rig.node.start()
        if _loaded(rig) < seen:
            break
        await rig.node.kill()
        copy_of(whole, rig.data)
    until = time.monotonic() + 10
    while not await metric(rig.url, "streamhub_clients_ahead_total"):
        if time.monotonic() > until:
            words = f"nobody noticed that the journal ends with {_loaded(rig)}, not {seen}"
            load.reckoning.wrong.append(words)
            break
        await asyncio.sleep(0.1)
    await rig.node.kill()
    copy_of(whole, rig.data)
    load.go_on()
    await asyncio.gather(rig.node.start(), load.mark())


def _loaded(rig: SqliteRig) -> int:
    """The last entry that the node found when it was started last."""
    lines = [json.loads(line) for line in rig.node.log.read_text().splitlines() if line[:1] == "{"]
    return next(int(one["seq"]) for one in lines[::-1] if one["event"] == "event loaded")


@contextlib.asynccontextmanager
async def on_small_disk(folder: Path) -> AsyncIterator[SqliteRig]:
    """A rig whose data directory is on a disk of 12 MB."""
    async with small_disk(folder, "12m") as disk, SqliteRig(folder, disk / "data") as rig:
        yield rig


# --- several nodes on Redis ----------------------------------------------------------------------


async def kill_node(rig: RedisRig, load: Load) -> None:
    """`kill -9` of a node while the other one serves on; its clients go there."""
    await asyncio.sleep(random.uniform(0.05, 0.4))
    name = random.choice([node.name for node in rig.cluster.nodes])
    await rig.cluster.kill(name)
    await load.mark()
    await rig.cluster.start(name)


async def kill_between_append_and_ack(rig: RedisRig, load: Load) -> None:
    """The append has happened, its answer is on the way, and the node dies."""
    number = random.randrange(len(rig.links))
    link, node = rig.links[number], rig.cluster.nodes[number]
    before = link.lost
    await link.switch(Mode.SWALLOW)
    with contextlib.suppress(TimeoutError):
        await link.until_lost(before + 1)
    await node.kill()
    await link.switch(Mode.FORWARD)
    await load.mark()
    await rig.cluster.start(node.name)


async def lose_answers(rig: RedisRig, load: Load) -> None:
    """Answers of Redis are lost for a second, then connections break."""
    link = random.choice(rig.links)
    await link.switch(Mode.SWALLOW)
    marking = asyncio.create_task(load.mark())
    await asyncio.sleep(1)
    await link.switch(Mode.CUT_ANSWERS)
    await asyncio.sleep(0.5)
    await link.switch(Mode.FORWARD)
    await marking


async def kill_redis(rig: RedisRig, load: Load) -> None:
    """`kill -9` of Redis, which is started again after half a second."""
    await rig.cluster.kill("redis")
    marking = asyncio.create_task(load.mark())
    await asyncio.sleep(0.5)
    await rig.cluster.start("redis")
    await marking


async def stop_redis(rig: RedisRig, load: Load) -> None:
    """Redis hangs for ten seconds; nodes are red meanwhile."""
    rig.primary.send(signal.SIGSTOP)
    marking = asyncio.create_task(load.mark())
    await _red_within(rig.node_urls[0], 9, load)
    await asyncio.sleep(3)
    rig.primary.send(signal.SIGCONT)
    await marking


async def torn_redis_tail(rig: RedisRig, load: Load) -> None:
    """Redis dies while it writes: half a command stands at the end of its file."""
    await rig.cluster.kill("redis")
    log = max((rig.primary.data / "appendonlydir").glob("*.incr.aof"), key=os.path.getmtime)
    with log.open("ab") as out:
        out.write(b"*9\r\n$4\r\nXADD\r\n$2000\r\nhalf of")
    marking = asyncio.create_task(load.mark())
    await rig.cluster.start("redis")
    await marking


async def full_redis(rig: RedisRig, load: Load) -> None:
    """Redis has no memory left for some seconds: `Full`, and it goes on when there is room."""
    await rig.primary.ask("CONFIG", "SET", "maxmemory", "1mb")
    marking = asyncio.create_task(load.mark())
    await _red_within(rig.node_urls[0], 10, load)
    await rig.primary.ask("CONFIG", "SET", "maxmemory", "0")
    await marking


async def flushall(rig: RedisRig, load: Load) -> None:
    """Somebody empties Redis. Nothing is acknowledged from then on; a backup is put back."""
    await _lose_all(rig, load, "FLUSHALL")


async def evict(rig: RedisRig, load: Load) -> None:
    """The stream is gone, as if evicted; the rest is there."""
    await _lose_all(rig, load, "UNLINK", f"streamhub:{{{SLUG}}}:entries")


async def _lose_all(rig: RedisRig, load: Load, *harm: str) -> None:
    await load.hold()  # so that the backup holds everything that was acknowledged
    journal = await rig.open_journal()
    snapshot = await journal.load_snapshot(SLUG)
    after = 0 if snapshot is None else snapshot.head.seq - 1
    entries = await journal.read(SLUG, max(0, after), 1_000_000)
    await rig.primary.ask(*harm)
    before = load.commands
    load.go_on()
    marking = asyncio.create_task(load.mark())
    for url in rig.node_urls:
        await _red_within(url, 10, load)
    await asyncio.sleep(1)
    only(load.commands == before, "commands were acknowledged into an empty journal", load)
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{rig.node_urls[0]}/readyz") as said,
    ):
        only("Lost" in await said.text(), "the node does not say that its journal is lost", load)
    await journal.restore(SLUG, snapshot, entries, replace=True)
    await journal.close()
    await marking


async def fail_over_without_tail(rig: RedisRig, load: Load) -> None:
    """Both replicas hang; a node and the primary die; a replica takes over that lacks the last.

    What the primary alone had was never acknowledged, though the other node has read it: its head
    is on no journal any more, so it must begin again and give everybody a snapshot. If its own
    entry was the first of them, its repeat puts that back as it was.
    """
    cluster = rig.cluster
    one, two = cluster.replicas
    for replica in (one, two):
        replica.send(signal.SIGSTOP)
    await asyncio.sleep(1.0)
    await cluster.kill("node1")
    await cluster.kill("redis")
    for replica in (one, two):
        replica.send(signal.SIGCONT)
    await one.ask("REPLICAOF", "NO", "ONE")
    await two.ask("REPLICAOF", "127.0.0.1", str(one.port))
    rig.primary = one
    for link in rig.links:
        link.to = one.port
        link.cut()
    await load.mark()
    await cluster.start("node1")


async def fail_over_by_sentinel(rig: RedisRig, load: Load) -> None:
    """The primary dies; the sentinels agree on another one, and the nodes find it."""
    port = await rig.cluster.sentinels[0].primary_port()
    redises = [rig.cluster.redis, *rig.cluster.replicas]
    primary = next(one for one in redises if one.port == port)
    await primary.kill()
    await load.mark()
    await primary.start()
    for one in redises:
        await _until(one.is_ready, f"{one.name} has not caught up")


async def rolling_restart(rig: RedisRig, load: Load) -> None:
    """Every node is told to stop and started again, one after another; no page notices."""
    before = {id(glass): len(glass.outages) for glass in load.glasses}
    for node in rig.cluster.nodes:
        marking = asyncio.create_task(load.mark())
        only(await node.stop() == 0, f"{node.name} did not end in order", load)
        await rig.cluster.start(node.name)
        await marking
    longest = max(
        (outage for glass in load.glasses for outage in glass.outages[before[id(glass)] :]),
        default=0.0,
    )
    only(longest < PAGE_GRACE_S, f"a page was away for {longest:.2f} s and said so", load)


async def two_moderators(rig: RedisRig, load: Load) -> None:
    """Two moderators on two nodes decide one question at the same instant, ten times."""
    async with aiohttp.ClientSession() as session:
        token = rig.tokens["moderator"]
        desks = [await Glass(u, SLUG, "desk", token=token).open(session) for u in rig.node_urls[:2]]
        author = await Glass(rig.url, SLUG, "audience", room="main").open(session)
        for count in range(10):
            if count % 3 == 2:  # more in a minute are taken of somebody else only
                await author.close()
                author = await Glass(rig.url, SLUG, "audience", room="main").open(session)
            text = f"Decided by two at once, number {count} of {time.monotonic()}?"
            asked = await author.do("question.ask", text=text, room="main")
            question = asked["result"]["question"]
            for desk in desks:
                await desk.until(partial(_holds, desk, question))
            answers = await asyncio.gather(
                desks[0].do("question.approve", question=question, revision=1),
                desks[1].do("question.reject", question=question, seen="pending"),
            )
            won = [answer["ok"] for answer in answers]
            detail: dict[str, Any] = next(
                (a["error"].get("detail", {}) for a in answers if not a["ok"]), {}
            )
            only(sorted(won) == [False, True], f"{sum(won)} of two moderators won", load)
            told = detail.get("by") and detail.get("at")
            only(told, f"the slower one was not told who and when: {detail}", load)
            if won[0]:
                await desks[0].do("question.answer", question=question)
        await asyncio.gather(*(glass.close() for glass in (*desks, author)))
    await load.mark()


# --- a node on an island -------------------------------------------------------------------------


async def partition(rig: IslandRig, load: Load) -> None:
    """What a node sends to Redis vanishes for eight seconds, while people still reach the node."""
    await _put_people_on_the_island(rig)
    byes = sum(glass.byes for glass in load.glasses)
    until = time.monotonic() + 8
    rig.to_redis.cut()
    marking = asyncio.create_task(load.mark())
    await _red_within(rig.node.url, 4, load)
    await marking
    await load.mark()
    only(not await metric(rig.node.url, DISPLAYS), "a display stayed at the cut node", load)
    sent_on = sum(glass.byes for glass in load.glasses) - byes
    only(sent_on, "the cut node sent nobody on", load)
    await asyncio.sleep(until - time.monotonic())
    rig.to_redis.mend()
    await _until(rig.node.is_ready, "the node is ready again")
    await load.mark()


async def unplug(rig: IslandRig, load: Load) -> None:
    """A node hears and says nothing to anybody for 20 s, as if its plug were pulled."""
    await _put_people_on_the_island(rig)
    until = time.monotonic() + 20
    rig.to_people.cut()
    rig.to_redis.cut()
    await load.mark()
    await asyncio.sleep(max(0, until - time.monotonic()))
    rig.to_people.mend()
    rig.to_redis.mend()
    await _until(rig.node.is_ready, "the node is ready again")
    await load.mark()


async def lossy(rig: IslandRig, load: Load) -> None:
    """For eight seconds a node's packets take 300 ms each way, and each tenth is lost."""
    await _put_people_on_the_island(rig)
    cables = (rig.to_people, rig.to_redis)
    for cable in cables:
        cable.loss, cable.delay_s = 0.1, 0.3
    until = time.monotonic() + 8
    while time.monotonic() < until:
        await load.mark()
        await asyncio.sleep(0.5)
    for cable in cables:
        cable.mend()
    await _until(rig.node.is_ready, "the node is ready again")
    await load.mark()


DISPLAYS: Final = 'streamhub_connections{view="stage"}'


async def _put_people_on_the_island(rig: IslandRig) -> None:
    """Have displays and phones at that node: whoever was sent on earlier stays where they are."""
    await rig.cluster.proxy.sees(rig.node.name, up=True)
    if not await metric(rig.node.url, DISPLAYS):
        for other in rig.cluster.nodes[1:]:
            await rig.cluster.restart(other.name)


# --- helpers -------------------------------------------------------------------------------------


def _holds(desk: Glass, question: str) -> bool:
    return question in desk.state["questions"]


async def _red_within(url: str, seconds: float, load: Load) -> None:
    """A node must tell its proxy that it cannot acknowledge."""
    until = time.monotonic() + seconds
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < until:
            async with session.get(f"{url}/readyz") as answer:
                if answer.status == 503:
                    return
            await asyncio.sleep(0.1)
    load.reckoning.wrong.append(f"/readyz stayed green for {seconds:.0f} s")


def sqlite(folder: Path) -> SqliteRig:
    """One node on SQLite."""
    return SqliteRig(folder)


def redis(folder: Path) -> RedisRig:
    """Two nodes on Redis."""
    return RedisRig(folder)


def linked(folder: Path) -> RedisRig:
    """Two nodes whose links to Redis can be harmed."""
    return RedisRig(folder, links=True)


def replicated(folder: Path) -> RedisRig:
    """Two nodes whose links can be harmed, on a primary with two replicas."""
    return RedisRig(folder, links=True, replicas=2)


def watched(folder: Path) -> RedisRig:
    """Two nodes that ask three sentinels for the primary, which has two replicas."""
    return RedisRig(folder, replicas=2, sentinels=3)


FAULTS: Final = (
    Fault("kill -9 of the node", sqlite, kill_sqlite_node, long=100, short=1),
    Fault("second process on the file", sqlite, second_process, long=5, short=1),
    Fault("torn tail of the log", sqlite, torn_tail, long=20, short=1),
    Fault("rot in the middle of the log", sqlite, rot, long=10, short=1),
    Fault("full disk", on_small_disk, full_disk, long=5, short=1),
    Fault("kill -9 of a node", redis, kill_node, long=100, short=1),
    Fault("killed between append and ack", linked, kill_between_append_and_ack, long=40, short=1),
    Fault("answers lost, connections cut", linked, lose_answers, long=20, short=1),
    Fault("kill -9 of Redis", redis, kill_redis, long=30, short=1),
    Fault(
        "kill -9 of Redis, 500 vote",
        redis,
        kill_redis,
        long=5,
        short=0,
        load={"voters": 500, "askers": 4},
    ),
    Fault("Redis hangs for about 10 s", redis, stop_redis, long=5, short=0),
    Fault("torn tail of Redis's file", redis, torn_redis_tail, long=10, short=0),
    Fault("Redis's memory full", redis, full_redis, long=5, short=1),
    Fault("FLUSHALL, backup put back", redis, flushall, long=5, short=1),
    Fault("stream evicted, backup put back", redis, evict, long=5, short=0),
    Fault(
        "failover without the tail",
        replicated,
        fail_over_without_tail,
        long=10,
        short=1,
        fresh=True,
    ),
    Fault("failover by Sentinel", watched, fail_over_by_sentinel, long=10, short=0),
    Fault("rolling restart", redis, rolling_restart, long=10, short=1),
    Fault("node partitioned from Redis", IslandRig, partition, long=5, short=1),
    Fault("10 % loss, 300 ms delay", IslandRig, lossy, long=5, short=0),
    Fault("node's plug pulled", IslandRig, unplug, long=3, short=0),
    Fault("two moderators at once", redis, two_moderators, long=10, short=1),
)
