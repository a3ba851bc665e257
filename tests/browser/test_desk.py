"""The producer's desk in a browser: what a change does is shown before, keys do everything, and the
crew's word reaches who it is for.

What pressing Next, pause and the screens' buttons do is in `test_pages.py`.
"""

import re
from collections.abc import AsyncIterator

import browser_support
import pytest
import pytest_asyncio
from browser_support import House, Stage, holding
from playwright.async_api import Locator, Page, ViewportSize, expect

from streamhub.hub import presence

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

BREAK = "Coffee break"
PANEL = "Experiences and future perspectives"
LIVE = "Analysis of economic domains"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


def row(desk: Page, title: str) -> Locator:
    """A session's line in the rundown."""
    return desk.locator(".rundown tbody tr", has_text=title)


def strip(desk: Page) -> Locator:
    """The line that says what a change does."""
    return desk.locator(".strip")


async def titles(desk: Page) -> list[str]:
    """The rundown from top to bottom."""
    return [text[:12] for text in await desk.locator(".row-title").all_inner_texts()]


# --- looking before leaping -----------------------------------------------------------------------


async def test_pointer_over_a_button_shows_what_it_does_and_does_nothing(stage: Stage) -> None:
    desk = await stage.desk("producer")
    await desk.get_by_role("button", name="5 min more").hover()
    await expect(strip(desk)).to_contain_text("5 min more")
    await expect(strip(desk)).to_contain_text(BREAK)
    await expect(strip(desk)).to_contain_text("The day ends as before")
    await expect(row(desk, LIVE)).to_contain_text("→")
    await desk.locator(".head h1").hover()
    await expect(strip(desk)).not_to_contain_text("5 min more")
    await expect(desk.locator(".on-air")).not_to_contain_text("+5 min")


async def test_what_is_looked_at_first_is_done_with_enter_or_left_with_escape(
    stage: Stage,
) -> None:
    desk = await stage.desk("producer")
    await desk.keyboard.press("v")
    await desk.keyboard.press("}")
    await expect(strip(desk)).to_have_class(holding("asked"))
    await desk.keyboard.press("Escape")
    await expect(strip(desk)).not_to_have_class(holding("asked"))
    await expect(desk.locator(".on-air")).not_to_contain_text("+5 min")
    await desk.keyboard.press("}")
    await expect(strip(desk)).to_contain_text(re.compile(BREAK + r".*\d\d:\d\d → \d\d:\d\d"))
    await desk.keyboard.press("Enter")
    await expect(desk.locator(".on-air")).to_contain_text("+5 min")


async def test_more_time_than_the_breaks_take_up_moves_the_end_of_the_day(stage: Stage) -> None:
    desk = await stage.desk("producer")
    for _ in range(6):
        await desk.keyboard.press("}")
    await expect(desk.locator(".on-air")).to_contain_text("+30 min")
    await desk.get_by_role("button", name="5 min more").hover()
    await expect(strip(desk)).to_contain_text(
        re.compile(r"The day ends at \d\d:\d\d instead of \d\d:\d\d")
    )
    await expect(row(desk, PANEL)).to_contain_text(re.compile(r"\+\d+ min behind"))


# --- changing the agenda --------------------------------------------------------------------------


async def test_session_is_put_in_on_the_spot_and_taken_out_again(stage: Stage) -> None:
    desk = await stage.desk("producer")
    before = await titles(desk)
    await desk.keyboard.press("i")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_role("button", name="Put it in").click()
    await expect(dialog).to_contain_text("Give it a title.")
    await dialog.get_by_label("Title").fill("A word from the mayor")
    await dialog.get_by_label("Length in minutes").fill("7")
    await expect(dialog).to_contain_text("It comes next")
    await expect(dialog.locator(".effects")).to_contain_text(BREAK)
    await dialog.get_by_role("button", name="Put it in").click()
    await expect(dialog).to_have_count(0)
    await expect(desk.locator("button.next")).to_contain_text("A word from the mayor")
    await expect(row(desk, "A word from the mayor")).to_contain_text("put in on the spot")
    await expect(row(desk, "A word from the mayor")).to_contain_text("7 min")
    await desk.keyboard.press("u")
    await expect(row(desk, "A word from the mayor")).to_have_count(0)
    assert await titles(desk) == before


