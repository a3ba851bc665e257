"""Role links as organisers see them: nobody else does, and their addresses and codes work."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support import Client, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.ids import ActorId, LinkId
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View
from streamhub.formats.sample import SLUG
from streamhub.hub.presence import Presence


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as made:
        yield made


async def ask(node: Node, path: str, role: str | None = "organiser") -> tuple[int, str, bytes]:
    headers = {} if role is None else {"Authorization": f"Bearer {token_of(node, role)}"}
    url = f"{node.url}/api/v1/events/{SLUG}/{path}"
    async with aiohttp.ClientSession() as web, web.get(url, headers=headers) as answer:
        return answer.status, answer.content_type, await answer.read()


async def listed(node: Node) -> Any:
    headers = {"Authorization": f"Bearer {token_of(node, 'organiser')}"}
    url = f"{node.url}/api/v1/events/{SLUG}/links"
    async with aiohttp.ClientSession() as web, web.get(url, headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return await answer.json()


async def test_organiser_sees_all_links_and_their_addresses(node: Node) -> None:
    told = await listed(node)
    found = {one["role"]: one for one in told["links"]}
    assert {"moderator", "producer", "organiser"} <= found.keys()
    assert found["producer"]["url"] == f"{node.public_url}/k/{token_of(node, 'producer')}"
    assert found["organiser"]["link"] == told["you"]
    assert not found["producer"]["revoked"]


async def test_link_that_is_taken_back_has_no_address_and_no_code(node: Node) -> None:
    name = next(one["link"] for one in (await listed(node))["links"] if one["role"] == "moderator")
    status, kind, code = await ask(node, f"links/{name}/qr.svg")
    assert (status, kind) == (200, "image/svg+xml")
    assert code.startswith(b"<svg ")
    url = f"{node.url}/api/v1/events/{SLUG}/commands"
    wish = {"id": "w", "type": "link.revoke", "link": name}
    status, answer = await post_json(url, wish, token_of(node, "organiser"))
    assert status == 200, answer
    gone = next(one for one in (await listed(node))["links"] if one["link"] == name)
    assert (gone["revoked"], gone["url"]) == (True, None)
    for link in (name, "none"):
        assert (await ask(node, f"links/{link}/qr.svg"))[0] == 404


@pytest.mark.parametrize("path", ["links", "links/x/qr.svg"])
@pytest.mark.parametrize(("role", "status"), [("producer", 403), ("moderator", 403), (None, 401)])
async def test_nobody_else_sees_links(node: Node, path: str, role: str | None, status: int) -> None:
    assert (await ask(node, path, role))[0] == status


async def test_browser_with_several_roles_says_which_one_counts(node: Node) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as web:
        for role in ("producer", "organiser"):
            async with web.get(f"{node.url}/k/{token_of(node, role)}") as answer:
                assert answer.status == 200
        url = f"{node.url}/api/v1/events/{SLUG}/agenda/preview"
        for asked, status in (("", 403), ("?as=organiser", 200), ("?as=speaker", 403)):
            async with web.post(url + asked, data=b"{}") as answer:
                assert answer.status == status, asked
        async with web.get(f"{node.url}/e/{SLUG}/organise") as answer:
            assert answer.status == 200


async def test_page_is_for_organisers_alone(node: Node) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as web:
        for role in (None, "producer"):
            if role is not None:
                await web.get(f"{node.url}/k/{token_of(node, role)}")
            async with web.get(f"{node.url}/e/{SLUG}/organise") as answer:
                assert answer.status == 401


def test_connections_of_a_link_are_counted_over_nodes() -> None:
    here, there = Presence(), Presence()
    anna = Actor(id=ActorId("anna"), role=Role.MODERATOR)
    guest = Actor(id=ActorId("guest"), role=Role.PARTICIPANT)
    here.arrive(anna, View.DESK, None, 0)
    here.arrive(guest, View.AUDIENCE, None, 0)
    there.arrive(anna, View.CONTROL, None, 0)
    here.hear("there", there.summary(), 0.0)
    here.hear("odd", {"links": ["anna"]}, 0.0)
    assert here.holding({}) == {"anna": 2}
    here.leave(anna, View.DESK, None)
    assert here.holding({}) == {"anna": 1}
    assert "links" not in here.message(0, 0.0)


@pytest.mark.parametrize("strangers", [0, 9])
def test_people_of_an_invitation_are_counted_over_nodes(strangers: int) -> None:
    here, there = Presence(), Presence()
    ben, zoe = ActorId("ben"), ActorId("zoe")
    away = ActorId("away")
    invited = {ben: LinkId("group"), zoe: LinkId("zoe"), away: LinkId("group")}
    people = [ben, ben, zoe, zoe, *(ActorId(f"stranger-{n}") for n in range(strangers))]
    for name in people:
        here.arrive(Actor(id=name, role=Role.PARTICIPANT), View.AUDIENCE, None, 0)
    there.arrive(Actor(id=ActorId("cem"), role=Role.PARTICIPANT), View.AUDIENCE, None, 0)
    there.arrive(Actor(id=zoe, role=Role.PARTICIPANT), View.AUDIENCE, None, 0)
    here.hear("there", there.summary({**invited, ActorId("cem"): LinkId("group")}), 0.0)
    assert here.holding(invited) == {"group": 2, "zoe": 3}
    assert here.holding({}) == {"group": 1, "zoe": 1}
    assert here.audience.keys() == set(people)


async def test_organiser_sees_how_many_are_connected_by_each_invitation(node: Node) -> None:
    async def online() -> dict[str, int]:
        return {one["link"]: one["online"] for one in (await listed(node))["links"]}

    async def until(wanted: dict[str, int]) -> None:
        async with asyncio.timeout(5):
            while wanted.items() - (await online()).items():  # noqa: ASYNC110 - asked over HTTP
                await asyncio.sleep(0.05)

    owner = await Client(node.url).connect("control", token=token_of(node, "organiser"))
    group = (await owner.do("link.create", role="participant", uses=9))["result"]
    single = (await owner.do("link.create", role="participant", name="Zoe"))["result"]
    assert {group["link"]: 0, single["link"]: 0}.items() <= (await online()).items()
    people = [await Client(node.url).connect("audience") for _ in range(3)]
    for one in people[:2]:
        assert (await one.do("link.use", token=group["token"]))["ok"]
    devices = [await Client(node.url).connect("audience", token=single["token"]) for _ in range(2)]
    await until({group["link"]: 2, single["link"]: 2})
    await people[0].close()
    await devices[0].close()
    await until({group["link"]: 1, single["link"]: 1})
    assert (await owner.do("link.revoke", link=group["link"]))["ok"]
    await until({group["link"]: 0, single["link"]: 1})
    for client in (owner, *people[1:], *devices[1:]):
        await client.close()
