"""What came of an event: figures, course, and nothing for the public that was not public."""

from dataclasses import replace

from rehearsal import (
    ANN,
    BEN,
    LAB,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PAUSE,
    SIDE,
    TALK,
    Rehearsal,
    at,
)

from streamhub.core.activity import MINUTE_MS, Minute
from streamhub.core.ids import PollId, QuestionId, RoomId
from streamhub.core.polls import AnswerPoll, ClosePoll, CreatePoll, OpenPoll, PollKind
from streamhub.core.questions import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    QuestionStatus,
    RedactQuestion,
    RejectQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
)
from streamhub.core.results import results
from streamhub.core.rundown import NextSession

FIRST, SECOND, THIRD, FOURTH = (QuestionId(f"q{n}") for n in range(1, 5))


def played() -> Rehearsal:
    """Two sessions: four questions asked, one answered, one approved, one rejected, one pending."""
    event = Rehearsal.of().at("09:01")
    event.do(NextSession(room=MAIN, live=None))
    event.at("09:05").do(AskQuestion(text="Who pays for it?", session=OPENING), ANN, FIRST)
    event.do(AskQuestion(text="Nonsense, all of it", session=OPENING, name="Ben"), BEN, SECOND)
    event.at("09:08").do(ApproveQuestion(question=FIRST, revision=1), MOD)
    event.do(RejectQuestion(question=SECOND, reason="Not a question"), MOD)
    event.do(UpvoteQuestion(question=FIRST), BEN)
    event.at("09:21").do(UpvoteQuestion(question=FIRST), ANN)
    event.do(AnswerQuestion(question=FIRST, reply="We all do."), MOD)
    event.at("09:33").do(NextSession(room=MAIN, live=OPENING))
    event.at("09:40").do(AskQuestion(text="What comes then?", session=TALK), BEN, THIRD)
    event.do(AmendQuestion(question=THIRD, text="What comes next?"), MOD)
    event.do(ApproveQuestion(question=THIRD, revision=2), MOD)
    event.do(AskQuestion(text="And after that?", session=TALK), ANN, FOURTH)
    return event


def test_crew_sees_what_became_of_every_question() -> None:
    found = results(played().state, public=False)
    assert found["figures"] == {
        "asked": 4,
        "taken": 2,
        "answered": 1,
        "not_taken": 1,
        "open": 1,
        "votes": 2,
        "people": 2,
    }
    assert [one["id"] for one in found["questions"]] == [FIRST, SECOND, THIRD, FOURTH]
    assert found["questions"][0] == {
        "id": FIRST,
        "session": OPENING,
        "room": MAIN,
        "status": "answered",
        "text": "Who pays for it?",
        "upvotes": 2,
        "asked_at": at("09:05"),
        "answered_at": at("09:21"),
        "reply": "We all do.",
        "decided_at": at("09:21"),
        "known": 1,
    }
    assert found["questions"][1]["reason"] == "Not a question"
    assert found["questions"][1]["name"] == "Ben"
    assert found["questions"][2]["original"] == "What comes then?"


def test_public_sees_what_the_audience_saw_and_counts_only_that() -> None:
    found = results(played().state, public=True)
    assert found["figures"] == {"asked": 2, "taken": 2, "answered": 1, "votes": 2, "people": 2}
    assert [one["id"] for one in found["questions"]] == [FIRST, THIRD]
    assert found["questions"][1] == {
        "id": THIRD,
        "session": TALK,
        "room": MAIN,
        "status": "approved",
        "text": "What comes next?",
        "upvotes": 0,
        "asked_at": at("09:40"),
    }
    assert found["course"] == []


def test_public_results_are_the_same_whatever_was_not_taken_up() -> None:
    event = played()
    before = results(event.state, public=True)
    event.do(AskQuestion(text="Something quite different", session=TALK), BEN)
    event.do(RejectQuestion(question=FOURTH), MOD)
    after = results(event.state, public=True)
    assert after | {"at": 0} == before | {"at": 0}


def test_session_counts_what_was_asked_of_it_and_says_when_it_ran() -> None:
    event = played()
    opening, talk, panel, closing = (
        one for one in results(event.state, public=False)["sessions"] if one["room"] == MAIN
    )
    assert (opening["starts_at"], opening["ends_at"]) == (at("09:01"), at("09:33"))
    assert (talk["starts_at"], talk["ends_at"]) == (at("09:33"), at("10:00"))
    assert (panel["starts_at"], closing["figures"]["asked"]) == (at("10:15"), 0)
    assert opening["figures"] == {
        "asked": 2,
        "taken": 1,
        "answered": 1,
        "not_taken": 1,
        "open": 0,
        "votes": 2,
        "people": 2,
    }
    event.at("10:20")
    event.do(UpvoteQuestion(question=THIRD), ANN)
    late = next(one for one in results(event.state, public=False)["sessions"] if one["id"] == TALK)
    assert late["ends_at"] == at("10:20")


