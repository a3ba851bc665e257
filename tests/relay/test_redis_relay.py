"""The relay over Redis: what nodes hear of one another, and what they do while Redis is away."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis_server import RedisServer, until
from tcp_proxy import Mode, TcpProxy

from streamhub import redis_link
from streamhub.redis_link import Place, RedisLink
from streamhub.relay import Away
from streamhub.relay import redis_pubsub as module
from streamhub.relay.redis_pubsub import RedisRelay

AGAIN_S = 0.05
KNOCK_S = 0.1
LISTEN_S = 0.4
WITHIN_S = 5.0

Told = tuple[str, str, dict[str, Any]]


class Node:
    """A relay on a link of its own, and what it has heard."""

    def __init__(self, url: str, prefix: str, name: str) -> None:
        self.heard: list[Told] = []
        self.link = RedisLink(Place(url=url))
        self.relay = RedisRelay(self.link, prefix, name)

    async def open(self) -> None:
        await self.relay.open(lambda *told: self.heard.append(told))

    async def hears(self, *told: Told) -> None:
        """Wait until it has heard so much; it is this and nothing else."""
        await until(lambda: len(self.heard) >= len(told))
        assert self.heard == [*told]

    async def hears_again(self, other: "Node") -> None:
        """Wait until something that the other tells arrives."""
        self.heard.clear()
        async with asyncio.timeout(WITHIN_S):
            while not self.heard:
                other.relay.tell("again", {})
                await asyncio.sleep(AGAIN_S)
        assert {*map(repr, self.heard)} == {repr((other.relay.node, "again", {}))}


@asynccontextmanager
async def running(*nodes: Node) -> AsyncIterator[None]:
    try:
        for node in nodes:
            await node.open()
        yield
    finally:
        for node in nodes:
            await node.relay.close()
            await node.link.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_S", AGAIN_S)
    monkeypatch.setattr(module, "KNOCK_S", KNOCK_S)
    monkeypatch.setattr(module, "LISTEN_S", LISTEN_S)
    monkeypatch.setattr(redis_link, "COMMAND_S", 0.3)


@pytest.fixture
def prefix() -> str:
    return secrets.token_hex(8)


@pytest.fixture
async def two(redis_server: RedisServer, prefix: str) -> AsyncIterator[tuple[Node, Node]]:
    one, two = (Node(redis_server.url, prefix, name) for name in ("one", "two"))
    async with running(one, two):
        yield one, two


async def test_relay_tells_the_others_and_not_itself(two: tuple[Node, Node]) -> None:
    one, other = two
    one.relay.tell("hello", {"n": [1, "é"]})
    other.relay.tell("presence", {})
    await other.hears(("one", "hello", {"n": [1, "é"]}))
    await one.hears(("two", "presence", {}))
    # Several knocks later it has still not heard itself.
    await asyncio.sleep(3 * KNOCK_S)
    assert (len(one.heard), len(other.heard)) == (1, 1)


async def test_relay_of_another_prefix_is_not_heard(
    redis_server: RedisServer, two: tuple[Node, Node]
) -> None:
    stranger = Node(redis_server.url, secrets.token_hex(8), "stranger")
    async with running(stranger):
        stranger.relay.tell("hello", {})
        two[1].relay.tell("hello", {})
        await two[0].hears(("two", "hello", {}))
        assert stranger.heard == []


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"hello",
        b"\xff\xfe\xfd",
        b"7",
        b"null",
        b'"abc"',
        b"[]",
        b'["node", "topic"]',
        b'["node", "topic", {}, 1]',
        b'["node", "topic", 1]',
        b'["node", "topic", null]',
        b'["node", "", {}]',
        b'{"a": 1, "b": 2, "c": 3}',
        b"[" * 100_000,
        b"9" * 5_000,
    ],
)
async def test_relay_passes_over_rubbish(
    redis_server: RedisServer, two: tuple[Node, Node], prefix: str, rubbish: bytes
) -> None:
    assert redis_server.ask("PUBLISH", f"{prefix}:relay", rubbish) == 2
    two[0].relay.tell("hello", {})
    await two[1].hears(("one", "hello", {}))


async def test_relay_hears_words_whatever_their_kind(
    redis_server: RedisServer, two: tuple[Node, Node], prefix: str
) -> None:
    told = json.dumps([7, ["topic"], {"a": 1}])
    redis_server.ask("PUBLISH", f"{prefix}:relay", told)
    await two[0].hears(("7", "['topic']", {"a": 1}))


async def test_relay_keeps_a_note_for_all_until_it_expires(two: tuple[Node, Node]) -> None:
    one, other = (node.relay for node in two)
    assert await one.find("code") is None
    assert await one.keep("code", "é", 0.1)
    assert not await other.keep("code", "mine", 5)
    assert await other.find("code") == "é"
    await asyncio.sleep(0.12)
    assert await one.find("code") is None
    assert await other.keep("code", "mine", 5)
    assert await one.find("code") == "mine"


async def test_relay_drops_a_note(two: tuple[Node, Node]) -> None:
    one, other = (node.relay for node in two)
    assert await one.keep("code", "note", 5)
    for _ in range(2):
        await other.drop("code")
        assert await one.find("code") is None


async def test_relay_without_redis_is_away(
    tmp_path: Path, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_MOST", 3)
    server = RedisServer(tmp_path)
    node = Node(server.url, prefix, "one")
    started = time.monotonic()
    async with running(node):
        assert 2 * AGAIN_S <= time.monotonic() - started < 1
        asked: list[Callable[[], Awaitable[object]]] = [
            lambda: node.relay.keep("code", "note", 5),
            lambda: node.relay.find("code"),
            lambda: node.relay.drop("code"),
        ]
        for ask in asked:
            with pytest.raises(Away, match=f"no answer from Redis at {server.url}: Error 111"):
                await ask()
        # Nobody would hear it: what does not fit is dropped, and nobody waits.
        for _ in range(10):
            node.relay.tell("hello", {})


async def test_relay_listens_again_after_a_restart(own_redis: RedisServer, prefix: str) -> None:
    one, other = (Node(own_redis.url, prefix, name) for name in ("one", "two"))
    async with running(one, other):
        await other.hears_again(one)
        own_redis.kill()
        await asyncio.sleep(2 * AGAIN_S)
        one.relay.tell("lost", {})
        await asyncio.sleep(2 * AGAIN_S)
        own_redis.start()
        await one.hears_again(other)
        await other.hears_again(one)


@pytest.mark.parametrize("mode", [Mode.STALL, Mode.REFUSE])
async def test_relay_listens_again_when_the_network_is_back(
    redis_server: RedisServer, prefix: str, mode: Mode
) -> None:
    async with TcpProxy(redis_server.port) as proxy:
        far = Node(f"redis://127.0.0.1:{proxy.port}", prefix, "far")
        near = Node(redis_server.url, prefix, "near")
        async with running(far, near):
            await far.hears_again(near)
            made = proxy.made
            await proxy.switch(mode)
            # Not even its own knocking arrives, so it begins to listen anew.
            await asyncio.sleep(LISTEN_S + 3 * AGAIN_S)
            assert proxy.made > made + 1
            await proxy.switch(Mode.FORWARD)
            await far.hears_again(near)
            await near.hears_again(far)


async def test_relay_that_was_closed_leaves_no_connection(own_redis: RedisServer) -> None:
    def others() -> int:
        listed: bytes = own_redis.ask("CLIENT", "LIST")
        return listed.count(b"\n") - 1

    node = Node(own_redis.url, "streamhub", "one")
    async with running(node):
        node.relay.tell("hello", {})
        await until(lambda: others() >= 2)
    await until(lambda: others() == 0)
