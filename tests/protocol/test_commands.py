"""Reading commands: what is well formed, and every way in which it is not."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamhub.core.displays import Layout, PairDisplay
from streamhub.core.errors import Rejected
from streamhub.core.event import COMMAND_TYPES
from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.questions import AskQuestion, SetQuestions, UpvoteQuestion
from streamhub.core.rundown import NextSession, StartSession
from streamhub.protocol.commands import MAX_BYTES, parse_command


def refusal(data: object) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as caught:
        parse_command(data)
    json.dumps(caught.value.message).encode()
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(
    ("data", "command"),
    [
        (
            {"type": "question.ask", "text": "Why? \U0001f389", "session": "s"},
            AskQuestion(text="Why? \U0001f389", session=SessionId("s")),
        ),
        (
            {"type": "question.ask", "text": "Why?", "session": None, "later": {"a": [1]}},
            AskQuestion(text="Why?"),
        ),
        (
            {"type": "session.next", "room": "main", "live": None},
            NextSession(room=RoomId("main"), live=None),
        ),
        (
            {"type": "questions.set", "session": "s", "state": "closed"},
            SetQuestions(session=SessionId("s"), state=Opening.CLOSED),
        ),
        (
            {
                "type": "display.pair",
                "code": "A",
                "name": "Door",
                "room": "main",
                "layout": "now-next",
            },
            PairDisplay(code="A", name="Door", room=RoomId("main"), layout=Layout.NOW_NEXT),
        ),
        (
            {"type": "session.start", "session": "s", "at": 10**15},
            StartSession(session=SessionId("s"), at=10**15),
        ),
    ],
)
def test_command_is_read(data: dict[str, Any], command: object) -> None:
    wish = parse_command({"id": "1", **data})
    assert (wish.id, wish.command, wish.remembered) == ("1", command, True)


def test_command_that_is_idempotent_by_nature_is_not_remembered() -> None:
    wish = parse_command({"id": "1", "type": "question.upvote", "question": "q"})
    assert wish.command == UpvoteQuestion(question=QuestionId("q"))
    assert not wish.remembered


def test_digest_tells_a_retry_from_another_command() -> None:
    first = parse_command({"id": "1", "type": "question.approve", "question": "q", "revision": 1})
    again = parse_command({"revision": 1, "question": "q", "type": "question.approve", "id": "1"})
    other = parse_command({"id": "1", "type": "question.approve", "question": "q", "revision": 2})
    assert first == again
    assert first.digest != other.digest


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def looped() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


VOTE = {"id": "1", "type": "question.upvote", "question": "q"}


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        (None, "command.invalid", None),
        ([], "command.invalid", None),
        ("question.upvote", "command.invalid", None),
        (1, "command.invalid", None),
        ({}, "command.unknown", "type"),
        (VOTE | {"type": None}, "command.unknown", "type"),
        (VOTE | {"type": ["question.upvote"]}, "command.unknown", "type"),
        (VOTE | {"type": "question.burn"}, "command.unknown", "type"),
        (VOTE | {"type": "x" * 9999}, "command.unknown", "type"),
        ({"type": "question.upvote", "question": "q"}, "command.invalid", "id"),
        (VOTE | {"id": None}, "command.invalid", "id"),
        (VOTE | {"id": 1}, "command.invalid", "id"),
        (VOTE | {"id": True}, "command.invalid", "id"),
        (VOTE | {"id": ""}, "command.invalid", "id"),
        (VOTE | {"id": "x" * 65}, "command.invalid", "id"),
        (VOTE | {"id": "a b"}, "command.invalid", "id"),
        (VOTE | {"id": "a\n"}, "command.invalid", "id"),
        (VOTE | {"id": "a\x00"}, "command.invalid", "id"),
        (VOTE | {"id": "\u00e9"}, "command.invalid", "id"),
        ({"id": "1", "type": "question.upvote"}, "command.invalid", "question"),
        (VOTE | {"question": None}, "command.invalid", "question"),
        (VOTE | {"question": 7}, "command.invalid", "question"),
        (VOTE | {"question": {"a": 1}}, "command.invalid", "question"),
        (
            {"id": "1", "type": "question.approve", "question": "q", "revision": True},
            "command.invalid",
            "revision",
        ),
        (
            {"id": "1", "type": "question.approve", "question": "q", "revision": "1"},
            "command.invalid",
            "revision",
        ),
        (
            {"id": "1", "type": "question.approve", "question": "q", "revision": 1.5},
            "command.invalid",
            "revision",
        ),
        (
            {"id": "1", "type": "display.blackout", "display": "d", "on": 1},
            "command.invalid",
            "on",
        ),
        (
            {"id": "1", "type": "questions.set", "session": "s", "state": "ajar"},
            "command.invalid",
            "state",
        ),
        ({"id": "1", "type": "link.create", "role": "display"}, "command.invalid", "role"),
        ({"id": "1", "type": "session.next", "room": "main"}, "command.invalid", "live"),
        (VOTE | {"question": "\ud83d"}, "text.invalid", None),
        (VOTE | {"later": {"\udc00": 1}}, "text.invalid", None),
        (VOTE | {"later": float("nan")}, "command.invalid", None),
        (VOTE | {"later": float("inf")}, "command.invalid", None),
        (VOTE | {"later": -float("inf")}, "command.invalid", None),
        (VOTE | {"later": b"bytes"}, "command.invalid", None),
        (VOTE | {"later": {1, 2}}, "command.invalid", None),
        (VOTE | {1: 2}, "command.invalid", None),
        (VOTE | {"later": 10**5000}, "command.invalid", None),
        (VOTE | {"later": nested(500)}, "command.invalid", None),
        (VOTE | {"later": nested(100_000)}, "command.invalid", None),
        (VOTE | {"later": looped()}, "command.invalid", None),
        (VOTE | {"later": "x" * MAX_BYTES}, "command.too_large", None),
        (VOTE | {"question": "\u00e9" * MAX_BYTES}, "command.too_large", None),
    ],
)
def test_command_that_is_not_well_formed_is_refused(
    data: object, code: str, field: str | None
) -> None:
    assert refusal(data) == (code, field)


def test_command_as_large_as_allowed_is_read() -> None:
    size = len(json.dumps(VOTE | {"later": ""}, separators=(",", ":")))
    assert parse_command(VOTE | {"later": "x" * (MAX_BYTES - size)}).id == "1"
    assert refusal(VOTE | {"later": "x" * (MAX_BYTES - size + 1)})[0] == "command.too_large"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = sorted({name for cls in COMMAND_TYPES.values() for name in cls.__annotations__} | {"id"})


@settings(max_examples=200)
@given(
    JSON
    | st.fixed_dictionaries(
        {"type": st.sampled_from(sorted(COMMAND_TYPES)), "id": st.just("1") | JSON},
        optional=dict.fromkeys([name for name in FIELDS if name not in {"type", "id"}], JSON),
    )
)
def test_command_is_read_or_refused_whatever_comes(data: object) -> None:
    try:
        wish = parse_command(data)
    except Rejected as refused:
        said = refused.code
    else:
        said = wish.command.type
    assert said in {*COMMAND_TYPES, "command.invalid", "command.unknown", "text.invalid"}
