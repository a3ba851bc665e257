"""What a decision may have changed in a view, and how soon that has to be told.

Too much touched costs time, too little would be a lie. How an item looks is in `project.py`.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, assert_never

from streamhub.core.displays import DisplayFact
from streamhub.core.event import (
    FACT_TYPES,
    Decision,
    EventCreated,
    EventState,
    Fact,
    TimePassed,
)
from streamhub.core.ids import (
    ActorId,
    DisplayId,
    MessageId,
    PollId,
    QuestionId,
    RoomId,
    SessionId,
)
from streamhub.core.links import LinkFact, LinkRevoked, LinkUsed
from streamhub.core.messages import MessageFact
from streamhub.core.polls import (
    PollAnswered,
    PollFact,
    PollHidden,
    PollRemoved,
    PollShown,
    PollUnanswered,
)
from streamhub.core.questions import (
    OneQuestionFact,
    ParticipantMuted,
    ParticipantUnmuted,
    QuestionAsked,
    QuestionFact,
    QuestionMerged,
    QuestionQueued,
    QuestionsCarried,
    QuestionsConfigured,
    QuestionsLeft,
    QuestionSplit,
    QuestionSpotlit,
    QuestionsReturned,
    QuestionsSet,
    QuestionUndone,
    QuestionUnqueued,
    QuestionUnspotlit,
    QuestionUnvoted,
    QuestionUpvoted,
)
from streamhub.core.reactions import ReactionFact
from streamhub.core.replacing import AgendaReplaced
from streamhub.core.roles import Role
from streamhub.core.rundown import (
    PlanFact,
    RundownFact,
    RundownUndone,
    SessionEdited,
    SessionEnded,
    SessionStarted,
)
from streamhub.core.streams import RecordingRemoved, RecordingSet, StreamFact
from streamhub.core.watched import WatchFact


class Haste(Enum):
    """How soon a change goes out to those who look; when nothing else is going on, all do at once.

    What waits is gathered, so that a crowd costs no more than a few patches a second.
    """

    NOW = auto()
    """At once, always: rooms, sessions and screens follow the hand that moves them."""
    WHERE_LOST = auto()
    """At once from every view that loses words by it; elsewhere it may wait. For questions only."""
    CALM = auto()
    """It may wait."""


HASTE: Final[dict[str, Haste]] = {
    "event.created": Haste.NOW,
    "clock.ticked": Haste.NOW,
    "question.asked": Haste.CALM,
    "question.edited": Haste.CALM,  # while pending, and by its author: no public view has it
    "question.withdrawn": Haste.WHERE_LOST,
    "question.upvoted": Haste.CALM,
    "question.unvoted": Haste.CALM,
    "question.approved": Haste.CALM,
    "question.rejected": Haste.WHERE_LOST,
    "question.restored": Haste.WHERE_LOST,
    "question.amended": Haste.WHERE_LOST,
    "question.spotlit": Haste.NOW,
    "question.unspotlit": Haste.NOW,
    "question.answered": Haste.CALM,
    "question.reopened": Haste.WHERE_LOST,
    "question.redacted": Haste.WHERE_LOST,
    "question.merged": Haste.WHERE_LOST,
    "question.split": Haste.CALM,
    "question.labelled": Haste.CALM,
    "question.starred": Haste.CALM,
    "question.assigned": Haste.CALM,
    "question.noted": Haste.CALM,
    "question.claimed": Haste.CALM,
    "question.released": Haste.CALM,
    "question.queued": Haste.NOW,
    "question.unqueued": Haste.NOW,
    "question.flagged": Haste.CALM,
    "question.unflagged": Haste.CALM,
    "question.undone": Haste.WHERE_LOST,
    "questions.configured": Haste.NOW,
    "questions.carried": Haste.NOW,
    "questions.left": Haste.CALM,
    "questions.returned": Haste.NOW,
    "participant.muted": Haste.CALM,
    "participant.unmuted": Haste.CALM,
    "questions.set": Haste.NOW,
    "poll.created": Haste.NOW,
    "poll.edited": Haste.NOW,
    "poll.opened": Haste.NOW,
    "poll.closed": Haste.NOW,
    "poll.reopened": Haste.NOW,
    "poll.shown": Haste.NOW,
    "poll.hidden": Haste.NOW,
    "poll.revealed": Haste.NOW,
    "poll.removed": Haste.NOW,
    "poll.answered": Haste.CALM,
    "poll.unanswered": Haste.CALM,
    "poll.word_marked": Haste.NOW,
    "reactions.counted": Haste.CALM,
    "stream.set": Haste.NOW,
    "stream.scheduled": Haste.NOW,
    "stream.unscheduled": Haste.NOW,
    "stream.switched": Haste.NOW,
    "stream.tuned": Haste.NOW,
    "recording.set": Haste.NOW,
    "recording.removed": Haste.NOW,
    "session.started": Haste.NOW,
    "session.ended": Haste.NOW,
    "session.paused": Haste.NOW,
    "session.resumed": Haste.NOW,
    "session.extended": Haste.NOW,
    "session.skipped": Haste.NOW,
    "session.restored": Haste.NOW,
    "session.cancelled": Haste.NOW,
    "session.corrected": Haste.NOW,
    "session.retimed": Haste.NOW,
    "session.reordered": Haste.NOW,
    "session.inserted": Haste.NOW,
    "session.edited": Haste.NOW,
    "rundown.followed": Haste.NOW,
    "rundown.undone": Haste.NOW,
    "message.shown": Haste.NOW,
    "message.cleared": Haste.NOW,
    "message.acknowledged": Haste.NOW,
    "message.expired": Haste.NOW,
    "display.paired": Haste.NOW,
    "display.assigned": Haste.NOW,
    "display.identified": Haste.NOW,
    "display.blacked_out": Haste.NOW,
    "display.removed": Haste.NOW,
    "agenda.replaced": Haste.NOW,
    "agenda.watched": Haste.CALM,
    "agenda.settled": Haste.CALM,
    "link.created": Haste.CALM,
    "link.revoked": Haste.CALM,
    "link.used": Haste.CALM,
}
"""Every fact has a row, or nothing imports."""
if set(HASTE) != set(FACT_TYPES):  # pragma: no cover - a house that does not build
    raise TypeError(f"facts and HASTE differ: {set(HASTE) ^ set(FACT_TYPES)}")

_WORDS: Final = ("text", "name", "reply")
"""The fields of a question in which views show what somebody typed."""


def takes_back(held: Mapping[str, Any], new: Mapping[str, Any] | None) -> bool:
    """Whether somebody who sees `new` of a question (None: nothing) loses words of `held`."""
    return new is None or any(word in held and new.get(word) != held[word] for word in _WORDS)


def _asked_in(state: EventState, sessions: Container[SessionId]) -> Iterator[QuestionId]:
    return (one.id for one in state.questions.all.values() if one.session in sessions)


def _polls_of(state: EventState, sessions: Container[SessionId]) -> Iterator[PollId]:
    return (poll.id for poll in state.polls.all.values() if poll.session in sessions)


_VOTES = (QuestionUpvoted, QuestionUnvoted)


@dataclass(slots=True)
class Touched:
    """Which items of the views a run of decisions may have changed.

    `actors` are those whose `me`, or whose standing with the moderators, may have changed; among
    them are links and displays, which have no standing. `counted` are those who see in their `me`
    how many votes others gave them, which may wait. `doubtful` are the questions of which a view
    may have to take words back; where one does, or where `urgent`, it may not wait. `aired` are
    those whose session went on or off air: speakers see the questions of what is on air. `event`:
    what is said of the event itself, such as its `agenda_rev`. `removed` are polls that are gone:
    out of the `me` of those who had answered, too, which may wait. `everyone`: the `me` of all.
    """

    everything: bool = False
    event: bool = False
    everyone: bool = False
    rooms: set[RoomId] = field(default_factory=set)
    sessions: set[SessionId] = field(default_factory=set)
    questions: set[QuestionId] = field(default_factory=set)
    polls: set[PollId] = field(default_factory=set)
    removed: set[PollId] = field(default_factory=set)
    displays: set[DisplayId] = field(default_factory=set)
    messages: set[MessageId] = field(default_factory=set)
    aired: set[QuestionId] = field(default_factory=set)
    actors: set[ActorId] = field(default_factory=set)
    counted: set[ActorId] = field(default_factory=set)
    doubtful: set[QuestionId] = field(default_factory=set)
    urgent: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was touched."""
        found = self.actors or self.rooms or self.polls or self.messages
        return not (found or self.everything or self.event)

    def add(self, after: EventState, decision: Decision) -> None:
        """Note what `decision` touched; `after` is the state that it led to."""
        for fact in decision.facts:
            if isinstance(fact, _VOTES):
                self.actors.add(decision.by)
                for name in (fact.question, *after.questions.merged_in(fact.question)):
                    self.questions.add(name)
                    self.counted.add(after.questions.all[name].author)
            else:
                self.urgent = self.urgent or HASTE[fact.type] is Haste.NOW
                self._add_fact(after, fact, decision.by)

    def _add_fact(self, after: EventState, fact: Fact, by: ActorId) -> None:
        if isinstance(fact, QuestionFact):
            self._add_questions(after, fact, by)
        elif isinstance(fact, PollFact):
            self._add_poll(fact, by)
        elif isinstance(fact, RundownFact | TimePassed):
            # the clock of the views moved: what overruns anywhere is expected later
            self.rooms.update(after.agenda.rooms)
            self.sessions.update(after.agenda.sessions)
            if not isinstance(fact, TimePassed):
                self._add_running(after, fact)
        elif isinstance(fact, DisplayFact):
            self.displays.add(fact.display)
            self.actors.add(ActorId(fact.display))
        elif isinstance(fact, MessageFact):
            self.messages.add(fact.message)
        elif isinstance(fact, LinkFact):
            self._add_link(after, fact, by)
        elif isinstance(fact, ReactionFact | WatchFact):
            pass  # no view has it
        elif isinstance(fact, StreamFact):
            self._add_stream(fact)
        elif isinstance(fact, AgendaReplaced):
            self.event = True
            self.rooms.update(after.agenda.rooms)
            self.sessions.update(after.agenda.sessions)
            self.questions.update(after.questions.all)
            self.polls.update(after.polls.all)
        elif isinstance(fact, EventCreated):
            self.everything = True
        else:
            assert_never(fact)

    def _add_link(self, after: EventState, fact: LinkFact, by: ActorId) -> None:
        self.actors.add(ActorId(fact.link))
        if isinstance(fact, LinkUsed):
            self.actors.add(by)
            self.questions.update(after.questions.by_voter.get(by, ()))
        elif isinstance(fact, LinkRevoked) and after.links[fact.link].role is Role.PARTICIPANT:
            # whom it had invited is not any more: their `me`, their standing, and their votes
            self.everyone = True
            self.actors.update(after.questions.by_author)
            self.questions.update(after.questions.all)

    def _add_running(self, after: EventState, fact: RundownFact) -> None:
        if isinstance(fact, PlanFact | RundownUndone):
            self.event = True
        if isinstance(fact, RundownUndone):
            self.sessions.update(fact.sessions)  # among them may be one that is gone
            self.questions.update(_asked_in(after, fact.sessions))
            self.polls.update(_polls_of(after, fact.sessions))
        elif isinstance(fact, SessionEdited):
            self.questions.update(_asked_in(after, (fact.session,)))
            self.polls.update(_polls_of(after, (fact.session,)))
        elif isinstance(fact, SessionStarted | SessionEnded):
            self.aired.update(_asked_in(after, (fact.session,)))

    def _add_questions(self, after: EventState, fact: QuestionFact, by: ActorId) -> None:
        if isinstance(fact, QuestionsSet):
            self.rooms.add(after.agenda.sessions[fact.session].room)
            self.sessions.add(fact.session)
        elif isinstance(fact, QuestionsConfigured):
            self._add_settings(after, fact)
        elif isinstance(fact, QuestionsCarried | QuestionsLeft | QuestionsReturned):
            self.questions.update(fact.questions)
            self.actors.update(after.questions.all[name].author for name in fact.questions)
        elif isinstance(fact, ParticipantMuted | ParticipantUnmuted):
            self.actors.add(fact.participant)
        else:
            self._add_question(after, fact, by)

    def _add_settings(self, after: EventState, fact: QuestionsConfigured) -> None:
        self.event = True
        if fact.pending_most is not None or fact.reasons is not None:
            self.everyone = True
        if fact.words is not None:
            self.questions.update(after.questions.all)

    def _add_question(self, after: EventState, fact: OneQuestionFact, by: ActorId) -> None:
        questions = after.questions
        self.questions.add(fact.question)
        self.actors.add(questions.all[fact.question].author)
        self.actors.add(by)
        # whose question was merged into it learns what it has come to
        self.actors.update(questions.all[one].author for one in questions.merged_in(fact.question))
        if isinstance(fact, QuestionAsked) and fact.name is not None:
            # the votes of somebody who has a name now count apart
            self.questions.update(questions.by_voter.get(by, ()))
        if isinstance(
            fact, QuestionSpotlit | QuestionUnspotlit | QuestionQueued | QuestionUnqueued
        ):
            self.rooms.add(fact.room)
        elif HASTE[fact.type] is Haste.WHERE_LOST:
            self.doubtful.add(fact.question)
        if isinstance(fact, QuestionMerged | QuestionSplit | QuestionUndone) and fact.into:
            # votes went there, or left it again
            self.questions.update(questions.chain_of(fact.into))
            self.questions.update(questions.merged_in(fact.question))
            self.actors.update(questions.voters_of(fact.question))
            self.counted.update(questions.all[one].author for one in questions.chain_of(fact.into))

    def _add_poll(self, fact: PollFact, by: ActorId) -> None:
        self.polls.add(fact.poll)
        if isinstance(fact, PollAnswered | PollUnanswered):
            self.actors.add(by)
        elif isinstance(fact, PollShown | PollHidden):
            self.rooms.add(fact.room)
        elif isinstance(fact, PollRemoved):
            self.removed.add(fact.poll)

    def _add_stream(self, fact: StreamFact) -> None:
        self.rooms.add(fact.room)
        if isinstance(fact, RecordingSet | RecordingRemoved) and fact.session is not None:
            self.sessions.add(fact.session)

    def take(self, more: "Touched") -> None:
        """Note all that `more` has, too."""
        self.everything = self.everything or more.everything
        self.event = self.event or more.event
        self.everyone = self.everyone or more.everyone
        self.rooms |= more.rooms
        self.sessions |= more.sessions
        self.questions |= more.questions
        self.polls |= more.polls
        self.removed |= more.removed
        self.displays |= more.displays
        self.messages |= more.messages
        self.aired |= more.aired
        self.actors |= more.actors
        self.counted |= more.counted
        self.doubtful |= more.doubtful
        self.urgent = self.urgent or more.urgent
