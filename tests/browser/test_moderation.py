"""A moderator's hours at the desk in a browser: keys and palette, merging, claims, many at once,
the stage list and what the hall sees of it, mutes, taking down, polls, and a phone in the hand.

The first steps of a question are in `test_pages.py`.
"""

import re
from collections.abc import AsyncIterator

import browser_support
import pytest
import pytest_asyncio
from axe import objections
from browser_support import PHONE, House, Line, Stage, holding, is_ack
from playwright.async_api import Locator, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

FIRST = "How does a small region begin?"
SECOND = "How does a small region begin with that?"
THIRD = "Who pays for the evaluation?"
SPEAKER = "Simone SASSO"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


def card(desk: Page, column: str, text: str) -> Locator:
    """A question in one of the columns."""
    whole = re.compile(rf"^\s*{re.escape(text)}\s*$")
    return desk.locator(f".at-{column} article", has=desk.locator(".text", has_text=whole))


async def look(card: Locator) -> None:
    """Put the focus on a question."""
    await card.locator(".text").click()
    await expect(card).to_have_class(holding("focused"))


async def press(desk: Page, card: Locator, key: str) -> None:
    """Press a key on a question."""
    await look(card)
    await desk.keyboard.press(key)


async def choose(desk: Page, typed: str) -> None:
    """Pick the first of a list that fits what is typed."""
    field = desk.locator(".picker input")
    await field.fill(typed)
    await desk.keyboard.press("Enter")


async def call(desk: Page, action: str) -> None:
    """Do something by its name."""
    await desk.keyboard.press("Control+k")
    await choose(desk, action)


async def listed(desk: Page) -> list[str]:
    """The stage list from top to bottom."""
    return await desk.locator(".at-stage .listed .text").all_inner_texts()


async def two(stage: Stage, line: Line | None = None) -> tuple[Page, Page]:
    """Two moderators, the second over a line."""
    ana = await stage.desk("moderator", await stage.link("moderator", "Ana"))
    return ana, await stage.desk("moderator", await stage.link("moderator", "Ben"), line)


# --- keys and names -------------------------------------------------------------------------------


async def test_question_mark_tells_every_key(stage: Stage) -> None:
    desk = await stage.desk("moderator")
    await desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog")
    for what in ("Approve", "Merge into another one", "Private note", "Undo my last decision"):
        await expect(dialog).to_contain_text(what)
    await desk.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_palette_does_by_name_what_a_key_does(stage: Stage) -> None:
    await stage.ask(FIRST)
    desk = await stage.desk("moderator")
    await look(card(desk, "incoming", FIRST))
    await call(desk, "star")
    await expect(card(desk, "incoming", FIRST).get_by_label("Starred")).to_be_visible()
    await desk.keyboard.press(".")
    await expect(desk.get_by_role("option", name="Split")).to_have_count(0)
    await choose(desk, "appr")
    await expect(card(desk, "approved", FIRST)).to_be_visible()


async def test_tab_goes_from_column_to_column_and_only_through_the_question_in_hand(
    stage: Stage,
) -> None:
    for text in (FIRST, THIRD):
        await stage.ask(text)
    desk = await stage.desk("moderator")
    await look(card(desk, "incoming", FIRST))
    await card(desk, "incoming", FIRST).focus()
    for name in ("Approve", "Reject", "Edit", "Merge", "All that can be done with it"):
        await desk.keyboard.press("Tab")
        button = card(desk, "incoming", FIRST).get_by_role("button", name=name)
        await expect(button).to_be_focused()
    await desk.keyboard.press("Tab")
    await expect(desk.locator(".at-approved .sorts button").first).to_be_focused()
    for _ in range(3):
        await desk.keyboard.press("Tab")
    await expect(desk.locator(".at-approved article").first).to_be_focused()


