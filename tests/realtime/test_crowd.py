"""The fan-out: everybody gets every message once and in order, whoever comes, goes or lags."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator

import pytest

from streamhub.realtime import crowd as module
from streamhub.realtime.crowd import ROW, Crowd, write
from streamhub.realtime.line import Frame, Line


class Owner:
    """Notes what a line tells."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def heard(self) -> None:
        self.told.append("heard")

    def filled(self) -> None:
        self.told.append("filled")

    def drained(self) -> None:
        self.told.append("drained")

    def nonsense(self, reason: str) -> None:
        self.told.append(reason)

    def lost(self) -> None:
        self.told.append("lost")


class Pipe(Line):
    """A line over a socket pair, whose other end the test reads."""

    def __init__(self) -> None:
        super().__init__(Owner())
        self._near, self.far = socket.socketpair()
        self._near.setblocking(False)
        self.far.setblocking(False)
        self.fd = self._near.fileno()
        self.rest = b""
        self.is_aborted = False

    def send_rest(self, data: bytes) -> None:
        self.rest += data
        self.is_full = True

    def abort(self) -> None:
        self.is_aborted = True

    def read(self) -> bytes:
        got = b""
        while True:
            try:
                piece = self.far.recv(1 << 20)
            except BlockingIOError:
                return got
            got += piece

    def fill(self) -> int:
        """Write until the socket takes no more."""
        count = 0
        while True:
            try:
                count += self._near.send(b"-" * 999)
            except BlockingIOError:
                return count

    def close(self) -> None:
        self._near.close()
        self.far.close()


class Poller(Line):
    """A line without a socket of its own."""

    def __init__(self) -> None:
        super().__init__(Owner())
        self.got: list[str] = []

    def send(self, frame: Frame) -> None:
        self.got.append(frame.text)


@pytest.fixture
async def pipes() -> AsyncIterator[list[Pipe]]:
    made = [Pipe() for _ in range(2 * ROW + 10)]
    yield made
    for pipe in made:
        pipe.close()


async def settle(crowd: Crowd) -> None:
    async with asyncio.timeout(5):
        while crowd.is_sending:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0)


def joined(*texts: str) -> bytes:
    return b"".join(Frame(text).data for text in texts)


async def test_message_reaches_everybody_row_by_row(pipes: list[Pipe]) -> None:
    crowd, poller = Crowd(), Poller()
    for line in (*pipes, poller):
        crowd.join(line, "0.a")
    assert len(crowd) == len(pipes) + 1
    crowd.publish(Frame("one"), "1.b")
    assert poller.got == ["one"]
    await asyncio.sleep(0)
    had = sum(bool(pipe.read()) for pipe in pipes)
    assert had == ROW  # the others have their turn after whatever else there is to do
    await settle(crowd)
    assert had + sum(pipe.read() == joined("one") for pipe in pipes) == len(pipes)


@pytest.mark.parametrize(("quiet_s", "written"), [(1.0, [10, 20, 40, 40]), (0.0, [10, 10, 10, 10])])
async def test_more_rows_go_at_once_while_nobody_else_has_anything_to_do(
    pipes: list[Pipe], monkeypatch: pytest.MonkeyPatch, quiet_s: float, written: list[int]
) -> None:
    monkeypatch.setattr(module, "ROW", 10)
    monkeypatch.setattr(module, "QUIET_S", quiet_s)
    crowd = Crowd()
    for pipe in pipes:
        crowd.join(pipe, "0.a")
    crowd.publish(Frame("one"), "1.b")
    for count in written:
        await asyncio.sleep(0)
        assert sum(bool(pipe.read()) for pipe in pipes) == count


async def test_late_rows_get_what_they_missed_in_one_write(pipes: list[Pipe]) -> None:
    crowd = Crowd()
    for pipe in pipes:
        crowd.join(pipe, "0.a")
    texts = [f"message {number}" for number in range(5)]
    for number, text in enumerate(texts):
        crowd.publish(Frame(text), f"{number}.c")
    await settle(crowd)
    assert {pipe.read() for pipe in pipes} == {joined(*texts)}


