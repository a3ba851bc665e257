"""Hostile peers, one kind at a time: what they do, and what the server must do about it.

Each scenario is one row of `SCENARIOS`. It is carried out while a page votes and looks on, and the
server's memory, sockets and log are looked at before and after. The tests carry out each with a few
peers on a server with small limits; `python -m hostile.run` with thousands, on the usual ones.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from hostile.crew import Crew, amend
from hostile.frames import PING, PONG, Peer, frame, head, text, upgrade
from hostile.server import Server
from hostile.witness import Witness
from streamhub.formats.sample import SLUG

DEAF: Final = 4096
"""The receive buffer of those who do not read: what is sent to them waits with the server."""
AT_ONCE: Final = 64
SOON_S: Final = 2.0
"""What is to happen at once, on a busy machine."""
SWEEP_S: Final = 2.5
"""The server looks about once a second."""
POLLING: Final = "EIO=4&transport=polling"
HELLO: Final = {"event": SLUG, "view": "audience"}
PACKET: Final = "40" + json.dumps(HELLO)
TIME: Final = text('421["time",{"t0":1}]')
ACK_MOST_MS: Final = 1_000.0
ACKS: Final = 4
"""A page must have been answered so often at least while a scenario went on."""
MEMORY: Final = 16 << 20, 200 << 10
"""Memory that the server may take meanwhile: at all, and for each peer."""
KEEP_ALIVE_S: Final = 75.0
"""How long a connection may be idle between two requests."""
FILES: Final = 200
"""What a server may have open of which all are taken."""
NO_FILES: Final = "accept() out of system resource"
FILL_S: Final = 40.0
"""How long it may take until the buffers between here and the server are full."""


@dataclass(frozen=True)
class Limits:
    """Settings of the server, as its environment tells them, and how many come."""

    hello_s: float = 10.0
    unread_s: float = 10.0
    ping_s: int = 20
    messages: int = 2_000
    connections: int = 50_000
    per_address: int = 20_000
    peers: int = 1_000
    many: int = 5_000

    @property
    def settings(self) -> dict[str, Any]:
        """As settings by name."""
        names = ("hello_s", "unread_s", "ping_s", "messages", "connections", "per_address")
        return {f"limit_{name}": getattr(self, name) for name in names}

    @property
    def silent_s(self) -> float:
        """Within which somebody who answers no ping must be gone."""
        return 2 * self.ping_s + SWEEP_S


USUAL: Final = Limits(peers=300, many=5_000, per_address=6_000, connections=8_000)
SMALL: Final = Limits(
    hello_s=1.0,
    unread_s=1.0,
    ping_s=2,
    messages=300,
    connections=260,
    per_address=120,
    peers=20,
    many=100,
)


@dataclass
class Outcome:
    """What came of a scenario."""

    name: str
    peers: int = 0
    closed: int = 0
    closed_s: float = 0.0
    within_s: float = 0.0
    cuts: Counter[str] = field(default_factory=Counter)
    grown: int = 0
    acks_ms: tuple[float, float] = (0.0, 0.0)
    note: str = ""
    wrong: list[str] = field(default_factory=list)


class Ground:
    """One server, and what a scenario needs to be hostile to it."""

    def __init__(self, server: Server, limits: Limits, witness: Witness, crew: Crew) -> None:
        self.server = server
        self.limits = limits
        self.witness = witness
        self.crew = crew
        self.outcome = Outcome("")
        self._peers: list[Peer] = []
        self._sources = itertools.count()
        self._busy: list[asyncio.Task[Any]] = []

    def source(self) -> str:
        """Another address of this machine."""
        number = next(self._sources)
        return f"127.0.{1 + number // 250 % 250}.{1 + number % 250}"

    async def dial(self, source: str | None = None, receive_buffer: int | None = None) -> Peer:
        """Connect; it is hung up after the scenario."""
        where = source or self.source()
        peer = await Peer().dial(self.server.address, where, receive_buffer)
        self._peers.append(peer)
        return peer

    async def many(self, count: int, make: Callable[[], Awaitable[Peer]]) -> list[Peer]:
        """Make so many, some at once."""
        made: list[Peer] = []
        for begin in range(0, count, AT_ONCE):
            some = min(AT_ONCE, count - begin)
            made.extend(await asyncio.gather(*(make() for _ in range(some))))
        self.outcome.peers += len(made)
        return made

    async def guest(self, receive_buffer: int | None = None) -> Peer:
        """Somebody who was let in."""
        peer = await self.dial(receive_buffer=receive_buffer)
        if not await peer.hello(HELLO):
            self.outcome.wrong.append("somebody was not let in")
        return peer

    async def guests(self, count: int) -> list[Peer]:
        """Some who were let in."""
        return await self.many(count, self.guest)

    async def deaf(self, count: int) -> list[Peer]:
        """Some who were let in and read no more."""

        async def make() -> Peer:
            peer = await self.guest(DEAF)
            if not peer.is_over:
                peer.transport.pause_reading()
            return peer

        return await self.many(count, make)

    async def stranger(self) -> Peer:
        """Somebody with a websocket who has not said hello."""
        peer = await self.dial()
        if not await peer.websocket():
            self.outcome.wrong.append("somebody got no websocket")
        return peer

    async def ask(
        self, peer: Peer, data: bytes, within_s: float = 10.0
    ) -> tuple[int, bytes, bytes]:
        """Send a request; returns status, head and body, (0, …) where no answer comes."""
        peer.send(data)
        end = await peer.find(b"\r\n\r\n", within_s)
        if end < 0:
            return 0, b"", b""
        said = bytes(peer.got[:end]).lower()
        del peer.got[:end]
        at = said.find(b"content-length: ")
        size = int(said[at + 16 : said.find(b"\r", at)]) if at >= 0 else 0
        await peer.until(lambda: len(peer.got) >= size, within_s)
        body = bytes(peer.got[:size])
        del peer.got[:size]
        return int(said[9:12]), said, body

    async def session(self, *, hello: bool = True) -> tuple[Peer, str]:
        """A polling session: the connection that began it, and its id."""
        peer = await self.dial()
        status, _, body = await self.ask(peer, request("GET", POLLING))
        if status != 200:
            self.outcome.wrong.append(f"a polling session was refused with {status}")
            return peer, ""
        sid: str = json.loads(body[1:])["sid"]
        if hello:
            await self.ask(peer, request("POST", f"{POLLING}&sid={sid}", PACKET.encode()))
        return peer, sid

    def spawn(self, work: Awaitable[Any]) -> None:
        """Do something until the scenario is over."""
        self._busy.append(asyncio.ensure_future(work))

    # --- what must happen -----------------------------------------------------------------------

    async def all_ended(self, peers: list[Peer], within_s: float) -> None:
        """The server must end all of these in time."""
        began = time.monotonic()
        until = began + within_s
        last_s = 0.0
        for peer in peers:
            if await peer.ended(max(0.01, until - time.monotonic())):
                last_s = max(last_s, peer.over_at - began)
                self.outcome.closed += 1
        self.outcome.closed_s = max(self.outcome.closed_s, last_s)
        self.outcome.within_s = max(self.outcome.within_s, within_s)
        left = sum(not peer.is_over for peer in peers)
        if left:
            self.outcome.wrong.append(
                f"{left} of {len(peers)} were still there {within_s:.1f} s later"
            )

    async def all_cut(self, reasons: Iterable[str], count: int, within_s: float) -> None:
        """The server must count so many cuts in time, for any of these reasons."""
        reasons = tuple(reasons)
        began = time.monotonic()
        seen = 0
        while time.monotonic() - began < within_s:
            cuts = await self.cuts()
            seen = sum(cuts[reason] for reason in reasons)
            if seen >= count:
                break
            await asyncio.sleep(0.1)
        self.outcome.closed_s = max(self.outcome.closed_s, time.monotonic() - began)
        self.outcome.within_s = max(self.outcome.within_s, within_s)
        self.outcome.closed = max(self.outcome.closed, seen)
        if seen < count:
            wanted = " or ".join(reasons)
            self.outcome.wrong.append(f"{seen} of {count} were cut as {wanted}")

    async def cuts(self) -> Counter[str]:
        """Cuts since the scenario began."""
        return await self.server.cuts() - self._cuts_before

    def expect(self, holds: object, words: str) -> None:
        """Note what is wrong, if it does not hold."""
        if not holds:
            self.outcome.wrong.append(words)

    # --- one scenario ---------------------------------------------------------------------------

    async def run(self, scenario: "Scenario") -> Outcome:
        """Carry out a scenario, and look at the server before and after."""
        outcome = self.outcome = Outcome(scenario.__name__.replace("_", " "))
        server = self.server
        server.complaints()
        self._cuts_before = await server.cuts()
        await asyncio.sleep(0.1)  # until the connection that asked for them is gone
        fds, rss = server.fds, server.rss
        self.witness.forget()
        peak = rss

        async def watch() -> None:
            nonlocal peak
            while True:
                peak = max(peak, server.rss)
                await asyncio.sleep(0.1)

        self.spawn(watch())
        try:
            await scenario(self)
            while len(self.witness.waits) < ACKS and server.is_alive:  # noqa: ASYNC110 - its pace
                await asyncio.sleep(0.05)
        finally:
            await self._tidy()
        outcome.cuts = await self.cuts()
        outcome.grown = peak - rss
        outcome.acks_ms = self.witness.wait_ms(0.5), self.witness.wait_ms(0.99)
        await self._judge(fds)
        return outcome

    async def _tidy(self) -> None:
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        self._busy.clear()
        await self.crew.rest()
        for peer in self._peers:
            peer.close()
        self._peers.clear()

    async def _judge(self, fds: int) -> None:
        outcome = self.outcome
        until = time.monotonic() + SOON_S + SWEEP_S
        while self.server.fds > fds and time.monotonic() < until:  # noqa: ASYNC110 - its sockets
            await asyncio.sleep(0.1)
        self.expect(self.server.fds <= fds, f"{self.server.fds - fds} sockets are still open")
        self.expect(not self.witness.outages, "a page lost its connection")
        self.witness.outages.clear()
        p99 = outcome.acks_ms[1]
        self.expect(p99 <= ACK_MOST_MS, f"a page waited {p99:.0f} ms for its answers")
        most = MEMORY[0] + MEMORY[1] * outcome.peers
        self.expect(outcome.grown <= most, f"memory grew by {outcome.grown / 1e6:.1f} MB")
        self.expect(self.server.is_alive, "the server is gone")
        complaints = self.server.complaints()
        if complaints:
            said = complaints[0][-600:]
            outcome.wrong.append(f"the server said {len(complaints)} things, first: {said}")


Scenario = Callable[[Ground], Awaitable[None]]


@asynccontextmanager
async def on_ground(server: Server, limits: Limits, crew: int = 8) -> Any:
    """Make a ground, with a page that looks on and some who make changes."""
    async with Witness(server) as witness, Crew(server, crew) as changing:
        yield Ground(server, limits, witness, changing)


def request(method: str, query: str, body: bytes | None = None, headers: str = "") -> bytes:
    """A request to the realtime door."""
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    first = f"{method} /socket.io/?{query} HTTP/1.1\r\nHost: hostile\r\n{headers}{length}\r\n"
    return first.encode() + (body or b"")


async def _each(peers: list[Peer], every_s: float, data: Callable[[], bytes]) -> None:
    """Send something on each, again and again."""
    while True:
        said = data()
        for peer in peers:
            peer.send(said)
        await asyncio.sleep(every_s)


# --- who does not read ---------------------------------------------------------------------------


async def reads_nothing_and_forges_pongs(ground: Ground) -> None:
    peers = await ground.deaf(ground.limits.peers)
    ground.crew.work(amend)
    ground.spawn(_each(peers, ground.limits.ping_s / 4, lambda: text("3")))
    await ground.all_cut(["slow"], len(peers), FILL_S + ground.limits.unread_s * 2 + SWEEP_S)


async def reads_nothing_and_says_nothing(ground: Ground) -> None:
    peers = await ground.deaf(ground.limits.peers)
    ground.crew.work(amend)
    await ground.all_cut(["slow", "silent"], len(peers), ground.limits.silent_s + SWEEP_S)


async def reads_nothing_and_asks_for_more(ground: Ground) -> None:
    """Each answer is a whole view; they must not pile up."""
    peers = await ground.deaf(ground.limits.peers)
    ground.spawn(_each(peers, 0.08, lambda: text('421["resync",{}]')))
    most_s = FILL_S + ground.limits.unread_s * 2 + SWEEP_S
    await ground.all_cut(["slow", "silent", "flood"], len(peers), most_s)


async def reads_nothing_and_sends_commands(ground: Ground) -> None:
    """Answers to commands that are refused, at the pace that is allowed."""
    peers = await ground.deaf(ground.limits.peers)
    numbers = itertools.count()

    def command() -> bytes:
        body = {"id": f"x{next(numbers)}", "type": "question.upvote", "question": "x" * 9_000}
        return text("421" + json.dumps(["command", body]))

    ground.spawn(_each(peers, 0.08, command))
    ground.spawn(_each(peers, ground.limits.ping_s / 2, lambda: text("3")))
    ground.crew.work(amend)
    await ground.all_cut(["slow", "silent", "flood"], len(peers), FILL_S + ground.limits.silent_s)


async def reads_one_byte_a_second(ground: Ground) -> None:
    peers = await ground.deaf(ground.limits.peers)

    async def sip() -> None:
        while True:
            for peer in peers:
                with contextlib.suppress(OSError):
                    peer.socket.recv(1)
            await asyncio.sleep(1)

    ground.spawn(sip())
    ground.spawn(_each(peers, ground.limits.ping_s / 4, lambda: text("3")))
    ground.crew.work(amend)
    await ground.all_cut(["slow"], len(peers), FILL_S + ground.limits.unread_s * 2 + SWEEP_S)


async def answers_no_pings(ground: Ground) -> None:
    peers = await ground.guests(ground.limits.peers)
    await ground.all_ended(peers, ground.limits.silent_s)
    await ground.all_cut(["silent"], len(peers), SOON_S)


# --- who says what no client says ----------------------------------------------------------------


async def _ends_each(ground: Ground, data: bytes) -> None:
    """Both for a guest and for a stranger, the connection ends at once, as nonsense."""
    count = min(ground.limits.peers, 20)
    peers = await ground.guests(count) + await ground.many(count, ground.stranger)
    for peer in peers:
        peer.send(data)
    await ground.all_ended(peers, SOON_S)
    await ground.all_cut(["nonsense"], len(peers), SOON_S)


async def counts_many_attachments(ground: Ground) -> None:
    packet = '45{}-["x",{{"_placeholder":true,"num":0}}]'
    await _ends_each(ground, text(packet.format("1" * 12)))
    await _ends_each(ground, text(packet.format("1" * 19_000)))
    await _ends_each(ground, text("46" + "9" * 10 + "-[]"))


async def sends_an_empty_frame(ground: Ground) -> None:
    await _ends_each(ground, text(""))


async def sends_a_binary_frame(ground: Ground) -> None:
    await _ends_each(ground, frame(b"\x04\x00binary", 0x82))
    await _ends_each(ground, frame(b"", 0x82))


async def declares_a_frame_too_large(ground: Ground) -> None:
    for size in (100_000, 1 << 31, 1 << 40, (1 << 63) - 1):
        await _ends_each(ground, head(size, form=8))


async def sends_no_mask(ground: Ground) -> None:
    await _ends_each(ground, head(1, mask=None) + b"6")


async def sends_deep_json(ground: Ground) -> None:
    """Nonsense, for which there is a warning; and then it is cut."""
    peers = await ground.guests(min(ground.limits.peers, 20))
    for peer in peers:
        peer.send(b"".join(text("42" + "[" * depth) for depth in range(10, 19_000, 700)))
    await ground.all_ended(peers, SOON_S)
    await ground.all_cut(["flood"], len(peers), SOON_S)


async def says_hello_wrongly_again_and_again(ground: Ground) -> None:
    peers = await ground.many(min(ground.limits.peers, 20), ground.stranger)
    for peer in peers:
        peer.send(text('40{"event":"no-such","view":"stage"}') * 8)
    await ground.all_ended(peers, SOON_S)
    await ground.all_cut(["nonsense"], len(peers), SOON_S)


# --- floods --------------------------------------------------------------------------------------


async def _floods(ground: Ground, one: bytes, count: int, pause_s: float = 0.0) -> None:
    peers = await ground.guests(min(ground.limits.peers, 20))
    for begin in range(0, count, 50):
        for peer in peers:
            peer.send(one * min(50, count - begin))
        await asyncio.sleep(pause_s)
    await ground.all_ended(peers, SOON_S + SWEEP_S)
    await ground.all_cut(["flood"], len(peers), SOON_S)


async def floods_with_pongs_unasked(ground: Ground) -> None:
    await _floods(ground, text("3"), 100)


async def floods_with_noops(ground: Ground) -> None:
    await _floods(ground, text("6"), ground.limits.messages + 100)


async def floods_with_websocket_pings(ground: Ground) -> None:
    await _floods(ground, frame(b"x" * 125, PING), ground.limits.messages + 100)


async def floods_with_websocket_pongs(ground: Ground) -> None:
    await _floods(ground, frame(b"x" * 125, PONG), ground.limits.messages + 100)


async def floods_with_messages(ground: Ground) -> None:
    """Beyond the pace they are refused; who goes on is cut."""
    await _floods(ground, TIME, 200)


async def floods_with_commands(ground: Ground) -> None:
    body = '{"id":"1","type":"question.upvote","question":"nothing"}'
    await _floods(ground, text(f'421["command",{body}]'), 200)


async def floods_with_pieces_of_a_frame(ground: Ground) -> None:
    """A text in empty pieces that never ends: nothing is ever heard, only read."""
    peers = await ground.guests(min(ground.limits.peers, 20))
    for peer in peers:
        peer.send(frame(b"", 0x01))
    ground.spawn(_each(peers, 0.02, lambda: frame(b"", 0x00) * 500))
    await ground.all_ended(peers, 2 * SWEEP_S)
    await ground.all_cut(["flood", "nonsense"], len(peers), SOON_S)


async def floods_with_websocket_pings_unread(ground: Ground) -> None:
    """Their pongs must not pile up."""
    peers = await ground.deaf(min(ground.limits.peers, 20))
    for _ in range(40):
        for peer in peers:
            peer.send(frame(b"x" * 125, PING) * 100)
        await asyncio.sleep(0.01)
    await ground.all_cut(["flood", "slow", "silent"], len(peers), ground.limits.silent_s)


# --- who is slow to say something ----------------------------------------------------------------


async def drips_a_frame(ground: Ground) -> None:
    """The head of a frame, then one byte a second: as good as silent."""
    peers = await ground.guests(ground.limits.peers)
    for peer in peers:
        peer.send(head(70_000) + b"42")
    ground.spawn(_each(peers, min(1.0, ground.limits.ping_s / 4), lambda: b"x"))
    await ground.all_ended(peers, ground.limits.silent_s)
    await ground.all_cut(["silent", "slow"], len(peers), SOON_S)


async def stops_in_a_frame(ground: Ground) -> None:
    peers = await ground.guests(ground.limits.peers)
    for peer in peers:
        peer.send(head(70_000) + b"4" * 30_000)
    await ground.all_ended(peers, ground.limits.silent_s)
    await ground.all_cut(["silent", "slow"], len(peers), SOON_S)


async def says_no_hello(ground: Ground) -> None:
    peers = await ground.many(ground.limits.many, ground.stranger)
    await ground.all_ended(peers, ground.limits.hello_s + SWEEP_S)
    await ground.all_cut(["no hello"], len(peers), SOON_S)


async def says_no_hello_but_much_else(ground: Ground) -> None:
    """Pings keep nobody alive who does not say who it is."""
    peers = await ground.many(ground.limits.peers, ground.stranger)
    ground.spawn(_each(peers, 0.3, lambda: frame(b"", PING)))
    await ground.all_ended(peers, ground.limits.hello_s + SWEEP_S)


async def says_half_a_request(ground: Ground) -> None:
    """Half a line, half a head, half a body: all end in time, and others are served."""
    _, sid = await ground.session()
    body = b"Content-Length: 1000\r\nContent-Type: application/json\r\n\r\n{"
    halves = itertools.cycle(
        (
            b"",
            b"G",
            b"GET /socket.io/?EIO=4&transport=polling",
            b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n",
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgra",
            upgrade()[:-2],
            f"POST /socket.io/?{POLLING}&sid={sid} HTTP/1.1\r\nHost: x\r\n".encode() + body,
            f"POST /api/v1/events/{SLUG}/commands HTTP/1.1\r\nHost: x\r\n".encode() + body,
            b"POST /socket.io/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        )
    )

    async def make() -> Peer:
        peer = await ground.dial()
        peer.send(next(halves))
        return peer

    peers = await ground.many(ground.limits.many // 2, make)
    began = time.monotonic()
    await ground.all_ended(peers, ground.limits.hello_s + 2 * SWEEP_S)
    ground.outcome.note = f"{len(peers)} came in {time.monotonic() - began:.1f} s"


async def drips_a_request(ground: Ground) -> None:
    """A head that grows by one byte a second, which is never idle."""

    async def make() -> Peer:
        peer = await ground.dial()
        peer.send(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nX: ")
        return peer

    peers = await ground.many(ground.limits.many // 2, make)
    ground.spawn(_each(peers, min(1.0, ground.limits.hello_s / 4), lambda: b"x"))
    await ground.all_ended(peers, ground.limits.hello_s + 2 * SWEEP_S)


async def drips_a_body(ground: Ground) -> None:
    """A body that grows by one byte a second, for a session, for the API, and for nobody."""
    kinds: list[bytes] = []
    for _ in range(3):
        _, sid = await ground.session()
        kinds.append(f"POST /socket.io/?{POLLING}&sid={sid}".encode())
    kinds += [f"POST /api/v1/events/{SLUG}/commands".encode(), b"POST /nothing"]
    paths = itertools.cycle(kinds)

    async def make() -> Peer:
        peer = await ground.dial()
        peer.send(next(paths) + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n4")
        return peer

    peers = await ground.many(min(ground.limits.peers, 100), make)
    ground.spawn(_each(peers, min(1.0, ground.limits.hello_s / 4), lambda: b"2"))
    await ground.all_ended(peers, ground.limits.hello_s + 2 * SWEEP_S)


async def hangs_up_half(ground: Ground) -> None:
    """It says that it will say no more, and stays."""
    peers = await ground.guests(ground.limits.peers)
    for peer in peers:
        peer.transport.write_eof()
    await ground.all_ended(peers, SOON_S)


# --- polling -------------------------------------------------------------------------------------


async def polls_once_and_never_again(ground: Ground) -> None:
    """Sessions that nobody uses end by themselves."""
    count = min(ground.limits.many, ground.limits.per_address - 20)

    async def make() -> Peer:
        peer, _ = await ground.session(hello=False)
        peer.close()
        return peer

    await ground.many(count, make)
    most_s = ground.limits.hello_s + SWEEP_S
    await ground.all_cut(["no hello", "silent"], count, most_s)


async def polls_after_hello_never_again(ground: Ground) -> None:
    """Nor do those stay who have said who they are."""

    async def make() -> Peer:
        peer, _ = await ground.session()
        peer.close()
        return peer

    await ground.many(ground.limits.peers, make)
    ground.crew.work(amend)
    await ground.all_cut(["silent", "slow"], ground.limits.peers, ground.limits.silent_s)


async def only_posts(ground: Ground) -> None:
    """What it is told waits for it, and is not fetched."""
    sids: list[str] = []

    async def make() -> Peer:
        peer, sid = await ground.session()
        sids.append(sid)

        async def post() -> None:
            while not peer.is_over:
                packets = b'421["time",{"t0":1}]\x1e3\x1e6'
                await ground.ask(peer, request("POST", f"{POLLING}&sid={sid}", packets))
                await asyncio.sleep(0.2)

        ground.spawn(post())
        return peer

    await ground.many(ground.limits.peers, make)
    ground.crew.work(amend)
    most_s = ground.limits.unread_s * 2 + ground.limits.silent_s
    await ground.all_cut(["slow", "silent", "flood"], ground.limits.peers, most_s)


async def polls_and_does_not_read(ground: Ground) -> None:
    """Requests for more, whose answers wait on a connection that nobody reads."""

    async def make() -> Peer:
        peer, sid = await ground.session()
        reader = await ground.dial(receive_buffer=DEAF)
        reader.transport.pause_reading()
        get = request("GET", f"{POLLING}&sid={sid}")
        post = request("POST", f"{POLLING}&sid={sid}", b'421["resync",{}]')

        async def fetch() -> None:
            while not reader.is_over:
                reader.send(get)
                await ground.ask(peer, post, 2.0)
                await asyncio.sleep(0.1)

        ground.spawn(fetch())
        return reader

    await ground.many(min(ground.limits.peers, 100), make)
    ground.crew.work(amend)
    reasons = ["slow", "silent", "flood", "nonsense"]
    count = min(ground.limits.peers, 100)
    await ground.all_cut(reasons, count, FILL_S + ground.limits.silent_s)


async def begins_an_upgrade_and_stops(ground: Ground) -> None:
    """The session goes on by polling, and the half websocket ends."""

    async def make() -> Peer:
        _, sid = await ground.session()
        probe = await ground.dial()
        await probe.websocket(f"EIO=4&transport=websocket&sid={sid}")
        probe.send(text("2probe"))
        return probe

    peers = await ground.many(min(ground.limits.peers, 100), make)
    await ground.all_ended(peers, 10 + SWEEP_S + ground.limits.silent_s)


# --- who should not be here ----------------------------------------------------------------------


async def comes_from_another_site(ground: Ground) -> None:
    """Pages of others get neither a websocket nor a session, whatever they say of themselves."""
    _, sid = await ground.session()
    origin = "Origin: https://elsewhere.example\r\n"
    tricks = (
        origin,
        "Origin: null\r\n",
        origin + "X-Forwarded-Host: elsewhere.example\r\n",
        origin + "X-Forwarded-Host: elsewhere.example\r\nX-Forwarded-Proto: https\r\n",
        f"Origin: {ground.server.url}.elsewhere.example\r\n",
        f"Origin: {ground.server.url}/\r\n",
        f"Origin: {ground.server.url}@elsewhere.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
    )
    asked = 0
    for trick in tricks:
        for plain in (
            upgrade(headers=trick),
            request("GET", POLLING, headers=trick),
            request("GET", f"{POLLING}&sid={sid}", headers=trick),
            request("POST", f"{POLLING}&sid={sid}", b"6", headers=trick),
            upgrade(f"EIO=4&transport=websocket&sid={sid}", trick),
        ):
            # half of them as if the other site's name led here
            data = plain.replace(b"Host: hostile", b"Host: elsewhere.example", asked % 2)
            status, said, _ = await ground.ask(await ground.dial(), data)
            ground.expect(status in {400, 403}, f"{status} for {data[:300]!r}")
            allowed = b"access-control-allow-origin" in said
            ground.expect(not allowed, f"the answer allows the origin of {data[:300]!r}")
            asked += 1
    ground.outcome.peers = ground.outcome.closed = asked
    for number in ("0", "", "x"):
        query = f"{POLLING}&j={number}"
        status, _, body = await ground.ask(await ground.dial(), request("GET", query))
        ground.expect(status == 400 and b"sid" not in body, f"JSONP is answered: {body[:80]!r}")
    for own in (f"Origin: {ground.server.url}\r\n", ""):
        status, _, _ = await ground.ask(await ground.dial(), request("GET", POLLING, headers=own))
        ground.expect(status == 200, f"a page of our own is refused with {status}")
    ground.expect((await ground.cuts())["origin"] >= asked, "not all were counted as origin")


async def _too_many(ground: Ground, most: int, source: Callable[[], str], reason: str) -> None:
    """Fill the house: whoever comes then is told to come later, and comes in later."""
    limits = ground.limits
    refused = entered = 0

    async def make() -> Peer:
        nonlocal refused, entered
        peer = await ground.dial(source())
        status, said, _ = await ground.ask(peer, upgrade())
        if status == 503:
            refused += 1
            ground.expect(b"retry-after: " in said, "503 without Retry-After")
        elif status == 101:
            entered += 1
        return peer

    here = await ground.server.connections()
    peers = await ground.many(most + 30, make)
    ground.outcome.note = f"{entered} came in, {refused} were refused"
    ground.expect(entered <= most, f"{entered} came in where {most} may be")
    ground.expect(entered >= most - here - 5, f"only {entered} came in where {most} may be")
    ground.expect((await ground.cuts())[reason] == refused, f"not all were counted as {reason}")
    polling = await ground.dial(source())
    status, _, _ = await ground.ask(polling, request("GET", POLLING))
    ground.expect(status == 503, f"a polling session began with {status} in a full house")
    await ground.all_ended(peers, limits.hello_s + SWEEP_S + SOON_S)
    status, _, _ = await ground.ask(await ground.dial(source()), upgrade())
    ground.expect(status == 101, f"there is no room after everybody left: {status}")


async def too_many_from_one_address(ground: Ground) -> None:
    await _too_many(
        ground, ground.limits.per_address, lambda: "127.0.0.9", "too many from one address"
    )


async def too_many(ground: Ground) -> None:
    await _too_many(ground, ground.limits.connections, ground.source, "too many")


# --- what takes longer, or a server of its own ----------------------------------------------------


async def stays_after_a_request(ground: Ground) -> None:
    """Connections that are kept alive for a next request, which does not come, or only half."""
    halves = itertools.cycle((b"", b"GET /healthz HTTP/1.1\r\nHost:", b"G"))

    async def make() -> Peer:
        peer = await ground.dial()
        await ground.ask(peer, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        peer.send(next(halves))
        return peer

    peers = await ground.many(ground.limits.peers, make)
    await ground.all_ended(peers, KEEP_ALIVE_S + 2 * SWEEP_S)


async def drips_a_second_request(ground: Ground) -> None:
    """As above, but the next request grows all the time."""

    async def make() -> Peer:
        peer = await ground.dial()
        await ground.ask(peer, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        peer.send(b"GET /healthz HTTP/1.1\r\nX: ")
        return peer

    peers = await ground.many(ground.limits.peers, make)
    ground.spawn(_each(peers, 1.0, lambda: b"x"))
    await ground.all_ended(peers, KEEP_ALIVE_S + 2 * SWEEP_S)


async def takes_all_files(ground: Ground) -> None:
    """More connections than the server may have: who is in is served, and then others come in."""
    peers: list[Peer] = []
    for _ in range(FILES + 50):
        peers.append(await ground.dial())
        ground.outcome.peers += 1
    await asyncio.sleep(SOON_S)
    held = len(ground.witness.waits)
    await asyncio.sleep(SOON_S)
    ground.expect(len(ground.witness.waits) > held, "who was in was not served")
    await ground.all_ended(peers, ground.limits.hello_s * 3 + 2 * SWEEP_S)
    await ground.guest()
    said = [words for words in ground.server.complaints() if NO_FILES not in words]
    ground.expect(not said, f"the server said {said}")


SCENARIOS: Final[tuple[Scenario, ...]] = (
    reads_nothing_and_forges_pongs,
    reads_nothing_and_says_nothing,
    reads_nothing_and_asks_for_more,
    reads_nothing_and_sends_commands,
    reads_one_byte_a_second,
    answers_no_pings,
    counts_many_attachments,
    sends_an_empty_frame,
    sends_a_binary_frame,
    declares_a_frame_too_large,
    sends_no_mask,
    sends_deep_json,
    says_hello_wrongly_again_and_again,
    floods_with_pongs_unasked,
    floods_with_noops,
    floods_with_websocket_pings,
    floods_with_websocket_pongs,
    floods_with_websocket_pings_unread,
    floods_with_messages,
    floods_with_commands,
    floods_with_pieces_of_a_frame,
    drips_a_frame,
    stops_in_a_frame,
    says_no_hello,
    says_no_hello_but_much_else,
    says_half_a_request,
    drips_a_request,
    drips_a_body,
    hangs_up_half,
    polls_once_and_never_again,
    polls_after_hello_never_again,
    only_posts,
    polls_and_does_not_read,
    begins_an_upgrade_and_stops,
    comes_from_another_site,
    too_many_from_one_address,
    too_many,
)
SLOW_SCENARIOS: Final[tuple[Scenario, ...]] = (stays_after_a_request, drips_a_second_request)
"""They take longer than a minute, whatever the settings are."""
