"""Screens without a server: the real page of a display, given views that are fixed by hand.

`Glass` is such a page; a few lines of JavaScript play the server in it. `states` are the views:
each state of a room, over the sample event on its own day.
"""

import copy
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
from playwright.async_api import Browser, ConsoleMessage, Page, Route, ViewportSize

from streamhub.core.event import SYSTEM, Decision, EventCreated, begin
from streamhub.core.views import View
from streamhub.core.views.project import project
from streamhub.formats.sample import SLUG, sample
from streamhub.http.render import Renderer

HOME: Final = "http://screen.test"
JOIN: Final = f"https://live.example.org/e/{SLUG}"
LAYOUTS: Final = (
    "now-next",
    "agenda",
    "foyer",
    "door",
    "questions",
    "timer",
    "message",
    "overlay",
)
LANDSCAPE: Final[ViewportSize] = {"width": 1920, "height": 1080}
FOUR_K: Final[ViewportSize] = {"width": 3840, "height": 2160}
PORTRAIT: Final[ViewportSize] = {"width": 1080, "height": 1920}
OLD: Final[ViewportSize] = {"width": 1024, "height": 768}
SIZES: Final = {"1080p": LANDSCAPE, "4k": FOUR_K, "portrait": PORTRAIT, "xga": OLD}

Json = dict[str, Any]

SERVER: Final = """
const server = (window.server = {
  me: null, view: null, down: false, mute: false, sockets: new Set(), opened: 0,
  say(name, body) {
    for (const one of server.sockets) one.hear("42" + JSON.stringify([name, body]));
  },
  show(me, view, cursor) {
    server.me = me;
    server.view = view;
    server.cursor = cursor;
    server.say("me", me);
    server.say("snapshot", {cursor, at: Date.now(), view: "stage", state: view});
  },
  async put(me, view, cursor) {
    server.down = false;
    localStorage.setItem("streamhub.reloaded", Date.now()); // time stands still: that is no fault
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    while (server.sockets.size === 0) await wait(50);
    server.timed = 0;
    document.dispatchEvent(new Event("visibilitychange"));
    while (server.timed < 5) await wait(5);
    await wait(20);
    server.show(me, view, cursor);
  },
  cut(ms) {
    server.down = true;
    for (const one of [...server.sockets]) one.close();
    server.skipped += ms;
  },
  timed: 0,
  skipped: 0,
});
const passed = performance.now.bind(performance);
performance.now = () => passed() + server.skipped;
window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  readyState = 0;
  binaryType = "blob";
  protocol = "";
  constructor() {
    super();
    setTimeout(() => {
      if (server.down) return this.onerror?.({}), this.close();
      this.readyState = 1;
      server.sockets.add(this);
      server.opened += 1;
      this.onopen?.({});
      const hello = {sid: "s", upgrades: [], pingInterval: 25e3, pingTimeout: 2e4, maxPayload: 1e6};
      this.hear("0" + JSON.stringify(hello));
      this.beat = setInterval(() => {
        const {cursor, mute} = server;
        if (!mute) this.hear("42" + JSON.stringify(["beat", {cursor, at: Date.now()}]));
      }, 5000);
    });
  }
  hear(data) {
    if (this.readyState === 1) this.onmessage?.({data});
  }
  send(text) {
    setTimeout(() => this.answer(text));
  }
  answer(text) {
    if (text.startsWith("40")) {
      this.hear('40{"sid":"s"}');
      this.hear("42" + JSON.stringify(["me", server.me]));
      const {cursor, view} = server;
      const message = {cursor, at: Date.now(), view: "stage", state: view};
      this.hear("42" + JSON.stringify(["snapshot", message]));
    }
    const asked = /^42(\\d+)(.*)$/s.exec(text);
    if (asked === null) return;
    const [name, body] = JSON.parse(asked[2]);
    if (name !== "time") return;
    server.timed += 1;
    this.hear(`43${asked[1]}${JSON.stringify([{t0: body.t0, t1: Date.now()}])}`);
  }
  close() {
    if (this.readyState === 3) return;
    this.readyState = 3;
    clearInterval(this.beat);
    server.sockets.delete(this);
    setTimeout(() => this.onclose?.({code: 1006, reason: ""}));
  }
};
"""
"""Plays the server: opens sockets, answers for the time, beats, and says what it is told to say."""

