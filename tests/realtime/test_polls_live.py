"""Polls and reactions over real sockets and plain HTTP."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support import Client, fresh, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.errors import Rejected
from streamhub.core.ids import RoomId
from streamhub.formats.sample import SLUG
from streamhub.hub.hub import EventHub
from streamhub.protocol.commands import Wish

MAIN = RoomId("main")


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as serving:
        yield serving


def counted(clients: list[Client]) -> list[dict[str, int]]:
    """What each client was told of the main room, added up."""
    sums: list[dict[str, int]] = []
    for client in clients:
        total: dict[str, int] = {}
        for told in client.seen["reactions"]:
            assert told["room"] == "main"
            for kind, count in told["counts"].items():
                total[kind] = total.get(kind, 0) + count
        sums.append(total)
    return sums


async def test_poll_goes_from_the_desk_to_phones_and_to_the_screen(node: Node) -> None:
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    phones = [await Client(node.url).connect("audience", room="main") for _ in range(2)]
    stage = await Client(node.url).connect("stage", room="main")
    made = await desk.do(
        "poll.create", room="main", kind="choice", title="Maps?", options=["Yes", "No"]
    )
    poll = made["result"]["poll"]
    await desk.until(lambda: desk.state["polls"][poll]["status"] == "draft")
    assert poll not in phones[0].state["polls"]
    await desk.do("poll.open", poll=poll)
    await desk.do("poll.show", poll=poll)
    await stage.until(lambda: stage.state["rooms"]["main"].get("poll") == poll)
    assert "tally" not in stage.state["polls"][poll]
    for phone, choice in zip(phones, ("1", "2"), strict=True):
        await phone.until(lambda phone=phone: poll in phone.state["polls"])
        assert (await phone.do("poll.answer", poll=poll, choices=[choice]))["ok"]
        await phone.until(lambda phone=phone: poll in phone.me["polls"])
    assert (await phones[0].do("poll.answer", poll=poll, choices=["2"]))["ok"]
    await desk.until(lambda: desk.state["polls"][poll]["tally"]["options"] == {"1": 0, "2": 2})
    await desk.do("poll.close", poll=poll)
    await stage.until(lambda: "tally" in stage.state["polls"][poll])
    assert stage.state["polls"][poll]["tally"] == {"total": 2, "options": {"1": 0, "2": 2}}
    refused = await phones[0].do("poll.answer", poll=poll, choices=["1"])
    assert refused["error"]["code"] == "poll.closed"
    await desk.do("poll.remove", poll=poll)
    for phone in phones:
        await phone.until(lambda phone=phone: phone.me["polls"] == {} == phone.state["polls"])
    assert [client.resyncs for client in (desk, stage, *phones)] == [0] * 4
    for client in (desk, stage, *phones):
        await client.close()


async def test_reactions_reach_all_who_look_at_the_room_once_a_second_at_most(node: Node) -> None:
    clients = [
        await Client(node.url).connect("audience", room="main"),
        await Client(node.url).connect("audience"),
        await Client(node.url).connect("stage", room="main"),
        await Client(node.url).connect("speaker", token=token_of(node, "producer")),
        await Client(node.url).connect("desk", token=token_of(node, "moderator")),
        await Client(node.url).connect("control", token=token_of(node, "producer")),
    ]
    cursor = clients[0].cursor
    for _ in range(4):
        answer = await clients[0].do("reaction.send", room="main", kind="applause")
        assert answer["ok"]
    assert (await clients[1].do("reaction.send", room="main", kind="heart"))["ok"]
    loop = asyncio.get_running_loop()
    for client in clients:
        await client.until(lambda client=client: client.seen["reactions"])
    began = loop.time()
    assert counted(clients) == [{"applause": 4, "heart": 1}] * 6
    assert (await clients[0].do("reaction.send", room="main", kind="heart"))["ok"]
    await clients[0].until(lambda: len(clients[0].seen["reactions"]) == 2)
    assert loop.time() - began > 0.8
    await asyncio.sleep(1.3)
    assert len(clients[0].seen["reactions"]) == 2
    assert (clients[0].cursor, clients[0].resyncs) == (cursor, 0)
    for client in clients:
        await client.close()


async def test_reactions_that_come_too_fast_are_accepted_and_not_counted(node: Node) -> None:
    stage = await Client(node.url).connect("stage", room="main")
    address = f"{node.url}/api/v1/events/{SLUG}/"
    _, person = await post_json(f"{address}participants", {})
    for _ in range(25):
        status, said = await post_json(
            f"{address}commands", fresh("reaction.send", room="main", kind="laugh"), person["token"]
        )
        assert (status, said["ok"]) == (200, True)
    await stage.until(lambda: stage.seen["reactions"])
    await asyncio.sleep(1.2)
    (total,) = counted([stage])
    assert 10 <= total["laugh"] < 20
    async with aiohttp.ClientSession() as session, session.get(f"{node.url}/metrics") as answer:
        assert 'streamhub_reactions_total{kind="laugh"}' in await answer.text()
    await stage.close()


async def test_reaction_of_nobody_and_of_no_room_is_refused(node: Node) -> None:
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    phone = await Client(node.url).connect()
    said = [
        await desk.do("reaction.send", room="main", kind="heart"),
        await phone.do("reaction.send", room="nowhere", kind="heart"),
        await phone.do("reaction.send", room="main", kind="envy"),
        await phone.do("reactions.count", room="main", counts={"heart": 10}),
    ]
    assert [answer["error"]["code"] for answer in said] == [
        "command.forbidden",
        "room.unknown",
        "command.invalid",
        "command.forbidden",
    ]
    for client in (desk, phone):
        await client.close()


def written(hub: EventHub) -> list[dict[str, int]]:
    minutes = hub.state.reactions.get(MAIN, ())
    return [{str(kind): n for kind, n in minute.counts.items()} for minute in minutes]


async def test_reactions_of_a_minute_are_written_down_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamhub.hub.hub.COUNT_EVERY_S", 0.3)
    refusals: list[Any] = []
    async with running(tmp_path) as node:
        hub, phone = hub_of(node), await Client(node.url).connect()
        submit = hub.submit

        async def refuse_once(wish: Wish, actor: Any) -> Any:
            if wish.command.type == "reactions.count" and not refusals:
                refusals.append(wish)
                raise Rejected("unavailable", "Not now.")
            return await submit(wish, actor)

        monkeypatch.setattr(hub, "submit", refuse_once)
        for _ in range(3):
            await phone.do("reaction.send", room="main", kind="heart")
        async with asyncio.timeout(5):
            while not written(hub):  # noqa: ASYNC110 - many things end here
                await asyncio.sleep(0.02)
        assert len(refusals) == 1
        before = hub.state.seq
        await asyncio.sleep(0.7)
        assert hub.state.seq == before
        monkeypatch.setattr("streamhub.hub.hub.COUNT_EVERY_S", 60.0)
        await asyncio.sleep(0.4)
        await phone.do("reaction.send", room="main", kind="laugh")
        await phone.close()
    async with running(tmp_path) as node:  # what came last was written down before the node ended
        total: dict[str, int] = {}
        for minute in written(hub_of(node)):
            for kind, count in minute.items():
                total[kind] = total.get(kind, 0) + count
        assert total == {"heart": 3, "laugh": 1}
