"""What an HLS playlist says, as far as it tells how the stream does (RFC 8216).

One pass over the lines, and only the newest segments are kept, however long the list. Whoever
answers at an address may send anything: a tag that makes no sense is passed over and never raises,
for one odd line of a packager must not make a stream that plays look broken.
"""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from streamhub.core.ids import Ms

KEPT: Final = 100
"""How many of the newest segments are kept."""
LINE_MOST: Final = 4096
SECONDS_MOST: Final = 600.0
SEQUENCE_MOST: Final = 2**53
_ATTRIBUTE: Final = re.compile(r'([A-Z0-9-]{1,40})=("[^"]*"|[^,"]*)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One piece of a stream; `at` is the instant of its first picture, where the list tells it.

    `cut`: the picture, the encoder or its clock changed before it. `gap`: it is missing.
    """

    number: int
    uri: str
    seconds: float
    at: Ms | None = None
    cut: bool = False
    gap: bool = False

    @property
    def end_at(self) -> Ms | None:
        """The instant after its last picture."""
        return None if self.at is None else self.at + int(self.seconds * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A list of segments, newest last; or of `variants`, with the bits a second that each takes.

    `target_s` is the most that a segment lasts; `ended`: none will be added.
    """

    variants: tuple[tuple[str, int | None], ...] = ()
    target_s: float = 6.0
    segments: tuple[Segment, ...] = ()
    ended: bool = False


class NoPlaylist(ValueError):  # noqa: N818 - read as "it is no playlist"
    """What came is no HLS playlist."""


def read(data: bytes) -> Playlist:
    """Read a playlist.

    Raises:
        NoPlaylist: it does not begin as one does.
    """
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    if not text.startswith("#EXTM3U"):
        raise NoPlaylist("what came is no HLS playlist: it does not begin with #EXTM3U")
    return _Reader().all(text.splitlines())


class _Reader:
    """What was read so far: of the list, and of the segment to come."""

    def __init__(self) -> None:
        self.target_s = 6.0
        self.ended = False
        self.variants: list[tuple[str, int | None]] = []
        self.segments: deque[Segment] = deque(maxlen=KEPT)
        self.number = 0
        self.at: Ms | None = None
        self._begin()
        self.bits: int | None = None
        self.is_variant = False

    def _begin(self) -> None:
        self.seconds: float | None = None
        self.cut = self.gap = False

    def all(self, lines: Iterable[str]) -> Playlist:
        for line in map(str.strip, lines):
            if line.startswith("#EXT"):
                name, _, value = line[:LINE_MOST].partition(":")
                self._tag(name, value)
            elif line and not line.startswith("#") and len(line) <= LINE_MOST:
                self._address(line)
        return Playlist(
            variants=tuple(self.variants),
            target_s=self.target_s,
            segments=tuple(self.segments),
            ended=self.ended,
        )

    def _tag(self, name: str, value: str) -> None:
        match name:
            case "#EXTINF":
                self.seconds = _seconds(value.partition(",")[0])
            case "#EXT-X-PROGRAM-DATE-TIME":
                self.at = _instant(value)
            case "#EXT-X-DISCONTINUITY":
                self.cut, self.at = True, None
            case "#EXT-X-GAP":
                self.gap = True
            case "#EXT-X-TARGETDURATION":
                self.target_s = max(0.5, _seconds(value) or self.target_s)
            case "#EXT-X-MEDIA-SEQUENCE":
                self.number = _whole(value) or 0
            case "#EXT-X-ENDLIST":
                self.ended = True
            case "#EXT-X-STREAM-INF":
                bits = dict(_ATTRIBUTE.findall(value)).get("BANDWIDTH", "")
                self.bits, self.is_variant = _whole(bits), True
            case _:
                pass

    def _address(self, uri: str) -> None:
        if self.is_variant:
            if len(self.variants) < KEPT:
                self.variants.append((uri, self.bits))
            self.is_variant = False
            return
        seconds = self.target_s if self.seconds is None else self.seconds
        segment = Segment(
            number=self.number, uri=uri, seconds=seconds, at=self.at, cut=self.cut, gap=self.gap
        )
        self.segments.append(segment)
        self.number += 1
        self.at = segment.end_at
        self._begin()


def _seconds(text: str) -> float | None:
    """A length of time within reason; None where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= SECONDS_MOST else None  # nan is neither


def _whole(text: str) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(SEQUENCE_MOST))):
        return None
    return min(int(text), SEQUENCE_MOST)


def _instant(text: str) -> Ms | None:
    """The instant of an ISO 8601 text, UTC where it names no offset; None where it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
