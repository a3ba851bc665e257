"""The moderators' desk: merging, labels, notes, claims, bulk, settings; what a session leaves."""

from dataclasses import replace

import pytest
from rehearsal import (
    ADA,
    ANN,
    BEN,
    CLOSING,
    GRACE,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PANEL,
    PAUSE,
    SPEAKER,
    TALK,
    Rehearsal,
    at,
)

from streamhub.core.errors import Rejected
from streamhub.core.event import Command, Decision, Given, decide, next_tick_at
from streamhub.core.ids import ActorId, QuestionId, SpeakerId
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    CLAIM_MS,
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    Around,
    AskQuestion,
    AssignQuestion,
    BulkItem,
    BulkQuestions,
    Claim,
    ClaimQuestion,
    ConfigureQuestions,
    FlagQuestion,
    LabelQuestion,
    MergeQuestion,
    NoteQuestion,
    QuestionAssigned,
    QuestionClaimed,
    QuestionFlagged,
    QuestionLabelled,
    QuestionMerged,
    QuestionNoted,
    QuestionPolicy,
    QuestionReleased,
    QuestionsCarried,
    QuestionsConfigured,
    QuestionsLeft,
    QuestionSplit,
    QuestionsReturned,
    QuestionStarred,
    QuestionStatus,
    QuestionUnflagged,
    RedactQuestion,
    RejectQuestion,
    ReleaseQuestion,
    SetQuestions,
    SplitQuestion,
    SpotlightQuestion,
    StarQuestion,
    UndoQuestion,
    UnflagQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
)
from streamhub.core.questions import decide as decide_questions
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    EndSession,
    FollowClock,
    NextSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map
from streamhub.core.views import View, project, project_me

Q, P, R = QuestionId("q"), QuestionId("p"), QuestionId("r")
CARL, DORA = (Actor(id=ActorId(name), role=Role.PARTICIPANT) for name in ("carl", "dora"))
_S = QuestionStatus


def scene(policy: QuestionPolicy | None = None) -> Rehearsal:
    """The talk is on air; Ann has asked q, Ben p, Carl r, and all three are approved."""
    show = Rehearsal.of(policy=policy).at("09:30")
    show.do(StartSession(session=TALK))
    for name, who in ((Q, ANN), (P, BEN), (R, CARL)):
        show.do(AskQuestion(text=f"What is {name} about?", session=TALK, name=who.id), who, name)
        show.do(ApproveQuestion(question=name, revision=1), MOD)
    return show


def desk(show: Rehearsal, name: QuestionId = Q) -> dict[str, object]:
    found: dict[str, object] = project(show.state, View.DESK, None)["questions"][name]
    return found


def votes(show: Rehearsal) -> dict[str, set[str]]:
    return {name: set(voters) for name, voters in sorted(show.state.questions.voters.items())}


# --- merging --------------------------------------------------------------------------------------


def test_merged_question_gives_its_votes_and_its_authors_to_the_other() -> None:
    show = scene()
    for who, name in ((CARL, Q), (DORA, Q), (DORA, P)):
        show.do(UpvoteQuestion(question=name), who)
    assert show.do(MergeQuestion(question=Q, into=P), MOD) == (QuestionMerged(question=Q, into=P),)
    assert votes(show)[P] == {"ann", "carl", "dora"}
    assert show.question("q").status is _S.MERGED
    assert (desk(show)["merged_into"], desk(show)["upvotes"]) == (P, 2)
    assert (desk(show, P)["merged"], desk(show, P)["upvotes"]) == ([Q], 3)
    assert set(project(show.state, View.AUDIENCE, None)["questions"]) == {P, R}
    mine = project_me(show.state, ANN.id, "participant")
    assert (mine["questions"][Q]["way"], mine["questions"][Q]["into"]) == ("merged", P)
    assert mine["votes"] == {P: True}
    assert mine["questions"][Q]["upvotes"] == 2


