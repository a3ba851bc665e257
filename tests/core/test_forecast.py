"""Expected times, exact and as the public sees them, through everything that can happen."""

from dataclasses import replace

import pytest
from rehearsal import (
    CLOSING,
    DEMO,
    LAB,
    MAIN,
    OPENING,
    PANEL,
    PAUSE,
    SIDE,
    TALK,
    Rehearsal,
    agenda_of,
    at,
    ms,
    session,
    shown,
    small_agenda,
)

from streamhub.core.event import TimePassed, next_tick_at
from streamhub.core.forecast import ABANDONED_AFTER_MS, outlook, public_forecast
from streamhub.core.ids import RoomId, SessionId
from streamhub.core.rundown import (
    CorrectSession,
    EditSession,
    EndSession,
    ExtendSession,
    FollowClock,
    NextSession,
    PauseSession,
    ResumeSession,
    SkipSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.views import View, project

AS_PLANNED = {
    "opening": "09:00-09:30",
    "talk": "09:30-10:00",
    "pause": "10:00-10:15",
    "panel": "10:15-10:45",
    "closing": "10:45-11:00",
}


def public(show: Rehearsal, room: RoomId = MAIN) -> dict[str, str]:
    """The public's times, as of the last tick: what the views show."""
    state = show.state
    ahead = outlook(state.agenda, state.rundown, room, state.clock_at)
    return {
        name: f"{shown(times.start_at)}-{shown(times.end_at)}"
        for name, times in public_forecast(ahead).items()
    }


def test_forecast_is_the_plan_while_nothing_is_late() -> None:
    show = Rehearsal.of()
    assert show.expected() == AS_PLANNED
    assert show.ahead().offset_s == 0


def test_forecast_never_promises_an_earlier_start_than_was_printed() -> None:
    show = Rehearsal.of().at("08:50")
    show.do(StartSession(session=OPENING))
    assert show.expected() == AS_PLANNED | {"opening": "08:50-09:20"}
    assert show.ahead().offset_s == -600


def test_session_that_may_start_early_follows_what_is_before_it() -> None:
    show = Rehearsal.of().at("10:05")
    show.do(StartSession(session=PANEL))
    assert show.expected()["closing"] == "10:35-10:50"
    show.at("10:30")
    show.do(EndSession(session=PANEL))
    assert show.expected()["closing"] == "10:30-10:45"
    show.at("10:33")
    assert show.expected()["closing"] == "10:33-10:48"


def test_session_that_may_start_early_keeps_its_time_with_nothing_before_it() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:30", 30, may_start_early=True)))
    assert show.expected() == {"talk": "09:30-10:00"}


def test_break_absorbs_a_delay_down_to_its_least_length() -> None:
    show = Rehearsal.of().at("09:40")
    show.do(StartSession(session=TALK))
    assert show.expected() == AS_PLANNED | {"talk": "09:40-10:10", "pause": "10:10-10:15"}
    show.do(ExtendSession(session=TALK, by_s=180))
    assert show.expected() == AS_PLANNED | {
        "talk": "09:40-10:13",
        "pause": "10:13-10:18",
        "panel": "10:18-10:48",
        "closing": "10:48-11:03",
    }
    assert show.ahead().offset_s == 780


def test_live_break_keeps_its_planned_end() -> None:
    show = Rehearsal.of().at("10:06")
    show.do(StartSession(session=PAUSE))
    assert show.expected()["pause"] == "10:06-10:15"
    show.do(ExtendSession(session=PAUSE, by_s=60))
    assert show.expected()["pause"] == "10:06-10:16"


def test_overrun_moves_the_rest_with_the_clock() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:30")
    assert show.expected() == AS_PLANNED
    show.at("09:37:30")
    assert show.expected() == AS_PLANNED | {
        "opening": "09:00-09:37:30",
        "talk": "09:37:30-10:07:30",
        "pause": "10:07:30-10:15",
    }


def test_running_pause_moves_the_rest_with_the_clock() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10")
    show.do(PauseSession(session=OPENING))
    show.at("09:14")
    assert show.expected()["opening"] == "09:00-09:34"
    show.do(ResumeSession(session=OPENING))
    show.at("09:20")
    assert show.expected()["opening"] == "09:00-09:34"
    assert show.expected()["talk"] == "09:34-10:04"


def test_late_start_is_expected_now() -> None:
    show = Rehearsal.of().at("09:03")
    assert show.expected()["opening"] == "09:03-09:33"
    assert show.ahead().offset_s == 180


def test_early_end_leaves_the_rest_as_planned() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:12")
    show.do(EndSession(session=OPENING))
    assert show.expected() == AS_PLANNED | {"opening": "09:00-09:12"}


def test_skipped_session_takes_no_time() -> None:
    show = Rehearsal.of().at("09:50")
    show.do(StartSession(session=TALK))
    show.do(SkipSession(session=PAUSE))
    assert show.expected() == AS_PLANNED | {
        "talk": "09:50-10:20",
        "panel": "10:20-10:50",
        "closing": "10:50-11:05",
    }


def test_session_that_was_passed_over_takes_no_time() -> None:
    show = Rehearsal.of().at("09:10")
    show.do(StartSession(session=TALK))
    assert show.expected() == AS_PLANNED | {"talk": "09:10-09:40"}
    assert list(show.ahead().coming) == [PAUSE, PANEL, CLOSING]


def test_second_run_moves_the_rest_although_later_sessions_have_ended() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=TALK))
    show.at("09:20")
    show.do(StartSession(session=OPENING))
    show.do(ExtendSession(session=OPENING, until_at=at("10:20")))
    assert show.expected() == {
        "opening": "09:20-10:20",
        "talk": "09:00-09:20",
        "pause": "10:20-10:25",
        "panel": "10:25-10:55",
        "closing": "10:55-11:10",
    }


