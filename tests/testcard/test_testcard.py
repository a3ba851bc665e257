"""The demonstration's streams as players meet them: playlists, segments, cost, the recording."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import aiohttp
import m3u8
import pytest
import pytest_asyncio
from feeds.film import seen
from support import Client, hub_of, token_of

from streamhub import demo
from streamhub.app import Node, serve
from streamhub.core.ids import Ms
from streamhub.formats.sample import SLUG, sample
from streamhub.hub.hubs import Hubs
from streamhub.settings import Settings
from streamhub.testcard import event as testcard
from streamhub.testcard.hls import BEHIND_MS, SEGMENT_MS, WINDOW_MS
from streamhub.testcard.routes import routes

CPU_MOST_MS = 60.0
"""What a segment of two seconds may cost; it takes about 3 ms where nothing else runs."""


@dataclass
class Show:
    node: Node
    web: aiohttp.ClientSession

    async def text(self, path: str, status: int = 200) -> str:
        async with self.web.get(self.node.url + path) as answer:
            assert answer.status == status, await answer.text()
            return await answer.text()


@pytest_asyncio.fixture
async def show(tmp_path: Path) -> AsyncIterator[Show]:
    async def prepare(hubs: Hubs) -> None:
        await testcard.put_on_air(await demo.create(hubs, as_published=False))

    settings = Settings(data=tmp_path, host="127.0.0.1", port=0)
    async with (
        serve(
            settings,
            prepare=prepare,
            beside=lambda hubs: routes(testcard.feeds(hubs.get(SLUG).state.agenda), hubs.clock),
        ) as node,
        aiohttp.ClientSession() as web,
    ):
        yield Show(node, web)


def starts(playlist: m3u8.M3U8) -> list[int]:
    found = []
    for segment in playlist.segments:
        assert segment.current_program_date_time is not None
        found.append(round(segment.current_program_date_time.timestamp() * 1000))
    return found


async def test_viewers_are_given_the_streams_of_their_room(show: Show) -> None:
    phone = await Client(show.node.url).connect("audience", event=SLUG)
    sources = phone.state["rooms"]["main"]["stream"]["sources"]
    await phone.close()
    assert [(one["kind"], one["language"], one["label"]) for one in sources] == [
        ("hls", "en", "English"),
        ("hls", "es", "Español"),
    ]
    for source in sources:
        assert m3u8.loads(await show.text(source["url"])).segments


async def test_live_playlist_goes_with_the_clock(show: Show) -> None:
    path = "/demo/streams/main-en/live.m3u8"
    before = show.node.hubs.clock.now()
    playlist = m3u8.loads(await show.text(path))
    after = show.node.hubs.clock.now()
    assert (playlist.target_duration, playlist.is_endlist) == (2, False)
    at = starts(playlist)
    assert len(at) == WINDOW_MS // SEGMENT_MS
    assert {b - a for a, b in pairwise(at)} == {SEGMENT_MS}
    edge = at[-1] + SEGMENT_MS
    assert before - BEHIND_MS - SEGMENT_MS < edge <= after - BEHIND_MS
    first = playlist.media_sequence
    assert first is not None
    again = m3u8.loads(await show.text(path))
    assert again.media_sequence is not None
    assert again.media_sequence - first == (starts(again)[0] - at[0]) // SEGMENT_MS


@pytest.mark.parametrize("name", ["main-en", "main-es"])
async def test_ffmpeg_plays_what_the_playlist_promises(show: Show, name: str) -> None:
    now = show.node.hubs.clock.now()
    window = f"from={now - 40_000}&to={now - 20_000}"
    path = f"/demo/streams/{name}/recording.m3u8?{window}"
    playlist = m3u8.loads(await show.text(path))
    assert playlist.is_endlist
    assert playlist.playlist_type == "vod"
    first = (now - 40_000) // SEGMENT_MS * SEGMENT_MS
    assert starts(playlist)[0] == first
    pictures = await asyncio.to_thread(seen, show.node.url + path, now)
    assert pictures == [first + 200 * place for place in range(10 * len(playlist.segments))]


async def test_what_is_not_there_is_refused(show: Show) -> None:
    now = show.node.hubs.clock.now()
    home = "/demo/streams/main-en/"
    for path in ("/demo/streams/none/live.m3u8", f"{home}{now // SEGMENT_MS}.m4s", f"{home}0.m4s"):
        await show.text(path, 404)
    day = 86_400_000
    for window in (
        "",
        "?from=x&to=1",
        f"?from={now + 60_000}&to={now + 90_000}",
        f"?from={now - 2 * day}&to={now - 1000}",
        f"?from={now - 10_000}&to={now - 90_000}",
        f"?from=-5&to={now}",
        f"?from={10**40}&to={10**40}",
    ):
        assert "from" in await show.text(f"{home}recording.m3u8{window}", 400)


def test_segments_are_cheap_and_the_same_whenever_they_are_made() -> None:
    one, other = (testcard.feeds(sample())["main-en"] for _ in range(2))
    first = 897_500_000
    one.segment(first)  # the day is drawn
    began = time.process_time()
    made = [one.segment(first + place) for place in range(1, 31)]
    spent_ms = (time.process_time() - began) * 1000 / len(made)
    kbps = sum(map(len, made)) * 8 / len(made) / SEGMENT_MS
    print(f"a segment of 2 s: {spent_ms:.1f} ms of CPU, {kbps:.0f} kbit/s")
    assert spent_ms < CPU_MOST_MS
    assert kbps < 1000
    assert [other.segment(first + place) for place in range(1, 31)] == made


async def test_recording_is_there_once_a_room_is_over(show: Show) -> None:
    hub = hub_of(show.node)
    keeping = asyncio.create_task(testcard.keep_recordings(hub, pace_s=0.02))
    client = await Client(show.node.url).connect(
        "control", event=SLUG, token=token_of(show.node, "producer")
    )
    room = hub.state.agenda.running_order(next(iter(hub.state.agenda.rooms)))
    for session in room[room.index(demo.LIVE) + 1 :]:
        answer = await client.do("session.skip", session=session)
        assert answer["ok"], answer
    assert not hub.state.streams.recordings
    assert (await client.do("session.end", session=demo.LIVE))["ok"]
    async with asyncio.timeout(5):
        while not hub.state.streams.recordings:  # noqa: ASYNC110 - what the task does
            await asyncio.sleep(0.02)
    await client.close()
    keeping.cancel()
    (recording,) = hub.state.streams.recordings.values()
    runs = [run for one in room for run in hub.state.rundown.of(one).runs]
    assert recording.started_at <= runs[0].started_at
    playlist = m3u8.loads(await show.text(recording.url))
    at = starts(playlist)
    assert at[0] == recording.started_at == Ms(at[0])
    assert at[-1] > (runs[-1].ended_at or 0) - 10_000
