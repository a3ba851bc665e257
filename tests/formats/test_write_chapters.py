"""Chapters: what really ran, counted from the start of the recording."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
import webvtt
from exporting import CORPUS, Reader, npm_reader, told
from hypothesis import given
from hypothesis import strategies as st

from streamhub.core.ids import RoomId
from streamhub.core.published import Published
from streamhub.core.rundown import Run, Status
from streamhub.core.values import changed
from streamhub.formats.sample import SLUG, sample
from streamhub.formats.write_chapters import Chapter, chapters, write_list, write_vtt

MAIN = RoomId("main")
MINUTE = 60_000


@pytest.fixture(scope="module")
def npm() -> Iterator[Reader]:
    with npm_reader() as reader:
        yield reader


def ran(*runs: tuple[float, float | None], lead: float = 0) -> Published:
    """The sample event, its sessions run from and to these minutes."""
    event = told(sample(), SLUG)
    zero = event.items[0].start_at - int(lead * MINUTE)
    items = [
        changed(
            item,
            status=Status.ENDED,
            runs=(
                Run(
                    started_at=zero + int(start * MINUTE),
                    ended_at=None if end is None else zero + int(end * MINUTE),
                    cause="next",
                ),
            ),
        )
        for item, (start, end) in zip(event.items, runs, strict=False)
    ]
    return changed(event, items=(*items, *event.items[len(items) :]))


def made(event: Published, start_at: int | None, minutes: float) -> list[Chapter]:
    zero = event.items[0].start_at if start_at is None else start_at
    return chapters(event, MAIN, start_at, zero + int(minutes * MINUTE), before="Before the start")


GOLDEN = ran(
    (3.5, 35.5), (35.5, 61.5), (61.5, 106.5), (106.5, 136.5), (136.5, 226.5), (226.5, 261.5)
)


@pytest.mark.skipif(CORPUS is None, reason="STREAMHUB_AGENDAS is not set")
def test_sample_has_the_chapters_of_the_golden_files() -> None:
    assert CORPUS is not None
    found = made(GOLDEN, GOLDEN.items[0].start_at, 300)
    golden = webvtt.from_string((CORPUS / "golden/seed-chapters.vtt").read_text("utf-8"))
    ours = webvtt.from_string(write_vtt(found).decode())
    assert [(one.start, one.end, one.text) for one in ours.captions] == [
        (one.start, one.end, one.text) for one in golden.captions
    ]
    listed = (CORPUS / "golden/seed-youtube.txt").read_text("utf-8").splitlines()
    assert [line[:80] for line in write_list(found).decode().splitlines()] == [
        line[:80] for line in listed
    ]


def test_without_a_start_the_recording_begins_with_the_first_session() -> None:
    found = made(GOLDEN, None, 300)
    assert (found[0].start, found[0].title) == (0, "Opening remarks")
    assert [one.start for one in found][:3] == [0, 32 * MINUTE, 58 * MINUTE]


def test_what_ran_before_the_recording_is_no_chapter() -> None:
    zero = GOLDEN.items[0].start_at + 40 * MINUTE
    found = chapters(GOLDEN, MAIN, zero, zero + 60 * MINUTE, before="-")
    assert [(one.start, one.end) for one in found] == [
        (0, int(21.5 * MINUTE)),
        (int(21.5 * MINUTE), 60 * MINUTE),
    ]


def test_what_is_on_air_lasts_as_expected_or_until_the_recording_ends() -> None:
    event = ran((0, 30), (30, None))
    assert [(one.start, one.end) for one in made(event, None, 45)] == [
        (0, 30 * MINUTE),
        (30 * MINUTE, 45 * MINUTE),
    ]
    found = chapters(event, MAIN, None, None, before="-")
    assert found[1].end == event.items[1].end_at - event.items[0].start_at
    late = ran((0, 30), (300, None))
    assert chapters(late, MAIN, None, None, before="-")[1].end == 300 * MINUTE + 10_000


def test_nothing_ran_nothing_is_told(npm: Reader) -> None:
    event = told(sample(), SLUG)
    assert made(event, None, 10) == []
    assert chapters(GOLDEN, RoomId("elsewhere"), None, 0, before="-") == []
    assert write_list([]) == b""
    assert npm.read("webvtt-parser", write_vtt([])) == {"errors": [], "cues": []}


def test_list_has_no_chapter_that_sites_refuse() -> None:
    found = [
        Chapter(0, 4_000, "Before"),
        Chapter(4_000, 60_000, "One"),
        Chapter(60_000, 63_000, "A slip"),
        Chapter(63_000, 3_700_000, "Two " + "x" * 120),
        Chapter(3_700_000, 3_800_000, "Three\nlines"),
        Chapter(3_800_000, 3_803_000, "Bye"),
        Chapter(3_803_000, 3_804_000, "Later"),
    ]
    lines = write_list(found).decode().splitlines()
    assert lines[0] == "0:00 One"
    assert lines[1].startswith("1:00 Two xxx")
    assert lines[2:] == ["1:01:40 Three lines", "1:03:20 Bye"]
    assert all(len(line.split(" ", 1)[1]) <= 100 for line in lines)


SPANS = st.lists(
    st.tuples(st.integers(0, 9_000_000), st.text("a<>&-\u00e9 >", min_size=1).filter(str.strip)),
    min_size=1,
    max_size=12,
)


@given(spans=SPANS)
def test_any_chapters_are_read_by_parsers_of_others(
    npm: Reader, spans: list[tuple[int, str]]
) -> None:
    found, at = [], 0
    for lasts, title in spans:
        found.append(Chapter(at, at + lasts + 1, title))
        at += lasts + 1
    data = write_vtt(found)
    read = npm.read("webvtt-parser", data)
    assert read["errors"] == []
    wanted = [(one.start, one.end, " ".join(one.title.split())) for one in found]
    assert [(cue["start"], cue["end"], cue["title"]) for cue in read["cues"]] == wanted
    assert len(webvtt.from_string(data.decode()).captions) == len(found)
    starts = []
    for line in write_list(found).decode().splitlines():
        clock = [int(part) for part in line.split(" ")[0].split(":")]
        starts.append(sum(part * 60**power for power, part in enumerate(reversed(clock))))
    assert starts[0] == 0
    assert all(later - one >= 9 for one, later in pairwise(starts))
