"""A loop on which time passes only while all wait: a minute of waiting takes no time."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Skipping(selectors.DefaultSelector):
    """Does not wait for what nobody will send, but moves the clock on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0)
        if not found:
            if timeout is None:
                raise RuntimeError("everybody waits, for nothing")
            self.now += max(timeout, 0)
        return found


class SwiftLoop(asyncio.SelectorEventLoop):
    """A loop whose clock is moved by waiting."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.now


def swiftly(story: Coroutine[Any, Any, T]) -> T:
    """Run `story` to its end, with nothing but waiting left out."""
    with asyncio.Runner(loop_factory=SwiftLoop) as runner:
        return runner.run(story)
