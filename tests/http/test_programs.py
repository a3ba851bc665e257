"""What programs beside the stage read (`now.json` and its kin) and press, over real HTTP and on a
clock that the test moves.

The numbers here are those of the small agenda below, worked out by hand.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support import HandClock, get_json, post_json

from streamhub.app import Node, serve
from streamhub.core.event import Tick
from streamhub.core.ids import Ms
from streamhub.core.links import LinkRole
from streamhub.core.roles import Role
from streamhub.formats.own import read_yaml
from streamhub.http.programs import BUTTONS, STATES
from streamhub.hub.hub import SYSTEM_ACTOR, EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import Wish
from streamhub.settings import Settings

AGENDA = b"""
event:
  id: small
  title: Small event
  timezone: Europe/Brussels
  languages: [en, es]
rooms:
  - {id: main, name: Main hall}
  - {id: side, name: Side room, timezone: America/Lima}
speakers:
  - {id: ada, name: Ada}
  - {id: grace, name: Grace}
sessions:
  - {id: talk, room: main, title: "Tea, or \\"tea\\"?", kind: keynote, speakers: [ada, grace],
     start: 2026-06-21T09:00+02:00, duration: 30m}
  - {id: coffee, room: main, title: Coffee, kind: break, start: 2026-06-21T09:30+02:00,
     duration: 15m, fixed_end: true, min_duration: 5m}
  - {id: panel, room: main, title: Panel, kind: panel, speakers: [grace],
     start: 2026-06-21T09:45+02:00, duration: 30m}
  - {id: lab, room: side, title: Lab, kind: workshop, start: 2026-06-21T11:00+02:00, duration: 1h}
