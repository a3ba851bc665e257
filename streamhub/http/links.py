"""Role links as organisers see them: who holds which, and each as an address and a QR code.

They are made and taken back by commands (`core/links.py`). Tokens are derived anew each time that
somebody looks; where this node has another key than the one that a link was made with, its address
cannot be told.
"""

from typing import Final

import segno
from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.core.ids import LinkId
from streamhub.core.links import Link
from streamhub.core.roles import Actor, Role
from streamhub.http import cookies
from streamhub.http.api import bearer, same_origin
from streamhub.http.site import SITE
from streamhub.hub.hub import EventHub
from streamhub.hub.secrets import hash_of
from streamhub.protocol.organising import LinkAnswer, LinksAnswer

routes = web.RouteTableDef()

_PRIVATE: Final = {"Cache-Control": "no-store"}


@routes.get("/api/v1/events/{event}/links")
async def links(request: web.Request) -> web.StreamResponse:
    """All links of an event, those that were taken back included; for organisers."""
    hub, actor = _owner(request)
    held = hub.presence.holding(hub.state.invited)
    found = sorted(hub.state.links.values(), key=lambda one: (-one.created_at, one.id))
    body: LinksAnswer = {
        "links": [_told(request, hub, link, held[link.id]) for link in found],
        "you": actor.id,
    }
    return web.json_response(body, headers=_PRIVATE)


@routes.get("/api/v1/events/{event}/links/{link}/qr.svg")
async def qr(request: web.Request) -> web.StreamResponse:
    """A link as a QR code, for organisers: whoever photographs it has its role."""
    hub, _ = _owner(request)
    name = request.match_info["link"]
    link = hub.state.links.get(LinkId(name))
    url = None if link is None or link.revoked else _url(request, hub, link)
    if url is None:
        raise Rejected("link.unknown", f"There is no link {name[:32]!r} to show.", field="link")
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    text = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return web.Response(text=text, content_type="image/svg+xml", headers=_PRIVATE)


def _owner(request: web.Request) -> tuple[EventHub, Actor]:
    hub = request.app[SITE].hubs.get(request.match_info["event"])
    same_origin(request)
    token = bearer(request) or cookies.get_role(request, Role.ORGANISER, hub.slug)
    actor = hub.authenticate(token)
    if actor is None:
        raise Rejected(
            "token.invalid",
            "Links are for organisers to see.",
            "Send an organiser's token, or open an organiser's link.",
        )
    if actor.role is not Role.ORGANISER:
        raise Rejected(
            "command.forbidden",
            f"A {actor.role.value} may not see the links of the event.",
            "Sign in with a link for: organiser.",
        )
    return hub, actor


def _told(request: web.Request, hub: EventHub, link: Link, online: int) -> LinkAnswer:
    return {
        "link": link.id,
        "role": link.role.value,
        "name": link.name,
        "speaker": link.speaker,
        "url": None if link.revoked else _url(request, hub, link),
        "created_at": link.created_at,
        "expires_at": link.expires_at,
        "revoked": link.revoked,
        "uses": link.uses,
        "online": online,
    }


def _url(request: web.Request, hub: EventHub, link: Link) -> str | None:
    site = request.app[SITE]
    token = site.hubs.keyring.link_token(hub.slug, link.id)
    return f"{site.public_url}/k/{token}" if hash_of(token) == link.token_hash else None
