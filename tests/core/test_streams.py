"""Streams: set, scheduled, switched by the clock, tuned; recordings; who sees what of them."""

from dataclasses import replace
from typing import Any

import pytest
from rehearsal import (
    ANN,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PANEL,
    PROD,
    SIDE,
    TALK,
    Rehearsal,
    agenda_of,
    at,
    small_agenda,
)
from rehearsal import session as planned

from streamhub.core.event import next_tick_at
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.questions import (
    ApproveQuestion,
    AskQuestion,
    QuestionUndone,
    SpotlightQuestion,
    UndoQuestion,
    UnspotlightQuestion,
)
from streamhub.core.replacing import ReplaceAgenda
from streamhub.core.rundown import EndSession, StartSession
from streamhub.core.stamp import Stamp
from streamhub.core.streams import (
    AHEAD_MOST,
    Feed,
    Recording,
    RecordingRemoved,
    RecordingSet,
    SetRecording,
    SetStream,
    Source,
    SourceKind,
    SourceWish,
    Streams,
    StreamScheduled,
    StreamSet,
    StreamSwitched,
    StreamTuned,
    StreamUnscheduled,
    TuneStream,
    UnscheduleStream,
    evolve,
    is_address,
    told,
)
from streamhub.core.streams.address import ADDRESS_MOST
from streamhub.core.streams.decide import AWAY_MOST_MS, LABEL_MOST, SLATE_MOST
from streamhub.core.streams.state import SOURCES_MOST
from streamhub.core.table import Map
from streamhub.core.views import Touched, View, project

PLANNED = "https://example.org/main.m3u8"
URL = "https://cdn.example/live.m3u8"
VIMEO = "https://vimeo.com/1234"


def wish(url: str = URL, **more: Any) -> SourceWish:
    return SourceWish(url=url, **more)


def source(url: str = URL, kind: SourceKind = SourceKind.HLS, **more: Any) -> Source:
    return Source(url=url, kind=kind, **more)


def seen(show: Rehearsal, view: View = View.AUDIENCE, room: RoomId = MAIN) -> dict[str, Any]:
    """What a view tells of a room's streams."""
    fields = ("stream", "slate", "recording", "streams_ahead")
    found = project(show.state, view, None)["rooms"][room]
    return {field: found[field] for field in fields if field in found}


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://example.org/a/live.M3U8?token=1#x", "hls"),
        ("/demo/streams/main/live.m3u8", "hls"),
        ("http://localhost:8000/live.m3u8", "hls"),
        ("http://127.0.0.1/live.m3u8", "hls"),
        ("http://[::1]:8000/live.m3u8", "hls"),
        ("https://example.org/a.mp4", "file"),
        ("https://example.org/a.webm", "file"),
        ("https://www.youtube.com/watch?v=x", "youtube"),
        ("https://m.youtube.com/live/x", "youtube"),
        ("https://youtu.be/x", "youtube"),
        ("https://www.youtube-nocookie.com/embed/x", "youtube"),
        ("https://player.vimeo.com/video/1", "vimeo"),
        ("https://vimeo.com/event/1", "vimeo"),
        ("https://example.org/watch", "link"),
        ("https://notyoutube.com/watch", "link"),
        ("https://example.org/live.m3u8/", "link"),
        ("/live", "link"),
    ],
)
def test_address_tells_its_kind(text: str, kind: str) -> None:
    assert (is_address(text), told(text)) == (True, kind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org/live.m3u8",
        "http://example.org/live.m3u8",
        "http://localhost.example.org/live.m3u8",
        "//example.org/live.m3u8",
        "javascript:alert(1)",
        "ftp://example.org/live.m3u8",
        "https://",
        "https:///live.m3u8",
        "https://user:secret@example.org/live.m3u8",
        "https://example.org/a b",
        "https://example.org/<script>",
        "https://example.org/\u00e9",
        "https://example.org:port/",
        "https://[::1/",
        "https://example.org/" + "x" * ADDRESS_MOST,
    ],
)
def test_address_that_pages_may_not_open_is_refused(text: str) -> None:
    assert not is_address(text)
    show = Rehearsal.of()
    refusal = show.refusal(SetStream(room=MAIN, sources=(wish(text),)))
    assert (refusal.code, refusal.field) == ("stream.invalid", "sources")
    refusal = show.refusal(SetRecording(room=MAIN, url=text, started_at=show.now))
    assert (refusal.code, refusal.field) == ("stream.invalid", "url")