SETTLED: Final = """async () => {
  await document.fonts.ready;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let n = 0; n < 3; n++) await frame();
  while (document.querySelector(".third.leaves") !== null) await frame();
  await frame();
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)));
  await frame();
}"""


@dataclass(frozen=True, kw_only=True)
class State:
    """What a screen is given: the time, itself, and the view."""

    name: str
    at: int
    view: Json
    display: Json
    quiet_ms: int = 0
    """For how long the server has been silent."""


def at(clock: str, day: int = 21) -> int:
    """An instant of the sample's day, by the clock of its venue."""
    moment = datetime.fromisoformat(f"2022-06-{day}T{clock}")
    return round(moment.replace(tzinfo=ZoneInfo("America/Mexico_City")).timestamp() * 1000)


def _base() -> Json:
    agenda = sample()
    created = EventCreated(slug=SLUG, agenda=agenda)
    state = begin(Decision(by=SYSTEM, at=agenda.starts_at - 3_600_000, facts=(created,)))
    view: Json = json.loads(json.dumps(project(state, View.STAGE, None)))
    return view


BASE: Final = _base()


class Story:
    """A view that is changed step by step, as a day goes on."""

    def __init__(self, base: Json | None = None) -> None:
        self.view: Json = copy.deepcopy(BASE if base is None else base)

    @property
    def room(self) -> Json:
        room: Json = self.view["rooms"]["main"]
        return room

    def session(self, name: str, **more: Any) -> "Story":
        self.view["sessions"][name] |= more
        return self

    def ended(self, *names: str) -> "Story":
        for name in names:
            session = self.view["sessions"][name]
            start = session["start_at"] + 60_000
            end = session["start_at"] + session["duration_s"] * 1000
            self.session(name, status="ended", started_at=start, ended_at=end)
        return self

    def live(self, name: str, started: str, due: str, following: str | None = None) -> "Story":
        self.session(name, status="live", started_at=at(started), due_at=at(due))
        self.session(name, expected_end_at=at(due))
        self.room["live"] = name
        return self.then(following)

    def then(self, name: str | None) -> "Story":
        self.room.pop("next", None)
        if name is not None:
            self.room["next"] = name
        return self

    def late(self, name: str, start: str) -> "Story":
        session = self.view["sessions"][name]
        by = at(start) - session["start_at"]
        self.room["offset_s"] = by // 1000
        return self.session(
            name,
            expected_start_at=session["expected_start_at"] + by,
            expected_end_at=session["expected_end_at"] + by,
        )

    def asking(self) -> "Story":
        self.room["questions"] = {"state": "open", "why": "live", "session": "s3"}
        return self

    def question(
        self, text: str, name: str | None = None, upvotes: int = 0, *, assigned: bool = False
    ) -> "Story":
        asked = {"session": "s3", "text": text, "upvotes": upvotes, "status": "approved"}
        asked |= {"asked_at": at("09:10")} | ({"name": name} if name else {})
        if assigned:
            asked["for"] = self.view["sessions"]["s3"]["speakers"][0]["id"]
        self.view["questions"] = {"q1": asked}
        self.room["spotlight"] = "q1"
        return self

    def poll(self, kind: str, options: Sequence[str] = (), results: Json | None = None) -> "Story":
        """A poll on the screens: open, or closed with its `results`."""
        poll = {
            "room": "main",
            "session": "s3",
            "kind": kind,
            "title": "Which priority should a region set first?",
            "options": {str(n): {"text": t, "order": n} for n, t in enumerate(options, 1)},
            "status": "open" if results is None else "closed",
            "results": "after",
            "opened_at": at("09:10"),
        }
        if results is not None:
            poll["tally"] = {"total": 145} | results
        self.view["polls"] = {"p1": poll}
        self.room["poll"] = "p1"
        return self

    def message(self, text: str, to: str = "screens", tone: str = "info") -> "Story":
        number = len(self.view["messages"])
        told = {"to": to, "text": text, "tone": tone, "at": at("09:11") + number}
        self.view["messages"][f"m{number}"] = told
        return self


def display(layout: str, **more: Any) -> Json:
    """A display, as it is told of itself."""
    return {
        "name": "Hall left",
        "room": "main",
        "layout": layout,
        "paired_at": at("06:00"),
        "blackout": False,
        "options": {"qr": True, "zones": True, "languages": ["en"], "theme": "dark"},
    } | more


