"""People at a conference while things break, and the reckoning afterwards.

Some ask and withdraw, a crowd votes, a producer extends the session, displays and phones look on.
Whatever was acknowledged is written down here; `reckon` then looks for it in a fresh replay of the
journal, and compares every node and every page with that.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

import aiohttp
from glass import Glass

from streamhub.core.event import EventState
from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.questions import QuestionStatus
from streamhub.core.views import View, project
from streamhub.formats.sample import SLUG
from streamhub.hub.ledger import Ledger, Nobody
from streamhub.journal import Head, Journal, check_chain

ROOM: Final = "main"
SETTLE_S: Final = 30.0


class Rig(Protocol):
    """Something that serves the sample event and can be harmed."""

    @property
    def url(self) -> str:
        """Where people come in."""
        ...

    @property
    def node_urls(self) -> list[str]:
        """Every node that should be serving."""
        ...

    @property
    def tokens(self) -> dict[str, str]:
        """Tokens of the links, by role."""
        ...

    async def open_journal(self) -> Journal:
        """The journal as it is, for a fresh replay; where only one may have it, nodes are ended."""
        ...


@dataclass
class Reckoning:
    """What came out."""

    acknowledged: int = 0
    lost: int = 0
    twice: int = 0
    truth_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Load:
    """An async context in which people do what they do.

    Args:
        rig: where.
        askers: how many ask questions and take them back.
        voters: how many vote and take it back, each twice a second.
        displays: how many screens look on.
    """

    def __init__(self, rig: Rig, *, askers: int = 8, voters: int = 12, displays: int = 4) -> None:
        self.rig = rig
        self.asked: dict[str, str] = {}
        self.votes: dict[tuple[str, str], bool] = {}
        self.commands = 0
        self.marks = 0
        self.reckoning = Reckoning()
        self._counts = {"askers": askers, "voters": voters, "displays": displays}
        self._session: aiohttp.ClientSession
        self.askers: list[Glass] = []
        self.voters: list[Glass] = []
        self.displays: list[Glass] = []
        self.producer: Glass
        self._busy: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()
        self._go = asyncio.Event()
        self._go.set()
        self._under_way = 0
        self._base_ms = 0
        self._live = SessionId("")

    @property
    def glasses(self) -> list[Glass]:
        """Every page there is."""
        return [self.producer, *self.displays, *self.askers, *self.voters]

    async def __aenter__(self) -> Self:
        # no common cookies, or the proxy would send all of them to one node
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
        )
        url = self.rig.url

        def glass(view: str, **more: Any) -> Glass:
            return Glass(url, SLUG, view, **more)

        self.producer = glass("control", token=self.rig.tokens["producer"])
        self.displays = [glass("stage") for _ in range(self._counts["displays"])]
        self.askers = [glass("audience", room=ROOM) for _ in range(self._counts["askers"])]
        self.voters = [glass("audience", room=ROOM) for _ in range(self._counts["voters"])]
        for begin in range(0, len(self.glasses), 50):
            await asyncio.gather(
                *(one.open(self._session) for one in self.glasses[begin : begin + 50])
            )
        for one in (*self.askers, *self.voters):
            one.auth["token"] = one.me["token"]  # a browser keeps its cookie
        live = self.producer.state["rooms"][ROOM]["live"]
        self._live = SessionId(live)
        self._base_ms = self.producer.state["sessions"][live]["due_at"]
        self._busy = [asyncio.create_task(self._ask(n, one)) for n, one in enumerate(self.askers)]
        self._busy += [asyncio.create_task(self._vote(n, v)) for n, v in enumerate(self.voters)]
        return self

    async def __aexit__(self, *_failure: object) -> None:
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        await asyncio.gather(*(one.close() for one in self.glasses))
        await self._session.close()

    # --- what they do ---------------------------------------------------------------------------

    async def _do(self, glass: Glass, kind: str, **fields: Any) -> Any:
        await self._go.wait()
        self._under_way += 1
        try:
            answer = await glass.do(kind, **fields)
        finally:
            self._under_way -= 1
        self.commands += bool(answer["ok"])
        return answer

    async def hold(self) -> None:
        """Return when nobody has anything under way, and nobody begins anything."""
        self._go.clear()
        while self._under_way:  # noqa: ASYNC110 - many things end here
            await asyncio.sleep(0.01)

    def go_on(self) -> None:
        """Let everybody act again."""
        self._go.set()

    async def _ask(self, number: int, glass: Glass) -> None:
        """Ask as often as one may, three times a minute, and change the last one meanwhile."""
        count, last = 0, ""
        while not self._stop.is_set():
            count += 1
            text = f"Question {count} of person {number}, is it kept?"
            asked = await self._do(glass, "question.ask", text=text, room=ROOM)
            if asked["ok"]:
                if last:
                    gone = await self._do(glass, "question.withdraw", question=last)
                    if not gone["ok"]:
                        code = gone["error"]["code"]
                        self.reckoning.wrong.append(f"withdrawing was refused: {code}")
                last = asked["result"]["question"]
            elif asked["error"]["code"] == "question.too_many" and last:
                asked = await self._do(glass, "question.edit", question=last, text=text)
            if not asked["ok"]:
                self.reckoning.wrong.append(f"asking was refused: {asked['error']['code']}")
                return
            self.asked[last] = text
            await asyncio.sleep(random.uniform(0.1, 0.3))

    async def _vote(self, number: int, glass: Glass) -> None:
        await asyncio.sleep(random.uniform(0, 0.5))
        questions = [
            name for name, one in glass.state["questions"].items() if one["status"] == "approved"
        ]
        question, on = questions[number % len(questions)], True
        while not self._stop.is_set():
            kind = "question.upvote" if on else "question.unvote"
            answer = await self._do(glass, kind, question=question)
            if answer["ok"]:
                self.votes[glass.me["id"], question] = on
            else:
                self.reckoning.wrong.append(f"a vote was refused: {answer['error']['code']}")
            on = not on
            await asyncio.sleep(random.uniform(0.3, 0.7))

    async def mark(self) -> None:
        """The producer does something now; note how long displays take to show it.

        Where some of them lost their connection meanwhile, those count, and the others do not.
        """
        began = time.monotonic()
        connects = {id(display): display.connects for display in self.displays}
        took: dict[int, float] = {}
        self.marks += 1
        due = self._base_ms + self.marks * 1000

        async def shown(display: Glass) -> None:
            await display.until(lambda: display.state["sessions"][self._live]["due_at"] >= due, 60)
            took[id(display)] = time.monotonic() - began

        watching = [asyncio.create_task(shown(display)) for display in self.displays]
        answer = await self.producer.do("session.extend", session=self._live, by_s=1)
        if not answer["ok"]:
            self.reckoning.wrong.append(f"an extension was refused: {answer['error']}")
        self.commands += bool(answer["ok"])
        await asyncio.gather(*watching)
        harmed = [one for one in self.displays if one.connects != connects[id(one)]]
        self.reckoning.truth_s += [took[id(one)] for one in harmed or self.displays]

    # --- the reckoning --------------------------------------------------------------------------

    async def reckon(self) -> Reckoning:
        """Let everybody finish, then look for everything that was acknowledged."""
        self._stop.set()
        async with asyncio.timeout(60):
            await asyncio.gather(*self._busy)
        views = await self._settled()
        for glass in self.glasses:
            self.reckoning.wrong += glass.wrong
        journal = await self.rig.open_journal()
        try:
            state = await self._replayed(journal)
        finally:
            await journal.close()
        self._compare(state, views)
        self._count(state)
        self.reckoning.acknowledged = self.commands
        return self.reckoning

    async def _settled(self) -> dict[str, Any]:
        """Wait until all nodes and all pages are equal; return the views of the first node."""
        until = time.monotonic() + SETTLE_S
        while True:
            told = [await self._views(url) for url in self.rig.node_urls]
            differ = [
                url for url, one in zip(self.rig.node_urls, told, strict=True) if one != told[0]
            ]
            stale = [
                glass
                for glass in self.glasses
                if glass.state != told[0][f"{glass.auth['view']} {glass.auth.get('room', '')}"]
            ]
            if not differ and not stale:
                return told[0]
            if time.monotonic() > until:
                self.reckoning.wrong += [f"node {url} differs" for url in differ]
                self.reckoning.wrong += [f"{len(stale)} pages did not converge"] if stale else []
                return told[0]
            await asyncio.sleep(0.2)

    async def _views(self, url: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for view, room, role in (
            ("stage", "", None),
            ("audience", ROOM, None),
            ("control", "", "producer"),
            ("desk", "", "moderator"),
        ):
            headers = {"Authorization": f"Bearer {self.rig.tokens[role]}"} if role else {}
            address = f"{url}/api/v1/events/{SLUG}/views/{view}" + (f"?room={room}" if room else "")
            try:
                async with self._session.get(address, headers=headers) as answer:
                    found[f"{view} {room}"] = (await answer.json()).get("state")
            except (aiohttp.ClientError, OSError):
                found[f"{view} {room}"] = None
        return found

    async def _replayed(self, journal: Journal) -> EventState:
        head = Head()
        entries = await journal.read(SLUG, (await _oldest(journal)), 1_000_000)
        head = entries[0].base
        check_chain(head, entries)
        ledger = Ledger(SLUG, journal, Nobody())
        await ledger.load()
        return ledger.state

    def _compare(self, state: EventState, views: dict[str, Any]) -> None:
        for view, room in ((View.DESK, None), (View.AUDIENCE, RoomId(ROOM)), (View.STAGE, None)):
            if project(state, view, room) != views[f"{view.value} {room or ''}"]:
                self.reckoning.wrong.append(f"the {view.value} view differs from a fresh replay")

    def _count(self, state: EventState) -> None:
        questions = state.questions.all
        for name, text in self.asked.items():
            found = questions.get(QuestionId(name))
            stands = {QuestionStatus.PENDING, QuestionStatus.WITHDRAWN}
            if found is None or found.text != text or found.status not in stands:
                self.reckoning.lost += 1
        texts = Counter(one.text for one in questions.values())
        self.reckoning.twice += sum(count - 1 for count in texts.values())
        for (voter, question), on in self.votes.items():
            voters = state.questions.voters_of(QuestionId(question))
            if (voter in voters) is not on:
                self.reckoning.lost += 1
        extended = state.rundown.of(self._live).extended_s
        self.reckoning.lost += max(0, self.marks - extended)
        self.reckoning.twice += max(0, extended - self.marks)


async def _oldest(journal: Journal) -> int:
    """The number before the oldest entry that can be read."""
    snapshot = await journal.load_snapshot(SLUG)
    return 0 if snapshot is None else max(0, snapshot.head.seq - 1)
