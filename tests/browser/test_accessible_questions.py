"""Axe objects to nothing on a question's way: dialogs, drawers and states of the moderators' desk,
the speaker's own buttons, what becomes of one's questions, polls on every glass.

The pages as they open are in `test_accessibility.py`.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import browser_support
import pytest
import pytest_asyncio
from axe import objections
from browser_support import DESK, PHONE, House, Stage
from phones import ask, card, newest, press, row, way
from playwright.async_api import Page, ViewportSize, expect
from support import Client

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

FIRST = "How does a small region begin?"
SECOND = "How does a small region begin with that?"
THIRD = "How does a very small region begin with that?"
FOURTH = "Who pays for the evaluation?"
SPEAKER = "simone-sasso"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house"), events=24) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


async def done(client: Client, kind: str, /, **fields: Any) -> dict[str, Any]:
    answer = await client.do(kind, **fields)
    assert answer["ok"], (kind, answer)
    return dict(answer)


async def poll(stage: Stage, kind: str, **more: Any) -> str:
    """A poll that is open, on the screens, and answered once."""
    desk, person = await stage.client("moderator"), await stage.client()
    wish = {"room": "main", "kind": kind, "title": f"A {kind}?", "results": "live"} | more
    made = await done(desk, "poll.create", **wish)
    name = str(made["result"]["poll"])
    await done(desk, "poll.open", poll=name)
    await done(desk, "poll.show", poll=name)
    answers: dict[str, dict[str, Any]] = {
        "choice": {"choices": ["2"]},
        "rating": {"rating": 4},
        "words": {"words": ["trust", "maps"]},
        "ranking": {"choices": ["2", "1"]},
    }
    await done(person, "poll.answer", poll=name, **answers[kind])
    return name


# --- the moderators' desk -------------------------------------------------------------------------


async def open_dialog(page: Page) -> None:
    await expect(page.locator("dialog[open]")).to_have_count(1)
    assert await objections(page) == []
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_dialogs_about_questions_are_accessible(stage: Stage) -> None:
    names = [await stage.ask(text, approved=True) for text in (FIRST, SECOND, THIRD)]
    waiting = (FOURTH, "What comes after that?")
    for text in waiting:
        await stage.ask(text)
    moderator = await stage.client("moderator")
    for name in names[1:]:
        await done(moderator, "question.merge", question=name, into=names[0])
    owner = await stage.blank()
    await owner.goto(f"{stage.url}/k/{stage.tokens['organiser']}")
    await owner.goto(f"{stage.url}/e/{stage.slug}/moderate")
    first = card(owner, "approved", FIRST)
    await first.get_by_role("button", name="2 merged into it").click()
    for key in ("y", "p"):  # which one is split off; who answers
        await press(owner, first, key)
        await open_dialog(owner)
    await press(owner, first, "w")
    assert await objections(owner) == []
    await owner.keyboard.press("Escape")
    for text in waiting:
        await press(owner, card(owner, "incoming", text), "x")
    await expect(owner.locator(".marked-bar")).to_contain_text("2 marked")
    await owner.keyboard.press("l")  # labels of those that are marked
    await open_dialog(owner)
    await owner.keyboard.press("m")
    await open_dialog(owner)
    await owner.keyboard.press("Escape")
    await first.get_by_role("button", name="Erase for good").click()
    await expect(owner.get_by_role("dialog")).to_contain_text("2 questions were merged into it")
    await open_dialog(owner)


async def test_polls_on_the_desk_are_accessible(stage: Stage) -> None:
    await done(await stage.client("organiser"), "questions.configure", words={"en": ["trust"]})
    for kind, more in (
        ("words", {"most": 3}),
        ("choice", {"options": ["Food", "Energy"]}),
        ("ranking", {"options": ["Food", "Energy"]}),
        ("rating", {}),
    ):
        await poll(stage, kind, **more)
    page = await stage.desk("moderator")
    await page.locator(".drawer button", has_text="Polls").click()
    await expect(page.locator(".crew-poll")).to_have_count(4)
    assert await objections(page) == []
    await page.locator(".crew-poll").first.get_by_role("button", name="Close").click()
    await page.locator(".crew-poll").first.get_by_role("button", name="Remove the poll").click()
    await open_dialog(page)


async def test_flood_and_its_author_are_accessible(stage: Stage) -> None:
    await done(await stage.client("organiser"), "questions.configure", pending_most=10)
    person = await stage.client()
    for number in ("one", "two", "three"):
        await done(person, "question.ask", text=f"Come to our fair at stand {number}!", room="main")
    page = await stage.desk("moderator")
    head = card(page, "incoming", "Come to our fair at stand one!")
    await expect(head.locator(".flood")).to_contain_text("2 more")
    await press(page, head, "g")
    await expect(page.locator(".at-incoming article.within")).to_have_count(2)
    assert await objections(page) == []
    moderator = await stage.client("moderator")
    author = next(
        one["author"] for one in moderator.state["questions"].values() if "fair" in one["text"]
    )
    await done(moderator, "participant.mute", participant=author, on=True, reason="Advertising")
    await page.locator(".drawer button", has_text="Muted").click()
    assert await objections(page) == []


async def test_desk_that_moderates_after_is_accessible(stage: Stage) -> None:
    await done(await stage.client("organiser"), "questions.configure", moderation="after")
    question = await stage.ask(FIRST)
    await done(await stage.client(), "question.flag", question=question)
    page = await stage.desk("moderator")
    await expect(page.locator(".at-approved article").first).to_contain_text("asks to look at it")
    assert await objections(page) == []


async def test_desk_in_the_hand_is_accessible_column_by_column(stage: Stage) -> None:
    first, second = [await stage.ask(text, approved=True) for text in (FIRST, FOURTH)]
    await stage.ask(SECOND)
    moderator = await stage.client("moderator")
    await done(moderator, "question.spotlight", question=first)
    await done(moderator, "question.queue", question=second)
    page = await stage.blank(PHONE, has_touch=True, is_mobile=True)
    await page.goto(f"{stage.url}/k/{stage.tokens['moderator']}")
    for name in ("Approved", "Stage", "Incoming"):
        await page.get_by_role("button", name=re.compile(f"^{name}")).tap()
        assert await objections(page) == [], name
    waits = card(page, "incoming", SECOND)
    await waits.get_by_role("button", name="All that can be done with it").tap()
    await open_dialog(page)
    await page.get_by_role("button", name="Filter").tap()
    assert await objections(page) == []


# --- whoever speaks -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "laptop"])
async def test_speaker_who_leads_has_an_accessible_page(stage: Stage, size: ViewportSize) -> None:
    moderator, owner = await stage.client("moderator"), await stage.client("organiser")
    for text in (FIRST, FOURTH):
        await done(moderator, "question.queue", question=await stage.ask(text, approved=True))
    made = await done(owner, "link.create", role="speaker", name="Simone", speaker=SPEAKER)
    page = await stage.enter(f"/k/{made['result']['token']}", size)
    await expect(page.locator(".lead-next")).to_be_enabled()
    await (await stage.client()).do("reaction.send", room="main", kind="applause")
    await page.locator(".lead-next").click()
    await expect(page.locator(".on-screen blockquote")).to_have_text(FIRST)
    assert await objections(page) == []
    await page.keyboard.press("?")
    await open_dialog(page)
    await poll(stage, "choice", options=["Food", "Energy"])
    await expect(page.locator(".on-screen .poll-results")).to_be_visible()
    assert await objections(page) == []


# --- the audience ---------------------------------------------------------------------------------


async def test_every_way_of_ones_own_questions_is_accessible(stage: Stage) -> None:
    owner, moderator = await stage.client("organiser"), await stage.client("moderator")
    await done(owner, "questions.configure", reasons=True, at_end="close")
    other = await stage.ask(SECOND, approved=True)
    phone = await stage.phone()
    await newest(phone)

    async def mine(text: str) -> str:
        await ask(phone, text)
        await expect(way(phone, text)).to_have_text("In review")

        def found() -> list[str]:
            asked = moderator.state["questions"].items()
            return [name for name, one in asked if one["text"] == text]

        await moderator.until(found)
        return found()[0]

    await done(moderator, "question.merge", question=await mine(FIRST), into=other)
    name = await mine(FOURTH)
    await done(moderator, "question.reject", question=name, reason="Asked before.")
    await expect(way(phone, FOURTH)).to_have_text("Not taken up")
    text = "What happens in the years after that?"
    name = await mine(text)
    await done(moderator, "question.amend", question=name, text=text.replace("What", "And what"))
    await done(moderator, "question.approve", question=name, revision=2)
    await expect(phone.locator(".mine")).to_contain_text("corrected by the moderators")
    await done(await stage.client("producer"), "session.next", room="main", live="s3")
    await expect(row(phone, "And what happens")).to_contain_text("To be answered later")
    assert await objections(phone) == []


async def test_question_that_is_changed_and_withdrawn_is_accessible(stage: Stage) -> None:
    phone = await stage.phone()
    await ask(phone, FIRST)
    await expect(way(phone, FIRST)).to_have_text("In review")
    own = phone.locator(".mine")
    await own.get_by_role("button", name="Edit").click()
    assert await objections(phone) == []
    await own.get_by_role("button", name="Cancel").click()
    await own.get_by_role("button", name="Withdraw").click()
    await expect(way(phone, FIRST)).to_have_text("Withdrawn")
    assert await objections(phone) == []


@pytest.mark.parametrize("kind", ["choice", "rating", "words", "ranking"])
async def test_poll_and_its_results_are_accessible_in_the_hall(stage: Stage, kind: str) -> None:
    screen = await stage.screen("questions")
    more = {"options": ["Food", "Energy"]} if kind in {"choice", "ranking"} else {}
    name = await poll(stage, kind, **more)
    await expect(screen.locator(".poll-board .poll-results")).to_be_visible()
    assert await objections(screen) == []
    await done(await stage.client("moderator"), "poll.close", poll=name)
    phone = await stage.phone()
    await expect(phone.locator(".poll-results")).to_be_visible()
    assert await objections(phone) == []


async def test_results_with_polls_are_accessible_to_all(stage: Stage) -> None:
    await done(await stage.client("organiser"), "questions.configure", public_results=True)
    for kind, more in (
        ("choice", {"options": ["Food", "Energy"]}),
        ("words", {"most": 3}),
        ("rating", {}),
    ):
        await poll(stage, kind, **more)
    page = await stage.enter(f"/e/{stage.slug}/results", PHONE)
    await expect(page.locator(".poll-results").first).to_be_visible()
    assert await objections(page) == []
    await page.locator(".by-session a").nth(2).click()
    await expect(page.get_by_role("link", name="All sessions")).to_be_visible()
    assert await objections(page) == []
    await page.goto(f"{stage.url}/e/{stage.slug}")
    await page.get_by_role("navigation").get_by_role("link", name="Results").click()
    await expect(page.get_by_role("heading", name="By session")).to_be_visible()
