"""What the shared Redis and each node bear when an event grows to a million viewers on many nodes.

`./run bench scale [--nodes 1,10,50] [--rates 0,10,100,1000] [--seconds 5]` prints tables and one
line of JSON. A real Redis, which syncs each write, has one core to itself; all nodes share the
other. One node writes at a steady rate. A few more are real: hubs, ledger, tail, relay, and ten
thousand people of whom some come and go. The others are *light*: they say to Redis, byte for byte,
what a node says (the blocking tail, the listening, presence, the look for events each second), but
keep no state, so that one core can play two hundred of them. What is measured is Redis, the bytes
that leave it, and how long entries take to arrive. `*` marks where the nodes' core was busy for
nine tenths of the time: there Redis would have more to do, and entries would arrive sooner.

`--writers 1,10,100` lets so many nodes write together, each its part of the rate: real ones as long
as one core can play them, then light ones, which append with the real script, decide for a
millisecond, and give up as the hub does; none of these tells presence.

What changes would save: `--pause MS` lets tails rest after each batch, `--tell S` makes light nodes
tell presence less often, `--back-off MS` lets a node that was beaten to the journal wait for up to
so long, twice as long the next time, and so on; `--merge` lets it take along what came meanwhile;
`--gather MS` lets each node begin an entry at most once in so many milliseconds for each node there
is, so that all together begin at most 1000 / MS a second; `--lean` leaves out of the answer to an
append that was beaten what is needed only where the history was replaced: the first entry, with the
whole agenda, and the last.

Everything stays on this machine and ends by itself.
"""

import argparse
import asyncio
import contextlib
import functools
import hashlib
import heapq
import json
import multiprocessing
import os
import random
import select
import shutil
import socket
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Final

import hiredis
import psutil
import structlog
from redis_server import RedisServer

from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId
from streamhub.core.questions import QuestionStatus, UnvoteQuestion, UpvoteQuestion
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View
from streamhub.demo import create
from streamhub.formats.sample import SLUG
from streamhub.hub.hub import (
    PRESENCE_EVERY_S,
    SLOW_S,
    SLOW_TRIES,
    STALE_S,
    TRY_MOST_S,
    EventHub,
)
from streamhub.hub.hubs import LOOK_EVERY_S, TELL_EVERY_S, Hubs
from streamhub.hub.ports import SystemClock
from streamhub.hub.presence import Presence
from streamhub.hub.secrets import Keyring
from streamhub.journal import PAGE, Entry, Head
from streamhub.journal.redis_streams import APPEND, BLOCK_MS, RedisJournal
from streamhub.protocol.commands import Wish
from streamhub.redis_link import Place
from streamhub.relay.redis_pubsub import RedisRelay

KEY: Final = b"k" * 32
PEOPLE: Final = 10_000
"""Connections of each node."""
ROOMS: Final = 3
CHURN_S: Final = 0.1
TELLS_S: Final = 1 / (1 / TELL_EVERY_S + 1 / (PRESENCE_EVERY_S + CHURN_S / 2))
"""How often a node tells presence while people come and go: it repeats itself besides."""
WARM_S: Final = 1.0
READY_WITHIN_S: Final = 60.0
RUN_MOST_S: Final = 300.0
"""A process that nobody ends ends itself."""
BUSY: Final = 0.9
REDIS_CORE, NODES_CORE = 0, 1
NOTES: Final = 1000
DECIDE_S: Final = 0.001
"""How long a light node takes to take in what others wrote and to decide its batch again."""
BYTES_EACH: Final = 150
"""How much of an entry one decision takes."""
REAL_WRITERS: Final = 4
"""As many real nodes can write on one core."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement: where, how many follow, how much is written."""

    url: str
    prefix: str
    nodes: int
    rate: float
    seconds: float
    real: int
    pause_s: float
    tell_s: float
    back_off_s: float
    merge: bool
    gather_s: float
    lean: bool

    @property
    def light(self) -> int:
        """How many of the nodes are light."""
        return max(0, self.nodes - self.real)


# --- the real nodes ---------------------------------------------------------------------------


class Measured(RedisJournal):
    """The journal, with a stopwatch; its tail may rest after a batch, and who was beaten too."""

    pause_s = 0.0
    back_off_s = 0.0
    lost = 0

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.began: dict[int, float] = {}
        self.took: list[float] = []
        self.tries = 0

    async def append(self, event: str, entry: Entry) -> list[Entry]:
        self.tries += 1
        began = self.began[entry.seq] = time.perf_counter()
        found = await super().append(event, entry)
        self.took.append(time.perf_counter() - began)
        self.lost = self.lost + 1 if found else 0
        if self.lost and self.back_off_s:
            await asyncio.sleep(random.random() * self.back_off_s * self.lost)
        return found

    async def tail(self, event: str, head: Head) -> AsyncIterator[list[Entry]]:
        async for batch in super().tail(event, head):
            yield batch
            if self.pause_s:
                await asyncio.sleep(self.pause_s)


