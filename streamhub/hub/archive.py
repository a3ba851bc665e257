"""The file that `backup` and `export` write: one form for events of every engine, and its reading.

Lines of JSON, in this order; `docs/backup.md` shows them to people:

    {"streamhub":"backup","version":1,"made_at":1700000000000,"by":"0.1.0"}
    {"key":"…"}                                  a backup only: 64 hex digits, or null
    {"event":"harbour-day"}                      then what is on file of it:
    {"snapshot":{"seq":2000,"tag":"…"},"body":…}
    {"seq":1001,"tag":"…","prev":"…","body":…}   one line for each entry, in order
    {"end":"harbour-day","head":{"seq":2345,"tag":"…"},"entries":1345}
    {"events":1,"entries":1345,"sha256":"…"}     over every byte before this line

A body stands last in its line and as it is, so it comes back byte for byte without being encoded
again; one that is no JSON on one line is given as `base64`. Where an event could not be read to its
end, `{"void":"harbour-day","why":"…"}` says that its lines so far do not count: it begins again, or
was left out. Nothing is kept in memory but a page; nothing is asked of the journal but `Journal`.
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, Literal, NamedTuple, NoReturn

from streamhub.core.ids import Ms, is_slug
from streamhub.journal import PAGE, Entry, Forked, Head, Journal, Lost, Snapshot

VERSION: Final = 1
TRIES: Final = 8
"""How often an event is begun anew before it counts as damaged."""
GATHERED: Final = 1 << 16
"""Bytes that are gathered before they are written."""
KEY_LINE: Final = 2
TITLE_MOST: Final = 4096
LINE_MOST: Final = 1 << 28
"""Bytes of a line at most: a foreign file must not fill the memory."""
GZIP: Final = b"\x1f\x8b"

Kind = Literal["backup", "export"]
Write = Callable[[bytes], Awaitable[None]]


class ArchiveError(Exception):
    """A file that is no whole archive; the message names the line and says what is wrong."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"line {line}: {words}" if line else words)


# --- writing -----------------------------------------------------------------------------------


class ArchiveWriter:
    """Writes an archive, line by line.

    Args:
        write: takes the bytes.
    """

    def __init__(self, write: Write) -> None:
        self.events = 0
        self.entries = 0
        self._write = write
        self._sum = hashlib.sha256()
        self._gathered: list[bytes] = []
        self._size = 0

    async def open(self, kind: Kind, made_at: Ms, by: str) -> None:
        """Say what it is."""
        await self._say({"streamhub": kind, "version": VERSION, "made_at": made_at, "by": by})

    async def key(self, key: bytes | None) -> None:
        """Put the node's key in."""
        await self._say({"key": None if key is None else key.hex()})

    async def begin(self, slug: str) -> None:
        """Begin an event."""
        await self._say({"event": slug})

    async def snapshot(self, snapshot: Snapshot) -> None:
        """Put the event's journal snapshot in."""
        head = f'{{"snapshot":{_compact(_place(snapshot.head))},'
        await self._line(head.encode() + _embedded(snapshot.body))

    async def entry(self, entry: Entry) -> None:
        """Put an entry in."""
        head = f'{{"seq":{entry.seq},"tag":"{entry.tag.hex()}","prev":"{entry.prev.hex()}",'
        await self._line(head.encode() + _embedded(entry.body))

    async def void(self, slug: str, why: str) -> None:
        """Say that what was written of an event does not count."""
        await self._say({"void": slug, "why": why})

    async def end(self, slug: str, head: Head, entries: int) -> None:
        """End an event."""
        self.events += 1
        self.entries += entries
        await self._say({"end": slug, "head": _place(head), "entries": entries})

    async def close(self) -> str:
        """Write the last line; answers the SHA-256 of all before it."""
        found = self._sum.hexdigest()
        await self._say({"events": self.events, "entries": self.entries, "sha256": found})
        await self._flush()
        return found

    async def _say(self, said: dict[str, Any]) -> None:
        await self._line(_compact(said).encode())

    async def _line(self, line: bytes) -> None:
        line += b"\n"
        self._sum.update(line)
        self._gathered.append(line)
        self._size += len(line)
        if self._size >= GATHERED:
            await self._flush()

    async def _flush(self) -> None:
        gathered, self._gathered, self._size = b"".join(self._gathered), [], 0
        await self._write(gathered)


