"""Pages: templates, words and assets put together into HTML. No requests and no routes here.

Templates, catalogs and built assets stand in `streamhub/_web/` of an installed wheel and in `web/`
of a checkout. Texts are gettext's: the English is the key, .po files are read directly.
"""

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NotRequired
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_location
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from typing_extensions import TypedDict

from streamhub.core.said import Said, Value, fill
from streamhub.core.views import AgendaTextView, SessionView, ViewState

DEFAULT_LOCALE: Final = "en"
STATIC_PREFIX: Final = "/static/app/"

Messages = dict[str, str | list[str]]
Say = Callable[[str], str]
"""Says a text in somebody's language."""


def web_root() -> Path:
    """Return where templates, locales and static files are: in the package, or in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_web"
    return installed if installed.is_dir() else package.parent / "web"


# --- words -------------------------------------------------------------------------------------


def _(text: str) -> str:
    """Mark `text` for extraction; it is translated where it is shown."""
    return text


KINDS: Final = {
    "opening": _("Opening"),
    "keynote": _("Keynote"),
    "panel": _("Panel"),
    "workshop": _("Workshop"),
    "qa": _("Q&A"),
    "break": _("Break"),
    "social": _("Social"),
    "closing": _("Closing"),
}
"""What a kind of session is called; the others go without a name."""


@lru_cache(maxsize=32)
def _catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


_SCREENS: Final = re.compile(
    r"/src/(?:displays/|pages/(?:display|overlay)/|polls/(?!Answer|answering)|ui/|i18n\.ts)"
)


def _browser_messages(catalog: Catalog, where: re.Pattern[str] = re.compile("/src/")) -> Messages:
    """Return what scripts say, as `{text: translation or plural forms}`, without the unchanged."""
    result: Messages = {}
    for message in catalog:
        if not message.id or not any(where.search(place) for place, _line in message.locations):
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        said = message.string
        if isinstance(said, str):
            if said and said != key:
                result[key] = said
        elif said and all(said):
            result[key] = list(said)
    return result


# --- pages -------------------------------------------------------------------------------------


class Surface(TypedDict):
    """Where a page is read: `page`, `desk` or `display`; an empty theme is the reader's."""

    surface: str
    theme: str


_PUBLIC: Final[Surface] = {"surface": "page", "theme": ""}
SURFACES: Final[dict[str, Surface]] = {
    "moderator": {"surface": "desk", "theme": ""},
    "speaker": {"surface": "desk", "theme": "dark"},
    "producer": {"surface": "desk", "theme": "dark"},
    "organiser": {"surface": "desk", "theme": ""},
    "display": {"surface": "display", "theme": "dark"},
    "overlay": {"surface": "display", "theme": "dark"},
    "results": {"surface": "desk", "theme": ""},
}
"""By `boot["page"]`; the others are public pages."""


