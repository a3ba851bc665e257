"""What journal entries and snapshots tolerate, and what not."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from streamhub.core.agenda import Agenda, Room, Session, in_order
from streamhub.core.event import SYSTEM, Decision, EventCreated, TimePassed, begin, evolve
from streamhub.core.ids import ActorId, QuestionId, RoomId, SessionId
from streamhub.core.questions import QuestionAsked, QuestionUpvoted
from streamhub.core.rundown import SessionStarted
from streamhub.core.table import Map
from streamhub.protocol.entries import (
    decode_decisions,
    decode_state,
    encode_decisions,
    encode_state,
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
    assert json.loads(encode_decisions([ASKED])) == [
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


@pytest.mark.parametrize(
    "body",
    [
        entry(type="question.burnt", question="q"),
        entry(question="q"),
        entry(type="question.upvoted"),
        b"",
        b"{}",
        b"[{}]",
        b"\xff",
        b'[{"by": "ann", "at": "soon", "facts": []}]',
    ],
)
def test_entry_that_would_make_another_state_is_an_error(body: bytes) -> None:
    with pytest.raises(ValidationError):
        decode_decisions(body)


def test_snapshot_is_read_as_it_was_written_and_goes_on() -> None:
    state = evolve(begin(CREATED), ASKED)
    again = decode_state(encode_state(state))
    assert again == state
    assert evolve(again, STARTED) == evolve(state, STARTED)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"slug": "small"}'])
def test_snapshot_that_is_none_is_an_error(body: bytes) -> None:
    with pytest.raises(ValidationError):
        decode_state(body)
