"""The whole event: its beginning, its clock, its numbers, and the memory of command ids."""

from dataclasses import replace

import pytest
from rehearsal import ANN, BEN, CLOCK, MAIN, MOD, OPENING, PROD, TALK, Rehearsal, at, small_agenda

from streamhub.core import event, roles
from streamhub.core.errors import CODES, MESSAGE_MOST, Rejected
from streamhub.core.event import (
    MEMORY_MS,
    SYSTEM,
    Decision,
    EventCreated,
    Given,
    Memo,
    Tick,
    TimePassed,
    begin,
    decide,
    evolve,
    next_tick_at,
    recall,
)
from streamhub.core.ids import QuestionId
from streamhub.core.questions import AskQuestion, QuestionAsked, QuestionUpvoted
from streamhub.core.rundown import NextSession, SessionStarted, StartSession
from streamhub.core.table import Map
from streamhub.core.values import changed

CREATED = EventCreated(slug="small", agenda=small_agenda())


def test_event_begins_with_its_creation() -> None:
    more = SessionStarted(session=OPENING, at=at("08:00"), cause="start")
    state = begin(Decision(by=SYSTEM, at=at("08:00"), facts=(CREATED, more)))
    assert (state.slug, state.seq, state.at, state.clock_at, state.agenda_rev) == (
        "small",
        1,
        at("08:00"),
        at("08:00"),
        1,
    )
    assert state.rundown.clock(MAIN).live == OPENING


def test_event_begins_with_nothing_else() -> None:
    with pytest.raises(TypeError, match=r"begins with EventCreated, not clock\.ticked"):
        begin(Decision(by=SYSTEM, at=0, facts=(TimePassed(),)))


def test_event_is_created_once() -> None:
    show = Rehearsal.of()
    with pytest.raises(TypeError, match="created once"):
        evolve(show.state, Decision(by=SYSTEM, at=show.now, facts=(CREATED,)))


def test_decisions_are_numbered_and_time_never_runs_back() -> None:
    show = Rehearsal.of().at("09:00")
    seq = show.state.seq
    show.do(StartSession(session=OPENING))
    show.now = at("08:30")  # another node's clock is behind
    show.do(NextSession(room=MAIN, live=OPENING))
    assert show.decisions[-1].at == at("09:00")
    assert (show.state.seq, show.state.at) == (seq + 2, at("09:00"))
    late = Decision(by=SYSTEM, at=at("08:00"), facts=(TimePassed(),))
    assert evolve(show.state, late).at == at("09:00")


def test_clock_of_the_views_stands_still_for_what_the_public_does_not_see() -> None:
    show = Rehearsal.of().at("09:00")
    clock_at = show.state.clock_at
    show.now = at("09:00:30")
    show.do(AskQuestion(text="Why not?", session=OPENING), ANN)
    assert (show.state.clock_at, show.state.at) == (clock_at, at("09:00:30"))
    show.do(StartSession(session=OPENING))
    assert show.state.clock_at == at("09:00:30")


def test_tick_happens_only_when_it_is_due() -> None:
    show = Rehearsal.of()
    due = next_tick_at(show.state)
    assert due == at("08:50")
    show.now = due - 1
    assert show.do(Tick(), CLOCK) == ()
    show.now = due
    assert show.do(Tick(), CLOCK) == (TimePassed(),)
    assert show.do(Tick(), CLOCK) == ()
    assert show.state.clock_at == due


def test_tick_is_nobodys_but_the_clocks() -> None:
    assert Rehearsal.of().refused(Tick(), PROD) == "command.forbidden"


def test_decision_carries_who_when_and_the_answer() -> None:
    show = Rehearsal.of().at("09:00")
    ask = AskQuestion(text="Why not?", session=OPENING)
    given = Given(at=show.now, fresh="q")
    assert decide(show.state, ask, ANN, given, ("ann:1", "digest")) == Decision(
        by=ANN.id,
        at=at("09:00"),
        facts=(QuestionAsked(question=QuestionId("q"), session=OPENING, text="Why not?"),),
        command="ann:1",
        digest="digest",
        result=Map({"question": "q"}),
    )


# --- memory ---------------------------------------------------------------------------------------


