"""What a message means: hello, command, resync, time, watching, rendered.

One `Realtime` serves all events of a node. What it knows of a connection is here; who hears of
which change is in `audience.py`, how bytes travel in `wire.py` and below it, what a command does in
`hub` and `core`.
"""

import asyncio
from collections.abc import Callable, Collection
from typing import Final

import structlog
from aiohttp import web
from pydantic import ValidationError

from streamhub.core.errors import Rejected
from streamhub.core.event import admit
from streamhub.core.ids import DisplayId, RoomId
from streamhub.core.roles import Role
from streamhub.core.views import View
from streamhub.hub import metrics
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.identities import Identities, Identity
from streamhub.hub.pace import Askers, Pace, Paces
from streamhub.hub.ports import Clock
from streamhub.protocol.commands import parse_command
from streamhub.protocol.errors import first_flaw, refused
from streamhub.protocol.messages import (
    Auth,
    Proof,
    Proven,
    Rendered,
    Resync,
    TimeRequest,
    Watching,
)
from streamhub.realtime.audience import Connection, Hall
from streamhub.realtime.handover import Handover
from streamhub.realtime.limits import Limits
from streamhub.realtime.line import Line
from streamhub.realtime.session import Ack, Session
from streamhub.realtime.wire import Wire
from streamhub.tasks import end

log = structlog.get_logger(__name__)

BEAT_EVERY_S: Final = 5.0
WARNINGS_MOST: Final = 20
"""Refusals for speed or nonsense, one after another, before a connection is cut."""
LATE_PER_S: Final = 10.0
LATE_BURST: Final = 100.0
"""How fast a network that makes very many participants may make more by connecting."""
LATE_PATIENCE: Final = 0.5, 20.0
"""Messages a second that are heard of somebody who owes work, and how many more at first."""
BYE_OVER_S: Final = 3.0
CUT_OFF_S: Final = 1.0
"""How long the journal may be away before this node sends its clients on to others."""
LOOK_EVERY_S: Final = 0.02
LEAVE_MOST_S: Final = 1.0
"""How long a goodbye may take until a connection is cut."""

CookieToken = Callable[[web.Request, str, View], str | None]
"""Finds the token for a view of an event in a request's cookies (`http/cookies.py`)."""


