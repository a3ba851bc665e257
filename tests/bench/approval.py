"""From a moderator's decision to the glass: how long until an approved question is on a phone, and
a spotlit one on a display.

A real server in a process of its own, real sockets, two real pages in Chromium; loopback.
`./run bench [TRIES]` runs it and prints a table and one line of JSON.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from browser_support import WATCH, chromium
from playwright.async_api import Page
from ports import free_port
from support import Client, ServerProcess, post_json

from streamhub.formats.sample import SLUG

WARM_UP = 5
"""Tries before the ones that count: the pages load and connect."""


async def shown(page: Page, text: str) -> float:
    """When `text` was first on the page, in ms since the epoch."""
    handle = await page.wait_for_function("text => window.shownAt[text]", arg=text, polling=20)
    return float(await handle.json_value())


async def paired_display(page: Page, server: ServerProcess, show: Client) -> None:
    """Open `/display` and pair it as a questions display."""
    async with page.expect_response("**/displays/offers") as offered:
        await page.goto(f"{server.url}/display")
    code = (await (await offered.value).json())["code"]
    await show.do("display.pair", code=code, name="Bench", room="main", layout="questions")
    await page.wait_for_selector(".invitation")


async def measure(tries: int) -> dict[str, list[float]]:
    """Return the milliseconds of each try, by what was waited for."""
    took: dict[str, list[float]] = {"ack": [], "phone": [], "display": []}
    server = ServerProcess(Path(tempfile.mkdtemp()), free_port())
    await server.prepare()
    await server.start()
    try:
        await _measure(server, tries, took)
    finally:
        await server.stop()
    return {name: values[WARM_UP:] for name, values in took.items()}


async def _measure(server: ServerProcess, tries: int, took: dict[str, list[float]]) -> None:
    async with chromium() as browser:
        # waiting for a function is an eval, which our pages forbid
        phone, display = [
            await (await browser.new_context(bypass_csp=True)).new_page() for _ in range(2)
        ]
        for page in (phone, display):
            await page.add_init_script(WATCH)
        desk = await Client(server.url).connect("desk", token=server.tokens["moderator"])
        show = await Client(server.url).connect("control", token=server.tokens["producer"])
        await phone.goto(f"{server.url}/e/{SLUG}")
        await paired_display(display, server, show)
        api = f"{server.url}/api/v1/events/{SLUG}"
        for count in range(WARM_UP + tries):
            _, author = await post_json(f"{api}/participants", {})  # one may ask thrice a minute
            text = f"Question number {count} of the bench?"
            body = {"id": str(count), "type": "question.ask", "text": text, "room": "main"}
            _, asked = await post_json(f"{api}/commands", body, author["token"])
            question = asked["result"]["question"]
            for page in (phone, display):
                await page.evaluate("text => { window.expected = [text] }", text)
            began = time.time() * 1000
            await desk.do("question.approve", question=question, revision=1)
            took["ack"].append(time.time() * 1000 - began)
            took["phone"].append(await shown(phone, text) - began)
            began = time.time() * 1000
            await desk.do("question.spotlight", question=question)
            took["display"].append(await shown(display, text) - began)
            await desk.do("question.answer", question=question)
            await asyncio.sleep(0.2)
        for client in (desk, show):
            await client.close()


def summary(values: list[float]) -> dict[str, float]:
    """Return p50, p99 and the greatest, in ms."""
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {
        "p50": round(statistics.median(ordered), 1),
        "p99": round(p99, 1),
        "max": round(ordered[-1], 1),
    }


async def main() -> None:
    """Measure and print."""
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    found: dict[str, Any] = {name: summary(v) for name, v in (await measure(tries)).items()}
    for name, figures in found.items():
        print(f"{name:<8}", "  ".join(f"{key} {value:>7} ms" for key, value in figures.items()))
    print(json.dumps({"tries": tries, **found}))


if __name__ == "__main__":
    asyncio.run(main())
