"""What our own encoder writes is what ffmpeg reads, to the last bit."""

import random
from pathlib import Path

import pytest
from feeds.film import decoded

from streamhub.testcard import card, h264, mp4

COLUMNS, ROWS = 48, 27


def flat(luma: int, cb: int = 128, cr: int = 128) -> h264.Tile:
    return bytes([luma]) * 256 + bytes([cb]) * 64 + bytes([cr]) * 64


SHADES = tuple(flat(luma) for luma in (16, 26, 36, 46, 60, 196, 235, 255, 0))
TINTS = (flat(36, 100, 90), flat(46, 100, 90), flat(36, 140, 128))


def patchwork(chance: random.Random) -> list[h264.Tile]:
    """A picture with whatever the encoder tells apart: noise, shades that follow on, tints."""
    tiles: list[h264.Tile] = []
    for place in range(COLUMNS * ROWS):
        what = chance.random()
        if what < 0.1:
            tiles.append(chance.randbytes(384))
        elif what < 0.6:
            tiles.append(chance.choice(SHADES))
        elif what < 0.8:
            tiles.append(chance.choice(TINTS))
        elif what < 0.85:
            tiles.append(bytes(384))  # as much as there is to escape
        else:
            tiles.append(tiles[place - 1] if place else SHADES[0])
    return tiles


@pytest.mark.parametrize("seed", range(3))
def test_pictures_are_read_as_they_were_drawn(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    pictures = [patchwork(chance)]
    for _ in range(19):  # more than frame numbers have room for
        tiles = list(pictures[-1])
        for _ in range(chance.randrange(200)):
            tiles[chance.randrange(len(tiles))] = chance.choice((*SHADES, *TINTS, bytes(384)))
        pictures.append(tiles)
    units = [h264.key_picture(pictures[0], COLUMNS, seed)]
    for place, picture in enumerate(pictures[1:], start=1):
        units.append(h264.next_picture(picture, pictures[place - 1], COLUMNS, place))
    sequence = h264.sequence_parameters(COLUMNS, ROWS)
    start = mp4.initial(COLUMNS * 16, ROWS * 16, sequence, h264.picture_parameters())
    file = tmp_path / "film.mp4"
    file.write_bytes(start + mp4.fragment(1, 1_795_000_000_000, 200, units))
    read = decoded(file, "-pix_fmt", "yuv420p")
    drawn = b"".join(b"".join(card.planes(picture)) for picture in pictures)
    assert len(read) == len(drawn)
    assert read == drawn


def test_shades_that_follow_on_cost_a_few_bytes() -> None:
    chance = random.Random(1)
    smooth = [chance.choice(SHADES[:4]) for _ in range(COLUMNS * ROWS)]
    assert len(h264.key_picture(smooth, COLUMNS, 0)) < 384 + 6 * COLUMNS * ROWS
    assert len(h264.next_picture(smooth, smooth, COLUMNS, 1)) < 8


def test_no_start_code_is_within_a_unit() -> None:
    tiles = [bytes(384)] * (COLUMNS * ROWS)
    tiles[5] = bytes([0, 0, 1]) * 128
    unit = h264.key_picture(tiles, COLUMNS, 0)
    assert not any(bytes([0, 0, code]) in unit for code in range(3))