async def test_note_of_a_decision_says_on_which_question_it_was(stage: Stage) -> None:
    for text in (FIRST, THIRD):
        await stage.ask(text)
    desk = await stage.desk("moderator")
    await press(desk, card(desk, "incoming", FIRST), "a")
    await press(desk, card(desk, "incoming", THIRD), "r")
    first = desk.locator(".toast", has_text="Approved")
    await expect(first).to_contain_text(FIRST)
    await expect(desk.locator(".toast", has_text="Not taken")).to_contain_text(THIRD)
    await desk.locator(".drawer button", has_text="Answered").click(trial=True)  # none lies over it
    await first.get_by_role("button", name="Undo").click()
    await expect(card(desk, "incoming", FIRST)).to_be_visible()


async def test_palette_opens_while_typing_and_leaves_nothing_behind(stage: Stage) -> None:
    desk = await stage.desk("moderator")
    await desk.keyboard.press("/")
    await desk.keyboard.type("a.b")
    await expect(desk.get_by_label("Search questions")).to_have_value("a.b")
    await desk.keyboard.press("Control+k")
    await expect(desk.get_by_role("combobox", name="All actions")).to_be_focused()
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_label("Search questions")).to_be_focused()


# --- marks, filters, words ------------------------------------------------------------------------


async def test_labels_star_and_note_are_kept_and_filtered_by(stage: Stage) -> None:
    await stage.ask(FIRST)
    await stage.ask(THIRD)
    desk = await stage.desk("moderator")
    mine, other = card(desk, "incoming", FIRST), card(desk, "incoming", THIRD)
    await press(desk, mine, "l")
    await desk.get_by_label("New label").fill("Regions, Money")
    await desk.keyboard.press("Enter")
    await expect(mine.locator(".marks .label")).to_have_text(["Regions", "Money"])
    await press(desk, mine, "c")
    await desk.get_by_label("Private note").fill("Ask this first.")
    await desk.keyboard.press("Control+Enter")
    await expect(mine.locator(".private")).to_contain_text("Ask this first.")
    await desk.keyboard.press("*")
    await desk.get_by_role("button", name="Starred").click()
    await expect(other).to_have_count(0)
    await desk.get_by_role("button", name="Show all").click()
    await desk.get_by_label("Label", exact=True).select_option("Money")
    await expect(mine).to_be_visible()
    await expect(other).to_have_count(0)
    await desk.evaluate("document.activeElement.blur()")
    await desk.keyboard.press("0")
    await expect(other).to_be_visible()
    await desk.get_by_label("Search questions").fill("evaluatión")
    await expect(mine).to_have_count(0)
    await expect(other.locator("mark")).to_have_text("evaluation")


async def test_words_of_the_event_are_marked_and_never_changed(stage: Stage) -> None:
    moderator = await stage.client("moderator")
    await moderator.do("questions.configure", words={"en": ["evaluation"]})
    await stage.ask(THIRD)
    desk = await stage.desk("moderator")
    await expect(card(desk, "incoming", THIRD).locator("mark.hint")).to_have_text("evaluation")
    await expect(card(desk, "incoming", THIRD)).to_contain_text("Words to look at: evaluation")


async def test_edited_question_keeps_the_original_and_shows_the_difference(stage: Stage) -> None:
    await stage.ask(FIRST)
    desk = await stage.desk("moderator")
    await press(desk, card(desk, "incoming", FIRST), "e")
    field = desk.get_by_label("The question as everybody will read it")
    await field.fill("How does a region begin well?")
    await desk.keyboard.press("Control+Enter")
    changed = card(desk, "incoming", "How does a region begin well?")
    await expect(changed.locator("del")).to_contain_text(["small"])
    await expect(changed.locator("ins")).to_contain_text(["well"])
    await desk.keyboard.press("u")
    await expect(card(desk, "incoming", FIRST)).to_be_visible()
    await expect(card(desk, "incoming", FIRST).locator("del")).to_have_count(0)


# --- merging --------------------------------------------------------------------------------------


