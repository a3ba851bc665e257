"""What one connection of a fuzz run does from its first byte to its last.

Each is a function of the seed and its number alone, but for the names that the server makes.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final

from hostile import grammar
from hostile.frames import (
    CLOSE,
    PING,
    Peer,
    WrongBytesError,
    check,
    check_packet,
    frame,
    split,
    text,
    upgrade,
)
from hostile.grammar import Chance, Fate, Sent, Speaker, World

BATCH: Final = 48
"""Frames between two looks whether the server has heard them."""
ANSWER_S: Final = 20.0
END_S: Final = 2.5
"""How long the server may take to end a connection after what must end it: less than until it ends
those that answer no pings."""
HELLOS: Final = 4
"""The last of so many wrong hellos ends a connection, whoever sends them."""
CHECKED: Final = 4
"""The frames that the server sends are checked on every fourth connection."""
SEPARATOR: Final = "\x1e"
POLLING: Final = "EIO=4&transport=polling"
STOPS_S: Final = 1.0


@dataclass
class Arena:
    """What a run has seen so far.

    Attributes:
        heard: frames that the server has certainly read, by kind.
        unheard: frames that were sent on connections which ended meanwhile.
        survived: frames after which the server should have ended the connection, by kind.
        statuses: answers to requests.
        wrong: what must not be, in words, and how often it was.
        examples: the first of each.
        active: connections under way, by the name of their script.
        sids: sessions of others.
    """

    address: tuple[str, int]
    world: World
    seed: int
    heard: Counter[str] = field(default_factory=Counter)
    unheard: int = 0
    connections: int = 0
    survived: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    active: dict[str, list[Peer]] = field(default_factory=dict)
    sids: list[str] = field(default_factory=list)
    frames: int = 0

    def hear(self, kind: str, count: int) -> None:
        """Count frames that were heard."""
        self.heard[kind] += count
        self.frames += count

    def note(self, words: str, example: str) -> None:
        """Count something that must not be."""
        self.wrong[words] += 1
        self.examples.setdefault(words, example)

    async def dial(self, name: str) -> Peer:
        """Connect, from one of many addresses: one alone has not enough ports."""
        self.connections += 1
        source = f"127.0.{1 + self.connections % 2}.{1 + self.connections % 250}"
        peer = await Peer().dial(self.address, source)
        self.active.setdefault(name, []).append(peer)
        return peer


# --- websockets ----------------------------------------------------------------------------------


@dataclass
class Script:
    """One websocket."""

    query: str
    opening: list[Sent]
    frames: list[Sent]
    ending: int
    tears: int


def websocket_script(chance: Chance, world: World) -> Script:
    """Draw what a websocket does."""
    roll = chance.random()
    token, view = None, chance.choice(("audience", "audience", "stage"))
    if 0.4 < roll < 0.7:
        token = chance.choice(world.people)
    elif roll > 0.7:
        role, views = chance.choice(
            (
                ("moderator", ("desk", "audience")),
                ("producer", ("control", "stage")),
                ("organiser", grammar.VIEWS),
            )
        )
        token, view = world.crew[role], chance.choice(views)
    speaker = Speaker(chance, world, token)
    roll = chance.random()
    opening = [Sent(speaker.hello(view), "hello")]
    if roll < 0.06:
        opening = []
    elif roll < 0.12:
        opening = [speaker.wrong_hello(view) for _ in range(HELLOS)]
    elif roll < 0.2:
        opening.insert(0, speaker.wrong_hello(view))
    frames = _frames(chance, speaker, is_welcome=roll > 0.12)
    query = "EIO=4&transport=websocket" + chance.choice(("", "", "&t=x", "&b64=1", "&x=%00"))
    return Script(query, opening, frames, chance.randrange(5), chance.randrange(12))


def _frames(chance: Chance, speaker: Speaker, *, is_welcome: bool) -> list[Sent]:
    events = chance.choice((0, 20, 50, 55, 55, 90)) if is_welcome else 0
    warned = chance.choice((0, 5, 12, 12, 30)) if is_welcome else 0
    length = 5 + int(chance.expovariate(1 / 190))
    length = min(length, 1_900)
    made: list[Sent] = []
    while len(made) < length:
        roll = chance.random()
        if roll < 0.5 and events:
            events -= 1
            sent = speaker.event()
            if roll < 0.02:
                sent = grammar.torn_event(chance, sent)
        elif roll < 0.6 and warned:
            warned -= 1
            sent = speaker.nonsense()
        else:
            sent = grammar.cheap(chance)
        made.append(sent)
        if sent.fate is Fate.ENDS:
            return made
    roll = chance.random()
    if roll < 0.35:
        made.append(grammar.fatal_frame(chance))
    elif roll < 0.6:
        made.extend([speaker.fatal_packet()] * HELLOS)
    elif roll < 0.65:
        made.append(grammar.unmasked(chance))
    if roll < 0.2:
        made.extend(grammar.cheap(chance) for _ in range(chance.randrange(4)))
    return made


def _batches(frames: list[Sent]) -> list[list[Sent]]:
    batches: list[list[Sent]] = [[]]
    for sent in frames:
        if len(batches[-1]) >= BATCH:
            batches.append([])
        batches[-1].append(sent)
    return [batch for batch in batches if batch]


async def websocket(arena: Arena, name: str, chance: Chance) -> None:
    """A websocket with hundreds of frames."""
    await play(arena, name, websocket_script(chance, arena.world))


async def play(arena: Arena, name: str, script: Script) -> None:
    """Carry out a script on a connection of its own."""
    peer = await arena.dial(name)
    is_checked = arena.connections % CHECKED == 0
    try:
        if not await peer.websocket(script.query):
            arena.note("no websocket", f"{name}: {bytes(peer.got[:80])!r}")
            return
        if script.opening and not await _hear(arena, name, peer, script.opening, script.tears):
            return
        for batch in _batches(script.frames):
            if not await _hear(arena, name, peer, batch, script.tears):
                return
            _check(arena, name, peer, is_checked=is_checked)
        if script.ending == 0:
            peer.send(frame(b"\x03\xe8", CLOSE))
            await peer.ended(END_S)
        elif script.ending == 1:
            peer.transport.write_eof()
            if not await peer.ended(END_S):
                arena.survived["end of file"] += 1
        elif script.ending == 2:
            peer.send(text("1"))
            await peer.ended(END_S)
    finally:
        peer.close()


async def _hear(arena: Arena, name: str, peer: Peer, batch: list[Sent], tears: int) -> bool:
    """Send frames and wait until they are heard; False when the connection is over."""
    last = next((sent for sent in batch if sent.fate in {Fate.ENDS, Fate.SWALLOWS}), None)
    data = b"".join(sent.data for sent in batch)
    if tears in {1, 2, 3} and len(data) > tears:
        step = len(data) // (tears + 1) + 1
        for begin in range(0, len(data), step):
            peer.send(data[begin : begin + step])
            await asyncio.sleep(0)
    else:
        peer.send(data)
    count = sum(sent.pieces for sent in batch)
    if last is not None and last.fate is Fate.SWALLOWS:
        arena.hear(last.kind, 1)
        return False
    if last is not None:
        if not await peer.ended(END_S):
            arena.survived[last.kind] += 1
        for sent in batch:
            arena.hear(sent.kind, sent.pieces)
            if sent is last:
                break
            count -= sent.pieces
        arena.unheard += count - last.pieces
        return False
    mark = arena.frames.to_bytes(8, "big")
    peer.send(frame(mark, PING))
    if await peer.find(b"\x8a\x08" + mark, ANSWER_S) < 0:
        if not peer.is_over:
            arena.note("the server hears a connection no more, and keeps it", name)
        arena.unheard += count
        return False
    for sent in batch:
        arena.hear(sent.kind, sent.pieces)
    arena.hear("ping", 1)
    return True


def _check(arena: Arena, name: str, peer: Peer, *, is_checked: bool) -> None:
    if not is_checked:
        peer.got.clear()
        return
    try:
        found, size = split(peer.got)
        for opcode, payload in found:
            check(opcode, payload)
        del peer.got[:size]
    except WrongBytesError as error:
        arena.note(error.words, f"{name}: {error}")
        peer.got.clear()


# --- requests ------------------------------------------------------------------------------------


async def ask(
    arena: Arena, peer: Peer, data: bytes, within_s: float = ANSWER_S
) -> tuple[int, bytes]:
    """Send a request; returns status and body, (0, b"") where no answer comes."""
    peer.send(data)
    return await answer(arena, peer, within_s, has_body=not data.startswith(b"HEAD"))


async def answer(
    arena: Arena, peer: Peer, within_s: float = ANSWER_S, *, has_body: bool = True
) -> tuple[int, bytes]:
    """Wait for the answer to a request that was sent."""
    end = await peer.find(b"\r\n\r\n", within_s)
    if end < 0:
        return 0, b""
    said = bytes(peer.got[:end]).lower()
    del peer.got[:end]
    status = int(said[9:12])
    if status == 100:
        return await answer(arena, peer, within_s, has_body=has_body)
    arena.statuses[status] += 1
    if status >= 500 and status != 503:
        arena.note(f"a request was answered with {status}", repr(said[:200]))
    at = said.find(b"content-length: ")
    size = int(said[at + 16 : said.find(b"\r", at)]) if at >= 0 and has_body else 0
    if not await peer.until(lambda: len(peer.got) >= size, within_s):
        return status, b""
    body = bytes(peer.got[:size])
    del peer.got[:size]
    return status, body


async def requests(arena: Arena, name: str, chance: Chance) -> None:
    """Requests of all kinds on one connection, as long as it lasts."""
    peer = await arena.dial(name)
    try:
        for _ in range(chance.randrange(3, 25)):
            data = grammar.any_request(chance)
            status, _body = await ask(arena, peer, data, END_S)
            arena.hear("request", 1)
            if status in {0, 101} or peer.is_over:
                break
        if not peer.is_over and chance.random() < 0.5:
            await ask(arena, peer, chance.choice(grammar.RAW), STOPS_S)
            arena.hear("no request", 1)
    finally:
        peer.close()


class Poller:
    """One polling session: a connection that fetches, and one that brings."""

    def __init__(self, arena: Arena, name: str, chance: Chance) -> None:
        self.arena = arena
        self.name = name
        self.chance = chance
        self.sid = ""
        self.gets: Peer
        self.posts: Peer
        self.is_over = False
        self._fetching: asyncio.Task[None] | None = None

    async def open(self) -> bool:
        """Begin a session."""
        self.gets = await self.arena.dial(self.name)
        self.posts = await self.arena.dial(self.name)
        status, body = await ask(self.arena, self.gets, self.get())
        if status != 200:
            return False
        self.sid = json.loads(body[1:])["sid"]
        self.arena.sids.append(self.sid)
        del self.arena.sids[:-50]
        return True

    @property
    def query(self) -> str:
        """The query of its requests."""
        return f"{POLLING}&sid={self.sid}" if self.sid else POLLING

    def get(self) -> bytes:
        """A request that fetches."""
        return grammar.request(Chance(0), "GET", self.query)

    def post(self, body: bytes) -> bytes:
        """A request that brings."""
        return grammar.request(self.chance, "POST", self.query, body)

    async def bring(self, packets: list[bytes]) -> int:
        """Bring packets, and fetch until they are heard; returns the status."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
        status, _ = await ask(self.arena, self.posts, self.post(b"\x1e".join(packets)))
        self.arena.hear("packet in a request", len(packets))
        if status != 200:
            self.is_over = True
        return status

    async def _fetch(self) -> None:
        while not self.is_over:
            status, body = await ask(self.arena, self.gets, self.get())
            if status != 200:
                return
            self.arena.hear("request", 1)
            try:
                for packet in body.decode(errors="replace").split(SEPARATOR):
                    check_packet(packet)
            except WrongBytesError as error:
                self.arena.note(error.words, f"{self.name}: {error}")

    def close(self) -> None:
        """Hang up, and never come back."""
        self.is_over = True
        if self._fetching is not None:
            self._fetching.cancel()
        for peer in (getattr(self, "gets", None), getattr(self, "posts", None)):
            if peer is not None:
                peer.close()


