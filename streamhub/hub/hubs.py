"""All events of a node: create, open, find, close; and what the node hears from the others.

Where the journal is shared, other nodes make events too: they are looked for every second, which
also tells whether the journal still answers.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import structlog

from streamhub.core.agenda import Agenda, check
from streamhub.core.errors import Rejected
from streamhub.core.event import SYSTEM, Decision, EventCreated, Fact
from streamhub.core.ids import LinkId, Ms, is_slug
from streamhub.core.links import LinkCreated, LinkRole
from streamhub.core.questions import QuestionPolicy
from streamhub.hub.hub import EventHub
from streamhub.hub.pairing import Pairing
from streamhub.hub.ports import Clock
from streamhub.hub.secrets import Keyring, fresh_id, fresh_tag, hash_of
from streamhub.journal import Entry, Exists, Forked, Journal, JournalError, Lost, Snapshot
from streamhub.protocol.entries import encode_decisions
from streamhub.relay import Relay
from streamhub.tasks import end

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 1.0
LOOK_MOST_S: Final = 2.5
"""A journal that has not answered by then does not answer."""
TELL_EVERY_S: Final = 2.0


class Hubs:
    """The events of one node, by slug.

    `draining` says that the node was told to stop; `opened` is called with each event that is
    opened from now on. Until `open`, they only reach into the journal: no event runs, and other
    nodes hear of nothing but what was put back.
    """

    def __init__(self, journal: Journal, keyring: Keyring, clock: Clock, relay: Relay) -> None:
        self.clock = clock
        self.keyring = keyring
        self.journal = journal
        self.relay = relay
        self.pairing = Pairing(clock, relay)
        self.draining = False
        self.is_open = False
        self.opened: Callable[[EventHub], None] | None = None
        self._open: dict[str, EventHub] = {}
        self._unreadable: dict[str, str] = {}
        self._away: str | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Open every event that the journal holds, and listen to the other nodes.

        Raises:
            JournalError: where the journal does not answer. One event that cannot be read does not
                keep the others closed; it is a trouble of this node.
        """
        self.is_open = True
        for slug in await self.journal.events():
            await self._try_to_open(slug)
        await self.relay.open(self._hear)
        self.relay.tell("hello", {})
        runs = [self._tell] + ([self._look] if self.journal.shared else [])
        for run in runs:
            self._spawn(asyncio.create_task(run(), name=f"hubs {run.__name__}"))

    def _spawn(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open_one(self, slug: str) -> EventHub:
        """Open an event, unless somebody else here has done so meanwhile."""
        async with self._opening:
            return self._open.get(slug) or await self._opened(slug)

    async def _try_to_open(self, slug: str) -> None:
        try:
            await self._open_one(slug)
        except (Lost, Forked) as error:
            if slug not in self._unreadable:
                log.critical(
                    "event not opened", slug=slug, error=str(error), hint="streamhub check"
                )
            self._unreadable[slug] = f"{type(error).__name__}: {error}"

    async def _opened(self, slug: str) -> EventHub:
        hub = EventHub(slug, self.journal, self.keyring, self.clock, self.pairing, self.relay)
        await hub.open()
        self._open[slug] = hub
        self._unreadable.pop(slug, None)
        if self.opened is not None:
            self.opened(hub)
        return hub

    # --- the other nodes ------------------------------------------------------------------------

    def _hear(self, node: str, topic: str, message: dict[str, Any]) -> None:
        """Another node tells something; what is not known here is passed over."""
        hub = self._open.get(str(message.get("event")))
        if topic == "hello":
            for each in self:
                each.presence_changed()
        elif topic == "presence" and hub is not None:
            hub.hear_presence(node, {key: v for key, v in message.items() if key != "event"})
        elif topic == "reactions" and hub is not None:
            hub.hear_reactions(message.get("rooms"))
        elif topic == "streams" and hub is not None:
            hub.streaming.hear(node, message.get("rooms"))
        elif topic == "watched" and hub is not None:
            hub.lookout.hear(message, hub.state.watch)
        elif topic == "restored" and hub is not None:
            self._spawn(asyncio.create_task(self._reload(hub), name="hubs reload"))

    async def _reload(self, hub: EventHub) -> None:
        with contextlib.suppress(JournalError):  # the follower goes on trying
            await hub.reload()

    async def _tell(self) -> None:
        """Repeat who is connected here: silence means that a node is gone."""
        while True:
            await asyncio.sleep(
                TELL_EVERY_S * max((hub.presence.stretch for hub in self), default=1)
            )
            now = asyncio.get_running_loop().time()
            for hub in self:
                hub.tell_nodes()
                if hub.presence.has_news(now):
                    hub.presence_changed()

    async def _look(self) -> None:
        """Look for events that others made, and whether the journal answers."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                async with asyncio.timeout(LOOK_MOST_S):
                    slugs = await self.journal.events()
                for slug in slugs:  # a long history may take longer than a look
                    if slug not in self._open:
                        await self._try_to_open(slug)
            except (JournalError, TimeoutError) as error:
                if self._away is None:
                    log.warning("journal does not answer", error=str(error))
                self._away = f"{type(error).__name__}: {error}"
            else:
                self._away = None

    async def create(
        self,
        slug: str,
        agenda: Agenda,
        roles: tuple[LinkRole, ...],
        *,
        policy: QuestionPolicy | None = None,
        begin_at: Ms | None = None,
        then: tuple[Decision, ...] = (),
    ) -> EventHub:
        """Create an event with one link for each of `roles`, and open it; as `begin`."""
        await self.begin(slug, agenda, roles, policy=policy, begin_at=begin_at, then=then)
        return await self._open_one(slug)

    async def begin(
        self,
        slug: str,
        agenda: Agenda,
        roles: tuple[LinkRole, ...],
        *,
        policy: QuestionPolicy | None = None,
        begin_at: Ms | None = None,
        then: tuple[Decision, ...] = (),
    ) -> None:
        """Begin an event's journal with one link for each of `roles`, and do not open it.

        Args:
            slug: what the event is called in addresses.
            agenda: its plan, checked here.
            roles: who gets a link.
            policy: settings for questions; the usual ones where None.
            begin_at: when it came to be; now where None.
            then: what happened since, for a demonstration.

        Raises:
            Rejected: `event.exists`, `agenda.invalid`.
        """
        flaws = check(agenda)
        if flaws or not is_slug(slug):
            first = flaws[0] if flaws else None
            raise Rejected(
                "agenda.invalid",
                f"{first.where}: {first.message}" if first else f"{slug!r} cannot name an event.",
                first.hint if first else "Use lower case letters, digits and single hyphens.",
            )
        at = self.clock.now() if begin_at is None else begin_at
        facts: list[Fact] = [
            EventCreated(slug=slug, agenda=agenda, policy=policy or QuestionPolicy())
        ]
        for role in roles:
            link = LinkId(fresh_id())
            token_hash = hash_of(self.keyring.link_token(slug, link))
            facts.append(LinkCreated(link=link, role=role, token_hash=token_hash))
        first_decision = Decision(by=SYSTEM, at=at, facts=tuple(facts))
        body = encode_decisions([first_decision, *then])
        try:
            await self.journal.create(slug, Entry(1, fresh_tag(), b"", body))
        except Exists as error:
            raise Rejected(
                "event.exists",
                f"There is an event {slug!r} already.",
                "Choose another slug, or another data directory.",
            ) from error

    def get(self, slug: str) -> EventHub:
        """Return the hub of an event.

        Raises:
            Rejected: `event.unknown`; `unavailable` where it is there and cannot be read.
        """
        found = self._open.get(slug)
        if found is None and slug in self._unreadable:
            raise Rejected(
                "unavailable",
                "This event cannot be read at the moment.",
                "Try again later; the people who run this server know of it.",
                retry_after=10,
            )
        if found is None:
            raise Rejected(
                "event.unknown",
                f"There is no event {slug[:64]!r} here.",
                "Check the address or the code.",
                field="event",
            )
        return found

    def __iter__(self) -> Iterator[EventHub]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def follows(self, hub: EventHub) -> bool:
        """Whether this node would hear of what other nodes write; true where there are none."""
        return self._away is None and hub.ledger.is_following

    @property
    def troubles(self) -> dict[str, str]:
        """Why this node is not ready, by event; under `node` what concerns all of them."""
        found = {hub.slug: hub.trouble for hub in self if hub.trouble is not None}
        found |= self._unreadable
        if self._away is not None:
            found["node"] = self._away
        if self.draining:
            found["node"] = "draining: this node was told to stop"
        return found

    @property
    def is_ready(self) -> bool:
        """Whether every event would acknowledge a command, and newcomers are welcome."""
        return not self.troubles and all(hub.is_ready for hub in self)

    async def restore(
        self, slug: str, snapshot: Snapshot | None, entries: list[Entry], *, replace: bool
    ) -> None:
        """Put an event's journal back; nodes begin again with it, this one as well if it is open.

        Raises:
            JournalError: `Exists` where the event is there and `replace` is not set.
        """
        await self.journal.restore(slug, snapshot, entries, replace=replace)
        self.relay.tell("restored", {"event": slug})
        hub = self._open.get(slug)
        if hub is not None:
            await hub.reload()
        elif self.is_open:
            await self._open_one(slug)

    async def close(self) -> None:
        """Close all events, then the journal."""
        await end(self._tasks)
        for hub in self:
            await hub.close()
        await self.relay.close()
        await self.journal.close()
