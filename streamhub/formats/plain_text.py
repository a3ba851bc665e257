"""An agenda as people paste it from a web page or a mail: lines with times, titles, people below.

A zone is taken from places beside printed times, where they agree on one instant; an abbreviation
such as CET is a label, never a zone. What belongs to no session is the event's, or left out.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from streamhub.core.agenda import zone_names
from streamhub.core.said import Said
from streamhub.formats import limits, moments, people, places
from streamhub.formats.draft import Ask, Choices, Draft, DraftSession
from streamhub.formats.source import Source

_T: Final = r"\d{1,2}(?:[:.h]\d\d)(?: ?[aApP]\.?[mM]\.?)?|\d{1,2} ?[aApP]\.?[mM]\.?"
_DASH: Final = r"\s*(?:-|\u2013|\u2014|to|bis|a|until|\u2192)\s*"
_NAMES: Final = (
    "UTC|GMT|CEST|CET|MESZ|MEZ|BST|WEST|WET|EEST|EET|MSK|TRT|EDT|EST|CDT|CST|MDT|MST|PDT|PST|AKST|"
    "HST|AST|ADT|NST|ET|CT|MT|PT|PET|CLST|CLT|ART|BRT|COT|BOT|VET|ECT|PYT|UYT|IST|PKT|NPT|JST|KST|"
    "SGT|HKT|WIB|ICT|PHT|GST|AEST|AEDT|ACST|ACDT|AWST|NZST|NZDT|CAT|EAT|WAT|SAST"
)
_LABEL: Final = rf"(?:{_NAMES})(?:/(?:{_NAMES}))*"
_SLOT: Final = re.compile(
    rf"(?P<from>{_T})(?:{_DASH}(?P<to>{_T}))?(?:\s*(?:Uhr|hrs|h)\b)?"
    rf"(?:\s*\(?(?P<label>{_LABEL})\)?(?![\w-]))?"
)
_LEAD: Final = re.compile(r"^\s*(?:\d{1,3}[.)]\s+|[-*\u2022\u2023\u25e6\u00b7\u2013]\s*)?")
_BULLET: Final = re.compile(r"^\s*(?:[-*\u2022\u2023\u25e6\u00b7\u2013]|\d{1,3}[.)])\s+")
_PLACED: Final = re.compile(
    rf"(?P<at>{_T})\s*(?P<label>{_LABEL})?\s*\((?P<places>[^()]{{2,100}})\)"
)
_VENUE: Final = re.compile(
    r"(?:venue|location|place|where|ort|veranstaltungsort|lugar|sede|lieu|luogo|local)\s*:"
    r"\s*(?P<a>.+)|(?:hybrid|on-?site|in[- ]person|presential|hibrido|presencial|hybride)"
    r"(?: (?:event|conference|"
    r"meeting))?\s*[-\u2013\u2014:@]\s*(?P<b>.+)",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    r"(?:speakers?|presenters?|with|panel(?:l?ists)?|moderat(?:or|ion|ed by)|chair|von|mit|con|"
    r"ponentes?|referent(?:in|en)?|avec|intervenants?|par|con|relatori?|com)\s*:\s*(?P<who>.+)",
    re.IGNORECASE,
)
_ROOM: Final = re.compile(
    r"(?:room|raum|saal|sala|salle|aula)\s*:?\s+(?P<room>[\w .-]{1,40})", re.IGNORECASE
)
_PAREN_ROOM: Final = re.compile(
    r"\s*[(\[](?P<room>(?:room|hall|saal|raum|sala|salle|aula)[^()\]]{0,40})[)\]]\s*$",
    re.IGNORECASE,
)
_DAY_WORD: Final = re.compile(
    r"^(?:day|tag|dia|d\u00eda|jour|giorno)\s+\w{1,6}\s*[-\u2013\u2014:,|]\s*", re.IGNORECASE
)
_PARTS: Final = re.compile(r"\s+(?:[-\u2013\u2014|])\s+|\t+|\s*\|\s*")
_WINTER: Final = {
    name: minutes
    for minutes, names in (
        (60, "CET MEZ"),
        (120, "EET"),
        (0, "WET GMT"),
        (-240, "CLT"),
        (-300, "EST"),
        (-360, "CST"),
        (-420, "MST"),
        (-480, "PST"),
    )
    for name in names.split()
}
"""Labels of standard time, in minutes from UTC: wrong in summer."""
_SURE: Final = frozenset(["UTC", "Z"])
_LONG: Final = 60
_TITLE: Final = 300
_TAGLINE: Final = 250
_ZONES: Final = zone_names()


def fits(source: Source) -> bool:
    """Tell whether a text has at least two lines that begin with a time."""
    if source.is_zip or source.is_json or source.is_xml:
        return False
    found = 0
    for line in source.text.splitlines()[: limits.MAX_LINES]:
        found += _slots(line[: limits.MAX_LINE]) is not None
        if found > 1:
            return True
    return False


@dataclass(slots=True)
class _Slot:
    """The times at the start of a line: the printed ones, and what is left of the line."""

    printed: str
    start: time
    end: time | None
    label: str | None
    several: bool
    rest: str


@dataclass(slots=True)
class _Clock:
    """One printed start of the meeting: a time, its label and the places that it is for."""

    at: time
    label: str | None
    zones: list[tuple[str, str]] = field(default_factory=list)


def _slots(line: str) -> _Slot | None:
    lead = _LEAD.match(line)
    text = line[lead.end() if lead else 0 :]
    first = _SLOT.match(text)
    if first is None:
        return None
    begin = moments.read_clock(_with_half(first["from"], first["to"]))
    if begin is None:
        return None
    end = moments.read_clock(first["to"]) if first["to"] else None
    at, several = first.end(), False
    while (more := re.match(r"\s*[,;/|]\s*", text[at:])) is not None:
        another = _SLOT.match(text, at + more.end())
        if another is None or not another["label"]:
            break
        at, several = another.end(), True
    rest = text[at:].strip()
    if not first["to"] and rest[:1] in {"%", "\u20ac", "$"}:
        return None
    return _Slot(
        printed=text[:at].strip(),
        start=begin,
        end=end,
        label=first["label"],
        several=several,
        rest=rest.lstrip(":-\u2013\u2014|\t ").strip(),
    )


def _with_half(begins: str, ends: str | None) -> str:
    half = re.search(r"[ap]\.?m\.?", (ends or "").lower())
    return begins + half[0] if half and not re.search(r"[ap]\.?m", begins.lower()) else begins


def read(source: Source, choices: Choices) -> Draft:
    """Read it."""
    lines = source.text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")
    limits.within(len(lines), limits.MAX_LINES, Said("lines"))
    longest = max(map(len, lines))
    limits.within(longest, limits.MAX_LINE, Said("characters in a line"), Said("Break it."))
    return _Text(lines, choices).draft()


class _Text:
    """Reads one text, top to bottom."""

    def __init__(self, lines: list[str], choices: Choices) -> None:
        self.lines = lines
        self.choices = choices
        self.result = Draft()
        self.on = moments.read_date(choices.date or "")
        self.given = self.on is not None
        self.clocks: list[_Clock] = []
        self.slots: list[tuple[DraftSession, _Slot, date | None]] = []
        self.current: DraftSession | None = None
        self.blank = 0
        self.gap = False
        self.prose: list[str] = []

    def draft(self) -> Draft:
        for number, line in enumerate(self.lines, 1):
            if not line.strip():
                self.blank += 1
                continue
            self.line(line, number)
            self.blank = 0
        self.head()
        self.place()
        return self.result

    def line(self, line: str, number: int) -> None:
        said = _BULLET.sub("", line).strip()
        placed = list(_PLACED.finditer(said))
        if placed and not self.slots and any(self.clock(one) for one in placed):
            return
        slot = _slots(line)
        if slot is not None:
            self.begin(slot, number)
            return
        day = self.day_in(said)
        if day is not None:
            if not self.given or self.slots:
                self.on = day
            self.current = None
            return
        if self.current is not None:
            self.below(line, said, number)
        elif not self.slots:
            self.before(said, bullet=_BULLET.match(line) is not None)

    def clock(self, one: re.Match[str]) -> bool:
        """Take "08:00 PET/CDT (Mexico City, Lima)": a time with places; tell whether it was one."""
        at = moments.read_clock(one["at"])
        zones: list[tuple[str, str]] = []
        for part in re.split(r"[,;/]| and | y | und ", one["places"]):
            zone = places.zone_of(part)
            if zone is not None and zone not in [name for name, _ in zones]:
                zones.append((zone, part.strip()))
        if at is None or not zones:
            return False
        label = one["label"]
        self.clocks.append(_Clock(at, label, zones))
        return True

    def day_in(self, said: str) -> date | None:
        """Read a line that is a day, and nothing else but a word or two."""
        if len(said) > _LONG:
            return None
        text = re.sub(
            r"^(?:day|tag|dia|d\u00eda|jour|giorno)\s+\w{1,6}\s*[-\u2013\u2014:,|]\s*",
            "",
            said,
            flags=re.IGNORECASE,
        )
        year = self.on.year if self.on else None
        return moments.read_date(text.strip(":"), year=year)

    # Sessions.

    def begin(self, slot: _Slot, number: int) -> None:
        session = DraftSession(row=Said("line {line}", line=str(number)), printed=slot.printed)
        self.slots.append((session, slot, self.on))
        self.result.sessions.append(session)
        self.current, self.gap = session, False
        if slot.rest:
            self.title(slot.rest, session)

    def title(self, said: str, session: DraftSession) -> None:
        """Take a title, with the people and the room that stand on its line."""
        if (match := _PAREN_ROOM.search(said)) is not None:
            session.room, said = match["room"].strip(), said[: match.start()]
        parts = [part.strip() for part in _PARTS.split(said) if part.strip()]
        while len(parts) > 1:
            tail = parts[-1]
            names = people.split_names(people.list_parts(tail)[0])
            if _ROOM.fullmatch(tail) is not None:
                session.room = tail
            elif all(people.is_name(name) for name in names):
                session.people.insert(0, tail)
            else:
                break
            said = said[: said.rindex(tail)].rstrip(" -\u2013\u2014|\t")
            parts.pop()
        session.title = said.strip()

    def below(self, line: str, said: str, number: int) -> None:
        """Take a line under a session: its title, somebody, its room, or a text about it."""
        session = self.current
        if session is None:
            return
        bullet = _BULLET.match(line) is not None
        if not session.title and len(said) <= _TITLE:
            self.title(said, session)
        elif (match := _WITH.fullmatch(said)) is not None:
            session.people.append(match["who"])
        elif (match := _ROOM.fullmatch(said)) is not None and session.room is None:
            session.room = said
        elif bullet or (self.names(said) and not (self.blank and session.people)):
            if self.blank and not self.gap and session.people:
                self.gap = True
                self.result.note(
                    "assumed",
                    Said(
                        "A list is interrupted by {n} blank line; what follows belongs to {title}.",
                        "A list is interrupted by {n} blank lines; what follows belongs to "
                        "{title}.",
                        n=self.blank,
                        title=repr(session.title[:60]),
                    ),
                    Said("line {line}", line=str(number)),
                    "speakers",
                )
            session.people.append(said)
        elif self.blank and not line[:1].isspace():
            self.current = None  # the agenda has ended, or something else stands between
        else:
            session.abstract = f"{session.abstract}\n{said}" if session.abstract else said

    def names(self, said: str) -> bool:
        first = people.list_parts(said)[:1]
        return bool(first) and all(people.is_name(name) for name in people.split_names(first[0]))

    # The event.

    def before(self, said: str, *, bullet: bool) -> None:
        """Take a line before the first session."""
        if (match := _VENUE.fullmatch(said)) is not None:
            self.result.venue = self.result.venue or (match["a"] or match["b"]).strip()
        elif self.result.title is None and len(said) <= _TITLE:
            self.result.title = said
        elif self.on is None and (day := self.somewhere(said)) is not None:
            self.on = day
        elif len(said) > _LONG or (self.prose and bullet):
            self.prose.append(f"\u2022 {said}" if bullet else said)

    def somewhere(self, said: str) -> date | None:
        """Find a date inside a line such as "Lisbon, 21 June 2022"."""
        words = said.replace(",", " ").split()[:20]
        for size in (5, 4, 3, 1):
            for at in range(len(words) - size + 1):
                if (day := moments.read_date(" ".join(words[at : at + size]))) is not None:
                    return day
        return None

    def head(self) -> None:
        """Make tagline and summary of the texts before the first session."""
        if (
            self.prose
            and len(self.prose[0]) <= _TAGLINE
            and len(self.prose) > 1
            and self.prose[0][-1:] in {"?", "!"}
        ):
            self.result.tagline = self.prose.pop(0)
        self.result.summary = "\n".join(self.prose) or None

    # Times.

    def place(self) -> None:
        """Give the sessions their days and zone."""
        self.result.asks += self.ask_date()
        zone = self.zone()
        last: datetime | None = None
        first = self.first_day()
        for session, slot, on in self.slots:
            day = on or first
            if day is None:
                continue
            start = datetime.combine(day, slot.start)
            if (
                last is not None
                and start.date() == last.date()
                and last - start > timedelta(hours=12)
            ):
                start += timedelta(days=1)
                self.result.note(
                    "assumed", Said("It is read as after midnight."), session.row, "start"
                )
            else:
                last = start
            session.start = start if zone is None else start.replace(tzinfo=ZoneInfo(zone))
            session.end = slot.end
        if first is None:
            self.result.sessions.clear()

    def first_day(self) -> date | None:
        return next((on for _, _, on in self.slots if on is not None), self.on)

    def ask_date(self) -> list[Ask]:
        why = Said("The text has times, but no date.")
        return [Ask("date", why)] if self.first_day() is None else []

    def zone(self) -> str | None:
        """Find the zone of the printed times: by places whose clocks agree, never by a label."""
        day = self.first_day()
        labels = Counter(slot.label for _, slot, _ in self.slots if slot.label)
        said = labels.most_common(1)[0][0] if labels else None
        if day is None:
            return None
        self.agreement(day)
        found = next((clock for clock in self.clocks if said and clock.label == said), None)
        if said in _SURE:
            return "UTC"
        if found is None and self.choices.timezone in _ZONES:
            return self.choices.timezone
        if found is None and self.slots and self.clocks and (said is None or len(self.clocks) == 1):
            found = self.clocks[0] if self.slots[0][1].start == self.clocks[0].at else None
        if found is None:
            if said is not None:
                self.result.note(
                    "warning",
                    Said(
                        "{said} is an abbreviation that several zones share; it was not used.",
                        said=repr(said),
                    ),
                    on="timezone",
                )
            self.result.timezone = places.zone_of(self.result.venue or "")
            if self.result.timezone is not None:
                self.result.note(
                    "assumed",
                    Said(
                        "The times are read as in {zone}, where the venue is.",
                        zone=self.result.timezone,
                    ),
                    on="timezone",
                )
            return None
        zone = found.zones[0][0]
        self.result.zones = [one for clock in self.clocks for one in clock.zones]
        venue = places.zone_of(self.result.venue or "")
        self.result.timezone = venue if venue in [name for name, _ in self.result.zones] else zone
        if said is not None:
            self.season(said, zone, day)
        self.partial()
        return zone

    def agreement(self, day: date) -> None:
        """Keep the printed clocks only if all show one instant."""
        if not self.clocks:
            return
        instants = Counter(
            datetime.combine(day, clock.at, ZoneInfo(name)).astimezone(UTC)
            for clock in self.clocks
            for name, _ in clock.zones
        )
        if len(instants) > 1:
            shown = ", ".join(f"{clock.at:%H:%M} {clock.zones[0][1]}" for clock in self.clocks)
            self.result.note(
                "warning",
                Said("The printed starts are not one instant: {starts}.", starts=shown),
                on="timezone",
            )
            self.clocks.clear()
        for clock in self.clocks:
            if clock.label and "/" in clock.label and len(clock.zones) > 1:
                named = ", ".join(name for name, _ in clock.zones)
                self.result.note(
                    "warning",
                    Said(
                        "{label} names several zones; kept as {zones}.",
                        label=repr(clock.label),
                        zones=named,
                    ),
                    on="timezone",
                )

    def season(self, label: str, zone: str, day: date) -> None:
        """Say so where the label is wrong on that day, as CET is in June."""
        noon = datetime.combine(day, time(12), ZoneInfo(zone))
        proper = noon.tzname() or ""
        offset = noon.utcoffset() or timedelta()
        if proper.isalpha() and label not in {proper, *label.split("/")[1:]} and label in _WINTER:
            literal = timedelta(minutes=_WINTER[label])
            if literal != offset:
                hours = offset / timedelta(hours=1)
                self.result.note(
                    "warning",
                    Said(
                        "{quoted} on {day} is outside {label}'s season: it is read as {zone} local "
                        "time ({proper}, {offset}), with which the other printed times agree.",
                        quoted=repr(label),
                        label=label,
                        day=f"{day:%Y-%m-%d}",
                        zone=zone,
                        proper=proper,
                        offset=f"UTC{hours:+g}",
                    ),
                    on="timezone",
                )

    def partial(self) -> None:
        """Say so where only some lines repeat all zones."""
        whole = sum(slot.several for _, slot, _ in self.slots)
        if 0 < whole < len(self.slots):
            self.result.note(
                "assumed",
                Said(
                    "{n} of {of} times is printed in several zones; the same reading goes for the "
                    "others.",
                    "{n} of {of} times are printed in several zones; the same reading goes for the "
                    "others.",
                    n=whole,
                    of=len(self.slots),
                ),
                on="timezone",
            )
