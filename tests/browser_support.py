"""What browser tests share: Chromium, an event of one's own with its people, lines to cut, and
pages that tell when something showed up.
"""

import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    WebSocketRoute,
    async_playwright,
    expect,
)
from support import Client

from streamhub import demo
from streamhub.app import Node, serve
from streamhub.formats.sample import sample
from streamhub.hub.hubs import Hubs
from streamhub.settings import Settings

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
NAMES = ("chromium-headless-shell", "chromium", "google-chrome")

WATCH = """
window.shownAt = {};
const look = () => {
  const now = performance.timeOrigin + performance.now();
  for (const text of window.expected ?? [])
    if (!(text in window.shownAt) && document.body?.innerText.includes(text))
      window.shownAt[text] = now;
};
new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
"""
"""Notes when an expected text is first in the page, in milliseconds since the epoch."""


PAINTED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
"""Answers when a page has drawn what it has, and done what it does after that."""


def chromium_path() -> str | None:
    """The system's Chromium; None lets Playwright use its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser."""
    async with async_playwright() as playwright:
        options: dict[str, Any] = {"args": FLAGS}
        if (path := chromium_path()) is not None:
            options["executable_path"] = path
        browser = await playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            await browser.close()


SCREEN: ViewportSize = {"width": 1920, "height": 1080}
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
WITHIN_MS = 15_000


class Line:
    """The live connection of one page: to hold back what the server says, or to cut.

    `heard` is all that the server said to the page, in order.
    """

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._holds: Callable[[str], bool] | None = None
        self._held: list[tuple[WebSocketRoute, str | bytes]] = []
        self._open: list[WebSocketRoute] = []
        self._is_cut = False

    async def attach(self, page: Page) -> None:
        """Run every live connection of `page` over this line."""
        await page.route_web_socket(lambda url: "/socket.io/" in url, self._opened)

    async def _opened(self, route: WebSocketRoute) -> None:
        if self._is_cut:
            await route.close()
            return
        self._open.append(route)
        server = route.connect_to_server()

        def said(message: str | bytes) -> None:
            self.heard.append(str(message))
            if self._holds is not None and self._holds(str(message)):
                self._held.append((route, message))
            else:
                route.send(message)

        server.on_message(said)

    def hold(self, which: Callable[[str], bool] = lambda _: True) -> None:
        """Keep from the page what `which` says; everything, if it is not given."""
        self._holds = which

    def release(self) -> None:
        """Let the page hear what was held, in order."""
        self._holds = None
        for route, message in self._held:
            route.send(message)
        self._held.clear()

    async def cut(self, page: Page) -> None:
        """Take the network away."""
        self._is_cut = True
        await page.context.set_offline(True)
        while self._open:
            await self._open.pop().close()

    async def mend(self, page: Page) -> None:
        """Give it back."""
        self._is_cut = False
        await page.context.set_offline(False)


def holding(name: str) -> re.Pattern[str]:
    """A class attribute that has `name`."""
    return re.compile(rf"(^|\s){name}(\s|$)")


def is_ack(message: str) -> bool:
    """Whether a frame is the answer to something that the page sent."""
    return message.startswith("43")


