"""An hour of questions, everybody at their own page: a phone in the hall, one in Lima in Spanish,
one that is anonymous on a bad network, two moderators, a speaker, a screen, a producer.

After every step: nobody sees or hears of a question before its time, or after it.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import browser_support
import pytest
import pytest_asyncio
from browser_support import DESK, SCREEN, House, Line, Stage, is_ack
from phones import Watch, ask, card, newest, press, row, way
from playwright.async_api import Page, expect
from support import Client

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]

RAW = "How dose a smal region begin with al this?"
FIRST = "How does a small region begin with all this?"
LIKE = "How can a small region begin with all of this?"
LIMA = "Quien paga la evaluacion de las estrategias en los municipios?"
FAR = "Is there a list of the instruments that worked elsewhere?"
DRAFT = "And what became of the regions that"
RUDE = "Why does nobody of you ever answer anything?"
SPEAKER = "simone-sasso"
PHONES = frozenset({"hall", "lima", "far"})
STAGE = frozenset({"display", "speaker"})
EVERYBODY = PHONES | STAGE


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house"), events=8) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


# --- who is there --------------------------------------------------------------------------------


@dataclass(slots=True)
class Cast:
    """Everybody, each at their own page."""

    hall: Page
    lima: Page
    far: Page
    line: Line
    ana: Page
    ben: Page
    bens: Line
    speaker: Page
    display: Page
    producer: Page
    crew: Client
    watch: Watch

    def found(self, text: str) -> dict[str, Any]:
        """The one question with this text, as the moderators have it."""
        asked = self.crew.state["questions"].items()
        (one,) = [{**one, "id": name} for name, one in asked if one["text"] == text]
        return one


async def gather(stage: Stage) -> Cast:
    """Let everybody come in, at the same time."""
    owner = await stage.client("organiser")
    crew = await stage.client("moderator")
    made = await owner.do("link.create", role="speaker", name="Simone", speaker=SPEAKER)
    names = [await stage.link("moderator", name) for name in ("Ana", "Ben")]
    lines = {name: Line() for name in ("hall", "lima", "far", "ben", "speaker", "display")}

    async def speak() -> Page:
        page = await stage.blank(DESK)
        await lines["speaker"].attach(page)
        await page.goto(f"{stage.url}/k/{made['result']['token']}")
        await expect(page.locator(".lectern")).to_be_visible()
        return page

    async def screen() -> Page:
        page = await stage.blank(SCREEN)
        await lines["display"].attach(page)
        return await stage.screen("questions", page)

    hall, lima, far, ana, ben, speaker, display, producer = await asyncio.gather(
        stage.phone(lines["hall"], timezone_id="America/Mexico_City"),
        stage.phone(lines["lima"], locale="es-PE"),
        stage.phone(lines["far"], timezone_id="Asia/Tokyo"),
        stage.desk("moderator", names[0]),
        stage.desk("moderator", names[1], lines["ben"]),
        speak(),
        screen(),
        stage.desk("producer"),
    )
    for phone in (hall, lima, far):
        await newest(phone)
    watch = Watch()
    pages = {"hall": hall, "lima": lima, "far": far, "speaker": speaker, "display": display}
    for name, page in pages.items():
        watch.add(name, page, lines[name])
    people = (hall, lima, far, lines["far"], ana, ben, lines["ben"], speaker, display, producer)
    return Cast(*people, crew, watch)


# --- the acts -------------------------------------------------------------------------------------


async def asks_and_is_corrected(cast: Cast) -> None:
    """A question is corrected before it is approved; its author's own words stay the crew's."""
    watch = cast.watch
    watch.only(RAW, "hall")
    await ask(cast.hall, RAW, name="Rosa")
    await expect(way(cast.hall, RAW)).to_have_text("In review")
    watch.only(LIMA, "lima")
    await ask(cast.lima, LIMA, "Su pregunta")
    await expect(way(cast.lima, LIMA)).to_have_text("En revisión")
    await expect(card(cast.ana, "incoming", LIMA)).to_contain_text("ES")
    await watch.check()

    watch.only(FIRST, "hall")
    await press(cast.ana, card(cast.ana, "incoming", RAW), "e")
    await expect(card(cast.ben, "incoming", RAW)).to_contain_text("Ana is on it")
    await cast.ana.get_by_label("The question as everybody will read it").fill(FIRST)
    await cast.ana.keyboard.press("Control+Enter")
    for desk in (cast.ana, cast.ben):
        await expect(card(desk, "incoming", FIRST).locator("del")).to_contain_text(["dose", "smal"])
    await watch.check()

    watch.only(FIRST, *PHONES, "speaker")
    await press(cast.ana, card(cast.ana, "incoming", FIRST), "a")
    await expect(way(cast.hall, FIRST)).to_have_text("Approved")
    await expect(cast.hall.locator(".mine")).to_contain_text("corrected by the moderators")
    await expect(row(cast.lima, FIRST)).to_contain_text("Rosa")
    await watch.check()


async def votes_instead_of_repeating(cast: Cast) -> None:
    """Who types what was asked before is offered it, votes, and asks nothing."""
    cast.watch.only(LIKE, "far")
    await cast.far.get_by_label("Your question", exact=True).fill(LIKE)
    offered = cast.far.locator(".similar li", has_text=FIRST)
    await offered.get_by_role("button", name="Vote for").click()
    await expect(row(cast.hall, FIRST).locator(".vote")).to_contain_text("1")
    await expect(card(cast.ben, "approved", FIRST).locator(".tally")).to_contain_text("1")
    assert "known" not in cast.found(FIRST)  # the vote of somebody without a name
    await cast.watch.check()


async def two_decide_at_once(cast: Cast) -> None:
    """Of two moderators on one question one wins; the other is told who it was."""
    await expect(card(cast.ben, "incoming", LIMA)).to_be_visible()
    cast.bens.hold(lambda message: not is_ack(message))
    cast.watch.only(LIMA, *PHONES, "speaker")
    await press(cast.ana, card(cast.ana, "incoming", LIMA), "a")
    await expect(way(cast.lima, LIMA)).to_have_text("Aprobada")
    await press(cast.ben, card(cast.ben, "incoming", LIMA), "r")
    await expect(cast.ben.locator(".toasts")).to_contain_text(
        "Ana was faster: the question is approved since"
    )
    cast.bens.release()
    await expect(card(cast.ben, "approved", LIMA)).to_be_visible()
    assert cast.found(LIMA)["decided"]["by"] == "Ana"
    await cast.watch.check()


async def asks_on_a_bad_network(cast: Cast) -> None:
    """What is asked and voted while the network is away arrives once; a draft outlives a reload."""
    far, watch = cast.far, cast.watch
    await cast.line.cut(far)
    await far.get_by_label("Your question", exact=True).fill("")
    watch.only(FAR, "far")
    await ask(far, FAR)
    await expect(way(far, FAR)).to_have_text("Kept, sent when you are back")
    vote = row(far, LIMA).locator(".vote")
    await vote.click()
    await expect(vote).to_contain_text("1")
    await watch.check()
    await cast.line.mend(far)
    await expect(way(far, FAR)).to_have_text("In review")
    watch.only(DRAFT, "far")
    await far.get_by_label("Your question", exact=True).fill(DRAFT)
    await far.reload()
    await expect(far.get_by_label("Your question", exact=True)).to_have_value(DRAFT)
    await expect(far.locator(".mine li", has_text=FAR)).to_have_count(1)
    await expect(row(far, LIMA).locator(".vote")).to_have_attribute("aria-pressed", "true")
    await expect(row(cast.hall, LIMA).locator(".vote")).to_contain_text("1")
    await cast.crew.until(lambda: cast.found(LIMA)["upvotes"] == 1)
    assert cast.found(FAR)["status"] == "pending"  # and there is one only
    await watch.check()


async def is_merged_and_split(cast: Cast) -> None:
    """Two that ask the same become one and two again, with the votes that were theirs."""
    watch, far = cast.watch, cast.far
    await ask(far, LIKE)
    await expect(way(far, LIKE)).to_have_text("In review")
    await expect(card(cast.ana, "incoming", LIKE)).to_contain_text("1 like this")
    await press(cast.ana, card(cast.ana, "incoming", LIKE), "m")
    await expect(cast.ana.locator(".picker-item[aria-selected=true]")).to_contain_text(FIRST)
    await cast.ana.keyboard.press("Enter")
    await expect(card(cast.ben, "approved", FIRST)).to_contain_text("1 merged into it")
    await expect(way(far, LIKE)).to_have_text("Asked by somebody too")
    # its author voted for the other one before: nobody counts twice
    await expect(far.locator(".mine")).to_contain_text("1 vote, yours among them")
    await watch.check()
    await press(cast.ben, card(cast.ben, "approved", FIRST), "y")
    await expect(card(cast.ana, "incoming", LIKE)).to_be_visible()
    await expect(way(far, LIKE)).to_have_text("In review")
    await expect(card(cast.ana, "approved", FIRST).locator(".tally")).to_contain_text("1")
    await press(cast.ana, card(cast.ana, "incoming", LIKE), "r")
    await expect(way(far, LIKE)).to_have_text("Not taken up")
    await watch.check()


async def approval_is_taken_back(cast: Cast) -> None:
    """An approval that is undone takes the question from everybody at once."""
    watch = cast.watch
    watch.only(FAR, *PHONES, "speaker")
    await press(cast.ben, card(cast.ben, "incoming", FAR), "a")
    await expect(row(cast.hall, FAR)).to_be_visible()
    await cast.ben.keyboard.press("u")
    for phone in (cast.hall, cast.lima):
        await expect(row(phone, FAR)).to_have_count(0)
    await expect(way(cast.far, FAR)).to_have_text("In review")
    await expect(cast.speaker.locator(".lectern")).not_to_contain_text(FAR)
    watch.only(FAR, "far")
    await watch.check()
    watch.only(FAR, *PHONES, "speaker")
    await press(cast.ben, card(cast.ben, "incoming", FAR), "a")
    await expect(row(cast.lima, FAR)).to_be_visible()
    await watch.check()


async def stage_is_led(cast: Cast) -> None:
    """The list is followed by screens and speaker, who goes on and back as well."""
    watch, display, speaker = cast.watch, cast.display, cast.speaker
    for text in (FIRST, LIMA):
        await press(cast.ana, card(cast.ana, "approved", text), "q")
        await expect(card(cast.ben, "stage", text)).to_be_visible()
    watch.only(FIRST, *EVERYBODY)
    await cast.ana.keyboard.press("PageDown")
    await expect(display.locator("blockquote")).to_have_text(FIRST)
    await expect(speaker.locator(".on-screen")).to_contain_text(FIRST)
    await expect(speaker.locator(".coming")).to_contain_text(LIMA)
    await expect(way(cast.hall, FIRST)).to_have_text("On screen now")
    await watch.check()

    watch.only(LIMA, *EVERYBODY)
    await speaker.get_by_role("button", name="Answered, and next").click()
    await expect(display.locator("blockquote")).to_have_text(LIMA)
    await expect(way(cast.hall, FIRST)).to_have_text("Answered")
    watch.only(FIRST, *PHONES, "speaker")
    await expect(cast.ana.locator(".hall blockquote")).to_have_text(LIMA)
    await watch.check()
    watch.only(FIRST, *EVERYBODY)
    await expect(speaker.locator(".lead-back")).to_have_attribute("aria-busy", "false")
    await speaker.get_by_role("button", name="Back to the question before").click()
    await expect(display.locator("blockquote")).to_have_text(FIRST)
    await expect(way(cast.hall, FIRST)).to_have_text("On screen now")
    await expect(cast.ben.locator(".go-next")).to_contain_text(LIMA)
    await cast.ben.keyboard.press("PageDown")
    await expect(display.locator("blockquote")).to_have_text(LIMA)
    await expect(way(cast.lima, LIMA)).to_have_text("Ahora en pantalla")

    # shown at once, by mistake; taken back, and the one before is there again
    watch.only(FAR, *EVERYBODY)
    await press(cast.ana, card(cast.ana, "approved", FAR), "s")
    await expect(display.locator("blockquote")).to_have_text(FAR)
    await cast.ana.keyboard.press("u")
    await expect(display.locator("blockquote")).to_have_text(LIMA)
    watch.only(FAR, *PHONES, "speaker")
    await watch.check()


async def rundown_goes_on_and_back(cast: Cast) -> None:
    """The producer goes on while a question is on the screens; back again, it is there again."""
    watch = cast.watch
    await cast.producer.locator("button.next").click()
    await expect(cast.display.locator("body")).not_to_contain_text(LIMA)
    await expect(cast.hall.locator("#live")).to_contain_text("After the break")
    await expect(cast.speaker.locator(".on-screen")).to_contain_text("No question")
    await expect(cast.speaker.locator(".lead")).to_have_count(0)  # not their session any more
    await expect(row(cast.hall, FAR)).to_be_visible()  # an end keeps what is open
    watch.only(LIMA, *PHONES, "speaker")
    await watch.check()
    watch.only(LIMA, *EVERYBODY)
    await cast.producer.locator("button.undo").click()
    await expect(cast.display.locator("blockquote")).to_have_text(LIMA)
    await expect(cast.ana.locator(".hall blockquote")).to_have_text(LIMA)
    await expect(way(cast.lima, LIMA)).to_have_text("Ahora en pantalla")
    await watch.check()


async def poll_is_held(cast: Cast) -> None:
    """A poll is opened, answered from two continents, closed and shown."""
    await cast.ben.keyboard.press("v")
    dialog = cast.ben.get_by_role("dialog")
    await dialog.get_by_label("What do you ask?").fill("Where to begin?")
    await dialog.get_by_label("Option 1", exact=True).fill("Food")
    await dialog.get_by_label("Option 2", exact=True).fill("Energy")
    await dialog.get_by_role("button", name="Open and show on screens").click()
    await expect(cast.display.locator(".poll-board")).to_contain_text("Energy")
    await expect(cast.speaker.locator(".on-screen")).to_contain_text("Where to begin?")
    for phone, answer, send in (
        (cast.hall, "Energy", "Send my answer"),
        (cast.lima, "Food", "Enviar mi respuesta"),
    ):
        poll = phone.locator(".poll-card", has_text="Where to begin?")
        await poll.get_by_role("radio", name=answer).check()
        await poll.get_by_role("button", name=send).click()
    await cast.ben.locator(".drawer button", has_text="Polls").click()
    led = cast.ben.locator(".crew-poll")
    await expect(led).to_contain_text("2 answers")
    await expect(cast.display.locator(".poll-results")).to_have_count(0)
    await led.get_by_role("button", name="Close").click()
    await expect(cast.display.locator(".poll-results")).to_contain_text("50%")
    await expect(cast.far.locator(".poll-results")).to_contain_text("50%")
    await led.get_by_role("button", name="Off the screens").click()
    await expect(cast.display.locator(".poll-board")).to_have_count(0)
    await cast.watch.check()


async def is_taken_down(cast: Cast) -> None:
    """Moderated after: public at once, flagged by the audience, gone from everywhere by one key."""
    watch = cast.watch
    waits = "Is this one asked while somebody still looks first?"
    watch.only(waits, "lima")
    await ask(cast.lima, waits, "Su pregunta")
    await expect(way(cast.lima, waits)).to_have_text("En revisión")
    await cast.ana.keyboard.press(",")
    dialog = cast.ana.get_by_role("dialog")
    await dialog.get_by_label(re.compile("^After")).check()
    await dialog.get_by_role("button", name="Save the settings").click()
    await expect(cast.ben.get_by_role("heading", name="Published")).to_be_visible()
    await watch.check()  # what waited is not let out by that

    watch.only(RUDE, *PHONES, "speaker")
    await ask(cast.hall, RUDE)
    await expect(row(cast.lima, RUDE)).to_be_visible()
    await row(cast.far, RUDE).locator(".flag").click()
    top = cast.ben.locator(".at-approved article").first
    await expect(top).to_contain_text("1 asks to look at it")
    await expect(top.locator(".text")).to_have_text(RUDE)
    await top.get_by_role("button", name="Take down").click()
    for phone in (cast.lima, cast.far):
        await expect(row(phone, RUDE)).to_have_count(0)
    await expect(way(cast.hall, RUDE)).to_have_text("Not taken up")
    await expect(cast.speaker.locator(".lectern")).not_to_contain_text(RUDE)
    watch.only(RUDE, "hall")
    await watch.check()


async def test_hour_of_a_hybrid_session(stage: Stage) -> None:
    cast = await gather(stage)
    await asks_and_is_corrected(cast)
    await votes_instead_of_repeating(cast)
    await two_decide_at_once(cast)
    await asks_on_a_bad_network(cast)
    await is_merged_and_split(cast)
    await approval_is_taken_back(cast)
    await stage_is_led(cast)
    await rundown_goes_on_and_back(cast)
    await poll_is_held(cast)
    await is_taken_down(cast)
