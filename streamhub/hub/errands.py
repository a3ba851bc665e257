"""Errands: what operators ask of a journal, and what passes to and fro while it is carried out.

Shapes only. What is done is in `operate.py`; how an errand reaches a node, in `http/office.py`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field


class Declined(Exception):  # noqa: N818 - an answer, as `Rejected`
    """An errand that is not carried out; the message says why and what to do, line by line."""

    @property
    def said(self) -> str:
        """The message, as it was `Said`."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an errand is: `done` of `total` (None where nobody knows) entries of an event."""

    doing: str
    event: str
    done: int
    total: int | None = None


class Window(Protocol):
    """What passes between an operator and the journal."""

    def read(self) -> AsyncIterator[bytes]:
        """Read the file that is handed in, from its beginning; it may be read again."""
        ...

    async def write(self, data: bytes) -> None:
        """Hand out the next part of a file."""
        ...

    async def tell(self, progress: Progress) -> None:
        """Say how far it is."""
        ...


# --- errands -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Init:
    """Make an event of the agenda file that is handed in; `name` tells its format."""

    name: str
    slug: str | None = None
    type: Literal["init"] = "init"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Tell the title and the zone of an event."""

    event: str
    type: Literal["about"] = "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Put the agenda that is handed in, in streamhub's own JSON, in the place of an event's.

    `touch_live`: what is on air may change, too. `only_look`: tell what would change, and no more.
    """

    event: str
    touch_live: bool = False
    only_look: bool = False
    type: Literal["replace"] = "replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Tell the links of every event."""

    type: Literal["links"] = "links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Write all events and the key."""

    type: Literal["backup"] = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Write one event, without the key."""

    event: str
    type: Literal["export"] = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Put back what a backup holds: all of it, or one event and the key."""

    event: str | None = None
    replace: bool = False
    replace_key: bool = False
    type: Literal["restore"] = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Put one event of another installation here, with links of its own."""

    event: str | None = None
    replace: bool = False
    type: Literal["import"] = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Examine the journal: all of it, or one event."""

    event: str | None = None
    type: Literal["check"] = "check"


Errand = Annotated[
    Init | About | Replace | Links | Backup | Export | Restore | Import | Check,
    Field(discriminator="type"),
]
