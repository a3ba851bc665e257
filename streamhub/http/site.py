"""What every request handler of a node needs, in one frozen value kept in the application."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web

from streamhub.http.fetch import is_public
from streamhub.http.render import Renderer
from streamhub.hub.hubs import Hubs
from streamhub.hub.identities import Identities
from streamhub.hub.pace import Askers, Paces


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A node as its pages see it.

    `public_url` is an origin such as `https://live.example.org`; `origins` are those whose pages
    may send commands; `static` holds the built assets. `actors` and `newcomers` pace those who come
    by HTTP: by actor, and by network address, which `behind_proxy` is the last in X-Forwarded-For.
    `askers` paces questions by network address, `identities` makes participants: both are shared
    with the live connections.
    `may_fetch` tells to which addresses this node goes for agendas.
    """

    hubs: Hubs
    renderer: Renderer
    public_url: str
    origins: frozenset[str]
    static: Path
    version: str
    identities: Identities
    behind_proxy: bool = False
    may_fetch: Callable[[str], bool] = is_public
    actors: Paces = field(default_factory=Paces)
    askers: Askers = field(default_factory=Askers)
    newcomers: Paces = field(default_factory=lambda: Paces(per_s=10, burst=300))

    @property
    def is_secure(self) -> bool:
        """Whether people reach this node over TLS."""
        return self.public_url.startswith("https://")

    def event_url(self, slug: str) -> str:
        """The address of an event's public page."""
        return f"{self.public_url}/e/{slug}"


SITE: Final = web.AppKey("site", Site)
