"""A line: how frames get to one client, whichever transport carries them.

What belongs here: what `websocket.py` and `polling.py` have in common, and the frame that both can
send. Who is at the other end is `wire.py`'s.
"""

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from streamhub.realtime.crowd import Row

TEXT: Final = 0x81
PING: Final = 0x89
PONG: Final = 0x8A
CLOSE: Final = 0x88
_SHORT: Final = 126
_MEDIUM: Final = 1 << 16


def websocket_frame(opcode: int, payload: bytes) -> bytes:
    """Return a whole, unmasked frame (RFC 6455, section 5.2); `opcode` has the FIN bit already."""
    size = len(payload)
    if size < _SHORT:
        return bytes((opcode, size)) + payload
    if size < _MEDIUM:
        return bytes((opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((opcode, 127)) + size.to_bytes(8, "big") + payload


class Frame:
    """One Engine.IO packet, encoded once for any number of lines."""

    __slots__ = ("data", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = websocket_frame(TEXT, text.encode("utf-8", "surrogatepass"))


class Owner(Protocol):
    """Who is told of what happens on a line. Calls are made on the loop and must not block."""

    def heard(self) -> None:
        """Packets are there: `Line.next` returns them, one at a time."""
        ...

    def filled(self) -> None:
        """The line has more than it can send: nothing but answers goes on it until `drained`."""
        ...

    def drained(self) -> None:
        """The peer has read everything."""
        ...

    def nonsense(self, reason: str) -> None:
        """The peer sent what is not the protocol: the line is to be closed."""
        ...

    def lost(self) -> None:
        """The line is gone."""
        ...


class _Nobody:
    def heard(self) -> None:
        pass

    def filled(self) -> None:
        pass

    def drained(self) -> None:
        pass

    def nonsense(self, reason: str) -> None:
        pass

    def lost(self) -> None:
        pass


NOBODY: Final = _Nobody()
"""The owner of a line that is gone."""


class Line:
    """One way to a client.

    Attributes:
        fd: the socket's file descriptor where frames may be written to it directly, else None.
        is_full: whether something waits for the peer to read.
        row: where it stands in a crowd (`crowd.py`).
    """

    __slots__ = ("fd", "is_full", "owner", "row")

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.fd: int | None = None
        self.is_full = False
        self.row: Row | None = None

    def send(self, frame: Frame) -> None:
        """Send a frame, behind whatever waits already."""
        raise NotImplementedError

    def cork(self) -> None:
        """Hold back what is sent until `uncork`, so that it goes out together."""

    def uncork(self) -> None:
        """Send what was held back."""

    def send_rest(self, data: bytes) -> None:
        """Send what a direct write to `fd` left over."""
        raise NotImplementedError

    @property
    def unsent(self) -> int:
        """Bytes that wait for the peer to read."""
        raise NotImplementedError

    def next(self) -> str | None:
        """Return the next packet of the peer; None while there is none."""
        raise NotImplementedError

    def hold_back(self) -> None:
        """Take nothing more of the peer until all that came has been heard, where that helps."""

    def close(self) -> None:
        """End the line; what waits is sent, if the peer reads."""
        raise NotImplementedError

    def abort(self) -> None:
        """End the line at once."""
        raise NotImplementedError
