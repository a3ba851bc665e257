"""The API: everything that a page can do, a program can do.

Programs prove who they are with `Authorization: Bearer <token>`; a browser with its cookies, and
then only from our own origins. Errors are the same object as on the socket, with a fitting status.
"""

import json
import time

from aiohttp import web
from pydantic import ValidationError

from streamhub.core.errors import Rejected
from streamhub.core.event import admit
from streamhub.core.ids import ActorId, RoomId, SessionId
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View, agenda_text
from streamhub.http import cookies, guard
from streamhub.http.guard import IMMUTABLE
from streamhub.http.openapi import describe
from streamhub.http.site import SITE
from streamhub.hub.hub import EventHub
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import MAX_BYTES, parse_command
from streamhub.protocol.errors import first_flaw
from streamhub.protocol.messages import AlikeAnswer, Proof, SimilarAnswer, SimilarRequest

routes = web.RouteTableDef()


def _hub(request: web.Request) -> EventHub:
    return request.app[SITE].hubs.get(request.match_info["event"])


def bearer(request: web.Request) -> str | None:
    """Return the token that a program sent; None without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def known(request: web.Request, hub: EventHub, view: View) -> Actor | None:
    """Who asks: by token, else by the cookie that opens `view`; None where neither tells."""
    token = bearer(request)
    if token is not None:
        actor = hub.authenticate(token)
        if actor is None:
            raise Rejected(
                "token.invalid",
                "This token is not valid (any longer).",
                "Ask the organiser for a new one.",
            )
        return actor
    return hub.authenticate(cookies.token_for(request, hub.slug, view))


async def _json(request: web.Request) -> object:
    if request.content_type != "application/json":
        raise Rejected(
            "request.invalid",
            f"The body is {request.content_type}, not JSON.",
            "Send it with Content-Type: application/json.",
        )
    if (request.content_length or 0) > MAX_BYTES:
        raise Rejected(
            "command.too_large", f"At most {MAX_BYTES} bytes fit.", "Shorten the command."
        )
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        raise Rejected(
            "request.invalid", "The body is not JSON.", "Send one JSON object, in UTF-8."
        ) from error


def same_origin(request: web.Request) -> None:
    """Refuse what a browser sends with our cookies from somebody else's page."""
    origin = request.headers.get("Origin")
    if bearer(request) is None and origin is not None:
        site = request.app[SITE]
        if origin not in site.origins:
            raise Rejected(
                "request.invalid",
                "This request comes from another site.",
                "Send a token, or list the origin in the settings.",
            )


@routes.post("/api/v1/events/{event}/commands")
async def command(request: web.Request) -> web.StreamResponse:
    """Carry out one command; answers when it is durable."""
    hub = _hub(request)
    actor = author_of(request, hub, View.AUDIENCE)
    body = await _json(request)
    if isinstance(body, dict) and "id" not in body:
        body = {**body, "id": fresh_id()}  # a key of a control surface means it anew each time
    wish = parse_command(body)
    site = request.app[SITE]
    site.askers.take(wish.command, guard.address_of(request), time.monotonic())
    return web.json_response(await hub.submit(wish, actor))


@routes.post("/api/v1/events/{event}/preview")
async def preview(request: web.Request) -> web.StreamResponse:
    """Tell what a command, without an id, would do to the rest of the day; changes nothing."""
    hub = _hub(request)
    actor = author_of(request, hub, View.CONTROL)
    body = await _json(request)
    wish = parse_command({**body, "id": "preview"} if isinstance(body, dict) else body)
    return web.json_response(hub.preview(wish, actor))


@routes.post("/api/v1/events/{event}/similar")
async def similar(request: web.Request) -> web.StreamResponse:
    """Tell which public questions are much like a text, for somebody who is about to ask it."""
    hub = _hub(request)
    author_of(request, hub, View.AUDIENCE)
    try:
        asked = SimilarRequest.model_validate(await _json(request))
    except ValidationError as error:
        field, words = first_flaw(error)
        raise Rejected(
            "request.invalid", f"That is not well formed: {words}.", field=field
        ) from error
    session = None if asked.session is None else SessionId(asked.session)
    room = None if asked.room is None else RoomId(asked.room)
    body: SimilarAnswer = {
        "questions": await hub.likeness.similar(hub.state, asked.text, session, room)
    }
    return web.json_response(body, headers={"Cache-Control": "no-store"})


