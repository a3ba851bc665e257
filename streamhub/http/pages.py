"""The pages that people open. What a page shows is in `web/`; what it may know is in `core`."""

import time
from collections.abc import Sequence
from typing import Any, Final, cast

import segno
from aiohttp import web
from babel.core import Locale

from streamhub.core.errors import Rejected
from streamhub.core.event import admit
from streamhub.core.ids import RoomId
from streamhub.core.published import published
from streamhub.core.recorded import Recorded, is_over, recorded
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import Status
from streamhub.core.views import View, ViewState, agenda_text
from streamhub.formats.write_jsonld import describe
from streamhub.http import cookies, guard
from streamhub.http.archived import archived, moments, stamp_of
from streamhub.http.guard import SCREENS_POLICY, SHOW_POLICY, WATCH_POLICY, WORKER_POLICY
from streamhub.http.locales import locale_of, remember
from streamhub.http.render import SURFACES, Messages, _, agenda_context
from streamhub.http.site import SITE
from streamhub.hub.hub import EventHub

routes = web.RouteTableDef()

HOME_OF: Final = {
    Role.MODERATOR: "moderate",
    Role.PRODUCER: "produce",
    Role.ORGANISER: "organise",
    Role.SPEAKER: "speaker",
    Role.PARTICIPANT: "",
}
"""The page that a role link opens, below the event's."""
_AHEAD: Final = frozenset({Status.SCHEDULED, Status.LIVE, Status.PAUSED})


def _hub(request: web.Request) -> EventHub:
    return request.app[SITE].hubs.get(request.match_info["event"])


