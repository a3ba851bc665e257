"""How a stream does, told from its playlist looked at again and again."""

from typing import Any

import pytest

from streamhub.core.ids import Ms
from streamhub.hub.health import STILL_LEAST_MS, Examiner, Finding
from streamhub.hub.playlist import Playlist, Segment

T0 = 1_800_000_000_000


def listed(
    newest: int, *, target_s: float = 4.0, clock_ms: int | None = 0, **more: Any
) -> Playlist:
    """A list of three segments of which the newest begins `clock_ms` after its number says."""
    segments = tuple(
        Segment(
            number=number,
            uri=f"{number}.ts",
            seconds=target_s,
            at=None if clock_ms is None else T0 + int(number * target_s * 1000) + clock_ms,
        )
        for number in range(newest - 2, newest + 1)
    )
    return Playlist(target_s=target_s, segments=segments, **more)


def at(seconds: float) -> Ms:
    return T0 + int(seconds * 1000)


def test_stream_waits_goes_live_and_ends() -> None:
    examiner = Examiner()
    waiting = examiner.missing(at(0))
    assert waiting == Finding(
        health="waiting", since_at=at(0), detail="The playlist is not there yet."
    )
    assert examiner.looked(Playlist(), at(2)).health == "waiting"
    assert examiner.looked(listed(2), at(12.5)) == Finding(
        health="live", since_at=at(12.5), late_s=0.5
    )
    assert examiner.looked(listed(3), at(16.5)).since_at == at(12.5)
    ended = examiner.looked(listed(3, ended=True), at(20))
    assert (ended.health, ended.since_at, ended.detail) == ("ended", at(20), None)
    assert examiner.failed("gone", at(200)) == ended
    assert examiner.missing(at(300)) == ended


def test_stream_that_does_not_move_is_stalled_and_comes_back() -> None:
    examiner = Examiner()
    examiner.looked(listed(2, clock_ms=None), at(12))
    assert examiner.looked(listed(2, clock_ms=None), at(24)).health == "live"
    stalled = examiner.looked(listed(2, clock_ms=None), at(24.001))
    assert (stalled.health, stalled.since_at, stalled.detail) == (
        "stalled",
        at(24.001),
        "Nothing new comes.",
    )
    assert examiner.looked(listed(3, clock_ms=None), at(26)).health == "live"


def test_short_segments_have_some_seconds_all_the_same() -> None:
    examiner = Examiner()
    examiner.looked(listed(2, target_s=1, clock_ms=None), at(0))
    still = listed(2, target_s=1, clock_ms=None)
    assert examiner.looked(still, T0 + STILL_LEAST_MS).health == "live"
    assert examiner.looked(still, T0 + STILL_LEAST_MS + 1).health == "stalled"


@pytest.mark.parametrize(
    ("clock_ms", "offset_s", "health", "late_s"),
    [
        (0, 0, "live", 1.0),
        (-11_000, 0, "live", 12.0),
        (-11_001, 0, "late", 12.001),
        (13_000, 0, "live", -12.0),
        (13_001, 0, "late", -12.001),
        (3_600_000, 0, "late", -3599.0),
        (3_600_000, -3600, "live", 1.0),
        (None, 0, "live", None),
        (None, 99, "live", None),
    ],
)
def test_stream_is_late_by_its_own_clock_as_the_producer_corrected_it(
    clock_ms: int | None, offset_s: float, health: str, late_s: float | None
) -> None:
    found = Examiner().looked(listed(2, clock_ms=clock_ms), at(13), offset_s)
    assert found.health == health
    assert found.late_s == (None if late_s is None else pytest.approx(late_s))
    assert (found.detail is None) == (health == "live")


def test_stream_that_cannot_be_had_is_so_only_after_a_while() -> None:
    examiner = Examiner()
    first = examiner.failed("It is broken.", at(0))
    assert (first.health, first.detail) == ("unreachable", "It is broken.")
    live = examiner.looked(listed(2), at(12.5))
    assert examiner.failed("It is broken.", at(24.5)) == live
    lost = examiner.failed("It is broken.", at(24.501))
    assert (lost.health, lost.since_at) == ("unreachable", at(24.501))
    assert examiner.missing(at(30)).detail == "The playlist is not there any more."
    assert examiner.looked(listed(7), at(32.5)).health == "live"


def test_breaks_are_counted_once_and_not_those_from_before_it_was_watched() -> None:
    examiner = Examiner()

    def look(now: float, *segments: Segment) -> int:
        return examiner.looked(Playlist(target_s=4, segments=segments), at(now)).gaps

    one = Segment(number=1, uri="1.ts", seconds=4, at=at(4), cut=True)
    two = Segment(number=2, uri="2.ts", seconds=4, at=at(8))
    cut = Segment(number=3, uri="3.ts", seconds=4, at=at(12), cut=True)
    gap = Segment(number=4, uri="4.ts", seconds=4, at=at(16), gap=True)
    hole = Segment(number=5, uri="5.ts", seconds=4, at=at(22.001))
    small = Segment(number=6, uri="6.ts", seconds=4, at=at(28))
    assert look(8, one) == 0
    assert look(12, one, two) == 0
    assert look(16, two, cut) == 1
    assert look(20, two, cut, gap) == 2
    assert look(26, gap, hole) == 3
    assert look(32, hole, small) == 3
    far = Segment(number=9, uri="9.ts", seconds=4, at=at(99))
    bare = Segment(number=10, uri="10.ts", seconds=4)
    assert look(36, far) == 3  # what came between was not seen
    assert look(40, far, bare) == 3
    assert look(44, bare, Segment(number=11, uri="11.ts", seconds=4, at=at(44))) == 3
    assert look(48, Segment(number=0, uri="0.ts", seconds=4)) == 4  # it began anew


def test_what_it_takes_is_measured_else_what_the_list_says() -> None:
    examiner = Examiner()
    assert examiner.looked(listed(2), at(12)).kbps is None
    examiner.takes(None, 4, 2_500_000)
    assert examiner.looked(listed(3), at(16)).kbps == 2500
    examiner.takes(500_000, 4, 2_500_000)
    examiner.takes(1_000_000, 4, 2_500_000)
    examiner.takes(1_000_000, 0, 2_500_000)
    assert examiner.looked(listed(4), at(20)).kbps == 1500


def test_finding_is_told_without_what_is_not_known() -> None:
    assert Finding(health="waiting", since_at=5).told() == {
        "health": "waiting",
        "since_at": 5,
        "gaps": 0,
    }
    full = Finding(health="late", since_at=5, late_s=12.34, kbps=9, gaps=1, detail="Old.")
    assert full.told() == {
        "health": "late",
        "since_at": 5,
        "late_s": 12.3,
        "kbps": 9,
        "gaps": 1,
        "detail": "Old.",
    }
