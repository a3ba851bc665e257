"""What was redacted is nowhere: no view, no history, no file of the journal holds a byte of it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redis_server import RedisServer
from support import Client, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.views import View
from streamhub.formats.sample import SLUG

MARK = b"platypus"


class Place(NamedTuple):
    node: Node
    folder: Path
    settings: dict[str, Any]


@pytest.fixture(params=["sqlite", "redis"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    settings: dict[str, Any] = {}
    folder = tmp_path
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("own_redis")
        settings = {"journal": server.url, "redis_prefix": f"t{secrets.token_hex(6)}"}
        folder = server.folder
    async with running(tmp_path, drain_notice_s=0, **settings) as node:
        yield Place(node, folder, settings)


def files_with(mark: bytes, folder: Path) -> list[str]:
    """The files that hold `mark`, each as it is on the disk now."""
    return sorted(
        path.name for path in folder.rglob("*") if path.is_file() and mark in path.read_bytes()
    )


async def until_erased(folder: Path) -> None:
    async with asyncio.timeout(15):
        while files_with(MARK, folder):  # noqa: ASYNC110 - files tell nobody
            await asyncio.sleep(0.1)


async def test_redacted_question_is_erased_from_the_files_and_the_histories(place: Place) -> None:
    node = place.node
    phone = await Client(node.url).connect("audience", room="main")
    desk = await Client(node.url).connect("desk", token=token_of(node, "organiser"))
    mark = MARK.decode()
    asked = await phone.do("question.ask", text=f"Is a {mark} a bird?", name=f"{mark} fan")
    question = asked["result"]["question"]
    await phone.do("question.edit", question=question, text=f"Is the {mark} a bird?")
    await desk.do("question.note", question=question, note=f"A {mark}, again.")
    await desk.do("question.label", question=question, labels=[mark])
    await desk.do("question.amend", question=question, text=f"What is a {mark}?")
    amended = hub_of(node).state.questions.undo[question][-1].seq
    assert (await desk.do("question.undo", question=question, seq=amended))["ok"]
    other = await phone.do("question.ask", text="And what is a koala?")
    merged = other["result"]["question"]
    await desk.do("question.merge", question=question, into=merged)
    await desk.do("question.split", question=question)
    _, like = await post_json(
        f"{node.url}/api/v1/events/{SLUG}/similar",
        {"text": f"Is the {mark} a bird"},
        phone.me["token"],
    )
    assert like == {"questions": []}
    await desk.do("question.approve", question=question, revision=4)
    await desk.do("question.spotlight", question=question)
    await desk.do("question.answer", question=question, reply=f"A {mark} is none.")
    kept = await phone.do("question.ask", text="Is a wombat a bear?")
    before = phone.cursor
    assert files_with(MARK, place.folder)
    assert (await desk.do("question.redact", question=question))["ok"]
    await phone.until(lambda: question not in phone.state["questions"])
    await until_erased(place.folder)
    assert files_with(b"wombat", place.folder)

    hub = hub_of(node)
    for view in View:
        for room in (None, "main"):
            channel = hub.channel(view, room)  # type: ignore[arg-type]  # a room's word
            assert mark not in repr((channel.state, channel.history))
    assert mark not in repr(hub.state)
    assert mark not in repr(hub.likeness._texts)
    assert kept["result"]["question"] in hub.state.questions.all
    # A page that was away gets a snapshot, not a patch from a past that is forgotten.
    back = await Client(node.url).connect("audience", room="main", resume=before)
    assert mark not in repr(back.seen)
    assert back.seen["snapshot"]
    for client in (phone, desk, back):
        await client.close()


async def test_erasure_that_a_crash_cut_short_is_finished_at_the_next_start(
    own_redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"journal": own_redis.url, "redis_prefix": "t", "drain_notice_s": 0}
    monkeypatch.setattr("streamhub.hub.eraser.AFTER_S", 60)
    monkeypatch.setattr("streamhub.hub.ledger.Ledger.close", _nothing)  # as kill -9: no snapshot
    async with running(tmp_path, **settings) as node:
        desk = await Client(node.url).connect("desk", token=token_of(node, "organiser"))
        phone = await Client(node.url).connect("audience", room="main")
        asked = await phone.do("question.ask", text=f"Is a {MARK.decode()} a bird?")
        await desk.do("question.redact", question=asked["result"]["question"])
        for client in (phone, desk):
            await client.close()
    assert files_with(MARK, own_redis.folder)
    monkeypatch.setattr("streamhub.hub.eraser.AFTER_S", 0)
    async with running(tmp_path, **settings):
        await until_erased(own_redis.folder)


async def _nothing(_: object) -> None:
    return None
