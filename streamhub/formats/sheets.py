"""Tables for spreadsheets, as CSV and XLSX, in which nothing that a stranger wrote is a formula.

What is in them is said by whoever has a table (`http/results.py`); agendas have their own formats.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # it takes an eighth of a second, and most commands write no sheet
    from openpyxl.cell import Cell

Value = str | int | float | datetime | None
"""What a cell may hold; a `datetime` is written as the wall clock of its zone."""

_FORMULA: Final = re.compile(r"^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
"""How a text begins that spreadsheets take for a formula (OWASP, CSV injection)."""
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAME: Final = re.compile(r"[\[\]:*?/\\]")
CELL_MOST: Final = 32_767
"""How many characters fit into a cell of a spreadsheet."""
SHEET_NAME_MOST: Final = 31
TIME: Final = "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with a name. `widths` are in characters, one for each of `columns`."""

    name: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Sequence[tuple[Value, ...]]


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: with an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def to_csv(sheet: Sheet) -> bytes:
    """Write one table as CSV (RFC 4180), in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(sheet.columns)
    for row in sheet.rows:
        table.writerow([_csv_value(value) for value in row])
    return "\ufeff".encode() + out.getvalue().encode()


def _csv_value(value: Value) -> Value:
    if isinstance(value, str):
        return harmless(value)
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else value


def to_xlsx(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """Write tables as a workbook: headings that stay in sight, filters, times that are times."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = title
    book.properties.creator = "streamhub"
    for sheet in sheets:
        page = book.create_sheet(_NAME.sub(" ", sheet.name)[:SHEET_NAME_MOST])
        page.append(list(sheet.columns))
        for cell in page[1]:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="E3F0F1")
            cell.alignment = Alignment(vertical="center", wrap_text=True)
        for place, width in enumerate(sheet.widths, start=1):
            page.column_dimensions[get_column_letter(place)].width = width
        for number, row in enumerate(sheet.rows, start=2):
            for place, value in enumerate(row, start=1):
                _put(page.cell(row=number, column=place), value)
        page.freeze_panes = "A2"
        page.auto_filter.ref = page.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(cell: "Cell", value: Value) -> None:
    from openpyxl.styles import Alignment

    if isinstance(value, datetime):
        cell.value = value.replace(tzinfo=None)
        cell.number_format = TIME
    elif isinstance(value, str):
        cell.value = _UNWRITABLE.sub("", value)[:CELL_MOST]
        cell.data_type = "s"  # also where it begins like a formula
        cell.quotePrefix = bool(_FORMULA.match(value))
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    else:
        cell.value = value
        cell.alignment = Alignment(vertical="top")
