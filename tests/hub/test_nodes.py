"""Several nodes on one Redis: one truth, whichever node somebody is connected to."""

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from redis_server import RedisServer
from support import Client, fresh, get_json, hub_of, post_json, running, token_of
from tcp_proxy import Mode, TcpProxy

from streamhub.app import Node
from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, QuestionId, RoomId
from streamhub.core.questions import UnvoteQuestion, UpvoteQuestion
from streamhub.core.roles import Actor, Role
from streamhub.formats.sample import SLUG, sample
from streamhub.hub import metrics
from streamhub.hub.health import Finding
from streamhub.hub.hub import STALE_S
from streamhub.protocol.commands import Wish
from streamhub.protocol.entries import encode_state

TEXT = "Does every node know of this question?"


@pytest.fixture
def settings(redis_server: RedisServer) -> dict[str, Any]:
    return {"journal": redis_server.url, "redis_prefix": f"t{secrets.token_hex(6)}"}


@pytest.fixture
async def nodes(settings: dict[str, Any], tmp_path: Path) -> AsyncIterator[list[Node]]:
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                running(tmp_path, node=f"node{n}", drain_notice_s=0, **settings)
            )
            for n in range(2)
        ]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - many things end here
            await asyncio.sleep(0.01)


async def until_equal(nodes: list[Node]) -> None:
    await until(lambda: len({hub_of(node).cursor for node in nodes}) == 1)
    one, two = (encode_state(hub_of(node).state) for node in nodes)
    assert one == two


async def test_nodes_share_key_links_and_events(nodes: list[Node]) -> None:
    one, two = nodes
    assert token_of(one, "moderator") == token_of(two, "moderator")
    await one.hubs.create("second", sample(), (Role.MODERATOR,))
    await until(lambda: len(two.hubs) == 2)
    client = await Client(two.url).connect("stage", event="second")
    assert client.state["event"]["slug"] == "second"
    await client.close()


async def test_question_of_one_node_is_decided_on_the_other(nodes: list[Node]) -> None:
    one, two = nodes
    phone = await Client(one.url).connect("audience", room="main")
    desk = await Client(two.url).connect("desk", token=token_of(two, "moderator"))
    asked = await phone.do("question.ask", text=TEXT)
    question = asked["result"]["question"]
    await desk.until(lambda: question in desk.state["questions"])
    approved = await desk.do("question.approve", question=question, revision=1)
    assert approved["ok"]
    await phone.until(lambda: question in phone.state["questions"])
    await phone.until(lambda: phone.me["questions"][question]["way"] == "approved")
    assert (phone.resyncs, desk.resyncs) == (0, 0)
    await until_equal(nodes)
    for client in (phone, desk):
        await client.close()


async def test_command_repeated_on_another_node_has_one_effect(nodes: list[Node]) -> None:
    one, two = nodes
    _, person = await post_json(f"{one.url}/api/v1/events/{SLUG}/participants", {})
    body = fresh("question.ask", text=TEXT, room="main")
    answers = await asyncio.gather(
        *(
            post_json(f"{node.url}/api/v1/events/{SLUG}/commands", body, person["token"])
            for node in (one, two, one, two)
        )
    )
    assert {status for status, _ in answers} == {200}
    assert len({said["result"]["question"] for _, said in answers}) == 1
    await until_equal(nodes)
    questions = hub_of(two).state.questions.all.values()
    assert [q.text for q in questions].count(TEXT) == 1


async def test_two_producers_on_two_nodes_advance_once(nodes: list[Node]) -> None:
    one, two = nodes
    live = hub_of(one).state.rundown.clock(RoomId("main")).live
    desks = [
        await Client(node.url).connect("control", token=token_of(node, "producer"))
        for node in (one, two)
    ]
    said = await asyncio.gather(*(d.do("session.next", room="main", live=live) for d in desks))
    assert sorted(answer["ok"] for answer in said) == [False, True]
    (refused,) = (answer["error"] for answer in said if not answer["ok"])
    assert refused["code"] == "session.stale"
    assert refused["detail"]["by"]
    assert refused["detail"]["at"]
    await until_equal(nodes)
    for desk in desks:
        await desk.close()


