"""A network to be harmed: forwards TCP connections, and loses, stalls, delays or cuts on demand.

Whoever is under test is given the proxy's port in place of the server's. The server itself stays
well, so a test can look there at what really happened.
"""

import asyncio
import contextlib
import enum
from typing import Final, Self

CHUNK: Final = 65_536


class Mode(enum.Enum):
    """What happens to what comes in."""

    FORWARD = "forward"
    STALL = "stall"
    """Nothing passes, neither way; it waits here until it may."""
    SWALLOW = "swallow"
    """What clients send passes, what servers answer is lost, and nobody is told."""
    CUT_ANSWERS = "cut answers"
    """What clients send passes; in place of an answer the connection breaks."""
    REFUSE = "refuse"
    """Connections break, and new ones as soon as they are made."""


class _Pair:
    """One client, and the connection to the server that was made for it."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client = client
        self.server = server
        self.lost = False
        """Something of the answers is missing, so it could not go on."""

    def cut(self) -> None:
        for writer in (self.client, self.server):
            writer.transport.abort()


class TcpProxy:
    """An async context in which a port of loopback leads to a server.

    Args:
        to: where the server listens on loopback.

    Attributes:
        to: as above; another one, and new connections lead there, as after a failover.
        port: where the proxy listens.
        delay_s: how long everything takes on its way, in each direction.
        made: how many connections clients made.
        lost: how many times an answer was swallowed or cut.
    """

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = 0
        self.delay_s = 0.0
        self.made = 0
        self.lost = 0
        self._mode = Mode.FORWARD
        self._changed = asyncio.Condition()
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._pairs)

    async def switch(self, mode: Mode) -> None:
        """Do so from now on; connections that lost an answer are cut when it is over."""
        self._mode = mode
        if mode is Mode.REFUSE:
            self.cut()
        elif mode is Mode.FORWARD:
            for pair in self._pairs:
                if pair.lost:
                    pair.cut()
        await self._tell()

    def cut(self) -> None:
        """Break every connection that is open now."""
        for pair in self._pairs:
            pair.cut()

    async def until_lost(self, count: int = 1, within_s: float = 5.0) -> None:
        """Wait until so many answers were lost: the server has done what it was asked."""
        async with asyncio.timeout(within_s), self._changed:
            await self._changed.wait_for(lambda: self.lost >= count)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.made += 1
        try:
            if self._mode is Mode.REFUSE:
                raise ConnectionRefusedError
            answers, server = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        pair = _Pair(writer, server)
        self._pairs.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(pair, reader, server, are_answers=False))
                both.create_task(self._pump(pair, answers, writer, are_answers=True))
        finally:
            pair.cut()
            self._pairs.discard(pair)

    async def _pump(
        self,
        pair: _Pair,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        are_answers: bool,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                async with self._changed:
                    await self._changed.wait_for(lambda: self._mode is not Mode.STALL)
                if are_answers and self._mode in {Mode.SWALLOW, Mode.CUT_ANSWERS}:
                    pair.lost = True
                    self.lost += 1
                    await self._tell()
                    if self._mode is Mode.CUT_ANSWERS:
                        break
                else:
                    writer.write(data)
                    await writer.drain()
        pair.cut()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_failure: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
