"""A node restarts under ten thousand pages: until all of them are back, and what a moderator feels.

`./run bench storm [--connections 10000] [--runs 1] [--json FILE]`. A real `streamhub serve` on
SQLite is stopped once with SIGTERM and once with SIGKILL, and started again at once, as a
supervisor does. All pages come back by the rules of `web/src/net/connection.ts`: after a `bye` when
it says, otherwise after half a second and longer and longer; with their token, and with the cursor
that they hold. A page is back when it has a patch or a snapshot. Meanwhile moderators answer and
reopen ten questions a second, which all pages see, and repeat what was not acknowledged.

Times count from the signal. Afterwards every page must hold the cursor that the node tells, and
none may have been sent a patch that did not fit.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
from fanout_parts.load import BUSY, Load, check_cores
from fanout_parts.machine import LOAD_CORE, Meter, say, seen, stay_on
from fanout_parts.node import PinnedNode, node
from fanout_parts.peers import AUTH
from fanout_parts.report import Target, latencies, targets_table
from glass import Glass

from streamhub.formats.sample import SLUG

EVERY_S: Final = 0.1
WITHIN_S: Final = 60.0
BEFORE_S: Final = 3.0
AFTER_S: Final = 3.0
"""For so long the moderators go on after everybody is back, they too."""
STILL_S: Final = 3.0
"""After the last command: by then what was gathered has gone out."""


@dataclass(frozen=True)
class Told:
    """One command that was acknowledged: when it was given, could be sent, and was answered."""

    given_at: float
    sent_at: float
    at: float
    ok: bool


class Desk(Glass):
    """A moderator's page that knows since when it is connected."""

    back_at = 0.0

    @property
    def is_connected(self) -> bool:
        """Whether commands can be sent."""
        return self._socket is not None

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.back_at = time.monotonic()
        await super()._listen(socket)


