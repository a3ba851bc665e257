"""When a session takes questions: `open`, `closed`, or `auto`, which follows the rundown.

`auto` is open while the session is on air and for a set time around it; breaks take none. A
question asked "now" in a room belongs to what is live there; in a break, to what has just ended,
else to what comes next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from streamhub.core.forecast import Outlook
from streamhub.core.ids import Ms, SessionId
from streamhub.core.rundown.state import Status, ended_last


class Opening(StrEnum):
    """What moderators set for a session's questions."""

    OPEN = "open"
    CLOSED = "closed"
    AUTO = "auto"


Why = Literal["open", "closed", "before", "break", "after"]
"""Why questions are open or closed, for the page to say it: `closed` is a moderator's decision."""


@dataclass(frozen=True, slots=True)
class SessionOpening:
    """Whether a session takes questions, why, and the instants at which that changes by itself."""

    open: bool
    why: Why
    opens_at: Ms | None = None
    closes_at: Ms | None = None


@dataclass(frozen=True, slots=True)
class RoomOpening:
    """Where a question asked "now" goes; `session` is None while the room takes none."""

    session: SessionId | None
    why: Why
    opens_at: Ms | None = None


@dataclass(frozen=True, slots=True)
class Doors:
    """The openings of one room, at the instant of `ahead`.

    `said` is what moderators set; `windows` are the seconds before a session's expected start and
    after its end in which `auto` is open.
    """

    ahead: Outlook
    said: Mapping[SessionId, Opening]
    windows: tuple[int, int]

    def of(self, session: SessionId) -> SessionOpening:
        """Tell whether `session`, one of the room's, takes questions."""
        said = self.said.get(session, Opening.AUTO)
        if said is not Opening.AUTO:
            is_open = said is Opening.OPEN
            return SessionOpening(is_open, "open" if is_open else "closed")
        ahead, before_s = self.ahead, self.windows[0]
        if ahead.agenda.sessions[session].kind.is_pause:
            return SessionOpening(open=False, why="break")
        progress = ahead.rundown.of(session)
        if progress.status.on_air:
            return SessionOpening(open=True, why="open")
        if progress.status is Status.ENDED:
            closes_at = self.closes_at(session)
            if ahead.now < closes_at:
                return SessionOpening(open=True, why="open", closes_at=closes_at)
            return SessionOpening(open=False, why="after")
        coming = ahead.coming.get(session)
        if coming is None:
            return SessionOpening(open=False, why="after")
        opens_at = coming.start_at - before_s * 1000
        if ahead.now < opens_at:
            return SessionOpening(open=False, why="before", opens_at=opens_at)
        return SessionOpening(open=True, why="open")

    def closes_at(self, session: SessionId) -> Ms:
        """When `auto` closes a session that has ended."""
        return self.ahead.expected[session].end_at + self.windows[1] * 1000

    def asked_now(self) -> RoomOpening:
        """Tell where a question asked "now" in the room belongs."""
        agenda, rundown, room = self.ahead.agenda, self.ahead.rundown, self.ahead.room
        live = rundown.clock(room).live
        in_break = live is not None and agenda.sessions[live].kind.is_pause
        if live is not None:
            found = self.of(live)
            if found.open:
                return RoomOpening(live, "open")
            if found.why == "closed":
                return RoomOpening(None, "closed")
        talks = [name for name in self.ahead.coming if not agenda.sessions[name].kind.is_pause]
        ended = ended_last(agenda, rundown, room)
        for session in [*([ended] if ended else []), *talks[:1]]:
            if self.of(session).open:
                return RoomOpening(session, "open")
        for session in talks:
            opens_at = self.of(session).opens_at
            if opens_at is not None:
                return RoomOpening(None, "break" if in_break else "before", opens_at)
        if in_break:
            return RoomOpening(None, "break")
        return RoomOpening(None, "closed" if talks else "after")

    def next_change_at(self) -> Ms | None:
        """When the clock alone will next open or close a session; None if it will not."""
        changes: list[Ms] = []
        for session in self.ahead.expected:
            found = self.of(session)
            changes += [at for at in (found.opens_at, found.closes_at) if at is not None]
        return min(changes, default=None)
