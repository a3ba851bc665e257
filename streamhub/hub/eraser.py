"""Erasing what was redacted: out of the journal, its snapshot, and the bytes that trimming leaves.

Several redactions in a row are one erasure. It is done by the node that wrote the last one, and
again by every node that meets one while it loads: a crash must not leave the text.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from streamhub.core.event import SYSTEM, Decision, TimePassed
from streamhub.core.questions import QuestionRedacted
from streamhub.hub.ledger import Ledger
from streamhub.hub.ports import Clock
from streamhub.journal import JournalError

log = structlog.get_logger(__name__)

AFTER_S: Final = 1.0
AGAIN_S: Final = 5.0


def redacts(decision: Decision) -> bool:
    """Whether something must be erased after `decision`."""
    return any(isinstance(fact, QuestionRedacted) for fact in decision.facts)


class Eraser:
    """Erases for one event.

    Args:
        ledger: its state.
        clock: the time.
        publish: sends what an entry of its own has changed.
    """

    def __init__(self, ledger: Ledger, clock: Clock, publish: Callable[[], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._publish = publish
        self._due = asyncio.Event()

    def erase(self) -> None:
        """Erase soon."""
        self._due.set()

    def look(self) -> None:
        """Erase soon, if the loading met a redaction that may not have been erased to the end."""
        if "question.redacted" in self._ledger.replayed:
            self._due.set()

    async def run(self) -> None:
        """Erase whenever something is due, until cancelled."""
        while True:
            await self._due.wait()
            await asyncio.sleep(AFTER_S)
            self._due.clear()
            try:
                await self._move_on()
                # Not while the journal is away, nor where this node lacks what a newer one wrote.
                if await self._ledger.keep_snapshot(keep=1):
                    await self._ledger.scrub()
                    log.info("redacted text erased", slug=self._ledger.slug)
                    continue
                error = "no journal snapshot could be kept"
            except JournalError as failure:
                error = str(failure)
            log.warning("redacted text not erased yet", slug=self._ledger.slug, error=error)
            await asyncio.sleep(AGAIN_S)
            self._due.set()

    async def _move_on(self) -> None:
        """Append an entry: the last one always stays, and must not be one that holds the text."""
        while True:
            at = max(self._clock.now(), self._ledger.state.at)
            if await self._ledger.append([Decision(by=SYSTEM, at=at, facts=(TimePassed(),))]):
                return self._publish()
