"""Deadlines for viewers: open as long as their late picture may show an open door."""

from typing import Any

import pytest
from rehearsal import (
    ANN,
    BEN,
    CLOSING,
    DEMO,
    MAIN,
    MOD,
    OPENING,
    PANEL,
    PAUSE,
    PROD,
    SIDE,
    TALK,
    Rehearsal,
    at,
)

from streamhub.core.event import Fact
from streamhub.core.ids import ActorId, Ms, OptionId, PollId, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.polls import (
    AnswerPoll,
    ClosePoll,
    CreatePoll,
    OpenPoll,
    PollAnswered,
    PollKind,
    PollUnanswered,
    RemovePoll,
    ReopenPoll,
    WithdrawAnswer,
)
from streamhub.core.questions import (
    AskQuestion,
    AtEnd,
    ConfigureQuestions,
    MuteParticipant,
    QuestionApproved,
    QuestionAsked,
    QuestionPolicy,
    QuestionsCarried,
    QuestionsLeft,
    QuestionsSet,
    SetQuestions,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    EndSession,
    NextSession,
    PauseSession,
    ResumeSession,
    SkipSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.streams import GRACE_MOST_S, GRACE_S, MARGIN_MS, Late, SetStream, TuneStream

V = PollId("v")
CROWD = tuple(Actor(id=ActorId(f"p{n}"), role=Role.PARTICIPANT) for n in range(2))
YES = OptionId("1")


def after(instant: Ms, seconds: float) -> Ms:
    return instant + int(seconds * 1000)


# --- how late somebody is -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "tuned", "behind_s", "ms"),
    [
        (MAIN, None, None, None),
        (MAIN, None, 0, 0),
        (MAIN, None, 12.5, 12_500),
        (MAIN, None, -3, 0),
        (MAIN, None, GRACE_S + 1, GRACE_S * 1000),
        (MAIN, None, 10.0**300, GRACE_S * 1000),
        (MAIN, GRACE_MOST_S, 300, GRACE_MOST_S * 1000),
        (MAIN, 0, 300, 0),
        (SIDE, None, 12.5, None),
        (SIDE, 60, 12.5, None),
    ],
)
def test_lateness_counts_up_to_the_rooms_grace(
    room: RoomId, tuned: int | None, behind_s: float | None, ms: int | None
) -> None:
    show = Rehearsal.of()
    if tuned is not None:
        show.do(TuneStream(room=room, grace_s=tuned))
    assert Late.of(show.state.agenda, show.state.streams, room, behind_s) == Late(ms)


def test_room_that_was_given_a_stream_has_viewers() -> None:
    show = Rehearsal.of()
    show.do(SetStream(room=SIDE, sources=()))
    assert Late.of(show.state.agenda, show.state.streams, SIDE, 9) == Late(9000)


def test_late_is_in_time_until_the_margin_is_over() -> None:
    assert Late(2000).is_in_time(10_000, 10_000 + 2000 + MARGIN_MS - 1)
    assert not Late(2000).is_in_time(10_000, 10_000 + 2000 + MARGIN_MS)
    assert not Late(None).is_in_time(10_000, 10_000)


# --- polls ----------------------------------------------------------------------------------------


def polled() -> Rehearsal:
    """A poll of the main room that was closed at 09:05."""
    show = Rehearsal.of().at("09:00")
    options = ("Yes", "No")
    show.do(CreatePoll(kind=PollKind.CHOICE, title="W", room=MAIN, options=options), MOD, "v")
    show.do(OpenPoll(poll=V), MOD)
    show.do(AnswerPoll(poll=V, choices=(YES,)), BEN)
    show.at("09:05").do(ClosePoll(poll=V), MOD)
    return show


def test_poll_is_answered_in_the_grace_and_not_after_it() -> None:
    show, closed_at = polled(), at("09:05")
    answer = AnswerPoll(poll=V, choices=(YES,), behind_s=20)
    assert show.refused(AnswerPoll(poll=V, choices=(YES,)), ANN) == "poll.closed"
    show.until(after(closed_at, 23) - 1)
    assert show.refused(AnswerPoll(poll=V, choices=(YES,), behind_s=19.9), ANN) == "poll.closed"
    assert show.do(answer, ANN) == (PollAnswered(poll=V, choices=(YES,)),)
    assert show.state.polls.tally_of(V).total == 2
    assert show.do(WithdrawAnswer(poll=V, behind_s=20), ANN) == (PollUnanswered(poll=V),)
    assert show.state.polls.tally_of(V).total == 1
    show.until(after(closed_at, 23))
    assert show.refused(answer, ANN) == "poll.closed"
    assert show.refused(WithdrawAnswer(poll=V, behind_s=20), BEN) == "poll.closed"


def test_grace_ends_with_the_rooms_own_however_late_somebody_claims_to_be() -> None:
    show = polled()
    show.do(TuneStream(room=MAIN, grace_s=10))
    answer = AnswerPoll(poll=V, choices=(YES,), behind_s=300)
    show.until(after(at("09:05"), 13) - 1).do(answer, ANN)
    show.until(after(at("09:05"), 13))
    assert show.refused(answer, BEN) == "poll.closed"


