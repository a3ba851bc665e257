"""Screens that are left alone: with a wrong clock, with a dead server, for hours."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import browser_support
import endurance
import pytest
import pytest_asyncio
from browser_support import SCREEN, House, Stage, chromium
from playwright.async_api import Page, Route, expect
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


TURNS = """
window.turns = [];
new MutationObserver(() => {
  const shown = document.querySelector(".time-left time")?.innerText;
  if (shown === undefined || shown === window.turns.at(-1)?.shown) return;
  window.turns.push({shown, at: performance.timeOrigin - 6 * 3_600_000 + performance.now()});
}).observe(document, {subtree: true, childList: true, characterData: true});
"""
"""Notes when the countdown turned, by a clock that is right."""


async def test_screen_with_a_wrong_clock_is_right_within_a_quarter_second(stage: Stage) -> None:
    page = await stage.blank(SCREEN)
    await page.add_init_script(WRONG)
    await page.add_init_script(TURNS)
    await stage.screen("now-next", page)
    due_at = (await stage.client("producer")).state["sessions"]["s3"]["due_at"]
    await page.wait_for_timeout(1500)
    await page.evaluate("window.turns.length = 0")
    await page.wait_for_timeout(5200)
    turns = await page.evaluate("window.turns")
    assert len(turns) >= 4
    for turn in turns:
        minutes, seconds = turn["shown"].split(":")
        left = (due_at - turn["at"]) / 1000  # what is shown is rounded up: it turns just then
        assert -0.05 <= int(minutes) * 60 + int(seconds) - left <= 0.25


async def test_three_hours_of_everything_leave_nothing_behind(house: House) -> None:
    measures = await endurance.endure(house.browser, hours=3, every=1)
    assert endurance.grown(measures) == []
    assert measures[-1].changes > 700


async def test_timer_sees_what_is_said_to_who_speaks(stage: Stage) -> None:
    page = await stage.screen("now-next")
    show = await stage.client("producer")
    display = next(iter(show.state["displays"]))
    await show.do("display.assign", display=display, layout="timer")
    await expect(page.locator(".lamp.calm, .lamp.wrap")).to_have_count(1)
    await show.do(
        "message.show", to="speakers", text="Two more questions, then close.", room="main"
    )
    await expect(page.locator(".whisper")).to_have_text("Two more questions, then close.")
    assert await page.locator(".waiting").count() == 0
    await show.do("display.assign", display=display, layout="now-next")
    await expect(page.locator(".frame.live")).to_have_count(1)
    await expect(page.locator(".whisper")).to_have_count(0)
    await show.do("message.show", to="screens", text="Lunch is in the garden.", tone="warning")
    await expect(page.locator(".news h1")).to_have_text("Lunch is in the garden.")
    await page.reload()
    await expect(page.locator(".news h1")).to_have_text("Lunch is in the garden.")


async def test_screen_does_what_the_producer_wishes(stage: Stage) -> None:
    page = await stage.screen("now-next")
    show = await stage.client("producer")
    display = next(iter(show.state["displays"]))
    options = {"qr": False, "zones": False, "languages": ["es"], "theme": "light"}
    answer = await show.do("display.assign", display=display, options=options)
    assert answer["ok"], answer
    await expect(page.locator(".live-mark")).to_have_text("En directo")
    await expect(page.locator(".join-in img, .clock-others")).to_have_count(0)
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    for layout, shows in (
        ("agenda", ".slot.at-on"),
        ("foyer", ".room-row"),
        ("door", ".door-name"),
    ):
        await show.do("display.assign", display=display, layout=layout)
        await expect(page.locator(shows)).to_be_visible()


async def grown(page: Page, asked: str) -> Any:
    """What a page answers as soon as that is not nothing, or after two seconds."""
    for _ in range(40):
        if answer := await page.evaluate(asked):
            return answer
        await page.wait_for_timeout(50)
    return await page.evaluate(asked)


async def test_screen_stays_lit_and_hides_the_pointer(stage: Stage) -> None:
    page = await stage.blank(SCREEN)
    await page.add_init_script("""
        window.locks = [];
        navigator.wakeLock.request = async (kind) => {
          const lock = new EventTarget();
          window.locks.push({kind, lock});
          return lock;
        };
    """)
    await stage.screen("now-next", page)
    assert await grown(page, "window.locks.map((one) => one.kind)") == ["screen"]
    await page.evaluate("window.locks[0].lock.dispatchEvent(new Event('release'))")
    assert await grown(page, "window.locks.length > 1") is True
    assert await page.evaluate("getComputedStyle(document.body).cursor") == "none"


async def test_overlay_needs_no_pairing(stage: Stage) -> None:
    path = f"/e/{stage.slug}/overlay?room=main&clock=top-right&languages=es"
    page = await stage.enter(path, SCREEN)
    show = await stage.client("producer")
    await expect(page.locator(".third-title")).to_have_text(show.state["sessions"]["s3"]["title"])
    await expect(page.locator(".corner")).to_contain_text("Mexico City")
    await show.do("session.next", room="main", live="s3")
    await expect(page.locator(".third-word")).to_have_text("Coffee break")
    await expect(page.locator(".third")).to_have_count(1)


async def test_screen_takes_new_pages_between_two_sessions(stage: Stage) -> None:
    page = await stage.blank(SCREEN, service_workers="block")  # what it asks is answered here
    await page.clock.install()
    await stage.screen("now-next", page)
    await page.evaluate("window.same = true")

    async def newer(route: Route) -> None:
        answer = await route.fetch()
        text = await answer.text()
        await route.fulfill(
            response=answer, body=re.sub('"version": "[^"]*"', '"version": "9"', text)
        )

    await page.route("**/display", newer)
    await page.clock.run_for(12 * 60_000)
    await page.wait_for_timeout(300)
    assert await page.evaluate("window.same") is True  # not while a session is on
    show = await stage.client("producer")
    async with page.expect_navigation():
        await show.do("session.next", room="main", live="s3")
    await expect(page.locator(".frame.pause")).to_have_count(1)


async def test_screen_without_a_network_comes_up_with_what_is_on_by_the_clock(stage: Stage) -> None:
    page = await stage.screen("agenda")
    show = await stage.client("producer")
    sessions = show.state["sessions"]
    kept = """async () => (await (await caches.open("display")).keys())
      .map((one) => new URL(one.url).pathname).sort((a, b) => b.length - a.length).join()"""
    found = ""
    async with asyncio.timeout(30):
        while not (".woff2" in found and found.endswith("/display")):
            await asyncio.sleep(0.3)
            found = await page.evaluate(kept)
    await page.wait_for_timeout(2500)  # until the view is kept, too
    context = page.context
    await page.close()
    await context.set_offline(True)

    page = await context.new_page()
    later = sessions["s5"]["expected_start_at"] + 10 * 60_000
    await page.clock.install(time=later / 1000)
    await page.goto(f"{stage.url}/display")
    on = page.locator(".slot.at-on")
    await expect(on).to_contain_text(sessions["s5"]["title"])
    await expect(on).to_contain_text("Now")
    await expect(page.get_by_text("Live", exact=True)).to_have_count(0)
    await expect(page.locator(".slot.at-past")).to_have_count(4)
    await page.clock.run_for(15_000)
    await expect(page.locator(".lost")).to_be_visible()
    family = "document.fonts.check('16px \"Inter Variable\"')"
    assert await page.evaluate(family)
    await context.set_offline(False)


async def test_screen_shows_the_truth_two_seconds_after_the_server_is_back(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, free_port())
    await server.prepare()
    await server.start()
    async with chromium() as browser:
        stage = Stage(browser, server.url, SLUG, server.tokens)
        page = await stage.screen("now-next")
        show = await stage.client("producer")
        title = show.state["sessions"]["s3"]["title"]
        await expect(page.locator("h1")).to_have_text(title)
        await server.kill()
        await asyncio.sleep(8)  # long enough for a browser to be wary of websockets
        started = asyncio.create_task(server.start())
        await started
        back = asyncio.get_running_loop().time()
        answer = await (await stage.client("producer")).do("session.next", room="main", live="s3")
        assert answer["ok"], answer
        await expect(page.locator("h1")).to_have_text("Coffee break", timeout=5000)
        assert asyncio.get_running_loop().time() - back < 2
        await stage.close()
        assert stage.faults == []
    await server.stop()


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
        for _ in range(30):
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
