"""The OpenAPI 3.1 description of the API, generated from the models that serve it."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from streamhub.core.event import COMMAND_TYPES
from streamhub.core.roles import WHO
from streamhub.core.views import AgendaTextView, PreviewView, View
from streamhub.protocol.commands import BY_FILE
from streamhub.protocol.messages import (
    Accepted,
    AlikeAnswer,
    ErrorBody,
    SimilarAnswer,
    SimilarRequest,
    SnapshotMessage,
    WatchedAnswer,
)

_REF = "#/components/schemas/{model}"


def _schema(model: Any, into: dict[str, Any], name: str) -> dict[str, str]:  # noqa: ANN401 - a type
    schema = TypeAdapter(model).json_schema(ref_template=_REF)
    into.update(schema.pop("$defs", {}))
    into[name] = schema
    return {"$ref": _REF.format(model=name)}


def _answer(about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": schema}}}


def _path(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **more}}


_FILE: dict[str, Any] = {
    "description": "The file, of any format; empty with `url`.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}


_LANG: dict[str, Any] = {
    "name": "lang",
    "in": "query",
    "description": "The language in which it is said what is read in a file; English without.",
    "schema": {"type": "string"},
}


def _choices() -> list[dict[str, Any]]:
    """Return the parameters with which an organiser says what a file does not."""
    names = ("name", "url", "timezone", "title", "date")
    one = {"in": "query", "schema": {"type": "string"}}
    many = {"type": "array", "items": {"type": "string"}}
    columns = {"name": "columns", "in": "query", "schema": many}
    return [*({"name": name, **one} for name in names), columns, _LANG]


@cache
def describe(version: str) -> dict[str, Any]:
    """Return the whole description."""
    schemas: dict[str, Any] = {}
    commands = []
    for name, model in COMMAND_TYPES.items():
        if name == "clock.tick" or name in BY_FILE:
            continue
        ref = _schema(model, schemas, model.__name__)
        schemas[model.__name__]["x-roles"] = sorted(WHO[name].roles)
        schemas[model.__name__]["required"] = sorted(
            {*schemas[model.__name__].get("required", ()), "type", "id"}
        )
        schemas[model.__name__]["properties"]["id"] = {"type": "string", "maxLength": 64}
        commands.append(ref)
    accepted = _schema(Accepted, schemas, "Accepted")
    snapshot = _schema(SnapshotMessage, schemas, "SnapshotMessage")
    foreseen = _schema(PreviewView, schemas, "PreviewView")
    texts = _schema(AgendaTextView, schemas, "AgendaTextView")
    similar = _schema(SimilarRequest, schemas, "SimilarRequest")
    like = _schema(SimilarAnswer, schemas, "SimilarAnswer")
    watched = _schema(WatchedAnswer, schemas, "WatchedAnswer")
    groups = _schema(AlikeAnswer, schemas, "AlikeAnswer")
    _schema(ErrorBody, schemas, "ErrorBody")
    error = _answer(
        "An error with its code.",
        {"type": "object", "properties": {"error": {"$ref": _REF.format(model="ErrorBody")}}},
    )
    event = _path("event")
    room = {"name": "room", "in": "query", "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "streamhub", "version": version},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}, {}],
        "paths": {
            "/api/v1/events/{event}/commands": {
                "post": {
                    "summary": "Carry out one command",
                    "parameters": [event],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"oneOf": commands}}},
                    },
                    "responses": {"200": _answer("It is durable.", accepted), "default": error},
                }
            },
            "/api/v1/events/{event}/preview": {
                "post": {
                    "summary": "What a command would do to the rest of the day; it needs no id",
                    "parameters": [event],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"oneOf": commands}}},
                    },
                    "responses": {
                        "200": _answer("What would change.", foreseen),
                        "default": error,
                    },
                }
            },
            "/api/v1/events/{event}/rooms/{room}/{button}": {
                "post": {
                    "summary": "Press a key of a control surface; no body",
                    "parameters": [
                        event,
                        _path("room"),
                        _path("button", enum=["next", "hold", "extend", "end", "skip", "undo"]),
                        {"name": "by_s", "in": "query", "schema": {"type": "integer"}},
                    ],
                    "responses": {"200": _answer("It is durable.", accepted), "default": error},
                }
            },
            "/api/v1/events/{event}/similar": {
                "post": {
                    "summary": "Public questions that are much like a text",
                    "parameters": [event],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": similar}},
                    },
                    "responses": {
                        "200": _answer("The likest first, five at most.", like),
                        "default": error,
                    },
                }
            },
            "/api/v1/events/{event}/alike": {
                "get": {
                    "summary": "Questions that might be merged, for moderators",
                    "parameters": [event, room],
                    "responses": {
                        "200": _answer("Groups of them, the likest first.", groups),
                        "default": error,
                    },
                }
            },
            "/api/v1/events/{event}/views/{view}": {
                "get": {
                    "summary": "A snapshot of a view",
                    "parameters": [event, _path("view", enum=[v.value for v in View]), room],
                    "responses": {
                        "200": _answer("The view; its cursor is the ETag.", snapshot),
                        "304": {"description": "Nothing changed."},
                        "default": error,
                    },
                }
            },
            "/api/v1/events/{event}/agenda": {
                "get": {
                    "summary": "The long text of the agenda",
                    "parameters": [
                        event,
                        {"name": "rev", "in": "query", "schema": {"type": "string"}},
                    ],
                    "responses": {"200": _answer("The text.", texts), "default": error},
                },
                "post": {
                    "summary": "Replace the agenda by what a file says; for organisers",
                    "parameters": [
                        event,
                        *_choices(),
                        {"name": "touch_live", "in": "query", "schema": {"type": "boolean"}},
                        {"name": "id", "in": "query", "schema": {"type": "string"}},
                        {"name": "watched", "in": "query", "schema": {"type": "string"}},
                    ],
                    "requestBody": _FILE,
                    "responses": {
                        "200": _answer("It is durable.", {"type": "object"}),
                        "default": error,
                    },
                },
            },
            "/api/v1/events/{event}/agenda/preview": {
                "post": {
                    "summary": "What an agenda file says, and what it would change; for organisers",
                    "parameters": [event, *_choices()],
                    "requestBody": _FILE,
                    "responses": {
                        "200": _answer("The reading and the difference.", {"type": "object"}),
                        "default": error,
                    },
                }
            },
            "/api/v1/events/{event}/agenda/watched": {
                "get": {
                    "summary": "Which address is watched, and what waits; for organisers",
                    "parameters": [event, _LANG],
                    "responses": {"200": _answer("See there.", watched), "default": error},
                }
            },
            "/api/v1/events/{event}/agenda/watched/check": {
                "post": {
                    "summary": "Look at the watched address now; for organisers",
                    "parameters": [event, _LANG],
                    "responses": {"200": _answer("As it is now.", watched), "default": error},
                }
            },
            "/api/v1/events/{event}/participants": {
                "post": {
                    "summary": "Become a participant",
                    "parameters": [event],
                    "responses": {
                        "201": _answer(
                            "An identity and its token.",
                            {
                                "type": "object",
                                "properties": {
                                    "participant": {"type": "string"},
                                    "token": {"type": "string"},
                                },
                            },
                        ),
                        "default": error,
                    },
                }
            },
            "/api/v1/displays/offers": {
                "post": {
                    "summary": "A screen asks to be paired",
                    "responses": {
                        "201": _answer(
                            "The code to show, and the screen's own token.",
                            {
                                "type": "object",
                                "properties": {
                                    "code": {"type": "string"},
                                    "token": {"type": "string"},
                                    "expires_at": {"type": "integer"},
                                },
                            },
                        ),
                        "default": error,
                    },
                }
            },
            "/api/v1/displays/offer": {
                "get": {
                    "summary": "What became of a screen's offer",
                    "parameters": [{"name": "wait", "in": "query", "schema": {"type": "number"}}],
                    "responses": {
                        "200": _answer(
                            "Where it stands.",
                            {
                                "type": "object",
                                "properties": {
                                    "state": {"enum": ["waiting", "paired", "expired"]},
                                    "event": {"type": "string"},
                                    "display": {"type": "string"},
                                },
                            },
                        )
                    },
                }
            },
        },
    }
