"""Rooms that follow the clock, sessions that were cancelled, and starts that are corrected."""

from dataclasses import replace

import pytest
from rehearsal import (
    ANN,
    CLOCK,
    CLOSING,
    DEMO,
    LAB,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PANEL,
    PAUSE,
    SIDE,
    TALK,
    Rehearsal,
    agenda_of,
    at,
    ms,
    session,
)

from streamhub.core.event import Fact, Given, Tick, TimePassed, decide, evolve
from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    ApproveQuestion,
    AskQuestion,
    QuestionUnspotlit,
    SetQuestions,
    SpotlightQuestion,
)
from streamhub.core.rundown import (
    CancelSession,
    ClockFollowed,
    CorrectSession,
    EndSession,
    ExtendSession,
    FollowClock,
    NextSession,
    PauseSession,
    Progress,
    RestoreSession,
    ResumeSession,
    Run,
    SessionCancelled,
    SessionCorrected,
    SessionEnded,
    SessionSkipped,
    SessionStarted,
    SkipSession,
    StartSession,
    Status,
    UndoRundown,
    due,
)
from streamhub.core.views import View, project


def undo(show: Rehearsal, room: RoomId = MAIN) -> UndoRundown:
    return UndoRundown(room=room, seq=show.clock(room).undo[-1].seq)


def following(start: str = "08:00", room: RoomId = MAIN) -> Rehearsal:
    show = Rehearsal.of(start=start)
    show.do(FollowClock(room=room, on=True))
    return show


def happened(show: Rehearsal) -> list[Fact]:
    """What the clock did with the room, oldest first."""
    facts = (fact for decision in show.decisions for fact in decision.facts)
    return [fact for fact in facts if getattr(fact, "cause", None) == "clock"]


# --- following the clock ---------------------------------------------------------------------


def test_room_that_follows_the_clock_runs_as_planned() -> None:
    show = following().at("12:00")
    assert happened(show) == [
        SessionStarted(session=OPENING, at=at("09:00"), cause="clock"),
        SessionEnded(session=OPENING, at=at("09:30"), cause="clock"),
        SessionStarted(session=TALK, at=at("09:30"), cause="clock"),
        SessionEnded(session=TALK, at=at("10:00"), cause="clock"),
        SessionStarted(session=PAUSE, at=at("10:00"), cause="clock"),
        SessionEnded(session=PAUSE, at=at("10:15"), cause="clock"),
        SessionStarted(session=PANEL, at=at("10:15"), cause="clock"),
        SessionEnded(session=PANEL, at=at("10:45"), cause="clock"),
        SessionStarted(session=CLOSING, at=at("10:45"), cause="clock"),
        SessionEnded(session=CLOSING, at=at("11:00"), cause="clock"),
    ]
    assert show.clock(SIDE).live is None
    assert show.clock().advanced_by == CLOCK.id


def test_room_that_follows_the_clock_says_so_and_whose_step_it_was() -> None:
    show = following()
    assert project(show.state, View.STAGE, MAIN)["rooms"]["main"]["follows"] is True
    assert "follows" not in project(show.state, View.STAGE, SIDE)["rooms"]["side"]
    told = project(show.state, View.CONTROL, MAIN)["undo"]["main"]
    assert (told["what"], "session" in told, "clock" in told) == ("rundown.followed", False, False)
    show.at("09:01")
    told = project(show.state, View.CONTROL, MAIN)["undo"]["main"]
    assert (told["what"], told["session"], told["clock"]) == ("session.started", "opening", True)


def test_room_that_follows_the_clock_rests_in_a_gap() -> None:
    show = following(room=SIDE).at("10:05")
    assert show.clock(SIDE).live is None
    show.at("10:15")
    assert show.clock(SIDE).live == LAB