def test_split_gives_back_what_was_before() -> None:
    show = scene()
    for who, name in ((CARL, Q), (DORA, Q), (DORA, P)):
        show.do(UpvoteQuestion(question=name), who)
    before = show.state.questions
    show.do(MergeQuestion(question=Q, into=P), MOD)
    assert show.do(SplitQuestion(question=Q), MOD) == (QuestionSplit(question=Q, into=P),)
    after = show.state.questions
    assert (after.voters, after.by_voter.get(DORA.id)) == (before.voters, (Q, P))
    assert show.question("q").status is _S.APPROVED
    assert "merged" not in desk(show, P)


def test_chain_of_merges_ends_in_one_question_and_comes_apart_again() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), DORA)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    show.do(MergeQuestion(question=P, into=R), MOD)
    assert votes(show)[R] == {"dora", "ann", "ben"}
    assert desk(show)["merged_into"] == R
    assert desk(show, R)["merged"] == [P, Q]
    show.do(SplitQuestion(question=Q), MOD)
    assert (votes(show)[P], votes(show)[R], votes(show)[Q]) == ({"ben"}, {"ben"}, {"dora"})
    assert show.do(MergeQuestion(question=Q, into=P), MOD) == (QuestionMerged(question=Q, into=R),)
    show.do(SplitQuestion(question=P), MOD)
    assert (votes(show)[P], votes(show)[R]) == (set(), {"dora", "ann"})


def test_who_voted_for_two_that_were_merged_stays_a_voter_when_one_is_split() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), DORA)
    show.do(UpvoteQuestion(question=P), DORA)
    show.do(MergeQuestion(question=Q, into=R), MOD)
    show.do(MergeQuestion(question=P, into=R), MOD)
    show.do(SplitQuestion(question=Q), MOD)
    assert votes(show)[R] == {"dora", "ben"}


def test_author_who_voted_for_what_is_merged_counts_once_further_on() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), BEN)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    show.do(MergeQuestion(question=P, into=R), MOD)
    assert votes(show)[R] == {"ann", "ben"}
    show.do(SplitQuestion(question=Q), MOD)
    assert (votes(show)[Q], votes(show)[P]) == ({"ben"}, set())


def test_vote_for_the_one_is_taken_back_though_none_was_for_the_merged_one() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=P), DORA)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    show.do(UnvoteQuestion(question=P), DORA)
    assert (votes(show)[P], votes(show)[Q]) == ({"ann"}, {"ann"})


def test_vote_that_is_taken_back_stays_taken_back_when_the_question_is_split() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), DORA)
    show.do(UpvoteQuestion(question=P), CARL)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    for who in (DORA, ANN, CARL):
        show.do(UnvoteQuestion(question=P), who)
    assert votes(show)[P] == set()
    show.do(SplitQuestion(question=Q), MOD)
    assert votes(show)[Q] == set()
    assert project_me(show.state, DORA.id, "participant")["votes"] == {}


def test_merge_goes_into_a_question_that_is_still_open_and_not_into_itself() -> None:
    show = scene()
    none = show.refusal(MergeQuestion(question=Q, into=QuestionId("none")), MOD)
    assert (none.code, none.field) == ("question.unknown", "into")
    assert show.refused(MergeQuestion(question=Q, into=Q), MOD) == "command.invalid"
    show.do(MergeQuestion(question=Q, into=P), MOD)
    assert show.refused(MergeQuestion(question=P, into=Q), MOD) == "command.invalid"
    show.do(RejectQuestion(question=R), MOD)
    refusal = show.refusal(MergeQuestion(question=P, into=R), MOD)
    assert (refusal.code, refusal.field, refusal.detail) == (
        "question.wrong_status",
        "into",
        {"status": "rejected", "by": MOD.id, "at": at("09:30")},
    )


def test_author_of_a_merged_question_is_not_told_of_one_that_is_hidden() -> None:
    show = scene()
    show.do(MergeQuestion(question=Q, into=P), MOD)
    show.do(RejectQuestion(question=P), MOD)
    mine = project_me(show.state, ANN.id, "participant")["questions"][Q]
    assert (mine["way"], "into" in mine) == ("merged", False)


