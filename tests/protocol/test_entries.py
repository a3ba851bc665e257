"""What journal entries and snapshots tolerate, and what not."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from streamhub.core.agenda import Agenda, Room, Session, in_order
from streamhub.core.event import (
    SYSTEM,
    Decision,
    EventCreated,
    EventState,
    Memo,
    TimePassed,
    begin,
    evolve,
)
from streamhub.core.ids import ActorId, QuestionId, RoomId, SessionId
from streamhub.core.questions import (
    QuestionAsked,
    QuestionsCarried,
    QuestionsSet,
    QuestionUpvoted,
)
from streamhub.core.rundown import SessionStarted
from streamhub.core.streams import Source, SourceKind, StreamSet
from streamhub.core.table import Map
from streamhub.protocol.entries import (
    SCHEMA,
    SLICE,
    Unreadable,
    decode_decisions,
    decode_state,
    encode_decisions,
    encode_state,
    read_entry,
    read_snapshot,
    state_slices,
)

SESSION = Session(
    id=SessionId("s"), room=RoomId("r"), title="S", start_at=1_800_000_000_000, duration_s=60
)
AGENDA = Agenda(
    title="Small",
    timezone="UTC",
    rooms=Map({RoomId("r"): Room(id=RoomId("r"), name="R")}),
    sessions=Map({SESSION.id: SESSION}),
    order=in_order(Map({SESSION.id: SESSION})),
)
CREATED = Decision(by=SYSTEM, at=5, facts=(EventCreated(slug="small", agenda=AGENDA),))
ASKED = Decision(
    by=ActorId("ann"),
    at=6,
    facts=(
        QuestionAsked(question=QuestionId("q"), session=SESSION.id, text="Why?\n\u00e9\U0001f389"),
    ),
    command="ann:1",
    digest="d",
    result=Map({"question": "q"}),
)
STARTED = Decision(
    by=ActorId("prod"),
    at=7,
    facts=(SessionStarted(session=SESSION.id, at=7, cause="start"), TimePassed()),
)


def test_entry_is_read_as_it_was_written() -> None:
    batch = [CREATED, ASKED, STARTED]
    assert decode_decisions(encode_decisions(batch)) == batch
    assert decode_decisions(encode_decisions([])) == []


def test_entry_is_small_json_without_nulls() -> None:
    entry = json.loads(encode_decisions([ASKED]))
    assert entry["schema"] == SCHEMA
    assert entry["decisions"] == [
        {
            "by": "ann",
            "at": 6,
            "facts": [
                {
                    "question": "q",
                    "session": "s",
                    "text": "Why?\n\u00e9\U0001f389",
                    "type": "question.asked",
                }
            ],
            "command": "ann:1",
            "digest": "d",
            "result": {"question": "q"},
        }
    ]


def entry(**fact: Any) -> bytes:
    return json.dumps([{"by": "ann", "at": 6, "facts": [fact], "later": {"a": 1}}]).encode()


def test_entry_of_a_newer_node_is_read_without_its_new_fields() -> None:
    body = entry(type="question.upvoted", question="q", weight=2)
    assert decode_decisions(body) == [
        Decision(by=ActorId("ann"), at=6, facts=(QuestionUpvoted(question=QuestionId("q")),))
    ]


def newer(*facts: dict[str, Any]) -> bytes:
    decision = {"by": "ann", "at": 6, "facts": list(facts), "command": "ann:1", "digest": "d"}
    return json.dumps({"schema": SCHEMA + 1, "decisions": [decision]}).encode()


UPVOTED = {"type": "question.upvoted", "question": "q"}


@pytest.mark.parametrize(
    ("body", "passed_over"),
    [
        (newer({"type": "question.burnt", "question": "q"}, UPVOTED), {"question.burnt"}),
        (
            newer({"type": "questions.set", "session": "s", "state": "ajar"}, UPVOTED),
            {"questions.set"},
        ),
        (newer({"type": "session.started", "fields": "others"}, UPVOTED), {"session.started"}),
        (newer(UPVOTED | {"weight": 2}), set()),
    ],
)
def test_entry_of_a_newer_node_is_read_without_what_is_not_known(
    body: bytes, passed_over: set[str]
) -> None:
    read = read_entry(body)
    assert read.passed_over == passed_over
    assert read.decisions == [
        Decision(
            by=ActorId("ann"),
            at=6,
            facts=(QuestionUpvoted(question=QuestionId("q")),),
            command="ann:1",
            digest="d",
        )
    ]


def test_entry_with_a_kind_that_nobody_knows_is_passed_over_in_any_schema() -> None:
    read = read_entry(entry(type="question.burnt", question="q"))
    assert read.passed_over == {"question.burnt"}
    assert read.decisions == [Decision(by=ActorId("ann"), at=6, facts=())]


@pytest.mark.parametrize(
    "body",
    [
        entry(question="q"),
        entry(type="question.upvoted"),
        b"",
        b"{}",
        b"[{}]",
        b"[5]",
        b"\xff",
        b'[{"by": "ann", "at": "soon", "facts": []}]',
        encode_decisions([ASKED])[:-9] + b"}",
        encode_decisions([ASKED]).replace(b'"question.asked"', b'"question.asked","session":5'),
    ],
)
def test_entry_that_would_make_another_state_is_an_error(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_decisions(body)


def test_snapshot_is_read_as_it_was_written_and_goes_on() -> None:
    state = evolve(begin(CREATED), ASKED)
    again = decode_state(encode_state(state))
    assert again == state
    assert evolve(again, STARTED) == evolve(state, STARTED)


def test_snapshot_from_the_beginning_is_read_too() -> None:
    state = evolve(begin(CREATED), ASKED)
    bare = json.dumps(json.loads(encode_state(state))["state"]).encode()
    assert read_snapshot(bare) == (state, False)


def test_snapshot_of_a_newer_node_is_read_and_told() -> None:
    state = evolve(begin(CREATED), ASKED)
    held = json.loads(encode_state(state)) | {"schema": SCHEMA + 1}
    held["state"]["polls"] = {"p": {"text": "new"}}
    assert read_snapshot(json.dumps(held).encode()) == (state, True)
    held["state"]["questions"]["all"]["q"]["status"] = "burnt"
    with pytest.raises(Unreadable, match="a newer streamhub wrote"):
        read_snapshot(json.dumps(held).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"slug": "small"}',
        encode_state(begin(CREATED)).replace(b"slug", b"gone"),
    ],
)
def test_snapshot_that_is_none_is_an_error(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_state(body)


def test_state_is_written_in_slices_that_are_the_same_as_at_once() -> None:
    show = evolve(begin(CREATED), ASKED)
    crowd = Map({ActorId(f"a{number}"): 1 for number in range(3 * SLICE)})
    votes = Map({QuestionId(f"q{number}"): crowd for number in range(5)})
    memos = Map({f"c{number}": Memo(digest="d") for number in range(5 * SLICE)})
    state = replace(
        show,
        questions=replace(show.questions, voters=votes),
        memory=replace(show.memory, newer=memos),
    )
    slices = list(state_slices(state))
    at_once = TypeAdapter(EventState).dump_json(state, exclude_defaults=True)
    assert b"".join(slices) == b'{"schema":%d,"state":%b}' % (SCHEMA, at_once)
    assert max(map(len, slices)) < len(at_once) / 8
    assert decode_state(b"".join(slices)) == state


def test_entries_and_snapshots_from_before_there_were_streams_are_read() -> None:
    facts = [
        {"type": "questions.set", "session": "s", "state": "closed"},
        {"type": "questions.carried", "session": "s", "to": "s", "questions": []},
        {"type": "poll.answered", "poll": "p", "choices": ["1"]},
    ]
    decision = {"by": "mod", "at": 6, "facts": facts}
    read = read_entry(json.dumps({"schema": 4, "decisions": [decision]}).encode())
    assert read.passed_over == frozenset()
    opened, carried = read.decisions[0].facts[:2]
    assert isinstance(opened, QuestionsSet)
    assert isinstance(carried, QuestionsCarried)
    assert (opened.closes, carried.seq) == (False, None)
    state = evolve(begin(CREATED), ASKED)
    held = json.loads(encode_state(state)) | {"schema": 4}
    assert not {"streams"} & held["state"].keys()
    assert "shown_at" not in held["state"]["questions"]["all"]["q"]
    assert read_snapshot(json.dumps(held).encode()) == (state, False)


def test_older_node_passes_streams_over_and_goes_on() -> None:
    fact = StreamSet(room=RoomId("r"), sources=(Source(url="/x", kind=SourceKind.LINK),))
    body = encode_decisions([Decision(by=ActorId("prod"), at=8, facts=(fact,))])
    assert decode_decisions(body)[0].facts == (fact,)
    unknown = body.replace(b'"stream.set"', b'"stream.later"').replace(
        b'"schema":%d' % SCHEMA, b'"schema":%d' % (SCHEMA + 1)
    )
    assert read_entry(unknown).passed_over == {"stream.later"}
