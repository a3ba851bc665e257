"""How a rejection is said on the wire, by socket and by HTTP alike."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from pydantic import ValidationError

from streamhub.core.errors import Rejected
from streamhub.protocol.messages import ErrorBody, Refused

STATUS: dict[str, int] = {
    "command.forbidden": 403,
    "view.forbidden": 403,
    "token.invalid": 401,
    "command.too_large": 413,
    "request.not_found": 404,
    "request.too_many": 429,
    "question.too_many": 429,
    "question.slow_mode": 429,
    "participant.muted": 403,
    "participant.unproven": 429,
    "display.too_many_tries": 429,
    "unavailable": 503,
    "internal": 500,
    "display.code_unknown": 404,
}
"""HTTP statuses that are not told by the code's last word (`status_of`)."""

_BY_WORD = {"unknown": 404, "invalid": 400, "required": 400, "too_short": 400, "too_long": 400}


def error_body(rejected: Rejected, say: Callable[[str], str] = str) -> ErrorBody:
    """Return the error object that every answer carries; `say` says it in somebody's language."""
    body: dict[str, Any] = {
        "code": rejected.code,
        "message": say(rejected.message),
        "hint": None if rejected.hint is None else say(rejected.hint),
        "field": rejected.field,
        "retryable": rejected.retryable,
        "retry_after": rejected.retry_after,
        "detail": rejected.detail,
    }
    return cast("ErrorBody", {key: value for key, value in body.items() if value is not None})


def refused(rejected: Rejected) -> Refused:
    """Return the ack that says no."""
    return {"ok": False, "error": error_body(rejected)}


def status_of(code: str) -> int:
    """Return the HTTP status that fits `code`: 409 where nothing closer does."""
    return STATUS.get(code) or _BY_WORD.get(code.rpartition(".")[2], 409)


def first_flaw(error: ValidationError) -> tuple[str | None, str]:
    """Return the field and the words of the first thing that a model did not accept."""
    flaw = error.errors(include_url=False, include_input=False)[0]
    return _path(flaw["loc"]), str(flaw["msg"])


def _path(loc: Sequence[int | str]) -> str | None:
    return ".".join(str(part) for part in loc) or None