def test_split_that_is_undone_is_merged_again_unless_the_other_is_gone() -> None:
    show = scene()
    show.do(MergeQuestion(question=Q, into=P), MOD)
    before = votes(show)
    show.do(SplitQuestion(question=Q), MOD)
    show.do(UndoQuestion(question=Q, seq=show.state.seq), MOD)
    assert (votes(show), show.question("q").merged_into) == (before, P)
    show.do(SplitQuestion(question=Q), MOD)
    seq = show.state.seq
    show.do(MergeQuestion(question=P, into=Q), MOD)
    assert show.refused(UndoQuestion(question=Q, seq=seq), MOD) == "question.wrong_status"
    show.do(SplitQuestion(question=P), MOD)
    show.do(RedactQuestion(question=P), OWNER)
    assert show.refused(UndoQuestion(question=Q, seq=seq), MOD) == "question.wrong_status"


def test_what_was_merged_into_a_question_outlives_its_redaction() -> None:
    show = scene()
    for who, name in ((CARL, Q), (DORA, Q), (DORA, P)):
        show.do(UpvoteQuestion(question=name), who)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    before = votes(show)
    show.do(RedactQuestion(question=P), OWNER)
    assert votes(show) == before
    assert (show.question("q").status, show.question("q").text) == (_S.MERGED, "What is q about?")
    assert set(project(show.state, View.AUDIENCE, None)["questions"]) == {R}
    assert (desk(show, P)["merged"], desk(show, P)["text"]) == ([Q], "")
    mine = project_me(show.state, ANN.id, "participant")["questions"][Q]
    assert (mine["way"], "into" in mine) == ("merged", False)
    show.do(SplitQuestion(question=Q), MOD)
    assert show.question("q").status is _S.APPROVED
    assert (votes(show)[Q], votes(show)[P]) == ({"carl", "dora"}, {"dora"})
    assert "merged" not in desk(show, P)


def test_question_keeps_the_votes_of_one_that_was_merged_into_it_and_redacted() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), DORA)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    before = votes(show)
    show.do(RedactQuestion(question=Q), OWNER)
    assert votes(show) == before
    assert (desk(show, P)["merged"], desk(show, P)["upvotes"]) == ([Q], 2)
    assert show.refused(SplitQuestion(question=Q), MOD) == "question.wrong_status"


def test_chain_of_merges_comes_apart_round_one_that_was_redacted() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), DORA)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    show.do(MergeQuestion(question=P, into=R), MOD)
    show.do(RedactQuestion(question=P), OWNER)
    assert desk(show, R)["merged"] == [P, Q]
    assert votes(show)[R] == {"dora", "ann", "ben"}
    show.do(SplitQuestion(question=Q), MOD)
    assert show.question("q").status is _S.APPROVED
    assert (votes(show)[Q], votes(show)[R]) == ({"dora"}, {"ben"})


def test_merge_that_is_undone_gives_back_status_and_votes() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), DORA)
    before = votes(show)
    show.do(MergeQuestion(question=Q, into=P), MOD)
    show.do(UndoQuestion(question=Q, seq=show.state.seq), MOD)
    assert votes(show) == before | {P: set()}
    assert show.question("q").status is _S.APPROVED
    assert show.state.questions.merged.get(P) == ()


def test_votes_of_those_who_gave_a_name_are_counted_apart() -> None:
    show = scene()
    show.do(UpvoteQuestion(question=Q), BEN)
    show.do(UpvoteQuestion(question=Q), DORA)
    assert (desk(show)["upvotes"], desk(show)["known"]) == (2, 1)
    for number in range(3):
        show.do(UpvoteQuestion(question=Q), replace(DORA, id=ActorId(f"d{number}")))
    assert (desk(show)["upvotes"], desk(show)["known"]) == (5, 1)


# --- what the desk keeps --------------------------------------------------------------------------


def test_labels_replace_those_before_and_are_bounded() -> None:
    show = scene()
    labels = LabelQuestion(question=Q, labels=(" maps ", "data", "maps"))
    assert show.do(labels, MOD) == (QuestionLabelled(question=Q, labels=("maps", "data")),)
    assert desk(show)["labels"] == ["maps", "data"]
    assert show.do(labels, MOD) == ()
    show.do(LabelQuestion(question=Q, labels=()), MOD)
    assert "labels" not in desk(show)
    many = LabelQuestion(question=Q, labels=tuple(f"l{n}" for n in range(9)))
    assert show.refused(many, MOD) == "command.invalid"
    long = LabelQuestion(question=Q, labels=("x" * 25,))
    assert show.refused(long, MOD) == "text.too_long"
    assert show.refused(LabelQuestion(question=Q, labels=(" ",)), MOD) == "text.too_short"


