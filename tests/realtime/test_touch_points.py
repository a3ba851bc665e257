"""The insides of aiohttp that `realtime` and `http/doors.py` touch are where they expect them.

When an upgrade moves one, this fails before anything subtle does.
"""

import asyncio
import inspect
import os
import socket
from itertools import repeat

import pytest
from aiohttp import WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue, WebSocketReader
from socketio.packet import Packet


def parameters(function: object) -> list[str]:
    assert callable(function)
    return list(inspect.signature(function).parameters)


def test_request_handlers_keep_what_a_takeover_needs() -> None:
    slots = {name for kind in web.RequestHandler.__mro__ for name in getattr(kind, "__slots__", ())}
    assert {"_message_tail", "_request_count", "transport"} <= slots
    assert parameters(web.RequestHandler.connection_lost) == ["self", "exc"]
    assert parameters(web.StreamResponse.prepare) == ["self", "request"]
    assert parameters(web.StreamResponse.write_eof) == ["self", "data"]
    assert isinstance(inspect.getattr_static(web.Server, "connections"), property)


class Protocol:
    _reading_paused = False

    def pause_reading(self) -> None:
        self._reading_paused = True

    def resume_reading(self) -> None:
        self._reading_paused = False


def masked(payload: bytes, opcode: int = 0x81) -> bytes:
    return bytes((opcode, 0x80 | 126)) + len(payload).to_bytes(2, "big") + b"\0\0\0\0" + payload


async def test_reader_fills_a_queue_that_is_read_without_waiting() -> None:
    protocol = Protocol()
    loop = asyncio.get_running_loop()
    queue = WebSocketDataQueue(protocol, 1000, loop=loop)  # type: ignore[arg-type]
    reader = WebSocketReader(queue, 5000, compress=False, decode_text=True)
    reader.feed_data(masked(b"one") + masked(b"two")[:3])
    assert len(queue._buffer) == 1
    with pytest.raises(StopIteration) as stopped:
        queue.read().send(None)
    assert stopped.value.value.type is WSMsgType.TEXT
    assert stopped.value.value.data == "one"
    assert not queue._buffer
    assert queue.exception() is None


async def test_reader_stops_the_protocol_when_much_waits() -> None:
    protocol = Protocol()
    loop = asyncio.get_running_loop()
    queue = WebSocketDataQueue(protocol, 1000, loop=loop)  # type: ignore[arg-type]
    reader = WebSocketReader(queue, 5000, compress=False, decode_text=True)
    for _ in range(3):
        reader.feed_data(masked(b"x" * 900))
    assert protocol._reading_paused
    while queue._buffer:
        with pytest.raises(StopIteration):
            queue.read().send(None)
    assert not protocol._reading_paused


async def test_reader_tells_of_what_is_no_frame() -> None:
    loop = asyncio.get_running_loop()
    queue = WebSocketDataQueue(Protocol(), 1000, loop=loop)  # type: ignore[arg-type]
    reader = WebSocketReader(queue, 5000, compress=False, decode_text=True)
    reader.feed_data(b"\xff\xff\xff\xff\xff\xff")
    assert queue.exception() is not None


def test_list_keeps_what_an_iterator_gave_before_it_failed() -> None:
    one, other = socket.socketpair()
    calls = map(os.write, [one.fileno(), -1, one.fileno()], repeat(b"x"))
    wrote: list[int] = []
    with pytest.raises(OSError, match="Bad file descriptor"):
        wrote.extend(calls)
    assert wrote == [1]
    wrote.extend(calls)
    assert wrote == [1, 1]
    one.close()
    other.close()


def test_packet_codec_reads_what_clients_send() -> None:
    packet = Packet(encoded_packet='212["time",{"t0":1}]')
    assert (packet.id, packet.namespace, packet.data) == (12, None, ["time", {"t0": 1}])
    assert Packet(encoded_packet='0{"view":"stage"}').data == {"view": "stage"}
    assert Packet(encoded_packet="0/admin,{}").namespace == "/admin"
