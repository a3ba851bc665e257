"""What the journal can do: durable commands a second, submit to ack, tail, replay, restart, memory.

`./run bench journal [SECONDS]` prints a table for each engine and one line of JSON. Every figure is
taken through `EventHub`, as commands of people are: decided, durable, applied. Loads are bounded,
everything stays on this machine, and the disk's own fsync is measured beside.
"""

import asyncio
import gc
import json
import multiprocessing
import os
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import structlog
from redis_server import RedisServer

from streamhub.collector import WHILE_LOADING, WHILE_SERVING
from streamhub.core.event import SYSTEM, Decision, EventCreated, Fact
from streamhub.core.ids import ActorId, QuestionId
from streamhub.core.questions import (
    QuestionApproved,
    QuestionAsked,
    QuestionStatus,
    QuestionUnvoted,
    QuestionUpvoted,
    UnvoteQuestion,
    UpvoteQuestion,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View
from streamhub.demo import create, shifted
from streamhub.formats.sample import SLUG, sample
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.ledger import Ledger, Nobody
from streamhub.hub.ports import SystemClock
from streamhub.hub.secrets import Keyring, fresh_tag
from streamhub.journal import Entry, Head, Journal
from streamhub.journal.memory import MemoryJournal
from streamhub.journal.redis_streams import RedisJournal
from streamhub.journal.sqlite import SqliteJournal
from streamhub.protocol.commands import Wish
from streamhub.protocol.entries import encode_decisions
from streamhub.redis_link import Place
from streamhub.relay.local import LocalRelay

SUBMITTERS: Final = 1000
PACED: Final = 1000
WARM_S: Final = 2.0
QUESTIONS: Final = 10_000
VOTES: Final = 100_000
FACTS: Final = 200_000
PER_ENTRY: Final = 10
KEY: Final = b"k" * 32


@dataclass(frozen=True)
class Where:
    """An engine and where it keeps things."""

    engine: str
    path: str

    async def open(self) -> Journal:
        """Open it."""
        if self.engine == "memory":
            return MemoryJournal()
        if self.engine == "sqlite":
            return await SqliteJournal.open(Path(self.path))
        return await RedisJournal.open(Place(url=self.path))


def percentiles(values: list[float]) -> dict[str, float]:
    """Return p50 and p99 in ms."""
    ordered = sorted(values)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
    }


async def _event(hubs: Hubs) -> tuple[EventHub, list[QuestionId]]:
    """Return the sample event, made if it is not there, and the questions to vote on."""
    hub = hubs.get(SLUG) if len(hubs) else await create(hubs, as_published=False)
    all_ = hub.state.questions.all.values()
    return hub, sorted(q.id for q in all_ if q.status is QuestionStatus.APPROVED)


async def _open(where: Where) -> tuple[Hubs, EventHub, list[QuestionId]]:
    hubs = Hubs(await where.open(), Keyring(KEY), SystemClock(), LocalRelay())
    await hubs.open()
    hub, questions = await _event(hubs)
    for view in View:  # somebody looks: what a change costs in views is part of its price
        hub.channel(view, None)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*WHILE_SERVING)
    return hubs, hub, questions


async def crowd(where: Where, seconds: float) -> dict[str, float]:
    """`SUBMITTERS` people vote and take it back, each as soon as the last was acknowledged."""
    hubs, hub, questions = await _open(where)
    took: list[float] = []
    until = time.perf_counter() + seconds

    async def person(number: int) -> None:
        actor = Actor(id=ActorId(f"{os.getpid()}p{number}"), role=Role.PARTICIPANT)
        question = questions[number % len(questions)]
        turn = 0
        while (began := time.perf_counter()) < until:
            kind = UnvoteQuestion if turn % 2 else UpvoteQuestion
            await hub.submit(Wish("v", "", kind(question=question)), actor)
            took.append(time.perf_counter() - began)
            turn += 1

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(person(number) for number in range(SUBMITTERS)))
    passed, worked = time.perf_counter() - began, time.process_time() - cpu
    await hubs.close()
    return {
        "per_s": round(len(took) / passed),
        "per_cpu_s": round(len(took) / worked),
        **percentiles(took),
    }


