"""Chapters of a recording: WebVTT, and the list that video sites take in a description.

A chapter is a time that a session really ran, counted from the start of the recording.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.published import Published
from streamhub.core.recorded import spans
from streamhub.formats.export import plain

LEAST_MS: Final = 10_000
"""Video sites refuse chapters that are shorter."""
MOST: Final = 100
"""How long a title may be there."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """From and to in milliseconds of the recording."""

    start: int
    end: int
    title: str


def chapters(
    event: Published,
    room: RoomId,
    start_at: Ms | None,
    end_at: Ms | None,
    *,
    before: str,
    session: SessionId | None = None,
) -> list[Chapter]:
    """Return the chapters of a recording of one room.

    Args:
        event: what ran.
        room: where.
        start_at: when the recording starts; None: with the first session there.
        end_at: when it ends; None: what is on air has its expected end.
        before: what comes before the first session is called.
        session: only of this one.
    """
    found = [
        Chapter(span.start, span.end, plain(span.item.plan.title))
        for span in spans(event, room, start_at, end_at, session)
    ]
    if found and found[0].start > 0:
        found.insert(0, Chapter(0, found[0].start, before))
    return found


def write_vtt(found: Sequence[Chapter]) -> bytes:
    """Write WebVTT, one cue a chapter."""
    cues = [
        f"{number}\n{_stamp(one.start)} --> {_stamp(one.end)}\n{_escaped(one.title)}\n"
        for number, one in enumerate(found, 1)
    ]
    return "\n".join(["WEBVTT\n", *cues]).encode()


def write_list(found: Sequence[Chapter]) -> bytes:
    """Write the list for a video's description: the first at 0:00, none shorter than ten seconds.

    Of two that begin so close to each other the longer one stays, from where the first began.
    """
    kept: list[Chapter] = []
    for one in found:
        last = kept[-1] if kept else None
        if last is None or one.start - last.start >= LEAST_MS:
            kept.append(one)
        elif one.end - one.start > last.end - last.start:
            kept[-1] = Chapter(last.start, one.end, one.title)
    return "".join(f"{_short(one.start)} {_cut(one.title)}\n" for one in kept).encode()


def _stamp(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _short(ms: int) -> str:
    seconds = ms // 1000
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"


def _escaped(title: str) -> str:
    line = " ".join(title.split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= MOST else f"{line[: MOST - 1].rstrip()}…"
