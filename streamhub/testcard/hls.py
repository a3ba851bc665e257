"""A card as a stream: segments and playlists of HLS (RFC 8216), each made of nothing but the time.

A segment is the same whenever it is asked for, so the live stream and the recording of any time
that has passed are the same segments. They are numbered by time, from the epoch.
"""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final

from streamhub.core.ids import Ms
from streamhub.testcard import h264, mp4
from streamhub.testcard.card import COLUMNS, HEIGHT, ROWS, WIDTH, Card

SEGMENT_MS: Final = 2000
FRAME_MS: Final = 200
BEHIND_MS: Final = 4000
"""How long after its end a segment is published: what encoders and networks take elsewhere."""
WINDOW_MS: Final = 600_000
"""How far back viewers can seek while it is live."""
LONGEST_MS: Final = 24 * 3_600_000
"""The longest recording."""
_KEPT: Final = 32
PLAYLIST_TYPE: Final = "application/vnd.apple.mpegurl"


class Feed:
    """One stream: a card, and the segments of it that were asked for lately."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    @staticmethod
    def initial() -> bytes:
        """Return what comes before all segments."""
        sequence = h264.sequence_parameters(COLUMNS, ROWS)
        return mp4.initial(WIDTH, HEIGHT, sequence, h264.picture_parameters())

    def segment(self, number: int) -> bytes:
        """Return the segment that begins `number` times `SEGMENT_MS` after the epoch."""
        found = self._kept.get(number)
        if found is None:
            found = self._kept[number] = self._made(number)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def _made(self, number: int) -> bytes:
        start = number * SEGMENT_MS
        pictures = [self.card.picture(Ms(at)) for at in range(start, start + SEGMENT_MS, FRAME_MS)]
        units = [h264.key_picture(pictures[0], COLUMNS, number)]
        for place, picture in enumerate(pictures[1:], start=1):
            units.append(h264.next_picture(picture, pictures[place - 1], COLUMNS, place))
        return mp4.fragment(number, start, FRAME_MS, units)

    @staticmethod
    def is_out(number: int, now: Ms) -> bool:
        """Whether a segment has been published."""
        return 0 < number <= _last(now)

    @staticmethod
    def live(now: Ms) -> str:
        """Return the playlist as it is now."""
        last = _last(now)
        return _playlist(last - WINDOW_MS // SEGMENT_MS + 1, last, is_over=False)

    @staticmethod
    def recording(start: Ms, end: Ms, now: Ms) -> str | None:
        """Return the playlist of what was shown from `start` to `end`; None if nothing was.

        Its second 0 is `start`, back to the beginning of a segment.
        """
        first = start // SEGMENT_MS
        last = min(-(-end // SEGMENT_MS) - 1, _last(now))
        if not 0 < first <= last or (last - first) * SEGMENT_MS >= LONGEST_MS:
            return None
        return _playlist(first, last, is_over=True)


def _last(now: Ms) -> int:
    return (now - BEHIND_MS) // SEGMENT_MS - 1


def _playlist(first: int, last: int, *, is_over: bool) -> str:
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{SEGMENT_MS // 1000}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"#EXT-X-MEDIA-SEQUENCE:{0 if is_over else first}",
    ]
    if is_over:
        lines.append("#EXT-X-PLAYLIST-TYPE:VOD")
    lines.append('#EXT-X-MAP:URI="init.mp4"')
    for number in range(first, last + 1):
        if number == first or not is_over:
            start = datetime.fromtimestamp(number * SEGMENT_MS / 1000, UTC)
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{start:%Y-%m-%dT%H:%M:%S.000Z}")
        lines += [f"#EXTINF:{SEGMENT_MS / 1000:.3f},", f"{number}.m4s"]
    if is_over:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"
