"""Instants and durations as people write them in an agenda file.

An instant is ISO 8601 with an offset or `Z`, or a date and time in the event's zone. Whatever could
mean two things is refused: zone abbreviations (the sample event's page says CET in June), and local
times that a change of clocks skips or repeats.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from streamhub.core.ids import Ms
from streamhub.core.said import Said

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199

_INSTANT: Final = re.compile(
    r"(?P<local>\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)"
    r"(?: ?(?P<offset>[Zz]|[+-]\d\d(?::?\d\d(?::\d\d)?)?))?"
)
_ABBREVIATION: Final = re.compile(r".*\d\s*(?P<name>[A-Za-z]{2,5}(?:/[A-Za-z]{2,5})*)")
_DURATION: Final = re.compile(
    r"(?:(?P<h>\d{1,4}) ?(?:h|hours?))? ?(?:(?P<m>\d{1,5}) ?(?:m|min|minutes?))?"
    r" ?(?:(?P<s>\d{1,6}) ?(?:s|sec|seconds?))?"
)
_CLOCK: Final = re.compile(r"(?P<h>\d{1,3}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?")
_MINUTES: Final = re.compile(r"\d{1,5}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a text is no time."""

    message: Said
    hint: Said


def is_abbreviation(zone: str) -> bool:
    """Tell `CET`, `EST` or `PST8PDT` from an IANA name; `UTC` means one thing only."""
    return zone != "UTC" and re.fullmatch(r"[A-Z]{2,5}(?:\d[A-Z]{3})?", zone) is not None


def instant(text: str, zone: ZoneInfo | None) -> Ms | Doubt | None:
    """Read an instant; None where it is local and `zone` is not known (which is told elsewhere)."""
    text = text.strip()
    match = _INSTANT.fullmatch(text)
    if match is None:
        return _not_an_instant(text)
    try:
        local = datetime.fromisoformat(match["local"].upper())
        offset = match["offset"]
        when = datetime.fromisoformat(f"{local.isoformat()}{offset.upper()}") if offset else local
    except ValueError as error:
        return Doubt(
            Said("{text} is not a date and time: {why}.", text=repr(text), why=str(error)),
            Said("Correct it."),
        )
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        return Doubt(
            Said("The year {year} is out of range.", year=str(when.year)),
            Said(
                "Events between {first} and {last} can be planned.",
                first=str(FIRST_YEAR),
                last=str(LAST_YEAR),
            ),
        )
    if when.tzinfo is not None:
        return _ms(when)
    return None if zone is None else _local(when, text, zone)


def _not_an_instant(text: str) -> Doubt:
    if found := _ABBREVIATION.fullmatch(text):
        return Doubt(
            Said(
                "The abbreviation {name} does not say which time is meant.",
                name=repr(found["name"]),
            ),
            Said(
                "Write the offset, as in 2022-06-21 15:00+02:00, or leave it out for the event's "
                "zone."
            ),
        )
    return Doubt(
        Said("{text} is not a date and time.", text=repr(text)),
        Said(
            "Write 2022-06-21 08:00 (in the event's zone), 2022-06-21T13:00Z or "
            "2022-06-21T15:00+02:00."
        ),
    )


def _local(when: datetime, text: str, zone: ZoneInfo) -> Ms | Doubt:
    """Read a local time, unless the clocks skip or repeat it (PEP 495)."""
    first, second = (when.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return _ms(first)
    before, after = (f"{when:%Y-%m-%d %H:%M}{_offset(one)}" for one in (first, second))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != when:
        return Doubt(
            Said("The clocks in {zone} skip {time}.", zone=zone.key, time=repr(text)),
            Said("Correct it, or give an offset: {one} or {other}.", one=before, other=after),
        )
    return Doubt(
        Said("The clocks in {zone} show {time} twice.", zone=zone.key, time=repr(text)),
        Said(
            "Give an offset: {one} (the first time) or {other} (the second).",
            one=before,
            other=after,
        ),
    )


def _offset(when: datetime) -> str:
    return when.isoformat()[len(when.replace(tzinfo=None).isoformat()) :]


def _ms(when: datetime) -> Ms:
    return (when - _EPOCH) // timedelta(milliseconds=1)


def write_instant(at: Ms, zone: ZoneInfo) -> str:
    """Write an instant as local time with its offset: exact, and still read by people."""
    when = (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)
    return when.isoformat(timespec="milliseconds" if at % 1000 else "seconds")


def duration(text: str) -> int | Doubt:
    """Read a duration in seconds: `45m`, `1h30m`, `0:45` (hours and minutes), or minutes."""
    text = text.strip().lower()
    if _MINUTES.fullmatch(text):
        return int(text) * 60
    match = _CLOCK.fullmatch(text) or (_DURATION.fullmatch(text) if text else None)
    if match is None:
        return Doubt(
            Said("{text} is not a duration.", text=repr(text)),
            Said("Write 45m, 1h30m, 0:45, or a number of minutes."),
        )
    return int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60 + int(match["s"] or 0)


def write_duration(seconds: int) -> str:
    """Write seconds as `1h30m`, the shortest that `duration` reads."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0m"
