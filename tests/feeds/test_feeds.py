"""The test streams are what they claim to be: read back by ffmpeg and by a reader of playlists."""

from pathlib import Path

import m3u8
import pytest

from feeds import Broadcast, Film, Origin, shoot, sound, words
from feeds.film import Container, seen
from feeds.origin import master
from streamhub.core.ids import Ms

START = Ms(1_795_000_000_000)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return shoot(tmp_path_factory.mktemp("films") / "one", START, 12, 1)


def told(text: str | None) -> m3u8.M3U8:
    assert text is not None
    return m3u8.loads(text)


def dates(playlist: m3u8.M3U8) -> list[int | None]:
    found = []
    for one in playlist.segments:
        at = one.program_date_time
        found.append(None if at is None else round(at.timestamp() * 1000 - START))
    return found


@pytest.mark.parametrize(("segment_s", "container"), [(1, "mpegts"), (4, "fmp4")])
def test_films_show_when_they_were_shot(
    tmp_path: Path, segment_s: int, container: Container
) -> None:
    made = shoot(tmp_path / "film", START, 8, segment_s, container=container)
    assert [part.duration for part in made.segments] == [segment_s] * (8 // segment_s)
    assert made.end == START + 8000
    pictures = seen(made.folder / "all.m3u8", START)
    assert pictures == [START + 200 * place for place in range(40)]


def test_segments_are_out_once_they_are_whole(film: Film) -> None:
    live = Broadcast([film], behind_ms=300)
    assert live.playlist(Ms(START + 1299)) is None
    assert dates(told(live.playlist(Ms(START + 1300)))) == [0]
    assert dates(told(live.playlist(Ms(START + 4299)))) == [0, 1000, 2000]
    live.is_missing = True
    assert live.playlist(Ms(START + 4300)) is None


def test_clocks_are_wrong_as_wished(film: Film) -> None:
    at = Ms(START + 4300)
    assert dates(told(Broadcast([film], clock_off_ms=3_600_000).playlist(at)))[0] == 3_600_000
    assert dates(told(Broadcast([film], dates="missing").playlist(at))) == [None] * 4
    jumping = dates(told(Broadcast([film], dates="jumping").playlist(at)))
    assert jumping[0] == 0
    assert jumping[1] != 1000
    assert jumping[2] == 2000


def test_standing_encoder_leaves_a_gap(film: Film) -> None:
    live = Broadcast([film])
    live.hold(Ms(START + 3500))
    assert dates(told(live.playlist(Ms(START + 9000)))) == [0, 1000, 2000]
    live.go_on(Ms(START + 6500))
    again = told(live.playlist(Ms(START + 9000)))
    assert dates(again) == [0, 1000, 2000, 7000]
    assert [one.discontinuity for one in again.segments] == [False, False, False, True]


def test_stream_ends(film: Film) -> None:
    live = Broadcast([film], ended_at=Ms(START + 5000))
    assert not told(live.playlist(Ms(START + 4999))).is_endlist
    over = told(live.playlist(Ms(START + 11_000)))
    assert over.is_endlist
    assert len(over.segments) == 5


def test_films_follow_one_another_with_a_break(film: Film, tmp_path: Path) -> None:
    second = shoot(tmp_path / "two", film.end, 4, 1)
    both = told(Broadcast([film, second]).playlist(Ms(film.end + 3000)))
    assert dates(both) == [*range(0, 14_000, 1000)]
    assert [one.discontinuity for one in both.segments].index(True) == 12


def test_renditions_are_named_in_the_master_playlist(film: Film, tmp_path: Path) -> None:
    tracks = {
        "en": sound(tmp_path / "en", 440, 12, 1),
        "es": sound(tmp_path / "es", 660, 12, 1),
        "text": words(tmp_path / "text", "en", 12, 1),
    }
    described = master({"en": "en", "es": "es"}, {"text": "en"})
    live = Broadcast([film], tracks, described)
    assert Origin().put("x", live) == "/feeds/x/master.m3u8"
    told_of = m3u8.loads(described)
    assert [(one.type, one.language, one.uri) for one in told_of.media] == [
        ("AUDIO", "en", "en.m3u8"),
        ("AUDIO", "es", "es.m3u8"),
        ("SUBTITLES", "en", "text.m3u8"),
    ]
    for name, track in tracks.items():
        playlist = told(live.playlist(Ms(START + 6000), name))
        assert 5 <= len(playlist.segments) <= 6
        for part in playlist.segments:
            assert (track.folder / (part.uri or "").removeprefix(f"{name}-")).is_file()
            assert live.file(part.uri or "") is not None
    assert live.file("en-../../secret") is None
    assert live.file("9-000.ts") is None
