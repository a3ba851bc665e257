"""The organiser's page: agendas of many kinds come in, are looked at, confirmed and taken back."""

import json
import os
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import browser_support
import pytest
import pytest_asyncio
from aiohttp import web
from axe import objections
from browser_support import PHONE, House, Stage
from playwright.async_api import FilePayload, Locator, Page, expect
from reading import FIXTURES

from streamhub.hub.hubs import Hubs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

FOLDER = os.environ.get("STREAMHUB_AGENDAS")
NIGHT = "23:30-00:30 Long night of ports\n"
PASTED = (
    "Harbour Day\n12 May 2027\n\n"
    "9:00-9:30 Welcome\nInês Duarte, Port of Sines\n"
    "9:30-10:00 Coffee break\n10:00-11:00 Panel: Shore power\n" + NIGHT
)
SPANISH = (
    "Title,Start,End,Speakers,Status\n"
    "{title} {n},2027-05-12 09:00,2027-05-12 08:00,,\n"
    "Mesa de grúas,2027-05-12 10:00,2027-05-12 11:00,,\n"
    'Muelles,2027-05-12 11:00,2027-05-12 12:00,"Eva Kern, Udo Alt",\n'
    "Boyas,2027-05-12 12:00,2027-05-12 13:00,,rejected\n"
)
STRANGE = (
    "Wann,Wie lang,Worum geht es,Wer sagt es\n"
    "12.05.2027 09:00,30,Begrüßung,Eva Kern\n"
    "12.05.2027 09:30,45,Strom am Kai,Udo Alt\n"
)


@dataclass
class Quay:
    """A site that publishes an agenda; it stands beside the node."""

    body: str = ""
    etag: int = 0

    def publish(self, body: str) -> None:
        self.body, self.etag = body, self.etag + 1

    def routes(self, _: Hubs) -> Iterable[web.RouteDef]:
        yield web.get("/quay/agenda.json", self.answer)

    async def answer(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text=self.body, headers={"ETag": f'"{self.etag}"'})


@dataclass
class Office:
    """An event whose agenda is known, and the organiser's page."""

    stage: Stage
    page: Page
    agenda: dict[str, Any] = field(default_factory=dict)

    async def read(self) -> None:
        path = f"{self.stage.url}/e/{self.stage.slug}/agenda.json"
        self.agenda = await (await self.page.request.get(path)).json()

    def with_titles(self, **titles: str) -> str:
        """The event's agenda, with other titles of some sessions."""
        agenda = json.loads(json.dumps(self.agenda))
        for session in agenda["sessions"]:
            session["title"] = titles.get(session["id"], session["title"])
        return json.dumps(agenda)

    async def hand_in(self, data: str | bytes, name: str = "agenda.json") -> Locator:
        """Choose a file; returns the preview."""
        raw = data.encode() if isinstance(data, str) else data
        payload: FilePayload = {"name": name, "mimeType": "", "buffer": raw}
        await self.page.locator("input[type=file]").set_input_files(payload)
        return self.page.locator(".preview")

    async def titles(self) -> list[str]:
        await self.read()
        return [one["title"] for one in self.agenda["sessions"]]


QUAY = Quay()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("house")
    async with browser_support.house(folder, 14, QUAY.routes, fetch_private=True) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def office(stage: Stage) -> Office:
    made = Office(stage, await stage.desk("organiser"))
    await made.read()
    return made


def confirm(page: Page) -> Locator:
    return page.get_by_role("button", name="Put it in place")


async def test_file_is_looked_at_confirmed_and_taken_back(office: Office) -> None:
    page, stage = office.page, office.stage
    phone = await stage.enter(f"/e/{stage.slug}", PHONE)
    preview = await office.hand_in(office.with_titles(s4="Tea break"))
    difference = preview.locator(".difference")
    await expect(difference).to_contain_text("Coffee break")
    await expect(difference).to_contain_text("Tea break")
    await expect(preview).to_contain_text("streamhub")
    assert "Coffee break" in await office.titles(), "nothing changes before it is confirmed"
    await confirm(page).click()
    await expect(page.get_by_role("heading", name="The agenda is in place.")).to_be_focused()
    await expect(page.locator(".done")).to_contain_text("1 session changed.")
    await phone.get_by_role("navigation").get_by_text("Agenda").click()
    await expect(phone.locator("#agenda").get_by_text("Tea break")).to_be_visible()
    await page.get_by_role("button", name="Go back to the agenda before").click()
    await expect(difference).to_contain_text("Coffee break")
    await confirm(page).click()
    await expect(page.locator(".done")).to_contain_text("1 session changed.")
    assert "Coffee break" in await office.titles()


async def test_broken_file_is_told_by_line_and_changes_nothing(office: Office) -> None:
    before = await office.titles()
    broken = office.with_titles().replace('"duration": ', '"duration": "soon", "x": ', 1)
    preview = await office.hand_in(broken)
    await expect(preview.locator(".trouble")).to_contain_text("Nothing was changed")
    await expect(confirm(office.page)).to_have_count(0)
    assert await office.titles() == before
    await office.hand_in("\x00\x01\x02", "picture.png")
    await expect(office.page.locator(".trouble").first).to_be_visible()


