"""What calendars are told: steady times, and each session's count of its real changes."""

from dataclasses import replace

from hypothesis import given
from rehearsal import (
    ADA,
    CLOSING,
    DEMO,
    LAB,
    MAIN,
    OPENING,
    OWNER,
    PANEL,
    PAUSE,
    SIDE,
    TALK,
    Rehearsal,
    agenda_of,
    at,
    session,
    shown,
    small_agenda,
)
from strategies import HISTORIES, Step, begun, play

from streamhub.core.editions import Edition, Editions
from streamhub.core.event import EventState, begin, evolve
from streamhub.core.ids import SessionId
from streamhub.core.published import Item, published
from streamhub.core.replacing import ReplaceAgenda
from streamhub.core.rundown import (
    CancelSession,
    CorrectSession,
    EditSession,
    EndSession,
    ExtendSession,
    InsertSession,
    NextSession,
    RestoreSession,
    RetimeSession,
    SpeakerWish,
    StartSession,
    UndoRundown,
)


def items(show: Rehearsal) -> dict[str, Item]:
    return items_of(show.state)


def items_of(state: EventState) -> dict[str, Item]:
    told = published(state, "https://example.org/e/small")
    return {item.plan.id: item for item in told.items}


def times(show: Rehearsal) -> dict[str, str]:
    return {
        name: f"{shown(item.start_at)}-{shown(item.end_at)} #{item.sequence}"
        for name, item in items(show).items()
        if item.room.id == MAIN
    }


def test_what_nobody_touched_is_the_plan_in_its_first_edition() -> None:
    show = Rehearsal.of().at("08:30")
    assert show.state.editions == Editions(since=at("08:00"), at=at("08:00"))
    assert list(times(show).values()) == [
        "09:00-09:30 #0",
        "09:30-10:00 #0",
        "10:00-10:15 #0",
        "10:15-10:45 #0",
        "10:45-11:00 #0",
    ]
    assert [item.plan.id for item in items(show).values()] == [
        *(OPENING, DEMO, TALK, PAUSE, PANEL, LAB, CLOSING)
    ]
    assert items(show)[TALK].changed_at == at("08:00")


def test_small_delays_move_no_calendar_and_great_ones_move_what_follows() -> None:
    show = Rehearsal.of().at("09:02")
    show.do(StartSession(session=OPENING))
    show.at("09:33")
    assert set(times(show).values()) >= {"09:00-09:30 #0", "09:30-10:00 #0"}
    show.at("09:36:30")
    assert times(show) == {
        OPENING: "09:00-09:35 #1",
        TALK: "09:35-10:05 #1",
        PAUSE: "10:05-10:15 #1",
        PANEL: "10:15-10:45 #0",
        CLOSING: "10:45-11:00 #0",
    }
    assert items(show)[TALK].changed_at <= at("09:36:30")
    before = items(show)
    show.do(NextSession(room=MAIN, live=OPENING))
    assert items(show)[PANEL] == before[PANEL]


def test_an_overrun_changes_a_calendar_every_five_minutes_at_most() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:00", 30))).at("09:00")
    show.do(StartSession(session=TALK))
    seen = []
    for minute in range(31, 60):
        show.at(f"09:{minute}")
        seen.append(times(show)[TALK])
    assert list(dict.fromkeys(seen)) == [
        "09:00-09:30 #0",
        "09:00-09:35 #1",
        "09:00-09:40 #2",
        "09:00-09:45 #3",
        "09:00-09:50 #4",
        "09:00-09:55 #5",
        "09:00-10:00 #6",
    ]
    show.do(EndSession(session=TALK))
    assert times(show)[TALK] == "09:00-10:00 #6"


def test_actual_times_count_once_they_are_off_by_five_minutes() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:00", 30))).at("08:40:20")
    show.do(StartSession(session=TALK))
    assert times(show)[TALK] == "08:40-09:10 #1"
    show.do(CorrectSession(session=TALK, started_at=at("08:40:10")))
    assert times(show)[TALK] == "08:40-09:10 #1"
    show.do(ExtendSession(session=TALK, by_s=600))
    assert times(show)[TALK] == "08:40-09:25 #2"  # 9:20:20 in steps of five minutes
    show.at("08:40:30").do(EndSession(session=TALK))
    assert times(show)[TALK] == "08:40-08:45 #3"


def test_end_of_a_run_lies_after_its_start() -> None:
    show = Rehearsal.of(agenda_of(session(TALK, "09:00", 30))).at("08:30")
    show.do(StartSession(session=TALK))
    show.do(EndSession(session=TALK))
    assert times(show)[TALK] == "08:30-08:31 #2"


