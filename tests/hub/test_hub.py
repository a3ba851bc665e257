"""The hub: one writer, durable before acknowledged, decided again when somebody else was first."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from support import HandClock

from streamhub import demo
from streamhub.core import merge
from streamhub.core.errors import Rejected
from streamhub.core.event import Command, EventState
from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId
from streamhub.core.questions import ApproveQuestion, AskQuestion, QuestionStatus, UpvoteQuestion
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import ExtendSession, NextSession
from streamhub.core.views import View, project
from streamhub.formats.sample import SLUG
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.ports import Silence
from streamhub.hub.secrets import Keyring
from streamhub.journal import Entry, Full, Lost
from streamhub.journal.memory import MemoryJournal
from streamhub.journal.sqlite import SqliteJournal
from streamhub.protocol.commands import Wish
from streamhub.relay.local import LocalRelay

START: Ms = 1_700_000_000_000
TEXT = "How will small regions take part in this?"


class Recorder(Silence):
    """An audience that keeps what it hears."""

    def __init__(self) -> None:
        self.messages: list[tuple[View, str | None, dict[str, Any]]] = []
        self.mine: list[tuple[ActorId, dict[str, Any]]] = []

    def publish(self, view: View, room: str | None, message: dict[str, Any]) -> None:
        self.messages.append((view, room, message))

    def publish_me(self, actor: ActorId, patch: dict[str, Any]) -> None:
        self.mine.append((actor, patch))


class StubbornJournal(MemoryJournal):
    """A real journal whose next appends fail first, after or instead of being written."""

    def __init__(self) -> None:
        super().__init__()
        self.before: list[Exception] = []
        self.after: list[Exception] = []

    async def append(self, event: str, entry: Entry) -> list[Entry]:
        if self.before:
            raise self.before.pop()
        found = await super().append(event, entry)
        if self.after:
            raise self.after.pop()
        return found


def wish(identity: str, command: Command) -> Wish:
    return Wish(identity, identity, command)


def person(name: str) -> Actor:
    return Actor(id=ActorId(name), role=Role.PARTICIPANT)


MODERATOR = Actor(id=ActorId("mod"), role=Role.MODERATOR)
PRODUCER = Actor(id=ActorId("pro"), role=Role.PRODUCER)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(START)


@pytest.fixture
def journal() -> StubbornJournal:
    return StubbornJournal()


@pytest.fixture
async def hubs(journal: StubbornJournal, clock: HandClock) -> AsyncIterator[Hubs]:
    made = Hubs(journal, Keyring(b"k" * 32), clock, LocalRelay())
    await demo.create(made, as_published=False)
    yield made
    await made.close()


@pytest.fixture
def hub(hubs: Hubs) -> EventHub:
    return hubs.get(SLUG)


async def ask(hub: EventHub, who: str, identity: str, text: str = TEXT) -> QuestionId:
    answer = await hub.submit(wish(identity, AskQuestion(text=text)), person(who))
    return QuestionId(answer["result"]["question"])


async def test_unanswered_append_is_repeated_byte_for_byte(
    hub: EventHub, journal: StubbornJournal
) -> None:
    journal.after = [Full("no room")]  # written, but the answer is lost
    seq = hub.state.seq
    await ask(hub, "ana", "1")
    assert hub.state.seq == seq + 1
    entries = await journal.read(SLUG, 0)
    assert len({entry.tag for entry in entries}) == len(entries)
    assert hub.trouble is None


async def test_refusal_is_freed_with_all_that_it_knew(hub: EventHub) -> None:
    hostile = ApproveQuestion(question=QuestionId("no"), revision=1)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for number, actor in enumerate((MODERATOR, person("ana"))):
            with pytest.raises(Rejected):
                await hub.submit(wish(str(number), hostile), actor)
        gc.collect()  # finds what only its own cycles keep
        kept = {type(one).__name__ for one in gc.garbage}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert kept & {"EventState", "Rejected", "frame"} == set()


async def test_full_journal_is_not_ready_until_there_is_room(
    hub: EventHub, journal: StubbornJournal
) -> None:
    journal.before = [Full("no room"), Full("no room")]
    waiting = asyncio.create_task(ask(hub, "ana", "1"))
    await asyncio.sleep(0.02)
    assert hub.is_ready is False
    await waiting
    assert hub.is_ready is True


async def test_lost_journal_refuses_everything_from_then_on(
    hub: EventHub, journal: StubbornJournal
) -> None:
    journal.before = [Lost("gone")]
    for identity in ("1", "2"):
        with pytest.raises(Rejected) as refused:
            await ask(hub, "ana", identity)
        assert refused.value.code == "unavailable"
    assert hub.is_ready is False


async def test_two_hubs_on_one_journal_decide_again_and_agree(
    hubs: Hubs, hub: EventHub, journal: StubbornJournal, clock: HandClock
) -> None:
    other = EventHub(SLUG, journal, hubs.keyring, clock, hubs.pairing, hubs.relay)
    await other.open()
    seen = hub.state.rundown.clock(RoomId("main")).live
    same = wish("same", NextSession(room=RoomId("main"), live=seen))
    rival = wish("rival", NextSession(room=RoomId("main"), live=seen))
    asked = [ask((hub, other)[n % 2], f"p{n}", f"{n}", f"{TEXT} {n}") for n in range(40)]
    results = await asyncio.gather(
        *asked,
        hub.submit(same, PRODUCER),
        other.submit(rival, PRODUCER),
        return_exceptions=True,
    )
    refused = [r for r in results if isinstance(r, Rejected)]
    assert [r.code for r in refused] == ["session.stale"]
    # a retry on the other node finds the first answer
    await other.submit(same, PRODUCER)
    await ask(hub, "last", "last")
    await ask(other, "last", "more", TEXT + " again")
    await ask(hub, "last", "again", TEXT + " once more")
    assert hub.state == other.state or hub.state.seq >= other.state.seq
    texts = [q.text for q in hub.state.questions.all.values() if q.text.startswith(TEXT)]
    assert len(texts) == len(set(texts)) == 43
    await other.close()


async def test_retry_of_a_command_has_one_effect_and_the_first_answer(hub: EventHub) -> None:
    first = await ask(hub, "ana", "1")
    assert await ask(hub, "ana", "1") == first
    with pytest.raises(Rejected) as refused:
        await hub.submit(Wish("1", "other", AskQuestion(text=TEXT + "!")), person("ana"))
    assert refused.value.code == "command.reused"
    # the same id of somebody else is somebody else's
    assert await ask(hub, "ben", "1", TEXT + "?") != first


async def test_bug_in_one_command_is_answered_and_stops_nobody(
    hub: EventHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError

    good = asyncio.create_task(ask(hub, "ana", "1"))
    bad = Wish("2", "2", ExtendSession(session=None, by_s=60))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(Rejected) as refused:
        await hub.submit(bad, PRODUCER)
    assert refused.value.code in {"session.unknown", "internal"}
    await good
    monkeypatch.setattr("streamhub.hub.hub.decide", explode)
    with pytest.raises(Rejected) as bug:
        await ask(hub, "ana", "3")
    assert bug.value.code == "internal"
    monkeypatch.undo()
    await ask(hub, "ana", "4", TEXT + " still there")


async def test_patches_on_a_snapshot_make_the_fresh_view(hub: EventHub, clock: HandClock) -> None:
    ear = Recorder()
    hub.audience = ear
    channels = {
        (view, room): (hub.channel(view, room).cursor, hub.channel(view, room).state)
        for view in View
        for room in (None, RoomId("main"))
    }
    first = await ask(hub, "ana", "1")
    await hub.submit(wish("a", ApproveQuestion(question=first, revision=1)), MODERATOR)
    for voter in range(5):
        clock.at += 10
        upvote = wish(f"v{voter}", UpvoteQuestion(question=first))
        await hub.submit(upvote, person(f"voter{voter}"))
    live = hub.state.rundown.clock(RoomId("main")).live
    await hub.submit(wish("n", NextSession(room=RoomId("main"), live=live)), PRODUCER)
    await asyncio.sleep(0.25)
    for (view, room), (held_cursor, held) in channels.items():
        cursor, state = held_cursor, held
        for seen, where, message in ear.messages:
            if (seen, where) == (view, room):
                assert message["from"] == cursor
                state, cursor = merge.apply(state, message["patch"]), message["to"]
        assert state == project(hub.state, view, room)
        assert cursor == hub.channel(view, room).cursor


async def test_resume_gives_what_was_missed_in_one_patch(hub: EventHub) -> None:
    channel = hub.channel(View.DESK, None)
    held, cursor = channel.state, channel.cursor
    first = await ask(hub, "ana", "1")
    await hub.submit(wish("a", ApproveQuestion(question=first, revision=1)), MODERATOR)
    await asyncio.sleep(0.25)
    channel = hub.channel(View.DESK, None)
    name, text = channel.catch_up(cursor, 0)
    assert name == "patch"
    assert merge.apply(held, json.loads(text)["patch"]) == channel.state


async def test_me_is_patched_for_those_who_are_followed(hub: EventHub) -> None:
    ear = Recorder()
    hub.audience = ear
    hub.me(person("ana"))
    first = await ask(hub, "ana", "1")
    await ask(hub, "ben", "1", TEXT + " Ben")
    assert [actor for actor, _ in ear.mine] == ["ana"]
    assert ear.mine[0][1]["questions"][first]["way"] == "in_review"
    hub.forget(ActorId("ana"))
    await hub.submit(wish("a", ApproveQuestion(question=first, revision=1)), MODERATOR)
    assert len(ear.mine) == 1


async def test_clock_alone_moves_what_overruns(hub: EventHub, clock: HandClock) -> None:
    def expected_end() -> int:
        state = hub.channel(View.CONTROL, None).state
        return int(state["sessions"]["s3"]["expected_end_at"])

    before = expected_end()
    clock.at += 45 * 60_000  # well past the end of the live session
    await ask(hub, "ana", "1", TEXT)  # wakes nobody but shows that time alone does the rest
    hub._ticking.set()
    for _ in range(150):
        await asyncio.sleep(0.02)
        if expected_end() != before:
            break
    assert expected_end() == clock.at


async def test_event_reopens_as_it_was_from_snapshot_and_entries(
    tmp_path: Path, clock: HandClock
) -> None:
    states: list[EventState] = []
    for round_ in range(3):
        hubs = Hubs(
            await SqliteJournal.open(tmp_path / "j"), Keyring(b"k" * 32), clock, LocalRelay()
        )
        if round_:
            await hubs.open()
            assert hubs.get(SLUG).state == states[-1]
        else:
            await demo.create(hubs, as_published=False)
        await ask(hubs.get(SLUG), f"p{round_}", "1", f"{TEXT} {round_}")
        states.append(hubs.get(SLUG).state)
        await hubs.close()
    pending = [q for q in states[-1].questions.all.values() if q.status is QuestionStatus.PENDING]
    assert len(pending) == 4


async def test_closed_hub_refuses_and_leaves_nobody_waiting(hub: EventHub) -> None:
    waiting = [asyncio.create_task(ask(hub, f"p{n}", "1", f"{TEXT} {n}")) for n in range(20)]
    await asyncio.sleep(0)
    await hub.close()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(r, str) for r in results)
    with pytest.raises(Rejected) as refused:
        await ask(hub, "late", "1")
    assert refused.value.code == "unavailable"


async def test_event_that_cannot_be_read_keeps_no_other_closed(
    tmp_path: Path, clock: HandClock
) -> None:
    def open_hubs(journal: SqliteJournal) -> Hubs:
        return Hubs(journal, Keyring(b"k" * 32), clock, LocalRelay())

    hubs = open_hubs(await SqliteJournal.open(tmp_path / "j"))
    await demo.create(hubs, as_published=False)
    await hubs.journal.create("broken", Entry(1, b"t", b"", b"no entry at all"))
    await hubs.close()
    hubs = open_hubs(await SqliteJournal.open(tmp_path / "j"))
    await hubs.open()
    await ask(hubs.get(SLUG), "ana", "1")
    assert not hubs.is_ready
    assert "cannot be read" in hubs.troubles["broken"]
    with pytest.raises(Rejected) as refused:
        hubs.get("broken")
    assert refused.value.code == "unavailable"
    await hubs.close()
