"""The archive: chapters from actual times, the second of every answer, and nothing else."""

from rehearsal import (
    ANN,
    BEN,
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

from streamhub.core.ids import Ms, QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    RedactQuestion,
    RejectQuestion,
    SetQuestions,
    SpotlightQuestion,
    UnspotlightQuestion,
    UpvoteQuestion,
)
from streamhub.core.recorded import (
    AFTER_MS,
    OVER_MS,
    Recorded,
    is_over,
    recorded,
)
from streamhub.core.rundown import CancelSession, EndSession, NextSession, SkipSession, StartSession
from streamhub.core.streams import SetRecording

FILM = "https://video.example/film.mp4"
SHOWN, MARKED, WRITTEN, OPEN, BAD, SIDEWAYS = (QuestionId(f"q{n}") for n in range(1, 7))


def played() -> Rehearsal:
    """Opening and talk; one question shown, one only marked, one for later, others not taken."""
    event = Rehearsal.of().at("09:01:00")
    event.do(NextSession(room=MAIN, live=None))
    event.do(StartSession(session=DEMO))
    for name, text in ((SHOWN, "Shown?"), (MARKED, "Marked?"), (WRITTEN, "Written?")):
        event.do(AskQuestion(text=text, session=OPENING, name="Ann"), ANN, name)
    event.do(AskQuestion(text="Nobody took it", session=OPENING), BEN, OPEN)
    event.do(AskQuestion(text="A secret", session=OPENING), BEN, BAD)
    event.do(AskQuestion(text="In the side room?", session=DEMO), BEN, SIDEWAYS)
    for name in (SHOWN, MARKED, WRITTEN, OPEN, SIDEWAYS):
        event.do(ApproveQuestion(question=name, revision=1), MOD)
    event.do(RejectQuestion(question=BAD, reason="No"), MOD)
    event.do(UpvoteQuestion(question=SHOWN), BEN)
    event.at("09:10:05").do(SpotlightQuestion(question=SHOWN), MOD)
    event.at("09:14").do(UnspotlightQuestion(room=MAIN), MOD)
    event.at("09:15").do(AnswerQuestion(question=SHOWN), MOD)
    event.at("09:20").do(AnswerQuestion(question=SIDEWAYS), MOD)
    event.at("09:33").do(NextSession(room=MAIN, live=OPENING))
    event.at("09:34").do(AnswerQuestion(question=MARKED), MOD)
    event.at("10:02:00").do(EndSession(session=TALK))
    return event


def record(
    event: Rehearsal, start: Ms, room: RoomId = MAIN, session: SessionId | None = None
) -> None:
    wish = SetRecording(room=room, url=FILM, started_at=start, session=session)
    event.do(wish, PROD)


def only(event: Rehearsal) -> Recorded:
    (one,) = recorded(event.state)
    return one


def test_nothing_was_recorded() -> None:
    assert recorded(played().state) == []


def test_chapters_are_when_sessions_ran_and_questions_stand_at_their_seconds() -> None:
    event = played()
    record(event, at("09:00"))
    assert only(event) == {
        "room": MAIN,
        "url": FILM,
        "kind": "file",
        "started_at": at("09:00"),
        "chapters": [
            {
                "session": OPENING,
                "title": "Opening",
                "kind": "opening",
                "pause": False,
                "speakers": [],
                "at_s": 60,
                "end_s": 33 * 60,
                "questions": [
                    {
                        "id": SHOWN,
                        "text": "Shown?",
                        "name": "Ann",
                        "upvotes": 1,
                        "at_s": 605,
                    },
                    {"id": MARKED, "text": "Marked?", "name": "Ann", "upvotes": 0, "at_s": 2040},
                ],
            },
            {
                "session": TALK,
                "title": "Talk",
                "kind": "session",
                "pause": False,
                "speakers": ["Ada"],
                "at_s": 33 * 60,
                "end_s": 62 * 60,
                "questions": [],
            },
        ],
        "others": [],
    }


def test_only_what_was_answered_in_public_is_in_it() -> None:
    event = played()
    record(event, at("09:00"))
    event.do(RedactQuestion(question=SHOWN), OWNER)
    said = str(recorded(event.state))
    assert "Marked?" in said
    for text in ("Shown?", "Nobody took it", "A secret", "In the side room?", "reason", "No'"):
        assert text not in said


