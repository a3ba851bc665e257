"""The agenda as a table: CSV and XLSX, one session a row, times as clocks at the venue show them.

Spreadsheets take some texts for formulas. In CSV such a text gets an apostrophe in front, which is
shown and not computed; in XLSX texts are marked as texts. CSV begins with a byte order mark,
without which Excel does not see that it is UTF-8.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from streamhub.core.ids import Ms
from streamhub.core.published import Item, Published
from streamhub.formats.export import Names, absolute, local, page_of, plain, zone_of

if TYPE_CHECKING:  # it takes an eighth of a second, and most commands write no sheet
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | datetime | None

COLUMNS: Final = {
    "Start": 17,
    "End": 17,
    "Time zone": 20,
    "Minutes": 9,
    "Room": 22,
    "Title": 50,
    "Subtitle": 30,
    "Type": 13,
    "Track": 18,
    "Speakers": 40,
    "Affiliations": 40,
    "Language": 9,
    "Cancelled": 10,
    "Now": 11,
    "As planned": 17,
    "Began": 17,
    "Over": 17,
    "Do not record": 9,
    "Do not stream": 9,
    "Abstract": 60,
    "Link": 40,
    "ID": 38,
}
"""Headings, and how many characters wide the columns are. Our own reader knows most of them."""
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r\n]")
"""How a text begins that some spreadsheet computes."""
_WHEN: Final = "yyyy-mm-dd hh:mm"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIXED: Final = (1980, 1, 1, 0, 0, 0)
_SAVED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _row(event: Published, item: Item, names: Names, zone: ZoneInfo) -> list[Value]:
    plan = item.plan
    run = item.runs[-1] if item.runs else None
    return [
        _clock(item.start_at, zone),
        _clock(item.end_at, zone),
        event.agenda.timezone,
        round((item.end_at - item.start_at) / 60_000),
        item.room.name,
        plan.title,
        plan.subtitle,
        plan.kind.value,
        item.track.name if item.track else None,
        "; ".join(person.name for person in item.speakers),
        "; ".join(person.affiliation or "" for person in item.speakers).strip("; "),
        plan.language,
        "yes" if item.is_off else "no",
        item.status.value,
        _clock(plan.start_at, zone),
        _clock(run.started_at, zone) if run else None,
        _clock(run.ended_at, zone) if run and run.ended_at is not None else None,
        "no" if plan.recorded else "yes",
        "no" if plan.streamed else "yes",
        plan.abstract,
        absolute(event, plan.url) if plan.url else page_of(event, item),
        names.uid(plan.id),
    ]


def _clock(at: Ms, zone: ZoneInfo) -> datetime:
    return local(at, zone).replace(tzinfo=None)


def _rows(event: Published) -> list[list[Value]]:
    names, zone = Names(event), zone_of(event)
    return [_row(event, item, names, zone) for item in event.items]


# --- CSV ---------------------------------------------------------------------------------------


def write_csv(event: Published) -> bytes:
    """Write CSV, in UTF-8 with a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(event):
        writer.writerow([_text(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}" if value.second else f"{value:%Y-%m-%d %H:%M}"
    said = str(value) if isinstance(value, int) else plain(value)
    return f"'{said}" if _FORMULA.match(said) else said


# --- XLSX --------------------------------------------------------------------------------------


def write_xlsx(event: Published) -> bytes:
    """Write XLSX: times are times, texts are texts, the headings stay in sight."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Agenda")
    _fill(sheet, _rows(event))
    stamp = (_EPOCH + timedelta(seconds=event.editions.at // 1000)).replace(tzinfo=None)
    book.properties.creator = "streamhub"
    book.properties.title = plain(event.agenda.title)
    book.properties.created = stamp
    made = io.BytesIO()
    book.save(made)
    return _same_each_time(made, stamp)


def _fill(sheet: "Worksheet", rows: Sequence[Sequence[Value]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for number, (heading, width) in enumerate(COLUMNS.items(), 1):
        cell = sheet.cell(1, number, heading)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row, values in enumerate(rows, 2):
        for column, value in enumerate(values, 1):
            if value is not None and value != "":
                _put(sheet.cell(row, column), value)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _put(cell: "Cell | MergedCell", value: str | int | datetime) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", plain(value))
        cell.data_type = "s"
        cell.quotePrefix = _FORMULA.match(value) is not None
    else:
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = _WHEN


def _same_each_time(made: io.BytesIO, stamp: datetime) -> bytes:
    """Take the times of writing out of a file: the same agenda gives the same bytes."""
    result = io.BytesIO()
    saved = rb"\g<1>" + f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _SAVED.sub(saved, data)
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, data)
    return result.getvalue()
