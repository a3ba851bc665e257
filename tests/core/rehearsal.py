"""What the tests of core share: a small event, and a way to play it through."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from streamhub.core.agenda import Agenda, Kind, Room, Session, Speaker, Track, Zone, in_order
from streamhub.core.errors import Rejected
from streamhub.core.event import (
    SYSTEM,
    Command,
    Decision,
    EventCreated,
    EventState,
    Fact,
    Given,
    Tick,
    begin,
    decide,
    evolve,
    next_tick_at,
)
from streamhub.core.forecast import Outlook, outlook
from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId, SessionId, SpeakerId, TrackId
from streamhub.core.links import Link
from streamhub.core.openings import Doors
from streamhub.core.questions import Question, QuestionPolicy
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import Progress, RoomClock
from streamhub.core.table import Map

MAIN, SIDE = RoomId("main"), RoomId("side")
OPENING, TALK, PAUSE, PANEL, CLOSING = (
    SessionId(name) for name in ("opening", "talk", "pause", "panel", "closing")
)
DEMO, LAB = SessionId("demo"), SessionId("lab")
ADA, GRACE = SpeakerId("ada"), SpeakerId("grace")

ANN, BEN = (Actor(id=ActorId(name), role=Role.PARTICIPANT) for name in ("ann", "ben"))
MOD = Actor(id=ActorId("mod"), role=Role.MODERATOR)
PROD = Actor(id=ActorId("prod"), role=Role.PRODUCER)
SPEAKER = Actor(id=ActorId("speaker"), role=Role.SPEAKER, speaker=ADA)
OWNER = Actor(id=ActorId("owner"), role=Role.ORGANISER)
CLOCK = Actor(id=SYSTEM, role=Role.SYSTEM)


def ms(text: str) -> Ms:
    """The instant of an ISO text; UTC where it names no offset."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def at(clock: str) -> Ms:
    """The instant at which a clock shows `hh:mm` or `hh:mm:ss` on the day of the small event."""
    return ms(f"2026-06-21T{clock}")


def session(
    name: SessionId, start: str, minutes: int, room: RoomId = MAIN, **more: object
) -> Session:
    fields: dict[str, object] = {
        "id": name,
        "room": room,
        "title": name.capitalize(),
        "start_at": at(start) if "T" not in start else ms(start),
        "duration_s": minutes * 60,
    }
    return Session(**(fields | more))  # type: ignore[arg-type]  # the fields of a session, by name


def agenda_of(*sessions: Session, rooms: tuple[RoomId, ...] = (MAIN,)) -> Agenda:
    """An agenda of these sessions."""
    table = Map({session.id: session for session in sessions})
    return Agenda(
        title="Small event",
        timezone="Europe/Brussels",
        rooms=Map({room: Room(id=room, name=room.title()) for room in rooms}),
        sessions=table,
        order=in_order(table),
    )


def small_agenda() -> Agenda:
    """Two rooms; in one of them a break that absorbs delay and a session that may start early."""
    sessions = (
        session(OPENING, "09:00", 30, kind=Kind.OPENING),
        session(TALK, "09:30", 30, speakers=(ADA,), track=TrackId("green")),
        session(PAUSE, "10:00", 15, kind=Kind.BREAK, fixed_end=True, min_duration_s=300),
        session(PANEL, "10:15", 30, kind=Kind.PANEL, speakers=(ADA, GRACE)),
        session(CLOSING, "10:45", 15, kind=Kind.CLOSING, may_start_early=True),
        session(DEMO, "09:00", 60, SIDE, speakers=(GRACE,)),
        session(LAB, "10:15", 60, SIDE, kind=Kind.WORKSHOP),
    )
    table = Map({session.id: session for session in sessions})
    return Agenda(
        title="Small event",
        tagline="Nothing more than needed",
        summary="All of it.",
        venue="The house",
        timezone="Europe/Brussels",
        languages=("en", "es"),
        zones=(Zone(name="America/Lima", label="Lima"),),
        accent="#0b5fff",
        rooms=Map(
            {
                MAIN: Room(
                    id=MAIN,
                    name="Main hall",
                    order=0,
                    place="Ground floor",
                    stream="https://example.org/main.m3u8",
                ),
                SIDE: Room(id=SIDE, name="Side room", order=1),
            }
        ),
        tracks=Map({TrackId("green"): Track(id=TrackId("green"), name="Green")}),
        speakers=Map(
            {
                ADA: Speaker(
                    id=ADA,
                    name="Ada",
                    role="Engineer",
                    affiliations=("Engines", "Society"),
                    biography="Wrote the first program.",
                ),
                GRACE: Speaker(id=GRACE, name="Grace"),
            }
        ),
        sessions=table,
        order=in_order(table),
    )


