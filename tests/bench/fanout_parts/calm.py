"""Measuring where others work too: wait for a calm moment, and do it again if it was disturbed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fanout_parts.machine import LOAD_CORE, SERVER_CORE, Meter, core_s, say

DISTURBED: Final = 0.05
"""The share of the server's core that others may take before a figure is doubtful."""
CALM: Final = 0.1
LOOK_S: Final = 0.4


async def calm(patience_s: float) -> None:
    """Wait until both cores idle, but not for longer than that."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        before = [core_s(core) for core in (SERVER_CORE, LOAD_CORE)]
        await asyncio.sleep(LOOK_S)
        after = [core_s(core) for core in (SERVER_CORE, LOAD_CORE)]
        if all((b - a) / LOOK_S < CALM for a, b in zip(before, after, strict=True)):
            return


async def undisturbed(
    pid: int,
    measure: Callable[[], Awaitable[dict[str, Any]]],
    tries: int,
    patience_s: float,
) -> dict[str, Any]:
    """Measure, again while others were at the server's core; return the least disturbed.

    Args:
        pid: the server.
        measure: does it once.
        tries: how often at most.
        patience_s: how long to wait for a calm moment before each.

    Returns:
        What `measure` returned, with `server_s`, the server's CPU time, and `others`, the share of
        its core that others took.
    """
    best: dict[str, Any] | None = None
    for turn in range(tries):
        await calm(patience_s)
        meter = Meter(pid)
        found = await measure()
        server_s, others = meter.read()
        found |= {"server_s": server_s, "others": others}
        if best is None or others < best["others"]:
            best = found
        if others <= DISTURBED:
            break
        if turn + 1 < tries:
            say(f"others took {others:.0%} of the server's core: once more")
    assert best is not None
    return best
