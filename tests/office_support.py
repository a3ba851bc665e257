"""What tests of backups and checks share: errands, histories, files that were tampered with."""

import asyncio
import hashlib
import io
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from redis_server import RedisServer

from streamhub import demo
from streamhub.app import open_hubs, open_office
from streamhub.cli.window import FileWindow, carry_out
from streamhub.core.event import EventState
from streamhub.core.ids import ActorId, QuestionId
from streamhub.core.questions import ApproveQuestion, AskQuestion, UpvoteQuestion
from streamhub.core.roles import Actor, Role
from streamhub.formats.sample import SLUG
from streamhub.hub.errands import Backup, Check, Errand, Export
from streamhub.hub.hub import EventHub
from streamhub.hub.ledger import Ledger, Nobody
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import Wish
from streamhub.settings import Settings

MODERATOR = Actor(id=ActorId("mod"), role=Role.MODERATOR)


def settings_for(engine: str, request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Settings of a place that nobody has used yet."""
    more: dict[str, Any] = {}
    if engine == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        more = {"journal": server.url, "redis_prefix": f"t{secrets.token_hex(6)}"}
    return Settings(data=folder / f"data-{secrets.token_hex(3)}", port=0, **more)


async def ask(
    settings: Settings, errand: Errand, held: bytes = b""
) -> tuple[dict[str, Any], bytes]:
    """Carry an errand out as the command line does; returns what came of it, and the file."""
    sink = io.BytesIO()
    with FileWindow(io.BytesIO(held), sink) as window:
        told = await carry_out(settings, errand, window)
    return told, sink.getvalue()


async def backup(settings: Settings) -> bytes:
    """A backup, as a file."""
    return (await ask(settings, Backup()))[1]


async def export(settings: Settings) -> bytes:
    """An export of the sample event, as a file."""
    return (await ask(settings, Export(event=SLUG)))[1]


async def check(settings: Settings) -> dict[str, Any]:
    """What `streamhub check` finds."""
    return (await ask(settings, Check()))[0]


def found(told: dict[str, Any]) -> str:
    """All words of a check, in one text."""
    findings = told["findings"] + [one for event in told["events"] for one in event["findings"]]
    return "\n".join(f"{one['what']} {one['do']}" for one in findings)


async def submit(hub: EventHub, command: Any, actor: Actor) -> Any:
    """One command under a fresh id."""
    return await hub.submit(Wish(fresh_id(), fresh_id(), command), actor)


async def talk(hub: EventHub, count: int) -> list[QuestionId]:
    """Ask, approve and upvote `count` questions: three entries each."""
    asked = []
    for number in range(count):
        person = Actor(id=ActorId(f"person{hub.state.seq}"), role=Role.PARTICIPANT)
        text = f"What about region {number} “ñandú”?"
        answer = await submit(hub, AskQuestion(text=text), person)
        question = QuestionId(answer["result"]["question"])
        await submit(hub, ApproveQuestion(question=question, revision=1), MODERATOR)
        other = Actor(id=ActorId(f"other{number}"), role=Role.PARTICIPANT)
        await submit(hub, UpvoteQuestion(question=question), other)
        asked.append(question)
    return asked


async def history(settings: Settings, count: int = 10, after: int = 3) -> None:
    """Make the sample event with questions on both sides of its snapshot; nothing serves it."""
    async with open_hubs(settings) as hubs:
        hub = await demo.create(hubs, as_published=True)
        while hub.state.tick_at is not None:  # noqa: ASYNC110 - an entry of its own, then no more
            await asyncio.sleep(0.01)
        await talk(hub, count)
        await hub.ledger.keep_snapshot()
        await talk(hub, after)
        hub.ledger._since_snapshot = 0  # so that closing keeps no other


async def loaded(settings: Settings, slug: str = SLUG) -> tuple[EventState, str]:
    """The state and the cursor of an event as a node would load it."""
    async with open_office(settings) as office:
        ledger = Ledger(slug, office.hubs.journal, Nobody())
        await ledger.load()
        return ledger.state, ledger.cursor


def lines_of(archive: bytes) -> list[bytes]:
    """The lines of an archive, without those that differ from one writing to the next."""
    return archive.splitlines()[1:-1]


def sealed(lines: list[bytes]) -> bytes:
    """Lines (the last one included) with a last line that is right about them."""
    before = b"".join(line + b"\n" for line in lines[:-1])
    last = json.loads(lines[-1])
    last["sha256"] = hashlib.sha256(before).hexdigest()
    last["events"] = sum(line.startswith(b'{"end"') for line in lines)
    last["entries"] = sum(line.startswith(b'{"seq"') for line in lines)
    return before + json.dumps(last).encode() + b"\n"
