"""`python -m hostile.fuzz`: millions of frames, right and wrong, at a server that must not mind.

Every connection is drawn from the seed and its number. When the server complains, the connections
of that moment are tried again, and the one at fault is cut down to the frames that do it.
Exit status 1 if anything was not as it must be.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from hostile.crew import Crew
from hostile.grammar import Sent, World
from hostile.scripts import (
    FAMILIES,
    Arena,
    chance_of,
    play,
    run_one,
    shortened,
    websocket_script,
)
from hostile.server import Server, cores, cuts_in
from hostile.witness import Witness
from streamhub.formats.sample import SLUG
from streamhub.logs import configure

AT_ONCE: Final = 48
WARM: Final = 0.8
"""A first run of so many frames fills what the server keeps for good."""
SLACK: Final = 12 << 20
SLACK_COLD: Final = 40 << 20
LOOK_S: Final = 0.25
SETTLE_S: Final = 30.0
STUCK_S: Final = 90.0
ACK_MOST_MS: Final = 1_000.0
LIED_TO: Final = "critical a client has seen more than the journal holds"
"""What the server must say of a cursor that is made up: it may as well be the truth."""
SETTINGS: Final[dict[str, Any]] = {"limit_hello_s": 2, "limit_ping_s": 4, "limit_unread_s": 3}
RECENT_S: Final = 14.0
"""How long after it ended a connection may be what the server complains of."""
WAITS_S: Final = (0.2, 11.0)
"""How long a complaint may take to come."""
BLAMED: Final = 5
TRIES: Final = 200
console = Console(width=max(110, Console().width), highlight=False)


@dataclass
class Row:
    """How the server does at one moment."""

    frames: int
    seconds: float
    rss: int
    fds: int
    connections: int
    ack_ms: float


@dataclass
class Report:
    """What came of a run."""

    frames: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    rows: list[Row] = field(default_factory=list)
    before: Row | None = None
    after: Row | None = None
    cuts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    arena: Arena | None = None


@dataclass
class Complaint:
    """Something that the server should not have to say, and who was there when it said so."""

    words: str
    suspects: dict[str, list[bytes]]
    count: int = 0


def signature(words: str) -> str:
    """What a complaint is, without what differs each time."""
    with contextlib.suppress(ValueError):
        said = json.loads(words)
        where = str(said.get("exception", "")).strip().splitlines()
        return " ".join((said["level"], said["event"], *where[-1:]))[:200]
    lines = words.splitlines()
    failed = next((line for line in reversed(lines[1:]) if line[:1].isalpha()), "")
    return f"{lines[0].partition(' from ')[0]} … {failed.partition(',')[0]}"[:200]


async def world_of(server: Server) -> World:
    """What a run must know of the event."""
    seen = await server.view("desk", server.tokens["organiser"])
    return World(
        slug=SLUG,
        room=next(iter(seen["state"]["rooms"])),
        sessions=sorted(seen["state"]["sessions"]),
        questions=sorted(seen["state"]["questions"]),
        crew=server.tokens,
        people=[await server.participant() for _ in range(12)],
        cursor=seen["cursor"],
    )


class Fuzz:
    """One run.

    Args:
        server: at what.
        seed: of everything that is drawn.
        at_once: connections under way at the same time.
        say: where to tell how it goes.
    """

    def __init__(
        self,
        server: Server,
        seed: int,
        *,
        at_once: int = AT_ONCE,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.server = server
        self.seed = seed
        self.say = say
        self.report = Report()
        self.arena: Arena
        self._at_once = at_once
        self._recent: dict[str, tuple[float, list[bytes]]] = {}
        self._stop = asyncio.Event()
        self._complaints: dict[str, Complaint] = {}

    async def run(self, frames: int, *, warm: bool = True) -> Report:
        """Send so many frames, and look at what came of it.

        Args:
            frames: how many.
            warm: whether to warm the server up before; without that, its memory says little.
        """
        world = await world_of(self.server)
        self.arena = Arena(self.server.address, world, self.seed)
        if warm:
            async with Crew(self.server) as crew:
                await crew.fill_history()
        async with Witness(self.server) as witness:
            if warm:
                await self._send(int(frames * WARM), "warm-", witness, None)
                await self._settle(None)
            await asyncio.sleep(LOOK_S)
            self.report.before = await self._row(witness, 0.0)
            self.say(f"warm: {_shown(self.report.before)}")
            # the warm-up says other things than the run
            self.arena = Arena(self.server.address, world, self.seed)
            figures = await self.server.figures()
            cpu_s, began = self.server.cpu_s, time.monotonic()
            await self._send(frames, "", witness, max(1, frames // 10))
            self.report.seconds = time.monotonic() - began
            self.report.cpu_s = self.server.cpu_s - cpu_s
            self.report.frames = self.arena.frames
            self.report.arena = self.arena
            await self._settle(self.report.before)
            await asyncio.sleep(LOOK_S)
            self.report.after = await self._row(witness, self.report.seconds)
            self.say(f"end:  {_shown(self.report.after)}")
            self.report.cuts = cuts_in(await self.server.figures() - figures)
            await self._judge(witness, SLACK if warm else SLACK_COLD)
            for complaint in list(self._complaints.values())[:BLAMED]:
                await self._blame(complaint)
        return self.report

    # --- sending --------------------------------------------------------------------------------

    async def _send(self, frames: int, prefix: str, witness: Witness, every: int | None) -> None:
        witness.forget()
        numbers = itertools.count()
        workers = [
            asyncio.create_task(self._work(frames, prefix, numbers)) for _ in range(self._at_once)
        ]
        look = asyncio.create_task(self._look())
        began, shown = time.monotonic(), 0
        try:
            while any(not worker.done() for worker in workers):
                await asyncio.wait(workers, timeout=LOOK_S)
                if every is not None and self.arena.frames >= shown + every:
                    shown += every * ((self.arena.frames - shown) // every)
                    row = await self._row(witness, time.monotonic() - began)
                    self.report.rows.append(row)
                    self.say(_shown(row))
            await asyncio.gather(*workers)
        finally:
            look.cancel()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(look, *workers, return_exceptions=True)

    async def _work(self, frames: int, prefix: str, numbers: "itertools.count[int]") -> None:
        while self.arena.frames < frames and not self._stop.is_set():
            number = f"{prefix}{next(numbers)}"
            try:
                async with asyncio.timeout(STUCK_S):
                    await run_one(self.arena, number)
            except TimeoutError:
                self.arena.note("a connection does not come to an end", number)
            except ConnectionError as error:
                if not self.server.is_alive:
                    self.arena.note("the server is gone", number)
                    self._stop.set()
                elif not isinstance(error, ConnectionResetError):
                    self.arena.note(f"{error!r}", number)

    async def _look(self) -> None:
        """Remember who is there, and hear what the server says of them."""
        while True:
            now = time.monotonic()
            for name, peers in self.arena.active.items():
                self._recent[name] = now, [*map(_tail, peers)]
            for name in [it for it, (at, _) in self._recent.items() if now - at > RECENT_S]:
                del self._recent[name]
            self._hear_complaints()
            await asyncio.sleep(LOOK_S)

    def _hear_complaints(self) -> None:
        for words in self.server.complaints():
            name = signature(words)
            if name == LIED_TO:
                continue
            if name not in self._complaints:
                tails = {name: tails for name, (_, tails) in self._recent.items()}
                self._complaints[name] = Complaint(words, tails)
                self.say(f"the server says: {words[-1500:]}")
            self._complaints[name].count += 1

    async def _blame(self, complaint: "Complaint") -> None:
        """Find out who it was, and print the least that does it."""
        name = signature(complaint.words)
        self.say(f"\n{complaint.count} times: {name}")
        names = list(complaint.suspects)
        self.say(f"seed {self.seed}; trying {len(names)} connections again …")
        for wait_s in WAITS_S:
            found = await self._search(name, names, wait_s)
            if found is None:
                continue
            number = _number(found)
            self.say(f"it is {found}: --seed {self.seed} --only {number}")
            for tail in complaint.suspects[found]:
                self.say(f"  the last that it sent: {tail!r}")
            if found.startswith("websocket"):
                await self.shorten(name, number, wait_s)
            return
        self.say("none of them does it alone; these were there last:")
        for suspect in names[-AT_ONCE:]:
            self.say(f"  {suspect}: {[tail[-200:] for tail in complaint.suspects[suspect]]!r}")

    async def _search(self, complaint: str, names: list[str], wait_s: float) -> str | None:
        """Find one among connections that makes the server complain, by halves."""
        if not await self._is_at_fault(complaint, self._again(names), wait_s):
            return None
        while len(names) > 1:
            half = names[: len(names) // 2]
            if await self._is_at_fault(complaint, self._again(half), wait_s):
                names = half
            else:
                names = names[len(names) // 2 :]
        return names[0] if await self._is_at_fault(complaint, self._again(names), wait_s) else None

    async def _again(self, names: list[str]) -> None:
        for begin in range(0, len(names), AT_ONCE):
            running = (
                run_one(self.arena, _number(name)) for name in names[begin : begin + AT_ONCE]
            )
            await asyncio.gather(*running, return_exceptions=True)

    async def _is_at_fault(
        self, complaint: str, running: Coroutine[Any, Any, None], wait_s: float
    ) -> bool:
        self.server.complaints()
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(STUCK_S):
                await running
        until = time.monotonic() + wait_s
        while True:
            if complaint in {signature(words) for words in self.server.complaints()}:
                return True
            if not self.server.is_alive or time.monotonic() > until:
                return not self.server.is_alive
            await asyncio.sleep(0.05)

    async def shorten(self, complaint: str, number: str, wait_s: float) -> list[Sent]:
        """Find few frames of a script with which the server still complains (ddmin)."""
        chance = chance_of(self.seed, number)
        chance.choices(list(FAMILIES), [it for it, _ in FAMILIES.values()])
        script = websocket_script(chance, self.arena.world)
        frames, parts, tries = list(script.frames), 2, 0
        while len(frames) > 1 and tries < TRIES:
            size = max(1, len(frames) // parts)
            for begin in range(0, len(frames), size):
                tries += 1
                fewer = frames[:begin] + frames[begin + size :]
                playing = play(self.arena, f"websocket {number}", shortened(script, fewer))
                if await self._is_at_fault(complaint, playing, wait_s):
                    frames, parts = fewer, max(2, parts - 1)
                    break
            else:
                if size == 1:
                    break
                parts = min(len(frames), parts * 2)
        self.arena.active.clear()
        self.say(f"opening {[sent.data[:300] for sent in script.opening]!r}, then these frames:")
        for sent in frames[:20]:
            self.say(f"  {sent.kind}: {sent.data[:300]!r}")
        return frames

    # --- looking --------------------------------------------------------------------------------

    async def _row(self, witness: Witness, seconds: float) -> Row:
        server = self.server
        fds = server.fds  # before a connection of our own is one of them
        connections = await server.connections()
        ack_ms = witness.wait_ms(0.99)
        return Row(self.arena.frames, seconds, server.rss, fds, connections, ack_ms)

    async def _settle(self, back_to: Row | None) -> None:
        """Wait until everybody has left: sessions that nobody ends must end by themselves."""
        until = time.monotonic() + SETTLE_S
        fds, connections = (back_to.fds, back_to.connections) if back_to else (0, 1)
        same, last = 0, -1
        while time.monotonic() < until:
            await asyncio.sleep(0.5)
            now = self.server.fds
            same = same + 1 if now == last else 0
            last = now
            if await self.server.connections() > connections:
                continue
            if (back_to is not None and now <= fds) or same >= 24:
                return

    async def _judge(self, witness: Witness, slack: int) -> None:
        report, arena = self.report, self.arena
        wrong = report.wrong
        for words, count in arena.wrong.items():
            wrong.append(f"{count} times: {words}; first {arena.examples[words]}")
        self._hear_complaints()
        for name, complaint in self._complaints.items():
            wrong.append(f"the server said {complaint.count} times: {name}")
        before, after = report.before, report.after
        assert before is not None
        assert after is not None
        figures = await self.server.figures()
        if figures["streamhub_bugs_total"]:
            wrong.append(f"streamhub_bugs_total is {figures['streamhub_bugs_total']}")
        if after.rss - before.rss > slack:
            wrong.append(f"memory has grown by {(after.rss - before.rss) / 1e6:.1f} MB")
        if after.fds > before.fds:
            wrong.append(f"{after.fds - before.fds} files or sockets are still open")
        if after.connections > before.connections:
            wrong.append(f"{after.connections - before.connections} connections are still counted")
        if arena.survived:
            wrong.append(f"connections that should have ended: {dict(arena.survived)}")
        if witness.wait_ms(0.99) > ACK_MOST_MS:
            wrong.append(f"a page waited {witness.wait_ms(0.99):.0f} ms (p99) for its answers")
        if witness.outages:
            wrong.append(f"a page lost its connection {len(witness.outages)} times")
        if not await witness.agrees():
            wrong.append("a page does not show what the API shows")


def _number(name: str) -> str:
    return name.rpartition(" ")[2]


def _tail(peer: Any) -> bytes:
    return b"".join(peer.tail)[-400:]


def _shown(row: Row) -> str:
    rate = row.frames / row.seconds if row.seconds else 0
    return (
        f"{row.frames:>10,} frames  {row.seconds:6.1f} s  {rate:>8,.0f}/s  "
        f"RSS {row.rss / 1e6:6.1f} MB  {row.fds:4} files  {row.connections:4} connections  "
        f"ack p99 {row.ack_ms:5.0f} ms"
    )


def table(title: str, counts: Counter[Any]) -> Table:
    """Counts, most first."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column(title, no_wrap=True)
    shown.add_column("count", justify="right")
    for name, count in counts.most_common():
        shown.add_row(str(name), f"{count:,}")
    return shown


