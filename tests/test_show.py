"""The rehearsal of `docs/rehearsal.md`, played at sixty times the speed: a real server that is
killed, clients of every view, programs that poll, two browsers; all have to agree all the time.

The agenda and every number come from that page, none from the code. The server's clock stands at
each minute of the script until all of it is done (`led_server.py`), so nothing here depends on how
fast the machine is; what is waited for is waited for until it is there.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from browser_support import PHONE, SCREEN, WITHIN_MS, chromium
from led_server import LedClock
from playwright.async_api import Page, expect
from ports import free_port
from support import Client, ServerProcess, fresh, get_json, post_json

from streamhub.app import open_hubs
from streamhub.core.ids import Ms
from streamhub.core.links import LinkRole
from streamhub.core.roles import Role
from streamhub.formats.own import read_yaml
from streamhub.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

SLUG = "rehearsal"
PAGE = (Path(__file__).parents[1] / "docs" / "rehearsal.md").read_text(encoding="utf-8")
CREW: tuple[LinkRole, ...] = (Role.ORGANISER, Role.PRODUCER, Role.MODERATOR)
ZONE = ZoneInfo("Europe/Amsterdam")
WITHIN_S = 20.0
DEEP = "How deep will the water be?"


def ms(clock: str) -> Ms:
    """The instant at which a clock in the hall shows `hh:mm`."""
    return (
        int(datetime.fromisoformat(f"2027-05-12T{clock}").replace(tzinfo=ZONE).timestamp()) * 1000
    )


def clock_of(instant: Ms) -> str:
    """What a clock in the hall shows."""
    shown = datetime.fromtimestamp(instant / 1000, ZONE).strftime("%H:%M:%S")
    return shown.removesuffix(":00")


def table(head: str) -> list[list[str]]:
    """The rows of a table of the page, by how its head begins."""
    lines = PAGE[PAGE.index(f"\n| {head} |") :].split("\n\n", 1)[0].strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def agenda_file() -> bytes:
    found = re.search(r"```yaml\n(event:\n.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1].encode()


@dataclass(frozen=True)
class Row:
    """What a room has to show in a minute, as the page says."""

    at: str
    room: str
    state: str
    title: str
    ends: str
    left: str
    next: str
    exactly: str
    told: str


NUMBERS = [Row(*cells) for cells in table("time | room")]
ENDED = {title: (ran, status) for title, ran, status in table("session | ran")}
SCRIPT = [(cells[0], cells[1]) for cells in table("time | who")]


class LedServer(ServerProcess):
    """A server whose clock this test leads."""

    def __init__(self, data: Path, port: int, at: Ms) -> None:
        super().__init__(data, port)
        self.at = at

    @property
    def command(self) -> tuple[str, ...]:  # type: ignore[override]  # it changes with the time
        return (str(Path(__file__).parent / "led_server.py"), "--at", str(self.at))

    async def prepare(self) -> None:
        """Make the event as it is before anybody has done anything."""
        agenda = read_yaml(agenda_file()).agenda
        async with open_hubs(Settings(data=self.data), LedClock(self.at)) as hubs:
            await hubs.create(SLUG, agenda, CREW, begin_at=self.at)
            for link in hubs.get(SLUG).state.links.values():
                self.tokens[link.role.value] = hubs.keyring.link_token(SLUG, link.id)

    async def go(self, at: Ms) -> None:
        """Let the clock run up to `at`."""
        assert self._process is not None
        assert self._process.stdin is not None
        self.at = at
        self._process.stdin.write(f"{at}\n".encode())
        await self._process.stdin.drain()


@dataclass
class Surface:
    """A client of one view, which resumes as a page does."""

    url: str
    view: str
    token: str | None = None
    room: str | None = None
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.url)

    async def open(self) -> "Surface":
        """Connect, or connect again from where it was."""
        said = {"token": self.token, "room": self.room, "resume": self.client.cursor}
        given = {name: value for name, value in said.items() if value is not None}
        await self.client.connect(self.view, event=SLUG, **given)
        self.token = self.token or self.client.me["token"]
        return self

    async def lost(self) -> None:
        """Wait until it has noticed that the server is gone."""
        async with asyncio.timeout(WITHIN_S):
            while self.client.sio.connected:  # noqa: ASYNC110 - the library's own flag
                await asyncio.sleep(0.02)

    async def agrees(self) -> dict[str, Any]:
        """Wait until it holds what a fresh client gets, and return that."""
        room = f"?room={self.room}" if self.room else ""
        async with asyncio.timeout(WITHIN_S):
            while True:
                _, fresh_one = await get_json(
                    f"{self.url}/api/v1/events/{SLUG}/views/{self.view}{room}", self.token
                )
                if self.client.cursor == fresh_one["cursor"]:
                    assert self.client.state == fresh_one["state"]
                    assert self.client.resyncs == 0
                    return dict(fresh_one["state"])
                await asyncio.sleep(0.02)


class Show:
    """Everybody and everything at the rehearsal."""

    def __init__(self, server: LedServer) -> None:
        self.server = server
        self.url = server.url
        self.api = f"{server.url}/api/v1/events/{SLUG}"
        self.surfaces: dict[str, Surface] = {}
        self.tokens = dict(server.tokens)
        self.played: list[str] = []

    # --- coming in -------------------------------------------------------------------------------

    async def gather(self) -> None:
        """Everybody takes their place."""
        await self._enter("producer", "control", self.tokens["producer"])
        for role, name, more in (
            ("producer", "Mara", {}),
            ("speaker", "Ada", {"speaker": "ada"}),
        ):
            made = await self.post("organiser", "link.create", role=role, name=name, **more)
            self.tokens[name] = made["result"]["token"]
        await self._enter("Mara", "control", self.tokens["Mara"], "hall")
        await self._enter("moderator", "desk", self.tokens["moderator"])
        await self._enter("Ada", "speaker", self.tokens["Ada"], "hall")
        await self._enter("Ann", "audience", room="hall")
        await self._enter("Ben", "audience")
        for name, room, layout in (
            ("beside the stage", "hall", "now-next"),
            ("in the lobby", "hall", "agenda"),
            ("at the entrance", "hall", "foyer"),
            ("at the door", "attic", "door"),
            ("in front of the speaker", "hall", "timer"),
        ):
            _, offer = await post_json(f"{self.url}/api/v1/displays/offers", {})
            await self.pair(offer["code"], name, room, layout)
            await self._enter(name, "stage", offer["token"])
            if layout == "timer":
                await self._enter(f"{name}, his words", "speaker", offer["token"], room)

    async def _enter(
        self, name: str, view: str, token: str | None = None, room: str | None = None
    ) -> None:
        self.surfaces[name] = await Surface(self.url, view, token, room).open()
        self.tokens.setdefault(name, str(self.surfaces[name].token))

    async def pair(self, code: str, name: str, room: str, layout: str) -> None:
        """The producer enters the code of a screen."""
        await self.do("producer", "display.pair", code=code, name=name, room=room, layout=layout)

    # --- doing -----------------------------------------------------------------------------------

    async def do(self, who: str, kind: str, **fields: Any) -> dict[str, Any]:
        """A command over a live connection; it is carried out."""
        answer = await self.surfaces[who].client.do(kind, **fields)
        assert answer["ok"], answer
        return dict(answer.get("result", {}))

    async def post(self, who: str, kind: str, **fields: Any) -> dict[str, Any]:
        """A command over HTTP; it is carried out."""
        body = fresh(kind, **fields)
        status, answer = await post_json(f"{self.api}/commands", body, self.tokens[who])
        assert status == 200, answer
        return dict(answer)

    async def press(self, button: str, room: str = "hall") -> None:
        """A key of the control surface beside the producer."""
        url = f"{self.api}/rooms/{room}/{button}"
        status, answer = await post_json(url, {}, self.tokens["producer"])
        assert status == 200, answer

    # --- seeing ----------------------------------------------------------------------------------

    def session(self, title: str) -> str:
        """The id of a session, as the producer's page has it."""
        sessions = self.surfaces["producer"].client.state["sessions"]
        return str(next(name for name, one in sessions.items() if one["title"] == title))

    async def row(self, room: str) -> dict[str, Any]:
        """What programs read of a room."""
        status, row = await get_json(f"{self.url}/e/{SLUG}/now.json?room={room}")
        assert status == 200
        return dict(row)

    async def found(self, at: str, room: str) -> Row:
        """A row of the page's table, as it is."""
        row = await self.row(room)
        _, control = await get_json(f"{self.api}/views/control", self.tokens["producer"])
        seen, sessions = control["state"]["rooms"][room], control["state"]["sessions"]
        live, coming = sessions.get(seen.get("live")), sessions.get(seen.get("next"))
        return Row(
            at=at,
            room=room,
            state=row["state"],
            title=row["now_title"],
            ends=clock_of(live["expected_end_at"]) if live else "",
            left=row["left"],
            next=row["next_title"],
            exactly=clock_of(coming["expected_start_at"]) if coming else "",
            told=row["next_start"],
        )

    async def check(self, at: str) -> None:
        """All that the page says of this minute holds, and every surface agrees."""
        for expected in NUMBERS:
            if expected.at == at:
                await self._until_row(expected)
        for surface in self.surfaces.values():
            await surface.agrees()
        for room in ("hall", "attic"):
            row = await self.row(room)
            rows = (await get_json(f"{self.url}/e/{SLUG}/now.rows.json"))[1]
            assert row in rows
            for surface in self.surfaces.values():
                seen = surface.client.state["rooms"][room]
                assert (seen.get("live", ""), seen.get("next", "")) == (
                    row["now_session"],
                    row["next_session"],
                )

    async def _until_row(self, expected: Row) -> None:
        """What the clock alone brings comes a moment after the clock shows it."""
        found = await self.found(expected.at, expected.room)
        try:
            async with asyncio.timeout(WITHIN_S):
                while found != expected:
                    await asyncio.sleep(0.02)
                    found = await self.found(expected.at, expected.room)
        except TimeoutError:
            assert found == expected

    async def shown_to(self, names: set[str], text: str, *, section: str = "questions") -> None:
        """These surfaces come to have a text in a part of their view, and no others have it."""

        def has(surface: Surface) -> bool:
            return any(one.get("text") == text for one in surface.client.state[section].values())

        async with asyncio.timeout(WITHIN_S):
            for name in names:
                while not has(self.surfaces[name]):  # noqa: ASYNC110 - gathered for a moment
                    await asyncio.sleep(0.02)
        found = {name for name, one in self.surfaces.items() if await one.agrees() and has(one)}
        assert found == names

    # --- time ------------------------------------------------------------------------------------

    async def until(self, at: str) -> None:
        """It is `at` now, and the clock stands."""
        await self.server.go(ms(at))
        async with asyncio.timeout(WITHIN_S + 300 / 60):
            while (await self.row("hall"))["at"] < ms(at):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        self.played.append(at)

    async def killed(self, back_at: str) -> None:
        """`kill -9` while the clock runs; it is `back_at` when it runs again."""
        await self.server.go(ms(back_at))
        await asyncio.sleep(0.3)
        await self.server.kill()
        for surface in self.surfaces.values():
            await surface.lost()
        await self.again()
        self.played.append(back_at)

    async def again(self) -> None:
        """The server is there again, and all come back with what they hold."""
        await self.server.start()
        for surface in self.surfaces.values():
            await surface.open()

    async def close(self) -> None:
        for surface in self.surfaces.values():
            await surface.client.close()