class Stage:
    """One event with the people and screens around it.

    Whatever its pages throw, whatever they ask of another origin and whatever their security policy
    refuses is kept in `faults`, which is to stay empty.
    """

    def __init__(self, browser: Browser, url: str, slug: str, tokens: Mapping[str, str]) -> None:
        self.browser = browser
        self.url = url
        self.slug = slug
        self.tokens = tokens
        self.faults: list[str] = []
        self._contexts: list[BrowserContext] = []
        self._clients: list[Client] = []

    async def blank(self, size: ViewportSize = DESK, **options: Any) -> Page:
        """A browser's first page, with nothing in it."""
        options = {"locale": "en-GB", "timezone_id": "America/Lima"} | options
        context = await self.browser.new_context(viewport=size, reduced_motion="reduce", **options)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url} threw {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("console", lambda said: self._said(said.text))
        return page

    def _asked(self, url: str) -> None:
        asked, home = urlsplit(url), urlsplit(self.url)
        if asked.scheme not in {"data", "blob"} and asked.netloc != home.netloc:
            self.faults.append(f"a page asked {url}")

    def _said(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.faults.append(text)

    async def enter(self, path: str, size: ViewportSize = DESK, **options: Any) -> Page:
        """Open a page in a browser of its own."""
        page = await self.blank(size, **options)
        await page.goto(self.url + path)
        return page

    async def phone(self, line: Line | None = None, **options: Any) -> Page:
        """A participant's phone."""
        page = await self.blank(PHONE, has_touch=True, **options)
        if line is not None:
            await line.attach(page)
        await page.goto(f"{self.url}/e/{self.slug}")
        await expect(page.locator("#now-title")).to_be_visible()
        return page

    async def desk(self, role: str, token: str | None = None, line: Line | None = None) -> Page:
        """The page that a role's link opens."""
        page = await self.blank()
        if line is not None:
            await line.attach(page)
        await page.goto(f"{self.url}/k/{token or self.tokens[role]}")
        await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
        await page.evaluate(PAINTED)  # and its keys are there
        return page

    async def client(self, role: str | None = None) -> Client:
        """A program: a participant's, or one with a role's link."""
        views = {None: "audience", "moderator": "desk"}
        auth = {"token": self.tokens[role]} if role else {}
        client = Client(self.url)
        self._clients.append(client)
        return await client.connect(views.get(role, "control"), event=self.slug, **auth)

    async def link(self, role: str, name: str) -> str:
        """The token of a new link with somebody's name."""
        answer = await (await self.client("organiser")).do("link.create", role=role, name=name)
        return str(answer["result"]["token"])

    async def ask(self, text: str, *, approved: bool = False) -> str:
        """Let a participant ask; returns the question's id."""
        answer = await (await self.client()).do("question.ask", text=text, room="main")
        question = str(answer["result"]["question"])
        if approved:
            desk = await self.client("moderator")
            answer = await desk.do("question.approve", question=question, revision=1)
        assert answer["ok"], answer
        return question

    async def screen(self, layout: str, page: Page | None = None) -> Page:
        """A paired display."""
        page = page or await self.blank(SCREEN)
        await page.goto(f"{self.url}/display")
        code = await page.locator(".code").get_attribute("aria-label")
        show = await self.client("producer")
        wish = {"code": code, "name": "Hall", "room": "main", "layout": layout}
        async with page.expect_navigation():
            paired = await show.do("display.pair", **wish)
            assert paired["ok"], paired
        await expect(page.locator("main")).to_be_visible()
        await expect(page.locator(".pairing, .waiting")).to_have_count(0)
        return page

    async def close(self) -> None:
        """Send everybody home."""
        for client in self._clients:
            await client.close()
        for context in self._contexts:
            await context.close()


class House:
    """A browser and a node, with an event of its own for each test."""

    def __init__(self, browser: Browser, node: Node) -> None:
        self.browser = browser
        self.node = node
        self._hubs = iter(list(node.hubs))

    @asynccontextmanager
    async def stage(self) -> AsyncIterator[Stage]:
        """The sample event as the demonstration has it, going on now, untouched by other tests."""
        hub = next(self._hubs)
        tokens = {
            link.role.value: self.node.hubs.keyring.link_token(hub.slug, link.id)
            for link in hub.state.links.values()
        }
        made = Stage(self.browser, self.node.url, hub.slug, tokens)
        try:
            yield made
        finally:
            await made.close()
        assert made.faults == []


EVENTS = 70


async def _prepare(hubs: Hubs, events: int) -> None:
    now = hubs.clock.now()
    agenda = demo.shifted(sample(), now)
    for number in range(events):
        await hubs.create(
            f"event-{number}",
            agenda,
            demo.CREW,
            begin_at=agenda.starts_at - 3_600_000,
            then=demo.past(agenda, now),
        )


@asynccontextmanager
async def house(
    data: Path,
    events: int = EVENTS,
    beside: Callable[[Hubs], Iterable[web.RouteDef]] | None = None,
    **more: Any,
) -> AsyncIterator[House]:
    """A house on a free port, with events for a module's tests; `beside` is served there too.

    `more` are settings.
    """
    expect.set_options(timeout=WITHIN_MS)
    settings = Settings(data=data, host="127.0.0.1", port=0, **more)
    prepare = partial(_prepare, events=events)
    async with serve(settings, prepare=prepare, beside=beside) as node, chromium() as browser:
        yield House(browser, node)
