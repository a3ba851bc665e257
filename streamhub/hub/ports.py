"""What the hub needs from outside, and whom it tells: the clock and the audience.

Protocols only. `SystemClock` is the one real clock; tests bring their own.
"""

import time
from typing import Any, Protocol

from streamhub.core.ids import ActorId, Ms
from streamhub.core.views import View


class Clock(Protocol):
    """Where the hub learns what time it is, and how long to wait for another."""

    def now(self) -> Ms:
        """The server's time."""
        ...

    def seconds_until(self, at: Ms) -> float:
        """How long to wait until it is `at`; not above 0 where that has passed."""
        ...


class SystemClock:
    """The machine's own clock, in whole milliseconds."""

    def now(self) -> Ms:
        """The server's time."""
        return time.time_ns() // 1_000_000

    def seconds_until(self, at: Ms) -> float:
        """How long to wait until it is `at`; not above 0 where that has passed."""
        return (at - self.now()) / 1000


class Audience(Protocol):
    """Whoever passes changes on to connections. Calls are made on the loop and must not block."""

    def publish(self, view: View, room: str | None, message: dict[str, Any]) -> None:
        """A channel changed: `message` is a `PatchMessage`."""
        ...

    def publish_me(self, actor: ActorId, patch: dict[str, Any]) -> None:
        """What concerns one actor changed: a merge patch of its `MeView`."""
        ...

    def publish_presence(self, message: dict[str, Any]) -> None:
        """Who is connected changed: a `PresenceMessage`, for `control`."""
        ...

    def publish_reactions(self, room: str, message: dict[str, Any]) -> None:
        """People in a room reacted: a `ReactionsMessage`, for all who look at the room."""
        ...

    def publish_streams(self, message: dict[str, Any], *, producers: bool) -> None:
        """Streams do otherwise: a `StreamsMessage` for `control`, or for all others."""
        ...

    def fan_out_ms(self, view: View, room: str | None) -> float:
        """Return how long the last messages of a channel took until the last connection had them.

        In milliseconds from `publish`; while one is still leaving, at least for how long it has
        been. 0 only where nobody looks, or nobody was sent anything yet.
        """
        ...

    def resync_all(self) -> None:
        """The history was replaced by another: every client starts again."""
        ...

    def cut(self, actor: ActorId, code: str) -> None:
        """An actor's right to be connected ended."""
        ...


class Silence:
    """An audience of nobody."""

    def publish(self, view: View, room: str | None, message: dict[str, Any]) -> None:
        """Nobody hears it."""

    def publish_me(self, actor: ActorId, patch: dict[str, Any]) -> None:
        """Nobody hears it."""

    def publish_presence(self, message: dict[str, Any]) -> None:
        """Nobody hears it."""

    def publish_reactions(self, room: str, message: dict[str, Any]) -> None:
        """Nobody hears it."""

    def publish_streams(self, message: dict[str, Any], *, producers: bool) -> None:
        """Nobody hears it."""

    def fan_out_ms(self, view: View, room: str | None) -> float:  # noqa: ARG002 - the same for all
        """Nobody looks."""
        return 0.0

    def resync_all(self) -> None:
        """Nobody hears it."""

    def cut(self, actor: ActorId, code: str) -> None:
        """Nobody is cut."""
