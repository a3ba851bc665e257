"""The archive in a browser: the recording plays; agenda and answered questions follow it."""

import json
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import browser_support
import pytest
import pytest_asyncio
from aiohttp import web
from axe import objections
from browser_support import DESK, PHONE, House, Stage
from playwright.async_api import Page, Route, ViewportSize, expect
from test_accessibility import end

from streamhub.core.ids import Ms
from streamhub.formats.sample import sample
from streamhub.hub.hubs import Hubs
from streamhub.testcard.event import feeds
from streamhub.testcard.routes import recording_url, routes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

TEXT = "Who pays for all of this in the end?"
TUBE = "https://www.youtube.com/watch?v=abcdefghijk"

READ_STRIP = """(video) => {
  const canvas = document.createElement("canvas");
  const [width, height] = [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  pen.drawImage(video, 0, 0);
  const y = Math.floor(height - height / 54);
  const bit = (n) => pen.getImageData(Math.floor((n + 0.5) * width / 48), y, 1, 1).data[1] > 127;
  let ms = 0;
  for (let n = 2; n < 42; n++) ms = ms * 2 + (bit(n) ? 1 : 0);
  return bit(0) && !bit(1) ? ms : null;
}"""
"""The instant that is burnt into the test picture (`testcard/strip.py`), modulo 2^40 ms."""

EARLIER_MS = 120_000
"""The film is of so much earlier: what the screens showed just now is in no recording yet."""

PLAYER = """<!doctype html><script>
addEventListener("message", ({data, source}) => {
  const said = JSON.parse(data);
  const tell = (at) => source.postMessage(JSON.stringify(
    {event: "infoDelivery", info: {currentTime: at}}), "*");
  if (said.event === "listening") tell(Number(new URL(location).searchParams.get("start") ?? 0));
  if (said.func === "seekTo") tell(said.args[0]);
});
</script>"""
"""What a frame of YouTube says and hears, as far as the page talks to it."""


def cards(hubs: Hubs) -> Iterable[web.RouteDef]:
    return routes(feeds(sample()), hubs.clock)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with browser_support.house(tmp_path_factory.mktemp("house"), beside=cards) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House) -> AsyncIterator[Stage]:
    async with house.stage() as made:
        yield made


@dataclass(frozen=True)
class Past:
    """An event that is over: when its recording began, and when the question was on the screens."""

    start: Ms
    shown_at: Ms
    question: str

    @property
    def at_s(self) -> int:
        return (self.shown_at - self.start) // 1000


async def over(stage: Stage, url: str | None = None) -> Past:
    """A question shown and answered, everything ended, the recording there: the test picture."""
    question = await stage.ask(TEXT, approved=True)
    desk = await stage.client("moderator")
    await desk.do("question.spotlight", question=question)
    await desk.do("question.answer", question=question, reply="We all do.")
    shown_at: Ms = desk.state["questions"][question]["shown_at"]
    await end(stage)
    show = await stage.client("producer")
    start = min(one["started_at"] for one in show.state["sessions"].values() if "started_at" in one)
    film = url or recording_url("main-en", start - EARLIER_MS, shown_at - EARLIER_MS + 60_000)
    answer = await show.do("recording.set", room="main", url=film, started_at=start)
    assert answer["ok"], answer
    return Past(start, shown_at, question)


async def plays_at(page: Page, seconds: int, within_s: float = 3) -> None:
    """Wait until the picture of a second is there."""
    await page.wait_for_function(
        """([at, most]) => {
          const video = document.querySelector("#reel video");
          return video.readyState >= 2 && !video.seeking && Math.abs(video.currentTime - at) < most;
        }""",
        arg=[seconds, within_s],
    )


async def test_question_leads_to_its_second_and_the_page_follows_without_scrolling(
    stage: Stage,
) -> None:
    past = await over(stage)
    page = await stage.enter(f"/e/{stage.slug}", DESK)
    await expect(page.locator("#playing")).to_contain_text("0:00")
    chapter = page.locator('.chapter[data-chapter="s2"]')
    answer = chapter.locator(".answer").nth(1)
    at_s = int(await answer.get_attribute("data-at") or 0)
    await answer.scroll_into_view_if_needed()
    before = await page.evaluate("scrollY")
    await answer.get_by_role("link").click()
    await plays_at(page, at_s)
    await expect(answer).to_have_attribute("aria-current", "true")
    await expect(chapter).to_have_attribute("aria-current", "true")
    await expect(page.locator('.session[data-session="s2"]')).to_have_attribute(
        "aria-current", "true"
    )
    await expect(page.locator("#playing")).to_contain_text(
        await answer.locator(".answer-text").inner_text()
    )
    assert f"t={at_s}" in page.url
    assert await page.evaluate("scrollY") == before
    # the picture is of that second, by the clock that is burnt into it
    at, burnt = await page.locator("#reel video").evaluate(
        f"(video) => [video.currentTime, ({READ_STRIP})(video)]"
    )
    assert burnt is not None
    true = past.start - EARLIER_MS + round(at * 1000)
    assert abs(burnt - true % 2**40) <= 500
    await page.get_by_role("button", name="Chapter before").click()
    await plays_at(page, int(await chapter.get_attribute("data-at") or 0))


