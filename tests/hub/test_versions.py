"""Nodes of version N and N+1 on one journal: the older one goes on and harms nothing."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from redis_server import RedisServer
from support import Client, fresh, hub_of, post_json, running, token_of

from streamhub.core.event import SYSTEM
from streamhub.formats.sample import SLUG
from streamhub.hub.secrets import fresh_tag
from streamhub.journal import Entry, Head, Journal, Snapshot
from streamhub.journal.redis_streams import RedisJournal
from streamhub.protocol.entries import SCHEMA, encode_state

TEXT = "Is this understood by both of them?"


@pytest.fixture
def settings(redis_server: RedisServer) -> dict[str, Any]:
    prefix = f"t{secrets.token_hex(6)}"
    return {"journal": redis_server.url, "redis_prefix": prefix, "drain_notice_s": 0}


async def open_journal(redis_server: RedisServer, settings: dict[str, Any]) -> RedisJournal:
    return await RedisJournal.open(redis_server.place, settings["redis_prefix"])


async def write_as_newer(journal: Journal, head: Head, *facts: dict[str, Any]) -> Head:
    """What a node of the next version might write: one decision of somebody's command."""
    decision = {
        "by": "them",
        "at": 1,
        "facts": list(facts),
        "command": f"them:{secrets.token_hex(4)}",
        "digest": "d",
        "weight": "a field of the next version",
    }
    body = json.dumps({"schema": SCHEMA + 1, "decisions": [decision], "later": 1}).encode()
    entry = Entry(head.seq + 1, fresh_tag(), head.tag, body)
    assert await journal.append(SLUG, entry) == []
    return entry.head


async def test_older_node_follows_what_a_newer_one_writes(
    redis_server: RedisServer, settings: dict[str, Any], tmp_path: Path
) -> None:
    journal = await open_journal(redis_server, settings)
    async with running(tmp_path, **settings) as node:
        hub = hub_of(node)
        phone = await Client(node.url).connect("audience", room="main")
        desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
        asked = (await phone.do("question.ask", text=TEXT))["result"]["question"]
        head = await write_as_newer(
            journal,
            hub.ledger.head,
            {"type": "quiz.opened", "quiz": "p1", "text": "?"},
            {"type": "question.approved", "question": asked, "through": "the new desk"},
        )
        head = await write_as_newer(journal, head, {"type": "quiz.closed", "quiz": "p1"})
        await phone.until(lambda: asked in phone.state["questions"])
        assert hub.ledger.head == head
        # It goes on taking commands, on top of what it could not read.
        assert (await desk.do("question.answer", question=asked))["ok"]
        assert hub.trouble is None
        # But its state lacks something, so it must not become what others begin with.
        assert not await hub.ledger.keep_snapshot()
        for client in (phone, desk):
            await client.close()
    assert await journal.load_snapshot(SLUG) is None
    entries = await journal.read(SLUG, 0)
    assert b"quiz.opened" in entries[-3].body
    async with running(tmp_path, **settings) as node:  # it starts with that as well
        assert hub_of(node).state.questions.all[asked].status == "answered"
    await journal.close()


async def test_fact_about_what_was_passed_over_is_passed_over_too(
    redis_server: RedisServer, settings: dict[str, Any], tmp_path: Path
) -> None:
    journal = await open_journal(redis_server, settings)
    async with running(tmp_path, **settings) as node:
        hub = hub_of(node)
        seq = hub.state.seq
        head = await write_as_newer(
            journal, hub.ledger.head, {"type": "question.proposed", "question": "n1"}
        )
        await write_as_newer(journal, head, {"type": "question.approved", "question": "n1"})
        phone = await Client(node.url).connect("audience", room="main")
        assert (await phone.do("question.ask", text=TEXT))["ok"]
        assert hub.state.seq == seq + 3  # counted all the same: undo numbers are everybody's
        await phone.close()
    await journal.close()


async def test_older_node_begins_with_a_newer_snapshot_and_keeps_none(
    redis_server: RedisServer, settings: dict[str, Any], tmp_path: Path
) -> None:
    journal = await open_journal(redis_server, settings)
    async with running(tmp_path, **settings) as node:
        held = json.loads(encode_state(hub_of(node).state))
        held |= {"schema": SCHEMA + 1}
        held["state"]["quizzes"] = {"p1": {"text": "?"}}
        head = hub_of(node).ledger.head
    newer = Snapshot(head, json.dumps(held).encode())
    await journal.save_snapshot(SLUG, newer, keep=1)
    async with running(tmp_path, **settings) as node:
        phone = await Client(node.url).connect("audience", room="main")
        assert (await phone.do("question.ask", text=TEXT))["ok"]
        await phone.close()
    assert await journal.load_snapshot(SLUG) == newer
    await journal.close()


async def test_messages_with_fields_of_the_next_version_are_understood(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    async with running(tmp_path, **settings) as node:
        phone = await Client(node.url).connect("audience", room="main", theme="of the next version")
        body = fresh("question.ask", text=TEXT, room="main", mood="curious")
        said = await phone.ask("command", body)
        assert said["ok"]
        _, person = await post_json(f"{node.url}/api/v1/events/{SLUG}/participants", {"why": "?"})
        status, _ = await post_json(
            f"{node.url}/api/v1/events/{SLUG}/commands",
            fresh("question.ask", text=TEXT + "!", room="main", mood="curious"),
            person["token"],
        )
        assert status == 200
        unknown = await phone.ask("command", fresh("quiz.vote", quiz="p1"))
        assert unknown["error"]["code"] == "command.unknown"
        assert SYSTEM not in phone.me["questions"]
        await phone.close()
