"""What each view shows: whole values, item by item."""

from dataclasses import replace

from rehearsal import (
    ADA,
    ANN,
    BEN,
    CLOSING,
    DEMO,
    LAB,
    MAIN,
    MOD,
    OPENING,
    OWNER,
    PANEL,
    PAUSE,
    PROD,
    SIDE,
    SPEAKER,
    TALK,
    Rehearsal,
    at,
)

from streamhub.core.displays import AssignDisplay, IdentifyDisplay, Layout, PairDisplay
from streamhub.core.event import FACT_TYPES, Decision, EventCreated
from streamhub.core.ids import ActorId, DisplayId, PollId, QuestionId, RoomId, SessionId
from streamhub.core.links import CreateLink, RevokeLink
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    ConfigureQuestions,
    RedactQuestion,
    RejectQuestion,
    SetQuestions,
    SpotlightQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    EndSession,
    ExtendSession,
    NextSession,
    PauseSession,
    ResumeSession,
    RetimeSession,
    StartSession,
)
from streamhub.core.views import (
    HASTE,
    Haste,
    Touched,
    View,
    agenda_text,
    project,
    project_me,
    project_touched,
    takes_back,
)

Q, P, R = QuestionId("q"), QuestionId("p"), QuestionId("r")
CARL = Actor(id=ActorId("carl"), role=Role.PARTICIPANT)


def scene() -> Rehearsal:
    """The talk is live and late; q is lit, p rejected, r pending; a door display is paired."""
    show = Rehearsal.of()
    show.do(CreateLink(role=Role.MODERATOR, name="Mo"), OWNER, MOD.id)
    show.do(CreateLink(role=Role.PRODUCER), OWNER, PROD.id)
    pair = PairDisplay(code="ABCD2345", name="Door", room=MAIN, layout=Layout.NOW_NEXT)
    show.do(pair, PROD, "door")
    show.at("09:40").do(StartSession(session=TALK))
    for name, author in (("q", ANN), ("p", ANN), ("r", BEN)):
        ask = AskQuestion(
            text=f"What is {name} about?", session=TALK, name="Ann" if author is ANN else None
        )
        show.do(ask, author, name)
    show.at("09:41")
    show.do(ApproveQuestion(question=Q, revision=1), MOD)
    show.do(RejectQuestion(question=P, reason="Rude"), MOD)
    show.do(UpvoteQuestion(question=Q), BEN)
    show.do(SpotlightQuestion(question=Q), MOD)
    return show


PUBLIC_Q = {
    "session": "talk",
    "text": "What is q about?",
    "name": "Ann",
    "upvotes": 1,
    "status": "approved",
    "asked_at": at("09:40"),
}


def test_every_view_begins_with_the_event_itself() -> None:
    show = scene()
    event = {
        "slug": "small",
        "title": "Small event",
        "tagline": "Nothing more than needed",
        "venue": "The house",
        "timezone": "Europe/Brussels",
        "zones": [{"name": "America/Lima", "label": "Lima"}],
        "languages": ["en", "es"],
        "accent": "#0b5fff",
        "starts_at": at("09:00"),
        "ends_at": at("11:15"),
        "agenda_rev": "1",
    }
    policy = {
        "moderation": "before",
        "names": "optional",
        "at_end": "keep",
        "slow_s": 0,
        "pending_most": 5,
        "reasons": False,
        "words": {},
        "public_results": False,
    }
    assert {view: project(show.state, view, MAIN)["event"] for view in View} == {
        View.STAGE: event,
        View.AUDIENCE: event | {"moderation": "before", "names": "optional"},
        View.SPEAKER: event,
        View.DESK: event | {"policy": policy},
        View.CONTROL: event | {"policy": policy},
    }


