"""For the people and programs that run a node: is it alive, is it ready, how is it doing."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streamhub.http.site import SITE

routes = web.RouteTableDef()


@routes.get("/healthz")
async def healthz(_request: web.Request) -> web.StreamResponse:
    """The process answers."""
    return web.json_response({"ok": True})


@routes.get("/readyz")
async def readyz(request: web.Request) -> web.StreamResponse:
    """Every event would acknowledge a command, and the node was not told to stop."""
    hubs = request.app[SITE].hubs
    ready = hubs.is_ready
    body = {"ready": ready, "node": hubs.relay.node, "troubles": hubs.troubles}
    return web.json_response(body, status=200 if ready else 503)


@routes.get("/metrics")
async def metrics(_request: web.Request) -> web.StreamResponse:
    """Counters and timings in Prometheus' text format."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
