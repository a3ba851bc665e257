"""What organisers are told over HTTP: the parts of an agenda to look at, and links."""

from typing import Literal

from typing_extensions import TypedDict

Shown = str | int | bool | list[str] | None
"""A value of a field as people read it: rooms, tracks and speakers by name, instants in ms."""


class FieldChange(TypedDict):
    """A field as it is, and as it would be."""

    field: str
    was: Shown
    will: Shown


class PlanRoom(TypedDict):
    """A room of a plan."""

    room: str
    name: str


class PlanSession(TypedDict):
    """A session of a plan, and what becomes of it. `moved`: to another time or room."""

    session: str
    title: str
    room: str
    start_at: int
    end_at: int
    kind: str
    speakers: list[str]
    becomes: Literal["same", "added", "moved", "changed", "gone", "restored"]


class PlanView(TypedDict):
    """An agenda as the event would have it, to draw: rooms in order, sessions by start."""

    title: str
    timezone: str
    rooms: list[PlanRoom]
    sessions: list[PlanSession]


class AgendaColumn(TypedDict):
    """A column of a table: what stands in it, and what it is taken for."""

    number: int
    heading: str | None
    samples: list[str]
    field: str | None


class LinkAnswer(TypedDict):
    """A role link as its organiser sees it. `url` is None where this node cannot say it.

    `uses`: for how many people an invitation is; None where it is one person's. `online` counts the
    connections that hold it now; of an invitation for several, the people whose page is open.
    """

    link: str
    role: str
    name: str | None
    speaker: str | None
    url: str | None
    created_at: int
    expires_at: int | None
    revoked: bool
    uses: int | None
    online: int


class LinksAnswer(TypedDict):
    """All links of an event, the newest first; `you` is the one that asks."""

    links: list[LinkAnswer]
    you: str
