"""What a node knows of the agenda that an event watches: when it was looked at, and what came.

Nothing of it is journaled. Each node has its own, and nodes tell one another of each look, so that
one of them looks and the others put theirs off: where that one falls silent, another is due next.
Two that look at once do no harm, because a version is dealt with once (`core/watched.py`).
"""

import asyncio
import hashlib
import random
from dataclasses import dataclass
from typing import Any, Final

from streamhub.core.ids import Ms
from streamhub.core.said import Said
from streamhub.core.watched import Watch
from streamhub.formats.draft import Reading

SPREAD_S: Final = 10.0
"""How far the first looks of several nodes are apart."""
RESERVE_S: Final = 20.0
"""How much longer those wait who hear of somebody else's look."""
NEWS_S: Final = 1.0
"""How soon a node looks for itself that hears of a version which it does not know."""
REST_MOST_S: Final = 6 * 3600.0
"""How long errors make the rest between two looks, unless it is longer anyway."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits for an organiser. `why` it was not taken by itself, in one word."""

    version: str
    reading: Reading
    why: str
    since: Ms


class Lookout:
    """One event's, on one node. Instants are those of the hub's clock, `due_s` is the loop's."""

    def __init__(self) -> None:
        self.looking = asyncio.Lock()
        self._what = ""
        self._reset()

    def _reset(self) -> None:
        self.checked_at: Ms | None = None
        self.changed_at: Ms | None = None
        self.error: str | None = None
        self.etag: str | None = None
        self.modified: str | None = None
        self.version: str | None = None
        self.waiting: Waiting | None = None
        self.failures = 0
        self.due_s: float | None = None

    def follow(self, watch: Watch) -> None:
        """Forget everything where another address is watched than before, or read otherwise."""
        if (what := _digest(watch)) != self._what:
            self._what = what
            self._reset()

    def is_due(self, watch: Watch | None, now_s: float, *, alone: bool) -> bool:
        """Tell whether it is time to look."""
        if watch is None:
            self._what = ""
            self._reset()
            return False
        self.follow(watch)
        if self.due_s is None:
            self.due_s = now_s if alone else now_s + random.uniform(0, SPREAD_S)  # noqa: S311
        self.due_s = min(self.due_s, now_s + rest_s(watch, self.failures) + RESERVE_S)
        return now_s >= self.due_s

    def is_of(self, watch: Watch | None) -> bool:
        """Tell whether what is known here is of `watch`."""
        return watch is not None and _digest(watch) == self._what

    def looked(self, watch: Watch, at: Ms, now_s: float, error: str | None = None) -> None:
        """Note a look, and when the next one is due."""
        self.checked_at, self.error = at, error
        self.failures = 0 if error is None else self.failures + 1
        self.due_s = now_s + rest_s(watch, self.failures)

    def found(self, version: str, at: Ms) -> None:
        """Note which version is there; another than before is a change."""
        if version != self.version:
            self.changed_at = at if self.version is not None else self.changed_at
            self.version = version

    def told(self, event: str) -> dict[str, Any]:
        """Return what the other nodes are told of the last look. No address."""
        return {
            "event": event,
            "what": self._what,
            "version": self.version,
            "checked_at": self.checked_at,
            "changed_at": self.changed_at,
            "error": self.error,
            "said": self.error.apart() if isinstance(self.error, Said) else None,
            "failures": self.failures,
        }

    def hear(self, message: dict[str, Any], watch: Watch | None) -> None:
        """Another node has looked: put the own look off, unless there is news."""
        if watch is None:
            return
        self.follow(watch)
        if message.get("what") != self._what or not isinstance(message.get("checked_at"), int):
            return
        self.checked_at = message["checked_at"]
        if isinstance(changed_at := message.get("changed_at"), int):
            self.changed_at = changed_at
        error, failures = message.get("error"), message.get("failures")
        self.error = error if isinstance(error, str) else None
        if isinstance(said := message.get("said"), dict):
            self.error = Said.together(said)
        self.failures = failures if isinstance(failures, int) else 0
        now_s = asyncio.get_running_loop().time()
        self.due_s = now_s + rest_s(watch, self.failures) + RESERVE_S
        version = message.get("version")
        if version not in {None, self.version, watch.version}:
            self.due_s = now_s + NEWS_S


def rest_s(watch: Watch, failures: int) -> float:
    """How long to rest before the next look: twice as long after each error in a row."""
    usual = watch.every_min * 60.0
    longer: float = usual * 2 ** min(failures, 10)
    return min(longer, max(usual, REST_MOST_S))


def _digest(watch: Watch) -> str:
    said = repr((watch.url, watch.timezone, watch.date, watch.columns))
    return hashlib.sha256(said.encode()).hexdigest()[:16]