def test_views_hold_these_sections_and_no_others() -> None:
    stage = ["event", "rooms", "sessions", "questions", "polls", "messages"]
    assert {view: list(project(scene().state, view, None)) for view in View} == {
        View.STAGE: stage,
        View.AUDIENCE: stage,
        View.SPEAKER: stage,
        View.DESK: [*stage, "participants"],
        View.CONTROL: [*stage, "undo", "displays"],
    }


def test_room_in_full_and_in_short() -> None:
    show = scene()
    main = {
        "name": "Main hall",
        "order": 0,
        "live": "talk",
        "next": "pause",
        "place": "Ground floor",
        "offset_s": 600,
        "spotlight": "q",
        "questions": {"state": "open", "why": "open", "session": "talk"},
    }
    side = {
        "name": "Side room",
        "order": 1,
        "next": "demo",
        "offset_s": 2400,
        "questions": {"state": "open", "why": "open", "session": "demo"},
    }
    stage = project(show.state, View.STAGE, None)["rooms"]
    assert stage == {"main": main, "side": side}
    assert project(show.state, View.STAGE, MAIN)["rooms"] == {
        "main": main,
        "side": {"name": "Side room", "order": 1, "next": "demo"},
    }
    assert project(show.state, View.STAGE, SIDE)["rooms"] == {
        "main": {"name": "Main hall", "order": 0, "live": "talk", "next": "pause"},
        "side": side,
    }


def test_room_is_told_exactly_to_the_producer_only() -> None:
    show = scene().at("09:45")
    show.do(ExtendSession(session=TALK, by_s=120))
    offsets = {view: project(show.state, view, MAIN)["rooms"]["main"]["offset_s"] for view in View}
    assert offsets == dict.fromkeys(View, 600) | {View.CONTROL: 720}


def test_room_where_nothing_comes_is_on_time() -> None:
    show = Rehearsal.of().at("10:50")
    show.do(StartSession(session=CLOSING))
    room = project(show.state, View.STAGE, MAIN)["rooms"]["main"]
    assert (room["offset_s"], "next" in room) == (0, False)


def test_room_that_is_closed_says_why_and_when_it_opens() -> None:
    room = project(Rehearsal.of().state, View.STAGE, SIDE)["rooms"]["side"]
    assert room["questions"] == {"state": "closed", "why": "before", "opens_at": at("08:50")}


def test_session_in_full() -> None:
    show = scene()
    sessions = project(show.state, View.STAGE, MAIN)["sessions"]
    assert set(sessions) == {OPENING, TALK, PAUSE, PANEL, CLOSING, DEMO}
    assert sessions["talk"] == {
        "room": "main",
        "order": 1,
        "title": "Talk",
        "kind": "session",
        "track": "Green",
        "start_at": at("09:30"),
        "duration_s": 1800,
        "expected_start_at": at("09:40"),
        "expected_end_at": at("10:10"),
        "status": "live",
        "started_at": at("09:40"),
        "due_at": at("10:10"),
        "speakers": [
            {"id": "ada", "name": "Ada", "role": "Engineer", "affiliation": "Engines, Society"}
        ],
        "questions": "open",
    }
    assert sessions["pause"] == {
        "room": "main",
        "order": 2,
        "title": "Pause",
        "kind": "break",
        "start_at": at("10:00"),
        "duration_s": 900,
        "expected_start_at": at("10:10"),
        "expected_end_at": at("10:15"),
        "status": "scheduled",
        "speakers": [],
        "questions": "closed",
    }
    assert sessions["demo"]["speakers"] == [{"id": "grace", "name": "Grace"}]


def test_session_of_another_room_is_in_view_only_while_live_or_next() -> None:
    show = scene()
    assert set(project(show.state, View.AUDIENCE, SIDE)["sessions"]) == {DEMO, LAB, TALK, PAUSE}
    assert len(project(show.state, View.AUDIENCE, None)["sessions"]) == 7


