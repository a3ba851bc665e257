"""The stage list, next and previous; and taking decisions on questions back."""

import pytest
from hypothesis import given
from rehearsal import (
    ANN,
    BEN,
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
    at,
)
from strategies import HISTORIES, STARTS, Step, begun, play

from streamhub.core.errors import Rejected
from streamhub.core.event import Command, EventState
from streamhub.core.ids import QuestionId, RoomId
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    UNDO_DEPTH,
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    EditQuestion,
    LabelQuestion,
    MergeQuestion,
    NextOnStage,
    NoteQuestion,
    PreviousOnStage,
    Question,
    QuestionAnswered,
    QuestionQueued,
    QuestionReopened,
    QuestionRestored,
    QuestionSpotlit,
    QuestionStatus,
    QuestionUndone,
    QuestionUnqueued,
    QuestionUnspotlit,
    QueueQuestion,
    RedactQuestion,
    RejectQuestion,
    ReopenQuestion,
    RestoreQuestion,
    SetQuestions,
    SpotlightQuestion,
    StarQuestion,
    UndoQuestion,
    UnqueueQuestion,
    UnspotlightQuestion,
    WithdrawQuestion,
)
from streamhub.core.roles import Actor
from streamhub.core.rundown import EditSession, EndSession, NextSession, StartSession, UndoRundown
from streamhub.core.table import Map
from streamhub.core.views import View, project

Q, P, R = QuestionId("q"), QuestionId("p"), QuestionId("r")
_S = QuestionStatus


def scene() -> Rehearsal:
    """The talk is on air; q, p and r are approved."""
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=TALK))
    for name, who in ((Q, ANN), (P, BEN), (R, ANN)):
        show.do(AskQuestion(text=f"What is {name} about?", session=TALK), who, name)
        show.do(ApproveQuestion(question=name, revision=1), MOD)
    return show


def listed() -> Rehearsal:
    """… and on the list, in this order."""
    show = scene()
    for name in (Q, P, R):
        show.do(QueueQuestion(question=name), MOD)
    return show


def queue(show: Rehearsal) -> tuple[QuestionId, ...]:
    return show.state.questions.queue.get(MAIN, ())


def lit(show: Rehearsal) -> QuestionId | None:
    return show.state.questions.spotlight.get(MAIN)


def go_on(show: Rehearsal, actor: Actor = MOD) -> tuple[object, ...]:
    return show.do(NextOnStage(room=MAIN, lit=lit(show)), actor)


def go_back(show: Rehearsal, actor: Actor = MOD) -> tuple[object, ...]:
    return show.do(PreviousOnStage(room=MAIN, lit=lit(show)), actor)


def take_back(show: Rehearsal, name: QuestionId = Q) -> tuple[object, ...]:
    stack = show.state.questions.undo[name]
    return show.do(UndoQuestion(question=name, seq=stack[-1].seq), OWNER)


# --- the list -------------------------------------------------------------------------------------


def test_list_is_arranged_by_moderators_and_seen_by_who_works_with_it() -> None:
    show = listed()
    assert queue(show) == (Q, P, R)
    assert show.do(QueueQuestion(question=R, before=Q), MOD) == (
        QuestionQueued(question=R, room=MAIN, before=Q),
    )
    assert queue(show) == (R, Q, P)
    assert show.do(QueueQuestion(question=R, before=Q), MOD) == ()
    show.do(QueueQuestion(question=R), MOD)
    assert queue(show) == (Q, P, R)
    assert show.do(QueueQuestion(question=R, before=R), MOD) == ()
    assert {
        view: project(show.state, view, MAIN)["rooms"]["main"].get("queue") for view in View
    } == {
        View.STAGE: None,
        View.AUDIENCE: None,
        View.SPEAKER: [Q, P, R],
        View.DESK: [Q, P, R],
        View.CONTROL: [Q, P, R],
    }
    assert project(show.state, View.DESK, MAIN)["questions"][Q]["queued"] is True
    show.do(NoteQuestion(question=P, note="Ask this first."), MOD)
    led = project(show.state, View.CONTROL, MAIN)["questions"]
    assert (set(led), led[P]["note"]) == ({Q, P, R}, "Ask this first.")
    assert project(show.state, View.CONTROL, SIDE)["questions"] == {}
    assert show.do(UnqueueQuestion(question=P), MOD) == (QuestionUnqueued(question=P, room=MAIN),)
    assert show.do(UnqueueQuestion(question=P), MOD) == ()
    assert queue(show) == (Q, R)
    assert set(project(show.state, View.CONTROL, MAIN)["questions"]) == {Q, R}