class Realtime:
    """The live side of a node.

    Args:
        hubs: its events.
        clock: the time.
        origins: which pages may connect.
        cookie_token: finds the token for a view in a request's cookies.
        address_of: tells which network address asks.
        limits: what one peer, and all of them, may take.
        askers: the pace of questions by network address; HTTP has the same.
        identities: makes participants; HTTP has the same.
        handover: the way to other workers on the same port.
    """

    def __init__(  # noqa: PLR0913 - all that a node's live side is wired with
        self,
        hubs: Hubs,
        clock: Clock,
        origins: Collection[str],
        *,
        cookie_token: CookieToken,
        address_of: Callable[[web.Request], str],
        limits: Limits,
        askers: Askers | None = None,
        identities: Identities | None = None,
        handover: Handover | None = None,
    ) -> None:
        self._askers = askers or Askers()
        self._identities = identities or Identities(hubs.keyring)
        self._latecomers = Paces(per_s=LATE_PER_S, burst=LATE_BURST)
        self._hubs = hubs
        self._clock = clock
        self._cookie_token = cookie_token
        self._wire = Wire(self, origins, limits, address_of, handover or Handover())
        self._halls: dict[str, Hall] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    def attach(self, app: web.Application) -> None:
        """Serve on `app`."""
        self._wire.attach(app)

    def open(self) -> None:
        """Hear of every event's changes, and begin to send."""
        for hub in self._hubs:
            self._hall(hub)
        self._hubs.opened = self._listen_to
        self._wire.open()
        for run in (self._beat, self._watch):
            self._tasks.add(asyncio.create_task(run(), name=f"realtime {run.__name__}"))

    def _listen_to(self, hub: EventHub) -> None:
        self._hall(hub)

    def _hall(self, hub: EventHub) -> Hall:
        hall = self._halls.get(hub.slug)
        if hall is None or hall.hub is not hub:
            hall = self._halls[hub.slug] = Hall(hub, self._clock)
            hub.audience = hall
        return hall

    def __len__(self) -> int:
        return sum(map(len, self._halls.values()))

    # --- hello and goodbye ----------------------------------------------------------------------

    async def greet(self, session: Session, auth: object, request: web.Request) -> None:
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
            made = self.newcomer(session.address)
            actor, given = made.actor, made.token
        admit(hub.state, actor, hello.view.value)
        room = None if hello.room is None else RoomId(hello.room)
        hub.channel(hello.view, room)
        await hub.reach(hello.resume, hello.view, room, role=actor.role)
        session.peer = Connection(session, self._hall(hub), actor, hello.view, room)
        session.peer.cursor = hello.resume
        session.peer.token = given
        if actor.owes:  # it may look, and has not much to say
            session.peer.patience = Pace(*LATE_PATIENCE)

    def newcomer(self, address: str) -> Identity:
        """Return a new anonymous participant and their token.

        Raises:
            Rejected: `request.too_many`, where their network makes very many.
        """
        now = asyncio.get_running_loop().time()
        made = self._identities.make(address, now)
        if made.actor.owes:  # people's pages bring an identity
            self._latecomers.take(address, now)
        return made

    def welcome(self, session: Session) -> None:
        """Somebody is in: what concerns them, then the view or what they missed of it."""
        connection = session.peer
        if connection is not None:
            connection.hall.enter(connection)

    def moved(self, session: Session, old: Line) -> None:
        """A session has another line than `old`."""
        if session.peer is not None:
            session.peer.hall.step_out(session.peer, old)

    def filled(self, session: Session) -> None:
        """The peer reads more slowly than it is written to."""
        if session.peer is not None:
            session.peer.hall.step_out(session.peer, session.line)

    def drained(self, session: Session) -> None:
        """The peer has read everything."""
        if session.peer is not None:
            session.peer.hall.step_in(session.peer)

    def part(self, session: Session) -> None:
        """A connection is gone."""
        if session.peer is not None:
            session.peer.hall.leave(session.peer)

    # --- messages -------------------------------------------------------------------------------

    async def hear(self, session: Session, name: str, body: object, ack: Ack | None) -> None:
        """Answer one message; whatever it holds, the answer is a value."""
        connection = session.peer
        if connection is None:
            return
        if connection.actor.role is Role.PARTICIPANT:
            wait_s = connection.patience.wait_s(asyncio.get_running_loop().time())
            if wait_s > 0:  # nothing else of it is heard, or read, meanwhile
                session.line.hold_back()
                await asyncio.sleep(wait_s)
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
            self.nonsense(session)
        except Rejected as rejected:
            answer = refused(rejected)
        except Exception:
            metrics.BUGS.inc()
            log.exception("bug", message=name[:32])
            answer = refused(Rejected("internal", "Something went wrong here, not with you."))
        if ack is not None and answer is not None:
            ack(answer)

    async def _answer(self, connection: Connection, name: str, body: object) -> object:
        hub = connection.hall.hub
        match name:
            case "command":
                wish = parse_command(body)
                address, now = connection.session.address, asyncio.get_running_loop().time()
                self._askers.take(wish.command, address, now)
                return await hub.submit(wish, connection.actor)
            case "time":
                asked = TimeRequest.model_validate(body)
                return {"t0": asked.t0, "t1": self._clock.now()}
            case "resync":
                asked_from = Resync.model_validate(body or {})
                await hub.reach(
                    asked_from.cursor, connection.view, connection.room, role=connection.actor.role
                )
                connection.hall.resync(connection, asked_from.cursor)
                return {"ok": True}
            case "prove":
                return self._prove(connection, Proof.model_validate(body))
            case "watching":
                if connection.view is View.AUDIENCE:
                    hub.streaming.watching(connection, Watching.model_validate(body))
                return None
            case "rendered":
                self._rendered(connection, Rendered.model_validate(body))
                return None
            case _:
                self.nonsense(connection.session)
                raise Rejected(
                    "request.invalid",
                    f"There is no message {name[:32]!r}.",
                    "Send command, prove, resync, time, watching or rendered.",
                )

    def _prove(self, connection: Connection, proof: Proof) -> Proven:
        token = self._identities.settle(connection.actor, proof.nonce)
        if token is None:
            raise Rejected(
                "request.invalid",
                "That does not show that the work was done.",
                "The protocol page says how it is done.",
                field="nonce",
            )
        connection.hall.settle(connection.actor.id)
        return {"ok": True, "token": token}

    @staticmethod
    def _rendered(connection: Connection, message: Rendered) -> None:
        if connection.actor.role is Role.DISPLAY:
            display = DisplayId(connection.actor.id)
            presence = connection.hall.hub.presence
            presence.rendered(display, message.cursor, message.width, message.height)
            connection.hall.hub.presence_changed()

    def _pace(self, connection: Connection) -> None:
        try:
            connection.pace.take(asyncio.get_running_loop().time())
        except Rejected:
            self.nonsense(connection.session)
            raise
        connection.warnings = 0

    def nonsense(self, session: Session) -> None:
        """Warn a connection; after many warnings, cut it. A stranger is cut at once."""
        connection = session.peer
        if connection is not None:
            connection.warnings += 1
        if connection is None or connection.warnings > WARNINGS_MOST:
            self._wire.cut(session, "nonsense" if connection is None else "flood")

    # --- for as long as the node runs -----------------------------------------------------------

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            for hub in self._hubs:
                hall = self._hall(hub)
                if self._hubs.follows(hub):  # else pages notice the silence
                    hall.beat()
                    for actor in list(hall.actors):
                        if not hub.still_holds(actor):
                            hall.cut(actor, "token.invalid")

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
                        await self._hall(hub).send_on(BYE_OVER_S)

    async def drain(self, spread_s: float) -> None:
        """Tell everyone to connect elsewhere, over `spread_s` at most, and let them go.

        Where there is nowhere else they are told at once, and when to come back.
        """
        self._closing = True
        shared = self._hubs.journal.shared
        halls = self._halls.values()
        await asyncio.gather(
            *(hall.send_on(spread_s) if shared else hall.send_away() for hall in halls)
        )
        loop = asyncio.get_running_loop()
        until = loop.time() + LEAVE_MOST_S
        while len(self) and loop.time() < until:  # noqa: ASYNC110 - many things end here
            await asyncio.sleep(LOOK_EVERY_S)

    async def close(self) -> None:
        """Cut whoever is still there, and stop."""
        await end(self._tasks)
        for hall in self._halls.values():
            await hall.close()
        await self._wire.close()
