"""`kill -9` of a serving node in the middle of load, many times.

What was acknowledged is there after the restart; what was not is sent again with the same id, as a
page does, and takes effect once. STREAMHUB_KILLS sets how often (6 in the ordinary run).
"""

import asyncio
import os
import random
import signal
import socket
import sys
import uuid
from pathlib import Path
from typing import Any

import aiohttp

from streamhub import demo
from streamhub.app import open_hubs
from streamhub.core.links import LinkRole
from streamhub.core.roles import Role
from streamhub.formats.sample import SLUG
from streamhub.hub.hubs import Hubs
from streamhub.settings import Settings

KILLS = int(os.environ.get("STREAMHUB_KILLS", "6"))
PARTICIPANTS = 12
ROLES: tuple[LinkRole, ...] = (Role.MODERATOR,)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(data: Path, port: int) -> asyncio.subprocess.Process:
    program = "from streamhub.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, "serve"),
        *("--data", str(data), "--port", str(port)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return process
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


class Participant:
    """Asks again and again, and repeats what was not answered until it is."""

    def __init__(self, url: str, token: str, name: int) -> None:
        self.url = f"{url}/api/v1/events/{SLUG}/commands"
        self.headers = {"Authorization": f"Bearer {token}"}
        self.name = name
        self.acknowledged: dict[str, str] = {}
        self.retries = 0

    async def send(self, session: aiohttp.ClientSession, body: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                async with session.post(self.url, json=body, headers=self.headers) as answer:
                    said: dict[str, Any] = await answer.json()
                    if answer.status != 503:
                        return said
            except (aiohttp.ClientError, ConnectionError):
                self.retries += 1
            await asyncio.sleep(0.03)

    async def live(self, stop: asyncio.Event) -> None:
        async with aiohttp.ClientSession() as session:
            count = 0
            while not stop.is_set():
                count += 1
                text = f"Question {count} of participant {self.name}, is it kept?"
                asked = await self.send(
                    session, {"id": str(uuid.uuid4()), "type": "question.ask", "text": text}
                )
                assert asked.get("ok"), asked
                question = asked["result"]["question"]
                assert question not in self.acknowledged
                self.acknowledged[question] = text
                gone = await self.send(
                    session,
                    {"id": str(uuid.uuid4()), "type": "question.withdraw", "question": question},
                )
                assert gone.get("ok"), gone


async def test_kill_in_the_middle_of_load_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path)
    async with open_hubs(settings) as hubs:
        await demo.create(hubs, as_published=False)
        before = set(hubs.get(SLUG).state.questions.all)
        tokens = [hubs.keyring.participant_token(f"participant{n}") for n in range(PARTICIPANTS)]
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    people = [Participant(url, token, n) for n, token in enumerate(tokens)]
    stop = asyncio.Event()
    process = await start(tmp_path, port)
    crowd = [asyncio.create_task(person.live(stop)) for person in people]
    chance = random.Random(7)
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        process.send_signal(signal.SIGKILL)
        await process.wait()
        process = await start(tmp_path, port)
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.gather(*crowd)
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 15) == 0
    async with open_hubs(settings) as hubs:
        found = _asked(hubs, before)
    expected = {q: text for person in people for q, text in person.acknowledged.items()}
    print(f"{KILLS} kills, {len(expected)} acknowledged, {sum(p.retries for p in people)} retries")
    assert found == expected
    assert len(set(found.values())) == len(found)
    assert sum(person.retries for person in people) > 0


def _asked(hubs: Hubs, before: set[Any]) -> dict[str, str]:
    questions = hubs.get(SLUG).state.questions.all
    return {name: one.text for name, one in questions.items() if name not in before}
