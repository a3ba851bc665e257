"""The shapes of everything that leaves core, and nothing else.

The `TypedDict`s are the source of the wire's JSON Schema and of the TypeScript types. Fields marked
`NotRequired` are left out when there is nothing to say: a projection holds no null.
"""

from enum import StrEnum
from typing import NotRequired

from typing_extensions import TypedDict

from streamhub.core.displays import Theme
from streamhub.core.messages import To, Tone
from streamhub.core.polls import PollKind, PollStatus, ResultsWhen
from streamhub.core.questions import AtEnd, Moderation, Names
from streamhub.core.streams import SourceKind


class View(StrEnum):
    """The five views. What each holds is in `SECTIONS`."""

    STAGE = "stage"
    AUDIENCE = "audience"
    SPEAKER = "speaker"
    DESK = "desk"
    CONTROL = "control"


class ZoneView(TypedDict):
    """A zone that pages show: an IANA name and the city as printed."""

    name: str
    label: str


class PolicyView(TypedDict):
    """What holds for the questions of the event, as `questions.configure` sets it."""

    moderation: Moderation
    names: Names
    at_end: AtEnd
    slow_s: int
    pending_most: int
    reasons: bool
    words: dict[str, list[str]]
    public_results: bool


class EventView(TypedDict):
    """The event itself. `agenda_rev` names the revision that `/agenda?rev=` serves.

    `moderation`, `names`, `slow_s` and `public_results` (where they are) are in `audience` only,
    `policy` in `desk` and `control`.
    """

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
    moderation: NotRequired[Moderation]
    names: NotRequired[Names]
    slow_s: NotRequired[int]
    public_results: NotRequired[bool]
    policy: NotRequired[PolicyView]


class OptionView(TypedDict):
    """One of the things to choose from in a poll."""

    text: str
    order: int


class RatingView(TypedDict):
    """The answers on a scale: no `mean` without answers; `counts` by number, all of the scale."""

    mean: NotRequired[float]
    counts: dict[str, int]


class TallyView(TypedDict):
    """The results of a poll, by its kind; `total` are those who answered.

    `options` has the votes of each option, `ranking` the points (of n options the first gets n),
    `words` the foremost words as most people spelled them.
    """

    total: int
    options: NotRequired[dict[str, int]]
    rating: NotRequired[RatingView]
    words: NotRequired[dict[str, int]]
    ranking: NotRequired[dict[str, int]]


class PollView(TypedDict):
    """A poll. `tally` is there where its results may be seen; the fields after it for the crew.

    `held` are words that a word list keeps back, `hidden` those that the crew has hidden.
    """

    room: str
    session: NotRequired[str]
    kind: PollKind
    title: str
    options: dict[str, OptionView]
    most: NotRequired[int]
    status: PollStatus
    results: ResultsWhen
    opened_at: NotRequired[int]
    closed_at: NotRequired[int]
    tally: NotRequired[TallyView]
    created_at: NotRequired[int]
    revealed: NotRequired[bool]
    held: NotRequired[dict[str, int]]
    hidden: NotRequired[dict[str, int]]


class RoomQuestionsView(TypedDict):
    """Where a question asked "now" goes; no `session` while the room takes none."""

    state: str
    why: str
    session: NotRequired[str]
    opens_at: NotRequired[int]


class SourceView(TypedDict):
    """One address to watch at; `language` is a code such as `es`, `label` what people call it."""

    url: str
    kind: SourceKind
    language: NotRequired[str]
    label: NotRequired[str]


class StreamView(TypedDict):
    """What the viewers of a room get: without `sources` it is off the air.

    `since_at`: since when, if it was set while the event ran. `clock_offset_s` is to be added to
    what the picture says of its own time; `late_s` is how late a picture is that says nothing;
    `grace_s` the most that deadlines stay open for viewers.
    """

    sources: list[SourceView]
    since_at: NotRequired[int]
    clock_offset_s: NotRequired[float]
    late_s: NotRequired[float]
    grace_s: float


class FeedView(TypedDict):
    """What the viewers of a room will get from `at` on."""

    at: int
    sources: list[SourceView]
    slate: NotRequired[str]


class RecordingView(TypedDict):
    """Where it can be watched afterwards; `started_at` is the instant of its second 0."""

    url: str
    kind: SourceKind
    started_at: int