def test_following_is_switched_on_in_the_middle_and_off_again() -> None:
    show = Rehearsal.of().at("09:40")
    assert show.do(FollowClock(room=MAIN, on=True)) == (ClockFollowed(room=MAIN, on=True),)
    assert show.do(FollowClock(room=MAIN, on=True)) == ()
    show.until(show.now + 1)
    assert show.decisions[-1].facts == (
        TimePassed(),
        SessionSkipped(session=OPENING, cause="clock"),
        SessionStarted(session=TALK, at=at("09:30"), cause="clock"),
    )
    show.do(FollowClock(room=MAIN, on=False))
    show.at("10:05")
    assert show.clock().live == TALK
    show.do(undo(show))
    show.at("10:05:01")
    assert show.clock().live == PAUSE


def test_following_comes_back_after_the_server_was_away() -> None:
    show = following().at("09:10")
    show.now = at("10:20")
    show.until(show.now)
    assert show.decisions[-1].facts == (
        TimePassed(),
        SessionEnded(session=OPENING, at=at("09:30"), cause="clock"),
        SessionSkipped(session=TALK, cause="clock"),
        SessionSkipped(session=PAUSE, cause="clock"),
        SessionStarted(session=PANEL, at=at("10:15"), cause="clock"),
    )
    assert show.expected()["panel"] == "10:15-10:45"


def test_following_lets_a_session_have_the_time_that_it_was_given() -> None:
    show = following().at("09:05")
    show.do(ExtendSession(session=OPENING, by_s=300))
    show.at("09:34")
    assert show.clock().live == OPENING
    show.at("09:35")
    assert show.progress(TALK).runs == (Run(started_at=at("09:35"), cause="clock"),)
    show.at("10:05")
    assert show.progress(PAUSE).runs == (Run(started_at=at("10:05"), cause="clock"),)
    show.at("10:15")
    assert show.clock().live == PANEL


def test_following_lets_what_was_pushed_over_its_time_run_in_full() -> None:
    show = Rehearsal.of(
        agenda_of(
            session(OPENING, "09:00", 30), session(TALK, "09:30", 5), session(PANEL, "09:40", 30)
        )
    )
    show.do(FollowClock(room=MAIN, on=True))
    show.at("09:00").do(ExtendSession(session=OPENING, by_s=600))
    show.at("09:44")
    assert show.progress(TALK).runs == (Run(started_at=at("09:40"), cause="clock"),)
    show.at("09:45")
    assert show.clock().live == PANEL


def test_following_waits_for_the_hand_that_paused() -> None:
    show = following().at("09:10")
    show.do(PauseSession(session=OPENING))
    show.at("09:50")
    assert show.clock().live == OPENING
    show.do(ResumeSession(session=OPENING))
    show.at("10:09")
    assert show.clock().live == OPENING
    show.at("10:10")
    assert show.clock().live == TALK


def test_following_starts_nothing_before_its_printed_time() -> None:
    show = following().at("10:20")
    show.do(EndSession(session=PANEL))
    assert show.expected()["closing"] == "10:45-11:00"
    show.at("10:44")
    assert show.clock().live is None
    show.at("10:45")
    assert show.clock().live == CLOSING


def test_following_starts_later_what_was_free_later() -> None:
    show = Rehearsal.of().at("09:33")
    show.do(StartSession(session=OPENING))
    show.do(EndSession(session=OPENING))
    show.do(FollowClock(room=MAIN, on=True))
    show.until(show.now + 1)
    assert show.progress(TALK).runs == (Run(started_at=at("09:33"), cause="clock"),)


def test_undo_of_what_the_clock_did_ends_the_following() -> None:
    show = following().at("09:30")
    show.at("09:31")
    show.do(undo(show), OWNER)
    assert (show.clock().live, show.clock().follows) == (OPENING, False)
    show.at("09:45")
    assert show.clock().live == OPENING
    assert show.clock().advanced_by == OWNER.id


def test_question_leaves_the_screens_when_the_clock_goes_on() -> None:
    show = following().at("09:10")
    show.do(AskQuestion(text="Why so early?", session=OPENING), ANN, "q")
    q = QuestionId("q")
    show.do(ApproveQuestion(question=q, revision=1), MOD)
    show.do(SpotlightQuestion(question=q), MOD)
    show.at("09:30")
    assert show.decisions[-1].facts[-1] == QuestionUnspotlit(question=q, room=MAIN, cause="rundown")
    show.do(undo(show))
    assert dict(show.state.questions.spotlight) == {MAIN: q}