def show(report: Report) -> None:
    """Print what came of a run."""
    arena = report.arena
    assert arena is not None
    console.print()
    console.print(table("frames", arena.heard))
    console.print(f"sent to connections that had ended: {arena.unheard:,}\n")
    console.print(table("answers to requests", arena.statuses))
    console.print()
    console.print(table("cuts by reason", report.cuts))
    rate = report.frames / (report.seconds or 1)
    console.print(
        f"\n{report.frames:,} frames on {arena.connections:,} connections in "
        f"{report.seconds:.0f} s, "
        f"{rate:,.0f} frames/s; the server used {report.cpu_s:.0f} s of its core"
    )
    for words in report.wrong[:20]:
        console.print("[bold red]wrong:[/]", words[:2000], markup=True)
    console.print("good" if not report.wrong else f"NOT good: {len(report.wrong)} things are wrong")


async def main() -> int:
    """Run what was asked for."""
    options = argparse.ArgumentParser(prog="python -m hostile.fuzz", description=__doc__)
    options.add_argument("--frames", type=int, default=3_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--at-once", type=int, default=AT_ONCE, help="connections under way")
    options.add_argument("--only", help="run the one connection of this number, and shorten it")
    given = options.parse_args()
    configure("console", "warning")
    core, others = cores()
    if core is not None:
        os.sched_setaffinity(0, others)
    with tempfile.TemporaryDirectory(prefix="streamhub-fuzz-") as folder:
        server = await Server(Path(folder), core=core, **SETTINGS).open()
        try:
            fuzz = Fuzz(server, given.seed, at_once=given.at_once, say=console.print)
            if given.only:
                fuzz.arena = Arena(server.address, await world_of(server), given.seed)
                await run_one(fuzz.arena, given.only)
                await asyncio.sleep(0.2)
                complaints = server.complaints()
                console.print(*complaints, *fuzz.arena.examples.values(), sep="\n")
                if complaints:
                    await fuzz.shorten(signature(complaints[0]), given.only, WAITS_S[0])
                return bool(complaints)
            report = await fuzz.run(given.frames)
        finally:
            server.close()
    show(report)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
