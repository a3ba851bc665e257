"""What a fuzz run says: frames, packets, messages and requests, drawn from a seeded chance.

Everything is drawn from the `random.Random` that is given, so the same seed says the same again,
but for the names that a server makes itself (`World`).
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from hostile.frames import CLOSE, PING, PONG, TEXT, frame, head, under

Chance = random.Random


class Fate(Enum):
    """What a frame does to its connection, so that a run can have many frames on each."""

    CHEAP = "nothing: it is heard and forgotten"
    EVENT = "it is a message, and messages are paced"
    WARNED = "it is nonsense, of which there may be some"
    ENDS = "the connection ends"
    SWALLOWS = "what comes next is taken for a part of it"


class Sent(NamedTuple):
    """One or a few frames."""

    data: bytes
    kind: str
    fate: Fate = Fate.CHEAP
    pieces: int = 1


@dataclass
class World:
    """What a run knows of the server's event."""

    slug: str
    room: str
    sessions: list[str]
    questions: list[str]
    crew: dict[str, str]
    people: list[str]
    cursor: str


SCALARS: Final = (
    *("null", "true", "false", "0", "-0", "1", "-1", "3", "1.5", "1e5", "1e308", "1e309", "-1e999"),
    *("NaN", "Infinity", "-Infinity", "9007199254740993", "1" + "0" * 19, "-1" + "0" * 400),
    *("9" * 4300, "9" * 4301, "0." + "1" * 5000, "1e" + "9" * 500, "1662400000000"),
    *('""', '"x"', '" "', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\uffff"', '"\u2028"'),
    *('"\x7f"', '"é"', '"🧑\u200d🚀"', '"\u202eabc"', '"e' + "\u0301" * 300 + '"', '"5"', '"null"'),
    *('"' + "x" * 300 + '"', '"' + "y" * 15_000 + '"', '"' + "ü" * 9_000 + '"'),
    *('"' + "\\u0041" * 2_000 + '"', '"' + "\\ud83d\\ude00" * 500 + '"', '"audience"', '"main"'),
    *("[]", "{}", "[null]", "[[]]", '{"":""}', '{"a":{"b":[1,2,{"c":null}]}}', '{"__proto__":{}}'),
    *('{"_placeholder":true,"num":0}', '{"a":1,"a":2,"a":[]}', "[0,0,0,0,0,0,0,0,0,0,0,0]"),
    *('"0.0"', '"1."', '"99999999999999.ffff"', '"1.zz"', '"' + "9" * 40 + '.0"', '"﻿"'),
)
SMALL: Final = tuple(it for it in SCALARS if len(it) < 40)
BROKEN: Final = (
    *("", "{", "[", "}", "]", '"', '{"a"', '{"a":', '{"a":1', "[1,", "[,]", "{,}", "tru", "nul"),
    *("01", "1.", ".5", "+1", "--1", "0x1", "1e", "\x00", "\x1e", "'a'", '"\x01"', '"\\x"'),
    *('"\\u12"', '"\\', "[]]", "[] []", '{"a":1}}', "\ufeff[]", "undefined", "[1 2]", "//", "/**/"),
)
DEPTHS: Final = (1, 2, 10, 100, 500, 900, 990, 1000, 1010, 1100, 3000, 9000)
IDS: Final = (
    *("", "", "", "0", "1", "7", "00", "12", "999", "9007199254740993", "1" + "0" * 60),
    *(
        "9" * 4300,
        "9" * 4301,
        "9" * 10_000,
        "-1",
        "+1",
        "1.5",
        "²",
        "٣",
        "१२",
        "\U0001d7d7",
        "1_0",
        " 1",
    ),
)
NAMESPACES: Final = (
    *("/,", "/admin,", "/admin", "/" + "x" * 9_000 + ",", "/a?b=c,", "/\u2028,", "/,,", "//,"),
    *("/é,", '/"],', "/[,", "/\x00,"),
)
NAMES: Final = (
    *("time", "resync", "rendered", "command", "Command", "connect", "disconnect", "message", ""),
    *(
        "watching",
        "snapshot",
        "patch",
        "me",
        "__class__",
        "x" * 400,
        "é",
        "\\ud800",
        "*",
        "connect_error",
    ),
)
VIEWS: Final = ("stage", "audience", "desk", "control")
STATUSES: Final = ("pending", "approved", "answered", "rejected", "withdrawn", "redacted")
TEXTS: Final = (
    *("How was this map made, and may we use it?", "¿Dónde están los datos?", "12345", "1234"),
    *("x" * 280, "x" * 281, "\\u0000 is no text", "🇲🇽" * 100, "a\u0300\u0301\u0302\u0303\u0304 b"),
    *("\u202e backwards and long enough", "line\\nbreak and more", "é" * 1_024),
)


def value(chance: Chance, depth: int = 0) -> str:
    """Some JSON value; not always JSON, not always small."""
    roll = chance.random()
    if roll < 0.55:
        return chance.choice(SMALL)
    if roll < 0.75:
        return chance.choice(SCALARS)
    if roll < 0.8:
        return chance.choice(BROKEN)
    if roll < 0.86:
        return deep(chance)
    if depth > 3:
        return "0"
    if roll < 0.93:
        return "[" + ",".join(value(chance, depth + 1) for _ in range(chance.randrange(4))) + "]"
    pairs = (
        f"{chance.choice(KEYS)}:{value(chance, depth + 1)}" for _ in range(chance.randrange(5))
    )
    return "{" + ",".join(pairs) + "}"


KEYS: Final = (
    *('"id"', '"type"', '"question"', '"session"', '"room"', '"text"', '"cursor"', '"t0"', '"a"'),
    *('""', '"\\ud800"', '"__class__"', '"at"', '"Id"', '"' + "k" * 500 + '"', "a", "1", "null"),
)


def deep(chance: Chance) -> str:
    """Something nested, whole or not."""
    depth = chance.choice(DEPTHS)
    begin, end = chance.choice((("[", "]"), ('{"a":', "}"), ('[{"":', "}]"), ("[0,", "]")))
    depth = min(depth, 9_000 // len(begin))
    middle = chance.choice(("", "0", "null", "[]", "{}"))
    return begin * depth + middle + (end * depth if chance.random() < 0.7 else "")


# --- messages ------------------------------------------------------------------------------------

Field = tuple[str, str]


def quoted(name: str) -> str:
    """A string as JSON; the ones here need no escapes."""
    return f'"{name}"'


class Speaker:
    """Draws what one connection says.

    Args:
        chance: its own.
        world: what there is.
        token: who speaks; None for somebody new, who changes nothing then: everybody new would make
            the event larger, and memory could not come back to where it was.
    """

    def __init__(self, chance: Chance, world: World, token: str | None) -> None:
        self.chance = chance
        self.world = world
        self.token = token
        self._count = 0

    # --- hello ----------------------------------------------------------------------------------

    def auth(self, view: str) -> list[Field]:
        """A hello that is accepted, as fields."""
        fields = [("event", quoted(self.world.slug)), ("view", quoted(view))]
        if self.token is not None:
            fields.append(("token", quoted(self.token)))
        roll = self.chance.random()
        if roll < 0.2:
            fields.append(("room", quoted(self.world.room)))
        if 0.1 < roll < 0.3:
            fields.append(("resume", quoted(self.world.cursor)))
        if roll > 0.9:
            fields.append(("locale", '"en"'))
        return fields

    def hello(self, view: str) -> bytes:
        """A hello that is accepted."""
        return frame(("40" + joined(self.auth(view))).encode())

    def wrong_hello(self, view: str) -> Sent:
        """A hello that is refused, or is none."""
        chance = self.chance
        roll = chance.random()
        if roll < 0.6:
            packet = "40" + joined(self.mutated(self.auth(view)))
        elif roll < 0.8:
            packet = "40" + value(chance)
        elif roll < 0.9:
            packet = "40" + chance.choice(NAMESPACES) + joined(self.auth(view))
        else:
            packet = "40" + chance.choice(IDS) + value(chance)
        return _packet(packet, "wrong hello", Fate.WARNED)

    # --- events ---------------------------------------------------------------------------------

    def event(self) -> Sent:
        """A message, right or wrong."""
        chance = self.chance
        roll = chance.random()
        self._count += 1
        if roll < 0.5:
            name, body = "command", joined(self.command())
        elif roll < 0.62:
            name, body = "command", value(chance)
        elif roll < 0.7:
            name, body = "time", '{"t0":' + (value(chance) if roll < 0.66 else "1.5") + "}"
        elif roll < 0.76:
            name, body = "resync", self.resync()
        elif roll < 0.82:
            name, body = "rendered", self.rendered()
        elif roll < 0.92:
            name, body = chance.choice(NAMES[:4]), value(chance)
        else:
            name, body = chance.choice(NAMES), value(chance)
        number = self._count if chance.random() < 0.7 else chance.choice(IDS)
        more = "," + value(chance) if chance.random() < 0.03 else ""
        return _packet(f'42{number}["{name}",{body}{more}]', "message", Fate.EVENT)

    def resync(self) -> str:
        """The body of a resync; most often one that costs little."""
        roll = self.chance.random()
        if roll < 0.1:
            return "{}"
        if roll < 0.6:
            return f'{{"cursor":"{self.world.cursor}"}}'
        return f'{{"cursor":{value(self.chance)}}}'

    def rendered(self) -> str:
        """The body of a `rendered`."""
        fields = [("cursor", quoted(self.world.cursor)), ("width", "1920"), ("height", "1080")]
        return joined(self.mutated(fields) if self.chance.random() < 0.7 else fields)

    def command(self) -> list[Field]:
        """A command, most often with one thing wrong."""
        fields = self._valid_command()
        if self.chance.random() < 0.7:
            fields = self.mutated(fields)
        return fields

    def _valid_command(self) -> list[Field]:
        chance, world = self.chance, self.world
        name, fields = chance.choice(COMMANDS)
        # few ids, so that the event stays as large as it is: most are repeated, or used otherwise
        made = [("id", f'"f{chance.randrange(200)}"'), ("type", quoted(name))]
        known: dict[str, Callable[[], str]] = {
            "question": lambda: quoted(chance.choice(world.questions)),
            "session": lambda: quoted(chance.choice(world.sessions)),
            "into": lambda: quoted(chance.choice(world.questions)),
            "lit": lambda: chance.choice(("null", quoted(chance.choice(world.questions)))),
            "live": lambda: chance.choice(("null", quoted(chance.choice(world.sessions)))),
            "room": lambda: quoted(world.room),
            "text": lambda: quoted(chance.choice(TEXTS)),
            "reply": lambda: quoted(chance.choice(TEXTS)),
            "seen": lambda: quoted(chance.choice(STATUSES)),
            "state": lambda: quoted(chance.choice(("open", "closed", "auto"))),
            "revision": lambda: chance.choice(("1", "1", "2", "0")),
            "by_s": lambda: chance.choice(("60", "-60", "86400", "999999")),
            "seq": lambda: str(chance.randrange(300)),
            "role": lambda: quoted(chance.choice(("moderator", "producer", "speaker"))),
        }
        for field in fields:
            optional = field.endswith("?")
            if optional and chance.random() < 0.6:
                continue
            field_name = field.removesuffix("?")
            draw = known.get(field_name)
            text = draw() if draw else chance.choice(SMALL)
            if self.token is None and field_name in {"question", "session", "room"}:
                text = '"nothing"'
            made.append((field_name, text))
        return made

    def mutated(self, fields: list[Field]) -> list[Field]:
        """Fields with one of them wrong."""
        chance = self.chance
        fields = list(fields)
        at = chance.randrange(len(fields))
        name, text = fields[at]
        match chance.randrange(9):
            case 0:
                del fields[at]
            case 1 | 2 | 3:
                fields[at] = name, value(chance)
            case 4:
                fields.append((name, value(chance)))
            case 5:
                fields[at] = chance.choice(NAMES), text
            case 6:
                fields.extend((f"x{number}", "0") for number in range(chance.choice((1, 20, 900))))
            case 7:
                fields[at] = name, f"[{text}]"
            case _:
                fields[at] = (
                    name,
                    text[:-1] + chance.choice(('x"', '\\u0000"', '"', "", '\\ud800"')),
                )
        return fields

    # --- packets --------------------------------------------------------------------------------

    def nonsense(self) -> Sent:
        """A packet that is no message, for which there is a warning."""
        chance = self.chance
        roll = chance.random()
        if roll < 0.2:
            packet = "42" + chance.choice(BROKEN)
        elif roll < 0.4:
            packet = "42" + value(chance)
        elif roll < 0.5:
            packet = "43" + chance.choice(IDS) + value(chance)
        elif roll < 0.6:
            packet = "42" + chance.choice(NAMESPACES) + '["time",{"t0":1}]'
        elif roll < 0.7:
            packet = "42" + deep(chance)
        elif roll < 0.8:
            packet = f"42{chance.choice(IDS)}-{value(chance)}"
        elif roll < 0.9:
            packet = "42" + chance.choice(IDS) + "[" + value(chance) + "]"
        else:
            packet = "3" + chance.choice(("", "probe", "x"))
        return _packet(packet, "nonsense", Fate.WARNED)

    def fatal_packet(self) -> Sent:
        """A packet after which the connection ends."""
        chance = self.chance
        return _packet(chance.choice(FATAL)(chance), "packet that ends", Fate.ENDS)


COMMANDS: Final[Sequence[tuple[str, Sequence[str]]]] = (
    ("question.ask", ("text", "session?", "room?", "name?", "locale?")),
    ("question.flag", ("question",)),
    ("question.merge", ("question", "into")),
    ("question.undo", ("question", "seq")),
    ("stage.next", ("room", "lit")),
    ("question.edit", ("question", "text")),
    ("question.withdraw", ("question",)),
    ("question.upvote", ("question",)),
    ("question.upvote", ("question",)),
    ("question.unvote", ("question",)),
    ("question.approve", ("question", "revision")),
    ("question.approve", ("question", "revision")),
    ("question.reject", ("question", "reason?", "seen?")),
    ("question.restore", ("question", "seen?")),
    ("question.amend", ("question", "text")),
    ("question.spotlight", ("question",)),
    ("question.unspotlight", ("room",)),
    ("question.answer", ("question", "reply?")),
    ("question.reopen", ("question",)),
    ("question.redact", ("nothing",)),
    ("questions.set", ("session", "state")),
    ("session.start", ("session", "at?")),
    ("session.end", ("session", "at?")),
    ("session.next", ("room", "live")),
    ("session.pause", ("session",)),
    ("session.resume", ("session",)),
    ("session.extend", ("session", "by_s?", "until_at?")),
    ("session.skip", ("session",)),
    ("session.restore", ("session",)),
    ("rundown.undo", ("room", "seq")),
    ("display.pair", ("code", "name", "room", "layout")),
    ("display.assign", ("display", "room?", "layout?", "name?")),
    ("display.identify", ("display",)),
    ("display.blackout", ("display", "on")),
    ("display.remove", ("display",)),
    ("link.create", ("role", "name?", "speaker?", "expires_at?")),
    ("link.revoke", ("link",)),
    ("clock.tick", ()),
    ("no.such", ("question",)),
)


def joined(fields: list[Field]) -> str:
    """Fields as one object, which may hold a name twice."""
    return "{" + ",".join(f'"{name}":{text}' for name, text in fields) + "}"


def _packet(packet: str, kind: str, fate: Fate) -> Sent:
    data = packet.encode("utf-8", "surrogatepass")
    if len(packet) > 20_000:
        return Sent(frame(data), "packet too large", Fate.ENDS)
    return Sent(frame(data), kind, fate)


FATAL: Final[Sequence[Callable[[Chance], str]]] = (
    lambda chance: chance.choice(
        ("2", "2probe", "5", "5x", "1", "1x", "7", "8", "9", "b", "bAAAA")
    ),
    lambda chance: "0" + value(chance),
    lambda _: "0" + '{"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1}',
    lambda chance: chance.choice(
        ("4", "41", "41/,", "41/admin,", "47", "48", "49", "4x", "4²", "é")
    ),
    lambda chance: "44" + value(chance),
    lambda chance: f'45{chance.choice(IDS)}-["x",{{"_placeholder":true,"num":{value(chance)}}}]',
    lambda chance: "45" + "1" * chance.choice((1, 10, 11, 1000, 15_000)) + "-[]",
    lambda chance: f"46{chance.choice(IDS)}-{chance.choice(IDS)}[]",
    lambda _: '40{"event":"x","view":"stage"}',
    lambda chance: chance.choice(
        ("\x00", "\x1e", "\u2028", "x", " 4", "\uff14", "٤2[]", "", "-", "[", "{")
    ),
    lambda chance: "42" + "x" * chance.choice((20_000, 30_000, 70_000)),
    lambda chance: "42" + "[" * chance.choice((20_000, 50_000, 79_000)),
    lambda chance: "4" + "2" * chance.choice((20_001, 40_000)),
)


# --- frames --------------------------------------------------------------------------------------

RESERVED: Final = (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
NO_UTF8: Final = (
    *(
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
        b"\x80",
        b"\xfe\xfe",
    ),
)
CODES: Final = (
    *(0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012),
    *(1013, 1014, 1015, 1016, 2000, 2999, 3000, 4000, 4999, 5000, 65_535),
)
LIES: Final = (126, 1_000, 20_000, 79_999, 80_000)
ENORMOUS: Final = (
    80_001,
    1 << 17,
    1 << 24,
    (1 << 31) - 1,
    1 << 32,
    (1 << 62),
    (1 << 63),
    (1 << 64) - 1,
)


def cheap(chance: Chance) -> Sent:
    """Frames that a websocket allows, and that say nothing."""
    roll = chance.random()
    if roll < 0.35:
        data = b"6" if roll < 0.25 else b"6" + b"x" * chance.choice((1, 124, 125, 126, 600, 19_000))
        return Sent(frame(data), "noop")
    if roll < 0.5:
        return Sent(head(1, TEXT, chance.choice((2, 8))) + b"6", "long length for little")
    if roll < 0.65:
        return Sent(frame(chance.randbytes(chance.choice((0, 1, 4, 125))), PING), "ping")
    if roll < 0.75:
        return Sent(frame(chance.randbytes(chance.choice((0, 1, 125))), PONG), "pong")
    if roll < 0.98:
        mask = chance.randbytes(4)
        return Sent(head(2, TEXT, 0, mask) + under(mask, b"6x"), "masked noop")
    return fragments(chance, "6" + chance.choice(("", "x", "é🧑", "abcdefgh")))


def fragments(chance: Chance, packet: str) -> Sent:
    """A packet in pieces, between which there are pings and pongs; characters are torn as well."""
    payload = packet.encode()
    cuts = sorted(chance.randrange(len(payload) + 1) for _ in range(chance.randrange(1, 6)))
    parts: list[bytes] = []
    opcode = TEXT & 0x0F
    for begin, end in zip([0, *cuts], [*cuts, len(payload)], strict=True):
        parts.append(frame(payload[begin:end], opcode))
        opcode = 0
        if chance.random() < 0.3:
            parts.append(frame(b"mid", chance.choice((PING, PONG))))
    parts.append(frame(b"", 0x80))
    return Sent(b"".join(parts), "fragments", Fate.CHEAP, len(parts))


def torn_event(chance: Chance, sent: Sent) -> Sent:
    """A message of one frame, as fragments."""
    payload = sent.data
    begin = 6 if payload[1] & 0x7F < 126 else 8
    if len(payload) - begin > 4_000 or payload[1] & 0x7F == 127:
        return sent
    packet = payload[begin:].decode("utf-8", "surrogatepass")
    try:
        return fragments(chance, packet)._replace(fate=sent.fate, kind="message in fragments")
    except UnicodeEncodeError:
        return sent


def _reserved_bit(chance: Chance) -> Sent:
    first = 0x80 | chance.choice((0x10, 0x20, 0x40, 0x70)) | chance.choice((0, 1, 2, 8, 9, 10))
    return _ends(frame(b"6", first), "reserved bit")


def _reserved_opcode(chance: Chance) -> Sent:
    return _ends(frame(b"6", 0x80 | chance.choice(RESERVED)), "reserved opcode")


def _large_control(chance: Chance) -> Sent:
    payload = b"x" * chance.choice((126, 200, 70_000))
    return _ends(frame(payload, chance.choice((PING, PONG, CLOSE))), "large control frame")


def _torn_control(chance: Chance) -> Sent:
    return _ends(frame(b"x", chance.choice((PING, PONG, CLOSE)) & 0x0F), "control in pieces")


def _continues_nothing(chance: Chance) -> Sent:
    return _ends(frame(b"x", chance.choice((0x80, 0))), "continues nothing")


def _begins_within(chance: Chance) -> Sent:
    data = frame(b"6", 0x01) + frame(b"x", chance.choice((TEXT, 0x01, 0x82)))
    return _ends(data, "begins within another", 2)


def _binary(chance: Chance) -> Sent:
    payload = chance.randbytes(chance.choice((0, 1, 100, 5_000)))
    if chance.random() < 0.7:
        return _ends(frame(payload, 0x82), "binary")
    return _ends(frame(payload, 0x02) + frame(b"", 0x80), "binary in fragments", 2)


def _empty(_chance: Chance) -> Sent:
    return _ends(frame(b"", TEXT), "empty")


def _says_more(chance: Chance) -> Sent:
    said, size = chance.choice(LIES), chance.choice((0, 1, 50))
    return Sent(head(said) + b"6" * size, "says more than comes", Fate.SWALLOWS)


def _says_far_more(chance: Chance) -> Sent:
    return _ends(head(chance.choice(ENORMOUS), TEXT, 8) + b"6", "says far too much")


def _close(chance: Chance) -> Sent:
    code = chance.choice(CODES).to_bytes(2, "big")
    reason = chance.choice((b"", b"bye", b"x" * 123, chance.choice(NO_UTF8)))
    return _ends(frame(code + reason, CLOSE), "close")


def _short_close(chance: Chance) -> Sent:
    return _ends(frame(chance.choice((b"", b"\x03")), CLOSE), "short close")


def _no_utf8(chance: Chance) -> Sent:
    return _ends(frame(b"42" + chance.choice(NO_UTF8)), "no UTF-8")


def _torn_no_utf8(chance: Chance) -> Sent:
    data = frame(b"42", 0x01) + frame(chance.choice(NO_UTF8), 0x00) + frame(b"", 0x80)
    return _ends(data, "no UTF-8 in fragments", 3)


def _any_bytes(chance: Chance) -> Sent:
    data = chance.randbytes(chance.choice((1, 2, 7, 300)))
    return Sent(data + b"\xff" * 16, "any bytes", Fate.SWALLOWS)


FATAL_FRAMES: Final[Sequence[Callable[[Chance], Sent]]] = (
    *(_reserved_bit, _reserved_opcode, _large_control, _torn_control, _continues_nothing),
    *(_begins_within, _binary, _empty, _says_more, _says_far_more, _close, _short_close),
    *(_no_utf8, _torn_no_utf8, _any_bytes),
)


def fatal_frame(chance: Chance) -> Sent:
    """Bytes that are no frame of a client, or the last of one."""
    return chance.choice(FATAL_FRAMES)(chance)


def unmasked(chance: Chance) -> Sent:
    """A frame without a mask, which a server must refuse."""
    return _ends(head(2, TEXT, chance.choice((0, 2, 8)), None) + b"6x", "unmasked")


def _ends(data: bytes, kind: str, pieces: int = 1) -> Sent:
    return Sent(data, kind, Fate.ENDS, pieces)


# --- requests ------------------------------------------------------------------------------------

METHODS: Final = (*("GET",) * 6, *("POST",) * 4, "OPTIONS", "PUT", "HEAD", "DELETE", "FOO", "get")
QUERIES: Final = (
    *("EIO=4&transport=polling", "EIO=4&transport=websocket", "EIO=3&transport=polling", ""),
    *("EIO=4", "transport=polling", "EIO=4&transport=polling&j=0", "EIO=4&transport=polling&j="),
    *("EIO=4&transport=webtransport", "EIO=4&transport=", "EIO=4&EIO=3&transport=polling"),
    *(
        "EIO=four&transport=polling",
        "EIO=4&transport=polling&sid=",
        "EIO=4&transport=polling&sid=x",
    ),
    *("EIO=4&transport=polling&sid=" + "x" * 5_000, "EIO=4&transport=polling&sid=%00%ff"),
    *("EIO=4&transport=websocket&sid=x", "EIO=4&transport=polling&sid=a&sid=b", "&&&==&%", "%zz=%"),
    *("EIO=%34&transport=p%6flling", "EIO=4&transport=polling&t=" + "9" * 3_000, "eio=4"),
    *("EIO=4&transport=polling&sid=../../etc/passwd", "EIO=4&transport=polling&sid=1_x"),
)
PATHS: Final = (
    *("/socket.io/",) * 20,
    "/socket.io",
    "/socket.io//",
    "/socket.io/x",
    "/socket.io/?",
)
HEADERS: Final = (
    *("", "", "", "Content-Type: application/json\r\n", "Content-Type: text/plain; charset=x\r\n"),
    *("Content-Type: application/octet-stream\r\n", "Content-Type: ;;;\r\n", "Origin: null\r\n"),
    *("Origin: https://elsewhere.example\r\n", "Origin: \r\n", "Sec-Fetch-Site: cross-site\r\n"),
    *("X-Forwarded-Host: elsewhere.example\r\nOrigin: https://elsewhere.example\r\n",),
    *("X-Forwarded-For: 1.2.3.4\r\n", "Expect: 100-continue\r\n", "Cookie: a=b; =; ;\r\n"),
    *("Connection: close\r\n", "Accept-Encoding: gzip, deflate, br\r\n", "Accept: text/html\r\n"),
    *("Connection: Upgrade\r\nUpgrade: websocket\r\n", "Upgrade: h2c\r\nConnection: Upgrade\r\n"),
    *("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n",),
    *("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",),
    (
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: nonsense\r\n"
    ),
)
RAW: Final = (
    *(
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /socket.io/\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    ),
    *(b"GET /socket.io/ HTTP/9.9\r\n\r\n", b"GET /socket.io/ HTTP/1.1\nHost: x\n\n", b"\x00" * 64),
    *(b"GET /socket.io/ HTTP/1.1\r\n: x\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    *(
        b"GET /socket.io/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET http://x:y/ HTTP/1.1\r\n\r\n",
    ),
    *(b"GET /socket.io/?" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",),
    *(b"GET /socket.io/ HTTP/1.1\r\nX: " + b"y" * 9_000 + b"\r\n\r\n",),
    *(b"GET /socket.io/ HTTP/1.1\r\n" + b"X: y\r\n" * 3_000 + b"\r\n",),
    *(b"POST /socket.io/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",),
    *(b"POST /socket.io/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",),
    (
        b"POST /socket.io/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    *(b"POST /socket.io/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",),
    (
        b"POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\n"
        b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
    ),
    (
        b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n"
        b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde"
    ),
)
BODIES: Final = (
    *(
        b"",
        b"\x1e",
        b"\x1e\x1e\x1e",
        b"4",
        b"40",
        b"bAAAA",
        b"b!!!",
        b"\xff\xfe",
        b"6",
        b"3",
        b"49",
    ),
    *(b"2probe", b"1", b"40{}", b'40{}\x1e42["time",{"t0":1}]', b"d=4", b"12:40{}", b"x" * 63_999),
    *(b"x" * 64_001, b"6\x1e" * 31_000, b"4" * 70_000, b"\x00", "40é".encode(), b"0{}\x1e5\x1e9"),
)


def request(
    chance: Chance, method: str, query: str, body: bytes | None = None, headers: str = ""
) -> bytes:
    """A request, with a body of known length or in chunks."""
    path = chance.choice(PATHS) if chance.random() < 0.1 else "/socket.io/"
    first = f"{method} {path}?{query} HTTP/1.1\r\nHost: hostile\r\n{headers}"
    if body is None:
        return (first + "\r\n").encode()
    if chance.random() < 0.8:
        return (first + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    parts = [f"{first}Transfer-Encoding: chunked\r\n\r\n".encode()]
    step = chance.choice((1, 100, 5_000)) if len(body) < 500 else 5_000
    for begin in range(0, len(body), step):
        part = body[begin : begin + step]
        parts.append(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    return b"".join((*parts, b"0\r\n\r\n"))


def any_request(chance: Chance) -> bytes:
    """A request of which a server must make something."""
    method = chance.choice(METHODS)
    has_body = method in {"POST", "PUT", "FOO"} or chance.random() < 0.05
    body = chance.choice(BODIES) if has_body else None
    return request(chance, method, chance.choice(QUERIES), body, chance.choice(HEADERS))
