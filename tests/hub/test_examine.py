"""The examiner: what engines and archives tell by themselves is also told where they cannot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from office_support import ask, backup, check, export, found, history, settings_for

from streamhub.app import open_office
from streamhub.core.event import SYSTEM, Decision, EventCreated, TimePassed, begin
from streamhub.formats.sample import SLUG, sample
from streamhub.hub.archive import ArchiveError
from streamhub.hub.errands import Declined, Import, Progress, Restore
from streamhub.hub.examine import Examiner
from streamhub.journal import PAGE, Entry, Head, Snapshot
from streamhub.protocol.entries import encode_decisions, encode_state

CREATED = Decision(by=SYSTEM, at=1000, facts=(EventCreated(slug=SLUG, agenda=sample()),))
TICKED = Decision(by=SYSTEM, at=2000, facts=(TimePassed(),))


def chain(first: int, count: int) -> list[Entry]:
    made, prev = [], b"" if first == 1 else b"t%d" % (first - 1)
    for seq in range(first, first + count):
        body = encode_decisions([CREATED if seq == 1 else TICKED])
        made.append(Entry(seq, b"t%d" % seq, prev, body))
        prev = made[-1].tag
    return made


def kept(seq: int, tag: bytes | None = None, state: bytes | None = None) -> Snapshot:
    body = encode_state(begin(CREATED)) if state is None else state
    return Snapshot(Head(seq, tag or b"t%d" % seq), body)


def examined(snapshot: Snapshot | None, entries: list[Entry]) -> str:
    examiner = Examiner(SLUG, snapshot)
    for entry in entries:
        examiner.take(entry)
    examiner.finish()
    assert examiner.is_wrong == any(finding.wrong for finding in examiner.findings)
    return "\n".join(finding.what for finding in examiner.findings)


def test_what_is_sound_is_replayed_to_its_end() -> None:
    examiner = Examiner(SLUG, None)
    for entry in chain(1, 4):
        examiner.take(entry)
    examiner.finish()
    assert not examiner.findings
    assert examiner.state is not None
    assert examiner.state.clock_at == 2000
    assert (examiner.since, examiner.until) == (1000, 2000)


@pytest.mark.parametrize(
    ("snapshot", "entries", "said"),
    [
        (None, [], "It has no entries"),
        (None, chain(3, 2), "There is no snapshot, and the first entry on file is 3"),
        (None, chain(1, 2) + chain(4, 1), "Entry 4 does not stand on entry 2"),
        (kept(1), chain(4, 2), "what was between them is gone"),
        (kept(9), chain(1, 4), "but the entries end with 4: the end is lost"),
        (kept(3, b"x"), chain(4, 2), "is not of this history"),
        (kept(3, b"x"), chain(1, 5), "is not of this history"),
        (kept(3, state=b"[]"), chain(4, 2), "The snapshot cannot be read"),
        (kept(3, state=b'{"schema":[],"state":1}'), chain(4, 2), "cannot be read: TypeError"),
        (kept(4), chain(1, 5), "contradicts the entries before it in: at, seq, clock_at"),
        (None, [Entry(1, b"t1", b"", encode_decisions([TICKED]))], "Entry 1 does not fit"),
        (
            None,
            [*chain(1, 1), Entry(2, b"t2", b"t1", encode_decisions([CREATED]))],
            "Entry 2 does not fit what was before it (TypeError)",
        ),
    ],
)
def test_what_is_wrong_is_told(snapshot: Snapshot | None, entries: list[Entry], said: str) -> None:
    assert said in examined(snapshot, entries)


def test_snapshot_of_another_schema_is_not_compared() -> None:
    older = encode_state(begin(CREATED)).replace(b'{"schema":', b'{"schema":1,"was":', 1)
    assert not examined(kept(4, state=older), chain(1, 5))


def test_snapshot_of_a_newer_version_is_a_note() -> None:
    newer = encode_state(begin(CREATED)).replace(b'{"schema":', b'{"schema":99,"was":', 1)
    assert "passes over: a newer snapshot" in examined(kept(4, state=newer), chain(5, 1))


def test_entry_that_needs_what_was_passed_over_is_a_note() -> None:
    flooded = b'{"schema":99,"decisions":[{"by":"x","at":1,"facts":[{"type":"stage.flooded"}]}]}'
    entries = [*chain(1, 1), Entry(2, b"t2", b"t1", flooded)]
    entries.append(Entry(3, b"t3", b"t2", encode_decisions([CREATED])))
    examiner = Examiner(SLUG, None)
    for entry in entries:
        examiner.take(entry)
    examiner.finish()
    assert not examiner.is_wrong
    assert len(examiner.findings) == 2


async def test_tag_that_was_edited_at_the_edge_of_a_page_is_found(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for("sqlite", request, tmp_path)
    await history(settings, 1, 0)
    async with open_office(settings) as office:
        journal = office.hubs.journal
        await journal.restore(SLUG, None, chain(1, PAGE + 20), replace=True)
        thread = journal._thread  # type: ignore[attr-defined]  # the engine's insides
        words = "UPDATE entry SET tag = x'00' WHERE key = ?"
        await thread.write(lambda db: db.execute(words, (1 << 40 | PAGE,)).rowcount)
    told = await check(settings)
    assert f"Entry {PAGE + 1} does not stand on entry {PAGE}" in found(told)


class Changing:
    """A window to a file that somebody changes while it is read."""

    def __init__(self, *readings: bytes) -> None:
        self.readings = list(readings)
        self.told: list[Progress] = []

    async def read(self) -> AsyncIterator[bytes]:
        yield self.readings.pop(0)

    async def write(self, data: bytes) -> None:
        raise AssertionError(data)

    async def tell(self, progress: Progress) -> None:
        self.told.append(progress)


async def test_file_that_changes_while_it_is_read_changes_nothing(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    one, two = (settings_for("sqlite", request, tmp_path) for _ in range(2))
    await history(one, 1, 0)
    first, exported = await backup(one), await export(one)
    async with open_office(one, make=True) as office:
        hub_journal = office.hubs.journal
        (last,) = (await hub_journal.read(SLUG, 0))[-1:]
        more = Entry(last.seq + 1, b"more", last.tag, encode_decisions([TICKED]))
        await hub_journal.append(SLUG, more)
    second = await backup(one)
    async with open_office(two, make=True) as office:
        for errand, readings in (
            (Restore(), (first, second)),
            (Import(), (exported, second)),
        ):
            with pytest.raises(ArchiveError, match="changed while it was read"):
                await office.carry_out(errand, Changing(*readings))
        assert await office.hubs.journal.events() == []


async def test_event_of_a_newer_version_is_not_imported(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    one, two = (settings_for("sqlite", request, tmp_path) for _ in range(2))
    await history(one, 1, 0)
    flooded = b'{"schema":99,"decisions":[{"by":"x","at":1,"facts":[{"type":"stage.flooded"}]}]}'
    async with open_office(one) as office:
        (last,) = (await office.hubs.journal.read(SLUG, 0))[-1:]
        await office.hubs.journal.append(SLUG, Entry(last.seq + 1, b"n", last.tag, flooded))
    with pytest.raises(Declined, match="A newer streamhub wrote"):
        await ask(two, Import(), await export(one))