async def test_two_moderators_on_two_nodes_decide_once(nodes: list[Node]) -> None:
    one, two = nodes
    phone = await Client(one.url).connect("audience", room="main")
    desks = [
        await Client(node.url).connect("desk", token=token_of(node, "moderator"))
        for node in (one, two)
    ]
    for count in range(10):
        if count % 3 == 2:  # more in a minute are taken of somebody else only
            await phone.close()
            phone = await Client(one.url).connect("audience", room="main")
        asked = await phone.do("question.ask", text=f"{TEXT} {count}")
        question = asked["result"]["question"]
        for desk in desks:
            await desk.until(
                lambda desk=desk, question=question: question in desk.state["questions"]
            )
        said = await asyncio.gather(
            desks[0].do("question.approve", question=question, revision=1),
            desks[1].do("question.reject", question=question, seen="pending"),
        )
        assert sorted(answer["ok"] for answer in said) == [False, True]
        (refused,) = (answer["error"] for answer in said if not answer["ok"])
        assert refused["code"] == "question.wrong_status"
        assert refused["detail"]["status"] == ("approved" if said[0]["ok"] else "rejected")
        assert refused["detail"]["by"]
        assert refused["detail"]["at"]
        if said[0]["ok"]:  # room for more from the same author
            await desks[0].do("question.answer", question=question)
    await until_equal(nodes)
    for client in (phone, *desks):
        await client.close()


async def test_presence_counts_all_nodes_and_forgets_those_that_are_gone(
    nodes: list[Node],
) -> None:
    one, two = nodes
    control = await Client(one.url).connect("control", token=token_of(one, "producer"))
    phones = [await Client(node.url).connect("audience", room="main") for node in (one, two, two)]
    await control.until(
        lambda: control.seen["presence"][-1]["counts"].get("participants") == 3, within_s=5
    )
    told = control.seen["presence"][-1]
    assert told["roles"] == {"participant": 3, "producer": 1}
    assert told["rooms"] == {"main": 3}
    assert told["nodes"] == 2
    for phone in phones[1:]:
        await phone.close()
    await control.until(
        lambda: control.seen["presence"][-1]["counts"].get("participants") == 1, within_s=5
    )
    for client in (control, phones[0]):
        await client.close()


def reacted(client: Client) -> int:
    return sum(told["counts"].get("heart", 0) for told in client.seen["reactions"])


