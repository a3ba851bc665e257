"""`python -m hostile.soak`: thousands of pages for an hour, some of which read slowly: is it flat?

Changes go to everybody five times a second. Every minute a line tells of memory, connections, cuts
and how long answers take. At the end a line is fitted to the server's memory over the last three
quarters, and what pages show is compared with what the API tells. Exit status 1 if it was not flat,
or anything else was not as it must be.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
from rich.console import Console

from hostile.crew import Crew
from hostile.frames import Peer, text
from hostile.server import Server, cores
from hostile.witness import Witness
from streamhub.formats.sample import SLUG
from streamhub.logs import configure

PER_S: Final = 5.0
VOTERS: Final = 40
URGENT_EVERY: Final = 20
"""One change of so many is urgent, and its id is remembered; the others are votes."""
BACK_OFF_S: Final = (0.5, 5.0)
DEAF: Final = 4096
STOPS_S: Final = 30.0
SIPS: Final = 16
"""Bytes that a slow reader takes, twice a second."""
PONG_EVERY_S: Final = 15.0
"""How often somebody who does not read says that it is there."""
ASKS_EVERY_S: Final = 0.5
RESYNC: Final = text('42["resync",{}]')
PONG_PACKET: Final = text("3")
LOOK_S: Final = 2.0
FLAT_MB: Final = 1.0
"""Megabytes that memory may rise in an hour by the fit; in less than an hour, at all."""
TELLING: Final = 20.0
"""Minutes below which a fit tells nothing of an hour."""
CONNECT: Final = 40
CAREFUL: Final = 8
ACK_MOST_MS: Final = 500.0
SILENCE_S: Final = 20.0
console = Console(width=max(130, Console().width), highlight=False)


@dataclass
class Tally:
    """What all pages together saw."""

    frames: int = 0
    bytes: int = 0
    here: int = 0
    connects: int = 0
    losses: Counter[str] = field(default_factory=Counter)
    gaps: int = 0
    refused: int = 0


class Page(asyncio.Protocol):
    """One page, as cheap as it goes: it looks at frames' heads, and at the cursors of patches."""

    def __init__(self, tally: Tally, number: int, server: Server, kind: str) -> None:
        self.tally = tally
        self.kind = kind
        self.cursor = b""
        self.is_here = False
        self.heard_at = 0.0
        self.peer: Peer | None = None
        self._server = server
        self._source = f"127.0.{1 + number // 250 % 250}.{1 + number % 250}"
        self._auth = {"event": SLUG, "view": "audience"}
        self._rest = b""
        self._transport: asyncio.Transport
        self._over: asyncio.Future[None]

    # --- what comes -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take frames apart by their heads."""
        tally = self.tally
        tally.bytes += len(data)
        if self._rest:
            data = self._rest + data
            self._rest = b""
        at, end = 0, len(data)
        while at + 2 <= end:
            size, begin = data[at + 1], at + 2
            if size >= 126:
                begin += 2 if size == 126 else 8
                size = int.from_bytes(data[at + 2 : begin], "big")
            if begin > end or begin + size > end:
                break
            at = begin + size
            tally.frames += 1
            if size == 1:  # a ping
                self._transport.write(PONG_PACKET)
            elif data.startswith(b'42["patch"', begin):
                self._patch(data, begin)
            elif data.startswith(b'42["snapshot"', begin):
                self.cursor = _quoted(data, b'"cursor":"', begin)
                self._enter()
        self.heard_at = time.monotonic()
        if at < end:
            self._rest = data[at:]

    def _patch(self, data: bytes, begin: int) -> None:
        if _quoted(data, b'"from":"', begin) != self.cursor:
            self.tally.gaps += 1
        self.cursor = _quoted(data, b'"to":"', begin)
        self._enter()

    def _enter(self) -> None:
        if not self.is_here:
            self.is_here = True
            self.tally.here += 1

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self.is_here:
            self.is_here = False
            self.tally.here -= 1
        if not self._over.done():
            self._over.set_result(None)

    # --- what it does ---------------------------------------------------------------------------

    async def live(self) -> None:
        """Connect, look on, and come back whenever the connection ends, as pages do."""
        tries = 0
        while True:
            with contextlib.suppress(OSError):
                if await self._once():
                    tries = 0
            wait_s = min(BACK_OFF_S[1], BACK_OFF_S[0] * 2**tries) * random.uniform(0.5, 1.5)
            tries = min(tries + 1, 4)
            await asyncio.sleep(wait_s)

    async def _once(self) -> bool:
        """One connection; whether it came to something."""
        loop = asyncio.get_running_loop()
        peer = self.peer = Peer()
        receive_buffer = None if self.kind == "page" else DEAF
        try:
            await peer.dial(self._server.address, self._source, receive_buffer)
            if not await peer.websocket():
                self.tally.refused += 1
                return False
            self._over = loop.create_future()
            self._rest = b""
            early = bytes(peer.got)
            self.connection_made(peer.transport)
            peer.transport.set_protocol(self)
            resume = {"resume": self.cursor.decode()} if self.cursor else {}
            peer.transport.write(text("40" + json.dumps(self._auth | resume)))
            if early:
                self.data_received(early)
            self.tally.connects += 1
            if peer.is_over:
                return False
            await self._behave(peer)
            self.tally.losses[self.kind] += 1
            return True
        finally:
            peer.close()

    async def _behave(self, peer: Peer) -> None:
        if self.kind == "page":
            await self._over
            return
        while not self.is_here and not self._over.done():  # noqa: ASYNC110 - a moment
            await asyncio.sleep(0.05)
        await asyncio.wait([self._over], timeout=random.uniform(0, STOPS_S))
        while not self._over.done():
            peer.transport.pause_reading()
            if self.kind == "sips":
                await self._sip(peer)
            else:
                await self._pause(STOPS_S)
                if not peer.transport.is_closing():
                    peer.transport.resume_reading()
                await asyncio.wait([self._over], timeout=STOPS_S)

    async def _pause(self, seconds: float) -> None:
        """Read nothing, but say that it is there; a pong unasked is forgiven.

        Who "asks" has more and more sent to it, and is cut before the pause is over.
        """
        began = said_at = time.monotonic()
        while time.monotonic() - began < seconds and not self._over.done():
            await asyncio.wait([self._over], timeout=ASKS_EVERY_S)
            if self.kind == "asks":
                self._transport.write(RESYNC)
            if time.monotonic() - said_at > PONG_EVERY_S:
                said_at = time.monotonic()
                self._transport.write(PONG_PACKET)

    async def _sip(self, peer: Peer) -> None:
        """Read some bytes a second by hand until the server has enough of it."""
        said_at = time.monotonic()
        while not self._over.done():
            await asyncio.sleep(0.5)
            try:
                data = peer.socket.recv(SIPS)
            except BlockingIOError:
                continue
            except OSError:
                break
            if not data:
                break
            self.data_received(data)
            if time.monotonic() - said_at > PONG_EVERY_S:
                said_at = time.monotonic()
                self._transport.write(PONG_PACKET)
        peer.close()
        await self._over


