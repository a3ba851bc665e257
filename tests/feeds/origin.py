"""An origin: what a server says of films that are on the air, by the clock, faults included."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from aiohttp import web

from feeds.film import Film, Track
from streamhub.core.ids import Ms
from streamhub.hub.ports import SystemClock

HOME = "/feeds"
CODECS = "avc1.42c00d,mp4a.40.2"


@dataclass(frozen=True)
class _Part:
    """A segment of one of the films, and when it was shot."""

    address: str
    duration: float
    at: Ms
    initial: str | None
    breaks: bool

    @property
    def end(self) -> Ms:
        return Ms(self.at + round(self.duration * 1000))


@dataclass
class Broadcast:
    """Films on the air, one behind another; between two there is a discontinuity.

    Attributes:
        films: in order; each is published as its own clock passes, `behind_ms` after.
        tracks: renditions of the first film, under the names that their files have in addresses.
        master: what is said of the renditions, where there are any.
        behind_ms: how long after its end a segment is published.
        clock_off_ms: by how much the encoder's clock is wrong.
        dates: whether playlists tell the time; `jumping` ones are wrong now and then.
        is_missing: the playlist is not there (404).
        held_at: nothing shot after this is published: the encoder stands.
        gaps: what was shot in between never was published.
        ended_at: the stream is over after this.
        asked: how often a playlist was asked for.
    """

    films: Sequence[Film]
    tracks: Mapping[str, Track] = field(default_factory=dict)
    master: str | None = None
    behind_ms: int = 300
    clock_off_ms: int = 0
    dates: Literal["told", "missing", "jumping"] = "told"
    is_missing: bool = False
    held_at: Ms | None = None
    gaps: list[tuple[Ms, Ms]] = field(default_factory=list)
    ended_at: Ms | None = None
    asked: int = 0

    def hold(self, now: Ms) -> None:
        """The encoder stands still from now on."""
        self.held_at = now

    def go_on(self, now: Ms) -> None:
        """It films again; what happened meanwhile was not filmed."""
        assert self.held_at is not None
        self.gaps.append((self.held_at, now))
        self.held_at = None

    def playlist(self, now: Ms, track: str | None = None) -> str | None:
        """Return the media playlist as it is at `now`; None where there is none yet."""
        self.asked += 1
        parts = [part for part in self._parts(track) if part.end + self.behind_ms <= now]
        if self.is_missing or not parts:
            return None
        longest = max(round(part.duration) for part in parts)
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{longest}"]
        lines.append("#EXT-X-MEDIA-SEQUENCE:0")
        initial = None
        for number, part in enumerate(parts):
            if part.breaks and number:
                lines.append("#EXT-X-DISCONTINUITY")
            if part.initial not in {None, initial}:
                lines.append(f'#EXT-X-MAP:URI="{part.initial}"')
                initial = part.initial
            if self.dates != "missing":
                lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{self._date(part.at, number)}")
            lines += [f"#EXTINF:{part.duration:.3f},", part.address]
        if self.ended_at is not None and self.ended_at <= now:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join(lines) + "\n"

    def _date(self, at: Ms, number: int) -> str:
        wrong = self.clock_off_ms
        if self.dates == "jumping" and number % 2:
            wrong += 7 * 86_400_000 * (-1) ** (number // 2)
        told = datetime.fromtimestamp((at + wrong) / 1000, UTC)
        return f"{told:%Y-%m-%dT%H:%M:%S}.{told.microsecond // 1000:03d}Z"

    def _parts(self, track: str | None) -> Iterator[_Part]:
        if track is not None:
            source = self.tracks[track]
            yield from self._of(source, f"{track}-", self.films[0].start, breaks=False)
            return
        for place, film in enumerate(self.films):
            yield from self._of(film, f"{place}-", film.start, breaks=True)

    def _of(self, track: Track, prefix: str, start: Ms, *, breaks: bool) -> Iterator[_Part]:
        at = float(start)
        for segment in track.segments:
            end = at + segment.duration * 1000
            stops = [stop for stop in (self.held_at, self.ended_at) if stop is not None]
            if any(end > stop for stop in stops):
                return
            if any(end > first and at < last for first, last in self.gaps):
                breaks = True
            else:
                initial = track.initial and prefix + track.initial
                yield _Part(prefix + segment.name, segment.duration, Ms(round(at)), initial, breaks)
                breaks = False
            at = end

    def file(self, name: str) -> web.FileResponse | None:
        """Return a segment by the name that playlists give it."""
        prefix, _, rest = name.partition("-")
        track = self.tracks.get(prefix)
        if track is None and prefix.isdecimal() and int(prefix) < len(self.films):
            track = self.films[int(prefix)]
        known = track and {track.initial, *(part.name for part in track.segments)}
        if track is None or not known or rest not in known:
            return None
        return web.FileResponse(track.folder / rest)


class Origin:
    """Where broadcasts are, each under its name; they may come and go."""

    def __init__(self) -> None:
        self.broadcasts: dict[str, Broadcast] = {}
        self.clock = SystemClock()

    def put(self, name: str, broadcast: Broadcast) -> str:
        """Put it on the air; returns the path of its playlist."""
        self.broadcasts[name] = broadcast
        return f"{HOME}/{name}/{'master' if broadcast.master else 'live'}.m3u8"

    def routes(self) -> list[web.RouteDef]:
        """Return what serves them."""
        at = HOME + "/{name}/"
        return [web.get(at + "{list}.m3u8", self._list), web.get(at + "{file}", self._file)]

    def _found(self, request: web.Request) -> Broadcast:
        broadcast = self.broadcasts.get(request.match_info["name"])
        if broadcast is None:
            raise web.HTTPNotFound
        return broadcast

    async def _list(self, request: web.Request) -> web.Response:
        broadcast, name = self._found(request), request.match_info["list"]
        if name == "master":
            text = broadcast.master
        else:
            text = broadcast.playlist(self.clock.now(), None if name == "live" else name)
        if text is None:
            raise web.HTTPNotFound
        return web.Response(text=text, content_type="application/vnd.apple.mpegurl")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self._found(request).file(request.match_info["file"])
        if found is None:
            raise web.HTTPNotFound
        return found


def master(tracks: Mapping[str, str], subtitles: Mapping[str, str]) -> str:
    """Return a master playlist with renditions: their names, and the language of each."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for kind, group, found in (("AUDIO", "a", tracks), ("SUBTITLES", "s", subtitles)):
        for place, (name, language) in enumerate(found.items()):
            first = "YES" if place == 0 and kind == "AUDIO" else "NO"
            lines.append(
                f'#EXT-X-MEDIA:TYPE={kind},GROUP-ID="{group}",NAME="{language}",'
                f'LANGUAGE="{language}",DEFAULT={first},AUTOSELECT={first},URI="{name}.m3u8"'
            )
    groups = ',AUDIO="a"' if tracks else ""
    groups += ',SUBTITLES="s"' if subtitles else ""
    lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="{CODECS}"{groups}')
    return "\n".join([*lines, "live.m3u8"]) + "\n"
