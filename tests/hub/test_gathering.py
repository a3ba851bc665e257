"""What goes out when: at once while it is quiet, gathered under load, and never too late."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from swift_loop import swiftly

from streamhub import demo
from streamhub.core import merge
from streamhub.core.errors import Rejected
from streamhub.core.event import Command
from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    EditQuestion,
    QuestionStatus,
    RedactQuestion,
    RejectQuestion,
    ReopenQuestion,
    RestoreQuestion,
    SetQuestions,
    SpotlightQuestion,
    UnspotlightQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import NextSession
from streamhub.core.views import Touched, View, project, takes_back
from streamhub.formats.sample import SLUG
from streamhub.hub import channels, publisher
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.ports import Silence
from streamhub.hub.publisher import GATHER_MOST_MS, GATHER_MS, REST
from streamhub.hub.secrets import Keyring
from streamhub.journal.memory import MemoryJournal
from streamhub.protocol.commands import Wish
from streamhub.relay.local import LocalRelay

MAIN = RoomId("main")
MOD, PROD, OWNER = (
    Actor(id=ActorId(role.value), role=role)
    for role in (Role.MODERATOR, Role.PRODUCER, Role.ORGANISER)
)
CROWD = tuple(Actor(id=ActorId(f"p{n}"), role=Role.PARTICIPANT) for n in range(4))
LOOKED_AT = [(View.AUDIENCE, None), (View.AUDIENCE, MAIN), (View.STAGE, None), (View.DESK, None)]
TEXT = "How will small regions take part in this"
SLACK_S = 1e-6


class LoopClock:
    """The loop's own clock, as instants."""

    def now(self) -> Ms:
        return round(asyncio.get_running_loop().time() * 1000)


@dataclass
class Page:
    """What a client of one channel holds, and when it heard something."""

    state: merge.Json
    cursor: str
    heard_at: list[float] = field(default_factory=list)
    held: dict[str, merge.Json] = field(default_factory=dict)


class Hall(Silence):
    """An audience that looks at some channels; messages take `took_ms` until all have them."""

    def __init__(self, took_ms: float = 1.0) -> None:
        self.took_ms = took_ms
        self.pages: dict[tuple[View, str | None], Page] = {}
        self.mine: list[tuple[ActorId, dict[str, Any], float]] = []

    def look(self, hub: EventHub, view: View, room: RoomId | None = None) -> Page:
        channel = hub.channel(view, room)
        page = self.pages[view, room] = Page(channel.state, channel.cursor)
        return page

    def publish(self, view: View, room: str | None, message: dict[str, Any]) -> None:
        page = self.pages.get((view, room))
        if page is None:
            return
        assert message["from"] == page.cursor
        page.held[page.cursor] = page.state
        page.state, page.cursor = merge.apply(page.state, message["patch"]), message["to"]
        page.heard_at.append(asyncio.get_running_loop().time())

    def publish_me(self, actor: ActorId, patch: dict[str, Any]) -> None:
        self.mine.append((actor, patch, asyncio.get_running_loop().time()))

    def fan_out_ms(self, view: View, room: str | None) -> float:
        return self.took_ms if (view, room) in self.pages else 0.0


@asynccontextmanager
async def opened(took_ms: float = 1.0) -> AsyncIterator[tuple[EventHub, Hall]]:
    hubs = Hubs(MemoryJournal(), Keyring(b"k" * 32), LoopClock(), LocalRelay())
    await demo.create(hubs, as_published=False)
    hub, hall = hubs.get(SLUG), Hall(took_ms)
    hub.audience = hall
    yield hub, hall
    await hubs.close()


async def do(hub: EventHub, actor: Actor, command: Command) -> str:
    identity = f"c{hub.state.seq}"
    answer = await hub.submit(Wish(identity, repr(command), command), actor)
    return answer.get("result", {}).get("question", "")


