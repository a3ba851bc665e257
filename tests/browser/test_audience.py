"""What a participant does on the public page: reads many questions, searches, votes, waits."""

import json
from collections.abc import AsyncIterator
from typing import Any

import browser_support
import pytest
import pytest_asyncio
from browser_support import House, Line, Stage
from playwright.async_api import Locator, Page, WebSocketRoute, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

TEXT = "How can a region without a university take part?"
MANY = 10_000


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


def rows(phone: Page) -> Locator:
    return phone.locator(".question-list > [data-id]")


def row(phone: Page, text: str) -> Locator:
    return phone.locator("[data-id]", has_text=text)


# --- ten thousand questions -----------------------------------------------------------------------


def crowded(question: int) -> dict[str, Any]:
    """One of many questions, of a length of its own."""
    return {
        "session": "s3",
        "text": f"Question {question}: "
        + "what does this mean for a small region? " * (question % 4 + 1),
        "upvotes": MANY - question,
        "status": "approved",
        "asked_at": 1_600_000_000_000 + question,
    }


class Crowd(Line):
    """A line on which a view has ten thousand questions more than the server knows of."""

    async def _opened(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def said(message: str | bytes) -> None:
            text = str(message)
            if text.startswith('42["snapshot",'):
                name, body = json.loads(text[2:])
                body["state"]["questions"] |= {f"q{n}": crowded(n) for n in range(MANY)}
                text = "42" + json.dumps([name, body])
            route.send(text)

        server.on_message(said)


SCROLL = """async () => {
  const frames = [];
  let most = 0;
  let last = performance.now();
  const step = innerHeight * 0.45;
  for (let n = 0; n < 120; n++) {
    scrollBy({top: step, behavior: "instant"});
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    most = Math.max(most, document.querySelectorAll(".question-list *").length);
  }
  frames.sort((a, b) => a - b);
  return {
    median: frames[60],
    p95: frames[114],
    nodes: most,
    height: document.querySelector(".question-list").offsetHeight,
  };
}"""
BARE = """() => {
  // part of the window that is in the list and shows no row
  const {top, bottom} = document.querySelector(".question-list").getBoundingClientRect();
  const seen = [...document.querySelectorAll(".question-list > [data-id]")]
    .map((row) => row.getBoundingClientRect());
  const [from, to] = [Math.max(0, top), Math.min(innerHeight, bottom)];
  return seen.some((one) => one.top <= from + 1) && seen.some((one) => one.bottom >= to - 1);
}"""


async def crowd(stage: Stage) -> Page:
    phone = await stage.phone(Crowd())
    await expect(rows(phone).first).to_contain_text("Question 0:")
    return phone


async def test_ten_thousand_questions_scroll_in_few_nodes(stage: Stage) -> None:
    phone = await crowd(stage)
    found = await phone.evaluate(SCROLL)
    print(found)
    assert found["nodes"] < 800
    assert found["height"] > 500_000
    assert found["median"] < 50
    await phone.evaluate("scrollTo({top: document.body.scrollHeight / 2, behavior: 'instant'})")
    await phone.wait_for_function(BARE)
    await phone.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    await expect(rows(phone).last).to_contain_text(f"Question {MANY - 1}:")
    size = await rows(phone).last.get_attribute("aria-setsize")
    assert int(size or 0) >= MANY
    await expect(rows(phone).last).to_have_attribute("aria-posinset", size or "")


async def test_reading_ten_thousand_keeps_its_place_and_its_focus(stage: Stage) -> None:
    phone = await crowd(stage)
    first = rows(phone).first.locator(".vote")
    await first.focus()
    for n in range(1, 30):  # with the keyboard alone, through rows that did not exist yet
        await phone.keyboard.press("Tab")
        await expect(row(phone, f"Question {n}:").locator(".vote")).to_be_focused()
    await phone.evaluate("scrollBy({top: 40_000, behavior: 'instant'})")
    await phone.wait_for_function(BARE)
    await expect(row(phone, "Question 29:").locator(".vote")).to_be_focused()
    await phone.keyboard.press("Shift+Tab")  # and the page is where the focus is
    await expect(row(phone, "Question 28:").locator(".vote")).to_be_in_viewport()


async def test_ten_thousand_questions_are_searched_as_one_types(stage: Stage) -> None:
    phone = await crowd(stage)
    await phone.get_by_role("button", name="Search the questions").click()
    await phone.get_by_role("searchbox").fill("QUESTION 4321")
    await expect(rows(phone)).to_have_count(1)
    await expect(rows(phone)).to_contain_text("Question 4321:")
    await expect(phone.locator(".question-search [role=status]")).to_have_text("1 question found")
    await phone.get_by_role("searchbox").press("Escape")
    await expect(rows(phone).first).to_contain_text("Question 0:")


# --- an order that holds still --------------------------------------------------------------------


async def test_list_holds_still_while_it_is_read_and_says_what_is_new(stage: Stage) -> None:
    phone = await crowd(stage)
    await phone.evaluate(
        "document.querySelector('.question-list').scrollIntoView({behavior: 'instant'});"
        "scrollBy({top: 2000, behavior: 'instant'})"
    )
    await phone.wait_for_function(BARE)
    reading = rows(phone).nth(4)
    text, place = await reading.inner_text(), await reading.bounding_box()
    await stage.ask(TEXT, approved=True)
    chip = phone.get_by_role("button", name="1 new question")
    await expect(chip).to_be_visible()
    await phone.wait_for_timeout(3000)  # longer than a list at rest waits
    same = phone.locator("[data-id]", has_text=text.splitlines()[0])
    assert await same.bounding_box() == place
    await phone.get_by_role("tab", name="Newest").click()
    await expect(rows(phone).first).to_contain_text(TEXT)
    await expect(chip).to_have_count(0)


async def test_tap_on_the_chip_sorts_and_leads_to_the_top(stage: Stage) -> None:
    phone = await crowd(stage)
    await phone.get_by_role("tab", name="Newest").click()
    await phone.evaluate("scrollBy({top: 3000, behavior: 'instant'})")
    await phone.wait_for_function(BARE)
    await stage.ask(TEXT, approved=True)
    await phone.get_by_role("button", name="1 new question").click()
    await expect(row(phone, TEXT)).to_be_in_viewport()
    await expect(rows(phone).first).to_contain_text(TEXT)


async def test_list_at_rest_sorts_by_itself(stage: Stage) -> None:
    await stage.ask(TEXT, approved=True)
    later = await stage.ask("Is there a second one of this kind?", approved=True)
    phone = await stage.phone()
    texts = rows(phone).locator(".question-text")
    before = (await texts.all_inner_texts()).index("Is there a second one of this kind?")
    for _ in range(9):
        await (await stage.client()).do("question.upvote", question=later)
    await expect(texts.first).to_have_text("Is there a second one of this kind?")
    assert before > 0


# --- reactions ------------------------------------------------------------------------------------


async def test_reaction_is_seen_by_everybody_for_a_moment(stage: Stage) -> None:
    ana, ben = await stage.phone(), await stage.phone()
    await expect(ana.get_by_role("group", name="Reactions").get_by_role("button")).to_have_count(5)
    await ana.get_by_role("button", name="Applause").click()
    figure = ben.get_by_role("button", name="Applause").locator(".burst")
    await expect(figure).to_have_text("+1")
    await expect(figure).to_have_count(0)


async def test_no_reactions_in_a_break(stage: Stage) -> None:
    phone = await stage.phone()
    await expect(phone.get_by_role("group", name="Reactions")).to_be_visible()
    await (await stage.client("producer")).do("session.next", room="main", live="s3")
    await expect(phone.locator("#live")).to_contain_text("After the break")
    await expect(phone.get_by_role("group", name="Reactions")).to_have_count(0)
