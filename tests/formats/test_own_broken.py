"""Ten agenda files that people get wrong: each problem with its line, message and hint."""

import pytest

from streamhub.formats import FORMATS, AgendaFileError, Problem

HEAD = """\
event:
  title: Test
  timezone: Europe/Brussels
rooms:
  - {id: main, name: Main hall}
  - {id: side, name: Side hall}
sessions:
"""
GOOD = """\
  - {id: one, title: One, room: main, start: 2022-06-21 10:00, duration: 1h}
"""


def problems(data: bytes | str, form: str = "yaml") -> list[Problem]:
    raw = data.encode() if isinstance(data, str) else data
    with pytest.raises(AgendaFileError) as caught:
        FORMATS[form].read(raw)
    return list(caught.value.problems)


def test_unknown_and_missing_keys_suggest_what_was_meant() -> None:
    text = HEAD.replace("  title: Test", "  titel: Test") + GOOD
    assert problems(text + "colours: red\n") == [
        Problem("event.title", "`title` is missing.", "Add `title:`. The event's name.", 1),
        Problem("event", "The key 'titel' is not known in event.", "Did you mean `title`?", 2),
        Problem(
            "",
            "The key 'colours' is not known.",
            "Known here: event, rooms, tracks, speakers, sessions.",
            9,
        ),
    ]


def test_a_zone_abbreviation_is_never_guessed() -> None:
    text = HEAD.replace("Europe/Brussels", "CET") + (
        "  - {id: one, title: One, room: main, start: 2022-06-21 15:00 CET, duration: 1h}\n"
        "  - {id: two, title: Two, room: main, start: 2022-06-21 08:00 PET/CDT, duration: 1h}\n"
    )
    offset = "Write the offset, as in 2022-06-21 15:00+02:00, or leave it out for the event's zone."
    assert problems(text) == [
        Problem(
            "event.timezone",
            "The abbreviation 'CET' does not say which time is meant.",
            "Use an IANA name such as America/Mexico_City or Europe/Brussels.",
            3,
        ),
        Problem(
            "sessions[0].start",
            "The abbreviation 'CET' does not say which time is meant.",
            offset,
            8,
        ),
        Problem(
            "sessions[1].start",
            "The abbreviation 'PET/CDT' does not say which time is meant.",
            offset,
            9,
        ),
    ]


def test_local_times_that_the_clocks_skip_or_repeat_need_an_offset() -> None:
    text = HEAD + (
        "  - {id: one, title: One, room: main, start: 2022-03-27 02:30, duration: 10m}\n"
        "  - {id: two, title: Two, room: main, start: 2022-10-30 02:30, duration: 10m}\n"
    )
    assert problems(text) == [
        Problem(
            "sessions[0].start",
            "The clocks in Europe/Brussels skip '2022-03-27 02:30'.",
            "Correct it, or give an offset: 2022-03-27 02:30+01:00 or 2022-03-27 02:30+02:00.",
            8,
        ),
        Problem(
            "sessions[1].start",
            "The clocks in Europe/Brussels show '2022-10-30 02:30' twice.",
            "Give an offset: 2022-10-30 02:30+02:00 (the first time) or 2022-10-30 02:30+01:00 "
            "(the second).",
            9,
        ),
    ]


def test_ids_that_are_doubled_malformed_or_unknown_are_told_together() -> None:
    text = (
        HEAD
        + GOOD
        + (
            "  - {id: one, title: Two, room: main, start: 2022-06-21 12:00, duration: 1h}\n"
            "  - {id: Three!, title: Three, room: mian, start: 2022-06-21 14:00, duration: 1h}\n"
            "  - id: four\n"
            "    title: Four\n"
            "    room: side\n"
            "    start: 2022-06-21 14:00\n"
            "    duration: 1h\n"
            "    track: blue\n"
            "    speakers: [ana]\n"
        )
    )
    assert problems(text) == [
        Problem(
            "sessions[1].id",
            "The id 'one' is taken by sessions[0], on line 8.",
            "Give one of them another id.",
            9,
        ),
        Problem(
            "sessions[2].id",
            "'Three!' cannot be an id.",
            "Use lower case letters, digits and single hyphens, at most 64 characters.",
            10,
        ),
        Problem(
            "sessions[2].room", "'mian' is not among the rooms.", "Use one of: main, side.", 10
        ),
        Problem("sessions[3].track", "'blue' is not among the tracks.", "List it.", 16),
        Problem(
            "sessions[3].speakers",
            "'ana' is not among the speakers.",
            "Add the person under `speakers`, or correct the id.",
            17,
        ),
    ]