async def test_text_that_is_pasted_asks_where_it_is(office: Office) -> None:
    page = office.page
    await page.get_by_text("Text", exact=True).click()
    await page.get_by_label("The agenda as text").fill(PASTED)
    await page.get_by_role("button", name="Look at it").click()
    preview = page.locator(".preview")
    await expect(preview).to_contain_text("Long night of ports")
    await expect(preview).to_contain_text("Times are read in Mexico City")
    await preview.get_by_text("Is that right? Choose another zone").click()
    await preview.get_by_label("Time zone").fill("Europe/Lisbon")
    await preview.get_by_role("button", name="Use this zone").click()
    await expect(preview).to_contain_text("Times are read in Lisbon")
    await expect(preview).to_contain_text("as you said")
    await page.get_by_role("button", name="Change the text").click()
    await expect(page.get_by_label("The agenda as text")).to_have_value(PASTED)


async def test_columns_that_are_not_known_are_told_once(office: Office) -> None:
    page = office.page
    preview = await office.hand_in(STRANGE, "plan.csv")
    await expect(preview).to_contain_text("Which column is what?")
    await expect(preview.get_by_role("row", name="Worum geht es")).to_contain_text("Strom am Kai")
    read = preview.get_by_role("button", name="Read it like this")
    await expect(read).to_be_disabled()
    await page.set_viewport_size(PHONE)
    widths = await preview.locator(".scroller").evaluate("(el) => [el.scrollWidth, el.clientWidth]")
    assert widths[0] <= widths[1], "what a column is stands in sight on a phone"
    assert await objections(page) == []
    for column, kind in {"Wann": "Start", "Wie lang": "Length", "Worum geht es": "Title"}.items():
        await preview.get_by_label(f"What “{column}” is").select_option(label=kind)
    await preview.get_by_label("What “Wer sagt es” is").select_option(label="Speakers")
    await read.click()
    await expect(preview).to_contain_text("2 sessions")
    await expect(preview).to_contain_text("Strom am Kai")
    await expect(confirm(page)).to_be_enabled()


async def test_what_is_on_air_changes_only_with_a_word_of_its_own(office: Office) -> None:
    page = office.page
    audience = await office.stage.client()
    live = str(audience.state["rooms"]["main"]["live"])
    preview = await office.hand_in(office.with_titles(**{live: "Another title on air"}))
    await expect(preview).to_contain_text("This changes what is on air now")
    await expect(confirm(page)).to_have_attribute("aria-disabled", "true")
    await confirm(page).click(force=True)
    await expect(page.locator(".done")).to_have_count(0)
    await preview.get_by_label("Yes, change what is on air, too.").check()
    await confirm(page).click()
    await expect(page.locator(".done")).to_be_visible()
    assert "Another title on air" in await office.titles()


async def test_address_is_followed_and_what_is_new_there_waits(office: Office) -> None:
    page, stage = office.page, office.stage
    QUAY.publish(office.with_titles())
    section = page.get_by_role("region", name="Follow an address")
    await section.get_by_role("button", name="Follow an address").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Follow it").click()
    await expect(dialog).to_contain_text("Say which address.")
    await dialog.get_by_label("Address of the agenda").fill(f"{stage.url}/quay/agenda.json")
    await dialog.get_by_label("How often").select_option(label="every 5 minutes")
    await dialog.get_by_role("button", name="Follow it").click()
    await expect(dialog).to_have_count(0)
    await expect(section).to_contain_text("every 5 minutes")
    await expect(section).to_contain_text("looked at")
    QUAY.publish(office.with_titles(s4="Tea break"))
    await section.get_by_role("button", name="Look now").click()
    await expect(section.get_by_role("status")).to_contain_text("1 session changed.")
    assert "Coffee break" in await office.titles()
    await section.get_by_role("button", name="Look at it").click()
    await expect(page.locator(".difference")).to_contain_text("Tea break")
    await confirm(page).click()
    await expect(page.locator(".done")).to_be_visible()
    assert "Tea break" in await office.titles()
    QUAY.publish(office.with_titles(s4="Mate break"))
    await section.get_by_role("button", name="Look now").click()
    await section.get_by_role("button", name="Leave it").click()
    await expect(section.get_by_role("status")).to_have_count(0)
    assert "Tea break" in await office.titles()
    QUAY.publish("no agenda")
    await section.get_by_role("button", name="Look now").click()
    await expect(section.get_by_role("alert")).to_be_visible()
    await section.get_by_role("button", name="Stop following").click()
    await expect(section.get_by_role("button", name="Follow an address")).to_be_visible()