class Renderer:
    """Renders pages. It reads templates and catalogs once, and the manifest when it changes.

    Args:
        root: where `templates`, `locales` and `static` are; found by itself when None.
        default_locale: for readers who prefer none of the locales there are.
    """

    def __init__(self, root: Path | None = None, default_locale: str = DEFAULT_LOCALE) -> None:
        self.root = root or web_root()
        self.locales = sorted(
            path.parent.parent.name for path in self.root.glob("locales/*/LC_MESSAGES/streamhub.po")
        )
        self.default_locale = default_locale if default_locale in self.locales else DEFAULT_LOCALE
        self._manifest: tuple[int, dict[str, str]] = (-1, {})
        self._words = {locale: self._translations(locale) for locale in self.locales}
        self._environments = {locale: self._environment(locale) for locale in self.locales}
        catalogs = {locale: _catalog(self._po(locale)) for locale in self.locales}
        self._messages = {one: _browser_messages(found) for one, found in catalogs.items()}
        self._screens = {one: _browser_messages(found, _SCREENS) for one, found in catalogs.items()}

    def page(self, name: str, locale: str, **context: Any) -> str:  # noqa: ANN401 - templates take anything
        """Render the template `name` (as "event.html").

        `boot`, when given, is what the page's scripts start from (`web/src/boot.ts`): its `page`
        names the script and the style sheet, its `title` and `accent` serve the template too.
        """
        locale = locale if locale in self._environments else self.default_locale
        boot = context.get("boot") or {}
        page = boot.get("page", "")
        given = {
            "locale": locale,
            "languages": [
                {
                    "code": code,
                    "url": f"?lang={code}",
                    "name": _capital(Locale.parse(code).get_display_name(code) or code),
                }
                for code in self.locales
            ],
            "boot": None,
            "title": boot.get("title", "streamhub"),
            "accent": boot.get("accent", ""),
            "scripts": [f"{page}.js"],
            "styles": [f"{page}.css"],
            **SURFACES.get(page, _PUBLIC),
        }
        return self._environments[locale].get_template(name).render(given | context)

    def catalog(self, locale: str, *, screens: bool = False) -> Messages:
        """Return the texts for the browser: only what scripts say, or only what `screens` do."""
        return (self._screens if screens else self._messages).get(locale, {})

    def words(self, locale: str) -> Say:
        """Return what says texts in `locale`, also what is `Said`.

        What stands behind `##` in a text only tells it from others that are the same.
        """
        said, sayings = self._words[locale].gettext, self.sayings(locale)
        return lambda text: (
            sayings(text) if isinstance(text, Said) else said(text).partition("##")[0]
        )

    def sayings(self, locale: str) -> Say:
        """Return what says in `locale` whatever is `Said`; other texts stay as they are."""
        words = self._words[locale]

        def say(text: str) -> str:
            if not isinstance(text, Said):
                return text
            if text.many is None:
                template = words.gettext(text.one)
            else:
                template = words.ngettext(text.one, text.many, int(text.values["n"]))
            return fill(template, text.values, write)

        def write(value: Value) -> str:
            return say(value) if isinstance(value, str) else format_decimal(value, locale=locale)

        return say

    def negotiate(self, accept_language: str | None, asked: str | None = None) -> str:
        """Return the best locale there is: the one asked for, else by RFC 9110's preferences."""
        for wanted in [*([asked] if asked else []), *_accepted(accept_language or "")]:
            found = Locale.negotiate([wanted.replace("-", "_")], self.locales)
            if found is not None:
                return str(found)
        return self.default_locale

    def asset(self, name: str) -> str:
        """Return the address of a built asset ("participant.js"); `node web/build.mjs` makes it."""
        found = self._assets().get(name)
        if found is None:
            raise LookupError(f"{name} is not built; run `node web/build.mjs`")
        return STATIC_PREFIX + found

    def has(self, name: str) -> bool:
        """Tell whether there is such an asset."""
        return name in self._assets()

    def _assets(self) -> dict[str, str]:
        path = self.root / "static" / "app" / "manifest.json"
        try:
            changed = path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._manifest[0]:
            self._manifest = (changed, json.loads(path.read_text(encoding="utf-8")))
        return self._manifest[1]

    def _po(self, locale: str) -> Path:
        return self.root / "locales" / locale / "LC_MESSAGES" / "streamhub.po"

    def _translations(self, locale: str) -> Translations:
        compiled = io.BytesIO()
        write_mo(compiled, _catalog(self._po(locale)))
        compiled.seek(0)
        return Translations(fp=compiled)

    def _environment(self, locale: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self.root / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # the i18n extension adds this method at run time
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            self._words[locale], newstyle=True
        )
        environment.policies["ext.i18n.trimmed"] = True
        environment.globals |= {"asset": self.asset, "has_asset": self.has}
        environment.filters["blocks"] = blocks
        return environment


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, best first (RFC 9110, 12.5.4)."""
    found: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        match = re.fullmatch(
            r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:;q=([01](?:\.\d*)?))?",
            re.sub(r"\s", "", part),
        )
        if match:
            quality = float(match[2] or 1)
            if quality > 0:
                found.append((-quality, match[1]))
    return [language for _quality, language in sorted(found, key=lambda one: one[0])]


class Block(TypedDict):
    """A paragraph (`text`), or a list (`points`)."""

    text: NotRequired[str]
    points: NotRequired[list[str]]


_BULLET: Final = re.compile(r"^\s*(?:[•*·\u2013-]|\d{1,2}[.)])\s+")


def blocks(text: str) -> list[Block]:
    """Split plain text as people write it into paragraphs and lists."""
    result: list[Block] = []
    points: list[str] | None = None
    for part in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for number, line in enumerate(part.splitlines()):
            if _BULLET.match(line):
                if lines:
                    result.append({"text": " ".join(lines)})
                    lines, points = [], None
                if points is None:
                    points = []
                    result.append({"points": points})
                points.append(_BULLET.sub("", line).strip())
            elif points and not lines and number > 0:
                points[-1] += f" {line.strip()}"
            else:
                lines.append(line.strip())
        if lines:
            result.append({"text": " ".join(lines)})
            points = None
    return result


# --- the agenda --------------------------------------------------------------------------------


class ZoneTime(TypedDict):
    """A time in a zone: "08:00-08:30" in "Mexico City, Lima"; `day` names another day, else ""."""

    label: str
    time: str
    day: str


class SpeakerRow(TypedDict):
    """A speaker as printed: `about` is the role and the affiliations, nearest first."""

    name: str
    about: str
    biography: str


class SessionRow(TypedDict):
    """A session as printed. `start` and `end` are ISO instants in the event's own zone."""

    id: str
    title: str
    kind: str
    kind_name: str
    is_pause: bool
    status: str
    room: str
    track: str
    time: str
    start: str
    end: str
    start_ms: int
    end_ms: int
    zones: list[ZoneTime]
    speakers: list[SpeakerRow]
    abstract: str


