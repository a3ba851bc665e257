"""The player on the participant's page: its states, its choices, what it loads and when."""

import json
import re
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Literal

import browser_support
import pytest
import pytest_asyncio
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from browser_support import DESK, PHONE, House, Line, Stage
from feeds import Broadcast, Origin, shoot, sound, words
from feeds.origin import master
from playwright.async_api import Locator, Page, Route, ViewportSize, expect

from streamhub.core.ids import Ms
from streamhub.formats.sample import sample
from streamhub.hub.hubs import Hubs
from streamhub.testcard.event import feeds
from streamhub.testcard.routes import live_url, routes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

ORIGIN = Origin()
EN, ES = live_url("main-en"), live_url("main-es")
HLS = {"url": EN, "kind": "hls", "language": "en", "label": "English"}
BOTH = [HLS, {"url": ES, "kind": "hls", "language": "es", "label": "Español"}]
YOUTUBE = {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}


def cards(hubs: Hubs) -> Iterable[web.RouteDef]:
    return [*routes(feeds(sample()), hubs.clock), *ORIGIN.routes()]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house"), beside=cards) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


class Air:
    """What a page gets of the streams: as they are, or with something wrong."""

    def __init__(self) -> None:
        self.mode: Literal["well", "missing", "cut", "still", "over"] = "well"
        self.asked: list[str] = []
        self._last: dict[str, str] = {}

    async def attach(self, page: Page) -> None:
        await page.route("**/demo/streams/**", self._route)

    async def _route(self, route: Route) -> None:
        address = route.request.url
        self.asked.append(address)
        if self.mode == "cut":
            await route.abort("connectionreset")
        elif not address.endswith(".m3u8"):
            await route.continue_()
        elif self.mode == "missing":
            await route.fulfill(status=404, body="")
        elif self.mode == "well" or address not in self._last:
            answer = await route.fetch()
            self._last[address] = await answer.text()
            await route.fulfill(response=answer)
        else:
            end = "#EXT-X-ENDLIST\n" if self.mode == "over" else ""
            await route.fulfill(
                content_type="application/vnd.apple.mpegurl", body=self._last[address] + end
            )


async def put(stage: Stage, sources: list[dict[str, Any]], **more: Any) -> None:
    producer = await stage.client("producer")
    answer = await producer.do("stream.set", room="main", sources=sources, **more)
    assert answer["ok"], answer


async def watching(stage: Stage, size: Any = DESK, **options: Any) -> tuple[Page, Air]:
    """A page with the stream there and nothing pressed."""
    page, air = await stage.blank(size, **options), Air()
    await air.attach(page)
    await page.goto(f"{stage.url}/e/{stage.slug}")
    await expect(page.locator(".watch[data-stream]")).to_be_attached()
    return page, air


def place(page: Page) -> Locator:
    return page.locator(".watch")


async def state(page: Page, is_: str, within_s: float = 25) -> None:
    await expect(place(page)).to_have_attribute("data-state", is_, timeout=within_s * 1000)


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Watch live").click()
    await state(page, "playing")


async def late(page: Page) -> float:
    await expect(place(page)).to_have_attribute("data-late", re.compile(r"^\d+\.\d$"))
    return float(await place(page).get_attribute("data-late") or "nan")


async def scripts(page: Page) -> dict[str, int]:
    """The scripts that a page has loaded, with their sizes."""
    found = await page.evaluate(
        """() => performance.getEntriesByType("resource")
             .filter((one) => one.name.endsWith(".js"))
             .map((one) => [one.name.split("/").at(-1), one.decodedBodySize])"""
    )
    return dict(found)


# --- what is loaded -------------------------------------------------------------------------------


async def test_a_page_without_a_stream_loads_nothing_of_the_player(stage: Stage) -> None:
    page = await stage.phone()
    await page.wait_for_load_state("networkidle")
    await expect(place(page)).to_have_count(0)
    bare = await scripts(page)
    page = await stage.blank()
    await page.goto(f"{stage.url}/e/{stage.slug}")
    await put(stage, [HLS])
    await expect(page.get_by_role("button", name="Watch live")).to_be_visible()
    idle = await scripts(page)
    assert idle.keys() > bare.keys()
    assert 0 < sum(idle.values()) - sum(bare.values()) < 60_000
    assert not any(size > 200_000 for size in idle.values())  # hls.js is not there yet
    await begin(page)
    playing = await scripts(page)
    extra = {name: size for name, size in playing.items() if name not in idle}
    assert [size > 200_000 for size in extra.values()].count(True) == 1
    assert max(extra.values()) < 450_000  # the light one


