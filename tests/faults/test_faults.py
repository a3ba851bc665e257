"""The short form of `./run faults`: a run or a few of each, with real processes and signals."""

import shutil
from pathlib import Path

import pytest
from catalogue import FAULTS, Fault
from run import run


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.short], ids=lambda one: one.name)
async def test_fault_loses_nothing_and_doubles_nothing(fault: Fault, tmp_path: Path) -> None:
    for program in ("redis-server", "haproxy"):
        if shutil.which(program) is None and shutil.which(program, path="/usr/sbin") is None:
            pytest.skip(f"needs {program}")
    row = await run(fault, fault.short, tmp_path)
    if row.skipped:
        pytest.skip(row.skipped)
    told = row.told()
    print(told)
    assert (told["lost"], told["twice"], told["wrong"]) == (0, 0, [])
    assert told["acknowledged"] > 0
