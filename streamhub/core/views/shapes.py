"""The shapes of everything that leaves core, and nothing else.

The `TypedDict`s are the source of the wire's JSON Schema and of the TypeScript types. Fields marked
`NotRequired` are left out when there is nothing to say: a projection holds no null.
"""

from enum import StrEnum
from typing import NotRequired

from typing_extensions import TypedDict


class View(StrEnum):
    """The four views. What each holds is in `SECTIONS`."""

    STAGE = "stage"
    AUDIENCE = "audience"
    DESK = "desk"
    CONTROL = "control"


class ZoneView(TypedDict):
    """A zone that pages show: an IANA name and the city as printed."""

    name: str
    label: str


class EventView(TypedDict):
    """The event itself. `agenda_rev` names the revision that `/agenda?rev=` serves."""

    slug: str
    title: str
    tagline: NotRequired[str]
    venue: NotRequired[str]
    timezone: str
    zones: list[ZoneView]
    languages: list[str]
    accent: NotRequired[str]
    starts_at: int
    ends_at: int
    agenda_rev: str


class RoomQuestionsView(TypedDict):
    """Where a question asked "now" goes; no `session` while the room takes none."""

    state: str
    why: str
    session: NotRequired[str]
    opens_at: NotRequired[int]


class RoomView(TypedDict):
    """A room. Of rooms other than the view's own, only `name`, `order`, `live` and `next`."""

    name: str
    order: int
    place: NotRequired[str]
    live: NotRequired[str]
    next: NotRequired[str]
    offset_s: NotRequired[int]
    stream: NotRequired[str]
    spotlight: NotRequired[str]
    questions: NotRequired[RoomQuestionsView]


class SpeakerView(TypedDict):
    """A speaker as shown with a session."""

    id: str
    name: str
    role: NotRequired[str]
    affiliation: NotRequired[str]


class RunView(TypedDict):
    """One time that a session ran; `control` only."""

    started_at: int
    ended_at: NotRequired[int]


class SessionView(TypedDict):
    """A session: plan, expectation, and what became of it.

    `due_at` is the anchor of a live session's countdown; while `paused_at` is set, the time left is
    `due_at - paused_at`. In `control`, expected times are exact, elsewhere as the public sees them:
    there, `expected_end_at` of what is on air is never after the next start that was told.
    """

    room: str
    order: int
    title: str
    kind: str
    track: NotRequired[str]
    start_at: int
    duration_s: int
    expected_start_at: int
    expected_end_at: int
    status: str
    started_at: NotRequired[int]
    ended_at: NotRequired[int]
    due_at: NotRequired[int]
    paused_at: NotRequired[int]
    speakers: list[SpeakerView]
    questions: str
    fixed_end: NotRequired[bool]
    extended_s: NotRequired[int]
    paused_s: NotRequired[int]
    runs: NotRequired[list[RunView]]
    opening: NotRequired[str]


class DecidedView(TypedDict):
    """Who decided last on a question, and when; `desk` only."""

    by: str
    at: int


class QuestionView(TypedDict):
    """A question. The fields after `answered_at` are in `desk` only.

    The `text` of one that was redacted is empty; only `desk` has it, and its author.
    """

    session: str
    text: str
    name: NotRequired[str]
    upvotes: int
    status: str
    asked_at: int
    reply: NotRequired[str]
    answered_at: NotRequired[int]
    revision: NotRequired[int]
    author: NotRequired[str]
    original: NotRequired[str]
    reason: NotRequired[str]
    decided: NotRequired[DecidedView]


class ParticipantView(TypedDict):
    """A participant's standing, for moderators: how many asked, how many taken up or not."""

    asked: int
    taken: int
    not_taken: int


class UndoView(TypedDict):
    """What the undo button of a room would take back; `what` is a fact's type."""

    seq: int
    what: str
    session: str
    by: str
    at: int


class DisplayView(TypedDict):
    """A paired display, as the producer sees it and as it sees itself."""

    name: str
    room: str
    layout: str
    paired_at: int
    blackout: bool
    identify_until_at: NotRequired[int]


class MessageView(TypedDict):
    """A message on screens (none are sent yet)."""

    text: str


class ViewState(TypedDict):
    """All that a view holds; collections are objects keyed by id."""

    event: EventView
    rooms: dict[str, RoomView]
    sessions: dict[str, SessionView]
    questions: dict[str, QuestionView]
    messages: dict[str, MessageView]
    participants: NotRequired[dict[str, ParticipantView]]
    undo: NotRequired[dict[str, UndoView]]
    displays: NotRequired[dict[str, DisplayView]]


class MyQuestionView(TypedDict):
    """One's own question and its way.

    `way` is one of `in_review`, `approved`, `on_screen`, `answered`, `not_taken`, `withdrawn`.
    """

    session: str
    text: str
    name: NotRequired[str]
    way: str
    asked_at: int
    upvotes: int
    amended: NotRequired[bool]
    reply: NotRequired[str]


class LimitsView(TypedDict):
    """What one may type and have waiting."""

    text_least: int
    text_most: int
    name_most: int
    pending_most: int


class MeView(TypedDict):
    """What concerns only this participant, or only this display."""

    id: str
    role: str
    name: NotRequired[str]
    token: NotRequired[str]
    questions: dict[str, MyQuestionView]
    votes: dict[str, bool]
    limits: LimitsView
    display: NotRequired[DisplayView]


class SessionTextView(TypedDict):
    """The long text of a session; `printed` is the time as the organiser wrote it."""

    abstract: NotRequired[str]
    printed: NotRequired[str]


class SpeakerTextView(TypedDict):
    """The long text of a speaker."""

    name: str
    role: NotRequired[str]
    affiliations: list[str]
    biography: NotRequired[str]


class AgendaTextView(TypedDict):
    """All long text of an agenda: what the views leave out."""

    rev: str
    summary: NotRequired[str]
    sessions: dict[str, SessionTextView]
    speakers: dict[str, SpeakerTextView]
