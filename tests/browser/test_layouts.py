"""Every layout in every state: it fits, it can be read from ten metres, and it says what is so."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import screens
from browser_support import chromium
from playwright.async_api import Browser, Page, expect
from screens import LANDSCAPE, LAYOUTS, OLD, PORTRAIT, Glass, State, glass, states

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
]

CONTRAST = 7.0
SAFE = 0.045
"""Of each side: five hundredths, less what the picture is shifted by."""
LEAST = 2.55
"""The smallest text, in hundredths of the shorter side."""

LOOK = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  const seen = new Map();
  const channels = (colour) => {
    if (!seen.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      seen.set(colour, [...pen.getImageData(0, 0, 1, 1).data]);
    }
    return seen.get(colour);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let one = node; one !== null; one = one.parentElement) {
      const colour = channels(getComputedStyle(one).backgroundColor);
      if (colour[3] > 200) return colour;
    }
    return [255, 255, 255];
  };
  const shorter = Math.min(innerWidth, innerHeight);
  const found = [];
  const walk = document.createTreeWalker(document.getElementById("app"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const element = node.parentElement;
    const text = node.data.trim();
    if (text === "" || !element.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let {left, right, top, bottom, width} = range.getBoundingClientRect();
    if (width === 0) continue;
    for (let one = element; one !== null; one = one.parentElement)
      if (getComputedStyle(one).overflowY === "hidden") {
        const edge = one.getBoundingClientRect();
        [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      }
    if (bottom - top < 4) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(channels(style.color)), light(behind(element))];
    found.push({
      text,
      size: (100 * parseFloat(style.fontSize)) / shorter,
      contrast: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05),
      left: left / innerWidth,
      right: 1 - right / innerWidth,
      top: top / innerHeight,
      bottom: 1 - bottom / innerHeight,
      banded: element.closest(".sheet:has(> .band)") !== null,
    });
  }
  const tight = [...document.querySelectorAll(".fit, .poll-fit")]
    .filter((box) => box.checkVisibility())
    .filter((box) => box.firstElementChild.offsetHeight > box.clientHeight + 2)
    .map((box) => box.innerText);
  return {found, tight};
}"""
"""Looks at every text on the screen: how large it is, how it stands out, how far from the edges."""


def objections(state: State, seen: dict[str, Any]) -> list[str]:
    """What is wrong with how a state looks."""
    wrong = [f"does not fit: {text}" for text in seen["tight"]]
    for one in seen["found"]:
        about = f"{one['text'][:40]!r}"
        if one["contrast"] < CONTRAST:
            wrong.append(f"contrast {one['contrast']:.1f}: {about}")
        if one["size"] < LEAST * (0.78 if one["banded"] else 1):
            wrong.append(f"size {one['size']:.2f}: {about}")
        sides = {"left": SAFE, "right": SAFE} | (
            {} if one["banded"] else {"top": 0.03, "bottom": 0.03}
        )
        wrong += [f"{side} {one[side]:.3f}: {about}" for side in sides if one[side] < sides[side]]
    return [f"{state.name}: {one}" for one in wrong]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as made:
        yield made


EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("now-next", "before"): ("Tuesday", "Begins at 08:00", "in 35 min", "Opening remarks"),
    ("now-next", "live"): ("Live", "33:40", "Simone SASSO", "Next", "Coffee break", "Brussels"),
    ("now-next", "overrun"): ("+01:10", "over time", "right after"),
    ("now-next", "paused"): ("Paused", "34:30"),
    ("now-next", "break"): ("Coffee break", "Back at 10:15", "in 20 min"),
    ("now-next", "between"): ("Next", "09:00", "in 06:40"),
    ("now-next", "delayed"): ("Delayed", "09:00", "09:20", "about 20 min later"),
    ("now-next", "cancelled"): ("Cancelled", "Experiences and future", "We go on with", "11:45"),
    ("now-next", "night"): ("That was today", "June 22", "09:00"),
    ("now-next", "after"): ("Thank you", "Agenda and answers stay here"),
    ("now-next", "news"): (screens.NEWS, "Live"),
    ("now-next", "warning"): ("Please note", screens.WARNING),
    ("now-next", "spanish"): ("En directo", "Siguiente", "Haga su pregunta"),
    ("now-next", "identify"): ("Hall left",),
    ("agenda", "live"): ("Tuesday", "08:00", "34 min left", "11:45", "Next"),
    ("agenda", "cancelled"): ("Cancelled", "10:15", "11:45"),
    ("agenda", "delayed"): ("09:20", "09:00", "Delayed"),
    ("foyer", "rooms"): ("Auditorio Mayor", "1 min over", "Starts at 09:25", "Cancelled", "Garden"),
    ("door", "room"): ("Sala Principal", "Main hall", "Later here", "33:40"),
    ("questions", "question"): (screens.SHORT, "Ana Quispe", "14 votes"),
    ("questions", "long-question"): (screens.LONG, "Anonymous"),
    ("questions", "live"): ("Ask your question", "live.example.org"),
    ("questions", "poll-six"): ("Answer now on your phone", *screens.ANSWERS),
    ("questions", "poll-twelve-result"): ("Resultado", "145 respuestas", *screens.ANSWERS),
    ("timer", "live"): ("Time left", "33:40", "ends 09:46"),
    ("timer", "wrap"): ("Please wrap up", "04:10"),
    ("timer", "last"): ("Last minute", "00:42"),
    ("timer", "overrun"): ("Over time", "+01:10"),
    ("timer", "before"): ("Begins in", "35:20"),
    ("timer", "told"): ("Two questions from the hall",),
    ("message", "several"): (screens.WARNING, screens.NEWS, "gate B"),
    ("message", "live"): ("Smart Specialisation Conference", "Live"),
    ("overlay", "live"): ("Panel", "Analysis of economic domains", "Simone SASSO"),
    ("overlay", "break"): ("Back at 10:15",),
    ("overlay", "question"): (screens.SHORT, "Ana Quispe"),
}
"""What a state has to say."""


VARIANTS = frozenset({"spanish", "plain", "paused", "night", "after", "lost", "lost-long"})
"""What is the same in all layouts, or nearly: looked at in one."""
COMMON = frozenset({"before", "live", "break", "delayed", "cancelled", "news", "room"})
"""What is looked at in other shapes."""


async def said(page: Page) -> str:
    return " ".join((await page.locator("#app").inner_text()).split())


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_layout_says_what_is_so_and_can_be_read(browser: Browser, layout: str) -> None:
    most = layout == "now-next"
    every = [one for one in states(layout) if most or one.name not in VARIANTS]
    wrong: list[str] = []
    async with glass(browser, LANDSCAPE, every[0]) as screen:
        for state in every:
            await screen.show(state)
            wrong += objections(state, await screen.page.evaluate(LOOK))
            text = await said(screen.page)
            expected = EXPECTED.get((layout, state.name), ())
            wrong += [f"{state.name}: does not say {one}" for one in expected if one not in text]
            assert text or state.name == "blackout" or layout == "overlay"
            if layout != "overlay":
                shows_dot = await screen.page.locator(".lost").count() == 1
                assert shows_dot == (state.quiet_ms > 0), state.name
            assert "Live" not in text or state.name != "lost-long"
        assert screen.faults == []
    assert wrong == []


SHAPES = [
    (size, layout)
    for size, layouts in (
        (PORTRAIT, ("door", "now-next", "agenda", "questions")),
        (OLD, ("agenda", "timer", "questions")),
    )
    for layout in layouts
]


