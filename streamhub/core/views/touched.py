"""What a decision may have changed in a view: too much costs time, too little would be a lie.

How an item looks is in `project.py`.
"""

from dataclasses import dataclass, field
from typing import assert_never

from streamhub.core.displays import DisplayFact
from streamhub.core.event import Decision, EventCreated, EventState, Fact, TimePassed
from streamhub.core.ids import ActorId, DisplayId, QuestionId, RoomId, SessionId
from streamhub.core.links import LinkFact
from streamhub.core.questions import (
    QuestionAsked,
    QuestionFact,
    QuestionSpotlit,
    QuestionsSet,
    QuestionUnspotlit,
    QuestionUnvoted,
    QuestionUpvoted,
)
from streamhub.core.rundown import RundownFact

_CROWD = (QuestionUpvoted, QuestionUnvoted, QuestionAsked)


@dataclass(slots=True)
class Touched:
    """Which items of the views a run of decisions may have changed.

    `actors` are those whose `me`, or whose standing with the moderators, may have changed; among
    them are links and displays, which have no standing.
    """

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
            if isinstance(fact, _CROWD):
                self._add_question(after, fact, decision.by)
            else:
                self.crowd_only = False
                self._add_fact(after, fact, decision.by)

    def _add_fact(self, after: EventState, fact: Fact, by: ActorId) -> None:
        if isinstance(fact, QuestionsSet):
            self.rooms.add(after.agenda.sessions[fact.session].room)
            self.sessions.add(fact.session)
        elif isinstance(fact, QuestionFact):
            self._add_question(after, fact, by)
            if isinstance(fact, QuestionSpotlit | QuestionUnspotlit):
                self.rooms.add(fact.room)
        elif isinstance(fact, RundownFact | TimePassed):
            # the clock of the views moved: what overruns anywhere is expected later
            self.rooms.update(after.agenda.rooms)
            self.sessions.update(after.agenda.sessions)
        elif isinstance(fact, DisplayFact):
            self.displays.add(fact.display)
            self.actors.add(ActorId(fact.display))
        elif isinstance(fact, LinkFact):
            self.actors.add(ActorId(fact.link))
        elif isinstance(fact, EventCreated):
            self.everything = True
        else:
            assert_never(fact)

    def _add_question(self, after: EventState, fact: QuestionFact, by: ActorId) -> None:
        assert not isinstance(fact, QuestionsSet)  # noqa: S101 - the caller has taken that branch
        self.questions.add(fact.question)
        self.actors.add(after.questions.all[fact.question].author)
        self.actors.add(by)