def fill(presence: Presence, people: int) -> None:
    """Let ten thousand come: most to look on, a few to work, one screen."""
    for number in range(people):
        actor = Actor(id=ActorId(f"{number:016x}"), role=Role.PARTICIPANT)
        presence.arrive(actor, View.AUDIENCE, RoomId(f"room-{number % ROOMS}"), Ms(0))
    desk = Actor(id=ActorId("desk"), role=Role.MODERATOR)
    presence.arrive(desk, View.CONTROL, None, Ms(0))
    screen = Actor(id=ActorId(f"screen{random.getrandbits(48):012x}"), role=Role.DISPLAY)
    presence.arrive(screen, View.STAGE, None, Ms(0))


async def open_node(cell: Cell, name: str) -> tuple[Measured, Hubs]:
    """A node as `serve` makes it, without its server."""
    journal = await Measured.open(Place(url=cell.url), cell.prefix)
    journal.pause_s, journal.back_off_s = cell.pause_s, cell.back_off_s
    relay = RedisRelay(journal.link, cell.prefix, name)
    hubs = Hubs(journal, Keyring(KEY), SystemClock(), relay)
    await hubs.open()
    return journal, hubs


async def come_and_go(hub: EventHub) -> None:
    """Somebody comes or goes, again and again."""
    guest = Actor(id=ActorId("guest"), role=Role.PARTICIPANT)
    while True:
        hub.presence.arrive(guest, View.AUDIENCE, None, Ms(0))
        hub.presence_changed()
        await asyncio.sleep(CHURN_S)
        hub.presence.leave(guest, View.AUDIENCE, None)
        hub.presence_changed()
        await asyncio.sleep(CHURN_S)


@dataclass(slots=True)
class Heard:
    """Which entries arrived when."""

    seqs: "array[int]"
    times: "array[float]"

    @classmethod
    def nothing(cls) -> "Heard":
        return cls(array("q"), array("d"))

    def lags(self, began: dict[int, float]) -> list[float]:
        """How long after its append each entry arrived."""
        pairs = zip(self.seqs, self.times, strict=True)
        return [at - began[seq] for seq, at in pairs if seq in began]


def stopwatch(hub: EventHub, heard: Heard) -> None:
    """Note when `hub` has taken in what others wrote."""
    advanced, at = hub.advanced, hub.ledger.head.seq

    def note() -> None:
        nonlocal at
        now = time.perf_counter()
        for seq in range(at + 1, hub.ledger.head.seq + 1):
            heard.seqs.append(seq)
            heard.times.append(now)
        at = hub.ledger.head.seq
        advanced()

    hub.advanced = note  # type: ignore[method-assign]  # a stopwatch, nothing else


async def follow_really(cell: Cell, pipe: Any) -> None:
    """Be some real nodes until told to stop."""
    heard = Heard.nothing()
    nodes = [(await open_node(cell, f"real{number}"))[1] for number in range(cell.real)]
    tasks = []
    for hubs in nodes:
        hub = hubs.get(SLUG)
        for view in (View.AUDIENCE, View.STAGE, View.CONTROL):
            hub.channel(view, None)  # somebody looks
        fill(hub.presence, PEOPLE)
        stopwatch(hub, heard)
        tasks.append(asyncio.create_task(come_and_go(hub)))
    pipe.send("ready")
    await asyncio.get_running_loop().run_in_executor(None, pipe.poll, RUN_MOST_S)
    pipe.send((heard, [hub.trouble for hubs in nodes for hub in hubs]))
    os._exit(0)  # without two hundred goodbyes and snapshots


# --- the light nodes --------------------------------------------------------------------------


def packed(*words: bytes | str | int) -> bytes:
    """A command as it travels."""
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in parts)


