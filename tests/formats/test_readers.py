"""Each format in a small file with the quirks that real ones have: what comes out of it."""

import io
import zipfile
from datetime import datetime, time

import pytest
from openpyxl import Workbook
from reading import FIXTURES, LISBON, agenda_in, in_order, outline, read, read_fixture, told

from streamhub.core.ids import SpeakerId

FILES = {
    "broken.ics": (
        "ical",
        {},
        [
            "09-13 10:00Z  60 XOR [session] Prima (Luca Rossi)",
            "09-13 10:00Z  60 XOR (2) [session] Prima bis (Jo Klein)",
            "09-13 11:00Z  45 XOR [session] Seconda (Anna Verdi)",
            "09-13 22:00Z 1440 MOV [session] Open day",
        ],
    ),
    "c3voc-v1.json": (
        "c3voc-json",
        {},
        [
            "12-27 10:00Z  60 Ada [presentation] First (Ada L.)",
            "12-27 10:30Z  30 Ada (2) [session] Beside it",
            "12-27 23:30Z  60 Ada [session] No length",
        ],
    ),
    "c3voc-v2.json": (
        "c3voc-json",
        {},
        [
            "12-27 10:00Z  60 Saal [presentation] Second edition (Bo Li)",
            "12-27 11:00Z  60 Saal [break] Something to eat",
        ],
    ),
    "day-numbers.csv": (
        "table",
        {**LISBON, "date": "2027-05-12"},
        [
            "05-12 08:00Z  15 Main room [opening] Welcome (Committee)",
            "05-12 08:15Z  60 Main room [keynote] 25 years (Vince Carey)",
            "05-12 09:15Z  60 Main room [break] Pause",
            "05-13 08:00Z  60 Main room [keynote] Colours (Helena Crowell)",
            "05-13 22:00Z  90 Main room [social] Boat",
        ],
    ),
    "frab-naive.xml": (
        "frab-xml",
        {"timezone": "Europe/Amsterdam"},
        [
            "05-12 07:30Z  60 Hall [opening] Welcome aboard (Inês Duarte)",
            "05-12 21:30Z 105 Hall [session] Night watch",
            "05-12 23:30Z  20 Hall [session] Small hours",
        ],
    ),
    "indico-event.json": (
        "indico",
        {},
        [
            "06-21 07:00Z  20 Main [presentation] One (Eva Kern)",
        ],
    ),
    "indico-timetable.json": (
        "indico",
        {"title": "T"},
        [
            "06-21 07:00Z  20 Aula 1 [session] Quarks (Eva Kern)",
            "06-21 08:00Z  30 Aula 1 [break] Refreshing moment",
            "06-21 08:30Z  90 Foyer [session] Posters: Day one (Udo Alt)",
        ],
    ),
    "mail.txt": (
        "plain-text",
        LISBON,
        [
            "05-12 08:00Z  30 Lisbon [opening] Welcome (Inês Duarte)",
            "05-12 08:30Z  45 Room Atlantic [session] Shore power (Jan Tiessen)",
            "05-12 09:15Z  30 Lisbon [break] Coffee",
            "05-12 09:45Z  45 Lisbon [session] AGM",
            "05-13 08:00Z  60 Lisbon [panel] Panel: Who pays? (Eva Kern, Udo Alt)",
        ],
    ),
    "ontime-v3.json": (
        "ontime",
        {**LISBON, "date": "2027-05-12"},
        [
            "05-12 22:00Z  30 Main room [session] Guest welcoming (Kim Ro)",
            "05-12 22:30Z  90 Main room [session] Night show (Jo Park)",
            "05-13 00:30Z  30 Main room [session] Close",
        ],
    ),
    "ontime-v4.json": (
        "ontime",
        {**LISBON, "date": "2027-05-12"},
        [
            "05-12 09:00Z  20 Main room [session] One",
            "05-13 09:00Z  20 Main room [session] Next day",
        ],
    ),
    "open-event-sessions.json": (
        "open-event",
        {"title": "T"},
        [
            "03-22 04:00Z  60 Hall [presentation] Kept (Wei)",
        ],
    ),
    "page-zones.txt": (
        "plain-text",
        {},
        [
            (
                "06-21 13:00Z  30 Main room [opening] Opening "
                "(Pierre PADILLA, Juan CASTILLO, Ana RUIZ)"
            ),
            "06-21 13:30Z  30 Main room [break] Coffee break",
        ],
    ),
    "pretalx-api.json": (
        "pretalx",
        {"title": "T"},
        [
            "11-02 09:00Z  45 Big [session] Twice (Kim Ro)",
            "11-03 09:00Z  45 Big [session] Twice (Kim Ro)",
        ],
    ),
    "pretalx-dump.json": (
        "pretalx",
        {"title": "T"},
        [
            "11-02 08:00Z  30 GAM [opening] Accueil (Lucie A)",
            "11-02 08:00Z 180 PAM [session] Ateliers (Lucie A)",
            "11-02 11:30Z  60 Main room [break] Lunch",
        ],
    ),
    "pretalx-widget.json": (
        "pretalx",
        {"title": "T"},
        [
            "11-02 09:00Z  60 Big [session] One (Kim Ro)",
            "11-02 10:00Z  30 Big [break] Coffee",
        ],
    ),
    "sessionize-grid.json": (
        "sessionize",
        {"timezone": "Europe/Vienna", "title": "T"},
        [
            "04-20 09:00Z  60 Aula [session] Both (Sam Lee)",
        ],
    ),
    "sessionize.json": (
        "sessionize",
        {"timezone": "Europe/Vienna", "title": "T"},
        [
            "04-20 07:00Z  60 Aula [workshop] Talk one (Sam Lee)",
            "04-20 08:00Z  60 Aula [break] Lunch",
        ],
    ),
    "sheet.csv": (
        "table",
        LISBON,
        [
            "09-27 10:00Z  60 Main room [session] Members meeting",
            "09-27 11:00Z  20 Main room [session] Licences (Andrew Katz, Javier Serrano)",
            "09-27 11:20Z  30 Main room [break] Break",
            "09-27 12:00Z 180 Main room [session] Long, with a comma (Ines Duarte)",
        ],
    ),
    "wafer.xml": (
        "frab-xml",
        {},
        [
            "09-10 05:00Z  20 Anamudi [opening] Opening Ceremony",
            "09-10 07:00Z  90 Canteen [break] Lunch",
            "09-10 08:00Z 1440 Canteen (2) [session] A day of sprints",
        ],
    ),
    "wochentage.tsv": (
        "table",
        {**LISBON, "date": "2027-05-14"},
        [
            "05-14 13:00Z  60 Saal [session] Eins (Jan Tiessen, Eva Kern)",
            "05-14 22:30Z  60 Saal [session] Nachts",
            "05-14 23:00Z 1440 Foyer [session] Ausstellung",
            "05-15 09:00Z  30 Saal [break] Kaffeepause",
        ],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_reader_reads_the_quirks_of_its_format(name: str) -> None:
    form, chosen, lines = FILES[name]
    reading = read_fixture(name, **chosen)
    assert reading.format == form
    assert outline(agenda_in(reading)) == lines


def test_every_fixture_is_read_by_a_test() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(FILES)


def test_reader_finds_a_format_without_its_name() -> None:
    for name, (form, chosen, lines) in FILES.items():
        reading = read((FIXTURES / name).read_bytes(), "", **chosen)
        assert (reading.format, outline(agenda_in(reading))) == (form, lines)


def test_frab_keeps_texts_plain_and_people_one() -> None:
    agenda = agenda_in(read_fixture("frab-naive.xml", timezone="Europe/Amsterdam"))
    first = in_order(agenda)[0]
    assert first.abstract == "First bold words.\nWrite to ."
    assert first.language == "en"
    assert first.track is not None
    assert agenda.tracks[first.track].name == "Quays & cranes"
    assert len(agenda.speakers) == 1
    assert agenda.venue == "Old Customs House, Rotterdam"


def test_frab_without_a_zone_asks_for_it() -> None:
    reading = read_fixture("frab-naive.xml")
    assert reading.agenda is None
    assert [(ask.what, ask.needed) for ask in reading.asks] == [("timezone", True)]
    assert reading.preview is not None


def test_wafer_honours_what_must_not_be_recorded_and_tells_shared_guids_apart() -> None:
    reading = read_fixture("wafer.xml")
    opening, lunch, sprints = in_order(agenda_in(reading))
    assert (opening.recorded, opening.streamed, opening.language) == (False, False, "de")
    assert opening.uid != lunch.uid
    assert sprints.duration_s == 24 * 3600
    assert reading.lanes == {"canteen-2": "canteen"}


def test_c3voc_keeps_instants_where_the_zone_contradicts() -> None:
    reading = read_fixture("c3voc-v1.json")
    agenda = agenda_in(reading)
    assert agenda.timezone == "Etc/GMT-1"
    assert [(ask.what, ask.needed) for ask in reading.asks] == [("timezone", False)]
    assert "Europe/Berlin" in reading.asks[0].options
    first = in_order(agenda)[0]
    assert (first.uid, first.subtitle, first.abstract) == ("g-1", "of all", "One.\nTwo.")
    assert first.recorded is False


def test_pretalx_tells_what_it_left_out() -> None:
    said = told(read_fixture("pretalx-dump.json", title="T"))
    assert "1 entry under 'sprints' lies apart and was left out." in said
    assert "1 session is marked 'rejected' and was left out." in said


def test_pretalx_keeps_people_of_one_name_apart() -> None:
    agenda = agenda_in(read_fixture("pretalx-dump.json", title="T"))
    assert sorted(agenda.speakers) == ["lucie-a", "lucie-a-2"]


def test_ical_takes_zones_by_name_and_tells_shared_uids_apart() -> None:
    reading = read_fixture("broken.ics")
    agenda = agenda_in(reading)
    assert agenda.timezone == "Europe/Rome"
    uids = {one.uid for one in in_order(agenda)}
    assert len(uids) == 4
    assert "46939/20270913T100000Z/xor" in uids
    said = told(reading)
    assert "1 broken line was joined to the one before it." in said
    assert any("only the first time" in line for line in said)


def test_ical_reads_names_before_their_old_spelling_and_without_escapes() -> None:
    def titled(*lines: str) -> tuple[str, str | None]:
        event = "BEGIN:VEVENT,UID:1,DTSTART:20270512T090000Z,DTEND:20270512T100000Z,SUMMARY:One"
        text = ["BEGIN:VCALENDAR", "VERSION:2.0", *lines, *event.split(","), "END:VEVENT"]
        agenda = agenda_in(read("\r\n".join([*text, "END:VCALENDAR", ""]), "x.ics", timezone="UTC"))
        return agenda.title, agenda.summary

    old = (r"X-WR-CALNAME:Ports\, ships\; and\\or sea", r"X-WR-CALDESC:All of it\nand more")
    assert titled(*old) == (r"Ports, ships; and\or sea", "All of it\nand more")
    new = (r"NAME:Ports\, ships", r"DESCRIPTION:In short")
    assert titled(*old, *new) == ("Ports, ships", "In short")


def test_sessionize_asks_where_it_takes_place() -> None:
    reading = read_fixture("sessionize.json")
    assert [ask.what for ask in reading.asks] == ["timezone", "title"]


def test_indico_reads_neither_addresses_nor_hashes() -> None:
    for name in ("indico-timetable.json", "indico-event.json"):
        shown = repr(read_fixture(name, title="T"))
        assert "emailHash" not in shown
        assert "d41d8c" not in shown
        assert "@" not in shown


def test_open_event_reads_a_zip_with_its_files() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.write(FIXTURES / "open-event-sessions.json", "export/sessions.json")
        made.writestr("export/event.json", '{"name": "Zip Con", "timezone": "Asia/Singapore"}')
        made.writestr("export/microlocations.json", '[{"id": 1, "name": "Hall"}]')
        made.writestr("export/logo.png", b"\x89PNG")
    reading = read(packed.getvalue())
    agenda = agenda_in(reading)
    assert (reading.format, agenda.title, agenda.timezone) == (
        "open-event",
        "Zip Con",
        "Asia/Singapore",
    )
    assert len(told(reading, "dropped")) == 3


def test_ontime_asks_for_the_day() -> None:
    reading = read_fixture("ontime-v3.json", timezone="Europe/Lisbon")
    assert [ask.what for ask in reading.asks] == ["date"]
    assert reading.agenda is None


def workbook(rows: list[list[object]], name: str = "Programme") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_workbook_reads_typed_cells_and_grouped_headings() -> None:
    data = workbook(
        [
            ["<event>", None, None, None, "Vortragende", None],
            ["Ort", "Datum", "Uhrzeit", "Titel", 1, 2],
            [
                *("Saal", datetime(2027, 10, 27), time(9), "Eins"),  # noqa: DTZ001 - cells are local
                *("Eva Kern, Hochschule Ulm", "Udo Alt"),
            ],
            ["Saal", "27.10.2027", 0.4375, "Zwei", None, None],
        ]
    )
    reading = read(data, "x.xlsx", timezone="Europe/Berlin", title="T")
    agenda = agenda_in(reading)
    assert outline(agenda) == [
        "10-27 07:00Z  90 Saal [session] Eins (Eva Kern, Udo Alt)",
        "10-27 08:30Z  60 Saal [session] Zwei",
    ]
    assert agenda.speakers[SpeakerId("eva-kern")].affiliations == ("Hochschule Ulm",)


def test_workbook_of_ontime_is_read_as_a_table_once_the_day_is_told() -> None:
    head = [
        *("ID", "Flag", "Cue", "Title", "Colour", "Time Start", "Time End", "Duration"),
        *("Link Start", "Count to end", "Note", "Timer Type", "End Action", "Warning Time"),
        *("Danger Time", "Skip", "Speaker"),
    ]
    timer = ("count-down", "none", "00:02:00", "00:01:00")
    rows: list[list[object]] = [
        ["Ontime · Event schedule"],
        [*head],
        ["g1", None, None, "Morning", "#F00", *[None] * 6, "group", *[None] * 5],
        [
            *("a1", None, "1", "Opening", None, "09:00:00", "09:15:00", "00:15:00", None),
            *(None, "mics", *timer, None, "Eva Kern"),
        ],
        [
            *("a2", None, "2", "Coffee break", None, "09:15:00", "09:45:00", "00:30:00", "TRUE"),
            *(None, None, *timer, None, None),
        ],
        ["a2", None, None, None, None, *[None] * 6, "group-end", *[None] * 5],
        [
            *("a3", None, "3", "Spare", None, "09:45:00", "10:00:00", "00:15:00", "TRUE"),
            *(None, None, *timer, "TRUE", None),
        ],
        [
            *("a4", None, "4", "Long night", None, "23:30:00", "00:30:00", "01:00:00", None),
            *(None, None, *timer, None, None),
        ],
    ]
    data = workbook(rows, "event schedule")
    asked = read(data, "show.xlsx", timezone="Europe/Lisbon", title="T")
    assert [ask.what for ask in asked.asks] == ["date"]
    chosen = {"timezone": "Europe/Lisbon", "title": "T", "date": "2027-05-12"}
    agenda = agenda_in(read(data, "show.xlsx", **chosen))
    assert [line.partition("Z ")[0] + line.partition("]")[2] for line in outline(agenda)] == [
        "05-12 08:00 Opening (Eva Kern)",
        "05-12 08:15 Coffee break",
        "05-12 22:30 Long night",
    ]
    assert [one.kind for one in in_order(agenda)][1].is_pause


def test_workbook_never_evaluates_a_formula() -> None:
    rows: list[list[object]] = [["Title", "Start", "End"]]
    rows += [["=1+1", "2027-05-12 09:00", "2027-05-12 10:00"]]
    rows += [["Kept", "2027-05-12 10:00", "2027-05-12 11:00"]]
    agenda = agenda_in(read(workbook(rows), **LISBON))
    assert [one.title for one in in_order(agenda)] == ["Kept"]


def test_workbook_with_macros_says_that_they_are_not_read() -> None:
    rows: list[list[object]] = [["Title", "Start", "End"]]
    rows += [["Kept", "2027-05-12 10:00", "2027-05-12 11:00"]]
    data = io.BytesIO(workbook(rows))
    with zipfile.ZipFile(data, "a") as book:
        book.writestr("xl/vbaProject.bin", b"macro")
    assert "The file has macros, which are not read." in told(read(data.getvalue(), **LISBON))


ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="A"><table:table-row>
<table:table-cell office:value-type="string"><text:p>Titel</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Datum</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Beginn</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Dauer</text:p></table:table-cell>
</table:table-row><table:table-row>
<table:table-cell office:value-type="string"><text:p>Eins</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2027-05-12"/>
<table:table-cell office:value-type="time" office:time-value="PT09H30M00S"/>
<table:table-cell office:value-type="float" office:value="45"/></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def ods(content: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
    return packed.getvalue()


def test_ods_reads_its_cells() -> None:
    agenda = agenda_in(read(ods(ODS), "x.ods", **LISBON))
    assert outline(agenda) == ["05-12 08:30Z  45 Main room [session] Eins"]


UNKNOWN = "Was;Los um;Ende um;Wo denn\nEins;2027-05-12 09:00;2027-05-12 10:00;Saal\n"


def test_table_asks_for_columns_that_it_does_not_know() -> None:
    reading = read(UNKNOWN, "x.csv", **LISBON)
    assert reading.agenda is None
    assert reading.asks[0].what == "columns"
    assert reading.asks[0].options == ("Was", "Los um", "Ende um", "Wo denn")


@pytest.mark.parametrize(
    "columns",
    [
        {"title": "Was", "start": "Los um", "end": "Ende um", "room": "Wo denn"},
        {"title": "A", "start": "b", "end": "3", "room": "4"},
    ],
)
def test_table_takes_columns_by_heading_letter_or_number(columns: dict[str, str]) -> None:
    reading = read(UNKNOWN, "x.csv", columns=columns, **LISBON)
    assert outline(agenda_in(reading)) == ["05-12 08:00Z  60 Saal [session] Eins"]


def test_table_tells_of_a_column_that_is_not_there() -> None:
    reading = read(UNKNOWN, "x.csv", columns={"title": "Wer weiß", "colour": "A"}, **LISBON)
    assert "columns: The table has no column 'Wer weiß', 'colour'." in told(reading)


def test_table_of_weekdays_asks_for_the_first_day() -> None:
    reading = read_fixture("wochentage.tsv", timezone="Europe/Berlin", title="T")
    assert [ask.what for ask in reading.asks] == ["date"]


def test_table_counts_a_second_saturday_as_one_week_later() -> None:
    rows = [
        f"{day},9:00,10:00,{day} {n}"
        for n, day in enumerate(["Sat", "Sat", "Sun", "Mon", "Sat", "Sat"])
    ]
    text = "\n".join(["Day,Start,End,Title", *rows])
    agenda = agenda_in(read(text, "x.csv", timezone="UTC", title="T", date="2027-05-15"))
    assert [line[:5] for line in outline(agenda)] == [
        *("05-15", "05-15", "05-16", "05-17", "05-22", "05-22"),
    ]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            "Session Title,Date,Start Time,End Time,Venue,Session Type,Speakers,Description",
            "One,5/13/2027,9:00 AM,10:00 AM,Hall,Talk,Eva Kern,About",
        ),
        (
            "*Date,*Time Start,*Time End,Tracks,*Session Title,Room/Location,Description,Speakers",
            "05/13/2027,09:00 AM,10:00 AM,Web,One,Hall,About,Eva Kern; Udo Alt",
        ),
        (
            "ID,Proposal title,Session type,Track,Room,Start,End,Speaker names",
            "AB12,One,Talk,Web,Hall,2027-05-13T09:00:00+00:00,2027-05-13T10:00:00+00:00,Eva Kern",
        ),
        (
            "Session Id,Title,Description,Session format,Scheduled At,Scheduled Duration,Room",
            "7,One,About,Workshop,2027-05-13 09:00,60,Hall",
        ),
        (
            "Fecha;Hora de inicio;Hora de fin;Sala;Título;Ponentes",
            "13/05/2027;9:00;10:00;Hall;One;",
        ),
        (
            "Title,Date,Start,End,Room,Speakers,Affiliations,Session language",
            "One,2027-05-13,9:00,10:00,Hall,Eva Kern; Udo Alt,Ulm University; Port of Sines,en",
        ),
        (
            (
                "*Date,*Time Start,*Time End,Tracks (Optional),*Session Title,"
                "Room/Location (Optional),Description (Optional),"
                "Speakers (Optional),Role: Moderators (Optional),"
                "Session or Sub-session(Sub) (Optional),Tags (Optional)"
            ),
            "05/13/2027,09:00 AM,10:00 AM,Web,One,Hall,About,Eva Kern; Udo Alt,Ida Lund,Session,x",
        ),
        (
            (
                "Title,Description,Event start date,Event start time,Event end date,Event end time,"
                "Location,Presenter,Bookable,Featured,Visible"
            ),
            "One,About,13/05/2027,09:00,13/05/2027,10:00,Hall,Eva Kern,FALSE,FALSE,TRUE",
        ),
        (
            (
                "ID,Title,Format,Session Type,Start Date,Start Time,End Time,Full Detail,Capacity,"
                "Short Description,Tags,Tracks,Primary Speaker,Secondary Speaker,Location"
            ),
            "1,One,Talk,IN_PERSON,13/05/2027,09:00,10:00,About,,,,Web,Eva Kern,Udo Alt,Hall",
        ),
        (
            "event_key,name,active,event_start,event_end,event_type,speakers,description,venue",
            "1,One,Y,2027-05-13 09:00,2027-05-13 10:00,Talk,Eva Kern,About,Hall",
        ),
        (
            "Session Title,Published,Start Date & Time,End Date & Time,Event Type,Speakers,Venue",
            "One,Y,5/13/2027 9:00,5/13/2027 10:00,Talk,Eva Kern,Hall",
        ),
        (
            "Title,Description,Begins at,Ends at,Place,Type,Speakers",
            "One,About,2027-05-13T09:00:00Z,2027-05-13T10:00:00Z,Hall,Talk,Eva Kern",
        ),
        (
            "Id,Title,Start date,Duration,Room,Presenters,Session,Track,Type",
            "5,One,13/05/2027 09:00,1:00,Hall,Eva Kern,,Web,Talk",
        ),
        (
            (
                "ID,Proposal title,Proposal state,Session type,Track,created,Abstract,Duration,"
                "Language,Speaker IDs,Speaker names,Room,Start,Start (date),Start (time),"
                "End,End (date),End (time)"
            ),
            (
                "AB12,One,confirmed,Talk,Web,2026-01-01,About,60,en,U1,Eva Kern,Hall,"
                "2027-05-13T09:00:00+00:00,2027-05-13,09:00,2027-05-13T10:00:00+00:00,2027-05-13,10:00"
            ),
        ),
        ("Date;Début;Fin;Salle;Intitulé;Intervenants", "13 mai 2027;9h00;10h00;Hall;One;Eva Kern"),
        ("Data;Ora inizio;Ora fine;Sala;Titolo;Relatore", "13 maggio 2027;9.00;10.00;Hall;One;"),
        ("Data;Horário;Sala;Título;Palestrante", "13/05/2027;09:00 - 10:00;Hall;One;Eva Kern"),
    ],
)
def test_table_knows_the_headings_of_tools_and_languages(head: str, row: str) -> None:
    agenda = agenda_in(read(f"{head}\n{row}\n", "x.csv", timezone="UTC", title="T"))
    (one,) = in_order(agenda)
    assert outline(agenda)[0].startswith("05-13 09:00Z  60 Hall [")
    assert one.title == "One"