async def test_suggested_question_is_merged_by_key_and_split_again(stage: Stage) -> None:
    await stage.ask(FIRST)
    await stage.ask(SECOND)
    desk = await stage.desk("moderator")
    await expect(card(desk, "incoming", FIRST)).to_contain_text("1 like this")
    await press(desk, card(desk, "incoming", SECOND), "m")
    await expect(desk.locator(".picker-item[aria-selected=true]")).to_contain_text(FIRST)
    await desk.keyboard.press("Enter")
    kept = card(desk, "incoming", FIRST)
    await expect(card(desk, "incoming", SECOND)).to_have_count(0)
    await expect(kept).to_have_class(holding("focused"))
    await expect(kept).to_contain_text("1 merged into it")
    await expect(kept).to_contain_text("1 vote")
    await kept.get_by_role("button", name="1 merged into it").click()
    await expect(kept.locator(".merged li")).to_contain_text(SECOND)
    await desk.keyboard.press("y")
    await expect(card(desk, "incoming", SECOND)).to_be_visible()
    await desk.keyboard.press("u")
    await expect(card(desk, "incoming", SECOND)).to_have_count(0)
    await desk.keyboard.press("u")
    await expect(card(desk, "incoming", SECOND)).to_be_visible()
    await expect(kept).not_to_contain_text("merged into it")


async def test_question_is_dragged_onto_another_to_merge_it(stage: Stage) -> None:
    await stage.ask(FIRST, approved=True)
    await stage.ask(SECOND)
    desk = await stage.desk("moderator")
    await look(card(desk, "incoming", SECOND))
    grip = card(desk, "incoming", SECOND).locator(".grip")
    await grip.drag_to(card(desk, "approved", FIRST).locator(".text"))
    await expect(card(desk, "approved", FIRST)).to_contain_text("1 merged into it")
    await expect(card(desk, "incoming", SECOND)).to_have_count(0)


# --- two moderators -------------------------------------------------------------------------------


async def test_claim_is_seen_by_the_other_and_ends_when_one_goes_on(stage: Stage) -> None:
    await stage.ask(FIRST)
    await stage.ask(THIRD)
    ana, ben = await two(stage)
    await look(card(ana, "incoming", FIRST))
    await expect(card(ben, "incoming", FIRST)).to_contain_text(
        re.compile(r"Ana is on it, 0[12]:\d\d")
    )
    await expect(card(ana, "incoming", FIRST)).not_to_contain_text("is on it")
    await look(card(ana, "incoming", THIRD))
    await expect(card(ben, "incoming", FIRST)).not_to_contain_text("is on it")
    await expect(card(ben, "incoming", THIRD)).to_contain_text("Ana is on it")
    await press(ben, card(ben, "incoming", THIRD), "a")  # it keeps nobody from deciding
    await expect(card(ana, "incoming", THIRD)).to_contain_text("Approved by Ben")


async def test_merged_by_another_slides_away_and_my_place_is_kept(stage: Stage) -> None:
    first, second = await stage.ask(FIRST), await stage.ask(SECOND)
    await stage.ask(THIRD)
    ana, ben = await two(stage)
    await look(card(ben, "incoming", SECOND))
    helper = await stage.client("moderator")
    assert (await helper.do("question.merge", question=second, into=first))["ok"]
    await expect(card(ben, "incoming", SECOND)).to_contain_text("Merged into another by")
    await expect(card(ben, "incoming", SECOND)).to_have_class(holding("focused"))
    await ben.keyboard.press("j")
    await expect(card(ben, "incoming", THIRD)).to_have_class(holding("focused"))
    await expect(card(ana, "incoming", SECOND)).to_have_count(0)


async def test_two_go_on_at_once_and_one_is_told_who_was_faster(stage: Stage) -> None:
    first, second = await stage.ask(FIRST, approved=True), await stage.ask(THIRD, approved=True)
    helper = await stage.client("moderator")
    for question in (first, second):
        await helper.do("question.queue", question=question)
    line = Line()
    ana, ben = await two(stage, line)
    await expect(ben.locator(".go-next")).to_contain_text(FIRST)
    line.hold(lambda message: not is_ack(message))
    await ana.keyboard.press("PageDown")
    await expect(ana.locator(".at-stage article.lit")).to_contain_text(FIRST)
    await ben.keyboard.press("PageDown")
    await expect(ben.locator(".toasts")).to_contain_text("Ana was faster, at")
    line.release()
    await expect(ben.locator(".at-stage article.lit")).to_contain_text(FIRST)
    assert await listed(ben) == [THIRD]


