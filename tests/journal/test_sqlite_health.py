"""SQLite's own examination of its file."""

from pathlib import Path

from streamhub.journal import Entry
from streamhub.journal.sqlite import SqliteJournal
from streamhub.journal.sqlite_health import flaws_of


async def test_file_that_is_sound_has_no_flaws(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = await SqliteJournal.open(path)
    await journal.create("conf", Entry(1, b"a1", b"", bytes(100_000)))
    assert await flaws_of(journal) == []
    await journal.close()


async def test_file_with_a_broken_page_has_flaws(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = await SqliteJournal.open(path)
    await journal.create("conf", Entry(1, b"a1", b"", bytes(100_000)))
    await journal.close()
    # The last page of the body: where the next one is stands at its beginning.
    with path.open("r+b") as file:
        file.seek(-4096, 2)
        file.write(b"\xff" * 4)
    journal = await SqliteJournal.open(path)
    assert await flaws_of(journal) != []
    await journal.close()