class RoomView(TypedDict):
    """A room. Of rooms other than the view's own, only `name`, `order`, `live` and `next`.

    `timezone` is there if the room lies in another zone than the event; `follows`, if its sessions
    start and end by themselves. `queue` is the stage list, in `speaker`, `desk` and `control` only.
    `stream`, `slate` (what viewers read while there is no picture) and `recording` are in
    `audience`, `desk` and `control`, `streams_ahead` (what is to come) in `control` only.
    """

    name: str
    order: int
    place: NotRequired[str]
    live: NotRequired[str]
    next: NotRequired[str]
    offset_s: NotRequired[int]
    stream: NotRequired[StreamView]
    slate: NotRequired[str]
    recording: NotRequired[RecordingView]
    streams_ahead: NotRequired[list[FeedView]]
    spotlight: NotRequired[str]
    poll: NotRequired[str]
    questions: NotRequired[RoomQuestionsView]
    timezone: NotRequired[str]
    follows: NotRequired[bool]
    queue: NotRequired[list[str]]


class SpeakerView(TypedDict):
    """A speaker as shown with a session."""

    id: str
    name: str
    role: NotRequired[str]
    affiliation: NotRequired[str]


class RunView(TypedDict):
    """One time that a session ran."""

    started_at: int
    ended_at: NotRequired[int]


class SessionView(TypedDict):
    """A session: plan, expectation, and what became of it.

    `due_at` is the anchor of a live session's countdown; while `paused_at` is set, the time left is
    `due_at - paused_at`. In `control`, expected times are exact, elsewhere as the public sees them:
    there, `expected_end_at` of what is on air is never after the next start that was told.
    `opening` is in `desk` and `control`, the fields from `fixed_end` on in `control` only; but
    `runs` are in `audience`, too, if it ran more than once. `recording` is where `RoomView` has it.
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
    recording: NotRequired[RecordingView]
    opening: NotRequired[str]
    fixed_end: NotRequired[bool]
    min_duration_s: NotRequired[int]
    may_start_early: NotRequired[bool]
    inserted: NotRequired[bool]
    extended_s: NotRequired[int]
    paused_s: NotRequired[int]
    runs: NotRequired[list[RunView]]


class DecidedView(TypedDict):
    """Who decided last on a question, and when; `desk` only."""

    by: str
    at: int


class ClaimView(TypedDict):
    """A moderator (`by`, a name; `actor`, who that is) is on a question until `until_at`."""

    by: str
    actor: str
    until_at: int


class UndoneView(TypedDict):
    """What `question.undo` would take back; `what` is a fact's type."""

    seq: int
    what: str
    by: str
    at: int


_For = TypedDict("_For", {"for": NotRequired[str]})


class QuestionView(_For):
    """A question. The fields after `note` are in `desk` only, `note` also in `speaker`.

    The `text` of one that was redacted is empty; only `desk` has it, and its author. `for` is the
    speaker who is to answer it: in `speaker`, and elsewhere while it is on the screens. `upvotes`
    has those of all that were merged into it. `known` are the votes of participants who are invited
    or asked under a name. `hints` are the words of the event's lists that occur in it. `shown_at`
    is when it first was on the screens, in `audience` and `desk` only.
    """

    session: str
    text: str
    name: NotRequired[str]
    upvotes: int
    status: str
    asked_at: int
    reply: NotRequired[str]
    answered_at: NotRequired[int]
    shown_at: NotRequired[int]
    followup: NotRequired[bool]
    note: NotRequired[str]
    revision: NotRequired[int]
    author: NotRequired[str]
    original: NotRequired[str]
    reason: NotRequired[str]
    decided: NotRequired[DecidedView]
    language: NotRequired[str]
    labels: NotRequired[list[str]]
    star: NotRequired[bool]
    assignee: NotRequired[str]
    claim: NotRequired[ClaimView]
    merged_into: NotRequired[str]
    merged: NotRequired[list[str]]
    flags: NotRequired[int]
    hints: NotRequired[list[str]]
    known: NotRequired[int]
    queued: NotRequired[bool]
    undo: NotRequired[UndoneView]


class MutedView(TypedDict):
    """A participant may not take part: who said so, when, why, and until when (else for good)."""

    by: str
    at: int
    reason: NotRequired[str]
    until_at: NotRequired[int]