# --- the two browsers ----------------------------------------------------------------------------


@dataclass
class Glass:
    """A screen of the hall and a phone, in real browsers, whose words are compared too.

    Not their countdowns: the clocks of browsers run at their own pace.
    """

    screen: Page
    phone: Page

    async def says(self, text: str) -> None:
        """Both show what is on in the hall."""
        await expect(self.screen.locator("body")).to_contain_text(text)
        await expect(self.phone.locator("#live")).to_contain_text(text)

    async def screen_says(self, text: str, *, within_ms: float = WITHIN_MS) -> None:
        await expect(self.screen.locator("body")).to_contain_text(text, timeout=within_ms)

    async def screen_does_not_say(self, text: str) -> None:
        await expect(self.screen.locator("body")).not_to_contain_text(text)


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[Show]:
    server = LedServer(tmp_path, free_port(), ms("09:59"))
    await server.prepare()
    await server.start()
    made = Show(server)
    await made.gather()
    yield made
    await made.close()
    await server.stop()


@pytest.fixture
async def glass(show: Show) -> AsyncIterator[Glass]:
    async with chromium() as browser:
        expect.set_options(timeout=WITHIN_MS)
        faults: list[str] = []
        pages: list[Page] = []
        for path, size in (("/display", SCREEN), (f"/e/{SLUG}?room=hall", PHONE)):
            context = await browser.new_context(viewport=size, locale="en-GB")
            pages.append(await context.new_page())
            pages[-1].on("pageerror", lambda error: faults.append(str(error)))
            await pages[-1].goto(show.url + path)
        code = (await pages[0].locator(".code").inner_text()).replace("\n", "")
        await show.pair(code, "a real screen", "hall", "questions")
        yield Glass(*pages)
        assert faults == []


