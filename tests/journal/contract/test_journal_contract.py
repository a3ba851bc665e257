"""The promises of `Journal`, kept by every engine."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamhub.journal import (
    PAGE,
    Entry,
    Exists,
    Forked,
    Head,
    Journal,
    Lost,
    Snapshot,
    Unavailable,
)
from streamhub.journal.memory import MemoryJournal
from streamhub.journal.redis_streams import RedisJournal
from streamhub.journal.sqlite import SqliteJournal


async def open_engine(name: str, request: pytest.FixtureRequest) -> Journal:
    if name == "memory":
        return MemoryJournal()
    if name == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        return await SqliteJournal.open(folder / "journal.db")
    place = request.getfixturevalue("redis_server").place
    return await RedisJournal.open(place, prefix=secrets.token_hex(8))


@pytest.fixture(params=["memory", "sqlite", "redis"])
async def journal(request: pytest.FixtureRequest) -> AsyncIterator[Journal]:
    journal = await open_engine(request.param, request)
    yield journal
    await journal.close()


def chain(length: int, kind: str = "a") -> list[Entry]:
    """Make `length` entries from 1; chains of another kind differ in every tag."""
    tags = [b"", *(f"{kind}{seq}".encode() for seq in range(1, length + 1))]
    return [Entry(seq, tags[seq], tags[seq - 1], b"%d" % seq) for seq in range(1, length + 1)]


async def write(journal: Journal, entries: list[Entry], event: str = "conf") -> None:
    await journal.create(event, entries[0])
    for entry in entries[1:]:
        assert await journal.append(event, entry) == []


async def take(tail: AsyncIterator[list[Entry]], count: int) -> list[Entry]:
    taken: list[Entry] = []
    while len(taken) < count:
        taken += await anext(tail)
    return taken


async def test_create_starts_the_event(journal: Journal) -> None:
    (first,) = chain(1)
    await journal.create("conf", first)
    assert await journal.read("conf", 0) == [first]


async def test_create_repeated_changes_nothing(journal: Journal) -> None:
    entries = chain(2)
    await write(journal, entries)
    await journal.create("conf", entries[0])
    assert await journal.read("conf", 0) == entries


async def test_create_with_another_tag_is_refused(journal: Journal) -> None:
    await journal.create("conf", chain(1)[0])
    with pytest.raises(Exists, match="'conf' exists already"):
        await journal.create("conf", chain(1, "b")[0])
    assert await journal.read("conf", 0) == chain(1)


async def test_create_is_recognised_after_the_first_entry_was_trimmed(journal: Journal) -> None:
    entries = chain(5)
    await write(journal, entries)
    await journal.save_snapshot("conf", Snapshot(entries[-1].head, b"state"), keep=1)
    await journal.create("conf", entries[0])
    with pytest.raises(Exists):
        await journal.create("conf", chain(1, "b")[0])


@pytest.mark.parametrize(
    "first", [Entry(2, b"t", b"", b""), Entry(1, b"t", b"p", b""), Entry(1, b"", b"", b"")]
)
async def test_create_refuses_what_is_no_first_entry(journal: Journal, first: Entry) -> None:
    with pytest.raises(ValueError, match="seq 1, a tag and no prev"):
        await journal.create("conf", first)


@pytest.mark.parametrize("entry", [Entry(1, b"t", b"", b""), Entry(2, b"", b"a1", b"")])
async def test_append_refuses_what_is_no_next_entry(journal: Journal, entry: Entry) -> None:
    await write(journal, chain(1))
    with pytest.raises(ValueError, match="seq above 1 and a tag"):
        await journal.append("conf", entry)


async def test_append_to_the_head_is_durable(journal: Journal) -> None:
    entries = chain(4)
    await write(journal, entries)
    assert await journal.read("conf", 0) == entries


async def test_append_repeated_is_recognised(journal: Journal) -> None:
    entries = chain(4)
    await write(journal, entries)
    assert await journal.append("conf", entries[1]) == entries[1:]
    assert await journal.read("conf", 0) == entries


async def test_append_behind_others_answers_theirs(journal: Journal) -> None:
    entries = chain(4)
    await write(journal, entries)
    assert await journal.append("conf", Entry(3, b"mine", b"a2", b"x")) == entries[2:]
    assert await journal.read("conf", 0) == entries


async def test_append_far_behind_answers_a_page(journal: Journal) -> None:
    entries = chain(PAGE + 10)
    await write(journal, entries)
    assert await journal.append("conf", Entry(2, b"mine", b"a1", b"x")) == entries[1 : PAGE + 1]


@pytest.mark.parametrize("seq", [3, 4])
async def test_append_on_another_history_is_forked(journal: Journal, seq: int) -> None:
    await write(journal, chain(3))
    with pytest.raises(Forked, match="another history"):
        await journal.append("conf", chain(4, "b")[seq - 1])
    assert await journal.read("conf", 0) == chain(3)


async def test_append_beyond_the_end_is_lost(journal: Journal) -> None:
    await write(journal, chain(3))
    with pytest.raises(Lost, match="ends with entry 3, but entry 4 was seen"):
        await journal.append("conf", chain(5)[4])


async def test_append_below_the_trimmed_is_forked(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries)
    await journal.save_snapshot("conf", Snapshot(entries[-1].head, b"state"), keep=2)
    with pytest.raises(Forked, match="trimmed up to entry 4"):
        await journal.append("conf", entries[3])


async def test_append_repeated_is_recognised_though_its_predecessor_was_trimmed(
    journal: Journal,
) -> None:
    entries = chain(6)
    await write(journal, entries)
    await journal.save_snapshot("conf", Snapshot(entries[-1].head, b"state"), keep=2)
    assert await journal.append("conf", entries[4]) == entries[4:]
    with pytest.raises(Forked, match="another history"):
        await journal.append("conf", chain(6, "b")[4])


async def test_append_goes_on_after_trimming_all_but_one(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries[:5])
    await journal.save_snapshot("conf", Snapshot(entries[4].head, b"state"), keep=0)
    assert await journal.append("conf", entries[5]) == []
    assert await journal.read("conf", 4) == entries[4:]


async def test_append_of_two_at_once_lets_one_win(journal: Journal) -> None:
    await write(journal, chain(1))
    one, two = Entry(2, b"one", b"a1", b""), Entry(2, b"two", b"a1", b"")
    calls = [journal.append("conf", entry) for entry in (one, two)]
    assert await asyncio.gather(*calls) == [[], [one]]


async def test_events_do_not_meet(journal: Journal) -> None:
    await write(journal, chain(3, "a"), "one")
    await write(journal, chain(4, "b"), "two")
    await journal.save_snapshot("one", Snapshot(Head(3, b"a3"), b"state"), keep=1)
    assert await journal.read("one", 2) == chain(3, "a")[2:]
    assert await journal.read("two", 0) == chain(4, "b")
    assert await journal.load_snapshot("two") is None
    assert await journal.events() == ["one", "two"]


async def test_an_absent_event_is_lost(journal: Journal) -> None:
    assert await journal.events() == []
    for call in (
        journal.append("conf", chain(2)[1]),
        journal.read("conf", 0),
        journal.load_snapshot("conf"),
        journal.save_snapshot("conf", Snapshot(Head(), b""), keep=1),
        anext(journal.tail("conf", Head())),
    ):
        with pytest.raises(Lost, match="'conf' is not on this journal"):
            await call


async def test_read_answers_pages(journal: Journal) -> None:
    entries = chain(5)
    await write(journal, entries)
    assert await journal.read("conf", 1, limit=2) == entries[1:3]
    assert await journal.read("conf", 3, limit=2) == entries[3:]
    assert await journal.read("conf", 5) == []


async def test_read_beyond_the_end_is_lost(journal: Journal) -> None:
    await write(journal, chain(2))
    with pytest.raises(Lost, match="ends with entry 2, but entry 3 was seen"):
        await journal.read("conf", 3)


async def test_read_of_trimmed_entries_is_forked(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries)
    await journal.save_snapshot("conf", Snapshot(entries[-1].head, b"state"), keep=2)
    with pytest.raises(Forked, match="reload from the snapshot"):
        await journal.read("conf", 3)
    assert await journal.read("conf", 4) == entries[4:]


@pytest.mark.parametrize(("after", "limit"), [(-1, 1), (0, 0)])
async def test_read_refuses_nonsense(journal: Journal, after: int, limit: int) -> None:
    await write(journal, chain(1))
    with pytest.raises(ValueError, match="at least one entry"):
        await journal.read("conf", after, limit)


async def test_tail_yields_what_is_there_and_what_comes(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries[:3])
    tail = journal.tail("conf", entries[0].head)
    assert await anext(tail) == entries[1:3]
    waiting = asyncio.ensure_future(anext(tail))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await journal.append("conf", entries[3])
    assert await asyncio.wait_for(waiting, 1) == entries[3:4]
    await journal.append("conf", entries[4])
    await journal.append("conf", entries[5])
    assert await take(tail, 2) == entries[4:]


async def test_tail_yields_pages(journal: Journal) -> None:
    entries = chain(PAGE + 3)
    await write(journal, entries)
    tail = journal.tail("conf", Head())
    assert await anext(tail) == entries[:PAGE]
    assert await anext(tail) == entries[PAGE:]


async def test_tail_reaches_every_listener(journal: Journal) -> None:
    entries = chain(20)
    await write(journal, entries[:1])
    tails = [asyncio.ensure_future(take(journal.tail("conf", Head()), 20)) for _ in range(3)]
    for entry in entries[1:]:
        await journal.append("conf", entry)
    assert await asyncio.wait_for(asyncio.gather(*tails), 5) == [entries] * 3


async def test_tail_that_is_cancelled_leaves_the_others(journal: Journal) -> None:
    entries = chain(2)
    await write(journal, entries[:1])
    one, two = (asyncio.ensure_future(take(journal.tail("conf", Head()), 2)) for _ in range(2))
    await asyncio.sleep(0.02)
    one.cancel()
    await asyncio.sleep(0)
    await journal.append("conf", entries[1])
    assert await asyncio.wait_for(two, 1) == entries
    assert one.cancelled()


@pytest.mark.parametrize("seq", [2, 3])
async def test_tail_from_another_history_is_forked(journal: Journal, seq: int) -> None:
    await write(journal, chain(3))
    with pytest.raises(Forked, match="another history"):
        await anext(journal.tail("conf", Head(seq, b"other")))


async def test_tail_from_the_trimmed_is_forked(journal: Journal) -> None:
    entries = chain(4)
    await write(journal, entries)
    await journal.save_snapshot("conf", Snapshot(entries[3].head, b"state"), keep=1)
    with pytest.raises(Forked, match="trimmed"):
        await anext(journal.tail("conf", entries[0].head))
    assert await anext(journal.tail("conf", entries[2].head)) == entries[3:]


async def test_tail_beyond_the_end_is_lost(journal: Journal) -> None:
    await write(journal, chain(3))
    with pytest.raises(Lost):
        await anext(journal.tail("conf", Head(4, b"a4")))


async def test_tail_ends_when_the_journal_closes(journal: Journal) -> None:
    entries = chain(1)
    await write(journal, entries)
    waiting = asyncio.ensure_future(anext(journal.tail("conf", entries[0].head)))
    await asyncio.sleep(0.02)
    await journal.close()
    with pytest.raises(Unavailable, match="was closed"):
        await asyncio.wait_for(waiting, 1)


async def test_snapshot_is_absent_at_first(journal: Journal) -> None:
    await write(journal, chain(1))
    assert await journal.load_snapshot("conf") is None


async def test_snapshot_keeps_what_came_after_it(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries)
    snapshot = Snapshot(entries[2].head, b"state")
    await journal.save_snapshot("conf", snapshot, keep=1)
    assert await journal.load_snapshot("conf") == snapshot
    assert await journal.read("conf", 3) == entries[3:]


async def test_snapshot_trims_no_deeper_than_keep(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries)
    snapshot = Snapshot(entries[5].head, b"state")
    await journal.save_snapshot("conf", snapshot, keep=100)
    assert await journal.read("conf", 0) == entries
    await journal.save_snapshot("conf", snapshot, keep=4)
    assert await journal.read("conf", 2) == entries[2:]
    # Trimmed once is trimmed for good: keeping more brings nothing back, and harms nothing.
    await journal.save_snapshot("conf", snapshot, keep=5)
    assert await journal.read("conf", 2) == entries[2:]


async def test_snapshot_replaces_the_one_before(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries)
    await journal.save_snapshot("conf", Snapshot(entries[2].head, b"old"), keep=9)
    newer = Snapshot(entries[4].head, b"new")
    await journal.save_snapshot("conf", newer, keep=9)
    assert await journal.load_snapshot("conf") == newer
    rewritten = Snapshot(entries[4].head, b"new, without the erased text")
    await journal.save_snapshot("conf", rewritten, keep=9)
    assert await journal.load_snapshot("conf") == rewritten
    # A node that was slower brings an older one.
    await journal.save_snapshot("conf", Snapshot(entries[3].head, b"late"), keep=9)
    assert await journal.load_snapshot("conf") == rewritten


@pytest.mark.parametrize("seq", [2, 3])
async def test_snapshot_of_another_history_is_refused(journal: Journal, seq: int) -> None:
    await write(journal, chain(3))
    with pytest.raises(Forked):
        await journal.save_snapshot("conf", Snapshot(Head(seq, b"other"), b"state"), keep=1)
    assert await journal.load_snapshot("conf") is None
    assert await journal.read("conf", 0) == chain(3)


async def test_scrub_changes_nothing_that_is_kept(journal: Journal) -> None:
    entries = chain(6)
    await write(journal, entries)
    snapshot = Snapshot(entries[4].head, b"state")
    await journal.save_snapshot("conf", snapshot, keep=3)
    await journal.scrub()
    assert await journal.load_snapshot("conf") == snapshot
    assert await journal.read("conf", 3) == entries[3:]


async def test_close_twice_is_once_and_refuses_the_rest(journal: Journal) -> None:
    await write(journal, chain(1))
    await asyncio.gather(journal.close(), journal.close())
    await journal.close()
    for call in (
        journal.create("conf", chain(1)[0]),
        journal.append("conf", chain(2)[1]),
        journal.read("conf", 0),
        journal.load_snapshot("conf"),
        journal.save_snapshot("conf", Snapshot(Head(), b""), keep=1),
        journal.events(),
        journal.scrub(),
    ):
        with pytest.raises(Unavailable, match="was closed"):
            await call


async def test_confirm_returns_at_once_where_all_is_durable(journal: Journal) -> None:
    await write(journal, chain(2))
    await journal.confirm("conf", chain(2)[1].head)


async def test_restore_puts_a_journal_back(journal: Journal) -> None:
    entries = chain(6)
    snapshot = Snapshot(entries[3].head, b"state")
    await journal.restore("conf", snapshot, entries[2:])
    assert await journal.load_snapshot("conf") == snapshot
    assert await journal.read("conf", 2) == entries[2:]
    assert await journal.events() == ["conf"]
    await journal.append("conf", chain(7)[6])
    with pytest.raises(Exists):
        await journal.create("conf", chain(1)[0])


async def test_restore_of_the_whole_recognises_its_creation(journal: Journal) -> None:
    entries = chain(3)
    await journal.restore("conf", None, entries)
    await journal.create("conf", entries[0])
    assert await journal.read("conf", 0) == entries


async def test_restore_over_an_event_wants_to_be_asked_for(journal: Journal) -> None:
    await write(journal, chain(5))
    with pytest.raises(Exists, match="exists already"):
        await journal.restore("conf", None, chain(2, "b"))
    assert await journal.read("conf", 0) == chain(5)
    await journal.save_snapshot("conf", Snapshot(chain(5)[4].head, b"state"), keep=2)
    await journal.restore("conf", None, chain(2, "b"), replace=True)
    assert await journal.load_snapshot("conf") is None
    assert await journal.read("conf", 0) == chain(2, "b")


async def test_tail_of_a_replaced_journal_is_forked_or_lost(journal: Journal) -> None:
    await write(journal, chain(3))
    await journal.restore("conf", None, chain(5, "b"), replace=True)
    with pytest.raises(Forked):
        await anext(journal.tail("conf", chain(3)[2].head))
    with pytest.raises(Lost):
        await anext(journal.tail("conf", chain(9)[8].head))


async def test_restore_refuses_what_is_not_whole(journal: Journal) -> None:
    entries = chain(6)
    with pytest.raises(ValueError, match="without any entry"):
        await journal.restore("conf", None, [])
    with pytest.raises(Lost, match="cannot be made whole"):
        await journal.restore("conf", None, entries[2:])
    with pytest.raises(Lost, match="does not stand on it"):
        await journal.restore("conf", None, [*entries[:2], *entries[3:]])
    assert await journal.events() == []
