"""`Rejected`: the answer "no" to a command, and the one list of its codes.

A rejection is an answer, not a fault: it says what was attempted, what stands in the way and what
to do. Anything else that is raised while deciding is a bug. A new code is one row in `CODES`;
`docs/protocol.md` must name it or a test fails.
"""

from typing import Final

CODES: Final[dict[str, bool]] = {
    # code: whether trying the same again later may succeed
    "command.invalid": False,
    "command.unknown": False,
    "command.reused": False,
    "command.forbidden": False,
    "command.too_large": False,
    "request.invalid": False,
    "request.not_found": False,
    "request.too_many": True,
    "event.unknown": False,
    "event.exists": False,
    "agenda.invalid": False,
    "agenda.touches_live": False,
    "agenda.stale": False,
    "view.unknown": False,
    "view.forbidden": False,
    "token.invalid": False,
    "room.unknown": False,
    "session.unknown": False,
    "session.stale": False,
    "session.already_live": False,
    "session.not_live": False,
    "session.not_paused": False,
    "session.already_paused": False,
    "session.not_scheduled": False,
    "session.not_skipped": False,
    "session.too_short": False,
    "session.already_ran": False,
    "rundown.finished": False,
    "rundown.nothing_to_undo": False,
    "rundown.stale": False,
    "rundown.entangled": False,
    "instant.out_of_range": False,
    "question.unknown": False,
    "question.closed": True,
    "question.not_yours": False,
    "question.stale": False,
    "question.wrong_status": False,
    "question.too_many": True,
    "poll.unknown": False,
    "poll.invalid": False,
    "poll.wrong_status": False,
    "poll.closed": True,
    "poll.answered": False,
    "poll.too_many": False,
    "stream.invalid": False,
    "stream.unknown": False,
    "stream.too_many": False,
    "question.slow_mode": True,
    "question.duplicate": False,
    "question.claimed": True,
    "name.required": False,
    "participant.unknown": False,
    "participant.muted": True,
    "participant.unproven": True,
    "speaker.unknown": False,
    "stage.stale": False,
    "stage.empty": False,
    "text.too_short": False,
    "text.too_long": False,
    "text.invalid": False,
    "display.unknown": False,
    "display.code_unknown": False,
    "display.too_many_tries": True,
    "message.unknown": False,
    "message.too_many": False,
    "link.unknown": False,
    "link.used_up": False,
    "unavailable": True,
    "internal": True,
}

MESSAGE_MOST: Final = 400
"""Most characters of a message: it may quote what a client sent."""


class Rejected(Exception):  # noqa: N818 - it is an answer and reads as one: `raise Rejected(...)`
    """A command that is not carried out.

    Args:
        code: a key of `CODES`, a dotted adjective.
        message: what was attempted and what stands in the way, in English, for people.
        hint: what to do about it.
        field: the field of the command that is at fault.
        retry_after: seconds after which it is worth trying again.
        detail: further facts for programs (who advanced, when); JSON values.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        *,
        field: str | None = None,
        retry_after: float | None = None,
        detail: dict[str, str | int | None] | None = None,
    ) -> None:
        if code not in CODES:
            raise KeyError(code)
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = (
            message if len(message) <= MESSAGE_MOST else message[: MESSAGE_MOST - 1] + "…"
        )
        self.hint = hint
        self.field = field
        self.retry_after = retry_after
        self.detail = detail

    @property
    def retryable(self) -> bool:
        """Whether the same command may succeed later."""
        return CODES[self.code]
