"""The archive of an event with several rooms: a recording has its own room's chapters and answers.

Two rooms run at the same time; the seconds here are worked out by hand.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support import HandClock, fresh, post_json

from streamhub.app import Node, serve
from streamhub.core.ids import Ms
from streamhub.core.links import LinkRole
from streamhub.core.roles import Role
from streamhub.formats.own import read_yaml
from streamhub.hub.hubs import Hubs
from streamhub.settings import Settings

AGENDA = b"""
event: {id: pair, title: Two rooms, timezone: Europe/Brussels}
rooms:
  - {id: hall, name: Great hall}
  - {id: attic, name: Attic}
sessions:
  - {id: maps, room: hall, title: Maps, start: 2026-06-21T09:00+02:00, duration: 30m}
  - {id: seas, room: hall, title: Seas, start: 2026-06-21T09:30+02:00, duration: 30m}
  - {id: knots, room: attic, title: Knots, start: 2026-06-21T09:00+02:00, duration: 30m}
  - {id: ropes, room: attic, title: Ropes, start: 2026-06-21T09:30+02:00, duration: 30m}
"""
NINE: Ms = 1_782_025_200_000
"""09:00 in Brussels on 21 June 2026."""
MINUTE: Ms = 60_000
CREW: tuple[LinkRole, ...] = (Role.PRODUCER, Role.MODERATOR)
HALL = "https://video.example/hall.mp4"
ATTIC = "https://video.example/attic.mp4"
ROPES = "https://video.example/ropes.mp4"
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@dataclass
class Day:
    """The event while it runs, and its page."""

    node: Node
    clock: HandClock
    tokens: dict[str, str]
    web: aiohttp.ClientSession

    async def do(self, who: str, kind: str, /, at: float, **fields: Any) -> dict[str, Any]:
        """Do something so many minutes past nine."""
        self.clock.at = NINE + int(at * MINUTE)
        url = f"{self.node.url}/api/v1/events/pair/commands"
        status, answer = await post_json(url, fresh(kind, **fields), self.tokens[who])
        assert status == 200, answer
        return dict(answer.get("result", {}))

    async def answered(self, text: str, room: str, at: float) -> None:
        """Somebody asks what is on in a room, and half a minute later it is answered on stage."""
        asked = await self.do("guest", "question.ask", at, text=text, room=room)
        name = asked["question"]
        await self.do("moderator", "question.approve", at + 0.25, question=name, revision=1)
        await self.do("moderator", "question.spotlight", at + 0.5, question=name)
        await self.do("moderator", "question.answer", at + 1, question=name)

    async def page(self, query: str = "", path: str = "pair") -> str:
        async with self.web.get(f"{path}{query}") as answer:
            assert answer.status == 200
            return await answer.text()


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[Day]:
    """Both rooms ran: the attic begins two minutes late, and its first session ran over."""
    clock = HandClock(NINE - 10 * MINUTE)

    async def prepare(hubs: Hubs) -> None:
        await hubs.create("pair", read_yaml(AGENDA).agenda, CREW, begin_at=NINE - 60 * MINUTE)

    settings = Settings(data=tmp_path, host="127.0.0.1", port=0)
    async with (
        serve(settings, prepare=prepare, clock=clock) as node,
        aiohttp.ClientSession(f"{node.url}/e/", headers=HTML) as web,
    ):
        hub = node.hubs.get("pair")
        tokens = {
            link.role.value: node.hubs.keyring.link_token(hub.slug, link.id)
            for link in hub.state.links.values()
        }
        _, made = await post_json(f"{node.url}/api/v1/events/pair/participants", {})
        made_day = Day(node, clock, tokens | {"guest": made["token"]}, web)
        await made_day.do("producer", "session.next", 0, room="hall", live=None)
        await made_day.do("producer", "session.next", 2, room="attic", live=None)
        await made_day.answered("Who drew these maps?", "hall", 10)
        await made_day.answered("Does this knot hold when it is wet?", "attic", 20)
        await made_day.do("producer", "session.next", 30, room="hall", live="maps")
        await made_day.do("producer", "session.next", 40, room="attic", live="knots")
        await made_day.answered("How long does a rope last?", "attic", 50)
        await made_day.do("producer", "session.next", 60, room="hall", live="seas")
        yield made_day


async def over(day: Day) -> None:
    """The attic ends, and both rooms were recorded: the attic from ten minutes before nine."""
    await day.do("producer", "session.next", 70, room="attic", live="ropes")
    for room, url, start in (("hall", HALL, NINE), ("attic", ATTIC, NINE - 10 * MINUTE)):
        await day.do("producer", "recording.set", 71, room=room, url=url, started_at=start)


def chapters(told: str) -> list[tuple[str, str]]:
    """The sessions of the chapters, and the second of each."""
    return re.findall(r'data-chapter="(\w+)" data-at="(\d+)"', told)


def questions(told: str) -> list[tuple[str, str]]:
    """The second of each answered question, and its text."""
    return re.findall(
        r'data-question="\w+" data-at="(\d+)">.*?class="answer-text" dir="auto">(.*?)<',
        told,
        re.DOTALL,
    )


async def test_each_room_has_its_own_chapters_and_answers(day: Day) -> None:
    await over(day)
    hall, attic = await day.page("?room=hall"), await day.page("?room=attic")
    assert f'src="{HALL}"' in hall
    assert chapters(hall) == [("maps", "0"), ("seas", "1800")]
    assert questions(hall) == [("630", "Who drew these maps?")]
    assert f'src="{ATTIC}"' in attic
    assert chapters(attic) == [("knots", "720"), ("ropes", "3000")]
    assert questions(attic) == [
        ("1830", "Does this knot hold when it is wet?"),
        ("3630", "How long does a rope last?"),
    ]
    first = await day.page()  # of the rooms, as the agenda has them
    assert f'src="{HALL}"' in first
    assert (chapters(first), questions(first)) == (chapters(hall), questions(hall))


async def test_rooms_are_chosen_by_name_and_the_chosen_one_is_marked(day: Day) -> None:
    await over(day)
    await day.do(
        "producer",
        "recording.set",
        72,
        room="attic",
        session="ropes",
        url=ROPES,
        started_at=NINE + 40 * MINUTE,
    )
    told = await day.page("?room=attic&t=1830")
    assert f'src="{ATTIC}#t=1830"' in told
    places = re.search(r'<nav class="reels".*?</nav>', told, re.DOTALL)
    assert places
    assert re.findall(r"<h4>(.*?)</h4>|<a (.*?)>(.*?)</a>", places[0]) == [
        ("Great hall", "", ""),
        ("", 'href="/e/pair?room=hall"', "The whole day"),
        ("Attic", "", ""),
        ("", 'href="/e/pair?room=attic" aria-current="page"', "The whole day"),
        ("", 'href="/e/pair?session=ropes"', "Ropes"),
    ]
    assert '<h2 id="archive-title" class="">Attic</h2>' in told
    alone = await day.page("?session=ropes&room=hall")  # a session says more than a room
    assert f'src="{ROPES}"' in alone
    assert chapters(alone) == [("ropes", "0")]
    assert questions(alone) == [("630", "How long does a rope last?")]


async def test_every_session_leads_to_its_rooms_recording(day: Day) -> None:
    await day.do("producer", "recording.set", 61, room="attic", url=ATTIC, started_at=NINE)
    live = await day.page()  # the attic is still on: this is the event's page
    assert 'id="live"' in live
    rows = dict(re.findall(r'<a href="([^"]*)" data-watch="(\w+)"', live))
    assert rows == {
        "/e/pair/archive?room=attic&amp;t=120": "knots",
        "/e/pair/archive?room=attic&amp;t=2400": "ropes",
    }
    early = await day.page("?room=hall", "pair/archive")  # there is no film of the hall
    assert f'src="{ATTIC}"' in early
    await over(day)
    told = await day.page("?room=attic")
    rows = dict(re.findall(r'<a href="([^"]*)" data-watch="(\w+)"', told))
    assert rows == {
        "/e/pair?room=hall": "maps",
        "/e/pair?room=hall&amp;t=1800": "seas",
        "/e/pair?room=attic&amp;t=720": "knots",
        "/e/pair?room=attic&amp;t=3000": "ropes",
    }


async def test_programs_learn_of_the_films_of_both_rooms(day: Day) -> None:
    await over(day)
    told = await day.page("?room=attic")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', told)
    assert found
    films = json.loads(found[1])["recordedIn"]
    assert {film["contentUrl"]: [clip["name"] for clip in film["hasPart"]] for film in films} == {
        HALL: ["Maps", "Seas"],
        ATTIC: ["Knots", "Ropes"],
    }


async def test_chapters_are_of_the_room_that_is_asked_for(day: Day) -> None:
    await over(day)
    assert await day.page("?room=hall", "pair/chapters.txt") == "0:00 Maps\n30:00 Seas\n"
    told = await day.page("?room=attic", "pair/chapters.txt")
    assert told == "0:00 Before the start\n12:00 Knots\n50:00 Ropes\n"