def test_poll_in_the_grace_is_the_poll_that_it_was() -> None:
    show = polled()
    show.until(after(at("09:05"), 5))
    wrong = AnswerPoll(poll=V, choices=(OptionId("9"),), behind_s=20)
    assert show.refused(wrong, ANN) == "poll.invalid"
    show.do(AskQuestion(text="Why is that so?", room=MAIN), ANN)
    show.do(MuteParticipant(participant=ANN.id, on=True), MOD)
    late = AnswerPoll(poll=V, choices=(YES,), behind_s=20)
    assert show.refused(late, ANN) == "participant.muted"
    assert show.refused(ClosePoll(poll=V), MOD) == "poll.wrong_status"
    show.do(ReopenPoll(poll=V), MOD)
    show.do(ClosePoll(poll=V), MOD)
    show.do(RemovePoll(poll=V), MOD)
    assert show.refused(late, BEN) == "poll.unknown"


def test_draft_is_no_poll_for_a_viewer_however_late() -> None:
    show = Rehearsal.of()
    show.do(CreatePoll(kind=PollKind.RATING, title="W", room=MAIN), MOD, "v")
    assert show.refused(AnswerPoll(poll=V, rating=1, behind_s=20), ANN) == "poll.unknown"


# --- questions: when ------------------------------------------------------------------------------


def ask(behind_s: float | None = None, **where: Any) -> AskQuestion:
    where = where or {"room": MAIN}
    return AskQuestion(text="Why is that so?", behind_s=behind_s, **where)


def session_of(facts: tuple[Fact, ...]) -> SessionId:
    asked = facts[0]
    assert isinstance(asked, QuestionAsked)
    return asked.session


def live(policy: QuestionPolicy | None = None) -> Rehearsal:
    """The talk is on air since 09:30, the opening was before it."""
    show = Rehearsal.of(policy=policy).at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:30").do(NextSession(room=MAIN, live=OPENING))
    return show.at("09:40")


@pytest.mark.parametrize("where", [{"room": MAIN}, {"session": TALK}])
def test_questions_that_were_closed_by_hand_stay_open_for_the_grace(where: dict[str, Any]) -> None:
    show = live()
    facts = show.do(SetQuestions(session=TALK, state=Opening.CLOSED), MOD)
    assert facts == (QuestionsSet(session=TALK, state=Opening.CLOSED, closes=True),)
    assert show.refused(ask(**where), ANN) == "question.closed"
    show.until(after(at("09:40"), 23) - 1)
    assert show.refused(ask(19, **where), ANN) == "question.closed"
    assert session_of(show.do(ask(20, **where), ANN)) == TALK
    show.until(after(at("09:40"), 23))
    assert show.refused(ask(20, **where), BEN) == "question.closed"


def test_closing_what_was_closed_already_opens_no_grace() -> None:
    show = live()
    show.do(SetQuestions(session=PANEL, state=Opening.CLOSED), MOD)
    assert not show.state.questions.closed
    assert show.refused(ask(20, session=PANEL), ANN) == "question.closed"
    show.do(SetQuestions(session=PANEL, state=Opening.OPEN), MOD)
    show.at("09:50").do(SetQuestions(session=PANEL, state=Opening.AUTO), MOD)
    assert show.state.questions.closed[PANEL] == at("09:50")
    assert session_of(show.do(ask(20, session=PANEL), ANN)) == PANEL


def test_session_whose_time_after_its_end_is_over_stays_open_for_the_grace() -> None:
    show = live(QuestionPolicy(closes_after_s=60))
    show.do(EndSession(session=TALK))
    shut_at = after(at("09:40"), 60)
    show.until(shut_at)
    assert show.refused(ask(session=TALK), ANN) == "question.closed"
    show.until(after(shut_at, 23) - 1)
    assert session_of(show.do(ask(20, session=TALK), ANN)) == TALK
    show.until(after(shut_at, 23))
    assert show.refused(ask(20, session=TALK), BEN) == "question.closed"


def test_session_that_was_skipped_has_no_grace() -> None:
    show = Rehearsal.of().at("08:55")
    assert session_of(show.do(ask(20, session=OPENING), ANN)) == OPENING
    show.do(SkipSession(session=OPENING))
    assert show.refused(ask(20, session=OPENING), BEN) == "question.closed"


def test_grace_changes_no_rate_and_no_mute() -> None:
    show = live()
    show.do(SetQuestions(session=TALK, state=Opening.CLOSED), MOD)
    show.do(ConfigureQuestions(slow_s=60), MOD)
    show.do(ask(20), ANN)
    other = AskQuestion(text="And what then?", room=MAIN, behind_s=20)
    assert show.refused(other, ANN) == "question.slow_mode"
    show.do(ConfigureQuestions(slow_s=0), MOD)
    show.do(MuteParticipant(participant=ANN.id, on=True), MOD)
    assert show.refused(other, ANN) == "participant.muted"


