"""Fetching from addresses that somebody typed: what is refused, and where a connection goes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from streamhub.formats import limits
from streamhub.http import fetch as fetching
from streamhub.http.fetch import fetch, is_public
from streamhub.hub.errands import Declined


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *(("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False)),
        *(("10.1.2.3", False), ("192.168.0.1", False), ("172.16.0.1", False), ("::1", False)),
        *(("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False)),  # noqa: S104 - refused
        *(("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False)),
        *(("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("224.0.0.1", False)),
        *(("255.255.255.255", False), ("::", False), ("nonsense", False)),
    ],
)
def test_only_the_public_internet_is_public(address: str, *, public: bool) -> None:
    assert is_public(address) is public


@pytest.fixture
async def here() -> AsyncIterator[str]:
    """A server on this machine, with what servers do."""

    async def answer(request: web.Request) -> web.StreamResponse:
        match request.match_info["what"]:
            case "agenda.csv":
                return web.Response(text="Title,Start\n", headers={"ETag": '"1"'})
            case "near":
                raise web.HTTPFound("/agenda.csv")
            case "far":
                raise web.HTTPFound("http://other.example/agenda.csv")
            case "inside":
                raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
            case "file":
                raise web.HTTPFound("file:///etc/passwd")
            case "round":
                raise web.HTTPFound("/round")
            case "packed":
                return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})
            case "endless":
                response = web.StreamResponse()
                await response.prepare(request)
                for _ in range(limits.MAX_BYTES // 100_000 + 2):
                    await response.write(b" " * 100_000)
                return response
            case "slow":
                await asyncio.sleep(30)
            case _:
                pass
        raise web.HTTPNotFound

    app = web.Application()
    app.router.add_get("/{what}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://localhost:{port}"
    await runner.cleanup()


def anywhere(address: str) -> bool:
    return bool(address)


async def test_fetch_takes_a_file_and_its_name(here: str) -> None:
    for path in ("agenda.csv", "near"):
        found = await fetch(f"{here}/{path}", anywhere)
        assert (found.data, found.name, found.etag) == (b"Title,Start\n", "agenda.csv", '"1"')


@pytest.mark.parametrize(
    ("path", "words"),
    [
        *(("far", "another host, other.example"), ("inside", "another host, 169.254.169.254")),
        *(("file", "no address that can be fetched"), ("round", "redirects more than 3 times")),
        *(("packed", "answers packed"), ("endless", "more than 10,000,000 bytes")),
        ("missing", "answers 404"),
    ],
)
async def test_fetch_refuses_what_servers_try(here: str, path: str, words: str) -> None:
    with pytest.raises(Declined, match=words):
        await fetch(f"{here}/{path}", anywhere)


async def test_fetch_gives_up_on_the_slow(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PATIENCE_S", 0.2)
    with pytest.raises(Declined, match="took more than"):
        await fetch(f"{here}/slow", anywhere)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://localhost:{port}/agenda.csv", "not an address of the public internet"),
        ("http://127.0.0.1:{port}/agenda.csv", "not an address of the public internet"),
        ("http://2130706433:{port}/agenda.csv", "cannot be fetched"),
        ("http://[::ffff:127.0.0.1]:{port}/a", "not an address of the public internet"),
        ("http://0x7f.1:{port}/agenda.csv", "not an address of the public internet"),
        ("http://user:pass@x.example/a", "user name or password"),
        ("ftp://x.example/a", "no address that can be fetched"),
        ("https:///a", "no address that can be fetched"),
        ("nonsense", "no address that can be fetched"),
    ],
)
async def test_fetch_never_connects_inside(here: str, url: str, words: str) -> None:
    with pytest.raises(Declined, match=words):
        await fetch(url.format(port=here.rpartition(":")[2]))


async def test_fetch_is_pinned_to_the_address_that_was_looked_at(
    here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when asked and inside when asked again is asked once."""
    asked = 0
    loop = asyncio.get_running_loop()
    port = int(here.rpartition(":")[2])

    async def answers(*_: Any, **__: Any) -> list[Any]:
        nonlocal asked
        asked += 1
        address = "127.0.0.1" if asked == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", answers)
    seen: list[str] = []

    def may(address: str) -> bool:
        seen.append(address)
        return address == "127.0.0.1"

    found = await fetch(f"http://rebind.example:{port}/agenda.csv", may)
    assert found.data == b"Title,Start\n"
    assert (asked, seen) == (1, ["127.0.0.1"])
