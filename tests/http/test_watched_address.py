"""Watching an address: what changes there waits for the organiser, or is taken by itself."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from redis_server import RedisServer
from support import fresh, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.said import Said
from streamhub.core.watched import Watch
from streamhub.formats import FORMATS
from streamhub.formats.sample import SLUG
from streamhub.http import watched
from streamhub.hub import lookout


@dataclass
class Quay:
    """A site that publishes an agenda, as sites do."""

    url: str = ""
    body: bytes = b""
    status: int = 200
    etag: str = '"1"'
    asked: int = 0
    unchanged: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if request.headers.get("If-None-Match") == self.etag and self.status == 200:
            self.unchanged += 1
            return web.Response(status=304)
        return web.Response(status=self.status, body=self.body, headers={"ETag": self.etag})

    def publish(self, body: bytes) -> None:
        self.body, self.etag = body, f'"{int(self.etag.strip(chr(34))) + 1}"'


@pytest.fixture
async def quay() -> AsyncIterator[Quay]:
    made = Quay()
    app = web.Application()
    app.router.add_get("/agenda.json", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/agenda.json?token=secret"
    yield made
    await runner.cleanup()


@pytest.fixture
async def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Node]:
    """A node of a closed network, which looks by itself only where a test says so."""
    monkeypatch.setattr(watched, "LOOK_EVERY_S", 3600.0)
    async with running(tmp_path, fetch_private=True) as made:
        yield made


async def ask(
    node: Node, method: str, path: str, role: str | None = "organiser", **query: str
) -> tuple[int, Any]:
    headers = {} if role is None else {"Authorization": f"Bearer {token_of(node, role)}"}
    url = f"{node.url}/api/v1/events/{SLUG}/agenda{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, params=query, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def command(node: Node, what: str, **fields: object) -> dict[str, Any]:
    url = f"{node.url}/api/v1/events/{SLUG}/commands"
    answer: dict[str, Any]
    _, answer = await post_json(url, fresh(what, **fields), token_of(node, "organiser"))
    assert answer["ok"], answer
    return answer


async def look(node: Node) -> dict[str, Any]:
    status, told = await ask(node, "POST", "/watched/check")
    assert status == 200, told
    return dict(told)


def present(node: Node, **changes: str) -> bytes:
    """The agenda that the event has, as a file in which some words are others."""
    text = FORMATS["json"].write(hub_of(node).state.agenda, SLUG).decode()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def titles(node: Node) -> set[str]:
    return {one.title for one in hub_of(node).state.agenda.sessions.values() if not one.gone}


async def test_nothing_is_watched_at_first(node: Node) -> None:
    nothing = {"url": None, "every_min": 15, "by_itself": False}
    assert await ask(node, "GET", "/watched") == (200, nothing)
    assert await look(node) == nothing


@pytest.mark.parametrize(("method", "path"), [("GET", "/watched"), ("POST", "/watched/check")])
@pytest.mark.parametrize("role", ["producer", "moderator", None])
async def test_only_organisers_see_what_is_watched(
    node: Node, method: str, path: str, role: str | None
) -> None:
    status, refused = await ask(node, method, path, role)
    assert status == (401 if role is None else 403)
    assert refused["error"]["code"] == ("token.invalid" if role is None else "command.forbidden")


async def test_no_view_has_the_address(node: Node, quay: Quay) -> None:
    await command(node, "agenda.watch", url=quay.url)
    for view in ("control", "desk", "stage"):
        async with (
            aiohttp.ClientSession() as session,
            session.get(
                f"{node.url}/api/v1/events/{SLUG}/views/{view}",
                headers={"Authorization": f"Bearer {token_of(node, 'organiser')}"},
            ) as answer,
        ):
            assert "token=secret" not in await answer.text()


async def test_same_agenda_is_dealt_with_and_fetched_once(node: Node, quay: Quay) -> None:
    quay.publish(present(node))
    await command(node, "agenda.watch", url=quay.url)
    told = await look(node)
    assert (told["url"], told["every_min"], told["by_itself"]) == (quay.url, 15, False)
    assert told["checked_at"]
    assert not told.keys() & {"waiting", "error", "changed_at"}
    seq = hub_of(node).state.seq
    await look(node)
    assert (quay.asked, quay.unchanged) == (2, 1)
    assert hub_of(node).state.seq == seq


async def test_change_waits_with_its_preview_and_is_confirmed(node: Node, quay: Quay) -> None:
    quay.publish(present(node))
    await command(node, "agenda.watch", url=quay.url, every_min=5)
    await look(node)
    quay.publish(present(node, Coffee="Tea"))
    waiting = (await look(node))["waiting"]
    assert waiting["why"] == "asked"
    assert waiting["difference"]["changes"] == [
        {
            "session": "s4",
            "title": "Tea break",
            "fields": ["title"],
            "changes": [{"field": "title", "was": "Coffee break", "will": "Tea break"}],
        }
    ]
    assert "Tea break" not in titles(node)
    again = await look(node)  # a 304: it still waits, since when it did
    assert again["waiting"] == waiting
    assert again["changed_at"]
    status, told = await ask(node, "POST", "", watched=waiting["version"])
    assert (status, told["ok"]) == (200, True)
    assert "Tea break" in titles(node)
    assert "waiting" not in (await ask(node, "GET", "/watched"))[1]
    assert "waiting" not in await look(node)


async def test_what_is_confirmed_is_what_was_looked_at(node: Node, quay: Quay) -> None:
    quay.publish(present(node, Coffee="Tea"))
    await command(node, "agenda.watch", url=quay.url)
    version = (await look(node))["waiting"]["version"]
    quay.publish(present(node, Coffee="Milk"))
    assert (await look(node))["waiting"]["version"] != version
    status, refused = await ask(node, "POST", "", watched=version)
    assert (status, refused["error"]["code"]) == (409, "agenda.stale")
    assert "Tea break" not in titles(node)
    await command(node, "agenda.watch")
    status, refused = await ask(node, "POST", "", watched=version)
    assert (status, refused["error"]["code"]) == (409, "agenda.stale")


async def test_confirming_by_address_deals_with_the_version(node: Node, quay: Quay) -> None:
    await command(node, "agenda.watch", url=quay.url)
    quay.publish(present(node, Coffee="Tea"))
    assert (await ask(node, "POST", "", url=quay.url))[0] == 200
    assert "Tea break" in titles(node)
    assert "waiting" not in await look(node)


async def test_change_is_left_alone_until_the_next(node: Node, quay: Quay) -> None:
    quay.publish(present(node, Coffee="Tea"))
    await command(node, "agenda.watch", url=quay.url)
    version = (await look(node))["waiting"]["version"]
    await command(node, "agenda.leave", version=version)
    assert "waiting" not in await look(node)
    quay.publish(present(node, Coffee="Milk"))
    assert (await look(node))["waiting"]["why"] == "asked"


async def test_change_is_taken_by_itself_where_nobody_need_be_asked(node: Node, quay: Quay) -> None:
    quay.publish(present(node))
    await command(node, "agenda.watch", url=quay.url, by_itself=True)
    await look(node)
    quay.publish(present(node, Coffee="Tea"))
    assert "waiting" not in await look(node)
    assert "Tea break" in titles(node)


async def test_first_version_is_never_taken_by_itself(node: Node, quay: Quay) -> None:
    quay.publish(present(node, Coffee="Tea"))
    await command(node, "agenda.watch", url=quay.url, by_itself=True)
    assert (await look(node))["waiting"]["why"] == "first"


async def test_what_touches_live_always_asks(node: Node, quay: Quay) -> None:
    state = hub_of(node).state
    live = state.rundown.clock(next(iter(state.agenda.rooms))).live
    assert live is not None
    title = state.agenda.sessions[live].title
    quay.publish(present(node))
    await command(node, "agenda.watch", url=quay.url, by_itself=True)
    await look(node)
    quay.publish(present(node, **{title: "Other words"}))
    waiting = (await look(node))["waiting"]
    assert waiting["why"] == "live"
    status, refused = await ask(node, "POST", "", watched=waiting["version"])
    assert (status, refused["error"]["code"]) == (409, "agenda.touches_live")
    query = {"watched": waiting["version"], "touch_live": "true"}
    assert (await ask(node, "POST", "", **query))[0] == 200
    assert hub_of(node).state.agenda.sessions[live].title == "Other words"


async def test_what_the_crew_changed_is_not_overwritten_unasked(node: Node, quay: Quay) -> None:
    quay.publish(present(node))
    await command(node, "agenda.watch", url=quay.url, by_itself=True)
    await look(node)
    quay.publish(present(node, Coffee="Tea"))
    await command(node, "session.edit", session="s4", title="Cocoa break")
    waiting = (await look(node))["waiting"]
    assert waiting["why"] == "changed_here"
    assert "Cocoa break" in titles(node)
    assert (await ask(node, "POST", "", watched=waiting["version"]))[0] == 200
    quay.publish(present(node, Tea="Milk"))
    await look(node)
    assert "Milk break" in titles(node)


async def test_file_that_lost_its_sessions_is_not_taken_by_itself(node: Node, quay: Quay) -> None:
    quay.publish(present(node))
    await command(node, "agenda.watch", url=quay.url, by_itself=True)
    await look(node)
    before = titles(node)
    file = json.loads(present(node))
    file["sessions"] = file["sessions"][:3]
    quay.publish(json.dumps(file).encode())
    told = await look(node)
    assert told["waiting"]["why"] == "many_gone", told
    assert titles(node) == before


async def test_trouble_is_told_and_changes_nothing(node: Node, quay: Quay) -> None:
    quay.publish(present(node))
    await command(node, "agenda.watch", url=quay.url, by_itself=True)
    await look(node)
    seq = hub_of(node).state.seq
    quay.status = 503
    assert "answers 503" in (await look(node))["error"]
    quay.status = 200
    quay.publish(b'{"event": {\n"title": ')
    assert (await look(node))["error"].startswith("The file is no agenda")
    _, told = await ask(node, "GET", "/watched", lang="es")
    assert told["error"].startswith("El archivo no es un programa: Esto no es JSON: ")
    assert ", en la columna " in told["error"]
    quay.publish(b"Was;Los um\nEins;2027-05-12 09:00\nZwei;2027-05-12 10:00\n")
    waiting = (await look(node))["waiting"]
    assert (waiting["why"], waiting["asks"][0]["what"]) == ("unclear", "columns")
    status, refused = await ask(node, "POST", "", watched=waiting["version"])
    assert (status, refused["error"]["code"]) == (400, "agenda.invalid")
    assert hub_of(node).state.seq == seq
    quay.publish(present(node))
    assert not (await look(node)).keys() & {"error", "waiting"}


async def test_table_is_watched_with_its_columns(node: Node, quay: Quay) -> None:
    quay.publish(b"Was;Los um\nEins;2027-05-12 09:00\nZwei;2027-05-12 10:00\n")
    columns = ["title=Was", "start=Los um"]
    await command(node, "agenda.watch", url=quay.url, columns=columns, timezone="Europe/Lisbon")
    told = await look(node)
    assert (told["columns"], told["timezone"]) == (columns, "Europe/Lisbon")
    assert len(told["waiting"]["difference"]["added"]) == 2
    assert (await ask(node, "POST", "", watched=told["waiting"]["version"]))[0] == 200
    assert {"Eins", "Zwei"} <= titles(node)


async def test_private_addresses_are_not_watched_without_the_setting(
    tmp_path: Path, quay: Quay
) -> None:
    async with running(tmp_path) as node:
        await command(node, "agenda.watch", url=quay.url)
        assert "not an address of the public internet" in (await look(node))["error"]
        assert quay.asked == 0


async def test_node_looks_by_itself_and_less_often_after_errors(
    tmp_path: Path, quay: Quay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "LOOK_EVERY_S", 0.02)
    async with running(tmp_path, fetch_private=True) as node:
        quay.publish(present(node))
        await command(node, "agenda.watch", url=quay.url, by_itself=True)
        hub = hub_of(node)
        async with asyncio.timeout(10):
            while hub.lookout.checked_at is None:  # noqa: ASYNC110 - of another task
                await asyncio.sleep(0.02)
        assert hub.state.watch is not None
        assert hub.state.watch.version == hub.lookout.version is not None
        quay.publish(present(node, Coffee="Tea"))
        await asyncio.sleep(0.2)
        assert quay.asked == 1  # not before its time
        hub.lookout.due_s = 0
        async with asyncio.timeout(10):
            while "Tea break" not in titles(node):  # noqa: ASYNC110 - of another task
                await asyncio.sleep(0.02)


async def test_node_that_serves_no_event_any_longer_stops_looking(
    tmp_path: Path, quay: Quay
) -> None:
    async with running(tmp_path, fetch_private=True) as node:
        await command(node, "agenda.watch", url=quay.url)
        await look(node)
        await command(node, "agenda.watch")
        hub = hub_of(node)
        assert not hub.lookout.is_due(hub.state.watch, 1e9, alone=True)
        assert hub.lookout.checked_at is None


def together(redis_server: RedisServer) -> dict[str, Any]:
    """The settings of nodes that share a journal."""
    journal = {"journal": redis_server.url, "redis_prefix": f"t{secrets.token_hex(6)}"}
    return {**journal, "drain_notice_s": 0, "fetch_private": True}


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - many things end here
            await asyncio.sleep(0.02)


async def test_of_several_nodes_one_looks_and_all_know(
    tmp_path: Path, quay: Quay, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(lookout, "SPREAD_S", 1.0)
    monkeypatch.setattr(lookout, "NEWS_S", 0.01)
    shared = together(redis_server)
    async with (
        running(tmp_path, node="one", **shared) as one,
        running(tmp_path, node="two", **shared) as two,
    ):
        hubs = [hub_of(one), hub_of(two)]
        quay.publish(present(one))
        await command(one, "agenda.watch", url=quay.url)
        await until(lambda: all(hub.lookout.checked_at for hub in hubs))
        await until(lambda: all(hub.state.watch and hub.state.watch.version for hub in hubs))
        assert quay.asked <= 2  # one is enough; both may, if they begin in the same moment
        quay.publish(present(one, Coffee="Tea"))
        hubs[0].lookout.due_s = 0
        await until(lambda: all(hub.lookout.waiting for hub in hubs))  # each has seen it itself
        waiting = (await ask(two, "GET", "/watched"))[1]["waiting"]
        assert (await ask(two, "POST", "", watched=waiting["version"]))[0] == 200
        await until(lambda: "Tea break" in titles(one))
        assert "waiting" not in (await ask(one, "GET", "/watched"))[1]


async def test_node_that_was_told_of_nothing_fetches_what_is_confirmed(
    tmp_path: Path, quay: Quay, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits on one node may be confirmed on another that has not looked yet."""
    monkeypatch.setattr(watched, "LOOK_EVERY_S", 3600.0)
    shared = together(redis_server)
    async with (
        running(tmp_path, node="one", **shared) as one,
        running(tmp_path, node="two", **shared) as two,
    ):
        quay.publish(present(one, Coffee="Tea"))
        await command(one, "agenda.watch", url=quay.url)
        version = (await look(one))["waiting"]["version"]
        await until(lambda: hub_of(two).lookout.checked_at is not None)
        assert (await ask(two, "POST", "", watched=version))[0] == 200
        assert "Tea break" in titles(two)


