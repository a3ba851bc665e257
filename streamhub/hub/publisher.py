"""What goes out of one event: its channels, and what concerns single people.

Here belongs when a change is sent and to whom. What a channel holds is in `channels.py`, what may
wait in `core/views/touched.py`; how it travels, in `realtime`.

While it is quiet, every change goes out at once. After a patch, what may wait is gathered for
`GATHER_MS`, or for longer where patches take long to leave, so that the patches of gathered changes
keep the loop busy for two fifths of its time at most. What may not wait takes along what was
gathered: there is one order.
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
"""How long after a patch changes are gathered, at least."""
GATHER_MOST_MS: Final = 2000
"""How long they are gathered at most, however long patches take to leave."""
REST: Final = 2.5
"""How many times as long as a patch takes to leave they are gathered: it takes two fifths."""

_Mine = tuple[Role, merge.Json]


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
        self._me: dict[ActorId, _Mine] = {}
        self._nothing: dict[Role, _Mine] = {}
        self._touched = Touched()
        self._acted: set[ActorId] = set()
        self._counted: set[ActorId] = set()
        self._counted_at = float("-inf")
        self._due: asyncio.TimerHandle | None = None

    # --- channels -------------------------------------------------------------------------------

    def touch(self, state: EventState, decision: Decision) -> None:
        """Note what `decision` may have changed; nothing is sent yet."""
        self._touched.add(state, decision)

    def _spread(self) -> None:
        """Note where it belongs what was touched."""
        if self._touched.is_empty:
            return
        touched, self._touched = self._touched, Touched()
        for channel in self._channels.values():
            channel.touched.take(touched)
        self._acted |= touched.actors & self._me.keys()
        self._counted |= touched.counted & self._me.keys()
        if gone := touched.removed:
            self._counted |= {
                name for name, (_, held) in self._me.items() if not gone.isdisjoint(held["polls"])
            }

    def channel(self, view: View, room: RoomId | None) -> Channel:
        """Return the channel for `view` of `room`.

        It may lag behind by what is gathered: whoever comes shall not cost a patch for everybody.

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
            self._flush_if_due(found)
        return found

    def lags_s(self, view: View, room: RoomId | None, seq: int) -> float:
        """How long a channel waits that is not where somebody was who saw `seq`; 0 where it is."""
        channel = self._channels.get((view, room))
        if channel is None or channel.seq >= seq:
            return 0.0
        return self._flush_if_due(channel)

    def _flush_if_due(self, channel: Channel) -> float:
        """Send what waits in `channel` if it is due or nobody looks; return how long it waits."""
        self._spread()
        if channel.touched.is_empty:
            return 0.0
        wait_s = self._due_at(channel) - asyncio.get_running_loop().time()
        if wait_s > 0 and self.audience.fan_out_ms(channel.view, channel.room):
            return wait_s
        self._flush(channel)
        return 0.0

    def _flush(self, channel: Channel) -> None:
        message = channel.flush(self._ledger.state, self._ledger.cursor, self._clock.now())
        if message is not None:
            channel.sent_at = asyncio.get_running_loop().time()
            metrics.PATCHES.labels(channel.view.value).inc()
            self.audience.publish(channel.view, channel.room, message)

    def _due_at(self, channel: Channel) -> float:
        """When what waits in `channel` goes out."""
        rest_ms = REST * self.audience.fan_out_ms(channel.view, channel.room)
        return channel.sent_at + min(max(GATHER_MS, rest_ms), GATHER_MOST_MS) / 1000

    def publish(self) -> None:
        """Send what was touched: at once, or once it is due."""
        self._spread()
        state, now = self._ledger.state, asyncio.get_running_loop().time()
        waiting: list[float] = []
        for channel in list(self._channels.values()):
            if channel.touched.is_empty:
                continue
            due_at = self._due_at(channel)
            if due_at <= now or channel.is_urgent(state):
                self._flush(channel)
            else:
                waiting.append(due_at)
        acted, self._acted = self._acted, set()
        self._publish_me(acted)
        if self._counted:
            due_at = self._counted_at + GATHER_MS / 1000
            if due_at <= now:
                counted, self._counted, self._counted_at = self._counted, set(), now
                self._publish_me(counted)
            else:
                waiting.append(due_at)
        if waiting:
            self._wake_at(min(waiting))

    def _wake_at(self, when: float) -> None:
        """Publish again at `when`, or before."""
        if self._due is not None:
            if self._due.when() <= when:
                return
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_at(when, self._wake)

    def _wake(self) -> None:
        self._due = None
        self.publish()

    # --- what concerns single people ------------------------------------------------------------

    def me(self, actor: Actor) -> merge.Json:
        """Return the whole of what concerns `actor`, and follow it from now on."""
        made: merge.Json = dict(project_me(self._ledger.state, actor.id, actor.role.value))
        # where it is followed already, its other connections have not been told all of this yet
        self._me.setdefault(actor.id, self._kept(actor.role, made))
        return made

    def _kept(self, role: Role, made: merge.Json) -> _Mine:
        """Return what is kept of somebody's `me`: one value for all who have nothing of theirs."""
        kept = role, {key: value for key, value in made.items() if key not in {"id", "role"}}
        if made["questions"] or made["votes"] or made["polls"]:
            return kept
        shared = self._nothing.setdefault(role, kept)
        return shared if shared == kept else kept

    def _publish_me(self, names: set[ActorId]) -> None:
        for name in names:
            if name not in self._me:
                continue  # gone meanwhile
            role, old = self._me[name]
            new = self._kept(role, dict(project_me(self._ledger.state, name, role.value)))
            patch = merge.diff(old, new[1])
            if patch:
                self._me[name] = new
                self.audience.publish_me(name, patch)

    def forget(self, actor: ActorId) -> None:
        """Stop following what concerns `actor`: its last connection is gone."""
        self._me.pop(actor, None)

    # --- life -----------------------------------------------------------------------------------

    def forget_history(self) -> None:
        """Forget what views looked like before: something in it must not be kept."""
        self._spread()
        for channel in self._channels.values():
            self._flush(channel)
            channel.forget_history()

    def start_again(self) -> None:
        """Begin anew with another history, and tell everybody."""
        self._channels.clear()
        self._me.clear()
        self._acted.clear()
        self._counted.clear()
        self._touched = Touched()
        self.audience.resync_all()

    def close(self) -> None:
        """Send nothing more."""
        if self._due is not None:
            self._due.cancel()
