"""What holds for every history of an event, whatever people do in whatever order."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, pairwise, zip_longest

from hypothesis import example, given
from hypothesis import strategies as st
from rehearsal import MAIN, MOD, OWNER, PROD, SPEAKER, Rehearsal
from strategies import (
    AGENDA,
    CROWD,
    HISTORIES,
    MAKERS,
    ROOMS,
    RUNNINGS,
    SESSIONS,
    STARTS,
    STEPS,
    TEXTS,
    Step,
    begun,
    play,
)

from streamhub.core.agenda import check, in_order
from streamhub.core.errors import Rejected
from streamhub.core.event import (
    Command,
    EventState,
    Given,
    begin,
    decide,
    evolve,
    next_tick_at,
    recall,
)
from streamhub.core.forecast import (
    ABANDONED_AFTER_MS,
    PUBLIC_STEP_MS,
    Expected,
    Outlook,
    outlook,
    public_forecast,
)
from streamhub.core.ids import ActorId, MessageId, QuestionId, RoomId, SessionId
from streamhub.core.merge import Json, apply, diff
from streamhub.core.messages import AcknowledgeMessage, ShowMessage
from streamhub.core.openings import Doors
from streamhub.core.polls import (
    AnswerPoll,
    CreatePoll,
    EditPoll,
    Mark,
    PollKind,
    RemovePoll,
    RevealPoll,
    ShowPoll,
    Tally,
    folded,
)
from streamhub.core.polls.tally import counted
from streamhub.core.preview import preview
from streamhub.core.questions import (
    AmendQuestion,
    AnswerQuestion,
    ApproveQuestion,
    AskQuestion,
    BulkItem,
    BulkQuestions,
    ClaimQuestion,
    EditQuestion,
    FlagQuestion,
    LabelQuestion,
    MergeQuestion,
    MuteParticipant,
    NoteQuestion,
    QuestionAsked,
    QueueQuestion,
    RedactQuestion,
    RejectQuestion,
    ReleaseQuestion,
    ReopenQuestion,
    RestoreQuestion,
    SplitQuestion,
    SpotlightQuestion,
    StarQuestion,
    UndoQuestion,
    UnflagQuestion,
    UnvoteQuestion,
    UpvoteQuestion,
    WithdrawQuestion,
)
from streamhub.core.results import results
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import (
    UNDO_DEPTH,
    NextSession,
    RundownUndone,
    UndoRundown,
    due,
)
from streamhub.core.streams import (
    Late,
    SetStream,
    SourceWish,
    StreamScheduled,
    StreamSwitched,
    UnscheduleStream,
)
from streamhub.core.views import (
    Touched,
    View,
    project,
    project_me,
    project_touched,
    takes_back,
)
from streamhub.protocol.entries import (
    decode_decisions,
    decode_state,
    encode_decisions,
    encode_state,
)

CHANNELS = [(view, room) for view in View for room in (None, *ROOMS)]


# --- replay ---------------------------------------------------------------------------------------


@given(STARTS, HISTORIES, st.integers(1, 9))
def test_replay_from_the_journal_is_the_live_state(
    start: str, steps: list[Step], batch: int
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    state: EventState | None = None
    for first in range(0, len(show.decisions), batch):
        body = encode_decisions(show.decisions[first : first + batch])
        for decision in decode_decisions(body):
            state = begin(decision) if state is None else evolve(state, decision)
    assert state == show.state


@given(STARTS, HISTORIES)
def test_snapshot_of_the_state_is_the_state(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    body = encode_state(show.state)
    assert decode_state(body) == show.state
    assert encode_state(decode_state(body)) == body


# --- patches --------------------------------------------------------------------------------------


def renewed(held: Json, projected: Json) -> Json:
    """What a channel holds after the items that were touched were projected again."""
    new = dict(held)
    for section, items in projected.items():
        collection = dict(new[section])
        for name, item in items.items():
            if item is None:
                collection.pop(name, None)
            else:
                collection[name] = item
        new[section] = collection
    return new


@given(st.sampled_from(CHANNELS), STARTS, HISTORIES, st.integers(1, 4))
def test_patches_lead_every_view_to_what_a_fresh_client_sees(
    channel: tuple[View, RoomId | None], start: str, steps: list[Step], every: int
) -> None:
    show = begun(start)
    held = client = project(show.state, *channel)
    touched = Touched()
    for number, step in enumerate(steps, 1):
        done = len(show.decisions)
        play(show, step)
        for decision in show.decisions[done:]:
            touched.add(show.state, decision)
        if number % every and number < len(steps):
            continue
        new = renewed(held, project_touched(show.state, *channel, touched))
        fresh = project(show.state, *channel)
        assert new == fresh
        assert apply(new, diff(new, held)) == held
        client = apply(client, json.loads(json.dumps(diff(held, new))))
        assert json.dumps(client, sort_keys=True) == json.dumps(fresh, sort_keys=True)
        held, touched = new, Touched()


@given(STARTS, HISTORIES)
def test_patches_lead_everybodys_own_part_to_what_they_would_see_anew(
    start: str, steps: list[Step]
) -> None:
    show = begun(start)
    people = [*CROWD, MOD]
    held = {who: project_me(show.state, who.id, who.role.value) for who in people}
    for step in steps:
        done = len(show.decisions)
        play(show, step)
        touched = Touched()
        for decision in show.decisions[done:]:
            touched.add(show.state, decision)
        for who in people:
            fresh = project_me(show.state, who.id, who.role.value)
            gone = not touched.removed.isdisjoint(held[who]["polls"])
            if gone or touched.everyone or who.id in touched.actors | touched.counted:
                held[who] = fresh
            assert held[who] == fresh


def uncounted(view: Json) -> Json:
    """The polls of a view, without what moves when somebody answers."""
    counts = {"tally", "held", "hidden"}
    return {
        name: {key: value for key, value in poll.items() if key not in counts}
        | {"is told": "tally" in poll}
        for name, poll in view["polls"].items()
    }


@given(STARTS, HISTORIES)
def test_whatever_a_view_takes_back_is_known_to_be_urgent_or_doubtful(
    start: str, steps: list[Step]
) -> None:
    show = begun(start)
    for step in steps:
        held = {channel: project(show.state, *channel) for channel in CHANNELS}
        done = len(show.decisions)
        play(show, step)
        touched = Touched()
        for decision in show.decisions[done:]:
            touched.add(show.state, decision)
        for channel in CHANNELS:
            fresh = project(show.state, *channel)
            calm = {"questions", "participants", "polls"}
            moved = any(held[channel][part] != fresh[part] for part in fresh if part not in calm)
            moved = moved or uncounted(held[channel]) != uncounted(fresh)
            assert touched.urgent or not moved
            for name, question in held[channel]["questions"].items():
                if takes_back(question, fresh["questions"].get(name)):
                    known = touched.urgent or name in touched.doubtful
                    edited = step.what == "edit" and channel[0] is View.DESK
                    assert known or edited


@given(STARTS, HISTORIES)
def test_view_holds_no_null_and_is_json(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    for channel in CHANNELS:
        text = json.dumps(project(show.state, *channel))
        assert "null" not in text
        assert json.dumps(json.loads(text)) == text


# --- what a view may not see ----------------------------------------------------------------------


def seen(state: EventState, *views: View) -> dict[tuple[str, str | None], str]:
    """The bytes of these views."""
    return {
        (view.value, room): json.dumps(project(state, view, room))
        for view, room in CHANNELS
        if view in views
    }


def concerning(state: EventState) -> str:
    """The bytes of what is everybody's own, and of the questions that a producer sees."""
    own = [project_me(state, who.id, who.role.value) for who in CROWD]
    led = [project(state, View.CONTROL, room)["questions"] for room in (None, *ROOMS)]
    return json.dumps([own, led])


