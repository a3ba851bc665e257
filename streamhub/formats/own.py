"""streamhub's own agenda format: YAML for people, JSON for programs, one model for both.

The tables of fields say what may stand where (`own_schema.py` makes the JSON Schema of them); the
reader collects everything that is wrong, each with its line. `write` is canonical: the same agenda
gives the same bytes, and reading them gives the same agenda.
"""

import difflib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar, cast
from zoneinfo import ZoneInfo

import yaml

from streamhub.core import agenda as core
from streamhub.core.agenda import zone_names
from streamhub.core.errors import Rejected
from streamhub.core.ids import MAX_ID, RoomId, SessionId, SpeakerId, TrackId, is_slug
from streamhub.core.said import Said
from streamhub.core.table import Map
from streamhub.core.text import clean
from streamhub.formats import nodes, times
from streamhub.formats.draft import Choices
from streamhub.formats.nodes import Keyed, Listed, Node, Scalar
from streamhub.formats.problems import MAX_PROBLEMS, AgendaFile, AgendaFileError, Problem
from streamhub.formats.source import Source

MAX_BYTES: Final = 8_000_000
MAX_ROOMS: Final = 500
MAX_LINE: Final = 300
MAX_LABEL: Final = 100
MAX_PROSE: Final = 5000
MAX_ADDRESS: Final = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the file. `type` names a row of the schema's types; `doc` is for people."""

    type: str
    doc: str
    required: bool = False


EVENT: Final = {
    "id": Field("id", "Names the event in addresses; made from the title if left out."),
    "slug": Field("id", "Another word for `id`."),
    "title": Field("line", Said("The event's name."), required=True),
    "tagline": Field("line", "One sentence under the title."),
    "summary": Field("prose", "What the event is about; line breaks stay."),
    "venue": Field("line", "Where it takes place, as people say it."),
    "timezone": Field(
        "zone",
        Said("The venue's IANA time zone; times without an offset are in it."),
        required=True,
    ),
    "zones": Field("zones", "Further zones that pages show, in order."),
    "languages": Field("languages", "Language codes, the main one first; `en` if left out."),
    "accent": Field("colour", "The event's colour, as #rrggbb."),
}
ZONE: Final = {
    "zone": Field("zone", Said("An IANA time zone."), required=True),
    "label": Field("label", "The city as shown; made from the zone if left out."),
}
ROOM: Final = {
    "id": Field("id", Said("Names the room in addresses."), required=True),
    "name": Field("line", Said("What people call it."), required=True),
    "place": Field("line", "How to find it."),
    "stream": Field("address", "Where those who are not in it can watch: https://…"),
    "order": Field("number", "Its position among the rooms, if not as listed."),
    "timezone": Field(
        "zone", "Where it lies, if not in the event's zone; for showing, times here are not in it."
    ),
}
TRACK: Final = {
    "id": Field("id", Said("Names the track."), required=True),
    "name": Field("line", Said("What people call it."), required=True),
}
SPEAKER: Final = {
    "id": Field("id", Said("Names the person in `sessions`."), required=True),
    "name": Field("line", Said("As it is shown."), required=True),
    "role": Field("line", "What they are."),
    "affiliations": Field("lines", "Where, from the nearest to the widest."),
    "biography": Field("prose", "A few sentences; line breaks stay."),
}
SESSION: Final = {
    "id": Field("id", Said("Names the session in addresses."), required=True),
    "title": Field("line", Said("As it is shown."), required=True),
    "kind": Field("kind", "What it is; `session` if left out."),
    "room": Field("id", Said("The room's id; may be left out if there is one room.")),
    "track": Field("id", "The track's id."),
    "start": Field("instant", Said("When it is planned to start."), required=True),
    "end": Field("instant", "When it is planned to end; or give `duration`."),
    "duration": Field("duration", "How long: 45m, 1h30m, 0:45 or minutes; or give `end`."),
    "speakers": Field("ids", "The speakers' ids, in order."),
    "abstract": Field("prose", "What it is about; line breaks stay."),
    "fixed_end": Field("flag", "Ends as planned however late it starts, as breaks do."),
    "min_duration": Field("duration", "How short a fixed end may make it."),
    "may_start_early": Field("flag", "May begin before its printed time."),
    "printed": Field("line", "The time as the organiser wrote it."),
    "uid": Field("line", "What its source calls it, the same at every import and export."),
    "subtitle": Field("line", "A line under the title."),
    "language": Field("language", "The code of the language that is spoken, such as en."),
    "url": Field("address", "A page about it: https://…"),
    "recorded": Field("flag", "`false`: it must not be recorded."),
    "streamed": Field("flag", "`false`: it must not be streamed."),
}
FILE: Final = {
    "event": Field("event", Said("The event itself."), required=True),
    "rooms": Field("rooms", Said("Places with one timeline each."), required=True),
    "tracks": Field("tracks", "Thematic labels on sessions."),
    "speakers": Field("speakers", "The people on the agenda."),
    "sessions": Field("sessions", Said("One entry per slot in a room."), required=True),
}