@pytest.mark.parametrize(
    "command",
    [
        RejectQuestion(question=Q),
        RestoreQuestion(question=Q),
        AnswerQuestion(question=Q),
        MergeQuestion(question=Q, into=P),
        SpotlightQuestion(question=Q),
    ],
)
def test_list_holds_what_waits_for_its_turn_only(command: Command) -> None:
    show = listed()
    assert QuestionUnqueued(question=Q, room=MAIN) in show.do(command, MOD)
    assert queue(show) == (P, R)
    show.do(UnqueueQuestion(question=P), MOD)
    show.do(UnqueueQuestion(question=R), MOD)
    assert show.state.questions.queue == Map()


def test_question_on_the_screens_goes_back_to_the_list() -> None:
    show = listed()
    go_on(show)
    assert show.do(QueueQuestion(question=Q), MOD) == (
        QuestionUnspotlit(question=Q, room=MAIN),
        QuestionQueued(question=Q, room=MAIN),
    )
    assert (lit(show), queue(show)) == (None, (P, R, Q))


def test_speaker_sees_the_list_also_of_another_session() -> None:
    show = listed()
    show.do(EndSession(session=TALK))
    show.do(StartSession(session=OPENING))
    assert set(project(show.state, View.SPEAKER, MAIN)["questions"]) == {Q, P, R}


def test_question_leaves_the_list_with_a_session_that_moves_to_another_room() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(SetQuestions(session=PANEL, state=Opening.OPEN), MOD)
    show.do(AskQuestion(text="And the panel?", session=PANEL), ANN, Q)
    show.do(ApproveQuestion(question=Q, revision=1), MOD)
    show.do(QueueQuestion(question=Q), MOD)
    facts = show.do(EditSession(session=PANEL, room=SIDE))
    assert facts[-1] == QuestionUnqueued(question=Q, room=MAIN, cause="rundown")
    assert show.state.questions.queue == Map()
    assert show.state.questions.undo[Q][-1].what == "question.queued"
    show.do(QueueQuestion(question=Q), MOD)
    assert show.state.questions.queue == Map({SIDE: (Q,)})


# --- next and previous ----------------------------------------------------------------------------


def test_next_answers_what_is_on_the_screens_and_shows_the_first_of_the_list() -> None:
    show = listed()
    assert go_on(show) == (
        QuestionUnqueued(question=Q, room=MAIN),
        QuestionSpotlit(question=Q, room=MAIN),
    )
    assert go_on(show, PROD) == (
        QuestionUnspotlit(question=Q, room=MAIN),
        QuestionAnswered(question=Q, room=MAIN),
        QuestionUnqueued(question=P, room=MAIN),
        QuestionSpotlit(question=P, room=MAIN),
    )
    go_on(show, SPEAKER)
    go_on(show)
    assert (lit(show), queue(show)) == (None, ())
    assert {show.question(name).status for name in (Q, P, R)} == {_S.ANSWERED}
    assert show.refused(NextOnStage(room=MAIN, lit=None), MOD) == "stage.empty"


def test_previous_goes_back_all_the_way() -> None:
    show = listed()
    for _ in range(4):
        go_on(show)
    assert go_back(show) == (
        QuestionReopened(question=R),
        QuestionSpotlit(question=R, room=MAIN),
    )
    assert go_back(show, SPEAKER) == (
        QuestionUnspotlit(question=R, room=MAIN),
        QuestionQueued(question=R, room=MAIN),
        QuestionReopened(question=P),
        QuestionSpotlit(question=P, room=MAIN),
    )
    assert go_back(show)[1] == QuestionQueued(question=P, room=MAIN, before=R)
    assert (lit(show), queue(show)) == (Q, (P, R))
    assert go_back(show) == (
        QuestionUnspotlit(question=Q, room=MAIN),
        QuestionQueued(question=Q, room=MAIN, before=P),
    )
    assert (lit(show), queue(show)) == (None, (Q, P, R))
    assert show.refused(PreviousOnStage(room=MAIN, lit=None), MOD) == "stage.empty"


