"""The SQLite engine as such: its file, its lock, its thread, and what happens to each."""

import asyncio
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamhub.journal import (
    Entry,
    Forked,
    Full,
    Head,
    InUse,
    JournalError,
    Lost,
    Snapshot,
    Unavailable,
)
from streamhub.journal.sqlite import SqliteJournal
from streamhub.journal.sqlite_thread import LITTLE, explain

ROOT = Path(__file__).parents[2]


def chain(length: int, size: int = 100) -> list[Entry]:
    tags = [b"", *(b"t%d" % seq for seq in range(1, length + 1))]
    return [
        Entry(seq, tags[seq], tags[seq - 1], (b"<%d>" % seq).ljust(size, b"."))
        for seq in range(1, length + 1)
    ]


async def write(journal: SqliteJournal, entries: list[Entry], event: str = "conf") -> None:
    await journal.create(event, entries[0])
    for entry in entries[1:]:
        assert await journal.append(event, entry) == []


async def execute(journal: SqliteJournal, *statement: object) -> None:
    """Do to the open file what no caller could."""
    await journal._thread.write(lambda db: db.execute(*statement).fetchall())  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[SqliteJournal]:
    journal = await SqliteJournal.open(path)
    yield journal
    await journal.close()


# ---- the door ----------------------------------------------------------------------------------


async def test_open_again_finds_everything(path: Path) -> None:
    entries = chain(5)
    snapshot = Snapshot(entries[2].head, b"state")
    journal = await SqliteJournal.open(path)
    await write(journal, entries)
    await journal.save_snapshot("conf", snapshot, keep=3)
    await journal.close()
    journal = await SqliteJournal.open(path)
    assert await journal.events() == ["conf"]
    assert await journal.load_snapshot("conf") == snapshot
    assert await journal.read("conf", 2) == entries[2:]
    assert await journal.append("conf", entries[4]) == entries[4:]
    await journal.close()


