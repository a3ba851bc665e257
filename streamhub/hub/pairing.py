"""Pairing codes: how a screen on a wall becomes a display of an event.

A device asks for an offer, shows its code, and waits; a producer enters the code, maybe on another
node. An offer lasts ten minutes and is a note on the relay, for all nodes; what pairs in the end is
the device's secret, of which the note and the journal hold the hash only. The journal's fact that a
display was paired wakes the device, on whichever node it waits.
"""

import asyncio
import contextlib
import json
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, Ms
from streamhub.hub.ports import Clock
from streamhub.hub.secrets import fresh_secret, hash_of
from streamhub.relay import Away, Relay

ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody mistakes for one another across a hall."""
CODE_LENGTH: Final = 8
CODE: Final = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")
LASTS_MS: Final = 600_000
TRIES: Final = 5
OFFERS_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Offer:
    """A device that waits to be paired.

    `about` is its browser and system in words, `size` its screen in pixels as `1920x1080`; either
    is empty where it did not tell.
    """

    code: str
    secret_hash: str
    expires_at: Ms
    about: str
    size: str = ""

    @property
    def at(self) -> Ms:
        """When it was made."""
        return self.expires_at - LASTS_MS


class Pairing:
    """The offers that this node makes and finds.

    Args:
        clock: the time.
        relay: where all nodes find them.
    """

    def __init__(self, clock: Clock, relay: Relay) -> None:
        self._clock = clock
        self._relay = relay
        self._made: dict[str, Offer] = {}
        self._misses: dict[ActorId, list[Ms]] = {}
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()

    async def offer(self, about: str, size: str = "") -> tuple[Offer, str]:
        """Make an offer for a device that is `about`, of `size`; and the device's secret.

        Raises:
            Rejected: `request.too_many`, where a thousand devices wait already; `unavailable`.
        """
        now = self._clock.now()
        self._made = {key: one for key, one in self._made.items() if one.expires_at > now}
        if len(self._made) >= OFFERS_MOST:
            raise Rejected(
                "request.too_many",
                "Too many screens wait to be paired.",
                "Try again in a few minutes.",
                retry_after=60,
            )
        secret = fresh_secret()
        with _answered():
            while True:
                code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
                made = Offer(code, hash_of(secret), now + LASTS_MS, about[:200], size)
                note = json.dumps(asdict(made))
                if await self._relay.keep(f"offer:{code}", note, LASTS_MS / 1000):
                    break
            await self._relay.keep(f"offer-of:{made.secret_hash}", code, LASTS_MS / 1000)
        self._made[made.secret_hash] = made
        return made, secret

    async def find(self, code: str, actor: ActorId) -> Offer | None:
        """Return the offer that `actor` means by `code`, as typed; None where there is none.

        Raises:
            Rejected: `display.too_many_tries`, after five wrong codes within ten minutes;
                `unavailable`.
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
        with _answered():
            note = await self._relay.find(f"offer:{self._plain(code)}")
        found = None if note is None else Offer(**json.loads(note))
        if found is None or found.expires_at <= now:
            self._misses[actor] = [*misses, now]
            return None
        return found

    @staticmethod
    def _plain(code: str) -> str:
        return code.upper().replace("-", "").replace(" ", "")[: 2 * CODE_LENGTH]

    async def is_open(self, secret: str) -> bool:
        """Whether the device that holds `secret` waits to be paired. Raises `unavailable`."""
        with _answered():
            return await self._relay.find(f"offer-of:{hash_of(secret)}") is not None

    async def wait(self, secret: str, most_s: float) -> None:
        """Return when the device that holds `secret` was paired, or after `most_s`."""
        hashed, bell = hash_of(secret), asyncio.Event()
        self._waiting[hashed].add(bell)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), most_s)
        finally:
            self._waiting[hashed].discard(bell)
            if not self._waiting[hashed]:
                del self._waiting[hashed]

    def settle(self, secret_hash: str) -> None:
        """A device was paired: wake it, and let its code be used no more."""
        for bell in self._waiting.get(secret_hash, ()):
            bell.set()
        made = self._made.pop(secret_hash, None)
        if made is not None:
            task = asyncio.get_running_loop().create_task(self._forget(made))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forget(self, offer: Offer) -> None:
        with contextlib.suppress(Away):  # then it expires
            await self._relay.drop(f"offer:{offer.code}")
            await self._relay.drop(f"offer-of:{offer.secret_hash}")


@contextlib.contextmanager
def _answered() -> Iterator[None]:
    """Say `unavailable` where the relay is away."""
    try:
        yield
    except Away as error:
        raise Rejected(
            "unavailable",
            "Screens cannot be paired at the moment.",
            "Try again in a few seconds.",
            retry_after=2,
        ) from error
