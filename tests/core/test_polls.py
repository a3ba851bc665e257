"""Polls: made, answered, counted, shown; who sees what of them, and who never sees anything."""

from typing import Any

import pytest
from rehearsal import (
    ANN,
    BEN,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PROD,
    SIDE,
    TALK,
    Rehearsal,
    agenda_of,
    at,
)
from rehearsal import session as planned

from streamhub.core.event import Command, Decision
from streamhub.core.ids import ActorId, OptionId, PollId, QuestionId, RoomId, SessionId
from streamhub.core.polls import (
    WORDS_SHOWN,
    AnswerPoll,
    Asked,
    ClosePoll,
    CreatePoll,
    EditPoll,
    HidePoll,
    HideWord,
    Mark,
    OpenPoll,
    Option,
    PollAnswered,
    PollClosed,
    PollCreated,
    PollEdited,
    PollHidden,
    PollKind,
    PollOpened,
    PollRemoved,
    PollReopened,
    PollRevealed,
    Polls,
    PollShown,
    PollStatus,
    PollUnanswered,
    RemovePoll,
    ReopenPoll,
    ResultsWhen,
    RevealPoll,
    ShowPoll,
    Tally,
    WithdrawAnswer,
    WordMarked,
    decide,
    folded,
    listed,
)
from streamhub.core.polls.decide import OPTION_MOST, POLLS_MOST, TITLE_MOST
from streamhub.core.polls.tally import WORDS_KEPT
from streamhub.core.questions import (
    ApproveQuestion,
    AskQuestion,
    QuestionSpotlit,
    QuestionUnspotlit,
    SpotlightQuestion,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    EditSession,
    InsertSession,
    NextSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map
from streamhub.core.views import Touched, View, project, project_me

V, W, Q = PollId("v"), PollId("w"), QuestionId("q")
YES, NO, PERHAPS = (OptionId(name) for name in "123")
CHOICE = CreatePoll(
    kind=PollKind.CHOICE, title=" Shall  we? ", room=MAIN, options=("Yes", "No", "Perhaps")
)


def made(command: CreatePoll = CHOICE, *, opened: bool = True) -> Rehearsal:
    show = Rehearsal.of().at("09:00")
    show.do(command, MOD, "v")
    if opened:
        show.do(OpenPoll(poll=V), MOD)
    return show


def of_kind(kind: PollKind, **more: Any) -> Rehearsal:
    options = ("Yes", "No", "Perhaps") if kind.has_options else ()
    return made(CreatePoll(kind=kind, title="Well?", room=MAIN, options=options, **more))


def voter(number: int) -> Actor:
    return Actor(id=ActorId(f"v{number}"), role=Role.PARTICIPANT)


def seen(show: Rehearsal, view: View = View.CONTROL, room: RoomId | None = None) -> Any:
    return project(show.state, view, room)["polls"]


def tally(show: Rehearsal, view: View = View.CONTROL) -> Any:
    return seen(show, view)["v"].get("tally")


# --- what is asked --------------------------------------------------------------------------------


def test_poll_is_made_opened_answered_closed_and_opened_again() -> None:
    show = Rehearsal.of().at("09:00")
    decision = show.decide(CHOICE, MOD, "v")
    show.keep(decision)
    options = tuple(
        Option(id=OptionId(str(number)), text=text)
        for number, text in enumerate(("Yes", "No", "Perhaps"), 1)
    )
    assert decision.facts == (
        PollCreated(
            poll=V,
            kind=PollKind.CHOICE,
            title="Shall we?",
            results=ResultsWhen.AFTER,
            room=MAIN,
            options=options,
        ),
    )
    assert decision.result == Map({"poll": "v"})
    show.at("09:01")
    assert show.do(OpenPoll(poll=V), MOD) == (PollOpened(poll=V),)
    assert show.do(AnswerPoll(poll=V, choices=(NO,)), ANN) == (PollAnswered(poll=V, choices=(NO,)),)
    show.at("09:02")
    assert show.do(ClosePoll(poll=V), PROD) == (PollClosed(poll=V),)
    assert seen(show)["v"] == {
        "room": "main",
        "kind": "choice",
        "title": "Shall we?",
        "options": {
            "1": {"text": "Yes", "order": 0},
            "2": {"text": "No", "order": 1},
            "3": {"text": "Perhaps", "order": 2},
        },
        "status": "closed",
        "results": "after",
        "opened_at": at("09:01"),
        "closed_at": at("09:02"),
        "tally": {"total": 1, "options": {"1": 0, "2": 1, "3": 0}},
        "created_at": at("09:00"),
    }
    show.at("09:03")
    assert show.do(ReopenPoll(poll=V), MOD) == (PollReopened(poll=V),)
    again = seen(show)["v"]
    assert (again["status"], again["opened_at"], "closed_at" in again) == (
        "open",
        at("09:03"),
        False,
    )
    assert again["tally"]["total"] == 1


@pytest.mark.parametrize(
    ("command", "most"),
    [
        (CHOICE, None),
        (CreatePoll(kind=PollKind.MULTIPLE, title="W", room=MAIN, options=("a", "b", "c")), 3),
        (
            CreatePoll(kind=PollKind.MULTIPLE, title="W", room=MAIN, options=("a", "b"), most=1),
            1,
        ),
        (CreatePoll(kind=PollKind.RATING, title="W", room=MAIN), 5),
        (CreatePoll(kind=PollKind.RATING, title="W", room=MAIN, most=10), 10),
        (CreatePoll(kind=PollKind.WORDS, title="W", room=MAIN), 3),
        (CreatePoll(kind=PollKind.WORDS, title="W", room=MAIN, most=1), 1),
        (CreatePoll(kind=PollKind.RANKING, title="W", room=MAIN, options=("a", "b")), None),
    ],
)
def test_poll_has_a_most_that_fits_its_kind(command: CreatePoll, most: int | None) -> None:
    assert made(command).state.polls.all[V].most == most


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"room": MAIN, "session": TALK}, "poll.invalid", "session"),
        ({}, "room.unknown", "room"),
        ({"room": RoomId("no")}, "room.unknown", "room"),
        ({"session": SessionId("no")}, "session.unknown", "session"),
        ({"room": MAIN, "title": " "}, "text.too_short", "title"),
        ({"room": MAIN, "title": "x" * (TITLE_MOST + 1)}, "text.too_long", "title"),
        ({"room": MAIN, "options": ("a",)}, "poll.invalid", "options"),
        ({"room": MAIN, "options": tuple(map(str, range(21)))}, "poll.invalid", "options"),
        ({"room": MAIN, "options": ("a", "A")}, "poll.invalid", "options"),
        ({"room": MAIN, "options": ("a", "")}, "text.too_short", "options"),
        ({"room": MAIN, "options": ("a", "x" * (OPTION_MOST + 1))}, "text.too_long", "options"),
        ({"room": MAIN, "most": 1}, "poll.invalid", "most"),
        ({"room": MAIN, "kind": PollKind.RATING}, "poll.invalid", "options"),
        ({"room": MAIN, "kind": PollKind.RATING, "options": (), "most": 2}, "poll.invalid", "most"),
        ({"room": MAIN, "kind": PollKind.WORDS, "options": (), "most": 6}, "poll.invalid", "most"),
        ({"room": MAIN, "kind": PollKind.MULTIPLE, "most": 3}, "poll.invalid", "most"),
        ({"room": MAIN, "kind": PollKind.RANKING, "most": 2}, "poll.invalid", "most"),
    ],
)
def test_poll_that_does_not_fit_is_refused(fields: dict[str, Any], code: str, field: str) -> None:
    usual: dict[str, Any] = {"kind": PollKind.CHOICE, "title": "W", "options": ("a", "b")}
    refusal = Rehearsal.of().refusal(CreatePoll(**(usual | fields)), MOD)
    assert (refusal.code, refusal.field) == (code, field)


