"""How much was asked and voted in each minute: what results draw, and nothing that is live reads.

Kept beside the questions, because a journal may be trimmed and a question does not tell when its
votes came.
"""

from dataclasses import dataclass
from typing import Final

from streamhub.core.ids import Ms
from streamhub.core.questions import QuestionAsked, QuestionUnvoted, QuestionUpvoted
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table
from streamhub.core.values import changed

MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What came in one minute. `votes` are those given less those taken back: maybe negative."""

    asked: int = 0
    votes: int = 0


Activity = Table[int, Minute]
"""By minutes since the epoch."""
QUIET: Final[Activity] = Map()
_NOTHING: Final = Minute()

Counted = QuestionAsked | QuestionUpvoted | QuestionUnvoted


def evolve(activity: Activity, fact: Counted, stamp: Stamp) -> Activity:
    """Count one fact in its minute."""
    minute = stamp.at // MINUTE_MS
    before = activity.get(minute, _NOTHING)
    if isinstance(fact, QuestionAsked):
        after = changed(before, asked=before.asked + 1)
    else:
        by = 1 if isinstance(fact, QuestionUpvoted) else -1
        after = changed(before, votes=before.votes + by)
    return activity.set(minute, after)


def at_ms(minute: int) -> Ms:
    """When a minute began."""
    return minute * MINUTE_MS
