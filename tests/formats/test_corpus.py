"""Real agendas, where they lie (`STREAMHUB_AGENDAS`): what was verified of them, found again.

`pytest tests/formats/test_corpus.py -s` prints a table of what was found: `=` where as verified.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from reading import told

from streamhub.core.agenda import check
from streamhub.formats.draft import Choices, Reading
from streamhub.formats.sniff import read_any
from streamhub.formats.source import Source

CORPUS = (
    Path(os.environ.get("STREAMHUB_AGENDAS", "")) if os.environ.get("STREAMHUB_AGENDAS") else None
)
pytestmark = pytest.mark.skipif(CORPUS is None, reason="STREAMHUB_AGENDAS is not set")

# What the organiser would answer: the facts say which zones are in no file.
ANSWERS: dict[str, dict[str, str]] = {
    "dev/36c3-everything.json": {"timezone": "Europe/Berlin"},
    "dev/36c3-everything.xml": {"timezone": "Europe/Berlin"},
    "dev/pyconfr2024.json": {"title": "PyCon FR 2024"},
    "dev/moca24.ics": {"title": "MOCA 2024"},
    "dev/sessionize-gab2024.json": {"title": "Global Azure"},
    "dev/joco2024-sched-export.xlsx": {
        "title": "JoCo",
        "timezone": "America/New_York",
        "date": "2024-03-09",
    },
    "dev/eurobioc-schedule.csv": {
        "title": "EuroBioC",
        "timezone": "Europe/Madrid",
        "date": "2025-09-17",
    },
    "dev/deu-example.xlsx": {"title": "E-Government"},
    "dev/deu-example.ods": {"title": "E-Government"},
}
# Sessions that are told of and left out (contract: no room, and an end that is the start), and
# breaks that lie apart from the sessions in the file.
LEFT_OUT = {"dev/fossasia2018/sessions.json": 1}
APART = {"dev/pyconfr2024.json": 5}
# People whose name is an e-mail address, which is shown nowhere.
ADDRESSES = {"dev/38c3.xml": 1, "dev/fosdem-2024.xml": 1}
# Meals among them that a title or kind names, where the facts count some words only.
BREAKS = {
    "dev/fosdem-2024.xml": 0,
    "dev/36c3-everything.json": 0,
    "dev/36c3-everything.xml": 0,
    "dev/38c3.xml": 0,
    "dev/pretalx-democon.json": 0,
    "dev/debconf23.xml": 31,
    "dev/pyconfr2024.json": 6,  # 5 in `extra`, and a lunch that is a submission
    "dev/orconf2019.csv": 13,  # 11 breaks and 2 lunches
    "dev/eurobioc-schedule.csv": 6,  # 3 breaks, 2 lunches, a dinner
}


def facts() -> list[dict[str, Any]]:
    if CORPUS is None:
        return []
    found = []
    for one in json.loads((CORPUS / "expected.json").read_text())["files"]:
        paths = (path for path in (one["path"], one.get("twin")) if path)
        found += [one | {"path": path} for path in paths if (CORPUS / path).is_file()]
    return found


def answered(path: str, fact: dict[str, Any]) -> Choices:
    chosen = dict(ANSWERS.get(path, {}))
    zone = (fact.get("tz") or "").split(" ")[0]
    if "/" in zone:
        chosen.setdefault("timezone", zone)
    return Choices(**chosen)  # type: ignore[arg-type]  # by name


def source_of(path: str) -> Source:
    assert CORPUS is not None
    file = CORPUS / path
    beside = {}
    if file.name == "sessions.json":
        beside = {one.name: one.read_bytes() for one in file.parent.iterdir() if one != file}
    return Source(file.read_bytes(), file.name, beside)


def found_in(reading: Reading) -> dict[str, Any]:
    agenda = reading.agenda
    assert agenda is not None, (reading.asks, reading.problems)
    assert check(agenda) == []
    zone = ZoneInfo(agenda.timezone)
    sessions = agenda.sessions.values()
    spoken = Counter(one.language for one in sessions)
    off = sum(not one.recorded for one in sessions)

    def local(ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, zone)

    def iso(ms: int) -> str:
        return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    rooms = len({one.room for one in sessions if one.room not in reading.lanes})
    people = sum(len(one.speakers) for one in sessions)
    return {
        "sessions": len(sessions),
        **dict.fromkeys(("rooms_used", "locations", "venues"), rooms),
        "days": len({(local(one.start_at) - timedelta(hours=6)).date() for one in sessions}),
        "first_start": iso(agenda.starts_at),
        "last_start": iso(max(one.start_at for one in sessions)),
        "last_end": iso(agenda.ends_at),
        "cross_midnight": sum(
            local(one.start_at).date() != local(one.end_at - 1).date() for one in sessions
        ),
        **{f"lang_{code}": spoken[code] for code in ("de", "en", "fr")},
        **dict.fromkeys(("do_not_record_true", "optout_true"), off),
        "persons_distinct_names": len(agenda.speakers),
        "speakers": people,
        "tz": agenda.timezone,
        "pauses": sum(one.kind.is_pause for one in sessions),
    }


COLUMNS = ("sessions", "rooms", "days", "first start", "last start", "breaks", "past midnight")


MEASURE = """
import json, re, sys, time
from pathlib import Path
from streamhub.formats.draft import Choices
from streamhub.formats.sniff import read_any
from streamhub.formats.source import Source
file, choices = Path(sys.argv[1]), Choices(**json.loads(sys.argv[2]))
beside = {}
if file.name == "sessions.json":
    beside = {one.name: one.read_bytes() for one in file.parent.iterdir() if one != file}
