"""iCalendar, as calendars and conference tools write it, and as it gets broken by hand.

The library reads the lines; it is not asked about the rules of zones and repetitions: a zone is its
name, and a repeated event is its first occurrence, which is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from streamhub.core.agenda import zone_names
from streamhub.core.said import Said
from streamhub.formats import limits
from streamhub.formats.draft import Choices, Draft, DraftSession
from streamhub.formats.moments import plain
from streamhub.formats.source import Source

if TYPE_CHECKING:  # it takes a tenth of a second, and most commands read no calendar
    from icalendar import Component

_PROPERTY: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?:;[^:\n]{0,2000})?:|[A-Za-z][A-Za-z0-9-]*;")
_BY: Final = re.compile(
    r"(?:von|by|speakers?|presenters?|presented by|con|ponentes?|par|intervenants?|di|relator[ei]|"
    r"por|referent(?:en|in)?):\s*(?P<who>[^\n]{2,300})",
    re.IGNORECASE,
)
_ESCAPED: Final = re.compile(r"\\([\\;,nN])")
_OFTEN: Final = 0.2
_LONG_LIST: Final = 4
_ZONES: Final = zone_names()


@dataclass(slots=True)
class _Lines:
    """The file as lines that the library takes, and what stood between them."""

    kept: list[str] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    loose_zone: str | None = None
    joined: int = 0
    opened: list[str] = field(default_factory=list)
    within_zone: str | None = None

    def take(self, line: str) -> None:
        """Take one line: leave zones' rules out, join what was broken."""
        upper = line.strip().upper()
        if self.within_zone is not None:
            self.take_of_zone(line, upper)
        elif upper == "BEGIN:VTIMEZONE":
            self.within_zone = ""
        elif upper.startswith("VTIMEZONE:"):
            self.loose_zone = line.partition(":")[2].strip()
        elif line[:1] in {" ", "\t"}:
            self.kept.append(line)
        elif _PROPERTY.match(line):
            if self.balanced(upper):
                self.kept.append(line)
        elif self.kept and upper:
            self.joined += 1
            self.kept.append(f" \\n{line}")

    def take_of_zone(self, line: str, upper: str) -> None:
        key, _, value = line.partition(":")
        if key.upper().startswith("TZID"):
            self.within_zone = value.strip()
        elif key.upper() == "X-LIC-LOCATION":
            self.zones[self.within_zone or ""] = value.strip()
        elif upper == "END:VTIMEZONE":
            self.zones.setdefault(self.within_zone or "", self.within_zone or "")
            self.within_zone = None

    def balanced(self, upper: str) -> bool:
        """Close what was left open; tell whether the line may stay."""
        if upper.startswith("BEGIN:"):
            self.opened.append(upper[6:])
            limits.within(len(self.opened), limits.MAX_DEPTH, Said("levels of nesting"))
        elif upper.startswith("END:"):
            if upper[4:] not in self.opened:
                return False
            while self.opened[-1] != upper[4:]:
                self.kept.append(f"END:{self.opened.pop()}")
            self.opened.pop()
        return True


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    return source.head.upper().startswith(b"BEGIN:VCALENDAR")


def read(source: Source, choices: Choices) -> Draft:  # noqa: ARG001 - it says all itself
    """Read it."""
    from icalendar import Calendar

    lines = _mend(source.text)
    try:
        calendars = Calendar.from_ical("\r\n".join(lines.kept) + "\r\n", multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        said = " ".join(str(error).split())[:160]
        limits.refuse(
            Said("This calendar cannot be read: {why}.", why=said), Said("Export it again.")
        )
    draft = Draft()
    events: list[Component] = []
    zones: Counter[str] = Counter()
    for calendar in calendars:
        draft.title = draft.title or _said(calendar, "NAME") or _said(calendar, "X-WR-CALNAME")
        about = _said(calendar, "DESCRIPTION") or _said(calendar, "X-WR-CALDESC")
        draft.summary = draft.summary or (about if about != draft.title else None)
        draft.timezone = draft.timezone or _said(calendar, "X-WR-TIMEZONE")
        events += calendar.walk("VEVENT")
    limits.within(len(events), limits.MAX_ROWS, Said("events"))
    hosts = _hosts(events)
    for number, event in enumerate(events, 1):
        draft.sessions.append(_session(event, number, hosts, lines.zones, zones, draft))
    told = [draft.timezone, lines.loose_zone, *(name for name, _ in zones.most_common(1))]
    told += list(lines.zones.values())[:1]
    draft.timezone = next((name for name in told if name and name not in {"UTC", "Etc/UTC"}), None)
    if lines.joined:
        draft.note(
            "assumed",
            Said(
                "{n} broken line was joined to the one before it.",
                "{n} broken lines were joined to those before them.",
                n=lines.joined,
            ),
        )
    return draft


def _mend(text: str) -> _Lines:
    found = _Lines()
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        found.take(line.rstrip("\0"))
    found.kept += [f"END:{name}" for name in reversed(found.opened)]
    return found


def _part(value: object, name: str) -> object:
    """Look into a property, which raises where its text was broken."""
    try:
        return getattr(value, name, None)
    except ValueError:
        return None


def _params(value: object) -> Mapping[str, object]:
    found = _part(value, "params")
    return found if isinstance(found, Mapping) else {}


def _said(component: "Component", name: str) -> str | None:
    value = component.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None:
        return None
    from icalendar.prop import vUnknown

    said = str(value)
    if isinstance(value, vUnknown):  # which stands as it stood in the file
        said = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], said)
    return said.strip() or None