# --- questions: of what ---------------------------------------------------------------------------


def test_question_goes_to_the_session_on_the_picture_when_the_room_has_moved_on() -> None:
    show = live()
    show.do(NextSession(room=MAIN, live=TALK))
    show.at("09:41").do(NextSession(room=MAIN, live=PAUSE))
    show.until(after(at("09:41"), 20))
    assert session_of(show.do(ask(), ANN)) == PANEL
    assert session_of(show.do(ask(20), BEN)) == PANEL
    assert session_of(show.do(ask(20.001), CROWD[0])) == TALK  # in the break, what was before it
    assert session_of(show.do(ask(GRACE_S), CROWD[1])) == TALK


def test_question_goes_where_others_do_while_the_picture_shows_nothing_yet() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    assert session_of(show.do(ask(20), ANN)) == OPENING
    assert session_of(show.do(ask(20, room=SIDE), BEN)) == DEMO


def test_what_was_closed_long_ago_takes_no_question_of_a_viewer_who_sees_it() -> None:
    show = live()
    show.do(SetQuestions(session=TALK, state=Opening.CLOSED), MOD)
    show.at("09:50").do(EndSession(session=TALK))
    show.do(StartSession(session=PANEL))
    show.until(after(at("09:50"), 1))
    assert show.refused(ask(20, session=TALK), ANN) == "question.closed"
    assert session_of(show.do(ask(20), ANN)) == PANEL


# --- questions: what the end of the session does with them ----------------------------------------


def ended(policy: AtEnd, *, moderation: Any = "before", asked: bool = False) -> Rehearsal:
    """The talk has ended at 09:40, the panel is on air; with `asked`, a question was open."""
    show = live(QuestionPolicy(at_end=policy, moderation=moderation))
    if asked:
        show.do(AskQuestion(text="What was it?", room=MAIN), BEN, "b")
    show.do(EndSession(session=TALK))
    show.do(StartSession(session=PANEL))
    return show.until(after(at("09:40"), 10))


def test_question_in_the_grace_stays_where_open_ones_are_kept() -> None:
    show = ended("keep")
    assert session_of(show.do(ask(20), ANN, "q")) == TALK
    assert show.question("q").session == TALK


@pytest.mark.parametrize("asked", [True, False])
def test_question_in_the_grace_is_carried_with_the_others_and_comes_back_with_them(
    *, asked: bool
) -> None:
    show = ended("carry", asked=asked)
    end = [
        step.seq
        for step in show.clock().undo
        for name, before in step.before
        if name == TALK and before.status.on_air
    ][-1]
    facts = show.do(ask(20), ANN, "q")
    assert session_of(facts) == TALK
    carried = QuestionsCarried(session=TALK, to=PANEL, questions=(show.question("q").id,), seq=end)
    assert facts[1:] == (carried,)
    assert show.question("q").session == PANEL
    for _ in range(2):  # the start of the panel, then the end of the talk
        show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
    assert show.clock().live == TALK
    assert show.question("q").session == TALK
    assert not asked or show.question("b").session == TALK
    assert show.state.questions.ends == ()


def test_question_that_is_not_late_stays_with_the_session_that_it_names() -> None:
    show = ended("carry")
    assert len(show.do(ask(session=TALK), ANN)) == 1
    show.until(after(at("09:40"), 23))
    assert len(show.do(ask(20, session=TALK), BEN)) == 1


def test_question_in_the_grace_of_the_last_session_has_nowhere_to_go() -> None:
    show = live(QuestionPolicy(at_end="carry"))
    show.do(StartSession(session=CLOSING))
    show.at("09:50").do(EndSession(session=CLOSING))
    facts = show.do(ask(20, session=CLOSING), ANN)
    assert len(facts) == 1


@pytest.mark.parametrize("moderation", ["before", "after"])
def test_question_in_the_grace_is_followed_up_where_it_is_public_at_once(moderation: str) -> None:
    show = ended("close", moderation=moderation)
    facts = show.do(ask(20), ANN, "q")
    kinds = [type(fact) for fact in facts]
    assert show.question("q").session == TALK
    if moderation == "before":
        assert kinds == [QuestionAsked]
        assert not show.question("q").followup
    else:
        assert kinds == [QuestionAsked, QuestionApproved, QuestionsLeft]
        assert show.question("q").followup
        show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
        show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
        assert not show.question("q").followup


def test_end_that_is_not_on_the_stack_any_more_is_the_questions_own() -> None:
    show = ended("carry")
    for _ in range(60):
        show.do(PauseSession(session=PANEL))
        show.do(ResumeSession(session=PANEL))
    facts = show.do(ask(20), ANN, "q")
    assert isinstance(facts[1], QuestionsCarried)
    assert facts[1].seq is None
    assert show.state.questions.ends[-1].seq == show.state.seq


def test_producer_is_no_viewer() -> None:
    show = polled()
    assert (
        show.refused(AnswerPoll(poll=V, choices=(YES,), behind_s=20), PROD) == "command.forbidden"
    )
