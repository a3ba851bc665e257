"""Films: pictures with a clock burnt in, drawn here, made H.264 and cut into segments by ffmpeg."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import imageio_ffmpeg

from streamhub.core.ids import Ms
from streamhub.testcard import letters, strip

CELL = 8
WIDTH, HEIGHT = strip.CELLS * CELL, 27 * CELL
RATE = 5
GREY = 70
LIGHT, DARK = 210, 30
SIGN_WIDTH = 40

Container = Literal["mpegts", "fmp4"]


@dataclass(frozen=True)
class Segment:
    """A file, and how long it lasts in seconds."""

    name: str
    duration: float


@dataclass(frozen=True)
class Track:
    """Segments that lie in a folder, one behind another, and what comes before each (fMP4)."""

    folder: Path
    segments: tuple[Segment, ...]
    initial: str | None


@dataclass(frozen=True)
class Film(Track):
    """A track whose pictures say when they were made, from `start` on."""

    start: Ms

    @property
    def end(self) -> Ms:
        return Ms(self.start + round(sum(part.duration for part in self.segments) * 1000))


def ffmpeg(*words: str, pictures: Iterator[bytes] | None = None) -> None:
    """Run ffmpeg to its end; whatever it complains of fails the test."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-y", *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        for picture in pictures or ():
            process.stdin.write(picture)
        _, said = process.communicate()
    assert (process.returncode, said.decode()) == (0, "")


def shoot(
    folder: Path,
    start: Ms,
    length_s: int,
    segment_s: int,
    *,
    container: Container = "mpegts",
) -> Film:
    """Make a film of what the clock shows from `start` on, in segments of `segment_s`."""
    encode = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE)]
    encode += ["-i", "-", "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline"]
    encode += ["-pix_fmt", "yuv420p", "-g", str(RATE * segment_s), "-sc_threshold", "0"]
    pictures = (drawn(start + place * 1000 // RATE) for place in range(length_s * RATE))
    track = _cut(folder, segment_s, container, *encode, pictures=pictures)
    return Film(track.folder, track.segments, track.initial, start)


def sound(folder: Path, hertz: int, length_s: int, segment_s: int) -> Track:
    """Make a tone, in segments."""
    tone = ("-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000:duration={length_s}")
    return _cut(folder, segment_s, "fmp4", *tone, "-c:a", "aac", "-b:a", "32k")


def words(folder: Path, language: str, length_s: int, segment_s: int) -> Track:
    """Write subtitles: each second says in which language it is, and how far it is in."""
    folder.mkdir(parents=True)
    segments: list[Segment] = []
    for first in range(0, length_s, segment_s):
        lines = ["WEBVTT", "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0", ""]
        for second in range(first, first + segment_s):
            span = f"{_stamp(second)} --> {_stamp(second + 1)}"
            lines += [span, f"{language} {second}", ""]
        name = f"{len(segments):03d}.vtt"
        (folder / name).write_text("\n".join(lines))
        segments.append(Segment(name, float(segment_s)))
    return Track(folder, tuple(segments), None)


def _stamp(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000"


def _cut(
    folder: Path,
    segment_s: int,
    container: Container,
    *words: str,
    pictures: Iterator[bytes] | None = None,
) -> Track:
    folder.mkdir(parents=True)
    ending = "ts" if container == "mpegts" else "m4s"
    cut = ["-f", "hls", "-hls_time", str(segment_s), "-hls_list_size", "0"]
    cut += ["-hls_segment_type", container, "-hls_fmp4_init_filename", "init.mp4"]
    cut += ["-hls_segment_filename", str(folder / f"%03d.{ending}"), str(folder / "all.m3u8")]
    ffmpeg(*words, *cut, pictures=pictures)
    listed = (folder / "all.m3u8").read_text()
    found = re.findall(r"#EXTINF:([\d.]+),\n(\S+)", listed)
    segments = tuple(Segment(name, float(duration)) for duration, name in found)
    return Track(folder, segments, "init.mp4" if container == "fmp4" else None)


@cache
def _sign(sign: str) -> letters.Mask:
    return letters.written(sign, 48)


@cache
def _clock(second: int) -> bytes:
    """A grey picture with the time of day, without the strip."""
    rows = [bytearray([GREY]) * WIDTH for _ in range(HEIGHT - CELL)]
    for place, sign in enumerate(f"{datetime.fromtimestamp(second, UTC):%H:%M:%S}"):
        mask = _sign(sign)
        left = (WIDTH - 8 * SIGN_WIDTH) // 2 + place * SIGN_WIDTH
        left += (SIGN_WIDTH - mask.width) // 2
        for line in range(mask.height):
            cover = mask.cover[line * mask.width : (line + 1) * mask.width]
            ink = bytes(GREY + (LIGHT - GREY) * part // 255 for part in cover)
            rows[60 + line][left : left + mask.width] = ink
    return b"".join(rows)


def drawn(at: int) -> bytes:
    """Return the picture of an instant, in shades of grey, row by row."""
    cells = (bytes([LIGHT if light else DARK]) * CELL for light in strip.cells(Ms(at)))
    return _clock(at // 1000) + b"".join(cells) * CELL


def decoded(file: Path | str, *words: str) -> bytes:
    """Return all pictures of a file or stream, raw, as ffmpeg reads them; `words` are options."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(file), *words]
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert done.stderr.decode() == ""
    return done.stdout


def seen(file: Path | str, near: Ms) -> list[Ms | None]:
    """Return what the strip says in each picture of a file or stream, as ffmpeg reads it.

    Args:
        file: where it is.
        near: an instant within 17 years.
    """
    shrunk = f"scale={WIDTH}:{HEIGHT},format=gray"
    raw = decoded(file, "-vf", shrunk)
    size = WIDTH * HEIGHT
    assert len(raw) % size == 0
    line = (HEIGHT - CELL // 2) * WIDTH
    return [
        strip.read(raw[first + line + CELL // 2 : first + line + WIDTH : CELL], near)
        for first in range(0, len(raw), size)
    ]
