"""What tests of agenda readers share: files beside them, and what a reading says in short."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamhub.core.agenda import Agenda, Session
from streamhub.formats.draft import Choices, Reading
from streamhub.formats.sniff import read_any
from streamhub.formats.source import Source

LISBON = {"timezone": "Europe/Lisbon", "title": "T"}
FIXTURES = Path(__file__).parent / "formats" / "fixtures"


def read(data: bytes | str, name: str = "", **chosen: object) -> Reading:
    raw = data.encode() if isinstance(data, str) else data
    return read_any(Source(raw, name), Choices(**chosen))  # type: ignore[arg-type]  # by name


def read_fixture(name: str, **chosen: object) -> Reading:
    return read((FIXTURES / name).read_bytes(), name, **chosen)


def agenda_in(reading: Reading) -> Agenda:
    assert reading.agenda is not None, (reading.asks, reading.problems)
    return reading.agenda


def instant(ms: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).strftime("%m-%d %H:%MZ")


def in_order(agenda: Agenda) -> list[Session]:
    return sorted(agenda.sessions.values(), key=lambda one: (one.start_at, one.room, one.id))


def outline(agenda: Agenda) -> list[str]:
    """One line a session: start, minutes, room, kind, title, people."""
    lines = []
    for one in in_order(agenda):
        people = ", ".join(agenda.speakers[name].name for name in one.speakers)
        lines.append(
            f"{instant(one.start_at)} {one.duration_s // 60:>3} {agenda.rooms[one.room].name} "
            f"[{one.kind}] {one.title}" + (f" ({people})" if people else "")
        )
    return lines


def told(reading: Reading, level: str = "") -> list[str]:
    return [str(note) for note in reading.notes if not level or note.level == level]
