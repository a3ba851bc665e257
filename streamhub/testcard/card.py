"""The picture of an instant: a calm card with the room, the language and a large running clock.

What stays the same all day is drawn once; a picture is that with the tiles of the clock, of the
pendulum and of the strip for programs put in their places.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from streamhub.core.ids import Ms
from streamhub.testcard import letters, strip
from streamhub.testcard.h264 import STEP, TILE, Tile

COLUMNS: Final = 48
ROWS: Final = 27
WIDTH: Final = COLUMNS * TILE
HEIGHT: Final = ROWS * TILE

Colour = tuple[int, int, int]
"""Brightness and the two chromas, BT.709 in limited range."""

_MARGIN: Final = 40
_CLOCK_ROW: Final = 9
_CLOCK_COLUMN: Final = 10
_DIGIT: Final = (4, 7)
"""How many tiles wide and high a digit of the clock is."""
_COLON: Final = (2, 7)
_DIGIT_SIZE: Final = 70
_BEAT: Final = (2, 1)
_BEAT_ROW: Final = 20
_BEAT_COLUMN: Final = 19
_BEATS: Final = 5
"""How many places the pendulum passes in a second."""
_DATES: Final = {"en": "en-GB"}
"""How dates are written where a language alone does not say it."""
_DARK: Final[Colour] = (36, 128, 128)
_LIGHT: Final[Colour] = (36 + 12 * STEP, 128, 128)


def colour(code: str, shade: float = 1.0) -> Colour:
    """Return `#rrggbb`, made darker by `shade` below 1, brighter by one above it."""
    channels = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part * shade if shade <= 1 else 1 - (1 - part) * (2 - shade) for part in channels
    )
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        round(16 + 219 * luma),
        round(128 + 224 * (blue - luma) / 1.8556),
        round(128 + 224 * (red - luma) / 1.5748),
    )


class _Canvas:
    """Three planes to draw on."""

    def __init__(self, columns: int, rows: int) -> None:
        self.width = columns * TILE
        self.height = rows * TILE
        self.columns = columns
        size = self.width * self.height
        self.luma = bytearray(size)
        self.chroma = (bytearray(size // 4), bytearray(size // 4))

    def fade(self, top: Colour, bottom: Colour, first: int, of: int) -> None:
        """Fill with rows `first`, … of a picture `of` rows high that goes from one to another."""
        for row in range(self.height):
            part = (first + row) / of
            shades = [round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)]
            self.luma[row * self.width : (row + 1) * self.width] = bytes(shades[:1]) * self.width
            if row % 2 == 0:
                half = self.width // 2
                for plane, shade in zip(self.chroma, shades[1:], strict=True):
                    plane[row // 2 * half : (row // 2 + 1) * half] = bytes([shade]) * half

    def draw(self, mask: letters.Mask, left: int, top: int, ink: Colour) -> None:
        """Colour what a mask covers."""
        covered: dict[int, int] = {}
        for place, cover in enumerate(mask.cover):
            row, column = divmod(place, mask.width)
            y, x = top + row, left + column
            if not cover or not (0 <= x < self.width and 0 <= y < self.height):
                continue
            pixel = y * self.width + x
            self.luma[pixel] += round((ink[0] - self.luma[pixel]) * cover / 255)
            quad = y // 2 * (self.width // 2) + x // 2
            covered[quad] = covered.get(quad, 0) + cover
        for quad, cover in covered.items():
            for plane, shade in zip(self.chroma, ink[1:], strict=True):
                plane[quad] += round((shade - plane[quad]) * cover / 1020)

    def tiles(self) -> list[Tile]:
        """Return what was drawn."""
        found = []
        for top in range(0, self.height, TILE):
            for left in range(0, self.width, TILE):
                rows = range(top, top + TILE)
                tile = b"".join(
                    self.luma[row * self.width + left : row * self.width + left + TILE]
                    for row in rows
                )
                half = self.width // 2
                for plane in self.chroma:
                    for row in range(top // 2, top // 2 + 8):
                        tile += plane[row * half + left // 2 : row * half + left // 2 + 8]
                found.append(tile)
        return found


def rounded(width: int, height: int, radius: float) -> letters.Mask:
    """Return a rectangle with round corners."""
    cover = bytearray()
    for row in range(height):
        for column in range(width):
            x = max(0.0, abs(column + 0.5 - width / 2) - (width / 2 - radius))
            y = max(0.0, abs(row + 0.5 - height / 2) - (height / 2 - radius))
            part = radius + 0.5 - (x * x + y * y) ** 0.5
            cover.append(max(0, min(255, round(part * 255))))
    return letters.Mask(width, height, bytes(cover))


def _flat(shade: Colour) -> Tile:
    return bytes(shade[:1]) * 256 + bytes([shade[1]]) * 64 + bytes([shade[2]]) * 64


_CELLS: Final = {True: _flat(_LIGHT), False: _flat(_DARK)}


@dataclass(frozen=True)
class Card:
    """What a stream shows.

    Attributes:
        title: the event's.
        room: its name.
        language: as BCP 47 says it.
        zone: whose time the clock shows.
        place: how that time is called.
        accent: the event's colour, `#rrggbb`.
        note: what this picture is.
    """

    title: str
    room: str
    language: str
    zone: ZoneInfo
    place: str
    accent: str
    note: str

    def picture(self, at: Ms) -> list[Tile]:
        """Return the tiles of the picture of an instant, row by row."""
        local = datetime.fromtimestamp(at / 1000, self.zone)
        tiles = list(self._day(local.date()))
        column = _CLOCK_COLUMN
        for sign in f"{local:%H:%M:%S}":
            wide, high = _COLON if sign == ":" else _DIGIT
            self._put(tiles, self._signs[sign], _CLOCK_ROW, column, wide, high)
            column += wide
        beat = at % 1000 * _BEATS // 1000
        for place in range(_BEATS):
            dot = self._beat[place == beat]
            self._put(tiles, dot, _BEAT_ROW, _BEAT_COLUMN + place * _BEAT[0], *_BEAT)
        tiles[-COLUMNS:] = [_CELLS[is_light] for is_light in strip.cells(at)]
        return tiles

    @staticmethod
    def _put(
        tiles: list[Tile], part: list[Tile], row: int, column: int, wide: int, high: int
    ) -> None:
        for line in range(high):
            start = (row + line) * COLUMNS + column
            tiles[start : start + wide] = part[line * wide : (line + 1) * wide]

    def _canvas(self, columns: int, first_row: int, rows: int) -> _Canvas:
        canvas = _Canvas(columns, rows)
        top, bottom = colour(self.accent, 0.5), colour(self.accent, 0.22)
        canvas.fade(top, bottom, first_row * TILE, HEIGHT)
        return canvas

    @property
    def _ink(self) -> Colour:
        return colour("#f4f8f6")

    @property
    def _dim(self) -> Colour:
        return colour(self.accent, 1.62)

    @cached_property
    def _signs(self) -> dict[str, list[Tile]]:
        """The tiles of whatever a clock shows."""
        signs = {}
        for sign in "0123456789:":
            wide, high = _COLON if sign == ":" else _DIGIT
            canvas = self._canvas(wide, _CLOCK_ROW, high)
            mask = letters.written(sign, _DIGIT_SIZE, weight=0.72)
            left = (canvas.width - mask.width) // 2
            top = canvas.height - 21 - letters.base(_DIGIT_SIZE)
            canvas.draw(mask, left, top, self._ink)
            signs[sign] = canvas.tiles()
        return signs

    @cached_property
    def _beat(self) -> dict[bool, list[Tile]]:
        """A dot of the pendulum, lit and not."""
        dots = {}
        for lit in (True, False):
            canvas = self._canvas(_BEAT[0], _BEAT_ROW, _BEAT[1])
            side = 10 if lit else 6
            ink = self._ink if lit else colour(self.accent, 0.95)
            left, top = (canvas.width - side) // 2, (canvas.height - side) // 2
            canvas.draw(rounded(side, side, side / 2), left, top, ink)
            dots[lit] = canvas.tiles()
        return dots

    def _day(self, day: date) -> tuple[Tile, ...]:
        return _drawn(self, day)

    def _draw_day(self, day: date) -> list[Tile]:
        canvas = self._canvas(COLUMNS, 0, ROWS)
        tag = self.language.partition("-")[0].upper()
        box = round(letters.length(tag, 20)) + 28
        right = WIDTH - _MARGIN - box
        canvas.draw(rounded(box, 40, 8), right, _MARGIN, self._dim)
        self._write(canvas, tag, right + 14, _MARGIN + 30, 20, colour(self.accent, 0.3))
        room_for = right - 2 * _MARGIN
        room, size = _fitted(self.room, (20, 18, 16), room_for)
        self._write(canvas, room, _MARGIN, 60, size, self._ink)
        title, size = _fitted(self.title, (13, 12), room_for)
        self._write(canvas, title, _MARGIN, 90, size, self._dim)
        locale = Locale.parse(_DATES.get(self.language, self.language), sep="-")
        spoken = format_date(day, "full", locale=locale)
        below = f"{self.place} · {spoken}"
        middle = round((WIDTH - letters.length(below, 15)) / 2)
        self._write(canvas, below, middle, 292, 15, self._dim)
        self._write(canvas, self.note, _MARGIN, 396, 11, self._dim)
        name = (locale.get_language_name(locale) or tag).capitalize()
        far = WIDTH - _MARGIN - round(letters.length(name, 11))
        self._write(canvas, name, far, 396, 11, self._dim)
        return canvas.tiles()

    @staticmethod
    def _write(canvas: _Canvas, text: str, left: int, line: int, size: int, ink: Colour) -> None:
        """Write with the base line at `line`."""
        mask = letters.written(text, size)
        canvas.draw(mask, left - round(size / letters.CAPITAL), line - letters.base(size), ink)


def _fitted(text: str, sizes: tuple[int, ...], width: int) -> tuple[str, int]:
    """Return `text` and the largest of `sizes` at which it fits; cut short if it never does."""
    for size in sizes:
        if letters.length(text, size) <= width:
            return text, size
    words = text.split(" ")
    while len(words) > 1 and letters.length(" ".join(words) + " ...", sizes[-1]) > width:
        words.pop()
    return " ".join(words) + " ...", sizes[-1]


@lru_cache(maxsize=16)
def _drawn(card: Card, day: date) -> tuple[Tile, ...]:
    return tuple(card._draw_day(day))  # noqa: SLF001 - kept beside the card, for it is frozen


def planes(tiles: Iterable[Tile]) -> tuple[bytes, bytes, bytes]:
    """Return a picture as three planes, as encoders take it."""
    rows = list(tiles)
    found = []
    for first, side in ((0, 16), (256, 8), (320, 8)):
        found.append(
            b"".join(
                tile[first + line * side : first + (line + 1) * side]
                for row in range(ROWS)
                for line in range(side)
                for tile in rows[row * COLUMNS : (row + 1) * COLUMNS]
            )
        )
    return (found[0], found[1], found[2])