@dataclass
class Rehearsal:
    """An event being played: every decision is kept, and the clock's own come when they are due."""

    state: EventState
    now: Ms
    decisions: list[Decision]
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def of(
        cls,
        agenda: Agenda | None = None,
        start: str = "08:00",
        policy: QuestionPolicy | None = None,
    ) -> "Rehearsal":
        created = EventCreated(
            slug="small",
            agenda=agenda or small_agenda(),
            policy=policy or QuestionPolicy(),
        )
        now = at(start) if "T" not in start else ms(start)
        decision = Decision(by=SYSTEM, at=now, facts=(created,))
        return cls(begin(decision), now, [decision])

    def at(self, clock: str) -> "Rehearsal":
        """Let time pass until the clock shows `clock`."""
        return self.until(at(clock) if "T" not in clock else ms(clock))

    def until(self, instant: Ms) -> "Rehearsal":
        while (due := next_tick_at(self.state)) is not None and due <= instant:
            self.now = max(self.now, due)
            self.keep(decide(self.state, Tick(), CLOCK, Given(at=self.now, fresh="-")))
        self.now = max(self.now, instant)
        return self

    def keep(self, decision: Decision) -> None:
        if decision.facts:
            self.state = evolve(self.state, decision)
            self.decisions.append(decision)

    def decide(self, command: Command, actor: Actor, fresh: str = "") -> Decision:
        given = Given(at=self.now, fresh=fresh or f"x{next(self.ids)}", secret_hash="hash")
        return decide(self.state, command, actor, given)

    def do(self, command: Command, actor: Actor = PROD, fresh: str = "") -> tuple[Fact, ...]:
        """Carry out a command; return its facts."""
        decision = self.decide(command, actor, fresh)
        self.keep(decision)
        return decision.facts

    def refusal(self, command: Command, actor: Actor = PROD) -> Rejected:
        """The refusal of a command that must not be carried out."""
        before = self.state
        try:
            facts = self.do(command, actor)
        except Rejected as refusal:
            assert self.state == before
            return refusal
        raise AssertionError(f"{command} was carried out: {facts}")

    def refused(self, command: Command, actor: Actor = PROD) -> str:
        """The code of the refusal of a command."""
        return self.refusal(command, actor).code

    # --- looking -------------------------------------------------------------------------------

    def question(self, name: str) -> Question:
        return self.state.questions.all[QuestionId(name)]

    def progress(self, name: SessionId) -> Progress:
        return self.state.rundown.of(name)

    def clock(self, room: RoomId = MAIN) -> RoomClock:
        return self.state.rundown.clock(room)

    def link(self) -> Link:
        return next(iter(self.state.links.values()))

    def ahead(self, room: RoomId = MAIN) -> Outlook:
        """The outlook now, not as of the last tick."""
        return outlook(self.state.agenda, self.state.rundown, room, self.now)

    def doors(self, room: RoomId = MAIN) -> Doors:
        return Doors(self.ahead(room), self.state.questions.openings, self.state.windows)

    def expected(self, room: RoomId = MAIN) -> dict[str, str]:
        """The expected starts and ends, as clocks show them."""
        return {
            name: f"{shown(times.start_at)}-{shown(times.end_at)}"
            for name, times in self.ahead(room).expected.items()
        }


def shown(instant: Ms) -> str:
    """What a clock in UTC shows: `hh:mm`, with seconds where there are any."""
    text = datetime.fromtimestamp(instant / 1000, UTC).strftime("%H:%M:%S")
    return text.removesuffix(":00")
