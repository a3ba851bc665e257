"""Files made to hurt a reader, by name, with the answer that each gets: words, and at once."""

import io
import json
import re
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from reading import LISBON, agenda_in, in_order, read, told

from streamhub.formats import limits
from streamhub.formats.problems import AgendaFileError

HEAD = "Title,Start,End\n"
ROW = "One,2027-05-12 09:00,2027-05-12 10:00\n"


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return packed.getvalue()


def encrypted() -> bytes:
    raw = bytearray(zipped(("sessions.json", b"[]")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


def xml(body: str) -> bytes:
    return f"<?xml version='1.0'?>{body}".encode()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SCHEDULE = "<schedule><conference><title>{}</title></conference></schedule>"
CALENDAR = "BEGIN:VCALENDAR\nVERSION:2.0\n"
SLOTS = "9:00 One\n9:30 Two\n"

REFUSED: dict[str, tuple[bytes, str]] = {
    "too large": (b" " * (limits.MAX_BYTES + 1), "10,000,000 are the most"),
    "empty": (b"", "no agenda that streamhub can read"),
    "random bytes": (bytes(range(256)) * 20, "is not text"),
    "json: nested a hundred thousand deep": (
        b"[" * 100_000 + b"]" * 100_000,
        "nested more than 40 deep",
    ),
    "json: nested fifty deep": (b"[" * 50 + b"]" * 50, "nested more than 40 deep"),
    "json: half a million lists": (
        b"[" + b"[]," * 500_000 + b"[]]",
        "400,000 are the most",
    ),
    "json: a number of a million digits": (
        b'{"sessions": [{"startsAt": ' + b"9" * 1_000_000 + b"}]}",
        "1,000,000 digits",
    ),
    "json: cut off": (b'{"schedule": {"conference": {\n"days": [', "not JSON"),
    "json: not utf-8": (b'{"schedule": "\xff"}', "0xFF is not UTF-8"),
    "xml: a billion laughs": (
        xml(f'<!DOCTYPE s [<!ENTITY l0 "lol">{LAUGHS}]>{SCHEDULE.format("&l9;")}'),
        "document type or entities",
    ),
    "xml: an external entity": (
        xml(f'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>{SCHEDULE.format("&x;")}'),
        "document type or entities",
    ),
    "xml: an external document type": (
        xml(f'<!DOCTYPE schedule SYSTEM "http://x.example/d">{SCHEDULE.format("")}'),
        "document type or entities",
    ),
    "xml: nested a hundred thousand deep": (
        xml("<schedule>" + "<a>" * 100_000),
        "nested more than 40 deep",
    ),
    "xml: half a million elements": (
        xml("<schedule>" + "<a/>" * 500_000 + "</schedule>"),
        "400,000 are the most",
    ),
    "xml: cut off": (xml("<schedule><day>"), "not XML"),
    "xml: an encoding that is none": (
        b"<?xml version='1.0' encoding='x-none'?><schedule/>",
        "encoding of the XML is not known",
    ),
    "zip: packed ten thousand times": (
        zipped(("sessions.json", b"[" + b" " * 20_000_000 + b"]")),
        "packed more than 200 times",
    ),
    "zip: unpacks to a hundred megabytes": (
        zipped(*((f"{n}.json", b" " * 10_000_000) for n in range(10))),
        "40,000,000 are the most",
    ),
    "zip: a thousand members": (
        zipped(*((f"{n}.json", b"[]") for n in range(1000))),
        "500 are the most",
    ),
    "zip: with a password": (encrypted(), "has a password"),
    "zip: cut off": (zipped(("sessions.json", b"[]"))[:40], "is broken"),
    "zip: nothing known in it": (zipped(("a.txt", b"x")), "no agenda"),
    "xlsx: no workbook in it": (zipped(("xl/workbook.xml", b"<a/>")), "cannot be read"),
    "ods: entities in it": (
        zipped(
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", xml('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')),
        ),
        "document type or entities",
    ),
    "csv: a million columns": (
        (HEAD + "," * 1_000_000 + "\n").encode(),
        "200 are the most",
    ),
    "csv: a hundred thousand rows": (
        (HEAD + ROW * 100_000).encode(),
        "20,000 are the most",
    ),
    "csv: one cell of a megabyte": (
        (HEAD + '"' + "x" * 1_000_000 + '",,\n' + ROW).encode(),
        "not CSV",
    ),
    "ical: a hundred levels": (
        (CALENDAR + "BEGIN:VEVENT\n" * 100).encode(),
        "40 are the most",
    ),
    "text: a line of a megabyte": (
        (SLOTS + "a" * 1_000_000).encode(),
        "20,000 are the most",
    ),
    "text: a hundred thousand lines": (
        (SLOTS + "\n" * 100_000).encode(),
        "20,000 are the most",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_in_words(name: str) -> None:
    data, words = REFUSED[name]
    began = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(AgendaFileError) as caught:
            read(data)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert words in str(caught.value)
    assert all(problem.message and problem.hint for problem in caught.value.problems)
    assert peak < 200_000_000
    assert time.perf_counter() - began < 20  # tracemalloc makes it many times slower


def test_docs_tell_what_each_got() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "agenda.md").read_text()
    listed = re.findall(r"^\| ([^|]+) \| … ([^|]+) … \|$", docs, re.MULTILINE)
    assert dict(listed) == {name: words for name, (_, words) in REFUSED.items()}


def test_broken_json_tells_the_line() -> None:
    with pytest.raises(AgendaFileError) as caught:
        read(b'{"schedule": {"conference": {\n"days": [')
    assert caught.value.problems[0].line == 2


def one_session(**fields: object) -> bytes:
    session = {
        "id": "1",
        "title": "One",
        "room": "Hall",
        "startsAt": "2027-05-12T09:00:00",
        "endsAt": "2027-05-12T10:00:00",
        "speakers": [],
    }
    return json.dumps({"sessions": [session | fields]}).encode()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"title": "<script>alert(1)</script><b>One</b>"}, "One"),
        ({"title": "One <img src=x onerror=alert(1)>"}, "One"),
        ({"title": "One\u202e\u0000\ud800 \x1b[31m"}, "One [31m"),
        ({"title": "One &lt;script&gt;"}, "One <script>"),
        ({"title": "Write to a@b.example"}, "Write to"),
        ({"title": "a\u0301" + "\u0301" * 50}, "\u00e1\u0301\u0301\u0301\u0301"),
    ],
)
def test_hostile_text_becomes_plain(fields: dict[str, object], shown: str) -> None:
    (one,) = in_order(agenda_in(read(one_session(**fields), **LISBON)))
    assert one.title == shown


