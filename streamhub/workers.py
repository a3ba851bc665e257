"""Several workers on one port: processes, signals and pauses; and what a worker knows of its team.

A worker is a whole node in a process of its own. Their parent serves nothing: it starts them, waits
until all serve, passes on that they are to stop, and starts again whoever dies. The two ends of a
socket pair tie each worker to it: a worker says there that it serves, or why it cannot, and reads
the end of it when the parent is gone, however that died; so no worker is left behind.
"""

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import structlog

log = structlog.get_logger(__name__)

VARIABLE: Final = "STREAMHUB_WORKER"
"""Through it a worker learns what it is: no setting, for the parent alone knows the values."""
COMMAND: Final = (sys.executable, "-P", "-m", "streamhub", "serve")
TRIES: Final = 4
"""So often a worker may end before it serves; then, if no other serves, something is wrong."""
PAUSE_S: Final = 0.5
PAUSE_MOST_S: Final = 10.0
WELL_S: Final = 30.0
"""Who has served for so long begins anew: the next pause is the shortest."""
START_S: Final = 120.0
"""How long a restart of all waits for one of them to read its events."""
END_S: Final = 10.0
"""How much longer than its goodbyes a worker may take to stop, before it is killed."""


class GivenUp(Exception):  # noqa: N818 - an end, in words line by line
    """No worker gets as far as serving."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def hold(host: str, port: int) -> socket.socket:
    """Take a port for the workers without listening on it; 0 takes a free one.

    Raises:
        OSError: somebody listens there, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # without SO_REUSEPORT: otherwise another team would share the port with this one
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        held = socket.socket(family)
        try:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if family == socket.AF_INET6:
                held.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            held.bind((host, port))
        except BaseException:
            held.close()
            raise
    except OSError as error:
        raise OSError(
            f"cannot listen on {host}:{port}: {error.strerror}\n"
            "Stop what listens there, or choose another --port."
        ) from error
    return held


