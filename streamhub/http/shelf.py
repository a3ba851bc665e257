"""Files that were made once and are given to everybody until what they are made of changes.

A calendar is asked for by thousands every few minutes, and an agenda of a thousand sessions takes
a while to write: so it is written once a change, in a thread, and kept with its ETag.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web

from streamhub.core.ids import Ms

MOST_BYTES: Final = 32_000_000
"""How much is kept; what was not asked for longest goes first."""
FRESH: Final = "public, max-age=30"
_SETTLED_MS: Final = 2000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Copy:
    """A file as it was made of `parts`."""

    parts: tuple[object, ...]
    body: bytes
    etag: str


class Shelf:
    """All files of a node that are worth keeping."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._copies: OrderedDict[Hashable, Copy] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def take(
        self, key: Hashable, parts: tuple[object, ...], make: Callable[[], bytes]
    ) -> Copy:
        """Return the file that `key` names, made anew if it was not of these very `parts`."""
        found = self._kept(key, parts)
        if found is not None:
            return found
        async with self._one_at_a_time:
            found = self._kept(key, parts)
            if found is None:
                found = copy_of(await asyncio.to_thread(make), parts)
                self._keep(key, found)
            return found

    def _kept(self, key: Hashable, parts: tuple[object, ...]) -> Copy | None:
        found = self._copies.get(key)
        if found is None or any(a is not b for a, b in zip(found.parts, parts, strict=True)):
            return None
        self._copies.move_to_end(key)
        return found

    def _keep(self, key: Hashable, copy: Copy) -> None:
        if key in self._copies:
            self._size -= len(self._copies.pop(key).body)
        self._copies[key] = copy
        self._size += len(copy.body)
        while self._size > self._most:
            _, old = self._copies.popitem(last=False)
            self._size -= len(old.body)


def copy_of(body: bytes, parts: tuple[object, ...] = ()) -> Copy:
    """Return a file with its ETag."""
    return Copy(parts, body, hashlib.sha256(body).hexdigest()[:32])


def answer(
    request: web.Request,
    copy: Copy,
    media_type: str,
    *,
    changed_at: Ms | None = None,
    now: Ms = 0,
    save_as: str | None = None,
) -> web.Response:
    """Return a file, or 304 to who has it (RFC 9110, 13).

    Args:
        request: who asks, and what they have.
        copy: the file.
        media_type: what it is.
        changed_at: when it last changed. It is not said in the first seconds: a second one may
            still change it, and nobody who goes by seconds would see that.
        now: the instant.
        save_as: the name under which browsers save it; None: they show it.
    """
    headers = {
        "ETag": f'"{copy.etag}"',
        "Cache-Control": FRESH,
        "Access-Control-Expose-Headers": "ETag, Last-Modified",
    }
    response = web.Response(headers=headers)
    if changed_at is not None and now - changed_at >= _SETTLED_MS:
        response.last_modified = _EPOCH + timedelta(seconds=changed_at // 1000)
    if _has(request, copy, response.last_modified):
        response.set_status(304)
        return response
    if save_as is not None:
        response.headers["Content-Disposition"] = f'attachment; filename="{save_as}"'
    response.body = copy.body
    response.content_type = media_type
    if media_type.startswith("text/") or media_type.endswith(("/json", "/xml", "/yaml")):
        response.charset = "utf-8"
    return response


def _has(request: web.Request, copy: Copy, changed: datetime | None) -> bool:
    wanted = request.if_none_match
    if wanted is not None:
        return any(one.value in {"*", copy.etag} for one in wanted)
    since = request.if_modified_since
    return changed is not None and since is not None and changed <= since
