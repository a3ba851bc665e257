"""All events of a node: create, open, find, close."""

from collections.abc import Iterator

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
from streamhub.journal import Entry, Exists, Journal
from streamhub.protocol.entries import encode_decisions


class Hubs:
    """The events of one node, by slug."""

    def __init__(self, journal: Journal, keyring: Keyring, clock: Clock) -> None:
        self.clock = clock
        self.keyring = keyring
        self.pairing = Pairing(clock)
        self._journal = journal
        self._open: dict[str, EventHub] = {}

    async def open(self) -> None:
        """Open every event that the journal holds."""
        for slug in await self._journal.events():
            await self._open_one(slug)

    async def _open_one(self, slug: str) -> EventHub:
        hub = EventHub(slug, self._journal, self.keyring, self.clock, self.pairing)
        await hub.open()
        self._open[slug] = hub
        return hub

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
        """Create an event with one link for each of `roles`.

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
            await self._journal.create(slug, Entry(1, fresh_tag(), b"", body))
        except Exists as error:
            raise Rejected(
                "event.exists",
                f"There is an event {slug!r} already.",
                "Choose another slug, or another data directory.",
            ) from error
        return await self._open_one(slug)

    def get(self, slug: str) -> EventHub:
        """Return the hub of an event.

        Raises:
            Rejected: `event.unknown`.
        """
        found = self._open.get(slug)
        if found is None:
            raise Rejected(
                "event.unknown",
                f"There is no event {slug[:64]!r} here.",
                "Check the address or the code.",
                field="event",
            )
        return found

    def __iter__(self) -> Iterator[EventHub]:
        return iter(self._open.values())

    def __len__(self) -> int:
        return len(self._open)

    @property
    def is_ready(self) -> bool:
        """Whether every event would acknowledge a command."""
        return all(hub.is_ready for hub in self)

    async def close(self) -> None:
        """Close all events, then the journal."""
        for hub in self:
            await hub.close()
        await self._journal.close()
