"""Letters of strokes, so that a picture can be written on where there is no font.

A letter is a width and strokes on a grid: the base line is 0, capitals are 7 high, small letters 5.
A stroke is the points of a line; one that begins with `~` is bent smoothly past its corners. Drawn
letters are masks: how much of each pixel they cover, 0 to 255.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

CAPITAL: Final = 7
"""The height of capitals, on the grid."""
_ASCENT: Final = 9.4
_DESCENT: Final = 2.2
_GAP: Final = 1.5
_WEIGHT: Final = 0.95
Point = tuple[float, float]

_SHAPES: Final = """
0 4.6 ~2.3,7 0,7 0,0 4.6,0 4.6,7 2.3,7
1 4.6 0.6,5.6 2.5,7 2.5,0
2 4.6 ~0.2,5.4 0.4,7 4.5,7.3 4.6,4.6 3.6,3.2 0.1,0|0.1,0 4.6,0
3 4.6 ~0.2,6.2 1.2,7 4.3,7.2 4.3,3.9 1.8,3.8|~1.8,3.8 4.7,3.9 4.7,-0.2 1.2,-0.1 0,0.9
4 4.6 3.5,0 3.5,7 0,1.9 4.7,1.9
5 4.6 4.2,7 0.7,7 0.4,3.9|~0.4,3.9 1.4,4.4 4.7,4.7 4.7,-0.1 1.2,-0.1 0,0.8
6 4.6 ~4,6.7 0,7.6 0,0 4.6,0 4.6,4.3 1.2,4.5 0.1,2.6
7 4.6 0,7 4.6,7 1.6,0
8 4.6 ~2.3,7 0.3,7 0.3,3.8 4.3,3.8 4.3,7 2.3,7|~2.3,3.8 0,3.8 0,0 4.6,0 4.6,3.8 2.3,3.8
9 4.6 ~0.6,0.3 4.6,-0.6 4.6,7 0,7 0,2.7 3.4,2.5 4.5,4.4
A 5.4 0,0 2.7,7 5.4,0|0.9,2.3 4.5,2.3
B 4.6 2.4,7 0,7 0,0 2.6,0|~2.4,7 4.3,7 4.3,3.8 2.4,3.8|0,3.8 2.6,3.8|~2.6,3.8 4.7,3.8 4.7,0 2.6,0
C 5 ~5,6 4.2,7 0,7.2 0,-0.2 4.2,0 5,1
D 5.2 0,0 0,7 2.2,7|~2.2,7 5.2,7 5.2,0 2.2,0|2.2,0 0,0
E 4 4,7 0,7 0,0 4,0|0,3.7 3.5,3.7
F 4 4,7 0,7 0,0|0,3.6 3.5,3.6
G 5.3 ~5,6 4.2,7 0,7.2 0,-0.2 5.3,-0.1 5.3,3.3|5.3,3.3 3,3.3
H 5 0,0 0,7|5,0 5,7|0,3.7 5,3.7
I 0.6 0.3,0 0.3,7
J 3.4 3.4,7 3.4,2.4|~3.4,2.4 3.4,-0.1 1,-0.1 0,0.9
K 4.8 0,0 0,7|4.6,7 0,2.8|1.5,4.2 4.8,0
L 3.8 0,7 0,0 3.8,0
M 6.2 0,0 0,7 3.1,1.6 6.2,7 6.2,0
N 5.1 0,0 0,7 5.1,0 5.1,7
O 5.6 ~2.8,7 0,7 0,0 5.6,0 5.6,7 2.8,7
P 4.6 0,0 0,7 2.4,7|~2.4,7 4.7,7 4.7,3 2.4,3|2.4,3 0,3
Q 5.6 ~2.8,7 0,7 0,0 5.6,0 5.6,7 2.8,7|3.4,1.8 5.6,-0.5
R 4.8 0,0 0,7 2.4,7|~2.4,7 4.7,7 4.7,3.3 2.4,3.3|2.4,3.3 0,3.3|2.3,3.3 4.8,0
S 4.6 ~4.3,6.2 3.4,7.1 0.2,7.2 0.1,4 4.6,3.5 4.6,-0.2 1,-0.1 0,1
T 5 2.5,0 2.5,7|0,7 5,7
U 5 0,7 0,2.5|~0,2.5 0,0 5,0 5,2.5|5,2.5 5,7
V 5.2 0,7 2.6,0 5.2,7
W 7.4 0,7 1.8,0 3.7,6 5.6,0 7.4,7
X 5 0,0 4.8,7|0.2,7 5,0
Y 5 0,7 2.5,3.4 5,7|2.5,3.4 2.5,0
Z 4.8 0.1,7 4.7,7 0,0 4.8,0
a 3.9 ~0.5,4.3 1,5 3.9,5.4 3.9,3|3.9,3.2 3.9,0|~3.9,2.9 0,3.2 0,0 3.3,-0.3 3.9,1.8
b 4.1 0,7.4 0,0|~0,2.5 0,5 4.1,5 4.1,0 0,0 0,2.5
c 3.7 ~3.7,4.2 3,5 0,5.1 0,-0.1 3,0 3.7,0.8
d 4.1 4.1,7.4 4.1,0|~4.1,2.5 4.1,5 0,5 0,0 4.1,0 4.1,2.5
e 4.1 0,2.6 4.1,2.6|~4.1,2.6 4.1,5 0,5 0,0 3.3,-0.2 3.9,0.8
f 2.5 ~2.6,7.3 0.9,7.7 0.9,5.4|0.9,5.6 0.9,0|0,4.8 2.3,4.8
g 4.1 4.1,5 4.1,0|~4.1,0.2 4.1,-2.2 1.2,-2.2 0.4,-1.5|~4.1,2.6 4.1,5 0,5 0,0.2 4.1,0.2 4.1,2.6
h 3.9 0,7.4 0,0|~0,2.6 0,5 3.9,5 3.9,2.6|3.9,2.7 3.9,0
i 0.6 0.3,0 0.3,4.9|0.3,6.8 0.3,6.9
j 1 0.6,4.9 0.6,-0.6|~0.6,-0.6 0.6,-2 -0.6,-2|0.6,6.8 0.6,6.9
k 3.8 0,0 0,7.4|3.6,4.9 0,1.8|1.2,2.8 3.8,0
l 0.6 0.3,0 0.3,7.4
m 6.6 0,0 0,4.9|~0,2.6 0,5 3.3,5 3.3,2.6|3.3,2.7 3.3,0|~3.3,2.6 3.3,5 6.6,5 6.6,2.6|6.6,2.7 6.6,0
n 3.9 0,0 0,4.9|~0,2.6 0,5 3.9,5 3.9,2.6|3.9,2.7 3.9,0
o 4.2 ~2.1,5 0,5 0,0 4.2,0 4.2,5 2.1,5
p 4.1 0,4.9 0,-2.1|~0,2.5 0,5 4.1,5 4.1,0 0,0 0,2.5
q 4.1 4.1,4.9 4.1,-2.1|~4.1,2.5 4.1,5 0,5 0,0 4.1,0 4.1,2.5
r 2.4 0,0 0,4.9|~0,2.4 0.2,4.9 2.4,5
s 3.5 ~3.3,4.3 2.7,5 0.2,5.2 0.2,2.9 3.5,2.4 3.6,-0.2 0.7,-0.1 0,0.7
t 2.5 0.9,6.4 0.9,1.5|~0.9,1.5 0.9,-0.2 2.5,0.1|0,4.8 2.4,4.8
u 3.9 0,4.9 0,2.3|~0,2.4 0,0 3.9,0 3.9,2.4|3.9,4.9 3.9,0
v 3.9 0,4.9 1.95,0 3.9,4.9
w 5.9 0,4.9 1.5,0 2.95,4.3 4.4,0 5.9,4.9
x 3.8 0,0 3.7,4.9|0.1,4.9 3.8,0
y 3.9 0,4.9 2,0|3.9,4.9 1.4,-1.4|~1.4,-1.4 1.1,-2.1 0.2,-2
z 3.6 0.1,4.9 3.5,4.9 0,0 3.6,0
. 0.6 0.3,0 0.3,0.1
, 0.8 0.5,0.1 0.1,-1.2
: 0.6 0.3,0.5 0.3,0.6|0.3,4.2 0.3,4.3
; 0.8 0.5,0.1 0.1,-1.2|0.5,4.2 0.5,4.3
! 0.6 0.3,7 0.3,2.2|0.3,0 0.3,0.1
? 3.6 ~0,5.8 0.5,7 3.8,7.3 3.8,4.6 1.7,4.4 1.7,2.2|1.7,0 1.7,0.1
' 0.6 0.3,7 0.3,5.4
" 1.8 0.3,7 0.3,5.4|1.5,7 1.5,5.4
- 2.4 0,2.7 2.4,2.7
\N{EN DASH} 3.6 0,2.7 3.6,2.7
· 0.6 0.3,2.7 0.3,2.8
+ 3.8 0,3 3.8,3|1.9,4.9 1.9,1.1
/ 3.2 0,-0.8 3.2,7.6
( 1.6 ~1.6,8 -0.2,5.6 -0.2,0.8 1.6,-1.6
) 1.6 ~0,8 1.8,5.6 1.8,0.8 0,-1.6
& 5.4 ~5.4,0 1.2,4.4 0.6,7.2 3.8,7.2 3.6,4.6 0,3 0,0 3.6,-0.6 4.9,3
"""
_MARKS: Final = {
    "\N{COMBINING ACUTE ACCENT}": "0.3,0.5 1.3,1.7",
    "\N{COMBINING GRAVE ACCENT}": "-0.3,0.5 -1.3,1.7",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "-1.2,0.5 0,1.6 1.2,0.5",
    "\N{COMBINING CARON}": "-1.2,1.6 0,0.5 1.2,1.6",
    "\N{COMBINING TILDE}": "~-1.5,0.6 -0.8,1.8 0.7,0.2 1.5,1.3",
    "\N{COMBINING DIAERESIS}": "-1,1.1 -1,1.2|1,1.1 1,1.2",
    "\N{COMBINING RING ABOVE}": "~0,2 -1,2 -1,0.4 1,0.4 1,2 0,2",
    "\N{COMBINING CEDILLA}": "~0,-6.9 0.8,-8 -0.6,-8.8",
}
"""What stands on a letter, measured from the middle of its upper edge (a cedilla: of a capital)."""


@dataclass(frozen=True, slots=True)
class Mask:
    """How much of each pixel is covered, row by row."""

    width: int
    height: int
    cover: bytes


@cache
def _shapes() -> dict[str, tuple[float, str]]:
    rows = (line.split(" ", 2) for line in _SHAPES.strip().splitlines())
    return {letter: (float(width), strokes) for letter, width, strokes in rows}


def _lines(strokes: str) -> Iterator[list[Point]]:
    for stroke in strokes.split("|"):
        pairs = (pair.split(",") for pair in stroke.removeprefix("~").split(" "))
        points = [(float(x), float(y)) for x, y in pairs]
        yield _bent(points) if stroke.startswith("~") else points


def _bent(points: list[Point]) -> list[Point]:
    """Cut the corners until none is left (Chaikin); the ends stay."""
    for _ in range(4):
        cut = [points[0]]
        for (ax, ay), (bx, by) in pairwise(points):
            cut.append((ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25))
            cut.append((ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75))
        points = [*cut, points[-1]]
    return points


@cache
def _letter(text: str) -> tuple[float, tuple[tuple[Point, ...], ...]]:
    """Return the width and the lines of a letter, with what stands on it."""
    parts = unicodedata.normalize("NFD", text)
    base, marks = parts[0], parts[1:]
    width, strokes = _shapes().get(base, (4.0, "0,0 4,0 4,7 0,7 0,0"))
    lines = [tuple(line) for line in _lines(strokes)]
    top = CAPITAL if base.isupper() or base in "bdfhklt" else 5
    if base in "ij" and marks:
        lines.pop()
    for mark in marks:
        above = (tuple(line) for line in _lines(_MARKS.get(mark, "0,0.9 0,1")))
        lines += [tuple((x + width / 2, y + top + 0.2) for x, y in line) for line in above]
    return width, tuple(lines)


def length(text: str, size: float) -> float:
    """Return how wide `text` is, in pixels, where capitals are `size` pixels high."""
    widths = (2.2 if letter == " " else _letter(letter)[0] for letter in text)
    return size / CAPITAL * (sum(widths) + _GAP * max(0, len(text) - 1))


@cache
def written(text: str, size: float, weight: float = _WEIGHT) -> Mask:
    """Draw one line of text.

    Args:
        text: what to write.
        size: how high capitals are, in pixels.
        weight: how thick strokes are, on the grid.

    Returns:
        Its mask. The base line is `base(size)` pixels below the upper edge, and the text starts
        one unit of the grid right of the left edge.
    """
    scale = size / CAPITAL
    width = round(length(text, size) + 2 * scale) + 1
    height = round((_ASCENT + _DESCENT) * scale) + 1
    cover = bytearray(width * height)
    x = 1.0
    for letter in text:
        if letter == " ":
            x += 2.2 + _GAP
            continue
        wide, lines = _letter(letter)
        for line in lines:
            pixels = [((x + px) * scale, (_ASCENT - py) * scale) for px, py in line]
            for start, end in pairwise(pixels):
                _stroke(cover, width, start, end, weight * scale / 2)
        x += wide + _GAP
    return Mask(width, height, bytes(cover))


def base(size: float) -> int:
    """Return how far below the upper edge of a mask its base line is."""
    return round(_ASCENT * size / CAPITAL)


def _stroke(cover: bytearray, width: int, start: Point, end: Point, radius: float) -> None:
    """Cover what is nearer than `radius` to the line from `start` to `end`."""
    (ax, ay), (bx, by) = start, end
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy or 1e-9
    reach = radius + 1
    height = len(cover) // width
    for row in range(max(0, int(min(ay, by) - reach)), min(height, int(max(ay, by) + reach) + 1)):
        py = row + 0.5 - ay
        for column in range(
            max(0, int(min(ax, bx) - reach)), min(width, int(max(ax, bx) + reach) + 1)
        ):
            px = column + 0.5 - ax
            along = min(1.0, max(0.0, (px * dx + py * dy) / square))
            distance = ((px - along * dx) ** 2 + (py - along * dy) ** 2) ** 0.5
            part = radius + 0.5 - distance
            if part > 0:
                place = row * width + column
                cover[place] = max(cover[place], min(255, int(part * 255)))