def test_undo_brings_the_expected_times_back() -> None:
    show = Rehearsal.of().at("09:35")
    show.do(NextSession(room=MAIN, live=None))
    show.do(ExtendSession(session=OPENING, by_s=600))
    assert show.expected()["talk"] == "10:15-10:45"
    show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
    assert show.expected()["talk"] == "10:05-10:35"
    show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
    assert show.expected()["opening"] == "09:35-10:05"


def test_last_session_leaves_nothing_to_come() -> None:
    show = Rehearsal.of().at("10:45")
    show.do(StartSession(session=CLOSING))
    show.at("11:10")
    assert (show.ahead().next, show.ahead().offset_s) == (None, 600)
    show.do(EndSession(session=CLOSING))
    assert (show.ahead().next, show.ahead().offset_s, show.ahead().changes_at) == (None, 0, None)


def test_room_without_sessions_has_nothing_to_expect() -> None:
    ahead = Rehearsal.of().ahead(RoomId("empty"))
    assert (ahead.expected, ahead.coming, ahead.next, ahead.offset_s, ahead.changes_at) == (
        {},
        {},
        None,
        0,
        None,
    )


# --- midnight, clock changes, days ---------------------------------------------------------------


def test_forecast_goes_through_midnight_and_the_change_of_clocks() -> None:
    late, night, morning = SessionId("late"), SessionId("night"), SessionId("morning")
    show = Rehearsal.of(
        agenda_of(
            session(late, "2026-10-24T23:30+02:00", 60),
            session(night, "2026-10-25T02:30+02:00", 60),  # the clocks go back at 03:00
            session(morning, "2026-10-25T03:30+01:00", 30),
        ),
        start="2026-10-24T20:00",
    ).at("2026-10-24T23:45+02:00")
    show.do(StartSession(session=late))
    assert show.expected() == {
        "late": "21:45-22:45",
        "night": "00:30-01:30",
        "morning": "02:30-03:00",
    }
    show.at("2026-10-25T03:00+01:00")  # more than an hour late, with the clocks changed between
    assert show.expected() == {
        "late": "21:45-02:00",
        "night": "02:00-03:00",
        "morning": "03:00-03:30",
    }


def test_abandoned_room_holds_to_its_plan() -> None:
    show = Rehearsal.of().at("15:00")
    assert show.expected()["opening"] == "15:00-15:30"
    show.at("15:00:01")
    assert show.expected() == AS_PLANNED
    assert show.ahead().changes_at is None
    assert public(show) == AS_PLANNED


def test_abandoned_session_on_air_holds_to_its_due_end() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("15:30:01")
    assert show.expected() == AS_PLANNED
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10")
    show.do(PauseSession(session=OPENING))
    show.at("15:10")
    assert show.expected()["opening"] == "09:00-15:30"
    show.at("15:11")
    assert show.expected() == AS_PLANNED


def test_new_day_waits_for_no_forgotten_session_of_the_day_before() -> None:
    first, second, third = SessionId("first"), SessionId("second"), SessionId("third")
    show = Rehearsal.of(
        agenda_of(
            session(first, "2026-06-21T17:00", 60),
            session(second, "2026-06-22T09:00", 60),
            session(third, "2026-06-22T10:00", 60),
        )
    ).at("17:00")
    show.do(StartSession(session=first))
    show.at("2026-06-22T08:00")
    assert show.expected() == {
        "first": "17:00-18:00",
        "second": "09:00-10:00",
        "third": "10:00-11:00",
    }
    assert show.ahead().changes_at == ms("2026-06-22T09:00")
    show.at("2026-06-22T09:20")
    assert show.expected() == {
        "first": "17:00-18:00",
        "second": "09:20-10:20",
        "third": "10:20-11:20",
    }