async def ask(hub: EventHub, text: str = TEXT, who: Actor = CROWD[0]) -> QuestionId:
    return QuestionId(await do(hub, who, AskQuestion(text=f"{text}, {hub.state.seq}?", room=MAIN)))


async def approved(hub: EventHub, text: str = TEXT) -> QuestionId:
    question = await ask(hub, text, CROWD[hub.state.seq % len(CROWD)])
    await do(hub, MOD, ApproveQuestion(question=question, revision=1))
    return question


async def vote(hub: EventHub, question: QuestionId, voter: int) -> None:
    await do(hub, person(voter), UpvoteQuestion(question=question))


def person(number: int) -> Actor:
    return Actor(id=ActorId(f"voter{number}"), role=Role.PARTICIPANT)


# --- whatever the mix -----------------------------------------------------------------------------

CALM = ("ask", "approve", "vote", "unvote", "edit")
HASTY = (
    "amend",
    "reject",
    "restore",
    "answer",
    "reopen",
    "spotlight",
    "clear",
    "withdraw",
    "redact",
)
DEEDS = st.tuples(
    st.sampled_from([0, 0, 0, 5, 20, 60, 199, 201, 450]),
    st.sampled_from([*CALM * 3, *HASTY, "next", "set"]),
    st.integers(0, 20),
)


def deed(hub: EventHub, what: str, pick: int) -> tuple[Actor, Command]:
    s = QuestionStatus
    fitting = {
        "vote": s.APPROVED,
        "unvote": s.APPROVED,
        "amend": s.APPROVED,
        "answer": s.APPROVED,
        "spotlight": s.APPROVED,
        "reopen": s.ANSWERED,
        "restore": (s.REJECTED, s.APPROVED)[pick % 2],
        "reject": (s.PENDING, s.APPROVED)[pick % 2],
    }.get(what, s.PENDING)
    known = hub.state.questions.all
    in_order = sorted(known, key=lambda name: (known[name].asked_at, known[name].text))
    names = [name for name in in_order if known[name].status is fitting] or in_order
    name = names[pick % len(names)]
    author = Actor(id=known[name].author, role=Role.PARTICIPANT)
    live = hub.state.rundown.clock(MAIN).live
    session = sorted(hub.state.agenda.sessions)[pick % len(hub.state.agenda.sessions)]
    text = f"{TEXT}, {pick}?"
    deeds: dict[str, tuple[Actor, Command]] = {
        "ask": (CROWD[pick % 4], AskQuestion(text=text, room=MAIN)),
        "approve": (MOD, ApproveQuestion(question=name, revision=known[name].revision)),
        "vote": (CROWD[pick % 4], UpvoteQuestion(question=name)),
        "unvote": (CROWD[pick % 4], UnvoteQuestion(question=name)),
        "edit": (author, EditQuestion(question=name, text=text)),
        "amend": (MOD, AmendQuestion(question=name, text=text)),
        "reject": (MOD, RejectQuestion(question=name)),
        "restore": (MOD, RestoreQuestion(question=name)),
        "answer": (MOD, AnswerQuestion(question=name, reply="So.")),
        "reopen": (MOD, ReopenQuestion(question=name)),
        "spotlight": (MOD, SpotlightQuestion(question=name)),
        "clear": (MOD, UnspotlightQuestion(room=MAIN)),
        "withdraw": (author, WithdrawQuestion(question=name)),
        "redact": (OWNER, RedactQuestion(question=name)),
        "next": (PROD, NextSession(room=MAIN, live=live)),
        "set": (MOD, SetQuestions(session=session, state=tuple(Opening)[pick % 3])),
    }
    return deeds[what]


@given(st.lists(DEEDS, max_size=40), st.sampled_from([1, 70, 300, 5000]))
def test_whatever_the_mix_it_is_true_in_time_and_not_too_often(
    deeds: list[tuple[int, str, int]], took_ms: int
) -> None:
    async def story() -> None:
        async with opened(took_ms) as (hub, hall):
            for looked_at in LOOKED_AT:
                hall.look(hub, *looked_at)
            await play(hub, hall, deeds)
            await asyncio.sleep(GATHER_MOST_MS / 1000 + 0.1)
            for (view, room), page in hall.pages.items():
                channel = hub.channel(view, None if room is None else RoomId(room))
                assert page.state == project(hub.state, view, channel.room)
                assert page.cursor == channel.cursor
                assert_resumes(channel, page)

    swiftly(story())


