"""Asking: at which pace, under which name, the same but once; and words that are pointed to."""

import pytest
from rehearsal import ANN, BEN, MOD, TALK, Rehearsal, at

from streamhub.core.event import Command
from streamhub.core.ids import ActorId, QuestionId
from streamhub.core.questions import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    EditQuestion,
    FlagQuestion,
    MuteParticipant,
    ParticipantMuted,
    ParticipantUnmuted,
    QuestionApproved,
    QuestionAsked,
    QuestionPolicy,
    QuestionsConfigured,
    QuestionStatus,
    RejectQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
    evolve,
    hints,
)
from streamhub.core.roles import Actor
from streamhub.core.rundown import StartSession
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map
from streamhub.core.text import bare
from streamhub.core.views import View, project, project_me

Q = QuestionId("q")


def on_air(policy: QuestionPolicy | None = None) -> Rehearsal:
    """The talk is live, at 09:30."""
    show = Rehearsal.of(policy=policy).at("09:30")
    show.do(StartSession(session=TALK))
    return show


def ask(text: str, name: str | None = None, locale: str | None = None) -> AskQuestion:
    return AskQuestion(text=text, session=TALK, name=name, locale=locale)


# --- the pace -------------------------------------------------------------------------------------


def test_three_a_minute_are_taken_and_the_refusal_says_how_long_to_wait() -> None:
    show = on_air()
    for number, clock in enumerate(("09:30", "09:30:10", "09:30:20")):
        show.at(clock).do(ask(f"Number {number}?"), ANN)
    refusal = show.at("09:30:30").refusal(ask("Number 3?"), ANN)
    assert (refusal.code, refusal.retryable, refusal.retry_after) == ("question.too_many", True, 30)
    show.do(ask("Number 3?"), BEN)
    show.at("09:31").do(ask("Number 3?"), ANN)
    assert show.refusal(ask("Number 4?"), ANN).retry_after == 10


def test_in_slow_mode_one_waits_between_two_questions() -> None:
    show = on_air(QuestionPolicy(slow_s=90))
    show.do(ask("The first?"), ANN)
    refusal = show.at("09:31").refusal(ask("The second?"), ANN)
    assert (refusal.code, refusal.retryable, refusal.retry_after) == (
        "question.slow_mode",
        True,
        30,
    )
    show.do(ask("The first of mine?"), BEN)
    show.at("09:31:30").do(ask("The second?"), ANN)


# --- the same again -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again", ["¿Por qué no?", "POR QUE NO", " por  que, no! ", "Por qu\u00e9 no…"]
)
def test_same_words_of_the_same_author_are_taken_once(again: str) -> None:
    show = on_air()
    show.do(ask("¿Por qué no?"), ANN, "q")
    refusal = show.refusal(ask(again), ANN)
    assert (refusal.code, refusal.field, refusal.detail) == (
        "question.duplicate",
        "text",
        {"question": "q"},
    )
    show.do(ask(again), BEN)


def test_same_words_are_the_same_in_every_status_that_may_lead_to_an_answer() -> None:
    show = on_air()
    show.do(ask("Why not?"), ANN, "q")
    show.do(AmendQuestion(question=Q, text="Why on earth not?"), MOD)
    assert show.refused(ask("Why not?"), ANN) == "question.duplicate"
    assert show.refused(ask("Why on earth not?"), ANN) == "question.duplicate"
    show.do(ApproveQuestion(question=Q, revision=2), MOD)
    assert show.refused(ask("Why not?"), ANN) == "question.duplicate"
    show.do(AnswerQuestion(question=Q), MOD)
    assert show.refused(ask("Why not?"), ANN) == "question.duplicate"


@pytest.mark.parametrize(
    ("command", "actor"),
    [(RejectQuestion(question=Q), MOD), (WithdrawQuestion(question=Q), ANN)],
)
def test_what_is_gone_may_be_asked_again(command: Command, actor: Actor) -> None:
    show = on_air()
    show.do(ask("Why not?"), ANN, "q")
    show.do(command, actor)
    show.do(ask("Why not?"), ANN)


def test_bare_words() -> None:
    assert bare("  Straße,\nÀ  l'été! ") == "strasse a l ete"
    assert bare("\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f") == bare(
        "\u0645\u062d\u0645\u062f"
    )
    assert bare("\u304c") != bare("\u304b")  # another letter, not an accent
    assert bare("\u0915\u093f\u0924\u093e\u092c") != bare("\u0915\u0924\u092c")
    assert bare("한국어?") == "한국어"
    assert bare(" ??  !! ") == "?? !!"


# --- names and languages --------------------------------------------------------------------------


def test_name_is_required_or_not_kept_where_the_event_says_so() -> None:
    show = on_air(QuestionPolicy(names="required"))
    refusal = show.refusal(ask("Why not?", name="  "), ANN)
    assert (refusal.code, refusal.field) == ("name.required", "name")
    show.do(ask("Why not?", name="Ann"), ANN, "q")
    assert show.question("q").name == "Ann"
    assert show.state.questions.named == Map({ANN.id: 1})
    show = on_air(QuestionPolicy(names="none"))
    show.do(ask("Why not?", name="Ann"), ANN, "q")
    assert show.question("q").name is None
    assert not show.state.questions.named


