"""Pairing codes: how a screen on a wall becomes a display of an event.

A device asks for an offer, shows its code, and waits; a producer enters the code. An offer lasts
ten minutes and is kept in this node's memory only: what pairs in the end is the device's secret,
whose hash the journal gets.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Final

from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, Ms
from streamhub.hub.ports import Clock
from streamhub.hub.secrets import fresh_secret, hash_of

ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody mistakes for one another across a hall."""
CODE_LENGTH: Final = 8
LASTS_MS: Final = 600_000
TRIES: Final = 5
OFFERS_MOST: Final = 1000


@dataclass(slots=True)
class Offer:
    """A device that waits to be paired. `secret` is known to it alone; `about` is its browser."""

    code: str
    secret: str
    expires_at: Ms
    about: str
    paired: asyncio.Event = field(default_factory=asyncio.Event)
    event: str | None = None
    display: str | None = None


class Pairing:
    """The offers of one node."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offers: dict[str, Offer] = {}
        self._misses: dict[ActorId, list[Ms]] = {}

    def offer(self, about: str) -> Offer:
        """Make an offer for a device that describes itself as `about`.

        Raises:
            Rejected: `request.too_many`, where a thousand devices wait already.
        """
        now = self._clock.now()
        self._offers = {code: o for code, o in self._offers.items() if o.expires_at > now}
        if len(self._offers) >= OFFERS_MOST:
            raise Rejected(
                "request.too_many",
                "Too many screens wait to be paired.",
                "Try again in a few minutes.",
                retry_after=60,
            )
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        made = Offer(code, fresh_secret(), now + LASTS_MS, about[:200])
        self._offers[code] = made
        return made

    def find(self, code: str, actor: ActorId) -> Offer | None:
        """Return the offer that `actor` means by `code`, as typed; None where there is none.

        Raises:
            Rejected: `display.too_many_tries`, after five wrong codes within ten minutes.
        """
        now = self._clock.now()
        misses = [at for at in self._misses.get(actor, ()) if at > now - LASTS_MS]
        if len(misses) >= TRIES:
            raise Rejected(
                "display.too_many_tries",
                "Five codes were wrong.",
                "Wait a few minutes, then read the code from the screen again.",
                field="code",
                retry_after=(misses[0] + LASTS_MS - now) / 1000,
            )
        found = self._offers.get(self._plain(code))
        if found is None or found.expires_at <= now or found.paired.is_set():
            self._misses[actor] = [*misses, now]
            return None
        return found

    @staticmethod
    def _plain(code: str) -> str:
        return code.upper().replace("-", "").replace(" ", "")[: 2 * CODE_LENGTH]

    def of_secret(self, secret: str) -> Offer | None:
        """Return the offer whose device holds `secret`, unless it is over."""
        now = self._clock.now()
        for offer in self._offers.values():
            if hash_of(offer.secret) == hash_of(secret) and offer.expires_at > now:
                return offer
        return None

    @staticmethod
    def settle(offer: Offer, event: str, display: str) -> None:
        """Tell the waiting device what it became."""
        offer.event, offer.display = event, display
        offer.paired.set()