def test_breaks_are_left_out_unless_somebody_asked_there() -> None:
    event = played()
    told = {one["id"] for one in results(event.state, public=False)["sessions"]}
    assert PAUSE not in told
    assert LAB in told
    asked = event.state.questions.all.set(
        FOURTH, replace(event.question(FOURTH), session=PAUSE, status=QuestionStatus.APPROVED)
    )
    state = replace(event.state, questions=replace(event.state.questions, all=asked))
    assert PAUSE in {one["id"] for one in results(state, public=True)["sessions"]}


def test_one_session_alone_can_be_asked_for() -> None:
    found = results(played().state, public=False, session=TALK)
    assert [one["id"] for one in found["sessions"]] == [TALK]
    assert [one["id"] for one in found["questions"]] == [THIRD, FOURTH]
    assert found["course"] == []


def test_question_of_a_session_that_was_taken_out_again_is_left_out() -> None:
    event = played()
    agenda = event.state.agenda
    gone = replace(
        agenda,
        sessions=agenda.sessions.delete(TALK),
        order=agenda.order.set(MAIN, (OPENING,)),
        rooms=agenda.rooms.set(RoomId("empty"), agenda.rooms[SIDE]),
    )
    found = results(replace(event.state, agenda=gone), public=False)
    assert [one["id"] for one in found["questions"]] == [FIRST, SECOND]


def test_erased_question_counts_and_says_nothing() -> None:
    event = played()
    event.do(RedactQuestion(question=THIRD), OWNER)
    found = results(event.state, public=False)
    erased = next(one for one in found["questions"] if one["id"] == THIRD)
    assert (erased["text"], erased["status"]) == ("", "redacted")
    assert "original" not in erased
    assert THIRD not in [one["id"] for one in results(event.state, public=True)["questions"]]


def ask_all(event: Rehearsal, kind: PollKind, poll: str, **more: object) -> PollId:
    """Make a poll and open it."""
    create = CreatePoll(kind=kind, title=f"A {kind}", **{"room": MAIN} | more)  # type: ignore[arg-type]
    event.do(create, MOD, poll)
    event.do(OpenPoll(poll=PollId(poll)), MOD)
    return PollId(poll)


def test_polls_are_told_as_counts_once_they_were_open() -> None:
    event = played()
    one = ask_all(event, PollKind.CHOICE, "p1", options=("Tea", "Coffee"))
    tea, _ = event.state.polls.all[one].options
    event.do(AnswerPoll(poll=one, choices=(tea.id,)), ANN)
    two = ask_all(event, PollKind.RATING, "p2", room=None, session=TALK, most=3)
    event.do(AnswerPoll(poll=two, rating=3), ANN)
    event.do(AnswerPoll(poll=two, rating=2), BEN)
    three = ask_all(event, PollKind.WORDS, "p3")
    event.do(AnswerPoll(poll=three, words=("Sea", "Wind")), ANN)
    event.do(CreatePoll(kind=PollKind.WORDS, title="A draft", room=MAIN), MOD, "p4")

    found = results(event.state, public=False)["polls"]
    assert [(one["id"], one["total"], one["counts"]) for one in found] == [
        ("p1", 1, [{"text": "Tea", "n": 1}, {"text": "Coffee", "n": 0}]),
        ("p2", 2, [{"text": "1", "n": 0}, {"text": "2", "n": 1}, {"text": "3", "n": 1}]),
        ("p3", 1, [{"text": "Sea", "n": 1}, {"text": "Wind", "n": 1}]),
    ]
    assert (found[1]["mean"], found[1]["session"]) == (2.5, TALK)
    assert [one["id"] for one in results(event.state, public=False, session=TALK)["polls"]] == [
        "p2"
    ]

    assert results(event.state, public=True)["polls"] == []
    event.do(ClosePoll(poll=one), MOD)
    assert [one["id"] for one in results(event.state, public=True)["polls"]] == ["p1"]


def test_course_counts_five_minutes_each_without_holes() -> None:
    event = played()
    assert results(event.state, public=False)["course"] == [
        {"at": at("09:05"), "asked": 2, "votes": 1},
        {"at": at("09:10"), "asked": 0, "votes": 0},
        {"at": at("09:15"), "asked": 0, "votes": 0},
        {"at": at("09:20"), "asked": 0, "votes": 1},
        {"at": at("09:25"), "asked": 0, "votes": 0},
        {"at": at("09:30"), "asked": 0, "votes": 0},
        {"at": at("09:35"), "asked": 0, "votes": 0},
        {"at": at("09:40"), "asked": 2, "votes": 0},
    ]
    assert results(Rehearsal.of().state, public=False)["course"] == []


def test_vote_that_is_taken_back_counts_off_in_its_minute() -> None:
    event = played()
    event.do(UpvoteQuestion(question=THIRD), ANN)
    event.at("09:50").do(UnvoteQuestion(question=THIRD), ANN)
    minutes = event.state.activity
    assert minutes[at("09:40") // MINUTE_MS] == Minute(asked=2, votes=1)
    assert minutes[at("09:50") // MINUTE_MS] == Minute(votes=-1)
