"""The patch that all servers broadcast: 300 bytes, as when a question is approved.

`bench-<number>` in it is how the load generator knows which broadcast it is; limit.c and node.mjs
write the same.
"""

from typing import Any

FROM = "120.3fa9c1d27b6e8041"
TO = "121.9be1c4a7d05f2e36"


def text_of(number: int) -> str:
    """The text that carries the number of a broadcast."""
    return f"bench-{number}. How do regions of this size take part in it?"


def patch_body(number: int, cursor: str | None = None) -> dict[str, Any]:
    """A `PatchMessage`; from `cursor` to itself where there is one: no page loses its place."""
    question = {
        "session": "s3",
        "text": text_of(number),
        "name": "Ana",
        "upvotes": 17,
        "status": "approved",
        "asked_at": 1764045800000,
    }
    return {
        "from": cursor or FROM,
        "to": cursor or TO,
        "at": 1764045804123,
        "patch": {"questions": {"ykgkapnhsqoja2ix": question}},
    }