def test_poll_of_an_event_with_one_room_is_of_that_room() -> None:
    show = Rehearsal.of(agenda_of(planned(TALK, "09:30", 30)))
    show.do(CreatePoll(kind=PollKind.RATING, title="W"), MOD, "v")
    assert seen(show)["v"]["room"] == "main"


def test_there_are_two_hundred_polls_at_most() -> None:
    show = Rehearsal.of()
    for number in range(POLLS_MOST):
        show.do(CHOICE, MOD, f"v{number}")
    assert show.refused(CHOICE, MOD) == "poll.too_many"
    show.do(RemovePoll(poll=PollId("v7")), MOD)
    show.do(CHOICE, MOD)


def test_edited_poll_keeps_the_ids_of_options_that_stay_and_gives_away_no_id_twice() -> None:
    show = made()
    show.do(EditPoll(poll=V, options=("No", "Never", "Yes")), PROD)
    assert {name: o["text"] for name, o in seen(show)["v"]["options"].items()} == {
        "2": "No",
        "4": "Never",
        "1": "Yes",
    }
    assert [o["order"] for o in seen(show)["v"]["options"].values()] == [0, 1, 2]
    show.do(EditPoll(poll=V, options=("No", "Yes")), PROD)
    show.do(EditPoll(poll=V, options=("No", "Yes", "Never")), PROD)
    assert list(seen(show)["v"]["options"]) == ["2", "1", "5"]
    assert show.refused(AnswerPoll(poll=V, choices=(OptionId("4"),)), ANN) == "poll.invalid"