def test_times_that_contradict_each_other_are_told() -> None:
    text = (
        HEAD
        + GOOD
        + (
            "  - {id: two, title: Two, room: main, start: 2022-06-21 10:30, duration: 1h}\n"
            "  - {id: c, title: C, room: side, start: 2022-06-21 08:00Z, end: 2022-06-21 07:00Z}\n"
            "  - id: four\n"
            "    title: Four\n"
            "    room: side\n"
            "    start: 2022-06-21T14:00Z\n"
            "    end: 2022-06-21T15:00Z\n"
            "    duration: 45m\n"
            "  - {id: five, title: Five, room: side, start: 21 June 2022, duration: long}\n"
            "  - {id: six, title: Six, room: side, start: 2022-06-31 10:00}\n"
        )
    )
    assert problems(text) == [
        Problem(
            "sessions[1].start",
            "It starts before 'one' ends, in the same room 'main'.",
            "Correct the times, or put one of them in another room.",
            9,
        ),
        Problem(
            "sessions[2].duration",
            "The session lasts -3600 seconds.",
            "Its end must be after its start, by 48 hours at most.",
            10,
        ),
        Problem(
            "sessions[3].duration",
            "`duration` says 45m, but from `start` to `end` are 60 minutes.",
            "Keep the one that is right.",
            16,
        ),
        Problem(
            "sessions[4].duration",
            "'long' is not a duration.",
            "Write 45m, 1h30m, 0:45, or a number of minutes.",
            17,
        ),
        Problem(
            "sessions[4].start",
            "'21 June 2022' is not a date and time.",
            "Write 2022-06-21 08:00 (in the event's zone), 2022-06-21T13:00Z or "
            "2022-06-21T15:00+02:00.",
            17,
        ),
        Problem(
            "sessions[5].duration",
            "Neither `end` nor `duration` says how long the session lasts.",
            "Add one of them, as in `duration: 45m`.",
            18,
        ),
        Problem(
            "sessions[5].start",
            "'2022-06-31 10:00' is not a date and time: day is out of range for month.",
            "Correct it.",
            18,
        ),
    ]


def test_yaml_that_would_blow_up_a_reader_is_refused_before_it_is_read() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nevent: [*b, *b]\n"
    assert problems(bomb) == [
        Problem(
            "",
            "Anchors and aliases (& and *) are not read.",
            "Write the value out; put text that starts with & or * in quotes.",
            1,
        )
    ]
    assert problems("event: !!python/object/apply:os.system [id]\n") == [
        Problem(
            "",
            "Tags (!) are not read.",
            "Remove it; put text that starts with ! in quotes.",
            1,
        )
    ]
    deep = Problem("", "This is nested more than 12 deep.", "An agenda needs four.", 1)
    assert problems("[" * 100_000) == [deep]
    assert problems("[" * 50 + "]" * 50, "json") == [deep]
    (problem,) = problems("[" * 100_000 + "]" * 100_000, "json")
    assert problem.message == deep.message


def test_broken_yaml_and_json_are_told_by_line() -> None:
    (yaml,) = problems(HEAD + "\t- id: one\n")
    assert (yaml.line, yaml.where) == (8, "")
    assert yaml.message.startswith("This is not YAML: ")
    assert yaml.hint.startswith("Look at the indentation (spaces, never tabs)")
    assert (
        problems('{\n "event": {},\n "rooms": [1,]\n}', "json")
        == [
            Problem(
                "",
                "This is not JSON: Illegal trailing comma before end of array, at column 12.",
                "Look for a comma or quote that is missing or too many just before it.",
                3,
            )
        ]
        or problems('{\n "event": {},\n "rooms": [1,]\n}', "json")[0].line == 3
    )
    assert problems("{\n", "json")[0].line == 2
    assert problems("[NaN]", "json") == [
        Problem("", "NaN is not a JSON number.", "Remove it.", None)
    ]
    assert problems(HEAD + GOOD + "---\na: b\n") == [
        Problem(
            "",
            "A second document starts here.",
            "Write one agenda per file; remove the line `---`.",
            9,
        )
    ]
    assert problems("? [a]\n: b\n") == [
        Problem("", "A key must be a word.", "Write `key: value`.", 1)
    ]


def test_bytes_that_are_no_text_are_told_by_line() -> None:
    assert problems(b"event:\n  title: caf\xe9\n") == [
        Problem("", "The byte 0xE9 is not UTF-8.", "Save the file in the encoding UTF-8.", 2)
    ]
    assert problems(b"event:\n  title: a\x07b\n") == [
        Problem(
            "",
            "The character U+0007 cannot stand in YAML.",
            "Remove control characters; paste texts as plain text.",
            2,
        )
    ]
    for many in (b"- a\n" * 400_000, b"[" + b"1," * 400_000 + b"1]"):
        (only,) = problems(many)
        assert only.message == "Here the 300,000th text or list begins."
    assert problems(b"x" * 8_000_001) == [
        Problem(
            "",
            "The file has 8,000,001 bytes; 8,000,000 are the most.",
            "Split the agenda into several events, or shorten its texts.",
            None,
        )
    ]
    (surrogate,) = problems(
        b'{"event": {"title": "\\ud800", "timezone": "UTC"}, "rooms": [{"id": "a", "name": "A"}],'
        b'\n"sessions": [{"id": "a", "title": "A", "start": "2022-01-01T10:00Z", "duration": 5}]}',
        "json",
    )
    assert (surrogate.where, surrogate.line) == ("event.title", 1)
    assert surrogate.message == "This text holds U+D800, which cannot be shown."


