"""A thousand honest people beside a thousand hostile ones: do the honest notice?

`./run bench hostile_crowd [SECONDS] [--honest 1000] [--hostile 1000] [--rounds 2] [--json FILE]`. A
real `streamhub serve` on SQLite, on its usual limits. Honest people ask a question and give fifty
votes a second, a moderator decides once a second: at first alone, then while a crowd
(`hostile/crowd.py`) floods, repeats itself, stuffs votes, invents commands, writes giants, opens
half, reads slowly, storms and asks for everything; in turns, in the same node. Compared are the
slowest hundredth of the answers to votes and questions and of the way of approvals to all honest
pages. Every frame that an honest page gets is looked through: nothing may be in it that was not
approved.
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import aiohttp
from fanout_parts.calm import calm
from fanout_parts.desk import Asking, Moderator, side_by_side
from fanout_parts.load import BUSY, Load, check_cores
from fanout_parts.machine import HERE, LOAD_CORE, Meter, rss_kib, say, seen, stay_on
from fanout_parts.node import WORK, PinnedNode, node
from fanout_parts.peers import AUTH
from fanout_parts.report import Target, latencies, lined_up, percentile, targets_table

from streamhub.hub import identities

ASKS_PER_S: Final = 2.0
VOTES_PER_S: Final = 50.0
EVIL: Final = "evil-"
SPARE_S: Final = 120.0
LATE_S: Final = 8.0
"""So long before honest people are measured the hostile ones begin."""
POLITE: Final = ("nice", "-n", "19")
"""The load generators share a core: the honest one goes first, or its own waits were measured."""


async def hostile(server: PinnedNode, count: int, seconds: float) -> dict[str, int]:
    """Let so many do harm for so long; returns what they did."""
    told = json.dumps({"sessions": ["s1"], "questions": await server.approved()})
    tests = HERE.parents[1]
    process = await asyncio.create_subprocess_exec(
        *(*POLITE, sys.executable, "-m", "hostile.crowd", "--port", str(server.port)),
        *("--peers", str(count), "--seconds", str(seconds), "--world", told),
        env=os.environ | {"PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), seconds + 60)
    finally:
        if process.returncode is None:
            process.kill()
    return dict(json.loads(out))


async def phase(
    server: PinnedNode, load: Load, moderator: Moderator, asking: Asking, seconds: float, harm: int
) -> dict[str, Any]:
    """Let honest people work for so long, beside so many others."""
    say(f"{seconds:g} s " + (f"beside {harm:,} hostile people" if harm else "undisturbed"))
    crowd = asyncio.create_task(hostile(server, harm, seconds + LATE_S)) if harm else None
    if crowd is not None:
        await asyncio.sleep(LATE_S)
    meter, decided = Meter(server.pid), len(moderator.decided)
    load.start("crowd", per_s=VOTES_PER_S, seconds=seconds, forbidden=EVIL)
    for question in (await server.approved())[-40:]:
        load.start("public", question=question)
    await side_by_side(
        asking.run(seconds), moderator.work(seconds, lambda text: text.startswith("bench-"))
    )
    server_s, others = meter.read()
    found = await load.answer(60)
    did = {} if crowd is None else await crowd
    mine = moderator.decided[decided:]
    shown = found.pop("shown")
    arrived, missing, _ = moderator.arrivals(shown, asking.count, since=decided)
    *_, early = moderator.arrivals(shown, asking.count)
    return {
        "harm": harm,
        "did": did,
        "vote_ms": found["vote_ms"],
        "ask_ms": found["ask_ms"],
        "arrived_ms": arrived,
        "ack_ms": [one.ack_ms for one in mine],
        "missing": missing,
        "early": len(early),
        "forbidden": found["forbidden"],
        "lost": found["counts"]["lost"],
        "refused_as": found["refused_as"],
        "server_cpu": round(server_s / seconds, 3),
        "others": round(others, 3),
        "load_cpu": found["cpu"],
        "memory_mib": round(rss_kib(server.pid) / 1024, 1),
    }


async def measure(
    honest: int, harm: int, rounds: int, seconds: float, patience_s: float
) -> dict[str, Any]:
    """Measure in turns."""
    life_s = rounds * 2 * (seconds + LATE_S + 20) + SPARE_S
    async with (
        node(life_s) as server,
        aiohttp.ClientSession() as http,
        Load(server.port, AUTH, seconds=life_s) as load,
    ):
        moderator = Moderator(server, load, http)
        await moderator.open()
        await moderator.glass.do("questions.set", session=moderator.live, state="open")
        await load.connect(honest, keeps=1)
        asking = Asking(load, moderator.live, honest, ASKS_PER_S)
        await calm(patience_s)
        phases = []
        for _ in range(rounds):
            for many in (0, harm):
                phases.append(await phase(server, load, moderator, asking, seconds, many))
                await asyncio.sleep(2)
        await moderator.close()
        return {"honest": honest, "phases": phases, "logged": server.logged()}


FIGURES: Final = {
    "vote_ms": "a vote is acknowledged",
    "ask_ms": "a question is acknowledged",
    "arrived_ms": "an approval is on the last page",
    "ack_ms": "a decision is acknowledged",
}


def compared(found: dict[str, Any]) -> list[Target]:
    """Print the figures; returns the targets."""
    alone = [one for one in found["phases"] if not one["harm"]]
    beside = [one for one in found["phases"] if one["harm"]]
    rows = [["ms", "undisturbed", "beside hostile people", "p99 times"]]
    targets = []
    for name, words in FIGURES.items():
        both = [[ms for one in some for ms in one[name]] for some in (alone, beside)]
        if not all(both):
            continue
        p99s = [percentile(values, 0.99) for values in both]
        times = p99s[1] / p99s[0]
        rows.append([words, str(latencies(both[0])), str(latencies(both[1])), f"{times:.2f}"])
        targets.append(Target(f"{words}, p99: times the undisturbed", 2, False, round(times, 2)))
    print("\n" + lined_up(rows))
    for one in found["phases"]:
        kind = f"beside {one['harm']:,}" if one["harm"] else "undisturbed"
        print(
            f"{kind}: the node's share of its core {one['server_cpu']:.0%}, others' "
            f"{one['others']:.0%}, load generator {one['load_cpu']:.0%}, memory "
            f"{one['memory_mib']} MiB; refused {one['refused_as']}; harm {one['did']}"
        )
        if one["load_cpu"] > BUSY:
            print("doubtful: the load generator had no time left")
    for line, count in found["logged"].items():
        print(f"logged {count:,} times: {line}")
    totals = {
        "early": "shown and not approved",
        "forbidden": "frames with what they sent",
        "missing": "approvals that did not come to all",
        "lost": "honest pages that lost their connection",
    }
    return targets + [
        Target(words, 0, False, sum(one[name] for one in found["phases"]))
        for name, words in totals.items()
    ]


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="./run bench hostile_crowd", description=__doc__.split("\n")[0]
    )
    parser.add_argument("seconds", nargs="?", type=float, default=60.0)
    parser.add_argument("--honest", type=int, default=1_000)
    parser.add_argument("--hostile", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--patience", type=float, default=10.0)
    parser.add_argument("--json", type=Path, help="a file for machines")
    options = parser.parse_args()
    check_cores()
    stay_on(LOAD_CORE)
    os.environ.setdefault(WORK, str(identities.WORK))
    print("  ".join(f"{name} {value}" for name, value in seen().items()))
    found = await measure(
        options.honest, options.hostile, options.rounds, options.seconds, options.patience
    )
    targets = compared(found)
    print("\n" + targets_table(targets))
    if options.json is not None:
        told = {"machine": seen(), **found, "targets": [one.as_json() for one in targets]}
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
