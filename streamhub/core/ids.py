"""The names of things: one type each, so that a room can never be passed for a session.

Instants are `Ms`: integer milliseconds since the Unix epoch, UTC. Durations are whole seconds in
fields that end in `_s`. Making a fresh id is the caller's work; checking one is done here.
"""

import re
from typing import Annotated, NewType

RoomId = NewType("RoomId", str)
TrackId = NewType("TrackId", str)
SessionId = NewType("SessionId", str)
SpeakerId = NewType("SpeakerId", str)
QuestionId = NewType("QuestionId", str)
DisplayId = NewType("DisplayId", str)
MessageId = NewType("MessageId", str)
PollId = NewType("PollId", str)
OptionId = NewType("OptionId", str)
LinkId = NewType("LinkId", str)
ActorId = NewType("ActorId", str)
"""Who acts: a participant's random id, a link's id, a display's id, or `system`."""

Ms = int
"""An instant: milliseconds since the Unix epoch, UTC."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What an event, room or session may be called in addresses and agenda files."""

MAX_ID = 64
Slug = Annotated[str, "lower case letters, digits and single hyphens; at most 64 characters"]


def is_slug(text: str) -> bool:
    """Tell whether `text` can name an event, room, track, session or speaker."""
    return len(text) <= MAX_ID and SLUG.fullmatch(text) is not None
