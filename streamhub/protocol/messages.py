"""Every message on the wire, one model each; `docs/protocol.md` tells when each is sent.

Unknown fields are ignored, so that nodes and pages of neighbouring versions understand each other.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from typing_extensions import TypedDict

from streamhub.core.ids import Ms
from streamhub.core.reactions import Reaction
from streamhub.core.views import MeView, View, ViewState
from streamhub.protocol.organising import AgendaColumn, FieldChange, PlanView

Cursor = Annotated[
    str, Field(pattern=r"^[0-9]{1,15}\.[0-9a-f]{0,32}$", description="`<seq>.<tag>`")
]
CommandId = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,64}$")]


class Message(BaseModel):
    """What all messages share: frozen, and unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Auth(Message):
    """What a client says when it connects. A participant without a token is anonymous."""

    event: Annotated[str, Field(max_length=64)]
    view: View
    room: Annotated[str, Field(max_length=64)] | None = None
    token: Annotated[str, Field(max_length=256)] | None = None
    locale: Annotated[str, Field(max_length=35)] | None = None
    resume: Cursor | None = None


class Resync(Message):
    """A client holds `cursor` and asks for what is missing."""

    cursor: Cursor | None = None


class Rendered(Message):
    """A display tells what is on its glass."""

    cursor: Cursor
    width: Annotated[int, Field(ge=1, le=20000)] | None = None
    height: Annotated[int, Field(ge=1, le=20000)] | None = None


class Proof(Message):
    """A newcomer has done the work that its identity owes."""

    nonce: Annotated[int, Field(ge=0, lt=1 << 53)]


class Proven(TypedDict):
    """The work is done; `token` is what to connect with from now on."""

    ok: Literal[True]
    token: str


class TimeRequest(Message):
    """A client asks for the server's time; `t0` is its own, in ms, and comes back unchanged."""

    t0: FiniteFloat


class TimeAnswer(TypedDict):
    """The server's time `t1` in ms, beside the client's own `t0`."""

    t0: float
    t1: int


class SnapshotMessage(TypedDict):
    """A whole view at a cursor."""

    cursor: str
    at: int
    view: str
    state: ViewState


PatchMessage = TypedDict(
    "PatchMessage", {"from": str, "to": str, "at": int, "patch": dict[str, Any]}
)
"""A change of a view: an RFC 7386 merge patch, to be applied on top of cursor `from` only."""


class BeatMessage(TypedDict):
    """Every few seconds: who holds another cursor for longer than a moment has missed something."""

    cursor: str
    at: int


class ByeMessage(TypedDict):
    """The connection is about to be closed; come back after `retry_after` seconds."""

    code: str
    retry_after: float


class ErrorBody(TypedDict):
    """Why something was not done; `code` is one of `core.errors.CODES`."""

    code: str
    message: str
    hint: NotRequired[str]
    field: NotRequired[str]
    retryable: bool
    retry_after: NotRequired[float]
    detail: NotRequired[dict[str, str | int | None]]


class Accepted(TypedDict):
    """The command is durable; `cursor` is where."""

    ok: Literal[True]
    cursor: str
    result: NotRequired[dict[str, str]]


class Refused(TypedDict):
    """The command was not carried out."""

    ok: Literal[False]
    error: ErrorBody


Ack = Accepted | Refused


class ScreenPresence(TypedDict):
    """One display that is connected: since when, what it has rendered, how large it is.

    `doubled`: for a while there have been two connections with its token. It may have been copied.
    """

    online_since: int
    rendered: NotRequired[str]
    behind: int
    width: NotRequired[int]
    height: NotRequired[int]
    doubled: NotRequired[bool]


class PresenceMessage(TypedDict):
    """Who is connected, to `control` only: it is no part of a view, as no fact tells it.

    Of all nodes together. `counts` is by view, plus `participants`; `roles` by role; `rooms` by the
    room that is looked at; `displays` by display id; `nodes` is how many nodes there are.
    """

    counts: dict[str, int]
    roles: dict[str, int]
    rooms: dict[str, int]
    nodes: int
    displays: dict[str, ScreenPresence]


class ReactionsMessage(TypedDict):
    """How often a room reacted since the last such message, by kind; it is no part of a view."""

    room: str
    at: int
    counts: dict[Reaction, int]


class Watching(Message):
    """A viewer's page tells how the picture of a room comes: every 20 s, and when `state` changes.

    `late_s` is how late the picture is, `stalls` how often and `stalled_s` for how long it stood
    still since the last such message, `kbps` what it takes. Only sums of it are kept.
    """

    room: Annotated[str, Field(max_length=64)]
    state: Literal["playing", "stalled", "lost", "paused"]
    late_s: Annotated[FiniteFloat, Field(ge=0, le=86_400)] | None = None
    stalls: Annotated[int, Field(ge=0, le=1_000)] = 0
    stalled_s: Annotated[FiniteFloat, Field(ge=0, le=3_600)] = 0
    kbps: Annotated[FiniteFloat, Field(ge=0, le=1_000_000)] | None = None