def interpreted(folder: Path, stage: Stage) -> str:
    """A stream with two languages of sound and captions in one."""
    start = Ms(int(time.time() * 1000) - 30_000)
    tracks = {
        "en": sound(folder / "en", 440, 180, 2),
        "es": sound(folder / "es", 660, 180, 2),
        "words": words(folder / "words", "en", 180, 2),
    }
    film = shoot(folder / "film", start, 180, 2)
    described = master({"en": "en", "es": "es"}, {"words": "en"})
    return ORIGIN.put(stage.slug, Broadcast([film], tracks, described))


async def test_renditions_and_captions_come_with_the_full_player(
    stage: Stage, tmp_path: Path
) -> None:
    url = interpreted(tmp_path, stage)
    await put(stage, [{"url": url, "kind": "hls"}])
    page, _ = await watching(stage)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    await begin(page)
    assert max((await scripts(page)).values()) > 500_000
    assert "en.m3u8" in asked
    choice = page.locator(".watch-step").get_by_role("combobox", name="Language")
    async with page.expect_request(lambda request: request.url.endswith("/es.m3u8")):
        await choice.select_option("es")
    await page.get_by_role("button", name="Captions").click()
    shown = """(video) => [...video.textTracks].filter((one) => one.mode === "showing")
                 .map((one) => one.language)"""
    assert await page.locator("video").evaluate(shown) == ["en"]
    await page.reload()  # both are remembered
    await state(page, "playing")
    await expect(choice).to_have_value("1")
    await expect(page.get_by_role("button", name="Captions")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert await page.locator("video").evaluate(shown) == ["en"]
    # sound only: the picture is not fetched any more
    await page.get_by_role("button", name="Settings", exact=True).click()
    await page.locator("label", has_text="Sound only").click()
    await page.keyboard.press("Escape")
    await state(page, "playing")
    assert 1 < await late(page) < 30
    asked.clear()
    async with page.expect_request(lambda request: "/es-" in request.url):
        pass
    assert not any(name == "live.m3u8" or name.startswith("0-") for name in asked)


LADDER = f"""#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=600000,RESOLUTION=1280x720
{EN}
#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=640x360
{ES}
"""


async def test_less_data_is_a_smaller_picture_also_next_time(stage: Stage) -> None:
    await put(stage, [{"url": "/demo/streams/main-en/ladder.m3u8", "kind": "hls"}])
    page = await stage.blank()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    async def ladder(route: Route) -> None:
        await route.fulfill(content_type="application/vnd.apple.mpegurl", body=LADDER)

    await page.route("**/ladder.m3u8", ladder)
    await page.goto(f"{stage.url}/e/{stage.slug}")
    large, small = re.compile(r"main-en/\d+\.m4s"), re.compile(r"main-es/\d+\.m4s")
    async with page.expect_request(large):
        await begin(page)
    await page.locator(".watch-frame").hover()
    await page.get_by_role("button", name="Settings", exact=True).click()
    async with page.expect_request(small):
        await page.locator("label", has_text="Use less data").click()
    asked.clear()
    async with page.expect_request(small):
        pass
    assert not any(large.search(address) for address in asked)
    asked.clear()
    await page.reload()
    await state(page, "playing")
    assert any(small.search(address) for address in asked)
    assert not any(large.search(address) for address in asked)


async def test_nothing_of_another_site_before_a_press(stage: Stage) -> None:
    await put(stage, [YOUTUBE])
    page = await stage.blank()
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(content_type="text/html", body="<!doctype html><p>their player")

    await page.route(re.compile("^https://"), answer)
    await page.goto(f"{stage.url}/e/{stage.slug}")
    await state(page, "link")
    link = page.get_by_role("link", name="Watch the stream")
    await expect(link).to_have_attribute("href", YOUTUBE["url"])
    await expect(page.locator("iframe")).to_have_count(0)
    assert asked == []
    assert not any("youtube" in name for name in await scripts(page))
    await page.get_by_role("button", name="Play it here").click()
    await expect(page.frame_locator("iframe").get_by_text("their player")).to_be_visible()
    await state(page, "playing")
    assert {address.split("/")[2] for address in asked} == {"www.youtube-nocookie.com"}
    stage.faults[:] = [one for one in stage.faults if "youtube-nocookie" not in one]
    await page.get_by_role("button", name="Close the player of YouTube").click()
    await expect(page.locator("iframe")).to_have_count(0)
    await state(page, "link")


async def test_an_embedded_player_is_as_late_as_the_producer_says(stage: Stage) -> None:
    await put(stage, [YOUTUBE])
    producer = await stage.client("producer")
    assert (await producer.do("stream.tune", room="main", late_s=20))["ok"]
    page = await stage.blank()
    await page.route(re.compile("^https://"), lambda route: route.fulfill(body=""))
    await page.goto(f"{stage.url}/e/{stage.slug}")
    await state(page, "link")
    await expect(place(page)).to_have_attribute("data-step", "live")
    await page.get_by_role("button", name="Play it here").click()
    await expect(place(page)).to_have_attribute("data-late", "20.0")
    await expect(place(page)).to_have_attribute("data-step", "in-step")
    stage.faults[:] = [one for one in stage.faults if "youtube-nocookie" not in one]


# --- in step --------------------------------------------------------------------------------------


async def test_the_page_is_in_step_once_it_plays_and_live_for_one_tap(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage)
    hall = await stage.phone()
    await expect(place(page)).to_have_attribute("data-step", "live")
    await begin(page)
    assert 5 < await late(page) < 25
    await expect(place(page)).to_have_attribute("data-step", "in-step")
    await expect(place(hall)).to_have_attribute("data-step", "live")
    show = await stage.client("producer")
    text = "Lunch is served"
    assert (await show.do("message.show", to="participants", text=text))["ok"]
    await expect(hall.get_by_text(text)).to_be_visible()
    await expect(page.get_by_text(text)).to_have_count(0)
    await page.get_by_role("button", name="Live now").click()
    await expect(page.get_by_text(text)).to_be_visible()
    await expect(place(page)).to_have_attribute("data-step", "live")
    await page.get_by_role("button", name="With the picture").click()
    await expect(page.get_by_text(text)).to_have_count(0)
    await expect(page.get_by_text(text)).to_be_visible(timeout=25_000)


async def test_what_is_sent_says_how_late_the_picture_is(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage)
    sent: list[dict[str, Any]] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: heard(str(text))))

    def heard(text: str) -> None:
        found = re.match(r"42\d*(\[.*)", text)
        if found is not None:
            name, body = json.loads(found.group(1))
            if name == "watching" or body.get("type") == "question.ask":
                sent.append(body)

    await page.reload()
    await begin(page)
    seen = await late(page)
    await page.get_by_role("textbox", name="Your question").fill("How late is my picture?")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Your question was received.")).to_be_visible()
    asked = next(one for one in sent if "text" in one)
    assert abs(asked["behind_s"] - seen) < 2
    assert asked["room"] == "main"
    reports: list[dict[str, Any]] = []
    for _ in range(30):
        reports = [one for one in sent if "stalls" in one]
        if reports:
            break
        await page.wait_for_timeout(200)
    assert reports[0]["room"] == "main"
    assert abs(reports[0].get("late_s", seen) - seen) < 2


