"""The sample event is the one that took place, and its audience keeps to the rules."""

import json
import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from streamhub.core.agenda import Kind, Zone, check
from streamhub.core.text import clean
from streamhub.formats.sample import sample
from streamhub.formats.sample.audience import NAMES, QUESTIONS


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.fixture
def expected() -> dict[str, Any]:
    folder = os.environ.get("STREAMHUB_AGENDAS")
    path = Path(folder or "/nowhere") / "sample-expected.json"
    if not path.is_file():
        pytest.skip("STREAMHUB_AGENDAS names no folder with sample-expected.json")
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def test_sample_runs_at_the_instants_of_the_day() -> None:
    agenda = sample()
    assert check(agenda) == []
    assert [
        (s.id, s.kind, s.start_at, s.end_at, s.fixed_end, s.min_duration_s)
        for s in (agenda.sessions[name] for name in agenda.running_order(next(iter(agenda.rooms))))
    ] == [
        (name, kind, ms(f"2022-06-21T{start}Z"), ms(f"2022-06-21T{end}Z"), fixed, least)
        for name, kind, start, end, fixed, least in (
            ("s1", Kind.OPENING, "13:00", "13:30", False, 0),
            ("s2", Kind.PRESENTATION, "13:30", "14:00", False, 0),
            ("s3", Kind.PANEL, "14:00", "14:45", False, 0),
            ("s4", Kind.BREAK, "14:45", "15:15", True, 600),
            ("s5", Kind.PANEL, "15:15", "16:45", False, 0),
            ("s6", Kind.CLOSING, "16:45", "17:15", False, 0),
        )
    ]
    assert agenda.timezone == "America/Mexico_City"
    assert agenda.zones == (
        Zone(name="Europe/Brussels", label="Brussels"),
        Zone(name="America/Mexico_City", label="Mexico City"),
        Zone(name="America/Lima", label="Lima"),
        Zone(name="America/Santiago", label="Santiago"),
    )
    assert agenda.languages == ("en", "es")
    assert len(agenda.speakers) == 18
    assert {p for s in agenda.sessions.values() for p in s.speakers} == set(agenda.speakers)


def test_sample_says_what_the_published_page_says(expected: dict[str, Any]) -> None:
    agenda = sample()
    assert agenda.title == expected["event"]["title"]
    assert [z.name for z in agenda.zones] == [z["iana"] for z in expected["event"]["display_zones"]]
    assert [(room.id, room.name) for room in agenda.rooms.values()] == [
        (room["id"], room["name"]) for room in expected["rooms"]
    ]
    assert {
        (s.id, s.title, s.start_at, s.end_at, s.speakers, s.printed)
        for s in agenda.sessions.values()
    } == {
        (
            s["id"],
            s["title"],
            ms(s["start"]),
            ms(s["end"]),
            tuple(s["speaker_ids"]),
            s["printed_time"],
        )
        for s in expected["sessions"]
    }
    assert {(p.id, p.name, p.role, p.affiliations) for p in agenda.speakers.values()} == {
        (p["id"], p["name"], p["role"], tuple(p["affiliations"])) for p in expected["speakers"]
    }


def test_sample_prose_is_our_own(expected: dict[str, Any]) -> None:
    """No run of eight words of the page's prose is in the descriptions."""
    agenda = sample()
    event = expected["event"]
    theirs = " ".join([event["summary"], *event["aims"], *event["background"]]).lower().split()
    runs = {tuple(theirs[i : i + 8]) for i in range(len(theirs) - 7)}
    ours = [agenda.summary, agenda.tagline, *(s.abstract for s in agenda.sessions.values())]
    for text in filter(None, ours):
        words = text.lower().split()
        assert not runs & {tuple(words[i : i + 8]) for i in range(len(words) - 7)}


def test_audience_asks_what_the_rules_allow() -> None:
    agenda = sample()
    texts = [asked.text for asked in QUESTIONS]
    assert len(texts) == len(set(texts)) >= 40
    for asked in QUESTIONS:
        assert clean(asked.text, field="text", least=5, most=280) == asked.text
        assert not agenda.sessions[
            next(s for s in agenda.sessions if s == asked.session)
        ].kind.is_pause
        assert asked.language in {"en", "es", "pt"}
    by_language = Counter(asked.language for asked in QUESTIONS)
    assert min(by_language["en"], by_language["es"]) > by_language["pt"] > 2
    assert 3 <= sum(asked.unwelcome for asked in QUESTIONS) <= 8
    assert {asked.session for asked in QUESTIONS} == set(agenda.sessions) - {"s4"}
    names = [name for name in NAMES if name]
    assert len(names) == len(set(names)) >= 25
    assert None in NAMES