def test_session_for_the_desk_and_for_control() -> None:
    show = scene()
    show.do(SetQuestions(session=TALK, state=Opening.OPEN), MOD)
    show.at("09:42").do(PauseSession(session=TALK))
    show.at("09:44").do(ResumeSession(session=TALK))
    show.do(ExtendSession(session=TALK, by_s=60))
    public = project(show.state, View.STAGE, MAIN)["sessions"]["talk"]
    assert (public["due_at"], public["expected_end_at"]) == (at("10:13"), at("10:10"))
    assert project(show.state, View.DESK, MAIN)["sessions"]["talk"] == public | {"opening": "open"}
    assert project(show.state, View.CONTROL, MAIN)["sessions"]["talk"] == public | {
        "opening": "open",
        "expected_end_at": at("10:13"),
        "extended_s": 60,
        "paused_s": 120,
        "runs": [{"started_at": at("09:40")}],
    }
    assert project(show.state, View.CONTROL, MAIN)["sessions"]["pause"]["fixed_end"] is True


def test_session_that_ended_and_one_that_is_paused() -> None:
    show = scene().at("09:50")
    show.do(PauseSession(session=TALK))
    paused = project(show.state, View.STAGE, MAIN)["sessions"]["talk"]
    assert (paused["status"], paused["paused_at"], paused["due_at"]) == (
        "paused",
        at("09:50"),
        at("10:10"),
    )
    show.do(EndSession(session=TALK))
    control = project(show.state, View.CONTROL, MAIN)["sessions"]["talk"]
    assert control["runs"] == [{"started_at": at("09:40"), "ended_at": at("09:50")}]
    assert (control["ended_at"], "due_at" in control) == (at("09:50"), False)


def test_questions_by_view() -> None:
    show = scene()
    own = {"revision": 1, "author": "ann"}
    decided = {"by": "Mo", "at": at("09:41")}
    seq = show.state.seq
    lit = {"undo": decided | {"seq": seq, "what": "question.spotlit"}}
    shown = {"shown_at": at("09:41")}
    desk = {
        "q": PUBLIC_Q | own | {"decided": decided} | lit | shown,
        "p": {
            "session": "talk",
            "text": "What is p about?",
            "name": "Ann",
            "upvotes": 0,
            "status": "rejected",
            "asked_at": at("09:40"),
            "reason": "Rude",
            "decided": decided,
            "undo": decided | {"seq": seq - 2, "what": "question.rejected"},
        }
        | own,
        "r": {
            "session": "talk",
            "text": "What is r about?",
            "upvotes": 0,
            "status": "pending",
            "asked_at": at("09:40"),
            "revision": 1,
            "author": "ben",
        },
    }
    found = {view: project(show.state, view, MAIN)["questions"] for view in View}
    assert found == {
        View.STAGE: {"q": PUBLIC_Q},
        View.AUDIENCE: {"q": PUBLIC_Q | shown},
        View.SPEAKER: {"q": PUBLIC_Q},
        View.DESK: desk,
        View.CONTROL: {"q": PUBLIC_Q},
    }
    assert [project(show.state, view, SIDE)["questions"] for view in View] == [{}] * 5


def test_question_that_was_answered_stays_with_the_audience_and_leaves_the_stage() -> None:
    show = scene().at("09:42")
    show.do(AnswerQuestion(question=Q, reply="About q."), MOD)
    answered = PUBLIC_Q | {"status": "answered", "reply": "About q.", "answered_at": at("09:42")}
    answered |= {"shown_at": at("09:41")}
    assert project(show.state, View.AUDIENCE, MAIN)["questions"] == {"q": answered}
    assert project(show.state, View.STAGE, MAIN)["questions"] == {}


def test_question_that_is_not_public_is_not_shown_on_stage_even_if_lit() -> None:
    show = scene()
    lit = replace(show.state.questions, spotlight=show.state.questions.spotlight.set(MAIN, P))
    assert project(replace(show.state, questions=lit), View.STAGE, MAIN)["questions"] == {}