def test_previous_skips_what_is_not_answered_any_more() -> None:
    show = listed()
    for _ in range(3):
        go_on(show)
    show.do(ReopenQuestion(question=P), MOD)
    assert go_back(show)[2] == QuestionReopened(question=Q)
    show = listed()
    for _ in range(3):
        go_on(show)
    show.do(RedactQuestion(question=P), OWNER)
    assert go_back(show)[2] == QuestionReopened(question=Q)


def test_previous_leaves_what_has_moved_to_another_room() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(SetQuestions(session=PANEL, state=Opening.OPEN), MOD)
    show.do(AskQuestion(text="And the panel?", session=PANEL), ANN, Q)
    show.do(ApproveQuestion(question=Q, revision=1), MOD)
    show.do(QueueQuestion(question=Q), MOD)
    go_on(show)
    go_on(show)
    show.do(EditSession(session=PANEL, room=SIDE))
    assert show.refused(PreviousOnStage(room=MAIN, lit=None), MOD) == "stage.empty"


def test_of_two_who_go_on_at_once_one_is_told_of_the_other() -> None:
    show = listed()
    never = show.refusal(NextOnStage(room=MAIN, lit=P), MOD)
    assert (never.code, never.detail) == ("stage.stale", {"lit": None, "by": None, "at": None})
    go_on(show)
    refusal = show.refusal(NextOnStage(room=MAIN, lit=None), OWNER)
    assert (refusal.code, refusal.field, refusal.detail) == (
        "stage.stale",
        "lit",
        {"lit": Q, "by": MOD.id, "at": at("09:30")},
    )
    assert show.refused(PreviousOnStage(room=MAIN, lit=P), MOD) == "stage.stale"


def test_speaker_goes_on_while_their_own_session_is_on_air_only() -> None:
    show = listed()
    show.do(NextSession(room=MAIN, live=TALK))
    assert show.refused(NextOnStage(room=MAIN, lit=None), SPEAKER) == "command.forbidden"
    show.do(EndSession(session=show.clock().live or TALK))
    assert show.refused(NextOnStage(room=MAIN, lit=None), SPEAKER) == "command.forbidden"
    unknown = NextOnStage(room=RoomId("no"), lit=None)
    assert show.refused(unknown, SPEAKER) == "room.unknown"


# --- taking back ----------------------------------------------------------------------------------

DEEDS: dict[str, tuple[Command, ...]] = {
    # what a decision is called: what leads there, and the decision
    "question.rejected": (RejectQuestion(question=Q, reason="Asked before"),),
    "question.restored": (RestoreQuestion(question=Q),),
    "question.approved": (
        RestoreQuestion(question=Q),
        ApproveQuestion(question=Q, revision=1),
    ),
    "question.answered": (AnswerQuestion(question=Q, reply="Because."),),
    "question.reopened": (AnswerQuestion(question=Q, reply="So."), ReopenQuestion(question=Q)),
    "question.merged": (MergeQuestion(question=Q, into=P),),
    "question.spotlit": (SpotlightQuestion(question=Q),),
    "question.unspotlit": (SpotlightQuestion(question=Q), UnspotlightQuestion(room=MAIN)),
    "question.labelled": (LabelQuestion(question=Q, labels=("maps",)),),
    "question.starred": (StarQuestion(question=Q, on=True),),
    "question.noted": (NoteQuestion(question=Q, note="First."),),
    "question.queued": (QueueQuestion(question=Q, before=P),),
    "question.unqueued": (UnqueueQuestion(question=Q),),
}


def where(show: Rehearsal) -> tuple[Question, QuestionId | None, tuple[QuestionId, ...]]:
    return show.question(Q), lit(show), queue(show)


@pytest.mark.parametrize("start", [scene, listed])
@pytest.mark.parametrize("what", DEEDS)
def test_every_decision_can_be_taken_back(what: str, start: object) -> None:
    show = scene() if start is scene else listed()
    *before, last = DEEDS[what]
    for command in before:
        show.do(command, MOD)
    was, seq = where(show), show.state.seq
    if not show.do(last, MOD):
        return  # it is there already
    undo = project(show.state, View.DESK, None)["questions"][Q]["undo"]
    assert undo == {"seq": seq + 1, "what": what, "by": "", "at": at("09:30")}
    take_back(show)
    assert where(show) == was


