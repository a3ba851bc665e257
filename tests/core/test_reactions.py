"""Reactions: what a minute's sum leaves in the state, and in no view."""

import pytest
from rehearsal import ANN, CLOCK, MAIN, SIDE, Rehearsal, at

from streamhub.core.ids import RoomId
from streamhub.core.reactions import (
    MINUTES_MOST,
    REACTIONS,
    CountReactions,
    Minute,
    Reaction,
    ReactionsCounted,
    SendReaction,
    evolve,
)
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map
from streamhub.core.views import Touched, View, project


def counts(**of: int) -> Map[Reaction, int]:
    return Map((kind, of[kind]) for kind in REACTIONS if kind in of)


def test_reaction_is_of_a_room_that_there_is_and_leaves_no_fact() -> None:
    show = Rehearsal.of()
    assert show.do(SendReaction(room=MAIN, kind="heart"), ANN) == ()
    assert show.refused(SendReaction(room=RoomId("no"), kind="heart"), ANN) == "room.unknown"
    assert show.refused(SendReaction(room=MAIN, kind="heart"), CLOCK) == "command.forbidden"


def test_what_nodes_count_in_one_minute_is_added_up() -> None:
    show = Rehearsal.of().at("09:00:10")
    command = CountReactions(room=MAIN, counts=counts(heart=2, laugh=1))
    decision = show.decide(command, CLOCK)
    views = [project(show.state, view, None) for view in View]
    show.keep(decision)
    assert [project(show.state, view, None) for view in View] == views
    assert decision.facts == (ReactionsCounted(room=MAIN, counts=command.counts),)
    show.at("09:00:50").do(CountReactions(room=MAIN, counts=counts(heart=3, agree=1)), CLOCK)
    show.at("09:01").do(CountReactions(room=MAIN, counts=counts(heart=1)), CLOCK)
    show.do(CountReactions(room=SIDE, counts=counts(applause=1)), CLOCK)
    assert show.state.reactions == Map(
        {
            MAIN: (
                Minute(at=at("09:00"), counts=counts(heart=5, laugh=1, agree=1)),
                Minute(at=at("09:01"), counts=counts(heart=1)),
            ),
            SIDE: (Minute(at=at("09:01"), counts=counts(applause=1)),),
        }
    )
    touched = Touched()
    touched.add(show.state, decision)
    assert touched.is_empty


@pytest.mark.parametrize("more", [0, 3])
def test_minutes_of_a_week_are_kept(more: int) -> None:
    minutes = tuple(Minute(at=n * 60_000, counts=counts(heart=1)) for n in range(MINUTES_MOST))
    fact = ReactionsCounted(room=MAIN, counts=counts(heart=1))
    stamp = Stamp(by=CLOCK.id, at=(MINUTES_MOST + more) * 60_000, seq=1)
    after = evolve(Map({MAIN: minutes}), fact, stamp)[MAIN]
    assert len(after) == MINUTES_MOST
    assert after[-1].at == stamp.at
