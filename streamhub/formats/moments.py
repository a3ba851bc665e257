"""Dates, times, instants and durations as other programs and people write them, in six languages.

`times.py` is strict, for streamhub's own files; this is lenient, and answers None where it would
have to guess. Nothing here reads a zone's abbreviation as a zone.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from streamhub.formats.times import FIRST_YEAR, LAST_YEAR

_MONTHS: Final = (
    "jan january januar enero ene janvier janv gennaio gen janeiro",
    "feb february februar febrero fevrier fev febbraio fevereiro",
    "mar march marz maerz mrz marzo mars marco",
    "apr april abril abr avril avr aprile",
    "may mai mayo maggio mag maio",
    "jun june juni junio juin giugno giu junho",
    "jul july juli julio juillet juil luglio lug julho",
    "aug august agosto ago aout",
    "sep sept september septiembre setiembre septembre settembre set setembro",
    "oct october oktober okt octubre octobre ottobre ott outubro out",
    "nov november noviembre novembre novembro",
    "dec december dezember dez diciembre dic decembre dicembre dezembro",
)
MONTHS: Final = {word: i for i, words in enumerate(_MONTHS, 1) for word in words.split()}
_WEEKDAYS: Final = (
    "mon monday montag mo lunes lun lundi lunedi segunda segunda-feira seg",
    "tue tues tuesday dienstag di martes mardi martedi mar terca terca-feira ter",
    "wed wednesday mittwoch mi miercoles mie mercredi mer mercoledi quarta quarta-feira qua",
    "thu thur thurs thursday donnerstag do jueves jue jeudi jeu giovedi gio quinta quinta-feira",
    "fri friday freitag fr viernes vie vendredi ven venerdi sexta sexta-feira sex",
    "sat saturday samstag sonnabend sa sabado sab samedi sam sabato",
    "sun sunday sonntag so domingo dom dimanche dim domenica",
)
WEEKDAYS: Final = {word: i for i, words in enumerate(_WEEKDAYS) for word in words.split()}

_FOLD: Final = str.maketrans(
    "áàâãäéèêëíìîïóòôõöúùûüçñ\u00a0\u202f\u2009", "aaaaaeeeeiiiiooooouuuucn   "
)
_ISO_DATE: Final = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})")
_WORD_DATE: Final = re.compile(
    r"(?:(?P<wd>[a-z-]+)\.?,? +)??(?:"
    r"(?P<d1>\d{1,2})(?:\.|st|nd|rd|th|er|º|°|o)?(?: +de| +of)?[ -]+(?P<m1>[a-z]{3,12})\.?"
    r"|(?P<m2>[a-z]{3,12})\.? +(?P<d2>\d{1,2})(?:st|nd|rd|th)?"
    r")(?:(?:,|\.)?(?: +de| +del)?[ -]+(?P<y>\d{4}))?"
)
_NUMBER_DATE: Final = re.compile(
    r"(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})"
)
_CLOCK: Final = re.compile(
    r"(?:um |at |a las |a )?(?P<h>\d{1,2})"
    r"(?:(?:[:.h]|h | h )(?P<m>\d\d)(?:[:.](?P<s>\d\d)(?:\.\d+)?)?| ?h)?"
    r" ?(?P<half>[ap]\.? ?m\.?)?(?: ?(?:uhr|hrs?|hours?|horas?|heures?|ore|h)\.?)?"
)
_OFFSET: Final = re.compile(r"(?P<local>.*\d)\s*(?P<offset>Z|z|[+-]\d\d:?\d\d|[+-]\d\d)")
_LOCAL: Final = re.compile(
    r"(?P<date>\d{4}-?\d\d-?\d\d)[T ]+(?P<h>\d\d?):?(?P<m>\d\d)(?::?(?P<s>\d\d)(?:[.,]\d+)?)?"
)
_PARTS: Final = re.compile(r"(?:(?P<d>\d{1,3}):)?(?P<h>\d{1,3}):(?P<m>\d{1,2})")
_CLOCKED: Final = re.compile(r"(?P<h>\d{1,3}):(?P<m>\d{1,2})(?::(?P<s>\d{1,2}))?")
_ISO_DURATION: Final = re.compile(
    r"P(?:(?P<w>\d{1,3})W)?(?:(?P<d>\d{1,3})D)?(?:T(?:(?P<h>\d{1,4})H)?(?:(?P<m>\d{1,5})M)?(?:(?P<s>\d{1,6})S)?)?"
)
_SPOKEN: Final = re.compile(
    r"(?:(?P<h>\d{1,3}(?:[.,]\d)?) ?(?:h|hrs?|hours?|std\.?|stunden?|horas?|heures?|or[ae]))?"
    r"(?: ?(?P<m>\d{1,4}) ?(?:['\u2032]|m|mins?\.?|minutes?|minuten?|minutos?|minuti|minuto)?)?"
)


def in_words(text: str) -> tuple[str, ...]:
    """Split a list that is written as one text."""
    return tuple(text.split())


def plain(text: str) -> str:
    """Fold a text for comparing words: lower case, no accents, single spaces."""
    return " ".join(text.lower().replace("ß", "ss").translate(_FOLD).split())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_YEAR <= year <= LAST_YEAR else None


def read_date(text: str, *, year: int | None = None, month_first: bool = False) -> date | None:
    """Read a date: 2027-05-12, 12.5.2027, May 12, 2027, 12 de mayo de 2027.

    `year` is for dates that have none; `month_first` reads 5/12/2027 as Americans do.
    """
    said = plain(text).strip(" ,")
    if match := _ISO_DATE.fullmatch(said.split(" ")[0].split("t")[0]):
        return _date(int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _NUMBER_DATE.fullmatch(said):
        one, two, years = int(match["a"]), int(match["b"]), int(match["y"])
        years += 2000 if years < 100 else 0  # noqa: PLR2004 - two digits
        day, month = (two, one) if month_first and match["s"] == "/" else (one, two)
        return _date(years, month, day) or _date(years, day, month)
    if match := _WORD_DATE.fullmatch(said):
        month = MONTHS.get(match["m1"] or match["m2"], 0)
        if match["wd"] is not None and match["wd"] not in WEEKDAYS:
            return None
        years = int(match["y"]) if match["y"] else year or 0
        return _date(years, month, int(match["d1"] or match["d2"])) if month and years else None
    return None


def read_weekday(text: str) -> int | None:
    """Read a weekday, 0 for Monday."""
    return WEEKDAYS.get(plain(text).strip(" .,:"))


def read_clock(text: str) -> time | None:
    """Read a time of day: 9:30, 09.30, 9h30, 9:30 am, 14:30 Uhr."""
    match = _CLOCK.fullmatch(plain(text).strip())
    if match is None or (match["m"] is None and not match["half"] and "h" not in match[0]):
        return None
    hour, minute, second = int(match["h"]), int(match["m"] or 0), int(match["s"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock's face
            return None
        hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    if (hour, minute, second) == (24, 0, 0):
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """Read a date with a time: aware with an offset or Z, else naive."""
    said = text.strip().replace("\u00a0", " ")
    offset = None
    if match := _OFFSET.fullmatch(said):
        local = _LOCAL.fullmatch(match["local"].strip())
        if local is not None:
            said, offset = match["local"].strip(), match["offset"]
    local = _LOCAL.fullmatch(said)
    if local is None:
        return _loose_instant(said)
    try:
        day = date.fromisoformat(local["date"])
        when = datetime.combine(
            day, time(int(local["h"]), int(local["m"]), int(local["s"] or 0)), _zone(offset)
        )
    except ValueError:
        return None
    return when if FIRST_YEAR < when.year < LAST_YEAR else None


def _loose_instant(said: str) -> datetime | None:
    """Read a date and a time that stand side by side: 12.05.2027 9:30, May 12, 2027 9:30 AM."""
    words = said.split(" ")
    for cut in range(1, len(words)):
        day = read_date(" ".join(words[:cut]).rstrip(","))
        clock = read_clock(" ".join(words[cut:])) if day else None
        if day is not None and clock is not None:
            return datetime.combine(day, clock)
    return None


def _zone(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset in {"Z", "z"}:
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def read_duration(text: str, *, days_first: bool = False) -> timedelta | None:
    """Read a duration: minutes, 0:45, 1h30, PT45M; three parts are H:MM:SS, or D:HH:MM."""
    said = plain(text)
    if not said:
        return None
    if match := _ISO_DURATION.fullmatch(said.upper()):
        parts = {key: int(value) for key, value in match.groupdict().items() if value}
        return _span(
            days=parts.get("w", 0) * 7 + parts.get("d", 0),
            seconds=parts.get("h", 0) * 3600 + parts.get("m", 0) * 60 + parts.get("s", 0),
        )
    if match := (_PARTS if days_first else _CLOCKED).fullmatch(said):
        found = {key: int(value or 0) for key, value in match.groupdict().items()}
        seconds = found["h"] * 3600 + found["m"] * 60 + found.get("s", 0)
        return _span(days=found.get("d", 0), seconds=seconds)
    if match := _SPOKEN.fullmatch(said):
        hours = float((match["h"] or "0").replace(",", "."))
        return _span(seconds=round(hours * 3600) + int(match["m"] or 0) * 60)
    return None


def _span(*, days: int = 0, seconds: int = 0) -> timedelta:
    return timedelta(days=days, seconds=seconds)
