"""The one thread that owns the one SQLite connection: the lock at the door, commits, errors.

Here belongs everything about the file as a file: opening it alone and with the settings that make
a commit durable, running work in transactions, and saying in the journal's words what went wrong.
What the tables mean stands in `sqlite.py`.

Why a thread of its own: a durable commit waits for the disk (milliseconds), and on the event loop
everybody would wait with it. Why one connection: there is nothing to gain from a second, and the
WAL-reset corruption of SQLite up to 3.51.2 needs two.
"""

import asyncio
import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from streamhub.journal.base import Full, InUse, JournalError, Lost, Unavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
"""Runs on the thread. It raises a `JournalError` only before it has written anything."""

LITTLE = 1 << 20
"""Bytes. With less than this free, an I/O error is taken for a full disk."""

BUSY_S = 1.0
"""How long to wait for a foreign program that locks the file (a backup, a shell)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job(Generic[T]):
    work: Work[T]
    answer: asyncio.Future[T]
    then: Callable[[T], None] | None
    """Called on the event loop when the work is done, even if the caller was cancelled."""

    def finish(self, outcome: T | Exception) -> None:
        """Hand over what came out; runs on the event loop."""
        if self.then and not isinstance(outcome, Exception):
            self.then(outcome)
        if self.answer.cancelled():  # the work is done all the same, but nobody asks any more
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class SqliteThread:
    """A SQLite file held by this process alone, and the thread on which all of it happens."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._held = ExitStack()
        self._reads: list[_Job[Any]] = []
        self._writes: list[_Job[Any]] = []
        self._round: Future[list[object]] | None = None
        self._is_writing = False
        self._closing: asyncio.Task[None] | None = None

    # ---- on the event loop -----------------------------------------------------------------

    async def open(self, prepare: Work[None]) -> None:
        """Take the lock, open the file and `prepare` it.

        Raises `InUse` where another process has it, `Lost` where it is no sound SQLite file,
        `Unavailable` or `Full` where it cannot be reached or made.
        """
        try:
            await self._on_thread(self._open, prepare)
        except BaseException:
            # Queued behind the opening, which goes on by itself when the caller is cancelled.
            self._pool.submit(self._held.close)
            self._pool.shutdown(wait=False)
            raise

    async def read(self, work: Work[T]) -> T:
        """Answer what `work` finds among what is durable; it runs outside any transaction."""
        return await self._ask(self._reads, work, None)

    async def write(self, work: Work[T], then: Callable[[T], None] | None = None) -> T:
        """Run `work` in a transaction and answer when its commit is on the disk.

        Whatever waits while another commit is under way shares the next one: one fsync for all.
        """
        return await self._ask(self._writes, work, then)

    async def close(self) -> None:
        """Finish what was asked for, then let the file go."""
        self._closing = self._closing or asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _ask(
        self, queue: list[_Job[Any]], work: Work[T], then: Callable[[T], None] | None
    ) -> T:
        if self._closing:
            raise Unavailable(f"the journal {self._path} was closed: open it again")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        queue.append(_Job(work, answer, then))
        if self._round is None:
            self._begin()
        return await answer

    def _begin(self) -> None:
        """Carry what waits to the thread, in a round that no caller's end touches.

        Writes and reads take turns: neither is held up by more than one round of the other.
        """
        self._round = None
        for _ in range(2):
            self._is_writing = not self._is_writing
            queue = self._writes if self._is_writing else self._reads
            if queue:
                jobs = queue.copy()
                queue.clear()
                act = self._write_all if self._is_writing else self._read_all
                self._round = self._pool.submit(act, jobs)
                # not a task, nor `run_in_executor`: both would take more turns of the loop
                told = partial(_tell, asyncio.get_running_loop(), partial(self._end, jobs))
                self._round.add_done_callback(told)
                return

    def _end(self, jobs: Sequence[_Job[Any]], done: Future[list[object]]) -> None:
        """Carry a round's answers back, and begin the next."""
        try:
            for job, outcome in zip(jobs, done.result(), strict=True):
                job.finish(outcome)
        finally:
            self._begin()

    async def _close(self) -> None:
        while self._round is not None:
            await asyncio.wait([asyncio.wrap_future(self._round)])
        await self._on_thread(self._held.close)
        self._pool.shutdown()

    async def _on_thread(self, act: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, act, *args)

    # ---- on the thread ---------------------------------------------------------------------

    def _open(self, prepare: Work[None]) -> None:
        try:
            lock = self._path.with_name(self._path.name + ".lock")
            door = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
            self._held.callback(os.close, door)
            _lock(door, self._path)
            _make(self._path)
            self._inode = self._path.stat().st_ino
            # isolation_level=None: we begin and commit, and want no second opinion.
            db = sqlite3.connect(self._path, isolation_level=None, timeout=BUSY_S)
            self._held.enter_context(closing(db))
            _configure(db)
            prepare(db)
        except (OSError, sqlite3.Error) as error:
            raise self._explain(error) from error
        self._db = db

    def _read_all(self, jobs: Sequence[_Job[Any]]) -> list[object]:
        return [self._attempt(job) for job in jobs]

    def _attempt(self, job: _Job[Any]) -> object:
        try:
            return job.work(self._db)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to this caller
            return self._explain(error)

    def _write_all(self, jobs: Sequence[_Job[Any]]) -> list[object]:
        """Answer one result or error for each job, all of it durable."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            outcomes = [_decide(job.work, self._db) for job in jobs]
            self._check_present()
            self._db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - as in _attempt
            # SQLite may have rolled back by itself; then there is nothing to undo.
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            if len(jobs) == 1:
                return [self._explain(error)]
            # One job's trouble (too large for the room left) must not be everybody's.
            return [outcome for job in jobs for outcome in self._write_all([job])]
        return outcomes

    def _check_present(self) -> None:
        """Raise `Lost` when the file was removed or replaced under us: SQLite would go on."""
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            inode = None
        if inode != self._inode:
            raise Lost(f"{self._path} was removed or replaced while in use: restore it, restart")

    def _explain(self, error: Exception) -> Exception:
        """Put an error of the file in the journal's words; others (bugs) pass as they are."""
        free = LITTLE  # where the room cannot be told, it is not blamed
        with suppress(OSError):
            free = shutil.disk_usage(self._path.parent).free
        return explain(error, self._path, free)