def test_what_was_answered_after_the_recording_has_no_second() -> None:
    event = played()
    record(event, at("09:00"))
    event.at("10:12").do(AnswerQuestion(question=WRITTEN, reply="Yes."), MOD)
    last = only(event)["chapters"][0]["questions"][-1]
    assert last.get("at_s") == 72 * 60
    assert last["reply"] == "Yes."
    later = played()
    record(later, at("09:00"))
    later.at("10:12:01").do(AnswerQuestion(question=WRITTEN, reply="Yes."), MOD)
    assert AFTER_MS == 600_000
    assert only(later)["chapters"][0]["questions"][-1] == {
        "id": WRITTEN,
        "text": "Written?",
        "name": "Ann",
        "upvotes": 0,
        "reply": "Yes.",
    }


def test_recording_that_began_late_cuts_what_was_before() -> None:
    event = played()
    record(event, at("09:12"))
    first, second = only(event)["chapters"]
    assert (first["at_s"], first["end_s"], second["at_s"]) == (0, 21 * 60, 21 * 60)
    assert [(one["id"], one.get("at_s")) for one in first["questions"]] == [
        (SHOWN, None),
        (MARKED, 22 * 60),
    ]
    record(event, at("09:50"))
    (talk,) = only(event)["chapters"]
    assert talk["session"] == TALK
    assert [one["id"] for one in only(event)["others"]] == [SHOWN, MARKED]


def test_session_that_ran_twice_has_two_chapters_and_a_question_stands_under_the_last_begun() -> (
    None
):
    event = played()
    event.at("10:05").do(StartSession(session=OPENING))
    event.at("10:06").do(AnswerQuestion(question=WRITTEN), MOD)
    event.at("10:08").do(EndSession(session=OPENING))
    record(event, at("09:00"))
    chapters = only(event)["chapters"]
    assert [(one["session"], one["at_s"]) for one in chapters] == [
        (OPENING, 60),
        (TALK, 33 * 60),
        (OPENING, 65 * 60),
    ]
    assert [one["id"] for one in chapters[0]["questions"]] == [SHOWN, MARKED]
    assert [one["id"] for one in chapters[2]["questions"]] == [WRITTEN]


def test_question_of_a_session_that_never_ran_is_among_the_others() -> None:
    event = played()
    event.do(SetQuestions(session=PANEL, state=Opening.OPEN), MOD)
    asked = QuestionId("q9")
    event.do(AskQuestion(text="About the panel?", session=PANEL), ANN, asked)
    event.do(ApproveQuestion(question=asked, revision=1), MOD)
    event.at("10:03").do(AnswerQuestion(question=asked), MOD)
    record(event, at("09:00"))
    assert [one["id"] for one in only(event)["others"]] == [asked]


def test_recordings_stand_by_room_and_a_session_may_have_its_own() -> None:
    event = played()
    record(event, at("09:00"), SIDE)
    record(event, at("09:32"), MAIN, TALK)
    record(event, at("09:00"))
    found = recorded(event.state)
    assert [(one["room"], one.get("session")) for one in found] == [
        (MAIN, None),
        (MAIN, TALK),
        (SIDE, None),
    ]
    assert [(one["session"], one["at_s"]) for one in found[1]["chapters"]] == [(TALK, 60)]
    assert found[1]["others"] == []
    side = found[2]["chapters"]
    assert [one["session"] for one in side] == [DEMO]
    assert side[0]["end_s"] == 60 * 60  # it is on air still: the end that was told
    assert [one["text"] for one in side[0]["questions"]] == ["In the side room?"]


def test_recording_of_what_never_ran_has_no_chapters() -> None:
    event = Rehearsal.of().at("09:00")
    record(event, at("09:00"))
    assert only(event)["chapters"] == []


def test_event_is_over_when_nothing_is_on_and_nothing_to_come() -> None:
    event = played()
    assert not is_over(event.state, at("10:02"))
    event.do(EndSession(session=DEMO))
    assert not is_over(event.state, at("10:02"))
    for name in (PAUSE, PANEL, CLOSING):
        event.do(SkipSession(session=name))
    assert not is_over(event.state, at("10:02"))
    event.do(CancelSession(session=LAB))
    assert is_over(event.state, at("10:02"))


def test_event_that_nobody_ran_is_over_six_hours_after_its_plan() -> None:
    state = Rehearsal.of().state
    assert not is_over(state, state.agenda.ends_at + OVER_MS)
    assert is_over(state, state.agenda.ends_at + OVER_MS + 1)
