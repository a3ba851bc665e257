"""Those who make changes while others misbehave: each within its pace, together many a second."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Final, Self

import aiohttp
from glass import Glass

from hostile.server import Server
from streamhub.formats.sample import SLUG

PER_S: Final = 13.0
"""Commands a second of each: a little less than a connection may send."""
HISTORY: Final = 520
"""A channel remembers 500 changes."""
VIEWS: Final = ("stage", "audience", "desk", "control")
LONG: Final = "a\u0330\u0331\u0332\u0333" * 200
"""As many bytes as a question may have, in few characters."""

Change = Callable[[Glass, int], Awaitable[object]]


class Crew:
    """Organisers, on a connection each.

    Attributes:
        changes: commands that were accepted.
        glasses: their pages.
    """

    def __init__(self, server: Server, count: int = 8) -> None:
        self.changes = 0
        self._server = server
        self._token = server.tokens["organiser"]
        self.glasses: list[Glass] = []
        self._count = count
        self._numbers = itertools.count()
        self._session: aiohttp.ClientSession
        self._busy: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        for _ in range(self._count):
            glass = Glass(self._server.url, SLUG, "audience", token=self._token)
            self.glasses.append(await glass.open(self._session))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.rest()
        for glass in self.glasses:
            await glass.close()
        await self._session.close()

    def work(self, change: Change) -> None:
        """Begin to make changes, until `rest`."""
        self._busy = [
            asyncio.create_task(self._work(change, glass, number / PER_S / len(self.glasses)))
            for number, glass in enumerate(self.glasses)
        ]

    async def rest(self) -> None:
        """Stop making changes."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        self._busy = []

    async def _work(self, change: Change, glass: Glass, wait_s: float) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(wait_s)  # each in its turn: what comes together is one change
        while True:
            due = loop.time() + 1 / PER_S
            answer = await change(glass, next(self._numbers))
            self.changes += bool(isinstance(answer, dict) and answer["ok"])
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def fill_history(self) -> None:
        """Make as many changes as the channels remember: from there on they do not grow."""
        watching = [
            await Glass(self._server.url, SLUG, view, room=room, token=self._token).open(
                self._session
            )
            for view in VIEWS
            for room in (None, "main")
        ]
        until = self.changes + HISTORY
        self.work(extend)
        while self.changes < until:  # noqa: ASYNC110 - others count
            await asyncio.sleep(0.05)
        await self.rest()
        for glass in watching:
            await glass.close()


def _approved(glass: Glass) -> list[str]:
    questions = glass.state["questions"].items()
    return sorted(name for name, it in questions if it["status"] == "approved")


async def spotlight(glass: Glass, number: int) -> object:
    """Put another question on the screens: some hundred bytes to everybody, at once."""
    names = _approved(glass)
    return await glass.do("question.spotlight", question=names[number % len(names)])


async def extend(glass: Glass, number: int) -> object:
    """Move the end of what is live, and the times of all that comes after it, there and back."""
    live = glass.state["rooms"]["main"]["live"]
    return await glass.do("session.extend", session=live, by_s=-600 if number % 2 else 600)


async def amend(glass: Glass, number: int) -> object:
    """Change the words of a question: two kilobytes to everybody, at once."""
    names = _approved(glass)
    text = f"{number} {LONG}"
    return await glass.do("question.amend", question=names[number % len(names)], text=text)