async def test_moment_is_shared_and_opened_again(stage: Stage) -> None:
    past = await over(stage)
    page = await stage.enter(f"/e/{stage.slug}#t={past.at_s // 60}:{past.at_s % 60:02}", DESK)
    await plays_at(page, past.at_s)
    await expect(page.locator(".answer.on-now")).to_contain_text(TEXT)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Share this moment").click()
    await expect(page.get_by_text("The link to this moment is copied.")).to_be_visible()
    link = await page.evaluate("navigator.clipboard.readText()")
    assert link == f"{stage.url}/e/{stage.slug}?t={past.at_s}"
    other = await stage.enter(link.removeprefix(stage.url), PHONE)
    await plays_at(other, past.at_s)
    await other.evaluate("location.hash = '#t=5:00'")
    await plays_at(other, 300, within_s=20)  # it plays on from there


async def test_questions_are_searched(stage: Stage) -> None:
    await over(stage)
    page = await stage.enter(f"/e/{stage.slug}", DESK)
    await page.get_by_role("searchbox").fill("WE ÁLL do")
    await expect(page.get_by_role("status").first).to_have_text("1 question found")
    await expect(page.locator(".answer:visible")).to_have_count(1)
    await expect(page.locator(".chapter:visible")).to_have_count(1)
    await page.get_by_role("searchbox").fill("nobody asked this")
    await expect(page.get_by_text("No answered question has these words.")).to_be_visible()
    await page.get_by_role("button", name="End the search").click()
    assert await page.locator(".answer:visible").count() > 1


async def test_archive_can_be_read_and_followed_without_script(stage: Stage) -> None:
    past = await over(stage)
    page = await stage.enter(f"/e/{stage.slug}", PHONE, java_script_enabled=False)
    await page.get_by_role("link", name=TEXT).click()
    assert page.url.endswith(f"room=main&t={past.at_s}")
    await expect(page.locator(f'[data-question="{past.question}"]')).to_contain_text("We all do.")
    await expect(page.locator("#archive-search")).to_be_empty()


async def test_player_of_another_site_comes_after_a_click_and_is_followed(stage: Stage) -> None:
    past = await over(stage, TUBE)
    page = await stage.blank(DESK)
    asked: list[str] = []

    async def frame(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(content_type="text/html", body=PLAYER)

    await page.route("https://www.youtube-nocookie.com/**", frame)
    await page.goto(f"{stage.url}/e/{stage.slug}?t={past.at_s}")
    offer = page.get_by_role("button", name=re.compile("Play here from"))
    await expect(page.locator("#reel")).to_contain_text("YouTube, which then learns")
    await expect(page.locator(".answer.on-now")).to_contain_text(TEXT)
    assert asked == []
    assert await objections(page) == []
    await offer.click()
    await expect(page.locator("#reel iframe")).to_have_attribute(
        "src", re.compile(rf"abcdefghijk\?.*start={past.at_s}")
    )
    await page.locator('.chapter[data-chapter="s2"] a').first.click()
    await expect(page.locator('.chapter[data-chapter="s2"]')).to_have_attribute(
        "aria-current", "true"
    )
    stage.faults[:] = [one for one in stage.faults if "youtube-nocookie" not in one]
    assert len(asked) == 1


async def test_page_says_that_the_recording_comes_and_then_that_it_is_there(stage: Stage) -> None:
    show = await stage.client("producer")
    await show.do("stream.set", room="main", sources=[{"url": "/demo/streams/main-en/live.m3u8"}])
    page = await stage.enter(f"/e/{stage.slug}", PHONE)
    await end(stage)
    await expect(page.get_by_text("The recording is on its way.")).to_be_visible()
    await show.do(
        "recording.set", room="main", url=TUBE, started_at=show.state["event"]["starts_at"]
    )
    await expect(page.get_by_text("The recording is on its way.")).to_have_count(0)
    await page.get_by_role("link", name="Watch the recording").first.click()
    await expect(page.locator("#archive")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
async def test_archive_is_accessible(stage: Stage, size: ViewportSize) -> None:
    past = await over(stage)
    page = await stage.enter(f"/e/{stage.slug}?t={past.at_s}", size)
    await plays_at(page, past.at_s)
    await expect(page.locator(".answer.on-now")).to_be_attached()
    assert await objections(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    described = await page.locator('script[type="application/ld+json"]').inner_text()
    assert json.loads(described)["recordedIn"][0]["@type"] == "VideoObject"
