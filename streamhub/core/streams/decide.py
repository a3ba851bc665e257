"""What comes of a wish about a stream: facts, or a refusal with its reason; what the clock brings.

Roles were checked before (`roles.py`).
"""

import re
from typing import Final, assert_never

from streamhub.core.agenda import Agenda, room_exists, session_of
from streamhub.core.errors import Rejected
from streamhub.core.ids import Ms
from streamhub.core.stamp import Stamp
from streamhub.core.streams.address import is_address, kind_of
from streamhub.core.streams.commands import (
    Same,
    SetRecording,
    SetStream,
    SourceWish,
    StreamCommand,
    TuneStream,
    UnscheduleStream,
)
from streamhub.core.streams.facts import (
    RecordingRemoved,
    RecordingSet,
    StreamFact,
    StreamScheduled,
    StreamSet,
    StreamSwitched,
    StreamTuned,
    StreamUnscheduled,
)
from streamhub.core.streams.state import (
    AHEAD_MOST,
    GRACE_MOST_S,
    LATE_MOST_S,
    OFFSET_MOST_S,
    SOURCES_MOST,
    Feed,
    Recording,
    Source,
    Streams,
)
from streamhub.core.text import clean

SLATE_MOST: Final = 200
LABEL_MOST: Final = 60
AWAY_MOST_MS: Final = 400 * 86_400_000
"""How far from now an instant may be: no event lasts, and is prepared, for longer."""
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


def decide(
    agenda: Agenda, streams: Streams, command: StreamCommand, stamp: Stamp
) -> list[StreamFact]:
    """Turn a command about streams into facts, or raise `Rejected`.

    Args:
        agenda: for its rooms and sessions.
        streams: what was set so far.
        command: the wish.
        stamp: who and when.
    """
    room_exists(agenda, command.room)
    match command:
        case SetStream():
            return _set(streams, command, stamp.at)
        case UnscheduleStream():
            return [_unscheduled(streams, command)]
        case TuneStream():
            return _tuned(streams, command)
        case SetRecording():
            return _recorded(agenda, streams, command, stamp.at)
        case _:
            assert_never(command)


def due(streams: Streams, now: Ms) -> list[StreamFact]:
    """Return the switches whose instant has come, in order."""
    return [
        StreamSwitched(room=room, at=feed.at)
        for room in sorted(streams.rooms)
        for feed in streams.rooms[room].ahead
        if feed.at <= now
    ]


def next_switch_at(streams: Streams) -> Ms | None:
    """When the next scheduled switch comes; None if none does."""
    return min((one.ahead[0].at for one in streams.rooms.values() if one.ahead), default=None)


# --- what is on ------------------------------------------------------------------------------


def _set(streams: Streams, command: SetStream, now: Ms) -> list[StreamFact]:
    room, at = command.room, command.at
    sources = _sources(command.sources)
    slate = None
    if command.slate is not None and command.slate.strip():
        slate = clean(command.slate, field="slate", least=1, most=SLATE_MOST, lines=True)
    before = streams.of(room)
    if at is None or at <= now:
        same = before.now is not None and (before.now.sources, before.now.slate) == (sources, slate)
        return [] if same else [StreamSet(room=room, sources=sources, slate=slate)]
    _near(at, now, "at")
    if Feed(at=at, sources=sources, slate=slate) in before.ahead:
        return []
    if len(before.ahead) >= AHEAD_MOST and all(feed.at != at for feed in before.ahead):
        raise Rejected(
            "stream.too_many",
            f"{AHEAD_MOST} switches of this room are scheduled already.",
            "Take one of them back first.",
            field="at",
        )
    return [StreamScheduled(room=room, at=at, sources=sources, slate=slate)]


def _sources(wishes: tuple[SourceWish, ...]) -> tuple[Source, ...]:
    if len(wishes) > SOURCES_MOST:
        raise _invalid(f"A room has {SOURCES_MOST} streams at most, one for each language.")
    sources = tuple(map(_source, wishes))
    if len({source.url for source in sources}) < len(sources):
        raise _invalid("Two of the streams have the same address.")
    return sources