def test_table_with_a_row_for_each_speaker_is_one_session() -> None:
    text = (
        "Session Id,Title,Owner Email,Session format,Room,Scheduled At,Scheduled Duration,"
        "Speaker Id,FirstName,LastName,Email\n"
        "7,One,eva@kern.example,Talk,Hall,2027-05-13 09:00,60,u1,Eva,Kern,eva@kern.example\n"
        "7,,,,,,,u2,Udo,Alt,udo@alt.example\n"
        "8,Two,,Talk,Hall,2027-05-13 10:00,60,u3,Ida,Lund,\n"
    )
    agenda = agenda_in(read(text, "x.csv", timezone="UTC", title="T"))
    assert [(one.title, one.speakers) for one in in_order(agenda)] == [
        ("One", ("eva-kern", "udo-alt")),
        ("Two", ("ida-lund",)),
    ]
    assert "example" not in repr(agenda)


def test_table_joins_names_that_stand_in_two_columns_each() -> None:
    text = (
        "name,start_date,start_time,duration,speaker1_first,speaker1_last,speaker1_email,"
        "speaker2_first,speaker2_last\n"
        "One,05/13/2027,09:00,60,Eva,Kern,eva@kern.example,Udo,Alt\n"
    )
    agenda = agenda_in(read(text, "x.csv", timezone="UTC", title="T"))
    assert in_order(agenda)[0].speakers == ("eva-kern", "udo-alt")


