"""The clock that programs read in a picture: a row of light and dark cells along its lower edge.

Each of the 48 cells is as wide as a 48th of the picture and as high as a 27th of it. The first is
light and the second dark, and so they say what light and dark are; then an instant, 40 bits of
milliseconds UTC, the highest first; then 4 bits of check; then a dark one and a light one.
"""

from collections.abc import Sequence
from typing import Final

from streamhub.core.ids import Ms

CELLS: Final = 48
_BITS: Final = 40
_CHECKS: Final = 4
_ROUND: Final = 1 << _BITS
"""After so many milliseconds, 34 years, it begins again."""


def cells(at: Ms) -> list[bool]:
    """Return which cells are light at `at`."""
    value = at % _ROUND
    bits = f"{value:0{_BITS}b}{_check(value):0{_CHECKS}b}"
    return [True, False, *(bit == "1" for bit in bits), False, True]


def read(levels: Sequence[int], near: Ms) -> Ms | None:
    """Return the instant that cells say; None if they are no such clock.

    Args:
        levels: how bright the middle of each cell is.
        near: an instant within 17 years.
    """
    light, dark = levels[0], levels[1]
    if len(levels) != CELLS or light - dark < 40 or levels[-1] <= levels[-2]:  # noqa: PLR2004
        return None
    middle = (light + dark) / 2
    bits = "".join("1" if level > middle else "0" for level in levels[2:-2])
    value, check = int(bits[:_BITS], 2), int(bits[_BITS:], 2)
    if check != _check(value):
        return None
    rounds = (near - value + _ROUND // 2) // _ROUND
    return value + rounds * _ROUND


def _check(value: int) -> int:
    return sum(int(digit, 16) for digit in f"{value:x}") % (1 << _CHECKS)
