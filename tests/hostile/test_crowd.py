"""The short form of `./run bench hostile_crowd`: what a hostile crowd writes gets nowhere."""

import asyncio
import json
import random
from pathlib import Path

import aiohttp
from glass import Glass

from hostile.crowd import KINDS, Crowd, play
from hostile.grammar import World
from hostile.server import Server
from streamhub.formats.sample import SLUG

SECONDS = 4.0


async def test_hostile_crowd_is_seen_by_the_moderators_only(tmp_path: Path) -> None:
    server = await Server(tmp_path, newcomer_work=1000, limit_newcomers=5).open()
    try:
        async with aiohttp.ClientSession() as http:
            desk = Glass(server.url, SLUG, "desk", token=server.tokens["moderator"])
            phone = Glass(server.url, SLUG, "audience")
            for glass in (desk, phone):
                await glass.open(http)
            asked = [
                name for name, it in phone.state["questions"].items() if it["status"] == "approved"
            ]
            session = phone.state["rooms"]["main"]["live"]
            crowd = Crowd(server.port, World(SLUG, "main", [session], asked, {}, [], "1.0"))
            people = [
                asyncio.create_task(play(crowd, number, random.Random(number), rest_s=0.2))
                for number in range(3 * len(KINDS))
            ]
            await asyncio.sleep(SECONDS)
            for one in people:
                one.cancel()
            await asyncio.gather(*people, return_exceptions=True)
            assert crowd.did["connections"] > len(people)
            assert crowd.did["messages"] > len(people)
            vote = await phone.do("question.upvote", question=asked[0])
            assert vote["ok"]
            assert "evil-" in json.dumps(desk.state)
            assert "evil-" not in json.dumps(phone.state)
            assert not desk.outages
            assert not phone.outages
            for glass in (desk, phone):
                await glass.close()
        assert server.complaints() == []
        assert (await server.figures())["streamhub_bugs_total"] == 0
    finally:
        server.close()
