"""The control socket: for the directory's owner alone, and for as long as a node serves."""

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from office_support import ask, backup, check, history, lines_of, settings_for, talk
from structlog.testing import capture_logs
from support import hub_of, running

from streamhub.app import open_office
from streamhub.http import errand, office
from streamhub.hub.errands import Backup, Declined, Links, Restore
from streamhub.journal import InUse
from streamhub.settings import Settings


async def test_socket_is_for_the_owner_alone_and_goes_with_the_node(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with running(data):
        about = (data / "control.sock").stat()
        assert stat.S_ISSOCK(about.st_mode)
        assert stat.S_IMODE(about.st_mode) == 0o600
        assert about.st_uid == os.getuid()
    assert not (data / "control.sock").exists()


async def test_socket_of_a_dead_node_is_no_hindrance(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(data / "control.sock"))
    dead.close()
    settings = Settings(data=data)
    await history(settings, 1, 0)
    before = await backup(settings)
    async with running(data):
        assert lines_of(await backup(settings)) == lines_of(before)


async def test_path_may_be_longer_than_an_address(tmp_path: Path) -> None:
    data = tmp_path / ("long-" * 20) / ("name-" * 20)
    async with running(data) as node:
        assert (data / "control.sock").exists()
        (question,) = await talk(hub_of(node), 1)
        assert question.encode() in await backup(Settings(data=data))


async def test_path_without_a_way_round_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / ("long-" * 30)
    monkeypatch.setattr(office, "WAY_ROUND", str(tmp_path / "no-proc"))
    monkeypatch.setattr("streamhub.cli.window.PATIENCE_S", 0)
    with capture_logs() as logs:
        async with running(data):
            (warning,) = (one for one in logs if one["event"] == "no control socket")
            assert "use a data directory with a shorter path" in warning["error"]
            with pytest.raises(Declined, match="shorter path"):
                await ask(Settings(data=data), Links())


async def test_journal_that_somebody_holds_who_takes_no_errands_is_told(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for("sqlite", request, tmp_path)
    await history(settings, 1, 0)
    monkeypatch.setattr("streamhub.cli.window.PATIENCE_S", 0.3)
    async with open_office(settings):
        with pytest.raises(InUse):
            async with open_office(settings):
                pass
        with pytest.raises(Declined, match=f"process {os.getpid()} holds it"):
            await ask(settings, Links())


async def raw(data: Path, said: str, body: bytes = b"") -> tuple[int, bytes]:
    with office.address_of(data) as address:
        connector = aiohttp.UnixConnector(path=address)
        async with aiohttp.ClientSession(connector=connector) as session:
            asked = session.post("http://node/errand", params={"errand": said}, data=body)
            async with asked as answer:
                return answer.status, await answer.read()


@pytest.mark.parametrize("said", ["", "{}", '{"type":"destroy"}', '{"type":"export"}', "[]", "\0"])
async def test_errand_that_is_none_is_declined(said: str, tmp_path: Path) -> None:
    async with running(tmp_path):
        status, held = await raw(tmp_path, said)
        assert status == 200
        assert held.startswith(b"e")
        assert b"does not know this command" in held


async def test_bug_is_told_with_a_trace_and_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("streamhub.hub.operate.Office.carry_out", broken)
    with capture_logs() as logs:
        async with running(tmp_path):
            with pytest.raises(Declined, match=r"Something went wrong in the node \(trace "):
                await ask(Settings(data=tmp_path), Links())
    assert [one["log_level"] for one in logs if one["event"] == "bug"] == ["error"]


async def test_upload_that_breaks_off_changes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as node:
        await talk(hub_of(node), 3)
        settings = Settings(data=tmp_path)
        held = await backup(settings)
        reader, writer = await asyncio.open_unix_connection(tmp_path / "control.sock")
        query = "errand=%7B%22type%22:%22restore%22,%22replace%22:true%7D"
        head = f"POST /errand?{query} HTTP/1.1\r\nHost: node\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode() + f"{len(held):x}\r\n".encode() + held[: len(held) // 2])
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        await writer.wait_closed()
        del reader
        await asyncio.sleep(0.2)
        assert lines_of(await backup(settings)) == lines_of(held)
        assert (await check(settings))["ok"]


async def test_node_that_ends_meanwhile_is_told(tmp_path: Path) -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nd\0\0\0\x09{}\r\n")
        await writer.drain()
        writer.close()

    class Nothing:
        async def read(self) -> AsyncIterator[bytes]:
            pieces: list[bytes] = []
            for piece in pieces:
                yield piece

        async def write(self, data: bytes) -> None:
            raise AssertionError(data)

        async def tell(self, progress: object) -> None:
            raise AssertionError(progress)

    with pytest.raises(errand.NobodyThere):
        await errand.run(tmp_path, Backup(), Nothing())
    server = await asyncio.start_unix_server(cut, tmp_path / "control.sock")
    async with server:
        with pytest.raises(Declined, match="ended before it was done"):
            await errand.run(tmp_path, Backup(), Nothing())


async def test_two_restores_come_one_after_the_other(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    async with running(tmp_path) as node:
        await talk(hub_of(node), 3)
        held = await backup(settings)
        both = [ask(settings, Restore(replace=True), held) for _ in range(2)]
        for told, _ in await asyncio.gather(*both):
            assert told["restored"][0]["findings"] == []
        assert lines_of(await backup(settings)) == lines_of(held)
        assert not node.hubs.troubles