class LightNodes:
    """Many nodes, as Redis sees them, in one loop over their sockets."""

    def __init__(self, cell: Cell, head: int) -> None:
        self.heard = Heard.nothing()
        self._cell = cell
        self._poll = select.epoll()
        self._ears: dict[int, Callable[[], None]] = {}
        self._sockets: list[socket.socket] = []
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._turn = 0
        presence = Presence()
        fill(presence, PEOPLE)
        for number in range(cell.light):
            self._tail(number, head)
            self._listen()
            self._speak(f"light{number}", presence.summary())

    def _connect(self, hear: Callable[[socket.socket], None]) -> socket.socket:
        host, port = self._cell.url.split("/")[2].split(":")
        one = socket.create_connection((host, int(port)))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sockets.append(one)
        self._ears[one.fileno()] = functools.partial(hear, one)
        self._poll.register(one.fileno(), select.EPOLLIN)
        return one

    def _at(self, when: float, do: Callable[[], None]) -> None:
        self._turn += 1
        heapq.heappush(self._due, (when, self._turn, do))

    def _tail(self, number: int, head: int) -> None:
        """`RedisJournal.tail`: wait for entries, take them, wait for the next."""
        key = f"{self._cell.prefix}:{{{SLUG}}}:entries"
        words = ("XREAD", "COUNT", PAGE, "BLOCK", BLOCK_MS, "STREAMS", key)
        ask = packed(*words, "").removesuffix(b"$0\r\n\r\n")
        reader = hiredis.Reader()
        last = b"%d-0" % head
        seqs, times, pause_s = self.heard.seqs, self.heard.times, self._cell.pause_s

        def wait() -> None:
            one.sendall(b"%b$%d\r\n%b\r\n" % (ask, len(last), last))

        def hear(one: socket.socket) -> None:
            nonlocal last
            reader.feed(one.recv(1 << 18))
            answer: Any = reader.gets()
            if answer is False:
                return
            now = time.perf_counter()
            for name, fields in answer[0][1] if answer else ():
                last = name
                seqs.append(int(name[:-2]))
                times.append(now)
                self._took_in(number, seqs[-1], fields[1])
            if pause_s and answer:
                self._at(now + pause_s, wait)
            else:
                wait()

        one = self._connect(hear)
        wait()

    def _took_in(self, number: int, seq: int, tag: bytes) -> None:
        """A node heard of an entry; followers need not know more."""

    def _listen(self) -> None:
        """`RedisRelay`'s ear: what it hears costs the nodes, not Redis; it is dropped."""
        ear = self._connect(lambda one: void(one.recv(1 << 18)))
        ear.sendall(packed("SUBSCRIBE", f"{self._cell.prefix}:relay"))

    def _speak(self, name: str, summary: dict[str, Any]) -> None:
        """Presence, each time a little different; and the look for events."""
        cell = self._cell
        voice = self._connect(lambda one: void(one.recv(1 << 18)))
        tells = []
        for people in (0, 1):
            counts = summary["counts"] | {"participants": PEOPLE + people}
            told = [name, "presence", {"event": SLUG, **summary, "counts": counts}]
            words = json.dumps(told, separators=(",", ":"))
            tells.append(packed("PUBLISH", f"{cell.prefix}:relay", words))
        keys = [f"{cell.prefix}:{{{SLUG}}}:{what}" for what in ("entries", "about")]
        look = packed("SMEMBERS", f"{cell.prefix}:events") + packed("EXISTS", *keys)

        def again(every_s: float, what: list[bytes], turn: int) -> None:
            voice.sendall(what[turn % len(what)])
            now = time.perf_counter()
            self._at(now + every_s, functools.partial(again, every_s, what, turn + 1))

        now = time.perf_counter()
        for every_s, what in ((cell.tell_s, tells), (LOOK_EVERY_S, [look])):
            first = functools.partial(again, every_s, what, 0)
            self._at(now + random.random() * every_s, first)

    def run(self, pipe: Any) -> None:
        """Go on until something comes through `pipe`."""
        self._poll.register(pipe.fileno(), select.EPOLLIN)
        end = time.perf_counter() + RUN_MOST_S
        while (now := time.perf_counter()) < end:
            while self._due and self._due[0][0] <= now:
                heapq.heappop(self._due)[2]()
            wait_s = self._due[0][0] - now if self._due else 1.0
            for number, _ in self._poll.poll(max(0.0, wait_s)):
                if number == pipe.fileno():
                    return
                self._ears[number]()


def script(cell: Cell) -> str:
    """What light nodes append with."""
    whole = "{redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1), last or false,"
    assert whole in APPEND.text, "the script has changed: look what `--lean` means now"
    return APPEND.text.replace(whole, "{false, false,") if cell.lean else APPEND.text