def test_rests_grow_with_errors_and_end() -> None:
    watch = Watch(url="https://quay.example/agenda.ics", every_min=15)
    rests = [lookout.rest_s(watch, failures) / 60 for failures in range(7)]
    assert rests == [15, 30, 60, 120, 240, 360, 360]
    assert lookout.rest_s(Watch(url=watch.url, every_min=1440), 3) == 1440 * 60


async def test_what_others_tell_puts_off_and_news_brings_forward() -> None:
    watch = Watch(url="https://quay.example/agenda.ics", every_min=15, version="v1")
    here, there = lookout.Lookout(), lookout.Lookout()
    now = asyncio.get_running_loop().time()
    assert here.is_due(watch, now, alone=True)
    there.follow(watch)
    there.found("v1", 5)
    there.looked(watch, 7, now)
    here.hear(there.told("event"), watch)
    assert here.checked_at == 7
    assert not here.is_due(watch, now + 900, alone=True)
    assert here.is_due(watch, now + 900 + 2 * lookout.RESERVE_S, alone=True)
    there.found("v2", 9)
    there.looked(watch, 9, now, "is broken")
    here.hear(there.told("event"), watch)
    assert (here.error, here.changed_at, here.failures) == ("is broken", 9, 1)
    assert here.is_due(watch, now + 2 * lookout.NEWS_S, alone=True)
    why = Said("{n} is odd in {what}.", n=3, what=Said("the {name}", name="{n}"))
    there.looked(watch, 9, now, why)
    here.hear(json.loads(json.dumps(there.told("event"))), watch)
    assert isinstance(here.error, Said), "so that it can be said here in any language, too"
    assert (here.error, here.error.apart()) == ("3 is odd in the {n}.", why.apart())
    other = Watch(url="https://quay.example/other.ics")
    for heard in ({}, {"what": "x"}, {**there.told("event"), "checked_at": None}):
        here.hear(heard, watch)
        assert here.checked_at == 9
    here.hear(there.told("event"), other)
    assert not here.is_of(watch)
    assert here.is_of(other)
    here.hear(there.told("event"), None)
    assert not here.is_of(None)
