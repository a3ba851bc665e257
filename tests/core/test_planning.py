"""Changing the plan while the event runs: times, places, new sessions, words, people."""

from dataclasses import replace

import pytest
from rehearsal import (
    ADA,
    ANN,
    CLOSING,
    DEMO,
    GRACE,
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

from streamhub.core.agenda import MAX_SESSIONS, Kind, Session, Speaker
from streamhub.core.event import Command
from streamhub.core.ids import QuestionId, RoomId, SessionId, SpeakerId
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
    EditSession,
    EndSession,
    ExtendSession,
    InsertSession,
    NextSession,
    PauseSession,
    ReorderSession,
    ResumeSession,
    RetimeSession,
    SkipSession,
    SpeakerWish,
    StartSession,
    UndoRundown,
)
from streamhub.core.views import Touched, View, project

NEW = SessionId("new")
MORE = InsertSession(room=MAIN, title="More", duration_s=600)


def planned(show: Rehearsal, room: RoomId = MAIN) -> dict[str, str]:
    """The planned starts of a room in its running order, as clocks show them."""
    agenda = show.state.agenda
    return {
        name: f"{(agenda.sessions[name].start_at - at('00:00')) // 3_600_000:02}:"
        f"{(agenda.sessions[name].start_at - at('00:00')) // 60_000 % 60:02}"
        for name in agenda.running_order(room)
    }


AS_PRINTED = {
    "opening": "09:00",
    "talk": "09:30",
    "pause": "10:00",
    "panel": "10:15",
    "closing": "10:45",
}


def plan(show: Rehearsal, name: SessionId) -> Session:
    return show.state.agenda.sessions[name]


def undo(show: Rehearsal, room: RoomId = MAIN) -> UndoRundown:
    return UndoRundown(room=room, seq=show.clock(room).undo[-1].seq)


# --- retime ----------------------------------------------------------------------------------


def test_retime_moves_a_session_to_the_place_of_its_start() -> None:
    show = Rehearsal.of()
    show.do(RetimeSession(session=TALK, start_at=at("10:50"), duration_s=900))
    assert list(planned(show)) == ["opening", "pause", "panel", "closing", "talk"]
    assert plan(show, TALK).duration_s == 900
    assert show.state.agenda_rev == 2
    show.do(RetimeSession(session=TALK, start_at=at("09:30")))
    assert planned(show) == AS_PRINTED
    show.do(undo(show))
    show.do(undo(show))
    assert (planned(show), plan(show, TALK).duration_s) == (AS_PRINTED, 1800)
    assert show.state.agenda_rev == 5


def test_retime_keeps_what_ran_where_it_is() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(RetimeSession(session=PANEL, start_at=at("08:30")))
    assert list(planned(show)) == ["opening", "panel", "talk", "pause", "closing"]


def test_retime_on_air_leaves_the_countdown_where_it_is() -> None:
    show = Rehearsal.of().at("09:02")
    show.do(StartSession(session=OPENING))
    show.do(RetimeSession(session=OPENING, duration_s=2700))
    assert plan(show, OPENING).duration_s == 2700
    assert show.expected()["opening"] == "09:02-09:32"
    told = project(show.state, View.CONTROL, MAIN)["sessions"]["opening"]
    assert (told["due_at"], told["extended_s"]) == (at("09:32"), -900)
    show.do(undo(show))
    assert (show.expected()["opening"], plan(show, OPENING).duration_s) == ("09:02-09:32", 1800)


def test_retime_on_air_moves_the_countdown_if_the_producer_says_so() -> None:
    show = Rehearsal.of().at("09:02")
    show.do(StartSession(session=OPENING))
    show.do(ExtendSession(session=OPENING, by_s=60))
    show.do(RetimeSession(session=OPENING, duration_s=2700, move_end=True))
    assert show.expected()["opening"] == "09:02-09:48"


def test_retime_to_the_same_plan_changes_nothing() -> None:
    show = Rehearsal.of()
    assert show.do(RetimeSession(session=TALK, start_at=at("09:30"), duration_s=1800)) == ()


