"""Renders each layout in each state, to look at: `PYTHONPATH=tests python tests/browser/sheet.py`.

Pictures go to build/sheet/, with one contact sheet for each shape of screen and index.html for all.
"""

import argparse
import asyncio
import html
import time
from pathlib import Path
from typing import Final

from browser_support import chromium
from playwright.async_api import Browser
from screens import LAYOUTS, SIZES, glass, shelf, states

OUT: Final = Path(__file__).parents[2] / "build" / "sheet"
COLUMNS: Final = {"1080p": 5, "4k": 5, "portrait": 9, "xga": 6}
WIDTH: Final = 3000
"""Of a contact sheet, in pixels."""
STYLE: Final = """
body { margin: 0; padding: 40px; background: #2b3035; color: #e8ecef; font: 15px/1.4 sans-serif; }
h1 { margin: 0 0 6px; font-size: 34px; font-weight: 600; }
h2 { margin: 44px 0 14px; font-size: 24px; font-weight: 600; }
div { display: grid; gap: 18px; }
figure { margin: 0; }
img { display: block; width: 100%; background:
  repeating-conic-gradient(#757d84 0 25%, #8b939a 0 50%) 0 0 / 24px 24px; }
figcaption { margin-top: 5px; color: #b9c1c8; }
"""


async def render(browser: Browser, size: str, layout: str, out: Path) -> list[Path]:
    """Take a picture of each state of a layout."""
    every = states(layout)
    made = []
    async with glass(browser, SIZES[size], every[0]) as screen:
        for state in every:
            await screen.show(state)
            path = out / f"{layout}.{state.name}.{size}.png"
            await screen.page.screenshot(path=path, omit_background=layout == "overlay")
            made.append(path)
        if screen.faults:
            raise RuntimeError(f"{layout}: {screen.faults}")
    return made


def page(size: str, pictures: dict[str, list[Path]]) -> str:
    """The contact sheet of a shape, as a page."""
    parts = [f"<h1>streamhub: displays, {size}</h1>"]
    for layout, paths in pictures.items():
        figures = "".join(
            f'<figure><img src="{path.name}" alt=""><figcaption>{html.escape(path.name)}'
            "</figcaption></figure>"
            for path in paths
        )
        columns = f"grid-template-columns: repeat({COLUMNS[size]}, minmax(0, 1fr))"
        parts.append(f'<h2>{layout}</h2><div style="{columns}">{figures}</div>')
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(parts)}"


async def photograph(browser: Browser, path: Path) -> None:
    """Take a picture of a contact sheet."""
    sheet = await browser.new_page(viewport={"width": WIDTH, "height": 1000})
    await sheet.goto(path.as_uri())
    await sheet.wait_for_load_state("load")
    await sheet.screenshot(path=path.with_suffix(".png"), full_page=True)
    await sheet.close()


async def main() -> None:
    """Render, and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1080p,4k,portrait", help=f"of {', '.join(SIZES)}")
    parser.add_argument("--layouts", default=",".join(LAYOUTS))
    asked = parser.parse_args()
    out, began, count = shelf(OUT), time.monotonic(), 0
    sizes = asked.sizes.split(",")
    async with chromium() as browser:
        for size in sizes:
            pictures = {
                layout: await render(browser, size, layout, out)
                for layout in asked.layouts.split(",")
            }
            count += sum(map(len, pictures.values()))
            sheet = out / f"sheet-{size}.html"
            sheet.write_text(page(size, pictures), encoding="utf-8")
            await photograph(browser, sheet)
            print(f"{sheet.with_suffix('.png')}")
    links = "".join(f'<p><a href="sheet-{size}.html">{size}</a></p>' for size in sizes)
    (out / "index.html").write_text(f"<!doctype html><style>{STYLE}a{{color:#9cf}}</style>{links}")
    print(
        f"{count} pictures in {time.monotonic() - began:.0f} s; {out / 'index.html'} has them all"
    )


if __name__ == "__main__":
    asyncio.run(main())
