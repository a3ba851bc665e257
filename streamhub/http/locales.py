"""Which language a reader gets: what they asked for, else what their browser prefers."""

from typing import Final

from aiohttp import web

from streamhub.http.render import Say
from streamhub.http.site import SITE

COOKIE: Final = "streamhub_lang"


def locale_of(request: web.Request) -> str:
    """Return the locale of a request: `?lang=`, the cookie, `Accept-Language`, in this order."""
    asked = request.query.get("lang") or request.cookies.get(COOKIE)
    return request.app[SITE].renderer.negotiate(request.headers.get("Accept-Language"), asked)


def saying(request: web.Request) -> Say:
    """Return what says to a program or a page whatever is `Said`: English, but for `?lang=`."""
    asked = request.query.get("lang")
    if asked is None:
        return str
    renderer = request.app[SITE].renderer
    return renderer.sayings(renderer.negotiate(None, asked))


def remember(request: web.Request, response: web.StreamResponse) -> None:
    """Keep a language that was asked for in the address."""
    if "lang" in request.query:
        site = request.app[SITE]
        response.set_cookie(
            COOKIE, locale_of(request), max_age=31_536_000, samesite="Lax", secure=site.is_secure
        )