def _payload(sent: Sent) -> bytes:
    """The packet in a frame that was drawn for a websocket."""
    (_, payload), *_ = split(bytes((sent.data[0], sent.data[1] & 0x7F)) + _unmasked(sent.data))[0]
    return payload


def _unmasked(data: bytes) -> bytes:
    size = data[1] & 0x7F
    wide = {126: 2, 127: 8}.get(size, 0)
    return data[2 : 2 + wide] + data[6 + wide :]


async def polling(arena: Arena, name: str, chance: Chance) -> None:
    """A polling session that brings many packets at once."""
    poller = Poller(arena, name, chance)
    token = chance.choice((None, *arena.world.people[:4], *arena.world.crew.values()))
    speaker = Speaker(chance, arena.world, token)
    try:
        if not await poller.open():
            return
        roll = chance.random()
        if roll > 0.1:
            hello = speaker.wrong_hello("audience") if roll < 0.2 else None
            first = _payload(hello) if hello else b"40" + _auth(speaker)
            if await poller.bring([first]) != 200:
                return
        warned = 10
        for _ in range(chance.randrange(1, 5)):
            packets: list[bytes] = []
            for _ in range(chance.randrange(1, 60)):
                roll = chance.random()
                if roll < 0.25:
                    packets.append(_payload(speaker.event()))
                elif roll < 0.3 and warned:
                    warned -= 1
                    packets.append(_payload(speaker.nonsense()))
                else:
                    packets.append(chance.choice((b"6", b"6", b"6x", "6é".encode())))
            if sum(map(len, packets)) > 60_000:
                packets = packets[:1]
            if await poller.bring(packets) != 200:
                return
        if chance.random() < 0.5:
            await poller.bring([chance.choice((*grammar.BODIES, _payload(speaker.fatal_packet())))])
    finally:
        poller.close()