def test_edited_poll_says_all_of_it_and_nothing_where_nothing_changes() -> None:
    show = of_kind(PollKind.MULTIPLE)
    assert show.do(EditPoll(poll=V, title=" Well? ", most=3), MOD) == ()
    facts = show.do(EditPoll(poll=V, options=("Yes", "No"), results=ResultsWhen.LIVE), MOD)
    (fact,) = facts
    assert isinstance(fact, PollEdited)
    assert (fact.title, fact.results, fact.most) == ("Well?", ResultsWhen.LIVE, 2)
    rating = of_kind(PollKind.RATING)
    rating.do(EditPoll(poll=V, most=7, title="And?"), MOD)
    assert (seen(rating)["v"]["most"], seen(rating)["v"]["title"]) == (7, "And?")
    assert rating.refused(EditPoll(poll=V, options=("a", "b")), MOD) == "poll.invalid"
    assert rating.refused(EditPoll(poll=V, most=11), MOD) == "poll.invalid"
    assert rating.do(EditPoll(poll=V, options=()), MOD) == ()


def test_poll_that_was_answered_keeps_its_options_but_not_its_title() -> None:
    show = of_kind(PollKind.MULTIPLE)
    show.do(AnswerPoll(poll=V, choices=(YES, NO)), ANN)
    for field, command in (
        ("options", EditPoll(poll=V, options=("Yes", "No"))),
        ("most", EditPoll(poll=V, most=2)),
    ):
        refusal = show.refusal(command, MOD)
        assert (refusal.code, refusal.field) == ("poll.answered", field)
    show.do(EditPoll(poll=V, title="Other words", options=("Yes", "No", "Perhaps")), MOD)
    show.do(WithdrawAnswer(poll=V), ANN)
    show.do(EditPoll(poll=V, most=2), MOD)


def test_refusal_tells_the_crew_who_was_first_and_a_participant_nothing() -> None:
    show = made()
    show.at("09:05").do(ClosePoll(poll=V), PROD)
    refusal = show.refusal(ClosePoll(poll=V), MOD)
    assert refusal.detail == {"status": "closed", "by": "prod", "at": at("09:05")}
    refusal = show.refusal(AnswerPoll(poll=V, choices=(NO,)), ANN)
    assert (refusal.code, refusal.detail, refusal.retryable) == ("poll.closed", None, True)
    assert show.refused(ClosePoll(poll=W), MOD) == "poll.unknown"
    assert show.refused(AnswerPoll(poll=W), ANN) == "poll.unknown"


