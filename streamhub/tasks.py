"""Ending tasks, for every floor: ask until they do.

A cancellation can be lost: Python 3.11's `wait_for` drops it when what it waits for ends at that
moment, and the Redis client sends every command through it.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

AGAIN_S: Final = 0.1


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel `tasks` until all have ended; what they raise is nobody's business any more."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        done, left = await asyncio.wait(left, timeout=AGAIN_S)
        for task in done:
            if not task.cancelled():
                task.exception()