def test_retime_to_less_than_the_least_duration_lowers_that() -> None:
    show = Rehearsal.of()
    show.do(RetimeSession(session=PAUSE, duration_s=240))
    assert plan(show, PAUSE).min_duration_s == 240


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (RetimeSession(session=TALK), "command.invalid", "start_at"),
        (RetimeSession(session=TALK, duration_s=0), "command.invalid", "duration_s"),
        (RetimeSession(session=TALK, duration_s=48 * 3600 + 1), "command.invalid", "duration_s"),
        (RetimeSession(session=TALK, start_at=0), "instant.out_of_range", "start_at"),
        (RetimeSession(session=TALK, start_at=10**30), "instant.out_of_range", "start_at"),
        (RetimeSession(session=OPENING, start_at=at("09:01")), "session.already_live", "start_at"),
        (ReorderSession(session=OPENING), "session.already_ran", "session"),
        (ReorderSession(session=TALK, before=OPENING), "session.already_ran", "before"),
        (ReorderSession(session=TALK, before=TALK), "command.invalid", "before"),
        (ReorderSession(session=TALK, before=DEMO), "command.invalid", "before"),
        (ReorderSession(session=TALK, before=SessionId("no")), "session.unknown", "before"),
        (replace(MORE, room=RoomId("no")), "room.unknown", "room"),
        (replace(MORE, title=" "), "text.too_short", "title"),
        (replace(MORE, duration_s=-1), "command.invalid", "duration_s"),
        (replace(MORE, start_at=1), "instant.out_of_range", "start_at"),
        (replace(MORE, before=DEMO), "command.invalid", "before"),
        (replace(MORE, speakers=(SpeakerWish(name=""),)), "text.too_short", "speakers"),
        (replace(MORE, speakers=(SpeakerWish(name="x"),) * 51), "command.invalid", "speakers"),
        (EditSession(session=TALK, title=""), "text.too_short", "title"),
        (EditSession(session=TALK, abstract="x" * 5001), "text.too_long", "abstract"),
        (EditSession(session=TALK, min_duration_s=1801), "command.invalid", "min_duration_s"),
        (EditSession(session=TALK, min_duration_s=-1), "command.invalid", "min_duration_s"),
        (EditSession(session=TALK, room=RoomId("no")), "room.unknown", "room"),
        (EditSession(session=OPENING, room=SIDE), "session.already_ran", "room"),
        (
            EditSession(session=TALK, speakers=(SpeakerWish(name="x", id=SpeakerId("no")),)),
            "command.invalid",
            "speakers",
        ),
    ],
)
def test_plan_that_makes_no_sense_is_refused(command: Command, code: str, field: str) -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    refusal = show.refusal(command)
    assert (refusal.code, refusal.field) == (code, field)


# --- reorder ---------------------------------------------------------------------------------


def test_reorder_lays_the_times_between_out_again() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(ReorderSession(session=CLOSING, before=PAUSE))
    assert planned(show) == {
        "opening": "09:00",
        "talk": "09:30",
        "closing": "10:00",
        "pause": "10:15",
        "panel": "10:30",
    }
    show.do(undo(show))
    assert planned(show) == AS_PRINTED


def test_reorder_keeps_gaps_by_place() -> None:
    show = Rehearsal.of()
    show.do(RetimeSession(session=PANEL, start_at=at("10:25")))
    show.do(RetimeSession(session=CLOSING, start_at=at("10:55")))
    show.do(ReorderSession(session=TALK))
    assert planned(show) == {
        "opening": "09:00",
        "pause": "09:30",
        "panel": "09:45",
        "closing": "10:25",
        "talk": "10:40",
    }


def test_reorder_to_where_it_is_changes_nothing() -> None:
    show = Rehearsal.of()
    assert show.do(ReorderSession(session=TALK, before=PAUSE)) == ()
    assert show.do(ReorderSession(session=CLOSING)) == ()


def test_reorder_brings_back_what_was_passed_over() -> None:
    show = Rehearsal.of().at("09:10")
    show.do(StartSession(session=TALK))
    show.do(ReorderSession(session=OPENING, before=PANEL))
    assert planned(show) == {
        "talk": "09:30",
        "pause": "10:00",
        "opening": "10:15",
        "panel": "10:15",
        "closing": "10:45",
    }
    assert show.expected()["panel"] == "10:45-11:15"
    show.do(undo(show))
    show.do(ReorderSession(session=OPENING))
    assert (list(planned(show))[-1], planned(show)["opening"]) == ("opening", "11:00")


def test_reorder_leaves_what_ran_in_between_alone() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=TALK))
    show.do(StartSession(session=OPENING))
    assert show.refused(ReorderSession(session=PAUSE, before=TALK)) == "session.already_ran"
    show.do(SkipSession(session=PANEL))
    show.do(ReorderSession(session=CLOSING, before=PANEL))
    assert planned(show) | {"closing": "10:15", "panel": "10:30"} == planned(show)
    assert planned(show)["talk"] == "09:30"


