"""Calendars, as read by four programs that nobody here wrote."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from agendas import agendas
from exporting import CORPUS, Reader, by_icalendar, by_ics, npm_reader, told
from hypothesis import given
from icalendar import Calendar

from streamhub.core.agenda import Agenda, Room, Session, Speaker, in_order
from streamhub.core.ids import RoomId, SessionId, SpeakerId
from streamhub.core.published import Item, Published
from streamhub.core.rundown import Status
from streamhub.core.table import Map
from streamhub.formats.export import Names
from streamhub.formats.sample import SLUG, sample
from streamhub.formats.write_ical import write

READERS = ("icalendar", "ics", "ical.js", "node-ical")


@pytest.fixture(scope="module")
def npm() -> Iterator[Reader]:
    with npm_reader() as reader:
        yield reader


def read(npm: Reader, program: str, data: bytes) -> list[dict[str, Any]]:
    own: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {
        "icalendar": by_icalendar,
        "ics": by_ics,
    }
    found: list[dict[str, Any]] = own[program](data) if program in own else npm.read(program, data)
    return sorted(found, key=lambda one: (one["start"], one["uid"]))


def expected(event: Published) -> list[dict[str, Any]]:
    names = Names(event)
    found = [
        {
            "uid": names.uid(item.plan.id),
            "title": item.plan.title,
            "room": item.room.name,
            "start": item.start_at // 1000 * 1000,
            "end": item.end_at // 1000 * 1000,
            "sequence": item.sequence,
            "status": "CANCELLED" if item.is_off else "CONFIRMED",
        }
        for item in event.items
    ]
    return sorted(found, key=lambda one: (one["start"], one["uid"]))


def agenda_in(zone: str, *local: str, rooms: int = 1) -> Agenda:
    """Sessions of an hour at local times, or at instants."""
    starts = [datetime.fromisoformat(one) for one in local]
    sessions = [
        Session(
            id=SessionId(f"s{number}"),
            room=RoomId(f"r{number % rooms}"),
            title=f"Session {number}",
            start_at=int(
                (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000
            ),
            duration_s=3600,
        )
        for number, at in enumerate(starts)
    ]
    table = Map({one.id: one for one in sessions})
    return Agenda(
        title="T",
        timezone=zone,
        rooms=Map(
            {RoomId(f"r{n}"): Room(id=RoomId(f"r{n}"), name=f"Room {n}") for n in range(rooms)}
        ),
        sessions=table,
        order=in_order(table),
    )


def changed(event: Published, **fields: object) -> Published:
    """The same with its first session otherwise."""
    first: Item = replace(event.items[0], **fields)  # type: ignore[arg-type]  # by name
    return replace(event, items=(first, *event.items[1:]))


@pytest.mark.parametrize("program", READERS)
def test_sample_is_read_by(npm: Reader, program: str) -> None:
    event = told(sample(), SLUG)
    event = changed(event, sequence=3, status=Status.CANCELLED)
    for found, wanted in zip(read(npm, program, write(event)), expected(event), strict=True):
        assert wanted.items() >= {k: v for k, v in found.items() if k != "about"}.items()
        assert "European Commission" in found["about"] or found["start"] > event.items[0].start_at


@pytest.mark.skipif(CORPUS is None, reason="STREAMHUB_AGENDAS is not set")
@pytest.mark.parametrize("program", READERS)
def test_sample_says_what_the_golden_file_says(npm: Reader, program: str) -> None:
    assert CORPUS is not None
    golden = read(npm, program, (CORPUS / "golden/seed-rev1.ics").read_bytes())
    ours = read(npm, program, write(told(sample(), SLUG)))
    for field in ("title", "room", "start", "end", "status"):
        assert [one[field] for one in ours] == [one[field] for one in golden]


@given(event=agendas().map(told))
def test_any_agenda_is_read_by_all(npm: Reader, event: Published) -> None:
    data = write(event)
    assert data == write(event)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    wanted = expected(event)
    for program in READERS:
        found = read(npm, program, data)
        shown = [{key: one[key] for key in ("uid", "start", "end", "status")} for one in found]
        assert shown == [
            {key: one[key] for key in ("uid", "start", "end", "status")} for one in wanted
        ]
        if program in {"icalendar", "ical.js"}:
            assert [(one["title"], one["room"]) for one in found] == [
                (one["title"], one["room"]) for one in wanted
            ]


# Zones whose clocks change by rules, by decree, by half an hour, on Fridays, or not at all.
ZONES = [
    *("Europe/Brussels", "Europe/Dublin", "America/New_York", "America/Santiago"),
    *("America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Jerusalem"),
    *("Africa/Casablanca", "America/Mexico_City", "Africa/Cairo", "Pacific/Apia", "Asia/Tehran"),
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("program", READERS)
def test_times_are_right_in_every_zone_on_every_day(npm: Reader, zone: str, program: str) -> None:
    days = [
        datetime(2022, 1, 1, 12, tzinfo=UTC).replace(month=month, day=day).isoformat()
        for month in range(1, 13)
        for day in (1, 8, 15, 22, 27, 28)
    ]
    event = told(agenda_in(zone, *days))
    found = read(npm, program, write(event))
    assert [one["start"] for one in found] == [item.start_at for item in event.items]


@pytest.mark.parametrize("program", READERS)
def test_the_hour_that_comes_twice_is_two_hours(npm: Reader, program: str) -> None:
    event = told(
        agenda_in(
            "Europe/Brussels",
            "2026-10-24T23:30+00:00",
            "2026-10-25T00:30+00:00",
            "2026-10-25T01:30+00:00",
            rooms=3,
        )
    )
    data = write(event)
    assert b"DTSTART;TZID=Europe/Brussels:20261025T013000\r\n" in data
    assert b"DTSTART:20261025T003000Z\r\n" in data
    assert b"DTSTART:20261025T013000Z\r\n" in data
    found = read(npm, program, data)
    assert [one["start"] for one in found] == [item.start_at for item in event.items]


def test_zones_are_written_as_rules_where_they_follow_any() -> None:
    rules = {
        zone: re.findall(
            "RRULE:.*BYDAY=(.*)", write(told(agenda_in(zone, "2026-05-12T09:00"))).decode()
        )
        for zone in ("Europe/Brussels", "America/New_York", "America/Mexico_City", "UTC")
    }
    assert [sorted(found) for found in rules.values()] == [
        ["-1SU\r", "-1SU\r"],
        ["1SU\r", "2SU\r"],
        [],
        [],
    ]
    assert b"VTIMEZONE" not in write(told(agenda_in("UTC", "2026-05-12T09:00")))
    assert b"DTSTART:20260512T090000Z" in write(told(agenda_in("UTC", "2026-05-12T09:00")))


def test_calendar_without_sessions_is_one() -> None:
    event = replace(told(sample(), SLUG), items=())
    assert by_icalendar(write(event)) == []


def test_what_stands_in_a_calendar() -> None:
    agenda = agenda_in("Europe/Lisbon", "2027-05-12T09:00")
    room = Room(id=RoomId("r0"), name='The "Hall", left', place="Ground floor", stream="/live/hall")
    session = replace(
        agenda.sessions[SessionId("s0")],
        uid="12@example.org",
        title="Oil; water, and \\ more",
        subtitle="Below",
        abstract="One.\n\nTwo.",
        language="pt",
        url="https://example.org/12",
        speakers=(SpeakerId("ana"),),
    )
    person = Speaker(id=SpeakerId("ana"), name="Ana", role="Head", affiliations=("Here", "There"))
    event = told(
        replace(
            agenda,
            venue="Customs House",
            tagline="A day",
            accent="#0b5fff",
            rooms=Map({room.id: room}),
            speakers=Map({person.id: person}),
            sessions=Map({session.id: session}),
        )
    )
    calendar: Any = Calendar.from_ical(write(event))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert calendar["X-APPLE-CALENDAR-COLOR"] == "#0b5fff"
    assert calendar["DESCRIPTION"] == "A day"
    (found,) = calendar.walk("VEVENT")
    assert found["UID"] == "12@example.org"
    assert found["SUMMARY"] == "Oil; water, and \\ more"
    assert found["SUMMARY"].params["LANGUAGE"] == "pt"
    assert found["DESCRIPTION"] == (
        "Below\n\nAna, Head, Here, There\n\nOne.\n\nTwo.\n\nGround floor\nCustoms House"
    )
    assert str(found["URL"]) == "https://example.org/12"
    assert str(found["CONFERENCE"]) == "https://live.example.org/live/hall"
    assert found["CONFERENCE"].params["LABEL"] in {"The ^'Hall^', left", 'The "Hall", left'}
    assert str(found["ORGANIZER"]) == "mailto:noreply@live.example.org"
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:8080/e/", "127.0.0.1"),
        ("https://[::1]:8080/e/", "::1"),
        ("odd:", "localhost"),
    ],
)
def test_organiser_is_on_the_host_of_the_page(url: str, host: str) -> None:
    assert f"ORGANIZER:mailto:noreply@{host}\r\n".encode() in write(told(sample(), SLUG, url))


def test_a_calendar_keeps_its_names_and_gives_each_once() -> None:
    agenda = agenda_in("UTC", "2027-05-12T09:00", "2027-05-12T10:00", "2027-05-12T11:00")
    twice = {
        name: replace(one, uid="same@example.org" if name != "s2" else "own@example.org")
        for name, one in agenda.sessions.items()
    }
    event = told(replace(agenda, sessions=Map(twice)))
    uids = [one["uid"] for one in by_icalendar(write(event))]
    assert len(set(uids)) == 3
    assert uids[2] == "own@example.org"
    assert uids == [one["uid"] for one in by_icalendar(write(event))]
    other = told(replace(agenda, sessions=Map(twice)), slug="other")
    assert not set(uids[:2]) & {one["uid"] for one in by_icalendar(write(other))}
