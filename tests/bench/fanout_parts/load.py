"""The load generator, from Python: starts `load.c`, hands it commands, and takes its answers."""

import asyncio
import json
import os
from collections.abc import Sequence
from typing import Any, Final, Self

from fanout_parts.machine import LOAD_CORE, compiled, pinned

BUSY: Final = 0.9
"""From this share of its core on the load generator may be what was measured."""
FINAL: Final = 30.0
"""How much longer than it should an answer may take."""


class Load:
    """A crowd of pages on one core.

    Args:
        port: of the server.
        auth: what each says in its hello.
        controls: the unix sockets where the server is told to broadcast.
        seconds: how long it lives at most.

    Attributes:
        events: what it told by itself, in a storm.
    """

    def __init__(
        self,
        port: int,
        auth: dict[str, Any],
        controls: Sequence[str] = (),
        seconds: float = 900,
    ) -> None:
        said = ["--port", str(port), "--auth", json.dumps(auth, separators=(",", ":"))]
        for control in controls:
            said += ["--control", control]
        self._command = pinned(LOAD_CORE, seconds, str(compiled("load")), *said)
        self._process: asyncio.subprocess.Process | None = None
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None
        self.events: list[dict[str, Any]] = []
        self.told = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_failure: object) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        if self._reader is not None:
            await self._reader

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            message = json.loads(line)
            if "event" in message:
                self.events.append(message)
                self.told.set()
            else:
                await self._answers.put(message)
        await self._answers.put({"did": "end"})

    def start(self, what: str, **fields: Any) -> None:
        """Hand it a command without waiting for the answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        line = json.dumps({"do": what, **fields}, separators=(",", ":"))
        self._process.stdin.write(line.encode() + b"\n")

    async def answer(self, within_s: float = FINAL) -> dict[str, Any]:
        """The next answer."""
        async with asyncio.timeout(within_s):
            answer = await self._answers.get()
        if answer["did"] == "end":
            raise RuntimeError("the load generator has ended; see above")
        return answer

    async def do(self, what: str, **fields: Any) -> dict[str, Any]:
        """Hand it a command and wait for the answer."""
        self.start(what, **fields)
        return await self.answer(float(fields.get("seconds", 0)) + FINAL)

    async def connect(self, count: int, **fields: Any) -> dict[str, Any]:
        """Connect `count` clients, and say how fast that was."""
        answer = await self.do("connect", count=count, **{"seconds": 120.0} | fields)
        if answer["ready"] < count:
            raise RuntimeError(f"only {answer['ready']} of {count} connected: {answer['counts']}")
        return answer | {"per_s": count / answer["seconds"]}

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid


def check_cores() -> None:
    """Say so where the measurement has no core of its own."""
    if (os.cpu_count() or 1) < 2:
        raise SystemExit("Two cores are needed: one for the server, one for the load.")
