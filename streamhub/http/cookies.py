"""Cookies: who a browser is. All are HttpOnly and SameSite=Lax; over TLS they are `__Host-`.

A browser may be a participant of the node, hold one link per role and event (one that invites it
comes before the participant that it is otherwise), and be a display: each has a cookie of its own,
so that one machine can show the four pages of a demonstration.
"""

from typing import Final

from aiohttp import web

from streamhub.core.roles import Role
from streamhub.core.views import View
from streamhub.http.site import SITE, Site

PARTICIPANT: Final = "streamhub_participant"
DISPLAY: Final = "streamhub_display"
HALF_A_YEAR_S: Final = 180 * 24 * 3600

_ROLES_FOR: Final = {
    View.SPEAKER: (Role.SPEAKER, Role.PRODUCER, Role.MODERATOR, Role.ORGANISER),
    View.DESK: (Role.MODERATOR, Role.ORGANISER),
    View.CONTROL: (Role.PRODUCER, Role.ORGANISER),
}
"""Whose cookie opens a view, in this order."""


def _name(site: Site, name: str) -> str:
    return f"__Host-{name}" if site.is_secure else name


def _role_cookie(role: Role, event: str) -> str:
    return f"streamhub_{role.value}_{event}"


def put(site: Site, response: web.StreamResponse, name: str, token: str) -> None:
    """Set a cookie that holds a token."""
    response.set_cookie(
        _name(site, name),
        token,
        max_age=HALF_A_YEAR_S,
        path="/",
        httponly=True,
        secure=site.is_secure,
        samesite="Lax",
    )


def drop(site: Site, response: web.StreamResponse, name: str) -> None:
    """Make the browser forget a cookie."""
    response.del_cookie(_name(site, name), path="/", secure=site.is_secure, httponly=True)


def get_role(request: web.Request, role: Role, event: str) -> str | None:
    """Return the token of a role link that this browser opened."""
    return get(request, _role_cookie(role, event))


def put_role(site: Site, response: web.StreamResponse, role: Role, event: str, token: str) -> None:
    """Remember a role link."""
    put(site, response, _role_cookie(role, event), token)


def get(request: web.Request, name: str) -> str | None:
    """Return the token of a cookie, if the browser sent it."""
    return request.cookies.get(_name(request.app[SITE], name))


def token_for(request: web.Request, event: str, view: View) -> str | None:
    """Return the token with which this browser may look at `view`; None without one.

    `?as=` says which of its roles counts, where it has several.
    """
    if view in _ROLES_FOR:
        asked = request.query.get("as")
        roles = sorted(_ROLES_FOR[view], key=lambda role: role.value != asked)
        found = (get(request, _role_cookie(role, event)) for role in roles)
        token = next((token for token in found if token is not None), None)
        return get(request, DISPLAY) if token is None and view is View.SPEAKER else token
    hub = request.app[SITE].hubs.get(event)
    invited = _role_cookie(Role.PARTICIPANT, event)
    names = [invited, PARTICIPANT]
    if view is View.STAGE:
        names.insert(0, DISPLAY)
    for name in names:
        token = get(request, name)
        if hub.authenticate(token) is not None:
            return token
    return None