async def test_links_are_made_handed_on_and_taken_back(office: Office) -> None:
    page, stage = office.page, office.stage
    await page.get_by_role("button", name="New link for Moderators").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Marta")
    await dialog.get_by_role("button", name="Make the link").click()
    await expect(dialog.get_by_role("img", name="QR code of Marta")).to_be_visible()
    url = await dialog.locator(".address").inner_text()
    desk = await stage.enter(f"/k/{url.rpartition('/')[2]}")
    await expect(desk).to_have_url(re.compile("/moderate$"))
    await dialog.get_by_role("button", name="Done").click()
    await page.get_by_role("button", name="Take back the link of Marta").click()
    await dialog.get_by_role("button", name="Take it back").click()
    await expect(page.locator(".over-links")).to_contain_text("Marta")
    await expect(desk.get_by_text("Connected", exact=True)).to_have_count(0)
    await page.get_by_role("button", name="New link for Invited participants").click()
    await dialog.get_by_label("Name").fill("Members")
    await dialog.get_by_label("For how many people").fill("300")
    await dialog.get_by_role("button", name="Make the link").click()
    guest = await stage.enter(
        f"/k/{(await dialog.locator('.address').inner_text()).rpartition('/')[2]}", PHONE
    )
    await expect(guest.locator("#now-title")).to_be_visible()
    await dialog.get_by_role("button", name="Done").click()
    await expect(guest.locator(".toasts")).to_contain_text("Your invitation was received")
    await page.reload()
    members = page.locator(".link", has_text="Members")
    await expect(members).to_contain_text("for 300 people")
    await expect(members).to_contain_text("1 person connected now")
    await page.get_by_role("button", name="Take back the link of Members").click()
    await expect(dialog).to_contain_text("Whoever it invited stays")
    await dialog.get_by_role("button", name="Take it back").click()
    await expect(page.locator(".over-links")).to_contain_text("Members")
    await expect(guest.locator("#now-title")).to_be_visible()


async def test_results_are_made_public_here(office: Office) -> None:
    page, stage = office.page, office.stage
    stranger = await stage.blank()
    results = f"{stage.url}/e/{stage.slug}/results"
    assert (await stranger.request.get(results)).status != 200
    await page.get_by_label("Results are public").click()
    await expect(page.locator(".results-set")).to_contain_text("Anybody can see them")
    assert (await stranger.request.get(results)).status == 200


async def test_crew_finds_the_way_there_only_as_organiser(stage: Stage) -> None:
    desk = await stage.desk("producer")
    await expect(desk.get_by_role("link", name="Organiser's page")).to_have_count(0)
    desk = await stage.desk("organiser")
    await desk.get_by_role("link", name="Moderator's desk").click()
    await desk.get_by_role("link", name="Organiser's page").click()
    await expect(desk).to_have_url(re.compile("/organise$"))
    stranger = await stage.enter(f"/e/{stage.slug}/organise")
    await expect(stranger.get_by_text("Bring an agenda")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, browser_support.DESK], ids=["phone", "desk"])
async def test_organisers_page_is_accessible(stage: Stage, size: Any) -> None:
    page = await stage.desk("organiser")
    await page.set_viewport_size(size)
    office = Office(stage, page)
    await office.read()
    await expect(page.locator(".links")).to_be_visible()
    assert await objections(page) == []
    preview = await office.hand_in((FIXTURES / "sessionize.json").read_bytes(), "sessions.json")
    await expect(preview).to_contain_text("2 sessions")
    await expect(preview.locator(".difference")).to_be_visible()
    assert await objections(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_is_said_of_a_file_is_in_the_readers_language(office: Office) -> None:
    page = office.page
    await page.goto(f"{page.url.partition('?')[0]}?lang=es")
    await expect(page.get_by_role("heading", name="Traer un programa")).to_be_visible()
    table = SPANISH.encode("cp1252")
    preview = await office.hand_in(table, "muelle.csv")
    await expect(preview.locator(".legend")).to_contain_text("2 nuevas")
    await expect(preview.locator(".legend")).to_contain_text("canceladas")
    for group in await preview.locator("details.notes:not([open]) summary").all():
        await group.click()
    notes = preview.locator(".all-notes")
    for said in (
        "fila 2, Fin",
        "“{title} {n}” termina antes de empezar y se omitió.",
        "El archivo no está en UTF-8; se lee como Windows-1252.",
        "1 sesión está marcada como 'rejected' y se omitió.",
        "Se usa la zona del evento, ",
    ):
        await expect(notes).to_contain_text(said)
    assert await notes.locator("[lang]").count() == 0
    assert not re.search(r"\b(the|is|was|session|row)\b", await notes.inner_text())
    await page.get_by_role("button", name="Otro programa").click()
    broken = await office.hand_in('event: {titel: "x"', "a.yaml")
    await expect(broken).to_contain_text("Esto no es YAML: ")
    assert await objections(page) == []


@pytest.mark.skipif(FOLDER is None, reason="STREAMHUB_AGENDAS is not set")
async def test_largest_agenda_is_drawn_soon(office: Office) -> None:
    (largest,) = Path(str(FOLDER)).rglob("36c3-everything.json")
    preview = await office.hand_in(largest.read_bytes(), largest.name)
    await expect(preview).to_contain_text(re.compile(r"\d{3,} sessions"))
    await expect(confirm(office.page)).to_be_visible()
