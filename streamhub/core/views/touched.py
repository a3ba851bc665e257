"""What a decision may have changed in a view: too much costs time, too little would be a lie.

How an item looks is in `project.py`.
"""

from dataclasses import dataclass, field
from typing import Final

from streamhub.core.displays import DisplayFact
from streamhub.core.event import Decision, EventCreated, EventState, Fact, TimePassed
from streamhub.core.ids import ActorId, DisplayId, QuestionId, RoomId, SessionId
from streamhub.core.questions import QuestionFact, QuestionsSet
from streamhub.core.rundown import RundownFact


@dataclass(slots=True)
class Touched:
    """Which items of the views a run of decisions may have changed."""

    everything: bool = False
    rooms: set[RoomId] = field(default_factory=set)
    sessions: set[SessionId] = field(default_factory=set)
    questions: set[QuestionId] = field(default_factory=set)
    displays: set[DisplayId] = field(default_factory=set)
    actors: set[ActorId] = field(default_factory=set)
    crowd_only: bool = True
    """Whether there is nothing in it but questions and votes of participants, which may wait."""

    def add(self, after: EventState, decision: Decision) -> None:
        """Note what `decision` touched; `after` is the state that it led to."""
        for fact in decision.facts:
            self._add_fact(after, fact, decision.by)

    def _add_fact(self, after: EventState, fact: Fact, by: ActorId) -> None:
        if isinstance(fact, QuestionFact):
            self._add_question_fact(after, fact, by)
            return
        self.crowd_only = False
        if isinstance(fact, RundownFact | TimePassed):
            # the clock of the views moved: what overruns anywhere is expected later
            self.rooms.update(after.agenda.rooms)
            self.sessions.update(after.agenda.sessions)
        elif isinstance(fact, DisplayFact):
            self.displays.add(fact.display)
            self.actors.add(ActorId(fact.display))
        elif isinstance(fact, EventCreated):
            self.everything = True
        else:
            self.actors.add(ActorId(fact.link))

    def _add_question_fact(self, after: EventState, fact: QuestionFact, by: ActorId) -> None:
        if isinstance(fact, QuestionsSet):
            self.rooms.add(after.agenda.sessions[fact.session].room)
            self.sessions.add(fact.session)
            self.crowd_only = False
            return
        question = after.questions.all[fact.question]
        self.rooms.add(after.agenda.sessions[question.session].room)
        self.questions.add(fact.question)
        self.actors.update((question.author, by))
        self.crowd_only = self.crowd_only and fact.type in _CROWD


_CROWD: Final = frozenset({"question.asked", "question.upvoted", "question.unvoted"})