def test_question_amended_by_a_moderator_keeps_its_original_on_the_desk_only() -> None:
    show = scene()
    show.do(AmendQuestion(question=Q, text="What is it about?"), MOD)
    audience = project(show.state, View.AUDIENCE, MAIN)["questions"]["q"]
    assert audience == PUBLIC_Q | {"text": "What is it about?", "shown_at": at("09:41")}
    desk = project(show.state, View.DESK, MAIN)["questions"]["q"]
    assert (desk["original"], desk["revision"]) == ("What is q about?", 2)


def test_question_that_was_redacted_is_a_tombstone_on_the_desk_and_nothing_elsewhere() -> None:
    show = scene().at("09:42")
    since = len(show.decisions)
    show.do(RedactQuestion(question=Q), OWNER)
    assert touched(show, since) == Touched(
        questions={Q}, rooms={MAIN}, actors={ANN.id, OWNER.id}, doubtful={Q}, urgent=True
    )
    for view in (View.STAGE, View.AUDIENCE, View.CONTROL):
        assert project(show.state, view, MAIN)["questions"] == {}
        assert "spotlight" not in project(show.state, view, MAIN)["rooms"]["main"]
    assert project(show.state, View.DESK, MAIN)["questions"]["q"] == {
        "session": "talk",
        "text": "",
        "upvotes": 1,
        "status": "redacted",
        "asked_at": at("09:40"),
        "shown_at": at("09:41"),
        "revision": 1,
        "author": "ann",
        "decided": {"by": "", "at": at("09:42")},
    }
    assert project(show.state, View.DESK, MAIN)["participants"]["ann"] == {
        "asked": 2,
        "taken": 0,
        "not_taken": 2,
        "name": "Ann",
    }
    assert project_me(show.state, ANN.id, "participant")["questions"]["q"] == {
        "session": "talk",
        "text": "",
        "way": "not_taken",
        "asked_at": at("09:40"),
        "upvotes": 1,
    }


def test_participants_standing_is_for_the_desk() -> None:
    show = scene()
    assert project(show.state, View.DESK, None)["participants"] == {
        "ann": {"asked": 2, "taken": 1, "not_taken": 1, "name": "Ann"},
        "ben": {"asked": 1, "taken": 0, "not_taken": 0},
    }


def test_undo_says_what_it_takes_back_and_whose_it_was() -> None:
    show = scene()
    show.do(NextSession(room=MAIN, live=TALK), PROD)
    seq = show.state.seq
    undo = {
        "main": {
            "seq": seq,
            "what": "session.started",
            "session": "pause",
            "by": "producer",
            "at": at("09:41"),
        }
    }
    assert project(show.state, View.CONTROL, None)["undo"] == undo
    assert project(show.state, View.CONTROL, SIDE)["undo"] == {}


def test_who_has_no_link_has_no_name() -> None:
    show = Rehearsal.of()
    show.do(StartSession(session=DEMO), PROD)
    assert project(show.state, View.CONTROL, SIDE)["undo"]["side"]["by"] == ""


def test_displays_are_for_control() -> None:
    show = scene().at("09:42")
    door = DisplayId("door")
    show.do(AssignDisplay(display=door, layout=Layout.QUESTIONS))
    show.do(IdentifyDisplay(display=door))
    display = {
        "name": "Door",
        "room": "main",
        "layout": "questions",
        "options": {"qr": True, "zones": True, "languages": [], "theme": "dark"},
        "paired_at": at("08:00"),
        "blackout": False,
        "identify_until_at": at("09:42:10"),
    }
    assert project(show.state, View.CONTROL, SIDE)["displays"] == {"door": display}
    screen = Actor(id=ActorId("door"), role=Role.DISPLAY)
    assert project_me(show.state, screen.id, "display")["display"] == display


LIMITS = {
    "text_least": 5,
    "text_most": 280,
    "name_most": 60,
    "pending_most": 5,
    "word_most": 30,
}


