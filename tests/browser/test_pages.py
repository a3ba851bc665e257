"""What people do on their pages: the public one, the moderator's desk, the producer's desk."""

import json
import re
from collections.abc import AsyncIterator

import browser_support
import pytest
import pytest_asyncio
from browser_support import DESK, PHONE, House, Line, Stage, is_ack
from playwright.async_api import Locator, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

TEXT = "How can a region without a university take part?"
BREAK = "Coffee break"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


# --- the public page ------------------------------------------------------------------------------


def box(phone: Page) -> Locator:
    return phone.get_by_label("Your question", exact=True)


async def send(phone: Page, text: str) -> None:
    await box(phone).fill(text)
    await phone.get_by_role("button", name="Send").click()


def mine(phone: Page, text: str) -> Locator:
    return phone.locator(".mine li", has_text=text)


def step(phone: Page, text: str) -> Locator:
    return mine(phone, text).locator(".way strong")


async def asked(stage: Stage) -> list[str]:
    """The texts of all questions, as the moderators have them."""
    desk = await stage.client("moderator")
    return [one["text"] for one in desk.state["questions"].values()]


async def test_agenda_is_whole_without_javascript(stage: Stage) -> None:
    page = await stage.enter(f"/e/{stage.slug}", PHONE, java_script_enabled=False)
    agenda = page.locator("#agenda")
    client = await stage.client()
    for session in client.state["sessions"].values():
        row = agenda.locator("li.session", has=page.get_by_role("heading", name=session["title"]))
        await expect(row).to_be_visible()
        for speaker in session["speakers"]:
            await expect(row).to_contain_text(speaker["name"])
        for zone in client.state["event"]["zones"]:
            await expect(row).to_contain_text(zone["label"])
    assert "need JavaScript" in (await page.locator("#live noscript").text_content() or "")


async def test_times_are_also_in_the_readers_own_zone(stage: Stage) -> None:
    page = await stage.enter(f"/e/{stage.slug}", DESK, timezone_id="Asia/Tokyo")
    row = page.locator("#s-s4")
    starts = await row.locator(".session-own time").get_attribute("datetime")
    shown = await page.evaluate(
        """(starts) => ["Asia/Tokyo", "America/Mexico_City"].map((timeZone) =>
          new Date(starts).toLocaleTimeString("en-GB", {timeZone, timeStyle: "short"}))""",
        starts,
    )
    await expect(row.locator(".session-yours")).to_contain_text(shown[0])
    await expect(row.locator(".session-yours")).to_contain_text("Tokyo, your time")
    await expect(row.locator(".session-zones")).to_contain_text(shown[1])
    await expect(page.locator("#live .next .when")).to_contain_text(
        f"{shown[1]} in Mexico City", use_inner_text=True
    )


async def test_draft_survives_a_reload(stage: Stage) -> None:
    phone = await stage.phone()
    await box(phone).fill(TEXT)
    await phone.get_by_label("Your name").fill("Ana")
    await phone.reload()
    await expect(box(phone)).to_have_value(TEXT)
    await expect(phone.get_by_label("Your name")).to_have_value("Ana")


async def test_question_asked_offline_is_kept_and_sent_once(stage: Stage) -> None:
    line = Line()
    phone = await stage.phone(line)
    await line.cut(phone)
    await send(phone, TEXT)
    await expect(step(phone, TEXT)).to_have_text("Kept, sent when you are back")
    await line.mend(phone)
    await expect(step(phone, TEXT)).to_have_text("In review")
    await expect(mine(phone, TEXT)).to_have_count(1)
    assert (await asked(stage)).count(TEXT) == 1


async def test_question_whose_answer_is_late_is_shown_once(stage: Stage) -> None:
    line = Line()
    phone = await stage.phone(line)
    await expect(box(phone)).to_be_visible()
    line.hold(is_ack)
    await send(phone, TEXT)
    await expect(step(phone, TEXT)).to_have_text("In review")
    line.release()
    await expect(phone.locator(".toasts")).to_contain_text("Your question was received.")
    await expect(mine(phone, TEXT)).to_have_count(1)