def test_address_that_is_none_tells_that_it_is_a_link() -> None:
    assert told("https://[::1/") is SourceKind.LINK


# --- what is on -----------------------------------------------------------------------------------


def test_room_has_the_stream_of_the_agenda_until_the_producer_sets_another() -> None:
    show = Rehearsal.of()
    usual = {"sources": [{"url": PLANNED, "kind": "hls"}], "grace_s": 45}
    assert (seen(show), seen(show, room=SIDE)) == ({"stream": usual}, {})
    sources = (wish(language="en", label=" English "), wish(VIMEO, language="es", label=" "))
    kept = (
        source(language="en", label="English"),
        source(VIMEO, SourceKind.VIMEO, language="es"),
    )
    facts = show.at("09:00").do(SetStream(room=MAIN, sources=sources))
    assert facts == (StreamSet(room=MAIN, sources=kept),)
    assert seen(show) == {
        "stream": {
            "sources": [
                {"url": URL, "kind": "hls", "language": "en", "label": "English"},
                {"url": VIMEO, "kind": "vimeo", "language": "es"},
            ],
            "since_at": at("09:00"),
            "grace_s": 45,
        }
    }
    assert show.do(SetStream(room=MAIN, sources=sources)) == ()
    assert show.do(SetStream(room=MAIN, sources=sources, at=show.now)) == ()
    facts = show.do(SetStream(room=MAIN, sources=sources, slate="Soon"))
    assert facts == (StreamSet(room=MAIN, sources=kept, slate="Soon"),)


def test_room_without_sources_is_off_the_air_and_shows_a_slate() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(SetStream(room=MAIN, sources=(), slate=" Back at\nten "), OWNER)
    off = {"sources": [], "since_at": at("09:00"), "grace_s": 45}
    assert seen(show) == {"stream": off, "slate": "Back at\nten"}
    show.do(SetStream(room=MAIN, sources=(), slate=" "))
    assert seen(show) == {"stream": off}


def test_kind_can_be_said_where_the_address_does_not_tell_it() -> None:
    show = Rehearsal.of()
    show.do(SetStream(room=MAIN, sources=(wish("/live", kind=SourceKind.HLS),)))
    assert seen(show)["stream"]["sources"] == [{"url": "/live", "kind": "hls"}]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"room": RoomId("no")}, "room.unknown", "room"),
        ({"sources": (wish(), wish())}, "stream.invalid", "sources"),
        (
            {"sources": tuple(wish(f"/{n}.m3u8") for n in range(SOURCES_MOST + 1))},
            "stream.invalid",
            "sources",
        ),
        ({"sources": (wish(language="Spanish!"),)}, "stream.invalid", "sources"),
        ({"sources": (wish(label="x" * (LABEL_MOST + 1)),)}, "text.too_long", "sources"),
        ({"slate": "x" * (SLATE_MOST + 1)}, "text.too_long", "slate"),
        ({"at": at("08:00") + AWAY_MOST_MS + 1}, "instant.out_of_range", "at"),
    ],
)
def test_stream_that_does_not_fit_is_refused(fields: dict[str, Any], code: str, field: str) -> None:
    usual: dict[str, Any] = {"room": MAIN, "sources": (wish(),)}
    refusal = Rehearsal.of().refusal(SetStream(**(usual | fields)))
    assert (refusal.code, refusal.field) == (code, field)


def test_stream_of_another_version_of_the_agenda_shows_where_none_was_set() -> None:
    show = Rehearsal.of()
    show.do(SetStream(room=MAIN, sources=()))
    agenda = small_agenda()
    rooms = agenda.rooms.set(SIDE, replace(agenda.rooms[SIDE], stream="/side.m3u8"))
    rooms = rooms.set(MAIN, replace(rooms[MAIN], stream="/main.m3u8"))
    show.do(ReplaceAgenda(agenda=replace(agenda, rooms=rooms)), OWNER)
    assert seen(show)["stream"]["sources"] == []
    assert seen(show, room=SIDE)["stream"]["sources"] == [{"url": "/side.m3u8", "kind": "hls"}]


# --- what is to come ------------------------------------------------------------------------------


