"""Own → each format → own: what comes back is what was, but for what the format cannot say.

`LOST` is that list, field by field; docs/agenda.md says the same in words.
"""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from exporting import told
from hypothesis import given
from hypothesis import strategies as st
from reading import agenda_in, read

from streamhub.core.agenda import (
    Agenda,
    Kind,
    Room,
    Session,
    Speaker,
    Track,
    Zone,
    check,
    in_order,
)
from streamhub.core.ids import RoomId, SessionId, SpeakerId, TrackId
from streamhub.core.table import Map
from streamhub.formats import EXPORTS
from streamhub.formats.own import read_json, read_yaml

WRITERS = {one.name: one.write for one in EXPORTS}
FOREIGN = [name for name in WRITERS if name not in {"agenda.yaml", "agenda.json"}]

ALWAYS = {
    *("tagline", "zones", "languages", "venue", "accent", "place", "stream"),
    *("min_duration_s", "may_start_early", "printed", "roles", "affiliations"),
}
LOST = {
    "agenda.ics": ALWAYS
    | {"people", "biographies", "abstract", "subtitle", "track", "kind", "recorded", "streamed"},
    "schedule.json": ALWAYS,
    "schedule.xml": ALWAYS | {"summary", "biographies", "streamed"},
    "agenda.csv": ALWAYS | {"summary", "biographies"},
    "agenda.xlsx": ALWAYS | {"summary", "biographies"},
}
"""What is not in a format, or not where our reader would look for it."""

START = 1_810_105_200_000  # 2027-05-12T09:00 in Amsterdam


def rich() -> Agenda:
    """Every field says something."""
    rooms = [
        Room(
            id=RoomId("hall"), name="Great hall", order=0, place="Left", stream="https://a.example"
        ),
        Room(id=RoomId("attic"), name="Attic", order=1),
    ]
    speakers = [
        Speaker(
            id=SpeakerId("ines"),
            name="Inês Duarte",
            role="Harbour master",
            affiliations=("Port of Sines",),
            biography="Runs a harbour.",
        ),
        Speaker(id=SpeakerId("jan"), name="Jan de Vries"),
    ]
    sessions = [
        Session(
            id=SessionId("shore"),
            room=RoomId("hall"),
            title="Shore power: what it takes, and why",
            subtitle="Part one",
            start_at=START,
            duration_s=2700,
            kind=Kind.KEYNOTE,
            track=TrackId("energy"),
            speakers=(SpeakerId("ines"), SpeakerId("jan")),
            abstract="What it took.\nWho paid.",
            language="nl",
            uid="0d7e1f0a-7e7c-4c0b-9e35-2e2b37f1d6aa",
            url="https://example.org/talks/1",
            recorded=False,
            streamed=False,
            printed="9 am",
            may_start_early=True,
        ),
        Session(
            id=SessionId("coffee"),
            room=RoomId("hall"),
            title="Coffee",
            start_at=START + 2_700_000,
            duration_s=1800,
            kind=Kind.BREAK,
            fixed_end=True,
            min_duration_s=1000,
            uid="b",
        ),
        Session(
            id=SessionId("night"),
            room=RoomId("attic"),
            title="Long night",
            start_at=START + 14 * 3_600_000,
            duration_s=7200,
            kind=Kind.WORKSHOP,
            uid="c",
        ),
    ]
    table = Map({one.id: one for one in sessions})
    return Agenda(
        title="Harbour Day, 2027",
        timezone="Europe/Amsterdam",
        tagline="One day",
        summary="All of it, and more.",
        venue="Old Customs House",
        languages=("en", "nl"),
        zones=(Zone(name="Europe/Lisbon", label="Lisbon"),),
        accent="#0b5fff",
        rooms=Map({room.id: room for room in rooms}),
        tracks=Map({TrackId("energy"): Track(id=TrackId("energy"), name="Energy")}),
        speakers=Map({one.id: one for one in speakers}),
        sessions=table,
        order=in_order(table),
    )


