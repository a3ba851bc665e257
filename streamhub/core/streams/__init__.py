"""Streams: what the viewers of each room get and will get, and the recordings.

Read state, address, commands, facts, decide, evolve, in this order. `grace.py` says for how long
deadlines stay open for those whose picture is late.
"""

from streamhub.core.streams.address import SourceKind, is_address, kind_of, told
from streamhub.core.streams.commands import (
    SetRecording,
    SetStream,
    SourceWish,
    StreamCommand,
    TuneStream,
    UnscheduleStream,
)
from streamhub.core.streams.decide import decide, due, next_switch_at
from streamhub.core.streams.evolve import evolve
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
from streamhub.core.streams.grace import MARGIN_MS, Late
from streamhub.core.streams.state import (
    AHEAD_MOST,
    GRACE_MOST_S,
    GRACE_S,
    Feed,
    Recording,
    RoomStream,
    Source,
    Streams,
)

__all__ = [
    "AHEAD_MOST",
    "GRACE_MOST_S",
    "GRACE_S",
    "MARGIN_MS",
    "Feed",
    "Late",
    "Recording",
    "RecordingRemoved",
    "RecordingSet",
    "RoomStream",
    "SetRecording",
    "SetStream",
    "Source",
    "SourceKind",
    "SourceWish",
    "StreamCommand",
    "StreamFact",
    "StreamScheduled",
    "StreamSet",
    "StreamSwitched",
    "StreamTuned",
    "StreamUnscheduled",
    "Streams",
    "TuneStream",
    "UnscheduleStream",
    "decide",
    "due",
    "evolve",
    "is_address",
    "kind_of",
    "next_switch_at",
    "told",
]
