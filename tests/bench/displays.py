"""From the producer's `next` to the last of fifty displays, and to the glass of real ones.

A real `streamhub serve` in a process of its own on SQLite, fifty displays that are paired and
connected as any are; loopback. `./run bench displays [ROUNDS] [--pages N]` presses `next` and takes
it back, in turns: first with fifty bare websockets, then with N of the fifty in Chromium, where it
counts when the new title is in the page. It prints a table and one line of JSON.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from browser_support import SCREEN, WATCH, chromium
from hall_support import Hall
from playwright.async_api import Page
from ports import free_port
from support import ServerProcess

DISPLAYS = 50
WARM_UP = 10
PAUSE_S = 0.25
"""Between two presses: at rest again, and within what one connection may send."""


@asynccontextmanager
async def hall_of(bare: int) -> AsyncIterator[Hall]:
    """A server of one's own, with so many displays that are bare websockets."""
    server = ServerProcess(Path(tempfile.mkdtemp()), free_port())
    await server.prepare()
    await server.start()
    hall = await Hall.open(server.url, server.tokens["producer"], bare)
    try:
        yield hall
    finally:
        await hall.close()
        await server.stop()


async def paired_page(hall: Hall, stack: AsyncExitStack, pages: list[Page]) -> None:
    """One more display, in a browser of its own."""
    browser = await stack.enter_async_context(chromium())
    # waiting for a function is an eval, which our pages forbid
    context = await browser.new_context(bypass_csp=True, viewport=SCREEN)
    page = await context.new_page()
    await page.add_init_script(WATCH)
    async with page.expect_response("**/displays/offers*") as offered:
        await page.goto(f"{hall.url}/display")
    code = (await (await offered.value).json())["code"]
    await hall.pair(code, f"Page {len(pages)}", "questions")  # shows one title only
    await page.wait_for_selector(f'text="{hall.live}"')
    pages.append(page)


async def shown(page: Page, title: str) -> float:
    """When `title` was first in the page, in ms since the epoch."""
    handle = await page.wait_for_function("text => window.shownAt[text]", arg=title, polling=20)
    return float(await handle.json_value())


async def measure(rounds: int, pages_count: int) -> dict[str, list[float]]:
    """Return the milliseconds of each round, by what was waited for."""
    took: dict[str, list[float]] = {"ack": [], "last display": []}
    async with hall_of(DISPLAYS - pages_count) as hall, AsyncExitStack() as stack:
        pages: list[Page] = []
        for _ in range(pages_count):
            await paired_page(hall, stack, pages)
        titles = [hall.live]
        await hall.move()
        titles.append(hall.live)
        await asyncio.sleep(1)
        for count in range(rounds + WARM_UP):
            title = titles[count % 2]
            for page in pages:
                forget = "text => { window.shownAt = {}; window.expected = [text] }"
                await page.evaluate(forget, title)
                assert title not in await page.locator("body").inner_text()
            began = time.time() * 1000
            ack, last = await hall.move()
            took["ack"].append(ack)
            took["last display"].append(last)
            if pages:
                seen = [await shown(page, title) - began for page in pages]
                took.setdefault("last page's DOM", []).append(max(seen))
            await asyncio.sleep(PAUSE_S)
    return {name: values[WARM_UP:] for name, values in took.items()}


def summary(values: list[float]) -> dict[str, float]:
    """Return p50, p99 and the greatest, in ms."""
    ordered = sorted(values)
    return {
        "p50": round(ordered[len(ordered) // 2], 1),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1),
        "max": round(ordered[-1], 1),
    }


async def main() -> None:
    """Measure both, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", nargs="?", type=int, default=200)
    parser.add_argument("--pages", type=int, default=2)
    told = parser.parse_args()
    found: dict[str, Any] = {}
    for pages in dict.fromkeys((0, told.pages)):
        kind = f"{DISPLAYS - pages} sockets" + (f", {pages} pages" if pages else "")
        print(f"{kind}, {told.rounds} rounds")
        figures = {n: summary(v) for n, v in (await measure(told.rounds, pages)).items()}
        for name, row in figures.items():
            print(f"  {name:<16}", "  ".join(f"{key} {ms:>6} ms" for key, ms in row.items()))
        found[kind] = figures
    print(json.dumps({"rounds": told.rounds, **found}))


if __name__ == "__main__":
    asyncio.run(main())