def test_taking_back_needs_the_last_decision() -> None:
    show = scene()
    show.do(StarQuestion(question=Q, on=True), MOD)
    old = UndoQuestion(question=Q, seq=show.state.seq)
    show.do(NoteQuestion(question=Q, note="First."), MOD)
    refusal = show.refusal(old, OWNER)
    assert (refusal.code, refusal.field, refusal.detail) == (
        "question.stale",
        "seq",
        {"seq": show.state.seq, "by": MOD.id, "at": at("09:30")},
    )
    take_back(show)
    take_back(show)
    take_back(show)
    assert show.question("q").status is _S.PENDING
    refusal = show.refusal(old, OWNER)
    assert (refusal.code, refusal.detail) == ("question.stale", None)


def test_only_the_last_few_decisions_are_kept() -> None:
    show = scene()
    for number in range(2 * UNDO_DEPTH):
        show.do(StarQuestion(question=Q, on=number % 2 == 0), MOD)
    assert len(show.state.questions.undo[Q]) == UNDO_DEPTH


def test_what_its_author_did_since_cannot_be_gone_behind() -> None:
    show = scene()
    show.do(RestoreQuestion(question=Q), MOD)
    seq = show.state.seq
    show.do(EditQuestion(question=Q, text="Something never approved?"), ANN)
    assert show.refused(UndoQuestion(question=Q, seq=seq), MOD) == "question.stale"
    show.do(AmendQuestion(question=Q, text="Something amended?"), MOD)
    show.do(WithdrawQuestion(question=Q), ANN)
    assert Q not in show.state.questions.undo


def test_question_that_another_took_off_the_screens_comes_back_with_the_undo_of_that() -> None:
    show = listed()
    show.do(SpotlightQuestion(question=Q), MOD)
    show.do(SpotlightQuestion(question=P), MOD)
    assert show.state.questions.undo[Q][-1].what == "question.spotlit"
    seq = show.state.seq
    assert take_back(show, P) == (
        QuestionUnspotlit(question=P, room=MAIN, cause="undo"),
        QuestionSpotlit(question=Q, room=MAIN, cause="undo"),
        QuestionUndone(question=P, seq=seq),
        QuestionQueued(question=P, room=MAIN, before=R, cause="undo"),
    )
    assert (lit(show), queue(show)) == (Q, (P, R))
    take_back(show)
    assert (lit(show), queue(show)) == (None, (Q, P, R))


def test_question_that_waits_on_the_list_by_now_comes_back_to_the_screens() -> None:
    show = scene()
    show.do(SpotlightQuestion(question=Q), MOD)
    show.do(SpotlightQuestion(question=P), MOD)
    show.do(QueueQuestion(question=Q), MOD)
    take_back(show, P)
    assert (lit(show), queue(show)) == (Q, ())


def test_question_that_is_not_approved_any_more_does_not_come_back_to_the_screens() -> None:
    show = scene()
    show.do(SpotlightQuestion(question=Q), MOD)
    show.do(SpotlightQuestion(question=P), MOD)
    show.do(RejectQuestion(question=Q), MOD)
    take_back(show, P)
    assert lit(show) is None


def test_what_is_on_the_screens_now_stays_there() -> None:
    show = scene()
    show.do(SpotlightQuestion(question=Q), MOD)
    show.do(AnswerQuestion(question=Q), MOD)
    show.do(SpotlightQuestion(question=P), MOD)
    take_back(show)
    assert (show.question("q").status, lit(show)) == (_S.APPROVED, P)


def test_next_is_taken_back_question_by_question() -> None:
    show = listed()
    go_on(show)
    go_on(show)
    take_back(show, P)
    assert (lit(show), queue(show), show.question("q").status) == (None, (P, R), _S.ANSWERED)
    take_back(show)
    assert (lit(show), queue(show), show.question("q").status) == (Q, (P, R), _S.APPROVED)
    assert show.refused(PreviousOnStage(room=MAIN, lit=None), MOD) == "stage.stale"
    assert show.state.questions.past == Map({MAIN: ()})


def test_what_the_rundown_took_off_the_screens_is_nobodys_decision() -> None:
    show = scene()
    show.do(SpotlightQuestion(question=Q), MOD)
    show.do(NextSession(room=MAIN, live=TALK))
    assert show.state.questions.undo[Q][-1].what == "question.spotlit"
    show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
    assert lit(show) == Q
    take_back(show)
    assert lit(show) is None