def published(state: EventState) -> str:
    """The bytes of the public results, but for the time that they are of."""
    found = results(state, public=True)
    return json.dumps([found["figures"], found["questions"], found["polls"], found["course"]])


GHOSTS = tuple(Actor(id=ActorId(f"g{n}"), role=Role.PARTICIPANT) for n in range(3))


def haunt(show: Rehearsal, kind: int, pick: int, *, approving: bool) -> None:
    """Do something that no audience may notice (nor, with `approving`, any stage)."""
    ghosts = sorted(name for name in show.state.questions.all if name.startswith("ghost"))
    who, text = GHOSTS[pick % len(GHOSTS)], TEXTS[pick % len(TEXTS)]
    ask = AskQuestion(text=text, session=SESSIONS[pick % len(SESSIONS)], name="Ghost")
    commands: list[tuple[Actor, Command]] = []
    if approving or show.state.policy.moderation == "before":
        commands.append((who, ask))
    commands.append((MOD, MuteParticipant(participant=who.id, on=pick % 2 == 0, for_s=20)))
    if ghosts:
        name, other = ghosts[pick % len(ghosts)], ghosts[kind % len(ghosts)]
        question = show.state.questions.all[name]
        stack = show.state.questions.undo.get(name, ())
        author = Actor(id=question.author, role=Role.PARTICIPANT)
        commands += [
            (author, EditQuestion(question=name, text=text)),
            (author, WithdrawQuestion(question=name)),
            (MOD, RejectQuestion(question=name, reason="Not here")),
            (MOD, RestoreQuestion(question=name)),
            (MOD, AmendQuestion(question=name, text=text)),
            (OWNER, RedactQuestion(question=name)),
            (MOD, LabelQuestion(question=name, labels=("ghostly",))),
            (MOD, StarQuestion(question=name, on=pick % 2 == 0)),
            (MOD, NoteQuestion(question=name, note="Boo")),
            (MOD, ClaimQuestion(question=name)),
            (MOD, ReleaseQuestion(question=name)),
            (MOD, BulkQuestions(do="reject", questions=(BulkItem(question=name),))),
            (MOD, MergeQuestion(question=name, into=other)),
            (MOD, SplitQuestion(question=name)),
            (MOD, UndoQuestion(question=name, seq=stack[-1].seq if stack else 0)),
        ]
        if approving:
            commands += [
                (MOD, ApproveQuestion(question=name, revision=question.revision)),
                (who, UpvoteQuestion(question=name)),
                (who, UnvoteQuestion(question=name)),
                (who, FlagQuestion(question=name)),
                (who, UnflagQuestion(question=name)),
                (MOD, AnswerQuestion(question=name, reply="Boo")),
                (MOD, ReopenQuestion(question=name)),
            ]
    drafts = sorted(name for name in show.state.polls.all if name.startswith("ghost"))
    kind_of = tuple(PollKind)[pick % 5]
    options = ("A", "B") if kind_of.has_options else ()
    commands.append(
        (PROD, CreatePoll(kind=kind_of, title=text, room=ROOMS[pick % 2], options=options))
    )
    if drafts:
        draft = drafts[pick % len(drafts)]
        commands += [
            (MOD, EditPoll(poll=draft, title=f"{text} {kind}")),
            (MOD, ShowPoll(poll=draft)),
            (MOD, RevealPoll(poll=draft, on=True)),
            (who, AnswerPoll(poll=draft, rating=1)),
            (MOD, RemovePoll(poll=draft)),
        ]
    actor, command = commands[kind % len(commands)]
    try:
        show.do(command, actor, f"ghost{show.state.seq}")
    except Rejected:
        return


