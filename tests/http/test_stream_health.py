"""Watching real playlists of a real server, which does all that servers do, and more."""

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from support import Client, get_json, hub_of, running, token_of

from streamhub.app import Node
from streamhub.core.ids import RoomId
from streamhub.http import stream_health
from streamhub.http.stream_health import PLAYLIST_MOST, Watcher, playlist_of
from streamhub.hub import health, metrics
from streamhub.hub.errands import Declined
from streamhub.hub.playlist import Playlist

MAIN = RoomId("main")
SECONDS = 0.5


@dataclass
class Packager:
    """A packager of half-second segments, as the tests want it to be at the moment."""

    began: float = field(default_factory=time.time)
    mode: str = "live"
    clock_s: float = 0.0
    stopped_at: float | None = None
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def stop(self, mode: str) -> None:
        self.mode, self.stopped_at = mode, time.time()

    def go_on(self) -> None:
        self.mode, self.stopped_at = "live", None

    def playlist(self) -> str:
        newest = int(((self.stopped_at or time.time()) - self.began) / SECONDS)
        lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:0.5", f"#EXT-X-MEDIA-SEQUENCE:{newest}"]
        for number in range(newest, newest + 3):
            at = self.began + (number - 2) * SECONDS + self.clock_s
            moment = datetime.fromtimestamp(at, UTC).isoformat()
            lines += [f"#EXT-X-PROGRAM-DATE-TIME:{moment}", f"#EXTINF:{SECONDS},", f"{number}.ts"]
        return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if self.mode == "ended" else [])])

    async def answer(self, request: web.Request) -> web.StreamResponse:  # noqa: C901, PLR0912 - the table of what it does
        name = request.match_info["name"]
        self.asked.append(f"{request.method} {name}")
        if name.endswith(".ts"):
            if self.mode == "mute":
                await asyncio.sleep(30)
            return web.Response(body=b"x" * 62_500)  # a megabit a second
        if name == "master.m3u8":
            return web.Response(text="#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2000000\nlive.m3u8\n")
        if name == "nested.m3u8":
            return web.Response(text="#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmaster.m3u8\n")
        match self.mode:
            case "missing":
                raise web.HTTPNotFound
            case "broken":
                raise web.HTTPInternalServerError
            case "empty":
                return web.Response(text="#EXTM3U\n")
            case "page":
                return web.Response(text="<html>")
            case "packed":
                return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})
            case "huge":
                return web.Response(body=b"#EXTM3U\n" + b"#" * PLAYLIST_MOST)
            case "long":
                more = "\n".join("#EXTINF:0.5,\nold.ts" for _ in range(5000))
                return web.Response(text=f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n{more}\n")
            case "round":
                raise web.HTTPFound("live.m3u8")
            case "moved" if name == "live.m3u8":
                raise web.HTTPFound("elsewhere.m3u8")
            case "inside":
                raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
            case "file":
                raise web.HTTPFound("file:///etc/passwd")
            case "slow":
                await asyncio.sleep(30)
            case _:
                pass
        return web.Response(text=self.playlist())


@pytest.fixture
async def packager() -> AsyncIterator[Packager]:
    made = Packager()
    app = web.Application()
    app.router.add_route("*", "/{name}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "RECONCILE_EVERY_S": 0.05,
        "PAUSE_LEAST_S": 0.1,
        "PAUSE_MOST_S": 0.3,
    }.items():
        monkeypatch.setattr(stream_health, name, value)
    monkeypatch.setattr(stream_health, "ENDED_S", 0.1)
    monkeypatch.setattr(stream_health, "PATIENCE_S", 0.6)
    monkeypatch.setattr(stream_health, "SIZE_PATIENCE_S", 0.2)
    monkeypatch.setattr(health, "STILL_LEAST_MS", 1500)


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path, watch_streams=True, watch_private_streams=True) as serving:
        yield serving


async def set_stream(node: Node, *urls: str) -> None:
    desk = await Client(node.url).connect("control", token=token_of(node, "producer"))
    sources = [{"url": url} for url in urls]
    assert (await desk.do("stream.set", room="main", sources=sources))["ok"]
    await desk.close()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(8):
        while not holds():  # noqa: ASYNC110 - many things end here
            await asyncio.sleep(0.02)


async def found(
    node: Node, word: str, *, kbps: int | None = None, detail: str = ""
) -> dict[str, Any]:
    """Wait until the main room does as is said; return what producers are told of it."""

    def told() -> dict[str, Any]:
        return dict(hub_of(node).streaming.message(producers=True)["rooms"].get("main", {}))

    def holds() -> bool:
        here = told()
        takes = kbps is None or here.get("kbps") == kbps
        return here.get("health") == word and takes and detail in here.get("detail", "")

    await until(holds)
    return told()