def test_star_note_and_assignee_come_and_go() -> None:
    show = scene()
    on = StarQuestion(question=Q, on=True)
    assert show.do(on, MOD) == (QuestionStarred(question=Q, on=True),)
    assert show.do(on, OWNER) == ()
    note = NoteQuestion(question=Q, note=" Ask this first. ")
    assert show.do(note, MOD) == (QuestionNoted(question=Q, note="Ask this first."),)
    assert show.refused(NoteQuestion(question=Q, note="x" * 281), MOD) == "text.too_long"
    assign = AssignQuestion(question=Q, to=ADA)
    assert show.do(assign, MOD) == (QuestionAssigned(question=Q, to=ADA),)
    assert (desk(show)["star"], desk(show)["note"], desk(show)["assignee"]) == (
        True,
        "Ask this first.",
        ADA,
    )
    speaker = project(show.state, View.SPEAKER, None)["questions"][Q]
    assert (speaker["note"], speaker["for"]) == ("Ask this first.", ADA)
    audience = project(show.state, View.AUDIENCE, None)["questions"][Q]
    assert not {"for", "note", "star", "assignee"} & set(audience)
    show.do(SpotlightQuestion(question=Q), MOD)
    for view in (View.STAGE, View.AUDIENCE, View.CONTROL):
        shown = project(show.state, view, None)["questions"][Q]
        assert (shown["for"], "note" in shown) == (ADA, view is View.CONTROL)
    show.do(AssignQuestion(question=Q), MOD)
    show.do(NoteQuestion(question=Q, note="  "), MOD)
    show.do(StarQuestion(question=Q, on=False), MOD)
    assert not {"star", "note", "assignee"} & set(desk(show))


def test_question_is_assigned_to_speakers_of_its_session_only() -> None:
    show = scene()
    for who in (GRACE, SpeakerId("none")):
        refusal = show.refusal(AssignQuestion(question=Q, to=who), MOD)
        assert (refusal.code, refusal.field) == ("speaker.unknown", "to")


def test_flags_are_one_each_and_a_number_on_the_desk_only() -> None:
    show = scene()
    flag = FlagQuestion(question=Q)
    assert show.do(flag, BEN) == (QuestionFlagged(question=Q),)
    assert show.do(flag, BEN) == ()
    show.do(flag, DORA)
    assert desk(show)["flags"] == 2
    assert project_me(show.state, BEN.id, "participant")["flags"] == {Q: True}
    assert "flags" not in project(show.state, View.AUDIENCE, None)["questions"][Q]
    assert show.do(UnflagQuestion(question=Q), BEN) == (QuestionUnflagged(question=Q),)
    assert show.do(UnflagQuestion(question=Q), BEN) == ()
    assert desk(show)["flags"] == 1
    assert project_me(show.state, BEN.id, "participant")["flags"] == {}


# --- claims ---------------------------------------------------------------------------------------


def test_claim_keeps_others_off_for_two_minutes_and_nobody_from_deciding() -> None:
    show = scene()
    until_at = show.now + CLAIM_MS
    claim = ClaimQuestion(question=Q)
    assert show.do(claim, MOD) == (QuestionClaimed(question=Q, until_at=until_at),)
    assert desk(show)["claim"] == {"by": "", "actor": "mod", "until_at": until_at}
    show.at("09:31")
    for command in (claim, ReleaseQuestion(question=Q)):
        refusal = show.refusal(command, OWNER)
        assert (refusal.code, refusal.retryable, refusal.retry_after, refusal.detail) == (
            "question.claimed",
            True,
            60,
            {"by": MOD.id, "until_at": until_at},
        )
    show.do(claim, MOD)
    assert show.question("q").claim == Claim(by=MOD.id, until_at=until_at + 60_000)
    show.at("09:33").do(claim, OWNER)
    show.do(RejectQuestion(question=Q), MOD)
    assert show.question("q").claim is None