@pytest.mark.parametrize(
    ("size", "layout"), SHAPES, ids=lambda one: one if isinstance(one, str) else str(one["width"])
)
async def test_layout_fits_other_shapes(browser: Browser, size: Any, layout: str) -> None:
    every = [one for one in states(layout) if one.name in COMMON or "poll" in one.name]
    wrong: list[str] = []
    async with glass(browser, size, every[0]) as screen:
        for state in every:
            await screen.show(state)
            wrong += objections(state, await screen.page.evaluate(LOOK))
    assert wrong == []


def named(layout: str, name: str) -> State:
    return next(state for state in states(layout) if state.name == name)


async def pages_of(screen: Glass, state: State) -> list[list[str]]:
    """The times that each page of an agenda shows."""
    found = []
    for turn in range(4):
        at = state.at // 60_000 * 60_000 + turn * 15_000
        await screen.show(State(name="", at=at, view=state.view, display=state.display))
        times = await screen.page.evaluate(
            """() => [...document.querySelectorAll(".slot")]
              .filter((one) => one.checkVisibility({visibilityProperty: true}))
              .map((one) => one.querySelector("time").innerText)"""
        )
        found.append(times)
    return found


async def test_agenda_turns_its_pages_and_leaves_none_out(browser: Browser) -> None:
    state = named("agenda", "before")
    async with glass(browser, OLD, state) as screen:
        pages = await pages_of(screen, state)
        signs = await screen.page.locator(".page-sign i").count()
    whole = ["08:00", "08:30", "09:00", "09:45", "10:15", "11:45"]
    assert signs > 1
    assert sorted({time for page in pages for time in page}) == whole
    assert all(page == sorted(page) and page for page in pages)


async def test_labels_take_turns_in_the_languages_of_the_event(browser: Browser) -> None:
    state = named("now-next", "live")
    shown = state.display | {"options": state.display["options"] | {"languages": []}}
    heard = []
    async with glass(browser, LANDSCAPE, state) as screen:
        for turn in range(4):
            at = state.at // 24_000 * 24_000 + turn * 12_000
            await screen.show(State(name="", at=at, view=state.view, display=shown))
            heard.append(await screen.page.locator(".live-mark").inner_text())
            lang = await screen.page.locator("html").get_attribute("lang")
            assert lang == ("en", "es")[turn % 2]
    assert heard == ["Live", "En directo"] * 2


async def test_logo_that_cannot_be_had_leaves_no_hole(browser: Browser) -> None:
    state = named("now-next", "light")
    async with glass(browser, LANDSCAPE, state) as screen:
        await screen.show(state)
        await expect(screen.page.locator(".logo")).to_be_visible()
        options = state.display["options"] | {"logo": "/gone.svg"}
        gone = State(
            name="", at=state.at, view=state.view, display=state.display | {"options": options}
        )
        await screen.show(gone)
        await expect(screen.page.locator(".logo")).to_have_count(0)


async def test_overlay_is_transparent_and_goes_out_on_command(browser: Browser) -> None:
    state = named("overlay", "live")
    async with glass(browser, LANDSCAPE, state) as screen:
        await screen.show(state)
        behind = """() => ["html", "body", "#app"].map(
          (one) => getComputedStyle(document.querySelector(one)).backgroundColor)"""
        assert set(await screen.page.evaluate(behind)) == {"rgba(0, 0, 0, 0)"}
        assert await screen.page.locator(".third").count() == 1
        dark = state.display | {"blackout": True}
        await screen.show(State(name="", at=state.at, view=state.view, display=dark))
        await expect(screen.page.locator(".third, .blackout")).to_have_count(0)


async def test_screen_that_draws_no_more_starts_again(browser: Browser) -> None:
    state = named("now-next", "live")
    async with glass(browser, LANDSCAPE, state) as screen:
        await screen.show(state)
        async with screen.page.expect_navigation(timeout=20_000):
            # time goes on, and nothing is drawn: the clock that is shown stands still
            await screen.page.evaluate("localStorage.clear(); server.skipped += 60_000")
        await expect(screen.page.locator(".frame.live")).to_have_count(1)
