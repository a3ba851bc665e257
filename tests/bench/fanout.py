"""The fan-out: one 300-byte patch to every page, beside what others do and what can be done at all.

`./run bench fanout` prints tables with the spread of several runs, ratios within each run, and the
targets. The server has one core and the load generator another; servers take turns. What is
compared is in `fanout_parts/peers.py`:

- the least possible: a loop in C that sends one prebuilt frame to each socket;
- streamhub, whole, with the sample event; patches begin where the hub publishes them, below the
  journal (and in a row of their own as commands, above it);
- socket.io on Node, alone and with its Redis adapter; python-socketio as its documentation says,
  and the same with the garbage collector's thresholds raised.

Each sends streamhub's own snapshot on connect, so that connects a second are about the same work.

- deliveries/s: the next patch goes out only when every page has the last;
- CPU µs each: what the server's threads took meanwhile, for each delivery;
- p50, p99, max: ms from when a patch was due, at 5 a second, until the last page has it; one that
  takes more than 15 s counts as that. A server that cannot keep up falls behind, the further the
  longer it goes on: then these tell no more than that;
- KiB idle: growth of resident memory for each connection that does nothing;
- connects/s: from TCP to the snapshot, 256 under way at once.
"""

import argparse
import asyncio
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from fanout_parts.calm import DISTURBED, undisturbed
from fanout_parts.load import BUSY, Load, check_cores
from fanout_parts.machine import LOAD_CORE, Meter, rss_kib, say, seen, stay_on
from fanout_parts.peers import AUTH, BY_NAME, PEERS, Ground, Peer, prepared, running
from fanout_parts.report import (
    Figures,
    Spread,
    Table,
    Target,
    figures_table,
    latencies,
    ratios_table,
    targets_table,
)

WARM: Final = 200
SETTLE_S: Final = 3.0
WARM_LOOP_S: Final = 2.0
"""The first patches cost more: buffers of ten thousand sockets are made."""
LATE_MS: Final = 15_000.0
LOOP_TRIES: Final = 3
PACE_TRIES: Final = 2
PER_S: Final = 5


class Bench:
    """One measurement after another.

    Args:
        ground: what servers need.
        seconds: how long patches come at a steady rate; the closed loop runs for a quarter of it.
        patience_s: how long to wait for a calm moment.
    """

    def __init__(self, ground: Ground, seconds: float, patience_s: float) -> None:
        self.ground = ground
        self.seconds = seconds
        self.patience_s = patience_s
        self.versions: dict[str, str] = {}
        self.doubts: list[str] = []

    async def measure(self, peer: Peer, count: int, run: int) -> Figures:
        """All figures of one server at so many connections."""
        most_s = 400 + 12 * self.seconds
        async with (
            running(peer, self.ground, most_s) as server,
            Load(server.port, AUTH, server.controls, most_s) as load,
        ):
            self.versions |= server.versions
            where = f"run {run + 1}, {peer.name} at {count:,}"
            figures = await self._connect(where, load, server.pid, count)
            figures |= await self._loop(where, load, server.pid)
            figures |= await self._pace(where, load, server.pid, "b", self.seconds)
            if peer.has_commands:
                paced = await self._pace(where, load, server.pid, "c", self.seconds / 2)
                figures |= {f"command_{name}": value for name, value in paced.items()}
            return figures

    def _doubt(self, where: str, what: str, found: dict[str, Any]) -> None:
        """Note what makes a figure doubtful."""
        if found["cpu"] > BUSY:
            share = f"{found['cpu']:.0%}"
            self.doubts.append(f"{where}, {what}: the load generator used {share} of its core")
        if found["others"] > DISTURBED:
            share = f"{found['others']:.0%}"
            self.doubts.append(f"{where}, {what}: others took {share} of the server's core")

    async def _connect(self, where: str, load: Load, pid: int, count: int) -> Figures:
        await load.connect(WARM)
        await load.do("close")
        await asyncio.sleep(1)
        before = rss_kib(pid)
        meter = Meter(pid)
        connected = await load.connect(count)
        _, connected["others"] = meter.read()
        self._doubt(where, "connects/s", connected)
        await asyncio.sleep(SETTLE_S)
        return {
            "connects_per_s": connected["per_s"],
            "kib": max(0.0, (rss_kib(pid) - before) / count),
        }

    async def _loop(self, where: str, load: Load, pid: int) -> Figures:
        await load.do("loop", seconds=WARM_LOOP_S)
        seconds = self.seconds / 4
        found = await undisturbed(
            pid, lambda: load.do("loop", seconds=seconds), LOOP_TRIES, self.patience_s
        )
        self._doubt(where, "deliveries/s", found)
        if not found["complete"]:
            self.doubts.append(f"{where}: no patch came to everybody")
            return {}
        return {
            "deliveries_per_s": found["deliveries"] / found["span_s"],
            "cpu_us": found["server_s"] / found["deliveries"] * 1e6,
            "load_cpu": found["cpu"],
            "loop_others": found["others"],
        }

    async def _pace(self, where: str, load: Load, pid: int, kind: str, seconds: float) -> Figures:
        found = await undisturbed(
            pid,
            lambda: load.do("pace", seconds=seconds, per_s=PER_S, kind=kind),
            PACE_TRIES,
            self.patience_s,
        )
        self._doubt(where, "latency" if kind == "b" else "latency of commands", found)
        late = found["sent"] - found["complete"]
        if late:
            self.doubts.append(f"{where}: {late} of {found['sent']} patches late or incomplete")
        all_ms = [min(ms, LATE_MS) for ms in found["last_ms"]] + [LATE_MS] * late
        figures = {f"{name}_ms": value for name, value in latencies(all_ms).items()}
        return figures | {"pace_others": found["others"]}