class DayRow(TypedDict):
    """A day of the agenda, in the event's own zone."""

    date: str
    name: str
    sessions: list[SessionRow]


class ZoneRow(TypedDict):
    """A zone with its cities, and its offset on the first day: "UTC+2"."""

    names: list[str]
    label: str
    offset: str
    starts: str


class AgendaContext(TypedDict):
    """What `event.html` says of the agenda."""

    days: list[DayRow]
    zone: str
    zone_label: str
    zones: list[ZoneRow]
    when: str
    many_rooms: bool
    summary: str


def agenda_context(view: ViewState, texts: AgendaTextView | None, locale: str) -> AgendaContext:
    """Prepare the agenda for reading: days, times in every zone of the event, who speaks.

    Args:
        view: a `stage` (or larger) view of all rooms.
        texts: abstracts and biographies; without them the page goes without.
        locale: how dates are written.
    """
    event = view["event"]
    own = ZoneInfo(event["timezone"])
    labels = {zone["name"]: zone["label"] for zone in event["zones"]}
    sessions = sorted(
        view["sessions"].items(),
        key=lambda one: (
            one[1]["start_at"],
            view["rooms"][one[1]["room"]]["order"],
            one[1]["order"],
        ),
    )
    many_rooms = len({session["room"] for _, session in sessions}) > 1
    days: dict[date, DayRow] = {}
    for name, session in sessions:
        day = at_in(session["start_at"], own).date()
        row = days.setdefault(
            day, {"date": day.isoformat(), "name": day_name(day, locale), "sessions": []}
        )
        row["sessions"].append(_session_row(name, session, view, texts, locale))
    return {
        "days": list(days.values()),
        "zone": event["timezone"],
        "zone_label": labels.get(event["timezone"]) or city(event["timezone"], locale),
        "zones": _zones(view, locale),
        "when": date_range(event["starts_at"], event["ends_at"], own, locale),
        "many_rooms": many_rooms,
        "summary": texts.get("summary", "") if texts else "",
    }


def city(zone: str, locale: str) -> str:
    """Return the city that a zone is called by: "Mexico City" of America/Mexico_City."""
    try:
        return get_timezone_location(zone, locale=locale, return_city=True)
    except (LookupError, UnknownLocaleError):
        return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")


