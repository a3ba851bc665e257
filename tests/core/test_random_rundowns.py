"""Expected times over random plans that are run at random: what every producer may rely on.

`test_properties.py` runs one small event in every way; here the plan is random as well: rooms with
gaps and without, breaks that give way, sessions that may start early, days that go through midnight
and through both changes of the clocks.
"""

from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from hypothesis import assume, example, given
from hypothesis import strategies as st
from rehearsal import MAIN, SIDE, Rehearsal, agenda_of, ms, session
from strategies import PRODUCING, ROOMS, SESSIONS, Step, play

from streamhub.core.agenda import Agenda, Kind, check
from streamhub.core.errors import Rejected
from streamhub.core.event import EventState, begin, evolve
from streamhub.core.forecast import (
    ABANDONED_AFTER_MS,
    PUBLIC_STEP_MS,
    Expected,
    outlook,
    public_forecast,
)
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.rundown import UndoRundown, due_at
from streamhub.protocol.entries import decode_decisions, encode_decisions

BEGINS = (
    "2026-06-21T07:00",
    "2026-06-21T21:00",  # through midnight in UTC and in Brussels
    "2026-03-28T23:30",  # the clocks go forward at 01:00 UTC: a day of 23 hours
    "2026-10-24T22:30",  # they go back: a day of 25 hours
)


class Planned(NamedTuple):
    """One session as it is planned: after a gap, for so long, giving way or not."""

    gap: int
    minutes: int
    fixed_end: bool
    least: int
    may_start_early: bool


PLANNED = st.builds(
    Planned,
    gap=st.sampled_from((0, 0, 0, 1, 5, 20, 90)),
    minutes=st.sampled_from((1, 5, 15, 30, 45, 90, 240)),
    fixed_end=st.booleans(),
    least=st.integers(0, 15),
    may_start_early=st.booleans(),
)
PLANS = st.tuples(st.sampled_from(BEGINS), st.tuples(*[PLANNED] * len(SESSIONS)))
Plan = tuple[str, tuple[Planned, ...]]
RUNS = st.lists(PRODUCING, max_size=8) | st.lists(PRODUCING, min_size=12, max_size=30)


USUAL: Plan = (BEGINS[0], tuple(Planned(0, 30, n % 3 == 1, 5, n % 2 == 0) for n in range(7)))
LIVELY = [
    # each of these finds the one before it on air, extended or held
    Step(60, what, pick, other)
    for what, pick, other in (
        ("next", 0, 0),
        ("extend", 0, 3),
        ("pause", 0, 0),
        ("extend", 0, 2),
        ("pause", 0, 0),
        ("correct", 0, 20),
        ("retime", 0, 4),
        ("skip", 2, 1),
        ("insert", 0, 3),
        ("next", 0, 0),
        ("extend", 0, 3),
        ("end", 0, 1),
        ("next", 0, 0),
    )
]


def planned(begins: str, sessions: tuple[Planned, ...]) -> Agenda:
    """The sessions in two rooms, one after another in each."""
    free = dict.fromkeys((MAIN, SIDE), ms(begins))
    made = []
    for place, (name, plan) in enumerate(zip(SESSIONS, sessions, strict=True)):
        room = (MAIN, MAIN, SIDE)[place % 3]
        start: Ms = free[room] + plan.gap * 60_000
        free[room] = start + plan.minutes * 60_000
        made.append(
            session(
                name,
                datetime.fromtimestamp(start / 1000, UTC).isoformat(),
                plan.minutes,
                room,
                kind=Kind.BREAK if plan.fixed_end else Kind.SESSION,
                fixed_end=plan.fixed_end,
                min_duration_s=min(plan.least, plan.minutes) * 60,
                may_start_early=plan.may_start_early,
            )
        )
    agenda = agenda_of(*made, rooms=(MAIN, SIDE))
    assert check(agenda) == []
    return agenda


def begun(plan: Plan) -> Rehearsal:
    """The event as it begins."""
    begins, sessions = plan
    return Rehearsal.of(planned(begins, sessions), begins)


def expected(show: Rehearsal, room: RoomId, later: Ms = 0) -> dict[SessionId, Expected]:
    state = show.state
    return outlook(state.agenda, state.rundown, room, show.now + later).expected


def public(state: EventState, room: RoomId) -> dict[SessionId, Expected]:
    return public_forecast(outlook(state.agenda, state.rundown, room, state.clock_at))


