"""Connections that go from one worker to another: here two servers of one process, told apart."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from ports import free_port

from streamhub.realtime import handover
from streamhub.realtime.handover import Handover
from streamhub.realtime.limits import POST_MOST

UNKNOWN = {"code": 1, "message": "Session ID unknown"}


class Desk:
    """A server that hands requests over by the worker in `sid`, and tells what it serves itself."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number = number
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.handover = Handover(folder, number)
        self.runner: web.AppRunner

    @property
    def held(self) -> int:
        """How many connections it holds."""
        assert self.runner.server is not None
        return len(self.runner.server.connections)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        owner = self.handover.owner(request.query.get("sid", ""))
        if owner is not None:
            return await self.handover.give(request, owner)
        if request.query.get("transport") == "websocket":
            line = web.WebSocketResponse()
            await line.prepare(request)
            async for message in line:
                await line.send_str(f"{self.number} heard {message.data}")
            return line
        body = {
            "worker": self.number,
            "method": request.method,
            "path": request.raw_path,
            "body": await request.text(),
            "headers": dict(request.headers),
            "peer": request.transport and request.transport.get_extra_info("peername")[1],
        }
        return web.json_response(body)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Desk"]:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/{path:.*}", self.answer)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        assert self.runner.server is not None
        await self.handover.open(self.runner.server)
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        try:
            yield self
        finally:
            await self.handover.close()
            await self.runner.cleanup()


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    async with Desk(tmp_path, 1).serving() as one, Desk(tmp_path, 2).serving() as two:
        yield one, two


async def ask(session: aiohttp.ClientSession, method: str, url: str, **more: Any) -> Any:
    async with session.request(method, url, **more) as answer:
        return answer.status, await answer.json()