def _live() -> Story:
    return Story().ended("s1", "s2").live("s3", "09:01", "09:46", "s4").asking()


def _two_days() -> Json:
    view = copy.deepcopy(BASE)
    for name, hour in (("s5", "09:00"), ("s6", "10:30")):
        session = view["sessions"][name]
        length = session["duration_s"] * 1000
        start = at(hour, day=22)
        session |= {"start_at": start, "expected_start_at": start}
        session["expected_end_at"] = start + length
    view["event"]["ends_at"] = at("11:00", day=22)
    return view


ROOMS: Final = (
    ("audit", "Auditorio Mayor", "\u2191 1st floor"),
    ("lab", "Innovation Lab", "\u2192 Building B, ground floor"),
    ("patio", "Patio", "\u2190 Garden"),
)


def _house() -> Story:
    """Four rooms, each in another state."""
    story = _live()
    for order, (room, name, place) in enumerate(ROOMS, start=1):
        story.view["rooms"][room] = {"name": name, "order": order, "place": place}
    story.room["place"] = "\u2192 Main hall"
    story.room["name"] = "Sala Principal"

    def put(name: str, room: str, title: str, start: str, minutes: int, **more: Any) -> None:
        start_at = at(start)
        plain = {"order": 0, "kind": "session", "questions": "closed", "speakers": []}
        story.view["sessions"][name] = {
            **plain,
            "room": room,
            "title": title,
            "status": "scheduled",
            "start_at": start_at,
            "duration_s": minutes * 60,
            "expected_start_at": start_at,
            "expected_end_at": start_at + minutes * 60_000,
            **more,
        }

    live = {"status": "live", "started_at": at("08:46")}
    put("a1", "audit", "Mapping regional strengths: a workshop with data", "08:45", 30)
    story.session("a1", due_at=at("09:11"), **live)
    put("a2", "audit", "What the maps do not show", "09:30", 30)
    story.view["rooms"]["audit"] |= {"live": "a1", "next": "a2"}
    put("l1", "lab", "Prototypes from Piura, hands on", "09:15", 45, expected_start_at=at("09:25"))
    story.view["rooms"]["lab"] |= {"next": "l1"}
    put("p1", "patio", "Networking walk", "09:00", 30, status="cancelled")
    put("p2", "patio", "Lunch in the garden", "12:30", 60, kind="break")
    story.view["rooms"]["patio"] |= {"next": "p2"}
    return story


PRIORITIES: Final = ("Food and agriculture", "Renewable energy", "Tourism", "Digital services")
MORE: Final = ("Health", "Mobility of people and goods", "Water", "Culture and creative industries")
ANSWERS: Final = (
    "A fund that regions apply to together, every year",
    "An office that helps small municipalities to write what they want and count what came of it",
    "Less paper",
    "ما الذي يمكن للجامعات أن تفعله؟",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Nothing of this: we should first look at what has worked elsewhere, and why, and for whom",
)
SHORT: Final = "Who pays for all of this in the end?"
LONG: Final = (
    "How can a region without a university, without large firms and without a budget of its own "
    "for research take part in a smart specialisation strategy that lasts longer than one "
    "government, and who should take the first step: the municipality, the state, or us?"
)
NEWS: Final = "Lunch is served in the garden, not in the foyer."
WARNING: Final = "Please leave the hall calmly by the exits on your left."


