"""What concerns only one participant, or only one display: the `me` message.

It shows somebody their own questions, votes, answers and limits, and nobody else's.
"""

from typing import cast

from streamhub.core.event import EventState
from streamhub.core.ids import ActorId, DisplayId
from streamhub.core.polls import WORD_MOST, Ballot
from streamhub.core.questions import Question, QuestionStatus
from streamhub.core.views.frame import Frame, name_of, without_nothing
from streamhub.core.views.project import display_view
from streamhub.core.views.shapes import MeView, MyAnswerView, MyQuestionView, View


def _way(question: Question, *, lit: bool) -> str:
    if lit:
        return "on_screen"
    return {
        QuestionStatus.PENDING: "in_review",
        QuestionStatus.APPROVED: "approved",
        QuestionStatus.ANSWERED: "answered",
        QuestionStatus.REJECTED: "not_taken",
        QuestionStatus.WITHDRAWN: "withdrawn",
        QuestionStatus.REDACTED: "not_taken",
    }[question.status]


def _answer(ballot: Ballot) -> MyAnswerView:
    return cast(
        "MyAnswerView",
        without_nothing(
            choices=list(ballot.choices) or None,
            rating=ballot.rating,
            words=list(ballot.words) or None,
        ),
    )


def project_me(state: EventState, actor: ActorId, role: str) -> MeView:
    """Return what concerns only `actor`."""
    own: dict[str, MyQuestionView] = {}
    for name in state.questions.by_author.get(actor, ()):
        question = state.questions.all[name]
        room = state.agenda.sessions[question.session].room
        own[name] = cast(
            "MyQuestionView",
            without_nothing(
                session=question.session,
                text=question.text,
                name=question.name,
                way=_way(question, lit=state.questions.spotlight.get(room) == name),
                asked_at=question.asked_at,
                upvotes=len(state.questions.voters_of(name)),
                amended=question.original is not None or None,
                reply=question.reply,
            ),
        )
    frame = Frame(state, View.STAGE, None)
    return cast(
        "MeView",
        without_nothing(
            id=actor,
            role=role,
            name=name_of(state, actor) or None,
            questions=own,
            votes=dict.fromkeys(sorted(state.questions.by_voter.get(actor, ())), True),
            polls={
                name: _answer(state.polls.ballots[name][actor])
                for name in sorted(state.polls.by_voter.get(actor, ()))
            },
            limits={
                "text_least": state.policy.text_least,
                "text_most": state.policy.text_most,
                "name_most": 60,
                "pending_most": state.policy.pending_most,
                "word_most": WORD_MOST,
            },
            display=display_view(frame, DisplayId(actor)),
        ),
    )
