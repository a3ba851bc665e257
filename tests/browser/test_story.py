"""The whole story in real browsers: producer, display, two phones, moderator; with a killed server
and a display that loses its network.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser_support import PHONE, WITHIN_MS, chromium
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from ports import free_port
from support import Client, ServerProcess

from streamhub.formats.sample import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

PANEL = "Experiences and future perspectives of place-based innovation strategies"
TEXT = "How can a region without a university take part?"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    made = ServerProcess(tmp_path, free_port())
    await made.prepare()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


class Cast:
    """The people and screens of the story, each with a browser of their own."""

    def __init__(self, browser: Browser, server: ServerProcess) -> None:
        self.browser = browser
        self.server = server
        self.errors: list[str] = []

    async def enter(
        self, path: str, width: int = 1280, height: int = 800
    ) -> tuple[Page, BrowserContext]:
        """Open a page; what it throws is an error of the story."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", timezone_id="America/Lima"
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{path}: {error}"))
        await page.goto(self.server.url + path)
        return page, context

    async def phone(self) -> Page:
        """A participant's phone."""
        page, _ = await self.enter(f"/e/{SLUG}", PHONE["width"], PHONE["height"])
        return page

    async def desk(self, role: str) -> Page:
        """The page that a role link opens."""
        page, _ = await self.enter(f"/k/{self.server.tokens[role]}")
        return page


def mine(phone: Page, text: str) -> Locator:
    """The step that one's own question has reached."""
    return phone.locator(".mine li", has_text=text).locator(".way strong")


def public(phone: Page, text: str) -> Locator:
    """A question in the list that everybody sees."""
    return phone.locator("[data-id]", has_text=text).locator(".question-text")


def card(desk: Page, text: str) -> Locator:
    """A question on the moderator's desk."""
    return desk.locator("article.question", has_text=text)


async def vote(phone: Page, text: str) -> None:
    """Upvote a question."""
    await phone.locator("[data-id]", has_text=text).locator(".vote").click()


async def test_small_hybrid_conference_from_start_to_end(
    browser: Browser, server: ServerProcess
) -> None:
    expect.set_options(timeout=WITHIN_MS)
    cast = Cast(browser, server)
    producer = await cast.desk("producer")
    moderator = await cast.desk("moderator")
    phone, other = await cast.phone(), await cast.phone()
    display, display_context = await cast.enter("/display", 1920, 1080)

    # the producer pairs the screen by the code that it shows
    await expect(display.locator(".pairing")).to_be_visible()
    code = (await display.locator(".code").inner_text()).replace("\n", "")
    show = await Client(server.url).connect("control", token=server.tokens["producer"])
    paired = await show.do("display.pair", code=code, name="Hall", room="main", layout="questions")
    assert paired["ok"], paired

    # the producer starts the panel: the break first, then the panel itself
    await producer.locator("button.next", has_text="Coffee break").click()
    await producer.locator("button.next", has_text=PANEL).click()
    await expect(display.locator("body")).to_contain_text(PANEL)
    await expect(phone.locator("#live")).to_contain_text(PANEL)
    await expect(other.locator("#live")).to_contain_text(PANEL)

    # the phone asks; the moderator sees it, nobody else does
    await phone.get_by_label("Your question", exact=True).fill(TEXT)
    await phone.get_by_role("button", name="Send").click()
    await expect(mine(phone, TEXT)).to_have_text("In review")
    await expect(card(moderator, TEXT)).to_be_visible()
    await expect(other.locator("body")).not_to_contain_text(TEXT)
    await expect(display.locator("body")).not_to_contain_text(TEXT)

    # approval shows it to the audience; a second phone upvotes
    await card(moderator, TEXT).click()
    await moderator.keyboard.press("a")
    await expect(mine(phone, TEXT)).to_have_text("Approved")
    await expect(public(other, TEXT)).to_be_visible()
    await vote(other, TEXT)
    await expect(card(moderator, TEXT).locator(".tally")).to_contain_text("1")

    # the server dies and comes back: nothing is lost, everybody is back by themselves
    await server.kill()
    await phone.get_by_label("Your question", exact=True).fill("Is this one kept while it is away?")
    await phone.get_by_role("button", name="Send").click()
    await server.start()
    await expect(mine(phone, "Is this one kept")).to_have_text("In review", timeout=30_000)
    await expect(card(moderator, "Is this one kept")).to_be_visible()
    await expect(public(other, TEXT)).to_be_visible()
    await expect(card(moderator, TEXT).locator(".tally")).to_contain_text("1")

    # spotlight puts it on the display
    await card(moderator, TEXT).get_by_role("button", name="On stage").click()
    await expect(display.locator("body")).to_contain_text(TEXT)
    await expect(mine(phone, TEXT)).to_have_text("On screen now")

    # the display loses its network and shows the truth when it comes back
    await display_context.set_offline(True)
    await card(moderator, TEXT).get_by_role("button", name="Answered").click()
    await expect(mine(phone, TEXT)).to_have_text("Answered")
    await asyncio.sleep(1)
    assert (await display.locator("body").inner_text()).strip() != ""
    await display_context.set_offline(False)
    await expect(display.locator("body")).not_to_contain_text(TEXT, timeout=40_000)
    await expect(display.locator("body")).to_contain_text(PANEL)

    # undo: the producer takes the last step back, every surface follows
    await producer.locator("button.undo").click()
    await expect(phone.locator("#live")).to_contain_text("Coffee break")
    await expect(display.locator("body")).to_contain_text("Coffee break")

    assert cast.errors == []
    await show.close()