def test_reorder_leaves_the_times_that_need_not_change() -> None:
    show = Rehearsal.of()
    show.do(replace(MORE, start_at=at("10:15")), PROD, "new")
    show.do(ReorderSession(session=PANEL, before=NEW))
    assert planned(show) == AS_PRINTED | {"panel": "10:15", "new": "10:45"}


def test_reorder_refuses_what_ran() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(StartSession(session=TALK))
    ran = show.refusal(ReorderSession(session=OPENING))
    assert (ran.code, ran.message) == ("session.already_ran", "'Opening' is ended.")


# --- insert ----------------------------------------------------------------------------------


def test_insert_puts_a_session_after_what_is_on_air() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(ExtendSession(session=OPENING, by_s=290))
    decision = show.decide(MORE, PROD, "new")
    show.keep(decision)
    assert dict(decision.result) == {"session": "new"}
    assert list(planned(show).items())[:3] == [
        ("opening", "09:00"),
        ("new", "09:35"),
        ("talk", "09:30"),
    ]
    assert plan(show, NEW) == Session(
        id=NEW, room=MAIN, title="More", start_at=at("09:35"), duration_s=600, inserted=True
    )
    assert show.expected() | {"new": "09:35-09:45", "talk": "09:45-10:15"} == show.expected()
    assert show.expected()["pause"] == "10:15-10:20"
    assert project(show.state, View.CONTROL, MAIN)["sessions"]["new"]["inserted"] is True
    show.do(NextSession(room=MAIN, live=OPENING))
    assert show.clock().live == NEW


def test_insert_without_anything_on_air_comes_next() -> None:
    show = Rehearsal.of().at("09:40:20")
    show.do(MORE, PROD, "new")
    assert (next(iter(planned(show))), planned(show)["new"]) == ("new", "09:41")
    assert show.expected() | {"new": "09:41-09:51", "opening": "09:51-10:21"} == show.expected()


def test_insert_before_another_session_ends_when_that_begins() -> None:
    show = Rehearsal.of()
    show.do(replace(MORE, before=LAB, room=SIDE), PROD, "new")
    assert planned(show, SIDE) == {"demo": "09:00", "new": "10:05", "lab": "10:15"}
    show.do(replace(MORE, before=DEMO, room=SIDE, duration_s=3600), PROD, "two")
    assert list(planned(show, SIDE))[:2] == ["two", "demo"]
    assert planned(show, SIDE)["two"] == "08:00"


def test_insert_before_what_was_skipped_begins_after_what_is_before_it() -> None:
    show = Rehearsal.of()
    show.do(SkipSession(session=LAB))
    show.do(replace(MORE, before=LAB, room=SIDE), PROD, "new")
    assert planned(show, SIDE)["new"] == "10:00"


def test_insert_at_a_time_takes_its_place_by_it() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.do(replace(MORE, start_at=at("10:15")), PROD, "new")
    assert list(planned(show))[2:5] == ["pause", "new", "panel"]
    show.do(replace(MORE, start_at=at("12:00"), kind=Kind.BREAK), PROD, "last")
    assert list(planned(show))[-1] == "last"
    assert plan(show, SessionId("last")).kind is Kind.BREAK


def test_insert_into_an_empty_room_and_out_of_it_again() -> None:
    show = Rehearsal.of()
    show.do(EditSession(session=LAB, room=MAIN))
    show.do(EditSession(session=DEMO, room=MAIN))
    assert SIDE not in show.state.agenda.order
    show.do(replace(MORE, room=SIDE), PROD, "new")
    assert planned(show, SIDE) == {"new": "08:00"}
    show.do(undo(show, SIDE))
    assert SIDE not in show.state.agenda.order


def test_insert_is_refused_where_the_agenda_is_full() -> None:
    show = Rehearsal.of()
    sessions = show.state.agenda.sessions
    full = sessions.update(
        {
            SessionId(f"s{n}"): replace(sessions[TALK], id=SessionId(f"s{n}"))
            for n in range(MAX_SESSIONS)
        }
    )
    show.state = replace(show.state, agenda=replace(show.state.agenda, sessions=full))
    assert show.refused(MORE) == "agenda.invalid"


