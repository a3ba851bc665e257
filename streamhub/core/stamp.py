"""`Stamp`: who did something, when, and as which number in the event's life.

Every decision carries one. `seq` counts decisions from the event's beginning, so it names one
command's facts for as long as the event lives (undo refers to it).
"""

from typing import NamedTuple

from streamhub.core.ids import ActorId, Ms


class Stamp(NamedTuple):
    """Who, when (server time) and the number of the decision."""

    by: ActorId
    at: Ms
    seq: int
