"""What search engines are told."""

from dataclasses import replace
from typing import Any

from agendas import agendas
from exporting import told
from hypothesis import given

from streamhub.core.agenda import Agenda
from streamhub.core.published import Published
from streamhub.core.rundown import Status
from streamhub.core.table import Map
from streamhub.formats import write_jsonld
from streamhub.formats.sample import SLUG, sample
from streamhub.formats.write_jsonld import describe


def sessions(event: Published) -> list[Any]:
    found: Any = describe(event)["subEvent"]
    return list(found)


def test_sessions_say_when_they_really_are() -> None:
    event = told(sample(), SLUG)
    first, second, *rest = event.items
    late = replace(first, start_at=first.start_at + 600_000)
    items = (late, replace(second, status=Status.CANCELLED), *rest)
    moved, off, *_ = sessions(replace(event, items=items))
    assert moved["eventStatus"] == "https://schema.org/EventRescheduled"
    assert moved["previousStartDate"] == "2022-06-21T08:00:00-05:00"
    assert moved["startDate"] == "2022-06-21T08:10:00-05:00"
    assert off["eventStatus"] == "https://schema.org/EventCancelled"
    assert "previousStartDate" not in off


def test_event_is_hybrid_if_it_can_be_watched() -> None:
    agenda = sample()
    room = next(iter(agenda.rooms.values()))
    hybrid = replace(agenda, rooms=Map({room.id: replace(room, stream="https://video.example")}))
    here = replace(agenda, rooms=Map({room.id: replace(room, stream=None)}))
    told_of: list[Any] = [describe(told(one, SLUG)) for one in (hybrid, here)]
    assert [one["eventAttendanceMode"].rpartition("/")[2] for one in told_of] == [
        "MixedEventAttendanceMode",
        "OfflineEventAttendanceMode",
    ]
    assert [len(one["location"]) for one in told_of] == [2, 1]


def test_large_events_are_told_as_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(write_jsonld, "MOST", 5)
    assert "subEvent" not in describe(told(sample(), SLUG))


@given(agendas())
def test_any_event_is_told_without_nothing(agenda: Agenda) -> None:
    for one in sessions(told(agenda)):
        assert all(one.values())
