"""What a node knows of the streams of one event at this moment: their health, and their viewers.

Never journaled, as `presence.py`. Whoever watches the playlists tells what it found, pages tell
what their viewers meet, nodes tell one another; pages hear of it when it changes, no more than once
a second, producers every two.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, Final, cast

from streamhub.core.event import EventState
from streamhub.core.ids import RoomId
from streamhub.hub import metrics
from streamhub.hub.health import Finding
from streamhub.hub.ports import Audience
from streamhub.hub.viewers import Sums, Viewers
from streamhub.protocol.messages import StreamsMessage, Watching
from streamhub.relay import Relay

EVERYBODY_EVERY_S: Final = 1.0
PRODUCERS_EVERY_S: Final = 2.0
FIRST_AFTER_S: Final = 0.1
AGAIN_EVERY_S: Final = 5.0
"""How often a node repeats itself, and looks which viewers have fallen silent."""
EXPIRES_S: Final = 16.0
"""What another node told counts for so long."""
_PUBLIC: Final = ("health", "since_at")
_HEALTHS: Final = frozenset({"waiting", "live", "late", "stalled", "ended", "unreachable"})
_FOUND: Final[dict[str, type | tuple[type, ...]]] = {
    # field of a finding: what another node may tell there
    "health": str,
    "since_at": int,
    "late_s": (int, float),
    "kbps": int,
    "gaps": int,
    "detail": str,
}


class Streaming:
    """The streams of one event as they are now.

    Args:
        slug: the event.
        relay: the way to the other nodes.
        state: tells what is true of the event.
        audience: tells who passes messages on.
    """

    def __init__(
        self,
        slug: str,
        relay: Relay,
        state: Callable[[], EventState],
        audience: Callable[[], Audience],
    ) -> None:
        self.viewers = Viewers()
        self._slug = slug
        self._relay = relay
        self._state = state
        self._audience = audience
        self._found: dict[RoomId, Finding] = {}
        self._others: dict[str, tuple[dict[str, Any], float]] = {}
        self._told: dict[bool, StreamsMessage] = {False: {"rooms": {}}, True: {"rooms": {}}}
        self._told_at: dict[bool, float] = {}
        self._due: dict[bool, asyncio.TimerHandle] = {}
        self._again: asyncio.TimerHandle | None = None
        self._had_mine = False
        self._repeats = False
        self._is_closed = False

    # --- what comes in --------------------------------------------------------------------------

    def watching(self, who: Hashable, seen: Watching) -> None:
        """A viewer's page tells how it goes; what is of no room, or comes too often, is nothing."""
        now = _now()
        if seen.room not in self._state().agenda.rooms or not self.viewers.take(who, seen, now):
            return
        metrics.STREAM_STALLS.inc(seen.stalls)
        if seen.late_s is not None and seen.state == "playing":
            metrics.STREAM_LATENESS.observe(seen.late_s)
        self._changed(producers_only=True)

    def leave(self, who: Hashable) -> None:
        """A connection is gone."""
        if self.viewers.leave(who):
            self._changed(producers_only=True)

    def found(self, room: RoomId, finding: Finding | None) -> None:
        """Whoever watches the playlist of a room found this; None: nobody watches it any more."""
        before = self._found.get(room)
        if finding == before:
            return
        if before is not None:
            metrics.STREAM_ROOMS.labels(before.health).dec()
        if finding is None:
            del self._found[room]
        else:
            metrics.STREAM_ROOMS.labels(finding.health).inc()
            self._found[room] = finding
        self._changed()

    def hear(self, node: str, rooms: object) -> None:
        """Another node tells what it knows."""
        told = rooms if isinstance(rooms, dict) else {}
        before = self._others.get(node, ({}, 0.0))[0]
        self._others[node] = (told, _now() + EXPIRES_S)
        if told != before:
            self._changed()

    # --- what goes out --------------------------------------------------------------------------

    def message(self, *, producers: bool) -> StreamsMessage:
        """Return what producers, or all others, are told now."""
        return self._message(self.viewers.sums(_now())) if producers else self._message(None)

    def _message(self, mine: dict[RoomId, Sums] | None) -> StreamsMessage:
        """Return a message; `mine` are the sums of those who watch here, for producers."""
        now = _now()
        for node in [node for node, (_, until) in self._others.items() if until < now]:
            del self._others[node]
        found: dict[str, dict[str, Any]] = {}
        sums: dict[str, Sums] = {}
        for told, _ in self._others.values():
            for room, here in told.items():
                if isinstance(here, dict):
                    found[str(room)] = _finding(here)
                    sums.setdefault(str(room), Sums()).add(Sums.heard(here.get("viewers")))
        found |= {room: finding.told() for room, finding in self._found.items()}
        for room, count in (mine or {}).items():
            sums.setdefault(room, Sums()).add(count)
        rooms: dict[str, dict[str, Any]] = {}
        for name in sorted(self._state().agenda.rooms):
            known = found.get(name, {})
            if mine is None:
                known = {field: known[field] for field in _PUBLIC if field in known}
            elif name in sums and (sums[name].watching or sums[name].stalls):
                known = known | {"viewers": sums[name].message()}
            if known:
                rooms[name] = known
        return cast("StreamsMessage", {"rooms": rooms})

    def _changed(self, *, producers_only: bool = False) -> None:
        """Tell soon, and no sooner than the last message is old enough."""
        if self._is_closed:
            return
        loop, now = asyncio.get_running_loop(), _now()
        for producers in (True,) if producers_only else (False, True):
            if producers not in self._due:
                rest_s = PRODUCERS_EVERY_S if producers else EVERYBODY_EVERY_S
                least = self._told_at.get(producers, float("-inf")) + rest_s
                when = max(now + FIRST_AFTER_S, least)
                self._due[producers] = loop.call_at(when, self._tell, producers)
        if self._again is None:
            self._again = loop.call_later(AGAIN_EVERY_S, self._look_again)

    def _tell(self, producers: bool) -> None:  # noqa: FBT001 - called by a timer
        self._due.pop(producers, None)
        self._told_at[producers] = _now()
        mine = self.viewers.sums(_now()) if producers else None
        message = self._message(mine)
        is_news = message != self._told[producers]
        if is_news:
            self._told[producers] = message
            self._audience().publish_streams(cast("dict[str, Any]", message), producers=producers)
        if mine is not None and (is_news or self._repeats):
            self._repeats = False
            self._tell_nodes(mine)

    def _tell_nodes(self, mine: dict[RoomId, Sums]) -> None:
        rooms: dict[str, Any] = {room: finding.told() for room, finding in self._found.items()}
        for room, sums in mine.items():
            rooms[room] = rooms.get(room, {}) | {"viewers": sums.told()}
        self._relay.tell("streams", {"event": self._slug, "rooms": rooms})

    def _look_again(self) -> None:
        """Repeat to the other nodes what is so here, and look who has fallen silent."""
        self._again = None
        has_mine = bool(self._found or len(self.viewers))
        if has_mine or self._had_mine or self._others:
            self._repeats = has_mine or self._had_mine
            self._had_mine = has_mine
            self._changed()

    def close(self) -> None:
        """Tell nobody anything more."""
        self._is_closed = True
        for due in (*self._due.values(), self._again):
            if due is not None:
                due.cancel()
        counts = Counter(finding.health for finding in self._found.values())
        for health, count in counts.items():
            metrics.STREAM_ROOMS.labels(health).dec(count)
        self._found.clear()


def _finding(told: dict[str, Any]) -> dict[str, Any]:
    """What another node found, as far as it is shaped so."""
    held = {
        field: told[field]
        for field, kind in _FOUND.items()
        if isinstance(told.get(field), kind) and not isinstance(told[field], bool)
    }
    return held if held.get("health") in _HEALTHS else {}


def _now() -> float:
    return asyncio.get_running_loop().time()
