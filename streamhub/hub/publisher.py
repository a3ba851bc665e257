"""What goes out of one event: its channels, and what concerns single people.

Here belongs when a change is sent and to whom. What a channel holds is in `channels.py`; how it
travels, in `realtime`.
"""

import asyncio
from typing import Final

from streamhub.core import merge
from streamhub.core.errors import Rejected
from streamhub.core.event import Decision, EventState
from streamhub.core.ids import ActorId, RoomId
from streamhub.core.roles import Actor, Role
from streamhub.core.views import Touched, View, project_me
from streamhub.hub import metrics
from streamhub.hub.channels import Channel
from streamhub.hub.ledger import Ledger
from streamhub.hub.ports import Audience, Clock, Silence

GATHER_MS: Final = 200
"""A crowd's votes and questions go out at most so often; everything else goes at once."""


class Publisher:
    """The channels of one event.

    Args:
        ledger: its state.
        clock: the time.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.audience: Audience = Silence()
        self._ledger = ledger
        self._clock = clock
        self._channels: dict[tuple[View, RoomId | None], Channel] = {}
        self._me: dict[ActorId, tuple[Role, merge.Json]] = {}
        self._touched = Touched()
        self._flush_due: asyncio.TimerHandle | None = None

    def touch(self, state: EventState, decision: Decision) -> None:
        """Note what `decision` may have changed; nothing is sent yet."""
        for channel in self._channels.values():
            channel.touched.add(state, decision)
        self._touched.add(state, decision)

    def channel(self, view: View, room: RoomId | None) -> Channel:
        """Return the channel for `view` of `room`, brought up to date.

        Raises:
            Rejected: `room.unknown`.
        """
        state = self._ledger.state
        found = self._channels.get((view, room))
        if found is None:
            if room is not None and room not in state.agenda.rooms:
                raise Rejected(
                    "room.unknown",
                    f"There is no room {room!r} in this event.",
                    f"Use one of: {', '.join(sorted(state.agenda.rooms))}.",
                    field="room",
                )
            found = Channel.open(view, room, state, self._ledger.cursor)
            self._channels[view, room] = found
        else:
            self._flush(found)
        return found

    def _flush(self, channel: Channel) -> None:
        message = channel.flush(self._ledger.state, self._ledger.cursor, self._clock.now())
        if message is not None:
            metrics.PATCHES.labels(channel.view.value).inc()
            self.audience.publish(channel.view, channel.room, message)

    def publish(self) -> None:
        """Send what was touched: at once, or gathered where it is a crowd's."""
        now, later = self._clock.now(), False
        for channel in self._channels.values():
            wait = channel.touched.crowd_only and now - channel.sent_at < GATHER_MS
            if wait:
                later = True
            else:
                self._flush(channel)
        self._publish_me()
        if later and self._flush_due is None:
            loop = asyncio.get_running_loop()
            self._flush_due = loop.call_later(GATHER_MS / 1000, self._flush_all)

    def _flush_all(self) -> None:
        self._flush_due = None
        for channel in self._channels.values():
            self._flush(channel)
        self._publish_me()

    def me(self, actor: Actor) -> merge.Json:
        """Return the whole of what concerns `actor`, and follow it from now on."""
        made: merge.Json = dict(project_me(self._ledger.state, actor.id, actor.role.value))
        self._me[actor.id] = (actor.role, made)
        return made

    def _publish_me(self) -> None:
        touched, self._touched = self._touched, Touched()
        for name in touched.actors & self._me.keys():
            role, old = self._me[name]
            new: merge.Json = dict(project_me(self._ledger.state, name, role.value))
            patch = merge.diff(old, new)
            if patch:
                self._me[name] = (role, new)
                self.audience.publish_me(name, patch)

    def forget(self, actor: ActorId) -> None:
        """Stop following what concerns `actor`: its last connection is gone."""
        self._me.pop(actor, None)

    def forget_history(self) -> None:
        """Forget what views looked like before: something in it must not be kept."""
        self._flush_all()
        for channel in self._channels.values():
            channel.history.clear()

    def start_again(self) -> None:
        """Begin anew with another history, and tell everybody."""
        self._channels.clear()
        self._me.clear()
        self._touched = Touched()
        self.audience.resync_all()

    def close(self) -> None:
        """Send nothing more."""
        if self._flush_due is not None:
            self._flush_due.cancel()