def test_scheduled_stream_comes_by_the_clock_once() -> None:
    show = Rehearsal.of(agenda_of(planned(TALK, "09:30", 30)))
    clock_at = show.state.clock_at
    facts = show.do(SetStream(room=MAIN, sources=(wish(),), slate="Hi", at=at("08:10")))
    assert facts == (StreamScheduled(room=MAIN, at=at("08:10"), sources=(source(),), slate="Hi"),)
    assert show.do(SetStream(room=MAIN, sources=(wish(),), slate="Hi", at=at("08:10"))) == ()
    show.do(SetStream(room=MAIN, sources=(), at=at("08:05")))
    ahead = [
        {"at": at("08:05"), "sources": []},
        {"at": at("08:10"), "sources": [{"url": URL, "kind": "hls"}], "slate": "Hi"},
    ]
    assert seen(show, View.CONTROL)["streams_ahead"] == ahead
    assert "streams_ahead" not in seen(show) | seen(show, View.DESK)
    assert next_tick_at(show.state) == at("08:05")
    show.at("08:06")
    assert show.decisions[-1].facts == (StreamSwitched(room=MAIN, at=at("08:05")),)
    assert show.state.clock_at == clock_at
    assert seen(show, View.CONTROL) == {
        "stream": {"sources": [], "since_at": at("08:05"), "grace_s": 45},
        "streams_ahead": ahead[1:],
    }
    before = len(show.decisions)
    show.at("08:10")
    assert len(show.decisions) == before + 1
    assert seen(show, View.CONTROL) == {
        "stream": {
            "sources": [{"url": URL, "kind": "hls"}],
            "since_at": at("08:10"),
            "grace_s": 45,
        },
        "slate": "Hi",
    }
    assert next_tick_at(show.state) != at("08:10")


def test_switches_that_were_missed_come_in_order_room_by_room() -> None:
    show = Rehearsal.of()
    for room, clock in ((SIDE, "08:20"), (MAIN, "08:30"), (MAIN, "08:20")):
        show.do(SetStream(room=room, sources=(), slate=clock, at=at(clock)))
    show.now = at("08:40")
    show.at("08:40")
    assert show.decisions[-1].facts[-3:] == (
        StreamSwitched(room=MAIN, at=at("08:20")),
        StreamSwitched(room=MAIN, at=at("08:30")),
        StreamSwitched(room=SIDE, at=at("08:20")),
    )
    assert (seen(show)["slate"], seen(show, room=SIDE)["slate"]) == ("08:30", "08:20")


def test_switch_that_two_nodes_propose_happens_once() -> None:
    show = Rehearsal.of()
    show.do(SetStream(room=MAIN, sources=(wish(),), at=at("08:10")))
    show.at("08:10")
    after = show.state.streams
    stamp = Stamp(by=PROD.id, at=at("08:11"), seq=9)
    assert evolve(after, StreamSwitched(room=MAIN, at=at("08:10")), stamp) == after


def test_scheduled_stream_is_replaced_at_the_same_instant_and_can_be_taken_back() -> None:
    show = Rehearsal.of()
    show.do(SetStream(room=MAIN, sources=(wish(),), at=at("08:10")))
    show.do(SetStream(room=MAIN, sources=(), slate="No", at=at("08:10")))
    assert seen(show, View.CONTROL)["streams_ahead"] == [
        {"at": at("08:10"), "sources": [], "slate": "No"}
    ]
    facts = show.do(UnscheduleStream(room=MAIN, at=at("08:10")))
    assert facts == (StreamUnscheduled(room=MAIN, at=at("08:10")),)
    assert "streams_ahead" not in seen(show, View.CONTROL)
    assert show.refused(UnscheduleStream(room=MAIN, at=at("08:10"))) == "stream.unknown"
    assert show.refused(UnscheduleStream(room=RoomId("no"), at=at("08:10"))) == "room.unknown"


def test_there_are_twenty_switches_of_a_room_at_most() -> None:
    show = Rehearsal.of()
    for number in range(1, AHEAD_MOST + 1):
        show.do(SetStream(room=MAIN, sources=(), at=show.now + number))
    refusal = show.refusal(SetStream(room=MAIN, sources=(), at=show.now + 99))
    assert (refusal.code, refusal.field) == ("stream.too_many", "at")
    show.do(SetStream(room=MAIN, sources=(), slate="Other", at=show.now + 1))
    show.do(SetStream(room=SIDE, sources=(), at=show.now + 99))
    show.do(SetStream(room=MAIN, sources=(), slate="Now"))


# --- how late it is -------------------------------------------------------------------------------


