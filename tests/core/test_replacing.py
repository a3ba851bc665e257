"""Another version of the agenda: what is found again, what stays, what is refused."""

from dataclasses import replace

import pytest
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
    small_agenda,
)

from streamhub.core.agenda import Agenda, Room, Session, Speaker, Track, in_order
from streamhub.core.errors import Rejected
from streamhub.core.ids import MAX_ID, PollId, QuestionId, RoomId, SessionId, SpeakerId, TrackId
from streamhub.core.openings import Opening
from streamhub.core.polls import CreatePoll, OpenPoll, PollKind, ShowPoll
from streamhub.core.questions import ApproveQuestion, AskQuestion, SetQuestions, SpotlightQuestion
from streamhub.core.replacing import PAIRS_MOST, AgendaReplaced, ReplaceAgenda, difference
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    CancelSession,
    EndSession,
    InsertSession,
    RestoreSession,
    Running,
    StartSession,
    Status,
    UndoRundown,
)
from streamhub.core.table import Map

ANN = Actor(id=OWNER.id, role=Role.PARTICIPANT)


def version(*sessions: Session, without: tuple[SessionId, ...] = (), **more: object) -> Agenda:
    """The small event with other sessions in the place of those of the same id."""
    agenda = small_agenda()
    table = agenda.sessions
    for name in without:
        table = table.delete(name)
    for one in sessions:
        table = table.set(one.id, one)
    return replace(agenda, sessions=table, order=in_order(table), **more)  # type: ignore[arg-type]  # by name


def of(name: SessionId, **more: object) -> Session:
    return replace(small_agenda().sessions[name], **more)  # type: ignore[arg-type]  # by name


def show_at(clock: str = "08:00") -> Rehearsal:
    return Rehearsal.of(small_agenda(), "08:00").at(clock)


def swap(show: Rehearsal, agenda: Agenda, *, touch_live: bool = False) -> None:
    show.do(ReplaceAgenda(agenda=agenda, touch_live=touch_live), OWNER)


def test_same_agenda_changes_nothing() -> None:
    show = show_at()
    assert show.do(ReplaceAgenda(agenda=small_agenda()), OWNER) == ()
    assert show.state.agenda == small_agenda()


def test_sessions_are_found_by_uid_whatever_else_is_other() -> None:
    show = show_at()
    swap(show, version(of(TALK, uid="t@example")))
    other = replace(of(TALK), id=SessionId("abc"), uid="t@example", title="Entirely other words")
    other = replace(other, start_at=at("11:30"), room=SIDE)
    swap(show, version(other, without=(TALK,)))
    talk = show.state.agenda.sessions[TALK]
    assert (talk.title, talk.start_at, talk.room) == ("Entirely other words", at("11:30"), SIDE)
    assert SessionId("abc") not in show.state.agenda.sessions


def test_sessions_are_found_by_start_and_room_or_likeness_of_title() -> None:
    show = show_at()
    swap(show, version(replace(of(PANEL), id=SessionId("p9")), without=(PANEL,)))
    assert SessionId("p9") not in show.state.agenda.sessions
    swap(show, version(of(PANEL, title="A panel on harbours and quays")))
    alike = replace(of(PANEL), id=SessionId("q"), title="A panel on harbors and quays")
    alike = replace(alike, start_at=at("12:00"))
    swap(show, version(alike, without=(PANEL,)))
    assert show.state.agenda.sessions[PANEL].title == "A panel on harbors and quays"
    assert SessionId("q") not in show.state.agenda.sessions


def test_the_likest_title_wins_and_then_the_nearest_start() -> None:
    first = session(SessionId("a"), "09:00", 30, title="Shore power, part one")
    second = session(SessionId("b"), "10:00", 30, title="Shore power, part two")
    show = Rehearsal.of(agenda_of(first, second), "08:00")
    moved = session(SessionId("x"), "11:00", 30, title="Shore power, part two")
    again = session(SessionId("y"), "12:00", 30, title="Shore power, part won")
    swap(show, agenda_of(moved, again))
    assert show.state.agenda.sessions[SessionId("b")].start_at == at("11:00")
    assert show.state.agenda.sessions[SessionId("a")].start_at == at("12:00")


