"""`agenda.ics`: the agenda as a calendar that is subscribed to (RFC 5545, RFC 7986).

A session keeps its UID; SEQUENCE and LAST-MODIFIED are those of its edition, so nothing moves in a
calendar that did not change. What was cancelled stays, as cancelled. Times are in the venue's zone,
whose rules are in the file; a local time that comes twice is in UTC, because readers differ.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from streamhub.core.ids import Ms
from streamhub.core.published import Item, Published
from streamhub.formats.export import Names, absolute, kind_of, page_of, plain, zone_of

PRODUCT: Final = "-//streamhub//agenda//EN"
OFTEN: Final = "PT5M"
"""How often readers should look again."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WIDTH: Final = 75
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SPECIAL: Final = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_HOST: Final = re.compile(r"https?://(?:[^/@]*@)?(\[[^\]]+\]|[^/:]+)")


def write(event: Published) -> bytes:
    """Write the calendar."""
    return b"".join(_folded(line) for line in _lines(event))


def _lines(event: Published) -> Iterator[str]:
    agenda, names = event.agenda, Names(event)
    about = plain(agenda.summary or agenda.tagline)
    title = plain(agenda.title)
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:{PRODUCT}"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"UID:{names.event}"
    yield f"LAST-MODIFIED:{_utc(event.editions.at)}"
    yield f"NAME:{_text(title)}"
    yield f"X-WR-CALNAME:{_text(title)}"
    if about:
        yield f"DESCRIPTION:{_text(about)}"
    yield f"URL:{event.url}"
    yield f"SOURCE;VALUE=URI:{event.url}/agenda.ics"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{OFTEN}"
    yield f"X-PUBLISHED-TTL:{OFTEN}"
    yield f"X-WR-TIMEZONE:{agenda.timezone}"
    if agenda.accent:
        yield f"X-APPLE-CALENDAR-COLOR:{agenda.accent}"
    zone = zone_of(event)
    if event.items and not _is_utc(zone):
        first = min(item.start_at for item in event.items)
        last = max(item.end_at for item in event.items)
        yield from _zone_lines(agenda.timezone, _year(first), _year(last))
    for item in event.items:
        yield from _event(event, item, names, zone)
    yield "END:VCALENDAR"


def _event(event: Published, item: Item, names: Names, zone: ZoneInfo) -> Iterator[str]:
    plan = item.plan
    changed = _utc(item.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(plain(names.uid(plan.id)))}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"CREATED:{_utc(event.editions.since)}"
    yield f"SEQUENCE:{item.sequence}"
    yield f"DTSTART{_moment(item.start_at, zone)}"
    yield f"DTEND{_moment(item.end_at, zone)}"
    language = f";LANGUAGE={plan.language}" if plan.language else ""
    yield f"SUMMARY{language}:{_text(plain(plan.title))}"
    if about := _about(event, item):
        yield f"DESCRIPTION:{_text(about)}"
    yield f"LOCATION:{_text(plain(item.room.name))}"
    labels = [plain(item.track.name) if item.track else "", kind_of(item)]
    if any(labels):
        yield f"CATEGORIES:{','.join(_text(label) for label in labels if label)}"
    yield f"STATUS:{'CANCELLED' if item.is_off else 'CONFIRMED'}"
    yield "CLASS:PUBLIC"
    yield f"TRANSP:{'TRANSPARENT' if item.is_off else 'OPAQUE'}"
    yield f"URL:{absolute(event, plan.url) if plan.url else page_of(event, item)}"
    if item.room.stream and plan.streamed and not item.is_off:
        stream = absolute(event, item.room.stream)
        yield f"CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL={_quoted(item.room.name)}:{stream}"
    yield f"ORGANIZER:mailto:noreply@{_host(event.url)}"
    yield "END:VEVENT"


def _about(event: Published, item: Item) -> str:
    """What a calendar shows below a title: who speaks, what about, where."""
    people = [
        ", ".join(plain(part) for part in (one.name, one.role, *one.affiliations) if part)
        for one in item.speakers
    ]
    where = [part for part in (item.room.place, event.agenda.venue) if part]
    parts = [item.plan.subtitle, "\n".join(people), item.plan.abstract, "\n".join(where)]
    return "\n\n".join(text for part in parts if (text := plain(part)))


# --- values ------------------------------------------------------------------------------------


def _text(text: str) -> str:
    return re.sub(r"[\\;,\n]", lambda found: _SPECIAL[found[0]], text)


def _quoted(text: str) -> str:
    """Return a parameter's value, which may hold no quotation mark (RFC 6868)."""
    safe = plain(text).replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{safe}"'


def _host(url: str) -> str:
    found = _HOST.match(url)
    return found[1].strip("[]") if found else "localhost"


