"""Tables for spreadsheets, read back by those who read them: `csv` and openpyxl."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamhub.formats.sheets import CELL_MOST, Sheet, Value, harmless, to_csv, to_xlsx

NINE = datetime(2022, 6, 21, 9, 30, tzinfo=UTC)
EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    " =HYPERLINK()",
    "\uff1dcmd",
    '=cmd|" /C calc"!A0',
]


def sheet(*rows: tuple[Value, ...], columns: int | None = None) -> Sheet:
    wide = len(rows[0]) if columns is None else columns
    names = tuple(f"Column {n}" for n in range(wide))
    return Sheet(name="Sheet", columns=names, widths=(10,) * wide, rows=rows)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", EVIL)
def test_text_like_a_formula_is_text_in_csv(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert read_csv(to_csv(sheet((text,))))[1] == [f"'{text}"]


@pytest.mark.parametrize("text", EVIL)
def test_text_like_a_formula_is_text_in_xlsx(text: str) -> None:
    data = to_xlsx([sheet((text,))], title="Results")
    cell = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).replace("\r", "\n") == text.replace("\r", "\n")
    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_csv_keeps_accents_lines_and_times_as_excel_reads_them() -> None:
    data = to_csv(sheet(("¿Qué, «ñ»?\nSí", NINE, -3, None)))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    assert read_csv(data)[1] == ["¿Qué, «ñ»?\nSí", "2022-06-21 09:30:00", "-3", ""]


def test_xlsx_has_times_as_times_and_numbers_as_numbers() -> None:
    data = to_xlsx([sheet(("Sí", NINE, 7, None))], title="Results")
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    assert [cell.value for cell in page[2]] == ["Sí", NINE.replace(tzinfo=None), 7, None]
    assert page["B2"].is_date
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:D2")
    assert book.properties.title == "Results"


def test_xlsx_takes_what_a_workbook_cannot_hold() -> None:
    long, bell = "x" * (CELL_MOST + 5), "ding\x07 dong\x00"
    one = Sheet(name="a/b:c*d?" * 9, columns=("A",), widths=(5,), rows=[(long,), (bell,)])
    page = openpyxl.load_workbook(io.BytesIO(to_xlsx([one], title=""))).worksheets[0]
    assert [page["A2"].value, page["A3"].value] == ["x" * CELL_MOST, "ding dong"]
    assert len(page.title) <= 31


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(-9, 9)), min_size=1, max_size=5))
def test_csv_never_begins_a_cell_as_a_formula_and_loses_no_text(
    rows: list[tuple[str, int]],
) -> None:
    read = read_csv(to_csv(sheet(*rows)))[1:]
    assert len(read) == len(rows)
    for (text, number), (cell, figure) in zip(rows, read, strict=True):
        assert harmless(text) == cell
        assert cell.lstrip()[:1] not in {"=", "+", "-", "@"}
        assert int(figure) == number
