"""Who hears of which change: the connections of one event, by what they look at and who they are.

What belongs here: what is sent to whom and when, and how a connection that missed something is
brought up to date. How the same bytes get to many is in `crowd.py`; what a channel holds, in
`hub/channels.py`.
"""

import asyncio
import secrets
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from streamhub.core.ids import ActorId, RoomId
from streamhub.core.roles import Actor
from streamhub.core.views import View
from streamhub.hub import metrics
from streamhub.hub.channels import encode
from streamhub.hub.hub import EventHub
from streamhub.hub.pace import Pace
from streamhub.hub.ports import Clock
from streamhub.realtime.crowd import Crowd
from streamhub.realtime.line import Frame, Line
from streamhub.realtime.session import Session
from streamhub.tasks import end

BYE_SPREAD_S: Final = 0.5
AWAY_S: Final = 1.5
"""How long a node is away that is started again at once."""
BACK_PER_S: Final = 3000
"""How many come back in a second to a node that is alone."""
BATCH_EVERY_S: Final = 0.1
BATCH_LEAST: Final = 50
BYE_READ_S: Final = 0.2
"""How long a dismissed connection has to read why."""
SLICE: Final = 64
"""Connections brought up to date between two looks at everybody else."""
PATIENCE: Final = 1.0, 100.0
"""Messages a second of a participant that are heard at once in the long run, and how many more."""
_TOLD_OF_STREAMS: Final = frozenset({View.AUDIENCE, View.DESK})
FRAMES_KEPT: Final = 64
"""Catch-ups of one crowd that are kept as frames while its channel stands still."""


@dataclass(slots=True, eq=False)
class Connection:
    """One live connection: who, and what it looks at.

    Attributes:
        token: what a newcomer is given, until it is.
        cursor: what it holds while it is in no crowd.
        is_in: whether it is in its crowd, and so gets every message.
        missed: whether `me` and `presence` changed while it was not.
        patience: how fast a participant's is heard; more than that waits.
    """

    session: Session
    hall: "Hall"
    actor: Actor
    view: View
    room: RoomId | None
    token: str | None = None
    cursor: str | None = None
    is_in: bool = False
    is_welcome: bool = False
    missed_me: bool = False
    missed_presence: bool = False
    warnings: int = 0
    pace: Pace = field(default_factory=Pace)
    patience: Pace = field(default_factory=lambda: Pace(*PATIENCE))


