"""How soon a hall of fifty displays has what the producer pressed; see `./run bench displays`.

The promise is 150 ms for the last display, 99 times in 100. A machine that does other things beside
the tests breaks that now and then without any fault of ours, so what is asserted is this: of five
groups of twelve presses, each by its slowest press, the middle one is below 150 ms.
"""

import asyncio
import statistics
from pathlib import Path

import pytest
from hall_support import Hall
from ports import free_port
from support import ServerProcess

PROMISE_MS = 150.0
DISPLAYS = 50
GROUPS, PRESSES = 5, 12


@pytest.mark.slow
async def test_next_is_on_the_last_of_fifty_displays_in_time(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, free_port())
    await server.prepare()
    await server.start()
    hall = await Hall.open(server.url, server.tokens["producer"], DISPLAYS)
    await hall.move()
    slowest = []
    for _ in range(GROUPS):
        took = []
        for _ in range(PRESSES):
            took.append((await hall.move())[1])
            await asyncio.sleep(0.08)  # at the pace that one connection may keep
        slowest.append(max(took))
    await hall.close()
    assert await server.stop() == 0
    print("slowest of each group, ms:", [round(ms, 1) for ms in slowest])
    assert statistics.median(slowest) < PROMISE_MS
