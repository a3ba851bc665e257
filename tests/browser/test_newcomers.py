"""Newcomers with real browsers: phones of a busy network, and people who were invited."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_support import Stage, chromium
from playwright.async_api import Locator, Page, expect
from support import Client, hub_of, running, token_of

from streamhub.app import Node
from streamhub.formats.sample import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "How can a region without a university take part?"
WORK = 100_000
"""A second or so of a browser: what the second of this network owes is twice that."""


@pytest_asyncio.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path, limit_newcomers=1, newcomer_work=WORK) as made:
        yield made


@pytest_asyncio.fixture
async def stage(node: Node) -> AsyncIterator[Stage]:
    tokens = {role: token_of(node, role) for role in ("moderator", "organiser", "producer")}
    async with chromium() as browser:
        made = Stage(browser, node.url, SLUG, tokens)
        yield made
        await made.close()
        assert made.faults == []


def vote(phone: Page, text: str) -> Locator:
    return phone.locator("[data-id]", has_text=text).locator(".vote")


async def test_phone_of_a_busy_network_takes_part_without_noticing(
    node: Node, stage: Stage
) -> None:
    question = await stage.ask(TEXT, approved=True)  # whoever asked it came free
    phone = await stage.phone()
    await vote(phone, TEXT).click()
    await expect(vote(phone, TEXT)).to_have_attribute("aria-pressed", "true")
    desk = await stage.client("moderator")
    await desk.until(lambda: desk.state["questions"][question]["upvotes"] == 1, 30)
    await expect(phone.locator(".toasts")).to_have_text("")
    (cookie,) = await phone.context.cookies()
    assert cookie.get("name") == "streamhub_participant"
    await phone.reload()
    await expect(vote(phone, TEXT)).to_have_attribute("aria-pressed", "true")
    await vote(phone, TEXT).click()
    await desk.until(lambda: desk.state["questions"][question]["upvotes"] == 0, 5)
    (cookie,) = await phone.context.cookies()
    voter = node.hubs.keyring.participant_of(cookie.get("value", ""))
    assert voter in hub_of(node).state.questions.by_voter


async def test_program_that_makes_many_pays_for_each(node: Node) -> None:
    owed = []
    for _ in range(9):
        client = await Client(node.url).connect("audience")
        owed.append(client.me.get("owes", 0))
        await client.close()
    assert owed[0] == 0
    assert owed == sorted(owed)
    assert owed[8] > 4 * owed[1] * 0.95


async def test_invited_people_are_told_so_and_their_votes_count_apart(stage: Stage) -> None:
    question = await stage.ask(TEXT, approved=True)
    organiser = await stage.client("organiser")
    group = await organiser.do("link.create", role="participant", uses=2)
    zoe = await organiser.do("link.create", role="participant", name="Zoe")
    desk = await stage.client("moderator")
    members = await stage.enter(f"/k/{group['result']['token']}")
    await expect(members.locator(".toasts")).to_contain_text("Your invitation was received")
    assert members.url == f"{stage.url}/e/{SLUG}"
    await vote(members, TEXT).click()
    person = await stage.enter(f"/k/{zoe['result']['token']}")
    await vote(person, TEXT).click()
    stranger = await stage.phone()
    await vote(stranger, TEXT).click()
    await desk.until(lambda: desk.state["questions"][question]["upvotes"] == 3, 30)
    shown = desk.state["questions"][question]
    assert (shown["upvotes"], shown["known"]) == (3, 2)
    await person.get_by_label("Your question").fill("And for how long?")
    await expect(person.get_by_label("Your name")).to_have_value("Zoe")
