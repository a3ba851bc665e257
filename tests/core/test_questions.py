"""The life of a question: asked, moderated, voted on, put on stage, answered."""

from dataclasses import replace

import pytest
from rehearsal import (
    ANN,
    BEN,
    DEMO,
    LAB,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PANEL,
    PROD,
    SIDE,
    SPEAKER,
    TALK,
    Rehearsal,
    agenda_of,
    at,
    session,
)

from streamhub.core.event import Command
from streamhub.core.ids import ActorId, QuestionId, RoomId, SessionId
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    EditQuestion,
    Question,
    QuestionAnswered,
    QuestionAsked,
    QuestionPolicy,
    QuestionRedacted,
    QuestionRejected,
    QuestionReopened,
    QuestionRestored,
    QuestionSpotlit,
    QuestionsSet,
    QuestionStatus,
    QuestionUnspotlit,
    QuestionUnvoted,
    QuestionUpvoted,
    RedactQuestion,
    RejectQuestion,
    ReopenQuestion,
    RestoreQuestion,
    SetQuestions,
    SpotlightQuestion,
    UnspotlightQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
)
from streamhub.core.roles import Actor
from streamhub.core.rundown import NextSession, StartSession, UndoRundown
from streamhub.core.table import Map

Q, P = QuestionId("q"), QuestionId("p")


def on_air() -> Rehearsal:
    """The talk is live, at 09:30."""
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=TALK))
    return show


def asked(show: Rehearsal | None = None, name: str = "q", actor: Actor = ANN) -> Rehearsal:
    """… and a question was asked."""
    show = show or on_air()
    show.do(AskQuestion(text=f"What is {name} about?", session=TALK), actor, name)
    return show


def approved(name: str = "q", show: Rehearsal | None = None) -> Rehearsal:
    """… and approved."""
    show = asked(show, name)
    show.do(ApproveQuestion(question=QuestionId(name), revision=1), MOD)
    return show


def lit() -> Rehearsal:
    """… and on the screens."""
    show = approved()
    show.do(SpotlightQuestion(question=Q), MOD)
    return show


# --- asking ---------------------------------------------------------------------------------------


def test_question_is_kept_as_asked() -> None:
    show = on_air()
    ask = AskQuestion(text="  Why\n\nnot? ", session=TALK, name=" Ann  A. ")
    assert show.do(ask, ANN, "q") == (
        QuestionAsked(question=Q, session=TALK, text="Why\nnot?", name="Ann A."),
    )
    assert show.question("q") == Question(
        id=Q, session=TALK, author=ANN.id, text="Why\nnot?", name="Ann A.", asked_at=at("09:30")
    )
    assert show.state.questions.by_author == Map({ANN.id: (Q,)})


@pytest.mark.parametrize("name", [None, "", "   ", "\n\t", "\x1f \x1e"])
def test_question_without_a_name_is_anonymous(name: str | None) -> None:
    show = on_air()
    show.do(AskQuestion(text="Why not?", session=TALK, name=name), ANN, "q")
    assert show.question("q").name is None


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (AskQuestion(text="Hm", session=TALK), "text.too_short", "text"),
        (AskQuestion(text="x" * 281, session=TALK), "text.too_long", "text"),
        (AskQuestion(text="Why\x00not?", session=TALK), "text.invalid", "text"),
        (AskQuestion(text="Why not?", session=TALK, name="x" * 61), "text.too_long", "name"),
        (AskQuestion(text="Why not?", session=SessionId("no")), "session.unknown", "session"),
        (AskQuestion(text="Why not?", room=RoomId("no")), "room.unknown", "room"),
        (AskQuestion(text="Why not?"), "room.unknown", "room"),
        (AskQuestion(text="Why not?", session=LAB), "question.closed", "session"),
        (AskQuestion(text="Why not?", session=OPENING), "question.closed", "session"),
    ],
)
def test_question_that_cannot_be_asked_is_refused(command: Command, code: str, field: str) -> None:
    refusal = on_air().refusal(command, ANN)
    assert (refusal.code, refusal.field) == (code, field)


