"""People who ask at a steady rate, and a moderator who decides once a second on what they ask.

What `moderation.py` and `hostile_crowd.py` share. A question's text holds `bench-<number>`, by
which the load generator knows it again on the pages; the rest is drawn from some words, so that
likeness finds about as much as among people.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from glass import Glass

from fanout_parts.load import Load
from fanout_parts.node import PinnedNode
from streamhub.formats.sample import SLUG

MIX: Final = (
    *("approve", "approve", "reject", "approve", "spotlight"),
    *("approve", "reject", "approve", "reply", "approve"),
)
"""What a moderator does in ten seconds."""
ALIKE_EVERY_S: Final = 4.0
"""How often the desk asks which questions say the same."""
WORDS: Final = [
    "how",
    "will",
    "regions",
    "share",
    "what",
    "they",
    "have",
    "learned",
    "about",
    "climate",
    "money",
    "water",
    "people",
    "data",
    "schools",
    "farms",
    "trains",
    "budget",
    "evaluation",
    "strategy",
    "partners",
    "towns",
    "research",
    "industry",
    "export",
    "skills",
    "young",
    "women",
    "border",
    "islands",
    "mountains",
    "clusters",
    "innovation",
    "public",
    "private",
    "policy",
    "evidence",
    "results",
    "what",
    "when",
    "where",
    "why",
    "who",
    "does",
    "can",
    "should",
    "could",
    "would",
    "has",
    "been",
    "next",
    "year",
    "last",
    "plan",
    "report",
]


def text_of(number: int, chance: random.Random) -> str:
    """What somebody asks."""
    return f"bench-{number} {' '.join(chance.choices(WORDS, k=chance.randint(6, 16)))}?"


@dataclass
class Decided:
    """One decision: what, on which question of ours, when it was given, how long its ack took."""

    what: str
    number: int | None
    given_at: int
    ack_ms: float
    ok: bool


@dataclass
class Asking:
    """A crowd that asks: `per_s` questions a second in all, each by the next of `count` people."""

    load: Load
    session: str
    count: int
    per_s: float
    asked: int = 0

    async def run(self, seconds: float) -> None:
        """Ask for so long."""
        chance = random.Random(self.asked)
        began = time.monotonic()
        for turn in range(int(seconds * self.per_s)):
            # not in step with what the node does every second
            due = began + (turn + chance.random()) / self.per_s
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.asked += 1
            text = text_of(self.asked, chance)
            who = self.asked * 7 % self.count  # 7 is prime to every count that ends in 0
            self.load.start("ask", client=who, session=self.session, text=text)


@dataclass
class Moderator:
    """Somebody at the desk, with the socket and the requests of a real one.

    Attributes:
        decided: what was decided.
        alike_ms: how long it took to be told what says the same.
    """

    server: PinnedNode
    load: Load
    http: aiohttp.ClientSession
    decided: list[Decided] = field(default_factory=list)
    alike_ms: list[float] = field(default_factory=list)
    pending: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self) -> None:
        """Sit down."""
        token = self.server.tokens["moderator"]
        self.glass = Glass(self.server.url, SLUG, "desk", room="main", token=token)
        await self.glass.open(self.http)
        self._alike = asyncio.create_task(self._look_alike(token))

    async def close(self) -> None:
        """Leave."""
        self._alike.cancel()
        await asyncio.gather(self._alike, return_exceptions=True)
        await self.glass.close()

    @property
    def live(self) -> str:
        """The session that is on air."""
        return str(self.glass.state["rooms"]["main"]["live"])

    async def _look_alike(self, token: str) -> None:
        url = f"{self.server.url}/api/v1/events/{SLUG}/alike?room=main"
        while True:
            await asyncio.sleep(ALIKE_EVERY_S)
            began = time.monotonic()
            with contextlib.suppress(aiohttp.ClientError):
                headers = {"Authorization": f"Bearer {token}"}
                async with self.http.get(url, headers=headers) as answer:
                    await answer.read()
                self.alike_ms.append((time.monotonic() - began) * 1000)

    def _open(self, status: str, wants: Callable[[str], bool]) -> list[tuple[str, dict[str, Any]]]:
        questions = self.glass.state["questions"].items()
        return [
            (name, it) for name, it in questions if it["status"] == status and wants(it["text"])
        ]

    async def work(self, seconds: float, wants: Callable[[str], bool] = lambda _: True) -> None:
        """Decide once a second: approve what `wants` holds for, reject the oldest else."""
        began, chance = time.monotonic(), random.Random(1)
        for turn in range(int(seconds)):
            # not in step with the gathering of changes, which has a beat of its own
            due = began + turn + 0.4 * chance.random()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._decide(MIX[turn % len(MIX)], wants)

    async def _decide(self, what: str, wants: Callable[[str], bool]) -> None:
        if what in {"approve", "reject"}:
            there = self._open("pending", wants)
            self.pending = len(self._open("pending", lambda _: True))
            if what == "reject":  # what nobody wants first
                there = self._open("pending", lambda text: not wants(text)) or there
        else:
            there = self._open("approved", wants)
        if not there:
            return
        name, it = min(there, key=lambda pair: pair[1]["asked_at"])
        more: dict[str, Any] = {}
        if what == "approve":
            more = {"revision": it["revision"]}
        elif what == "reply":
            more = {"reply": "Yes: it is in the report, on page twelve."}
        kind = "question.answer" if what == "reply" else f"question.{what}"
        mark, _, rest = it["text"].partition("bench-")
        number = int(rest.split(" ")[0]) if rest and not mark else None
        if what == "reply":
            self.load.start("answered", question=name)  # pages offer no vote for it either
        given_at = time.monotonic_ns()
        answer = await self.glass.do(kind, question=name, **more)
        ack_ms = (time.monotonic_ns() - given_at) / 1e6
        self.decided.append(Decided(what, number, given_at, ack_ms, answer["ok"]))
        if what == "approve" and answer["ok"]:
            self.load.start("public", question=name)

    def arrivals(
        self, shown: list[list[int]], everybody: int, since: int = 0
    ) -> tuple[list[float], int, list[int]]:
        """How approvals came.

        Args:
            shown: what the load generator tells of each question.
            everybody: how many pages there are.
            since: how many decisions are left out at the beginning.

        Returns:
            ms until the last page had each, how many have not come to all, and which questions a
            page was shown that were not approved, or before they were.
        """
        seen = {number: (count, first, last) for number, count, first, last in shown}
        given = {
            one.number: one.given_at
            for one in self.decided[since:]
            if one.what == "approve" and one.ok and one.number is not None
        }
        arrived, missing = [], 0
        for number, given_at in given.items():
            count, _, last = seen.get(number, (0, 0, 0))
            if count < everybody:
                missing += 1
            else:
                arrived.append((last - given_at) / 1e6)
        early = [
            number
            for number, (_, first, _) in seen.items()
            if number not in given or first < given[number]
        ]
        return arrived, missing, early


async def side_by_side(*works: Awaitable[object]) -> None:
    """Run all of them; the first that fails ends the others."""
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(_run(work))


async def _run(work: Awaitable[object]) -> None:
    await work