def _compact(said: object) -> str:
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)


def _place(head: Head) -> dict[str, int | str]:
    return {"seq": head.seq, "tag": head.tag.hex()}


def _embedded(body: bytes) -> bytes:
    """Return a body as the last member of its line."""
    if b"\n" not in body:
        try:
            json.loads(body.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
        else:
            return b'"body":' + body + b"}"
    return b'"base64":"' + base64.b64encode(body) + b'"}'


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


async def oldest(journal: Journal, slug: str, snapshot: Snapshot | None) -> int:
    """Return the number of the entry before the oldest one on file.

    Raises `Forked` where entries were trimmed meanwhile.
    """
    low, high = 0, snapshot.head.seq if snapshot else 0
    middle = 0
    while low < high:
        try:
            await journal.read(slug, middle, 1)
        except Forked:
            low = middle + 1
        else:
            high = middle
        middle = (low + high) // 2
    return low


async def pages(
    journal: Journal, slug: str, snapshot: Snapshot | None
) -> AsyncIterator[list[Entry]]:
    """Read an event's entries, the oldest first, up to what was there when the last page was read.

    So it holds everything that was acknowledged before, and ends while others go on writing.
    Raises `Forked` where entries were trimmed while it was read: begin again, with the snapshot
    that there is then.
    """
    after = await oldest(journal, slug, snapshot)
    more = True
    while more:
        page = await journal.read(slug, after)
        more = len(page) == PAGE  # engines fill a page while there is more
        if page:
            after = page[-1].seq
            yield page


async def write_event(
    writer: ArchiveWriter,
    journal: Journal,
    slug: str,
    tell: Callable[[int], Awaitable[None]],
) -> None:
    """Write one event: a prefix of its journal that holds all that was acknowledged before.

    Args:
        writer: takes it.
        journal: has it.
        slug: the event.
        tell: hears how many entries were written so far.

    Raises:
        JournalError: `Lost` where it cannot be read to its end.
    """
    why = ""
    for _ in range(TRIES):
        try:
            return await _write_once(writer, journal, slug, tell)
        except Forked as error:
            why = str(error)
            await writer.void(slug, why)
    raise Lost(f"event {slug!r} cannot be read in one piece: {why}")


async def _write_once(
    writer: ArchiveWriter,
    journal: Journal,
    slug: str,
    tell: Callable[[int], Awaitable[None]],
) -> None:
    snapshot = await journal.load_snapshot(slug)
    await writer.begin(slug)
    if snapshot is not None:
        await writer.snapshot(snapshot)
    head, written = Head(), 0
    async for page in pages(journal, slug, snapshot):
        for entry in page:
            _check_place(slug, snapshot, head if written else None, entry)
            await writer.entry(entry)
            head = entry.head
            written += 1
        await tell(written)
    await writer.end(slug, head, written)


def _check_place(slug: str, snapshot: Snapshot | None, head: Head | None, entry: Entry) -> None:
    """Raise `Forked` where an entry is of another history than what was read before it."""
    broken = head is not None and entry.base != head
    if snapshot is not None:
        broken = broken or (entry.seq == snapshot.head.seq and entry.head != snapshot.head)
        broken = broken or (entry.seq == snapshot.head.seq + 1 and entry.base != snapshot.head)
    if broken:
        raise Forked(f"entry {entry.seq} of {slug!r} is of another history than what is before it")


# --- reading -----------------------------------------------------------------------------------


class Title(NamedTuple):
    """The first line."""

    kind: Kind
    made_at: Ms
    by: str


NO_TITLE: Final = Title("backup", 0, "")
"""Stands for a first line that was not read yet."""


class Key(NamedTuple):
    """The node's key."""

    key: bytes | None


class Begin(NamedTuple):
    """From here on it is about an event."""

    slug: str


class Void(NamedTuple):
    """What came of the event does not count."""

    slug: str
    why: str


class End(NamedTuple):
    """The event is whole."""

    slug: str
    head: Head
    entries: int


class Sum(NamedTuple):
    """The last line, which was found to be right."""

    events: int
    entries: int
    sha256: str


What = Title | Key | Begin | Snapshot | Entry | Void | End | Sum


class Part(NamedTuple):
    """One line of an archive, read."""

    line: int
    what: What
    raw: bytes


_ENTRY: Final = re.compile(
    rb'\{"seq":(\d{1,13}),"tag":"((?:[0-9a-f]{2})+)","prev":"((?:[0-9a-f]{2})*)",'
    rb'"(body|base64)":(.*)\}',
    re.DOTALL,
)
_SNAPSHOT: Final = re.compile(
    rb'\{"snapshot":\{"seq":(\d{1,13}),"tag":"((?:[0-9a-f]{2})+)"\},"(body|base64)":(.*)\}',
    re.DOTALL,
)
CUT: Final = "the file ends here, before its last line: it was cut. Take another copy of it."


async def read(chunks: AsyncIterator[bytes]) -> AsyncIterator[Part]:
    """Read an archive, plain or gzip, line by line; its order, counts and sum are checked.

    What the entries say is not looked at here.

    Raises:
        ArchiveError: with the line, once something is wrong.
    """
    reader = _Reader()
    async for line in _lines(_plain(chunks)):
        yield reader.take(line)
    reader.finish()


class _Reader:
    """Where in an archive we are."""

    def __init__(self) -> None:
        self.number = 0
        self._sum = hashlib.sha256()
        self._kind: Kind | None = None
        self._slug: str | None = None
        self._held = 0
        self._head = Head()
        self._events = 0
        self._entries = 0
        self._done = False
        self._seen: set[str] = set()

    def _wrong(self, words: str) -> ArchiveError:
        return ArchiveError(self.number, words)

    def take(self, line: bytes) -> Part:
        self.number += 1
        if self._done:
            raise self._wrong("something follows what must be the last line.")
        what = self._title(line) if self._kind is None else self._read(line)
        self._sum.update(line + b"\n")
        return Part(self.number, what, line)

    def finish(self) -> None:
        if not self._done:
            raise self._wrong(CUT) if self.number else ArchiveError(0, "the file is empty.")

    def _title(self, line: bytes) -> Title:
        said = _object(line)
        kind = said.get("streamhub")
        if kind not in ("backup", "export"):
            raise self._wrong("this is no archive of streamhub: its first line does not say so.")
        if said.get("version") != VERSION:
            raise self._wrong(
                f"this archive is of version {said.get('version')}, here {VERSION} is known: use a"
                " newer streamhub."
            )
        self._kind = kind
        return Title(kind, _whole(said.get("made_at")) or 0, str(said.get("by")))

    def _read(self, line: bytes) -> What:
        if self._slug is not None:
            inside = self._inside(line)
            if inside is not None:
                return inside
        said = _object(line)
        match said:
            case {"key": key} if self._kind == "backup" and self.number == KEY_LINE:
                if key is None:
                    return Key(None)
                if isinstance(key, str) and re.fullmatch("[0-9a-f]{64}", key):
                    return Key(bytes.fromhex(key))
            case {"event": str(slug)} if self._slug is None and is_slug(slug):
                if slug in self._seen:
                    raise self._wrong(f"event {slug!r} comes a second time.")
                self._slug, self._held, self._head = slug, 0, Head()
                return Begin(slug)
            case {"void": str(slug), "why": str(why)} if (
                self._slug in {None, slug} and slug not in self._seen
            ):
                self._slug = None
                return Void(slug, why)
            case {"end": str(slug), "head": head, "entries": int(entries)} if slug == self._slug:
                if entries != self._held or head != _place(self._head):
                    raise self._wrong(
                        f"{entries} entries of {slug!r} should stand before this line, and are"
                        f" {self._held}: some are missing."
                    )
                self._seen.add(slug)
                self._slug = None
                self._events += 1
                self._entries += entries
                return End(slug, self._head, entries)
            case {"events": int(events), "entries": int(entries), "sha256": str(found)} if (
                self._slug is None
            ):
                return self._end(Sum(events, entries, found))
        raise self._wrong("this line is not understood here: the file was changed, or damaged.")

    def _inside(self, line: bytes) -> Snapshot | Entry | None:
        found = _ENTRY.fullmatch(line)
        if found is not None:
            seq, tag, prev, form, body = found.groups()
            entry = Entry(int(seq), _hex(tag), _hex(prev), self._body(form, body))
            if self._held and entry.base != self._head:
                raise self._wrong(
                    f"entry {entry.seq} does not stand on the entry before it, {self._head.seq}."
                )
            self._held += 1
            self._head = entry.head
            return entry
        found = _SNAPSHOT.fullmatch(line)
        if found is not None and not self._held:
            seq, tag, form, body = found.groups()
            return Snapshot(Head(int(seq), _hex(tag)), self._body(form, body))
        return None

    def _body(self, form: bytes, body: bytes) -> bytes:
        if form == b"body":
            return body
        try:
            return base64.b64decode(body[1:-1], validate=True)
        except ValueError as error:
            raise self._wrong(f"its base64 is not readable: {error}.") from error

    def _end(self, said: Sum) -> Sum:
        if (said.events, said.entries) != (self._events, self._entries):
            raise self._wrong(
                f"there should be {said.events} events with {said.entries} entries before this"
                f" line, and are {self._events} with {self._entries}: lines are missing."
            )
        if said.sha256 != self._sum.hexdigest():
            raise self._wrong(
                "the lines before this one do not add up to its SHA-256: something in the file was"
                " changed. Take another copy of it."
            )
        self._done = True
        return said


def _hex(digits: bytes) -> bytes:
    return bytes.fromhex(digits.decode())


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _whole(said: object) -> int | None:
    return said if isinstance(said, int) else None


async def _plain(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Unpack gzip where it begins as gzip does."""
    unpack: Any = None
    first: bytes | None = b""
    async for piece in chunks:
        chunk = piece
        if first is not None:
            first += piece
            if len(first) < len(GZIP):
                continue
            chunk, first = first, None
            unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if chunk.startswith(GZIP) else None
        if unpack is None:
            yield chunk
            continue
        try:
            while chunk:
                yield unpack.decompress(chunk, GATHERED)
                chunk = unpack.unconsumed_tail or unpack.unused_data
                if unpack.eof and chunk:
                    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        except zlib.error as error:
            raise ArchiveError(0, f"the file is not whole, or no gzip: {error}.") from error
    if first:
        yield first
    while unpack is not None and not unpack.eof:
        rest = unpack.decompress(b"", GATHERED)
        if rest:
            yield rest
            continue
        raise ArchiveError(0, "the file ends before its gzip does: it was cut. Take another copy.")


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Split into lines; what follows the last newline is a line that was cut."""
    held: list[bytes] = []
    size, most, number = 0, TITLE_MOST, 1
    async for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            line = b"".join((*held, part))
            held, size = [], 0
            if len(line) > most:
                raise ArchiveError(
                    number, "this line is too long: this is no archive of streamhub."
                )
            yield line
            most = LINE_MOST
            number += 1
        held.append(rest)
        size += len(rest)
        if size > most:
            raise ArchiveError(number, "this line is too long: this is no archive of streamhub.")
    if size:
        raise ArchiveError(number, CUT)