class ParticipantView(TypedDict):
    """A participant's standing, for moderators: how many asked, how many taken up or not.

    `name` is the last one that they asked under; `invited`: a link invited them.
    """

    asked: int
    taken: int
    not_taken: int
    name: NotRequired[str]
    invited: NotRequired[bool]
    muted: NotRequired[MutedView]


class UndoView(TypedDict):
    """What the undo button of a room would take back; `what` is a fact's type.

    `clock`: nobody did it, the room follows the clock; undo also ends that.
    """

    seq: int
    what: str
    session: NotRequired[str]
    by: str
    at: int
    clock: NotRequired[bool]


class OptionsView(TypedDict):
    """How a display shows its layout; without `languages`, its labels are in the event's."""

    qr: bool
    zones: bool
    languages: list[str]
    theme: Theme
    logo: NotRequired[str]


class DisplayView(TypedDict):
    """A paired display, as the producer sees it and as it sees itself."""

    name: str
    room: str
    layout: str
    options: OptionsView
    paired_at: int
    blackout: bool
    identify_until_at: NotRequired[int]


class AcknowledgedView(TypedDict):
    """Which speaker has read a message, and when."""

    by: str
    at: int


class MessageView(TypedDict):
    """A message: to `screens`, `speakers` or `participants`; of all rooms without `room`.

    `by` and `acknowledged` are in `speaker`, `desk` and `control` only.
    """

    to: To
    room: NotRequired[str]
    text: str
    tone: Tone
    at: int
    until_at: NotRequired[int]
    by: NotRequired[str]
    acknowledged: NotRequired[AcknowledgedView]


class ViewState(TypedDict):
    """All that a view holds; collections are objects keyed by id."""

    event: EventView
    rooms: dict[str, RoomView]
    sessions: dict[str, SessionView]
    questions: dict[str, QuestionView]
    polls: dict[str, PollView]
    messages: dict[str, MessageView]
    participants: NotRequired[dict[str, ParticipantView]]
    undo: NotRequired[dict[str, UndoView]]
    displays: NotRequired[dict[str, DisplayView]]


class MyQuestionView(TypedDict):
    """One's own question and its way.

    `way` is one of `in_review`, `approved`, `on_screen`, `answered`, `not_taken`, `withdrawn`,
    `merged` (then `into` is the question that stands for it, where that is public).
    """

    session: str
    text: str
    name: NotRequired[str]
    way: str
    asked_at: int
    upvotes: int
    amended: NotRequired[bool]
    reply: NotRequired[str]
    reason: NotRequired[str]
    into: NotRequired[str]
    followup: NotRequired[bool]


class MyMuteView(TypedDict):
    """One may not take part: why, and until when (else for good)."""

    reason: NotRequired[str]
    until_at: NotRequired[int]


class LimitsView(TypedDict):
    """What one may type and have waiting."""

    text_least: int
    text_most: int
    name_most: int
    pending_most: int
    word_most: int


class MyAnswerView(TypedDict):
    """One's own answer to a poll: options (of a ranking in order), a number, or words."""

    choices: NotRequired[list[str]]
    rating: NotRequired[int]
    words: NotRequired[list[str]]


class MeView(TypedDict):
    """What concerns only this participant, or only this display.

    `speaker` is who of the agenda a speaker's link is for.
    `owes`: the work that is to be done before the first command (docs/protocol.md).
    """

    id: str
    role: str
    name: NotRequired[str]
    speaker: NotRequired[str]
    invited: NotRequired[bool]
    token: NotRequired[str]
    owes: NotRequired[int]
    questions: dict[str, MyQuestionView]
    votes: dict[str, bool]
    polls: dict[str, MyAnswerView]
    flags: dict[str, bool]
    muted: NotRequired[MyMuteView]
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


class ForeseenView(TypedDict):
    """When a session is expected to start and end, exactly, and where it stands."""

    start_at: int
    end_at: int
    status: str


class ChangeView(TypedDict):
    """What a command would do to one session: no `old` where it is new, no `new` where it goes."""

    session: str
    room: str
    title: str
    old: NotRequired[ForeseenView]
    new: NotRequired[ForeseenView]


class OffsetView(TypedDict):
    """How far a room is from its plan, in seconds, without and with a command."""

    old_s: int
    new_s: int


class PreviewView(TypedDict):
    """What a command would do to the rest of the day, if it came now."""

    at: int
    changes: list[ChangeView]
    offsets: dict[str, OffsetView]