"""
NINE: Ms = 1_782_025_200_000
"""09:00 in Brussels on 21 June 2026."""
MINUTE: Ms = 60_000
CREW: tuple[LinkRole, ...] = (Role.PRODUCER, Role.MODERATOR, Role.ORGANISER)


@dataclass
class Desk:
    """One node with one small event, and what a control surface does with it."""

    node: Node
    clock: HandClock
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def hub(self) -> EventHub:
        return self.node.hubs.get("small")

    async def at(self, minutes: float) -> None:
        """It is so many minutes past nine: what is due by then has happened."""
        self.clock.at = NINE + int(minutes * MINUTE)
        await self.hub.submit(Wish(fresh_id(), "", Tick()), SYSTEM_ACTOR)

    async def now(self, room: str = "main", more: str = "") -> dict[str, Any]:
        status, row = await get_json(f"{self.node.url}/e/small/now.json?room={room}{more}")
        assert status == 200
        return dict(row)

    async def press(
        self, button: str, *, room: str = "main", who: str | None = "producer", body: Any = None
    ) -> tuple[int, Any]:
        """What a key does; the module of Companion sends `{}` with it."""
        url = f"{self.node.url}/api/v1/events/small/rooms/{room}/{button}"
        token = None if who is None else self.tokens.get(who, who)
        return await post_json(url, {} if body is None else body, token)

    async def do(self, kind: str, who: str = "producer", **fields: Any) -> dict[str, Any]:
        """A command without an id, as a key sends it."""
        url = f"{self.node.url}/api/v1/events/small/commands"
        status, answer = await post_json(url, {"type": kind, **fields}, self.tokens[who])
        assert status == 200, answer
        return dict(answer.get("result", {}))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = HandClock(NINE - 10 * MINUTE)

    async def prepare(hubs: Hubs) -> None:
        await hubs.create("small", read_yaml(AGENDA).agenda, CREW, begin_at=clock.at)

    settings = Settings(data=tmp_path, host="127.0.0.1", port=0)
    async with serve(settings, clock=clock, prepare=prepare) as node:
        made = Desk(node, clock)
        for link in made.hub.state.links.values():
            made.tokens[link.role.value] = node.hubs.keyring.link_token("small", link.id)
        url = f"{node.url}/api/v1/events/small/participants"
        made.tokens["participant"] = (await post_json(url, {}))[1]["token"]
        yield made


def part(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


# --- reading -------------------------------------------------------------------------------------

BEFORE = {
    "event": "Small event",
    "room": "main",
    "room_name": "Main hall",
    "state": "before",
    "state_words": "Not started yet",
    "now_session": "",
    "now_title": "",
    "now_kind": "",
    "now_speakers": "",
    "now_start": "",
    "now_end": "",
    "now_start_at": 0,
    "now_end_at": 0,
    "left": "",
    "left_words": "",
    "left_s": 0,
    "progress": 0,
    "next_session": "talk",
    "next_title": 'Tea, or "tea"?',
    "next_kind": "Keynote",
    "next_speakers": "Ada, Grace",
    "next_start": "09:00",
    "next_end": "09:30",
    "next_start_at": NINE,
    "next_end_at": NINE + 30 * MINUTE,
    "next_in": "10 min",
    "next_in_s": 600,
    "offset": "On time",
    "offset_s": 0,
    "questions": "open",
    "question": "",
    "question_name": "",
    "question_votes": 0,
    "message": "",
    "message_tone": "",
    "clock": "08:50",
    "timezone": "Europe/Brussels",
    "at": NINE - 10 * MINUTE,
}


async def test_now_has_every_field_before_anything_began(desk: Desk) -> None:
    assert await desk.now() == BEFORE


async def test_now_tells_each_state_of_a_day(desk: Desk) -> None:
    told = {(await desk.now())["state"]}

    async def see(state: str, *names: str) -> tuple[Any, ...]:
        row = await desk.now()
        assert row["state"] == state
        assert list(row) == list(BEFORE)  # always the same columns, in the same order
        told.add(state)
        return part(row, *names)

    await desk.at(2)
    assert (await desk.press("next"))[0] == 200
    await desk.at(12)
    countdown = ("left", "left_words", "left_s", "progress")
    assert await see("live", "now_title", "now_start", *countdown) == (
        'Tea, or "tea"?',
        "09:02",
        "20:00",
        "20 min left",
        1200,
        33,
    )
    await desk.press("hold")
    await desk.at(17)
    assert await see("paused", *countdown) == ("20:00", "20 min left", 1200, 33)
    await desk.press("hold")
    await desk.at(37)
    assert await see("live", *countdown) == ("00:00", "under a minute left", 0, 100)
    desk.clock.at += 400
    assert await see("over", *countdown) == ("+00:00", "under a minute over", 0, 100)
    await desk.at(40.5)
    assert await see("over", "state_words", *countdown) == (
        "Over time",
        "+03:30",
        "4 min over",
        -210,
        100,
    )
    # 09:40:30 and at least five minutes of coffee: the panel is told for ten to ten
    late = ("next_title", "next_start", "next_in", "next_in_s", "offset", "offset_s")
    assert await see("over", *late) == ("Coffee", "09:40", "under a minute", 0, "10 min late", 600)
    await desk.press("next")
    assert await see("break", "now_title", "now_kind", "next_title", "offset") == (
        "Coffee",
        "Break",
        "Panel",
        "On time",
    )
    await desk.at(44)
    await desk.press("end")
    assert await see("between", "now_title", "left", "next_title", "next_in") == (
        "",
        "",
        "Panel",
        "1 min",
    )
    await desk.at(45)
    await desk.press("next")
    await desk.at(76)
    await desk.press("next")
    assert await see("after", "state_words", "now_title", "next_title", "next_in", "questions") == (
        "The day is over",
        "",
        "",
        "",
        "open",  # for fifteen minutes more
    )
    assert told == set(STATES)


async def test_now_shows_a_message_to_the_screens_and_no_other(desk: Desk) -> None:
    await desk.do("message.show", to="speakers", text="To the speakers only")
    await desk.do("message.show", to="participants", text="To the participants only")
    await desk.do("message.show", to="screens", text="Elsewhere", room="side")
    assert part(await desk.now(), "message", "message_tone") == ("", "")
    assert (await desk.now("side"))["message"] == "Elsewhere"
    desk.clock.at += 1000
    await desk.do("message.show", to="screens", text="Doors close", tone="warning", for_s=60)
    assert part(await desk.now(), "message", "message_tone") == ("Doors close", "warning")
    assert (await desk.now("side"))["message"] == "Doors close"  # the newest
    desk.clock.at += 60_000  # its time is over, whether or not the hub has noticed
    assert (await desk.now())["message"] == ""
    assert (await desk.now("side"))["message"] == "Elsewhere"


async def test_now_shows_the_question_on_the_screens_and_nothing_unapproved(desk: Desk) -> None:
    await desk.at(0)
    await desk.press("next")
    asked = {}
    for text in ("Is this one shown?", "Is this hidden 5ecret?", "Approved 5ecret, not lit?"):
        fields = {"text": text, "session": "talk", "name": "Zoë"}
        asked[text] = (await desk.do("question.ask", "participant", **fields))["question"]
    lit, _, waiting = asked.values()
    for question in (lit, waiting):
        await desk.do("question.approve", "moderator", question=question, revision=1)
    assert (await desk.now())["question"] == ""
    await desk.do("question.upvote", "participant", question=lit)
    await desk.do("question.spotlight", "moderator", question=lit)
    names = ("question", "question_name", "question_votes")
    assert part(await desk.now(), *names) == ("Is this one shown?", "Zoë", 1)
    assert part(await desk.now("side"), *names) == ("", "", 0)
    for path in ("now.json?room=main", "now.rows.json", "now.txt?room=main&field=question"):
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{desk.node.url}/e/small/{path}") as answer,
        ):
            assert "5ecret" not in await answer.text()
    await desk.do("question.reject", "moderator", question=lit, seen="approved")
    assert part(await desk.now(), *names) == ("", "", 0)


async def test_now_has_the_times_of_the_public_and_of_the_rooms_zone(desk: Desk) -> None:
    await desk.at(0)
    await desk.press("next")
    await desk.do("session.extend", session="talk", by_s=1020)  # 09:47; coffee to 09:52
    row = await desk.now()
    assert part(row, "now_end", "left", "next_start", "offset") == (
        "09:47",
        "47:00",
        "09:50",
        "20 min late",
    )
    assert part(await desk.now("side"), "next_start", "clock", "timezone") == (
        "04:00",
        "02:00",
        "America/Lima",
    )


async def test_now_speaks_the_events_language_or_the_one_asked_for(desk: Desk) -> None:
    headers = {"Accept-Language": "es"}  # of the machine: it means nothing here
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{desk.node.url}/e/small/now.json?room=main") as answer,
    ):
        assert (await answer.json())["state_words"] == "Not started yet"
    spanish = await desk.now(more="&lang=es")
    assert spanish["state_words"] != "Not started yet"
    assert spanish["next_title"] == 'Tea, or "tea"?'
    assert (await desk.now(more="&lang=xx"))["state_words"] == "Not started yet"


async def test_rows_are_a_table_with_a_row_for_each_room(desk: Desk) -> None:
    """What the data source of vMix reads: an array, each element a row of plain values."""
    status, rows = await get_json(f"{desk.node.url}/e/small/now.rows.json")
    assert status == 200
    assert rows == [await desk.now("main"), await desk.now("side")]
    assert all(isinstance(value, str | int) for row in rows for value in row.values())
    assert not any(isinstance(value, bool) for row in rows for value in row.values())


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("room=main", ""),
        ("room=main&field=next_title", 'Tea, or "tea"?'),
        ("room=main&field=next_in_s", "600"),
        ("room=side&field=next_title", "Lab"),
        ("room=side&field=clock", "01:50"),
    ],
)
async def test_text_is_one_field_and_nothing_else(desk: Desk, query: str, text: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{desk.node.url}/e/small/now.txt?{query}") as answer,
    ):
        assert await answer.text() == text
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["now.json?room=main", "now.rows.json", "now.txt?room=main"])
async def test_answer_is_kept_by_nobody_and_open_to_every_page(desk: Desk, path: str) -> None:
    async with aiohttp.ClientSession() as session:
        for method in ("GET", "HEAD"):
            url = f"{desk.node.url}/e/small/{path}"
            async with session.request(method, url) as answer:
                assert answer.status == 200
                assert answer.headers["Cache-Control"] == "no-store"
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
                assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "code", "field", "hint"),
    [
        ("now.json", "room.unknown", "room", "main, side"),
        ("now.json?room=", "room.unknown", "room", "main, side"),
        ("now.json?room=attic", "room.unknown", "room", "main, side"),
        ("now.txt?field=now_title", "room.unknown", "room", "main, side"),
        ("now.txt?room=main&field=nothing", "request.invalid", "field", "now_title"),
        ("now.txt?room=main&field=", "request.invalid", "field", "now_title"),
    ],
)
async def test_wrong_room_or_field_is_told_with_what_there_is(
    desk: Desk, path: str, code: str, field: str, hint: str
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{desk.node.url}/e/small/{path}") as answer,
    ):
        error = (await answer.json())["error"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (answer.status, error["code"], error["field"]) == (
        400 if code == "request.invalid" else 404,
        code,
        field,
    )
    assert hint in error["hint"]
    assert (await get_json(f"{desk.node.url}/e/nowhere/now.json"))[0] == 404


async def test_room_may_be_left_out_where_there_is_one(tmp_path: Path) -> None:
    one = AGENDA.replace(b"  - {id: side, name: Side room, timezone: America/Lima}\n", b"")
    one = one[: one.index(b"  - {id: lab")]
    clock = HandClock(NINE - 10 * MINUTE)

    async def prepare(hubs: Hubs) -> None:
        await hubs.create("small", read_yaml(one).agenda, (), begin_at=clock.at)

    settings = Settings(data=tmp_path, host="127.0.0.1", port=0)
    async with serve(settings, clock=clock, prepare=prepare) as node:
        for query in ("", "?room=", "?room=main"):
            assert await get_json(f"{node.url}/e/small/now.json{query}") == (200, BEFORE)


# --- pressing ------------------------------------------------------------------------------------


async def test_every_key_does_what_it_says(desk: Desk) -> None:
    await desk.at(0)
    status, answer = await desk.press("next")
    assert (status, answer["ok"]) == (200, True)
    assert (await desk.now())["now_session"] == "talk"
    await desk.at(5)
    await desk.press("extend")
    assert (await desk.now())["left_s"] == 26 * 60
    await desk.press("extend?by_s=-120")
    assert (await desk.now())["left_s"] == 24 * 60
    await desk.press("hold")
    assert (await desk.now())["state"] == "paused"
    await desk.at(6)
    await desk.press("hold")
    assert part(await desk.now(), "state", "left_s") == ("live", 24 * 60)
    await desk.press("skip")
    assert (await desk.now())["next_session"] == "panel"
    await desk.press("undo")
    assert (await desk.now())["next_session"] == "coffee"
    await desk.press("end")
    assert (await desk.now())["state"] == "between"


async def test_second_press_of_a_key_takes_no_second_effect(desk: Desk) -> None:
    await desk.at(0)
    first, second = await asyncio.gather(desk.press("next"), desk.press("next"))
    assert {first[0], second[0]} == {200, 409}
    assert (await desk.now())["now_session"] == "talk"

    async def refused(button: str) -> None:
        desk.clock.at += 1999
        status, answer = await desk.press(button)
        assert (status, answer["error"]["code"]) == (409, "session.stale")
        assert answer["error"]["detail"]["by"] == "producer"

    await refused("next")
    desk.clock.at += 1
    await desk.press("next")
    assert (await desk.now())["now_session"] == "coffee"
    await desk.press("undo")  # a slip is taken back at once
    assert (await desk.now())["now_session"] == "talk"
    await refused("undo")
    await desk.press("hold")
    await refused("hold")
    assert (await desk.now())["state"] == "paused"
    await desk.press("skip")
    await refused("skip")
    assert (await desk.now())["next_session"] == "panel"
    await desk.press("end")
    status, answer = await desk.press("end")
    assert (status, answer["error"]["code"]) == (409, "session.not_live")
    for _ in range(2):  # more time is asked for as often as the key is pressed
        await desk.at(3)
        await desk.press("next")
        await desk.press("extend")
    assert (await desk.now())["left_s"] == 32 * 60


@pytest.mark.parametrize("button", BUTTONS)
async def test_key_is_refused_to_whoever_may_not_press_it(desk: Desk, button: str) -> None:
    await desk.at(0)
    await desk.press("next")
    before = desk.hub.state
    for who, status, code in (
        (None, 401, "token.invalid"),
        ("l_guess", 401, "token.invalid"),
        ("participant", 403, "command.forbidden"),
        ("moderator", 403, "command.forbidden"),
    ):
        found, answer = await desk.press(button, who=who)
        assert (found, answer["error"]["code"]) == (status, code)
        # who pressed what a moment ago is the crew's business
        assert "detail" not in answer["error"]
        assert answer["error"]["hint"]
    assert desk.hub.state == before


@pytest.mark.parametrize(
    ("button", "room", "status", "code"),
    [
        ("explode", "main", 404, "request.not_found"),
        ("next", "attic", 404, "room.unknown"),
        ("hold", "main", 409, "session.not_live"),
        ("end", "main", 409, "session.not_live"),
        ("extend", "main", 409, "session.not_live"),
        ("extend?by_s=soon", "main", 400, "command.invalid"),
        ("extend?by_s=" + "9" * 5000, "main", 400, "command.invalid"),
        ("undo", "main", 409, "rundown.nothing_to_undo"),
    ],
)
async def test_key_that_makes_no_sense_is_told_why(
    desk: Desk, button: str, room: str, status: int, code: str
) -> None:
    before = desk.hub.state
    found, answer = await desk.press(button, room=room)
    assert (found, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"]
    assert desk.hub.state == before


async def test_key_that_finds_nothing_more_says_so(desk: Desk) -> None:
    await desk.at(0)
    for _ in range(3):
        desk.clock.at += 10_000
        assert (await desk.press("skip"))[0] == 200
    desk.clock.at += 10_000
    for button in ("skip", "next"):
        status, answer = await desk.press(button)
        assert (status, answer["error"]["code"]) == (409, "rundown.finished")


async def test_key_needs_no_body_and_no_other_method(desk: Desk) -> None:
    url = f"{desk.node.url}/api/v1/events/small/rooms/main"
    headers = {"Authorization": f"Bearer {desk.tokens['organiser']}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(f"{url}/next") as answer:
            assert answer.status == 405
        assert (await desk.now())["state"] == "before"
        async with session.post(f"{url}/next") as answer:
            assert answer.status == 200
        async with session.post(f"{url}/hold", data=b"not json", headers=headers) as answer:
            assert answer.status == 200
    assert (await desk.now())["state"] == "paused"


async def test_command_of_a_key_needs_no_id_and_is_meant_anew_each_time(desk: Desk) -> None:
    await desk.at(0)
    await desk.do("session.start", session="talk")
    for _ in range(2):
        await desk.do("session.extend", session="talk", by_s=60)
    assert (await desk.now())["left_s"] == 32 * 60