async def test_vote_shows_at_once_and_survives_a_reload(stage: Stage) -> None:
    await stage.ask(TEXT, approved=True)
    line = Line()
    phone = await stage.phone(line)
    vote = phone.locator("[data-id]", has_text=TEXT).locator(".vote")
    await expect(vote).to_have_text("0")
    line.hold()
    await vote.click()
    await expect(vote).to_have_text("1", timeout=1000)
    await expect(vote).to_have_attribute("aria-pressed", "true")
    line.release()
    await phone.reload()
    await expect(vote).to_have_text("1")
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await vote.click()
    await expect(vote).to_have_text("0")
    await expect(vote).to_have_attribute("aria-pressed", "false")


async def test_question_can_be_changed_and_withdrawn_while_in_review(stage: Stage) -> None:
    phone = await stage.phone()
    desk = await stage.desk("moderator")
    await send(phone, TEXT)
    await mine(phone, TEXT).get_by_role("button", name="Edit").click()
    await phone.get_by_label("Change your question").fill("May a region without one take part?")
    await phone.get_by_role("button", name="Save").click()
    await expect(step(phone, "May a region")).to_have_text("In review")
    await expect(desk.locator(".at-incoming article", has_text="May a region")).to_be_visible()
    await mine(phone, "May a region").get_by_role("button", name="Withdraw").click()
    await expect(step(phone, "May a region")).to_have_text("Withdrawn")
    await expect(mine(phone, TEXT)).to_have_count(0)


WORDS = """() => {
  const found = new Set();
  for (const root of [document.getElementById("live"), document.querySelector(".event-nav")]) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) found.add(walk.currentNode.textContent.trim());
    for (const one of root.querySelectorAll("*"))
      for (const name of ["aria-label", "placeholder", "title"])
        if (one.hasAttribute(name)) found.add(one.getAttribute(name).trim());
  }
  return [...found].filter((text) => /[a-z]{3}/i.test(text));
}"""
"""What there is to read on the live part of the public page."""
SPANISH_TOO = {"Panel"}


async def test_spanish_page_has_no_english_left(stage: Stage) -> None:
    question = await stage.ask(TEXT, approved=True)
    await (await stage.client("moderator")).do("question.spotlight", question=question)
    content = json.dumps((await stage.client()).state, ensure_ascii=False)
    words = []
    for locale, own in (("en-GB", "Your question"), ("es-ES", "Su pregunta")):
        phone = await stage.phone(locale=locale)
        await phone.get_by_label(own, exact=True).fill("¿Quién paga todo esto?")
        await phone.locator(".ask-form button[type=submit]").click()
        await expect(phone.locator(".mine li.in_review")).to_be_visible()
        await phone.get_by_label(own, exact=True).fill("¿Y quién lo mide?")
        words.append(set(await phone.evaluate(WORDS)))
    english, spanish = words
    assert "Ahora en pantalla" in spanish
    typed = {"¿Quién paga todo esto?"}
    left = english & spanish - typed - SPANISH_TOO
    assert {text for text in left if any(one not in content for one in text.split(", "))} == set()


# --- the moderator's desk -------------------------------------------------------------------------


def card(desk: Page, column: str, text: str = TEXT) -> Locator:
    return desk.locator(f".at-{column} article", has_text=text)


async def press(desk: Page, card: Locator, key: str) -> None:
    await card.locator(".text").click()
    await expect(card).to_have_class(browser_support.holding("focused"))
    await desk.keyboard.press(key)


async def test_keys_lead_a_question_over_the_stage_and_back(stage: Stage) -> None:
    await stage.ask(TEXT)
    desk = await stage.desk("moderator")
    await press(desk, card(desk, "incoming"), "a")
    await press(desk, card(desk, "approved"), "s")
    await press(desk, card(desk, "stage"), "d")
    await expect(desk.locator(".toasts")).to_contain_text("Answered")
    await expect(card(desk, "stage")).to_have_count(0)
    await desk.keyboard.press("u")
    await expect(card(desk, "stage")).to_be_visible()
    await press(desk, card(desk, "stage"), "s")
    await expect(card(desk, "approved")).to_be_visible()