def _quoted(data: bytes, name: bytes, begin: int) -> bytes:
    at = data.index(name, begin) + len(name)
    return data[at : data.index(b'"', at)]


@dataclass
class Fit:
    """A line through memory over time."""

    per_hour: float
    error: float

    @classmethod
    def of(cls, points: list[tuple[float, float]]) -> "Fit":
        """By least squares; `error` is of the slope, both in what the points count, an hour."""
        count = len(points)
        mean_x = sum(x for x, _ in points) / count
        mean_y = sum(y for _, y in points) / count
        spread = sum((x - mean_x) ** 2 for x, _ in points)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
        left = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
        return cls(slope * 3600, math.sqrt(left / max(1, count - 2) / spread) * 3600)


@dataclass
class Result:
    """What came of a soak."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    fit: Fit | None = None
    cuts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Soak:
    """One soak.

    Args:
        server: what is looked at.
        count: how many pages.
        slow: which share of them reads slowly.
        per_s: changes a second.
    """

    def __init__(self, server: Server, count: int, slow: float, per_s: float = PER_S) -> None:
        self.server = server
        self.tally = Tally()
        self.result = Result()
        self._per_s = per_s
        slows = int(count * slow)
        kinds = ["sips", "stops", "asks"] * (slows // 3 + 1)
        self.pages = [
            Page(self.tally, number, server, kinds[number] if number < slows else "page")
            for number in range(count)
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._lags: list[float] = []
        self._waits: list[float] = []

    async def run(self, minutes: float) -> Result:
        """Let everybody look on for so long."""
        async with Crew(self.server, 2) as crew, Witness(self.server) as witness:
            careful = [Witness(self.server, "stage") for _ in range(CAREFUL)]
            async with contextlib.AsyncExitStack() as stack:
                for one in careful:
                    await stack.enter_async_context(one)
                    one.every_s = 5.0
                await crew.fill_history()
                await self._connect()
                self._tasks.append(asyncio.create_task(self._change(crew)))
                self._tasks.append(asyncio.create_task(self._lag()))
                try:
                    await self._watch(minutes * 60, witness)
                    await self._judge([witness, *careful])
                finally:
                    for task in self._tasks:
                        task.cancel()
                    await asyncio.gather(*self._tasks, return_exceptions=True)
        return self.result

    async def _connect(self) -> None:
        began = time.monotonic()
        for begin in range(0, len(self.pages), CONNECT):
            pages = self.pages[begin : begin + CONNECT]
            self._tasks += [asyncio.create_task(page.live()) for page in pages]
            while self.tally.here < begin * 0.98:  # noqa: ASYNC110 - no faster than it goes
                await asyncio.sleep(0.02)
        console.print(f"{self.tally.here:,} are here after {time.monotonic() - began:.1f} s")

    async def _change(self, crew: Crew) -> None:
        """Votes, which are gathered, and now and then the spotlight, which is not.

        Votes come one after another from many, and go in the same order: so each is a change.
        """
        producer, *_ = crew.glasses
        questions = sorted(
            name for name, it in producer.state["questions"].items() if it["status"] == "approved"
        )
        tokens = [await self.server.participant() for _ in range(VOTERS)]
        kinds = "question.upvote", "question.unvote"
        votes = itertools.cycle([(token, kind) for kind in kinds for token in tokens])
        loop = asyncio.get_running_loop()
        due = loop.time()
        async with aiohttp.ClientSession() as session:
            for number in itertools.count():
                due += 1 / self._per_s
                if number % URGENT_EVERY == 0:
                    question = questions[number // URGENT_EVERY % len(questions)]
                    await producer.do("question.spotlight", question=question)
                else:
                    token, kind = next(votes)
                    await self._vote(session, token, kind, questions[-1])
                await asyncio.sleep(max(0.0, due - loop.time()))

    async def _vote(
        self, session: aiohttp.ClientSession, token: str, kind: str, question: str
    ) -> None:
        url = f"{self.server.url}/api/v1/events/{SLUG}/commands"
        body = {"id": "vote", "type": kind, "question": question}
        headers = {"Authorization": f"Bearer {token}"}
        async with session.post(url, json=body, headers=headers) as answer:
            if answer.status != 200:
                self.result.wrong.append(f"a vote was answered with {answer.status}")

    async def _lag(self) -> None:
        """How late this process is itself: then it is not the server who is slow."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.1
            await asyncio.sleep(0.1)
            self._lags.append(loop.time() - due)

    async def _watch(self, seconds: float, witness: Witness) -> None:
        began = said_at = time.monotonic()
        frames, cpu_s = self.tally.frames, self.server.cpu_s
        cuts = await self.server.cuts()
        minute = min(60.0, seconds / 4)
        witness.forget()
        while time.monotonic() - began < seconds and self.server.is_alive:
            await asyncio.sleep(LOOK_S)
            now = time.monotonic()
            self.result.memory.append((now - began, self.server.rss / 1e6))
            if now - said_at < minute:
                continue
            figures = await self.server.cuts()
            passed, said_at = now - said_at, now
            rate = (self.tally.frames - frames) / passed
            console.print(
                f"{(now - began) / 60:5.1f} min  RSS {self.server.rss / 1e6:6.1f} MB  "
                f"{self.tally.here:,} here  {rate:>7,.0f} frames/s  "
                f"core {(self.server.cpu_s - cpu_s) / passed:4.0%}  "
                f"acks p50 {witness.wait_ms(0.5):4.0f} p99 {witness.wait_ms(0.99):4.0f} "
                f"max {witness.wait_ms(1):4.0f} ms  own lag {max(self._lags) * 1000:3.0f} ms  "
                f"cuts {_told(figures - cuts)}"
            )
            frames, cpu_s = self.tally.frames, self.server.cpu_s
            self._waits.extend(witness.waits)
            witness.forget()
            self._lags.clear()
        self.result.cuts = await self.server.cuts() - cuts

    async def _judge(self, witnesses: list[Witness]) -> None:
        result, wrong = self.result, self.result.wrong
        seconds = result.memory[-1][0]
        late = [(at, held) for at, held in result.memory if at > seconds / 4]
        fit = result.fit = Fit.of(late)
        hours = seconds * 0.75 / 3600
        if (fit.per_hour - 2 * fit.error) * hours > FLAT_MB * max(1.0, hours):
            wrong.append(f"memory rises by {fit.per_hour:.1f} ± {fit.error:.1f} MB an hour")
        quick = [page for page in self.pages if page.kind == "page"]
        now = time.monotonic()
        silent = sum(now - page.heard_at > SILENCE_S for page in quick)
        if silent:
            wrong.append(f"{silent} pages have heard nothing for {SILENCE_S:.0f} s")
        if self.tally.losses["page"]:
            wrong.append(f"{self.tally.losses['page']} pages that read lost their connection")
        if self.tally.gaps:
            wrong.append(f"{self.tally.gaps} patches did not begin where a page was")
        for one in witnesses:
            if not await one.agrees():
                wrong.append("a page does not show what the API shows")
        figures = await self.server.figures()
        if figures["streamhub_bugs_total"]:
            wrong.append(f"streamhub_bugs_total is {figures['streamhub_bugs_total']}")
        wrong.extend(self.server.complaints()[:5])
        waits = sorted(self._waits) or [0.0]
        p99_ms = waits[int(len(waits) * 0.99)] * 1000
        if p99_ms > ACK_MOST_MS:
            wrong.append(f"a page waited {p99_ms:.0f} ms (p99) for its answers")


