"""A screen left for days, in minutes: `PYTHONPATH=tests python tests/browser/endurance.py`.

The real page of a display, with a server that is played and a clock as fast as the machine can
go: sessions, questions, votes, messages, languages, lost links, all layouts in turn. Every few
hours it shows the same again, and is measured: what it draws, its nodes, listeners and memory must
not have grown.
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import screens
from browser_support import chromium
from playwright.async_api import Browser, Page
from screens import LANDSCAPE, LAYOUTS, Story, at, display, glass

CLOCK = """
const clock = (window.clock = {passed: 0, start: START, waiting: [], id: 0, ran: 0});
const RealDate = Date;
Date = class extends RealDate {
  constructor(...given) { super(...(given.length === 0 ? [clock.start + clock.passed] : given)); }
  static now() { return clock.start + clock.passed; }
};
performance.now = () => clock.passed + server.skipped;
const wait = (act, ms, every) => {
  clock.waiting.push({id: ++clock.id, at: clock.passed + Math.max(1, ms || 0), act, every});
  return clock.id;
};
const stop = (id) => { clock.waiting = clock.waiting.filter((one) => one.id !== id); };
window.setTimeout = (act, ms, ...given) => wait(() => act(...given), ms);
window.setInterval = (act, ms, ...given) => wait(() => act(...given), ms, Math.max(1, ms || 0));
window.requestAnimationFrame = (act) => wait(() => act(performance.now()), 16);
window.clearTimeout = window.clearInterval = window.cancelAnimationFrame = stop;
const channel = new MessageChannel();
const turns = [];
channel.port1.onmessage = () => turns.shift()();
const turn = () => new Promise((done) => { turns.push(done); channel.port2.postMessage(0); });
clock.run = async (ms) => {
  const end = clock.passed + ms;
  for (;;) {
    let next = null;
    for (const one of clock.waiting) if (next === null || one.at < next.at) next = one;
    if (next === null || next.at > end) break;
    clock.passed = Math.max(clock.passed, next.at);
    if (next.every === undefined) stop(next.id);
    else next.at += next.every;
    next.act();
    clock.ran += 1;
    for (let n = 0; n < 8; n++) await null; // whatever waits for a promise
    if (clock.ran % 25 === 0) await turn(); // and whatever the browser has to do
  }
  clock.passed = end;
  await turn();
};
window.fetch = async () => {
  if (server.down) throw new TypeError("Failed to fetch");
  return new Response("", {status: 404});
};
"""
"""Time that passes when it is told to."""

TRAFFIC = """
const merge = (to, patch) => {
  const made = {...to};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete made[key];
    else if (typeof change === "object" && !Array.isArray(change))
      made[key] = merge(made[key] ?? {}, change);
    else made[key] = change;
  }
  return made;
};
const traffic = (window.traffic = {count: 0});
traffic.patch = (patch) => {
  const from = server.cursor;
  server.cursor = `t${++traffic.count}`;
  server.view = merge(server.view, patch);
  server.say("patch", {from, to: server.cursor, at: Date.now(), patch});
};
traffic.shows = (layout) => {
  server.me = merge(server.me, {display: {layout}});
  server.say("me", {display: {layout}});
};
const starts = (id, kind) => {
  const now = Date.now();
  const main = {live: id, next: id === "s4" ? "s5" : "s4"};
  const on = {status: "live", started_at: now, due_at: now + 600_000, expected_end_at: now + 6e5};
  traffic.patch({rooms: {main}, sessions: {[id]: on}});
};
const ends = (id) => traffic.patch({
  rooms: {main: {live: null}},
  sessions: {[id]: {status: "ended", ended_at: Date.now(), due_at: null}},
});
const lights = (name, text) => traffic.patch({
  questions: name === null
    ? {a: null, b: null}
    : {[name]: {session: "s3", text, upvotes: 1, status: "approved", asked_at: Date.now()}},
  rooms: {main: {spotlight: name}},
});
const tells = (tone) => traffic.patch({
  messages: {m: {to: "screens", text: `Lunch at ${traffic.count}`, tone, at: Date.now()}},
});
traffic.minute = async (minute) => {
  if (minute % 20 === 0) starts("s3");
  if (minute % 20 === 14) ends("s3");
  if (minute % 20 === 15) starts("s4");
  if (minute % 20 === 19) ends("s4");
  if (minute % 4 === 1) lights("a", `Question ${traffic.count}, what of it?`);
  if (minute % 4 === 2) lights("b", `Another one, ${traffic.count}: `.repeat(5));
  if (minute % 4 === 3) lights(null);
  if (minute % 20 === 5) tells("info");
  if (minute % 20 === 10) tells("warning");
  if (minute % 20 === 12) traffic.patch({messages: {m: null}});
  if (minute % 20 === 7) server.cut(0);
  for (let n = 0; n < 6; n++) {
    const lit = server.view.rooms.main.spotlight;
    const votes = server.view.questions[lit]?.upvotes;
    if (lit) traffic.patch({questions: {[lit]: {upvotes: votes + 1}}});
    await clock.run(10_000);
    if (n === 3) server.down = false;
  }
};
traffic.hour = async (layouts) => {
  const each = Math.ceil(60 / layouts.length);
  for (let minute = 0; minute < 60; minute++) {
    if (minute % each === 0) traffic.shows(layouts[Math.floor(minute / each)]);
    await traffic.minute(minute);
  }
};
"""
"""An hour of an event: about four hundred changes, three lost links, every layout."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What the page holds after so many hours."""

    hours: float
    drawn: int
    nodes: int
    listeners: int
    heap_kb: int
    changes: int
    """How many there have been until then."""


