"""Venue displays: pairing, what each one shows, and the producer's hand on them.

Read top to bottom: state, commands, facts, decide, evolve. The pairing code itself never comes
here: the hub exchanges it for the hash of the device's secret, which is what pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, assert_never

from streamhub.core.agenda import Agenda, room_exists
from streamhub.core.errors import Rejected
from streamhub.core.ids import DisplayId, Ms, RoomId
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table
from streamhub.core.text import clean

NAME_MOST: Final = 60
IDENTIFY_MS: Final = 10_000
"""How long a display shows its name after `display.identify`."""


class Layout(StrEnum):
    """What a display shows. A new one is a folder in `web/src/displays/` and a line here."""

    NOW_NEXT = "now-next"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """A paired venue screen. `secret_hash` is the SHA-256 of what the device proves itself with."""

    id: DisplayId
    name: str
    room: RoomId
    layout: Layout
    secret_hash: str
    paired_at: Ms
    blackout: bool = False
    identify_until_at: Ms | None = None


Displays = Table[DisplayId, Display]
NO_DISPLAYS: Final[Displays] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDisplay:
    """Take the device that shows `code` as a display of a room."""

    code: str
    name: str
    room: RoomId
    layout: Layout
    type: Literal["display.pair"] = "display.pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignDisplay:
    """Give a display another room, layout or name."""

    display: DisplayId
    room: RoomId | None = None
    layout: Layout | None = None
    name: str | None = None
    type: Literal["display.assign"] = "display.assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyDisplay:
    """Let a display show its own name, large, for ten seconds."""

    display: DisplayId
    type: Literal["display.identify"] = "display.identify"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackoutDisplay:
    """Turn a display dark, or light again."""

    display: DisplayId
    on: bool
    type: Literal["display.blackout"] = "display.blackout"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDisplay:
    """Forget a display; it shows a pairing code again."""

    display: DisplayId
    type: Literal["display.remove"] = "display.remove"


DisplayCommand = PairDisplay | AssignDisplay | IdentifyDisplay | BlackoutDisplay | RemoveDisplay


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayPaired:
    """A device became a display."""

    display: DisplayId
    name: str
    room: RoomId
    layout: Layout
    secret_hash: str
    type: Literal["display.paired"] = "display.paired"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayAssigned:
    """A display got its room, layout and name."""

    display: DisplayId
    room: RoomId
    layout: Layout
    name: str
    type: Literal["display.assigned"] = "display.assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayIdentified:
    """A display was asked to show its name."""

    display: DisplayId
    type: Literal["display.identified"] = "display.identified"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayBlackedOut:
    """A display was turned dark or light."""

    display: DisplayId
    on: bool
    type: Literal["display.blacked_out"] = "display.blacked_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayRemoved:
    """A display was forgotten."""

    display: DisplayId
    type: Literal["display.removed"] = "display.removed"


DisplayFact = (
    DisplayPaired | DisplayAssigned | DisplayIdentified | DisplayBlackedOut | DisplayRemoved
)


def decide(
    agenda: Agenda,
    displays: Displays,
    command: DisplayCommand,
    fresh: str,
    secret_hash: str | None,
) -> list[DisplayFact]:
    """Turn a command about displays into facts, or raise `Rejected`.

    Args:
        agenda: for its rooms.
        displays: those that there are.
        command: the wish.
        fresh: an id for a new display.
        secret_hash: what the hub got for the pairing code; None where no device shows it.
    """
    match command:
        case PairDisplay():
            room_exists(agenda, command.room)
            name = clean(command.name, field="name", least=1, most=NAME_MOST)
            if secret_hash is None or by_secret(displays, secret_hash) is not None:
                raise Rejected(
                    "display.code_unknown",
                    "No screen shows this code.",
                    "Read it again from the screen; each code lasts ten minutes.",
                    field="code",
                )
            paired = DisplayPaired(
                display=DisplayId(fresh),
                name=name,
                room=command.room,
                layout=command.layout,
                secret_hash=secret_hash,
            )
            return [paired]
        case AssignDisplay():
            return _assign(agenda, _known(displays, command.display), command)
        case IdentifyDisplay():
            return [DisplayIdentified(display=_known(displays, command.display).id)]
        case BlackoutDisplay():
            display = _known(displays, command.display)
            if display.blackout == command.on:
                return []
            return [DisplayBlackedOut(display=display.id, on=command.on)]
        case RemoveDisplay():
            return [DisplayRemoved(display=_known(displays, command.display).id)]
        case _:
            assert_never(command)


def _assign(agenda: Agenda, display: Display, command: AssignDisplay) -> list[DisplayFact]:
    if command.room is not None:
        room_exists(agenda, command.room)
    name = display.name
    if command.name is not None:
        name = clean(command.name, field="name", least=1, most=NAME_MOST)
    assigned = DisplayAssigned(
        display=display.id,
        room=command.room or display.room,
        layout=command.layout or display.layout,
        name=name,
    )
    same = (assigned.room, assigned.layout, name) == (display.room, display.layout, display.name)
    return [] if same else [assigned]


def _known(displays: Displays, name: DisplayId) -> Display:
    found = displays.get(name)
    if found is None:
        raise Rejected(
            "display.unknown",
            f"There is no display {name!r}.",
            "It may have been removed; pair it again.",
            field="display",
        )
    return found


def evolve(displays: Displays, fact: DisplayFact, stamp: Stamp) -> Displays:
    """Return the displays after `fact`."""
    match fact:
        case DisplayPaired():
            paired = Display(
                id=fact.display,
                name=fact.name,
                room=fact.room,
                layout=fact.layout,
                secret_hash=fact.secret_hash,
                paired_at=stamp.at,
            )
            return displays.set(fact.display, paired)
        case DisplayAssigned():
            assigned = replace(
                displays[fact.display], room=fact.room, layout=fact.layout, name=fact.name
            )
            return displays.set(fact.display, assigned)
        case DisplayIdentified():
            until = stamp.at + IDENTIFY_MS
            return displays.set(
                fact.display, replace(displays[fact.display], identify_until_at=until)
            )
        case DisplayBlackedOut():
            return displays.set(fact.display, replace(displays[fact.display], blackout=fact.on))
        case DisplayRemoved():
            return displays.delete(fact.display)
        case _:
            assert_never(fact)


def by_secret(displays: Mapping[DisplayId, Display], secret_hash: str) -> Display | None:
    """Return the display whose device proves itself with a secret of this hash."""
    for display in displays.values():
        if display.secret_hash == secret_hash:
            return display
    return None
