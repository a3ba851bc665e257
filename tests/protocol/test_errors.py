"""How a rejection is said on the wire."""

import pytest
from pydantic import TypeAdapter, ValidationError

from streamhub.core.errors import CODES, Rejected
from streamhub.protocol.errors import error_body, first_flaw, refused, status_of

STATUSES = {
    400: {
        "poll.invalid",
        "stream.invalid",
        "command.invalid",
        "request.invalid",
        "agenda.invalid",
        "text.invalid",
        "text.too_short",
        "text.too_long",
        "session.too_short",
        "name.required",
    },
    401: {"token.invalid"},
    403: {"command.forbidden", "view.forbidden", "participant.muted"},
    404: {
        "command.unknown",
        "request.not_found",
        "event.unknown",
        "view.unknown",
        "room.unknown",
        "session.unknown",
        "question.unknown",
        "poll.unknown",
        "participant.unknown",
        "speaker.unknown",
        "display.unknown",
        "display.code_unknown",
        "message.unknown",
        "stream.unknown",
        "link.unknown",
    },
    413: {"command.too_large"},
    429: {
        "request.too_many",
        "question.too_many",
        "question.slow_mode",
        "participant.unproven",
        "display.too_many_tries",
    },
    500: {"internal"},
    503: {"unavailable"},
}


def test_every_code_has_a_fitting_status_and_409_where_nothing_closer_does() -> None:
    listed = {code: status for status, codes in STATUSES.items() for code in codes}
    assert listed.keys() <= CODES.keys()
    assert {code: status_of(code) for code in CODES} == dict.fromkeys(CODES, 409) | listed


def test_error_says_all_that_there_is_to_say() -> None:
    rejected = Rejected(
        "session.stale",
        "Moved on.",
        "Look again.",
        field="live",
        retry_after=2,
        detail={"live": None, "at": 5},
    )
    assert refused(rejected) == {
        "ok": False,
        "error": {
            "code": "session.stale",
            "message": "Moved on.",
            "hint": "Look again.",
            "field": "live",
            "retryable": False,
            "retry_after": 2,
            "detail": {"live": None, "at": 5},
        },
    }


def test_error_leaves_out_what_there_is_not() -> None:
    assert error_body(Rejected("unavailable", "Away.")) == {
        "code": "unavailable",
        "message": "Away.",
        "retryable": True,
    }


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        ({"a": [1, "x"]}, ("a.1", "Input should be a valid integer")),
        (1, (None, "Input should be a valid dictionary")),
    ],
)
def test_first_flaw_names_the_field(value: object, flaw: tuple[str | None, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(dict[str, list[int]]).validate_python(value, strict=True)
    assert first_flaw(caught.value) == flaw