# --- the public -----------------------------------------------------------------------------------


def test_public_hears_of_a_delay_of_five_minutes_and_of_none_below() -> None:
    show = Rehearsal.of().at("09:04:59")
    assert public(show) == AS_PLANNED
    show.at("09:05")
    assert public(show)["opening"] == "09:05-09:35"
    assert public(show)["talk"] == "09:35-10:05"
    show.at("09:09")
    assert public(show)["opening"] == "09:05-09:35"
    show.at("09:10")
    assert public(show)["opening"] == "09:10-09:40"


def test_public_times_are_rounded_up_to_five_minutes() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(ExtendSession(session=OPENING, by_s=420))
    assert show.expected()["talk"] == "09:37-10:07"
    assert public(show) == AS_PLANNED | {
        "opening": "09:00-09:37",
        "talk": "09:40-10:10",
        "pause": "10:10-10:15",
    }


def test_public_times_do_not_flicker() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    told = []
    for by_s in (360, -60, -60, 120, -300, -60, 0):
        show.do(ExtendSession(session=OPENING, by_s=by_s))
        told.append((show.expected()["talk"][:5], public(show)["talk"][:5]))
    assert told == [
        ("09:36", "09:40"),
        ("09:35", "09:35"),
        ("09:34", "09:35"),
        ("09:36", "09:35"),
        ("09:31", "09:35"),
        ("09:30", "09:30"),
        ("09:30", "09:30"),
    ]


def test_public_end_of_what_is_on_air_does_not_contradict_the_next_start() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:34")
    assert show.expected()["opening"] == "09:00-09:34"
    assert public(show) == AS_PLANNED
    show.at("09:35")
    assert public(show) == AS_PLANNED | {
        "opening": "09:00-09:35",
        "talk": "09:35-10:05",
        "pause": "10:05-10:15",
    }


def test_public_next_start_is_never_before_what_is_on_air_began() -> None:
    coffee = session(PAUSE, "09:00", 30, fixed_end=True)
    show = Rehearsal.of(agenda_of(coffee, session(TALK, "09:30", 30))).at("09:33")
    show.do(StartSession(session=PAUSE))
    assert public(show) == {"pause": "09:33-09:33", "talk": "09:33-10:03"}


def test_public_times_follow_one_another_where_one_was_told_and_the_next_was_not() -> None:
    first, second = SessionId("first"), SessionId("second")
    show = Rehearsal.of(agenda_of(session(first, "09:00", 30), session(second, "09:31", 30))).at(
        "09:05"
    )
    assert show.expected() == {"first": "09:05-09:35", "second": "09:35-10:05"}
    assert public(show) == {"first": "09:05-09:35", "second": "09:35-10:05"}


def test_event_created_in_its_middle_tells_the_public_at_once() -> None:
    show = Rehearsal.of(start="09:20")
    assert public(show)["opening"] == "09:20-09:50"
    assert next_tick_at(show.state) == at("09:21")


# --- ticks ----------------------------------------------------------------------------------------


def test_clock_ticks_when_something_is_due_and_then_each_minute() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:00", 30)))
    assert next_tick_at(show.state) == at("08:50")  # questions open
    show.at("08:50")
    assert next_tick_at(show.state) == at("09:00")
    show.at("09:02:30")
    assert next_tick_at(show.state) == at("09:03")
    show.do(StartSession(session=TALK))
    assert next_tick_at(show.state) == at("09:32:30")
    show.at("09:40:30")
    assert next_tick_at(show.state) == at("09:41:30")
    show.do(PauseSession(session=TALK))
    assert next_tick_at(show.state) == at("09:41:30")
    show.do(EndSession(session=TALK))
    assert next_tick_at(show.state) == at("09:55:30")  # questions close
    show.at("10:00")
    assert next_tick_at(show.state) is None


def test_clock_ticks_from_the_beginning_of_a_pause() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10:20")
    show.do(PauseSession(session=OPENING))
    assert show.ahead().changes_at == at("09:11:20")


def test_clock_ticks_once_more_when_a_room_is_given_up() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:00", 30, duration_s=1800.0)))
    given_up = at("09:00") + ABANDONED_AFTER_MS + 1
    show.until(given_up - 1)
    assert next_tick_at(show.state) == given_up
    assert show.expected()["talk"] == "15:00-15:30"
    show.until(given_up)
    assert next_tick_at(show.state) is None
    assert show.decisions[-1].facts == (TimePassed(),)