def test_two_nodes_propose_the_same_start_and_one_fact_results() -> None:
    show = following().at("08:59")
    proposals = [
        decide(show.state, Tick(), CLOCK, Given(at=at("09:00") + late, fresh="x"))
        for late in (0, 700)
    ]
    assert proposals[0].facts == proposals[1].facts
    state = evolve(show.state, proposals[0])
    assert decide(state, Tick(), CLOCK, Given(at=at("09:00") + 700, fresh="x")).facts == ()


def test_room_that_does_not_follow_has_nothing_due() -> None:
    show = Rehearsal.of().at("09:10")
    assert due(show.state.agenda, show.state.rundown, MAIN, show.now) == []


# --- cancelled -------------------------------------------------------------------------------


def test_cancelled_session_takes_no_time_and_can_be_restored() -> None:
    show = Rehearsal.of().at("09:50")
    show.do(StartSession(session=TALK))
    assert show.do(CancelSession(session=PAUSE)) == (SessionCancelled(session=PAUSE),)
    assert show.expected()["panel"] == "10:20-10:50"
    assert project(show.state, View.STAGE, MAIN)["sessions"]["pause"]["status"] == "cancelled"
    show.do(NextSession(room=MAIN, live=TALK))
    assert show.clock().live == PANEL
    show.do(undo(show))
    show.do(RestoreSession(session=PAUSE))
    assert show.progress(PAUSE) == Progress()
    show.do(SkipSession(session=PAUSE))
    show.do(CancelSession(session=PAUSE))
    show.do(undo(show))
    assert show.progress(PAUSE).status is Status.SKIPPED


# --- it actually started at ------------------------------------------------------------------


def test_correction_moves_the_start_and_the_countdown() -> None:
    show = Rehearsal.of().at("09:07")
    show.do(StartSession(session=OPENING))
    assert show.do(CorrectSession(session=OPENING, started_at=at("09:02"))) == (
        SessionCorrected(session=OPENING, started_at=at("09:02")),
    )
    assert show.expected()["opening"] == "09:02-09:32"
    assert show.do(CorrectSession(session=OPENING, started_at=at("09:02"))) == ()
    show.do(undo(show))
    assert show.expected()["opening"] == "09:07-09:37"


def test_correction_moves_the_end_of_what_it_took_over_from() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:34").do(NextSession(room=MAIN, live=OPENING))
    show.at("09:40")
    assert show.do(CorrectSession(session=TALK, started_at=at("09:31"))) == (
        SessionCorrected(session=TALK, started_at=at("09:31"), ended=OPENING),
    )
    assert show.progress(OPENING).runs[-1].ended_at == at("09:31")
    show.do(CorrectSession(session=TALK, started_at=at("09:36")))
    assert show.progress(OPENING).runs[-1].ended_at == at("09:36")
    late = "instant.out_of_range"
    assert show.refused(CorrectSession(session=TALK, started_at=at("08:59"))) == late
    show.do(undo(show))
    show.do(undo(show))
    assert show.progress(OPENING).runs[-1].ended_at == at("09:34")


@pytest.mark.parametrize(
    ("started_at", "ok"),
    [("09:10", True), ("09:09:59", False), ("09:20", True), ("09:20:01", False)],
)
def test_correction_of_what_ended_stays_within_what_the_room_allows(
    started_at: str,
    ok: bool,  # noqa: FBT001 - a case of the table
) -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10").do(EndSession(session=OPENING))
    show.at("09:12").do(StartSession(session=TALK))
    show.at("09:20").do(EndSession(session=TALK))
    show.at("09:25").do(StartSession(session=OPENING))
    show.at("09:30")
    command = CorrectSession(session=TALK, started_at=at(started_at))
    if ok:
        show.do(command)
        assert show.progress(TALK).runs[-1].started_at == at(started_at)
    else:
        assert show.refused(command) == "instant.out_of_range"