def test_room_is_tuned_field_by_field_and_back_to_what_is_usual() -> None:
    show = Rehearsal.of()
    facts = show.do(TuneStream(room=MAIN, clock_offset_s=-3600.5, late_s=20, grace_s=0))
    assert facts == (StreamTuned(room=MAIN, clock_offset_s=-3600.5, late_s=20, grace_s=0),)
    assert seen(show)["stream"] == {
        "sources": [{"url": PLANNED, "kind": "hls"}],
        "clock_offset_s": -3600.5,
        "late_s": 20,
        "grace_s": 0,
    }
    assert show.do(TuneStream(room=MAIN, late_s=20)) == ()
    facts = show.do(TuneStream(room=MAIN, clock_offset_s=None))
    assert facts == (StreamTuned(room=MAIN, late_s=20, grace_s=0),)
    show.do(TuneStream(room=MAIN, late_s=None, grace_s=None))
    assert seen(show)["stream"] == {
        "sources": [{"url": PLANNED, "kind": "hls"}],
        "grace_s": 45,
    }


def test_room_can_be_tuned_before_it_has_a_stream() -> None:
    show = Rehearsal.of()
    show.do(TuneStream(room=SIDE, late_s=12.5))
    assert seen(show, room=SIDE) == {"stream": {"sources": [], "late_s": 12.5, "grace_s": 45}}
    show.do(SetStream(room=SIDE, sources=(wish(),)))
    assert seen(show, room=SIDE)["stream"]["late_s"] == 12.5


@pytest.mark.parametrize(
    "fields",
    [
        {"clock_offset_s": 86_401},
        {"clock_offset_s": -86_401.0},
        {"clock_offset_s": float("nan")},
        {"late_s": -0.1},
        {"late_s": 301},
        {"grace_s": -1},
        {"grace_s": 121},
    ],
)
def test_tuning_out_of_bounds_is_refused(fields: dict[str, Any]) -> None:
    refusal = Rehearsal.of().refusal(TuneStream(room=MAIN, **fields))
    assert (refusal.code, refusal.field) == ("stream.invalid", next(iter(fields)))


# --- recordings -----------------------------------------------------------------------------------


def test_room_and_session_have_recordings_of_their_own() -> None:
    show = Rehearsal.of()
    url = "https://example.org/day.mp4"
    facts = show.do(SetRecording(room=MAIN, url=url, started_at=at("07:00")))
    recorded = RecordingSet(room=MAIN, url=url, kind=SourceKind.FILE, started_at=at("07:00"))
    assert facts == (recorded,)
    facts = show.do(SetRecording(room=MAIN, url=URL, started_at=at("07:00"), session=TALK))
    assert facts == (
        RecordingSet(room=MAIN, url=URL, kind=SourceKind.HLS, started_at=at("07:00"), session=TALK),
    )
    day = {"url": url, "kind": "file", "started_at": at("07:00")}
    talk = {"url": URL, "kind": "hls", "started_at": at("07:00")}
    for view in View:
        found = project(show.state, view, None)
        has = view in {View.AUDIENCE, View.DESK, View.CONTROL}
        assert found["rooms"]["main"].get("recording") == (day if has else None)
        assert found["sessions"]["talk"].get("recording") == (talk if has else None)
        assert "recording" not in found["sessions"]["panel"] | found["rooms"]["side"]
    assert show.do(SetRecording(room=MAIN, url=url, started_at=at("07:00"))) == ()
    assert show.do(SetRecording(room=MAIN, session=TALK)) == (
        RecordingRemoved(room=MAIN, session=TALK),
    )
    assert show.do(SetRecording(room=MAIN)) == (RecordingRemoved(room=MAIN),)
    assert show.do(SetRecording(room=MAIN)) == ()
    assert show.state.streams == Streams()


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"room": RoomId("no")}, "room.unknown", "room"),
        ({"session": SessionId("no")}, "session.unknown", "session"),
        ({"session": SessionId("demo")}, "stream.invalid", "session"),
        ({"started_at": None}, "stream.invalid", "started_at"),
        ({"started_at": 12}, "instant.out_of_range", "started_at"),
    ],
)
def test_recording_that_does_not_fit_is_refused(
    fields: dict[str, Any], code: str, field: str
) -> None:
    usual: dict[str, Any] = {"room": MAIN, "url": URL, "started_at": at("07:00")}
    refusal = Rehearsal.of().refusal(SetRecording(**(usual | fields)))
    assert (refusal.code, refusal.field) == (code, field)


