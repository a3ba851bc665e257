"""What a message means: hello, command, resync, time, rendered; and who hears of which change.

One `Realtime` serves all events of a node. What it knows of a connection is here; how bytes travel
is in `wire.py`, what a command does in `hub` and `core`.
"""

import asyncio
import secrets
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiohttp import web
from pydantic import ValidationError

from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, DisplayId, RoomId
from streamhub.core.roles import Actor, Role, admit
from streamhub.core.views import View
from streamhub.hub import metrics
from streamhub.hub.channels import Channel, encode
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.pace import Pace
from streamhub.hub.ports import Clock
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import parse_command
from streamhub.protocol.errors import first_flaw, refused
from streamhub.protocol.messages import Auth, Rendered, Resync, TimeRequest
from streamhub.realtime.wire import Ack, Wire
from streamhub.tasks import end

log = structlog.get_logger(__name__)

BEAT_EVERY_S: Final = 5.0
WARNINGS_MOST: Final = 20
"""Refusals for speed or nonsense, one after another, before a connection is cut."""
BYE_SPREAD_S: Final = 0.5
BYE_OVER_S: Final = 3.0
CUT_OFF_S: Final = 1.0
"""How long the journal may be away before this node sends its clients on to others."""
BATCH_EVERY_S: Final = 0.1
BATCH_LEAST: Final = 50
LOOK_EVERY_S: Final = 0.02
LEAVE_MOST_S: Final = 1.0
"""How long a goodbye may take until a connection is cut."""


CookieToken = Callable[[web.Request, str, View], str | None]
"""Finds the token for a view of an event in a request's cookies (`http/cookies.py`)."""


@dataclass(slots=True)
class Connection:
    """One live connection: who, and what it looks at."""

    sid: str
    hub: EventHub
    actor: Actor
    view: View
    room: RoomId | None
    resume: str | None
    token: str | None
    pace: Pace = field(default_factory=Pace)
    warnings: int = 0


@dataclass(slots=True)
class _Crowd:
    """The connections of one event: by what they look at, and by who they are."""

    channels: dict[tuple[View, str | None], set[str]] = field(default_factory=dict)
    actors: dict[ActorId, set[str]] = field(default_factory=dict)