def test_me_shows_ones_own_questions_and_their_way() -> None:
    show = scene()
    show.do(WithdrawQuestion(question=R), BEN)
    show.do(AmendQuestion(question=Q, text="What is it about?"), MOD)
    assert project_me(show.state, ANN.id, "participant") == {
        "id": "ann",
        "role": "participant",
        "questions": {
            "q": {
                "session": "talk",
                "text": "What is it about?",
                "name": "Ann",
                "way": "on_screen",
                "asked_at": at("09:40"),
                "upvotes": 1,
                "amended": True,
            },
            "p": {
                "session": "talk",
                "text": "What is p about?",
                "name": "Ann",
                "way": "not_taken",
                "asked_at": at("09:40"),
                "upvotes": 0,
            },
        },
        "votes": {},
        "polls": {},
        "flags": {},
        "limits": LIMITS,
    }
    ben = project_me(show.state, BEN.id, "participant")
    assert (ben["votes"], ben["questions"]["r"]["way"]) == ({"q": True}, "withdrawn")


def test_me_follows_a_question_on_its_way() -> None:
    show = scene()
    ways = [project_me(show.state, BEN.id, "participant")["questions"]["r"]["way"]]
    show.do(ApproveQuestion(question=R, revision=1), MOD)
    ways.append(project_me(show.state, BEN.id, "participant")["questions"]["r"]["way"])
    show.do(AnswerQuestion(question=R), MOD)
    ways.append(project_me(show.state, BEN.id, "participant")["questions"]["r"]["way"])
    assert ways == ["in_review", "approved", "answered"]


def test_me_of_the_crew_has_a_name() -> None:
    assert project_me(scene().state, MOD.id, "moderator") == {
        "id": "mod",
        "role": "moderator",
        "name": "Mo",
        "questions": {},
        "votes": {},
        "polls": {},
        "flags": {},
        "limits": LIMITS,
    }


def test_long_text_is_in_no_view_but_has_its_own_page() -> None:
    text = agenda_text(Rehearsal.of().state)
    assert text == {
        "rev": "1",
        "summary": "All of it.",
        "sessions": {
            name: {} for name in sorted([OPENING, TALK, PAUSE, PANEL, CLOSING, DEMO, LAB])
        },
        "speakers": {
            "ada": {
                "name": "Ada",
                "role": "Engineer",
                "affiliations": ["Engines", "Society"],
                "biography": "Wrote the first program.",
            },
            "grace": {"name": "Grace", "affiliations": []},
        },
    }
    assert "first program" not in str(project(scene().state, View.CONTROL, None))


# --- what was touched -----------------------------------------------------------------------------


def touched(show: Rehearsal, since: int) -> Touched:
    found = Touched()
    for decision in show.decisions[since:]:
        found.add(show.state, decision)
    return found


def test_touched_by_the_crowd_may_wait() -> None:
    show = scene()
    since = len(show.decisions)
    show.do(UpvoteQuestion(question=Q), CARL)
    show.do(AskQuestion(text="And then?", session=TALK), BEN, "s")
    assert touched(show, since) == Touched(
        questions={Q, QuestionId("s")}, actors={CARL.id, BEN.id}, counted={ANN.id}
    )
    since = len(show.decisions)
    show.do(AskQuestion(text="And now?", session=TALK, name="Carl"), CARL, "t")
    assert touched(show, since).questions == {Q, QuestionId("t")}, "a vote that counts apart now"


def test_touched_by_the_crew() -> None:
    show = scene()
    since = len(show.decisions)
    show.do(ApproveQuestion(question=R, revision=1), MOD)
    assert touched(show, since) == Touched(questions={R}, actors={BEN.id, MOD.id})
    since = len(show.decisions)
    show.do(SpotlightQuestion(question=R), PROD)
    assert touched(show, since) == Touched(
        questions={Q, R}, rooms={MAIN}, actors={ANN.id, BEN.id, PROD.id}, urgent=True
    )
    since = len(show.decisions)
    show.do(SetQuestions(session=LAB, state=Opening.OPEN), MOD)
    assert touched(show, since) == Touched(rooms={SIDE}, sessions={LAB}, urgent=True)
    since = len(show.decisions)
    show.do(RejectQuestion(question=Q), MOD)
    assert touched(show, since) == Touched(
        questions={Q}, actors={ANN.id, MOD.id}, doubtful={Q}, urgent=False
    )