async def test_decision_on_top_of_mine_is_not_undone_by_me(stage: Stage) -> None:
    question = await stage.ask(FIRST)
    ana, _ = await two(stage)
    await press(ana, card(ana, "incoming", FIRST), "a")
    await expect(card(ana, "approved", FIRST)).to_be_visible()
    helper = await stage.client("moderator")
    assert (await helper.do("question.star", question=question, on=True))["ok"]
    await expect(card(ana, "approved", FIRST).get_by_label("Starred")).to_be_visible()
    await ana.keyboard.press("u")
    await expect(ana.locator(".toasts")).to_contain_text("decided on this question since")
    await expect(card(ana, "approved", FIRST)).to_be_visible()


# --- many at once ---------------------------------------------------------------------------------


async def test_marked_questions_are_decided_together_and_undone_together(stage: Stage) -> None:
    for text in (FIRST, SECOND, THIRD):
        await stage.ask(text)
    desk = await stage.desk("moderator")
    await press(desk, card(desk, "incoming", FIRST), "x")
    await card(desk, "incoming", THIRD).locator(".text").click(modifiers=["Shift"])
    await expect(desk.locator(".marked-bar")).to_contain_text("3 marked")
    await desk.keyboard.press("l")
    await desk.get_by_label("New label").fill("Regions")
    await desk.keyboard.press("Enter")
    await expect(desk.locator(".at-incoming .marks .label", has_text="Regions")).to_have_count(3)
    await expect(desk.locator(".marked-bar")).to_have_count(0)
    await press(desk, card(desk, "incoming", FIRST), "x")
    await press(desk, card(desk, "incoming", SECOND), "x")
    await desk.keyboard.press("a")
    for text in (FIRST, SECOND):
        await expect(card(desk, "approved", text)).to_be_visible()
    await expect(card(desk, "incoming", THIRD)).to_be_visible()
    await desk.keyboard.press("u")
    for text in (FIRST, SECOND):
        await expect(card(desk, "incoming", text)).to_be_visible()


async def test_what_changed_meanwhile_stops_no_other_of_many(stage: Stage) -> None:
    first = await stage.ask(FIRST)
    await stage.ask(THIRD)
    line = Line()
    desk = await stage.desk("moderator", line=line)
    await press(desk, card(desk, "incoming", FIRST), "x")
    await press(desk, card(desk, "incoming", THIRD), "x")
    await expect(desk.locator(".marked-bar")).to_contain_text("2 marked")
    line.hold(lambda message: not is_ack(message))
    helper = await stage.client("moderator")
    assert (await helper.do("question.reject", question=first))["ok"]
    await desk.keyboard.press("a")
    await expect(desk.locator(".toasts")).to_contain_text("1 question was left as it is")
    line.release()
    await expect(card(desk, "approved", THIRD)).to_be_visible()
    await expect(card(desk, "approved", FIRST)).to_have_count(0)


async def test_flood_is_one_row_that_opens_and_its_author_is_muted(stage: Stage) -> None:
    await (await stage.client("organiser")).do("questions.configure", pending_most=10)
    person = await stage.client()
    texts = [f"Come to our fair at stand {n}!" for n in ("one", "two", "three")]
    for text in texts:
        assert (await person.do("question.ask", text=text, room="main", name="Max"))["ok"]
    await stage.ask(FIRST)
    desk = await stage.desk("moderator")
    moderator = await stage.client("moderator")
    asked = moderator.state["questions"].values()
    author = next(one["author"] for one in asked if one["text"] == texts[0])
    head = card(desk, "incoming", texts[0])
    await expect(head.locator(".flood")).to_contain_text("2 more that say the same")
    await expect(card(desk, "incoming", texts[1])).to_have_count(0)
    await press(desk, head, "g")
    await expect(card(desk, "incoming", texts[1])).to_be_visible()
    await desk.keyboard.press("g")
    await expect(card(desk, "incoming", texts[1])).to_have_count(0)
    await press(desk, head, "t")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("For how long").select_option("1 hour")
    await dialog.get_by_label("Why").fill("Advertising")
    await dialog.get_by_role("button", name="Mute", exact=True).click()
    await expect(head).to_contain_text("muted")
    refused = await person.do("question.ask", text="Come anyway, please!", room="main")
    assert refused["error"]["code"] == "participant.muted"
    assert moderator.state["participants"][author]["muted"]["reason"] == "Advertising"
    await head.get_by_role("button", name="Reject all 3").click()
    await expect(head).to_have_count(0)
    await expect(card(desk, "incoming", FIRST)).to_be_visible()
    await desk.locator(".drawer button", has_text="Muted").click()
    await desk.get_by_role("button", name="Let them take part again").click()
    await expect(desk.locator(".at-muted")).to_have_count(0)


