"""The producer's hand on a room: every command, every refusal, and every step taken back."""

import pytest
from rehearsal import (
    CLOSING,
    DEMO,
    LAB,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PANEL,
    PAUSE,
    PROD,
    SIDE,
    TALK,
    Rehearsal,
    at,
)

from streamhub.core.event import Command
from streamhub.core.ids import RoomId, SessionId
from streamhub.core.rundown import (
    UNDO_DEPTH,
    EndSession,
    ExtendSession,
    NextSession,
    PauseSession,
    Progress,
    RestoreSession,
    ResumeSession,
    RoomClock,
    Run,
    RundownUndone,
    SessionEnded,
    SessionExtended,
    SessionPaused,
    SessionRestored,
    SessionResumed,
    SessionSkipped,
    SessionStarted,
    SkipSession,
    StartSession,
    Status,
    Undoable,
    UndoRundown,
    upcoming,
)
from streamhub.core.table import Map


def undo(show: Rehearsal, room: RoomId = MAIN) -> UndoRundown:
    """What the undo button of a room would send."""
    return UndoRundown(room=room, seq=show.clock(room).undo[-1].seq)


def test_session_starts_and_ends() -> None:
    show = Rehearsal.of()
    show.now = at("09:02")
    assert show.do(StartSession(session=OPENING)) == (
        SessionStarted(session=OPENING, at=at("09:02"), cause="start"),
    )
    assert show.progress(OPENING) == Progress(
        status=Status.LIVE, runs=(Run(started_at=at("09:02"), cause="start"),)
    )
    assert show.clock() == RoomClock(
        live=OPENING,
        undo=(
            Undoable(
                seq=2,
                what="session.started",
                session=OPENING,
                by=PROD.id,
                at=at("09:02"),
                before=((OPENING, Progress()),),
                rooms=(MAIN,),
            ),
        ),
        advanced_by=PROD.id,
        advanced_at=at("09:02"),
    )
    show.at("09:25")
    assert show.do(EndSession(session=OPENING)) == (SessionEnded(session=OPENING, at=at("09:25")),)
    assert show.progress(OPENING) == Progress(
        status=Status.ENDED,
        runs=(Run(started_at=at("09:02"), ended_at=at("09:25"), cause="start"),),
    )
    assert show.clock().live is None


def test_start_over_a_live_session_ends_it_in_the_same_instant() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:40")
    assert show.do(StartSession(session=TALK, at=at("09:31"))) == (
        SessionEnded(session=OPENING, at=at("09:31")),
        SessionStarted(session=TALK, at=at("09:31"), cause="start"),
    )
    assert show.clock().live == TALK


def test_start_leaves_the_other_room_alone() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(StartSession(session=DEMO))
    assert (show.clock(MAIN).live, show.clock(SIDE).live) == (OPENING, DEMO)


def test_start_may_be_said_late_but_not_before_what_happened_in_the_room() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:30")
    show.do(EndSession(session=OPENING, at=at("09:20")))
    late = "instant.out_of_range"
    assert show.refused(StartSession(session=TALK, at=at("09:19:59"))) == late
    assert show.refused(StartSession(session=TALK, at=at("09:30:01"))) == late
    assert show.refused(StartSession(session=OPENING, at=at("09:10"))) == late
    assert show.do(StartSession(session=TALK, at=at("09:20"))) == (
        SessionStarted(session=TALK, at=at("09:20"), cause="start"),
    )
    assert show.refused(StartSession(session=PAUSE, at=at("09:19"))) == late
    assert show.refused(EndSession(session=TALK, at=at("09:19"))) == late


def test_start_may_not_reach_back_further_than_a_day() -> None:
    show = Rehearsal.of().at("2026-06-22T09:00")
    assert show.refused(StartSession(session=OPENING, at=at("08:59:59"))) == "instant.out_of_range"
    assert show.do(StartSession(session=OPENING, at=at("09:00"))) == (
        SessionStarted(session=OPENING, at=at("09:00"), cause="start"),
    )


def test_next_walks_through_the_room_and_says_when_it_is_finished() -> None:
    show = Rehearsal.of().at("09:00")
    seen, live = [], None
    for _ in range(5):
        show.do(NextSession(room=MAIN, live=live))
        live = show.clock().live
        seen.append(live)
    assert seen == [OPENING, TALK, PAUSE, PANEL, CLOSING]
    assert show.do(NextSession(room=MAIN, live=CLOSING)) == (
        SessionEnded(session=CLOSING, at=at("09:00")),
    )
    assert show.refused(NextSession(room=MAIN, live=None)) == "rundown.finished"