# --- what is answered -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answer", "field"),
    [
        (PollKind.CHOICE, {}, "choices"),
        (PollKind.CHOICE, {"rating": 1}, "choices"),
        (PollKind.CHOICE, {"choices": (YES,), "rating": 1}, "rating"),
        (PollKind.CHOICE, {"choices": (YES,), "words": ("a",)}, "words"),
        (PollKind.CHOICE, {"choices": (YES, NO)}, "choices"),
        (PollKind.CHOICE, {"choices": (OptionId("9"),)}, "choices"),
        (PollKind.MULTIPLE, {"choices": (YES, YES)}, "choices"),
        (PollKind.MULTIPLE, {"choices": (YES, NO, PERHAPS)}, "choices"),
        (PollKind.RANKING, {"choices": (YES, NO, YES)}, "choices"),
        (PollKind.RATING, {"rating": 0}, "rating"),
        (PollKind.RATING, {"rating": 6}, "rating"),
        (PollKind.WORDS, {"words": ("a", "b", "c", "d")}, "words"),
    ],
)
def test_answer_that_does_not_fit_is_refused(
    kind: PollKind, answer: dict[str, Any], field: str
) -> None:
    show = of_kind(kind, most=2 if kind is PollKind.MULTIPLE else None)
    refusal = show.refusal(AnswerPoll(poll=V, **answer), ANN)
    assert (refusal.code, refusal.field) == ("poll.invalid", field)


def test_words_are_cleaned_as_every_text() -> None:
    show = of_kind(PollKind.WORDS)
    assert show.refused(AnswerPoll(poll=V, words=("x" * 31,)), ANN) == "text.too_long"
    assert show.refused(AnswerPoll(poll=V, words=(" ",)), ANN) == "text.too_short"
    assert show.do(AnswerPoll(poll=V, words=(" open   data", "Open Data", "maps")), ANN) == (
        PollAnswered(poll=V, words=("open data", "maps")),
    )


def test_one_participant_counts_once_and_may_answer_otherwise_or_not_at_all() -> None:
    show = made()
    show.do(AnswerPoll(poll=V, choices=(YES,)), ANN)
    assert show.do(AnswerPoll(poll=V, choices=(YES,)), ANN) == ()
    show.do(AnswerPoll(poll=V, choices=(NO,)), BEN)
    show.do(AnswerPoll(poll=V, choices=(NO,)), ANN)
    assert tally(show) == {"total": 2, "options": {"1": 0, "2": 2, "3": 0}}
    assert project_me(show.state, ANN.id, "participant")["polls"] == {"v": {"choices": ["2"]}}
    assert show.do(WithdrawAnswer(poll=V), ANN) == (PollUnanswered(poll=V),)
    assert show.do(WithdrawAnswer(poll=V), ANN) == ()
    assert tally(show) == {"total": 1, "options": {"1": 0, "2": 1, "3": 0}}
    assert project_me(show.state, ANN.id, "participant")["polls"] == {}
    show.do(WithdrawAnswer(poll=V), BEN)
    assert show.state.polls.tally_of(V) == Tally()


def test_several_options_count_in_the_order_of_the_poll() -> None:
    show = of_kind(PollKind.MULTIPLE)
    show.do(AnswerPoll(poll=V, choices=(PERHAPS, YES)), ANN)
    assert show.do(AnswerPoll(poll=V, choices=(YES, PERHAPS)), ANN) == ()
    show.do(AnswerPoll(poll=V, choices=(YES,)), BEN)
    assert tally(show) == {"total": 2, "options": {"1": 2, "2": 0, "3": 1}}


def test_rating_has_a_mean_and_all_of_its_scale() -> None:
    show = of_kind(PollKind.RATING, most=3)
    assert tally(show) == {"total": 0, "rating": {"counts": {"1": 0, "2": 0, "3": 0}}}
    for number, who in ((3, ANN), (3, BEN), (1, voter(1))):
        show.do(AnswerPoll(poll=V, rating=number), who)
    assert tally(show) == {
        "total": 3,
        "rating": {"mean": 2.33, "counts": {"1": 1, "2": 0, "3": 2}},
    }
    assert project_me(show.state, ANN.id, "participant")["polls"] == {"v": {"rating": 3}}