# --- the stage ------------------------------------------------------------------------------------


async def test_stage_list_is_ordered_and_the_hall_follows(stage: Stage) -> None:
    for text in (FIRST, SECOND, THIRD):
        await stage.ask(text, approved=True)
    desk, screen = await stage.desk("moderator"), await stage.screen("questions")
    lectern = await stage.client("organiser")
    made = await lectern.do("link.create", role="speaker", name=SPEAKER)
    speaker = await stage.enter(f"/k/{made['result']['token']}")
    for text in (FIRST, SECOND, THIRD):
        await press(desk, card(desk, "approved", text), "q")
        await expect(card(desk, "stage", text)).to_be_visible()
    await press(desk, card(desk, "stage", THIRD), "Alt+ArrowUp")
    await expect(desk.locator(".at-stage .listed .text").nth(1)).to_have_text(THIRD)
    assert await listed(desk) == [FIRST, THIRD, SECOND]
    await desk.keyboard.press("p")
    await choose(desk, SPEAKER)
    await expect(card(desk, "stage", THIRD)).to_contain_text(f"for {SPEAKER}")

    await expect(desk.locator(".go-next")).to_contain_text(FIRST)
    await desk.keyboard.press("PageDown")
    await expect(screen.locator("blockquote")).to_have_text(FIRST)
    await expect(desk.locator(".hall blockquote")).to_have_text(FIRST)
    await expect(speaker.locator(".on-screen")).to_contain_text(FIRST)
    await expect(speaker.locator(".coming")).to_contain_text(THIRD)
    await expect(desk.locator(".go-next")).to_contain_text(f"for {SPEAKER}")
    await desk.locator(".go-next").click()
    await expect(screen.locator("blockquote")).to_have_text(THIRD)
    await expect(screen.locator("figcaption")).to_contain_text(f"for {SPEAKER}")
    await expect(desk.locator(".drawer", has_text="Answered")).to_contain_text(re.compile(r"\d+"))
    await desk.keyboard.press("PageUp")
    await expect(screen.locator("blockquote")).to_have_text(FIRST)
    assert await listed(desk) == [THIRD, SECOND]
    await press(desk, card(desk, "stage", SECOND), "q")
    await expect(card(desk, "approved", SECOND)).to_be_visible()
    await desk.keyboard.press("u")
    await expect(card(desk, "stage", SECOND)).to_be_visible()


async def test_stage_list_is_ordered_by_dragging(stage: Stage) -> None:
    for text in (FIRST, THIRD):
        await stage.ask(text, approved=True)
    desk = await stage.desk("moderator")
    await press(desk, card(desk, "approved", FIRST), "q")
    await expect(card(desk, "stage", FIRST)).to_be_visible()
    await look(card(desk, "approved", THIRD))
    grip = card(desk, "approved", THIRD).locator(".grip")
    await grip.drag_to(card(desk, "stage", FIRST).locator(".text"))
    await expect(card(desk, "stage", THIRD)).to_be_visible()
    assert await listed(desk) == [THIRD, FIRST]


# --- moderation after -----------------------------------------------------------------------------


