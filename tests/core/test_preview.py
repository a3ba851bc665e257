"""What a command would do to the rest of the day, before it is sent."""

import pytest
from rehearsal import ANN, CLOSING, MAIN, OPENING, PANEL, PROD, TALK, Rehearsal, at

from streamhub.core.errors import Rejected
from streamhub.core.event import Command, Given
from streamhub.core.preview import preview
from streamhub.core.roles import Actor
from streamhub.core.rundown import (
    ExtendSession,
    InsertSession,
    NextSession,
    RetimeSession,
    SkipSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.views import PreviewView


def foreseen(show: Rehearsal, command: Command, actor: Actor = PROD) -> PreviewView:
    before = show.state
    found = preview(show.state, command, actor, Given(at=show.now, fresh="new"))
    assert show.state is before
    return found


def scheduled(start: str, end: str) -> dict[str, object]:
    return {"start_at": at(start), "end_at": at(end), "status": "scheduled"}


def test_preview_tells_what_would_move_and_how_late_the_room_would_be() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    show.at("09:10")
    assert foreseen(show, ExtendSession(session=OPENING, by_s=900)) == {
        "at": at("09:10"),
        "changes": [
            {
                "session": "opening",
                "room": "main",
                "title": "Opening",
                "old": {"start_at": at("09:00"), "end_at": at("09:30"), "status": "live"},
                "new": {"start_at": at("09:00"), "end_at": at("09:45"), "status": "live"},
            },
            {
                "session": "talk",
                "room": "main",
                "title": "Talk",
                "old": scheduled("09:30", "10:00"),
                "new": scheduled("09:45", "10:15"),
            },
            {
                "session": "pause",
                "room": "main",
                "title": "Pause",
                "old": scheduled("10:00", "10:15"),
                "new": scheduled("10:15", "10:20"),
            },
            {
                "session": "panel",
                "room": "main",
                "title": "Panel",
                "old": scheduled("10:15", "10:45"),
                "new": scheduled("10:20", "10:50"),
            },
            {
                "session": "closing",
                "room": "main",
                "title": "Closing",
                "old": scheduled("10:45", "11:00"),
                "new": scheduled("10:50", "11:05"),
            },
        ],
        "offsets": {"main": {"old_s": 0, "new_s": 900}},
    }


def test_preview_is_what_then_happens() -> None:
    show = Rehearsal.of().at("09:40")
    for command in (
        StartSession(session=TALK),
        RetimeSession(session=CLOSING, start_at=at("10:05")),
        SkipSession(session=PANEL),
        NextSession(room=MAIN, live=TALK),
    ):
        found = foreseen(show, command)
        show.do(command)
        expected = show.ahead().expected
        for change in found["changes"]:
            times = expected[change["session"]]  # type: ignore[index]  # ids are strings
            new = change["new"]
            assert (new["start_at"], new["end_at"]) == (times.start_at, times.end_at)


def test_preview_of_a_session_that_is_put_in_and_taken_out() -> None:
    show = Rehearsal.of().at("09:00")
    show.do(StartSession(session=OPENING))
    insert = InsertSession(room=MAIN, title="More", duration_s=300)
    found = foreseen(show, insert)["changes"]
    assert found[0] == {
        "session": "new",
        "room": "main",
        "title": "More",
        "new": scheduled("09:30", "09:35"),
    }
    assert [change["session"] for change in found] == ["new", "talk", "pause"]
    show.do(insert, PROD, "new")
    undo = UndoRundown(room=MAIN, seq=show.clock().undo[-1].seq)
    gone = foreseen(show, undo)["changes"][-1]
    assert (gone["session"], gone["title"], "new" in gone) == ("new", "More", False)


def test_preview_of_what_changes_nothing_is_empty() -> None:
    show = Rehearsal.of()
    same = RetimeSession(session=TALK, duration_s=1800)
    assert foreseen(show, same) == {"at": at("08:00"), "changes": [], "offsets": {}}


def test_preview_is_refused_like_the_command() -> None:
    show = Rehearsal.of()
    with pytest.raises(Rejected, match=r"session\.not_live"):
        foreseen(show, ExtendSession(session=TALK, by_s=60))
    with pytest.raises(Rejected, match=r"command\.forbidden"):
        foreseen(show, SkipSession(session=TALK), ANN)