def test_ranking_gives_points_by_place_and_none_to_what_is_left_out() -> None:
    show = of_kind(PollKind.RANKING)
    show.do(AnswerPoll(poll=V, choices=(NO, YES, PERHAPS)), ANN)
    show.do(AnswerPoll(poll=V, choices=(YES,)), BEN)
    assert tally(show) == {"total": 2, "ranking": {"1": 5, "2": 3, "3": 1}}
    show.do(AnswerPoll(poll=V, choices=(PERHAPS, NO)), BEN)
    assert tally(show)["ranking"] == {"1": 2, "2": 5, "3": 4}


# --- words ----------------------------------------------------------------------------------------


def test_words_are_counted_whatever_their_case_and_width_and_shown_as_most_spell_them() -> None:
    show = of_kind(PollKind.WORDS)
    for number, words in enumerate((("Maps",), ("maps", "Stra\u00dfe"), ("MAPS", "STRASSE"))):
        show.do(AnswerPoll(poll=V, words=words), voter(number))
    assert tally(show)["words"] == {"MAPS": 3, "STRASSE": 2}
    show.do(AnswerPoll(poll=V, words=("maps", "\uff2d\uff41\uff50\uff53")), voter(3))
    assert tally(show)["words"] == {"maps": 4, "STRASSE": 2}
    show.do(WithdrawAnswer(poll=V), voter(1))
    assert tally(show)["words"] == {"MAPS": 3, "STRASSE": 1}
    show.do(WithdrawAnswer(poll=V), voter(0))
    show.do(WithdrawAnswer(poll=V), voter(2))
    assert tally(show) == {"total": 1, "words": {"maps": 1}}
    assert folded("\u212b") == folded("\u00e5")
    assert project_me(show.state, voter(3).id, "participant")["polls"] == {"v": {"words": ["maps"]}}


def test_hidden_word_is_in_no_public_view_in_any_spelling_until_it_is_let_through() -> None:
    show = of_kind(PollKind.WORDS, results=ResultsWhen.LIVE)
    show.do(ShowPoll(poll=V), MOD)
    show.do(AnswerPoll(poll=V, words=("Rude", "maps")), ANN)
    assert tally(show, View.STAGE)["words"] == {"Rude": 1, "maps": 1}
    facts = show.do(HideWord(poll=V, word=" RUDE", on=True), MOD)
    assert facts == (WordMarked(poll=V, word="rude", hidden=True),)
    assert show.do(HideWord(poll=V, word="rude", on=True), MOD) == ()
    show.do(AnswerPoll(poll=V, words=("rude", "data")), BEN)
    for view in (View.STAGE, View.AUDIENCE, View.SPEAKER):
        assert tally(show, view) == {"total": 2, "words": {"data": 1, "maps": 1}}
        assert "hidden" not in seen(show, view)["v"]
    assert seen(show)["v"]["hidden"] == {"Rude": 2}
    assert seen(show, View.DESK)["v"]["hidden"] == {"Rude": 2}
    assert project_me(show.state, ANN.id, "participant")["polls"]["v"]["words"] == ["Rude", "maps"]
    show.do(HideWord(poll=V, word="Rude", on=False), PROD)
    assert show.do(HideWord(poll=V, word="Rude", on=False), PROD) == ()
    assert tally(show, View.STAGE)["words"] == {"Rude": 2, "data": 1, "maps": 1}
    assert "hidden" not in seen(show)["v"]


def test_word_that_nobody_said_yet_can_be_hidden_and_shown_again() -> None:
    show = of_kind(PollKind.WORDS)
    assert show.do(HideWord(poll=V, word="never", on=False), MOD) == ()
    show.do(HideWord(poll=V, word="rude", on=True), MOD)
    assert "hidden" not in seen(show)["v"]
    show.do(HideWord(poll=V, word="rude", on=False), MOD)
    show.do(AnswerPoll(poll=V, words=("rude",)), ANN)
    assert tally(show)["words"] == {"rude": 1}
    refusal = made().refusal(HideWord(poll=V, word="rude", on=True), MOD)
    assert (refusal.code, refusal.field) == ("poll.invalid", "poll")


