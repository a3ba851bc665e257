"""The relay of a node that is alone."""

import asyncio
from typing import Any

import pytest

from streamhub.relay import local
from streamhub.relay.local import LocalRelay


async def test_local_relay_has_nobody_to_tell() -> None:
    heard: list[tuple[str, str, dict[str, Any]]] = []
    relay = LocalRelay("solo")
    await relay.open(lambda *told: heard.append(told))
    relay.tell("hello", {})
    await asyncio.sleep(0)
    await relay.close()
    assert (relay.node, heard) == ("solo", [])


async def test_local_relay_keeps_a_note_until_it_expires() -> None:
    relay = LocalRelay()
    assert await relay.find("code") is None
    assert await relay.keep("code", "one", 0.05)
    assert not await relay.keep("code", "two", 5)
    assert await relay.find("code") == "one"
    await asyncio.sleep(0.06)
    assert await relay.find("code") is None
    assert await relay.keep("code", "two", 5)
    assert await relay.find("code") == "two"


async def test_local_relay_drops_a_note() -> None:
    relay = LocalRelay()
    assert await relay.keep("code", "one", 5)
    for _ in range(2):
        await relay.drop("code")
        assert await relay.find("code") is None
    assert await relay.keep("code", "two", 5)


async def test_local_relay_forgets_the_oldest_note_of_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local, "NOTES_MOST", 2)
    relay = LocalRelay()
    for name in ("a", "b", "c"):
        assert await relay.keep(name, name, 5)
    assert [await relay.find(name) for name in ("a", "b", "c")] == [None, "b", "c"]
