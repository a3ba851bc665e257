"""`kill -9` of a serving node in the middle of load, many times.

What was acknowledged is there after the restart; what was not is sent again with the same id, as a
page does, and takes effect once. STREAMHUB_KILLS sets how often (6 in the ordinary run).
"""

import asyncio
import os
import random
import uuid
from pathlib import Path
from typing import Any

import aiohttp
from ports import free_port
from support import ServerProcess

from streamhub.app import open_hubs
from streamhub.formats.sample import SLUG
from streamhub.hub.hubs import Hubs
from streamhub.hub.secrets import Keyring
from streamhub.settings import Settings

KILLS = int(os.environ.get("STREAMHUB_KILLS", "6"))
PARTICIPANTS = 12


class Participant:
    """Asks again and again, and repeats what was not answered until it is."""

    def __init__(self, url: str, keyring: Keyring, name: int) -> None:
        self.url = f"{url}/api/v1/events/{SLUG}/commands"
        self.headers: dict[str, str] = {}
        self.keyring = keyring
        self.name = name
        self.acknowledged: dict[str, str] = {}
        self.retries = 0

    async def send(self, session: aiohttp.ClientSession, body: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                async with session.post(self.url, json=body, headers=self.headers) as answer:
                    said: dict[str, Any] = await answer.json()
                    if answer.status not in {429, 503}:
                        return said
            except (aiohttp.ClientError, ConnectionError):
                self.retries += 1
            await asyncio.sleep(0.03)

    async def live(self, stop: asyncio.Event) -> None:
        async with aiohttp.ClientSession() as session:
            count = 0
            while not stop.is_set():
                count += 1
                # somebody else each time: of one, three questions a minute are taken
                token = self.keyring.participant_token(f"participant{self.name}x{count}")
                self.headers = {"Authorization": f"Bearer {token}"}
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
    server = ServerProcess(tmp_path, free_port())
    await server.prepare()
    async with open_hubs(settings) as hubs:
        before = set(hubs.get(SLUG).state.questions.all)
        people = [Participant(server.url, hubs.keyring, n) for n in range(PARTICIPANTS)]
    stop = asyncio.Event()
    await server.start()
    crowd = [asyncio.create_task(person.live(stop)) for person in people]
    chance = random.Random(7)
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        await server.kill()
        await server.start()
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.gather(*crowd)
    assert await server.stop() == 0
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
