"""The streams on the producer's desk: set, planned, taken off the air, tuned, and recorded.

What viewers then see is in `test_watch.py`, the archive in `test_archive_page.py`.
"""

import re
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import browser_support
import pytest
import pytest_asyncio
from aiohttp import web
from axe import objections
from browser_support import PHONE, House, Stage
from playwright.async_api import Locator, Page, expect

from streamhub.core.ids import Ms
from streamhub.formats.sample import sample
from streamhub.hub.hubs import Hubs
from streamhub.testcard.event import feeds
from streamhub.testcard.routes import live_url, recording_url, routes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

EN, ES = live_url("main-en"), live_url("main-es")


def cards(hubs: Hubs) -> Iterable[web.RouteDef]:
    return routes(feeds(sample()), hubs.clock)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house"), beside=cards) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


def panel(desk: Page) -> Locator:
    return desk.locator(".streams")


async def put(stage: Stage, *urls: str) -> None:
    sources = [{"url": url} for url in urls]
    answer = await (await stage.client("producer")).do("stream.set", room="main", sources=sources)
    assert answer["ok"], answer


async def test_stream_of_a_live_room_is_swapped_after_a_second_yes(stage: Stage) -> None:
    viewer = await stage.enter(f"/e/{stage.slug}", PHONE)
    desk = await stage.desk("producer")
    await desk.keyboard.press("l")
    dialog = desk.get_by_role("dialog")
    await expect(dialog).to_contain_text("is live here.")
    address = dialog.get_by_label("Address")
    await address.fill("video.example.org/live")
    await dialog.get_by_role("button", name="Put it on").click()
    await expect(dialog).to_contain_text("Write a whole address")
    await address.fill(EN)
    await expect(dialog).to_contain_text("HLS, played in the page")
    await dialog.get_by_role("button", name="Another language").click()
    await dialog.get_by_label("Address").nth(1).fill(ES)
    await dialog.get_by_label("Language", exact=True).nth(1).fill("español")
    await dialog.get_by_role("button", name="Put it on").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Do it all the same?")
    await expect(viewer.locator(".watch")).to_have_count(0)  # nothing has happened yet
    await dialog.get_by_role("button", name="Yes, do it now").click()
    await expect(dialog).to_contain_text("is not a language code")  # and nothing typed is lost
    await expect(dialog.get_by_label("Address").nth(1)).to_have_value(ES)
    await dialog.get_by_label("Language", exact=True).nth(1).fill("es")
    await expect(dialog).to_contain_text("Spanish")
    assert await objections(desk) == []
    await dialog.get_by_role("button", name="Put it on").click()
    await dialog.get_by_role("button", name="Yes, do it now").click()
    await expect(dialog).to_have_count(0)
    await expect(panel(desk).locator(".source")).to_have_count(2)
    await expect(panel(desk)).to_contain_text("Spanish this server")
    await expect(viewer.locator('.watch[data-state="paused"]')).to_be_visible()


async def test_change_is_planned_in_the_venues_time_and_taken_back(stage: Stage) -> None:
    await put(stage, EN)
    desk = await stage.desk("producer")
    await panel(desk).get_by_role("button", name="Change…").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_text("Off the air").click()
    await dialog.get_by_label("What viewers read meanwhile").fill("Back tomorrow at nine")
    await dialog.get_by_text("At a time").click()
    at = dialog.get_by_label("From", exact=True)
    await expect(dialog).to_contain_text("Time in Mexico City")
    await at.fill("2001-01-01T09:00")
    await dialog.get_by_role("button", name="Plan it").click()
    await expect(dialog).to_contain_text("This time has passed.")
    clock = await desk.evaluate(
        """new Date(Date.now() + 26 * 3600e3).toLocaleString("sv-SE",
             {timeZone: "America/Mexico_City"}).slice(0, 16).replace(" ", "T")"""
    )
    await at.fill(clock)
    await dialog.get_by_role("button", name="Plan it").click()  # nothing live is touched
    await expect(dialog).to_have_count(0)
    ahead = panel(desk).locator(".streams-ahead li")
    await expect(ahead).to_contain_text(re.compile(rf"\w{{3}} {clock[-5:]}"))
    await expect(ahead).to_contain_text("Off the air: “Back tomorrow at nine”")
    assert await objections(desk) == []
    await ahead.get_by_role("button", name="Take back").click()
    await expect(ahead).to_have_count(0)


async def test_off_the_air_with_a_word_to_the_viewers(stage: Stage) -> None:
    await put(stage, EN)
    viewer = await stage.enter(f"/e/{stage.slug}", PHONE)
    await expect(viewer.locator('.watch[data-state="paused"]')).to_be_visible()
    desk = await stage.desk("producer")
    await desk.keyboard.press("o")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("What viewers read meanwhile").fill("Back at half past")
    await dialog.get_by_role("button", name="Take it off the air").click()
    await dialog.get_by_role("button", name="Yes, do it now").click()
    await expect(panel(desk).locator(".slate")).to_contain_text("Back at half past")
    await expect(viewer.locator(".watch")).to_contain_text("Back at half past")


