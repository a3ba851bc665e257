"""The published plan of an event: rooms, tracks, sessions, speakers, and the zones it is shown in.

The plan is never rewritten by live running (that is `rundown`). Everything here is checked once,
by `check`, when an agenda enters an event, so that the rest of core may trust it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

from streamhub.core.errors import Rejected
from streamhub.core.ids import MAX_ID, Ms, RoomId, SessionId, SpeakerId, TrackId, is_slug
from streamhub.core.said import Said
from streamhub.core.table import Map, Table

MAX_SESSIONS = 5000
MAX_DURATION_S = 48 * 3600


class Kind(StrEnum):
    """What a session is; `break` and `social` take no questions by themselves."""

    OPENING = "opening"
    KEYNOTE = "keynote"
    PRESENTATION = "presentation"
    SESSION = "session"
    PANEL = "panel"
    WORKSHOP = "workshop"
    QA = "qa"
    BREAK = "break"
    SOCIAL = "social"
    CLOSING = "closing"
    OTHER = "other"

    @property
    def is_pause(self) -> bool:
        """Whether people leave the room: nothing is presented."""
        return self in {Kind.BREAK, Kind.SOCIAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A time zone that the event shows. `name` is an IANA name, `label` the city as printed."""

    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person on the agenda. `affiliations` run from the nearest to the widest.

    `inserted`: they came with a session that was changed on the spot, and go when none has them.
    """

    id: SpeakerId
    name: str
    role: str | None = None
    affiliations: tuple[str, ...] = ()
    biography: str | None = None
    inserted: bool = False

    @property
    def affiliation(self) -> str | None:
        """All affiliations in one line."""
        return ", ".join(self.affiliations) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A thematic label on sessions."""

    id: TrackId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A place with one timeline. `place` says how to find it; `stream` is an address or None.

    `timezone` is where it lies, if that is another zone than the event's. It is for showing only.
    """

    id: RoomId
    name: str
    order: int = 0
    place: str | None = None
    stream: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One slot in one room, as planned.

    `fixed_end` keeps the planned end however late it starts, down to `min_duration_s`, so that
    breaks absorb delay. `may_start_early` lets it begin before its printed time. `printed` is the
    time as the organiser wrote it. `inserted`: the producer put it in while the event ran.

    `uid` is what the agenda's source calls it, the same at every import and in every export;
    `language` a code such as `en`; `url` a page about it. What is not `recorded` or not `streamed`
    must not be. `gone`: a newer version of the agenda has it no longer, so it was cancelled.
    """

    id: SessionId
    room: RoomId
    title: str
    start_at: Ms
    duration_s: int
    kind: Kind = Kind.SESSION
    track: TrackId | None = None
    speakers: tuple[SpeakerId, ...] = ()
    abstract: str | None = None
    fixed_end: bool = False
    min_duration_s: int = 0
    may_start_early: bool = False
    printed: str | None = None
    inserted: bool = False
    uid: str | None = None
    subtitle: str | None = None
    language: str | None = None
    url: str | None = None
    recorded: bool = True
    streamed: bool = True
    gone: bool = False

    @property
    def end_at(self) -> Ms:
        """When it is planned to end."""
        return self.start_at + self.duration_s * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """A whole agenda.

    `timezone` is the venue's; `zones` are those that pages show beside it, in order.
    `order` lists each room's sessions in running order (`in_order` makes it).
    """

    title: str
    timezone: str
    tagline: str | None = None
    summary: str | None = None
    venue: str | None = None
    languages: tuple[str, ...] = ("en",)
    zones: tuple[Zone, ...] = ()
    accent: str | None = None
    rooms: Table[RoomId, Room] = Map()
    tracks: Table[TrackId, Track] = Map()
    speakers: Table[SpeakerId, Speaker] = Map()
    sessions: Table[SessionId, Session] = Map()
    order: Table[RoomId, tuple[SessionId, ...]] = Map()

    @property
    def starts_at(self) -> Ms:
        """The first planned start; 0 for an empty agenda."""
        return min((s.start_at for s in self.sessions.values()), default=0)

    @property
    def ends_at(self) -> Ms:
        """The last planned end; 0 for an empty agenda."""
        return max((s.end_at for s in self.sessions.values()), default=0)

    def running_order(self, room: RoomId) -> tuple[SessionId, ...]:
        """The sessions of a room, first to last."""
        return self.order.get(room, ())


def in_order(sessions: Table[SessionId, Session]) -> Table[RoomId, tuple[SessionId, ...]]:
    """Sort each room's sessions by planned start, then by id."""
    rooms: dict[RoomId, list[Session]] = {}
    for session in sessions.values():
        rooms.setdefault(session.room, []).append(session)
    return Map(
        {
            room: tuple(s.id for s in sorted(listed, key=lambda s: (s.start_at, s.id)))
            for room, listed in rooms.items()
        }
    )


def session_of(agenda: Agenda, session: SessionId, field: str = "session") -> Session:
    """Return the planned session, or raise `session.unknown` for a command's `field`."""
    found = agenda.sessions.get(session)
    if found is None:
        raise Rejected(
            "session.unknown",
            f"There is no session {session!r} in this event.",
            "Reload the agenda and choose one of its sessions.",
            field=field,
        )
    return found


