"""H.264 of pictures that are drawn, not filmed: without loss, in plain Python, and cheap.

A picture is a row of tiles, one a macroblock. One that goes on with what is left of it or above it
is predicted from there, in a byte or two; a flat one is that plus a step in brightness; whatever
else there is (edges of letters) is written as it is (I_PCM). Between the first picture of a segment
and the next one, tiles that stay are skipped. There is no transform, no motion and no rate control.
The numbers in comments are sections of ITU-T H.264.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

TILE: Final = 16
"""The side of a macroblock, in pixels."""
Tile = bytes
"""A macroblock: 16 x 16 of brightness, then 8 x 8 of each of the two chromas, row by row."""
Picture = Sequence[Tile]
"""The tiles of a picture, row by row."""

STEP: Final = 10
"""By how much one level of a DC coefficient lifts a whole tile at `_QP`."""
_QP: Final = 48
_I16: Final = 1  # mb_type of Intra 16x16 without AC and chroma: this plus the way of predicting
_PCM: Final = 25
_IN_P: Final = 5  # what is added to the types of intra macroblocks in a P slice
_VERTICAL: Final = 0
_HORIZONTAL: Final = 1
_CHROMA_MODE: Final = {_HORIZONTAL: 1, _VERTICAL: 2}
_PADDING: Final = re.compile(b"\x00\x00(?=[\x00-\x03])")


class _Guess(NamedTuple):
    """How a tile is predicted, and how many `STEP`s brighter it is than that."""

    luma: int
    chroma: int
    level: int


def _ue(value: int) -> str:
    """An unsigned Exp-Golomb code (9.1)."""
    code = f"{value + 1:b}"
    return "0" * (len(code) - 1) + code


def _se(value: int) -> str:
    """A signed one."""
    return _ue(2 * value - 1 if value > 0 else -2 * value)


def _bytes(bits: str) -> bytes:
    return int(bits, 2).to_bytes(len(bits) // 8) if bits else b""


def _nal(kind: int, payload: bytes) -> bytes:
    """A NAL unit: its header, and nothing within that looks like a start code (7.4.1)."""
    return bytes([0x60 | kind]) + _PADDING.sub(b"\x00\x00\x03", payload)


def _closed(bits: str) -> str:
    """`bits` with the stop bit, up to a whole byte (7.3.2.11)."""
    return bits + "1" + "0" * (-(len(bits) + 1) % 8)


def sequence_parameters(columns: int, rows: int) -> bytes:
    """Return the NAL unit that tells the size of the pictures, in tiles (7.3.2.1)."""
    usage = "".join((
        "00",  # any shape of pixels, any overscan
        "1", "101", "0", "1", f"{1:08b}" * 3,  # BT.709, limited range
        "00000",  # nothing about chroma, times, buffers and fields
        "1", "1", _ue(0) * 5, _ue(1),  # pictures come in order, one is kept
    ))  # fmt: skip
    bits = "".join((
        f"{66:08b}{0xC0:08b}{30:08b}",  # constrained baseline, level 3
        _ue(0), _ue(0),  # frame_num has four bits
        _ue(2), _ue(1), "0",  # shown in this order, one reference
        _ue(columns - 1), _ue(rows - 1),
        "1", "1", "0", "1", usage,
    ))  # fmt: skip
    return _nal(7, _bytes(_closed(bits)))


def picture_parameters() -> bytes:
    """Return the NAL unit that tells how pictures are coded (7.3.2.2)."""
    bits = _ue(0) * 2 + "00" + _ue(0) * 3 + "0" + "00"
    bits += _se(_QP - 26) + _se(0) + _se(0) + "1" + "0" + "0"
    return _nal(8, _bytes(_closed(bits)))


def key_picture(picture: Picture, columns: int, number: int) -> bytes:
    """Return a picture that stands on its own (IDR).

    Args:
        picture: its tiles.
        columns: how many of them are a row.
        number: which key picture this is; neighbours need different ones.
    """
    header = _ue(0) + _ue(7) + _ue(0) + "0000" + _ue(number % 2) + "0" + "0" + _se(0) + _ue(1)
    return _nal(5, _slice(header, picture, columns, None))


def next_picture(picture: Picture, before: Picture, columns: int, number: int) -> bytes:
    """Return a picture as what changed since `before`, the one in front of it.

    `number` counts from the key picture, which is 0.
    """
    header = _ue(0) + _ue(5) + _ue(0) + f"{number % 16:04b}" + "0" + "0" + "0" + _se(0) + _ue(1)
    return _nal(1, _slice(header, picture, columns, before))


def _slice(header: str, picture: Picture, columns: int, before: Picture | None) -> bytes:
    """Return a whole picture as one slice (7.3.4), `before` being what it starts from."""
    whole = bytearray()
    bits = [header]
    raw: set[int] = set()  # I_PCM tiles count as full of coefficients for their neighbours (9.2.1)
    skipped = 0
    base = 0 if before is None else _IN_P
    for place, tile in enumerate(picture):
        if before is not None:
            if tile == before[place]:
                skipped += 1
                continue
            bits.append(_ue(skipped))
            skipped = 0
        is_first = place % columns == 0
        left = None if is_first else picture[place - 1]
        above = picture[place - columns] if place >= columns else None
        guess = _guess(tile, left, above)
        if guess is None:
            bits.append(_ue(base + _PCM))
            text = "".join(bits)
            whole += _bytes(text + "0" * (-len(text) % 8)) + tile
            bits = []
            raw.add(place)
        else:
            full = (place - columns in raw) or (not is_first and place - 1 in raw)
            bits.append(
                _ue(base + _I16 + guess.luma)
                + _ue(_CHROMA_MODE[guess.chroma])
                + _se(0)
                + _coefficient(guess.level, full=full)
            )
    if skipped:
        bits.append(_ue(skipped))
    return bytes(whole + _bytes(_closed("".join(bits))))


def _coefficient(level: int, *, full: bool) -> str:
    """Return a block of coefficients of which only the first may be there (9.2)."""
    if level == 0:
        return "000011" if full else "1"
    sign = "1" if level < 0 else "0"
    if abs(level) == 1:
        return ("000001" if full else "01") + sign + "1"
    code = 2 * abs(level) - 4 + (level < 0)
    prefix = min(14, code)  # Table 9-6: from here on with a suffix
    suffix = f"{code - 14:04b}" if code >= 14 else ""  # noqa: PLR2004 - as above
    return ("000000" if full else "000101") + "0" * prefix + "1" + suffix + "1"


@lru_cache(maxsize=4096)
def _guess(tile: Tile, left: Tile | None, above: Tile | None) -> _Guess | None:
    """Return how `tile` follows from its neighbours; None where it does not."""
    luma = _luma(tile, left, above)
    if luma is None:
        return None
    cb, cr = tile[256:320], tile[320:]
    if left is not None and all(
        plane == b"".join(bytes([edge]) * 8 for edge in other[7::8])
        for plane, other in ((cb, left[256:320]), (cr, left[320:]))
    ):
        return _Guess(luma[0], _HORIZONTAL, luma[1])
    if above is not None and cb == above[312:320] * 8 and cr == above[376:] * 8:
        return _Guess(luma[0], _VERTICAL, luma[1])
    return None


def _luma(tile: Tile, left: Tile | None, above: Tile | None) -> tuple[int, int] | None:
    wanted = tile[:256]
    guesses = {}
    if left is not None:
        edges = left[15:256:16]
        guesses[_HORIZONTAL] = b"".join(bytes([edge]) * 16 for edge in edges)
    if above is not None:
        guesses[_VERTICAL] = above[240:256] * 16
    for way, guess in guesses.items():
        lift = wanted[0] - guess[0]
        level, rest = divmod(lift, STEP)
        if rest == 0 and abs(level) <= 16 and all(  # noqa: PLR2004 - the longest short code
            a - b == lift for a, b in zip(wanted, guess, strict=True)
        ):  # fmt: skip
            return way, level
    return None
