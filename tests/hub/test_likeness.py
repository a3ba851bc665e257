"""Which questions say the same: across accents, case, order and typing errors."""

import asyncio
from dataclasses import replace

import pytest

from streamhub.core.event import EventState
from streamhub.core.ids import ActorId, QuestionId, RoomId, SessionId
from streamhub.core.questions import Question, QuestionStatus
from streamhub.core.table import Map
from streamhub.core.text import bare
from streamhub.hub.likeness import ALIKE_LEAST, Likeness, likeness

_S = QuestionStatus
TEXTS = {
    "maps": "Are the maps of the region open to everybody?",
    "mapas": "¿Los mapas de la región están abiertos a todos?",
    "funds": "Who pays for the regional observatory after the project ends?",
    "wifi": "What is the password of the wifi?",
    "kanji": "この地域の地図は誰でも使えますか",
}


@pytest.fixture
def state(request: pytest.FixtureRequest) -> EventState:
    """The sample event with these questions, all approved, in its first session."""
    from streamhub.core.event import SYSTEM, Decision, EventCreated, begin
    from streamhub.formats.sample import sample

    created = EventCreated(slug="s", agenda=sample())
    del request
    begun = begin(Decision(by=SYSTEM, at=created.agenda.starts_at, facts=(created,)))
    return with_texts(begun, TEXTS)


def with_texts(
    state: EventState,
    texts: dict[str, str],
    status: QuestionStatus = _S.APPROVED,
    session: str = "s1",
) -> EventState:
    table = state.questions.all
    for name, text in texts.items():
        table = table.set(
            QuestionId(name),
            Question(
                id=QuestionId(name),
                session=SessionId(session),
                author=ActorId("ann"),
                text=text,
                asked_at=0,
                status=status,
            ),
        )
    return replace(state, questions=replace(state.questions, all=table))


async def names(found: Likeness, state: EventState, text: str, **where: str) -> list[str]:
    session, room = where.get("session"), where.get("room")
    like = await found.similar(
        state,
        text,
        None if session is None else SessionId(session),
        None if room is None else RoomId(room),
    )
    assert all(60 <= one["likeness"] <= 100 for one in like)
    return [one["question"] for one in like]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("are the MAPS open to everybody", ["maps"]),
        ("Maps of the region: open?", ["maps"]),
        ("Are the mpas of the region open to evrybody?", ["maps"]),
        ("los mapas de la region estan abiertos", ["mapas"]),
        ("Who pays for the observatory after the project", ["funds"]),
        ("地域の地図は使えますか", ["kanji"]),
        ("When is lunch served today?", []),
        ("the", []),
        ("", []),
    ],
)
async def test_who_types_is_offered_what_was_asked(
    state: EventState, typed: str, found: list[str]
) -> None:
    assert await names(Likeness(), state, typed) == found


async def test_who_types_is_offered_only_what_the_audience_sees(state: EventState) -> None:
    like = Likeness()
    for status in _S:
        there = with_texts(state, {"x": "Can children come to the museum too?"}, status)
        shown = await names(like, there, "Can children come to the museum?")
        assert shown == (["x"] if status.is_public else [])


async def test_who_types_is_offered_what_belongs_there(state: EventState) -> None:
    like = Likeness()
    typed = "Are the maps open to everybody?"
    assert await names(like, state, typed, session="s1") == ["maps"]
    assert await names(like, state, typed, session="s2") == []
    assert await names(like, state, typed, room=next(iter(state.agenda.rooms))) == ["maps"]
    assert await names(like, state, typed, room="none") == []


async def test_groups_are_of_open_questions_that_say_the_same(state: EventState) -> None:
    more = {
        "maps2": "Are maps of the region open to everybody???",
        "maps3": "ARE THE MAPS OF THE RÉGION OPEN TO EVERYONE",
        "wifi2": "Whats the wifi password?",
    }
    state = with_texts(state, more, _S.PENDING)
    state = with_texts(state, {"maps4": TEXTS["maps"]}, _S.REJECTED)
    like = Likeness()
    groups = await like.alike(state)
    assert [group["questions"] for group in groups] == [
        ["maps", "maps2", "maps3"],
        ["wifi", "wifi2"],
    ]
    assert all(ALIKE_LEAST <= group["likeness"] <= 100 for group in groups)
    assert await like.alike(state) == groups
    assert await like.alike(state, RoomId("none")) == []


