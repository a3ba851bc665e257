"""Who waits for which event: wakes the tails of this process when an entry became durable.

Here belongs waiting on the event loop, the same for every engine whose appends all pass through
this process. No storage, and no entries: a bell says "look again", the reader looks.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable

from streamhub.journal.base import Entry, Head


class Bells:
    """One bell per waiting tail, found by the event's slug."""

    def __init__(self) -> None:
        # A set stays when its last tail is gone: there are no more of them than events.
        self._bells: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def ring(self, event: str) -> None:
        """Wake those who wait for this event."""
        for bell in self._bells[event]:
            bell.set()

    def ring_all(self) -> None:
        """Wake everybody: the journal is closing, and each finds out by itself."""
        for event in self._bells:
            self.ring(event)

    async def follow(
        self, event: str, head: Head, since: Callable[[str, Head], Awaitable[list[Entry]]]
    ) -> AsyncIterator[list[Entry]]:
        """Yield what `since` answers after `head`, then after that, and wait where it is empty."""
        bell = asyncio.Event()
        self._bells[event].add(bell)
        try:
            while True:
                # Cleared before looking: what becomes durable while we look rings again.
                bell.clear()
                if batch := await since(event, head):
                    yield batch
                    head = batch[-1].head
                else:
                    await bell.wait()
        finally:
            self._bells[event].discard(bell)
