"""No page has anything that axe objects to; none asks another origin or breaks its own policy."""

from collections.abc import AsyncIterator, Awaitable, Callable

import browser_support
import pytest
import pytest_asyncio
from axe import objections
from browser_support import DESK, PHONE, SCREEN, House, Stage
from playwright.async_api import Page, ViewportSize, expect

from streamhub.core.displays import Layout

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

LONG = "How can a region without a university take part in a smart specialisation strategy?"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


async def _live(stage: Stage, size: ViewportSize) -> Page:
    question = await stage.ask(LONG, approved=True)
    await (await stage.client("moderator")).do("question.spotlight", question=question)
    page = await stage.enter(f"/e/{stage.slug}", size)
    await expect(page.locator(".on-screen")).to_contain_text(LONG)
    box = page.get_by_label("Your question", exact=True)
    await box.fill("Who pays for all of this in the end?")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".mine")).to_contain_text("In review")
    await box.fill("And this one is not sent yet")
    await page.locator("[data-id] .vote").first.click()
    return page


async def _break(stage: Stage, size: ViewportSize) -> Page:
    await (await stage.client("producer")).do("session.next", room="main", live="s3")
    page = await stage.enter(f"/e/{stage.slug}", size)
    await expect(page.locator("#live")).to_contain_text("After the break")
    return page


async def _closed(stage: Stage, size: ViewportSize) -> Page:
    await (await stage.client("moderator")).do("questions.set", session="s3", state="closed")
    page = await stage.enter(f"/e/{stage.slug}", size)
    await expect(page.locator("#live")).to_contain_text("closed questions for now")
    return page


async def _agenda(stage: Stage, size: ViewportSize) -> Page:
    page = await stage.enter(f"/e/{stage.slug}", size, timezone_id="Asia/Tokyo")
    await page.locator(".event-nav").get_by_text("Agenda").click()
    await expect(page.locator(".on-now")).to_be_visible()
    return page


async def _closed_over_a_draft(stage: Stage, size: ViewportSize) -> Page:
    page = await stage.enter(f"/e/{stage.slug}", size)
    await page.get_by_label("Your question", exact=True).fill("Is it too late for this one?")
    await (await stage.client("moderator")).do("questions.set", session="s3", state="closed")
    await expect(page.locator("#live")).to_contain_text("Your text is kept on this device.")
    return page


async def end(stage: Stage) -> None:
    """Run the event to its end."""
    show = await stage.client("producer")
    for live in ("s3", "s4", "s5", "s6"):
        assert (await show.do("session.next", room="main", live=live))["ok"]


async def _over(stage: Stage, size: ViewportSize) -> Page:
    await end(stage)
    page = await stage.enter(f"/e/{stage.slug}", size)
    await expect(page.locator("#live")).to_contain_text("Thank you for being here")
    await page.get_by_role("tab", name="Answered").click()
    return page


async def _poll(stage: Stage, size: ViewportSize) -> Page:
    desk = await stage.client("moderator")
    for kind, more in (
        ("choice", {"options": ["Food", "Energy"]}),
        ("ranking", {"options": ["Food", "Energy"]}),
        ("rating", {}),
        ("words", {"most": 3}),
    ):
        made = await desk.do(
            "poll.create", room="main", kind=kind, title=f"A {kind}?", results="live", **more
        )
        await desk.do("poll.open", poll=made["result"]["poll"])
    page = await stage.enter(f"/e/{stage.slug}", size)
    choice = page.locator(".poll-card", has_text="A choice?")
    await choice.get_by_role("radio", name="Energy").check()
    await choice.get_by_role("button", name="Send my answer").click()
    await expect(choice).to_contain_text("Your answer is in.")
    return page


async def _search(stage: Stage, size: ViewportSize) -> Page:
    await stage.ask(LONG, approved=True)
    page = await stage.enter(f"/e/{stage.slug}", size)
    await page.get_by_role("button", name="Search the questions").click()
    await page.get_by_role("searchbox").fill("smart specialisation")
    await expect(page.locator("[data-id]", has_text=LONG)).to_be_visible()
    return page


async def _slow(stage: Stage, size: ViewportSize) -> Page:
    await (await stage.client("organiser")).do("questions.configure", slow_s=600)
    await stage.ask(LONG, approved=True)
    page = await stage.enter(f"/e/{stage.slug}", size)
    box = page.get_by_label("Your question", exact=True)
    await box.fill("Is this event the one where one may ask?")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".mine")).to_contain_text("In review")
    await box.fill("How can regions without a university take part in smart specialisation?")
    await page.locator(".similar .vote").first.click()
    await expect(page.get_by_role("button", name="clear my text")).to_be_visible()
    await expect(page.locator(".ask-pause")).to_be_visible()
    await page.locator("[data-id] .flag").first.click()
    return page


async def _muted(stage: Stage, size: ViewportSize) -> Page:
    page = await stage.enter(f"/e/{stage.slug}", size)
    await page.get_by_label("Your question", exact=True).fill(LONG)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".mine")).to_contain_text("In review")
    desk = await stage.client("moderator")
    (one,) = [one for one in desk.state["questions"].values() if one["text"] == LONG]
    await desk.do("participant.mute", participant=one["author"], on=True, reason="One at a time.")
    await expect(page.locator(".ask")).to_contain_text("One at a time.")
    return page