def _tell(
    loop: asyncio.AbstractEventLoop,
    end: Callable[[Future[list[object]]], None],
    done: Future[list[object]],
) -> None:
    """Let a round end on the event loop; runs on the thread."""
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(end, done)


def explain(error: Exception, path: Path, free: int) -> Exception:
    """Answer `error` in the journal's words; `free` is the room on the disk in bytes."""
    # Only the low byte is the kind; the rest tells the operation that met it.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    out_of_room = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    if (
        out_of_room
        or code == sqlite3.SQLITE_FULL
        or (code == sqlite3.SQLITE_IOERR and free < LITTLE)
    ):
        return Full(f"no room to write {path} ({free} bytes free): make room; nothing was lost")
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return Lost(f"{path} is damaged ({error}): stop, keep a copy, restore it from a backup")
    if isinstance(error, (OSError, sqlite3.OperationalError)):
        return Unavailable(f"cannot use {path}: {error}; check the disk and who may write there")
    return error


def _decide(work: Work[T], db: sqlite3.Connection) -> T | JournalError:
    """Run `work`; its refusal is an answer and leaves the transaction to the others."""
    try:
        return work(db)
    except JournalError as refusal:
        return refusal


def _lock(door: int, path: Path) -> None:
    """Lock the open lock file `door` until it is closed, and write down who holds it.

    It is a file beside the database, because SQLite's own locks on the database vanish when any
    other descriptor of it is closed. It is never removed: another may be about to lock it.
    """
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(door, 20, 0).decode("ascii", "replace") or "unknown"
        raise InUse(
            f"cannot open {path}: process {holder} holds it. Stop that process, or give this one"
            " another file; two processes on one file would each miss what the other writes"
        ) from error
    os.ftruncate(door, 0)
    os.pwrite(door, str(os.getpid()).encode(), 0)


def _make(path: Path) -> None:
    """Create the file where there is none: readable by its owner only, and its name durable."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _configure(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    # Every commit is fsynced. NORMAL loses acknowledged commits at a power cut.
    db.execute("PRAGMA synchronous = FULL")
    # Trimmed bytes are overwritten with zeros, not merely forgotten.
    db.execute("PRAGMA secure_delete = ON")
