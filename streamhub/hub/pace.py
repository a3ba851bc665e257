"""How fast somebody may act: a bucket of tokens, filled at a steady rate.

One bucket for each connection, for each actor that comes by HTTP, and for each address that makes
new participants or asks questions (gently: a whole hall may share one address).
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from streamhub.core.errors import Rejected
from streamhub.core.event import Command
from streamhub.core.questions import AskQuestion

PER_S: Final = 15.0
BURST: Final = 60.0
KEPT: Final = 50_000


@dataclass(slots=True)
class Pace:
    """One bucket: `burst` tokens at most, `per_s` new ones a second."""

    per_s: float = PER_S
    burst: float = BURST
    tokens: float | None = None
    filled_at: float = 0.0

    def take(self, now: float) -> None:
        """Take one token at `now` (seconds of any steady clock), or raise `request.too_many`."""
        held = self.burst if self.tokens is None else self.tokens
        held = min(self.burst, held + (now - self.filled_at) * self.per_s) - 1
        self.filled_at = now
        self.tokens = max(held, 0.0)
        if held < 0:
            raise Rejected(
                "request.too_many",
                "That is faster than anyone can mean it.",
                "Wait a second.",
                retry_after=1,
            )

    def wait_s(self, now: float) -> float:
        """Take one token at `now`; return how long it takes until it is there."""
        held = self.burst if self.tokens is None else self.tokens
        self.tokens = min(self.burst, held + (now - self.filled_at) * self.per_s) - 1
        self.filled_at = now
        return max(0.0, -self.tokens / self.per_s)


class Paces:
    """Buckets by name; those that were not used for longest are forgotten first."""

    def __init__(self, per_s: float = PER_S, burst: float = BURST) -> None:
        self._per_s = per_s
        self._burst = burst
        self._held: OrderedDict[str, Pace] = OrderedDict()

    def take(self, name: str, now: float) -> None:
        """Take one token from the bucket of `name`, or raise `request.too_many`."""
        pace = self._held.setdefault(name, Pace(self._per_s, self._burst))
        self._held.move_to_end(name)
        if len(self._held) > KEPT:
            self._held.popitem(last=False)
        pace.take(now)


class Askers:
    """The pace at which questions come from each network address, by whichever door.

    How fast one participant may ask is decided in `core`, the same on all nodes; this is of one
    node, against many participants who are one person.
    """

    def __init__(self, per_s: float = 2.0, burst: float = 120.0) -> None:
        self._paces = Paces(per_s, burst)

    def take(self, command: Command, address: str, now: float) -> None:
        """Count `command`, if it is a question, or raise `request.too_many`."""
        if not isinstance(command, AskQuestion):
            return
        try:
            self._paces.take(address, now)
        except Rejected:
            raise Rejected(
                "request.too_many",
                "Very many questions come from your network at the moment.",
                "Your text stays in your browser; send it again in a few seconds.",
                retry_after=5,
            ) from None