def test_wrong_shapes_are_told_as_shapes() -> None:
    assert problems("- a\n- b\n") == [
        Problem(
            "",
            "Here stands a list; keys with values are needed.",
            "Write `event:`, `rooms:`, `tracks:`, `speakers:`, `sessions:`, each on a line.",
            1,
        )
    ]
    text = HEAD.replace("title: Test", "title: [Test]") + (
        "  - A talk at ten\n  - {id: [x], title: {a: b}, room: main, kind: pannel,\n"
        "     start: 2022-06-21 10:00, duration: 1h, fixed_end: perhaps, speakers: {a: b}}\n"
    )
    assert [(p.where, p.line) for p in problems(text)] == [
        ("event.title", 2),
        ("sessions[0]", 8),
        ("sessions[1].id", 9),
        ("sessions[1].kind", 9),
        ("sessions[1].title", 9),
        ("sessions[1].fixed_end", 10),
        ("sessions[1].speakers", 10),
    ]
    text = HEAD.replace("  - {", "  - [").replace("hall}", "hall]")
    assert [(p.where, p.line) for p in problems(text + GOOD)] == [
        ("rooms[0]", 5),
        ("rooms[1]", 6),
        ("sessions[0].room", 8),
    ]
    assert [p.where for p in problems("")] == ["event", "rooms", "sessions"]


def test_numbers_out_of_range_are_told() -> None:
    many = "".join(f"  - {{id: r{i}, name: A}}\n" for i in range(501))
    text = HEAD.replace("sessions:", f"{many}sessions:") + GOOD.replace("2022-", "1022-")
    assert [(p.where, p.message) for p in problems(text)] == [
        ("rooms", "The agenda has 503 rooms; 500 are the most."),
        ("sessions[0].start", "The year 1022 is out of range."),
    ]
    odd = GOOD.replace("duration: 1h", "end: 2022-06-21 11:00:00.5")
    assert [(p.where, p.message) for p in problems(HEAD + odd)] == [
        ("sessions[0].end", "The session does not last whole seconds.")
    ]
    nameless = HEAD.replace("title: Test", "title: 会议")
    assert [(p.where, p.line) for p in problems(nameless + GOOD)] == [("event.id", 1)]


def test_texts_keep_to_the_rules_and_values_to_their_form() -> None:
    text = (
        "event:\n"
        "  id: Not An Id\n"
        "  slug: other\n"
        f"  title: {'x' * 301}\n"
        "  timezone: Europe/Brussels\n"
        "  timezone: Europe/Paris\n"
        "  zones: [Europe/Brusels, {zone: Mars}]\n"
        "  languages: [english, en, en]\n"
        "  accent: red\n"
        "rooms:\n"
        "  - id: main\n"
        "    name: Main\n"
        "    order: first\n"
        "    stream: javascript:alert(1)\n"
        "sessions:\n"
        '  - {id: one, title: "a\\u0007b", start: 2022-06-21 10:00, duration: 30m}\n'
    )
    assert [(p.where, p.message, p.line) for p in problems(text)] == [
        (
            "event.id",
            "'Not An Id' cannot be an id.",
            2,
        ),
        ("event.slug", "`id` and `slug` are the same thing.", 3),
        ("event.title", "This text has 301 characters; at most 300 fit.", 4),
        ("event.timezone", "The key 'timezone' is here twice; first on line 5.", 6),
        ("event.zones[0].zone", "'Europe/Brusels' is not a time zone.", 7),
        ("event.zones[1].zone", "'Mars' is not a time zone.", 7),
        ("event.languages[0]", "'english' is not a language code.", 8),
        ("event.languages[2]", "'en' is here twice.", 8),
        ("event.accent", "'red' is not a colour.", 9),
        ("rooms[0].order", "'first' is not a whole number.", 13),
        (
            "rooms[0].stream",
            "'javascript:alert(1)' is not an address that pages can open.",
            14,
        ),
        ("sessions[0].title", "This text holds U+0007, which cannot be shown.", 16),
    ]


def test_a_flood_of_problems_is_cut_short() -> None:
    text = HEAD + "".join(f"  - {{id: s{i}, title: A, room: nowhere}}\n" for i in range(200))
    with pytest.raises(AgendaFileError, match=r"… and 500 more\.$") as caught:
        FORMATS["yaml"].read(text.encode())
    assert (len(caught.value.problems), caught.value.more) == (100, 500)
    assert str(caught.value.problems[0]) == (
        "line 8, sessions[0].duration: Neither `end` nor `duration` says how long the session "
        "lasts. Add one of them, as in `duration: 45m`."
    )