def answer(show: Rehearsal, lists: dict[str, tuple[str, ...]], who: Actor, *words: str) -> None:
    """Answer in an event with word lists."""
    state = show.state
    asked = Asked(agenda=state.agenda, polls=state.polls, words=lists, streams=state.streams)
    stamp = Stamp(by=who.id, at=show.now, seq=show.state.seq + 1)
    facts = decide(asked, AnswerPoll(poll=V, words=words), who, stamp, "")
    show.keep(Decision(by=who.id, at=show.now, facts=tuple(facts)))


def test_word_on_a_list_is_held_until_the_crew_lets_it_through_or_hides_it() -> None:
    show = of_kind(PollKind.WORDS, results=ResultsWhen.LIVE)
    lists = {"en": ("darn", "no good", " "), "es": ("caramba",)}
    answer(show, lists, ANN, "Darn!", "maps")
    answer(show, lists, BEN, "darn!", "\u00a1C\u00e1ramba!", "NO  g\u00f3od idea")
    assert tally(show, View.AUDIENCE) == {"total": 2, "words": {"maps": 1}}
    assert seen(show)["v"]["held"] == {"Darn!": 2, "NO g\u00f3od idea": 1, "\u00a1C\u00e1ramba!": 1}
    show.do(HideWord(poll=V, word="Darn!", on=False), MOD)
    show.do(HideWord(poll=V, word="\u00a1C\u00e1ramba!", on=True), MOD)
    assert seen(show)["v"]["held"] == {"NO g\u00f3od idea": 1}
    assert seen(show)["v"]["hidden"] == {"\u00a1C\u00e1ramba!": 1}
    answer(show, lists, voter(1), "darn!")
    assert tally(show, View.AUDIENCE)["words"] == {"darn!": 3, "maps": 1}


def test_word_that_comes_onto_a_list_is_held_when_it_is_said_again() -> None:
    show = of_kind(PollKind.WORDS, results=ResultsWhen.LIVE)
    answer(show, {}, ANN, "darn")
    assert tally(show, View.AUDIENCE)["words"] == {"darn": 1}
    answer(show, {"en": ("darn",)}, BEN, "darn")
    assert tally(show, View.AUDIENCE)["words"] == {}
    assert show.state.polls.all[V].marks == Map({"darn": Mark.HELD})


def test_word_lists_look_at_whole_words_without_case_and_accents() -> None:
    lists = {"en": ("cock",), "de": ("Fluch wort",)}
    words = ["cock", "Cock!", "c\u00f3ck", "cockpit", "fluch wort", "fluchwort", "peacock"]
    assert listed(words, lists) == ["cock", "Cock!", "c\u00f3ck", "fluch wort"]
    assert listed(words, {}) == []
    assert listed(["..."], {"en": ("",)}) == []


def test_cloud_shows_the_foremost_words_also_after_many_of_them_were_taken_back() -> None:
    show = of_kind(PollKind.WORDS, most=1)
    people = 2 * WORDS_KEPT
    for number in range(people):
        show.do(AnswerPoll(poll=V, words=(f"w{number:03}",)), voter(number))
        show.do(AnswerPoll(poll=V, words=(f"w{number:03}",)), voter(people + number))
    assert list(tally(show)["words"]) == [f"w{number:03}" for number in range(WORDS_SHOWN)]
    assert len(show.state.polls.tally_of(V).top) == WORDS_KEPT
    for number in range(WORDS_KEPT):
        show.do(WithdrawAnswer(poll=V), voter(number))
        words = show.state.polls.tally_of(V).words
        foremost = sorted(words, key=lambda word: (-words[word].n, word))
        assert list(show.state.polls.tally_of(V).top[:WORDS_SHOWN]) == foremost[:WORDS_SHOWN]
    show.do(AnswerPoll(poll=V, words=("w239",)), voter(0))
    assert next(iter(tally(show)["words"])) == "w239"
    show.do(HideWord(poll=V, word="w239", on=True), MOD)
    assert "w239" not in tally(show)["words"]
    assert len(tally(show)["words"]) == WORDS_SHOWN


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "told"),
    [
        # when the audience sees the results: while open, closed, open again, revealed, not any more
        (ResultsWhen.LIVE, (True, True, True, True, True)),
        (ResultsWhen.AFTER, (False, True, False, True, False)),
        (ResultsWhen.HIDDEN, (False, False, False, True, False)),
    ],
)
def test_results_are_public_by_the_rule_of_the_poll(
    results: ResultsWhen, told: tuple[bool, ...]
) -> None:
    show = of_kind(PollKind.RATING, results=results)
    show.do(ShowPoll(poll=V), MOD)
    show.do(AnswerPoll(poll=V, rating=1), ANN)
    commands: tuple[Command | None, ...] = (
        None,
        ClosePoll(poll=V),
        ReopenPoll(poll=V),
        RevealPoll(poll=V, on=True),
        RevealPoll(poll=V, on=False),
    )
    found = []
    for command in commands:
        if command is not None:
            show.do(command, MOD)
        assert tally(show, View.DESK) == tally(show, View.CONTROL)
        assert tally(show, View.DESK)["total"] == 1
        views = [tally(show, view) is not None for view in (View.STAGE, View.AUDIENCE)]
        assert views[0] == views[1] == (tally(show, View.SPEAKER) is not None)
        found.append(views[0])
    assert tuple(found) == told