class LightWriters(LightNodes):
    """Light nodes of which each has commands to append now and then, as `EventHub` would."""

    def __init__(self, cell: Cell, head: int, tag: bytes) -> None:
        self.heads = [(head, tag)] * cell.light
        self.came = array("d")
        self.waited = array("d")
        self.counts = {"tries": 0, "stale": 0, "red": 0}
        super().__init__(cell, head)
        for number in range(cell.light):
            self._write(number)

    def _took_in(self, number: int, seq: int, tag: bytes) -> None:
        if seq > self.heads[number][0]:
            self.heads[number] = (seq, tag)

    def _write(self, number: int) -> None:
        cell, counts, reader = self._cell, self.counts, hiredis.Reader()
        keys = [f"{cell.prefix}:{{{SLUG}}}:{what}" for what in ("entries", "about")]
        sha = hashlib.sha1(script(cell).encode(), usedforsecurity=False).hexdigest()
        fixed: list[bytes | str | int] = ["EVALSHA", sha, len(keys), *keys]
        waiting: list[float] = []
        batch: list[float] = []
        busy: list[bool] = []
        next_at = begun = 0.0
        tries, beaten_s, sent, tried, mine = 0, 0.0, 0.0, 0, b""

        def arrive() -> None:
            now = time.perf_counter()
            self._at(now + random.expovariate(cell.rate / cell.light), arrive)
            waiting.append(now)
            begin()

        def begin() -> None:
            nonlocal next_at
            if waiting and not busy:
                busy.append(True)
                now = time.perf_counter()
                at = max(now + DECIDE_S, next_at)
                next_at = at + cell.gather_s
                self._at(at, first)

        def first() -> None:
            nonlocal tries, beaten_s, begun
            tries, beaten_s, begun = 0, 0.0, time.perf_counter()
            batch.extend(waiting)
            waiting.clear()
            attempt()

        def over() -> None:
            batch.clear()
            busy.clear()
            begin()

        def attempt() -> None:
            nonlocal sent, tried, mine
            sent, mine = time.perf_counter(), os.urandom(8)
            since = begun if cell.gather_s else 0.0  # what is gathered on purpose is not stale
            fresh = [came for came in batch if sent - max(came, since) <= STALE_S]
            counts["stale"] += len(batch) - len(fresh)
            batch[:] = fresh
            if not batch:
                over()
                return
            counts["tries"] += 1
            seq, tag = self.heads[number]
            tried = seq + 1
            body = b"x" * (BYTES_EACH * len(batch))
            ids = (f"{tried}-0", f"{seq}-0")
            voice.sendall(packed(*fixed, *ids, mine, tag, body, PAGE, 0))

        def hear(one: socket.socket) -> None:
            nonlocal tries, beaten_s
            reader.feed(one.recv(1 << 18))
            answer: Any = reader.gets()
            if answer is False:
                return
            now = time.perf_counter()
            if answer is None:
                self._took_in(number, tried, mine)
                self.came.extend(batch)
                self.waited.extend(now - came for came in batch)
                over()
                return
            name, fields = answer[2][-1]
            self._took_in(number, int(name[:-2]), fields[1])
            tries, beaten_s = tries + 1, beaten_s + min(TRY_MOST_S, now - sent)
            if tries > SLOW_TRIES and beaten_s > SLOW_S:
                counts["red"] += 1
                over()
                return
            if cell.merge:
                batch.extend(waiting)
                waiting.clear()
            self._at(now + DECIDE_S + random.random() * cell.back_off_s * tries, attempt)

        voice = self._connect(hear)
        self._at(time.perf_counter() + random.expovariate(cell.rate / cell.light), arrive)


def void(_: object) -> None:
    """Nothing becomes of it."""


# --- processes --------------------------------------------------------------------------------


def _quiet() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))


def _real_process(cell: Cell, pipe: Any) -> None:
    _quiet()
    asyncio.run(follow_really(cell, pipe))


def _light_process(cell: Cell, head: int, pipe: Any) -> None:
    os.nice(5)  # where the core is too small, the light ones wait, not who is measured
    nodes = LightNodes(cell, head)
    pipe.send("ready")
    nodes.run(pipe)
    pipe.send((nodes.heard, []))


def _writers_process(cell: Cell, head: int, tag: bytes, pipe: Any) -> None:
    nodes = LightWriters(cell, head, tag)
    pipe.send("ready")
    nodes.run(pipe)
    pipe.send((nodes.came, nodes.waited, nodes.counts))


@dataclass(slots=True)
class Child:
    """A process of ours and the way to it."""

    process: SpawnProcess
    pipe: Any

    @classmethod
    def start(cls, run: Callable[..., None], *arguments: object) -> "Child":
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=run, args=(*arguments, theirs), daemon=True)
        process.start()
        return cls(process, ours)

    def ready(self) -> None:
        if not self.pipe.poll(READY_WITHIN_S) or self.pipe.recv() != "ready":
            raise TimeoutError("a process of followers is not ready")

    def cpu_s(self) -> float:
        used = psutil.Process(self.process.pid).cpu_times()
        return used.user + used.system

    def end(self) -> Any:
        """Tell it to stop; return what it found."""
        self.pipe.send("stop")
        if not self.pipe.poll(READY_WITHIN_S):
            raise TimeoutError("a process of nodes does not end")
        found = self.pipe.recv()
        self.process.join(5)
        self.process.kill()
        return found


# --- one cell ---------------------------------------------------------------------------------


def percentiles(values: list[float], name: str) -> dict[str, float | None]:
    """p50 and p99 in ms."""
    if not values:
        return {f"{name}_p50_ms": None, f"{name}_p99_ms": None}
    ordered = sorted(values)
    return {
        f"{name}_p50_ms": round(statistics.median(ordered) * 1000, 2),
        f"{name}_p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
    }