# --- the script ----------------------------------------------------------------------------------


async def test_show_of_half_an_hour_ends_with_every_surface_in_agreement(
    show: Show, glass: Glass
) -> None:
    crew = {"producer", "Mara", "moderator"}
    everybody = set(show.surfaces)
    lecterns = {"Ada", "in front of the speaker, his words"}
    await show.until("10:00")
    await show.press("next")
    await show.do("producer", "rundown.follow", room="attic", on=True)
    await show.check("10:00")
    await glass.says("Welcome")

    await show.until("10:02")  # the attic begins by itself
    await show.check("10:02")

    await show.until("10:03")
    await show.press("hold")
    await show.check("10:03")
    await show.until("10:04")
    await show.check("10:04")

    await show.until("10:05")
    await show.press("hold")
    words = "Microphone two, please"
    said = await show.do("producer", "message.show", to="speakers", room="hall", text=words)
    await show.check("10:05")
    await show.shown_to(crew | lecterns, words, section="messages")
    await show.do("Ada", "message.acknowledge", message=said["message"])
    state = await show.surfaces["Mara"].agrees()
    read = state["messages"][said["message"]]["acknowledged"]
    assert read == {"by": "Ada", "at": ms("10:05")}

    await show.until("10:06")
    await show.do("Mara", "session.cancel", session=show.session("Data clinic"))
    await show.check("10:06")
    state = await show.surfaces["at the door"].agrees()
    assert state["sessions"]["clinic"]["status"] == "cancelled"

    await show.until("10:07")
    await show.do("producer", "session.next", room="hall", live="welcome")
    await show.check("10:07")
    await glass.says("The harbour in 2040")

    await show.until("10:08")
    deep = (await show.do("Ann", "question.ask", room="hall", text=DEEP))["question"]
    rude = "Is this one fit for nobody?"
    other = (await show.do("Ben", "question.ask", room="hall", text=rude))["question"]
    for text in (DEEP, rude):
        await show.shown_to({"moderator"}, text)
    await show.do("moderator", "question.approve", question=deep, revision=1)
    await show.do("moderator", "question.reject", question=other, seen="pending")
    await show.do("Ben", "question.upvote", question=deep)
    await show.shown_to({"moderator", "Ann", "Ben"} | lecterns, DEEP)
    await show.shown_to({"moderator"}, rude)
    await show.check("10:08")

    await show.until("10:09")
    await show.do("moderator", "question.spotlight", question=deep)
    await show.do("producer", "session.extend", session="keynote", by_s=180)
    await show.check("10:09")
    assert (await show.row("hall"))["question"] == DEEP
    assert (await show.row("attic"))["question"] == ""
    await show.shown_to(everybody, DEEP)
    state = await show.surfaces["beside the stage"].agrees()
    assert state["questions"][deep]["upvotes"] == 1
    await glass.screen_says(DEEP)

    await show.until("10:10")  # the workshop in the attic ends by itself
    await show.check("10:10")

    await show.until("10:11")
    await show.do("moderator", "question.answer", question=deep, reply="Eleven metres.")
    await show.check("10:11")
    assert (await show.row("hall"))["question"] == ""
    await show.shown_to({"moderator", "Ann", "Ben"} | lecterns, DEEP)
    await glass.screen_does_not_say(DEEP)

    await show.until("10:12")
    again = fresh("question.ask", room="hall", text="Is this one kept while the server is away?")
    kept = await post_json(f"{show.api}/commands", again, show.tokens["Ben"])
    assert kept[0] == 200
    await show.killed(back_at="10:16")
    answer = await post_json(f"{show.api}/commands", again, show.tokens["Ben"])
    assert answer[1]["result"] == kept[1]["result"]
    state = await show.surfaces["moderator"].agrees()
    assert set(state["questions"]) == {deep, other, kept[1]["result"]["question"]}
    made = await show.do(
        "producer", "session.insert", room="hall", title="A word from the mayor", duration_s=180
    )
    await show.do("producer", "session.retime", session="panel", duration_s=240)
    await show.check("10:16")
    state = await show.surfaces["Ben"].agrees()
    assert state["sessions"]["tour"]["started_at"] == ms("10:15")  # while nobody was there
    assert state["sessions"]["panel"]["duration_s"] == 240

    await show.until("10:17")
    await show.do("producer", "session.skip", session="demo")
    words = "Coffee is in the foyer"
    await show.do("producer", "message.show", to="participants", text=words)
    await show.check("10:17")
    await show.shown_to({"Ann", "Ben"} | crew, words, section="messages")

    await show.until("10:18")
    wish = {"room": "hall", "live": "keynote"}
    both = await asyncio.gather(
        *(show.surfaces[name].client.do("session.next", **wish) for name in ("producer", "Mara"))
    )
    first = both.index(next(one for one in both if one["ok"]))
    late = both[1 - first]["error"]
    assert late["code"] == "session.stale"
    by = ("producer", "Mara")[first]
    assert late["detail"] == {"live": made["session"], "by": by, "at": ms("10:18")}
    await show.do("Mara", "session.pause", session="tour")
    await show.check("10:18")
    await glass.says("A word from the mayor")

    await show.until("10:19")
    await show.press("next")
    await glass.says("Coffee")
    await show.press("undo")
    await show.check("10:19")
    await glass.says("A word from the mayor")

    await show.until("10:20")
    await show.do("Mara", "session.resume", session="tour")
    await show.check("10:20")

    await show.until("10:21")
    await show.do("Mara", "session.next", room="hall", live=made["session"])
    await show.check("10:21")

    await show.until("10:23")
    await show.press("next")
    await show.check("10:23")
    await show.until("10:24")
    await show.do("producer", "session.correct", session="panel", started_at=ms("10:22"))
    words = "The bus leaves at 10:45"
    await show.do("producer", "message.show", to="screens", text=words, for_s=60)
    await show.check("10:24")
    assert [(await show.row(room))["message"] for room in ("hall", "attic")] == [words] * 2
    await show.shown_to(everybody - {"Ann", "Ben"}, words, section="messages")
    await glass.screen_says(words)

    await show.until("10:25")  # it leaves by itself, and the attic goes on by itself
    await show.check("10:25")
    assert [(await show.row(room))["message"] for room in ("hall", "attic")] == [""] * 2
    await glass.screen_does_not_say(words)

    await show.until("10:27")
    await show.check("10:27")

    await show.until("10:28")
    await show.press("next")
    await show.do("producer", "session.extend", session="closing", until_at=ms("10:30"))
    await show.check("10:28")
    await glass.says("What happens next")

    await show.until("10:30")
    await show.press("end")
    await show.check("10:30")
    assert show.played == sorted({at for at, _ in SCRIPT} | {row.at for row in NUMBERS})

    state = await show.surfaces["producer"].agrees()
    assert {one["title"]: ran(one) for one in state["sessions"].values()} == ENDED
    await everything_is_in_the_journal(show)


def ran(session: dict[str, Any]) -> tuple[str, str]:
    """When a session ran, as the page says it, and what became of it."""
    runs = [f"{clock_of(run['started_at'])}-{clock_of(run['ended_at'])}" for run in session["runs"]]
    return ", ".join(runs), session["status"]


async def everything_is_in_the_journal(show: Show) -> None:
    """After an orderly stop all come back to what they held."""
    held = {name: await surface.agrees() for name, surface in show.surfaces.items()}
    assert await show.server.stop() == 0
    for surface in show.surfaces.values():
        await surface.lost()
    await show.again()
    for name, surface in show.surfaces.items():
        assert await surface.agrees() == held[name]
