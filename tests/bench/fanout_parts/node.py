"""`streamhub serve` as operators run it, pinned to its core, with the sample event on SQLite."""

import asyncio
import contextlib
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
from ports import free_port
from support import ServerProcess, get_json

from fanout_parts.machine import CACHE, HERE, SERVER_CORE, pinned
from streamhub.formats.sample import SLUG
from streamhub.logs import configure

READY_S: Final = 30.0
WORK: Final = "STREAMHUB_NEWCOMER_WORK"


class PinnedNode(ServerProcess):
    """A node on the server's core, which lives for `seconds` at most.

    Args:
        data: its data directory.
        port: where it listens.
        seconds: how long one process of it may live.
    """

    def __init__(self, data: Path, port: int, seconds: float) -> None:
        super().__init__(data, port)
        self._seconds = seconds
        self._log = (data / "bench.log").open("ab")

    async def start(self) -> None:
        """Start, and wait until it is ready."""
        serve = ("-c", "from streamhub.cli import main; main()", "serve")
        env = {"PYTHONPATH": str(HERE.parents[2]), "STREAMHUB_LOG_LEVEL": "warning"}
        env |= {} if WORK in os.environ else {WORK: "0"}  # all of a crowd come from here
        self._process = await asyncio.create_subprocess_exec(
            *pinned(SERVER_CORE, self._seconds, sys.executable, *serve),
            *("--data", str(self.data), "--port", str(self.port)),
            stderr=self._log,
            env=os.environ | env,
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(READY_S):
            while not await self._is_ready(session):
                if self._process.returncode is not None:
                    raise RuntimeError("streamhub did not start; see above")
                await asyncio.sleep(0.1)

    def logged(self) -> dict[str, int]:
        """What its processes wrote to standard error, numbers left out, and how often each."""
        lines = (self.data / "bench.log").read_text(errors="replace").splitlines()
        return dict(Counter(re.sub(r"[0-9]+", "#", line)[:200] for line in lines).most_common(8))

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    async def view(self, name: str) -> dict[str, Any]:
        """A snapshot, from the HTTP API."""
        _, snapshot = await get_json(f"{self.url}/api/v1/events/{SLUG}/views/{name}")
        return dict(snapshot)

    async def approved(self) -> list[str]:
        """The questions that can be voted on."""
        questions = (await self.view("audience"))["state"]["questions"]
        return sorted(q for q, told in questions.items() if told["status"] == "approved")


@contextlib.asynccontextmanager
async def node(seconds: float) -> AsyncIterator[PinnedNode]:
    """A node that runs, on this disk; nothing of it is left."""
    configure("console", "warning")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        made = PinnedNode(Path(folder), free_port(), seconds)
        await made.prepare()
        await made.start()
        try:
            yield made
        finally:
            await made.kill()
