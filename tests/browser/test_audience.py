"""What a participant does on the public page: reads many questions, searches, votes, waits."""

import json
import re
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
        await expect(row(phone, f"Question {n}:").locator(".flag")).to_be_focused()
        await phone.keyboard.press("Tab")
        await expect(row(phone, f"Question {n}:").locator(".vote")).to_be_focused()
    await phone.evaluate("scrollBy({top: 40_000, behavior: 'instant'})")
    await phone.wait_for_function(BARE)
    await expect(row(phone, "Question 29:").locator(".vote")).to_be_focused()
    for _ in range(2):
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


async def test_search_among_the_answered_leads_to_all_questions(stage: Stage) -> None:
    phone = await crowd(stage)
    await phone.get_by_role("button", name="Search the questions").click()
    await phone.get_by_role("tab", name=re.compile("^Answered")).click()
    await phone.get_by_role("searchbox").fill("question 4321")
    await expect(phone.locator(".empty")).to_contain_text("No answered question has these words.")
    await phone.get_by_role("button", name="Search in all questions").click()
    await expect(rows(phone)).to_have_count(1)
    await expect(rows(phone)).to_contain_text("Question 4321:")


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


# --- polls ----------------------------------------------------------------------------------------


async def poll(stage: Stage, **fields: object) -> str:
    """Make a poll and open it."""
    desk = await stage.client("moderator")
    made = await desk.do("poll.create", room="main", **fields)
    assert made["ok"], made
    name = str(made["result"]["poll"])
    assert (await desk.do("poll.open", poll=name))["ok"]
    return name


async def test_open_poll_calls_and_is_answered_on_the_phone(stage: Stage) -> None:
    phone = await stage.phone()
    name = await poll(
        stage, kind="choice", title="Where to begin?", options=["Food", "Energy"], results="live"
    )
    await expect(phone.locator(".spoken")).to_have_text("A poll is open: Where to begin?")
    await phone.get_by_role("button", name="Answer the poll").click()
    card = phone.locator(".poll-card", has_text="Where to begin?")
    await expect(card).to_be_in_viewport()
    await card.get_by_role("radio", name="Energy").check()
    await card.get_by_role("button", name="Send my answer").click()
    await expect(card).to_contain_text("Your answer is in.")
    await expect(card.locator(".poll-results")).to_contain_text("100%")
    await expect(phone.get_by_role("button", name="Answer the poll")).to_have_count(0)
    other = await stage.phone()
    await expect(other.locator(".poll-results")).to_have_count(0)  # first one's own answer
    await (await stage.client("moderator")).do("poll.close", poll=name)
    await expect(other.locator(".poll-results")).to_contain_text("100%")
    await expect(card.get_by_role("radio")).to_have_count(0)


async def test_results_that_come_later_are_not_shown_before(stage: Stage) -> None:
    name = await poll(stage, kind="rating", title="How was it?", results="hidden")
    phone = await stage.phone()
    card = phone.locator(".poll-card")
    await card.get_by_role("radio", name="4 of 5").check()
    await card.get_by_role("button", name="Send my answer").click()
    await expect(card).to_contain_text("Your answer is in.")
    desk = await stage.client("moderator")
    await desk.do("poll.close", poll=name)
    await expect(card).to_contain_text("The results are not shown yet.")
    await desk.do("poll.reveal", poll=name, on=True)
    await expect(card.locator(".poll-results")).to_be_visible()


# --- votes and flags ------------------------------------------------------------------------------


async def test_vote_that_is_refused_is_taken_back_with_a_word(stage: Stage) -> None:
    phone = await crowd(stage)
    vote = rows(phone).first.locator(".vote")
    await expect(vote).to_have_text("10,000")
    await vote.click()
    await expect(phone.locator(".toasts")).to_contain_text("This question is not here any more.")
    await expect(vote).to_have_text("10,000")
    await expect(vote).to_have_attribute("aria-pressed", "false")


async def test_flag_reaches_the_moderators_and_is_taken_back(stage: Stage) -> None:
    question = await stage.ask(TEXT, approved=True)
    phone = await stage.phone()
    desk = await stage.client("moderator")
    flag = row(phone, TEXT).get_by_role("button", name="Ask the moderators to take a look")
    await flag.click()
    await expect(phone.locator(".toasts")).to_contain_text("The moderators take a look at it.")
    await desk.until(lambda: desk.state["questions"][question].get("flags") == 1)
    await phone.reload()
    await expect(flag).to_have_attribute("aria-pressed", "true")
    await flag.click()
    await expect(flag).to_have_attribute("aria-pressed", "false")
    await desk.until(lambda: not desk.state["questions"][question].get("flags"))


# --- asking ---------------------------------------------------------------------------------------


def box(phone: Page) -> Locator:
    return phone.get_by_label("Your question", exact=True)