async def test_viewers_are_seen_and_a_slow_clock_is_put_right(stage: Stage) -> None:
    await put(stage, EN)
    desk = await stage.desk("producer")
    await expect(panel(desk)).to_contain_text("Nobody watches in the page yet.")
    viewer = await stage.client()
    await viewer.sio.emit(
        "watching", {"room": "main", "state": "playing", "late_s": 150, "stalls": 1}
    )
    viewers = panel(desk).locator(".viewers")
    await expect(viewers).to_contain_text("2 min 30 s")
    await expect(viewers.locator(".spark .line")).to_have_count(2)
    await panel(desk).get_by_role("button", name="Clock…").click()
    dialog = desk.get_by_role("dialog")
    await expect(dialog).to_contain_text("the encoder's clock is wrong")
    await expect(dialog.locator(".two-clocks dd").last).to_have_text("2 min 30 s late")
    await dialog.get_by_label("It is truly late by").fill("6")
    await dialog.get_by_role("button", name="Set the offset to 144 s").click()
    await expect(dialog.locator(".two-clocks dd").last).to_have_text("6 s late")
    grace = dialog.get_by_label("How long deadlines wait")
    await grace.fill("500")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("A number of seconds, 120 at most.")
    await grace.fill("60")
    assert await objections(desk) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(panel(desk)).to_contain_text("Clock of the encoder corrected by 2 min 24 s")
    show = await stage.client("producer")
    stream = show.state["rooms"]["main"]["stream"]
    assert (stream["clock_offset_s"], stream["grace_s"], "late_s" in stream) == (144, 60, False)


async def test_stream_is_looked_at_before_it_is_put_on_and_its_clock_is_read(stage: Stage) -> None:
    desk = await stage.desk("producer")
    await desk.keyboard.press("l")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("Address").fill(live_url("nowhere-en"))
    await dialog.get_by_role("button", name="Look at it here").click()
    await expect(dialog.get_by_role("alert")).to_have_text("There is nothing at this address yet.")
    await dialog.get_by_label("Address").fill(EN)
    await expect(dialog.get_by_role("alert")).to_have_count(0)
    await desk.wait_for_function("() => document.querySelector('.look video')?.readyState >= 3")
    assert await dialog.locator(".look video").evaluate("(video) => video.muted")
    await dialog.get_by_role("button", name="Cancel").click()
    await put(stage, EN)
    await panel(desk).get_by_role("button", name="Clock…").click()
    await expect(dialog).to_contain_text("Nobody has seen the picture's clock yet.")
    await dialog.get_by_role("button", name="Look at it here").click()
    await expect(dialog).to_contain_text("Measured in the picture below.")
    late = dialog.locator(".two-clocks dd").last
    await expect(late).to_have_text(re.compile(r"^(\d|1\d|2\d)(\.\d)? s late$"))
    assert await objections(desk) == []
    await dialog.get_by_role("button", name="Enough seen").click()
    await expect(dialog).to_contain_text("Nobody has seen the picture's clock yet.")


async def test_recording_is_set_from_a_sessions_start_and_taken_away(stage: Stage) -> None:
    desk = await stage.desk("producer")
    await panel(desk).get_by_role("button", name="Recording…").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("Give the address of the stream.")
    await dialog.get_by_label("Address of the recording").fill("https://video.example/film.mp4")
    choice = dialog.get_by_label("As a session began")
    second = choice.locator("option").nth(2)
    began = (await second.inner_text())[:8]
    await choice.select_option(await second.get_attribute("value"))
    await expect(dialog.get_by_label("Its second 0 was at")).to_have_value(
        re.compile(rf"T{began}(\.0+)?$|T{began[:5]}$")
    )
    assert await objections(desk) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(panel(desk).locator(".recorded")).to_contain_text("Recording: video.example")
    await panel(desk).get_by_role("button", name="Recording…").click()
    await dialog.get_by_role("button", name="Take it away").click()
    await expect(panel(desk).locator(".recorded")).to_have_count(0)


async def test_health_is_told_as_the_server_sees_it(tmp_path: Path) -> None:
    watched = {"watch_streams": True, "watch_private_streams": True}
    async with (
        browser_support.house(tmp_path, events=1, beside=cards, **watched) as house,
        house.stage() as stage,
    ):
        await put(stage, EN)
        desk = await stage.desk("producer")
        health = panel(desk).locator(".stream-health")
        await expect(health).to_contain_text(re.compile(r"^Live .*s behind the clock · .*bit/s"))
        await panel(desk).get_by_role("button", name="Clock…").click()
        await expect(desk.get_by_role("dialog")).to_contain_text("Measured by the server")
        await desk.keyboard.press("Escape")
        await put(stage, live_url("nowhere-en"))
        await expect(health).to_contain_text("Waiting: nothing is sent yet")
        now = Ms(int(time.time() * 1000))
        await put(stage, recording_url("main-en", now - 60_000, now - 30_000))
        await expect(health).to_contain_text("Ended")
        assert await objections(desk) == []