def test_next_skips_what_was_skipped_and_what_was_passed_over() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(SkipSession(session=PAUSE))
    show.do(StartSession(session=TALK))
    assert upcoming(show.state.agenda, show.state.rundown, MAIN) == [PANEL, CLOSING]
    show.do(NextSession(room=MAIN, live=TALK))
    assert show.clock().live == PANEL
    assert show.progress(OPENING) == Progress()


def test_next_with_a_stale_live_is_refused_with_who_advanced_and_when() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(NextSession(room=MAIN, live=None), OWNER)
    refusal = show.refusal(NextSession(room=MAIN, live=None))
    assert (refusal.code, refusal.field, refusal.detail) == (
        "session.stale",
        "live",
        {"live": OPENING, "by": OWNER.id, "at": at("09:00")},
    )


def test_stale_next_after_an_undo_names_who_took_it_back() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(NextSession(room=MAIN, live=None))
    show.at("09:01")
    show.do(undo(show), OWNER)
    refusal = show.refusal(NextSession(room=MAIN, live=OPENING))
    assert refusal.detail == {"live": None, "by": OWNER.id, "at": at("09:01")}


def test_pause_holds_the_clock_and_resume_moves_the_end() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10")
    assert show.do(PauseSession(session=OPENING)) == (SessionPaused(session=OPENING),)
    assert show.progress(OPENING).paused_at == at("09:10")
    assert show.progress(OPENING).status.on_air
    show.at("09:14")
    assert show.do(ResumeSession(session=OPENING)) == (SessionResumed(session=OPENING),)
    assert show.progress(OPENING) == Progress(
        status=Status.LIVE,
        runs=(Run(started_at=at("09:00"), cause="start"),),
        paused_ms=4 * 60_000,
    )
    show.do(PauseSession(session=OPENING))
    show.at("09:20")
    show.do(EndSession(session=OPENING))
    assert show.progress(OPENING) == Progress(
        status=Status.ENDED,
        runs=(Run(started_at=at("09:00"), ended_at=at("09:20"), cause="start"),),
        paused_ms=4 * 60_000,
    )


def test_extend_adds_and_takes_away() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    assert show.do(ExtendSession(session=OPENING, by_s=300)) == (
        SessionExtended(session=OPENING, by_s=300),
    )
    assert show.do(ExtendSession(session=OPENING, by_s=-60)) == (
        SessionExtended(session=OPENING, by_s=-60),
    )
    assert show.do(ExtendSession(session=OPENING, by_s=0)) == ()
    assert show.progress(OPENING).extended_s == 240


def test_extend_until_an_instant_counts_a_running_pause() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(ExtendSession(session=OPENING, until_at=at("09:40")))
    assert show.progress(OPENING).extended_s == 600
    show.at("09:10")
    show.do(PauseSession(session=OPENING))
    show.at("09:15")
    show.do(ExtendSession(session=OPENING, until_at=at("09:50")))
    assert show.progress(OPENING).extended_s == 900
    assert show.expected()["opening"] == "09:00-09:50"


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (ExtendSession(session=OPENING), "command.invalid", "by_s"),
        (ExtendSession(session=OPENING, by_s=1, until_at=1), "command.invalid", "by_s"),
        (ExtendSession(session=OPENING, by_s=-1801), "session.too_short", "by_s"),
        (ExtendSession(session=OPENING, by_s=86401), "instant.out_of_range", "by_s"),
        (ExtendSession(session=OPENING, until_at=at("08:59")), "session.too_short", "until_at"),
        (ExtendSession(session=OPENING, until_at=10**30), "instant.out_of_range", "until_at"),
    ],
)
def test_extend_beyond_reason_is_refused(command: Command, code: str, field: str) -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    refusal = show.refusal(command)
    assert (refusal.code, refusal.field) == (code, field)


def test_extend_may_take_all_of_a_session_away() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(ExtendSession(session=OPENING, by_s=-1800))
    assert show.expected()["opening"] == "09:00-09:00"


def test_skip_and_restore() -> None:
    show = Rehearsal.of()
    assert show.do(SkipSession(session=TALK)) == (SessionSkipped(session=TALK),)
    assert show.progress(TALK).status is Status.SKIPPED
    assert show.do(RestoreSession(session=TALK)) == (SessionRestored(session=TALK),)
    assert show.progress(TALK) == Progress()
    assert TALK not in show.state.rundown.progress


def test_session_may_run_twice() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10")
    show.do(ExtendSession(session=OPENING, by_s=60))
    show.do(EndSession(session=OPENING))
    show.at("09:20")
    show.do(StartSession(session=OPENING))
    assert show.progress(OPENING) == Progress(
        status=Status.LIVE,
        runs=(
            Run(started_at=at("09:00"), ended_at=at("09:10"), cause="start"),
            Run(started_at=at("09:20"), cause="start"),
        ),
    )


