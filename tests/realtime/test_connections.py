"""Whole conversations over real sockets, with python-socketio's own client."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import socketio
from support import Client, fresh, get_json, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.ids import RoomId
from streamhub.core.views import View, project
from streamhub.formats.sample import SLUG
from streamhub.hub.health import Finding

TEXT = "How will regions without a university take part?"


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as serving:
        yield serving


@pytest.fixture(params=[["websocket"], ["polling"], ["polling", "websocket"]], ids="-".join)
def transports(request: pytest.FixtureRequest) -> list[str]:
    return list(request.param)


async def test_questions_from_one_address_are_paced_by_both_doors(tmp_path: Path) -> None:
    async with running(tmp_path, limit_questions=3, limit_questions_per_s=0.01) as node:
        phones = [await Client(node.url).connect() for _ in range(3)]
        for number, phone in enumerate(phones):
            assert (await phone.do("question.ask", text=f"{TEXT} {number}", room="main"))["ok"]
        refused = await phones[0].do("question.ask", text=TEXT, room="main")
        error = refused["error"]
        assert (error["code"], error["retryable"], error["retry_after"]) == (
            "request.too_many",
            True,
            5,
        )
        url = f"{node.url}/api/v1/events/{SLUG}"
        _, made = await post_json(f"{url}/participants", {})
        body = fresh("question.ask", text=TEXT, room="main")
        status, refused = await post_json(f"{url}/commands", body, made["token"])
        assert (status, refused["error"]["code"]) == (429, "request.too_many")
        for phone in phones:
            await phone.close()


async def test_settings_of_questions_reach_everybody(node: Node) -> None:
    phone = await Client(node.url).connect()
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    await desk.do("questions.configure", pending_most=2, slow_s=60, words={"en": ["damn"]})
    await phone.until(lambda: phone.me["limits"]["pending_most"] == 2)
    await phone.until(lambda: phone.state["event"].get("slow_s") == 60)
    await desk.until(lambda: desk.state["event"]["policy"]["words"] == {"en": ["damn"]})
    for client in (phone, desk):
        await client.close()


async def test_question_travels_from_a_phone_to_the_screen(
    node: Node, transports: list[str]
) -> None:
    phone = await Client(node.url, transports).connect()
    other = await Client(node.url, transports).connect()
    desk = await Client(node.url, transports).connect("desk", token=token_of(node, "moderator"))
    stage = await Client(node.url, transports).connect("stage", room="main")

    answer = await phone.do("question.ask", text=TEXT, room="main", name="Ana")
    question = answer["result"]["question"]
    await desk.until(lambda: question in desk.state["questions"])
    assert desk.state["questions"][question]["status"] == "pending"
    await phone.until(lambda: question in phone.me["questions"])
    assert phone.me["questions"][question]["way"] == "in_review"
    assert question not in other.state["questions"]

    approved = await desk.do("question.approve", question=question, revision=1)
    assert approved["ok"] is True
    await other.until(lambda: question in other.state["questions"])
    await phone.until(lambda: phone.me["questions"][question]["way"] == "approved")

    assert (await other.do("question.upvote", question=question))["ok"] is True
    await desk.until(lambda: desk.state["questions"][question]["upvotes"] == 1)
    await other.until(lambda: other.me["votes"] == {question: True})

    await desk.do("question.spotlight", question=question)
    await stage.until(lambda: stage.state["rooms"]["main"].get("spotlight") == question)
    assert stage.state["questions"][question]["text"] == TEXT
    await phone.until(lambda: phone.me["questions"][question]["way"] == "on_screen")

    await desk.do("question.answer", question=question)
    await stage.until(lambda: "spotlight" not in stage.state["rooms"]["main"])
    assert stage.state["questions"] == {}
    await phone.until(lambda: phone.me["questions"][question]["way"] == "answered")

    await asyncio.sleep(0.3)
    state = hub_of(node).state
    assert phone.state == project(state, View.AUDIENCE, None)
    assert desk.state == project(state, View.DESK, None)
    for client in (phone, other, desk, stage):
        assert client.resyncs == 0
        await client.close()


async def test_resume_answers_one_patch_or_a_snapshot(node: Node) -> None:
    phone = await Client(node.url).connect()
    cursor, state, me = phone.cursor, phone.state, phone.me
    await phone.close()
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    pending = [n for n, q in desk.state["questions"].items() if q["status"] == "pending"]
    await desk.do("question.approve", question=pending[0], revision=1)
    await desk.do("question.spotlight", question=pending[0])
    await desk.until(lambda: desk.state["rooms"]["main"].get("spotlight") == pending[0])

    back = Client(node.url)
    back.state, back.cursor, back.me = state, cursor, me
    await back.connect(resume=cursor, token=me["token"])
    await back.until(lambda: back.seen["patch"])
    assert back.seen["snapshot"] == []
    assert len(back.seen["patch"]) == 1
    assert back.state == project(hub_of(node).state, View.AUDIENCE, None)

    for nonsense in ("1.00", "99999.abcdef", f"{str(cursor).partition('.')[0]}.00"):
        other = await Client(node.url).connect(resume=nonsense)
        assert len(other.seen["snapshot"]) == 1
        await other.close()
    await back.close()
    await desk.close()


async def test_command_id_has_one_effect_and_one_answer(node: Node) -> None:
    phone = await Client(node.url).connect()
    command = fresh("question.ask", text=TEXT, room="main")
    first = await phone.ask("command", command)
    again = await phone.ask("command", command)
    assert again["result"] == first["result"]
    reused = await phone.ask("command", command | {"text": "Something else entirely?"})
    assert reused["error"]["code"] == "command.reused"
    mine = [q for q in hub_of(node).state.questions.all.values() if q.text == TEXT]
    assert len(mine) == 1
    await phone.close()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("nonsense", "command.invalid"),
        ({"id": "1"}, "command.unknown"),
        ({"id": "1", "type": "question.explode"}, "command.unknown"),
        ({"type": "question.ask", "text": TEXT}, "command.invalid"),
        ({"id": "1", "type": "question.ask"}, "command.invalid"),
        ({"id": "1", "type": "question.ask", "text": "no"}, "text.too_short"),
        ({"id": "1", "type": "question.ask", "text": "x" * 300}, "text.too_long"),
        ({"id": "1", "type": "question.ask", "text": "a\x07bcdefg"}, "text.invalid"),
        ({"id": "1", "type": "question.ask", "text": "abc \ud800 def"}, "text.invalid"),
        ({"id": "1", "type": "question.ask", "text": "x" * 17_000}, "command.too_large"),
        ({"id": "1", "type": "question.ask", "text": TEXT, "room": "attic"}, "room.unknown"),
        ({"id": "1", "type": "question.ask", "text": TEXT, "session": "s9"}, "session.unknown"),
        ({"id": "1", "type": "question.ask", "text": TEXT, "session": "s6"}, "question.closed"),
        ({"id": "1", "type": "question.upvote", "question": "none"}, "question.unknown"),
        (
            {"id": "1", "type": "question.approve", "question": "none", "revision": 1},
            "command.forbidden",
        ),
        ({"id": "1", "type": "session.next", "room": "main", "live": None}, "command.forbidden"),
        ({"id": "1", "type": "clock.tick"}, "command.forbidden"),
        ({"id": "1", "type": "question.ask", "text": float("nan")}, "command.invalid"),
    ],
)
async def test_bad_command_gets_its_code_and_changes_nothing(
    node: Node, body: Any, code: str
) -> None:
    phone = await Client(node.url).connect()
    before = hub_of(node).state
    answer = await phone.ask("command", body)
    assert answer["ok"] is False
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]
    assert hub_of(node).state == before
    await phone.close()


async def test_stale_approval_and_stale_next_are_told_apart(node: Node) -> None:
    phone = await Client(node.url).connect()
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    show = await Client(node.url).connect("control", token=token_of(node, "producer"))
    asked = await phone.do("question.ask", text=TEXT, room="main")
    question = asked["result"]["question"]
    await phone.do("question.edit", question=question, text=TEXT + " And when?")
    stale = await desk.do("question.approve", question=question, revision=1)
    assert stale["error"]["code"] == "question.stale"
    assert stale["error"]["detail"] == {"revision": 2}
    assert (await show.do("session.next", room="main", live="s3"))["ok"] is True
    twice = await show.do("session.next", room="main", live="s3")
    assert twice["error"]["code"] == "session.stale"
    assert twice["error"]["detail"]["live"] == "s4"
    for client in (phone, desk, show):
        await client.close()


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ({"event": "nowhere", "view": "audience"}, "event.unknown"),
        ({"event": SLUG, "view": "backstage"}, "request.invalid"),
        ({"event": SLUG, "view": "desk"}, "view.forbidden"),
        ({"event": SLUG, "view": "control"}, "view.forbidden"),
        ({"event": SLUG, "view": "audience", "token": "l_guess"}, "token.invalid"),
        ({"event": SLUG, "view": "audience", "room": "attic"}, "room.unknown"),
        ({"event": SLUG, "view": "audience", "resume": "yesterday"}, "request.invalid"),
        ("hello", "request.invalid"),
    ],
)
async def test_hello_that_cannot_be_is_refused_with_its_code(
    node: Node, auth: Any, code: str
) -> None:
    sio = socketio.AsyncClient(reconnection=False)
    errors: list[Any] = []
    sio.on("connect_error", errors.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await sio.connect(node.url, auth=auth, transports=["websocket"])
    assert errors[0]["data"]["code"] == code


async def test_revoked_link_is_cut_while_connected(node: Node) -> None:
    url = f"{node.url}/api/v1/events/{SLUG}/commands"
    owner = await Client(node.url).connect("control", token=token_of(node, "organiser"))
    made = await owner.do("link.create", role="moderator", name="Marta")
    again = made["result"]
    desk = await Client(node.url).connect("desk", token=again["token"])
    assert (await owner.do("link.revoke", link=again["link"]))["ok"] is True
    await desk.until(lambda: desk.seen["bye"])
    assert desk.seen["bye"][0]["code"] == "token.invalid"
    await asyncio.sleep(0.5)
    assert desk.sio.connected is False
    status, _ = await get_json(url.replace("commands", "views/desk"), token=again["token"])
    assert status == 401
    await owner.close()


async def test_flood_is_slowed_then_cut(node: Node) -> None:
    phone = await Client(node.url).connect()
    codes = []
    for _ in range(200):
        if not phone.sio.connected:
            break
        try:
            answer = await phone.sio.call("time", {"t0": 1}, timeout=1)
        except (socketio.exceptions.TimeoutError, socketio.exceptions.BadNamespaceError):
            break
        codes.append(answer.get("error", {}).get("code"))
    assert "request.too_many" in codes
    await asyncio.sleep(0.3)
    assert phone.sio.connected is False


async def test_beat_tells_the_cursor_of_the_channel(node: Node) -> None:
    phone = await Client(node.url).connect()
    await phone.until(lambda: phone.seen["beat"], within_s=8)
    assert phone.seen["beat"][0]["cursor"] == phone.cursor
    await phone.close()


async def test_presence_reaches_the_producer(node: Node) -> None:
    show = await Client(node.url).connect("control", token=token_of(node, "producer"))
    phone = await Client(node.url).connect()
    await show.until(
        lambda: show.seen["presence"] and show.seen["presence"][-1]["counts"]["participants"] == 1
    )
    await phone.close()
    await show.until(lambda: show.seen["presence"][-1]["counts"]["participants"] == 0)
    await show.close()


async def test_node_that_is_alone_tells_when_it_will_be_back(tmp_path: Path) -> None:
    async with running(tmp_path) as node:
        phones = [await Client(node.url).connect() for _ in range(3)]
    for phone in phones:
        await phone.until(lambda phone=phone: phone.seen["bye"])
        (bye,) = phone.seen["bye"]
        assert bye["code"] == "unavailable"
        assert 1.5 <= bye["retry_after"] <= 2.1
        await phone.close()


async def test_history_that_was_replaced_gives_everybody_a_new_snapshot(node: Node) -> None:
    phones = [await Client(node.url).connect() for _ in range(3)]
    hub_of(node).publisher.start_again()
    for phone in phones:
        await phone.until(lambda phone=phone: len(phone.seen["snapshot"]) == 2)
        assert [("id" in body) for body in phone.seen["me"]] == [True, True]
        assert phone.state == project(hub_of(node).state, View.AUDIENCE, None)
        await phone.close()


def figures(**more: Any) -> dict[str, Any]:
    return {"room": "main", "state": "playing", "late_s": 8.2, "stalls": 1} | more


async def test_what_viewers_meet_reaches_the_producer_and_nobody_else(node: Node) -> None:
    viewer, other = await Client(node.url).connect(room="main"), await Client(node.url).connect()
    show = await Client(node.url).connect("control", token=token_of(node, "producer"))
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    await viewer.sio.emit("watching", figures())
    await desk.sio.emit("watching", figures())  # no page of a viewer
    viewers = {
        "watching": 1,
        "stalled": 0,
        "stalls_per_min": 1.0,
        "late_s": {"p50": 8.25, "p90": 8.25},
    }
    await show.until(lambda: show.seen["streams"])
    assert show.seen["streams"] == [{"rooms": {"main": {"viewers": viewers}}}]
    late = await Client(node.url).connect("control", token=token_of(node, "producer"))
    await late.until(lambda: late.seen["streams"])
    assert late.seen["streams"] == show.seen["streams"]
    await viewer.close()
    gone = {"main": {"viewers": {"watching": 0, "stalled": 0, "stalls_per_min": 1.0}}}
    await show.until(lambda: show.seen["streams"][-1] == {"rooms": gone})
    for client in (other, show, desk, late):
        assert not client.seen["streams"] or client in {show, late}
        await client.close()


async def test_how_a_stream_does_reaches_all_who_may_watch_and_those_who_come(node: Node) -> None:
    views = {"audience": None, "desk": "moderator", "control": "producer", "stage": None}
    clients = {
        view: await Client(node.url).connect(view, token=role and token_of(node, role))
        for view, role in views.items()
    }
    hub_of(node).streaming.found(RoomId("main"), Finding(health="late", since_at=5, kbps=9))
    public = {"rooms": {"main": {"health": "late", "since_at": 5}}}
    full = {"rooms": {"main": {"health": "late", "since_at": 5, "kbps": 9, "gaps": 0}}}
    for view, wanted in {"audience": public, "desk": public, "control": full}.items():
        client = clients[view]
        await client.until(lambda client=client: client.seen["streams"])
        assert client.seen["streams"] == [wanted]
    assert clients["stage"].seen["streams"] == []
    phone = await Client(node.url).connect()
    await phone.until(lambda: phone.seen["streams"])
    assert phone.seen["streams"] == [public]
    for client in (*clients.values(), phone):
        await client.close()


@pytest.mark.parametrize(
    "body",
    [
        *(None, 5, [], "x", {}, figures(state="well"), figures(late_s=-1), figures(stalls=1e9)),
        *(figures(room=5), figures(room="x" * 65), figures(late_s="soon"), figures(kbps=-4)),
    ],
)
async def test_watching_that_is_not_well_formed_is_refused(node: Node, body: object) -> None:
    phone = await Client(node.url).connect()
    answer = await phone.ask("watching", body)
    assert answer["error"]["code"] == "request.invalid"
    assert len(hub_of(node).streaming.viewers) == 0
    await phone.close()