async def paced(where: Where, seconds: float, per_s: float) -> dict[str, float]:
    """Commands come at a steady rate, whatever the answers do; submit to ack."""
    hubs, hub, questions = await _open(where)
    took: list[float] = []
    tasks = set()

    async def one(number: int, due: float, *, counts: bool) -> None:
        actor = Actor(id=ActorId(f"{os.getpid()}p{number % 500}"), role=Role.PARTICIPANT)
        kind = UnvoteQuestion if number // 500 % 2 else UpvoteQuestion
        question = questions[number % 500 % len(questions)]  # what they vote for, they un-vote
        await hub.submit(Wish("v", "", kind(question=question)), actor)
        if counts:
            took.append(time.perf_counter() - due)

    began = time.perf_counter()
    warm = int(WARM_S * per_s)  # the other processes are still starting
    for number in range(warm + int(seconds * per_s)):
        due = began + number / per_s
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(number, time.perf_counter(), counts=number >= warm))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    passed = time.perf_counter() - began - WARM_S
    await hubs.close()
    return {"per_s": round(len(took) / passed), **percentiles(took)}


def _paced_process(where: Where, seconds: float, per_s: float) -> dict[str, float]:
    _quiet()
    return asyncio.run(paced(where, seconds, per_s))


async def together(where: Where, seconds: float, nodes: int) -> dict[str, float]:
    """Several nodes, a process each, write the same event at `PACED` commands a second together."""
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(nodes, mp_context=context) as pool:
        parts = [
            loop.run_in_executor(pool, _paced_process, where, seconds, PACED / nodes)
            for _ in range(nodes)
        ]
        found = await asyncio.gather(*parts)
    return {
        "per_s": sum(one["per_s"] for one in found),
        "p50_ms": statistics.median(one["p50_ms"] for one in found),
        "p99_ms": max(one["p99_ms"] for one in found),
    }


async def tail(where: Where, seconds: float) -> dict[str, float]:
    """From an append on one node to its being taken in on another, 200 a second."""
    hubs, hub, questions = await _open(where)
    other = Hubs(await where.open(), Keyring(KEY), SystemClock(), LocalRelay())
    await other.open()
    follower = other.get(SLUG)
    began: dict[int, float] = {}
    took: list[float] = []
    advanced = follower.advanced

    def heard() -> None:
        now = time.perf_counter()
        there = [seq for seq in began if seq <= follower.ledger.head.seq]
        took.extend(now - began.pop(seq) for seq in there)
        advanced()

    follower.advanced = heard  # type: ignore[method-assign]  # a stopwatch, nothing else
    for number in range(int(seconds * 200)):
        actor = Actor(id=ActorId(f"p{number}"), role=Role.PARTICIPANT)
        vote = UpvoteQuestion(question=questions[number % len(questions)])
        began[hub.ledger.head.seq + 1] = time.perf_counter()
        await hub.submit(Wish("v", "", vote), actor)
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.2)
    await other.close()
    await hubs.close()
    return percentiles(took)