HAUNTINGS = st.lists(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 29), st.integers(0, 8)), max_size=3),
    max_size=40,
)


def both(shows: tuple[Rehearsal, Rehearsal], step: Step) -> tuple[str, str]:
    """Play the same deed in both, under the same fresh id; tell how each took it."""
    actor, command = MAKERS[step.what](shows[0].state, step.pick, step.other)
    fresh, answers = f"{step.what}{shows[0].state.seq}", []
    for show in shows:
        wish = command
        if isinstance(command, UndoRundown):
            stack = show.state.rundown.clock(command.room).undo
            wish = replace(command, seq=stack[-1].seq if stack else 0)
        elif isinstance(command, UndoQuestion):
            steps = show.state.questions.undo.get(command.question, ())
            wish = replace(command, seq=steps[-1].seq if steps else 0)
        try:
            show.do(wish, actor, fresh)
        except Rejected as refused:
            answers.append(refused.code)
        else:
            answers.append("ok")
    return answers[0], answers[1]


def assert_unnoticed(
    start: str,
    steps: list[Step],
    hauntings: list[list[tuple[int, int, int]]],
    views: tuple[View, ...],
    *,
    approving: bool,
) -> None:
    """Play one history with hidden deeds between its steps and one without: `views` are alike."""
    plain, haunted = begun(start), begun(start)
    for number, step in enumerate(steps):
        until = plain.now + step.after_s * 1000
        for after_s, kind, pick in hauntings[number] if number < len(hauntings) else ():
            haunted.until(min(until, haunted.now + after_s * 1000))
            haunt(haunted, kind, pick, approving=approving)
        plain.until(until)
        haunted.until(until)
        alike = both((plain, haunted), step)
        assert alike[0] == alike[1]
        assert seen(plain.state, *views) == seen(haunted.state, *views)
        assert concerning(plain.state) == concerning(haunted.state)
        if not approving:
            assert published(plain.state) == published(haunted.state)


@given(STARTS, HISTORIES, HAUNTINGS)
def test_non_interference_hidden_questions_leave_no_trace_in_public_views(
    start: str, steps: list[Step], hauntings: list[list[tuple[int, int, int]]]
) -> None:
    public = (View.STAGE, View.AUDIENCE, View.SPEAKER)
    assert {*public, View.DESK, View.CONTROL} == set(View)  # the producer's is in `concerning`
    assert_unnoticed(start, steps, hauntings, public, approving=False)


@given(STARTS, HISTORIES, HAUNTINGS)
def test_non_interference_questions_not_in_the_spotlight_leave_no_trace_on_stage(
    start: str, steps: list[Step], hauntings: list[list[tuple[int, int, int]]]
) -> None:
    assert_unnoticed(start, steps, hauntings, (View.STAGE,), approving=True)