def test_question_needs_neither_room_nor_session_in_an_event_of_one_room() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:00", 30))).at("08:55")
    show.do(AskQuestion(text="Why not?"), ANN, "q")
    assert show.question("q").session == TALK


def test_question_beyond_what_one_may_have_waiting_is_refused_until_one_is_decided() -> None:
    show = on_air()
    for number in range(5):
        asked(show.until(show.now + 20_000), f"q{number}")
    show.until(show.now + 20_000)
    refusal = show.refusal(AskQuestion(text="One more?", session=TALK), ANN)
    assert (refusal.code, refusal.retryable, refusal.retry_after) == ("question.too_many", True, 60)
    asked(show, "other", BEN)
    show.do(RejectQuestion(question=QuestionId("q0")), MOD)
    asked(show.until(show.now + 60_000), "q5")
    assert len(show.state.questions.all) == 7


def test_questions_keep_to_the_policy_of_the_event() -> None:
    policy = QuestionPolicy(text_least=1, text_most=3, pending_most=1, opens_before_s=60)
    show = Rehearsal.of(policy=policy).at("08:59")
    show.do(AskQuestion(text="Hm", session=OPENING), ANN)
    assert show.refused(AskQuestion(text="Why?", session=OPENING), BEN) == "text.too_long"
    assert show.refused(AskQuestion(text="Oh", session=OPENING), ANN) == "question.too_many"


# --- one's own ------------------------------------------------------------------------------------


def test_author_may_edit_and_withdraw_while_it_is_pending() -> None:
    show = asked()
    show.do(EditQuestion(question=Q, text="What is it all about?"), ANN)
    assert show.question("q").text == "What is it all about?"
    assert show.question("q").revision == 2
    assert show.do(EditQuestion(question=Q, text=" What is it all about? "), ANN) == ()
    show.do(WithdrawQuestion(question=Q), ANN)
    assert show.question("q").status is QuestionStatus.WITHDRAWN
    refusal = show.refusal(EditQuestion(question=Q, text="And now?"), ANN)
    assert (refusal.code, refusal.detail) == ("question.wrong_status", None)


def test_others_do_not_learn_that_a_hidden_question_exists() -> None:
    show = asked()
    hidden = show.refusal(UpvoteQuestion(question=Q), BEN)
    unknown = show.refusal(UpvoteQuestion(question=QuestionId("none")), BEN)
    assert hidden.code == unknown.code == "question.unknown"
    assert hidden.message.replace("'q'", "") == unknown.message.replace("'none'", "")
    assert show.refused(UpvoteQuestion(question=Q), ANN) == "question.wrong_status"


def test_others_may_not_edit_or_withdraw_what_they_see() -> None:
    show = approved()
    assert show.refused(WithdrawQuestion(question=Q), BEN) == "question.not_yours"
    assert show.refused(EditQuestion(question=Q, text="Mine now?"), BEN) == "question.not_yours"


# --- votes ----------------------------------------------------------------------------------------


def test_votes_are_one_each_and_withdrawable() -> None:
    show = approved()
    up, down = UpvoteQuestion(question=Q), UnvoteQuestion(question=Q)
    assert show.do(up, BEN) == (QuestionUpvoted(question=Q),)
    assert show.do(up, BEN) == ()
    assert show.do(up, ANN) == (QuestionUpvoted(question=Q),)
    assert show.state.questions.voters_of(Q) == Map({BEN.id: 1, ANN.id: 1})
    assert show.state.questions.by_voter == Map({BEN.id: (Q,), ANN.id: (Q,)})
    assert show.do(down, BEN) == (QuestionUnvoted(question=Q),)
    assert show.do(down, BEN) == ()
    assert show.state.questions.voters_of(Q) == Map({ANN.id: 1})
    assert show.state.questions.by_voter == Map({BEN.id: (), ANN.id: (Q,)})
    assert show.state.questions.voters_of(P) == Map()