async def send(phone: Page, text: str) -> None:
    await box(phone).fill(text)
    await phone.get_by_role("button", name="Send", exact=True).click()


def mine(phone: Page, text: str) -> Locator:
    return phone.locator(".mine li", has_text=text)


async def configure(stage: Stage, **policy: object) -> None:
    answer = await (await stage.client("organiser")).do("questions.configure", **policy)
    assert answer["ok"], answer


async def only(stage: Stage, text: str) -> dict[str, Any]:
    """The question with this text, as soon as the moderators have it."""
    desk = await stage.client("moderator")

    def found() -> list[dict[str, Any]]:
        questions = desk.state["questions"].items()
        return [one | {"id": name} for name, one in questions if one["text"] == text]

    await desk.until(lambda: len(found()) == 1)
    return found()[0]


async def test_question_of_another_session_that_takes_some(stage: Stage) -> None:
    phone = await stage.phone()
    await box(phone).click()
    await expect(phone.get_by_role("combobox", name="About")).to_have_value("s3")
    await (await stage.client("moderator")).do("questions.set", session="s4", state="open")
    await phone.get_by_role("combobox", name="About").select_option("s4")
    await send(phone, TEXT)
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    assert (await only(stage, TEXT))["session"] == "s4"


async def test_similar_question_is_offered_and_voted_for_instead(stage: Stage) -> None:
    question = await stage.ask(TEXT, approved=True)
    phone = await stage.phone()
    await box(phone).fill("How can a region without university take part in this?")
    offered = phone.locator(".similar li", has_text=TEXT)
    await expect(offered).to_be_visible()
    await offered.get_by_role("button", name="Vote for").click()
    await offered.get_by_role("button", name="clear my text").click()
    await expect(box(phone)).to_have_value("")
    await expect(phone.locator(".similar")).to_have_count(0)
    assert (await only(stage, TEXT))["upvotes"] == 1
    assert question == (await only(stage, TEXT))["id"]


async def test_nothing_similar_is_offered_for_what_is_new(stage: Stage) -> None:
    await stage.ask(TEXT, approved=True)
    phone = await stage.phone()
    async with phone.expect_response(lambda answer: "/similar" in answer.url) as answer:
        await box(phone).fill("Which instruments measure the temperature of oceans?")
    assert (await answer.value).ok
    await expect(phone.locator(".similar")).to_have_count(0)


async def test_event_asks_for_a_name(stage: Stage) -> None:
    await configure(stage, names="required")
    phone = await stage.phone()
    await send(phone, TEXT)
    await expect(phone.locator(".ask")).to_contain_text("asks for a name with each question")
    await expect(box(phone)).to_have_value(TEXT)
    await phone.get_by_label("Your name").fill("Ana")
    await phone.get_by_role("button", name="Send", exact=True).click()
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    assert (await only(stage, TEXT))["name"] == "Ana"


async def test_event_takes_no_names(stage: Stage) -> None:
    phone = await stage.phone()
    await box(phone).fill(TEXT)
    await phone.get_by_label("Your name").fill("Ana")
    await configure(stage, names="none")
    await expect(phone.locator(".ask")).to_contain_text("Asked without a name")
    await phone.get_by_role("button", name="Send", exact=True).click()
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    assert "name" not in await only(stage, TEXT)


async def test_one_question_goes_without_the_name(stage: Stage) -> None:
    phone = await stage.phone()
    await box(phone).fill(TEXT)
    await phone.get_by_label("Your name").fill("Ana")
    await phone.get_by_label("Ask without my name").check()
    await phone.get_by_role("button", name="Send", exact=True).click()
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    assert "name" not in await only(stage, TEXT)
    await box(phone).fill("And another one?")
    await expect(phone.get_by_label("Your name")).to_have_value("Ana")