Health = Literal["waiting", "live", "late", "stalled", "ended", "unreachable"]
"""How a playlist does: not there yet, as it should, old, not moving, over, or not to be had."""


class LatenessView(TypedDict):
    """How late the picture is for half of those who watch, and for nine in ten; seconds."""

    p50: float
    p90: float


class ViewersView(TypedDict):
    """Those who watch a room, all together: how many, how late, how many of them stand still."""

    watching: int
    late_s: NotRequired[LatenessView]
    stalled: int
    stalls_per_min: float


class RoomStreamView(TypedDict):
    """How the stream of a room does; no `health` where no node watches it.

    What follows `since_at` is for `control` only: how old the newest picture is, what it takes, how
    many gaps there were, what is wrong in words, and what viewers meet.
    """

    health: NotRequired[Health]
    since_at: NotRequired[int]
    late_s: NotRequired[float]
    kbps: NotRequired[int]
    gaps: NotRequired[int]
    detail: NotRequired[str]
    viewers: NotRequired[ViewersView]


class StreamsMessage(TypedDict):
    """How the streams do, of all rooms that have something to tell; it is no part of a view."""

    rooms: dict[str, RoomStreamView]


class SimilarRequest(Message):
    """Somebody types `text`, to ask it in a session or "now" in a room."""

    text: Annotated[str, Field(max_length=4096)]
    session: Annotated[str, Field(max_length=64)] | None = None
    room: Annotated[str, Field(max_length=64)] | None = None


class LikeQuestion(TypedDict):
    """A question that is much like a text: how much, 0 to 100."""

    question: str
    likeness: int


class SimilarAnswer(TypedDict):
    """The public questions that are most like a text, the likest first."""

    questions: list[LikeQuestion]


class AlikeGroup(TypedDict):
    """Questions that say the same; `likeness` is that of the loosest link between them."""

    questions: list[str]
    likeness: int


class AlikeAnswer(TypedDict):
    """What might be merged, the likest first."""

    groups: list[AlikeGroup]


class AgendaNote(TypedDict):
    """What reading an agenda file assumed, or left out, and where; `line` is that of a text."""

    level: Literal["assumed", "warning", "dropped"]
    row: str | None
    line: int | None
    field: str | None
    text: str


class AgendaAsk(TypedDict):
    """What a file does not say; `options` are likely answers."""

    what: Literal["timezone", "columns", "date", "title"]
    why: str
    options: list[str]
    needed: bool


class AgendaProblem(TypedDict):
    """What is wrong with a file, and where."""

    where: str
    line: int | None
    message: str
    hint: str | None


class NamedSession(TypedDict):
    """A session that an agenda would bring, cancel, restore or touch on air."""

    session: str
    title: str


class ChangedSession(TypedDict):
    """A session of which an agenda would change some fields."""

    session: str
    title: str
    fields: list[str]
    changes: list[FieldChange]


class AgendaDifference(TypedDict):
    """What an agenda would change of the event's sessions; `live`: what is on air among them.

    `same`: it says all that the event's says. Rooms, people and the event may change alone, too;
    `event` has what is of no session, rooms among it.
    """

    added: list[NamedSession]
    gone: list[NamedSession]
    restored: list[NamedSession]
    changes: list[ChangedSession]
    live: list[NamedSession]
    event: list[FieldChange]
    same: bool


class AgendaPreview(TypedDict):
    """What an agenda file says to an event; `agenda` is as a file of streamhub's own says it.

    `label` is the format's name, `columns` those of a table, `fields` what they can be, `plan` the
    event's agenda as it would be, `seen` what to confirm it with.
    """

    format: str | None
    label: str | None
    slug: str | None
    notes: list[AgendaNote]
    asks: list[AgendaAsk]
    problems: list[AgendaProblem]
    columns: list[AgendaColumn]
    fields: list[str]
    agenda: NotRequired[dict[str, Any] | None]
    difference: AgendaDifference | None
    plan: PlanView | None
    seen: str | None


class WaitingAgenda(AgendaPreview):
    """A version of a watched agenda that waits: since when, and why it was not taken by itself."""

    version: str
    since: Ms
    why: Literal["asked", "first", "live", "changed_here", "many_gone", "unclear"]


class WatchedAnswer(TypedDict):
    """What an event watches, and what waits; `url` is null where nothing is watched."""

    url: str | None
    every_min: int
    by_itself: bool
    timezone: NotRequired[str]
    date: NotRequired[str]
    columns: NotRequired[list[str]]
    checked_at: NotRequired[Ms]
    changed_at: NotRequired[Ms]
    error: NotRequired[str]
    waiting: NotRequired[WaitingAgenda]


MeMessage = MeView