class Raw:
    """A client that writes what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @staticmethod
    @asynccontextmanager
    async def to(desk: Desk, said: bytes) -> AsyncIterator["Raw"]:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
        writer.write(said)
        try:
            yield Raw(reader, writer)
        finally:
            writer.transport.abort()

    async def answer(self) -> tuple[int, Any]:
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
        return int(head.split()[1]), json.loads(await self.reader.readexactly(int(length)))


async def test_owner_is_read_from_session_ids_of_others_only(tmp_path: Path) -> None:
    one = Handover(tmp_path, 1)
    assert one.prefix == "1_"
    assert [one.owner(sid) for sid in ("2_abc", "12_x", "1_abc", "abc", "", "_", "2")] == [
        *(2, 12),
        *[None] * 5,
    ]
    assert not any(map(one.owner, ("0_a", "02_a", "99999_a", "../2_a", "-2_a", "2/_a", "²_a")))
    alone = Handover()
    assert (alone.prefix, alone.owner("2_abc")) == ("", None)
    await alone.close()


async def test_poll_and_post_reach_the_owner_who_keeps_the_connection(
    desks: tuple[Desk, Desk],
) -> None:
    one, two = desks
    connector = aiohttp.TCPConnector(limit=1)
    async with aiohttp.ClientSession(connector=connector) as session:
        _, first = await ask(session, "GET", f"{one.url}a%2Fb?sid=1_x&t=%22")
        assert (first["worker"], one.held, two.held) == (1, 1, 0)
        _, second = await ask(session, "GET", f"{one.url}a%2Fb?sid=2_x&t=%22", headers={"X-A": "ä"})
        assert (second["worker"], one.held, two.held) == (2, 0, 1)
        assert second["path"] == "/a%2Fb?sid=2_x&t=%22"
        assert second["headers"]["X-A"] == "ä"
        assert second["headers"]["Host"] == f"127.0.0.1:{one.port}"
        assert second["peer"] == first["peer"], "it is the same connection"
        _, third = await ask(session, "POST", f"{one.url}?sid=2_x", data="öäü" * 9000)
        assert (third["worker"], third["body"]) == (2, "öäü" * 9000)
        assert third["peer"] == first["peer"]
        _, back = await ask(session, "POST", f"{one.url}?sid=1_x", data=b"")
        assert (back["worker"], back["method"], back["body"]) == (1, "POST", "")
        assert (one.held, two.held) == (1, 0)


async def test_body_in_chunks_and_compressed_arrives_as_what_it_is(
    desks: tuple[Desk, Desk],
) -> None:
    one, _ = desks

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"part "
            await asyncio.sleep(0.01)

    each = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=each) as session:
        _, said = await ask(session, "POST", f"{one.url}?sid=2_x", data=parts(), expect100=True)
        assert (said["worker"], said["body"]) == (2, "part part part ")
        _, said = await ask(session, "POST", f"{one.url}?sid=2_x", data=b"a" * 99, compress="gzip")
        assert (said["worker"], said["body"]) == (2, "a" * 99)
        _, said = await ask(session, "POST", f"{one.url}?sid=2_x", data=b"b" * POST_MOST)
        assert (said["worker"], len(said["body"])) == (2, POST_MOST)
        status, said = await ask(session, "POST", f"{one.url}?sid=2_x", data=b"c" * (POST_MOST + 1))
        assert (status, said["code"]) == (413, 3)


async def test_websocket_upgrade_reaches_the_owner_with_what_was_sent_ahead(
    desks: tuple[Desk, Desk],
) -> None:
    one, two = desks
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{one.url}?sid=2_x&transport=websocket") as line,
    ):
        await line.send_str("probe")
        assert await line.receive_str() == "2 heard probe"
        assert (one.held, two.held) == (0, 1)
    said = (
        b"GET /?sid=2_x&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        b"\x81\x82\x00\x00\x00\x00hi"
    )
    async with Raw.to(one, said) as raw:
        head = await raw.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        assert (await raw.reader.readexactly(12))[2:] == b"2 heard hi"


async def test_session_of_a_worker_that_is_gone_is_unknown_and_the_connection_stays(
    desks: tuple[Desk, Desk],
) -> None:
    one, two = desks
    async with aiohttp.ClientSession() as session:
        assert await ask(session, "GET", f"{one.url}?sid=3_x") == (400, UNKNOWN)
        await two.handover.close()
        assert await ask(session, "POST", f"{one.url}?sid=2_x", data="x") == (400, UNKNOWN)
        _, said = await ask(session, "GET", f"{one.url}?sid=1_x")
        assert (said["worker"], one.held) == (1, 1)


async def test_requests_without_waiting_for_answers_are_refused(desks: tuple[Desk, Desk]) -> None:
    one, _ = desks
    both = b"GET /?sid=2_x HTTP/1.1\r\nHost: x\r\n\r\nGET /?sid=1_x HTTP/1.1\r\nHost: x\r\n\r\n"
    async with Raw.to(one, both) as raw:
        status, said = await raw.answer()
        assert (status, said["code"]) == (413, 3)


async def test_body_that_does_not_come_ends_the_request(
    desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, _ = desks
    monkeypatch.setattr(handover, "BODY_S", 0.1)
    head = b"POST /?sid=2_x HTTP/1.1\r\nHost: x\r\n"
    async with Raw.to(one, head + b"Content-Length: 10\r\n\r\nabc") as raw:
        assert (await raw.answer())[0] == 408
    async with Raw.to(one, head + b"Content-Length: 10\r\n\r\nabc"):
        await asyncio.sleep(0.02)  # and leaves
    await asyncio.sleep(0.02)
    assert not caplog.records
    zipped = b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
    async with Raw.to(one, head + zipped) as raw:
        assert (await raw.answer())[0] == 400


async def test_owner_that_does_not_take_costs_the_connection_and_no_other(
    desks: tuple[Desk, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = desks
    monkeypatch.setattr(handover, "WITHIN_S", 0.2)
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / "7"))
        hanging.listen(1)
        async with aiohttp.ClientSession() as session:
            # it lies with the one that hangs; when that one ends, the kernel closes it
            asked = asyncio.create_task(ask(session, "POST", f"{one.url}?sid=7_x"))
            await asyncio.sleep(0.1)
            assert (await ask(session, "GET", f"{one.url}?sid=2_x"))[1]["worker"] == 2
            assert not asked.done()
            hanging.close()
            with pytest.raises(aiohttp.ClientError):
                await asked


async def test_nonsense_on_the_way_between_workers_is_dropped(
    desks: tuple[Desk, Desk], tmp_path: Path
) -> None:
    one, two = desks
    there = str(tmp_path / "2")
    for said in (b"", b"\x00\x00\x00\x05abc", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01abc"):
        for with_socket in (True, False):
            ours, theirs = socket.socketpair()
            with socket.socket(socket.AF_UNIX) as link, ours, theirs:
                link.connect(there)
                if with_socket and said:
                    socket.send_fds(link, [said], [theirs.fileno()])
                else:
                    link.sendall(said)
                theirs.close()
                link.shutdown(socket.SHUT_WR)
                if with_socket and said:
                    ours.setblocking(False)
                    got = await asyncio.get_running_loop().sock_recv(ours, 1)
                    assert got == b"", "it is closed, not kept"
    async with aiohttp.ClientSession() as session:
        assert (await ask(session, "GET", f"{one.url}?sid=2_x"))[1]["worker"] == 2
    assert two.held <= 1


async def test_many_connections_change_hands_at_once(desks: tuple[Desk, Desk]) -> None:
    one, two = desks
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(connector=connector) as session:
        body = "x" * 60_000
        asked = [
            ask(session, "POST", f"{desk.url}?sid={other.number}_x", data=body)
            for _ in range(100)
            for desk, other in ((one, two), (two, one))
        ]
        answers = await asyncio.gather(*asked)
    workers = [said["worker"] for _, said in answers]
    assert (workers.count(1), workers.count(2)) == (100, 100)
    assert all(said["body"] == body for _, said in answers)
