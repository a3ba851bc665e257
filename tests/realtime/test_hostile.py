"""Frames that no client sends: each costs its own connection at most, and no traceback."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from support import Client, hub_of, running

from streamhub.app import Node
from streamhub.formats.sample import SLUG
from streamhub.hub import metrics

HELLO = f'40{{"event":"{SLUG}","view":"audience"}}'
FRAMES: dict[str, str | bytes] = {
    "empty": "",
    "binary": b"\x00\x01",
    "unknown engine packet": "9",
    "unknown socket packet": "49",
    "binary event with many attachments": '451111111111-["x",{"_placeholder":true,"num":0}]',
    "binary ack": "461-[]",
    "error from a client": '44{"message":"no"}',
    "deep list": "42" + "[" * 8000,
    "deep object": "42" + '{"a":' * 4000,
    "not json": "42{",
    "event without a name": "42[]",
    "event whose name is a number": "42[1]",
    "event that is an object": '42{"a":1}',
    "ack of nothing": "431[]",
    "huge ack id": "42" + "9" * 5000 + '["time",{}]',
    "other namespace": "40/admin,{}",
    "event in another namespace": '42/admin,["time",{}]',
    "second hello": HELLO,
    "reserved event": '42["disconnect"]',
    "connect event": '42["connect",{}]',
    "too large": "42" + '["command","' + "x" * 30_000 + '"]',
    "enormous": "4" + "x" * 200_000,
    "close": "1",
    "leave": "41",
    "upgrade": "5",
    "noop": "6",
    "ping of a client": "2",
    "surrogate": '42["command",{"id":"1","type":"question.ask","text":"\\ud800"}]',
    "nan": '42["time",{"t0":NaN}]',
    "large number": '42["time",{"t0":1' + "0" * 5000 + "}]",
}


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as serving:
        yield serving


def bugs() -> float:
    return float(metrics.BUGS._value.get())


async def hostile(node: Node, frames: list[str | bytes], *, greet: bool) -> None:
    """Send frames on a raw websocket until they are sent or the server hangs up."""
    url = f"{node.url}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        if greet:
            await ws.send_str(HELLO)
            while '"snapshot"' not in (await ws.receive_str(timeout=5)):
                pass
        for frame in frames:
            if ws.closed:
                return
            try:
                if isinstance(frame, bytes):
                    await ws.send_bytes(frame)
                else:
                    await ws.send_str(frame)
            except ConnectionError:
                return
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("who", ["welcomed", "stranger"])
@pytest.mark.parametrize("name", FRAMES)
async def test_frame_that_no_client_sends_harms_nobody_else(
    node: Node,
    name: str,
    who: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    honest = await Client(node.url).connect()
    before, at_first = hub_of(node).state, bugs()
    await hostile(node, [FRAMES[name]], greet=who == "welcomed")
    assert (await honest.ask("time", {"t0": 1}))["t0"] == 1
    assert hub_of(node).state == before
    assert bugs() == at_first
    assert "Traceback" not in caplog.text
    await honest.close()


async def test_random_frames_harm_nobody_else(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(11)
    pieces = [
        "4",
        "2",
        "0",
        "1",
        "5-",
        "[",
        "]",
        '"command"',
        ",",
        "{}",
        '{"id":"1"',
        "\u2028",
        "1e9",
    ]
    honest = await Client(node.url).connect()
    at_first = bugs()
    for _ in range(60):
        frames: list[str | bytes] = [
            chance.choice(["42", "4", "43", ""])
            + "".join(chance.choices(pieces, k=chance.randrange(9)))
            for _ in range(20)
        ]
        await hostile(node, frames, greet=chance.random() < 0.5)
    assert (await honest.ask("time", {"t0": 1}))["t0"] == 1
    assert bugs() == at_first
    assert "Traceback" not in caplog.text
    async with asyncio.timeout(5):
        while len(node.realtime) > 1:  # noqa: ASYNC110 - what hangs up is the other side
            await asyncio.sleep(0.02)
    await honest.close()


@pytest.mark.parametrize("body", [b"", b"\x1e\x1e", b"4" * 100_000, b"b4AAA", b"\xff\xfe", b"49"])
async def test_polling_post_that_no_client_sends_is_survived(node: Node, body: bytes) -> None:
    url = f"{node.url}/socket.io/?EIO=4&transport=polling"
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as opened:
            sid = (await opened.text()).split('"sid":"')[1].split('"')[0]
        async with session.post(f"{url}&sid={sid}", data=body) as answer:
            assert answer.status < 500
    honest = await Client(node.url).connect()
    await honest.close()