def test_touched_by_time_is_everything_that_time_moves() -> None:
    show = scene()
    since = len(show.decisions)
    show.do(PauseSession(session=TALK))
    agenda = show.state.agenda
    moved = Touched(rooms=set(agenda.rooms), sessions=set(agenda.sessions), urgent=True)
    assert touched(show, since) == moved
    since = len(show.decisions)
    show.at("09:43")
    assert touched(show, since) == moved


def test_touched_by_the_end_of_a_session_is_what_it_leaves_open() -> None:
    show = scene()
    show.do(ConfigureQuestions(at_end="carry"), OWNER)
    since = len(show.decisions)
    show.do(EndSession(session=TALK))
    found = touched(show, since)
    assert (found.questions, found.actors) == ({Q, R}, {ANN.id, BEN.id})
    assert found.aired == {P}


def test_touched_by_displays_and_links() -> None:
    show = scene()
    since = len(show.decisions)
    show.do(RevokeLink(link=next(iter(show.state.links))), OWNER)
    assert touched(show, since).urgent is False
    show.do(IdentifyDisplay(display=DisplayId("door")))
    found = touched(show, since)
    assert (found.displays, found.urgent) == ({"door"}, True)
    assert found.actors <= {"door", MOD.id, PROD.id}
    assert len(found.actors) == 2


def test_touched_by_a_creation_is_everything() -> None:
    show = Rehearsal.of()
    found = Touched()
    created = EventCreated(slug="small", agenda=show.state.agenda)
    found.add(show.state, Decision(by=PROD.id, at=show.now, facts=(created,)))
    assert found == Touched(everything=True, urgent=True)
    assert not found.is_empty


def test_touched_takes_what_another_has() -> None:
    show = scene()
    every = touched(show, 1)
    one, two = Touched(), Touched()
    assert one.is_empty
    for number, decision in enumerate(show.decisions[1:]):
        (one, two)[number % 2].add(show.state, decision)
    one.take(two)
    assert one == every


def test_only_facts_about_one_question_depend_on_what_a_view_loses() -> None:
    doubtful = {name for name, haste in HASTE.items() if haste is Haste.WHERE_LOST}
    assert doubtful
    for name in doubtful:
        assert "question" in FACT_TYPES[name].__dataclass_fields__  # type: ignore[attr-defined]


def test_view_that_loses_words_takes_them_back() -> None:
    held = {"text": "Why?", "name": "Ann", "upvotes": 1}
    assert takes_back(held, None)
    assert takes_back(held, {"text": "What?", "name": "Ann"})
    assert takes_back(held, {"text": "Why?"})
    assert takes_back(held | {"reply": "So."}, held)
    assert not takes_back(held, held | {"upvotes": 2, "reply": "So.", "status": "answered"})


def test_touched_that_is_not_in_view_is_projected_as_nothing() -> None:
    show = scene()
    strange = Touched(
        rooms={RoomId("no")},
        sessions={SessionId("no"), LAB},
        questions={QuestionId("no"), P},
        polls={PollId("no")},
        displays={DisplayId("no")},
        actors={SPEAKER.id, ANN.id},
    )
    assert project_touched(show.state, View.STAGE, MAIN, strange) == {
        "rooms": {"no": None},
        "sessions": {"lab": None, "no": None},
        "questions": {"no": None, "p": None},
        "polls": {"no": None},
        "messages": {},
    }
    assert project_touched(show.state, View.DESK, MAIN, strange)["participants"] == {
        "ann": {"asked": 2, "taken": 1, "not_taken": 1, "name": "Ann"},
        "speaker": None,
    }
    control = project_touched(show.state, View.CONTROL, MAIN, strange)
    assert (control["undo"], control["displays"]) == ({"no": None}, {"no": None})


