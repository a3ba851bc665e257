"""New participants, and what each costs: nothing, and more the more of them a network makes.

A hall of thousands shares one address, and everybody in it comes within minutes; so the first
`free` of a network are given away. Each further one owes work, twice as much where the network has
made twice as many: hashes that a phone computes beside everything else before its first question
or vote, and that somebody who makes identities by the thousand computes for each of them. Networks
are counted by this node alone, and forgotten with time; what an identity owes is written in its
token, so that every node asks for it.
"""

import hashlib
import math
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

from streamhub.core.ids import ActorId
from streamhub.core.roles import Actor, Role
from streamhub.hub import metrics
from streamhub.hub.secrets import Keyring, fresh_id

FREE: Final = 1_000
WORK: Final = 131_072
WORK_MOST: Final = 4_194_304
"""Some twenty seconds of a phone: nobody is kept out for good."""
HALF_LIFE_S: Final = 900.0
"""After so long a network has made half as many."""
NETWORKS_MOST: Final = 50_000
SITE: Final = 4
"""An IPv6 site (/48) may make so many times as many as one network (/64)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A new participant: who, and the token to prove it with."""

    actor: Actor
    token: str


class Identities:
    """Makes participants.

    Args:
        keyring: makes their tokens.
        free: how many of one network owe nothing.
        work: hashes that the next one owes, on average; 0 for none, ever.
    """

    def __init__(self, keyring: Keyring, free: int = FREE, work: int = WORK) -> None:
        self._keyring = keyring
        self._free = free
        self._work = work
        self._made: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def make(self, address: str, now: float) -> Identity:
        """Return a new participant for somebody at `address`; `now` in s of any steady clock."""
        name = fresh_id()
        owes = max(
            self._owed(self._count(network, now), self._free * share)
            for network, share in networks_of(address)
        )
        metrics.NEWCOMERS.labels("work" if owes else "free").inc()
        actor = Actor(id=ActorId(name), role=Role.PARTICIPANT, owes=owes)
        if owes:
            return Identity(actor, self._keyring.owing_token(name, owes))
        return Identity(actor, self._keyring.participant_token(name))

    def _count(self, network: str, now: float) -> float:
        made, at = self._made.get(network, (0.0, now))
        made = made * math.exp2((at - now) / HALF_LIFE_S) + 1
        self._made[network] = made, now
        self._made.move_to_end(network)
        if len(self._made) > NETWORKS_MOST:
            self._made.popitem(last=False)
        return made

    def _owed(self, made: float, free: int) -> int:
        if not self._work or made <= free:
            return 0
        return min(WORK_MOST, int(self._work * made / free))

    def settle(self, actor: Actor, nonce: int) -> str | None:
        """Return the token of a participant who did the work that they owe.

        None where `nonce` does not show it, or nothing is owed: a link gives no other token.
        """
        if not actor.owes or not is_proof(actor.id, actor.owes, nonce):
            return None
        return self._keyring.participant_token(actor.id)


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """Return the networks of an address, and how many times as much each may make as a hall."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ((address, 1),)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            bits = int(found)
            return ((f"{bits >> 64:x}/64", 1), (f"{bits >> 80:x}/48", SITE))
        found = found.ipv4_mapped
    return ((str(found), 1),)


def is_proof(participant: str, work: int, nonce: int) -> bool:
    """Whether `nonce` shows that about `work` hashes were computed for `participant`.

    The first 48 bits of SHA-256 of `<participant>:<nonce>`, times `work`, are below 2 to the 48th.
    """
    digest = hashlib.sha256(f"{participant}:{nonce}".encode()).digest()
    return int.from_bytes(digest[:6]) * work < 1 << 48
