"""Tables as lists of cells: CSV, XLSX and ODS, with what was cached of formulas, never formulas.

Nothing but cells is read: no macros, no links to other files, no pictures, no comments.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final
from xml.etree.ElementTree import Element

from streamhub.core.said import Said
from streamhub.formats import limits, moments
from streamhub.formats.limits import refuse, within
from streamhub.formats.source import Source, parse_xml

Cell = str | float | datetime | date | time | timedelta | None

_DELIMITERS: Final = (",", ";", "\t", "|")
_FORMULA: Final = re.compile(r"[=+@][A-Za-z]+[(!$0-9]|=.*\(")
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MACROS: Final = Said("The file has macros, which are not read.")


@dataclass(slots=True)
class Sheet:
    """One table. `notes` are about the file."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)


def is_xlsx(source: Source) -> bool:
    """Tell whether a zip file is an Excel workbook."""
    return source.is_zip and "xl/workbook.xml" in source.names


def is_ods(source: Source) -> bool:
    """Tell whether a zip file is an OpenDocument spreadsheet."""
    return (
        source.is_zip
        and "content.xml" in source.names
        and "mimetype" in source.names
        and b"spreadsheet" in source.member("mimetype")[:100]
    )


def sheets_of(source: Source) -> list[Sheet]:
    """Read all tables of a file."""
    if is_xlsx(source):
        return _xlsx(source)
    if is_ods(source):
        return _ods(source)
    return [_csv(source.text)]


def delimiter_of(text: str) -> str | None:
    """Find what parts the columns: what stands in most of the first lines, equally often."""
    lines = [line for line in text[:20_000].split("\n")[:40] if line.strip()]
    best, most = None, 0
    for mark in _DELIMITERS:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        score = sum(n == usual for n in counts) * usual + max(counts, default=0)
        if max(counts, default=0) and score > most:
            best, most = mark, score
    return best


def _csv(text: str) -> Sheet:
    sheet = Sheet("")
    mark = delimiter_of(text) or ","
    formulas = count = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for row in reader:
            within(reader.line_num, limits.MAX_ROWS * 10, Said("lines"))
            within(len(row), limits.MAX_COLUMNS, Said("columns"))
            count += len(row)
            within(count, limits.MAX_CELLS, Said("cells"))
            cells: list[Cell] = []
            for said in row:
                formula = _FORMULA.match(said) is not None
                formulas += formula
                cells.append(None if formula or not said.strip() else said[: limits.MAX_CELL])
            sheet.rows.append(cells)
            within(len(sheet.rows), limits.MAX_ROWS, Said("rows"))
    except csv.Error as error:
        refuse(
            Said("This is not CSV: {why}.", why=str(error)),
            Said("Save it as CSV in UTF-8."),
            reader.line_num,
        )
    if formulas:
        sheet.notes.append(
            Said(
                "{n} cell holds a formula, which is not read.",
                "{n} cells hold formulas, which are not read.",
                n=formulas,
            )
        )
    return sheet


def _xlsx(source: Source) -> list[Sheet]:
    from openpyxl import load_workbook

    found = []
    notes = []
    if any(name.lower().endswith(".bin") and "vba" in name.lower() for name in source.names):
        notes.append(_MACROS)
    cells = 0
    empty = Said("Delete empty rows and columns.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(
                io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False
            )
            for page in book.worksheets:
                sheet = Sheet(page.title, notes=notes)
                page.reset_dimensions()
                for row in islice(page.iter_rows(values_only=True), limits.MAX_ROWS):
                    made = [_known(cell) for cell in row[: limits.MAX_COLUMNS]]
                    cells += len(made)
                    within(cells, limits.MAX_CELLS, Said("cells"), empty)
                    sheet.rows.append(made)
                while sheet.rows and not any(sheet.rows[-1]):
                    sheet.rows.pop()
                found.append(sheet)
            book.close()
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            IndexError,
            OverflowError,
            SyntaxError,
            OSError,
            EOFError,
            zipfile.BadZipFile,
        ) as error:
            said = " ".join(str(error).split())[:120]
            refuse(
                Said("The workbook cannot be read: {why}.", why=said),
                Said("Save it again as .xlsx, or as CSV."),
            )
    return found


def _known(value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value[: limits.MAX_CELL] if value.strip() else None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime | date | time | timedelta):
        return value
    return None


def _ods(source: Source) -> list[Sheet]:
    root = parse_xml(source.member("content.xml"))
    found = []
    cells = 0
    notes = [_MACROS] if any(name.startswith("Basic/") for name in source.names) else []
    for table in root.iter(f"{_TABLE}table"):
        sheet = Sheet(table.get(f"{_TABLE}name") or "", notes=notes)
        for row in table.iter(f"{_TABLE}table-row"):
            made = list(_ods_row(row))
            while made and made[-1] is None:
                made.pop()
            again = _times(row, "number-rows-repeated") if made else 1
            within(len(sheet.rows) + again, limits.MAX_ROWS, Said("rows"))
            cells += len(made) * again
            within(cells, limits.MAX_CELLS, Said("cells"))
            sheet.rows += [list(made) for _ in range(again)]
        found.append(sheet)
    return found


def _times(element: Element, name: str) -> int:
    said = element.get(f"{_TABLE}{name}") or "1"
    return int(said) if said.isdigit() and len(said) < 9 else 1  # noqa: PLR2004 - far above the limits


def _ods_row(row: Element) -> Iterator[Cell]:
    count = 0
    for cell in row:
        if not cell.tag.endswith("table-cell"):
            continue
        value = _ods_cell(cell)
        again = min(_times(cell, "number-columns-repeated"), limits.MAX_COLUMNS - count)
        count += again
        for _ in range(again):
            yield value


def _ods_cell(cell: Element) -> Cell:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind == "date":
        said = cell.get(f"{_OFFICE}date-value") or ""
        when = moments.read_instant(said)
        return when.replace(tzinfo=None) if when is not None else moments.read_date(said)
    if kind == "time":
        return moments.read_duration(cell.get(f"{_OFFICE}time-value") or "")
    if kind in {"float", "currency", "percentage"}:
        try:
            return float(cell.get(f"{_OFFICE}value") or "")
        except ValueError:
            return None
    if kind == "boolean":
        return "yes" if cell.get(f"{_OFFICE}boolean-value") == "true" else "no"
    said = "\n".join("".join(text.itertext()) for text in cell.iter(f"{_TEXT}p"))
    return said[: limits.MAX_CELL] if said.strip() else None
