"""`schedule.json`, `schedule.xml` and the broadcast tools' files, as schemas and readers see them.

The schemas are c3voc's and lie where STREAMHUB_AGENDAS says.
"""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from agendas import agendas
from exporting import CORPUS, told
from hypothesis import given
from jsonschema import Draft6Validator, FormatChecker
from lxml import etree

from streamhub.core.agenda import Agenda, Room, Session, Track, in_order
from streamhub.core.ids import RoomId, SessionId, TrackId
from streamhub.core.published import Published
from streamhub.core.rundown import Status
from streamhub.core.table import Map
from streamhub.core.values import changed
from streamhub.formats.sample import SLUG, sample
from streamhub.formats.write_broadcast import write_event, write_schedule
from streamhub.formats.write_c3voc import write_json, write_xml

needs_schemas = pytest.mark.skipif(CORPUS is None, reason="STREAMHUB_AGENDAS is not set")
ZONE = ZoneInfo("Europe/Vienna")


def schema(name: str) -> Path:
    assert CORPUS is not None
    return CORPUS / "schemas" / name


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


def night() -> Agenda:
    """Two days, with sessions past midnight, two rooms of one name, and somebody's own numbers."""
    rooms = [
        Room(id=RoomId("one"), name="Hall", order=0, place="Left"),
        Room(id=RoomId("two"), name="Hall", order=1),
    ]
    guid = "0D7E1F0A-7E7C-4C0B-9E35-2E2B37F1D6AA"
    sessions = [
        session("evening", "2026-05-12T23:30", 90, "one", uid=guid, track=TrackId("a")),
        session("small-hours", "2026-05-13T03:30", 30, "one", uid="10528"),
        session("morning", "2026-05-13T04:00", 30, "one", recorded=False, language="de"),
        session("next", "2026-05-13T09:00", 45, "two", streamed=False, uid="not a uuid"),
    ]
    table = Map({one.id: one for one in sessions})
    return Agenda(
        title="Night & Day <2>",
        timezone=ZONE.key,
        accent="#0b5fff",
        summary="All of it",
        rooms=Map({room.id: room for room in rooms}),
        tracks=Map({TrackId("a"): Track(id=TrackId("a"), name="Art & Nature")}),
        sessions=table,
        order=in_order(table),
    )


def session(name: str, start: str, lasts: int, room: str, **more: Any) -> Session:
    fields: dict[str, Any] = {
        "id": SessionId(name),
        "title": name.title(),
        "start_at": at(start),
        "duration_s": lasts * 60,
        "room": RoomId(room),
    }
    return Session(**(fields | more))


def off(event: Published, *names: str) -> Published:
    """The same with some sessions cancelled."""
    items = tuple(
        changed(item, status=Status.CANCELLED) if item.plan.id in names else item
        for item in event.items
    )
    return changed(event, items=items)


def events_of(event: Published) -> list[dict[str, Any]]:
    tree = json.loads(write_json(event))
    return [
        one
        for day in tree["schedule"]["conference"]["days"]
        for listed in day["rooms"].values()
        for one in listed
    ]


# --- validity ----------------------------------------------------------------------------------