def at_in(ms: int, zone: ZoneInfo) -> datetime:
    """Return an instant in a zone."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)


def day_name(day: date, locale: str) -> str:
    """Return what a day is called: "Tuesday, June 21, 2022"."""
    return _capital(format_date(day, "full", locale))


def date_range(starts: int, ends: int, zone: ZoneInfo, locale: str) -> str:
    """Return the day of an event, or its first and last."""
    first, last = at_in(starts, zone).date(), at_in(max(starts, ends - 1), zone).date()
    if first == last:
        return format_date(first, "long", locale)
    return f"{format_date(first, 'long', locale)} – {format_date(last, 'long', locale)}"  # noqa: RUF001 - a range's dash


def _span(starts: datetime, ends: datetime, locale: str) -> str:
    return f"{_clock(starts, locale)}–{_clock(ends, locale)}"  # noqa: RUF001 - a range's dash


def clock_of(ms: int, zone: ZoneInfo, locale: str) -> str:
    """Return the time of day of an instant in a zone: "15:00"."""
    return _clock(at_in(ms, zone), locale)


def _clock(at: datetime, locale: str) -> str:
    # agendas are printed with 24 hours, whatever the language: a column of times compares
    return format_time(at, "HH:mm", tzinfo=at.tzinfo, locale=locale)


def _grouped(view: ViewState, at: int) -> list[tuple[list[str], str]]:
    """Return the event's other zones; those that show the same time at `at` stand together."""
    event = view["event"]
    own = at_in(at, ZoneInfo(event["timezone"])).utcoffset()
    groups: dict[object, tuple[list[str], list[str]]] = {}
    for zone in event["zones"]:
        offset = at_in(at, ZoneInfo(zone["name"])).utcoffset()
        if zone["name"] == event["timezone"] or offset == own:
            continue
        names, labels = groups.setdefault(offset, ([], []))
        names.append(zone["name"])
        labels.append(zone["label"])
    return [(names, ", ".join(labels)) for names, labels in groups.values()]


def _zones(view: ViewState, locale: str) -> list[ZoneRow]:
    at = view["event"]["starts_at"]
    own = view["event"]["timezone"]
    same = [
        zone["label"]
        for zone in view["event"]["zones"]
        if at_in(at, ZoneInfo(zone["name"])).utcoffset() == at_in(at, ZoneInfo(own)).utcoffset()
    ]
    groups = [([own], ", ".join(same) or city(own, locale)), *_grouped(view, at)]
    return [
        {
            "names": names,
            "label": label,
            "offset": offset_name(at_in(at, ZoneInfo(names[0]))),
            "starts": _clock(at_in(at, ZoneInfo(names[0])), locale),
        }
        for names, label in groups
    ]


def offset_name(at: datetime) -> str:
    """Return what a zone's offset is called: "UTC+2"."""
    offset = at.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "−"  # noqa: RUF001 - a true minus sign
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _session_row(
    name: str,
    session: SessionView,
    view: ViewState,
    texts: AgendaTextView | None,
    locale: str,
) -> SessionRow:
    own = ZoneInfo(view["event"]["timezone"])
    start_ms = session["start_at"]
    end_ms = start_ms + session["duration_s"] * 1000
    starts, ends = at_in(start_ms, own), at_in(end_ms, own)
    zones: list[ZoneTime] = []
    for names, label in _grouped(view, start_ms):
        there, until = (at_in(ms, ZoneInfo(names[0])) for ms in (start_ms, end_ms))
        zones.append(
            {
                "label": label,
                "time": _span(there, until, locale),
                "day": ""
                if there.date() == starts.date()
                else format_date(there.date(), "EEEE", locale),
            }
        )
    return {
        "id": name,
        "title": session["title"],
        "kind": session["kind"],
        "kind_name": KINDS.get(session["kind"], ""),
        "is_pause": session["kind"] in {"break", "social"},
        "status": session["status"],
        "room": view["rooms"][session["room"]]["name"],
        "track": session.get("track", ""),
        "time": _span(starts, ends, locale),
        "start": starts.isoformat(),
        "end": ends.isoformat(),
        "start_ms": start_ms,
        "end_ms": end_ms,
        "zones": zones,
        "speakers": [_speaker_row(one, texts) for one in session["speakers"]],
        "abstract": texts["sessions"].get(name, {}).get("abstract", "") if texts else "",
    }


def _speaker_row(speaker: Mapping[str, Any], texts: AgendaTextView | None) -> SpeakerRow:
    more = texts["speakers"].get(speaker["id"]) if texts else None
    affiliations: Sequence[str] = more["affiliations"] if more else [speaker.get("affiliation", "")]
    about = [speaker.get("role", ""), *affiliations]
    return {
        "name": speaker["name"],
        "about": ", ".join(text for text in about if text),
        "biography": more.get("biography", "") if more else "",
    }