async def test_going_back_shows_what_was_on_then(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage)
    await begin(page)
    await late(page)
    line = page.get_by_role("slider", name="Place in the stream")
    least = float(await line.get_attribute("min") or "nan")
    await line.fill(str(round(least + 30)))
    await expect(page.get_by_role("button", name="To the live picture")).to_be_visible()
    assert await late(page) > 300
    await page.get_by_role("button", name="To the live picture").click()
    await expect(page.get_by_role("button", name="To the live picture")).to_have_count(0)
    assert await late(page) < 30


# --- states ---------------------------------------------------------------------------------------


async def test_a_stream_that_has_not_begun_begins_by_itself(stage: Stage) -> None:
    await put(stage, [HLS])
    page, air = await watching(stage)
    air.mode = "missing"
    await page.get_by_role("button", name="Watch live").click()
    await state(page, "waiting")
    await expect(page.get_by_text("The stream has not started yet")).to_be_visible()
    await expect(page.get_by_text("It starts here by itself.")).to_be_visible()
    await expect(place(page)).to_have_attribute("data-step", "live")
    air.mode = "well"
    await state(page, "playing")


async def test_a_picture_that_stops_goes_on_by_itself(stage: Stage) -> None:
    await put(stage, [HLS])
    page, air = await watching(stage)
    await begin(page)
    before = await late(page)
    air.mode = "still"
    await state(page, "stalled", 40)
    await expect(page.get_by_text("The picture stands still.")).to_be_visible()
    air.mode = "well"
    await state(page, "playing", 40)
    await expect(page.get_by_text("The picture stands still.")).to_have_count(0)
    assert abs(await late(page) - before) < 6  # at the newest picture again


