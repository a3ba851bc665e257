"""`streamhub check` finds what is wrong with a journal, and says so in words."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from office_support import backup, check, found, history, settings_for
from redis_server import RedisServer

from streamhub.app import open_office
from streamhub.formats.sample import SLUG
from streamhub.hub.errands import Restore
from streamhub.hub.secrets import fresh_tag
from streamhub.journal import Entry, JournalError, Lost
from streamhub.settings import Settings

SNAPSHOT = 14
LAST = 20


@pytest.fixture
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An event with 20 entries, its snapshot at 14."""
    made = settings_for("sqlite", request, tmp_path)
    await history(made, 4, 2)
    return made


@pytest.fixture
def file(settings: Settings) -> Iterator[sqlite3.Connection]:
    """Its journal, to be tampered with."""
    db = sqlite3.connect(settings.data / "journal.sqlite")
    yield db
    db.close()


def key_of(seq: int) -> int:
    return 1 << 40 | seq


def change(file: sqlite3.Connection, words: str, *given: Any) -> None:
    assert file.execute(words, given).rowcount == 1
    file.commit()
    file.close()


async def test_sound_journal_is_told_with_its_size_and_span(settings: Settings) -> None:
    told = await check(settings)
    assert told["ok"]
    assert not told["findings"]
    (event,) = told["events"]
    assert (event["first"], event["last"], event["entries"]) == (1, LAST, LAST)
    assert event["snapshot"] == SNAPSHOT
    assert event["compared"]  # the snapshot is what the entries before it make
    assert event["questions"] == 6
    assert event["links"] == 3
    assert event["bytes"] > 5000
    assert event["since"] <= event["until"]
    assert not event["findings"]
    assert "end cannot be told" in told["unseen"]


async def test_missing_entry_is_found(settings: Settings, file: sqlite3.Connection) -> None:
    change(file, "DELETE FROM entry WHERE key = ?", key_of(5))
    told = await check(settings)
    assert not told["ok"]
    assert "entry 4 is followed by an entry 6" in found(told)
    assert "restore a backup" in found(told)


async def test_edited_tag_is_found(settings: Settings, file: sqlite3.Connection) -> None:
    change(file, "UPDATE entry SET tag = ? WHERE key = ?", b"12345678", key_of(15))
    told = await check(settings)
    assert not told["ok"]
    assert "entry 15 is followed by an entry 16 that does not stand on it" in found(told)


@pytest.mark.parametrize("seq", [4, 17])
@pytest.mark.parametrize("body", [b'{"schema":2,"decisions":[{}]}', b"\xff", b"[1]", b"[" * 99_999])
async def test_undecodable_body_is_found(
    seq: int, body: bytes, settings: Settings, file: sqlite3.Connection
) -> None:
    change(file, "UPDATE entry SET body = ? WHERE key = ?", body, key_of(seq))
    told = await check(settings)
    assert told["wrong"] == 1
    assert f"Entry {seq} cannot be read" in found(told)


async def test_entry_that_does_not_fit_is_found(
    settings: Settings, file: sqlite3.Connection
) -> None:
    (body,) = file.execute("SELECT body FROM entry WHERE key = ?", (key_of(18),)).fetchone()
    said = json.loads(body)
    said["decisions"][0]["facts"] = [{"type": "question.approved", "question": "nobody's"}]
    change(file, "UPDATE entry SET body = ? WHERE key = ?", json.dumps(said), key_of(18))
    told = await check(settings)
    assert not told["ok"]
    assert "Entry 18" in found(told)


async def test_snapshot_that_contradicts_the_entries_is_found(
    settings: Settings, file: sqlite3.Connection
) -> None:
    (body,) = file.execute("SELECT body FROM snapshot").fetchone()
    changed = body.replace(b"region 1", b"region 9")
    assert changed != body
    change(file, "UPDATE snapshot SET body = ?", changed)
    told = await check(settings)
    assert told["wrong"] == 1
    assert "contradicts the entries before it in: questions" in found(told)
    assert not told["events"][0]["compared"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("UPDATE snapshot SET body = x'00'", "The snapshot cannot be read"),
        ("UPDATE snapshot SET tag = x'00'", "The snapshot at entry 14 is not of this history"),
        ("UPDATE snapshot SET seq = 30", "its snapshot is at entry 30"),
        ("UPDATE event SET slug = 'another'", "of another event, 's3-latam-2022'"),
    ],
)
async def test_wrong_snapshot_or_name_is_found(
    words: str, said: str, settings: Settings, file: sqlite3.Connection
) -> None:
    change(file, words)
    told = await check(settings)
    assert not told["ok"]
    assert said in found(told)