NOWHERE, NOTHING = RoomId("nowhere"), SessionId("nothing")


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (StartSession(session=NOTHING), "session.unknown", "session"),
        (NextSession(room=NOWHERE, live=None), "room.unknown", "room"),
        (UndoRundown(room=NOWHERE, seq=1), "room.unknown", "room"),
        (UndoRundown(room=MAIN, seq=1), "rundown.nothing_to_undo", "room"),
    ],
)
def test_command_about_what_is_not_there_is_refused(
    command: Command, code: str, field: str
) -> None:
    refusal = Rehearsal.of().refusal(command)
    assert (refusal.code, refusal.field) == (code, field)


def test_undo_of_something_else_is_refused_with_what_came_between() -> None:
    show = Rehearsal.of()
    show.do(SkipSession(session=TALK))
    seen = undo(show)
    show.do(SkipSession(session=PAUSE), OWNER)
    refusal = show.refusal(seen)
    assert (refusal.code, refusal.field, refusal.detail) == (
        "rundown.stale",
        "seq",
        {"by": OWNER.id, "at": at("08:00"), "seq": 3},
    )


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ([], StartSession(session=OPENING)),
        ([StartSession(session=OPENING)], StartSession(session=TALK)),
        ([StartSession(session=OPENING)], EndSession(session=OPENING)),
        (
            [StartSession(session=OPENING), EndSession(session=OPENING)],
            StartSession(session=OPENING),
        ),
        ([], NextSession(room=MAIN, live=None)),
        ([StartSession(session=OPENING)], NextSession(room=MAIN, live=OPENING)),
        ([StartSession(session=CLOSING)], NextSession(room=MAIN, live=CLOSING)),
        (
            [
                StartSession(session=PANEL),
                StartSession(session=OPENING),
                PauseSession(session=OPENING),
            ],
            NextSession(room=MAIN, live=OPENING),
        ),
        ([StartSession(session=OPENING)], PauseSession(session=OPENING)),
        (
            [StartSession(session=OPENING), PauseSession(session=OPENING)],
            ResumeSession(session=OPENING),
        ),
        (
            [StartSession(session=OPENING), PauseSession(session=OPENING)],
            EndSession(session=OPENING),
        ),
        ([StartSession(session=OPENING)], ExtendSession(session=OPENING, by_s=-60)),
        ([], SkipSession(session=OPENING)),
        ([SkipSession(session=OPENING)], RestoreSession(session=OPENING)),
    ],
)
def test_undo_restores_what_was_before(before: list[Command], command: Command) -> None:
    show = Rehearsal.of().at("09:00")
    for earlier in before:
        show.do(earlier)
        show.at(f"09:{len(show.decisions):02}")
    was = show.state.rundown
    show.do(command)
    was_top = show.clock().undo[-1]
    show.do(DEMO_STARTS)
    show.at("09:40")
    facts = show.do(undo(show))
    sessions = tuple(name for name, _ in was_top.before)
    assert facts == (RundownUndone(room=MAIN, seq=was_top.seq, sessions=sessions),)
    assert show.state.rundown.progress.delete(DEMO) == was.progress
    now, then = show.clock(), was.clock(MAIN)
    assert (now.live, now.undo) == (then.live, then.undo)


DEMO_STARTS = StartSession(session=DEMO)


def test_undo_goes_back_step_by_step_to_the_beginning() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(ExtendSession(session=OPENING, by_s=60))
    show.do(NextSession(room=MAIN, live=OPENING))
    for _ in range(3):
        show.do(undo(show))
    assert show.state.rundown.progress == Map()
    assert show.clock().live is None
    assert show.refused(UndoRundown(room=MAIN, seq=1)) == "rundown.nothing_to_undo"


def test_undo_reaches_back_so_many_steps_and_no_further() -> None:
    show = Rehearsal.of()
    for _ in range(UNDO_DEPTH):
        show.do(SkipSession(session=TALK))
        show.do(RestoreSession(session=TALK))
    assert len(show.clock().undo) == UNDO_DEPTH
    assert show.clock().undo[0].seq == UNDO_DEPTH + 2


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (StartSession(session=OPENING), "session.already_live"),
        (PauseSession(session=OPENING), "session.already_paused"),
    ],
)
def test_doing_what_is_done_says_so(command: Command, code: str) -> None:
    show = Rehearsal.of()
    show.do(StartSession(session=OPENING))
    show.do(PauseSession(session=OPENING))
    assert show.refused(command) == code


def test_refusals_name_the_session_and_where_it_stands() -> None:
    refusal = Rehearsal.of().refusal(ResumeSession(session=LAB))
    assert (refusal.message, refusal.hint, refusal.field) == (
        "'Lab' is scheduled.",
        "Only a paused session can go on.",
        "session",
    )


def test_moderators_run_no_rooms() -> None:
    assert Rehearsal.of().refused(StartSession(session=OPENING), MOD) == "command.forbidden"
