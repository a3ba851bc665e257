"""What a reader understood of a file, before anything is decided: loose, in the file's own words.

Each reader fills a `Draft`; `settle.py` makes an agenda of it, and is the one place that does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final, Literal

from streamhub.core.agenda import Agenda
from streamhub.core.said import Said
from streamhub.formats.problems import Problem

Level = Literal["assumed", "warning", "dropped"]


@dataclass(frozen=True, slots=True)
class Note:
    """What was made of one thing in the file. `row` says where it is: `row 12`, `event 10528`.

    `row` and `text` are `Said`, but for what a library said.
    """

    level: Level
    row: str | None
    field: str
    text: str

    @property
    def line(self) -> int | None:
        """The line of a text that it is about, where `row` names one."""
        line = self.row.values.get("line") if isinstance(self.row, Said) else None
        return None if line is None else int(line)

    def __str__(self) -> str:
        at = ", ".join(part for part in (self.row, self.field) if part)
        return f"{at}: {self.text}" if at else self.text


@dataclass(frozen=True, slots=True)
class Ask:
    """What only the organiser knows. `options` are likely answers, the likeliest first.

    Without an answer to what is `needed` nothing can be imported.
    """

    what: Literal["timezone", "columns", "date", "title"]
    why: Said
    options: tuple[str, ...] = ()
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its number from 1, its heading, what stands in it, what it is taken for.

    `samples` are its first values, as they stand there; `field` is None where nothing is read of
    it.
    """

    number: int
    heading: str | None
    samples: tuple[str, ...]
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the organiser answered. `columns` names a table's columns: `{"title": "Vortrag"}`.

    A column is named by its heading, letter or number, `#3` is the third in any case, and nothing
    at all says that no column is this.

    `date` is the first day, as 2027-05-12, where the file tells weekdays or day numbers only.
    """

    timezone: str | None = None
    title: str | None = None
    slug: str | None = None
    columns: Mapping[str, str] | None = None
    date: str | None = None


NO_CHOICES: Final = Choices()


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody on the agenda. `id` is set where the file tells two people of one name apart."""

    name: str
    role: str | None = None
    affiliations: tuple[str, ...] = ()
    biography: str | None = None
    id: str | None = None


@dataclass(slots=True, kw_only=True)
class DraftSession:
    """One row. A naive `start` or `end` is local; an `end` that is a time belongs to its start.

    `people` are persons, or lines as they stand in the file, each for one or several persons.
    `kind` is the file's word for it. `starts_day_before` says that the file lists it on the day
    before, as its night.
    """

    row: Said
    title: str = ""
    uid: str | None = None
    start: datetime | None = None
    end: datetime | time | None = None
    duration: timedelta | None = None
    all_day: bool = False
    room: str | None = None
    track: str | None = None
    kind: str | None = None
    people: list[Person | str] = field(default_factory=list)
    abstract: str | None = None
    subtitle: str | None = None
    language: str | None = None
    url: str | None = None
    recorded: bool = True
    streamed: bool = True
    status: str | None = None
    printed: str | None = None


@dataclass(slots=True, kw_only=True)
class Draft:
    """One file. `rooms` are those that it lists, in its order; sessions may name others."""

    title: str | None = None
    slug: str | None = None
    tagline: str | None = None
    summary: str | None = None
    timezone: str | None = None
    zones: list[tuple[str, str]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    venue: str | None = None
    rooms: list[str] = field(default_factory=list)
    room_streams: dict[str, str] = field(default_factory=dict)
    tracks: list[str] = field(default_factory=list)
    sessions: list[DraftSession] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    columns: tuple[Column, ...] = ()

    def note(self, level: Level, text: Said, row: Said | None = None, on: str = "") -> None:
        """Say what was made of something."""
        self.notes.append(Note(level, row, on, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file says. `agenda` is there once nothing needed is open and nothing is wrong.

    `preview` is the same agenda with what was assumed meanwhile: to look at, never to keep.
    `lanes` tells which rooms were added because sessions overlap, and beside which room; `columns`
    those of a table.
    """

    agenda: Agenda | None
    slug: str
    format: str = ""
    notes: tuple[Note, ...] = ()
    asks: tuple[Ask, ...] = ()
    problems: tuple[Problem, ...] = ()
    preview: Agenda | None = None
    lanes: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
