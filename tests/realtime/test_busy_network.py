"""Newcomers of a busy network: they look on at once, and take part when their work is done."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from support import Client, fresh, get_json, hub_of, post_json, running

from streamhub.app import Node
from streamhub.core.errors import Rejected
from streamhub.formats.sample import SLUG
from streamhub.hub.identities import is_proof

TEXT = "Who pays for the maps in the end?"


def solved(participant: str, work: int) -> int:
    """A nonce that shows the work."""
    return next(nonce for nonce in range(1 << 30) if is_proof(participant, work, nonce))


def unsolved(participant: str, work: int) -> int:
    """One that does not."""
    return next(nonce for nonce in range(1 << 30) if not is_proof(participant, work, nonce))


async def busy(node: Node) -> Client:
    """Somebody who comes when their network has made what is free."""
    first = await Client(node.url).connect("audience")
    assert "owes" not in first.me
    await first.close()
    return await Client(node.url).connect("audience")


async def test_newcomer_of_a_busy_network_looks_on_and_then_takes_part(tmp_path: Path) -> None:
    async with running(tmp_path, limit_newcomers=1, newcomer_work=64) as node:
        late = await busy(node)
        assert late.state["questions"]
        token, owes = late.me["token"], late.me["owes"]
        assert 120 <= owes <= 128
        refused = await late.do("question.ask", text=TEXT)
        assert refused["error"]["code"] == "participant.unproven"
        assert refused["error"]["retryable"]
        assert refused["error"]["detail"] == {"owes": owes}
        other = await Client(node.url).connect("audience", token=token)  # another of their pages
        assert other.me["owes"] == owes
        wrong = await late.ask("prove", {"nonce": unsolved(late.me["id"], owes)})
        assert (wrong["error"]["code"], wrong["error"]["field"]) == ("request.invalid", "nonce")
        malformed = await late.ask("prove", {"nonce": -1})
        assert malformed["error"]["code"] == "request.invalid"
        proven = await late.ask("prove", {"nonce": solved(late.me["id"], owes)})
        assert proven["ok"]
        await other.until(lambda: "owes" not in other.me)
        assert (await late.do("question.ask", text=TEXT))["ok"]
        assert (await other.do("question.ask", text=TEXT + " And when?"))["ok"]
        again = await Client(node.url).connect("audience", token=proven["token"])
        assert (again.me["id"], "owes" in again.me) == (late.me["id"], False)
        for client in (late, other, again):
            await client.close()


async def test_program_shows_its_work_by_http(tmp_path: Path) -> None:
    async with running(tmp_path, limit_newcomers=1, newcomer_work=64) as node:
        api = f"{node.url}/api/v1/events/{SLUG}"
        _, free = await post_json(f"{api}/participants", {})
        assert "owes" not in free
        nothing = await post_json(f"{api}/participants/proof", {"nonce": 1}, free["token"])
        assert nothing[0] == 400
        _, made = await post_json(f"{api}/participants", {})
        ask = fresh("question.ask", text=TEXT)
        status, refused = await post_json(f"{api}/commands", ask, made["token"])
        assert (status, refused["error"]["code"]) == (429, "participant.unproven")
        for nonce in (unsolved(made["participant"], made["owes"]), "1"):
            body = {"nonce": nonce if nonce != "1" else "one"}
            status, _ = await post_json(f"{api}/participants/proof", body, made["token"])
            assert status == 400
        body = {"nonce": solved(made["participant"], made["owes"])}
        status, proven = await post_json(f"{api}/participants/proof", body, made["token"])
        assert (status, proven["participant"]) == (200, made["participant"])
        status, _ = await post_json(f"{api}/commands", ask, proven["token"])
        assert status == 200
        _, text = await get_json(f"{node.url}/api/v1/events/{SLUG}/views/audience")
        assert text["view"] == "audience"


async def test_browser_keeps_what_it_has_shown(tmp_path: Path) -> None:
    async with (
        running(tmp_path, limit_newcomers=1, newcomer_work=64) as node,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as web,
    ):
        page, api = f"{node.url}/e/{SLUG}", f"{node.url}/api/v1/events/{SLUG}"
        async with aiohttp.ClientSession() as first:
            await first.get(page)
        await web.get(page)
        (cookie,) = [one for one in web.cookie_jar if one.key == "streamhub_participant"]
        participant, owes = cookie.value.removeprefix("q_").split(".")[:2]
        body = {"nonce": solved(participant, int(owes))}
        async with web.post(f"{api}/participants/proof", json=body) as answer:
            assert await answer.json() == {"participant": participant}
        async with web.post(f"{api}/commands", json=fresh("question.ask", text=TEXT)) as answer:
            asked = (await answer.json())["result"]["question"]
        assert hub_of(node).state.questions.all[asked].author == participant


async def test_whoever_owes_is_heard_slowly_after_some_messages(tmp_path: Path) -> None:
    async with running(tmp_path, limit_newcomers=1, newcomer_work=64) as node:
        late = await busy(node)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(20):
            assert "t1" in await late.ask("time", {"t0": 1})
        assert loop.time() - began < 1
        began = loop.time()
        proven = await late.ask("prove", {"nonce": solved(late.me["id"], late.me["owes"])})
        assert (proven["ok"], loop.time() - began > 0.5) == (True, True)
        began = loop.time()
        for _ in range(20):
            assert "t1" in await late.ask("time", {"t0": 1})
        assert loop.time() - began < 1
        await late.close()


async def test_network_that_makes_very_many_makes_more_at_a_pace(tmp_path: Path) -> None:
    async with running(tmp_path, limit_newcomers=5, newcomer_work=64) as node:
        made = [node.realtime.newcomer("203.0.113.9") for _ in range(105)]
        assert [one.actor.owes > 0 for one in made] == [False] * 5 + [True] * 100
        with pytest.raises(Rejected, match=r"request\.too_many"):
            node.realtime.newcomer("203.0.113.9")
        assert node.realtime.newcomer("203.0.113.10").actor.owes == 0


async def test_participant_who_says_very_much_is_heard_once_a_second(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as node:
        loop = asyncio.get_running_loop()
        loud, calm = [await Client(node.url).connect("audience") for _ in range(2)]
        for number in range(100):
            await loud.ask("time", {"t0": 1})
            await asyncio.sleep(0.01 if number < 50 else 0.07)  # within the pace of all connections
        began = loop.time()
        for _ in range(40):
            await loud.ask("time", {"t0": 1})
            if loop.time() - began > 1:
                break
        heard_s = loop.time() - began
        assert heard_s > 1
        began = loop.time()
        await calm.ask("time", {"t0": 1})
        assert loop.time() - began < 0.2
        for client in (loud, calm):
            await client.close()
