"""Who is on stage and who runs the event, beside the questions themselves: speakers who go on from
their own page, how the room reacts, the results, and what an erased question leaves behind.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import browser_support
import pytest
import pytest_asyncio
from browser_support import DESK, PHONE, House, Stage
from playwright.async_api import Page, ViewportSize, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

FIRST = "How does a small region begin?"
SECOND = "How does a small region begin with that?"
MINE = "simone-sasso"  # speaks in what is live
LATER = "nicolo-gligo"  # speaks later


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house"), events=10) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


async def lectern(stage: Stage, speaker: str | None, size: ViewportSize = DESK) -> Page:
    """The page of a speaker."""
    owner = await stage.client("organiser")
    more: dict[str, Any] = {} if speaker is None else {"speaker": speaker}
    made = await owner.do("link.create", role="speaker", name="Simone", **more)
    page = await stage.enter(f"/k/{made['result']['token']}", size)
    await expect(page.locator(".lectern")).to_be_visible()
    return page


async def listed(stage: Stage, *texts: str) -> list[str]:
    """Questions on the stage list; returns their ids."""
    desk = await stage.client("moderator")
    names = [await stage.ask(text, approved=True) for text in texts]
    for name in names:
        assert (await desk.do("question.queue", question=name))["ok"]
    return names


# --- who speaks goes on ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "laptop"])
async def test_speaker_leads_through_the_list_and_a_tap_too_many_skips_nothing(
    stage: Stage, size: ViewportSize
) -> None:
    await listed(stage, FIRST, SECOND)
    page = await lectern(stage, MINE, size)
    await page.get_by_role("button", name="Next question").dblclick()
    await expect(page.locator(".on-screen blockquote")).to_have_text(FIRST)
    await expect(page.locator(".coming")).to_contain_text(SECOND)
    await expect(page.locator(".lead-next")).to_have_attribute("aria-busy", "false")
    await page.keyboard.press("PageDown")  # as clickers send it
    await expect(page.locator(".on-screen blockquote")).to_have_text(SECOND)
    await expect(page.locator(".lead-next")).to_have_text(re.compile("Answered, and nothing next"))
    await expect(page.locator(".lead-next")).to_have_attribute("aria-busy", "false")
    await page.keyboard.press("PageUp")
    await expect(page.locator(".on-screen blockquote")).to_have_text(FIRST)
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]


async def test_speaker_who_is_slower_is_told_who_went_on(stage: Stage) -> None:
    await listed(stage, FIRST, SECOND)
    line = browser_support.Line()
    page = await stage.blank()
    await line.attach(page)
    owner = await stage.client("organiser")
    made = await owner.do("link.create", role="speaker", name="Simone", speaker=MINE)
    await page.goto(f"{stage.url}/k/{made['result']['token']}")
    await expect(page.locator(".coming")).to_contain_text(FIRST)
    line.hold(lambda message: not browser_support.is_ack(message))
    assert (await owner.do("stage.next", room="main", lit=None))["ok"]
    await page.locator(".lead-next").click()
    await expect(page.locator(".toasts")).to_contain_text("was faster, at")
    line.release()
    await expect(page.locator(".on-screen blockquote")).to_have_text(FIRST)
    await expect(page.locator(".coming")).to_contain_text(SECOND)


@pytest.mark.parametrize("speaker", [LATER, None], ids=["of a later session", "of none"])
async def test_speaker_of_another_session_only_looks_on(stage: Stage, speaker: str | None) -> None:
    await listed(stage, FIRST)
    page = await lectern(stage, speaker)
    await expect(page.locator(".coming")).to_contain_text(FIRST)
    await expect(page.locator(".lead")).to_have_count(0)


async def test_producer_sees_what_comes_and_what_moderators_say_of_it(stage: Stage) -> None:
    first, second = await listed(stage, FIRST, SECOND)
    moderator = await stage.client("moderator")
    for name, note in ((first, "Simone knows."), (second, "Only if there is time.")):
        assert (await moderator.do("question.note", question=name, note=note))["ok"]
    assert (await moderator.do("stage.next", room="main", lit=None))["ok"]
    side = (await stage.desk("producer")).get_by_role("region", name="Questions")
    await expect(side.locator(".lit")).to_contain_text(FIRST)
    await expect(side.locator(".lit .private")).to_contain_text("Simone knows.")
    await expect(side.locator(".coming")).to_contain_text(SECOND)
    await expect(side.locator(".coming .private")).to_contain_text("Only if there is time.")


# --- how the room reacts --------------------------------------------------------------------------


async def test_reactions_are_rates_for_the_crew_and_whoever_speaks(stage: Stage) -> None:
    desk, producer = await stage.desk("moderator"), await stage.desk("producer")
    speaker, phone = await lectern(stage, MINE), await stage.phone()
    for page in (desk, producer):
        await expect(page.locator(".reacting")).to_have_text("No reactions in the last minute")
    await expect(speaker.locator(".reacting")).to_have_text("")
    for name in ("Applause", "Applause", "Love it"):
        await phone.get_by_role("button", name=name).click()
    for page in (desk, producer, speaker):
        rates = page.locator(".reacting")
        await expect(rates).to_contain_text(re.compile(r"2\s+1\s*per minute"))
        await expect(rates.get_by_role("img", name="Applause")).to_be_visible()


# --- results --------------------------------------------------------------------------------------


async def test_desk_leads_to_the_results_and_so_does_the_public_page_where_it_may(
    stage: Stage,
) -> None:
    desk, phone = await stage.desk("moderator"), await stage.phone()
    async with desk.context.expect_page() as opened:
        await desk.get_by_role("link", name="Results so far").click()
    results = await opened.value
    await expect(results.get_by_role("heading", name="By session")).to_be_visible()
    show = await stage.client("producer")
    for live in ("s3", "s4", "s5", "s6"):
        assert (await show.do("session.next", room="main", live=live))["ok"]
    await expect(phone.locator("#now-title")).to_have_text("Thank you for being here")
    link = phone.get_by_role("link", name="What was asked, in figures")
    await expect(link).to_have_count(0)
    await (await stage.client("organiser")).do("questions.configure", public_results=True)
    await link.click()
    await expect(phone.get_by_role("heading", name="By session")).to_be_visible()


# --- what is erased -------------------------------------------------------------------------------


async def test_what_was_merged_into_an_erased_question_is_split_off_again(stage: Stage) -> None:
    first = await stage.ask(FIRST, approved=True)
    second = await stage.ask(SECOND, approved=True)
    moderator = await stage.client("moderator")
    assert (await moderator.do("question.merge", question=second, into=first))["ok"]
    phone = await stage.phone()
    await phone.locator(".questions [role=tab]").nth(1).click()
    await expect(phone.locator(f"[data-id='{first}']")).to_be_visible()
    owner = await stage.blank()
    await owner.goto(f"{stage.url}/k/{stage.tokens['organiser']}")
    await owner.goto(f"{stage.url}/e/{stage.slug}/moderate")
    card = owner.locator(f"#q-{first}")
    await card.get_by_role("button", name="Erase for good").click()
    dialog = owner.get_by_role("dialog")
    await expect(dialog).to_contain_text("1 question was merged into it. It is not erased")
    await dialog.get_by_role("button", name="Erase for good").click()
    await expect(phone.locator(f"[data-id='{first}']")).to_have_count(0)
    await owner.locator(".drawer button", has_text="Not taken").click()
    await expect(card).to_contain_text("Erased")
    await card.get_by_role("button", name="1 merged into it").click()
    await expect(card).to_contain_text(SECOND)
    await card.locator(".text").click()
    await owner.keyboard.press("y")
    await expect(phone.locator(f"[data-id='{second}']")).to_contain_text(SECOND)
    await expect(card.get_by_role("button")).to_have_count(0)
