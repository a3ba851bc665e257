"""Where a question goes: from every status, by every command, into which; and back by undo.

Who may issue what where is in `test_roles.py`; here is what comes of it, by a table.
"""

import pytest
from rehearsal import MAIN, TALK, Rehearsal
from test_roles import COMMANDS, QUESTION, P, Q

from streamhub.core.event import Command, EventState
from streamhub.core.ids import ActorId
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    BulkItem,
    BulkQuestions,
    LabelQuestion,
    MergeQuestion,
    QuestionStatus,
    RedactQuestion,
    RejectQuestion,
    SetQuestions,
    SpotlightQuestion,
    UndoQuestion,
    WithdrawQuestion,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.table import Map
from streamhub.core.views import View, project

_S = QuestionStatus
AUTHOR = Actor(id=ActorId("author"), role=Role.PARTICIPANT)
OTHER = Actor(id=ActorId("other"), role=Role.PARTICIPANT)
OWNER = Actor(id=ActorId("owner"), role=Role.ORGANISER)
THEIRS = {
    *("question.edit", "question.withdraw", "question.upvote", "question.unvote"),
    *("question.flag", "question.unflag"),
}
"""What participants do; all else is done here by an organiser, who may do all of it."""

GOES_TO: dict[str, str] = {
    # command: the status it ends in, from whichever it is carried out in; all others leave it,
    # but for undo
    "question.withdraw": "withdrawn",
    "question.approve": "approved",
    "question.reject": "rejected",
    "question.restore": "pending",
    "question.answer": "answered",
    "question.reopen": "approved",
    "question.redact": "redacted",
    "question.merge": "merged",
    "question.split": "pending",  # where it stood before it was merged
}
UNDO_GOES_TO = {
    # status: the one before, as `standing` gets there
    "pending": "pending",
    "approved": "pending",
    "answered": "approved",
    "rejected": "pending",
    "merged": "pending",
}
BULK: dict[str, tuple[set[str], str | None]] = {
    # what is done to many: the statuses in which it is carried out, and the one it ends in
    "approve": ({"pending"}, "approved"),
    "reject": ({"pending", "approved"}, "rejected"),
    "restore": ({"rejected", "approved"}, "pending"),
    "label": ({"pending", "approved", "answered", "rejected", "merged"}, None),
    "star": ({"pending", "approved", "answered", "rejected", "merged"}, None),
}
CASES = [
    (name, status.value) for name in sorted(QUESTION) for status in _S if status in QUESTION[name]
]


def standing(status: str) -> Rehearsal:
    """The question was led to where it stands by the commands that lead there."""
    show = Rehearsal.of().at("09:20")
    show.do(SetQuestions(session=TALK, state=Opening.OPEN), OWNER)
    for who, name in ((AUTHOR, Q), (OTHER, P)):
        show.do(AskQuestion(text=f"Why {name}?", session=TALK), who, name)
    show.do(ApproveQuestion(question=P, revision=1), OWNER)
    show.do(LabelQuestion(question=Q, labels=("old",)), OWNER)
    approve = ApproveQuestion(question=Q, revision=1)
    ways: dict[str, list[tuple[Command, Actor]]] = {
        "pending": [],
        "approved": [(approve, OWNER)],
        "answered": [(approve, OWNER), (AnswerQuestion(question=Q), OWNER)],
        "rejected": [(RejectQuestion(question=Q), OWNER)],
        "withdrawn": [(WithdrawQuestion(question=Q), AUTHOR)],
        "merged": [(MergeQuestion(question=Q, into=P), OWNER)],
        "redacted": [(RedactQuestion(question=Q), OWNER)],
    }
    for command, actor in ways[status]:
        show.do(command, actor)
    assert show.question("q").status == status
    return show


def is_public(state: EventState) -> bool:
    return Q in project(state, View.AUDIENCE, None)["questions"]


@pytest.mark.parametrize(("name", "status"), CASES)
def test_command_leads_where_the_table_says(name: str, status: str) -> None:
    show = standing(status)
    assert is_public(show.state) is (status in {"approved", "answered"})
    show.do(COMMANDS[name](show.state), AUTHOR if name in THEIRS else OWNER)
    after = show.question("q").status
    undone = UNDO_GOES_TO if name == "question.undo" else {}
    assert after == undone.get(status, GOES_TO.get(name, status))
    assert is_public(show.state) is (after in {"approved", "answered"})


@pytest.mark.parametrize(
    ("name", "status"),
    [
        case
        for case in CASES
        if case[0]
        not in THEIRS | {"question.redact", "question.claim", "question.release", "question.undo"}
    ],
)
def test_decision_is_taken_back_to_where_it_stood(name: str, status: str) -> None:
    show = standing(status)
    before = show.state
    facts = show.do(COMMANDS[name](show.state), OWNER)
    if not facts:
        return  # nothing to take back
    show.do(UndoQuestion(question=Q, seq=show.state.seq), OWNER)
    assert show.question("q").status == status
    for view in View:
        now, then = project(show.state, view, None), project(before, view, None)
        if view is View.DESK:
            for one in (now["questions"][Q], then["questions"][Q]):
                one.pop("revision")  # no number ever names two texts
        assert now["questions"] == then["questions"], view
    assert show.state.questions.spotlight == before.questions.spotlight
    assert show.state.questions.queue == before.questions.queue


@pytest.mark.parametrize("status", list(_S))
@pytest.mark.parametrize("what", sorted(BULK))
def test_many_at_once_go_where_one_goes(what: str, status: str) -> None:
    show = standing(status)
    item = BulkItem(question=Q, revision=1)
    decision = show.decide(
        BulkQuestions(do=what, questions=(item,), labels=("new",), on=True),  # type: ignore[arg-type]
        OWNER,
    )
    show.keep(decision)
    statuses, to = BULK[what]
    assert bool(decision.facts) is (status in statuses)
    assert show.question("q").status == ((to or status) if status in statuses else status)


@pytest.mark.parametrize("status", list(_S))
def test_question_is_merged_into_one_that_is_open(status: str) -> None:
    show = standing(status)
    command = MergeQuestion(question=P, into=Q)
    if status in {"pending", "approved"}:
        show.do(command, OWNER)
        assert show.question("p").status is _S.MERGED
        assert show.question("p").merged_into == Q
    elif status == "merged":
        assert show.refused(command, OWNER) == "command.invalid"  # it ends in p itself
    else:
        assert show.refused(command, OWNER) == "question.wrong_status"


@pytest.mark.parametrize("name", ["question.restore", "question.reject", "question.answer"])
def test_question_on_the_screens_leaves_them_with_its_status(name: str) -> None:
    show = standing("approved")
    show.do(SpotlightQuestion(question=Q), OWNER)
    assert show.state.questions.spotlight == Map({MAIN: Q})
    show.do(COMMANDS[name](show.state), OWNER)
    assert show.state.questions.spotlight == Map()
    assert show.question("q").session == TALK
