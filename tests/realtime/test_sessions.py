"""Sessions as a protocol: hello, polling, upgrade, pings, and who is not let in."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from raw import Raw
from support import Client, hub_of, running

from streamhub.app import Node
from streamhub.formats.sample import SLUG
from streamhub.hub import metrics
from streamhub.realtime.websocket import _Masks

HELLO = "40" + json.dumps({"event": SLUG, "view": "audience"})


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    limits = {"limit_hello_s": 1.5, "limit_ping_s": 2, "limit_messages": 150}
    async with running(tmp_path, **limits) as serving:
        yield serving


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def cuts(reason: str) -> float:
    return float(metrics.CUTS.labels(reason)._value.get())


async def until_cut(reason: str, more_than: float, within_s: float = 8) -> None:
    async with asyncio.timeout(within_s):
        while cuts(reason) <= more_than:  # noqa: ASYNC110 - another's clock
            await asyncio.sleep(0.05)


def polling(node: Node, sid: str | None = None) -> str:
    return f"{node.url}/socket.io/?EIO=4&transport=polling" + (f"&sid={sid}" if sid else "")


async def begin(node: Node, web: aiohttp.ClientSession) -> str:
    """A polling session that has its view; returns its name."""
    async with web.get(polling(node)) as answer:
        sid: str = json.loads((await answer.text())[1:])["sid"]
    async with web.post(polling(node, sid), data=HELLO) as answer:
        assert await answer.text() == "ok"
    async with web.get(polling(node, sid)) as answer:
        packets = (await answer.text()).split("\x1e")
    assert [packet[:5] for packet in packets] == ['40{"s', '42["m', '42["s']
    return sid


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("EIO=3&transport=websocket", "Only Engine.IO version 4 is served here."),
        ("transport=polling", "Only Engine.IO version 4 is served here."),
        ("EIO=4", "The transports are polling and websocket."),
        ("EIO=4&transport=flash", "The transports are polling and websocket."),
        ("EIO=4&transport=polling&j=1", "JSONP is not served here; use XHR polling."),
        ("EIO=4&transport=polling&sid=nobody", "Session ID unknown"),
        ("EIO=4&transport=websocket", "The request does not ask for a websocket."),
    ],
)
async def test_request_that_opens_nothing_is_told_why(
    node: Node, web: aiohttp.ClientSession, query: str, message: str
) -> None:
    async with web.get(f"{node.url}/socket.io/?{query}") as answer:
        assert answer.status == 400
        assert (await answer.json())["message"] == message
    assert len(node.realtime._wire) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},
        {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "short"},
        {"Sec-WebSocket-Version": "13"},
    ],
)
async def test_websocket_request_that_is_none_is_refused(
    node: Node, web: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    url = f"{node.url}/socket.io/?EIO=4&transport=websocket"
    asking = headers | {"Connection": "Upgrade", "Upgrade": "websocket"}
    async with web.get(url, headers=asking) as answer:
        assert answer.status == 400
    assert len(node.realtime._wire) == 0


async def test_page_of_another_site_may_not_connect(node: Node, web: aiohttp.ClientSession) -> None:
    before = cuts("origin")
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example", "X-Forwarded-Host": "elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        async with web.get(polling(node), headers=headers) as answer:
            assert answer.status == 403
    async with web.get(polling(node), headers={"Origin": node.url}) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == node.url
    async with web.options(polling(node), headers={"Origin": node.url}) as answer:
        assert answer.status == 204
    assert cuts("origin") == before + 4


async def test_stranger_that_says_nothing_is_cut(node: Node, web: aiohttp.ClientSession) -> None:
    before = cuts("no hello")
    raw = await Raw(node.url).connect()
    async with web.get(polling(node)):
        pass
    await until_cut("no hello", before + 1)
    assert await raw.ended()
    assert len(node.realtime._wire) == 0
    raw.close()


async def test_peer_that_answers_no_ping_is_cut_and_one_that_does_stays(node: Node) -> None:
    before = cuts("silent")
    deaf = await (await Raw(node.url).connect()).hello()
    phone = await Client(node.url).connect()
    await until_cut("silent", before)
    assert await deaf.ended()
    await asyncio.sleep(2.5)
    assert phone.sio.connected
    assert cuts("silent") == before + 1
    await phone.close()
    deaf.close()


async def test_pongs_that_nobody_asked_for_and_floods_are_cut(node: Node) -> None:
    for packet, opcode in (("3", 0x81), ("6", 0x81), ("", 0x89), ("", 0x8A)):
        before = cuts("flood")
        raw = await (await Raw(node.url).connect()).hello()
        try:
            for _ in range(400):
                await raw.send_bytes(
                    bytes((opcode, 0x80 | len(packet))) + b"\0" * 4 + packet.encode()
                )
        except ConnectionError:
            pass
        await until_cut("flood", before)
        raw.close()
    assert len(node.realtime) == 0


async def test_hello_may_be_corrected_but_not_for_ever(node: Node) -> None:
    raw = await Raw(node.url).connect()
    assert (await raw.read()).startswith("0")
    await raw.send('40{"event":"nowhere","view":"audience"}')
    assert '"event.unknown"' in (await raw.read())
    await raw.send("40/admin,{}")
    assert (await raw.read()).startswith("44/admin,")
    await raw.send(HELLO)
    assert (await raw.read()).startswith('40{"sid":')
    raw.close()
    other = await Raw(node.url).connect()
    for _ in range(4):
        await other.send('40{"event":"nowhere","view":"audience"}')
    assert await other.ended()
    other.close()


async def test_messages_before_the_hello_end_the_connection(node: Node) -> None:
    raw = await Raw(node.url).connect()
    await raw.send('420["time",{"t0":1}]')
    assert await raw.ended()
    raw.close()


async def test_messages_are_answered_in_order(node: Node) -> None:
    raw = await (await Raw(node.url).connect()).hello()
    for number in range(20):
        await raw.send(f'42{number}["time",{{"t0":{number}}}]')
    answers: list[int] = []
    while len(answers) < 20:
        packet = await raw.read()
        if packet.startswith("43"):
            answers.append(int(packet[2:].partition("[")[0]))
    assert answers == list(range(20))
    raw.close()


async def test_polling_requests_that_overlap_end_the_session(
    node: Node, web: aiohttp.ClientSession
) -> None:
    sid = await begin(node, web)
    waiting = asyncio.create_task(web.get(polling(node, sid)))
    await asyncio.sleep(0.1)
    async with web.get(polling(node, sid)) as answer:
        assert answer.status == 400
    assert (await (await waiting).text()).endswith("1")
    async with web.get(polling(node, sid)) as answer:
        assert (await answer.json())["message"] == "Session ID unknown"


async def test_polling_session_is_pinged_and_may_leave(
    node: Node, web: aiohttp.ClientSession
) -> None:
    sid = await begin(node, web)
    async with web.get(polling(node, sid)) as answer:
        assert await answer.text() == "2"
    async with web.post(polling(node, sid), data='3\x1e420["time",{"t0":7}]') as answer:
        assert await answer.text() == "ok"
    async with web.get(polling(node, sid)) as answer:
        assert (await answer.text()).startswith('430[{"t0":7')
    async with web.post(polling(node, sid), data="41") as answer:
        assert await answer.text() == "ok"
    assert len(node.realtime) == 0


@pytest.mark.parametrize("body", [b"\xff", b"4" * 70_000, b"", b"b4AAAA", b"2\x1e\x1e"])
async def test_polling_body_that_is_no_packets_ends_the_session(
    node: Node, web: aiohttp.ClientSession, body: bytes
) -> None:
    sid = await begin(node, web)
    async with web.post(polling(node, sid), data=body) as answer:
        assert answer.status in {200, 400}
    assert len(node.realtime) == 0


async def test_polling_body_that_stops_is_not_waited_for(node: Node) -> None:
    before = cuts("slow")
    async with aiohttp.ClientSession() as web:
        sid = await begin(node, web)
    raw = await Raw(node.url).dial()
    head = f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\n"
    await raw.send_bytes((head + "Content-Length: 100\r\n\r\n4").encode())
    await until_cut("slow", before)
    assert len(node.realtime) == 0
    raw.close()


async def test_upgrade_that_is_not_finished_leaves_polling_as_it_was(
    node: Node, web: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamhub.realtime.wire.UPGRADE_WITHIN_S", 0.3)
    sid = await begin(node, web)
    for packets in (["2probe"], ["2probe", "4x"], ["5"], []):
        raw = await Raw(node.url).connect(more=f"&sid={sid}")
        for packet in packets:
            await raw.send(packet)
        assert await raw.ended()
        raw.close()
        async with web.post(polling(node, sid), data='420["time",{"t0":7}]') as answer:
            assert await answer.text() == "ok"
        async with web.get(polling(node, sid)) as answer:
            assert '430[{"t0":7' in (await answer.text())


async def test_what_waits_is_not_lost_in_an_upgrade(node: Node, web: aiohttp.ClientSession) -> None:
    sid = await begin(node, web)
    raw = await Raw(node.url).connect(more=f"&sid={sid}")
    await raw.send("2probe")
    assert await raw.read() == "3probe"
    async with web.get(polling(node, sid)) as answer:
        assert await answer.text() == "6"
    async with web.post(polling(node, sid), data='427["time",{"t0":7}]') as answer:
        assert await answer.text() == "ok"
    await raw.send("5")
    assert (await raw.read()).startswith('437[{"t0":7')
    async with web.get(polling(node, sid)) as answer:
        assert answer.status == 400
    desk = await Client(node.url).connect()
    asked = await desk.do("question.ask", text="Who sees this one?", room="main")
    assert asked["ok"]
    hub_of(node).audience.beat()  # type: ignore[attr-defined]
    while not (packet := await raw.read()).startswith('42["beat"'):
        assert packet
    raw.close()
    await desk.close()


async def test_more_connections_than_the_limit_are_refused(tmp_path: Path) -> None:
    async with (
        running(tmp_path, limit_connections=3, limit_per_address=2) as node,
        aiohttp.ClientSession() as web,
    ):
        phones = [await Client(node.url).connect() for _ in range(2)]
        async with web.get(polling(node)) as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "5"
            assert "one address" in (await answer.json())["message"]
        await phones.pop().close()
        async with web.get(polling(node)) as answer:
            assert answer.status == 200
        for phone in phones:
            await phone.close()


async def test_half_a_request_is_not_waited_for(node: Node) -> None:
    before = cuts("no request")
    halves = [b"", b"GET /e/x HTT", b"GET / HTTP/1.1\r\nHost: x\r\nCookie: "]
    raws = [await Raw(node.url).dial() for _ in halves]
    for raw, half in zip(raws, halves, strict=True):
        await raw.send_bytes(half)
    slow = await Raw(node.url).dial()
    head = f"POST /api/v1/events/{SLUG}/commands HTTP/1.1\r\nHost: x\r\nContent-Length: 9"
    await slow.send_bytes(head.encode() + b"\r\n\r\n{")
    await until_cut("no request", before + len(halves))
    for raw in (*raws, slow):
        assert await raw.ended()
        raw.close()


@pytest.mark.parametrize("seed", range(30))
def test_masks_are_seen_however_the_bytes_come(seed: int) -> None:
    chance = random.Random(seed)
    sizes = [chance.choice((0, 1, 125, 126, 300, 65_535, 65_536, 70_000)) for _ in range(6)]

    def frame(size: int, mask: int) -> bytes:
        if size < 126:
            head = bytes((0x81, mask | size))
        elif size < 65_536:
            head = bytes((0x81, mask | 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((0x81, mask | 127)) + size.to_bytes(8, "big")
        return head + b"\0" * (size + (4 if mask else 0))

    def pieces(data: bytes) -> Iterator[bytes]:
        while data:
            size = chance.choice((1, 2, 3, 10, 1000, 100_000))
            yield data[:size]
            data = data[size:]

    good = b"".join(frame(size, 0x80) for size in sizes)
    seen = _Masks()
    assert all(seen.holds(piece) for piece in pieces(good))
    bad = good + frame(chance.choice(sizes), 0)
    seen = _Masks()
    assert not all(seen.holds(piece) for piece in pieces(bad))
