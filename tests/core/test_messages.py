"""Messages of the crew: to whom, for how long, who has read them, and who never hears of them."""

import json

import pytest
from rehearsal import ANN, MAIN, MOD, OPENING, OWNER, PROD, SIDE, SPEAKER, Rehearsal, at

from streamhub.core.event import Command, TimePassed, next_tick_at
from streamhub.core.ids import MessageId, RoomId
from streamhub.core.links import CreateLink
from streamhub.core.messages import (
    FOR_MOST_S,
    MESSAGES_MOST,
    AcknowledgeMessage,
    ClearMessage,
    Message,
    MessageAcknowledged,
    MessageCleared,
    MessageExpired,
    MessageShown,
    ShowMessage,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import StartSession
from streamhub.core.table import Map
from streamhub.core.views import Touched, View, project

M = MessageId("m")
WRAP_UP = ShowMessage(to="speakers", room=MAIN, text=" Five  minutes,\nplease. ", tone="warning")


def shown(command: ShowMessage = WRAP_UP) -> Rehearsal:
    show = Rehearsal.of()
    show.do(command, PROD, "m")
    return show


def seen(show: Rehearsal, room: RoomId | None = None) -> dict[View, dict[str, object]]:
    return {view: project(show.state, view, room)["messages"] for view in View}


def test_message_is_shown_and_cleared() -> None:
    show = Rehearsal.of()
    decision = show.decide(WRAP_UP, PROD, "m")
    show.keep(decision)
    assert decision.facts == (
        MessageShown(
            message=M,
            to="speakers",
            room=MAIN,
            text="Five minutes,\nplease.",
            tone="warning",
        ),
    )
    assert decision.result == Map({"message": "m"})
    assert show.state.messages == Map(
        {
            M: Message(
                id=M,
                to="speakers",
                room=MAIN,
                text="Five minutes,\nplease.",
                tone="warning",
                at=at("08:00"),
                by=PROD.id,
            )
        }
    )
    assert show.do(ClearMessage(message=M)) == (MessageCleared(message=M),)
    assert show.state.messages == Map()


def test_message_is_acknowledged_once_and_the_sender_sees_by_whom() -> None:
    show = shown()
    show.do(CreateLink(role=Role.SPEAKER, name="Ada L."), OWNER, SPEAKER.id)
    show.do(CreateLink(role=Role.PRODUCER), OWNER, PROD.id)
    show.at("08:01")
    assert show.do(AcknowledgeMessage(message=M), SPEAKER) == (MessageAcknowledged(message=M),)
    show.at("08:02")
    assert show.do(AcknowledgeMessage(message=M), SPEAKER) == ()
    assert seen(show)[View.CONTROL] == {
        "m": {
            "to": "speakers",
            "room": "main",
            "text": "Five minutes,\nplease.",
            "tone": "warning",
            "at": at("08:00"),
            "by": "producer",
            "acknowledged": {"by": "Ada L.", "at": at("08:01")},
        }
    }


@pytest.mark.parametrize(
    ("to", "views"),
    [
        ("screens", {View.STAGE, View.SPEAKER, View.DESK, View.CONTROL}),
        ("speakers", {View.SPEAKER, View.DESK, View.CONTROL}),
        ("participants", {View.AUDIENCE, View.DESK, View.CONTROL}),
    ],
)
def test_message_is_in_the_views_of_those_whom_it_is_for(to: str, views: set[View]) -> None:
    show = shown(ShowMessage(to=to, text="Lunch is ready"))  # type: ignore[arg-type]  # of the list
    assert {view for view, messages in seen(show, SIDE).items() if messages} == views
    for view in views:
        told = seen(show)[view]["m"]
        assert isinstance(told, dict)
        assert ("by" in told) is (view in {View.SPEAKER, View.DESK, View.CONTROL})


def test_message_of_one_room_is_not_in_another() -> None:
    show = shown()
    assert seen(show, SIDE) == {view: {} for view in View}
    assert list(seen(show, MAIN)[View.SPEAKER]) == ["m"]


def test_message_leaves_when_its_time_is_over() -> None:
    show = shown(ShowMessage(to="screens", text="Welcome", for_s=90))
    assert next_tick_at(show.state) == at("08:01:30")
    show.at("08:01:29")
    assert list(seen(show)[View.STAGE]) == ["m"]
    show.at("08:01:30")
    assert seen(show)[View.STAGE] == {}
    assert show.decisions[-1].facts == (MessageExpired(message=M),)
    assert next_tick_at(show.state) == at("08:50")


def test_message_that_leaves_does_not_move_the_clock_of_the_views() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:31:10")
    bytes_of = json.dumps(project(show.state, View.STAGE, None))
    show.do(ShowMessage(to="speakers", text="Please end", for_s=20))
    show.at("09:31:40")
    assert show.state.messages == Map()
    assert json.dumps(project(show.state, View.STAGE, None)) == bytes_of
    show.do(ShowMessage(to="speakers", text="Please end", for_s=20), PROD, "m")
    show.at("09:32")
    assert show.decisions[-1].facts == (TimePassed(), MessageExpired(message=M))


def test_moderator_has_messages_to_speakers_only() -> None:
    show = shown(ShowMessage(to="screens", text="Welcome"))
    assert show.refused(ShowMessage(to="participants", text="Hello"), MOD) == "command.forbidden"
    assert show.refused(ClearMessage(message=M), MOD) == "command.forbidden"
    assert show.do(ShowMessage(to="speakers", text="Hello"), MOD, "n")
    assert show.do(ClearMessage(message=MessageId("n")), MOD)


@pytest.mark.parametrize(
    ("command", "actor", "code", "field"),
    [
        (ShowMessage(to="screens", text=" "), PROD, "text.too_short", "text"),
        (ShowMessage(to="screens", text="x" * 201), PROD, "text.too_long", "text"),
        (
            ShowMessage(to="screens", text="x", room=RoomId("no")),
            PROD,
            "room.unknown",
            "room",
        ),
        (ShowMessage(to="screens", text="x", for_s=0), PROD, "instant.out_of_range", "for_s"),
        (
            ShowMessage(to="screens", text="x", for_s=FOR_MOST_S + 1),
            PROD,
            "instant.out_of_range",
            "for_s",
        ),
        (ClearMessage(message=MessageId("no")), PROD, "message.unknown", "message"),
        (AcknowledgeMessage(message=MessageId("no")), SPEAKER, "message.unknown", "message"),
        (ShowMessage(to="speakers", text="x"), ANN, "command.forbidden", "type"),
        (AcknowledgeMessage(message=M), PROD, "command.forbidden", "type"),
    ],
)
def test_message_that_makes_no_sense_is_refused(
    command: Command, actor: Actor, code: str, field: str
) -> None:
    refusal = shown().refusal(command, actor)
    assert (refusal.code, refusal.field) == (code, field)


def test_message_to_others_is_unknown_to_a_speaker() -> None:
    show = shown(ShowMessage(to="screens", text="Welcome"))
    assert show.refused(AcknowledgeMessage(message=M), SPEAKER) == "message.unknown"


def test_messages_are_so_many_and_no_more() -> None:
    show = Rehearsal.of()
    for _ in range(MESSAGES_MOST):
        show.do(ShowMessage(to="screens", text="x"))
    assert show.refused(ShowMessage(to="screens", text="x")) == "message.too_many"


def test_message_touches_itself_and_nothing_else() -> None:
    show = Rehearsal.of()
    decision = show.decide(WRAP_UP, PROD, "m")
    show.keep(decision)
    touched = Touched()
    touched.add(show.state, decision)
    assert touched == Touched(messages={M}, urgent=True)
    assert not touched.is_empty