async def test_stream_is_live_stalls_comes_back_and_ends(node: Node, packager: Packager) -> None:
    phone = await Client(node.url).connect()
    await set_stream(node, f"{packager.url}/live.m3u8")
    live = await found(node, "live", kbps=1000)
    assert -1 < live["late_s"] < 1.5
    assert "HEAD" in " ".join(packager.asked)
    await phone.until(lambda: said(phone)[-1:] == ["live"])
    packager.stop("still")
    stalled = await found(node, "stalled")
    assert (stalled["detail"], stalled["gaps"]) == ("Nothing new comes.", 0)
    await phone.until(lambda: said(phone)[-1:] == ["stalled"])
    packager.go_on()
    await phone.until(lambda: said(phone)[-1:] == ["live"])
    packager.stop("ended")
    await phone.until(lambda: said(phone)[-1:] == ["ended"])
    assert said(phone) == ["live", "stalled", "live", "ended"]
    told = [room for message in phone.seen["streams"] for room in message["rooms"].values()]
    assert all(set(room) == {"health", "since_at"} for room in told)
    await phone.close()


def said(client: Client) -> list[str]:
    """How the main room's stream did, as a page was told, one message after the other."""
    rooms = [message["rooms"] for message in client.seen["streams"]]
    return [room["main"]["health"] for room in rooms if "main" in room]


async def test_stream_whose_clock_is_wrong_is_late_until_the_producer_corrects_it(
    node: Node, packager: Packager
) -> None:
    packager.clock_s = 3600
    await set_stream(node, f"{packager.url}/live.m3u8")
    late = await found(node, "late")
    assert late["detail"] == "By its own clock, the newest picture is in the future."
    assert -3602 < late["late_s"] < -3597
    desk = await Client(node.url).connect("control", token=token_of(node, "producer"))
    assert (await desk.do("stream.tune", room="main", clock_offset_s=-3600))["ok"]
    await found(node, "live")
    await desk.close()


async def test_variants_are_followed_and_tell_what_they_take(
    node: Node, packager: Packager
) -> None:
    packager.mode = "mute"
    await set_stream(node, f"{packager.url}/master.m3u8")
    await found(node, "live", kbps=2000)  # no segment tells its size


@pytest.mark.parametrize(
    ("mode", "word", "detail"),
    [
        ("missing", "waiting", "The playlist is not there yet."),
        ("empty", "waiting", "The playlist is not there yet."),
        ("broken", "unreachable", "The playlist's server answers 500."),
        ("page", "unreachable", "what came is no HLS playlist"),
        ("packed", "unreachable", "The playlist comes packed"),
        ("huge", "unreachable", "The playlist has more than 1,048,576 bytes."),
        ("round", "unreachable", "The playlist redirects more than 3 times."),
        ("file", "unreachable", "file:///etc/passwd is no address that can be fetched"),
        ("slow", "unreachable", "It takes more than"),
    ],
)
async def test_whatever_a_server_does_is_said_and_the_stream_may_still_come(
    node: Node, packager: Packager, mode: str, word: str, detail: str
) -> None:
    bugs = metrics.BUGS._value.get()
    packager.mode = mode
    await set_stream(node, f"{packager.url}/live.m3u8")
    told = await found(node, word)
    assert told["detail"].startswith(detail)
    packager.mode = "live"
    await found(node, "live")
    assert metrics.BUGS._value.get() == bugs


async def test_long_list_and_a_redirect_are_read(node: Node, packager: Packager) -> None:
    packager.mode = "long"
    await set_stream(node, f"{packager.url}/live.m3u8")
    await found(node, "live")
    packager.mode = "moved"
    await until(lambda: "GET elsewhere.m3u8" in packager.asked)
    await found(node, "live")


async def test_variant_of_variants_and_a_closed_port_are_not_to_be_had(
    node: Node, packager: Packager
) -> None:
    await set_stream(node, f"{packager.url}/nested.m3u8")
    assert "list of variants again" in (await found(node, "unreachable"))["detail"]
    await set_stream(node, "http://127.0.0.1:9/live.m3u8")
    await found(node, "unreachable", detail="cannot be reached")


async def test_room_is_watched_only_while_it_has_a_playlist(node: Node, packager: Packager) -> None:
    await set_stream(node, f"{packager.url}/live.m3u8")
    await found(node, "live")
    await set_stream(node, "https://youtu.be/x")
    await until(lambda: "main" not in hub_of(node).streaming.message(producers=True)["rooms"])
    asked = len(packager.asked)
    await asyncio.sleep(0.5)
    assert len(packager.asked) == asked


async def test_only_the_public_internet_is_watched_unless_it_is_said_so(
    tmp_path: Path, packager: Packager
) -> None:
    async with running(tmp_path, watch_streams=True) as node:
        await set_stream(node, f"{packager.url}/live.m3u8")
        told = await found(node, "unreachable")
        assert "not an address of the public internet" in told["detail"]
        localhost = packager.url.replace("127.0.0.1", "localhost")
        await set_stream(node, f"{localhost}/live.m3u8")
        await found(node, "unreachable", detail="localhost is not an address")
        assert packager.asked == []