def test_correction_cannot_put_the_start_after_a_pause_or_into_the_future() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:05").do(PauseSession(session=OPENING))
    show.at("09:10")
    late = "instant.out_of_range"
    assert show.refused(CorrectSession(session=OPENING, started_at=at("09:06"))) == late
    show.do(CorrectSession(session=OPENING, started_at=at("09:05")))
    show.do(ResumeSession(session=OPENING))
    assert show.refused(CorrectSession(session=OPENING, started_at=at("09:06"))) == late
    assert show.refused(CorrectSession(session=OPENING, started_at=10**30)) == late


def test_correction_reaches_no_further_back_than_a_day() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("2026-06-23T09:00")
    late = "instant.out_of_range"
    assert show.refused(CorrectSession(session=OPENING, started_at=at("08:59"))) == late
    show.do(CorrectSession(session=OPENING, started_at=ms("2026-06-22T09:00")))
    assert show.progress(OPENING).runs[0].started_at == ms("2026-06-22T09:00")


def test_correction_of_a_second_run_leaves_the_first_alone() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=DEMO))
    show.at("09:10").do(EndSession(session=DEMO))
    show.do(StartSession(session=DEMO))
    show.at("09:20")
    refusal = show.refused(CorrectSession(session=DEMO, started_at=at("09:09")))
    assert refusal == "instant.out_of_range"
    show.do(CorrectSession(session=DEMO, started_at=at("09:15")))
    assert show.progress(DEMO).runs == (
        Run(started_at=at("09:00"), ended_at=at("09:10"), cause="start"),
        Run(started_at=at("09:15"), cause="start"),
    )


# --- two producers, and the screens ----------------------------------------------------------


def test_two_producers_who_press_next_at_once_advance_once() -> None:
    show = Rehearsal.of().at("09:00")
    wishes = [NextSession(room=MAIN, live=None)] * 2
    show.do(wishes[0])
    assert show.refusal(wishes[1], OWNER).detail == {
        "live": OPENING,
        "by": "prod",
        "at": at("09:00"),
    }
    assert len(show.progress(OPENING).runs) == 1


def lit_show() -> tuple[Rehearsal, QuestionId]:
    show = Rehearsal.of().at("09:30")
    for name, about in (("q", TALK), ("p", PANEL)):
        show.do(SetQuestions(session=about, state=Opening.OPEN), MOD)
        show.do(AskQuestion(text=f"Why is {name} so?", session=about), ANN, name)
        show.do(ApproveQuestion(question=QuestionId(name), revision=1), MOD)
    show.do(StartSession(session=TALK))
    show.do(SpotlightQuestion(question=QuestionId("q")), MOD)
    return show, QuestionId("q")


def test_undo_puts_the_question_back_on_the_screens() -> None:
    show, q = lit_show()
    show.do(NextSession(room=MAIN, live=TALK))
    assert dict(show.state.questions.spotlight) == {}
    show.do(undo(show))
    assert dict(show.state.questions.spotlight) == {MAIN: q}


def test_undo_takes_away_what_was_lit_since_for_another_session() -> None:
    show, q = lit_show()
    show.do(NextSession(room=MAIN, live=TALK))
    show.do(SpotlightQuestion(question=QuestionId("p")), MOD)
    show.do(undo(show))
    assert dict(show.state.questions.spotlight) == {MAIN: q}


def test_undo_leaves_what_was_on_the_screens_all_the_time() -> None:
    show, _ = lit_show()
    p = QuestionId("p")
    show.do(SpotlightQuestion(question=p), MOD)
    show.do(EndSession(session=TALK))
    assert len(show.do(undo(show))) == 1
    assert dict(show.state.questions.spotlight) == {MAIN: p}


def test_undo_brings_back_no_question_that_is_not_approved_any_more() -> None:
    show, q = lit_show()
    show.do(NextSession(room=MAIN, live=TALK))
    asked = show.question("q")
    gone = show.state.questions.all.set(q, replace(asked, status=type(asked.status).REJECTED))
    show.state = replace(show.state, questions=replace(show.state.questions, all=gone))
    show.do(undo(show))
    assert dict(show.state.questions.spotlight) == {}


def test_undo_that_gives_the_room_back_to_nobody_leaves_the_screens() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(SkipSession(session=SessionId("opening")))
    assert len(show.do(undo(show))) == 1