@given(STARTS, HISTORIES, st.integers(0, 29), st.integers(0, 8))
def test_non_interference_a_hidden_deed_makes_no_patch(
    start: str, steps: list[Step], kind: int, pick: int
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    for _ in range(2):
        held = {channel: project(show.state, *channel) for channel in CHANNELS}
        done = len(show.decisions)
        haunt(show, kind, pick, approving=False)
        touched = Touched()
        for decision in show.decisions[done:]:
            touched.add(show.state, decision)
        for channel in CHANNELS:
            if channel[0] is not View.DESK:
                projected = project_touched(show.state, *channel, touched)
                patch = diff(held[channel], renewed(held[channel], projected))
                if channel[0] is View.CONTROL:
                    patch.pop("polls", None)  # its drafts are there
                assert patch == {}


@given(STARTS, HISTORIES, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_non_interference_answers_that_nobody_may_see_yet_leave_no_trace_in_public(
    start: str, steps: list[Step], deeds: list[tuple[int, int]]
) -> None:
    show = begun(start)
    public = (View.STAGE, View.AUDIENCE, View.SPEAKER)
    for step in [*steps, *(Step(0, "poll answer", *deed) for deed in deeds)]:
        show.until(show.now + step.after_s * 1000)
        held = {channel: project(show.state, *channel) for channel in CHANNELS}
        told = {name for name, poll in show.state.polls.all.items() if poll.has_public_results}
        done = len(show.decisions)
        play(show, step._replace(after_s=0))
        touched = Touched()
        for decision in show.decisions[done:]:
            touched.add(show.state, decision)
        if step.what != "poll answer" or not touched.polls.isdisjoint(told):
            continue
        for channel in CHANNELS:
            if channel[0] in public:
                new = renewed(held[channel], project_touched(show.state, *channel, touched))
                assert json.dumps(new) == json.dumps(held[channel])


@given(STARTS, HISTORIES)
def test_words_that_are_hidden_and_whose_answers_they_were_are_in_no_public_view(
    start: str, steps: list[Step]
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    for channel in CHANNELS:
        for name, poll in project(show.state, *channel)["polls"].items():
            kept = show.state.polls.all[name]
            bad = {word for word, mark in kept.marks.items() if mark is not Mark.SHOWN}
            assert bad.isdisjoint(map(folded, poll.get("tally", {}).get("words", ())))
            assert channel[0] in {View.DESK, View.CONTROL} or not {"held", "hidden"} & poll.keys()
            assert not any(who.id in json.dumps(poll) for who in CROWD)


@given(STARTS, HISTORIES)
def test_tally_that_is_kept_is_the_tally_counted_anew(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    polls = show.state.polls
    assert {*polls.tallies, *polls.ballots} <= {*polls.all}
    for name, poll in polls.all.items():
        tally = Tally()
        for ballot in polls.ballots_of(name).values():
            tally = counted(poll, tally, ballot, 1)
        assert replace(polls.tally_of(name), top=()) == replace(tally, top=())
        foremost = sorted(tally.words, key=lambda word: (-tally.words[word].n, word))
        assert list(polls.tally_of(name).top) == foremost  # there are less of them than are kept
        assert {who for who, mine in polls.by_voter.items() if name in mine} == set(
            polls.ballots_of(name)
        )


@given(STARTS, HISTORIES)
def test_screens_of_a_room_show_one_thing(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        polls = show.state.polls
        assert set(polls.shown).isdisjoint(show.state.questions.spotlight)
        for room, name in polls.shown.items():
            assert polls.all[name].is_public
            assert polls.all[name].room_in(show.state.agenda) == room


WHISPERS = st.lists(
    st.tuples(st.sampled_from([0, 5, 20, 61, 300]), st.integers(0, 2), st.sampled_from([1, 40, 90]))
    | st.none(),
    max_size=40,
)


@given(STARTS, HISTORIES, WHISPERS)
def test_non_interference_messages_to_speakers_leave_no_trace_on_stage_or_with_the_audience(
    start: str, steps: list[Step], whispers: list[tuple[int, int, int] | None]
) -> None:
    plain, whispered = begun(start), begun(start)
    for number, step in enumerate(steps):
        until = plain.now + step.after_s * 1000
        whisper = whispers[number] if number < len(whispers) else None
        if whisper is not None:
            after_s, pick, for_s = whisper
            whispered.until(min(until, whispered.now + after_s * 1000))
            show = ShowMessage(
                to="speakers", text="Please end", room=(None, *ROOMS)[pick], for_s=for_s
            )
            try:
                whispered.do(show, MOD, f"whisper{number}")
                whispered.do(AcknowledgeMessage(message=MessageId(f"whisper{number}")), SPEAKER)
            except Rejected:  # there are too many of them
                pass
        plain.until(until)
        whispered.until(until)
        if step.what == "message":
            continue  # of two shows with other messages it would not be the same deed
        alike = both((plain, whispered), step)
        assert alike[0] == alike[1]
        views = (View.STAGE, View.AUDIENCE)
        assert seen(plain.state, *views) == seen(whispered.state, *views)


@given(STARTS, HISTORIES, WHISPERS)
def test_non_interference_what_viewers_get_leaves_no_trace_on_stage_and_with_speakers(
    start: str, steps: list[Step], deeds: list[tuple[int, int, int] | None]
) -> None:
    """And what they will get leaves none with the audience before its instant has come."""
    plain, streamed = begun(start), begun(start)
    for number, step in enumerate(steps):
        until = plain.now + step.after_s * 1000
        deed = deeds[number] if number < len(deeds) else None
        now = streamed.now
        if deed is not None:
            after_s, pick, later_s = deed
            now = min(until, now + after_s * 1000)
            streamed.until(now)
            at = (None, now + later_s * 1000, now + 300 * 86_400_000)[pick]
            sources = (SourceWish(url=f"https://example.org/{number}.m3u8"),)
            held = seen(streamed.state, *View)
            streamed.do(SetStream(room=MAIN, sources=sources, slate="Soon", at=at), PROD)
            if at is not None:
                after = seen(streamed.state, *View)
                assert {view for view in held if held[view] != after[view]} == {
                    (View.CONTROL, room) for room in (None, MAIN)
                }
                ahead = streamed.state.streams.of(MAIN).ahead
                streamed.do(UnscheduleStream(room=MAIN, at=ahead[-1].at), PROD)
        plain.until(until)
        streamed.until(until)
        if step.what in {"stream", "recording", "replace"}:
            continue  # it would not be the same deed
        alike = both((plain, streamed), step)
        assert alike[0] == alike[1]
        views = (View.STAGE, View.SPEAKER)
        assert seen(plain.state, *views) == seen(streamed.state, *views)


@given(STARTS, HISTORIES)
def test_switch_that_is_due_has_come_and_comes_once(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        for room in ROOMS:
            here = show.state.streams.of(room)
            assert all(feed.at > show.now for feed in here.ahead)
            assert list(here.ahead) == sorted(here.ahead, key=lambda feed: feed.at)
    switched = [
        (fact.room, fact.at)
        for decision in show.decisions
        for fact in decision.facts
        if isinstance(fact, StreamSwitched)
    ]
    scheduled = [
        (fact.room, fact.at)
        for decision in show.decisions
        for fact in decision.facts
        if isinstance(fact, StreamScheduled)
    ]
    assert len(set(switched)) == len(switched)
    assert set(switched) <= set(scheduled)


@given(STARTS, HISTORIES)
def test_nobody_who_is_not_late_is_taken_after_the_door_is_closed(
    start: str, steps: list[Step]
) -> None:
    show = begun(start)
    for step in steps:
        show.until(show.now + step.after_s * 1000)
        before = show.state
        command = MAKERS[step.what](before, step.pick, step.other)[1]
        done = len(show.decisions)
        play(show, step._replace(after_s=0))
        if done == len(show.decisions) or not isinstance(command, AskQuestion | AnswerPoll):
            continue
        if isinstance(command, AnswerPoll):
            poll = before.polls.all[command.poll]
            if poll.closed_at is not None:
                room = poll.room_in(before.agenda)
                late = Late.of(before.agenda, before.streams, room, command.behind_s)
                assert late.is_in_time(poll.closed_at, show.now)
        else:
            asked = show.decisions[-1].facts[0]
            assert isinstance(asked, QuestionAsked)
            room = before.agenda.sessions[asked.session].room
            is_open = doors_at(before, room, show.now).of(asked.session).open
            assert is_open or command.behind_s is not None


def test_non_interference_hidden_fields_of_public_questions_leave_no_trace() -> None:
    """The same question by other ways: edits, refusals, other voters, another author."""
    bytes_of = []
    for way in range(2):
        show = begun("09:00")
        show.until(show.now + 60_000)
        show.do(NextSession(room=ROOMS[0], live=None), PROD)
        ann, ben, cleo = CROWD[:3] if way else CROWD[1:]
        text = "Why is that so?"
        asked = AskQuestion(text=text if way else "What on earth?", room=ROOMS[0], name="Ann")
        show.do(asked, ann, "q")
        name = QuestionId("q")
        if not way:
            show.do(EditQuestion(question=name, text="Why, then?"), ann)
            show.do(RejectQuestion(question=name, reason="Rude"), MOD)
            show.do(RestoreQuestion(question=name), MOD)
            show.do(AmendQuestion(question=name, text=text), MOD)
        revision = show.question("q").revision
        show.until(show.now + 5_000)
        show.do(ApproveQuestion(question=name, revision=revision), MOD)
        for voter in (ben, cleo):
            show.do(UpvoteQuestion(question=name), voter)
        if way:
            show.do(UnvoteQuestion(question=name), ben)
            show.do(UpvoteQuestion(question=name), ann)
        show.do(SpotlightQuestion(question=name), MOD if way else PROD)
        bytes_of.append(seen(show.state, View.STAGE, View.AUDIENCE))
    assert bytes_of[0] == bytes_of[1]


# --- what was erased ------------------------------------------------------------------------------

SECRET = "0b1iv10n"
ERASED = QuestionId("erased")
OTHER = QuestionId("other")


def _undoing(show: Rehearsal) -> UndoQuestion:
    stack = show.state.questions.undo.get(ERASED, ())
    return UndoQuestion(question=ERASED, seq=stack[-1].seq if stack else 0)


def _many(show: Rehearsal) -> BulkQuestions:
    item = BulkItem(question=ERASED, revision=show.question(ERASED).revision)
    return BulkQuestions(do="reject", questions=(item,), reason=f"{SECRET}, of many")


DEEDS: dict[str, Callable[[Rehearsal], tuple[Actor, Command]]] = {
    # all that can be done to a question, with the secret wherever one types
    "edit": lambda _: (CROWD[0], EditQuestion(question=ERASED, text=f"{SECRET}, edited?")),
    "withdraw": lambda _: (CROWD[0], WithdrawQuestion(question=ERASED)),
    "upvote": lambda _: (CROWD[1], UpvoteQuestion(question=ERASED)),
    "flag": lambda _: (CROWD[1], FlagQuestion(question=ERASED)),
    "amend": lambda _: (MOD, AmendQuestion(question=ERASED, text=f"{SECRET}, amended?")),
    "approve": lambda show: (
        MOD,
        ApproveQuestion(question=ERASED, revision=show.question(ERASED).revision),
    ),
    "spotlight": lambda _: (MOD, SpotlightQuestion(question=ERASED)),
    "queue": lambda _: (MOD, QueueQuestion(question=ERASED)),
    "answer": lambda _: (MOD, AnswerQuestion(question=ERASED, reply=f"{SECRET}, a reply.")),
    "reopen": lambda _: (MOD, ReopenQuestion(question=ERASED)),
    "reject": lambda _: (MOD, RejectQuestion(question=ERASED, reason=f"{SECRET}, a reason")),
    "restore": lambda _: (MOD, RestoreQuestion(question=ERASED)),
    "label": lambda _: (MOD, LabelQuestion(question=ERASED, labels=(SECRET, "other"))),
    "note": lambda _: (MOD, NoteQuestion(question=ERASED, note=f"{SECRET}, a note")),
    "merge": lambda _: (MOD, MergeQuestion(question=ERASED, into=OTHER)),
    "take in": lambda _: (MOD, MergeQuestion(question=OTHER, into=ERASED)),
    "split": lambda _: (MOD, SplitQuestion(question=ERASED)),
    "undo": lambda show: (MOD, _undoing(show)),
    "bulk": lambda show: (MOD, _many(show)),
}
USUAL_WAYS = (
    ["amend", "approve", "upvote", "spotlight"],
    ["approve", "upvote", "answer"],
    ["edit", "reject"],
    ["withdraw"],
    ["label", "note", "amend", "undo", "merge", "split", "merge"],
)
WAYS = st.sampled_from(USUAL_WAYS) | st.lists(st.sampled_from(list(DEEDS)), max_size=10)


def meddle(show: Rehearsal, deed: str) -> None:
    actor, command = DEEDS[deed](show)
    try:
        show.do(command, actor)
    except Rejected:
        return


def meanwhile(show: Rehearsal, ways: list[str], steps: list[Step]) -> Iterator[None]:
    """Play `steps` while the question goes its `ways`, one of each at a time."""
    for deed, step in zip_longest(ways, steps):
        if deed is not None:
            meddle(show, deed)
        if step is not None:
            play(show, step)
        yield


@example(USUAL_WAYS[0], [], [], [])
@example(USUAL_WAYS[1], [], [], [])
@example(USUAL_WAYS[2], [], [], [])
@example(USUAL_WAYS[4], [], [], [])
@given(WAYS, HISTORIES, WAYS, HISTORIES)
def test_redacted_question_leaves_no_word_behind(
    ways: list[str], steps: list[Step], ways_after: list[str], steps_after: list[Step]
) -> None:
    show = begun("busy")
    show.until(show.now + 60_000)
    show.do(AskQuestion(text=f"{SECRET}?", room=ROOMS[0], name=SECRET), CROWD[0], ERASED)
    show.do(AskQuestion(text="Another one?", room=ROOMS[0]), CROWD[1], OTHER)
    for _ in meanwhile(show, ways, steps):
        pass
    held = {channel: project(show.state, *channel) for channel in CHANNELS}
    decision = show.decide(RedactQuestion(question=ERASED), OWNER)
    show.keep(decision)
    touched = Touched()
    touched.add(show.state, decision)
    for channel in CHANNELS:
        new = renewed(held[channel], project_touched(show.state, *channel, touched))
        assert SECRET not in json.dumps([new, diff(held[channel], new)])
    assert SECRET not in encode_decisions([decision]).decode()
    for _ in chain([None], meanwhile(show, ways_after, steps_after)):
        shown: list[object] = [project(show.state, *channel) for channel in CHANNELS]
        shown += [project_me(show.state, who.id, who.role.value) for who in (*CROWD, MOD)]
        assert SECRET not in json.dumps(shown)
        assert SECRET not in encode_state(show.state).decode()


# --- commands -------------------------------------------------------------------------------------


@given(STARTS, HISTORIES, STEPS)
def test_retried_command_has_one_effect(start: str, steps: list[Step], last: Step) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    show.until(show.now + last.after_s * 1000)
    actor, command = MAKERS[last.what](show.state, last.pick, last.other)
    key, digest = f"{actor.id}:1", "digest"
    assert recall(show.state, key, digest) is None
    given_now = Given(at=show.now, fresh="fresh", secret_hash="hash")
    try:
        decision = decide(show.state, command, actor, given_now, (key, digest))
    except Rejected:
        return
    show.keep(decision)
    memo = recall(show.state, key, digest)
    if decision.facts:
        assert memo is not None
        assert (memo.digest, memo.result) == (digest, decision.result)
    else:
        assert memo is None


@given(STARTS, RUNNINGS)
def test_undo_restores_exactly_the_progress_before(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        show.until(show.now + step.after_s * 1000)
        before = show.state
        play(show, Step(0, *step[1:]))
        if show.state is before or isinstance(show.decisions[-1].facts[0], RundownUndone):
            continue
        rooms = [r for r in ROOMS if show.clock(r).undo != before.rundown.clock(r).undo]
        if not rooms:
            continue  # it was no command of a producer
        seq = show.clock(rooms[0]).undo[-1].seq
        decision = show.decide(UndoRundown(room=rooms[0], seq=seq), PROD)
        after = evolve(show.state, decision)
        assert after.rundown.progress == before.rundown.progress
        assert after.agenda == before.agenda
        assert after.questions.spotlight == before.questions.spotlight
        for one in ROOMS:
            now, then = after.rundown.clock(one), before.rundown.clock(one)
            assert (now.live, now.follows) == (then.live, then.follows)
            assert now.undo == then.undo[-49:]


@given(STARTS, RUNNINGS)
def test_undo_leads_all_the_way_back_to_the_agenda_that_was_published(
    start: str, steps: list[Step]
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    for _ in range(2 * UNDO_DEPTH + 2):
        for room in ROOMS:
            stack = show.clock(room).undo
            try:
                show.do(UndoRundown(room=room, seq=stack[-1].seq if stack else 0))
            except Rejected as refusal:
                codes = {"rundown.nothing_to_undo", "rundown.entangled"}
                assert refusal.code in codes  # noqa: PT017 - both are right in their place
    if any(name.startswith("insert") for name in show.state.agenda.sessions):
        return  # questions were asked there
    assert show.state.agenda == AGENDA
    assert not show.state.rundown.progress
    assert all(not show.clock(room).undo for room in ROOMS)


@given(STARTS, RUNNINGS, STEPS)
def test_command_that_two_send_at_once_is_carried_out_once_or_refused(
    start: str, steps: list[Step], last: Step
) -> None:
    """Decided on the state that the first has made, `next` never advances again."""
    show = begun(start)
    for step in steps:
        play(show, step)
    room = ROOMS[last.pick % 2]
    wish = NextSession(room=room, live=show.clock(room).live)
    try:
        show.do(wish)
    except Rejected:
        return
    runs = sum(len(progress.runs) for progress in show.state.rundown.progress.values())
    try:
        show.do(wish, OWNER)
    except Rejected as refusal:
        assert refusal.code in {"session.stale", "rundown.finished"}  # noqa: PT017
    after = sum(len(progress.runs) for progress in show.state.rundown.progress.values())
    assert after == runs


@given(STARTS, RUNNINGS, STEPS)
def test_preview_is_what_then_happens_and_changes_nothing(
    start: str, steps: list[Step], last: Step
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    actor, command = MAKERS[last.what](show.state, last.pick, last.other)
    given_now = Given(at=show.now, fresh="fresh", secret_hash="another")
    before = {room: show.ahead(room).expected for room in ROOMS}
    try:
        found = preview(show.state, command, actor, given_now)
    except Rejected:
        return
    show.keep(decide(show.state, command, actor, given_now))
    changed = {change["session"] for change in found["changes"]}
    for room in ROOMS:
        after = show.ahead(room).expected
        for name in {*before[room], *after} - changed:
            assert before[room].get(name) == after.get(name)


@given(STARTS, RUNNINGS)
def test_room_that_follows_the_clock_is_never_behind_it(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        show.until(show.now + 100)  # every tick that is due has come
        for room in ROOMS:
            state = show.state
            assert due(state.agenda, state.rundown, room, state.clock_at) == []


@given(STARTS, RUNNINGS)
def test_agenda_stays_whole_and_its_revision_never_goes_back(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        before = show.state
        play(show, step)
        agenda = show.state.agenda
        assert (before.agenda_rev < show.state.agenda_rev) == (before.agenda is not agenda)
        listed = {room: sorted(order) for room, order in agenda.order.items()}
        assert listed == {room: sorted(of) for room, of in in_order(agenda.sessions).items()}
        flaws = [flaw.where for flaw in check(agenda)]
        assert all(where.endswith(".start") for where in flaws)  # what is put in may overlap


@given(STARTS, RUNNINGS)
def test_room_has_one_session_on_air_at_most_and_knows_it(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        for room in ROOMS:
            on_air = [
                name
                for name in show.state.agenda.running_order(room)
                if show.state.rundown.of(name).status.on_air
            ]
            live = show.clock(room).live
            assert on_air == ([] if live is None else [live])


@given(STARTS, RUNNINGS)
def test_runs_of_a_room_never_overlap(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
    for room in ROOMS:
        runs = sorted(
            (run.started_at, run.ended_at if run.ended_at is not None else show.now)
            for name in show.state.agenda.running_order(room)
            for run in show.state.rundown.of(name).runs
        )
        assert all(ended <= started for (_, ended), (started, _) in pairwise(runs))


# --- expected times -------------------------------------------------------------------------------


def assert_sound(ahead: Outlook, times: dict[SessionId, Expected]) -> None:
    """What is expected follows one another, and a break keeps its least length."""
    live = ahead.rundown.clock(ahead.room).live
    free_at = None if live is None else times[live].end_at
    for name in ahead.coming:
        session, expected = ahead.agenda.sessions[name], times[name]
        assert free_at is None or expected.start_at >= free_at
        assert expected.end_at - expected.start_at >= session.min_duration_s * 1000
        early = expected.start_at < session.start_at  # a fixed end that may come early: `is_brief`
        if session.fixed_end and not early:
            assert expected.end_at >= session.end_at
        elif not session.fixed_end:
            assert expected.end_at - expected.start_at == session.duration_s * 1000
        if not session.may_start_early:
            assert expected.start_at >= session.start_at
        free_at = expected.end_at
    assert all(expected.start_at <= expected.end_at for expected in times.values())


@given(STARTS, RUNNINGS, st.integers(0, 8 * 3_600_000))
def test_expected_times_follow_one_another_and_what_is_on_air(
    start: str, steps: list[Step], later: int
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        for room in ROOMS:
            ahead = show.ahead(room)
            assert_sound(ahead, ahead.expected)
            state = show.state
            told = outlook(state.agenda, state.rundown, room, state.clock_at)
            assert_sound(told, public_forecast(told))
            ahead = outlook(state.agenda, state.rundown, room, show.now + later)
            assert_sound(ahead, ahead.expected)


@given(STARTS, RUNNINGS)
def test_public_times_are_never_five_minutes_off(start: str, steps: list[Step]) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        state = show.state
        for room in ROOMS:
            ahead = outlook(state.agenda, state.rundown, room, state.clock_at)
            public = public_forecast(ahead)
            for name, exact in ahead.expected.items():
                assert abs(exact.start_at - public[name].start_at) < PUBLIC_STEP_MS
                assert abs(exact.end_at - public[name].end_at) < PUBLIC_STEP_MS


@given(STARTS, RUNNINGS, st.floats(0, 1))
def test_between_two_ticks_the_clock_changes_nothing_that_matters(
    start: str, steps: list[Step], part: float
) -> None:
    """No door opens or closes, and what comes moves by less than a minute."""
    show = begun(start)
    for step in steps:
        play(show, step)
        state, due = show.state, next_tick_at(show.state)
        until = due if due is not None else state.clock_at + 2 * ABANDONED_AFTER_MS
        now = state.clock_at + int((until - 1 - state.clock_at) * part)
        for room in ROOMS:
            found = [doors_at(state, room, instant) for instant in (state.clock_at, now)]
            assert {name: found[0].of(name).open for name in found[0].ahead.expected} == {
                name: found[1].of(name).open for name in found[1].ahead.expected
            }
            assert found[0].asked_now().session == found[1].asked_now().session
            for name, then in found[0].ahead.coming.items():
                moved = found[1].ahead.coming[name].start_at - then.start_at
                assert 0 <= moved <= 60_000


def doors_at(state: EventState, room: RoomId, now: int) -> Doors:
    ahead = outlook(state.agenda, state.rundown, room, now)
    return Doors(ahead, state.questions.openings, state.windows)


@given(STARTS, HISTORIES)
def test_tick_that_is_due_is_always_ahead_of_the_clock_of_the_views(
    start: str, steps: list[Step]
) -> None:
    show = begun(start)
    for step in steps:
        play(show, step)
        due = next_tick_at(show.state)
        assert due is None or due > show.state.clock_at
