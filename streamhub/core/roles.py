"""Who may issue which command: one table, one row per command.

A command without a row does not build (`event.py` compares the table with the union when it is
imported). What a role may do only to its own things says so in `own`; the deciding code of that
feature checks it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, SpeakerId


class Role(StrEnum):
    """What somebody is in an event. Exactly one per connection or request."""

    PARTICIPANT = "participant"
    MODERATOR = "moderator"
    PRODUCER = "producer"
    SPEAKER = "speaker"
    DISPLAY = "display"
    ORGANISER = "organiser"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who issues commands. `speaker` names the person on the agenda, for speakers.

    `owes` is the work that a new participant of a busy network still has to do: see
    `hub/identities.py`.
    """

    id: ActorId
    role: Role
    speaker: SpeakerId | None = None
    owes: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles; and `own`: participants and speakers only on what is theirs."""

    roles: frozenset[Role]
    own: Literal["question", "session"] | None = None


_AUDIENCE: Final = frozenset({Role.PARTICIPANT})
_DESK: Final = frozenset({Role.MODERATOR, Role.ORGANISER})
_CONTROL: Final = frozenset({Role.PRODUCER, Role.ORGANISER})
_CREW: Final = _DESK | _CONTROL
_OWNER: Final = frozenset({Role.ORGANISER})

WHO: Final[dict[str, Rule]] = {
    "question.ask": Rule(_AUDIENCE),
    "question.edit": Rule(_AUDIENCE, own="question"),
    "question.withdraw": Rule(_AUDIENCE, own="question"),
    "question.upvote": Rule(_AUDIENCE),
    "question.unvote": Rule(_AUDIENCE),
    "question.approve": Rule(_DESK),
    "question.reject": Rule(_DESK),
    "question.restore": Rule(_DESK),
    "question.amend": Rule(_DESK),
    "question.spotlight": Rule(_CREW),
    "question.unspotlight": Rule(_CREW),
    "question.answer": Rule(_DESK | {Role.SPEAKER}, own="session"),
    "question.reopen": Rule(_DESK | {Role.SPEAKER}, own="session"),
    "question.redact": Rule(_OWNER),
    "question.merge": Rule(_DESK),
    "question.split": Rule(_DESK),
    "question.label": Rule(_DESK),
    "question.star": Rule(_DESK),
    "question.assign": Rule(_DESK),
    "question.note": Rule(_DESK),
    "question.claim": Rule(_DESK),
    "question.release": Rule(_DESK),
    "question.queue": Rule(_DESK),
    "question.unqueue": Rule(_DESK),
    "question.flag": Rule(_AUDIENCE),
    "question.unflag": Rule(_AUDIENCE),
    "question.undo": Rule(_DESK),
    "stage.next": Rule(_CREW | {Role.SPEAKER}, own="session"),
    "stage.previous": Rule(_CREW | {Role.SPEAKER}, own="session"),
    "questions.set": Rule(_CREW),
    "questions.configure": Rule(_DESK),
    "questions.bulk": Rule(_DESK),
    "participant.mute": Rule(_DESK),
    "poll.create": Rule(_CREW),
    "poll.edit": Rule(_CREW),
    "poll.open": Rule(_CREW),
    "poll.close": Rule(_CREW),
    "poll.reopen": Rule(_CREW),
    "poll.show": Rule(_CREW),
    "poll.hide": Rule(_CREW),
    "poll.reveal": Rule(_CREW),
    "poll.remove": Rule(_CREW),
    "poll.answer": Rule(_AUDIENCE),
    "poll.withdraw": Rule(_AUDIENCE),
    "poll.word": Rule(_CREW),
    "reaction.send": Rule(_AUDIENCE),
    "stream.set": Rule(_CONTROL),
    "stream.unschedule": Rule(_CONTROL),
    "stream.tune": Rule(_CONTROL),
    "recording.set": Rule(_CONTROL),
    "session.start": Rule(_CONTROL),
    "session.end": Rule(_CONTROL),
    "session.next": Rule(_CONTROL),
    "session.pause": Rule(_CONTROL),
    "session.resume": Rule(_CONTROL),
    "session.extend": Rule(_CONTROL),
    "session.skip": Rule(_CONTROL),
    "session.restore": Rule(_CONTROL),
    "session.cancel": Rule(_CONTROL),
    "session.correct": Rule(_CONTROL),
    "session.retime": Rule(_CONTROL),
    "session.reorder": Rule(_CONTROL),
    "session.insert": Rule(_CONTROL),
    "session.edit": Rule(_CONTROL),
    "rundown.follow": Rule(_CONTROL),
    "rundown.undo": Rule(_CONTROL),
    "message.show": Rule(_CREW),  # moderators to speakers only: `messages.py`
    "message.clear": Rule(_CREW),
    "message.acknowledge": Rule(frozenset({Role.SPEAKER})),
    "display.pair": Rule(_CONTROL),
    "display.assign": Rule(_CONTROL),
    "display.identify": Rule(_CONTROL),
    "display.blackout": Rule(_CONTROL),
    "display.remove": Rule(_CONTROL),
    "agenda.replace": Rule(_OWNER | {Role.SYSTEM}),  # the system: of what is watched
    "agenda.watch": Rule(_OWNER),
    "agenda.leave": Rule(_OWNER),
    "link.create": Rule(_OWNER),
    "link.revoke": Rule(_OWNER),
    "link.use": Rule(_AUDIENCE),
    "reactions.count": Rule(frozenset({Role.SYSTEM})),
    "clock.tick": Rule(frozenset({Role.SYSTEM})),
}


def authorize(actor: Actor, command: str) -> None:
    """Raise `command.forbidden` unless the table lets `actor` issue `command`.

    Raise `participant.unproven` while they owe work.
    """
    roles = WHO[command].roles
    if actor.role not in roles:
        allowed = ", ".join(sorted(role.value for role in roles))
        raise Rejected(
            "command.forbidden",
            f"A {actor.role.value} may not issue {command}.",
            f"Sign in with a link for: {allowed}.",
            field="type",
        )
    if actor.owes:
        raise Rejected(
            "participant.unproven",
            "Very many people come from your network; your device has something to compute first.",
            "Pages do it by themselves; programs find it under “What a newcomer owes”.",
            retry_after=1,
            detail={"owes": actor.owes},
        )


MAY_SEE: Final[dict[str, frozenset[Role]]] = {
    # view: the roles that may look at it; `stage` is what anyone may see
    "stage": frozenset(Role) - {Role.SYSTEM},
    "audience": frozenset(Role) - {Role.SYSTEM, Role.DISPLAY},
    "speaker": frozenset(Role) - {Role.SYSTEM, Role.PARTICIPANT},
    "desk": _DESK,
    "control": _CONTROL,
}


def admit(actor: Actor, view: str) -> None:
    """Raise `view.forbidden` unless `actor` may look at `view`."""
    if actor.role not in MAY_SEE[view]:
        allowed = ", ".join(sorted(role.value for role in MAY_SEE[view]))
        raise Rejected(
            "view.forbidden",
            f"A {actor.role.value} may not see the {view} view.",
            f"Sign in with a link for: {allowed}.",
            field="view",
        )
