"""A moderator at work while two thousand people ask and vote: how long does each thing take?

`./run bench moderation [SECONDS] [--people 2000] [--asks 10] [--votes 500] [--json FILE]`. A real
`streamhub serve` on SQLite, and people whose pages show the audience's view. Together they ask ten
questions a second and give, or take back, 500 votes a second for the questions that were approved
last. A moderator, with the desk's view and all that the desk asks for, decides once a second. An
approval has come when the last of all pages was sent the question; its time runs from before the
command is sent. No page may be shown what was not approved.

Memory is read every two seconds. The event itself grows all the time, by ten questions and up to
500 votes a second, which is no leak. So at the end the node is started again, with the same event,
people and desk: what it holds then more than at first is the event's own growth, and memory is flat
where the straight line through the second half does not rise faster.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any, Final

import aiohttp
from fanout_parts.calm import calm
from fanout_parts.desk import Asking, Moderator, side_by_side
from fanout_parts.load import BUSY, Load, check_cores
from fanout_parts.machine import LOAD_CORE, Meter, rss_kib, say, seen, stay_on
from fanout_parts.node import PinnedNode, node
from fanout_parts.peers import AUTH
from fanout_parts.report import Target, latencies, lined_up, targets_table

READ_EVERY_S: Final = 2.0
TOLD_EVERY_S: Final = 20.0
SPARE_S: Final = 120.0
REST_S: Final = 3.0
MANY: Final = {"STREAMHUB_LIMIT_QUESTIONS": "100000", "STREAMHUB_LIMIT_QUESTIONS_PER_S": "1000"}
"""All people come from one address here."""


async def read_memory(
    server: PinnedNode, moderator: Moderator, course: list[tuple[float, float]]
) -> None:
    """Note the node's memory, MiB by second, until cancelled."""
    began, told = time.monotonic(), 0.0
    while True:
        now = time.monotonic() - began
        course.append((now, rss_kib(server.pid) / 1024))
        if now - told >= TOLD_EVERY_S:
            told = now
            acks = [one.ack_ms for one in moderator.decided[-int(TOLD_EVERY_S) :]]
            say(
                f"{now:4.0f} s: {course[-1][1]:.0f} MiB, {moderator.pending:,} wait, acks up to "
                f"{max(acks, default=0):.0f} ms"
            )
        await asyncio.sleep(READ_EVERY_S)


def per_minute(course: list[tuple[float, float]]) -> float:
    """MiB a minute: the straight line through the second half."""
    half = [point for point in course if point[0] >= course[-1][0] / 2]
    return statistics.linear_regression(*zip(*half, strict=True)).slope * 60


async def measure(
    people: int, asks: float, votes: float, seconds: float, patience_s: float
) -> dict[str, Any]:
    """Let them work for so long."""
    life_s = seconds + SPARE_S
    async with (
        node(life_s) as server,
        aiohttp.ClientSession() as http,
        Load(server.port, AUTH, seconds=life_s) as load,
    ):
        moderator = Moderator(server, load, http)
        await moderator.open()
        await moderator.glass.do("questions.set", session=moderator.live, state="open")
        await load.connect(people, keeps=1)
        asking = Asking(load, moderator.live, people, asks)
        await calm(patience_s)
        course: list[tuple[float, float]] = []
        say(f"{people:,} people, {asks:g} questions and {votes:g} votes a second, {seconds:g} s")
        meter = Meter(server.pid)
        load.start("crowd", per_s=votes, seconds=seconds)
        for question in await server.approved():
            load.start("public", question=question)
        reading = asyncio.create_task(read_memory(server, moderator, course))
        await side_by_side(asking.run(seconds), moderator.work(seconds))
        server_s, others = meter.read()
        reading.cancel()
        found = await load.answer(60)
        logged = server.logged()
        await moderator.close()
        say("a fresh node, with the same event and the same people")
        await load.do("close")
        await server.stop()
        await server.start()
        await moderator.open()
        await load.connect(people, keeps=1)
        await asyncio.sleep(REST_S)
        fresh_mib = rss_kib(server.pid) / 1024
        await moderator.close()
        arrived, missing, early = moderator.arrivals(found.pop("shown"), people)
        kinds = sorted({one.what for one in moderator.decided})
        return found | {
            "people": people,
            "others": round(others, 3),
            "server_cpu": round(server_s / seconds, 3),
            "decided": len(moderator.decided),
            "not_decided": sum(not one.ok for one in moderator.decided),
            "ack_ms": latencies([one.ack_ms for one in moderator.decided]),
            "ack_ms_by_kind": {
                kind: latencies([one.ack_ms for one in moderator.decided if one.what == kind])
                for kind in kinds
            },
            "alike_ms": latencies(moderator.alike_ms),
            "arrived_ms": latencies(arrived) if arrived else None,
            "approvals": len(arrived) + missing,
            "missing": missing,
            "early": len(early),
            "vote_ms": latencies(found["vote_ms"]),
            "ask_ms": latencies(found["ask_ms"]),
            "waiting": moderator.pending,
            "unanswered": found["votes"] + found["asks"] - len(found["vote_ms"] + found["ask_ms"]),
            "memory_mib": [round(course[0][1], 1), round(course[-1][1], 1)],
            "memory_mib_fresh": round(fresh_mib, 1),
            "memory_mib_own_per_minute": round((fresh_mib - course[0][1]) / seconds * 60, 2),
            "memory_mib_per_minute": round(per_minute(course), 2),
            "course": [(round(at), round(mib, 1)) for at, mib in course[:: int(10 / READ_EVERY_S)]],
            "gaps": found["counts"]["gaps"],
            "lost": found["counts"]["lost"],
            "logged": logged,
        }