def _auth(speaker: Speaker) -> bytes:
    return grammar.joined(speaker.auth("audience")).encode()


# --- both at once --------------------------------------------------------------------------------


async def mixed(arena: Arena, name: str, chance: Chance) -> None:
    """A polling session and what may go wrong on its way to a websocket."""
    poller = Poller(arena, name, chance)
    speaker = Speaker(chance, arena.world, chance.choice((None, *arena.world.people[:4])))
    peers: list[Peer] = []
    try:
        if not await poller.open():
            return
        if chance.random() < 0.8:
            await poller.bring([b"40" + _auth(speaker)])
        await chance.choice(MIXES)(arena, poller, peers, speaker)
    finally:
        poller.close()
        for peer in peers:
            peer.close()


async def _probe(arena: Arena, poller: Poller, peers: list[Peer], sid: str | None = None) -> Peer:
    peer = await arena.dial(poller.name)
    peers.append(peer)
    query = f"EIO=4&transport=websocket&sid={poller.sid if sid is None else sid}"
    await peer.websocket(query)
    arena.hear("request", 1)
    return peer


async def _moves(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """As it should be, with messages all along."""
    peer = await _probe(arena, poller, peers)
    peer.send(text("2probe"))
    await peer.find(b"3probe", 3)
    await poller.bring([_payload(speaker.event()) for _ in range(5)])
    peer.send(text("5") + b"".join(speaker.event().data for _ in range(10)))
    arena.hear("upgrade", 12)
    await _hear(arena, poller.name, peer, [grammar.cheap(speaker.chance) for _ in range(9)], 0)


async def _half(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """A probe, and then nothing, or not what comes next."""
    chance = speaker.chance
    peer = await _probe(arena, poller, peers)
    said = chance.choice(("2probe", "2probe", "5", "2", "3probe", "2probex", "40{}", "6", "", "4"))
    peer.send(text(said))
    arena.hear("upgrade", 1)
    await peer.find(b"3probe", 0.2)
    more = chance.choice(("2probe", "", "6", "5x", "1", '42["time",{}]', "40{}"))
    peer.send(chance.choice((text(more), grammar.fatal_frame(chance).data, b"")))
    arena.hear("upgrade", 1)
    await poller.bring([b"6", _payload(speaker.event()), b"6"])
    if chance.random() < 0.5:
        peer.close()
        await poller.bring([b"6", _payload(speaker.event())])


async def _twice(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """Two upgrades of one session at once."""
    first, second = await asyncio.gather(_probe(arena, poller, peers), _probe(arena, poller, peers))
    for peer in speaker.chance.choice(((first, second), (second, first))):
        peer.send(text("2probe"))
    arena.hear("upgrade", 2)
    await first.find(b"3probe", 0.2)
    second.send(text("5"))
    first.send(text("5"))
    arena.hear("upgrade", 2)
    await _hear(arena, poller.name, second, [grammar.cheap(speaker.chance)], 0)


async def _overlap(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """Two requests of one kind at once."""
    others = [await arena.dial(poller.name) for _ in range(2)]
    peers.extend(others)
    data = speaker.chance.choice((poller.get(), poller.post(_payload(speaker.event()))))
    for peer in others:
        peer.send(data)
    arena.hear("request", 2)
    for peer in others:
        await answer(arena, peer, 0.5)


async def _stranger(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """Requests for somebody else's session, or for none."""
    chance = speaker.chance
    sid = chance.choice((*arena.sids[-10:], "x", poller.sid + "x", poller.sid[:-1]))
    poller.sid, own = sid, poller.sid
    peer = await arena.dial(poller.name)
    peers.append(peer)
    data = poller.post(_payload(speaker.event())) if chance.random() < 0.5 else poller.get()
    await ask(arena, peer, data, 0.5)
    arena.hear("request", 1)
    probe = await _probe(arena, poller, peers, sid)
    probe.send(text("2probe"))
    poller.sid = own


async def _stops(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """A body that stops in the middle."""
    chance = speaker.chance
    peer = await arena.dial(poller.name)
    peers.append(peer)
    body = b'40{}\x1e42["time",{"t0":1}]' * chance.choice((1, 50))
    data = poller.post(body)
    peer.send(data[: len(data) - chance.randrange(1, len(body))])
    arena.hear("half a request", 1)
    if chance.random() < 0.3:
        await answer(arena, peer, 4.0)
    else:
        await asyncio.sleep(chance.choice((0, 0.01)))


async def _leaves(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """Requests whose answers nobody waits for."""
    chance = speaker.chance
    peer = await arena.dial(poller.name)
    peers.append(peer)
    count = chance.choice((1, 2, 20))
    one = poller.get() if chance.random() < 0.5 else poller.post(b"6")
    peer.send(one * count)
    arena.hear("request", count)
    await asyncio.sleep(chance.choice((0, 0.001, 0.05)))


async def _early(arena: Arena, poller: Poller, peers: list[Peer], speaker: Speaker) -> None:
    """Frames right behind the request for a websocket, in one write with it."""
    peer = await arena.dial(poller.name)
    peers.append(peer)
    frames = [speaker.event().data for _ in range(5)] + [grammar.cheap(speaker.chance).data]
    peer.send(upgrade() + speaker.hello("audience") + b"".join(frames))
    await peer.find(b"\r\n\r\n", 2)
    arena.hear("early frames", 7)
    await _hear(arena, poller.name, peer, [grammar.cheap(speaker.chance)], 0)


Mix = Callable[[Arena, Poller, list[Peer], Speaker], Awaitable[None]]
MIXES: Final[tuple[Mix, ...]] = (
    *(_moves, _moves, _half, _half, _half, _twice, _overlap, _stranger, _stops, _leaves, _early),
)

# --- which ---------------------------------------------------------------------------------------

Family = Callable[[Arena, str, Chance], Awaitable[None]]
FAMILIES: Final[dict[str, tuple[int, Family]]] = {
    "websocket": (76, websocket),
    "polling": (6, polling),
    "mixed": (6, mixed),
    "requests": (12, requests),
}
"""How often each is drawn, of a hundred connections."""


def chance_of(seed: int, number: str) -> Chance:
    """The chance of one script."""
    return random.Random(f"{seed}/{number}")


async def run_one(arena: Arena, number: str) -> None:
    """Run the script with this number."""
    chance = chance_of(arena.seed, number)
    names = list(FAMILIES)
    family = chance.choices(names, [FAMILIES[name][0] for name in names])[0]
    name = f"{family} {number}"
    try:
        await FAMILIES[family][1](arena, name, chance)
    finally:
        arena.active.pop(name, None)


def shortened(script: Script, frames: list[Sent]) -> Script:
    """The same connection with fewer frames."""
    return replace(script, frames=frames)
