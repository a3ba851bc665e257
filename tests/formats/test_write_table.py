"""CSV and XLSX: readable by spreadsheets, and nothing in them is computed."""

import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from agendas import agendas
from exporting import told, workbook
from hypothesis import given
from openpyxl import load_workbook

from streamhub.core.published import Item, Published
from streamhub.core.rundown import Run, Status
from streamhub.core.values import changed
from streamhub.formats.sample import SLUG, sample
from streamhub.formats.write_table import COLUMNS, write_csv, write_xlsx


def rows(event: Published) -> list[dict[str, str]]:
    text = write_csv(event).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def entitled(title: str) -> Published:
    """The sample with another title of its first session."""
    event = told(sample(), SLUG)
    first = event.items[0]
    item: Item = changed(first, plan=changed(first.plan, title=title))
    return changed(event, items=(item, *event.items[1:]))


def test_csv_is_utf8_that_excel_sees() -> None:
    data = write_csv(told(sample(), SLUG))
    assert data.startswith(b"\xef\xbb\xbfStart,End,")
    assert b"\r\n" in data
    found = rows(told(sample(), SLUG))
    assert [row["Start"] for row in found][:2] == ["2022-06-21 08:00", "2022-06-21 08:30"]
    assert "Lamán CARRANZA RAMÍREZ" in found[0]["Speakers"]
    assert (found[3]["Type"], found[3]["Minutes"], found[3]["Cancelled"]) == ("break", "30", "no")


def test_xlsx_has_times_as_times_and_keeps_accents() -> None:
    head, first, *_ = workbook(write_xlsx(told(sample(), SLUG)))
    assert head == list(COLUMNS)
    row: dict[str, Any] = dict(zip(head, first, strict=True))
    assert row["Start"] == datetime(2022, 6, 21, 8, 0)  # noqa: DTZ001 - spreadsheets have no zones
    assert row["Minutes"] == 30
    assert "Lamán CARRANZA RAMÍREZ" in row["Speakers"]
    assert row["Began"] is None


def test_tables_say_what_came_of_a_session() -> None:
    event = told(sample(), SLUG)
    first, second, *rest = event.items
    ran = Run(started_at=first.start_at + 61_000, ended_at=first.end_at, cause="start")
    running = Run(started_at=second.start_at, cause="next")
    items = (
        changed(first, status=Status.ENDED, runs=(ran,)),
        changed(second, status=Status.LIVE, runs=(running,)),
        changed(rest[0], status=Status.CANCELLED),
        *rest[1:],
    )
    found = rows(changed(event, items=items))
    assert (found[0]["Now"], found[0]["Began"], found[0]["Over"]) == (
        "ended",
        "2022-06-21 08:01:01",
        "2022-06-21 08:30",
    )
    assert (found[1]["Now"], found[1]["Over"]) == ("live", "")
    assert (found[2]["Cancelled"], found[2]["Now"]) == ("yes", "cancelled")


@pytest.mark.parametrize(
    "title",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "  =cmd|' /C calc'!A0",
        "\t=1",
        "\uff1d1+1",
        '=HYPERLINK("https://example.org","x")',
        "|x",
        "%x",
    ],
)
def test_no_text_is_computed(title: str) -> None:
    event = entitled(title)
    (found, *_) = rows(event)
    assert found["Title"] == f"'{title}"
    book = load_workbook(io.BytesIO(write_xlsx(event)))
    cell = book.worksheets[0].cell(2, list(COLUMNS).index("Title") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (title, "s", True)
    with zipfile.ZipFile(io.BytesIO(write_xlsx(event))) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert not [name for name in parts.namelist() if "vba" in name or "external" in name]


def test_ordinary_texts_stay_as_they_are() -> None:
    (found, *_) = rows(entitled("2 = 1 + 1, she said; 'so'"))
    assert found["Title"] == "2 = 1 + 1, she said; 'so'"


@given(agendas().map(told))
def test_any_agenda_is_a_table(event: Published) -> None:
    found = rows(event)
    assert len(found) == len(event.items)
    for row, item in zip(found, event.items, strict=True):
        said = row["Title"]
        assert (
            said[1:] if said[:1] == "'" and said != item.plan.title else said
        ) == item.plan.title
        assert not row["Title"].startswith(("=", "+", "-", "@"))
    assert [row[5] for row in workbook(write_xlsx(event))[1:]] == [
        item.plan.title for item in event.items
    ]
    assert write_csv(event) == write_csv(event)
    assert write_xlsx(event) == write_xlsx(event)
