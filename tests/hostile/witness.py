"""Somebody who just uses the server meanwhile, and notes how that went."""

import asyncio
import contextlib
import time
from typing import Final, Self

import aiohttp
from glass import Glass

from hostile.server import Server
from streamhub.formats.sample import SLUG

EVERY_S: Final = 0.1
AWAY_MOST_S: Final = 12.0


class Witness:
    """A page that votes and takes its vote back, ten times a second.

    Attributes:
        waits: how long each answer took, in seconds.
        every_s: how long it waits between two votes.
    """

    def __init__(self, server: Server, view: str = "audience") -> None:
        self.waits: list[float] = []
        self.every_s = EVERY_S
        self.refused = 0
        self._server = server
        self._view = view
        self._session: aiohttp.ClientSession
        self._task: asyncio.Task[None]
        self.glass: Glass

    async def __aenter__(self) -> Self:
        token = await self._server.participant()
        self._session = aiohttp.ClientSession()
        self.glass = Glass(self._server.url, SLUG, self._view, token=token)
        await self.glass.open(self._session)
        self._task = asyncio.create_task(self._vote())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.glass.close()
        await self._session.close()

    async def _vote(self) -> None:
        kinds = "question.upvote", "question.unvote"
        questions = self.glass.state["questions"]
        question = next(name for name, it in questions.items() if it["status"] == "approved")
        while True:
            for kind in kinds:
                began = time.monotonic()
                answer = await self.glass.do(kind, question=question)
                self.waits.append(time.monotonic() - began)
                self.refused += not answer["ok"]
                await asyncio.sleep(self.every_s)

    @property
    def outages(self) -> list[float]:
        """How long it was without a connection, each time."""
        return self.glass.outages

    def forget(self) -> None:
        """Begin to note anew."""
        self.waits.clear()

    def wait_ms(self, share: float) -> float:
        """How long answers took: the quantile, in milliseconds."""
        ordered = sorted(self.waits) or [float("inf")]
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    async def agrees(self) -> bool:
        """Whether its glass comes to show what the API shows."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AWAY_MOST_S):
                while True:
                    seen = await self._server.view(self._view)
                    if self.glass.cursor == seen["cursor"]:
                        return bool(self.glass.state == seen["state"])
                    await asyncio.sleep(0.1)
        return False