@pytest.mark.parametrize(
    ("locale", "language"),
    [("es", "es"), ("pt-BR", "pt"), ("EN_us", "en"), ("", None), (None, None), ("?", None)],
)
def test_language_of_the_page_is_kept(locale: str | None, language: str | None) -> None:
    show = on_air()
    show.do(ask("Why not?", locale=locale), ANN, "q")
    assert show.question("q").language == language


# --- moderation after -----------------------------------------------------------------------------


def test_moderated_after_everything_new_is_public_at_once_and_nobody_decided() -> None:
    show = on_air(QuestionPolicy(moderation="after"))
    assert show.do(ask("Why not?"), ANN, "q") == (
        QuestionAsked(question=Q, session=TALK, text="Why not?"),
        QuestionApproved(question=Q, unread=True),
    )
    question = show.question("q")
    assert (question.status, question.decided_by) == (QuestionStatus.APPROVED, None)
    assert Q not in show.state.questions.undo
    assert Q in project(show.state, View.AUDIENCE, None)["questions"]
    show.do(RejectQuestion(question=Q, seen=QuestionStatus.APPROVED), MOD)
    assert project(show.state, View.AUDIENCE, None)["questions"] == {}


# --- muted ----------------------------------------------------------------------------------------


def test_muted_participant_keeps_what_there_is_and_adds_nothing() -> None:
    show = on_air()
    show.do(ask("Why not?"), ANN, "q")
    show.do(ask("And then?"), BEN, "p")
    show.do(ApproveQuestion(question=QuestionId("p"), revision=1), MOD)
    mute = MuteParticipant(participant=ANN.id, on=True, reason=" Rude ", for_s=60)
    muted = ParticipantMuted(participant=ANN.id, reason="Rude", until_at=at("09:31"))
    assert show.do(mute, MOD) == (muted,)
    assert show.do(mute, MOD) == ()
    commands: list[Command] = [
        ask("And now?"),
        EditQuestion(question=Q, text="Why ever not?"),
        UpvoteQuestion(question=QuestionId("p")),
        FlagQuestion(question=QuestionId("p")),
    ]
    for command in commands:
        refusal = show.refusal(command, ANN)
        assert (refusal.code, refusal.retry_after) == ("participant.muted", 60)
    assert project_me(show.state, ANN.id, "participant")["muted"] == {
        "reason": "Rude",
        "until_at": at("09:31"),
    }
    standing = project(show.state, View.DESK, None)["participants"]["ann"]
    assert standing["muted"] == {
        "by": "",
        "at": at("09:30"),
        "reason": "Rude",
        "until_at": at("09:31"),
    }
    show.do(ApproveQuestion(question=Q, revision=1), MOD)
    show.at("09:31").do(ask("And now?"), ANN)


def test_participant_who_was_muted_for_good_can_be_let_in_again() -> None:
    show = on_air()
    show.do(ask("Why not?"), ANN)
    show.do(MuteParticipant(participant=ANN.id, on=True), MOD)
    assert show.refusal(ask("And now?"), ANN).retry_after is None
    show.do(MuteParticipant(participant=ANN.id, on=True, for_s=60), MOD)
    off = MuteParticipant(participant=ANN.id, on=False)
    assert show.do(off, MOD) == (ParticipantUnmuted(participant=ANN.id),)
    assert show.do(off, MOD) == ()
    show.do(ask("And now?"), ANN)


def test_mute_is_of_somebody_who_took_part_and_ends_within_a_month() -> None:
    show = on_air()
    nobody = MuteParticipant(participant=ActorId("nobody"), on=True)
    assert show.refused(nobody, MOD) == "participant.unknown"
    show.do(ask("Why not?"), ANN)
    for for_s in (0, 30 * 86_400 + 1):
        wrong = MuteParticipant(participant=ANN.id, on=True, for_s=for_s)
        refusal = show.refusal(wrong, MOD)
        assert (refusal.code, refusal.field) == ("command.invalid", "for_s")


# --- hints ----------------------------------------------------------------------------------------


def test_hints_are_words_and_never_parts_of_words() -> None:
    words = Map({"en": ("Damn", "bloody hell"), "es": ("coño",), "ja": ("馬鹿",)})
    assert hints(words, "DAMN: bloody  hell, CONO!") == ["Damn", "bloody hell", "coño"]
    assert hints(words, "Damnation in a bloody shell") == []
    assert hints(words, "お前は馬鹿だ") == ["馬鹿"]
    assert hints(Map(), "damn") == []


def test_hints_are_for_the_desk_alone() -> None:
    show = on_air(QuestionPolicy(words=Map({"en": ("damn",)})))
    show.do(ask("Why the damn thing?"), ANN, "q")
    show.do(ApproveQuestion(question=Q, revision=1), MOD)
    assert project(show.state, View.DESK, None)["questions"]["q"]["hints"] == ["damn"]
    assert "hints" not in project(show.state, View.AUDIENCE, None)["questions"]["q"]


def test_settings_are_not_kept_with_the_questions() -> None:
    questions = on_air().state.questions
    assert evolve(questions, QuestionsConfigured(slow_s=5), Stamp(MOD.id, 0, 1)) is questions
