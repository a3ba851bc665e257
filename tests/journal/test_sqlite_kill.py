"""`kill -9` under load, many times over: nothing acknowledged is lost, nothing is there twice."""

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

from streamhub.journal import Entry, Head, check_chain
from streamhub.journal.sqlite import SqliteJournal

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("kill_child.py")
EVENTS = ("one", "two", "three")
ROUNDS = 20


def run_and_kill(path: Path, record: Path, after_s: float) -> None:
    """Start the child, let it acknowledge something, and kill it in the midst of it."""
    size = record.stat().st_size
    with subprocess.Popen(
        [sys.executable, CHILD, path, record], env={"PYTHONPATH": str(ROOT)}
    ) as child:
        while record.stat().st_size == size:
            assert child.poll() is None
            time.sleep(0.002)
        time.sleep(after_s)
        assert child.poll() is None
        child.kill()


def read_record(record: Path) -> tuple[set[tuple[str, Head]], dict[str, Entry]]:
    """Answer what was acknowledged, and the last entry tried in each event."""
    acknowledged, tried = set(), {}
    for line in record.read_text().splitlines():
        word, event, seq, tag, prev = line.split(" ")
        entry = Entry(int(seq), bytes.fromhex(tag), bytes.fromhex(prev), b"repeated")
        if word == "ack":
            acknowledged.add((event, entry.head))
        else:
            tried[event] = entry
    return acknowledged, tried


async def check_round(path: Path, record: Path) -> tuple[int, int]:
    """Check the journal after a kill; answer how many attempts were durable and how many not."""
    acknowledged, tried = read_record(record)
    journal = await SqliteJournal.open(path)
    present, absent = 0, 0
    for event in EVENTS:
        entries = await journal.read(event, 0, limit=1_000_000)
        check_chain(Head(), entries)
        mine = {head for name, head in acknowledged if name == event}
        assert mine - {entry.head for entry in entries} == set()
        # What was under way may have become durable or not; repeated, it is there once.
        last = tried[event]
        answer = await journal.append(event, last)
        assert [entry.head for entry in answer] in ([], [last.head])
        present, absent = present + len(answer), absent + (not answer)
        again = await journal.read(event, 0, limit=1_000_000)
        assert again == [*entries, *([] if answer else [last])]
        assert again[-1].head == last.head
    await journal.close()
    return present, absent


async def start(path: Path) -> None:
    journal = await SqliteJournal.open(path)
    for event in EVENTS:
        await journal.create(event, Entry(1, b"first", b"", b""))
    await journal.close()


def test_kill_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    path, record = tmp_path / "journal.db", tmp_path / "record"
    record.touch()
    asyncio.run(start(path))
    present, absent = 0, 0
    for _ in range(ROUNDS):
        run_and_kill(path, record, random.uniform(0, 0.03))
        more = asyncio.run(check_round(path, record))
        present, absent = present + more[0], absent + more[1]
    # Both sides of the commit were hit, or the test has shown nothing.
    assert present + absent == ROUNDS * len(EVENTS)
    assert absent > 0