async def test_open_from_a_second_process_is_refused(path: Path, journal: SqliteJournal) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from streamhub.journal.sqlite import SqliteJournal\n"
        "try: asyncio.run(SqliteJournal.open(pathlib.Path(sys.argv[1])))\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    second = subprocess.run(
        [sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert second.stdout.startswith(
        f"InUse cannot open {path}: process {os.getpid()} holds it. Stop that process,"
    )
    assert second.stderr == ""
    await write(journal, chain(2))


async def test_open_twice_in_one_process_is_refused(path: Path, journal: SqliteJournal) -> None:
    path.with_name("journal.db.lock").write_bytes(b"")
    with pytest.raises(InUse, match="process unknown holds it"):
        await SqliteJournal.open(path)
    await journal.close()
    await (await SqliteJournal.open(path)).close()


async def open_soon(path: Path) -> SqliteJournal:
    """Open once a cancelled opening, which goes on by itself, has let go."""
    while True:
        try:
            return await SqliteJournal.open(path)
        except InUse:
            await asyncio.sleep(0.01)


async def test_open_that_is_cancelled_holds_nothing(path: Path) -> None:
    opening = asyncio.ensure_future(SqliteJournal.open(path))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await (await open_soon(path)).close()


async def test_open_where_there_is_no_directory_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file or directory"):
        await SqliteJournal.open(tmp_path / "absent" / "journal.db")


async def test_open_of_a_newer_layout_is_refused(path: Path, journal: SqliteJournal) -> None:
    await execute(journal, "PRAGMA user_version = 2")
    await journal.close()
    with pytest.raises(JournalError, match=r"its layout is 2, this streamhub knows 1"):
        await SqliteJournal.open(path)


async def test_open_of_another_kind_of_file_is_lost(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(Lost, match="file is not a database"):
        await SqliteJournal.open(path)


async def test_file_is_readable_by_its_owner_only(path: Path, journal: SqliteJournal) -> None:
    await write(journal, chain(2))
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    names = ["journal.db", "journal.db-shm", "journal.db-wal", "journal.db.lock"]
    assert modes == dict.fromkeys(names, 0o600)


# ---- the thread --------------------------------------------------------------------------------


async def test_append_that_is_cancelled_is_whole(journal: SqliteJournal) -> None:
    entries = chain(60)
    await write(journal, entries[:1])
    tail = journal.tail("conf", entries[0].head)
    for turn, entry in enumerate(entries[1:]):
        waiting = asyncio.ensure_future(anext(tail))
        append = asyncio.ensure_future(journal.append("conf", entry))
        await asyncio.sleep(0.0002 * (turn % 5))
        append.cancel()
        await asyncio.wait([append])
        assert await journal.append("conf", entry) in ([], [entry])
        # Whether or not anybody waited for the answer, the tail heard of it, once.
        assert await asyncio.wait_for(waiting, 1) == [entry]
    assert await journal.read("conf", 0) == entries


async def test_append_to_many_events_shares_commits(journal: SqliteJournal) -> None:
    entries = chain(5)
    commits = 0

    def count(statement: str) -> None:
        nonlocal commits
        commits += statement == "COMMIT"

    async def write_all(event: str) -> None:
        await write(journal, entries, event)

    await journal._thread.read(lambda db: db.set_trace_callback(count))
    await asyncio.gather(*(write_all(f"event-{number:02}") for number in range(20)))
    assert len(entries) <= commits <= 2 * len(entries)
    assert [await journal.read(event, 0) for event in await journal.events()] == [entries] * 20


async def test_append_that_fails_leaves_its_companions(journal: SqliteJournal) -> None:
    entries = chain(2)
    for event in ("one", "two", "three"):
        await journal.create(event, entries[0])
    bug = entries[1]._replace(body=object())  # type: ignore[arg-type]
    answers = await asyncio.gather(
        journal.append("one", entries[1]),
        journal.append("two", bug),
        journal.append("three", entries[1]._replace(prev=b"other")),
        journal.append("three", entries[1]),
        return_exceptions=True,
    )
    assert list(map(kind, answers)) == [[], sqlite3.ProgrammingError, Forked, []]


def kind(answer: list[Entry] | BaseException) -> list[Entry] | type[BaseException]:
    return type(answer) if isinstance(answer, BaseException) else answer


async def test_close_finishes_what_was_asked(path: Path, journal: SqliteJournal) -> None:
    entries = chain(2)
    await write(journal, entries[:1])
    append = asyncio.ensure_future(journal.append("conf", entries[1]))
    await asyncio.sleep(0)
    await journal.close()
    assert await append == []
    journal = await SqliteJournal.open(path)
    assert await journal.read("conf", 0) == entries
    await journal.close()


# ---- no room -----------------------------------------------------------------------------------


async def fill(journal: SqliteJournal, entries: list[Entry], done: int) -> int:
    """Append `entries` from `done` on until there is no room; answer how many are durable."""
    for entry in entries[done:]:
        try:
            assert await journal.append("conf", entry) == []
        except Full:
            return done
        done += 1
    pytest.fail("there was room for everything")


async def test_full_file_says_so_and_goes_on_when_there_is_room(journal: SqliteJournal) -> None:
    entries = chain(100, size=3000)
    await write(journal, entries[:2])
    await journal.create("other", entries[0])
    await execute(journal, "PRAGMA max_page_count = 20")
    done = await fill(journal, entries, 2)
    # The large one of a shared commit finds no room, the small one does.
    small = Entry(2, b"small", entries[0].tag, b"")
    answers = await asyncio.gather(
        journal.append("conf", entries[done]),
        journal.append("other", small),
        return_exceptions=True,
    )
    assert list(map(kind, answers)) == [Full, []]
    assert await journal.read("conf", 0) == entries[:done]
    await execute(journal, "PRAGMA max_page_count = 1000")
    for entry in entries[done:]:
        assert await journal.append("conf", entry) == []
    assert await journal.read("conf", 0) == entries


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
async def test_full_disk_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this root cannot mount (a container)")
    try:
        entries = chain(300, size=3000)
        journal = await SqliteJournal.open(disk / "journal.db")
        await write(journal, entries[:2])
        (disk / "filler").write_bytes(bytes(3_000_000))
        done = await fill(journal, entries, 2)
        with pytest.raises(Full, match="make room"):
            await journal.append("conf", entries[done])
        assert await journal.read("conf", 0) == entries[:done]
        (disk / "filler").unlink()
        for entry in entries[done : done + 50]:
            assert await journal.append("conf", entry) == []
        await journal.close()
        journal = await SqliteJournal.open(disk / "journal.db")
        assert await journal.read("conf", 0) == entries[: done + 50]
        await journal.close()
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("problem", "free", "kind"),
    [
        (error(sqlite3.SQLITE_FULL), LITTLE, Full),
        (error(sqlite3.SQLITE_IOERR_SHMSIZE), 0, Full),
        (error(sqlite3.SQLITE_IOERR_FSYNC), LITTLE, Unavailable),
        (error(sqlite3.SQLITE_BUSY), 0, Unavailable),
        (error(sqlite3.SQLITE_CORRUPT), 0, Lost),
        (OSError(errno.ENOSPC, "No space left on device"), LITTLE, Full),
        (PermissionError("no"), 0, Unavailable),
        (ZeroDivisionError("a bug"), 0, ZeroDivisionError),
    ],
)
def test_explain_finds_the_word(problem: Exception, free: int, kind: type[Exception]) -> None:
    assert type(explain(problem, Path("journal.db"), free)) is kind


# ---- damage ------------------------------------------------------------------------------------


async def test_torn_log_comes_back_shorter_and_is_noticed(
    path: Path, journal: SqliteJournal, tmp_path: Path
) -> None:
    entries = chain(20)
    await write(journal, entries)
    for torn in (1, 5_000, 30_000):
        copy = tmp_path / f"torn-{torn}.db"
        shutil.copy(path, copy)
        log = path.with_name("journal.db-wal").read_bytes()
        copy.with_name(copy.name + "-wal").write_bytes(log[:-torn])
        after = await SqliteJournal.open(copy)
        left = await after.read("conf", 0)
        assert left == entries[: len(left)]
        assert 0 < len(left) < 20
        for call in (
            after.read("conf", 20),
            anext(after.tail("conf", entries[-1].head)),
            after.append("conf", Entry(21, b"t21", b"t20", b"")),
        ):
            with pytest.raises(Lost, match=f"ends with entry {len(left)}, but entry 20 was seen"):
                await call
        await after.close()


async def test_cut_file_is_lost(path: Path, journal: SqliteJournal) -> None:
    await write(journal, chain(100, size=1000))
    await journal.close()
    os.truncate(path, 40_000)
    with pytest.raises(Lost, match=f"{path} is damaged"):
        await SqliteJournal.open(path)


async def test_rotten_file_is_lost(path: Path, journal: SqliteJournal) -> None:
    await write(journal, chain(100, size=1000))
    await journal.close()
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(b"rot!" * 20 * 1024)
    journal = await SqliteJournal.open(path)
    with pytest.raises(Lost, match=f"{path} is damaged"):
        await journal.read("conf", 0)
    await journal.close()


async def test_missing_entries_are_lost(journal: SqliteJournal) -> None:
    await write(journal, chain(5))
    await execute(journal, "DELETE FROM entry WHERE key & 0xff = 3")
    for after in (0, 2):
        with pytest.raises(Lost, match="entry 2 is followed by an entry 4"):
            await journal.read("conf", after)
    await execute(journal, "DELETE FROM entry WHERE key & 0xff < 3")
    with pytest.raises(Lost, match="cannot be made whole"):
        await journal.load_snapshot("conf")
    await execute(journal, "DELETE FROM entry")
    with pytest.raises(Lost, match="no entries left"):
        await journal.read("conf", 0)


async def test_file_removed_or_replaced_is_lost(path: Path, journal: SqliteJournal) -> None:
    entries = chain(3)
    await write(journal, entries[:2])
    aside = path.rename(path.with_name("aside.db"))
    with pytest.raises(Lost, match="was removed or replaced"):
        await journal.append("conf", entries[2])
    path.touch()
    with pytest.raises(Lost, match="was removed or replaced"):
        await journal.append("conf", entries[2])
    aside.rename(path)
    assert await journal.append("conf", entries[2]) == []


# ---- erasure -----------------------------------------------------------------------------------


def found(path: Path, needle: bytes) -> list[str]:
    files = sorted(path.parent.iterdir())
    return [file.name for file in files if needle in file.read_bytes()]


async def test_scrub_leaves_no_trimmed_byte(path: Path, journal: SqliteJournal) -> None:
    # Small ones share a page, large ones spill over into pages of their own.
    sizes = [20, 300, 5_000, 60, 20_000, 900]
    entries = [
        entry._replace(body=(b"secret-%d;" % entry.seq) * (sizes[entry.seq % 6] // 10))
        for entry in chain(120)
    ]
    await write(journal, entries[:60])
    # Another event in between, so that pages hold a mixture.
    await write(journal, chain(50), "other")
    await journal.save_snapshot("conf", Snapshot(entries[29].head, b"old-secret" * 1000), keep=40)
    for entry in entries[60:]:
        await journal.append("conf", entry)
    await journal.save_snapshot("conf", Snapshot(entries[-1].head, b"clean"), keep=1)
    assert found(path, b"secret-7;") != []
    await journal.scrub()
    needles = [b"old-secret", *(b"secret-%d;" % seq for seq in range(1, 120))]
    assert [found(path, needle) for needle in needles] == [[]] * 120
    assert found(path, b"secret-120;") == ["journal.db"]
    assert await journal.read("conf", 119) == entries[119:]
    assert await journal.read("other", 0) == chain(50)


async def test_scrub_beside_a_foreign_reader_is_unavailable(
    path: Path, journal: SqliteJournal
) -> None:
    await write(journal, chain(2))
    reader = sqlite3.connect(path)
    cursor = reader.execute("SELECT * FROM entry")
    cursor.fetchone()
    with pytest.raises(Unavailable, match="another program is reading the file"):
        await journal.scrub()
    cursor.close()
    reader.close()
    await journal.scrub()
    assert path.with_name("journal.db-wal").read_bytes() == b""
    assert await journal.append("conf", Entry(3, b"t3", b"t2", b"")) == []
    assert await journal.append("conf", Entry(3, b"t3", b"t2", b"")) == [
        Entry(3, b"t3", b"t2", b"")
    ]
    assert (await journal.read("conf", 0))[-1].head == Head(3, b"t3")