def test_claim_that_is_over_moves_nothing_by_itself() -> None:
    show = scene()
    due = next_tick_at(show.state)
    show.do(ClaimQuestion(question=Q), MOD)
    assert next_tick_at(show.state) == due


def test_claim_is_released_by_whose_it_is() -> None:
    show = scene()
    assert show.do(ReleaseQuestion(question=Q), MOD) == ()
    show.do(ClaimQuestion(question=Q), MOD)
    assert show.do(ReleaseQuestion(question=Q), MOD) == (QuestionReleased(question=Q),)
    assert "claim" not in desk(show)


# --- many at once ---------------------------------------------------------------------------------


def bulk(show: Rehearsal, command: BulkQuestions) -> Decision:
    decision = show.decide(command, MOD)
    show.keep(decision)
    return decision


def test_bulk_does_what_can_be_done_and_says_of_each_why_not() -> None:
    show = scene()
    show.do(AskQuestion(text="And later?", session=TALK), DORA, "s")
    items = (
        BulkItem(question=QuestionId("s"), revision=1),
        BulkItem(question=QuestionId("s"), revision=1),
        BulkItem(question=Q, revision=1),
        BulkItem(question=QuestionId("none"), revision=1),
    )
    decision = bulk(show, BulkQuestions(do="approve", questions=items[1:]))
    assert dict(decision.result) == {
        "s": "done",
        "q": "question.wrong_status",
        "none": "question.unknown",
    }
    assert len(decision.facts) == 1
    again = bulk(show, BulkQuestions(do="approve", questions=items[:1]))
    assert (again.facts, dict(again.result)) == ((), {"s": "question.wrong_status"})


def test_bulk_is_bound_to_texts_and_statuses_that_were_seen() -> None:
    show = scene()
    show.do(AskQuestion(text="And later?", session=TALK), DORA, "s")
    s = QuestionId("s")
    for revision in (None, 2):
        items = (BulkItem(question=s, revision=revision),)
        result = bulk(show, BulkQuestions(do="approve", questions=items)).result
        assert dict(result) == {s: "question.stale"}
    seen = (BulkItem(question=Q, seen=_S.PENDING), BulkItem(question=P, seen=_S.APPROVED))
    result = bulk(show, BulkQuestions(do="reject", questions=seen, reason="No time")).result
    assert dict(result) == {Q: "question.wrong_status", P: "done"}
    assert show.question("p").reason == "No time"
    result = bulk(show, BulkQuestions(do="restore", questions=(BulkItem(question=P),))).result
    assert dict(result) == {P: "done"}


def test_bulk_labels_and_stars() -> None:
    show = scene()
    items = (BulkItem(question=Q), BulkItem(question=P))
    bulk(show, BulkQuestions(do="label", questions=items, labels=("maps",)))
    bulk(show, BulkQuestions(do="star", questions=items))
    assert [show.question(name).labels for name in ("q", "p")] == [("maps",)] * 2
    assert [show.question(name).star for name in ("q", "p")] == [True] * 2
    bulk(show, BulkQuestions(do="star", questions=items, on=False))
    assert not show.question("q").star


def test_bulk_is_a_decision_like_any_other() -> None:
    show = scene()
    state = show.state
    around = Around(
        agenda=state.agenda,
        rundown=state.rundown,
        questions=state.questions,
        policy=state.policy,
        streams=state.streams,
    )
    command = BulkQuestions(do="star", questions=(BulkItem(question=Q),))
    stamp = Stamp(MOD.id, show.now, state.seq + 1)
    facts = decide_questions(around, command, MOD, stamp, "x")
    assert facts == [QuestionStarred(question=Q, on=True)]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (BulkQuestions(do="star", questions=()), "command.invalid"),
        (BulkQuestions(do="star", questions=(BulkItem(question=Q),) * 101), "command.invalid"),
        (
            BulkQuestions(do="label", questions=(BulkItem(question=Q),), labels=("x" * 25,)),
            "text.too_long",
        ),
    ],
)
def test_bulk_that_cannot_be_meant_is_refused(command: BulkQuestions, code: str) -> None:
    show = scene()
    with pytest.raises(Rejected) as caught:
        decide(show.state, command, MOD, Given(at=show.now, fresh="x"))
    assert caught.value.code == code