def remembered(show: Rehearsal, key: str) -> None:
    tick = Decision(by=SYSTEM, at=show.now, facts=(TimePassed(),), command=key, digest="d")
    show.keep(tick)


def test_command_id_is_answered_from_memory_and_not_reused() -> None:
    show = Rehearsal.of().at("09:00")
    ask = AskQuestion(text="Why not?", session=OPENING)
    assert recall(show.state, "ann:1", "d") is None
    show.keep(decide(show.state, ask, ANN, Given(at=show.now, fresh="q"), ("ann:1", "d")))
    assert recall(show.state, "ann:1", "d") == Memo(digest="d", result=Map({"question": "q"}))
    assert recall(show.state, "ben:1", "d") is None
    with pytest.raises(Rejected) as caught:
        recall(show.state, "ann:1", "another")
    assert (caught.value.code, caught.value.field) == ("command.reused", "id")


def test_memory_lasts_a_day_at_least_and_forgets_after_two() -> None:
    show = Rehearsal.of()
    remembered(show, "first")
    show.now += MEMORY_MS
    remembered(show, "second")
    assert set(show.state.memory.newer) == {"first", "second"}
    show.now += 1
    remembered(show, "third")
    assert (set(show.state.memory.newer), set(show.state.memory.older)) == (
        {"third"},
        {"first", "second"},
    )
    assert recall(show.state, "first", "d") == Memo(digest="d")
    show.now += MEMORY_MS + 1
    remembered(show, "fourth")
    assert recall(show.state, "first", "d") is None
    assert recall(show.state, "third", "d") == Memo(digest="d")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event, "MEMORY_MOST", 3)
    show = Rehearsal.of()
    for number in range(8):
        remembered(show, str(number))
    assert (set(show.state.memory.newer), set(show.state.memory.older)) == (
        {"6", "7"},
        {"3", "4", "5"},
    )


def test_decision_without_an_id_is_not_remembered() -> None:
    show = Rehearsal.of()
    memory = show.state.memory
    show.do(StartSession(session=OPENING))
    assert show.state.memory is memory


# --- small things ---------------------------------------------------------------------------------


def test_every_command_has_a_row_and_every_code_a_retryable_flag() -> None:
    assert set(event.COMMAND_TYPES) == set(roles.WHO)
    assert {code for code, retryable in CODES.items() if retryable} == {
        "request.too_many",
        "question.closed",
        "question.too_many",
        "poll.closed",
        "question.slow_mode",
        "question.claimed",
        "participant.muted",
        "participant.unproven",
        "display.too_many_tries",
        "unavailable",
        "internal",
    }


def test_rejection_says_what_and_whether_to_try_again() -> None:
    refusal = Rejected("question.closed", "Closed.", "Wait.", field="session", retry_after=1.5)
    assert (refusal.code, refusal.message, refusal.hint, refusal.field, refusal.retry_after) == (
        "question.closed",
        "Closed.",
        "Wait.",
        "session",
        1.5,
    )
    assert (str(refusal), refusal.retryable) == ("question.closed: Closed.", True)
    assert not Rejected("room.unknown", "No.").retryable


def test_rejection_quotes_no_more_than_fits() -> None:
    refusal = Rejected("room.unknown", "x" * 10_000)
    assert refusal.message == "x" * (MESSAGE_MOST - 1) + "…"


def test_rejection_with_an_unlisted_code_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Rejected("no.such", "No.")


def test_changed_is_what_replace_is() -> None:
    vote = QuestionUpvoted(question=QuestionId("q"))
    assert changed(vote, question="p") == replace(vote, question=QuestionId("p"))
    state = Rehearsal.of().state
    assert changed(state, at=5) == replace(state, at=5)
    assert changed(state) == state
    assert changed(state) is not state


def test_votes_of_a_crowd_are_counted_once_each() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=TALK))
    show.do(AskQuestion(text="Why not?", session=TALK), ANN, "q")
    facts = (QuestionUpvoted(question=QuestionId("q")),)
    for voter in (ANN, BEN, MOD):
        show.keep(Decision(by=voter.id, at=show.now, facts=facts))
    assert len(show.state.questions.voters_of(QuestionId("q"))) == 3
