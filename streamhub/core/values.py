"""`changed`: the quick way to make a new value of an old one.

All state is frozen, slotted dataclasses. `dataclasses.replace` looks every field up by name and
runs the constructor again; on the path that every vote takes this was most of the time. Here the
slots are copied directly, which is right because no dataclass of core has a `__post_init__`.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _slots(
    cls: Any,  # noqa: ANN401 - `type` has no slots for mypy, ours have
) -> tuple[tuple[str, Callable[[Any], Any], Callable[[Any, Any], None]], ...]:
    members = [(name, cls.__dict__[name]) for name in cls.__slots__]
    return tuple((name, member.__get__, member.__set__) for name, member in members)


def changed(value: T, **fields: Any) -> T:  # noqa: ANN401 - any field of any dataclass
    """Return `value` with some fields set anew, as `dataclasses.replace` does."""
    cls: Any = type(value)
    made: T = object.__new__(cls)
    for name, read, put in _slots(cls):
        put(made, fields[name] if name in fields else read(value))
    return made
