"""What every answer has: security headers; and what every failure becomes: a page or an object."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.http.locales import locale_of, saying
from streamhub.http.render import _
from streamhub.http.site import SITE
from streamhub.hub import metrics
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.errors import error_body, status_of

log = structlog.get_logger(__name__)

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'"
)
SCREENS_POLICY: Final = POLICY.replace("img-src 'self'", "img-src 'self' https:")
"""For pages that show screens: their logo may lie elsewhere."""
WORKER_POLICY: Final = POLICY.replace("connect-src 'self'", "connect-src 'self' https:")
"""For the worker that keeps that logo."""
_STREAMS: Final = "https: http://localhost:* http://127.0.0.1:*"
WATCH_POLICY: Final = (
    POLICY.replace("connect-src 'self'", f"connect-src 'self' {_STREAMS}")
    + f"; media-src 'self' blob: data: {_STREAMS}"
    + "; frame-src https://www.youtube-nocookie.com https://player.vimeo.com"
)
"""For the page that plays streams: they come from wherever the crew says (see
`core/streams/address.py`), and two sites may show a player of theirs in a frame, after a press."""
SHOW_POLICY: Final = WATCH_POLICY.replace("img-src 'self'", "img-src 'self' https:")
"""For the producer's desk, which looks at streams and at screens."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_TITLES: Final = {
    401: _("This is not open to you"),
    403: _("This page is not for you"),
    404: _("Nothing is here"),
    500: _("Something went wrong"),
    503: _("Not available right now"),
}
_SAID: Final = {
    "event.unknown": (_("There is no such event here."), _("Check the address or the code.")),
    "request.not_found": (_("There is nothing at this address."), _("Check the address.")),
    "unavailable": (_("This is not available at the moment."), _("Try again in a moment.")),
}
"""What people read in place of what programs are told; else they read the same, where it is marked
for translation."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
_OPEN: Final = re.compile(
    r"/e/[^/]+/(?:now(?:\.rows)?\.(?:json|txt)|agenda\.\w+|schedule\.\w+|chapters\.\w+"
    r"|p/broadcast-tools/\w+\.json)"
)
"""What any page of the web may read, refusals included: it is what anyone may see."""


def address_of(request: web.Request) -> str:
    """The address that asks, as the proxy in front tells it: the last one is its own word."""
    if request.app[SITE].behind_proxy:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if told:
            return told
    return request.remote or ""


async def on_prepare(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on every answer, websockets and errors included."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if _OPEN.fullmatch(request.path):
        response.headers["Access-Control-Allow-Origin"] = "*"
    if request.path.startswith("/static/app/"):
        response.headers["Cache-Control"] = IMMUTABLE
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    if request.app[SITE].is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


@web.middleware
async def failures(request: web.Request, handler: Next) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer."""
    try:
        return await handler(request)
    except Rejected as rejected:
        return answer(request, rejected, status_of(rejected.code))
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects are answers
            raise
        known = {
            404: ("request.not_found", "There is nothing at this address.", "Check the address."),
            405: ("request.invalid", "This address does not take that method.", "See the docs."),
            413: ("command.too_large", "That is more than this server takes.", "Shorten it."),
        }
        code, message, hint = known.get(
            error.status, ("request.invalid", "The request is not well formed.", "See the docs.")
        )
        return answer(request, Rejected(code, message, hint), error.status)
    except (ConnectionError, TimeoutError):
        raise
    except Exception:
        trace = fresh_id()
        metrics.BUGS.inc()
        log.exception("bug", trace=trace, route=str(request.match_info.route.resource))
        bug = Rejected(
            "internal",
            f"Something went wrong here, not with you (trace {trace}).",
            "Try again; if it stays, give the trace to the people who run this server.",
        )
        return answer(request, bug, 500)


def answer(request: web.Request, rejected: Rejected, status: int) -> web.Response:
    """Return an error as programs or as people read it."""
    headers = {}
    if rejected.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(rejected.retry_after)))
    accepts = request.headers.get("Accept", "")
    if request.path.startswith("/api/") or "text/html" not in accepts:
        body = {"error": dict(error_body(rejected, saying(request)))}
        return web.json_response(body, status=status, headers=headers)
    locale, renderer = locale_of(request), request.app[SITE].renderer
    say = renderer.words(locale)
    message, hint = _SAID.get(rejected.code, (rejected.message, rejected.hint or ""))
    page = renderer.page(
        "error.html",
        locale,
        status=status,
        title=say(_TITLES.get(status, _("That did not work"))),
        message=say(message),
        hint=say(hint) if hint else "",
        styles=["public.css"],
    )
    return web.Response(text=page, status=status, content_type="text/html", headers=headers)
