"""An address whose agenda is watched, and which version of it the event has dealt with.

Read top to bottom: state, commands, facts, decide, evolve. Off until an organiser says otherwise.
Fetching is no matter of the core: a version is known here by its digest alone.
"""

from dataclasses import dataclass
from typing import Final, Literal, assert_never
from urllib.parse import urlsplit

from streamhub.core.agenda import zone_names
from streamhub.core.errors import Rejected
from streamhub.core.stamp import Stamp
from streamhub.core.values import changed

URL_MOST: Final = 2_000
EVERY_LEAST_MIN: Final = 5
EVERY_MOST_MIN: Final = 1_440
COLUMNS_MOST: Final = 50
WORD_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched. The address may hold a secret: it is in no view.

    `every_min`: minutes between two looks. `by_itself`: a change is taken without asking, where
    nobody need be asked. `timezone`, `date` and `columns` say what the file does not.
    `version` is the one that was last dealt with, None until there was one; `rev` the `agenda_rev`
    that it left, None where the event's agenda is on purpose another.
    """

    url: str
    every_min: int = 15
    by_itself: bool = False
    timezone: str | None = None
    date: str | None = None
    columns: tuple[str, ...] = ()
    version: str | None = None
    rev: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAgenda:
    """Watch the agenda at an address from now on; without `url`, none."""

    url: str | None = None
    every_min: int = 15
    by_itself: bool = False
    timezone: str | None = None
    date: str | None = None
    columns: tuple[str, ...] = ()
    type: Literal["agenda.watch"] = "agenda.watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveAgenda:
    """Leave a version of the watched agenda alone: the event keeps its own until the next."""

    version: str
    type: Literal["agenda.leave"] = "agenda.leave"


WatchCommand = WatchAgenda | LeaveAgenda


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaWatched:
    """Another address is watched, or the same otherwise; without `url`, none."""

    url: str | None = None
    every_min: int = 15
    by_itself: bool = False
    timezone: str | None = None
    date: str | None = None
    columns: tuple[str, ...] = ()
    type: Literal["agenda.watched"] = "agenda.watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaSettled:
    """A version of the watched agenda was dealt with: taken as `rev`, or left alone."""

    version: str
    rev: int | None = None
    type: Literal["agenda.settled"] = "agenda.settled"


WatchFact = AgendaWatched | AgendaSettled


def decide(watch: Watch | None, command: WatchCommand) -> list[WatchFact]:
    """Turn a command about watching into facts; none where nothing changes.

    Raises:
        Rejected: `command.invalid`.
    """
    match command:
        case WatchAgenda():
            return _watched(watch, command)
        case LeaveAgenda():
            if watch is None or (watch.version, watch.rev) == (command.version, None):
                return []
            if len(command.version) > WORD_MOST:
                raise _invalid("version", "This is no version of an agenda.")
            return [AgendaSettled(version=command.version)]
        case _:
            assert_never(command)


def settled(watch: Watch | None, version: str | None, rev: int) -> list[WatchFact]:
    """Return what follows from taking an agenda, which may be a `version` of the watched one."""
    if watch is None or version is None or (watch.version, watch.rev) == (version, rev):
        return []
    return [AgendaSettled(version=version, rev=rev)]


def evolve(watch: Watch | None, fact: WatchFact, stamp: Stamp) -> Watch | None:  # noqa: ARG001 - as all of them
    """Return what is watched after `fact`; the same address keeps what it came to."""
    match fact:
        case AgendaWatched():
            if fact.url is None:
                return None
            same = watch is not None and _reads(watch) == _reads(fact)
            return Watch(
                url=fact.url,
                every_min=fact.every_min,
                by_itself=fact.by_itself,
                timezone=fact.timezone,
                date=fact.date,
                columns=fact.columns,
                version=watch.version if watch is not None and same else None,
                rev=watch.rev if watch is not None and same else None,
            )
        case AgendaSettled():
            if watch is None:
                return None
            return changed(watch, version=fact.version, rev=fact.rev)
        case _:
            assert_never(fact)


def _reads(what: Watch | AgendaWatched) -> tuple[object, ...]:
    """What a version depends on."""
    return what.url, what.timezone, what.date, what.columns


def _watched(watch: Watch | None, command: WatchAgenda) -> list[WatchFact]:
    if command.url is None:
        return [] if watch is None else [AgendaWatched()]
    _check(command.url, command)
    fact = AgendaWatched(
        url=command.url,
        every_min=command.every_min,
        by_itself=command.by_itself,
        timezone=command.timezone,
        date=command.date,
        columns=command.columns,
    )
    same = (
        watch is not None
        and _reads(watch) == _reads(fact)
        and (watch.every_min, watch.by_itself) == (fact.every_min, fact.by_itself)
    )
    return [] if same else [fact]


def _check(url: str, command: WatchAgenda) -> None:
    if not EVERY_LEAST_MIN <= command.every_min <= EVERY_MOST_MIN:
        raise _invalid(
            "every_min",
            f"An agenda cannot be looked at every {command.every_min} minutes.",
            f"Say {EVERY_LEAST_MIN} to {EVERY_MOST_MIN} minutes.",
        )
    if not _is_address(url):
        raise _invalid(
            "url",
            "This is no address that can be watched.",
            f"Give one with https:// and no user name or password, of up to {URL_MOST} characters.",
        )
    if command.timezone not in {None, *zone_names()}:
        raise _invalid(
            "timezone",
            f"{str(command.timezone)[:64]!r} is no time zone.",
            "Use an IANA name such as Europe/Lisbon.",
        )
    words = (command.date or "", *command.columns)
    if len(command.columns) > COLUMNS_MOST or any(len(word) > WORD_MOST for word in words):
        raise _invalid("columns", "This says too much of what the file does not.")


def _is_address(url: str) -> bool:
    if len(url) > URL_MOST or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and has_host and parts.username is None


def _invalid(field: str, message: str, hint: str | None = None) -> Rejected:
    return Rejected("command.invalid", message, hint, field=field)