def _source(wish: SourceWish) -> Source:
    _address(wish.url, "sources")
    if wish.language is not None and not _LANGUAGE.fullmatch(wish.language):
        raise _invalid(f"{wish.language[:20]!r} is not a language code such as es or pt-BR.")
    label = None
    if wish.label is not None and wish.label.strip():
        label = clean(wish.label, field="sources", least=1, most=LABEL_MOST)
    return Source(
        url=wish.url, kind=kind_of(wish.url, wish.kind), language=wish.language, label=label
    )


def _unscheduled(streams: Streams, command: UnscheduleStream) -> StreamFact:
    if all(feed.at != command.at for feed in streams.of(command.room).ahead):
        raise Rejected(
            "stream.unknown",
            "Nothing is scheduled for this room at that instant (any more).",
            "Look at what is on and what is to come now.",
            field="at",
        )
    return StreamUnscheduled(room=command.room, at=command.at)


# --- how late it is --------------------------------------------------------------------------


def _tuned(streams: Streams, command: TuneStream) -> list[StreamFact]:
    before = streams.of(command.room)
    offset_s, late_s, grace_s = before.clock_offset_s, before.late_s, before.grace_s
    after = StreamTuned(
        room=command.room,
        clock_offset_s=_tune(command.clock_offset_s, offset_s, "clock_offset_s", OFFSET_MOST_S),
        late_s=_tune(command.late_s, late_s, "late_s", LATE_MOST_S),
        grace_s=_tune(command.grace_s, grace_s, "grace_s", GRACE_MOST_S),
    )
    same = (after.clock_offset_s, after.late_s, after.grace_s) == (offset_s, late_s, grace_s)
    return [] if same else [after]


def _tune(wish: float | Same | None, now: float | None, field: str, most: int) -> float | None:
    if isinstance(wish, str):
        return now
    least = -most if field == "clock_offset_s" else 0
    if wish is not None and not least <= wish <= most:
        raise _invalid(f"`{field}` is {least} to {most} seconds, not {wish}.", field)
    return wish


# --- what was recorded -----------------------------------------------------------------------


def _recorded(agenda: Agenda, streams: Streams, command: SetRecording, now: Ms) -> list[StreamFact]:
    room, session = command.room, command.session
    if session is not None and session_of(agenda, session).room != room:
        raise _invalid(f"The session {session!r} is not in the room {room!r}.", "session")
    before = streams.recordings.get(room) if session is None else streams.sessions.get(session)
    if command.url is None:
        return [] if before is None else [RecordingRemoved(room=room, session=session)]
    _address(command.url, "url")
    if command.started_at is None:
        raise _invalid("A recording needs the instant of its second 0.", "started_at")
    _near(command.started_at, now, "started_at")
    kind = kind_of(command.url, None)
    after = Recording(url=command.url, kind=kind, started_at=command.started_at)
    if after == before:
        return []
    return [
        RecordingSet(
            room=room, url=after.url, kind=kind, started_at=after.started_at, session=session
        )
    ]


# --- refusals --------------------------------------------------------------------------------


def _address(text: str, field: str) -> None:
    if not is_address(text):
        raise Rejected(
            "stream.invalid",
            f"{text[:100]!r} is no address that pages may open.",
            "Use https://…, or a path on this host; no name and password, no spaces.",
            field=field,
        )


def _near(at: Ms, now: Ms, field: str) -> None:
    if abs(at - now) > AWAY_MOST_MS:
        raise Rejected(
            "instant.out_of_range",
            "That instant is more than 400 days away.",
            "Instants are milliseconds since 1970, UTC.",
            field=field,
        )


def _invalid(message: str, field: str = "sources") -> Rejected:
    return Rejected(
        "stream.invalid", message, "The protocol page says what a stream may be.", field=field
    )
