"""What comes of a wish about the plan: another time, another place, a new session, other words.

The plan may change while the event runs. What ran keeps its place: sessions move among those that
are still to come.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from streamhub.core.agenda import (
    MAX_DURATION_S,
    MAX_SESSIONS,
    Agenda,
    Session,
    Speaker,
    room_exists,
    session_of,
)
from streamhub.core.errors import Rejected
from streamhub.core.ids import Ms, SessionId, SpeakerId
from streamhub.core.rundown.commands import (
    EditSession,
    InsertSession,
    ReorderSession,
    RetimeSession,
    SpeakerWish,
)
from streamhub.core.rundown.facts import (
    RundownFact,
    SessionEdited,
    SessionInserted,
    SessionReordered,
    SessionRetimed,
)
from streamhub.core.rundown.state import Running, position
from streamhub.core.stamp import Stamp
from streamhub.core.text import clean
from streamhub.core.values import changed

if TYPE_CHECKING:
    from streamhub.core.forecast import Outlook

LINE_MOST: Final = 300
PROSE_MOST: Final = 5000
SPEAKERS_MOST: Final = 50
MINUTE_MS: Final = 60_000
PLAN_AROUND_MS: Final = 31 * 24 * 3_600_000
"""How far from the agenda and from now a planned start may lie."""


# --- times -------------------------------------------------------------------------------------


def retime(
    running: Running, session: Session, command: RetimeSession, stamp: Stamp
) -> list[RundownFact]:
    """Give a session another plan; its place follows from its start."""
    agenda, rundown = running
    on_air = rundown.of(session.id).status.on_air
    if command.start_at is None and command.duration_s is None:
        raise Rejected(
            "command.invalid",
            "To retime takes `start_at`, `duration_s` or both.",
            "Send at least one of them.",
            field="start_at",
        )
    if command.start_at is not None and on_air:
        raise Rejected(
            "session.already_live",
            f"{session.title!r} is on air; its planned start cannot change any more.",
            "Say with session.correct when it started, or give it another duration.",
            field="start_at",
        )
    start_at = session.start_at if command.start_at is None else command.start_at
    duration_s = session.duration_s if command.duration_s is None else command.duration_s
    _plausible(agenda, start_at, stamp.at)
    _lasts(duration_s)
    if (start_at, duration_s) == (session.start_at, session.duration_s):
        return []
    order = agenda.running_order(session.room)
    if start_at != session.start_at:
        rest = [name for name in order if name != session.id]
        order = _placed(rest, session.id, _place_at(running, session, rest, start_at))
    retimed = SessionRetimed(
        session=session.id,
        start_at=start_at,
        duration_s=duration_s,
        order=order,
        move_end=command.move_end and on_air,
    )
    return [retimed]


def _plausible(agenda: Agenda, start_at: Ms, now: Ms) -> None:
    earliest = min(agenda.starts_at, now) - PLAN_AROUND_MS
    latest = max(agenda.ends_at, now) + PLAN_AROUND_MS
    if not earliest <= start_at <= latest:
        raise Rejected(
            "instant.out_of_range",
            "That start lies more than a month away from the event.",
            "Give an instant in milliseconds since the Unix epoch.",
            field="start_at",
        )


def _lasts(duration_s: int) -> None:
    if not 0 < duration_s <= MAX_DURATION_S:
        raise Rejected(
            "command.invalid",
            "A session lasts for one second at least and for 48 hours at most.",
            "Give its duration in seconds.",
            field="duration_s",
        )


# --- places ------------------------------------------------------------------------------------


def _floor(running: Running, session: Session, rest: Sequence[SessionId]) -> int:
    """The first place in `rest`, the order without `session`, that is still to come."""
    order = running.agenda.running_order(session.room)
    here = position(running.agenda, running.rundown, session.room)
    return 0 if here < 0 else rest.index(order[here]) + 1


def _place_at(running: Running, session: Session, rest: Sequence[SessionId], start_at: Ms) -> int:
    """The place in `rest` that belongs to a start: among what is still to come."""
    floor = _floor(running, session, rest)
    for place in range(floor, len(rest)):
        if running.agenda.sessions[rest[place]].start_at >= start_at:
            return place
    return len(rest)


def _placed(rest: Sequence[SessionId], session: SessionId, place: int) -> tuple[SessionId, ...]:
    return (*rest[:place], session, *rest[place:])


def _place_before(
    running: Running, session: Session, rest: Sequence[SessionId], before: SessionId
) -> int:
    other = session_of(running.agenda, before, "before")
    if other.room != session.room or other.id == session.id:
        raise Rejected(
            "command.invalid",
            f"{other.title!r} is no other session of the same room.",
            "Name one that is.",
            field="before",
        )
    place = rest.index(before)
    if place < _floor(running, session, rest) or running.rundown.of(before).runs:
        raise Rejected(
            "session.already_ran",
            f"{other.title!r} has its place in the past of this room.",
            "Name a session that is still to come.",
            field="before",
        )
    return place


def reorder(running: Running, session: Session, command: ReorderSession) -> list[RundownFact]:
    """Put a session to another place; times are laid out again over the stretch between."""
    agenda, rundown = running
    order = agenda.running_order(session.room)
    rest = [name for name in order if name != session.id]
    place = len(rest)
    if command.before is not None:
        place = _place_before(running, session, rest, command.before)
    after = _placed(rest, session.id, place)
    if after == order:
        return []
    was, first = order.index(session.id), min(order.index(session.id), place)
    if was <= position(agenda, rundown, session.room):
        starts = _joining(agenda, session, after)  # it was passed over and comes back
    else:
        last = max(was, place) + 1
        coming = [name for name in order[first:last] if not rundown.of(name).runs]
        moved = [name for name in after[first:last] if not rundown.of(name).runs]
        starts = _laid_out(agenda, coming, moved)
    return [SessionReordered(session=session.id, order=after, starts=starts)]


def _joining(
    agenda: Agenda, session: Session, order: tuple[SessionId, ...]
) -> tuple[tuple[SessionId, Ms], ...]:
    """The start of a session that takes a place without moving the plan of any other."""
    place = order.index(session.id)
    if place + 1 < len(order):
        start_at = agenda.sessions[order[place + 1]].start_at
    else:
        start_at = agenda.sessions[order[place - 1]].end_at
    return ((session.id, start_at),)


def _laid_out(
    agenda: Agenda, coming: Sequence[SessionId], moved: Sequence[SessionId]
) -> tuple[tuple[SessionId, Ms], ...]:
    """The starts that change: the first start and the gaps stay by place, durations by session."""
    plans = [agenda.sessions[name] for name in coming]
    gaps = [max(0, two.start_at - one.end_at) for one, two in pairwise(plans)]
    at = plans[0].start_at
    starts: list[tuple[SessionId, Ms]] = []
    for name, gap_ms in zip(moved, [*gaps, 0], strict=True):
        session = agenda.sessions[name]
        if session.start_at != at:
            starts.append((name, at))
        at += session.duration_s * 1000 + gap_ms
    return tuple(starts)


# --- a new session -----------------------------------------------------------------------------


def insert(
    running: Running, command: InsertSession, stamp: Stamp, fresh: SessionId, ahead: "Outlook"
) -> SessionInserted:
    """Make a session on the spot. The plan of all others stays; the forecast pushes them."""
    agenda = running.agenda
    title = clean(command.title, field="title", least=1, most=LINE_MOST)
    _lasts(command.duration_s)
    if len(agenda.sessions) >= MAX_SESSIONS:
        raise Rejected(
            "agenda.invalid", f"The agenda has {MAX_SESSIONS} sessions, which are the most."
        )
    plan = Session(
        id=fresh,
        room=command.room,
        title=title,
        kind=command.kind,
        start_at=stamp.at if command.start_at is None else command.start_at,
        duration_s=command.duration_s,
        inserted=True,
    )
    order = agenda.running_order(command.room)
    if command.before is not None:
        place = _place_before(running, plan, order, command.before)
    elif command.start_at is None:
        place = _floor(running, plan, order)
    else:
        place = _place_at(running, plan, order, plan.start_at)
    start_at = plan.start_at
    if command.start_at is None:
        start_at = _fitting(ahead, order, place, command, stamp.at)
    _plausible(agenda, start_at, stamp.at)
    speakers, people = _people(agenda, (), command.speakers, fresh)
    return SessionInserted(
        session=fresh,
        plan=changed(plan, start_at=start_at, speakers=speakers),
        order=_placed(order, fresh, place),
        people=people,
    )


def _fitting(
    ahead: "Outlook", order: Sequence[SessionId], place: int, command: InsertSession, now: Ms
) -> Ms:
    """When what has no start begins: after what is before it; not long before what is after it."""
    live = ahead.rundown.clock(ahead.room).live
    earlier = [name for name in order[:place] if name in ahead.coming or name == live]
    start_at = max([now, *(ahead.expected[name].end_at for name in earlier)])
    if command.before is not None and command.before in ahead.coming:
        latest = ahead.coming[command.before].start_at - command.duration_s * 1000
        start_at = max(start_at, latest)
    return -(-start_at // MINUTE_MS) * MINUTE_MS


# --- what is printed ---------------------------------------------------------------------------


def edit(running: Running, session: Session, command: EditSession, fresh: str) -> list[RundownFact]:
    """Change what is printed of a session."""
    agenda = running.agenda
    title, abstract = session.title, session.abstract
    if command.title is not None:
        title = clean(command.title, field="title", least=1, most=LINE_MOST)
    if command.abstract is not None:
        abstract = _prose(command.abstract)
    least_s = session.min_duration_s if command.min_duration_s is None else command.min_duration_s
    if not 0 <= least_s <= session.duration_s:
        raise Rejected(
            "command.invalid",
            "The least duration lies between nothing and the planned duration.",
            "Give it in seconds.",
            field="min_duration_s",
        )
    speakers = session.speakers
    people: tuple[Speaker, ...] = ()
    if command.speakers is not None:
        speakers, people = _people(agenda, session.speakers, command.speakers, fresh)
    plan = changed(
        session,
        title=title,
        abstract=abstract,
        kind=command.kind or session.kind,
        speakers=speakers,
        fixed_end=session.fixed_end if command.fixed_end is None else command.fixed_end,
        min_duration_s=least_s,
        may_start_early=(
            session.may_start_early if command.may_start_early is None else command.may_start_early
        ),
    )
    order = None
    if command.room is not None and command.room != session.room:
        plan = changed(plan, room=command.room)
        order = _order_elsewhere(running, session, plan)
    if plan == session and not people:
        return []
    return [SessionEdited(session=session.id, plan=plan, people=people, order=order)]


def _prose(text: str) -> str | None:
    if not text.strip():
        return None
    most = PROSE_MOST
    return clean(text, field="abstract", least=1, most=most, lines=True, max_bytes=8 * most)


def _order_elsewhere(running: Running, session: Session, plan: Session) -> tuple[SessionId, ...]:
    room_exists(running.agenda, plan.room)
    if running.rundown.of(session.id).runs:
        raise Rejected(
            "session.already_ran",
            f"{session.title!r} has begun where it is.",
            "Only a session that is still to come can move to another room.",
            field="room",
        )
    there = running.agenda.running_order(plan.room)
    place = _place_at(running, plan, there, plan.start_at)
    return _placed(there, session.id, place)


# --- people ------------------------------------------------------------------------------------


def _people(
    agenda: Agenda, had: Sequence[SpeakerId], wishes: Sequence[SpeakerWish], fresh: str
) -> tuple[tuple[SpeakerId, ...], tuple[Speaker, ...]]:
    """Return who speaks, and of these who is new or changed."""
    if len(wishes) > SPEAKERS_MOST:
        raise Rejected(
            "command.invalid",
            f"A session has {SPEAKERS_MOST} speakers at most.",
            field="speakers",
        )
    speakers: dict[SpeakerId, Speaker] = {}
    for number, wish in enumerate(wishes):
        name = _line(wish.name, least=1)
        role = None if wish.role is None else _line(wish.role)
        affiliation = None if wish.affiliation is None else _line(wish.affiliation)
        known = _same_person(agenda, had, wish.id, name, role, affiliation)
        if known is None:
            known = Speaker(id=SpeakerId(f"{fresh}-{number}"), name=name, inserted=True)
        person = changed(known, name=name)
        if role is not None:
            person = changed(person, role=role or None)
        if affiliation is not None and affiliation != (person.affiliation or ""):
            person = changed(person, affiliations=(affiliation,) if affiliation else ())
        speakers[person.id] = person
    new = [person for person in speakers.values() if agenda.speakers.get(person.id) != person]
    return tuple(speakers), tuple(new)


def _line(text: str, least: int = 0) -> str:
    return clean(text, field="speakers", least=least, most=LINE_MOST)


def _same_person(
    agenda: Agenda,
    had: Sequence[SpeakerId],
    name: SpeakerId | None,
    called: str,
    role: str | None,
    affiliation: str | None,
) -> Speaker | None:
    """The speaker of the agenda who is meant, those who `had` the session first."""
    if name is not None:
        found = agenda.speakers.get(name)
        if found is None:
            raise Rejected(
                "command.invalid",
                f"There is no speaker {name!r} on the agenda.",
                "Leave the id out for somebody new.",
                field="speakers",
            )
        return found
    namesakes = [
        speaker
        for speaker in agenda.speakers.values()
        if speaker.name == called
        and role in {None, speaker.role or ""}
        and affiliation in {None, speaker.affiliation or ""}
    ]
    return min(namesakes, key=lambda one: (one.id not in had, one.id), default=None)