# --- what views tell ------------------------------------------------------------------------------


def test_stage_speakers_and_screens_learn_nothing_of_streams() -> None:
    plain, set_up = Rehearsal.of(), Rehearsal.of()
    set_up.do(SetStream(room=MAIN, sources=(wish(),), slate="Soon"))
    set_up.do(SetStream(room=MAIN, sources=(), at=at("20:00")))
    set_up.do(TuneStream(room=MAIN, late_s=9))
    set_up.do(SetRecording(room=MAIN, url=URL, started_at=at("07:00"), session=TALK))
    for view in (View.STAGE, View.SPEAKER):
        assert project(plain.state, view, None) == project(set_up.state, view, None)
        assert seen(set_up, view) == {}
    for view in (View.AUDIENCE, View.DESK, View.CONTROL):
        assert seen(set_up, view)["slate"] == "Soon"
    assert project(set_up.state, View.AUDIENCE, SIDE)["rooms"]["main"] == {
        "name": "Main hall",
        "order": 0,
        "next": "opening",
    }


def test_fact_touches_its_room_and_its_session_at_once() -> None:
    show = Rehearsal.of()
    deeds = (
        (SetStream(room=MAIN, sources=()), Touched(rooms={MAIN}, urgent=True)),
        (SetRecording(room=SIDE, url=URL, started_at=show.now), Touched(rooms={SIDE}, urgent=True)),
        (
            SetRecording(room=MAIN, url=URL, started_at=show.now, session=TALK),
            Touched(rooms={MAIN}, sessions={TALK}, urgent=True),
        ),
        (
            SetRecording(room=MAIN, session=TALK),
            Touched(rooms={MAIN}, sessions={TALK}, urgent=True),
        ),
    )
    for command, wanted in deeds:
        decision = show.decide(command, PROD)
        show.keep(decision)
        touched = Touched()
        touched.add(show.state, decision)
        assert touched == wanted


def test_session_that_ran_twice_tells_the_audience_all_its_runs() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10").do(EndSession(session=OPENING))
    once = project(show.state, View.AUDIENCE, None)["sessions"]["opening"]
    assert (once["started_at"], once["ended_at"], "runs" in once) == (
        at("09:00"),
        at("09:10"),
        False,
    )
    show.at("09:12").do(StartSession(session=OPENING))
    runs = [{"started_at": at("09:00"), "ended_at": at("09:10")}, {"started_at": at("09:12")}]
    for view in View:
        found = project(show.state, view, None)["sessions"]["opening"]
        assert found.get("runs") == (runs if view in {View.AUDIENCE, View.CONTROL} else None)


def shown_at(show: Rehearsal) -> Ms | None:
    return show.question("q").shown_at


def test_question_knows_when_it_first_was_on_the_screens() -> None:
    show = Rehearsal.of().at("09:30")
    show.do(StartSession(session=TALK))
    show.do(AskQuestion(text="Why not?", session=TALK), ANN, "q")
    name = show.question("q").id
    show.do(ApproveQuestion(question=name, revision=1), MOD)
    assert shown_at(show) is None
    show.at("09:31").do(SpotlightQuestion(question=name), MOD)
    step = show.state.questions.undo[name][-1]
    assert shown_at(show) == at("09:31")
    undone = show.do(UndoQuestion(question=name, seq=step.seq), MOD)
    assert any(isinstance(fact, QuestionUndone) for fact in undone)
    assert shown_at(show) is None
    show.at("09:32").do(SpotlightQuestion(question=name), MOD)
    show.at("09:33").do(UnspotlightQuestion(room=MAIN), MOD)
    show.at("09:34").do(SpotlightQuestion(question=name), MOD)
    assert shown_at(show) == at("09:32")


# --- values ---------------------------------------------------------------------------------------


def test_state_holds_what_was_set() -> None:
    show = Rehearsal.of()
    show.do(SetStream(room=MAIN, sources=(wish(),), at=at("08:30")))
    show.do(SetRecording(room=MAIN, url=URL, started_at=at("07:00"), session=PANEL))
    room = show.state.streams.of(MAIN)
    assert (room.now, room.ahead) == (None, (Feed(at=at("08:30"), sources=(source(),)),))
    assert show.state.streams.sessions == Map(
        {PANEL: Recording(url=URL, kind=SourceKind.HLS, started_at=at("07:00"))}
    )
    assert show.state.streams.of(SIDE) == Streams().of(MAIN)
