"""The format itself: what it reads, and that what is written is read as it was."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from agendas import ID, agendas
from hypothesis import given, settings
from hypothesis import strategies as st

from streamhub.core.agenda import Agenda, Kind, Room, Session, Speaker, Track, Zone, check, in_order
from streamhub.core.ids import Ms, RoomId, SessionId, SpeakerId, TrackId
from streamhub.core.table import Map
from streamhub.formats import FORMATS, AgendaFile, AgendaFileError
from streamhub.formats.own import slug_of
from streamhub.formats.sample import sample_bytes
from streamhub.formats.times import duration, write_duration


def ms(text: str) -> Ms:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000)


def test_own_reads_what_people_write() -> None:
    text = """\
event:
  title: "An event: tested"
  timezone: America/Mexico_City
  summary: |
    First paragraph.

    Second one.
  zones: [Europe/Brussels, {zone: America/Mexico_City, label: CDMX}]
  languages: es
  accent: "#ABCDEF"
rooms:
  - {id: main, name: no, stream: https://example.org/live.m3u8}
tracks:
  - {id: green, name: Green}
speakers:
  - {id: ana, name: Ana, affiliations: Somewhere}
sessions:
  - {id: a, title: 2022, start: 2022-06-21 08:00, duration: 0:45, speakers: ana, track: green}
  - {id: b, title: B, start: "2022-06-21T15:45:00+02:00", end: 2022-06-21T14:00Z, kind: Break,
     uid: "b@example.org", subtitle: Bread, language: pt-BR, url: /b, recorded: false, streamed: no}
  - {id: c, title: C, start: 2022-06-21 14:00:00.250Z, duration: 30, fixed_end: yes, track: ~}
  - {id: d, title: D, start: 2022-06-21T14:31Z, duration: 1h 30m, min_duration: 90s}
"""
    room = RoomId("main")
    sessions = Map(
        {
            SessionId("a"): Session(
                id=SessionId("a"),
                room=room,
                title="2022",
                start_at=ms("2022-06-21T13:00Z"),
                duration_s=2700,
                speakers=(SpeakerId("ana"),),
                track=TrackId("green"),
            ),
            SessionId("b"): Session(
                id=SessionId("b"),
                room=room,
                title="B",
                start_at=ms("2022-06-21T13:45Z"),
                duration_s=900,
                kind=Kind.BREAK,
                uid="b@example.org",
                subtitle="Bread",
                language="pt-BR",
                url="/b",
                recorded=False,
                streamed=False,
            ),
            SessionId("c"): Session(
                id=SessionId("c"),
                room=room,
                title="C",
                start_at=ms("2022-06-21T14:00Z") + 250,
                duration_s=1800,
                fixed_end=True,
            ),
            SessionId("d"): Session(
                id=SessionId("d"),
                room=room,
                title="D",
                start_at=ms("2022-06-21T14:31Z"),
                duration_s=5400,
                min_duration_s=90,
            ),
        }
    )
    assert FORMATS["yaml"].read(text.encode()) == AgendaFile(
        slug="an-event-tested",
        agenda=Agenda(
            title="An event: tested",
            timezone="America/Mexico_City",
            summary="First paragraph.\nSecond one.",
            languages=("es",),
            zones=(
                Zone(name="Europe/Brussels", label="Brussels"),
                Zone(name="America/Mexico_City", label="CDMX"),
            ),
            accent="#abcdef",
            rooms=Map({room: Room(id=room, name="no", stream="https://example.org/live.m3u8")}),
            tracks=Map({TrackId("green"): Track(id=TrackId("green"), name="Green")}),
            speakers=Map(
                {
                    SpeakerId("ana"): Speaker(
                        id=SpeakerId("ana"), name="Ana", affiliations=("Somewhere",)
                    )
                }
            ),
            sessions=sessions,
            order=in_order(sessions),
        ),
    )


def test_own_reads_the_same_from_yaml_and_json() -> None:
    file = FORMATS["yaml"].read(sample_bytes())
    written = FORMATS["json"].write(file.agenda, file.slug)
    assert FORMATS["json"].read(written) == file
    # Every JSON file is a YAML file, too.
    assert FORMATS["yaml"].read(written) == file
    assert json.loads(written)["event"]["id"] == "s3-latam-2022"


def test_own_writes_the_same_bytes_again() -> None:
    file = FORMATS["yaml"].read(sample_bytes())
    written = FORMATS["yaml"].write(file.agenda, file.slug)
    again = FORMATS["yaml"].read(written)
    assert FORMATS["yaml"].write(again.agenda, again.slug) == written
    assert b"start: '2022-06-21T08:00:00-05:00'\n    duration: 30m\n" in written


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("45m", 2700), ("1h30m", 5400), ("1h 30 min", 5400), ("2 hours", 7200), ("90s", 90)),
        *(("0:45", 2700), ("1:30:15", 5415), ("45", 2700), ("0m", 0), ("1H", 3600)),
    ],
)
def test_duration_reads_what_people_write(text: str, seconds: int) -> None:
    assert duration(text) == seconds


@given(st.integers(0, 10_000_000))
def test_duration_reads_what_it_writes(seconds: int) -> None:
    assert duration(write_duration(seconds)) == seconds


def test_slug_is_made_of_letters_and_digits() -> None:
    assert slug_of("  José Alonso HUERTA, (2nd) — ¡olé!") == "jose-alonso-huerta-2nd-ole"
    assert slug_of("会议") == ""


# Any agenda that core accepts comes back as it was.


@settings(deadline=None)
@given(agendas(), ID, st.sampled_from(["yaml", "json"]))
def test_own_reads_what_it_writes(agenda: Agenda, slug: str, form: str) -> None:
    assert check(agenda) == []
    written = FORMATS[form].write(agenda, slug)
    assert FORMATS[form].read(written) == AgendaFile(agenda=agenda, slug=slug)


# Nothing but an agenda or an `AgendaFileError` comes out, whatever goes in.


@settings(deadline=None)
@given(st.binary() | st.text().map(str.encode), st.sampled_from(["yaml", "json"]))
def test_own_refuses_any_bytes_in_words(data: bytes, form: str) -> None:
    with pytest.raises(AgendaFileError) as caught:
        FORMATS[form].read(data)
    assert all(problem.message and problem.hint for problem in caught.value.problems)


@settings(deadline=None)
@given(st.data(), st.sampled_from(["yaml", "json"]))
def test_own_survives_a_damaged_file(data: st.DataObject, form: str) -> None:
    file = FORMATS["yaml"].read(sample_bytes())
    raw = FORMATS[form].write(file.agenda, file.slug)
    start = data.draw(st.integers(0, len(raw)))
    gone = data.draw(st.integers(0, 30))
    pieces = [b"", b"\n", b":", b"- ", b"'", b'"', b"{", b"]", b"\t", b"&a ", b"null", b"\xff"]
    damaged = raw[:start] + data.draw(st.sampled_from(pieces)) + raw[start + gone :]
    with suppress(AgendaFileError):
        assert check(FORMATS[form].read(damaged).agenda) == []
