"""The relay of a node that is alone: nobody else to tell, notes in this process's memory."""

import asyncio
from typing import Any, Final

from streamhub.relay.base import Hear

NOTES_MOST: Final = 10_000


class LocalRelay:
    """A `Relay` without other nodes."""

    def __init__(self, node: str = "one") -> None:
        self.node = node
        self._notes: dict[str, tuple[str, float]] = {}

    async def open(self, hear: Hear) -> None:
        """See `Relay.open`: there is nothing to hear."""

    def tell(self, topic: str, message: dict[str, Any]) -> None:
        """See `Relay.tell`: there is nobody to tell."""

    async def keep(self, name: str, note: str, for_s: float) -> bool:
        """See `Relay.keep`; the oldest note is forgotten where there are too many."""
        now = asyncio.get_running_loop().time()
        self._notes = {one: held for one, held in self._notes.items() if held[1] > now}
        if name in self._notes:
            return False
        if len(self._notes) >= NOTES_MOST:
            del self._notes[next(iter(self._notes))]
        self._notes[name] = (note, now + for_s)
        return True

    async def find(self, name: str) -> str | None:
        """See `Relay.find`."""
        note, until = self._notes.get(name, ("", 0.0))
        return note if until > asyncio.get_running_loop().time() else None

    async def drop(self, name: str) -> None:
        """See `Relay.drop`."""
        self._notes.pop(name, None)

    async def close(self) -> None:
        """See `Relay.close`."""
