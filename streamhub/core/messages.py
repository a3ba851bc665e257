"""Messages of the crew: to the screens of a room, to its speakers, to all who take part.

Read top to bottom: state, commands, facts, decide, evolve. A message leaves by `MessageExpired`,
never by the clock of the views: one to speakers must not move what the public sees.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal, assert_never

from streamhub.core.agenda import Agenda, room_exists
from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, MessageId, Ms, RoomId
from streamhub.core.roles import Actor, Role
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table
from streamhub.core.text import clean

TEXT_MOST: Final = 200
FOR_MOST_S: Final = 24 * 3600
MESSAGES_MOST: Final = 100
"""How many there may be at once."""

To = Literal["screens", "speakers", "participants"]
"""Whom a message is for."""
Tone = Literal["info", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message that is shown; of all rooms without `room`, until it is cleared without an end.

    `acknowledged_by` is the speaker who has said that it was read.
    """

    id: MessageId
    to: To
    text: str
    tone: Tone
    at: Ms
    by: ActorId
    room: RoomId | None = None
    until_at: Ms | None = None
    acknowledged_by: ActorId | None = None
    acknowledged_at: Ms | None = None


Messages = Table[MessageId, Message]
NO_MESSAGES: Final[Messages] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowMessage:
    """Show `text` in a room or in all, for so many seconds or until it is cleared."""

    to: To
    text: str
    room: RoomId | None = None
    tone: Tone = "info"
    for_s: int | None = None
    type: Literal["message.show"] = "message.show"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearMessage:
    """Show a message no longer."""

    message: MessageId
    type: Literal["message.clear"] = "message.clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeMessage:
    """A speaker has read a message; its sender sees who has, and when."""

    message: MessageId
    type: Literal["message.acknowledge"] = "message.acknowledge"


MessageCommand = ShowMessage | ClearMessage | AcknowledgeMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """There is a new message."""

    message: MessageId
    to: To
    text: str
    tone: Tone
    room: RoomId | None = None
    until_at: Ms | None = None
    type: Literal["message.shown"] = "message.shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCleared:
    """A message was taken away."""

    message: MessageId
    type: Literal["message.cleared"] = "message.cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAcknowledged:
    """A speaker said that a message was read."""

    message: MessageId
    type: Literal["message.acknowledged"] = "message.acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExpired:
    """The time of a message is over."""

    message: MessageId
    type: Literal["message.expired"] = "message.expired"


MessageFact = MessageShown | MessageCleared | MessageAcknowledged | MessageExpired


def decide(
    agenda: Agenda,
    messages: Messages,
    command: MessageCommand,
    actor: Actor,
    stamp: Stamp,
    fresh: str,
) -> list[MessageFact]:
    """Turn a command about messages into facts, or raise `Rejected`.

    Args:
        agenda: for its rooms.
        messages: those that there are.
        command: the wish.
        actor: whose it is: moderators talk to speakers only.
        stamp: who and when.
        fresh: an id for a new message.
    """
    match command:
        case ShowMessage():
            _may_talk_to(actor, command.to)
            return [_shown(agenda, messages, command, stamp, fresh)]
        case ClearMessage():
            message = _known(messages, command.message)
            _may_talk_to(actor, message.to)
            return [MessageCleared(message=message.id)]
        case AcknowledgeMessage():
            message = _known(messages, command.message)
            if message.to != "speakers":
                raise _unknown(message.id)
            done = message.acknowledged_by is not None
            return [] if done else [MessageAcknowledged(message=message.id)]
        case _:
            assert_never(command)


def _shown(
    agenda: Agenda, messages: Messages, command: ShowMessage, stamp: Stamp, fresh: str
) -> MessageShown:
    if command.room is not None:
        room_exists(agenda, command.room)
    text = clean(command.text, field="text", least=1, most=TEXT_MOST, lines=True)
    if command.for_s is not None and not 0 < command.for_s <= FOR_MOST_S:
        raise Rejected(
            "instant.out_of_range",
            "A message is shown for one second at least and for a day at most.",
            "Give another `for_s`, or none: it can be cleared at any time.",
            field="for_s",
        )
    if len(messages) >= MESSAGES_MOST:
        raise Rejected(
            "message.too_many",
            f"{len(messages)} messages are shown already.",
            "Clear some of them.",
        )
    return MessageShown(
        message=MessageId(fresh),
        to=command.to,
        text=text,
        tone=command.tone,
        room=command.room,
        until_at=None if command.for_s is None else stamp.at + command.for_s * 1000,
    )


def _may_talk_to(actor: Actor, to: To) -> None:
    if actor.role is Role.MODERATOR and to != "speakers":
        raise Rejected(
            "command.forbidden",
            f"A moderator has no messages to {to}.",
            "Ask the producer, or send it to the speakers.",
            field="to",
        )


def _known(messages: Messages, name: MessageId) -> Message:
    found = messages.get(name)
    if found is None:
        raise _unknown(name)
    return found


def _unknown(name: MessageId) -> Rejected:
    return Rejected(
        "message.unknown",
        f"There is no message {name!r}.",
        "It was cleared, or its time is over.",
        field="message",
    )


def expired(messages: Messages, now: Ms) -> list[MessageFact]:
    """Return the facts that end the messages whose time is over."""
    over = sorted(
        message.id
        for message in messages.values()
        if message.until_at is not None and message.until_at <= now
    )
    return [MessageExpired(message=name) for name in over]


def next_expiry_at(messages: Messages) -> Ms | None:
    """When the next message leaves by itself; None if none does."""
    return min((m.until_at for m in messages.values() if m.until_at is not None), default=None)


def evolve(messages: Messages, fact: MessageFact, stamp: Stamp) -> Messages:
    """Return the messages after `fact`."""
    match fact:
        case MessageShown():
            message = Message(
                id=fact.message,
                to=fact.to,
                text=fact.text,
                tone=fact.tone,
                at=stamp.at,
                by=stamp.by,
                room=fact.room,
                until_at=fact.until_at,
            )
            return messages.set(message.id, message)
        case MessageAcknowledged():
            read = replace(
                messages[fact.message], acknowledged_by=stamp.by, acknowledged_at=stamp.at
            )
            return messages.set(fact.message, read)
        case MessageCleared() | MessageExpired():
            return messages.delete(fact.message)
        case _:
            assert_never(fact)