def test_speakers_see_their_own_name_on_the_link() -> None:
    show = Rehearsal.of()
    show.do(CreateLink(role=Role.SPEAKER, name="Ada L.", speaker=ADA), OWNER, "l")
    mine = project_me(show.state, ActorId("l"), "speaker")
    assert (mine["name"], mine["speaker"]) == ("Ada L.", ADA)
    show.do(CreateLink(role=Role.SPEAKER), OWNER, "m")
    assert "speaker" not in project_me(show.state, ActorId("m"), "speaker")


def test_speakers_see_the_questions_of_what_is_on_air_and_what_is_on_the_screens() -> None:
    show = scene()
    ask = AskQuestion(text="What about later?", session=PANEL)
    show.do(SetQuestions(session=PANEL, state=Opening.OPEN), MOD)
    show.do(ask, BEN, "later")
    later = QuestionId("later")
    show.do(ApproveQuestion(question=later, revision=1), MOD)
    show.do(ApproveQuestion(question=R, revision=1), MOD)

    def questions() -> set[str]:
        return set(project(show.state, View.SPEAKER, MAIN)["questions"])

    assert questions() == {"q", "r"}
    assert project(show.state, View.SPEAKER, SIDE)["questions"] == {}
    show.do(AnswerQuestion(question=Q), MOD)
    assert questions() == {"q", "r"}
    show.do(SpotlightQuestion(question=later), MOD)
    assert questions() == {"q", "r", "later"}
    since = len(show.decisions)
    show.do(NextSession(room=MAIN, live=TALK))
    assert questions() == set()
    assert touched(show, since).aired == {Q, P, R}
    show.do(StartSession(session=PANEL))
    assert questions() == {"later"}


def test_question_that_speakers_do_not_see_is_not_projected_for_them() -> None:
    show = scene()
    show.do(SetQuestions(session=PANEL, state=Opening.OPEN), MOD)
    show.do(AskQuestion(text="What about later?", session=PANEL), BEN, "later")
    later = QuestionId("later")
    show.do(ApproveQuestion(question=later, revision=1), MOD)
    found = project_touched(show.state, View.SPEAKER, MAIN, Touched(questions={later, R}))
    assert found["questions"] == {"later": None, "r": None}


def test_speakers_see_neither_hidden_questions_nor_what_the_crew_says_of_them() -> None:
    show = scene()
    shown = project(show.state, View.SPEAKER, MAIN)
    assert shown["questions"] == {"q": PUBLIC_Q}
    stage = project(show.state, View.STAGE, MAIN)
    assert {part: shown[part] for part in ("event", "rooms", "sessions")} == {
        part: stage[part] for part in ("event", "rooms", "sessions")
    }


def test_session_for_control_says_how_it_may_give_way() -> None:
    show = scene()
    sessions = project(show.state, View.CONTROL, MAIN)["sessions"]
    assert (sessions["pause"]["fixed_end"], sessions["pause"]["min_duration_s"]) == (True, 300)
    assert sessions["closing"]["may_start_early"] is True
    assert not {"fixed_end", "min_duration_s", "may_start_early", "inserted"} & set(
        sessions["talk"]
    )


def test_plan_that_changes_touches_the_event_and_its_revision() -> None:
    show = scene()
    held = project(show.state, View.STAGE, MAIN)
    since = len(show.decisions)
    show.do(RetimeSession(session=LAB, duration_s=7200))
    found = touched(show, since)
    assert (found.event, found.urgent) == (True, True)
    event = project_touched(show.state, View.STAGE, MAIN, found)["event"]
    assert event == held["event"] | {"agenda_rev": "2", "ends_at": at("12:15")}
    assert agenda_text(show.state)["rev"] == "2"
