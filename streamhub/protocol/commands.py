"""Reading a command from what a client sent.

Shapes are checked here, meaning in `core`. The id is the client's, once per wish; the digest tells
a retry from another command under the same id.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from streamhub.core.errors import Rejected
from streamhub.core.event import COMMAND_TYPES, Command
from streamhub.protocol.errors import first_flaw
from streamhub.protocol.messages import CommandId

MAX_BYTES: Final = 16 * 1024
"""The most that one command may take on the wire."""

UNREMEMBERED: Final = frozenset(
    {"question.upvote", "question.unvote", "poll.answer", "poll.withdraw", "reaction.send"}
)
"""Commands that set something to a value: doing one twice is doing it once, so no id is kept."""

BY_FILE: Final = frozenset({"agenda.replace"})
"""Commands that are made here of what a client hands in, and never sent."""

_ADAPTERS: Final[dict[str, TypeAdapter[Command]]] = {
    name: TypeAdapter(cls) for name, cls in COMMAND_TYPES.items() if name not in BY_FILE
}
_ID: Final[TypeAdapter[str]] = TypeAdapter(CommandId)


@dataclass(frozen=True, slots=True)
class Wish:
    """A command as a client sent it: its id, the digest of its body, and what it says."""

    id: str
    digest: str
    command: Command

    @property
    def remembered(self) -> bool:
        """Whether its answer is kept, so that a retry gets it again."""
        return self.command.type not in UNREMEMBERED


def parse_command(data: object) -> Wish:
    """Read `{id, type, …}`.

    Raises:
        Rejected: `command.invalid`, `command.unknown`, `command.too_large`, `text.invalid`.
    """
    if not isinstance(data, dict):
        raise Rejected(
            "command.invalid",
            "A command is an object with `id` and `type`.",
            'Send for instance {"id": "…", "type": "question.upvote", "question": "…"}.',
        )
    body = _canonical(data)
    name = data.get("type")
    adapter = _ADAPTERS.get(name) if isinstance(name, str) else None
    if adapter is None:
        shown = name[:64] if isinstance(name, str) else "nothing"
        raise Rejected(
            "command.unknown",
            f"There is no command {shown!r}.",
            "The protocol page lists all commands.",
            field="type",
        )
    try:
        identity = _ID.validate_python(data.get("id"))
    except ValidationError as error:
        raise Rejected(
            "command.invalid",
            "A command needs an `id` of 1 to 64 visible ASCII characters.",
            "Make a fresh UUID for every wish, and keep it for retries.",
            field="id",
        ) from error
    try:
        command = adapter.validate_json(body, strict=True)
    except ValidationError as error:
        field, words = first_flaw(error)
        raise Rejected(
            "command.invalid",
            f"{name} is not well formed: {words}.",
            "The protocol page lists its fields.",
            field=field,
        ) from error
    return Wish(identity, hashlib.sha256(body).hexdigest()[:32], command)


def _canonical(data: dict[Any, Any]) -> bytes:
    try:
        text = json.dumps(
            data, allow_nan=False, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        body = text.encode()
    except UnicodeEncodeError as error:
        raise Rejected(
            "text.invalid",
            "The command holds a broken symbol (half of a surrogate pair).",
            "Paste the text again as plain text.",
        ) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Rejected(
            "command.invalid",
            "A command is plain JSON: no NaN, no infinity, no binary, no deep nesting.",
            "Send strings, whole numbers, booleans and lists of them.",
        ) from error
    if len(body) > MAX_BYTES:
        raise Rejected(
            "command.too_large",
            f"This command takes {len(body)} bytes; {MAX_BYTES} are the most.",
            "Shorten its text.",
        )
    return body
