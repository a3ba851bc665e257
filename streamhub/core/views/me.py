"""What concerns only one participant, or only one display: the `me` message.

It shows somebody their own questions, votes, answers and limits, and nobody else's.
"""

from typing import cast

from streamhub.core.event import EventState
from streamhub.core.ids import ActorId, DisplayId, LinkId
from streamhub.core.polls import WORD_MOST, Ballot
from streamhub.core.questions import Question, QuestionStatus, upvotes_of
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
        QuestionStatus.MERGED: "merged",
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


def _mine(state: EventState, question: Question) -> MyQuestionView:
    questions, name = state.questions, question.id
    end = questions.all[questions.end_of(name)]
    return cast(
        "MyQuestionView",
        without_nothing(
            session=question.session,
            text=question.text,
            name=question.name,
            way=_way(question, lit=questions.lit_in(name) is not None),
            asked_at=question.asked_at,
            upvotes=upvotes_of(questions, question),
            amended=question.original is not None or None,
            reply=question.reply,
            reason=question.reason if state.policy.reasons else None,
            into=end.id if end.id != name and end.status.is_public else None,
            followup=(question.followup and question.status is QuestionStatus.APPROVED) or None,
        ),
    )


def project_me(state: EventState, actor: ActorId, role: str) -> MeView:
    """Return what concerns only `actor`."""
    questions, mute = state.questions, state.questions.mutes.get(actor)
    link = state.links.get(LinkId(actor))
    own = {name: _mine(state, questions.all[name]) for name in questions.by_author.get(actor, ())}
    frame = Frame(state, View.STAGE, None)
    return cast(
        "MeView",
        without_nothing(
            id=actor,
            role=role,
            name=name_of(state, actor) or None,
            speaker=None if link is None else link.speaker,
            invited=actor in state.invited or None,
            questions=own,
            votes=dict.fromkeys(sorted(questions.by_voter.get(actor, ())), True),
            flags=dict.fromkeys(sorted(questions.by_flagger.get(actor, ())), True),
            muted=None
            if mute is None
            else without_nothing(reason=mute.reason, until_at=mute.until_at),
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