@pytest.mark.parametrize("room", [MAIN, SIDE])
def test_rooms_have_clocks_of_their_own(room: RoomId) -> None:
    show = Rehearsal.of().at("09:20")
    show.do(StartSession(session=OPENING if room == MAIN else DEMO))
    other = SIDE if room == MAIN else MAIN
    assert show.clock(other).live is None
    assert (LAB if room == MAIN else PANEL) in show.ahead(other).coming


# --- breaks that begin early -----------------------------------------------------------------


def coffee(*, may_start_early: bool = False) -> Rehearsal:
    """A break of a quarter of an hour at ten, and a panel after it."""
    return Rehearsal.of(
        agenda_of(
            session(TALK, "09:30", 30),
            session(PAUSE, "10:00", 15, fixed_end=True, min_duration_s=300),
            session(PANEL, "10:15", 30, may_start_early=may_start_early),
            session(CLOSING, "10:45", 15, may_start_early=True),
        )
    )


def test_early_break_waits_for_the_printed_time_of_what_follows() -> None:
    show = coffee().at("09:27")
    show.do(StartSession(session=PAUSE))
    assert show.expected()["pause"] == "09:27-10:15"
    assert show.expected()["panel"] == "10:15-10:45"


def test_early_break_ends_early_where_what_follows_may_start_early() -> None:
    show = coffee(may_start_early=True).at("09:27")
    show.do(StartSession(session=PAUSE))
    assert (
        show.expected()
        | {
            "pause": "09:27-09:42",
            "panel": "09:42-10:12",
            "closing": "10:12-10:27",
        }
        == show.expected()
    )
    show.do(EditSession(session=PANEL, may_start_early=False))
    assert show.expected()["pause"] == "09:27-09:42"  # its countdown does not jump


def test_early_break_looks_at_what_really_follows() -> None:
    show = coffee().at("09:27")
    show.do(SkipSession(session=PANEL))
    show.do(StartSession(session=PAUSE))
    assert show.expected()["pause"] == "09:27-09:42"
    show.do(CorrectSession(session=PAUSE, started_at=at("09:20")))
    assert show.expected()["pause"] == "09:20-09:35"


def test_early_break_keeps_its_end_where_nothing_follows() -> None:
    show = Rehearsal.of(agenda_of(session(PAUSE, "10:00", 15, fixed_end=True))).at("09:50")
    show.do(StartSession(session=PAUSE))
    assert show.expected()["pause"] == "09:50-10:15"


def test_break_that_may_start_early_is_expected_as_it_will_run() -> None:
    first, rest, last = SessionId("first"), SessionId("rest"), SessionId("last")
    show = Rehearsal.of(
        agenda_of(
            session(first, "09:00", 60),
            session(rest, "10:00", 15, fixed_end=True, may_start_early=True),
            session(last, "10:15", 30, may_start_early=True),
        )
    ).at("08:50")
    show.do(StartSession(session=first))
    assert show.expected() == {
        "first": "08:50-09:50",
        "rest": "09:50-10:05",
        "last": "10:05-10:35",
    }
    show.at("09:50").do(NextSession(room=MAIN, live=first))
    assert show.expected()["rest"] == "09:50-10:05"


def test_break_never_shrinks_under_its_least_length_however_late_it_starts() -> None:
    show = coffee().at("10:14")
    show.do(StartSession(session=PAUSE))
    assert show.expected()["pause"] == "10:14-10:19"
    show.do(EditSession(session=PAUSE, min_duration_s=600))
    assert show.expected()["pause"] == "10:14-10:19"  # on air: not without being asked


# --- days of 23 and 25 hours, zones, midnight ------------------------------------------------


@pytest.mark.parametrize(
    ("day", "before", "after", "hours"),
    [
        ("2026-03-29", "+01:00", "+02:00", 23),
        ("2026-10-25", "+02:00", "+01:00", 25),
        ("2026-06-21", "+02:00", "+02:00", 24),
    ],
)
def test_day_of_any_length_is_run_by_its_instants(
    day: str, before: str, after: str, hours: int
) -> None:
    """A session from midnight to midnight in Brussels, one late, and one after it."""
    begins, ends = ms(f"{day}T00:00{before}"), ms(f"{day}T23:59:59{after}") + 1000
    assert ends - begins == hours * 3_600_000
    whole = session(TALK, f"{day}T00:00{before}", hours * 60)
    then = session(PANEL, f"{day}T23:59:59{after}", 30, start_at=ends)
    show = Rehearsal.of(agenda_of(whole, then), start=f"{day}T00:00{before}")
    show.until(begins + 600_000)
    show.do(StartSession(session=TALK))
    expected = show.ahead().expected
    assert expected[TALK].end_at == ends + 600_000
    assert expected[PANEL].start_at == ends + 600_000
    show.do(ExtendSession(session=TALK, until_at=ends))
    assert show.ahead().expected[PANEL].start_at == ends
    show.do(FollowClock(room=MAIN, on=True))
    show.until(ends)
    assert show.clock().live == PANEL


