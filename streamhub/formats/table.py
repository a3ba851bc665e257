"""Tables that organisers keep: one session a row, under headings of their own.

Dates stand in a column, in the start, in section rows above, or only as weekdays or day numbers:
then the first day is asked for. What the headings do not say can be said, as `columns`.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from streamhub.core.said import Said
from streamhub.formats import cells, columns, limits, moments, people
from streamhub.formats.cells import Cell, Sheet
from streamhub.formats.draft import Ask, Choices, Column, Draft, DraftSession, Person
from streamhub.formats.source import Source

_RANGE: Final = re.compile(
    r"(?P<from>[^-\u2013\u2014\u2192]{1,20}?)\s*(?:-|\u2013|\u2014|\u2192|\bto\b|\bbis\b|\ba\b|\buntil\b)\s*(?P<to>\d[^-\u2013\u2014]{0,12})"
)
_DAY_NUMBER: Final = re.compile(r"(?:day|tag|dia|jour|giorno)?\s*#?\s*(?P<n>\d{1,2})(?:[.:].*)?")
_ALL_DAY: Final = frozenset(["all day", "all-day", "ganztagig", "todo el dia", "toute la journee"])
_MARKDOWN: Final = re.compile(r"\[([^\]\n]{1,300})\]\(([^)\s]{1,500})\)")
_UNREAL_YEAR: Final = 1905
_SMALL_HOURS: Final = 6
_BACKWARDS: Final = timedelta(hours=12)
_FEW_RUNS: Final = 12
_FEW: Final = 2
_NO: Final = frozenset(["", "no", "n", "false", "0", "nein", "non", "-"])
_LONG: Final = 400
_SAMPLED: Final = 40
_SAMPLES: Final = 3
_SHOWN: Final = 60
_WIDE: Final = 60


def fits(source: Source) -> bool:
    """Tell whether a file is a table whose columns are known, or is named like one."""
    if source.is_zip:
        return cells.is_xlsx(source) or cells.is_ods(source)
    if source.is_json or source.is_xml:
        return False
    if source.name.endswith((".csv", ".tsv")):
        return True
    mark = cells.delimiter_of(source.text)
    if mark is None:
        return False
    lines = [line for line in source.text[:20_000].splitlines()[:30] if line.strip()]
    head: list[list[Cell]] = [
        [cell.strip('" ') or None for cell in line.split(mark)] for line in lines
    ]
    at = columns.heading_row(head)
    if at is not None and len(columns.columns_of(head, at)) > _FEW:
        return True
    # headings that nobody knows: at least every line has as many columns, parted as in no prose
    return mark in ";\t|" and len(head) > _FEW and len({len(row) for row in head}) == 1


def read(source: Source, choices: Choices) -> Draft:
    """Read the sheet with most known columns."""
    sheets = [sheet for sheet in cells.sheets_of(source) if sheet.rows]
    if not sheets:
        limits.refuse(Said("The table is empty."), Said("Save the sheet with the programme."))
    tables = [_Table(sheet, choices) for sheet in sheets]
    best = max(tables, key=lambda table: len(table.columns) * bool(table.has_time))
    draft = best.draft()
    others = [table.sheet.name for table in tables if table is not best]
    if others:
        named = ", ".join(repr(name[:40]) for name in others[:5])
        draft.note(
            "warning",
            Said(
                "Only the sheet {sheet} was read, not {others}.",
                sheet=repr(best.sheet.name[:40]),
                others=named,
            ),
        )
    return draft


class _Table:
    """Reads one sheet."""

    def __init__(self, sheet: Sheet, choices: Choices) -> None:
        self.sheet = sheet
        self.at = columns.heading_row(sheet.rows)
        self.columns = {} if self.at is None else columns.columns_of(sheet.rows, self.at)
        if self.at is None:
            self.at = self.unknown_headings()
        said, self.missing = columns.chosen(sheet.rows, self.at, choices.columns or {})
        self.columns = {name: at for name, at in (self.columns | said).items() if at}
        head = [] if self.at is None else sheet.rows[self.at]
        self.names = [] if "speakers" in self.columns else columns.names_in_parts(head)
        self.first_day = moments.read_date(choices.date or "")
        self.on: date | None = None
        self.result = Draft()
        self.dateless = False
        self.month_first = False
        self.turns: bool | None = None
        self.last: datetime | None = None

    @property
    def has_time(self) -> bool:
        """Whether a column says when."""
        return bool({"start", "time"} & self.columns.keys())

    def draft(self) -> Draft:
        self.result.columns = self.seen()
        for text in self.sheet.notes:
            self.result.note("warning", text)
        if self.missing:
            named = ", ".join(repr(name[:40]) for name in self.missing)
            self.result.note(
                "warning", Said("The table has no column {names}.", names=named), on="columns"
            )
        if not {"title", "kind"} & self.columns.keys() or not self.has_time:
            self.ask_columns()
            return self.result
        self.before_headings()
        below = 0 if self.at is None else self.at + 1
        rows, first = self.sheet.rows[below:], below + 1
        self.month_first = self.american(rows)
        self.turns = self.in_order(rows)
        for number, row in enumerate(rows, first):
            if any(cell is not None for cell in row):
                self.row(row, Said("row {row}", row=str(number)))
        if self.dateless:
            why = Said(
                "The table says weekdays or day numbers, but no dates: which day is the first?"
            )
            self.result.asks.append(Ask("date", why))
            self.result.sessions.clear()
        return self.result

    def unknown_headings(self) -> int | None:
        """Find the row of headings that nobody knows: the first of words only."""
        for i, row in enumerate(self.sheet.rows[:10]):
            said = [cell for cell in row if cell is not None]
            if len(said) > 1:
                words = all(isinstance(cell, str) and self.moment(cell) is None for cell in said)
                return i if words else None
        return None

    def seen(self) -> tuple[Column, ...]:
        """Tell what each column is taken for, and what stands in it."""
        fields = {i: name for name, listed in self.columns.items() for i in listed}
        head = [] if self.at is None else self.sheet.rows[self.at]
        below = self.sheet.rows[0 if self.at is None else self.at + 1 :][:_SAMPLED]
        width = min(max((len(row) for row in [head, *below]), default=0), _WIDE)
        found = []
        for i in range(width):
            values = [_as_shown(row[i]) for row in below if i < len(row) and row[i] is not None]
            samples = [text for text in dict.fromkeys(values) if text][:_SAMPLES]
            heading = _as_shown(head[i]) if i < len(head) else ""
            if samples or heading:
                found.append(Column(i + 1, heading or None, tuple(samples), fields.get(i)))
        return tuple(found)

    def ask_columns(self) -> None:
        head = self.sheet.rows[self.at or 0]
        options = tuple(
            str(cell).strip()[:60] if isinstance(cell, str) else f"column {i + 1}"
            for i, cell in enumerate(head[:40])
            if cell is not None
        )
        missing = [
            name
            for name, is_there in (("title", "title" in self.columns), ("start", self.has_time))
            if not is_there
        ]
        names = (
            missing[0]
            if len(missing) == 1
            else Said("{one} or {other}", one="title", other="start")
        )
        why = Said("No column of the table is known as {names}.", names=names)
        self.result.asks.append(Ask("columns", why, options))

    def before_headings(self) -> None:
        """Read the title that stands over the table, and a day."""
        for row in self.sheet.rows[: self.at or 0]:
            said = [cell for cell in row if isinstance(cell, str) and cell.strip()]
            if not said:
                continue
            named = [columns.field_of(cell) for cell in said]
            if len(said) > 1 and columns.heading(said[0]) in {
                "project name",
                "event name",
                "event",
            }:
                self.result.title = said[1]
            elif len(said) == 1 and self.day_in(said[0]) is not None:
                self.on = self.day_in(said[0])
            elif self.result.title is None and named[0] is None and not said[0].startswith("<"):
                self.result.title = said[0].strip()

    def american(self, rows: Sequence[Sequence[Cell]]) -> bool:
        """Tell whether dates with slashes begin with the month: some second number is above 12."""
        found = False
        for name in ("date", "start", "day"):
            for row in rows:
                said = self.cell(row, name)
                if isinstance(said, str) and (
                    match := re.match(r"(\d{1,2})/(\d{1,2})/\d{2}", said.strip())
                ):
                    if int(match[1]) > 12:  # noqa: PLR2004 - months
                        return False
                    found = found or int(match[2]) > 12  # noqa: PLR2004 - months
        return found

    def in_order(self, rows: Sequence[Sequence[Cell]]) -> bool:
        """Tell whether weekdays follow each other down the table: a second Monday is one then."""
        days = [
            day
            for row in rows
            if isinstance(said := self.cell(row, "day"), str)
            and (day := moments.read_weekday(said)) is not None
        ]
        runs = [day for i, day in enumerate(days) if not i or day != days[i - 1]]
        return len(runs) <= _FEW_RUNS and len(days) > len(runs)

    # Cells.

    def cell(self, row: Sequence[Cell], name: str) -> Cell:
        for i in self.columns.get(name, ()):
            if i < len(row) and row[i] is not None:
                return row[i]
        return None

    def text(self, row: Sequence[Cell], name: str) -> str | None:
        said = self.cell(row, name)
        if isinstance(said, float):
            return str(int(said)) if said.is_integer() else str(said)
        if isinstance(said, datetime | date | time):
            return said.isoformat()
        return said.strip() or None if isinstance(said, str) else None

    # Rows.

    def row(self, row: Sequence[Cell], where: Said) -> None:
        filled = [cell for cell in row if cell is not None]
        if len(filled) == 1 and isinstance(filled[0], str) and self.section(filled[0]):
            return
        named = [columns.field_of(cell) for cell in filled]
        if len(filled) > 1 and all(named):
            return  # the headings once more
        when, until, all_day, printed = self.times(row)
        day = self.day(row)
        start = None
        if isinstance(when, datetime):
            start = when
        elif (when is not None or all_day) and day is not None:
            start = datetime.combine(day, when or time())
        elif when is not None or all_day:
            self.dateless = True
            start = datetime.combine(date(2000, 1, 1), when or time())
        if start is not None and not isinstance(when, datetime) and not all_day:
            start = self.after_midnight(start, where)
        title = self.text(row, "title") or ""
        if self.is_one_more_speaker(row, title):
            self.result.sessions[-1].people += self.people(row, where)
            return
        kind = self.text(row, "kind")
        if start is None and not title:
            return
        skipped = self.text(row, "skip")
        status = self.text(row, "status")
        if skipped is not None and moments.plain(skipped) not in _NO:
            status = "skipped"
        recorded = self.text(row, "recorded")
        self.result.sessions.append(
            DraftSession(
                row=where,
                uid=self.text(row, "uid"),
                title=title,
                subtitle=self.text(row, "subtitle"),
                start=start,
                end=until,
                duration=self.length(self.cell(row, "duration")),
                all_day=all_day,
                room=self.text(row, "room"),
                track=self.text(row, "track"),
                kind=kind,
                people=list(self.people(row, where)),
                abstract=_plain_links(self.text(row, "abstract")),
                language=self.text(row, "language"),
                url=self.text(row, "url"),
                status=status,
                recorded=(recorded is None or moments.plain(recorded) not in _NO)
                and not self.is_set(row, "unrecorded"),
                streamed=not self.is_set(row, "unstreamed"),
                printed=printed,
            )
        )

    def is_one_more_speaker(self, row: Sequence[Cell], title: str) -> bool:
        """Tell whether a row only adds a speaker to the session above: exports with a row each."""
        above = self.result.sessions[-1] if self.result.sessions else None
        uid = self.text(row, "uid")
        return (
            bool(self.names)
            and above is not None
            and uid is not None
            and uid == above.uid
            and title in {"", above.title}
        )

    def after_midnight(self, start: datetime, where: Said) -> datetime:
        """Take a small hour that stands below a day's late ones for the night after that day."""
        before, self.last = self.last, start
        if before is None or start.date() != before.date() or start.hour >= _SMALL_HOURS:
            return start
        if before - start < _BACKWARDS:
            return start
        self.last = before
        self.result.note(
            "assumed",
            Said("It stands below later ones: the night after is meant."),
            where,
            "start",
        )
        return start + timedelta(days=1)

    def is_set(self, row: Sequence[Cell], name: str) -> bool:
        said = self.text(row, name)
        return said is not None and moments.plain(said) not in _NO

    def section(self, said: str) -> bool:
        """Take a row of one cell for the day of those below; tell whether it is no session."""
        day = self.day_in(said)
        if day is not None:
            self.on = day
        return day is not None or self.at is not None

    def day_in(self, said: str) -> date | None:
        """Find a day in a heading such as "Friday Sept 27 Afternoon" or "Day 2"."""
        words = said.replace(",", " ").split()
        year = self.first_day.year if self.first_day else None
        for size in range(min(5, len(words)), 0, -1):
            for at in range(len(words) - size + 1):
                part = " ".join(words[at : at + size])
                if (found := moments.read_date(part, year=year)) is not None:
                    return found
        if self.first_day is not None and words:
            if (weekday := moments.read_weekday(words[0])) is not None:
                return self.first_day + timedelta(days=(weekday - self.first_day.weekday()) % 7)
            if (
                moments.plain(words[0]) in {"day", "tag", "dia", "jour", "giorno"}
                and len(words) > 1
                and words[1].isdigit()
            ):
                return self.first_day + timedelta(days=min(int(words[1]), 366) - 1)
        return None

    def day(self, row: Sequence[Cell]) -> date | None:
        """Find the day of a row: its date, its weekday or number, or that of its section."""
        for name in ("date", "day"):
            said = self.cell(row, name)
            if isinstance(said, datetime):
                return said.date()
            if isinstance(said, date):
                return said
            if isinstance(said, float):
                return self.numbered(int(said)) if 0 < said < 100 else None  # noqa: PLR2004 - days of an event
            if isinstance(said, str):
                found = self.said_day(said)
                if found is not None:
                    return found
        if self.on is None and not {"date", "day"} & self.columns.keys():
            return self.first_day
        return self.on

    def said_day(self, said: str) -> date | None:
        year = self.first_day.year if self.first_day else None
        found = moments.read_date(said, year=year, month_first=self.month_first)
        if found is None and (when := moments.read_instant(said)) is not None:
            found = when.date()
        if found is not None:
            return found
        weekday = moments.read_weekday(said.partition(",")[0])
        if weekday is not None and self.first_day is not None:
            base = self.on if self.turns and self.on is not None else self.first_day
            self.on = base + timedelta(days=(weekday - base.weekday()) % 7)
            return self.on
        match = _DAY_NUMBER.fullmatch(moments.plain(said))
        return self.numbered(int(match["n"])) if match and weekday is None else None

    def numbered(self, number: int) -> date | None:
        return None if self.first_day is None else self.first_day + timedelta(days=number - 1)

    def times(
        self, row: Sequence[Cell]
    ) -> tuple[datetime | time | None, datetime | time | None, bool, str | None]:
        """Read when a row starts and ends, whether it lasts all day, and what is printed."""
        said = self.cell(row, "start")
        if said is None:
            said = self.cell(row, "time")
        if isinstance(said, str) and moments.plain(said) in _ALL_DAY:
            return None, None, True, said
        until = self.moment(self.cell(row, "end"))
        printed = said.strip() if isinstance(said, str) else None
        when = self.moment(said)
        if when is None and isinstance(said, str) and (match := _RANGE.fullmatch(said.strip())):
            half = re.search(r"[ap]\.?m\.?", match["to"].lower())
            begins = match["from"]
            if half and not re.search(r"[ap]\.?m", begins.lower()):
                begins += half[0]
            when, until = self.moment(begins), until or self.moment(match["to"])
            if isinstance(when, time) and isinstance(until, time) and half and when > until:
                when = self.moment(match["from"] + ("am" if half[0].startswith("p") else "pm"))
        return when, until, False, printed

    def moment(self, said: Cell) -> datetime | time | None:
        if isinstance(said, datetime):
            return said.time() if said.year < _UNREAL_YEAR else said.replace(microsecond=0)
        if isinstance(said, time):
            return said.replace(microsecond=0)
        if isinstance(said, timedelta):
            return _clock(said)
        if isinstance(said, float):
            return _clock(timedelta(days=said)) if 0 <= said < 1 else None
        if isinstance(said, str):
            when = moments.read_instant(said)
            return when or moments.read_clock(said)
        return None

    def length(self, said: Cell) -> timedelta | None:
        if isinstance(said, timedelta):
            return said
        if isinstance(said, time):
            return timedelta(hours=said.hour, minutes=said.minute, seconds=said.second)
        if isinstance(said, float) and 0 <= said < 10_000:  # noqa: PLR2004 - minutes of a week
            return timedelta(minutes=said) if said >= 1 else timedelta(seconds=round(said * 86_400))
        return moments.read_duration(said) if isinstance(said, str) else None

    def people(self, row: Sequence[Cell], where: Said) -> list[Person]:
        """Read who speaks: one column for all, or one for each."""
        listed = self.columns.get("speakers", ())
        lines = [str(row[i]) for i in listed if i < len(row) and isinstance(row[i], str)]
        for parts in self.names:
            named = [str(row[i]).strip() for i in parts if i < len(row) and row[i] is not None]
            lines += [" ".join(named)] if named else []
        found: list[Person] = []
        for line in lines:
            if len(line) > _LONG:
                self.result.note(
                    "warning",
                    Said("The speakers' cell is too long to be read."),
                    where,
                    "speakers",
                )
                continue
            found += people.read_line(line, several=len(listed) == 1)
        if len(found) > 1 and len(lines) == 1 and not re.search(r"[;\n|]", lines[0].strip()):
            self.result.note(
                "assumed",
                Said(
                    "{line} is read as {n} people.",
                    line=repr(lines[0].strip()[:80]),
                    n=len(found),
                ),
                where,
                "speakers",
            )
        place, role = self.text(row, "affiliation"), self.text(row, "role")
        if place and found:
            parted = re.search(r"[;/\n]|, ", place) is not None
            places = [one.strip() for one in re.split(r"[;/\n]|, ", place) if one.strip()]
            if len(found) == 1 or not parted:
                for person in found:
                    person.affiliations = person.affiliations or (place,)
            elif len(places) == len(found):
                for person, one in zip(found, places, strict=True):
                    person.affiliations = (one,)
            else:
                self.result.note(
                    "warning",
                    Said("Whose {place} is, is not clear.", place=repr(place[:60])),
                    where,
                    "affiliation",
                )
        if role and len(found) == 1:
            found[0].role = found[0].role or role
        return found


def _as_shown(cell: Cell) -> str:
    """Write a cell as a table shows it, in a few words."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case time():
            return f"{cell:%H:%M}"
        case float():
            return f"{cell:g}"
        case _:
            text = " ".join(str(cell).split())
            return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\u2026"


def _clock(span: timedelta) -> time | None:
    seconds = round(span.total_seconds()) % 86_400
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _plain_links(text: str | None) -> str | None:
    """Write Markdown's links as text, with the address where it leads anywhere."""
    if text is None or "](" not in text:
        return text
    return _MARKDOWN.sub(lambda m: f"{m[1]} ({m[2]})" if m[2].startswith("http") else m[1], text)
