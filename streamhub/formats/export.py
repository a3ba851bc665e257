"""What writers of other formats share: names that stay the same, local times, days.

Sessions keep what their source calls them; where that is nothing, or is used twice, they are
called after the event and their id, so that every export of an event calls them the same.
"""

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from streamhub.core.agenda import Kind, Session
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.published import Item, Published

DAY_CHANGE: Final = time(4)
"""When a day of the programme ends: a session that begins earlier belongs to the day before."""
PALETTE: Final = (
    *("#006872", "#8a3ffc", "#b3261e", "#8a5200"),
    *("#1a6e2e", "#a2185b", "#2f5fb3", "#5c5c00"),
)
"""Colours of tracks, for formats that cannot do without."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_MOST_NUMBER: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the programme and what begins in it."""

    index: int
    date: date
    starts: datetime
    ends: datetime
    items: tuple[Item, ...]


class Names:
    """How the exports of one event call its sessions, people and rooms."""

    def __init__(self, event: Published) -> None:
        agenda = event.agenda
        self._space = uuid.uuid5(
            uuid.NAMESPACE_URL, f"streamhub:{event.slug}:{event.editions.since}"
        )
        uses = Counter((one.uid or "").lower() for one in agenda.sessions.values())
        self._known = {
            one.id: one.uid
            for one in agenda.sessions.values()
            if one.uid and uses[one.uid.lower()] == 1
        }
        self.event = str(self._space)
        self.rooms: dict[RoomId, str] = {}
        taken: set[str] = set()
        for room in event.rooms():
            name, number = room.name, 2
            while name in taken:
                name, number = f"{room.name} ({number})", number + 1
            taken.add(name)
            self.rooms[room.id] = name
        self._numbers = self._numbered(agenda.sessions.values())

    def _numbered(self, sessions: Iterable[Session]) -> dict[SessionId, int]:
        """Give every session a number: its own where it has one, else one made of its guid."""
        found: dict[SessionId, int] = {}
        taken: set[int] = set()
        ordered = sorted(sessions, key=lambda one: one.id)
        for one in ordered:
            said = self._known.get(one.id, "")
            if _NUMBER.fullmatch(said):
                found[one.id] = int(said)
                taken.add(int(said))
        for one in ordered:
            if one.id not in found:
                number = uuid.UUID(self.guid(one.id)).int % _MOST_NUMBER + 1
                while number in taken:
                    number += 1
                found[one.id] = number
                taken.add(number)
        return found

    def uid(self, session: SessionId) -> str:
        """What calendars call a session."""
        return self._known.get(session) or self.guid(session)

    def guid(self, session: SessionId) -> str:
        """The UUID of a session."""
        said = self._known.get(session, "")
        return said.lower() if _UUID.fullmatch(said) else self._made("session", session)

    def number(self, session: SessionId) -> int:
        """The number of a session."""
        return self._numbers[session]

    def of_room(self, room: RoomId) -> str:
        """The UUID of a room."""
        return self._made("room", room)

    def of_person(self, speaker: str) -> str:
        """The UUID of a person at this event."""
        return self._made("person", speaker)

    def _made(self, kind: str, name: str) -> str:
        return str(uuid.uuid5(self._space, f"{kind}:{name}"))


def local(at: Ms, zone: ZoneInfo) -> datetime:
    """Return an instant in a zone, in whole seconds; in UTC where the zone's offset is odd."""
    when = (_EPOCH + timedelta(seconds=at // 1000)).astimezone(zone)
    offset = when.utcoffset() or timedelta()
    return when.astimezone(UTC) if offset % timedelta(minutes=1) else when


def zone_of(event: Published) -> ZoneInfo:
    """Return the venue's zone."""
    return ZoneInfo(event.agenda.timezone)


def days_of(event: Published) -> list[Day]:
    """Sort what takes place into days, which change at four in the morning."""
    zone = zone_of(event)
    days: dict[date, list[Item]] = {}
    for item in event.items:
        if not item.is_off:
            days.setdefault(_day(item.start_at, zone), []).append(item)
    if not days:
        days[_day(event.agenda.starts_at, zone)] = []
    return [
        Day(
            index,
            day,
            _instant(day, zone),
            _instant(day + timedelta(days=1), zone) - timedelta(minutes=1),
            tuple(days[day]),
        )
        for index, day in enumerate(sorted(days), 1)
    ]


def _day(at: Ms, zone: ZoneInfo) -> date:
    when = local(at, zone)
    return when.date() - timedelta(days=when.time() < DAY_CHANGE)


def _instant(day: date, zone: ZoneInfo) -> datetime:
    at = datetime.combine(day, DAY_CHANGE, zone)
    return local((at - _EPOCH) // timedelta(milliseconds=1), zone)


def minutes(item: Item) -> int:
    """How long a session lasts, in whole minutes, one at least."""
    return max(1, round((item.end_at - item.start_at) / 60_000))


def clock(whole_minutes: int) -> str:
    """Write minutes as `01:30`."""
    return f"{whole_minutes // 60:02}:{whole_minutes % 60:02}"


def page_of(event: Published, item: Item) -> str:
    """Where the public page tells of a session."""
    return f"{event.url}#s-{item.plan.id}"


def absolute(event: Published, address: str) -> str:
    """Return a whole address: paths are on the host of the public page."""
    return urljoin(event.url, address)


def kind_of(item: Item) -> str:
    """What kind of session it is; "" where that says nothing."""
    return "" if item.plan.kind is Kind.SESSION else item.plan.kind.value


def plain(text: str | None) -> str:
    """Take out the characters that XML and calendars cannot hold; they come from old files only."""
    if not text:
        return ""
    return "".join(
        sign
        for sign in text
        if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"}
    )


def acronym(event: Published) -> str:
    """Return the event's name as schedules of the c3voc kind need it."""
    return event.slug.replace("-", "_").ljust(4, "_")


def colour_of(event: Published, track: str) -> str:
    """Return a colour for a track, the same in every export."""
    return PALETTE[sorted(event.agenda.tracks).index(track) % len(PALETTE)]  # type: ignore[arg-type]  # ids are strings