def fields_of(agenda: Agenda) -> dict[str, Any]:
    """An agenda by what is said of it, whatever the ids."""
    order = sorted(agenda.sessions.values(), key=lambda one: (one.start_at, one.title))
    people = [[agenda.speakers[name] for name in one.speakers] for one in order]
    rooms = sorted(agenda.rooms.values(), key=lambda one: one.name)
    plain = (
        *("title", "subtitle", "start_at", "duration_s", "kind", "abstract", "language", "uid"),
        *("recorded", "streamed", "fixed_end", "min_duration_s", "may_start_early", "printed"),
    )
    return {
        "event": agenda.title,
        **{
            name: getattr(agenda, name)
            for name in ("tagline", "summary", "venue", "timezone", "languages", "zones", "accent")
        },
        "rooms": [room.name for room in rooms],
        "place": [room.place for room in rooms],
        "stream": [room.stream for room in rooms],
        **{name: [getattr(one, name) for one in order] for name in plain},
        "room": [agenda.rooms[one.room].name for one in order],
        "track": [one.track and agenda.tracks[one.track].name for one in order],
        "people": [[one.name for one in listed] for listed in people],
        "roles": [[one.role for one in listed] for listed in people],
        "affiliations": [[one.affiliations for one in listed] for listed in people],
        "biographies": [[one.biography for one in listed] for listed in people],
    }


def back(agenda: Agenda, name: str) -> Agenda:
    """An agenda written and read again; the organiser says what no file of a table can."""
    data = WRITERS[name](told(agenda, "harbour-day"))
    return agenda_in(read(data, name, timezone=agenda.timezone, title=agenda.title))


@pytest.mark.parametrize("name", FOREIGN)
def test_only_what_a_format_cannot_say_is_lost(name: str) -> None:
    was, found = fields_of(rich()), fields_of(back(rich(), name))
    lost = {field for field in was if was[field] != found[field]}
    if name.startswith("schedule."):
        # what is no UUID becomes one
        assert found["uid"][0] == was["uid"][0]
        lost -= {"uid"}
    assert lost == LOST[name]


@pytest.mark.parametrize(
    ("name", "reader"), [("agenda.yaml", read_yaml), ("agenda.json", read_json)]
)
def test_our_own_files_lose_nothing(name: str, reader: Any) -> None:
    assert reader(WRITERS[name](told(rich()))).agenda == rich()


WORDS = st.lists(
    st.sampled_from(
        [
            "harbour",
            "energía",
            "über",
            "quay",
            "and",
            "water",
            "=1",
            "-",
            "Δ",
            "O'Neil",
            "x,y",
        ]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


@st.composite
def plain_agendas(draw: st.DrawFn) -> Agenda:
    """Agendas in whole minutes with ordinary words, across days, nights and changes of clocks."""
    zone = draw(st.sampled_from(["Europe/Brussels", "America/Mexico_City", "Asia/Kathmandu"]))
    rooms = [
        Room(id=RoomId(f"r{n}"), name=f"Room {n}", order=n) for n in range(draw(st.integers(1, 3)))
    ]
    sessions = []
    for room in rooms:
        at = draw(st.integers(0, 400 * 24 * 12)) * 300_000 + 1_750_000_000_000 // 60_000 * 60_000
        for number in range(draw(st.integers(1, 4))):
            at += draw(st.integers(0, 600)) * 60_000
            lasts = draw(st.integers(1, 600))
            sessions.append(
                Session(
                    id=SessionId(f"{room.id}-{number}"),
                    room=room.id,
                    title=f"{draw(WORDS)} {room.id} {number}",  # like ones are one, elsewhere
                    start_at=at,
                    duration_s=lasts * 60,
                    abstract=draw(st.none() | st.just("Some\nwords")),
                )
            )
            at += lasts * 60_000
    table = Map({one.id: one for one in sessions})
    return Agenda(
        title="Any event",
        timezone=zone,
        rooms=Map({room.id: room for room in rooms}),
        sessions=table,
        order=in_order(table),
    )


@given(plain_agendas(), st.sampled_from(FOREIGN))
def test_every_time_and_room_comes_back(agenda: Agenda, name: str) -> None:
    found = back(agenda, name)
    assert check(found) == []
    if name in {"agenda.csv", "agenda.xlsx"} and _is_ambiguous(agenda):
        return  # a table has clocks and no offsets
    assert sorted(_times(found)) == sorted(_times(agenda))
    assert found.timezone == agenda.timezone


def _times(agenda: Agenda) -> list[tuple[int, int, str]]:
    return [
        (one.start_at, one.duration_s, agenda.rooms[one.room].name)
        for one in agenda.sessions.values()
    ]


def _is_ambiguous(agenda: Agenda) -> bool:
    from datetime import UTC, datetime

    zone = ZoneInfo(agenda.timezone)
    for one in agenda.sessions.values():
        ends = [
            datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
            for at in (one.start_at, one.end_at)
        ]
        if ends[0].utcoffset() != ends[1].utcoffset():
            return True
        if any(end.utcoffset() != end.replace(fold=1 - end.fold).utcoffset() for end in ends):
            return True
    return False
