"""Venue displays: pairing, what each one shows, and the producer's hand on them.

Read top to bottom: state, commands, facts, decide, evolve. The pairing code itself never comes
here: the hub exchanges it for the hash of the device's secret, which is what pairs.
"""

import re
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
LANGUAGES_MOST: Final = 8
LOGO_MOST: Final = 2000


class Layout(StrEnum):
    """What a display shows. A new one is a folder in `web/src/displays/` and a line here."""

    NOW_NEXT = "now-next"
    AGENDA = "agenda"
    FOYER = "foyer"
    DOOR = "door"
    QUESTIONS = "questions"
    TIMER = "timer"
    MESSAGE = "message"
    OVERLAY = "overlay"


Theme = Literal["dark", "light", "event"]
"""The colours of a display: `event` takes the event's accent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayOptions:
    """How a display shows its layout.

    `qr`: with the code of the public page; `zones`: with the event's further zones; `languages`
    of its labels, in rotation, all of the event's where there are none; `logo`: an address.
    """

    qr: bool = True
    zones: bool = True
    languages: tuple[str, ...] = ()
    theme: Theme = "dark"
    logo: str | None = None


PLAIN: Final = DisplayOptions()


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
    options: DisplayOptions = PLAIN


Displays = Table[DisplayId, Display]
NO_DISPLAYS: Final[Displays] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsWish:
    """What to change of a display's options; what is left out stays. An empty `logo` removes it."""

    qr: bool | None = None
    zones: bool | None = None
    languages: tuple[str, ...] | None = None
    theme: Theme | None = None
    logo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDisplay:
    """Take the device that shows `code` as a display of a room."""

    code: str
    name: str
    room: RoomId
    layout: Layout
    options: OptionsWish | None = None
    type: Literal["display.pair"] = "display.pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignDisplay:
    """Give a display another room, layout, name or other options."""

    display: DisplayId
    room: RoomId | None = None
    layout: Layout | None = None
    name: str | None = None
    options: OptionsWish | None = None
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
    options: DisplayOptions = PLAIN
    type: Literal["display.paired"] = "display.paired"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayAssigned:
    """A display got its room, layout, name and options."""

    display: DisplayId
    room: RoomId
    layout: Layout
    name: str
    options: DisplayOptions = PLAIN
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
                options=_options(PLAIN, command.options),
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
        options=_options(display.options, command.options),
    )
    return [] if _assigned(display, assigned) == display else [assigned]


def _assigned(display: Display, fact: DisplayAssigned) -> Display:
    return replace(
        display, room=fact.room, layout=fact.layout, name=fact.name, options=fact.options
    )


_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LOGO = re.compile(r"(?:https://[^\s/\"'<>\\]+|/(?!/))[^\s\"'<>\\]*")


def _options(options: DisplayOptions, wish: OptionsWish | None) -> DisplayOptions:
    if wish is None:
        return options
    languages = options.languages if wish.languages is None else wish.languages
    if len(languages) > LANGUAGES_MOST or not all(map(_LANGUAGE.fullmatch, languages)):
        raise Rejected(
            "command.invalid",
            f"A display has up to {LANGUAGES_MOST} languages, by their codes.",
            "Send codes such as en, es or pt-BR.",
            field="options.languages",
        )
    logo = options.logo if wish.logo is None else wish.logo
    if logo and (len(logo) > LOGO_MOST or not _LOGO.fullmatch(logo)):
        raise Rejected(
            "command.invalid",
            "A logo is an address that begins with https:// or, on this host, with /.",
            "Send such an address, or an empty text to have none.",
            field="options.logo",
        )
    return DisplayOptions(
        qr=options.qr if wish.qr is None else wish.qr,
        zones=options.zones if wish.zones is None else wish.zones,
        languages=tuple(dict.fromkeys(languages)),
        theme=options.theme if wish.theme is None else wish.theme,
        logo=logo or None,
    )


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
                options=fact.options,
            )
            return displays.set(fact.display, paired)
        case DisplayAssigned():
            return displays.set(fact.display, _assigned(displays[fact.display], fact))
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