Opening = Callable[[Stage, ViewportSize], Awaitable[Page]]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
@pytest.mark.parametrize(
    "opening",
    [
        *(_live, _break, _closed, _closed_over_a_draft, _agenda, _over),
        *(_poll, _search, _slow, _muted),
    ],
    ids=lambda one: one.__name__.strip("_"),
)
async def test_public_page_is_accessible(
    stage: Stage, opening: Opening, size: ViewportSize
) -> None:
    assert await objections(await opening(stage, size)) == []


async def test_moderators_desk_is_accessible(stage: Stage) -> None:
    on_stage = await stage.ask(LONG, approved=True)
    await (await stage.client("moderator")).do("question.spotlight", question=on_stage)
    await stage.ask("Is this question good enough to be approved?")
    page = await stage.desk("moderator")
    incoming = page.locator(".at-incoming article").first
    await incoming.click()
    await page.keyboard.press("e")
    await expect(incoming.get_by_role("textbox")).to_be_visible()
    await page.get_by_role("button", name="Not taken").click()
    assert await objections(page) == []


async def test_producers_desk_is_accessible(stage: Stage) -> None:
    await stage.screen("questions")
    page = await stage.desk("producer")
    await expect(page.locator(".screens li")).to_contain_text("Shows the latest")
    assert await objections(page) == []
    await page.get_by_role("button", name="Pair a screen").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await objections(page) == []


@pytest.mark.parametrize("role", ["moderator", "producer", "organiser"])
async def test_desk_on_a_phone_and_its_keys_are_accessible(stage: Stage, role: str) -> None:
    page = await stage.desk(role)
    await page.set_viewport_size(PHONE)
    assert await objections(page) == []
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await objections(page) == []


@pytest.mark.parametrize("layout", list(Layout))
async def test_screen_is_accessible(stage: Stage, layout: str) -> None:
    page = await stage.screen(layout)
    assert await objections(page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "laptop"])
async def test_speakers_page_is_accessible(stage: Stage, size: ViewportSize) -> None:
    question = await stage.ask(LONG, approved=True)
    await stage.ask("What comes after this one?", approved=True)
    await (await stage.client("moderator")).do("question.spotlight", question=question)
    show = await stage.client("producer")
    await show.do("message.show", to="speakers", room="main", text="Two minutes", tone="warning")
    token = await stage.link("speaker", "Simone")
    page = await stage.enter(f"/k/{token}", size)
    await expect(page.locator(".on-screen blockquote")).to_have_text(LONG)
    await expect(page.get_by_role("button", name="OK, read")).to_be_visible()
    assert await objections(page) == []


@pytest.mark.parametrize("key", ["i", "m", "b", "t", "0"])
async def test_dialog_of_the_producer_is_accessible(stage: Stage, key: str) -> None:
    page = await stage.desk("producer")
    await page.keyboard.press(key)
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await objections(page) == []


async def test_message_to_participants_is_accessible(stage: Stage) -> None:
    show = await stage.client("producer")
    for tone in ("info", "warning"):
        await show.do("message.show", to="participants", text=f"A word: {tone}", tone=tone)
    page = await stage.enter(f"/e/{stage.slug}", PHONE)
    await expect(page.get_by_text("A word: warning")).to_be_visible()
    assert await objections(page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "laptop"])
async def test_results_are_accessible(stage: Stage, size: ViewportSize) -> None:
    page = await stage.blank(size)
    await page.goto(f"{stage.url}/k/{stage.tokens['moderator']}")
    await page.goto(f"{stage.url}/e/{stage.slug}/results")
    await expect(page.get_by_role("heading", name="By session")).to_be_visible()
    assert await objections(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size["width"]


async def test_screen_at_the_end_is_accessible(stage: Stage) -> None:
    page = await stage.screen("now-next")
    title = page.locator("h1")
    live = await title.inner_text()
    await end(stage)
    await expect(title).not_to_have_text(live)
    assert await objections(page) == []


async def test_question_card_is_accessible(stage: Stage) -> None:
    page = await stage.screen("questions")
    question = await stage.ask(LONG, approved=True)
    await (await stage.client("moderator")).do("question.spotlight", question=question)
    await expect(page.locator(".card blockquote")).to_have_text(LONG)
    assert await objections(page) == []


async def test_screen_that_offers_itself_is_accessible(stage: Stage) -> None:
    page = await stage.enter("/display", SCREEN)
    await expect(page.locator(".code")).to_be_visible()
    assert await objections(page) == []


@pytest.mark.parametrize("path", ["/", "/?event=nothing", "/nothing", "/e/nothing", "/k/nothing"])
async def test_page_before_an_event_is_accessible(stage: Stage, path: str) -> None:
    page = await stage.enter(path, PHONE)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert await objections(page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
async def test_agenda_for_printing_is_accessible(stage: Stage, size: ViewportSize) -> None:
    await (await stage.client("producer")).do("session.cancel", session="s6")
    page = await stage.enter(f"/e/{stage.slug}/print?full=1", size)
    await expect(page.get_by_text("Cancelled")).to_be_visible()
    assert await objections(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


async def test_axe_objects_to_what_is_hard_to_see(stage: Stage) -> None:
    page = await stage.enter("/", PHONE)
    await page.evaluate("document.querySelector('.lead').style.color = '#888'")
    await page.evaluate("document.querySelector('.lead').style.background = '#999'")
    assert [one.split(":")[1].strip() for one in await objections(page)] == ["color-contrast"] * 2