def _names(component: "Component", name: str) -> list[str]:
    value = component.get(name)
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        said = _params(one).get("CN")
        texts = said if isinstance(said, list) else [said]
        found += [str(text).strip() for text in texts if text and "@" not in str(text)]
    return list(dict.fromkeys(found))


def _hosts(events: "Iterable[Component]") -> frozenset[str]:
    """The organisers who are so of many events: the conference itself, not a speaker."""
    counted = Counter(name for event in events for name in _names(event, "ORGANIZER"))
    total = sum(counted.values())
    return frozenset(name for name, n in counted.items() if n > max(3, total * _OFTEN))


def _session(
    event: "Component",
    number: int,
    hosts: frozenset[str],
    known: dict[str, str],
    zones: Counter[str],
    draft: Draft,
) -> DraftSession:
    uid = _said(event, "UID")
    again = _moment(event, "RECURRENCE-ID", known, None)
    start = _moment(event, "DTSTART", known, zones)
    end = _moment(event, "DTEND", known, None)
    length = _part(event.get("DURATION"), "dt")
    row = Said("event {event}", event=f"{number} ({uid[:60]})" if uid else str(number))
    if event.get("RRULE") is not None:
        draft.note("warning", Said("It is repeated; only the first time was read."), row, "RRULE")
    abstract = _said(event, "DESCRIPTION")
    people = [*_names(event, "ATTENDEE")]
    people += [name for name in _names(event, "ORGANIZER") if name not in hosts]
    by = _BY.match(abstract or "")
    if by is not None and abstract is not None:
        if not people:
            people = [by["who"]]
        abstract = abstract[by.end() :].strip()
    categories = _categories(event)
    status = (_said(event, "STATUS") or "").lower()
    begins, all_day = _whole(start)
    ends, _ = _whole(end)
    if all_day and begins is not None and (ends is None or ends - begins <= timedelta(days=1)):
        ends = None
    else:
        all_day = False
    return DraftSession(
        row=row,
        uid=f"{uid}/{again:%Y%m%dT%H%M%S}" if uid and again else uid,
        title=_said(event, "SUMMARY") or "",
        start=begins,
        end=ends,
        duration=length if isinstance(length, timedelta) else None,
        all_day=all_day,
        room=_said(event, "LOCATION"),
        track=categories[0] if categories else None,
        kind=categories[0] if categories else None,
        abstract=abstract,
        url=_said(event, "URL"),
        language=str(_params(event.get("SUMMARY")).get("LANGUAGE") or "") or None,
        status=status if status == "cancelled" else None,
        people=list(people),
    )


def _whole(when: date | datetime | None) -> tuple[datetime | None, bool]:
    if when is None or isinstance(when, datetime):
        return when, False
    return datetime.combine(when, time()), True


def _moment(
    event: "Component", name: str, known: dict[str, str], zones: Counter[str] | None
) -> date | datetime | None:
    value = event.get(name)
    if isinstance(value, list):
        value = value[0]
    when = _part(value, "dt")
    if not isinstance(when, date):
        return None
    said = str(_params(value).get("TZID", "")).strip()
    if said and isinstance(when, datetime):
        zone = _zone_name(known.get(said, said), when.tzinfo)
        if zones is not None and zone:
            zones[zone] += 1
        if when.tzinfo is None and zone:
            return when.replace(tzinfo=ZoneInfo(zone))
    return when


def _zone_name(said: str, found: tzinfo | None) -> str | None:
    key = getattr(found, "key", None)
    if isinstance(key, str) and key in _ZONES:
        return key
    parts = said.strip("/").split("/")
    for cut in range(len(parts)):  # such as /citadel.org/20210210_1/Europe/Berlin
        if (name := "/".join(parts[cut:])) in _ZONES:
            return name
    return None


def _listed(node: object) -> list[object]:
    return list(node) if isinstance(node, list | tuple) else []


def _categories(event: "Component") -> list[str]:
    value = event.get("CATEGORIES")
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        found += [str(text).strip() for text in _listed(_part(one, "cats"))]
    named = [text for text in found if text and plain(text) not in {"conference", "event"}]
    return named if len(named) <= _LONG_LIST else named[:1]
