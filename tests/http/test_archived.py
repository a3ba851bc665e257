"""The archive over HTTP: when the event's page becomes it, and what is in it without script."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support import fresh, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.ids import Ms, QuestionId, RoomId, SessionId
from streamhub.core.values import changed
from streamhub.formats.sample import SLUG
from streamhub.http.archived import address_at, seconds_of, stamp_of

FILM = "https://video.example/film.mp4"
HTML = {"Accept": "text/html", "Accept-Language": "en"}
TEXT = "Who pays <for> all of this?"


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as serving:
        yield serving


@pytest.fixture
async def web(node: Node) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{node.url}/e/", headers=HTML) as session:
        yield session


async def do(node: Node, token: str, kind: str, /, **fields: Any) -> dict[str, Any]:
    url = f"{node.url}/api/v1/events/{SLUG}/commands"
    status, answer = await post_json(url, fresh(kind, **fields), token)
    assert status == 200, answer
    found: dict[str, Any] = answer.get("result", {})
    return found


async def produce(node: Node, kind: str, /, **fields: Any) -> None:
    await do(node, token_of(node, "producer"), kind, **fields)


async def play(node: Node) -> str:
    """A question is answered on the screens, another waits; then everything is over."""
    _, made = await post_json(f"{node.url}/api/v1/events/{SLUG}/participants", {})
    desk = token_of(node, "moderator")
    first = (await do(node, made["token"], "question.ask", text=TEXT, room="main"))["question"]
    await do(node, made["token"], "question.ask", text="Nobody took it", room="main")
    await do(node, desk, "question.approve", question=first, revision=1)
    await do(node, desk, "question.spotlight", question=first)
    await do(node, desk, "question.answer", question=first, reply="We all do.")
    return str(first)


async def finish(node: Node) -> None:
    """Runs the event to its end."""
    while (live := hub_of(node).state.rundown.clock(RoomId("main")).live) is not None:
        await produce(node, "session.next", room="main", live=live)


def start_of(node: Node) -> Ms:
    runs = (one.runs for one in hub_of(node).state.rundown.progress.values())
    return min(run.started_at for found in runs for run in found)


async def page(web: aiohttp.ClientSession, path: str = SLUG) -> tuple[aiohttp.ClientResponse, str]:
    async with web.get(path, allow_redirects=False) as answer:
        return answer, await answer.text()


async def test_page_becomes_the_archive_when_it_is_over_and_there_is_a_recording(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await play(node)
    answer, _ = await page(web, f"{SLUG}/archive")
    assert (answer.status, answer.headers["Location"]) == (303, f"/e/{SLUG}")
    start = start_of(node)
    await produce(node, "recording.set", room="main", url=FILM, started_at=start)
    _, told = await page(web)
    assert 'id="live"' in told
    assert f'href="/e/{SLUG}/archive?room=main"' in told  # the first session's row
    answer, early = await page(web, f"{SLUG}/archive")
    assert answer.status == 200
    assert 'id="archive"' in early
    await finish(node)
    answer, told = await page(web)
    assert 'id="archive"' in told
    assert 'id="live"' not in told
    assert "media-src" in answer.headers["Content-Security-Policy"]
    _, told = await page(web, f"{SLUG}?live=1")
    assert 'id="live"' in told
    await produce(node, "recording.set", room="main")
    _, told = await page(web)
    assert 'id="live"' in told


async def test_chapters_and_answers_are_links_without_script(
    node: Node, web: aiohttp.ClientSession
) -> None:
    question = await play(node)
    shown_at = hub_of(node).state.questions.all[QuestionId(question)].shown_at
    assert shown_at is not None
    start = start_of(node) - 90_000
    await produce(node, "recording.set", room="main", url=FILM, started_at=start)
    await finish(node)
    _, told = await page(web, f"{SLUG}?t=1:30")
    assert f'src="{FILM}#t=90"' in told
    assert f'<a class="moment" href="/e/{SLUG}?room=main&amp;t=90"><time class="stamp">1:30' in told
    at_s = (shown_at - start) // 1000
    assert f'href="/e/{SLUG}?room=main&amp;t={at_s}"><time class="stamp">{stamp_of(at_s)}' in told
    assert "Who pays &lt;for&gt; all of this?" in told
    assert "We all do." in told
    assert "Nobody took it" not in told
    assert re.search(r"\d+ questions answered", told)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', told)
    assert found
    (film,) = json.loads(found[1])["recordedIn"]
    assert film["contentUrl"] == FILM
    assert film["hasPart"][0]["startOffset"] == 90
    assert all(clip["name"] != "Coffee break" for clip in film["hasPart"])


async def test_recordings_of_sessions_are_chosen_by_their_address(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await play(node)
    tube = "https://www.youtube.com/watch?v=abcdefghijk&t=5"
    start = start_of(node)
    await produce(node, "recording.set", room="main", session="s2", url=tube, started_at=start)
    await produce(node, "recording.set", room="main", url=FILM, started_at=start)
    await finish(node)
    _, told = await page(web)
    assert f'href="/e/{SLUG}?session=s2"' in told
    assert FILM in told
    _, told = await page(web, f"{SLUG}?session=s2&t=65")
    assert 'data-kind="youtube"' in told
    assert "https://www.youtube.com/watch?v=abcdefghijk&amp;t=65s" in told
    assert told.count("data-chapter=") == 1
    _, told = await page(web, f"{SLUG}?session=nothing&room=nowhere&t=soon")
    assert f'src="{FILM}"' in told


async def test_results_are_linked_where_they_are_public(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await play(node)
    hub = hub_of(node)
    hub.ledger.state = changed(hub.state, policy=changed(hub.state.policy, public_results=True))
    await produce(node, "recording.set", room="main", url=FILM, started_at=start_of(node))
    await finish(node)
    _, told = await page(web)
    assert f'href="/e/{SLUG}/results"' in told


async def test_chapters_count_from_the_recording(node: Node, web: aiohttp.ClientSession) -> None:
    start = start_of(node)
    await produce(node, "recording.set", room="main", url=FILM, started_at=start - 60_000)
    _, told = await page(web, f"{SLUG}/chapters.txt?room=main")
    assert told.startswith("0:00 Before the start\n1:00 Opening remarks\n")
    _, told = await page(web, f"{SLUG}/chapters.txt?room=main&start_at={start}")
    assert told.startswith("0:00 Opening remarks\n")
    second = hub_of(node).state.rundown.of(SessionId("s2")).runs[0].started_at
    await produce(
        node, "recording.set", room="main", session="s2", url=FILM, started_at=second - 30_000
    )
    _, told = await page(web, f"{SLUG}/chapters.txt?session=s2")
    assert re.fullmatch(r"0:00 Before the start\n0:30 Smart Specialisation .*\n", told)
    answer, _ = await page(web, f"{SLUG}/chapters.vtt?session=nothing")
    assert answer.status == 404


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("754", 754),
        ("754.9", 754),
        ("12:34", 754),
        ("1:02:03", 3723),
        ("1h2m3s", 3723),
        ("12m", 720),
        ("soon", 0),
        ("-5", 0),
        ("1:72", 0),
        ("٣", 0),
        ("9" * 40, 0),
        ("9999999", 10**6),
    ],
)
def test_seconds_are_read_as_people_write_them(text: str | None, seconds: int) -> None:
    assert seconds_of(text) == seconds


def test_seconds_are_shown_as_players_do() -> None:
    assert [stamp_of(one) for one in (0, 7, 754, 3723)] == ["0:00", "0:07", "12:34", "1:02:03"]


@pytest.mark.parametrize(
    ("url", "kind", "there"),
    [
        ("https://youtu.be/abcdefghijk", "youtube", "https://youtu.be/abcdefghijk?t=65s"),
        ("https://a.example/watch?v=x&start=9#y", "youtube", "https://a.example/watch?v=x&t=65s"),
        ("https://vimeo.com/12#t=3s", "vimeo", "https://vimeo.com/12#t=65s"),
        ("/film.mp4", "file", "/film.mp4#t=65"),
        ("/film.m3u8", "hls", "/film.m3u8"),
        ("https://a.example/film", "link", "https://a.example/film"),
    ],
)
def test_address_begins_at_a_second(url: str, kind: str, there: str) -> None:
    assert address_at(url, kind, 65) == there
    assert address_at(url, kind, 0) == url