async def test_key_rejects_and_the_note_takes_it_back(stage: Stage) -> None:
    await stage.ask(TEXT)
    desk = await stage.desk("moderator")
    await press(desk, card(desk, "incoming"), "r")
    await expect(card(desk, "incoming")).to_have_count(0)
    await desk.locator(".toast", has_text="Not taken").get_by_role("button", name="Undo").click()
    await expect(card(desk, "incoming")).to_be_visible()
    await expect(desk.locator(".toasts")).to_contain_text("Undone: Not taken")


@pytest.mark.parametrize(
    ("first", "second", "now"), [("r", "a", "not taken"), ("a", "r", "approved")]
)
async def test_slower_moderator_is_told_who_was_faster(
    stage: Stage, first: str, second: str, now: str
) -> None:
    question = await stage.ask(TEXT)
    line = Line()
    ana = await stage.desk("moderator", await stage.link("moderator", "Ana"))
    ben = await stage.desk("moderator", await stage.link("moderator", "Ben"), line)
    await expect(card(ben, "incoming")).to_be_visible()
    line.hold()
    await press(ana, card(ana, "incoming"), first)
    await expect(ana.locator(".toasts")).to_contain_text(now.capitalize())
    await press(ben, card(ben, "incoming"), second)
    line.release()
    await expect(ben.locator(".toasts")).to_contain_text(
        f"Ana was faster: the question is {now} since"
    )
    desk = await stage.client("moderator")
    assert desk.state["questions"][question]["decided"]["by"] == "Ana"


async def test_question_that_another_moderator_took_says_so(stage: Stage) -> None:
    await stage.ask(TEXT)
    ana = await stage.desk("moderator", await stage.link("moderator", "Ana"))
    ben = await stage.desk("moderator", await stage.link("moderator", "Ben"))
    await card(ben, "incoming").locator(".text").click()
    await press(ana, card(ana, "incoming"), "a")
    await expect(card(ben, "incoming")).to_contain_text("Approved by Ana")


async def test_organiser_erases_a_question_and_it_is_nowhere(stage: Stage) -> None:
    question = await stage.ask(TEXT, approved=True)
    moderator = await stage.desk("moderator")
    await expect(moderator.get_by_role("button", name="Erase for good")).to_have_count(0)
    await (await stage.client("moderator")).do("question.spotlight", question=question)
    phone, screen = await stage.phone(), await stage.screen("questions")
    owner = await stage.blank()
    await owner.goto(f"{stage.url}/k/{stage.tokens['organiser']}")
    await owner.goto(f"{stage.url}/e/{stage.slug}/moderate")
    pages = (moderator, phone, screen, owner)
    for page in pages:
        await expect(page.get_by_text(TEXT).first).to_be_visible()
    await card(owner, "stage").get_by_role("button", name="Erase for good").click()
    dialog = owner.get_by_role("dialog")
    await expect(dialog).to_contain_text("are erased for good, everywhere")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(card(owner, "stage")).to_be_visible()
    await card(owner, "stage").get_by_role("button", name="Erase for good").click()
    await dialog.get_by_role("button", name="Erase for good").click()
    await expect(dialog).to_have_count(0)
    for page in pages:
        await expect(page.get_by_text(TEXT)).to_have_count(0)
    await moderator.locator(".drawer button", has_text="Not taken").click()
    left = moderator.locator(".drawer article", has_text="Erased")
    await expect(left).to_contain_text("an organiser")
    await expect(left.get_by_role("button")).to_have_count(0)


# --- the producer's desk --------------------------------------------------------------------------


async def test_next_names_what_it_starts(stage: Stage) -> None:
    desk = await stage.desk("producer")
    await expect(desk.locator("button.next")).to_contain_text(f"Start:N{BREAK}")
    await desk.locator("button.next").click()
    await expect(desk.locator(".on-air")).to_contain_text(BREAK)
    await expect(desk.locator("button.next")).not_to_contain_text(BREAK)
    await expect(desk.locator("button.undo")).to_contain_text(f"Undo: started {BREAK}")