class Moderators:
    """Some people at one desk, who together give ten commands a second.

    Args:
        desk: where.
        questions: what they answer and reopen.

    Attributes:
        told: their commands.
    """

    def __init__(self, desk: Desk, questions: list[str]) -> None:
        self.desk = desk
        self.told: list[Told] = []
        self._questions = questions
        self._under_way: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Give commands until cancelled; a page that is offline gives none."""
        turn = 0
        while True:
            if self.desk.is_connected:
                question = self._questions[turn % len(self._questions)]
                is_open = turn // len(self._questions) % 2 == 0
                kind = "question.answer" if is_open else "question.reopen"
                task = asyncio.create_task(self._give(kind, question))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
                turn += 1
            await asyncio.sleep(EVERY_S)

    async def _give(self, kind: str, question: str) -> None:
        given_at = time.monotonic()
        answer = await self.desk.do(kind, question=question)
        now = time.monotonic()
        sent_at = self.desk.back_at if given_at < self.desk.back_at < now else given_at
        self.told.append(Told(given_at, sent_at, now, answer["ok"]))

    async def finish(self) -> None:
        """Wait for the answers that are still to come."""
        async with asyncio.timeout(30):
            await asyncio.gather(*self._under_way)


async def _restart(server: PinnedNode, how: str) -> tuple[float, float]:
    """Stop it and start it again; returns when it had ended, and when it was ready."""
    if how == "SIGTERM":
        await server.stop()
    else:
        await server.kill()
    ended = time.monotonic()
    await server.start()
    return ended, time.monotonic()


async def _all_back(load: Load, since: float, began: float) -> float | None:
    """Seconds from the mark until all were back, on the node that was ready at `since`."""
    while time.monotonic() < began + WITHIN_S:
        for event in load.events:
            if event["event"] == "all" and event["at"] / 1e9 >= since:
                return float(event["s"])
        load.told.clear()
        try:
            await asyncio.wait_for(load.told.wait(), 2)
        except TimeoutError:
            continue
    return None


async def storm(how: str, count: int) -> dict[str, Any]:
    """One restart."""
    async with (
        node(300) as server,
        aiohttp.ClientSession() as session,
        Load(server.port, AUTH, seconds=300) as load,
    ):
        desk = Desk(server.url, SLUG, "desk", token=server.tokens["moderator"])
        await desk.open(session)
        moderators = Moderators(desk, await server.approved())
        await load.connect(count, keeps=1)
        work = asyncio.create_task(moderators.work())
        await asyncio.sleep(BEFORE_S)
        began = time.monotonic()
        await load.do("mark")
        say(f"{how}, at {count:,} connections")
        ended, ready = await _restart(server, how)
        meter = Meter(server.pid)
        back_s = await _all_back(load, ready - 2, began)  # pages may find it before we do
        server_s, others = meter.read()
        core = server_s / (time.monotonic() - ready)
        async with asyncio.timeout(WITHIN_S):
            while desk.back_at < began:  # noqa: ASYNC110 - a look now and then is enough
                await asyncio.sleep(EVERY_S)
        await asyncio.sleep(AFTER_S)
        until = time.monotonic()
        work.cancel()
        await moderators.finish()
        await asyncio.sleep(STILL_S)
        cursor = (await server.view("audience"))["cursor"]
        answer = await load.do("outages", cursor=cursor)
        acks = [t for t in moderators.told if began <= t.at and t.given_at <= until]
        before = [t for t in moderators.told if t.at < began]
        acked_ms = [(t.at - t.sent_at) * 1000 for t in acks]
        seconds = [event for event in load.events if event["event"] == "second"]
        await desk.close()
        return {
            "how": how,
            "connections": count,
            "ended_s": round(ended - began, 2),
            "ready_s": round(ready - began, 2),
            "back_s": back_s,
            "back_by_second": [event["back"] for event in seconds],
            "connected_by_second": [event["connected"] for event in seconds],
            "load_cpu_most": max((event["cpu"] for event in seconds), default=0.0),
            "server_cpu": round(core, 2),
            "others": round(others, 2),
            "outage_s": latencies(answer["outages_s"]) if answer["outages_s"] else None,
            "ack_ms_before": latencies([(t.at - t.sent_at) * 1000 for t in before]),
            "ack_ms": latencies(acked_ms) if acked_ms else None,
            "acks": len(acks),
            "acks_refused": sum(not t.ok for t in acks),
            "moderator_back_s": round(desk.back_at - began, 2),
            "at_cursor": answer["at_cursor"],
            "counts": answer["counts"],
            "logged": server.logged(),
        }


def show(found: dict[str, Any]) -> None:
    """Print one restart."""
    print(f"\n{found['how']} at {found['connections']:,} connections; seconds from the signal")
    print(f"  node ended {found['ended_s']}, ready {found['ready_s']}, all back {found['back_s']}")
    print("  connected, second by second:", *found["connected_by_second"])
    print("  back, second by second:     ", *found["back_by_second"])
    print(f"  a page was away, s: {found['outage_s']}")
    print(f"  the moderators' page was back {found['moderator_back_s']}")
    print(f"  acknowledgements, ms: {found['ack_ms']} ({found['acks']} of them,")
    print(f"    {found['acks_refused']} refused); before the signal {found['ack_ms_before']}")
    print(f"  pages at the node's cursor afterwards: {found['at_cursor']:,}")
    print(f"  what happened to pages: { ({k: v for k, v in found['counts'].items() if v}) }")
    print(f"  from ready to all back the node used {found['server_cpu']:.0%} of its core")
    for line, count in found["logged"].items():
        print(f"  logged {count:,} times: {line}")
    if found["others"] > 0.05:
        print(f"  doubtful: others took {found['others']:.0%} of the node's core")
    if found["load_cpu_most"] > BUSY:
        print("  doubtful: the load generator had no time left in some second")


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./run bench storm", description=__doc__.split("\n")[0])
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", default="SIGTERM,SIGKILL")
    parser.add_argument("--json", type=Path, help="a file for machines")
    options = parser.parse_args()
    check_cores()
    stay_on(LOAD_CORE)
    print("  ".join(f"{name} {value}" for name, value in seen().items()))
    runs = []
    for _ in range(options.runs):
        for how in options.only.split(","):
            runs.append(await storm(how, options.connections))
            show(runs[-1])
    targets = []
    for found in runs:
        ack = found["ack_ms"]
        targets += [
            Target(f"{found['how']}: all back, s", 10, False, found["back_s"]),
            Target("… moderators' acks p99, ms", 500, False, ack and ack["p99"]),
            Target("… pages at the node's cursor", options.connections, True, found["at_cursor"]),
            Target("… patches that did not fit", 0, False, found["counts"]["gaps"]),
        ]
    print("\n" + targets_table(targets))
    if options.json is not None:
        told = {"machine": seen(), "runs": runs, "targets": [one.as_json() for one in targets]}
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