async def test_slow_mode_counts_down_and_keeps_the_draft(stage: Stage) -> None:
    await configure(stage, slow_s=60)
    phone = await stage.phone()
    await send(phone, TEXT)
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    await box(phone).fill("And a second one, which has to wait?")
    await expect(phone.locator(".ask-pause")).to_contain_text(re.compile("Next one in 00:[0-5]\\d"))
    await expect(phone.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await configure(stage, slow_s=0)
    await phone.get_by_role("button", name="Send", exact=True).click()
    await expect(mine(phone, "And a second one")).to_contain_text("In review")


async def test_muted_participant_reads_on_and_keeps_the_draft(stage: Stage) -> None:
    shown = await stage.ask("What does everybody else want to know?", approved=True)
    phone = await stage.phone()
    await send(phone, TEXT)
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    await box(phone).fill("A draft of mine")
    author = (await only(stage, TEXT))["author"]
    desk = await stage.client("moderator")
    muted = await desk.do(
        "participant.mute", participant=author, on=True, reason="One thing at a time.", for_s=600
    )
    assert muted["ok"], muted
    ask = phone.locator(".ask")
    await expect(ask).to_contain_text("have paused your questions and votes.")
    await expect(ask).to_contain_text("One thing at a time. You can take part again at")
    await expect(box(phone)).to_have_value("A draft of mine")
    await expect(phone.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await expect(phone.locator(f"[data-id='{shown}'] .vote")).to_be_disabled()
    await desk.do("participant.mute", participant=author, on=False)
    await expect(phone.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    await expect(phone.locator(".spoken")).to_have_text("You can take part again.")


# --- what becomes of it ---------------------------------------------------------------------------


async def test_merged_question_shows_the_other_one(stage: Stage) -> None:
    into = await stage.ask("Can regions without universities join?", approved=True)
    phone = await stage.phone()
    await send(phone, TEXT)
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    desk = await stage.client("moderator")
    merged = await desk.do("question.merge", question=(await only(stage, TEXT))["id"], into=into)
    assert merged["ok"], merged
    await expect(mine(phone, TEXT)).to_contain_text("Asked by somebody too")
    await expect(mine(phone, TEXT)).to_contain_text("Can regions without universities join?")
    await expect(mine(phone, TEXT)).to_contain_text("1 vote, yours among them")


@pytest.mark.parametrize("reasons", [True, False], ids=["with", "without"])
async def test_reason_is_told_if_the_event_says_so(stage: Stage, *, reasons: bool) -> None:
    await configure(stage, reasons=reasons)
    phone = await stage.phone()
    await send(phone, TEXT)
    await expect(mine(phone, TEXT)).to_contain_text("In review")
    desk = await stage.client("moderator")
    question = (await only(stage, TEXT))["id"]
    await desk.do("question.reject", question=question, reason="Answered in the talk before.")
    await expect(mine(phone, TEXT)).to_contain_text("Not taken up")
    told = mine(phone, TEXT).get_by_text("Answered in the talk before.")
    await expect(told).to_have_count(1 if reasons else 0)


async def test_question_is_public_at_once_where_it_is_moderated_after(stage: Stage) -> None:
    await configure(stage, moderation="after")
    phone = await stage.phone()
    await send(phone, TEXT)
    await expect(mine(phone, TEXT)).to_contain_text("Everybody can see it")
    await expect(mine(phone, TEXT).locator(".way-steps i")).to_have_count(5)
    await expect(rows(phone).filter(has_text=TEXT)).to_be_visible()


# --- the tabs on a narrow phone -------------------------------------------------------------------

TABS = """() => {
  const list = document.querySelector(".event-nav ul");
  const {left, right} = list.getBoundingClientRect();
  const shape = getComputedStyle(list);
  return {
    room: list.clientWidth,
    fits: list.scrollWidth <= list.clientWidth,
    left: parseFloat(shape.getPropertyValue("--fade-left")),
    right: parseFloat(shape.getPropertyValue("--fade-right")),
    mask: shape.maskImage,
    inside: [...list.querySelectorAll("a")].map((link) => {
      const box = link.getBoundingClientRect();
      return left - 0.5 <= box.left && box.right <= right + 0.5;
    }),
  };
}"""


@pytest.mark.parametrize("locale", ["en-GB", "es-PE"])
async def test_tabs_fit_a_phone_or_show_that_there_are_more(stage: Stage, locale: str) -> None:
    phone = await stage.phone(locale=locale)
    seen = await phone.evaluate(TABS)
    assert seen["room"] == browser_support.PHONE["width"] - 40 - 15  # a scrollbar takes its part
    assert (seen["fits"], seen["inside"], seen["left"], seen["right"]) == (True, [True] * 3, 0, 0)
    await (await stage.client("organiser")).do("questions.configure", public_results=True)
    await phone.reload()
    links = phone.locator(".event-nav a")
    await expect(links).to_have_count(4)
    await phone.evaluate(browser_support.PAINTED)
    seen = await phone.evaluate(TABS)
    assert seen["fits"] or seen["right"] > 20  # by the fonts of the device
    await phone.set_viewport_size({"width": 260, "height": 844})
    await phone.evaluate(browser_support.PAINTED)
    seen = await phone.evaluate(TABS)
    assert (seen["fits"], seen["left"]) == (False, 0)
    assert seen["right"] > 20
    assert "gradient" in seen["mask"]
    await links.nth(2).evaluate("(link) => { location.hash = link.hash; }")
    await expect(links.nth(2)).to_have_attribute("aria-current", "true")
    await phone.evaluate(browser_support.PAINTED)
    seen = await phone.evaluate(TABS)
    assert seen["inside"][2]
    assert seen["left"] > 20
    await links.nth(0).evaluate("(link) => { location.hash = link.hash; }")
    await expect(links.nth(0)).to_have_attribute("aria-current", "true")
    await phone.evaluate(browser_support.PAINTED)
    assert (await phone.evaluate(TABS))["left"] == 0
