"""The archive: what is cut, edited or foreign is refused in words and changes nothing."""

import gzip
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from office_support import ask, backup, history, lines_of, sealed, settings_for

from streamhub.formats.sample import SLUG
from streamhub.hub import archive
from streamhub.hub.archive import ArchiveError, ArchiveWriter
from streamhub.hub.errands import Import, Restore
from streamhub.journal import PAGE, Entry, Forked, Head, Lost, Snapshot
from streamhub.journal.memory import MemoryJournal
from streamhub.settings import Settings


@pytest.fixture
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    made = settings_for("sqlite", request, tmp_path)
    await history(made, 2, 1)
    return made


async def pieces(held: bytes, size: int) -> AsyncIterator[bytes]:
    for begin in range(0, len(held), size):
        yield held[begin : begin + size]


async def read(held: bytes, size: int = 1 << 16) -> list[archive.Part]:
    return [part async for part in archive.read(pieces(held, size))]


class Lines:
    """The lines of an archive, to be tampered with."""

    def __init__(self, held: bytes) -> None:
        self.held = held
        self.all = held.splitlines()
        self.entry = [n for n, line in enumerate(self.all) if line.startswith(b'{"seq"')]

    def sealed(self) -> bytes:
        return sealed(self.all)

    def change(self, place: int, old: bytes, new: bytes) -> bytes:
        assert old in self.all[place]
        self.all[place] = self.all[place].replace(old, new, 1)
        return self.sealed()

    def body(self, place: int, new: bytes) -> bytes:
        self.all[place] = self.all[place].partition(b'"body":')[0] + new + b"}"
        return self.sealed()

    def without(self, place: int) -> list[bytes]:
        return [line for line in self.all if line != self.all[place]]

    def insert(self, place: int, *lines: bytes) -> bytes:
        self.all[place:place] = lines
        return self.sealed()

    def of_another_event(self) -> bytes:
        first = self.all[self.entry[0]]
        self.all = [line.replace(SLUG.encode(), b"another") for line in self.all]
        self.all[self.entry[0]] = first
        del self.all[3]
        return self.sealed()


