"""Backups: what was written comes back as it was, into any engine, while nodes serve."""

import asyncio
import gzip
import json
import shutil
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from office_support import (
    ask,
    backup,
    check,
    export,
    history,
    lines_of,
    loaded,
    sealed,
    settings_for,
    submit,
    talk,
)
from support import Client, get_json, hub_of, running, token_of

from streamhub.app import open_hubs, serve
from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId
from streamhub.core.questions import AskQuestion
from streamhub.core.roles import Actor, Role
from streamhub.formats import FORMATS
from streamhub.formats.sample import SLUG, sample, sample_bytes
from streamhub.hub.errands import About, Declined, Export, Import, Init, Links, Replace, Restore
from streamhub.settings import Settings

ENGINES = ["sqlite", "redis"]
both = pytest.mark.parametrize("engine", ENGINES)


async def served(settings: Settings, stack: AsyncExitStack, **more: Any) -> Any:
    given = {key: getattr(settings, key) for key in ("data", "journal", "redis_prefix")}
    data = given.pop("data")
    return await stack.enter_async_context(running(data, drain_notice_s=0, **given, **more))


@both
async def test_wrecked_journal_comes_back_as_it_was(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(engine, request, tmp_path)
    await history(settings)
    links, _ = await ask(settings, Links())
    state, cursor = await loaded(settings)
    held = await backup(settings)

    if engine == "sqlite":
        shutil.rmtree(settings.data)
    else:  # another part of Redis, where nothing is
        settings = settings_for(engine, request, tmp_path)
    told, _ = await ask(settings, Restore(), held)
    assert [event["event"] for event in told["restored"]] == [SLUG]
    after, cursor_after = await loaded(settings)
    assert after == state
    assert cursor_after == cursor
    assert (await ask(settings, Links()))[0] == links
    assert lines_of(await backup(settings)) == lines_of(held)
    assert (await check(settings))["ok"]


async def test_archive_goes_from_engine_to_engine_and_back(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    one, two, three = (settings_for(e, request, tmp_path) for e in ("sqlite", "redis", "sqlite"))
    await history(one)
    held = await backup(one)
    await ask(two, Restore(), held)
    there = await backup(two)
    await ask(three, Restore(), gzip.compress(there))
    assert lines_of(held) == lines_of(there) == lines_of(await backup(three))
    assert (await loaded(one))[0] == (await loaded(two))[0] == (await loaded(three))[0]


async def test_body_that_is_no_json_comes_back_byte_for_byte(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for("sqlite", request, tmp_path)
    await history(settings, 1, 0)
    held = await backup(settings)
    *_, last = (line for line in held.splitlines() if line.startswith(b'{"seq"'))
    assert b'"body":{"schema"' in last
    assert "“ñandú”".encode() in held  # people can read it


@both
async def test_backup_under_load_is_a_prefix_with_all_that_was_acknowledged(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(engine, request, tmp_path)
    async with AsyncExitStack() as stack:
        node = await served(settings, stack)
        hub = hub_of(node)
        acknowledged = 0

        async def person(name: str) -> None:
            nonlocal acknowledged
            for number in range(10_000):
                actor = Actor(id=ActorId(f"{name}x{number}"), role=Role.PARTICIPANT)
                answer = await submit(hub, AskQuestion(text=f"Question {number} of {name}"), actor)
                acknowledged = max(acknowledged, int(answer["cursor"].partition(".")[0]))

        crowd = [asyncio.create_task(person(f"person{n}")) for n in range(4)]
        await asyncio.sleep(0.5)
        for _ in range(3):
            before = acknowledged
            held = await backup(settings)
            entries = [line for line in held.splitlines() if line.startswith(b'{"seq"')]
            assert len(entries) >= before > 0
            journal = node.hubs.journal
            now = await journal.read(SLUG, 0, 10_000)
            for entry, line in zip(now, entries, strict=False):
                assert entry.tag.hex().encode() in line
                assert line.endswith(b'"body":' + entry.body + b"}")
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)


@both
async def test_restore_into_a_running_node_gives_clients_the_restored_history(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(engine, request, tmp_path)
    async with AsyncExitStack() as stack:
        nodes = [await served(settings, stack)]
        if engine == "redis":
            nodes.append(await served(settings, stack, node="other"))
        (kept,) = await talk(hub_of(nodes[0]), 1)
        held = await backup(settings)
        (gone, *_) = await talk(hub_of(nodes[0]), 5)
        phones = [await Client(node.url).connect("audience", room="main") for node in nodes]
        for phone in phones:
            assert {kept, gone} <= set(phone.state["questions"])
            phone.seen["snapshot"].clear()
        with pytest.raises(Declined, match="--replace"):
            await ask(settings, Restore(), held)
        await ask(settings, Restore(replace=True), held)
        for phone in phones:
            await phone.until(lambda phone=phone: gone not in phone.state["questions"])
            assert kept in phone.state["questions"]
            assert phone.seen["snapshot"]
            answer = await phone.do("question.ask", text="Does it go on from there?", room="main")
            assert answer["ok"]
            assert answer["result"]["question"]
        assert all(not node.hubs.troubles for node in nodes)
        if engine == "redis":
            control = await Client(nodes[0].url).connect(
                "control", token=token_of(nodes[0], "producer")
            )
            await control.until(lambda: control.seen["presence"][-1:] != [])
            await control.until(lambda: control.seen["presence"][-1]["nodes"] == 2)
            # the command itself counts for none
            assert max(heard["nodes"] for heard in control.seen["presence"]) == 2
            await control.close()
        for phone in phones:
            await phone.close()


@both
async def test_event_that_was_gone_is_served_as_soon_as_it_is_back(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings, other = (settings_for(engine, request, tmp_path) for _ in range(2))
    await history(settings, 2, 1)
    held = await backup(settings)
    empty = Settings(**(other.model_dump() | {"host": "127.0.0.1"}))
    async with serve(empty) as node:
        if engine == "redis":  # where other nodes may have the key in memory
            with pytest.raises(Declined, match="--replace-key"):
                await ask(other, Restore(), held)
        await ask(other, Restore(replace_key=engine == "redis"), held)
        async with asyncio.timeout(5):
            while not len(node.hubs):  # noqa: ASYNC110 - nodes look every second
                await asyncio.sleep(0.05)
        client = await Client(node.url).connect("audience", room="main")
        assert len(client.state["questions"]) == 3
        await client.close()
        if engine == "sqlite":  # on Redis nodes have to be restarted for the key
            links, _ = await ask(settings, Links())
            token = links["events"][0]["links"][0]["token"]
            status, _ = await get_json(f"{node.url}/api/v1/events/{SLUG}/views/desk", token)
            assert status == 200
            foreign = _with_key(held, "ab" * 32)
            with pytest.raises(Declined, match="serves events cannot change its key"):
                await ask(other, Restore(replace=True, replace_key=True), foreign)


def _with_key(held: bytes, key: str) -> bytes:
    lines = held.splitlines()
    lines[1] = json.dumps({"key": key}).encode()
    return sealed(lines)


@both
async def test_other_key_is_refused_until_it_is_wanted(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings, other = (settings_for(engine, request, tmp_path) for _ in range(2))
    await history(settings, 1, 0)
    await ask(other, Init(name="agenda.yaml", slug="second"), sample_bytes())
    held = await backup(settings)
    with pytest.raises(Declined, match="another key"):
        await ask(other, Restore(), held)
    assert [one["event"] for one in (await ask(other, Links()))[0]["events"]] == ["second"]
    await ask(other, Restore(replace_key=True), held)
    told, _ = await ask(other, Links())
    first, second = told["events"]
    assert all(link["token"] for link in first["links"])
    assert not any(link["token"] for link in second["links"])  # made with the key that is gone
    assert first == (await ask(settings, Links()))[0]["events"][0]


async def test_given_key_is_not_replaced(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings, other = (settings_for("sqlite", request, tmp_path) for _ in range(2))
    await history(settings, 1, 0)
    held = await backup(settings)
    other = Settings(data=other.data, key="cd" * 32)
    with pytest.raises(OSError, match="STREAMHUB_KEY"):
        await ask(other, Restore(replace_key=True), held)
    assert b'{"key":"' + b"cd" * 32 in await backup(other)


async def test_one_event_of_a_backup_comes_back_alone(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings, other = (settings_for("sqlite", request, tmp_path) for _ in range(2))
    await history(settings, 1, 0)
    await ask(settings, Init(name="agenda.yaml", slug="second"), sample_bytes())
    held = await backup(settings)
    with pytest.raises(Declined, match="no event 'third' in this file"):
        await ask(other, Restore(event="third"), held)
    await ask(other, Restore(event="second"), held)
    assert [one["event"] for one in (await ask(other, Links()))[0]["events"]] == ["second"]
    with pytest.raises(Declined, match="There already: second"):
        await ask(other, Restore(), held)
    assert [one["event"] for one in (await ask(other, Links()))[0]["events"]] == ["second"]
    with pytest.raises(Declined, match="--event"):
        await ask(other, Import(), held)
    told, _ = await ask(other, Import(event=SLUG), held)
    assert told["imported"]["event"] == SLUG


@both
async def test_exported_event_has_new_links_elsewhere_and_its_old_ones_are_revoked(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings, other = (settings_for(engine, request, tmp_path) for _ in range(2))
    await history(settings)
    old, _ = await ask(settings, Links())
    held = await export(settings)
    assert b'{"key"' not in held
    with pytest.raises(Declined, match="import"):
        await ask(other, Restore(), held)
    told, _ = await ask(other, Import(), held)
    (event,) = told["events"]
    assert [link["role"] for link in event["links"]] == ["moderator", "organiser", "producer"]
    state, cursor = await loaded(settings)
    after, cursor_after = await loaded(other)
    assert after.questions == state.questions
    assert int(cursor_after.partition(".")[0]) == int(cursor.partition(".")[0]) + 1
    async with open_hubs(other) as hubs:
        hub = hubs.get(SLUG)
        for link in event["links"]:
            actor = hub.authenticate(link["token"])
            assert actor is not None
            assert actor.role.value == link["role"]
        for link in old["events"][0]["links"]:
            assert hub.authenticate(link["token"]) is None
    with pytest.raises(Declined, match="There already"):
        await ask(other, Import(), held)
    again, _ = await ask(other, Import(replace=True), held)
    assert again["events"][0]["links"] != event["links"]
    assert (await check(other))["ok"]


@both
async def test_event_is_made_and_links_are_told_while_a_node_serves(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(engine, request, tmp_path)
    async with AsyncExitStack() as stack:
        node = await served(settings, stack)
        told, _ = await ask(settings, Init(name="agenda.yaml", slug="second"), sample_bytes())
        assert told["made"] == "second"
        tokens = {link["role"]: link["token"] for link in told["events"][-1]["links"]}
        async with asyncio.timeout(5):
            while len(node.hubs) < 2:  # noqa: ASYNC110 - nodes look every second
                await asyncio.sleep(0.05)
        desk = await Client(node.url).connect("desk", event="second", token=tokens["moderator"])
        await desk.close()
        with pytest.raises((Rejected, Declined), match="already"):
            await ask(settings, Init(name="agenda.yaml", slug="second"), sample_bytes())
        with pytest.raises(Declined, match="There is: "):
            await ask(settings, Export(event="third"))
        assert (await check(settings))["ok"]


async def test_command_on_redis_keeps_no_snapshot_and_appends_nothing(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for("redis", request, tmp_path)
    await history(settings)
    before = await backup(settings)
    await ask(settings, Links())
    await check(settings)
    await export(settings)
    assert lines_of(await backup(settings)) == lines_of(before)


async def test_two_processes_on_one_file_wait_for_each_other(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for("sqlite", request, tmp_path)
    await history(settings)
    held = await asyncio.gather(*(backup(settings) for _ in range(3)))
    assert len({tuple(lines_of(one)) for one in held}) == 1


async def test_there_is_nothing_to_open_where_there_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(Declined, match="no journal"):
        await backup(Settings(data=tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(Declined, match="memory"):
        await backup(Settings(data=tmp_path, journal="memory"))


def newer(old: str, new: str) -> bytes:
    """The sample's agenda in other words, as own JSON."""
    text = FORMATS["json"].write(sample(), SLUG).decode()
    assert old in text
    return text.replace(old, new).encode()


@both
async def test_agenda_is_replaced_where_nobody_serves(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(engine, request, tmp_path)
    await history(settings)
    about, _ = await ask(settings, About(event=SLUG))
    assert (about["event"], about["timezone"]) == (SLUG, "America/Mexico_City")
    before, cursor = await loaded(settings)
    file = newer("Coffee", "Tea")
    told, _ = await ask(settings, Replace(event=SLUG, only_look=True), file)
    assert [one["fields"] for one in told["changes"]] == [["title"]]
    assert await loaded(settings) == (before, cursor)
    assert (await ask(settings, Replace(event=SLUG), file))[0] == told
    after, _ = await loaded(settings)
    assert "Tea break" in {one.title for one in after.agenda.sessions.values()}
    assert after.questions == before.questions
    assert (await ask(settings, Replace(event=SLUG), file))[0]["same"]
    assert (await loaded(settings))[0] == after


@both
async def test_agenda_is_replaced_while_a_node_serves(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(engine, request, tmp_path)
    async with AsyncExitStack() as stack:
        node = await served(settings, stack)
        state = hub_of(node).state
        on_air = next(iter(state.rundown.clocks.values())).live
        assert on_air is not None
        live = state.agenda.sessions[on_air]
        text = FORMATS["json"].write(state.agenda, SLUG).decode()
        await ask(settings, Replace(event=SLUG), text.replace("Coffee", "Tea").encode())
        async with asyncio.timeout(5):
            while "Tea break" not in {  # noqa: ASYNC110 - of another writer, with Redis
                one.title for one in hub_of(node).state.agenda.sessions.values()
            }:
                await asyncio.sleep(0.02)
        touching = text.replace("Coffee", "Tea").replace(live.title, "Other words").encode()
        look = Replace(event=SLUG, only_look=True)
        assert [one["title"] for one in (await ask(settings, look, touching))[0]["live"]]
        with pytest.raises((Declined, Rejected), match="on air"):
            await ask(settings, Replace(event=SLUG), touching)
        await ask(settings, Replace(event=SLUG, touch_live=True), touching)
        async with asyncio.timeout(5):
            while hub_of(node).state.agenda.sessions[live.id].title != "Other words":  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)


async def test_errand_about_no_event_is_declined(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    await history(settings)
    for errand in (About(event="nowhere"), Replace(event="nowhere")):
        with pytest.raises(Declined, match="There is no event 'nowhere' here"):
            await ask(settings, errand, newer("Coffee", "Tea"))
    with pytest.raises(Declined, match="too large"):
        await ask(settings, Replace(event=SLUG), b" " * ((16 << 20) + 1))