async def test_what_changes_is_compared_anew_and_what_is_gone_is_forgotten(
    state: EventState,
) -> None:
    like = Likeness()
    state = with_texts(state, {"maps2": "Are the maps open to everybody?"})
    assert len(await like.alike(state)) == 1
    state = with_texts(state, {"maps2": "Is there a train back tonight?"})
    assert await like.alike(state) == []
    assert await names(like, state, "Is there a train tonight?") == ["maps2"]
    gone = with_texts(state, {"maps2": ""}, _S.REDACTED)
    like.drop(gone)
    assert "train" not in repr(like._texts)
    assert "train" not in like._with
    like.drop(replace(gone, questions=replace(gone.questions, all=Map())))
    assert not like._texts
    assert not like._with


async def test_two_who_look_at_once_see_the_newer_state(state: EventState) -> None:
    like = Likeness()
    many = {f"q{n}": f"Number {n} of many that differ by word{n * 7} only?" for n in range(3000)}
    old = with_texts(state, many | {"secret": "The platypus question?"})
    new = with_texts(old, {"secret": ""}, _S.REDACTED)
    first = asyncio.create_task(like.similar(old, "The platypus question?"))
    await asyncio.sleep(0)
    second = asyncio.create_task(like.similar(new, "The platypus question?"))
    await first
    assert await second == []
    assert "platypus" not in repr(like._texts)


async def test_thousands_of_questions_stall_nobody(state: EventState) -> None:
    words = [
        f"{one}{two}" for one in "bdfgklmnprst" for two in ("alpha", "omega", "sigma", "delta")
    ]
    many = {
        f"q{n}": " ".join(words[(n * k + k * k) % len(words)] + str(n % 97) for k in range(1, 9))
        for n in range(3000)
    }
    state, like = with_texts(state, many), Likeness()
    task = asyncio.create_task(like.alike(state))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 20


def test_likeness_below_the_least_is_none_and_else_the_same() -> None:
    bares = [bare(text) for text in TEXTS.values()]
    bares += [one[: len(one) // 2] for one in bares] + ["the maps", "who pays for maps", ""]
    for one in bares:
        for other in bares:
            whole = likeness(one, other)
            for least in (1, 60, ALIKE_LEAST, 100):
                assert likeness(one, other, least) == (whole if whole >= least else 0)


async def test_what_vanished_is_forgotten_even_as_others_came(state: EventState) -> None:
    like = Likeness()
    assert await names(like, state, "What is the password of the wifi?") == ["wifi"]
    fewer = replace(state, questions=replace(state.questions, all=Map()))
    other = with_texts(fewer, dict.fromkeys(("a", "b"), "Is there a train back tonight?"))
    like.drop(other)
    assert not like._texts
    assert await names(like, other, "What is the password of the wifi?") == []
    assert await names(like, other, "Is there a train tonight?") == ["a", "b"]


async def test_erasure_ends_the_learning_of_what_was_before(state: EventState) -> None:
    like = Likeness()
    many = {f"q{n}": f"Number {n} of many that differ by word{n * 7} only?" for n in range(3000)}
    old = with_texts(state, many | {"secret": "The platypus question?"})
    task = asyncio.create_task(like.alike(old))
    while not like._texts:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0)
    new = with_texts(old, {"secret": ""}, _S.REDACTED)
    like.drop(new)
    await task
    assert "platypus" not in repr(like._texts)
    assert await names(like, new, "The platypus question?") == []


def test_likeness_is_whole_where_nothing_differs() -> None:
    assert likeness(bare("¿Qué?"), bare("que")) == 100
    assert likeness("", "") <= 100