def history() -> list[Entry]:
    """The entries of a large event: questions, approvals, votes and votes taken back."""
    agenda = shifted(sample(), SystemClock().now())
    session = next(iter(agenda.sessions))
    facts: list[tuple[str, Fact]] = []
    for number in range(QUESTIONS):
        name = QuestionId(f"q{number}")
        text = f"Question {number}: how will regions of this size take part in what comes?"
        facts += [
            (f"p{number}", QuestionAsked(question=name, session=session, text=text)),
            ("mod", QuestionApproved(question=name)),
        ]
    for number in range(VOTES):
        voted = QuestionUpvoted(question=QuestionId(f"q{number % QUESTIONS}"))
        facts.append((f"p{number // 20}", voted))
    for number in range((FACTS - len(facts)) // 2):
        name = QuestionId(f"q{number % QUESTIONS}")
        who = f"p{number // 20}"
        facts += [(who, QuestionUnvoted(question=name)), (who, QuestionUpvoted(question=name))]
    at = agenda.starts_at
    decisions = [Decision(by=SYSTEM, at=at, facts=(EventCreated(slug="large", agenda=agenda),))]
    decisions += [
        Decision(by=ActorId(who), at=at + place, facts=(fact,))
        for place, (who, fact) in enumerate(facts)
    ]
    entries: list[Entry] = []
    head = Head()
    for begin in range(0, len(decisions), PER_ENTRY):
        body = encode_decisions(decisions[begin : begin + PER_ENTRY])
        entries.append(Entry(head.seq + 1, fresh_tag(), head.tag, body))
        head = entries[-1].head
    return entries


async def _load(where: Where) -> dict[str, float]:
    journal = await where.open()
    gc.set_threshold(*WHILE_LOADING)
    before = psutil.Process().memory_info().rss
    ledger = Ledger("large", journal, Nobody())
    began = time.perf_counter()
    await ledger.load()
    took = time.perf_counter() - began
    gc.collect()
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    began = time.perf_counter()
    await ledger.keep_snapshot()
    kept = time.perf_counter() - began
    snapshot = await journal.load_snapshot("large")
    await journal.close()
    return {
        "load_s": round(took, 2),
        "memory_mib": round(grown),
        "snapshot_s": round(kept, 2),
        "snapshot_mib": round(len(snapshot.body) / 2**20, 1) if snapshot else 0,
    }


def _load_process(where: Where) -> dict[str, float]:
    _quiet()
    return asyncio.run(_load(where))


async def size(where: Where) -> dict[str, float]:
    """Load the large event, from all its entries, then from the snapshot that was kept."""
    journal = await where.open()
    await journal.restore("large", None, history())
    await journal.close()
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    found: dict[str, float] = {}
    for name in ("replay", "snapshot"):
        with ProcessPoolExecutor(1, mp_context=context) as pool:  # a process of its own: memory
            one = await loop.run_in_executor(pool, _load_process, where)
        found |= {f"from_{name}_s": one["load_s"], f"from_{name}_mib": one["memory_mib"]}
        found |= {"snapshot_s": one["snapshot_s"], "snapshot_mib": one["snapshot_mib"]}
    found["facts_per_s"] = round(FACTS / found["from_replay_s"])
    return found


def fsync_ms(folder: Path) -> float:
    """The median of fifty fsyncs of 4 KiB here."""
    took = []
    with (folder / "fsync").open("wb", buffering=0) as out:
        for _ in range(50):
            out.write(b"x" * 4096)
            began = time.perf_counter()
            os.fsync(out.fileno())
            took.append(time.perf_counter() - began)
    return round(statistics.median(took) * 1000, 2)


def _quiet() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))


Measure = Callable[[Where], Awaitable[dict[str, float]]]


async def main() -> None:
    """Measure and print."""
    _quiet()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    folder = Path(tempfile.mkdtemp(prefix="streamhub-bench-", dir=Path.cwd()))
    redis = RedisServer(folder).start()
    try:
        found = await _all(folder, redis, seconds)
    finally:
        redis.stop()
        shutil.rmtree(folder)
    print(json.dumps(found))


async def _all(folder: Path, redis: RedisServer, seconds: float) -> dict[str, Any]:
    found: dict[str, Any] = {"fsync_ms": fsync_ms(folder), "cores": os.cpu_count()}
    print(f"fsync of this disk: {found['fsync_ms']} ms (median); cores: {found['cores']}")
    redis_url = redis.url.removesuffix("/0")
    for engine in os.environ.get("BENCH_ENGINES", "memory sqlite redis").split():

        def fresh(engine: str = engine, counter: list[int] = [0]) -> Where:  # noqa: B006 - counts on purpose
            counter[0] += 1
            if engine == "redis":
                return Where(engine, f"{redis_url}/{counter[0]}")
            return Where(engine, str(folder / f"{secrets.token_hex(4)}.sqlite"))

        steps: dict[str, Callable[[], Awaitable[dict[str, float]]]] = {
            f"crowd of {SUBMITTERS}": lambda: crowd(fresh(), seconds),
            f"{PACED} commands/s": lambda: paced(fresh(), seconds, PACED),
        }
        if engine == "redis":
            shared = fresh()
            steps["tail, 2 nodes"] = lambda: tail(fresh(), seconds)

            async def four(shared: Where = shared) -> dict[str, float]:
                hubs, *_ = await _open(shared)
                await hubs.close()
                return await together(shared, seconds, 4)

            steps[f"{PACED} commands/s, 4 nodes"] = four
        if engine != "memory":
            steps["200,000 facts"] = lambda: size(fresh())
        for name, step in steps.items():
            figures = await step()
            found[f"{engine}: {name}"] = figures
            print(f"{engine:<7} {name:<24}", "  ".join(f"{k} {v}" for k, v in figures.items()))
    return found


if __name__ == "__main__":
    asyncio.run(main())