async def test_a_line_that_is_cut_comes_back_by_itself(stage: Stage) -> None:
    await put(stage, [HLS])
    page, air = await watching(stage)
    await begin(page)
    air.mode = "cut"
    await state(page, "lost", 60)
    await expect(page.get_by_text("The stream cannot be reached")).to_be_visible()
    air.mode = "well"
    await state(page, "playing", 40)


async def test_a_stream_that_cannot_be_reached_at_first(stage: Stage) -> None:
    await put(stage, [HLS])
    page, air = await watching(stage)
    air.mode = "cut"
    await page.get_by_role("button", name="Watch live").click()
    await state(page, "lost")
    air.mode = "well"
    await page.get_by_role("button", name=re.compile("Try now")).click()
    await state(page, "playing")


async def test_a_stream_that_is_over(stage: Stage) -> None:
    await put(stage, [HLS])
    page, air = await watching(stage)
    await begin(page)
    await late(page)
    air.mode = "over"
    await state(page, "ended", 40)
    await expect(page.get_by_text("The stream has ended")).to_be_visible()
    await expect(place(page)).to_have_attribute("data-step", "live")


class Told(Line):
    """A line on which the server says how the stream does, whatever it knows of it."""

    def tell(self, health: str) -> None:
        room = {"health": health, "since_at": 1}
        for route in self._open:
            route.send("42" + json.dumps(["streams", {"rooms": {"main": room}}]))


async def test_what_the_server_sees_is_said_before_anybody_presses_play(stage: Stage) -> None:
    await put(stage, [HLS])
    page, line = await stage.blank(), Told()
    await line.attach(page)
    await page.goto(f"{stage.url}/e/{stage.slug}")
    await state(page, "paused")
    line.tell("waiting")
    await state(page, "waiting")
    await expect(page.get_by_role("button", name="Play it as soon as it starts")).to_be_visible()
    line.tell("unreachable")
    await state(page, "lost")
    await expect(page.get_by_text("Not from anywhere, at the moment.")).to_be_visible()
    line.tell("ended")
    await state(page, "ended")
    line.tell("stalled")
    await state(page, "paused")
    await expect(page.get_by_text("The stream stands still at the moment.")).to_be_visible()
    line.tell("live")
    await begin(page)
    line.tell("unreachable")  # a page that sees the picture knows better
    await page.evaluate(browser_support.PAINTED)
    await state(page, "playing")


async def test_whose_trouble_it_is(stage: Stage) -> None:
    await put(stage, [HLS])
    page, line, air = await stage.blank(), Told(), Air()
    await line.attach(page)
    await air.attach(page)
    await page.goto(f"{stage.url}/e/{stage.slug}")
    await begin(page)
    air.mode = "still"
    await state(page, "stalled", 40)
    line.tell("stalled")
    await expect(page.get_by_text("The stream itself has stopped.")).to_be_visible()
    line.tell("live")
    await expect(page.get_by_text("Your connection is slow.")).to_be_visible()
    air.mode = "cut"
    await state(page, "lost", 60)
    await expect(page.get_by_text("It is on: the way from here to it")).to_be_visible()
    line.tell("ended")
    await state(page, "ended")


# --- switching ------------------------------------------------------------------------------------


async def test_streams_are_switched_without_a_reload(stage: Stage) -> None:
    await put(stage, [HLS])
    page, air = await watching(stage)
    await page.evaluate("window.stays = true")
    await begin(page)
    await put(stage, [], slate="Back at three o'clock")
    await state(page, "none")
    await expect(page.get_by_text("Back at three o'clock")).to_be_visible()
    await expect(place(page)).to_have_attribute("data-step", "live")
    air.asked.clear()
    await put(stage, [BOTH[1]])
    await state(page, "playing")
    assert any(ES in address for address in air.asked)
    await put(stage, [YOUTUBE])
    await state(page, "link")
    await expect(page.locator("video")).to_have_count(0)
    assert await page.evaluate("window.stays")


