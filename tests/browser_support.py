"""What browser tests share: Chromium, and pages that tell when something showed up."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, async_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
NAMES = ("chromium-headless-shell", "chromium", "google-chrome")

WATCH = """
window.shownAt = {};
const look = () => {
  const now = performance.timeOrigin + performance.now();
  for (const text of window.expected ?? [])
    if (!(text in window.shownAt) && document.body?.innerText.includes(text))
      window.shownAt[text] = now;
};
new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
"""
"""Notes when an expected text is first in the page, in milliseconds since the epoch."""


def chromium_path() -> str | None:
    """The system's Chromium; None lets Playwright use its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser."""
    async with async_playwright() as playwright:
        options: dict[str, Any] = {"args": FLAGS}
        if (path := chromium_path()) is not None:
            options["executable_path"] = path
        browser = await playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            await browser.close()
