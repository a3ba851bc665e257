"""When sessions take questions, and where a question asked "now" goes."""

import pytest
from rehearsal import (
    ANN,
    CLOSING,
    DEMO,
    MAIN,
    MOD,
    OPENING,
    PANEL,
    PAUSE,
    SIDE,
    TALK,
    Rehearsal,
    agenda_of,
    at,
    session,
)

from streamhub.core.agenda import Kind
from streamhub.core.errors import Rejected
from streamhub.core.ids import SessionId
from streamhub.core.openings import Opening, RoomOpening, SessionOpening
from streamhub.core.questions import AskQuestion, QuestionAsked, SetQuestions
from streamhub.core.rundown import EndSession, NextSession, PauseSession, SkipSession, StartSession


def said(show: Rehearsal, name: SessionId, state: Opening) -> None:
    show.do(SetQuestions(session=name, state=state), MOD)


def test_session_opens_by_itself_ten_minutes_before_and_closes_a_quarter_after() -> None:
    show = Rehearsal.of()
    before = SessionOpening(open=False, why="before", opens_at=at("08:50"))
    assert show.doors().of(OPENING) == before
    assert show.at("08:49:59").doors().of(OPENING) == before
    assert show.at("08:50").doors().of(OPENING) == SessionOpening(open=True, why="open")
    show.at("09:00").do(StartSession(session=OPENING))
    show.do(PauseSession(session=OPENING))
    assert show.doors().of(OPENING) == SessionOpening(open=True, why="open")
    show.at("09:30").do(EndSession(session=OPENING))
    assert show.at("09:44:59").doors().of(OPENING) == SessionOpening(
        open=True, why="open", closes_at=at("09:45")
    )
    assert show.at("09:45").doors().of(OPENING) == SessionOpening(open=False, why="after")


def test_session_that_is_late_opens_later() -> None:
    show = Rehearsal.of().at("09:20")
    show.do(StartSession(session=OPENING))
    assert show.doors().of(TALK) == SessionOpening(open=False, why="before", opens_at=at("09:40"))


def test_break_takes_no_questions_by_itself() -> None:
    show = Rehearsal.of().at("10:05")
    show.do(StartSession(session=PAUSE))
    assert show.doors().of(PAUSE) == SessionOpening(open=False, why="break")
    said(show, PAUSE, Opening.OPEN)
    assert show.doors().of(PAUSE) == SessionOpening(open=True, why="open")


def test_skipped_and_passed_over_sessions_take_no_questions() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(SkipSession(session=PANEL))
    show.do(StartSession(session=TALK))
    closed = SessionOpening(open=False, why="after")
    assert (show.doors().of(PANEL), show.doors().of(OPENING)) == (closed, closed)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (Opening.OPEN, SessionOpening(open=True, why="open")),
        (Opening.CLOSED, SessionOpening(open=False, why="closed")),
    ],
)
def test_moderators_word_holds_whatever_the_clock_says(
    state: Opening, found: SessionOpening
) -> None:
    show = Rehearsal.of()
    said(show, TALK, state)
    for clock in ("08:00", "09:25", "12:00", "20:00"):
        assert show.at(clock).doors().of(TALK) == found


def test_asked_now_goes_to_what_is_live() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=TALK))
    assert show.doors().asked_now() == RoomOpening(TALK, "open")
    asked = show.do(AskQuestion(text="Why is that?", room=MAIN), ANN, "q")
    assert asked == (QuestionAsked(question="q", session=TALK, text="Why is that?"),)  # type: ignore[arg-type]  # ids are strings


def test_asked_now_goes_nowhere_while_what_is_live_is_closed() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=OPENING))
    show.do(NextSession(room=MAIN, live=OPENING))
    said(show, TALK, Opening.CLOSED)
    assert show.doors().asked_now() == RoomOpening(None, "closed")
    assert show.refused(AskQuestion(text="Why is that?", room=MAIN), ANN) == "question.closed"


