"""Watching the playlists of rooms: is the stream there, does it move, what does it take.

Off unless configured. Each look is bounded in size and time, goes only where `fetch.py` would go
(and to this server's own address), and what it finds is judged in `hub/health.py`. Whatever a far
server does costs this node one bounded look every few seconds, and never raises.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
import structlog

from streamhub.core.agenda import Room
from streamhub.core.event import EventState
from streamhub.core.ids import RoomId
from streamhub.core.streams import SourceKind
from streamhub.http.fetch import checked, is_public, opened
from streamhub.hub import metrics
from streamhub.hub.errands import Declined
from streamhub.hub.health import Examiner, Finding
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.playlist import NoPlaylist, Playlist, read
from streamhub.tasks import end

log = structlog.get_logger(__name__)

ROOMS_MOST: Final = 200
"""How many rooms one node watches."""
AT_ONCE: Final = 8
PATIENCE_S: Final = 5.0
SIZE_PATIENCE_S: Final = 1.0
PLAYLIST_MOST: Final = 1 << 20
CHUNK: Final = 1 << 16
LONG: Final = 1 << 15
REDIRECTS: Final = 3
RECONCILE_EVERY_S: Final = 1.0
PAUSE_LEAST_S: Final = 1.0
PAUSE_MOST_S: Final = 10.0
WAITING_S: Final = 3.0
ENDED_S: Final = 15.0
SIZE_EVERY: Final = 4
"""Every so many looks a segment is asked for its size."""
_GONE: Final = frozenset({404, 410})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})

_Key = tuple[str, RoomId]


class _Missing(Exception):  # noqa: N818 - an answer
    """There is nothing at an address."""


@dataclass(slots=True)
class _Watched:
    """One room that is watched: at which address, and by which task."""

    url: str
    task: asyncio.Task[None]


class Watcher:
    """Watches the playlists of all rooms of a node's events.

    Args:
        hubs: the events.
        own: the address of this server, for streams that are paths on it.
        private: whether streams may be on private addresses.
    """

    def __init__(self, hubs: Hubs, own: str, *, private: bool = False) -> None:
        self._hubs = hubs
        self._own = own
        self._private = private
        self._watched: dict[_Key, _Watched] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._reconcile(), name="watcher")

    async def close(self) -> None:
        """Stop."""
        tasks = [one.task for one in self._watched.values()]
        await end(tasks if self._task is None else [*tasks, self._task])

    # --- which rooms ----------------------------------------------------------------------------

    async def _reconcile(self) -> None:
        """Watch what is to be watched by now, and nothing else."""
        while True:
            try:
                await self._follow_events()
            except Exception:
                metrics.BUGS.inc()
                log.exception("bug", where="watcher")
            await asyncio.sleep(RECONCILE_EVERY_S)

    async def _follow_events(self) -> None:
        wanted: dict[_Key, tuple[EventHub, str]] = {}
        for hub in self._hubs:
            for room in hub.state.agenda.rooms.values():
                url = playlist_of(hub.state, room)
                if url is not None and len(wanted) < ROOMS_MOST:
                    wanted[hub.slug, room.id] = hub, url
        for key, one in list(self._watched.items()):
            if key not in wanted or wanted[key][1] != one.url or one.task.done():
                del self._watched[key]
                await end([one.task])
                self._forget(key)
        for key, (hub, url) in wanted.items():
            if key not in self._watched:
                task = asyncio.create_task(self._watch(hub, key[1], url), name=f"watch {key[1]}")
                self._watched[key] = _Watched(url, task)

    def _forget(self, key: _Key) -> None:
        for hub in self._hubs:
            if hub.slug == key[0]:
                hub.streaming.found(key[1], None)

    # --- one room -------------------------------------------------------------------------------

    async def _watch(self, hub: EventHub, room: RoomId, url: str) -> None:
        examiner = Examiner()
        looks = 0
        while True:
            async with self._turns:
                finding = await self._look(hub, room, url, examiner, looks)
            hub.streaming.found(room, finding)
            metrics.STREAM_LOOKS.labels(finding.health).inc()
            looks += 1
            await asyncio.sleep(_pause_s(finding, examiner))

    async def _look(
        self, hub: EventHub, room: RoomId, url: str, examiner: Examiner, looks: int
    ) -> Finding:
        clock = hub.state.streams.of(room).clock_offset_s or 0.0
        now = self._hubs.clock.now
        try:
            async with asyncio.timeout(PATIENCE_S), self._line(url) as line:
                found = await line.playlist(urljoin(self._own, url))
                if looks % SIZE_EVERY == 0 and found.playlist.segments:
                    await self._measure(line, found, examiner)
        except _Missing:
            return examiner.missing(now())
        except TimeoutError:
            return examiner.failed(f"It takes more than {PATIENCE_S:.0f} seconds.", now())
        except (Declined, NoPlaylist) as error:
            return examiner.failed(str(error).partition("\n")[0], now())
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return examiner.failed(f"It cannot be reached: {str(error)[:150]}", now())
        except Exception:
            metrics.BUGS.inc()
            log.exception("bug", where="watcher")
            return examiner.failed("It cannot be looked at.", now())
        return examiner.looked(found.playlist, now(), clock)

    async def _measure(self, line: "_Line", found: "_Found", examiner: Examiner) -> None:
        newest = found.playlist.segments[-1]
        size: int | None = None
        # where it fails, what a segment takes is not known; the playlist is what counts
        with contextlib.suppress(Declined, aiohttp.ClientError, OSError, ValueError):
            async with asyncio.timeout(SIZE_PATIENCE_S):
                size = await line.size(urljoin(found.url, newest.uri))
        examiner.takes(size, newest.seconds, found.bits)

    def _line(self, url: str) -> "_Line":
        is_own = urlsplit(urljoin(self._own, url)).netloc == urlsplit(self._own).netloc
        return _Line(self._own if is_own else None, _any if self._private else is_public)


def playlist_of(state: EventState, room: Room) -> str | None:
    """Return the address of the playlist that a room's viewers get now; None where there is none.

    Of several streams, the first is the one that they get unless they choose.
    """
    feed = state.streams.of(room.id).feed(room)
    if feed is None:
        return None
    return next((one.url for one in feed.sources if one.kind is SourceKind.HLS), None)


def _pause_s(finding: Finding, examiner: Examiner) -> float:
    """How long to wait until the next look: nothing comes sooner than in a target duration."""
    if finding.health == "ended":
        return ENDED_S
    least_s = min(examiner.target_s, WAITING_S if finding.health == "waiting" else PAUSE_MOST_S)
    return max(PAUSE_LEAST_S, least_s)


async def _read(data: bytes) -> Playlist:
    """Read a playlist: a long one beside the loop, which has more to do."""
    return read(data) if len(data) <= LONG else await asyncio.to_thread(read, data)


def _any(address: str) -> bool:
    return bool(address)


@dataclass(frozen=True, slots=True)
class _Found:
    """A playlist with segments: where it was, and what its list of variants says that it takes."""

    playlist: Playlist
    url: str
    bits: int | None


class _Line:
    """The way to one stream for one look: `own` is an origin that may be private.

    A redirect may lead to another host, as those of big networks do; each is looked at by itself.
    """

    def __init__(self, own: str | None, may: Callable[[str], bool]) -> None:
        self._own = own
        self._may = may
        self._inside = None if own is None else opened(_any)
        self._outside = opened(may)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._inside is not None:
            await self._inside.close()
        await self._outside.close()

    async def playlist(self, url: str) -> _Found:
        """Get the list of segments, by way of the first variant where there are several."""
        data, url = await self._get(url)
        playlist = await _read(data)
        if not playlist.variants:
            return _Found(playlist, url, None)
        uri, bits = playlist.variants[0]
        data, url = await self._get(urljoin(url, uri))
        playlist = await _read(data)
        if playlist.variants:
            raise NoPlaylist("the first variant is a list of variants again")
        return _Found(playlist, url, bits)

    async def size(self, url: str) -> int | None:
        """Ask for the size of a segment, without getting it."""
        for _ in range(REDIRECTS + 1):
            async with self._session(url).head(url, allow_redirects=False) as response:
                where = response.headers.get("Location")
                if response.status in _MOVED and where is not None:
                    url = urljoin(url, where)
                    continue
                return response.content_length if response.status == 200 else None  # noqa: PLR2004
        return None

    async def _get(self, url: str) -> tuple[bytes, str]:
        for _ in range(REDIRECTS + 1):
            async with self._session(url).get(
                url, allow_redirects=False, headers={"Accept-Encoding": "identity"}
            ) as response:
                where = response.headers.get("Location")
                if response.status in _MOVED and where is not None:
                    url = urljoin(url, where)
                    continue
                if response.status in _GONE:
                    raise _Missing
                if response.status != 200:  # noqa: PLR2004 - it is there
                    raise Declined(f"The playlist's server answers {response.status}.")
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise Declined("The playlist comes packed, although it was asked not to.")
                data = bytearray()
                async for chunk in response.content.iter_chunked(CHUNK):
                    data += chunk
                    if len(data) > PLAYLIST_MOST:
                        raise Declined(f"The playlist has more than {PLAYLIST_MOST:,} bytes.")
                return bytes(data), url
        raise Declined(f"The playlist redirects more than {REDIRECTS} times.")

    def _session(self, url: str) -> aiohttp.ClientSession:
        """Return the session for an address; raises `Declined` where nobody may go."""
        parts = urlsplit(url)
        if self._inside is not None and url.startswith(f"{self._own}/"):
            return self._inside
        checked(parts.geturl(), self._may)
        return self._outside
