"""The server under attack: `streamhub serve` as a process, with what shows how it is doing."""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import psutil
from ports import free_port
from support import ServerProcess

from streamhub.formats.sample import SLUG

READY_S: Final = 30.0
STOP_S: Final = 20.0
PROGRAM: Final = "from streamhub.cli import main; main()"
BEGINS: Final = ("{", "DEBUG:", "INFO:", "WARNING:", "ERROR:", "CRITICAL:")
"""How an entry of the log begins; lines that begin otherwise belong to the one before."""
FINE: Final = frozenset({"debug", "info"})


def cores() -> tuple[int | None, set[int]]:
    """The core for the server, and those for whoever attacks it; (None, all) where there is one."""
    here = sorted(os.sched_getaffinity(0))
    if len(here) == 1:
        return None, set(here)
    return here[0], set(here[1:])


class Server:
    """One node with the sample event, on SQLite.

    Args:
        folder: for its data and its log.
        core: the one core that it may use.
        files: how many files and sockets it may have open.
        settings: settings by name, as environment variables.
    """

    def __init__(
        self, folder: Path, *, core: int | None = None, files: int | None = None, **settings: Any
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = ("127.0.0.1", self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.tokens: dict[str, str] = {}
        self._core = core
        self._files = files
        self._settings = {"log": "json", "newcomer_work": 0, **settings}
        self._log = folder / "log"
        self._read = 0
        self._process: subprocess.Popen[bytes]
        self._eye: psutil.Process

    async def open(self) -> Self:
        """Make the event, start, and wait until it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        made = ServerProcess(self.folder / "data", self.port)
        await made.prepare()
        self.tokens = made.tokens
        environ = {f"STREAMHUB_{name.upper()}": str(it) for name, it in self._settings.items()}
        root = str(Path(__file__).parents[2])
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                (
                    *(sys.executable, "-c", PROGRAM, "serve"),
                    *("--data", str(made.data), "--port", str(self.port)),
                ),
                stdout=log,
                stderr=log,
                env=os.environ | {"PYTHONPATH": root} | environ,
            )
        if self._files is not None:
            resource.prlimit(self._process.pid, resource.RLIMIT_NOFILE, (self._files, self._files))
        if self._core is not None:
            os.sched_setaffinity(self._process.pid, {self._core})
        self._eye = psutil.Process(self._process.pid)
        until = time.monotonic() + READY_S
        while not await self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server does not start: {self._log.read_text()[-2000:]}")
            await asyncio.sleep(0.05)
        return self

    async def _is_ready(self) -> bool:
        try:
            return (await self.get("/readyz"))[0] == 200
        except aiohttp.ClientError:
            return False

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    # --- how it is doing ------------------------------------------------------------------------

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    @property
    def rss(self) -> int:
        """Memory that it holds, in bytes."""
        return int(self._eye.memory_info().rss)

    @property
    def fds(self) -> int:
        """Files and sockets that it has open."""
        return int(self._eye.num_fds())

    @property
    def cpu_s(self) -> float:
        """Seconds of a core that it has used."""
        used = self._eye.cpu_times()
        return float(used.user + used.system)

    async def get(self, path: str, token: str | None = None) -> tuple[int, str]:
        """GET a page on a connection of its own."""
        return await self._ask("GET", path, token)

    async def _ask(self, method: str, path: str, token: str | None = None) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connector = aiohttp.TCPConnector(force_close=True)
        async with (
            aiohttp.ClientSession(connector=connector, headers=headers) as session,
            session.request(method, self.url + path) as answer,
        ):
            return answer.status, await answer.text()

    async def figures(self) -> Counter[str]:
        """Counters and gauges of /metrics, by name and labels as they stand there."""
        _, text = await self.get("/metrics")
        lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return Counter({name: int(float(value)) for name, _, value in lines})

    async def cuts(self) -> Counter[str]:
        """How many connections were cut, by reason."""
        return cuts_in(await self.figures())

    async def connections(self) -> int:
        """Live connections that have said hello."""
        figures = await self.figures()
        return sum(it for name, it in figures.items() if name.startswith("streamhub_connections{"))

    async def view(self, name: str, token: str | None = None) -> dict[str, Any]:
        """What a view holds, as the API tells it: `{cursor, at, view, state}`."""
        status, text = await self.get(f"/api/v1/events/{SLUG}/views/{name}", token)
        assert status == 200, (status, text)
        seen: dict[str, Any] = json.loads(text)
        return seen

    async def participant(self) -> str:
        """The token of a new participant."""
        status, text = await self._ask("POST", f"/api/v1/events/{SLUG}/participants")
        assert status == 201, (status, text)
        return str(json.loads(text)["token"])

    def complaints(self) -> list[str]:
        """What the log has gained that is worse than news: tracebacks, bugs, warnings."""
        with self._log.open("rb") as log:
            log.seek(self._read)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        entries: list[str] = []
        for line in whole.decode(errors="replace").splitlines():
            if _is_fine(line):
                continue
            if entries and not line.startswith(BEGINS):
                entries[-1] += "\n" + line
            else:
                entries.append(line)
        return entries


def cuts_in(figures: Counter[str]) -> Counter[str]:
    """The cuts among figures, by reason."""
    begin, end = 'streamhub_cuts_total{reason="', '"}'
    return Counter(
        {
            name.removeprefix(begin).removesuffix(end): count
            for name, count in figures.items()
            if name.startswith(begin)
        }
    )


def _is_fine(line: str) -> bool:
    try:
        said = json.loads(line)
        return said["level"] in FINE and "exception" not in said
    except (ValueError, TypeError, KeyError):
        return not line.strip()