async def test_trimmed_entries_are_no_fault(settings: Settings, file: sqlite3.Connection) -> None:
    file.execute("DELETE FROM entry WHERE key <= ?", (key_of(10),))
    file.commit()
    file.close()
    told = await check(settings)
    assert told["ok"]
    assert told["events"][0]["first"] == 11
    assert not told["events"][0]["compared"]


async def test_entries_missing_at_the_end_are_not_seen_and_it_says_so(
    settings: Settings, file: sqlite3.Connection
) -> None:
    change(file, "DELETE FROM entry WHERE key = ?", key_of(LAST))
    told = await check(settings)
    assert told["ok"]
    assert told["events"][0]["cursor"].startswith(f"{LAST - 1}.")
    assert "cannot be told from inside" in told["unseen"]


async def test_event_without_entries_is_found(settings: Settings, file: sqlite3.Connection) -> None:
    file.execute("DELETE FROM entry")
    file.commit()
    file.close()
    told = await check(settings)
    assert told["wrong"] == 1
    assert "has no entries left" in found(told)


async def test_flipped_byte_in_a_page_is_found(settings: Settings) -> None:
    path = settings.data / "journal.sqlite"
    held = bytearray(path.read_bytes())
    size = int.from_bytes(held[16:18], "big")
    told: dict[str, Any] = {"ok": True}
    for page in range(1, len(held) // size):
        broken = bytearray(held)
        broken[page * size] ^= 0xFF
        path.write_bytes(broken)
        told = await check(settings)
        assert not told["ok"], f"page {page}"
        assert "SQLite says" in found(told) or "damaged" in found(told)
    path.write_bytes(held)
    assert (await check(settings))["ok"]


async def test_file_that_is_no_database_is_told_by_whoever_opens_it(settings: Settings) -> None:
    (settings.data / "journal.sqlite").write_bytes(b"no database at all" * 1000)
    with pytest.raises(Lost, match="is damaged"):
        await check(settings)


async def test_missing_or_spoiled_key_is_found(settings: Settings) -> None:
    key = settings.data / "node.key"
    held = key.read_bytes()
    key.write_bytes(b"short")
    assert "not the 32 of a key" in found(await check(settings))
    key.unlink()
    told = await check(settings)
    assert "There is no key" in found(told)
    assert not told["ok"]
    assert b'{"key":null}' in await backup(settings)
    key.write_bytes(held)
    assert (await check(settings))["ok"]


async def test_facts_of_a_newer_version_are_a_note(settings: Settings) -> None:
    async with open_office(settings) as office:
        journal = office.hubs.journal
        (last,) = await journal.read(SLUG, LAST - 1)
        body = {
            "schema": 99,
            "decisions": [{"by": "x", "at": 1, "facts": [{"type": "stage.flooded"}]}],
        }
        entry = Entry(LAST + 1, fresh_tag(), last.tag, json.dumps(body).encode())
        assert not await journal.append(SLUG, entry)
    told = await check(settings)
    assert told["ok"]
    assert "passes over: stage.flooded" in found(told)
    assert told["events"][0]["questions"] == 6


async def test_damaged_event_is_left_out_of_a_backup_that_says_so(
    settings: Settings, file: sqlite3.Connection, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    from office_support import ask, loaded

    from streamhub.formats.sample import sample_bytes
    from streamhub.hub.errands import Backup, Init

    await ask(settings, Init(name="agenda.yaml", slug="sound"), sample_bytes())
    change(file, "DELETE FROM entry WHERE key = ?", key_of(5))
    told, held = await ask(settings, Backup())
    assert list(told["left_out"]) == [SLUG]
    other = settings_for("sqlite", request, tmp_path)
    told, _ = await ask(other, Restore(), held)
    assert [event["event"] for event in told["restored"]] == ["sound"]
    assert "entry 4 is followed" in told["left_out"][SLUG]
    assert (await loaded(other, "sound"))[0].slug == "sound"


async def test_missing_entry_is_found_on_redis(
    redis_server: RedisServer, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for("redis", request, tmp_path)
    await history(settings, 4, 2)
    assert (await check(settings))["ok"]
    with redis.Redis.from_url(redis_server.url) as client:
        stream = f"{settings.redis_prefix}:{{{SLUG}}}:entries"
        assert client.xdel(stream, "15-0") == 1
    told = await check(settings)
    assert "entry 14 is followed by an entry 16" in found(told)


async def test_unsafe_settings_of_redis_are_notes_where_they_were_accepted(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder, appendfsync="everysec").start()
    try:
        prefix = f"t{secrets.token_hex(6)}"
        settings = Settings(journal=server.url, redis_prefix=prefix, redis_unsafe=True)
        await history(settings, 1, 0)
        told = await check(settings)
        assert told["ok"]
        assert "appendfsync is 'everysec' and must be 'always'" in found(told)
        with pytest.raises(JournalError, match="appendfsync"):
            await check(Settings(journal=server.url, redis_prefix=prefix))
    finally:
        server.stop()