def room_exists(agenda: Agenda, room: RoomId) -> None:
    """Raise `room.unknown` unless the agenda has `room`."""
    if room not in agenda.rooms:
        raise Rejected(
            "room.unknown",
            f"There is no room {room!r} in this event.",
            f"Use one of: {', '.join(sorted(agenda.rooms))}.",
            field="room",
        )


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with an agenda. `where` is a path such as `sessions.s3.room`."""

    where: str
    message: Said
    hint: Said


@cache
def zone_names() -> frozenset[str]:
    """Return the IANA names of all time zones; looking for them takes 20 ms, so it is done once."""
    return frozenset(available_timezones())


def check(agenda: Agenda) -> list[Flaw]:
    """Tell everything that is wrong with `agenda`; an empty list means that it can run."""
    return [*_event_flaws(agenda), *_room_flaws(agenda), *_session_flaws(agenda)]


def _event_flaws(agenda: Agenda) -> Iterator[Flaw]:
    if not agenda.title.strip():
        yield Flaw("event.title", Said("The event has no title."), Said("Give it one."))
    known = zone_names()
    zones = [("event.timezone", agenda.timezone)]
    zones += [(f"event.zones.{i}", zone.name) for i, zone in enumerate(agenda.zones)]
    zones += [
        (f"rooms.{room.id}.timezone", room.timezone)
        for room in agenda.rooms.values()
        if room.timezone is not None
    ]
    for where, name in zones:
        if name not in known:
            yield Flaw(
                where,
                Said("{zone} is not a time zone.", zone=repr(name)),
                Said(
                    "Use an IANA name such as America/Mexico_City; abbreviations such as CET are "
                    "not precise enough."
                ),
            )
    if not agenda.sessions:
        yield Flaw("sessions", Said("The agenda has no session."), Said("List at least one."))
    if len(agenda.sessions) > MAX_SESSIONS:
        yield Flaw(
            "sessions",
            Said(
                "The agenda has {n} sessions; {most} are the most.",
                n=str(len(agenda.sessions)),
                most=str(MAX_SESSIONS),
            ),
            Said("Split it into several events."),
        )


def _room_flaws(agenda: Agenda) -> Iterator[Flaw]:
    if not agenda.rooms:
        yield Flaw(
            "rooms",
            Said("The agenda has no room."),
            Said("List at least one, with an id and a name."),
        )
    named: list[tuple[str, str]] = [("rooms", room.id) for room in agenda.rooms.values()]
    named += [("tracks", track.id) for track in agenda.tracks.values()]
    named += [("speakers", speaker.id) for speaker in agenda.speakers.values()]
    named += [("sessions", session.id) for session in agenda.sessions.values()]
    for part, name in named:
        if not is_slug(name):
            yield Flaw(
                f"{part}.{name}",
                Said("{name} cannot be an id.", name=repr(name)),
                Said(
                    "Use lower case letters, digits and single hyphens, at most {most} characters.",
                    most=MAX_ID,
                ),
            )


def _session_flaws(agenda: Agenda) -> Iterator[Flaw]:
    for session in agenda.sessions.values():
        where = f"sessions.{session.id}"
        if session.room not in agenda.rooms:
            yield Flaw(
                f"{where}.room",
                Said("{name} is not among the rooms.", name=repr(session.room)),
                Said("Use one of: {names}.", names=", ".join(sorted(agenda.rooms))),
            )
        if session.track is not None and session.track not in agenda.tracks:
            yield Flaw(
                f"{where}.track",
                Said("{name} is not among the tracks.", name=repr(session.track)),
                Said("List it."),
            )
        for speaker in session.speakers:
            if speaker not in agenda.speakers:
                yield Flaw(
                    f"{where}.speakers",
                    Said("{name} is not among the speakers.", name=repr(speaker)),
                    Said("Add the person under `speakers`, or correct the id."),
                )
        if not 0 < session.duration_s <= MAX_DURATION_S:
            yield Flaw(
                f"{where}.duration",
                Said("The session lasts {n} seconds.", n=str(session.duration_s)),
                Said("Its end must be after its start, by 48 hours at most."),
            )
        if not 0 <= session.min_duration_s <= max(0, session.duration_s):
            yield Flaw(
                f"{where}.min_duration",
                Said(
                    "The session cannot last {n} seconds at least.", n=str(session.min_duration_s)
                ),
                Said("Its least duration must lie between nothing and its duration."),
            )
        if not session.title.strip():
            yield Flaw(f"{where}.title", Said("The session has no title."), Said("Give it one."))
    yield from _uid_flaws(agenda)
    yield from _order_flaws(agenda)
    yield from _overlaps(agenda)


def _uid_flaws(agenda: Agenda) -> Iterator[Flaw]:
    first: dict[str, SessionId] = {}
    for session in sorted(agenda.sessions.values(), key=lambda s: s.id):
        if session.uid is not None and first.setdefault(session.uid, session.id) != session.id:
            yield Flaw(
                f"sessions.{session.id}.uid",
                Said(
                    "The uid {uid} is that of {session}, too.",
                    uid=repr(session.uid),
                    session=repr(first[session.uid]),
                ),
                Said("Give each session its own, or none."),
            )


def _order_flaws(agenda: Agenda) -> Iterator[Flaw]:
    planned = {room: sorted(listed) for room, listed in in_order(agenda.sessions).items()}
    ordered = {room: sorted(listed) for room, listed in agenda.order.items() if listed}
    if planned != ordered:
        yield Flaw(
            "order",
            Said("The running order does not list each session once, in its room."),
            Said("Order the sessions by their times."),
        )


def _overlaps(agenda: Agenda) -> Iterator[Flaw]:
    for room, listed in agenda.order.items():
        for one, two in pairwise(listed):
            first, second = agenda.sessions.get(one), agenda.sessions.get(two)
            if first is not None and second is not None and first.end_at > second.start_at:
                yield Flaw(
                    f"sessions.{two}.start",
                    Said(
                        "It starts before {session} ends, in the same room {room}.",
                        session=repr(one),
                        room=repr(room),
                    ),
                    Said("Correct the times, or put one of them in another room."),
                )