def test_long_texts_are_cut_and_told() -> None:
    reading = read(one_session(title="x" * 100_000, description="y " * 100_000), **LISBON)
    (one,) = in_order(agenda_in(reading))
    assert len(one.title) == 300
    assert len(one.abstract or "") <= 5000
    assert any("cut to 300 characters" in line for line in told(reading))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_addresses_that_pages_must_not_open_are_left_out(url: str) -> None:
    (one,) = in_order(agenda_in(read(one_session(liveUrl=url), **LISBON)))
    assert one.url is None


@pytest.mark.parametrize(
    "fields",
    [
        {"startsAt": "0001-01-01T00:00:00", "endsAt": "0001-01-01T01:00:00"},
        {"startsAt": "9999-12-31T23:00:00", "endsAt": "9999-12-31T23:59:59"},
        {"startsAt": "2027-05-12T25:00:00"},
        {"startsAt": "2027-02-30T09:00:00"},
        {"startsAt": {"a": []}},
        {"startsAt": True},
        {"startsAt": 1e308},
        {"endsAt": "2027-05-12T08:00:00"},
        {"endsAt": "2027-06-12T08:00:00"},
    ],
)
def test_impossible_times_leave_the_session_out_and_change_nothing_else(
    fields: dict[str, object],
) -> None:
    reading = read(one_session(**fields), **LISBON)
    assert reading.agenda is None
    assert [problem.where for problem in reading.problems] == ["sessions"]
    assert len(told(reading, "dropped")) == 1


def test_ten_thousand_sessions_are_refused_by_the_agenda() -> None:
    rows = [
        {
            "id": str(n),
            "title": f"T{n}",
            "room": f"R{n % 7}",
            "startsAt": "2027-05-12T09:00:00",
            "endsAt": "2027-05-12T10:00:00",
        }
        for n in range(10_000)
    ]
    reading = read(json.dumps({"sessions": rows}).encode(), **LISBON)
    assert reading.agenda is None
    assert any("5000 are the most" in str(problem) for problem in reading.problems)


def test_patterns_end_on_lines_made_to_keep_them_busy() -> None:
    began = time.perf_counter()
    for text in ("a@" * 9000, "(" * 19_000, "9:00 " * 3_900, "A and " * 3_000, "- " * 9_000):
        line = f"Call\n12 May 2027\n9:00 UTC One\n9:30 UTC Two\n{text}\n"
        read(line, timezone="UTC")
    assert time.perf_counter() - began < 10
