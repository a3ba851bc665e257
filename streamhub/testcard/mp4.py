"""Fragmented MP4 (ISO/IEC 14496-12) with one H.264 track: as much of it as HLS needs."""

from collections.abc import Sequence
from typing import Final

SCALE: Final = 1000
"""Ticks of a second: times are in milliseconds."""
_IDENTITY: Final = b"".join(
    value.to_bytes(4) for value in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
)
_KEY: Final = 0x02000000
_OTHER: Final = 0x01010000


def _box(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4) + name.encode() + body


def _full(name: str, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, bytes([version]) + flags.to_bytes(3), *parts)


def _n(*values: int, size: int = 4) -> bytes:
    return b"".join(value.to_bytes(size) for value in values)


def initial(width: int, height: int, sequence: bytes, picture: bytes) -> bytes:
    """Return what comes before all segments.

    Args:
        width: of the pictures, in pixels.
        height: of the pictures, in pixels.
        sequence: the NAL unit of H.264's sequence parameters.
        picture: that of its picture parameters.
    """
    config = _box(
        "avcC",
        bytes([1, *sequence[1:4], 0xFF, 0xE1]) + _n(len(sequence), size=2) + sequence,
        bytes([1]) + _n(len(picture), size=2) + picture,
    )
    sample = _box(
        "avc1",
        bytes(6) + _n(1, size=2) + bytes(16) + _n(width, height, size=2),
        _n(0x480000, 0x480000, 0) + _n(1, size=2) + bytes(32) + _n(24, 0xFFFF, size=2),
        config,
    )
    tables = _box(
        "stbl",
        _full("stsd", 0, 0, _n(1), sample),
        _full("stts", 0, 0, _n(0)),
        _full("stsc", 0, 0, _n(0)),
        _full("stsz", 0, 0, _n(0, 0)),
        _full("stco", 0, 0, _n(0)),
    )
    media = _box(
        "mdia",
        _full("mdhd", 0, 0, _n(0, 0, SCALE, 0), _n(0x55C4, 0, size=2)),
        _full("hdlr", 0, 0, _n(0), b"vide", bytes(12), b"video\0"),
        _box(
            "minf",
            _full("vmhd", 0, 1, bytes(8)),
            _box("dinf", _full("dref", 0, 0, _n(1), _full("url ", 0, 1))),
            tables,
        ),
    )
    size = _n(width << 16, height << 16)
    track = _full("tkhd", 0, 3, _n(0, 0, 1, 0, 0), bytes(16), _IDENTITY, size)
    movie = _full(
        "mvhd", 0, 0, _n(0, 0, SCALE, 0, 0x10000, 0x01000000), bytes(8), _IDENTITY, bytes(24), _n(2)
    )
    return _box("ftyp", b"iso6", _n(1), b"iso6cmfc") + _box(
        "moov",
        movie,
        _box("trak", track, media),
        _box("mvex", _full("trex", 0, 0, _n(1, 1, 0, 0, 0))),
    )


def fragment(number: int, at: int, length: int, units: Sequence[bytes]) -> bytes:
    """Return one segment.

    Args:
        number: which one, from 1.
        at: when its first picture is shown, in ticks.
        length: of each picture, in ticks.
        units: one NAL unit a picture, the first of them a key picture.
    """
    samples = [len(unit).to_bytes(4) + unit for unit in units]

    def moof(offset: int) -> bytes:
        run = b"".join(
            _n(len(sample), _OTHER if place else _KEY) for place, sample in enumerate(samples)
        )
        return _box(
            "moof",
            _full("mfhd", 0, 0, _n(number)),
            _box(
                "traf",
                _full("tfhd", 0, 0x020008, _n(1, length)),
                _full("tfdt", 1, 0, _n(at, size=8)),
                _full("trun", 0, 0x000601, _n(len(samples), offset), run),
            ),
        )

    return moof(len(moof(0)) + 8) + _box("mdat", *samples)
