"""One session: Engine.IO v4 and Socket.IO v5 with one client, over whichever line it has.

What belongs here: the packets of both protocols, one at a time and in order; the hello, and who is
told of what. How bytes travel is in `websocket.py` and `polling.py`; what a message means, in
`connections.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from aiohttp import web
from socketio.packet import Packet

from streamhub.core.errors import Rejected
from streamhub.hub import metrics
from streamhub.hub.channels import encode
from streamhub.protocol.errors import error_body
from streamhub.realtime.limits import FRAME_MOST, Limits
from streamhub.realtime.line import Frame, Line

if TYPE_CHECKING:
    from streamhub.realtime.audience import Connection

log = structlog.get_logger(__name__)

TRIES: Final = 3
"""Hellos that a session may try until one is accepted."""
CODEC_ERRORS: Final = (ValueError, TypeError, RecursionError, KeyError, IndexError)
"""What python-socketio's codec and json raise for what is no packet."""

Ack = Callable[[object], None]


class Handler(Protocol):
    """What sessions tell of. A session's `peer` is the handler's own."""

    async def greet(self, session: "Session", auth: object, request: web.Request) -> None:
        """Somebody wants in: return, or raise `Rejected`."""
        ...

    def welcome(self, session: "Session") -> None:
        """Somebody is in: the first messages may be sent."""
        ...

    async def hear(self, session: "Session", name: str, body: object, ack: Ack | None) -> None:
        """A message came; messages of one session come one at a time, in order."""
        ...

    def moved(self, session: "Session", old: Line) -> None:
        """A session has another line than `old`: nothing is to be sent until `drained`."""
        ...

    def filled(self, session: "Session") -> None:
        """The peer has more than it reads: nothing but answers is to be sent until `drained`."""
        ...

    def drained(self, session: "Session") -> None:
        """The peer has read everything."""
        ...

    def part(self, session: "Session") -> None:
        """A session that was greeted is gone."""
        ...

    def nonsense(self, session: "Session") -> None:
        """A session sent what is no message."""
        ...


class Keeper(Protocol):
    """Who keeps the sessions (`wire.py`)."""

    handler: Handler
    limits: Limits

    def admit(self, session: "Session", auth: object) -> None:
        """Let a session's hello be answered when its turn comes."""
        ...

    def follow(self, work: asyncio.Task[None]) -> None:
        """Hold what a session does, until it is done."""
        ...

    def settled(self, session: "Session") -> None:
        """A session is no stranger any more."""
        ...

    def slow(self, session: "Session", *, is_slow: bool) -> None:
        """Something waits for a session's peer to read it, or nothing does any more."""
        ...

    def cut(self, session: "Session", reason: str) -> None:
        """End a session, and count why."""
        ...

    def gone(self, session: "Session") -> None:
        """A session's line is gone."""
        ...