source = Source(file.read_bytes(), file.name, beside)
began = time.process_time()
reading = read_any(source, choices)
took = time.process_time() - began
peak = re.search("VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]
print(len(reading.agenda.sessions), took, int(peak) / 1024)
"""


def measured(path: str, choices: Choices) -> tuple[int, float, float]:
    """Read a file in a process of its own: its sessions, the processor's time, the peak in MB."""
    assert CORPUS is not None
    said = {key: getattr(choices, key) for key in ("timezone", "title", "date")}
    command = [sys.executable, "-c", MEASURE, str(CORPUS / path), json.dumps(said)]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    sessions, took, peak = done.stdout.split()
    return int(sessions), float(took), float(peak)


def row_of(
    path: str,
    form: str,
    shown: dict[str, tuple[Any, Any]],
    found: dict[str, Any],
    took: float,
    peak: float,
) -> str:
    """One row of the table: what was found, and where the facts tell it, of how many."""
    names = ("sessions", "rooms_used", "days", "first_start", "last_start", "pauses")
    cells = []
    for name in (*names, "cross_midnight"):
        was, expected = shown.get(name, (found[name], None))
        verified = "" if expected is None else "=" if was == expected else f"≠{expected}"
        cells.append(f"{was}{verified}")
    return f"| {path} | {form} | {' | '.join(cells)} | {took:.2f} s | {peak:.0f} MB |"


@pytest.fixture(scope="module", autouse=True)
def _heading() -> None:
    print(f"\n| file | format | {' | '.join(COLUMNS)} | time | memory |")


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact["path"])
def test_corpus_is_read_as_verified(fact: dict[str, Any]) -> None:
    path = fact["path"]
    choices = answered(path, fact)
    reading = read_any(source_of(path), choices)
    sessions, took, peak = measured(path, choices)
    found = found_in(reading)
    expected = {key: value for key, value in fact.items() if key in found}
    expected["sessions"] = fact.get("sessions", fact.get("rows", 0))
    expected["sessions"] += APART.get(path, 0) - LEFT_OUT.get(path, 0)
    if path in LEFT_OUT:
        assert len(told(reading, "dropped")) == LEFT_OUT[path] + 3  # rejected, pending, draft
        expected["speakers"] = found["speakers"]
        assert len(reading.agenda.speakers) == fact["speakers"] - 1  # type: ignore[union-attr]  # it is there
    if path == "dev/sessionize-gab2024.json":
        expected["speakers"] = found["speakers"]
        assert len(reading.agenda.speakers) == fact["speakers"]  # type: ignore[union-attr]  # it is there
    if path == "dev/deu-example.ods":  # its cells name one person less than its twin's
        expected["speakers"] = found["speakers"]
    if path in APART:
        expected |= {"rooms_used": fact["rooms_used"] + 1, "first_start": found["first_start"]}
    if "tz" in expected:
        expected["tz"] = fact["tz"].split(" ")[0]
    if path in ADDRESSES:
        expected["persons_distinct_names"] -= ADDRESSES[path]
    expected["pauses"] = BREAKS.get(path, found["pauses"])
    shown = {key: (found[key], value) for key, value in expected.items()}
    print("\n" + row_of(path, reading.format, shown, found, took, peak))
    assert {key: found[key] for key in expected} == expected
    assert sessions == found["sessions"]
    assert took < 2
    assert peak < 200


