"""Who is connected: counts by view, role and room; which displays live, and what they have drawn.

Never journaled: it is a fact about this moment, and nobody replays it. Each node knows its own
connections; nodes tell one another, and what a node has not repeated for a while is forgotten.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from streamhub.core.ids import ActorId, DisplayId, LinkId, Ms, RoomId
from streamhub.core.links import NOBODY
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View

DOUBLED_AFTER_S: Final = 40.0
"""How long two connections of one display are taken for one that comes back: longer than it takes
until a connection that is dead is noticed."""
EXPIRES_S: Final = 7.0
"""What another node told counts for so long: it repeats itself every two seconds."""
FEW_NODES: Final = 20
"""More nodes than this repeat themselves less often: each of them hears all that the others say."""


@dataclass(slots=True)
class Screen:
    """A connected display. `connections` counts them: two mean that a secret was copied."""

    online_since: Ms
    connections: int = 0
    rendered: str | None = None
    width: int | None = None
    height: int | None = None

    def told(self) -> dict[str, Any]:
        """Return it as nodes tell it."""
        held = {
            "online_since": self.online_since,
            "rendered": self.rendered,
            "width": self.width,
            "height": self.height,
            "connections": self.connections if self.connections > 1 else None,
        }
        return {key: value for key, value in held.items() if value is not None}


@dataclass(slots=True)
class Presence:
    """The connections of one event: this node's, and what the others tell of theirs."""

    views: Counter[View] = field(default_factory=Counter)
    roles: Counter[Role] = field(default_factory=Counter)
    rooms: Counter[RoomId] = field(default_factory=Counter)
    audience: Counter[ActorId] = field(default_factory=Counter)
    links: Counter[ActorId] = field(default_factory=Counter)
    screens: dict[DisplayId, Screen] = field(default_factory=dict)
    others: dict[str, tuple[dict[str, Any], float]] = field(default_factory=dict)
    doubled: dict[str, float] = field(default_factory=dict)
    told_doubled: set[str] = field(default_factory=set)

    def arrive(self, actor: Actor, view: View, room: RoomId | None, now: Ms) -> None:
        """A connection was accepted."""
        self._count(actor, view, room, 1)
        if actor.role is Role.DISPLAY:
            screen = self.screens.setdefault(DisplayId(actor.id), Screen(online_since=now))
            screen.connections += 1

    def leave(self, actor: Actor, view: View, room: RoomId | None) -> None:
        """A connection is gone."""
        self._count(actor, view, room, -1)
        if actor.role is Role.DISPLAY:
            screen = self.screens[DisplayId(actor.id)]
            screen.connections -= 1
            if not screen.connections:
                del self.screens[DisplayId(actor.id)]

    def _count(self, actor: Actor, view: View, room: RoomId | None, by: int) -> None:
        self.views[view] += by
        self.roles[actor.role] += by
        if room is not None:
            self.rooms[room] += by
        if view is View.AUDIENCE:
            self.audience[actor.id] += by
            if not self.audience[actor.id]:
                del self.audience[actor.id]
        if actor.role not in {Role.PARTICIPANT, Role.DISPLAY}:
            self.links[actor.id] += by
            if not self.links[actor.id]:
                del self.links[actor.id]

    def rendered(
        self, display: DisplayId, cursor: str, width: int | None, height: int | None
    ) -> None:
        """A display told what is on its glass."""
        screen = self.screens.get(display)
        if screen is not None:
            screen.rendered = cursor
            screen.width, screen.height = width or screen.width, height or screen.height

    def summary(self, invited: Mapping[ActorId, LinkId] = NOBODY) -> dict[str, Any]:
        """Return this node's part, as nodes tell it; `invited` as the event's state has them."""
        counts = {view.value: count for view, count in self.views.items() if count}
        return {
            "counts": counts | {"participants": len(self.audience)},
            "roles": {role.value: count for role, count in self.roles.items() if count},
            "rooms": {room: count for room, count in self.rooms.items() if count},
            "displays": {name: screen.told() for name, screen in self.screens.items()},
            "links": dict(self._holding_here(invited)),
        }

    def holding(self, invited: Mapping[ActorId, LinkId]) -> Counter[str]:
        """Count who holds each role link, on all nodes: in no message, organisers ask.

        Of an invitation for several the people whose page is open (who has it open on two nodes
        counts twice), of all others the connections; `invited` as the event's state has them.
        """
        held = self._holding_here(invited)
        for summary, _ in self.others.values():
            held.update(_numbers(summary.get("links")))
        return held

    def _holding_here(self, invited: Mapping[ActorId, LinkId]) -> Counter[str]:
        held = Counter[str](self.links)
        few, many = sorted((self.audience, invited), key=len)  # either may be a hall, or empty
        for actor in few:
            if actor in many:
                link = invited[actor]
                held[link] += self.audience[actor] if actor == ActorId(link) else 1
        return held

    def hear(self, node: str, summary: dict[str, Any], now: float) -> bool:
        """Take in what another node tells at `now` (seconds of a steady clock).

        Answers whether it is anything new. What is not shaped like a summary counts for nothing.
        """
        before = self.others.get(node, ({}, 0.0))[0]
        self.others[node] = (summary, now + EXPIRES_S * self.stretch)
        return before != summary

    @property
    def stretch(self) -> float:
        """How much less often than a few nodes these many repeat themselves."""
        return max(1.0, (1 + len(self.others)) / FEW_NODES)

    def expire(self, now: float) -> bool:
        """Forget the nodes that have been silent for too long; tell whether there were any."""
        silent = [node for node, (_, until) in self.others.items() if until < now]
        for node in silent:
            del self.others[node]
        return bool(silent)

    def message(self, shown_seq: int, now: float) -> dict[str, Any]:
        """Return the `PresenceMessage` of all nodes.

        Args:
            shown_seq: where a screen that is up to date would be.
            now: seconds of the clock that `hear` is given.
        """
        self.expire(now)
        totals = {part: Counter[str]() for part in ("counts", "roles", "rooms")}
        displays: dict[str, dict[str, Any]] = {}
        connections = Counter[str]()
        for told in (self.summary(), *(summary for summary, _ in self.others.values())):
            for part, total in totals.items():
                total.update(_numbers(told.get(part)))
            for name, screen in _tables(told.get("displays")):
                more = screen.pop("connections", 1)
                connections[name] += more if isinstance(more, int) else 1
                rendered = _seq(screen.get("rendered"))
                behind = max(0, shown_seq - rendered)
                if name not in displays or displays[name]["behind"] > behind:
                    displays[name] = {**screen, "behind": behind}
        self._count_doubled(connections, now)
        self.told_doubled = self._ripe(now)
        for name in self.told_doubled:
            displays[name]["doubled"] = True
        parts: dict[str, Any] = {part: dict(total) for part, total in totals.items()}
        return {**parts, "displays": displays, "nodes": 1 + len(self.others)}

    def has_news(self, now: float) -> bool:
        """Whether time alone has made something worth telling: a node silent, a display doubled."""
        return self.expire(now) or self._ripe(now) != self.told_doubled

    def _count_doubled(self, connections: Mapping[str, int], now: float) -> None:
        """Note since when each display has had several connections."""
        self.doubled = {
            name: self.doubled.get(name, now) for name, count in connections.items() if count > 1
        }

    def _ripe(self, now: float) -> set[str]:
        return {name for name, since in self.doubled.items() if now - since >= DOUBLED_AFTER_S}


def _numbers(told: object) -> dict[str, int]:
    held = told if isinstance(told, dict) else {}
    return {str(key): value for key, value in held.items() if isinstance(value, int)}


def _tables(told: object) -> list[tuple[str, dict[str, Any]]]:
    held = told if isinstance(told, dict) else {}
    return [(str(key), dict(value)) for key, value in held.items() if isinstance(value, dict)]


def _seq(cursor: object) -> int:
    head = str(cursor or "").partition(".")[0]
    return int(head) if head.isdecimal() else 0