# --- settings -------------------------------------------------------------------------------------


def test_settings_change_one_by_one() -> None:
    show = scene()
    words = Map({"es": (" tonto ", "tonto"), "en": ("fool",)})
    assert show.do(ConfigureQuestions(slow_s=60, words=words, names="optional"), MOD) == (
        QuestionsConfigured(slow_s=60, words=Map({"es": ("tonto",), "en": ("fool",)})),
    )
    assert show.do(ConfigureQuestions(slow_s=60, words=Map({"en": ("fool",)})), MOD) == ()
    show.do(ConfigureQuestions(words=Map({"es": ()}), moderation="after", reasons=True), OWNER)
    assert show.do(ConfigureQuestions(words=Map({"es": ()})), OWNER) == ()
    show.do(ConfigureQuestions(slow_s=0, at_end="close", public_results=True), OWNER)
    assert show.state.policy == QuestionPolicy(
        moderation="after",
        at_end="close",
        reasons=True,
        words=Map({"en": ("fool",)}),
        public_results=True,
    )
    assert project(show.state, View.DESK, None)["event"]["policy"]["words"] == {"en": ["fool"]}
    assert project(show.state, View.AUDIENCE, None)["event"]["public_results"] is True
    show.do(ConfigureQuestions(public_results=False), OWNER)
    assert "public_results" not in project(show.state, View.AUDIENCE, None)["event"]


def test_switching_moderation_publishes_nothing_that_waits() -> None:
    show = scene()
    show.do(AskQuestion(text="And later?", session=TALK), DORA, "s")
    show.do(ConfigureQuestions(moderation="after"), MOD)
    assert show.question("s").status is _S.PENDING
    show.do(AskQuestion(text="And now?", session=TALK), DORA, "t")
    show.do(ConfigureQuestions(moderation="before"), MOD)
    assert show.question("t").status is _S.APPROVED
    event = project(show.state, View.AUDIENCE, None)["event"]
    assert (event["moderation"], event["names"], "slow_s" in event) == ("before", "optional", False)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (ConfigureQuestions(slow_s=-1), "slow_s"),
        (ConfigureQuestions(slow_s=3601), "slow_s"),
        (ConfigureQuestions(pending_most=0), "pending_most"),
        (ConfigureQuestions(pending_most=101), "pending_most"),
        (ConfigureQuestions(words=Map({"E N": ("fool",)})), "words"),
        (ConfigureQuestions(words=Map({"en": tuple(f"w{n}" for n in range(501))})), "words"),
    ],
)
def test_settings_out_of_bounds_are_refused(command: Command, field: str) -> None:
    refusal = scene().refusal(command, MOD)
    assert (refusal.code, refusal.field) == ("command.invalid", field)


def test_authors_see_reasons_only_where_the_event_says_so() -> None:
    show = scene()
    show.do(RejectQuestion(question=Q, reason="Asked before"), MOD)
    assert "reason" not in project_me(show.state, ANN.id, "participant")["questions"][Q]
    show.do(ConfigureQuestions(reasons=True), MOD)
    mine = project_me(show.state, ANN.id, "participant")["questions"][Q]
    assert mine["reason"] == "Asked before"


# --- the end of a session -------------------------------------------------------------------------


def ended(show: Rehearsal) -> tuple[object, ...]:
    """End the talk; what follows from it for its questions."""
    return show.do(EndSession(session=TALK))[1:]


def undo(show: Rehearsal) -> tuple[object, ...]:
    return show.do(UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq))


def with_all_kinds(policy: QuestionPolicy) -> Rehearsal:
    """Approved q and p, answered r, pending s."""
    show = scene(policy)
    show.do(AnswerQuestion(question=R), MOD)
    show.do(AskQuestion(text="And later?", session=TALK), DORA, "s")
    return show


def test_questions_are_kept_where_they_are() -> None:
    assert ended(with_all_kinds(QuestionPolicy())) == ()


