"""The agenda formats that streamhub knows: one line each, and how to find the right one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from streamhub.core.agenda import Agenda
from streamhub.core.published import Published
from streamhub.core.said import Said
from streamhub.formats import (
    c3voc_json,
    frab_xml,
    ical,
    indico,
    ontime,
    open_event,
    own,
    plain_text,
    pretalx,
    sessionize,
    table,
    write_c3voc,
    write_ical,
    write_table,
)
from streamhub.formats.draft import Choices, Draft
from streamhub.formats.problems import AgendaFile
from streamhub.formats.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an agenda down.

    `read` takes a file's bytes and raises nothing but `AgendaFileError`; `write` takes an agenda
    that `core.agenda.check` finds no flaw in, and the event's slug. The first media type and the
    first ending are the ones that are given out.
    """

    name: str
    media_types: tuple[str, ...]
    endings: tuple[str, ...]
    read: Callable[[bytes], AgendaFile]
    write: Callable[[Agenda, str], bytes]


FORMATS: Final = {
    listed.name: listed
    for listed in (
        Format(
            "yaml",
            ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"),
            (".yaml", ".yml"),
            own.read_yaml,
            own.write_yaml,
        ),
        Format("json", ("application/json",), (".json",), own.read_json, own.write_json),
    )
}


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file that organisers bring. `label` is what they call it: a name, or `Said`.

    `fits` looks at the content first and at the name second; `read` raises nothing but
    `AgendaFileError`. streamhub's own files are agendas already, all others are drafts.
    """

    name: str
    label: str
    fits: Callable[[Source], bool]
    read: Callable[[Source, Choices], Draft | AgendaFile]


IMPORTERS: Final = (
    Importer("own-json", Said("streamhub's own JSON"), own.is_json, own.import_json),
    Importer("c3voc-json", "schedule.json", c3voc_json.fits, c3voc_json.read),
    Importer("frab-xml", "schedule.xml", frab_xml.fits, frab_xml.read),
    Importer("ical", "iCalendar", ical.fits, ical.read),
    Importer("sessionize", "Sessionize", sessionize.fits, sessionize.read),
    Importer("ontime", "ontime", ontime.fits, ontime.read),
    Importer("indico", "Indico", indico.fits, indico.read),
    Importer("open-event", "Open Event", open_event.fits, open_event.read),
    Importer("pretalx", "pretalx", pretalx.fits, pretalx.read),
    Importer("own-yaml", Said("streamhub's own YAML"), own.is_yaml, own.import_yaml),
    Importer("table", Said("tables (XLSX, ODS, CSV)"), table.fits, table.read),
    Importer("plain-text", Said("text with times"), plain_text.fits, plain_text.read),
)
"""In this order: the first that fits reads."""


@dataclass(frozen=True, slots=True)
class Export:
    """One file that is made of a running event. Browsers save what is `to_keep`."""

    name: str
    media_type: str
    write: Callable[[Published], bytes]
    to_keep: bool = False


EXPORTS: Final = (
    Export("agenda.ics", "text/calendar", write_ical.write),
    Export("schedule.json", "application/json", write_c3voc.write_json),
    Export("schedule.xml", "application/xml", write_c3voc.write_xml),
    Export(
        "agenda.yaml",
        "application/yaml",
        lambda event: own.write_yaml(event.agenda, event.slug),
    ),
    Export(
        "agenda.json",
        "application/json",
        lambda event: own.write_json(event.agenda, event.slug),
    ),
    Export("agenda.csv", "text/csv", write_table.write_csv, to_keep=True),
    Export(
        "agenda.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_table.write_xlsx,
        to_keep=True,
    ),
)


def by_ending(file_name: str) -> Format | None:
    """Find the format of a file by how its name ends; None if no format ends so."""
    name = file_name.lower()
    return next((f for f in FORMATS.values() if name.endswith(f.endings)), None)


def by_media_type(media_type: str) -> Format | None:
    """Find the format of a media type, whatever its parameters; None if there is none."""
    plain = media_type.partition(";")[0].strip().lower()
    return next((f for f in FORMATS.values() if plain in f.media_types), None)
