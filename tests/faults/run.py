"""`./run faults`: injects every fault, reckons up, and prints the table.

`--short` takes a minute or two; without it the long form runs, which is hundreds of kills. `--only`
takes a part of a name. Exit status 1 if anything acknowledged was lost or done twice, or anything
else was not as it must be.
"""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catalogue import FAULTS, Fault
from load import Load, Reckoning
from rich.console import Console
from rich.table import Table

from streamhub.logs import configure

WARM_S: Final = 1.0
console = Console(width=max(120, Console().width))


@dataclass
class Row:
    """What came of one fault."""

    fault: Fault
    engine: str = ""
    runs: int = 0
    reckoning: Reckoning | None = None
    skipped: str = ""
    took_s: float = 0.0

    def add(self, more: Reckoning) -> None:
        """Add what came out on one more rig."""
        if self.reckoning is None:
            self.reckoning = more
            return
        for name in ("acknowledged", "lost", "twice", "truth_s", "wrong"):
            setattr(self.reckoning, name, getattr(self.reckoning, name) + getattr(more, name))

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, done twice or otherwise wrong."""
        found = self.reckoning
        return bool(self.skipped) or bool(
            found and not found.lost and not found.twice and not found.wrong
        )

    def told(self) -> dict[str, Any]:
        """Return it for programs."""
        found = self.reckoning or Reckoning()
        ordered = sorted(found.truth_s)
        return {
            "fault": self.fault.name,
            "engine": self.engine,
            "runs": self.runs,
            "acknowledged": found.acknowledged,
            "lost": found.lost,
            "twice": found.twice,
            "truth_p50_s": round(ordered[len(ordered) // 2], 2) if ordered else None,
            "truth_p99_s": round(ordered[int(len(ordered) * 0.99)], 2) if ordered else None,
            "truth_max_s": round(ordered[-1], 2) if ordered else None,
            "wrong": found.wrong,
            "skipped": self.skipped,
            "seconds": round(self.took_s, 1),
        }


async def run(fault: Fault, runs: int, folder: Path) -> Row:
    """Inject one fault `runs` times under load, then reckon up."""
    row = Row(fault)
    began = time.monotonic()
    try:
        for number in range(runs if fault.fresh else 1):
            await _on_one_rig(row, 1 if fault.fresh else runs, folder / str(number))
    except PermissionError as error:
        row.skipped = str(error)
    row.took_s = time.monotonic() - began
    return row


async def _on_one_rig(row: Row, runs: int, folder: Path) -> None:
    folder.mkdir(parents=True)
    async with row.fault.rig(folder) as rig:
        row.engine = rig.engine
        async with Load(rig, **(row.fault.load or {})) as load:
            await asyncio.sleep(WARM_S)
            for _ in range(runs):
                await row.fault.act(rig, load)
                row.runs += 1
            row.add(await load.reckon())


def table(rows: list[Row]) -> Table:
    """Return the table that people read."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("fault", "engine"):
        shown.add_column(name, no_wrap=True)
    for name in ("runs", "acknowledged", "lost", "twice", "truth p50", "p99", "max"):
        shown.add_column(name, justify="right")
    for row in rows:
        told = row.told()
        if row.skipped:
            shown.add_row(row.fault.name, told["engine"], "-", f"not run: {row.skipped}")
            continue
        seconds = [told[f"truth_{name}_s"] for name in ("p50", "p99", "max")]
        shown.add_row(
            row.fault.name,
            told["engine"],
            *(f"{told[name]:,}" for name in ("runs", "acknowledged", "lost", "twice")),
            *("-" if one is None else f"{one:.2f} s" for one in seconds),
        )
    return shown


async def main() -> int:
    """Run what was asked for."""
    options = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    options.add_argument("--short", action="store_true", help="one or a few runs of each")
    options.add_argument("--only", default="", help="faults whose name holds this")
    options.add_argument("--runs", type=int, help="so many runs of each instead")
    options.add_argument("--json", type=Path, help="write the figures there as well")
    options.add_argument("--keep", action="store_true", help="keep files and logs")
    given = options.parse_args()
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)  # end what runs
    configure("console", "warning")
    rows: list[Row] = []
    base = Path(tempfile.mkdtemp(prefix="streamhub-faults-"))
    for number, fault in enumerate(FAULTS):
        runs = given.runs or (fault.short if given.short else fault.long)
        if not runs or given.only.lower() not in fault.name.lower():
            continue
        console.print(f"· {fault.name}, {runs} runs …", highlight=False)
        folder = base / f"{number:02}"
        row = await run(fault, runs, folder)
        rows.append(row)
        for words in (row.reckoning.wrong if row.reckoning else [])[:10]:
            console.print(f"  [bold red]wrong:[/] {words}", highlight=False)
        console.print(f"  {row.took_s:.0f} s, {'good' if row.is_good else 'NOT good'}")
        if given.json:
            given.json.write_text(json.dumps([row.told() for row in rows], indent=1) + "\n")
        if row.is_good and not given.keep:
            shutil.rmtree(folder, ignore_errors=True)
    console.print()
    console.print(table(rows))
    good = all(row.is_good for row in rows)
    if good and not given.keep:
        shutil.rmtree(base, ignore_errors=True)
    else:
        console.print(f"Files and logs: {base}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
