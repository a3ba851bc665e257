"""The office of a node: a socket of the data directory where the command line hands in errands.

While a node serves from a SQLite file, nobody else can open it, so the node does what is wanted
(`hub/operate.py`). The socket is for the owner of the directory alone; it speaks HTTP: `POST
/errand?errand=…` (JSON), with the file that is handed in as body. The answer is a row of frames,
each a letter, four bytes of length and the content: `d` a part of the file that is handed out, `p`
progress, and one at the end: `r` what came of it, `e` why it was not done. The other side of the
counter stands in `errand.py`.
"""

import asyncio
import contextlib
import json
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, Any, Final

import structlog
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from streamhub.hub import metrics
from streamhub.hub.errands import Errand, Progress
from streamhub.hub.operate import KNOWN, Office, words_of
from streamhub.hub.secrets import fresh_id

log = structlog.get_logger(__name__)

NAME: Final = "control.sock"
ADDRESS_MOST: Final = 107
"""Bytes of the address of a Unix socket."""
WAY_ROUND: Final = "/proc/self/fd"
"""Where open directories have short names."""
CHUNK: Final = 1 << 18

ERRANDS: Final[TypeAdapter[Any]] = TypeAdapter(Errand)


@contextlib.contextmanager
def address_of(folder: Path) -> Iterator[str]:
    """Give the address of a directory's socket, by a way round where its path is too long.

    Raises `OSError` where there is none.
    """
    path = folder / NAME
    if len(os.fsencode(path)) <= ADDRESS_MOST:
        yield str(path)
        return
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        short = Path(f"{WAY_ROUND}/{here}")
        if not short.exists():
            raise OSError(
                f"{path} is too long for the address of a socket ({ADDRESS_MOST} bytes): use a data"
                " directory with a shorter path"
            )
        yield str(short / NAME)
    finally:
        os.close(here)


def listen(folder: Path) -> socket.socket:
    """Make the socket of a directory, for its owner alone; raises `OSError`.

    One that is there already is a dead node's: whoever calls holds the directory's journal.
    """
    (folder / NAME).unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with address_of(folder) as address:
            made.bind(address)
    except BaseException:
        made.close()
        raise
    finally:
        os.umask(before)
    made.setblocking(False)
    return made


@contextlib.asynccontextmanager
async def serving(office: Office, folder: Path) -> AsyncIterator[None]:
    """Take errands at the directory's socket; a node without one serves all the same."""
    try:
        made = listen(folder)
    except OSError as error:
        log.warning(
            "no control socket",
            error=str(error),
            hint="commands such as backup need this node to be stopped",
        )
        yield
        return
    app = web.Application()
    app.router.add_post("/errand", _Counter(office, folder).carry_out)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    await web.SockSite(runner, made).start()
    try:
        yield
    finally:
        (folder / NAME).unlink(missing_ok=True)
        await runner.cleanup()


class _Counter:
    """Where errands are handed in."""

    def __init__(self, office: Office, folder: Path) -> None:
        self._office = office
        self._folder = folder

    async def carry_out(self, request: web.Request) -> web.StreamResponse:
        """Answer one errand."""
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        await response.prepare(request)
        with tempfile.TemporaryFile(dir=self._folder) as spool:
            window = _Window(request, response, spool)
            try:
                errand = ERRANDS.validate_json(request.query.get("errand", ""))
                log.info("errand", kind=errand.type)
                result = await self._office.carry_out(errand, window)
            except (ConnectionError, web.RequestPayloadError):
                raise ConnectionResetError("whoever asked is gone") from None
            except KNOWN as error:
                await window.frame(b"e", words_of(error))
            except ValidationError:
                words = ["The node that serves does not know this command: restart it."]
                await window.frame(b"e", words)
            except Exception:
                trace = fresh_id()
                metrics.BUGS.inc()
                log.exception("bug", trace=trace, route="errand")
                words = [f"Something went wrong in the node (trace {trace}); see its log."]
                await window.frame(b"e", words)
            else:
                await window.frame(b"r", result)
        await response.write_eof()
        return response


class _Window:
    """The `Window` of one request."""

    def __init__(
        self, request: web.Request, response: web.StreamResponse, spool: IO[bytes]
    ) -> None:
        self._request = request
        self._response = response
        self._spool = spool
        self._is_here = False

    async def read(self) -> AsyncIterator[bytes]:
        """See `Window.read`: what came is laid aside, so that it can be read again."""
        if not self._is_here:
            async for chunk in self._request.content.iter_chunked(CHUNK):
                await asyncio.to_thread(self._spool.write, chunk)
            self._is_here = True
        self._spool.seek(0)
        while chunk := await asyncio.to_thread(self._spool.read, CHUNK):
            yield chunk

    async def write(self, data: bytes) -> None:
        """See `Window.write`."""
        await self._send(b"d", data)

    async def tell(self, progress: Progress) -> None:
        """See `Window.tell`; what was begun goes on where nobody listens any more."""
        with contextlib.suppress(ConnectionError):
            told = [progress.doing, progress.event, progress.done, progress.total]
            await self.frame(b"p", told)

    async def frame(self, kind: bytes, content: object) -> None:
        """Send what is JSON."""
        await self._send(kind, json.dumps(content).encode())

    async def _send(self, kind: bytes, content: bytes) -> None:
        await self._response.write(kind + len(content).to_bytes(4, "big") + content)