@routes.get("/api/v1/events/{event}/alike")
async def alike(request: web.Request) -> web.StreamResponse:
    """Suggest to moderators which questions to merge."""
    hub = _hub(request)
    admit(hub.state, author_of(request, hub, View.DESK), View.DESK.value)
    room = request.query.get("room")
    body: AlikeAnswer = {
        "groups": await hub.likeness.alike(hub.state, None if room is None else RoomId(room))
    }
    return web.json_response(body, headers={"Cache-Control": "no-store"})


def author_of(request: web.Request, hub: EventHub, view: View) -> Actor:
    """Return who issues a command, at a bearable pace, and not from somebody else's page.

    Of a browser's cookies the one counts that opens `view`.
    """
    same_origin(request)
    actor = known(request, hub, view)
    if actor is None:
        raise Rejected(
            "token.invalid",
            "A command needs to know whose it is.",
            "Send a token; POST …/participants gives one to anybody.",
        )
    request.app[SITE].actors.take(actor.id, time.monotonic())
    return actor


@routes.get("/api/v1/events/{event}/views/{view}")
async def view(request: web.Request) -> web.StreamResponse:
    """A snapshot of a view; its cursor is the ETag."""
    hub = _hub(request)
    name = request.match_info["view"]
    if name not in {known.value for known in View}:
        raise Rejected(
            "view.unknown",
            f"There is no view {name[:32]!r}.",
            f"Use one of: {', '.join(View)}.",
            field="view",
        )
    seen = View(name)
    nobody = Actor(id=ActorId(""), role=Role.PARTICIPANT)
    admit(hub.state, known(request, hub, seen) or nobody, seen.value)
    room = request.query.get("room")
    channel = hub.channel(seen, None if room is None else RoomId(room))
    etag = f'"{channel.cursor}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    text = channel.snapshot(request.app[SITE].hubs.clock.now())
    return web.Response(text=text, content_type="application/json", headers=headers)


@routes.get("/api/v1/events/{event}/agenda")
async def agenda(request: web.Request) -> web.StreamResponse:
    """Abstracts, biographies and other long text; immutable under its revision."""
    hub = _hub(request)
    texts = agenda_text(hub.state)
    current = request.query.get("rev") == texts["rev"]
    headers = {"Cache-Control": IMMUTABLE if current else "no-cache", "ETag": f'"{texts["rev"]}"'}
    return web.json_response(texts, headers=headers)


@routes.post("/api/v1/events/{event}/participants")
async def participant(request: web.Request) -> web.StreamResponse:
    """Become a participant: an identity for a program."""
    _hub(request)
    request.app[SITE].newcomers.take(guard.address_of(request), time.monotonic())
    made = request.app[SITE].identities.make(guard.address_of(request), time.monotonic())
    body = {"participant": made.actor.id, "token": made.token}
    if made.actor.owes:
        return web.json_response(body | {"owes": made.actor.owes}, status=201)
    return web.json_response(body, status=201)


@routes.post("/api/v1/events/{event}/participants/proof")
async def proof(request: web.Request) -> web.StreamResponse:
    """Show that the work is done which an identity of a busy network owes."""
    hub, site = _hub(request), request.app[SITE]
    actor = author_of(request, hub, View.AUDIENCE)
    try:
        shown = Proof.model_validate(await _json(request))
    except ValidationError as error:
        field, words = first_flaw(error)
        raise Rejected(
            "request.invalid", f"That is not well formed: {words}.", field=field
        ) from error
    token = site.identities.settle(actor, shown.nonce)
    if token is None:
        raise Rejected(
            "request.invalid",
            "That does not show that the work was done.",
            "The protocol page says how it is done.",
            field="nonce",
        )
    if bearer(request) is not None:
        return web.json_response({"participant": actor.id, "token": token})
    response = web.json_response({"participant": actor.id})
    cookies.put(site, response, cookies.PARTICIPANT, token)
    return response


@routes.get("/api/v1/openapi.json")
async def openapi(request: web.Request) -> web.StreamResponse:
    """The description of this API, made from its models."""
    return web.json_response(describe(request.app[SITE].version))
