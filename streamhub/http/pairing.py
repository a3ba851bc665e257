"""How a screen is paired, over HTTP: its offer, the code and QR code that it shows, who is asking.

What an offer is, and how long it lasts, is in `hub/pairing.py`; that a producer takes it is the
command `display.pair`.
"""

import re
from typing import Final

import segno
from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.core.event import admit
from streamhub.core.roles import Role
from streamhub.core.views import View
from streamhub.http import cookies
from streamhub.http.api import author_of, bearer, same_origin
from streamhub.http.site import SITE
from streamhub.hub.hub import EventHub
from streamhub.hub.pairing import CODE

routes = web.RouteTableDef()

WAIT_MOST_S: Final = 25.0
SIZE: Final = re.compile(r"[1-9][0-9]{1,4}x[1-9][0-9]{1,4}")
NEAR_MS: Final = 12 * 3600 * 1000
"""So long before and after it an event may be the one that a screen is paired with."""
BROWSERS: Final = (
    # what a browser's description of itself has, in this order, and what people call it
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("Tizen", "Tizen"),
    ("Web0S", "webOS"),
    ("CrOS", "ChromeOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Macintosh", "macOS"),
    ("Windows", "Windows"),
    ("Linux arm", "Linux on ARM"),
    ("Linux aarch64", "Linux on ARM"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Say which browser describes itself so, as `Chrome, Linux`; empty where nobody knows."""
    found = (
        next((said for mark, said in known if mark in user_agent), None)
        for known in (BROWSERS, SYSTEMS)
    )
    return ", ".join(said for said in found if said is not None)


@routes.post("/api/v1/displays/offers")
async def offer(request: web.Request) -> web.StreamResponse:
    """A screen asks to be paired: `{code, token, expires_at}`; the browser keeps the token."""
    site = request.app[SITE]
    same_origin(request)
    size = request.query.get("size", "")
    made, secret = await site.hubs.pairing.offer(
        device(request.headers.get("User-Agent", "")), size if SIZE.fullmatch(size) else ""
    )
    body = {"code": made.code, "token": secret, "expires_at": made.expires_at}
    response = web.json_response(body, status=201)
    cookies.put(site, response, cookies.DISPLAY, secret)
    return response


@routes.get("/api/v1/displays/offer")
async def offered(request: web.Request) -> web.StreamResponse:
    """What became of this screen's offer: `{state, event?, display?}`; waits up to 25 seconds."""
    site = request.app[SITE]
    token = bearer(request) or cookies.get(request, cookies.DISPLAY)
    if token is None:
        return web.json_response({"state": "expired"})
    body = _paired(request, token)
    if body is None and await site.hubs.pairing.is_open(token):
        await site.hubs.pairing.wait(token, _wait_s(request))
        body = _paired(request, token) or {"state": "waiting"}
    return web.json_response(body or {"state": "expired"})


def _paired(request: web.Request, token: str) -> dict[str, str] | None:
    for hub in request.app[SITE].hubs:
        actor = hub.authenticate(token)
        if actor is not None and actor.role is Role.DISPLAY:
            return {"state": "paired", "event": hub.slug, "display": actor.id}
    return None


def _wait_s(request: web.Request) -> float:
    try:
        return min(WAIT_MOST_S, max(0.0, float(request.query.get("wait", "0"))))
    except ValueError:
        return 0.0


@routes.get("/api/v1/events/{event}/offers/{code}")
async def asking(request: web.Request) -> web.StreamResponse:
    """Which device shows a code: `{device, size, at, expires_at}`. A wrong one counts as a try."""
    site = request.app[SITE]
    hub = site.hubs.get(request.match_info["event"])
    actor = author_of(request, hub, View.CONTROL)
    admit(hub.state, actor, View.CONTROL.value)
    found = await site.hubs.pairing.find(request.match_info["code"], actor.id)
    if found is None:
        raise Rejected(
            "display.code_unknown",
            "No screen shows this code.",
            "Read it from the screen again; codes change every ten minutes.",
            field="code",
        )
    return web.json_response(
        {
            "device": found.about,
            "size": found.size,
            "at": found.at,
            "expires_at": found.expires_at,
        }
    )


# --- the QR code on a screen, and where it leads -------------------------------------------------


@routes.get("/pair/{code}/qr.svg")
async def qr(request: web.Request) -> web.StreamResponse:
    """The QR code that a screen shows beside its code; a producer's phone opens it."""
    address = f"{request.app[SITE].public_url}/pair/{_code(request)}"
    made = segno.make(address, error="m", micro=False)
    svg = made.svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    text = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return web.Response(
        text=text, content_type="image/svg+xml", headers={"Cache-Control": "no-store"}
    )


@routes.get("/pair/{code}")
async def pair(request: web.Request) -> web.StreamResponse:
    """Where the QR code leads: to the producer's page of the event that is on, with the code."""
    code = _code(request)
    led = [hub for hub in request.app[SITE].hubs if _leads(request, hub)]
    if not led:
        raise Rejected(
            "token.invalid",
            "This screen is paired by those who run the event.",
            "Open your producer's link on this phone first, then scan the code again.",
        )
    now = request.app[SITE].hubs.clock.now()
    led.sort(key=lambda hub: (not _is_near(hub, now), hub.slug))
    raise web.HTTPSeeOther(f"/e/{led[0].slug}/produce?pair={code}")


def _code(request: web.Request) -> str:
    code = request.match_info["code"].upper()
    if not CODE.fullmatch(code):
        raise Rejected(
            "display.code_unknown",
            "That is no code of a screen.",
            "It has eight letters and digits; read it from the screen again.",
            field="code",
        )
    return code


def _leads(request: web.Request, hub: EventHub) -> bool:
    actor = hub.authenticate(cookies.token_for(request, hub.slug, View.CONTROL))
    return actor is not None and actor.role in {Role.PRODUCER, Role.ORGANISER}


def _is_near(hub: EventHub, now: int) -> bool:
    agenda = hub.state.agenda
    return agenda.starts_at - NEAR_MS <= now <= agenda.ends_at + NEAR_MS