async def test_after_moderation_takes_down_at_once_what_is_public(stage: Stage) -> None:
    waiting = "This one was asked before the change."
    await stage.ask(waiting)
    desk = await stage.desk("moderator")
    await desk.keyboard.press(",")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label(re.compile("^After")).check()
    await expect(dialog).to_contain_text("stay unseen until you approve them")
    await dialog.get_by_role("button", name="Save the settings").click()
    await expect(desk.get_by_role("heading", name="Published")).to_be_visible()
    assert (await desk.locator(".board > .column h2").first.inner_text()).startswith("Published")
    await expect(card(desk, "incoming", waiting)).to_be_visible()

    phone = await stage.phone()
    public = await stage.client()
    await stage.ask(FIRST)
    rude = await stage.ask(THIRD)
    await expect(phone.get_by_text(THIRD)).to_be_visible()
    assert (await public.do("question.flag", question=rude))["ok"]
    top = desk.locator(".at-approved article").first
    await expect(top).to_contain_text("1 asks to look at it")
    await expect(top).to_contain_text(THIRD)
    await look(top)
    await top.get_by_role("button", name="Take down").click()
    await expect(phone.get_by_text(THIRD)).to_have_count(0)
    await expect(phone.get_by_text(FIRST)).to_be_visible()
    await desk.keyboard.press("u")
    await expect(phone.get_by_text(THIRD)).to_be_visible()


# --- polls ----------------------------------------------------------------------------------------


async def test_poll_is_prepared_led_and_shown(stage: Stage) -> None:
    desk, screen = await stage.desk("moderator"), await stage.screen("questions")
    producer = await stage.desk("producer")
    await desk.keyboard.press("v")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("What do you ask?").fill("Where to begin?")
    await dialog.get_by_label("Option 1", exact=True).fill("Food")
    await desk.keyboard.press("Enter")
    await desk.keyboard.type("Energy")
    await dialog.get_by_label("Option 3", exact=True).fill("food")
    await dialog.get_by_role("button", name="Open and show on screens").click()
    await expect(dialog).to_contain_text("Two of the options are the same.")
    await dialog.get_by_role("button", name="Remove option 3").click()
    await dialog.get_by_role("button", name="Open and show on screens").click()
    await expect(dialog).to_have_count(0)
    await expect(screen.locator(".poll-board")).to_contain_text("Energy")
    await expect(desk.locator(".hall figcaption").first).to_contain_text("Poll on screen")

    poll = next(iter((await stage.client("moderator")).state["polls"]))
    await (await stage.client()).do("poll.answer", poll=poll, choices=["2"])
    await desk.locator(".drawer button", has_text="Polls").click()
    row = desk.locator(".crew-poll")
    await expect(row).to_contain_text("1 answer")
    await expect(row.locator(".poll-results")).to_contain_text("100%")
    for glass in (screen, desk.locator(".hall-screen")):  # the hall does not see it yet
        await expect(glass.locator(".poll-results")).to_have_count(0)
    await producer.locator(".crew-poll").get_by_role("button", name="Close").click()
    for glass in (screen, desk.locator(".hall-screen")):
        await expect(glass.locator(".poll-results")).to_contain_text("100%")
    await row.get_by_role("button", name="Off the screens").click()
    await expect(screen.locator(".poll-board")).to_have_count(0)
    await row.get_by_role("button", name="Remove the poll").click()
    await expect(desk.get_by_role("dialog")).to_contain_text("and 1 answer with it")
    await desk.get_by_role("dialog").get_by_role("button", name="Remove the poll").click()
    await expect(producer.locator(".crew-poll")).to_have_count(0)


async def test_word_that_is_held_back_is_let_through_and_another_hidden(stage: Stage) -> None:
    organiser = await stage.client("organiser")
    await organiser.do("questions.configure", words={"en": ["drat"]})
    made = await organiser.do(
        "poll.create", room="main", kind="words", title="One word?", results="live"
    )
    poll = made["result"]["poll"]
    await organiser.do("poll.open", poll=poll)
    person = await stage.client()
    await person.do("poll.answer", poll=poll, words=["drat", "trust"])
    desk = await stage.desk("moderator")
    await desk.locator(".drawer button", has_text="Polls").click()
    words = desk.locator(".poll-word-list")
    await expect(words).to_contain_text("held back")
    assert list(person.state["polls"][poll]["tally"]["words"]) == ["trust"]
    await words.get_by_role("button", name="Let “drat” through").click()
    await words.get_by_role("button", name="Hide “trust”").click()
    await person.until(lambda: list(person.state["polls"][poll]["tally"]["words"]) == ["drat"])


