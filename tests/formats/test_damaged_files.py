"""Whatever is done to a file, its reader answers: a reading that core accepts, or words."""

import io
import json
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import FIXTURES, read

from streamhub.core.agenda import check
from streamhub.formats.problems import AgendaFileError

NAMES = sorted(path.name for path in FIXTURES.iterdir())
CHOSEN = {"timezone": "Europe/Lisbon", "title": "T", "date": "2027-05-12"}
PIECES = [
    *(b"", b"\n", b":", b"<", b"'", b'"', b"{", b"]", b"\t", b",", b"\xff", b"\0", b"99999999999"),
    *(b"2027-02-30T25:61:00", b"END:VEVENT\n", b"</room>", b"null", b"[]", b";", b"\r", b"-1"),
]


def survives(data: bytes, name: str = "") -> None:
    with suppress(AgendaFileError):
        for chosen in (CHOSEN, {}):
            reading = read(data, name, **chosen)
            if reading.agenda is not None:
                assert check(reading.agenda) == []
            assert reading.agenda is not None or reading.asks or reading.problems


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_readers_survive_damage(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    raw = (FIXTURES / name).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        gone = data.draw(st.integers(0, 40))
        raw = raw[:start] + data.draw(st.sampled_from(PIECES)) + raw[start + gone :]
    survives(raw, data.draw(st.sampled_from([name, ""])))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2027-05-12T09:00:00+02:00", "0:45", "24:00", "Break", "12", "de"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A JSON fixture of which some value is something else altogether."""
    name = draw(st.sampled_from([name for name in NAMES if name.endswith(".json")]))
    tree: Any = json.loads((FIXTURES / name).read_text())
    for _ in range(draw(st.integers(1, 4))):
        node: Any = tree
        while isinstance(node, dict | list) and node:
            keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = draw(st.sampled_from(keys))
            if not isinstance(node[key], dict | list) or draw(st.integers(0, 5)) == 0:
                node[key] = draw(JSON)
                break
            node = node[key]
    return json.dumps(tree).encode()


@settings(deadline=None, max_examples=300)
@given(mutated())
def test_json_readers_take_any_value_anywhere(data: bytes) -> None:
    survives(data)


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
    st.sampled_from(["", ".csv", ".yaml"]),
)
def test_any_bytes_are_answered(data: bytes, ending: str) -> None:
    survives(data, f"x{ending}")


CELL = st.text(max_size=12) | st.sampled_from(
    [
        *("Title", "Start", "End", "Day", "Date", "Speaker 1", "9:00", "25:00", "Fri", "2", ""),
        *("2027-05-12", "9:00-8:00", "All day", "-5", "1e9", "5/13/2027", "0:00", "Room", "1"),
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(CELL, max_size=6), max_size=8))
def test_tables_take_any_cells(rows: list[list[str]]) -> None:
    lines = [";".join(f'"{cell.replace(chr(34), "")}"' for cell in row) for row in rows]
    survives("\n".join(["Title;Start;End;Day;Room;Speakers", *lines]).encode(), "x.csv")


LINE = st.text(max_size=30) | st.sampled_from(
    [
        *(
            "9:00-10:00 CET One",
            "08:00 PET (Lima)",
            "15:00 CET (Brussels)",
            "",
            "  • Eva KERN, ETH",
        ),
        *(
            "12 May 2027",
            "23:30 - 0:30 Late",
            "0:15 Later",
            "Room 5",
            "Speakers: A B and C D",
            "9 am",
        ),
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(LINE, max_size=12))
def test_texts_take_any_lines(lines: list[str]) -> None:
    survives("\n".join(["Call", "9:00 UTC One", *lines]).encode())


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_workbooks_survive_damage(data: st.DataObject) -> None:
    from test_readers import ODS, ods, workbook

    made = data.draw(st.sampled_from(["xlsx", "ods"]))
    rows: list[list[object]] = [["Title", "Start"], ["One", "2027-05-12 09:00"]]
    raw = workbook(rows) if made == "xlsx" else ods(ODS)
    members = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    start = data.draw(st.integers(0, len(members[name])))
    piece = data.draw(st.sampled_from(PIECES))
    members[name] = (
        members[name][:start] + piece + members[name][start + data.draw(st.integers(0, 40)) :]
    )
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as repacked:
        for one, held in members.items():
            repacked.writestr(one, held)
    survives(again.getvalue())


@pytest.mark.parametrize("name", NAMES)
def test_cut_files_are_answered(name: str) -> None:
    raw = (FIXTURES / name).read_bytes()
    for cut in range(0, len(raw), max(1, len(raw) // 40)):
        survives(raw[:cut], name)
