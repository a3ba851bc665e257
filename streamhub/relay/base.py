"""What a relay is: messages between nodes that may get lost, and notes that expire."""

from collections.abc import Callable
from typing import Any, Protocol

Hear = Callable[[str, str, dict[str, Any]], None]
"""Called on the event loop with the node that tells, the topic, and the message; must not block."""


class Away(Exception):  # noqa: N818 - read as "the relay is away"
    """The relay does not answer; the message says why."""


class Relay(Protocol):
    """One node's way to the others."""

    @property
    def node(self) -> str:
        """The name of this node, different from all others'."""
        ...

    async def open(self, hear: Hear) -> None:
        """Begin to listen: `hear` gets what the other nodes tell, never what this one tells."""
        ...

    def tell(self, topic: str, message: dict[str, Any]) -> None:
        """Tell all other nodes; returns at once, and nobody knows whether it arrived.

        `message` is JSON; a node that does not know the topic or a field passes it over.
        """
        ...

    async def keep(self, name: str, note: str, for_s: float) -> bool:
        """Keep a note for all nodes for some seconds; False where the name is taken.

        Raises `Away`.
        """
        ...

    async def find(self, name: str) -> str | None:
        """Return a note that any node keeps; None where there is none now. Raises `Away`."""
        ...

    async def drop(self, name: str) -> None:
        """Forget a note. Raises `Away`."""
        ...

    async def close(self) -> None:
        """Stop listening."""
        ...
