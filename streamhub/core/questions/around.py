"""What deciding on questions needs to know of the event, and what all refusals share."""

from dataclasses import dataclass

from streamhub.core.agenda import Agenda
from streamhub.core.errors import Rejected
from streamhub.core.ids import QuestionId, RoomId
from streamhub.core.questions.state import Question, QuestionPolicy, Questions
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import Rundown
from streamhub.core.streams import Streams
from streamhub.core.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What deciding on questions needs to know of the rest of the event."""

    agenda: Agenda
    rundown: Rundown
    questions: Questions
    policy: QuestionPolicy
    streams: Streams

    def room_of(self, question: Question) -> RoomId:
        """The room in which `question` was asked, as the plan is now."""
        return self.agenda.sessions[question.session].room


def question_of(around: Around, name: QuestionId, actor: Actor) -> Question:
    """Return a question that `actor` may know of, or raise `question.unknown`."""
    found = around.questions.all.get(name)
    hidden = found is not None and (
        actor.role in {Role.PARTICIPANT, Role.SPEAKER}
        and not found.status.is_public
        and found.author != actor.id
    )
    if found is None or hidden:
        raise Rejected(
            "question.unknown",
            f"There is no question {name!r} here.",
            "It may have been taken down; reload the list.",
            field="question",
        )
    return found


def refuse(command: str, question: Question, actor: Actor) -> None:
    """Raise the refusal of a command that does not apply where `question` stands."""
    if actor.role is Role.PARTICIPANT:
        # who decided, and in which words, is the crew's business
        raise Rejected(
            "question.wrong_status",
            f"This question is no longer where {command} applies.",
            "Look at where it stands now.",
            field="question",
        )
    raise Rejected(
        "question.wrong_status",
        f"The question is {question.status.value} by now; {command} does not apply.",
        "Look at where it stands now.",
        field="question",
        detail={
            "status": question.status.value,
            "by": question.decided_by if question.decided_by != question.author else None,
            "at": question.decided_at,
        },
    )


def optional(text: str | None, field: str, most: int, *, lines: bool = True) -> str | None:
    """Return a text as it will be kept, None where nothing was typed, or raise `Rejected`."""
    if text is None or not text.strip():
        return None
    return clean(text, field=field, least=1, most=most, lines=lines, max_bytes=8 * most)
