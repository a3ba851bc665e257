"""A node whose clock a test leads: sixty times as fast, up to a mark, where it stands until another
is told. `python tests/led_server.py --data DIR --port PORT --at MS`, marks on stdin.

So half an hour is played in half a minute, what the clock alone brings comes as it does in a hall,
and what is done at a mark is done at that very instant, however busy the machine is.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from streamhub.app import serve
from streamhub.cli.shared import until_told
from streamhub.core.ids import Ms
from streamhub.hub.ports import SystemClock
from streamhub.settings import Settings

RATE = 60


class LedClock(SystemClock):
    """A clock that stands at `at` until it is told how far it may go.

    Args:
        at: what it shows at first.
    """

    def __init__(self, at: Ms) -> None:
        self._from, self._mark, self._began = at, at, 0.0

    def now(self) -> Ms:
        passed_ms = int((time.monotonic() - self._began) * 1000 * RATE)
        return min(self._mark, self._from + passed_ms)

    def seconds_until(self, at: Ms) -> float:
        return super().seconds_until(at) / RATE

    def go(self, mark: Ms) -> None:
        """Run up to `mark`."""
        self._from, self._mark, self._began = self.now(), mark, time.monotonic()


async def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--at", type=int, required=True)
    told = parser.parse_args()
    clock = LedClock(told.at)

    def heard() -> None:
        line = sys.stdin.readline()
        if line:
            clock.go(int(line))
        else:
            asyncio.get_running_loop().remove_reader(sys.stdin)

    asyncio.get_running_loop().add_reader(sys.stdin, heard)
    settings = Settings(data=told.data, host="127.0.0.1", port=told.port)
    async with serve(settings, clock=clock):
        await until_told()


if __name__ == "__main__":
    asyncio.run(main())