async def test_the_language_is_chosen_and_remembered(stage: Stage) -> None:
    await put(stage, BOTH)
    page, air = await watching(stage)
    await begin(page)
    assert any(EN in address for address in air.asked)
    air.asked.clear()
    choice = page.locator(".watch-step").get_by_role("combobox", name="Language")
    async with page.expect_request(lambda request: request.url.endswith(ES)):
        await choice.select_option("Español")
    await state(page, "playing")
    air.asked.clear()
    await page.reload()  # it goes on: this tab was watching
    await state(page, "playing")
    assert any(ES in address for address in air.asked)
    assert not any(EN in address for address in air.asked)


# --- what browsers allow --------------------------------------------------------------------------

REFUSED = """(() => {
  // a browser that lets nothing begin by itself, or nothing with sound
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    const allowed = window.pressed || (sessionStorage.refuses === "sound" && this.muted);
    if (!sessionStorage.refuses || allowed) return play.call(this);
    return Promise.reject(new DOMException("no", "NotAllowedError"));
  };
  addEventListener("click", () => (window.pressed = true), true);
})()"""


async def test_it_goes_on_without_sound_where_the_browser_asks_for_a_press(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage)
    await page.context.add_init_script(REFUSED)
    await page.reload()
    await begin(page)
    await page.evaluate("sessionStorage.refuses = 'sound'")
    await page.reload()
    await state(page, "playing")
    video = page.locator("video")
    assert await video.evaluate("(video) => video.muted")
    await page.get_by_role("button", name="Turn the sound on").click()
    assert not await video.evaluate("(video) => video.muted")
    await expect(page.get_by_role("button", name="Turn the sound on")).to_have_count(0)
    await page.evaluate("sessionStorage.refuses = 'all'")
    await page.reload()
    await expect(page.get_by_role("button", name="Watch live")).to_be_visible()
    await page.get_by_role("button", name="Watch live").click()
    await state(page, "playing")
    assert not await video.evaluate("(video) => video.muted")


async def test_small_window_and_whole_screen(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage)
    await begin(page)
    await page.get_by_role("button", name="Full screen").click()
    await expect(page.get_by_role("button", name="Leave full screen")).to_be_visible()
    inside = "document.fullscreenElement?.className ?? null"
    assert "watch-frame" in (await page.evaluate(inside) or "")
    await page.keyboard.press("f")
    await expect(page.get_by_role("button", name="Full screen", exact=True)).to_be_visible()
    assert await page.evaluate(inside) is None
    if await page.evaluate("document.pictureInPictureEnabled"):
        await page.locator(".watch-frame").hover()
        await page.get_by_role("button", name="Picture in picture").click()
        await state(page, "playing")


# --- for everybody --------------------------------------------------------------------------------


async def objections(page: Page) -> list[str]:
    """What axe objects to, in light and in dark."""
    found = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate(browser_support.PAINTED)
        result = await Axe().run(page)
        found += [
            f"{scheme}: {one['id']}: {node['target']}: {node['failureSummary']}"
            for one in result.response["violations"]
            for node in one["nodes"]
        ]
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_nothing_of_it_shuts_anybody_out(stage: Stage, size: ViewportSize) -> None:
    await put(stage, BOTH)
    page, air = await watching(stage, size)
    assert await objections(page) == []
    await begin(page)
    await late(page)
    assert await objections(page) == []
    await page.locator(".watch-frame").hover()  # the controls have gone meanwhile
    await page.get_by_role("button", name="Settings", exact=True).click()
    await page.get_by_text("Keys", exact=True).click()
    assert await objections(page) == []
    await page.keyboard.press("Escape")
    air.mode = "still"
    await state(page, "stalled", 40)
    assert await objections(page) == []
    air.mode = "cut"
    await state(page, "lost", 60)
    assert await objections(page) == []
    await put(stage, [], slate="Back at three o'clock")
    await state(page, "none")
    assert await objections(page) == []
    await put(stage, [YOUTUBE])
    await state(page, "link")
    assert await objections(page) == []


