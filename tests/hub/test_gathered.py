"""Reactions as a node gathers them: whose count, what others told, what is written down."""

from streamhub.core.event import SYSTEM, Decision, EventCreated, begin
from streamhub.core.ids import ActorId, RoomId
from streamhub.core.questions import QuestionPolicy
from streamhub.core.reactions import CountReactions, SendReaction
from streamhub.core.table import Map
from streamhub.formats.sample import sample
from streamhub.hub.reactions import BURST, Gathered

ANN, BEN = ActorId("ann"), ActorId("ben")
MAIN = RoomId("main")
HEART, LAUGH = (SendReaction(room=MAIN, kind=kind) for kind in ("heart", "laugh"))
CREATED = EventCreated(slug="s", agenda=sample(), policy=QuestionPolicy())
STATE = begin(Decision(by=SYSTEM, at=0, facts=(CREATED,)))


def test_what_one_participant_sends_too_fast_does_not_count() -> None:
    gathered = Gathered()
    taken = [gathered.take(ANN, HEART, 0.0) for _ in range(15)]
    assert taken == [True] * int(BURST) + [False] * 5
    assert gathered.take(BEN, HEART, 0.0)
    assert not gathered.take(ANN, HEART, 0.1)
    assert gathered.take(ANN, LAUGH, 1.0)
    assert gathered.tell()[1] == {MAIN: {"heart": 11, "laugh": 1}}


def test_reactions_are_told_once_and_those_of_others_are_not_passed_on() -> None:
    gathered = Gathered()
    gathered.take(ANN, HEART, 0.0)
    assert gathered.hear({MAIN: {"heart": 2, "laugh": 1}}, STATE)
    assert gathered.hear({MAIN: {"heart": 1}}, STATE)
    assert gathered.tell() == ({MAIN: {"heart": 1}}, {MAIN: {"heart": 4, "laugh": 1}})
    assert gathered.tell() == ({}, {})


def test_what_is_no_sum_of_reactions_counts_for_nothing() -> None:
    gathered = Gathered()
    sayings: list[object] = [
        None,
        [],
        {"nowhere": {"heart": 1}},
        {MAIN: 3},
        {MAIN: {"heart": "many", "laugh": -1, "agree": 0, "envy": 5}},
    ]
    for said in sayings:
        assert not gathered.hear(said, STATE)
    assert gathered.tell() == ({}, {})


def test_what_could_not_be_written_down_is_kept_for_the_next_minute() -> None:
    gathered = Gathered()
    gathered.take(ANN, HEART, 0.0)
    (command,) = gathered.count()
    assert command == CountReactions(room=MAIN, counts=Map((("heart", 1),)))
    assert gathered.count() == []
    gathered.take(ANN, HEART, 0.0)
    gathered.keep(command)
    assert gathered.count() == [CountReactions(room=MAIN, counts=Map((("heart", 2),)))]