async def test_newcomer_in_the_midst_gets_nothing_that_it_holds_already(pipes: list[Pipe]) -> None:
    crowd = Crowd()
    newcomer, *others = pipes
    for pipe in others:
        crowd.join(pipe, "0.a")
    crowd.publish(Frame("old"), "1.b")
    await asyncio.sleep(0)
    crowd.join(newcomer, "1.b")
    crowd.publish(Frame("new"), "2.c")
    await settle(crowd)
    assert newcomer.read() == joined("new")
    assert {pipe.read() for pipe in others} == {joined("old", "new")}
    assert crowd.leave(newcomer) == "2.c"


async def test_leaver_is_told_what_it_was_sent(pipes: list[Pipe]) -> None:
    crowd = Crowd()
    for pipe in pipes:
        crowd.join(pipe, "0.a")
    crowd.publish(Frame("one"), "1.b")
    assert crowd.leave(pipes[0]) == "0.a"
    await settle(crowd)
    assert pipes[0].read() == b""
    assert crowd.leave(pipes[1]) == "1.b"
    assert len(crowd) == len(pipes) - 2


async def test_empty_crowd_takes_messages_and_goes_on() -> None:
    crowd, pipe = Crowd(), Pipe()
    crowd.publish(Frame("nobody"), "1.b")
    crowd.join(pipe, "1.b")
    crowd.publish(Frame("somebody"), "2.c")
    await settle(crowd)
    assert pipe.read() == joined("somebody")
    crowd.leave(pipe)
    crowd.publish(Frame("nobody"), "3.d")
    await settle(crowd)
    assert len(crowd) == 0
    assert crowd.fan_out_ms == 0
    pipe.close()


async def test_whoever_cannot_take_all_keeps_the_rest(pipes: list[Pipe]) -> None:
    full, dead, fine = pipes[:3]
    full.fill()
    dead.far.close()
    write({line.fd or 0: line for line in (full, dead, fine)}, b"abc" * 100)
    assert full.rest == b"abc" * 100
    assert dead.is_aborted
    assert fine.read() == b"abc" * 100
    part = pipes[3]
    write({part.fd or 0: part}, b"x" * 3_000_000)
    assert part.read() + part.rest == b"x" * 3_000_000
    assert 0 < len(part.rest) < 3_000_000


@pytest.mark.parametrize("seed", range(20))
async def test_random_comings_and_goings_lose_and_repeat_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROW", 4)
    chance, crowd = random.Random(seed), Crowd()
    inside: dict[Pipe, list[str]] = {}
    outside: list[Pipe] = []
    sent = 0
    for _ in range(300):
        match chance.choice(["join", "join", "publish", "publish", "leave", "go"]):
            case "join":
                pipe = Pipe()
                crowd.join(pipe, str(sent))
                inside[pipe] = []
            case "publish":
                sent += 1
                crowd.publish(Frame(str(sent)), str(sent))
                for texts in inside.values():
                    texts.append(str(sent))
            case "leave" if inside:
                pipe = chance.choice(list(inside))
                held, texts = crowd.leave(pipe), inside.pop(pipe)
                had = [text for text in texts if int(text) <= int(held)]
                assert pipe.read() == joined(*had)
                assert not texts or held in {*texts, str(int(texts[0]) - 1)}
                outside.append(pipe)
            case _:
                await asyncio.sleep(0)
    await settle(crowd)
    for pipe, texts in inside.items():
        assert pipe.read() == joined(*texts)
    for pipe in (*inside, *outside):
        pipe.close()


async def test_measured_time_is_at_least_that_of_what_is_on_its_way(pipes: list[Pipe]) -> None:
    crowd = Crowd()
    assert crowd.fan_out_ms == 0
    for pipe in pipes:
        crowd.join(pipe, "0.a")
    assert 0 < crowd.fan_out_ms < 0.1
    crowd.publish(Frame("one"), "1.b")
    await asyncio.sleep(0)
    assert crowd.fan_out_ms > 0.01
    await settle(crowd)
    assert crowd.fan_out_ms > 0
