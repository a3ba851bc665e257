"""Gathering reactions: a hall that applauds is one message a second, and one fact a minute.

Never journaled one by one: each node counts those that come to it, tells the others what it has
counted, and tells everybody what came here and there since the last time. What a lost message of
another node held is not shown, but counted: each node writes its own sums.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from streamhub.core.errors import Rejected
from streamhub.core.event import EventState
from streamhub.core.ids import ActorId, RoomId
from streamhub.core.reactions import REACTIONS, CountReactions, Reaction, SendReaction
from streamhub.core.table import Map
from streamhub.hub.pace import Paces

PER_S: Final = 3.0
BURST: Final = 10.0
"""How many reactions of one participant count."""
TELL_EVERY_S: Final = 1.0
FIRST_AFTER_S: Final = 0.1
"""How long the first one after a silence waits for others."""
COUNT_EVERY_S: Final = 60.0

Counts = dict[RoomId, Counter[Reaction]]


@dataclass(slots=True)
class Gathered:
    """The reactions of one event: those that nobody has been told of, and those of this minute.

    `mine` were sent here, `theirs` to other nodes; `minute` is what this node has to write down.
    """

    mine: Counts = field(default_factory=dict)
    theirs: Counts = field(default_factory=dict)
    minute: Counts = field(default_factory=dict)
    paces: Paces = field(default_factory=lambda: Paces(per_s=PER_S, burst=BURST))

    def take(self, actor: ActorId, sent: SendReaction, now: float) -> bool:
        """Count a reaction, unless its sender is too fast to mean it; tell whether it counted.

        Args:
            actor: whose it is.
            sent: which, and where.
            now: seconds of a steady clock.
        """
        try:
            self.paces.take(actor, now)
        except Rejected:
            return False
        for counts in (self.mine, self.minute):
            counts.setdefault(sent.room, Counter())[sent.kind] += 1
        return True

    def tell(self) -> tuple[dict[str, Any], Counts]:
        """Return what to tell the other nodes, and what to tell everybody here."""
        mine, theirs = self.mine, self.theirs
        self.mine, self.theirs = {}, {}
        for room, counts in mine.items():
            theirs.setdefault(room, Counter()).update(counts)
        return {room: dict(counts) for room, counts in mine.items()}, theirs

    def hear(self, rooms: object, state: EventState) -> bool:
        """Take in what another node tells; tell whether it was anything.

        What is not known here, or not shaped so, counts for nothing.
        """
        heard = False
        for room, counts in rooms.items() if isinstance(rooms, dict) else ():
            if room not in state.agenda.rooms or not isinstance(counts, dict):
                continue
            for kind in REACTIONS:
                count = counts.get(kind)
                if isinstance(count, int) and count > 0:
                    self.theirs.setdefault(RoomId(room), Counter())[kind] += count
                    heard = True
        return heard

    def count(self) -> list[CountReactions]:
        """Return what to write down of this minute, a command for each room that had any."""
        minute, self.minute = self.minute, {}
        return [
            CountReactions(room=room, counts=Map(counts)) for room, counts in sorted(minute.items())
        ]

    def keep(self, command: CountReactions) -> None:
        """Keep for the next minute what could not be written down."""
        self.minute.setdefault(command.room, Counter()).update(command.counts)