def test_an_id_that_means_another_session_is_not_taken_over() -> None:
    third = session(SessionId("s3"), "09:00", 30, title="One thing")
    show = Rehearsal.of(agenda_of(third), "08:00")
    swap(show, agenda_of(replace(third, title="One thing more")))
    swap(show, agenda_of(replace(third, title="One thing more", start_at=at("10:00"))))
    assert set(show.state.agenda.sessions) == {"s3"}
    other = replace(third, title="Nothing of the kind", start_at=at("12:00"))
    swap(show, agenda_of(other))
    agenda = show.state.agenda
    assert agenda.sessions[third.id].gone
    assert show.state.rundown.of(third.id).status is Status.CANCELLED
    assert agenda.sessions[SessionId("s3-2")].title == "Nothing of the kind"


def test_a_fresh_id_is_as_short_as_ids_are() -> None:
    name = SessionId("s" + "1" * (MAX_ID - 1))
    show = Rehearsal.of(agenda_of(session(name, "09:00", 30, title="One")), "08:00")
    swap(show, agenda_of(session(name, "12:00", 30, title="Something else")))
    assert sorted(show.state.agenda.sessions) == [f"{name[:-2]}-2", name]


def test_very_many_titles_are_compared_as_a_whole_only() -> None:
    many = int(PAIRS_MOST**0.5) + 2
    old = [
        session(
            SessionId(f"s{n}"),
            f"2026-06-21T{n // 60:02}:{n % 60:02}",
            1,
            title=f"Number {n} of all",
        )
        for n in range(many)
    ]
    new = [
        replace(one, id=SessionId(f"t{n}"), start_at=one.start_at + 86_400_000)
        for n, one in enumerate(old)
    ]
    show = Rehearsal.of(agenda_of(*old), "2026-06-20T00:00")
    swap(show, agenda_of(*new))
    assert set(show.state.agenda.sessions) == {one.id for one in old}
    likes = [replace(one, title=f"{one.title}!") for one in new]
    swap(show, agenda_of(*likes))
    assert len(show.state.agenda.sessions) == 2 * many


def test_what_is_gone_is_cancelled_with_its_questions_and_comes_back() -> None:
    show = show_at()
    show.do(SetQuestions(session=TALK, state=Opening.OPEN), OWNER)
    show.do(AskQuestion(text="Why not?", session=TALK), ANN, "q")
    swap(show, version(without=(TALK,)))
    assert show.state.rundown.of(TALK).status is Status.CANCELLED
    assert show.state.agenda.sessions[TALK].gone
    assert len(show.state.questions.all) == 1
    swap(show, version())
    assert show.state.rundown.of(TALK).status is Status.SCHEDULED
    assert not show.state.agenda.sessions[TALK].gone


def test_what_the_producer_cancelled_or_restored_stays_so() -> None:
    show = show_at()
    show.do(CancelSession(session=TALK))
    swap(show, version(without=(TALK,)))
    swap(show, version())
    assert show.state.rundown.of(TALK).status is Status.CANCELLED
    swap(show, version(without=(PANEL,)))
    show.do(RestoreSession(session=PANEL))
    swap(show, version(without=(PANEL,), title="Again"))
    assert show.state.rundown.of(PANEL).status is Status.SCHEDULED


def test_what_was_put_in_on_the_spot_stays() -> None:
    show = show_at()
    show.do(InsertSession(room=MAIN, title="More", duration_s=600), fresh="more")
    swap(show, version(title="Greater"))
    assert show.state.agenda.sessions[SessionId("more")].inserted
    assert show.state.agenda.title == "Greater"


def test_what_is_over_keeps_its_time_and_takes_other_words() -> None:
    show = show_at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:30")
    show.do(EndSession(session=OPENING))
    swap(
        show, version(of(OPENING, title="Welcome", start_at=at("08:00"), room=SIDE, duration_s=60))
    )
    opening = show.state.agenda.sessions[OPENING]
    assert (opening.title, opening.start_at, opening.room) == ("Welcome", at("09:00"), MAIN)
    assert opening.duration_s == 1800
    swap(show, version(without=(OPENING,)))
    assert show.state.rundown.of(OPENING).status is Status.ENDED
    assert not show.state.agenda.sessions[OPENING].gone