def _told(cuts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in cuts.most_common()) or "none"


async def main() -> int:
    """Run what was asked for."""
    options = argparse.ArgumentParser(prog="python -m hostile.soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--connections", type=int, default=5_000)
    options.add_argument("--slow", type=float, default=0.05, help="which share reads slowly")
    options.add_argument("--json", type=Path, help="write memory over time there as well")
    given = options.parse_args()
    configure("console", "warning")
    core, others = cores()
    if core is not None:
        os.sched_setaffinity(0, others)
    with tempfile.TemporaryDirectory(prefix="streamhub-soak-") as folder:
        server = await Server(Path(folder), core=core).open()
        try:
            soak = Soak(server, given.connections, given.slow)
            result = await soak.run(given.minutes)
        finally:
            server.close()
    told: dict[str, Any] = {"memory_mb": result.memory, "cuts": result.cuts, "wrong": result.wrong}
    if given.json:
        given.json.write_text(json.dumps(told) + "\n")
    tally, fit = soak.tally, result.fit
    assert fit is not None
    console.print(
        f"\n{tally.frames:,} frames, {tally.bytes / 1e9:.2f} GB, {tally.connects:,} connects "
        f"({tally.refused} refused); connections that ended: {_told(tally.losses)}; "
        f"cuts: {_told(result.cuts)}"
    )
    console.print(
        f"memory over the last three quarters: {fit.per_hour:+.2f} ± {fit.error:.2f} MB an hour, "
        f"{min(m for _, m in result.memory):.1f} to {max(m for _, m in result.memory):.1f} MB"
    )
    for words in result.wrong:
        console.print("[bold red]wrong:[/]", words[:2000])
    if result.wrong:
        console.print("NOT good")
    else:
        console.print("flat" if given.minutes >= TELLING else "good, and too short to call it flat")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