def test_pause_goes_across_midnight_and_the_change_of_clocks() -> None:
    late = session(TALK, "2026-10-24T23:00+02:00", 120)
    show = Rehearsal.of(agenda_of(late), start="2026-10-24T20:00").at("2026-10-24T23:00+02:00")
    show.do(StartSession(session=TALK))
    show.at("2026-10-24T23:50+02:00").do(PauseSession(session=TALK))
    show.at("2026-10-25T02:30+01:00").do(ResumeSession(session=TALK))  # 3 h 40 min later
    assert show.ahead().expected[TALK].end_at == ms("2026-10-25T03:40+01:00")
    show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
    assert show.progress(TALK).paused_at == ms("2026-10-24T23:50+02:00")


def test_extend_until_a_time_across_midnight_and_the_change_of_clocks() -> None:
    late = session(TALK, "2026-03-28T23:00+01:00", 60)
    then = session(PANEL, "2026-03-29T00:00+01:00", 60)
    show = Rehearsal.of(agenda_of(late, then), start="2026-03-28T20:00")
    show.at("2026-03-28T23:00+01:00").do(StartSession(session=TALK))
    show.do(ExtendSession(session=TALK, until_at=ms("2026-03-29T03:15+02:00")))  # 02:15 is not
    assert show.progress(TALK).extended_s == 135 * 60
    assert show.ahead().expected[TALK].end_at == ms("2026-03-29T03:15+02:00")
    assert show.ahead().expected[PANEL].end_at == ms("2026-03-29T04:15+02:00")
    show.do(ExtendSession(session=TALK, until_at=ms("2026-03-28T23:50+01:00")))
    assert show.progress(TALK).extended_s == -600
    assert show.ahead().expected[PANEL].start_at == ms("2026-03-29T00:00+01:00")


def test_public_is_told_in_steps_what_the_producer_sees_exactly() -> None:
    """Rounding and hysteresis, as the two views of one state have them."""
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    seen = []
    for by_s in (420, -60, -60, -240, -60, 240, 60):
        show.do(ExtendSession(session=OPENING, by_s=by_s))
        views = [project(show.state, view, None) for view in (View.CONTROL, View.STAGE)]
        times = [shown(view["sessions"]["talk"]["expected_start_at"]) for view in views]
        seen.append((*times, *[view["rooms"]["main"]["offset_s"] for view in views]))
    assert seen == [
        ("09:37", "09:40", 420, 600),
        ("09:36", "09:40", 360, 600),
        ("09:35", "09:35", 300, 300),
        ("09:31", "09:35", 60, 300),
        ("09:30", "09:30", 0, 0),
        ("09:34", "09:30", 240, 0),
        ("09:35", "09:35", 300, 300),
    ]


def test_session_may_run_twice_on_two_days() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=DEMO))
    show.at("10:00").do(EndSession(session=DEMO))
    show.at("2026-06-22T09:00").do(StartSession(session=DEMO))
    assert show.ahead(SIDE).expected[DEMO].end_at == ms("2026-06-22T10:00")
    assert show.ahead(SIDE).expected[LAB].start_at == ms("2026-06-22T10:00")


def test_rooms_may_lie_in_two_zones_and_share_one_clock() -> None:
    agenda = small_agenda()
    far = replace(agenda.rooms[SIDE], timezone="America/Lima")
    near = replace(agenda.rooms[MAIN], timezone="Europe/Brussels")
    rooms = agenda.rooms.set(SIDE, far).set(MAIN, near)
    show = Rehearsal.of(replace(agenda, rooms=rooms)).at("09:10")
    for name in (OPENING, DEMO):
        show.do(StartSession(session=name))
    views = project(show.state, View.STAGE, None)
    assert views["rooms"]["side"]["timezone"] == "America/Lima"
    assert "timezone" not in views["rooms"]["main"]  # the event's own
    started = {name: views["sessions"][name]["started_at"] for name in ("opening", "demo")}
    assert started == {"opening": at("09:10"), "demo": at("09:10")}
    assert show.expected(SIDE)["lab"] == "10:15-11:15"
