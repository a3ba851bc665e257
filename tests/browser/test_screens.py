"""Screens that are left alone: with a wrong clock, with a dead server, for hours."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import browser_support
import pytest
import pytest_asyncio
from browser_support import SCREEN, House, Stage, chromium
from playwright.async_api import Page, expect
from ports import free_port
from support import ServerProcess

from streamhub.formats.sample import SLUG

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

TEXT = "How can a region without a university take part?"
WRONG = """
const by = 6 * 3_600_000;
const Right = Date;
Date = class extends Right {
  constructor(...given) {
    super(...(given.length === 0 ? [Right.now() + by] : given));
  }
  static now() {
    return Right.now() + by;
  }
};
const origin = performance.timeOrigin;
Object.defineProperty(performance, "timeOrigin", {get: () => origin + by});
"""
"""A device whose clock is six hours fast."""

NEVER_BLANK = """
window.blanks = 0;
let begun = false;
new MutationObserver(() => {
  const text = document.body?.innerText.trim() ?? "";
  if (text !== "") begun = true;
  else if (begun) window.blanks += 1;
}).observe(document, {subtree: true, childList: true, characterData: true});
"""
"""Counts how often the page lost all of its text."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


async def seconds_left(page: Page) -> int:
    """What the screen's countdown shows."""
    shown = await page.locator(".time-left time").first.inner_text()
    minutes, seconds = shown.split(":")
    return int(minutes) * 60 + int(seconds)


async def test_screen_with_a_wrong_clock_counts_down_right(stage: Stage) -> None:
    page = await stage.blank(SCREEN)
    await page.add_init_script(WRONG)
    await stage.screen("now-next", page)
    assert await page.evaluate("Date.now() - performance.timeOrigin") < 60_000
    show = await stage.client("producer")
    due_at = show.state["sessions"]["s3"]["due_at"]
    left = await seconds_left(page)
    now = await page.evaluate("Date.now()") - 6 * 3_600_000
    assert abs(left - (due_at - now) / 1000) <= 2
    await show.do("session.extend", session="s3", by_s=300)
    await expect(page.locator(".time-left")).to_contain_text(str((left + 300 - 2) // 60))
    assert left + 290 <= await seconds_left(page) <= left + 300


async def counts(page: Page) -> dict[str, int]:
    """Nodes and listeners that the page holds, after a collection of garbage."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    measured = await session.send("Performance.getMetrics")
    await session.detach()
    found = {one["name"]: int(one["value"]) for one in measured["metrics"]}
    drawn = await page.evaluate("document.querySelectorAll('*').length")
    return {"drawn": drawn, "nodes": found["Nodes"], "listeners": found["JSEventListeners"]}


async def test_two_hours_leave_nothing_behind(stage: Stage) -> None:
    page = await stage.blank(SCREEN)
    await page.clock.install()
    await stage.screen("questions", page)
    desk, show = await stage.client("moderator"), await stage.client("producer")
    questions = [await stage.ask(f"Question number {n}, is it?", approved=True) for n in range(2)]

    async def minutes(count: int) -> None:
        for _, question in zip(range(count), itertools.cycle(questions), strict=False):
            await desk.do("question.spotlight", question=question)
            await page.clock.run_for(30_000)
            await show.do("session.extend", session="s3", by_s=60)
            await page.clock.run_for(30_000)
        await desk.do("question.unspotlight", room="main")
        await page.clock.run_for(1000)
        await expect(page.locator(".frame.invitation")).to_have_count(1)
        await page.clock.run_for(10_000)

    await minutes(10)
    before = await counts(page)
    await minutes(110)
    after = await counts(page)
    assert after["drawn"] == before["drawn"]
    assert after["listeners"] == before["listeners"]
    assert after["nodes"] <= before["nodes"] + 100  # some may still wait for their collection


async def test_screen_outlives_its_server(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, free_port())
    await server.prepare()
    await server.start()
    async with chromium() as browser:
        stage = Stage(browser, server.url, SLUG, server.tokens)
        page = await stage.blank(SCREEN)
        await page.clock.install()
        await page.add_init_script(NEVER_BLANK)
        await stage.screen("questions", page)
        question = await stage.ask(TEXT, approved=True)
        desk = await stage.client("moderator")
        title = desk.state["sessions"]["s3"]["title"]
        await desk.do("question.spotlight", question=question)
        await expect(page.locator("blockquote")).to_have_text(TEXT)

        await server.kill()
        for _ in range(35):
            await page.clock.run_for(1000)
            assert (await page.locator("body").inner_text()).strip()
        await expect(page.locator("blockquote")).to_have_count(0)
        await expect(page.locator("main")).to_contain_text(title)
        await expect(page.locator(".lost")).to_be_visible()
        await page.clock.run_for(10 * 60_000)
        await expect(page.locator("main")).to_contain_text(title)
        await expect(page.get_by_text("Live", exact=True)).to_have_count(0)

        await server.start()
        await page.clock.run_for(8000)
        async with asyncio.timeout(20):
            while await page.locator("blockquote").count() == 0:
                assert (await page.locator("body").inner_text()).strip()
                await asyncio.sleep(0.1)
        assert await page.evaluate("window.blanks") == 0
        await expect(page.locator(".lost")).to_have_count(0)
        await stage.close()
        assert stage.faults == []
    await server.stop()