async def test_changing_what_is_live_warns_and_reaches_the_screens(stage: Stage) -> None:
    desk = await stage.desk("producer")
    screen = await stage.screen("now-next")
    await row(desk, LIVE).get_by_role("button", name="What can be done with").click()
    await row(desk, LIVE).get_by_role("button", name="Edit").click()
    dialog = desk.get_by_role("dialog")
    await expect(dialog).to_contain_text("This session is live")
    await expect(dialog.get_by_label("Planned start")).to_be_disabled()
    await dialog.get_by_label("Title").fill("Domains of growth")
    await dialog.get_by_role("button", name="Change what is live").click()
    await expect(dialog).to_have_count(0)
    await expect(screen.locator("main.middle h1")).to_have_text("Domains of growth")
    await expect(desk.locator("button.undo")).to_contain_text("Undo")
    await desk.keyboard.press("u")
    await expect(screen.locator("main.middle h1")).to_contain_text(LIVE)


async def test_other_length_of_what_is_live_keeps_its_end_unless_asked(stage: Stage) -> None:
    desk = await stage.desk("producer")
    ends = desk.locator(".on-air .figures").first
    before = await ends.inner_text()
    await row(desk, LIVE).get_by_role("button", name="What can be done with").click()
    await row(desk, LIVE).get_by_role("button", name="Edit").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("Length in minutes").fill("55")
    await expect(dialog).to_contain_text("No time of any session changes.")
    await dialog.get_by_label("Let the countdown move with it").check()
    await expect(dialog.locator(".effects")).to_contain_text("→")
    await dialog.get_by_label("Let the countdown move with it").uncheck()
    await dialog.get_by_role("button", name="Change what is live").click()
    await expect(dialog).to_have_count(0)
    await expect(row(desk, LIVE)).to_contain_text("55 min")
    assert await ends.inner_text() == before


async def test_marked_session_is_moved_skipped_cancelled_and_restored_by_keys(
    stage: Stage,
) -> None:
    desk = await stage.desk("producer")
    await desk.keyboard.press("j")
    await expect(row(desk, BREAK)).to_have_class(holding("focused"))
    before = await titles(desk)
    await desk.keyboard.press("Alt+ArrowDown")
    await expect(strip(desk)).to_contain_text("would come next.")
    await expect(desk.locator("button.next")).to_contain_text(BREAK)
    await desk.keyboard.press("Enter")
    await expect(desk.locator("button.next")).to_contain_text(PANEL)
    await desk.keyboard.press("u")
    await expect(desk.locator("button.next")).to_contain_text(BREAK)
    assert await titles(desk) == before

    await desk.keyboard.press("x")
    await expect(row(desk, BREAK)).to_contain_text("Skipped")
    await desk.keyboard.press("x")
    await expect(row(desk, BREAK)).not_to_contain_text("Skipped")

    await desk.keyboard.press("c")
    dialog = desk.get_by_role("dialog")
    await expect(dialog).to_contain_text("Everybody sees that")
    await dialog.get_by_role("button", name="Cancel the session").click()
    await expect(row(desk, BREAK)).to_contain_text("Cancelled")
    await expect(desk.locator("button.next")).to_contain_text(PANEL)
    await desk.keyboard.press("x")
    await expect(desk.locator("button.next")).to_contain_text(BREAK)


async def test_real_start_is_set_and_the_countdown_follows(stage: Stage) -> None:
    desk = await stage.desk("producer")
    await desk.keyboard.press("b")
    dialog = desk.get_by_role("dialog")
    field = dialog.get_by_label("actually started at")
    shown = await field.input_value()
    hours, minutes = map(int, shown.split(":"))
    total = (hours * 60 + minutes + 3) % (24 * 60)
    await field.fill(f"{total // 60:02}:{total % 60:02}")
    await expect(dialog.locator(".effects")).to_contain_text("→")
    await dialog.get_by_role("button", name="It started at").click()
    await expect(dialog).to_have_count(0)
    await expect(desk.locator("button.undo")).to_contain_text("Undo")
    await expect(row(desk, LIVE)).to_contain_text(f"{total // 60:02}:{total % 60:02}")


async def test_room_follows_the_clock_until_it_is_led_by_hand(stage: Stage) -> None:
    desk = await stage.desk("producer")
    await desk.keyboard.press("f")
    await expect(strip(desk)).to_have_class(holding("asked"))
    await desk.keyboard.press("Enter")
    follow = desk.locator(".controls").get_by_role("button", name="Follow the clock")
    await expect(follow).to_have_attribute("aria-pressed", "true")
    await desk.keyboard.press("u")
    await expect(follow).to_have_attribute("aria-pressed", "false")


