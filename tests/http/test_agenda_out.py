"""The agenda in other forms over real HTTP: who may read it, when it is new, what it says."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import extruct
import pytest
from exporting import by_icalendar, workbook
from support import fresh, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.ids import SessionId
from streamhub.formats.own import read_json, read_yaml
from streamhub.formats.sample import SLUG
from streamhub.http.shelf import Shelf

FILES = {
    "agenda.ics": "text/calendar",
    "agenda.yaml": "application/yaml",
    "agenda.json": "application/json",
    "agenda.csv": "text/csv",
    "agenda.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "schedule.json": "application/json",
    "schedule.xml": "application/xml",
    "p/broadcast-tools/event.json": "application/json",
    "p/broadcast-tools/schedule.json": "application/json",
    "chapters.vtt": "text/vtt",
    "chapters.txt": "text/plain",
}


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as serving:
        yield serving


@pytest.fixture
async def web(node: Node) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{node.url}/e/{SLUG}/") as session:
        yield session


async def produce(node: Node, kind: str, **fields: Any) -> None:
    url = f"{node.url}/api/v1/events/{SLUG}/commands"
    status, body = await post_json(url, fresh(kind, **fields), token_of(node, "producer"))
    assert status == 200, body


@pytest.mark.parametrize("name", FILES)
async def test_file_is_for_everybody_and_is_kept_until_it_changes(
    web: aiohttp.ClientSession, name: str
) -> None:
    async with web.get(name) as answer:
        body = await answer.read()
        assert answer.status == 200
        assert answer.content_type == FILES[name]
        assert answer.charset == (None if name.endswith("xlsx") else "utf-8")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "public, max-age=30"
        etag = answer.headers["ETag"]
    async with web.head(name) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(body))
        assert answer.headers["ETag"] == etag
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        async with web.get(name, headers={"If-None-Match": known}) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
            assert answer.headers["ETag"] == etag
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
    async with web.get(name, headers={"If-None-Match": '"other"'}) as answer:
        assert (answer.status, await answer.read()) == (200, body)


async def test_file_says_when_it_last_changed(node: Node, web: aiohttp.ClientSession) -> None:
    async with web.get("agenda.ics") as answer:
        said = answer.headers["Last-Modified"]
        assert parsedate_to_datetime(said).timestamp() == hub_of(node).state.editions.at // 1000
    async with web.get("agenda.ics", headers={"If-Modified-Since": said}) as answer:
        assert answer.status == 304
    early = {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    async with web.get("agenda.ics", headers=early) as answer:
        assert answer.status == 200
    await produce(node, "session.cancel", session="s6")
    async with web.get("agenda.ics", headers={"If-Modified-Since": said}) as answer:
        assert answer.status == 200
        assert "Last-Modified" not in answer.headers  # it may change again within this second
    async with web.get("chapters.vtt") as answer:
        assert "Last-Modified" not in answer.headers


async def test_calendar_follows_what_the_producer_does(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async def calendar() -> tuple[str, dict[str, dict[str, Any]]]:
        async with web.get("agenda.ics") as answer:
            return answer.headers["ETag"], {
                one["title"][:12]: one for one in by_icalendar(await answer.read())
            }

    etag, before = await calendar()
    await produce(node, "session.cancel", session="s6")
    new, after = await calendar()
    assert new != etag
    changed = [title for title in before if before[title] != after[title]]
    assert [title[:7] for title in changed] == ["Closure"]
    assert after[changed[0]]["status"] == "CANCELLED"
    assert after[changed[0]]["sequence"] == before[changed[0]]["sequence"] + 1
    assert after[changed[0]]["uid"] == before[changed[0]]["uid"]
    await produce(node, "session.restore", session="s6")
    assert (await calendar())[1][changed[0]]["sequence"] == before[changed[0]]["sequence"] + 2


async def test_calendar_can_be_of_one_session_or_room(web: aiohttp.ClientSession) -> None:
    for query, count in (("session=s4", 1), ("room=main", 6), ("room=main&session=s4", 1)):
        async with web.get(f"agenda.ics?{query}") as answer:
            assert len(by_icalendar(await answer.read())) == count


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("agenda.ics?room=nowhere", 404, "room.unknown"),
        ("agenda.ics?session=none", 404, "session.unknown"),
        ("chapters.vtt?room=nowhere", 404, "room.unknown"),
        ("chapters.txt?start_at=soon", 400, "request.invalid"),
        ("chapters.txt?end_at=15:00", 400, "request.invalid"),
        ("print?zone=CET/Nowhere", 400, "request.invalid"),
        ("print?room=nowhere", 404, "room.unknown"),
    ],
)
async def test_what_is_not_there_is_told(
    web: aiohttp.ClientSession, path: str, status: int, code: str
) -> None:
    async with web.get(path) as answer:
        body = await answer.json()
    assert (answer.status, body["error"]["code"]) == (status, code)
    if not path.startswith("print"):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_event_that_is_not_there_has_no_files(node: Node) -> None:
    async with aiohttp.ClientSession() as web:
        for name in (*FILES, "print"):
            async with web.get(f"{node.url}/e/nothing/{name}") as answer:
                assert answer.status == 404


async def test_files_say_the_same(node: Node, web: aiohttp.ClientSession) -> None:
    async with web.get("agenda.yaml") as answer:
        assert read_yaml(await answer.read()).agenda == hub_of(node).state.agenda
    async with web.get("agenda.json") as answer:
        assert read_json(await answer.read()).agenda == hub_of(node).state.agenda
    async with web.get("agenda.xlsx") as answer:
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.xlsx"'
        assert len(workbook(await answer.read())) == 7
    async with web.get("schedule.json") as answer:
        schedule = (await answer.json())["schedule"]
    assert schedule["conference"]["url"] == f"{node.url}/e/{SLUG}"


async def test_chapters_count_from_where_the_recording_starts(
    node: Node, web: aiohttp.ClientSession
) -> None:
    run = hub_of(node).state.rundown.of(SessionId("s1")).runs[0]
    early = run.started_at - 90_000
    async with web.get(f"chapters.txt?start_at={early}") as answer:
        lines = (await answer.text()).splitlines()
    assert lines[0] == "0:00 Before the start"
    assert lines[1] == "1:30 Opening remarks"
    async with web.get(f"chapters.txt?start_at={early}&lang=es") as answer:
        assert (await answer.text()).startswith("0:00 Antes del comienzo\n")
    async with web.get(f"chapters.txt?end_at={run.started_at + 60_000}") as answer:
        assert await answer.text() == "0:00 Opening remarks\n"
    for said in ("2026-11-25T09:00+02:00", "2026-11-25T09:00%2B02:00", "2026-11-25 09:00", "0"):
        async with web.get(f"chapters.vtt?start_at={said}") as answer:
            assert (await answer.text()).startswith("WEBVTT\n")


async def test_public_page_tells_search_engines_what_it_tells_people(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await produce(node, "session.cancel", session="s6")
    async with web.get(f"/e/{SLUG}") as answer:
        page = await answer.text()
    (found,) = extruct.extract(page, base_url=node.url, syntaxes=["json-ld"])["json-ld"]
    assert (found["@type"], found["name"]) == (
        "Event",
        "Smart Specialisation Conference in Latin America",
    )
    sessions = found["subEvent"]
    assert [one["name"] for one in sessions][:1] == ["Opening remarks"]
    assert len(sessions) == 6
    assert sessions[5]["eventStatus"] == "https://schema.org/EventCancelled"
    assert sessions[0]["performer"][0] == {
        "@type": "Person",
        "name": "Alessandro RAINOLDI",
        "jobTitle": "Head of the Territorial Development Unit",
        "affiliation": "Joint Research Centre (JRC), European Commission",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[56]:00", found["startDate"])
    host = node.url.partition("://")[2]
    assert f'href="webcal://{host}/e/{SLUG}/agenda.ics"' in page
    assert f'href="/e/{SLUG}/print"' in page
    assert f'<link rel="canonical" href="{node.url}/e/{SLUG}">' in page


async def test_page_for_printing_is_in_the_zone_that_is_asked_for(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await produce(node, "session.cancel", session="s6")
    async with web.get("print", headers={"Accept-Language": "en"}) as answer:
        page = await answer.text()
    assert answer.content_type == "text/html"
    assert "noindex" in page
    assert "Times in Mexico City" in page
    assert "Cancelled" in page
    assert "The hosts welcome the hall" not in page
    clocks = re.findall(r"<strong>(\d\d:\d\d)</strong>", page)
    async with web.get("print?zone=Europe/Brussels&lang=es&full=1&room=main") as answer:
        page = await answer.text()
    assert "Horas de Brussels" in page or "Horas de Bruselas" in page
    assert "The hosts welcome the hall" in page
    there = re.findall(r"<strong>(\d\d:\d\d)</strong>", page)
    assert len(there) == len(clocks) == 6
    hours = {(int(b[:2]) - int(a[:2])) % 24 for a, b in zip(clocks, there, strict=True)}
    assert len(hours) == 1
    assert hours & {7, 8}


async def test_a_file_is_made_once_a_change_and_old_ones_go() -> None:
    shelf, made = Shelf(most_bytes=10), []

    def make(text: str) -> bytes:
        made.append(text)
        return text.encode()

    one, two = object(), object()
    first = await shelf.take("a", (one,), lambda: make("aaaa"))
    again = await asyncio.gather(*(shelf.take("a", (one,), lambda: make("aaaa")) for _ in range(5)))
    assert made == ["aaaa"]
    assert {copy.etag for copy in again} == {first.etag}
    await asyncio.gather(*(shelf.take("a", (two,), lambda: make("bbbb")) for _ in range(5)))
    assert made == ["aaaa", "bbbb"]
    await shelf.take("c", (two,), lambda: make("cccc"))
    await shelf.take("a", (two,), lambda: make("bbbb"))
    assert made == ["aaaa", "bbbb", "cccc"]
    await shelf.take("d", (two,), lambda: make("dddd"))  # what was not asked for longest goes: c
    await shelf.take("a", (two,), lambda: make("bbbb"))
    assert made == ["aaaa", "bbbb", "cccc", "dddd"]
    await shelf.take("c", (two,), lambda: make("cccc"))
    assert made[-1] == "cccc"


async def test_broadcast_tools_say_what_their_readers_need(web: aiohttp.ClientSession) -> None:
    async with web.get("p/broadcast-tools/event.json") as answer:
        about = json.loads(await answer.text())
    assert about["no_talk"] == "Nothing is on right now"
    async with web.get("p/broadcast-tools/schedule.json") as answer:
        assert len((await answer.json())["talks"]) == 6
