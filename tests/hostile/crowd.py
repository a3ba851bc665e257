"""`python -m hostile.crowd`: a thousand people who mean harm, all at once, from a few addresses.

Each plays one kind of `KINDS` again and again until the time is over, and comes back whenever the
server cuts it. Everything that they ask has `evil-` in it, so that whoever looks on can tell it. At
the end one line of JSON says what they did. Nothing here measures; `bench/hostile_crowd.py` does.
"""

import argparse
import asyncio
import itertools
import json
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final

from hostile.frames import Peer, frame, head, text, upgrade
from hostile.grammar import Speaker, World
from streamhub.formats.sample import SLUG

ADDRESSES: Final = 4
HELLO: Final = {"event": SLUG, "view": "audience"}
DEAF: Final = 4096
BACK_S: Final = 0.5
"""How soon whoever was cut is there again."""
COME_S: Final = 5.0
"""Within which all of them have come."""
TRICKS: Final = (
    *("\u200b\u200c\u200d\ufeff", "\u202e desrever", "a" + "\u0301" * 60, "\u2066\u2067\u2068"),
    *("\U000e0041\U000e0042", "\u115f\u3164", "<script>alert(1)</script>", "=HYPERLINK(0)"),
)


class Crowd:
    """All of them.

    Args:
        port: of the server.
        world: what there is to be hostile to.

    Attributes:
        did: how often something was done.
    """

    def __init__(self, port: int, world: World) -> None:
        self.address = ("127.0.0.1", port)
        self.world = world
        self.did: Counter[str] = Counter()
        self.numbers = itertools.count(1)
        self._peers: defaultdict[int, list[Peer]] = defaultdict(list)

    async def dial(self, number: int, receive_buffer: int | None = None) -> Peer:
        """A connection from one of a few addresses."""
        source = f"127.0.9.{1 + number % ADDRESSES}"
        peer = await Peer().dial(self.address, source, receive_buffer)
        self._peers[number].append(peer)
        self.did["connections"] += 1
        return peer

    def hang_up(self, number: int) -> None:
        """End all connections of one of them."""
        for peer in self._peers.pop(number, []):
            peer.close()

    async def guest(self, number: int, receive_buffer: int | None = None) -> Peer:
        """Somebody new who is let in."""
        peer = await self.dial(number, receive_buffer)
        if not await peer.hello(HELLO):
            peer.close()
            self.did["not let in"] += 1
            raise ConnectionError
        return peer

    async def say(self, peer: Peer, data: bytes, pause_s: float) -> None:
        """Say something, forget all that came, and wait."""
        if peer.is_over:
            raise ConnectionError
        peer.send(data)
        peer.got.clear()
        self.did["messages"] += 1
        await asyncio.sleep(pause_s)

    def command(self, kind: str, **fields: Any) -> bytes:
        """A command with an id of its own."""
        number = next(self.numbers)
        body = {"id": f"evil{number}-{random.getrandbits(64)}", "type": kind, **fields}
        return text(f"42{number % 10_000}" + json.dumps(["command", body]))


# --- what each of them does, until it is cut ----------------------------------------------------


