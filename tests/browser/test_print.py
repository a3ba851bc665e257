"""The agenda on paper: what Chromium makes of the page, on A4 and on Letter."""

import re
from collections.abc import AsyncIterator

import browser_support
import pytest
import pytest_asyncio
from browser_support import House, Stage
from playwright.async_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


async def pages_of(page: Page, paper: str) -> tuple[int, set[tuple[int, int]]]:
    """How many pages a PDF has, and their sizes in points."""
    pdf = await page.pdf(format=paper)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    sizes = {(round(float(width)), round(float(height))) for width, height in boxes}
    return len(re.findall(rb"/Type /Page\b", pdf)), sizes


async def test_a_day_fits_a_sheet_of_either_size(stage: Stage) -> None:
    page = await stage.enter(f"/e/{stage.slug}/print")
    assert await pages_of(page, "A4") == (1, {(596, 843)})
    count, sizes = await pages_of(page, "Letter")
    assert (count <= 2, sizes) == (True, {(612, 792)})


async def test_paper_has_the_agenda_and_no_tools(stage: Stage) -> None:
    page = await stage.enter(f"/e/{stage.slug}/print")
    await expect(page.get_by_role("button", name="Print")).to_be_visible()
    await expect(page.get_by_role("button", name="Show")).to_be_hidden()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Print")).to_be_hidden()
    await expect(page.get_by_text("Coffee break")).to_be_visible()
    await expect(page.locator(".sheet-code img")).to_be_visible()
    ink = await page.locator("h1").evaluate("one => getComputedStyle(one).color")
    assert ink != "rgb(255, 255, 255)"


async def test_another_zone_shows_as_soon_as_it_is_chosen(stage: Stage) -> None:
    page = await stage.enter(f"/e/{stage.slug}/print", color_scheme="dark")
    first = page.locator(".line-time strong").first
    there = await first.inner_text()
    await page.get_by_label("Times in").select_option("Europe/Brussels")
    await page.wait_for_url("**/print?zone=Europe%2FBrussels*")
    await expect(first).not_to_have_text(there)
    await expect(page.locator(".sheet-zone")).to_contain_text("Brussels")
    await page.get_by_label("With descriptions").check()
    await page.wait_for_url("**full=1*")
    await expect(page.locator(".line-about").first).to_be_visible()
    white = await page.locator(".sheet").evaluate("one => getComputedStyle(one).backgroundColor")
    assert white == "rgb(255, 255, 255)"


async def test_printing_is_where_the_agenda_is(stage: Stage) -> None:
    page = await stage.enter(f"/e/{stage.slug}#agenda")
    calendar = page.get_by_role("link", name="Add to calendar")
    assert (await calendar.get_attribute("href") or "").startswith("webcal://")
    await page.get_by_role("link", name="Print", exact=True).click()
    await page.wait_for_url(f"**/e/{stage.slug}/print")
    await page.get_by_role("link", name="Back to the event").click()
    await page.wait_for_url(f"**/e/{stage.slug}")
