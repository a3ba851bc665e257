"""What a journal entry says: the batch of decisions that one append made durable, as JSON.

Facts tolerate unknown fields, so that an older node reads what a newer one wrote; a fact's type
that is not known is an error, because skipping it would make another state.
"""

from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter

from streamhub.core.event import Decision, EventState

_DECISIONS: Final[TypeAdapter[list[Decision]]] = TypeAdapter(list[Decision])
_STATE: Final[TypeAdapter[EventState]] = TypeAdapter(EventState)


def encode_decisions(decisions: Sequence[Decision]) -> bytes:
    """Return the body of an entry."""
    return _DECISIONS.dump_json(list(decisions), exclude_none=True)


def decode_decisions(body: bytes) -> list[Decision]:
    """Read the body of an entry; raises `pydantic.ValidationError` where it is none."""
    return _DECISIONS.validate_json(body)


def encode_state(state: EventState) -> bytes:
    """Return the body of a snapshot."""
    return _STATE.dump_json(state, exclude_defaults=True)


def decode_state(body: bytes) -> EventState:
    """Read the body of a snapshot; raises `pydantic.ValidationError` where it is none."""
    return _STATE.validate_json(body)
