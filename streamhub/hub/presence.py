"""Who is connected: counts by view, and which displays are alive and what they have rendered.

Never journaled: it is a fact about this moment and this node, and nobody replays it.
"""

from dataclasses import dataclass, field
from typing import Any

from streamhub.core.ids import ActorId, DisplayId, Ms
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View


@dataclass(slots=True)
class Screen:
    """A connected display. `connections` counts them: two mean that a secret was copied."""

    online_since: Ms
    connections: int = 0
    rendered: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(slots=True)
class Presence:
    """The connections of one event on this node."""

    views: dict[View, int] = field(default_factory=dict)
    audience: dict[ActorId, int] = field(default_factory=dict)
    screens: dict[DisplayId, Screen] = field(default_factory=dict)

    def arrive(self, actor: Actor, view: View, now: Ms) -> None:
        """A connection was accepted."""
        self.views[view] = self.views.get(view, 0) + 1
        if view is View.AUDIENCE:
            self.audience[actor.id] = self.audience.get(actor.id, 0) + 1
        if actor.role is Role.DISPLAY:
            screen = self.screens.setdefault(DisplayId(actor.id), Screen(online_since=now))
            screen.connections += 1

    def leave(self, actor: Actor, view: View) -> None:
        """A connection is gone."""
        self.views[view] -= 1
        if view is View.AUDIENCE:
            self.audience[actor.id] -= 1
            if not self.audience[actor.id]:
                del self.audience[actor.id]
        if actor.role is Role.DISPLAY:
            screen = self.screens[DisplayId(actor.id)]
            screen.connections -= 1
            if not screen.connections:
                del self.screens[DisplayId(actor.id)]

    def rendered(
        self, display: DisplayId, cursor: str, width: int | None, height: int | None
    ) -> None:
        """A display told what is on its glass."""
        screen = self.screens.get(display)
        if screen is not None:
            screen.rendered = cursor
            screen.width, screen.height = width or screen.width, height or screen.height

    def message(self, shown_seq: int) -> dict[str, Any]:
        """Return the `PresenceMessage`; `shown_seq` is where an up-to-date screen is."""
        counts = {view.value: count for view, count in self.views.items() if count}
        displays: dict[str, dict[str, Any]] = {}
        for name, screen in self.screens.items():
            rendered = int((screen.rendered or "0.").partition(".")[0])
            shown = {
                "online_since": screen.online_since,
                "rendered": screen.rendered,
                "behind": max(0, shown_seq - rendered),
                "width": screen.width,
                "height": screen.height,
            }
            displays[name] = {key: value for key, value in shown.items() if value is not None}
        return {"counts": counts | {"participants": len(self.audience)}, "displays": displays}