def test_reveal_is_said_once_and_seen_by_the_crew() -> None:
    show = made()
    assert show.do(RevealPoll(poll=V, on=False), MOD) == ()
    assert show.do(RevealPoll(poll=V, on=True), MOD) == (PollRevealed(poll=V, on=True),)
    assert show.do(RevealPoll(poll=V, on=True), MOD) == ()
    assert seen(show)["v"]["revealed"] is True
    assert "revealed" not in seen(show, View.AUDIENCE)["v"]


def test_draft_is_the_crews_and_an_open_poll_everybodys_in_its_room() -> None:
    show = made(opened=False)
    assert [view for view in View if "v" in seen(show, view)] == [View.DESK, View.CONTROL]
    show.do(OpenPoll(poll=V), MOD)
    assert [view for view in View if "v" in seen(show, view)] == [
        View.AUDIENCE,
        View.DESK,
        View.CONTROL,
    ]
    assert "v" in seen(show, View.AUDIENCE, MAIN)
    assert "v" not in seen(show, View.AUDIENCE, SIDE)
    show.do(ShowPoll(poll=V), MOD)
    assert all("v" in seen(show, view) for view in View)
    assert project(show.state, View.STAGE, MAIN)["rooms"]["main"]["poll"] == "v"
    assert "poll" not in project(show.state, View.STAGE, SIDE)["rooms"]["main"]


def test_poll_of_a_session_is_where_the_session_is() -> None:
    show = made(CreatePoll(kind=PollKind.RATING, title="W", session=TALK))
    assert (seen(show)["v"]["room"], seen(show)["v"]["session"]) == ("main", "talk")
    show.do(ShowPoll(poll=V), MOD)
    facts = show.do(EditSession(session=TALK, room=SIDE), PROD)
    assert PollHidden(poll=V, room=MAIN) in facts
    assert seen(show)["v"]["room"] == "side"
    show.do(ShowPoll(poll=V), MOD)
    assert show.state.polls.shown == Map({SIDE: V})


def test_removed_poll_leaves_nothing_behind() -> None:
    show = of_kind(PollKind.RATING)
    other = CreatePoll(kind=PollKind.RATING, title="W", room=MAIN)
    show.do(other, MOD, "w")
    show.do(OpenPoll(poll=W), MOD)
    for poll in (V, W):
        show.do(AnswerPoll(poll=poll, rating=1), ANN)
    show.do(ShowPoll(poll=V), MOD)
    decision = show.decide(RemovePoll(poll=V), OWNER)
    show.keep(decision)
    assert decision.facts == (PollHidden(poll=V, room=MAIN), PollRemoved(poll=V))
    touched = Touched()
    touched.add(show.state, decision)
    assert (touched.removed, touched.rooms, touched.urgent) == ({V}, {MAIN}, True)
    assert project_me(show.state, ANN.id, "participant")["polls"] == {"w": {"rating": 1}}
    show.do(RemovePoll(poll=W), OWNER)
    assert show.do(CHOICE, MOD, "v")
    assert show.do(RemovePoll(poll=V), MOD) == (PollRemoved(poll=V),)
    assert show.state.polls == Polls(by_voter=Map({ANN.id: ()}))


