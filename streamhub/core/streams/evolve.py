"""What a fact makes of the streams. Nothing is checked here: a fact has happened."""

from typing import assert_never

from streamhub.core.stamp import Stamp
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
from streamhub.core.streams.state import Feed, Recording, RoomStream, Streams
from streamhub.core.values import changed


def evolve(streams: Streams, fact: StreamFact, stamp: Stamp) -> Streams:
    """Return the streams after `fact`."""
    match fact:
        case RecordingSet() | RecordingRemoved():
            return _recorded(streams, fact)
        case _:
            after = _evolve_room(streams.of(fact.room), fact, stamp)
            return changed(streams, rooms=streams.rooms.set(fact.room, after))


def _evolve_room(
    before: RoomStream,
    fact: StreamSet | StreamScheduled | StreamUnscheduled | StreamSwitched | StreamTuned,
    stamp: Stamp,
) -> RoomStream:
    match fact:
        case StreamSet():
            feed = Feed(at=stamp.at, sources=fact.sources, slate=fact.slate)
            return changed(before, now=feed)
        case StreamScheduled():
            feed = Feed(at=fact.at, sources=fact.sources, slate=fact.slate)
            others = (one for one in before.ahead if one.at != fact.at)
            ahead = tuple(sorted((*others, feed), key=lambda one: one.at))
            return changed(before, ahead=ahead)
        case StreamUnscheduled():
            return changed(before, ahead=tuple(one for one in before.ahead if one.at != fact.at))
        case StreamSwitched():
            found = [one for one in before.ahead if one.at == fact.at]
            ahead = tuple(one for one in before.ahead if one.at != fact.at)
            return changed(before, now=found[0] if found else before.now, ahead=ahead)
        case StreamTuned():
            return changed(
                before,
                clock_offset_s=fact.clock_offset_s,
                late_s=fact.late_s,
                grace_s=fact.grace_s,
            )
        case _:
            assert_never(fact)


def _recorded(streams: Streams, fact: RecordingSet | RecordingRemoved) -> Streams:
    rooms, sessions = streams.recordings, streams.sessions
    if isinstance(fact, RecordingSet):
        found = Recording(url=fact.url, kind=fact.kind, started_at=fact.started_at)
        if fact.session is None:
            rooms = rooms.set(fact.room, found)
        else:
            sessions = sessions.set(fact.session, found)
    elif fact.session is None:
        rooms = rooms.delete(fact.room)
    else:
        sessions = sessions.delete(fact.session)
    return changed(streams, recordings=rooms, sessions=sessions)