def test_insert_is_taken_back_without_a_trace() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    before = show.state
    wish = SpeakerWish(name="Joan")
    show.do(replace(MORE, start_at=at("09:00"), speakers=(wish,)), PROD, "new")
    assert NEW in show.state.rundown.shown
    decision = show.decide(undo(show), PROD)
    show.keep(decision)
    assert show.state.agenda == before.agenda
    assert show.state.rundown == before.rundown
    touched = Touched()
    touched.add(show.state, decision)
    assert NEW in touched.sessions
    assert touched.event


def test_insert_is_not_taken_back_where_questions_were_asked() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(MORE, PROD, "new")
    show.do(SetQuestions(session=NEW, state=Opening.OPEN), MOD)
    show.do(AskQuestion(text="Why so late?", session=NEW), ANN)
    refusal = show.refusal(undo(show))
    assert (refusal.code, refusal.hint) == ("rundown.entangled", "Cancel the session instead.")
    assert show.do(CancelSession(session=NEW))


# --- edit ------------------------------------------------------------------------------------


def test_edit_changes_what_is_printed() -> None:
    show = Rehearsal.of()
    show.do(
        EditSession(
            session=TALK,
            title=" The  talk ",
            kind=Kind.KEYNOTE,
            abstract="All\nof it",
            fixed_end=True,
            min_duration_s=60,
            may_start_early=True,
        )
    )
    was = Rehearsal.of().state.agenda.sessions[TALK]
    assert plan(show, TALK) == replace(
        was,
        title="The talk",
        kind=Kind.KEYNOTE,
        abstract="All\nof it",
        fixed_end=True,
        min_duration_s=60,
        may_start_early=True,
    )
    assert show.do(EditSession(session=TALK, title="The talk")) == ()
    show.do(EditSession(session=TALK, abstract=" "))
    assert plan(show, TALK).abstract is None
    show.do(undo(show))
    show.do(undo(show))
    assert plan(show, TALK) == was


def test_edit_of_what_is_on_air_leaves_the_countdown_where_it_is() -> None:
    show = Rehearsal.of().at("09:05")
    show.do(StartSession(session=OPENING))
    show.do(EditSession(session=OPENING, fixed_end=True))
    assert show.expected()["opening"] == "09:05-09:35"
    show.do(EditSession(session=OPENING, title="Welcome"))
    assert show.expected()["opening"] == "09:05-09:35"


def test_edit_moves_a_session_to_another_room() -> None:
    show = Rehearsal.of()
    before = show.state
    show.do(EditSession(session=TALK, room=SIDE))
    assert list(planned(show)) == ["opening", "pause", "panel", "closing"]
    assert list(planned(show, SIDE)) == ["demo", "talk", "lab"]
    assert show.clock(SIDE).undo == show.clock(MAIN).undo
    show.do(undo(show, SIDE))
    assert show.state.agenda == before.agenda
    assert (show.clock(MAIN).undo, show.clock(SIDE).undo) == ((), ())


def test_edit_of_several_rooms_waits_for_what_was_built_on_it() -> None:
    show = Rehearsal.of()
    show.do(EditSession(session=TALK, room=SIDE))
    show.at("08:01")
    show.do(SkipSession(session=LAB), OWNER)
    refusal = show.refusal(undo(show, MAIN))
    assert (refusal.code, refusal.detail) == (
        "rundown.entangled",
        {"room": "side", "by": OWNER.id, "at": at("08:01"), "seq": 3},
    )
    show.do(undo(show, SIDE))
    assert show.do(undo(show, MAIN))


def test_edit_of_several_rooms_is_forgotten_by_all_at_once() -> None:
    show = Rehearsal.of()
    show.do(SkipSession(session=CLOSING))
    show.do(EditSession(session=TALK, room=SIDE))
    show.do(SkipSession(session=PANEL))
    for title in range(50):
        show.do(EditSession(session=LAB, title=str(title)))
    assert [step.seq for step in show.clock(MAIN).undo] == [4]
    assert len(show.clock(SIDE).undo) == 50