# --- moderation -----------------------------------------------------------------------------------


def test_approval_is_bound_to_the_text_that_was_read() -> None:
    show = asked()
    show.do(EditQuestion(question=Q, text="What is it all about?"), ANN)
    refusal = show.refusal(ApproveQuestion(question=Q, revision=1), MOD)
    assert (refusal.code, refusal.detail) == ("question.stale", {"revision": 2})
    show.at("09:31").do(ApproveQuestion(question=Q, revision=2), MOD)
    assert show.question("q").status is QuestionStatus.APPROVED
    assert (show.question("q").decided_by, show.question("q").decided_at) == (MOD.id, at("09:31"))


def test_rejection_keeps_its_reason_and_restoring_forgets_it() -> None:
    show = asked()
    assert show.do(RejectQuestion(question=Q, reason=" Asked before "), MOD) == (
        QuestionRejected(question=Q, reason="Asked before"),
    )
    assert show.question("q").reason == "Asked before"
    assert show.do(RestoreQuestion(question=Q), OWNER) == (QuestionRestored(question=Q),)
    assert show.question("q") == replace(
        asked().question("q"), decided_by=OWNER.id, decided_at=at("09:30")
    )
    assert show.do(RejectQuestion(question=Q, reason="  "), MOD) == (QuestionRejected(question=Q),)


def test_reason_and_reply_are_bounded() -> None:
    show = approved()
    assert show.refused(RejectQuestion(question=Q, reason="x" * 141), MOD) == "text.too_long"
    assert show.refused(AnswerQuestion(question=Q, reply="x" * 1001), MOD) == "text.too_long"
    show.do(AnswerQuestion(question=Q, reply="\u0939" * 1000), MOD)
    assert show.question("q").reply == "\u0939" * 1000


def test_amending_keeps_the_authors_own_words() -> None:
    show = asked()
    show.do(AmendQuestion(question=Q, text="What is this about?"), MOD)
    show.do(AmendQuestion(question=Q, text="What is that about?"), MOD)
    question = show.question("q")
    assert (question.text, question.original, question.revision) == (
        "What is that about?",
        "What is q about?",
        3,
    )
    assert show.do(AmendQuestion(question=Q, text="What is that about?"), MOD) == ()
    show.do(AmendQuestion(question=Q, text="What is q about?"), MOD)
    assert (show.question("q").original, show.question("q").revision) == (None, 4)


def test_edit_after_an_amendment_is_the_authors_own_words_again() -> None:
    show = asked()
    show.do(AmendQuestion(question=Q, text="What is this about?"), MOD)
    show.do(EditQuestion(question=Q, text="No, really?"), ANN)
    question = show.question("q")
    assert (question.text, question.original, question.revision) == ("No, really?", None, 3)


def test_answer_and_reopen() -> None:
    show = approved()
    assert show.do(AnswerQuestion(question=Q, reply="Yes."), MOD) == (
        QuestionAnswered(question=Q, reply="Yes."),
    )
    assert show.question("q").reply == "Yes."
    assert show.do(ReopenQuestion(question=Q), MOD) == (QuestionReopened(question=Q),)
    assert (show.question("q").status, show.question("q").reply) == (QuestionStatus.APPROVED, None)


def test_speaker_answers_only_questions_of_their_own_session() -> None:
    show = approved()
    show.do(AnswerQuestion(question=Q), SPEAKER)
    show.do(ReopenQuestion(question=Q), SPEAKER)
    show.do(StartSession(session=DEMO))
    show.do(AskQuestion(text="Is it true?", session=DEMO), ANN, "p")
    assert show.refused(AnswerQuestion(question=P), SPEAKER) == "question.unknown"
    show.do(ApproveQuestion(question=P, revision=1), MOD)
    assert show.refused(AnswerQuestion(question=P), SPEAKER) == "command.forbidden"
    nobody = replace(SPEAKER, speaker=None)
    assert show.refused(AnswerQuestion(question=Q), nobody) == "command.forbidden"


