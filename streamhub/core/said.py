"""`Said`: a sentence that can be said in other languages, as what it is about stays apart from it.

It is its English text, and a plain text to everybody who wants no more. Its templates stand in the
source as literals, where `web/i18n.py` finds them for the catalogs; what comes out of files or from
people is a value, and is never looked at for places to fill.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Self

Value = str | int
"""What fills a place: a text as it is (a `Said` in the same language), or a number."""

_PLACE: Final = re.compile(r"\{(\w+)\}")


class Said(str):
    """A sentence. `Said("{n} room of {of}", "{n} rooms of {of}", n=2, of="the event")`.

    Args:
        one: the English template; places are written as `{name}`.
        many: the template where `n` is not 1, if it counts something.
        values: what fills the places; `n` is a number where there is `many`.
    """

    __slots__ = ("many", "one", "values")
    one: str
    many: str | None
    values: Mapping[str, Value]

    def __new__(cls, one: str, many: str | None = None, /, **values: Value) -> Self:
        """Say it in English."""
        template = one if many is None or values["n"] == 1 else many
        made = super().__new__(cls, fill(template, values, _in_english))
        made.one, made.many, made.values = one, many, values
        return made

    def apart(self) -> dict[str, Any]:
        """Return what it is made of, as JSON; `together` makes the same of it."""
        values = {
            name: value.apart() if isinstance(value, Said) else value
            for name, value in self.values.items()
        }
        return {"one": self.one, "many": self.many, "values": values}

    @classmethod
    def together(cls, parts: Mapping[str, Any]) -> Self:
        """Make what was taken `apart`."""
        values = {
            name: cls.together(value) if isinstance(value, dict) else value
            for name, value in parts["values"].items()
        }
        return cls(parts["one"], parts["many"], **values)

    def counting(self, n: int) -> Self:
        """Say the same of `n` things."""
        return type(self)(self.one, self.many, **{**self.values, "n": n})


def fill(template: str, values: Mapping[str, Value], write: Callable[[Value], str]) -> str:
    """Fill the places of a template, each value as `write` writes it; places without one stay."""
    return _PLACE.sub(
        lambda place: write(values[place[1]]) if place[1] in values else place[0], template
    )


def _in_english(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) else value
