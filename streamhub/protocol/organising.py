"""What organisers are told over HTTP, one model each: agendas that are handed in, and links."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

Shown = str | int | bool | list[str] | None
"""A value of a field as people read it: rooms, tracks and speakers by name, instants in ms."""


class FieldChange(TypedDict):
    """A field as it is, and as it would be."""

    field: str
    was: Shown
    will: Shown


class NamedSession(TypedDict):
    """A session by name."""

    session: str
    title: str


class SessionChange(TypedDict):
    """A session that would be another: which fields, and what is in them."""

    session: str
    title: str
    fields: list[str]
    changes: list[FieldChange]


class DifferenceAnswer(TypedDict):
    """What an agenda would change; `live` is what of it is on air, `event` what is no session's."""

    added: list[NamedSession]
    gone: list[NamedSession]
    restored: list[NamedSession]
    changes: list[SessionChange]
    live: list[NamedSession]
    event: list[FieldChange]


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


class NoteAnswer(TypedDict):
    """What was made of something in a file."""

    level: Literal["assumed", "warning", "dropped"]
    row: str | None
    field: str | None
    text: str


class AskAnswer(TypedDict):
    """What only the organiser knows."""

    what: Literal["timezone", "columns", "date", "title"]
    why: str
    options: list[str]
    needed: bool


class ProblemAnswer(TypedDict):
    """What is wrong in a file, and where."""

    where: str
    line: int | None
    message: str
    hint: str | None


class ColumnAnswer(TypedDict):
    """A column of a table: what stands in it, and what it is taken for."""

    number: int
    heading: str | None
    samples: list[str]
    field: str | None


class AgendaPreview(TypedDict):
    """What a file says, and what it would change. `seen` is what to confirm it with."""

    format: str | None
    label: str | None
    slug: str | None
    notes: list[NoteAnswer]
    asks: list[AskAnswer]
    problems: list[ProblemAnswer]
    columns: list[ColumnAnswer]
    fields: list[str]
    agenda: NotRequired[object]
    difference: DifferenceAnswer | None
    plan: PlanView | None
    seen: str | None


class LinkAnswer(TypedDict):
    """A role link as its organiser sees it. `url` is None where this node cannot say it.

    `online` counts the connections that hold it now.
    """

    link: str
    role: str
    name: str | None
    speaker: str | None
    url: str | None
    created_at: int
    expires_at: int | None
    revoked: bool
    online: int


class LinksAnswer(TypedDict):
    """All links of an event, the newest first; `you` is the one that asks."""

    links: list[LinkAnswer]
    you: str