async def test_redirect_from_a_public_host_to_a_private_one_is_not_followed(
    packager: Packager,
) -> None:
    packager.mode = "inside"
    here = packager.url.removeprefix("http://").partition(":")[0]
    line = stream_health._Line(None, lambda address: address == here)
    async with line:
        with pytest.raises(Declined, match=r"169\.254\.169\.254 is not an address"):
            await line.playlist(f"{packager.url}/live.m3u8")
        packager.mode = "live"
        assert (await line.playlist(f"{packager.url}/live.m3u8")).playlist.segments
        assert await line.size(f"{packager.url}/1.ts") == 62_500
        packager.mode = "missing"
        assert await line.size(f"{packager.url}/none.m3u8") is None
        packager.mode = "round"
        assert await line.size(f"{packager.url}/none.m3u8") is None


async def test_own_address_is_watched_although_it_is_private(tmp_path: Path) -> None:
    async with running(tmp_path, watch_streams=True) as node:
        await set_stream(node, "/no/such.m3u8")
        assert (await found(node, "waiting"))["detail"] == "The playlist is not there yet."


async def test_nothing_is_watched_unless_configured(tmp_path: Path, packager: Packager) -> None:
    async with running(tmp_path) as node:
        await set_stream(node, f"{packager.url}/live.m3u8")
        await asyncio.sleep(0.4)
        assert packager.asked == []
        assert hub_of(node).streaming.message(producers=True) == {"rooms": {}}


async def test_a_fault_of_the_watcher_costs_nobody_anything(
    node: Node, packager: Packager, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes) -> Playlist:
        raise RuntimeError(len(data))

    bugs = metrics.BUGS._value.get()
    monkeypatch.setattr(stream_health, "read", fail)
    await set_stream(node, f"{packager.url}/live.m3u8")
    assert (await found(node, "unreachable"))["detail"] == "It cannot be looked at."
    assert metrics.BUGS._value.get() > bugs
    status, _ = await get_json(f"{node.url}/healthz")
    assert status == 200


async def test_a_fault_between_two_looks_is_counted_and_the_next_comes(
    node: Node, packager: Packager, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs = metrics.BUGS._value.get()
    with monkeypatch.context() as broken:
        broken.setattr(stream_health, "playlist_of", None)
        await until(lambda: metrics.BUGS._value.get() > bugs)
    await set_stream(node, f"{packager.url}/live.m3u8")
    await found(node, "live")


async def test_metrics_tell_how_streams_do(node: Node, packager: Packager) -> None:
    await set_stream(node, f"{packager.url}/live.m3u8")
    await found(node, "live")
    async with aiohttp.ClientSession() as session, session.get(f"{node.url}/metrics") as response:
        text = await response.text()
    assert 'streamhub_stream_rooms{health="live"} 1.0' in text
    assert 'streamhub_stream_looks_total{outcome="live"}' in text


async def test_first_playlist_of_a_room_is_the_one_that_is_watched(node: Node) -> None:
    hub = hub_of(node)
    room = hub.state.agenda.rooms[MAIN]
    await set_stream(node, "https://youtu.be/x", "/a.m3u8", "/b.m3u8")
    assert playlist_of(hub.state, hub.state.agenda.rooms[MAIN]) == "/a.m3u8"
    await set_stream(node)
    assert playlist_of(hub.state, room) is None


async def test_watcher_that_was_never_opened_is_closed(node: Node) -> None:
    await Watcher(node.hubs, node.url).close()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
async def test_stream_that_ffmpeg_makes_waits_lives_stalls_comes_back_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "STILL_LEAST_MS", 3000)
    folder = tmp_path / "hls"
    folder.mkdir()
    app = web.Application()
    app.router.add_static("/", folder)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/live.m3u8"
    picture = ("-re", "-f", "lavfi", "-i", "testsrc=size=160x90:rate=10")
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-b:v", "100k")
    hls = ("-f", "hls", "-hls_time", "1", "-hls_list_size", "5")
    flags = ("-hls_flags", "program_date_time+delete_segments")
    async with running(tmp_path, watch_streams=True, watch_private_streams=True) as node:
        await set_stream(node, url)
        await found(node, "waiting")
        encoder = await asyncio.create_subprocess_exec(
            *("ffmpeg", "-loglevel", "error", *picture, *coding, *hls, *flags),
            str(folder / "live.m3u8"),
        )
        try:
            live = await found(node, "live")
            assert -0.5 < live["late_s"] < 3
            encoder.send_signal(signal.SIGSTOP)
            assert (await found(node, "stalled"))["gaps"] == 0
            encoder.send_signal(signal.SIGCONT)
            assert (await found(node, "live"))["kbps"] > 10
        finally:
            encoder.terminate()
            await encoder.wait()
        await found(node, "ended")
    await runner.cleanup()