@dataclass(slots=True)
class Sample:
    """What has been used until now."""

    at: float
    info: dict[str, Any]
    cpu: list[float]
    appends: int
    busy: list[float]
    waited: float

    @classmethod
    def take(cls, redis: RedisServer, children: Iterable[Child], appends: int) -> "Sample":
        cpu = [time.process_time(), *(child.cpu_s() for child in children)]
        cores = psutil.cpu_times(percpu=True)
        busy = [core.user + core.system + core.nice for core in cores]
        info = redis.ask("INFO", "everything")
        return cls(time.perf_counter(), info, cpu, appends, busy, cores[REDIS_CORE].iowait)

    def redis_cpu_s(self) -> float:
        return float(self.info["used_cpu_user"] + self.info["used_cpu_sys"])

    def calls(self, command: str) -> int:
        return int(self.info.get(f"cmdstat_{command}", {"calls": 0})["calls"])


Votes = Iterator[tuple[Wish, Actor]]


def voters(hub: EventHub) -> Votes:
    """Five hundred people vote and take it back, on and on."""
    all_ = hub.state.questions.all.values()
    questions: list[QuestionId] = sorted(q.id for q in all_ if q.status is QuestionStatus.APPROVED)
    number = 0
    while True:
        turn, person = divmod(number, 500)
        actor = Actor(id=ActorId(f"{id(hub)}p{person}"), role=Role.PARTICIPANT)
        kind = UnvoteQuestion if turn % 2 else UpvoteQuestion
        yield Wish("v", "", kind(question=questions[person % len(questions)])), actor
        number += 1


