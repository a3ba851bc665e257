"""What an agenda may be, flaw by flaw."""

from dataclasses import replace

import pytest
from rehearsal import MAIN, PANEL, SIDE, TALK, agenda_of, at, session, small_agenda

from streamhub.core.agenda import (
    MAX_SESSIONS,
    Agenda,
    Kind,
    Room,
    Speaker,
    Track,
    Zone,
    check,
    in_order,
)
from streamhub.core.ids import RoomId, SessionId, SpeakerId, TrackId, is_slug
from streamhub.core.table import Map


def wrong(agenda: Agenda) -> list[tuple[str, str]]:
    return [(flaw.where, flaw.message) for flaw in check(agenda)]


def with_talk(**fields: object) -> Agenda:
    """The small agenda, with its talk changed."""
    agenda = small_agenda()
    talk = replace(agenda.sessions[TALK], **fields)  # type: ignore[arg-type]  # the fields of a session, by name
    sessions = agenda.sessions.set(TALK, talk)
    return replace(agenda, sessions=sessions, order=in_order(sessions))


def test_agenda_that_is_sound_has_no_flaw() -> None:
    assert check(small_agenda()) == []


def test_agenda_tells_its_bounds_and_running_order() -> None:
    agenda = small_agenda()
    assert (agenda.starts_at, agenda.ends_at) == (at("09:00"), at("11:15"))
    assert agenda.running_order(SIDE) == ("demo", "lab")
    assert agenda.running_order(RoomId("nowhere")) == ()
    empty = Agenda(title="x", timezone="UTC")
    assert (empty.starts_at, empty.ends_at) == (0, 0)


def test_running_order_is_by_planned_start_then_by_id() -> None:
    two, one = session(SessionId("two"), "09:00", 5), session(SessionId("one"), "09:00", 5)
    early = session(SessionId("z"), "08:00", 5)
    assert agenda_of(two, one, early).order == Map({MAIN: ("z", "one", "two")})


@pytest.mark.parametrize(
    ("agenda", "flaws"),
    [
        (replace(small_agenda(), title=" "), [("event.title", "The event has no title.")]),
        (
            replace(small_agenda(), timezone="CET+1", zones=(Zone(name="Mars", label="Mars"),)),
            [
                ("event.timezone", "'CET+1' is not a time zone."),
                ("event.zones.0", "'Mars' is not a time zone."),
            ],
        ),
        (
            Agenda(title="x", timezone="UTC"),
            [
                ("sessions", "The agenda has no session."),
                ("rooms", "The agenda has no room."),
            ],
        ),
        (
            replace(
                small_agenda(),
                tracks=small_agenda().tracks.set(
                    TrackId("Red"), Track(id=TrackId("Red"), name="R")
                ),
                speakers=small_agenda().speakers.set(
                    SpeakerId("a b"), Speaker(id=SpeakerId("a b"), name="A")
                ),
                rooms=small_agenda().rooms.set(RoomId("é"), Room(id=RoomId("é"), name="E")),
            ),
            [
                ("rooms.é", "'é' cannot be an id."),
                ("tracks.Red", "'Red' cannot be an id."),
                ("speakers.a b", "'a b' cannot be an id."),
            ],
        ),
        (
            agenda_of(session(SessionId("a--b"), "09:00", 5)),
            [("sessions.a--b", "'a--b' cannot be an id.")],
        ),
        (
            with_talk(room=RoomId("attic")),
            [("sessions.talk.room", "'attic' is not among the rooms.")],
        ),
        (
            with_talk(track=TrackId("blue")),
            [("sessions.talk.track", "'blue' is not among the tracks.")],
        ),
        (
            with_talk(speakers=(SpeakerId("bob"),)),
            [("sessions.talk.speakers", "'bob' is not among the speakers.")],
        ),
        (with_talk(title="\n"), [("sessions.talk.title", "The session has no title.")]),
        (with_talk(duration_s=0), [("sessions.talk.duration", "The session lasts 0 seconds.")]),
        (with_talk(duration_s=-60), [("sessions.talk.duration", "The session lasts -60 seconds.")]),
        (
            with_talk(duration_s=48 * 3600 + 1, room=SIDE, start_at=at("12:00")),
            [("sessions.talk.duration", "The session lasts 172801 seconds.")],
        ),
        (
            with_talk(min_duration_s=1801),
            [
                (
                    "sessions.talk.min_duration",
                    "The session cannot last 1801 seconds at least.",
                )
            ],
        ),
        (
            with_talk(min_duration_s=-1),
            [("sessions.talk.min_duration", "The session cannot last -1 seconds at least.")],
        ),
        (
            replace(
                small_agenda(),
                sessions=Map(
                    {
                        name: replace(one, uid="same" if name in {TALK, PANEL} else None)
                        for name, one in small_agenda().sessions.items()
                    }
                ),
            ),
            [("sessions.talk.uid", "The uid 'same' is that of 'panel', too.")],
        ),
        (
            with_talk(duration_s=1801),
            [("sessions.pause.start", "It starts before 'talk' ends, in the same room 'main'.")],
        ),
        (
            replace(small_agenda(), order=small_agenda().order.set(SIDE, (SessionId("demo"),))),
            [("order", "The running order does not list each session once, in its room.")],
        ),
        (
            replace(
                small_agenda(), order=small_agenda().order.set(RoomId("x"), (SessionId("?"),) * 2)
            ),
            [("order", "The running order does not list each session once, in its room.")],
        ),
    ],
)
def test_agenda_flaws_are_all_told(agenda: Agenda, flaws: list[tuple[str, str]]) -> None:
    assert wrong(agenda) == flaws


def test_agenda_of_too_many_sessions_is_refused() -> None:
    sessions = [
        session(SessionId(f"s{n}"), f"{n // 60 % 24:02}:{n % 60:02}", 1, RoomId(f"r{n // 1440}"))
        for n in range(MAX_SESSIONS + 1)
    ]
    rooms = tuple({session.room for session in sessions})
    assert wrong(agenda_of(*sessions, rooms=rooms)) == [
        ("sessions", "The agenda has 5001 sessions; 5000 are the most.")
    ]


def test_only_breaks_and_socials_are_pauses() -> None:
    assert {kind for kind in Kind if kind.is_pause} == {Kind.BREAK, Kind.SOCIAL}


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("a", True),
        ("a-1-b", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("A", False),
        ("-a", False),
        ("a-", False),
        ("a_b", False),
        ("a\n", False),
        ("é", False),
        ("٣", False),
    ],
)
def test_slug_is_lower_case_letters_digits_and_single_hyphens(text: str, may: bool) -> None:  # noqa: FBT001 - a case
    assert is_slug(text) is may


def test_session_ends_when_its_plan_says() -> None:
    assert small_agenda().sessions[PANEL].end_at == at("10:45")