def _boot(request: web.Request, page: str, hub: EventHub | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    site = request.app[SITE]
    locale = locale_of(request)
    boot: dict[str, Any] = {
        "page": page,
        "locale": locale,
        "messages": site.renderer.catalog(locale),
        "version": site.version,
        "server_ms": site.hubs.clock.now(),
        "public_url": site.public_url,
    }
    if hub is not None:
        agenda = hub.state.agenda
        boot |= {
            "event": hub.slug,
            "title": agenda.title,
            "timezone": agenda.timezone,
            "join_url": site.event_url(hub.slug),
            "qr_url": f"/e/{hub.slug}/qr.svg",
        }
        if agenda.accent:
            boot["accent"] = agenda.accent
        room = request.query.get("room")
        if room in agenda.rooms:
            boot["room"] = room
        elif len(agenda.rooms) == 1:
            boot["room"] = next(iter(agenda.rooms))
    return boot | more


def _html(request: web.Request, template: str, **context: Any) -> web.Response:  # noqa: ANN401 - templates take anything
    text = request.app[SITE].renderer.page(template, locale_of(request), **context)
    response = web.Response(text=text, content_type="text/html")
    remember(request, response)
    return response


@routes.get("/")
async def home(request: web.Request) -> web.StreamResponse:
    """Enter an event's code; with `?event=` go there."""
    asked = request.query.get("event", "").strip().rstrip("/").rpartition("/")[2]
    problem = ""
    if asked:
        try:
            hub = request.app[SITE].hubs.get(asked.lower())
        except Rejected as rejected:
            problem = f"{rejected.message} {rejected.hint}"
        else:
            raise web.HTTPSeeOther(f"/e/{hub.slug}")
    return _html(request, "home.html", asked=asked, problem=problem, styles=["public.css"])


@routes.get("/e/{event}")
async def event(request: web.Request) -> web.StreamResponse:
    """The public page of an event, whole without JavaScript; its archive, when it is over.

    With `?live=1` it stays what it was.
    """
    hub, site = _hub(request), request.app[SITE]
    found = recorded(hub.state)
    if found and "live" not in request.query and is_over(hub.state, site.hubs.clock.now()):
        return _archive(request, hub, found, f"/e/{hub.slug}")
    response = _public(
        request,
        hub,
        found,
        "event.html",
        boot=_boot(
            request, "participant", hub, worker=site.renderer.asset("participant-worker.js")
        ),
        moments=moments(found, f"/e/{hub.slug}/archive"),
        styles=["public.css", "participant.css"],
        scripts=["event.js", "participant.js"],
    )
    response.headers["Content-Security-Policy"] = WATCH_POLICY
    if hub.authenticate(cookies.token_for(request, hub.slug, View.AUDIENCE)) is None:
        made = site.identities.make(guard.address_of(request), time.monotonic())
        cookies.put(site, response, cookies.PARTICIPANT, made.token)
    return response


@routes.get("/e/{event}/archive")
async def event_archive(request: web.Request) -> web.StreamResponse:
    """The recordings there are, with chapters and answered questions; before: the event's page."""
    hub = _hub(request)
    found = recorded(hub.state)
    if not found:
        raise web.HTTPSeeOther(f"/e/{hub.slug}")
    return _archive(request, hub, found, f"/e/{hub.slug}/archive")


def _archive(
    request: web.Request, hub: EventHub, found: Sequence[Recorded], path: str
) -> web.Response:
    view = cast("ViewState", hub.channel(View.STAGE, None).state)
    told = archived(found, view, path, request.query.get)
    response = _public(
        request,
        hub,
        found,
        "archive.html",
        boot=_boot(request, "archive", hub, reel=told["reel"], reel_title=told["title"]),
        archive=told,
        stamp=stamp_of,
        moments=moments(found, path),
        styles=["public.css", "archive.css"],
        scripts=["event.js", "archive.js"],
    )
    response.headers["Content-Security-Policy"] = WATCH_POLICY
    return response


def _public(
    request: web.Request,
    hub: EventHub,
    found: Sequence[Recorded],
    template: str,
    **context: Any,  # noqa: ANN401 - templates take anything
) -> web.Response:
    view = cast("ViewState", hub.channel(View.STAGE, None).state)
    return _html(
        request,
        template,
        event=view["event"],
        agenda=agenda_context(view, agenda_text(hub.state), locale_of(request)),
        files=_files(request, hub, found),
        results=hub.state.policy.public_results,
        accent=view["event"].get("accent", ""),
        languages=_languages(request),
        **context,
    )


def _files(request: web.Request, hub: EventHub, found: Sequence[Recorded]) -> dict[str, object]:
    """Where a calendar subscribes, and what search engines are told."""
    url = request.app[SITE].event_url(hub.slug)
    return {
        "page": url,
        "page_live": f"/e/{hub.slug}?live=1",
        "subscribe": f"webcal://{url.partition('://')[2]}/agenda.ics",
        "described": describe(published(hub.state, url), found),
    }


def _languages(request: web.Request) -> list[dict[str, str | None]]:
    return [
        {
            "code": code,
            "name": Locale.parse(code).get_display_name() or code,
            "url": f"?lang={code}",
        }
        for code in request.app[SITE].renderer.locales
    ]


@routes.get("/e/{event}/moderate")
async def moderate(request: web.Request) -> web.StreamResponse:
    """The moderator's desk."""
    return _crew_page(request, "moderator", View.DESK)


@routes.get("/e/{event}/produce")
async def produce(request: web.Request) -> web.StreamResponse:
    """The producer's desk."""
    return _crew_page(request, "producer", View.CONTROL)


@routes.get("/e/{event}/speaker")
async def speaker(request: web.Request) -> web.StreamResponse:
    """The speaker's page, on the lectern: time left, questions, messages of the crew."""
    return _crew_page(request, "speaker", View.SPEAKER)


@routes.get("/e/{event}/organise")
async def organise(request: web.Request) -> web.StreamResponse:
    """The organiser's page: the agenda in and out, links, settings."""
    hub = _hub(request)
    if not _is_organiser(request, hub):
        raise Rejected(
            "token.invalid",
            _("This page is for the organisers of the event."),
            _("Open the organiser's link on this device; it may have expired."),
        )
    return _live(request, "organiser", hub)


def _is_organiser(request: web.Request, hub: EventHub) -> bool:
    actor = hub.authenticate(cookies.get_role(request, Role.ORGANISER, hub.slug))
    return actor is not None and actor.role is Role.ORGANISER


def _crew_page(request: web.Request, page: str, view: View) -> web.Response:
    hub = _hub(request)
    actor = hub.authenticate(cookies.token_for(request, hub.slug, view))
    if actor is None:
        raise Rejected(
            "token.invalid",
            _("This page is for the people who run the event."),
            _("Open the link that the organiser gave you; it may have expired."),
        )
    admit(hub.state, actor, view.value)
    room = _room_of(hub, actor) if page == "speaker" and "room" not in request.query else None
    more = {} if room is None else {"room": room}
    return _live(request, page, hub, organiser=_is_organiser(request, hub), **more)


def _room_of(hub: EventHub, actor: Actor) -> RoomId | None:
    """Where a speaker speaks next; where they spoke last, when all is over."""
    state = hub.state
    theirs = [one for one in state.agenda.sessions.values() if actor.speaker in one.speakers]
    theirs.sort(key=lambda one: (one.start_at, one.id))
    ahead = (one for one in theirs if state.rundown.of(one.id).status in _AHEAD)
    found = next(ahead, theirs[-1] if theirs else None)
    return None if found is None else found.room


def _live(request: web.Request, page: str, hub: EventHub | None, **more: Any) -> web.Response:  # noqa: ANN401 - JSON
    response = _html(
        request,
        "live.html",
        boot=_boot(request, page, hub, **more),
        title=hub.state.agenda.title if hub else "streamhub",
        event_url=f"/e/{hub.slug}" if hub else "",
        **SURFACES[page],
        accent=(hub.state.agenda.accent if hub else None) or "",
        styles=[f"{page}.css"],
        scripts=[f"{page}.js"],
    )
    if page not in {"moderator", "organiser"}:
        policy = SHOW_POLICY if page == "producer" else SCREENS_POLICY
        response.headers["Content-Security-Policy"] = policy
    return response


@routes.get("/e/{event}/overlay")
async def overlay(request: web.Request) -> web.StreamResponse:
    """The overlay for a stream mixer: what is in it is what anyone may see."""
    return _live(request, "overlay", _hub(request), catalogs=_catalogs(request))


@routes.get("/display-worker.js")
async def display_worker(request: web.Request) -> web.StreamResponse:
    """What keeps a screen's page for when there is no network; it has to stand beside the page."""
    site = request.app[SITE]
    path = site.static / site.renderer.asset("display-worker.js").removeprefix("/static/")
    headers = {"Content-Security-Policy": WORKER_POLICY, "Content-Type": "text/javascript"}
    return web.FileResponse(path, headers=headers)


@routes.get("/display")
async def display(request: web.Request) -> web.StreamResponse:
    """A venue screen: pairing at first, then its layout for as long as it is paired."""
    token = cookies.get(request, cookies.DISPLAY)
    for hub in request.app[SITE].hubs:
        actor = hub.authenticate(token)
        if actor is not None and actor.role is Role.DISPLAY:
            return _live(request, "display", hub, paired=True, catalogs=_catalogs(request))
    return _live(request, "display", None, paired=False, catalogs=_catalogs(request))


def _catalogs(request: web.Request) -> dict[str, Messages]:
    """The words of screens in every language that there is: they speak several in turn."""
    renderer = request.app[SITE].renderer
    return {locale: renderer.catalog(locale, screens=True) for locale in renderer.locales}


@routes.get("/k/{token}")
async def link(request: web.Request) -> web.StreamResponse:
    """A role link: remember it in a cookie and go to the role's page."""
    site, token = request.app[SITE], request.match_info["token"]
    for hub in site.hubs:
        actor = hub.authenticate(token)
        if hub.invites(token):  # the page uses it: a program that only looks at links shall not
            raise web.HTTPSeeOther(f"/e/{hub.slug}#invitation={token}")
        if actor is not None and actor.role in HOME_OF:
            where = f"/e/{hub.slug}/{HOME_OF[actor.role]}".rstrip("/")
            response = web.HTTPSeeOther(where)
            cookies.put_role(site, response, actor.role, hub.slug, token)
            raise response
    raise Rejected(
        "token.invalid",
        _("This link is not valid (any longer)."),
        _("Ask the organiser for a new one."),
    )


@routes.get("/e/{event}/qr.svg")
async def qr(request: web.Request) -> web.StreamResponse:
    """The QR code of the event's public page."""
    code = segno.make(request.app[SITE].event_url(_hub(request).slug), error="m", micro=False)
    svg = code.svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    text = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    headers = {"Cache-Control": "public, max-age=3600"}
    return web.Response(text=text, content_type="image/svg+xml", headers=headers)
