"""What the views tell of streams: what is on, what is to come, what was recorded.

Screens, the stage and speakers get none of it: nobody watches there.
"""

from typing import Any, Final, cast

from streamhub.core.agenda import Room
from streamhub.core.streams import GRACE_S, Recording, Source
from streamhub.core.views.frame import Frame, without_nothing
from streamhub.core.views.shapes import FeedView, RecordingView, SourceView, StreamView, View

WATCHED: Final = frozenset({View.AUDIENCE, View.DESK, View.CONTROL})
"""The views that have streams and recordings."""


def streams_of(frame: Frame, room: Room) -> Any:  # noqa: ANN401 - fields of a `RoomView`
    """Return the fields of a room that are about its stream; none for those who do not watch."""
    if frame.view not in WATCHED:
        return {}
    streams = frame.state.streams
    here = streams.of(room.id)
    feed = here.feed(room)
    ahead = here.ahead if frame.view is View.CONTROL else ()
    return without_nothing(
        stream=_stream(frame, room),
        slate=None if feed is None else feed.slate,
        recording=recording_view(streams.recordings.get(room.id)),
        streams_ahead=[
            cast(
                "FeedView",
                without_nothing(at=one.at, sources=_sources(one.sources), slate=one.slate),
            )
            for one in ahead
        ]
        or None,
    )


def _stream(frame: Frame, room: Room) -> StreamView | None:
    """What is on; None in a room that has never had a stream."""
    streams = frame.state.streams
    here = streams.of(room.id)
    feed = here.feed(room)
    if feed is None and room.id not in streams.rooms:
        return None
    return cast(
        "StreamView",
        without_nothing(
            sources=[] if feed is None else _sources(feed.sources),
            since_at=None if here.now is None else here.now.at,
            clock_offset_s=here.clock_offset_s,
            late_s=here.late_s,
            grace_s=GRACE_S if here.grace_s is None else here.grace_s,
        ),
    )


def _sources(sources: tuple[Source, ...]) -> list[SourceView]:
    return [
        without_nothing(url=one.url, kind=one.kind.value, language=one.language, label=one.label)
        for one in sources
    ]


def recording_view(recording: Recording | None) -> RecordingView | None:
    """Return a recording as those see it who watch; None where there is none."""
    if recording is None:
        return None
    return {
        "url": recording.url,
        "kind": recording.kind,
        "started_at": recording.started_at,
    }