def test_open_questions_are_carried_to_the_next_session_that_takes_some() -> None:
    show = with_all_kinds(QuestionPolicy(at_end="carry"))
    show.do(SetQuestions(session=PANEL, state=Opening.CLOSED), MOD)
    open_ones = (P, Q, QuestionId("s"))
    assert ended(show) == (QuestionsCarried(session=TALK, to=CLOSING, questions=open_ones),)
    assert {name: show.question(name).session for name in (*open_ones, R)} == {
        P: CLOSING,
        Q: CLOSING,
        "s": CLOSING,
        R: TALK,
    }
    seq = show.clock().undo[-1].seq
    assert undo(show)[1:] == (QuestionsReturned(session=TALK, seq=seq, questions=open_ones),)
    assert all(show.question(name).session == TALK for name in open_ones)
    assert show.state.questions.ends == ()


def test_open_questions_are_carried_to_what_is_on_air_by_now() -> None:
    show = scene(QuestionPolicy(at_end="carry"))
    facts = show.do(StartSession(session=PANEL))
    assert facts[-1] == QuestionsCarried(session=TALK, to=PANEL, questions=(P, Q, R))
    seq = show.clock().undo[-1].seq
    show.do(EndSession(session=PANEL))
    assert show.question("q").session == CLOSING
    undo(show)
    assert undo(show)[-1] == QuestionsReturned(session=TALK, seq=seq, questions=(P, Q, R))


def test_open_questions_stay_where_nothing_comes() -> None:
    show = Rehearsal.of(policy=QuestionPolicy(at_end="carry")).at("10:45")
    show.do(StartSession(session=CLOSING))
    show.do(AskQuestion(text="The end?", session=CLOSING), ANN, "q")
    assert show.do(EndSession(session=CLOSING))[1:] == ()
    show = Rehearsal.of(policy=QuestionPolicy(at_end="carry")).at("10:00")
    show.do(StartSession(session=PAUSE))
    assert show.do(NextSession(room=MAIN, live=PAUSE))[2:] == ()


def test_what_was_approved_and_not_answered_is_left_to_be_followed_up() -> None:
    show = with_all_kinds(QuestionPolicy(at_end="close"))
    assert ended(show) == (QuestionsLeft(session=TALK, questions=(P, Q)),)
    assert project(show.state, View.AUDIENCE, None)["questions"][Q]["followup"] is True
    assert project_me(show.state, ANN.id, "participant")["questions"][Q]["followup"] is True
    assert "followup" not in desk(show, QuestionId("s"))
    show.do(AnswerQuestion(question=P, reply="Here."), MOD)
    assert "followup" not in desk(show, P)
    undo(show)
    assert "followup" not in desk(show)


def test_carried_question_that_went_elsewhere_since_stays_there() -> None:
    show = scene(QuestionPolicy(at_end="carry"))
    ended(show)
    gone = replace(show.question("q"), session=OPENING)
    table = show.state.questions.all.set(Q, gone)
    show.state = replace(show.state, questions=replace(show.state.questions, all=table))
    returned = undo(show)[-1]
    assert isinstance(returned, QuestionsReturned)
    assert returned.questions == (P, R)


def test_clock_that_ends_sessions_carries_as_well() -> None:
    show = scene(QuestionPolicy(at_end="carry"))
    show.do(FollowClock(room=MAIN, on=True))
    show.at("10:20")
    assert show.question("q").session == PANEL


def test_speaker_sees_what_was_carried_to_the_session_on_air() -> None:
    show = scene(QuestionPolicy(at_end="carry"))
    show.do(StartSession(session=PANEL))
    assert set(project(show.state, View.SPEAKER, MAIN)["questions"]) == {Q, P, R}
    show.do(AnswerQuestion(question=Q), SPEAKER)


# --- taking words back ----------------------------------------------------------------------------


def test_amendment_that_is_undone_never_gives_one_number_to_two_texts() -> None:
    show = scene()
    show.do(AmendQuestion(question=Q, text="What else is it about?"), MOD)
    show.do(UndoQuestion(question=Q, seq=show.state.seq), MOD)
    question = show.question("q")
    assert (question.text, question.original, question.revision) == ("What is q about?", None, 3)
