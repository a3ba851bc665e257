"""streamhub itself, whole, with the sample event going on; broadcasts begin below the journal.

`python -m fanout_parts.ours --port P --control PATH [--journal memory]`. The line `b <number>` is
published to all who look at `audience`, as the hub publishes patches; `c <number>` is a command: a
moderator corrects a question, which is decided, made durable, projected, diffed and sent at once.
"""

import argparse
import asyncio
import contextlib
import json
import secrets
import tempfile
from importlib.metadata import version
from pathlib import Path

from fanout_parts.patch import patch_body, text_of
from streamhub import demo
from streamhub.app import serve
from streamhub.core.ids import ActorId, QuestionId
from streamhub.core.questions import AmendQuestion, QuestionStatus
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View
from streamhub.formats.sample import SLUG
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.logs import configure
from streamhub.protocol.commands import Wish
from streamhub.settings import Settings


class Broadcaster:
    """Carries out the lines that the load generator sends.

    Args:
        hub: the event.
    """

    def __init__(self, hub: EventHub) -> None:
        self.hub = hub
        approved = [
            question.id
            for question in hub.state.questions.all.values()
            if question.status is QuestionStatus.APPROVED
        ]
        self.question: QuestionId = min(approved)
        self.moderator = Actor(id=ActorId("bench"), role=Role.ORGANISER)

    def broadcast(self, number: int) -> None:
        """Publish a patch that moves nobody's cursor."""
        cursor = self.hub.channel(View.AUDIENCE, None).cursor
        self.hub.audience.publish(View.AUDIENCE, None, dict(patch_body(number, cursor)))

    async def command(self, number: int) -> None:
        """Correct a question, so that its text carries the number."""
        amend = AmendQuestion(question=self.question, text=text_of(number))
        await self.hub.submit(
            Wish(secrets.token_hex(8), secrets.token_hex(8), amend), self.moderator
        )

    async def told(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        """Carry out line by line until the other end is closed."""
        while line := await reader.readline():
            kind, _, number = line.decode().partition(" ")
            if kind == "c":
                await self.command(int(number))
            else:
                self.broadcast(int(number))


async def _prepare(hubs: Hubs) -> None:
    if not len(hubs):
        await demo.create(hubs, as_published=False)


async def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--control", required=True)
    parser.add_argument("--snapshot", help="not needed: it has its own")
    parser.add_argument("--journal", default="memory")
    options = parser.parse_args()
    configure("console", "warning")
    with tempfile.TemporaryDirectory(prefix="streamhub-bench-") as folder:
        settings = Settings(
            data=Path(folder),
            journal=options.journal,
            host="127.0.0.1",
            port=options.port,
            newcomer_work=0,  # all of a crowd come from here
        )
        async with serve(settings, prepare=_prepare) as node:
            broadcaster = Broadcaster(node.hubs.get(SLUG))
            door = await asyncio.start_unix_server(broadcaster.told, options.control)
            versions = {name: version(name) for name in ("streamhub", "aiohttp")}
            print(json.dumps({"ready": True, "versions": versions}), flush=True)
            async with door:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