def _folded(line: str) -> bytes:
    """Break a line before it gets longer than 75 octets, never within a character."""
    data = line.encode()
    if len(data) <= _WIDTH:
        return data + b"\r\n"
    parts: list[bytes] = []
    while data:
        cut = _WIDTH - bool(parts)
        while cut < len(data) and data[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - UTF-8's continuation
            cut -= 1
        parts.append(data[:cut])
        data = data[cut:]
    return b"\r\n ".join(parts) + b"\r\n"


def _utc(at: Ms) -> str:
    return f"{_EPOCH + timedelta(seconds=at // 1000):%Y%m%dT%H%M%SZ}"


def _year(at: Ms) -> int:
    return (_EPOCH + timedelta(milliseconds=at)).year


def _is_utc(zone: ZoneInfo) -> bool:
    return zone.key in {"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal"}


def _moment(at: Ms, zone: ZoneInfo) -> str:
    when = (_EPOCH + timedelta(seconds=at // 1000)).astimezone(zone)
    if _is_utc(zone) or when.utcoffset() != when.replace(fold=1 - when.fold).utcoffset():
        return f":{_utc(at)}"
    return f";TZID={zone.key}:{when:%Y%m%dT%H%M%S}"


# --- zones -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """An instant at which a zone's clocks change; `local` is what they showed until then."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool

    @property
    def manner(self) -> tuple[timedelta, timedelta, str, bool]:
        """What happens, whenever it does."""
        return self.before, self.after, self.name, self.is_summer


@lru_cache(maxsize=64)
def _zone_lines(key: str, first: int, last: int) -> tuple[str, ...]:
    """Return the rules of a zone, from the year before the event to the year after it."""
    zone = ZoneInfo(key)
    changes = _changes(zone, first - 1, last + 1)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{key}", f"X-LIC-LOCATION:{key}"]
    rules = _rules(changes, first - 1, last + 1)
    if rules:
        for change, rule in rules:
            lines += _observance(change, rule)
    else:
        begin = datetime(first - 1, 1, 1, tzinfo=zone)
        offset = begin.utcoffset() or timedelta()
        start = _Change(begin.replace(tzinfo=None), offset, offset, begin.tzname() or key, False)
        for change in (start, *changes):
            lines += _observance(change, None)
    lines.append("END:VTIMEZONE")
    return tuple(lines)


def _observance(change: _Change, rule: str | None) -> list[str]:
    kind = "DAYLIGHT" if change.is_summer else "STANDARD"
    lines = [
        f"BEGIN:{kind}",
        f"DTSTART:{change.local:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_offset(change.before)}",
        f"TZOFFSETTO:{_offset(change.after)}",
        f"TZNAME:{change.name}",
    ]
    return [*lines, *([f"RRULE:{rule}"] if rule else []), f"END:{kind}"]


def _offset(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{hours:02}{minutes:02}" + (f"{rest:02}" if rest else "")


def _changes(zone: ZoneInfo, first: int, last: int) -> list[_Change]:
    """Find the changes of a zone's clocks in some years."""
    found = []
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    before = at.astimezone(zone).utcoffset()
    while at < end:
        following = at + timedelta(days=1)
        after = following.astimezone(zone).utcoffset()
        if after != before:
            found.append(_change(zone, at, following))
        at, before = following, after
    return found


def _change(zone: ZoneInfo, early: datetime, late: datetime) -> _Change:
    """Find the second at which the clocks change between two instants."""
    before = early.astimezone(zone).utcoffset() or timedelta()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    there = late.astimezone(zone)
    after = there.utcoffset() or timedelta()
    shown = late.replace(tzinfo=None) + before
    return _Change(shown, before, after, there.tzname() or zone.key, bool(there.dst()))


def _rules(changes: list[_Change], first: int, last: int) -> list[tuple[_Change, str]]:
    """Return the yearly rules that the changes follow; none where they follow none.

    Programs that know rules only (Outlook) read these best.
    """
    manners = dict.fromkeys(change.manner for change in changes)
    found = []
    for manner in manners:
        same = [change for change in changes if change.manner == manner]
        if [change.local.year for change in same] != list(range(first, last + 1)):
            return []
        one = same[0].local
        if any(
            (change.local.month, change.local.weekday(), change.local.time())
            != (one.month, one.weekday(), one.time())
            for change in same
        ):
            return []
        weeks = {(change.local.day - 1) // 7 + 1 for change in same}
        if all((change.local + timedelta(days=7)).month != one.month for change in same):
            week = -1
        elif len(weeks) == 1:
            week = weeks.pop()
        else:
            return []
        day = f"{week}{_DAYS[one.weekday()]}"
        found.append((same[0], f"FREQ=YEARLY;BYMONTH={one.month};BYDAY={day}"))
    return found