def test_what_is_on_air_is_touched_only_where_that_is_asked_for() -> None:
    show = show_at("09:00")
    show.do(StartSession(session=OPENING))
    other = version(of(OPENING, title="Welcome", duration_s=1500, room=SIDE), without=(DEMO,))
    with pytest.raises(Rejected) as refused:
        swap(show, other)
    assert refused.value.code == "agenda.touches_live"
    assert "'Opening'" in refused.value.message
    swap(show, other, touch_live=True)
    opening = show.state.agenda.sessions[OPENING]
    assert (opening.title, opening.duration_s, opening.room) == ("Welcome", 1500, MAIN)
    assert show.state.rundown.clock(MAIN).live == OPENING
    swap(show, version(of(TALK, title="Talk!"), of(OPENING, title="Welcome", duration_s=1500)))
    swap(show, version(without=(OPENING,)))  # it goes on, although the new version lacks it
    assert show.state.rundown.of(OPENING).status is Status.LIVE


def test_a_version_with_flaws_is_refused() -> None:
    show = show_at()
    with pytest.raises(Rejected) as refused:
        swap(show, version(of(TALK, duration_s=0)))
    assert refused.value.code == "agenda.invalid"
    assert refused.value.message.startswith("sessions.talk.duration: ")
    with pytest.raises(Rejected) as refused:
        swap(show, version(title=" ", timezone="Mars"))
    assert refused.value.message.endswith("There are 1 more.")


def test_rooms_are_found_by_name_or_by_what_was_in_them() -> None:
    show = show_at()
    hall, lab = RoomId("hall"), RoomId("lab-room")
    rooms = {
        hall: Room(id=hall, name="MAIN  hall"),
        lab: Room(id=lab, name="Laboratory", order=1),
    }
    sessions = {
        name: replace(one, room=hall if one.room == MAIN else lab)
        for name, one in small_agenda().sessions.items()
    }
    other = replace(
        small_agenda(), rooms=Map(rooms), sessions=Map(sessions), order=in_order(Map(sessions))
    )
    swap(show, other)
    agenda = show.state.agenda
    assert set(agenda.rooms) == {MAIN, SIDE}
    assert agenda.rooms[SIDE].name == "Laboratory"
    assert agenda.rooms[MAIN].stream == "https://example.org/main.m3u8"
    assert agenda.sessions[DEMO].room == SIDE


def test_rooms_stay_and_new_ones_come_with_names_of_their_own() -> None:
    show = show_at()
    attic, twin = RoomId("attic"), RoomId("twin")
    rooms = Map(
        {
            attic: Room(id=attic, name="Attic"),
            twin: Room(id=twin, name="main hall", order=1),
            MAIN: Room(id=MAIN, name="Main hall", order=2),
        }
    )
    alone = session(SessionId("new"), "09:00", 30, attic, title="Quite new")
    table = Map({alone.id: alone, TALK: of(TALK, speakers=(), track=None)})
    swap(show, replace(small_agenda(), rooms=rooms, sessions=table, order=in_order(table)))
    agenda = show.state.agenda
    assert set(agenda.rooms) == {MAIN, SIDE, attic, twin}
    assert agenda.rooms[SIDE].order == 3
    assert agenda.sessions[DEMO].gone
    assert agenda.sessions[DEMO].room == SIDE


def test_a_room_that_is_still_there_is_not_taken_for_a_renamed_one() -> None:
    show = show_at()
    annex = RoomId("annex")
    rooms = small_agenda().rooms.set(annex, Room(id=annex, name="Annex"))
    swap(show, version(of(TALK, room=annex), rooms=rooms))
    assert show.state.agenda.sessions[TALK].room == annex
    assert set(show.state.agenda.rooms) == {MAIN, SIDE, annex}


