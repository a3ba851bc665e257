"""Where a node that demonstrates serves its test streams."""

import asyncio
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.core.ids import Ms
from streamhub.hub.ports import Clock
from streamhub.testcard.hls import LONGEST_MS, PLAYLIST_TYPE, Feed

HOME: Final = "/demo/streams"
_HOUR: Final = "public, max-age=3600"


def live_url(name: str) -> str:
    """Return where the live stream `name` is."""
    return f"{HOME}/{name}/live.m3u8"


def recording_url(name: str, start: Ms, end: Ms) -> str:
    """Return where what `name` showed from `start` to `end` is."""
    return f"{HOME}/{name}/recording.m3u8?from={start}&to={end}"


def routes(feeds: Mapping[str, Feed], clock: Clock) -> list[web.RouteDef]:
    """Return what serves `feeds`, each under its name."""

    def feed_of(request: web.Request) -> Feed:
        feed = feeds.get(request.match_info["name"])
        if feed is None:
            raise web.HTTPNotFound
        return feed

    def playlist(text: str, cache: str) -> web.Response:
        headers = {"Cache-Control": cache}
        answer = web.Response(text=text, content_type=PLAYLIST_TYPE, headers=headers)
        answer.enable_compression()
        return answer

    async def live(request: web.Request) -> web.Response:
        return playlist(feed_of(request).live(clock.now()), "no-cache")

    async def recording(request: web.Request) -> web.Response:
        feed = feed_of(request)
        try:
            start, end = (Ms(int(request.query[name])) for name in ("from", "to"))
        except (KeyError, ValueError):
            raise _no_window from None
        text = feed.recording(start, end, clock.now())
        if text is None:
            raise _no_window
        return playlist(text, "no-cache")

    async def initial(request: web.Request) -> web.Response:
        return _media(feed_of(request).initial())

    async def segment(request: web.Request) -> web.Response:
        feed, number = feed_of(request), int(request.match_info["number"])
        if not feed.is_out(number, clock.now()):
            raise web.HTTPNotFound
        return _media(await asyncio.to_thread(feed.segment, number))

    at = HOME + "/{name}/"
    return [
        web.get(at + "live.m3u8", live),
        web.get(at + "recording.m3u8", recording),
        web.get(at + "init.mp4", initial),
        web.get(at + r"{number:\d{1,12}}.m4s", segment),
    ]


def _media(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="video/mp4", headers={"Cache-Control": _HOUR})


_no_window = Rejected(
    "request.invalid",
    "There is no recording of that time.",
    "Give `from` and `to` in milliseconds since the epoch, in the past, "
    f"at most {LONGEST_MS // 3_600_000} hours apart.",
)