async def play(hub: EventHub, hall: Hall, deeds: list[tuple[int, str, int]]) -> None:
    gather_s = min(max(GATHER_MS, REST * hall.took_ms), GATHER_MOST_MS) / 1000
    loop = asyncio.get_running_loop()
    for wait_ms, what, pick in deeds:
        await asyncio.sleep(wait_ms / 1000)
        now, seq = loop.time(), hub.state.seq
        last = {key: (page.heard_at or [0.0])[-1] for key, page in hall.pages.items()}
        actor, command = deed(hub, what, pick)
        try:
            await do(hub, actor, command)
        except Rejected:
            assert hub.state.seq == seq
        assert loop.time() == now
        for (view, room), page in hall.pages.items():
            fresh = project(hub.state, view, None if room is None else RoomId(room))
            is_quiet = now - last[view, room] >= gather_s
            if is_quiet:
                assert page.state == fresh
            # what cannot wait, does not
            for part in fresh.keys() - {"questions", "participants"}:
                assert page.state[part] == fresh[part]
            for name, held in page.state["questions"].items():
                assert view is View.DESK or not takes_back(held, fresh["questions"].get(name))
            # and what can wait, did
            if what in CALM and not is_quiet:
                assert page.heard_at[-1:] == [last[view, room]]
    for page in hall.pages.values():
        assert len(page.heard_at) <= len(deeds) + 10


def assert_resumes(channel: channels.Channel, page: Page) -> None:
    """From every state that it ever showed, a client gets the smallest patch to where it is now."""
    for cursor, held in page.held.items():
        name, text = channel.catch_up(cursor, 0)
        told = json.loads(text)
        if name == "snapshot":  # after a redaction
            assert cursor not in channel.history
            assert told["state"] == channel.state
        else:
            assert told["patch"] == merge.diff(held, channel.state)
            assert (told["from"], told["to"]) == (cursor, channel.cursor)
            assert merge.apply(held, told["patch"]) == channel.state
        assert channel.catch_up(cursor, 0)[1] is text


# --- a crowd --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("took_ms", "gap_s"), [(1, 0.2), (70, 0.2), (100, 0.25), (400, 1.0), (9000, 2.0)]
)
def test_crowd_of_voters_costs_a_few_patches_a_second(took_ms: float, gap_s: float) -> None:
    async def story() -> None:
        async with opened(took_ms) as (hub, hall):
            first = await approved(hub)
            page = hall.look(hub, View.AUDIENCE)
            loop = asyncio.get_running_loop()
            given_at: list[float] = []
            shown_at: list[float] = []
            for voter in range(1200):
                await vote(hub, first, voter)
                given_at.append(loop.time())
                await asyncio.sleep(1 / 300)
                shown = page.state["questions"][first]["upvotes"]
                shown_at += [page.heard_at[-1]] * (shown - len(shown_at))
            gaps = [two - one for one, two in zip(page.heard_at, page.heard_at[1:], strict=False)]
            assert min(gaps) >= gap_s - SLACK_S
            assert max(gaps) <= gap_s + 0.01
            waits = [shown - given for given, shown in zip(given_at, shown_at, strict=False)]
            assert max(waits) <= gap_s + 0.01

    swiftly(story())


def test_patch_that_is_still_leaving_holds_the_next_one_back() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            page = hall.look(hub, View.AUDIENCE)
            loop = asyncio.get_running_loop()
            await vote(hub, first, 0)
            (begun,) = page.heard_at
            for voter in range(1, 100):
                await vote(hub, first, voter)
                hall.took_ms = (loop.time() - begun) * 1000 if loop.time() - begun < 0.6 else 600
                await asyncio.sleep(0.01)
            assert len(page.heard_at) == 1
            await asyncio.sleep(0.52)
            assert page.heard_at[1] == pytest.approx(begun + 1.5, abs=0.01)

    swiftly(story())