async def _measure(page: Page, hours: float) -> Measure:
    """Show the same as ever, and look what the page holds."""
    await page.evaluate("traffic.shows('now-next')")
    view = _later(_rest(), await page.evaluate("clock.passed"))
    await page.evaluate("view => server.show(server.me, view, 'same' + ++traffic.count)", view)
    await page.evaluate("clock.run(60_000)")
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    await asyncio.sleep(0.7)  # animations, which keep what they move, go by the real time
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
        await asyncio.sleep(0.1)
    measured = await session.send("Performance.getMetrics")
    await session.detach()
    found = {one["name"]: int(one["value"]) for one in measured["metrics"]}
    return Measure(
        hours=hours,
        drawn=await page.evaluate("document.querySelectorAll('*').length"),
        nodes=found["Nodes"],
        listeners=found["JSEventListeners"],
        heap_kb=found["JSHeapUsedSize"] // 1024,
        changes=await page.evaluate("traffic.count"),
    )


def _rest() -> screens.Json:
    """What is shown while it is measured: an agenda, nothing on, nothing asked."""
    return Story().ended("s1", "s2").then("s3").view


def _later(value: Any, ms: int) -> Any:
    """The same, with every instant in it moved by so much."""
    if isinstance(value, dict):
        return {
            key: one + ms if key.endswith("_at") and isinstance(one, int) else _later(one, ms)
            for key, one in value.items()
        }
    return [_later(one, ms) for one in value] if isinstance(value, list) else value


async def endure(browser: Browser, hours: int, every: int) -> list[Measure]:
    """Run a screen for so many hours, measured after the first one and then `every` few."""
    first = screens.State(
        name="", at=at("08:00"), view=_rest(), display=display("now-next") | {"room": "main"}
    )
    first.display["options"] = first.display["options"] | {"languages": ["en", "es"]}
    scripts = [CLOCK.replace("START", str(first.at)), TRAFFIC]
    async with glass(
        browser, LANDSCAPE, first, reduced_motion="no-preference", scripts=scripts
    ) as screen:
        page = screen.page
        await page.evaluate("localStorage.setItem('streamhub.reloaded', 0)")
        await page.evaluate("window.same = true")
        found = []
        for hour in range(hours + 1):
            if hour > 0 and (hour == 1 or hour % every == 0 or hour == hours):
                found.append(await _measure(page, hour))
            if hour < hours:
                await page.evaluate("layouts => traffic.hour(layouts)", list(LAYOUTS))
        assert await page.evaluate("window.same") is True, "the screen started again by itself"
        assert screen.faults == [], screen.faults
    return found


def grown(measures: list[Measure]) -> list[str]:
    """What has grown since the page was warm: first it compiles and makes formats."""
    first, last = measures[len(measures) // 3], measures[-1]
    wrong = []
    if last.drawn != first.drawn:
        wrong.append(f"draws {last.drawn} elements, not {first.drawn}")
    if last.listeners > first.listeners:
        wrong.append(f"{last.listeners} listeners, not {first.listeners}")
    if last.nodes > first.nodes + 200:
        wrong.append(f"{last.nodes} nodes, not {first.nodes}")
    if last.heap_kb > first.heap_kb * 1.15 + 256:
        wrong.append(f"{last.heap_kb} KB of heap, not {first.heap_kb}")
    return wrong


async def main() -> int:
    """Print a row for each measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=72)
    parser.add_argument("--every", type=int, default=6)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    began = time.monotonic()
    async with chromium() as browser:
        found = await endure(browser, asked.hours, asked.every)
    if asked.json:
        print(json.dumps([asdict(one) for one in found]))
    print(f"{'hours':>6}{'changes':>9}{'drawn':>7}{'nodes':>8}{'listeners':>11}{'heap KB':>9}")
    for one in found:
        print(
            f"{one.hours:>6}{one.changes:>9}{one.drawn:>7}{one.nodes:>8}"
            f"{one.listeners:>11}{one.heap_kb:>9}"
        )
    spent = time.monotonic() - began
    print(f"{asked.hours} hours in {spent:.0f} s, {asked.hours * 3600 / spent:.0f} times as fast")
    wrong = grown(found)
    print("\n".join(wrong) or "nothing has grown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
