"""The insides of engineio and python-socketio that `wire.py` touches are where it expects them.

When an upgrade of either moves one, this fails before anything subtle does.
"""

import inspect

import engineio
import socketio
from engineio.async_drivers import aiohttp as driver
from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE, Packet


def parameters(function: object) -> list[str]:
    assert callable(function)
    return list(inspect.signature(function).parameters)


def test_driver_is_a_table_with_a_websocket_and_a_translation() -> None:
    assert set(driver._async) == {
        "asyncio",
        "create_route",
        "translate_request",
        "make_response",
        "websocket",
    }
    assert parameters(driver.WebSocket.__init__) == ["self", "handler", "server"]
    assert parameters(driver.WebSocket.__call__) == ["self", "environ"]
    assert parameters(driver.WebSocket.wait) == ["self"]
    assert parameters(driver.translate_request) == ["request"]


def test_server_methods_that_are_replaced_take_what_we_take() -> None:
    server = socketio.AsyncServer
    assert parameters(server._handle_eio_connect) == ["self", "eio_sid", "environ"]
    assert parameters(server._handle_eio_message) == ["self", "eio_sid", "data"]
    assert parameters(server._handle_eio_disconnect) == ["self", "eio_sid", "reason"]
    assert parameters(server._handle_connect) == ["self", "eio_sid", "namespace", "data"]
    assert parameters(server._handle_event) == ["self", "eio_sid", "namespace", "id", "data"]
    assert parameters(server._trigger_event) == ["self", "event", "namespace", "args"]
    assert parameters(server._send_packet) == ["self", "eio_sid", "pkt"]
    assert parameters(server._engineio_server_class) == ["self"]


def test_sockets_keep_their_queue_and_flags() -> None:
    server = engineio.AsyncServer(async_mode="aiohttp")
    socket = AsyncSocket(server, "sid")
    assert server.sockets == {}
    assert socket.closed is False
    assert socket.queue.qsize() == 0
    assert parameters(AsyncSocket.close) == ["self", "wait", "abort", "reason"]
    assert Packet(MESSAGE, data='2["x",1]').encode() == '42["x",1]'