class Hall:
    """The connections of one event, and its hub's `Audience`.

    Attributes:
        hub: the event.
        actors: the connections of each actor.
    """

    def __init__(self, hub: EventHub, clock: Clock) -> None:
        self.hub = hub
        self.actors: dict[ActorId, tuple[Connection, ...]] = {}
        self._clock = clock
        self._crowds: dict[tuple[View, RoomId | None], Crowd] = {}
        self._controls: dict[Connection, None] = {}
        self._frames: dict[tuple[View, RoomId | None], dict[str, Frame]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return sum(map(len, self.actors.values()))

    def __iter__(self) -> Iterator[Connection]:
        for connections in self.actors.values():
            yield from connections

    def _crowd(self, view: View, room: RoomId | None) -> Crowd:
        crowd = self._crowds.get((view, room))
        if crowd is None:
            crowd = self._crowds[view, room] = Crowd()
        return crowd

    # --- who is here ----------------------------------------------------------------------------

    def enter(self, connection: Connection) -> None:
        """Take in a connection: what concerns it, then the view or what it missed of it."""
        hub, actor = self.hub, connection.actor
        self.actors[actor.id] = (*self.actors.get(actor.id, ()), connection)
        if connection.view is View.CONTROL:
            self._controls[connection] = None
        hub.presence.arrive(actor, connection.view, connection.room, self._clock.now())
        hub.presence_changed()
        metrics.CONNECTIONS.labels(connection.view.value).inc()
        connection.is_welcome = connection.missed_me = True
        connection.missed_presence = connection.view is View.CONTROL
        self.step_in(connection)

    def settle(self, actor: ActorId) -> None:
        """Somebody owes nothing any more."""
        for connection in self.actors.get(actor, ()):
            connection.actor = replace(connection.actor, owes=0)
            connection.patience = Pace(*PATIENCE)
        self.publish_me(actor, {"owes": None})

    def leave(self, connection: Connection) -> None:
        """Let a connection go."""
        self.step_out(connection, connection.session.line)
        if not connection.is_welcome:
            return
        connection.is_welcome = False
        actor = connection.actor
        others = tuple(one for one in self.actors[actor.id] if one is not connection)
        if others:
            self.actors[actor.id] = others
        else:
            del self.actors[actor.id]
            self.hub.forget(actor.id)
        self._controls.pop(connection, None)
        self.hub.streaming.leave(connection)
        self.hub.presence.leave(actor, connection.view, connection.room)
        self.hub.presence_changed()
        metrics.CONNECTIONS.labels(connection.view.value).dec()

    def step_out(self, connection: Connection, line: Line) -> None:
        """Send a connection nothing more of its channel, and note what it holds."""
        if connection.is_in:
            connection.is_in = False
            connection.cursor = self._crowd(connection.view, connection.room).leave(line)

    def step_in(self, connection: Connection) -> None:
        """Bring a connection up to date, and let it have every message from now on."""
        if connection.is_in or not connection.is_welcome:
            return
        if connection.missed_me:
            me = self.hub.me(connection.actor)
            if connection.token is not None:
                me, connection.token = me | {"token": connection.token}, None
            if connection.actor.owes:
                me |= {"owes": connection.actor.owes}
            connection.missed_me = False
            connection.session.send(frame("me", encode(me)))
        self._catch_up(connection)
        self._tell_streams(connection)
        if connection.missed_presence:
            connection.missed_presence = False
            message = encode(self.hub.presence_message())
            connection.session.send(frame("presence", message))

    def _tell_streams(self, connection: Connection) -> None:
        """Tell a connection how the streams do now, where there is anything to tell."""
        producers = connection.view is View.CONTROL
        if not producers and connection.view not in _TOLD_OF_STREAMS:
            return
        message = self.hub.streaming.message(producers=producers)
        if message["rooms"] and not connection.session.line.is_full:
            connection.session.send(frame("streams", encode(dict(message))))

    def resync(self, connection: Connection, cursor: str | None) -> None:
        """Bring a connection up to date from `cursor`, which it says that it holds."""
        self.step_out(connection, connection.session.line)
        connection.cursor = cursor
        self._catch_up(connection)

    def _catch_up(self, connection: Connection) -> None:
        key = connection.view, connection.room
        channel = self.hub.channel(*key)
        crowd = self._crowd(*key)
        name, text = channel.catch_up(connection.cursor, self._clock.now())
        frames = self._frames.setdefault(key, {})
        shared = frames.get(text)
        if shared is None:
            if len(frames) >= FRAMES_KEPT:
                frames.clear()
            shared = frames[text] = frame(name, text)
        connection.session.send(shared)
        if connection.session.line.is_full:
            connection.cursor = channel.cursor
        else:
            connection.is_in, connection.cursor = True, None
            crowd.join(connection.session.line, channel.cursor)

    # --- what the hub tells ---------------------------------------------------------------------

    def publish(self, view: View, room: str | None, message: dict[str, Any]) -> None:
        """Send a channel's patch to everybody who looks at it."""
        self._publish(view, room, "patch", encode(message), message["to"])

    def _publish(self, view: View, room: str | None, name: str, text: str, cursor: str) -> None:
        key = view, None if room is None else RoomId(room)
        self._frames.pop(key, None)
        crowd = self._crowds.get(key)
        if crowd is not None and len(crowd):
            crowd.publish(frame(name, text), cursor)

    def fan_out_ms(self, view: View, room: str | None) -> float:
        """How long messages of a channel take to leave."""
        crowd = self._crowds.get((view, None if room is None else RoomId(room)))
        return 0.0 if crowd is None else crowd.fan_out_ms

    def publish_me(self, actor: ActorId, patch: dict[str, Any]) -> None:
        """Send what changed for one actor."""
        connections = self.actors.get(actor)
        if not connections:
            return
        message = frame("me", encode(patch))
        for connection in connections:
            if connection.session.line.is_full:
                connection.missed_me = True
            else:
                connection.session.send(message)

    def publish_presence(self, message: dict[str, Any]) -> None:
        """Tell producers who is there."""
        if not self._controls:
            return
        shared = frame("presence", encode(message))
        for connection in list(self._controls):
            if connection.session.line.is_full:
                connection.missed_presence = True
            else:
                connection.session.send(shared)

    def publish_reactions(self, room: str, message: dict[str, Any]) -> None:
        """Tell all who look at a room, or at all rooms, how often people there reacted."""
        shared = frame("reactions", encode(message))
        for view in View:
            for looked_at in (RoomId(room), None):
                crowd = self._crowds.get((view, looked_at))
                if crowd is not None and len(crowd):
                    crowd.publish(shared, crowd.cursor)

    def publish_streams(self, message: dict[str, Any], *, producers: bool) -> None:
        """Tell producers, or all others, how the streams do; who cannot read now is told later."""
        shared = frame("streams", encode(message))
        if producers:
            for connection in list(self._controls):
                if not connection.session.line.is_full:
                    connection.session.send(shared)
            return
        for (view, _), crowd in list(self._crowds.items()):
            if view in _TOLD_OF_STREAMS and len(crowd):
                crowd.publish(shared, crowd.cursor)

    def resync_all(self) -> None:
        """Give everyone a new snapshot."""
        everybody = list(self)
        for connection in everybody:
            self.step_out(connection, connection.session.line)
            connection.cursor = None
            connection.missed_me = True
        self._spawn(self._bring_in(everybody))

    async def _bring_in(self, connections: list[Connection]) -> None:
        for count, connection in enumerate(connections, 1):
            if not connection.session.is_over and not connection.session.line.is_full:
                self.step_in(connection)
            if count % SLICE == 0:
                await asyncio.sleep(0)

    def beat(self) -> None:
        """Tell everybody which cursor is the current one."""
        now = self._clock.now()
        for (view, room), crowd in list(self._crowds.items()):
            if len(crowd):
                cursor = self.hub.channel(view, room).cursor
                beat = encode({"cursor": cursor, "at": now})
                crowd.publish(frame("beat", beat), cursor)

    # --- goodbyes -------------------------------------------------------------------------------

    def cut(self, actor: ActorId, code: str) -> None:
        """Say goodbye to an actor's connections and end them."""
        connections = self.actors.get(actor)
        if connections:
            self._spawn(self._dismiss(connections, code))

    async def _dismiss(self, connections: Iterable[Connection], code: str) -> None:
        for connection in connections:
            connection.session.send(bye(code, 0))
        await asyncio.sleep(BYE_READ_S)
        for connection in connections:
            connection.session.nonsense(code)

    async def send_on(self, spread_s: float) -> None:
        """Tell everybody to come back to another node, in batches spread over `spread_s`.

        A batch is told when its turn comes and comes back within half a second: everybody is away
        for a moment only, and the other nodes do not meet all of them at once. A few connections
        are one batch.
        """
        everybody = list(self)
        batches = min(
            max(1, -(-len(everybody) // BATCH_LEAST)), max(1, int(spread_s / BATCH_EVERY_S))
        )
        size = max(1, -(-len(everybody) // batches))
        for begin in range(0, len(everybody), size):
            for connection in everybody[begin : begin + size]:
                connection.session.send(bye("unavailable", _up_to(BYE_SPREAD_S)))
            if begin + size < len(everybody):
                await asyncio.sleep(BATCH_EVERY_S)

    async def send_away(self) -> None:
        """Tell everybody to come back here: there is no other node, and this one starts again."""
        everybody = list(self)
        spread_s = BYE_SPREAD_S + len(everybody) / BACK_PER_S
        for count, connection in enumerate(everybody, 1):
            connection.session.send(bye("unavailable", round(AWAY_S + _up_to(spread_s), 3)))
            if count % SLICE == 0:
                await asyncio.sleep(0)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop what is under way."""
        await end(self._tasks)


def _up_to(most_s: float) -> float:
    return secrets.randbelow(int(most_s * 1000)) / 1000


def frame(name: str, encoded: str) -> Frame:
    """Return a message as the one frame for any number of connections; `encoded` is its JSON."""
    return Frame(f'42["{name}",{encoded}]')


def bye(code: str, retry_after: float) -> Frame:
    """Return a goodbye."""
    return frame("bye", encode({"code": code, "retry_after": retry_after}))