def test_refusal_tells_the_crew_who_decided_and_when() -> None:
    show = approved()
    refusal = show.refusal(ApproveQuestion(question=Q, revision=1), OWNER)
    assert (refusal.code, refusal.detail) == (
        "question.wrong_status",
        {"status": "approved", "by": MOD.id, "at": at("09:30")},
    )
    show = asked()
    show.do(WithdrawQuestion(question=Q), ANN)
    refusal = show.refusal(ApproveQuestion(question=Q, revision=1), MOD)
    assert refusal.detail == {"status": "withdrawn", "by": None, "at": at("09:30")}


RACE = [
    ApproveQuestion(question=Q, revision=1),
    RejectQuestion(question=Q, reason="Rude", seen=QuestionStatus.PENDING),
]


@pytest.mark.parametrize("second", RACE)
@pytest.mark.parametrize("first", RACE)
def test_of_two_moderators_who_decide_at_the_same_instant_one_is_told_of_the_other(
    first: Command, second: Command
) -> None:
    show = asked()
    assert len(show.do(first, MOD)) == 1
    after = show.question("q")
    refusal = show.refusal(second, OWNER)
    assert (refusal.code, refusal.field, refusal.detail) == (
        "question.wrong_status",
        "question",
        {"status": after.status.value, "by": MOD.id, "at": at("09:30")},
    )


@pytest.mark.parametrize("command", [RejectQuestion, RestoreQuestion])
def test_decision_is_bound_to_the_status_in_which_the_question_was_seen(
    command: type[RejectQuestion | RestoreQuestion],
) -> None:
    show = approved()
    for seen in set(QuestionStatus) - {QuestionStatus.APPROVED}:
        refusal = show.refusal(command(question=Q, seen=seen), OWNER)
        assert (refusal.code, refusal.detail) == (
            "question.wrong_status",
            {"status": "approved", "by": MOD.id, "at": at("09:30")},
        )
    assert show.do(command(question=Q, seen=QuestionStatus.APPROVED), OWNER)


# --- erasing --------------------------------------------------------------------------------------


def test_redacted_question_is_a_tombstone_without_a_word() -> None:
    show = on_air()
    show.do(AskQuestion(text="Who is to blame?", session=TALK, name="Ann"), ANN, "q")
    show.do(AmendQuestion(question=Q, text="Who did it?"), MOD)
    show.do(ApproveQuestion(question=Q, revision=2), MOD)
    show.do(UpvoteQuestion(question=Q), BEN)
    show.do(AnswerQuestion(question=Q, reply="Ben."), MOD)
    show.at("09:31")
    assert show.do(RedactQuestion(question=Q), OWNER) == (QuestionRedacted(question=Q),)
    assert show.question("q") == Question(
        id=Q,
        session=TALK,
        author=ANN.id,
        text="",
        asked_at=at("09:30"),
        status=QuestionStatus.REDACTED,
        revision=2,
        decided_by=OWNER.id,
        decided_at=at("09:31"),
    )
    assert show.state.questions.voters_of(Q) == Map({BEN.id: 1})
    assert show.at("09:32").do(RedactQuestion(question=Q), OWNER) == ()
    assert show.question("q").decided_at == at("09:31")


def test_redacted_question_leaves_the_screens() -> None:
    show = lit()
    assert show.do(RedactQuestion(question=Q), OWNER) == (
        QuestionUnspotlit(question=Q, room=MAIN),
        QuestionRedacted(question=Q),
    )
    assert show.state.questions.spotlight == Map()


