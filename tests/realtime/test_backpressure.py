"""Readers that are slow: nothing is kept for them, they catch up in one patch, or they are cut."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from raw import Raw
from support import Client, hub_of, running

from streamhub.app import Node
from streamhub.core import merge
from streamhub.core.ids import ActorId
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View, project
from streamhub.formats.sample import SLUG
from streamhub.hub import metrics
from streamhub.protocol.commands import parse_command
from streamhub.realtime import audience
from streamhub.realtime.websocket import WebSocket

AUDIENCE = (View.AUDIENCE, None)
MODERATOR = Actor(id=ActorId("m"), role=Role.MODERATOR)


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path, limit_unread_s=1.5) as serving:
        yield serving


def cuts(reason: str) -> float:
    return float(metrics.CUTS.labels(reason)._value.get())


async def ask(node: Node, number: int) -> str:
    """A long question of somebody, approved."""
    hub = hub_of(node)
    author = Actor(id=ActorId(f"a{number}"), role=Role.PARTICIPANT)
    text = f"{number} " + "¿Cómo? " * 34
    body: dict[str, Any] = {"id": f"q{number}", "type": "question.ask", "text": text}
    body["room"] = "main"
    answer = await hub.submit(parse_command(body), author)
    assert answer["ok"], answer
    question: str = answer["result"]["question"]
    body = {"id": f"p{number}", "type": "question.approve", "question": question, "revision": 1}
    assert (await hub.submit(parse_command(body), MODERATOR))["ok"]
    return question


async def until_full(node: Node, first: int = 0) -> int:
    """Make changes until somebody has more than it reads; returns how many."""
    slow = node.realtime._wire._slow
    for number in range(first, first + 4000):
        await ask(node, number)
        await asyncio.sleep(0.005)
        if slow:
            return number + 1
    raise AssertionError("nobody was slow")


def unsent(node: Node) -> int:
    return sum(session.line.unsent for session in node.realtime._wire._sessions.values())


async def follow(raw: Raw, state: dict[str, Any], cursor: str, until: str) -> dict[str, Any]:
    """Apply what comes, as a page does, until the view is at `until`."""
    while cursor != until:
        packet = await raw.read()
        assert packet, "the connection ended"
        if packet == "2":
            await raw.send("3")
        if not packet.startswith("42"):
            continue
        name, body = json.loads(packet[2:])
        if name == "snapshot":
            state, cursor = body["state"], body["cursor"]
        elif name == "patch":
            assert body["from"] == cursor
            state, cursor = merge.apply(state, body["patch"]), body["to"]
    return state


async def test_slow_reader_catches_up_with_one_patch(node: Node) -> None:
    raw = Raw(node.url, receive_buffer=4096)
    await raw.connect()
    await raw.read()
    await raw.send("40" + json.dumps({"event": SLUG, "view": "audience"}))
    while not (packet := await raw.read()).startswith('42["snapshot"'):
        pass
    first = json.loads(packet[2:])[1]
    made = await until_full(node)
    held = unsent(node)
    for number in range(made, made + 60):
        await ask(node, number)
    await hub_of(node).reach(hub_of(node).cursor, *AUDIENCE)
    assert unsent(node) == held  # nothing more is kept for it
    channel = hub_of(node).channel(View.AUDIENCE, None)
    state = await follow(raw, first["state"], first["cursor"], channel.cursor)
    assert state == project(hub_of(node).state, View.AUDIENCE, None)
    held_at = channel.cursor
    await ask(node, made + 60)
    await hub_of(node).reach(hub_of(node).cursor, *AUDIENCE)
    state = await follow(raw, state, held_at, hub_of(node).channel(*AUDIENCE).cursor)
    assert state == project(hub_of(node).state, View.AUDIENCE, None)
    raw.close()


async def test_reader_that_does_not_read_is_cut_though_it_answers_pings(node: Node) -> None:
    before = cuts("slow")
    raw = await (await Raw(node.url, receive_buffer=4096).connect()).hello()
    await until_full(node)
    for _ in range(20):
        await raw.send("3")
        await asyncio.sleep(0.2)
        if cuts("slow") > before:
            break
    assert cuts("slow") == before + 1
    assert len(node.realtime) == 0
    raw.close()


async def test_answers_do_not_pile_up_for_who_does_not_read(node: Node) -> None:
    raw = await (await Raw(node.url, receive_buffer=4096).connect()).hello()
    await until_full(node)
    held = unsent(node)
    for number in range(50):
        await raw.send(f'42{number}["time",{{"t0":1}}]')
    await asyncio.sleep(0.2)
    assert unsent(node) == held
    raw.close()


async def test_others_are_served_beside_a_slow_reader(node: Node) -> None:
    phone = await Client(node.url).connect()
    raw = await (await Raw(node.url, receive_buffer=4096).connect()).hello()
    await until_full(node)
    channel = hub_of(node).channel(*AUDIENCE)
    await phone.until(lambda: phone.cursor == channel.cursor)
    assert phone.resyncs == 0
    assert (await phone.ask("time", {"t0": 1}))["t0"] == 1
    await phone.close()
    raw.close()


async def test_who_says_too_much_is_not_read_until_what_came_is_heard(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "PATIENCE", (4.0, 2.0))
    loud = await (await Raw(node.url).connect()).hello()
    (session,) = node.realtime._wire._sessions.values()
    assert isinstance(session.line, WebSocket)
    transport = session.line._transport
    began = asyncio.get_running_loop().time()
    for number in range(4):
        await loud.send(f'42{number}["time",{{"t0":{number}}}]')
    await asyncio.sleep(0.1)
    assert transport.is_reading() is False
    await loud.send('429["time",{"t0":9}]')  # waits outside
    heard = [await loud.read() for _ in range(5)]
    assert [packet.partition("[")[0] for packet in heard] == ["430", "431", "432", "433", "439"]
    assert asyncio.get_running_loop().time() - began > 0.7
    await asyncio.sleep(0.1)
    assert transport.is_reading() is True
    loud.close()


async def test_poller_that_does_not_poll_gets_one_patch_then_is_cut(node: Node) -> None:
    url = f"{node.url}/socket.io/?EIO=4&transport=polling"
    hello = "40" + json.dumps({"event": SLUG, "view": "audience"})
    before = cuts("slow")
    async with aiohttp.ClientSession() as web:
        async with web.get(url) as answer:
            sid = json.loads((await answer.text())[1:])["sid"]
        async with web.post(f"{url}&sid={sid}", data=hello) as answer:
            assert await answer.text() == "ok"
        await until_full(node)
        async with web.get(f"{url}&sid={sid}") as answer:
            packets = (await answer.text()).split("\x1e")
        assert len(packets) <= 16
        assert packets[-1].startswith('42["patch"')
        async with web.get(f"{url}&sid={sid}") as answer:
            (packet,) = (await answer.text()).split("\x1e")
        name, body = json.loads(packet[2:])
        assert (name, body["to"]) == ("patch", hub_of(node).channel(*AUDIENCE).cursor)
        await until_full(node, 5000)
        async with asyncio.timeout(6):
            while cuts("slow") == before:  # noqa: ASYNC110 - another's clock
                await asyncio.sleep(0.1)
        async with web.get(f"{url}&sid={sid}") as answer:
            assert answer.status == 400
            assert (await answer.json())["message"] == "Session ID unknown"