async def floods(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Ask as fast as it goes, always something else."""
    peer = await crowd.guest(number)
    while True:
        asked = f"evil-{next(crowd.numbers)} {chance.getrandbits(60)} buy it now, buy it here"
        await crowd.say(peer, crowd.command("question.ask", text=asked), 0.1)


async def repeats(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Ask the same again and again, with a new name each time."""
    peer = await crowd.guest(number)
    while True:
        fields = {
            "text": f"evil-{number % 3} why does nobody answer me",
            "name": f"evil {chance}"[:50],
        }
        await crowd.say(peer, crowd.command("question.ask", **fields), 0.1)


async def toggles(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Vote and take it back, as fast as it goes."""
    peer = await crowd.guest(number)
    while True:
        question = chance.choice(crowd.world.questions)
        for kind in ("question.upvote", "question.unvote"):
            await crowd.say(peer, crowd.command(kind, question=question), 0.1)


async def stuffs(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Come as somebody new for each vote."""
    peer = await crowd.guest(number)
    question = crowd.world.questions[0]
    await crowd.say(peer, crowd.command("question.upvote", question=question), 0.2)
    peer.close()
    await asyncio.sleep(chance.random())


async def makes_up(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Send commands of the crew, of nobody, and with things that do not exist."""
    peer = await crowd.guest(number)
    speaker = Speaker(chance, crowd.world, None)
    while True:
        await crowd.say(peer, speaker.event().data, 0.1)


async def writes_giants(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Send texts of fifteen kilobytes, and frames of a megabyte."""
    peer = await crowd.guest(number)
    while True:
        asked = "evil-giant " + chr(chance.randrange(0x4E00, 0x9FFF)) * 4_900
        await crowd.say(peer, crowd.command("question.ask", text=asked), 0.3)
        if chance.random() < 0.05:
            await crowd.say(peer, head(1 << 20) + b"x" * 10_000, 0.1)


async def tricks(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Ask with letters that nobody sees, or that turn the line round."""
    peer = await crowd.guest(number)
    while True:
        asked = f"evil-{next(crowd.numbers)} {chance.choice(TRICKS)} {chance.choice(TRICKS)} ?"
        await crowd.say(peer, crowd.command("question.ask", text=asked), 0.2)


async def opens_half(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Begin something, and never end it."""
    peer = await crowd.dial(number)
    began = upgrade()
    peer.send(chance.choice((b"", began[:40], began, began + frame(b"4")[:2])))
    await peer.ended(60)
    raise ConnectionError


async def reads_slowly(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Be let in, ask for everything, and read none of it."""
    peer = await crowd.guest(number, DEAF)
    peer.transport.pause_reading()
    for _ in range(10 + chance.randrange(10)):
        await crowd.say(peer, text('42["resync",{}]'), 0.5)
    while not peer.is_over:
        await crowd.say(peer, text("3"), 5)
    raise ConnectionError


async def storms(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Come, take the whole view, go, and come again."""
    peer = await crowd.guest(number)
    await asyncio.sleep(0.5 * chance.random())
    peer.close()
    raise ConnectionError


async def resyncs(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Ask for the whole view and for the time, over and over."""
    peer = await crowd.guest(number)
    while True:
        what = chance.choice(
            ('42["resync",{}]', '421["time",{"t0":1}]', '42["watching",{"all":1}]')
        )
        await crowd.say(peer, text(what), 0.2)


async def requests(crowd: Crowd, number: int, chance: random.Random) -> None:
    """Ask the API for new identities and for views, on one connection."""
    peer = await crowd.dial(number)
    base = f"/api/v1/events/{SLUG}"
    while not peer.is_over:
        line = chance.choice((f"POST {base}/participants", f"GET {base}/views/audience"))
        await crowd.say(
            peer, f"{line} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode(), 0.3
        )
    raise ConnectionError


Kind = Callable[[Crowd, int, random.Random], Awaitable[None]]
KINDS: Final[tuple[Kind, ...]] = (
    *(floods, repeats, toggles, stuffs, makes_up, writes_giants),
    *(tricks, opens_half, reads_slowly, storms, resyncs, requests),
)


async def play(crowd: Crowd, number: int, chance: random.Random, rest_s: float = BACK_S) -> None:
    """Let one of them do harm until cancelled."""
    kind = KINDS[number % len(KINDS)]
    while True:
        try:
            await kind(crowd, number, chance)
        except (OSError, TimeoutError, UnicodeError):
            crowd.did["ended"] += 1
        finally:
            crowd.hang_up(number)
        await asyncio.sleep(rest_s * (0.5 + chance.random()))


async def _come(crowd: Crowd, number: int) -> None:
    chance = random.Random(number)  # the same harm every time
    await asyncio.sleep(COME_S * chance.random())
    await play(crowd, number, chance)


async def main() -> None:
    """Do harm until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m hostile.crowd", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--peers", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--world", required=True, help="JSON: sessions and questions")
    options = parser.parse_args()
    known = json.loads(options.world)
    world = World(SLUG, "main", known["sessions"], known["questions"], {}, [], "1.0")
    crowd = Crowd(options.port, world)
    people = [asyncio.create_task(_come(crowd, number)) for number in range(options.peers)]
    await asyncio.sleep(options.seconds)
    for one in people:
        one.cancel()
    await asyncio.gather(*people, return_exceptions=True)
    print(json.dumps(crowd.did))


if __name__ == "__main__":
    asyncio.run(main())