# --- in the hand ----------------------------------------------------------------------------------


async def test_host_moderates_on_a_phone(stage: Stage) -> None:
    await stage.ask(FIRST)
    await stage.ask(THIRD)
    page = await stage.blank(PHONE, has_touch=True, is_mobile=True)
    await page.goto(f"{stage.url}/k/{stage.tokens['moderator']}")
    first = card(page, "incoming", FIRST)
    await first.get_by_role("button", name="Approve").tap()
    await expect(first).to_have_count(0)
    await card(page, "incoming", THIRD).get_by_role("button", name="Reject").tap()
    await page.get_by_role("button", name=re.compile("^Approved")).tap()
    approved = card(page, "approved", FIRST)
    await approved.get_by_role("button", name="All that can be done with it").tap()
    await expect(page.locator(".picker input")).to_be_in_viewport(ratio=1)
    await expect(page.locator(".picker-close")).to_be_in_viewport(ratio=1)
    await page.get_by_role("option", name="On the stage list").tap()
    await page.get_by_role("button", name=re.compile("^Stage")).tap()
    await expect(page.locator(".go-next")).to_contain_text(FIRST)
    await page.locator(".go-next").tap()
    await expect(page.locator(".at-stage article.lit")).to_contain_text(FIRST)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = await page.evaluate("""
        [...document.querySelectorAll('.act, .go button, .tabs button, .desk-end button')]
          .map((one) => [one.title || one.textContent, one.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44))
          .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)
    """)
    assert small == []


# --- for everybody --------------------------------------------------------------------------------


async def test_busy_desk_and_its_dialogs_are_accessible(stage: Stage) -> None:
    moderator = await stage.client("moderator")
    await moderator.do("questions.configure", words={"en": ["small"]})
    first, second = await stage.ask(FIRST), await stage.ask(SECOND)
    third = await stage.ask(THIRD, approved=True)
    fourth = await stage.ask("What comes after that?", approved=True)
    for kind, fields in (
        ("question.label", {"question": first, "labels": ["Regions"]}),
        ("question.star", {"question": first, "on": True}),
        ("question.amend", {"question": first, "text": FIRST.replace("begin", "start")}),
        ("question.note", {"question": first, "note": "Ask this first."}),
        ("question.queue", {"question": third}),
        ("question.queue", {"question": fourth}),
        ("stage.next", {"room": "main", "lit": None}),
    ):
        assert (await moderator.do(kind, **fields))["ok"], kind
    await (await stage.client()).do("question.flag", question=fourth)
    helper = await stage.client("moderator")
    await helper.do("question.claim", question=second)
    desk = await stage.desk("moderator", await stage.link("moderator", "Ana"))
    await expect(card(desk, "incoming", SECOND)).to_contain_text("1 like this")
    await desk.keyboard.press("j")
    await desk.keyboard.press("x")
    await desk.locator(".drawer button", has_text="Not taken").click()
    assert await objections(desk) == []
    for key in (".", "m", ",", "?", "t", "v"):
        await desk.keyboard.press("Escape")
        await expect(desk.locator("dialog[open]")).to_have_count(0)
        await press(desk, card(desk, "incoming", "How does a small region start?"), key)
        await expect(desk.locator("dialog[open]")).to_have_count(1)
        assert await objections(desk) == [], key
        await desk.keyboard.press("Escape")
        await expect(desk.locator("dialog[open]")).to_have_count(0)
    for key in ("e", "n", "l", "c"):
        await press(desk, card(desk, "incoming", "How does a small region start?"), key)
        assert await objections(desk) == [], key
        await desk.locator(".writing").get_by_role("button", name="Cancel").click()