# --- on the screens -------------------------------------------------------------------------------


def lit() -> Rehearsal:
    """A poll is open and a question on the screens."""
    show = made()
    show.at("09:20").do(StartSession(session=TALK))
    show.do(AskQuestion(text="Why is that so?", room=MAIN), ANN, "q")
    show.do(ApproveQuestion(question=Q, revision=1), MOD)
    show.do(SpotlightQuestion(question=Q), MOD)
    return show


def test_poll_takes_the_question_off_the_screens_and_the_other_way_round() -> None:
    show = lit()
    assert show.do(ShowPoll(poll=V), MOD) == (
        QuestionUnspotlit(question=Q, room=MAIN),
        PollShown(poll=V, room=MAIN),
    )
    assert show.do(ShowPoll(poll=V), MOD) == ()
    assert show.state.questions.spotlight == Map()
    assert show.do(SpotlightQuestion(question=Q), MOD) == (
        PollHidden(poll=V, room=MAIN),
        QuestionSpotlit(question=Q, room=MAIN),
    )
    assert show.state.polls.shown == Map()


def test_poll_takes_the_place_of_another_and_goes_off_when_it_is_hidden() -> None:
    show = made()
    show.do(CHOICE, MOD, "w")
    show.do(OpenPoll(poll=W), MOD)
    show.do(ShowPoll(poll=W), MOD)
    assert show.do(ShowPoll(poll=V), MOD) == (
        PollHidden(poll=W, room=MAIN),
        PollShown(poll=V, room=MAIN),
    )
    assert show.do(HidePoll(room=MAIN), PROD) == (PollHidden(poll=V, room=MAIN),)
    assert show.do(HidePoll(room=MAIN), PROD) == ()
    assert show.refused(HidePoll(room=RoomId("no")), PROD) == "room.unknown"


def test_poll_of_a_session_leaves_the_screens_with_it_and_that_of_a_room_stays() -> None:
    show = made()
    show.at("09:05").do(StartSession(session=OPENING))
    show.do(ShowPoll(poll=V), MOD)
    show.do(NextSession(room=MAIN, live=OPENING))
    assert show.state.polls.shown == Map({MAIN: V})
    show.do(CreatePoll(kind=PollKind.RATING, title="W", session=TALK), MOD, "w")
    show.do(OpenPoll(poll=W), MOD)
    show.do(ShowPoll(poll=W), MOD)
    facts = show.do(NextSession(room=MAIN, live=TALK))
    assert facts[-1] == PollHidden(poll=W, room=MAIN)


def test_question_that_undo_would_bring_back_stays_off_where_a_poll_is_shown() -> None:
    show = lit()
    show.do(NextSession(room=MAIN, live=TALK))
    seq = show.clock().undo[-1].seq
    show.do(ShowPoll(poll=V), MOD)
    facts = show.do(UndoRundown(room=MAIN, seq=seq))
    assert not any(isinstance(fact, QuestionSpotlit | PollHidden) for fact in facts)


def test_session_with_a_poll_is_not_taken_out_again() -> None:
    show = Rehearsal.of()
    show.do(InsertSession(room=MAIN, title="More", duration_s=600), PROD, "more")
    more = SessionId("more")
    show.do(CreatePoll(kind=PollKind.RATING, title="W", session=more), MOD, "v")
    seq = show.clock().undo[-1].seq
    assert show.refused(UndoRundown(room=MAIN, seq=seq)) == "rundown.entangled"
    show.do(RemovePoll(poll=V), MOD)
    show.do(UndoRundown(room=MAIN, seq=seq))


def test_draft_cannot_be_shown() -> None:
    assert made(opened=False).refused(ShowPoll(poll=V), MOD) == "poll.wrong_status"
    assert made(opened=False).state.polls.all[V].status is PollStatus.DRAFT
