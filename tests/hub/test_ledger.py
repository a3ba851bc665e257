"""The ledger: snapshots by themselves, trimming, one keeper among several nodes."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis_server import RedisServer
from support import Client, hub_of, running

from streamhub.app import Node
from streamhub.formats.sample import SLUG
from streamhub.hub import ledger as ledgers
from streamhub.protocol.entries import encode_state

EVERY, KEEPS = 10, 4


@pytest.fixture(params=["sqlite", "redis"])
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "sqlite":
        return {}
    server: RedisServer = request.getfixturevalue("redis_server")
    prefix = f"t{secrets.token_hex(6)}"
    return {"journal": server.url, "redis_prefix": prefix, "drain_notice_s": 0}


@pytest.fixture
async def node(
    settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Node]:
    monkeypatch.setattr(ledgers, "SNAPSHOT_EVERY", EVERY)
    monkeypatch.setattr(ledgers, "SNAPSHOT_KEEPS", KEEPS)
    async with running(tmp_path, **settings) as made:
        yield made


async def act(node: Node, count: int) -> None:
    """So many entries: a vote, or taking it back."""
    phone = await Client(node.url).connect("audience", room="main")
    question = next(q for q, one in phone.state["questions"].items() if one["status"] == "approved")
    for number in range(count):
        kind = "question.unvote" if number % 2 else "question.upvote"
        assert (await phone.do(kind, question=question))["ok"]
    await phone.close()


async def test_snapshots_and_trimming_run_by_themselves(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = hub_of(node)
    journal = node.hubs.journal
    assert await journal.load_snapshot(SLUG) is None
    monkeypatch.setattr(ledgers, "monotonic", _Steps())
    await act(node, 34)
    snapshot = await journal.load_snapshot(SLUG)
    assert snapshot is not None
    last = hub.ledger.head.seq
    assert snapshot.head.seq == last // EVERY * EVERY
    entries = await journal.read(SLUG, snapshot.head.seq - KEEPS)
    assert [entry.seq for entry in entries] == list(range(snapshot.head.seq - KEEPS + 1, last + 1))
    before = encode_state(hub.state)
    await hub.reload()
    assert encode_state(hub.state) == before
    assert hub.ledger.head.seq == last


async def test_snapshots_leave_time_for_everything_else(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = node.hubs.journal
    monkeypatch.setattr(ledgers, "monotonic", lambda: 5.0)  # a clock that stands
    await act(node, 12)
    first = await journal.load_snapshot(SLUG)
    await act(node, 12)
    assert await journal.load_snapshot(SLUG) == first


class _Steps:
    """A clock on which every look is an hour later."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 3600
        return self.at