@example(USUAL, LIVELY, 0, 3_600_000)
@given(PLANS, RUNS, st.integers(0, 3 * 3_600_000), st.integers(0, 3 * 3_600_000))
def test_expected_times_never_run_backwards(
    plan: Plan, steps: list[Step], first: Ms, more: Ms
) -> None:
    """While nobody does anything, nothing is expected earlier than it was; sessions keep order."""
    show = begun(plan)
    for step in steps:
        play(show, step)
        for room in ROOMS:
            ahead = show.ahead(room)
            live = show.clock(room).live
            anchors = [show.state.agenda.sessions[name].start_at for name in ahead.coming]
            if live is not None:
                anchors.append(ahead.expected[live].start_at)
            if show.now + first + more - min(anchors, default=show.now) > ABANDONED_AFTER_MS:
                continue  # given up in between: it holds to its plan again
            earlier, later = expected(show, room, first), expected(show, room, first + more)
            for name, then in earlier.items():
                assert later[name].start_at >= then.start_at
                assert later[name].end_at >= then.end_at
        for room in ROOMS:
            for times in (show.ahead(room).expected, public(show.state, room)):
                coming = [times[name] for name in show.ahead(room).coming]
                for one, other in pairwise(coming):
                    assert one.start_at <= one.end_at <= other.start_at


@example(USUAL, LIVELY)
@given(PLANS, RUNS)
def test_expected_times_never_contradict_what_is_on_air(plan: Plan, steps: list[Step]) -> None:
    """What is on air began when it began, has not ended yet, and nothing is expected before."""
    show = begun(plan)
    for step in steps:
        play(show, step)
        for room in ROOMS:
            live = show.clock(room).live
            if live is None:
                continue
            ahead = show.ahead(room)
            progress = show.progress(live)
            told = public(show.state, room)
            assert told[live].start_at == ahead.expected[live].start_at
            assert ahead.expected[live].start_at == progress.runs[-1].started_at
            due = due_at(show.state.agenda.sessions[live], progress)
            since = due if progress.paused_at is None else min(due, progress.paused_at)
            if show.now - since <= ABANDONED_AFTER_MS:  # else it is given up, and holds to its end
                assert ahead.expected[live].end_at >= show.now
            for name in ahead.coming:
                assert ahead.coming[name].start_at >= ahead.expected[live].end_at
                assert told[name].start_at >= told[live].end_at
            assert abs(told[live].end_at - expected_at_clock(show, room)[live].end_at) < (
                PUBLIC_STEP_MS
            )


def expected_at_clock(show: Rehearsal, room: RoomId) -> dict[SessionId, Expected]:
    """The exact times as of the clock of the views."""
    state = show.state
    return outlook(state.agenda, state.rundown, room, state.clock_at).expected


@example(USUAL, LIVELY)
@given(PLANS, RUNS)
def test_break_never_shrinks_under_its_minimum(plan: Plan, steps: list[Step]) -> None:
    """Whatever is to come has its least duration, for the producer and for the public."""
    show = begun(plan)
    for step in steps:
        play(show, step)
        for room in ROOMS:
            coming = show.ahead(room).coming
            told = public(show.state, room)
            for name in coming:
                planned_as = show.state.agenda.sessions[name]
                least_ms = planned_as.min_duration_s * 1000
                assert coming[name].end_at - coming[name].start_at >= least_ms
                assert told[name].end_at - told[name].start_at >= least_ms
                if not planned_as.fixed_end:
                    duration_ms = coming[name].end_at - coming[name].start_at
                    assert duration_ms == planned_as.duration_s * 1000


@example(USUAL, LIVELY)
@given(PLANS, RUNS)
def test_undo_leaves_the_times_that_were_expected_before(plan: Plan, steps: list[Step]) -> None:
    show = begun(plan)
    for step in steps:
        show.until(show.now + step.after_s * 1000)
        stacks = {room: show.clock(room).undo for room in ROOMS}
        before = {room: expected(show, room) for room in ROOMS}
        if not play(show, Step(0, *step[1:])):
            continue
        if step.what == "undo":
            continue
        room = next((room for room in ROOMS if show.clock(room).undo != stacks[room]), None)
        if room is None:
            continue  # it changed nothing
        kept = show.state
        show.do(UndoRundown(room=room, seq=show.clock(room).undo[-1].seq))
        assert {room: expected(show, room) for room in ROOMS} == before
        show.decisions.pop()
        show.state = kept


@example(USUAL, LIVELY)
@given(PLANS, RUNS)
def test_replay_and_undo_agree(plan: Plan, steps: list[Step]) -> None:
    """A node that has read the journal takes back the same steps, to the same times."""
    show = begun(plan)
    for step in steps:
        play(show, step)
    assume(any(show.clock(room).undo for room in ROOMS))
    replayed: EventState | None = None
    for decision in decode_decisions(encode_decisions(show.decisions)):
        replayed = begin(decision) if replayed is None else evolve(replayed, decision)
    assert replayed == show.state
    other = Rehearsal(replayed, show.now, [])
    for _ in range(len(steps)):
        for room in ROOMS:
            stack = show.clock(room).undo
            command = UndoRundown(room=room, seq=stack[-1].seq if stack else 0)
            told: list[object] = []
            for node in (show, other):
                try:
                    told.append(node.do(command, fresh="same"))
                except Rejected as refusal:
                    told.append(refusal.code)
            assert told[0] == told[1]
            assert expected(show, room) == expected(other, room)
            assert public(show.state, room) == public(other.state, room)
    assert show.state == other.state
