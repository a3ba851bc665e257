"""All sessions of a node: who may open one, and the end of whoever does not listen or behave.

What belongs here: the requests at `/socket.io/`, the door where hellos wait for their turn, and the
sweeper, which asks everybody whether they are there. One session's packets are in `session.py`.

The server side of Engine.IO and Socket.IO is our own: the specifications name seven packets each,
of which clients send a handful, while python-socketio's server spends several times the memory and
ten times the time of all the rest on tasks and queues for each connection (docs/performance.md).
Its packet codec stays, and its client is what the tests speak with, beside the official one.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Collection
from typing import Final

import structlog
from aiohttp import web

from streamhub.hub import metrics
from streamhub.hub.channels import encode
from streamhub.realtime.crowd import ROW, write
from streamhub.realtime.handover import Handover
from streamhub.realtime.limits import POST_MOST, READ_LEAST, Doorkeeper, Limits
from streamhub.realtime.line import Frame, Line
from streamhub.realtime.polling import OverlapError, Polling, answer
from streamhub.realtime.session import Handler, Session
from streamhub.realtime.takeover import TAKEN
from streamhub.realtime.websocket import HandshakeError, WebSocket
from streamhub.tasks import end

log = structlog.get_logger(__name__)

PONG_WITHIN_S: Final = 15
"""What clients are told: for how long they wait for a ping that is late."""
SID_BYTES: Final = 15
ADMIT: Final = 16
"""Hellos answered between two looks at everybody else: some two milliseconds."""
FRAME_BYTES: Final = 80_000
"""The largest websocket message that is read at all: `FRAME_MOST` characters of four bytes."""
CLOSE_MOST_S: Final = 2.0
UPGRADE_WITHIN_S: Final = 10.0
PING: Final = Frame("2")
PROBE: Final = Frame("3probe")
FULL_FOR_S: Final = 5


class Wire:
    """The sessions of a node.

    Args:
        handler: who hears of them.
        origins: which pages may connect.
        limits: what one of them, and all, may take.
        address_of: tells who asks (behind a proxy, it is the proxy's word).
        handover: the way to other workers on the same port.
    """

    def __init__(
        self,
        handler: Handler,
        origins: Collection[str],
        limits: Limits,
        address_of: Callable[[web.Request], str],
        handover: Handover,
    ) -> None:
        self.handler = handler
        self._handover = handover
        self._origins = frozenset(origins)
        self.limits = limits
        self._address_of = address_of
        self._doorkeeper = Doorkeeper(limits)
        self._sessions: dict[str, Session] = {}
        self._strangers: dict[Session, float] = {}
        self._slow: dict[Session, None] = {}
        self._buckets: list[dict[Session, None]] = [{} for _ in range(limits.ping_s)]
        self._made = 0
        self._door: deque[tuple[Session, object]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._work: set[asyncio.Task[None]] = set()

    def attach(self, app: web.Application) -> None:
        """Serve `/socket.io/` on `app`."""
        for method in ("GET", "POST", "OPTIONS"):
            app.router.add_route(method, "/socket.io/", self._handle)

    def open(self) -> None:
        """Begin to sweep."""
        self._tasks.add(asyncio.create_task(self._sweep(), name="realtime sweep"))

    def __len__(self) -> int:
        return len(self._sessions)

    # --- requests -------------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, with the headers that a page of another origin of ours needs."""
        origin = request.headers.get("Origin")
        is_ours = origin in self._origins
        is_cross = request.headers.get("Sec-Fetch-Site") == "cross-site"
        if not is_ours and (origin is not None or is_cross):
            metrics.CUTS.labels("origin").inc()
            return refusal(4, "Pages of this origin may not connect.", 403)
        response = await self._serve(request)
        if origin is not None and response is not TAKEN:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Vary"] = "Origin"
        return response

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        transport, sid = query.get("transport"), query.get("sid")
        if request.method == "OPTIONS":
            allowed = {"Access-Control-Allow-Headers": "content-type"}
            return web.Response(status=204, headers=allowed)
        if "j" in query:
            return refusal(3, "JSONP is not served here; use XHR polling.")
        if query.get("EIO") != "4":
            return refusal(5, "Only Engine.IO version 4 is served here.")
        if transport not in {"polling", "websocket"}:
            return refusal(0, "The transports are polling and websocket.")
        if sid is not None:
            return await self._go_on(request, transport, sid)
        if request.method != "GET":
            return refusal(2, "A session begins with a GET.")
        return self._begin(request, transport)

    async def _go_on(self, request: web.Request, transport: str, sid: str) -> web.StreamResponse:
        owner = self._handover.owner(sid)
        if owner is not None:
            return await self._handover.give(request, owner)
        session = self._sessions.get(sid)
        if session is None:
            return refusal(1, "Session ID unknown")
        if not isinstance(session.line, Polling):
            return refusal(3, "This session has a websocket.")
        if transport == "websocket":
            return self._upgrade(request, session, session.line)
        return await self._poll(request, session, session.line)

    def _begin(self, request: web.Request, transport: str) -> web.StreamResponse:
        address = self._address_of(request)
        reason = self._doorkeeper.refuses(address)
        if reason is not None:
            metrics.CUTS.labels(reason).inc()
            full = refusal(3, f"There are {reason} here right now.", 503)
            full.headers["Retry-After"] = str(FULL_FOR_S)
            full.force_close()  # else it would stay, and the limit would bound nothing
            return full
        sid = self._handover.prefix + secrets.token_urlsafe(SID_BYTES)
        session = Session(self, sid, address, request)
        opening = {
            "sid": session.sid,
            "upgrades": ["websocket"] if transport == "polling" else [],
            "pingInterval": self.limits.ping_s * 1000,
            "pingTimeout": PONG_WITHIN_S * 1000,
            "maxPayload": POST_MOST,
        }
        packet = "0" + encode(opening)
        if transport == "polling":
            session.line = Polling(session)
            self._enter(session)
            return answer(packet)
        line = WebSocket(session, FRAME_BYTES)
        session.line = line
        try:
            early = line.open(request, Frame(packet))
        except HandshakeError as error:
            return refusal(3, str(error))
        except ConnectionResetError:
            return TAKEN
        self._enter(session)
        if early:
            line.receive(early)
        return TAKEN

    def _enter(self, session: Session) -> None:
        self._doorkeeper.enter(session.address)
        self._sessions[session.sid] = session
        self._strangers[session] = session.heard_at
        self._made += 1
        session.bucket = self._made % self.limits.ping_s
        self._buckets[session.bucket][session] = None

    async def _poll(
        self, request: web.Request, session: Session, line: Polling
    ) -> web.StreamResponse:
        session.heard_at = asyncio.get_running_loop().time()
        try:
            if request.method == "GET":
                return await line.fetch()
            async with asyncio.timeout(self.limits.hello_s):
                body = await request.content.read(POST_MOST + 1)
                while body and not request.content.at_eof() and len(body) <= POST_MOST:
                    body += await request.content.read(POST_MOST + 1 - len(body))
            await line.take(body)
        except OverlapError:
            self.cut(session, "nonsense")
            return refusal(3, "One request at a time.")
        except TimeoutError:
            self.cut(session, "slow")
            return refusal(3, "The body did not come in time.", 408)
        except (ValueError, RuntimeError):
            self.cut(session, "nonsense")
            return refusal(3, "Packets are text.")
        return answer("ok")

    def _upgrade(
        self, request: web.Request, session: Session, polling: Polling
    ) -> web.StreamResponse:
        probe = _Probe(session, polling, self._moved)
        line = WebSocket(probe, FRAME_BYTES)
        probe.line = line
        if polling.paused:
            return refusal(3, "This session is being upgraded already.")
        try:
            early = line.open(request)
        except HandshakeError as error:
            return refusal(3, str(error))
        except ConnectionResetError:
            return TAKEN
        asyncio.get_running_loop().call_later(UPGRADE_WITHIN_S, probe.give_up)
        if early:
            line.receive(early)
        return TAKEN

    def _moved(self, session: Session, polling: Polling, line: WebSocket) -> None:
        """A session has its websocket: what waited goes out first."""
        packets = polling.yield_packets()
        line.owner = session
        session.move(line, packets)

    # --- the door -------------------------------------------------------------------------------

    def admit(self, session: Session, auth: object) -> None:
        """Let a session's hello be answered when its turn comes."""
        self._door.append((session, auth))
        if len(self._door) == 1:
            asyncio.get_running_loop().call_soon(self._let_in)

    def _let_in(self) -> None:
        for _ in range(min(ADMIT, len(self._door))):
            session, auth = self._door.popleft()
            session.run(session.greet(auth))
        if self._door:
            asyncio.get_running_loop().call_soon(self._let_in)

    def follow(self, work: asyncio.Task[None]) -> None:
        """Hold what a session does, until it is done."""
        self._work.add(work)
        work.add_done_callback(self._work.discard)

    def settled(self, session: Session) -> None:
        """A session is no stranger any more."""
        self._strangers.pop(session, None)

    # --- the end --------------------------------------------------------------------------------

    def slow(self, session: Session, *, is_slow: bool) -> None:
        """Something waits for a session's peer to read it, or nothing does any more."""
        session.waits = None
        if is_slow:
            self._slow[session] = None
        else:
            self._slow.pop(session, None)

    def cut(self, session: Session, reason: str) -> None:
        """End a session, and count why."""
        if session.is_over:
            return
        metrics.CUTS.labels(reason).inc()
        if reason in {"slow", "silent"}:
            session.abort()
        else:
            session.close()

    def gone(self, session: Session) -> None:
        """A session's line is gone."""
        self._doorkeeper.leave(session.address)
        self._sessions.pop(session.sid, None)
        self._strangers.pop(session, None)
        self._slow.pop(session, None)
        self._buckets[session.bucket].pop(session, None)

    async def close(self) -> None:
        """End every session; what they have begun may end by itself, but not take long."""
        await end(self._tasks)
        self._door.clear()
        for session in list(self._sessions.values()):
            session.close()
        if self._work:
            await asyncio.wait(self._work, timeout=CLOSE_MOST_S)
        await end(self._work)

    # --- the sweeper ----------------------------------------------------------------------------

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        second = 0
        while True:
            await asyncio.sleep(1)
            now = loop.time()
            self._sweep_strangers(now)
            self._sweep_slow(now)
            second += 1
            await self._ask(self._buckets[second % self.limits.ping_s], now)

    def _sweep_strangers(self, now: float) -> None:
        for session, since in list(self._strangers.items()):
            if now - since < self.limits.hello_s:
                return  # they stand in the order in which they came
            if session.is_waiting:
                continue  # it has said hello; it is we who are late
            self.cut(session, "no hello")

    def _sweep_slow(self, now: float) -> None:
        """Cut who has read next to nothing of what waits for it."""
        for session in list(self._slow):
            unsent = session.line.unsent
            if session.waits is None:
                session.waits = (now, unsent)
                continue
            since, waited = session.waits
            if now - since < self.limits.unread_s:
                continue
            if waited - unsent < READ_LEAST:
                self.cut(session, "slow")
            else:
                session.waits = (now, unsent)

    async def _ask(self, bucket: dict[Session, None], now: float) -> None:
        """Ask a twentieth of everybody whether they are there; cut who did not answer last time."""
        sockets: dict[int, Line] = {}
        for count, session in enumerate(list(bucket), 1):
            line = session.line
            if session.is_over or line.is_full or session.is_waiting:
                continue  # who does not read is the other sweep's; who waits for us is not heard
            session.packets = 0
            if session.is_asked and now - session.heard_at >= self.limits.ping_s - 1:
                self.cut(session, "silent")
            else:
                session.is_asked = True
                if line.fd is None:
                    line.send(PING)
                else:
                    sockets[line.fd] = line
            if count % ROW == 0:
                write(sockets, PING.data)
                sockets = {}
                await asyncio.sleep(0)
        write(sockets, PING.data)


class _Probe:
    """Hears a websocket until it takes over from a polling line: `2probe`, `3probe`, then `5`."""

    def __init__(
        self,
        session: Session,
        polling: Polling,
        moved: Callable[[Session, Polling, WebSocket], None],
    ) -> None:
        self.line: WebSocket
        self._session = session
        self._polling = polling
        self._moved = moved

    def heard(self) -> None:
        while self.line.owner is self:
            packet = self.line.next()
            if packet is None:
                return
            if packet == "2probe" and not self._polling.paused:
                self.line.send(PROBE)
                self._polling.hold()
            elif packet == "5" and self._polling.paused and not self._session.is_over:
                self._moved(self._session, self._polling, self.line)
                self._session.heard()
            elif packet:
                self.give_up()

    def give_up(self) -> None:
        """Stay with polling."""
        if self.line.owner is self:
            self._polling.go_on()
            self.line.abort()

    def filled(self) -> None:
        """Nothing is sent yet that could wait."""

    def drained(self) -> None:
        """Nothing is sent yet that could wait."""

    def nonsense(self, reason: str) -> None:
        metrics.CUTS.labels(reason).inc()
        self.give_up()

    def lost(self) -> None:
        self._polling.go_on()


def refusal(code: int, message: str, status: int = 400) -> web.Response:
    """Return an error as Engine.IO's servers word it."""
    body = {"code": code, "message": message}
    return web.json_response(body, status=status)