@needs_schemas
@pytest.mark.parametrize(
    "event", [told(sample(), SLUG), told(night(), "a")], ids=["sample", "night"]
)
def test_schedule_json_is_valid_for_check_jsonschema(event: Published, tmp_path: Path) -> None:
    file = tmp_path / "schedule.json"
    file.write_bytes(write_json(event))
    check = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [check, "--schemafile", schema("c3voc-schema.json"), file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@needs_schemas
@given(agendas().map(told))
def test_any_schedule_is_valid(event: Published) -> None:
    rules = json.loads(schema("c3voc-schema.json").read_bytes())
    checker = Draft6Validator(rules, format_checker=FormatChecker())
    assert [error.message for error in checker.iter_errors(json.loads(write_json(event)))] == []
    xsd = etree.XMLSchema(etree.parse(schema("c3voc-schedule.xsd")))
    tree = etree.fromstring(write_xml(event))
    assert xsd.validate(tree), xsd.error_log
    assert write_json(event) == write_json(event)
    assert write_xml(event) == write_xml(event)


@needs_schemas
def test_a_day_on_which_nothing_takes_place_is_valid() -> None:
    event = off(told(night()), "evening", "small-hours", "morning", "next")
    xsd = etree.XMLSchema(etree.parse(schema("c3voc-schedule.xsd")))
    assert xsd.validate(etree.fromstring(write_xml(event))), xsd.error_log
    assert events_of(event) == []
    assert json.loads(write_event(event, "Nothing"))["start"] == "2026-05-12"


# --- what is in them ---------------------------------------------------------------------------


def test_days_last_until_four_in_the_morning() -> None:
    conference = json.loads(write_json(told(night())))["schedule"]["conference"]
    days = [
        (day["index"], day["date"], day["day_start"], day["day_end"]) for day in conference["days"]
    ]
    assert days == [
        (1, "2026-05-12", "2026-05-12T04:00:00+02:00", "2026-05-13T03:59:00+02:00"),
        (2, "2026-05-13", "2026-05-13T04:00:00+02:00", "2026-05-14T03:59:00+02:00"),
    ]
    listed = [
        [one["title"] for listed in day["rooms"].values() for one in listed]
        for day in conference["days"]
    ]
    assert listed == [["Evening", "Small-Hours"], ["Morning", "Next"]]
    assert (conference["daysCount"], conference["start"], conference["end"]) == (
        2,
        "2026-05-12",
        "2026-05-13",
    )


def test_schedule_keeps_names_and_flags() -> None:
    event = told(night())
    evening, small_hours, morning, following = events_of(event)
    assert evening["guid"] == "0d7e1f0a-7e7c-4c0b-9e35-2e2b37f1d6aa"
    assert (small_hours["id"], small_hours["duration"]) == (10528, "00:30")
    assert (evening["track"], evening["duration"], evening["start"]) == (
        "Art & Nature",
        "01:30",
        "23:30",
    )
    assert evening["end"] == "2026-05-13T01:00:00+02:00"
    assert (morning["do_not_record"], morning["language"]) == (True, "de")
    assert (following["do_not_stream"], following["room"]) == (True, "Hall (2)")
    assert len({one["guid"] for one in events_of(event)}) == 4
    assert len({one["id"] for one in events_of(event)}) == 4
    assert events_of(event) == events_of(event)
    root = etree.fromstring(write_xml(event))
    assert root.findtext("conference/title") == "Night & Day <2>"
    assert [one.get("id") for one in root.iter("event")] == [
        str(one["id"]) for one in events_of(event)
    ]
    assert [one.text for one in root.iter("optout")] == ["false", "false", "true", "false"]


def test_numbers_that_meet_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamhub.formats.export._MOST_NUMBER", 2)
    numbers = [one["id"] for one in events_of(told(night()))]
    assert len(set(numbers)) == 4
    assert 10528 in numbers


def test_cancelled_sessions_are_in_no_schedule() -> None:
    event = off(told(night()), "next")
    assert [one["title"] for one in events_of(event)] == ["Evening", "Small-Hours", "Morning"]
    assert len(list(etree.fromstring(write_xml(event)).iter("event"))) == 3
    assert len(json.loads(write_schedule(event))["talks"]) == 3


def test_zone_that_the_schema_does_not_know_is_left_out() -> None:
    plain = json.loads(write_json(told(changed(night(), timezone="Etc/GMT-2", accent=None))))
    assert "time_zone_name" not in plain["schedule"]["conference"]
    assert "colors" not in plain["schedule"]["conference"]


def test_odd_offsets_are_written_in_utc() -> None:
    agenda = changed(night(), timezone="Africa/Monrovia")
    early = {
        name: changed(one, start_at=one.start_at % 86_400_000 + 86_400_000 * n)
        for n, (name, one) in enumerate(sorted(agenda.sessions.items()), 1)
    }
    table = Map(early)
    agenda = changed(agenda, sessions=table, order=in_order(table))
    assert all(one["date"].endswith("+00:00") for one in events_of(told(agenda)))


def test_texts_lose_what_xml_cannot_hold() -> None:
    agenda = night()
    odd = changed(agenda.sessions[SessionId("next")], title="A\x0cB\ud800C\tD")
    event = told(changed(agenda, sessions=agenda.sessions.set(odd.id, odd)))
    titles = [one.text for one in etree.fromstring(write_xml(event)).iterfind(".//event/title")]
    assert titles[-1] == "ABC\tD"


# --- the broadcast tools -------------------------------------------------------------------------


def test_broadcast_files_are_read_as_info_beamer_does() -> None:
    about = json.loads(write_event(told(sample(), SLUG), "Nothing is on right now"))
    start = datetime.strptime(about["start"], "%Y-%m-%d")  # noqa: DTZ007 - as that program does
    assert (start.year, about["end"]) == (2022, "2022-06-21")
    zone = ZoneInfo(about["timezone"])
    assert about["no_talk"] == "Nothing is on right now"
    assert list(about["rooms"].values()) == ["Hidalgo Science and Technology Park (Mexico)"]
    schedule = json.loads(write_schedule(told(sample(), SLUG)))
    assert schedule["rooms"] == list(about["rooms"].values())
    talks = sorted(schedule["talks"], key=lambda talk: talk["start_ts"])
    assert [datetime.fromtimestamp(talk["start_ts"], zone).strftime("%H:%M") for talk in talks] == [
        "08:00",
        "08:30",
        "09:00",
        "09:45",
        "10:15",
        "11:45",
    ]
    assert all(
        datetime.fromisoformat(talk["start"]).timestamp() == talk["start_ts"]
        and datetime.fromisoformat(talk["end"]).timestamp() == talk["end_ts"]
        for talk in talks
    )
    assert talks[0]["persons"][0] == "Alessandro RAINOLDI"
    assert talks[0]["urls"]["public"] == f"https://live.example.org/e/{SLUG}#s-s1"


def test_broadcast_tracks_have_colours() -> None:
    talks = json.loads(write_schedule(told(night())))["talks"]
    assert talks[0]["track"] == {"color": "#006872", "name": "Art & Nature"}
    assert talks[1]["track"] is None
    assert (talks[2]["locale"], talks[2]["do_not_record"]) == ("de", True)
    assert json.loads(write_event(told(night()), "-"))["color"] == "#0b5fff"
    assert timedelta(seconds=talks[0]["end_ts"] - talks[0]["start_ts"]) == timedelta(minutes=90)