# --- two producers --------------------------------------------------------------------------------


async def test_two_producers_see_each_other_and_what_the_other_did(stage: Stage) -> None:
    ana = await stage.desk("producer", await stage.link("producer", "Ana"))
    ben = await stage.desk("producer", await stage.link("producer", "Ben"))
    await expect(ana.locator(".head")).to_contain_text(re.compile("other producer.s desk"))
    await ana.keyboard.press("]")
    await expect(ben.locator("button.undo")).to_contain_text("Ana")
    await expect(ben.locator(".on-air")).to_contain_text("+1 min")


# --- the crew's word ------------------------------------------------------------------------------


async def test_speaker_acknowledges_a_message_and_its_sender_sees_it(stage: Stage) -> None:
    desk = await stage.desk("producer")
    organiser = await stage.client("organiser")
    made = await organiser.do("link.create", role="speaker", name="Simone")
    lectern = await stage.enter(f"/k/{made['result']['token']}")
    await expect(lectern.locator(".lamp-figure")).to_be_visible()
    await expect(lectern.locator(".what h1")).to_contain_text(LIVE)

    await desk.keyboard.press("m")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_text("Speakers", exact=True).click()
    await dialog.get_by_label("Text").fill("Two minutes, please")
    await dialog.get_by_label("Tone").select_option("Warning")
    await expect(dialog.locator(".message-preview")).to_contain_text("Two minutes, please")
    await dialog.get_by_role("button", name="Show it").click()
    await expect(desk.locator(".messages")).to_contain_text("Not read yet")

    await expect(lectern.get_by_role("alert")).to_contain_text("Two minutes, please")
    await lectern.get_by_role("button", name="OK, read").click()
    await expect(lectern.locator(".told")).to_have_count(0)
    await expect(desk.locator(".messages")).to_contain_text(re.compile(r"Read by Simone at \d\d:"))


async def test_message_reaches_whom_it_is_for_and_nobody_else(stage: Stage) -> None:
    desk = await stage.desk("producer")
    screen, phone = await stage.screen("now-next"), await stage.phone()
    show = await stage.client("producer")
    lunch, doors = "Lunch is in the garden", "Doors close in a minute"
    await show.do("message.show", to="participants", text=lunch, tone="info")
    await show.do("message.show", to="screens", text=doors, tone="info")
    await expect(phone.get_by_text(lunch)).to_be_visible()
    await expect(screen.get_by_text(doors)).to_be_visible()
    await expect(phone.get_by_text(doors)).to_have_count(0)
    await expect(screen.get_by_text(lunch)).to_have_count(0)
    await desk.get_by_role("button", name=f"Clear: {doors}").click()
    await expect(screen.get_by_text(doors)).to_have_count(0)
    await expect(phone.get_by_text(lunch)).to_be_visible()


# --- shapes ---------------------------------------------------------------------------------------

SHAPES = {
    "phone": ViewportSize(width=390, height=844),
    "tablet": ViewportSize(width=820, height=1180),
    "laptop": ViewportSize(width=1440, height=900),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_desk_fits_and_can_be_touched(stage: Stage, shape: str) -> None:
    size = SHAPES[shape]
    touch = shape != "laptop"
    page = await stage.blank(size, has_touch=touch, is_mobile=touch)
    await page.goto(f"{stage.url}/k/{stage.tokens['producer']}")
    await expect(page.locator("button.next")).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size["width"]
    if touch:
        small = await page.evaluate("""
            [...document.querySelectorAll('.console button, .acts-more')]
              .map((one) => [one.textContent, one.getBoundingClientRect()])
              .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44))
              .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)
        """)
        assert small == []


# --- screens --------------------------------------------------------------------------------------


async def test_copied_profile_of_a_screen_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "DOUBLED_AFTER_S", 2.0)
    desk = await stage.desk("producer")
    screen = await stage.screen("now-next")
    await expect(desk.locator(".screens li")).to_contain_text("Shows the latest")
    await expect(desk.locator(".screens .doubled")).to_have_count(0)
    copy = await stage.blank(browser_support.SCREEN)
    await copy.context.add_cookies(await screen.context.cookies())  # type: ignore[arg-type]
    await copy.goto(f"{stage.url}/display")
    await expect(desk.locator(".screens .doubled")).to_be_visible()
