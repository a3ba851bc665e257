"""The aiohttp application: routes and middleware in one list."""

import asyncio

from aiohttp import web

from streamhub.http import (
    agenda,
    api,
    doors,
    guard,
    intake,
    links,
    operations,
    pages,
    pairing,
    programs,
    results,
    watched,
)
from streamhub.http.shelf import Shelf
from streamhub.http.site import SITE, Site


def make_app(site: Site) -> web.Application:
    """Return the application of a node, without sockets (`realtime` attaches those)."""
    app = web.Application(middlewares=[guard.failures, doors.patience], client_max_size=64 * 1024)
    app[SITE] = site
    app[agenda.SHELF] = Shelf()
    app[doors.FILES] = intake.HANDLERS
    app[watched.TURN] = asyncio.Semaphore(1)
    app.cleanup_ctx.append(watched.watching)
    app.on_response_prepare.append(guard.on_prepare)
    crew = (intake, watched, links)
    for table in (pages, agenda, api, pairing, *crew, programs, results, operations):
        app.add_routes(table.routes)
    app.router.add_static("/static/", site.static)
    return app
