"""What participants and moderators do in browser tests, and the watch over what the public sees."""

import asyncio
import re
from dataclasses import dataclass, field

from browser_support import Line, holding
from playwright.async_api import Locator, Page, expect


@dataclass(slots=True)
class Watch:
    """The pages that are not the moderators', and who of them may see which question by now.

    What a page may not see is neither in it nor in any frame that came since it may not.
    """

    pages: dict[str, tuple[Page, Line]] = field(default_factory=dict)
    may: dict[str, frozenset[str]] = field(default_factory=dict)
    since: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, name: str, page: Page, line: Line) -> None:
        self.pages[name] = page, line

    def only(self, text: str, *names: str) -> None:
        """From now on only these see a question; who saw it until now hears no more of it."""
        before = self.may.get(text, frozenset())
        self.may[text] = frozenset(names)
        for name in before - self.may[text]:
            self.since[text, name] = len(self.pages[name][1].heard)

    async def check(self) -> None:
        """See that nobody sees or heard what they may not."""
        shown = await asyncio.gather(*(page.content() for page, _ in self.pages.values()))
        for (name, (_, line)), content in zip(self.pages.items(), shown, strict=True):
            assert line.heard, f"nothing was ever said to {name}"
            for text, may in self.may.items():
                if name in may:
                    continue
                assert text not in content, f"{name} shows {text!r}"
                since = self.since.get((text, name), 0)
                assert text not in "".join(line.heard[since:]), f"{name} was told {text!r}"


async def ask(
    phone: Page, text: str, label: str = "Your question", name: str | None = None
) -> None:
    await phone.get_by_label(label, exact=True).fill(text)
    if name is not None:
        await phone.get_by_label("Your name").fill(name)
    await phone.locator(".ask-form button[type=submit]").click()


def way(phone: Page, text: str) -> Locator:
    """The step that one's own question has reached."""
    return phone.locator(".mine li", has_text=text).locator(".way strong").first


def row(phone: Page, text: str) -> Locator:
    """A question in the list that everybody sees."""
    return phone.locator(".question-list [data-id]", has_text=text)


async def newest(phone: Page) -> None:
    """Let what is new stand where one looks."""
    await phone.locator(".questions [role=tab]").nth(1).click()


def card(desk: Page, column: str, text: str) -> Locator:
    whole = re.compile(rf"^\s*{re.escape(text)}\s*$")
    return desk.locator(f".at-{column} article", has=desk.locator(".text", has_text=whole))


async def press(desk: Page, card: Locator, key: str) -> None:
    await card.locator(".text").click()
    await expect(card).to_have_class(holding("focused"))
    await desk.keyboard.press(key)
