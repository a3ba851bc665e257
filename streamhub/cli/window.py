"""How an errand is carried out from here: by opening the journal, or by the node that holds it.

Also what the command line hands in and gets back: files, and progress on a terminal.
"""

import asyncio
import contextlib
import gzip
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, Any, Final, Self, cast

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from streamhub.cli.shared import err
from streamhub.hub.errands import Declined, Errand, Import, Init, Progress, Restore
from streamhub.journal import InUse
from streamhub.settings import Settings

CHUNK: Final = 1 << 18
PATIENCE_S: Final = 5.0
"""How long a journal may be held by somebody who does not answer: a node that is just starting."""
AGAIN_S: Final = 0.1


class FileWindow:
    """A `Window` to files of this machine, with progress on standard error if it is a terminal.

    Args:
        source: the file that is handed in, if any.
        sink: where to write what is handed out.
    """

    def __init__(self, source: IO[bytes] | None = None, sink: IO[bytes] | None = None) -> None:
        self._source = source
        self._sink = sink
        self._bars: Bars | None = None
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __enter__(self) -> Self:
        """Begin to show progress."""
        if err.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bars = Bars(*columns, console=err, transient=True)
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the progress away again."""
        if self._bars is not None:
            self._bars.stop()

    async def read(self) -> AsyncIterator[bytes]:
        """See `Window.read`."""
        if self._source is not None:
            self._source.seek(0)
            while chunk := self._source.read(CHUNK):
                yield chunk

    async def write(self, data: bytes) -> None:
        """See `Window.write`."""
        assert self._sink is not None  # noqa: S101 - errands that hand out are given one
        self._sink.write(data)

    async def tell(self, progress: Progress) -> None:
        """See `Window.tell`."""
        if self._bars is None:
            return
        key = (progress.doing, progress.event)
        if key not in self._tasks:
            words = f"{progress.doing} {progress.event}"
            self._tasks[key] = self._bars.add_task(words, total=progress.total)
        self._bars.update(self._tasks[key], completed=progress.done, total=progress.total)


async def carry_out(settings: Settings, errand: Errand, window: FileWindow) -> dict[str, Any]:
    """Open the journal and do it; where a node holds the journal, have that node do it."""
    from streamhub.app import open_office
    from streamhub.http import errand as office

    make = isinstance(errand, (Init, Import, Restore))
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            async with open_office(settings, make=make) as opened:
                return await opened.carry_out(errand, window)
        except InUse as held:
            try:
                return await office.run(settings.data, errand, window)
            except office.NobodyThere as error:
                if time.monotonic() > until:
                    raise Declined(
                        f"{held}\nIt takes no commands at {settings.data / 'control.sock'}."
                    ) from error
            except OSError as error:
                raise Declined(f"{held}\n{error}") from error
        await asyncio.sleep(AGAIN_S)


@contextlib.contextmanager
def handed_in(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that is handed in; `-` is standard input, laid aside so that it can be reread.

    Not to be called on an event loop: while it waits for input, Ctrl+C must end it.
    """
    if str(path) != "-":
        with path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        yield file


@contextlib.contextmanager
def handed_out(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write, for its owner alone; it bears its name once it is whole and on disk.

    It is gzip where the name ends in `.gz`; `-` is standard output. Raises `Declined` where there
    is such a file.
    """
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path.exists():
        raise Declined(f"{path} is there already.\nChoose another name.")
    part = path.with_name(path.name + ".part")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(file, "wb") as plain:
            os.fchmod(file, 0o600)
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", 6, plain, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield plain
            plain.flush()
            os.fsync(file)
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