def test_asked_now_in_a_break_goes_to_what_has_just_ended_then_to_what_comes() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=TALK))
    show.at("09:50").do(NextSession(room=MAIN, live=TALK))
    assert show.doors().asked_now() == RoomOpening(TALK, "open")
    said(show, TALK, Opening.CLOSED)
    assert show.doors().asked_now() == RoomOpening(None, "break", at("10:05"))
    assert show.at("10:05").doors().asked_now() == RoomOpening(PANEL, "open")


def test_asked_now_in_a_closed_break_goes_nowhere_and_in_an_open_one_to_the_break() -> None:
    show = Rehearsal.of().at("10:06")
    show.do(StartSession(session=PAUSE))
    said(show, PAUSE, Opening.CLOSED)
    assert show.doors().asked_now() == RoomOpening(None, "closed")
    said(show, PAUSE, Opening.OPEN)
    assert show.doors().asked_now() == RoomOpening(PAUSE, "open")


def test_asked_now_in_a_last_break_goes_nowhere() -> None:
    show = Rehearsal.of(agenda_of(session(PAUSE, "09:00", 30, kind=Kind.SOCIAL))).at("09:00")
    show.do(StartSession(session=PAUSE))
    assert show.doors().asked_now() == RoomOpening(None, "break")


def test_asked_now_between_sessions_goes_to_what_ended_last_by_the_clock() -> None:
    show = Rehearsal.of().at("09:00")
    for minute, name in enumerate((TALK, OPENING, PAUSE)):
        show.at(f"09:0{minute}").do(StartSession(session=name))
    assert show.doors().asked_now() == RoomOpening(OPENING, "open")


def test_asked_now_before_anything_tells_when_it_opens() -> None:
    show = Rehearsal.of()
    assert show.doors().asked_now() == RoomOpening(None, "before", at("08:50"))
    assert show.at("08:50").doors().asked_now() == RoomOpening(OPENING, "open")


def test_asked_now_looks_past_a_break_that_comes_next() -> None:
    first = session(PAUSE, "09:00", 5, kind=Kind.BREAK)
    show = Rehearsal.of(agenda_of(first, session(TALK, "09:05", 30))).at("08:56")
    assert show.doors().asked_now() == RoomOpening(TALK, "open")


def test_asked_now_does_not_go_to_a_later_session_that_is_open_early() -> None:
    show = Rehearsal.of()
    said(show, CLOSING, Opening.OPEN)
    assert show.doors().asked_now() == RoomOpening(None, "before", at("08:50"))


def test_asked_now_is_closed_where_all_that_comes_is_and_over_when_nothing_comes() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:00", 30)))
    said(show, TALK, Opening.CLOSED)
    assert show.doors().asked_now() == RoomOpening(None, "closed")
    show.at("09:00").do(StartSession(session=TALK))
    show.do(EndSession(session=TALK))
    assert show.doors().asked_now() == RoomOpening(None, "after")


def test_questions_are_taken_exactly_within_the_opening() -> None:
    show = Rehearsal.of()
    taken: list[tuple[str, int | str]] = []
    for clock in ("08:49:59", "08:50", "09:14:59", "09:15"):
        if clock == "09:14:59":
            show.at("09:00").do(StartSession(session=DEMO))
            show.do(EndSession(session=DEMO))
        show.now = at(clock)  # the tick that is due may come later than the question
        ask = AskQuestion(text=f"Asked at {clock}?", session=DEMO)
        try:
            taken.append((clock, len(show.do(ask, ANN))))
        except Rejected as refused:
            taken.append((clock, refused.code))
    assert taken == [
        ("08:49:59", "question.closed"),
        ("08:50", 1),
        ("09:14:59", 1),
        ("09:15", "question.closed"),
    ]


def test_next_change_of_the_doors_is_the_next_of_any_session() -> None:
    show = Rehearsal.of()
    assert show.doors(SIDE).next_change_at() == at("08:50")
    show.at("08:50")
    assert show.doors(SIDE).next_change_at() == at("10:05")
    show.at("09:00").do(StartSession(session=DEMO))
    show.do(EndSession(session=DEMO))
    assert show.doors(SIDE).next_change_at() == at("09:15")