def test_question_that_waits_on_the_list_by_now_comes_back_with_the_undo_of_the_rundown() -> None:
    show = scene()
    show.do(SpotlightQuestion(question=Q), MOD)
    show.do(NextSession(room=MAIN, live=TALK))
    show.do(QueueQuestion(question=Q), MOD)
    facts = show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))
    assert facts[-2:] == (
        QuestionUnqueued(question=Q, room=MAIN, cause="rundown"),
        QuestionSpotlit(question=Q, room=MAIN, cause="rundown"),
    )
    assert (lit(show), queue(show)) == (Q, ())


def test_redaction_leaves_nothing_to_go_back_to() -> None:
    show = scene()
    show.do(NoteQuestion(question=Q, note="First."), MOD)
    show.do(LabelQuestion(question=Q, labels=("maps",)), MOD)
    show.do(RedactQuestion(question=Q), OWNER)
    question = show.question("q")
    assert (question.note, question.labels, Q in show.state.questions.undo) == (None, (), False)


# --- for every history ----------------------------------------------------------------------------

_PUBLIC = {_S.APPROVED, _S.ANSWERED}


@given(STARTS, HISTORIES)
def test_stage_list_holds_approved_questions_of_its_room_that_are_not_shown(
    start: str, steps: list[Step]
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        questions = show.state.questions
        for room, names in questions.queue.items():
            assert names
            assert len(set(names)) == len(names)
            for name in names:
                found = questions.all[name]
                assert found.status is _S.APPROVED
                assert show.state.agenda.sessions[found.session].room == room
                assert questions.lit_in(name) is None


@given(STARTS, HISTORIES)
def test_votes_of_merged_questions_count_once_where_they_end(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    questions = show.state.questions
    for name, question in questions.all.items():
        gathered = {
            who
            for one in questions.merged_in(name)
            for who in questions.voters_of(one)
            if questions.all[one].merged_into is not None
        }
        assert gathered <= set(questions.voters_of(name))
        assert (question.merged_into is None) == (question.merged_from is None)
        for voter, source in questions.voters_of(name).items():
            given_or_gathered = source != 2
            assert (name in questions.by_voter.get(voter, ())) == given_or_gathered
            assert source != 3 or voter in gathered


def public_texts(state: EventState) -> set[tuple[str, str]]:
    return {
        (name, question.text)
        for name, question in state.questions.all.items()
        if question.status in _PUBLIC
    }


@given(STARTS, HISTORIES)
def test_undo_publishes_nothing_that_was_not_public_before(start: str, steps: list[Step]) -> None:
    show = begun(start)
    ever = public_texts(show.state)
    for step in steps:
        play(show, step)
        now = public_texts(show.state)
        if step.what == "back":
            assert now <= ever
        ever |= now


@given(STARTS, HISTORIES)
def test_undo_of_a_decision_is_what_was_before_it(start: str, steps: list[Step]) -> None:
    show = begun(start)
    fields = ("status", "text", "original", "reply", "reason", "labels", "star", "assignee", "note")
    for step in steps:
        before = show.state.questions
        play(show, step)
        after = show.state.questions
        if step.what in {"back", "bulk", "stage"}:
            continue
        for name in before.all:
            stack = after.undo.get(name, ())
            if not stack or stack[-1].seq != show.state.seq or stack == before.undo.get(name):
                continue
            again = Rehearsal(show.state, show.now, [])
            try:
                facts = again.do(UndoQuestion(question=name, seq=stack[-1].seq), MOD)
            except Rejected as refusal:  # a split, from what its author has withdrawn
                assert refusal.code == "question.wrong_status"  # noqa: PT017 - right in its place
                continue
            was, now = before.all[name], again.state.questions.all[name]
            assert [getattr(now, one) for one in fields] == [getattr(was, one) for one in fields]
            assert again.state.questions.lit_in(name) == before.lit_in(name)
            for room, names in before.queue.items():
                assert again.state.questions.queue.get(room, ()) == names
            assert any(isinstance(fact, QuestionUndone) for fact in facts)


def test_restored_question_is_said_to_be_so() -> None:
    show = scene()
    assert show.do(RestoreQuestion(question=Q), MOD) == (QuestionRestored(question=Q),)