def states(layout: str) -> list[State]:
    """Every state that a screen with `layout` may be in, with what differs for it."""
    found: list[State] = []

    def add(name: str, clock: str, story: Story, quiet_ms: int = 0, **more: Any) -> None:
        day = 22 if name == "after" and story.view["event"]["ends_at"] > at("23:00") else 21
        shown = display(layout, **more)
        state = State(
            name=name, at=at(clock, day), view=story.view, display=shown, quiet_ms=quiet_ms
        )
        found.append(state)

    def options(**more: Any) -> Json:
        return {"options": display(layout)["options"] | more}

    add("before", "07:24:40", Story().then("s1"))
    add("live", "09:12:20", _live())
    add("overrun", "09:47:10", _live())
    add("paused", "09:12:20", _live().session("s3", paused_at=at("09:11:30")))
    resting = Story().ended("s1", "s2", "s3").live("s4", "09:46", "10:15", "s5")
    add("break", "09:55:00", resting)
    add("between", "08:53:20", Story().ended("s1", "s2").then("s3").asking())
    add("delayed", "09:06:00", Story().ended("s1", "s2").then("s3").late("s3", "09:20"))
    gone = Story().ended("s1", "s2", "s3", "s4").session("s5", status="cancelled").then("s6")
    add("cancelled", "11:10:00", gone)
    add("night", "10:20:00", Story(_two_days()).ended("s1", "s2", "s3", "s4").then("s5"))
    everything = ("s1", "s2", "s3", "s4", "s5", "s6")
    add("after", "12:20:00", Story().ended(*everything))
    add("light", "09:12:20", _live(), **options(theme="light", logo="/logo.svg"))
    add("event", "09:12:20", _live(), **options(theme="event", logo="/logo.svg"))
    add("spanish", "09:12:20", _live(), **options(languages=["es"]))
    add("plain", "09:12:20", _live(), **options(qr=False, zones=False))
    if layout not in {"overlay", "timer"}:
        add("news", "09:12:20", _live().message(NEWS))
        add("warning", "09:12:20", _live().message(WARNING, tone="warning"))
    if layout in {"questions", "overlay"}:
        add("question", "09:12:20", _live().question(SHORT, "Ana Quispe", 14))
        add("long-question", "09:12:20", _live().question(LONG))
    if layout == "questions":
        add("for-whom", "09:12:20", _live().question(SHORT, "Ana Quispe", 14, assigned=True))
        add("poll", "09:12:20", _live().poll("choice", PRIORITIES))
        add("poll-many", "09:12:20", _live().poll("multiple", [*PRIORITIES, *MORE]))
        counts = {"1": 41, "2": 87, "3": 12, "4": 5}
        add("poll-result", "09:12:20", _live().poll("choice", PRIORITIES, {"options": counts}))
        scale = {"mean": 3.8, "counts": {"1": 2, "2": 5, "3": 31, "4": 64, "5": 22}}
        add("poll-scale", "09:12:20", _live().poll("rating", (), {"rating": scale}))
        words = {"trust": 31, "money": 22, "time": 19, "people": 12, "data": 9, "confianza": 8}
        add("poll-words", "09:12:20", _live().poll("words", (), {"words": words}))
        add("poll-light", "09:12:20", _live().poll("choice", PRIORITIES), **options(theme="light"))
        counts = {str(n): 40 // n for n in range(1, 7)}
        for name, answers in (("six", ANSWERS), ("twelve", ANSWERS * 2)):
            add(f"poll-{name}", "09:12:20", _live().poll("multiple", answers))
            drawn = _live().poll("choice", answers, {"options": counts})
            add(f"poll-{name}-result", "09:12:20", drawn, **options(languages=["es"]))
        quiet = _live().poll("choice", PRIORITIES)
        add("poll-quiet", "09:12:20", quiet, quiet_ms=60_000)
    if layout == "foyer":
        add("rooms", "09:12:20", _house())
        add("rooms-light", "09:12:20", _house(), **options(theme="light"))
    if layout == "timer":
        add("wrap", "09:41:50", _live())
        add("last", "09:45:18", _live())
        told = _live().message("Two questions from the hall, then close.", to="speakers")
        add("told", "09:12:20", told)
        warned = _live().message("Stop now, please.", to="speakers", tone="warning")
        add("warned", "09:46:30", warned)
    if layout == "message":
        several = _live().message(NEWS).message("The shuttle leaves at 18:15 from gate B.")
        add("several", "09:12:20", several.message(WARNING, tone="warning"))
    if layout == "now-next":
        add("identify", "09:12:20", _live(), identify_until_at=at("09:12:30"))
        add("blackout", "09:12:20", _live(), blackout=True)
    if layout == "door":
        add("room", "09:12:20", _house())
    add("lost", "09:12:20", _live(), quiet_ms=14_000)
    add("lost-long", "09:12:20", _live(), quiet_ms=600_000)
    return found


def boot(**more: Any) -> Json:
    """What the server puts into the page of a paired display."""
    renderer = Renderer()
    return {
        "page": "display",
        "locale": "en",
        "messages": {},
        "version": "0",
        "event": SLUG,
        "title": BASE["event"]["title"],
        "timezone": BASE["event"]["timezone"],
        "join_url": JOIN,
        "qr_url": f"/e/{SLUG}/qr.svg",
        "public_url": HOME,
        "paired": True,
        "catalogs": {one: renderer.catalog(one, screens=True) for one in renderer.locales},
        **more,
    }


LOGO: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 260 64">
<circle cx="32" cy="32" r="30" fill="#38a37f"/><path d="M14 38q18-30 36-4" fill="none" stroke="#fff"
stroke-width="7" stroke-linecap="round"/><text x="74" y="44" font-family="sans-serif"
font-size="34" textLength="178" font-weight="700" fill="#38a37f">S3 LatAm</text></svg>"""


@dataclass(kw_only=True)
class Glass:
    """The page of a display whose server is played."""

    page: Page
    down: bool = False
    shown: int = 0
    faults: list[str] = field(default_factory=list)

    def said(self, message: ConsoleMessage) -> None:
        """Keep what the page complains of, other than what it could not load."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    async def answer(self, route: Route) -> None:
        """Answer what the page asks for."""
        renderer = Renderer()
        path = route.request.url.removeprefix(HOME).partition("?")[0]
        if self.down:
            await route.abort()
        elif path.startswith("/static/app/"):
            await route.fulfill(path=renderer.root / path.removeprefix("/"))
        elif path == "/logo.svg":
            await route.fulfill(content_type="image/svg+xml", body=LOGO)
        elif path.endswith("/qr.svg"):
            svg = segno.make(JOIN, error="m", micro=False).svg_inline(
                border=2, dark="#000", light="#fff", omitsize=True
            )
            body = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
            await route.fulfill(content_type="image/svg+xml", body=body)
        elif path == "/readyz":
            await route.fulfill(json={"ready": True})
        elif path == "/display":
            page = renderer.page(
                "live.html",
                "en",
                boot=boot(),
                surface="display",
                theme="dark",
                event_url="",
                styles=["display.css"],
                scripts=["display.js"],
            )
            await route.fulfill(content_type="text/html", body=page)
        else:
            await route.fulfill(status=404, body="")

    async def show(self, state: State) -> None:
        """Give the screen a state, and wait until it stands still."""
        self.shown += 1
        me = {"id": "d1", "role": "display", "questions": {}, "votes": {}, "display": state.display}
        given = [me, state.view, f"c{self.shown}"]
        first = state.at - (1000 if state.quiet_ms else 0)
        await self.page.clock.set_fixed_time(first / 1000)
        await self.page.evaluate("given => server.put(...given)", given)
        if state.quiet_ms:
            await self.page.evaluate("ms => server.cut(ms)", state.quiet_ms)
            await self.page.clock.set_fixed_time(state.at / 1000)
            await self.page.wait_for_timeout(1100)  # its clock beats once
        await self.page.evaluate(SETTLED)


@asynccontextmanager
async def glass(
    browser: Browser,
    size: ViewportSize,
    first: State,
    *,
    scripts: Sequence[str] = (),
    **options: Any,
) -> AsyncIterator[Glass]:
    """Open a screen of `size` that shows `first`; `scripts` run in it before its own."""
    context = await browser.new_context(viewport=size, **({"reduced_motion": "reduce"} | options))
    page = await context.new_page()
    made = Glass(page=page)
    page.on("pageerror", lambda error: made.faults.append(str(error)))
    page.on("console", made.said)
    await page.route("**/*", made.answer)
    await page.add_init_script(SERVER)
    me = {"id": "d1", "role": "display", "questions": {}, "votes": {}, "display": first.display}
    given = json.dumps([me, first.view])
    await page.add_init_script(f"[server.me, server.view] = {given}; server.cursor = 'c0';")
    for script in scripts:
        await page.add_init_script(script)
    if not scripts:
        await page.clock.set_fixed_time(first.at / 1000)
    try:
        await page.goto(f"{HOME}/display")
        if not scripts:
            await page.locator("main, .overlay").first.wait_for(state="attached")
        yield made
    finally:
        await context.close()


def shelf(root: Path) -> Path:
    """An empty folder for pictures."""
    root.mkdir(parents=True, exist_ok=True)
    for old in root.glob("*.png"):
        old.unlink()
    return root
