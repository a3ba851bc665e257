"""What the audience sees of the open questions of a session that ends: carried on, or left to be
answered later; and that the watch of `phones.py` can fail.
"""

from collections.abc import AsyncIterator

import browser_support
import pytest
import pytest_asyncio
from browser_support import House, Line, Stage
from phones import Watch, ask, card, newest, press, row, way
from playwright.async_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

FIRST = "How does a small region begin with all this?"
FAR = "Is there a list of the instruments that worked elsewhere?"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house"), events=8) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


async def to_the_end(stage: Stage, at_end: str) -> tuple[Page, Page]:
    """A session with an approved question and one that waits has ended; phone and desk."""
    phone, desk = await stage.phone(), await stage.desk("moderator")
    await newest(phone)
    await (await stage.client("moderator")).do("questions.configure", at_end=at_end)
    await ask(phone, FIRST)
    await press(desk, card(desk, "incoming", FIRST), "a")
    await expect(way(phone, FIRST)).to_have_text("Approved")
    await ask(phone, FAR)
    await expect(way(phone, FAR)).to_have_text("In review")
    show = await stage.client("producer")
    assert (await show.do("session.next", room="main", live="s3"))["ok"]
    await expect(phone.locator("#live")).to_contain_text("After the break")
    return phone, desk


async def test_open_questions_go_on_into_the_next_session(stage: Stage) -> None:
    phone, desk = await to_the_end(stage, "carry")
    shown = row(phone, FIRST)
    await expect(shown).to_contain_text("Experiences and future perspectives")
    await expect(way(phone, FIRST)).to_have_text("Approved")
    await expect(way(phone, FAR)).to_have_text("In review")
    await expect(phone.locator(".question-list")).not_to_contain_text(FAR)
    await expect(card(desk, "incoming", FAR)).to_be_visible()
    show = await stage.client("producer")
    assert (await show.do("session.next", room="main", live="s4"))["ok"]
    await expect(shown).to_be_visible()
    await press(desk, card(desk, "incoming", FAR), "a")
    await expect(row(phone, FAR)).to_be_visible()


async def test_questions_that_were_not_answered_are_said_to_be_answered_later(
    stage: Stage,
) -> None:
    phone, desk = await to_the_end(stage, "close")
    await expect(row(phone, FIRST)).to_contain_text("To be answered later")
    await expect(phone.locator(".mine li", has_text=FIRST)).to_contain_text(
        "It is on the list of what is answered later."
    )
    await expect(phone.locator(".mine li", has_text=FAR)).not_to_contain_text("answered later")
    # and somebody writes an answer, days later
    await press(desk, card(desk, "approved", FIRST), "w")
    await desk.get_by_label("Written reply, for everybody to read").fill("With what is there.")
    await desk.keyboard.press("Control+Enter")
    await phone.get_by_role("tab", name="Answered").click()
    await expect(row(phone, FIRST)).to_contain_text("With what is there.")
    await expect(row(phone, FIRST)).not_to_contain_text("To be answered later")


async def test_undone_end_brings_back_what_it_took_along(stage: Stage) -> None:
    phone, _desk = await to_the_end(stage, "close")
    await expect(row(phone, FIRST)).to_contain_text("To be answered later")
    producer = await stage.desk("producer")
    await producer.locator("button.undo").click()
    await expect(row(phone, FIRST)).not_to_contain_text("To be answered later")
    await expect(phone.locator(".mine li", has_text=FIRST)).not_to_contain_text("answered later")


async def test_watch_notices_what_is_shown_and_what_was_only_told(stage: Stage) -> None:
    question, line = await stage.ask(FIRST, approved=True), Line()
    phone, watch = await stage.phone(line), Watch()
    await newest(phone)
    await expect(row(phone, FIRST)).to_be_visible()
    watch.add("phone", phone, line)
    watch.only(FIRST)
    with pytest.raises(AssertionError, match="phone shows"):
        await watch.check()
    assert (await (await stage.client("moderator")).do("question.reject", question=question))["ok"]
    await expect(row(phone, FIRST)).to_have_count(0)
    with pytest.raises(AssertionError, match="phone was told"):
        await watch.check()
