"""Reactions: applause and the like, which a crowd sends by the thousand.

They are not journaled one by one: `hub/reactions.py` gathers them, and a minute's sum of a room is
one fact. Read top to bottom: state, commands, fact, decide, evolve.
"""

from dataclasses import dataclass
from typing import Final, Literal, assert_never, get_args

from streamhub.core.agenda import Agenda, room_exists
from streamhub.core.ids import Ms, RoomId
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table

Reaction = Literal["applause", "heart", "laugh", "surprise", "agree"]
REACTIONS: Final[tuple[Reaction, ...]] = get_args(Reaction)
MINUTE_MS: Final = 60_000
MINUTES_MOST: Final = 7 * 24 * 60
"""How many minutes with reactions are kept of one room: a week of nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What a room sent in the minute that begins `at`."""

    at: Ms
    counts: Table[Reaction, int]


Reactions = Table[RoomId, tuple[Minute, ...]]
NO_REACTIONS: Final[Reactions] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReaction:
    """Applaud, laugh, …; it is shown for a moment and counted, and nobody keeps whose it was."""

    room: RoomId
    kind: Reaction
    type: Literal["reaction.send"] = "reaction.send"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReactions:
    """The system's own command: what a room sent to this node since the last time."""

    room: RoomId
    counts: Table[Reaction, int]
    type: Literal["reactions.count"] = "reactions.count"


ReactionCommand = SendReaction | CountReactions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionsCounted:
    """So many reactions came from a room within a minute; each node counts its own."""

    room: RoomId
    counts: Table[Reaction, int]
    type: Literal["reactions.counted"] = "reactions.counted"


ReactionFact = ReactionsCounted


def decide(agenda: Agenda, command: ReactionCommand) -> list[ReactionFact]:
    """Turn a command about reactions into facts, or raise `Rejected`.

    A reaction itself leads to none: who accepts it counts it.
    """
    room_exists(agenda, command.room)
    match command:
        case SendReaction():
            return []
        case CountReactions():
            return [ReactionsCounted(room=command.room, counts=command.counts)]
        case _:
            assert_never(command)


def evolve(reactions: Reactions, fact: ReactionFact, stamp: Stamp) -> Reactions:
    """Return the reactions after `fact`; what several nodes count in one minute is added up."""
    at = stamp.at // MINUTE_MS * MINUTE_MS
    minutes = reactions.get(fact.room, ())
    counts = fact.counts
    if minutes and minutes[-1].at == at:
        for kind, count in minutes[-1].counts.items():
            counts = counts.set(kind, counts.get(kind, 0) + count)
        minutes = minutes[:-1]
    minutes = (*minutes, Minute(at=at, counts=counts))[-MINUTES_MOST:]
    return reactions.set(fact.room, minutes)
