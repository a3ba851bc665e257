"""What holds for every format: lengths, nights, changes of clocks, people, what is shown."""

from datetime import timedelta

import pytest
from reading import agenda_in, outline, read

from streamhub.formats.moments import read_duration
from streamhub.formats.people import read_line

SHEET = {"timezone": "Europe/Brussels", "title": "T"}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("0:45", 45), ("00:45", 45), ("45", 45), ("1:30", 90), ("01:30:00", 90)),
        *(("45 min", 45), ("1h30", 90), ("1h 30m", 90)),
    ],
)
def test_length_is_read_as_formats_write_it(text: str, minutes: int) -> None:
    assert read_duration(text) == timedelta(minutes=minutes)


def test_length_of_schedules_may_begin_with_days() -> None:
    assert read_duration("1:00:30", days_first=True) == timedelta(days=1, minutes=30)
    assert read_duration("1:00:30") == timedelta(hours=1, seconds=30)
    assert read_duration("00:45", days_first=True) == timedelta(minutes=45)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1:75:99:99:99", "9" * 40])
def test_length_that_is_none_is_none(text: str) -> None:
    assert read_duration(text) is None


def test_end_past_midnight_is_on_the_next_day() -> None:
    table = "Title,Date,Start,End\nLate,2027-05-12,23:30,00:30\nLater,2027-05-12,0:30,1:00\n"
    agenda = agenda_in(read(table, "x.csv", **SHEET))
    assert outline(agenda) == [
        "05-12 21:30Z  60 Main room [session] Late",
        "05-12 22:30Z  30 Main room [session] Later",  # listed on the day before
    ]


def test_clocks_that_change_within_the_event_are_followed() -> None:
    table = "Title,Date,Start,End\n" + "".join(
        f"{name},2027-03-{day},09:00,10:00\n" for name, day in (("Before", 27), ("After", 28))
    )
    agenda = agenda_in(read(table, "x.csv", **SHEET))
    assert [line[:12] for line in outline(agenda)] == ["03-27 08:00Z", "03-28 07:00Z"]


def test_session_across_a_change_of_clocks_lasts_as_long_as_it_does() -> None:
    table = "Title,Date,Start,End\nNight,2027-03-28,01:30,03:30\n"
    agenda = agenda_in(read(table, "x.csv", **SHEET))
    assert outline(agenda)[0].split()[2] == "60"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Eva Kern and Udo Alt, ETH", ["Eva Kern", "Udo Alt"]),
        ("Eva Kern & Udo Alt", ["Eva Kern", "Udo Alt"]),
        ("Eva Kern, Institute of Water and Soil", ["Eva Kern"]),
    ],
)
def test_joint_speakers_are_parted_only_where_both_are_names(line: str, names: list[str]) -> None:
    assert [one.name for one in read_line(line)] == names


def test_addresses_are_shown_nowhere() -> None:
    table = (
        "Title,Date,Start,End,Speakers,Description\n"
        "One,2027-05-12,09:00,10:00,Eva Kern <eva@quay.example>,Write to eva@quay.example\n"
    )
    agenda = agenda_in(read(table, "x.csv", **SHEET))
    assert "@" not in repr(agenda)
    assert "Eva Kern" in outline(agenda)[0]
