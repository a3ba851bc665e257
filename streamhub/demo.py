"""The demonstration: the sample event, going on now, with a simulated audience.

What happened before the demonstration began is decided by the same rules as everything else, only
with instants that lie back. The audience acts through the hub, as anybody's commands do.
"""

import asyncio
import random
from dataclasses import replace
from typing import Final

from streamhub.core.agenda import Agenda, in_order
from streamhub.core.errors import Rejected
from streamhub.core.event import (
    SYSTEM,
    Command,
    Decision,
    EventCreated,
    Given,
    begin,
    decide,
    evolve,
)
from streamhub.core.ids import ActorId, Ms, QuestionId, SessionId
from streamhub.core.links import CreateLink, LinkRole
from streamhub.core.questions import (
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    QuestionStatus,
    UpvoteQuestion,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import NextSession
from streamhub.core.table import Map
from streamhub.core.views import View
from streamhub.formats.sample import SLUG, sample
from streamhub.formats.sample.audience import NAMES, QUESTIONS, Asked
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import Wish

INTO_S: Final = 9 * 60
"""How long the live session has been going when the demonstration begins."""
LIVE: Final = SessionId("s3")
STEP_MS: Final = 5 * 60_000
LATE_MS: Final = (60_000, 90_000, 120_000)
"""How late each of the first sessions started."""
CREW: Final[tuple[LinkRole, ...]] = (Role.ORGANISER, Role.MODERATOR, Role.PRODUCER)


def shifted(agenda: Agenda, now: Ms) -> Agenda:
    """Return `agenda` moved so that its third session has been going for some minutes."""
    aim = now - INTO_S * 1000
    move = aim // STEP_MS * STEP_MS - agenda.sessions[LIVE].start_at
    sessions = Map(
        {
            name: replace(session, start_at=session.start_at + move, printed=None)
            for name, session in agenda.sessions.items()
        }
    )
    return replace(agenda, sessions=sessions, order=in_order(sessions))


class _Past:
    """Makes decisions that lie back, one on top of another."""

    def __init__(self, agenda: Agenda) -> None:
        created = EventCreated(slug=SLUG, agenda=agenda)
        at = agenda.starts_at - 3_600_000
        self.state = begin(Decision(by=SYSTEM, at=at, facts=(created,)))
        self.decisions: list[Decision] = []

    def do(self, command: Command, role: Role, at: Ms, who: str = "") -> str:
        """Decide `command` as it was at `at`; return the fresh id that it was given."""
        fresh = fresh_id()
        actor = Actor(id=ActorId(who or role.value), role=role)
        decision = decide(self.state, command, actor, Given(at=at, fresh=fresh))
        self.state = evolve(self.state, decision)
        self.decisions.append(decision)
        return fresh


def past(agenda: Agenda, now: Ms) -> tuple[Decision, ...]:
    """Return what happened before `now`: two sessions are over, the third is on, people asked."""
    story = _Past(agenda)
    room = next(iter(agenda.rooms))
    chance = random.Random(2022)  # noqa: S311 - a story, not a secret
    live: SessionId | None = None
    for name, late in zip(agenda.running_order(room), LATE_MS, strict=False):
        session = agenda.sessions[name]
        story.do(NextSession(room=room, live=live), Role.PRODUCER, session.start_at + late)
        live = name
        until = min(session.end_at, now - 30_000)
        _ask_and_answer(story, name, session.start_at + late, until, chance)
    return tuple(story.decisions)


def _ask_and_answer(
    story: _Past, session: SessionId, start: Ms, until: Ms, chance: random.Random
) -> None:
    welcome = [asked for asked in QUESTIONS if asked.session == session and not asked.unwelcome]
    asked_then = welcome[:5]
    step = (until - start) // (len(asked_then) + 2)
    for place, asked in enumerate(asked_then):
        at = start + (place + 1) * step
        question = QuestionId(
            story.do(_question(asked, chance), Role.PARTICIPANT, at, f"past{session}{place}")
        )
        if place == len(asked_then) - 1 and session == LIVE:
            continue  # one is left for whoever moderates the demonstration
        story.do(ApproveQuestion(question=question, revision=1), Role.MODERATOR, at + step // 3)
        for voter in range(chance.randrange(2, 14)):
            upvote = UpvoteQuestion(question=question)
            story.do(upvote, Role.PARTICIPANT, at + step // 2, f"voter{voter}")
        if session != LIVE or place == 0:
            story.do(AnswerQuestion(question=question), Role.MODERATOR, at + step * 2 // 3)


def _question(asked: Asked, chance: random.Random) -> AskQuestion:
    return AskQuestion(text=asked.text, session=SessionId(asked.session), name=chance.choice(NAMES))


async def create(hubs: Hubs, *, as_published: bool) -> EventHub:
    """Create the sample event in `hubs`: going on now, or on its own day."""
    agenda, now = sample(), hubs.clock.now()
    if as_published:
        return await hubs.create(SLUG, agenda, CREW, begin_at=agenda.starts_at - 86_400_000)
    agenda = shifted(agenda, now)
    begin_at = agenda.starts_at - 3_600_000
    return await hubs.create(SLUG, agenda, CREW, begin_at=begin_at, then=past(agenda, now))


async def invite_speaker(hub: EventHub) -> None:
    """Give a link to one of those who speak in the session that is on."""
    agenda = hub.state.agenda
    speaker = agenda.sessions[LIVE].speakers[0]
    link = CreateLink(role=Role.SPEAKER, name=agenda.speakers[speaker].name, speaker=speaker)
    organiser = Actor(id=ActorId(fresh_id()), role=Role.ORGANISER)
    await hub.submit(Wish(fresh_id(), fresh_id(), link), organiser)


async def audience(hub: EventHub, count: int, pace_s: float = 6.0) -> None:
    """Let `count` simulated participants ask and vote until cancelled.

    One of them does something about every `pace_s` seconds; mostly they vote.
    """
    chance = random.Random()  # noqa: S311 - liveliness, not a secret
    people = [Actor(id=ActorId(fresh_id()), role=Role.PARTICIPANT) for _ in range(count)]
    for person in people:
        hub.presence.arrive(person, View.AUDIENCE, None, hub.state.at)
    hub.presence_changed()
    said = {question.text for question in hub.state.questions.all.values()}
    while people:
        await asyncio.sleep(chance.uniform(0.4, 1.6) * pace_s)
        person = chance.choice(people)
        command = _something(hub, person, said, chance)
        if command is not None:
            try:
                await hub.submit(Wish(fresh_id(), fresh_id(), command), person)
            except Rejected:
                continue


def _something(
    hub: EventHub, person: Actor, said: set[str], chance: random.Random
) -> Command | None:
    state = hub.state
    live = {clock.live for clock in state.rundown.clocks.values()}
    new = [asked for asked in QUESTIONS if asked.session in live and asked.text not in said]
    if new and chance.random() < 0.25:  # noqa: PLR2004 - one act in four is a question
        asked = chance.choice(new)
        said.add(asked.text)
        return _question(asked, chance)
    open_questions = [
        question.id
        for question in state.questions.all.values()
        if question.status is QuestionStatus.APPROVED
        and person.id not in state.questions.voters_of(question.id)
    ]
    return UpvoteQuestion(question=chance.choice(open_questions)) if open_questions else None
