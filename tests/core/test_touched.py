"""What a decision may have changed in a view: nothing that changed is left out, case by case."""

from dataclasses import replace

import pytest
from rehearsal import ANN, BEN, MAIN, MOD, OWNER, PANEL, PROD, SIDE, TALK, Rehearsal

from streamhub.core.event import Command
from streamhub.core.ids import OptionId, PollId, QuestionId
from streamhub.core.merge import Json
from streamhub.core.openings import Opening
from streamhub.core.polls import (
    AnswerPoll,
    ClosePoll,
    CreatePoll,
    HidePoll,
    OpenPoll,
    PollKind,
    RemovePoll,
    ShowPoll,
    WithdrawAnswer,
)
from streamhub.core.questions import (
    ApproveQuestion,
    AskQuestion,
    ConfigureQuestions,
    MergeQuestion,
    MuteParticipant,
    SetQuestions,
    SplitQuestion,
    UndoQuestion,
    UpvoteQuestion,
)
from streamhub.core.replacing import ReplaceAgenda
from streamhub.core.roles import Actor
from streamhub.core.rundown import (
    EditSession,
    EndSession,
    NextSession,
    RetimeSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.table import Map
from streamhub.core.views import Touched, View, project, project_me, project_touched

Q, P, V = QuestionId("q"), QuestionId("p"), PollId("v")
CHANNELS = [(view, room) for view in View for room in (None, MAIN, SIDE)]
PEOPLE = (ANN, BEN, MOD)


def scene() -> Rehearsal:
    """The talk is on air; q and p are approved, one with a vote; a poll is open."""
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=TALK))
    for name, who in (("q", ANN), ("p", BEN)):
        show.do(AskQuestion(text=f"What is {name} about?", session=TALK), who, name)
        show.do(ApproveQuestion(question=QuestionId(name), revision=1), MOD)
    show.do(UpvoteQuestion(question=P), ANN)
    poll = CreatePoll(kind=PollKind.CHOICE, title="Well?", session=TALK, options=("Yes", "No"))
    show.do(poll, MOD, "v")
    show.do(OpenPoll(poll=V), MOD)
    return show


def renewed(held: Json, projected: Json) -> Json:
    """What a channel holds after the items that were touched were projected again."""
    new = dict(held)
    for section, items in projected.items():
        kept = {name: item for name, item in new[section].items() if name not in items}
        new[section] = kept | {name: item for name, item in items.items() if item is not None}
    return new


def retimed(show: Rehearsal) -> ReplaceAgenda:
    agenda = show.state.agenda
    later = replace(agenda.sessions[PANEL], title="The panel, at last")
    return ReplaceAgenda(agenda=replace(agenda, sessions=agenda.sessions.set(PANEL, later)))


STEPS: dict[str, list[tuple[Command, Actor]]] = {
    "session over, questions kept": [(EndSession(session=TALK), PROD)],
    "questions carried and brought back": [
        (ConfigureQuestions(at_end="carry"), OWNER),
        (NextSession(room=MAIN, live=TALK), PROD),
        (UndoRundown(room=MAIN, seq=0), PROD),
    ],
    "questions left": [
        (ConfigureQuestions(at_end="close"), OWNER),
        (EndSession(session=TALK), PROD),
    ],
    "plan changed and put back": [
        (RetimeSession(session=PANEL, duration_s=600), PROD),
        (UndoRundown(room=MAIN, seq=0), PROD),
    ],
    "session edited": [(EditSession(session=TALK, title="Another title"), PROD)],
    "questions of a session closed": [(SetQuestions(session=TALK, state=Opening.CLOSED), MOD)],
    "settings": [
        (ConfigureQuestions(slow_s=10), OWNER),
        (ConfigureQuestions(reasons=True, pending_most=9), OWNER),
        (ConfigureQuestions(words=Map({"en": ("about",)})), OWNER),
    ],
    "participant muted and heard again": [
        (MuteParticipant(participant=ANN.id, on=True, reason="Rude", for_s=60), MOD),
        (MuteParticipant(participant=ANN.id, on=False), MOD),
    ],
    "questions merged, split, undone": [
        (MergeQuestion(question=P, into=Q), MOD),
        (SplitQuestion(question=P), MOD),
        (UndoQuestion(question=P, seq=0), MOD),
    ],
    "poll answered, not answered, shown, hidden, removed": [
        (AnswerPoll(poll=V, choices=(OptionId("1"),)), ANN),
        (WithdrawAnswer(poll=V), ANN),
        (AnswerPoll(poll=V, choices=(OptionId("2"),)), BEN),
        (ClosePoll(poll=V), MOD),
        (ShowPoll(poll=V), MOD),
        (HidePoll(room=MAIN), MOD),
        (RemovePoll(poll=V), MOD),
    ],
}


def with_seq(command: Command, show: Rehearsal) -> Command:
    """An undo with the number of what it takes back."""
    if isinstance(command, UndoRundown):
        return replace(command, seq=show.clock().undo[-1].seq)
    if isinstance(command, UndoQuestion):
        return replace(command, seq=show.state.seq)
    return command


@pytest.mark.parametrize("name", STEPS)
def test_nothing_that_changed_is_left_out(name: str) -> None:
    show = scene()
    held = {channel: project(show.state, *channel) for channel in CHANNELS}
    mine = {who: project_me(show.state, who.id, who.role.value) for who in PEOPLE}
    for command, who in STEPS[name]:
        before = show.state
        show.do(with_seq(command, show), who)
        assert show.state is not before
        touched = Touched()
        touched.add(show.state, show.decisions[-1])
        for channel, view in held.items():
            held[channel] = renewed(view, project_touched(show.state, *channel, touched))
            assert held[channel] == project(show.state, *channel)
        for one in PEOPLE:
            fresh = project_me(show.state, one.id, one.role.value)
            gone = not touched.removed.isdisjoint(mine[one]["polls"])
            if gone or touched.everyone or one.id in touched.actors | touched.counted:
                mine[one] = fresh
            assert mine[one] == fresh


def test_another_agenda_touches_all_that_stands_in_it() -> None:
    show = scene()
    held = {channel: project(show.state, *channel) for channel in CHANNELS}
    show.do(retimed(show), OWNER)
    touched = Touched()
    touched.add(show.state, show.decisions[-1])
    assert touched.questions == {Q, P}
    assert touched.polls == {V}
    for channel, view in held.items():
        new = renewed(view, project_touched(show.state, *channel, touched))
        assert new == project(show.state, *channel)
