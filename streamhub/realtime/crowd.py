"""A crowd: everybody who looks at the same channel, and the way of one message to all of them.

What belongs here: who is in it, and how the same bytes get to ten thousand sockets in about the
time that the machine needs for ten thousand `send` calls, while commands flow in between. What the
bytes say is not known here.

A crowd is cut into rows of some dozen sockets, and a message is written row by row, with the loop's
other work in between; where there is none, several rows go at once. Each row knows the last message
that it has; one that is behind by several gets them in one write. A newcomer, who holds a view that
is current already, joins a row that has everything.

A row is written by `map(os.write, fds, repeat(data))`: the loop over the sockets runs in C, with no
Python between two calls. Sockets are in a row only while nothing waits to be written to them
(`Line.is_full` is false), so that nothing can overtake; a socket that cannot take all of a message
keeps the rest in its transport, leaves its row, and comes back when it has read that. Until then it
gets nothing: then it is brought up to date with one patch (`connections.py`).
"""

import asyncio
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Final, NamedTuple

from streamhub.realtime.line import Frame, Line

ROW: Final = 64
"""Sockets in a row: about 0.4 ms of writing between two looks at everybody else."""
ROWS_MOST: Final = 4
"""Rows that are written in one turn while nobody else has anything to do."""
QUIET_S: Final = 0.0001
"""The loop is back so soon where it found nothing else, or next to nothing."""
LEAST_S: Final = 1e-6
SMOOTH: Final = 0.3
"""How much the latest fan-out counts in the measured time."""


class _Message(NamedTuple):
    data: bytes
    at: float


@dataclass(slots=True, eq=False)
class Row:
    """Some sockets that have the same messages: by file descriptor, and the last they were sent."""

    sockets: dict[int, Line] = field(default_factory=dict)
    seen: int = 0
    cursor: str = ""


class Crowd:
    """The lines that look at one channel.

    Attributes:
        cursor: what who has every message holds.
        last: the number of the last message.
    """

    __slots__ = (
        "_at_once",
        "_left_at",
        "_loop",
        "_messages",
        "_others",
        "_rows",
        "_took",
        "_turn",
        "cursor",
        "last",
    )

    def __init__(self) -> None:
        self.cursor = ""
        self.last = 0
        self._rows: list[Row] = []
        self._others: dict[Line, None] = {}
        self._messages: deque[_Message] = deque()
        self._turn: Iterator[Row] = iter(())
        self._took = 0.0
        self._at_once = 1
        self._left_at = 0.0
        self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        return len(self._others) + sum(len(row.sockets) for row in self._rows)

    def __iter__(self) -> Iterator[Line]:
        for row in self._rows:
            yield from row.sockets.values()
        yield from self._others

    # --- who is in it ---------------------------------------------------------------------------

    def join(self, line: Line, cursor: str) -> None:
        """Take in a line that holds the view as it is now, at `cursor`."""
        self.cursor = cursor
        if line.fd is None:
            self._others[line] = None
            return
        row = next((row for row in self._rows if self._is_open(row)), None)
        if row is None:
            row = Row(seen=self.last, cursor=self.cursor)
            self._rows.append(row)
        row.cursor = self.cursor
        row.sockets[line.fd] = line
        line.row = row

    def _is_open(self, row: Row) -> bool:
        return row.seen == self.last and len(row.sockets) < ROW

    def leave(self, line: Line) -> str:
        """Let a line go.

        Returns:
            The cursor of the view that it was sent.
        """
        row = line.row
        if row is None:
            self._others.pop(line, None)
            return self.cursor
        line.row = None
        del row.sockets[line.fd or 0]
        if not row.sockets:
            self._rows.remove(row)
        return row.cursor

    # --- one message to all ---------------------------------------------------------------------

    def publish(self, frame: Frame, cursor: str) -> None:
        """Send the same frame to everybody; who has it holds the view at `cursor`."""
        self.cursor = cursor
        for line in list(self._others):
            line.send(frame)
        self.last += 1
        if not self._rows:
            return
        self._messages.append(_Message(frame.data, self._loop.time()))
        if len(self._messages) == 1:
            self._loop.call_soon(self._write_next)

    def _write_next(self) -> None:
        """Write one row, or some where nobody else is waiting, and come back for the next."""
        quiet = self._loop.time() - self._left_at < QUIET_S
        self._at_once = min(2 * self._at_once, ROWS_MOST) if quiet else 1
        for _ in range(self._at_once):
            row = self._next_row()
            if row is None:
                return
            missed = self.last - row.seen
            if missed == 1:
                data = self._messages[-1].data
            else:
                data = b"".join(message.data for message in list(self._messages)[-missed:])
            row.seen, row.cursor = self.last, self.cursor
            write(row.sockets, data)
        self._left_at = self._loop.time()
        self._loop.call_soon(self._write_next)

    def _next_row(self) -> Row | None:
        """Return a row that misses something; each has its turn, also if messages keep coming."""
        for _ in range(2):
            for row in self._turn:
                if row.seen < self.last and row.sockets:
                    return row
            self._forget()
            self._turn = iter(list(self._rows))
        return None

    def _forget(self) -> None:
        """Forget the messages that every row has, and learn how long they took."""
        oldest = min((row.seen for row in self._rows), default=self.last)
        now = self._loop.time()
        while len(self._messages) > self.last - oldest:
            took = now - self._messages.popleft().at
            self._took += SMOOTH * (took - self._took)

    @property
    def is_sending(self) -> bool:
        """Whether a message is on its way."""
        return bool(self._messages)

    @property
    def fan_out_ms(self) -> float:
        """How long a message takes to leave: as measured, and at least as one is on its way now.

        0 exactly where nobody is.
        """
        if not len(self):
            return 0.0
        now_s = self._loop.time() - self._messages[0].at if self._messages else 0.0
        return max(self._took, now_s, LEAST_S) * 1000


def write(sockets: dict[int, Line], data: bytes) -> None:
    """Write `data` to each socket; who cannot take all of it keeps the rest and is full."""
    lines = list(sockets.values())
    wrote: list[int] = []
    calls = map(os.write, list(sockets), repeat(data))
    while len(wrote) < len(lines):
        try:
            wrote.extend(calls)  # what was appended before an error stays
        except BlockingIOError:
            wrote.append(0)
        except OSError:
            wrote.append(-1)
    size = len(data)
    if wrote.count(size) == len(wrote):
        return
    for line, count in zip(lines, wrote, strict=True):
        if count < 0:
            line.abort()
        elif count < size:
            line.send_rest(data[count:])