def test_redacted_question_takes_no_part_in_what_one_may_have_waiting() -> None:
    show = on_air()
    for number in range(5):
        asked(show.until(show.now + 30_000), f"q{number}")
    show.do(RedactQuestion(question=QuestionId("q0")), OWNER)
    asked(show, "q5")


def test_redaction_of_what_is_not_there_is_refused() -> None:
    assert on_air().refused(RedactQuestion(question=Q), OWNER) == "question.unknown"


# --- the spotlight --------------------------------------------------------------------------------


def test_spotlight_shows_one_question_of_a_room() -> None:
    show = lit()
    assert show.state.questions.spotlight == Map({MAIN: Q})
    assert show.do(SpotlightQuestion(question=Q), PROD) == ()
    approved("p", show)
    assert show.do(SpotlightQuestion(question=P), PROD) == (
        QuestionUnspotlit(question=Q, room=MAIN),
        QuestionSpotlit(question=P, room=MAIN),
    )
    assert show.do(UnspotlightQuestion(room=MAIN), MOD) == (
        QuestionUnspotlit(question=P, room=MAIN),
    )
    assert show.do(UnspotlightQuestion(room=MAIN), MOD) == ()
    assert show.refused(UnspotlightQuestion(room=RoomId("no")), MOD) == "room.unknown"


@pytest.mark.parametrize(
    "command", [RejectQuestion(question=Q), RestoreQuestion(question=Q), AnswerQuestion(question=Q)]
)
def test_spotlight_is_cleared_when_its_question_leaves_the_list(command: Command) -> None:
    show = lit()
    facts = show.do(command, MOD)
    assert facts[0] == QuestionUnspotlit(question=Q, room=MAIN)
    assert show.state.questions.spotlight == Map()


def test_spotlight_is_cleared_when_another_session_goes_on_air() -> None:
    show = lit()
    facts = show.do(NextSession(room=MAIN, live=TALK))
    assert facts[-1] == QuestionUnspotlit(question=Q, room=MAIN, cause="rundown")
    assert show.state.questions.spotlight == Map()


def test_spotlight_is_cleared_when_undo_puts_another_session_on_air() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=OPENING))
    show.do(NextSession(room=MAIN, live=OPENING))
    approved("q", show)
    show.do(SpotlightQuestion(question=Q), MOD)
    facts = show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
    assert facts[-1] == QuestionUnspotlit(question=Q, room=MAIN, cause="rundown")


def test_spotlight_stays_when_its_own_session_or_another_room_goes_on() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    approved("q", show.at("09:25"))
    show.do(SpotlightQuestion(question=Q), MOD)
    show.do(NextSession(room=MAIN, live=OPENING))
    show.do(StartSession(session=DEMO))
    show.do(NextSession(room=SIDE, live=DEMO))
    assert show.state.questions.spotlight == Map({MAIN: Q})


# --- opening --------------------------------------------------------------------------------------


def test_questions_of_a_session_are_set() -> None:
    show = Rehearsal.of()
    closed = SetQuestions(session=PANEL, state=Opening.CLOSED)
    assert show.do(closed, MOD) == (QuestionsSet(session=PANEL, state=Opening.CLOSED),)
    assert show.do(closed, PROD) == ()
    assert show.do(SetQuestions(session=TALK, state=Opening.AUTO), PROD) == ()
    unknown = SetQuestions(session=SessionId("no"), state=Opening.OPEN)
    assert show.refused(unknown, MOD) == "session.unknown"
    assert show.state.questions.openings == Map({PANEL: Opening.CLOSED})


def test_public_statuses_are_two() -> None:
    assert {status for status in QuestionStatus if status.is_public} == {
        QuestionStatus.APPROVED,
        QuestionStatus.ANSWERED,
    }


def test_question_of_nobody_in_particular_has_no_author_in_the_index() -> None:
    assert ActorId("nobody") not in asked().state.questions.by_author
