"""What axe objects to in a page."""

from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_STILL = """Promise.all(
  document.getAnimations()
    .filter((one) => one.timeline === document.timeline) // no scrolling ends by itself
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => undefined)),
)"""


async def objections(page: Page) -> list[str]:
    """What axe objects to, in light and in dark."""
    found = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate(_STILL)
        result = await Axe().run(page)
        found += [
            f"{scheme}: {one['id']}: {node['target']}: {node['failureSummary']}"
            for one in result.response["violations"]
            for node in one["nodes"]
        ]
    return found