def spoiled(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + bytes([packed[middle] ^ 0x55]) + packed[middle + 1 :]


EDITS: dict[str, Callable[[Lines], bytes]] = {
    "cut between lines": lambda f: f.held[: f.held.rindex(b"\n", 0, -1) + 1],
    "cut within a line": lambda f: f.held[: len(f.held) // 2],
    "cut within the last line": lambda f: f.held[:-5],
    "empty": lambda _: b"",
    "cut gzip": lambda f: gzip.compress(f.held)[:-20],
    "spoiled gzip": lambda f: spoiled(gzip.compress(f.held)),
    "one byte": lambda _: b"{",
    "a letter changed": lambda f: f.held.replace("ñandú".encode(), "nandú".encode(), 1),
    "a line missing": lambda f: b"\n".join(f.without(f.entry[2])) + b"\n",
    "an entry missing, and sealed": lambda f: sealed(f.without(f.entry[2])),
    "a tag changed, and sealed": lambda f: f.change(f.entry[2], b'"tag":"', b'"tag":"00'),
    "a body that is no entry, and sealed": lambda f: f.body(f.entry[2], b'"body":{"schema":2}'),
    "a body in broken base64, and sealed": lambda f: f.body(f.entry[2], b'"base64":"?"'),
    "a snapshot that is none, and sealed": lambda f: f.body(3, b'"body":{"schema":2,"state":{}}'),
    "the snapshot of another history, and sealed": lambda f: f.change(3, b'"tag":"', b'"tag":"00'),
    "another event's entries, and sealed": lambda f: f.of_another_event(),
    "the same event twice, and sealed": lambda f: f.insert(-1, *f.all[2:-1]),
    "wrong head, and sealed": lambda f: f.change(-2, b'"seq":', b'"seq":1'),
    "a snapshot after entries, and sealed": lambda f: f.insert(f.entry[2], f.all[3]),
    "a line of nonsense, and sealed": lambda f: f.insert(3, b"[" * 100_000),
    "a key of the wrong length, and sealed": lambda f: f.change(1, b'":"', b'":"ab'),
    "wrong counts": lambda f: f.held.replace(b'{"events":1', b'{"events":2'),
    "something after the end": lambda f: f.held + b"{}\n",
    "a newer version": lambda f: f.change(0, b'"version":1', b'"version":2'),
    "a picture": lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
    "JSON of others": lambda _: b'{"hello": "world"}\n',
    "a list": lambda _: b'{"streamhub":["backup"]}\n',
    "a number": lambda _: b"42\n",
    "a line without end": lambda _: b'{"streamhub":"' + b"x" * 10_000 + b'"}\n',
}

WRONG = {
    "cut between lines": r"^line \d+: .*was cut",
    "cut within a line": r"^line \d+: .*was cut",
    "cut within the last line": r"^line \d+: .*was cut",
    "empty": r"the file is empty",
    "cut gzip": r"was cut",
    "spoiled gzip": r"gzip|line \d+",
    "one byte": r"was cut",
    "a letter changed": r"^line \d+: .*SHA-256: something in the file was changed",
    "a line missing": r"^line \d+: entry \d+ does not stand",
    "an entry missing, and sealed": r"^line \d+: entry \d+ does not stand on the entry before it",
    "a tag changed, and sealed": r"^line \d+: entry \d+ does not stand",
    "a body that is no entry, and sealed": r"^line \d+: Entry 3 cannot be read",
    "a body in broken base64, and sealed": r"^line \d+: its base64",
    "a snapshot that is none, and sealed": r"^line 4: The snapshot cannot be read",
    "the snapshot of another history, and sealed": r"^line \d+: The snapshot .*not of this history",
    "another event's entries, and sealed": r"of another event, 's3-latam-2022'",
    "the same event twice, and sealed": r"comes a second time",
    "wrong head, and sealed": r"entries of .* should stand before",
    "a snapshot after entries, and sealed": r"is not understood",
    "a line of nonsense, and sealed": r"^line 4: this line is not understood",
    "a key of the wrong length, and sealed": r"^line 2: this line is not understood",
    "wrong counts": r"there should be 2 events",
    "something after the end": r"something follows",
    "a newer version": r"^line 1: this archive is of version 2",
    "a picture": r"^line 1: this",
    "JSON of others": r"^line 1: this is no archive",
    "a list": r"^line 1: this is no archive",
    "a number": r"^line 1: this is no archive",
    "a line without end": r"^line 1: this line is too long",
}


@pytest.mark.parametrize("name", EDITS)
async def test_wrong_file_is_refused_in_words_and_changes_nothing(
    name: str, settings: Settings
) -> None:
    held = await backup(settings)
    wrong = EDITS[name](Lines(held))
    assert wrong != held
    for errand in (Restore(replace=True), Import(replace=True)):
        with pytest.raises(ArchiveError, match=WRONG[name]) as refused:
            await ask(settings, errand, wrong)
        assert len(str(refused.value)) < 400
    assert lines_of(await backup(settings)) == lines_of(held)


async def test_every_cut_is_told(settings: Settings) -> None:
    held = await backup(settings)
    for cut in {*range(0, len(held), 997), *range(len(held) - 200, len(held))}:
        with pytest.raises(ArchiveError):
            await read(held[:cut])


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
async def test_archive_is_read_whatever_the_pieces(size: int, settings: Settings) -> None:
    held = await backup(settings)
    parts = await read(held)
    assert await read(held, size) == parts
    packed = gzip.compress(held[:5000]) + gzip.compress(held[5000:])
    assert await read(packed, size) == parts


async def test_archive_is_lines_of_json_that_add_up(settings: Settings) -> None:
    held = await backup(settings)
    said = [json.loads(line) for line in held.splitlines()]
    assert said[0]["streamhub"] == "backup"
    assert set(said[1]) == {"key"}
    assert said[2] == {"event": SLUG}
    assert said[3]["snapshot"]["seq"] == 8
    entries = [line for line in said if "seq" in line]
    assert [line["seq"] for line in entries] == list(range(1, len(entries) + 1))
    assert entries[0]["body"]["decisions"][0]["facts"][0]["type"] == "event.created"
    assert said[-2]["end"] == SLUG
    assert said[-1]["entries"] == len(entries)


BODIES = [
    b"{}",
    b'{"a": 1}',
    b"not JSON",
    b"",
    b"\xff\xfe{}",
    b'{\n"a":1}',
    b'{"a":NaN}',
    b'"}\\u2028"',
    '{"a":"ü\u2028"}'.encode(),
    b"[" * 100_000,
    b'{"a":1}\r',
    '{"a":1}'.encode("utf-16"),
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_every_body_comes_back_byte_for_byte(body: bytes) -> None:
    held = bytearray()

    async def write(data: bytes) -> None:
        held.extend(data)

    writer = ArchiveWriter(write)
    await writer.open("export", 0, "test")
    await writer.begin("one")
    entry = Entry(1, b"t", b"", body)
    snapshot = Snapshot(Head(1, b"t"), body)
    await writer.snapshot(snapshot)
    await writer.entry(entry)
    await writer.end("one", entry.head, 1)
    await writer.close()
    parts = [part.what for part in await read(bytes(held))]
    assert snapshot in parts
    assert entry in parts


def chain(first: int, count: int, prev: bytes = b"") -> list[Entry]:
    made: list[Entry] = []
    for seq in range(first, first + count):
        made.append(Entry(seq, b"t%d" % seq, prev, b"{}"))
        prev = made[-1].tag
    return made


class Trimming(MemoryJournal):
    """A real journal that is trimmed by another node just while it is read."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def read(self, event: str, after: int, limit: int = PAGE) -> list[Entry]:
        if limit == PAGE and after > 0 and self.times:
            self.times -= 1
            last = self._logs[event].entries[-1]
            await self.append(event, Entry(last.seq + 1, b"n%d" % last.seq, last.tag, b"{}"))
            head = self._logs[event].entries[-1].head
            await self.save_snapshot(event, Snapshot(head, b"{}"), 1)
        return await super().read(event, after, limit)


async def written(journal: MemoryJournal) -> list[archive.Part]:
    held = bytearray()
    done: list[int] = []

    async def write(data: bytes) -> None:
        held.extend(data)

    async def tell(count: int) -> None:
        done.append(count)

    writer = ArchiveWriter(write)
    await writer.open("export", 0, "test")
    await archive.write_event(writer, journal, "one", tell)
    await writer.close()
    return await read(bytes(held))


async def test_event_that_is_trimmed_while_it_is_read_begins_again() -> None:
    journal = Trimming(1)
    await journal.restore("one", None, chain(1, PAGE + 10))
    parts = [part.what for part in await written(journal)]
    assert [type(part) for part in parts].count(archive.Void) == 1
    end = next(part for part in parts if isinstance(part, archive.End))
    assert end.entries == 1
    assert end.head.seq == PAGE + 11


async def test_event_that_is_never_the_same_is_given_up() -> None:
    journal = Trimming(10**6)
    snapshot = Snapshot(Head(5, b"another"), b"{}")
    await journal.restore("one", None, chain(1, 10))
    journal._logs["one"].snapshot = snapshot
    with pytest.raises(Lost, match="in one piece: entry 5"):
        await written(journal)


@pytest.mark.parametrize("base", [0, 1, 6, 499, 500])
async def test_oldest_entry_is_found(base: int) -> None:
    journal = MemoryJournal()
    entries = chain(1, 600)[base:]
    snapshot = Snapshot(Head(500, b"t500"), b"{}")
    await journal.restore("one", snapshot, entries)
    assert await archive.oldest(journal, "one", snapshot) == base
    found = [e async for page in archive.pages(journal, "one", snapshot) for e in page]
    assert found == entries


async def test_history_that_was_replaced_between_two_pages_is_noticed() -> None:
    class Replaced(MemoryJournal):
        async def read(self, event: str, after: int, limit: int = PAGE) -> list[Entry]:
            found = await super().read(event, after, limit)
            if after == 0 and limit == PAGE:
                other = [
                    Entry(e.seq, e.tag + b"x", e.prev and e.prev + b"x", e.body)
                    for e in self._logs[event].entries
                ]
                await self.restore(event, None, other, replace=True)
            return found

    journal = Replaced()
    await journal.restore("one", None, chain(1, PAGE + 10))
    with pytest.raises(Lost, match="another history"):
        await written(journal)


def test_forked_is_what_makes_it_begin_again() -> None:
    with pytest.raises(Forked):
        archive._check_place("one", None, Head(1, b"a"), Entry(2, b"b", b"c", b""))
