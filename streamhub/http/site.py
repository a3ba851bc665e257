"""What every request handler of a node needs, in one frozen value kept in the application."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from streamhub.http.render import Renderer
from streamhub.hub.hubs import Hubs


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A node as its pages see it.

    `public_url` is an origin such as `https://live.example.org`; `origins` are those whose pages
    may send commands; `static` holds the built assets.
    """

    hubs: Hubs
    renderer: Renderer
    public_url: str
    origins: frozenset[str]
    static: Path
    version: str

    @property
    def is_secure(self) -> bool:
        """Whether people reach this node over TLS."""
        return self.public_url.startswith("https://")

    def event_url(self, slug: str) -> str:
        """The address of an event's public page."""
        return f"{self.public_url}/e/{slug}"


SITE: Final = web.AppKey("site", Site)