def test_channels_wait_each_for_its_own_time() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            await asyncio.sleep(1)
            wide, narrow = hall.look(hub, View.AUDIENCE), hall.look(hub, View.AUDIENCE, MAIN)
            loop = asyncio.get_running_loop()
            began = loop.time()
            await vote(hub, first, 0)
            narrow_channel = hub.channel(View.AUDIENCE, MAIN)
            narrow_channel.sent_at += 0.05
            await vote(hub, first, 1)
            await asyncio.sleep(0.4)
            assert [at - began for at in wide.heard_at] == pytest.approx([0, 0.2])
            assert [at - began for at in narrow.heard_at] == pytest.approx([0, 0.25])

    swiftly(story())


def test_timer_is_moved_up_for_a_channel_that_is_due_before() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            await asyncio.sleep(1)
            page = hall.look(hub, View.AUDIENCE)
            loop = asyncio.get_running_loop()
            hall.took_ms = 400
            await vote(hub, first, 0)
            await vote(hub, first, 1)  # due in a second
            hall.took_ms = 1
            await vote(hub, first, 2)  # due in a fifth of one
            began = loop.time()
            await asyncio.sleep(0.5)
            assert page.heard_at == pytest.approx([began, began + 0.2])

    swiftly(story())


def test_question_taken_down_before_it_was_sent_is_never_sent() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            await ask(hub)
            heard: list[str] = []
            page = hall.look(hub, View.AUDIENCE)
            publish = hall.publish

            def listen(view: View, room: str | None, message: dict[str, Any]) -> None:
                heard.append(json.dumps(message))
                publish(view, room, message)

            hall.publish = listen  # type: ignore[method-assign]  # it listens in
            await approved(hub)
            rude = await approved(hub, "A platypus")
            kept = await approved(hub, "A wombat")
            await do(hub, MOD, RejectQuestion(question=rude))
            await asyncio.sleep(0.3)
            assert kept in page.state["questions"]
            assert "wombat" in heard[-1]
            assert len(heard) == 2
            assert not any("platypus" in one or rude in one for one in heard)

    swiftly(story())


def test_retraction_goes_at_once_with_what_was_gathered() -> None:
    async def story() -> None:
        async with opened(70) as (hub, hall):
            first, second = await approved(hub), await approved(hub)
            await asyncio.sleep(1)
            page = hall.look(hub, View.AUDIENCE)
            for voter in range(3):
                await vote(hub, first, voter)
            assert page.state["questions"][first]["upvotes"] == 1
            await do(hub, MOD, RejectQuestion(question=second))
            assert second not in page.state["questions"]
            assert page.state["questions"][first]["upvotes"] == 3
            assert len(page.heard_at) == 2

    swiftly(story())


def test_withdrawn_questions_that_nobody_saw_hurry_nobody() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            names = [await ask(hub, who=person(n)) for n in range(20)]
            await asyncio.sleep(1)
            page, desk = hall.look(hub, View.AUDIENCE), hall.look(hub, View.DESK)
            await vote(hub, first, 100)
            for number, name in enumerate(names):
                await vote(hub, first, number)
                await do(hub, person(number), WithdrawQuestion(question=name))
            assert len(page.heard_at) == len(desk.heard_at) == 1

    swiftly(story())


# --- who comes ------------------------------------------------------------------------------------


