"""`changed`: the quick way to make a new value of an old one.

All state is frozen, slotted dataclasses. `dataclasses.replace` looks every field up by name and
runs the constructor again; on the path that every vote takes this was most of the time. Here the
slots are copied directly, which is right because no dataclass of core has a `__post_init__`. As in
`dataclasses` itself, the copying is written out for each class once, as code: a loop over the slots
takes nearly twice as long. The two classes with most fields, of which there is one value each, have
no slots: their dict is copied as a whole, in half the time.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _maker(
    cls: Any,  # noqa: ANN401 - `type` has no slots for mypy, ours have
) -> Callable[[Any, Mapping[str, Any]], Any]:
    if "__slots__" not in cls.__dict__:
        return _whole
    scope: dict[str, Any] = {f"put_{name}": cls.__dict__[name].__set__ for name in cls.__slots__}
    scope |= {"new": object.__new__, "cls": cls}
    lines = ["def make(value, fields):", " made = new(cls)"]
    for name in cls.__slots__:
        new = f"fields['{name}'] if '{name}' in fields else value.{name}"
        lines.append(f" put_{name}(made, {new})")
    exec("\n".join([*lines, " return made"]), scope)  # noqa: S102 - of our own classes' names only
    made: Callable[[Any, Mapping[str, Any]], Any] = scope["make"]
    return made


def _whole(value: Any, fields: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    made = object.__new__(type(value))
    held = made.__dict__
    held.update(value.__dict__)
    held.update(fields)
    return made


def changed(value: T, **fields: Any) -> T:  # noqa: ANN401 - any field of any dataclass
    """Return `value` with some fields set anew, as `dataclasses.replace` does."""
    cls: Any = type(value)
    made: T = _maker(cls)(value, fields)
    return made