def test_people_are_found_by_name_and_tracks_stay_where_they_are_used() -> None:
    show = show_at()
    names = {
        SpeakerId("ada-l"): Speaker(id=SpeakerId("ada-l"), name="Ada", role="Countess"),
        SpeakerId("zed"): Speaker(id=SpeakerId("zed"), name="Zed"),
        ADA: Speaker(id=ADA, name="Another person"),
    }
    names[SpeakerId("ada-l")] = replace(
        names[SpeakerId("ada-l")], name=small_agenda().speakers[ADA].name
    )
    blue = TrackId("blue")
    talk = of(TALK, speakers=(SpeakerId("ada-l"), SpeakerId("zed")), track=blue)
    panel = of(PANEL, speakers=(ADA,))
    lab = of(LAB, speakers=())
    table = Map({one.id: one for one in (talk, panel, lab)})
    other = replace(
        small_agenda(),
        speakers=Map(names),
        tracks=Map({blue: Track(id=blue, name="Blue")}),
        sessions=table,
        order=in_order(table),
    )
    swap(show, other)
    agenda = show.state.agenda
    assert agenda.sessions[TALK].speakers == (SpeakerId("ada-l"), SpeakerId("zed")) or (
        agenda.sessions[TALK].speakers == (ADA, SpeakerId("zed"))
    )
    assert set(agenda.tracks) == {blue}
    shown = [agenda.speakers[name].name for name in agenda.sessions[PANEL].speakers]
    assert shown == ["Another person"]


def test_a_question_leaves_the_screens_if_its_session_moves_away() -> None:
    show = show_at("09:00")
    for name in (TALK, PANEL):
        show.do(SetQuestions(session=name, state=Opening.OPEN), OWNER)
    show.do(AskQuestion(text="Why not?", session=TALK), ANN, "q")
    show.do(ApproveQuestion(question=QuestionId("q"), revision=1), OWNER)
    show.do(SpotlightQuestion(question=QuestionId("q")), OWNER)
    assert MAIN in show.state.questions.spotlight
    swap(show, version(title="Greater"))
    assert MAIN in show.state.questions.spotlight
    swap(show, version(of(TALK, room=SIDE, start_at=at("12:00"))))
    assert MAIN not in show.state.questions.spotlight


def test_nothing_before_it_can_be_taken_back() -> None:
    show = show_at("09:00")
    show.do(StartSession(session=OPENING))
    seq = show.state.rundown.clock(MAIN).undo[-1].seq
    swap(show, version(title="Greater"))
    with pytest.raises(Rejected):
        show.do(UndoRundown(room=MAIN, seq=seq))


def test_difference_names_what_would_change() -> None:
    show = show_at("09:00")
    show.do(StartSession(session=OPENING))
    new = session(SessionId("new"), "12:00", 30, title="Quite new")
    people = small_agenda().speakers
    people = people.set(ADA, replace(people[ADA], role="Countess"))
    tea = replace(of(PAUSE), id=SessionId("tea"), title="Tea", start_at=at("10:05"), duration_s=600)
    opening = of(OPENING, recorded=False)
    other = version(new, tea, opening, without=(CLOSING, PAUSE), speakers=people)
    _, told = difference(Running(show.state.agenda, show.state.rundown), other)
    assert told.added == (SessionId("new"), SessionId("tea"))
    assert told.gone == (CLOSING, PAUSE)
    assert dict(told.changes) == {
        OPENING: ("recorded",),
        PANEL: ("speakers",),
        TALK: ("speakers",),
    }
    assert told.live == (OPENING,)
    assert told.restored == ()


def test_fact_has_the_whole_agenda() -> None:
    show = show_at()
    (fact,) = show.do(ReplaceAgenda(agenda=version(title="Greater")), OWNER)
    assert isinstance(fact, AgendaReplaced)
    assert fact.agenda.title == "Greater"


def test_poll_of_a_session_that_moves_leaves_the_screens() -> None:
    event = Rehearsal.of()
    event.do(CreatePoll(kind=PollKind.WORDS, title="How was it?", session=TALK), OWNER, "v")
    event.do(OpenPoll(poll=PollId("v")), OWNER)
    event.do(ShowPoll(poll=PollId("v")), OWNER)
    assert event.state.polls.shown == Map({MAIN: PollId("v")})
    event.do(ReplaceAgenda(agenda=version(of(PANEL, title="Another panel"))), OWNER)
    assert MAIN in event.state.polls.shown
    event.do(ReplaceAgenda(agenda=version(of(TALK, room=SIDE, start_at=at("12:00")))), OWNER)
    assert event.state.polls.shown == Map()
