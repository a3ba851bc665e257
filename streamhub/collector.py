"""When Python's collector of cycles looks for what nobody can reach any more.

Everybody waits while it does. So while a journal is read it hardly looks, for a state is a large
heap that stays; once people are served it looks often and briefly, at what is new; and it looks at
everything while nothing is on air. That is needed: asyncio's transport holds itself, so that each
connection that has ended leaves some 700 bytes, and one that was open for long is not new any more.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Final

import structlog

from streamhub.tasks import end

log = structlog.get_logger(__name__)

WHILE_LOADING: Final = 50_000, 50, 1000
WHILE_SERVING: Final = 200, 5, 1_000_000
"""As `gc.set_threshold` has it: a look takes a millisecond instead of 40, a whole one never comes
by itself."""
LOOK_EVERY_S: Final = 600.0
REST_S: Final = 3600.0
MOST_S: Final = 86_400.0
"""A whole look comes after `REST_S` at the earliest, and after `MOST_S` whatever is on."""


def load() -> None:
    """Begin to load: look seldom."""
    gc.set_threshold(*WHILE_LOADING)


@asynccontextmanager
async def serving(is_quiet: Callable[[], bool]) -> AsyncIterator[None]:
    """Look often at what comes, and at everything now and then, while it `is_quiet`."""
    gc.freeze()  # what is there now stays
    gc.set_threshold(*WHILE_SERVING)
    tidying = asyncio.create_task(_tidy(is_quiet), name="tidy")
    try:
        yield
    finally:
        await end((tidying,))


async def _tidy(is_quiet: Callable[[], bool]) -> None:
    loop = asyncio.get_running_loop()
    looked_at = loop.time()
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        rested_s = loop.time() - looked_at
        if rested_s >= MOST_S or (rested_s >= REST_S and is_quiet()):
            looked_at, began = loop.time(), perf_counter()
            found = gc.collect()
            log.info("memory tidied", objects=found, seconds=round(perf_counter() - began, 3))