async def test_reactions_of_all_nodes_are_one_sum_everywhere_and_are_written_down_once(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamhub.hub.hub.COUNT_EVERY_S", 0.5)
    phones = [await Client(node.url).connect("audience", room="main") for node in (*nodes, *nodes)]
    for phone in phones:
        for _ in range(5):
            assert (await phone.do("reaction.send", room="main", kind="heart"))["ok"]
    for phone in phones:
        await phone.until(lambda phone=phone: reacted(phone) == 20)
    told = [len(phone.seen["reactions"]) for phone in phones]
    assert max(told) <= 5
    for node in nodes:
        await hub_of(node)._write_reactions()
    await until_equal(nodes)
    minutes = hub_of(nodes[0]).state.reactions[RoomId("main")]
    assert sum(minute.counts.get("heart", 0) for minute in minutes) == 20
    for phone in phones:
        await phone.close()


async def test_node_that_falls_silent_is_forgotten(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = nodes
    monkeypatch.setattr("streamhub.hub.presence.EXPIRES_S", 0.5)
    hub = hub_of(one)
    hub.hear_presence("gone", {"counts": {"audience": 7}})
    assert hub.presence_message()["counts"]["audience"] == 7
    await until(lambda: "gone" not in hub.presence.others)
    assert "audience" not in hub.presence_message()["counts"]
    assert two.hubs.relay.node != one.hubs.relay.node


async def test_screen_is_paired_on_another_node_than_it_waits_at(nodes: list[Node]) -> None:
    one, two = nodes
    control = await Client(two.url).connect("control", token=token_of(two, "producer"))
    _, offer = await post_json(f"{one.url}/api/v1/displays/offers", {})
    waiting = asyncio.create_task(
        get_json(f"{one.url}/api/v1/displays/offer?wait=10", offer["token"])
    )
    await asyncio.sleep(0.1)
    paired = await control.do(
        "display.pair", code=offer["code"], name="Foyer", room="main", layout="now-next"
    )
    display = paired["result"]["display"]
    assert await asyncio.wait_for(waiting, 3) == (
        200,
        {"state": "paired", "event": SLUG, "display": display},
    )
    screen = await Client(one.url).connect("stage", room="main", token=offer["token"])
    await screen.sio.emit("rendered", {"cursor": screen.cursor, "width": 1920, "height": 1080})
    await control.until(
        lambda: control.seen["presence"][-1]["displays"].get(display, {}).get("width") == 1920
    )
    again = await control.do(
        "display.pair", code=offer["code"], name="Again", room="main", layout="now-next"
    )
    assert again["error"]["code"] == "display.code_unknown"
    for client in (control, screen):
        await client.close()


async def test_client_that_is_ahead_waits_until_the_node_has_caught_up(nodes: list[Node]) -> None:
    one, two = nodes
    here = hub_of(one).ledger
    waiting = asyncio.create_task(hub_of(one).reach(f"{here.head.seq + 1}.00"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    phone = await Client(two.url).connect("audience", room="main")
    await phone.do("question.ask", text=TEXT)
    await asyncio.wait_for(waiting, 0.5)
    await phone.close()


@pytest.mark.parametrize(
    ("view", "who", "alarms"),
    [("desk", "crew", 1), ("stage", "crew", 1), ("audience", "participant", 0)],
)
async def test_client_that_has_seen_what_is_not_there_is_told_of_once_and_starts_again(
    nodes: list[Node], view: str, who: str, alarms: int
) -> None:
    one, _ = nodes
    token = None if who == "participant" else token_of(one, "moderator")
    before = metrics.AHEAD.labels(who)._value.get()
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            client = await Client(one.url).connect(view, token=token, resume="999999.beef")
            assert client.seen["snapshot"]
            await client.close()
    assert metrics.AHEAD.labels(who)._value.get() == before + 2
    said = [line["event"] for line in logs if line["log_level"] == "critical"]
    assert said == ["a client has seen more than the journal holds"] * alarms


async def test_node_says_that_it_drains_and_sends_everybody_on(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    async with running(tmp_path, node="stays", drain_notice_s=0, **settings) as stays:
        async with running(tmp_path, node="goes", drain_notice_s=0.3, **settings) as goes:
            phones = [await Client(goes.url).connect("audience", room="main") for _ in range(3)]
            url = goes.url
        for phone in phones:
            assert phone.seen["bye"][0]["code"] == "unavailable"
            assert 0 <= phone.seen["bye"][0]["retry_after"] <= 0.5
        with pytest.raises(aiohttp.ClientError):
            await get_json(f"{url}/healthz")
        back = await Client(stays.url).connect("audience", room="main", resume=phones[0].cursor)
        assert back.seen["snapshot"] or back.seen["patch"]
        for client in (back, *phones):
            await client.close()


async def test_draining_node_is_red_and_finishes_what_is_in_flight(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(
            running(tmp_path, node="goes", drain_notice_s=0.5, **settings)
        )
        _, person = await post_json(f"{node.url}/api/v1/events/{SLUG}/participants", {})
        closing = asyncio.create_task(stack.aclose())
        await asyncio.sleep(0.1)
        status, body = await get_json(f"{node.url}/readyz")
        assert (status, body["ready"]) == (503, False)
        said = await post_json(
            f"{node.url}/api/v1/events/{SLUG}/commands",
            fresh("question.ask", text=TEXT, room="main"),
            person["token"],
        )
        assert said[1]["ok"]
        await closing


async def vote(node: Node, kind: str, question: str, token: str, identity: str) -> tuple[int, Any]:
    body = {"id": identity, "type": kind, "question": question}
    return await post_json(f"{node.url}/api/v1/events/{SLUG}/commands", body, token)


@pytest.fixture
async def far_and_near(
    redis_server: RedisServer, settings: dict[str, Any], tmp_path: Path
) -> AsyncIterator[tuple[TcpProxy, Node, Node]]:
    """Two nodes, the first of which reaches Redis through a network that can be harmed."""
    async with (
        TcpProxy(redis_server.port) as network,
        running(tmp_path, drain_notice_s=0, **settings) as near,
    ):
        far_settings = settings | {"journal": f"redis://127.0.0.1:{network.port}/0"}
        async with running(tmp_path, drain_notice_s=0, **far_settings) as far:
            yield network, far, near
            await network.switch(Mode.FORWARD)
            network.delay_s = 0


async def test_vote_that_hung_in_a_node_does_not_undo_what_came_later(
    far_and_near: tuple[TcpProxy, Node, Node],
) -> None:
    network, far, near = far_and_near
    _, person = await post_json(f"{near.url}/api/v1/events/{SLUG}/participants", {})
    state = hub_of(near).state.questions
    question = next(q.id for q in state.all.values() if q.status.value == "approved")
    before = set(state.voters_of(question))
    await network.switch(Mode.STALL)
    hanging = asyncio.create_task(vote(far, "question.upvote", question, person["token"], "same"))
    await asyncio.sleep(STALE_S + 0.3)
    for kind, identity in (("question.upvote", "same"), ("question.unvote", "other")):
        status, said = await vote(near, kind, question, person["token"], identity)
        assert (status, said["ok"]) == (200, True)
    network.cut()
    await network.switch(Mode.FORWARD)
    status, said = await hanging
    assert (status, said["error"]["code"]) == (503, "unavailable")
    await until_equal([far, near])
    assert set(hub_of(near).state.questions.voters_of(question)) == before


async def test_node_that_others_always_beat_turns_red_and_sends_its_clients_on(
    far_and_near: tuple[TcpProxy, Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, far, near = far_and_near
    monkeypatch.setattr("streamhub.hub.hub.SLOW_S", 0.5)
    phone = await Client(far.url).connect("audience", room="main")
    _, person = await post_json(f"{near.url}/api/v1/events/{SLUG}/participants", {})
    held = phone.state["questions"].items()
    question = next(name for name, one in held if one["status"] == "approved")
    near_hub = hub_of(near)

    async def busy() -> None:
        actor = Actor(id=ActorId(person["participant"]), role=Role.PARTICIPANT)
        for turn in itertools.count():
            kind = UnvoteQuestion if turn % 2 else UpvoteQuestion
            with contextlib.suppress(Rejected):
                await near_hub.submit(Wish("v", "", kind(question=QuestionId(question))), actor)
            await asyncio.sleep(0.005)

    network.delay_s = 0.1
    others = asyncio.create_task(busy())
    said = await phone.do("question.ask", text=TEXT)
    assert said["error"]["code"] == "unavailable"
    status, body = await get_json(f"{far.url}/readyz")
    assert status == 503
    assert "Slow" in body["troubles"][SLUG]
    await phone.until(lambda: phone.seen["bye"])
    others.cancel()
    await asyncio.gather(others, return_exceptions=True)
    await phone.close()


async def test_scheduled_stream_is_switched_once_on_all_nodes(nodes: list[Node]) -> None:
    one, two = nodes
    phone = await Client(two.url).connect("audience", room="main")
    show = await Client(one.url).connect("control", token=token_of(one, "producer"))
    at = one.hubs.clock.now() + 700
    sources = [{"url": "https://example.org/es.m3u8", "language": "es"}]
    done = await show.do("stream.set", room="main", sources=sources, slate="Ya", at=at)
    assert done["ok"]
    await show.until(lambda: show.state["rooms"]["main"].get("streams_ahead"))
    assert "streams_ahead" not in phone.state["rooms"]["main"]
    await phone.until(lambda: phone.state["rooms"]["main"].get("slate") == "Ya")
    shown = phone.state["rooms"]["main"]["stream"]
    assert shown["sources"] == [
        {"url": "https://example.org/es.m3u8", "kind": "hls", "language": "es"}
    ]
    assert shown["since_at"] == at
    await until_equal(nodes)
    entries = await one.hubs.journal.read(SLUG, 0)
    text = b"".join(entry.body for entry in entries)
    assert text.count(b'"stream.switched"') == 1
    for client in (phone, show):
        await client.close()


async def test_viewers_of_two_nodes_are_counted_together(nodes: list[Node]) -> None:
    one, two = nodes
    show = await Client(one.url).connect("control", token=token_of(one, "producer"))
    phones = [await Client(node.url).connect("audience", room="main") for node in nodes]
    for phone in phones:
        await phone.sio.emit("watching", {"room": "main", "state": "playing", "late_s": 8.2})
    await show.until(
        lambda: (
            show.seen["streams"]
            and show.seen["streams"][-1]["rooms"]["main"]["viewers"]["watching"] == 2
        )
    )
    hub_of(two).streaming.found(RoomId("main"), Finding(health="live", since_at=5))
    for phone in phones:
        await phone.until(lambda phone=phone: phone.seen["streams"])
        assert phone.seen["streams"] == [{"rooms": {"main": {"health": "live", "since_at": 5}}}]
    for client in (show, *phones):
        await client.close()