def targets(table: Table, count: int) -> list[Target]:
    """The targets, which are about ten thousand connections."""
    ours = "streamhub"

    def of(figure: str, against: str | None = None) -> float | None:
        spread = (
            table.spread(count, ours, figure)
            if against is None
            else table.ratio(count, ours, against, figure)
        )
        return None if spread is None else spread.median

    rate = "deliveries_per_s"
    return [
        Target("deliveries/s against the C loop", 0.85, True, of(rate, "limit")),
        Target("… against Node", 2, True, of(rate, "node")),
        Target("… against python-socketio", 14, True, of(rate, "stock")),
        Target("… against it with gc raised", 6, True, of(rate, "stock-raised")),
        Target("p99 ms to the last page", 150, False, of("p99_ms")),
        Target("… against Node", 0.6, False, of("p99_ms", "node")),
        Target("KiB per idle connection", 16, False, of("kib")),
        Target("connects/s", 4000, True, of("connects_per_s")),
        Target("… against Node", 1, True, of("connects_per_s", "node")),
    ]


async def measure_all(
    bench: Bench, peers: Sequence[Peer], counts: Sequence[int], runs: int
) -> Table:
    """Run after run, each with the servers in another order."""
    table = Table({count: {peer.name: [] for peer in peers} for count in counts})
    total, done = runs * len(counts) * len(peers), 0
    for run in range(runs):
        turned = run % len(peers)
        for count in counts:
            for peer in [*peers[turned:], *peers[:turned]]:
                done += 1
                say(f"{done}/{total}: {peer.name} at {count:,} connections, run {run + 1}")
                found = await bench.measure(peer, count, run)
                table.runs[count][peer.name].append(found)
                shown = (f"{key} {value:,.1f}" for key, value in found.items() if value >= 1)
                say("  " + ", ".join(shown))
    return table


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="./run bench fanout", description=__doc__.split("\n")[0])
    names = ",".join(peer.name for peer in PEERS)
    parser.add_argument("--connections", default="1000,5000,10000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default=names, help=f"some of {names}")
    parser.add_argument("--seconds", type=float, default=20.0, help="of the steady rate")
    parser.add_argument(
        "--patience", type=float, default=10.0, help="seconds to wait for a calm moment"
    )
    parser.add_argument("--json", type=Path, help="a file for machines")
    return parser.parse_args()


def commands_line(table: Table, count: int) -> str:
    """How long a command takes to the last page."""
    cells = [table.spread(count, "streamhub", f"command_{p}_ms") for p in ("p50", "p99", "max")]
    if any(cell is None for cell in cells):
        return ""
    shown = " / ".join(cell.shown(lambda ms: f"{ms:.0f}") for cell in cells if cell is not None)
    return f"streamhub, from a command to the last page, p50 / p99 / max ms: {shown}"


def medians(table: Table) -> dict[str, Any]:
    """All medians, for machines."""
    return {
        str(count): {
            name: {
                figure: round(Spread.of(run[figure] for run in runs).median, 3)
                for figure in runs[0]
                if all(figure in run and math.isfinite(run[figure]) for run in runs)
            }
            for name, runs in servers.items()
            if runs
        }
        for count, servers in table.runs.items()
    }


async def main() -> None:
    """Measure and print."""
    options = arguments()
    check_cores()
    stay_on(LOAD_CORE)
    unknown = set(options.only.split(",")) - set(BY_NAME)
    if unknown:
        raise SystemExit(f"--only knows {', '.join(BY_NAME)}; not {', '.join(sorted(unknown))}.")
    peers = [BY_NAME[name] for name in options.only.split(",")]
    counts = [int(count) for count in options.connections.split(",")]
    titles = {peer.name: peer.title for peer in peers}
    async with prepared(peers) as ground:
        bench = Bench(ground, options.seconds, options.patience)
        table = await measure_all(bench, peers, counts, options.runs)
    machine = seen()
    judged = targets(table, max(counts))
    print("  ".join(f"{name} {value}" for name, value in (machine | bench.versions).items()))
    for count in counts:
        print("\n" + figures_table(table, count, titles))
        if "streamhub" in titles:
            print("\n" + ratios_table(table, count, "streamhub", titles))
            print(commands_line(table, count))
    if "streamhub" in titles:
        print(f"\nat {max(counts):,} connections, medians\n{targets_table(judged)}")
    if bench.doubts:
        print("\ndoubtful:")
        print("\n".join(f"  {doubt}" for doubt in bench.doubts))
    if options.json is not None:
        found = {
            "machine": machine,
            "versions": bench.versions,
            "medians": medians(table),
            "runs": table.runs,
            "targets": [target.as_json() for target in judged],
            "doubts": bench.doubts,
        }
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
