"""The ledger: snapshots and trimming by themselves; confirming what others wrote."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis_server import RedisServer
from support import Client, hub_of, running

from streamhub import demo
from streamhub.app import Node
from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId
from streamhub.core.questions import AskQuestion
from streamhub.core.roles import Actor, Role
from streamhub.formats.sample import SLUG
from streamhub.hub import ledger as ledgers
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.ports import SystemClock
from streamhub.hub.secrets import Keyring
from streamhub.journal import Forked, Head, JournalError, Lost, Unavailable
from streamhub.journal.memory import MemoryJournal
from streamhub.protocol import entries
from streamhub.protocol.commands import Wish
from streamhub.protocol.entries import encode_state
from streamhub.relay.local import LocalRelay

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
        keeping = hub_of(node).ledger._keeping
        if keeping is not None:  # a snapshot is being written beside
            await keeping
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


class Replicated(MemoryJournal):
    """A real journal that says of itself what one with replicas says, and counts who confirms."""

    tail_is_durable = False

    def __init__(self) -> None:
        super().__init__()
        self.confirmed: list[Head] = []
        self.next: list[Exception] = []

    async def confirm(self, event: str, head: Head) -> None:
        await super().confirm(event, head)
        if self.next:
            raise self.next.pop()
        self.confirmed.append(head)


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Replicated, EventHub, EventHub]]:
    """Two hubs of one event on one journal."""
    journal = Replicated()
    hubs = [Hubs(journal, Keyring(b"k" * 32), SystemClock(), LocalRelay(n)) for n in ("a", "b")]
    await demo.create(hubs[0], as_published=False)
    await hubs[1].open()
    yield journal, hubs[0].get(SLUG), hubs[1].get(SLUG)
    for each in hubs:
        await each.close()


ANA = Actor(id=ActorId("ana"), role=Role.PARTICIPANT)
ASK = Wish("w1", "d1", AskQuestion(text="Is this kept by all of them?"))


async def repeated(pair: tuple[Replicated, EventHub, EventHub]) -> tuple[str, str]:
    """The answers to one command on one hub, and again on the other when it knows of it."""
    _, one, two = pair
    first = await one.submit(ASK, ANA)
    async with asyncio.timeout(5):
        while two.ledger.head != one.ledger.head:  # noqa: ASYNC110 - hubs tell nobody
            await asyncio.sleep(0.01)
    second = await two.submit(ASK, ANA)
    return first["result"]["question"], second["result"]["question"]


async def test_answer_from_what_others_wrote_is_confirmed_first(
    pair: tuple[Replicated, EventHub, EventHub],
) -> None:
    journal, _, two = pair
    journal.next = [Unavailable("no replica"), Unavailable("no replica")]
    first, second = await repeated(pair)
    assert first == second
    assert journal.confirmed == [two.ledger.head]
    await two.submit(ASK, ANA)
    assert len(journal.confirmed) == 1  # nothing new to confirm
    assert two.trouble is None


@pytest.mark.parametrize("end", [None, 1_000_000])
async def test_history_that_was_replaced_while_it_was_confirmed_is_decided_on_again(
    pair: tuple[Replicated, EventHub, EventHub], end: int | None
) -> None:
    journal, _, two = pair
    replaced: JournalError = Forked("replaced")
    if end is not None:
        replaced = Lost("shorter, by what nobody was told of")
        replaced.end = end
    journal.next = [replaced]
    first, second = await repeated(pair)
    assert first == second
    assert journal.confirmed == [two.ledger.head]


async def test_journal_that_is_lost_while_it_is_confirmed_refuses(
    pair: tuple[Replicated, EventHub, EventHub],
) -> None:
    journal, _, two = pair
    journal.next = [Lost("gone")]
    with pytest.raises(Rejected) as refused:
        await repeated(pair)
    assert refused.value.code == "unavailable"
    assert two.trouble == "Lost: gone"


async def test_snapshot_holds_what_was_true_when_it_was_begun(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "SLICE", 1)
    hub = hub_of(node)
    await act(node, 3)
    before, head = hub.state, hub.ledger.head
    keeping = asyncio.create_task(hub.ledger.keep_snapshot())
    await asyncio.sleep(0)
    await act(node, 3)
    assert await keeping
    snapshot = await node.hubs.journal.load_snapshot(SLUG)
    assert snapshot is not None
    assert (snapshot.head, snapshot.body) == (head, encode_state(before))
    assert hub.ledger.head.seq == head.seq + 3


async def test_snapshot_that_fails_stops_nothing(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> Iterator[bytes]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(ledgers, "state_slices", broken)
    await act(node, 2 * EVERY)
    assert hub_of(node).is_ready
    assert await node.hubs.journal.load_snapshot(SLUG) is None
    monkeypatch.undo()