def test_whoever_comes_costs_the_others_no_patch() -> None:
    async def story() -> None:
        async with opened(70) as (hub, hall):
            first = await approved(hub)
            page = hall.look(hub, View.AUDIENCE)
            for voter in range(30):
                await vote(hub, first, voter)
                channel = hub.channel(View.AUDIENCE, None)
                assert (channel.cursor, channel.state) == (page.cursor, page.state)
            assert len(page.heard_at) == 1
            # where nobody looks, there is nothing to wait for
            narrow = hub.channel(View.AUDIENCE, MAIN)
            await vote(hub, first, 30)
            await vote(hub, first, 31)
            assert hub.channel(View.AUDIENCE, MAIN) is narrow
            assert narrow.state["questions"][first]["upvotes"] == 32

    swiftly(story())


def test_who_has_seen_more_elsewhere_waits_until_it_goes_out_here() -> None:
    async def story() -> None:
        async with opened(70) as (hub, hall):
            first = await approved(hub)
            page = hall.look(hub, View.AUDIENCE)
            loop = asyncio.get_running_loop()
            began = loop.time()
            await vote(hub, first, 0)
            seen = hub.cursor
            await hub.reach(seen, View.AUDIENCE, None)
            assert loop.time() == began
            await vote(hub, first, 1)
            await hub.reach(seen, View.AUDIENCE, None)
            await hub.reach(hub.cursor, View.STAGE, None)
            await hub.reach(hub.cursor)
            assert loop.time() == began
            await hub.reach(hub.cursor, View.AUDIENCE, None)
            assert loop.time() - began == pytest.approx(GATHER_MS / 1000)
            assert hub.channel(View.AUDIENCE, None).cursor == page.cursor == hub.cursor

    swiftly(story())


# --- everybody's own ------------------------------------------------------------------------------


def test_voter_is_told_at_once_and_the_author_a_few_times_a_second() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            hub.me(CROWD[0])
            loop = asyncio.get_running_loop()
            began = loop.time()
            for voter in range(300):
                hub.me(person(voter))
                await vote(hub, first, voter)
                assert hall.mine[-1][0] in {CROWD[0].id, person(voter).id}
                assert any(
                    (who, at) == (person(voter).id, loop.time()) for who, _, at in hall.mine[-2:]
                )
                hub.forget(person(voter).id)
                await asyncio.sleep(1 / 300)
            await asyncio.sleep(0.3)
            counts = [(patch, at) for who, patch, at in hall.mine if who == CROWD[0].id]
            assert counts[-1][0] == {"questions": {first: {"upvotes": 300}}}
            assert counts[0][1] == began
            assert len(counts) <= 7

    swiftly(story())


def test_second_page_of_an_author_keeps_nothing_from_the_first() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            hub.me(CROWD[0])
            await vote(hub, first, 0)
            await vote(hub, first, 1)
            whole = hub.me(CROWD[0])
            assert whole["questions"][first]["upvotes"] == 2
            assert hall.mine[-1][1] == {"questions": {first: {"upvotes": 1}}}
            await asyncio.sleep(0.5)
            assert hall.mine[-1][1] == {"questions": {first: {"upvotes": 2}}}
            await vote(hub, first, 2)
            await vote(hub, first, 3)
            hub.forget(CROWD[0].id)
            await asyncio.sleep(0.3)
            assert hall.mine[-1][1] == {"questions": {first: {"upvotes": 3}}}

    swiftly(story())


def test_participant_with_nothing_of_their_own_costs_next_to_nothing() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            question = await approved(hub)
            people = [person(number) for number in range(5000)]
            hub.me(people[0])
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            for one in people:
                hub.me(one)
                hub.presence.arrive(one, View.AUDIENCE, None, 0)
            taken = tracemalloc.get_traced_memory()[0] - before
            tracemalloc.stop()
            assert taken / len(people) < 250
            await do(hub, people[7], UpvoteQuestion(question=question))
            await do(hub, people[7], UnvoteQuestion(question=question))
            assert [patch for _, patch, _ in hall.mine] == [
                {"votes": {question: True}},
                {"votes": {question: None}},
            ]

    swiftly(story())


# --- coming back ----------------------------------------------------------------------------------