def test_question_leaves_the_screens_with_a_session_that_moves_away() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(SetQuestions(session=TALK, state=Opening.OPEN), MOD)
    show.do(AskQuestion(text="Why so early?", session=TALK), ANN, "q")
    q = QuestionId("q")
    show.do(ApproveQuestion(question=q, revision=1), MOD)
    show.do(SpotlightQuestion(question=q), MOD)
    decision = show.decide(EditSession(session=TALK, room=SIDE), PROD)
    show.keep(decision)
    assert decision.facts[1:] == (QuestionUnspotlit(question=q, room=MAIN, cause="rundown"),)
    touched = Touched()
    touched.add(show.state, decision)
    assert touched.questions == {q}
    decision = show.decide(undo(show), PROD)
    touched = Touched()
    touched.add(show.state, decision)
    show.keep(decision)
    assert touched.questions == {q}
    assert dict(show.state.questions.spotlight) == {MAIN: q}


# --- people ----------------------------------------------------------------------------------


def speakers(show: Rehearsal, name: SessionId) -> list[Speaker]:
    return [show.state.agenda.speakers[one] for one in plan(show, name).speakers]


def test_speakers_are_found_by_name_or_added() -> None:
    show = Rehearsal.of()
    joan = SpeakerWish(name="Joan", role="Coder", affiliation="Home")
    show.do(EditSession(session=LAB, speakers=(SpeakerWish(name="Grace"), joan)), PROD, "x")
    added = Speaker(
        id=SpeakerId("x-1"), name="Joan", role="Coder", affiliations=("Home",), inserted=True
    )
    assert speakers(show, LAB) == [show.state.agenda.speakers[GRACE], added]
    show.do(EditSession(session=TALK, speakers=(SpeakerWish(name="Joan"),)), PROD, "y")
    assert speakers(show, TALK) == [added]
    boss = SpeakerWish(name="Joan", role="Boss", affiliation="")
    show.do(EditSession(session=PANEL, speakers=(boss,)), PROD, "z")
    assert speakers(show, PANEL) == [
        Speaker(id=SpeakerId("z-0"), name="Joan", role="Boss", inserted=True)
    ]
    assert set(show.state.agenda.speakers) == {ADA, GRACE, "x-1", "z-0"}


def test_speakers_of_the_agenda_are_changed_wherever_they_speak() -> None:
    show = Rehearsal.of()
    before = show.state
    wish = SpeakerWish(name="Grace H.", id=GRACE, role="Admiral", affiliation="Navy")
    show.do(EditSession(session=PANEL, speakers=(SpeakerWish(name="Ada", id=ADA), wish)))
    grace = Speaker(id=GRACE, name="Grace H.", role="Admiral", affiliations=("Navy",))
    assert speakers(show, DEMO) == [grace]
    assert speakers(show, PANEL)[0] == before.agenda.speakers[ADA]
    assert show.clock(SIDE).undo == show.clock(MAIN).undo
    show.do(undo(show, SIDE))
    assert (show.state.agenda, show.clock(MAIN).undo) == (before.agenda, ())


def test_speakers_keep_what_is_not_said_and_lose_what_is_empty() -> None:
    show = Rehearsal.of()
    same = SpeakerWish(name="Ada", id=ADA, affiliation="Engines, Society")
    assert show.do(EditSession(session=TALK, speakers=(same,))) == ()
    show.do(
        EditSession(
            session=TALK, speakers=(SpeakerWish(name="Ada", id=ADA, role="", affiliation=""),)
        )
    )
    ada = Speaker(id=ADA, name="Ada", biography="Wrote the first program.")
    assert speakers(show, TALK) == [ada]


def test_speakers_who_were_added_go_with_their_last_session_and_come_back() -> None:
    show = Rehearsal.of()
    joan = (SpeakerWish(name="Joan"),)
    show.do(EditSession(session=LAB, speakers=joan), PROD, "x")
    show.do(EditSession(session=TALK, speakers=joan))
    show.do(EditSession(session=TALK, speakers=()))
    show.do(EditSession(session=LAB, speakers=()))
    assert SpeakerId("x-0") not in show.state.agenda.speakers
    show.do(undo(show))
    assert [one.name for one in speakers(show, TALK)] == ["Joan"]


# --- the countdown and the plan of others ----------------------------------------------------


def test_plan_may_change_through_a_pause_and_a_second_run() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10").do(PauseSession(session=OPENING))
    show.do(RetimeSession(session=OPENING, duration_s=3600))
    show.at("09:20").do(ResumeSession(session=OPENING))
    assert show.expected()["opening"] == "09:00-09:40"
    show.at("09:30").do(EndSession(session=OPENING))
    assert show.refused(RetimeSession(session=OPENING, duration_s=60)) == "session.not_scheduled"
    show.do(StartSession(session=OPENING))
    assert show.expected()["opening"] == "09:30-10:30"
