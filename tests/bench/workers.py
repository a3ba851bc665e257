"""One, two and more workers on one port: how a crowd spreads over them, and what a change costs.

`./run bench workers [--workers 1,2,3] [--connections 10000] [--seconds 10] [--json FILE]`. A real
`streamhub serve --workers N` on a real Redis that syncs each write. Commands come over HTTP, five a
second: a moderator corrects a question, which every page sees. The load generator has one core;
the workers, Redis and whatever gives the commands share all cores, so on a machine of two the
second worker has what the load generator leaves of its core. What is shown is that the crowd is
shared out, what workers cost each other, and when the last page of all has a change.
"""

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import psutil
from fanout_parts.load import BUSY, Load, check_cores
from fanout_parts.machine import environment, rss_kib, say, seen
from fanout_parts.patch import text_of
from fanout_parts.peers import AUTH
from fanout_parts.report import latencies, lined_up
from ports import free_port
from redis_server import RedisServer

from streamhub import demo
from streamhub.app import open_hubs
from streamhub.core.questions import QuestionStatus
from streamhub.formats.sample import SLUG
from streamhub.settings import Settings

PER_S: Final = 5
READY_S: Final = 60.0
SETTLE_S: Final = 3.0


class Team:
    """`streamhub serve --workers N` on a journal in Redis.

    Args:
        workers: how many.
        redis: the address of its Redis.
        folder: for the control socket.
    """

    def __init__(self, workers: int, redis: str, folder: Path) -> None:
        self.port = free_port()
        self.control = str(folder / f"control-{workers}.sock")
        self._journal = redis
        self._workers = workers
        self._process: asyncio.subprocess.Process | None = None
        self._token = self._question = ""

    async def prepare(self) -> None:
        """Make the sample event."""
        async with open_hubs(Settings(journal=self._journal)) as hubs:
            hub = await demo.create(hubs, as_published=False)
            link = next(it for it in hub.state.links.values() if it.role.value == "moderator")
            self._token = hubs.keyring.link_token(SLUG, link.id)
            questions = hub.state.questions.all.values()
            approved = (it.id for it in questions if it.status is QuestionStatus.APPROVED)
            self._question = min(approved)

    @property
    def pid(self) -> int:
        """Of the parent."""
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "streamhub", "serve", "--workers", str(self._workers)),
            *("--port", str(self.port), "--journal", self._journal),
            env=environment() | {"STREAMHUB_LOG_LEVEL": "warning", "STREAMHUB_NEWCOMER_WORK": "0"},
        )
        async with asyncio.timeout(READY_S), aiohttp.ClientSession() as session:
            while not await self._is_ready(session):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        while len(psutil.Process(self.pid).children()) < self._count:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
        await asyncio.sleep(SETTLE_S)
        return self

    @property
    def _count(self) -> int:
        return self._workers if self._workers > 1 else 0

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def __aexit__(self, *_failure: object) -> None:
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(READY_S):
            await self._process.wait()

    async def told(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        """Give a command for each line that the load generator sends."""
        url = f"http://127.0.0.1:{self.port}/api/v1/events/{SLUG}/commands"
        headers = {"Authorization": f"Bearer {self._token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            while line := await reader.readline():
                body = {
                    "id": secrets.token_hex(8),
                    "type": "question.amend",
                    "question": self._question,
                    "text": text_of(int(line.decode().partition(" ")[2])),
                }
                async with session.post(url, json=body) as answer:
                    assert answer.status == 200, await answer.text()

    def processes(self) -> list[psutil.Process]:
        """Those that serve."""
        parent = psutil.Process(self.pid)
        return parent.children() if self._count else [parent]


def cpu_s(process: psutil.Process) -> float:
    """What a process has used of its cores so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def measure(workers: int, count: int, seconds: float) -> dict[str, Any]:
    """Return the figures of one team."""
    with tempfile.TemporaryDirectory(prefix="streamhub-bench-") as name:
        folder = Path(name)
        settings = {"appendonly": "yes", "appendfsync": "always"}
        with RedisServer(folder / "redis", **settings) as redis:
            team = Team(workers, redis.url, folder)
            await team.prepare()
            door = await asyncio.start_unix_server(team.told, team.control)
            async with door, team, Load(team.port, AUTH, [team.control]) as load:
                before_kib = rss_kib(team.pid)
                connected = await load.connect(count)
                await asyncio.sleep(SETTLE_S)
                each = [len(it.net_connections("tcp")) for it in team.processes()]
                kib = rss_kib(team.pid) - before_kib
                used = [cpu_s(it) for it in team.processes()]
                found = await load.do("pace", seconds=seconds, per_s=PER_S, kind="c")
                used = [cpu_s(it) - then for it, then in zip(team.processes(), used, strict=True)]
    complete = found["complete"]
    return {
        "workers": workers,
        "connects_per_s": connected["per_s"],
        "connections": sorted(each),
        "kib": kib / count,
        "cpu_us": sum(used) / (complete * count) * 1e6 if complete else float("nan"),
        "busiest": max(used) / seconds,
        "late": found["sent"] - complete,
        "load_cpu": found["cpu"],
        **latencies(found["last_ms"]),
    }


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./run bench workers", description=__doc__.split("\n")[0])
    parser.add_argument("--workers", default="1,2,3")
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", type=Path, help="a file for machines")
    options = parser.parse_args()
    check_cores()
    rows: list[dict[str, Any]] = []
    for workers in map(int, options.workers.split(",")):
        say(f"{workers} workers, {options.connections:,} connections")
        rows.append(await measure(workers, options.connections, options.seconds))
    print("  ".join(f"{name} {value}" for name, value in seen().items()))
    head = ["workers", "sockets of each", "connects/s", "KiB each", "CPU µs per delivery"]
    head += ["busiest worker", "p50 ms", "p99 ms", "max ms"]
    table = [
        [
            str(row["workers"]),
            " ".join(f"{it:,}" for it in row["connections"]),
            f"{row['connects_per_s']:,.0f}",
            f"{row['kib']:.1f}",
            f"{row['cpu_us']:.1f}",
            f"{row['busiest']:.0%}",
            *(f"{row[name]:.0f}" for name in ("p50", "p99", "max")),
        ]
        for row in rows
    ]
    print(lined_up([head, *table]))
    for row in rows:
        if row["load_cpu"] > BUSY or row["late"]:
            print(f"doubtful: {row['workers']} workers: {row['late']} changes late or incomplete")
    if options.json is not None:
        options.json.write_text(json.dumps({"machine": seen(), "rows": rows}))


if __name__ == "__main__":
    asyncio.run(main())
