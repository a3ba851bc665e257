"""`python -m hostile.run`: every hostile peer by the hundred and thousand, on the usual limits.

`--small` takes the limits and numbers of the tests; `--only` a part of a name. Exit status 1 if the
server did anything that it must not.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from hostile.peers import (
    FILES,
    SCENARIOS,
    SLOW_SCENARIOS,
    SMALL,
    USUAL,
    Limits,
    Outcome,
    Scenario,
    on_ground,
    takes_all_files,
)
from hostile.server import Server, cores
from streamhub.logs import configure

console = Console(width=max(150, Console().width), highlight=False)
FEW_S: Final = 1.0


def table(outcomes: list[Outcome]) -> Table:
    """Return the table that people read."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("who", no_wrap=True)
    for name in ("peers", "ended", "after", "at most", "memory", "acks p50", "p99"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("cuts")
    shown.add_column("")
    for it in outcomes:
        cuts = ", ".join(f"{count:,} {reason}" for reason, count in it.cuts.most_common())
        shown.add_row(
            it.name,
            f"{it.peers:,}",
            f"{it.closed:,}",
            f"{it.closed_s:.1f} s" if it.within_s else "-",
            f"{it.within_s:.1f} s" if it.within_s else "-",
            f"{it.grown / 1e6:+.1f} MB",
            *(f"{ms:.0f} ms" for ms in it.acks_ms),
            cuts + (f" ({it.note})" if it.note else ""),
            "[bold red]NOT good[/]" if it.wrong else "good",
        )
    return shown


async def carry_out(
    server: Server, limits: Limits, scenarios: tuple[Scenario, ...], only: str
) -> list[Outcome]:
    """Carry out scenarios whose name holds `only`, one after another."""
    outcomes: list[Outcome] = []
    chosen = [it for it in scenarios if only.replace(" ", "_") in it.__name__]
    if not chosen:
        return outcomes
    await server.open()
    try:
        async with on_ground(server, limits) as ground:
            for scenario in chosen:
                outcome = await ground.run(scenario)
                outcomes.append(outcome)
                console.print(f"· {outcome.name}: {'NOT good' if outcome.wrong else 'good'}")
                for words in outcome.wrong:
                    console.print("  [bold red]wrong:[/]", words)
                await asyncio.sleep(FEW_S)
    finally:
        server.close()
    return outcomes


async def main() -> int:
    """Run what was asked for."""
    options = argparse.ArgumentParser(prog="python -m hostile.run", description=__doc__)
    options.add_argument("--small", action="store_true", help="small limits, few peers")
    options.add_argument("--only", default="", help="scenarios whose name holds this")
    given = options.parse_args()
    configure("console", "warning")
    limits = SMALL if given.small else USUAL
    core, others = cores()
    if core is not None:
        os.sched_setaffinity(0, others)
    outcomes: list[Outcome] = []
    scenarios = SCENARIOS if given.small else SCENARIOS + SLOW_SCENARIOS
    with tempfile.TemporaryDirectory(prefix="streamhub-hostile-") as folder:
        server = Server(Path(folder) / "1", core=core, **limits.settings)
        outcomes += await carry_out(server, limits, scenarios, given.only)
        server = Server(Path(folder) / "2", core=core, files=FILES, **limits.settings)
        outcomes += await carry_out(server, limits, (takes_all_files,), given.only)
    console.print()
    console.print(table(outcomes))
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