async def test_second_tap_on_next_tells_who_was_first(stage: Stage) -> None:
    line = Line()
    ana = await stage.desk("producer", await stage.link("producer", "Ana"))
    ben = await stage.desk("producer", await stage.link("producer", "Ben"), line)
    line.hold()
    await ana.locator("button.next").click()
    await expect(ana.locator(".on-air")).to_contain_text(BREAK)
    await ben.locator("button.next").click()
    line.release()
    toast = ben.locator(".toasts")
    await expect(toast).to_contain_text("Ana moved on at")
    await expect(toast).to_contain_text(f"“{BREAK}” is live now. Nothing was done.")
    await expect(ben.locator(".on-air")).to_contain_text(BREAK)


async def test_live_session_is_extended_paused_and_taken_up_again(stage: Stage) -> None:
    desk = await stage.desk("producer")
    air = desk.locator(".on-air")
    await desk.get_by_role("button", name="5 min more").click()
    await expect(air).to_contain_text("+5 min")
    await desk.keyboard.press("[")
    await expect(air).to_contain_text("+4 min")
    await desk.get_by_role("button", name="Pause").click()
    await expect(air).to_contain_text("Paused")
    await desk.get_by_role("button", name="Resume").click()
    await expect(air).not_to_contain_text("Paused")
    await desk.locator("button.undo", has_text="resumed").click()
    await expect(air).to_contain_text("Paused")


async def test_screen_is_paired_and_led_from_the_desk(stage: Stage) -> None:
    desk = await stage.desk("producer")
    screen = await stage.enter("/display", browser_support.SCREEN)
    code = await screen.locator(".code").get_attribute("aria-label")
    await desk.get_by_role("button", name="Pair a screen").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("Code on the screen").fill("ABCD2345")
    await dialog.get_by_label("Name of the screen").fill("Hall")
    await dialog.get_by_role("button", name="Pair", exact=True).click()
    await expect(dialog).to_contain_text("No screen shows this code.")
    await dialog.get_by_label("Code on the screen").fill((code or "").lower())
    await expect(dialog.get_by_role("status")).to_contain_text("Chrome, Linux 1920")
    await dialog.get_by_role("button", name="Pair", exact=True).click()
    await expect(dialog).to_have_count(0)
    await expect(screen.locator("main.middle h1")).to_be_visible()
    await expect(desk.locator(".screens li")).to_contain_text("Shows the latest")

    await desk.get_by_role("button", name="Let Hall show its name").click()
    await expect(screen.locator(".identify-name")).to_have_text("Hall")
    await desk.get_by_role("button", name="Turn Hall dark").click()
    await expect(screen.locator(".blackout")).to_be_visible()
    await expect(screen.locator("main")).to_have_count(0)
    await desk.get_by_role("button", name="Light Hall again").click()
    await expect(screen.locator("main.middle h1")).to_be_visible()
    await desk.get_by_label("What Hall shows").select_option("Questions")
    await expect(screen.locator(".frame.invitation")).to_be_visible()

    await desk.get_by_role("button", name="Remove Hall").click()
    await desk.get_by_role("button", name="Remove the screen").click()
    await expect(screen.locator(".pairing .code")).to_be_visible()
    assert await screen.locator(".code").get_attribute("aria-label") != code


async def test_producers_phone_scans_a_screen_and_pairs_it(stage: Stage) -> None:
    screen = await stage.enter("/display", browser_support.SCREEN)
    code = await screen.locator(".code").get_attribute("aria-label")
    phone = await stage.enter(f"/k/{stage.tokens['producer']}", PHONE)
    await expect(phone.locator("button.next")).to_be_visible()
    await phone.goto(f"{stage.url}/pair/{code}")
    await phone.wait_for_url(re.compile("/produce$"))
    dialog = phone.get_by_role("dialog")
    await expect(dialog.get_by_label("Code on the screen")).to_have_value(
        f"{(code or '')[:4]}-{(code or '')[4:]}"
    )
    await dialog.get_by_label("Name of the screen").fill("Foyer")
    await dialog.get_by_role("button", name="Pair", exact=True).click()
    await expect(screen.locator("main.middle h1")).to_be_visible()
