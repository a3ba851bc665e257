"""What viewers meet: how many watch a room, how late their pictures are, how often they stall.

Anonymous: what one page tells is kept for a minute at this node, and only sums leave it. Lateness
is counted in steps, so that the sums of several nodes can be added up.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from streamhub.core.errors import Rejected
from streamhub.core.ids import RoomId
from streamhub.hub.pace import Pace
from streamhub.protocol.messages import Watching

EXPIRES_S: Final = 60.0
EVERY_S: Final = 5.0
BURST: Final = 2.0
"""How often a page may tell: twice at once, for a state may change just after it told."""
STEPS: Final = (
    *(half / 2 for half in range(1, 61)),
    *map(float, range(35, 125, 5)),
    *(180.0, 300.0, 600.0, 86_400.0),
)
"""The upper bounds of the steps in which lateness is counted, in seconds."""


@dataclass(slots=True)
class _Viewer:
    """The last that one page told."""

    pace: Pace = field(default_factory=lambda: Pace(per_s=1 / EVERY_S, burst=BURST))
    seen: Watching | None = None
    at: float = 0.0


@dataclass(slots=True)
class Sums:
    """The sums of one room; `late` counts by step."""

    watching: int = 0
    stalled: int = 0
    stalls: int = 0
    late: Counter[int] = field(default_factory=Counter)

    def add(self, more: "Sums") -> None:
        """Add those of another node."""
        self.watching += more.watching
        self.stalled += more.stalled
        self.stalls += more.stalls
        self.late.update(more.late)

    def told(self) -> dict[str, Any]:
        """Return them as nodes tell them."""
        late = {str(step): count for step, count in sorted(self.late.items())}
        return {
            "watching": self.watching,
            "stalled": self.stalled,
            "stalls": self.stalls,
            "late": late,
        }

    @classmethod
    def heard(cls, told: object) -> "Sums":
        """Read what a node tells; what is not shaped so counts for nothing."""
        held = told if isinstance(told, dict) else {}
        sums = cls(
            watching=_count(held.get("watching")),
            stalled=_count(held.get("stalled")),
            stalls=_count(held.get("stalls")),
        )
        late = held.get("late")
        for step, count in late.items() if isinstance(late, dict) else ():
            if str(step).isdecimal() and int(step) < len(STEPS):
                sums.late[int(step)] += _count(count)
        return sums

    def message(self) -> dict[str, Any]:
        """Return them as producers see them: a `ViewersView`."""
        shown: dict[str, Any] = {
            "watching": self.watching,
            "stalled": self.stalled,
            "stalls_per_min": round(self.stalls * 60 / EXPIRES_S, 1),
        }
        if self.late:
            shown["late_s"] = {"p50": self._percentile(0.5), "p90": self._percentile(0.9)}
        return shown

    def _percentile(self, part: float) -> float:
        """The middle of the step below which so many of all are."""
        least, reached = part * self.late.total(), 0
        for step in sorted(self.late):
            reached += self.late[step]
            if reached >= least:
                below = STEPS[step - 1] if step else 0.0
                return round((below + STEPS[step]) / 2, 2)
        return STEPS[-1]


def _count(told: object) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else 0


class Viewers:
    """The viewers of one event who are connected here, by whatever names their connections."""

    def __init__(self) -> None:
        self._viewers: dict[Hashable, _Viewer] = {}
        self._stalls: Counter[tuple[float, RoomId]] = Counter()

    def __len__(self) -> int:
        return len(self._viewers)

    def take(self, who: Hashable, seen: Watching, now: float) -> bool:
        """Take in what a page tells, unless it tells too often; answer whether it counted.

        Args:
            who: the connection.
            seen: what it tells.
            now: seconds of a steady clock.
        """
        viewer = self._viewers.setdefault(who, _Viewer())
        try:
            viewer.pace.take(now)
        except Rejected:
            return False
        viewer.seen, viewer.at = seen, now
        if seen.stalls:
            self._stalls[now // EVERY_S * EVERY_S, RoomId(seen.room)] += seen.stalls
        return True

    def leave(self, who: Hashable) -> bool:
        """Forget a connection; answer whether it was a viewer's."""
        return self._viewers.pop(who, None) is not None

    def sums(self, now: float) -> dict[RoomId, Sums]:
        """Return the sums of each room that somebody watches, and forget what is too old."""
        least = now - EXPIRES_S
        self._viewers = {who: one for who, one in self._viewers.items() if one.at > least}
        for old in [one for one in self._stalls if one[0] <= least]:
            del self._stalls[old]
        rooms: dict[RoomId, Sums] = {}
        for seen in self._seen():
            sums = rooms.setdefault(RoomId(seen.room), Sums())
            if seen.state == "paused":
                continue
            sums.watching += 1
            sums.stalled += seen.state in {"stalled", "lost"}
            if seen.late_s is not None:
                sums.late[bisect_right(STEPS, seen.late_s, hi=len(STEPS) - 1)] += 1
        for (_, room), stalls in self._stalls.items():
            rooms.setdefault(room, Sums()).stalls += stalls
        return rooms

    def _seen(self) -> Iterable[Watching]:
        return (one.seen for one in self._viewers.values() if one.seen is not None)