# --- what a worker knows --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One worker, as it sees itself.

    Args:
        number: from 1.
        folder: where workers reach one another: a directory for their user alone.
        port: a port of its own beside the shared one; None without.
        link: the file descriptor of its end of the socket pair.
    """

    number: int
    folder: Path
    port: int | None
    link: int

    @classmethod
    def here(cls) -> Self | None:
        """Return what the parent said that this process is; None if there is no parent."""
        said = os.environ.get(VARIABLE)
        if said is None:
            return None
        known = json.loads(said)
        return cls(**known | {"folder": Path(known["folder"])})

    def tell(self, **message: object) -> None:
        """Tell the parent: `events`, how many are served; or `failed`, lines that say why not."""
        with contextlib.suppress(OSError):  # it may be gone
            os.write(self.link, json.dumps(message).encode() + b"\n")

    async def until_alone(self) -> None:
        """Wait until the parent is gone."""
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.link, gone.set)  # the parent says nothing: this is the end
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self.link)

    def tidy(self) -> None:
        """Remove the directory, as the last one, where the parent cannot any more."""
        if select.select([self.link], [], [], 0)[0]:
            with contextlib.suppress(OSError):
                self.folder.rmdir()


# --- the parent -----------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Seat:
    """The place of one worker, whichever process has it.

    `told` says that its process is to end. `early` counts processes that ended before they served,
    `short` those that ended soon.
    """

    number: int
    environ: dict[str, str]
    port: int | None
    serves: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    said: list[str] = field(default_factory=list)
    events: int = 0
    early: int = 0
    short: int = 0


async def _all_serve(seats: list[_Seat]) -> None:
    for seat in seats:
        await seat.serves.wait()


class Team:
    """The workers of one port.

    Args:
        environs: the environment of each: settings as variables.
        folder: where they reach one another.
        ports: the first of the ports of their own; None without.
        end_s: how long each may take to stop.
    """

    def __init__(
        self,
        environs: list[dict[str, str]],
        folder: Path,
        ports: int | None,
        end_s: float,
    ) -> None:
        self._folder = folder
        self._end_s = end_s
        self._seats = [
            _Seat(number=number, environ=environ, port=ports and ports + number - 1)
            for number, environ in enumerate(environs, 1)
        ]
        self._stop = asyncio.Event()
        self._keepers: set[asyncio.Task[None]] = set()
        self._replacing: asyncio.Task[None] | None = None
        self._is_up = False
        self._failed = False

    async def run(self, up: Callable[[int], None]) -> None:
        """Run until told to stop.

        Args:
            up: called with the number of events, once all serve.

        Raises:
            GivenUp: they do not get as far as serving, or one did not end in order.
        """
        self._heed_signals()
        try:
            # the first by itself: what ails it ails all, and is told once
            for seats in (self._seats[:1], self._seats[1:]):
                self._keepers |= {asyncio.create_task(self._keep(seat)) for seat in seats}
                await self._until(_all_serve(seats))
            if not self._stop.is_set():
                self._is_up = True
                up(self._seats[0].events)
                await self._until(self._stop.wait())
            log.info("draining")
        finally:
            self.stop()
            await asyncio.gather(*self._keepers, return_exceptions=True)
        if self._failed:
            raise GivenUp("a worker did not end in order; see the log above.")

    def stop(self) -> None:
        """End all, each as a node ends."""
        self._stop.set()
        if self._replacing is not None:
            self._replacing.cancel()
        for seat in self._seats:
            seat.told.set()

    def replace(self) -> None:
        """Let new processes take the places of all, one after the other."""
        if self._is_up and not self._stop.is_set() and not self._is_replacing:
            self._replacing = asyncio.create_task(self._replace())

    @property
    def _is_replacing(self) -> bool:
        return self._replacing is not None and not self._replacing.done()

    def _heed_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            # of a terminal it means that nobody is there any more
            on_terminal = sys.stdin is not None and sys.stdin.isatty()
            loop.add_signal_handler(signal.SIGHUP, self.stop if on_terminal else self.replace)

    async def _until(self, what: Coroutine[Any, Any, object]) -> None:
        """Wait for something, or for the stop; raises what a keeper raises meanwhile."""
        done = asyncio.create_task(what)
        stop = asyncio.create_task(self._stop.wait())
        try:
            ended, _ = await asyncio.wait(
                {done, stop, *self._keepers}, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            done.cancel()
            stop.cancel()
        for keeper in self._keepers & ended:
            keeper.result()

    async def _replace(self) -> None:
        log.info("replacing workers")
        for seat in self._seats:
            if not seat.serves.is_set():
                continue  # it is about to start anyway
            seat.serves.clear()
            seat.told.set()
            try:
                async with asyncio.timeout(self._end_s + START_S):
                    await seat.serves.wait()
            except TimeoutError:
                log.error(  # noqa: TRY400 - a trace says nothing here
                    "workers not replaced", worker=seat.number, hint="the others go on as they are"
                )
                return
        log.info("workers replaced")

    # --- one worker -----------------------------------------------------------------------------

    async def _keep(self, seat: _Seat) -> None:
        """Have a process in a seat, until told to stop."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            status, has_served = await self._live(seat)
            if self._stop.is_set():
                if has_served and status != "status 0":
                    self._failed = True
                    log.error("worker ended badly", worker=seat.number, ended=status)
                return
            if seat.told.is_set():
                seat.told.clear()
                continue
            seat.early = 0 if has_served else seat.early + 1
            seat.short = 0 if has_served and loop.time() - began > WELL_S else seat.short + 1
            serving = any(other.serves.is_set() for other in self._seats)
            if seat.early >= TRIES and not (self._is_up and serving):
                first = (
                    f"worker {seat.number} ended {seat.early} times before it served ({status})."
                )
                reasons = seat.said or ["It gave no reason; see what it printed above."]
                raise GivenUp("\n".join([first, *reasons]))
            pause = min(PAUSE_MOST_S, PAUSE_S * 2 ** max(seat.short - 1, 0))
            log.warning(
                "worker ended",
                worker=seat.number,
                ended=status,
                again_in_s=pause,
                **({"error": " ".join(seat.said)} if seat.said else {}),
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()
            if self._stop.is_set():
                return

    async def _live(self, seat: _Seat) -> tuple[str, bool]:
        """Run one process to its end; returns how it ended, and whether it had served."""
        seat.said = []
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *COMMAND,
                    stdin=asyncio.subprocess.DEVNULL,
                    env=seat.environ | {VARIABLE: self._introduce(seat, theirs.fileno())},
                    pass_fds=[theirs.fileno()],
                    process_group=0,  # Ctrl+C reaches us alone, and we pass it on
                )
        except OSError as error:
            ours.close()
            seat.said = [str(error)]
            return "no process", False
        reader, writer = await asyncio.open_connection(sock=ours)
        hearing = asyncio.create_task(self._hear(seat, reader))
        ended = asyncio.create_task(process.wait())
        told = asyncio.create_task(seat.told.wait())
        try:
            await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                await self._end(seat, process, ended)
            status = await ended
            has_served = await hearing
        finally:
            told.cancel()
            seat.serves.clear()
            writer.close()
        how = f"status {status}" if status >= 0 else signal.Signals(-status).name
        return how, has_served

    def _introduce(self, seat: _Seat, link: int) -> str:
        known = {"number": seat.number, "folder": str(self._folder), "port": seat.port}
        return json.dumps(known | {"link": link})

    async def _end(
        self, seat: _Seat, process: asyncio.subprocess.Process, ended: Awaitable[int]
    ) -> None:
        process.terminate()
        try:
            async with asyncio.timeout(self._end_s):
                await asyncio.shield(ended)
        except TimeoutError:
            log.error("worker killed", worker=seat.number, after_s=self._end_s)  # noqa: TRY400 - as above
            process.kill()

    @staticmethod
    async def _hear(seat: _Seat, reader: asyncio.StreamReader) -> bool:
        """Hear what a worker says until it has ended; returns whether it served."""
        has_served = False
        async for line in reader:
            message = json.loads(line)
            if "events" in message:
                has_served = True
                seat.events = message["events"]
                seat.serves.set()
            else:
                seat.said = message["failed"]
        return has_served