# --- the choice of the language -------------------------------------------------------------------

ARROW = """() => {
  const select = document.querySelector(".watch-language select");
  const arrow = select.parentElement.querySelector("svg");
  const [box, place] = [arrow.getBoundingClientRect(), select.getBoundingClientRect()];
  return {
    native: getComputedStyle(select).appearance,
    stroke: getComputedStyle(arrow).stroke,
    ground: getComputedStyle(select).backgroundColor,
    wide: box.width,
    text: parseFloat(getComputedStyle(select).fontSize),
    inside: place.left < box.left && box.right < place.right
      && place.top < box.top && box.bottom < place.bottom,
    under: document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === select,
  };
}"""


@pytest.mark.parametrize("look", ["light", "dark", "forced"])
async def test_arrow_of_the_language_choice_grows_with_the_page(stage: Stage, look: str) -> None:
    await put(stage, BOTH)
    wall: ViewportSize = {"width": 3840, "height": 2160}
    more = {"forced_colors": "active"} if look == "forced" else {"color_scheme": look}
    found = []
    for size in (PHONE, DESK, wall):
        page, _ = await watching(stage, size, **more)
        await expect(page.get_by_role("combobox", name="Language")).to_be_visible()
        seen = await page.evaluate(ARROW)
        assert (seen["native"], seen["inside"], seen["under"]) == ("none", True, True)
        assert seen["stroke"] not in {"none", seen["ground"]}
        assert seen["wide"] >= seen["text"]
        found.append(seen["wide"])
        if size is PHONE:
            await page.get_by_role("combobox", name="Language").select_option("Español")
            await expect(page.get_by_role("combobox", name="Language")).to_have_value("1")
    assert found[2] >= 1.9 * found[1]


# --- choices and keys -----------------------------------------------------------------------------


async def test_choices_are_remembered(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage)
    await begin(page)
    await page.get_by_role("button", name="Settings", exact=True).click()
    await page.locator("label", has_text="Sound only").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name="Sound only")).to_be_visible()
    await page.get_by_role("button", name="Sound off").click()
    await page.reload()
    await state(page, "playing")
    await expect(page.get_by_role("heading", name="Sound only")).to_be_visible()
    assert await page.locator("video").evaluate("(video) => video.muted")


async def test_keys_act_in_the_player_and_nowhere_else(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage)
    await begin(page)
    box = page.get_by_role("textbox", name="Your question")
    await box.click()
    await page.keyboard.type("make me look")
    await expect(box).to_have_value("make me look")
    await state(page, "playing")
    video = page.locator("video")
    assert not await video.evaluate("(video) => video.muted")
    await page.get_by_role("button", name="Pause", exact=True).focus()
    await page.keyboard.press("m")
    assert await video.evaluate("(video) => video.muted")
    await page.keyboard.press("m")
    await page.keyboard.press("ArrowDown")
    assert await video.evaluate("(video) => video.volume") == pytest.approx(0.9)
    await page.keyboard.press("k")
    await state(page, "paused")
    await page.keyboard.press(" ")  # the focused button's own
    await state(page, "playing")
    await page.get_by_role("button", name="Settings", exact=True).click()
    await page.get_by_text("Keys", exact=True).click()
    await expect(page.locator(".watch-keys dl > div")).to_have_count(9)


async def test_the_picture_never_changes_its_place(stage: Stage) -> None:
    await put(stage, [HLS])
    for size in (PHONE, DESK):
        page, air = await watching(stage, size)
        frame = page.locator(".watch-frame")
        before = await frame.bounding_box()
        assert before is not None
        assert before["width"] / before["height"] == pytest.approx(16 / 9, rel=0.01)
        await begin(page)
        await late(page)
        assert await frame.bounding_box() == before
        air.mode = "cut"
        await state(page, "lost", 60)
        assert await frame.bounding_box() == before


async def test_on_a_phone_the_picture_stays_while_one_reads(stage: Stage) -> None:
    await put(stage, [HLS])
    page, _ = await watching(stage, PHONE, has_touch=True)
    await begin(page)
    await page.mouse.wheel(0, 900)
    await page.evaluate(browser_support.PAINTED)
    assert await page.evaluate("scrollY") > 300
    box = await page.locator(".watch-frame").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 60