def test_cancelling_and_restoring_are_changes() -> None:
    show = Rehearsal.of().at("08:30")
    show.do(CancelSession(session=PANEL))
    told = items(show)[PANEL]
    assert (told.is_off, told.sequence, told.changed_at) == (True, 1, at("08:30"))
    assert items(show)[TALK].sequence == 0
    show.at("08:40").do(RestoreSession(session=PANEL))
    told = items(show)[PANEL]
    assert (told.is_off, told.sequence, told.changed_at) == (False, 2, at("08:40"))
    assert show.state.editions.number == 3


def test_other_words_are_a_change_of_the_sessions_that_have_them() -> None:
    show = Rehearsal.of().at("08:30")
    show.do(EditSession(session=TALK, title="Another title"))
    assert {name: item.sequence for name, item in items(show).items() if item.sequence} == {TALK: 1}
    wish = SpeakerWish(id=ADA, name="Ada Lovelace")
    show.at("08:31").do(EditSession(session=TALK, speakers=(wish,)))
    assert {name: item.sequence for name, item in items(show).items() if item.sequence} == {
        TALK: 2,
        PANEL: 1,
    }
    show.at("08:32").do(RetimeSession(session=LAB, start_at=at("10:30")))
    assert (items(show)[LAB].sequence, items(show)[LAB].start_at) == (1, at("10:30"))


def test_a_session_put_in_begins_at_zero_and_is_gone_when_taken_back() -> None:
    show = Rehearsal.of().at("08:30")
    insert = InsertSession(room=SIDE, title="Extra", start_at=at("11:30"), duration_s=900)
    show.do(insert, fresh="extra")
    assert (items(show)["extra"].sequence, items(show)["extra"].changed_at) == (0, at("08:30"))
    number = show.state.editions.number
    show.at("08:31").do(UndoRundown(room=SIDE, seq=show.clock(SIDE).undo[-1].seq))
    assert "extra" not in items(show)
    assert show.state.editions.number == number + 1
    assert show.state.editions.at == at("08:31")
    again = agenda_of(session(SessionId("extra"), "11:30", 15, SIDE), rooms=(SIDE,))
    show.at("08:32").do(ReplaceAgenda(agenda=again), OWNER)
    assert items(show)["extra"].sequence == 1  # never a lower one under the same name


def test_another_agenda_changes_only_what_it_changes() -> None:
    show = Rehearsal.of().at("08:30")
    show.do(ReplaceAgenda(agenda=replace(small_agenda(), title="Another name")), OWNER)
    assert {item.sequence for item in items(show).values()} == {0}
    assert show.state.editions.number == 2


def test_event_from_before_editions_goes_on_with_its_plan() -> None:
    show = Rehearsal.of().at("08:30")
    show.state = replace(show.state, editions=Editions())
    show.do(CancelSession(session=TALK))
    assert show.state.editions.sessions[TALK] == Edition(
        number=1, at=at("08:30"), start_at=at("09:30"), end_at=at("10:00"), is_off=True
    )
    assert items(show)[PANEL].changed_at == 0


def test_published_can_be_narrowed() -> None:
    told = published(Rehearsal.of().state, "https://example.org/e/small")
    assert [room.id for room in told.rooms()] == [MAIN, SIDE]
    side = told.only(lambda item: item.room.id == SIDE)
    assert [item.plan.id for item in side.items] == [DEMO, LAB]


@given(HISTORIES)
def test_sequence_goes_up_exactly_when_what_is_told_changes(history: list[Step]) -> None:
    show = begun("08:50")
    for step in history:
        play(show, step)
    state = begin(show.decisions[0])
    for decision in show.decisions[1:]:
        before, state = state, evolve(state, decision)
        was, now = items_of(before), items_of(state)
        for name in was.keys() & now.keys():
            old, new = was[name], now[name]
            if what(old) == what(new):
                assert (new.sequence, new.changed_at) == (old.sequence, old.changed_at)
            else:
                assert (new.sequence, new.changed_at) == (old.sequence + 1, state.at)
    assert state.editions == show.state.editions


def what(item: Item) -> object:
    """What is told of a session: all but its state and its control of the running."""
    plan = replace(
        item.plan,
        start_at=0,
        duration_s=0,
        printed=None,
        fixed_end=False,
        min_duration_s=0,
        may_start_early=False,
        inserted=False,
        gone=False,
    )
    return plan, item.room, item.track, item.speakers, item.start_at, item.end_at, item.is_off