_COLOUR = re.compile(r"#[0-9a-f]{6}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"(?:https?://[^\s/\"'<>\\]+[^\s\"'<>\\]*|/(?!/)[^\s\"'<>\\]*)")
_YAML_EVENT: Final = re.compile(r"^event:", re.MULTILINE)
_ZONES = zone_names()
_IANA: Final = Said("Use an IANA name such as America/Mexico_City or Europe/Brussels.")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def is_address(text: str) -> bool:
    """Tell whether pages can open it: `https://…`, or a path on the same host."""
    return len(text) <= MAX_ADDRESS and _ADDRESS.fullmatch(text) is not None


def slug_of(text: str) -> str:
    """Make an id of a title or name: `José Alonso` becomes `jose-alonso`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:MAX_ID].strip("-")


def read_yaml(data: bytes, max_bytes: int = MAX_BYTES) -> AgendaFile:
    """Read YAML, or raise `AgendaFileError` with all that is wrong."""
    return _Reader().file(nodes.read_yaml(nodes.decode(data, max_bytes)))


def read_json(data: bytes, max_bytes: int = MAX_BYTES) -> AgendaFile:
    """Read JSON, or raise `AgendaFileError` with all that is wrong."""
    return _Reader().file(nodes.read_json(nodes.decode(data, max_bytes)))


def is_json(source: Source) -> bool:
    """Tell whether a file is of this format, in JSON."""
    if not source.is_json:
        return False
    tree = source.json
    return isinstance(tree, dict) and isinstance(tree.get("event"), dict) and "sessions" in tree


def import_json(source: Source, choices: Choices) -> AgendaFile:  # noqa: ARG001 - it says all itself
    """Read it among files of other formats."""
    return read_json(source.data)


def is_yaml(source: Source) -> bool:
    """Tell whether a file is of this format, in YAML."""
    if source.name.endswith((".yaml", ".yml")):
        return True
    if source.is_zip or source.is_json or b"\0" in source.data[:4096]:
        return False
    return _YAML_EVENT.search(source.text) is not None and "\nsessions:" in source.text


def import_yaml(source: Source, choices: Choices) -> AgendaFile:  # noqa: ARG001 - it says all itself
    """Read it among files of other formats."""
    return read_yaml(source.data)


T = TypeVar("T")


class _Reader:
    """Reads one file. Every method answers what it could read and notes what it could not."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        self.rows: dict[str, dict[str, int]] = {}
        self.untimed: set[SessionId] = set()
        self.zone: ZoneInfo | None = None

    def file(self, node: Node) -> AgendaFile:
        top = self.fields(node, "", FILE)
        if not top and self.problems:
            raise AgendaFileError(self.problems)
        event = self.fields(top.get("event"), "event", EVENT)
        timezone = self.zone_name(event, "timezone", "event")
        if timezone is not None:
            self.zone = ZoneInfo(timezone)
        rooms = self.table(top, "rooms", ROOM, self.room)
        tracks = self.table(top, "tracks", TRACK, self.track)
        speakers = self.table(top, "speakers", SPEAKER, self.speaker)
        sessions = self.table(top, "sessions", SESSION, self.session)
        agenda = core.Agenda(
            title=self.line(event, "title", "event"),
            timezone=timezone or "UTC",
            tagline=self.line_or_none(event, "tagline", "event"),
            summary=self.prose(event, "summary", "event"),
            venue=self.line_or_none(event, "venue", "event"),
            languages=self.languages(event),
            zones=self.zones(event),
            accent=self.accent(event),
            rooms=Map({RoomId(name): room for name, room in rooms.items()}),
            tracks=Map({TrackId(name): track for name, track in tracks.items()}),
            speakers=Map({SpeakerId(name): speaker for name, speaker in speakers.items()}),
            sessions=Map({SessionId(name): session for name, session in sessions.items()}),
        )
        slug = self.slug(event, agenda.title)
        self.check(agenda)
        if self.problems:
            raise AgendaFileError(self.problems)
        return AgendaFile(agenda=replace(agenda, order=core.in_order(agenda.sessions)), slug=slug)

    # What is wrong, and where.

    def problem(self, where: str, message: Said, hint: Said, line: int | None = None) -> None:
        self.problems.append(Problem(where, message, hint, line or self.line_of(where)))

    def line_of(self, where: str) -> int | None:
        """Find the line of a path, or of the nearest thing round it."""
        while where and where not in self.lines:
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        return self.lines.get(where)

    def check(self, agenda: core.Agenda) -> None:
        """Let core judge, and say where in the file its flaws are.

        Sessions whose times could not be read are looked at too, but not for overlaps.
        """
        if len(agenda.rooms) > MAX_ROOMS:
            message = Said(
                "The agenda has {n} rooms; {most} are the most.",
                n=len(agenda.rooms),
                most=MAX_ROOMS,
            )
            self.problem("rooms", message, Said("Split it into several events."))
            return
        timed = {
            name: one
            for name, one in agenda.sessions.items()
            if name not in self.untimed and is_slug(name)
        }
        told = {problem.where for problem in self.problems}
        parts = {where.partition("[")[0] for where in told}
        for flaw in core.check(replace(agenda, order=core.in_order(Map(timed)))):
            where = self.where_of(flaw.where)
            if where == "order":  # is ours to make, and lacks what has no time
                continue
            if where.endswith(".min_duration") and where not in self.lines:
                continue  # the duration alone is at fault
            if told.isdisjoint((where, where.rpartition(".")[0])) and where not in parts:
                self.problem(where, flaw.message, flaw.hint)

    def where_of(self, flaw: str) -> str:
        """Turn core's `sessions.s3.room` into the file's `sessions[2].room`."""
        part, _, rest = flaw.partition(".")
        rows = self.rows.get(part, {})
        words = rest.split(".")
        for end in range(len(words), 0, -1):
            if (name := ".".join(words[:end])) in rows:
                return ".".join([f"{part}[{rows[name]}]", *(words[end:] or ["id"])])
        return flaw

    def did_you_mean(self, said: str, known: Iterable[str], otherwise: Said) -> Said:
        few = len(self.problems) < MAX_PROBLEMS and len(said) < MAX_LABEL
        if few and (close := difflib.get_close_matches(said, list(known), 1)):
            return Said("Did you mean `{name}`?", name=close[0])
        return otherwise

    # Shapes.

    def fields(self, node: Node | None, where: str, known: Mapping[str, Field]) -> dict[str, Node]:
        """Read keys with values: none unknown, none twice, none missing; those left empty go."""
        if node is None:
            return {}
        self.lines.setdefault(where, node.line)
        if where == "" and isinstance(node, Scalar) and node.is_null:
            node = Keyed(node.line, ())
        if not isinstance(node, Keyed):
            self.problem(
                where,
                Said("Here stands {shape}; keys with values are needed.", shape=_shape(node)),
                Said("Write {keys}, each on a line.", keys=", ".join(f"`{key}:`" for key in known)),
            )
            return {}
        found: dict[str, Node] = {}
        for key, value in node.pairs:
            path = f"{where}.{key.text}" if where else key.text
            if key.text not in known:
                self.problem(
                    where,
                    Said("The key {key} is not known in {part}.", key=_said(key.text), part=where)
                    if where
                    else Said("The key {key} is not known.", key=_said(key.text)),
                    self.did_you_mean(
                        key.text, known, Said("Known here: {names}.", names=", ".join(known))
                    ),
                    key.line,
                )
            elif path in self.lines:
                self.problem(
                    path,
                    Said(
                        "The key {key} is here twice; first on line {line}.",
                        key=_said(key.text),
                        line=str(self.lines[path]),
                    ),
                    Said("Keep one of the two."),
                    key.line,
                )
            else:
                self.lines[path] = key.line
                if not (isinstance(value, Scalar) and value.is_null):
                    found[key.text] = value
        for name, field in known.items():
            if field.required and name not in found:
                self.problem(
                    f"{where}.{name}" if where else name,
                    Said("`{name}` is missing.", name=name),
                    Said("Add `{name}:`. {what}", name=name, what=field.doc),
                )
        return found

    def items(self, fields: Mapping[str, Node], key: str, where: str) -> list[tuple[Node, str]]:
        """Read a list, each item with its path; one text stands for a list of one."""
        node = fields.get(key)
        path = f"{where}.{key}" if where else key
        if node is None:
            return []
        if isinstance(node, Keyed):
            self.problem(path, Said("A list is needed here."), Said("Start every item with `- `."))
            return []
        listed = node.items if isinstance(node, Listed) else (node,)
        for i, item in enumerate(listed):
            self.lines[f"{path}[{i}]"] = item.line
        return [(item, f"{path}[{i}]") for i, item in enumerate(listed)]

    def table(
        self,
        top: Mapping[str, Node],
        part: str,
        known: Mapping[str, Field],
        read: Callable[[Mapping[str, Node], str, str], T],
    ) -> dict[str, T]:
        """Read a list of things that have ids."""
        rows = self.rows[part] = {}
        found: dict[str, T] = {}
        for i, (node, where) in enumerate(self.items(top, part, "")):
            fields = self.fields(node, where, known)
            if not isinstance(node, Keyed):
                continue
            name = self.text(fields, "id", where) or ""
            if name in rows:
                self.problem(
                    f"{where}.id",
                    Said(
                        "The id {name} is taken by {other}, on line {line}.",
                        name=_said(name),
                        other=f"{part}[{rows[name]}]",
                        line=str(self.line_of(f"{part}[{rows[name]}].id")),
                    ),
                    Said("Give one of them another id."),
                )
                name = ""
            name = name or f"?{i}"  # so that the rest of it is looked at, too
            rows[name] = i
            found[name] = read(fields, where, name)
        return found

    # Values.

    def text(self, fields: Mapping[str, Node], key: str, where: str) -> str | None:
        """Read a text as it stands; None where it is missing or no text."""
        node = fields.get(key)
        return None if node is None else self.scalar(node, f"{where}.{key}")

    def scalar(self, node: Node, where: str) -> str | None:
        if isinstance(node, Scalar):
            return node.text
        self.problem(
            where,
            Said("Here stands {shape}; a text is needed.", shape=_shape(node)),
            Said("Write it after the colon; put it in quotes if it has special characters."),
        )
        return None

    def cleaned(self, text: str | None, where: str, most: int, *, lines: bool = False) -> str:
        if text is None:
            return ""
        try:
            return clean(text, field=where, least=1, most=most, lines=lines, max_bytes=most * 8)
        except Rejected as no:
            # `clean` says it in words that can be translated
            self.problem(where, cast("Said", no.message), cast("Said", no.hint))
            return ""

    def line(self, fields: Mapping[str, Node], key: str, where: str, most: int = MAX_LINE) -> str:
        return self.cleaned(self.text(fields, key, where), f"{where}.{key}", most)

    def line_or_none(self, fields: Mapping[str, Node], key: str, where: str) -> str | None:
        return self.line(fields, key, where) or None

    def prose(self, fields: Mapping[str, Node], key: str, where: str) -> str | None:
        text = self.text(fields, key, where)
        return self.cleaned(text, f"{where}.{key}", MAX_PROSE, lines=True) or None

    def texts(self, fields: Mapping[str, Node], key: str, where: str) -> tuple[str, ...]:
        read = (self.scalar(item, path) for item, path in self.items(fields, key, where))
        return tuple(text for text in read if text is not None)

    def refuse_twice(self, texts: Iterable[str], where: str) -> None:
        seen: set[str] = set()
        for i, text in enumerate(texts):
            if text in seen:
                self.problem(
                    f"{where}[{i}]",
                    Said("{text} is here twice.", text=_said(text)),
                    Said("Keep one of them."),
                )
            seen.add(text)

    def flag(
        self, fields: Mapping[str, Node], key: str, where: str, *, otherwise: bool = False
    ) -> bool:
        text = self.text(fields, key, where)
        if text is None:
            return otherwise
        if text.lower() not in _FLAGS:
            other = str(not otherwise).lower()
            self.problem(
                f"{where}.{key}",
                Said("{text} is neither true nor false.", text=_said(text)),
                Said("Write `{word}`.", word=other),
            )
        return _FLAGS.get(text.lower(), otherwise)

    def address(self, fields: Mapping[str, Node], key: str, where: str) -> str | None:
        text = self.text(fields, key, where)
        if text is not None and not is_address(text):
            self.problem(
                f"{where}.{key}",
                Said("{text} is not an address that pages can open.", text=_said(text)),
                Said("Write the whole address: https://…"),
            )
        return text

    def zone_name(self, fields: Mapping[str, Node], key: str, where: str) -> str | None:
        text = self.text(fields, key, where)
        if text is None:
            return None
        text = text.strip()
        if times.is_abbreviation(text):
            self.problem(
                f"{where}.{key}",
                Said("The abbreviation {name} does not say which time is meant.", name=_said(text)),
                _IANA,
            )
            return None
        if text not in _ZONES:
            self.problem(
                f"{where}.{key}",
                Said("{zone} is not a time zone.", zone=_said(text)),
                self.did_you_mean(text, _ZONES, _IANA),
            )
            return None
        return text

    def instant(self, fields: Mapping[str, Node], key: str, where: str) -> int | None:
        text = self.text(fields, key, where)
        at = None if text is None else times.instant(text, self.zone)
        return self.certain(at, f"{where}.{key}")

    def duration(self, fields: Mapping[str, Node], key: str, where: str) -> int | None:
        text = self.text(fields, key, where)
        return self.certain(None if text is None else times.duration(text), f"{where}.{key}")

    def certain(self, found: int | times.Doubt | None, where: str) -> int | None:
        if isinstance(found, times.Doubt):
            self.problem(where, found.message, found.hint)
            return None
        return found

    # The event.

    def slug(self, event: Mapping[str, Node], title: str) -> str:
        given = {key: text for key in ("id", "slug") if (text := self.text(event, key, "event"))}
        if len(given) > 1:
            self.problem(
                "event.slug",
                Said("`id` and `slug` are the same thing."),
                Said("Keep one of them."),
            )
        for key, text in given.items():
            if not is_slug(text):
                self.problem(
                    f"event.{key}",
                    Said("{name} cannot be an id.", name=_said(text)),
                    Said(
                        "Use lower case letters, digits and single hyphens, at most {most} "
                        "characters, as in {example}.",
                        most=MAX_ID,
                        example=slug_of(text),
                    )
                    if slug_of(text)
                    else Said(
                        "Use lower case letters, digits and single hyphens, at most {most} "
                        "characters.",
                        most=MAX_ID,
                    ),
                )
            return text
        made = slug_of(title)
        if title and not made:
            self.problem("event.id", Said("No id can be made from this title."), Said("Add `id:`."))
        return made

    def zones(self, event: Mapping[str, Node]) -> tuple[core.Zone, ...]:
        found = []
        for node, where in self.items(event, "zones", "event"):
            pairs = ((Scalar(node.line, "zone", plain=True), node),)
            keyed = Keyed(node.line, pairs) if isinstance(node, Scalar) else node
            fields = self.fields(keyed, where, ZONE)
            name = self.zone_name(fields, "zone", where)
            label = self.line(fields, "label", where, MAX_LABEL)
            if name is not None:
                city = name.rpartition("/")[2].replace("_", " ")
                found.append(core.Zone(name=name, label=label or city))
        return tuple(found)

    def languages(self, event: Mapping[str, Node]) -> tuple[str, ...]:
        found = self.texts(event, "languages", "event")
        for i, code in enumerate(found):
            hint = Said("List codes such as en, es or pt-BR.")
            self.language_code(code, f"event.languages[{i}]", hint)
        self.refuse_twice(found, "event.languages")
        return found or ("en",)

    def language_code(self, code: str, where: str, hint: Said) -> None:
        if not LANGUAGE.fullmatch(code):
            self.problem(where, Said("{text} is not a language code.", text=_said(code)), hint)

    def language(self, fields: Mapping[str, Node], where: str) -> str | None:
        code = self.text(fields, "language", where)
        if code is not None:
            hint = Said("Write a code such as en, es or pt-BR.")
            self.language_code(code, f"{where}.language", hint)
        return code

    def accent(self, event: Mapping[str, Node]) -> str | None:
        text = self.text(event, "accent", "event")
        if text is not None and not _COLOUR.fullmatch(text.lower()):
            self.problem(
                "event.accent",
                Said("{text} is not a colour.", text=_said(text)),
                Said('Write it in quotes: "#0b5fff".'),
            )
        return None if text is None else text.lower()

    # Things that have ids.

    def room(self, fields: Mapping[str, Node], where: str, name: str) -> core.Room:
        listed = int(where.partition("[")[2].rstrip("]"))
        order = self.text(fields, "order", where)
        if order is not None and not re.fullmatch(r"-?\d{1,6}", order):
            self.problem(
                f"{where}.order",
                Said("{text} is not a whole number.", text=_said(order)),
                Said("Write `{word}`.", word="order: 1"),
            )
            order = None
        return core.Room(
            id=RoomId(name),
            name=self.line(fields, "name", where),
            order=listed if order is None else int(order),
            place=self.line_or_none(fields, "place", where),
            stream=self.address(fields, "stream", where),
            timezone=self.zone_name(fields, "timezone", where),
        )

    def track(self, fields: Mapping[str, Node], where: str, name: str) -> core.Track:
        return core.Track(id=TrackId(name), name=self.line(fields, "name", where))

    def speaker(self, fields: Mapping[str, Node], where: str, name: str) -> core.Speaker:
        affiliations = self.texts(fields, "affiliations", where)
        cleaned = (
            self.cleaned(text, f"{where}.affiliations[{i}]", MAX_LINE)
            for i, text in enumerate(affiliations)
        )
        return core.Speaker(
            id=SpeakerId(name),
            name=self.line(fields, "name", where),
            role=self.line_or_none(fields, "role", where),
            affiliations=tuple(cleaned),
            biography=self.prose(fields, "biography", where),
        )

    def session(self, fields: Mapping[str, Node], where: str, name: str) -> core.Session:
        start = self.instant(fields, "start", where)
        length = self.length(fields, where, start)
        shortest = self.duration(fields, "min_duration", where) or 0
        if start is None or length is None:
            self.untimed.add(SessionId(name))
        speakers = self.texts(fields, "speakers", where)
        self.refuse_twice(speakers, f"{where}.speakers")
        track = self.text(fields, "track", where)
        return core.Session(
            id=SessionId(name),
            room=self.room_of(fields, where),
            title=self.line(fields, "title", where),
            start_at=start or 0,
            duration_s=max(shortest, 1) if length is None else length,
            kind=self.kind(fields, where),
            track=None if track is None else TrackId(track),
            speakers=tuple(SpeakerId(speaker) for speaker in speakers),
            abstract=self.prose(fields, "abstract", where),
            fixed_end=self.flag(fields, "fixed_end", where),
            min_duration_s=shortest,
            may_start_early=self.flag(fields, "may_start_early", where),
            printed=self.line_or_none(fields, "printed", where),
            uid=self.line_or_none(fields, "uid", where),
            subtitle=self.line_or_none(fields, "subtitle", where),
            language=self.language(fields, where),
            url=self.address(fields, "url", where),
            recorded=self.flag(fields, "recorded", where, otherwise=True),
            streamed=self.flag(fields, "streamed", where, otherwise=True),
        )

    def length(self, fields: Mapping[str, Node], where: str, start: int | None) -> int | None:
        """Find how long a session lasts from `end` or `duration`, in seconds."""
        duration = self.duration(fields, "duration", where)
        end = self.instant(fields, "end", where)
        if "duration" not in fields and "end" not in fields:
            self.problem(
                f"{where}.duration",
                Said("Neither `end` nor `duration` says how long the session lasts."),
                Said("Add one of them, as in `duration: 45m`."),
            )
        if end is None or start is None:
            return duration
        lasts, rest = divmod(end - start, 1000)
        if rest:
            self.problem(
                f"{where}.end",
                Said("The session does not last whole seconds."),
                Said("Leave out the fractions."),
            )
        if duration is not None and duration != lasts:
            self.problem(
                f"{where}.duration",
                Said(
                    "`duration` says {duration}, but from `start` to `end` are {n} minutes.",
                    duration=times.write_duration(duration),
                    n=str(lasts // 60),
                ),
                Said("Keep the one that is right."),
            )
            return None
        return lasts

    def room_of(self, fields: Mapping[str, Node], where: str) -> RoomId:
        room = self.text(fields, "room", where)
        rooms = self.rows["rooms"]
        if room is None and len(rooms) == 1:
            return RoomId(next(iter(rooms)))
        if room is None and "room" not in fields:
            self.problem(
                f"{where}.room",
                Said("`{name}` is missing.", name="room"),
                Said("Add `{name}:`. {what}", name="room", what=SESSION["room"].doc),
            )
        return RoomId(room or "")

    def kind(self, fields: Mapping[str, Node], where: str) -> core.Kind:
        text = self.text(fields, "kind", where)
        if text is None:
            return core.Kind.SESSION
        try:
            return core.Kind(text.lower())
        except ValueError:
            self.problem(
                f"{where}.kind",
                Said("{text} is not a kind of session.", text=_said(text)),
                self.did_you_mean(
                    text,
                    [*core.Kind],
                    Said("Use one of: {names}.", names=", ".join(core.Kind)),
                ),
            )
            return core.Kind.SESSION


def _shape(node: Node) -> Said:
    shapes = {Scalar: Said("a text"), Listed: Said("a list"), Keyed: Said("keys with values")}
    return shapes[type(node)]


def _said(text: str) -> str:
    """Quote what stands in the file, cut where it gets long; what cannot be printed is escaped."""
    return repr(text) if len(text) <= MAX_LABEL else f"{text[:MAX_LABEL]!r}…"


# Writing.


def write_yaml(agenda: core.Agenda, slug: str) -> bytes:
    """Write YAML for people: block style, multi-line texts as blocks, nothing that is a default."""
    return yaml.dump(
        as_file(agenda, slug),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=96,
    ).encode()


def write_json(agenda: core.Agenda, slug: str) -> bytes:
    """Write JSON for programs: the same keys in the same order, indented."""
    return (json.dumps(as_file(agenda, slug), ensure_ascii=False, indent=2) + "\n").encode()


class _Dumper(yaml.SafeDumper):
    """Shows texts of several lines as blocks, and indents lists under their keys."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's own signature
        super().increase_indent(flow, indentless=False)


def _show_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    )


_Dumper.add_representer(str, _show_text)


def as_file(agenda: core.Agenda, slug: str) -> dict[str, object]:
    """Lay an agenda out as the file has it: what is a default is left out."""
    zone = ZoneInfo(agenda.timezone)
    rooms = sorted(agenda.rooms.values(), key=lambda room: (room.order, room.id))
    place = {room.id: i for i, room in enumerate(rooms)}
    sessions = sorted(
        agenda.sessions.values(), key=lambda s: (s.start_at, place.get(s.room, 0), s.id)
    )
    people = [speaker for session in sessions for speaker in session.speakers]
    speakers = dict.fromkeys([*people, *sorted(agenda.speakers)])
    event = {
        "id": slug,
        "title": agenda.title,
        "tagline": agenda.tagline,
        "summary": agenda.summary,
        "venue": agenda.venue,
        "timezone": agenda.timezone,
        "zones": [{"zone": z.name, "label": z.label} for z in agenda.zones],
        "languages": list(agenda.languages),
        "accent": agenda.accent,
    }
    return _short(
        {
            "event": _short(event),
            "rooms": [_room(room, i) for i, room in enumerate(rooms)],
            "tracks": [
                {"id": track.id, "name": track.name}
                for track in sorted(agenda.tracks.values(), key=lambda track: track.id)
            ],
            "speakers": [_speaker(agenda.speakers[name]) for name in speakers],
            "sessions": [_session(session, zone) for session in sessions],
        }
    )


def _short(fields: Mapping[str, object]) -> dict[str, object]:
    """Leave out what is empty: no text, no items, false."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None and value is not False and value not in ([], "")
    }


def _room(room: core.Room, listed: int) -> dict[str, object]:
    order = None if room.order == listed else str(room.order)
    return _short(
        {
            "id": room.id,
            "name": room.name,
            "place": room.place,
            "stream": room.stream,
            "order": order and int(order),
            "timezone": room.timezone,
        }
    )


def _speaker(speaker: core.Speaker) -> dict[str, object]:
    return _short(
        {
            "id": speaker.id,
            "name": speaker.name,
            "role": speaker.role,
            "affiliations": list(speaker.affiliations),
            "biography": speaker.biography,
        }
    )


def _session(session: core.Session, zone: ZoneInfo) -> dict[str, object]:
    shortest = session.min_duration_s
    kept_off = {"recorded": session.recorded, "streamed": session.streamed}
    fields = _short(
        {
            "id": session.id,
            "uid": session.uid,
            "title": session.title,
            "subtitle": session.subtitle,
            "kind": str(session.kind),
            "room": session.room,
            "track": session.track,
            "start": times.write_instant(session.start_at, zone),
            "duration": times.write_duration(session.duration_s),
            "speakers": list(session.speakers),
            "fixed_end": session.fixed_end,
            "min_duration": times.write_duration(shortest) if shortest else None,
            "may_start_early": session.may_start_early,
            "printed": session.printed,
            "language": session.language,
            "url": session.url,
            "abstract": session.abstract,
        }
    )
    return fields | {name: False for name, may_be in kept_off.items() if not may_be}