def test_twin_of_the_calendar_agrees_with_it() -> None:
    """The workbook says weekdays and local times, the calendar instants: they must be the same."""
    answers = Choices(timezone="America/New_York", title="JoCo", date="2024-03-09")
    book = read_any(source_of("dev/joco2024-sched-export.xlsx"), answers).agenda
    calendar = read_any(source_of("dev/joco2024.ics"), answers).agenda
    assert book is not None
    assert calendar is not None
    once = []
    for agenda in (book, calendar):
        titles = Counter(one.title for one in agenda.sessions.values())
        once.append({one.title: one for one in agenda.sessions.values() if titles[one.title] == 1})
    same = [title for title in once[0] if title in once[1] and not title.startswith("Theme: ")]
    apart = [t for t in same if once[0][t].start_at != once[1][t].start_at]
    assert len(same) > 190
    minutes = [(once[0][t].start_at - once[1][t].start_at) // 60_000 for t in apart]
    assert sorted(minutes) == [-10, -5]  # two sessions of which the files themselves disagree


def test_page_of_the_sample_event_says_what_was_verified() -> None:
    assert CORPUS is not None
    expected = json.loads((CORPUS / "sample-expected.json").read_text())
    reading = read_any(Source((CORPUS / "sample-page.txt").read_bytes(), "sample-page.txt"))
    agenda = reading.agenda
    assert agenda is not None
    about = expected["event"]
    assert agenda.title == about["title"]
    assert agenda.tagline == about["tagline"]
    assert (agenda.summary or "").startswith(about["summary"])
    assert agenda.timezone == about["venue"]["timezone"]
    assert [zone.name for zone in agenda.zones] == [zone["iana"] for zone in about["display_zones"]]
    assert [room.name for room in agenda.rooms.values()] == [expected["rooms"][0]["name"]]
    for one in expected["sessions"]:
        session = agenda.sessions[one["id"]]
        start = datetime.fromisoformat(one["start"])
        assert session.start_at == start.timestamp() * 1000
        assert session.duration_s == one["duration_minutes"] * 60
        assert (session.title, session.kind, session.room, session.printed) == (
            *(one["title"], one["kind"], one["room_id"], one["printed_time"]),
        )
        assert list(session.speakers) == one["speaker_ids"]
    assert len(agenda.sessions) == len(expected["sessions"])
    for one in expected["speakers"]:
        speaker = agenda.speakers[one["id"]]
        assert (speaker.name, speaker.role, list(speaker.affiliations)) == (
            *(one["name"], one["role"], one["affiliations"]),
        )
    assert len(agenda.speakers) == len(expected["speakers"])
    said = "\n".join(told(reading))
    for words in (
        "'CET' on 2022-06-21 is outside CET's season: it is read as Europe/Brussels",
        "local time (CEST, UTC+2)",
        "'PET/CDT' names several zones; kept as America/Mexico_City, America/Lima",
        "interrupted by 3 blank lines",
        "“Pierre PADILLA and Juan Carlos CASTILLO, N-Able” is read as 2 people",
        "No room is named; one is made",
        "1 of 6 times is printed in several zones",
    ):
        assert words in said