class Session:
    """One client, from its first request to its last.

    Attributes:
        sid: its name, which nobody can guess.
        address: the network address that it came from.
        line: how it is reached.
        request: its first request, until it is greeted.
        peer: what the handler knows of it.
        heard_at: when it sent a whole packet, in seconds of the loop's clock.
        packets: how many it sent since it was last asked whether it is there.
        is_asked: whether it owes a pong.
        waits: what waited for it to read when that was last looked at: (since, bytes).
    """

    __slots__ = (
        "_is_busy",
        "_is_over",
        "_keeper",
        "_tries",
        "address",
        "bucket",
        "heard_at",
        "is_asked",
        "line",
        "packets",
        "peer",
        "request",
        "sid",
        "waits",
    )

    def __init__(self, keeper: Keeper, sid: str, address: str, request: web.Request) -> None:
        self.sid = sid
        self.address = address
        self.request: web.Request | None = request
        self.peer: Connection | None = None
        self.line: Line
        self.bucket = 0
        self.heard_at = asyncio.get_running_loop().time()
        self.packets = 0
        self.is_asked = False
        self.waits: tuple[float, int] | None = None
        self._keeper = keeper
        self._tries = 0
        self._is_busy = False
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._is_over

    @property
    def is_waiting(self) -> bool:
        """Whether something of it is being answered."""
        return self._is_busy

    # --- what the line tells --------------------------------------------------------------------

    def heard(self) -> None:
        """Handle what came, up to the first packet that takes its time."""
        self._pump()

    def _pump(self) -> None:
        # who does not read is not served: answers would pile up
        while not self._is_busy and not self._is_over and not self.line.is_full:
            packet = self.line.next()
            if packet is None:
                return
            self.heard_at = asyncio.get_running_loop().time()
            self.packets += 1
            if self.packets > self._keeper.limits.messages:
                self._keeper.cut(self, "flood")
            elif packet:
                self._packet(packet)

    def filled(self) -> None:
        """Stop sending."""
        self._keeper.slow(self, is_slow=True)
        if self.peer is not None:
            self._keeper.handler.filled(self)

    def drained(self) -> None:
        """Bring it up to date, and go on hearing it."""
        self._keeper.slow(self, is_slow=False)
        if self.peer is not None:
            self._keeper.handler.drained(self)
        self._pump()

    def nonsense(self, reason: str) -> None:
        """End it."""
        self._keeper.cut(self, reason)

    def lost(self) -> None:
        """It is gone."""
        if self._is_over:
            return
        self._is_over = True
        self._keeper.gone(self)
        if self.peer is not None:
            self._keeper.handler.part(self)
        self.peer = self.request = None

    # --- packets --------------------------------------------------------------------------------

    def _packet(self, packet: str) -> None:
        """Hear one Engine.IO packet."""
        if len(packet) > FRAME_MOST:
            self._keeper.cut(self, "nonsense")
            return
        match packet[0]:
            case "4":
                self._message(packet[1:])
            case "3" if self.is_asked:
                self.is_asked = False
            case "3":
                self._keeper.handler.nonsense(self)
            case "1":
                self.close()
            case "6":
                pass
            case _:
                self._keeper.cut(self, "nonsense")

    def _message(self, packet: str) -> None:
        """Hear one Socket.IO packet; binary ones are refused before they are parsed."""
        match packet[:1]:
            case "2" if self.peer is not None:
                self._event(packet)
            case "0":
                self._hello(packet)
            case "1":
                self.close()
            case "3":
                self._keeper.handler.nonsense(self)
            case _:
                self._keeper.cut(self, "nonsense")

    def _event(self, text: str) -> None:
        try:
            packet = Packet(encoded_packet=text)
            data = packet.data
            if packet.namespace is not None or not isinstance(data, list) or len(data) == 0:
                raise ValueError("an event is a list that begins with its name")
            name, body = data[0], data[1] if len(data) > 1 else None
            if not isinstance(name, str):
                raise TypeError("an event's name is a string")
        except CODEC_ERRORS:
            self._keeper.handler.nonsense(self)
            return
        ack = None
        if packet.id is not None:
            number = packet.id

            def ack(answer: object) -> None:
                self.send(Frame(f"43{number}[{encode(answer)}]"))

        self.run(self._keeper.handler.hear(self, name, body, ack))

    def _hello(self, text: str) -> None:
        try:
            packet = Packet(encoded_packet=text)
            auth, namespace = packet.data, packet.namespace
        except CODEC_ERRORS:
            self._keeper.cut(self, "nonsense")
            return
        self._tries += 1
        if self.peer is not None or self._tries > TRIES:
            self._keeper.cut(self, "nonsense")
        elif namespace not in {None, "/"}:
            self.send(Frame(f'44{namespace},{{"message":"There is one namespace here: /"}}'))
        else:
            self._is_busy = True
            self._keeper.admit(self, auth)

    async def greet(self, auth: object) -> None:
        """Answer a hello."""
        handler, request = self._keeper.handler, self.request
        if request is None or self._is_over:
            return
        try:
            await handler.greet(self, auth, request)
        except Rejected as rejected:
            refusal = {"message": rejected.message, "data": dict(error_body(rejected))}
            self.send(Frame("44" + encode(refusal)))
            return
        if self.is_over:  # it left while it was looked at
            handler.part(self)
            self.peer = None
            return
        self.request = None
        self._keeper.settled(self)
        self.line.cork()
        self.send(Frame(f'40{{"sid":"{self.sid}"}}'))
        handler.welcome(self)
        self.line.uncork()

    def run(self, work: Awaitable[None]) -> None:
        """Do what takes its time; nothing else of this session is heard meanwhile."""
        self._is_busy = True
        self._keeper.follow(asyncio.create_task(self._run(work)))

    async def _run(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception:
            metrics.BUGS.inc()
            log.exception("bug")
            self._keeper.cut(self, "bug")
        finally:
            self._is_busy = False
            self._pump()

    # --- to the client --------------------------------------------------------------------------

    def send(self, frame: Frame) -> None:
        """Send a frame, behind whatever waits already."""
        if not self._is_over:
            self.line.send(frame)

    def move(self, line: Line, packets: list[str]) -> None:
        """Go on over another line, with what waited on the one before."""
        old, self.line = self.line, line
        self._keeper.slow(self, is_slow=False)
        if self.peer is not None:
            self._keeper.handler.moved(self, old)
        for packet in packets:
            line.send(Frame(packet))
        if not line.is_full:
            self.drained()

    def close(self) -> None:
        """End it; what waits is sent, if the peer reads."""
        line = self.line
        self.lost()
        line.close()

    def abort(self) -> None:
        """End it at once."""
        line = self.line
        self.lost()
        line.abort()
