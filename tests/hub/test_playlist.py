"""Playlists as packagers write them, and as nobody should."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamhub.hub.playlist import KEPT, LINE_MOST, NoPlaylist, Playlist, Segment, read

AT = int(datetime(2026, 6, 21, 9, 0, tzinfo=UTC).timestamp() * 1000)


def media(*lines: str) -> Playlist:
    return read("\n".join(("#EXTM3U", *lines)).encode())


def test_media_playlist_tells_its_segments_and_when_they_were() -> None:
    found = media(
        "#EXT-X-VERSION:6",
        "#EXT-X-TARGETDURATION:4",
        "#EXT-X-MEDIA-SEQUENCE:17",
        "#EXT-X-PROGRAM-DATE-TIME:2026-06-21T11:00:00.000+02:00",
        "#EXTINF:4.000,",
        "a.ts",
        "#EXTINF:2.5,A title",
        "b.ts?x=1",
        "#EXT-X-DISCONTINUITY",
        "#EXTINF:4,",
        "c.ts",
        "#EXT-X-GAP",
        "#EXT-X-PROGRAM-DATE-TIME:2026-06-21T09:01:00Z",
        "#EXTINF:4,",
        "d.ts",
        "",
        "# a remark",
    )
    assert found == Playlist(
        target_s=4,
        segments=(
            Segment(number=17, uri="a.ts", seconds=4, at=AT),
            Segment(number=18, uri="b.ts?x=1", seconds=2.5, at=AT + 4000),
            Segment(number=19, uri="c.ts", seconds=4, cut=True),
            Segment(number=20, uri="d.ts", seconds=4, at=AT + 60_000, gap=True),
        ),
    )
    assert [one.end_at for one in found.segments] == [AT + 4000, AT + 6500, None, AT + 64_000]


def test_master_playlist_tells_its_variants() -> None:
    found = media(
        '#EXT-X-MEDIA:TYPE=AUDIO,URI="a.m3u8",NAME="A, B"',
        '#EXT-X-STREAM-INF:CODECS="avc1.4d401f,mp4a.40.2",BANDWIDTH=1280000,NAME="BANDWIDTH=5"',
        "low.m3u8",
        "#EXT-X-STREAM-INF:RESOLUTION=1x1",
        "high.m3u8",
    )
    assert found.variants == (("low.m3u8", 1_280_000), ("high.m3u8", None))
    assert found.segments == ()


def test_list_that_is_over_says_so() -> None:
    assert media("#EXTINF:4,", "a.ts", "#EXT-X-ENDLIST").ended
    assert not media("#EXTINF:4,", "a.ts").ended


def test_only_the_newest_segments_are_kept_with_their_numbers() -> None:
    lines = [line for number in range(5000) for line in ("#EXTINF:4,", f"{number}.ts")]
    found = media("#EXT-X-MEDIA-SEQUENCE:1000", *lines)
    assert len(found.segments) == KEPT
    assert (found.segments[-1].number, found.segments[-1].uri) == (5999, "4999.ts")


def test_list_of_very_many_variants_is_cut() -> None:
    lines = [line for n in range(500) for line in ("#EXT-X-STREAM-INF:BANDWIDTH=1", f"{n}.m3u8")]
    assert len(media(*lines).variants) == KEPT


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xfe", b" #EXTM3U", b"#EXTINF:4,\na.ts"])
def test_what_does_not_begin_as_a_playlist_is_none(data: bytes) -> None:
    with pytest.raises(NoPlaylist):
        read(data)


def test_byte_order_mark_and_line_ends_of_windows_are_read() -> None:
    found = read("\ufeff#EXTM3U\r\n#EXTINF:4,\r\na.ts\r\n".encode())
    assert [one.uri for one in found.segments] == ["a.ts"]


@pytest.mark.parametrize(
    ("tag", "segment"),
    [
        ("#EXTINF:soon,", {}),
        ("#EXTINF:nan,", {}),
        ("#EXTINF:-1,", {}),
        ("#EXTINF:1e9,", {}),
        ("#EXTINF", {}),
        ("#EXT-X-TARGETDURATION:x", {}),
        ("#EXT-X-TARGETDURATION:0", {"seconds": 6.0}),
        ("#EXT-X-MEDIA-SEQUENCE:-5", {}),
        ("#EXT-X-MEDIA-SEQUENCE:1e5", {}),
        ("#EXT-X-MEDIA-SEQUENCE:\u0663", {}),
        (f"#EXT-X-MEDIA-SEQUENCE:{'9' * 100}", {}),
        (f"#EXT-X-MEDIA-SEQUENCE:{'9' * 16}", {"number": 2**53}),
        ("#EXT-X-PROGRAM-DATE-TIME:yesterday", {}),
        ("#EXT-X-PROGRAM-DATE-TIME:2026-06-21T09:00:00+99:00", {}),
        ("#EXT-X-PROGRAM-DATE-TIME:2026-06-21T09:00:00", {"at": AT}),
        ("x" * (LINE_MOST + 1), {}),
    ],
)
def test_tag_that_makes_no_sense_is_passed_over(tag: str, segment: dict[str, object]) -> None:
    found = media(tag, "a.ts").segments[-1]
    wanted: dict[str, object] = {"number": 0, "uri": "a.ts", "seconds": found.seconds, "at": None}
    assert found == Segment(**(wanted | segment))  # type: ignore[arg-type]  # fields by name
    assert 0 <= found.seconds <= 600


LINES = st.sampled_from(
    [
        *("#EXTINF:4,", "#EXTINF:x", "a.ts", "#EXT-X-DISCONTINUITY", "#EXT-X-GAP", ""),
        *("#EXT-X-STREAM-INF:BANDWIDTH=9", "#EXT-X-ENDLIST", "#EXT-X-MEDIA-SEQUENCE:7"),
        "#EXT-X-PROGRAM-DATE-TIME:2026-06-21T09:00:00Z",
    ]
) | st.text(max_size=40)


@given(st.lists(LINES, max_size=30))
def test_whatever_comes_is_read_or_is_no_playlist(lines: list[str]) -> None:
    found = media(*lines)
    numbers = [one.number for one in found.segments]
    assert all(0 <= one.seconds <= 600 for one in found.segments)
    assert all(number >= 0 for number in numbers)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_are_no_playlist(data: bytes) -> None:
    read(b"#EXTM3U\n" + data)


def test_zone_of_an_instant_is_heeded() -> None:
    at = datetime(2026, 6, 21, 9, 0, tzinfo=timezone(timedelta(hours=-5)))
    found = media(f"#EXT-X-PROGRAM-DATE-TIME:{at.isoformat()}", "a.ts")
    assert found.segments[0].at == AT + 5 * 3_600_000