class Realtime:
    """The live side of a node.

    Args:
        hubs: its events.
        clock: the time.
        origins: which pages may connect.
        cookie_token: finds the token for a view in a request's cookies.
    """

    def __init__(
        self,
        hubs: Hubs,
        clock: Clock,
        origins: list[str],
        cookie_token: CookieToken,
    ) -> None:
        self._hubs = hubs
        self._clock = clock
        self._cookie_token = cookie_token
        self._wire = Wire(self, origins)
        self._connections: dict[str, Connection] = {}
        self._crowds: dict[str, _Crowd] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._outbox: asyncio.Queue[tuple[str, AbstractSet[str], str]] = asyncio.Queue()

    def attach(self, app: web.Application) -> None:
        """Serve on `app`, and hear of every event's changes."""
        self._wire.attach(app)

    def open(self) -> None:
        """Begin to send."""
        for hub in self._hubs:
            self._listen_to(hub)
        self._hubs.opened = self._listen_to
        for run in (self._beat, self._send, self._watch):
            task = asyncio.create_task(run(), name=f"realtime {run.__name__}")
            self._tasks.add(task)

    def _listen_to(self, hub: EventHub) -> None:
        hub.audience = _Ear(self, hub)

    def __len__(self) -> int:
        return len(self._connections)

    # --- hello and goodbye ----------------------------------------------------------------------

    async def greet(self, sid: str, auth: object, request: web.Request) -> None:
        """Somebody wants in: find out who, and whether they may look at what they ask for."""
        try:
            hello = Auth.model_validate(auth)
        except ValidationError as error:
            field_name, words = first_flaw(error)
            raise Rejected(
                "request.invalid",
                f"The hello is not well formed: {words}.",
                "Connect with auth {event, view, room?, token?, resume?}.",
                field=field_name,
            ) from error
        hub = self._hubs.get(hello.event)
        if self._closing:
            raise Rejected(
                "unavailable", "This node is about to stop.", "Connect again.", retry_after=0.2
            )
        token = hello.token or self._cookie_token(request, hello.event, hello.view)
        actor = hub.authenticate(token)
        given = None
        if actor is None and hello.token is not None:
            raise Rejected(
                "token.invalid",
                "This link or token is not valid (any longer).",
                "Ask the organiser for a new one.",
                field="token",
            )
        if actor is None:
            actor, given = self.newcomer()
        admit(actor, hello.view.value)
        await hub.reach(hello.resume)
        room = None if hello.room is None else RoomId(hello.room)
        hub.channel(hello.view, room)
        self._connections[sid] = Connection(sid, hub, actor, hello.view, room, hello.resume, given)

    def newcomer(self) -> tuple[Actor, str]:
        """Return a new anonymous participant and their token."""
        name = fresh_id()
        actor = Actor(id=ActorId(name), role=Role.PARTICIPANT)
        return actor, self._hubs.keyring.participant_token(name)

    async def welcome(self, sid: str) -> None:
        """Somebody is in: what concerns them, then the view or what they missed of it."""
        connection = self._connections[sid]
        hub = connection.hub
        crowd = self._crowd(hub)
        channel = hub.channel(connection.view, connection.room)
        me = hub.me(connection.actor)
        if connection.token is not None:
            me = me | {"token": connection.token}
        crowd.channels.setdefault((connection.view, connection.room), set()).add(sid)
        crowd.actors.setdefault(connection.actor.id, set()).add(sid)
        hub.presence.arrive(connection.actor, connection.view, connection.room, self._clock.now())
        hub.presence_changed()
        metrics.CONNECTIONS.labels(connection.view.value).inc()
        await self._post(sid, "me", encode(me))
        await self._catch_up(sid, channel, connection.resume)
        if connection.view is View.CONTROL:
            await self._post(sid, "presence", encode(hub.presence_message()))

    def _crowd(self, hub: EventHub) -> _Crowd:
        return self._crowds.setdefault(hub.slug, _Crowd())

    async def _catch_up(self, sid: str, channel: Channel, cursor: str | None) -> None:
        now = self._clock.now()
        patch = None if cursor is None else channel.resume(cursor, now)
        if patch is None:
            await self._post(sid, "snapshot", channel.snapshot(now))
        else:
            await self._post(sid, "patch", encode(patch))

    async def part(self, sid: str) -> None:
        """A connection is gone."""
        connection = self._connections.pop(sid, None)
        if connection is None:
            return
        crowd = self._crowd(connection.hub)
        listeners = crowd.channels.get((connection.view, connection.room), set())
        if sid not in listeners:
            return
        listeners.discard(sid)
        mine = crowd.actors[connection.actor.id]
        mine.discard(sid)
        if not mine:
            del crowd.actors[connection.actor.id]
            connection.hub.forget(connection.actor.id)
        connection.hub.presence.leave(connection.actor, connection.view, connection.room)
        connection.hub.presence_changed()
        metrics.CONNECTIONS.labels(connection.view.value).dec()

    # --- messages -------------------------------------------------------------------------------

    async def hear(self, sid: str, name: str, body: object, ack: Ack | None) -> None:
        """Answer one message; whatever it holds, the answer is a value."""
        connection = self._connections[sid]
        try:
            self._pace(connection)
            answer = await self._answer(connection, name, body)
        except ValidationError as error:
            field_name, words = first_flaw(error)
            rejected = Rejected(
                "request.invalid",
                f"The message {name[:32]!r} is not well formed: {words}.",
                "The protocol page lists all messages.",
                field=field_name,
            )
            answer = refused(rejected)
            self.nonsense(sid)
        except Rejected as rejected:
            answer = refused(rejected)
        except Exception:
            metrics.BUGS.inc()
            log.exception("bug", message=name[:32])
            answer = refused(Rejected("internal", "Something went wrong here, not with you."))
        if ack is not None and answer is not None:
            await ack(answer)

    async def _answer(self, connection: Connection, name: str, body: object) -> object:
        match name:
            case "command":
                return await connection.hub.submit(parse_command(body), connection.actor)
            case "time":
                asked = TimeRequest.model_validate(body)
                return {"t0": asked.t0, "t1": self._clock.now()}
            case "resync":
                asked_from = Resync.model_validate(body or {})
                await connection.hub.reach(asked_from.cursor)
                channel = connection.hub.channel(connection.view, connection.room)
                await self._catch_up(connection.sid, channel, asked_from.cursor)
                return {"ok": True}
            case "rendered":
                self._rendered(connection, Rendered.model_validate(body))
                return None
            case _:
                self.nonsense(connection.sid)
                raise Rejected(
                    "request.invalid",
                    f"There is no message {name[:32]!r}.",
                    "Send command, resync, time or rendered.",
                )

    @staticmethod
    def _rendered(connection: Connection, message: Rendered) -> None:
        if connection.actor.role is Role.DISPLAY:
            display = DisplayId(connection.actor.id)
            connection.hub.presence.rendered(display, message.cursor, message.width, message.height)
            connection.hub.presence_changed()

    def _pace(self, connection: Connection) -> None:
        try:
            connection.pace.take(asyncio.get_running_loop().time())
        except Rejected:
            self.nonsense(connection.sid)
            raise
        connection.warnings = 0

    def nonsense(self, sid: str) -> bool:
        """Warn a connection; after many warnings, cut it."""
        connection = self._connections.get(sid)
        if connection is None:
            return True
        connection.warnings += 1
        if connection.warnings > WARNINGS_MOST:
            self._wire.cut(sid, "flood")
            return True
        return False

    # --- sending --------------------------------------------------------------------------------

    async def _post(self, sid: str, name: str, encoded: str) -> None:
        await self._wire.send(sid, self._wire.frame(name, encoded))

    def fan_out(self, name: str, sids: AbstractSet[str], encoded: str) -> None:
        """Send one message to many; encoded once, framed once."""
        if sids:
            self._outbox.put_nowait((name, frozenset(sids), encoded))

    async def _send(self) -> None:
        while True:
            name, sids, encoded = await self._outbox.get()
            frame = self._wire.frame(name, encoded)
            for count, sid in enumerate(sids):
                await self._wire.send(sid, frame)
                if count % 200 == 199:  # noqa: PLR2004 - a slice: commands must flow in between
                    await asyncio.sleep(0)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            now = self._clock.now()
            for hub in self._hubs:
                if not self._hubs.follows(hub):
                    continue  # it would call current what may be old; pages notice the silence
                for (view, room), sids in self._crowd(hub).channels.items():
                    if sids:
                        channel = hub.channel(view, None if room is None else RoomId(room))
                        beat = encode({"cursor": channel.cursor, "at": now})
                        self.fan_out("beat", sids, beat)
                self._dismiss_expired(hub)

    def _better_elsewhere(self, hub: EventHub) -> bool:
        return hub.is_slow or not self._hubs.follows(hub)

    async def _watch(self) -> None:
        """Send everybody on, once, when this node is cut off or too slow: another may not be."""
        sent_on: set[str] = set()
        while True:
            await asyncio.sleep(CUT_OFF_S / 2)
            for hub in self._hubs:
                if not self._better_elsewhere(hub):
                    sent_on.discard(hub.slug)
                elif hub.slug not in sent_on:
                    sent_on.add(hub.slug)
                    await asyncio.sleep(CUT_OFF_S)
                    if self._better_elsewhere(hub):
                        log.warning("cut off: clients are sent on", slug=hub.slug)
                        crowd = self._crowd(hub).actors.values()
                        await self._send_on([sid for sids in crowd for sid in sids], BYE_OVER_S)

    def _dismiss_expired(self, hub: EventHub) -> None:
        for actor in list(self._crowd(hub).actors):
            if not hub.still_holds(actor):
                self.dismiss(hub, actor, "token.invalid")

    def of_channel(self, hub: EventHub, view: View, room: str | None) -> set[str]:
        """Return the connections that look at `view` of `room`."""
        return self._crowd(hub).channels.get((view, room), set())

    def of_view(self, hub: EventHub, view: View) -> set[str]:
        """Return the connections that look at `view` of any room."""
        crowd = self._crowd(hub).channels
        return {sid for (seen, _), sids in crowd.items() if seen is view for sid in sids}

    def of_actor(self, hub: EventHub, actor: ActorId) -> set[str]:
        """Return the connections of one actor."""
        return self._crowd(hub).actors.get(actor, set())

    def resync(self, hub: EventHub) -> None:
        """Give everyone of an event a new snapshot."""
        for (view, room), sids in self._crowd(hub).channels.items():
            channel = hub.channel(view, None if room is None else RoomId(room))
            self.fan_out("snapshot", sids, channel.snapshot(self._clock.now()))
        for sids in self._crowd(hub).actors.values():
            for sid in sids:
                me = hub.me(self._connections[sid].actor)
                self.fan_out("me", {sid}, encode(me))

    def dismiss(self, hub: EventHub, actor: ActorId, code: str) -> None:
        """Say goodbye to an actor's connections and cut them."""
        for sid in set(self.of_actor(hub, actor)):
            task = asyncio.create_task(self._goodbye(sid, code))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _goodbye(self, sid: str, code: str) -> None:
        await self._post(sid, "bye", encode({"code": code, "retry_after": 0}))
        await asyncio.sleep(0.2)
        self._wire.cut(sid, code)

    async def _send_on(self, sids: list[str], spread_s: float) -> None:
        """Tell connections to come back, in batches spread over `spread_s`.

        A batch is told when its turn comes and comes back within half a second: everybody is away
        for a moment only, and the other nodes do not meet all of them at once. A few connections
        are one batch.
        """
        batches = min(max(1, -(-len(sids) // BATCH_LEAST)), max(1, int(spread_s / BATCH_EVERY_S)))
        size = max(1, -(-len(sids) // batches))
        for begin in range(0, len(sids), size):
            for sid in sids[begin : begin + size]:
                wait_s = round(secrets.randbelow(int(BYE_SPREAD_S * 1000)) / 1000, 3)
                await self._post(sid, "bye", encode({"code": "unavailable", "retry_after": wait_s}))
            if begin + size < len(sids):
                await asyncio.sleep(BATCH_EVERY_S)

    async def drain(self, spread_s: float) -> None:
        """Tell everyone to connect elsewhere, over `spread_s` at most, and let them go."""
        self._closing = True
        await self._send_on(list(self._connections), spread_s)
        loop = asyncio.get_running_loop()
        until = loop.time() + LEAVE_MOST_S
        while self._connections and loop.time() < until:  # noqa: ASYNC110 - many things end here
            await asyncio.sleep(LOOK_EVERY_S)

    async def close(self) -> None:
        """Cut whoever is still there, and stop."""
        await end(self._tasks)
        await self._wire.close()


class _Ear:
    """The hub's audience: one event's changes, passed on to the connections that look at it."""

    def __init__(self, realtime: Realtime, hub: EventHub) -> None:
        self._realtime = realtime
        self._hub = hub

    def publish(self, view: View, room: str | None, message: dict[str, Any]) -> None:
        sids = self._realtime.of_channel(self._hub, view, room)
        if sids:
            self._realtime.fan_out("patch", sids, encode(message))

    def publish_me(self, actor: ActorId, patch: dict[str, Any]) -> None:
        self._realtime.fan_out("me", self._realtime.of_actor(self._hub, actor), encode(patch))

    def publish_presence(self, message: dict[str, Any]) -> None:
        sids = self._realtime.of_view(self._hub, View.CONTROL)
        self._realtime.fan_out("presence", sids, encode(message))

    def resync_all(self) -> None:
        self._realtime.resync(self._hub)

    def cut(self, actor: ActorId, code: str) -> None:
        self._realtime.dismiss(self._hub, actor, code)