async def submit(
    hub: EventHub, source: Votes, rate: float, seconds: float, took: list[float]
) -> int:
    """Submit commands at a steady rate; return how many were refused."""
    refused = 0
    tasks: set[asyncio.Task[None]] = set()

    async def one(wish: Wish, actor: Actor) -> None:
        nonlocal refused
        began = time.perf_counter()
        try:
            await hub.submit(wish, actor)
        except Rejected:
            refused += 1
        else:
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        task = asyncio.create_task(one(*next(source)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.sleep(max(0.0, began + seconds - time.perf_counter()))
    if tasks:
        await asyncio.wait(tasks, timeout=10)
    return refused


async def measure(redis: RedisServer, cell: Cell) -> dict[str, Any]:
    """One writer at `cell.rate`, `cell.nodes` followers."""
    maker = Hubs(*(await _ground(cell, "maker")))
    await create(maker, as_published=False)
    await maker.close()
    journal, hubs = await open_node(cell, "writer")
    hub = hubs.get(SLUG)
    children: list[Child] = []
    churn = None
    try:
        if cell.real:
            children.append(Child.start(_real_process, cell))
        if cell.light:
            children.append(Child.start(_light_process, cell, hub.ledger.head.seq))
        fill(hub.presence, PEOPLE)
        for view in (View.AUDIENCE, View.STAGE, View.CONTROL):
            hub.channel(view, None)
        for child in children:
            await asyncio.get_running_loop().run_in_executor(None, child.ready)
        churn = asyncio.create_task(come_and_go(hub))
        took: list[float] = []
        votes = voters(hub)
        await submit(hub, votes, cell.rate, WARM_S, took)
        journal.began.clear()
        journal.took.clear()
        took.clear()
        before = Sample.take(redis, children, hub.ledger.head.seq)
        refused = await submit(hub, votes, cell.rate, cell.seconds, took)
        after = Sample.take(redis, children, hub.ledger.head.seq)
        await asyncio.sleep(0.2)
        told = [child.end() for child in children]
    finally:
        for child in children:
            child.process.kill()
        if churn is not None:
            churn.cancel()
        await hubs.close()
    heards = [heard for heard, _ in told]
    real = heards.pop(0).lags(journal.began) if cell.real else []
    light = heards.pop(0).lags(journal.began) if cell.light else []
    troubles = [trouble for _, found in told for trouble in found if trouble]
    return {
        **_used(cell, before, after),
        "commands_per_s": round(len(took) / cell.seconds),
        **percentiles(journal.took, "append"),
        **percentiles(real, "lag_real"),
        **percentiles(light, "lag_light"),
        "refused": refused,
        "troubles": troubles,
    }


async def _ground(cell: Cell, name: str) -> tuple[Measured, Keyring, SystemClock, RedisRelay]:
    journal = await Measured.open(Place(url=cell.url), cell.prefix)
    relay = RedisRelay(journal.link, cell.prefix, name)
    return journal, Keyring(KEY), SystemClock(), relay


def _used(cell: Cell, before: Sample, after: Sample) -> dict[str, Any]:
    passed = after.at - before.at
    cpu = [(now - then) / passed for now, then in zip(after.cpu, before.cpu, strict=True)]
    wakes = (after.calls("xread") - before.calls("xread")) / passed
    tells = (after.calls("publish") - before.calls("publish")) / passed
    sent = after.info["total_net_output_bytes"] - before.info["total_net_output_bytes"]
    redis_cpu = (after.redis_cpu_s() - before.redis_cpu_s()) / passed
    theirs, ours = (
        (after.busy[core] - before.busy[core]) / passed for core in (REDIS_CORE, NODES_CORE)
    )
    return {
        "nodes": cell.nodes,
        "rate": cell.rate,
        "entries_per_s": round((after.appends - before.appends) / passed, 1),
        "redis_cpu_pct": round(100 * redis_cpu, 1),
        "redis_core_others_pct": round(100 * max(0.0, theirs - redis_cpu)),
        "redis_core_disk_pct": round(100 * (after.waited - before.waited) / passed),
        "out_mb_per_s": round(sent / passed / 1e6, 2),
        "wakes_per_s": round(wakes),
        "tells_per_s": round(tells),
        "told_per_s": round(tells * (cell.nodes + 1)),
        "node_cpu_pct": round(100 * cpu[1] / cell.real, 1) if cell.real and len(cpu) > 1 else None,
        "writer_cpu_pct": round(100 * cpu[0], 1),
        "nodes_core_pct": round(100 * sum(cpu), 1),
        "nodes_core_others_pct": round(100 * max(0.0, ours - sum(cpu))),
        "clients": after.info["connected_clients"],
        "redis_mib": round(after.info["used_memory"] / 2**20, 1),
        "clients_mib": round(after.info["mem_clients_normal"] / 2**20, 1),
        "busy": sum(cpu) > BUSY,
    }


# --- many who write ---------------------------------------------------------------------------


KEPT: Final = (
    *("nodes", "rate", "entries_per_s", "redis_cpu_pct", "redis_core_disk_pct", "out_mb_per_s"),
    *("nodes_core_pct", "nodes_core_others_pct"),
)
"""What the table of those who write has of the other."""


async def contend(redis: RedisServer, cell: Cell) -> dict[str, Any]:
    """`cell.nodes` real nodes write `cell.rate` commands a second together."""
    maker = Hubs(*(await _ground(cell, "maker")))
    await create(maker, as_published=False)
    await maker.close()
    nodes = [await open_node(cell, f"writer{number}") for number in range(cell.nodes)]
    hubs = [one.get(SLUG) for _, one in nodes]
    votes = [voters(hub) for hub in hubs]
    took: list[float] = []
    share = cell.rate / cell.nodes

    async def all_(seconds: float) -> int:
        parts = []
        for hub, source in zip(hubs, votes, strict=True):
            await asyncio.sleep(random.random() / cell.rate)
            parts.append(asyncio.create_task(submit(hub, source, share, seconds, took)))
        return sum(await asyncio.gather(*parts))

    await all_(WARM_S)
    took.clear()
    for journal, _ in nodes:
        journal.tries = 0
    before = Sample.take(redis, (), hubs[0].ledger.head.seq)
    refused = await all_(cell.seconds)
    after = Sample.take(redis, (), max(hub.ledger.head.seq for hub in hubs))
    entries = max(1, after.appends - before.appends)
    tries = sum(journal.tries for journal, _ in nodes)
    used = _used(cell, before, after)
    slow = sum(hub.is_slow for hub in hubs)
    for _, one in nodes:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(one.close(), 5)
    return {
        **{name: used[name] for name in (*KEPT, "busy")},
        "tries_per_entry": round(tries / entries, 2),
        **percentiles(took, "ack"),
        "refused": refused,
        "red_nodes": slow,
    }


async def contend_lightly(redis: RedisServer, cell: Cell) -> dict[str, Any]:
    """The same with light nodes."""
    maker = Hubs(*(await _ground(cell, "maker")))
    await create(maker, as_published=False)
    await maker.close()
    key = f"{cell.prefix}:{{{SLUG}}}:entries"
    ((name, fields),) = redis.ask("XREVRANGE", key, "+", "-", "COUNT", 1)
    redis.ask("SCRIPT", "LOAD", script(cell))
    child = Child.start(_writers_process, replace(cell, tell_s=1e6), int(name[:-2]), fields[b"t"])
    try:
        await asyncio.get_running_loop().run_in_executor(None, child.ready)
        await asyncio.sleep(WARM_S)
        before = Sample.take(redis, [child], redis.ask("XLEN", key))
        await asyncio.sleep(cell.seconds)
        after = Sample.take(redis, [child], redis.ask("XLEN", key))
        await asyncio.sleep(0.2)
        came, waited, counts = child.end()
    finally:
        child.process.kill()
    took = [one for at, one in zip(came, waited, strict=True) if before.at <= at <= after.at]
    entries = max(1, after.appends - before.appends)
    tries = after.calls("evalsha") - before.calls("evalsha")
    used = _used(cell, before, after)
    return {
        **{name: used[name] for name in (*KEPT, "busy")},
        "tries_per_entry": round(tries / entries, 2),
        **percentiles(took, "ack"),
        "refused": counts["stale"],
        "red_nodes": counts["red"],
    }


# --- what presence costs a node ---------------------------------------------------------------


def presence_cost(nodes: int) -> dict[str, Any]:
    """What one node computes when each other one tells of its people, as often as they do."""
    own = Presence()
    fill(own, PEOPLE)
    told = [json.dumps(["node", "presence", {"event": SLUG, **own.summary()}]) for _ in range(2)]
    for number in range(nodes - 1):
        own.hear(f"node{number}", json.loads(told[0])[2], 0.0)
    rounds = max(5, min(200, 20_000 // nodes))
    began = time.process_time()
    for number in range(rounds):
        _, _, summary = json.loads(told[number % 2])
        summary["counts"]["participants"] += number
        own.hear(f"node{number % max(1, nodes - 1)}", summary, 0.0)
        json.dumps(own.message(1, 0.0))
    each_us = (time.process_time() - began) / rounds * 1e6
    began = time.process_time()
    for number in range(1000):
        _, _, summary = json.loads(told[number % 2])
        own.hear(f"node{number % max(1, nodes - 1)}", summary, 0.0)
    only_us = (time.process_time() - began) * 1000
    per_s = (nodes - 1) / TELLS_S
    return {
        "nodes": nodes,
        "bytes": len(told[0]),
        "us_each": round(each_us),
        "us_hear_only": round(only_us, 1),
        "node_cpu_pct": round(per_s * each_us / 1e4, 1),
        "gathered_pct": round((per_s * only_us + each_us) / 1e4, 1),
    }


async def notes_cost(redis: RedisServer, prefix: str) -> dict[str, float]:
    """What notes that expire (a screen waits to be paired: two of them) take in Redis's memory."""
    journal = await RedisJournal.open(Place(url=redis.url), prefix)
    relay = RedisRelay(journal.link, prefix, "notes")
    before = redis.ask("INFO", "memory")["used_memory"]
    began = time.perf_counter()
    for number in range(NOTES):
        await relay.keep(f"offer:{number:06}", "x" * 200, 60)
    each_ms = (time.perf_counter() - began) / NOTES * 1000
    grown = redis.ask("INFO", "memory")["used_memory"] - before
    for number in range(NOTES):
        await relay.drop(f"offer:{number:06}")
    await journal.close()
    return {"bytes_each": round(grown / NOTES), "ms_each": round(each_ms, 2)}


# --- all of it --------------------------------------------------------------------------------

COLUMNS: Final = {
    "nodes": "nodes",
    "rate": "cmd/s",
    "entries_per_s": "entries/s",
    "redis_cpu_pct": "redis %",
    "redis_core_disk_pct": "disk %",
    "redis_core_others_pct": "others %",
    "out_mb_per_s": "MB/s out",
    "wakes_per_s": "tails/s",
    "told_per_s": "told/s",
    "append_p50_ms": "append p50",
    "append_p99_ms": "p99",
    "lag_real_p50_ms": "lag p50",
    "lag_real_p99_ms": "p99",
    "lag_light_p50_ms": "light p50",
    "lag_light_p99_ms": "p99",
    "node_cpu_pct": "a node %",
    "nodes_core_pct": "core %",
    "nodes_core_others_pct": "others %",
    "redis_mib": "MiB",
    "clients_mib": "buffers",
}
WRITER_COLUMNS: Final = {
    "nodes": "writers",
    "rate": "cmd/s",
    "entries_per_s": "entries/s",
    "tries_per_entry": "tries each",
    "ack_p50_ms": "ack p50",
    "ack_p99_ms": "p99",
    "refused": "refused",
    "red_nodes": "red",
    "redis_cpu_pct": "redis %",
    "redis_core_disk_pct": "disk %",
    "nodes_core_pct": "core %",
    "nodes_core_others_pct": "others %",
}
PRESENCE_COLUMNS: Final = {
    "nodes": "nodes",
    "us_each": "us each",
    "node_cpu_pct": "a node %",
    "us_hear_only": "us to hear",
    "gathered_pct": "once a second %",
}


class Table:
    """Prints rows as they come."""

    def __init__(self, title: str, columns: dict[str, str]) -> None:
        self._columns = {key: (name, max(8, len(name) + 2)) for key, name in columns.items()}
        heads = (f"{name:>{width}}" for name, width in self._columns.values())
        print(f"\n{title}\n" + "".join(heads))

    def add(self, row: dict[str, Any]) -> dict[str, Any]:
        held = ((row[key], width) for key, (_, width) in self._columns.items())
        cells = (f"{'-' if value is None else value:>{width}}" for value, width in held)
        print("".join(cells) + (" *" if row.get("busy") else ""), flush=True)
        return row


def costs(rows: list[dict[str, Any]]) -> dict[str, float]:
    """What Redis's core spends on one delivery, from the largest cells, in microseconds."""
    found: dict[str, float] = {}
    quiet = {row["nodes"]: row for row in rows if not row["rate"]}
    if quiet:
        most = quiet[max(quiet)]
        if most["told_per_s"] > 0:
            found["us_per_told"] = round(most["redis_cpu_pct"] * 1e4 / most["told_per_s"], 2)
    for row in rows:
        if row["rate"] and row["nodes"] in quiet and row["wakes_per_s"] > 1000:
            more = row["redis_cpu_pct"] - quiet[row["nodes"]]["redis_cpu_pct"]
            name = f"us_per_tail_{row['nodes']}_{row['rate']:g}"
            found[name] = round(more * 1e4 / row["wakes_per_s"], 2)
    return found


def numbers(text: str) -> list[float]:
    """`1,10,100`."""
    return [float(part) for part in text.split(",") if part]


async def run(options: argparse.Namespace, redis: RedisServer) -> dict[str, Any]:
    """Measure all that was asked for."""
    count = iter(range(10_000))

    def cell(nodes: float, rate: float, real: int) -> Cell:
        return Cell(
            url=redis.url,
            prefix=f"scale{next(count)}",
            nodes=int(nodes),
            rate=rate,
            seconds=options.seconds,
            real=min(int(nodes), real),
            pause_s=options.pause / 1000,
            tell_s=options.tell,
            back_off_s=options.back_off / 1000,
            merge=options.merge,
            lean=options.lean,
            gather_s=options.gather / 1000 * nodes,
        )

    found: dict[str, Any] = {"cores": os.cpu_count(), "tells_every_s": round(TELLS_S, 2)}
    table = Table("presence: what hearing of all others costs each node", PRESENCE_COLUMNS)
    found["presence"] = [
        table.add(presence_cost(nodes)) for nodes in (2, 10, 50, 100, 200, 500, 1000)
    ]
    title = f"one writes, all follow ({options.real} of them real), {PEOPLE} people on each"
    table = Table(title, COLUMNS)
    found["follow"] = []
    for nodes in options.nodes:
        for rate in options.rates:
            row = await measure(redis, cell(nodes, rate, options.real))
            found["follow"].append(table.add(row))
            for trouble in row["troubles"]:
                print(f"    {trouble}")
    found["costs"] = costs(found["follow"])
    print("\nredis's core, us:", json.dumps(found["costs"]))
    for kind, most, write in (
        ("real", REAL_WRITERS, contend),
        ("light", max(options.writers, default=0), contend_lightly),
    ):
        table = Table(f"{kind} nodes write together", WRITER_COLUMNS)
        found[f"{kind}_write"] = [
            table.add(await write(redis, cell(writers, rate, int(writers) * (kind == "real"))))
            for writers in options.writers
            for rate in options.rates
            if rate and writers <= most
        ]
    found["notes"] = await notes_cost(redis, "notes")
    print("\na note:", json.dumps(found["notes"]))
    return found


def main() -> None:
    """Measure and print."""
    _quiet()
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--nodes", type=numbers, default=numbers("1,10,50,100,200"))
    parser.add_argument("--rates", type=numbers, default=numbers("0,10,100,1000"))
    parser.add_argument("--writers", type=numbers, default=numbers("1,4,10,50,100,200"))
    parser.add_argument("--seconds", type=float, default=5.0, help="for each cell")
    parser.add_argument("--real", type=int, default=2, help="how many of the followers are real")
    parser.add_argument("--pause", type=float, default=0.0, help="ms a tail rests after a batch")
    parser.add_argument("--tell", type=float, default=TELLS_S, help="s between a node's presence")
    parser.add_argument("--back-off", type=float, default=0.0, help="ms, for who was beaten")
    parser.add_argument("--merge", action="store_true", help="who was beaten takes more along")
    parser.add_argument("--gather", type=float, default=0.0, help="ms for each node there is")
    parser.add_argument("--lean", action="store_true", help="answer less to who was beaten")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="streamhub-bench-", dir=Path.cwd()))
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[REDIS_CORE]})  # what is started now stays there
    redis = RedisServer(folder)
    try:
        redis.start()
        os.sched_setaffinity(0, {cores[min(NODES_CORE, len(cores) - 1)]})
        found = asyncio.run(run(options, redis))
    finally:
        redis.stop()
        shutil.rmtree(folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