def test_history_is_bounded_in_patches_and_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            page = hall.look(hub, View.AUDIENCE)
            channel = hub.channel(View.AUDIENCE, None)
            for number in range(30):
                await do(hub, MOD, AmendQuestion(question=first, text=f"{number} {TEXT * 5}"))
            assert len(channel.history) == 10
            oldest = next(iter(channel.history))
            assert channel.catch_up(oldest, 0)[0] == "patch"
            assert channel.catch_up(next(iter(page.held)), 0)[0] == "snapshot"
            monkeypatch.setattr(channels, "HISTORY_BYTES", 3000)
            await do(hub, MOD, AmendQuestion(question=first, text=TEXT))
            assert 1 < len(channel.history) < 10
            for _ in range(12):  # votes keep no text
                await do(hub, CROWD[1], UpvoteQuestion(question=first))
                await asyncio.sleep(1)
                await do(hub, CROWD[1], UnvoteQuestion(question=first))
                await asyncio.sleep(1)
            assert 6 < len(channel.history) <= 10
            assert_resumes(channel, page)

    monkeypatch.setattr(channels, "HISTORY", 10)
    swiftly(story())


def test_answers_that_are_kept_for_others_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first = await approved(hub)
            page = hall.look(hub, View.AUDIENCE)
            channel = hub.channel(View.AUDIENCE, None)
            for number in range(30):
                await do(hub, MOD, AmendQuestion(question=first, text=f"{TEXT}, {number}?"))
            monkeypatch.setattr(channels, "TOLD_MOST", 1000)
            assert_resumes(channel, page)
            names = [channel.catch_up(cursor, 0) for cursor in page.held]
            again = [channel.catch_up(cursor, 0) for cursor in page.held]
            assert names == again
            assert sum(map(len, channel._told.values())) <= 1000

    swiftly(story())


def test_who_comes_back_later_is_told_more() -> None:
    async def story() -> None:
        async with opened() as (hub, hall):
            first, second = await approved(hub), await approved(hub)
            page = hall.look(hub, View.AUDIENCE)
            channel = hub.channel(View.AUDIENCE, None)
            for number in range(6):
                await do(hub, MOD, AmendQuestion(question=first, text=f"{TEXT}, {number}?"))
                await do(hub, (MOD, OWNER)[number % 2], RestoreQuestion(question=second))
                assert_resumes(channel, page)
                await do(hub, MOD, ApproveQuestion(question=second, revision=1))
                await asyncio.sleep(1)
                assert_resumes(channel, page)

    swiftly(story())


def test_who_is_where_the_channel_is_gets_an_empty_patch() -> None:
    async def story() -> None:
        async with opened() as (hub, _):
            channel = hub.channel(View.AUDIENCE, None)
            at = channel.cursor
            name, text = channel.catch_up(at, 5)
            assert (name, json.loads(text)) == (
                "patch",
                {"from": at, "to": at, "at": 5, "patch": {}},
            )
            assert channel.catch_up(at, 6)[1] is text
            for cursor in (None, "7.beef"):
                assert channel.catch_up(cursor, 6) == ("snapshot", channel.snapshot(6))

    swiftly(story())


def test_channel_of_which_everything_was_touched_is_projected_anew() -> None:
    async def story() -> None:
        async with opened() as (hub, _):
            channel = hub.channel(View.DESK, None)
            cursor, held = channel.cursor, channel.state
            first = await approved(hub)
            channel.state, channel.touched = held, Touched(everything=True)
            held["participants"]["ghost"] = {"asked": 1}
            message = channel.flush(hub.state, "99.aa", 0)
            assert message is not None
            assert first in message["patch"]["questions"]
            assert message["patch"]["participants"]["ghost"] is None
            assert channel.state == project(hub.state, View.DESK, None)
            assert cursor in channel.history

    swiftly(story())


def test_bounds_are_as_documented() -> None:
    assert (publisher.GATHER_MS, publisher.GATHER_MOST_MS, publisher.REST) == (200, 2000, 2.5)
    assert channels.HISTORY == 500