def test_page_keeps_zones_in_which_its_times_agree() -> None:
    reading = read_fixture("page-zones.txt")
    agenda = agenda_in(reading)
    assert [(zone.name, zone.label) for zone in agenda.zones] == [
        ("Europe/Brussels", "Brussels"),
        ("America/Lima", "Lima"),
    ]
    assert in_order(agenda)[0].printed == "15:00-15:30 CET, 08:00-08:30 PET"
    ana = agenda.speakers[SpeakerId("ana-ruiz")]
    assert ana.role == "Head of Science, Technology and Innovation"
    assert ana.affiliations == ("University of Lima", "Peru")
    assert any("'CET' on 2027-06-21 is outside CET's season" in line for line in told(reading))


def test_page_does_not_take_an_abbreviation_for_a_zone() -> None:
    text = "Meeting\n21 June 2027\n15:00-15:30 CET\nOpening\n15:30-16:00 CET\nCoffee break\n"
    reading = read(text)
    assert [ask.what for ask in reading.asks] == ["timezone"]
    assert any("'CET' is an abbreviation" in line for line in told(reading))


def test_page_does_not_use_clocks_that_disagree() -> None:
    text = (FIXTURES / "page-zones.txt").read_text().replace("08:00 PET (Lima)", "09:00 PET (Lima)")
    reading = read(text)
    assert reading.agenda is None
    assert any("are not one instant" in line for line in told(reading))


def test_page_in_utc_needs_no_place() -> None:
    text = "Call\n21 June 2027\n15:00-15:30 UTC\nOpening\n23:30-00:30 UTC\nLate\n00:30 UTC Later\n"
    reading = read(text, timezone="Europe/Paris")
    assert agenda_in(reading).timezone == "Europe/Paris"
    assert [line[:12] for line in outline(agenda_in(reading))] == [
        *("06-21 15:00Z", "06-21 23:30Z", "06-22 00:30Z"),
    ]
    assert [ask.what for ask in read(text).asks] == ["timezone"]


def test_page_without_a_day_asks_for_it() -> None:
    text = "Call\n15:00-15:30 UTC\nOpening\n15:30 UTC Coffee\n"
    assert [ask.what for ask in read(text).asks] == ["date"]
    agenda = agenda_in(read(text, date="2027-05-12", timezone="UTC"))
    assert outline(agenda)[0].startswith("05-12 15:00Z")


def test_reader_refuses_what_is_no_agenda() -> None:
    with pytest.raises(Exception, match="no agenda that streamhub can read"):
        read("Dear all,\nsee you there.\n")
