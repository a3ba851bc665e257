"""What one peer, one address and all of them together may take of a node.

Each is a setting of the same name with `limit_` before it; `docs/operations.md` tells when to
change one.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of the live connections.

    Args:
        connections: live connections of a node.
        per_address: live connections from one network address, which a hall may share.
        hello_s: seconds within which a request and a hello must have come.
        unread_s: seconds in which a peer must read something of what waits for it.
        ping_s: seconds between two questions whether a peer is there.
        messages: packets of any kind that a peer may send in that time.
        questions: questions that may come from one network address at once.
        questions_per_s: questions a second that may come from it after those.
    """

    connections: int = 50_000
    per_address: int = 20_000
    hello_s: float = 10.0
    unread_s: float = 10.0
    ping_s: int = 20
    messages: int = 2_000
    questions: int = 120
    questions_per_s: float = 2.0


FRAME_MOST = 20_000
"""The most characters of one packet from a client: a command of 16 KB and its envelope."""
POST_MOST = 64_000
"""The most bytes of one request of a polling client."""
READ_LEAST = 8_192
"""The bytes that a peer must have read of what waits, each `unread_s`."""


@dataclass(slots=True)
class Doorkeeper:
    """Counts who is there, and refuses whoever is too many."""

    limits: Limits
    here: int = 0
    of_address: Counter[str] = field(default_factory=Counter)

    def refuses(self, address: str) -> str | None:
        """Return why nobody (else) may come from `address`, as a reason for `/metrics`."""
        if self.here >= self.limits.connections:
            return "too many"
        if self.of_address[address] >= self.limits.per_address:
            return "too many from one address"
        return None

    def enter(self, address: str) -> None:
        """Count one in."""
        self.here += 1
        self.of_address[address] += 1

    def leave(self, address: str) -> None:
        """Count one out."""
        self.here -= 1
        self.of_address[address] -= 1
        if not self.of_address[address]:
            del self.of_address[address]
