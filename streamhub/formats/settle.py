"""From a loose draft to an agenda: the one place where something is assumed, and said.

Local times are placed in the zone, ends found, rooms given one timeline each, people told apart,
texts reduced, ids made. What cannot be kept is left out with a note; what only the organiser knows
is asked. A draft never fails here: at the worst there are problems, or no session is left.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from streamhub.core import agenda as core
from streamhub.core.agenda import zone_names
from streamhub.core.ids import MAX_ID, Ms, RoomId, SessionId, SpeakerId, TrackId, is_slug
from streamhub.core.said import Said
from streamhub.core.table import Map
from streamhub.formats import limits, own, people, prose, words
from streamhub.formats.draft import Ask, Choices, Draft, DraftSession, Level, Note, Person, Reading
from streamhub.formats.moments import in_words, plain
from streamhub.formats.problems import Problem
from streamhub.formats.times import is_abbreviation

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_LEFT_OPEN: Final = timedelta(hours=1)
_LONGEST_GUESS: Final = timedelta(hours=4)
_ABSORBS_S: Final = 600
_ZONES: Final = zone_names()
_LIKELY: Final = in_words(
    "Europe/Berlin Europe/London Europe/Paris Europe/Madrid Europe/Rome Europe/Brussels "
    "Europe/Amsterdam Europe/Vienna Europe/Zurich Europe/Lisbon Europe/Dublin Europe/Prague "
    "Europe/Warsaw Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Helsinki Europe/Athens "
    "Europe/Bucharest Europe/Kyiv Europe/Istanbul America/New_York America/Chicago America/Denver "
    "America/Phoenix America/Los_Angeles America/Anchorage Pacific/Honolulu America/Toronto "
    "America/Halifax America/St_Johns America/Mexico_City America/Lima America/Bogota "
    "America/Santiago America/Argentina/Buenos_Aires America/Sao_Paulo America/Montevideo "
    "America/Caracas America/La_Paz Africa/Casablanca Africa/Lagos Africa/Johannesburg "
    "Africa/Cairo Africa/Nairobi Asia/Jerusalem Asia/Dubai Asia/Tehran Asia/Karachi Asia/Kolkata "
    "Asia/Kathmandu Asia/Dhaka Asia/Yangon Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh "
    "Asia/Singapore Asia/Shanghai Asia/Taipei Asia/Manila Asia/Tokyo Asia/Seoul Australia/Perth "
    "Australia/Adelaide Australia/Darwin Australia/Brisbane Australia/Sydney Pacific/Auckland "
    "Atlantic/Reykjavik UTC"
)
_LANGUAGES: Final = {
    word: code
    for code, words_ in {
        "en": "english englisch ingles anglais inglese eng",
        "de": "german deutsch aleman allemand tedesco alemao ger deu",
        "es": "spanish spanisch espanol castellano espagnol spagnolo espanhol spa",
        "fr": "french franzosisch frances francais francese fra fre",
        "it": "italian italienisch italiano italien ita",
        "pt": "portuguese portugiesisch portugues portugais portoghese por",
        "nl": "dutch niederlandisch nederlands",
    }.items()
    for word in words_.split()
}
_KINDS: Final = {
    core.Kind.OPENING: Said("opening"),
    core.Kind.KEYNOTE: Said("keynote"),
    core.Kind.PRESENTATION: Said("presentation"),
    core.Kind.PANEL: Said("panel"),
    core.Kind.WORKSHOP: Said("workshop"),
    core.Kind.QA: Said("qa"),
    core.Kind.BREAK: Said("break"),
    core.Kind.SOCIAL: Said("social"),
    core.Kind.CLOSING: Said("closing"),
}
"""As notes call them."""


def settle(draft: Draft, choices: Choices) -> Reading:
    """Make an agenda of a draft, with what the organiser chose."""
    return _Settler(draft, choices).reading()


def language_of(text: str | None) -> str | None:
    """Find the code of a language in `de-formal`, `German` or `de, en` (the first counts)."""
    for word in plain(text or "").replace("_", "-").replace("/", ",").replace(";", ",").split(","):
        said = word.strip()
        code = _LANGUAGES.get(said, said.split(" ")[0])
        if code == "de-formal":
            return "de"
        if own.LANGUAGE.fullmatch(code) and len(code.split("-")[0]) <= 3:  # noqa: PLR2004 - ISO 639
            return code
    return None


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _ms(when: datetime) -> Ms:
    return (when - _EPOCH) // timedelta(milliseconds=1)


@dataclass(slots=True)
class _Placed:
    """A session with its instants; `end` is None while nothing says it."""

    draft: DraftSession
    kind: core.Kind
    title: str
    start: Ms
    end: Ms | None
    room: str | None
    people: tuple[SpeakerId, ...] = ()


@dataclass(slots=True)
class _Ids:
    """Slugs that are given once."""

    taken: set[str] = field(default_factory=set)

    def give(self, wish: str, otherwise: str) -> str:
        name = base = wish or otherwise
        number = 2
        while name in self.taken:
            tail = f"-{number}"
            name = base[: MAX_ID - len(tail)].rstrip("-") + tail
            number += 1
        self.taken.add(name)
        return name


class _Settler:
    """Settles one draft."""

    def __init__(self, draft: Draft, choices: Choices) -> None:
        self.draft = draft
        self.choices = choices
        self.notes = list(draft.notes)
        self.asks = list(draft.asks)
        self.problems: list[Problem] = []
        self.counted: Counter[tuple[Level, Said]] = Counter()
        self.speakers: dict[str, core.Speaker] = {}
        self.speaker_ids = _Ids()
        self.tracks: dict[str, core.Track] = {}
        self.seen: set[SpeakerId] = set()
        self.lanes: dict[str, str] = {}
        self.names_rooms = any(one.room for one in draft.sessions)
        self.room_names: dict[str, str] = {}

    # What is said about it.

    def note(self, level: Level, session: DraftSession | None, on: str, text: Said) -> None:
        self.notes.append(Note(level, session.row if session else None, on, text))

    def count(self, level: Level, text: Said) -> None:
        """Say one thing once, with how many sessions it is true of; `text` says it of one."""
        self.counted[level, text] += 1

    def told(self) -> tuple[Note, ...]:
        """Tell all notes, what was dropped first among what is about single rows."""
        for (level, text), n in self.counted.items():
            self.note(level, None, "", text.counting(n))
        notes = self.notes
        if len(notes) > limits.MAX_NOTES:
            rest = len(notes) - limits.MAX_NOTES
            ordered = sorted(notes, key=lambda note: note.level == "assumed")
            more = Said("{n} more note is not shown.", "{n} more notes are not shown.", n=rest)
            notes = [*ordered[: limits.MAX_NOTES], Note("warning", None, "", more)]
        return tuple(notes)

    # The whole.

    def reading(self) -> Reading:
        limits.within(len(self.draft.sessions), core.MAX_SESSIONS * 4, Said("sessions"))
        accepted = [one for one in self.draft.sessions if self.takes_place(one)]
        zone = self.zone(accepted)
        title = self.line(self.choices.title or self.draft.title or "", "event.title")
        if not title and self.draft.sessions:
            self.asks.append(Ask("title", Said("The file does not say what the event is called.")))
        placed = [found for one in accepted if (found := self.place(one, zone)) is not None]
        self.close_ends(placed)
        rooms = self.rooms(placed)
        sessions = self.sessions(placed, rooms)
        slug = self.slug(title)
        preview = core.Agenda(
            title=title or "Untitled",
            timezone=zone,
            tagline=self.line_or_none(self.draft.tagline, "event.tagline"),
            summary=self.prose(self.draft.summary, None, "event.summary"),
            venue=self.line_or_none(self.draft.venue, "event.venue"),
            languages=self.languages(sessions),
            zones=tuple(
                core.Zone(name=name, label=label)
                for name, label in self.draft.zones
                if name in _ZONES
            ),
            rooms=Map({room.id: room for room in rooms.values()}),
            tracks=Map({track.id: track for track in self.tracks.values()}),
            speakers=Map(
                {
                    speaker.id: speaker
                    for speaker in self.speakers.values()
                    if speaker.id in self.seen
                }
            ),
            sessions=Map({session.id: session for session in sessions}),
        )
        preview = replace(preview, order=core.in_order(preview.sessions))
        self.judge(preview)
        open_ = any(ask.needed for ask in self.asks) or bool(self.problems)
        return Reading(
            agenda=None if open_ else preview,
            preview=preview if sessions else None,
            slug=slug,
            notes=self.told(),
            asks=tuple(self.asks),
            problems=tuple(self.problems),
            lanes=self.lanes,
            columns=self.draft.columns,
        )

    def judge(self, agenda: core.Agenda) -> None:
        """Let core look at what came out."""
        if any(ask.what in {"columns", "date"} for ask in self.asks) and not agenda.sessions:
            return
        if len(agenda.rooms) > own.MAX_ROOMS:
            self.problems.append(
                Problem(
                    "rooms",
                    Said(
                        "The agenda has {n} rooms; {most} are the most.",
                        n=len(agenda.rooms),
                        most=own.MAX_ROOMS,
                    ),
                    Said("Split it into several events."),
                )
            )
        if not agenda.sessions:
            self.problems.append(
                Problem(
                    "sessions",
                    Said("No session with a time and a place was found."),
                    Said(
                        "Look at the notes for what was left out; name the columns if it is a "
                        "table."
                    ),
                )
            )
            return
        self.problems += [
            Problem(flaw.where, flaw.message, flaw.hint) for flaw in core.check(agenda)
        ]

    def takes_place(self, session: DraftSession) -> bool:
        if words.is_accepted(session.status):
            return True
        state = " ".join((session.status or "").split())[:40].lower()
        self.count(
            "dropped",
            Said(
                "{n} session is marked {state} and was left out.",
                "{n} sessions are marked {state} and were left out.",
                n=1,
                state=repr(state),
            ),
        )
        return False

    # The zone.

    def zone(self, sessions: list[DraftSession]) -> str:
        """Find the event's zone; where it is not sure, say so and ask."""
        if self.choices.timezone is not None:
            if self.choices.timezone in _ZONES:
                return self.choices.timezone
            why = Said("{zone} is not a time zone.", zone=repr(self.choices.timezone))
            self.asks.append(Ask("timezone", why))
            return "UTC"
        starts = [one.start for one in sessions if one.start is not None]
        aware = [start for start in starts if start.tzinfo is not None]
        naive = len(aware) < len(starts)
        offsets = {start.utcoffset() or timedelta() for start in aware}
        told = self.draft.timezone if self.draft.timezone in _ZONES else None
        if self.draft.timezone and told is None:
            self.odd_zone(self.draft.timezone)
        local = any(offsets)
        if told is not None and not (local and told in {"UTC", "Etc/UTC"}):
            return told
        if told is not None:
            self.note(
                "warning",
                None,
                "timezone",
                Said(
                    "The file calls its zone {zone}, but its times have other offsets; the "
                    "instants are kept.",
                    zone=told,
                ),
            )
        fitting = _fitting(aware) if local else []
        if local and fitting:
            guess = _fixed(offsets) or fitting[0]
            why = Said("The file has offsets, but does not name its time zone.")
            self.asks.append(Ask("timezone", why, tuple(fitting[:12]), needed=False))
            self.note(
                "assumed", None, "timezone", Said("Times are shown as in {zone}.", zone=guess)
            )
            return guess
        if starts:
            why = (
                Said("The times in the file are local, and it does not say where.")
                if naive
                else Said("The times in the file are in UTC; it does not say where the event is.")
            )
            self.asks.append(Ask("timezone", why))
        return told or "UTC"

    def odd_zone(self, said: str) -> None:
        shown = repr(said[:60])
        text = (
            Said(
                "{zone} is an abbreviation, which several zones share; it was not used.", zone=shown
            )
            if is_abbreviation(said)
            else Said("{zone} is not a time zone; it was not used.", zone=shown)
        )
        self.note("warning", None, "timezone", text)

    # Times.

    def place(self, session: DraftSession, zone_name: str) -> _Placed | None:
        """Give a session its instants; None (with a note) where it has none."""
        zone = _zone(zone_name)
        start = session.start
        if start is None:
            self.note(
                "dropped",
                session,
                "start",
                Said("{title} has no time and was left out.", title=_quoted(session.title)),
            )
            return None
        if session.all_day:
            start = datetime.combine(start.date(), time(), start.tzinfo)
            session.end, session.duration = start + _DAY, None
            self.note(
                "assumed",
                session,
                "start",
                Said("“All day” is read as from midnight to midnight."),
            )
        try:
            begins = self.instant(start, zone, session, "start")
            ends = self.end(session, start, begins, zone)
        except OverflowError:
            self.note(
                "dropped",
                session,
                "start",
                Said("{title} has no possible time.", title=_quoted(session.title)),
            )
            return None
        lasts = None if ends is None else ends - begins
        if lasts is not None and (lasts < 0 or lasts > core.MAX_DURATION_S * 1000):
            shown = _quoted(session.title)
            self.note(
                "dropped",
                session,
                "end",
                Said("{title} ends before it starts and was left out.", title=shown)
                if lasts < 0
                else Said("{title} lasts more than 48 hours and was left out.", title=shown),
            )
            return None
        if lasts == 0 and not session.room and self.names_rooms:
            self.note(
                "dropped",
                session,
                "end",
                Said(
                    "{title} ends as it starts, has no room, and was left out.",
                    title=_quoted(session.title),
                ),
            )
            return None
        persons = self.people(session)
        kind, by_title = words.kind_of(session.kind, session.title, people=bool(persons))
        title = self.line(session.title, "title", session)
        if not title:
            title = self.line(session.kind or "", "title", session)
            if not title:
                self.note("dropped", session, "title", Said("It has no title and was left out."))
                return None
            self.note(
                "assumed",
                session,
                "title",
                Said("It has no title; {title} is what it is called.", title=repr(title)),
            )
        elif by_title and kind is not core.Kind.SESSION:
            self.count(
                "assumed",
                Said(
                    "{n} session is taken for “{kind}” by its title.",
                    "{n} sessions are taken for “{kind}” by their titles.",
                    n=1,
                    kind=_KINDS.get(kind, kind.value),
                ),
            )
        room = self.line(session.room or "", "room", session) or None
        return _Placed(session, kind, title, begins, ends if lasts else None, room, persons)

    def end(self, session: DraftSession, start: datetime, begins: Ms, zone: ZoneInfo) -> Ms | None:
        """Find when it ends: by its end, past midnight if need be, or by its duration."""
        by_length = None
        if session.duration is not None and session.duration >= timedelta():
            by_length = begins + session.duration // timedelta(milliseconds=1)
        end = session.end
        if end is None:
            return by_length
        if isinstance(end, time):
            end = datetime.combine(start.date(), end, start.tzinfo)
            if end < start:
                end += _DAY
                self.count(
                    "assumed",
                    Said(
                        "{n} session ends after midnight: its end is earlier than its start.",
                        "{n} sessions end after midnight: their end is earlier than their start.",
                        n=1,
                    ),
                )
        by_end = self.instant(end, zone, session, "end")
        if by_end < begins and by_length is not None and by_length > begins:
            self.note(
                "warning",
                session,
                "end",
                Said("It ends before it starts; its duration counts."),
            )
            return by_length
        if by_length is not None and by_length not in {by_end, begins}:
            self.note(
                "warning",
                session,
                "duration",
                Said(
                    "The duration says {duration}, start and end say {span}; start and end count.",
                    duration=_length(by_length - begins),
                    span=_length(by_end - begins),
                ),
            )
        return by_end

    def instant(self, when: datetime, zone: ZoneInfo, session: DraftSession, on: str) -> Ms:
        """Place a local time in the zone; say so where clocks skip or repeat it."""
        if when.tzinfo is not None:
            return _ms(when)
        first, second = (when.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second.utcoffset():
            back = first.astimezone(UTC).astimezone(zone)
            if back.replace(tzinfo=None) != when:
                self.note(
                    "warning",
                    session,
                    on,
                    Said(
                        "Clocks skip {time} on {day}; it is read as {other}.",
                        time=f"{when:%H:%M}",
                        day=f"{when:%Y-%m-%d}",
                        other=f"{back:%H:%M}",
                    ),
                )
            else:
                self.note(
                    "warning",
                    session,
                    on,
                    Said(
                        "Clocks show {time} twice on {day}; the first is meant.",
                        time=f"{when:%H:%M}",
                        day=f"{when:%Y-%m-%d}",
                    ),
                )
        return _ms(first)

    def close_ends(self, placed: list[_Placed]) -> None:
        """Give those that have no end one: when the next begins in their room, or anywhere."""
        if all(one.end is not None for one in placed):
            return
        everywhere = sorted({one.start for one in placed})
        by_room: dict[str | None, list[Ms]] = {}
        for one in placed:
            by_room.setdefault(one.room, []).append(one.start)
        longest = _LONGEST_GUESS // timedelta(milliseconds=1)
        for one in placed:
            if one.end is not None:
                continue
            starts = everywhere if one.room is None else by_room[one.room]
            following = min((at for at in starts if at > one.start), default=None)
            if following is not None and following - one.start <= longest:
                one.end = following
                self.count(
                    "assumed",
                    Said(
                        "{n} session has no end; it ends when the next one begins.",
                        "{n} sessions have no end; they end when the next one begins.",
                        n=1,
                    ),
                )
            else:
                one.end = one.start + _LEFT_OPEN // timedelta(milliseconds=1)
                self.note(
                    "assumed",
                    one.draft,
                    "end",
                    Said("{title} has no end; an hour is assumed.", title=_quoted(one.title)),
                )

    # Rooms.

    def rooms(self, placed: list[_Placed]) -> dict[str, core.Room]:
        """Make the rooms, each with one timeline; `placed` then names them by these names."""
        named = dict.fromkeys(one.room for one in placed if one.room)
        listed = [name for room in self.draft.rooms if (name := self.line(room, "room"))]
        roomless = [one for one in placed if one.room is None]
        if roomless:
            self.roomless(placed, roomless, named, listed)
        self.lay_out(placed)
        used = dict.fromkeys(one.room for one in placed if one.room)
        order = [name for name in dict.fromkeys(listed) if name in used]
        order += [name for name in used if name not in order and name not in self.lanes]
        with_lanes = [
            name
            for room in order
            for name in (room, *(lane for lane, of in self.lanes.items() if of == room))
        ]
        if unused := [name for name in dict.fromkeys(listed) if name not in used]:
            self.note(
                "warning",
                None,
                "rooms",
                Said(
                    "{n} room has no session and was left out.",
                    "{n} rooms have no session and were left out.",
                    n=len(unused),
                ),
            )
        ids = _Ids()
        made = {}
        for i, name in enumerate(with_lanes):
            wish = "main" if name == self.room_names.get("main") else own.slug_of(name)
            stream = self.draft.room_streams.get(name)
            made[name] = core.Room(
                id=RoomId(ids.give(wish, f"room-{i + 1}")),
                name=name,
                order=i,
                stream=stream if stream and own.is_address(stream) else None,
            )
        self.lanes = {made[lane].id: made[of].id for lane, of in self.lanes.items()}
        return made

    def roomless(
        self,
        placed: list[_Placed],
        roomless: list[_Placed],
        named: Iterable[str | None],
        listed: list[str],
    ) -> None:
        """Find a place for sessions that name none."""
        known = [name for name in dict.fromkeys([*listed, *named]) if name]
        where = self.line(self.draft.venue or "", "venue") or "Main room"
        if len(known) == 1 and len(roomless) * 2 <= len(placed):
            only = Said(
                "{n} session names no room; {room} is the only one.",
                "{n} sessions name no room; {room} is the only one.",
                n=1,
                room=repr(known[0]),
            )
            self.count("assumed", only)
            for one in roomless:
                one.room = known[0]
            return
        if not known or len(roomless) * 2 > len(placed):
            made = Said("No room is named; one is made, {room}.", room=repr(where))
            self.note("assumed", None, "rooms", made)
            self.room_names["main"] = where
            for one in roomless:
                one.room = where
            return
        for one in roomless:
            if one.kind.is_pause:
                one.room = where
                self.count(
                    "assumed",
                    Said(
                        "{n} break names no room; it is listed in {room}.",
                        "{n} breaks name no room; they are listed in {room}.",
                        n=1,
                        room=repr(where),
                    ),
                )
            else:
                self.note(
                    "dropped",
                    one.draft,
                    "room",
                    Said("{title} has no room and was left out.", title=_quoted(one.title)),
                )
        placed[:] = [one for one in placed if one.room is not None]

    def lay_out(self, placed: list[_Placed]) -> None:
        """Put sessions that overlap in a room beside each other, in rooms that are added."""
        ends: dict[str, list[Ms]] = {}
        taken = {one.room for one in placed}
        extra: dict[tuple[str, int], str] = {}
        moved: Counter[str] = Counter()
        for one in sorted(placed, key=lambda one: (one.start, one.end or 0)):
            room = one.room or ""
            lanes = ends.setdefault(room, [])
            lane = next((i for i, end in enumerate(lanes) if end <= one.start), len(lanes))
            if lane == len(lanes):
                lanes.append(0)
            lanes[lane] = one.end or one.start
            if not lane:
                continue
            if (room, lane) not in extra:
                number, name = lane + 1, f"{room} ({lane + 1})"
                while name in taken:
                    number += 1
                    name = f"{room} ({number})"
                taken.add(name)
                extra[room, lane] = name
                self.lanes[name] = room
            one.room = extra[room, lane]
            moved[room] += 1
        for room, n in moved.items():
            self.note(
                "warning",
                None,
                "rooms",
                Said(
                    "In {room} {n} session overlaps with others; it is listed beside it, as "
                    "{names}.",
                    "In {room} {n} sessions overlap with others; they are listed beside it, as "
                    "{names}.",
                    n=n,
                    room=repr(room),
                    names=", ".join(repr(name) for (of, _), name in extra.items() if of == room),
                ),
            )

    # People.

    def people(self, session: DraftSession) -> tuple[SpeakerId, ...]:
        """Find or make the speakers of a session."""
        found: dict[SpeakerId, None] = {}
        for entry in session.people[: limits.MAX_PEOPLE]:
            persons = people.read_line(entry) if isinstance(entry, str) else [entry]
            if len(persons) > 1:
                self.note(
                    "assumed",
                    session,
                    "speakers",
                    Said("{line} is read as {n} people.", line=_quoted(str(entry)), n=len(persons)),
                )
            for person in persons:
                if (speaker := self.speaker(person, session)) is not None:
                    found[speaker] = None
        if len(session.people) > limits.MAX_PEOPLE:
            self.note(
                "warning",
                session,
                "speakers",
                Said("Only the first {most} people were read.", most=limits.MAX_PEOPLE),
            )
        return tuple(found)

    def speaker(self, person: Person, session: DraftSession) -> SpeakerId | None:
        name = self.line(person.name, "speakers", session)
        if not name:
            return None
        key = f"\0{person.id}" if person.id else name
        known = self.speakers.get(key)
        affiliations = tuple(
            text for one in person.affiliations if (text := self.line(one, "speakers", session))
        )
        if known is None:
            known = core.Speaker(
                id=SpeakerId(
                    self.speaker_ids.give(own.slug_of(name), f"speaker-{len(self.speakers) + 1}")
                ),
                name=name,
                role=self.line_or_none(person.role, "speakers", session),
                affiliations=affiliations,
                biography=self.prose(person.biography, session, "speakers"),
            )
        else:
            known = replace(
                known,
                role=known.role or self.line_or_none(person.role, "speakers", session),
                affiliations=known.affiliations or affiliations,
                biography=known.biography or self.prose(person.biography, session, "speakers"),
            )
        self.speakers[key] = known
        return known.id

    # Sessions.

    def sessions(self, placed: list[_Placed], rooms: dict[str, core.Room]) -> list[core.Session]:
        track_ids, ids = _Ids(), _Ids()
        track_of = {said: self.line(said, "track") for one in placed if (said := one.draft.track)}
        used = {plain(name) for name in track_of.values()}
        for name in [*self.draft.tracks, *track_of]:
            cleaned = track_of.get(name) or self.line(name, "track")
            if cleaned and plain(cleaned) in used and plain(cleaned) not in self.tracks:
                slug = track_ids.give(own.slug_of(cleaned), f"track-{len(self.tracks) + 1}")
                self.tracks[plain(cleaned)] = core.Track(id=TrackId(slug), name=cleaned)
        uids = self.uids(placed, rooms)
        made = []
        absorbing = 0
        for i, (one, uid) in enumerate(zip(placed, uids, strict=True), 1):
            session = one.draft
            self.seen.update(one.people)
            lasts = max(1, ((one.end or one.start) - one.start) // 1000)
            track = self.tracks.get(plain(track_of.get(session.track or "", "")))
            pause = one.kind is core.Kind.BREAK
            absorbing += pause
            made.append(
                core.Session(
                    id=SessionId(ids.give(own.slug_of(uid or ""), f"s{i}")),
                    room=rooms[one.room or ""].id,
                    title=one.title,
                    start_at=one.start,
                    duration_s=lasts,
                    kind=one.kind,
                    track=None if track is None else track.id,
                    speakers=one.people,
                    abstract=self.prose(session.abstract, session, "abstract"),
                    fixed_end=pause,
                    min_duration_s=min(lasts, _ABSORBS_S) if pause else 0,
                    printed=self.line_or_none(session.printed, "printed", session),
                    uid=uid,
                    subtitle=self.line_or_none(session.subtitle, "subtitle", session),
                    language=language_of(session.language),
                    url=session.url if session.url and own.is_address(session.url) else None,
                    recorded=session.recorded,
                    streamed=session.streamed,
                )
            )
        if absorbing:
            self.note(
                "assumed",
                None,
                "fixed_end",
                Said(
                    "{n} break ends as planned, to absorb delays.",
                    "{n} breaks end as planned, to absorb delays.",
                    n=absorbing,
                ),
            )
        return made

    def uids(self, placed: list[_Placed], rooms: dict[str, core.Room]) -> list[str | None]:
        """Tell apart the uids that several sessions share: by start, room and title."""
        said = [self.line(one.draft.uid or "", "uid", one.draft) or None for one in placed]
        shared = {uid for uid, n in Counter(said).items() if uid is not None and n > 1}
        if shared:
            self.note(
                "warning",
                None,
                "uid",
                Said(
                    "{sessions} sessions share {n} uid; they are told apart by time and room.",
                    "{sessions} sessions share {n} uids; they are told apart by time and room.",
                    sessions=sum(uid in shared for uid in said),
                    n=len(shared),
                ),
            )
        given = {uid for uid in said if uid not in shared}
        found: list[str | None] = []
        for uid, one in zip(said, placed, strict=True):
            if uid not in shared or uid is None:
                found.append(uid)
                continue
            start = _EPOCH + timedelta(milliseconds=one.start)
            base = f"{uid[:200]}/{start:%Y%m%dT%H%M%SZ}/{rooms[one.room or ''].id}"
            own_uid, number = base, 2
            while own_uid in given:
                own_uid, number = f"{base}/{number}", number + 1
            given.add(own_uid)
            found.append(own_uid)
        return found

    def languages(self, sessions: list[core.Session]) -> tuple[str, ...]:
        told = [code for said in self.draft.languages if (code := language_of(said))]
        if told:
            return tuple(dict.fromkeys(told))
        spoken = Counter(one.language for one in sessions if one.language)
        most = sum(spoken.values())
        return tuple(code for code, n in spoken.most_common(4) if n * 10 >= most) or ("en",)

    def slug(self, title: str) -> str:
        for wish in (self.choices.slug, self.draft.slug, title):
            slug = own.slug_of(wish or "")
            if slug and is_slug(slug):
                return slug
        return "event"

    # Texts.

    def line(self, text: str, on: str, session: DraftSession | None = None) -> str:
        if not text:
            return ""
        return self.text(text, session, on, own.MAX_LINE, lines=False)

    def line_or_none(
        self, text: str | None, on: str, session: DraftSession | None = None
    ) -> str | None:
        return self.line(text or "", on, session) or None

    def prose(self, text: str | None, session: DraftSession | None, on: str) -> str | None:
        return (self.text(text, session, on, own.MAX_PROSE, lines=True) or None) if text else None

    def text(
        self, text: str, session: DraftSession | None, on: str, most: int, *, lines: bool
    ) -> str:
        kept, had = prose.without_emails(prose.from_html(text))
        if had:
            self.count(
                "warning",
                Said(
                    "{n} text held an e-mail address, which was taken out.",
                    "{n} texts held an e-mail address, which was taken out.",
                    n=1,
                ),
            )
        made, cut = prose.tidy(kept, most, lines=lines)
        if cut:
            self.note(
                "warning", session, on, Said("The text is cut to {most} characters.", most=most)
            )
        return made


def _quoted(text: str) -> str:
    shown = " ".join(text.split())
    return f"“{shown[:80]}…”" if len(shown) > 80 else f"“{shown}”"  # noqa: PLR2004 - as long as a line


def _length(ms: Ms) -> str:
    minutes = ms // 60_000
    return f"{minutes // 60}:{minutes % 60:02d}"


def _fixed(offsets: set[timedelta]) -> str | None:
    """Name the zone of one whole-hour offset, which shows times as the file has them."""
    hours, rest = divmod(next(iter(offsets)), timedelta(hours=1))
    if len(offsets) > 1 or rest:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _fitting(starts: list[datetime]) -> list[str]:
    """List zones whose clocks show what the file's do, the largest first."""
    offsets: dict[date, datetime] = {}
    for start in starts:
        offsets.setdefault(start.date(), start)
    return [
        name
        for name in _LIKELY
        if all(
            start.astimezone(_zone(name)).utcoffset() == start.utcoffset()
            for start in list(offsets.values())[:60]
        )
    ]
