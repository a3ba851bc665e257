"""How a stream does, told from its playlist looked at again and again. No I/O and no clock.

A viewer is told in one word, the producer what is wrong. One failed look says nothing: a stream is
not to be had only after it has failed for as long as it may stand still.
"""

from collections import deque
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from streamhub.core.ids import Ms
from streamhub.hub.playlist import Playlist, Segment
from streamhub.protocol.messages import Health

STILL: Final = 3
"""For how many target durations nothing new may come."""
STILL_LEAST_MS: Final = 6_000
HOLE: Final = 0.5
"""What part of a target duration may be missing between two segments."""
SIZES_KEPT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a stream does, and since when.

    `late_s` is how old its newest picture is by its own clock, `kbps` what it takes, `gaps` how
    often it broke since it is watched; `detail` says what is wrong, in words.
    """

    health: Health
    since_at: Ms
    late_s: float | None = None
    kbps: int | None = None
    gaps: int = 0
    detail: str | None = None

    def told(self) -> dict[str, Any]:
        """Return it as nodes and producers are told."""
        held = {
            "health": self.health,
            "since_at": self.since_at,
            "late_s": None if self.late_s is None else round(self.late_s, 1),
            "kbps": self.kbps,
            "gaps": self.gaps,
            "detail": self.detail,
        }
        return {key: value for key, value in held.items() if value is not None}


class Examiner:
    """Follows one playlist from look to look."""

    def __init__(self) -> None:
        self.finding: Finding | None = None
        self.target_s = 6.0
        self._seen_at: Ms | None = None
        self._moved_at: Ms = 0
        self._newest: Segment | None = None
        self._gaps = 0
        self._bits: int | None = None
        self._sizes: deque[float] = deque(maxlen=SIZES_KEPT)

    @property
    def still_ms(self) -> float:
        """For how long nothing new may come."""
        return max(STILL_LEAST_MS, STILL * self.target_s * 1000)

    def missing(self, now: Ms) -> Finding:
        """There is no playlist: not yet, or not any more."""
        if self._seen_at is None:
            return self._found("waiting", now, "The playlist is not there yet.")
        return self.failed("The playlist is not there any more.", now)

    def failed(self, why: str, now: Ms) -> Finding:
        """It could not be looked at; `why` in words."""
        before, seen_at = self.finding, self._seen_at
        if before is None or seen_at is None:
            return self._found("unreachable", now, why)
        if before.health == "ended" or now - seen_at <= self.still_ms:
            return before
        return self._found("unreachable", now, why)

    def looked(self, playlist: Playlist, now: Ms, offset_s: float = 0.0) -> Finding:
        """It is there.

        Args:
            playlist: with segments.
            now: when it was looked at.
            offset_s: what is to be added to the times that it tells.
        """
        if not playlist.segments:
            return self.missing(now)
        self.target_s = playlist.target_s
        self._seen_at = now
        newest = playlist.segments[-1]
        if self._newest is None or (newest.number, newest.uri) != (
            self._newest.number,
            self._newest.uri,
        ):
            self._count_gaps(playlist.segments)
            self._newest, self._moved_at = newest, now
        if playlist.ended:
            return self._found("ended", now)
        end_at = newest.end_at
        late_s = None if end_at is None else (now - end_at) / 1000 - offset_s
        if now - self._moved_at > self.still_ms:
            return self._found("stalled", now, "Nothing new comes.", late_s)
        if late_s is not None and abs(late_s) * 1000 > self.still_ms:
            where = "old" if late_s > 0 else "in the future"
            return self._found(
                "late", now, f"By its own clock, the newest picture is {where}.", late_s
            )
        return self._found("live", now, None, late_s)

    def takes(self, size: int | None, seconds: float, bits: int | None) -> None:
        """Note what a segment takes (bytes in seconds), and what the list says (bits a second)."""
        self._bits = bits
        if size is not None and seconds > 0:
            self._sizes.append(size * 8 / seconds)

    def _found(
        self, health: Health, now: Ms, detail: str | None = None, late_s: float | None = None
    ) -> Finding:
        before = self.finding
        same = before is not None and before.health == health
        bits = fmean(self._sizes) if self._sizes else self._bits
        self.finding = Finding(
            health=health,
            since_at=before.since_at if before is not None and same else now,
            late_s=late_s,
            kbps=None if bits is None else round(bits / 1000),
            gaps=self._gaps,
            detail=detail,
        )
        return self.finding

    def _count_gaps(self, segments: tuple[Segment, ...]) -> None:
        """Count the breaks among the segments that were not there before."""
        before = self._newest
        if before is None:
            return
        if segments[-1].number < before.number:
            self._gaps += 1  # it began anew
            return
        for segment in segments:
            if segment.number > before.number:
                self._gaps += segment.gap or segment.cut or self._is_hole(before, segment)
                before = segment

    def _is_hole(self, before: Segment, segment: Segment) -> bool:
        if before.end_at is None or segment.at is None or segment.number != before.number + 1:
            return False
        return segment.at - before.end_at > HOLE * self.target_s * 1000