def _three(found: dict[str, Any], what: str) -> str:
    return f"{found[what]:,}, {found[what + '_ok']:,}, {found[what + '_not']:,}"


def show(found: dict[str, Any]) -> None:
    """Print the run."""
    rows = [
        ["decisions, refused", f"{found['decided']}, {found['not_decided']}"],
        ["… acknowledged, ms", str(found["ack_ms"])],
        *([f"    {kind}", str(ms)] for kind, ms in found["ack_ms_by_kind"].items()),
        [f"approvals on all of {found['people']:,} pages, ms", str(found["arrived_ms"])],
        ["what says the same, told after, ms", str(found["alike_ms"])],
        ["votes, accepted, refused", _three(found, "votes")],
        ["… acknowledged, ms", str(found["vote_ms"])],
        ["questions, accepted, refused", _three(found, "asks")],
        ["… acknowledged, ms", str(found["ask_ms"])],
        ["questions that wait at the end", f"{found['waiting']:,}"],
        ["memory at first, at the end, MiB", str(found["memory_mib"])],
        ["… of a fresh node with the same event", str(found["memory_mib_fresh"])],
        ["… a minute, second half, MiB", str(found["memory_mib_per_minute"])],
        ["… a minute, the event's own growth", str(found["memory_mib_own_per_minute"])],
        ["the node's share of its core", f"{found['server_cpu']:.0%}"],
        ["the load generator's", f"{found['cpu']:.0%}"],
        ["load average", " ".join(f"{one:.1f}" for one in os.getloadavg())],
    ]
    print("\n" + lined_up(rows))
    print("memory, MiB by second:", *(f"{at}:{mib:.0f}" for at, mib in found["course"]))
    for line, count in found["logged"].items():
        print(f"logged {count:,} times: {line}")
    for code, count in found["refused_as"].items():
        print(f"refused {count:,} times: {code}")
    if found["others"] > 0.05:
        print(f"doubtful: others took {found['others']:.0%} of the node's core")
    if found["cpu"] > BUSY:
        print("doubtful: the load generator had no time left")


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="./run bench moderation", description=__doc__.split("\n")[0]
    )
    parser.add_argument("seconds", nargs="?", type=float, default=300.0)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--asks", type=float, default=10.0, help="questions a second")
    parser.add_argument("--votes", type=float, default=500.0, help="votes a second")
    parser.add_argument(
        "--patience", type=float, default=10.0, help="seconds to wait for a calm moment"
    )
    parser.add_argument("--json", type=Path, help="a file for machines")
    options = parser.parse_args()
    check_cores()
    stay_on(LOAD_CORE)
    os.environ.update(MANY)
    print("  ".join(f"{name} {value}" for name, value in seen().items()))
    found = await measure(
        options.people, options.asks, options.votes, options.seconds, options.patience
    )
    show(found)
    arrived = found["arrived_ms"]
    beyond = found["memory_mib_per_minute"] - found["memory_mib_own_per_minute"]
    targets = [
        Target("a decision is acknowledged, p99 ms", 100, False, found["ack_ms"]["p99"]),
        Target("an approval is on the last page, p99 ms", 500, False, arrived and arrived["p99"]),
        Target("approvals that did not come to all", 0, False, found["missing"]),
        Target("shown and not approved", 0, False, found["early"]),
        Target("unanswered", 0, False, found["unanswered"]),
        Target("memory, MiB a minute beyond the event's own", 3, False, round(beyond, 2)),
        Target("pages that lost their connection", 0, False, found["lost"]),
    ]
    print("\n" + targets_table(targets))
    if options.json is not None:
        told = {"machine": seen(), "run": found, "targets": [one.as_json() for one in targets]}
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
